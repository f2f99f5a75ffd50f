//! Opinions (phản ánh, kiến nghị): anyone may leave one, with or without a name, and follow what became of it by a code.
//!
//! An opinion is received, sorted, perhaps asked about, and answered or refused; an answer is published, masked, when its
//! author consents, and its author says whether it helped. What is a complaint or a denunciation has a door of its own
//! (Luật Khiếu nại, Luật Tố cáo): it is refused with that door named.

pub mod clock;
mod event;
mod kind;
pub mod mask;
mod step;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{
    clock::{ANSWER_WORKING_DAYS, Days},
    event::{
        Answered, Asked, ConsentChanged, DaysMoved, Explained, Judged, Published, Received, Refused, Replied,
        Shown, Triaged,
    },
    kind::{Class, Finding, Helped, Owed, Reason, Source, State, Topic, Urgency},
    step::{
        Same, Sort, answer, ask, change_consent, explain, judge, move_days, publish, refuse, reply, triage,
    },
};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context, Role},
    directory::Directory,
    event::Event,
    id::{Bytes, new_id},
    listen::contact::Contact,
    refusal::Refusal,
    serve::{
        applicant::{Language, tidy},
        code,
        office::Office,
        official::Official,
        succession::heirs,
    },
    text,
    time::{Day, Instant},
};

/// Longest opinion, question, reply or answer, in characters.
pub const WORDS_LIMIT: usize = 4_000;
/// Longest name or contact, in characters.
pub const CONTACT_LIMIT: usize = 160;
/// Most opinions that are answered together with one that says the same.
pub const MOST_DUPLICATES: usize = 50;

/// What somebody says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// The words.
    pub words: String,
    /// A name, or nothing.
    pub name: String,
    /// A phone number or e-mail, or nothing.
    pub contact: String,
    /// The code of the case it is about, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case_code: String,
    /// Whether its author may be written to although it is said in confidence.
    #[serde(default, skip_serializing_if = "is_false")]
    pub may_write: bool,
    /// In which language its author is written to.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub language: Language,
    /// The code to follow it, kept only when its author is written to: messages name it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
}

/// What comes in.
#[derive(Clone, Debug)]
pub struct Said {
    /// The office it concerns.
    pub office_id: String,
    /// What is said, and by whom.
    pub opinion: Opinion,
    /// What it is about, when its author says so.
    pub class: Option<Class>,
    /// How it came.
    pub source: Source,
    /// Whether name and contact are kept from the office it concerns.
    pub confidential: bool,
    /// Whether it may be published, masked, with its answer.
    pub consent: bool,
    /// Key of the office of the commune where its author lives.
    pub residence: Option<String>,
    /// Random text of the form it was typed into, so that a second click finds the first.
    pub once: Option<String>,
    /// The code to follow it, when the device that took it has drawn and shown one: a kiosk without network. Sent twice, it
    /// is one opinion.
    pub follow: Option<String>,
}

impl Said {
    /// An opinion written on the page, with nothing chosen.
    pub fn new(office_id: &str, opinion: Opinion) -> Self {
        Self {
            office_id: office_id.to_owned(),
            opinion,
            class: None,
            source: Source::Page,
            confidential: false,
            consent: false,
            residence: None,
            once: None,
            follow: None,
        }
    }
}

/// An opinion as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// Key.
    pub opinion_id: Uuid,
    /// The office that deals with it.
    pub office_id: String,
    /// Where it stands.
    pub state: State,
    /// Number of events so far.
    pub version: i64,
    /// Whether name and contact are kept from the office.
    pub confidential: bool,
    /// Whether it may be published.
    pub consent: bool,
    /// The day by which it is to be sorted or refused.
    pub triage_by: Option<Day>,
    /// The last day on which its author may be asked.
    pub ask_by: Option<Day>,
    /// The day by which it is to be answered.
    pub due: Day,
    /// What triage said last.
    pub sorted: Option<Sorted>,
    /// The question to its author.
    pub question: Option<Question>,
    /// The day by which its answer is to be published.
    pub publish_by: Option<Day>,
    /// Whether it is published.
    pub published: bool,
    /// What its author said of the answer.
    pub helped: Option<Helped>,
    /// The day after which the head of the office owes an explanation: that of the next step, or the one that the last
    /// explanation promised for it.
    pub explain_day: Option<Day>,
    /// When its clocks began.
    pub moments: Moments,
}

/// The moments from which days are reckoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moments {
    /// When it came in.
    pub received: Instant,
    /// When its author was asked.
    pub asked: Option<Instant>,
    /// When its author replied.
    pub replied: Option<Instant>,
    /// When it was answered, or its author consented to publishing since.
    pub publish: Option<Instant>,
}

/// What triage said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorted {
    /// What it is about, by the law.
    pub class: Class,
    /// What it is about, in the words of those who wait.
    pub topic: Topic,
    /// How pressing it is.
    pub urgency: Urgency,
    /// The opinion that says the same.
    pub duplicate_of: Option<Uuid>,
}

/// A question to the author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The day until which the time of the answer stands still.
    pub reply_by: Day,
    /// Working days that were left for the answer.
    pub left: u32,
}

impl Current {
    /// The opinion it is answered with.
    pub fn duplicate_of(&self) -> Option<Uuid> {
        self.sorted.and_then(|sorted| sorted.duplicate_of)
    }

    /// The day of the next step that the office owes; none when it owes none.
    pub fn next_day(&self) -> Option<Day> {
        next_day(self.state, self.triage_by, self.due, self.publish_by)
    }

    /// The days that were told.
    pub fn days(&self) -> Days {
        Days {
            triage_by: self.triage_by,
            ask_by: self.ask_by,
            due: self.due,
            reply_by: self.question.map(|question| question.reply_by),
            publish_by: self.publish_by,
        }
    }

    /// The opinion with its days over the calendar in force, whether they were moved already or not: a step does not wait for
    /// that. Where the calendar does not reach, what was told stays.
    #[must_use]
    pub fn caught_up(mut self, directory: &Directory) -> Self {
        if directory.decisions.is_empty() {
            return self;
        }
        let Ok(days) = clock::days_now(&self, directory) else { return self };
        let Days { triage_by, ask_by, due, reply_by, publish_by } = days;
        (self.triage_by, self.ask_by, self.due, self.publish_by) = (triage_by, ask_by, due, publish_by);
        if let (Some(question), Some(reply_by)) = (&mut self.question, reply_by) {
            question.reply_by = reply_by;
        }
        self.explain_day = self.explain_day.max(self.next_day());
        self
    }

    /// The step that is late on a day, and the day by which it was owed.
    pub fn overdue(&self, today: Day) -> Option<(Owed, Day)> {
        let owed = match self.state {
            State::Received => Owed::Sorting,
            State::Triaged | State::Asked => Owed::Answer,
            State::Answered | State::Refused => Owed::Publishing,
        };
        self.next_day().filter(|day| *day < today).map(|day| (owed, day))
    }

    /// Whether the head of the office owes an explanation on a day: none was given, or its promise has passed too.
    pub fn is_unexplained(&self, today: Day) -> bool {
        self.overdue(today).is_some() && self.explain_day.is_none_or(|day| day < today)
    }
}

/// The day of the next step that an office owes.
pub fn next_day(state: State, triage_by: Option<Day>, due: Day, publish_by: Option<Day>) -> Option<Day> {
    match state {
        State::Received => Some(triage_by.unwrap_or(due)),
        State::Triaged | State::Asked => Some(due),
        State::Answered => publish_by,
        State::Refused => None,
    }
}

/// Decides that an opinion is received. Returns the code to follow it, which is shown once.
///
/// # Errors
/// Refuses empty or overlong words, unknown offices, case codes that are none, and what is typed for somebody else by
/// anybody but an official who serves, or the leader.
pub fn receive(said: Said, ctx: &Context<'_>) -> Result<(Batch, String), Refusal> {
    if said.source.by_official() {
        let Actor::Official(official) = &ctx.actor else { return Err(Refusal::NotYourRole) };
        if !official.has_role(&[Role::Official, Role::Head, Role::Leader]) {
            return Err(Refusal::NotYourRole);
        }
    }
    let office = ctx.directory.on(ctx.at.day()).office(&said.office_id)?;
    let residence = match &said.residence {
        Some(commune) => Some(ctx.directory.on(ctx.at.day()).office(commune)?.id.clone()),
        None => None,
    };
    let mut opinion = said.opinion.checked()?;
    let opinion_id = new_id(ctx.at, &ctx.entropy);
    let (key, wrapped) = ctx.secrets.new_data_key(opinion_id, &ctx.entropy);
    let code = match said.follow {
        Some(code) if is_follow_code(&code) => code,
        Some(_) => return Err(Refusal::BadChoice("follow")),
        None => follow_code(said.once.as_deref(), ctx),
    };
    if opinion.reach(said.confidential).is_some() {
        opinion.code.clone_from(&code);
    }
    let sealed = serde_json::to_vec(&opinion).unwrap_or_default();
    let received = Received {
        opinion_id,
        office_id: office.id.clone(),
        named: !opinion.name.is_empty(),
        opinion: Bytes(key.seal(&ctx.entropy, opinion_id.as_bytes(), &sealed)),
        follow_hash: Bytes(ctx.secrets.blind_index("opinion", &code).to_vec()),
        due: clock::last_day(ANSWER_WORKING_DAYS, ctx)?,
        class: said.class,
        source: said.source,
        confidential: said.confidential,
        consent: said.consent,
        triage_by: Some(clock::last_day(clock::TRIAGE_WORKING_DAYS, ctx)?),
        ask_by: Some(clock::last_day(clock::ASK_WORKING_DAYS, ctx)?),
        residence,
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

/// The offices whose opinions an official may read and answer: those headed, own or stood in for, and those that these
/// followed. Nothing means all of them.
pub fn answers_for(official: &Official, directory: &Directory, day: Day) -> Option<Vec<String>> {
    if official.has_role(&[Role::Leader]) {
        return None;
    }
    let mine = |office: &&Office| heirs(directory, &office.id, day).iter().any(|heir| heads(official, heir));
    Some(directory.offices.iter().filter(mine).map(|office| office.id.clone()).collect())
}

/// Who answers for the opinions of an office on a day, by name: its head, or the head of the office that followed it.
pub fn answerable<'a>(directory: &'a Directory, office_id: &str, day: Day) -> Option<&'a Official> {
    heirs(directory, office_id, day).iter().find_map(|heir| directory.head_on(heir, day))
}

/// Whether an official is the one who explains what is late at an office: its head, or whoever stands for the head.
pub fn explains(official: &Official, office_id: &str, directory: &Directory, day: Day) -> bool {
    heirs(directory, office_id, day).iter().any(|heir| heads(official, heir))
}

/// Whether an official may see who an author is: what is said in confidence keeps name and contact from the office it
/// concerns, and shows them to the leader only.
pub fn sees_author(official: &Official, confidential: bool) -> bool {
    !confidential || official.has_role(&[Role::Leader])
}

fn heads(official: &Official, office_id: &str) -> bool {
    official.role_at(office_id) == Some(Role::Head)
}

/// A follow code as typed, brought to the form it was shown in: capitals, no spaces or dashes.
pub fn read_follow_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(32).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_usual(language: &Language) -> bool {
    *language == Language::default()
}

impl Opinion {
    /// Where its author is written to; nothing when no address can be read, or when it is said in confidence and its author did
    /// not agree.
    pub fn reach(&self, confidential: bool) -> Option<Contact> {
        let agreed = !confidential || self.may_write;
        Some(Contact::read(&self.contact)).filter(|contact| agreed && !contact.is_empty())
    }

    fn checked(self) -> Result<Self, Refusal> {
        let opinion = Self {
            words: checked_words("words", &self.words)?,
            name: tidy(&self.name),
            contact: tidy(&self.contact),
            case_code: code::tidy(&self.case_code),
            code: String::new(),
            ..self
        };
        for (field, text) in [("name", &opinion.name), ("contact", &opinion.contact)] {
            if text.chars().count() > CONTACT_LIMIT {
                return Err(Refusal::TooLong(field));
            }
        }
        // Whether there is such a case is not said: codes can be guessed, and who has a case is nobody's business.
        if !opinion.case_code.is_empty() {
            code::parse(&opinion.case_code).map_err(Refusal::BadCaseCode)?;
        }
        Ok(opinion)
    }
}

fn checked_words(field: &'static str, words: &str) -> Result<String, Refusal> {
    text::words(field, words, WORDS_LIMIT, true)
}

/// The letters of a code: no I, L, O or U, which look like others.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many a code has.
const CODE_LETTERS: usize = 12;

fn is_follow_code(code: &str) -> bool {
    code.len() == CODE_LETTERS && code.bytes().all(|byte| LETTERS.contains(&byte))
}

/// Twelve characters without look-alikes: 60 bits, drawn, or derived from the form's own random text by a key of ours.
fn follow_code(once: Option<&str>, ctx: &Context<'_>) -> String {
    let bytes: [u8; 16] = match once {
        Some(once) => ctx.secrets.blind_index("opinion form", once),
        None => ctx.entropy.bytes(),
    };
    bytes.iter().take(CODE_LETTERS).map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// The code of what was typed into a form with this random text, when it came in.
pub fn code_of_form(once: &str, ctx: &Context<'_>) -> String {
    follow_code(Some(once), ctx)
}
