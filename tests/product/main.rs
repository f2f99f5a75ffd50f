//! The whole product as a user meets it on the command line, and the shape of its house.

mod arrows;
mod classify;
mod deadline;
mod demo;
mod dialogue;
mod evaluation;
mod fit;
mod holidays;
mod log;
mod map;
mod mine;
mod offices;
#[path = "../support/place.rs"]
mod place;
mod rank;
mod report;
mod staffing;
mod survey;
