//! Opinions in tables.

mod evidence;
mod follow;
mod list;
mod project;

use hailong_core::{
    context::Context,
    listen::opinion::{
        self, Class, Current, Finding, Helped, Moments, Opinion, Owed, Question, Reason, Said, Same, Shown,
        Sort, Sorted, Source, State, Topic, Urgency,
    },
    refusal::Refusal,
    secret::SecretKey,
    serve::code,
    time::{Day, Instant},
};
use uuid::Uuid;

pub use self::list::{Filter, Lesson, OpenCount, Page, Place, Public, View};
pub(crate) use self::project::project;
#[cfg(test)]
pub(crate) use self::{
    evidence::QUERIES as EVIDENCE_QUERIES, follow::QUERIES as FOLLOW_QUERIES, list::QUERIES as LIST_QUERIES,
    project::QUERIES as PROJECT_QUERIES,
};
use crate::{Store, StoreError, value::Row};

/// One reading of opinions: every column that [`read`] maps, and which opinions.
macro_rules! select_opinion {
    ($which:expr) => {
        concat!(
            "SELECT opinion_id, office_id, opinion, received_at, due_day, version, state, source, confidential, consent, \
             said_class, triage_by, ask_by, class, topic, urgency, duplicate_of, asked_at, question, reply_by, ask_left, \
             replied_at, reply, answered_at, answered_by, answer, reason, publish_by, published_at, shown, helped, late, explain_day, \
             moved_from, moved_by, consented_at, finding \
             FROM opinion WHERE authority_id = ?1 ",
            $which
        )
    };
}
use select_opinion;

crate::query::queries! {
    READ_BY_ID = select_opinion!("AND opinion_id = ?2");
    READ_BY_CODE = select_opinion!("AND follow_hash = ?2");
    SAME = select_opinion!("AND duplicate_of IS NOT NULL AND duplicate_of = ?2 ORDER BY opinion_id LIMIT 50");
    EXPLANATIONS = "SELECT owed, due_day, head, said_at, said_by, words, promised_day FROM opinion_explanation \
                    WHERE authority_id = ?1 AND opinion_id = ?2 ORDER BY version DESC LIMIT ?3";
    COUNT_SAME = "SELECT COUNT(*) FROM opinion WHERE authority_id = ?1 AND duplicate_of IS NOT NULL AND duplicate_of = ?2";
}

/// An opinion with its words opened; words are empty when its key was destroyed.
#[derive(Clone, Debug)]
pub struct OpinionFile {
    /// What decisions look at.
    pub current: Current,
    /// The words, name and contact; `None` when erased.
    pub opinion: Option<Opinion>,
    /// When it came in.
    pub received_at: Instant,
    /// How it came.
    pub source: Source,
    /// What its author said it is about.
    pub said_class: Option<Class>,
    /// When its author was asked, and what.
    pub question: Option<(Instant, String)>,
    /// When its author replied, and what.
    pub reply: Option<(Instant, String)>,
    /// When and by whom it was answered or refused, and the words.
    pub answer: Option<(Instant, String, String)>,
    /// Why it was refused.
    pub reason: Option<Reason>,
    /// What was found, of a conduct.
    pub finding: Option<Finding>,
    /// When it was published, and how it reads there.
    pub shown: Option<(Instant, Shown)>,
    /// How many steps came after their day.
    pub late: i64,
    /// The day of the answer that was told before a decision on days off moved it, and that decision.
    pub moved: Option<(Day, String)>,
}

/// What the head of an office explained of a step that was late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The step.
    pub owed: Owed,
    /// The day by which it was owed.
    pub due: Day,
    /// The official who headed the office.
    pub head: String,
    /// When it was said.
    pub at: Instant,
    /// Who wrote it: the head, or whoever stood for the head.
    pub by: String,
    /// The words; empty when they were erased.
    pub words: String,
    /// The day promised.
    pub promised: Day,
}

struct Sealed {
    current: Current,
    opinion: Vec<u8>,
    received_at: Instant,
    source: Source,
    said_class: Option<Class>,
    question: Option<(Instant, Vec<u8>)>,
    reply: Option<(Instant, Vec<u8>)>,
    answer: Option<(Instant, String, Vec<u8>)>,
    reason: Option<Reason>,
    finding: Option<Finding>,
    shown: Option<(Instant, Vec<u8>)>,
    late: i64,
    moved: Option<(Day, String)>,
}

/// A column that holds the stable name of something.
fn kind<T>(key: &str, from_key: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    from_key(key).ok_or_else(|| StoreError::Corrupt(format!("an opinion has the unknown {key}")))
}

fn opt_kind<T>(
    row: &Row<'_>,
    column: usize,
    from_key: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    row.opt_text(column)?.map(|key| kind(&key, from_key)).transpose()
}

fn opt_day(row: &Row<'_>, column: usize) -> Result<Option<Day>, StoreError> {
    Ok(row.opt_int(column)?.map(|day| Day(day as i32)))
}

/// A moment and what was said then.
fn opt_words(row: &Row<'_>, at: usize, words: usize) -> Result<Option<(Instant, Vec<u8>)>, StoreError> {
    Ok(row.opt_int(at)?.map(Instant).zip(row.opt_bytes(words)?))
}

fn read(row: &Row<'_>) -> Result<Sealed, StoreError> {
    let sorted = (
        opt_kind(row, 13, Class::from_key)?,
        opt_kind(row, 14, Topic::from_key)?,
        opt_kind(row, 15, Urgency::from_key)?,
    );
    let duplicate_of = row.opt_bytes(16)?.and_then(|bytes| Uuid::from_slice(&bytes).ok());
    let sorted = match sorted {
        (Some(class), Some(topic), Some(urgency)) => Some(Sorted { class, topic, urgency, duplicate_of }),
        _ => None,
    };
    let question = match (opt_day(row, 19)?, row.opt_int(20)?) {
        (Some(reply_by), Some(left)) => Some(Question { reply_by, left: left as u32 }),
        _ => None,
    };
    let answer = match (opt_words(row, 23, 25)?, row.opt_text(24)?) {
        (Some((at, words)), Some(by)) => Some((at, by, words)),
        _ => None,
    };
    let shown = opt_words(row, 28, 29)?;
    Ok(Sealed {
        current: Current {
            opinion_id: row.uuid(0)?,
            office_id: row.text(1)?,
            state: kind(&row.text(6)?, State::from_key)?,
            version: row.int(5)?,
            confidential: row.int(8)? == 1,
            consent: row.int(9)? == 1,
            triage_by: opt_day(row, 11)?,
            ask_by: opt_day(row, 12)?,
            due: Day(row.int(4)? as i32),
            sorted,
            question,
            publish_by: opt_day(row, 27)?,
            published: shown.is_some(),
            helped: opt_kind(row, 30, Helped::from_key)?,
            explain_day: opt_day(row, 32)?,
            moments: Moments {
                received: Instant(row.int(3)?),
                asked: row.opt_int(17)?.map(Instant),
                replied: row.opt_int(21)?.map(Instant),
                publish: row.opt_int(35)?.max(row.opt_int(23)?).map(Instant),
            },
        },
        opinion: row.bytes(2)?,
        received_at: Instant(row.int(3)?),
        source: kind(&row.text(7)?, Source::from_key)?,
        said_class: opt_kind(row, 10, Class::from_key)?,
        question: opt_words(row, 17, 18)?,
        reply: opt_words(row, 21, 22)?,
        answer,
        reason: opt_kind(row, 26, Reason::from_key)?,
        finding: opt_kind(row, 36, Finding::from_key)?,
        shown,
        late: row.int(31)?,
        moved: opt_day(row, 33)?.zip(row.opt_text(34)?),
    })
}

impl Store {
    /// Receives an opinion; returns the code to follow it. The same words sent twice from one form are one opinion.
    ///
    /// # Errors
    /// Refusals of [`opinion::receive`].
    pub async fn receive_opinion(&self, said: Said, ctx: &Context<'_>) -> Result<String, StoreError> {
        let mut said = said;
        if said.residence.is_none() && !said.opinion.case_code.trim().is_empty() {
            // Where the applicant of the case lives, when its author does not say it.
            let case = self.case_by_code(&code::tidy(&said.opinion.case_code)).await?;
            let residence = case.and_then(|file| file.residence);
            said.residence = residence.filter(|key| ctx.directory.on(ctx.at.day()).office(key).is_ok());
        }
        let (batch, code) = opinion::receive(said.clone(), ctx)?;
        match self.commit(batch).await {
            Err(StoreError::Stale) if said.once.is_some() => {}
            other => return other.map(|_| code),
        }
        let first = self.opinion_by_code(&code).await?.and_then(|file| file.opinion);
        if first.is_some_and(|first| first.words == said.opinion.words.trim()) {
            return Ok(code);
        }
        // The same form with other words is another opinion.
        let (batch, code) = opinion::receive(Said { once: None, ..said }, ctx)?;
        self.commit(batch).await.map(|_| code)
    }

    /// Sorts an opinion; `duplicate_of` is another that says the same.
    ///
    /// # Errors
    /// Refusals of [`opinion::triage`].
    pub async fn triage_opinion(
        &self,
        id: Uuid,
        sort: Sort,
        duplicate_of: Option<Uuid>,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let current = self.opinion_itself(id, ctx).await?;
        let other = match duplicate_of {
            None => None,
            Some(other) => match self.opinion_itself(other, ctx).await {
                Ok(other) => Some(other),
                Err(StoreError::Refused(_)) => return Err(Refusal::BadChoice("duplicate").into()),
                Err(error) => return Err(error),
            },
        };
        let same = match &other {
            None => None,
            Some(other) => {
                let with_other = self.count_same(other.opinion_id).await?;
                Some(Same { other, with_other, with_current: self.count_same(id).await? })
            }
        };
        self.commit(opinion::triage(&current, sort, same, ctx)?).await.map(|_| ())
    }

    /// Asks the author of an opinion for more.
    ///
    /// # Errors
    /// Refusals of [`opinion::ask`].
    pub async fn ask_author(&self, id: Uuid, question: &str, ctx: &Context<'_>) -> Result<(), StoreError> {
        let (current, key) = self.opinion_with_key(id, ctx).await?;
        self.commit(opinion::ask(&current, question, &key, ctx)?).await.map(|_| ())
    }

    /// Takes the author's reply.
    ///
    /// # Errors
    /// Refusals of [`opinion::reply`].
    pub async fn reply_opinion(&self, id: Uuid, reply: &str, ctx: &Context<'_>) -> Result<(), StoreError> {
        let (current, key) = self.opinion_with_key(id, ctx).await?;
        self.commit(opinion::reply(&current, reply, &key, ctx)?).await.map(|_| ())
    }

    /// Answers an opinion, and those that say the same.
    ///
    /// # Errors
    /// Refusals of [`opinion::answer`].
    pub async fn answer_opinion(
        &self,
        id: Uuid,
        words: &str,
        finding: Option<Finding>,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let (current, key) = self.opinion_with_key(id, ctx).await?;
        let same = self.same_with_keys(id, ctx).await?;
        self.commit(opinion::answer(&current, words, finding, &key, &same, ctx)?).await.map(|_| ())
    }

    /// Refuses an opinion, and those that say the same.
    ///
    /// # Errors
    /// Refusals of [`opinion::refuse`].
    pub async fn refuse_opinion(
        &self,
        id: Uuid,
        reason: Reason,
        words: &str,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let (current, key) = self.opinion_with_key(id, ctx).await?;
        let same = self.same_with_keys(id, ctx).await?;
        self.commit(opinion::refuse(&current, reason, words, &key, &same, ctx)?).await.map(|_| ())
    }

    /// Notes that its author consents to publishing, or no longer does.
    ///
    /// # Errors
    /// Refusals of [`opinion::change_consent`].
    pub async fn consent_opinion(
        &self,
        id: Uuid,
        consent: bool,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let current = self.opinion_itself(id, ctx).await?;
        self.commit(opinion::change_consent(&current, consent, ctx)?).await.map(|_| ())
    }

    /// Publishes an opinion with its answer, as masked.
    ///
    /// # Errors
    /// Refusals of [`opinion::publish`].
    pub async fn publish_opinion(&self, id: Uuid, shown: Shown, ctx: &Context<'_>) -> Result<(), StoreError> {
        let file = self.opinion(id).await?.ok_or(Refusal::UnknownOpinion)?;
        let key = self.data_key(id).await?.ok_or(Refusal::AlreadyDone)?;
        let author = file.opinion.unwrap_or_default();
        let current = file.current.caught_up(ctx.directory);
        self.commit(opinion::publish(&current, shown, &author, &key, ctx)?).await.map(|_| ())
    }

    /// Notes what its author says of the answer.
    ///
    /// # Errors
    /// Refusals of [`opinion::judge`].
    pub async fn judge_opinion(&self, id: Uuid, helped: Helped, ctx: &Context<'_>) -> Result<(), StoreError> {
        let current = self.opinion_itself(id, ctx).await?;
        self.commit(opinion::judge(&current, helped, ctx)?).await.map(|_| ())
    }

    /// The head of the office explains why the next step is late, also of those that say the same.
    ///
    /// # Errors
    /// Refusals of [`opinion::explain`].
    pub async fn explain_opinion(
        &self,
        id: Uuid,
        words: &str,
        promised: Option<Day>,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let (current, key) = self.opinion_with_key(id, ctx).await?;
        let same = self.same_with_keys(id, ctx).await?;
        self.commit(opinion::explain(&current, words, promised, &key, &same, ctx)?).await.map(|_| ())
    }

    /// What was explained of an opinion, the newest first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn explanations(&self, id: Uuid, limit: i64) -> Result<Vec<Explanation>, StoreError> {
        let read = |row: &Row<'_>| {
            let explanation = Explanation {
                owed: kind(&row.text(0)?, Owed::from_key)?,
                due: Day(row.int(1)? as i32),
                head: row.text(2)?,
                at: Instant(row.int(3)?),
                by: row.text(4)?,
                words: String::new(),
                promised: Day(row.int(6)? as i32),
            };
            Ok((explanation, row.bytes(5)?))
        };
        let rows =
            self.rows(&EXPLANATIONS, &[self.authority().into(), id.into(), limit.into()], read).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.data_key(id).await?;
        let open = |sealed: &[u8]| {
            let words = key.as_ref().and_then(|key| key.open(id.as_bytes(), sealed));
            words.and_then(|words| String::from_utf8(words).ok()).unwrap_or_default()
        };
        Ok(rows.into_iter().map(|(one, sealed)| Explanation { words: open(&sealed), ..one }).collect())
    }

    /// An opinion by its key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn opinion(&self, id: Uuid) -> Result<Option<OpinionFile>, StoreError> {
        match self.row(&READ_BY_ID, &[self.authority().into(), id.into()], read).await? {
            Some(sealed) => Ok(Some(self.open_opinion(sealed).await?)),
            None => Ok(None),
        }
    }

    /// An opinion by the code that was shown to its author.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn opinion_by_code(&self, typed: &str) -> Result<Option<OpinionFile>, StoreError> {
        let code = opinion::read_follow_code(typed);
        let hash = self.vault().secrets().blind_index("opinion", &code);
        match self.row(&READ_BY_CODE, &[self.authority().into(), hash.as_slice().into()], read).await? {
            Some(sealed) => Ok(Some(self.open_opinion(sealed).await?)),
            None => Ok(None),
        }
    }

    /// Those that say the same as an opinion and are answered with it, the oldest first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn same_opinions(&self, id: Uuid) -> Result<Vec<OpinionFile>, StoreError> {
        let mut files = Vec::new();
        for sealed in self.rows(&SAME, &[self.authority().into(), id.into()], read).await? {
            files.push(self.open_opinion(sealed).await?);
        }
        Ok(files)
    }

    /// How many say the same as an opinion.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn count_same(&self, id: Uuid) -> Result<usize, StoreError> {
        let count = |row: &Row<'_>| Ok(row.int(0)? as usize);
        let found = self.row(&COUNT_SAME, &[self.authority().into(), id.into()], count).await?;
        Ok(found.unwrap_or(0))
    }

    /// An opinion as a decision sees it: with its days over the calendar in force.
    async fn opinion_itself(&self, id: Uuid, ctx: &Context<'_>) -> Result<Current, StoreError> {
        let found = self.row(&READ_BY_ID, &[self.authority().into(), id.into()], read).await?;
        Ok(found.ok_or(Refusal::UnknownOpinion)?.current.caught_up(ctx.directory))
    }

    async fn opinion_with_key(
        &self,
        id: Uuid,
        ctx: &Context<'_>,
    ) -> Result<(Current, SecretKey), StoreError> {
        let current = self.opinion_itself(id, ctx).await?;
        Ok((current, self.data_key(id).await?.ok_or(Refusal::AlreadyDone)?))
    }

    async fn same_with_keys(
        &self,
        id: Uuid,
        ctx: &Context<'_>,
    ) -> Result<Vec<(Current, SecretKey)>, StoreError> {
        let mut found = Vec::new();
        for sealed in self.rows(&SAME, &[self.authority().into(), id.into()], read).await? {
            // One that was erased has nothing left to answer.
            let Some(key) = self.data_key(sealed.current.opinion_id).await? else { continue };
            found.push((sealed.current.caught_up(ctx.directory), key));
        }
        Ok(found)
    }

    async fn open_opinion(&self, sealed: Sealed) -> Result<OpinionFile, StoreError> {
        let id = sealed.current.opinion_id;
        let key = self.data_key(id).await?;
        let open = |bytes: &[u8]| key.as_ref().and_then(|key| key.open(id.as_bytes(), bytes));
        let text =
            |bytes: &[u8]| open(bytes).and_then(|text| String::from_utf8(text).ok()).unwrap_or_default();
        let said = |words: Option<(Instant, Vec<u8>)>| words.map(|(at, words)| (at, text(&words)));
        let shown = |bytes: &[u8]| open(bytes).and_then(|text| serde_json::from_slice(&text).ok());
        Ok(OpinionFile {
            opinion: open(&sealed.opinion).and_then(|text| serde_json::from_slice(&text).ok()),
            received_at: sealed.received_at,
            source: sealed.source,
            said_class: sealed.said_class,
            question: said(sealed.question),
            reply: said(sealed.reply),
            answer: sealed.answer.map(|(at, by, words)| (at, by, text(&words))),
            reason: sealed.reason,
            finding: sealed.finding,
            shown: sealed.shown.map(|(at, bytes)| (at, shown(&bytes).unwrap_or_default())),
            late: sealed.late,
            moved: sealed.moved,
            current: sealed.current,
        })
    }
}
