//! Every step on an existing case, and the one door through which it is decided.

use uuid::Uuid;

use super::{
    Ask, Case, CheckDocuments, Fault, Mark, Outcome, ReturnWay, appraise, check, clock, consult, end, evolve,
};
use crate::{
    batch::Batch,
    context::{Actor, Context},
    event::Event,
    listen::invitation,
    refusal::Refusal,
    secret::SecretKey,
    serve::{clock::PauseReason, procedure::Limit},
    time::{Day, Instant},
};

/// A step on an existing case.
#[derive(Clone, Debug)]
pub enum Step {
    /// Check documents at the counter: accept, or request the missing ones.
    Check(CheckDocuments),
    /// After appraisal: request missing documents.
    RequestSupplement {
        /// One mark per document of the procedure.
        documents: Vec<Mark>,
        /// Why.
        reason: String,
    },
    /// What was requested after appraisal came in.
    ReceiveSupplement {
        /// One mark per document of the procedure.
        documents: Vec<Mark>,
    },
    /// Give the case to a colleague.
    HandOver {
        /// The colleague's key.
        to: String,
        /// Why; may be empty.
        reason: String,
    },
    /// Send it to another office.
    Send {
        /// The office's key.
        to_office: String,
    },
    /// The time stands still.
    Pause {
        /// Why, by law.
        reason: PauseReason,
        /// Why, in words.
        words: String,
    },
    /// The time goes on.
    Resume,
    /// The sector's law gives more time.
    Extend {
        /// How much.
        by: Limit,
        /// Why.
        reason: String,
    },
    /// Apologise and name a new day.
    Apologise {
        /// The new day.
        to: Day,
        /// Why it is late.
        reason: String,
    },
    /// Ask another body.
    Consult(Ask),
    /// The body answered.
    AnswerConsultation {
        /// Which consultation.
        id: Uuid,
        /// Whether it agrees.
        agreed: bool,
        /// Its answer.
        answer: String,
    },
    /// The body was silent until its date.
    NoteSilence {
        /// Which consultation.
        id: Uuid,
    },
    /// A visit on the spot took place.
    RecordVisit {
        /// When.
        visited_at: Instant,
        /// Whether the applicant took part.
        attended: bool,
        /// Place and findings.
        words: String,
    },
    /// Lay a draft result before the one who signs.
    Submit {
        /// Granted or denied.
        outcome: Outcome,
        /// The appraisal.
        note: String,
    },
    /// The draft goes back to work.
    SendBack {
        /// Why.
        reason: String,
    },
    /// The result is signed and ready.
    Finish {
        /// Granted or denied.
        outcome: Outcome,
    },
    /// The applicant has the result.
    Return {
        /// How it was handed out.
        way: ReturnWay,
    },
    /// The case cannot be taken or granted.
    Refuse {
        /// Why.
        reason: String,
    },
    /// The applicant takes it back.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// The office stops it.
    Stop {
        /// Why.
        reason: String,
    },
    /// Papers of the dossier were lost.
    Lose {
        /// What, and how it is made good.
        words: String,
    },
    /// A wrong result was replaced.
    Correct {
        /// Whose fault it was.
        fault: Fault,
        /// What was wrong.
        reason: String,
    },
}

impl Step {
    /// Whether words are sealed, so that the person's key is needed.
    pub fn needs_key(&self) -> bool {
        !matches!(
            self,
            Self::ReceiveSupplement { .. }
                | Self::Send { .. }
                | Self::Resume
                | Self::NoteSilence { .. }
                | Self::Finish { .. }
                | Self::Return { .. }
        )
    }
}

/// Decides a step on an existing case. `key` is the person's data key, for free words.
///
/// # Errors
/// Refuses steps that the law or the case's state does not allow.
pub fn step(case: &Case, step: Step, key: Option<&SecretKey>, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let event = decide(case, step, key, ctx)?;
    let actor = match &ctx.actor {
        Actor::Official(official) => official.journal_name_for(&case.holder),
        other => other.journal_name().to_owned(),
    };
    let mut batch = Batch { actor, ..Batch::default() };
    let is_rated = matches!(
        event,
        Event::CaseReturned { .. }
            | Event::SupplementRequested(_)
            | Event::CaseRefused { .. }
            | Event::CaseWithdrawn(_)
            | Event::CaseStopped(_)
    );
    batch.push(ctx.at, case.id.as_bytes(), case.version + 1, event);
    if is_rated {
        invitation::issue(case, &mut batch, ctx);
    }
    Ok(batch)
}

fn decide(case: &Case, step: Step, key: Option<&SecretKey>, ctx: &Context<'_>) -> Result<Event, Refusal> {
    match step {
        Step::Check(documents) => check::check(case, documents, key, ctx),
        Step::RequestSupplement { documents, reason } => check::request(case, documents, &reason, key, ctx),
        Step::ReceiveSupplement { documents } => check::receive(case, documents, ctx),
        Step::HandOver { to, reason } => appraise::hand_over(case, to, &reason, key, ctx),
        Step::Send { to_office } => appraise::send(case, &to_office, ctx),
        Step::Pause { reason, words } => clock::pause(case, reason, &words, key, ctx),
        Step::Resume => clock::resume(case, ctx),
        Step::Extend { by, reason } => clock::extend(case, by, &reason, key, ctx),
        Step::Apologise { to, reason } => clock::apologise(case, to, &reason, key, ctx),
        Step::Consult(ask) => consult::ask(case, ask, key, ctx),
        Step::AnswerConsultation { id, agreed, answer } => {
            consult::answer(case, id, agreed, &answer, key, ctx)
        }
        Step::NoteSilence { id } => consult::silent(case, id, ctx),
        Step::RecordVisit { visited_at, attended, words } => {
            appraise::visit(case, (visited_at, attended), &words, key, ctx)
        }
        Step::Submit { outcome, note } => appraise::submit(case, outcome, &note, key, ctx),
        Step::SendBack { reason } => appraise::send_back(case, &reason, key, ctx),
        Step::Finish { outcome } => appraise::finish(case, outcome, ctx),
        Step::Return { way } => end::give(case, way, ctx),
        Step::Refuse { reason } => end::refuse(case, &reason, key, ctx),
        Step::Withdraw { reason } => end::withdraw(case, &reason, key, ctx),
        Step::Stop { reason } => end::stop(case, &reason, key, ctx),
        Step::Lose { words } => end::lose(case, &words, key, ctx),
        Step::Correct { fault, reason } => end::correct(case, fault, &reason, key, ctx),
    }
}

/// A matter resolved on the spot (NĐ 61/2018 đ.17.4): accepted without a receipt, finished and returned at once. It is
/// recorded like every other.
///
/// # Errors
/// Refuses what [`step`] refuses, and dossiers with documents missing.
pub fn resolve(
    case: &Case,
    documents: CheckDocuments,
    outcome: Outcome,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    if documents.documents.contains(&Mark::Missing) {
        return Err(Refusal::MissingDocument);
    }
    let (mut case, mut whole) = (case.clone(), Batch::default());
    for next in [Step::Check(documents), Step::Finish { outcome }, Step::Return { way: ReturnWay::Counter }] {
        let mut batch = step(&case, next, None, ctx)?;
        if let Some(Event::CaseAccepted(accepted)) = batch.entries.first_mut().map(|entry| &mut entry.event) {
            accepted.without_receipt = true;
        }
        for entry in &batch.entries {
            evolve(&mut case, entry.at, &entry.event);
        }
        whole.actor = batch.actor;
        whole.entries.append(&mut batch.entries);
        whole.side.append(&mut batch.side);
    }
    Ok(whole)
}
