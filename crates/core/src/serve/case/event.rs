//! What can happen to a case, beyond its opening and acceptance: the parts of these events.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Mark, Outcome};
use crate::{
    event::CaseRef,
    id::Bytes,
    serve::{calendar::Hours, clock::Clock, procedure::Limit, regime::Regime},
    time::Instant,
};

/// How a case came in (NĐ 61/2018 đ.14.5, đ.16).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reception {
    /// In person at the counter.
    #[default]
    Counter,
    /// By the public post.
    Post,
    /// Over the network, by the applicant.
    Online,
    /// Taken by a team on its way through the hamlets (lưu động).
    Mobile,
    /// Taken where the matter is, outside the one-stop shop (tại chỗ).
    OnSite,
}

/// How a result was handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnWay {
    /// At the counter.
    #[default]
    Counter,
    /// By the public post.
    Post,
    /// As an electronic document.
    Online,
}

/// Where a supplement was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// At the counter, before the receipt: no time was running.
    #[default]
    Reception,
    /// After appraisal, with the time running: it stands still (NĐ 61/2018 đ.19.4).
    Appraisal,
}

/// Whose fault made a result wrong (NĐ 61/2018 đ.21): the agency pays for its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The agency's.
    Office,
    /// The applicant's.
    Applicant,
}

/// How a consultation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The body agreed.
    Agreed,
    /// The body did not agree.
    Disagreed,
    /// The time passed without an answer, and the sector's law takes that as consent.
    SilentConsent,
    /// The time passed without an answer; the head of the one-stop shop was told (NĐ 61/2018 đ.19.5).
    Silent,
}

/// The terms a case was accepted under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The time limit.
    pub limit: Limit,
    /// The rules in force at reception.
    pub regime: Regime,
    /// The office's opening hours, where they are not the usual ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
}

/// The time of a case was stopped, taken up again, lengthened, or promised anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockMoved {
    /// Whose figures it enters; its due date is the one that held before.
    pub of: CaseRef,
    /// The clock as it is now, with everything that happened to it.
    pub clock: Clock,
    /// The date that holds now; none while the time stands still.
    pub due: Option<Instant>,
    /// Why, in words, sealed under the person's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Bytes>,
}

/// An apology with a new date (NĐ 61/2018 đ.19.9).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Apology {
    /// The clock with the new appointment.
    pub moved: ClockMoved,
    /// Office and year of its numbers.
    pub book: String,
    /// The number of the letter in the year; given by the record.
    pub number: u32,
    /// Whether it was sent later than one day before the old date ran out.
    pub late: bool,
}

/// What was missing came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupplementReceived {
    /// The clock, running again.
    pub moved: ClockMoved,
    /// What is there now, by the order of the procedure's documents.
    pub documents: Vec<Mark>,
}

/// The case went to another office: another level, or the one that decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSent {
    /// The office that had it.
    pub from_office: String,
    /// The office that has it.
    pub to_office: String,
    /// The official who had it.
    pub from: String,
    /// The official there who has it: the head, until it is assigned.
    pub to: String,
    /// Whether this brings it back to the office that received it.
    pub back: bool,
}

/// Another body was asked for its opinion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationAsked {
    /// The consultation.
    pub consultation_id: Uuid,
    /// The body.
    pub body: String,
    /// What it was asked, sealed under the person's key.
    pub question: Bytes,
    /// By when it must answer.
    pub answer_by: Instant,
    /// Whether its silence is consent by the sector's law.
    pub silence_consents: bool,
}

/// A consultation ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationClosed {
    /// The consultation.
    pub consultation_id: Uuid,
    /// How.
    pub reply: Reply,
    /// What it answered, sealed under the person's key; none when it was silent.
    pub answer: Option<Bytes>,
}

/// A verification on the spot (NĐ 61/2018 đ.19.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRecorded {
    /// When it took place.
    pub visited_at: Instant,
    /// Whether the applicant took part.
    pub attended: bool,
    /// Place and findings, sealed under the person's key.
    pub words: Bytes,
}

/// A draft result was laid before the one who signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultSubmitted {
    /// Granted or denied.
    pub outcome: Outcome,
    /// The appraisal in words, sealed under the person's key.
    pub note: Bytes,
}

/// A case ended without a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseEnded {
    /// Whose figures it enters.
    pub of: CaseRef,
    /// Why, sealed under the person's key.
    pub reason: Bytes,
    /// Office and year of the numbers of its paper.
    pub book: String,
    /// The number of the paper in the year; given by the record.
    pub number: u32,
}

/// A result was found wrong and replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultCorrected {
    /// Whose fault it was.
    pub fault: Fault,
    /// What was wrong, sealed under the person's key.
    pub reason: Bytes,
}

/// Somebody was advised before any dossier (NĐ 61/2018 đ.15: the content of guidance is kept).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuidanceGiven {
    /// The guidance.
    pub guidance_id: Uuid,
    /// The office.
    pub office_id: String,
    /// The procedure.
    pub procedure: String,
    /// How the person asked.
    pub reception: Reception,
    /// What was said, sealed under a key of its own.
    pub words: Bytes,
}

impl Reception {
    /// Every way.
    pub const ALL: [Self; 5] = [Self::Counter, Self::Post, Self::Online, Self::Mobile, Self::OnSite];

    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Post => "post",
            Self::Online => "online",
            Self::Mobile => "mobile",
            Self::OnSite => "on_site",
        }
    }

    /// The way with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.key() == key)
    }

    /// Code of the national exchange: 1 direct, 2 online, 3 public post.
    pub const fn exchange_code(self) -> u8 {
        match self {
            Self::Counter | Self::Mobile | Self::OnSite => 1,
            Self::Online => 2,
            Self::Post => 3,
        }
    }
}

impl ReturnWay {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Counter, Self::Post, Self::Online];

    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Post => "post",
            Self::Online => "online",
        }
    }

    /// The way with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.key() == key)
    }
}

impl Reply {
    /// Every end of a consultation.
    pub const ALL: [Self; 4] = [Self::Agreed, Self::Disagreed, Self::SilentConsent, Self::Silent];

    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Agreed => "agreed",
            Self::Disagreed => "disagreed",
            Self::SilentConsent => "silent_consent",
            Self::Silent => "silent",
        }
    }

    /// The end with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reply| reply.key() == key)
    }
}

impl Fault {
    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Applicant => "applicant",
        }
    }

    /// The fault with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Office, Self::Applicant].into_iter().find(|fault| fault.key() == key)
    }
}
