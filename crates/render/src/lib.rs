//! What people see: pages, charts, papers and their texts in both languages.
//!
//! Every page is a typed context with a [`shell::Shell`] and a sample of itself; one test renders all of
//! them in both languages. Nothing here reads a clock, a database or the network.

pub mod assets;
pub mod chart;
pub mod component;
pub mod design;
mod flow;
pub mod format;
pub mod lang;
pub mod listen;
pub mod measure;
pub mod page;
pub mod paper;
pub mod pdf;
pub mod qr;
pub mod serve;
pub mod sheet;
pub mod shell;
pub mod work;

pub use lang::Lang;
pub use page::Page;
pub use shell::{Section, Shell, Who};
