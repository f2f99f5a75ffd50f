//! Offices, officials and units in time: who may act where on which day, and what a reorganisation leaves behind.

#[path = "offices/report.rs"]
mod report;

#[path = "support/district.rs"]
mod district;

use std::collections::{BTreeMap, BTreeSet};

use district::{district, secrets};
use hailong_core::{
    batch::Batch,
    context::{Actor, Context, Entropy, Role},
    directory::Directory,
    refusal::Refusal,
    secret::Secrets,
    serve::{
        office::{self, Change, Closed, Validity},
        official::{self, Absence, Left, Post, Warning, warnings},
        reorganisation::{Asked, OpenCase, Plan, Way, Why, plan},
        succession::{self, Fate, Part, fate, in_offices_of},
        unit,
    },
    time::{Day, Instant, Minute},
};
use proptest::prelude::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

struct World {
    directory: Directory,
    secrets: Secrets,
}

impl World {
    fn new() -> Self {
        let units = unit::parse_csv(include_str!("../../../data/dam-doi/units.csv")).unwrap();
        let mut directory = district();
        directory.units = units;
        directory.units.sort_by(|a, b| a.key.cmp(&b.key));
        Self { directory, secrets: secrets() }
    }

    fn ctx(&self, actor: Actor, on: &str) -> Context<'_> {
        let at = Instant::at(day(on), Minute(9 * 60));
        Context::new(actor, at, &self.directory, Entropy::new([3; 32]), &self.secrets)
    }

    fn system(&self, on: &str) -> Context<'_> {
        self.ctx(Actor::System, on)
    }

    fn as_official(&self, id: &str, on: &str) -> Context<'_> {
        self.ctx(Actor::Official(self.directory.official(id).unwrap().clone()), on)
    }

    fn apply(&mut self, batch: Batch) {
        let events = batch.entries.into_iter().map(|entry| entry.event);
        for event in events {
            // Offices and officials that are new are not changes; everything else goes the record's way.
            match event {
                hailong_core::event::Event::OfficeOpened(office) => {
                    self.directory.offices.push(office);
                    self.directory.offices.sort_by(|a, b| a.id.cmp(&b.id));
                }
                other => {
                    let directory = self.directory.clone();
                    self.directory = directory.with([other]);
                }
            }
        }
    }
}

#[test]
fn rights_end_with_the_post_and_a_deputy_acts_for_the_absent() {
    let mut world = World::new();
    let left = Left {
        official: "tran-phan-1".into(),
        office_id: "tran-phan".into(),
        role: Role::Official,
        last_day: day("2017-06-30"),
        why: "Nghỉ hưu".into(),
    };
    let batch = official::leave_post(left, &world.system("2017-06-20")).unwrap();
    world.apply(batch);
    let handles = |world: &World, id: &str, on: &str| {
        let ctx = world.as_official(id, on);
        ctx.actor.handles("tran-phan").map(|official| official.journal_name_for("tran-phan-head"))
    };
    assert_eq!(handles(&world, "tran-phan-1", "2017-06-30"), Ok("tran-phan-1".into()));
    assert_eq!(handles(&world, "tran-phan-1", "2017-07-01"), Err(Refusal::PostEnded));
    assert_eq!(handles(&world, "tan-duc-1", "2017-06-30"), Err(Refusal::NotYourOffice));
    assert_eq!(handles(&world, "huyen-dam-doi-leader", "2017-06-30"), Err(Refusal::NotYourRole));
    // The head is away for a week: somebody of another office stands in.
    let absence = |deputy: &str, from: &str, to: &str| Absence {
        official: "tran-phan-head".into(),
        from: day(from),
        to: day(to),
        deputy: deputy.into(),
    };
    let ctx = world.as_official("tran-phan-head", "2017-07-01");
    for (deputy, from, to, why) in [
        ("tran-phan-head", "2017-07-03", "2017-07-07", Refusal::BadChoice("deputy")),
        ("tran-phan-1", "2017-07-03", "2017-07-07", Refusal::BadChoice("deputy")),
        ("tan-duc-1", "2017-07-07", "2017-07-03", Refusal::BadPeriod),
    ] {
        assert_eq!(official::note_absence(absence(deputy, from, to), &ctx).unwrap_err(), why, "{deputy}");
    }
    let others = world.as_official("tan-duc-head", "2017-07-01");
    let noted = absence("tan-duc-1", "2017-07-03", "2017-07-07");
    assert_eq!(official::note_absence(noted.clone(), &others).unwrap_err(), Refusal::NotYourRole);
    let batch = official::note_absence(noted, &ctx).unwrap();
    world.apply(batch);
    assert_eq!(handles(&world, "tan-duc-1", "2017-07-02"), Err(Refusal::NotYourOffice));
    assert_eq!(handles(&world, "tan-duc-1", "2017-07-03"), Ok("tan-duc-1+tran-phan-head".into()));
    assert_eq!(handles(&world, "tan-duc-1", "2017-07-08"), Err(Refusal::NotYourOffice));
    let deputy = world.directory.acting("tan-duc-1", day("2017-07-04")).unwrap();
    assert_eq!(
        (deputy.role_at("tran-phan"), deputy.role_at("tan-duc")),
        (Some(Role::Head), Some(Role::Official))
    );
    assert!(deputy.has_role(&[Role::Head]));
    let (who, absent) = world.directory.actor_names("tan-duc-1+tran-phan-head");
    assert_eq!(who, world.directory.official("tan-duc-1").unwrap().name);
    assert_eq!(absent.as_ref(), Some(&world.directory.official("tran-phan-head").unwrap().name));
    let overlapping = absence("tan-duc-2", "2017-07-05", "2017-07-10");
    let ctx = world.system("2017-07-01");
    assert_eq!(official::note_absence(overlapping, &ctx).unwrap_err(), Refusal::Overlap);
}

#[test]
fn codes_and_names_are_dated() {
    let mut world = World::new();
    let change = Change {
        office_id: "tan-tien".into(),
        from: day("2019-01-01"),
        unit_name: Some("Phường Tân Tiến".into()),
        gso_code: Some("99999".into()),
        ..Change::default()
    };
    let batch = office::change(change, &world.system("2018-12-01")).unwrap();
    world.apply(batch);
    let named = |on: &str| {
        let office = world.directory.on(day(on)).office("tan-tien").unwrap().into_owned();
        (office.unit_name, office.gso_code)
    };
    assert_eq!(named("2018-12-31"), ("Xã Tân Tiến".into(), "32176".into()));
    assert_eq!(named("2019-01-01"), ("Phường Tân Tiến".into(), "99999".into()));
    let taken = Change {
        office_id: "tan-tien".into(),
        from: day("2019-02-01"),
        case_prefix: Some(world.directory.office("tran-phan").unwrap().case_prefix.clone()),
        ..Change::default()
    };
    let refused = office::change(taken, &world.system("2018-12-01")).unwrap_err();
    assert_eq!(refused, Refusal::BadChoice("case_prefix"), "two offices never write the same case codes");
}

#[test]
fn an_office_closes_only_without_cases_and_takes_its_posts_along() {
    let mut world = World::new();
    let closed =
        || Closed { office_id: "tan-duc".into(), last_day: day("2018-01-31"), why: "Sáp nhập".into() };
    let refused = office::close(closed(), 3, &world.system("2018-01-15")).unwrap_err();
    assert_eq!(refused, Refusal::OfficeHasCases);
    let refused = office::close(closed(), 0, &world.as_official("tan-duc-head", "2018-01-15")).unwrap_err();
    assert_eq!(refused, Refusal::NotYourRole);
    let batch = office::close(closed(), 0, &world.system("2018-01-15")).unwrap();
    world.apply(batch);
    assert_eq!(world.directory.on(day("2018-01-31")).officials_of("tan-duc").count(), 6);
    assert_eq!(world.directory.on(day("2018-02-01")).posts_at("tan-duc").count(), 0);
    assert!(world.directory.acting("tan-duc-head", day("2018-02-01")).is_err());
    assert!(world.directory.head_on("tan-duc", day("2018-01-31")).is_some());
    assert_eq!(office::close(closed(), 0, &world.system("2018-01-15")).unwrap_err(), Refusal::AlreadyDone);
}

#[test]
fn reserves_and_terms_are_asked_for_by_the_rules_of_their_time() {
    let mut world = World::new();
    assert!(warnings(&world.directory, day("2017-06-30")).is_empty(), "no such rule was in force");
    let missing = warnings(&world.directory, day("2019-01-02"));
    assert_eq!(missing.len(), 17);
    assert!(missing.iter().all(|warning| matches!(warning, Warning::NoReserve { .. })));
    let post = |office: &str, from: &str, to: Option<&str>| Post {
        office_id: office.into(),
        role: Role::Official,
        title_vi: "Công chức".into(),
        validity: Validity::new(Some(day(from)), to.map(day)),
        reserve: true,
    };
    for (official, office, from, to) in [
        ("tan-duc-1", "tran-phan", "2018-07-01", None),
        ("tan-duc-2", "huyen-dam-doi", "2018-07-01", Some("2018-11-30")),
        ("tan-duc-3", "huyen-dam-doi", "2018-07-01", Some("2020-06-30")),
        ("tan-duc-4", "huyen-dam-doi", "2018-07-01", Some("2020-07-31")),
    ] {
        let batch =
            official::take_post(official, post(office, from, to), &world.system("2018-06-25")).unwrap();
        world.apply(batch);
    }
    let on = |on: &str| warnings(&world.directory, day(on));
    let terms = |on: Vec<Warning>| {
        let terms = on.into_iter().filter_map(|warning| match warning {
            Warning::Term { official, months, .. } => Some((official, months)),
            _ => None,
        });
        terms.collect::<Vec<_>>()
    };
    assert_eq!(terms(on("2018-08-01")), [("tan-duc-2".into(), 5), ("tan-duc-4".into(), 25)]);
    let without = |on: Vec<Warning>| on.iter().filter(|one| matches!(one, Warning::NoReserve { .. })).count();
    assert_eq!(without(on("2018-08-01")), 15, "two offices have a reserve now");
    let second =
        official::take_post("tan-duc-1", post("tran-phan", "2019-01-01", None), &world.system("2018-12-01"));
    assert_eq!(second.unwrap_err(), Refusal::Overlap);
    let second_head = Post { role: Role::Head, ..post("tran-phan", "2019-01-01", None) };
    let refused = official::take_post("tan-duc-1", second_head, &world.system("2018-12-01"));
    assert_eq!(refused.unwrap_err(), Refusal::Overlap, "an office has one head at a time");
    let last = Left {
        official: "huyen-dam-doi-admin".into(),
        office_id: "huyen-dam-doi".into(),
        role: Role::Admin,
        last_day: day("2018-12-31"),
        why: "Chuyển công tác".into(),
    };
    assert_eq!(official::leave_post(last, &world.system("2018-12-01")).unwrap_err(), Refusal::LastAdmin);
}

fn successions() -> Vec<succession::Succession> {
    succession::parse_csv(include_str!("../../../data/dam-doi/successions.csv")).unwrap()
}

#[test]
fn units_of_2017_end_where_the_resolution_put_them() {
    let rows = successions();
    let on = |unit: &str, on: &str| fate(&rows, unit, day(on));
    assert_eq!(on("c32176-old", "2025-06-30"), Fate::Whole("c32176-old".into()));
    assert_eq!(on("c32176-old", "2025-07-01"), Fate::Whole("c32188".into()));
    assert_eq!(on("c32155-old", "2026-01-01"), Fate::Divided(vec!["c32152".into(), "c32155".into()]));
    assert_eq!(on("d970", "2026-01-01"), Fate::Whole("d970".into()));
    let whole = rows.iter().filter(|row| row.part == Part::Whole && row.predecessor.starts_with('c'));
    assert_eq!(whole.count(), 15);
}

#[test]
fn contradicting_tables_are_refused_by_line() {
    let head = "predecessor_key,successor_key,effective_on,part,note\n";
    for (line, rows) in [
        (3, "a,b,2025-07-01,whole,\na,c,2025-07-01,whole,\n"),
        (3, "a,b,2025-07-01,part,\na,c,2025-07-01,whole,\n"),
        (3, "a,b,2025-07-01,part,\na,b,2025-07-01,part,\n"),
        (2, "a,a,2025-07-01,whole,\n"),
        (2, "a,b,2025-02-30,whole,\n"),
        (2, "a,residence,2025-07-01,part,\n"),
        (2, "a,b,2025-07-01,half,\n"),
    ] {
        assert_eq!(succession::parse_csv(&format!("{head}{rows}")).unwrap_err().line, line, "{rows}");
    }
}

fn asked() -> Asked {
    Asked {
        on: day("2025-07-01"),
        successions: successions(),
        choices: BTreeMap::from([("d970".into(), "c32152".into())]),
        ..Asked::default()
    }
}

#[test]
fn the_reorganisation_of_2025() {
    let world = World::new();
    let refused = plan(&world.directory, &Asked { choices: BTreeMap::new(), ..asked() }).unwrap_err();
    assert!(refused[0].contains("d970") && refused[0].contains("--choose"), "{refused:?}");
    let made = plan(&world.directory, &asked()).unwrap();
    let opened: Vec<_> = made.opens.iter().map(|office| office.id.as_str()).collect();
    assert_eq!((opened.len(), made.closes.len()), (7, 17));
    let names: BTreeSet<_> = made.opens.iter().map(|office| office.unit_name.as_str()).collect();
    assert!(names.contains("Xã Tân Tiến") && names.contains("Xã Đầm Dơi"));
    let to = |office: &str, case: OpenCase<'_>| {
        let (to, why) = made.route(office, case).unwrap();
        let unit = made.opens.iter().find(|office| office.id == to).unwrap().gso_code.clone();
        (unit, why)
    };
    let case = OpenCase::default();
    assert_eq!(to("nguyen-huan", case), ("32188".into(), Why::Whole));
    assert_eq!(to("tan-tien", case), ("32188".into(), Why::Whole));
    assert_eq!(to("ta-an-khuong", case), ("32155".into(), Why::ToDecide));
    assert_eq!(to("huyen-dam-doi", case), ("32152".into(), Why::Told));
    let decided = made.opens.iter().find(|office| office.gso_code == "32152").unwrap().id.clone();
    let case = OpenCase { decided: Some(&decided), ..case };
    assert_eq!(to("ta-an-khuong", case), ("32152".into(), Why::Decided));
    // Every head of then is head or official of one office now, and every new office has one head.
    let heads = made.taken.iter().filter(|taken| taken.post.role == Role::Head);
    let heads: Vec<_> = heads.map(|taken| taken.post.office_id.clone()).collect();
    assert_eq!((heads.len(), heads.iter().collect::<BTreeSet<_>>().len()), (7, 7));
    assert_eq!(made.left.len(), 93);
    assert_eq!(made.taken.len(), 92, "the leader of the district has no office any more");
    assert!(made.taken.iter().any(|taken| taken.post.role == Role::Admin));
}

#[test]
fn hamlets_residence_and_procedures_place_cases() {
    let world = World::new();
    let mut asked = asked();
    for row in &mut asked.successions {
        if row.predecessor == "c32155-old" {
            let hamlets = if row.successor == "c32152" {
                ["Tân An", "Tân Hồng"]
            } else {
                ["Tân Phong", "Tân Lợi"]
            };
            row.hamlets = hamlets.map(str::to_owned).to_vec();
        }
    }
    asked.choices.insert("c32155-old".into(), "c32152".into());
    asked.choices.insert("d970".into(), "residence".into());
    // With the residence alone nobody of the district would have an office: told so.
    assert!(plan(&world.directory, &asked).unwrap_err()[0].contains("administrator"));
    asked.choices.remove("d970");
    let row = |successor: &str, procedures: &[&str]| succession::Succession {
        predecessor: "d970".into(),
        successor: successor.into(),
        on: asked.on,
        part: Part::Cases,
        hamlets: Vec::new(),
        procedures: procedures.iter().map(|code| (*code).to_owned()).collect(),
        note: String::new(),
    };
    let rows = [row("residence", &[]), row("c32161", &["1.001612"])];
    asked.successions.extend(rows);
    let made = plan(&world.directory, &asked).unwrap();
    let to = |office: &str, case: OpenCase<'_>| {
        let (to, why) = made.route(office, case).unwrap();
        (made.opens.iter().find(|office| office.id == to).unwrap().gso_code.clone(), why)
    };
    for (address, expected) in [
        ("Số 3, ấp TÂN PHONG, xã Tạ An Khương", ("32155", Why::Hamlet)),
        ("ấp Tan Hong", ("32152", Why::Hamlet)),
        ("giữa ấp Tân An và ấp Tân Lợi", ("32152", Why::ToDecide)),
        ("xã Tạ An Khương", ("32152", Why::ToDecide)),
    ] {
        let case = OpenCase { address: Some(address), ..OpenCase::default() };
        assert_eq!(to("ta-an-khuong", case), (expected.0.to_owned(), expected.1), "{address}");
    }
    for (procedure, residence, expected) in [
        ("1.001612", Some("tan-duc"), ("32161", Why::Told)),
        ("2.000815", Some("tan-duc"), ("32167", Why::Residence)),
        ("2.000815", Some("c32176-old"), ("32188", Why::Residence)),
        ("2.000815", None, ("32161", Why::ToDecide)),
    ] {
        let case = OpenCase { procedure, residence, ..OpenCase::default() };
        assert_eq!(to("huyen-dam-doi", case), (expected.0.to_owned(), expected.1), "{residence:?}");
    }
}

/// The world after the reorganisation was written.
fn reorganised(asked: &Asked) -> (World, Plan) {
    let mut world = World::new();
    let made = plan(&world.directory, asked).unwrap();
    let batch = made.structure(&world.system("2025-07-01")).unwrap();
    let versions: Vec<_> = batch.entries.iter().map(|entry| (entry.subject.clone(), entry.version)).collect();
    let distinct: BTreeSet<_> =
        versions.iter().map(|(subject, version)| (subject.0.clone(), *version)).collect();
    assert_eq!(versions.len(), distinct.len(), "no version of a subject is written twice");
    world.apply(batch);
    (world, made)
}

#[test]
fn a_second_run_finds_the_structure_written_and_the_same_ways() {
    let (world, first) = reorganised(&asked());
    let again = plan(&world.directory, &asked()).unwrap();
    assert!(again.is_written() && again.taken.is_empty() && again.left.is_empty());
    assert_eq!(again.ways, first.ways);
    assert_eq!(again.staff, first.staff);
    let other = Asked { choices: BTreeMap::from([("d970".into(), "c32161".into())]), ..asked() };
    assert!(plan(&world.directory, &other).unwrap_err()[0].contains("other successions"));
    for office in world.directory.on(day("2025-07-01")).offices() {
        assert!(world.directory.head_on(&office.id, day("2025-07-01")).is_some(), "{}", office.id);
    }
    for office in world.directory.on(day("2025-06-30")).offices() {
        assert!(world.directory.head_on(&office.id, day("2025-06-30")).is_some(), "{}", office.id);
    }
    let acting = world.directory.acting("tran-phan-1", day("2025-07-01")).unwrap();
    assert_eq!(acting.office_id, "xa-tran-phan");
    assert_eq!(world.directory.acting("huyen-dam-doi-leader", day("2025-07-01")), Err(Refusal::PostEnded));
}

#[test]
fn figures_of_then_in_todays_offices() {
    let (world, _) = reorganised(&asked());
    let then = in_offices_of(&world.directory, day("2025-06-30"));
    assert!(then.divided.is_empty() && then.sums.len() == 17);
    let now = in_offices_of(&world.directory, day("2026-11-24"));
    assert_eq!(now.sums.len(), 7);
    assert_eq!(now.sums["xa-tan-tien"], ["nguyen-huan", "tan-tien", "xa-tan-tien"]);
    assert_eq!(now.sums["xa-dam-doi"], ["tan-dan", "tan-duyet", "thi-tran-dam-doi", "xa-dam-doi"]);
    let parts: Vec<_> = now.divided["ta-an-khuong"].iter().map(String::as_str).collect();
    assert_eq!(parts, ["xa-dam-doi", "xa-ta-an-khuong"], "told, and never apportioned");
    assert_eq!(now.ended, ["huyen-dam-doi"]);
    for (office, answers) in [
        ("nguyen-huan", vec!["xa-tan-tien"]),
        ("ta-an-khuong", vec!["xa-dam-doi", "xa-ta-an-khuong"]),
        ("huyen-dam-doi", vec!["xa-dam-doi"]),
        ("xa-tan-tien", vec!["xa-tan-tien"]),
        ("nowhere", vec![]),
    ] {
        assert_eq!(succession::heirs(&world.directory, office, day("2025-07-02")), answers, "{office}");
    }
    assert_eq!(succession::heirs(&world.directory, "nguyen-huan", day("2025-06-30")), ["nguyen-huan"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever day: every office of the record stands in exactly one place, so that every sum is kept.
    #[test]
    fn figures_are_conserved(on in 16_000_i32..22_000, counts in proptest::collection::vec(0_u64..1_000, 24)) {
        let (world, _) = reorganised(&asked());
        let figures: BTreeMap<_, _> =
            world.directory.offices.iter().map(|office| office.id.clone()).zip(counts).collect();
        let found = in_offices_of(&world.directory, Day(on));
        let summed = found.sums.values().flatten().map(|office| figures[office]).sum::<u64>();
        let apart = found.divided.keys().chain(&found.ended).map(|office| figures[office]).sum::<u64>();
        prop_assert_eq!(summed + apart, figures.values().sum::<u64>());
        let places = found.sums.values().flatten().chain(found.divided.keys()).chain(&found.ended);
        let places: Vec<_> = places.collect();
        prop_assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), places.len());
        prop_assert_eq!(places.len(), world.directory.offices.len());
    }

    /// Whatever is asked for, every case of a closing office finds exactly one office that works and has somebody.
    #[test]
    fn every_open_case_finds_one_office(
        choice in 0_usize..7, split in 0_usize..2, office in 0_usize..17, lives in 0_usize..40,
    ) {
        let mut asked = asked();
        let new = ["c32152", "c32155", "c32161", "c32167", "c32188", "c32182", "c32185"];
        asked.choices.insert("d970".into(), new[choice].into());
        asked.choices.insert("c32155-old".into(), ["c32152", "c32155"][split].into());
        let (world, made) = reorganised(&asked);
        let before: Vec<_> = world.directory.on(day("2025-06-30")).offices().map(|one| one.id.clone()).collect();
        let residence = world.directory.units.get(lives).map(|unit| unit.key.clone());
        let case = OpenCase { procedure: "1.001193", residence: residence.as_deref(), ..OpenCase::default() };
        let (to, _) = made.route(&before[office], case).expect("every office of then closes");
        prop_assert!(world.directory.on(day("2025-07-01")).office(to).is_ok());
        let holder = made.holder(to, "nobody").expect("somebody has it");
        let serves = world.directory.acting(holder, day("2025-07-01")).unwrap();
        prop_assert!(serves.role_at(to).is_some());
        prop_assert!(made.ways.values().all(|way| !matches!(way, Way::Whole(to) if before.contains(to))));
    }

    /// Posts of one person that are no reserve never overlap, and no office has two heads on a day, whatever is tried.
    #[test]
    fn exclusive_posts_never_overlap(tries in proptest::collection::vec(
        (0_usize..6, 0_usize..3, 0_usize..2, 0_i32..60, 1_i32..40, any::<bool>()), 1..25,
    )) {
        let mut world = World::new();
        let people = ["tan-duc-1", "tan-duc-2", "tan-duc-3", "tran-phan-1", "tran-phan-2", "tran-phan-head"];
        let offices = ["tan-duc", "tran-phan", "huyen-dam-doi"];
        let first = day("2018-01-01");
        for (person, office, role, from, length, reserve) in tries {
            let from = first.plus(from);
            let post = Post {
                office_id: offices[office].into(),
                role: [Role::Official, Role::Head][role],
                title_vi: "Công chức".into(),
                validity: Validity::new(Some(from), Some(from.plus(length))),
                reserve,
            };
            let left = Left {
                official: people[person].into(),
                office_id: world.directory.official(people[person]).unwrap().office_id.clone(),
                role: world.directory.official(people[person]).unwrap().role,
                last_day: from.plus(-1),
                why: "Thử".into(),
            };
            if let Ok(left) = official::leave_post(left, &world.system("2017-12-01")) {
                world.apply(left);
            }
            if let Ok(taken) = official::take_post(people[person], post, &world.system("2017-12-01")) {
                world.apply(taken);
            }
        }
        for official in &world.directory.officials {
            let own: Vec<_> = official.all_posts().into_iter().filter(|post| !post.reserve).collect();
            for (at, post) in own.iter().enumerate() {
                prop_assert!(own[..at].iter().all(|other| !other.validity.overlaps(&post.validity)));
            }
        }
        for on in 0..120 {
            for office in offices {
                let heads = world.directory.on(first.plus(on - 10)).posts_at(office);
                prop_assert!(heads.filter(|(_, post)| post.role == Role::Head).count() <= 1);
            }
        }
    }

    #[test]
    fn overlapping_is_having_a_day_in_common(a in 0_i32..20, b in 0_i32..20, c in 0_i32..20, d in 0_i32..20, open in 0_u8..16) {
        let end = |bit: u8, day: i32| (open & bit == 0).then_some(Day(day));
        let one = Validity::new(end(1, a), end(2, b));
        let other = Validity::new(end(4, c), end(8, d));
        let common = (-5..30).any(|day| one.holds(Day(day)) && other.holds(Day(day)));
        prop_assert_eq!(one.overlaps(&other), common);
        prop_assert_eq!(other.overlaps(&one), common);
    }
}
