//! Scorecards: an official sees the own, a head those of the office, the leader all.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hailong_core::{
    context::Role,
    directory::Directory,
    measure::scorecard::{self, Scorecards},
    refusal::Refusal,
    serve::official::Official,
    time::{Instant, Minute},
};
use hailong_render::{
    Section,
    measure::{
        figures::OnTime,
        scorecard::{Line, Said, Scorecard, Scorecards as List},
    },
};
use hailong_store::{
    StoreError,
    measure::scorecard::{Asked, Finished},
};
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html},
    quarter::{Quarter, small},
    visitor::Visitor,
};

/// `?period=2017-Q2`; the quarter of today without it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct When {
    period: String,
}

/// Everything of a quarter.
struct Found {
    quarter: Quarter,
    said: [Scorecards; 2],
    asked: BTreeMap<String, Asked>,
    finished: BTreeMap<String, Finished>,
}

/// `GET /work/scorecards`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(when): Query<When>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let viewer = visitor.signed_in()?;
    let found = found(&app, &when.period, visitor.now).await?;
    let officials = directory.officials.iter().filter(|one| may_see(viewer, one) && found.concerns(&one.id));
    let mut lines: Vec<Line> = officials.map(|one| found.line(&directory, one)).collect();
    lines.sort_by(|a, b| (&a.office, &a.name).cmp(&(&b.office, &b.name)));
    let held = app.store.held().await?;
    html(&List {
        shell: visitor.shell("scores-title", Section::Reports),
        period: found.quarter.period(visitor.lang),
        period_key: found.quarter.key(),
        before: found.quarter.before(),
        lines,
        waiting: held.iter().map(|at| u64::from(at.waiting.attitude)).sum(),
    })
}

/// `GET /work/scorecards/{official}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(when): Query<When>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let official = directory.officials.iter().find(|one| one.id == id).ok_or(Failure::not_found())?;
    if !may_see(visitor.signed_in()?, official) {
        return Err(Refusal::NotYourOffice.into());
    }
    let found = found(&app, &when.period, visitor.now).await?;
    let line = found.line(&directory, official);
    html(&Scorecard {
        shell: visitor.shell("scores-title", Section::Reports),
        period: found.quarter.period(visitor.lang),
        period_key: found.quarter.key(),
        line,
    })
}

fn may_see(viewer: &Official, of: &Official) -> bool {
    match viewer.role {
        Role::Leader => true,
        Role::Head => of.office_id == viewer.office_id,
        _ => of.id == viewer.id,
    }
}

async fn found(app: &App, period: &str, now: Instant) -> Result<Found, StoreError> {
    let quarter = Quarter::named(&app.store, period, now).await?;
    let (from, before) = (quarter.months.0.first_day(), quarter.months.1.next().first_day());
    let cells = app.store.attitude_cells(from, before).await?;
    let said = cells.map(|(question, cells)| scorecard::scorecards(question, cells));
    let asked = app.store.asked_about_officials(from, before).await?;
    let mut finished: BTreeMap<String, Finished> = BTreeMap::new();
    let (start, end) = (Instant::at(from, Minute(0)), Instant::at(before, Minute(0)));
    for office in &app.store.directory().offices {
        for one in app.store.finished_by_officials(&office.id, start, end).await? {
            let sum = finished.entry(one.official.clone()).or_default();
            sum.cases += one.cases;
            sum.on_time += one.on_time;
            sum.supplements += one.supplements;
        }
    }
    let asked = asked.into_iter().map(|one| (one.official.clone(), one)).collect();
    Ok(Found { quarter, said, asked, finished })
}

impl Found {
    /// Whether anything is known of an official.
    fn concerns(&self, official: &str) -> bool {
        self.asked.contains_key(official)
            || self.finished.contains_key(official)
            || self.said.iter().any(|cards| cards.of(official).is_some())
    }

    fn line(&self, directory: &Directory, official: &Official) -> Line {
        let (asked, finished) = (self.asked.get(&official.id), self.finished.get(&official.id));
        let invited = asked.map_or(0, |one| one.invited);
        let said = |cards: &Scorecards| {
            let card = cards.of(&official.id);
            let bounds = card.and_then(|card| scorecard::bounds(card.plain?, card.answers, invited));
            Said { question: cards.question, card: card.cloned(), district: cards.mean, bounds }
        };
        Line {
            official: official.id.clone(),
            name: official.name.clone(),
            office: directory.unit_name(&official.office_id),
            said: self.said.iter().map(said).collect(),
            invited,
            used: asked.map_or(0, |one| one.used),
            on_time: OnTime {
                on_time: small(finished.map_or(0, |one| one.on_time)),
                of: small(finished.map_or(0, |one| one.cases)),
            },
            supplements: finished.map_or(0, |one| one.supplements),
        }
    }
}
