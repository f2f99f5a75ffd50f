//! The law's scales over a record: the figures of reports where they mean the same, and cases worked out by hand where they do not.

use hailong_core::{
    context::Actor,
    listen::opinion::{Class, Opinion, Said, Sort, Topic, Urgency},
    measure::scale::{
        Class as ScaleClass, Enter, Found, Item, Lack, Ratio, Scales, Statement, Subject, Value, period_of,
    },
    refusal::Refusal,
    serve::{
        case::{Mark, Outcome, Step},
        report,
    },
};
use hailong_store::{StoreError, verify::verify};
use uuid::Uuid;

use super::{
    script::{self, FIRST, OFFICE},
    world::{Desk, World, at},
};

fn office() -> Subject {
    Subject::Office(OFFICE.into())
}

fn official() -> Subject {
    Subject::Official(FIRST.into())
}

#[tokio::test]
async fn where_reports_count_the_same_the_figures_agree() {
    let world = World::found(None).await;
    let store = &world.store;
    script::play(store).await;
    let now = at("2018-02-01T09:00");
    for name in ["2017-Q2", "2017-Q3", "2017", "calendar-quarter-2017-2", "calendar-year-2017"] {
        let period = period_of(name).unwrap();
        let closing = report::closing(period, now.day()).unwrap();
        let whole = store.report(period, closing, None).await.unwrap();
        let mut offices = 0;
        for (id, line) in &whole.offices {
            let scales = store.scales(&Subject::Office(id.clone()), period, now).await.unwrap();
            let of = |key| {
                scales.nine_indicators.line(key).unwrap().found.map(|found: Found| (found.part, found.of))
            };
            let expected = match line.resolved() {
                0 => Err(Lack::NoCases),
                n => Ok((2 * line.early() + line.on_time(), n)),
            };
            assert_eq!(of("1"), expected, "{id} in {name}: twice what was early and what was on time");
            let ended = scales.service_index[0].line("2.1").unwrap().found.map_or(0, |found| found.of);
            // Beside what ended the index counts what waits for its applicants.
            assert!(ended >= line.ended(), "{id} in {name}");
            offices += of("1").map_or(0, |(_, n)| n);
        }
        let district = store.scales(&Subject::District, period, now).await.unwrap();
        assert_eq!(district.nine_indicators.line("1").unwrap().found.map_or(0, |found| found.of), offices);
    }
    assert!(verify(store).await.unwrap().trouble.is_none());
}

#[tokio::test]
async fn what_was_entered_counts_with_its_evidence_and_the_newest_holds() {
    let world = World::found(None).await;
    let store = &world.store;
    script::play(store).await;
    let (period, now) = (period_of("2017-Q2").unwrap(), at("2017-07-06T09:00"));
    let scales = store.scales(&office(), period, now).await.unwrap();
    let five = scales.nine_indicators.line("5").unwrap().found.unwrap();
    assert_eq!((five.part, five.of, five.points), (40, 40, Ratio::whole(2)));
    let entries = store.scale_entries(&office(), period).await.unwrap();
    let handled = entries.iter().find(|entry| entry.item == Item::HandledThere).unwrap();
    assert_eq!((handled.version, handled.by.as_str()), (2, "tran-phan-head"));
    assert_eq!(handled.evidence.as_deref(), Some("Báo cáo số 3/BC-UBND"));
    // 27.5 + 70 × (12 + ¾)/13.
    let own = store.scales(&official(), period, now).await.unwrap().hundred_points.unwrap();
    assert_eq!((own.total.decimal(2).as_str(), own.class), ("96.15", Some(ScaleClass::Excellent)));
    let quota = scales.quota.unwrap();
    assert_eq!(
        (quota.excellent, quota.allowed, quota.beyond),
        (1, 0, 1),
        "nobody is good beside the excellent"
    );
    let desk = Desk::new(store, 9);
    let ctx = desk.ctx(desk.official("tran-phan-head"), now);
    let again = |seen| Enter {
        subject: office(),
        period,
        item: Item::HandledThere,
        value: Value::Share { part: 1, of: 2 },
        evidence: "Báo cáo".into(),
        seen,
    };
    let stale = store.enter_scale(again(1), &ctx).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    store.enter_scale(again(2), &ctx).await.unwrap();
    let month = hailong_core::serve::report::Period::parse("legal-month-2017-6").unwrap();
    let refused = store.scales(&office(), month, now).await;
    assert!(matches!(refused, Err(StoreError::Refused(Refusal::PeriodNotTold))), "{refused:?}");
}

/// Confirmation of marital status: three working days.
const PROCEDURE: &str = "1.004873";

/// Somebody complains of a case, or of none in particular.
async fn complain(desk: &Desk<'_>, case: Option<Uuid>) {
    let store = desk.store;
    let case_code = match case {
        Some(id) => store.case(id).await.unwrap().unwrap().code.unwrap(),
        None => String::new(),
    };
    let words = Opinion { words: "Nói năng cộc lốc".into(), case_code, ..Opinion::default() };
    let ctx = desk.ctx(Actor::Citizen, at("2017-06-01T10:00"));
    let code = store.receive_opinion(Said::new(OFFICE, words), &ctx).await.unwrap();
    let id = store.opinion_by_code(&code).await.unwrap().unwrap().current.opinion_id;
    let sort = Sort {
        class: Class::Conduct,
        topic: Topic::Attitude,
        urgency: Urgency::Ordinary,
        office_id: OFFICE.into(),
    };
    let ctx = desk.ctx(desk.official("tran-phan-head"), at("2017-06-02T10:00"));
    store.triage_opinion(id, sort, None, &ctx).await.unwrap();
}

fn points(scales: &Scales, key: &str) -> (u64, u64) {
    scales.nine_indicators.line(key).unwrap().found.map(|found| (found.part, found.of)).unwrap()
}

#[tokio::test]
async fn five_cases_worked_out_by_hand() {
    let world = World::found(None).await;
    let store = &world.store;
    let desk = Desk::new(store, 3);
    let finish = async |id: Uuid, time: &str| {
        desk.step(FIRST, id, Step::Finish { outcome: Outcome::Granted }, at(time)).await;
    };
    // Received on Monday 15/5/2017: due on Thursday 18/5 at 17:00.
    let mut ids = Vec::new();
    for number in 0..5 {
        let time = at("2017-05-15T08:00").plus_seconds(60 * i64::from(number));
        ids.push(desk.receive(FIRST, PROCEDURE, number, time).await);
    }
    let [early, on_time, late, asked, visited] = ids[..] else { panic!("five cases") };
    finish(early, "2017-05-16T09:00").await;
    let visit = Step::RecordVisit {
        visited_at: at("2017-05-16T08:00"),
        attended: true,
        words: "Tại nhà ông An".into(),
    };
    desk.step(FIRST, visited, visit, at("2017-05-16T10:00")).await;
    finish(visited, "2017-05-17T09:00").await;
    let documents = desk.check(PROCEDURE, Mark::Missing, "").documents;
    let missing = Step::RequestSupplement { documents, reason: "Thiếu tờ khai".into() };
    desk.step(FIRST, asked, missing, at("2017-05-17T10:00")).await;
    finish(on_time, "2017-05-18T16:59").await;
    finish(late, "2017-05-19T09:00").await;
    complain(&desk, Some(early)).await;
    complain(&desk, None).await;
    let (period, now) = (period_of("2017-Q2").unwrap(), at("2017-06-14T16:00"));
    let scales = store.scales(&official(), period, now).await.unwrap();
    // Four have a result: 2 + 1 + 0 + 2; nobody was consulted; none was asked for documents; one was visited; and of the early
    // one somebody complained: 0 + 1 + 0 + 2.
    let found = ["1", "2", "3", "4", "7"].map(|key| points(&scales, key));
    assert_eq!(found, [(5, 4), (5, 4), (8, 4), (7, 4), (3, 4)]);
    // 1.25 → 1.3, twice; 2; 1.75 → 1.8; 0.75 → 0.8.
    assert_eq!(scales.nine_indicators.total.decimal(1), "7.2");
    assert!(
        scales.nine_indicators.statements.iter().any(|one| {
            *one == Statement::LatenessForgiven { late: 1, of: 4, class: ScaleClass::Hundred }
        })
    );
    let of_office = store.scales(&office(), period, now).await.unwrap();
    assert!(of_office.nine_indicators.statements.contains(&Statement::ComplaintsWithoutCase { n: 1 }));
    // The index takes the one that waits for documents for ended, on the day they were asked for: four of five.
    let index = &of_office.service_index[0];
    let found = index.line("2.1").unwrap().found.unwrap();
    assert_eq!((found.part, found.of, found.points), (4, 5, Ratio::whole(16)));
    assert!(index.statements.contains(&Statement::RequestEndsTime { waiting: 1 }));
    // What was missing comes on 29/5; of three days two had run: it is finished on the last, eight working days later than printed.
    let documents = desk.check(PROCEDURE, Mark::Present, "").documents;
    desk.step(FIRST, asked, Step::ReceiveSupplement { documents }, at("2017-05-29T09:00")).await;
    finish(asked, "2017-05-30T16:00").await;
    let after = store.scales(&office(), period, now).await.unwrap();
    assert_eq!(points(&after, "3"), (9, 5), "four times two, and one for the request");
    let found = after.service_index[0].line("2.1").unwrap().found.unwrap();
    assert_eq!((found.part, found.of), (4, 5), "the time that it waited is taken off");
    // Two opinions are due in the quarter that follows; both are looked at when they are.
    let due = store.scales(&office(), period_of("2017-Q3").unwrap(), at("2017-09-14T17:00")).await.unwrap();
    let handled = due.nine_indicators.line("8").unwrap().found.unwrap();
    assert_eq!(
        (handled.part, handled.of, handled.points),
        (0, 2, Ratio::ZERO),
        "none was answered: prolonged"
    );
    let other = Subject::Official("tran-phan-2".into());
    let nothing = store.scales(&other, period, now).await.unwrap().nine_indicators;
    assert_eq!((nothing.class, nothing.attainable), (None, Ratio::ZERO));
}
