//! Public figures: all offices, and what the figures of one office count.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hailong_core::{
    measure::figure::Figure,
    serve::{
        applicant::Group,
        office::Validity,
        promise::{Dimension, Question},
        succession::{Together, apart, of_day, of_then},
    },
};
use hailong_render::{
    Section,
    measure::figures::{Distribution, Figures, OfficeFigures, OfficeRow, OnTime, Units, apart_note},
    serve::home::PARTS,
};
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html},
    quarter::{Counts, Quarter, small},
    visitor::Visitor,
};

/// `?period=2017-Q2`; the quarter of today without it. `&units=now` shows the figures in the offices of today, otherwise
/// in those of the period.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    period: String,
    units: String,
}

/// `GET /figures`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let quarter = Quarter::named(&app.store, &asked.period, visitor.now).await?;
    let today = visitor.now.day();
    let last = quarter.months.1.next().first_day().plus(-1).min(today);
    let then = Validity::new(Some(quarter.months.0.first_day().min(last)), Some(last));
    let in_todays = asked.units == "now";
    let offices = of_then(&directory, then, |_| false);
    let moved = offices.iter().any(|one| !one.office.is_open(today));
    let lines = if in_todays { of_day(&directory, then, today, |_| false) } else { offices };
    let notes = || {
        let apart = apart(&directory, then, today, |_| false);
        apart.iter().map(|one| apart_note(visitor.lang, one)).collect()
    };
    let rows = |group| lines.iter().map(|line| row(line, &quarter, group)).collect();
    let district = &quarter.district;
    html(&Figures {
        shell: visitor.shell("figures-title", Section::Figures),
        period: quarter.period_of(&quarter.release(), visitor.lang),
        persons: rows(Group::Person),
        organisations: rows(Group::Organisation),
        district: quarter.district_share(Group::Person, Question::Overall),
        district_organisations: quarter.district_share(Group::Organisation, Question::Overall),
        on_time: on_time(&district.all),
        waiting: small(district.all.waiting),
        units: moved.then(|| Units {
            now: in_todays,
            switch: format!(
                "/figures?period={}&units={}",
                quarter.key(),
                if in_todays { "then" } else { "now" }
            ),
            notes: if in_todays { notes() } else { Vec::new() },
        }),
    })
}

/// `GET /figures/{office}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let office = directory.office(&id)?;
    let quarter = Quarter::named(&app.store, &asked.period, visitor.now).await?;
    let counts = quarter.office(&office.id);
    let (mut groups, mut joined) = (0, 0);
    for group in Group::ALL {
        let (from, to) = quarter.months;
        let (from, to) = (from.first_day(), to.next().first_day());
        let sealed = app.store.sealed_boxes(&office.id, group, from, to).await?;
        groups += sealed.0;
        joined += sealed.1;
    }
    html(&OfficeFigures {
        shell: visitor.shell_titled(&office.unit_name, Section::Figures),
        id: office.id.clone(),
        name: office.unit_name.clone(),
        period: quarter.period_of(&quarter.release(), visitor.lang),
        persons: distributions(&counts.persons),
        organisations: distributions(&counts.organisations),
        groups: groups as u32,
        joined: joined as u32,
        denied: small(counts.all.tally.denied.unsigned_abs()),
        ballots: small(counts.all.tally.sealed.unsigned_abs()),
        waiting: small(counts.all.waiting),
        invited: small(counts.all.tally.invited.unsigned_abs()),
        on_time: on_time(&counts.all),
    })
}

/// Cases finished on time, as pages show them.
pub(crate) fn on_time(counts: &Counts) -> OnTime {
    let (on_time, of) = counts.on_time();
    OnTime { on_time: small(on_time), of: small(of) }
}

fn row(line: &Together, quarter: &Quarter, group: Group) -> OfficeRow {
    let together = quarter.together(&line.of);
    let counts = together.of(group);
    let share = |question| quarter.share_of(&line.of, group, question);
    OfficeRow {
        id: line.office.id.clone(),
        name: line.office.unit_name.clone(),
        overall: share(Question::Overall),
        parts: Dimension::ALL.map(|dimension| share(dimension.question())),
        on_time: on_time(counts),
        waiting: small(counts.waiting),
        tile: line.office.tile,
    }
}

/// How often each score was given, for the questions with enough answers; below, not even the counts are told.
fn distributions(counts: &Counts) -> Vec<Distribution> {
    let keys =
        Dimension::ALL.into_iter().zip(PARTS).map(|(dimension, part)| (dimension.question(), part.title));
    let keys = std::iter::once((Question::Overall, "figures-overall")).chain(keys);
    let all = keys.map(|(question, key)| Distribution {
        key,
        counts: counts.scores(question).map(small),
        figure: counts.share(question),
    });
    all.filter(|one| matches!(one.figure, Figure::Shown { .. })).collect()
}
