//! T9: one question after the other, until it is clear enough: the sequential probability ratio test (Wald 1945, "Sequential tests of
//! statistical hypotheses", Annals of Mathematical Statistics 16:117–186).
//!
//! Of two shares of a bad answer, one that is usual and one that is not to be missed, the logarithm of the likelihood ratio is added up. At
//! or above ln((1 − β)/α) it is an alarm, which is false with a probability of about α at most; at or below ln(β/(1 − α)) it is clear,
//! which is wrong with a probability of about β at most. Wald's bounds are approximate: what is overshot makes both risks smaller together. After it
//! is clear, the next question begins a new test.

/// What is tested, and at which risks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// The share of bad answers that is usual.
    pub usual: f64,
    /// The share that is not to be missed, above the usual one.
    pub bad: f64,
    /// The risk α of an alarm where the share is usual.
    pub false_alarm: f64,
    /// The risk β of a clear where the share is bad.
    pub missed: f64,
}

/// Where a test stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Bad.
    Alarm,
    /// Not bad.
    Clear,
    /// Not enough is known.
    GoOn,
}

/// A test that goes on with every answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// Where it stands after the last answer.
    pub verdict: Verdict,
    /// The sum of the test that runs, or that ended last.
    pub sum: f64,
    /// Answers of all tests.
    pub answers: u64,
    /// Bad ones of them.
    pub bad: u64,
    /// Tests that ended clear.
    pub cleared: u64,
}

impl Plan {
    /// The sums at which it is clear, and at which it is an alarm.
    pub fn bounds(&self) -> (f64, f64) {
        ((self.missed / (1.0 - self.false_alarm)).ln(), ((1.0 - self.missed) / self.false_alarm).ln())
    }

    /// What an answer adds.
    pub fn step(&self, bad: bool) -> f64 {
        if bad { (self.bad / self.usual).ln() } else { ((1.0 - self.bad) / (1.0 - self.usual)).ln() }
    }

    /// Where the test stands after these answers, in their order: `true` is a bad one. An alarm stays.
    pub fn follow(&self, answers: impl IntoIterator<Item = bool>) -> State {
        answers.into_iter().fold(State::BEGIN, |state, bad| self.next(state, bad))
    }

    /// The place of the answer that raised the first alarm.
    pub fn alarm_at(&self, answers: impl IntoIterator<Item = bool>) -> Option<usize> {
        let mut state = State::BEGIN;
        answers.into_iter().position(|bad| {
            state = self.next(state, bad);
            state.verdict == Verdict::Alarm
        })
    }

    fn next(&self, mut state: State, bad: bool) -> State {
        let (low, high) = self.bounds();
        state.answers += 1;
        state.bad += u64::from(bad);
        match state.verdict {
            Verdict::Alarm => return state,
            Verdict::Clear => state.sum = 0.0,
            Verdict::GoOn => {}
        }
        state.sum += self.step(bad);
        state.verdict = match state.sum {
            sum if sum >= high => Verdict::Alarm,
            sum if sum <= low => Verdict::Clear,
            _ => Verdict::GoOn,
        };
        state.cleared += u64::from(state.verdict == Verdict::Clear);
        state
    }
}

impl State {
    /// Before the first answer.
    const BEGIN: Self = Self { verdict: Verdict::GoOn, sum: 0.0, answers: 0, bad: 0, cleared: 0 };
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan = Plan { usual: 0.03, bad: 0.15, false_alarm: 0.01, missed: 0.1 };

    #[test]
    fn bounds_by_hand() {
        let (low, high) = PLAN.bounds();
        assert!((low + 2.2925).abs() < 1e-3 && (high - 4.4998).abs() < 1e-3, "{low} {high}");
        // ln 5 = 1.609 for a bad answer, ln(.85/.97) = −.132 for another.
        assert!((PLAN.step(true) - 1.6094).abs() < 1e-4 && (PLAN.step(false) + 0.1321).abs() < 1e-4);
    }

    #[test]
    fn three_bad_answers_are_an_alarm_eighteen_good_ones_clear_and_then_it_begins_anew() {
        assert_eq!(PLAN.follow([true; 2]).verdict, Verdict::GoOn);
        assert_eq!(PLAN.follow([true; 3]).verdict, Verdict::Alarm);
        let after = PLAN.follow([true, true, true, false, false]);
        assert_eq!((after.verdict, after.answers, after.bad), (Verdict::Alarm, 5, 3), "an alarm stays");
        assert_eq!(PLAN.follow([false; 17]).verdict, Verdict::GoOn);
        let clear = PLAN.follow([false; 18]);
        assert_eq!((clear.verdict, clear.cleared), (Verdict::Clear, 1));
        let anew = PLAN.follow(std::iter::repeat_n(false, 18).chain([true, true, true]));
        assert_eq!(
            (anew.verdict, anew.cleared),
            (Verdict::Alarm, 1),
            "what was clear does not pay for later"
        );
        assert_eq!(PLAN.follow([]).verdict, Verdict::GoOn);
        assert_eq!(PLAN.alarm_at([false, true, true, true, true]), Some(3));
        assert_eq!(PLAN.alarm_at([false, true, true]), None);
    }
}
