//! The guard: were ratings forged, was lateness hidden, were cases pushed around? An alarm is a question to people, never an answer.
//!
//! Once, two weeks after its end, a quarter is looked at ([`look`]). Each kind of alarm compares an office, or an official, with the others
//! or with itself, and gives the probability of something as strange by chance. It is an alarm when the least of all those of one kind at
//! one office would be that small with a probability of at most [`LEVEL`]: so often, per office and quarter, does a kind cry wolf. The first quarter of
//! a record is only observed: nobody is told. An alarm goes to the level above the office, with what was seen and the innocent reasons it may have; whoever
//! is named and the head of the office see it too and can say what was so. A person decides ([`judge`]), with a reason; what was decided measures how often
//! each kind is right ([`precision`]).

mod act;
mod rating;
mod rule;
mod seen;

use hailong_stats::{
    guard::sequential::{Plan, State},
    interval,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{
    act::{AlarmState, answer, can_answer, judge, may_see, raise, sees_cases},
    rule::look,
    seen::{AGAIN_DAYS, CaseSeen, OfficeSeen, RollLine, Seen, SlipCount},
};
use crate::{
    id::Bytes,
    kinds::kinds,
    time::{Day, Month},
};

/// The version of the rules, kept with every alarm.
pub const METHOD: &str = "guard/1";
/// False alarms of a kind per office and quarter, all its officials together.
pub const LEVEL: f64 = 0.01;
/// How many days after its end a quarter is looked at: boxes are open by then, and most who answer have answered.
pub const LOOK_DAYS: i32 = 14;
/// Fewest observations of an office or official that is compared.
pub const LEAST: usize = 20;
/// Most cases listed with an alarm.
pub const MOST_CASES: usize = 200;
/// Fewest verdicts before it is said how often a kind is right.
pub const LEAST_VERDICTS: u64 = 10;
/// Longest words, in characters.
pub const WORDS_LIMIT: usize = 2_000;
/// Call-backs: 3 % of those who rated say that they did not; 15 % are not to be missed.
pub const CALLS: Plan = Plan { usual: 0.03, bad: 0.15, false_alarm: 0.01, missed: 0.1 };

kinds! {
    /// What an alarm is about.
    Kind {
        /// Ratings through the office of one official are better, more or more alike than elsewhere, or are denied.
        ForgedRatings = "forged-ratings",
        /// Many more invitations were used than in the quarter before.
        RatedShare = "rated-share",
        /// Those whose case was late answered less often.
        LateUnanswered = "late-unanswered",
        /// People who are called say that they did not rate.
        CallBack = "call-back",
        /// Documents were asked for shortly before the date.
        SupplementNearDue = "supplement-near-due",
        /// Documents were asked for more than once.
        SecondSupplement = "second-supplement",
        /// Cases ended without result, and the same matter came in again.
        Reentered = "reentered",
        /// Results that were "ready" on the last day were fetched late.
        EarlyFinished = "early-finished",
        /// The receipt came hours after the queue number.
        SlowReceipt = "slow-receipt",
        /// Nothing was ever late.
        NeverLate = "never-late",
        /// Cases went to others shortly before the date.
        Rerouted = "rerouted",
    }
}

impl Kind {
    /// Whether the cases behind it are lines of the roll: who answered is then no business of the office that was rated.
    pub const fn is_of_the_roll(self) -> bool {
        matches!(self, Self::ForgedRatings | Self::RatedShare | Self::LateUnanswered | Self::CallBack)
    }
}

/// A test and its p-value, in millionths, rounded up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// `contrast`, `alike`, `response` or `denial`.
    pub test: String,
    /// The p-value.
    pub p: u32,
}

/// What was found of one office or official, whether an alarm or not. Probabilities and shares in millionths, rounded up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is about.
    pub kind: Kind,
    /// The office.
    pub office_id: String,
    /// The official, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official: Option<String>,
    /// The probability by chance.
    pub p: u32,
    /// How many of the kind were tested at the office.
    pub family: u32,
    /// The probability that the least of so many is as small.
    pub family_p: u32,
    /// The rate of false discoveries over all offices at which it would just be chosen (Benjamini and Hochberg).
    pub q: u32,
    /// The tests that were combined, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// How many were seen.
    pub seen: u32,
    /// Of how many.
    pub of: u32,
    /// The usual share of the others.
    pub usual: u32,
    /// Cases behind it, [`MOST_CASES`] at most.
    pub cases: Vec<Uuid>,
    /// How many more there are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u32,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Finding {
    /// Whether it is an alarm: see [`LEVEL`].
    pub fn is_alarm(&self) -> bool {
        f64::from(self.family_p) <= LEVEL * 1e6
    }
}

/// See [`crate::event::Event::GuardLooked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// The first month of the quarter.
    pub quarter: Month,
    /// The day.
    pub day: Day,
    /// Whether alarms of it are told.
    pub told: bool,
    /// How many tests of each kind there were, and how many alarms of them.
    pub tests: Vec<Tests>,
    /// The version of the rules.
    pub method: String,
}

/// Tests of a kind in a quarter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tests {
    /// The kind.
    pub kind: Kind,
    /// Tests.
    pub tests: u32,
    /// Alarms.
    pub alarms: u32,
}

/// See [`crate::event::Event::AlarmRaised`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// The alarm.
    pub alarm_id: Uuid,
    /// The first month of the quarter.
    pub quarter: Month,
    /// Whether anybody is told.
    pub told: bool,
    /// The version of the rules.
    pub method: String,
    /// What was found.
    pub finding: Finding,
}

/// See [`crate::event::Event::AlarmAnswered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The words, sealed under the alarm's own key.
    pub words: Bytes,
}

/// See [`crate::event::Event::AlarmJudged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in words, sealed under the alarm's own key.
    pub words: Bytes,
}

kinds! {
    /// What people decide.
    Verdict {
        /// It was as suspected.
        Upheld = "upheld",
        /// It has an innocent explanation.
        Innocent = "innocent",
        /// It cannot be told.
        Unclear = "unclear",
    }
}

/// How often alarms of a kind were right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// Upheld.
    pub upheld: u64,
    /// Explained innocently.
    pub innocent: u64,
    /// Not clear.
    pub unclear: u64,
}

/// The share of decided alarms that were upheld, with its 95 % interval (Wilson); nothing below [`LEAST_VERDICTS`]. What was not clear does
/// not count.
pub fn precision(verdicts: Verdicts) -> Option<(f64, (f64, f64))> {
    let n = verdicts.upheld + verdicts.innocent;
    (n >= LEAST_VERDICTS)
        .then(|| (verdicts.upheld as f64 / n as f64, interval::wilson(verdicts.upheld, n, interval::Z95)))
}

/// The first month of the quarter that is to be looked at: the last one that ended [`LOOK_DAYS`] ago or longer, when it began after the record did and was not looked at yet.
pub fn due(today: Day, begun: Day, looked: Option<Month>) -> Option<Month> {
    let [this, ..] = today.month().quarter();
    let ended = |first: Month| today > Month(first.0 + 2).next().first_day().plus(LOOK_DAYS - 1);
    let last = [Month(this.0 - 3), Month(this.0 - 6)].into_iter().find(|first| ended(*first))?;
    let known = Month(last.0 + 2).next().first_day() > begun;
    (known && looked.is_none_or(|looked| looked < last)).then_some(last)
}

/// The call-backs about an office that count now, in the order of the calls: `true` is somebody who says that the rating was not theirs. What led
/// to an alarm in an earlier quarter (`old` calls) has been decided, and a new test began after it.
pub(crate) fn counting(said: &[bool], old: usize) -> usize {
    let mut from = 0;
    while let Some(at) = CALLS.alarm_at(said[from..old.max(from).min(said.len())].iter().copied()) {
        from += at + 1;
    }
    from
}

/// Where the call-backs about an office stand; see [`CALLS`]. The first `old` of them are of earlier quarters.
pub fn called(said: &[bool], old: usize) -> State {
    CALLS.follow(said[counting(said, old)..].iter().copied())
}

/// A probability or share in millionths, rounded up so that it is never said smaller than it is.
fn millionths(share: f64) -> u32 {
    // A crumb of rounding is not a millionth.
    let parts = share.clamp(0.0, 1.0) * 1e6;
    if parts > 0.0 { ((parts - 1e-6).ceil() as u32).max(1) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_looked_at_once_two_weeks_after_its_end() {
        let day = |text: &str| Day::parse(text).unwrap();
        let quarter = |key: &str| Month::of_quarter_key(key).unwrap();
        let begun = day("2017-04-10");
        for (today, looked, due_now) in [
            ("2017-07-14", None, None),
            ("2017-07-15", None, Some("2017-Q2")),
            ("2017-07-15", Some("2017-Q2"), None),
            ("2017-09-30", Some("2017-Q1"), Some("2017-Q2")),
            ("2017-10-02", Some("2017-Q2"), None),
            ("2017-10-15", Some("2017-Q2"), Some("2017-Q3")),
            ("2018-02-01", Some("2017-Q2"), Some("2017-Q4")),
            ("2017-04-20", None, None),
        ] {
            assert_eq!(
                due(day(today), begun, looked.map(quarter)),
                due_now.map(quarter),
                "{today} {looked:?}"
            );
        }
    }

    #[test]
    fn how_often_a_kind_is_right_is_said_when_enough_was_decided() {
        assert_eq!(precision(Verdicts { upheld: 6, innocent: 3, unclear: 9 }), None);
        let (share, (low, high)) = precision(Verdicts { upheld: 6, innocent: 4, unclear: 0 }).unwrap();
        assert!((share - 0.6).abs() < 1e-12 && low > 0.3 && high < 0.84, "{low} {high}");
    }

    #[test]
    fn names_come_back() {
        assert!(Kind::ALL.into_iter().all(|kind| Kind::from_key(kind.key()) == Some(kind)));
        assert!(Verdict::ALL.into_iter().all(|one| Verdict::from_key(one.key()) == Some(one)));
        assert_eq!((millionths(0.0), millionths(1e-9), millionths(2.0)), (0, 1, 1_000_000));
    }
}
