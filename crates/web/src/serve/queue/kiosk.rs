//! The number machine: a page on a device by the door. No account, no name; bounded by what hands can do.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Actor,
    refusal::Refusal,
    serve::ticket::{TakeTicket, gives_numbers},
};
use hailong_render::{
    Section,
    component::{Errors, refusal},
    paper::Form as _,
    serve::queue::{Kiosk, KioskChoice, Slip},
};
use hailong_store::StoreError;
use serde::Deserialize;
use uuid::Uuid;

use super::{name_of, read_token, service, token};
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::Form,
    limit::Limiter,
    live,
    serve::case::print,
    visitor::Visitor,
};

/// Numbers a minute from one client, and for one office: more than hands can press, far less than a program can.
const MOST: (usize, usize) = (20, 40);
/// The window of those, in seconds.
const WINDOW_SECONDS: u32 = 60;

/// How many numbers may be taken.
pub(crate) struct Guard {
    by_client: Limiter,
    by_office: Limiter,
}

impl Default for Guard {
    fn default() -> Self {
        let window = i64::from(WINDOW_SECONDS) * 1_000_000;
        Self { by_client: Limiter::new(MOST.0, window), by_office: Limiter::new(MOST.1, window) }
    }
}

impl Guard {
    fn allow(&self, client: &str, office: &str, now: i64) -> Result<(), Failure> {
        if self.by_client.allow(client, now) && self.by_office.allow(office, now) {
            return Ok(());
        }
        let busy = Failure::new(StatusCode::TOO_MANY_REQUESTS, "kiosk-busy");
        Err(Failure { retry_after: Some(WINDOW_SECONDS), ..busy })
    }
}

/// What the machine sends, and `?print=1`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pressed {
    group: String,
    priority: String,
    code: String,
    print: String,
}

/// `GET /kiosk/{office}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(office): Path<String>,
    Query(pressed): Query<Pressed>,
) -> Result<Response, Failure> {
    html(&page(&app, &visitor, &office, &pressed, Errors::none()).await?)
}

/// `POST /kiosk/{office}`: takes a number.
pub(crate) async fn take(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(office): Path<String>,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let office = directory.office(&office)?.id.clone();
    app.kiosks.allow(&visitor.client, &office, app.clock.machine())?;
    // Whoever is signed in on that device does not matter: a number is nobody's.
    let mut ctx = visitor.context(&app, &directory)?;
    ctx.actor = Actor::Citizen;
    let command = TakeTicket {
        office_id: office.clone(),
        group: pressed.group.clone(),
        priority: !pressed.priority.is_empty(),
        appointment: None,
    };
    let taken = app.store.issue_ticket(command, &ctx).await;
    answer(&app, visitor, &office, pressed, taken).await
}

/// `POST /kiosk/{office}/check-in`: takes the number of an appointment.
pub(crate) async fn check_in(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(office): Path<String>,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let office = directory.office(&office)?.id.clone();
    app.kiosks.allow(&visitor.client, &office, app.clock.machine())?;
    let mut ctx = visitor.context(&app, &directory)?;
    ctx.actor = Actor::Citizen;
    let booked = app.store.appointment_by_code(&pressed.code).await?;
    let booked = booked.filter(|file| file.appointment.office_id == office);
    let taken = match booked {
        Some(file) => app.store.check_in(file.appointment.id, &ctx).await,
        None => Err(Refusal::UnknownAppointment.into()),
    };
    answer(&app, visitor, &office, pressed, taken).await
}

/// The slip, or the first screen again with what is wrong.
async fn answer(
    app: &App,
    visitor: Visitor,
    office: &str,
    pressed: Pressed,
    taken: Result<Uuid, StoreError>,
) -> Result<Response, Failure> {
    match taken {
        Ok(id) => {
            live::refresh(app, office).await;
            let print = if pressed.print.is_empty() { "" } else { "?print=1" };
            Ok(Redirect::to(&format!("/kiosk/{office}/slips/{}{print}", token(id))).into_response())
        }
        Err(StoreError::Refused(why)) => {
            let errors = Errors::one("code", refusal(visitor.lang, why.code()));
            let visitor = visitor.at(format!("/kiosk/{office}"));
            let page = page(app, &visitor, office, &pressed, errors).await?;
            html_refused(&page, Failure::from(why).status)
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(
    app: &App,
    visitor: &Visitor,
    office: &str,
    pressed: &Pressed,
    errors: Errors,
) -> Result<Kiosk, Failure> {
    let directory = app.store.directory();
    let office = directory.on(visitor.now.day()).office(office)?;
    let now = app.store.queue_now(&office.id, visitor.now).await?.now;
    let choices = now.arrangement.groups.iter().map(|group| KioskChoice {
        prefix: group.prefix.clone(),
        name: name_of(group, visitor.lang),
        ahead: now.ahead_of_newcomer(&group.prefix),
    });
    Ok(Kiosk {
        shell: visitor.shell("queue-kiosk-title", Section::None),
        office_id: office.id.clone(),
        office: office.unit_name.clone(),
        choices: choices.collect(),
        open: gives_numbers(visitor.now, &office, &directory.calendar),
        hours: office.hours(&directory.calendar),
        print: !pressed.print.is_empty(),
        books: now.arrangement.booking.capacity > 0,
        code: pressed.code.chars().take(40).collect(),
        errors,
    })
}

/// `GET /kiosk/{office}/slips/{slip}`.
pub(crate) async fn slip(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((office, slip)): Path<(String, String)>,
    Query(pressed): Query<Pressed>,
) -> Result<Response, Failure> {
    html(&Slip { print: !pressed.print.is_empty(), ..slip_of(&app, &visitor, &office, &slip).await? })
}

/// `GET /kiosk/{office}/slips/{slip}/slip.pdf`: the same for a printer of slips.
pub(crate) async fn slip_pdf(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((office, slip)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let slip = slip_of(&app, &visitor, &office, &slip).await?;
    print::answer(slip.pdf(), &slip.file_name())
}

async fn slip_of(app: &App, visitor: &Visitor, office: &str, slip: &str) -> Result<Slip, Failure> {
    let id = read_token(slip).ok_or(Refusal::UnknownTicket)?;
    let file = app.store.ticket(id).await?.filter(|file| file.ticket.office_id == office);
    let ticket = file.ok_or(Refusal::UnknownTicket)?.ticket;
    let directory = app.store.directory();
    let office = directory.office(&ticket.office_id)?.on(visitor.now.day());
    let now = app.store.queue_now(&office.id, visitor.now).await?.now;
    Ok(Slip {
        shell: visitor.shell("queue-slip-title", Section::None),
        office_id: office.id.clone(),
        office: office.unit_name.clone(),
        code: ticket.code(),
        service: service(&now.arrangement, &ticket.group, visitor.lang),
        at: ticket.issued_at,
        first: ticket.priority || ticket.slot_at.is_some(),
        ahead: now.ahead_of(&ticket),
        url: format!("{}/tickets/{}", app.base_url, token(id)),
        print: false,
    })
}
