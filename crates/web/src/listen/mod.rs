//! Listen: ballots and opinions.

pub(crate) mod inbox;
pub(crate) mod log;
pub(crate) mod opinion;
pub(crate) mod rating;
