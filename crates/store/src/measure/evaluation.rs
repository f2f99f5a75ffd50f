//! Frozen quarters and the evaluations of officials.

use hailong_core::{
    batch::{Batch, Entry},
    context::Context,
    event::Event,
    measure::{
        evaluation::{self, Evaluation, Frozen, FrozenReport, Opened, Outcome, Stand, Status},
        scorecard::Report,
    },
    refusal::Refusal,
    secret::SecretKey,
    time::{Day, Instant, Month},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    query::Statement,
    value::{Row, Value},
};

macro_rules! step {
    ($columns:literal) => {
        concat!(
            "UPDATE evaluation SET version = ?3, ",
            $columns,
            " WHERE authority_id = ?1 AND evaluation_id = ?2 AND version + 1 = ?3"
        )
    };
}

macro_rules! select_evaluation {
    ($which:literal) => {
        concat!(
            "SELECT evaluation_id, quarter, official, office_id, status, version, answer_by, stand, decide_by, outcome, by_leader, \
             ask_by, review_by, opened_at, answer, answered_at, decision, decided_at, decided_by, request, asked_at, review, \
             reviewed_at, reviewed_by FROM evaluation WHERE authority_id = ?1 ",
            $which
        )
    };
}

crate::query::queries! {
    FREEZE = "INSERT INTO frozen_report (authority_id, quarter, version, frozen_at, frozen_by, content, hash, note, reason) \
              VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    OPEN = "INSERT INTO evaluation (authority_id, evaluation_id, quarter, official, office_id, version, status, opened_at, answer_by) \
            VALUES (?1, ?2, ?3, ?4, ?5, 1, 'opened', ?6, ?7)";
    ANSWER = step!("status = 'answered', stand = ?4, answer = ?5, answered_at = ?6, decide_by = ?7");
    DECIDE = step!("status = 'decided', outcome = ?4, decision = ?5, decided_at = ?6, decided_by = ?7, by_leader = ?8, ask_by = ?9");
    ASK = step!("status = 'review_asked', request = ?4, asked_at = ?5, review_by = ?6");
    REVIEW = step!("status = 'reviewed', outcome = ?4, review = ?5, reviewed_at = ?6, reviewed_by = ?7");
    READ_VERSIONS = "SELECT version, frozen_at, frozen_by, hash, note, reason FROM frozen_report \
                     WHERE authority_id = ?1 AND quarter = ?2 ORDER BY version LIMIT 1000";
    READ_CONTENT = "SELECT content FROM frozen_report WHERE authority_id = ?1 AND quarter = ?2 AND version = ?3";
    READ_NEWEST_CONTENT = "SELECT content FROM frozen_report WHERE authority_id = ?1 AND quarter = ?2 ORDER BY version DESC LIMIT 1";
    READ_ONE = select_evaluation!("AND evaluation_id = ?2");
    READ_QUARTER = select_evaluation!("AND quarter = ?2 ORDER BY official LIMIT 5000");
    READ_NEWEST = "SELECT quarter FROM frozen_report WHERE authority_id = ?1 ORDER BY quarter DESC LIMIT 1";
}

/// A frozen version, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenVersion {
    /// 1, or more for a correction.
    pub version: i64,
    /// When.
    pub frozen_at: Instant,
    /// By whom, as the journal names them.
    pub frozen_by: String,
    /// SHA-256 of the content.
    pub hash: Vec<u8>,
    /// The signed note.
    pub note: String,
    /// Why it was corrected.
    pub reason: Option<String>,
}

/// What somebody said, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidAt {
    /// When.
    pub at: Instant,
    /// Who, as the journal names them; of the official nothing.
    pub by: Option<String>,
    /// The words; empty when nothing was added, or when they were erased.
    pub words: String,
}

/// An evaluation with its words opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationFile {
    /// What decisions look at.
    pub evaluation: Evaluation,
    /// When it was opened.
    pub opened_at: Instant,
    /// What the official answered.
    pub answer: Option<SaidAt>,
    /// The decision.
    pub decision: Option<SaidAt>,
    /// The request for a review.
    pub request: Option<SaidAt>,
    /// The review.
    pub review: Option<SaidAt>,
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, actor: &str, out: &mut Vec<Statement>) {
    let at: Value = entry.at.0.into();
    let day = |day: Day| Value::from(day.0);
    let (query, rest) = match event {
        Event::ReportFrozen(frozen) => return out.push(freeze(authority, entry, frozen, actor)),
        Event::EvaluationOpened(opened) => return out.push(open(authority, entry, opened)),
        Event::EvaluationAnswered(answered) => {
            let words = answered.words.0.as_slice().into();
            (&ANSWER, vec![answered.stand.key().into(), words, at, day(answered.decide_by)])
        }
        Event::EvaluationDecided(decided) => {
            let (words, by_leader) = (decided.words.0.as_slice().into(), decided.by_leader.into());
            (
                &DECIDE,
                vec![decided.outcome.key().into(), words, at, actor.into(), by_leader, day(decided.ask_by)],
            )
        }
        Event::EvaluationReviewAsked(asked) => {
            (&ASK, vec![asked.words.0.as_slice().into(), at, day(asked.review_by)])
        }
        Event::EvaluationReviewed(reviewed) => {
            let words = reviewed.words.0.as_slice().into();
            (&REVIEW, vec![reviewed.outcome.key().into(), words, at, actor.into()])
        }
        _ => return,
    };
    let mut params: Vec<Value> =
        vec![authority.into(), entry.subject.0.as_slice().into(), entry.version.into()];
    params.extend(rest);
    out.push(Statement::one(query, params));
}

fn freeze(authority: i64, entry: &Entry, frozen: &FrozenReport, actor: &str) -> Statement {
    let params = vec![
        authority.into(),
        frozen.quarter.as_str().into(),
        frozen.version.into(),
        entry.at.0.into(),
        actor.into(),
        frozen.content.as_str().into(),
        frozen.hash.0.as_slice().into(),
        frozen.note.as_str().into(),
        frozen.reason.clone().into(),
    ];
    Statement::one(&FREEZE, params)
}

fn open(authority: i64, entry: &Entry, opened: &Opened) -> Statement {
    let params = vec![
        authority.into(),
        opened.evaluation_id.into(),
        opened.quarter.as_str().into(),
        opened.official.as_str().into(),
        opened.office_id.as_str().into(),
        entry.at.0.into(),
        opened.answer_by.0.into(),
    ];
    Statement::one(&OPEN, params)
}

/// When, by whom, and the words as they are kept.
type SealedWords = Option<(Instant, Option<String>, Vec<u8>)>;

struct Sealed {
    evaluation: Evaluation,
    opened_at: Instant,
    /// Answer, decision, request, review.
    words: [SealedWords; 4],
}

fn read(row: &Row<'_>) -> Result<Sealed, StoreError> {
    let odd = |what: &str| StoreError::Corrupt(format!("{what} of an evaluation cannot be read"));
    let day = |at| Ok::<_, StoreError>(row.opt_int(at)?.map(|day| Day(day as i32)));
    let said = |words, at, by: Option<usize>| {
        let by = by.map(|by| row.opt_text(by)).transpose()?.flatten();
        let (words, at) = (row.opt_bytes(words)?, row.opt_int(at)?);
        Ok::<_, StoreError>(words.zip(at).map(|(words, at)| (Instant(at), by, words)))
    };
    let evaluation = Evaluation {
        evaluation_id: row.uuid(0)?,
        quarter: row.text(1)?,
        official: row.text(2)?,
        office_id: row.text(3)?,
        status: Status::from_key(&row.text(4)?).ok_or_else(|| odd("the status"))?,
        version: row.int(5)?,
        answer_by: Day(row.int(6)? as i32),
        stand: row.opt_text(7)?.as_deref().and_then(Stand::from_key),
        decide_by: day(8)?,
        outcome: row.opt_text(9)?.as_deref().and_then(Outcome::from_key),
        by_leader: row.int(10)? != 0,
        ask_by: day(11)?,
        review_by: day(12)?,
    };
    let words = [said(14, 15, None)?, said(16, 17, Some(18))?, said(19, 20, None)?, said(21, 22, Some(23))?];
    Ok(Sealed { evaluation, opened_at: Instant(row.int(13)?), words })
}

impl Store {
    /// The versions of a frozen quarter, the first one first; none when it is not frozen.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn frozen_versions(&self, quarter: &str) -> Result<Vec<FrozenVersion>, StoreError> {
        let read = |row: &Row<'_>| {
            Ok(FrozenVersion {
                version: row.int(0)?,
                frozen_at: Instant(row.int(1)?),
                frozen_by: row.text(2)?,
                hash: row.bytes(3)?,
                note: row.text(4)?,
                reason: row.opt_text(5)?,
            })
        };
        self.rows(&READ_VERSIONS, &[self.authority().into(), quarter.into()], read).await
    }

    /// The content of a version, or of the newest, as it was signed.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn frozen_content(
        &self,
        quarter: &str,
        version: Option<i64>,
    ) -> Result<Option<String>, StoreError> {
        let mut params = vec![self.authority().into(), quarter.into()];
        params.extend(version.map(Value::from));
        let query = if version.is_some() { &READ_CONTENT } else { &READ_NEWEST_CONTENT };
        self.row(query, &params, |row| row.text(0)).await
    }

    /// The newest quarter that was frozen, such as `2017-Q2`.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn newest_frozen(&self) -> Result<Option<String>, StoreError> {
        self.row(&READ_NEWEST, &[self.authority().into()], |row| row.text(0)).await
    }

    /// Freezes a quarter, or corrects it with a reason; `first` is its first month.
    ///
    /// # Errors
    /// Refusals of [`evaluation::freeze`].
    pub async fn freeze_quarter(
        &self,
        first: Month,
        reason: &str,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let (from, before) = first.days_of_quarter();
        let counted = self.counted_between(from, before).await?;
        let versions = self.frozen_versions(&first.quarter_key()).await?;
        let before = versions.last().map(|last| Frozen { version: last.version, hash: last.hash.clone() });
        let key = self.log_key()?;
        let batch = evaluation::freeze(first, &Report::new(&counted), before.as_ref(), reason, &key, ctx)?;
        self.commit(batch).await.map(|_| ())
    }

    /// Freezes the quarter before the one that runs, when it is over, anything happened in it, and it is not frozen yet. Whether it was.
    ///
    /// # Errors
    /// When the database cannot answer. Another process that does the same at this moment is left to it.
    pub async fn freeze_due(&self, ctx: &Context<'_>) -> Result<bool, StoreError> {
        let [running, ..] = ctx.at.day().month().quarter();
        let first = Month(running.0 - 3);
        if !evaluation::is_over(first, ctx.at.day()) {
            return Ok(false);
        }
        let known = self.newest_frozen().await?.is_some_and(|newest| newest >= first.quarter_key());
        if known || self.tallies(first, Month(first.0 + 2)).await?.is_empty() {
            return Ok(false);
        }
        match self.freeze_quarter(first, "", ctx).await {
            Ok(()) => Ok(true),
            Err(StoreError::Stale) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The evaluations of a quarter, by official, without their words.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn evaluations(&self, quarter: &str) -> Result<Vec<Evaluation>, StoreError> {
        let read = |row: &Row<'_>| Ok(read(row)?.evaluation);
        self.rows(&READ_QUARTER, &[self.authority().into(), quarter.into()], read).await
    }

    /// An evaluation with its words.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn evaluation(&self, id: Uuid) -> Result<Option<EvaluationFile>, StoreError> {
        let Some(sealed) = self.sealed_evaluation(id).await? else { return Ok(None) };
        let key = self.data_key(id).await?;
        let opened = |said: SealedWords| {
            let (at, by, words) = said?;
            let words = key.as_ref().and_then(|key| key.open(id.as_bytes(), &words)).unwrap_or_default();
            Some(SaidAt { at, by, words: String::from_utf8(words).unwrap_or_default() })
        };
        let [answer, decision, request, review] = sealed.words.map(opened);
        let (evaluation, opened_at) = (sealed.evaluation, sealed.opened_at);
        Ok(Some(EvaluationFile { evaluation, opened_at, answer, decision, request, review }))
    }

    async fn sealed_evaluation(&self, id: Uuid) -> Result<Option<Sealed>, StoreError> {
        self.row(&READ_ONE, &[self.authority().into(), id.into()], read).await
    }

    /// Takes a step of an evaluation: [`evaluation::answer`] and the others.
    ///
    /// # Errors
    /// [`Refusal::AlreadyDone`] when there is none or it was erased, and the refusals of the step.
    pub async fn step_evaluation(
        &self,
        id: Uuid,
        step: impl FnOnce(&Evaluation, &SecretKey) -> Result<Batch, Refusal>,
    ) -> Result<(), StoreError> {
        let current = self.sealed_evaluation(id).await?.ok_or(Refusal::AlreadyDone)?.evaluation;
        let key = self.data_key(id).await?.ok_or(Refusal::AlreadyDone)?;
        self.commit(step(&current, &key)?).await.map(|_| ())
    }
}
