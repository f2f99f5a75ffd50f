//! The offices: the list, and one of them.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use hailong_core::{
    context::Role,
    directory::Directory,
    serve::{office::Office, promise::Question, queue::median, ticket::gives_numbers},
    time::{Day, Instant},
};
use hailong_render::{
    Section,
    serve::{
        office::{OfficeList, OfficePage, OfficeRow},
        procedure::Link,
        queue::OfficeQueue,
    },
};

use crate::{
    App,
    error::{Failure, html},
    measure::figure::on_time,
    quarter::Quarter,
    visitor::Visitor,
};

/// `GET /offices`.
pub(crate) async fn list(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let (directory, today) = (app.store.directory(), visitor.now.day());
    let row = |office: &Office| OfficeRow {
        id: office.id.clone(),
        name: office.unit_name.clone(),
        place: office.name_vi.clone(),
        procedures: directory.on(today).procedures().filter(|one| one.received_at(office.level)).count()
            as u32,
        population: office.population,
    };
    html(&OfficeList {
        shell: visitor.shell("offices-title", Section::None),
        rows: in_order(&directory, today).iter().map(row).collect(),
    })
}

/// `GET /offices/{office}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let today = visitor.now.day();
    let office = directory.office(&id)?.on(today);
    let quarter = Quarter::read(&app.store, visitor.now).await?;
    let counts = quarter.office(&office.id);
    let at_counter = directory.on(today).officials_of(&office.id);
    let at_counter = at_counter.filter(|official| matches!(official.role, Role::Official | Role::Head));
    let procedures = directory.on(today).procedures().filter(|procedure| procedure.received_at(office.level));
    html(&OfficePage {
        shell: visitor.shell_titled(&office.unit_name, Section::None),
        id: office.id.clone(),
        name: office.unit_name.clone(),
        place: office.name_vi.clone(),
        hours: office.hours(&directory.calendar),
        population: office.population,
        hectares: None,
        upgrade: office.upgrade_2017,
        officials: at_counter.map(|official| format!("{}, {}", official.name, official.title_vi)).collect(),
        procedures: procedures
            .map(|procedure| Link {
                href: format!("/procedures/{}", procedure.code),
                text: procedure.short_name_vi.clone(),
            })
            .collect(),
        queue: queue(&app, &office, visitor.now).await?,
        satisfaction: counts.persons.share(Question::Overall),
        on_time: on_time(&counts.all),
        period: quarter.period(visitor.lang),
    })
}

/// Who waits at an office, for everybody to see.
async fn queue(app: &App, office: &Office, at: Instant) -> Result<OfficeQueue, Failure> {
    let read = app.store.queue_now(&office.id, at).await?;
    let waits = app.store.waits_today(&office.id, at).await?;
    let board = crate::live::state_of(&read);
    Ok(OfficeQueue {
        waiting: board.waiting,
        minutes: board.minutes,
        today: median(&waits).map(|seconds| ((seconds + 59) / 60, waits.len())),
        open: office.is_open(at.day()) && gives_numbers(at, office, &app.store.directory().calendar),
        books: read.now.arrangement.booking.capacity > 0,
        at,
    })
}

/// The offices that receive on a day, as lists show them: the higher level first, then by name.
pub(crate) fn in_order(directory: &Directory, day: Day) -> Vec<Office> {
    let open = directory.on(day).offices().filter(|office| office.receives());
    let mut offices: Vec<Office> = open.map(std::borrow::Cow::into_owned).collect();
    offices.sort_by_cached_key(|office| (office.level, hailong_core::text::fold(&office.unit_name)));
    offices
}
