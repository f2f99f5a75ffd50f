//! What the pages do, one file for each thing: one program, since linking thirty of them takes longer than running them.

mod access;
mod attachment;
mod ballots;
mod calendar;
mod citizen;
mod counter;
mod deadline;
mod dialogue;
mod directory;
mod evaluation;
mod forms;
mod guard;
mod kiosk;
mod lead;
mod mail;
mod notice;
mod opinion;
mod papers;
mod procedures;
mod process;
mod queue;
mod release;
mod report;
mod scale;
mod scorecard;
mod server;
mod staff;
mod steps;
mod support;
mod survey;
mod tls;

// Readers of what was written, which the product itself does not need.
#[path = "../../../render/src/pdf/read.rs"]
mod read;
#[path = "../../../render/src/sheet/read.rs"]
mod sheet;
