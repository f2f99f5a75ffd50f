//! What happens to an evaluation.

use super::{
    Answered, Decided, Evaluation, Outcome, REVIEW_WORKING_DAYS, ReviewAsked, Reviewed, STEP_WORKING_DAYS,
    Stand, Status, Steps, WORDS_LIMIT,
};
use crate::{
    batch::Batch,
    context::{Actor, Context},
    event::Event,
    id::Bytes,
    listen::opinion::clock::last_day,
    refusal::Refusal,
    secret::SecretKey,
    serve::official::Official,
    text,
};

/// Who acts, and what they may do.
fn actor<'a>(current: &Evaluation, ctx: &'a Context<'_>) -> Result<(&'a Official, Steps), Refusal> {
    let Actor::Official(official) = &ctx.actor else { return Err(Refusal::NotYourRole) };
    let today = ctx.at.day();
    if !current.is_seen_by(official, ctx.directory, today) {
        return Err(Refusal::NotYourOffice);
    }
    Ok((official, current.steps(official, ctx.directory, today)))
}

/// What is typed, sealed under the evaluation's key.
fn sealed(
    current: &Evaluation,
    words: &str,
    needed: bool,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Bytes, Refusal> {
    let words = text::words("words", words, WORDS_LIMIT, needed)?;
    let id = current.evaluation_id;
    Ok(Bytes(key.seal(&ctx.entropy, id.as_bytes(), words.as_bytes())))
}

fn one(current: &Evaluation, event: Event, ctx: &Context<'_>) -> Batch {
    let subject = current.evaluation_id;
    Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), current.version + 1, event)
}

/// A step that is not theirs, or is done already.
fn refused(current: &Evaluation, done: &[Status]) -> Refusal {
    if done.contains(&current.status) { Refusal::AlreadyDone } else { Refusal::NotYourRole }
}

/// Decides that the official answers; also after the day, as long as the head has not decided.
///
/// # Errors
/// Refuses others and a second answer; words are needed unless the figures are accepted.
pub fn answer(
    current: &Evaluation,
    stand: Stand,
    words: &str,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let (official, steps) = actor(current, ctx)?;
    if !steps.answer {
        return Err(if official.id == current.official {
            Refusal::AlreadyDone
        } else {
            Refusal::NotYourRole
        });
    }
    let event = Answered {
        office_id: current.office_id.clone(),
        stand,
        words: sealed(current, words, stand != Stand::Accepts, key, ctx)?,
        decide_by: last_day(STEP_WORKING_DAYS, ctx)?,
    };
    Ok(one(current, Event::EvaluationAnswered(event), ctx))
}

/// Decides that the head (of a head: the leader) says whether the figures count. An official who did not answer in time is decided about without
/// an answer.
///
/// # Errors
/// Refuses others, one's own evaluation, one that the official still has, a second decision. A reason is needed unless accepted figures stand.
pub fn decide(
    current: &Evaluation,
    outcome: Outcome,
    words: &str,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let (_, steps) = actor(current, ctx)?;
    if !steps.decide {
        return Err(refused(current, &[Status::Decided, Status::ReviewAsked, Status::Reviewed]));
    }
    let plain = current.stand == Some(Stand::Accepts) && outcome == Outcome::Stands;
    let event = Decided {
        office_id: current.office_id.clone(),
        outcome,
        words: sealed(current, words, !plain, key, ctx)?,
        by_leader: current.is_of_head(ctx.directory, ctx.at.day()),
        ask_by: last_day(STEP_WORKING_DAYS, ctx)?,
    };
    Ok(one(current, Event::EvaluationDecided(event), ctx))
}

/// Decides that the official asks the level above to look at it again.
///
/// # Errors
/// Refuses others, what is not decided or was decided by the level above, a request after its day ([`Refusal::TooLate`]), and empty words.
pub fn ask_review(
    current: &Evaluation,
    words: &str,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let (official, steps) = actor(current, ctx)?;
    if !steps.ask_review {
        let late = current.status == Status::Decided && !current.by_leader && official.id == current.official;
        let done = refused(current, &[Status::ReviewAsked, Status::Reviewed]);
        return Err(if late { Refusal::ReviewTooLate } else { done });
    }
    let event = ReviewAsked {
        office_id: current.office_id.clone(),
        words: sealed(current, words, true, key, ctx)?,
        review_by: last_day(REVIEW_WORKING_DAYS, ctx)?,
    };
    Ok(one(current, Event::EvaluationReviewAsked(event), ctx))
}

/// Decides that the level above confirms or changes a decision, asked or of its own.
///
/// # Errors
/// Refuses others, what the head has not decided, and what was reviewed; a reason is always needed.
pub fn review(
    current: &Evaluation,
    outcome: Outcome,
    words: &str,
    key: &SecretKey,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let (_, steps) = actor(current, ctx)?;
    if !steps.review {
        return Err(refused(current, &[Status::Reviewed]));
    }
    let event = Reviewed {
        office_id: current.office_id.clone(),
        outcome,
        words: sealed(current, words, true, key, ctx)?,
    };
    Ok(one(current, Event::EvaluationReviewed(event), ctx))
}
