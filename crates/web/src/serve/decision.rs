//! The administrator takes in a decision on days off: what it changes and every case it moves are shown before it counts.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    directory::Directory,
    refusal::Refusal,
    serve::{
        calendar::{CalendarError, Kind, Special},
        decision::{self, Asked, Move, Plan, Row, TAKEN_BACK, Why},
    },
    time::Day,
};
use hailong_render::{
    Lang, Section,
    component::{Choice, Errors, refusal},
    format,
    serve::calendar::kind_key,
    work::calendar::{
        CalendarPage, CalendarReview, DecisionLine, DifferenceLine, Followed, MovedCase, OfficeMoves, Typed,
        why_key,
    },
};
use hailong_store::{StoreError, serve::case::CaseFile};
use serde::Deserialize;
use uuid::Uuid;

use super::calendar::{days, year, years};
use crate::{
    App,
    cursor::PAGE,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

const PATH: &str = "/admin/calendar";
/// Most characters of pasted rows.
const PASTED: usize = 20_000;
/// Pages of cases that follow before the answer; the others follow by themselves.
const AT_ONCE: usize = 2;

/// `?year=`, `?done=` (a decision was just taken in).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Seen {
    year: String,
    done: String,
}

/// `GET /admin/calendar`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(seen): Query<Seen>,
) -> Result<Response, Failure> {
    let typed = Typed { decided_on: visitor.now.day().to_string(), ..Typed::default() };
    html(&page(&app, &visitor, &seen, typed, Errors::none()).await?)
}

/// `POST /admin/calendar`: first the review, page by page; then the decision counts.
pub(crate) async fn save(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let visitor = visitor.at(PATH);
    let typed = typed(&fields);
    if fields.get("confirm") == "edit" {
        return html(&page(&app, &visitor, &Seen::default(), typed, Errors::none()).await?);
    }
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let plan = match asked(&typed, visitor.lang) {
        Ok(asked) => decision::plan(asked, &ctx).map_err(|why| faulty(visitor.lang, &why)),
        Err(errors) => Err(errors),
    };
    let plan = plan.and_then(|plan| match plan.differences.is_empty() {
        true => Err(faulty(visitor.lang, &Refusal::NothingChanges)),
        false => Ok(plan),
    });
    let errors = match plan {
        Ok(plan) if fields.get("confirm") != "yes" => {
            let after = Uuid::parse_str(fields.get("after")).unwrap_or_default();
            return html(&review(&app, &visitor, &directory, &plan, after).await?);
        }
        Ok(plan) => match app.store.publish_decision(&plan, &ctx).await {
            Ok(()) => {
                let directory = app.store.directory();
                app.store.move_due_dates(AT_ONCE, &visitor.context(&app, &directory)?).await?;
                let year = plan.differences.first().map_or(0, |first| first.day.year());
                return Ok(Redirect::to(&format!("{PATH}?done=yes&year={year}")).into_response());
            }
            Err(StoreError::Stale) => faulty(visitor.lang, &Refusal::Stale),
            Err(error) => return Err(error.into()),
        },
        Err(errors) => errors,
    };
    let page = page(&app, &visitor, &Seen::default(), typed, errors).await?;
    html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
}

fn typed(fields: &Fields) -> Typed {
    let text = |name| fields.trimmed(name).to_owned();
    Typed {
        decision: text("decision"),
        decided_on: text("decided_on"),
        day: text("day"),
        kind: text("kind"),
        name: text("name"),
        rows: fields.get("rows").to_owned(),
    }
}

/// What was typed, as a decision: the pasted rows, and the one day.
fn asked(typed: &Typed, lang: Lang) -> Result<Asked, Errors> {
    let mut errors = Errors::none();
    let decided_on = Day::parse(&typed.decided_on);
    if decided_on.is_none() {
        errors.push("decided_on", refusal(lang, Refusal::BadChoice("decided_on").code()));
    }
    let mut rows = Vec::new();
    if typed.rows.chars().count() > PASTED {
        errors.push("rows", refusal(lang, Refusal::TooLong("rows").code()));
    } else {
        match decision::read(&typed.rows) {
            Ok(read) => rows = read,
            Err(CalendarError::Line { line, .. }) => {
                errors.push("rows", lang.t_args("calendar-line", &[("line", (line as i64).into())]));
            }
            Err(_) => errors.push("rows", refusal(lang, Refusal::YearWithoutHoliday.code())),
        }
    }
    if !typed.day.is_empty() {
        let (day, kind) = (Day::parse(&typed.day), Kind::from_key(&typed.kind));
        match (day, kind) {
            (Some(day), None) if typed.kind == TAKEN_BACK => rows.push(Row::TakenBack(day)),
            (Some(day), Some(kind)) => {
                // In a table a comma begins the next column.
                let name = typed.name.replace(',', ";");
                rows.push(Row::Put(Special { day, kind, name, source: String::new() }));
            }
            (None, _) => errors.push("day", refusal(lang, Refusal::BadChoice("day").code())),
            (_, None) => errors.push("kind", refusal(lang, Refusal::BadChoice("kind").code())),
        }
    }
    match decided_on.filter(|_| errors.is_empty()) {
        Some(decided_on) => Ok(Asked { decision: typed.decision.clone(), decided_on, rows }),
        None => Err(errors),
    }
}

/// A refusal at its field; one that is about a day begins with the day.
fn faulty(lang: Lang, why: &Refusal) -> Errors {
    let words = refusal(lang, why.code());
    let words = match why {
        Refusal::CalendarRow(day, _) => format!("{}: {words}", format::date(lang, *day)),
        _ => words,
    };
    Errors::one(why.field().unwrap_or_default(), words)
}

async fn page(
    app: &App,
    visitor: &Visitor,
    seen: &Seen,
    typed: Typed,
    errors: Errors,
) -> Result<CalendarPage, Failure> {
    let (directory, lang) = (app.store.directory(), visitor.lang);
    let year = year(&directory.calendar, &seen.year, visitor.now.day().year());
    let progress = app.store.due_dates_moved().await?;
    let newest = directory.decisions.len();
    let followed = (newest > 0).then_some(match progress.decision == newest {
        true => Followed {
            moved: progress.moved,
            kept: progress.kept,
            beyond: progress.beyond,
            done: progress.done,
        },
        false => Followed::default(),
    });
    let decisions = directory.decisions.iter().rev().map(|one| DecisionLine {
        name: one.decision.clone(),
        decided_on: one.decided_on,
        days: (one.put.len() + one.taken_back.len()) as u64,
    });
    let mut kinds: Vec<_> =
        Kind::ALL.into_iter().map(|kind| Choice::new(kind.key(), lang.t(kind_key(kind)))).collect();
    kinds.push(Choice::new(TAKEN_BACK, lang.t("calendar-kind-bai-bo")));
    Ok(CalendarPage {
        shell: visitor.shell("calendar-title", Section::None),
        done: !seen.done.is_empty(),
        year: year.into(),
        years: years(&directory.calendar, PATH, year),
        days: days(&directory.calendar, lang, year),
        decisions: decisions.take(PAGE).collect(),
        followed,
        kinds,
        typed,
        pasted: PASTED,
        errors,
    })
}

/// Looks at every open case once, and keeps one page of those that move.
async fn review(
    app: &App,
    visitor: &Visitor,
    directory: &Directory,
    plan: &Plan,
    after: Uuid,
) -> Result<CalendarReview, Failure> {
    let lang = visitor.lang;
    let (mut offices, mut total) = (BTreeMap::<String, OfficeMoves>::new(), 0);
    let (mut cases, mut last, mut more) = (Vec::new(), Uuid::nil(), false);
    let see = |file: &CaseFile, found: Move| {
        let desk = &file.case.desk_office;
        let sums = offices
            .entry(desk.clone())
            .or_insert_with(|| OfficeMoves { office: directory.unit_name(desk), ..OfficeMoves::default() });
        *match found.why {
            Why::Later => &mut sums.later,
            Why::Kept => &mut sums.kept,
            Why::Waiting => &mut sums.waiting,
            Why::Beyond => &mut sums.beyond,
        } += 1;
        total += 1;
        if file.case.id <= after {
            return;
        }
        more = cases.len() == PAGE;
        if !more {
            last = file.case.id;
            cases.push(MovedCase {
                code: file.code.clone().unwrap_or_default(),
                office: directory.unit_name(desk),
                before: found.before,
                after: found.after,
                why: lang.t(why_key(found.why)),
            });
        }
    };
    app.store.each_moved(&plan.calendar, visitor.now, see).await?;
    Ok(CalendarReview {
        shell: visitor.shell("calendar-review-title", Section::None),
        decision: plan.changed.decision.clone(),
        decided_on: plan.changed.decided_on,
        differences: plan.differences.iter().map(|one| difference(lang, one)).collect(),
        offices: offices.into_values().collect(),
        total,
        cases,
        next: more.then(|| last.to_string()),
        later_page: !after.is_nil(),
        rows: decision::write(plan),
    })
}

fn difference(lang: Lang, one: &decision::Difference) -> DifferenceLine {
    let words = |row: &Option<Special>| match row {
        Some(row) => format!("{}: {} ({})", lang.t(kind_key(row.kind)), row.name, row.source),
        None => lang.t("calendar-ordinary"),
    };
    DifferenceLine { day: format::day(lang, one.day), before: words(&one.before), after: words(&one.after) }
}
