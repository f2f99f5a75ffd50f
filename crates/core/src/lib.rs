//! The domain of Hài Lòng, pure: what may happen, and what then follows.
//!
//! Nothing here reads a clock, a random source, a file, a socket or a table. A command meets the state it
//! concerns and a [`context::Context`] and becomes a [`batch::Batch`] of events, or a [`refusal::Refusal`].

pub mod batch;
pub mod context;
pub mod directory;
pub mod event;
pub mod id;
pub mod import;
pub(crate) mod kinds;
pub mod listen;
pub mod measure;
pub mod refusal;
pub mod secret;
pub mod serve;
pub mod text;
pub mod time;
