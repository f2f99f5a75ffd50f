//! The open cases of an official or of the office, by due date.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    response::Response,
};
use hailong_core::{directory::Directory, serve::case::State as CaseState, time::Instant};
use hailong_render::{
    Section,
    component::Pager,
    work::case::{CaseList, CaseRow, Whose},
};
use hailong_store::serve::case::CaseFile;
use serde::Deserialize;

use super::{days_left, name_of};
use crate::{
    App,
    cursor::{self, PAGE, address},
    error::{Failure, html},
    visitor::Visitor,
};

/// `?whose=mine|office&state=&after=`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    whose: String,
    state: String,
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
    let state = CaseState::from_key(&filter.state);
    let after = cursor::read(&filter.after);
    let (store, limit) = (&app.store, PAGE as i64 + 1);
    let (mut files, count) = match whose {
        Whose::Mine => (
            store.open_cases_of(&official.id, state, after, limit).await?,
            store.count_open_of(&official.id, state, visitor.now).await?,
        ),
        Whose::Office => (
            store.open_cases_at(&official.office_id, state, after, limit).await?,
            store.count_open_at(&official.office_id, state, visitor.now).await?,
        ),
    };
    let more = files.len() > PAGE;
    files.truncate(PAGE);
    let place = |after: &str| {
        let state = state.map_or("", CaseState::key);
        address("/work", &[("whose", whose.tag()), ("state", state), ("after", after)])
    };
    let last = files.last().filter(|_| more).map(|file| (file.sort_at, file.case.id));
    let directory = store.directory();
    html(&CaseList {
        shell: visitor.shell("work-title", Section::Work),
        done: String::new(),
        whose,
        state,
        about: count.all,
        late: count.late,
        today: count.today,
        rows: files.iter().map(|file| row(file, &directory, visitor.now)).collect(),
        pager: Pager { first: after.map(|_| place("")), next: last.map(|last| place(&cursor::write(last))) },
    })
}

fn row(file: &CaseFile, directory: &Directory, now: Instant) -> CaseRow {
    let case = &file.case;
    let procedure = directory.procedure(&case.procedure);
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
