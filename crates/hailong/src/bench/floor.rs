//! `hailong bench floor`: what the engine alone allows.

use std::time::Instant as Stopwatch;

use anyhow::{Context as _, ensure};
use hailong_core::{
    batch::{Batch, Side},
    context::{Actor, Context},
    directory::Directory,
    event::Event,
    listen::{
        held::{Held, Holding, Piles},
        invitation::{Invitation, Way},
        rating::{self, BallotBox},
        sealing,
    },
    serve::{
        applicant::Group,
        case::{self, Outcome, Step},
        official::Official,
    },
};
use hailong_store::{Store, Url, floor::Floor as Raw, keys::Vault};

use super::{Floor, lifecycle, work};
use crate::setting::AUTHORITY;

/// Lifecycles in one transaction.
const TOGETHER: usize = 64;

pub(super) async fn run(options: Floor) -> anyhow::Result<()> {
    ensure!(!options.file.exists(), "{} exists already: name a new file", options.file.display());
    let url = Url::Sqlite(options.file.clone());
    let store = Store::open(&url, AUTHORITY, Vault::of_demo(0)).await?;
    lifecycle::prepare(&store).await?;
    let mut raw = Raw::open(&options.file, AUTHORITY)?;
    let mut playwright = Playwright::new(&store)?;
    let before = std::fs::metadata(&options.file)?.len();
    let (mut lives, mut rows, mut spent) = (0, 0, std::time::Duration::ZERO);
    while lives < options.lifecycles {
        let batches = playwright.write(TOGETHER)?;
        // Numbering, hashing and projection happen here, before the clock starts.
        let prepared = raw.prepare(&batches)?;
        rows += prepared.len();
        let watch = Stopwatch::now();
        raw.write(&prepared)?;
        spent += watch.elapsed();
        lives += TOGETHER;
    }
    let plain = raw.plain_rows_per_second(200_000)?;
    raw.close()?;
    drop(playwright);
    drop(store);
    let bytes = std::fs::metadata(&options.file)?.len().saturating_sub(before);
    for suffix in ["", "-wal", "-shm"] {
        let mut file = options.file.clone().into_os_string();
        file.push(suffix);
        let _ = std::fs::remove_file(file);
    }
    let seconds = spent.as_secs_f64();
    let figures = [
        ("lifecycles_per_s", lives as f64 / seconds),
        ("rows_per_s", rows as f64 / seconds),
        ("rows_per_lifecycle", rows as f64 / lives as f64),
        ("bytes_per_lifecycle", bytes as f64 / lives as f64),
        ("plain_rows_per_s", plain),
    ];
    super::print(&figures, options.json)
}

/// Writes lives as batches, by the same decisions as everywhere, without reading the record.
struct Playwright<'a> {
    store: &'a Store,
    directory: std::sync::Arc<Directory>,
    desks: Vec<work::Desk>,
    life: u64,
    serial: i64,
}

impl<'a> Playwright<'a> {
    fn new(store: &'a Store) -> anyhow::Result<Self> {
        let directory = store.directory();
        let desks = work::desks(&directory)?;
        Ok(Self { store, directory, desks, life: 0, serial: 1 })
    }

    /// Lives of one office, and the sealing of its box.
    fn write(&mut self, lives: usize) -> anyhow::Result<Vec<Batch>> {
        let desk = &self.desks[0];
        let ballot_box =
            BallotBox { office_id: desk.clerk.office_id.clone(), group: Group::Person, serial: self.serial };
        let key = self.store.vault().box_key(&ballot_box)?;
        let at = work::instant(self.life, &self.directory.calendar)?;
        let (mut batches, mut opened) = (Vec::new(), Vec::new());
        for _ in 0..lives {
            self.life += 1;
            let last = self.one(&mut batches, &ballot_box, &key, at)?;
            opened.push(last);
        }
        let ctx = self.store.context(Actor::System, at, &self.directory, seed(self.life, 99));
        // What waits is left behind: how it is opened again is the store's work, not the engine's.
        let (held, lost) = (Held::default(), Piles::default());
        let holding = Holding { held, version: self.serial - 1, lost, key: key.clone() };
        batches.push(sealing::seal(&ballot_box, at.day(), &opened, holding, &ctx)?);
        self.store.vault().destroy(&ballot_box)?;
        self.serial += 1;
        Ok(batches)
    }

    fn one(
        &self,
        batches: &mut Vec<Batch>,
        ballot_box: &BallotBox,
        key: &hailong_core::secret::SecretKey,
        at: hailong_core::time::Instant,
    ) -> anyhow::Result<rating::OpenedBallot> {
        let desk = &self.desks[0];
        let context = |official: &Official, step: u8| -> Context<'_> {
            self.store.context(Actor::Official(official.clone()), at, &self.directory, seed(self.life, step))
        };
        let clerk = context(&desk.clerk, 0);
        let case_id = hailong_core::id::new_id(at, &clerk.entropy);
        let (batch, mut case) = case::open(work::open_case(case_id, self.life), &clerk)?;
        batches.push(batch);
        let steps = [
            (Step::Check(work::check(&self.directory)?), &desk.clerk),
            (Step::HandOver { to: desk.handler.id.clone(), reason: String::new() }, &desk.clerk),
            (Step::Finish { outcome: Outcome::Granted }, &desk.handler),
            (Step::Return { way: case::ReturnWay::Counter }, &desk.clerk),
        ];
        let mut invited = None;
        for (number, (step, official)) in steps.into_iter().enumerate() {
            let batch = case::step(&case, step, None, &context(official, number as u8 + 1))?;
            for entry in &batch.entries {
                match &entry.event {
                    Event::InvitationIssued(issued) => invited = Some(issued.clone()),
                    event => case::evolve(&mut case, entry.at, event),
                }
            }
            batches.push(batch);
        }
        let invitation = Invitation {
            invited: invited.context("no invitation followed the case")?,
            used: false,
            denied: false,
            longest: None,
        };
        let citizen = self.store.context(Actor::Citizen, at, &self.directory, seed(self.life, 9));
        let (batch, _) =
            rating::cast(&invitation, work::ballot(self.life), Way::Link, ballot_box, key, &citizen)?;
        let sealed = batch.side.iter().find_map(|side| match side {
            Side::Ballot { sealed, .. } => Some(sealed.clone()),
            _ => None,
        });
        batches.push(batch);
        let sealed = sealed.context("no ballot was dropped")?;
        rating::open_ballot(ballot_box, key, &sealed).context("the ballot cannot be opened")
    }
}

fn seed(life: u64, step: u8) -> [u8; 32] {
    let mut seed = [step; 32];
    seed[..8].copy_from_slice(&life.to_le_bytes());
    seed
}
