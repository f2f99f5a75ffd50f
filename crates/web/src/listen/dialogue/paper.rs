//! The papers of a dialogue as PDF: the note of the decision, the forms of a commune.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hailong_core::{listen::dialogue::organises, refusal::Refusal};
use hailong_render::{
    Lang,
    listen::dialogue::paper::{DecisionNote, Sender, SurveyForms},
    paper::unit_and_place,
};
use serde::Deserialize;

use super::{decided, find};
use crate::{App, error::Failure, serve::case::print::answer, visitor::Visitor};

fn sender(app: &App, visitor: &Visitor) -> Sender {
    let (unit, place) = unit_and_place(&app.store.directory().authority.name_vi);
    Sender { authority: format!("Ủy ban nhân dân {unit}"), place, day: visitor.now.day(), demo: app.demo }
}

/// `GET /work/dialogues/{dialogue}/decision.pdf`.
pub(crate) async fn decision(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = find(&app, &id).await?;
    let chosen = file.dialogue.choice.as_ref().ok_or(Failure::not_found())?;
    let choice = decided(&file, chosen, Lang::Vi, &app.store.directory());
    let day = choice.decided.as_ref().map_or(visitor.now, |(at, _)| *at).day();
    let sender = Sender { day, ..sender(&app, &visitor) };
    let name = format!("quyet-dinh-doi-thoai-{id}");
    let note = DecisionNote { sender, dialogue: id, choice };
    let made = tokio::task::spawn_blocking(move || note.pdf()).await;
    answer(made.map_err(|_| Failure::internal())?, &name)
}

/// `?commune=`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    commune: String,
}

/// `GET /work/dialogues/{dialogue}/forms.pdf`: who holds the numbers can answer for others, so only those who prepare the dialogue
/// print them.
pub(crate) async fn forms(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    find(&app, &id).await?;
    let directory = app.store.directory();
    if !organises(visitor.signed_in()?, &directory) {
        return Err(Refusal::NotYourRole.into());
    }
    let numbers = app.store.form_numbers(&id, &asked.commune).await?;
    if numbers.is_empty() {
        return Err(Failure::not_found());
    }
    let name = format!("phieu-khao-sat-{id}-{}", asked.commune);
    let forms = SurveyForms {
        sender: sender(&app, &visitor),
        commune: directory.unit_name(&asked.commune),
        numbers,
        address: format!("{}/dialogues/{id}/form", app.base_url),
        dialogue: id,
    };
    let made = tokio::task::spawn_blocking(move || forms.pdf()).await;
    answer(made.map_err(|_| Failure::internal())?, &name)
}
