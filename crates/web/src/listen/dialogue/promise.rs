//! What an office promised at dialogues, and its reports on that.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use hailong_core::{
    listen::{
        dialogue::promise::{Report, Said},
        opinion::answers_for,
    },
    refusal::Refusal,
};
use hailong_render::{
    Section,
    component::{Errors, Pager},
    work::dialogue::{PromiseReport, Promises},
};
use hailong_store::listen::dialogue::promise::PromiseFile;
use serde::Deserialize;
use uuid::Uuid;

use super::{done, faulty, line};
use crate::{
    App,
    cursor::{PAGE, address},
    error::{Failure, html, html_refused, refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// `?after=&done=`; `after` is the key of the last row of the page before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    after: String,
    done: String,
}

/// `GET /work/promises`: of the offices headed; the leader sees what is not kept of all.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (directory, lang) = (app.store.directory(), visitor.lang);
    let after = Uuid::parse_str(&asked.after).ok();
    let offices = answers_for(visitor.signed_in()?, &directory, visitor.now.day());
    let (mut files, mut next, whose) = match &offices {
        None => (app.store.open_promises().await?, None, lang.t("pledges-open-of-all")),
        Some(offices) => {
            let mut files = Vec::new();
            for office in offices {
                files.extend(app.store.promises_of_office(office, after, PAGE as i64 + 1).await?);
            }
            let names: Vec<_> = offices.iter().map(|office| directory.unit_name(office)).collect();
            (files, None, names.join(", "))
        }
    };
    if offices.is_some() {
        files.sort_by_key(|file| std::cmp::Reverse(file.promise.id));
        if files.len() > PAGE {
            files.truncate(PAGE);
            next = files
                .last()
                .map(|file| address("/work/promises", &[("after", &file.promise.id.to_string())]));
        }
    }
    let row = |file: &PromiseFile| {
        let mut line = line(file, lang, visitor.now.day(), &directory, true);
        line.href = format!("/work/promises/{}", file.promise.id);
        line
    };
    html(&Promises {
        shell: visitor.shell("pledges-title", Section::Dialogues),
        done: if asked.done.is_empty() { String::new() } else { lang.t("pledge-done") },
        whose,
        rows: files.iter().map(row).collect(),
        pager: Pager { first: after.map(|_| "/work/promises".to_owned()), next },
    })
}

/// `GET /work/promises/{promise}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own(&app, &visitor, &id).await?;
    html(&page(&app, &visitor, &file, &Fields::default(), Errors::none()))
}

/// `POST /work/promises/{promise}`.
pub(crate) async fn report(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let file = own(&app, &visitor, &id).await?;
    let directory = app.store.directory();
    let command = Report {
        said: Said { answer: fields.get("answer").to_owned(), evidence: fields.get("evidence").to_owned() },
        done: fields.get("kept") == "yes",
    };
    let ctx = visitor.context(&app, &directory)?;
    let Some(why) = refused(app.store.report_promise(file.promise.id, &command, &ctx).await)? else {
        return Ok(done("/work/promises", "1"));
    };
    let failure = Failure::from(why.clone());
    if failure.status == StatusCode::FORBIDDEN {
        return Err(failure);
    }
    let visitor = visitor.at(format!("/work/promises/{id}"));
    // What somebody else reported meanwhile is shown above what was typed here.
    let file = own(&app, &visitor, &id).await?;
    html_refused(&page(&app, &visitor, &file, &fields, faulty(visitor.lang, &why)), failure.status)
}

async fn own(app: &App, visitor: &Visitor, id: &str) -> Result<PromiseFile, Failure> {
    let id = Uuid::parse_str(id).map_err(|_| Failure::not_found())?;
    let file = app.store.promise(id).await?.ok_or(Failure::not_found())?;
    match answers_for(visitor.signed_in()?, &app.store.directory(), visitor.now.day()) {
        Some(offices) if !offices.contains(&file.promise.owner) => Err(Refusal::NotYourOffice.into()),
        _ => Ok(file),
    }
}

fn page(app: &App, visitor: &Visitor, file: &PromiseFile, fields: &Fields, errors: Errors) -> PromiseReport {
    PromiseReport {
        shell: visitor.shell("pledge-title", Section::Dialogues),
        id: file.promise.id.to_string(),
        line: line(file, visitor.lang, visitor.now.day(), &app.store.directory(), true),
        open: file.promise.done_at.is_none(),
        answer: fields.get("answer").to_owned(),
        evidence: fields.get("evidence").to_owned(),
        kept: fields.get("kept") == "yes",
        errors,
    }
}
