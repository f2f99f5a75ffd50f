//! Cases in tables: writing them from events, reading them for decisions, lists and pages.

mod list;
mod project;

use hailong_core::{
    context::Context,
    refusal::Refusal,
    secret::SecretKey,
    serve::{
        applicant::{Applicant, ApplicantKind},
        calendar::Calendar,
        case::{
            self, Case, Consultation, Guide, LimitChoice, Mark, OpenCase, Outcome, Reception, Reply,
            ReturnWay, State, Step, Waits,
        },
        clock::Dates,
    },
    time::Instant,
};
use uuid::Uuid;

use crate::{Store, StoreError, value::Row};

/// One reading of cases: every column that [`read`] maps, by the order of the list, and which cases.
macro_rules! select_case {
    ($sort:literal, $($which:tt)+) => {
        concat!(
            "SELECT case_id, office_id, procedure, applicant_kind, person_id, applicant, residence, state, holder, \
             supplements, version, opened_at, ",
            $sort,
            ", code, book_number, accepted_at, due_at, limit_choice, documents, reason, finished_at, outcome, on_time, \
             closed_at, at_office, waits, reception, help_office, deciding, ticket, first_contact_at, clock, consulting, \
             submitted, return_way, desk_office FROM case_file WHERE authority_id = ?1 ",
            $($which)+
        )
    };
}
pub(crate) use select_case;

pub use self::list::{After, Filter, OpenCount, OpenPage, Which, Whose};
pub(crate) use self::project::{project, project_guidance};
#[cfg(test)]
pub(crate) use self::{list::QUERIES as LIST_QUERIES, project::QUERIES as PROJECT_QUERIES};

crate::query::queries! {
    READ_BY_ID = select_case!("sort_at", "AND case_id = ?2");
    READ_CODE = "SELECT code FROM case_file WHERE authority_id = ?1 AND case_id = ?2 AND code IS NOT NULL";
    READ_BY_CODE = select_case!("sort_at", "AND code = ?2");
    READ_BY_TRACK = select_case!("sort_at", "AND track_hash = ?2");
    OPEN_CONSULTATIONS = "SELECT consultation_id, answer_by, silence_consents FROM consultation \
                          WHERE authority_id = ?1 AND case_id = ?2 AND reply IS NULL ORDER BY consultation_id LIMIT 50";
    CONSULTATIONS = "SELECT consultation_id, body, question, asked_at, answer_by, silence_consents, reply, answer, closed_at \
                     FROM consultation WHERE authority_id = ?1 AND case_id = ?2 ORDER BY consultation_id LIMIT 100";
    CASES_OF_PERSON = "SELECT DISTINCT case_id FROM person_index WHERE authority_id = ?1 AND person_id = ?2 \
                       AND hash = ?3 ORDER BY case_id DESC LIMIT 20";
    FIND_PERSON = "SELECT person_id, case_id FROM person_index WHERE authority_id = ?1 AND hash = ?2 \
                   ORDER BY case_id DESC LIMIT 1";
    READ_DATA_KEY = "SELECT wrapped FROM data_key WHERE authority_id = ?1 AND subject_id = ?2";
    READ_GUIDANCE = "SELECT guidance_id, procedure, reception, official, given_at, words FROM guidance \
                     WHERE authority_id = ?1 AND office_id = ?2 AND (given_at < ?3 OR (given_at = ?3 AND guidance_id < ?4)) \
                     ORDER BY given_at DESC, guidance_id DESC LIMIT ?5";
}

/// A case as pages and lists see it. Personal data is still sealed.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// What decisions look at.
    pub case: Case,
    /// The applicant, sealed.
    pub applicant: Vec<u8>,
    /// The applicant's commune.
    pub residence: Option<String>,
    /// First contact.
    pub opened_at: Instant,
    /// Where the case stands in its list: the due date, the first contact, or the end of work.
    pub sort_at: Instant,
    /// The case code, once accepted.
    pub code: Option<String>,
    /// The number in the year's book.
    pub book_number: Option<i64>,
    /// The date that held last; while the time stands still, the one before it stopped.
    pub due_at: Option<Instant>,
    /// Whom it waits for.
    pub waits: Waits,
    /// How it came in.
    pub reception: Reception,
    /// Where the applicant was helped, when that was another office.
    pub help_office: Option<String>,
    /// The agency that decides, when it is not the procedure's.
    pub deciding: Option<String>,
    /// The queue ticket.
    pub ticket: Option<Uuid>,
    /// When the ticket was drawn.
    pub first_contact_at: Option<Instant>,
    /// How many consultations are open.
    pub consulting: i64,
    /// The draft result that waits for its signature.
    pub submitted: Option<Outcome>,
    /// How the result was handed out.
    pub return_way: Option<ReturnWay>,
    /// When the receipt was given.
    pub accepted_at: Option<Instant>,
    /// The limit that applies.
    pub limit: Option<LimitChoice>,
    /// What was found of each document.
    pub documents: Vec<Mark>,
    /// Reason of the supplement or refusal, sealed.
    pub reason: Option<Vec<u8>>,
    /// When the work ended.
    pub finished_at: Option<Instant>,
    /// With what result.
    pub outcome: Option<Outcome>,
    /// Whether the promise was kept.
    pub on_time: Option<bool>,
    /// When it was returned or refused.
    pub closed_at: Option<Instant>,
}

/// A consultation as the case's page shows it. Words are still sealed.
#[derive(Clone, Debug)]
pub struct ConsultationFile {
    /// Key.
    pub id: Uuid,
    /// The body.
    pub body: String,
    /// What it was asked, sealed.
    pub question: Vec<u8>,
    /// When.
    pub asked_at: Instant,
    /// By when it must answer.
    pub answer_by: Instant,
    /// Whether its silence is consent.
    pub silence_consents: bool,
    /// How it ended.
    pub reply: Option<Reply>,
    /// What it answered, sealed.
    pub answer: Option<Vec<u8>>,
    /// When it ended.
    pub closed_at: Option<Instant>,
}

/// Guidance that was given. Words are still sealed.
#[derive(Clone, Debug)]
pub struct GuidanceFile {
    /// Key.
    pub id: Uuid,
    /// The procedure.
    pub procedure: String,
    /// How the person asked.
    pub reception: Reception,
    /// Who advised.
    pub official: String,
    /// When.
    pub given_at: Instant,
    /// What was said, sealed.
    pub words: Vec<u8>,
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("a case has an unknown {what}"))
}

fn from_json<T: serde::de::DeserializeOwned>(
    text: Option<String>,
    what: &str,
) -> Result<Option<T>, StoreError> {
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(|_| corrupt(what))
}

fn outcome(key: String) -> Outcome {
    if key == "granted" { Outcome::Granted } else { Outcome::Denied }
}

pub(in crate::serve) fn read(row: &Row<'_>) -> Result<CaseFile, StoreError> {
    let instant = |column| Ok::<_, StoreError>(row.opt_int(column)?.map(Instant));
    let due_at = instant(16)?;
    let state = State::from_key(&row.text(7)?).ok_or_else(|| corrupt("state"))?;
    let running = state.is_running() || state == State::Submitted;
    let case = Case {
        id: row.uuid(0)?,
        office_id: row.text(1)?,
        desk_office: row.text(35)?,
        at_office: row.text(24)?,
        procedure: row.text(2)?,
        reception: Reception::from_key(&row.text(26)?).ok_or_else(|| corrupt("way in"))?,
        applicant_kind: ApplicantKind::from_key(&row.text(3)?).ok_or_else(|| corrupt("applicant kind"))?,
        person_id: row.uuid(4)?,
        state,
        holder: row.text(8)?,
        opened_at: Instant(row.int(11)?),
        due: due_at.filter(|_| running),
        held: due_at,
        clock: from_json(row.opt_text(31)?, "clock")?,
        supplements: row.int(9)? as u8,
        consultations: Vec::new(),
        version: row.int(10)?,
    };
    Ok(CaseFile {
        case,
        applicant: row.bytes(5)?,
        residence: row.opt_text(6)?,
        opened_at: Instant(row.int(11)?),
        sort_at: Instant(row.int(12)?),
        code: row.opt_text(13)?,
        book_number: row.opt_int(14)?,
        accepted_at: instant(15)?,
        due_at,
        limit: from_json(row.opt_text(17)?, "time limit")?,
        documents: from_json(row.opt_text(18)?, "list of documents")?.unwrap_or_default(),
        reason: row.opt_bytes(19)?,
        finished_at: instant(20)?,
        outcome: row.opt_text(21)?.map(outcome),
        on_time: row.opt_int(22)?.map(|on_time| on_time == 1),
        closed_at: instant(23)?,
        waits: Waits::from_key(&row.text(25)?).ok_or_else(|| corrupt("wait"))?,
        reception: Reception::from_key(&row.text(26)?).ok_or_else(|| corrupt("way in"))?,
        help_office: row.opt_text(27)?,
        deciding: row.opt_text(28)?,
        ticket: row.opt_bytes(29)?.and_then(|bytes| Uuid::from_slice(&bytes).ok()),
        first_contact_at: instant(30)?,
        consulting: row.int(32)?,
        submitted: row.opt_text(33)?.map(outcome),
        return_way: row.opt_text(34)?.and_then(|key| ReturnWay::from_key(&key)),
    })
}

impl CaseFile {
    /// The four dates, as they are now; none before acceptance.
    ///
    /// # Errors
    /// [`Refusal::CalendarBeyond`].
    pub fn dates(&self, now: Instant, calendar: &Calendar) -> Result<Option<Dates>, Refusal> {
        let dates = self.case.clock.as_ref().map(|clock| clock.dates(now, calendar));
        dates.transpose().map_err(|_| Refusal::CalendarBeyond)
    }
}

impl Store {
    /// First contact. Returns the case as it now is.
    ///
    /// # Errors
    /// Refusals of [`case::open`].
    pub async fn open_case(&self, command: OpenCase, ctx: &Context<'_>) -> Result<Case, StoreError> {
        let (batch, case) = case::open(command, ctx)?;
        self.commit(batch).await?;
        Ok(case)
    }

    /// First contact and check of the documents at once, as the counter's form does.
    ///
    /// # Errors
    /// Refusals of [`case::open`] and [`case::step`]; nothing is written then.
    pub async fn receive_case(
        &self,
        command: OpenCase,
        check: case::CheckDocuments,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let known = command.known.as_ref().map(|(_, key)| key.clone());
        let (mut batch, case) = case::open(command, ctx)?;
        let key = known.or_else(|| self.new_key_in(&batch, case.person_id));
        let step = case::step(&case, Step::Check(check), key.as_ref(), ctx)?;
        batch.entries.extend(step.entries);
        batch.side.extend(step.side);
        self.commit(batch).await.map(|_| ())
    }

    pub(crate) fn new_key_in(
        &self,
        batch: &hailong_core::batch::Batch,
        person_id: Uuid,
    ) -> Option<SecretKey> {
        batch.side.iter().find_map(|side| match side {
            hailong_core::batch::Side::DataKey { subject, wrapped } if *subject == person_id => {
                self.vault().secrets().unwrap_data_key(person_id, wrapped)
            }
            _ => None,
        })
    }

    /// A matter resolved on the spot: opened, accepted without a receipt, finished and returned in one.
    ///
    /// # Errors
    /// Refusals of [`case::open`] and [`case::resolve`]; nothing is written then.
    pub async fn resolve_case(
        &self,
        command: OpenCase,
        check: case::CheckDocuments,
        outcome: Outcome,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let (mut batch, case) = case::open(command, ctx)?;
        let whole = case::resolve(&case, check, outcome, ctx)?;
        batch.entries.extend(whole.entries);
        batch.side.extend(whole.side);
        self.commit(batch).await.map(|_| ())
    }

    /// Keeps guidance that was given.
    ///
    /// # Errors
    /// Refusals of [`case::guide`].
    pub async fn guide(&self, command: Guide, ctx: &Context<'_>) -> Result<(), StoreError> {
        self.commit(case::guide(command, ctx)?).await.map(|_| ())
    }

    /// Guidance given at an office, newest first, before a place.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn guidance_at(
        &self,
        office_id: &str,
        before: Option<After>,
        limit: i64,
    ) -> Result<Vec<GuidanceFile>, StoreError> {
        let (at, id) = before.unwrap_or((Instant(i64::MAX), Uuid::max()));
        let params = [self.authority().into(), office_id.into(), at.0.into(), id.into(), limit.into()];
        self.rows(&READ_GUIDANCE, &params, |row| {
            Ok(GuidanceFile {
                id: row.uuid(0)?,
                procedure: row.text(1)?,
                reception: Reception::from_key(&row.text(2)?).ok_or_else(|| corrupt("way in"))?,
                official: row.text(3)?,
                given_at: Instant(row.int(4)?),
                words: row.bytes(5)?,
            })
        })
        .await
    }

    /// The words of guidance; none once erased.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn guidance_words(&self, file: &GuidanceFile) -> Result<Option<String>, StoreError> {
        self.open_words(file.id, file.id, &file.words).await
    }

    /// A step on a case. `version` is what the actor saw; a case that moved on since is refused as stale.
    ///
    /// # Errors
    /// Refusals of [`case::step`].
    pub async fn step_case(
        &self,
        id: Uuid,
        version: Option<i64>,
        step: Step,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let file = self.case(id).await?.ok_or(Refusal::UnknownCase)?;
        if version.is_some_and(|seen| seen != file.case.version) {
            return Err(Refusal::Stale.into());
        }
        let key = if step.needs_key() { self.data_key(file.case.person_id).await? } else { None };
        self.commit(case::step(&file.case, step, key.as_ref(), ctx)?).await.map(|_| ())
    }

    /// A case by its key, with its open consultations.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn case(&self, id: Uuid) -> Result<Option<CaseFile>, StoreError> {
        let params = [self.authority().into(), id.into()];
        let Some(mut file) = self.row(&READ_BY_ID, &params, read).await? else { return Ok(None) };
        if file.consulting > 0 {
            let consultation = |row: &Row<'_>| {
                Ok(Consultation {
                    id: row.uuid(0)?,
                    answer_by: Instant(row.int(1)?),
                    silence_consents: row.int(2)? == 1,
                })
            };
            file.case.consultations = self.rows(&OPEN_CONSULTATIONS, &params, consultation).await?;
        }
        Ok(Some(file))
    }

    /// Every consultation of a case, in order.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn consultations(&self, case_id: Uuid) -> Result<Vec<ConsultationFile>, StoreError> {
        let params = [self.authority().into(), case_id.into()];
        self.rows(&CONSULTATIONS, &params, |row| {
            Ok(ConsultationFile {
                id: row.uuid(0)?,
                body: row.text(1)?,
                question: row.bytes(2)?,
                asked_at: Instant(row.int(3)?),
                answer_by: Instant(row.int(4)?),
                silence_consents: row.int(5)? == 1,
                reply: row.opt_text(6)?.and_then(|key| Reply::from_key(&key)),
                answer: row.opt_bytes(7)?,
                closed_at: row.opt_int(8)?.map(Instant),
            })
        })
        .await
    }

    /// The newest cases of a person known by a number (`purpose`: `identity`, `phone`), at most twenty.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn cases_of_person(
        &self,
        person_id: Uuid,
        purpose: &str,
        number: &str,
    ) -> Result<Vec<Uuid>, StoreError> {
        let hash = self.vault().secrets().blind_index(purpose, number);
        let params = [self.authority().into(), person_id.into(), hash.as_slice().into()];
        self.rows(&CASES_OF_PERSON, &params, |row| row.uuid(0)).await
    }

    /// Words about a case that were sealed under its person's key; none once erased.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn words(&self, case: &Case, sealed: &[u8]) -> Result<Option<String>, StoreError> {
        self.open_words(case.person_id, case.id, sealed).await
    }

    pub(crate) async fn open_words(
        &self,
        subject: Uuid,
        bound: Uuid,
        sealed: &[u8],
    ) -> Result<Option<String>, StoreError> {
        let key = self.data_key(subject).await?;
        Ok(key.and_then(|key| String::from_utf8(key.open(bound.as_bytes(), sealed)?).ok()))
    }

    /// The code of a case that has one.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn case_code(&self, case_id: Uuid) -> Result<Option<String>, StoreError> {
        self.row(&READ_CODE, &[self.authority().into(), case_id.into()], |row| row.text(0)).await
    }

    /// A case by its code.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn case_by_code(&self, code: &str) -> Result<Option<CaseFile>, StoreError> {
        self.row(&READ_BY_CODE, &[self.authority().into(), code.into()], read).await
    }

    /// A case by the secret printed on its receipt.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn case_by_secret(&self, secret: &str) -> Result<Option<CaseFile>, StoreError> {
        let hash = hailong_core::secret::track_hash(secret);
        self.row(&READ_BY_TRACK, &[self.authority().into(), hash.as_slice().into()], read).await
    }

    /// The person known by an identity number or phone (`purpose`: `identity`, `phone`), with the data key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn find_person(
        &self,
        purpose: &str,
        number: &str,
    ) -> Result<Option<(Uuid, Uuid, SecretKey)>, StoreError> {
        let hash = self.vault().secrets().blind_index(purpose, number);
        let params = [self.authority().into(), hash.as_slice().into()];
        let found = self.row(&FIND_PERSON, &params, |row| Ok((row.uuid(0)?, row.uuid(1)?))).await?;
        let Some((person_id, case_id)) = found else { return Ok(None) };
        Ok(self.data_key(person_id).await?.map(|key| (person_id, case_id, key)))
    }

    /// The newest applicant known by an identity number, a tax code or a phone number; none when nobody is, or erased.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn known_applicant(&self, number: &str) -> Result<Option<Applicant>, StoreError> {
        if number.len() < 9 {
            return Ok(None);
        }
        for purpose in ["identity", "phone"] {
            if let Some((_, case_id, _)) = self.find_person(purpose, number).await?
                && let Some(file) = self.case(case_id).await?
            {
                return self.applicant(&file).await;
            }
        }
        Ok(None)
    }

    /// A data key; `None` once it was destroyed.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn data_key(&self, subject: Uuid) -> Result<Option<SecretKey>, StoreError> {
        let params = [self.authority().into(), subject.into()];
        let wrapped = self.row(&READ_DATA_KEY, &params, |row| row.bytes(0)).await?;
        Ok(wrapped.and_then(|wrapped| self.vault().secrets().unwrap_data_key(subject, &wrapped)))
    }

    /// The applicant of a case; `None` once erased.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn applicant(&self, file: &CaseFile) -> Result<Option<Applicant>, StoreError> {
        let key = self.data_key(file.case.person_id).await?;
        Ok(key.and_then(|key| Applicant::from_bytes(&key.open(file.case.id.as_bytes(), &file.applicant)?)))
    }

    /// The reason of the last supplement request or of the refusal; `None` when there is none or it was erased.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn reason(&self, file: &CaseFile) -> Result<Option<String>, StoreError> {
        let Some(sealed) = &file.reason else { return Ok(None) };
        self.words(&file.case, sealed).await
    }
}
