//! The quarterly dialogue with citizens and businesses: where it is held.

pub mod choose;
