//! The administrator changes the questions of a rating: always as a new version, from a later day.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    listen::questionnaire::{self, Ask, Line},
    refusal::Refusal,
    time::Day,
};
use hailong_render::{
    Section,
    component::{Errors, refusal},
    work::questions::{QuestionRow, QuestionsPage, VersionRow},
};
use hailong_store::StoreError;
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

const PATH: &str = "/admin/questions";

/// `?done=`: a version was just published.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Seen {
    done: String,
}

/// `GET /admin/questions`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(seen): Query<Seen>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    // The figures of a quarter are best those of one version.
    let next_quarter = visitor.now.day().month().quarter()[2].next().first_day();
    let newest = directory.questionnaires.last();
    let rows = newest.map(QuestionRow::all).unwrap_or_default();
    let page = page(&app, &visitor, rows, next_quarter.to_string(), Errors::none());
    html(&QuestionsPage { done: !seen.done.is_empty(), ..page })
}

/// `POST /admin/questions`.
pub(crate) async fn save(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let visitor = visitor.at(PATH);
    let rows = typed(&fields);
    let line = |row: &QuestionRow| Line { ask: row.ask, vi: row.vi.clone(), en: row.en.clone() };
    let lines = rows.iter().filter(|row| row.asked).map(line).collect();
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let from = Day::parse(fields.trimmed("from")).ok_or(Refusal::BadChoice("from"));
    let saved = match from.and_then(|from| questionnaire::publish(from, lines, &ctx)) {
        Ok(batch) => app.store.commit(batch).await.map(|_| ()),
        Err(why) => Err(why.into()),
    };
    match saved {
        Ok(()) => Ok(Redirect::to(&format!("{PATH}?done=1")).into_response()),
        Err(StoreError::Refused(why)) => {
            let field = why.field().unwrap_or("from");
            let errors = Errors::one(field, refusal(visitor.lang, why.code()));
            let page = page(&app, &visitor, rows, fields.trimmed("from").to_owned(), errors);
            html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

fn typed(fields: &Fields) -> Vec<QuestionRow> {
    let row = |ask: Ask| {
        let field = |part: &str| fields.trimmed(&format!("{part}-{}", ask.key())).to_owned();
        QuestionRow { ask, asked: !field("asked").is_empty(), vi: field("vi"), en: field("en") }
    };
    Ask::ALL.into_iter().map(row).collect()
}

fn page(app: &App, visitor: &Visitor, rows: Vec<QuestionRow>, from: String, errors: Errors) -> QuestionsPage {
    let directory = app.store.directory();
    let holds = directory.questionnaire_on(visitor.now.day()).version;
    let version = |one: &questionnaire::Questionnaire| VersionRow {
        version: one.version,
        from: (one.version > 1).then_some(one.from),
        questions: one.lines.len(),
        holds: one.version == holds,
    };
    QuestionsPage {
        shell: visitor.shell("questions-title", Section::None),
        versions: directory.questionnaires.iter().rev().map(version).collect(),
        rows,
        from,
        done: false,
        errors,
    }
}
