//! Cases in tables: writing them from events, reading them for decisions, lists and pages.

use hailong_core::{
    batch::Entry,
    context::Context,
    event::Event,
    refusal::Refusal,
    secret::SecretKey,
    serve::{
        applicant::{Applicant, ApplicantKind},
        case::{self, Case, LimitChoice, Mark, OpenCase, Outcome, State, Step},
    },
    time::{Instant, Minute},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    measure::figure::{Tally, add_due, add_tally},
    query::{Query, Statement},
    value::{Row, Value},
};

/// One reading of cases: every column that [`read`] maps, by the order of the list, and which cases.
macro_rules! select_case {
    ($sort:literal, $which:literal) => {
        concat!(
            "SELECT case_id, office_id, procedure, applicant_kind, person_id, applicant, residence, state, holder, \
             supplements, version, opened_at, ",
            $sort,
            ", code, book_number, accepted_at, due_at, limit_choice, documents, reason, finished_at, outcome, on_time, \
             closed_at FROM case_file WHERE authority_id = ?1 ",
            $which
        )
    };
}

crate::query::queries! {
    OPEN = "INSERT INTO case_file (authority_id, case_id, office_id, procedure, applicant_kind, person_id, applicant, \
            residence, track_hash, state, is_open, holder, supplements, version, opened_at, sort_at) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'opened', 1, ?10, 0, 1, ?11, ?11)";
    ASK_SUPPLEMENT = "UPDATE case_file SET version = ?3, state = 'supplement_requested', supplements = ?4, \
                      documents = ?5, reason = ?6 WHERE authority_id = ?1 AND case_id = ?2 AND version + 1 = ?3";
    ACCEPT = "UPDATE case_file SET version = ?3, state = 'accepted', code = ?4, book_number = ?5, accepted_at = ?6, \
              due_at = ?7, sort_at = ?7, limit_choice = ?8, documents = ?9 \
              WHERE authority_id = ?1 AND case_id = ?2 AND version + 1 = ?3";
    HAND_OVER = "UPDATE case_file SET version = ?3, state = 'in_progress', holder = ?4 \
                 WHERE authority_id = ?1 AND case_id = ?2 AND version + 1 = ?3";
    MOVE = "UPDATE case_file SET version = ?3, holder = ?4 WHERE authority_id = ?1 AND case_id = ?2 AND version + 1 = ?3";
    FINISH = "UPDATE case_file SET version = ?3, state = 'finished', finished_at = ?4, outcome = ?5, on_time = ?6 \
              WHERE authority_id = ?1 AND case_id = ?2 AND version + 1 = ?3";
    RETURN = "UPDATE case_file SET version = ?3, state = 'returned', is_open = 0, closed_at = ?4 \
              WHERE authority_id = ?1 AND case_id = ?2 AND version + 1 = ?3";
    REFUSE = "UPDATE case_file SET version = ?3, state = 'refused', is_open = 0, closed_at = ?4, reason = ?5, \
              on_time = ?6, finished_at = ?7 WHERE authority_id = ?1 AND case_id = ?2 AND version + 1 = ?3";
    READ_BY_ID = select_case!(
        "sort_at",
        "AND case_id = ?2"
    );
    READ_BY_CODE = select_case!(
        "sort_at",
        "AND code = ?2"
    );
    READ_BY_TRACK = select_case!(
        "sort_at",
        "AND track_hash = ?2"
    );
    OPEN_OF_HOLDER = select_case!(
        "sort_at",
        "AND holder = ?2 AND is_open = 1 AND (CAST(?6 AS TEXT) IS NULL OR state = ?6) AND (sort_at > \
             ?3 OR (sort_at = ?3 AND case_id > ?4)) ORDER BY sort_at, case_id LIMIT ?5"
    );
    OPEN_OF_OFFICE = select_case!(
        "sort_at",
        "AND office_id = ?2 AND is_open = 1 AND (CAST(?6 AS TEXT) IS NULL OR state = ?6) AND (sort_at \
             > ?3 OR (sort_at = ?3 AND case_id > ?4)) ORDER BY sort_at, case_id LIMIT ?5"
    );
    COUNT_OPEN_OF_HOLDER = "SELECT COUNT(*), \
                      CAST(COALESCE(SUM(CASE WHEN state IN ('accepted', 'in_progress') AND sort_at < ?3 \
                      THEN 1 ELSE 0 END), 0) AS BIGINT), \
                      CAST(COALESCE(SUM(CASE WHEN state IN ('accepted', 'in_progress') AND sort_at >= ?3 \
                      AND sort_at < ?4 THEN 1 ELSE 0 END), 0) AS BIGINT) \
                      FROM (SELECT state, sort_at FROM case_file WHERE authority_id = ?1 AND holder = ?2 \
                      AND is_open = 1 AND (CAST(?5 AS TEXT) IS NULL OR state = ?5) \
                      ORDER BY sort_at, case_id LIMIT 1000) AS listed";
    COUNT_OPEN_OF_OFFICE = "SELECT COUNT(*), \
                      CAST(COALESCE(SUM(CASE WHEN state IN ('accepted', 'in_progress') AND sort_at < ?3 \
                      THEN 1 ELSE 0 END), 0) AS BIGINT), \
                      CAST(COALESCE(SUM(CASE WHEN state IN ('accepted', 'in_progress') AND sort_at >= ?3 \
                      AND sort_at < ?4 THEN 1 ELSE 0 END), 0) AS BIGINT) \
                      FROM (SELECT state, sort_at FROM case_file WHERE authority_id = ?1 AND office_id = ?2 \
                      AND is_open = 1 AND (CAST(?5 AS TEXT) IS NULL OR state = ?5) \
                      ORDER BY sort_at, case_id LIMIT 1000) AS listed";
    RUNNING_OF_OFFICE = select_case!(
        "sort_at",
        "AND office_id = ?2 AND is_open = 1 AND state IN ('accepted', 'in_progress') AND sort_at < ?6 \
             AND (sort_at > ?3 OR (sort_at = ?3 AND case_id > ?4)) ORDER BY sort_at, case_id LIMIT ?5"
    );
    FINISHED_OF_OFFICE = select_case!(
        "finished_at",
        "AND office_id = ?2 AND finished_at IS NOT NULL AND finished_at < ?6 AND on_time = ?7 AND \
             (finished_at > ?3 OR (finished_at = ?3 AND case_id > ?4)) ORDER BY finished_at, case_id \
             LIMIT ?5"
    );
    FIND_PERSON = "SELECT person_id, case_id FROM person_index WHERE authority_id = ?1 AND hash = ?2 \
                   ORDER BY case_id DESC LIMIT 1";
    READ_DATA_KEY = "SELECT wrapped FROM data_key WHERE authority_id = ?1 AND subject_id = ?2";
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

/// How many open cases a list holds; no more than a thousand are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenCount {
    /// All of them.
    pub all: u64,
    /// Promise running and past due.
    pub late: u64,
    /// Promise running and due later today.
    pub today: u64,
}

/// Where a list goes on: after this place and key.
pub type After = (Instant, Uuid);

/// A list of cases of one office behind a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Promise running.
    Running,
    /// Promise running and past due.
    RunningLate,
    /// Finished in the period, in time or late.
    Finished {
        /// In time?
        on_time: bool,
    },
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, actor: &str, out: &mut Vec<Statement>) {
    let key = |rest: Vec<Value>| {
        let mut params: Vec<Value> =
            vec![authority.into(), entry.subject.0.as_slice().into(), entry.version.into()];
        params.extend(rest);
        params
    };
    let at = || Value::from(entry.at.0);
    match event {
        Event::CaseOpened(opened) => {
            let params = vec![
                authority.into(),
                opened.case_id.into(),
                opened.office_id.as_str().into(),
                opened.procedure.as_str().into(),
                opened.applicant_kind.key().into(),
                opened.person_id.into(),
                opened.applicant.0.as_slice().into(),
                opened.residence.as_deref().into(),
                opened.track_hash.0.as_slice().into(),
                actor.into(),
                at(),
            ];
            out.push(Statement::new(&OPEN, params));
        }
        Event::SupplementRequested(request) => {
            let rest =
                vec![request.round.into(), json(&request.documents), request.reason.0.as_slice().into()];
            out.push(Statement::one(&ASK_SUPPLEMENT, key(rest)));
        }
        Event::CaseAccepted(accepted) => {
            let rest = vec![
                accepted.code.as_str().into(),
                accepted.book_number.into(),
                at(),
                accepted.due.0.into(),
                json(&accepted.limit),
                json(&accepted.documents),
            ];
            out.push(Statement::one(&ACCEPT, key(rest)));
        }
        Event::CaseHandedOver { to, .. } => {
            out.push(Statement::one(&HAND_OVER, key(vec![to.as_str().into()])));
        }
        Event::CaseMoved { holder, .. } => {
            out.push(Statement::one(&MOVE, key(vec![holder.as_str().into()])));
        }
        Event::CaseFinished { outcome, on_time, .. } => {
            let outcome = if *outcome == Outcome::Granted { "granted" } else { "denied" };
            out.push(Statement::one(&FINISH, key(vec![at(), outcome.into(), (*on_time).into()])));
        }
        Event::CaseReturned { .. } => out.push(Statement::one(&RETURN, key(vec![at()]))),
        Event::CaseRefused { reason, on_time, .. } => {
            let ended = on_time.map(|_| entry.at.0);
            let rest = vec![at(), reason.0.as_slice().into(), (*on_time).into(), ended.into()];
            out.push(Statement::one(&REFUSE, key(rest)));
        }
        _ => {}
    }
    tally(authority, entry, event, out);
}

fn tally(authority: i64, entry: &Entry, event: &Event, out: &mut Vec<Statement>) {
    let ended =
        |on_time: bool| Tally { on_time: on_time.into(), late: (!on_time).into(), ..Tally::default() };
    let (of, tally, running) = match event {
        Event::CaseOpened(opened) => {
            let tally = Tally { opened: 1, ..Tally::default() };
            let group = opened.applicant_kind.group();
            return add_tally(authority, &opened.office_id, group, entry.at.day().month(), tally, out);
        }
        Event::SupplementRequested(request) => {
            (&request.of, Tally { supplements: 1, ..Tally::default() }, None)
        }
        Event::CaseAccepted(accepted) => {
            (&accepted.of, Tally { accepted: 1, ..Tally::default() }, Some((accepted.due, 1)))
        }
        Event::CaseFinished { of, on_time, .. } => (of, ended(*on_time), of.due.map(|due| (due, -1))),
        Event::CaseReturned { of } => (of, Tally { returned: 1, ..Tally::default() }, None),
        Event::CaseRefused { of, on_time, .. } => {
            let ended = on_time.map(ended).unwrap_or_default();
            (of, Tally { refused: 1, ..ended }, of.due.map(|due| (due, -1)))
        }
        _ => return,
    };
    if let Some((due, n)) = running {
        add_due(authority, &of.office_id, of.group, due, n, out);
    }
    add_tally(authority, &of.office_id, of.group, entry.at.day().month(), tally, out);
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    // Our own lists and choices always serialise.
    serde_json::to_string(value).unwrap_or_default().into()
}

fn read(row: &Row<'_>) -> Result<CaseFile, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("a case has an unknown {what}"));
    let instant = |column| Ok::<_, StoreError>(row.opt_int(column)?.map(Instant));
    let due = instant(16)?;
    let case = Case {
        id: row.uuid(0)?,
        office_id: row.text(1)?,
        procedure: row.text(2)?,
        applicant_kind: ApplicantKind::from_key(&row.text(3)?).ok_or_else(|| corrupt("applicant kind"))?,
        person_id: row.uuid(4)?,
        state: State::from_key(&row.text(7)?).ok_or_else(|| corrupt("state"))?,
        holder: row.text(8)?,
        due,
        supplements: row.int(9)? as u8,
        version: row.int(10)?,
    };
    let documents = row.opt_text(18)?.map(|text| serde_json::from_str(&text));
    let limit = row.opt_text(17)?.map(|text| serde_json::from_str(&text));
    Ok(CaseFile {
        case,
        applicant: row.bytes(5)?,
        residence: row.opt_text(6)?,
        opened_at: Instant(row.int(11)?),
        sort_at: Instant(row.int(12)?),
        code: row.opt_text(13)?,
        book_number: row.opt_int(14)?,
        accepted_at: instant(15)?,
        limit: limit.transpose().map_err(|_| corrupt("time limit"))?,
        documents: documents.transpose().map_err(|_| corrupt("list of documents"))?.unwrap_or_default(),
        reason: row.opt_bytes(19)?,
        finished_at: instant(20)?,
        outcome: row
            .opt_text(21)?
            .map(|key| if key == "granted" { Outcome::Granted } else { Outcome::Denied }),
        on_time: row.opt_int(22)?.map(|on_time| on_time == 1),
        closed_at: instant(23)?,
    })
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

    fn new_key_in(&self, batch: &hailong_core::batch::Batch, person_id: Uuid) -> Option<SecretKey> {
        batch.side.iter().find_map(|side| match side {
            hailong_core::batch::Side::DataKey { subject, wrapped } if *subject == person_id => {
                self.vault().secrets().unwrap_data_key(person_id, wrapped)
            }
            _ => None,
        })
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
        let needs_key = matches!(step, Step::Check(_) | Step::Refuse { .. });
        let key = if needs_key { self.data_key(file.case.person_id).await? } else { None };
        self.commit(case::step(&file.case, step, key.as_ref(), ctx)?).await.map(|_| ())
    }

    /// A case by its key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn case(&self, id: Uuid) -> Result<Option<CaseFile>, StoreError> {
        self.row(&READ_BY_ID, &[self.authority().into(), id.into()], read).await
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

    /// Open cases an official has (in one state, or in any), by due date, after a place.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn open_cases_of(
        &self,
        holder: &str,
        state: Option<State>,
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<CaseFile>, StoreError> {
        self.rows(&OPEN_OF_HOLDER, &self.open_params(holder, state, after, limit), read).await
    }

    /// Open cases of an office (in one state, or in any), by due date, after a place.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn open_cases_at(
        &self,
        office_id: &str,
        state: Option<State>,
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<CaseFile>, StoreError> {
        self.rows(&OPEN_OF_OFFICE, &self.open_params(office_id, state, after, limit), read).await
    }

    fn open_params(&self, whose: &str, state: Option<State>, after: Option<After>, limit: i64) -> [Value; 6] {
        let (at, id) = after.unwrap_or((Instant(0), Uuid::nil()));
        let state = state.map(State::key);
        [self.authority().into(), whose.into(), at.0.into(), id.into(), limit.into(), state.into()]
    }

    /// How many open cases an official has.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn count_open_of(
        &self,
        holder: &str,
        state: Option<State>,
        now: Instant,
    ) -> Result<OpenCount, StoreError> {
        self.count_open(&COUNT_OPEN_OF_HOLDER, holder, state, now).await
    }

    /// How many open cases an office has.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn count_open_at(
        &self,
        office_id: &str,
        state: Option<State>,
        now: Instant,
    ) -> Result<OpenCount, StoreError> {
        self.count_open(&COUNT_OPEN_OF_OFFICE, office_id, state, now).await
    }

    async fn count_open(
        &self,
        query: &'static Query,
        whose: &str,
        state: Option<State>,
        now: Instant,
    ) -> Result<OpenCount, StoreError> {
        let midnight = Instant::at(now.day().plus(1), Minute(0));
        let state = state.map(State::key);
        let params = [self.authority().into(), whose.into(), now.0.into(), midnight.0.into(), state.into()];
        let count = |row: &Row<'_>, column| Ok::<_, StoreError>(row.int(column)?.unsigned_abs());
        let found = self
            .row(query, &params, |row| {
                Ok(OpenCount { all: count(row, 0)?, late: count(row, 1)?, today: count(row, 2)? })
            })
            .await?;
        Ok(found.unwrap_or_default())
    }

    /// The cases behind a figure of an office. For finished ones the period is `from..until`; for running ones
    /// `until` is now.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn cases_behind(
        &self,
        office_id: &str,
        which: Which,
        (from, until): (Instant, Instant),
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<CaseFile>, StoreError> {
        let start = if matches!(which, Which::Finished { .. }) { from.plus_seconds(-1) } else { Instant(0) };
        let (at, id) = after.unwrap_or((start, Uuid::max()));
        let mut params: Vec<Value> =
            vec![self.authority().into(), office_id.into(), at.0.into(), id.into(), limit.into()];
        match which {
            Which::Running => params.push(i64::MAX.into()),
            Which::RunningLate => params.push(until.0.into()),
            Which::Finished { on_time } => params.extend([until.0.into(), on_time.into()]),
        }
        let query =
            if matches!(which, Which::Finished { .. }) { &FINISHED_OF_OFFICE } else { &RUNNING_OF_OFFICE };
        self.rows(query, &params, read).await
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
        let key = self.data_key(file.case.person_id).await?;
        Ok(key.and_then(|key| String::from_utf8(key.open(file.case.id.as_bytes(), sealed)?).ok()))
    }
}
