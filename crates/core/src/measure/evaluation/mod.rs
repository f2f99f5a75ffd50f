//! The evaluation of officials for a quarter: what is said of them is frozen and signed, the official sees it first and explains or objects,
//! the head decides with a reason, the level above can look at it again. A figure never decides by itself (NĐ 61/2018/NĐ-CP đ.32: one
//! criterion among others; TT 01/2018/TT-VPCP đ.17.1.đ: officials account for what people say).

mod freeze;
mod step;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{
    freeze::{
        FREEZE_AFTER_DAYS, Frozen, FrozenReport, Opened, SignedReport, check, freeze, is_over, signed,
        subject, text_to_sign,
    },
    step::{answer, ask_review, decide, review},
};
use crate::{
    context::Role,
    directory::Directory,
    id::Bytes,
    kinds::kinds,
    serve::{official::Official, succession::heirs},
    time::Day,
};

/// Working days for the official to answer, for the head to decide and for the official to ask for a review, each.
pub const STEP_WORKING_DAYS: u16 = 5;
/// Working days for the level above.
pub const REVIEW_WORKING_DAYS: u16 = 10;
/// Longest answer, reason or request, in characters.
pub const WORDS_LIMIT: usize = 4_000;

kinds! {
    /// What the official says to the figures.
    Stand {
        /// Has read them and has nothing to add.
        Accepts = "accepts",
        /// Explains what stands behind them.
        Explains = "explains",
        /// Holds them to be wrong or unjust, and says why.
        Objects = "objects",
    }
}

kinds! {
    /// What the head, or the level above, decides.
    Outcome {
        /// The figures stand.
        Stands = "stands",
        /// They stand, with the circumstances noted.
        Noted = "noted",
        /// They do not count for this official in this quarter.
        SetAside = "set_aside",
    }
}

kinds! {
    /// Where an evaluation stands.
    Status {
        /// The official has it.
        Opened = "opened",
        /// The head has it.
        Answered = "answered",
        /// The head decided.
        Decided = "decided",
        /// The level above is asked to look at it again.
        ReviewAsked = "review_asked",
        /// The level above decided: that is the end.
        Reviewed = "reviewed",
    }
}

/// See [`crate::event::Event::EvaluationAnswered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The office.
    pub office_id: String,
    /// What the official says.
    pub stand: Stand,
    /// In words, sealed under the evaluation's own key; empty where nothing is added.
    pub words: Bytes,
    /// The day by which the head decides.
    pub decide_by: Day,
}

/// See [`crate::event::Event::EvaluationDecided`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The office.
    pub office_id: String,
    /// What is decided.
    pub outcome: Outcome,
    /// The reason, sealed.
    pub words: Bytes,
    /// Whether the level above decided because nobody stands between it and this official; then there is no review.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_leader: bool,
    /// The last day on which the official may ask for a review.
    pub ask_by: Day,
}

/// See [`crate::event::Event::EvaluationReviewAsked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewAsked {
    /// The office.
    pub office_id: String,
    /// Why, sealed.
    pub words: Bytes,
    /// The day by which the level above decides.
    pub review_by: Day,
}

/// See [`crate::event::Event::EvaluationReviewed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// The office.
    pub office_id: String,
    /// What is decided in the end.
    pub outcome: Outcome,
    /// The reason, sealed.
    pub words: Bytes,
}

/// An evaluation as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Key.
    pub evaluation_id: Uuid,
    /// The quarter, such as `2017-Q2`.
    pub quarter: String,
    /// Whose.
    pub official: String,
    /// Where the official worked when the figures were frozen.
    pub office_id: String,
    /// Where it stands.
    pub status: Status,
    /// Number of events so far.
    pub version: i64,
    /// The day by which the official answers; until then nobody else sees it.
    pub answer_by: Day,
    /// What the official said.
    pub stand: Option<Stand>,
    /// The day by which the head decides.
    pub decide_by: Option<Day>,
    /// What was decided last.
    pub outcome: Option<Outcome>,
    /// Whether the leader decided in the head's place.
    pub by_leader: bool,
    /// The last day on which a review may be asked for.
    pub ask_by: Option<Day>,
    /// The day by which the level above decides.
    pub review_by: Option<Day>,
}

/// What a visitor may do with an evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Answer, as the official.
    pub answer: bool,
    /// Decide, as the head, or as the leader about a head.
    pub decide: bool,
    /// Ask for a review, as the official.
    pub ask_review: bool,
    /// Review, as the leader.
    pub review: bool,
}

impl Evaluation {
    /// Whether the official has seen it first: it is answered, or the time for it has passed.
    pub fn is_with_head(&self, today: Day) -> bool {
        self.status != Status::Opened || today > self.answer_by
    }

    /// Whether an official may see it: its own at once, head and leader afterwards.
    pub fn is_seen_by(&self, viewer: &Official, directory: &Directory, today: Day) -> bool {
        viewer.id == self.official || (self.is_with_head(today) && self.is_above(viewer, directory, today))
    }

    /// Whether somebody is above the official: the head of the office, or the leader.
    pub fn is_above(&self, viewer: &Official, directory: &Directory, today: Day) -> bool {
        viewer.has_role(&[Role::Leader]) || self.is_headed_by(viewer, directory, today)
    }

    /// The day by which somebody has to act now; nothing when nobody has.
    pub fn due(&self) -> Option<Day> {
        match self.status {
            Status::Opened => Some(self.answer_by),
            Status::Answered => self.decide_by,
            Status::ReviewAsked => self.review_by,
            Status::Decided | Status::Reviewed => None,
        }
    }

    /// What an official may do with it on a day.
    pub fn steps(&self, viewer: &Official, directory: &Directory, today: Day) -> Steps {
        let own = viewer.id == self.official;
        let open = matches!(self.status, Status::Opened | Status::Answered);
        let decides = if self.is_of_head(directory, today) {
            viewer.has_role(&[Role::Leader])
        } else {
            self.is_headed_by(viewer, directory, today)
        };
        Steps {
            answer: own && self.status == Status::Opened,
            decide: !own && decides && open && self.is_with_head(today),
            ask_review: own
                && self.status == Status::Decided
                && !self.by_leader
                && self.ask_by.is_some_and(|by| today <= by),
            review: !own
                && viewer.has_role(&[Role::Leader])
                && !self.by_leader
                && matches!(self.status, Status::Decided | Status::ReviewAsked),
        }
    }

    /// Whether it is that of somebody who heads the office, so that the leader decides.
    pub fn is_of_head(&self, directory: &Directory, today: Day) -> bool {
        heirs(directory, &self.office_id, today)
            .iter()
            .any(|office| directory.head_on(office, today).is_none_or(|head| head.id == self.official))
    }

    fn is_headed_by(&self, viewer: &Official, directory: &Directory, today: Day) -> bool {
        let offices = heirs(directory, &self.office_id, today);
        offices.iter().any(|office| viewer.role_at(office) == Some(Role::Head))
    }
}
