//! How cases went: working days, what is rare, what weighs, who hands to whom, and what late cases did differently.

use hailong_core::{
    context::Role,
    measure::process::{
        Activity::{
            self, Accepted, Apologised, Finished, HandedOver, Opened, Returned, SentBack, Submitted,
            SupplementReceived, SupplementRequested, Visited,
        },
        Case, Ended, Hand, LEAST_CASES, Part, Stage, View, Working, even_sample, heaviest, lines, view,
    },
    time::{Day, Instant, Minute},
};
use uuid::Uuid;

use crate::district::district;

/// Monday, 3 April 2017. The Thursday of that week is a holiday.
const MONDAY: i32 = 17_259;

/// Eight o'clock of a day after that Monday.
fn at(day: i32) -> Instant {
    Instant::at(Day(MONDAY + day), Minute(480))
}

/// A case whose steps come at eight o'clock of these days, by these officials.
fn case(on_time: Option<bool>, steps: &[(Activity, i32, &str)]) -> Case {
    let day_of = |activity| steps.iter().find(|(one, ..)| *one == activity).map(|(_, day, _)| *day);
    let stage = |(activity, day, actor): &(Activity, i32, &str)| Stage {
        activity: *activity,
        at: at(*day),
        actor: (*actor).to_owned(),
    };
    Case {
        ended: Ended {
            case_id: Uuid::nil(),
            procedure: "1.004873".into(),
            accepted_at: at(day_of(Accepted).unwrap_or_default()),
            ended_at: at(day_of(Finished).unwrap_or_default()),
            on_time,
        },
        stages: steps.iter().map(stage).collect(),
    }
}

fn plain(on_time: bool, wait: i32) -> Case {
    let (one, head) = ("tran-phan-1", "tran-phan-head");
    case(
        Some(on_time),
        &[
            (Opened, 0, one),
            (Accepted, 0, one),
            (Submitted, wait, one),
            (Finished, wait, head),
            (Returned, wait + 1, one),
        ],
    )
}

fn look(cases: &[Case]) -> View {
    view(cases.len() as u64, cases, &district(), |_| true)
}

#[test]
fn times_are_working_days_and_unknown_ways_are_left_aside() {
    let taken_over = case(Some(true), &[(Returned, 5, "tran-phan-1")]);
    let found = look(&[plain(true, 7), taken_over]);
    assert_eq!((found.ended, found.cases, found.unknown, found.steps), (2, 2, 1, 5));
    assert_eq!((found.late, found.judged), (0, 1));
    // Five weekdays lie between one Monday morning and the next; Thursday was a holiday.
    assert_eq!((found.days.count, found.days.median, found.days.p90), (1, 4.0, 4.0));
    let wait = found.arcs.iter().find(|arc| (arc.from, arc.to) == (Accepted, Submitted)).unwrap();
    assert!((wait.share - 0.8).abs() < 1e-9 && wait.heavy, "four of five days: {wait:?}");
    let order: Vec<Activity> = found.activities.iter().map(|one| one.activity).collect();
    assert_eq!(order, [Opened, Accepted, Submitted, Finished, Returned]);
    let nothing = look(&[]);
    assert_eq!((nothing.cases, nothing.days.median, nothing.differences), (0, 0.0, None));
    assert_eq!(heaviest(&[], &Working::new(&district().calendar)), None);
}

#[test]
fn rare_passages_are_not_drawn_and_few_are_marked() {
    let odd = case(Some(true), &[(Opened, 0, "a"), (Accepted, 0, "a"), (Finished, 1, "a")]);
    let cases: Vec<Case> = (0..99).map(|_| plain(true, 2)).chain([odd]).collect();
    let found = look(&cases);
    let rare: Vec<_> =
        found.arcs.iter().filter(|arc| !arc.drawn).map(|arc| (arc.from, arc.to, arc.wait.count)).collect();
    assert_eq!(rare, [(Accepted, Finished, 1)]);
    let heavy = found.arcs.iter().filter(|arc| arc.heavy).count();
    assert_eq!(heavy, 2, "the work and the way home; what takes no time weighs nothing");
    let total: f64 = found.arcs.iter().map(|arc| arc.share).sum();
    assert!((total - 1.0).abs() < 1e-9);
    assert_eq!((found.ways.len(), found.other_ways.ways), (2, 0));
    assert_eq!((found.ways[0].cases, found.ways[1].cases), (99, 1));
}

#[test]
fn ways_beyond_the_common_ones_are_summed() {
    let steps = [SupplementRequested, SupplementReceived, HandedOver, Submitted, SentBack];
    // Twelve ways: so many times each step.
    let way = |which: usize| {
        let mut all = vec![(Opened, 0, "a"), (Accepted, 0, "a")];
        all.extend(steps.iter().take(which % 6).map(|step| (*step, 1, "a")));
        if which >= 6 {
            all.extend([(Visited, 1, "a"), (Visited, 1, "a")]);
        }
        all.push((Finished, 2, "a"));
        case(Some(which.is_multiple_of(2)), &all)
    };
    let cases: Vec<Case> = (0..12).flat_map(|which| (0..=which).map(move |_| which)).map(way).collect();
    let found = look(&cases);
    let told: u64 = found.ways.iter().map(|way| way.cases).sum();
    assert_eq!((found.ways.len(), found.other_ways.ways), (8, 4));
    assert_eq!(told + found.other_ways.cases, cases.len() as u64);
    let late: u64 = found.ways.iter().map(|way| way.late).sum();
    assert_eq!(late + found.other_ways.late, found.late);
    assert_eq!(found.rework.supplemented, cases.len() as u64 - 1 - 7, "all but those of two ways");
    assert_eq!(found.rework.repeated, 7 + 8 + 9 + 10 + 11 + 12, "half of the ways visit twice");
    assert_eq!((found.rework.sent_back, found.rework.times_sent_back), (18, 18));
}

#[test]
fn hand_overs_between_few_are_hidden_and_names_are_for_those_who_may_see_them() {
    let mut cases: Vec<Case> = (0..6).map(|_| plain(true, 2)).collect();
    cases.push(case(
        Some(true),
        &[(Opened, 0, "citizen"), (Accepted, 0, "tan-duc-1+tan-duc-2"), (Finished, 1, "system")],
    ));
    let found = view(7, &cases, &district(), |id| id == "tran-phan-1");
    let office = |official: Option<&str>, role| Hand::Official {
        office: "tran-phan".into(),
        role,
        official: official.map(str::to_owned),
    };
    let (one, head) = (office(Some("tran-phan-1"), Role::Official), office(None, Role::Head));
    let told: Vec<_> = found.handovers.iter().map(|one| (&one.from, &one.to, one.count)).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.contains(&(&one, &head, 6)) && told.contains(&(&head, &one, 6)));
    assert_eq!(found.rare_handovers, 2, "from the applicant, and to the program");
}

/// Forty cases in time and twenty late ones, which were supplemented and lay with the specialist for long.
fn with_late() -> Vec<Case> {
    let late = |number: i32| {
        let one = "tran-phan-1";
        case(
            Some(false),
            &[
                (Opened, 0, one),
                (SupplementRequested, 0, one),
                (SupplementReceived, 1, one),
                (Accepted, 1, one),
                (Submitted, 21 + number % 5, one),
                (Finished, 22 + number % 5, one),
                (Apologised, 23 + number % 5, one),
                (Returned, 60, one),
            ],
        )
    };
    (0..40).map(|number| plain(true, 2 + number % 2)).chain((0..20).map(late)).collect()
}

#[test]
fn late_cases_are_told_apart_by_what_came_before_their_end() {
    let found = look(&with_late()).differences.unwrap();
    assert_eq!((found.late, found.on_time), (20, 40));
    let longer: Vec<Part> = found.longer().iter().map(|one| one.part).collect();
    assert_eq!(longer.first(), Some(&Part::Arc { from: Accepted, to: Submitted }));
    let apart: Vec<Part> = found.apart().iter().map(|one| one.part).collect();
    assert_eq!(apart.len(), 2, "{apart:?}");
    assert!(apart.contains(&Part::Activity { activity: SupplementRequested }));
    let after = [Apologised, Returned];
    let named = |part: Part| match part {
        Part::Activity { activity } => after.contains(&activity),
        Part::Arc { from, to } => after.contains(&from) || after.contains(&to),
    };
    assert!(!found.parts.iter().any(|one| named(one.part)), "what came after made nothing late");
    let arcs = found.parts.iter().filter(|one| matches!(one.part, Part::Arc { .. }));
    let sum: f64 = arcs.map(|one| one.extra_days).sum();
    assert!((sum - found.extra_days).abs() < 1e-9 && sum > 10.0, "{sum}");
}

#[test]
fn nothing_is_told_of_too_few_or_of_what_does_not_differ() {
    let few: Vec<Case> = (0..60).map(|number| plain(number >= 9, 2)).collect();
    assert_eq!(look(&few).differences, None);
    let alike: Vec<Case> = (0..90).map(|number| plain(number % 3 > 0, 2 + (number / 3) % 3)).collect();
    let found = look(&alike).differences.unwrap();
    assert!(found.longer().is_empty() && found.apart().is_empty(), "{found:?}");
    assert!(found.tests > 0);
}

#[test]
fn a_list_has_what_is_enough_and_counts_the_rest() {
    let ended = |procedure: &str, on_time| Ended { procedure: procedure.into(), ..plain(on_time, 7).ended };
    let mut all: Vec<Ended> = (0..LEAST_CASES).map(|at| ended("1.a", at > 2)).collect();
    all.extend((0..30).map(|_| ended("1.b", true)));
    all.extend([ended("1.c", true), ended("1.d", true), ended("1.d", true)]);
    let (lines, few) = lines(&all, &district().calendar);
    let told: Vec<_> =
        lines.iter().map(|line| (line.procedure.as_str(), line.days.count, line.late)).collect();
    assert_eq!((told, few), (vec![("1.b", 30, 0), ("1.a", 20, 3)], (2, 3)));
    assert_eq!(lines[0].days.median, 4.0);
    let cases = with_late();
    let (from, to, share) = heaviest(&cases, &Working::new(&district().calendar)).unwrap();
    assert!((from, to) == (Apologised, Returned) && share > 0.4, "{from:?} {to:?} {share}");
}

#[test]
fn a_sample_is_even() {
    assert_eq!(even_sample(10, 4).collect::<Vec<_>>(), [0, 2, 5, 7]);
    assert_eq!(even_sample(3, 5).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(even_sample(0, 5).count(), 0);
}
