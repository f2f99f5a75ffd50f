//! Promises in tables.

use hailong_core::{
    batch::Entry,
    context::Context,
    listen::dialogue::{
        Topic,
        promise::{self, MOST_PROMISES, Made, Make, Promise, Report, Reported, Said},
    },
    refusal::Refusal,
    time::{Day, Instant},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    query::{Query, Statement},
    value::{Row, Value},
};

macro_rules! select_promise {
    ($which:literal) => {
        concat!(
            "SELECT promise_id, dialogue_id, number, topic, question, owner, deadline_day, said, said_at, said_by, done_at, reports, \
             voice_id FROM promise WHERE authority_id = ?1 ",
            $which
        )
    };
}

crate::query::queries! {
    MAKE = "INSERT INTO promise (authority_id, promise_id, dialogue_id, number, topic, question, owner, deadline_day, said, said_at, \
            said_by, done_at, reports, voice_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, ?13)";
    REPORT = "UPDATE promise SET said = ?4, said_at = ?5, said_by = ?6, done_at = ?7, reports = ?3 \
              WHERE authority_id = ?1 AND promise_id = ?2 AND reports + 1 = ?3 AND done_at IS NULL";
    READ = select_promise!("AND promise_id = ?2");
    OF_DIALOGUE = select_promise!("AND dialogue_id = ?2 ORDER BY number LIMIT 500");
    NOT_DONE = select_promise!("AND done_at IS NULL ORDER BY deadline_day, promise_id LIMIT 500");
    OF_OWNER = select_promise!("AND owner = ?2 AND promise_id < ?3 ORDER BY promise_id DESC LIMIT ?4");
}

/// A promise with its words opened.
#[derive(Clone, Debug)]
pub struct PromiseFile {
    /// What decisions look at.
    pub promise: Promise,
    /// The question as the minutes put it; empty when erased.
    pub question: String,
    /// What was said of it last.
    pub said: Said,
    /// When and by whom.
    pub said_by: Option<(Instant, String)>,
    /// Who asked it beforehand: to be told, and shown to nobody.
    pub(crate) voice_id: Option<Uuid>,
}

struct Sealed {
    promise: Promise,
    question: Vec<u8>,
    said: Option<Vec<u8>>,
    said_by: Option<(Instant, String)>,
    voice_id: Option<Uuid>,
}

pub(super) fn project_made(
    authority: i64,
    entry: &Entry,
    made: &Made,
    actor: &str,
    out: &mut Vec<Statement>,
) {
    let at: Value = entry.at.0.into();
    let said = made.said.as_ref();
    let params = vec![
        authority.into(),
        made.promise_id.into(),
        made.dialogue.as_str().into(),
        made.number.into(),
        made.topic.key().into(),
        made.question.0.as_slice().into(),
        made.owner.as_str().into(),
        made.deadline.0.into(),
        said.map(|said| said.0.clone()).into(),
        if said.is_some() { at.clone() } else { Value::Null },
        said.map(|_| actor).into(),
        if made.done { at } else { Value::Null },
        made.voice_id.into(),
    ];
    out.push(Statement::new(&MAKE, params));
}

pub(super) fn project_reported(
    authority: i64,
    entry: &Entry,
    reported: &Reported,
    actor: &str,
    out: &mut Vec<Statement>,
) {
    let params = vec![
        authority.into(),
        reported.promise_id.into(),
        entry.version.into(),
        reported.said.0.as_slice().into(),
        entry.at.0.into(),
        actor.into(),
        reported.done.then_some(entry.at.0).into(),
    ];
    out.push(Statement::one(&REPORT, params));
}

fn read(row: &Row<'_>) -> Result<Sealed, StoreError> {
    let topic = Topic::from_key(&row.text(3)?);
    let promise = Promise {
        id: row.uuid(0)?,
        dialogue: row.text(1)?,
        number: row.int(2)? as u32,
        topic: topic.ok_or_else(|| StoreError::Corrupt("a promise has an unknown topic".into()))?,
        owner: row.text(5)?,
        deadline: Day(row.int(6)? as i32),
        done_at: row.opt_int(10)?.map(Instant),
        reports: row.int(11)?,
    };
    let said_by = row.opt_int(8)?.map(Instant).zip(row.opt_text(9)?);
    let voice_id = row.opt_bytes(12)?.and_then(|bytes| Uuid::from_slice(&bytes).ok());
    Ok(Sealed { promise, question: row.bytes(4)?, said: row.opt_bytes(7)?, said_by, voice_id })
}

impl Store {
    /// Writes a question into the minutes of a dialogue, with owner and deadline.
    ///
    /// # Errors
    /// Refusals of [`promise::make`].
    pub async fn make_promise(
        &self,
        dialogue: &str,
        command: &Make,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let file = self.dialogue(dialogue).await?.ok_or(Refusal::UnknownDialogue)?;
        let earlier = self.earlier_of(dialogue).await?;
        if let Some(voice_id) = command.voice_id
            && self.voice(dialogue, voice_id).await?.is_none()
        {
            return Err(Refusal::BadChoice("voice").into());
        }
        self.commit(promise::make(&file.dialogue, &earlier, command, ctx)?).await.map(|_| ())
    }

    /// Reports on a promise.
    ///
    /// # Errors
    /// Refusals of [`promise::report`].
    pub async fn report_promise(
        &self,
        id: Uuid,
        command: &Report,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let sealed = self.row(&READ, &[self.authority().into(), id.into()], read).await?;
        let promise = sealed.ok_or(Refusal::UnknownDialogue)?.promise;
        let key = self.data_key(id).await?.ok_or(Refusal::AlreadyDone)?;
        self.commit(promise::report(&promise, command, &key, ctx)?).await.map(|_| ())
    }

    /// A promise by its key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn promise(&self, id: Uuid) -> Result<Option<PromiseFile>, StoreError> {
        Ok(self.promises(&READ, &[self.authority().into(), id.into()]).await?.pop())
    }

    /// The promises made at a dialogue, in the order of its minutes.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn promises_of(&self, dialogue: &str) -> Result<Vec<PromiseFile>, StoreError> {
        const { assert!(MOST_PROMISES == 500, "as many as the query reads") };
        self.promises(&OF_DIALOGUE, &[self.authority().into(), dialogue.into()]).await
    }

    /// What is opened first at a dialogue: all promises of the last one before it that has any, and those of older ones that are
    /// not kept; the longest due first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn earlier_promises(&self, dialogue: &str) -> Result<Vec<PromiseFile>, StoreError> {
        let mut earlier = self.promises(&NOT_DONE, &[self.authority().into()]).await?;
        let before = self.dialogues(Some(dialogue), super::MOST).await?;
        let last = before.into_iter().find(|file| file.dialogue.promises > 0);
        let last = last.map(|file| file.dialogue.id).unwrap_or_default();
        earlier.retain(|file| file.promise.dialogue < last);
        earlier.extend(self.promises_of(&last).await?);
        earlier.sort_by_key(|file| (file.promise.done_at.is_some(), file.promise.deadline, file.promise.id));
        Ok(earlier)
    }

    /// The same without words.
    pub(super) async fn earlier_of(&self, dialogue: &str) -> Result<Vec<Promise>, StoreError> {
        Ok(self.earlier_promises(dialogue).await?.into_iter().map(|file| file.promise).collect())
    }

    /// Promises of all offices that are not kept, the longest due first; five hundred at most.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn open_promises(&self) -> Result<Vec<PromiseFile>, StoreError> {
        self.promises(&NOT_DONE, &[self.authority().into()]).await
    }

    /// The promises that an office owns, the newest first, below a key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn promises_of_office(
        &self,
        office: &str,
        below: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<PromiseFile>, StoreError> {
        let below = below.unwrap_or(Uuid::max());
        self.promises(&OF_OWNER, &[self.authority().into(), office.into(), below.into(), limit.into()]).await
    }

    async fn promises(
        &self,
        query: &'static Query,
        params: &[Value],
    ) -> Result<Vec<PromiseFile>, StoreError> {
        let mut files = Vec::new();
        for sealed in self.rows(query, params, read).await? {
            let id = sealed.promise.id;
            let key = self.data_key(id).await?;
            let open = |bytes: &[u8]| key.as_ref().and_then(|key| key.open(id.as_bytes(), bytes));
            let said = sealed.said.as_deref().and_then(open);
            files.push(PromiseFile {
                question: open(&sealed.question).and_then(|b| String::from_utf8(b).ok()).unwrap_or_default(),
                said: said.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default(),
                said_by: sealed.said_by,
                voice_id: sealed.voice_id,
                promise: sealed.promise,
            });
        }
        Ok(files)
    }
}
