//! The public pages of dialogues: following them, registering and asking beforehand, answering a form of the survey.

pub(crate) mod desk;
pub(crate) mod form;
pub(crate) mod minutes;
pub(crate) mod paper;
pub(crate) mod promise;

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Actor,
    directory::Directory,
    listen::dialogue::{
        Dialogue, Stage, Topic,
        hold::{Join, Said},
        host::Chosen,
        wave::{Enter, Way},
    },
    refusal::Refusal,
    time::Day,
};
use hailong_render::{
    Lang, Section,
    component::Errors,
    listen::dialogue::{
        ChoiceTable, PromiseLine, TopicCount, name,
        page::{DialogueList, DialoguePage, DialogueRow, JoinForm, SurveyForm, pressing},
        topic, topics,
    },
};
use hailong_store::{
    StoreError,
    listen::dialogue::{DialogueFile, MOST, promise::PromiseFile},
};
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    limit::Gate,
    visitor::Visitor,
};

/// Registrations and forms an hour from one client, and from everybody: each stays in the journal for ever.
pub(crate) fn gate() -> Gate {
    Gate::hourly(10, 500)
}

/// `?done=`: what was just done, by its key.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Seen {
    done: String,
}

impl Seen {
    /// The sentence of what was just done, of those a page may say.
    fn words(&self, lang: Lang, keys: &[&str]) -> String {
        let known = keys.iter().find(|key| **key == self.done);
        known.map(|key| lang.t(key)).unwrap_or_default()
    }
}

/// `GET /dialogues`.
pub(crate) async fn list(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let files = app.store.dialogues(None, MOST).await?;
    let rows = rows(&files, &visitor, &app.store.directory(), "/dialogues");
    html(&DialogueList { shell: visitor.shell("dialogues-title", Section::Opinions), rows })
}

/// Dialogues as rows of a list below an address.
fn rows(files: &[DialogueFile], visitor: &Visitor, directory: &Directory, below: &str) -> Vec<DialogueRow> {
    let row = |DialogueFile { dialogue, .. }: &DialogueFile| DialogueRow {
        href: format!("{below}/{}", dialogue.id),
        name: name(visitor.lang, &dialogue.id),
        stage: dialogue.stage(visitor.now),
        host: dialogue.host().map(|host| directory.unit_name(host)).unwrap_or_default(),
        at: dialogue.at,
        promises: dialogue.promises,
    };
    files.iter().map(row).collect()
}

/// A dialogue by the quarter in the address.
async fn find(app: &App, id: &str) -> Result<DialogueFile, Failure> {
    app.store.dialogue(id).await?.ok_or(Refusal::UnknownDialogue.into())
}

/// The choice of a dialogue in words, as it was decided.
fn decided(file: &DialogueFile, chosen: &Chosen, lang: Lang, directory: &Directory) -> ChoiceTable {
    let decided = file.chosen.as_ref().map(|(at, who)| (*at, directory.actor_names(who).0));
    let table = ChoiceTable::new(lang, chosen, |office| directory.unit_name(office));
    ChoiceTable { reason: file.reason.clone(), decided, ..table }
}

/// Promises in words; `dialogue` says whether each names its dialogue.
fn lines(
    files: &[PromiseFile],
    visitor: &Visitor,
    directory: &Directory,
    with_dialogue: bool,
) -> Vec<PromiseLine> {
    let (lang, today) = (visitor.lang, visitor.now.day());
    let line = |file: &PromiseFile| line(file, lang, today, directory, with_dialogue);
    files.iter().map(line).collect()
}

fn line(
    file: &PromiseFile,
    lang: Lang,
    today: Day,
    directory: &Directory,
    with_dialogue: bool,
) -> PromiseLine {
    let promise = &file.promise;
    let head = directory.head_on(&promise.owner, today);
    PromiseLine {
        number: promise.number,
        dialogue: if with_dialogue { name(lang, &promise.dialogue) } else { String::new() },
        topic: topic(lang, promise.topic),
        question: file.question.clone(),
        owner: directory.unit_name(&promise.owner),
        head: head.map(|official| official.name.clone()).unwrap_or_default(),
        deadline: promise.deadline,
        standing: promise.standing(today),
        answer: file.said.answer.clone(),
        evidence: file.said.evidence.clone(),
        said_at: file.said_by.as_ref().map(|(at, _)| *at),
        href: String::new(),
    }
}

/// The agenda: grievances of the commune that hosts, and questions sent beforehand. Empty before the choice.
async fn agenda(app: &App, dialogue: &Dialogue, lang: Lang) -> Result<Vec<TopicCount>, Failure> {
    let Some(host) = dialogue.host() else { return Ok(Vec::new()) };
    let counts = app.store.wave_counts(&dialogue.id).await?;
    let voices = app.store.count_voices(&dialogue.id).await?;
    let grievances = counts.get(host).map(|count| count.topics).unwrap_or_default();
    Ok(TopicCount::agenda(lang, &grievances, &voices.questions))
}

/// `GET /dialogues/{dialogue}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(seen): Query<Seen>,
) -> Result<Response, Failure> {
    let file = find(&app, &id).await?;
    let (directory, lang) = (app.store.directory(), visitor.lang);
    let DialogueFile { dialogue, .. } = &file;
    // Once the minutes are closed, what was promised here comes first.
    let earlier = match dialogue.closed_at {
        Some(_) => Vec::new(),
        None => app.store.earlier_promises(&id).await?,
    };
    // Minutes are read by everybody once they are closed, not while they are written.
    let promises = match dialogue.closed_at {
        Some(_) => app.store.promises_of(&id).await?,
        None => Vec::new(),
    };
    html(&DialoguePage {
        shell: visitor.shell_titled(name(lang, &id), Section::Opinions),
        done: seen.words(lang, &["dialogue-joined", "dialogue-form-sent"]),
        stage: dialogue.stage(visitor.now),
        joinable: joinable(dialogue, &visitor),
        host: dialogue.host().map(|host| directory.unit_name(host)).unwrap_or_default(),
        notice: dialogue.at.map(|at| (at, file.place.clone())),
        choice: dialogue.choice.as_ref().map(|chosen| decided(&file, chosen, lang, &directory)),
        earlier: lines(&earlier, &visitor, &directory, true),
        agenda: agenda(&app, dialogue, lang).await?,
        promises: lines(&promises, &visitor, &directory, false),
        minutes: file.attended.map(|attended| (attended, file.minutes.clone())),
        id,
    })
}

/// Whether people can register for a dialogue and ask beforehand.
pub(crate) fn joinable(dialogue: &Dialogue, visitor: &Visitor) -> bool {
    dialogue.at.is_some_and(|at| visitor.now < at) && !dialogue.has_begun() && dialogue.closed_at.is_none()
}

/// `GET /dialogues/{dialogue}/join`.
pub(crate) async fn join_form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = find(&app, &id).await?;
    if !joinable(&file.dialogue, &visitor) {
        return Err(Refusal::DialogueOver.into());
    }
    html(&join_page(&visitor, &file, &Fields::default(), Errors::none()))
}

/// `POST /dialogues/{dialogue}/join`.
pub(crate) async fn join(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let file = find(&app, &id).await?;
    app.dialogues.enter(&visitor.client, app.clock.machine())?;
    let directory = app.store.directory();
    let command = Join {
        attends: fields.get("attends") == "yes",
        topic: Topic::from_key(fields.get("topic")),
        said: Said {
            name: fields.get("name").to_owned(),
            contact: fields.get("contact").to_owned(),
            words: fields.get("words").to_owned(),
            language: visitor.lang.into(),
        },
    };
    // Whoever is signed in speaks as anybody else.
    let mut ctx = visitor.context(&app, &directory)?;
    ctx.actor = Actor::Citizen;
    match app.store.join_dialogue(&id, command, &ctx).await {
        Ok(()) => Ok(done(&format!("/dialogues/{id}"), "dialogue-joined")),
        Err(StoreError::Refused(why @ (Refusal::DialogueOver | Refusal::DialogueFull))) => Err(why.into()),
        Err(StoreError::Refused(why)) => {
            let visitor = visitor.at(format!("/dialogues/{id}/join"));
            let page = join_page(&visitor, &file, &fields, faulty(visitor.lang, &why));
            html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

fn join_page(visitor: &Visitor, file: &DialogueFile, fields: &Fields, errors: Errors) -> JoinForm {
    let text = |name: &str| fields.get(name).to_owned();
    JoinForm {
        shell: visitor.shell("dialogue-join-title", Section::Opinions),
        id: file.dialogue.id.clone(),
        notice: (file.dialogue.at.unwrap_or(visitor.now), file.place.clone()),
        attends: fields.get("attends") == "yes",
        name: text("name"),
        contact: text("contact"),
        topic: text("topic"),
        topics: topics(visitor.lang),
        words: text("words"),
        errors,
    }
}

/// `GET /dialogues/{dialogue}/form`.
pub(crate) async fn survey_form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = find(&app, &id).await?;
    if file.dialogue.stage(visitor.now) != Stage::Survey {
        return Err(Refusal::WaveClosed.into());
    }
    html(&survey_page(&visitor, id, &Fields::default(), Errors::none()))
}

/// `POST /dialogues/{dialogue}/form`.
pub(crate) async fn survey(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    find(&app, &id).await?;
    app.dialogues.enter(&visitor.client, app.clock.machine())?;
    let directory = app.store.directory();
    let mut ctx = visitor.context(&app, &directory)?;
    ctx.actor = Actor::Citizen;
    match app.store.enter_form(&id, &entry(&fields, Some(Way::Online)), &ctx).await {
        Ok(()) => Ok(done(&format!("/dialogues/{id}"), "dialogue-form-sent")),
        Err(StoreError::Refused(why @ Refusal::WaveClosed)) => Err(why.into()),
        Err(StoreError::Refused(why)) => {
            let visitor = visitor.at(format!("/dialogues/{id}/form"));
            let errors = faulty(visitor.lang, &why);
            html_refused(&survey_page(&visitor, id, &fields, errors), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

/// A form as its fields say; on a page for officials they say how it came as well.
fn entry(fields: &Fields, way: Option<Way>) -> Enter {
    Enter {
        number: fields.get("number").chars().take(20).collect(),
        commune: fields.get("commune").to_owned(),
        way: way.or(Way::from_key(fields.get("way"))),
        pressing: match fields.get("pressing") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        topic: Topic::from_key(fields.get("topic")),
        words: fields.get("words").to_owned(),
    }
}

fn survey_page(visitor: &Visitor, id: String, fields: &Fields, errors: Errors) -> SurveyForm {
    let text = |name: &str| fields.get(name).to_owned();
    SurveyForm {
        shell: visitor.shell("dialogue-form-title", Section::Opinions),
        id,
        number: text("number"),
        pressing: text("pressing"),
        answers: pressing(visitor.lang),
        topic: text("topic"),
        topics: topics(visitor.lang),
        words: text("words"),
        errors,
    }
}

/// A refusal at its field.
fn faulty(lang: Lang, why: &Refusal) -> Errors {
    Errors::refused(lang, why)
}

/// Goes on to a page that says what was done.
fn done(path: &str, key: &str) -> Response {
    Redirect::to(&format!("{path}?done={key}")).into_response()
}
