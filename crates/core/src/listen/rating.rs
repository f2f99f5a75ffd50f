//! Ratings as a secret ballot: a roll and a box, and nothing that joins them.
//!
//! A ballot is encrypted under the key of the box it falls into (one open box per office and group of applicants), and lies
//! there until the box is sealed: see [`super::sealing`].

use super::{
    invitation::{Invitation, Used, Way},
    receipt::Opening,
};
use crate::{
    batch::{Batch, Side},
    context::Context,
    event::Event,
    id::{Bytes, new_blind_id},
    refusal::Refusal,
    secret::SecretKey,
    serve::{applicant::Group, case::spent::Longest},
    time::{Instant, Minute},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Most ballots that are opened together; more wait for the next box.
pub const BOX_MAXIMUM: usize = 10_000;
/// Last day of each answer about the days until the result; the fifth has none.
pub const DAYS: [u16; 4] = [0, 3, 7, 15];
/// Longest free words, in characters.
pub const WORDS_LIMIT: usize = 500;
/// Every sealed ballot has this many bytes before encryption, so that its length tells nothing.
const BALLOT_BYTES: usize = 3_072;

/// Whether something was asked that should not have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Nothing.
    No,
    /// Something.
    Yes,
    /// Rather not say.
    NotSaid,
}

impl Asked {
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
    pub extra_money: Option<Asked>,
    /// Offices that had to be contacted, 1 to 4 (4: four or more).
    #[serde(default)]
    pub contacts: Option<u8>,
    /// Days until the result, 1 to 5: see [`DAYS`].
    #[serde(default)]
    pub days: Option<u8>,
    /// Papers asked for that an office of the State already has.
    #[serde(default)]
    pub extra_papers: Option<Asked>,
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
    /// The procedure rated; empty where nobody knows it, on paper.
    pub procedure: String,
    /// Its field; empty on paper.
    pub field: String,
    /// The official who acted at the step; none on paper and in ballots of the first versions.
    #[serde(default)]
    pub official: Option<String>,
    /// What the rater alone knows; none in ballots of the first versions.
    #[serde(default)]
    pub opening: Option<Opening>,
    /// How it came in; none in ballots of the first versions.
    #[serde(default)]
    pub way: Option<Way>,
    /// The step that took the time, by the case's journal.
    #[serde(default)]
    pub longest: Option<Longest>,
    /// The version of the questions that were asked.
    #[serde(default = "first")]
    pub questionnaire: u32,
}

const fn first() -> u32 {
    1
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
        let facts = [("trips", self.trips, 4), ("contacts", self.contacts, 4), ("days", self.days, 5)];
        for (field, answer, most) in facts {
            if answer.is_some_and(|answer| !(1..=most).contains(&answer)) {
                return Err(Refusal::BadChoice(field));
            }
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
    let mut opened = OpenedBallot {
        ballot: ballot.checked()?,
        procedure: String::new(),
        field: String::new(),
        official: None,
        opening: Some(opening),
        way: Some(way),
        longest: None,
        questionnaire: ctx.directory.questionnaire_on(today).version,
    };
    // Which sheet of paper belongs to which invitation was drawn by lot: it names nothing.
    if way != Way::Paper {
        opened.procedure.clone_from(&invited.procedure);
        opened.field.clone_from(&invited.field);
        opened.official.clone_from(&invited.official);
        opened.longest.clone_from(&invitation.longest);
    }
    let sealed = key.seal(&ctx.entropy, ballot_box.key_name().as_bytes(), &padded(&opened)?);
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
    unpadded(&key.open(ballot_box.key_name().as_bytes(), sealed)?)
}

/// A fixed number of bytes: length, JSON, zeros.
pub(super) fn padded(what: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    let json = serde_json::to_vec(what).unwrap_or_default();
    if json.len() + 2 > BALLOT_BYTES {
        return Err(Refusal::TooLong("words"));
    }
    let mut bytes = (json.len() as u16).to_le_bytes().to_vec();
    bytes.extend_from_slice(&json);
    bytes.resize(BALLOT_BYTES, 0);
    Ok(bytes)
}

/// What [`padded`] wrote.
pub(super) fn unpadded<T: serde::de::DeserializeOwned>(padded: &[u8]) -> Option<T> {
    let length = usize::from(u16::from_le_bytes([*padded.first()?, *padded.get(1)?]));
    serde_json::from_slice(padded.get(2..2 + length)?).ok()
}

/// The start of the day: what the roll and the box keep of a moment.
pub(super) fn day_only(at: Instant) -> Instant {
    Instant::at(at.day(), Minute(0))
}
