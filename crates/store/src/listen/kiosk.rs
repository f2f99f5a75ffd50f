//! Rating kiosks in tables, and the answers that they bring.

use hailong_core::{
    batch::Entry,
    context::Context,
    event::Event,
    listen::{
        invitation::Way,
        kiosk::{self, Arrivals, Enrolled, Kiosk, item::Answer},
        opinion::{self, Opinion, Said, Source},
        receipt::Mark,
    },
    refusal::Refusal,
    time::Day,
};
use uuid::Uuid;

use crate::{Store, StoreError, query::Statement, value::Row};

crate::query::queries! {
    KEEP = "INSERT INTO kiosk (authority_id, kiosk_id, office_id, name, enrolled_day, active, version) \
            VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6) ON CONFLICT (authority_id, kiosk_id) DO UPDATE SET \
            office_id = excluded.office_id, name = excluded.name, enrolled_day = excluded.enrolled_day, active = 1, \
            version = excluded.version";
    WITHDRAW = "UPDATE kiosk SET active = 0, version = ?3 WHERE authority_id = ?1 AND kiosk_id = ?2";
    READ = "SELECT kiosk_id, office_id, name, enrolled_day, active, version FROM kiosk \
            WHERE authority_id = ?1 AND kiosk_id = ?2";
    OF_OFFICE = "SELECT kiosk.kiosk_id, office_id, name, enrolled_day, active, version, highest, taken, already, refused, \
                 missing, restarts, last_day FROM kiosk LEFT JOIN kiosk_arrival \
                 ON kiosk_arrival.authority_id = kiosk.authority_id AND kiosk_arrival.kiosk_id = kiosk.kiosk_id \
                 WHERE kiosk.authority_id = ?1 AND office_id = ?2 ORDER BY kiosk.kiosk_id DESC LIMIT 200";
    READ_ARRIVALS = "SELECT highest, taken, already, refused, missing, restarts FROM kiosk_arrival \
                     WHERE authority_id = ?1 AND kiosk_id = ?2";
    KEEP_ARRIVALS = "INSERT INTO kiosk_arrival (authority_id, kiosk_id, highest, taken, already, refused, missing, restarts, \
                     last_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (authority_id, kiosk_id) DO UPDATE SET \
                     highest = excluded.highest, taken = excluded.taken, already = excluded.already, \
                     refused = excluded.refused, missing = excluded.missing, restarts = excluded.restarts, \
                     last_day = excluded.last_day";
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, out: &mut Vec<Statement>) {
    match event {
        Event::KioskEnrolled(enrolled) => {
            let params = vec![
                authority.into(),
                enrolled.kiosk_id.into(),
                enrolled.office_id.as_str().into(),
                enrolled.name.as_str().into(),
                enrolled.day.0.into(),
                entry.version.into(),
            ];
            out.push(Statement::new(&KEEP, params));
        }
        Event::KioskWithdrawn(withdrawn) => {
            let params = vec![authority.into(), withdrawn.kiosk_id.into(), entry.version.into()];
            out.push(Statement::one(&WITHDRAW, params));
        }
        _ => {}
    }
}

fn read(row: &Row<'_>) -> Result<Kiosk, StoreError> {
    let enrolled = Enrolled {
        kiosk_id: row.uuid(0)?,
        office_id: row.text(1)?,
        name: row.text(2)?,
        day: Day(row.int(3)? as i32),
    };
    Ok(Kiosk { enrolled, active: row.int(4)? == 1, version: row.int(5)? })
}

fn read_arrivals(row: &Row<'_>, first: usize) -> Result<Arrivals, StoreError> {
    let count = |at| Ok::<_, StoreError>(row.opt_int(first + at)?.unwrap_or(0).max(0) as u64);
    Ok(Arrivals {
        highest: count(0)?,
        taken: count(1)?,
        already: count(2)?,
        refused: count(3)?,
        missing: count(4)?,
        restarts: count(5)?,
    })
}

/// A kiosk and what has come from it.
#[derive(Clone, Debug)]
pub struct KioskFile {
    /// The kiosk.
    pub kiosk: Kiosk,
    /// What came, in numbers.
    pub arrivals: Arrivals,
    /// The day on which the last came.
    pub last_day: Option<Day>,
}

/// What became of an answer from a kiosk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A rating counts; its receipt.
    Rating(Mark),
    /// An opinion was received.
    Opinion,
    /// It was here before, or the invitation was used another way.
    Already,
}

impl Store {
    /// A kiosk by its key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn kiosk(&self, id: Uuid) -> Result<Option<Kiosk>, StoreError> {
        self.row(&READ, &[self.authority().into(), id.into()], read).await
    }

    /// The kiosks of an office, the newest first, at most 200.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn kiosks(&self, office_id: &str) -> Result<Vec<KioskFile>, StoreError> {
        self.rows(&OF_OFFICE, &[self.authority().into(), office_id.into()], |row| {
            let last_day = row.opt_int(12)?.map(|day| Day(day as i32));
            Ok(KioskFile { kiosk: read(row)?, arrivals: read_arrivals(row, 6)?, last_day })
        })
        .await
    }

    /// Makes a tablet a kiosk of an office; `before` is the kiosk that it was.
    ///
    /// # Errors
    /// Refusals of [`kiosk::enrol`].
    pub async fn enrol_kiosk(
        &self,
        before: Option<Uuid>,
        office_id: &str,
        name: &str,
        ctx: &Context<'_>,
    ) -> Result<Uuid, StoreError> {
        let before = match before {
            Some(id) => self.kiosk(id).await?,
            None => None,
        };
        let active = self.kiosks(office_id).await?.iter().filter(|file| file.kiosk.active).count();
        let (batch, id) = kiosk::enrol(before.as_ref(), office_id, name, active, ctx)?;
        self.commit(batch).await.map(|_| id)
    }

    /// Withdraws a kiosk.
    ///
    /// # Errors
    /// Refusals of [`kiosk::withdraw`].
    pub async fn withdraw_kiosk(&self, id: Uuid, ctx: &Context<'_>) -> Result<(), StoreError> {
        let kiosk = self.kiosk(id).await?.ok_or(Refusal::UnknownKiosk)?;
        self.commit(kiosk::withdraw(&kiosk, ctx)?).await.map(|_| ())
    }

    /// The sixteen digits of an invitation; none for one that is not in the journal.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn invitation_code(&self, id: Uuid) -> Result<Option<String>, StoreError> {
        let lines = self.history(id.as_bytes()).await?;
        let issued = lines.first().filter(|line| line.version == 1);
        let number = issued.and_then(|line| u64::try_from(line.seq).ok());
        Ok(number.and_then(|number| self.vault().secrets().invitation_code(number)))
    }

    /// The invitation that a token or sixteen digits name.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn invitation_by_code(&self, code: &str) -> Result<Option<Uuid>, StoreError> {
        let secrets = self.vault().secrets();
        if let Some((id, _)) = secrets.read_invitation_token(code) {
            return Ok(Some(id));
        }
        let Some(number) = secrets.read_invitation_code(code) else { return Ok(None) };
        let line = self.line(i64::try_from(number).unwrap_or(i64::MAX)).await?;
        let issued = line.filter(|line| line.kind == "invitation_issued");
        Ok(issued.and_then(|line| Uuid::from_slice(&line.subject).ok()))
    }

    /// Takes an answer that a kiosk sealed. Sent twice, it counts once.
    ///
    /// # Errors
    /// Refusals of ratings and opinions: it can never count. Others: it may be sent again.
    pub async fn take_from_kiosk(&self, answer: Answer, ctx: &Context<'_>) -> Result<Taken, StoreError> {
        match answer {
            Answer::Rating { code, ballot } => {
                let id = self.invitation_by_code(&code).await?.ok_or(Refusal::InvitationUnknown)?;
                match self.cast(id, ballot, Way::Kiosk, ctx).await {
                    Ok(opening) => Ok(Taken::Rating(opening.receipt())),
                    Err(StoreError::Refused(Refusal::InvitationUsed)) => Ok(Taken::Already),
                    Err(error) => Err(error),
                }
            }
            Answer::Opinion { follow, office, class, words, name, contact, confidential, consent } => {
                if words.chars().count() > kiosk::item::OPINION_LIMIT {
                    return Err(Refusal::TooLong("words").into());
                }
                let opinion = Opinion { words, name, contact, ..Opinion::default() };
                let said = Said {
                    class,
                    source: Source::Kiosk,
                    confidential,
                    consent,
                    follow: Some(follow),
                    ..Said::new(&office, opinion)
                };
                let (batch, code) = opinion::receive(said, ctx)?;
                match self.commit(batch).await {
                    Ok(_) => Ok(Taken::Opinion),
                    Err(StoreError::Stale) if self.opinion_by_code(&code).await?.is_some() => {
                        Ok(Taken::Already)
                    }
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// What has come from a kiosk so far.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn arrivals(&self, kiosk_id: Uuid) -> Result<Arrivals, StoreError> {
        let params = [self.authority().into(), kiosk_id.into()];
        let found = self.row(&READ_ARRIVALS, &params, |row| read_arrivals(row, 0)).await?;
        Ok(found.unwrap_or_default())
    }

    /// Keeps what has come from a kiosk: apart from what came, so that no transaction holds both.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn keep_arrivals(
        &self,
        kiosk_id: Uuid,
        arrivals: Arrivals,
        day: Day,
    ) -> Result<(), StoreError> {
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX).into();
        let params = vec![
            self.authority().into(),
            kiosk_id.into(),
            count(arrivals.highest),
            count(arrivals.taken),
            count(arrivals.already),
            count(arrivals.refused),
            count(arrivals.missing),
            count(arrivals.restarts),
            day.0.into(),
        ];
        self.committer.side(Statement::new(&KEEP_ARRIVALS, params)).await
    }
}
