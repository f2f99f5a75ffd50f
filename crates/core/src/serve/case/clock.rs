//! Steps that touch the time of a case: pauses, statutory extension, apology with a new date.

use super::{Apology, Case, ClockMoved, State, needs, paper_book, procedure_of, seal, works};
use crate::{
    context::Context,
    event::Event,
    refusal::Refusal,
    secret::SecretKey,
    serve::{
        calendar::Calendar,
        clock::{ClockEvent, PauseReason},
        decision,
        procedure::Limit,
        regime::Paper,
    },
    time::{Day, Instant},
};

/// What becomes of a case's time by an event.
pub(super) fn moved(
    case: &Case,
    event: ClockEvent,
    reason: Option<crate::id::Bytes>,
    ctx: &Context<'_>,
) -> Result<ClockMoved, Refusal> {
    let mut clock = decision::clock_now(case, ctx).ok_or(Refusal::WrongStep)?;
    clock.push(event)?;
    let due = match clock.paused() {
        Some(_) => None,
        None => {
            Some(clock.dates(ctx.at, &ctx.directory.calendar).map_err(|_| Refusal::CalendarBeyond)?.adjusted)
        }
    };
    Ok(ClockMoved { of: case.reference(), clock, due, reason })
}

/// The time stands still for another reason than documents.
pub(super) fn pause(
    case: &Case,
    reason: PauseReason,
    words: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    works(case, ctx)?;
    needs(case.state.is_running(), case)?;
    if reason == PauseReason::Supplement {
        return Err(Refusal::BadChoice("pause"));
    }
    let words = seal(case, words, key, ctx)?;
    Ok(Event::CasePaused(moved(case, ClockEvent::Paused { at: ctx.at, reason }, Some(words), ctx)?))
}

/// It goes on from where it stood.
pub(super) fn resume(case: &Case, ctx: &Context<'_>) -> Result<Event, Refusal> {
    works(case, ctx)?;
    needs(case.state == State::Paused, case)?;
    Ok(Event::CaseResumed(moved(case, ClockEvent::Resumed { at: ctx.at, restart: false }, None, ctx)?))
}

/// The sector's law gives more time, once, with notice to the applicant.
pub(super) fn extend(
    case: &Case,
    by: Limit,
    reason: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    works(case, ctx)?;
    needs(case.state.is_running(), case)?;
    let sector = procedure_of(case, ctx)?.sector.extension.as_ref().ok_or(Refusal::ExtensionBeyond)?;
    let given = case.clock.as_ref().is_some_and(|clock| clock.extensions().next().is_some());
    if given || by.unit != sector.most.unit || by.value == 0 || by.value > sector.most.value {
        return Err(Refusal::ExtensionBeyond);
    }
    let reason = seal(case, reason, key, ctx)?;
    Ok(Event::CaseExtended(moved(case, ClockEvent::Extended { at: ctx.at, by }, Some(reason), ctx)?))
}

/// The result will be late: the office apologises and names a new day.
pub(super) fn apologise(
    case: &Case,
    to: Day,
    reason: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    works(case, ctx)?;
    needs(case.state.is_running() || case.state == State::Submitted, case)?;
    let calendar = &ctx.directory.calendar;
    let (Some(due), Some(clock)) = (decision::due_now(case, ctx), &case.clock) else {
        return Err(Refusal::WrongStep);
    };
    let promised = clock.dates(ctx.at, calendar).map_err(|_| Refusal::CalendarBeyond)?.promised;
    let appointment = new_appointment(to, due.max(promised), &clock.calendar(calendar), ctx)?;
    let reason = seal(case, reason, key, ctx)?;
    let event = ClockEvent::Reappointed { at: ctx.at, to: appointment };
    Ok(Event::ApologySent(Apology {
        moved: moved(case, event, Some(reason), ctx)?,
        book: paper_book(case, Paper::Apology, ctx),
        number: 0,
        // "Chậm nhất 01 ngày trước ngày hết hạn": calendar days, not working days.
        late: ctx.at.day() >= due.day(),
    }))
}

/// A working day after what was promised so far, at closing time.
fn new_appointment(
    to: Day,
    promised: Instant,
    calendar: &Calendar,
    ctx: &Context<'_>,
) -> Result<Instant, Refusal> {
    if calendar.working_from(to).map_err(|_| Refusal::CalendarBeyond)? != to {
        return Err(Refusal::AppointmentOnDayOff);
    }
    if to <= promised.day() || to <= ctx.at.day() {
        return Err(Refusal::AppointmentTooEarly);
    }
    Ok(calendar.closing(to))
}
