use std::collections::BTreeSet;

use super::*;
use crate::{
    directory::Authority,
    import::Outcome,
    serve::{
        calendar::Calendar,
        procedure::{Amount, Channel, Unit, Withdrawn},
    },
};

const SOURCE: &str = include_str!("../../../../../data/dam-doi/procedures-source.json");

fn directory(procedures: Vec<Procedure>) -> Directory {
    let authority = Authority { id: 970, name_vi: "Huyện Đầm Dơi".into(), demo: true };
    Directory::new(authority, Vec::new(), Vec::new(), procedures, Calendar::empty())
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn read(text: &str, known: Vec<Procedure>) -> Taken {
    Reader::new(&directory(known), day("2026-11-24")).read(text).unwrap()
}

/// One plain record with fields changed; `null` takes a field away.
fn record(change: &str) -> String {
    let plain = r#"{"code":"1.001193","name_vi":"Thủ tục đăng ký khai sinh","short_name_vi":"Đăng ký khai sinh",
        "field_vi":"Hộ tịch","levels":["commune"],"agency":"UBND cấp xã","channels":["direct","online"],
        "limits":[{"value":3,"unit":"working_days"}],"fee_text":"miễn","documents":[],"steps_vi":[],"dossier_sets":1,
        "forms_vi":[],"result_vi":"Giấy khai sinh","legal_basis":[],"confidence":{"limits":"high"}}"#;
    let mut record: Map<String, Value> = serde_json::from_str(plain).unwrap();
    for (key, value) in serde_json::from_str::<Map<String, Value>>(change).unwrap() {
        record.remove(&key);
        if !value.is_null() {
            record.insert(key, value);
        }
    }
    Value::Object(record).to_string()
}

/// What became of one changed record, with its versions.
fn one(change: &str) -> (Outcome, String, Vec<Procedure>) {
    let mut taken = read(&record(change), Vec::new());
    let line = taken.report.records.remove(0);
    (line.outcome, line.why, taken.records.into_iter().flatten().collect())
}

#[test]
fn a_plain_record_is_accepted() {
    let (outcome, why, versions) = one("{}");
    assert_eq!((outcome, why.as_str(), versions.len()), (Outcome::Accepted, "", 1));
    assert_eq!(versions[0].limits[0].value, 3);
}

#[test]
fn small_faults_are_put_right_and_said() {
    for (change, said) in [
        (r#"{"name_vi":"Thủ tục  đăng ký\tkhai sinh "}"#, "spaces put right"),
        (r#"{"code":"1.001193.H19"}"#, "the national code is 1.001193"),
        (r#"{"code":"1.001193.000.00.00.H55"}"#, "the suffix was left out"),
        (r#"{"limits":[{"value":"1"}]}"#, "no unit: working days assumed, to be checked"),
        (r#"{"limits":[{"value":1,"unit":""}]}"#, "no unit: working days assumed, to be checked"),
        (r#"{"levels":null}"#, "levels is missing"),
        (r#"{"agency":null}"#, "agency is missing: left empty, to be checked"),
        (r#"{"colour":"green"}"#, "colour is not a field of the schema: left out"),
        (r#"{"limits":[{"value":5,"unit":"same_day"}]}"#, "the same day has no number"),
    ] {
        let (outcome, why, versions) = one(change);
        assert_eq!(outcome, Outcome::Repaired, "{change}: {why}");
        assert!(why.contains(said), "{change}: {why}");
        assert_eq!(versions.len(), 1);
        assert_eq!((versions[0].code.as_str(), versions[0].name_vi.contains("  ")), ("1.001193", false));
    }
}

#[test]
fn what_was_assumed_is_to_be_checked() {
    let (_, _, versions) = one(r#"{"limits":[{"value":"1"}],"channels":null,"agency":null}"#);
    let version = &versions[0];
    assert_eq!((version.limits[0].value, version.limits[0].unit), (1, Unit::WorkingDays));
    assert_eq!(version.to_be_checked(), ["agency", "channels", "limits"]);
}

#[test]
fn a_cell_that_contradicts_the_text_gives_way_to_it() {
    let steps =
        r#""steps_vi":["Trong thời hạn 05 ngày làm việc kể từ khi nhận đủ hồ sơ, cơ quan trả kết quả."]"#;
    let (outcome, why, versions) = one(&format!(r#"{{"limits":[{{"value":"1"}}],{steps}}}"#));
    assert_eq!((outcome, versions[0].limits[0].value), (Outcome::Repaired, 5));
    assert!(why.contains("contradicts the text, which says 5 working days"), "{why}");
    assert!(versions[0].is_unsure_of("limits"));
    // A cell with its unit is what it is.
    let (outcome, _, versions) =
        one(&format!(r#"{{"limits":[{{"value":1,"unit":"working_days"}}],{steps}}}"#));
    assert_eq!((outcome, versions[0].limits[0].value), (Outcome::Accepted, 1));
}

#[test]
fn what_cannot_be_right_is_refused_whole() {
    let long = "a".repeat(5_000);
    for (change, said) in [
        (r#"{"code":null}"#, "code is missing"),
        (r#"{"code":"khai-sinh"}"#, "no national code"),
        (r#"{"code":"1.0011934"}"#, "no national code"),
        (r#"{"name_vi":null}"#, "name_vi is missing"),
        (r#"{"name_vi":"  "}"#, "name_vi is missing"),
        (r#"{"limits":[{"value":-3,"unit":"days"}]}"#, "a limit is negative (-3)"),
        (r#"{"limits":[{"value":"soon","unit":"days"}]}"#, "no whole number"),
        (r#"{"limits":[{"value":99999,"unit":"days"}]}"#, "longer than"),
        (r#"{"limits":[{"value":3,"unit":"moons"}]}"#, "unknown unit \"moons\""),
        (r#"{"limits":3}"#, "limits is no list"),
        (r#"{"channels":["pigeon"]}"#, "it cannot be read"),
        (r#"{"valid_from":"2025-13-01"}"#, "it cannot be read"),
        (r#"{"valid_from":"2025-07-01","valid_to":"2025-06-30"}"#, "valid_to is before valid_from"),
        (r#"{"dossier_sets":-1}"#, "it cannot be read"),
        (&format!(r#"{{"result_vi":"{long}"}}"#), "more than 4000 characters"),
        (&format!(r#"{{"forms_vi":[{}0]}}"#, "0,".repeat(200)), "a list has more than 100 entries"),
    ] {
        let (outcome, why, versions) = one(change);
        assert_eq!((outcome, versions.len()), (Outcome::Refused, 0), "{change}: {why}");
        assert!(why.contains(said), "{change}: {why}");
    }
    let taken = read("[3]", Vec::new());
    assert_eq!(taken.report.records[0].why, "it is no object");
}

#[test]
fn a_bad_record_leaves_its_neighbours_alone() {
    let file =
        format!("[{},{},{}]", record("{}"), record(r#"{"code":"x"}"#), record(r#"{"code":"1.000656"}"#));
    let taken = read(&file, Vec::new());
    let counts = (taken.report.accepted, taken.report.repaired, taken.report.refused);
    assert_eq!((counts, taken.records.len()), ((2, 0, 1), 2));
}

#[test]
fn a_record_twice_in_a_file_is_taken_once() {
    let file = format!("[{},{}]", record("{}"), record("{}"));
    let taken = read(&file, Vec::new());
    assert_eq!((taken.report.accepted, taken.records.len()), (2, 1));
    let other = record(r#"{"name_vi":"Khác hẳn","valid_from":"2020-01-01"}"#);
    let file = format!("[{other},{}]", record(r#"{"valid_from":"2020-01-01"}"#));
    let taken = read(&file, Vec::new());
    assert_eq!((taken.report.accepted, taken.report.refused, taken.records.len()), (1, 1, 1));
    assert!(taken.report.records[1].why.contains("is there already with other contents"));
}

#[test]
fn the_same_file_again_changes_nothing() {
    for file in [record("{}"), record(r#"{"valid_from":"2025-07-01"}"#), SOURCE.to_owned()] {
        let first = read(&file, Vec::new());
        let known: Vec<Procedure> = first.records.into_iter().flatten().collect();
        assert!(!known.is_empty());
        let again = read(&file, known);
        assert!(again.records.is_empty(), "{:?}", again.records[0][0].code);
        assert_eq!(again.report.refused, 0);
    }
}

#[test]
fn a_change_without_a_date_begins_today_and_one_in_the_past_is_refused() {
    let known = one("{}").2;
    let taken = read(&record(r#"{"result_vi":"Giấy khai sinh (mẫu mới)"}"#), known.clone());
    assert_eq!(taken.report.repaired, 1);
    assert_eq!(taken.records[0][0].valid_from, Some(day("2026-11-24")));
    let past = record(r#"{"result_vi":"Giấy khai sinh (mẫu mới)","valid_from":"2026-11-23"}"#);
    let taken = read(&past, known.clone());
    assert!(taken.report.records[0].why.contains("another version was in force then"));
    let future = record(r#"{"result_vi":"Giấy khai sinh (mẫu mới)","valid_from":"2027-03-01"}"#);
    assert_eq!(read(&future, known).report.accepted, 1);
}

#[test]
fn a_version_ends_where_the_next_begins_and_where_it_is_abolished() {
    let mut versions = one("{}").2;
    versions.extend(one(r#"{"valid_from":"2025-07-01","valid_to":"2030-12-31"}"#).2);
    let end = Withdrawn { code: "1.001193".into(), from: day("2028-01-01") };
    let directory = directory(versions).with([crate::event::Event::ProcedureWithdrawn(end)]);
    let from = |on| directory.procedure_on("1.001193", day(on)).map(|version| version.valid_from);
    assert_eq!(from("1990-01-01"), Ok(None));
    assert_eq!(from("2025-06-30"), Ok(None));
    assert_eq!(from("2025-07-01"), Ok(Some(day("2025-07-01"))));
    assert_eq!(from("2027-12-31"), Ok(Some(day("2025-07-01"))));
    assert_eq!(from("2028-01-01"), Err(Refusal::UnknownProcedure));
    assert_eq!(from("2031-01-01"), Err(Refusal::UnknownProcedure));
    assert!(directory.procedure_near("1.001193", day("2031-01-01")).is_ok());
    assert_eq!(directory.on(day("2026-01-01")).procedures().count(), 1);
    assert_eq!(directory.on(day("2028-01-01")).search("khai sinh").len(), 0);
}

#[test]
fn the_records_of_the_portal_become_two_versions_each() {
    let taken = read(SOURCE, Vec::new());
    let report = &taken.report;
    assert_eq!((report.records.len(), report.refused), (38, 0), "{:?}", report.records);
    let versions: Vec<&Procedure> = taken.records.iter().flatten().collect();
    assert_eq!(versions.len(), 38 + 35);
    let without: BTreeSet<_> = versions
        .iter()
        .filter(|version| !version.has_limit())
        .map(|version| (version.code.as_str(), version.valid_from.is_some()))
        .collect();
    let expected = [("1.010803", false), ("1.010833", false), ("1.011606", false), ("1.011606", true)];
    assert_eq!(without, BTreeSet::from(expected));
    for version in &versions {
        assert!(version.has_limit() || version.is_unsure_of("limits"), "{}", version.code);
        assert!(!version.levels.is_empty() && !version.channels.is_empty(), "{}", version.code);
        assert!(!serde_json::to_string(version).unwrap().contains("KNOWN medium"), "{}", version.code);
    }
}

#[test]
fn what_the_portal_writes_askew_is_put_straight() {
    let taken = read(SOURCE, Vec::new());
    let of = |code: &str| -> &Procedure {
        taken.records.iter().flatten().rev().find(|version| version.code == code).unwrap()
    };
    let why = |code: &str| {
        let line = taken.report.records.iter().find(|line| line.code == code).unwrap();
        line.why.clone()
    };
    // Cases in the slots of channels.
    let land = of("1.013978");
    assert!(land.limits.iter().all(|limit| limit.channels.is_empty() && limit.case.is_some()));
    assert!(why("1.013978").contains("slots of channels"));
    // "Plus so many" is the whole limit of its case.
    let joint = of("2.000986");
    assert_eq!(joint.limits.iter().map(|limit| limit.value).collect::<Vec<_>>(), [20, 22, 25]);
    // Fees.
    let copies = of("2.000815");
    assert_eq!(copies.fees[0].amount.amount(10), Some(12_000));
    let residence = of("1.004222");
    let paid = |channel| residence.fees.iter().find(|fee| fee.channels == [channel]).map(|fee| &fee.amount);
    assert_eq!(paid(Channel::Online), Some(&Amount::Fixed { vnd: 10_000 }));
    assert_eq!(of("1.004873").fees[0].amount, Amount::SetByProvince);
    assert!(of("1.001193").is_unsure_of("fee") && !of("1.000894").is_unsure_of("fee"));
    // Fixed times of the year are no limit.
    assert!(of("1.011606").periodic_vi.as_ref().is_some_and(|words| words.contains("01/9")));
    // Codes that changed.
    assert_eq!(of("1.011606").replaced_by, ["1.116214"]);
    assert_eq!(of("1.013225").replaces, ["1.009994"]);
}

#[test]
fn files_of_other_shapes_and_encodings() {
    let two = [record("{}"), record(r#"{"code":"1.000656"}"#)];
    for file in [
        format!("[{}]", two.join(",")),
        format!(r#"{{"procedures":[{}]}}"#, two.join(",")),
        two.map(|record| record.replace('\n', "")).join("\n"),
    ] {
        assert_eq!(read(&file, Vec::new()).records.len(), 2, "{file}");
    }
    let refused = |text: &str| Reader::new(&directory(Vec::new()), day("2026-11-24")).read(text).unwrap_err();
    assert!(refused("mã,tên").contains("the file is not JSON"));
    assert!(refused("3").contains("no records"));
    assert!(refused(r#"{"procedures":3}"#).contains("no list"));
    assert!(text(&[0xff, 0xfe, 0x41, 0]).unwrap_err().contains("UTF-16"));
    assert!(text("tên ".as_bytes().split_last().unwrap().1).is_ok());
    assert!(text(&[b'a', 0xe9, b'b']).unwrap_err().contains("not UTF-8 (byte 2)"));
    assert_eq!(text("\u{feff}[]".as_bytes()), Ok("[]"));
}

#[test]
fn the_published_schema_names_every_field() {
    let schema: Value =
        serde_json::from_str(include_str!("../../../../../docs/procedure.schema.json")).unwrap();
    let named: BTreeSet<&str> =
        schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(named, BTreeSet::from(record::FIELDS));
}
