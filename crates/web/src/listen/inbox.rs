//! The opinions that an office, or the district's leader, has to answer.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    directory::Directory,
    listen::opinion::answers_for,
    refusal::Refusal,
    time::{Day, Instant},
};
use hailong_render::{
    Lang, Section,
    component::{Errors, Pager, refusal},
    work::opinion::{Answer, Given, Inbox, OpinionRow, OpinionState},
};
use hailong_store::{StoreError, listen::opinion::OpinionFile};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    App,
    cursor::{PAGE, address},
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// Characters of an opinion in the list.
const FIRST_WORDS: usize = 120;

/// `?state=waiting|answered&after=&done=1`; `after` is the key of the last row of the page before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    state: String,
    after: String,
    done: String,
}

/// `GET /work/opinions`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let offices = answers_for(visitor.signed_in()?, &directory, visitor.now.day());
    let state = OpinionState::from_tag(&asked.state);
    let after = Uuid::parse_str(&asked.after).ok();
    let (store, limit) = (&app.store, PAGE as i64 + 1);
    let (mut files, mut waiting) = (Vec::new(), 0);
    for office_id in each(offices.as_deref()) {
        files.extend(match state {
            None => store.opinions(office_id, after, limit).await?,
            Some(OpinionState::Waiting) => store.waiting_opinions(office_id, after, limit).await?,
            Some(OpinionState::Answered) => store.answered_opinions(office_id, after, limit).await?,
        });
        waiting += store.count_waiting_opinions(office_id).await?;
    }
    // The pages of several offices become one, in the order of the list.
    files.sort_by_key(|file| file.opinion_id);
    if state != Some(OpinionState::Waiting) {
        files.reverse();
    }
    let more = files.len() > PAGE;
    files.truncate(PAGE);
    let place = |after: &str| {
        let state = state.map_or("", OpinionState::tag);
        address("/work/opinions", &[("state", state), ("after", after)])
    };
    let several = offices.as_ref().is_none_or(|offices| offices.len() > 1);
    let last = files.last().filter(|_| more).map(|file| file.opinion_id.to_string());
    let lang = visitor.lang;
    html(&Inbox {
        shell: visitor.shell("work-opinions-title", Section::WorkOpinions),
        done: if asked.done.is_empty() { String::new() } else { lang.t("work-opinion-done") },
        office: match offices {
            Some(_) => directory.office(&visitor.signed_in()?.office_id)?.unit_name.clone(),
            None => directory.authority.name_vi.clone(),
        },
        state,
        waiting,
        rows: files.iter().map(|file| row(file, visitor.now, several.then_some(&*directory), lang)).collect(),
        pager: Pager { first: after.map(|_| place("")), next: last.map(|last| place(&last)) },
    })
}

/// `GET /work/opinions/{id}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own_opinion(&app, &visitor, &id).await?;
    html(&page(&app, &visitor, file, "", Errors::none())?)
}

/// `POST /work/opinions/{id}/answer`.
pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let file = own_opinion(&app, &visitor, &id).await?;
    let visitor = visitor.at(format!("/work/opinions/{}", file.opinion_id));
    let directory = app.store.directory();
    let words = fields.get("answer");
    let ctx = visitor.context(&app, &directory)?;
    match app.store.answer_opinion(file.opinion_id, words, &ctx).await {
        Ok(()) => Ok(Redirect::to("/work/opinions?done=1").into_response()),
        Err(StoreError::Refused(Refusal::AlreadyDone) | StoreError::Stale) => {
            answered(&app, &visitor, &id, words).await
        }
        Err(StoreError::Refused(why)) => {
            let failure = Failure::from(why.clone());
            if failure.status == StatusCode::FORBIDDEN {
                return Err(failure);
            }
            let errors = Errors::one(why.field().unwrap_or(""), refusal(visitor.lang, why.code()));
            html_refused(&page(&app, &visitor, file, words, errors)?, failure.status)
        }
        Err(error) => Err(error.into()),
    }
}

/// It was answered before: by this very answer's other click, or by somebody else, whose answer is then shown.
async fn answered(app: &App, visitor: &Visitor, id: &str, words: &str) -> Result<Response, Failure> {
    let file = own_opinion(app, visitor, id).await?;
    let me = &visitor.signed_in()?.id;
    if file.answer.as_ref().is_some_and(|(_, who, given)| who == me && given == words.trim()) {
        return Ok(Redirect::to("/work/opinions?done=1").into_response());
    }
    let errors = Errors::one("", refusal(visitor.lang, Refusal::AlreadyDone.code()));
    html_refused(&page(app, visitor, file, words, errors)?, StatusCode::CONFLICT)
}

/// One office after the other; once "of all" for the leader.
fn each(offices: Option<&[String]>) -> Vec<Option<&str>> {
    match offices {
        Some(offices) => offices.iter().map(|office| Some(office.as_str())).collect(),
        None => vec![None],
    }
}

async fn own_opinion(app: &App, visitor: &Visitor, id: &str) -> Result<OpinionFile, Failure> {
    let id = Uuid::parse_str(id).map_err(|_| Failure::not_found())?;
    let file = app.store.opinion(id).await?.ok_or(Failure::not_found())?;
    match answers_for(visitor.signed_in()?, &app.store.directory(), visitor.now.day()) {
        Some(offices) if !offices.contains(&file.office_id) => Err(Refusal::NotYourOffice.into()),
        _ => Ok(file),
    }
}

fn row(file: &OpinionFile, now: Instant, offices: Option<&Directory>, lang: Lang) -> OpinionRow {
    let until: Instant = file.answer.as_ref().map_or(now, |(at, _, _)| *at);
    let office = offices.and_then(|directory| directory.office(&file.office_id).ok());
    OpinionRow {
        id: file.opinion_id.to_string(),
        at: file.received_at,
        office: office.map(|office| office.unit_name.clone()).unwrap_or_default(),
        words: match &file.opinion {
            Some(opinion) => first_words(&opinion.words),
            None => lang.t("work-opinion-erased"),
        },
        state: state_of(file),
        days: i64::from(until.day().0 - file.received_at.day().0),
    }
}

fn first_words(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= FIRST_WORDS {
        return line;
    }
    let cut: String = line.chars().take(FIRST_WORDS).collect();
    format!("{}…", cut.trim_end())
}

fn state_of(file: &OpinionFile) -> OpinionState {
    if file.answer.is_some() { OpinionState::Answered } else { OpinionState::Waiting }
}

fn page(
    app: &App,
    visitor: &Visitor,
    file: OpinionFile,
    typed: &str,
    errors: Errors,
) -> Result<Answer, Failure> {
    let (directory, lang) = (app.store.directory(), visitor.lang);
    let today: Day = visitor.now.day();
    let days_left = directory.calendar.working_days_between(today, file.due).unwrap_or(0);
    let state = state_of(&file);
    let (words, name, contact) = match file.opinion {
        Some(opinion) => (opinion.words, opinion.name, opinion.contact),
        None => (lang.t("work-opinion-erased"), String::new(), String::new()),
    };
    let given = file.answer.map(|(at, who, words)| Given {
        at,
        who: directory.official(&who).map_or(who, |official| official.name.clone()),
        words,
    });
    Ok(Answer {
        shell: visitor.shell("work-opinion-title", Section::WorkOpinions),
        errors,
        id: file.opinion_id.to_string(),
        version: if given.is_some() { 2 } else { 1 },
        at: file.received_at,
        office: directory.office(&file.office_id)?.unit_name.clone(),
        due: file.due,
        // Past its last day it is late, even before the next working day.
        days_left: if days_left == 0 && today > file.due { -1 } else { days_left },
        words,
        name: Some(name).filter(|name| !name.is_empty()),
        contact: Some(contact).filter(|contact| !contact.is_empty()),
        state,
        given,
        answer: typed.to_owned(),
    })
}
