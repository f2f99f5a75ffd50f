//! What people say: invitations to rate, ballots in their box, opinions.

pub mod dialogue;
pub mod invitation;
pub mod log;
pub mod opinion;
pub mod rating;
pub mod receipt;
pub mod suggestion;
pub mod survey;
pub mod triage;
