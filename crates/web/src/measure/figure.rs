//! Public figures: all offices, and what the figures of one office count.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hailong_core::{
    directory::Directory,
    measure::figure::Figure,
    serve::{
        applicant::Group,
        office::{Office, Validity},
        promise::{Dimension, Question},
        succession::{InOffices, in_offices_of},
    },
    text::fold,
    time::Day,
};
use hailong_render::{
    Lang, Section,
    measure::figures::{Distribution, Figures, OfficeFigures, OfficeRow, OnTime, Units},
    serve::home::PARTS,
};
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html},
    quarter::{Counts, Quarter, small},
    serve::office::in_order,
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
    let now = in_offices_of(&directory, today);
    let in_todays = asked.units == "now";
    let lines =
        if in_todays { lines_now(&directory, &now, then, today) } else { lines_then(&directory, then) };
    let rows = |group| lines.iter().map(|line| row(line, &quarter, group)).collect();
    let district = &quarter.district;
    let moved = offices_of(&directory, then).iter().any(|office| !office.is_open(today));
    html(&Figures {
        shell: visitor.shell("figures-title", Section::Figures),
        period: quarter.period(visitor.lang),
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
            notes: if in_todays { notes(&directory, &now, then, visitor.lang) } else { Vec::new() },
        }),
    })
}

/// A line of the list: an office, and the offices whose figures it stands for.
struct Line {
    office: Office,
    of: Vec<String>,
}

/// The offices that received on some day of a period, with their last names in it.
fn offices_of(directory: &Directory, period: Validity) -> Vec<Office> {
    let there = |office: &&Office| office.receives() && office.validity().overlaps(&period);
    let named = |office: &Office| match office.closed_on.into_iter().chain(period.to).min() {
        Some(last) => office.on(last),
        None => office.clone(),
    };
    let mut offices: Vec<_> = directory.offices.iter().filter(there).map(named).collect();
    offices.sort_by_cached_key(|office| (office.level, fold(&office.unit_name)));
    offices
}

/// The offices of a period, each with its own figures.
fn lines_then(directory: &Directory, period: Validity) -> Vec<Line> {
    let line = |office: Office| Line { of: vec![office.id.clone()], office };
    offices_of(directory, period).into_iter().map(line).collect()
}

/// The offices of today with the figures of those they followed whole; below, each by itself, those that were divided
/// or that nothing followed.
fn lines_now(directory: &Directory, now: &InOffices, then: Validity, today: Day) -> Vec<Line> {
    let summed = |office: Office| Line { of: now.sums.get(&office.id).cloned().unwrap_or_default(), office };
    let mut lines: Vec<_> = in_order(directory, today).into_iter().map(summed).collect();
    let apart = |office: &Office| now.divided.contains_key(&office.id) || now.ended.contains(&office.id);
    lines.extend(lines_then(directory, then).into_iter().filter(|line| apart(&line.office)));
    lines
}

/// Where today's offices have no exact figures of then, in words.
fn notes(directory: &Directory, now: &InOffices, then: Validity, lang: Lang) -> Vec<String> {
    let offices = offices_of(directory, then);
    let name = |id: &String| directory.office(id).map(|office| office.unit_name.clone()).unwrap_or_default();
    let there = |id: &&String| offices.iter().any(|office| office.id == **id);
    let divided = now.divided.iter().filter(|(id, _)| there(id)).map(|(id, into)| {
        let into = into.iter().map(name).collect::<Vec<_>>().join(", ");
        lang.t_args("figures-divided", &[("office", name(id).into()), ("into", into.into())])
    });
    let ended =
        now.ended.iter().filter(there).map(|id| lang.t_args("figures-ended", &[("office", name(id).into())]));
    divided.chain(ended).collect()
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
    let mut groups = 0;
    for group in Group::ALL {
        let (from, to) = quarter.months;
        groups += app.store.sealed_boxes(&office.id, group, from.first_day(), to.next().first_day()).await?;
    }
    html(&OfficeFigures {
        shell: visitor.shell_titled(&office.unit_name, Section::Figures),
        id: office.id.clone(),
        name: office.unit_name.clone(),
        period: quarter.period(visitor.lang),
        persons: distributions(&counts.persons),
        organisations: distributions(&counts.organisations),
        groups: groups as u32,
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

fn row(line: &Line, quarter: &Quarter, group: Group) -> OfficeRow {
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
