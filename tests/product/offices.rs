//! A second authority from files, open cases of another system, and the reorganisation of 2025, by the real program.

use std::collections::BTreeSet;

use crate::place::{Place, district, hailong, output, run};

use serde_json::Value;

fn counts(report: &Value) -> [u64; 3] {
    ["accepted", "repaired", "refused"].map(|name| report[name].as_u64().expect("a count"))
}

#[test]
fn a_second_authority_lives_in_the_same_database() {
    let first = Place::new("970");
    let from = district().display().to_string();
    run(first.command(&["init", "--name", "Huyện Đầm Dơi", "--from", &from]));
    let second = |keys: &str| {
        let mut command = hailong(&["init", "--name", "Huyện Cái Nước", "--authority", "971"]);
        command.args(["--database", &first.arguments[1], "--keys", keys]);
        command
    };
    let (fine, _, wrong) = output(second(&first.arguments[5]));
    assert!(!fine && wrong.contains("belong to authority 970"), "keys are never shared: {wrong}");
    let keys = first.folder.path().join("others").display().to_string();
    run(second(&keys));
    let (fine, _, wrong) = output(second(&keys));
    assert!(!fine && wrong.contains("nothing was changed"), "{wrong}");
    let other = |words: &[&str]| {
        let mut command = hailong(words);
        command.args(["--authority", "971", "--database", &first.arguments[1], "--keys", &keys]);
        command
    };
    let offices = "unit_name,level,gso_code,case_prefix\n\
                   Thị trấn  Cái Nước,commune,32128,H12.971.01\n\
                   Xã Thạnh Phú,commune,32131,H12.971.01\n\
                   Xã Lương Thế Trân,xa,32134,\n\
                   Xã Phú Hưng,commune,32137,\n";
    let file = first.write("offices.csv", offices);
    let look = run(other(&["import", "offices", &file, "--json", "--dry-run"]));
    let report: Value = serde_json::from_str(&look).expect("JSON");
    assert_eq!(counts(&report), [0, 2, 2], "{look}");
    let done: Value =
        serde_json::from_str(&run(other(&["import", "offices", &file, "--json"]))).expect("JSON");
    assert_eq!(done, report, "a look tells what will be");
    let again: Value =
        serde_json::from_str(&run(other(&["import", "offices", &file, "--json"]))).expect("JSON");
    assert_eq!(counts(&again), [2, 0, 2], "what is there is known again");
    let officials = r#"[{"name": "Lê Văn Một", "office_id": "xa-phu-hung", "role": "head", "title_vi": "Chủ tịch UBND xã"},
        {"name": "Lê Văn Hai", "office_id": "xa-phu-hung", "role": "head", "title_vi": "Chủ tịch UBND xã"},
        {"id": "quan-tri", "name": "Trần Thị Ba", "office_id": "xa-phu-hung", "role": "admin", "title_vi": "Chuyên viên"}]"#;
    let file = first.write("officials.json", officials);
    let report: Value =
        serde_json::from_str(&run(other(&["import", "officials", &file, "--json"]))).expect("JSON");
    assert_eq!(counts(&report), [1, 1, 1], "an office has one head: {report}");
    assert!(run(other(&["verify"])).contains("The record is whole"));
    first.is_whole();
}

#[test]
fn what_cannot_be_begins_nothing() {
    let place = Place::new("971");
    let folder = place.folder.path().join("from");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("offices.csv"), "unit_name,level\nXã A,commune\nXã B,nowhere\n")
        .expect("written");
    let from = folder.display().to_string();
    let (fine, said, wrong) = output(place.command(&["init", "--name", "Huyện Thử", "--from", &from]));
    assert!(!fine && said.contains("Xã B") && wrong.contains("nothing was made"), "{said}{wrong}");
    std::fs::write(folder.join("offices.csv"), "unit_name,level\nXã A,commune\n").expect("written");
    run(place.command(&["init", "--name", "Huyện Thử", "--from", &from]));
}

#[test]
fn open_cases_are_taken_over_once_with_codes_and_clocks() {
    let place = Place::new("970");
    let from = district().display().to_string();
    run(place.command(&["init", "--name", "Huyện Đầm Dơi", "--from", &from]));
    let case = |id: &str, code: &str, number: u32, procedure: &str| {
        format!(
            r#"{{"id": "{id}", "code": "{code}", "office": "tran-phan", "procedure": "{procedure}", "holder": "tran-phan-1",
            "state": "in_progress", "accepted_at": "2017-06-12T08:30", "book_number": {number}, "limit": "5 working-days",
            "due": "2017-06-19T08:30", "applicant_name": "Lê Thị Giấu Kín", "applicant_number": "381222333",
            "applicant_phone": "0918222333", "applicant_address": "Ấp 4"}}"#
        )
        .replace('\n', " ")
    };
    let lines = [
        case("1", "000.34.70.H12-170612-0001", 1, "1.011607"),
        case("2", "000.34.70.H12-170612-0002", 2, "1.011607"),
        case("3", "000.34.70.H12-170612-0003", 2, "1.011607"),
        case("4", "000.34.70.H12-170612-0004", 4, "9.999999"),
    ];
    let file = place.write("cases.jsonl", &lines.join("\n"));
    let look = place.report(&["import", "cases", &file, "--json", "--dry-run"]);
    assert_eq!(counts(&look), [0, 2, 2], "{look}");
    assert_eq!(place.report(&["import", "cases", &file, "--json"]), look);
    let again = place.report(&["import", "cases", &file, "--json"]);
    assert_eq!(counts(&again), [2, 0, 2], "the same records are the same cases: {again}");
    place.is_whole();
    for file in std::fs::read_dir(place.folder.path()).expect("the folder").flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        if name.starts_with("record.db") {
            let bytes = std::fs::read(file.path()).expect("read");
            for secret in ["Giấu Kín", "381222333", "0918222333"] {
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "{secret} stands in {name}");
            }
        }
    }
}

#[test]
fn the_reorganisation_of_2025_moves_every_open_case_once() {
    let place = Place::new("970");
    run(hailong(&["demo", "--no-serve", "--cases", "900", "--seed", "3", "--database", &place.arguments[1]]));
    let head = |place: &Place| run(place.command(&["verify"]));
    let before = head(&place);
    let file = district().join("successions.csv").display().to_string();
    let list = place.folder.path().join("list.csv").display().to_string();
    let words = ["reorganise", file.as_str(), "--on", "2025-07-01"];
    let (fine, said, _) = output(place.command(&words));
    assert!(!fine && said.contains("d970"), "nobody told where the district's cases go: {said}");
    let told = [&words[..], &["--choose", "d970=c32152", "--list", &list]].concat();
    let preview = run(place.command(&told));
    assert_eq!(head(&place), before, "a preview writes nothing");
    let early = [&told[..], &["--apply"]].concat();
    let (fine, _, wrong) = output(place.command(&early));
    assert!(!fine && wrong.contains("not before"), "{wrong}");
    let text = std::fs::read_to_string(&list).expect("the list");
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    // A case that is at another office than the one that faces the applicant moves twice: one line for each.
    let cases = rows.iter().map(|row| row[0]).collect::<BTreeSet<_>>().len();
    assert!(cases > 20 && preview.contains(&format!("{cases} open cases move")), "{preview}");
    // A person decides for the cases of the divided unit, all but the first.
    let decided: String = rows
        .iter()
        .filter(|row| row[6] == "to-decide")
        .skip(1)
        .map(|row| format!("{},xa-dam-doi\n", row[0]))
        .collect();
    let decisions = place.write("decisions.csv", &format!("case,to\n{decided}"));
    let apply = [&told[..], &["--decisions", &decisions, "--apply", "--at", "2025-07-01T00:10"]].concat();
    let done = run(place.command(&apply));
    assert!(done.contains(&format!("Done: {cases} cases moved.")), "{done}");
    place.is_whole();
    let later = [&told[..], &["--apply", "--at", "2025-07-01T00:20"]].concat();
    let again = run(place.command(&later));
    assert!(again.contains("Done: 0 cases moved."), "{again}");
    // Every open case has exactly one office that works, and an official who serves there.
    let record = rusqlite::Connection::open(place.folder.path().join("record.db")).expect("the record");
    let count = |sql: &str| -> i64 { record.query_row(sql, [], |row| row.get(0)).expect("a count") };
    let open = count("SELECT COUNT(*) FROM case_file WHERE is_open = 1");
    assert_eq!(open as usize, cases);
    let new = "('xa-dam-doi','xa-ta-an-khuong','xa-tran-phan','xa-tan-thuan','xa-tan-tien','xa-quach-pham','xa-thanh-tung')";
    let placed = format!(
        "SELECT COUNT(*) FROM case_file WHERE is_open = 1 AND at_office IN {new} AND desk_office IN {new}"
    );
    assert_eq!(count(&placed), open);
    let kept = "SELECT COUNT(*) FROM case_file WHERE is_open = 1 AND code LIKE '000.%' AND office_id NOT LIKE 'xa-%'";
    let coded = "SELECT COUNT(*) FROM case_file WHERE is_open = 1 AND code IS NOT NULL";
    assert_eq!(count(kept), count(coded), "codes and the office of reception stay");
    reports_in_offices_of_then_and_now(&place);
    let other = [&words[..], &["--choose", "d970=c32161", "--apply", "--at", "2025-07-01T00:30"]].concat();
    assert!(!output(place.command(&other)).0, "the record is not overruled by another choice");
}

/// The figures of 2017 in the offices of then and of today: the same sum, and what was divided or ended stands apart.
fn reports_in_offices_of_then_and_now(place: &Place) {
    let report =
        |units: &str| place.report(&["report", "calendar-quarter-2017-2", "--units", units, "--json"]);
    let (then, now) = (report("then"), report("now"));
    assert_eq!(then["total"], now["total"]);
    let names = |report: &Value, list: &str| {
        let rows = report[list].as_array().expect("a list");
        rows.iter().map(|row| row["office"].as_str().expect("a key").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&then, "offices").len(), 17);
    let mut apart = names(&now, "apart");
    apart.sort();
    assert_eq!(apart, ["huyen-dam-doi", "ta-an-khuong"]);
    assert_eq!(names(&now, "offices").len(), 7 + 2);
    let words = run(place.command(&["report", "calendar-quarter-2017-2", "--units", "now"]));
    assert!(words.contains("Xã Tạ An Khương (đến 30/6/2025)"), "two offices have that name: {words}");
    let sum = |report: &Value| {
        let rows = report["offices"].as_array().expect("a list");
        rows.iter().map(|row| row["figures"]["to_resolve"].as_u64().expect("a count")).sum::<u64>()
    };
    assert_eq!(Some(sum(&then)), then["total"]["to_resolve"].as_u64());
    assert_eq!(sum(&then), sum(&now));
    assert!(now["notes"].to_string().contains("Xã Tạ An Khương đã được chia cho"), "{}", now["notes"]);
    // Cases that moved are still told of where they were received, until they end.
    let later = place.report(&["report", "calendar-quarter-2025-3", "--json"]);
    assert!(later["total"]["carried"].as_u64().expect("a count") > 20 && names(&later, "offices").len() > 7);
}
