//! Leaves: one line of a sealed group.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::LogFault;
use crate::{
    id::Bytes,
    listen::{invitation::Source, rating::Asked, receipt::Mark, sealing::Sealed},
    serve::{applicant::Group, case::spent::Phase},
};

/// By-the-rules (1 to 5), trips (1 to 4), money beyond the fee, and the tag of the slip.
pub type ProcedureAnswers = (Option<u8>, Option<u8>, Option<Asked>, Mark);

/// What the log says of a line: the slips that chance put beside each other in a sealed group, one of each pile, and one receipt.
/// **They are not of one person**: each pile was shuffled by itself, and slips that name something may have waited for others. A pile
/// that is at its end has `null`. Keys appear in this order, absent answers as `null`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// The office.
    pub office: String,
    /// Person or organisation.
    pub group: Group,
    /// The sealed group's number at the office, from 1; below zero where only slips were opened that had waited until a quarter's end.
    pub serial: i64,
    /// The line, from 0. Receipts and slips with overall satisfaction stand on the first [`Self::of`] lines.
    pub line: u32,
    /// Ballots of the group.
    pub of: u32,
    /// The month in which it was sealed: `2017-06`.
    pub month: String,
    /// The receipt of one of its ballots.
    pub receipt: Option<Mark>,
    /// A slip with overall satisfaction, 1 to 5.
    pub overall: Option<(u8, Mark)>,
    /// A slip with welcome and guidance, 1 to 5.
    pub attitude: Option<(Option<u8>, Option<u8>, Mark)>,
    /// The official of that slip, closed; see [`commitment`].
    pub official: Option<Bytes>,
    /// A slip with speed, 1 to 5.
    pub speed: Option<(Option<u8>, Mark)>,
    /// A slip with by-the-rules, trips and money beyond the fee.
    pub procedure: Option<ProcedureAnswers>,
    /// The field of that slip, where enough share it.
    pub field: Option<String>,
    /// The procedure of that slip, closed.
    pub procedure_code: Option<Bytes>,
    /// Free words: the hash of their ciphertext.
    pub words: Option<Bytes>,
    /// How the slip with overall satisfaction came in, where enough share it. This and what follows is left out where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The field of the case, on the slip with welcome and guidance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attitude_field: Option<String>,
    /// How the slip with welcome and guidance came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attitude_source: Option<Source>,
    /// Days until the result, on the slip with speed: 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u8>,
    /// The step that took the time, on that slip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Who had the step, closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_official: Option<Bytes>,
    /// Offices contacted, on the slip about the procedure: 1 to 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contacts: Option<u8>,
    /// Papers asked for that an office already has, on that slip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_papers: Option<Asked>,
}

/// What opens a line for those who may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedLine {
    /// The office.
    pub office: String,
    /// Person or organisation.
    pub group: Group,
    /// The sealed group's number.
    pub serial: i64,
    /// The line.
    pub line: u32,
    /// 16 random bytes.
    pub salt: Bytes,
    /// The official of its attitude slip.
    pub official: Option<String>,
    /// The procedure of its procedure slip.
    pub procedure: Option<String>,
    /// The official of its slip with speed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_official: Option<String>,
}

/// A closed word: SHA-256 of the salt, what it is (`official`, `procedure`, `step_official`), a zero byte, and the word. With the salt anybody can see that
/// it is this word; without it, nobody which.
pub fn commitment(salt: &[u8], what: &str, word: &str) -> Bytes {
    let hash = Sha256::new().chain_update(salt).chain_update(what).chain_update([0]).chain_update(word);
    Bytes(hash.finalize().to_vec())
}

/// The leaves of a sealed group, in the order of its lines; none of a group that the first versions sealed, whose piles have no tags.
pub fn leaves(sealed: &Sealed) -> impl Iterator<Item = Leaf> {
    let month = sealed.day.month().to_string();
    let lines =
        if sealed.marks.receipts.len() == sealed.size as usize { sealed.marks.salts.len() } else { 0 };
    (0..lines).map(move |line| leaf(sealed, &month, line))
}

fn leaf(sealed: &Sealed, month: &str, line: usize) -> Leaf {
    let marks = &sealed.marks;
    let (attitude, procedure) = (sealed.attitude.get(line), sealed.procedure.get(line));
    let step = sealed.steps.get(line);
    let closed = |what, word: Option<&String>| {
        word.zip(marks.salts.get(line)).map(|(word, salt)| commitment(&salt.0, what, word))
    };
    let tag = |tags: &[Mark]| tags.get(line).copied();
    Leaf {
        office: sealed.office_id.clone(),
        group: sealed.group,
        serial: sealed.serial,
        line: u32::try_from(line).unwrap_or(u32::MAX),
        of: sealed.size,
        month: month.to_owned(),
        receipt: tag(&marks.receipts),
        overall: sealed.overall.get(line).copied().zip(tag(&marks.overall)),
        attitude: attitude.zip(tag(&marks.attitude)).map(|(slip, tag)| (slip.welcome, slip.guidance, tag)),
        official: closed("official", attitude.and_then(|slip| slip.official.as_ref())),
        speed: sealed.speed.get(line).copied().zip(tag(&marks.speed)),
        procedure: procedure
            .zip(tag(&marks.procedure))
            .map(|(slip, tag)| (slip.lawful, slip.trips, slip.extra_money, tag)),
        field: procedure.and_then(|slip| slip.field.clone()),
        procedure_code: closed("procedure", procedure.and_then(|slip| slip.procedure.as_ref())),
        words: sealed.words.get(line).map(|slip| Bytes(Sha256::digest(&slip.words.0).to_vec())),
        source: sealed.sources.get(line).copied().flatten(),
        attitude_field: attitude.and_then(|slip| slip.field.clone()),
        attitude_source: attitude.and_then(|slip| slip.source),
        days: step.and_then(|step| step.days),
        phase: step.and_then(|step| step.phase),
        step_official: closed("step_official", step.and_then(|step| step.official.as_ref())),
        contacts: procedure.and_then(|slip| slip.contacts),
        extra_papers: procedure.and_then(|slip| slip.extra_papers),
    }
}

/// What opens the lines of a sealed group.
pub fn openings(sealed: &Sealed) -> impl Iterator<Item = OpenedLine> {
    sealed.marks.salts.iter().enumerate().map(|(line, salt)| OpenedLine {
        office: sealed.office_id.clone(),
        group: sealed.group,
        serial: sealed.serial,
        line: u32::try_from(line).unwrap_or(u32::MAX),
        salt: salt.clone(),
        official: sealed.attitude.get(line).and_then(|slip| slip.official.clone()),
        procedure: sealed.procedure.get(line).and_then(|slip| slip.procedure.clone()),
        step_official: sealed.steps.get(line).and_then(|step| step.official.clone()),
    })
}

impl Leaf {
    /// What it says of welcome and guidance.
    pub(super) fn met(&self) -> (Option<u8>, Option<u8>) {
        self.attitude.map_or((None, None), |(welcome, guidance, _)| (welcome, guidance))
    }

    /// By which marks it is looked for: that of the receipt, and those of slips that may have waited for others.
    pub(super) fn marks(&self) -> impl Iterator<Item = Mark> {
        let tags = [
            self.attitude.map(|slip| slip.2),
            self.speed.map(|slip| slip.1),
            self.procedure.map(|slip| slip.3),
        ];
        self.receipt.into_iter().chain(tags.into_iter().flatten())
    }

    /// The bytes that are hashed and published: JSON on one line.
    pub fn to_entry(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads what [`Self::to_entry`] gives, and nothing else: other spaces or orders would have another hash.
    ///
    /// # Errors
    /// [`LogFault::Leaf`].
    pub fn read(place: u64, entry: &[u8]) -> Result<Self, LogFault> {
        let leaf: Self = serde_json::from_slice(entry)
            .map_err(|error| LogFault::Leaf { place, why: error.to_string() })?;
        let (welcome, guidance) = leaf.met();
        let (lawful, trips) = leaf.procedure.map_or((None, None), |(lawful, trips, ..)| (lawful, trips));
        let overall = leaf.overall.map(|(score, _)| score);
        let speed = leaf.speed.and_then(|(score, _)| score);
        let among = |answers: &[Option<u8>], most| answers.iter().flatten().all(|n| (1..=most).contains(n));
        let offered = among(&[overall, welcome, guidance, speed, lawful, leaf.days], 5)
            && among(&[trips, leaf.contacts], 4)
            && (leaf.line < leaf.of) == leaf.receipt.is_some()
            && leaf.receipt.is_some() == leaf.overall.is_some();
        if offered {
            Ok(leaf)
        } else {
            Err(LogFault::Leaf { place, why: "it says something that cannot be answered".into() })
        }
    }

    /// Whether an opening is that of this line, and says what the line has closed.
    pub fn is_opened_by(&self, opening: &OpenedLine) -> bool {
        let fits = |what, closed: &Option<Bytes>, word: &Option<String>| {
            *closed == word.as_ref().map(|word| commitment(&opening.salt.0, what, word))
        };
        (&opening.office, opening.group, opening.serial, opening.line)
            == (&self.office, self.group, self.serial, self.line)
            && fits("official", &self.official, &opening.official)
            && fits("procedure", &self.procedure_code, &opening.procedure)
            && fits("step_official", &self.step_official, &opening.step_official)
    }
}
