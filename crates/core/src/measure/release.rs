//! The public figures of a quarter as data: one table that pages, files and programs take from, with an identifier that anyone can
//! compute again.
//!
//! A share of answers is told by the rules of [`Figure`]: never of fewer than [`super::figure::MINIMUM_ANSWERS`], and never so that the
//! whole less its parts would tell one that is hidden. Money asked beyond the fee is not among them: it is for the head and the
//! inspectors. The snapshot is the SHA-256 of the table's own columns as CSV: equal figures have equal identifiers, whoever asks and
//! whenever, and `cut -d, -f1-14 figures.csv | sha256sum` gives it.

use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::figure::Figure;
use crate::{
    serve::{applicant::Group, promise::Question},
    time::Instant,
};

/// The version of this table, told with every figure.
pub const METHOD: &str = "release/1";

/// What a share is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Answers of 4 and 5 to a question, of all answers to it.
    Satisfied(Question),
    /// Answers that say that one came more than once.
    MoreTrips,
    /// Answers that say that more than one office had to be contacted.
    MoreContacts,
    /// Answers that say that papers were asked for that an office already has.
    ExtraPapers,
}

impl Share {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::Satisfied(Question::Overall),
        Self::Satisfied(Question::Welcome),
        Self::Satisfied(Question::Guidance),
        Self::Satisfied(Question::Speed),
        Self::Satisfied(Question::Lawful),
        Self::MoreTrips,
        Self::MoreContacts,
        Self::ExtraPapers,
    ];

    /// Whether more of it is better for people.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Satisfied(_))
    }

    /// Stable name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Satisfied(question) => question.key(),
            Self::MoreTrips => "more_trips",
            Self::MoreContacts => "more_contacts",
            Self::ExtraPapers => "extra_papers",
        }
    }
}

impl From<Question> for Share {
    fn from(question: Question) -> Self {
        Self::Satisfied(question)
    }
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// The quarter, such as `2017-Q2`.
    pub period: String,
    /// Stable key of the office; nothing for the whole district.
    pub office: Option<String>,
    /// Whose answers; nothing where persons and organisations are counted together.
    pub group: Option<Group>,
    /// Stable name of what is measured.
    pub measure: &'static str,
    /// What is known.
    #[serde(flatten)]
    pub value: Value,
}

/// What is known of a line.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Value {
    /// A number of cases, papers or answers.
    Count {
        /// The number.
        value: u64,
    },
    /// A share, 0 to 1.
    Share {
        /// The share.
        value: f64,
        /// Lower end of the 95 % interval.
        low: f64,
        /// Upper end of the 95 % interval.
        high: f64,
        /// Of how many answers or cases.
        answers: u64,
        /// Answers as a share of invitations; nothing where nobody is invited, as of cases.
        response_rate: Option<f64>,
        /// The share if all who did not answer had said no; with [`Self::Share::highest`] it needs no belief about them (Manski 1989).
        lowest: Option<f64>,
        /// The share if all of them had said yes.
        highest: Option<f64>,
    },
    /// Too few answers to say anything but their number.
    TooFew {
        /// The number.
        answers: u64,
    },
}

impl From<Figure> for Value {
    fn from(figure: Figure) -> Self {
        match figure {
            Figure::TooFew { n } => Self::TooFew { answers: n },
            Figure::Shown { share, low, high, n, of_invited } => {
                let bounds = figure.bounds();
                Self::Share {
                    value: share,
                    low,
                    high,
                    answers: n,
                    response_rate: of_invited,
                    lowest: bounds.map(|(lowest, _)| lowest),
                    highest: bounds.map(|(_, highest)| highest),
                }
            }
        }
    }
}

/// The public figures of a quarter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Release {
    /// The quarter, such as `2017-Q2`.
    pub period: String,
    /// Up to when everything is counted, as RFC 3339.
    pub as_of: String,
    /// The version of this table.
    pub method: &'static str,
    /// SHA-256 of the lines, 64 hexadecimal digits.
    pub snapshot: String,
    /// The lines, the district first.
    pub figures: Vec<Line>,
}

/// The columns of the table itself; what follows them in a file is the same in each of its lines.
const COLUMNS: &str =
    "period,scope,office,group,measure,kind,value,low,high,answers,response_rate,lowest,highest,state";
/// What follows them.
const ABOUT: &str = ",method,snapshot,as_of";

impl Release {
    /// The release of these lines.
    pub fn new(period: String, as_of: Instant, figures: Vec<Line>) -> Self {
        let mut hash = Sha256::new();
        hash.update(COLUMNS);
        for line in &figures {
            hash.update("\n");
            hash.update(line.csv());
        }
        hash.update("\n");
        let snapshot = HEXLOWER.encode(&hash.finalize());
        Self {
            period,
            as_of: format!("{}+07:00", as_of.civil().strftime("%Y-%m-%dT%H:%M:%S")),
            method: METHOD,
            snapshot,
            figures,
        }
    }

    /// The table as CSV with a line of names, lines ended by LF.
    pub fn csv(&self) -> String {
        let about = format!(",{},{},{}\n", self.method, self.snapshot, self.as_of);
        let mut out = format!("{COLUMNS}{ABOUT}\n");
        for line in &self.figures {
            out.push_str(&line.csv());
            out.push_str(&about);
        }
        out
    }
}

impl Line {
    /// The columns of the table itself. Nothing in them needs quotes: keys are plain, numbers have points.
    fn csv(&self) -> String {
        let share = |share: f64| format!("{share:.6}");
        let some = |part: Option<f64>| part.map(share).unwrap_or_default();
        let scope = if self.office.is_some() { "office" } else { "district" };
        let office = self.office.as_deref().unwrap_or_default();
        let group = self.group.map_or("all", Group::key);
        let values = match self.value {
            Value::Count { value } => format!("count,{value},,,,,,,shown"),
            Value::TooFew { answers } => format!("share,,,,{answers},,,,too_few"),
            Value::Share { value, low, high, answers, response_rate, lowest, highest } => format!(
                "share,{},{},{},{answers},{},{},{},shown",
                share(value),
                share(low),
                share(high),
                some(response_rate),
                some(lowest),
                some(highest)
            ),
        };
        format!("{},{scope},{office},{group},{},{values}", self.period, self.measure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<Line> {
        let line = |office: Option<&str>, group, measure, value| Line {
            period: "2017-Q2".into(),
            office: office.map(str::to_owned),
            group,
            measure,
            value,
        };
        vec![
            line(None, Some(Group::Person), "overall", Figure::share(18, 20, Some(40)).into()),
            line(Some("tan-duc"), Some(Group::Organisation), "overall", Figure::share(3, 3, Some(9)).into()),
            line(Some("tan-duc"), None, "opened", Value::Count { value: 12 }),
        ]
    }

    #[test]
    fn the_snapshot_is_the_hash_of_the_columns_that_anyone_can_cut_out() {
        let release = Release::new("2017-Q2".into(), Instant(1_496_275_200_000_000), lines());
        let columns: String = release
            .csv()
            .lines()
            .map(|line| line.split(',').take(14).collect::<Vec<_>>().join(",") + "\n")
            .collect();
        assert_eq!(release.snapshot, HEXLOWER.encode(&Sha256::digest(&columns)));
        assert_eq!(
            columns.lines().skip(1).collect::<Vec<_>>(),
            [
                "2017-Q2,district,,person,overall,share,0.900000,0.698966,0.972134,20,0.500000,0.450000,0.950000,shown",
                "2017-Q2,office,tan-duc,organisation,overall,share,,,,3,,,,too_few",
                "2017-Q2,office,tan-duc,all,opened,count,12,,,,,,,shown",
            ]
        );
    }

    #[test]
    fn equal_figures_have_equal_snapshots_and_others_do_not() {
        let at = |as_of, figures| Release::new("2017-Q2".into(), Instant(as_of), figures).snapshot;
        assert_eq!(at(0, lines()), at(60_000_000, lines()));
        let mut more = lines();
        more[2].value = Value::Count { value: 13 };
        assert_ne!(at(0, lines()), at(0, more));
    }

    #[test]
    fn data_says_too_few_and_nothing_else() {
        let release = Release::new("2017-Q2".into(), Instant(0), lines());
        let json = serde_json::to_value(&release).unwrap();
        let few = json["figures"][1].as_object().unwrap();
        assert_eq!(
            few.keys().collect::<Vec<_>>(),
            ["answers", "group", "kind", "measure", "office", "period"]
        );
        assert_eq!(few["kind"], "too_few");
    }
}
