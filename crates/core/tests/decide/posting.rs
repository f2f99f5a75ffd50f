//! What may be confirmed of a notice board.

use std::collections::{BTreeMap, BTreeSet};

use hailong_core::{
    event::Event,
    refusal::Refusal,
    serve::posting::{self, Confirm, Posting, Standing},
};

use super::World;

fn command(office: &str, codes: &[&str]) -> Confirm {
    let procedures: BTreeSet<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    Confirm { office_id: office.into(), procedures, photo: None }
}

#[test]
fn an_office_confirms_its_own_board_and_nothing_else() {
    let world = World::new();
    let clerk = world.as_official("tran-phan-1");
    let none = BTreeMap::new();
    let refused = |command| posting::confirm(command, &none, &clerk).map(|_| ());
    assert_eq!(refused(command("tran-phan", &["1.001193", "1.000656"])), Ok(()));
    assert_eq!(refused(command("tan-duyet", &["1.001193"])), Err(Refusal::NotYourOffice));
    assert_eq!(refused(command("tran-phan", &[])), Err(Refusal::Empty("procedures")));
    assert_eq!(refused(command("tran-phan", &["9.999999"])), Err(Refusal::UnknownProcedure));
    // Received by the district, not by communes.
    assert_eq!(refused(command("tran-phan", &["1.001193", "1.013978"])), Err(Refusal::UnknownProcedure));
    let leader = world.as_official("huyen-dam-doi-leader");
    let by_leader = posting::confirm(command("tran-phan", &["1.001193"]), &none, &leader);
    assert_eq!(by_leader.map(|_| ()), Err(Refusal::NotYourRole));
}

#[test]
fn a_board_is_right_old_or_empty() {
    let world = World::new();
    let clerk = world.as_official("tran-phan-1");
    let office = world.directory.office("tran-phan").unwrap();
    let day = clerk.at.day();
    let mut last = BTreeMap::new();
    let before = posting::tally(&world.directory, office, day, &last);
    assert_eq!((before.posted, before.outdated, before.missing), (0, 0, before.all()));
    assert_eq!(before.all() as usize, posting::to_post(&world.directory, office, day).count());
    let batch = posting::confirm(command("tran-phan", &["1.001193"]), &last, &clerk).unwrap();
    let [entry] = &batch.entries[..] else { panic!("one event") };
    let Event::PostingConfirmed(confirmed) = &entry.event else { panic!("{:?}", entry.event) };
    let posting = Posting {
        confirmed: confirmed.clone(),
        at: entry.at,
        by: "tran-phan-1".into(),
        version: entry.version,
    };
    let mut version = world.directory.versions("1.001193")[0].clone();
    assert_eq!(posting::standing(&version, Some(&posting)), Standing::Posted);
    version.valid_from = Some(day);
    assert_eq!(posting::standing(&version, Some(&posting)), Standing::Outdated);
    assert_eq!(posting::standing(&version, None), Standing::Missing);
    last.insert("1.001193".to_owned(), posting);
    assert_eq!(posting::tally(&world.directory, office, day, &last).posted, 1);
    // Confirmed again: the next version of the same subject.
    let again = posting::confirm(command("tran-phan", &["1.001193"]), &last, &clerk).unwrap();
    assert_eq!(again.entries[0].version, 2);
}
