//! The board of the waiting room, its stream, and where one number is.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use hailong_core::refusal::Refusal;
use hailong_render::{
    Section,
    serve::queue::{Board, BoardNow, TicketPage},
};

use super::{read_token, service};
use crate::{
    App,
    error::{Failure, html},
    live,
    visitor::Visitor,
};

/// `GET /board/{office}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(office): Path<String>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let office = directory.on(visitor.now.day()).office(&office)?;
    let read = app.store.queue_now(&office.id, visitor.now).await?;
    html(&Board {
        shell: visitor.shell("queue-board-title", Section::None),
        office_id: office.id.clone(),
        office: office.unit_name.clone(),
        now: BoardNow { lang: visitor.lang, state: live::state_of(&read) },
    })
}

/// `GET /board/{office}/events`: the changing part of the board, again whenever it differs.
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(office): Path<String>,
) -> Result<Response, Failure> {
    let office = app.store.directory().office(&office)?.id.clone();
    live::answer(live::stream(&app, &office, &visitor.client, visitor.lang).await)
}

/// `GET /tickets/{slip}`.
pub(crate) async fn ticket(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(slip): Path<String>,
) -> Result<Response, Failure> {
    let id = read_token(&slip).ok_or(Refusal::UnknownTicket)?;
    let ticket = app.store.ticket(id).await?.ok_or(Refusal::UnknownTicket)?.ticket;
    let directory = app.store.directory();
    let office = directory.office(&ticket.office_id)?.on(visitor.now.day());
    let now = app.store.queue_now(&office.id, visitor.now).await?.now;
    html(&TicketPage {
        shell: visitor.shell("queue-ticket-title", Section::None),
        office_id: office.id.clone(),
        office: office.unit_name.clone(),
        code: ticket.code(),
        service: service(&now.arrangement, &ticket.group, visitor.lang),
        state: ticket.state,
        today: ticket.issued_at.day() == visitor.now.day(),
        counter: ticket.counter.clone().unwrap_or_default(),
        ahead: now.ahead_of(&ticket),
        at: ticket.issued_at,
        now: visitor.now,
    })
}
