//! What people say: invitations to rate, ballots in their box, opinions.

pub mod call;
pub mod contact;
pub mod dialogue;
pub mod held;
pub mod invitation;
pub mod kiosk;
pub mod log;
pub mod message;
pub mod opinion;
pub mod paper;
pub mod questionnaire;
pub mod rating;
pub mod receipt;
pub mod sealing;
pub mod slip;
pub mod suggestion;
pub mod survey;
pub mod triage;
