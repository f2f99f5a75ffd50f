//! Opinions: leaving one, following what became of it by its code, and reading what was published.

pub(crate) mod entry;
pub(crate) mod photo;

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use data_encoding::BASE64URL_NOPAD;
use hailong_core::{
    context::{Actor, Context},
    directory::Directory,
    listen::opinion::{self, Class, Helped, Opinion, Said, Source, read_follow_code},
    refusal::Refusal,
    serve::{attachment::MOST_PHOTOS, office::Level},
    time::Day,
};
use hailong_render::{
    Lang, Section,
    component::{Choice, Errors, Pager, refusal},
    listen::opinion::{
        OpinionForm, OpinionLookup, OpinionPage, PublicOpinion, PublishedOpinions, Typed, Words,
        words::{helped_key, topic_key},
    },
};
use hailong_store::{StoreError, keys::fresh_bytes, listen::opinion::OpinionFile};
use serde::Deserialize;

use crate::{
    App, cursor,
    error::{Failure, html, html_refused, refused},
    form::{Fields, Form},
    limit::Gate,
    listen::{inbox, triage},
    serve::office::in_order,
    visitor::Visitor,
};

/// Published opinions on one page.
const PAGE: usize = 20;

/// Opinions an hour from one client, and from everybody: each stays in the journal for ever.
pub(crate) fn gate() -> Gate {
    Gate::hourly(10, 500)
}

/// `?office=&source=kiosk`, or `?code=`, or `?sent=1`, or `?done=`, or `?before=`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    office: String,
    source: String,
    code: String,
    sent: String,
    done: String,
    before: String,
}

/// Fresh random text for a form, so that a second click finds the first.
pub(crate) fn once() -> Result<String, Failure> {
    Ok(BASE64URL_NOPAD.encode(&fresh_bytes()?[..16]))
}

/// What a form of an opinion sent.
pub(crate) fn typed(fields: &Fields) -> Typed {
    let text = |name: &str| fields.get(name).to_owned();
    Typed {
        words: text("words"),
        office: text("office"),
        class: text("class"),
        residence: text("residence"),
        case_code: text("case_code"),
        name: text("name"),
        contact: text("contact"),
        confidential: !text("confidential").is_empty(),
        may_write: !text("may_write").is_empty(),
        consent: !text("consent").is_empty(),
        source: text("source"),
        once: text("once"),
    }
}

/// What is said, from what was typed.
pub(crate) fn said(typed: &Typed, source: Source, lang: Lang) -> Said {
    let opinion = Opinion {
        words: typed.words.clone(),
        name: typed.name.clone(),
        contact: typed.contact.clone(),
        case_code: typed.case_code.clone(),
        may_write: typed.may_write,
        language: lang.into(),
        code: String::new(),
    };
    Said {
        office_id: typed.office.clone(),
        opinion,
        class: Class::from_key(&typed.class),
        source,
        confidential: typed.confidential,
        consent: typed.consent,
        residence: Some(typed.residence.clone()).filter(|commune| !commune.is_empty()),
        once: Some(typed.once.clone()).filter(|once| (16..=64).contains(&once.len())),
        follow: None,
    }
}

/// `GET /opinions/new?office=&source=`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let typed = Typed { office: asked.office, source: asked.source, once: once()?, ..Typed::default() };
    html(&form_page(&visitor, &app.store.directory(), typed, Errors::none()))
}

/// `POST /opinions/new`.
pub(crate) async fn send(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    app.opinions.enter(&visitor.client, app.clock.machine())?;
    let directory = app.store.directory();
    let typed = typed(&fields);
    // Nobody who writes here can say that it came by letter or by telephone.
    let source = if typed.source == Source::Kiosk.key() { Source::Kiosk } else { Source::Page };
    match app
        .store
        .receive_opinion(said(&typed, source, visitor.lang), &author(&app, &visitor, &directory)?)
        .await
    {
        Ok(code) => Ok(Redirect::to(&format!("/opinions/{code}?sent=1")).into_response()),
        Err(StoreError::Refused(why)) => {
            let errors = Errors::refused(visitor.lang, &why);
            let page = form_page(&visitor.at("/opinions/new"), &directory, typed, errors);
            html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

/// What a decision of an author is given. Whoever is signed in speaks as anybody else: an opinion is never tied to an account.
pub(crate) fn author<'a>(
    app: &'a App,
    visitor: &Visitor,
    directory: &'a Directory,
) -> Result<Context<'a>, Failure> {
    let mut ctx = visitor.context(app, directory)?;
    ctx.actor = Actor::Citizen;
    Ok(ctx)
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

/// `GET /opinions/published?before=`.
pub(crate) async fn published(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let before = cursor::read(&asked.before);
    let mut found = app.store.published_opinions(before, PAGE as i64 + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let path = "/opinions/published";
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| cursor::address(path, &[("before", cursor::write((last.at, last.opinion_id)).as_str())]));
    let directory = app.store.directory();
    let rows = found.into_iter().map(|one| PublicOpinion {
        words: one.shown.words,
        answer: one.shown.answer,
        office: directory.unit_name(&one.office_id),
        topic_key: topic_key(one.topic.unwrap_or(opinion::Topic::Other)),
        at: one.at,
        helped_key: one.helped.map(helped_key),
    });
    html(&PublishedOpinions {
        shell: visitor.shell("opinions-published-title", Section::Opinions),
        rows: rows.collect(),
        pager: Pager { first: before.map(|_| path.to_owned()), next },
    })
}

/// `GET /opinions/{code}`: what became of it.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = app.store.opinion_by_code(&code).await?.ok_or(Failure::not_found())?;
    let done = match asked.done.as_str() {
        "reply" => visitor.lang.t("opinion-replied"),
        "consent" => visitor.lang.t("opinion-consent-done"),
        "helped" => visitor.lang.t("opinion-helped-done"),
        "photo" => visitor.lang.t("opinion-photo-done"),
        _ => String::new(),
    };
    let mut page = page(&app, &visitor, &code, file).await?;
    page.done = done;
    page.just_sent = !asked.sent.is_empty();
    html(&page)
}

/// `POST /opinions/{code}/reply`.
pub(crate) async fn reply(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let file = app.store.opinion_by_code(&code).await?.ok_or(Failure::not_found())?;
    app.opinions.enter(&visitor.client, app.clock.machine())?;
    let (directory, typed) = (app.store.directory(), fields.get("reply"));
    let ctx = author(&app, &visitor, &directory)?;
    let done = app.store.reply_opinion(file.current.opinion_id, typed, &ctx).await;
    // The same reply clicked twice is one.
    let again = |file: &OpinionFile| file.reply.as_ref().is_some_and(|(_, said)| said == typed.trim());
    after(&app, visitor, &code, "reply", done, typed, again).await
}

/// `POST /opinions/{code}/consent`.
pub(crate) async fn consent(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let file = app.store.opinion_by_code(&code).await?.ok_or(Failure::not_found())?;
    let wanted = match fields.get("consent") {
        "yes" => true,
        "no" => false,
        _ => return Err(Failure::from(Refusal::BadChoice("consent"))),
    };
    let directory = app.store.directory();
    let ctx = author(&app, &visitor, &directory)?;
    let done = app.store.consent_opinion(file.current.opinion_id, wanted, &ctx).await;
    after(&app, visitor, &code, "consent", done, "", |file| file.current.consent == wanted).await
}

/// `POST /opinions/{code}/helped`.
pub(crate) async fn helped(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let file = app.store.opinion_by_code(&code).await?.ok_or(Failure::not_found())?;
    let directory = app.store.directory();
    let chosen = Helped::from_key(fields.get("helped"));
    let done = match chosen {
        Some(helped) => {
            let ctx = author(&app, &visitor, &directory)?;
            app.store.judge_opinion(file.current.opinion_id, helped, &ctx).await
        }
        None => Err(Refusal::BadChoice("helped").into()),
    };
    let again = |file: &OpinionFile| chosen.is_some() && file.current.helped == chosen;
    after(&app, visitor, &code, "helped", done, "", again).await
}

/// After a step of the author: back to the page, also when the step was clicked twice; otherwise the page says why not.
async fn after(
    app: &App,
    visitor: Visitor,
    code: &str,
    step: &str,
    done: Result<(), StoreError>,
    typed: &str,
    again: impl Fn(&OpinionFile) -> bool,
) -> Result<Response, Failure> {
    let path = format!("/opinions/{}", read_follow_code(code));
    let Some(why) = refused(done)? else {
        return Ok(Redirect::to(&format!("{path}?done={step}")).into_response());
    };
    let file = app.store.opinion_by_code(code).await?.ok_or(Failure::not_found())?;
    if matches!(why, Refusal::AlreadyDone | Refusal::Stale) && again(&file) {
        return Ok(Redirect::to(&format!("{path}?done={step}")).into_response());
    }
    let mut page = page(app, &visitor.at(path), code, file).await?;
    page.errors = Errors::refused(page.shell.lang, &why);
    typed.clone_into(&mut page.typed);
    html_refused(&page, Failure::from(why).status)
}

pub(crate) async fn page(
    app: &App,
    visitor: &Visitor,
    code: &str,
    file: OpinionFile,
) -> Result<OpinionPage, Failure> {
    let directory = app.store.directory();
    let words = |said: Option<(_, String)>| said.map(|(at, text)| Words { text, at });
    let OpinionFile { current, opinion, received_at, question, reply, answer, reason, shown, moved, .. } =
        file;
    let path_code = read_follow_code(code);
    let folder = app.store.opinion_folder(&current).await?;
    Ok(OpinionPage {
        moved,
        late: inbox::late(&current, &directory, visitor.now.day()),
        explained: inbox::explained(app, current.opinion_id, triage::MOST_EXPLAINED).await?,
        photos: photo::addresses(&format!("/opinions/{path_code}"), &folder),
        may_add: app.files.is_some() && current.state.is_open() && folder.files.len() < MOST_PHOTOS,
        shell: visitor.shell("opinion-page-title", Section::Opinions),
        code: spaced(&path_code),
        path_code,
        done: String::new(),
        errors: Errors::none(),
        words: opinion.map(|opinion| opinion.words).unwrap_or_default(),
        office: directory.office(&current.office_id)?.unit_name.clone(),
        received: received_at,
        // While its author is waited for, the day of the answer is not known.
        due: (current.state != opinion::State::Asked).then_some(current.due),
        state: current.state,
        question: words(question),
        reply_by: current.question.map(|question| question.reply_by),
        reply: words(reply),
        typed: String::new(),
        answer: answer.map(|(at, _, text)| Words { text, at }),
        reason,
        consent: current.consent,
        published: shown.map(|(at, _)| at),
        helped: current.helped,
        just_sent: false,
    })
}

fn form_page(visitor: &Visitor, directory: &Directory, typed: Typed, errors: Errors) -> OpinionForm {
    OpinionForm {
        shell: visitor.shell("opinion-title", Section::Opinions),
        typed,
        offices: offices(directory, visitor.now.day()),
        communes: communes(directory, visitor.now.day()),
        errors,
    }
}

/// The offices that an opinion may be about.
pub(crate) fn offices(directory: &Directory, day: Day) -> Vec<Choice> {
    let all = in_order(directory, day).into_iter();
    all.map(|office| Choice::new(&office.id, &office.unit_name)).collect()
}

/// The communes where an author may live.
pub(crate) fn communes(directory: &Directory, day: Day) -> Vec<Choice> {
    let all = in_order(directory, day).into_iter().filter(|office| office.level == Level::Commune);
    all.map(|office| Choice::new(&office.id, &office.unit_name)).collect()
}

/// A code in groups of four, as it is easiest to copy.
pub(crate) fn spaced(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}
