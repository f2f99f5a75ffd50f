//! The roll: which invitations to rate were issued and used. It never says what was answered.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    batch::Batch,
    context::{Actor, Context},
    event::Event,
    id::{Bytes, new_id},
    listen::rating::day_only,
    refusal::Refusal,
    serve::{
        applicant::Group,
        case::{Case, spent::Longest},
    },
    time::Day,
};

/// How long an invitation can be used, in days.
pub const VALID_DAYS: i32 = 90;
/// Days more at a kiosk: what was answered there in time may have waited for the network.
pub const GRACE_DAYS: i32 = 7;

/// A new line on the roll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The invitation.
    pub invitation_id: Uuid,
    /// The case it follows.
    pub case_id: Uuid,
    /// The office that is rated.
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// The procedure.
    pub procedure: String,
    /// Its field.
    pub field: String,
    /// The day it was issued.
    pub day: Day,
    /// The official who acted at the step that is rated: how people were met is said of them. None in the journals of the
    /// first versions, and where the program itself acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official: Option<String>,
    /// Whether the applicant is asked again when no answer comes: half of them are, by lot, so that one can see what the others
    /// would have said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reminded: bool,
}

impl Invited {
    /// The last day on which an answer that came in this way counts.
    pub fn last_day(&self, way: Way) -> Day {
        self.day.plus(VALID_DAYS + if way == Way::Kiosk { GRACE_DAYS } else { 0 })
    }
}

/// How an answer came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By the link sent to the applicant's phone or e-mail.
    Link,
    /// By the QR code of a slip that the office handed over.
    Slip,
    /// At the tablet in the office.
    Kiosk,
    /// On paper, typed in by two people.
    Paper,
    /// By telephone: an office that is not rated called.
    Call,
    /// By a short message with a digit.
    Sms,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 6] = [Self::Link, Self::Slip, Self::Kiosk, Self::Paper, Self::Call, Self::Sms];

    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Slip => "slip",
            Self::Kiosk => "kiosk",
            Self::Paper => "paper",
            Self::Call => "call",
            Self::Sms => "sms",
        }
    }

    /// The way with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.key() == key)
    }

    /// How far the office that is rated had a hand in it.
    pub const fn source(self) -> Source {
        match self {
            Self::Link | Self::Call | Self::Sms => Source::Apart,
            Self::Slip | Self::Kiosk | Self::Paper => Source::Office,
        }
    }
}

/// Whether the office that is rated had a hand in how an answer came in. Answers given through the office are distrusted:
/// it prints the slips, keeps the tablet and collects the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Past the office: a link or message sent to the applicant, or a call by another office.
    Apart,
    /// Through the office: its slip, tablet or paper.
    Office,
}

impl Source {
    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Apart => "apart",
            Self::Office => "office",
        }
    }

    /// The one of that name.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Apart, Self::Office].into_iter().find(|source| source.key() == key)
    }
}

/// A line of the roll is ticked off: day only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// The invitation.
    pub invitation_id: Uuid,
    /// The office that is rated.
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// How.
    pub way: Way,
    /// The day.
    pub day: Day,
    /// The box's serial number.
    pub serial: i64,
    /// SHA-256 of the sealed ballot, so that a waiting ballot cannot be exchanged. It tells nothing of the answers.
    pub ballot_hash: Bytes,
}

/// Whoever was invited says that the recorded rating was not theirs: day only. The ballot stays, since nobody can find it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denied {
    /// The invitation.
    pub invitation_id: Uuid,
    /// The office that is rated.
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// The day.
    pub day: Day,
}

/// A line of the roll as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// What was issued.
    pub invited: Invited,
    /// Whether it was used.
    pub used: bool,
    /// Whether the applicant said that the rating was not theirs.
    pub denied: bool,
    /// The step of the case that took the most time until it was issued.
    pub longest: Option<Longest>,
}

/// Decides that a rating is denied by whoever was invited.
///
/// # Errors
/// Refuses invitations that were not used, and a second time.
pub fn deny(invitation: &Invitation, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    if !invitation.used {
        return Err(Refusal::InvitationUnused);
    }
    if invitation.denied {
        return Err(Refusal::AlreadyDone);
    }
    let invited = &invitation.invited;
    let denied = Denied {
        invitation_id: invited.invitation_id,
        office_id: invited.office_id.clone(),
        group: invited.group,
        day: ctx.at.day(),
    };
    let subject = invited.invitation_id;
    let at = day_only(ctx.at);
    Ok(Batch::one(Actor::Citizen.journal_name(), at, subject.as_bytes(), 3, Event::RatingDenied(denied)))
}

/// Adds an invitation for a case that has just ended, or whose documents were found incomplete.
pub(crate) fn issue(case: &Case, batch: &mut Batch, ctx: &Context<'_>) {
    let invitation_id = new_id(ctx.at, &ctx.entropy);
    let procedure = ctx.directory.procedure_near(&case.procedure, ctx.at.day());
    let field = procedure.map(|procedure| procedure.field_vi.clone());
    let invited = Invited {
        invitation_id,
        case_id: case.id,
        office_id: case.office_id.clone(),
        group: case.applicant_kind.group(),
        procedure: case.procedure.clone(),
        field: field.unwrap_or_default(),
        day: ctx.at.day(),
        reminded: ctx.secrets.draws_reminder(invitation_id),
        official: if let Actor::Official(official) = &ctx.actor { Some(official.id.clone()) } else { None },
    };
    batch.push(ctx.at, invitation_id.as_bytes(), 1, Event::InvitationIssued(invited));
}
