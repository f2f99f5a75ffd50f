//! The roll, the box, opinions, dialogues and surveys in tables.

pub mod dialogue;
pub mod invitation;
pub mod kiosk;
pub mod log;
pub mod opinion;
pub mod rating;
pub mod survey;
