//! The ends of a case, and what may still happen after: return, refusal, withdrawal, stop, loss, correction.

use super::{
    Case, CaseEnded, Fault, ResultCorrected, ReturnWay, State, gathers, holds_or_heads, is_handled, needs,
    paper_book, receives, receives_or_handles, seal, works,
};
use crate::{
    context::Context,
    event::Event,
    refusal::Refusal,
    secret::SecretKey,
    serve::{decision, regime::Paper},
};

/// The applicant has the result.
pub(super) fn give(case: &Case, way: ReturnWay, ctx: &Context<'_>) -> Result<Event, Refusal> {
    receives(case, ctx)?;
    needs(case.state == State::Finished, case)?;
    Ok(Event::CaseReturned { of: case.reference(), way })
}

/// The case cannot be taken or granted.
pub(super) fn refuse(
    case: &Case,
    reason: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    may_end(case, ctx)?;
    let reason = seal(case, reason, key, ctx)?;
    let due = match (decision::clock_now(case, ctx), decision::due_now(case, ctx)) {
        (Some(clock), None) => {
            let dates = clock.dates(ctx.at, &ctx.directory.calendar);
            Some(dates.map_err(|_| Refusal::CalendarBeyond)?.adjusted)
        }
        (_, due) => due,
    };
    Ok(Event::CaseRefused {
        of: case.reference(),
        reason,
        on_time: due.map(|due| ctx.at <= due),
        book: paper_book(case, Paper::Refusal, ctx),
        number: 0,
    })
}

/// The applicant takes the matter back.
pub(super) fn withdraw(
    case: &Case,
    reason: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    receives_or_handles(case, ctx)?;
    needs(!case.state.is_closed() && case.state != State::Finished, case)?;
    let reason = seal(case, reason, key, ctx)?;
    Ok(Event::CaseWithdrawn(CaseEnded { of: case.reference(), reason, book: String::new(), number: 0 }))
}

/// The office stops the case with a written notice.
pub(super) fn stop(
    case: &Case,
    reason: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    works(case, ctx)?;
    needs(is_handled(case), case)?;
    let reason = seal(case, reason, key, ctx)?;
    let book = paper_book(case, Paper::StopNotice, ctx);
    Ok(Event::CaseStopped(CaseEnded { of: case.reference(), reason, book, number: 0 }))
}

/// Papers of the dossier were lost or spoilt by the office, which apologises and pays (NĐ 61/2018 đ.21).
pub(super) fn lose(
    case: &Case,
    words: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    let official = ctx.actor.handles(&case.at_office)?;
    needs(!case.state.is_closed(), case)?;
    holds_or_heads(case, official)?;
    Ok(Event::DossierLost { words: seal(case, words, key, ctx)? })
}

/// A result that was given is wrong and was replaced.
pub(super) fn correct(
    case: &Case,
    fault: Fault,
    reason: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    receives(case, ctx)?;
    if !matches!(case.state, State::Finished | State::Returned) {
        return Err(Refusal::WrongStep);
    }
    Ok(Event::ResultCorrected(ResultCorrected { fault, reason: seal(case, reason, key, ctx)? }))
}

/// At the counter before acceptance; later who holds it, or the head.
fn may_end(case: &Case, ctx: &Context<'_>) -> Result<(), Refusal> {
    if gathers(case) {
        receives(case, ctx)?;
    } else {
        works(case, ctx)?;
    }
    needs(!case.state.is_closed() && case.state != State::Finished, case)
}
