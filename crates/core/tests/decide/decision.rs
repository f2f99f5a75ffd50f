//! Late decisions on days off: what they may change, and that a date once told never comes earlier.

use hailong_core::{
    context::Actor,
    event::Event,
    refusal::Refusal,
    serve::{
        calendar::{CalendarError, Kind, Special},
        case::{self, Case, Outcome, State, Step, evolve},
        clock::{Clock, ClockEvent, PauseReason},
        decision::{self, Asked, Plan, Row, RowFault, Why, move_due, outlook, plan},
        notice::{self, Kind as Told},
        procedure::{Limit, Unit},
        regime::Regime,
    },
    time::{Day, Instant},
};
use proptest::prelude::*;

use super::World;

const DECISION: &str = "Công văn 12/VPCP ngày 25/12/2025";

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn row(date: &str, kind: Kind) -> Row {
    Row::Put(Special { day: day(date), kind, name: "Ngày thử".into(), source: String::new() })
}

fn asked(rows: Vec<Row>) -> Asked {
    Asked { decision: DECISION.into(), decided_on: day("2025-12-25"), rows }
}

/// The calendar as it was before 2 January 2026 was exchanged for Saturday the 10th.
fn before() -> World {
    let mut world = World::new();
    let changed = decision::Changed {
        decision: "trước khi hoán đổi".into(),
        decided_on: day("2025-01-01"),
        put: Vec::new(),
        taken_back: vec![day("2026-01-02"), day("2026-01-10")],
    };
    world.directory.calendar = changed.applied_to(&world.directory.calendar).unwrap();
    world
}

fn exchange() -> Vec<Row> {
    vec![row("2026-01-02", Kind::Exchanged), row("2026-01-10", Kind::Worked)]
}

/// Decides at a moment, and takes the decision in.
fn decide(world: &mut World, rows: Vec<Row>, at: &str) -> Result<Plan, Refusal> {
    let made = plan(asked(rows), &world.context(Actor::System, at))?;
    world.directory = world.directory.clone().with([Event::CalendarChanged(made.changed.clone())]);
    assert_eq!(world.directory.calendar, made.calendar);
    Ok(made)
}

fn running(world: &World, received: &str, limit: Limit) -> Case {
    let (mut case, _) = world.at_state(State::InProgress);
    let received = Instant::parse_local(received).unwrap();
    let clock = Clock::start(received, limit, Regime::on(received.day()), &world.directory.calendar).unwrap();
    case.due = Some(clock.printed);
    case.held = case.due;
    case.clock = Some(clock);
    case
}

/// Moves a case as the sweep does.
fn follow(world: &World, case: &mut Case, at: &str) -> Option<Event> {
    let batch = move_due(case, &world.context(Actor::System, at)).unwrap()?;
    let entry = batch.entries.into_iter().next().unwrap();
    assert_eq!(entry.version, case.version + 1);
    evolve(case, entry.at, &entry.event);
    assert_eq!(move_due(case, &world.context(Actor::System, at)).map(|batch| batch.is_none()), Ok(true));
    Some(entry.event)
}

#[test]
fn the_exchange_of_january_2026_moves_what_counted_on_that_friday() {
    for (received, value, then, now) in [
        // Wednesday 31 December + 1: the Friday that is now off; Monday.
        ("2025-12-31T09:00", 1, "2026-01-02", Some("2026-01-05")),
        ("2025-12-29T09:00", 4, "2026-01-05", Some("2026-01-06")),
        // The Saturday worked makes good for it: nothing moves.
        ("2025-12-29T09:00", 2, "2025-12-31", None),
        ("2025-12-29T09:00", 9, "2026-01-12", None),
    ] {
        let mut world = before();
        let mut case = running(&world, received, Limit::new(value, Unit::WorkingDays));
        assert_eq!(case.due.unwrap().day(), day(then), "{received} + {value}");
        let old = world.directory.calendar.clone();
        decide(&mut world, exchange(), "2025-12-25T10:00").unwrap();
        let at = Instant::parse_local("2025-12-31T10:00").unwrap();
        let seen = outlook(&case, at, &old, &world.directory.calendar);
        assert_eq!(seen.map(|seen| (seen.after.day(), seen.why)), now.map(|now| (day(now), Why::Later)));
        let Some(event) = follow(&world, &mut case, "2025-12-31T10:00") else {
            assert_eq!((now, case.due.unwrap().day()), (None, day(then)));
            continue;
        };
        assert_eq!(case.due.map(Instant::day), now.map(day));
        let (kind, facts) = notice::told(&event, &[]).unwrap();
        assert_eq!((kind, facts.decision.as_deref()), (Told::DueMoved, Some(DECISION)));
        assert_eq!(facts.before.map(Instant::day), Some(day(then)));
        // Taken back again: the date stays, and nobody is told anything.
        let back = exchange().iter().map(|row| Row::TakenBack(row.day())).collect();
        decide(&mut world, back, "2025-12-31T11:00").unwrap();
        assert!(follow(&world, &mut case, "2025-12-31T12:00").is_none());
        assert_eq!(case.due.map(Instant::day), now.map(day));
    }
}

#[test]
fn a_saturday_worked_after_all_keeps_the_date_that_was_told() {
    let mut world = before();
    let mut case = running(&world, "2026-01-05T09:00", Limit::new(5, Unit::WorkingDays));
    assert_eq!(case.due.unwrap().day(), day("2026-01-12"));
    let printed = case.due;
    let saturday = vec![row("2026-01-10", Kind::Worked)];
    decide(&mut world, saturday, "2026-01-06T08:00").unwrap();
    assert!(follow(&world, &mut case, "2026-01-06T09:00").is_none(), "the receipt's date holds by itself");
    assert_eq!(case.due, printed);
    let fresh = running(&world, "2026-01-05T09:00", Limit::new(5, Unit::WorkingDays));
    assert_eq!(fresh.due.unwrap().day(), day("2026-01-10"), "who comes later is promised the Saturday");
}

#[test]
fn a_step_before_the_case_is_reached_catches_up() {
    let mut world = before();
    let case = running(&world, "2025-12-31T09:00", Limit::new(1, Unit::WorkingDays));
    decide(&mut world, exchange(), "2025-12-31T10:00").unwrap();
    let head = world.official("tran-phan-head");
    let ctx = world.context(Actor::Official(head), "2026-01-05T09:00");
    let batch = case::step(&case, Step::Finish { outcome: Outcome::Granted }, None, &ctx).unwrap();
    let Event::CaseFinished { on_time, .. } = &batch.entries[0].event else { panic!() };
    assert!(on_time, "the Friday was a day off, whether the case was reached or not");
}

#[test]
fn a_paused_case_keeps_what_it_had_and_goes_on_later() {
    let mut world = before();
    let mut case = running(&world, "2025-12-29T09:00", Limit::new(3, Unit::WorkingDays));
    let at = |text| Instant::parse_local(text).unwrap();
    let stop = ClockEvent::Paused { at: at("2025-12-30T09:00"), reason: PauseReason::FinancialDuty };
    case.clock.as_mut().unwrap().push(stop).unwrap();
    (case.due, case.state) = (None, State::Paused);
    let old = world.directory.calendar.clone();
    decide(&mut world, exchange(), "2025-12-30T10:00").unwrap();
    let seen = outlook(&case, at("2025-12-31T08:00"), &old, &world.directory.calendar).unwrap();
    assert_eq!((seen.before.day(), seen.after.day()), (day("2026-01-05"), day("2026-01-06")));
    assert_eq!(seen.why, Why::Waiting);
    assert!(follow(&world, &mut case, "2025-12-31T08:00").is_none(), "its date is told when it goes on");
}

#[test]
fn a_decision_is_checked() {
    let world = before();
    let ctx = |at| world.context(Actor::System, at);
    let try_rows = |rows: Vec<Row>, at| plan(asked(rows), &ctx(at)).map(|plan| plan.differences.len());
    let fault = |date, fault| Err(Refusal::CalendarRow(day(date), fault));
    let now = "2025-12-26T08:00";
    for (rows, answer) in [
        (exchange(), Ok(2)),
        (vec![row("2026-01-09", Kind::Worked)], fault("2026-01-09", RowFault::NotWeekend)),
        (vec![row("2026-01-10", Kind::Exchanged)], fault("2026-01-10", RowFault::NotWeekday)),
        (vec![row("2025-12-24", Kind::Holiday)], fault("2025-12-24", RowFault::Passed)),
        (vec![Row::TakenBack(day("2025-09-02"))], fault("2025-09-02", RowFault::Passed)),
        (vec![row("2025-12-20", Kind::Holiday)], Ok(1)),
        (vec![row("2099-01-01", Kind::Holiday)], fault("2099-01-01", RowFault::TooFar)),
        (vec![row("2030-01-01", Kind::Holiday)], Err(Refusal::YearWithoutHoliday)),
        (vec![row("2029-01-01", Kind::Holiday)], Ok(1)),
        ([exchange(), exchange()].concat(), fault("2026-01-02", RowFault::Twice)),
        (vec![Row::TakenBack(day("2026-03-04"))], Ok(0)),
        (vec![row("2026-01-02", Kind::Exchanged); decision::MOST_ROWS + 1], Err(Refusal::TooLong("rows"))),
    ] {
        assert_eq!(try_rows(rows.clone(), now), answer, "{rows:?}");
    }
    let last_year = world.directory.calendar.specials().filter(|one| one.day.year() == 2028);
    let all = last_year.map(|one| Row::TakenBack(one.day)).collect();
    assert_eq!(try_rows(all, now), Err(Refusal::YearWithoutHoliday));
    let nameless = Row::Put(Special {
        day: day("2026-01-02"),
        kind: Kind::Holiday,
        name: " ".into(),
        source: String::new(),
    });
    assert_eq!(try_rows(vec![nameless], now), fault("2026-01-02", RowFault::NoName));
    let unnamed = Asked { decision: " ".into(), ..asked(exchange()) };
    assert_eq!(plan(unnamed, &ctx(now)), Err(Refusal::Empty("decision")));
    let early = plan(asked(exchange()), &ctx("2025-12-24T08:00"));
    assert_eq!(early, Err(Refusal::BadChoice("decided_on")), "a decision of tomorrow");
    let head = world.context(Actor::Official(world.official("tran-phan-head")), now);
    assert_eq!(plan(asked(exchange()), &head), Err(Refusal::NotYourRole));
    let made = plan(asked(exchange()), &ctx(now)).unwrap();
    let again = decision::read(&decision::write(&made)).unwrap();
    assert_eq!(plan(asked(again), &ctx(now)), Ok(made), "the rows of a plan give the plan again");
    let nothing = plan(asked(vec![Row::TakenBack(day("2026-03-04"))]), &ctx(now)).unwrap();
    assert_eq!(nothing.publish(&ctx(now)).err(), Some(Refusal::NothingChanges));
}

#[test]
fn rows_are_read_with_and_without_a_heading() {
    let text = "2026-01-02,Fri,nghi_hoan_doi,Ngày nghỉ,\"một, hai\"\n\n2026-01-10,Sat,bai_bo,,\n";
    let rows = decision::read(text).unwrap();
    assert_eq!(rows[1], Row::TakenBack(day("2026-01-10")));
    assert_eq!(decision::read(&format!("\u{feff}date,weekday,kind,name_vi,source\n{text}")), Ok(rows));
    let wrong = decision::read("2026-01-10,Fri,bai_bo,,");
    assert_eq!(wrong, Err(CalendarError::Line { line: 1, why: "the weekday does not belong to the date" }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Decisions that add and take back days off and Saturdays, with stops in between; some cases are reached by the
    /// sweep, some only catch up with their next step.
    #[test]
    fn a_date_once_told_never_comes_earlier(
        value in 1..25_u16,
        unit in prop::sample::select(vec![Unit::WorkingDays, Unit::Days, Unit::Hours]),
        steps in prop::collection::vec((0..6_i32, 0..25_i32, any::<bool>()), 1..10),
    ) {
        let mut world = before();
        let mut case = running(&world, "2026-02-02T09:00", Limit::new(value, unit));
        let (mut told, mut now) = (case.held.unwrap(), day("2026-02-02"));
        for (what, offset, reached) in steps {
            now = now.plus(1);
            let at = format!("{now}T09:00");
            let on = now.plus(offset);
            let weekend = on.weekday() > 5;
            match what {
                0 | 1 => stop_or_go(&world, &mut case, &at),
                2 | 3 => { let _ = decide(&mut world, vec![Row::TakenBack(on)], &at); }
                _ => {
                    let kind = if weekend { Kind::Worked } else { Kind::Exchanged };
                    let _ = decide(&mut world, vec![row(&on.to_string(), kind)], &at);
                }
            }
            if reached {
                let paused = case.paused().is_some();
                follow(&world, &mut case, &at);
                prop_assert_eq!(paused, case.due.is_none());
            }
            prop_assert!(case.held.unwrap() >= told, "{:?} was told, now {:?}", told, case.held);
            told = case.held.unwrap();
            if let (Some(due), true) = (case.due, reached) {
                let at = Instant::parse_local(&at).unwrap();
                let dates = case.clock.as_ref().unwrap().dates(at, &world.directory.calendar).unwrap();
                prop_assert_eq!(dates.adjusted, due, "table and clock agree");
            }
        }
        for state in [State::Finished, State::Returned, State::Refused, State::Withdrawn, State::Stopped] {
            let closed = Case { state, due: None, ..case.clone() };
            prop_assert!(move_due(&closed, &world.context(Actor::System, "2026-03-02T08:00")).unwrap().is_none());
        }
    }
}

/// A stop, or going on after one, as an official does it.
fn stop_or_go(world: &World, case: &mut Case, at: &str) {
    let (_, key) = world.open();
    let ctx = world.context(Actor::Official(world.official("tran-phan-1")), at);
    let step = match case.state {
        State::Paused => Step::Resume,
        _ => Step::Pause { reason: PauseReason::Posting, words: "Niêm yết".into() },
    };
    let batch = case::step(case, step, Some(&key), &ctx).unwrap();
    for entry in &batch.entries {
        evolve(case, entry.at, &entry.event);
    }
}
