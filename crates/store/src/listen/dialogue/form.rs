//! One form of a wave in tables: what is known of its number, and its corrections.

use hailong_core::{
    batch::Entry,
    context::Context,
    listen::dialogue::{
        Topic,
        correct::{self, Correct, FormCorrected},
        wave::{Form, Way},
    },
    refusal::Refusal,
    time::Instant,
};
use uuid::Uuid;

use super::{corrupt, topic};
use crate::{
    Store, StoreError,
    query::Statement,
    value::{Row, Value},
};

macro_rules! select_form {
    ($which:literal) => {
        concat!(
            "SELECT number, commune, way, pressing, topic, form_id, words, entered_at, entered_by, version, corrections, \
             corrected_at, corrected_by, reason_id, reason FROM dialogue_form WHERE authority_id = ?1 AND dialogue_id = ?2 ",
            $which
        )
    };
}

crate::query::queries! {
    READ = select_form!("AND number = ?3");
    LIST = select_form!(
        "AND number > ?3 AND (entered_at IS NOT NULL OR corrections > 0) \
         AND (CAST(?5 AS BIGINT) = 0 OR corrections > 0) AND (CAST(?6 AS TEXT) IS NULL OR entered_by = ?6) ORDER BY number LIMIT ?4"
    );
    CORRECT = "UPDATE dialogue_form SET form_id = ?5, way = ?6, pressing = ?7, topic = ?8, words = ?9, \
               entered_at = CASE WHEN CAST(?7 AS BIGINT) IS NULL THEN NULL ELSE entered_at END, corrections = corrections + 1, \
               corrected_at = ?10, corrected_by = ?11, reason_id = ?5, reason = ?12, version = ?4 \
               WHERE authority_id = ?1 AND dialogue_id = ?2 AND number = ?3 AND version + 1 = ?4 AND entered_at IS NOT NULL \
               AND EXISTS (SELECT 1 FROM dialogue AS wave \
               WHERE wave.authority_id = ?1 AND wave.dialogue_id = ?2 AND wave.host IS NULL)";
}

/// A form with its words opened.
#[derive(Clone, Debug)]
pub struct FormFile {
    /// What decisions look at.
    pub form: Form,
    /// Whether it tells of a pressing grievance; nothing when it has not come back, or was struck.
    pub pressing: Option<bool>,
    /// What it is about.
    pub topic: Option<Topic>,
    /// Its words; empty when none were written, or when they were erased.
    pub words: String,
    /// When it came in.
    pub entered_at: Option<Instant>,
    /// How often its entry was corrected or struck.
    pub corrections: u32,
    /// When and by whom it was last.
    pub corrected: Option<(Instant, String)>,
    /// Why; empty when erased.
    pub reason: String,
}

impl FormFile {
    /// Whether its entry was struck and no other has come since.
    pub fn is_struck(&self) -> bool {
        !self.form.entered && self.corrections > 0
    }
}

/// Words and the key they are sealed under.
type Words = Option<(Uuid, Vec<u8>)>;

pub(super) fn project_corrected(
    authority: i64,
    entry: &Entry,
    corrected: &FormCorrected,
    actor: &str,
    out: &mut Vec<Statement>,
) {
    let reading = corrected.reading.as_ref();
    let words = reading.and_then(|reading| reading.words.as_ref());
    let params: Vec<Value> = vec![
        authority.into(),
        corrected.dialogue.as_str().into(),
        corrected.number.into(),
        entry.version.into(),
        corrected.form_id.into(),
        reading.map(|reading| reading.way.key()).into(),
        reading.map(|reading| reading.pressing).into(),
        reading.and_then(|reading| reading.topic).map(Topic::key).into(),
        words.map(|words| words.0.clone()).into(),
        entry.at.0.into(),
        actor.into(),
        corrected.reason.0.as_slice().into(),
    ];
    out.push(Statement::one(&CORRECT, params));
}

fn read(row: &Row<'_>) -> Result<(FormFile, Words, Words), StoreError> {
    let key =
        |column| Ok::<_, StoreError>(row.opt_bytes(column)?.and_then(|bytes| Uuid::from_slice(&bytes).ok()));
    let way = match row.opt_text(2)? {
        Some(text) => Some(Way::from_key(&text).ok_or_else(|| corrupt("the way of a form"))?),
        None => None,
    };
    let entered_at = row.opt_int(7)?.map(Instant);
    let file = FormFile {
        form: Form {
            number: row.int(0)? as u32,
            commune: row.text(1)?,
            entered: entered_at.is_some(),
            way,
            entered_by: row.opt_text(8)?,
            version: row.int(9)?,
        },
        pressing: row.opt_int(3)?.map(|pressing| pressing == 1),
        topic: topic(row.opt_text(4)?)?,
        words: String::new(),
        entered_at,
        corrections: row.int(10)? as u32,
        corrected: row.opt_int(11)?.map(Instant).zip(row.opt_text(12)?),
        reason: String::new(),
    };
    Ok((file, key(5)?.zip(row.opt_bytes(6)?), key(13)?.zip(row.opt_bytes(14)?)))
}

impl Store {
    /// What is known of a form's number.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn form(&self, id: &str, number: u32) -> Result<Option<FormFile>, StoreError> {
        match self.row(&READ, &[self.authority().into(), id.into(), number.into()], read).await? {
            Some(found) => Ok(Some(self.open_form(found).await?)),
            None => Ok(None),
        }
    }

    /// The forms of a wave that came in or were struck, by number, after one: all of them or only those corrected, of everybody or
    /// of one who typed them.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn forms_entered(
        &self,
        id: &str,
        corrected: bool,
        by: Option<&str>,
        after: u32,
        limit: i64,
    ) -> Result<Vec<FormFile>, StoreError> {
        let params =
            [self.authority().into(), id.into(), after.into(), limit.into(), corrected.into(), by.into()];
        let mut files = Vec::new();
        for found in self.rows(&LIST, &params, read).await? {
            files.push(self.open_form(found).await?);
        }
        Ok(files)
    }

    /// The entry of a form is corrected, or struck.
    ///
    /// # Errors
    /// Refusals of [`correct::correct`]; [`StoreError::Stale`] when somebody else corrected it, or the commune was decided, meanwhile.
    pub async fn correct_form(
        &self,
        id: &str,
        number: u32,
        command: &Correct,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let file = self.dialogue(id).await?.ok_or(Refusal::UnknownDialogue)?;
        let form = self.form(id, number).await?.map(|found| found.form);
        self.commit(correct::correct(&file.dialogue, form.as_ref(), command, ctx)?).await.map(|_| ())
    }

    async fn open_form(
        &self,
        (file, words, reason): (FormFile, Words, Words),
    ) -> Result<FormFile, StoreError> {
        let (words, reason) = (self.opened(words).await?, self.opened(reason).await?);
        Ok(FormFile { words, reason, ..file })
    }

    async fn opened(&self, sealed: Words) -> Result<String, StoreError> {
        let Some((id, sealed)) = sealed else { return Ok(String::new()) };
        let key = self.data_key(id).await?;
        let opened = key.and_then(|key| key.open(id.as_bytes(), &sealed));
        Ok(opened.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default())
    }
}
