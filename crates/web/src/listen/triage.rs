//! The steps of an opinion, by whoever answers for it: sorting, asking, answering, refusing, publishing.

use std::sync::Arc;

use axum::{
    extract::{Path, State as Shared},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Context,
    listen::{
        opinion::{
            Class, Current, Finding, Reason, Shown, Sort, State, Topic, Urgency, answerable, clock, explains,
            mask::mask, sees_author,
        },
        suggestion::{Offer, likeness},
    },
    refusal::Refusal,
    serve::official,
    time::Day,
};
use hailong_render::{
    Lang, Section,
    component::Errors,
    format::percent,
    listen::opinion::{
        Words,
        words::{class_key, helped_key, source_key, topic_key, urgency_key},
    },
    work::opinion::{Beside, Draft, Offered, OpinionWork, Steps},
};
use hailong_store::{
    StoreError,
    listen::opinion::{Filter, OpinionFile, View},
};
use uuid::Uuid;

use crate::{
    App,
    error::{Failure, html_refused, refused},
    form::{Fields, Form},
    listen::{
        inbox::{days_left, explained, own_opinion, sorted_words, words_of},
        opinion::{offices, photo},
    },
    visitor::Visitor,
};

/// Open opinions of the office that are compared with one that is sorted.
const COMPARED: usize = 100;
/// Of them, how many are shown as alike.
const ALIKE: usize = 4;
/// Explanations that a page shows.
pub(crate) const MOST_EXPLAINED: i64 = 50;
/// Least likeness that is shown.
const LEAST_ALIKE: f32 = 0.25;

/// The steps, as they stand in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Triage,
    Ask,
    Answer,
    Refuse,
    Publish,
    Explain,
}

impl Act {
    const fn name(self) -> &'static str {
        match self {
            Self::Triage => "triage",
            Self::Ask => "ask",
            Self::Answer => "answer",
            Self::Refuse => "refuse",
            Self::Publish => "publish",
            Self::Explain => "explain",
        }
    }
}

macro_rules! handler {
    ($name:ident, $act:expr, $path:literal) => {
        #[doc = concat!("`POST /work/opinions/{id}/", $path, "`.")]
        pub(crate) async fn $name(
            Shared(app): Shared<Arc<App>>,
            visitor: Visitor,
            Path(id): Path<String>,
            Form(fields): Form<Fields>,
        ) -> Result<Response, Failure> {
            act(&app, visitor, &id, $act, &fields).await
        }
    };
}
handler!(triage, Act::Triage, "triage");
handler!(ask, Act::Ask, "ask");
handler!(answer, Act::Answer, "answer");
handler!(refuse, Act::Refuse, "refuse");
handler!(publish, Act::Publish, "publish");
handler!(explain, Act::Explain, "explain");

async fn act(app: &App, visitor: Visitor, id: &str, act: Act, fields: &Fields) -> Result<Response, Failure> {
    let file = match own_opinion(app, &visitor, id).await {
        // Sorted to another office it is no longer this one's: the other click has done it.
        Err(_) if act == Act::Triage && sent_on(app, &visitor, id).await? => return Ok(finished(act)),
        other => other?,
    };
    let id = file.current.opinion_id;
    let visitor = visitor.at(format!("/work/opinions/{id}"));
    let directory = app.store.directory();
    let ctx = visitor.context(app, &directory)?;
    let draft = draft(act, fields);
    let Some(why) = refused(step(app, id, act, &draft, &ctx).await)? else {
        return Ok(finished(act));
    };
    let failure = Failure::from(why.clone());
    if failure.status == StatusCode::FORBIDDEN {
        return Err(failure);
    }
    let Some(now) = app.store.opinion(id).await? else { return Err(Failure::not_found()) };
    let me = &visitor.signed_in()?.id;
    if matches!(why, Refusal::AlreadyDone | Refusal::Stale) && was_done(act, &draft, &now, me) {
        return Ok(finished(act));
    }
    let mut page = page(app, &visitor, now).await?;
    page.draft =
        Draft { shown: if act == Act::Publish { draft.shown.clone() } else { page.draft.shown }, ..draft };
    page.errors = Errors::refused(visitor.lang, &why);
    html_refused(&page, failure.status)
}

/// Whether the last that happened to an opinion is that this visitor sorted it.
async fn sent_on(app: &App, visitor: &Visitor, id: &str) -> Result<bool, Failure> {
    let Ok(id) = Uuid::parse_str(id) else { return Ok(false) };
    let me = &visitor.signed_in()?.id;
    let last = app.store.history(id.as_bytes()).await?.pop();
    Ok(last
        .is_some_and(|line| line.kind == "opinion_triaged" && official::actors(&line.actor).0 == me.as_str()))
}

fn finished(act: Act) -> Response {
    Redirect::to(&format!("/work/opinions?done={}", act.name())).into_response()
}

fn draft(act: Act, fields: &Fields) -> Draft {
    let text = |name: &str| fields.get(name).to_owned();
    let publishes = act == Act::Publish;
    Draft {
        step: act.name().to_owned(),
        class: text("class"),
        topic: text("topic"),
        urgency: text("urgency"),
        office: text("office"),
        duplicate: text("duplicate"),
        question: text("question"),
        answer: if publishes { String::new() } else { text("answer") },
        finding: text("finding"),
        reason: text("reason"),
        refusal: text("refusal"),
        shown: if publishes {
            Shown { words: text("words"), answer: text("answer") }
        } else {
            Shown::default()
        },
        explanation: text("explanation"),
        promised: text("promised"),
    }
}

async fn step(app: &App, id: Uuid, act: Act, draft: &Draft, ctx: &Context<'_>) -> Result<(), StoreError> {
    let store = &app.store;
    match act {
        Act::Triage => {
            let (sort, duplicate) = (sort(draft)?, duplicate(draft)?);
            store.triage_opinion(id, sort, duplicate, ctx).await
        }
        Act::Ask => store.ask_author(id, &draft.question, ctx).await,
        Act::Answer => store.answer_opinion(id, &draft.answer, Finding::from_key(&draft.finding), ctx).await,
        Act::Refuse => {
            let reason = Reason::from_key(&draft.reason).ok_or(Refusal::BadChoice("reason"))?;
            store.refuse_opinion(id, reason, &draft.refusal, ctx).await
        }
        Act::Publish => store.publish_opinion(id, draft.shown.clone(), ctx).await,
        Act::Explain => store.explain_opinion(id, &draft.explanation, Day::parse(&draft.promised), ctx).await,
    }
}

fn sort(draft: &Draft) -> Result<Sort, Refusal> {
    Ok(Sort {
        class: Class::from_key(&draft.class).ok_or(Refusal::BadChoice("class"))?,
        topic: Topic::from_key(&draft.topic).ok_or(Refusal::BadChoice("topic"))?,
        urgency: Urgency::from_key(&draft.urgency).ok_or(Refusal::BadChoice("urgency"))?,
        office_id: draft.office.clone(),
    })
}

fn duplicate(draft: &Draft) -> Result<Option<Uuid>, Refusal> {
    match draft.duplicate.as_str() {
        "" => Ok(None),
        id => Uuid::parse_str(id).map(Some).map_err(|_| Refusal::BadChoice("duplicate")),
    }
}

/// Whether the very same was done before: by this form's other click.
fn was_done(act: Act, draft: &Draft, now: &OpinionFile, me: &str) -> bool {
    let said = |words: &Option<(_, String)>, typed: &str| {
        words.as_ref().is_some_and(|(_, words)| words == typed.trim())
    };
    let given =
        |typed: &str| now.answer.as_ref().is_some_and(|(_, who, words)| who == me && words == typed.trim());
    match act {
        Act::Triage => {
            let same = |sort: Sort| {
                let Current { sorted, office_id, .. } = &now.current;
                sorted.is_some_and(|sorted| {
                    (sorted.class, sorted.topic, sorted.urgency) == (sort.class, sort.topic, sort.urgency)
                        && sorted.duplicate_of == duplicate(draft).ok().flatten()
                        && (sorted.duplicate_of.is_some() || *office_id == sort.office_id)
                })
            };
            sort(draft).is_ok_and(same)
        }
        Act::Ask => said(&now.question, &draft.question),
        Act::Answer => now.reason.is_none() && given(&draft.answer),
        Act::Refuse => now.reason.map(Reason::key) == Some(draft.reason.as_str()) && given(&draft.refusal),
        Act::Publish => now.shown.as_ref().is_some_and(|(_, shown)| *shown == draft.shown),
        // The day promised stands there only when this was said: nothing else moves it.
        Act::Explain => now.current.explain_day == Day::parse(&draft.promised),
    }
}

/// The page of one opinion.
pub(crate) async fn page(app: &App, visitor: &Visitor, file: OpinionFile) -> Result<OpinionWork, Failure> {
    let (directory, today, lang) = (app.store.directory(), visitor.now.day(), visitor.lang);
    let official = visitor.signed_in()?;
    let current = &file.current;
    let (id, next, open) = (current.opinion_id, current.next_day(), current.state.is_open());
    let author = file.opinion.clone().unwrap_or_default();
    let sees = sees_author(official, current.confidential);
    let same = app.store.same_opinions(id).await?;
    let others = match current.duplicate_of() {
        Some(other) => app.store.opinion(other).await?,
        None => None,
    };
    let offer = if open { offer(app, visitor, &file).await? } else { Offer::default() };
    let words = |said: &Option<(hailong_core::time::Instant, String)>| {
        said.as_ref().map(|(at, text)| Words { text: text.clone(), at: *at })
    };
    let given = file
        .answer
        .as_ref()
        .map(|(at, who, text)| (Words { text: text.clone(), at: *at }, directory.actor_names(who).0));
    let folder = app.store.opinion_folder(current).await?;
    let explained = explained(app, id, MOST_EXPLAINED).await?;
    let steps = Steps { explain: explainable(app, visitor, current)?, ..steps(current, today) };
    Ok(OpinionWork {
        explained,
        unexplained: current.is_unexplained(today),
        photos: photo::addresses(&format!("/work/opinions/{id}"), &folder),
        shell: visitor.shell("work-opinion-title", Section::WorkOpinions),
        errors: Errors::none(),
        id: id.to_string(),
        at: file.received_at,
        office: directory.office(&current.office_id)?.unit_name.clone(),
        state: current.state,
        next,
        days_left: next.map_or(0, |day| days_left(&directory, today, day)),
        answerable: answerable(&directory, &current.office_id, today)
            .map(|head| head.name.clone())
            .unwrap_or_default(),
        source_key: source_key(file.source),
        words: file.opinion.as_ref().map_or_else(|| lang.t("work-opinion-erased"), |said| said.words.clone()),
        said_class: file.said_class.map(|class| lang.t(class_key(class))).unwrap_or_default(),
        sorted: sorted_words(&file, lang, true),
        kept: !sees,
        name: Some(author.name.clone()).filter(|name| sees && !name.is_empty()),
        contact: Some(author.contact.clone()).filter(|contact| sees && !contact.is_empty()),
        case: case_link(app, visitor, &author.case_code, sees).await?,
        question: words(&file.question),
        reply_by: current.question.map(|question| question.reply_by),
        reply: words(&file.reply),
        given,
        reason: file.reason,
        finding: file.finding,
        consent: current.consent,
        shown: file.shown.clone(),
        helped_key: current.helped.map(helped_key),
        duplicate_of: others.as_ref().map(|other| beside(other, lang)),
        same: same.iter().map(|one| beside(one, lang)).collect(),
        alike: if open { alike(app, &file, lang).await? } else { Vec::new() },
        offered: offered(&offer, &directory, lang),
        offices: offices(&directory, today),
        steps,
        draft: first_draft(&file, current),
    })
}

/// What was learned from others says this of it.
async fn offer(app: &App, visitor: &Visitor, file: &OpinionFile) -> Result<Offer, Failure> {
    let Some(said) = &file.opinion else { return Ok(Offer::default()) };
    let (directory, today) = (app.store.directory(), visitor.now.day());
    let is_open = |office: &str| directory.on(today).office(office).is_ok();
    Ok(app.suggestions.with(&app.store, |known| known.offer(&said.words, is_open)).await?)
}

/// The steps that would not be refused.
fn steps(current: &Current, today: Day) -> Steps {
    let open = current.state.is_open();
    let sorted = open && current.state != State::Received;
    let asks = sorted && current.question.is_none() && current.ask_by.is_some_and(|by| today <= by);
    let alone = current.duplicate_of().is_none();
    Steps {
        triage: open,
        ask: asks,
        answer: sorted && alone,
        finding: current.sorted.is_some_and(|sorted| sorted.class == Class::Conduct),
        refuse: open,
        publish: current.state == State::Answered && current.consent && alone,
        explain: None,
    }
}

/// The last day that the visitor may promise, as the head who owes an explanation.
fn explainable(app: &App, visitor: &Visitor, current: &Current) -> Result<Option<Day>, Failure> {
    let (directory, today) = (app.store.directory(), visitor.now.day());
    let owed = current.overdue(today).filter(|_| current.is_unexplained(today));
    match owed {
        Some((owed, _)) if explains(visitor.signed_in()?, &current.office_id, &directory, today) => {
            let ctx = visitor.context(app, &directory)?;
            Ok(Some(clock::latest_promise(current, owed, &ctx)?))
        }
        _ => Ok(None),
    }
}

/// The forms before anything is typed: what was sorted last, and what would be published, masked.
fn first_draft(file: &OpinionFile, current: &Current) -> Draft {
    let author = file.opinion.clone().unwrap_or_default();
    let answer = file.answer.as_ref().map(|(_, _, words)| words.as_str()).unwrap_or_default();
    let masked = || Shown { words: mask(&author.words, &author), answer: mask(answer, &author) };
    let key = |of: Option<&'static str>| of.unwrap_or_default().to_owned();
    Draft {
        class: key(current.sorted.map(|sorted| sorted.class.key())),
        topic: key(current.sorted.map(|sorted| sorted.topic.key())),
        urgency: key(current.sorted.map(|sorted| sorted.urgency.key())),
        office: current.office_id.clone(),
        duplicate: current.duplicate_of().map(|id| id.to_string()).unwrap_or_default(),
        shown: file.shown.as_ref().map_or_else(masked, |(_, shown)| shown.clone()),
        ..Draft::default()
    }
}

fn beside(file: &OpinionFile, lang: Lang) -> Beside {
    Beside { id: file.current.opinion_id.to_string(), words: words_of(file, lang), at: file.received_at }
}

/// Open opinions of the same office that may say the same, the most alike first.
async fn alike(app: &App, file: &OpinionFile, lang: Lang) -> Result<Vec<Beside>, Failure> {
    let Some(said) = &file.opinion else { return Ok(Vec::new()) };
    let office = [file.current.office_id.clone()];
    let page = app.store.opinion_page(Some(&office), View::Open, Filter::default(), None, COMPARED).await?;
    let already = file.current.duplicate_of();
    let mut found: Vec<_> = page
        .files
        .iter()
        .filter(|other| {
            other.current.opinion_id != file.current.opinion_id
                && other.current.state.is_open()
                && other.current.duplicate_of().is_none()
        })
        .filter_map(|other| {
            let like = likeness(&said.words, &other.opinion.as_ref()?.words);
            let like = if already == Some(other.current.opinion_id) { 2.0 } else { like };
            (like >= LEAST_ALIKE).then_some((like, other))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(found.into_iter().take(ALIKE).map(|(_, other)| beside(other, lang)).collect())
}

/// What is offered, in words with its probability. It is told and never chosen beforehand: what is learned from is what
/// people chose.
fn offered(offer: &Offer, directory: &hailong_core::directory::Directory, lang: Lang) -> Offered {
    let tell = |what: Option<(String, f32)>| {
        what.map(|(what, chance)| {
            let chance = percent(lang, f64::from(chance));
            lang.t_args("work-opinion-offered-chance", &[("what", what.into()), ("chance", chance.into())])
        })
        .unwrap_or_default()
    };
    let office = offer
        .office
        .as_ref()
        .and_then(|(id, chance)| Some((directory.office(id).ok()?.unit_name.clone(), *chance)));
    Offered {
        class: tell(offer.class.map(|(class, chance)| (lang.t(class_key(class)), chance))),
        topic: tell(offer.topic.map(|(topic, chance)| (lang.t(topic_key(topic)), chance))),
        urgency: tell(offer.urgency.map(|(urgency, chance)| (lang.t(urgency_key(urgency)), chance))),
        office: tell(office),
    }
}

/// The case an opinion names, with the address of its page when the reader handles it. What is said in confidence does not
/// lead to a person over a case either.
async fn case_link(
    app: &App,
    visitor: &Visitor,
    code: &str,
    sees: bool,
) -> Result<Option<(String, Option<String>)>, Failure> {
    if code.is_empty() || !sees {
        return Ok(None);
    }
    let official = visitor.signed_in()?;
    let case = app.store.case_by_code(code).await?;
    let own = case.filter(|file| official.role_at(&file.case.office_id).is_some());
    Ok(Some((code.to_owned(), own.map(|file| format!("/cases/{}", file.case.id)))))
}
