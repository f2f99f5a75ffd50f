//! Reports are a function of the journal: what the tables sum up is what its events say, and stays so.

use std::collections::BTreeMap;

use hailong_core::{
    context::Actor,
    event::Event,
    serve::{
        case::{Mark, OpenCase, Outcome, Reception, Step},
        report::{self, Counts, Figure, Period, Report, Span, Sums, Window},
    },
    time::{Day, Instant},
};
use hailong_store::{
    Store,
    serve::report::{Behind, Cases},
};
use rusqlite::Connection;

use super::{
    script::{self, FIRST, OFFICE},
    world::{AUTHORITY, Desk, World, at},
};

type Days = BTreeMap<(String, String), BTreeMap<Day, Counts>>;

/// What every event of the journal enters.
fn of_journal(connection: &Connection) -> Days {
    let mut days = Days::new();
    let mut lines = connection.prepare("SELECT at, payload FROM journal ORDER BY seq").unwrap();
    let lines = lines.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).unwrap();
    for (at, payload) in lines.map(Result::unwrap) {
        let event: Event = serde_json::from_str(&payload).unwrap();
        let Some(entered) = report::entered(Instant(at), &event) else { continue };
        let of = days.entry((entered.office_id, entered.procedure)).or_default();
        for (day, counts) in entered.days {
            of.entry(day).or_default().add(&counts);
        }
    }
    days
}

/// The same report, summed up in Rust.
fn summed(days: &Days, period: Period, closing: (Day, bool), office: Option<&str>, store: &Store) -> Report {
    let rows = days.iter().filter(|((of, _), _)| office.is_none_or(|office| of == office));
    let sums = rows.map(|((office, procedure), days)| {
        let days = days.iter().map(|(day, counts)| (*day, *counts));
        (office.clone(), procedure.clone(), Sums::of(days, period.first_day(), closing.0))
    });
    Report::new(period, closing, sums, &store.directory()).unwrap()
}

#[tokio::test]
async fn reports_are_what_the_journal_says() {
    let world = World::found(None).await;
    script::play(&world.store).await;
    let connection = Connection::open(world.folder.path().join("record.db")).unwrap();
    let days = of_journal(&connection);
    let (mut lines, mut overdue, mut waiting) = (0, 0, 0);
    for window in Window::ALL {
        for span in Span::ALL {
            let mut period = Period::containing(window, span, at("2017-03-01T00:00").day());
            for _ in 0..6 {
                for today in [period.first_day(), period.last_day(), period.last_day().plus(1)] {
                    let closing = report::closing(period, today).unwrap();
                    for office in [None, Some(OFFICE), Some("tan-duyet")] {
                        let one = office.map(|office| vec![office.to_owned()]);
                        let found = world.store.report(period, closing, one.as_deref()).await.unwrap();
                        assert_eq!(found, summed(&days, period, closing, office, &world.store));
                        lines += found.fields.iter().map(|field| field.procedures.len()).sum::<usize>();
                        overdue += found.total.overdue();
                        waiting += found.total.waiting();
                    }
                }
                period = period.next();
            }
        }
    }
    assert!(lines > 100 && overdue > 0 && waiting > 0, "{lines} {overdue} {waiting}");
}

/// The cases as they stand, counted one by one, are what a report of today says.
#[tokio::test]
async fn the_report_of_today_is_what_the_cases_say() {
    let world = World::found(None).await;
    script::play(&world.store).await;
    let connection = Connection::open(world.folder.path().join("record.db")).unwrap();
    let today = world.store.last_instant().await.unwrap().unwrap().day();
    let midnight = Instant::at(today, hailong_core::time::Minute(0));
    let count = |which: &str| {
        let sql = format!(
            "SELECT COUNT(*) FROM case_file WHERE authority_id = ?1 AND accepted_at IS NOT NULL AND {which}"
        );
        connection.query_row(&sql, [AUTHORITY], |row| row.get::<_, i64>(0)).unwrap().cast_unsigned()
    };
    let period = Period::containing(Window::Calendar, Span::Year, today);
    let closing = report::closing(period, today).unwrap();
    let total = world.store.report(period, closing, None).await.unwrap().total;
    let running = "state IN ('accepted', 'in_progress', 'submitted')";
    assert_eq!(total.overdue(), count(&format!("{running} AND due_at < {}", midnight.0)));
    assert_eq!(total.within(), count(&format!("{running} AND due_at >= {}", midnight.0)));
    assert_eq!(total.waiting(), count("state IN ('supplement_requested', 'paused')"));
    assert_eq!(total.late(), count("state IN ('finished', 'returned') AND on_time = 0"));
    assert_eq!(total.early() + total.on_time(), count("state IN ('finished', 'returned') AND on_time = 1"));
    assert_eq!(total.refused(), count("state = 'refused'"));
    assert_eq!(
        (total.withdrawn(), total.stopped()),
        (count("state = 'withdrawn'"), count("state = 'stopped'"))
    );
    assert_eq!(total.to_resolve(), count("1 = 1"));
    assert!(total.late() > 0 && total.withdrawn() > 0 && total.stopped() > 0 && total.refused() > 0);
}

/// Every case behind a figure, page by page.
async fn behind(store: &Store, asked: &Behind<'_>, limit: usize) -> usize {
    let (mut seen, mut after, mut said) = (Vec::new(), None, std::collections::BTreeSet::new());
    loop {
        let Cases { files, next, all } = store.cases_of_report(asked, after, limit).await.unwrap();
        assert!(files.len() <= limit && (next.is_some() || files.len() <= limit));
        assert!(next.is_none() || !files.is_empty(), "nothing here is more than a page of what is looked at");
        seen.extend(files.iter().map(|file| file.case.id));
        said.insert(all);
        after = next;
        if after.is_none() {
            break;
        }
    }
    let all = seen.len();
    assert!(
        said.iter().eq([&(all as u64)]),
        "every page says how many cases the list has: {said:?}, not {all}"
    );
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), all, "no case stands twice in a list");
    all
}

#[tokio::test]
async fn the_cases_behind_a_figure_are_as_many_as_it_says() {
    let world = World::found(None).await;
    script::play(&world.store).await;
    // The script receives at the counter; these come in by other ways.
    let desk = Desk::new(&world.store, 77);
    let when = at("2017-05-17T08:00");
    for (number, reception) in (900..).zip([Reception::Post, Reception::Mobile, Reception::OnSite]) {
        let command = OpenCase { reception, ..desk.command("1.001193", number, when) };
        let check = desk.check("1.001193", Mark::Present, "");
        let ctx = desk.ctx(desk.official(FIRST), when);
        world.store.receive_case(command, check, &ctx).await.unwrap();
    }
    let command = desk.command("1.001193", 910, when);
    let online = OpenCase { reception: Reception::Online, office_id: Some(OFFICE.into()), ..command };
    let id = world.store.open_case(online, &desk.ctx(Actor::Citizen, when)).await.unwrap().id;
    desk.step(FIRST, id, Step::Check(desk.check("1.001193", Mark::Present, "")), when).await;
    let finish = Step::Finish { outcome: Outcome::Granted };
    desk.step("tran-phan-head", id, finish, when.plus_seconds(3_600)).await;
    let directory = world.store.directory();
    let every: Vec<String> = directory.offices.iter().map(|office| office.id.clone()).collect();
    let one = vec![OFFICE.to_owned()];
    let (mut listed, mut figures) = (0, std::collections::BTreeSet::new());
    for (window, span) in [(Window::Legal, Span::Month), (Window::Calendar, Span::Quarter)] {
        let mut period = Period::containing(window, span, at("2017-04-20T00:00").day());
        for _ in 0..4 {
            for today in [period.first_day().plus(9), period.last_day().plus(1)] {
                let closing = report::closing(period, today).unwrap();
                for offices in [&every, &one] {
                    let report = world.store.report(period, closing, Some(offices)).await.unwrap();
                    let mut lines = vec![(Vec::new(), report.total)];
                    for field in &report.fields {
                        let first = &field.procedures[0].0;
                        let all = report::procedures_of_field(&directory, first, closing.0);
                        lines.push((all, field.total));
                        let each = field.procedures.iter();
                        lines.extend(each.map(|(code, _, line)| (vec![code.clone()], *line)));
                    }
                    for (procedures, line) in lines {
                        for figure in Figure::ALL {
                            let asked = Behind { figure, period, closing, offices, procedures: &procedures };
                            let found = behind(&world.store, &asked, 3).await;
                            assert_eq!(found as u64, figure.of(&line), "{asked:?}");
                            listed += found;
                            if found > 0 {
                                figures.insert(figure);
                            }
                        }
                    }
                }
            }
            period = period.next();
        }
    }
    assert!(listed > 500, "{listed}");
    for figure in Figure::ALL {
        assert!(figures.contains(&figure), "{figure:?} was never looked at");
    }
}

/// A database of the first version of the program has no counts yet: the migration makes those that replay makes.
#[test]
fn cases_of_the_first_version_are_counted() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(include_str!("../../migrations/sqlite/0001_first.sql")).unwrap();
    let micros = |text: &str| at(text).0;
    let cases = [
        // Due on the 30th: finished the day before, on it, later; refused in time; still running.
        ("returned", Some("2017-06-29T16:00"), Some(1)),
        ("finished", Some("2017-06-30T08:00"), Some(1)),
        ("returned", Some("2017-07-04T08:00"), Some(0)),
        ("refused", Some("2017-06-28T08:00"), Some(1)),
        ("in_progress", None, None),
    ];
    for (number, (state, finished, on_time)) in cases.iter().enumerate() {
        connection
            .execute(
                "INSERT INTO case_file VALUES (970, ?1, 'tran-phan', '1.001193', 'person', x'00', x'00', NULL, ?1, ?2, 1, \
                 'a', 0, 3, 1, 1, NULL, ?7, ?3, ?4, NULL, NULL, NULL, ?5, NULL, ?6, NULL)",
                rusqlite::params![
                    vec![number as u8],
                    state,
                    micros("2017-06-27T00:30"),
                    micros("2017-06-30T17:00"),
                    finished.map(micros),
                    on_time,
                    number as i64 + 1
                ],
            )
            .unwrap();
    }
    connection.execute_batch(include_str!("../../migrations/sqlite/0002_serve.sql")).unwrap();
    let lines =
        connection.query_row("SELECT COUNT(*), MAX(number) FROM book_line WHERE year = 2017", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        });
    assert_eq!(lines.unwrap(), (5, 5), "each number has its line in the tracking book");
    let sql = format!("SELECT day, {} FROM case_day ORDER BY day", Counts::COLUMNS.join(", "));
    let mut rows = connection.prepare(&sql).unwrap();
    let rows = rows.query_map([], |row| {
        let mut counts = [0; 15];
        for (at, count) in counts.iter_mut().enumerate() {
            *count = row.get(1 + at)?;
        }
        Ok((Day(row.get(0)?), Counts::from_row(counts)))
    });
    let found: Vec<(Day, Counts)> = rows.unwrap().map(Result::unwrap).collect();
    let day = |date: i8, month: i8| Day::new(2017, month, date).unwrap();
    let none = Counts::default();
    assert_eq!(
        found,
        [
            (day(27, 6), Counts { received: [5, 0, 0, 0, 0], ..none }),
            (day(28, 6), Counts { refused: 1, ..none }),
            (day(29, 6), Counts { early: 1, ..none }),
            (day(30, 6), Counts { on_time: 1, missed: 2, ..none }),
            (day(4, 7), Counts { late: 1, caught: 1, ..none }),
        ]
    );
}
