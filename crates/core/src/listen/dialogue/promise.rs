//! What was promised at a dialogue: each question of the minutes with its owner and deadline, and what became of it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Dialogue, Topic, WORDS_LIMIT,
    hold::{earlier_first, in_minutes},
    words,
};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context, Role},
    event::Event,
    id::{Bytes, new_id},
    listen::opinion::answers_for,
    refusal::Refusal,
    secret::SecretKey,
    time::{Day, Instant},
};

/// Most questions in the minutes of one dialogue.
pub const MOST_PROMISES: u32 = 500;
/// Nothing is promised for later than so many days ahead.
pub const MOST_DAYS: i32 = 366;

/// A promise as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Key; also the subject of the key that seals its words.
    pub id: Uuid,
    /// The dialogue at which it was made.
    pub dialogue: String,
    /// Its place in the minutes, from 1.
    pub number: u32,
    /// What it is about.
    pub topic: Topic,
    /// The office that owns it; its head answers.
    pub owner: String,
    /// The last day to keep it.
    pub deadline: Day,
    /// When it was kept.
    pub done_at: Option<Instant>,
    /// How often was reported on it.
    pub reports: i64,
}

/// How a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Past its deadline and not kept.
    Overdue,
    /// Still time.
    Open,
    /// Kept, but after its deadline.
    KeptLate,
    /// Kept in time.
    Kept,
}

impl Standing {
    /// All of them, the worst first.
    pub const ALL: [Self; 4] = [Self::Overdue, Self::Open, Self::KeptLate, Self::Kept];

    /// Stable name in language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Open => "open",
            Self::KeptLate => "kept-late",
            Self::Kept => "kept",
        }
    }
}

impl Promise {
    /// How it stands on a day.
    pub fn standing(&self, today: Day) -> Standing {
        match self.done_at.map(Instant::day) {
            Some(done) if done <= self.deadline => Standing::Kept,
            Some(_) => Standing::KeptLate,
            None if self.deadline < today => Standing::Overdue,
            None => Standing::Open,
        }
    }
}

/// What an owner says of a promise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The answer.
    pub answer: String,
    /// By what anybody can see it: a decision's number, a place, an address.
    pub evidence: String,
}

/// See [`Event::PromiseMade`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The dialogue.
    pub dialogue: String,
    /// Key.
    pub promise_id: Uuid,
    /// Its place in the minutes, from 1.
    pub number: u32,
    /// What it is about.
    pub topic: Topic,
    /// The question as the minutes put it, sealed under the promise's own key.
    pub question: Bytes,
    /// The office that owns it.
    pub owner: String,
    /// The last day to keep it.
    pub deadline: Day,
    /// What was answered on the spot, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Bytes>,
    /// Whether that settled it.
    pub done: bool,
    /// Who asked it beforehand, when it was: told of the answer. Nothing shown to anybody names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice_id: Option<Uuid>,
}

/// See [`Event::PromiseReported`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The promise.
    pub promise_id: Uuid,
    /// Answer and evidence, sealed under the promise's own key.
    pub said: Bytes,
    /// Whether it is kept.
    pub done: bool,
}

/// A question for the minutes.
#[derive(Clone, Debug)]
pub struct Make {
    /// What it is about.
    pub topic: Option<Topic>,
    /// The question, without names: everybody reads it.
    pub question: String,
    /// The office that owns it.
    pub owner: String,
    /// The last day to keep it; nothing when it cannot be read.
    pub deadline: Option<Day>,
    /// What was answered on the spot, or nothing.
    pub answer: String,
    /// Whether that settled it.
    pub done: bool,
    /// Who asked it beforehand.
    pub voice_id: Option<Uuid>,
}

/// Decides that a question enters the minutes with its owner and deadline.
///
/// # Errors
/// Refuses as minutes do, earlier promises that were not opened, an owner that does not work, and a deadline in the past or too far.
pub fn make(
    dialogue: &Dialogue,
    earlier: &[Promise],
    command: &Make,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    in_minutes(dialogue, ctx)?;
    earlier_first(dialogue, earlier)?;
    if dialogue.promises >= MOST_PROMISES {
        return Err(Refusal::DialogueFull);
    }
    let today = ctx.at.day();
    let question = words("question", &command.question, WORDS_LIMIT, true)?;
    let answer = words("answer", &command.answer, WORDS_LIMIT, command.done)?;
    let topic = command.topic.ok_or(Refusal::Empty("topic"))?;
    ctx.directory.on(today).office(&command.owner).map_err(|_| Refusal::BadChoice("owner"))?;
    let deadline = command.deadline.filter(|day| (today..=today.plus(MOST_DAYS)).contains(day));
    let deadline = deadline.ok_or(Refusal::BadChoice("deadline"))?;
    let promise_id = new_id(ctx.at, &ctx.entropy);
    let (key, wrapped) = ctx.secrets.new_data_key(promise_id, &ctx.entropy);
    let seal = |words: &[u8]| Bytes(key.seal(&ctx.entropy, promise_id.as_bytes(), words));
    let said = Said { answer, evidence: String::new() };
    let event = Event::PromiseMade(Made {
        dialogue: dialogue.id.clone(),
        promise_id,
        number: dialogue.promises + 1,
        topic,
        question: seal(question.as_bytes()),
        owner: command.owner.clone(),
        deadline,
        said: (!said.answer.is_empty()).then(|| seal(&serde_json::to_vec(&said).unwrap_or_default())),
        done: command.done,
        voice_id: command.voice_id,
    });
    let mut batch = dialogue.next(event, ctx);
    batch.side.push(Side::DataKey { subject: promise_id, wrapped });
    Ok(batch)
}

/// A report on a promise.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Answer and evidence.
    pub said: Said,
    /// Whether it is kept.
    pub done: bool,
}

/// Decides what the owner reports: the head of the office (or of one that followed it), or the leader. What is said to be kept
/// needs evidence.
///
/// # Errors
/// Refuses others, promises that were kept before, and empty or overlong words.
pub fn report(
    promise: &Promise,
    command: &Report,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let Actor::Official(official) = &ctx.actor else { return Err(Refusal::NotYourRole) };
    if let Some(offices) = answers_for(official, ctx.directory, ctx.at.day())
        && !offices.contains(&promise.owner)
    {
        let heads = official.has_role(&[Role::Head]);
        return Err(if heads { Refusal::NotYourOffice } else { Refusal::NotYourRole });
    }
    if promise.done_at.is_some() {
        return Err(Refusal::AlreadyDone);
    }
    let said = Said {
        answer: words("answer", &command.said.answer, WORDS_LIMIT, true)?,
        evidence: words("evidence", &command.said.evidence, WORDS_LIMIT, command.done)?,
    };
    let sealed =
        key.seal(&ctx.entropy, promise.id.as_bytes(), &serde_json::to_vec(&said).unwrap_or_default());
    let event =
        Event::PromiseReported(Reported { promise_id: promise.id, said: Bytes(sealed), done: command.done });
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, promise.id.as_bytes(), promise.reports + 1, event))
}
