//! A late decision on days off, by the real program: shown, written, and never in favour of an earlier date.

use crate::place::{Place, district, output, run};
use hailong_core::serve::calendar::Calendar;
use hailong_web::clock::Clock;

#[test]
fn a_late_decision_is_shown_and_then_written() {
    let place = Place::new("970");
    let district = district();
    run(place.command(&["init", "--name", "Huyện Đầm Dơi", "--from", &district.display().to_string()]));
    let calendar = Calendar::parse_csv(include_str!("../../data/dam-doi/holidays.csv")).expect("the table");
    let now = Clock::real().business();
    let day = calendar.working_from(now.day().plus(7)).expect("within the table");
    let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][usize::from(day.weekday()) - 1];
    let row = |kind: &str| {
        let line = format!("date,weekday,kind,name_vi,source\n{day},{weekday},{kind},Nghỉ bão,\n");
        place.write(&format!("{kind}.csv"), &line)
    };
    let received = now.plus_seconds(-3_600).to_string();
    let case = format!(
        r#"{{"id": "1", "code": "000.34.70.H12-260101-0001", "office": "tran-phan", "procedure": "1.011607",
        "holder": "tran-phan-1", "state": "in_progress", "opened_at": "2017-06-12T08:00", "accepted_at": "{0}", "book_number": 1,
        "limit": "12 working-days", "due": "{0}", "applicant_kind": "person", "applicant_name": "Lê Thị Kín", "applicant_number": "381222333"}}"#,
        &received[..16]
    );
    let case = place.write("cases.jsonl", &case.replace('\n', " "));
    let taken = run(place.command(&["import", "cases", &case]));
    assert!(taken.contains("1 accepted"), "{taken}");
    let file = row("nghi_hoan_doi");
    let (fine, _, said) = output(place.command(&["import", "holidays", &file]));
    assert!(!fine && said.contains("--decision"), "a decision has a name: {said}");
    let named = ["import", "holidays", file.as_str(), "--decision", "Công điện 5/CĐ-TTg"];
    let look = run(place.command(&named));
    assert!(look.contains(&format!("day   {day}")) && look.contains("Nothing was written"), "{look}");
    assert!(look.contains("000.34.70.H12-260101-0001 tran-phan: ") && look.contains("1 later"), "{look}");
    assert!(!look.contains("Lê Thị Kín"), "an administrator sees no applicant");
    assert!(run(place.command(&named)).contains("1 days change"), "a look changes nothing");
    let apply = [&named[..], &["--apply", "--json"]].concat();
    let told = place.report(&apply);
    assert_eq!((told["applied"].as_bool(), told["days"][0]["before"].is_null()), (Some(true), true));
    let again = run(place.command(&[&named[..], &["--apply"]].concat()));
    assert!(
        again.contains("0 days change") && again.contains("0 later") && again.contains("1 cases moved"),
        "{again}"
    );
    let table = district.join("holidays.csv").display().to_string();
    assert!(
        run(place.command(&["import", "holidays", &table])).contains("0 days change"),
        "the table is in the record"
    );
    let back = row("bai_bo");
    let back =
        run(place.command(&["import", "holidays", &back, "--decision", "Công điện 6/CĐ-TTg", "--apply"]));
    assert!(
        back.contains("1 days change") && back.contains("0 cases moved"),
        "no date comes earlier: {back}"
    );
    let past = place.write("past.csv", "2017-01-25,Wed,nghi_bu,Nghỉ muộn,\n");
    let (fine, _, said) = output(place.command(&["import", "holidays", &past, "--decision", "X"]));
    assert!(!fine && said.contains("the day is over"), "{said}");
    place.is_whole();
}
