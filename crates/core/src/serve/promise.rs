//! The promise in its four parts, and the questions that ask whether it was kept.
//!
//! "Trách nhiệm của công chức đối với nhân dân: Đón tiếp niềm nở, hướng dẫn tận tình, giải quyết thủ tục hành chính
//! nhanh chóng, đúng quy định."

use serde::{Deserialize, Serialize};

/// One part of the promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dimension {
    /// A warm welcome.
    Welcome,
    /// Devoted guidance.
    Guidance,
    /// Swift handling.
    Speed,
    /// According to the rules.
    Lawful,
}

/// One question of the rating: the whole, or one part of the promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Question {
    /// Satisfaction with the service as a whole.
    Overall,
    /// A warm welcome.
    Welcome,
    /// Devoted guidance.
    Guidance,
    /// Swift handling.
    Speed,
    /// According to the rules.
    Lawful,
}

impl Dimension {
    /// Every part, in the order of the slogan.
    pub const ALL: [Self; 4] = [Self::Welcome, Self::Guidance, Self::Speed, Self::Lawful];

    /// The stable key, as stored and as used in message names.
    pub const fn key(self) -> &'static str {
        self.question().key()
    }

    /// The words of the slogan.
    pub const fn slogan_vi(self) -> &'static str {
        match self {
            Self::Welcome => "Đón tiếp niềm nở",
            Self::Guidance => "Hướng dẫn tận tình",
            Self::Speed => "Giải quyết nhanh chóng",
            Self::Lawful => "Đúng quy định",
        }
    }

    /// The question that asks about this part.
    pub const fn question(self) -> Question {
        match self {
            Self::Welcome => Question::Welcome,
            Self::Guidance => Question::Guidance,
            Self::Speed => Question::Speed,
            Self::Lawful => Question::Lawful,
        }
    }
}

impl Question {
    /// Every question, the overall one first.
    pub const ALL: [Self; 5] = [Self::Overall, Self::Welcome, Self::Guidance, Self::Speed, Self::Lawful];

    /// The stable key, as stored and as used in message names.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Overall => "overall",
            Self::Welcome => "welcome",
            Self::Guidance => "guidance",
            Self::Speed => "speed",
            Self::Lawful => "lawful",
        }
    }

    /// The question with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|question| question.key() == key)
    }

    /// The part of the promise it asks about; none for the whole.
    pub const fn dimension(self) -> Option<Dimension> {
        match self {
            Self::Overall => None,
            Self::Welcome => Some(Dimension::Welcome),
            Self::Guidance => Some(Dimension::Guidance),
            Self::Speed => Some(Dimension::Speed),
            Self::Lawful => Some(Dimension::Lawful),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_and_match_what_is_stored() {
        for question in Question::ALL {
            assert_eq!(Question::from_key(question.key()), Some(question));
            assert_eq!(serde_json::to_string(&question).unwrap(), format!("\"{}\"", question.key()));
        }
        for dimension in Dimension::ALL {
            assert_eq!(dimension.question().dimension(), Some(dimension));
            assert_eq!(serde_json::to_string(&dimension).unwrap(), format!("\"{}\"", dimension.key()));
        }
        assert_eq!(Question::from_key("speedy"), None);
    }
}
