//! What people say of an office who were asked whether the rating on the roll was theirs: on the card of the office only. Of an official it would be
//! one or two answers in a quarter, which point at a person, and the test would never end.

use serde::{Deserialize, Serialize};

use crate::{
    kinds::kinds,
    measure::guard::{LOOK_DAYS, called},
    time::Day,
};
use hailong_stats::guard::sequential::Verdict;

kinds! {
    /// What the call-backs about an office allow to say; the risks are those of [`crate::measure::guard::CALLS`].
    CallStanding {
        /// Fewer ratings than are not to be missed are somebody else's: a test ended so in this period.
        Clear = "clear",
        /// Not enough is known.
        NotEnough = "not_enough",
        /// More than is usual say that the rating was not theirs; what that means is decided by the level above.
        Doubtful = "doubtful",
    }
}

/// The call-backs about an office in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallBacks {
    /// People who said whether the rating was theirs.
    pub asked: u64,
    /// Those who said that it was.
    pub agreed: u64,
    /// What the sequential test says at the end of the period; it goes on over periods.
    pub standing: CallStanding,
}

impl CallBacks {
    /// Those of a period that begins on a day, from all that was said until its end, oldest first: the day, and whether it was "no".
    pub fn of(said: &[(Day, bool)], from: Day) -> Self {
        let earlier = said.partition_point(|(day, _)| *day < from);
        let old = said.partition_point(|(day, _)| *day < from.plus(LOOK_DAYS));
        let no: Vec<bool> = said.iter().map(|(_, no)| *no).collect();
        let (now, before) = (called(&no, old), called(&no[..earlier], earlier));
        let now_said = &no[earlier..];
        let cleared = now.verdict == Verdict::Clear || now.cleared > before.cleared;
        let standing = match now.verdict {
            Verdict::Alarm => CallStanding::Doubtful,
            _ if cleared && !now_said.is_empty() => CallStanding::Clear,
            _ => CallStanding::NotEnough,
        };
        let asked = now_said.len() as u64;
        Self { asked, agreed: now_said.iter().filter(|no| !**no).count() as u64, standing }
    }
}
