//! What may be decided: cases, ballots, opinions, on the district's real data.

mod clock;
mod decision;
mod opinion;
mod posting;
mod procedures;
mod report;
mod walk;

#[path = "../support/district.rs"]
mod district;

use district::{district, secrets};
use hailong_core::{
    batch::{Batch, Side},
    context::{Actor, Context, Entropy, Role},
    directory::Directory,
    event::Event,
    listen::{
        invitation::{Invitation, Invited, Way},
        rating::{self, Ballot, BallotBox, ExtraMoney, OpenedBallot},
    },
    refusal::Refusal,
    secret::{SecretKey, Secrets},
    serve::{
        applicant::{Applicant, ApplicantKind, Group},
        case::{self, Case, CheckDocuments, LimitChoice, Mark, OpenCase, Outcome, ReturnWay, State, Step},
        clock::{Clock, ClockEvent, PauseReason},
        official::Official,
        procedure::{self, Limit, Unit},
        regime::Regime,
    },
    time::Instant,
};
use proptest::prelude::*;
use uuid::Uuid;

const COPY_DESK: &str = "tran-phan";

struct World {
    directory: Directory,
    secrets: Secrets,
}

impl World {
    fn new() -> Self {
        Self { directory: district(), secrets: secrets() }
    }

    fn official(&self, id: &str) -> Official {
        self.directory.official(id).unwrap().clone()
    }

    fn context(&self, actor: Actor, at: &str) -> Context<'_> {
        let at = Instant::parse_local(at).unwrap();
        Context::new(actor, at, &self.directory, Entropy::new([3; 32]), &self.secrets)
    }

    fn as_official(&self, id: &str) -> Context<'_> {
        self.context(Actor::Official(self.official(id)), "2017-04-05T08:00")
    }

    /// A case for "xác nhận tình trạng hôn nhân" at Trần Phán: three working days.
    fn open(&self) -> (Case, SecretKey) {
        let ctx = self.as_official("tran-phan-1");
        let (batch, case) = case::open(self.first_contact("1.004873"), &ctx).unwrap();
        let key = self.secrets.unwrap_data_key(case.person_id, &wrapped_key(&batch)).unwrap();
        (case, key)
    }

    fn first_contact(&self, procedure: &str) -> OpenCase {
        let applicant = Applicant {
            kind: ApplicantKind::Person,
            name: "Nguyễn Văn An".into(),
            identity_number: "381234567".into(),
            phone: "0918123456".into(),
            email: String::new(),
            address: "Ấp 4".into(),
            residence: Some("tran-phan".into()),
            wishes: Default::default(),
        };
        OpenCase::at_counter(Uuid::from_bytes([8; 16]), procedure, applicant)
    }

    fn check(&self, marks: &[(usize, Mark)]) -> CheckDocuments {
        let documents = &self.directory.versions("1.004873")[0].documents;
        let usual = |document: &procedure::Document| match document.condition {
            Some(_) => Mark::NotNeeded,
            None => Mark::Present,
        };
        let mut documents: Vec<Mark> = documents.iter().map(usual).collect();
        for &(at, mark) in marks {
            documents[at] = mark;
        }
        CheckDocuments { documents, limit: LimitChoice::Published(0), reason: "Thiếu tờ khai".into() }
    }

    fn at_state(&self, state: State) -> (Case, SecretKey) {
        let (mut case, key) = self.open();
        case.state = state;
        case.version = 5;
        if !matches!(state, State::Opened | State::SupplementRequested) {
            let (received, limit) =
                (Instant::parse_local("2017-04-05T07:30").unwrap(), Limit::new(3, Unit::WorkingDays));
            let mut clock = Clock::start(received, limit, Regime::R2015, &self.directory.calendar).unwrap();
            case.due = Some(clock.printed);
            case.held = case.due;
            if state == State::Paused {
                let reason = PauseReason::Posting;
                clock.push(ClockEvent::Paused { at: received.plus_seconds(60), reason }).unwrap();
                case.due = None;
            }
            case.clock = Some(clock);
        }
        (case, key)
    }
}

fn wrapped_key(batch: &Batch) -> Vec<u8> {
    let wrapped = batch.side.iter().find_map(|side| match side {
        Side::DataKey { wrapped, .. } => Some(wrapped.clone()),
        _ => None,
    });
    wrapped.unwrap()
}

fn only_event(batch: &Batch) -> &Event {
    &batch.entries[0].event
}

#[test]
fn every_step_is_allowed_exactly_where_the_case_stands() {
    let world = World::new();
    let handled = [State::Accepted, State::InProgress, State::Paused, State::Submitted];
    let unfinished = [&[State::Opened, State::SupplementRequested], &handled[..]].concat();
    let reason = || "Không đủ điều kiện".to_owned();
    let steps: [(&str, Step, &[State]); 12] = [
        ("check", Step::Check(world.check(&[])), &[State::Opened, State::SupplementRequested]),
        ("hand over", Step::HandOver { to: "tran-phan-2".into(), reason: String::new() }, &handled),
        ("send", Step::Send { to_office: "huyen-dam-doi".into() }, &handled[..2]),
        ("pause", Step::Pause { reason: PauseReason::Posting, words: reason() }, &handled[..2]),
        ("resume", Step::Resume, &[State::Paused]),
        ("submit", Step::Submit { outcome: Outcome::Granted, note: reason() }, &handled[..2]),
        ("send back", Step::SendBack { reason: reason() }, &[State::Submitted]),
        ("stop", Step::Stop { reason: reason() }, &handled),
        ("withdraw", Step::Withdraw { reason: reason() }, &unfinished),
        (
            "finish",
            Step::Finish { outcome: Outcome::Granted },
            &[State::Accepted, State::InProgress, State::Submitted],
        ),
        ("return", Step::Return { way: ReturnWay::Counter }, &[State::Finished]),
        ("refuse", Step::Refuse { reason: reason() }, &unfinished),
    ];
    for state in State::ALL {
        let (case, key) = world.at_state(state);
        for (name, step, allowed) in &steps {
            let decided = case::step(&case, step.clone(), Some(&key), &world.as_official("tran-phan-head"));
            match (allowed.contains(&state), state) {
                (true, _) => assert!(decided.is_ok(), "{name} in {state:?}: {decided:?}"),
                (false, state) if state.is_closed() => {
                    assert_eq!(decided.unwrap_err(), Refusal::AlreadyDone, "{name} in {state:?}");
                }
                (false, _) => assert_eq!(decided.unwrap_err(), Refusal::WrongStep, "{name} in {state:?}"),
            }
        }
    }
}

#[test]
fn only_this_offices_officials_and_head_act_and_only_the_holder_or_head_works() {
    let world = World::new();
    let (case, key) = world.at_state(State::InProgress);
    let finish = || Step::Finish { outcome: Outcome::Granted };
    let answers = [
        ("tran-phan-1", None),
        ("tran-phan-head", None),
        ("tran-phan-2", Some(Refusal::NotYourRole)),
        ("tan-duyet-1", Some(Refusal::NotYourOffice)),
        ("tan-duyet-head", Some(Refusal::NotYourOffice)),
        ("huyen-dam-doi-leader", Some(Refusal::NotYourRole)),
        ("huyen-dam-doi-admin", Some(Refusal::NotYourRole)),
    ];
    for (who, refusal) in answers {
        let decided = case::step(&case, finish(), Some(&key), &world.as_official(who));
        assert_eq!(decided.err(), refusal, "{who}");
    }
    let citizen = world.context(Actor::Citizen, "2017-04-05T08:00");
    assert_eq!(case::step(&case, finish(), Some(&key), &citizen).err(), Some(Refusal::NotYourRole));
}

#[test]
fn a_complete_case_gets_a_promise_by_the_calendar_and_an_unnumbered_code() {
    let world = World::new();
    let (case, key) = world.open();
    // Wednesday 5 April + 3 working days; Thursday the 6th is the Hùng Kings' day.
    let decided =
        case::step(&case, Step::Check(world.check(&[])), Some(&key), &world.as_official("tran-phan-1"))
            .unwrap();
    let Event::CaseAccepted(accepted) = only_event(&decided) else { panic!("{decided:?}") };
    assert_eq!(accepted.due.to_string(), "2017-04-11T17:00:00");
    assert!(accepted.code.ends_with("-170405"), "{}", accepted.code);
    let mut numbered = Event::CaseAccepted(accepted.clone());
    let mut last = 6;
    numbered.number(|_| {
        last += 1;
        last
    });
    let Event::CaseAccepted(numbered) = &numbered else { unreachable!() };
    assert!(numbered.code.ends_with("-170405-0007"), "{}", numbered.code);
    assert_eq!(numbered.book_number, 8);
}

#[test]
fn missing_documents_lead_to_a_supplement_request_with_a_reason_at_most_twice() {
    let world = World::new();
    let (mut case, key) = world.open();
    let ctx = world.as_official("tran-phan-1");
    let missing = || world.check(&[(0, Mark::Missing)]);
    let no_reason = CheckDocuments { reason: "  ".into(), ..missing() };
    assert_eq!(
        case::step(&case, Step::Check(no_reason), Some(&key), &ctx).err(),
        Some(Refusal::ReasonNeeded)
    );
    for round in 1..=2 {
        let batch = case::step(&case, Step::Check(missing()), Some(&key), &ctx).unwrap();
        case::evolve(&mut case, ctx.at, only_event(&batch));
        assert_eq!((case.state, case.supplements), (State::SupplementRequested, round));
    }
    assert_eq!(
        case::step(&case, Step::Check(missing()), Some(&key), &ctx).err(),
        Some(Refusal::SupplementLimit)
    );
    assert!(case::step(&case, Step::Check(world.check(&[])), Some(&key), &ctx).is_ok());
    let waived = world.check(&[(0, Mark::NotNeeded)]);
    assert_eq!(
        case::step(&case, Step::Check(waived), Some(&key), &ctx).err(),
        Some(Refusal::MissingDocument)
    );
}

#[test]
fn a_procedure_is_received_where_it_belongs_and_promises_follow_its_limits() {
    let world = World::new();
    let land = case::open(world.first_contact("1.013831"), &world.as_official("tran-phan-1"));
    assert_eq!(land.err(), Some(Refusal::UnknownProcedure));
    assert!(case::open(world.first_contact("1.013831"), &world.as_official("huyen-dam-doi-1")).is_ok());
    let (case, key) = world.open();
    let typed = CheckDocuments { limit: LimitChoice::Typed(9), ..world.check(&[]) };
    let ctx = world.as_official("tran-phan-1");
    assert_eq!(case::step(&case, Step::Check(typed), Some(&key), &ctx).err(), Some(Refusal::NoLimit));
}

#[test]
fn a_returned_case_is_followed_by_an_invitation_that_names_no_official_and_no_person() {
    let world = World::new();
    let (case, key) = world.at_state(State::Finished);
    let batch = case::step(
        &case,
        Step::Return { way: ReturnWay::Counter },
        Some(&key),
        &world.as_official("tran-phan-1"),
    )
    .unwrap();
    let Event::InvitationIssued(invited) = &batch.entries[1].event else { panic!("{batch:?}") };
    assert_eq!((invited.office_id.as_str(), invited.group), (COPY_DESK, Group::Person));
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
    };
    Invitation { invited, used: false }
}

fn open_box(serial: i64) -> BallotBox {
    BallotBox { office_id: COPY_DESK.into(), group: Group::Person, serial }
}

fn ballot(overall: u8) -> Ballot {
    Ballot {
        overall,
        welcome: Some(overall),
        trips: Some(1),
        extra_money: Some(ExtraMoney::No),
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
    OpenedBallot { ballot: ballot(overall), procedure, field, official: None, opening: None }
}

#[test]
fn a_slip_names_a_procedure_or_a_field_only_when_five_ballots_share_it() {
    let world = World::new();
    let ctx = world.context(Actor::System, "2017-06-30T17:30");
    let four = vec![opened("a", "x", 5); 4];
    assert_eq!(rating::seal(&open_box(1), &four, &ctx).err(), Some(Refusal::TooFewToSeal));
    // Five of procedure a; two of b and three of c in the same field; five of others in fields of their own.
    let mut ballots = vec![opened("a", "x", 5); 5];
    ballots.extend(vec![opened("b", "y", 4); 2]);
    ballots.extend(vec![opened("c", "y", 3); 3]);
    ballots.extend(["d", "e", "f", "g", "h"].map(|other| opened(other, other, 1)));
    let batch = rating::seal(&open_box(7), &ballots, &ctx).unwrap();
    let Event::BoxSealed(sealed) = only_event(&batch) else { panic!("{batch:?}") };
    let named = |procedure: Option<&str>, field: Option<&str>| {
        let fits = |slip: &&rating::ProcedureSlip| {
            slip.procedure.as_deref() == procedure && slip.field.as_deref() == field
        };
        sealed.procedure.iter().filter(fits).count()
    };
    assert_eq!((named(Some("a"), None), named(None, Some("y")), named(None, None)), (5, 5, 5));
    let mut overall = sealed.overall.clone();
    overall.sort_unstable();
    assert_eq!(overall, [1, 1, 1, 1, 1, 3, 3, 3, 4, 4, 5, 5, 5, 5, 5]);
}

#[test]
fn roles_are_what_they_are_called() {
    for role in Role::ALL {
        assert_eq!(Role::from_key(role.key()), Some(role));
        assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{}\"", role.key()));
    }
}

proptest! {
    /// Whatever lies in a box: every name that stands on slips, and the lack of one, is shared by at least five.
    #[test]
    fn nothing_on_a_slip_singles_anybody_out(drawn in proptest::collection::vec((0..6_u8, 0..3_u8), 5..60)) {
        let world = World::new();
        let ballots: Vec<_> =
            drawn.iter().map(|(procedure, field)| opened(&format!("{field}.{procedure}"), &field.to_string(), 4)).collect();
        let ctx = world.context(Actor::System, "2017-06-30T17:30");
        let batch = rating::seal(&open_box(1), &ballots, &ctx).unwrap();
        let Event::BoxSealed(sealed) = only_event(&batch) else { panic!("{batch:?}") };
        let mut shared = std::collections::BTreeMap::new();
        for slip in &sealed.procedure {
            *shared.entry((slip.procedure.clone(), slip.field.clone())).or_insert(0) += 1;
        }
        prop_assert_eq!(shared.values().sum::<usize>(), ballots.len());
        prop_assert!(shared.values().all(|n| *n >= rating::BOX_MINIMUM), "{:?}", shared);
    }
}
