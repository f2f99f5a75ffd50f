//! Whom opinions and dialogues tell: the author who can be written to, and those who registered or asked beforehand.

use hailong_core::{
    batch::{Batch, Entry},
    event::Event,
    listen::{contact::Contact, dialogue::hold::Said, opinion::Opinion},
    secret::SecretKey,
    serve::{
        notice::{About, Facts, Recipient},
        office::Level,
    },
    time::Instant,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    listen::dialogue::{DialogueFile, Voice},
};

/// What one person is told, who that is, and the key that seals it.
type Told = (Facts, About, SecretKey);

impl Store {
    /// The author of an opinion; nothing when they cannot be written to, were erased, or were told the same before.
    pub(super) async fn author(
        &self,
        entry: &Entry,
        id: Uuid,
        batch: &Batch,
    ) -> Result<Option<(About, SecretKey)>, StoreError> {
        let (opinion, confidential, office_id, key) = match &entry.event {
            Event::OpinionReceived(received) => {
                let Some(key) = self.new_key_in(batch, id) else { return Ok(None) };
                let opened = key.open(id.as_bytes(), &received.opinion.0);
                let opinion = opened.and_then(|said| serde_json::from_slice::<Opinion>(&said).ok());
                (opinion, received.confidential, received.office_id.clone(), key)
            }
            event => {
                let Some(file) = self.opinion(id).await? else { return Ok(None) };
                // What is published once more to mend it is no news.
                let mended = matches!(event, Event::OpinionPublished(_)) && file.current.published;
                let Some(key) = self.data_key(id).await?.filter(|_| !mended) else { return Ok(None) };
                (file.opinion, file.current.confidential, file.current.office_id, key)
            }
        };
        let Some(opinion) = opinion.filter(|opinion| !opinion.code.is_empty()) else { return Ok(None) };
        let reach = opinion.reach(confidential);
        Ok(reach.map(|contact| {
            let about = About {
                subject: id,
                person_id: id,
                keeper: if confidential { String::new() } else { office_id.clone() },
                office_id,
                procedure: String::new(),
                dialogue: String::new(),
                slot_at: None,
                // No name either: whoever sees the message learns a code and nothing else.
                recipient: Recipient::at(contact, "", opinion.language),
            };
            (about, key)
        }))
    }

    /// Those whom an event about a dialogue is told, each with what it says.
    pub(super) async fn voices_told(&self, entry: &Entry, batch: &Batch) -> Result<Vec<Told>, StoreError> {
        match &entry.event {
            Event::DialogueJoined(joined) => {
                let id = joined.voice_id;
                let Some(file) = self.dialogue(&joined.dialogue).await? else { return Ok(Vec::new()) };
                let Some(key) = self.new_key_in(batch, id) else { return Ok(Vec::new()) };
                let said = key.open(id.as_bytes(), &joined.said.0);
                let said = said.and_then(|said| serde_json::from_slice(&said).ok());
                let facts = Facts { due: file.dialogue.at, ..Facts::default() };
                let about = self.about_voice(id, &joined.dialogue, said.as_ref(), None);
                Ok(about.map(|about| (facts, about, key)).into_iter().collect())
            }
            Event::DialogueAnnounced(announced) => {
                let Some(file) = self.dialogue(&announced.dialogue).await? else { return Ok(Vec::new()) };
                let key = self.data_key(file.dialogue.key_id).await?;
                let place = key.and_then(|key| key.open(file.dialogue.key_id.as_bytes(), &announced.place.0));
                let same_place = place.as_deref() == Some(file.place.as_bytes());
                if same_place && file.dialogue.at == Some(announced.at) {
                    return Ok(Vec::new());
                }
                let facts = Facts { due: Some(announced.at), ..Facts::default() };
                self.everybody(&file, &facts).await
            }
            Event::DialogueHostChosen(chosen) => match self.dialogue(&chosen.dialogue).await? {
                // Only a notice that was given is taken back.
                Some(file) if file.dialogue.at.is_some() => self.everybody(&file, &Facts::default()).await,
                _ => Ok(Vec::new()),
            },
            Event::DialogueClosed(closed) => {
                let mut told = Vec::new();
                for promise in self.promises_of(&closed.dialogue).await? {
                    if promise.said_by.is_some() {
                        told.extend(self.asker(promise.voice_id, &closed.dialogue).await?);
                    }
                }
                Ok(told)
            }
            Event::PromiseReported(reported) => {
                let Some(promise) = self.promise(reported.promise_id).await? else { return Ok(Vec::new()) };
                let dialogue = &promise.promise.dialogue;
                match self.dialogue(dialogue).await? {
                    // Before the minutes are closed nobody can read it: closing tells.
                    Some(file) if file.dialogue.closed_at.is_some() => {
                        Ok(self.asker(promise.voice_id, dialogue).await?.into_iter().collect())
                    }
                    _ => Ok(Vec::new()),
                }
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Everybody who registered or asked, told the same.
    async fn everybody(&self, file: &DialogueFile, facts: &Facts) -> Result<Vec<Told>, StoreError> {
        let dialogue = &file.dialogue;
        let voices = self.all_voices(&dialogue.id).await?.into_iter();
        let told = |(voice, key): (Voice, SecretKey)| {
            let about = self.about_voice(voice.voice_id, &dialogue.id, voice.said.as_ref(), dialogue.at)?;
            Some((facts.clone(), about, key))
        };
        Ok(voices.filter_map(told).collect())
    }

    /// Who asked a question of the minutes beforehand.
    async fn asker(&self, voice_id: Option<Uuid>, dialogue: &str) -> Result<Option<Told>, StoreError> {
        let Some(voice_id) = voice_id else { return Ok(None) };
        let Some((voice, Some(key))) = self.voice_with_key(dialogue, voice_id).await? else {
            return Ok(None);
        };
        let about = self.about_voice(voice_id, dialogue, voice.said.as_ref(), None);
        Ok(about.map(|about| (Facts::default(), about, key)))
    }

    /// Somebody who can be written to about a dialogue. The office above the communes looks after what does not arrive.
    fn about_voice(
        &self,
        voice_id: Uuid,
        dialogue: &str,
        said: Option<&Said>,
        before: Option<Instant>,
    ) -> Option<About> {
        let said = said?;
        let contact = Some(Contact::read(&said.contact)).filter(|contact| !contact.is_empty())?;
        let directory = self.directory();
        let above = directory.offices.iter().find(|office| office.level != Level::Commune);
        let keeper = above.map(|office| office.id.clone()).unwrap_or_default();
        Some(About {
            subject: voice_id,
            person_id: voice_id,
            office_id: keeper.clone(),
            procedure: String::new(),
            dialogue: dialogue.to_owned(),
            keeper,
            slot_at: before,
            recipient: Recipient::at(contact, &said.name, said.language),
        })
    }
}
