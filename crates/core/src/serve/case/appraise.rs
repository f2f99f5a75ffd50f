//! The work in between: assignment, other offices, visits, the draft result and its signature.

use super::{
    Case, CaseSent, Outcome, ResultSubmitted, State, VisitRecorded, holds_or_heads, is_handled, needs,
    procedure_of, seal, works,
};
use crate::{
    context::{Context, Role},
    event::Event,
    refusal::Refusal,
    secret::SecretKey,
    serve::{decision, official::Post},
    time::Instant,
};

/// Gives the case to a colleague of the same office.
pub(super) fn hand_over(
    case: &Case,
    to: String,
    reason: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    let official = ctx.actor.handles(&case.at_office)?;
    needs(is_handled(case), case)?;
    holds_or_heads(case, official)?;
    let colleague = ctx.directory.acting(&to, ctx.at.day()).map_err(|_| Refusal::UnknownOfficial)?;
    let there = |post: &Post| post.office_id == case.at_office && post.role.serves();
    if !colleague.posts.iter().any(there) {
        return Err(Refusal::UnknownOfficial);
    }
    if to == case.holder {
        return Err(Refusal::SameOfficial);
    }
    let reason = if reason.trim().is_empty() { None } else { Some(seal(case, reason, key, ctx)?) };
    Ok(Event::CaseHandedOver { from: case.holder.clone(), to, reason })
}

/// Sends the case to another office, up, down or across: the time runs on (a new route never starts it anew).
pub(super) fn send(case: &Case, to_office: &str, ctx: &Context<'_>) -> Result<Event, Refusal> {
    works(case, ctx)?;
    needs(case.state.is_running(), case)?;
    let office = ctx.directory.on(ctx.at.day()).office(to_office)?;
    if office.id == case.at_office {
        return Err(Refusal::SameOffice);
    }
    let back = office.id == case.desk_office;
    // Between the office that received it and the one that decides: not on to a third commune.
    if !back && !procedure_of(case, ctx)?.handled_at(office.level) {
        return Err(Refusal::UnknownProcedure);
    }
    let head = ctx.directory.head_on(&office.id, ctx.at.day());
    Ok(Event::CaseSent(CaseSent {
        from_office: case.at_office.clone(),
        to_office: office.id.clone(),
        from: case.holder.clone(),
        to: head.ok_or(Refusal::UnknownOfficial)?.id.clone(),
        back,
    }))
}

/// Keeps what a visit on the spot found.
pub(super) fn visit(
    case: &Case,
    (visited_at, attended): (Instant, bool),
    words: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    works(case, ctx)?;
    needs(case.state.is_running(), case)?;
    if visited_at > ctx.at || visited_at.day() < case.opened_at.day() {
        return Err(Refusal::BadChoice("visited_at"));
    }
    Ok(Event::VisitRecorded(VisitRecorded { visited_at, attended, words: seal(case, words, key, ctx)? }))
}

/// Lays a draft result before the one who signs.
pub(super) fn submit(
    case: &Case,
    outcome: Outcome,
    note: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    works(case, ctx)?;
    needs(case.state.is_running(), case)?;
    all_answered(case)?;
    Ok(Event::ResultSubmitted(ResultSubmitted { outcome, note: seal(case, note, key, ctx)? }))
}

/// The signature is not given yet: back to work, with the reason.
pub(super) fn send_back(
    case: &Case,
    reason: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    signs(case, ctx)?;
    needs(case.state == State::Submitted, case)?;
    Ok(Event::ResultSentBack { reason: seal(case, reason, key, ctx)? })
}

/// The result is signed and ready at the counter of reception: of a draft by the head; without a draft by who holds it.
pub(super) fn finish(case: &Case, outcome: Outcome, ctx: &Context<'_>) -> Result<Event, Refusal> {
    if case.state == State::Submitted {
        signs(case, ctx)?;
    } else {
        works(case, ctx)?;
    }
    needs(case.state.is_running() || case.state == State::Submitted, case)?;
    all_answered(case)?;
    Ok(Event::CaseFinished {
        of: case.reference(),
        outcome,
        on_time: decision::due_now(case, ctx).is_none_or(|due| ctx.at <= due),
    })
}

fn all_answered(case: &Case) -> Result<(), Refusal> {
    if case.consultations.is_empty() { Ok(()) } else { Err(Refusal::ConsultationOpen) }
}

fn signs(case: &Case, ctx: &Context<'_>) -> Result<(), Refusal> {
    let official = ctx.actor.handles(&case.at_office)?;
    if official.role_at(&case.at_office) == Some(Role::Head) { Ok(()) } else { Err(Refusal::NotYourRole) }
}
