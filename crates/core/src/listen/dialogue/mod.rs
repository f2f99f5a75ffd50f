//! The quarterly dialogue with citizens and businesses: a survey wave, the choice of the commune that hosts it, the notice,
//! the minutes, and the promises that are opened first at the next one.
//!
//! One dialogue a quarter, named after the law's quarter whose cases the wave asks about (`2017-2` is 15/3 to 14/6/2017).

pub mod choose;
pub mod correct;
pub mod evidence;
pub mod hold;
pub mod host;
pub mod promise;
pub mod wave;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    context::{Actor, Context, Role},
    directory::Directory,
    event::Event,
    refusal::Refusal,
    serve::{
        office::Level,
        official::Official,
        report::{Period, Span, Window},
    },
    text::words,
    time::{Day, Instant},
};

/// Longest words of a form, a question, an answer or a reason, in characters.
pub const WORDS_LIMIT: usize = 2_000;
/// Longest name, contact or place, in characters.
pub const LINE_LIMIT: usize = 160;

/// What a grievance or question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Finding the office, being guided and told what is needed.
    Guidance,
    /// How officials behave.
    Attitude,
    /// How long it takes, and promises not kept.
    Deadline,
    /// Papers that are asked for, and going back for them.
    Papers,
    /// Fees, and money beyond them.
    Money,
    /// Land and building.
    Land,
    /// Social policy: people of merit, the poor, schooling.
    Policy,
    /// What became of earlier opinions and petitions.
    Earlier,
    /// Anything else.
    Other,
}

impl Topic {
    /// All topics, in the order of an agenda.
    pub const ALL: [Self; 9] = [
        Self::Guidance,
        Self::Attitude,
        Self::Deadline,
        Self::Papers,
        Self::Money,
        Self::Land,
        Self::Policy,
        Self::Earlier,
        Self::Other,
    ];

    /// Stable name in tables, forms and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Guidance => "guidance",
            Self::Attitude => "attitude",
            Self::Deadline => "deadline",
            Self::Papers => "papers",
            Self::Money => "money",
            Self::Land => "land",
            Self::Policy => "policy",
            Self::Earlier => "earlier",
            Self::Other => "other",
        }
    }

    /// The topic with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.key() == key)
    }
}

/// A dialogue as decisions see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialogue {
    /// Its quarter: `2017-2`.
    pub id: String,
    /// Under whose key its reasons, place and minutes are sealed.
    pub key_id: Uuid,
    /// When its wave began.
    pub opened_at: Instant,
    /// First and last day of the cases it asks about.
    pub cases_from: Day,
    /// See `cases_from`.
    pub cases_to: Day,
    /// How many forms each commune got, and its cases then.
    pub communes: Vec<wave::Share>,
    /// The choice with the table it was made from, when it was made.
    pub choice: Option<host::Chosen>,
    /// When it takes place, by the notice that holds.
    pub at: Option<Instant>,
    /// Whether the earlier promises were opened.
    pub reviewed: bool,
    /// How many questions its minutes have.
    pub promises: u32,
    /// When its minutes were closed.
    pub closed_at: Option<Instant>,
    /// Number of events so far.
    pub version: i64,
}

/// How far a dialogue has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Forms are coming in.
    Survey,
    /// The commune was chosen, no notice given.
    Chosen,
    /// The notice was given; people register and ask.
    Announced,
    /// Its day has come; minutes are written.
    Minutes,
    /// The minutes are closed: promises are followed.
    Closed,
}

impl Stage {
    /// Stable name in language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Survey => "survey",
            Self::Chosen => "chosen",
            Self::Announced => "announced",
            Self::Minutes => "minutes",
            Self::Closed => "closed",
        }
    }
}

impl Dialogue {
    /// How far it has come at an instant.
    pub fn stage(&self, now: Instant) -> Stage {
        match (&self.choice, self.at, self.closed_at) {
            (_, _, Some(_)) => Stage::Closed,
            (_, Some(at), None) if at.day() <= now.day() || self.has_begun() => Stage::Minutes,
            (_, Some(_), None) => Stage::Announced,
            (Some(_), None, None) => Stage::Chosen,
            (None, None, None) => Stage::Survey,
        }
    }

    /// Whether anything of its minutes was written.
    pub const fn has_begun(&self) -> bool {
        self.reviewed || self.promises > 0
    }

    /// The commune that hosts it.
    pub fn host(&self) -> Option<&str> {
        self.choice.as_ref().map(|chosen| chosen.host.as_str())
    }

    /// The batch of the next event about it.
    fn next(&self, event: Event, ctx: &Context<'_>) -> crate::batch::Batch {
        crate::batch::Batch::one(
            ctx.actor.journal_name(),
            ctx.at,
            &subject(&self.id),
            self.version + 1,
            event,
        )
    }
}

/// The subject of a dialogue in the journal.
fn subject(id: &str) -> Vec<u8> {
    format!("dialogue/{id}").into_bytes()
}

/// The quarter of the law that a dialogue is named after.
pub fn quarter(id: &str) -> Option<Period> {
    Period::parse(&format!("{}-{}-{id}", Window::Legal.key(), Span::Quarter.key()))
}

/// The name of the dialogue about a quarter of the law.
pub fn name_of(period: Period) -> String {
    format!("{}-{}", period.year(), period.number())
}

/// How many quarters lie between two dialogues; none when the first is not earlier.
pub fn quarters_between(earlier: &str, later: &str) -> Option<u32> {
    let at = |id| quarter(id).map(|period| period.year() * 4 + period.number());
    u32::try_from(at(later)? - at(earlier)?).ok().filter(|quarters| *quarters > 0)
}

/// The communes that may host a dialogue on a day, as keys of their offices.
pub fn communes(directory: &Directory, day: Day) -> Vec<String> {
    let offices =
        directory.on(day).offices().filter(|office| office.level == Level::Commune && office.receives());
    offices.map(|office| office.id.clone()).collect()
}

/// Refuses everybody but the leader.
fn leads(ctx: &Context<'_>) -> Result<(), Refusal> {
    match &ctx.actor {
        Actor::Official(official) if official.has_role(&[Role::Leader]) => Ok(()),
        Actor::Former(_) => Err(Refusal::PostEnded),
        _ => Err(Refusal::NotYourRole),
    }
}

/// Whether an official prepares dialogues: the leader, and who serves at an office above the communes.
pub fn organises(official: &Official, directory: &Directory) -> bool {
    let above = directory.offices.iter().filter(|office| office.level != Level::Commune);
    official.has_role(&[Role::Leader])
        || above.into_iter().any(|office| official.role_at(&office.id).is_some())
}

/// Refuses everybody who does not prepare dialogues.
fn organiser(ctx: &Context<'_>) -> Result<(), Refusal> {
    match &ctx.actor {
        Actor::Official(official) if organises(official, ctx.directory) => Ok(()),
        Actor::Former(_) => Err(Refusal::PostEnded),
        _ => Err(Refusal::NotYourRole),
    }
}
