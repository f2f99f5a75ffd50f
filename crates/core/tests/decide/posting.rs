//! What may be confirmed of a notice board.

use std::collections::{BTreeMap, BTreeSet};

use hailong_core::{
    context::Actor,
    event::Event,
    id::Bytes,
    refusal::Refusal,
    serve::{
        attachment::{Fault, Folder, Upload},
        posting::{self, Confirm, MOST_PHOTOS, Posting, Standing},
    },
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

/// What an office confirmed of a procedure, with a photo.
fn with_photo(code: &str, photo: u8) -> (String, Posting) {
    let confirmed = posting::PostingConfirmed {
        office_id: "tran-phan".into(),
        procedure: code.into(),
        valid_from: None,
        photo: Some(Bytes(vec![photo; 32])),
    };
    let at = hailong_core::time::Instant(0);
    (code.into(), Posting { confirmed, at, by: "tran-phan-1".into(), version: 1 })
}

#[test]
fn a_photo_stays_as_long_as_a_procedure_stands_by_it() {
    let world = World::new();
    let clerk = world.as_official("tran-phan-1");
    let last: BTreeMap<_, _> =
        [with_photo("1.001193", 1), with_photo("1.000656", 1), with_photo("9.999999", 2)].into();
    let gone = |codes: &[&str], photo| {
        let command = Confirm { photo, ..command("tran-phan", codes) };
        let gone = posting::replaced_photos(&command, &last, &clerk);
        gone.into_iter().map(|hash| hash[0]).collect::<Vec<_>>()
    };
    // What is no longer to be posted keeps no photo.
    assert_eq!(gone(&["1.001193"], Some([3; 32])), [2]);
    assert_eq!(gone(&["1.001193", "1.000656"], Some([3; 32])), [1, 2]);
    assert_eq!(gone(&["1.001193", "1.000656"], None), [1, 2]);
    // The same photo once more.
    assert_eq!(gone(&["1.001193", "1.000656"], Some([1; 32])), [2]);
}

#[test]
fn a_board_has_so_many_photos_and_no_more() {
    let world = World::new();
    let clerk = world.as_official("tran-phan-1");
    let office = world.directory.office("tran-phan").unwrap();
    let codes: Vec<String> = posting::to_post(&world.directory, office, clerk.at.day())
        .map(|version| version.code.clone())
        .take(MOST_PHOTOS + 1)
        .collect();
    let (next, full) = codes.split_last().unwrap();
    assert_eq!(full.len(), MOST_PHOTOS);
    let last = full.iter().zip(1..).map(|(code, photo)| with_photo(code, photo)).collect();
    let with = |code: &str| {
        let command = Confirm { photo: Some([99; 32]), ..command("tran-phan", &[code]) };
        posting::confirm(command, &last, &clerk).map(|_| ())
    };
    assert_eq!(with(next), Err(Refusal::File(Fault::TooManyPhotos)));
    assert_eq!(with(&full[0]), Ok(()));
    assert!(posting::confirm(command("tran-phan", &[next]), &last, &clerk).is_ok());
}

#[test]
fn photos_are_pictures_and_seen_by_those_who_answer_for_boards() {
    let world = World::new();
    let clerk = world.as_official("tran-phan-1");
    let owner = posting::photo_owner("tran-phan", &[1; 32]);
    assert_ne!(owner.id, posting::photo_owner("tan-duyet", &[1; 32]).id);
    let folder = Folder::of_office(owner, "tran-phan", Vec::new());
    let admit = |bytes| {
        let upload = Upload { name: "bang.jpg", document: None, bytes };
        posting::admit_photo(&folder, &upload, &clerk)
    };
    let photo = [0xff, 0xd8, 0xff, 0xc0, 0, 8, 8, 0, 3, 0, 4, 1, 0xff, 0xda, 0, 3, 0, 1, 0xff, 0xd9];
    assert_eq!(admit(photo.as_slice()), Ok(()));
    assert_eq!(admit(b"%PDF-1.7\n% scan\n%%EOF\n"), Err(Refusal::File(Fault::NotPicture)));
    let sees = |who: &str| posting::may_see(&world.as_official(who).actor, "tran-phan");
    assert_eq!(sees("tran-phan-1"), Ok(()));
    assert_eq!(sees("huyen-dam-doi-leader"), Ok(()));
    assert_eq!(sees("huyen-dam-doi-admin"), Ok(()));
    assert_eq!(sees("tan-duyet-1"), Err(Refusal::NotYourOffice));
    assert_eq!(posting::may_see(&Actor::Citizen, "tran-phan"), Err(Refusal::NotYourRole));
}
