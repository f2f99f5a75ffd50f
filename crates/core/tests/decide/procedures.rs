//! Every version of every procedure, in 2017 and in 2026, from reception to return, for each of its limits.

use hailong_core::{
    context::{Actor, Context},
    refusal::Refusal,
    serve::{
        case::{self, Case, CheckDocuments, LimitChoice, Mark, Outcome, ReturnWay, State, Step},
        deadline,
        office::Level,
        procedure::{self, Limit, Procedure, Unit},
    },
    time::Instant,
};

use super::{World, wrapped_key};

fn both_years() -> World {
    let mut world = World::new();
    let later = include_str!("../../../../data/dam-doi/procedures-2026.json");
    let directory = &world.directory;
    let procedures = [directory.procedures.clone(), procedure::parse(later).unwrap()].concat();
    world.directory = hailong_core::directory::Directory::new(
        directory.authority.clone(),
        directory.offices.clone(),
        directory.officials.clone(),
        procedures,
        directory.calendar.clone(),
    );
    world
}

/// Takes one case through its life; the date that was promised.
fn live(
    world: &World,
    version: &Procedure,
    choice: LimitChoice,
    received: Instant,
) -> Result<Instant, Refusal> {
    let district = !version.received_at(Level::Commune);
    let clerk = if district { "huyen-dam-doi-1" } else { "tran-phan-1" };
    let at = |at: Instant| {
        let ctx = world.context(Actor::Official(world.official(clerk)), "2017-01-01T00:00");
        Context { at, ..ctx }
    };
    let (batch, mut case) = case::open(world.first_contact(&version.code), &at(received))?;
    let key = world.secrets.unwrap_data_key(case.person_id, &wrapped_key(&batch)).unwrap();
    let usual = |document: &procedure::Document| match document.condition {
        Some(_) => Mark::NotNeeded,
        None => Mark::Present,
    };
    let documents = version.documents.iter().map(usual).collect();
    let step = |case: &mut Case, step: Step, when: Instant| -> Result<(), Refusal> {
        let batch = case::step(case, step, Some(&key), &at(when))?;
        batch.entries.iter().for_each(|entry| case::evolve(case, entry.at, &entry.event));
        Ok(())
    };
    let check = CheckDocuments { documents, limit: choice, reason: String::new() };
    step(&mut case, Step::Check(check), received)?;
    assert_eq!(case.state, State::Accepted, "{}", version.code);
    let due = case.due.unwrap();
    step(&mut case, Step::Finish { outcome: Outcome::Granted }, due)?;
    step(&mut case, Step::Return { way: ReturnWay::Counter }, due.plus_seconds(600))?;
    assert_eq!(case.state, State::Returned, "{}", version.code);
    Ok(due)
}

#[test]
fn every_version_lives_under_each_of_its_limits() {
    let world = both_years();
    let calendar = &world.directory.calendar;
    let (mut lives, mut typed) = (0, Vec::new());
    for version in &world.directory.procedures {
        let later = version.valid_from.is_some();
        let received =
            Instant::parse_local(if later { "2026-03-11T09:10" } else { "2017-04-05T08:00" }).unwrap();
        let held = world.directory.procedure_on(&version.code, received.day()).unwrap();
        assert!(std::ptr::eq(held, version), "{} is in force on {}", version.code, received.day());
        for (at, limit) in version.limits.iter().enumerate() {
            let due = live(&world, version, LimitChoice::Published(at), received).unwrap();
            assert_eq!(Ok(due), deadline::due(received, limit, calendar), "{} limit {at}", version.code);
            lives += 1;
        }
        let promise = live(&world, version, LimitChoice::Typed(10), received);
        if version.has_limit() {
            assert_eq!(promise, Err(Refusal::NoLimit), "{}", version.code);
        } else {
            assert_eq!(
                promise,
                Ok(deadline::due(received, &Limit::new(10, Unit::WorkingDays), calendar).unwrap())
            );
            assert!(version.is_unsure_of("limits"), "{} says that its limit is to be checked", version.code);
            typed.push((version.code.as_str(), later));
        }
    }
    assert_eq!(typed, [("1.010803", false), ("1.010833", false), ("1.011606", false), ("1.011606", true)]);
    assert_eq!(lives, world.directory.procedures.iter().map(|version| version.limits.len()).sum::<usize>());
    assert!(lives > 90, "{lives} lives");
}

#[test]
fn a_case_keeps_the_version_it_was_received_under() {
    let world = both_years();
    let at = |text| Instant::parse_local(text).unwrap();
    // Received on the last day of the old version, accepted, finished and returned under it.
    let version = &world.directory.versions("1.001266")[0];
    let due = live(&world, version, LimitChoice::Published(0), at("2025-06-30T08:00")).unwrap();
    assert_eq!(due, at("2025-07-03T17:00"));
    // A day later the new one holds, and the district receives no more.
    let later = live(&world, version, LimitChoice::Published(0), at("2025-07-01T08:00"));
    assert_eq!(later, Err(Refusal::UnknownProcedure));
}
