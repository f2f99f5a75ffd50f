//! Alarms: the level above sees and decides them, those whom they concern see theirs and say what was so.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Role,
    measure::guard::{self, Kind, Looked, Verdict},
    refusal::Refusal,
    serve::official::Official,
};
use hailong_render::{
    Lang, Section,
    component::{Errors, Pager},
    measure::guard::{AlarmLine, AlarmPage, Alarms, AuditLine, KindLine, LookLine, Words},
};
use hailong_store::{
    StoreError,
    measure::guard::{About, AlarmFile},
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    App,
    cursor::{PAGE, address},
    error::{Failure, html, html_refused, refused},
    form::{Fields, Form},
    quarter::name_of,
    visitor::Visitor,
};

/// `?after=&done=`; `after` is the key of the last row of the page before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    after: String,
    done: String,
}

/// What can have been done before the list is shown.
const DONE: [&str; 2] = ["guard-done-answer", "guard-done-verdict"];

fn is_above(viewer: &Official) -> bool {
    viewer.has_role(&[Role::Leader])
}

/// `GET /work/guard`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let viewer = visitor.signed_in()?;
    let above = is_above(viewer);
    let about = match viewer.has_role(&[Role::Head]) {
        _ if above => About::All,
        true => About::Office(&viewer.office_id),
        false => About::Official(&viewer.id),
    };
    let after = Uuid::parse_str(&asked.after).ok();
    let mut files = app.store.alarms(about, after, PAGE as u32 + 1).await?;
    let more = files.len() > PAGE;
    files.truncate(PAGE);
    let last = files.last().filter(|_| more).map(|file| file.state.alarm.alarm_id.to_string());
    let (looks, audits, kinds) = if above { overview(&app, &visitor).await? } else { Default::default() };
    let done = DONE.into_iter().find(|key| *key == asked.done);
    html(&Alarms {
        shell: visitor.shell("guard-title", Section::Reports),
        done: done.map(|key| visitor.lang.t(key)).unwrap_or_default(),
        lines: files.iter().map(|file| line(&app, visitor.lang, file)).collect(),
        pager: Pager {
            first: after.map(|_| "/work/guard".to_owned()),
            next: last.map(|last| address("/work/guard", &[("after", &last)])),
        },
        above,
        looks,
        audits,
        kinds,
    })
}

type Overview = (Vec<LookLine>, Vec<AuditLine>, Vec<KindLine>);

/// What only those above see: which quarters were looked at, the call-backs, and how often each kind was right.
async fn overview(app: &App, visitor: &Visitor) -> Result<Overview, Failure> {
    let look = |look: Looked| LookLine {
        quarter: name_of(visitor.lang, look.quarter),
        told: look.told,
        tests: look.tests.iter().map(|one| one.tests).sum(),
        alarms: look.tests.iter().map(|one| one.alarms).sum(),
    };
    let looks = app.store.guard_looks().await?.into_iter().map(look).collect();
    let directory = app.store.directory();
    let calls = app.store.audit_calls(visitor.now.day()).await?;
    let audit = |(office, (said, old)): (String, (Vec<bool>, usize))| AuditLine {
        office: directory.unit_name(&office),
        state: guard::called(&said, old),
    };
    let verdicts = app.store.alarm_verdicts().await?;
    let kind = |kind: Kind| KindLine { kind, verdicts: verdicts.get(&kind).copied().unwrap_or_default() };
    Ok((looks, calls.into_iter().map(audit).collect(), Kind::ALL.map(kind).to_vec()))
}

fn line(app: &App, lang: Lang, file: &AlarmFile) -> AlarmLine {
    let (directory, alarm) = (app.store.directory(), &file.state.alarm);
    let official = alarm.finding.official.as_deref();
    AlarmLine {
        id: alarm.alarm_id.to_string(),
        kind: alarm.finding.kind,
        office: directory.unit_name(&alarm.finding.office_id),
        official: official.map(|id| directory.actor_names(id).0).unwrap_or_default(),
        quarter: name_of(lang, alarm.quarter),
        p: alarm.finding.p,
        verdict: file.state.verdict,
    }
}

/// `GET /work/guard/{alarm}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    html(&page(&app, &visitor, &id, &Fields::default(), Errors::none()).await?)
}

/// An alarm that the visitor may see: of any other not even whether it is there.
async fn own(app: &App, visitor: &Visitor, id: &str) -> Result<AlarmFile, Failure> {
    let viewer = visitor.signed_in()?;
    let id = Uuid::parse_str(id).map_err(|_| Failure::not_found())?;
    let file = app.store.alarm(id).await?.ok_or(Refusal::UnknownAlarm)?;
    if guard::may_see(viewer, &file.state.alarm) { Ok(file) } else { Err(Refusal::UnknownAlarm.into()) }
}

async fn page(
    app: &App,
    visitor: &Visitor,
    id: &str,
    fields: &Fields,
    errors: Errors,
) -> Result<AlarmPage, Failure> {
    let (viewer, file) = (visitor.signed_in()?, own(app, visitor, id).await?);
    let (directory, alarm) = (app.store.directory(), &file.state.alarm);
    let sees_cases = guard::sees_cases(viewer, alarm);
    let mut cases = Vec::new();
    if sees_cases {
        for case in &alarm.finding.cases {
            cases.extend(app.store.case_code(*case).await?);
        }
    }
    let name = |id: &str| directory.actor_names(id).0;
    let answers = app.store.alarm_answers(alarm.alarm_id).await?;
    let answers = answers.into_iter().map(|said| Words {
        who: name(&said.said_by),
        when: said.said_at,
        words: said.words,
    });
    let open = file.state.verdict.is_none();
    let concerned = guard::can_answer(viewer, alarm);
    Ok(AlarmPage {
        shell: visitor.shell("guard-title", Section::Reports),
        line: line(app, visitor.lang, &file),
        finding: alarm.finding.clone(),
        method: alarm.method.clone(),
        period_key: alarm.quarter.quarter_key(),
        cases,
        cases_hidden: !sees_cases,
        answers: answers.collect(),
        judged: file.judged.clone().map(|(when, who, words)| Words { who: name(&who), when, words }),
        may_answer: open && concerned,
        may_judge: open && !concerned && is_above(viewer),
        answer: fields.get("answer").to_owned(),
        verdict: fields.get("verdict").to_owned(),
        reason: fields.get("reason").to_owned(),
        errors,
    })
}

/// `POST /work/guard/{alarm}/answer`.
pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let alarm = own(&app, &visitor, &id).await?.state.alarm.alarm_id;
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let outcome = app.store.answer_alarm(alarm, fields.get("answer"), &ctx).await;
    drop(ctx);
    after(&app, visitor, &id, &fields, outcome, DONE[0]).await
}

/// `POST /work/guard/{alarm}/verdict`.
pub(crate) async fn judge(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let alarm = own(&app, &visitor, &id).await?.state.alarm.alarm_id;
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let verdict = Verdict::from_key(fields.get("verdict"));
    let outcome = app.store.judge_alarm(alarm, verdict, fields.get("reason"), &ctx).await;
    drop(ctx);
    after(&app, visitor, &id, &fields, outcome, DONE[1]).await
}

/// The list, or the page again with what is wrong.
async fn after(
    app: &App,
    visitor: Visitor,
    id: &str,
    fields: &Fields,
    outcome: Result<(), StoreError>,
    done: &str,
) -> Result<Response, Failure> {
    let Some(why) = refused(outcome)? else {
        return Ok(Redirect::to(&address("/work/guard", &[("done", done)])).into_response());
    };
    let failure = Failure::from(why.clone());
    if failure.status == StatusCode::FORBIDDEN {
        return Err(failure);
    }
    let visitor = visitor.at(format!("/work/guard/{id}"));
    let errors = Errors::refused(visitor.lang, &why);
    html_refused(&page(app, &visitor, id, fields, errors).await?, failure.status)
}
