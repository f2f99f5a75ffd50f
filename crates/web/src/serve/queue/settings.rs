//! The head's settings: what the number machine offers, which counters there are, what can be booked.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::serve::queue::{Arrangement, Booking, Counter, MOST_COUNTERS, ServiceGroup};
use hailong_render::{
    Section,
    component::Errors,
    work::queue::{CounterRow, GroupRow, LETTERS, QueueSettings},
};
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html, html_refused, refused},
    form::{Fields, Form},
    live,
    visitor::Visitor,
};

/// `?done=1`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    done: String,
}

/// `GET /work/queue/settings`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let office = visitor.signed_in()?.office_id.clone();
    let (arrangement, version) = app.store.arrangement(&office).await?;
    let (groups, counters) = QueueSettings::rows(&arrangement);
    let Booking { slot_minutes, capacity, days_ahead } = arrangement.booking;
    html(&QueueSettings {
        shell: visitor.shell("queue-settings-title", Section::Queue),
        office_id: office,
        version,
        groups,
        counters,
        lengths: QueueSettings::lengths(visitor.lang),
        slot_minutes: slot_minutes.to_string(),
        capacity: capacity.to_string(),
        days_ahead: days_ahead.to_string(),
        done: !asked.done.is_empty(),
        errors: Errors::none(),
    })
}

/// `POST /work/queue/settings`.
pub(crate) async fn keep(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(form): Form<Fields>,
) -> Result<Response, Failure> {
    let office = visitor.signed_in()?.office_id.clone();
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let version = form.get("version").parse().map_err(|_| Failure::unreadable())?;
    let arrangement = read(&office, &form);
    let Some(why) = refused(app.store.arrange_queue(arrangement, version, &ctx).await)? else {
        live::refresh(&app, &office).await;
        return Ok(Redirect::to("/work/queue/settings?done=1").into_response());
    };
    let errors = Errors::refused(visitor.lang, &why);
    let visitor = visitor.at("/work/queue/settings");
    let page = QueueSettings {
        shell: visitor.shell("queue-settings-title", Section::Queue),
        office_id: office,
        version,
        groups: group_rows(&form),
        counters: counter_rows(&form),
        lengths: QueueSettings::lengths(visitor.lang),
        slot_minutes: form.trimmed("slot_minutes").to_owned(),
        capacity: form.trimmed("capacity").to_owned(),
        days_ahead: form.trimmed("days_ahead").to_owned(),
        done: false,
        errors,
    };
    html_refused(&page, Failure::from(why).status)
}

fn group_rows(form: &Fields) -> Vec<GroupRow> {
    let row = |letter: &str| GroupRow {
        prefix: letter.to_owned(),
        vi: form.trimmed(&format!("vi-{letter}")).to_owned(),
        en: form.trimmed(&format!("en-{letter}")).to_owned(),
    };
    LETTERS.into_iter().map(row).collect()
}

fn counter_rows(form: &Fields) -> Vec<CounterRow> {
    let row = |place: usize| CounterRow {
        name: form.trimmed(&format!("counter-{place}")).to_owned(),
        groups: form.all(&format!("serves-{place}")).map(str::to_owned).collect(),
    };
    (0..MOST_COUNTERS).map(row).collect()
}

/// What was typed; numbers that cannot be read become such as are refused by name.
fn read(office: &str, form: &Fields) -> Arrangement {
    let number = |name: &str, otherwise| form.trimmed(name).parse().unwrap_or(otherwise);
    let groups = group_rows(form).into_iter().filter(|row| !row.vi.is_empty() || !row.en.is_empty());
    let counters = counter_rows(form).into_iter().filter(|row| !row.name.is_empty());
    Arrangement {
        office_id: office.to_owned(),
        groups: groups
            .map(|row| ServiceGroup { prefix: row.prefix, name_vi: row.vi, name_en: row.en })
            .collect(),
        counters: counters.map(|row| Counter { name: row.name, groups: row.groups }).collect(),
        booking: Booking {
            slot_minutes: number("slot_minutes", 0),
            capacity: number("capacity", u16::MAX),
            days_ahead: number("days_ahead", 0),
        },
    }
}
