//! What the browser test stands on: a demo server and a real browser.

pub mod browser;
pub mod server;
