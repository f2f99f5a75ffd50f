//! Cases at the counter and on the desk: receiving, the list, one case and its steps, its papers.

pub(crate) mod doing;
pub(crate) mod happened;
pub(crate) mod known;
pub(crate) mod list;
pub(crate) mod page;
pub(crate) mod paper;
pub(crate) mod print;
pub(crate) mod receive;
pub(crate) mod step;

use hailong_core::{
    directory::Directory,
    event::Event,
    refusal::Refusal,
    serve::{case::chosen_limit, deadline, procedure::Procedure},
    time::Instant,
};
use hailong_render::{
    Lang,
    component::{Choice, LedgerLine, refusal},
    work::{ledger_lines, limit_text},
};
use hailong_store::{Line, Store, StoreError, serve::case::CaseFile};
use uuid::Uuid;

use crate::{App, error::Failure, visitor::Visitor};

/// A case of the visitor's own office.
///
/// # Errors
/// Refuses unknown cases, cases of other offices, and roles that handle none.
pub(crate) async fn own_case(app: &App, visitor: &Visitor, id: &str) -> Result<CaseFile, Failure> {
    let id = Uuid::parse_str(id).map_err(|_| Failure::not_found())?;
    let file = app.store.case(id).await?.ok_or(Refusal::UnknownCase)?;
    let actor = visitor.actor();
    actor.handles(&file.case.desk_office).or_else(|_| actor.handles(&file.case.at_office))?;
    Ok(file)
}

/// Everything that happened to a case, the oldest first.
pub(crate) async fn history(store: &Store, file: &CaseFile) -> Result<Vec<(Line, Event)>, StoreError> {
    let lines = store.history(file.case.id.as_bytes()).await?;
    lines.into_iter().map(|line| line.event().map(|event| (line, event))).collect()
}

/// Working days left until a promise that runs: 0 today, negative once it has passed.
fn days_left(file: &CaseFile, directory: &Directory, now: Instant) -> Option<i32> {
    days_until(file.case.due?, directory, now)
}

/// Working days until a due date: 0 today, negative once it has passed; nothing beyond the calendar.
pub(crate) fn days_until(due: Instant, directory: &Directory, now: Instant) -> Option<i32> {
    let days = directory.calendar.working_days_between(now.day(), due.day()).ok()?;
    Some(if days == 0 && due < now { -1 } else { days })
}

/// How the promised date was counted, once it is promised.
pub(crate) fn ledger(lang: Lang, file: &CaseFile, directory: &Directory, now: Instant) -> Vec<LedgerLine> {
    if let Some(clock) = &file.case.clock {
        let ledger = clock.ledger(now, &directory.calendar);
        return ledger.map(|ledger| ledger_lines(lang, &ledger)).unwrap_or_default();
    }
    let derived = || {
        let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day()).ok()?;
        let limit = chosen_limit(procedure, file.limit?).ok()?;
        deadline::derive(file.accepted_at?, &limit, &directory.calendar).ok()
    };
    // A promise once printed never moves: a ledger that would now end elsewhere is not shown.
    let ledger = derived().filter(|ledger| Some(ledger.due) == file.due_at);
    ledger.map(|ledger| ledger_lines(lang, &ledger)).unwrap_or_default()
}

/// The name of an official; the key where the directory has none.
pub(crate) fn name_of(directory: &Directory, actor: &str) -> String {
    match directory.actor_names(actor) {
        (who, Some(absent)) => format!("{who} (thay mặt {absent})"),
        (who, None) => who,
    }
}

/// The limits of a procedure to choose from, by position.
fn limits(lang: Lang, procedure: &Procedure) -> Vec<Choice> {
    let choices = procedure.limits.iter().enumerate();
    choices.map(|(at, limit)| Choice::new(at.to_string(), limit_text(lang, limit))).collect()
}

/// What is said at the field of a refusal.
fn sentence(lang: Lang, why: &Refusal, procedure: &Procedure) -> String {
    match why {
        Refusal::NoLimit if procedure.limits.is_empty() => lang.t("work-limit-hint"),
        Refusal::NoLimit => lang.t("work-limit-choose"),
        why => refusal(lang, why.code()),
    }
}

/// The field of this form that a refusal concerns; empty for the form as a whole.
fn field(why: &Refusal) -> &'static str {
    match why {
        Refusal::CalendarBeyond => "limit",
        why => why.field().unwrap_or(""),
    }
}
