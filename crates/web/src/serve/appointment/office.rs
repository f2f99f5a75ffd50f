//! The office's list of a day's appointments.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{directory::Directory, refusal::Refusal, serve::appointment::State as At, time::Day};
use hailong_render::{
    Section,
    component::refusal,
    work::queue::{AppointmentRow, Appointments},
};
use hailong_store::{
    StoreError,
    serve::{appointment::AppointmentFile, ticket::TicketFile},
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    live,
    serve::queue::service,
    visitor::Visitor,
};

/// `?day=`, and `?came=` with the number that somebody was just given.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    day: String,
    came: String,
}

/// `GET /work/appointments?day=`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let day = Day::parse(&asked.day).unwrap_or(visitor.now.day());
    let own = visitor.signed_in()?.office_id.as_str();
    let came = match asked.came.parse() {
        Ok(id) => app.store.ticket(id).await?.filter(|file| file.ticket.office_id == own),
        Err(_) => None,
    };
    let lang = visitor.lang;
    let said =
        |file: TicketFile| lang.t_args("appointment-come-done", &[("code", file.ticket.code().into())]);
    html(&page(&app, &visitor, day, came.map(said).unwrap_or_default(), String::new()).await?)
}

/// `POST /work/appointments/{appointment}/check-in`.
pub(crate) async fn check_in(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(_): Form<Fields>,
) -> Result<Response, Failure> {
    let file = own(&app, &visitor, &id).await?;
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    match app.store.check_in(file.appointment.id, &ctx).await {
        Ok(ticket) => {
            live::refresh(&app, &file.appointment.office_id).await;
            Ok(Redirect::to(&format!("/work/appointments?came={ticket}")).into_response())
        }
        Err(StoreError::Refused(why)) => refused(&app, visitor, file.appointment.slot_at.day(), why).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /work/appointments/{appointment}/cancel`.
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(_): Form<Fields>,
) -> Result<Response, Failure> {
    let file = own(&app, &visitor, &id).await?;
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let day = file.appointment.slot_at.day();
    match app.store.cancel_appointment(file.appointment.id, &ctx).await {
        Ok(()) => Ok(Redirect::to(&format!("/work/appointments?day={day}")).into_response()),
        Err(StoreError::Refused(why)) => refused(&app, visitor, day, why).await,
        Err(error) => Err(error.into()),
    }
}

async fn refused(app: &App, visitor: Visitor, day: Day, why: Refusal) -> Result<Response, Failure> {
    let trouble = refusal(visitor.lang, why.code());
    let visitor = visitor.at(format!("/work/appointments?day={day}"));
    let page = page(app, &visitor, day, String::new(), trouble).await?;
    html_refused(&page, Failure::from(why).status)
}

async fn own(app: &App, visitor: &Visitor, id: &str) -> Result<AppointmentFile, Failure> {
    let id: Uuid = id.parse().map_err(|_| Refusal::UnknownAppointment)?;
    let file = app.store.appointment(id).await?.ok_or(Refusal::UnknownAppointment)?;
    visitor.actor().handles(&file.appointment.office_id)?;
    Ok(file)
}

async fn page(
    app: &App,
    visitor: &Visitor,
    day: Day,
    done: String,
    trouble: String,
) -> Result<Appointments, Failure> {
    let office = visitor.signed_in()?.office_id.clone();
    let (arrangement, _) = app.store.arrangement(&office).await?;
    let mut rows = Vec::new();
    for file in app.store.appointments_of_day(&office, day).await? {
        let ticket = match file.ticket_id {
            Some(id) => app.store.ticket(id).await?,
            None => None,
        };
        let AppointmentFile { appointment, booker, .. } = file;
        let (name, phone) = booker.map(|booker| (booker.name, booker.phone)).unwrap_or_default();
        let booked = appointment.state == At::Booked;
        let length = i64::from(arrangement.booking.slot_minutes) * 60;
        rows.push(AppointmentRow {
            id: appointment.id.to_string(),
            at: appointment.slot_at,
            name,
            phone,
            service: service(&arrangement, &appointment.group, visitor.lang),
            state: appointment.state,
            code: ticket.map(|file| file.ticket.code()).unwrap_or_default(),
            may_come: booked && day == visitor.now.day(),
            passed: booked && appointment.slot_at.plus_seconds(length) < visitor.now,
        });
    }
    Ok(Appointments {
        shell: visitor.shell("appointment-work-title", Section::Queue),
        office_id: office,
        day,
        around: around(day, &app.store.directory()),
        rows,
        done,
        trouble,
    })
}

/// The working days next to a day; beyond the calendar the days themselves.
fn around(day: Day, directory: &Directory) -> (Day, Day) {
    let working = |step: i32| {
        let mut near = (1..=15).map(|n| day.plus(n * step));
        near.find(|near| directory.calendar.is_working(*near)).unwrap_or(day.plus(step))
    };
    (working(-1), working(1))
}
