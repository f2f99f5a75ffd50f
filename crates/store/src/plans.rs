//! How SQLite reads: along an index that begins with what is asked for and stands in the order of the list, so that a
//! page costs the same in the first year and in the tenth. PostgreSQL has the same indexes; what it does with them depends
//! on how full the tables are.

use rusqlite::{Connection, params_from_iter, types::Null};

use crate::{conformance::all_queries, migrate::MIGRATIONS, query::Query};

/// Tables that grow with every case or visitor.
const GROWING: [&str; 27] = [
    "journal",
    "case_file",
    "book_line",
    "person_index",
    "invitation",
    "consultation",
    "guidance",
    "opinion",
    "opinion_explanation",
    "ticket",
    "appointment",
    "attachment",
    "notice",
    "slip",
    "case_day",
    "log_tile",
    "log_receipt",
    "dialogue_form",
    "dialogue_voice",
    "promise",
    "survey_person",
    "survey_form",
    "survey_row",
    "survey_words",
    "paper_batch",
    "call_list",
    "call_line",
];

fn schema() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for migration in MIGRATIONS {
        connection.execute_batch(migration.sqlite).unwrap();
    }
    connection
}

fn plan(connection: &Connection, query: &Query) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", query.sql)).unwrap();
    let nothing = vec![Null; statement.parameter_count()];
    let steps = statement.query_map(params_from_iter(nothing), |row| row.get("detail")).unwrap();
    steps.collect::<Result<_, _>>().unwrap()
}

/// Whether a step goes through everything that an authority has in a table.
fn goes_through(step: &str, table: &str) -> bool {
    let Some(how) = step.strip_prefix(&format!("SEARCH {table} ")) else {
        return step.split(' ').take(2).eq(["SCAN", table]);
    };
    how.ends_with("(authority_id=?)")
}

#[test]
fn no_list_goes_through_a_table_that_grows() {
    // What takes everything away goes through everything; what has not been sent is in an index of its own.
    let fine = |query: &Query| {
        let names = ["::journal::LAST_INSTANT", "::notice::COUNT"];
        query.name.contains("::forget::") || names.iter().any(|name| query.name.ends_with(name))
    };
    let connection = schema();
    let mut slow = Vec::new();
    for query in all_queries().into_iter().filter(|query| !fine(query)) {
        for step in plan(&connection, query) {
            if GROWING.into_iter().any(|table| goes_through(&step, table)) {
                slow.push(format!("{}: {step}", query.name));
            }
        }
    }
    assert_eq!(slow, Vec::<String>::new());
}

/// An index of a told table that is not told itself would be taken for a small one.
#[test]
fn the_planner_is_told_of_every_index_of_a_told_table() {
    let connection = schema();
    let untold = "SELECT name FROM sqlite_schema WHERE type = 'index' AND name NOT LIKE 'sqlite_%' \
                  AND tbl_name IN (SELECT tbl FROM sqlite_stat1) AND name NOT IN (SELECT idx FROM sqlite_stat1)";
    let mut statement = connection.prepare(untold).unwrap();
    let names: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(names, Vec::<String>::new());
    let mut told = connection.prepare("SELECT COUNT(DISTINCT tbl) FROM sqlite_stat1").unwrap();
    assert_eq!(told.query_row([], |row| row.get::<_, i64>(0)).unwrap(), GROWING.len() as i64);
}

#[test]
fn lists_follow_their_indexes() {
    let along = [
        ("case::list::OPEN_OF_HOLDER", "case_holder"),
        ("case::list::OPEN_OF_OFFICE", "case_office"),
        ("case::list::OPEN_SENT_AWAY", "case_away"),
        ("case::list::COUNT_OPEN_OF_HOLDER", "case_holder"),
        ("case::list::COUNT_OPEN_OF_OFFICE", "case_office"),
        ("case::list::COUNT_OPEN_SENT_AWAY", "case_away"),
        ("case::list::PLACE_OF_HOLDER", "case_holder"),
        ("case::list::PLACE_OF_OFFICE", "case_office"),
        ("case::list::PLACE_SENT_AWAY", "case_away"),
        ("case::list::WAITING_AT_OFFICE", "case_waits"),
        ("case::list::RUNNING_OF_OFFICE", "case_running"),
        ("case::list::FINISHED_IN_TIME", "case_ended"),
        ("case::list::FINISHED_LATE", "case_seldom"),
        ("report::BY_RECEIPT", "case_received"),
        ("report::BY_END", "case_ended"),
        ("report::BY_PROMISE", "case_running"),
        ("report::BY_SELDOM_END", "case_seldom"),
        ("journal::LAST_INSTANT", "KEY"),
        ("notice::COUNT", "notice_state"),
        ("book::LAST_TAKEN", "book_taken"),
        ("book::CLOSING", "book_closing"),
        ("total::READ_DAYS", "KEY"),
        ("log::READ_SEALED", "journal_sealed"),
        ("log::FIND_RECEIPT", "KEY"),
        ("wave::COUNT_CASES", "case_residence"),
        ("wave::PRESSING", "dialogue_form_pressing"),
        ("promise::OF_DIALOGUE", "promise_dialogue"),
        ("promise::NOT_DONE", "promise_open"),
        ("promise::OF_OWNER", "promise_owner"),
        ("survey::FRAME", "case_closed"),
        ("survey::roll::PEOPLE", "KEY"),
        ("survey::roll::ROWS", "KEY"),
        ("survey::roll::WORDS", "KEY"),
        ("paper::OF_OFFICE", "paper_batch_office"),
        ("paper::LEFT_LYING", "paper_batch_open"),
        ("call::CANDIDATES", "invitation_unused"),
        ("call::AUDITED", "invitation_used"),
        ("guard::CALLS", "call_line_said"),
        ("call::LISTS", "call_list_by"),
        ("call::LINES", "call_line_list"),
        ("process::ENDED", "case_ended"),
        ("process::STAGES", "journal_subject"),
        ("process::LINES", "journal_subject"),
        ("scale::fact::ENDED", "case_ended"),
        ("scale::fact::WAITING", "case_waits"),
        ("scale::fact::ONLINE_OVERDUE", "case_running"),
        ("scale::fact::CONDUCT", "opinion_conduct"),
        ("scale::fact::DUE", "opinion_due"),
        ("scale::fact::RATED", "sealed_box_day"),
        ("opinion::list::OPEN", "opinion_open"),
        ("opinion::list::OPEN_OF", "opinion_open_office"),
        ("opinion::list::OPEN_PLACE", "opinion_open"),
        ("opinion::list::OPEN_PLACE_OF", "opinion_open_office"),
        ("opinion::list::ALL", "KEY"),
        ("opinion::list::ALL_OF", "opinion_office"),
        ("opinion::list::ALL_PLACE_OF", "opinion_office"),
        ("opinion::list::COUNT", "opinion_open"),
        ("opinion::list::COUNT_OF", "opinion_open_office"),
        ("opinion::list::PUBLISHED", "opinion_published"),
        ("opinion::list::SORTED", "opinion_sorted"),
        ("opinion::list::SORTED_PLACE", "opinion_sorted"),
        ("opinion::list::UNEXPLAINED", "opinion_explain"),
        ("opinion::list::UNEXPLAINED_OF", "opinion_explain_office"),
        ("opinion::EXPLANATIONS", "KEY"),
        ("opinion::follow::OPEN_AFTER", "opinion_owed"),
        ("opinion::evidence::PRESSING", "opinion_pressing"),
        ("opinion::SAME", "opinion_same"),
        ("opinion::COUNT_SAME", "opinion_same"),
    ];
    let connection = schema();
    let mut wrong = Vec::new();
    for (name, index) in along {
        let query = all_queries().into_iter().find(|query| query.name.ends_with(&format!("::{name}")));
        let plan = plan(&connection, query.unwrap()).join("; ");
        let read_by = [format!("INDEX {index} "), format!("PRIMARY {index} ")];
        let sorted = plan.contains("TEMP B-TREE FOR ORDER BY");
        if !read_by.iter().any(|words| plan.contains(words)) || sorted {
            wrong.push(format!("{name}: {plan}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
