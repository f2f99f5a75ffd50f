//! Notice boards: an office confirms its own, leader and administrator see all.

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    directory::Directory,
    refusal::Refusal,
    serve::{
        office::Office,
        posting::{self, Confirm, Posting},
        procedure::Procedure,
    },
    time::Day,
};
use hailong_render::{
    Section,
    component::{Errors, Pager},
    work::posting::{BoardRow, PostingBoards, PostingPage, PostingRow},
};
use hailong_store::StoreError;
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// Rows on one page.
const PAGE: usize = 100;

/// `?after=`: the code of the last row of the page before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Place {
    after: String,
}

/// `GET /work/posting`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(place): Query<Place>,
) -> Result<Response, Failure> {
    html(&page(&app, &visitor, &place.after, Errors::none()).await?)
}

/// `POST /work/posting`.
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let office_id = visitor.signed_in()?.office_id.clone();
    let procedures = fields.all("procedure").map(str::to_owned).collect();
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let command = Confirm { office_id, procedures, photo: None };
    match app.store.confirm_posting(command, &ctx).await {
        Ok(()) => Ok(Redirect::to("/work/posting").into_response()),
        Err(StoreError::Refused(Refusal::Empty(_))) => {
            let errors = Errors::one("procedures", visitor.lang.t("posting-none-chosen"));
            html_refused(&page(&app, &visitor, "", errors).await?, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(why) => Err(why.into()),
    }
}

async fn page(app: &App, visitor: &Visitor, after: &str, errors: Errors) -> Result<PostingPage, Failure> {
    let directory = app.store.directory();
    let today = visitor.now.day();
    let office = directory.on(today).office(&visitor.signed_in()?.office_id)?;
    let last = app.store.postings(&office.id).await?;
    let rows = rows(&directory, &office, today, &last);
    let start = rows.iter().position(|row| row.code == after).map_or(0, |at| at + 1);
    let end = rows.len().min(start + PAGE);
    let next = rows[start..end].last().filter(|_| end < rows.len());
    let pager = Pager {
        first: (start > 0).then(|| "/work/posting".to_owned()),
        next: next.map(|row| format!("/work/posting?after={}", row.code)),
    };
    Ok(PostingPage {
        shell: visitor.shell("posting-title", Section::Work),
        office: office.unit_name.clone(),
        tally: posting::tally(&directory, &office, today, &last),
        rows: rows[start..end].to_vec(),
        pager,
        errors,
    })
}

/// Every procedure of an office, those that need something first.
fn rows(
    directory: &Directory,
    office: &Office,
    today: Day,
    last: &BTreeMap<String, Posting>,
) -> Vec<PostingRow> {
    let row = |version: &Procedure| {
        let known = last.get(&version.code);
        PostingRow {
            code: version.code.clone(),
            name: version.short_name_vi.clone(),
            standing: posting::standing(version, known),
            confirmed: known.map(|known| known.at),
        }
    };
    let mut rows: Vec<PostingRow> = posting::to_post(directory, office, today).map(row).collect();
    rows.sort_by_key(|row| row.standing);
    rows
}

/// `GET /lead/posting`.
pub(crate) async fn boards(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let today = visitor.now.day();
    let mut rows = Vec::new();
    for office in directory.on(today).offices().filter(|office| office.receives()) {
        let last = app.store.postings(&office.id).await?;
        rows.push(BoardRow {
            office: office.unit_name.clone(),
            tally: posting::tally(&directory, &office, today, &last),
            last: last.values().map(|posting| posting.at).max(),
        });
    }
    rows.sort_by_key(|row| Reverse(row.tally.missing + row.tally.outdated));
    html(&PostingBoards { shell: visitor.shell("posting-offices", Section::Lead), rows })
}
