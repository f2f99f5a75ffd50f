//! Ballots: cast once, sealed when the day is over, and never singled out.

use std::collections::{BTreeMap, BTreeSet};

use hailong_core::{
    batch::{Batch, Side},
    context::Actor,
    event::Event,
    listen::{
        held::{self, Held, Holding, Piles},
        invitation::{Invitation, Invited, Way},
        questionnaire::{self, Ask, Line, Questionnaire},
        rating::{self, Asked, Ballot, BallotBox, OpenedBallot},
        sealing::{self, BOX_MINIMUM, Due, REST, SHARED_BY, Sealed},
        slip::{AttitudeSlip, ProcedureSlip},
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

use super::{COPY_DESK, World, only_event};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn invitation(day: &str) -> Invitation {
    let invited = Invited {
        invitation_id: Uuid::from_bytes([2; 16]),
        case_id: Uuid::from_bytes([8; 16]),
        office_id: COPY_DESK.into(),
        group: Group::Person,
        procedure: "1.004873".into(),
        field: "Hộ tịch".into(),
        day: hailong_core::time::Day::parse(day).unwrap(),
        official: Some("tran-phan-1".into()),
        reminded: false,
    };
    Invitation { invited, used: false, denied: false, longest: None }
}

fn open_box(serial: i64) -> BallotBox {
    BallotBox { office_id: COPY_DESK.into(), group: Group::Person, serial }
}

fn ballot(overall: u8) -> Ballot {
    Ballot {
        overall,
        welcome: Some(overall),
        trips: Some(1),
        extra_money: Some(Asked::No),
        ..Ballot::default()
    }
}

#[test]
fn an_invitation_counts_once_for_ninety_days_and_only_with_offered_answers() {
    let world = World::new();
    let ctx = world.context(Actor::Citizen, "2017-06-30T21:15");
    let key = SecretKey::new([4; 32]);
    let cast = |invitation: &Invitation, ballot| {
        rating::cast(invitation, ballot, Way::Link, &open_box(1), &key, &ctx).err()
    };
    assert_eq!(cast(&invitation("2017-06-29"), ballot(5)), None);
    assert_eq!(cast(&invitation("2017-04-01"), ballot(5)), None);
    assert_eq!(cast(&invitation("2017-03-31"), ballot(5)), Some(Refusal::InvitationExpired));
    let used = Invitation { used: true, ..invitation("2017-06-29") };
    assert_eq!(cast(&used, ballot(5)), Some(Refusal::InvitationUsed));
    assert_eq!(cast(&invitation("2017-06-29"), ballot(0)), Some(Refusal::BadScore("overall")));
    assert_eq!(cast(&invitation("2017-06-29"), ballot(6)), Some(Refusal::BadScore("overall")));
    let long = Ballot { words: "ợ".repeat(501), ..ballot(3) };
    assert_eq!(cast(&invitation("2017-06-29"), long), Some(Refusal::TooLong("words")));
    let longest = Ballot { words: "ợ\n".repeat(250), ..ballot(3) };
    assert_eq!(cast(&invitation("2017-06-29"), longest), None);
}

#[test]
fn the_roll_keeps_the_day_only_and_every_sealed_ballot_is_equally_long() {
    let world = World::new();
    let ctx = world.context(Actor::Citizen, "2017-06-30T21:15");
    let key = SecretKey::new([4; 32]);
    let mut lengths = Vec::new();
    for words in [String::new(), "Cảm ơn".into(), "\"\\".repeat(250)] {
        let ballot = Ballot { words, ..ballot(4) };
        let (batch, opening) =
            rating::cast(&invitation("2017-06-29"), ballot.clone(), Way::Link, &open_box(1), &key, &ctx)
                .unwrap();
        assert_eq!(batch.entries[0].at.to_string(), "2017-06-30T00:00:00");
        assert_eq!(batch.actor, "citizen");
        let Side::Ballot { sealed, .. } = &batch.side[0] else { panic!("{batch:?}") };
        lengths.push(sealed.len());
        let found = rating::open_ballot(&open_box(1), &key, sealed).unwrap();
        assert_eq!((found.ballot, found.opening), (ballot, Some(opening)));
        let outside = format!("{:?} {}", batch.entries, opening.receipt());
        assert!(!outside.contains(&opening.to_string()), "the opening is in the sealed ballot only");
        assert!(
            rating::open_ballot(&open_box(2), &key, sealed).is_none(),
            "a ballot opens in its own box only"
        );
    }
    assert!(lengths.windows(2).all(|pair| pair[0] == pair[1]), "{lengths:?}");
}

fn opened(procedure: &str, field: &str, overall: u8) -> OpenedBallot {
    let (procedure, field) = (procedure.to_owned(), field.to_owned());
    OpenedBallot {
        ballot: ballot(overall),
        procedure,
        field,
        official: None,
        opening: None,
        way: None,
        longest: None,
        questionnaire: 1,
    }
}

/// Nothing waits.
fn nothing() -> Holding {
    Holding { held: Held::default(), version: 0, lost: Piles::default(), key: SecretKey::new([9; 32]) }
}

/// What an office holds back after a box was sealed.
fn held_after(batch: &Batch, version: i64) -> Holding {
    let sealed = batch.side.iter().find_map(|side| match side {
        Side::Held { office_id, sealed, .. } if office_id == COPY_DESK => Some(sealed),
        _ => None,
    });
    let sealed = sealed.unwrap();
    assert_eq!((sealed.len() - 40) % 4096, 0, "its length tells little: {}", sealed.len());
    let key = SecretKey::new([9; 32]);
    let open = |version| Held::open(COPY_DESK, Group::Person, version, &key, sealed);
    assert_eq!(open(version + 1), None, "it opens as its own version only");
    Holding { held: open(version).unwrap(), version, ..nothing() }
}

/// Four of the five that must share an official came on one day, the fifth on another.
#[test]
fn slips_of_an_official_wait_for_each_other_over_days() {
    let world = World::new();
    let ctx = world.context(Actor::System, "2017-06-30T17:30");
    let of = |n: usize, who: &str, field: &str| {
        vec![OpenedBallot { official: Some(who.into()), ..opened("a", field, 4) }; n]
    };
    let days = [of(4, "thu", "x"), [of(1, "thu", "x"), of(2, "thu", "y")].concat(), of(3, "minh", "x")];
    let (mut holding, mut shown) = (nothing(), Vec::new());
    for (version, ballots) in (1..).zip(&days) {
        let batch = sealing::seal(&open_box(version), day("2017-06-29"), ballots, holding, &ctx).unwrap();
        let Event::BoxSealed(sealed) = only_event(&batch) else { panic!("{batch:?}") };
        shown.push(sealed.attitude.clone());
        holding = held_after(&batch, version);
    }
    assert_eq!(shown.iter().map(Vec::len).collect::<Vec<_>>(), [0, 5, 0]);
    let named = |slip: &AttitudeSlip| (slip.official.clone(), slip.field.clone());
    assert!(shown[1].iter().all(|slip| named(slip) == (Some("thu".into()), Some("x".into()))));
    // At the quarter's end five are left, of two officials: they name neither.
    let batch = sealing::close(&open_box(0), 1, day("2017-06-29"), holding, Some(nothing()), &ctx);
    let Event::BoxSealed(closed) = only_event(&batch) else { panic!("{batch:?}") };
    assert_eq!(closed.attitude.len(), 5);
    assert!(closed.attitude.iter().all(|slip| named(slip) == (None, None)));
}

#[test]
fn what_waits_is_due_when_the_quarter_is_over() {
    let some = Piles { attitude: 1, ..Piles::default() };
    let enough = Piles { attitude: 5, ..Piles::default() };
    let due = |office, waiting, today| held::is_due(office, waiting, day("2017-06-29"), day(today));
    assert!(!due(COPY_DESK, enough, "2017-06-30"));
    assert!(due(COPY_DESK, some, "2017-07-01"));
    assert!(!due(COPY_DESK, Piles::default(), "2017-07-01"));
    assert!(!due(REST, some, "2017-10-01"), "four slips of the whole district wait on");
    assert!(due(REST, enough, "2017-06-30"));
}

#[test]
fn a_slip_names_a_procedure_or_a_field_only_when_five_ballots_share_it() {
    let world = World::new();
    let ctx = world.context(Actor::System, "2017-06-30T17:30");
    let two = vec![opened("a", "x", 5); 2];
    let seal =
        |ballots: &[OpenedBallot]| sealing::seal(&open_box(7), day("2017-06-30"), ballots, nothing(), &ctx);
    assert_eq!(seal(&two).err(), Some(Refusal::TooFewToSeal));
    // Five of procedure a; two of b and three of c in the same field; five of others in fields of their own.
    let mut ballots = vec![opened("a", "x", 5); 5];
    ballots.extend(vec![opened("b", "y", 4); 2]);
    ballots.extend(vec![opened("c", "y", 3); 3]);
    ballots.extend(["d", "e", "f", "g", "h"].map(|other| opened(other, other, 1)));
    let batch = seal(&ballots).unwrap();
    let Event::BoxSealed(sealed) = only_event(&batch) else { panic!("{batch:?}") };
    let named = |sealed: &Sealed, procedure: Option<&str>, field: Option<&str>| {
        let fits =
            |slip: &&ProcedureSlip| slip.procedure.as_deref() == procedure && slip.field.as_deref() == field;
        sealed.procedure.iter().filter(fits).count()
    };
    assert_eq!((named(sealed, Some("a"), None), sealed.procedure.len()), (5, 5), "the others wait");
    let said = sealed.held.clone().unwrap();
    assert_eq!((said.version, said.waiting), (1, Piles { attitude: 0, speed: 0, procedure: 10 }));
    // When the quarter is over they are shown with less.
    let holding = held_after(&batch, 1);
    let closed = sealing::close(&open_box(0), 1, day("2017-06-30"), holding, Some(nothing()), &ctx);
    let Event::BoxSealed(rest) = only_event(&closed) else { panic!("{closed:?}") };
    assert_eq!((rest.serial, rest.size, rest.overall.len(), rest.marks.receipts.len()), (-1, 0, 0, 0));
    assert_eq!((named(rest, None, Some("y")), named(rest, None, None)), (5, 5));
    assert_eq!(rest.held_rest.as_ref().unwrap().waiting, Piles::default());
    let mut overall = sealed.overall.clone();
    overall.sort_unstable();
    assert_eq!(overall, [1, 1, 1, 1, 1, 3, 3, 3, 4, 4, 5, 5, 5, 5, 5]);
}

#[test]
fn boxes_are_opened_when_the_day_is_over_and_small_ones_together_when_the_quarter_is() {
    let (last, next, quarter) = (day("2017-06-29"), day("2017-06-30"), day("2017-07-01"));
    let table = [
        (0, next, Due::Wait),
        (0, quarter, Due::Wait),
        (50, last, Due::Wait),
        (50, next, Due::Seal),
        (3, next, Due::Seal),
        (2, next, Due::Wait),
        (2, quarter, Due::Join),
        (3, quarter, Due::Seal),
        (1, quarter, Due::Join),
    ];
    for (pending, today, expected) in table {
        assert_eq!(sealing::due(pending, last, today), expected, "{pending} on {today}");
    }
    // A clock that went back opens nothing.
    assert_eq!(sealing::due(50, last, day("2017-06-01")), Due::Wait);
}

#[test]
fn small_boxes_are_sealed_together_and_count_in_the_district_only() {
    let world = World::new();
    let ctx = world.context(Actor::System, "2017-07-01T00:05");
    let of = |office: &str, serial| BallotBox { office_id: office.into(), group: Group::Person, serial };
    let boxes = [
        (of("tran-phan", 4), vec![opened("a", "x", 5); 2]),
        (of("tan-duyet", 9), vec![opened("b", "y", 1)]),
        (of("tan-tien", 1), vec![opened("b", "y", 2)]),
    ];
    let batch = sealing::seal_rest(&of(REST, 3), day("2017-06-29"), &boxes, nothing(), &ctx).unwrap();
    let Event::BoxSealed(sealed) = only_event(&batch) else { panic!("{batch:?}") };
    assert_eq!((sealed.office_id.as_str(), sealed.serial, sealed.size), ("*", 3, 4));
    assert_eq!(sealed.day, day("2017-06-29"), "they count in the quarter in which they were given");
    let mut overall = sealed.overall.clone();
    overall.sort_unstable();
    assert_eq!(overall, [1, 2, 5, 5]);
    assert!(sealed.procedure.is_empty(), "four slips are too few, even unnamed");
    assert_eq!(sealed.held.as_ref().unwrap().waiting, Piles { attitude: 4, speed: 4, procedure: 4 });
    let joined: Vec<_> =
        sealed.joined.iter().map(|one| (one.office_id.as_str(), one.serial, one.size)).collect();
    assert_eq!(joined, [("tran-phan", 4, 2), ("tan-duyet", 9, 1), ("tan-tien", 1, 1)]);
    let emptied = batch.side.iter().filter(|side| matches!(side, Side::EmptyBox { .. })).count();
    assert_eq!(emptied, 3);
    let few = sealing::seal_rest(&of(REST, 3), day("2017-06-29"), &boxes[1..], nothing(), &ctx).err();
    assert_eq!(few, Some(Refusal::TooFewToSeal), "two in the whole district wait");
}

#[test]
fn free_words_show_no_number_to_anybody() {
    let world = World::new();
    let ctx = world.context(Actor::System, "2017-07-01T00:05");
    let mut ballots = vec![opened("a", "x", 4); 3];
    ballots[1].ballot.words = "Gọi tôi 0918 123 456, CCCD 096123456789, an@thu.vn".into();
    let batch = sealing::seal(&open_box(1), day("2017-06-29"), &ballots, nothing(), &ctx).unwrap();
    let Event::BoxSealed(sealed) = only_event(&batch) else { panic!("{batch:?}") };
    let Some(Side::DataKey { subject, wrapped }) =
        batch.side.iter().find(|side| matches!(side, Side::DataKey { .. }))
    else {
        panic!("{batch:?}")
    };
    let key = world.secrets.unwrap_data_key(*subject, wrapped).unwrap();
    let words = key.open(subject.as_bytes(), &sealed.words[0].words.0).unwrap();
    assert_eq!(String::from_utf8(words).unwrap(), "Gọi tôi […], CCCD […], […]");
}

#[test]
fn a_ballot_keeps_its_way_its_step_and_its_questions() {
    let world = World::new();
    let ctx = world.context(Actor::Citizen, "2017-06-30T21:15");
    let key = SecretKey::new([4; 32]);
    let longest = Some(Longest { phase: Phase::Signature, official: Some("tran-phan-head".into()) });
    let invitation = Invitation { longest: longest.clone(), ..invitation("2017-06-29") };
    let (batch, _) = rating::cast(&invitation, ballot(4), Way::Kiosk, &open_box(1), &key, &ctx).unwrap();
    let Event::InvitationUsed(used) = only_event(&batch) else { panic!("{batch:?}") };
    assert_eq!(used.way, Way::Kiosk, "the roll has the way");
    let Side::Ballot { sealed, .. } = &batch.side[0] else { panic!("{batch:?}") };
    let found = rating::open_ballot(&open_box(1), &key, sealed).unwrap();
    assert_eq!((found.way, found.longest, found.questionnaire), (Some(Way::Kiosk), longest, 1));
    assert!(!format!("{used:?}").contains("signature"));
}

fn lines(change: impl Fn(&mut Vec<Line>)) -> Vec<Line> {
    let mut lines = Questionnaire::first().lines;
    change(&mut lines);
    lines
}

#[test]
fn a_change_of_the_questions_is_a_new_version_from_a_later_day() {
    let world = World::new();
    let admin = world.directory.officials.iter().find(|one| one.role == hailong_core::context::Role::Admin);
    let ctx = world.context(Actor::Official(admin.unwrap().clone()), "2017-06-15T09:00");
    let other = || {
        lines(|lines| {
            lines[1].vi = "  Đón tiếp có niềm nở, lịch sự không? ".into();
            lines.retain(|line| line.ask != Ask::Days);
        })
    };
    let batch = questionnaire::publish(day("2017-07-01"), other(), &ctx).unwrap();
    let Event::QuestionnairePublished(second) = only_event(&batch) else { panic!("{batch:?}") };
    assert_eq!((second.version, batch.entries[0].version), (2, 1));
    assert_eq!(second.line(Ask::Welcome).unwrap().vi, "Đón tiếp có niềm nở, lịch sự không?");
    let directory = world.directory.clone().with([only_event(&batch).clone()]);
    let version = |text| directory.questionnaire_on(day(text)).version;
    assert_eq!((version("2017-06-30"), version("2017-07-01"), version("1970-01-01")), (1, 2, 1));
    let refused = |from, lines| questionnaire::publish(day(from), lines, &ctx).err();
    assert_eq!(
        refused("2017-06-15", other()),
        Some(Refusal::BadChoice("from")),
        "a day that has begun is frozen"
    );
    assert_eq!(refused("2017-07-01", lines(|_| ())), Some(Refusal::AlreadyDone));
    assert_eq!(
        refused("2017-07-01", lines(|lines| drop(lines.remove(0)))),
        Some(Refusal::BadChoice("overall"))
    );
    let twice = lines(|lines| lines.push(lines[3].clone()));
    assert_eq!(refused("2017-07-01", twice), Some(Refusal::BadChoice("overall")));
    assert_eq!(refused("2017-07-01", lines(|lines| lines[2].en.clear())), Some(Refusal::Empty("guidance")));
    assert_eq!(
        refused("2017-07-01", lines(|lines| lines[2].vi = "ợ".repeat(201))),
        Some(Refusal::TooLong("guidance"))
    );
    let clerk = world.as_official("tran-phan-1");
    assert_eq!(questionnaire::publish(day("2017-07-01"), other(), &clerk).err(), Some(Refusal::NotYourRole));
}

#[test]
fn questions_are_read_as_they_are_written() {
    for ask in Ask::ALL {
        assert_eq!(Ask::from_key(ask.key()), Some(ask));
        assert_eq!(serde_json::to_string(&ask).unwrap(), format!("\"{}\"", ask.key()));
    }
    assert!(Way::ALL.into_iter().all(|way| Way::from_key(way.key()) == Some(way)));
}

/// Every combination of names that one pile shows.
fn combinations(sealed: &Sealed) -> [BTreeMap<String, usize>; 4] {
    fn count(names: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
        let mut all = BTreeMap::new();
        names.for_each(|name| *all.entry(name).or_insert(0) += 1);
        all
    }
    [
        count(sealed.procedure.iter().map(|slip| format!("{:?}", (&slip.procedure, &slip.field)))),
        count(sealed.attitude.iter().map(|slip| format!("{:?}", (&slip.official, &slip.field, slip.source)))),
        count(sealed.steps.iter().map(|slip| format!("{:?}", (slip.phase, &slip.official)))),
        count(sealed.sources.iter().map(|source| format!("{source:?}"))),
    ]
}

type Drawn = (u8, u8, u8, u8, u8);

fn drawn_ballot((procedure, field, official, way, phase): Drawn) -> OpenedBallot {
    if Way::ALL.get(usize::from(way)) == Some(&Way::Paper) {
        return OpenedBallot { way: Some(Way::Paper), ..opened("", "", 4) };
    }
    let procedure = format!("{field}.{procedure}");
    let official = (official > 0).then(|| format!("official-{official}"));
    OpenedBallot {
        official: official.clone(),
        way: Way::ALL.get(usize::from(way)).copied(),
        longest: Phase::ALL.get(usize::from(phase)).map(|phase| Longest { phase: *phase, official }),
        ..opened(&procedure, &field.to_string(), 4)
    }
}

proptest! {
    /// Whatever lies in the boxes of some days: every combination of names that stands on slips that are shown together, and the lack
    /// of one, is shared by at least five. No slip is lost, and none is shown twice.
    #[test]
    fn nothing_on_a_slip_singles_anybody_out(
        days in proptest::collection::vec(
            proptest::collection::vec((0..6_u8, 0..3_u8, 0..3_u8, 0..8_u8, 0..5_u8), BOX_MINIMUM..25), 1..5)
    ) {
        let world = World::new();
        let ctx = world.context(Actor::System, "2017-06-30T17:30");
        let (mut holding, mut batches, mut ballots) = (nothing(), Vec::new(), 0);
        for (serial, drawn) in (1..).zip(days) {
            let of_day: Vec<_> = drawn.into_iter().map(drawn_ballot).collect();
            ballots += of_day.len();
            batches.push(sealing::seal(&open_box(serial), day("2017-06-29"), &of_day, holding, &ctx).unwrap());
            holding = held_after(&batches[batches.len() - 1], serial);
        }
        batches.push(sealing::close(&open_box(0), 1, day("2017-06-29"), holding, Some(nothing()), &ctx));
        let mut tags = BTreeSet::new();
        let mut shown = [0; 4];
        for batch in &batches {
            let Event::BoxSealed(sealed) = only_event(batch) else { panic!("{batch:?}") };
            for (count, shared) in shown.iter_mut().zip(combinations(sealed)) {
                *count += shared.values().sum::<usize>();
                let whole = shared.len() == 1 && sealed.size < SHARED_BY as u32;
                prop_assert!(whole || shared.values().all(|n| *n >= SHARED_BY), "{:?}", shared);
            }
            let marks = &sealed.marks;
            for tag in [&marks.attitude, &marks.speed, &marks.procedure].into_iter().flatten() {
                prop_assert!(tags.insert(*tag), "a slip is shown twice");
            }
            let empty = |name: &Option<String>| name.as_deref() == Some("");
            let named_empty = sealed.procedure.iter().any(|slip| empty(&slip.procedure) || empty(&slip.field))
                || sealed.attitude.iter().any(|slip| empty(&slip.official) || empty(&slip.field))
                || sealed.steps.iter().any(|slip| empty(&slip.official));
            prop_assert!(!named_empty, "nothing is named by the lack of a name");
        }
        let Some(Event::BoxSealed(closed)) = batches.last().map(only_event) else { panic!() };
        let rest = closed.held_rest.as_ref().unwrap().waiting;
        prop_assert!(!rest.any_enough(), "what is enough is shown");
        let waiting = [rest.procedure, rest.attitude, rest.speed, 0].map(|n| n as usize);
        let all: Vec<_> = shown.iter().zip(waiting).map(|(shown, waiting)| shown + waiting).collect();
        prop_assert_eq!(all, vec![ballots; 4]);
    }
}
