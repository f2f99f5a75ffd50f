//! The record as its users meet it: many writers, crashes, tampering hands and curious eyes.

mod attachment;
mod book;
mod clamd;
mod committer;
#[expect(unreachable_pub, reason = "shared with the conformance suite")]
mod dialogue;
#[expect(unreachable_pub, reason = "shared with the conformance suite")]
mod evaluation;
#[expect(unreachable_pub, reason = "shared with the conformance suite")]
mod files;
mod format;
#[expect(unreachable_pub, reason = "shared with the conformance suite")]
mod guard;
mod kill;
#[expect(unreachable_pub, reason = "shared with the conformance suite")]
mod kiosk;
mod lists;
mod log;
mod notice;
#[expect(unreachable_pub, reason = "shared with the conformance suite")]
mod paper;
mod paper_secrecy;
mod queue;
mod report;
mod s3;
mod scale;
#[expect(unreachable_pub, reason = "shared with the conformance suite")]
mod script;
mod secrecy;
#[expect(unreachable_pub, reason = "shared with the conformance suite")]
mod survey;
mod survey_secrecy;
mod tamper;
#[expect(unreachable_pub, reason = "shared with the conformance suite")]
mod world;
