//! What the forms of a closed wave say: the share of "satisfied" and "very satisfied" (4 and 5) by criterion, the mean of its
//! criteria by factor, the mean of the factors as a whole, estimated for everybody in the frame. Not a mean of points: the targets
//! of the state are told as this share (NQ 30c/NQ-CP, NQ 76/NQ-CP). Who did not answer is neither satisfied nor dissatisfied.

use std::collections::BTreeSet;

use hailong_stats::stratified::{Answer, Estimate, estimate};

use super::{
    Place, Survey,
    count::{Cell, Row},
    question::{Kind, Questionnaire},
};
use crate::{
    listen::dialogue::wave::Way,
    measure::figure::{Figure, MINIMUM_ANSWERS, hidden},
};

/// Confidence of the intervals.
pub const CONFIDENCE: f64 = 0.95;

/// What became of the forms that were given out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Given out.
    pub drawn: u32,
    /// Came back.
    pub answered: u32,
    /// The person did not want to.
    pub refused: u32,
    /// The person was not found.
    pub unreached: u32,
}

impl Counts {
    /// People who are known to have been reached.
    pub const fn reached(&self) -> u32 {
        self.answered + self.refused
    }

    /// Forms of which nothing is known yet.
    pub const fn silent(&self) -> u32 {
        self.drawn - self.answered - self.refused - self.unreached
    }

    /// Answers as a share of the forms given out.
    pub fn rate(&self) -> f64 {
        if self.drawn == 0 { 0.0 } else { f64::from(self.answered) / f64::from(self.drawn) }
    }

    /// The sum with others.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            drawn: self.drawn + other.drawn,
            answered: self.answered + other.answered,
            refused: self.refused + other.refused,
            unreached: self.unreached + other.unreached,
        }
    }
}

/// A figure with the design effect of its sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// The figure.
    pub figure: Figure,
    /// Variance as a multiple of that of a simple random sample of as many answers.
    pub design_effect: f64,
}

/// The figures of one office, commune or way.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// Its key.
    pub key: String,
    /// Its forms.
    pub counts: Counts,
    /// The whole, then the factors. None where it is hidden only because a smaller one beside it would be told by it.
    pub figures: Vec<Option<Figure>>,
}

/// What was answered to a question that is no criterion.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// The share of each option (of yes, for yes or no).
    Shares(Vec<Figure>),
    /// The mean of a number, its interval, and how many answers it is made of.
    Mean {
        /// The mean; none below the minimum.
        mean: Option<(f64, f64, f64)>,
        /// Answers.
        n: u64,
    },
    /// Words, which are read and not counted.
    Words,
}

/// Everything a closed wave says.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// All forms.
    pub counts: Counts,
    /// The whole: the mean of the factors, or of the criteria where there are no factors. None without criteria.
    pub whole: Option<Index>,
    /// The factors, in order.
    pub factors: Vec<Index>,
    /// The criteria with the places of their questions, in order.
    pub criteria: Vec<(usize, Index)>,
    /// The other questions with their places, in order.
    pub facts: Vec<(usize, Fact)>,
    /// By office that did the work.
    pub offices: Vec<Domain>,
    /// By commune where people live.
    pub communes: Vec<Domain>,
    /// By the way in which forms came in.
    pub ways: Vec<Domain>,
}

/// A closed wave.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// The wave.
    pub survey: &'a Survey,
    /// What it asked.
    pub questionnaire: &'a Questionnaire,
    /// Its cells.
    pub cells: &'a [Cell],
    /// Its forms.
    pub rows: &'a [Row],
    /// What became of the forms of each stratum.
    pub roll: &'a [Counts],
    /// How many came in by each way.
    pub ways: &'a [(Way, u32)],
}

/// Criteria with their parts of a whole.
type Items = Vec<(usize, f64)>;

impl Counted<'_> {
    /// What the wave says.
    pub fn results(&self) -> Results {
        let counts = self.roll.iter().fold(Counts::default(), |sum, one| sum.and(*one));
        let invited = u64::from(counts.drawn);
        let index = |items: &Items| self.index(items, invited);
        let factors: Vec<Items> = (0..self.questionnaire.factors.len()).map(|at| self.factor(at)).collect();
        let whole = self.whole(&factors);
        let columns: Vec<Items> = std::iter::once(whole.clone()).chain(factors.iter().cloned()).collect();
        let by = |of: fn(&Place) -> &String| self.domains(&columns, of);
        Results {
            counts,
            whole: (!whole.is_empty()).then(|| index(&whole)),
            factors: factors.iter().map(index).collect(),
            criteria: self.questionnaire.criteria().map(|at| (at, index(&vec![(at, 1.0)]))).collect(),
            facts: self.facts(invited),
            offices: by(|place| &place.office),
            communes: by(|place| &place.commune),
            ways: self.by_way(&columns),
        }
    }

    fn factor(&self, at: usize) -> Items {
        let criteria: Vec<usize> = self.questionnaire.criteria_of(at).collect();
        criteria.iter().map(|criterion| (*criterion, 1.0 / criteria.len() as f64)).collect()
    }

    fn whole(&self, factors: &[Items]) -> Items {
        if factors.is_empty() {
            let criteria: Vec<usize> = self.questionnaire.criteria().collect();
            return criteria.iter().map(|at| (*at, 1.0 / criteria.len() as f64)).collect();
        }
        let n = factors.len() as f64;
        factors.iter().flatten().map(|(at, part)| (*at, part / n)).collect()
    }

    /// An estimate over the forms that are kept, of values made from answers.
    fn estimate(
        &self,
        items: &Items,
        keep: impl Fn(&Row) -> bool,
        value: impl Fn(i64) -> f64,
    ) -> Option<Estimate> {
        let populations: Vec<u32> = self.cells.iter().map(|cell| cell.frame).collect();
        let parts: Vec<f64> = items.iter().map(|(_, part)| *part).collect();
        let answers: Vec<Answer> = self
            .rows
            .iter()
            .map(|row| {
                let kept = keep(row);
                let given = |(at, _): &(usize, f64)| row.values.get(*at).copied().flatten().filter(|_| kept);
                let values = items.iter().map(|item| given(item).map(&value)).collect();
                Answer { stratum: row.cell as usize, values }
            })
            .collect();
        estimate(&populations, &parts, &answers)
    }

    fn index(&self, items: &Items, invited: u64) -> Index {
        let found = self.estimate(items, |_| true, satisfied);
        Index {
            figure: figure(found, invited),
            design_effect: found.map_or(1.0, |found| found.design_effect),
        }
    }

    fn facts(&self, invited: u64) -> Vec<(usize, Fact)> {
        let share = |at, yes: &dyn Fn(i64) -> bool| {
            let found = self.estimate(&vec![(at, 1.0)], |_| true, |value| f64::from(u8::from(yes(value))));
            figure(found, invited)
        };
        let fact = |at: usize, kind: &Kind| {
            Some(match kind {
                Kind::Score => return None,
                Kind::Words => Fact::Words,
                Kind::YesNo => Fact::Shares(vec![share(at, &|value| value == 1)]),
                Kind::One { options } => {
                    let one = |option| share(at, &move |value| value == option);
                    Fact::Shares((1..=options.len() as i64).map(one).collect())
                }
                Kind::Many { options, .. } => {
                    let one = |option: usize| share(at, &move |value| value >> option & 1 == 1);
                    Fact::Shares((0..options.len()).map(one).collect())
                }
                Kind::Number { .. } => {
                    let found = self.estimate(&vec![(at, 1.0)], |_| true, |value| value as f64);
                    let shown = found.filter(|found| found.n >= MINIMUM_ANSWERS);
                    let mean = shown.map(|found| {
                        let (low, high) = found.mean_interval(CONFIDENCE);
                        (found.value, low, high)
                    });
                    Fact::Mean { mean, n: found.map_or(0, |found| found.n) }
                }
            })
        };
        let questions = self.questionnaire.questions.iter().enumerate();
        questions.filter_map(|(at, question)| Some((at, fact(at, &question.kind)?))).collect()
    }

    fn domains(&self, columns: &[Items], of: fn(&Place) -> &String) -> Vec<Domain> {
        let strata = || self.survey.strata.iter().map(|stratum| of(&stratum.place));
        let keys: BTreeSet<&String> = strata().filter(|key| !key.is_empty()).collect();
        let counts = |key: &String| {
            let own = strata().zip(self.roll).filter(|(found, _)| *found == key);
            own.fold(Counts::default(), |sum, (_, one)| sum.and(*one))
        };
        let domains = keys.into_iter().map(|key| (key.clone(), counts(key))).collect();
        let is_of = |row: &Row, key: &str| {
            self.cells.get(row.cell as usize).is_some_and(|cell| of(&cell.place).as_str() == key)
        };
        self.told_apart(columns, domains, is_of)
    }

    fn by_way(&self, columns: &[Items]) -> Vec<Domain> {
        let domain = |(way, n): &(Way, u32)| {
            (way.key().to_owned(), Counts { drawn: *n, answered: *n, ..Counts::default() })
        };
        let domains = self.ways.iter().filter(|(_, n)| *n > 0).map(domain).collect();
        self.told_apart(columns, domains, |row, key| row.way.map_or("", Way::key) == key)
    }

    /// The figures of parts that make up the whole, with those hidden that could tell of a few.
    fn told_apart(
        &self,
        columns: &[Items],
        domains: Vec<(String, Counts)>,
        is_of: impl Fn(&Row, &str) -> bool,
    ) -> Vec<Domain> {
        let mut told: Vec<Domain> =
            domains.into_iter().map(|(key, counts)| Domain { key, counts, figures: Vec::new() }).collect();
        for items in columns.iter().filter(|items| !items.is_empty()) {
            let found = |key: &str| self.estimate(items, |row| is_of(row, key), satisfied);
            let parts: Vec<_> = told.iter().map(|domain| found(&domain.key)).collect();
            let n = |found: &Option<Estimate>| found.map_or(0, |found| found.n);
            let hidden = hidden(&parts.iter().map(n).collect::<Vec<_>>(), n(&found("")));
            for ((domain, found), hidden) in told.iter_mut().zip(parts).zip(hidden) {
                let figure = figure(found, u64::from(domain.counts.drawn));
                // Too few says so by itself.
                let shown = !hidden || matches!(figure, Figure::TooFew { .. });
                domain.figures.push(shown.then_some(figure));
            }
        }
        told
    }
}

/// 4 and 5 are satisfied.
fn satisfied(score: i64) -> f64 {
    f64::from(u8::from(score >= 4))
}

fn figure(found: Option<Estimate>, invited: u64) -> Figure {
    found.map_or(Figure::TooFew { n: 0 }, |found| {
        Figure::estimated(found.value, found.share_interval(CONFIDENCE), found.n, invited)
    })
}
