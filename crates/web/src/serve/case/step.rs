//! Every step on a case goes through one door: the step's name stands in the address.

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
        case::{Action, LimitChoice, Outcome},
        official::actors,
        procedure::Procedure,
    },
};
use hailong_render::{component::Errors, work::rule::wrong_step};
use hailong_store::{StoreError, serve::case::CaseFile};

use super::{
    doing::{self, CameBack, Desk},
    happened::happened,
    history, name_of, own_case,
    page::{Said, case_page, marks},
    paper, sentence,
};
use crate::{
    App,
    error::{Failure, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// `POST /cases/{id}/{step}`.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((id, step)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    let action = Action::from_path(&step).ok_or(Failure::not_found())?;
    let seen: i64 = fields.get("version").parse().map_err(|_| Failure::unreadable())?;
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day())?;
    let visitor = visitor.at(format!("/cases/{}", file.case.id));
    if seen != file.case.version {
        return changed(&app, &visitor, &file, seen, fields, action).await;
    }
    let ctx = visitor.context(&app, &directory)?;
    let desk = Desk { lang: visitor.lang, file: &file, procedure, directory: &directory, consultations: &[] };
    let done = match doing::step(action, &fields, marks(procedure, &file), &desk) {
        Ok(step) => app.store.step_case(file.case.id, Some(seen), step, &ctx).await,
        Err(why) => Err(why.into()),
    };
    match done {
        // Whoever sends it home has it no longer, and may not look at it any more.
        Ok(()) if action == Action::Send && visitor.actor().handles(&file.case.desk_office).is_err() => {
            Ok(Redirect::to("/work?whose=office").into_response())
        }
        Ok(()) => Ok(to_case(&file, action)),
        Err(StoreError::Stale | StoreError::Refused(Refusal::Stale)) => {
            let file = own_case(&app, &visitor, &id).await?;
            changed(&app, &visitor, &file, seen, fields, action).await
        }
        Err(StoreError::Refused(why)) => {
            let failure = Failure::from(why.clone());
            if failure.status == StatusCode::FORBIDDEN {
                return Err(failure);
            }
            let field = match doing::field_of(action, &why) {
                "" => String::new(),
                "limit" if procedure.limits.is_empty() => format!("{}-days", action.path()),
                field => format!("{}-{field}", action.path()),
            };
            let words = match why {
                Refusal::WrongStep
                | Refusal::AlreadyDone
                | Refusal::SupplementLimit
                | Refusal::ExtensionBeyond => {
                    wrong_step(visitor.lang, file.case.state, paper::regime(&file), action)
                }
                why => sentence(visitor.lang, &why, procedure),
            };
            let errors = Errors::one(&field, words);
            let page = case_page(&app, &visitor, &file, came_back(errors, fields, action)).await?;
            html_refused(&page, failure.status)
        }
        Err(error) => Err(error.into()),
    }
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
    fields: Fields,
    action: Action,
) -> Result<Response, Failure> {
    let lines = history(&app.store, file).await?;
    let mine = |line: &hailong_store::Line| {
        Some(actors(&line.actor).0) == visitor.official.as_ref().map(|me| me.id.as_str())
    };
    let next = lines.iter().find(|(line, _)| line.version == seen + 1);
    if next.is_some_and(|(line, event)| mine(line) && is_done_by(action, event, &fields)) {
        return Ok(to_case(file, action));
    }
    let (directory, lang) = (app.store.directory(), visitor.lang);
    let newest =
        lines.iter().rev().find_map(|(line, event)| Some((line, happened(event, &directory, visitor.lang)?)));
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
    let granted = |outcome: &Outcome| (*outcome == Outcome::Granted) == (fields.get("outcome") == "granted");
    match (action, event) {
        (Action::HandOver, Event::CaseHandedOver { to, .. }) => to == fields.get("to"),
        (Action::Finish, Event::CaseFinished { outcome, .. }) => granted(outcome),
        (Action::Submit, Event::ResultSubmitted(submitted)) => granted(&submitted.outcome),
        (Action::Send, Event::CaseSent(sent)) => sent.to_office == fields.get("to_office"),
        (Action::Consult, Event::ConsultationAsked(asked)) => {
            asked.consultation_id.to_string() == fields.get("consultation")
        }
        (Action::Answer | Action::Silence, Event::ConsultationClosed(closed)) => {
            closed.consultation_id.to_string() == fields.get("which")
        }
        (Action::Return, Event::CaseReturned { .. })
        | (Action::Refuse, Event::CaseRefused { .. })
        | (Action::Accept, Event::CaseAccepted(_))
        | (Action::Ask | Action::RequestSupplement, Event::SupplementRequested(_))
        | (Action::ReceiveSupplement, Event::SupplementReceived(_))
        | (Action::SendBack, Event::ResultSentBack { .. })
        | (Action::Visit, Event::VisitRecorded(_))
        | (Action::Pause, Event::CasePaused(_))
        | (Action::Resume, Event::CaseResumed(_))
        | (Action::Extend, Event::CaseExtended(_))
        | (Action::Apologise, Event::ApologySent(_))
        | (Action::Withdraw, Event::CaseWithdrawn(_))
        | (Action::Stop, Event::CaseStopped(_))
        | (Action::Lose, Event::DossierLost { .. })
        | (Action::Correct, Event::ResultCorrected(_)) => true,
        _ => false,
    }
}

fn came_back(errors: Errors, fields: Fields, action: Action) -> Said {
    Said { done: None, back: CameBack { action: Some(action), fields, errors } }
}

fn to_case(file: &CaseFile, action: Action) -> Response {
    Redirect::to(&format!("/cases/{}?done={}", file.case.id, action.path())).into_response()
}
