//! Documents of a dossier, and when each of them is needed.

use serde::{Deserialize, Serialize};

/// A document of the dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its name.
    pub name: String,
    /// Handed in (nộp) when true, only shown (xuất trình) when false.
    pub submit: bool,
    /// Number of originals.
    pub originals: u8,
    /// Number of copies.
    pub copies: u8,
    /// When it is needed, in words; none means always.
    #[serde(default)]
    pub condition: Option<String>,
    /// When it is needed, as the question list understands it; none when only the words are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
}

/// When a conditional document is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "when", rename_all = "snake_case")]
pub enum Need {
    /// When a question of the procedure is answered so.
    Answered {
        /// Key of the question.
        question: String,
        /// Keys of the answers for which it is needed.
        is: Vec<String>,
    },
    /// Only when the office cannot find it in a database itself.
    NotInDatabase,
    /// When the applicant has one (nếu có).
    Held,
}
