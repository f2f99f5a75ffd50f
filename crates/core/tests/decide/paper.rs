//! Ballots on paper: typed by two, paired by lot, and naming nothing.

use hailong_core::{
    batch::{Batch, Side},
    context::{Actor, Context, Entropy},
    event::Event,
    listen::{
        invitation::{Invitation, Invited, Way},
        paper::{self, Opened, PaperBatch, Typist},
        questionnaire::Ask,
        rating::{self, Asked, Ballot, BallotBox},
    },
    refusal::Refusal,
    secret::SecretKey,
    serve::{
        applicant::Group,
        case::spent::{Longest, Phase},
    },
    time::Day,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::{COPY_DESK, World};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn stub(number: u8) -> Invitation {
    let invited = Invited {
        invitation_id: Uuid::from_bytes([number; 16]),
        case_id: Uuid::from_bytes([8; 16]),
        office_id: COPY_DESK.into(),
        group: Group::Person,
        procedure: "1.004873".into(),
        field: "Hộ tịch".into(),
        day: day("2017-06-01"),
        official: Some("tran-phan-1".into()),
        reminded: false,
    };
    let longest = Some(Longest { phase: Phase::Signature, official: Some("tran-phan-head".into()) });
    Invitation { invited, used: false, denied: false, longest }
}

fn sheet(overall: u8) -> Ballot {
    Ballot { overall, words: "Cảm ơn".into(), ..Ballot::default() }
}

fn typist(official: &str, done: bool) -> Option<Typist> {
    Some(Typist { official: official.into(), done })
}

fn batch() -> PaperBatch {
    let opened = Opened {
        batch_id: Uuid::from_bytes([7; 16]),
        office_id: COPY_DESK.into(),
        group: Group::Person,
        day: day("2017-06-15"),
    };
    PaperBatch { opened, open: true, hands: [typist("tran-phan-1", true), typist("tran-phan-2", true)] }
}

fn send(
    batch: &PaperBatch,
    stubs: &[Invitation],
    first: &[Ballot],
    second: &[Ballot],
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let ballot_box = BallotBox { office_id: COPY_DESK.into(), group: Group::Person, serial: 1 };
    let key = SecretKey::new([4; 32]);
    paper::send(batch, stubs, &[first.to_vec(), second.to_vec()], &ballot_box, &key, ctx)
}

fn clerk(world: &World) -> Context<'_> {
    world.context(Actor::Official(world.official("tran-phan-1")), "2017-06-30T09:15")
}

#[test]
fn what_is_sent_is_agreed_big_enough_and_covered_by_stubs() {
    let world = World::new();
    let ctx = clerk(&world);
    let stubs: Vec<_> = (1..=4).map(stub).collect();
    let sheets: Vec<_> = (1..=3).map(sheet).collect();
    let used = |n: u8| Invitation { used: true, ..stub(n) };
    let mut elsewhere = stub(3);
    elsewhere.invited.office_id = "tan-duyet".into();
    let mut old = stub(3);
    old.invited.day = day("2017-03-01");
    let changed = [sheet(1), sheet(2), sheet(4)];
    let hands = |hands| PaperBatch { hands, ..batch() };
    let unfinished = hands([typist("tran-phan-1", true), typist("tran-phan-2", false)]);
    let alone = hands([typist("tran-phan-1", true), None]);
    let same = hands([typist("tran-phan-1", true), typist("tran-phan-1", true)]);
    let over = PaperBatch { open: false, ..batch() };
    type Row<'a> = (PaperBatch, Vec<Invitation>, &'a [Ballot], &'a [Ballot], Option<Refusal>);
    let table: Vec<Row<'_>> = vec![
        (batch(), stubs.clone(), &sheets, &sheets, None),
        (batch(), stubs[..3].to_vec(), &sheets, &sheets, None),
        (batch(), stubs[..2].to_vec(), &sheets, &sheets, Some(Refusal::TooFewStubs)),
        (batch(), vec![stub(1), stub(2), used(3)], &sheets, &sheets, Some(Refusal::TooFewStubs)),
        (batch(), vec![stub(1), stub(2), elsewhere], &sheets, &sheets, Some(Refusal::TooFewStubs)),
        (batch(), vec![stub(1), stub(2), old], &sheets, &sheets, Some(Refusal::TooFewStubs)),
        (batch(), stubs.clone(), &sheets[..2], &sheets[..2], Some(Refusal::TooFewSheets)),
        (batch(), stubs.clone(), &sheets, &sheets[..2], Some(Refusal::EntriesDiffer)),
        (batch(), stubs.clone(), &sheets, &changed, Some(Refusal::EntriesDiffer)),
        (unfinished, stubs.clone(), &sheets, &sheets, Some(Refusal::TypedOnce)),
        (alone, stubs.clone(), &sheets, &sheets, Some(Refusal::TypedOnce)),
        (same, stubs.clone(), &sheets, &sheets, Some(Refusal::TypedOnce)),
        (over, stubs.clone(), &sheets, &sheets, Some(Refusal::BatchOver)),
    ];
    for (at, (batch, stubs, first, second, expected)) in table.into_iter().enumerate() {
        assert_eq!(send(&batch, &stubs, first, second, &ctx).err(), expected, "line {at}");
    }
    let other = world.context(Actor::Official(world.official("tan-duyet-1")), "2017-06-30T09:15");
    assert_eq!(send(&batch(), &stubs, &sheets, &sheets, &other).err(), Some(Refusal::NotYourOffice));
}

#[test]
fn a_ballot_on_paper_names_nothing_and_the_journal_has_days_and_counts_only() {
    let world = World::new();
    let ctx = clerk(&world);
    let stubs: Vec<_> = (1..=5).map(stub).collect();
    let sheets: Vec<_> = (1..=4).map(sheet).collect();
    let sent = send(&batch(), &stubs, &sheets, &sheets, &ctx).unwrap();
    let Event::PaperBatchEnded(ended) = &sent.entries[0].event else { panic!("{sent:?}") };
    assert_eq!((ended.sent, ended.sheets, ended.stubs), (true, 4, 5));
    let hands = (ended.first.as_deref(), ended.second.as_deref());
    assert_eq!(hands, (Some("tran-phan-1"), Some("tran-phan-2")));
    assert!(sent.entries.iter().all(|entry| entry.at.to_string() == "2017-06-30T00:00:00"));
    let erased = sent.side.iter().any(|side| matches!(side, Side::EmptyPaper { .. }));
    assert!(erased && !format!("{:?}", sent.entries).contains("Cảm ơn"));
    let ballot_box = BallotBox { office_id: COPY_DESK.into(), group: Group::Person, serial: 1 };
    let open = |side: &Side| match side {
        Side::Ballot { sealed, .. } => rating::open_ballot(&ballot_box, &SecretKey::new([4; 32]), sealed),
        _ => None,
    };
    let opened: Vec<_> = sent.side.iter().filter_map(open).collect();
    let mut overall: Vec<_> = opened.iter().map(|one| one.ballot.overall).collect();
    overall.sort_unstable();
    assert_eq!(overall, [1, 2, 3, 4]);
    for one in opened {
        assert_eq!((one.procedure.as_str(), one.field.as_str(), one.official), ("", "", None));
        assert_eq!((one.longest, one.way), (None, Some(Way::Paper)));
    }
    let mut used: Vec<_> = sent.entries[1..].iter().map(|entry| entry.subject.0.clone()).collect();
    used.sort();
    used.dedup();
    assert_eq!(used.len(), 4, "each stub once");
}

#[test]
fn whoever_types_first_is_not_the_second_and_a_third_is_refused() {
    let begun = PaperBatch { hands: [typist("tran-phan-1", true), None], ..batch() };
    assert_eq!(begun.hand_of("tran-phan-1"), Ok(0));
    assert_eq!(begun.hand_of("tran-phan-2"), Ok(1));
    assert_eq!(batch().hand_of("tran-phan-2"), Ok(1));
    assert_eq!(batch().hand_of("tran-phan-head"), Err(Refusal::BatchTaken));
}

#[test]
fn differences_stand_by_sheet_and_question() {
    let asked = |answer| Ballot { extra_money: answer, ..sheet(4) };
    let first = [asked(Some(Asked::No)), sheet(2), sheet(3)];
    let spaced = Ballot { words: " Cảm\n  ơn".into(), ..sheet(2) };
    let second = [asked(None), spaced];
    let found = paper::differences(&first, &second);
    let short: Vec<_> = found.iter().map(|one| (one.sheet, one.ask)).collect();
    assert_eq!(short, [(1, Some(Ask::ExtraMoney)), (3, None)]);
    assert_eq!((found[0].first.as_str(), found[0].second.as_str()), ("no", ""));
}

#[test]
fn batches_are_few_and_what_is_left_lying_is_given_up() {
    let world = World::new();
    let ctx = clerk(&world);
    let open = |n| paper::open(COPY_DESK, Group::Person, n, &ctx).err();
    assert_eq!((open(4), open(5)), (None, Some(Refusal::TooManyBatches)));
    let leader = world.context(Actor::Official(world.official("huyen-dam-doi-leader")), "2017-06-30T09:15");
    assert!(paper::open(COPY_DESK, Group::Person, 0, &leader).is_err());
    let system = |at| world.context(Actor::System, at);
    let given_up = |at| paper::give_up(&batch(), &system(at)).err();
    assert_eq!(given_up("2017-06-29T23:59"), Some(Refusal::AlreadyDone));
    assert_eq!(given_up("2017-06-30T00:05"), None);
}

proptest! {
    /// However many there are: every sheet gets a stub, no stub two, and nothing is lost or made up.
    #[test]
    fn pairing_is_a_permutation(sheets in 0..60_usize, stubs in 0..60_usize, seed in any::<[u8; 32]>()) {
        let sheets: Vec<usize> = (0..sheets).collect();
        let paired = paper::pair((0..stubs).collect(), &sheets, &Entropy::new(seed));
        if sheets.len() > stubs {
            prop_assert_eq!(paired.err(), Some(Refusal::TooFewStubs));
        } else {
            let (mut of, mut typed): (Vec<usize>, Vec<usize>) = paired.unwrap().into_iter().unzip();
            of.sort_unstable();
            of.dedup();
            typed.sort_unstable();
            prop_assert_eq!(of.len(), sheets.len());
            prop_assert!(of.iter().all(|stub| *stub < stubs));
            prop_assert_eq!(typed, sheets);
        }
    }
}
