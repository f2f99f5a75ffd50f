//! What may be decided: cases, ballots, opinions, on the district's real data.

mod call;
mod clock;
mod decision;
mod evaluation;
mod guard;
mod opinion;
mod paper;
mod posting;
mod procedures;
mod process;
mod report;
mod scale;
mod sealing;
mod spent;
mod walk;

#[path = "../support/district.rs"]
mod district;

use district::{district, secrets};
use hailong_core::{
    batch::{Batch, Side},
    context::{Actor, Context, Entropy, Role},
    directory::Directory,
    event::Event,
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

#[test]
fn roles_are_what_they_are_called() {
    for role in Role::ALL {
        assert_eq!(Role::from_key(role.key()), Some(role));
        assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{}\"", role.key()));
    }
}
