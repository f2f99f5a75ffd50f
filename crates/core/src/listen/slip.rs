//! Slips: the pieces of a ballot that name what they concern, an official, a step, a procedure.

use serde::{Deserialize, Serialize};

use super::{
    invitation::{Source, Way},
    rating::{Asked, OpenedBallot},
};
use crate::serve::case::spent::Phase;

/// Answers about how people were met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttitudeSlip {
    /// Warm welcome.
    pub welcome: Option<u8>,
    /// Devoted guidance.
    pub guidance: Option<u8>,
    /// The official who acted at the step, when shared by enough ballots of its group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official: Option<String>,
    /// The field of the case, when shared by enough that name this official.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// How it came in, when shared by enough that name this official.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// Answers about how long it took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepSlip {
    /// Days until the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u8>,
    /// The step that took the time, when shared by enough ballots of its group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Who had it then, when shared by enough that name this step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official: Option<String>,
}

/// Answers about the procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureSlip {
    /// By the rules.
    pub lawful: Option<u8>,
    /// Trips made.
    pub trips: Option<u8>,
    /// Asked beyond the published fee.
    pub extra_money: Option<Asked>,
    /// Offices contacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contacts: Option<u8>,
    /// Asked for papers that an office already has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_papers: Option<Asked>,
    /// The procedure, when shared by enough ballots of its group.
    pub procedure: Option<String>,
    /// The field, when the procedure is not named and the field is shared by enough.
    pub field: Option<String>,
}

/// Answers about speed, with what they concern.
pub type SpeedSlip = (Option<u8>, StepSlip);

/// A slip that names something, and names less where too few share it.
pub(super) trait Naming: Clone {
    /// What it names.
    type Names: Ord;

    /// The slip of a ballot, with all it could name.
    fn of(opened: &OpenedBallot) -> Self;

    /// What is to be shared.
    fn names(&self) -> Self::Names;

    /// Takes away the finer name.
    fn name_less(&mut self);

    /// Takes away all names.
    fn name_nothing(&mut self);

    /// How it came in, where the slip says that.
    fn source(&mut self) -> Option<&mut Option<Source>> {
        None
    }

    /// What it says once it is opened.
    fn opened(self) -> Self {
        self
    }
}

fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl Naming for AttitudeSlip {
    type Names = (Option<String>, Option<String>);

    fn of(opened: &OpenedBallot) -> Self {
        Self {
            welcome: opened.ballot.welcome,
            guidance: opened.ballot.guidance,
            official: opened.official.clone(),
            // A field alone says nothing of an official.
            field: opened.official.as_ref().and_then(|_| said(&opened.field)),
            source: opened.way.map(Way::source),
        }
    }

    fn names(&self) -> Self::Names {
        (self.official.clone(), self.field.clone())
    }

    fn name_less(&mut self) {
        self.field = None;
    }

    fn name_nothing(&mut self) {
        (self.field, self.official) = (None, None);
    }

    fn source(&mut self) -> Option<&mut Option<Source>> {
        Some(&mut self.source)
    }
}

impl Naming for SpeedSlip {
    type Names = (Option<Phase>, Option<String>);

    fn of(opened: &OpenedBallot) -> Self {
        let longest = opened.longest.as_ref();
        let step = StepSlip {
            days: opened.ballot.days,
            phase: longest.map(|longest| longest.phase),
            official: longest.and_then(|longest| longest.official.clone()),
        };
        (opened.ballot.speed, step)
    }

    fn names(&self) -> Self::Names {
        (self.1.phase, self.1.official.clone())
    }

    fn name_less(&mut self) {
        self.1.official = None;
    }

    fn name_nothing(&mut self) {
        (self.1.official, self.1.phase) = (None, None);
    }
}

impl Naming for ProcedureSlip {
    type Names = (Option<String>, Option<String>);

    fn of(opened: &OpenedBallot) -> Self {
        Self {
            lawful: opened.ballot.lawful,
            trips: opened.ballot.trips,
            extra_money: opened.ballot.extra_money,
            contacts: opened.ballot.contacts,
            extra_papers: opened.ballot.extra_papers,
            procedure: said(&opened.procedure),
            field: said(&opened.field),
        }
    }

    fn names(&self) -> Self::Names {
        (self.procedure.clone(), self.field.clone())
    }

    fn name_less(&mut self) {
        self.procedure = None;
    }

    fn name_nothing(&mut self) {
        (self.procedure, self.field) = (None, None);
    }

    fn opened(mut self) -> Self {
        if self.procedure.is_some() {
            self.field = None;
        }
        self
    }
}
