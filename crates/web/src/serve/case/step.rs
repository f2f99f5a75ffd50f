//! Steps on a case: hand over, finish, return, refuse, accept after a supplement.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    event::Event,
    refusal::Refusal,
    serve::{
        case::{CheckDocuments, LimitChoice, Mark, Outcome, ReturnWay, Step},
        official::actors,
        procedure::Procedure,
    },
};
use hailong_render::{
    component::Errors,
    work::thing::{Action, Typed},
};
use hailong_store::{StoreError, serve::case::CaseFile};

use super::{
    field, history, name_of, own_case,
    page::{Said, case_page, happened, marks},
    sentence,
};
use crate::{
    App,
    error::{Failure, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// `POST /cases/{id}/hand-over`.
pub(crate) async fn hand_over(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    act(&app, visitor, &id, &fields, Action::HandOver).await
}

/// `POST /cases/{id}/finish`.
pub(crate) async fn finish(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    act(&app, visitor, &id, &fields, Action::Finish).await
}

/// `POST /cases/{id}/return`.
pub(crate) async fn return_result(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    act(&app, visitor, &id, &fields, Action::Return).await
}

/// `POST /cases/{id}/refuse`.
pub(crate) async fn refuse(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    act(&app, visitor, &id, &fields, Action::Refuse).await
}

/// `POST /cases/{id}/accept`.
pub(crate) async fn accept(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    act(&app, visitor, &id, &fields, Action::Accept).await
}

async fn act(
    app: &App,
    visitor: Visitor,
    id: &str,
    fields: &Fields,
    action: Action,
) -> Result<Response, Failure> {
    let file = own_case(app, &visitor, id).await?;
    let seen: i64 = fields.get("version").parse().map_err(|_| Failure::unreadable())?;
    let directory = app.store.directory();
    let procedure = directory.procedure(&file.case.procedure)?;
    let visitor = visitor.at(format!("/cases/{}", file.case.id));
    if seen != file.case.version {
        return changed(app, &visitor, &file, seen, fields, action).await;
    }
    let ctx = visitor.context(app, &directory)?;
    let done = match command(action, fields, &file, procedure) {
        Ok(step) => app.store.step_case(file.case.id, Some(seen), step, &ctx).await,
        Err(why) => Err(why.into()),
    };
    match done {
        Ok(()) => Ok(to_case(&file, action)),
        Err(StoreError::Stale | StoreError::Refused(Refusal::Stale)) => {
            let file = own_case(app, &visitor, id).await?;
            changed(app, &visitor, &file, seen, fields, action).await
        }
        Err(StoreError::Refused(why)) => {
            let failure = Failure::from(why.clone());
            if failure.status == StatusCode::FORBIDDEN {
                return Err(failure);
            }
            let errors = Errors::one(field(&why), sentence(visitor.lang, &why, procedure));
            let page = case_page(app, &visitor, &file, came_back(errors, fields, action)).await?;
            html_refused(&page, failure.status)
        }
        Err(error) => Err(error.into()),
    }
}

/// What the form asks for.
fn command(action: Action, fields: &Fields, file: &CaseFile, procedure: &Procedure) -> Result<Step, Refusal> {
    Ok(match action {
        Action::HandOver => {
            Step::HandOver { to: fields.get("to").to_owned(), reason: fields.trimmed("reason").to_owned() }
        }
        Action::Finish => Step::Finish {
            outcome: match fields.get("outcome") {
                "granted" => Outcome::Granted,
                "denied" => Outcome::Denied,
                _ => return Err(Refusal::BadChoice("outcome")),
            },
        },
        Action::Return => Step::Return { way: ReturnWay::Counter },
        Action::Refuse => Step::Refuse { reason: fields.get("reason").to_owned() },
        Action::Accept => {
            let brought = |mark| if mark == Mark::Missing { Mark::Present } else { mark };
            Step::Check(CheckDocuments {
                documents: marks(procedure, file).into_iter().map(brought).collect(),
                limit: limit_of(fields.trimmed("limit"), fields.trimmed("days"), procedure)?,
                reason: String::new(),
            })
        }
    })
}

/// The limit that was chosen, or typed where none is published.
pub(crate) fn limit_of(limit: &str, days: &str, procedure: &Procedure) -> Result<LimitChoice, Refusal> {
    let choice = if procedure.limits.is_empty() {
        days.parse().ok().map(LimitChoice::Typed)
    } else {
        limit.parse().ok().map(LimitChoice::Published)
    };
    choice.ok_or(Refusal::NoLimit)
}

/// The case has moved on since the form was shown. The same official's second click finds the first one's result;
/// everybody else is told what happened, and what they typed stays.
async fn changed(
    app: &App,
    visitor: &Visitor,
    file: &CaseFile,
    seen: i64,
    fields: &Fields,
    action: Action,
) -> Result<Response, Failure> {
    let lines = history(&app.store, file).await?;
    let mine = |line: &hailong_store::Line| {
        Some(actors(&line.actor).0) == visitor.official.as_ref().map(|me| me.id.as_str())
    };
    let next = lines.iter().find(|(line, _)| line.version == seen + 1);
    if next.is_some_and(|(line, event)| mine(line) && is_done_by(action, event, fields)) {
        return Ok(to_case(file, action));
    }
    let (directory, lang) = (app.store.directory(), visitor.lang);
    let newest = lines.iter().rev().find_map(|(line, event)| Some((line, happened(event, &directory)?)));
    let words = newest.map(|(line, what)| {
        let at = hailong_render::format::date_time(lang, line.at);
        let who = name_of(&directory, &line.actor);
        let args = [("who", who.into()), ("at", at.into()), ("what", what.text(lang).into())];
        lang.t_args("work-changed", &args)
    });
    let words = words.unwrap_or_else(|| hailong_render::component::refusal(lang, Refusal::Stale.code()));
    let said = came_back(Errors::one("", words), fields, action);
    html_refused(&case_page(app, visitor, file, said).await?, StatusCode::CONFLICT)
}

/// Whether this event is what the form asked for.
fn is_done_by(action: Action, event: &Event, fields: &Fields) -> bool {
    match (action, event) {
        (Action::HandOver, Event::CaseHandedOver { to, .. }) => to == fields.get("to"),
        (Action::Finish, Event::CaseFinished { outcome, .. }) => {
            (*outcome == Outcome::Granted) == (fields.get("outcome") == "granted")
        }
        (Action::Return, Event::CaseReturned { .. })
        | (Action::Refuse, Event::CaseRefused { .. })
        | (Action::Accept, Event::CaseAccepted(_)) => true,
        _ => false,
    }
}

fn came_back(errors: Errors, fields: &Fields, action: Action) -> Said {
    let typed = Typed {
        to: fields.get("to").to_owned(),
        outcome: fields.get("outcome").to_owned(),
        reason: fields.get("reason").to_owned(),
        limit: fields.get("limit").to_owned(),
        days: fields.get("days").to_owned(),
    };
    Said { done: String::new(), errors, opened: Some(action), typed }
}

fn to_case(file: &CaseFile, action: Action) -> Response {
    let done = match action {
        Action::HandOver => "handed-over",
        Action::Finish => "finished",
        Action::Return => "returned",
        Action::Refuse => "refused",
        Action::Accept => "received",
    };
    Redirect::to(&format!("/cases/{}?done={done}", file.case.id)).into_response()
}
