//! Evaluations: the official sees the frozen figures first, the head decides, the leader can look at it again and correct a quarter.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Role,
    directory::Directory,
    measure::{
        evaluation::{self, Evaluation, Outcome, Stand, Status},
        scorecard::{Report, Subject},
    },
    refusal::Refusal,
    serve::official::Official,
    time::{Day, Month},
};
use hailong_render::{
    Section,
    component::Errors,
    measure::evaluation::{Evaluation as Page, Evaluations, Row, SaidAt, Version, outcome_key, stand_key},
};
use hailong_store::{
    StoreError,
    measure::evaluation::{EvaluationFile, FrozenVersion},
};
use serde::Deserialize;
use uuid::Uuid;

use super::scorecard::line;
use crate::{
    App,
    error::{Failure, html, html_refused, refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// `?period=2017-Q2`, the newest frozen quarter without it; `?version=1`, the newest without it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    period: String,
    version: String,
}

/// `GET /work/evaluations`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Result<Response, Failure> {
    html(&page_of_list(&app, &visitor, &which.period).await?)
}

/// `POST /work/evaluations?period=`: freezes a new version of a quarter, with the reason.
pub(crate) async fn correct(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(which): Query<Which>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let first = Month::of_quarter_key(&which.period).ok_or(Failure::not_found())?;
    let reason = fields.get("reason");
    let directory = app.store.directory();
    // The first version is the program's: a correction needs something to correct.
    if app.store.frozen_versions(&first.quarter_key()).await?.is_empty() {
        return Err(Failure::not_found());
    }
    let here = format!("/work/evaluations?period={}", first.quarter_key());
    let visitor = visitor.at(here.clone());
    let ctx = visitor.context(&app, &directory)?;
    let Some(why) = refused(app.store.freeze_quarter(first, reason, &ctx).await)? else {
        return Ok(Redirect::to(&here).into_response());
    };
    let mut page = page_of_list(&app, &visitor, &which.period).await?;
    page.errors = Errors::refused(visitor.lang, &why);
    reason.clone_into(&mut page.reason);
    html_refused(&page, Failure::from(why).status)
}

/// `GET /work/evaluations/report.json`: the content of a frozen version, to the byte as it was signed.
pub(crate) async fn content(
    State(app): State<Arc<App>>,
    Query(which): Query<Which>,
) -> Result<Response, Failure> {
    let version = frozen(&app, &which).await?.version;
    let content = app.store.frozen_content(&which.period, Some(version)).await?.ok_or(Failure::not_found())?;
    Ok(download("application/json", &format!("{}-{version}.json", which.period), content))
}

/// `GET /work/evaluations/report.note`: the signed note about that file; `hailong measure check` finds it beside the file by its name.
pub(crate) async fn note(
    State(app): State<Arc<App>>,
    Query(which): Query<Which>,
) -> Result<Response, Failure> {
    let frozen = frozen(&app, &which).await?;
    let name = format!("{}-{}.json.note", which.period, frozen.version);
    Ok(download("text/plain; charset=utf-8", &name, frozen.note))
}

/// The version that is asked for, the newest without one.
async fn frozen(app: &App, which: &Which) -> Result<FrozenVersion, Failure> {
    let mut versions = app.store.frozen_versions(&which.period).await?;
    match which.version.parse::<i64>() {
        Ok(version) => versions.retain(|one| one.version == version),
        Err(_) => versions.drain(..versions.len().saturating_sub(1)).for_each(drop),
    }
    versions.pop().ok_or(Failure::not_found())
}

fn download(kind: &'static str, name: &str, content: String) -> Response {
    let save = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, save)], content).into_response()
}

/// `GET /work/evaluations/{evaluation}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = found(&app, &visitor, &id).await?;
    html(&page(&app, &visitor, &file).await?)
}

/// `POST /work/evaluations/{evaluation}`: a step, named by the field `step`.
pub(crate) async fn step(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let file = found(&app, &visitor, &id).await?;
    let id = file.evaluation.evaluation_id;
    let visitor = visitor.at(format!("/work/evaluations/{id}"));
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let words = fields.get("words");
    let taken = app.store.step_evaluation(id, |current, key| match fields.get("step") {
        "answer" => {
            let stand = Stand::from_key(fields.get("stand")).ok_or(Refusal::BadChoice("stand"))?;
            evaluation::answer(current, stand, words, key, &ctx)
        }
        "ask_review" => evaluation::ask_review(current, words, key, &ctx),
        step => {
            let outcome = Outcome::from_key(fields.get("outcome")).ok_or(Refusal::BadChoice("outcome"))?;
            match step {
                "decide" => evaluation::decide(current, outcome, words, key, &ctx),
                "review" => evaluation::review(current, outcome, words, key, &ctx),
                _ => Err(Refusal::BadChoice("step")),
            }
        }
    });
    let Some(why) = refused(taken.await)? else {
        return Ok(Redirect::to(&format!("/work/evaluations/{id}")).into_response());
    };
    let failure = Failure::from(why.clone());
    if failure.status == StatusCode::FORBIDDEN {
        return Err(failure);
    }
    let file = found(&app, &visitor, &id.to_string()).await?;
    let mut page = page(&app, &visitor, &file).await?;
    words.clone_into(&mut page.words);
    page.chosen = format!("{}{}", fields.get("stand"), fields.get("outcome"));
    page.errors = Errors::refused(visitor.lang, &why);
    html_refused(&page, failure.status)
}

/// An evaluation that the visitor may see; that there is one which he or she may not see yet is no secret.
async fn found(app: &App, visitor: &Visitor, id: &str) -> Result<EvaluationFile, Failure> {
    let id = Uuid::parse_str(id).map_err(|_| Failure::not_found())?;
    let file = app.store.evaluation(id).await?.ok_or(Failure::not_found())?;
    let directory = app.store.directory();
    let viewer = directory.acting(&visitor.signed_in()?.id, visitor.now.day())?;
    if file.evaluation.is_seen_by(&viewer, &directory, visitor.now.day()) {
        Ok(file)
    } else {
        Err(Refusal::NotYourOffice.into())
    }
}

async fn page_of_list(app: &App, visitor: &Visitor, period: &str) -> Result<Evaluations, Failure> {
    let (directory, today) = (app.store.directory(), visitor.now.day());
    let viewer = directory.acting(&visitor.signed_in()?.id, today)?;
    let asked = Month::of_quarter_key(period).map(Month::quarter_key);
    let quarter = match asked {
        Some(quarter) => quarter,
        None => app.store.newest_frozen().await?.unwrap_or_default(),
    };
    let before = Month::of_quarter_key(&quarter).map(|first| Month(first.0 - 3).quarter_key());
    let all = app.store.evaluations(&quarter).await?;
    let waits = |one: &&Evaluation| {
        !one.is_seen_by(&viewer, &directory, today) && one.is_above(&viewer, &directory, today)
    };
    let with_officials = all.iter().filter(waits).count();
    let seen = all.iter().filter(|one| one.is_seen_by(&viewer, &directory, today));
    let mut rows: Vec<Row> = seen.map(|one| row(one, &viewer, &directory, today)).collect();
    rows.sort_by(|a, b| (!a.mine, &a.office, &a.name).cmp(&(!b.mine, &b.office, &b.name)));
    let leads = viewer.has_role(&[Role::Leader]);
    let versions = if leads { app.store.frozen_versions(&quarter).await? } else { Vec::new() };
    Ok(Evaluations {
        shell: visitor.shell("evaluations-title", Section::Reports),
        errors: Errors::none(),
        corrects: leads && !versions.is_empty(),
        versions: versions
            .into_iter()
            .map(|version| Version {
                version: version.version,
                at: version.frozen_at,
                by: directory.actor_names(&version.frozen_by).0,
                hash: data_encoding::HEXLOWER.encode(&version.hash),
                note: version.note,
                reason: version.reason.unwrap_or_default(),
            })
            .collect(),
        quarter,
        before: before.unwrap_or_default(),
        rows,
        with_officials,
        reason: String::new(),
    })
}

fn row(one: &Evaluation, viewer: &Official, directory: &Directory, today: Day) -> Row {
    let steps = one.steps(viewer, directory, today);
    Row {
        id: one.evaluation_id.to_string(),
        name: directory.official(&one.official).map_or_else(|_| one.official.clone(), |who| who.name.clone()),
        office: directory.unit_name(&one.office_id),
        status: one.status,
        stand: one.stand,
        outcome: one.outcome,
        due: one.due(),
        late: one.due().is_some_and(|due| due < today),
        mine: steps.answer || steps.decide || (steps.review && one.status == Status::ReviewAsked),
    }
}

async fn page(app: &App, visitor: &Visitor, file: &EvaluationFile) -> Result<Page, Failure> {
    let (directory, today) = (app.store.directory(), visitor.now.day());
    let viewer = directory.acting(&visitor.signed_in()?.id, today)?;
    let one = &file.evaluation;
    let content = app.store.frozen_content(&one.quarter, None).await?.unwrap_or_default();
    let report: Report = serde_json::from_str(&content)
        .map_err(|error| StoreError::Corrupt(format!("the frozen report of {}: {error}", one.quarter)))?;
    let line =
        line(&report, &directory, &viewer, Subject::Official, &one.official).ok_or(Failure::not_found())?;
    let said = [
        (&file.answer, one.stand.map_or("evaluation-accepts", stand_key)),
        (
            &file.decision,
            if file.review.is_some() {
                "evaluation-decided"
            } else {
                one.outcome.map_or("evaluation-decided", outcome_key)
            },
        ),
        (&file.request, "evaluation-asked"),
        (&file.review, one.outcome.map_or("evaluation-reviewed", outcome_key)),
    ];
    let own_name = directory.actor_names(&one.official).0;
    let said = said.into_iter().filter_map(|(said, what)| {
        let said = said.as_ref()?;
        let who = said.by.as_deref().map_or_else(|| own_name.clone(), |by| directory.actor_names(by).0);
        Some(SaidAt { at: said.at, who, what, words: said.words.clone() })
    });
    Ok(Page {
        shell: visitor.shell("evaluations-title", Section::Reports),
        errors: Errors::none(),
        id: one.evaluation_id.to_string(),
        quarter: one.quarter.clone(),
        line,
        own: viewer.id == one.official,
        row: row(one, &viewer, &directory, today),
        said: said.collect(),
        steps: one.steps(&viewer, &directory, today),
        words: String::new(),
        chosen: String::new(),
    })
}
