//! Calls about another office: whom to call is drawn, and of whoever answered nothing is seen again.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    listen::call::{self, CallLine, LIST_DAYS},
    refusal::Refusal,
};
use hailong_render::{
    Section,
    component::{Choice, Errors},
    listen::rating::Question,
    work::call::{Call, CallListRow, CallRow, Calls},
};
use hailong_store::{StoreError, hex};
use serde::Deserialize;
use uuid::Uuid;

use super::rating;
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    serve::office::in_order,
    visitor::Visitor,
};

/// What can have been done before the list is shown.
const DONE: [&str; 5] = [
    "calls-done-draw",
    "calls-done-answer",
    "calls-done-no-answer",
    "calls-done-declined",
    "calls-done-said",
];

/// `?done=`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Seen {
    done: String,
}

fn done(key: &str) -> Response {
    Redirect::to(&format!("/work/calls?done={key}")).into_response()
}

/// `GET /work/calls`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(seen): Query<Seen>,
) -> Result<Response, Failure> {
    let known = DONE.into_iter().find(|key| *key == seen.done);
    let said = known.map(|key| visitor.lang.t(key)).unwrap_or_default();
    html(&Calls { done: said, ..page(&app, &visitor, &Fields::default(), Errors::none()).await? })
}

/// `POST /work/calls`: the program draws whom to call.
pub(crate) async fn draw(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let (directory, audit) = (app.store.directory(), fields.get("ask") == "rated");
    match app.store.draw_calls(fields.get("office"), audit, &visitor.context(&app, &directory)?).await {
        Ok(_) => Ok(done("calls-done-draw")),
        Err(StoreError::Refused(why)) => {
            let status = Failure::from(why.clone()).status;
            let errors = Errors::refused(visitor.lang, &why);
            html_refused(&page(&app, &visitor.at("/work/calls"), &fields, errors).await?, status)
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(app: &App, visitor: &Visitor, typed: &Fields, errors: Errors) -> Result<Calls, Failure> {
    let (directory, today) = (app.store.directory(), visitor.now.day());
    let ctx = visitor.context(app, &directory)?;
    let mut lists = Vec::new();
    for list in app.store.call_lists(&visitor.signed_in()?.office_id, today).await? {
        let Some((list, lines)) = app.store.call_list(list.list_id).await? else { continue };
        let row = |line: CallLine| CallRow { place: line.place, open: line.open(), tries: line.tries };
        lists.push(CallListRow {
            id: list.list_id.to_string(),
            office: directory.unit_name(&list.office_id),
            day: list.day,
            until: list.day.plus(LIST_DAYS),
            seed: hex(&list.seed),
            audit: list.audit,
            lines: lines.into_iter().map(row).collect(),
        });
    }
    let offices = in_order(&directory, today).into_iter();
    let others = offices.filter(|office| call::calls_for(&office.id, &ctx).is_ok());
    Ok(Calls {
        shell: visitor.shell("calls-title", Section::Queue),
        offices: others.map(|office| Choice::new(office.id, office.unit_name)).collect(),
        office: typed.get("office").to_owned(),
        ask: if typed.get("ask") == "rated" { "rated" } else { "served" }.to_owned(),
        lists,
        done: String::new(),
        errors,
    })
}

/// `GET /work/calls/{list}/{place}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((list, place)): Path<(String, u32)>,
) -> Result<Response, Failure> {
    html(&form(&app, &visitor, &list, place, &Fields::default(), Errors::none()).await?)
}

async fn form(
    app: &App,
    visitor: &Visitor,
    list: &str,
    place: u32,
    typed: &Fields,
    errors: Errors,
) -> Result<Call, Failure> {
    let (directory, today) = (app.store.directory(), visitor.now.day());
    let id = Uuid::parse_str(list).map_err(|_| Failure::not_found())?;
    let (list, callee) = app.store.callee(id, place, &visitor.context(app, &directory)?).await?;
    Ok(Call {
        shell: visitor.shell("calls-title", Section::Queue),
        id: id.to_string(),
        place,
        name: callee.name,
        phone: callee.phone,
        office: directory.unit_name(&list.office_id),
        procedure: directory.short_name(&callee.procedure, callee.day),
        audit: list.audit,
        questions: Question::all(directory.questionnaire_on(today), visitor.lang, |key| {
            typed.get(key).to_owned()
        }),
        errors,
    })
}

/// `POST /work/calls/{list}/{place}`: the answers, or that there are none.
pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((list, place)): Path<(String, u32)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let id = Uuid::parse_str(&list).map_err(|_| Failure::not_found())?;
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let store = &app.store;
    let outcome = match fields.get("what") {
        "no-answer" => store.miss_call(id, place, false, &ctx).await.map(|()| "calls-done-no-answer"),
        "declined" => store.miss_call(id, place, true, &ctx).await.map(|()| "calls-done-declined"),
        what @ ("rated" | "not-rated") => {
            store.say_call(id, place, what == "rated", &ctx).await.map(|()| "calls-done-said")
        }
        _ => match rating::ballot(directory.questionnaire_on(visitor.now.day()), &fields) {
            Ok(ballot) => store.answer_call(id, place, ballot, &ctx).await.map(|()| "calls-done-answer"),
            Err(why) => Err(why.into()),
        },
    };
    drop(ctx);
    match outcome {
        Ok(key) => Ok(done(key)),
        Err(StoreError::Refused(
            why @ (Refusal::BadScore(_) | Refusal::BadChoice(_) | Refusal::TooLong(_)),
        )) => {
            let status = Failure::from(why.clone()).status;
            let errors = Errors::refused(visitor.lang, &why);
            let visitor = visitor.at(format!("/work/calls/{id}/{place}"));
            html_refused(&form(&app, &visitor, &list, place, &fields, errors).await?, status)
        }
        Err(error) => Err(error.into()),
    }
}
