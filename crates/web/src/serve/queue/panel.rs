//! The official's panel: who is called, who waits, and the next one.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Role,
    refusal::Refusal,
    serve::{
        queue::{Arrangement, order},
        ticket::{MOST_RECALLS, State as At, Step, Ticket},
    },
};
use hailong_render::{
    Lang, Section,
    component::{Choice, Errors},
    work::queue::{Mine, QueuePanel, TicketRow},
};
use hailong_store::{StoreError, serve::ticket::TicketFile};
use uuid::Uuid;

use super::{name_of, service};
use crate::{
    App,
    error::{Failure, html, html_refused, refused},
    form::{Fields, Form},
    live,
    visitor::Visitor,
};

/// Numbers that the panel lists.
const ROWS: usize = 30;

/// `GET /work/queue`.
pub(crate) async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    html(&page(&app, &visitor, None, Errors::none()).await?)
}

/// `POST /work/queue/next`.
pub(crate) async fn next(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(form): Form<Fields>,
) -> Result<Response, Failure> {
    let office = visitor.signed_in()?.office_id.clone();
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let counter = form.trimmed("counter").to_owned();
    let called = app.store.call_next(&office, &counter, &ctx).await.map(|_| ());
    live::refresh(&app, &office).await;
    answer(&app, visitor, Some(counter), called, "/work/queue").await
}

/// `POST /work/queue/tickets/{ticket}`.
pub(crate) async fn step(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(ticket): Path<String>,
    Form(form): Form<Fields>,
) -> Result<Response, Failure> {
    let id: Uuid = ticket.parse().map_err(|_| Refusal::UnknownTicket)?;
    let file = app.store.ticket(id).await?.ok_or(Refusal::UnknownTicket)?;
    let office = file.ticket.office_id.clone();
    visitor.actor().handles(&office)?;
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let step = match form.get("step") {
        "recall" => Step::Recall,
        "attend" | "receive" => Step::Attend,
        "done" => Step::Done,
        "missed" => Step::Missed,
        "back" => Step::Move { group: file.ticket.group.clone() },
        "move" => Step::Move { group: form.trimmed("group").to_owned() },
        _ => return Err(Failure::unreadable()),
    };
    let receives = form.get("step") == "receive";
    // Receiving for somebody who is at the counter already needs no step.
    let done = if receives && file.ticket.state == At::Serving {
        Ok(())
    } else {
        app.store.step_ticket(id, step, &ctx).await
    };
    live::refresh(&app, &office).await;
    let to = if receives { format!("/work/receive?ticket={id}") } else { "/work/queue".to_owned() };
    answer(&app, visitor, None, done, &to).await
}

async fn answer(
    app: &App,
    visitor: Visitor,
    counter: Option<String>,
    done: Result<(), StoreError>,
    to: &str,
) -> Result<Response, Failure> {
    let Some(why) = refused(done)? else {
        return Ok(Redirect::to(to).into_response());
    };
    let errors = Errors::refused(visitor.lang, &why);
    let page = page(app, &visitor.at("/work/queue"), counter, errors).await?;
    html_refused(&page, Failure::from(why).status)
}

async fn page(
    app: &App,
    visitor: &Visitor,
    counter: Option<String>,
    errors: Errors,
) -> Result<QueuePanel, Failure> {
    let official = visitor.signed_in()?;
    let (office, lang, now) = (official.office_id.as_str(), visitor.lang, visitor.now);
    let read = app.store.queue_now(office, now).await?;
    let arrangement = &read.now.arrangement;
    let mine = app.store.ticket_of_official(office, &official.id).await?;
    let last = app.store.last_ticket_of_official(office, &official.id, now.day()).await?;
    let last = last.and_then(|file| file.ticket.counter);
    let missed = app.store.missed_tickets(office, now.day(), ROWS).await?;
    let row = |ticket: &Ticket| TicketRow {
        id: ticket.id.to_string(),
        code: ticket.code(),
        service: service(arrangement, &ticket.group, lang),
        first: ticket.priority,
        slot: ticket.slot_at,
        minutes: (now.0 - ticket.issued_at.0).max(0) / 60_000_000,
    };
    let waiting = order(&read.now.waiting, read.now.first_was_last, now);
    Ok(QueuePanel {
        shell: visitor.shell("queue-work-title", Section::Queue),
        office_id: office.to_owned(),
        errors,
        mine: mine.map(|file| mine_of(&file, arrangement, lang)),
        counters: counters(arrangement),
        counter: counter.or(last).unwrap_or_else(|| free_counter(arrangement, &read.called)),
        groups: groups(arrangement, lang),
        rows: waiting.iter().take(ROWS).map(|ticket| row(ticket)).collect(),
        waiting: waiting.len(),
        missed: missed.iter().map(|file| row(&file.ticket)).collect(),
        heads: official.role_at(office) == Some(Role::Head),
    })
}

fn mine_of(file: &TicketFile, arrangement: &Arrangement, lang: Lang) -> Mine {
    let ticket = &file.ticket;
    Mine {
        id: ticket.id.to_string(),
        code: ticket.code(),
        service: service(arrangement, &ticket.group, lang),
        counter: ticket.counter.clone().unwrap_or_default(),
        state: ticket.state,
        recalls: ticket.recalls,
        may_recall: ticket.recalls < MOST_RECALLS,
        issued_at: ticket.issued_at,
        since: file.called_at.unwrap_or(ticket.issued_at),
    }
}

fn counters(arrangement: &Arrangement) -> Vec<Choice> {
    arrangement.counters.iter().map(|counter| Choice::new(&counter.name, &counter.name)).collect()
}

/// The first counter at which nobody is called or served.
fn free_counter(arrangement: &Arrangement, called: &[TicketFile]) -> String {
    let taken = |name: &String| called.iter().any(|file| file.ticket.counter.as_ref() == Some(name));
    let names = arrangement.counters.iter().map(|counter| &counter.name);
    names.into_iter().find(|name| !taken(name)).cloned().unwrap_or_default()
}

fn groups(arrangement: &Arrangement, lang: Lang) -> Vec<Choice> {
    let groups = arrangement.groups.iter();
    groups
        .map(|group| Choice::new(&group.prefix, format!("{} – {}", group.prefix, name_of(group, lang))))
        .collect()
}
