//! What may be entered of the law's scales, and by whom.

use hailong_core::{
    context::Actor,
    event::Event,
    measure::scale::{Enter, Item, Subject, Value, enter, hundred_points::Products, may_see, period_of},
    refusal::Refusal,
    serve::report::Period,
};

use super::{World, only_event, wrapped_key};

const EVIDENCE: &str = "Trang của Cổng Dịch vụ công quốc gia, xem ngày 14/6/2017";

fn command(subject: Subject, item: Item, value: Value) -> Enter {
    let period = Period::parse("legal-quarter-2017-1").unwrap();
    Enter { subject, period, item, value, evidence: EVIDENCE.into(), seen: 0 }
}

fn office() -> Subject {
    Subject::Office("tran-phan".into())
}

fn official(id: &str) -> Subject {
    Subject::Official(id.into())
}

const HALF: Value = Value::Share { part: 20, of: 40 };
const POINTS: Value = Value::Points { hundredths: 2_850 };

#[test]
fn the_head_enters_for_the_office_the_leader_for_all_nobody_for_themselves() {
    let world = World::new();
    for (who, subject, item, value, expected) in [
        ("tran-phan-head", office(), Item::HandledThere, HALF, Ok(())),
        ("huyen-dam-doi-leader", office(), Item::HandledThere, HALF, Ok(())),
        ("tran-phan-1", office(), Item::HandledThere, HALF, Err(Refusal::NotYourRole)),
        ("tan-duyet-head", office(), Item::HandledThere, HALF, Err(Refusal::NotYourOffice)),
        ("tran-phan-head", Subject::District, Item::Digital1, HALF, Err(Refusal::NotYourOffice)),
        ("huyen-dam-doi-leader", Subject::District, Item::Digital1, HALF, Ok(())),
        ("tran-phan-head", official("tran-phan-1"), Item::Common, POINTS, Ok(())),
        ("tran-phan-1", official("tran-phan-1"), Item::Common, POINTS, Err(Refusal::NotYourRole)),
        ("tran-phan-head", official("tran-phan-head"), Item::Common, POINTS, Err(Refusal::NotYourOffice)),
        ("huyen-dam-doi-leader", official("tran-phan-head"), Item::Common, POINTS, Ok(())),
        ("tan-duyet-head", official("tran-phan-1"), Item::Common, POINTS, Err(Refusal::NotYourOffice)),
    ] {
        let found = enter(command(subject.clone(), item, value), &world.as_official(who)).map(|_| ());
        assert_eq!(found, expected, "{who} of {subject:?}");
    }
    let citizen = world.context(Actor::Citizen, "2017-04-05T08:00");
    assert_eq!(
        enter(command(office(), Item::Complete, HALF), &citizen).map(|_| ()),
        Err(Refusal::NotYourRole)
    );
    let sees = |who: &str, subject: &Subject| {
        let ctx = world.as_official(who);
        let Actor::Official(viewer) = &ctx.actor else { panic!("{who}") };
        may_see(viewer, subject, &world.directory)
    };
    assert!(sees("tran-phan-1", &office()) && sees("tran-phan-1", &official("tran-phan-1")));
    assert!(!sees("tran-phan-1", &official("tran-phan-2")) && !sees("tran-phan-1", &Subject::District));
    assert!(sees("tran-phan-head", &official("tran-phan-2")) && !sees("tan-duyet-head", &office()));
    assert!(sees("huyen-dam-doi-leader", &Subject::District) && sees("huyen-dam-doi-leader", &office()));
}

#[test]
fn what_is_no_figure_of_the_item_is_not_entered() {
    let world = World::new();
    let head = world.as_official("tran-phan-head");
    let product = Products { n: 1, hundredths: 100, faults: 0, late: 0, delivered: true };
    let products = |one: Products, n: usize| Value::Products { products: vec![one; n] };
    let of_office = |value| enter(command(office(), Item::Complete, value), &head).map(|_| ());
    let of_official = |item, value| enter(command(official("tran-phan-1"), item, value), &head).map(|_| ());
    assert_eq!(of_office(Value::Share { part: 40, of: 40 }), Ok(()));
    assert_eq!(of_office(Value::Share { part: 41, of: 40 }), Err(Refusal::NotAFigure("part")));
    assert_eq!(of_office(Value::Share { part: 0, of: 0 }), Err(Refusal::Empty("of")));
    assert_eq!(of_office(Value::Share { part: 0, of: u64::MAX }), Err(Refusal::NotAFigure("of")));
    assert_eq!(of_office(POINTS), Err(Refusal::BadChoice("item")));
    assert_eq!(of_official(Item::Complete, HALF), Err(Refusal::BadChoice("item")));
    assert_eq!(of_official(Item::Common, Value::Points { hundredths: 3_000 }), Ok(()));
    assert_eq!(
        of_official(Item::Common, Value::Points { hundredths: 3_001 }),
        Err(Refusal::NotAFigure("points"))
    );
    assert_eq!(of_official(Item::Products, products(product, 12)), Ok(()));
    assert_eq!(of_official(Item::Products, products(product, 13)), Err(Refusal::TooLong("products")));
    assert_eq!(of_official(Item::Products, products(product, 0)), Err(Refusal::Empty("products")));
    let none = Products { n: 0, ..product };
    assert_eq!(of_official(Item::Products, products(none, 1)), Err(Refusal::NotAFigure("products")));
    let said = |evidence: &str, period: &str| {
        let period = Period::parse(period).unwrap();
        let command = Enter { evidence: evidence.into(), period, ..command(office(), Item::Complete, HALF) };
        enter(command, &head).map(|_| ())
    };
    assert_eq!(said("  ", "legal-year-2017"), Err(Refusal::Empty("evidence")));
    assert_eq!(said(&"a".repeat(1_001), "legal-year-2017"), Err(Refusal::TooLong("evidence")));
    assert_eq!(said(EVIDENCE, "legal-year-2017"), Ok(()));
    assert_eq!(said(EVIDENCE, "legal-month-2017-3"), Err(Refusal::PeriodNotTold), "quarters and years only");
    assert_eq!(said(EVIDENCE, "legal-quarter-2017-3"), Err(Refusal::PeriodNotTold), "not yet");
}

#[test]
fn periods_are_named_as_people_and_reports_name_them() {
    for (name, key) in [
        ("2017-Q2", Some("legal-quarter-2017-2")),
        ("2017", Some("legal-year-2017")),
        ("calendar-quarter-2017-2", Some("calendar-quarter-2017-2")),
        ("calendar-month-2017-2", None),
        ("2017-Q5", None),
        ("2017-Q", None),
        ("", None),
        ("-Q1-Q2", None),
    ] {
        assert_eq!(period_of(name).map(Period::key).as_deref(), key, "{name}");
    }
}

#[test]
fn evidence_is_sealed_and_a_second_entry_is_a_new_version() {
    let world = World::new();
    let head = world.as_official("tran-phan-head");
    let batch = enter(command(office(), Item::Complete, HALF), &head).unwrap();
    let Event::ScaleEntered(entered) = only_event(&batch) else { panic!("{batch:?}") };
    let key = world.secrets.unwrap_data_key(entered.evidence_id, &wrapped_key(&batch)).unwrap();
    let opened = key.open(entered.evidence_id.as_bytes(), &entered.evidence.0);
    assert_eq!(opened.as_deref(), Some(EVIDENCE.as_bytes()));
    assert!(!serde_json::to_string(only_event(&batch)).unwrap().contains("Cổng"));
    let again = enter(Enter { seen: 3, ..command(office(), Item::Complete, HALF) }, &head).unwrap();
    assert_eq!((batch.entries[0].version, again.entries[0].version), (1, 4));
    assert_eq!(batch.entries[0].subject, again.entries[0].subject);
    let keys: std::collections::BTreeSet<_> = Item::ALL.iter().map(|item| item.key()).collect();
    assert_eq!(keys.len(), Item::ALL.len());
    assert!(Item::ALL.iter().all(|item| Item::from_key(item.key()) == Some(*item)));
}
