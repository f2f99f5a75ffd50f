//! The roll, the box, opinions, dialogues and surveys in tables.

pub mod call;
pub mod dialogue;
pub mod held;
pub mod invitation;
pub mod kiosk;
pub mod log;
pub mod opinion;
pub mod paper;
pub mod rating;
pub mod survey;
