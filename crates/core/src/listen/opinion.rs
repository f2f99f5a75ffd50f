//! Opinions (phản ánh, kiến nghị): anyone may leave one, with or without a name, and follow what became of it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    batch::{Batch, Side},
    context::{Actor, Context, Role},
    directory::Directory,
    event::Event,
    id::{Bytes, new_id},
    refusal::Refusal,
    serve::{applicant::tidy, office::Office, official::Official, succession::heirs},
    time::Day,
};

/// Longest opinion or answer, in characters.
pub const WORDS_LIMIT: usize = 4_000;
/// Longest name or contact, in characters.
pub const CONTACT_LIMIT: usize = 160;
/// Working days in which an opinion is answered (the national portal's clock for processing).
pub const ANSWER_WORKING_DAYS: u16 = 15;

/// What somebody says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// The words.
    pub words: String,
    /// A name, or nothing.
    pub name: String,
    /// A phone number or e-mail, or nothing.
    pub contact: String,
}

/// See [`Event::OpinionReceived`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Key.
    pub opinion_id: Uuid,
    /// The office it concerns.
    pub office_id: String,
    /// Whether a name was given.
    pub named: bool,
    /// Words, name and contact, sealed under the opinion's own key.
    pub opinion: Bytes,
    /// Blind index of the code to follow it.
    pub follow_hash: Bytes,
    /// The day by which it is to be answered.
    pub due: Day,
}

/// See [`Event::OpinionAnswered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The office it concerns.
    pub office_id: String,
    /// The answer, sealed under the opinion's own key.
    pub answer: Bytes,
}

/// An opinion as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Key.
    pub opinion_id: Uuid,
    /// The office it concerns.
    pub office_id: String,
    /// Whether it was answered.
    pub answered: bool,
}

/// Decides that an opinion is received. Returns the code to follow it, which is shown once.
///
/// # Errors
/// Refuses empty or overlong words and unknown offices.
pub fn receive(office_id: &str, opinion: Opinion, ctx: &Context<'_>) -> Result<(Batch, String), Refusal> {
    let office = ctx.directory.on(ctx.at.day()).office(office_id)?;
    let opinion = opinion.checked()?;
    let opinion_id = new_id(ctx.at, &ctx.entropy);
    let (key, wrapped) = ctx.secrets.new_data_key(opinion_id, &ctx.entropy);
    let code = follow_code(ctx);
    let sealed = serde_json::to_vec(&opinion).unwrap_or_default();
    let limit =
        crate::serve::procedure::Limit::new(ANSWER_WORKING_DAYS, crate::serve::procedure::Unit::WorkingDays);
    let due = crate::serve::deadline::due(ctx.at, &limit, &ctx.directory.calendar)
        .map_err(|_| Refusal::CalendarBeyond)?
        .day();
    let received = Received {
        opinion_id,
        office_id: office.id.clone(),
        named: !opinion.name.is_empty(),
        opinion: Bytes(key.seal(&ctx.entropy, opinion_id.as_bytes(), &sealed)),
        follow_hash: Bytes(ctx.secrets.blind_index("opinion", &code).to_vec()),
        due,
    };
    let mut batch = Batch::one(
        ctx.actor.journal_name(),
        ctx.at,
        opinion_id.as_bytes(),
        1,
        Event::OpinionReceived(received),
    );
    batch.side.push(Side::DataKey { subject: opinion_id, wrapped });
    Ok((batch, code))
}

/// Decides that an opinion is answered, by the head of the office it concerns (or of one that followed it) or by the
/// district's leader.
///
/// # Errors
/// Refuses others, a second answer, and empty or overlong words.
pub fn answer(
    waiting: &Waiting,
    words: &str,
    key: &crate::secret::SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let Actor::Official(official) = &ctx.actor else { return Err(Refusal::NotYourRole) };
    let leads = official.has_role(&[Role::Leader]);
    let (day, asked) = (ctx.at.day(), waiting.office_id.as_str());
    let headed = heirs(ctx.directory, asked, day).into_iter().find(|heir| heads(official, heir));
    if !leads && headed.is_none() {
        let heads = official.has_role(&[Role::Head]);
        return Err(if heads { Refusal::NotYourOffice } else { Refusal::NotYourRole });
    }
    if waiting.answered {
        return Err(Refusal::AlreadyDone);
    }
    let words = checked_words("answer", words)?;
    let answered = Answered {
        office_id: waiting.office_id.clone(),
        answer: Bytes(key.seal(&ctx.entropy, waiting.opinion_id.as_bytes(), words.as_bytes())),
    };
    let subject = waiting.opinion_id;
    // A deputy of the head signs for them.
    let head = headed.and_then(|office| ctx.directory.head_on(&office, day));
    let own = official.posts_on(day).iter().any(|post| post.role != Role::Official);
    let actor = match head {
        Some(head) if !leads && !own => official.journal_name_for(&head.id),
        _ => official.id.clone(),
    };
    Ok(Batch::one(&actor, ctx.at, subject.as_bytes(), 2, Event::OpinionAnswered(answered)))
}

/// The offices whose opinions an official may read and answer: those headed, own or stood in for, and those that these
/// followed. Nothing means all of them.
pub fn answers_for(official: &Official, directory: &Directory, day: Day) -> Option<Vec<String>> {
    if official.has_role(&[Role::Leader]) {
        return None;
    }
    let mine = |office: &&Office| heirs(directory, &office.id, day).iter().any(|heir| heads(official, heir));
    Some(directory.offices.iter().filter(mine).map(|office| office.id.clone()).collect())
}

fn heads(official: &Official, office_id: &str) -> bool {
    official.role_at(office_id) == Some(Role::Head)
}

/// A follow code as typed, brought to the form it was shown in: capitals, no spaces or dashes.
pub fn read_follow_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(32).collect()
}

impl Opinion {
    fn checked(self) -> Result<Self, Refusal> {
        let opinion = Self {
            words: checked_words("words", &self.words)?,
            name: tidy(&self.name),
            contact: tidy(&self.contact),
        };
        for (field, text) in [("name", &opinion.name), ("contact", &opinion.contact)] {
            if text.chars().count() > CONTACT_LIMIT {
                return Err(Refusal::TooLong(field));
            }
        }
        Ok(opinion)
    }
}

fn checked_words(field: &'static str, words: &str) -> Result<String, Refusal> {
    let words = words.trim();
    if words.is_empty() {
        return Err(Refusal::Empty(field));
    }
    if words.chars().count() > WORDS_LIMIT {
        return Err(Refusal::TooLong(field));
    }
    Ok(words.to_owned())
}

/// Twelve characters without look-alikes: 60 bits.
fn follow_code(ctx: &Context<'_>) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bytes: [u8; 12] = ctx.entropy.bytes();
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}
