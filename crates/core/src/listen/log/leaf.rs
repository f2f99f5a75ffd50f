//! Leaves: one line of a sealed group.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::LogFault;
use crate::{
    id::Bytes,
    listen::{invitation::Source, rating::Asked, receipt::Mark, sealing::Sealed},
    serve::{applicant::Group, case::spent::Phase},
};

/// What the log says of a line: the slips that chance put beside each other in a sealed group, one of each pile, and one receipt.
/// **They are not of one person**: each pile was shuffled by itself. Keys appear in this order, absent answers as `null`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// The office.
    pub office: String,
    /// Person or organisation.
    pub group: Group,
    /// The sealed group's number at the office, from 1.
    pub serial: i64,
    /// The line, from 0.
    pub line: u32,
    /// Lines of the group.
    pub of: u32,
    /// The month in which it was sealed: `2017-06`.
    pub month: String,
    /// The receipt of one of its ballots.
    pub receipt: Mark,
    /// A slip with overall satisfaction, 1 to 5.
    pub overall: (u8, Mark),
    /// A slip with welcome and guidance, 1 to 5.
    pub attitude: (Option<u8>, Option<u8>, Mark),
    /// The official of that slip, closed; see [`commitment`].
    pub official: Option<Bytes>,
    /// A slip with speed, 1 to 5.
    pub speed: (Option<u8>, Mark),
    /// A slip with by-the-rules, trips and money beyond the fee.
    pub procedure: (Option<u8>, Option<u8>, Option<Asked>, Mark),
    /// The field of that slip, where enough share it.
    pub field: Option<String>,
    /// The procedure of that slip, closed.
    pub procedure_code: Option<Bytes>,
    /// Free words: the hash of their ciphertext.
    pub words: Option<Bytes>,
    /// How the slip with overall satisfaction came in, where enough share it. This and what follows is left out where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
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
    let lines = if sealed.marks.receipts.len() == sealed.size as usize { sealed.size } else { 0 };
    (0..lines).filter_map(move |line| leaf(sealed, &month, line))
}

fn leaf(sealed: &Sealed, month: &str, line: u32) -> Option<Leaf> {
    let (at, marks) = (line as usize, &sealed.marks);
    let salt = &marks.salts.get(at)?.0;
    let (attitude, procedure) = (sealed.attitude.get(at)?, sealed.procedure.get(at)?);
    let step = sealed.steps.get(at).cloned().unwrap_or_default();
    let closed = |what, word: &Option<String>| word.as_ref().map(|word| commitment(salt, what, word));
    Some(Leaf {
        office: sealed.office_id.clone(),
        group: sealed.group,
        serial: sealed.serial,
        line,
        of: sealed.size,
        month: month.to_owned(),
        receipt: *marks.receipts.get(at)?,
        overall: (*sealed.overall.get(at)?, *marks.overall.get(at)?),
        attitude: (attitude.welcome, attitude.guidance, *marks.attitude.get(at)?),
        official: closed("official", &attitude.official),
        speed: (*sealed.speed.get(at)?, *marks.speed.get(at)?),
        procedure: (procedure.lawful, procedure.trips, procedure.extra_money, *marks.procedure.get(at)?),
        field: procedure.field.clone(),
        procedure_code: closed("procedure", &procedure.procedure),
        words: sealed.words.get(at).map(|slip| Bytes(Sha256::digest(&slip.words.0).to_vec())),
        source: sealed.sources.get(at).copied().flatten(),
        attitude_source: attitude.source,
        days: step.days,
        phase: step.phase,
        step_official: closed("step_official", &step.official),
        contacts: procedure.contacts,
        extra_papers: procedure.extra_papers,
    })
}

/// What opens the lines of a sealed group.
pub fn openings(sealed: &Sealed) -> impl Iterator<Item = OpenedLine> {
    let lines = sealed.marks.salts.iter().zip(&sealed.attitude).zip(&sealed.procedure).zip(0..);
    lines.map(|(((salt, attitude), procedure), line)| OpenedLine {
        office: sealed.office_id.clone(),
        group: sealed.group,
        serial: sealed.serial,
        line,
        salt: salt.clone(),
        official: attitude.official.clone(),
        procedure: procedure.procedure.clone(),
        step_official: sealed.steps.get(line as usize).and_then(|step| step.official.clone()),
    })
}

impl Leaf {
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
        let scores = [Some(leaf.overall.0), leaf.attitude.0, leaf.attitude.1, leaf.speed.0, leaf.procedure.0];
        let offered = scores.into_iter().flatten().all(|score| (1..=5).contains(&score))
            && [leaf.procedure.1, leaf.contacts]
                .into_iter()
                .flatten()
                .all(|number| (1..=4).contains(&number))
            && leaf.days.is_none_or(|days| (1..=5).contains(&days))
            && leaf.line < leaf.of;
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
