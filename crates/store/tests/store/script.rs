//! One script of commands through every door of the store.

use hailong_core::{
    context::{Actor, Role},
    event::Event,
    import,
    listen::{
        opinion::{Class, Finding, Helped, Opinion, Reason, Said, Shown, Source, State},
        questionnaire::{self, Questionnaire},
    },
    measure::scale::{Enter, Item, Subject, Value, hundred_points::Products, period_of},
    refusal::Refusal,
    serve::{
        applicant,
        appointment::{Book, Booker},
        calendar::{Kind, Special},
        case::{Ask, Fault, Guide, Mark, Outcome, Reception, ReturnWay, Step, take_over},
        clock::PauseReason,
        decision::{self, Asked, Row, Why},
        notice::{Outcome as Sending, Problem, QuietHours, Trouble},
        office, official,
        posting::{self, Confirm},
        procedure::{Limit, Unit, Withdrawn},
        queue::Arrangement,
        succession,
        ticket::{self, TakeTicket},
        unit,
    },
    time::{Day, Instant},
};
use hailong_store::{Store, StoreError, account::Account};
use uuid::Uuid;

use super::world::{Desk, PROCEDURE, applicant, at, ballot, sorted};

pub const OFFICE: &str = "tran-phan";
pub const FIRST: &str = "tran-phan-1";
const BUILDING: &str = "1.013225";

/// What the script leaves to look up.
pub struct Played {
    pub cases: Vec<Uuid>,
    pub invitations: Vec<Uuid>,
    pub codes: Vec<String>,
    pub tickets: Vec<Uuid>,
    pub appointments: Vec<String>,
    pub files: Vec<String>,
}

/// Plays the script.
pub async fn play(store: &Store) -> Played {
    let desk = Desk::new(store, 1);
    let mut played = Played {
        cases: Vec::new(),
        invitations: Vec::new(),
        codes: Vec::new(),
        tickets: Vec::new(),
        appointments: Vec::new(),
        files: Vec::new(),
    };
    for number in 0..24 {
        let day = at("2017-04-03T08:00").plus_seconds(i64::from(number) * 86_400);
        let office = if number < 21 { OFFICE } else { "tan-duyet" };
        let invitation = desk.whole_case(office, number, day).await;
        played.cases.push(store.invitation(invitation).await.unwrap().unwrap().invited.case_id);
        played.invitations.push(invitation);
    }
    work(&desk, &mut played).await;
    for (number, invitation) in (0..).zip(&played.invitations) {
        desk.cast(
            *invitation,
            ballot(number),
            at("2017-06-01T10:15").plus_seconds(i64::from(number) * 7_000),
        )
        .await;
        if number == 12 {
            let ctx = desk.ctx(Actor::System, at("2017-06-03T00:05"));
            assert!(store.seal_boxes(&ctx).await.unwrap() > 0);
        }
    }
    let ctx = desk.ctx(Actor::System, at("2017-06-04T00:05"));
    store.seal_boxes(&ctx).await.unwrap();
    for batch in desk.batches("quach-pham", 90, at("2017-06-05T08:00")) {
        store.commit(batch).await.unwrap();
    }
    opinions(&desk, &mut played).await;
    queue(&desk, &mut played).await;
    played.files = super::files::play(&desk, FIRST, played.cases[played.cases.len() - 2]).await;
    notices(store).await;
    accounts(store).await;
    super::dialogue::play(&desk).await;
    super::survey::play(&desk).await;
    procedures(store).await;
    super::evaluation::play(&desk).await;
    small_boxes(&desk).await;
    super::kiosk::play(&desk).await;
    super::paper::play(&desk).await;
    let ctx = desk.ctx(Actor::System, at("2017-07-03T09:00"));
    let mut lines = Questionnaire::first().lines;
    lines[1].vi = "Đón tiếp có niềm nở, lịch sự không?".into();
    let from = Day::parse("2017-10-01").unwrap();
    store.commit(questionnaire::publish(from, lines, &ctx).unwrap()).await.unwrap();
    scales(&desk).await;
    let ctx = desk.ctx(desk.official("tran-phan-head"), at("2017-07-05T11:00"));
    store.close_book(OFFICE, 2016, &ctx).await.unwrap();
    offices(store, played.cases[played.cases.len() - 1]).await;
    days_off(&desk, &mut played).await;
    super::guard::play(&desk, &played.cases).await;
    played
}

/// What the record cannot know of the law's scales: entered, entered again, and of an official.
async fn scales(desk: &Desk<'_>) {
    let store = desk.store;
    let office = || Subject::Office(OFFICE.into());
    let points = Value::Points { hundredths: 2_750 };
    let late = Products { n: 1, hundredths: 150, faults: 0, late: 1, delivered: true };
    let products = Value::Products { products: vec![Products { n: 12, late: 0, ..late }, late] };
    for (minute, subject, item, value, seen) in [
        (1, office(), Item::HandledThere, Value::Share { part: 30, of: 40 }, 0),
        (2, office(), Item::ReceivedThere, Value::Share { part: 40, of: 40 }, 0),
        (3, office(), Item::HandledThere, Value::Share { part: 40, of: 40 }, 1),
        (4, Subject::Official(FIRST.into()), Item::Common, points, 0),
        (5, Subject::Official(FIRST.into()), Item::Products, products, 0),
    ] {
        let period = period_of("2017-Q2").unwrap();
        let evidence = format!("Báo cáo số {minute}/BC-UBND");
        let ctx = desk.ctx(desk.official("tran-phan-head"), at("2017-07-05T10:00").plus_seconds(minute * 60));
        store.enter_scale(Enter { subject, period, item, value, evidence, seen }, &ctx).await.unwrap();
    }
}

/// What waits in small boxes is sealed together when the quarter is over.
async fn small_boxes(desk: &Desk<'_>) {
    let store = desk.store;
    let waiting = |all: Vec<(String, applicant::Group, i64)>| -> i64 {
        all.iter().filter(|(_, group, _)| *group == applicant::Group::Person).map(|(_, _, n)| n).sum()
    };
    let invitation = desk.whole_case("quach-pham", 390, at("2017-06-06T08:00")).await;
    desk.cast(invitation, ballot(390), at("2017-06-08T10:15")).await;
    let ctx = |text| desk.ctx(Actor::System, at(text));
    store.seal_boxes(&ctx("2017-06-30T23:59")).await.unwrap();
    let before = waiting(store.waiting_ballots().await.unwrap());
    assert!((3..10).contains(&before), "{before} wait in boxes of one or two");
    let held = store.due_held(Day::parse("2017-07-01").unwrap()).await.unwrap();
    assert!(held.len() > 1, "slips wait at offices of both groups of applicants");
    assert_eq!(store.seal_boxes(&ctx("2017-07-01T00:05")).await.unwrap(), 1);
    let left = store.held().await.unwrap().into_iter().filter(|at| !at.waiting.is_empty());
    assert!(left.into_iter().all(|at| at.office_id == "*" && !at.waiting.any_enough()));
    assert_eq!(waiting(store.waiting_ballots().await.unwrap()), 0);
}

/// Cases that end in every other way, or have not ended.
async fn work(desk: &Desk<'_>, played: &mut Played) {
    let store = desk.store;
    let noon = at("2017-05-08T10:00");
    // Supplement, then accepted; then finished late.
    let command = desk.command(PROCEDURE, 40, noon);
    let id = command.case_id;
    let missing = desk.check(PROCEDURE, Mark::Missing, "Thiếu tờ khai bí mật");
    store.receive_case(command, missing, &desk.ctx(desk.official(FIRST), noon)).await.unwrap();
    let check = desk.check(PROCEDURE, Mark::Present, "");
    desk.step(FIRST, id, Step::Check(check), at("2017-05-09T08:30")).await;
    desk.step(FIRST, id, Step::Finish { outcome: Outcome::Denied }, at("2017-06-20T08:30")).await;
    played.cases.push(id);
    // Opened only, by a person known from before.
    let known = store.find_person("phone", &applicant(40).phone).await.unwrap().unwrap();
    let mut command = desk.command(PROCEDURE, 40, noon.plus_seconds(60));
    command.known = Some((known.0, known.2));
    played.cases.push(command.case_id);
    store.open_case(command, &desk.ctx(desk.official(FIRST), noon.plus_seconds(60))).await.unwrap();
    // Refused, before and after a promise.
    let refuse = || Step::Refuse { reason: "Không thuộc thẩm quyền, lý do kín".into() };
    let promised = desk.receive(FIRST, PROCEDURE, 41, noon.plus_seconds(120)).await;
    desk.step(FIRST, promised, refuse(), noon.plus_seconds(3_600)).await;
    let command = desk.command(PROCEDURE, 42, noon.plus_seconds(180));
    let unpromised = command.case_id;
    store.open_case(command, &desk.ctx(desk.official(FIRST), noon.plus_seconds(180))).await.unwrap();
    desk.step(FIRST, unpromised, refuse(), noon.plus_seconds(7_200)).await;
    played.cases.extend([promised, unpromised]);
    every_step(desk, played).await;
    // Running, some late by the end of June.
    for number in 43..50 {
        let day = at("2017-06-19T13:30").plus_seconds(i64::from(number - 43) * 86_400);
        played.cases.push(desk.receive(FIRST, PROCEDURE, number, day).await);
    }
}

/// Every other step of a case, each at least once.
async fn every_step(desk: &Desk<'_>, played: &mut Played) {
    let store = desk.store;
    let at = |minute: i64| at("2017-05-15T08:00").plus_seconds(minute * 60);
    let words = |text: &str| format!("{text}, lời lẽ kín");
    let guidance = Guide {
        guidance_id: Uuid::from_u128(77),
        procedure: PROCEDURE.into(),
        reception: Reception::Counter,
        words: words("Cần tờ khai"),
    };
    store.guide(guidance, &desk.ctx(desk.official(FIRST), at(0))).await.unwrap();
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(desk.receive(FIRST, PROCEDURE, 60 + number, at(i64::from(number))).await);
    }
    let missing = desk.check(PROCEDURE, Mark::Missing, "").documents;
    let present = desk.check(PROCEDURE, Mark::Present, "").documents;
    let ask = |id: u128, by: i64| {
        Step::Consult(Ask {
            id: Uuid::from_u128(id),
            body: "Công an xã Trần Phán".into(),
            question: words("Xin xác nhận cư trú"),
            answer_by: at(by),
            silence_consents: id == 4,
        })
    };
    let first = [
        Step::RequestSupplement { documents: missing.clone(), reason: words("Thiếu giấy") },
        Step::ReceiveSupplement { documents: present },
        ask(1, 40),
        ask(2, 36),
        Step::AnswerConsultation { id: Uuid::from_u128(1), agreed: true, answer: words("Đồng ý") },
        Step::NoteSilence { id: Uuid::from_u128(2) },
        Step::RecordVisit { visited_at: at(35), attended: true, words: words("Tại ấp 4") },
        Step::Apologise { to: at(0).day().plus(14), reason: words("Chờ xác minh") },
        Step::Lose { words: words("Thất lạc một bản sao") },
        Step::Submit { outcome: Outcome::Granted, note: words("Đủ điều kiện") },
    ];
    for (minute, step) in (32_i64..).zip(first) {
        desk.step(FIRST, ids[0], step, at(minute)).await;
    }
    let signed = [
        Step::SendBack { reason: words("Sửa tên") },
        Step::Submit { outcome: Outcome::Granted, note: words("Đã sửa") },
        Step::Finish { outcome: Outcome::Granted },
        Step::Return { way: ReturnWay::Post },
        Step::Correct { fault: Fault::Office, reason: words("Sai năm sinh") },
    ];
    for (minute, step) in (60..).zip(signed) {
        desk.step("tran-phan-head", ids[0], step, at(minute)).await;
    }
    let pause = |reason| Step::Pause { reason, words: words("Theo luật") };
    desk.step(FIRST, ids[1], pause(PauseReason::FinancialDuty), at(70)).await;
    desk.step(FIRST, ids[1], Step::Resume, at(3_000)).await;
    desk.step(FIRST, ids[1], Step::Withdraw { reason: words("Không cần nữa") }, at(3_001)).await;
    desk.step(FIRST, ids[2], pause(PauseReason::Posting), at(70)).await;
    desk.step(FIRST, ids[3], Step::Send { to_office: "huyen-dam-doi".into() }, at(71)).await;
    desk.step(FIRST, ids[4], Step::RequestSupplement { documents: missing, reason: words("Thiếu") }, at(72))
        .await;
    desk.step("tran-phan-head", ids[4], Step::Stop { reason: words("Quá hạn bổ sung") }, at(9_000)).await;
    desk.step(FIRST, ids[5], ask(3, 90), at(73)).await;
    // What only some sectors' laws give: more time for a marriage, consent by silence to a building.
    let marriage = desk.receive(FIRST, "1.000894", 66, at(74)).await;
    let by = Limit::new(2, Unit::WorkingDays);
    desk.step(FIRST, marriage, Step::Extend { by, reason: words("Phải xác minh") }, at(75)).await;
    let clerk = "huyen-dam-doi-1";
    let building = desk.receive(clerk, BUILDING, 67, at(76)).await;
    desk.step(clerk, building, ask(4, 100), at(77)).await;
    desk.step(clerk, building, Step::NoteSilence { id: Uuid::from_u128(4) }, at(101)).await;
    ids.extend([marriage, building]);
    played.cases.extend(ids);
    waiting(desk, played, at(80)).await;
}

/// One that waits for documents, one that waits to be fetched, and one resolved on the spot.
async fn waiting(desk: &Desk<'_>, played: &mut Played, at: Instant) {
    let store = desk.store;
    let ctx = |minute: i64| desk.ctx(desk.official(FIRST), at.plus_seconds(minute * 60));
    let command = desk.command(PROCEDURE, 70, at);
    played.cases.push(command.case_id);
    let missing = desk.check(PROCEDURE, Mark::Missing, "Thiếu tờ khai");
    store.receive_case(command, missing, &ctx(0)).await.unwrap();
    let finished = desk.receive(FIRST, PROCEDURE, 71, at.plus_seconds(60)).await;
    desk.step(FIRST, finished, Step::Finish { outcome: Outcome::Granted }, at.plus_seconds(120)).await;
    let mut command = desk.command(PROCEDURE, 72, at.plus_seconds(180));
    command.ticket = Some((Uuid::from_u128(5), at.plus_seconds(100)));
    command.help_office = Some("tan-duyet".into());
    command.deciding = Some("Ủy ban nhân dân xã Tân Duyệt".into());
    command.reception = Reception::Mobile;
    played.cases.extend([finished, command.case_id]);
    let check = desk.check(PROCEDURE, Mark::Present, "");
    store.resolve_case(command, check, Outcome::Granted, &ctx(3)).await.unwrap();
    let mut online = desk.command(PROCEDURE, 73, at.plus_seconds(240));
    online.reception = Reception::Online;
    online.office_id = Some(OFFICE.into());
    played.cases.push(online.case_id);
    store.open_case(online, &desk.ctx(Actor::Citizen, at.plus_seconds(240))).await.unwrap();
}

/// Opinions on every way: the first is answered at once, the second asked about, answered, published and judged, the third
/// refused, the fourth answered with the fifth, the sixth only received and explained.
async fn opinions(desk: &Desk<'_>, played: &mut Played) {
    let store = desk.store;
    let mut ids = Vec::new();
    for number in 0..7 {
        let opinion = Opinion {
            words: format!("Góp ý kín số {number}"),
            name: if number % 2 == 0 { "Trần Văn Giấu Tên".into() } else { String::new() },
            ..Opinion::default()
        };
        let when = at("2017-06-05T15:00").plus_seconds(number * 60);
        let said = Said {
            class: (number == 1).then_some(Class::Idea),
            source: if number == 2 { Source::Letter } else { Source::Page },
            confidential: number == 3,
            consent: number == 1,
            once: Some(format!("form {number}")),
            ..Said::new(if number == 6 { "tan-duyet" } else { OFFICE }, opinion)
        };
        let ctx = || desk.ctx(desk.official(FIRST), when);
        let code = store.receive_opinion(said.clone(), &ctx()).await.unwrap();
        if number == 1 {
            assert_eq!(store.receive_opinion(said.clone(), &ctx()).await.unwrap(), code, "a second click");
            let other = Opinion { words: "Lời khác, cùng tờ khai".into(), ..said.opinion.clone() };
            let other = store.receive_opinion(Said { opinion: other, ..said }, &ctx()).await.unwrap();
            assert_ne!(other, code, "other words are another opinion");
        }
        ids.push(store.opinion_by_code(&code).await.unwrap().unwrap().current.opinion_id);
        played.codes.push(code);
    }
    let head = |minute: i64| {
        desk.ctx(desk.official("tran-phan-head"), at("2017-06-06T09:00").plus_seconds(minute * 60))
    };
    let author = |day: &str| desk.ctx(Actor::Citizen, at(day));
    for (minute, id) in (0..).zip([ids[0], ids[1], ids[4]]) {
        store.triage_opinion(id, sorted(OFFICE), None, &head(minute)).await.unwrap();
    }
    store.triage_opinion(ids[3], sorted(OFFICE), Some(ids[4]), &head(3)).await.unwrap();
    let again = store.triage_opinion(ids[3], sorted(OFFICE), Some(ids[4]), &head(4)).await;
    assert!(matches!(again, Err(StoreError::Refused(Refusal::AlreadyDone))), "{again:?}");
    let chain = store.triage_opinion(ids[4], sorted(OFFICE), Some(ids[0]), &head(4)).await;
    assert!(matches!(chain, Err(StoreError::Refused(Refusal::BadChoice(_)))), "{chain:?}");
    store.answer_opinion(ids[0], "Đã tiếp thu, trả lời kín", Some(Finding::Upheld), &head(5)).await.unwrap();
    store.ask_author(ids[1], "Ở phòng nào, hỏi kín", &head(6)).await.unwrap();
    store.reply_opinion(ids[1], "Phòng số hai, đáp kín", &author("2017-06-08T20:00")).await.unwrap();
    store.answer_opinion(ids[1], "Đã sửa, trả lời kín", Some(Finding::Upheld), &head(4_000)).await.unwrap();
    let shown = Shown { words: "Góp ý kín đã che".into(), answer: "Đã sửa, kín".into() };
    store.publish_opinion(ids[1], shown, &head(4_100)).await.unwrap();
    store.judge_opinion(ids[1], Helped::Partly, &author("2017-06-12T07:00")).await.unwrap();
    store.refuse_opinion(ids[2], Reason::Complaint, "", &head(5_000)).await.unwrap();
    let promised = at("2017-06-21T08:00").day();
    let said =
        store.explain_opinion(ids[5], "Sót trong sổ, giải trình kín", Some(promised), &head(20_000)).await;
    said.unwrap();
    let again = store.explain_opinion(ids[5], "Lần nữa", Some(promised), &head(20_001)).await;
    assert!(matches!(again, Err(StoreError::Refused(Refusal::AlreadyDone))), "{again:?}");
    store.answer_opinion(ids[4], "Trả lời chung, kín", Some(Finding::Upheld), &head(20_000)).await.unwrap();
    store.consent_opinion(ids[4], true, &author("2017-06-27T07:00")).await.unwrap();
    let with = store.opinion(ids[3]).await.unwrap().unwrap();
    assert_eq!((with.current.state, with.late), (State::Answered, 0), "answered with the other");
}

/// A morning at the number machine, with appointments.
async fn queue(desk: &Desk<'_>, played: &mut Played) {
    let store = desk.store;
    let morning = at("2017-06-30T07:30");
    let head = || desk.official("tran-phan-head");
    let (arrangement, version) = store.arrangement(OFFICE).await.unwrap();
    store.arrange_queue(arrangement, version, &desk.ctx(head(), morning)).await.unwrap();
    let fewer = Arrangement {
        counters: Arrangement::usual(OFFICE).counters[..2].to_vec(),
        ..Arrangement::usual(OFFICE)
    };
    store.arrange_queue(fewer, 1, &desk.ctx(head(), morning)).await.unwrap();
    for (number, slot) in (0..).zip(["2017-06-30T08:00", "2017-06-30T08:00", "2017-07-03T13:30"]) {
        let booker = Booker { name: format!("Trần Kín {number}"), phone: format!("091800000{number}") };
        let command = Book { group: "A".into(), slot_at: at(slot), booker };
        let ctx = desk.ctx(Actor::Citizen, morning.plus_seconds(number));
        played.appointments.push(store.book_appointment(OFFICE, command, &ctx).await.unwrap());
    }
    let mut booked = Vec::new();
    for code in &played.appointments {
        booked.push(store.appointment_by_code(code).await.unwrap().unwrap().appointment.id);
    }
    let citizen = |seconds| desk.ctx(Actor::Citizen, morning.plus_seconds(seconds));
    store.move_appointment(booked[2], at("2017-07-04T09:00"), &citizen(60)).await.unwrap();
    store.cancel_appointment(booked[1], &citizen(120)).await.unwrap();
    for number in 0..9 {
        let take = TakeTicket {
            office_id: OFFICE.into(),
            group: if number % 3 == 2 { "B".into() } else { "A".into() },
            priority: number % 4 == 3,
            appointment: None,
        };
        played.tickets.push(store.issue_ticket(take, &citizen(200 + number)).await.unwrap());
    }
    played.tickets.push(store.check_in(booked[0], &citizen(1_750)).await.unwrap());
    for turn in 0..7 {
        let who = format!("{OFFICE}-{}", 1 + turn % 2);
        let now = morning.plus_seconds(1_900 + i64::from(turn) * 300);
        let counter = format!("Quầy {}", 1 + turn % 2);
        let id = store.call_next(OFFICE, &counter, &desk.ctx(desk.official(&who), now)).await.unwrap();
        let steps: &[ticket::Step] = match turn {
            0 => &[ticket::Step::Recall, ticket::Step::Missed],
            1 => &[ticket::Step::Recall, ticket::Step::Attend, ticket::Step::Done],
            6 => &[],
            _ => &[ticket::Step::Attend],
        };
        for (second, step) in (1..).zip(steps) {
            let ctx = desk.ctx(desk.official(&who), now.plus_seconds(second));
            store.step_ticket(id, step.clone(), &ctx).await.unwrap();
        }
        if turn == 2 {
            let group = ticket::Step::Move { group: "C".into() };
            let ctx = desk.ctx(desk.official(&who), now.plus_seconds(30));
            store.step_ticket(id, group, &ctx).await.unwrap();
        }
    }
}

/// A procedure gets a new version, and another is abolished.
async fn procedures(store: &Store) {
    let day = |text| Day::parse(text).unwrap();
    let directory = store.directory();
    let ctx = store.context(Actor::System, at("2017-07-04T08:00"), &directory, [12; 32]);
    let mut version = directory.versions("1.011607")[0].clone();
    version.valid_from = Some(day("2021-09-01"));
    version.valid_to = None;
    version.limits[0].value = 15;
    let withdrawn = Withdrawn { code: "1.004222".into(), from: day("2021-06-01") };
    let events = vec![Event::ProcedurePublished(Box::new(version)), Event::ProcedureWithdrawn(withdrawn)];
    store.publish(events, &ctx).await.unwrap();
    let directory = store.directory();
    let value = |on| directory.procedure_on("1.011607", day(on)).unwrap().limits[0].value;
    assert_eq!((value("2021-08-31"), value("2021-09-01")), (7, 15));
    assert!(directory.procedure_on("1.004222", day("2021-05-31")).is_ok());
    assert_eq!(directory.procedure_on("1.004222", day("2021-06-01")), Err(Refusal::UnknownProcedure));
    boards(store).await;
}

/// An office confirms what hangs on its notice board, and once more.
async fn boards(store: &Store) {
    let directory = store.directory();
    let office = directory.office(OFFICE).unwrap();
    let clerk = Actor::Official(directory.official(FIRST).unwrap().clone());
    for (when, codes, photo) in [
        ("2017-07-04T09:00", vec!["1.001193", "1.011607"], Some([7; 32])),
        ("2017-07-05T09:00", vec!["1.001193"], None),
    ] {
        let ctx = store.context(clerk.clone(), at(when), &directory, [13; 32]);
        let procedures = codes.into_iter().map(str::to_owned).collect();
        store.confirm_posting(Confirm { office_id: OFFICE.into(), procedures, photo }, &ctx).await.unwrap();
    }
    let kept = store.postings(OFFICE).await.unwrap();
    let birth = &kept["1.001193"];
    assert_eq!((birth.at, birth.by.as_str(), birth.version), (at("2017-07-05T09:00"), FIRST, 2));
    assert_eq!(kept["1.011607"].confirmed.photo.as_ref().map(|hash| hash.0.len()), Some(32));
    let on = |day| posting::tally(&directory, office, Day::parse(day).unwrap(), &kept);
    assert_eq!((on("2017-07-05").posted, on("2017-07-05").outdated), (2, 0));
    // The new version of 2021 hangs nowhere yet.
    assert_eq!((on("2021-09-01").posted, on("2021-09-01").outdated), (1, 1));
    assert!(store.postings("tan-duyet").await.unwrap().is_empty());
}

/// What happens to offices, officials and units after they were published, and to a case of theirs.
async fn offices(store: &Store, case: Uuid) {
    let day = |text| Day::parse(text).unwrap();
    let when = at("2017-07-03T08:00");
    let units = unit::parse_csv(include_str!("../../../../data/dam-doi/units.csv")).unwrap();
    let directory = store.directory();
    let ctx = store.context(Actor::System, when, &directory, [9; 32]);
    store.publish(units.into_iter().map(Event::UnitPublished).collect(), &ctx).await.unwrap();
    let mut office = directory.office("tan-duyet").unwrap().clone();
    office.id = "tan-duyet-2".into();
    office.case_prefix = "000.99.70.H12".into();
    office.opened_on = Some(day("2017-07-01"));
    store.commit(office::open(office, &ctx).unwrap()).await.unwrap();
    let mut reserve = directory.official("tan-duyet-1").unwrap().clone();
    reserve.id = "tan-duyet-9".into();
    reserve.reserve = true;
    store.commit(official::appoint(reserve, &ctx).unwrap()).await.unwrap();
    let directory = store.directory();
    let ctx = store.context(Actor::System, when, &directory, [10; 32]);
    let change = office::Change {
        office_id: "tan-duyet-2".into(),
        from: day("2017-07-10"),
        name_vi: Some("Bộ phận tiếp nhận và trả kết quả số 2".into()),
        ..office::Change::default()
    };
    store.commit(office::change(change, &ctx).unwrap()).await.unwrap();
    let post = official::Post {
        office_id: "tan-duyet-2".into(),
        role: Role::Official,
        title_vi: "Công chức".into(),
        validity: office::Validity::new(Some(day("2017-07-03")), None),
        reserve: true,
    };
    store.commit(official::take_post("tan-duyet-9", post, &ctx).unwrap()).await.unwrap();
    let absence = official::Absence {
        official: "tan-duyet-1".into(),
        from: day("2017-07-04"),
        to: day("2017-07-07"),
        deputy: "tan-duyet-2".into(),
    };
    store.commit(official::note_absence(absence, &ctx).unwrap()).await.unwrap();
    let successions = include_str!("../../../../data/dam-doi/successions.csv");
    let successions = succession::parse_csv(successions).unwrap();
    store.commit(succession::succeed(successions, &ctx).unwrap()).await.unwrap();
    let directory = store.directory();
    let ctx = store.context(Actor::System, when, &directory, [11; 32]);
    let file = store.case(case).await.unwrap().unwrap().case;
    let moved = succession::move_case(&file, &file.office_id, "tan-duyet", "tan-duyet-1", &ctx).unwrap();
    store.commit(moved).await.unwrap();
    let closed = office::Closed {
        office_id: "tan-duyet-2".into(),
        last_day: day("2017-07-31"),
        why: "Hết nhu cầu".into(),
    };
    store.close_office(closed, &ctx).await.unwrap();
    let line = r#"{"id": "old-77", "code": "000.34.70.H12-170601-0931", "office": "tran-phan", "procedure": "1.011607",
        "holder": "tran-phan-2", "state": "supplement_requested", "accepted_at": "2017-06-01T09:00", "book_number": 931,
        "limit": "5 working-days", "due": "2017-06-08T09:00", "pauses": [{"from": "2017-06-02T10:00",
        "reason": "supplement"}], "applicant_name": "Nguyễn Thị Bí Mật Cũ", "applicant_number": "381999999",
        "applicant_phone": "918000999"}"#
        .replace('\n', " ");
    assert!(!store.has_book_number("tran-phan", 2017, 931).await.unwrap());
    let rows = import::case::read(&line, "old", store.vault().secrets()).unwrap();
    for row in rows {
        let taken = take_over(row.case.unwrap(), &ctx).unwrap();
        store.commit_all(vec![taken]).await.unwrap();
    }
    assert!(store.has_book_number("tran-phan", 2017, 931).await.unwrap());
    let taken = store.case_by_code("000.34.70.H12-170601-0931").await.unwrap().unwrap();
    assert_eq!((taken.case.supplements, taken.waits.key()), (1, "citizen"));
    assert_eq!(store.applicant(&taken).await.unwrap().unwrap().phone, "0918000999");
    let open = store.open_cases_after(Uuid::nil(), 100).await.unwrap();
    assert!(open.iter().any(|file| file.case.id == case && file.case.at_office == "tan-duyet"));
    let here = |file: &&hailong_store::serve::case::CaseFile| {
        file.case.at_office == "tran-phan" || file.case.desk_office == "tran-phan"
    };
    assert_eq!(store.open_cases_for("tran-phan").await.unwrap(), open.iter().filter(here).count() as u64);
    assert_eq!(
        store.last_number("tran-phan/2017").await.unwrap(),
        931,
        "the next receipt goes on from there"
    );
    let directory = store.directory();
    assert!(directory.on(day("2017-08-01")).office("tan-duyet-2").is_err());
    assert!(directory.acting("tan-duyet-9", day("2017-08-01")).is_ok(), "the first post goes on");
    assert_eq!(directory.units.len(), 27);
}

/// A decision on days off, with the cases that follow; then it is taken back, and no date comes earlier.
async fn days_off(desk: &Desk<'_>, played: &mut Played) {
    let store = desk.store;
    played.cases.push(desk.receive(FIRST, "1.004873", 95, at("2017-07-05T10:00")).await);
    let decided = Day::parse("2017-07-03").unwrap();
    let off = |text: &str| Special {
        day: Day::parse(text).unwrap(),
        kind: Kind::Exchanged,
        name: "Ngày nghỉ bão".into(),
        source: String::new(),
    };
    let decide =
        |rows: Vec<Row>| Asked { decision: "Công điện 1/CĐ-TTg".into(), decided_on: decided, rows };
    let later = vec![Row::Put(off("2017-07-06")), Row::Put(off("2017-07-07"))];
    let back = vec![Row::TakenBack(off("2017-07-06").day), Row::TakenBack(off("2017-07-07").day)];
    let opinion = Opinion { words: "Góp ý kín trước bão".into(), ..Opinion::default() };
    let author = desk.ctx(Actor::Citizen, at("2017-07-05T10:00"));
    let code = store.receive_opinion(Said::new(OFFICE, opinion), &author).await.unwrap();
    let before = store.open_cases_after(Uuid::nil(), 200).await.unwrap();
    for (round, rows) in [later, back].into_iter().enumerate() {
        let when = at("2017-07-05T12:00").plus_seconds(round as i64 * 60);
        let directory = store.directory();
        let ctx = store.context(Actor::System, when, &directory, [14; 32]);
        let plan = decision::plan(decide(rows), &ctx).unwrap();
        let mut seen = 0;
        store
            .each_moved(&plan.calendar, when, |_, found| seen += u64::from(found.why == Why::Later))
            .await
            .unwrap();
        store.publish_decision(&plan, &ctx).await.unwrap();
        let stale = store.publish_decision(&plan, &ctx).await;
        assert!(matches!(stale, Err(hailong_store::StoreError::Stale)), "one decision is taken in once");
        let directory = store.directory();
        let ctx = store.context(Actor::System, when, &directory, [15; 32]);
        let progress = store.move_due_dates(9, &ctx).await.unwrap();
        assert!(progress.done && progress.moved == seen && (seen > 0) == (round == 0), "{progress:?}");
        assert_eq!(store.move_due_dates(9, &ctx).await.unwrap(), progress, "asked again, nothing is left");
        assert_eq!(store.due_dates_moved().await.unwrap(), progress);
        let file = store.opinion_by_code(&code).await.unwrap().unwrap();
        let told = file.moved.map(|(day, decision)| (day.to_string(), decision));
        assert_eq!(told, Some(("2017-07-26".to_owned(), "Công điện 1/CĐ-TTg".to_owned())));
        assert_eq!(file.current.due.to_string(), "2017-07-28", "later, and never earlier again");
    }
    let after = store.open_cases_after(Uuid::nil(), 200).await.unwrap();
    assert!(before.iter().zip(&after).all(|(before, after)| before.case.held <= after.case.held));
}

/// Some notices end in every way, the others wait. Their letters are sealed with fresh bytes and are not compared.
async fn notices(store: &Store) {
    let now = at("2017-06-30T10:00");
    let quiet = QuietHours::default();
    assert!(store.notices_wait(now).await.unwrap());
    let claim = store.claim_notices(Uuid::from_u128(1), now, quiet, 12).await.unwrap();
    let trouble = Trouble { problem: Problem::Rejected, code: Some(550) };
    for (number, file) in claim.notices.iter().enumerate() {
        let outcome = match number % 6 {
            0 => Sending::Sent { via: "sms".into() },
            1 => Sending::Later(trouble),
            2 | 3 => Sending::Never(trouble),
            4 => Sending::NoChannel,
            _ => Sending::Outdated,
        };
        store.notice_done(claim.mark, file, outcome, now, quiet).await.unwrap();
    }
    store.note_call(claim.notices[2].id, "tran-phan-head", now).await.unwrap();
    store.send_again(claim.notices[3].id, now).await.unwrap();
}

async fn accounts(store: &Store) {
    for (login, official) in [("sang", FIRST), ("vinh", "tran-phan-2")] {
        let account =
            Account { login: login.into(), official_id: official.into(), password_hash: "$argon2$".into() };
        store.keep_account(&account).await.unwrap();
        store.begin_session(login.as_bytes(), login, 1_000, 9_000).await.unwrap();
    }
    store.begin_session(b"other", "vinh", 1_000, 9_000).await.unwrap();
    store.end_session(b"other").await.unwrap();
    store.keep_setting("place", "first").await.unwrap();
    store.keep_setting("place", "second").await.unwrap();
}
