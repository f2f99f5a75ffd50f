//! Cases in tables.

pub mod appointment;
pub mod attachment;
pub mod book;
pub mod case;
pub mod decision;
pub mod notice;
pub mod posting;
pub mod queue;
pub mod report;
pub mod succession;
pub mod ticket;
