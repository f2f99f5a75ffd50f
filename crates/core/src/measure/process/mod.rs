//! Cases as an event log: what was done, when, at which office and with what result. Who came, what was written and the
//! code of the case are not in it, whatever the journal holds. And what such a log says of a procedure: [`view`].

mod hand;
mod late;
mod view;

use serde::{Serialize, Serializer};

pub use self::{
    hand::{Hand, Handover},
    late::{Difference, Differences, LEAST_OF_EACH, RATE},
    view::{
        Arc, Case, Days, Ended, LEAST_CASES, Line, METHOD, MOST_CASES, OfActivity, OtherWays, Part, Rework,
        SAMPLE, Stage, View, Way, Working, even_sample, heaviest, lines, view,
    },
};
use crate::{
    event::{CaseOpened, Event},
    serve::{
        applicant::Group,
        case::{Outcome, Reception},
    },
    time::Instant,
};

macro_rules! activities {
    ($($(#[doc = $doc:literal])+ $name:ident = $key:literal of $kind:literal,)+) => {
        /// What can be done with a case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Activity {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Activity {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Stable name.
            pub fn key(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)+
                }
            }

            /// What an event of this [kind](Event::kind) says was done with a case, if anything was. Of what was taken over from
            /// elsewhere see [`Trail::steps`].
            pub fn of_kind(kind: &str) -> Option<Self> {
                match kind {
                    $($kind => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

activities! {
    /// Somebody came with a matter.
    Opened = "opened" of "case_opened",
    /// Documents were asked for.
    SupplementRequested = "supplement-requested" of "supplement_requested",
    /// They came in.
    SupplementReceived = "supplement-received" of "supplement_received",
    /// Documents were complete, the clock started.
    Accepted = "accepted" of "case_accepted",
    /// Another official has it.
    HandedOver = "handed-over" of "case_handed_over",
    /// Another office works on it.
    Sent = "sent" of "case_sent",
    /// Another office handles it since a reorganisation.
    Moved = "moved" of "case_moved",
    /// Its time stands still.
    Paused = "paused" of "case_paused",
    /// Its time goes on.
    Resumed = "resumed" of "case_resumed",
    /// The sector's law gave it more time.
    Extended = "extended" of "case_extended",
    /// The office apologised and named a new day.
    Apologised = "apologised" of "apology_sent",
    /// Another body was asked.
    Consulted = "consulted" of "consultation_asked",
    /// It answered, or was silent.
    Answered = "answered" of "consultation_closed",
    /// A visit on the spot.
    Visited = "visited" of "visit_recorded",
    /// A draft result waits for its signature.
    Submitted = "submitted" of "result_submitted",
    /// The draft went back to work.
    SentBack = "sent-back" of "result_sent_back",
    /// The work ended.
    Finished = "finished" of "case_finished",
    /// The result was handed out.
    Returned = "returned" of "case_returned",
    /// The case was refused.
    Refused = "refused" of "case_refused",
    /// The applicant took it back.
    Withdrawn = "withdrawn" of "case_withdrawn",
    /// The office stopped it.
    Stopped = "stopped" of "case_stopped",
    /// Papers were lost.
    Lost = "lost" of "dossier_lost",
    /// A wrong result was replaced.
    Corrected = "corrected" of "result_corrected",
}

impl Serialize for Activity {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.key())
    }
}

/// A case on its way through the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// Procedure code.
    pub procedure: String,
    /// Persons or organisations.
    pub group: Group,
    /// How it came in.
    pub reception: Reception,
    /// The office that has it now.
    pub office: String,
}

/// One thing done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub activity: Activity,
    /// When.
    pub at: Instant,
    /// Granted or denied, where the work ended.
    pub outcome: Option<Outcome>,
    /// Whether the due date was kept, where there was one and the case ended.
    pub on_time: Option<bool>,
}

impl Trail {
    /// The case that begins with this event, if one does.
    pub fn begin(event: &Event) -> Option<Self> {
        let opened: &CaseOpened = match event {
            Event::CaseOpened(opened) => opened,
            Event::CaseTakenOver(taken) => &taken.opened,
            _ => return None,
        };
        Some(Self {
            procedure: opened.procedure.clone(),
            group: opened.applicant_kind.group(),
            reception: opened.reception,
            office: opened.office_id.clone(),
        })
    }

    /// What an event of the case says was done, by the office that the trail then names. What only the program does (dates that
    /// move with a holiday) is none of it.
    pub fn steps(&mut self, event: &Event, at: Instant) -> Vec<Step> {
        let step = |activity| Step { activity, at, outcome: None, on_time: None };
        match event {
            Event::CaseTakenOver(taken) => {
                let opened = Step { at: taken.opened_at, ..step(Activity::Opened) };
                let (outcome, on_time) = (taken.outcome, taken.on_time);
                let finished =
                    taken.finished_at.map(|at| Step { at, outcome, on_time, ..step(Activity::Finished) });
                return [opened].into_iter().chain(finished).collect();
            }
            Event::CaseFinished { outcome, on_time, .. } => {
                let (outcome, on_time) = (Some(*outcome), Some(*on_time));
                return vec![Step { outcome, on_time, ..step(Activity::Finished) }];
            }
            Event::CaseRefused { on_time, .. } => {
                return vec![Step { on_time: *on_time, ..step(Activity::Refused) }];
            }
            Event::CaseSent(sent) => self.office.clone_from(&sent.to_office),
            Event::CaseMoved { to_office, .. } => self.office.clone_from(to_office),
            _ => {}
        }
        Activity::of_kind(event.kind()).map(step).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::serve::case::CaseSent;

    #[test]
    fn names_are_kept_apart() {
        let keys: BTreeSet<_> = Activity::ALL.iter().map(|activity| activity.key()).collect();
        assert_eq!(keys.len(), Activity::ALL.len());
        assert_eq!(Activity::of_kind("result_sent_back"), Some(Activity::SentBack));
        assert_eq!(Activity::of_kind("case_due_moved"), None, "only the program does that");
    }

    #[test]
    fn a_case_is_where_it_was_sent() {
        let mut trail = Trail {
            procedure: "1.013225".into(),
            group: Group::Person,
            reception: Reception::Counter,
            office: "tran-phan".into(),
        };
        let sent = CaseSent {
            from_office: "tran-phan".into(),
            to_office: "district".into(),
            from: "tran-phan-1".into(),
            to: "district-head".into(),
            back: false,
        };
        let steps = trail.steps(&Event::CaseSent(sent), Instant(7));
        let sent = Step { activity: Activity::Sent, at: Instant(7), outcome: None, on_time: None };
        assert_eq!((steps, trail.office.as_str()), (vec![sent], "district"));
        let done = Event::TicketDone { office_id: "tran-phan".into() };
        assert_eq!((trail.steps(&done, Instant(8)), trail.office.as_str()), (Vec::new(), "district"));
    }
}
