//! The law's own scales: an official sees the own and the office's, a head those of the office, the leader all.

pub(crate) mod enter;

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hailong_core::{
    directory::Directory,
    measure::scale::{Subject, is_told, may_enter, may_see, period_of},
    refusal::Refusal,
    serve::report::{Period, Span, Window, closing},
    time::{Day, Instant, Minute},
};
use hailong_render::{
    Section,
    measure::scale::{Other, Place, ScaleList, ScalePage, Shown},
    work::report::period_name,
};
use hailong_store::measure::scale::EntryFile;
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html},
    serve::case::name_of,
    visitor::Visitor,
};

/// `?period=2017-Q2` (or `2017`, or a period as reports name it); the law's quarter of today without it. `?done=`: something was entered.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct When {
    period: String,
    done: String,
}

impl When {
    /// The period asked for; that of today when none is told.
    fn period(&self, today: Day) -> Period {
        let asked = period_of(&self.period).filter(|period| is_told(*period, today));
        asked.unwrap_or_else(|| Period::containing(Window::Legal, Span::Quarter, today))
    }
}

/// Where the scales of a subject are.
fn path(subject: &Subject) -> String {
    format!("/work/scales/{}", subject.key())
}

/// Links to the periods beside one: before, after, the year and the quarters, the other window.
fn others(path: &str, period: Period, today: Day, visitor: &Visitor) -> Vec<Other> {
    let (window, span) = (period.window(), period.span());
    let other_span = if span == Span::Quarter { Span::Year } else { Span::Quarter };
    let other_window = if window == Window::Legal { Window::Calendar } else { Window::Legal };
    // The middle of a period is in the other window's one of the same name.
    let middle = Day((period.first_day().0 + period.last_day().0) / 2);
    let all = [
        period.previous(),
        period.next(),
        Period::containing(window, other_span, middle),
        Period::containing(other_window, span, middle),
    ];
    let other = |period: Period| Other {
        href: format!("{path}?period={}", period.key()),
        name: period_name(visitor.lang, period),
    };
    all.into_iter().filter(|other| is_told(*other, today)).map(other).collect()
}

/// `GET /work/scales`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(when): Query<When>,
) -> Result<Response, Failure> {
    let (directory, today) = (app.store.directory(), visitor.now.day());
    let viewer = visitor.signed_in()?;
    let period = when.period(today);
    let day = closing(period, today).map_or(today, |(day, _)| day);
    let place = |subject: Subject, office: String| Place {
        href: format!("{}?period={}", path(&subject), period.key()),
        name: name(&subject, &directory, &visitor),
        office,
    };
    let seen = |subject: &Subject| may_see(viewer, subject, &directory);
    let mut offices: Vec<Place> = Vec::new();
    if seen(&Subject::District) {
        offices.push(place(Subject::District, String::new()));
    }
    let receiving = directory.on(day).offices().filter(|office| office.receives());
    let receiving = receiving.map(|office| Subject::Office(office.id.clone())).filter(seen);
    offices.extend(receiving.map(|subject| place(subject, String::new())));
    let serving = directory.officials.iter().filter(|one| directory.acting(&one.id, day).is_ok());
    let mut officials: Vec<Place> = serving
        .filter(|one| one.role.serves() && seen(&Subject::Official(one.id.clone())))
        .map(|one| place(Subject::Official(one.id.clone()), directory.unit_name(&one.office_id)))
        .collect();
    officials.sort_by(|a, b| (&a.office, &a.name).cmp(&(&b.office, &b.name)));
    html(&ScaleList {
        shell: visitor.shell("scale-title", Section::Reports),
        period,
        others: others("/work/scales", period, today, &visitor),
        offices,
        officials,
    })
}

/// `GET /work/scales/district`.
pub(crate) async fn of_district(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(when): Query<When>,
) -> Result<Response, Failure> {
    show(&app, &visitor, Subject::District, &when).await
}

/// `GET /work/scales/office/{office}`.
pub(crate) async fn of_office(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(when): Query<When>,
) -> Result<Response, Failure> {
    let subject = Subject::find("office", &id, &app.store.directory())?;
    show(&app, &visitor, subject, &when).await
}

/// `GET /work/scales/official/{official}`.
pub(crate) async fn of_official(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(when): Query<When>,
) -> Result<Response, Failure> {
    let subject = Subject::find("official", &id, &app.store.directory())?;
    show(&app, &visitor, subject, &when).await
}

async fn show(app: &App, visitor: &Visitor, subject: Subject, when: &When) -> Result<Response, Failure> {
    let (directory, today) = (app.store.directory(), visitor.now.day());
    let viewer = visitor.signed_in()?;
    if !may_see(viewer, &subject, &directory) {
        return Err(Refusal::NotYourOffice.into());
    }
    let period = when.period(today);
    let mut scales = app.store.scales(&subject, period, visitor.now).await?;
    let enters = may_enter(viewer, &subject, &directory);
    if !enters {
        // How colleagues were judged is told to those who judge.
        scales.quota = None;
    }
    let end = Instant::at(scales.to.plus(1), Minute(0));
    let entries = app.store.scale_entries(&subject, period).await?;
    html(&ScalePage {
        shell: visitor.shell("scale-title", Section::Reports),
        name: name(&subject, &directory, visitor),
        period,
        as_of: if scales.closed { end.plus_seconds(-1) } else { visitor.now },
        others: others(&path(&subject), period, today, visitor),
        enters_at: enters.then(|| path(&subject)),
        entered: entries.into_iter().map(|entry| shown(entry, &directory)).collect(),
        done: !when.done.is_empty(),
        command: command(&subject, period),
        beside: beside(&subject, period, &directory),
        scales,
    })
}

/// The command that tells the same.
fn command(subject: &Subject, period: Period) -> String {
    format!("hailong measure scale {} --period {} --json", subject.key().replace('/', " "), period.key())
}

/// The name of a subject.
fn name(subject: &Subject, directory: &Directory, visitor: &Visitor) -> String {
    match subject {
        Subject::District => visitor.lang.t("scale-district"),
        Subject::Office(id) => directory.unit_name(id),
        Subject::Official(id) => name_of(directory, id),
    }
}

/// The scorecard of an official, and the scales of the office.
fn beside(subject: &Subject, period: Period, directory: &Directory) -> Vec<(String, &'static str)> {
    let Subject::Official(id) = subject else { return Vec::new() };
    let office = directory.officials.iter().find(|one| one.id == *id).map(|one| one.office_id.clone());
    let quarter_key = period.last_day().month().quarter_key();
    let mut links = vec![(format!("/work/scorecards/official/{id}?period={quarter_key}"), "scores-title")];
    if let Some(office) = office {
        links.push((
            format!("{}?period={}", path(&Subject::Office(office)), period.key()),
            "scale-of-offices",
        ));
    }
    links
}

/// What was entered, with the name of who did.
fn shown(entry: EntryFile, directory: &Directory) -> Shown {
    Shown {
        item: entry.item,
        value: entry.value,
        evidence: entry.evidence,
        at: entry.at,
        by: name_of(directory, &entry.by),
    }
}
