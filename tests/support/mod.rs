//! What the browser test stands on: a demo server and a real browser.

pub(crate) mod browser;
pub(crate) mod server;
