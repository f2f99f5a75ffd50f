//! The index of QĐ 766/QĐ-TTg (23/6/2022): one hundred points in five groups, live on the national portal since 1/8/2022. An
//! indicator with share R has R × its most points; where the decision sets a threshold, R × points ÷ threshold below it and all of them
//! from there on.
//!
//! The decision itself was not read: groups and formulas are those of documents about it. What is not found is not filled in:
//! - how group 3's twelve points for services are divided between procedures offered (threshold 80 %) and cases that came over the
//!   network (50 %): the lower of both shares gives what the law gives at least;
//! - what the seven indicators of group 4 and the three of payment measure: their shares are entered as the portal tells them;
//! - how group 5 is divided: two readings stand beside each other ([`Reading`]).
//!
//! No rounding was found: points are summed as they are, and shown half up to two places.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Borders, Class, Found, Item, Lack, Law, Line, Origin, Ratio, Scale, Share, Statement,
    nine_indicators::Handled,
};
use crate::{measure::figure::Figure, time::Instant};

/// Borders of the classes, known with middling certainty.
const BORDERS: Borders = &[
    (Ratio::whole(90), Class::Excellent),
    (Ratio::whole(80), Class::Good),
    (Ratio::whole(70), Class::Fair),
    (Ratio::whole(50), Class::Average),
    (Ratio::ZERO, Class::Weak),
];

/// How group 5 is divided: both were found in documents, and the decision itself was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Three indicators of 6 points: opinions on time, satisfied with their handling, satisfied with procedures. A summary of the decision
    /// of June 2022 names the 6 points of the last too.
    Three,
    /// Four of 5, 5, 2 and 6 points, as a specification of a provincial system has them; what the second measures was not found.
    Four,
}

impl Reading {
    /// Both, the more certain first.
    pub const ALL: [Self; 2] = [Self::Three, Self::Four];

    /// Stable name in language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Three => "three",
            Self::Four => "four",
        }
    }
}

/// The clock of indicator 2.1, which is another one than the law's on cases: it ends with the first of finished, returned, and
/// refused, withdrawn or stopped, in this order; for a case that waits for a supplement, on the day it was asked. Time spent waiting for
/// supplements is taken off, and a case with more than one request is late whatever the dates say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// When the result was ready.
    pub finished: Option<Instant>,
    /// When it was returned.
    pub returned: Option<Instant>,
    /// When it was refused, withdrawn or stopped.
    pub stopped: Option<Instant>,
    /// When a supplement was asked for that has not come.
    pub asked: Option<Instant>,
    /// The date on the receipt, later by the time spent waiting for supplements.
    pub due: Instant,
    /// Requests for supplements.
    pub requests: u64,
}

impl Clock {
    /// A clock that runs.
    pub const fn running(due: Instant, requests: u64) -> Self {
        Self { finished: None, returned: None, stopped: None, asked: None, due, requests }
    }

    /// When its time ended, if it did.
    pub fn end(&self) -> Option<Instant> {
        self.finished.or(self.returned).or(self.stopped).or(self.asked)
    }

    /// Whether it counts as on time; none while its time runs.
    pub fn on_time(&self) -> Option<bool> {
        self.end().map(|end| end <= self.due && self.requests <= 1)
    }
}

/// What the record has and what was entered.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Cases by the clock of 2.1.
    pub cases: Share,
    /// Those of them that wait for their applicants and count as ended in time.
    pub waiting: u64,
    /// Opinions.
    pub opinions: Handled,
    /// Cases complained about, or rated dissatisfied: each case of the first and each answer of the second.
    pub dissatisfied: u64,
    /// What those who answered said, when they are enough.
    pub answered: Figure,
    /// Of the cases received, those that came over the network.
    pub online_cases: Share,
    /// What was entered.
    pub entered: &'a BTreeMap<Item, Share>,
}

/// Points of an indicator with a share, full from a threshold on.
pub fn points(share: Ratio, most: Ratio, threshold: Ratio) -> Ratio {
    let (part, of) = threshold.terms();
    if part == 0 { most } else { share.times(Ratio::new(of, part)).least(Ratio::whole(1)).times(most) }
}

const WHOLE: Ratio = Ratio::whole(1);
/// NQ 76/NQ-CP's aim for 2025, which gives the whole of the points for satisfaction with procedures.
const SATISFIED: Ratio = Ratio::new(90, 100);

fn line(
    key: &'static str,
    most: u64,
    threshold: Ratio,
    share: Option<Share>,
    origin: Origin,
    lack: Lack,
) -> Line {
    let most = Ratio::whole(most);
    let found = share.and_then(|share| share.ratio().map(|ratio| (share, ratio))).map(|(share, ratio)| {
        let raw = points(ratio, most, threshold);
        Found { part: share.part, of: share.of, raw, points: raw, origin }
    });
    Line { key, most, found: found.ok_or(lack) }
}

impl Inputs<'_> {
    fn entered(&self, key: &'static str, most: u64, item: Item) -> Line {
        line(key, most, WHOLE, self.entered.get(&item).copied(), Origin::Entered, Lack::NotEntered)
    }

    fn counted(&self, key: &'static str, most: u64, threshold: Ratio, share: Share, lack: Lack) -> Line {
        line(key, most, threshold, Some(share), Origin::Record, lack)
    }

    /// Twelve points of which only the thresholds of the two shares are known: whatever the parts are, the law gives as much as the
    /// worse of both would have alone.
    fn services(&self) -> Line {
        let most = Ratio::whole(12);
        let offered =
            self.entered.get(&Item::OnlineProcedures).and_then(|share| Some((*share, share.ratio()?)));
        let came = self.online_cases.ratio();
        let found = match (offered, came) {
            (Some((share, offered)), Some(came)) => {
                let (offered, came) =
                    (points(offered, most, Ratio::new(80, 100)), points(came, most, Ratio::new(50, 100)));
                let worse = if came < offered { self.online_cases } else { share };
                let raw = offered.least(came);
                Ok(Found { part: worse.part, of: worse.of, raw, points: raw, origin: Origin::AtLeast })
            }
            (None, _) => Err(Lack::NotEntered),
            (_, None) => Err(Lack::NoCases),
        };
        Line { key: "3.1", most, found }
    }

    /// 100 % less the share of late cases and the share of cases complained about or rated dissatisfied: who says nothing is satisfied.
    fn satisfied(&self) -> Share {
        let late = self.cases.of - self.cases.part;
        Share { part: self.cases.of.saturating_sub(late + self.dissatisfied), of: self.cases.of }
    }

    fn satisfaction(&self, key: &'static str) -> Line {
        match self.answered {
            Figure::TooFew { n } => {
                Line { key, most: Ratio::whole(6), found: Err(Lack::TooFewAnswers { n }) }
            }
            Figure::Shown { .. } => self.counted(key, 6, SATISFIED, self.satisfied(), Lack::NoCases),
        }
    }

    fn group_five(&self, reading: Reading) -> Vec<Line> {
        let Handled { due, on_time, not_helped, .. } = self.opinions;
        let handled = Share { part: on_time, of: due };
        let content = Share { part: on_time.saturating_sub(not_helped), of: due };
        let due = Lack::NothingDue;
        match reading {
            Reading::Three => vec![
                self.counted("5.1", 6, WHOLE, handled, due),
                self.counted("5.2", 6, WHOLE, content, due),
                self.satisfaction("5.3"),
            ],
            Reading::Four => vec![
                self.counted("5.1", 5, WHOLE, handled, due),
                self.entered("5.2", 5, Item::Feedback),
                self.counted("5.3", 2, WHOLE, content, due),
                self.satisfaction("5.4"),
            ],
        }
    }
}

/// The index by one of the readings of group 5.
pub fn index(inputs: &Inputs<'_>, reading: Reading) -> Scale {
    let mut lines = vec![
        inputs.entered("1.1", 6, Item::Announced),
        inputs.entered("1.2", 4, Item::Updated),
        inputs.entered("1.3", 2, Item::Complete),
        inputs.entered("1.4", 6, Item::Synchronised),
        inputs.counted("2.1", 20, WHOLE, inputs.cases, Lack::NoCases),
        inputs.services(),
        inputs.entered("3.2", 2, Item::Payment1),
        inputs.entered("3.3", 2, Item::Payment2),
        inputs.entered("3.4", 6, Item::Payment3),
        inputs.entered("4.1", 6, Item::Digital1),
        inputs.entered("4.2", 4, Item::Digital2),
        inputs.entered("4.3", 2, Item::Digital3),
        inputs.entered("4.4", 2, Item::Digital4),
        inputs.entered("4.5", 4, Item::Digital5),
        inputs.entered("4.6", 2, Item::Digital6),
        inputs.entered("4.7", 2, Item::Digital7),
    ];
    lines.extend(inputs.group_five(reading));
    let has_cases = inputs.cases.of > 0;
    let mut scale = Scale::new(Law::ServiceIndex, reading.key(), lines, BORDERS, has_cases);
    let mut honest = Vec::new();
    if let (Some(counted), Figure::Shown { n, .. }) = (inputs.satisfied().ratio(), inputs.answered) {
        let silent = inputs.cases.of.saturating_sub(n);
        honest.push(Statement::Silence { silent, of: inputs.cases.of, counted, answered: inputs.answered });
    }
    if inputs.waiting > 0 {
        honest.push(Statement::RequestEndsTime { waiting: inputs.waiting });
    }
    honest.append(&mut scale.statements);
    Scale { statements: honest, ..scale }
}
