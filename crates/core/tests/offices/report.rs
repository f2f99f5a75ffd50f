//! Reports in the offices of then and of today, and who may read them.

use std::collections::{BTreeMap, BTreeSet};

use hailong_core::{
    directory::Directory,
    refusal::Refusal,
    serve::{
        report::{Counts, Period, Report, Scope, Span, Sums, Window, may_read},
        succession::{Units, in_offices_of},
    },
    time::Day,
};
use proptest::prelude::*;

use super::{asked, day, reorganised};

/// A report of the month of a day, with so many receipts of each office.
fn report_of(directory: &Directory, day: Day, received: &BTreeMap<String, i64>) -> Report {
    let period = Period::containing(Window::Legal, Span::Month, day);
    let sums = received.iter().map(|(office, n)| {
        let counts = Counts { received: [*n, 0, 0, 0, 0], ..Counts::default() };
        (office.clone(), "1.001193".to_owned(), Sums { counts, ..Sums::default() })
    });
    Report::new(period, (period.last_day(), true), sums, directory).unwrap()
}

#[test]
fn a_report_is_told_in_the_offices_of_then_or_of_today() {
    let (world, _) = reorganised(&asked());
    let directory = &world.directory;
    let received: BTreeMap<String, i64> = directory
        .offices
        .iter()
        .filter(|one| one.is_open(day("2025-06-30")))
        .map(|one| (one.id.clone(), 10))
        .collect();
    let report = report_of(directory, day("2025-06-01"), &received);
    assert_eq!(report.total.received(), 170);
    let today = day("2025-08-01");
    let scope = |office: Option<&str>, units| Scope { office: office.map(str::to_owned), units };
    let then = scope(None, Units::Then);
    assert_eq!(then.lines(&report, directory).len(), 17);
    assert!(then.lines(&report, directory).iter().all(|line| line.line.received() == 10));
    assert!(then.apart(&report, directory).is_empty() && then.differs(&report, directory, today));
    let now = scope(None, Units::Of(today));
    let found = in_offices_of(directory, today);
    for line in now.lines(&report, directory) {
        let apart = found.divided.contains_key(&line.id) || found.ended.contains(&line.id);
        let expected = if apart { vec![line.id.clone()] } else { found.sums[&line.id].clone() };
        let of_then = expected.iter().filter(|office| received.contains_key(*office)).count() as u64;
        assert_eq!((&line.of, line.line.received()), (&expected, 10 * of_then), "{}", line.id);
    }
    // The commune that was divided stands by itself, and so does the district, which nothing followed.
    let apart: BTreeMap<_, _> =
        now.apart(&report, directory).into_iter().map(|one| (one.office, one.into.len())).collect();
    assert_eq!(apart, BTreeMap::from([("ta-an-khuong".into(), 2), ("huyen-dam-doi".into(), 0)]));
    // One office of today: the offices that went over to it whole, and what is said of the one that was divided.
    let (heir, parts) = found.sums.iter().find(|(_, of)| of.len() > 2).unwrap();
    let one = scope(Some(heir), Units::Of(today));
    assert_eq!(one.offices(directory).unwrap().as_ref(), Some(parts));
    assert_eq!(scope(Some(heir), Units::Then).offices(directory).unwrap(), Some(vec![heir.clone()]));
    let lines = one.lines(&report, directory);
    assert_eq!(lines.iter().map(|line| line.line.received()).sum::<u64>(), 10 * (parts.len() as u64 - 1));
    let half = found.divided["ta-an-khuong"].first().unwrap();
    assert_eq!(scope(Some(half), Units::Of(today)).apart(&report, directory).len(), 1);
    assert_eq!(scope(Some("atlantis"), Units::Then).offices(directory), Err(Refusal::UnknownOffice));
}

#[test]
fn a_report_is_read_by_who_serves_there_who_followed_and_who_leads() {
    let (world, _) = reorganised(&asked());
    let reads = |who: &str, office: Option<&str>, on: &str| {
        may_read(&world.as_official(who, on).actor, office, &world.directory, day(on))
    };
    for on in ["2017-06-30", "2025-06-30"] {
        assert_eq!(reads("tran-phan-1", Some("tran-phan"), on), Ok(()));
        assert_eq!(reads("tran-phan-head", Some("tran-phan"), on), Ok(()));
        assert_eq!(reads("tran-phan-head", Some("tan-duc"), on), Err(Refusal::NotYourOffice));
        assert_eq!(reads("tran-phan-head", None, on), Err(Refusal::NotYourRole));
        assert_eq!(reads("huyen-dam-doi-leader", Some("tan-duc"), on), Ok(()));
        assert_eq!(reads("huyen-dam-doi-leader", None, on), Ok(()));
        assert_eq!(reads("huyen-dam-doi-admin", Some("tan-duc"), on), Err(Refusal::NotYourRole));
        assert_eq!(reads("tran-phan-head", Some("atlantis"), on), Err(Refusal::UnknownOffice));
    }
    // Whoever serves at an office that followed reads what was before it, and nothing of others.
    let on = "2025-08-01";
    let found = in_offices_of(&world.directory, day(on));
    let (heir, parts) = found.sums.iter().find(|(_, of)| of.len() > 2).unwrap();
    let official = world
        .directory
        .officials
        .iter()
        .find(|official| world.as_official(&official.id, on).actor.handles(heir).is_ok());
    let official = &official.unwrap().id;
    assert!(parts.iter().all(|part| reads(official, Some(part), on).is_ok()));
    let other = found.sums.values().find(|of| of.len() > 1 && *of != parts).unwrap();
    assert!(other.iter().all(|part| reads(official, Some(part), on) == Err(Refusal::NotYourOffice)));
}

proptest! {
    /// A report by office adds up to its total, in the offices of then and in those of whatever day.
    #[test]
    fn reports_add_up_in_whatever_offices(
        on in 16_000_i32..22_000, month in 0_i32..120, counts in proptest::collection::vec(0_i64..50, 24),
    ) {
        let (world, _) = reorganised(&asked());
        let directory = &world.directory;
        let counts: BTreeMap<_, _> =
            directory.offices.iter().map(|office| office.id.clone()).zip(counts).collect();
        let report = report_of(directory, Day(17_200).plus(30 * month), &counts);
        for units in [Units::Then, Units::Of(Day(on))] {
            let lines = Scope { office: None, units }.lines(&report, directory);
            let sum = lines.iter().map(|line| line.line.received()).sum::<u64>();
            prop_assert_eq!(sum, report.total.received(), "{:?}", units);
            let ids: BTreeSet<_> = lines.iter().map(|line| &line.id).collect();
            prop_assert_eq!(ids.len(), lines.len());
        }
    }
}
