//! What the guard looks at: nothing that the record does not hold anyway, and no ballot.
//!
//! The roll says of an invitation whether it was used, on which day and in which way, and whether that was denied; it keeps no time of day, so that bursts of answers
//! and answers long after the counter cannot be seen here. Slips about an official say welcome, guidance and whether they came through the office, where enough share it.

use uuid::Uuid;

use crate::{
    listen::invitation::{Source, Way},
    time::{Day, Instant, Month},
};

/// A case whose work ended in the quarter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseSeen {
    /// The case.
    pub case_id: Uuid,
    /// Its receipt.
    pub accepted: Instant,
    /// When the queue number was drawn.
    pub first_contact: Option<Instant>,
    /// The date that held last.
    pub due: Option<Instant>,
    /// When the result was ready.
    pub finished: Option<Instant>,
    /// When it was given out, or the case ended otherwise.
    pub closed: Option<Instant>,
    /// Whether the promise was kept.
    pub on_time: Option<bool>,
    /// Whether it was refused, withdrawn or stopped.
    pub without_result: bool,
    /// How often documents were asked for.
    pub supplements: u8,
    /// When documents were asked for after the receipt, with the date that held then.
    pub asked: Vec<(Instant, Option<Instant>)>,
    /// When it went to another official or office.
    pub moved: Vec<Instant>,
    /// Whether the same person came again with the same procedure within [`AGAIN_DAYS`] of its end without result.
    pub again: bool,
}

/// Within how many days of a case without result the same matter counts as entered again.
pub const AGAIN_DAYS: i32 = 30;

/// A line of the roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollLine {
    /// The case.
    pub case_id: Uuid,
    /// Who acted at the step that is rated.
    pub official: Option<String>,
    /// When it was used, and how.
    pub used: Option<(Day, Way)>,
    /// Whether that was denied.
    pub denied: bool,
    /// Whether its case kept the promise.
    pub on_time: Option<bool>,
}

/// An office in the quarter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfficeSeen {
    /// The office.
    pub office_id: String,
    /// Cases that ended.
    pub cases: Vec<CaseSeen>,
    /// Invitations that were made.
    pub roll: Vec<RollLine>,
    /// Of the quarter before, invitations that were made and those of them that were used by the same day after it.
    pub before: (u32, u32),
    /// What people said who were asked whether they had given the rating that is on the roll, oldest first, of all quarters: `true` is "no".
    pub calls: Vec<(Uuid, bool)>,
    /// How many of them are of earlier quarters.
    pub old_calls: usize,
}

/// Slips about an official that say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipCount {
    /// The official.
    pub official: String,
    /// How they came in.
    pub source: Source,
    /// Warm welcome.
    pub welcome: u8,
    /// Devoted guidance.
    pub guidance: Option<u8>,
    /// How many.
    pub n: u32,
}

/// A quarter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its first month.
    pub quarter: Month,
    /// The day on which it is looked at.
    pub today: Day,
    /// Every office with anything.
    pub offices: Vec<OfficeSeen>,
    /// Slips of the quarter.
    pub slips: Vec<SlipCount>,
}
