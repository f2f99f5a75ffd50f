use proptest::prelude::*;

use super::*;
use crate::{
    event::{CaseAccepted, CaseRef},
    id::Bytes,
    serve::{
        applicant::{ApplicantKind, Group},
        case::{CaseEnded, LimitChoice, Outcome as Result, ReturnWay},
    },
    time::Day,
};

const KEY: [u8; 32] = [9; 32];

fn at(text: &str) -> Instant {
    Instant::parse_local(text).unwrap()
}

fn of(due: Option<Instant>) -> CaseRef {
    CaseRef {
        office_id: "tran-phan".into(),
        group: Group::Person,
        due,
        procedure: "1.001193".into(),
        waiting: false,
    }
}

fn accepted() -> Event {
    Event::CaseAccepted(CaseAccepted {
        of: of(None),
        documents: vec![],
        limit: LimitChoice::Typed(3),
        due: at("2017-06-30T17:00"),
        code: "x".into(),
        book: "x".into(),
        book_number: 1,
        terms: None,
        without_receipt: false,
        reception: crate::serve::case::Reception::Counter,
    })
}

fn entry(version: i64, at: Instant, event: Event) -> Entry {
    Entry { at, subject: Bytes(vec![1; 16]), version, event }
}

fn recipient(email: &str, phone: &str, silence: bool) -> Recipient {
    let applicant = Applicant {
        kind: ApplicantKind::Person,
        name: "Nguyễn Văn An".into(),
        identity_number: "381234567".into(),
        phone: phone.into(),
        email: email.into(),
        address: "Ấp 4".into(),
        residence: None,
        wishes: Wishes { silence, ..Wishes::default() },
    };
    Recipient::from(&applicant)
}

fn about(recipient: Recipient) -> About {
    About {
        subject: Uuid::from_bytes([1; 16]),
        person_id: Uuid::from_bytes([2; 16]),
        office_id: "tran-phan".into(),
        procedure: "1.001193".into(),
        dialogue: String::new(),
        keeper: "tran-phan".into(),
        slot_at: None,
        recipient,
    }
}

fn notices(entry: &Entry, about: &About, routes: &Routes) -> Vec<Notice> {
    let Some(told) = told(&entry.event, std::slice::from_ref(entry)) else { return Vec::new() };
    let sides = write(entry, told, about, routes, &SecretKey::new(KEY), &Entropy::new([3; 32]));
    let notice = |side| if let Side::Notice(notice) = side { notice } else { panic!("{side:?}") };
    sides.into_iter().map(notice).collect()
}

#[test]
fn quiet_hours() {
    let usual = QuietHours::default();
    let noon = QuietHours::new(Minute(12 * 60), Minute(13 * 60));
    let never = QuietHours::new(Minute(0), Minute(0));
    let table = [
        (usual, "2017-06-26T06:59", "2017-06-26T07:00"),
        (usual, "2017-06-26T07:00", "2017-06-26T07:00"),
        (usual, "2017-06-26T20:59", "2017-06-26T20:59"),
        (usual, "2017-06-26T21:00", "2017-06-27T07:00"),
        (usual, "2017-12-31T23:30", "2018-01-01T07:00"),
        (usual, "2017-06-26T00:00", "2017-06-26T07:00"),
        (noon, "2017-06-26T11:59", "2017-06-26T11:59"),
        (noon, "2017-06-26T12:30", "2017-06-26T13:00"),
        (noon, "2017-06-26T23:00", "2017-06-26T23:00"),
        (never, "2017-06-26T00:00", "2017-06-26T00:00"),
    ];
    for (quiet, now, next) in table {
        assert_eq!(quiet.next(at(now)), at(next), "{now}");
    }
}

#[test]
fn it_is_tried_again_later_and_later_and_then_given_up() {
    let noon = at("2017-06-26T12:00");
    let waits: Vec<_> =
        (1..=7).map(|tries| next_try(tries, noon, None).map(|next| next.0 - noon.0)).collect();
    let seconds = |n: i64| Some(n * 1_000_000);
    let expected = [seconds(60), seconds(300), seconds(1_800), seconds(7_200), seconds(43_200), None, None];
    assert_eq!(waits, expected);
    assert_eq!(next_try(0, noon, None), None);
    let quiet = Some(QuietHours::default());
    assert_eq!(next_try(4, at("2017-06-26T20:00"), quiet), Some(at("2017-06-27T07:00")));
}

#[test]
fn reminders_come_the_afternoon_before() {
    let slot = at("2017-06-28T08:30");
    assert_eq!(reminder_at(slot, at("2017-06-26T09:00")), Some(at("2017-06-27T16:00")));
    assert_eq!(reminder_at(slot, at("2017-06-27T14:00")), Some(at("2017-06-27T16:00")));
    assert_eq!(reminder_at(slot, at("2017-06-27T14:01")), None);
    assert_eq!(reminder_at(slot, at("2017-06-28T07:00")), None);
}

#[test]
fn ways_are_those_the_applicant_gave() {
    let now = at("2017-06-26T09:00");
    let both = Routes { webhooks: vec!["portal".into()], ..Routes::default() };
    let table = [
        ("an@thu.example.vn", "0918123456", false, vec![Channel::Email, Channel::Phone, Channel::Webhook]),
        ("an@thu.example.vn", "", false, vec![Channel::Email, Channel::Webhook]),
        ("", "0918123456", false, vec![Channel::Phone, Channel::Webhook]),
        ("", "", false, vec![Channel::Webhook]),
        ("an@thu.example.vn", "0918123456", true, vec![Channel::Webhook]),
    ];
    for (email, phone, silence, expected) in table {
        let found = notices(&entry(2, now, accepted()), &about(recipient(email, phone, silence)), &both);
        let channels: Vec<_> = found.iter().map(|notice| notice.channel).collect();
        assert_eq!(channels, expected, "{email} {phone} {silence}");
    }
}

#[test]
fn other_systems_learn_no_name_and_wait_for_no_morning() {
    let night = at("2017-06-26T22:00");
    let routes = Routes { webhooks: vec!["portal".into()], ..Routes::default() };
    let found =
        notices(&entry(2, night, accepted()), &about(recipient("an@thu.example.vn", "", false)), &routes);
    assert_eq!(found[0].send_at, at("2017-06-27T07:00"));
    assert_eq!(found[1].send_at, night);
    let key = SecretKey::new(KEY);
    let letters: Vec<_> = found.iter().map(|notice| open(notice.id, &notice.sealed, &key).unwrap()).collect();
    assert_eq!((letters[0].to.as_str(), letters[0].name.as_str()), ("an@thu.example.vn", "Nguyễn Văn An"));
    assert_eq!((letters[1].to.as_str(), letters[1].name.as_str()), ("", ""));
    assert!(open(found[0].id, &found[1].sealed, &key).is_none(), "a letter belongs to its notice");
    assert!(open(found[0].id, &found[0].sealed, &SecretKey::new([8; 32])).is_none());
}

#[test]
fn a_letter_holds_no_identity_number_and_no_reason() {
    let reason = Bytes(b"SEALED REASON".to_vec());
    let ended = CaseEnded { of: of(None), reason, book: String::new(), number: 0 };
    let found = notices(
        &entry(3, at("2017-06-26T09:00"), Event::CaseStopped(ended)),
        &about(recipient("an@thu.example.vn", "", false)),
        &Routes::default(),
    );
    let text = SecretKey::new(KEY).open(found[0].id.as_bytes(), &found[0].sealed).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(!text.contains("381234567") && !text.contains("REASON") && !text.contains("Ấp 4"), "{text}");
}

#[test]
fn a_result_given_at_once_is_not_announced() {
    let now = at("2017-06-26T09:00");
    let finished = Event::CaseFinished { of: of(None), outcome: Result::Granted, on_time: true };
    let returned = Event::CaseReturned { of: of(None), way: ReturnWay::Counter };
    let whole = [entry(3, now, finished.clone()), entry(4, now, returned)];
    assert_eq!(told(&finished, &whole), None);
    assert_eq!(told(&finished, &whole[..1]).map(|told| told.0), Some(Kind::Ready));
    let Event::CaseAccepted(on_the_spot) = accepted() else { unreachable!() };
    let on_the_spot = Event::CaseAccepted(CaseAccepted { without_receipt: true, ..on_the_spot });
    assert_eq!(told(&on_the_spot, &[]), None);
}

#[test]
fn old_news_is_not_sent() {
    use case::State;
    let table = [
        (Kind::Ready, State::Finished, true),
        (Kind::Ready, State::Returned, false),
        (Kind::SupplementNeeded, State::SupplementRequested, true),
        (Kind::SupplementNeeded, State::InProgress, false),
        (Kind::Received, State::Accepted, true),
        (Kind::Received, State::Submitted, true),
        (Kind::Received, State::Finished, false),
        (Kind::Apology, State::Paused, true),
        (Kind::Apology, State::Withdrawn, false),
        (Kind::Refused, State::Refused, true),
        (Kind::Arrived, State::Accepted, false),
        (Kind::Reminder, State::Accepted, false),
    ];
    for (kind, state, holds) in table {
        assert_eq!(still_holds_for_case(kind, state), holds, "{kind:?} {state:?}");
    }
    let slot = at("2017-06-28T08:30");
    let booking = |state| appointment::Appointment {
        id: Uuid::nil(),
        office_id: "tran-phan".into(),
        group: "A".into(),
        slot_at: slot,
        place: 1,
        state,
        version: 1,
    };
    let booked = booking(appointment::State::Booked);
    let before = at("2017-06-27T16:00");
    assert!(still_holds_for_appointment(Kind::Reminder, Some(slot), &booked, before));
    assert!(!still_holds_for_appointment(Kind::Reminder, Some(before), &booked, before), "moved since");
    assert!(!still_holds_for_appointment(Kind::Reminder, Some(slot), &booked, slot), "too late");
    let given_up = booking(appointment::State::Cancelled);
    assert!(!still_holds_for_appointment(Kind::Reminder, Some(slot), &given_up, before));
    assert!(still_holds_for_appointment(Kind::BookingCancelled, None, &given_up, before));
}

#[test]
fn names_are_read_as_they_are_written() {
    assert!(Kind::ALL.into_iter().all(|kind| Kind::from_key(kind.key()) == Some(kind)));
    assert!(Channel::ALL.into_iter().all(|channel| Channel::from_key(channel.key()) == Some(channel)));
    assert!(State::ALL.into_iter().all(|state| State::from_key(state.key()) == Some(state)));
    assert!(Problem::ALL.into_iter().all(|problem| Problem::from_key(problem.key()) == Some(problem)));
}

proptest! {
    /// An event gives each notice at most once by each way, and always under the same number; another event, another.
    #[test]
    fn numbers_tell_notices_apart(versions in prop::collection::btree_set(1_i64..10_000, 1..20), hooks in 0_usize..4) {
        let webhooks = (0..hooks).map(|n| format!("system-{n}")).collect();
        let routes = Routes { webhooks, ..Routes::default() };
        let about = about(recipient("an@thu.example.vn", "0918123456", false));
        let mut seen = std::collections::BTreeSet::new();
        for version in versions {
            let entry = entry(version, at("2017-06-26T09:00"), accepted());
            let (first, second) = (notices(&entry, &about, &routes), notices(&entry, &about, &routes));
            prop_assert_eq!(first.len(), 2 + hooks);
            prop_assert!(first.iter().zip(&second).all(|(a, b)| a.id == b.id));
            for notice in first {
                prop_assert!(seen.insert(notice.id), "one number for two notices");
            }
        }
    }

    #[test]
    fn nobody_is_woken(minute in 0_u16..1_440, from in 0_u16..1_440, to in 0_u16..1_440) {
        let quiet = QuietHours::new(Minute(from), Minute(to));
        let now = Instant::at(Day(17_000), Minute(minute));
        let next = quiet.next(now);
        prop_assert!(!quiet.holds(next));
        prop_assert!(now <= next && next.0 - now.0 < crate::time::DAY_US);
    }
}
