//! The law's own scales of officials and offices, computed exactly, to stand beside what people's answers fairly say: the nine
//! indicators of TT 01/2018/TT-VPCP, the index of QĐ 766/QĐ-TTg, the satisfaction index SIPAS and the hundred points of NĐ 335/2025.
//!
//! An indicator that lacks data is left out and says why; the classes keep their borders, so the points that can still be reached are
//! shown beside the sum. Where a figure of the law flatters, a [`Statement`] tells the honest one.

pub mod entry;
pub mod exact;
pub mod hundred_points;
pub mod nine_indicators;
pub mod service_index;
pub mod sipas;

use serde::{Serialize, Serializer};

pub use self::{
    entry::{Enter, Entered, Item, Subject, Value, enter, is_told, may_enter, may_see, period_of},
    exact::{Ratio, Sum},
};
use super::figure::Figure;
use crate::time::Day;

/// The version of these methods, told with every figure.
pub const METHOD: &str = "scale/1";

/// A law with a scale of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Law {
    /// TT 01/2018/TT-VPCP đ.13–15: two, one or no point for each of nine indicators.
    NineIndicators,
    /// QĐ 766/QĐ-TTg: one hundred points in five groups.
    ServiceIndex,
    /// The survey of the Ministry of Home Affairs (QĐ 2640/QĐ-BNV, QĐ 1001/QĐ-BNV): a share, no points.
    Sipas,
    /// NĐ 335/2025/NĐ-CP: thirty points for common criteria, seventy for results.
    HundredPoints,
}

impl Law {
    /// The first day on which it holds: before it a figure is told for comparison only. TT 01/2018 and NĐ 335/2025 as read in their
    /// texts or in reports on them; QĐ 766 from the day it was live on the national portal; the first decision on the survey is known
    /// by its year only.
    pub fn since(self) -> Day {
        let (year, month, day) = match self {
            Self::NineIndicators => (2019, 1, 6),
            Self::ServiceIndex => (2022, 8, 1),
            Self::Sipas => (2017, 1, 1),
            Self::HundredPoints => (2026, 1, 1),
        };
        Day::new(year, month, day).unwrap_or(Day(0))
    }
}

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Counted from the record.
    Record,
    /// Entered by an official, with evidence.
    Entered,
    /// The least that the law gives, whatever is not known of its rule.
    AtLeast,
}

/// Why an indicator is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Lack {
    /// No case ended in the period.
    NoCases,
    /// Nothing of the kind came in or was due.
    NothingDue,
    /// What must be entered was not.
    NotEntered,
    /// Fewer answers than may be shown.
    TooFewAnswers {
        /// How many there are.
        n: u64,
    },
    /// How it stood then cannot be told any more.
    NotKnownThen,
}

/// What was found of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Numerator: points of cases, or things as they should be.
    pub part: u64,
    /// Denominator: cases, or things in all.
    pub of: u64,
    /// The points before any rounding.
    pub raw: Ratio,
    /// The points that count: rounded where the law rounds.
    pub points: Ratio,
    /// Where it comes from.
    pub origin: Origin,
}

/// One indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its number in the law; a stable name.
    pub key: &'static str,
    /// The most points it can have.
    pub most: Ratio,
    /// What was found, or why it is left out.
    #[serde(serialize_with = "found_or_left_out")]
    pub found: Result<Found, Lack>,
}

/// As `{part, of, …}`, or as `{left_out}`.
fn found_or_left_out<S: Serializer>(found: &Result<Found, Lack>, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Told<'a> {
        Found(&'a Found),
        Lack { left_out: &'a Lack },
    }
    match found {
        Ok(found) => Told::Found(found),
        Err(left_out) => Told::Lack { left_out },
    }
    .serialize(to)
}

/// The class that a sum of points is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// TT 01/2018: less than 70 % of the duties.
    BelowSeventy,
    /// TT 01/2018: from 70 % to less than 100 % of the duties.
    FromSeventy,
    /// TT 01/2018: 100 % of the duties.
    Hundred,
    /// Yếu.
    Weak,
    /// Trung bình.
    Average,
    /// Khá.
    Fair,
    /// Không hoàn thành nhiệm vụ.
    NotDone,
    /// Hoàn thành nhiệm vụ.
    Done,
    /// Tốt.
    Good,
    /// Xuất sắc.
    Excellent,
}

impl Class {
    /// Stable name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::BelowSeventy => "below-seventy",
            Self::FromSeventy => "from-seventy",
            Self::Hundred => "hundred",
            Self::Weak => "weak",
            Self::Average => "average",
            Self::Fair => "fair",
            Self::NotDone => "not-done",
            Self::Done => "done",
            Self::Good => "good",
            Self::Excellent => "excellent",
        }
    }
}

/// Borders of classes, the highest first: reached means in it.
type Borders = &'static [(Ratio, Class)];

/// What is honest beside a figure of the law that flatters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Statement {
    /// No indicator asks the citizen: the share of the satisfied among those who answered.
    NobodyAsked {
        /// That share.
        answered: Figure,
    },
    /// Who said nothing was counted as satisfied.
    Silence {
        /// Cases of people who said nothing.
        silent: u64,
        /// All cases.
        of: u64,
        /// The share that the law counts as satisfied.
        counted: Ratio,
        /// The share of the satisfied among those who answered.
        answered: Figure,
    },
    /// Cases were late, and the class is still not the lowest.
    LatenessForgiven {
        /// Late cases.
        late: u64,
        /// All cases.
        of: u64,
        /// The class.
        class: Class,
    },
    /// Complaints were made, and the class is still not the lowest.
    ComplaintsForgiven {
        /// Cases complained about.
        complained: u64,
        /// All cases.
        of: u64,
    },
    /// Cases that wait for the applicant count as ended on the day they were asked.
    RequestEndsTime {
        /// How many of them count as in time.
        waiting: u64,
    },
    /// Complaints that name no case, and so lower nothing.
    ComplaintsWithoutCase {
        /// How many.
        n: u64,
    },
    /// Indicators were left out; the borders of the classes stay.
    LeftOut {
        /// Indicators left out.
        n: u64,
        /// Points that could be reached.
        attainable: Ratio,
        /// Points of the whole scale.
        most: Ratio,
    },
    /// What somebody entered was taken as it is.
    AsEntered {
        /// How many indicators rest on it.
        n: u64,
    },
    /// Results that were entered, beside what the record has.
    RecordSays {
        /// Cases finished while the official had them.
        cases: u64,
        /// Those of them that were late.
        late: u64,
    },
}

/// A scale of points for one official, office or district, and period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scale {
    /// The law.
    pub law: Law,
    /// Which of several readings of the law, where more than one was found.
    pub reading: &'static str,
    /// Its indicators.
    pub lines: Vec<Line>,
    /// The sum of the points that count, half up to two places.
    pub total: Ratio,
    /// The most points that the indicators with data can have together.
    pub attainable: Ratio,
    /// The most points of the whole scale.
    pub most: Ratio,
    /// The class; none where the law gives none to so little.
    pub class: Option<Class>,
    /// The honest figures beside it.
    pub statements: Vec<Statement>,
}

impl Scale {
    /// Sums up lines. `classed` says whether what was found is enough for a class.
    fn new(law: Law, reading: &'static str, lines: Vec<Line>, borders: Borders, classed: bool) -> Self {
        let sum: Sum = lines.iter().filter_map(|line| Some(line.found.ok()?.points)).collect();
        let of = |keep: fn(&&Line) -> bool| {
            lines.iter().filter(keep).map(|line| line.most).collect::<Sum>().rounded(1)
        };
        let (attainable, most) = (of(|line| line.found.is_ok()), of(|_| true));
        let class = borders.iter().find(|(border, _)| sum.reaches(*border)).map(|(_, class)| *class);
        let count = |keep: fn(&&Line) -> bool| lines.iter().filter(keep).count() as u64;
        let (n, entered) = (
            count(|line| line.found.is_err()),
            count(|line| line.found.is_ok_and(|found| found.origin == Origin::Entered)),
        );
        let mut statements = Vec::new();
        if n > 0 {
            statements.push(Statement::LeftOut { n, attainable, most });
        }
        if entered > 0 {
            statements.push(Statement::AsEntered { n: entered });
        }
        Self {
            law,
            reading,
            total: sum.rounded(2),
            attainable,
            most,
            class: class.filter(|_| classed),
            statements,
            lines,
        }
    }

    /// A line by its number.
    pub fn line(&self, key: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.key == key)
    }
}

/// All scales of a subject for a period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scales {
    /// Whose, by [`Subject::key`].
    pub subject: String,
    /// The period, by its key.
    pub period: String,
    /// Its first day.
    pub from: Day,
    /// The last day that is counted.
    pub to: Day,
    /// Whether that day is over.
    pub closed: bool,
    /// The methods.
    pub method: &'static str,
    /// TT 01/2018.
    pub nine_indicators: Scale,
    /// QĐ 766 by each reading of its group 5, the more certain first; none of an official.
    pub service_index: Vec<Scale>,
    /// The last survey that was counted in the period; none of an official.
    pub sipas: Option<sipas::Sipas>,
    /// NĐ 335/2025; of an official only.
    pub hundred_points: Option<Scale>,
    /// Its quota over the officials of an office.
    pub quota: Option<hundred_points::Quota>,
}

/// A share of things as they should be among all, whichever way it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// As they should be.
    pub part: u64,
    /// All.
    pub of: u64,
}

impl Share {
    /// It as a fraction; none of nothing.
    pub const fn ratio(self) -> Option<Ratio> {
        if self.of == 0 { None } else { Some(Ratio::new(self.part as u128, self.of as u128)) }
    }
}
