//! Sealing: the ballots of a box are opened together, taken apart into slips by subject, each pile is shuffled by itself, all is
//! written as one event, and the keys are destroyed.
//!
//! When: after the day's end, so that nobody sees ballots come in one by one; a box with fewer than [`BOX_MINIMUM`]
//! waits for the next day. After the quarter's end the ballots of all boxes that are still so small are sealed together, and count in
//! the whole district only ([`REST`]); when even these are too few, they wait.
//!
//! A slip names something (procedure, field, official, step, way) only if at least [`SHARED_BY`] ballots of the group share it, and those
//! that do not name it are none or at least as many.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    invitation::{Source, Way},
    opinion::{Opinion, mask},
    rating::{Asked, BallotBox, OpenedBallot, day_only},
    receipt::{Mark, Opening, Pile},
};
use crate::{
    batch::{Batch, Side},
    context::{Context, Entropy},
    event::Event,
    id::{Bytes, new_blind_id},
    refusal::Refusal,
    serve::{
        applicant::Group,
        case::spent::{Longest, Phase},
    },
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
    /// The box's serial number.
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

/// Answers about how people were met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttitudeSlip {
    /// Warm welcome.
    pub welcome: Option<u8>,
    /// Devoted guidance.
    pub guidance: Option<u8>,
    /// The official who acted at the step, when shared by enough ballots of the box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official: Option<String>,
    /// How it came in, when shared by enough that name this official.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// Answers about how long it took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepSlip {
    /// Days until the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u8>,
    /// The step that took the time, when shared by enough ballots of the box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Who had it then, when shared by enough that name this step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official: Option<String>,
}

/// Answers about the procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureSlip {
    /// By the rules.
    pub lawful: Option<u8>,
    /// Trips made.
    pub trips: Option<u8>,
    /// Asked beyond the published fee.
    pub extra_money: Option<Asked>,
    /// Offices contacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contacts: Option<u8>,
    /// Asked for papers that an office already has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_papers: Option<Asked>,
    /// The procedure, when shared by enough ballots of the box.
    pub procedure: Option<String>,
    /// The field, when the procedure is not named and the field is shared by enough.
    pub field: Option<String>,
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
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let box_id = BallotBox::id(&ballot_box.office_id, ballot_box.group);
    let emptied = Side::EmptyBox { box_id, serial: ballot_box.serial };
    open(ballot_box, last, ballots, Vec::new(), vec![emptied], ctx)
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
    open(rest, last, &ballots, boxes.iter().map(joined).collect(), boxes.iter().map(emptied).collect(), ctx)
}

/// Takes ballots apart, shuffles each pile and empties what they lay in.
fn open(
    ballot_box: &BallotBox,
    last: Day,
    ballots: &[OpenedBallot],
    joined: Vec<Joined>,
    mut side: Vec<Side>,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    if ballots.len() < BOX_MINIMUM {
        return Err(Refusal::TooFewToSeal);
    }
    let entropy = &ctx.entropy;
    let shuffled = || {
        let mut order: Vec<&OpenedBallot> = ballots.iter().collect();
        entropy.shuffle(&mut order);
        order
    };
    let words = shuffled().into_iter().filter(|opened| !opened.ballot.words.is_empty());
    let words = words.map(|opened| words_slip(&opened.ballot.words, &mut side, ctx)).collect();
    let named = Named::of(ballots);
    let piles = Pile::ALL.map(|_| shuffled());
    let [overall, attitude, speed, procedure] = &piles;
    let questionnaires: BTreeSet<u32> = ballots.iter().map(|opened| opened.questionnaire).collect();
    let sealed = Sealed {
        office_id: ballot_box.office_id.clone(),
        group: ballot_box.group,
        serial: ballot_box.serial,
        day: last,
        size: count(ballots),
        overall: overall.iter().map(|opened| opened.ballot.overall).collect(),
        attitude: attitude.iter().map(|opened| named.attitude(opened)).collect(),
        speed: speed.iter().map(|opened| opened.ballot.speed).collect(),
        procedure: procedure.iter().map(|opened| named.procedure(opened)).collect(),
        words,
        marks: Marks::of(&piles, &shuffled(), entropy),
        sources: overall.iter().map(|opened| named.source(opened)).collect(),
        steps: speed.iter().map(|opened| named.step(opened)).collect(),
        questionnaires: questionnaires.into_iter().collect(),
        joined,
    };
    let subject = BallotBox::id(&ballot_box.office_id, ballot_box.group);
    let at = day_only(ctx.at);
    let mut batch = Batch::one("system", at, subject.as_bytes(), ballot_box.serial, Event::BoxSealed(sealed));
    batch.side = side;
    Ok(batch)
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
        self.receipts.is_empty()
    }

    fn of(
        [overall, attitude, speed, procedure]: &[Vec<&OpenedBallot>; 4],
        receipts: &[&OpenedBallot],
        entropy: &Entropy,
    ) -> Self {
        // Nobody has a receipt of a ballot of the first versions: it gets marks that nobody asks for.
        let opening = |opened: &OpenedBallot| opened.opening.unwrap_or_else(|| Opening::new(entropy));
        let tags = |pile, ballots: &[&OpenedBallot]| {
            ballots.iter().map(|opened| opening(opened).tag(pile)).collect()
        };
        Self {
            receipts: receipts.iter().map(|opened| opening(opened).receipt()).collect(),
            overall: tags(Pile::Overall, overall),
            attitude: tags(Pile::Attitude, attitude),
            speed: tags(Pile::Speed, speed),
            procedure: tags(Pile::Procedure, procedure),
            salts: receipts.iter().map(|_| Bytes(entropy.bytes::<16>().to_vec())).collect(),
        }
    }
}

/// What may be named on the slips of a group: whatever is named, and what is left unnamed, is shared by at
/// least [`SHARED_BY`] ballots. (One ballot left over beside five named ones would be named by its absence.)
struct Named<'a> {
    procedures: BTreeSet<&'a str>,
    fields: BTreeSet<&'a str>,
    officials: BTreeSet<&'a str>,
    sources: BTreeSet<Source>,
    /// How answers came in, by the official whom they name.
    official_sources: BTreeSet<(&'a str, Source)>,
    phases: BTreeSet<Phase>,
    /// Who had the step, by the step that is named.
    step_officials: BTreeSet<(Phase, &'a str)>,
}

impl<'a> Named<'a> {
    fn of(ballots: &'a [OpenedBallot]) -> Self {
        // A ballot on paper has neither procedure nor field: however many share that, it is no name.
        let mut procedures = nameable(ballots.iter().map(|opened| opened.procedure.as_str()));
        procedures.remove("");
        let unnamed = ballots.iter().filter(|opened| !procedures.contains(opened.procedure.as_str()));
        let mut fields = nameable(unnamed.map(|opened| opened.field.as_str()));
        fields.remove("");
        let officials = nameable(ballots.iter().map(OpenedBallot::official_key));
        let sources = nameable(ballots.iter().map(OpenedBallot::source)).into_iter().flatten().collect();
        let phases = nameable(ballots.iter().map(OpenedBallot::phase));
        let official_sources = within(&officials, ballots, OpenedBallot::official_key, OpenedBallot::source);
        let step_officials = within(&phases, ballots, OpenedBallot::phase, OpenedBallot::step_official);
        Self {
            procedures,
            fields,
            officials,
            sources,
            official_sources: official_sources
                .into_iter()
                .filter_map(|(who, how)| Some((who, how?)))
                .collect(),
            phases: phases.into_iter().flatten().collect(),
            step_officials: step_officials
                .into_iter()
                .filter_map(|(phase, who)| Some((phase?, who?)))
                .collect(),
        }
    }

    fn source(&self, opened: &OpenedBallot) -> Option<Source> {
        opened.source().filter(|source| self.sources.contains(source))
    }

    fn attitude(&self, opened: &OpenedBallot) -> AttitudeSlip {
        let official = opened.official.as_deref().filter(|official| self.officials.contains(official));
        let source = opened.source().filter(|source| {
            official.is_some_and(|official| self.official_sources.contains(&(official, *source)))
        });
        AttitudeSlip {
            welcome: opened.ballot.welcome,
            guidance: opened.ballot.guidance,
            official: official.map(str::to_owned),
            source,
        }
    }

    fn step(&self, opened: &OpenedBallot) -> StepSlip {
        let phase = opened.phase().filter(|phase| self.phases.contains(phase));
        let official = opened
            .step_official()
            .filter(|official| phase.is_some_and(|phase| self.step_officials.contains(&(phase, official))));
        StepSlip { days: opened.ballot.days, phase, official: official.map(str::to_owned) }
    }

    fn procedure(&self, opened: &OpenedBallot) -> ProcedureSlip {
        let by_procedure = self.procedures.contains(opened.procedure.as_str());
        let by_field = !by_procedure && self.fields.contains(opened.field.as_str());
        ProcedureSlip {
            lawful: opened.ballot.lawful,
            trips: opened.ballot.trips,
            extra_money: opened.ballot.extra_money,
            contacts: opened.ballot.contacts,
            extra_papers: opened.ballot.extra_papers,
            procedure: by_procedure.then(|| opened.procedure.clone()),
            field: by_field.then(|| opened.field.clone()),
        }
    }
}

impl OpenedBallot {
    fn official_key(&self) -> &str {
        self.official.as_deref().unwrap_or_default()
    }

    fn source(&self) -> Option<Source> {
        self.way.map(Way::source)
    }

    fn phase(&self) -> Option<Phase> {
        self.longest.as_ref().map(|longest| longest.phase)
    }

    fn step_official(&self) -> Option<&str> {
        self.longest.as_ref().and_then(|longest: &Longest| longest.official.as_deref())
    }
}

/// What may be named beside each of the names of a first kind, among the ballots that name it.
fn within<'a, A: Ord + Copy, B: Ord + Copy>(
    firsts: &BTreeSet<A>,
    ballots: &'a [OpenedBallot],
    first: impl Fn(&'a OpenedBallot) -> A,
    second: impl Fn(&'a OpenedBallot) -> B,
) -> BTreeSet<(A, B)> {
    let of = |name: A| {
        let those = ballots.iter().filter(|opened| first(opened) == name);
        nameable(those.map(&second)).into_iter().map(move |second| (name, second)).collect::<Vec<_>>()
    };
    firsts.iter().flat_map(|name| of(*name)).collect()
}

/// The names shared by enough, less the smallest of them until what is left unnamed is nothing or enough.
fn nameable<T: Ord + Copy>(names: impl Iterator<Item = T>) -> BTreeSet<T> {
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
