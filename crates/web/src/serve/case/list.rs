//! The open cases of an official or of the office, by due date.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    response::Response,
};
use hailong_core::{
    directory::Directory,
    serve::case::Waits,
    time::{Instant, Minute},
};
use hailong_render::{
    Section,
    component::Pager,
    work::case::{CaseList, CaseRow, Tab, Whose},
};
use hailong_store::serve::case::{CaseFile, Filter as Wanted, Whose as OpenOf};
use serde::Deserialize;

use super::{days_left, name_of};
use crate::{
    App,
    cursor::{self, PAGE, address},
    error::{Failure, html},
    visitor::Visitor,
};

/// How many working days ahead a due date is near.
const SOON: u32 = 2;

/// `?whose=mine|office&tab=&after=`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    whose: String,
    tab: String,
    after: String,
}

/// `GET /work`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    let official = visitor.signed_in()?;
    let whose = Whose::from_tag(&filter.whose).unwrap_or(Whose::Mine);
    let tab = Tab::from_tag(&filter.tab).unwrap_or_default();
    let after = cursor::read(&filter.after);
    let store = &app.store;
    let directory = store.directory();
    let of = match whose {
        Whose::Mine => OpenOf::Holder(&official.id),
        Whose::Office => OpenOf::Office(&official.office_id),
    };
    let soon = near(&directory, visitor.now);
    let mut files = store.open_cases(of, wanted(tab, visitor.now, soon), after, PAGE as i64 + 1).await?;
    let count = store.count_open(of, visitor.now, soon).await?;
    let more = files.len() > PAGE;
    files.truncate(PAGE);
    let place =
        |after: &str| address("/work", &[("whose", whose.tag()), ("tab", tab.tag()), ("after", after)]);
    let last = files.last().filter(|_| more).map(|file| (file.sort_at, file.case.id));
    html(&CaseList {
        shell: visitor.shell("work-title", Section::Work),
        done: String::new(),
        whose,
        tab,
        about: count.all,
        late: count.late,
        today: count.today,
        rows: files.iter().map(|file| row(file, &directory, visitor.now)).collect(),
        pager: Pager { first: after.map(|_| place("")), next: last.map(|last| place(&cursor::write(last))) },
    })
}

/// Until when a due date is near.
fn near(directory: &Directory, now: Instant) -> Instant {
    let last = directory.calendar.nth_working_after(now.day(), SOON).unwrap_or(now.day().plus(3));
    Instant::at(last.plus(1), Minute(0))
}

/// What a tab asks of the record.
fn wanted(tab: Tab, now: Instant, soon: Instant) -> Wanted<'static> {
    let midnight = Instant::at(now.day().plus(1), Minute(0));
    let due = |from, until| Wanted { due_from: from, due_until: Some(until), ..Wanted::default() };
    let waits = |waits| Wanted { waits: Some(waits), ..Wanted::default() };
    match tab {
        Tab::All => Wanted::default(),
        Tab::Late => due(None, now),
        Tab::Today => due(Some(now), midnight),
        Tab::Soon => due(Some(midnight), soon),
        Tab::Citizen => waits(Waits::Citizen),
        Tab::Others => waits(Waits::Others),
        Tab::Ready => waits(Waits::Ready),
    }
}

fn row(file: &CaseFile, directory: &Directory, now: Instant) -> CaseRow {
    let case = &file.case;
    let procedure = directory.procedure_near(&case.procedure, file.opened_at.day());
    CaseRow {
        id: case.id.to_string(),
        code: file.code.clone().unwrap_or_default(),
        procedure: procedure
            .map_or_else(|_| case.procedure.clone(), |procedure| procedure.short_name_vi.clone()),
        kind: case.applicant_kind,
        due: case.due,
        days_left: days_left(file, directory, now),
        state: case.state,
        official: name_of(directory, &case.holder),
    }
}
