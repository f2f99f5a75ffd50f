//! The guard: honest offices are left alone, what is planted is found, and who sees and decides what.

use std::collections::{BTreeMap, BTreeSet};

use hailong_core::{
    context::{Actor, Role},
    event::Event,
    listen::invitation::{Source, Way},
    measure::guard::{
        self, Alarm, AlarmState, CaseSeen, Finding, Kind, METHOD, OfficeSeen, RollLine, Seen, SlipCount,
        Verdict,
    },
    refusal::Refusal,
    time::{Day, Instant, Minute, Month},
};
use hailong_stats::random::Random;
use uuid::Uuid;

use super::{World, wrapped_key};

const OFFICES: usize = 17;
const CASES: usize = 150;
/// What is planted is planted here.
const BAD: usize = 3;

fn quarter() -> Month {
    Month::of_quarter_key("2017-Q2").unwrap()
}

/// A quarter of offices that differ as honest ones do; in one of them something of a kind is planted.
fn seen(planted: Option<Kind>, random: &mut Random) -> Seen {
    let mut slips = Vec::new();
    let offices =
        (0..OFFICES).map(|at| office(at, planted.filter(|_| at == BAD), random, &mut slips)).collect();
    let today = Day::parse("2017-07-15").unwrap();
    Seen { quarter: quarter(), today, offices, slips }
}

fn office(at: usize, planted: Option<Kind>, random: &mut Random, slips: &mut Vec<SlipCount>) -> OfficeSeen {
    let is = |kind: Kind| planted == Some(kind);
    let mut share = |mean: f64, precision: f64| random.beta(mean * precision, (1.0 - mean) * precision);
    let kept = if is(Kind::NeverLate) { 1.0 } else { share(0.85, 60.0) };
    let near = if is(Kind::SupplementNearDue) { 0.75 } else { share(0.2, 50.0) };
    let second = if is(Kind::SecondSupplement) { 0.7 } else { share(0.1, 50.0) };
    let again = if is(Kind::Reentered) { 0.2 } else { share(0.01, 300.0) };
    let slow = if is(Kind::SlowReceipt) { 0.3 } else { share(0.03, 100.0) };
    let moved = if is(Kind::Rerouted) { 0.6 } else { share(0.1, 60.0) };
    let used = share(0.3, 60.0);
    let mut office = OfficeSeen { office_id: format!("office-{at:02}"), ..OfficeSeen::default() };
    for number in 0..CASES {
        let hit = |share: f64, random: &mut Random| random.unit() < share;
        let case_id = Uuid::from_u128((at * CASES + number) as u128 + 1);
        let accepted =
            Instant::at(Day::parse("2017-04-03").unwrap().plus(random.below(60) as i32), Minute(540));
        let due = accepted.plus_seconds(10 * 86_400);
        let on_time = hit(kept, random);
        let last_day = hit(0.3, random);
        let finished = match (on_time, last_day) {
            (true, true) => due,
            (true, false) => accepted.plus_seconds(86_400 * (1 + random.below(8) as i64)),
            (false, _) => due.plus_seconds(86_400 * (1 + random.below(9) as i64)),
        };
        let late_fetch = if is(Kind::EarlyFinished) && on_time && last_day { 0.7 } else { 0.15 };
        let fetched = if hit(late_fetch, random) { 8 } else { random.below(4) as i64 };
        let asks = hit(0.35, random);
        let at_part = |late: f64, random: &mut Random| {
            let part = if random.unit() < late { 0.9 } else { 0.7 * random.unit() };
            accepted.plus_seconds((part * 864_000.0) as i64)
        };
        let again = hit(again, random);
        office.cases.push(CaseSeen {
            case_id,
            accepted,
            first_contact: Some(accepted.plus_seconds(if hit(slow, random) { -20_000 } else { -1_200 })),
            due: Some(due),
            finished: Some(finished),
            closed: Some(finished.plus_seconds(86_400 * fetched)),
            on_time: Some(on_time),
            without_result: again,
            supplements: u8::from(asks) + u8::from(asks && hit(second, random)),
            asked: if asks { vec![(at_part(near, random), Some(due))] } else { Vec::new() },
            moved: vec![at_part(moved, random)],
            again,
        });
        let official = format!("office-{at:02}-{}", number % 3);
        let forged = is(Kind::ForgedRatings) && number % 3 == 0 && hit(0.4, random);
        let silenced = is(Kind::LateUnanswered) && !on_time;
        let more = if is(Kind::RatedShare) { 0.45 } else { 0.0 };
        let used = forged || (hit(used + more, random) && !silenced);
        let way = if forged || hit(0.6, random) { Way::Kiosk } else { Way::Link };
        let denied = used && hit(if forged { 0.3 } else { 0.003 }, random);
        office.roll.push(RollLine {
            case_id,
            official: Some(official.clone()),
            used: used.then_some((Day::parse("2017-05-02").unwrap(), way)),
            denied,
            on_time: Some(on_time),
        });
        if used {
            let score =
                |random: &mut Random| if random.unit() < 0.65 { 5 } else { 3 + random.below(2) as u8 };
            let welcome = if forged { 5 } else { score(random) };
            let guidance = if forged || hit(0.4, random) { welcome } else { score(random) };
            slips.push(SlipCount { official, source: way.source(), welcome, guidance: Some(guidance), n: 1 });
        }
    }
    let before = (0..CASES).filter(|_| random.unit() < used).count();
    office.before = (CASES as u32, before as u32);
    let no = if is(Kind::CallBack) { 0.5 } else { 0.02 };
    office.calls = (0..20).map(|call| (Uuid::from_u128(call + 1), random.unit() < no)).collect();
    office
}

#[test]
fn honest_offices_are_left_alone_as_often_as_is_promised() {
    let mut random = Random::new(11);
    let quarters = 60;
    let mut alarms: BTreeMap<Kind, BTreeSet<(usize, String)>> = BTreeMap::new();
    for number in 0..quarters {
        for finding in guard::look(&seen(None, &mut random)).into_iter().filter(Finding::is_alarm) {
            alarms.entry(finding.kind).or_default().insert((number, finding.office_id));
        }
    }
    // Per office and quarter: 1 %, and four standard errors of 1,020 of them.
    let most = 0.01 + 4.0 * (0.01_f64 * 0.99 / 1_020.0).sqrt();
    let rate = |kind| {
        let alarms = alarms.get(&kind).map_or(0, BTreeSet::len);
        (kind, alarms as f64 / (quarters * OFFICES) as f64)
    };
    let rates: Vec<(Kind, f64)> = Kind::ALL.into_iter().map(rate).collect();
    assert!(rates.iter().all(|(_, rate)| *rate <= most), "{rates:?}");
}

#[test]
fn what_is_planted_is_found_where_it_is_and_says_which_cases() {
    let mut random = Random::new(12);
    for kind in Kind::ALL {
        let mut found = 0;
        for _ in 0..20 {
            let findings = guard::look(&seen(Some(kind), &mut random));
            let alarm = findings.iter().find(|one| one.kind == kind && one.is_alarm());
            found += usize::from(alarm.is_some_and(|alarm| alarm.office_id == format!("office-{BAD:02}")));
            if let Some(alarm) = alarm {
                assert!(!alarm.cases.is_empty() && alarm.cases.len() <= guard::MOST_CASES, "{alarm:?}");
                assert_eq!(alarm.official.is_some(), kind == Kind::ForgedRatings);
            }
        }
        // How good an office can be is hardly ever strange: the others are nearly as good.
        let least = if kind == Kind::NeverLate { 8 } else { 16 };
        assert!(found >= least, "{kind:?}: {found} of 20");
    }
}

#[test]
fn the_same_record_gives_the_same_findings() {
    let of = || guard::look(&seen(None, &mut Random::new(13)));
    assert_eq!(of(), of());
    assert!(of().iter().all(|finding| finding.p > 0 && finding.family > 0));
}

#[test]
fn an_alarm_of_call_backs_is_raised_once_and_then_a_new_test_begins() {
    let call = |no: bool| (Uuid::from_u128(1), no);
    let office = |old_calls, calls: Vec<bool>| {
        let calls = calls.into_iter().map(call).collect();
        OfficeSeen { office_id: "office".into(), calls, old_calls, ..OfficeSeen::default() }
    };
    let look = |office: OfficeSeen| {
        let today = Day::parse("2017-07-15").unwrap();
        guard::look(&Seen { quarter: quarter(), today, offices: vec![office], slips: Vec::new() })
    };
    let first = look(office(0, vec![true, true, true]));
    assert!(first[0].is_alarm() && first[0].seen == 3, "{first:?}");
    let after = look(office(3, vec![true, true, true, false, true]));
    assert!(!after[0].is_alarm() && (after[0].seen, after[0].of) == (1, 2), "{after:?}");
    assert_eq!(look(office(3, vec![true, true, true])), Vec::new(), "nothing new");
    assert_eq!(guard::called(&[true, true, true, false], 3).answers, 1);
}

#[test]
fn few_offices_or_few_cases_are_not_compared() {
    let mut few = seen(Some(Kind::SlowReceipt), &mut Random::new(14));
    few.offices.truncate(5);
    let compared = |seen: &Seen| guard::look(seen).iter().any(|one| one.kind == Kind::SlowReceipt);
    assert!(!compared(&few), "there are too few others");
    let mut small = seen(None, &mut Random::new(14));
    small.offices.iter_mut().for_each(|office| office.cases.truncate(19));
    assert!(!compared(&small));
    let nothing = Seen { offices: Vec::new(), slips: Vec::new(), ..small };
    assert_eq!(guard::look(&nothing), Vec::new());
}

fn finding(kind: Kind, official: Option<&str>) -> Finding {
    Finding {
        kind,
        office_id: "tran-phan".into(),
        official: official.map(str::to_owned),
        p: 500,
        family: 4,
        family_p: 2_000,
        q: 9_000,
        parts: Vec::new(),
        seen: 30,
        of: 60,
        usual: 200_000,
        cases: vec![Uuid::from_u128(7)],
        more: 0,
    }
}

/// An alarm as raised, with its key.
fn raised(world: &World, kind: Kind, told: bool) -> (AlarmState, hailong_core::secret::SecretKey) {
    let ctx = world.context(Actor::System, "2017-07-15T03:00");
    let innocent = Finding { family_p: 10_001, ..finding(kind, None) };
    let found = [finding(kind, Some("tran-phan-1")), innocent];
    let batch = guard::raise(quarter(), &found, told, &ctx).unwrap();
    assert_eq!(batch.entries.len(), 2, "one look, one alarm");
    let Event::GuardLooked(looked) = &batch.entries[0].event else { panic!() };
    let of = looked.tests.iter().find(|tests| tests.kind == kind).unwrap();
    assert_eq!((of.tests, of.alarms, looked.told), (2, 1, told));
    let Event::AlarmRaised(alarm) = &batch.entries[1].event else { panic!() };
    let alarm: Alarm = (**alarm).clone();
    assert_eq!((alarm.told, alarm.method.as_str()), (told, METHOD));
    let key = world.secrets.unwrap_data_key(alarm.alarm_id, &wrapped_key(&batch)).unwrap();
    (AlarmState { alarm, verdict: None, version: 1 }, key)
}

#[test]
fn only_the_program_looks_and_nobody_sees_what_is_only_observed() {
    let world = World::new();
    let leader = world.context(Actor::Official(world.official("huyen-dam-doi-leader")), "2017-07-15T03:00");
    assert_eq!(guard::raise(quarter(), &[], true, &leader).unwrap_err(), Refusal::NotYourRole);
    let (observed, _) = raised(&world, Kind::SlowReceipt, false);
    for id in ["huyen-dam-doi-leader", "tran-phan-head", "tran-phan-1"] {
        assert!(!guard::may_see(&world.official(id), &observed.alarm), "{id}");
    }
}

#[test]
fn the_level_above_sees_all_and_those_concerned_theirs() {
    let world = World::new();
    let (clock, _) = raised(&world, Kind::SlowReceipt, true);
    let (roll, _) = raised(&world, Kind::ForgedRatings, true);
    for (id, sees, answers, roll_cases) in [
        ("huyen-dam-doi-leader", true, false, true),
        ("tran-phan-head", true, true, false),
        ("tran-phan-1", true, true, false),
        ("tran-phan-2", false, false, false),
        ("tan-duc-head", false, false, false),
    ] {
        let official = world.official(id);
        assert_eq!(guard::may_see(&official, &clock.alarm), sees, "{id}");
        assert_eq!(guard::can_answer(&official, &clock.alarm), answers, "{id}");
        assert_eq!(guard::sees_cases(&official, &roll.alarm), roll_cases, "{id}");
        assert!(guard::sees_cases(&official, &clock.alarm), "the office knows its own cases");
    }
}

#[test]
fn a_verdict_is_given_once_above_with_a_reason() {
    let world = World::new();
    let (state, key) = raised(&world, Kind::ForgedRatings, true);
    let by = |id: &str| world.context(Actor::Official(world.official(id)), "2017-07-20T09:00");
    let judge = |id: &str, state: &AlarmState, verdict, words: &str| {
        guard::judge(state, verdict, words, &key, &by(id)).map(|batch| batch.entries[0].event.clone())
    };
    let leader = "huyen-dam-doi-leader";
    let innocent = Some(Verdict::Innocent);
    assert_eq!(judge("tran-phan-head", &state, innocent, "x"), Err(Refusal::NotYourRole));
    assert_eq!(judge(leader, &state, None, "x"), Err(Refusal::Empty("verdict")));
    assert_eq!(judge(leader, &state, innocent, " "), Err(Refusal::Empty("reason")));
    assert_eq!(judge(leader, &state, innocent, &"x".repeat(2_001)), Err(Refusal::TooLong("reason")));
    let Event::AlarmJudged(judged) = judge(leader, &state, innocent, "Có đoàn giúp.").unwrap() else {
        panic!()
    };
    let opened = key.open(state.alarm.alarm_id.as_bytes(), &judged.words.0).unwrap();
    assert_eq!((judged.verdict, opened.as_slice()), (Verdict::Innocent, "Có đoàn giúp.".as_bytes()));
    let decided = AlarmState { verdict: innocent, version: 2, ..state.clone() };
    assert_eq!(judge(leader, &decided, innocent, "x"), Err(Refusal::AlreadyDone));
    let answer =
        |id: &str, state: &AlarmState| guard::answer(state, "Tuần ấy đông.", &key, &by(id)).map(|_| ());
    assert_eq!(answer("tran-phan-1", &state), Ok(()));
    assert_eq!(answer("tran-phan-2", &state), Err(Refusal::NotYourOffice));
    assert_eq!(answer("tran-phan-1", &decided), Err(Refusal::AlreadyDone));
    let mut own = by(leader);
    let Actor::Official(official) = &mut own.actor else { panic!() };
    official.id = "tran-phan-1".into();
    assert!(official.has_role(&[Role::Leader]));
    let refused = guard::judge(&state, innocent, "x", &key, &own);
    assert_eq!(refused.unwrap_err(), Refusal::OwnAlarm, "nobody decides their own");
}

#[test]
fn ways_through_the_office_are_what_is_distrusted() {
    assert_eq!([Way::Kiosk, Way::Slip, Way::Paper].map(Way::source), [Source::Office; 3]);
}
