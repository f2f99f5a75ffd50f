//! The board of opinions that an office, or the district's leader, answers for; and one of them.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State as Shared},
    response::Response,
};
use hailong_core::{
    directory::Directory,
    listen::{
        opinion::{Class, Current, State, Topic, Urgency, answerable, answers_for},
        suggestion::{Offer, Suggestions},
    },
    refusal::Refusal,
    time::{Day, Instant},
};
use hailong_render::{
    Lang, Section,
    component::Pager,
    format::percent,
    listen::opinion::{
        ExplainedLine, Late,
        words::{class_key, topic_key, urgency_key},
    },
    work::opinion::{Chosen, Counts, Inbox, OpinionRow, UnexplainedRow},
};
use hailong_store::listen::opinion::{Explanation, Filter, OpenCount, OpinionFile, Place, View};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    App,
    cursor::{self, PAGE, address},
    error::{Failure, html},
    visitor::Visitor,
};

/// Opinions of which an explanation is owed, on top of the board.
const UNEXPLAINED: usize = 20;
/// Characters of an opinion in a list.
const FIRST_WORDS: usize = 120;

/// `?view=open|overdue|all&state=&class=&topic=&urgency=&after=&done=`; `after` is the place behind the page before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    view: String,
    state: String,
    class: String,
    topic: String,
    urgency: String,
    after: String,
    done: String,
}

impl Asked {
    fn view(&self, today: Day) -> View {
        match self.view.as_str() {
            "overdue" => View::Overdue(today),
            "all" => View::All,
            _ => View::Open,
        }
    }

    fn filter(&self) -> Filter {
        Filter {
            state: State::from_key(&self.state),
            class: Class::from_key(&self.class),
            topic: Topic::from_key(&self.topic),
            urgency: Urgency::from_key(&self.urgency),
        }
    }

    /// The address of the page of this list after a place.
    fn page(&self, after: &str) -> String {
        let Self { view, state, class, topic, urgency, .. } = self;
        let pairs =
            [("view", view), ("state", state), ("class", class), ("topic", topic), ("urgency", urgency)];
        let mut pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        pairs.push(("after", after));
        address("/work/opinions", &pairs)
    }
}

/// `GET /work/opinions`.
pub(crate) async fn list(
    Shared(app): Shared<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (directory, today, lang) = (app.store.directory(), visitor.now.day(), visitor.lang);
    let offices = answers_for(visitor.signed_in()?, &directory, today);
    let after: Option<Place> = cursor::read(&asked.after).map(|(at, id)| (at.0, id));
    let (view, filter) = (asked.view(today), asked.filter());
    let page = app.store.opinion_page(offices.as_deref(), view, filter, after, PAGE).await?;
    let several = offices.as_ref().is_none_or(|offices| offices.len() > 1);
    let mut rows = Vec::with_capacity(page.files.len());
    for file in &page.files {
        let mut row = row(file, today, &directory, lang)?;
        if !several {
            row.office.clear();
        }
        row.same = app.store.count_same(file.current.opinion_id).await?;
        if row.days_left < 0 && !row.unexplained {
            row.explained = explained(&app, file.current.opinion_id, 1).await?.pop();
        }
        rows.push(row);
    }
    let is_open = |office: &str| directory.on(today).office(office).is_ok();
    let offer = |known: &Suggestions| {
        for (row, file) in rows.iter_mut().zip(&page.files) {
            let said = file.opinion.as_ref().filter(|_| file.current.state == State::Received);
            let offer = said.map(|said| known.offer(&said.words, is_open));
            row.offered = offer.map(|offer| topic_offered(&offer, lang)).unwrap_or_default();
        }
        known.records()
    };
    let records = app.suggestions.with(&app.store, offer).await?;
    let open = app.store.count_open_opinions(offices.as_deref(), today).await?;
    html(&Inbox {
        unexplained: unexplained(&app, offices.as_deref(), &directory, today, lang).await?,
        unexplained_count: open.unexplained,
        explains: offices.is_some(),
        shell: visitor.shell("work-opinions-title", Section::WorkOpinions),
        done: done(&asked.done, lang),
        counts: counts(open),
        office: match offices {
            Some(_) => directory.office(&visitor.signed_in()?.office_id)?.unit_name.clone(),
            None => directory.authority.name_vi.clone(),
        },
        records,
        rows,
        pager: Pager {
            first: after.map(|_| asked.page("")),
            next: page.next.map(|(at, id)| asked.page(&cursor::write((Instant(at), id)))),
        },
        chosen: Chosen {
            view: asked.view,
            state: asked.state,
            class: asked.class,
            topic: asked.topic,
            urgency: asked.urgency,
        },
    })
}

fn counts(count: OpenCount) -> Counts {
    let OpenCount { received, triaged, asked, to_publish, overdue, pressing, .. } = count;
    Counts { received, triaged, asked, to_publish, overdue, pressing }
}

fn done(step: &str, lang: Lang) -> String {
    match step {
        "triage" => lang.t("work-opinion-done-triage"),
        "ask" => lang.t("work-opinion-done-ask"),
        "answer" => lang.t("work-opinion-done-answer"),
        "refuse" => lang.t("work-opinion-done-refuse"),
        "publish" => lang.t("work-opinion-done-publish"),
        "explain" => lang.t("work-opinion-done-explain"),
        _ => String::new(),
    }
}

/// Those of which a head owes an explanation, the longest waiting first.
async fn unexplained(
    app: &App,
    offices: Option<&[String]>,
    directory: &Directory,
    today: Day,
    lang: Lang,
) -> Result<Vec<UnexplainedRow>, Failure> {
    let files = app.store.unexplained_opinions(offices, today, UNEXPLAINED).await?;
    let row = |file: &OpinionFile| {
        Some(UnexplainedRow {
            id: file.current.opinion_id.to_string(),
            words: words_of(file, lang),
            office: directory.unit_name(&file.current.office_id),
            late: late(&file.current, directory, today)?,
        })
    };
    Ok(files.iter().filter_map(row).collect())
}

/// What is late of an opinion on a day, and who answers for it.
pub(crate) fn late(current: &Current, directory: &Directory, today: Day) -> Option<Late> {
    let (owed, due) = current.overdue(today)?;
    let head = answerable(directory, &current.office_id, today);
    Some(Late {
        owed,
        due,
        head: head.map(|head| head.name.clone()).unwrap_or_default(),
        unexplained: current.is_unexplained(today),
    })
}

/// What heads explained of an opinion, the newest first.
pub(crate) async fn explained(app: &App, id: Uuid, most: i64) -> Result<Vec<ExplainedLine>, Failure> {
    let directory = app.store.directory();
    let found = app.store.explanations(id, most).await?;
    let line = |one: Explanation| ExplainedLine {
        head: directory.actor_names(&one.head).0,
        at: one.at,
        owed: one.owed,
        due: one.due,
        words: one.words,
        promised: one.promised,
    };
    Ok(found.into_iter().map(line).collect())
}

fn topic_offered(offer: &Offer, lang: Lang) -> String {
    let topic = offer.topic.map(|(topic, chance)| (lang.t(topic_key(topic)), chance));
    topic.map(|(topic, chance)| format!("{topic}, {}", percent(lang, f64::from(chance)))).unwrap_or_default()
}

/// One that this visitor answers for.
pub(crate) async fn own_opinion(app: &App, visitor: &Visitor, id: &str) -> Result<OpinionFile, Failure> {
    let id = Uuid::parse_str(id).map_err(|_| Failure::not_found())?;
    let file = app.store.opinion(id).await?.ok_or(Failure::not_found())?;
    match answers_for(visitor.signed_in()?, &app.store.directory(), visitor.now.day()) {
        Some(offices) if !offices.contains(&file.current.office_id) => Err(Refusal::NotYourOffice.into()),
        _ => Ok(file),
    }
}

/// `GET /work/opinions/{id}`.
pub(crate) async fn show(
    Shared(app): Shared<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own_opinion(&app, &visitor, &id).await?;
    html(&super::triage::page(&app, &visitor, file).await?)
}

fn row(file: &OpinionFile, today: Day, directory: &Directory, lang: Lang) -> Result<OpinionRow, Failure> {
    let current = &file.current;
    let next = current.next_day();
    let days_left = next.map_or(0, |day| days_left(directory, today, day));
    let late = if days_left < 0 { answerable(directory, &current.office_id, today) } else { None };
    Ok(OpinionRow {
        id: current.opinion_id.to_string(),
        at: file.received_at,
        office: directory.office(&current.office_id)?.unit_name.clone(),
        words: words_of(file, lang),
        state: current.state,
        sorted: sorted_words(file, lang, false),
        offered: String::new(),
        pressing: current.sorted.is_some_and(|sorted| sorted.urgency == Urgency::Pressing),
        same: 0,
        next,
        days_left,
        answerable: late.map(|head| head.name.clone()).unwrap_or_default(),
        explained: None,
        unexplained: current.is_unexplained(today),
    })
}

/// Working days left until a day. Past its last day it is late, even before the next working day.
pub(crate) fn days_left(directory: &Directory, today: Day, day: Day) -> i32 {
    let left = directory.calendar.working_days_between(today, day).unwrap_or(0);
    if left == 0 && today > day { -1 } else { left }
}

/// How an opinion was sorted, in words: topic and class, with the urgency where it is asked for.
pub(crate) fn sorted_words(file: &OpinionFile, lang: Lang, with_urgency: bool) -> String {
    let Some(sorted) = file.current.sorted else { return String::new() };
    let mut words = vec![lang.t(topic_key(sorted.topic)), lang.t(class_key(sorted.class))];
    if with_urgency {
        words.push(lang.t(urgency_key(sorted.urgency)));
    }
    words.join(" · ")
}

/// The first words of an opinion, in one line.
pub(crate) fn words_of(file: &OpinionFile, lang: Lang) -> String {
    let Some(opinion) = &file.opinion else { return lang.t("work-opinion-erased") };
    let line = opinion.words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= FIRST_WORDS {
        return line;
    }
    let cut: String = line.chars().take(FIRST_WORDS).collect();
    format!("{}…", cut.trim_end())
}
