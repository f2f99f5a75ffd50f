//! Sealing: the ballots of a box are opened together, taken apart into slips by subject, each pile is shuffled by itself, all is
//! written as one event, and the keys are destroyed. The slips that name something wait in [`super::held`] for others that name the
//! same; what is shown with a box is what has enough of them now, whichever box it came with.
//!
//! When: after the day's end, so that nobody sees ballots come in one by one; a box with fewer than [`BOX_MINIMUM`]
//! waits for the next day. After the quarter's end the ballots of all boxes that are still so small are sealed together, and count in
//! the whole district only ([`REST`]); when even these are too few, they wait.
//!
//! A slip names something (procedure, field, official, step, way) only if at least [`SHARED_BY`] slips that are shown together share it,
//! and those that do not name it are none or at least as many.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    held::{Held, HeldBack, Holding},
    invitation::{Source, Way},
    opinion::{Opinion, mask},
    rating::{BallotBox, OpenedBallot, day_only},
    receipt::{Mark, Opening, Pile},
    slip::{AttitudeSlip, ProcedureSlip, SpeedSlip, StepSlip},
};
use crate::{
    batch::{Batch, Side},
    context::{Context, Entropy},
    event::Event,
    id::{Bytes, new_blind_id},
    refusal::Refusal,
    serve::applicant::Group,
    time::Day,
};

/// Fewest ballots that are opened together.
pub const BOX_MINIMUM: usize = 3;
/// Fewest ballots that share whatever is named on a slip.
pub const SHARED_BY: usize = 5;
/// What stands for an office where ballots of several small boxes were sealed together. No office has this key.
pub const REST: &str = "*";

/// What is to be done with a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing: its day is not over, or there are too few and the quarter goes on.
    Wait,
    /// Its ballots are opened.
    Seal,
    /// The quarter is over: it is sealed together with other small ones.
    Join,
}

/// What is to be done with a box in which so many ballots wait, the last since a day.
pub fn due(pending: usize, last: Day, today: Day) -> Due {
    if pending == 0 || last >= today {
        Due::Wait
    } else if pending >= BOX_MINIMUM {
        Due::Seal
    } else if last.month().quarter() != today.month().quarter() {
        Due::Join
    } else {
        Due::Wait
    }
}

/// A box, opened and counted. Every list is shuffled by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The office, or [`REST`].
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// The box's serial number; below zero where no box was opened, only what was held back until the quarter's end.
    pub serial: i64,
    /// The day of the last ballot: its month counts them.
    pub day: Day,
    /// How many ballots were in it.
    pub size: u32,
    /// Overall satisfaction.
    pub overall: Vec<u8>,
    /// Welcome and guidance: they concern the officials at the counter.
    pub attitude: Vec<AttitudeSlip>,
    /// Speed: it concerns the step that took the time.
    pub speed: Vec<Option<u8>>,
    /// Rules, trips and money: they concern the procedure.
    pub procedure: Vec<ProcedureSlip>,
    /// Free words.
    pub words: Vec<WordsSlip>,
    /// What the public log has beside the answers; empty in boxes that the first versions sealed.
    #[serde(default, skip_serializing_if = "Marks::is_empty")]
    pub marks: Marks,
    /// How each of [`Self::overall`] came in, where enough share it; empty in boxes that the first versions sealed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Option<Source>>,
    /// What belongs to each of [`Self::speed`]; empty in boxes that the first versions sealed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepSlip>,
    /// What is held back after it; nothing in boxes that the first versions sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldBack>,
    /// What is held back for the district's rest, where this added to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_rest: Option<HeldBack>,
    /// Which versions of the questions were answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questionnaires: Vec<u32>,
    /// The small boxes that were emptied into it; none of an office's own box.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<Joined>,
}

/// A small box whose ballots were sealed together with others'.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// The office.
    pub office_id: String,
    /// The box's serial number.
    pub serial: i64,
    /// How many ballots were in it.
    pub size: u32,
}

/// By which raters find their ballots in the public log. The slips of a pile have their tags in the order of the pile; receipts
/// are shuffled by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Receipts, one for each ballot.
    pub receipts: Vec<Mark>,
    /// Tags of the slips with the overall satisfaction.
    pub overall: Vec<Mark>,
    /// Tags of [`Sealed::attitude`].
    pub attitude: Vec<Mark>,
    /// Tags of [`Sealed::speed`].
    pub speed: Vec<Mark>,
    /// Tags of [`Sealed::procedure`].
    pub procedure: Vec<Mark>,
    /// 16 random bytes for each line of the log: what it does not say openly can only be opened with them.
    pub salts: Vec<Bytes>,
}

/// Free words, sealed under their own data key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordsSlip {
    /// Random key of the slip.
    pub slip_id: Uuid,
    /// The words.
    pub words: Bytes,
}

/// Decides that a box is sealed, whose last ballot fell on a day.
///
/// # Errors
/// [`Refusal::TooFewToSeal`] below [`BOX_MINIMUM`].
pub fn seal(
    ballot_box: &BallotBox,
    last: Day,
    ballots: &[OpenedBallot],
    mut holding: Holding,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let box_id = BallotBox::id(&ballot_box.office_id, ballot_box.group);
    let emptied = Side::EmptyBox { box_id, serial: ballot_box.serial };
    holding.held.take_in(ballots, &ctx.entropy);
    open(ballot_box, last, ballots, Vec::new(), vec![emptied], holding, ctx)
}

/// Decides that small boxes of one group of applicants are sealed together, as the next of the district's rest. `last` is the day
/// of the last ballot of all.
///
/// # Errors
/// [`Refusal::TooFewToSeal`] when all of them together hold fewer than [`BOX_MINIMUM`].
pub fn seal_rest(
    rest: &BallotBox,
    last: Day,
    boxes: &[(BallotBox, Vec<OpenedBallot>)],
    mut holding: Holding,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let joined = |(ballot_box, ballots): &(BallotBox, Vec<OpenedBallot>)| Joined {
        office_id: ballot_box.office_id.clone(),
        serial: ballot_box.serial,
        size: count(ballots),
    };
    let emptied = |(ballot_box, _): &(BallotBox, Vec<OpenedBallot>)| Side::EmptyBox {
        box_id: BallotBox::id(&ballot_box.office_id, ballot_box.group),
        serial: ballot_box.serial,
    };
    let ballots: Vec<OpenedBallot> = boxes.iter().flat_map(|(_, ballots)| ballots.clone()).collect();
    holding.held.take_in(&ballots, &ctx.entropy);
    holding.held.name_nothing();
    let (joined, emptied) = (boxes.iter().map(joined).collect(), boxes.iter().map(emptied).collect());
    open(rest, last, &ballots, joined, emptied, holding, ctx)
}

/// Decides that the quarter is over for what an office holds back: what has enough to share a name is shown with it, the others with
/// less; what is too little even unnamed goes to the district's rest. `closing` counts the office's, from 1; `last` is the day
/// of its last ballot. Without a `rest` this is the rest itself, and what is too little waits on.
pub fn close(
    ballot_box: &BallotBox,
    closing: i64,
    last: Day,
    mut holding: Holding,
    rest: Option<Holding>,
    ctx: &Context<'_>,
) -> Batch {
    let shown = holding.held.close(&ctx.entropy);
    let mut side = Vec::new();
    let held_rest = rest.map(|mut rest| {
        rest.held.join(std::mem::take(&mut holding.held));
        let (held_rest, row) = rest.keep(REST, ballot_box.group, &ctx.entropy);
        side.push(row);
        held_rest
    });
    let (held, row) = holding.keep(&ballot_box.office_id, ballot_box.group, &ctx.entropy);
    side.push(row);
    let sealed = Sealed {
        serial: -closing,
        held: Some(held),
        held_rest,
        ..Sealed::of(ballot_box, last, shown, &[], &ctx.entropy)
    };
    let subject = format!("held/{}/{}", ballot_box.office_id, ballot_box.group.key());
    written(sealed, &subject, closing, side, ctx)
}

/// Takes ballots apart, shuffles each pile and empties what they lay in.
fn open(
    ballot_box: &BallotBox,
    last: Day,
    ballots: &[OpenedBallot],
    joined: Vec<Joined>,
    mut side: Vec<Side>,
    mut holding: Holding,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    if ballots.len() < BOX_MINIMUM {
        return Err(Refusal::TooFewToSeal);
    }
    let entropy = &ctx.entropy;
    let words = shuffled(ballots, entropy).into_iter().filter(|opened| !opened.ballot.words.is_empty());
    let words = words.map(|opened| words_slip(&opened.ballot.words, &mut side, ctx)).collect();
    let questionnaires: BTreeSet<u32> = ballots.iter().map(|opened| opened.questionnaire).collect();
    let shown = holding.held.release(entropy);
    let (held, row) = holding.keep(&ballot_box.office_id, ballot_box.group, entropy);
    side.push(row);
    let sealed = Sealed {
        words,
        held: Some(held),
        questionnaires: questionnaires.into_iter().collect(),
        joined,
        ..Sealed::of(ballot_box, last, shown, ballots, entropy)
    };
    let subject = BallotBox::id(&ballot_box.office_id, ballot_box.group);
    Ok(written(sealed, &subject, ballot_box.serial, side, ctx))
}

fn written(sealed: Sealed, subject: &str, version: i64, side: Vec<Side>, ctx: &Context<'_>) -> Batch {
    let at = day_only(ctx.at);
    let mut batch = Batch::one("system", at, subject.as_bytes(), version, Event::BoxSealed(sealed));
    batch.side = side;
    batch
}

fn shuffled<'a>(ballots: &'a [OpenedBallot], entropy: &Entropy) -> Vec<&'a OpenedBallot> {
    let mut order: Vec<_> = ballots.iter().collect();
    entropy.shuffle(&mut order);
    order
}

impl Sealed {
    /// The piles: of slips that are shown, and of what ballots say of the whole.
    fn of(
        ballot_box: &BallotBox,
        last: Day,
        shown: Held,
        ballots: &[OpenedBallot],
        entropy: &Entropy,
    ) -> Self {
        let sources = nameable(ballots.iter().map(OpenedBallot::source));
        let overall = shuffled(ballots, entropy);
        // Nobody has a receipt of a ballot of the first versions: it gets marks that nobody asks for.
        let opening = |opened: &&OpenedBallot| opened.opening.unwrap_or_else(|| Opening::new(entropy));
        let lines = [ballots.len(), shown.attitude.len(), shown.speed.len(), shown.procedure.len()];
        let lines = lines.into_iter().max().unwrap_or_default();
        let (attitude_tags, attitude) = shown.attitude.into_iter().unzip();
        let (speed_tags, speed): (_, Vec<SpeedSlip>) = shown.speed.into_iter().unzip();
        let (procedure_tags, procedure) = shown.procedure.into_iter().unzip();
        let (speed, steps) = speed.into_iter().unzip();
        let named = |opened: &OpenedBallot| opened.source().filter(|source| sources.contains(&Some(*source)));
        Self {
            office_id: ballot_box.office_id.clone(),
            group: ballot_box.group,
            serial: ballot_box.serial,
            day: last,
            size: count(ballots),
            overall: overall.iter().map(|opened| opened.ballot.overall).collect(),
            sources: overall.iter().map(|opened| named(opened)).collect(),
            attitude,
            speed,
            steps,
            procedure,
            marks: Marks {
                receipts: shuffled(ballots, entropy).iter().map(|one| opening(one).receipt()).collect(),
                overall: overall.iter().map(|one| opening(one).tag(Pile::Overall)).collect(),
                attitude: attitude_tags,
                speed: speed_tags,
                procedure: procedure_tags,
                salts: (0..lines).map(|_| Bytes(entropy.bytes::<16>().to_vec())).collect(),
            },
            words: Vec::new(),
            held: None,
            held_rest: None,
            questionnaires: Vec::new(),
            joined: Vec::new(),
        }
    }
}

fn count(ballots: &[OpenedBallot]) -> u32 {
    u32::try_from(ballots.len()).unwrap_or(u32::MAX)
}

/// Free words, with numbers and addresses masked before anybody reads them, under a key of their own.
fn words_slip(words: &str, side: &mut Vec<Side>, ctx: &Context<'_>) -> WordsSlip {
    let slip_id = new_blind_id(&ctx.entropy);
    let (key, wrapped) = ctx.secrets.new_data_key(slip_id, &ctx.entropy);
    side.push(Side::DataKey { subject: slip_id, wrapped });
    let words = mask::mask(words, &Opinion::default());
    WordsSlip { slip_id, words: Bytes(key.seal(&ctx.entropy, slip_id.as_bytes(), words.as_bytes())) }
}

impl Marks {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.salts.is_empty()
    }
}

impl OpenedBallot {
    fn source(&self) -> Option<Source> {
        self.way.map(Way::source)
    }
}

/// The names shared by enough, less the smallest of them until what is left unnamed is nothing or enough.
pub(super) fn nameable<T: Ord + Copy>(names: impl Iterator<Item = T>) -> BTreeSet<T> {
    let mut shared: BTreeMap<T, usize> = BTreeMap::new();
    for name in names {
        *shared.entry(name).or_default() += 1;
    }
    let all: usize = shared.values().sum();
    shared.retain(|_, n| *n >= SHARED_BY);
    while let Some((&smallest, _)) = shared.iter().min_by_key(|(name, n)| (**n, **name)) {
        let unnamed = all - shared.values().sum::<usize>();
        if unnamed == 0 || unnamed >= SHARED_BY {
            break;
        }
        shared.remove(&smallest);
    }
    shared.into_keys().collect()
}
