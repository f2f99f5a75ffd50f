//! The figures of a line, by name: the columns of a report in every form of it.

use super::Line;
use crate::serve::case::Reception;

/// A column of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// [`Line::carried`].
    Carried,
    /// Received at the counter.
    Counter,
    /// Received by post.
    Post,
    /// Received over the network.
    Online,
    /// Received outside the one-stop shop: by a team on its way, or where the matter is.
    Outside,
    /// [`Line::received`].
    Received,
    /// [`Line::to_resolve`].
    ToResolve,
    /// [`Line::early`].
    Early,
    /// [`Line::on_time`].
    OnTime,
    /// [`Line::late`].
    Late,
    /// [`Line::resolved`].
    Resolved,
    /// [`Line::refused`].
    Refused,
    /// [`Line::withdrawn`].
    Withdrawn,
    /// [`Line::stopped`].
    Stopped,
    /// [`Line::within`].
    Within,
    /// [`Line::overdue`].
    Overdue,
    /// [`Line::waiting`].
    Waiting,
    /// [`Line::in_progress`].
    InProgress,
}

impl Figure {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 18] = [
        Self::Carried,
        Self::Counter,
        Self::Post,
        Self::Online,
        Self::Outside,
        Self::Received,
        Self::ToResolve,
        Self::Early,
        Self::OnTime,
        Self::Late,
        Self::Resolved,
        Self::Refused,
        Self::Withdrawn,
        Self::Stopped,
        Self::Within,
        Self::Overdue,
        Self::Waiting,
        Self::InProgress,
    ];

    /// Stable name in addresses, data and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::Counter => "counter",
            Self::Post => "post",
            Self::Online => "online",
            Self::Outside => "outside",
            Self::Received => "received",
            Self::ToResolve => "to-resolve",
            Self::Early => "early",
            Self::OnTime => "on-time",
            Self::Late => "late",
            Self::Resolved => "resolved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Stopped => "stopped",
            Self::Within => "within",
            Self::Overdue => "overdue",
            Self::Waiting => "waiting",
            Self::InProgress => "in-progress",
        }
    }

    /// Reads what [`Self::key`] gives.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }

    /// What it counts of a line, in cases.
    pub fn of(self, line: &Line) -> u64 {
        match self {
            Self::Carried => line.carried(),
            Self::Counter => line.received_by(Reception::Counter),
            Self::Post => line.received_by(Reception::Post),
            Self::Online => line.received_by(Reception::Online),
            Self::Outside => line.received_by(Reception::Mobile) + line.received_by(Reception::OnSite),
            Self::Received => line.received(),
            Self::ToResolve => line.to_resolve(),
            Self::Early => line.early(),
            Self::OnTime => line.on_time(),
            Self::Late => line.late(),
            Self::Resolved => line.resolved(),
            Self::Refused => line.refused(),
            Self::Withdrawn => line.withdrawn(),
            Self::Stopped => line.stopped(),
            Self::Within => line.within(),
            Self::Overdue => line.overdue(),
            Self::Waiting => line.waiting(),
            Self::InProgress => line.in_progress(),
        }
    }

    /// Whether it counts what came in during the period.
    pub const fn is_received(self) -> bool {
        matches!(self, Self::Counter | Self::Post | Self::Online | Self::Outside | Self::Received)
    }

    /// Whether it counts what ended during the period.
    pub const fn is_ended(self) -> bool {
        matches!(
            self,
            Self::Early
                | Self::OnTime
                | Self::Late
                | Self::Resolved
                | Self::Refused
                | Self::Withdrawn
                | Self::Stopped
        )
    }

    /// Whether it counts what stands open on the closing day.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Within | Self::Overdue | Self::Waiting | Self::InProgress)
    }
}
