//! Consultation of other bodies, several at once where needed (NĐ 61/2018 đ.19.5, đ.19.6).

use uuid::Uuid;

use super::{Case, ConsultationAsked, ConsultationClosed, Reply, needs, procedure_of, seal, works};
use crate::{
    context::Context,
    event::Event,
    refusal::Refusal,
    secret::SecretKey,
    serve::applicant::{NAME_LIMIT, tidy},
    time::Instant,
};

/// Most consultations that may be open at once.
pub const CONSULTATION_LIMIT: usize = 12;

/// An open consultation as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consultation {
    /// Key.
    pub id: Uuid,
    /// By when the body must answer.
    pub answer_by: Instant,
    /// Whether its silence is consent.
    pub silence_consents: bool,
}

/// What is asked of whom.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Made by the form.
    pub id: Uuid,
    /// The body.
    pub body: String,
    /// The question.
    pub question: String,
    /// By when it must answer.
    pub answer_by: Instant,
    /// Whether its silence is consent by the sector's law.
    pub silence_consents: bool,
}

pub(super) fn ask(
    case: &Case,
    ask: Ask,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    works(case, ctx)?;
    needs(case.state.is_running(), case)?;
    if case.consultations.len() >= CONSULTATION_LIMIT {
        return Err(Refusal::TooManyConsultations);
    }
    let body = tidy(&ask.body);
    if body.is_empty() {
        return Err(Refusal::Empty("body"));
    }
    if body.chars().count() > NAME_LIMIT {
        return Err(Refusal::TooLong("body"));
    }
    if ask.silence_consents && procedure_of(case, ctx)?.sector.silence.is_empty() {
        return Err(Refusal::SilenceIsNotConsent);
    }
    if ask.answer_by <= ctx.at {
        return Err(Refusal::BadChoice("answer_by"));
    }
    Ok(Event::ConsultationAsked(ConsultationAsked {
        consultation_id: ask.id,
        body,
        question: seal(case, &ask.question, key, ctx)?,
        answer_by: ask.answer_by,
        silence_consents: ask.silence_consents,
    }))
}

/// The body answered.
pub(super) fn answer(
    case: &Case,
    id: Uuid,
    agreed: bool,
    answer: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    works(case, ctx)?;
    let consultation = open(case, id)?;
    Ok(Event::ConsultationClosed(ConsultationClosed {
        consultation_id: consultation.id,
        reply: if agreed { Reply::Agreed } else { Reply::Disagreed },
        answer: Some(seal(case, answer, key, ctx)?),
    }))
}

/// The time passed without an answer: consent where the sector's law says so, else the head is told.
pub(super) fn silent(case: &Case, id: Uuid, ctx: &Context<'_>) -> Result<Event, Refusal> {
    works(case, ctx)?;
    let consultation = open(case, id)?;
    if ctx.at <= consultation.answer_by {
        return Err(Refusal::StillTimeToAnswer);
    }
    let reply = if consultation.silence_consents { Reply::SilentConsent } else { Reply::Silent };
    Ok(Event::ConsultationClosed(ConsultationClosed {
        consultation_id: consultation.id,
        reply,
        answer: None,
    }))
}

fn open(case: &Case, id: Uuid) -> Result<&Consultation, Refusal> {
    needs(!case.state.is_closed(), case)?;
    case.consultations.iter().find(|open| open.id == id).ok_or(Refusal::UnknownConsultation)
}
