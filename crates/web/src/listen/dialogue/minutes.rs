//! The minutes of a dialogue: earlier promises first, then each question with owner and deadline, then the end.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use hailong_core::{
    listen::dialogue::{Stage, Topic, hold::Close, organises, promise::Make},
    refusal::Refusal,
    time::Day,
};
use hailong_render::{
    Section,
    component::{Choice, Errors},
    listen::dialogue::topics,
    work::dialogue::{Minutes, TypedMinutes},
};
use hailong_store::listen::dialogue::DialogueFile;
use serde::Deserialize;
use uuid::Uuid;

use super::{Seen, done, faulty, find, lines};
use crate::{
    App,
    error::{Failure, html, html_refused, refused},
    form::{Fields, Form},
    serve::office::in_order,
    visitor::Visitor,
};

/// `?voice=`: a question sent beforehand that is taken up.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    voice: String,
}

/// `GET /work/dialogues/{dialogue}/minutes`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(seen): Query<Seen>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = find(&app, &id).await?;
    if !organises(visitor.signed_in()?, &app.store.directory()) {
        return Err(Refusal::NotYourRole.into());
    }
    let keys = ["dialogue-done-review", "dialogue-done-promise", "dialogue-done-close"];
    let said = seen.words(visitor.lang, &keys);
    let typed = taken_up(&app, &id, &asked.voice).await?;
    html(&page(&app, &visitor, &file, said, typed, Errors::none()).await?)
}

/// A question sent beforehand as the form begins with it.
async fn taken_up(app: &App, id: &str, voice: &str) -> Result<TypedMinutes, Failure> {
    let found = match Uuid::parse_str(voice) {
        Ok(voice_id) => app.store.voice(id, voice_id).await?,
        Err(_) => None,
    };
    let Some(voice) = found else { return Ok(TypedMinutes::default()) };
    Ok(TypedMinutes {
        voice: voice.voice_id.to_string(),
        topic: voice.topic.map(|topic| topic.key().to_owned()).unwrap_or_default(),
        question: voice.said.map(|said| said.words).unwrap_or_default(),
        ..TypedMinutes::default()
    })
}

/// `POST /work/dialogues/{dialogue}/minutes`.
pub(crate) async fn write(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let typed = typed(&fields);
    let (written, key) = match fields.get("what") {
        "review" => (app.store.review_promises(&id, &ctx).await, "dialogue-done-review"),
        "close" => {
            let close = Close { attended: typed.attended.parse().ok(), minutes: typed.minutes.clone() };
            (app.store.close_dialogue(&id, &close, &ctx).await, "dialogue-done-close")
        }
        _ => {
            let make = Make {
                topic: Topic::from_key(&typed.topic),
                question: typed.question.clone(),
                owner: typed.owner.clone(),
                deadline: Day::parse(&typed.deadline),
                answer: typed.answer.clone(),
                done: typed.settled,
                voice_id: Uuid::parse_str(&typed.voice).ok(),
            };
            (app.store.make_promise(&id, &make, &ctx).await, "dialogue-done-promise")
        }
    };
    // Somebody else wrote in between: what was typed is not lost.
    let Some(why) = refused(written)? else {
        return Ok(done(&format!("/work/dialogues/{id}/minutes"), key));
    };
    let failure = Failure::from(why.clone());
    if failure.status == StatusCode::FORBIDDEN || failure.status == StatusCode::NOT_FOUND {
        return Err(failure);
    }
    let file = find(&app, &id).await?;
    let errors = faulty(visitor.lang, &why);
    let visitor = visitor.at(format!("/work/dialogues/{id}/minutes"));
    html_refused(&page(&app, &visitor, &file, String::new(), typed, errors).await?, failure.status)
}

fn typed(fields: &Fields) -> TypedMinutes {
    let text = |name: &str| fields.trimmed(name).to_owned();
    TypedMinutes {
        topic: text("topic"),
        question: text("question"),
        voice: text("voice"),
        owner: text("owner"),
        deadline: text("deadline"),
        answer: text("answer"),
        settled: fields.get("settled") == "yes",
        attended: text("attended"),
        minutes: text("minutes"),
    }
}

async fn page(
    app: &App,
    visitor: &Visitor,
    file: &DialogueFile,
    said: String,
    typed: TypedMinutes,
    errors: Errors,
) -> Result<Minutes, Failure> {
    let directory = app.store.directory();
    let dialogue = &file.dialogue;
    let earlier = app.store.earlier_promises(&dialogue.id).await?;
    let promises = app.store.promises_of(&dialogue.id).await?;
    let offices = in_order(&directory, visitor.now.day());
    Ok(Minutes {
        shell: visitor.shell("dialogue-minutes", Section::Dialogues),
        id: dialogue.id.clone(),
        done: said,
        earlier: lines(&earlier, visitor, &directory, true),
        reviewed: file.reviewed_at,
        promises: lines(&promises, visitor, &directory, false),
        open: dialogue.stage(visitor.now) == Stage::Minutes,
        topics: topics(visitor.lang),
        owners: offices.iter().map(|office| Choice::new(&office.id, &office.unit_name)).collect(),
        typed,
        errors,
    })
}
