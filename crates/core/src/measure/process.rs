//! Cases as an event log: what was done, when, at which office and with what result. Who came, what was written and the
//! code of the case are not in it, whatever the journal holds.

use crate::{
    event::{CaseOpened, Event},
    serve::{
        applicant::Group,
        case::{Outcome, Reception},
    },
    time::Instant,
};

macro_rules! activities {
    ($($(#[doc = $doc:literal])+ $name:ident = $key:literal,)+) => {
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
        }
    };
}

activities! {
    /// Somebody came with a matter.
    Opened = "opened",
    /// Documents were asked for.
    SupplementRequested = "supplement-requested",
    /// They came in.
    SupplementReceived = "supplement-received",
    /// Documents were complete, the clock started.
    Accepted = "accepted",
    /// Another official has it.
    HandedOver = "handed-over",
    /// Another office works on it.
    Sent = "sent",
    /// Another office handles it since a reorganisation.
    Moved = "moved",
    /// Its time stands still.
    Paused = "paused",
    /// Its time goes on.
    Resumed = "resumed",
    /// The sector's law gave it more time.
    Extended = "extended",
    /// The office apologised and named a new day.
    Apologised = "apologised",
    /// Another body was asked.
    Consulted = "consulted",
    /// It answered, or was silent.
    Answered = "answered",
    /// A visit on the spot.
    Visited = "visited",
    /// A draft result waits for its signature.
    Submitted = "submitted",
    /// The draft went back to work.
    SentBack = "sent-back",
    /// The work ended.
    Finished = "finished",
    /// The result was handed out.
    Returned = "returned",
    /// The case was refused.
    Refused = "refused",
    /// The applicant took it back.
    Withdrawn = "withdrawn",
    /// The office stopped it.
    Stopped = "stopped",
    /// Papers were lost.
    Lost = "lost",
    /// A wrong result was replaced.
    Corrected = "corrected",
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
        let activity = match event {
            Event::CaseTakenOver(taken) => {
                let opened = Step { at: taken.opened_at, ..step(Activity::Opened) };
                let (outcome, on_time) = (taken.outcome, taken.on_time);
                let finished =
                    taken.finished_at.map(|at| Step { at, outcome, on_time, ..step(Activity::Finished) });
                return [opened].into_iter().chain(finished).collect();
            }
            Event::CaseFinished { outcome, on_time, .. } => {
                return vec![Step {
                    outcome: Some(*outcome),
                    on_time: Some(*on_time),
                    ..step(Activity::Finished)
                }];
            }
            Event::CaseRefused { on_time, .. } => {
                return vec![Step { on_time: *on_time, ..step(Activity::Refused) }];
            }
            Event::CaseOpened(_) => Activity::Opened,
            Event::SupplementRequested(_) => Activity::SupplementRequested,
            Event::SupplementReceived(_) => Activity::SupplementReceived,
            Event::CaseAccepted(_) => Activity::Accepted,
            Event::CaseHandedOver { .. } => Activity::HandedOver,
            Event::CaseSent(sent) => {
                self.office.clone_from(&sent.to_office);
                Activity::Sent
            }
            Event::CaseMoved { to_office, .. } => {
                self.office.clone_from(to_office);
                Activity::Moved
            }
            Event::CasePaused(_) => Activity::Paused,
            Event::CaseResumed(_) => Activity::Resumed,
            Event::CaseExtended(_) => Activity::Extended,
            Event::ApologySent(_) => Activity::Apologised,
            Event::ConsultationAsked(_) => Activity::Consulted,
            Event::ConsultationClosed(_) => Activity::Answered,
            Event::VisitRecorded(_) => Activity::Visited,
            Event::ResultSubmitted(_) => Activity::Submitted,
            Event::ResultSentBack { .. } => Activity::SentBack,
            Event::CaseReturned { .. } => Activity::Returned,
            Event::CaseWithdrawn(_) => Activity::Withdrawn,
            Event::CaseStopped(_) => Activity::Stopped,
            Event::DossierLost { .. } => Activity::Lost,
            Event::ResultCorrected(_) => Activity::Corrected,
            _ => return Vec::new(),
        };
        vec![step(activity)]
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
