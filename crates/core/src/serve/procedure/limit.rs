//! Time limits: how long, for which cases and channels, and what a sector's law adds to the general rules.

use serde::{Deserialize, Serialize};

use super::Channel;

/// The unit of a time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Working days (ngày làm việc).
    WorkingDays,
    /// Calendar days (ngày).
    Days,
    /// Months (tháng): to the same date; thirty days each once the time was stopped (BLDS 2015 đ.146.1).
    Months,
    /// Working hours (giờ làm việc).
    Hours,
    /// The same day (trong ngày).
    SameDay,
}

/// A time limit, perhaps only for some cases or channels of the procedure.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limit {
    /// How many units; 0 for the same day.
    pub value: u16,
    /// The unit.
    pub unit: Unit,
    /// The cases it is for; none means every other case.
    #[serde(default)]
    pub case: Option<String>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
    /// The ways of handing in that it is for; none means every other way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
}

/// A span of time that a rule of the procedure gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// How many units.
    pub value: u16,
    /// The unit.
    pub unit: Unit,
}

/// Where a sector's law departs from the general rules of the one-stop mechanism.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectorRules {
    /// Requests for a supplement, one span each for sending it; empty means as often as the general rules allow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supplement_rounds: Vec<Span>,
    /// The span for the final refusal when the last round did not help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal_within: Option<Span>,
    /// Bodies whose silence is consent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silence: Vec<Silence>,
    /// A statutory extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
}

/// A consulted body that consents by saying nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Silence {
    /// The body.
    pub body_vi: String,
    /// How long it has.
    pub within: Span,
    /// The rule.
    pub source: String,
}

/// More time that the law itself gives, once, with notice to the applicant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Extension {
    /// At most this much.
    pub most: Span,
    /// In which case.
    pub case_vi: String,
    /// The rule.
    pub source: String,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 5] = [Self::WorkingDays, Self::Days, Self::Months, Self::Hours, Self::SameDay];

    /// The stable key, as stored.
    pub const fn key(self) -> &'static str {
        match self {
            Self::WorkingDays => "working_days",
            Self::Days => "days",
            Self::Months => "months",
            Self::Hours => "hours",
            Self::SameDay => "same_day",
        }
    }

    /// The unit with that stable key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.key() == key)
    }
}

impl Limit {
    /// A limit for every case, without a remark.
    pub const fn new(value: u16, unit: Unit) -> Self {
        Self { value, unit, case: None, note: None, channels: Vec::new() }
    }

    /// Whether it is for cases handed in this way.
    pub fn is_for(&self, channel: Channel) -> bool {
        self.channels.is_empty() || self.channels.contains(&channel)
    }
}

impl Span {
    /// A span.
    pub const fn new(value: u16, unit: Unit) -> Self {
        Self { value, unit }
    }

    /// The limit of the same length.
    pub const fn limit(self) -> Limit {
        Limit::new(self.value, self.unit)
    }
}

impl SectorRules {
    /// Whether the sector's law says nothing of its own.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
