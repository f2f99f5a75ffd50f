//! Cases in tables.

pub mod case;
