//! The roll, the box and the opinions in tables.

pub mod dialogue;
pub mod invitation;
pub mod kiosk;
pub mod log;
pub mod opinion;
pub mod rating;
