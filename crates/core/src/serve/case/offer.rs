//! Which steps can be taken now: found by asking the decisions themselves, so that no page offers what would be refused.

use uuid::Uuid;

use super::{
    Ask, Case, CheckDocuments, Fault, LimitChoice, Mark, Outcome, ReturnWay, Step, procedure_of, step,
};
use crate::{
    context::{Actor, Context, Entropy},
    refusal::Refusal,
    secret::SecretKey,
    serve::{clock::PauseReason, procedure::Limit},
};

/// A step, without what it needs to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// The documents are complete: accept.
    Accept,
    /// Ask (again) for documents at the counter.
    Ask,
    /// Documents asked for after appraisal came in.
    ReceiveSupplement,
    /// Sign the draft, or finish without one.
    Finish,
    /// Lay a draft before the one who signs.
    Submit,
    /// Give the draft back to work.
    SendBack,
    /// Hand out the result.
    Return,
    /// Give it to a colleague.
    HandOver,
    /// Send it to another office.
    Send,
    /// After appraisal: ask for documents.
    RequestSupplement,
    /// Ask another body.
    Consult,
    /// Keep its answer.
    Answer,
    /// Note its silence.
    Silence,
    /// Keep what a visit found.
    Visit,
    /// Stop the time.
    Pause,
    /// Let it go on.
    Resume,
    /// Give more time by law.
    Extend,
    /// Apologise with a new date.
    Apologise,
    /// Refuse.
    Refuse,
    /// The applicant takes it back.
    Withdraw,
    /// Stop the case.
    Stop,
    /// Papers were lost.
    Lose,
    /// A wrong result was replaced.
    Correct,
}

impl Action {
    /// Every step, in the order in which pages show them.
    pub const ALL: [Self; 23] = [
        Self::Accept,
        Self::Ask,
        Self::ReceiveSupplement,
        Self::Finish,
        Self::Submit,
        Self::SendBack,
        Self::Return,
        Self::HandOver,
        Self::Send,
        Self::RequestSupplement,
        Self::Consult,
        Self::Answer,
        Self::Silence,
        Self::Visit,
        Self::Pause,
        Self::Resume,
        Self::Extend,
        Self::Apologise,
        Self::Refuse,
        Self::Withdraw,
        Self::Stop,
        Self::Lose,
        Self::Correct,
    ];

    /// The name in addresses.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Ask => "ask",
            Self::ReceiveSupplement => "receive-supplement",
            Self::Finish => "finish",
            Self::Submit => "submit",
            Self::SendBack => "send-back",
            Self::Return => "return",
            Self::HandOver => "hand-over",
            Self::Send => "send",
            Self::RequestSupplement => "request-supplement",
            Self::Consult => "consult",
            Self::Answer => "answer",
            Self::Silence => "silence",
            Self::Visit => "visit",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Extend => "extend",
            Self::Apologise => "apologise",
            Self::Refuse => "refuse",
            Self::Withdraw => "withdraw",
            Self::Stop => "stop",
            Self::Lose => "lose",
            Self::Correct => "correct",
        }
    }

    /// The step with that name.
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.path() == path)
    }
}

/// The steps that this actor can take on the case now, in the order of [`Action::ALL`].
pub fn offered(case: &Case, ctx: &Context<'_>) -> Vec<Action> {
    let Ok(procedure) = procedure_of(case, ctx) else { return Vec::new() };
    let marks = |mark: Mark| {
        let usual =
            |conditional: bool| if conditional && mark == Mark::Present { Mark::NotNeeded } else { mark };
        procedure.documents.iter().map(|document| usual(document.condition.is_some())).collect::<Vec<_>>()
    };
    let trial = Trial { case, present: marks(Mark::Present), missing: marks(Mark::Missing) };
    Action::ALL.into_iter().filter(|action| trial.fits(*action, ctx)).collect()
}

/// A trial of every step with words that could have been typed.
struct Trial<'a> {
    case: &'a Case,
    present: Vec<Mark>,
    missing: Vec<Mark>,
}

impl Trial<'_> {
    fn fits(&self, action: Action, ctx: &Context<'_>) -> bool {
        let Some(trial) = self.step(action, ctx) else { return false };
        let key = SecretKey::new([0; 32]);
        let trying = Context {
            actor: ctx.actor.clone(),
            at: ctx.at,
            directory: ctx.directory,
            entropy: Entropy::new([0; 32]),
            secrets: ctx.secrets,
        };
        match step(self.case, trial, Some(&key), &trying) {
            Ok(_) => true,
            // What the form still has to be told.
            Err(refusal) => matches!(
                refusal,
                Refusal::NoLimit
                    | Refusal::AppointmentTooEarly
                    | Refusal::AppointmentOnDayOff
                    | Refusal::CalendarBeyond
            ),
        }
    }

    fn step(&self, action: Action, ctx: &Context<'_>) -> Option<Step> {
        let words = || "…".to_owned();
        let consultation = self.case.consultations.first();
        let check = |documents: &[Mark]| {
            Step::Check(CheckDocuments {
                documents: documents.to_vec(),
                limit: LimitChoice::Published(0),
                reason: words(),
            })
        };
        Some(match action {
            Action::Accept => check(&self.present),
            Action::Ask => check(&self.missing),
            Action::ReceiveSupplement => Step::ReceiveSupplement { documents: self.present.clone() },
            Action::Finish => Step::Finish { outcome: Outcome::Granted },
            Action::Submit => Step::Submit { outcome: Outcome::Granted, note: words() },
            Action::SendBack => Step::SendBack { reason: words() },
            Action::Return => Step::Return { way: ReturnWay::Counter },
            Action::HandOver => Step::HandOver { to: self.colleague(ctx)?, reason: words() },
            Action::Send => Step::Send { to_office: self.other_office(ctx)? },
            Action::RequestSupplement => {
                Step::RequestSupplement { documents: self.missing.clone(), reason: words() }
            }
            Action::Consult => Step::Consult(Ask {
                id: Uuid::nil(),
                body: words(),
                question: words(),
                answer_by: ctx.at.plus_seconds(1),
                silence_consents: false,
            }),
            Action::Answer => {
                Step::AnswerConsultation { id: consultation?.id, agreed: true, answer: words() }
            }
            Action::Silence => {
                let over = self.case.consultations.iter().find(|open| open.answer_by < ctx.at);
                Step::NoteSilence { id: over?.id }
            }
            Action::Visit => Step::RecordVisit { visited_at: ctx.at, attended: false, words: words() },
            Action::Pause => Step::Pause { reason: PauseReason::Posting, words: words() },
            Action::Resume => Step::Resume,
            Action::Extend => {
                let most = procedure_of(self.case, ctx).ok()?.sector.extension.as_ref()?.most;
                Step::Extend { by: Limit::new(most.value, most.unit), reason: words() }
            }
            Action::Apologise => Step::Apologise { to: ctx.at.day().plus(60), reason: words() },
            Action::Refuse => Step::Refuse { reason: words() },
            Action::Withdraw => Step::Withdraw { reason: words() },
            Action::Stop => Step::Stop { reason: words() },
            Action::Lose => Step::Lose { words: words() },
            Action::Correct => Step::Correct { fault: Fault::Office, reason: words() },
        })
    }

    fn colleague(&self, ctx: &Context<'_>) -> Option<String> {
        let Actor::Official(_) = &ctx.actor else { return None };
        let mut there = ctx.directory.on(ctx.at.day()).officials_of(&self.case.at_office);
        there.find(|other| other.role.serves() && other.id != self.case.holder).map(|other| other.id)
    }

    fn other_office(&self, ctx: &Context<'_>) -> Option<String> {
        offices_to_send(self.case, ctx).into_iter().next()
    }
}

/// The offices to which the case can be sent now: home to the desk, or to those that handle this procedure and have a head.
pub fn offices_to_send(case: &Case, ctx: &Context<'_>) -> Vec<String> {
    let Ok(procedure) = procedure_of(case, ctx) else { return Vec::new() };
    let day = ctx.at.day();
    let mut keys: Vec<_> = ctx
        .directory
        .on(day)
        .offices()
        .filter(|office| office.id != case.at_office)
        .filter(|office| office.id == case.desk_office || procedure.handled_at(office.level))
        .filter(|office| ctx.directory.head_on(&office.id, day).is_some())
        .map(|office| office.id.clone())
        .collect();
    // The way back first.
    keys.sort_by_key(|key| *key != case.desk_office);
    keys
}
