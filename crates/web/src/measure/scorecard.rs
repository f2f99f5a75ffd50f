//! Scorecards: of officials one's own, those of the office for its head, all for the leader; of offices, procedures and fields those of the
//! district.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hailong_core::{
    context::Role,
    directory::Directory,
    measure::scorecard::{self, Measure, Report, Subject},
    refusal::Refusal,
    serve::official::Official,
    time::Instant,
};
use hailong_render::{
    Section,
    measure::scorecard::{Line, Said, Scorecard, Scorecards},
};
use hailong_store::StoreError;
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html},
    quarter::Quarter,
    visitor::Visitor,
};

/// `?period=2017-Q2`, the quarter of today without it; `?of=official`, offices, procedures or fields.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct When {
    period: String,
    of: String,
}

/// What is said of one kind of subjects in a quarter.
struct Found {
    quarter: Quarter,
    report: Report,
}

/// `GET /work/scorecards`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(when): Query<When>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let viewer = visitor.signed_in()?;
    let kind = Subject::from_key(&when.of).unwrap_or(Subject::Official);
    let found = found(&app, kind, &when.period, visitor.now).await?;
    let subjects = found.report.subjects(kind).filter(|key| may_see(viewer, kind, key, &directory));
    let mut lines: Vec<Line> =
        subjects.filter_map(|key| line(&found.report, &directory, viewer, kind, key)).collect();
    lines.sort_by(|a, b| (&a.within, &a.name).cmp(&(&b.within, &b.name)));
    let held = app.store.held().await?;
    html(&Scorecards {
        shell: visitor.shell("scores-title", Section::Reports),
        kind,
        period: found.quarter.period(visitor.lang),
        period_key: found.quarter.key(),
        before: found.quarter.before(),
        lines,
        waiting: held.iter().map(|at| u64::from(at.waiting.attitude)).sum(),
    })
}

/// `GET /work/scorecards/{kind}/{key}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((kind, key)): Path<(String, String)>,
    Query(when): Query<When>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let viewer = visitor.signed_in()?;
    let kind = Subject::from_key(&kind).ok_or(Failure::not_found())?;
    if name(&directory, kind, &key).is_none() {
        return Err(Failure::not_found());
    }
    if !may_see(viewer, kind, &key, &directory) {
        return Err(Refusal::NotYourOffice.into());
    }
    let found = found(&app, kind, &when.period, visitor.now).await?;
    let line = line(&found.report, &directory, viewer, kind, &key).ok_or(Failure::not_found())?;
    html(&Scorecard {
        shell: visitor.shell("scores-title", Section::Reports),
        kind,
        period: found.quarter.period(visitor.lang),
        period_key: found.quarter.key(),
        line,
        scales: kind == Subject::Official
            || (kind == Subject::Office && (viewer.role == Role::Leader || viewer.office_id == key)),
    })
}

/// Officials are shown to themselves, the head of their office and the leader; what is no person's is shown to all who work here.
pub(super) fn may_see(viewer: &Official, kind: Subject, key: &str, directory: &Directory) -> bool {
    if kind != Subject::Official || viewer.role == Role::Leader {
        return true;
    }
    match viewer.role {
        Role::Head => {
            directory.officials.iter().any(|one| one.id == key && one.office_id == viewer.office_id)
        }
        _ => viewer.id == key,
    }
}

/// The name of a subject; nothing where there is none.
fn name(directory: &Directory, kind: Subject, key: &str) -> Option<String> {
    match kind {
        Subject::Official => directory.officials.iter().find(|one| one.id == key).map(|one| one.name.clone()),
        Subject::Office => {
            directory.offices.iter().any(|one| one.id == key).then(|| directory.unit_name(key))
        }
        Subject::Procedure => {
            let latest = directory.procedures.iter().rfind(|one| one.code == key);
            latest.map(|one| one.short_name_vi.clone())
        }
        Subject::Field => directory.procedures.iter().any(|one| one.field_vi == key).then(|| key.to_owned()),
    }
}

async fn found(app: &App, kind: Subject, period: &str, now: Instant) -> Result<Found, StoreError> {
    let quarter = Quarter::named(&app.store, period, now).await?;
    let (from, before) = (quarter.months.0.first_day(), quarter.months.1.next().first_day());
    let counted = app.store.counted_between(from, before).await?;
    Ok(Found { quarter, report: Report::of_kinds(&counted, &[kind]) })
}

/// What a report says of a subject; nothing where the subject is unknown.
pub(super) fn line(
    report: &Report,
    directory: &Directory,
    viewer: &Official,
    kind: Subject,
    key: &str,
) -> Option<Line> {
    let name = name(directory, kind, key)?;
    let of = report.of(kind, key);
    let invited = of.as_ref().map_or(0, |of| of.facts.invited);
    let said = |measure: &Measure| {
        let found = of.as_ref().and_then(|of| of.cards.iter().find(|(one, ..)| one == measure));
        let card = found.and_then(|(_, card, _)| *card);
        let bounds = card
            .filter(|_| matches!(measure, Measure::Answer(_)))
            .and_then(|card| scorecard::bounds(card.plain?, card.answers, invited));
        Said {
            measure: *measure,
            card: card.cloned(),
            district: found.map_or(0.0, |(_, _, all)| all.mean),
            excess: found.and_then(|(_, _, all)| all.excess),
            bounds,
        }
    };
    let within = match kind {
        Subject::Official => {
            let official = directory.officials.iter().find(|one| one.id == key)?;
            directory.unit_name(&official.office_id)
        }
        Subject::Procedure => directory.procedures.iter().rfind(|one| one.code == key)?.field_vi.clone(),
        Subject::Office | Subject::Field => String::new(),
    };
    let mut facts = of.as_ref().map(|of| of.facts.clone()).unwrap_or_default();
    // Money beyond the fee and what people say who were called back are for the head of the office and the leader, until it is looked into.
    if viewer.role != Role::Leader && !(viewer.role == Role::Head && viewer.office_id == key) {
        (facts.extra_money, facts.call_backs) = (None, None);
    }
    Some(Line { key: key.to_owned(), name, within, said: kind.measures().iter().map(said).collect(), facts })
}
