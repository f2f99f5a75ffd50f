//! Preparing a dialogue: the wave and its forms, the choice of the commune, the notice, the agenda.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use hailong_core::{
    context::Role,
    listen::dialogue::{
        Dialogue, Stage, Topic,
        hold::{Announce, NOTICE_DAYS},
        host::{Chosen, Decide},
        name_of, organises,
        wave::{self, FORMS, Open, Way, write_number},
    },
    refusal::Refusal,
    serve::report::{Period, Span, Window},
    time::Instant,
};
use hailong_render::{
    Section,
    component::{Choice, Errors, Pager},
    format,
    listen::dialogue::{ChoiceTable, name, page::pressing, topic, topics},
    work::dialogue::{Agenda, Desk, Desks, FormEntry, SaidRow, WaveRow, ways},
};
use hailong_store::{
    StoreError,
    listen::dialogue::{DialogueFile, MOST},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{Seen, decided, done, entry, faulty, find, rows};
use crate::{
    App,
    cursor::{PAGE, address},
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// Quarters offered for a new dialogue: the one that runs and those before it.
const QUARTERS: usize = 3;

/// `GET /work/dialogues`.
pub(crate) async fn list(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    html(&desks(&app, &visitor, &Fields::default(), Errors::none()).await?)
}

/// `POST /work/dialogues`: begins a dialogue with its wave.
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let seed = fields.trimmed("seed");
    let command = match (fields.trimmed("forms").parse(), seed.is_empty(), seed.parse::<u32>()) {
        (Err(_), ..) => Err(Refusal::BadChoice("forms")),
        (_, false, Err(_)) => Err(Refusal::BadChoice("seed")),
        (Ok(forms), _, seed) => {
            Ok(Open { dialogue: fields.get("dialogue").to_owned(), forms, seed: seed.ok() })
        }
    };
    let opened = match command {
        Ok(command) => {
            let opened = app.store.open_dialogue(&command, &visitor.context(&app, &directory)?).await;
            opened.map(|()| command.dialogue)
        }
        Err(why) => Err(why.into()),
    };
    match opened {
        Ok(id) => Ok(done(&format!("/work/dialogues/{id}"), "dialogue-done-open")),
        Err(StoreError::Refused(why)) => {
            let failure = Failure::from(why.clone());
            let visitor = visitor.at("/work/dialogues");
            let page = desks(&app, &visitor, &fields, faulty(visitor.lang, &why)).await?;
            html_refused(&page, failure.status)
        }
        Err(error) => Err(error.into()),
    }
}

async fn desks(app: &App, visitor: &Visitor, fields: &Fields, errors: Errors) -> Result<Desks, Failure> {
    let files = app.store.dialogues(None, MOST).await?;
    let known = |id: &str| files.iter().any(|file| file.dialogue.id == id);
    let mut quarters = Vec::new();
    if visitor.signed_in()?.has_role(&[Role::Leader]) {
        let now = Period::containing(Window::Legal, Span::Quarter, visitor.now.day());
        let last = std::iter::successors(Some(now), |period| Some(period.previous())).take(QUARTERS);
        quarters.extend(last.map(name_of).filter(|id| !known(id)).map(|id| {
            let words = name(visitor.lang, &id);
            Choice::new(id, words)
        }));
    }
    let text = |name: &str| fields.get(name).to_owned();
    Ok(Desks {
        shell: visitor.shell("dialogues-title", Section::Dialogues),
        rows: rows(&files, visitor, &app.store.directory(), "/work/dialogues"),
        quarters,
        dialogue: text("dialogue"),
        forms: Some(text("forms")).filter(|text| !text.is_empty()).unwrap_or_else(|| FORMS.to_string()),
        seed: text("seed"),
        errors,
    })
}

/// `GET /work/dialogues/{dialogue}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(seen): Query<Seen>,
) -> Result<Response, Failure> {
    let file = find(&app, &id).await?;
    let keys = ["dialogue-done-open", "dialogue-done-host", "dialogue-done-notice"];
    let said = seen.words(visitor.lang, &keys);
    html(&desk(&app, &visitor, file, said, &Fields::default(), Errors::none()).await?)
}

/// `POST /work/dialogues/{dialogue}/host`: the leader decides on the commune.
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let command = Decide { host: fields.get("host").to_owned(), reason: fields.get("reason").to_owned() };
    let ctx = visitor.context(&app, &directory)?;
    let decided = app.store.choose_host(&id, &command, &ctx).await;
    answer(&app, visitor, &id, &fields, decided, "dialogue-done-host").await
}

/// `POST /work/dialogues/{dialogue}/notice`: the dialogue is announced.
pub(crate) async fn announce(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    if !organises(visitor.signed_in()?, &directory) {
        return Err(Refusal::NotYourRole.into());
    }
    let at = Instant::parse_local(&format!("{}T{}", fields.trimmed("day"), fields.trimmed("time")));
    let announced = match at {
        Some(at) => {
            let command = Announce { at, place: fields.get("place").to_owned() };
            app.store.announce_dialogue(&id, &command, &visitor.context(&app, &directory)?).await
        }
        None => Err(Refusal::BadChoice("day").into()),
    };
    answer(&app, visitor, &id, &fields, announced, "dialogue-done-notice").await
}

/// The desk again: with what was done, or with what is wrong and what was typed.
async fn answer(
    app: &App,
    visitor: Visitor,
    id: &str,
    fields: &Fields,
    outcome: Result<(), StoreError>,
    key: &str,
) -> Result<Response, Failure> {
    let path = format!("/work/dialogues/{id}");
    match outcome {
        Ok(()) => Ok(done(&path, key)),
        Err(StoreError::Refused(why)) => {
            let failure = Failure::from(why.clone());
            if failure.status == StatusCode::FORBIDDEN || failure.status == StatusCode::NOT_FOUND {
                return Err(failure);
            }
            let file = find(app, id).await?;
            let errors = faulty(visitor.lang, &why);
            let page = desk(app, &visitor.at(path), file, String::new(), fields, errors).await?;
            html_refused(&page, failure.status)
        }
        Err(error) => Err(error.into()),
    }
}

async fn desk(
    app: &App,
    visitor: &Visitor,
    file: DialogueFile,
    said: String,
    fields: &Fields,
    errors: Errors,
) -> Result<Desk, Failure> {
    let (directory, lang) = (app.store.directory(), visitor.lang);
    let (official, today) = (visitor.signed_in()?, visitor.now.day());
    let dialogue = &file.dialogue;
    let counts = app.store.wave_counts(&dialogue.id).await?;
    let wave = dialogue.communes.iter().map(|share| {
        let count = counts.get(&share.commune).cloned().unwrap_or_default();
        WaveRow {
            id: share.commune.clone(),
            name: directory.unit_name(&share.commune),
            counts: [share.cases, count.given, count.entered, count.pressing],
        }
    });
    let choice = match &dialogue.choice {
        Some(chosen) => Some(decided(&file, chosen, lang, &directory)),
        None if counts.values().all(|count| count.entered == 0) => None,
        None => {
            let table = app.store.dialogue_table(dialogue, &directory, today).await?;
            let chosen = Chosen::by_rule(&table)?;
            Some(ChoiceTable::new(lang, &chosen, |office| directory.unit_name(office)))
        }
    };
    let (organises, changeable) = (organises(official, &directory), is_changeable(dialogue));
    let decides = changeable && official.has_role(&[Role::Leader]) && choice.is_some();
    let voices = app.store.count_voices(&dialogue.id).await?;
    let text = |name: &str| fields.get(name).to_owned();
    Ok(Desk {
        shell: visitor.shell_titled(name(lang, &dialogue.id), Section::Dialogues),
        id: dialogue.id.clone(),
        done: said,
        stage: dialogue.stage(visitor.now),
        cases: (dialogue.cases_from, dialogue.cases_to),
        seed: file.seed,
        hosts: if decides { hosts(dialogue, &directory) } else { Vec::new() },
        host: text("host"),
        reason: text("reason"),
        organises,
        notice: dialogue.at.map(|at| (at, file.place.clone())),
        announce: (organises && changeable && dialogue.choice.is_some())
            .then(|| ["day", "time", "place"].map(text)),
        first_day: today.plus(NOTICE_DAYS),
        voices: (voices.all, voices.attending),
        wave: wave.collect(),
        corrected: counts.values().map(|count| count.corrected).sum(),
        choice,
        errors,
    })
}

/// Whether host and notice may still change.
fn is_changeable(dialogue: &Dialogue) -> bool {
    dialogue.closed_at.is_none() && !dialogue.has_begun()
}

fn hosts(dialogue: &Dialogue, directory: &hailong_core::directory::Directory) -> Vec<Choice> {
    dialogue
        .communes
        .iter()
        .map(|share| Choice::new(&share.commune, directory.unit_name(&share.commune)))
        .collect()
}

/// `?done=` with the number of the form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entered {
    number: String,
    way: String,
    commune: String,
}

/// `GET /work/dialogues/{dialogue}/forms`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(entered): Query<Entered>,
) -> Result<Response, Failure> {
    let file = find(&app, &id).await?;
    if file.dialogue.stage(visitor.now) != Stage::Survey {
        return Err(Refusal::WaveClosed.into());
    }
    let said = wave::read_number(&entered.number)
        .map(|number| visitor.lang.t_args("dialogue-done-form", &[("number", write_number(number).into())]));
    // The next form of a pile came the same way from the same commune.
    let page = form_page(&app, &visitor, &file, &Fields::default(), Errors::none());
    html(&FormEntry { done: said.unwrap_or_default(), way: entered.way, commune: entered.commune, ..page })
}

/// `POST /work/dialogues/{dialogue}/forms`.
pub(crate) async fn enter(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let file = find(&app, &id).await?;
    let directory = app.store.directory();
    let command = entry(&fields, None);
    match app.store.enter_form(&id, &command, &visitor.context(&app, &directory)?).await {
        Ok(()) => {
            let pairs = [
                ("number", command.number.as_str()),
                ("way", command.way.map_or("", Way::key)),
                ("commune", &command.commune),
            ];
            let next = address(&format!("/work/dialogues/{id}/forms"), &pairs);
            Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(&next)))
        }
        Err(StoreError::Refused(why @ Refusal::WaveClosed)) => Err(why.into()),
        Err(StoreError::Refused(why)) => {
            let failure = Failure::from(why.clone());
            let visitor = visitor.at(format!("/work/dialogues/{id}/forms"));
            let page = form_page(&app, &visitor, &file, &fields, faulty(visitor.lang, &why));
            html_refused(&page, failure.status)
        }
        Err(error) => Err(error.into()),
    }
}

fn form_page(
    app: &App,
    visitor: &Visitor,
    file: &DialogueFile,
    fields: &Fields,
    errors: Errors,
) -> FormEntry {
    let lang = visitor.lang;
    let text = |name: &str| fields.get(name).to_owned();
    FormEntry {
        shell: visitor.shell("dialogue-enter", Section::Dialogues),
        id: file.dialogue.id.clone(),
        done: String::new(),
        number: text("number"),
        commune: text("commune"),
        communes: hosts(&file.dialogue, &app.store.directory()),
        way: text("way"),
        ways: ways(lang),
        pressing: text("pressing"),
        answers: pressing(lang),
        topic: text("topic"),
        topics: topics(lang),
        words: text("words"),
        errors,
    }
}

/// `?topic=` (questions about it), `?list=grievances`, or nothing: who only comes. `after` is where the list goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    topic: String,
    list: String,
    after: String,
}

/// `GET /work/dialogues/{dialogue}/agenda`.
pub(crate) async fn agenda(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = find(&app, &id).await?;
    let (directory, lang) = (app.store.directory(), visitor.lang);
    if !organises(visitor.signed_in()?, &directory) {
        return Err(Refusal::NotYourRole.into());
    }
    let voices = app.store.count_voices(&id).await?;
    let about = Topic::from_key(&asked.topic);
    let (title, rows, next) = match (about, asked.list.as_str()) {
        (None, "grievances") => grievances(&app, &file, &asked, lang).await?,
        _ => {
            let writes = file.dialogue.stage(visitor.now) == Stage::Minutes;
            said_before(&app, &id, about, &asked, writes, lang).await?
        }
    };
    let place = |after: &str| {
        let pairs = [("topic", about.map_or("", Topic::key)), ("list", &asked.list), ("after", after)];
        address(&format!("/work/dialogues/{id}/agenda"), &pairs)
    };
    let opinions = match file.dialogue.host() {
        Some(host) => {
            let open = app.store.count_open_opinions(Some(&[host.to_owned()]), visitor.now.day()).await?;
            open.received + open.triaged + open.asked
        }
        None => 0,
    };
    html(&Agenda {
        shell: visitor.shell("dialogue-agenda", Section::Dialogues),
        agenda: super::agenda(&app, &file.dialogue, lang).await?,
        voices: (voices.all, voices.attending),
        opinions,
        title,
        rows,
        pager: Pager {
            first: (!asked.after.is_empty()).then(|| place("")),
            next: next.map(|next| place(&next)),
        },
        id,
    })
}

type List = (String, Vec<SaidRow>, Option<String>);

async fn grievances(
    app: &App,
    file: &DialogueFile,
    asked: &Asked,
    lang: hailong_render::Lang,
) -> Result<List, Failure> {
    let title = lang.t("dialogue-agenda-grievances");
    let Some(host) = file.dialogue.host() else { return Ok((title, Vec::new(), None)) };
    let after = asked.after.parse().unwrap_or_default();
    let mut found = app.store.grievances(&file.dialogue.id, host, after, PAGE as i64 + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| last.number.to_string());
    let row = |of: hailong_store::listen::dialogue::wave::Grievance| SaidRow {
        about: write_number(of.number),
        words: of.words,
        who: of.topic.map(|one| topic(lang, one)).unwrap_or_default(),
        attends: false,
        href: String::new(),
    };
    Ok((title, found.into_iter().map(row).collect(), next))
}

async fn said_before(
    app: &App,
    id: &str,
    about: Option<Topic>,
    asked: &Asked,
    writes: bool,
    lang: hailong_render::Lang,
) -> Result<List, Failure> {
    let title = match about {
        Some(about) => lang.t_args("dialogue-agenda-questions", &[("topic", topic(lang, about).into())]),
        None => lang.t("dialogue-agenda-attending"),
    };
    let after = Uuid::parse_str(&asked.after).ok();
    let mut found = app.store.voices(id, about, after, PAGE as i64 + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| last.voice_id.to_string());
    let row = |voice: hailong_store::listen::dialogue::Voice| {
        let said = voice.said.unwrap_or_else(|| hailong_core::listen::dialogue::hold::Said {
            name: lang.t("work-opinion-erased"),
            ..hailong_core::listen::dialogue::hold::Said::default()
        });
        let parts = [&said.name, &said.contact];
        let who: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).cloned().collect();
        SaidRow {
            about: format::date_time(lang, voice.joined_at),
            href: match writes && !said.words.is_empty() {
                true => format!("/work/dialogues/{id}/minutes?voice={}", voice.voice_id),
                false => String::new(),
            },
            who: who.join(", "),
            attends: voice.attends,
            words: said.words,
        }
    };
    Ok((title, found.into_iter().map(row).collect(), next))
}
