//! The first loop in a real Chromium: on a desktop and on a phone, with script and without.

#[path = "browser/harness.rs"]
mod harness;
mod support;
