//! Appointments: booking, seeing, moving and cancelling them by code, and the office's list of a day.

pub(crate) mod office;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::{Actor, Context},
    directory::Directory,
    listen::opinion::read_follow_code,
    refusal::Refusal,
    serve::appointment::{self as domain, Book, Booker},
    time::{Day, Instant},
};
use hailong_render::{
    Section,
    component::{Choice, Errors, refusal},
    serve::appointment::{AppointmentForm, AppointmentLookup, AppointmentPage, DayChoice, SlotChoice},
};
use hailong_store::{StoreError, serve::appointment::AppointmentFile};
use serde::Deserialize;

use super::queue::{name_of, service, token};
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::Form,
    limit::Limiter,
    visitor::Visitor,
};

/// Bookings a day from one client, for one phone number, and from everybody: each holds a place.
const MOST: (usize, usize, usize) = (20, 4, 2_000);
/// The window of those, in seconds.
const WINDOW_SECONDS: u32 = 24 * 3_600;

/// How many bookings may come.
pub(crate) struct Guard {
    by_client: Limiter,
    by_phone: Limiter,
    in_all: Limiter,
}

impl Default for Guard {
    fn default() -> Self {
        let limiter = |most| Limiter::new(most, i64::from(WINDOW_SECONDS) * 1_000_000);
        Self { by_client: limiter(MOST.0), by_phone: limiter(MOST.1), in_all: limiter(MOST.2) }
    }
}

/// What the form sends; `?day=`, `?code=`, `?done=`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    day: String,
    slot: String,
    group: String,
    name: String,
    phone: String,
    code: String,
    done: String,
}

impl Typed {
    fn slot(&self) -> Result<Instant, Refusal> {
        self.slot.parse().map(Instant).map_err(|_| Refusal::SlotNotOffered)
    }
}

/// `GET /appointments/{office}?day=`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(office): Path<String>,
    Query(typed): Query<Typed>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    html(&form_page(&app, &visitor, &directory, (&office, ""), typed, Errors::none()).await?)
}

/// `POST /appointments/{office}`.
pub(crate) async fn book(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(office): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let office = directory.office(&office)?.id.clone();
    let booker = Booker { name: typed.name.clone(), phone: typed.phone.clone() };
    let (now, guard) = (app.clock.machine(), &app.bookings);
    let phone: String = typed.phone.chars().filter(char::is_ascii_digit).collect();
    let allowed = guard.by_client.allow(&visitor.client, now)
        && guard.in_all.allow("", now)
        && guard.by_phone.allow(&phone, now);
    if !allowed {
        let often = Failure::new(StatusCode::TOO_MANY_REQUESTS, "booking-often");
        return Err(Failure { retry_after: Some(WINDOW_SECONDS), ..often });
    }
    let booked = match typed.slot() {
        Ok(slot_at) => {
            let command = Book { group: typed.group.clone(), slot_at, booker };
            app.store.book_appointment(&office, command, &as_citizen(&app, &visitor, &directory)?).await
        }
        Err(why) => Err(why.into()),
    };
    match booked {
        Ok(code) => Ok(Redirect::to(&format!("/appointments/codes/{code}?done=booked")).into_response()),
        Err(StoreError::Refused(why)) => {
            // What was refused holds no place: somebody who mistypes is not shut out.
            guard.by_phone.forgive(&phone);
            guard.by_client.forgive(&visitor.client);
            let errors = Errors::refused(visitor.lang, &why);
            let visitor = visitor.at(format!("/appointments/{office}?day={}", typed.day));
            let page = form_page(&app, &visitor, &directory, (&office, ""), typed, errors).await?;
            html_refused(&page, Failure::from(why).status)
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /appointments?code=`: asks for the code, or goes on with it.
pub(crate) async fn find(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(typed): Query<Typed>,
) -> Result<Response, Failure> {
    let lookup = |errors| AppointmentLookup {
        shell: visitor.shell("appointment-lookup-title", Section::None),
        code: typed.code.chars().take(40).collect(),
        errors,
    };
    if typed.code.trim().is_empty() {
        return html(&lookup(Errors::none()));
    }
    match app.store.appointment_by_code(&typed.code).await? {
        Some(_) => {
            let code = read_follow_code(&typed.code);
            Ok(Redirect::to(&format!("/appointments/codes/{code}")).into_response())
        }
        None => {
            let errors = Errors::one("code", refusal(visitor.lang, Refusal::UnknownAppointment.code()));
            html_refused(&lookup(errors), StatusCode::NOT_FOUND)
        }
    }
}

/// `GET /appointments/codes/{booking}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(typed): Query<Typed>,
) -> Result<Response, Failure> {
    let AppointmentFile { appointment, ticket_id, .. } = by_code(&app, &code).await?;
    let directory = app.store.directory();
    let office = directory.office(&appointment.office_id)?.on(visitor.now.day());
    let (arrangement, _) = app.store.arrangement(&office.id).await?;
    let code = read_follow_code(&code);
    let done = match typed.done.as_str() {
        "booked" => visitor.lang.t("appointment-done-booked"),
        "moved" => visitor.lang.t("appointment-done-moved"),
        "cancelled" => visitor.lang.t("appointment-done-cancelled"),
        _ => String::new(),
    };
    html(&AppointmentPage {
        shell: visitor.shell("appointment-page-title", Section::None),
        shown_code: in_fours(&code),
        code,
        office_id: office.id.clone(),
        office: office.unit_name.clone(),
        place: office.name_vi.clone(),
        service: service(&arrangement, &appointment.group, visitor.lang),
        at: appointment.slot_at,
        state: appointment.state,
        ahead: appointment.slot_at.day() >= visitor.now.day(),
        ticket: ticket_id.map(|id| format!("/tickets/{}", token(id))).unwrap_or_default(),
        done,
    })
}

/// `GET /appointments/codes/{booking}/move?day=`.
pub(crate) async fn move_form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(typed): Query<Typed>,
) -> Result<Response, Failure> {
    let file = by_code(&app, &code).await?;
    let directory = app.store.directory();
    let (office, code) = (file.appointment.office_id, read_follow_code(&code));
    html(&form_page(&app, &visitor, &directory, (&office, &code), typed, Errors::none()).await?)
}

/// `POST /appointments/codes/{booking}/move`.
pub(crate) async fn move_it(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let file = by_code(&app, &code).await?;
    let code = read_follow_code(&code);
    let directory = app.store.directory();
    let ctx = as_citizen(&app, &visitor, &directory)?;
    let moved = match typed.slot() {
        Ok(slot_at) => app.store.move_appointment(file.appointment.id, slot_at, &ctx).await,
        Err(why) => Err(why.into()),
    };
    match moved {
        Ok(()) => Ok(Redirect::to(&format!("/appointments/codes/{code}?done=moved")).into_response()),
        Err(StoreError::Refused(why)) if why.field() == Some("slot") => {
            let errors = Errors::one("slot", refusal(visitor.lang, why.code()));
            let office = file.appointment.office_id;
            let visitor = visitor.at(format!("/appointments/codes/{code}/move?day={}", typed.day));
            let page = form_page(&app, &visitor, &directory, (&office, &code), typed, errors).await?;
            html_refused(&page, Failure::from(why).status)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /appointments/codes/{booking}/cancel`.
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Form(_): Form<Typed>,
) -> Result<Response, Failure> {
    let file = by_code(&app, &code).await?;
    let directory = app.store.directory();
    let ctx = as_citizen(&app, &visitor, &directory)?;
    app.store.cancel_appointment(file.appointment.id, &ctx).await?;
    let code = read_follow_code(&code);
    Ok(Redirect::to(&format!("/appointments/codes/{code}?done=cancelled")).into_response())
}

async fn by_code(app: &App, code: &str) -> Result<AppointmentFile, Failure> {
    Ok(app.store.appointment_by_code(code).await?.ok_or(Refusal::UnknownAppointment)?)
}

/// Whoever is signed in books as anybody else: the code alone tells who may change it.
fn as_citizen<'a>(app: &'a App, visitor: &Visitor, directory: &'a Directory) -> Result<Context<'a>, Failure> {
    let mut ctx = visitor.context(app, directory)?;
    ctx.actor = Actor::Citizen;
    Ok(ctx)
}

/// The form; with a code it moves that appointment.
async fn form_page(
    app: &App,
    visitor: &Visitor,
    directory: &Directory,
    (office, moves): (&str, &str),
    typed: Typed,
    errors: Errors,
) -> Result<AppointmentForm, Failure> {
    let office = directory.on(visitor.now.day()).office(office)?;
    let (arrangement, _) = app.store.arrangement(&office.id).await?;
    let offered = domain::days(visitor.now, arrangement.booking, &office, &directory.calendar);
    let span = offered.first().copied().zip(offered.last().copied());
    let booked = match span {
        Some((first, last)) => app.store.booked_slots(&office.id, first, last).await?,
        None => BTreeMap::new(),
    };
    let free = |day: Day| -> Vec<SlotChoice> {
        let slots = domain::slots(day, arrangement.booking, &office, &directory.calendar);
        let capacity = i64::from(arrangement.booking.capacity);
        let left = |at: Instant| capacity - booked.get(&at).copied().unwrap_or(0);
        let choice = |at: Instant| SlotChoice { value: at.0, at, free: u32::try_from(left(at)).unwrap_or(0) };
        slots.into_iter().filter(|slot| *slot > visitor.now).map(choice).collect()
    };
    let places = |day: Day| free(day).iter().map(|slot| slot.free).sum();
    let days: Vec<_> = offered.into_iter().map(|day| DayChoice { day, free: places(day) }).collect();
    // Without a choice the first day with a free place is shown.
    let asked = Day::parse(&typed.day).filter(|day| days.iter().any(|choice| choice.day == *day));
    let first_free = || days.iter().find(|choice| choice.free > 0).map(|choice| choice.day);
    let day = asked.or_else(first_free);
    let groups = arrangement.groups.iter();
    let title = if moves.is_empty() { "appointment-title" } else { "appointment-move-title" };
    Ok(AppointmentForm {
        shell: visitor.shell(title, Section::None),
        office_id: office.id.clone(),
        office: office.unit_name.clone(),
        moves: moves.to_owned(),
        slots: day.map(free).unwrap_or_default(),
        day,
        days,
        slot: typed.slot.parse().unwrap_or(0),
        groups: groups.map(|group| Choice::new(&group.prefix, name_of(group, visitor.lang))).collect(),
        group: typed.group,
        name: typed.name,
        phone: typed.phone,
        errors,
    })
}

/// A code in groups of four, as it is easiest to copy.
fn in_fours(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}
