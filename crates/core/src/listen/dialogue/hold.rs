//! Holding a dialogue: the notice, who registers and asks beforehand, and the minutes of the day.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Dialogue, LINE_LIMIT, Stage, Topic, WORDS_LIMIT, organiser,
    promise::{Promise, Standing},
    words,
};
use crate::{
    batch::{Batch, Side},
    context::Context,
    event::Event,
    id::{Bytes, new_id},
    refusal::Refusal,
    secret::SecretKey,
    serve::applicant::{Language, tidy},
    time::Instant,
};

/// Days between the notice and the dialogue, at least (Luật Tổ chức chính quyền địa phương 2015 đ.125).
pub const NOTICE_DAYS: i32 = 7;
/// No dialogue is announced further ahead, in days.
pub const MOST_DAYS_AHEAD: i32 = 92;
/// Most people who register or ask beforehand.
pub const MOST_VOICES: usize = 2_000;
/// Most people in a hall.
pub const MOST_ATTENDED: u32 = 100_000;

/// See [`Event::DialogueAnnounced`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// The dialogue.
    pub dialogue: String,
    /// When it takes place.
    pub at: Instant,
    /// Where, sealed under the dialogue's key.
    pub place: Bytes,
}

/// A notice to give.
#[derive(Clone, Debug)]
pub struct Announce {
    /// When it takes place.
    pub at: Instant,
    /// Where.
    pub place: String,
}

/// Decides that the dialogue is announced, or announced anew for another time or place.
///
/// # Errors
/// Refuses who does not prepare dialogues, a dialogue without a host or in the middle of its minutes, and times less than
/// [`NOTICE_DAYS`] or more than [`MOST_DAYS_AHEAD`] days ahead.
pub fn announce(
    dialogue: &Dialogue,
    command: &Announce,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    organiser(ctx)?;
    if dialogue.choice.is_none() || dialogue.closed_at.is_some() || dialogue.has_begun() {
        return Err(Refusal::WrongStep);
    }
    let (today, day) = (ctx.at.day(), command.at.day());
    if day < today.plus(NOTICE_DAYS) {
        return Err(Refusal::NoticeTooLate);
    }
    if day > today.plus(MOST_DAYS_AHEAD) {
        return Err(Refusal::BadChoice("day"));
    }
    let place = words("place", &tidy(&command.place), LINE_LIMIT, true)?;
    let place = Bytes(key.seal(&ctx.entropy, dialogue.key_id.as_bytes(), place.as_bytes()));
    let event = Event::DialogueAnnounced(Announced { dialogue: dialogue.id.clone(), at: command.at, place });
    Ok(dialogue.next(event, ctx))
}

/// What somebody who registers says of themselves and asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Name, or nothing.
    pub name: String,
    /// Phone or e-mail, or nothing.
    pub contact: String,
    /// The question, or nothing.
    pub words: String,
    /// In which language the person is written to.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub language: Language,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_usual(language: &Language) -> bool {
    *language == Language::default()
}

/// See [`Event::DialogueJoined`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// The dialogue.
    pub dialogue: String,
    /// Key.
    pub voice_id: Uuid,
    /// Whether the person comes.
    pub attends: bool,
    /// What the question is about; nothing without a question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    /// Name, contact and question, sealed under their own key.
    pub said: Bytes,
}

/// Somebody registers, asks, or both.
#[derive(Clone, Debug)]
pub struct Join {
    /// Whether the person comes.
    pub attends: bool,
    /// What the question is about.
    pub topic: Option<Topic>,
    /// Name, contact and question.
    pub said: Said,
}

/// Decides that somebody registers or asks; `voices` is how many did before. No account is needed.
///
/// # Errors
/// Refuses dialogues that are not announced or have begun, too many people, coming without a name, and neither coming nor asking.
pub fn join(dialogue: &Dialogue, command: Join, voices: usize, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let open = dialogue.stage(ctx.at) == Stage::Announced
        || dialogue.at.is_some_and(|at| ctx.at < at && !dialogue.has_begun());
    if !open {
        return Err(Refusal::DialogueOver);
    }
    if voices >= MOST_VOICES {
        return Err(Refusal::DialogueFull);
    }
    let said = Said {
        name: words("name", &tidy(&command.said.name), LINE_LIMIT, command.attends)?,
        contact: words("contact", &tidy(&command.said.contact), LINE_LIMIT, false)?,
        words: words("words", &command.said.words, WORDS_LIMIT, !command.attends)?,
        language: command.said.language,
    };
    let asks = !said.words.is_empty();
    if asks && command.topic.is_none() {
        return Err(Refusal::Empty("topic"));
    }
    let voice_id = new_id(ctx.at, &ctx.entropy);
    let (key, wrapped) = ctx.secrets.new_data_key(voice_id, &ctx.entropy);
    let sealed = serde_json::to_vec(&said).unwrap_or_default();
    let event = Event::DialogueJoined(Joined {
        dialogue: dialogue.id.clone(),
        voice_id,
        attends: command.attends,
        topic: command.topic.filter(|_| asks),
        said: Bytes(key.seal(&ctx.entropy, voice_id.as_bytes(), &sealed)),
    });
    let mut batch = Batch::one(ctx.actor.journal_name(), ctx.at, voice_id.as_bytes(), 1, event);
    batch.side.push(Side::DataKey { subject: voice_id, wrapped });
    Ok(batch)
}

/// See [`Event::DialogueReviewed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// The dialogue.
    pub dialogue: String,
    /// The earlier promises, and how each stood when it was read out.
    pub promises: Vec<(Uuid, Standing)>,
}

/// Refuses to write minutes before the day, after they are closed, and by who does not prepare dialogues.
pub(super) fn in_minutes(dialogue: &Dialogue, ctx: &Context<'_>) -> Result<(), Refusal> {
    organiser(ctx)?;
    match dialogue.stage(ctx.at) {
        Stage::Minutes => Ok(()),
        Stage::Closed => Err(Refusal::AlreadyDone),
        _ => Err(Refusal::WrongStep),
    }
}

/// The earlier promises come first: a question is written down only after they were opened.
pub(super) fn earlier_first(dialogue: &Dialogue, earlier: &[Promise]) -> Result<(), Refusal> {
    if earlier.is_empty() || dialogue.reviewed { Ok(()) } else { Err(Refusal::PromisesFirst) }
}

/// Decides that the promises of earlier dialogues were opened: read out with what became of them.
///
/// # Errors
/// Refuses as minutes do, a second time, and when there is none.
pub fn review(dialogue: &Dialogue, earlier: &[Promise], ctx: &Context<'_>) -> Result<Batch, Refusal> {
    in_minutes(dialogue, ctx)?;
    if dialogue.reviewed {
        return Err(Refusal::AlreadyDone);
    }
    if earlier.is_empty() {
        return Err(Refusal::WrongStep);
    }
    let today = ctx.at.day();
    let promises = earlier.iter().map(|promise| (promise.id, promise.standing(today))).collect();
    let event = Event::DialogueReviewed(Reviewed { dialogue: dialogue.id.clone(), promises });
    Ok(dialogue.next(event, ctx))
}

/// See [`Event::DialogueClosed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// The dialogue.
    pub dialogue: String,
    /// How many people came.
    pub attended: u32,
    /// What else the minutes say, sealed under the dialogue's key.
    pub minutes: Bytes,
}

/// Minutes to close.
#[derive(Clone, Debug)]
pub struct Close {
    /// How many people came; nothing when that cannot be read.
    pub attended: Option<u32>,
    /// What else the minutes say: who led, what was concluded.
    pub minutes: String,
}

/// Decides that the minutes are closed: from now on the promises are followed in public.
///
/// # Errors
/// Refuses as minutes do, earlier promises that were not opened, and an impossible number of people.
pub fn close(
    dialogue: &Dialogue,
    earlier: &[Promise],
    command: &Close,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    in_minutes(dialogue, ctx)?;
    earlier_first(dialogue, earlier)?;
    let attended = command.attended.filter(|n| *n <= MOST_ATTENDED).ok_or(Refusal::BadChoice("attended"))?;
    let minutes = words("minutes", &command.minutes, WORDS_LIMIT * 2, true)?;
    let minutes = Bytes(key.seal(&ctx.entropy, dialogue.key_id.as_bytes(), minutes.as_bytes()));
    let event = Event::DialogueClosed(Closed { dialogue: dialogue.id.clone(), attended, minutes });
    Ok(dialogue.next(event, ctx))
}
