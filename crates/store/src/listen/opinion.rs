//! Opinions in tables.

use hailong_core::{
    batch::Entry,
    context::Context,
    listen::opinion::{self, Answered, Opinion, Received, Waiting},
    refusal::Refusal,
    secret::SecretKey,
    time::{Day, Instant},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    query::{Query, Statement},
    value::{Row, Value},
};

/// One reading of opinions: every column that [`read`] maps, and which opinions.
macro_rules! select_opinion {
    ($which:literal) => {
        concat!(
            "SELECT opinion_id, office_id, named, opinion, received_at, due_day, answered_at, answered_by, answer \
             FROM opinion WHERE authority_id = ?1 ",
            $which
        )
    };
}

crate::query::queries! {
    RECEIVE = "INSERT INTO opinion (authority_id, opinion_id, office_id, named, opinion, follow_hash, received_at, due_day) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    ANSWER = "UPDATE opinion SET answered_at = ?3, answered_by = ?4, answer = ?5 \
              WHERE authority_id = ?1 AND opinion_id = ?2 AND answered_at IS NULL";
    READ_BY_ID = select_opinion!("AND opinion_id = ?2");
    READ_BY_CODE = select_opinion!("AND follow_hash = ?2");
    READ_PAGE = select_opinion!("AND opinion_id < ?2 ORDER BY opinion_id DESC LIMIT ?3");
    READ_PAGE_OF = select_opinion!("AND opinion_id < ?2 AND office_id = ?4 ORDER BY opinion_id DESC LIMIT ?3");
    READ_ANSWERED = select_opinion!("AND answered_at IS NOT NULL AND opinion_id < ?2 ORDER BY opinion_id DESC LIMIT ?3");
    READ_ANSWERED_OF = select_opinion!(
        "AND answered_at IS NOT NULL AND opinion_id < ?2 AND office_id = ?4 ORDER BY opinion_id DESC LIMIT ?3"
    );
    READ_WAITING = select_opinion!("AND answered_at IS NULL AND opinion_id > ?2 ORDER BY opinion_id LIMIT ?3");
    READ_WAITING_OF = select_opinion!(
        "AND answered_at IS NULL AND opinion_id > ?2 AND office_id = ?4 ORDER BY opinion_id LIMIT ?3"
    );
    COUNT_WAITING = "SELECT COUNT(*) FROM (SELECT opinion_id FROM opinion WHERE authority_id = ?1 \
                     AND answered_at IS NULL LIMIT 1000) AS waiting";
    COUNT_WAITING_OF = "SELECT COUNT(*) FROM (SELECT opinion_id FROM opinion WHERE authority_id = ?1 \
                        AND office_id = ?2 AND answered_at IS NULL LIMIT 1000) AS waiting";
}

/// An opinion with its words opened; words are empty when its key was destroyed.
#[derive(Clone, Debug)]
pub struct OpinionFile {
    /// Key.
    pub opinion_id: Uuid,
    /// The office it concerns.
    pub office_id: String,
    /// The words, name and contact; `None` when erased.
    pub opinion: Option<Opinion>,
    /// When it came in.
    pub received_at: Instant,
    /// The day by which it is to be answered.
    pub due: Day,
    /// When and by whom it was answered, and the answer.
    pub answer: Option<(Instant, String, String)>,
}

struct Sealed {
    opinion_id: Uuid,
    office_id: String,
    opinion: Vec<u8>,
    received_at: Instant,
    due: Day,
    answer: Option<(Instant, String, Vec<u8>)>,
}

pub(crate) fn project_received(authority: i64, entry: &Entry, received: &Received, out: &mut Vec<Statement>) {
    let params = vec![
        authority.into(),
        received.opinion_id.into(),
        received.office_id.as_str().into(),
        received.named.into(),
        received.opinion.0.as_slice().into(),
        received.follow_hash.0.as_slice().into(),
        entry.at.0.into(),
        received.due.0.into(),
    ];
    out.push(Statement::new(&RECEIVE, params));
}

pub(crate) fn project_answered(
    authority: i64,
    entry: &Entry,
    answered: &Answered,
    actor: &str,
    out: &mut Vec<Statement>,
) {
    let params = vec![
        authority.into(),
        entry.subject.0.as_slice().into(),
        entry.at.0.into(),
        actor.into(),
        answered.answer.0.as_slice().into(),
    ];
    out.push(Statement::one(&ANSWER, params));
}

fn read(row: &Row<'_>) -> Result<Sealed, StoreError> {
    let answer = match (row.opt_int(6)?, row.opt_text(7)?, row.opt_bytes(8)?) {
        (Some(at), Some(by), Some(words)) => Some((Instant(at), by, words)),
        _ => None,
    };
    Ok(Sealed {
        opinion_id: row.uuid(0)?,
        office_id: row.text(1)?,
        opinion: row.bytes(3)?,
        received_at: Instant(row.int(4)?),
        due: Day(row.int(5)? as i32),
        answer,
    })
}

impl Store {
    /// Receives an opinion; returns the code to follow it.
    ///
    /// # Errors
    /// Refusals of [`opinion::receive`].
    pub async fn receive_opinion(
        &self,
        office_id: &str,
        opinion: Opinion,
        ctx: &Context<'_>,
    ) -> Result<String, StoreError> {
        let (batch, code) = opinion::receive(office_id, opinion, ctx)?;
        self.commit(batch).await?;
        Ok(code)
    }

    /// Answers an opinion.
    ///
    /// # Errors
    /// Refusals of [`opinion::answer`].
    pub async fn answer_opinion(&self, id: Uuid, words: &str, ctx: &Context<'_>) -> Result<(), StoreError> {
        let sealed = self.row(&READ_BY_ID, &[self.authority().into(), id.into()], read).await?;
        let sealed = sealed.ok_or(Refusal::UnknownCase)?;
        let key = self.data_key(id).await?.ok_or(Refusal::AlreadyDone)?;
        let waiting =
            Waiting { opinion_id: id, office_id: sealed.office_id, answered: sealed.answer.is_some() };
        self.commit(opinion::answer(&waiting, words, &key, ctx)?).await.map(|_| ())
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

    /// Opinions of one office (or of all), newest first, below a key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn opinions(
        &self,
        office_id: Option<&str>,
        below: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<OpinionFile>, StoreError> {
        self.opinion_page([&READ_PAGE, &READ_PAGE_OF], office_id, below.unwrap_or(Uuid::max()), limit).await
    }

    /// Answered opinions of one office (or of all), newest first, below a key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn answered_opinions(
        &self,
        office_id: Option<&str>,
        below: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<OpinionFile>, StoreError> {
        self.opinion_page([&READ_ANSWERED, &READ_ANSWERED_OF], office_id, below.unwrap_or(Uuid::max()), limit)
            .await
    }

    /// Opinions of one office (or of all) that wait for an answer, the longest waiting first, above a key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn waiting_opinions(
        &self,
        office_id: Option<&str>,
        above: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<OpinionFile>, StoreError> {
        self.opinion_page([&READ_WAITING, &READ_WAITING_OF], office_id, above.unwrap_or(Uuid::nil()), limit)
            .await
    }

    /// How many opinions of one office (or of all) wait for an answer; no more than a thousand are counted.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn count_waiting_opinions(&self, office_id: Option<&str>) -> Result<u64, StoreError> {
        let count = |row: &Row<'_>| row.int(0);
        let found = match office_id {
            None => self.row(&COUNT_WAITING, &[self.authority().into()], count).await?,
            Some(id) => self.row(&COUNT_WAITING_OF, &[self.authority().into(), id.into()], count).await?,
        };
        Ok(found.unwrap_or(0).unsigned_abs())
    }

    /// A page of all offices by the first query, of one by the second.
    async fn opinion_page(
        &self,
        [all, of_one]: [&'static Query; 2],
        office_id: Option<&str>,
        place: Uuid,
        limit: i64,
    ) -> Result<Vec<OpinionFile>, StoreError> {
        let mut params: Vec<Value> = vec![self.authority().into(), place.into(), limit.into()];
        params.extend(office_id.map(Value::from));
        let query = if office_id.is_some() { of_one } else { all };
        let mut opened = Vec::new();
        for sealed in self.rows(query, &params, read).await? {
            opened.push(self.open_opinion(sealed).await?);
        }
        Ok(opened)
    }

    async fn open_opinion(&self, sealed: Sealed) -> Result<OpinionFile, StoreError> {
        let key = self.data_key(sealed.opinion_id).await?;
        let open = |key: &SecretKey, bytes: &[u8]| key.open(sealed.opinion_id.as_bytes(), bytes);
        let opinion = key.as_ref().and_then(|key| serde_json::from_slice(&open(key, &sealed.opinion)?).ok());
        let answer = sealed.answer.as_ref().map(|(at, by, words)| {
            let words = key.as_ref().and_then(|key| String::from_utf8(open(key, words)?).ok());
            (*at, by.clone(), words.unwrap_or_default())
        });
        Ok(OpinionFile {
            opinion_id: sealed.opinion_id,
            office_id: sealed.office_id.clone(),
            opinion,
            received_at: sealed.received_at,
            due: sealed.due,
            answer,
        })
    }
}
