//! Serve: what is offered, where, and where a case is.

pub(crate) mod apply;
pub(crate) mod appointment;
pub(crate) mod attachment;
pub(crate) mod book;
pub(crate) mod calendar;
pub(crate) mod case;
pub(crate) mod deadline;
pub(crate) mod decision;
pub(crate) mod guidance;
pub(crate) mod notice;
pub(crate) mod office;
pub(crate) mod posting;
pub(crate) mod procedure;
pub(crate) mod promise;
pub(crate) mod queue;
pub(crate) mod report;
pub(crate) mod rule;
pub(crate) mod track;
