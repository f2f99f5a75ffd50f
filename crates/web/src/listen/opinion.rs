//! Opinions: leaving one, and following what became of it by its code.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    directory::Directory,
    listen::opinion::{Opinion, read_follow_code},
};
use hailong_render::{
    Section,
    component::{Choice, Errors, refusal},
    listen::opinion::{Answer, OpinionForm, OpinionLookup, OpinionPage, OpinionState},
};
use hailong_store::{StoreError, listen::opinion::OpinionFile};
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html, html_refused},
    form::Form,
    limit::Limiter,
    serve::office::in_order,
    visitor::Visitor,
};

/// Opinions an hour from one client, and from everybody: each stays in the journal for ever.
const MOST: (usize, usize) = (10, 500);
/// The window of those, in seconds.
const WINDOW_SECONDS: u32 = 3_600;

/// How many opinions may come.
pub(crate) struct Guard {
    by_client: Limiter,
    in_all: Limiter,
}

impl Default for Guard {
    fn default() -> Self {
        let window = i64::from(WINDOW_SECONDS) * 1_000_000;
        Self { by_client: Limiter::new(MOST.0, window), in_all: Limiter::new(MOST.1, window) }
    }
}

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    words: String,
    office: String,
    name: String,
    contact: String,
}

/// `?office=`, or `?code=`, or `?sent=1`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    office: String,
    code: String,
    sent: String,
}

/// `GET /opinions/new?office=`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let typed = Typed { office: asked.office, ..Typed::default() };
    html(&form_page(&visitor, &app.store.directory(), typed, Errors::none()))
}

/// `POST /opinions/new`.
pub(crate) async fn send(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let now = app.clock.machine();
    if !app.opinions.by_client.allow(&visitor.client, now) || !app.opinions.in_all.allow("", now) {
        return Err(Failure::too_many_tries(WINDOW_SECONDS));
    }
    let directory = app.store.directory();
    let opinion =
        Opinion { words: typed.words.clone(), name: typed.name.clone(), contact: typed.contact.clone() };
    // Whoever is signed in speaks as anybody else: an opinion is never tied to an account.
    let mut ctx = visitor.context(&app, &directory)?;
    ctx.actor = hailong_core::context::Actor::Citizen;
    match app.store.receive_opinion(&typed.office, opinion, &ctx).await {
        Ok(code) => Ok(Redirect::to(&format!("/opinions/{code}?sent=1")).into_response()),
        Err(StoreError::Refused(why)) => {
            let errors = Errors::one(why.field().unwrap_or(""), refusal(visitor.lang, why.code()));
            let page = form_page(&visitor.at("/opinions/new"), &directory, typed, errors);
            html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /opinions?code=`: asks for the code, or goes on with it.
pub(crate) async fn find(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let lookup = |errors| OpinionLookup {
        shell: visitor.shell("opinion-follow-title", Section::Opinions),
        code: asked.code.chars().take(40).collect(),
        errors,
    };
    if asked.code.trim().is_empty() {
        return html(&lookup(Errors::none()));
    }
    match app.store.opinion_by_code(&asked.code).await? {
        Some(_) => Ok(Redirect::to(&format!("/opinions/{}", read_follow_code(&asked.code))).into_response()),
        None => {
            let errors = Errors::one("code", refusal(visitor.lang, "opinion-no-match"));
            html_refused(&lookup(errors), StatusCode::NOT_FOUND)
        }
    }
}

/// `GET /opinions/{code}`: what became of it.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = app.store.opinion_by_code(&code).await?.ok_or(Failure::not_found())?;
    let directory = app.store.directory();
    let office = directory.office(&file.office_id)?.unit_name.clone();
    let OpinionFile { opinion, received_at, due, answer, .. } = file;
    html(&OpinionPage {
        shell: visitor.shell("opinion-page-title", Section::Opinions),
        code: spaced(&read_follow_code(&code)),
        words: opinion.map(|opinion| opinion.words).unwrap_or_default(),
        received: received_at,
        due: answer.is_none().then_some(due),
        state: if answer.is_some() { OpinionState::Answered } else { OpinionState::Received },
        answer: answer.map(|(at, _, text)| Answer { text, office: office.clone(), at }),
        just_sent: !asked.sent.is_empty(),
        office,
    })
}

fn form_page(visitor: &Visitor, directory: &Directory, typed: Typed, errors: Errors) -> OpinionForm {
    let offices = in_order(directory, visitor.now.day())
        .into_iter()
        .map(|office| Choice::new(&office.id, &office.unit_name));
    OpinionForm {
        shell: visitor.shell("opinion-title", Section::Opinions),
        words: typed.words,
        office: typed.office,
        offices: offices.collect(),
        name: typed.name,
        contact: typed.contact,
        errors,
    }
}

/// A code in groups of four, as it is easiest to copy.
fn spaced(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}
