//! Ratings as a secret ballot: a roll and a box, and nothing that joins them.
//!
//! A ballot is encrypted under the key of the box it falls into (one open box per office and group of applicants).
//! Once a box holds at least [`BOX_MINIMUM`] ballots it may be sealed: opened, taken apart into slips by subject, each
//! pile shuffled by itself, written as one event, and the key destroyed. A slip keeps a procedure only if at least
//! [`BOX_MINIMUM`] ballots of the box share it, else the field under the same rule, else neither; and those that keep
//! neither are none or at least as many.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    invitation::{Invitation, Used, Way},
    receipt::{Mark, Opening, Pile},
};
use crate::{
    batch::{Batch, Side},
    context::{Context, Entropy},
    event::Event,
    id::{Bytes, new_blind_id},
    refusal::Refusal,
    secret::SecretKey,
    serve::applicant::Group,
    time::{Day, Instant, Minute},
};

/// Fewest ballots that are opened together.
pub const BOX_MINIMUM: usize = 5;
/// Most ballots that are opened together; more wait for the next box.
pub const BOX_MAXIMUM: usize = 10_000;
/// Longest free words, in characters.
pub const WORDS_LIMIT: usize = 500;
/// Every sealed ballot has this many bytes before encryption, so that its length tells nothing.
const BALLOT_BYTES: usize = 2_560;

/// Whether something was asked beyond the published fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtraMoney {
    /// Nothing.
    No,
    /// Something.
    Yes,
    /// Rather not say.
    NotSaid,
}

impl ExtraMoney {
    /// All answers, in the order in which they are counted.
    pub const ALL: [Self; 3] = [Self::No, Self::Yes, Self::NotSaid];

    /// Stable name in data and forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::NotSaid => "not_said",
        }
    }

    /// The answer with that name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.key() == key)
    }

    /// Its place among the counts of scores.
    pub fn score(self) -> u8 {
        self as u8
    }
}

/// What one person answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// Overall satisfaction, 1 to 5.
    pub overall: u8,
    /// Warm welcome, 1 to 5.
    pub welcome: Option<u8>,
    /// Devoted guidance, 1 to 5.
    pub guidance: Option<u8>,
    /// Quick handling, 1 to 5.
    pub speed: Option<u8>,
    /// By the rules, 1 to 5.
    pub lawful: Option<u8>,
    /// Trips made, 1 to 4 (4: four or more).
    pub trips: Option<u8>,
    /// Asked beyond the published fee.
    pub extra_money: Option<ExtraMoney>,
    /// Free words.
    pub words: String,
}

/// The box that is open for an office and group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BallotBox {
    /// The office.
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// Counts the boxes of this office and group, from 1.
    pub serial: i64,
}

/// One sealed ballot with what the box key reveals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedBallot {
    /// The answers.
    pub ballot: Ballot,
    /// The procedure rated.
    pub procedure: String,
    /// Its field.
    pub field: String,
    /// The official who acted at the step; none in ballots of the first versions.
    #[serde(default)]
    pub official: Option<String>,
    /// What the rater alone knows; none in ballots of the first versions.
    #[serde(default)]
    pub opening: Option<Opening>,
}

/// A box, opened and counted. Every list is shuffled by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The office.
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// The box's serial number.
    pub serial: i64,
    /// The day.
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
}

/// Answers about the procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureSlip {
    /// By the rules.
    pub lawful: Option<u8>,
    /// Trips made.
    pub trips: Option<u8>,
    /// Asked beyond the published fee.
    pub extra_money: Option<ExtraMoney>,
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

impl BallotBox {
    /// The name of the office's and group's boxes.
    pub fn id(office_id: &str, group: Group) -> String {
        format!("box/{office_id}/{}", group.key())
    }

    /// The name under which the key of this very box is kept.
    pub fn key_name(&self) -> String {
        format!("{}/{}", Self::id(&self.office_id, self.group), self.serial)
    }
}

impl Ballot {
    /// The ballot with its words tidied, when every answer is one that was offered.
    ///
    /// # Errors
    /// Names the first field that cannot be right.
    pub fn checked(mut self) -> Result<Self, Refusal> {
        self.words = self.words.trim().to_owned();
        if !(1..=5).contains(&self.overall) {
            return Err(Refusal::BadScore("overall"));
        }
        let scores = [
            ("welcome", self.welcome),
            ("guidance", self.guidance),
            ("speed", self.speed),
            ("lawful", self.lawful),
        ];
        for (field, score) in scores {
            if score.is_some_and(|score| !(1..=5).contains(&score)) {
                return Err(Refusal::BadScore(field));
            }
        }
        if self.trips.is_some_and(|trips| !(1..=4).contains(&trips)) {
            return Err(Refusal::BadChoice("trips"));
        }
        if self.words.chars().count() > WORDS_LIMIT || self.words.len() > WORDS_LIMIT * 3 {
            return Err(Refusal::TooLong("words"));
        }
        Ok(self)
    }
}

/// Decides that an invitation is used and its ballot falls into the box. The opening is for the rater alone: it is kept
/// nowhere but in the sealed ballot.
///
/// # Errors
/// Refuses used and expired invitations and answers that were not offered.
pub fn cast(
    invitation: &Invitation,
    ballot: Ballot,
    way: Way,
    ballot_box: &BallotBox,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<(Batch, Opening), Refusal> {
    let invited = &invitation.invited;
    if invitation.used {
        return Err(Refusal::InvitationUsed);
    }
    let today = ctx.at.day();
    if today > invited.last_day(way) {
        return Err(Refusal::InvitationExpired);
    }
    let opening = Opening::new(&ctx.entropy);
    let opened = OpenedBallot {
        ballot: ballot.checked()?,
        procedure: invited.procedure.clone(),
        field: invited.field.clone(),
        official: invited.official.clone(),
        opening: Some(opening),
    };
    let sealed = key.seal(&ctx.entropy, ballot_box.key_name().as_bytes(), &opened.padded()?);
    let used = Used {
        invitation_id: invited.invitation_id,
        office_id: invited.office_id.clone(),
        group: invited.group,
        way,
        day: today,
        serial: ballot_box.serial,
        ballot_hash: Bytes(Sha256::digest(&sealed).to_vec()),
    };
    let subject = invited.invitation_id;
    let mut batch = Batch::one(
        ctx.actor.journal_name(),
        day_only(ctx.at),
        subject.as_bytes(),
        2,
        Event::InvitationUsed(used),
    );
    batch.side.push(Side::Ballot {
        ballot_id: new_blind_id(&ctx.entropy),
        box_id: BallotBox::id(&ballot_box.office_id, ballot_box.group),
        serial: ballot_box.serial,
        sealed,
    });
    Ok((batch, opening))
}

/// Opens one sealed ballot of a box.
pub fn open_ballot(ballot_box: &BallotBox, key: &SecretKey, sealed: &[u8]) -> Option<OpenedBallot> {
    let padded = key.open(ballot_box.key_name().as_bytes(), sealed)?;
    let length = usize::from(u16::from_le_bytes([*padded.first()?, *padded.get(1)?]));
    serde_json::from_slice(padded.get(2..2 + length)?).ok()
}

/// Decides that a box is sealed: takes the ballots apart, shuffles, and empties the box.
///
/// # Errors
/// [`Refusal::TooFewToSeal`] below [`BOX_MINIMUM`].
pub fn seal(ballot_box: &BallotBox, ballots: &[OpenedBallot], ctx: &Context<'_>) -> Result<Batch, Refusal> {
    if ballots.len() < BOX_MINIMUM {
        return Err(Refusal::TooFewToSeal);
    }
    let box_id = BallotBox::id(&ballot_box.office_id, ballot_box.group);
    let mut side = vec![Side::EmptyBox { box_id: box_id.clone(), serial: ballot_box.serial }];
    let pile = |entropy: &Entropy| {
        let mut order: Vec<&OpenedBallot> = ballots.iter().collect();
        entropy.shuffle(&mut order);
        order
    };
    let entropy = &ctx.entropy;
    let words = pile(entropy).into_iter().filter(|opened| !opened.ballot.words.is_empty()).map(|opened| {
        let slip_id = new_blind_id(entropy);
        let (key, wrapped) = ctx.secrets.new_data_key(slip_id, entropy);
        side.push(Side::DataKey { subject: slip_id, wrapped });
        WordsSlip {
            slip_id,
            words: Bytes(key.seal(entropy, slip_id.as_bytes(), opened.ballot.words.as_bytes())),
        }
    });
    let words = words.collect();
    let named = Named::of(ballots);
    let piles = Pile::ALL.map(|_| pile(entropy));
    let [overall, attitude, speed, procedure] = &piles;
    let sealed = Sealed {
        office_id: ballot_box.office_id.clone(),
        group: ballot_box.group,
        serial: ballot_box.serial,
        day: ctx.at.day(),
        size: u32::try_from(ballots.len()).unwrap_or(u32::MAX),
        overall: overall.iter().map(|opened| opened.ballot.overall).collect(),
        attitude: attitude.iter().map(|opened| named.attitude(opened)).collect(),
        speed: speed.iter().map(|opened| opened.ballot.speed).collect(),
        procedure: procedure.iter().map(|opened| named.procedure(opened)).collect(),
        words,
        marks: Marks::of(&piles, &pile(entropy), entropy),
    };
    let at = day_only(ctx.at);
    let mut batch = Batch::one("system", at, box_id.as_bytes(), ballot_box.serial, Event::BoxSealed(sealed));
    batch.side = side;
    Ok(batch)
}

impl OpenedBallot {
    /// A fixed number of bytes: length, JSON, zeros.
    fn padded(&self) -> Result<Vec<u8>, Refusal> {
        let json = serde_json::to_vec(self).unwrap_or_default();
        if json.len() + 2 > BALLOT_BYTES {
            return Err(Refusal::TooLong("words"));
        }
        let mut bytes = (json.len() as u16).to_le_bytes().to_vec();
        bytes.extend_from_slice(&json);
        bytes.resize(BALLOT_BYTES, 0);
        Ok(bytes)
    }
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

/// What may be named on the slips of a box: whatever is named, and what is left unnamed, is shared by at
/// least [`BOX_MINIMUM`] ballots. (One ballot left over beside five named ones would be named by its absence.)
struct Named<'a> {
    procedures: BTreeSet<&'a str>,
    fields: BTreeSet<&'a str>,
    officials: BTreeSet<&'a str>,
}

impl<'a> Named<'a> {
    fn of(ballots: &'a [OpenedBallot]) -> Self {
        let procedures = nameable(ballots.iter().map(|opened| opened.procedure.as_str()));
        let unnamed = ballots.iter().filter(|opened| !procedures.contains(opened.procedure.as_str()));
        let fields = nameable(unnamed.map(|opened| opened.field.as_str()));
        let officials = nameable(ballots.iter().map(|opened| opened.official.as_deref().unwrap_or_default()));
        Self { procedures, fields, officials }
    }

    fn attitude(&self, opened: &OpenedBallot) -> AttitudeSlip {
        let official = opened.official.as_ref().filter(|official| self.officials.contains(official.as_str()));
        AttitudeSlip {
            welcome: opened.ballot.welcome,
            guidance: opened.ballot.guidance,
            official: official.cloned(),
        }
    }

    fn procedure(&self, opened: &OpenedBallot) -> ProcedureSlip {
        let by_procedure = self.procedures.contains(opened.procedure.as_str());
        let by_field = !by_procedure && self.fields.contains(opened.field.as_str());
        ProcedureSlip {
            lawful: opened.ballot.lawful,
            trips: opened.ballot.trips,
            extra_money: opened.ballot.extra_money,
            procedure: by_procedure.then(|| opened.procedure.clone()),
            field: by_field.then(|| opened.field.clone()),
        }
    }
}

/// The names shared by enough, less the smallest of them until what is left unnamed is nothing or enough.
fn nameable<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *shared.entry(name).or_default() += 1;
    }
    let all: usize = shared.values().sum();
    shared.retain(|_, n| *n >= BOX_MINIMUM);
    while let Some((&smallest, _)) = shared.iter().min_by_key(|(name, n)| (**n, **name)) {
        let unnamed = all - shared.values().sum::<usize>();
        if unnamed == 0 || unnamed >= BOX_MINIMUM {
            break;
        }
        shared.remove(smallest);
    }
    shared.into_keys().collect()
}

/// The start of the day: what the roll and the box keep of a moment.
pub(super) fn day_only(at: Instant) -> Instant {
    Instant::at(at.day(), Minute(0))
}
