//! What happens to an opinion, as the journal keeps it. Every word of a person is sealed under the opinion's own key.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::kind::{Class, Finding, Helped, Owed, Reason, Source, Topic, Urgency};
use crate::{id::Bytes, time::Day};

/// See [`crate::event::Event::OpinionReceived`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Key.
    pub opinion_id: Uuid,
    /// The office it concerns.
    pub office_id: String,
    /// Whether a name was given.
    pub named: bool,
    /// Words, name and contact, sealed under the opinion's own key.
    pub opinion: Bytes,
    /// Blind index of the code to follow it.
    pub follow_hash: Bytes,
    /// The day by which it is to be answered.
    pub due: Day,
    /// What it is about, when its author said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// How it came.
    #[serde(default = "page", skip_serializing_if = "is_page")]
    pub source: Source,
    /// Whether name and contact are kept from the office it concerns.
    #[serde(default, skip_serializing_if = "is_false")]
    pub confidential: bool,
    /// Whether it may be published, masked, with its answer.
    #[serde(default, skip_serializing_if = "is_false")]
    pub consent: bool,
    /// The day by which it is to be sorted or refused; opinions of the first version of the program have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triage_by: Option<Day>,
    /// The last day on which its author may be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask_by: Option<Day>,
    /// Key of the office of the commune where its author lives, as far as that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residence: Option<String>,
}

/// See [`crate::event::Event::OpinionTriaged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triaged {
    /// The office that had it.
    pub from_office: String,
    /// The office that deals with it.
    pub office_id: String,
    /// What it is about, by the law.
    pub class: Class,
    /// What it is about, in the words of those who wait.
    pub topic: Topic,
    /// How pressing it is.
    pub urgency: Urgency,
    /// The opinion that says the same and is answered for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<Uuid>,
    /// Whether it was first sorted after its day.
    #[serde(default, skip_serializing_if = "is_false")]
    pub late: bool,
}

/// See [`crate::event::Event::OpinionAsked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The office.
    pub office_id: String,
    /// What is asked, sealed.
    pub question: Bytes,
    /// The day until which the time of the answer stands still.
    pub reply_by: Day,
    /// Working days that were left for the answer.
    pub left: u32,
    /// The day by which it is to be answered when its author says nothing.
    pub due: Day,
}

/// See [`crate::event::Event::OpinionReplied`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replied {
    /// The office.
    pub office_id: String,
    /// What the author says, sealed.
    pub reply: Bytes,
    /// The day by which it is to be answered.
    pub due: Day,
}

/// See [`crate::event::Event::OpinionAnswered`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The office it concerns.
    pub office_id: String,
    /// The answer, sealed under the opinion's own key.
    pub answer: Bytes,
    /// What was found, of a conduct; nothing in the first versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
    /// The day by which it is to be published; none without consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_by: Option<Day>,
    /// Whether it came after its day.
    #[serde(default, skip_serializing_if = "is_false")]
    pub late: bool,
}

/// See [`crate::event::Event::OpinionRefused`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The office.
    pub office_id: String,
    /// Why.
    pub reason: Reason,
    /// Why and where to go, in words, sealed.
    pub words: Bytes,
    /// Whether it came after its day.
    #[serde(default, skip_serializing_if = "is_false")]
    pub late: bool,
}

/// See [`crate::event::Event::OpinionExplained`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The office that owes the step.
    pub office_id: String,
    /// The official who heads it and answers for it, whoever wrote in their place.
    pub head: String,
    /// The step.
    pub owed: Owed,
    /// The day by which it was owed.
    pub due: Day,
    /// Why it is late, in words, sealed under the opinion's own key.
    pub words: Bytes,
    /// The day promised now.
    pub promised: Day,
}

/// See [`crate::event::Event::OpinionDaysMoved`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaysMoved {
    /// The office.
    pub office_id: String,
    /// The decision on days off, by its name.
    pub decision: String,
    /// The day of the answer that was told before, when it moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Day>,
    /// The day by which it is to be sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triage_by: Option<Day>,
    /// The last day on which its author may be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask_by: Option<Day>,
    /// The day by which it is to be answered.
    pub due: Day,
    /// The day until which the time of the answer stands still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_by: Option<Day>,
    /// The day by which its answer is to be published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_by: Option<Day>,
    /// The day of the next step.
    pub next: Day,
}

/// See [`crate::event::Event::OpinionConsentChanged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentChanged {
    /// The office.
    pub office_id: String,
    /// Whether it may be published from now on. What was published is taken back without it.
    pub consent: bool,
    /// The day by which an answer that stands already is to be published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_by: Option<Day>,
}

/// See [`crate::event::Event::OpinionPublished`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The office.
    pub office_id: String,
    /// Question and answer as published ([`Shown`]), sealed: erasing the opinion takes them back too.
    pub shown: Bytes,
    /// Whether it was first published after its day.
    #[serde(default, skip_serializing_if = "is_false")]
    pub late: bool,
}

/// An opinion and its answer as everybody reads them: masked by an official.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// What was said.
    pub words: String,
    /// The answer.
    pub answer: String,
}

/// See [`crate::event::Event::OpinionJudged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The office.
    pub office_id: String,
    /// Whether the answer helped.
    pub helped: Helped,
}

fn page() -> Source {
    Source::Page
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_page(source: &Source) -> bool {
    *source == Source::Page
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
