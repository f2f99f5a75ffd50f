//! What can be done with a case now: one small form for each step, all on the case's page.

use hailong_core::serve::case::Action;

use crate::component::Choice;
use crate::lang::Lang;

/// One step and the fields of its form.
#[derive(Clone, Debug)]
pub struct Doing {
    /// The step.
    pub action: Action,
    /// What it asks for.
    pub fields: Vec<Field>,
    /// Whether its form is open: it came back, or the address asked for it.
    pub open: bool,
}

/// One field. Names are those of the form; on the page the step's name stands before them.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name.
    pub name: &'static str,
    /// Label; empty for a list or a hidden field.
    pub label: String,
    /// Hint under the label; may be empty.
    pub hint: String,
    /// What was typed or is proposed.
    pub value: String,
    /// What is wrong with it; empty when nothing.
    pub error: String,
    /// What it looks like.
    pub kind: Kind,
}

/// What a field looks like.
#[derive(Clone, Debug)]
pub enum Kind {
    /// One line; the kind of the input (`text`, `date`, `time`, `number`).
    Line(&'static str),
    /// Several lines, at most a thousand characters; whether it must be filled in.
    Words(bool),
    /// One of many.
    Select(Vec<Choice>),
    /// One of a few.
    Radios(Vec<Choice>),
    /// Any of these; the value of each choice is the name of its box. The field's value names those ticked, with spaces.
    Boxes(Vec<Choice>),
    /// Names, to be read.
    List(Vec<String>),
    /// Not shown.
    Hidden,
}

impl Doing {
    /// The step's name in addresses.
    pub fn path(&self) -> &'static str {
        self.action.path()
    }

    /// Key of what it is called.
    pub fn title(&self) -> &'static str {
        words(self.action)[0]
    }

    /// Key of what it does.
    pub fn about(&self) -> &'static str {
        words(self.action)[1]
    }

    /// Key of what its button says.
    pub fn button(&self) -> &'static str {
        words(self.action)[2]
    }

    /// Whether it is rare at a counter: folded away, so that what comes next stands out.
    pub fn is_rare(&self) -> bool {
        match self.action {
            Action::Accept
            | Action::Ask
            | Action::ReceiveSupplement
            | Action::Finish
            | Action::Submit
            | Action::SendBack
            | Action::Return
            | Action::HandOver
            | Action::Send
            | Action::Answer
            | Action::Silence
            | Action::Resume => false,
            Action::RequestSupplement
            | Action::Consult
            | Action::Visit
            | Action::Pause
            | Action::Extend
            | Action::Apologise
            | Action::Refuse
            | Action::Withdraw
            | Action::Stop
            | Action::Lose
            | Action::Correct => true,
        }
    }

    /// Whether it ends the case without a result.
    pub fn is_grave(&self) -> bool {
        matches!(self.action, Action::Refuse | Action::Withdraw | Action::Stop)
    }
}

impl Field {
    /// A field of this kind, empty.
    pub fn new(name: &'static str, label: String, kind: Kind) -> Self {
        Self { name, label, hint: String::new(), value: String::new(), error: String::new(), kind }
    }

    /// With a hint.
    pub fn hint(self, hint: String) -> Self {
        Self { hint, ..self }
    }

    /// With a value proposed.
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    pub(super) fn ticked(&self, name: &str) -> bool {
        self.value.split(' ').any(|ticked| ticked == name)
    }
}

/// Whether rare steps are folded away: some are usual, and more than one is rare.
pub(super) fn folds(doings: &[Doing]) -> bool {
    let rare = doings.iter().filter(|doing| doing.is_rare()).count();
    rare > 1 && rare < doings.len()
}

/// Whether the fold of the rare steps is open: a form in it is.
pub(super) fn rare_open(doings: &[Doing]) -> bool {
    doings.iter().any(|doing| doing.is_rare() && doing.open)
}

/// The paper that is handed over after a step: the ending of its address.
pub(super) fn paper_after(action: Action) -> Option<&'static str> {
    Some(match action {
        Action::Accept => "receipt",
        Action::Ask | Action::RequestSupplement => "supplement-request",
        Action::Return | Action::Withdraw => "invitation",
        Action::Refuse => "refusal",
        Action::Stop => "stop-notice.pdf",
        Action::Apologise => "apology.pdf",
        _ => return None,
    })
}

/// What is said after a step was done.
pub fn done(lang: Lang, action: Action) -> String {
    lang.t(words(action)[3])
}

/// Keys of a step's texts: what it is called, what it does, its button, what is said after it.
fn words(action: Action) -> [&'static str; 4] {
    match action {
        Action::Accept => ["doing-accept", "doing-accept-about", "doing-accept-button", "doing-accept-done"],
        Action::Ask => ["doing-ask", "doing-ask-about", "doing-ask-button", "doing-ask-done"],
        Action::ReceiveSupplement => [
            "doing-receive-supplement",
            "doing-receive-supplement-about",
            "doing-receive-supplement-button",
            "doing-receive-supplement-done",
        ],
        Action::Finish => ["doing-finish", "doing-finish-about", "doing-finish-button", "doing-finish-done"],
        Action::Submit => ["doing-submit", "doing-submit-about", "doing-submit-button", "doing-submit-done"],
        Action::SendBack => {
            ["doing-send-back", "doing-send-back-about", "doing-send-back-button", "doing-send-back-done"]
        }
        Action::Return => ["doing-return", "doing-return-about", "doing-return-button", "doing-return-done"],
        Action::HandOver => {
            ["doing-hand-over", "doing-hand-over-about", "doing-hand-over-button", "doing-hand-over-done"]
        }
        Action::Send => ["doing-send", "doing-send-about", "doing-send-button", "doing-send-done"],
        Action::RequestSupplement => [
            "doing-request-supplement",
            "doing-request-supplement-about",
            "doing-request-supplement-button",
            "doing-request-supplement-done",
        ],
        Action::Consult => {
            ["doing-consult", "doing-consult-about", "doing-consult-button", "doing-consult-done"]
        }
        Action::Answer => ["doing-answer", "doing-answer-about", "doing-answer-button", "doing-answer-done"],
        Action::Silence => {
            ["doing-silence", "doing-silence-about", "doing-silence-button", "doing-silence-done"]
        }
        Action::Visit => ["doing-visit", "doing-visit-about", "doing-visit-button", "doing-visit-done"],
        Action::Pause => ["doing-pause", "doing-pause-about", "doing-pause-button", "doing-pause-done"],
        Action::Resume => ["doing-resume", "doing-resume-about", "doing-resume-button", "doing-resume-done"],
        Action::Extend => ["doing-extend", "doing-extend-about", "doing-extend-button", "doing-extend-done"],
        Action::Apologise => {
            ["doing-apologise", "doing-apologise-about", "doing-apologise-button", "doing-apologise-done"]
        }
        Action::Refuse => ["doing-refuse", "doing-refuse-about", "doing-refuse-button", "doing-refuse-done"],
        Action::Withdraw => {
            ["doing-withdraw", "doing-withdraw-about", "doing-withdraw-button", "doing-withdraw-done"]
        }
        Action::Stop => ["doing-stop", "doing-stop-about", "doing-stop-button", "doing-stop-done"],
        Action::Lose => ["doing-lose", "doing-lose-about", "doing-lose-button", "doing-lose-done"],
        Action::Correct => {
            ["doing-correct", "doing-correct-about", "doing-correct-button", "doing-correct-done"]
        }
    }
}
