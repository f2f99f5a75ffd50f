//! Where the time of a case went, told by its journal: never by who has the case now.

use serde::{Deserialize, Serialize};

use crate::{
    event::Event,
    serve::{calendar::Calendar, clock::opening_minutes, official::actors},
    time::Instant,
};

/// A part of the way of a case in which an office has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// From the first contact to the receipt.
    Reception,
    /// With the official who appraises it.
    Appraisal,
    /// With another body that was asked.
    Consultation,
    /// With whoever signs.
    Signature,
}

impl Phase {
    /// Every part, in order.
    pub const ALL: [Self; 4] = [Self::Reception, Self::Appraisal, Self::Consultation, Self::Signature];

    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Reception => "reception",
            Self::Appraisal => "appraisal",
            Self::Consultation => "consultation",
            Self::Signature => "signature",
        }
    }
}

/// The part that took the most of the offices' time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Longest {
    /// Which.
    pub phase: Phase,
    /// Who had it then; none where it was another body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official: Option<String>,
}

/// The part of a case that took the most opening minutes, and who had it: of equals the first. Time in which the applicant or
/// somebody outside had to act is nobody's, and so is the time a finished result waits to be fetched. `lines` are the
/// case's journal, oldest first: when, who, what. None when no minute passed.
pub fn longest<'a>(
    lines: impl IntoIterator<Item = (Instant, &'a str, &'a Event)>,
    calendar: &Calendar,
) -> Option<Longest> {
    let mut way =
        Way { phase: None, since: Instant(0), holder: String::new(), consulting: 0, spent: Vec::new() };
    for (at, actor, event) in lines {
        way.pass(at, actor, event, calendar);
    }
    let most = way.spent.iter().map(|(minutes, _)| *minutes).max().filter(|most| *most > 0)?;
    way.spent.into_iter().find(|(minutes, _)| *minutes == most).map(|(_, longest)| longest)
}

/// The way of a case so far.
struct Way {
    phase: Option<Phase>,
    since: Instant,
    holder: String,
    consulting: u32,
    spent: Vec<(u32, Longest)>,
}

impl Way {
    fn pass(&mut self, at: Instant, actor: &str, event: &Event, calendar: &Calendar) {
        let (who, _) = actors(actor);
        if let Some(phase) = self.phase {
            let official = match phase {
                Phase::Consultation => None,
                Phase::Signature => Some(who.to_owned()),
                Phase::Reception | Phase::Appraisal => Some(self.holder.clone()),
            };
            self.add(opening_minutes(self.since, at, calendar), Longest { phase, official });
        }
        self.since = at;
        let works = if self.consulting > 0 { Phase::Consultation } else { Phase::Appraisal };
        match event {
            Event::CaseOpened(opened) => {
                self.holder = opened.holder.clone().unwrap_or_else(|| who.to_owned());
                self.since = opened.first_contact_at.unwrap_or(at);
                self.phase = Some(Phase::Reception);
            }
            Event::CaseTakenOver(_) => {
                self.holder = who.to_owned();
                self.phase = Some(works);
            }
            Event::CaseAccepted(_) | Event::SupplementReceived(_) | Event::CaseResumed(_) => {
                self.phase = Some(works);
            }
            Event::ResultSentBack { .. } => self.phase = Some(works),
            Event::CaseHandedOver { to, .. } => self.holder.clone_from(to),
            Event::CaseSent(sent) => self.holder.clone_from(&sent.to),
            Event::CaseMoved { holder, .. } => self.holder.clone_from(holder),
            Event::ConsultationAsked(_) => {
                self.consulting += 1;
                self.phase = Some(Phase::Consultation);
            }
            Event::ConsultationClosed(_) => {
                self.consulting = self.consulting.saturating_sub(1);
                self.phase = Some(if self.consulting > 0 { Phase::Consultation } else { Phase::Appraisal });
            }
            Event::ResultSubmitted(_) => self.phase = Some(Phase::Signature),
            Event::SupplementRequested(_)
            | Event::CasePaused(_)
            | Event::CaseFinished { .. }
            | Event::CaseReturned { .. }
            | Event::CaseRefused { .. }
            | Event::CaseWithdrawn(_)
            | Event::CaseStopped(_) => self.phase = None,
            _ => {}
        }
    }

    fn add(&mut self, minutes: u32, longest: Longest) {
        match self.spent.iter_mut().find(|(_, known)| *known == longest) {
            Some((sum, _)) => *sum += minutes,
            None => self.spent.push((minutes, longest)),
        }
    }
}
