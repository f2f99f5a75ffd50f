//! Who registered for a dialogue or asked beforehand, in tables.

use hailong_core::{
    batch::Entry,
    listen::dialogue::{
        Topic,
        hold::{Joined, MOST_VOICES, Said},
    },
    secret::SecretKey,
    time::Instant,
};
use uuid::Uuid;

use super::topic;
use crate::{Store, StoreError, query::Statement, value::Row};

macro_rules! select_voice {
    ($which:literal) => {
        concat!(
            "SELECT voice_id, attends, topic, said, joined_at FROM dialogue_voice WHERE authority_id = ?1 AND dialogue_id = ?2 ",
            $which
        )
    };
}

crate::query::queries! {
    JOIN = "INSERT INTO dialogue_voice (authority_id, dialogue_id, voice_id, attends, topic, said, joined_at) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    READ_VOICES = select_voice!("AND voice_id > ?3 AND COALESCE(topic, '') = ?5 ORDER BY voice_id LIMIT ?4");
    READ_VOICE = select_voice!("AND voice_id = ?3");
    ALL_VOICES = select_voice!("ORDER BY voice_id LIMIT 2000");
    COUNT_VOICES = "SELECT topic, attends, COUNT(*) FROM dialogue_voice WHERE authority_id = ?1 AND dialogue_id = ?2 \
                    GROUP BY topic, attends LIMIT 100";
}

/// Somebody who registered or asked beforehand.
#[derive(Clone, Debug)]
pub struct Voice {
    /// Key.
    pub voice_id: Uuid,
    /// Whether the person comes.
    pub attends: bool,
    /// What the question is about.
    pub topic: Option<Topic>,
    /// Name, contact and question; `None` when erased.
    pub said: Option<Said>,
    /// When.
    pub joined_at: Instant,
}

/// How many registered, and how many ask about each topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VoiceCounts {
    /// Everybody who registered or asked.
    pub all: usize,
    /// Those who come.
    pub attending: u64,
    /// Questions by topic, in the order of [`Topic::ALL`].
    pub questions: [u64; Topic::ALL.len()],
}

pub(super) fn join(authority: i64, entry: &Entry, joined: &Joined) -> Statement {
    let params = vec![
        authority.into(),
        joined.dialogue.as_str().into(),
        joined.voice_id.into(),
        joined.attends.into(),
        joined.topic.map(Topic::key).into(),
        joined.said.0.as_slice().into(),
        entry.at.0.into(),
    ];
    Statement::new(&JOIN, params)
}

/// Somebody without words, and the words as they are sealed.
fn read(row: &Row<'_>) -> Result<(Voice, Vec<u8>), StoreError> {
    let voice = Voice {
        voice_id: row.uuid(0)?,
        attends: row.int(1)? == 1,
        topic: topic(row.opt_text(2)?)?,
        said: None,
        joined_at: Instant(row.int(4)?),
    };
    Ok((voice, row.bytes(3)?))
}

impl Store {
    /// Who asked about a topic, or only registered, in the order they did, after a key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn voices(
        &self,
        id: &str,
        about: Option<Topic>,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<Voice>, StoreError> {
        let (after, about) = (after.unwrap_or(Uuid::nil()), about.map_or("", Topic::key));
        let params = [self.authority().into(), id.into(), after.into(), limit.into(), about.into()];
        let mut voices = Vec::new();
        for sealed in self.rows(&READ_VOICES, &params, read).await? {
            voices.push(self.open_voice(sealed).await?.0);
        }
        Ok(voices)
    }

    /// Somebody who registered for a dialogue or asked beforehand.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn voice(&self, id: &str, voice_id: Uuid) -> Result<Option<Voice>, StoreError> {
        Ok(self.voice_with_key(id, voice_id).await?.map(|(voice, _)| voice))
    }

    /// The same with the key that seals what is written to them; none when they were erased.
    pub(crate) async fn voice_with_key(
        &self,
        id: &str,
        voice_id: Uuid,
    ) -> Result<Option<(Voice, Option<SecretKey>)>, StoreError> {
        let params = [self.authority().into(), id.into(), voice_id.into()];
        match self.row(&READ_VOICE, &params, read).await? {
            Some(sealed) => Ok(Some(self.open_voice(sealed).await?)),
            None => Ok(None),
        }
    }

    /// Everybody who registered or asked and was not erased, with the key that seals what is written to them.
    pub(crate) async fn all_voices(&self, id: &str) -> Result<Vec<(Voice, SecretKey)>, StoreError> {
        const { assert!(MOST_VOICES == 2_000, "as many as the query reads") };
        let mut voices = Vec::new();
        for sealed in self.rows(&ALL_VOICES, &[self.authority().into(), id.into()], read).await? {
            if let (voice, Some(key)) = self.open_voice(sealed).await? {
                voices.push((voice, key));
            }
        }
        Ok(voices)
    }

    async fn open_voice(
        &self,
        (mut voice, sealed): (Voice, Vec<u8>),
    ) -> Result<(Voice, Option<SecretKey>), StoreError> {
        let id = voice.voice_id;
        let key = self.data_key(id).await?;
        let said = key.as_ref().and_then(|key| key.open(id.as_bytes(), &sealed));
        voice.said = said.and_then(|said| serde_json::from_slice(&said).ok());
        Ok((voice, key))
    }

    /// How many registered and ask.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn count_voices(&self, id: &str) -> Result<VoiceCounts, StoreError> {
        let read =
            |row: &Row<'_>| Ok((topic(row.opt_text(0)?)?, row.int(1)? == 1, row.int(2)?.unsigned_abs()));
        let rows = self.rows(&COUNT_VOICES, &[self.authority().into(), id.into()], read).await?;
        let mut counts = VoiceCounts::default();
        for (topic, attends, n) in rows {
            counts.all += usize::try_from(n).unwrap_or(MOST_VOICES);
            counts.attending += if attends { n } else { 0 };
            if let Some(at) = topic.and_then(|topic| Topic::ALL.iter().position(|one| *one == topic)) {
                counts.questions[at] += n;
            }
        }
        Ok(counts)
    }
}
