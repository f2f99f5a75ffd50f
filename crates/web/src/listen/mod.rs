//! Listen: ballots, opinions, dialogues and surveys.

pub(crate) mod call;
pub(crate) mod dialogue;
pub(crate) mod inbox;
pub(crate) mod invitation;
pub(crate) mod kiosk;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod opinion;
pub(crate) mod paper;
pub(crate) mod questionnaire;
pub(crate) mod rating;
pub(crate) mod suggestion;
pub(crate) mod survey;
pub(crate) mod triage;
