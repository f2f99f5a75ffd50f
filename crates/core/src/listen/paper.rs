//! Ballots on paper, as in postal voting: the person cuts the stub with the invitation's code off the ballot sheet, and puts
//! both into the box at the office.
//!
//! Officials of the office open a batch, enter the codes of the stubs, and two of them type the sheets apart from each other, until both
//! entries say the same. Then every sheet becomes a ballot, and which stub it is paired with is drawn by lot: nobody knows whose
//! sheet it is, so a ballot on paper names no procedure, no official and no step. What was typed lies beside the record until
//! then, sealed under the batch's own key.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    invitation::{Invitation, Way},
    questionnaire::Ask,
    rating::{self, Asked, Ballot, BallotBox, day_only},
    sealing::BOX_MINIMUM,
};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context, Entropy},
    event::Event,
    id::new_blind_id,
    refusal::Refusal,
    secret::SecretKey,
    serve::applicant::Group,
    time::Day,
};

/// Most sheets of a batch; as many stubs.
pub const MOST_SHEETS: usize = 200;
/// Most batches of an office that are open.
pub const MOST_OPEN: usize = 5;
/// Fewest sheets that are sent together: as many as are opened together.
pub const FEWEST_SHEETS: usize = BOX_MINIMUM;
/// How long an open batch is kept, in days.
pub const KEPT_DAYS: i32 = 14;

/// A batch was opened: day only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The batch: a random key.
    pub batch_id: Uuid,
    /// The office that is rated.
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// The day.
    pub day: Day,
}

/// A batch was sent or given up: day only, and counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The batch.
    pub batch_id: Uuid,
    /// Whether its sheets became ballots.
    pub sent: bool,
    /// The day.
    pub day: Day,
    /// Who typed first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Who typed second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<String>,
    /// Sheets that became ballots.
    pub sheets: u32,
    /// Stubs that were entered and could be used.
    pub stubs: u32,
}

/// A batch as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperBatch {
    /// How it was opened.
    pub opened: Opened,
    /// Whether it is open.
    pub open: bool,
    /// Who types, and whether they have typed every sheet: the first, the second.
    pub hands: [Option<Typist>; 2],
}

/// One of the two who type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typist {
    /// The official.
    pub official: String,
    /// Whether every sheet is typed.
    pub done: bool,
}

/// A place at which the two entries differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The sheet, from 1.
    pub sheet: usize,
    /// The question; none when only one of them has this sheet.
    pub ask: Option<Ask>,
    /// What the first typed; empty when nothing.
    pub first: String,
    /// What the second typed.
    pub second: String,
}

/// Decides that a batch is opened; `open` is how many the office has open.
///
/// # Errors
/// Refuses everybody but the office's own officials, and one batch too many.
pub fn open(office_id: &str, group: Group, open: usize, ctx: &Context<'_>) -> Result<(Batch, Uuid), Refusal> {
    ctx.actor.handles(office_id)?;
    ctx.directory.on(ctx.at.day()).office(office_id)?;
    if open >= MOST_OPEN {
        return Err(Refusal::TooManyBatches);
    }
    let batch_id = new_blind_id(&ctx.entropy);
    let opened = Opened { batch_id, office_id: office_id.to_owned(), group, day: ctx.at.day() };
    let event = Event::PaperBatchOpened(opened);
    let at = day_only(ctx.at);
    Ok((Batch::one(ctx.actor.journal_name(), at, batch_id.as_bytes(), 1, event), batch_id))
}

/// Whether a stub's invitation belongs into the batch and can be used.
///
/// # Errors
/// Refuses invitations of others, used and expired ones.
pub fn check_stub(batch: &PaperBatch, invitation: &Invitation, today: Day) -> Result<(), Refusal> {
    let (invited, opened) = (&invitation.invited, &batch.opened);
    if (&invited.office_id, invited.group) != (&opened.office_id, opened.group) {
        return Err(Refusal::StubElsewhere);
    }
    if invitation.used {
        return Err(Refusal::InvitationUsed);
    }
    if today > invited.last_day(Way::Paper) {
        return Err(Refusal::InvitationExpired);
    }
    Ok(())
}

impl PaperBatch {
    /// The official who may work at this batch now.
    ///
    /// # Errors
    /// Refuses other offices' people, and batches that have ended.
    pub fn worked_by<'a>(&self, ctx: &'a Context<'_>) -> Result<&'a str, Refusal> {
        let official = ctx.actor.handles(&self.opened.office_id)?;
        if self.open { Ok(&official.id) } else { Err(Refusal::BatchOver) }
    }

    /// Whose entry it is that an official types: 0 the first, 1 the second. Nobody types twice.
    ///
    /// # Errors
    /// Refuses a third person.
    pub fn hand_of(&self, official: &str) -> Result<usize, Refusal> {
        let is = |hand: &Option<Typist>| hand.as_ref().is_none_or(|typist| typist.official == official);
        self.hands.iter().position(is).ok_or(Refusal::BatchTaken)
    }

    /// Whether both have typed everything.
    pub fn both_done(&self) -> bool {
        self.hands.iter().all(|hand| hand.as_ref().is_some_and(|typist| typist.done))
    }

    fn ended(&self, sent: bool, sheets: usize, stubs: usize, ctx: &Context<'_>) -> Batch {
        let [first, second] = self.hands.clone().map(|hand| hand.map(|typist| typist.official));
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let batch_id = self.opened.batch_id;
        let ended = Ended {
            batch_id,
            sent,
            day: ctx.at.day(),
            first,
            second,
            sheets: count(sheets),
            stubs: count(stubs),
        };
        let event = Event::PaperBatchEnded(ended);
        let mut batch = Batch::one(ctx.actor.journal_name(), day_only(ctx.at), batch_id.as_bytes(), 2, event);
        batch.side.push(Side::EmptyPaper { batch_id });
        batch
    }
}

/// Decides that a batch is given up: what was typed is erased, and its stubs can be used another way. The program itself gives
/// up what was left lying for [`KEPT_DAYS`].
///
/// # Errors
/// Refuses other offices' people, and batches that have ended.
pub fn give_up(batch: &PaperBatch, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    if ctx.actor == Actor::System {
        if !batch.open || ctx.at.day() <= batch.opened.day.plus(KEPT_DAYS) {
            return Err(Refusal::AlreadyDone);
        }
    } else {
        batch.worked_by(ctx)?;
    }
    Ok(batch.ended(false, 0, 0, ctx))
}

/// The sheets of a batch as the two have typed them.
pub type Entries = [Vec<Ballot>; 2];

/// Decides that the sheets of a batch become ballots, each with a stub that is drawn by lot. Stubs that cannot be used any more
/// are left out; so are those that are left over.
///
/// # Errors
/// Refuses other offices' people, batches that are not typed twice, differ, or are too small, more sheets than stubs, and
/// whatever [`rating::cast`] refuses.
pub fn send(
    batch: &PaperBatch,
    stubs: &[Invitation],
    [first, second]: &Entries,
    ballot_box: &BallotBox,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    batch.worked_by(ctx)?;
    let [Some(one), Some(other)] = &batch.hands else { return Err(Refusal::TypedOnce) };
    if !batch.both_done() || one.official == other.official {
        return Err(Refusal::TypedOnce);
    }
    if !differences(first, second).is_empty() {
        return Err(Refusal::EntriesDiffer);
    }
    if first.len() < FEWEST_SHEETS {
        return Err(Refusal::TooFewSheets);
    }
    let today = ctx.at.day();
    let usable: Vec<_> = stubs.iter().filter(|stub| check_stub(batch, stub, today).is_ok()).collect();
    let mut sent = batch.ended(true, first.len(), usable.len(), ctx);
    for (stub, ballot) in pair(usable, first, &ctx.entropy)? {
        let (cast, _) = rating::cast(stub, ballot.clone(), Way::Paper, ballot_box, key, ctx)?;
        sent.entries.extend(cast.entries);
        sent.side.extend(cast.side);
    }
    Ok(sent)
}

/// Gives each sheet a stub by lot; both come out in an order of their own.
///
/// # Errors
/// Refuses more sheets than stubs.
pub fn pair<'a, S, B>(
    mut stubs: Vec<S>,
    sheets: &'a [B],
    entropy: &Entropy,
) -> Result<Vec<(S, &'a B)>, Refusal> {
    if sheets.len() > stubs.len() {
        return Err(Refusal::TooFewStubs);
    }
    let mut sheets: Vec<&B> = sheets.iter().collect();
    entropy.shuffle(&mut stubs);
    entropy.shuffle(&mut sheets);
    Ok(stubs.into_iter().zip(sheets).collect())
}

/// Where two entries differ, in the order of sheets and questions.
pub fn differences(first: &[Ballot], second: &[Ballot]) -> Vec<Difference> {
    let mut found = Vec::new();
    for at in 0..first.len().max(second.len()) {
        let sheet = at + 1;
        let (Some(one), Some(other)) = (first.get(at), second.get(at)) else {
            found.push(Difference { sheet, ask: None, first: String::new(), second: String::new() });
            continue;
        };
        for ask in Ask::ALL {
            let (first, second) = (answer(one, ask), answer(other, ask));
            if spaced(&first) != spaced(&second) {
                found.push(Difference { sheet, ask: Some(ask), first, second });
            }
        }
    }
    found
}

/// Words on paper have no line ends of their own.
fn spaced(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An answer as forms have it; empty when there is none.
pub fn answer(ballot: &Ballot, ask: Ask) -> String {
    let number = |n: Option<u8>| n.map(|n| n.to_string()).unwrap_or_default();
    let asked = |answer: Option<Asked>| answer.map(Asked::key).unwrap_or_default().to_owned();
    match ask {
        Ask::Overall => ballot.overall.to_string(),
        Ask::Welcome => number(ballot.welcome),
        Ask::Guidance => number(ballot.guidance),
        Ask::Speed => number(ballot.speed),
        Ask::Lawful => number(ballot.lawful),
        Ask::Trips => number(ballot.trips),
        Ask::Contacts => number(ballot.contacts),
        Ask::Days => number(ballot.days),
        Ask::ExtraMoney => asked(ballot.extra_money),
        Ask::ExtraPapers => asked(ballot.extra_papers),
        Ask::Words => ballot.words.clone(),
    }
}

/// The name under which the key of a batch is kept.
pub fn key_name(batch_id: Uuid) -> String {
    format!("paper/{}", batch_id.simple())
}

fn place(batch_id: Uuid, hand: usize, number: usize) -> String {
    format!("{}/{hand}/{number}", key_name(batch_id))
}

/// A typed sheet under the batch's key, every one equally long.
///
/// # Errors
/// Refuses words that are too long.
pub fn seal_sheet(
    key: &SecretKey,
    batch_id: Uuid,
    hand: usize,
    number: usize,
    ballot: &Ballot,
    entropy: &Entropy,
) -> Result<Vec<u8>, Refusal> {
    Ok(key.seal(entropy, place(batch_id, hand, number).as_bytes(), &rating::padded(ballot)?))
}

/// Opens what [`seal_sheet`] made.
pub fn open_sheet(
    key: &SecretKey,
    batch_id: Uuid,
    hand: usize,
    number: usize,
    sealed: &[u8],
) -> Option<Ballot> {
    rating::unpadded(&key.open(place(batch_id, hand, number).as_bytes(), sealed)?)
}

/// A stub under the batch's key: a mark by which it is found again, and its invitation. Once the key is gone nobody can say which
/// stubs lay in a batch, nor in which order they were entered.
pub fn seal_stub(
    key: &SecretKey,
    batch_id: Uuid,
    invitation_id: Uuid,
    entropy: &Entropy,
) -> ([u8; 16], Vec<u8>) {
    let sealed = key.seal(entropy, batch_id.as_bytes(), invitation_id.as_bytes());
    (key.mark(invitation_id.as_bytes()), sealed)
}

/// The invitation of a stub.
pub fn open_stub(key: &SecretKey, batch_id: Uuid, sealed: &[u8]) -> Option<Uuid> {
    Uuid::from_slice(&key.open(batch_id.as_bytes(), sealed)?).ok()
}
