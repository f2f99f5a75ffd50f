//! Serve: the counter, its procedures, its calendar and its promise.

pub mod applicant;
pub mod appointment;
pub mod attachment;
pub mod book;
pub mod calendar;
pub mod case;
pub mod clock;
pub mod code;
pub mod deadline;
pub mod decision;
mod ledger;
pub mod notation;
pub mod notice;
pub mod office;
pub mod official;
pub mod posting;
pub mod procedure;
pub mod promise;
pub mod queue;
pub mod regime;
pub mod reorganisation;
pub mod report;
pub mod rule;
pub mod succession;
pub mod ticket;
pub mod unit;
