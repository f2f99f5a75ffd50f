//! Notices: which event is told to whom, by which way, when, and how often it is tried.
//!
//! A notice waits in the outbox, written in the same transaction as the event. Its letter (to whom, about what) is sealed
//! under the person's data key: the row tells nothing, and with the key the notice dies. It is sent at least once and
//! carries the same number every time, so that whoever receives it can drop the second.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    applicant::{Applicant, Language, Wishes},
    appointment::{self, Booker},
    case::{self, Mark, Reception},
    clock::PauseReason,
};
use crate::{
    batch::{Entry, Side},
    context::Entropy,
    event::Event,
    listen::contact::Contact,
    secret::SecretKey,
    time::Instant,
};

mod kind;
mod when;

pub use self::{
    kind::{
        Kind, still_holds_for_appointment, still_holds_for_case, still_holds_for_dialogue,
        still_holds_for_opinion, still_holds_for_rating,
    },
    when::{BACK_OFF, QuietHours, TRIES, next_try, rate_again_at, rate_at, rated_at, reminder_at},
};

/// A way to reach somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An e-mail to the applicant.
    Email,
    /// A message to the applicant's phone: SMS or Zalo, as the gateways allow.
    Phone,
    /// A signed message to another system.
    Webhook,
}

impl Channel {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Email, Self::Phone, Self::Webhook];

    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Webhook => "webhook",
        }
    }

    /// The way with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.key() == key)
    }

    /// Whether it reaches a person, who may be asleep.
    pub const fn is_personal(self) -> bool {
        !matches!(self, Self::Webhook)
    }
}

/// Where notices may go besides the applicants, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// When people are left in peace.
    pub quiet: QuietHours,
    /// Names of the other systems that are told.
    pub webhooks: Vec<String>,
}

/// A notice on its way to the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number: the same for the same event, kind and way, whoever computes it.
    pub id: Uuid,
    /// The case or appointment, the opinion, or who registered for a dialogue.
    pub subject: Uuid,
    /// The subject's version after the event.
    pub version: i64,
    /// Whose data key seals the letter.
    pub person_id: Uuid,
    /// The office whose head looks after it; nothing when only the leader may know whom it is for.
    pub office_id: String,
    /// What it says.
    pub kind: Kind,
    /// How it goes.
    pub channel: Channel,
    /// Name of the other system; empty for people.
    pub target: String,
    /// When the event happened.
    pub made_at: Instant,
    /// Not before.
    pub send_at: Instant,
    /// The [`Letter`], sealed.
    pub sealed: Vec<u8>,
}

/// What a notice needs to know to be written and addressed. No identity number, no reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// E-mail or phone number; empty for other systems.
    #[serde(default)]
    pub to: String,
    /// Full name; empty for other systems.
    #[serde(default)]
    pub name: String,
    /// Whether the name is a person's.
    #[serde(default)]
    pub to_person: bool,
    /// In which language.
    #[serde(default)]
    pub language: Language,
    /// The office that faces the applicant.
    pub office_id: String,
    /// The procedure's code; empty for an appointment.
    #[serde(default)]
    pub procedure: String,
    /// The dialogue's quarter; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub dialogue: String,
    /// When it happened.
    pub at: Instant,
    /// What the event says.
    pub facts: Facts,
}

/// What an event says to the applicant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The date that holds now: of the result, or of the slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// The date that held before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Instant>,
    /// Documents that are missing, by their place in the procedure's list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<usize>,
    /// The place in the slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<u16>,
    /// The decision on days off that moved the date, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
}

/// Who is told about what.
#[derive(Clone, Debug)]
pub struct About {
    /// The case or appointment.
    pub subject: Uuid,
    /// Whose data key seals the letter.
    pub person_id: Uuid,
    /// The office that faces the person.
    pub office_id: String,
    /// The procedure's code; empty for an appointment.
    pub procedure: String,
    /// The dialogue's quarter; empty otherwise.
    pub dialogue: String,
    /// The office whose head looks after what does not arrive; nothing when only the leader may know whom it is for.
    pub keeper: String,
    /// The slot of an appointment, or the time of a dialogue, before the event.
    pub slot_at: Option<Instant>,
    /// Who.
    pub recipient: Recipient,
}

/// A person or organisation that can be reached, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    name: String,
    is_person: bool,
    email: String,
    phone: String,
    wishes: Wishes,
}

impl From<&Applicant> for Recipient {
    fn from(applicant: &Applicant) -> Self {
        Self {
            name: applicant.name.clone(),
            is_person: applicant.kind == super::applicant::ApplicantKind::Person,
            email: applicant.email.clone(),
            phone: applicant.phone.clone(),
            wishes: applicant.wishes,
        }
    }
}

impl From<&Booker> for Recipient {
    fn from(booker: &Booker) -> Self {
        Self {
            name: booker.name.clone(),
            is_person: true,
            email: String::new(),
            phone: booker.phone.clone(),
            wishes: Wishes::default(),
        }
    }
}

impl Recipient {
    /// A person of whom no more than this is known.
    pub fn at(contact: Contact, name: &str, language: Language) -> Self {
        Self {
            name: name.to_owned(),
            is_person: true,
            email: contact.email,
            phone: contact.phone,
            wishes: Wishes { language, ..Wishes::default() },
        }
    }

    /// The ways that are open, with the address.
    pub fn ways(&self) -> impl Iterator<Item = (Channel, &str)> {
        let all = [(Channel::Email, self.email.as_str()), (Channel::Phone, self.phone.as_str())];
        all.into_iter().filter(|(_, to)| !to.is_empty() && !self.wishes.silence)
    }
}

/// What an event tells the applicant, if anything. `same_batch` are the events written together with it: a result that
/// is handed over at once is not announced.
pub fn told(event: &Event, same_batch: &[Entry]) -> Option<(Kind, Facts)> {
    let facts = |due: Option<Instant>, before: Option<Instant>| Facts { due, before, ..Facts::default() };
    let given = same_batch.iter().any(|entry| matches!(entry.event, Event::CaseReturned { .. }));
    let checked = same_batch.iter().any(|entry| {
        matches!(
            entry.event,
            Event::CaseAccepted(_) | Event::SupplementRequested(_) | Event::CaseRefused { .. }
        )
    });
    Some(match event {
        Event::CaseOpened(opened) => {
            let absent = matches!(opened.reception, Reception::Online | Reception::Post);
            return (absent && !checked).then(|| (Kind::Arrived, Facts::default()));
        }
        Event::CaseAccepted(accepted) if !accepted.without_receipt => {
            (Kind::Received, facts(Some(accepted.due), None))
        }
        Event::SupplementRequested(request) => {
            let marks = request.documents.iter().enumerate();
            let missing = marks.filter(|(_, mark)| **mark == Mark::Missing).map(|(at, _)| at).collect();
            (Kind::SupplementNeeded, Facts { missing, ..Facts::default() })
        }
        Event::SupplementReceived(received) => {
            (Kind::SupplementComplete, facts(received.moved.due, received.moved.of.due))
        }
        Event::CasePaused(moved) if moved.clock.paused() == Some(PauseReason::FinancialDuty) => {
            (Kind::DutyDue, Facts::default())
        }
        Event::CaseResumed(moved) => (Kind::Reappointed, facts(moved.due, moved.of.due)),
        Event::CaseExtended(moved) => (Kind::Extended, facts(moved.due, moved.of.due)),
        Event::CaseDueMoved(moved) => {
            let (due, before) =
                moved.due.zip(moved.of.due).filter(|(due, before)| due.day() > before.day())?;
            let decision = moved.clock.decision().map(str::to_owned);
            (Kind::DueMoved, Facts { decision, ..facts(Some(due), Some(before)) })
        }
        Event::ApologySent(apology) => (Kind::Apology, facts(apology.moved.due, apology.moved.of.due)),
        Event::CaseMoved { .. } => (Kind::OfficeChanged, Facts::default()),
        Event::CaseFinished { of, .. } if !given => (Kind::Ready, facts(None, of.due)),
        Event::ResultCorrected(_) => (Kind::Corrected, Facts::default()),
        Event::DossierLost { .. } => (Kind::Lost, Facts::default()),
        Event::CaseRefused { .. } => (Kind::Refused, Facts::default()),
        Event::CaseWithdrawn(_) => (Kind::Withdrawn, Facts::default()),
        Event::CaseStopped(_) => (Kind::Stopped, Facts::default()),
        Event::AppointmentBooked(booked) => {
            (Kind::Booked, Facts { place: Some(booked.place), ..facts(Some(booked.slot_at), None) })
        }
        Event::AppointmentMoved { slot_at, place, .. } => {
            (Kind::BookingMoved, Facts { place: Some(*place), ..facts(Some(*slot_at), None) })
        }
        Event::AppointmentCancelled { .. } => (Kind::BookingCancelled, Facts::default()),
        Event::InvitationIssued(_) => (Kind::RateInvited, Facts::default()),
        Event::InvitationUsed(_) => (Kind::Rated, Facts::default()),
        Event::OpinionReceived(_) => (Kind::OpinionReceived, Facts::default()),
        Event::OpinionAsked(_) => (Kind::OpinionAsked, Facts::default()),
        Event::OpinionAnswered(_) => (Kind::OpinionAnswered, Facts::default()),
        Event::OpinionRefused(_) => (Kind::OpinionRefused, Facts::default()),
        Event::OpinionPublished(_) => (Kind::OpinionPublished, Facts::default()),
        Event::DialogueJoined(_) => (Kind::DialogueJoined, Facts::default()),
        Event::DialogueAnnounced(announced) => (Kind::DialogueMoved, facts(Some(announced.at), None)),
        Event::DialogueHostChosen(_) => (Kind::DialogueTakenBack, Facts::default()),
        Event::DialogueClosed(_) | Event::PromiseReported(_) => (Kind::DialogueAnswered, Facts::default()),
        _ => return None,
    })
}

/// The notices of one event, ready for the outbox. `key` is the person's data key.
pub fn write(
    entry: &Entry,
    (kind, facts): (Kind, Facts),
    about: &About,
    routes: &Routes,
    key: &SecretKey,
    entropy: &Entropy,
) -> Vec<Side> {
    let before = facts.before.or(about.slot_at.filter(|slot| facts.due != Some(*slot)));
    let facts = Facts { before, ..facts };
    let at = match kind {
        Kind::RateInvited => rate_at(entry.at),
        Kind::Rated => rated_at(entry.at, entropy),
        _ => entry.at,
    };
    let mut letters = vec![(kind, at, facts.clone())];
    if matches!(&entry.event, Event::InvitationIssued(invited) if invited.reminded) {
        letters.push((Kind::RateReminder, rate_again_at(entry.at), facts.clone()));
    }
    if let (Some(reminder), Some(slot)) = (reminder_of(kind, about, &facts), facts.due)
        && let Some(at) = reminder_at(slot, entry.at)
    {
        letters.push((reminder, at, Facts { before: None, ..facts }));
    }
    let mut notices = Vec::new();
    for (kind, at, facts) in letters {
        let draft = Draft { entry, about, kind, key, entropy };
        for (channel, to) in about.recipient.ways() {
            notices.push(draft.notice(channel, to, "", routes.quiet.next(at), &facts));
        }
        if kind != Kind::Reminder && kind.tells_systems() {
            for target in &routes.webhooks {
                notices.push(draft.notice(Channel::Webhook, "", target, at, &facts));
            }
        }
    }
    notices
}

/// The reminder that a notice has behind it. A dialogue that keeps its time has its reminder already.
fn reminder_of(kind: Kind, about: &About, facts: &Facts) -> Option<Kind> {
    match kind {
        Kind::Booked | Kind::BookingMoved => Some(Kind::Reminder),
        Kind::DialogueJoined => Some(Kind::DialogueReminder),
        Kind::DialogueMoved if about.slot_at != facts.due => Some(Kind::DialogueReminder),
        _ => None,
    }
}

struct Draft<'a> {
    entry: &'a Entry,
    about: &'a About,
    kind: Kind,
    key: &'a SecretKey,
    entropy: &'a Entropy,
}

impl Draft<'_> {
    fn notice(&self, channel: Channel, to: &str, target: &str, send_at: Instant, facts: &Facts) -> Side {
        let Self { entry, about, kind, .. } = self;
        // One event about a dialogue is told to many, and several promises may answer one of them.
        let of = (!about.dialogue.is_empty()).then_some(entry.subject.0.as_slice());
        let id = number(about.subject, of, entry.version, *kind, channel, target);
        let recipient = &about.recipient;
        let name = if channel.is_personal() { recipient.name.clone() } else { String::new() };
        let letter = Letter {
            to: to.to_owned(),
            name,
            to_person: recipient.is_person,
            language: recipient.wishes.language,
            office_id: about.office_id.clone(),
            procedure: about.procedure.clone(),
            dialogue: about.dialogue.clone(),
            at: entry.at,
            facts: facts.clone(),
        };
        Side::Notice(Notice {
            id,
            subject: about.subject,
            version: entry.version,
            person_id: about.person_id,
            office_id: about.keeper.clone(),
            kind: *kind,
            channel,
            target: target.to_owned(),
            made_at: entry.at,
            send_at,
            // A struct of strings and numbers always serialises.
            sealed: self.key.seal(
                self.entropy,
                id.as_bytes(),
                &serde_json::to_vec(&letter).unwrap_or_default(),
            ),
        })
    }
}

/// The letter of a notice; `None` when the key is another's.
pub fn open(id: Uuid, sealed: &[u8], key: &SecretKey) -> Option<Letter> {
    serde_json::from_slice(&key.open(id.as_bytes(), sealed)?).ok()
}

/// The number of a notice: a hash of what it is about, which event, what it says and how it goes.
fn number(
    subject: Uuid,
    of: Option<&[u8]>,
    version: i64,
    kind: Kind,
    channel: Channel,
    target: &str,
) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(b"notice\0");
    hash.update(subject.as_bytes());
    hash.update(version.to_be_bytes());
    let parts = [kind.key(), channel.key(), target].map(str::as_bytes);
    for part in parts.into_iter().chain(of) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let bytes = hash.finalize();
    uuid::Builder::from_custom_bytes(std::array::from_fn(|i| bytes[i])).into_uuid()
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Taken over by the next in the chain, by this gateway or server.
    Sent {
        /// Name of the gateway, or empty.
        via: String,
    },
    /// Perhaps later.
    Later(Trouble),
    /// Never: trying again would not help.
    Never(Trouble),
    /// Nobody configured this way.
    NoChannel,
    /// The person's key was destroyed.
    Erased,
    /// The case moved on meanwhile: the notice would mislead.
    Outdated,
}

/// Why an attempt failed. Never holds an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What kind.
    pub problem: Problem,
    /// The other side's code, when it gave one.
    pub code: Option<u16>,
}

/// Kinds of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The server or gateway does not answer, or not in time.
    Unreachable,
    /// It asks for patience.
    Busy,
    /// It does not let us in: the configuration is wrong.
    NotLetIn,
    /// It does not take this notice or this address.
    Rejected,
    /// Nobody configured this way.
    NoChannel,
}

impl Problem {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Unreachable, Self::Busy, Self::NotLetIn, Self::Rejected, Self::NoChannel];

    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Busy => "busy",
            Self::NotLetIn => "not_let_in",
            Self::Rejected => "rejected",
            Self::NoChannel => "no_channel",
        }
    }

    /// The kind with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.key() == key)
    }
}

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// To be sent, perhaps again.
    Waiting,
    /// Sent.
    Sent,
    /// Given up: somebody must call.
    Failed,
    /// Not sent, because no way is configured.
    Unsent,
    /// Not sent, because the case had moved on.
    Outdated,
    /// Not sent, because the person was erased.
    Erased,
    /// The office told the applicant itself.
    Called,
}

impl State {
    /// All states.
    pub const ALL: [Self; 7] =
        [Self::Waiting, Self::Sent, Self::Failed, Self::Unsent, Self::Outdated, Self::Erased, Self::Called];

    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unsent => "unsent",
            Self::Outdated => "outdated",
            Self::Erased => "erased",
            Self::Called => "called",
        }
    }

    /// The state with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

#[cfg(test)]
use crate::time::Minute;

#[cfg(test)]
mod tests;
