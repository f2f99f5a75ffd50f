//! The first page, the page of components, the language, and whether we live.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::serve::{applicant::Group, promise::Question};
use hailong_render::{
    Lang, Section,
    design::Design,
    listen::dialogue::name,
    serve::home::{Announced, Home},
};
use hailong_store::listen::dialogue::DialogueFile;
use serde::Deserialize;

use crate::{
    App, cookie,
    error::{Failure, html},
    form::Form,
    listen::dialogue::joinable,
    quarter::Quarter,
    session::local,
    visitor::Visitor,
};

/// How long the language is kept: a year, in seconds.
const LANGUAGE_SECONDS: i64 = 365 * 86_400;

/// `GET /`.
pub(crate) async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let quarter = Quarter::read(&app.store, visitor.now).await?;
    let dialogue = app.store.dialogues(None, 1).await?.pop().and_then(|file| announced(file, &visitor));
    html(&Home {
        shell: visitor.shell("home-title", Section::None),
        offices: directory.on(visitor.now.day()).offices().filter(|office| office.receives()).count() as u32,
        procedures: directory.on(visitor.now.day()).procedures().count() as u32,
        dialogue,
        overall: quarter.district_share(Group::Person, Question::Overall),
        period: quarter.period(visitor.lang),
    })
}

/// The newest dialogue, while people can register for it.
fn announced(file: DialogueFile, visitor: &Visitor) -> Option<Announced> {
    let at = file.dialogue.at.filter(|_| joinable(&file.dialogue, visitor))?;
    let name = name(visitor.lang, &file.dialogue.id);
    Some(Announced { id: file.dialogue.id, name, at, place: file.place })
}

/// `GET /design`.
pub(crate) async fn design(visitor: Visitor) -> Result<Response, Failure> {
    html(&Design::new(visitor.shell("design-title", Section::None)))
}

/// `GET /health`: whether the record answers.
pub(crate) async fn health(State(app): State<Arc<App>>) -> Result<Response, Failure> {
    app.store.head().await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "ok\n").into_response())
}

/// The chosen language, and where to go back to.
#[derive(Deserialize)]
pub(crate) struct Choice {
    lang: String,
    #[serde(default)]
    r#return: String,
}

/// `POST /language`.
pub(crate) async fn language(visitor: Visitor, Form(choice): Form<Choice>) -> Result<Response, Failure> {
    let lang = Lang::from_tag(&choice.lang).ok_or(Failure::unreadable())?;
    let kept: HeaderValue = cookie::set(cookie::LANGUAGE, lang.tag(), Some(LANGUAGE_SECONDS), visitor.https);
    let back = local(&choice.r#return).unwrap_or("/");
    Ok(([(header::SET_COOKIE, kept)], Redirect::to(back)).into_response())
}
