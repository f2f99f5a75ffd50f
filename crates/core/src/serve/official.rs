//! Officials: who works where, as what.

use serde::{Deserialize, Serialize};

pub use crate::context::Role;

/// An official at an office. Names of officials are public: they stand on the badge and on the wall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Official {
    /// Stable key, e.g. `tran-phan-1`.
    pub id: String,
    /// The office they work at.
    pub office_id: String,
    /// Full name.
    pub name: String,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// What they may do.
    pub role: Role,
}
