//! Dialogues in tables: the dialogue itself; its wave and its promises are beside.

pub mod form;
pub mod promise;
pub mod voice;
pub mod wave;

use hailong_core::{
    batch::Entry,
    context::Context,
    event::Event,
    listen::dialogue::{
        Dialogue, Topic,
        hold::{self, Announce, Announced, Close, Closed, Join},
        host::{self, Chosen, Decide, HostChosen},
        wave::{Opened, Share},
    },
    refusal::Refusal,
    secret::SecretKey,
    time::{Day, Instant},
};

pub use self::voice::{Voice, VoiceCounts};
#[cfg(test)]
pub(crate) use self::{
    form::QUERIES as FORM_QUERIES, promise::QUERIES as PROMISE_QUERIES, voice::QUERIES as VOICE_QUERIES,
    wave::QUERIES as WAVE_QUERIES,
};
use crate::{
    Store, StoreError,
    query::Statement,
    value::{Row, Value},
};

/// Most dialogues read at once: ten years of them.
pub const MOST: i64 = 40;
/// How often a decision on the host is tried when forms come in meanwhile.
const TRIES: usize = 16;

macro_rules! select_dialogue {
    ($which:literal) => {
        concat!(
            "SELECT dialogue_id, key_id, opened_at, opened_by, first_day, last_day, communes, choice, reason, chosen_at, chosen_by, \
             begins_at, place, announced_at, reviewed_at, promises, attended, minutes, closed_at, version, seed FROM dialogue \
             WHERE authority_id = ?1 ",
            $which
        )
    };
}

crate::query::queries! {
    OPEN = "INSERT INTO dialogue (authority_id, dialogue_id, key_id, opened_at, opened_by, first_day, last_day, seed, communes, \
            promises, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 1)";
    CHOOSE = "UPDATE dialogue SET host = ?4, choice = ?5, reason = ?6, chosen_at = ?7, chosen_by = ?8, begins_at = NULL, place = NULL, \
              announced_at = NULL, version = ?3 WHERE authority_id = ?1 AND dialogue_id = ?2 AND version + 1 = ?3 \
              AND (SELECT COUNT(*) FROM dialogue_form WHERE authority_id = ?1 AND dialogue_id = ?2 AND entered_at IS NOT NULL) = ?9 \
              AND (SELECT COUNT(*) FROM dialogue_form WHERE authority_id = ?1 AND dialogue_id = ?2 AND pressing = 1) = ?10";
    ANNOUNCE = "UPDATE dialogue SET begins_at = ?4, place = ?5, announced_at = ?6, version = ?3 \
                WHERE authority_id = ?1 AND dialogue_id = ?2 AND version + 1 = ?3";
    REVIEW = "UPDATE dialogue SET reviewed_at = ?4, version = ?3 \
              WHERE authority_id = ?1 AND dialogue_id = ?2 AND version + 1 = ?3";
    COUNT_PROMISE = "UPDATE dialogue SET promises = ?4, version = ?3 \
                     WHERE authority_id = ?1 AND dialogue_id = ?2 AND version + 1 = ?3";
    CLOSE = "UPDATE dialogue SET attended = ?4, minutes = ?5, closed_at = ?6, version = ?3 \
             WHERE authority_id = ?1 AND dialogue_id = ?2 AND version + 1 = ?3";
    READ = select_dialogue!("AND dialogue_id = ?2");
    READ_BEFORE = select_dialogue!("AND dialogue_id < ?2 ORDER BY dialogue_id DESC LIMIT ?3");
}

/// A dialogue with its words opened.
#[derive(Clone, Debug)]
pub struct DialogueFile {
    /// What decisions look at.
    pub dialogue: Dialogue,
    /// Who began it.
    pub opened_by: String,
    /// Seed of the draw of its forms.
    pub seed: u32,
    /// When and by whom the host was decided.
    pub chosen: Option<(Instant, String)>,
    /// The leader's reason; empty when none was needed, or when it was erased.
    pub reason: String,
    /// Where it takes place.
    pub place: String,
    /// When the notice was given.
    pub announced_at: Option<Instant>,
    /// When the earlier promises were opened.
    pub reviewed_at: Option<Instant>,
    /// How many people came.
    pub attended: Option<u32>,
    /// What the minutes say.
    pub minutes: String,
}

struct Sealed {
    file: DialogueFile,
    reason: Option<Vec<u8>>,
    place: Option<Vec<u8>>,
    minutes: Option<Vec<u8>>,
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, actor: &str, out: &mut Vec<Statement>) {
    let next = |dialogue: &str, rest: Vec<Value>| {
        let mut params: Vec<Value> = vec![authority.into(), dialogue.into(), entry.version.into()];
        params.extend(rest);
        params
    };
    match event {
        Event::DialogueOpened(opened) => {
            out.push(open(authority, entry, opened, actor));
            wave::project_opened(authority, opened, out);
        }
        Event::DialogueFormEntered(entered) => {
            wave::project_entered(authority, entry, entered, actor, out);
        }
        Event::DialogueFormCorrected(corrected) => {
            form::project_corrected(authority, entry, corrected, actor, out);
        }
        Event::DialogueHostChosen(HostChosen { dialogue, chosen, reason }) => {
            let rest = vec![
                chosen.host.as_str().into(),
                serde_json::to_string(chosen).unwrap_or_default().into(),
                reason.as_ref().map(|reason| reason.0.clone()).into(),
                entry.at.0.into(),
                actor.into(),
                chosen.totals().0.into(),
                chosen.totals().1.into(),
            ];
            out.push(Statement::one(&CHOOSE, next(dialogue, rest)));
        }
        Event::DialogueAnnounced(Announced { dialogue, at, place }) => {
            let rest = vec![at.0.into(), place.0.as_slice().into(), entry.at.0.into()];
            out.push(Statement::one(&ANNOUNCE, next(dialogue, rest)));
        }
        Event::DialogueJoined(joined) => out.push(voice::join(authority, entry, joined)),
        Event::DialogueReviewed(reviewed) => {
            out.push(Statement::one(&REVIEW, next(&reviewed.dialogue, vec![entry.at.0.into()])));
        }
        Event::PromiseMade(made) => {
            out.push(Statement::one(&COUNT_PROMISE, next(&made.dialogue, vec![made.number.into()])));
            promise::project_made(authority, entry, made, actor, out);
        }
        Event::DialogueClosed(Closed { dialogue, attended, minutes }) => {
            let rest = vec![(*attended).into(), minutes.0.as_slice().into(), entry.at.0.into()];
            out.push(Statement::one(&CLOSE, next(dialogue, rest)));
        }
        Event::PromiseReported(reported) => {
            promise::project_reported(authority, entry, reported, actor, out);
        }
        _ => {}
    }
}

fn open(authority: i64, entry: &Entry, opened: &Opened, actor: &str) -> Statement {
    let shares = opened.communes.iter().map(|of| Share {
        commune: of.commune.clone(),
        cases: of.cases,
        forms: of.numbers.len() as u32,
    });
    let shares = serde_json::to_string(&shares.collect::<Vec<_>>()).unwrap_or_default();
    let params = vec![
        authority.into(),
        opened.dialogue.as_str().into(),
        opened.key_id.into(),
        entry.at.0.into(),
        actor.into(),
        opened.cases_from.0.into(),
        opened.cases_to.0.into(),
        opened.seed.into(),
        shares.into(),
    ];
    Statement::new(&OPEN, params)
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("{what} of a dialogue cannot be read"))
}

/// A topic as a column has it.
fn topic(text: Option<String>) -> Result<Option<Topic>, StoreError> {
    text.map(|key| Topic::from_key(&key).ok_or_else(|| corrupt("the topic"))).transpose()
}

fn read(row: &Row<'_>) -> Result<Sealed, StoreError> {
    let instant = |column| Ok::<_, StoreError>(row.opt_int(column)?.map(Instant));
    let choice: Option<Chosen> = match row.opt_text(7)? {
        Some(text) => Some(serde_json::from_str(&text).map_err(|_| corrupt("the choice"))?),
        None => None,
    };
    let dialogue = Dialogue {
        id: row.text(0)?,
        key_id: row.uuid(1)?,
        opened_at: Instant(row.int(2)?),
        cases_from: Day(row.int(4)? as i32),
        cases_to: Day(row.int(5)? as i32),
        communes: serde_json::from_str(&row.text(6)?).map_err(|_| corrupt("the table of communes"))?,
        choice,
        at: instant(11)?,
        reviewed: row.opt_int(14)?.is_some(),
        promises: row.int(15)? as u32,
        closed_at: instant(18)?,
        version: row.int(19)?,
    };
    let file = DialogueFile {
        dialogue,
        opened_by: row.text(3)?,
        seed: row.int(20)? as u32,
        chosen: instant(9)?.zip(row.opt_text(10)?),
        reason: String::new(),
        place: String::new(),
        announced_at: instant(13)?,
        reviewed_at: instant(14)?,
        attended: row.opt_int(16)?.map(|n| n as u32),
        minutes: String::new(),
    };
    Ok(Sealed { file, reason: row.opt_bytes(8)?, place: row.opt_bytes(12)?, minutes: row.opt_bytes(17)? })
}

impl Store {
    /// A dialogue by its quarter (`2017-2`).
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn dialogue(&self, id: &str) -> Result<Option<DialogueFile>, StoreError> {
        match self.row(&READ, &[self.authority().into(), id.into()], read).await? {
            Some(sealed) => Ok(Some(self.open_dialogue_file(sealed).await?)),
            None => Ok(None),
        }
    }

    /// Dialogues before a quarter (or the newest ones), the newest first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn dialogues(&self, before: Option<&str>, limit: i64) -> Result<Vec<DialogueFile>, StoreError> {
        let params = [self.authority().into(), before.unwrap_or("~").into(), limit.into()];
        let mut files = Vec::new();
        for sealed in self.rows(&READ_BEFORE, &params, read).await? {
            files.push(self.open_dialogue_file(sealed).await?);
        }
        Ok(files)
    }

    /// Decides which commune hosts a dialogue.
    ///
    /// # Errors
    /// Refusals of [`host::decide`].
    pub async fn choose_host(&self, id: &str, command: &Decide, ctx: &Context<'_>) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let (file, key) = self.dialogue_with_key(id).await?;
            let table = match file.dialogue.choice {
                Some(_) => Vec::new(),
                None => self.dialogue_table(&file.dialogue, ctx.directory, ctx.at.day()).await?,
            };
            match self.commit(host::decide(&file.dialogue, &table, command, &key, ctx)?).await {
                // Another form came in meanwhile: it belongs to the table.
                Err(StoreError::Stale) => {}
                other => return other.map(|_| ()),
            }
        }
        Err(StoreError::Busy)
    }

    /// Announces a dialogue.
    ///
    /// # Errors
    /// Refusals of [`hold::announce`].
    pub async fn announce_dialogue(
        &self,
        id: &str,
        command: &Announce,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let (file, key) = self.dialogue_with_key(id).await?;
        self.commit(hold::announce(&file.dialogue, command, &key, ctx)?).await.map(|_| ())
    }

    /// Somebody registers for a dialogue, asks beforehand, or both.
    ///
    /// # Errors
    /// Refusals of [`hold::join`].
    pub async fn join_dialogue(&self, id: &str, command: Join, ctx: &Context<'_>) -> Result<(), StoreError> {
        let file = self.dialogue(id).await?.ok_or(Refusal::UnknownDialogue)?;
        let voices = self.count_voices(id).await?.all;
        self.commit(hold::join(&file.dialogue, command, voices, ctx)?).await.map(|_| ())
    }

    /// Opens the promises of earlier dialogues, as the first thing of the day.
    ///
    /// # Errors
    /// Refusals of [`hold::review`].
    pub async fn review_promises(&self, id: &str, ctx: &Context<'_>) -> Result<(), StoreError> {
        let (file, _) = self.dialogue_with_key(id).await?;
        let earlier = self.earlier_of(id).await?;
        self.commit(hold::review(&file.dialogue, &earlier, ctx)?).await.map(|_| ())
    }

    /// Closes the minutes of a dialogue.
    ///
    /// # Errors
    /// Refusals of [`hold::close`].
    pub async fn close_dialogue(
        &self,
        id: &str,
        command: &Close,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let (file, key) = self.dialogue_with_key(id).await?;
        let earlier = self.earlier_of(id).await?;
        self.commit(hold::close(&file.dialogue, &earlier, command, &key, ctx)?).await.map(|_| ())
    }

    async fn dialogue_with_key(&self, id: &str) -> Result<(DialogueFile, SecretKey), StoreError> {
        let file = self.dialogue(id).await?.ok_or(Refusal::UnknownDialogue)?;
        let key = self.data_key(file.dialogue.key_id).await?.ok_or(Refusal::AlreadyDone)?;
        Ok((file, key))
    }

    async fn open_dialogue_file(&self, sealed: Sealed) -> Result<DialogueFile, StoreError> {
        let Sealed { mut file, reason, place, minutes } = sealed;
        let id = file.dialogue.key_id;
        if reason.is_none() && place.is_none() && minutes.is_none() {
            return Ok(file);
        }
        let Some(key) = self.data_key(id).await? else { return Ok(file) };
        let open = |sealed: Option<Vec<u8>>| {
            let bytes = sealed.and_then(|sealed| key.open(id.as_bytes(), &sealed));
            bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
        };
        (file.reason, file.place, file.minutes) = (open(reason), open(place), open(minutes));
        Ok(file)
    }
}
