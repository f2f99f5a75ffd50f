//! The clock of a case: dates by hand over the district's calendar, per regime, and what must hold for every clock.

use hailong_core::{
    refusal::Refusal,
    serve::{
        calendar::{Calendar, Hours},
        clock::{Clock, ClockEvent, PauseReason, apology_due, transfer_due},
        procedure::{Limit, Unit},
        regime::Regime,
    },
    time::{Day, Instant, Minute},
};
use proptest::prelude::*;

fn calendar() -> Calendar {
    Calendar::parse_csv(include_str!("../../../../data/dam-doi/holidays.csv")).unwrap()
}

fn at(text: &str) -> Instant {
    Instant::parse_local(text).unwrap()
}

fn limit(text: &str) -> Limit {
    let (value, unit) = text.split_once(' ').unwrap();
    let unit = match unit {
        "wd" => Unit::WorkingDays,
        "days" => Unit::Days,
        "months" => Unit::Months,
        _ => Unit::Hours,
    };
    Limit::new(value.parse().unwrap(), unit)
}

fn clock(regime: Regime, received: &str, term: &str) -> Clock {
    Clock::start(at(received), limit(term), regime, &calendar()).unwrap()
}

/// Stops and goes on, for a supplement; anew where the regime says so.
fn with_stop(mut clock: Clock, stop: &str, on: &str) -> Clock {
    clock.push(ClockEvent::Paused { at: at(stop), reason: PauseReason::Supplement }).unwrap();
    let restart = clock.regime.restarts_after_supplement();
    clock.push(ClockEvent::Resumed { at: at(on), restart }).unwrap();
    clock
}

#[test]
fn a_supplement_goes_on_under_2015_and_begins_anew_since_2018() {
    let calendar = calendar();
    for (regime, received, term, stop, on, printed, adjusted, index) in [
        // Wednesday 7 June 2017 + 5: 14 June. Stopped on Friday after 2 days, on again Wednesday 14: 3 left.
        (
            Regime::R2015,
            "2017-06-07T09:00",
            "5 wd",
            "2017-06-09T10:00",
            "2017-06-14T08:00",
            "06-14",
            "06-19",
            "06-19",
        ),
        // The same under 2018: all five anew from Wednesday 13 June 2018… of the index only the wait counts.
        (
            Regime::R2018,
            "2019-06-05T09:00",
            "5 wd",
            "2019-06-07T10:00",
            "2019-06-12T08:00",
            "06-12",
            "06-19",
            "06-17",
        ),
        // A stop within one day moves nothing.
        (
            Regime::R2015,
            "2017-06-07T09:00",
            "5 wd",
            "2017-06-09T10:00",
            "2017-06-09T16:00",
            "06-14",
            "06-14",
            "06-14",
        ),
        // Calendar days: 7 June + 10 = Saturday 17, so Monday 19; four days stood still, 21 June.
        (
            Regime::R2015,
            "2017-06-07T09:00",
            "10 days",
            "2017-06-09T10:00",
            "2017-06-13T08:00",
            "06-19",
            "06-21",
            "06-21",
        ),
        // A month to the same date; with a stop thirty days: 2 ran, 28 left from 14 June = 12 July.
        (
            Regime::R2015,
            "2017-06-07T09:00",
            "1 months",
            "2017-06-09T10:00",
            "2017-06-14T08:00",
            "07-07",
            "07-12",
            "07-12",
        ),
        // Hours: 4 of 8 ran on the 7th, 4 left from 8:00 on the 14th, with the noon rest.
        (
            Regime::R2015,
            "2017-06-07T07:00",
            "8 hours",
            "2017-06-07T11:30",
            "2017-06-14T08:00",
            "06-07",
            "06-14",
            "06-14",
        ),
    ] {
        let clock = with_stop(clock(regime, received, term), stop, on);
        let dates = clock.dates(at(on), &calendar).unwrap();
        let day = |date: Instant| date.day().to_string()[5..].to_owned();
        assert_eq!(day(clock.printed), printed, "printed {received} + {term}");
        assert_eq!(
            (day(dates.adjusted).as_str(), day(dates.promised).as_str()),
            (adjusted, printed),
            "{term}"
        );
        if term != "8 hours" {
            assert_eq!(day(dates.index), index, "index of {received} + {term}");
        }
        assert_eq!(clock.ledger(at(on), &calendar).unwrap().due, dates.adjusted);
    }
    let hours = with_stop(
        clock(Regime::R2015, "2017-06-07T07:00", "8 hours"),
        "2017-06-07T11:30",
        "2017-06-14T08:00",
    );
    let due = hours.dates(at("2017-06-14T08:00"), &calendar).unwrap().adjusted;
    assert_eq!(due, at("2017-06-14T14:00"));
}

#[test]
fn a_stop_does_not_heal_lateness() {
    let calendar = calendar();
    let late =
        with_stop(clock(Regime::R2015, "2017-06-07T09:00", "2 wd"), "2017-06-14T10:00", "2017-06-20T08:00");
    assert_eq!(late.dates(at("2017-06-20T08:00"), &calendar).unwrap().adjusted, late.printed);
}

#[test]
fn a_month_ends_with_the_month_that_has_no_such_date() {
    assert_eq!(clock(Regime::R2018, "2019-01-31T09:00", "1 months").printed, at("2019-02-28T17:00"));
    // 30 April and 1 May are holidays.
    assert_eq!(clock(Regime::R2018, "2019-03-30T09:00", "1 months").printed, at("2019-05-02T17:00"));
}

#[test]
fn extension_and_apology_keep_their_own_dates() {
    let calendar = calendar();
    let mut clock = clock(Regime::R2018, "2019-06-05T09:00", "5 wd");
    let now = at("2019-06-10T09:00");
    clock.push(ClockEvent::Extended { at: now, by: limit("2 wd") }).unwrap();
    clock.push(ClockEvent::Reappointed { at: now, to: at("2019-06-20T17:00") }).unwrap();
    let dates = clock.dates(now, &calendar).unwrap();
    assert_eq!((dates.statutory, dates.adjusted), (at("2019-06-14T17:00"), at("2019-06-14T17:00")));
    assert_eq!((dates.promised, dates.index), (at("2019-06-20T17:00"), at("2019-06-12T17:00")));
    let again = clock.push(ClockEvent::Reappointed { at: now, to: at("2019-06-25T17:00") });
    assert_eq!(again, Err(Refusal::ReappointedAlready));
    let ledger = clock.ledger(now, &calendar).unwrap();
    assert_eq!(ledger.lines.last().map(|line| line.day), Day::parse("2019-06-14"));
}

#[test]
fn what_does_not_fit_is_refused() {
    let start = || clock(Regime::R2015, "2017-06-07T09:00", "5 wd");
    let pause = |when: &str| ClockEvent::Paused { at: at(when), reason: PauseReason::Posting };
    let resume = |when: &str| ClockEvent::Resumed { at: at(when), restart: false };
    let mut clock = start();
    assert_eq!(clock.push(resume("2017-06-08T09:00")), Err(Refusal::ClockOrder), "nothing stands still");
    assert_eq!(clock.push(pause("2017-06-07T08:59")), Err(Refusal::ClockOrder), "before reception");
    clock.push(pause("2017-06-08T09:00")).unwrap();
    assert_eq!(clock.push(pause("2017-06-09T09:00")), Err(Refusal::ClockOrder), "it stands still already");
    assert_eq!(clock.push(resume("2017-06-08T08:00")), Err(Refusal::ClockOrder), "before it stopped");
    let by = limit("2 wd");
    assert_eq!(clock.push(ClockEvent::Extended { at: at("2017-06-09T08:00"), by }), Err(Refusal::ClockOrder));
    let mut clock = start();
    let earlier = ClockEvent::Reappointed { at: at("2017-06-08T09:00"), to: at("2017-06-14T17:00") };
    assert_eq!(clock.push(earlier), Err(Refusal::AppointmentTooEarly));
}

#[test]
fn transfer_and_apology_have_their_last_moments() {
    let calendar = calendar();
    for (received, due) in [
        ("2017-06-29T09:00", "2017-06-29T17:00"),
        ("2017-06-29T15:00", "2017-06-29T17:00"),
        ("2017-06-29T15:01", "2017-06-30T07:00"),
        ("2017-06-30T16:00", "2017-07-03T07:00"),
        ("2017-07-01T08:00", "2017-07-03T07:00"),
    ] {
        assert_eq!(transfer_due(at(received), &calendar).unwrap(), at(due), "{received}");
    }
    // Calendar days, not working days: of a Monday the day before is Sunday.
    assert_eq!(Some(apology_due(at("2017-07-03T17:00"))), Day::parse("2017-07-02"));
}

/// An office that opens and closes half an hour before the others, and on Saturday mornings.
const EARLY: Hours = Hours {
    morning: (Minute(6 * 60 + 30), Minute(10 * 60 + 30)),
    afternoon: (Minute(12 * 60 + 30), Minute(16 * 60 + 30)),
    saturday: Some((Minute(7 * 60), Minute(11 * 60))),
};

#[test]
fn the_hours_of_the_office_hold_from_reception_on() {
    let usual = calendar();
    let early = usual.with_hours(Some(EARLY));
    let started = |term: &str, calendar: &Calendar| {
        Clock::start(at("2017-06-29T09:00"), limit(term), Regime::R2015, calendar).unwrap()
    };
    let days = started("2 wd", &early);
    assert_eq!(days.printed, at("2017-07-03T16:30"));
    assert_eq!(started("8 hours", &early).printed, at("2017-06-30T09:00"));
    assert_eq!(started("3 hours", &early).printed, at("2017-06-29T14:00"));
    // Whatever calendar the dates are read with later, the hours of reception hold.
    for calendar in [&usual, &early] {
        assert_eq!(days.dates(at("2017-06-30T08:00"), calendar).unwrap().adjusted, at("2017-07-03T16:30"));
        assert_eq!(days.ledger(at("2017-06-30T08:00"), calendar).unwrap().due, at("2017-07-03T16:30"));
    }
    // A reception on a Saturday is legal; the Saturday is no working day.
    let saturday = Clock::start(at("2017-07-01T08:00"), limit("1 wd"), Regime::R2015, &early).unwrap();
    assert_eq!(saturday.printed, at("2017-07-03T16:30"));
    assert_eq!(started("2 wd", &usual).hours, None);
}

/// A clock with stops, extensions and apologies at random times.
fn clocks() -> impl Strategy<Value = (Clock, Instant)> {
    let first = at("2016-01-01T07:00");
    let step = (0..5_usize, 0..500_000_i64, 1..9_u16);
    let units =
        prop::sample::select(vec![Unit::WorkingDays, Unit::Days, Unit::Months, Unit::Hours, Unit::SameDay]);
    let regimes = prop::sample::select(Regime::ALL.to_vec());
    let hours = prop::sample::select(vec![None, Some(EARLY)]);
    let parts =
        (0..9 * 365 * 86_400_i64, 1..25_u16, units, regimes, hours, prop::collection::vec(step, 0..7));
    parts.prop_map(move |(from, value, unit, regime, hours, steps)| {
        let calendar = calendar().with_hours(hours);
        let received = first.plus_seconds(from);
        let value = if unit == Unit::Months { value % 4 + 1 } else { value };
        let mut clock = Clock::start(received, Limit::new(value, unit), regime, &calendar).unwrap();
        let mut now = received;
        for (kind, wait, n) in steps {
            now = now.plus_seconds(wait);
            let supplement = clock.paused() == Some(PauseReason::Supplement);
            let restart = supplement && clock.regime.restarts_after_supplement();
            let _ = clock.push(match kind {
                0 => ClockEvent::Paused { at: now, reason: PauseReason::Supplement },
                1 => ClockEvent::Paused { at: now, reason: PauseReason::FinancialDuty },
                2 => ClockEvent::Resumed { at: now, restart },
                3 => ClockEvent::Extended { at: now, by: Limit::new(n, Unit::WorkingDays) },
                _ => ClockEvent::Reappointed { at: now, to: now.plus_seconds(i64::from(n) * 500_000) },
            });
        }
        (clock, now.plus_seconds(1))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn dates_never_move_earlier((clock, now) in clocks(), off in 0..200_i32, later in 0..400_000_i64) {
        let calendar = calendar();
        let dates = clock.dates(now, &calendar).unwrap();
        prop_assert!(dates.adjusted >= clock.printed && dates.promised >= clock.printed && dates.index >= clock.printed);
        // Whatever happened last, what held before does not come earlier.
        let mut before = clock.clone();
        if before.events.pop().is_some() {
            let then = before.dates(clock.events.last().unwrap().at(), &calendar).unwrap();
            prop_assert!(then.promised <= dates.promised, "a promise moved earlier");
            prop_assert!(then.adjusted <= dates.adjusted, "{:?} then {:?}", then.adjusted, dates.adjusted);
        }
        // Nor by waiting, nor by a new day off.
        let waited = clock.dates(now.plus_seconds(later), &calendar).unwrap();
        prop_assert!(waited.adjusted >= dates.adjusted);
        let more = calendar.with_day_off(clock.received.day().plus(off), "Ngày nghỉ mới", "phép thử").unwrap();
        prop_assert!(clock.dates(now, &more).unwrap().adjusted >= dates.adjusted);
    }

    #[test]
    fn ledger_and_dates_agree((clock, now) in clocks()) {
        let calendar = calendar();
        let ledger = clock.ledger(now, &calendar).unwrap();
        prop_assert_eq!(ledger.due, clock.dates(now, &calendar).unwrap().adjusted);
        prop_assert!(ledger.lines.windows(2).all(|pair| pair[0].day <= pair[1].day), "{:?}", ledger.lines);
        prop_assert_eq!(ledger.lines.last().map(|line| line.day), Some(ledger.due.day()));
    }
}
