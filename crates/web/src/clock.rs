//! Two clocks: business time, which decisions and pages use, and machine time, for sessions, limits and logs.

use std::time::{SystemTime, UNIX_EPOCH};

use hailong_core::time::Instant;

/// The only place that asks for the time.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// What is added to machine time to get business time, in microseconds.
    ahead: i64,
}

impl Clock {
    /// Business time is machine time.
    pub fn real() -> Self {
        Self { ahead: 0 }
    }

    /// A demo's business time: `business` at this moment, and running on from there.
    pub fn demo(business: Instant) -> Self {
        Self { ahead: business.0 - Self::real().machine() }
    }

    /// The time in which cases live.
    pub fn business(&self) -> Instant {
        Instant(self.machine() + self.ahead)
    }

    /// The time of sessions, limits and logs: microseconds since 1970 (UTC).
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock from which everybody else takes the time"
    )]
    pub fn machine(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_runs_on_from_its_start() {
        let start = Instant::parse_local("2017-06-30T09:00").unwrap();
        let clock = Clock::demo(start);
        let passed = clock.business().0 - start.0;
        assert!((0..60_000_000).contains(&passed), "{passed}");
    }
}
