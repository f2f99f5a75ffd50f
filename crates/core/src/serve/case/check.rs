//! Documents: checked at the counter, asked for after appraisal, and brought.

use super::{
    Case, ClockMoved, LimitChoice, Mark, Stage, State, SupplementReceived, Terms, clock, gathers, needs,
    procedure_of, receives, receives_or_handles, seal, works,
};
use crate::{
    context::Context,
    event::{CaseAccepted, Event, SupplementRequested},
    refusal::Refusal,
    secret::SecretKey,
    serve::{
        book,
        clock::{ClockEvent, PauseReason},
        code, deadline,
        procedure::{Limit, Procedure, Unit},
        regime::{Paper, Regime},
    },
};

/// Documents checked at the counter.
#[derive(Clone, Debug)]
pub struct CheckDocuments {
    /// One mark per document of the procedure.
    pub documents: Vec<Mark>,
    /// The limit that applies.
    pub limit: LimitChoice,
    /// Why a supplement is needed, when it is.
    pub reason: String,
}

/// The limit that a choice names.
///
/// # Errors
/// [`Refusal::NoLimit`] when the choice is not offered, or when a promise is typed although limits are published.
pub fn chosen_limit(procedure: &Procedure, choice: LimitChoice) -> Result<Limit, Refusal> {
    match choice {
        LimitChoice::Published(at) => procedure.limits.get(at).cloned().ok_or(Refusal::NoLimit),
        LimitChoice::Typed(days) if procedure.limits.is_empty() && (1..=365).contains(&days) => {
            Ok(Limit::new(days, Unit::WorkingDays))
        }
        LimitChoice::Typed(_) => Err(Refusal::NoLimit),
    }
}

/// Accepts the dossier, or asks for what is missing.
pub(super) fn check(
    case: &Case,
    check: CheckDocuments,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    receives(case, ctx)?;
    needs(gathers(case), case)?;
    let procedure = procedure_of(case, ctx)?;
    fits(&check.documents, procedure)?;
    if check.documents.contains(&Mark::Missing) {
        return ask(case, check.documents, &check.reason, Stage::Reception, key, ctx);
    }
    let limit = chosen_limit(procedure, check.limit)?;
    let day = ctx.at.day();
    let calendar = ctx.directory.calendar_of(&case.desk_office, day);
    let due = deadline::due(ctx.at, &limit, &calendar).map_err(|_| Refusal::CalendarBeyond)?;
    let office = ctx.directory.on(day).office(&case.desk_office)?;
    book::takes_numbers(ctx.directory, &office.id, day.year())?;
    let limit = Limit { case: None, note: None, ..limit };
    Ok(Event::CaseAccepted(CaseAccepted {
        of: case.reference(),
        documents: check.documents,
        limit: check.limit,
        due,
        code: code::scope(&office.case_prefix, day),
        book: book::name(&office.id, day.year()),
        book_number: 0,
        terms: Some(Terms { limit, regime: Regime::on(day), hours: calendar.own_hours() }),
        without_receipt: false,
        reception: case.reception,
    }))
}

/// After appraisal: asks for what is missing, and the time stands still.
pub(super) fn request(
    case: &Case,
    documents: Vec<Mark>,
    reason: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    works(case, ctx)?;
    needs(case.state.is_running(), case)?;
    fits(&documents, procedure_of(case, ctx)?)?;
    if !documents.contains(&Mark::Missing) {
        return Err(Refusal::NothingMissing);
    }
    ask(case, documents, reason, Stage::Appraisal, key, ctx)
}

/// What was asked for after appraisal came in: the time runs again, anew or from where it stood, by the regime.
pub(super) fn receive(case: &Case, documents: Vec<Mark>, ctx: &Context<'_>) -> Result<Event, Refusal> {
    receives_or_handles(case, ctx)?;
    needs(case.state == State::SupplementRequested && case.clock.is_some(), case)?;
    fits(&documents, procedure_of(case, ctx)?)?;
    if documents.contains(&Mark::Missing) {
        return Err(Refusal::MissingDocument);
    }
    let on = case.clock.as_ref().map(|clock| clock.going_on(ctx.at)).ok_or(Refusal::WrongStep)?;
    let moved = clock::moved(case, on, None, ctx)?;
    Ok(Event::SupplementReceived(SupplementReceived { moved, documents }))
}

fn ask(
    case: &Case,
    documents: Vec<Mark>,
    reason: &str,
    stage: Stage,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    let regime = case.clock.as_ref().map_or(Regime::on(ctx.at.day()), |clock| clock.regime);
    if case.supplements >= procedure_of(case, ctx)?.supplement_rounds(regime) {
        return Err(Refusal::SupplementLimit);
    }
    let moved: Option<ClockMoved> = match stage {
        Stage::Reception => None,
        Stage::Appraisal => {
            let pause = ClockEvent::Paused { at: ctx.at, reason: PauseReason::Supplement };
            Some(clock::moved(case, pause, None, ctx)?)
        }
    };
    Ok(Event::SupplementRequested(SupplementRequested {
        of: case.reference(),
        documents,
        reason: seal(case, reason, key, ctx)?,
        round: case.supplements + 1,
        book: super::paper_book(case, Paper::SupplementRequest, ctx),
        number: 0,
        beyond: stage == Stage::Appraisal && beyond_three_days(case, ctx)?,
        moved,
    }))
}

/// After appraisal a dossier goes back within three working days of reception (NĐ 61/2018 đ.19.4). A later request is
/// not refused, since it would then be made without a paper; it is marked.
fn beyond_three_days(case: &Case, ctx: &Context<'_>) -> Result<bool, Refusal> {
    let Some(clock) = case.clock.as_ref() else { return Ok(false) };
    let Some(days) = clock.regime.supplement_within() else { return Ok(false) };
    let until = deadline::due(clock.received, &Limit::new(days, Unit::WorkingDays), &ctx.directory.calendar);
    Ok(ctx.at > until.map_err(|_| Refusal::CalendarBeyond)?)
}

/// One mark per document, and none waived that is always needed.
fn fits(documents: &[Mark], procedure: &Procedure) -> Result<(), Refusal> {
    if documents.len() != procedure.documents.len() {
        return Err(Refusal::BadChoice("documents"));
    }
    let mut pairs = documents.iter().zip(&procedure.documents);
    if pairs.any(|(mark, document)| *mark == Mark::NotNeeded && document.condition.is_none()) {
        return Err(Refusal::MissingDocument);
    }
    Ok(())
}
