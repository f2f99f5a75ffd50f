//! Calls by an office that is not rated: whom to call is drawn, and the answer is a ballot like any other.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    invitation::{Invitation, VALID_DAYS, Way},
    rating::{self, Ballot, BallotBox, day_only},
};
use crate::{
    batch::Batch,
    context::{Actor, Context, Entropy, Role},
    event::Event,
    id::{Bytes, new_blind_id},
    refusal::Refusal,
    secret::SecretKey,
    time::Day,
};

/// Most people drawn at a time.
pub const MOST_AT_ONCE: usize = 20;
/// How far back invitations are drawn from, in days.
pub const DRAWN_DAYS: i32 = VALID_DAYS;
/// How often somebody is called who does not pick up.
pub const MOST_TRIES: u32 = 2;
/// For how long a list holds, in days; then its caller can draw again and others may draw those who are left.
pub const LIST_DAYS: i32 = 7;

/// Invitations were drawn: day only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The list: a random key.
    pub list_id: Uuid,
    /// The office that is rated.
    pub office_id: String,
    /// The office that calls.
    pub by_office: String,
    /// The day.
    pub day: Day,
    /// From which the order was drawn: see [`order`].
    pub seed: Bytes,
    /// The invitations in the order of the draw.
    pub invitations: Vec<Uuid>,
    /// Whether they were used, and their holders are asked whether they did that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub audit: bool,
}

/// What somebody said who was asked whether the rating on the roll was theirs: day only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The list.
    pub list_id: Uuid,
    /// The invitation.
    pub invitation_id: Uuid,
    /// Whether they had rated.
    pub rated: bool,
    /// The day.
    pub day: Day,
}

/// A call without an answer: day only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// The list.
    pub list_id: Uuid,
    /// The invitation.
    pub invitation_id: Uuid,
    /// Whether nobody is to call again.
    pub declined: bool,
    /// The day.
    pub day: Day,
}

/// A list as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallList {
    /// The list.
    pub list_id: Uuid,
    /// The office that is rated.
    pub office_id: String,
    /// The office that calls.
    pub by_office: String,
    /// The day on which it was drawn.
    pub day: Day,
    /// The seed.
    pub seed: Vec<u8>,
    /// Whether people are asked if the rating on the roll was theirs, instead of how they were served.
    pub audit: bool,
    /// Number of events so far.
    pub version: i64,
}

/// Somebody to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallLine {
    /// Place in the list, from 1.
    pub place: u32,
    /// The invitation.
    pub invitation_id: Uuid,
    /// How often nobody picked up.
    pub tries: u32,
    /// Whether no further call is wished.
    pub declined: bool,
    /// Whether what is asked was answered: the invitation was used, in whatever way; in an audit, whether the holder said something.
    pub answered: bool,
}

impl CallLine {
    /// Whether there is still something to ask.
    pub fn open(&self) -> bool {
        !self.answered && !self.declined && self.tries < MOST_TRIES
    }
}

/// The office for which somebody calls about another.
///
/// # Errors
/// Refuses the rated office's own people and whoever acts there for another, and those who neither serve at an office nor
/// lead the district.
pub fn calls_for<'a>(rated: &str, ctx: &'a Context<'_>) -> Result<&'a str, Refusal> {
    let official = match &ctx.actor {
        Actor::Official(official) => official,
        Actor::Former(_) => return Err(Refusal::PostEnded),
        _ => return Err(Refusal::NotYourRole),
    };
    let today = ctx.at.day();
    let stands = official.stands_for.iter().flat_map(|other| &other.posts);
    let mut there =
        official.all_posts().into_iter().filter(|post| post.validity.holds(today)).collect::<Vec<_>>();
    there.extend(stands.cloned());
    if official.role_at(rated).is_some() || there.iter().any(|post| post.office_id == rated) {
        return Err(Refusal::OwnOffice);
    }
    if official.has_role(&[Role::Official, Role::Head, Role::Leader]) {
        Ok(&official.office_id)
    } else {
        Err(Refusal::NotYourRole)
    }
}

/// The order in which invitations are drawn: anybody who knows them and the seed finds the same.
pub fn order(seed: &[u8], invitations: &mut Vec<Uuid>) {
    invitations.sort_unstable();
    invitations.dedup();
    let entropy = Entropy::new(Sha256::new().chain_update(b"calls").chain_update(seed).finalize().into());
    entropy.shuffle(invitations);
}

/// A seed for a draw.
pub fn seed(entropy: &Entropy) -> [u8; 8] {
    entropy.bytes()
}

/// Decides that a list is drawn, of unused invitations or, for an `audit`, of used ones. `open` says whether the caller's office has such a
/// list of that office that still holds and on which somebody is left.
///
/// # Errors
/// Refuses the rated office's own people, a second draw, and an empty one.
pub fn draw(
    office_id: &str,
    seed: &[u8],
    invitations: Vec<Uuid>,
    (open, audit): (bool, bool),
    ctx: &Context<'_>,
) -> Result<(Batch, Uuid), Refusal> {
    let by_office = calls_for(office_id, ctx)?.to_owned();
    ctx.directory.office(office_id)?;
    if open {
        return Err(Refusal::CallsOpen);
    }
    if invitations.is_empty() || invitations.len() > MOST_AT_ONCE {
        return Err(Refusal::NobodyToCall);
    }
    let list_id = new_blind_id(&ctx.entropy);
    let drawn = Drawn {
        list_id,
        office_id: office_id.to_owned(),
        by_office,
        day: ctx.at.day(),
        seed: Bytes(seed.to_vec()),
        invitations,
        audit,
    };
    let (at, event) = (day_only(ctx.at), Event::CallsDrawn(drawn));
    Ok((Batch::one(ctx.actor.journal_name(), at, list_id.as_bytes(), 1, event), list_id))
}

/// Whether somebody of the calling office may call this line today.
///
/// # Errors
/// Refuses everybody else, lists that hold no longer and lines that are over.
pub fn may_call(list: &CallList, line: &CallLine, ctx: &Context<'_>) -> Result<(), Refusal> {
    if calls_for(&list.office_id, ctx)? != list.by_office {
        return Err(Refusal::NotYourOffice);
    }
    if !line.open() || ctx.at.day() > list.day.plus(LIST_DAYS) {
        return Err(Refusal::CallOver);
    }
    Ok(())
}

/// Decides that a call had no answer, or that none is wished.
///
/// # Errors
/// Refuses as [`may_call`].
pub fn miss(list: &CallList, line: &CallLine, declined: bool, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    may_call(list, line, ctx)?;
    let missed =
        Missed { list_id: list.list_id, invitation_id: line.invitation_id, declined, day: ctx.at.day() };
    let (at, event) = (day_only(ctx.at), Event::CallMissed(missed));
    Ok(Batch::one(ctx.actor.journal_name(), at, list.list_id.as_bytes(), list.version + 1, event))
}

/// Decides what somebody said who was asked whether the rating on the roll was theirs.
///
/// # Errors
/// Refuses as [`may_call`], and on a list of other questions.
pub fn say(list: &CallList, line: &CallLine, rated: bool, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    may_call(list, line, ctx)?;
    if !list.audit {
        return Err(Refusal::WrongStep);
    }
    let said = Said { list_id: list.list_id, invitation_id: line.invitation_id, rated, day: ctx.at.day() };
    let (at, event) = (day_only(ctx.at), Event::CallSaid(said));
    Ok(Batch::one(ctx.actor.journal_name(), at, list.list_id.as_bytes(), list.version + 1, event))
}

/// Decides that what was answered on the telephone falls into the box. The journal says who called.
///
/// # Errors
/// Refuses as [`may_call`] and [`rating::cast`].
pub fn answer(
    (list, line): (&CallList, &CallLine),
    invitation: &Invitation,
    ballot: Ballot,
    ballot_box: &BallotBox,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    may_call(list, line, ctx)?;
    if list.audit {
        return Err(Refusal::WrongStep);
    }
    rating::cast(invitation, ballot, Way::Call, ballot_box, key, ctx).map(|(batch, _)| batch)
}
