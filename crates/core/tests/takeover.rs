//! Open cases of another system: what is taken as it was, what is put right, and what is left out.

#[path = "support/district.rs"]
mod district;

use district::{district, secrets};
use hailong_core::{
    context::{Actor, Context, Entropy},
    event::Event,
    import::case::read,
    refusal::Refusal,
    serve::{
        case::{State, TakenOver, take_over},
        clock::PauseReason,
    },
    time::Instant,
};
use serde_json::{Value, json};

fn at(text: &str) -> Instant {
    Instant::parse_local(text).unwrap()
}

/// A case that is being worked on.
fn record() -> Value {
    json!({
        "id": "HS-0001", "code": "000.34.70.H12-170612-0007", "office": "tran-phan", "procedure": "1.011607",
        "holder": "tran-phan-2", "state": "in_progress", "opened_at": "2017-06-12T08:10",
        "accepted_at": "2017-06-12T08:30", "book_number": 412, "limit": "5 working-days",
        "due": "2017-06-19T08:30", "applicant_kind": "person", "applicant_name": "Lê Thị Kín",
        "applicant_number": "381222333", "applicant_phone": "0918222333", "applicant_address": "Ấp 4",
    })
}

fn with(changes: Value) -> Value {
    let mut record = record();
    for (name, value) in changes.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

/// What comes of one record: the event, or the word that says why not; and what was put right.
fn taken(record: &Value) -> (Result<TakenOver, String>, Vec<String>) {
    let (directory, secrets) = (district(), secrets());
    let ctx =
        Context::new(Actor::System, at("2017-06-30T09:00"), &directory, Entropy::new([3; 32]), &secrets);
    let row = read(&json!([record]).to_string(), "old", &secrets).unwrap().remove(0);
    let event = row.case.and_then(|case| take_over(case, &ctx).map_err(|why| why.code().to_owned()));
    let event = event.map(|batch| match batch.entries[0].event.clone() {
        Event::CaseTakenOver(taken) => *taken,
        other => panic!("{other:?}"),
    });
    (event, row.repairs)
}

#[test]
fn codes_numbers_clocks_and_promises_are_kept() {
    let (event, repairs) = taken(&record());
    let event = event.unwrap();
    assert!(repairs.is_empty(), "{repairs:?}");
    let receipt = event.accepted.as_ref().unwrap();
    assert_eq!((receipt.code.as_str(), receipt.book_number), ("000.34.70.H12-170612-0007", 412));
    assert_eq!(
        (receipt.clock.received, receipt.clock.printed),
        (at("2017-06-12T08:30"), at("2017-06-19T08:30"))
    );
    assert!(receipt.due >= at("2017-06-19T08:30"), "a printed promise never moves earlier");
    let counters: Vec<_> = Event::CaseTakenOver(Box::new(event.clone()))
        .counters()
        .into_iter()
        .map(|(scope, n)| (scope.to_owned(), n))
        .collect();
    assert_eq!(counters, [("000.34.70.H12-170612".to_owned(), 7), ("tran-phan/2017".to_owned(), 412)]);
    let json = serde_json::to_string(&event).unwrap();
    for secret in ["Kín", "381222333", "0918222333", "Ấp 4", "HS-0001"] {
        assert!(!json.contains(secret), "{secret} stands in the journal");
    }
    let again = taken(&record()).0.unwrap();
    assert_eq!(again.opened.case_id, event.opened.case_id, "the same record is the same case");
    let other = taken(&with(json!({"source": "another"}))).0.unwrap();
    assert_ne!(other.opened.case_id, event.opened.case_id);
}

#[test]
fn pauses_stand_in_the_clock() {
    let supplement = json!([{"from": "2017-06-14T09:00", "until": "2017-06-16T09:00", "reason": "supplement"},
                            {"from": "2017-06-20T09:00", "reason": "financial_duty"}]);
    let (event, _) = taken(&with(json!({"pauses": supplement, "state": "paused"})));
    let event = event.unwrap();
    let receipt = event.accepted.unwrap();
    assert_eq!((event.state, event.supplements, receipt.clock.events.len()), (State::Paused, 1, 3));
    assert_eq!(receipt.clock.paused(), Some(PauseReason::FinancialDuty));
    let line = "2017-06-14T09:00/2017-06-16T09:00/supplement; 2017-06-20 09:00//financial_duty";
    let (as_table, _) = taken(&with(json!({"pauses": line, "state": "paused"})));
    assert_eq!(as_table.unwrap().accepted.unwrap().clock, receipt.clock);
}

#[test]
fn what_can_be_put_right_is_put_right_and_said() {
    let (event, repairs) = taken(&with(json!({
        "code": "000.34.70.h12-170612-0007", "applicant_phone": 918222333, "applicant_name": " Lê  Thị Kín", "applicant_kind": null, "opened_at": null,
    })));
    assert_eq!(event.unwrap().opened_at, at("2017-06-12T08:30"));
    let said = repairs.join("; ");
    for what in ["code", "applicant_phone", "applicant_name", "applicant_kind"] {
        assert!(said.contains(what), "{said}");
    }
}

#[test]
fn what_cannot_be_right_is_left_out_with_its_reason() {
    for (changes, why) in [
        (json!({"id": ""}), "id is empty"),
        (json!({"state": "returned"}), "state is not"),
        (json!({"state": "opened"}), "bad-choice"),
        (json!({"state": "finished"}), "bad-choice"),
        (json!({"state": "paused"}), "bad-choice"),
        (json!({"state": "supplement_requested"}), "bad-choice"),
        (json!({"code": ""}), "code is empty"),
        (json!({"code": "có dấu"}), "too-long"),
        (json!({"book_number": 0}), "empty"),
        (json!({"book_number": "sáu"}), "book_number"),
        (json!({"due": "2017-06-12T08:00"}), "bad-period"),
        (json!({"due": "19/6/2017"}), "due is not"),
        (json!({"accepted_at": "2017-07-12T08:30", "due": "2017-07-20T08:30"}), "bad-period"),
        (json!({"opened_at": "2017-06-13T08:30"}), "bad-period"),
        (json!({"limit": "một tuần"}), "is not a limit"),
        (json!({"office": "nowhere"}), "unknown-office"),
        (json!({"procedure": "9.999999"}), "unknown-procedure"),
        (json!({"holder": "tan-duc-1"}), "unknown-official"),
        (json!({"applicant_number": "12"}), "bad-identity-number"),
        (json!({"finished_at": "2017-06-16T08:30"}), "outcome"),
        (json!({"finished_at": "2017-06-16T08:30", "outcome": "granted"}), "bad-choice"),
        (
            json!({"pauses": "2017-06-14T09:00//posting;2017-06-15T09:00//posting", "state": "paused"}),
            "bad-period",
        ),
        (json!({"pauses": "2017-06-14T09:00//holiday", "state": "paused"}), "no reason"),
    ] {
        let said = taken(&with(changes.clone())).0.expect_err(&changes.to_string());
        assert!(said.contains(why), "{changes}: {said}");
    }
}

#[test]
fn a_file_says_a_code_or_a_key_once_only() {
    let secrets = secrets();
    let other_code = with(json!({"code": "000.34.70.H12-170612-0008"}));
    let other_key = with(json!({"id": "HS-0002"}));
    let lines = [record(), other_code, other_key].map(|record| record.to_string()).join("\n");
    let rows = read(&lines, "old", &secrets).unwrap();
    let outcomes: Vec<_> =
        rows.iter().map(|row| row.case.as_ref().err().cloned().unwrap_or_default()).collect();
    assert!(
        outcomes[0].is_empty() && outcomes[1].contains("id") && outcomes[2].contains("code"),
        "{outcomes:?}"
    );
}

#[test]
fn only_an_administrator_takes_over() {
    let (directory, secrets) = (district(), secrets());
    let official = directory.official("tran-phan-1").unwrap().clone();
    let ctx = Context::new(
        Actor::Official(official),
        at("2017-06-30T09:00"),
        &directory,
        Entropy::new([3; 32]),
        &secrets,
    );
    let row = read(&record().to_string(), "old", &secrets).unwrap().remove(0);
    assert_eq!(take_over(row.case.unwrap(), &ctx).unwrap_err(), Refusal::NotYourRole);
}
