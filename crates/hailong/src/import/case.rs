//! `hailong import cases`: open cases of another system, each whole or not at all. A record that is here already, by
//! its source and key, is left as it is: the same file may be imported again after putting it right.

use std::collections::BTreeMap;

use hailong_core::{
    batch::{Batch, Side},
    context::Actor,
    import::{self, Report, case::Row},
    refusal::Refusal,
    secret::SecretKey,
    serve::case::{TakeOver, take_over},
    time::Instant,
};
use hailong_store::{Store, keys::fresh_bytes};
use uuid::Uuid;

use super::{File, now, read, tell};

/// Cases written in one transaction.
const GROUP: usize = 100;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    file: File,
    /// Name of the other system, for records that do not say it themselves.
    #[arg(long, default_value = "import")]
    source: String,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let text = read(&options.file.file)?;
    let store = options.file.database.open().await?;
    let rows = import::case::read(&text, &options.source, store.vault().secrets())?;
    let mut taker = Taker {
        store: &store,
        at: now(&store).await?,
        report: Report::default(),
        persons: BTreeMap::new(),
        numbers: BTreeMap::new(),
        waiting: Vec::new(),
        dry_run: options.file.dry_run,
    };
    for row in rows {
        taker.row(row).await?;
    }
    taker.flush().await?;
    tell(&taker.report, options.file.json, options.file.dry_run)
}

struct Taker<'a> {
    store: &'a Store,
    /// Business time of the whole import.
    at: Instant,
    report: Report,
    /// Persons of the cases that wait to be written, by blind index of their number.
    persons: BTreeMap<[u8; 16], (Uuid, SecretKey)>,
    /// Book numbers of this file, with the code that has each.
    numbers: BTreeMap<(String, u32), String>,
    waiting: Vec<Batch>,
    dry_run: bool,
}

impl Taker<'_> {
    async fn row(&mut self, row: Row) -> anyhow::Result<()> {
        let Row { code, repairs, case } = row;
        let case = match case {
            Ok(case) => case,
            Err(why) => {
                self.report.refused(code, why);
                return Ok(());
            }
        };
        if self.store.case(case.case_id).await?.is_some() {
            self.report.known(code);
            return Ok(());
        }
        if let Some(why) = self.taken(&case, &code).await? {
            self.report.refused(code, why);
            return Ok(());
        }
        match self.decide(case).await? {
            Ok(()) => self.report.taken(code, &repairs),
            Err(why) => self.report.refused(code, format!("{why} ({})", why.code())),
        }
        if self.waiting.len() >= GROUP { self.flush().await } else { Ok(()) }
    }

    /// Why a code or number cannot be given to this case, when another has it.
    async fn taken(&mut self, case: &TakeOver, code: &str) -> anyhow::Result<Option<String>> {
        let Some(receipt) = &case.receipt else { return Ok(None) };
        if self.store.case_by_code(receipt.code.trim()).await?.is_some() {
            return Ok(Some("another case has this code".to_owned()));
        }
        let year = receipt.at.day().year();
        let book = format!("{}/{year}", case.office_id);
        let place = (book, receipt.book_number);
        if let Some(other) = self.numbers.get(&place) {
            return Ok(Some(format!("{other} has the number {} of the book {} too", place.1, place.0)));
        }
        if self.store.has_book_number(&case.office_id, year, receipt.book_number).await? {
            return Ok(Some(format!("another case has the number {} of the book {}", place.1, place.0)));
        }
        self.numbers.insert(place, code.to_owned());
        Ok(None)
    }

    async fn decide(&mut self, mut case: TakeOver) -> anyhow::Result<Result<(), Refusal>> {
        let number = case.applicant.clone().checked().map(|applicant| applicant.identity_number);
        let secrets = self.store.vault().secrets();
        let hash = number.as_ref().ok().map(|number| secrets.blind_index("identity", number));
        case.known = match (&number, hash.and_then(|hash| self.persons.get(&hash))) {
            (_, Some((person, key))) => Some((*person, key.clone())),
            (Ok(number), None) => {
                self.store.find_person("identity", number).await?.map(|(person, _, key)| (person, key))
            }
            (Err(_), None) => None,
        };
        let known = case.known.clone();
        let directory = self.store.directory();
        let ctx = self.store.context(Actor::System, self.at, &directory, fresh_bytes()?);
        let batch = match take_over(case, &ctx) {
            Ok(batch) => batch,
            Err(why) => return Ok(Err(why)),
        };
        let made = batch.side.iter().find_map(|side| match side {
            Side::DataKey { subject, wrapped } => {
                Some((*subject, secrets.unwrap_data_key(*subject, wrapped)?))
            }
            _ => None,
        });
        if let Some((hash, person)) = hash.zip(known.or(made)) {
            self.persons.insert(hash, person);
        }
        self.waiting.push(batch);
        Ok(Ok(()))
    }

    async fn flush(&mut self) -> anyhow::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        if !waiting.is_empty() && !self.dry_run {
            self.store.commit_all(waiting).await?;
        }
        Ok(())
    }
}
