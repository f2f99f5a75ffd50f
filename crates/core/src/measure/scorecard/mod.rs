//! What people's answers and the clock fairly say of an official, an office, a procedure or a field: adjusted for what it cannot influence,
//! drawn to the mean as far as there are few answers, with interval and reliability, or the statement that it is not enough to say.
//!
//! y = μ + way + group of applicants + u_subject + u_within + u_beside + v + ε, for each answer of 1 to 5 on a slip that names the subject, or
//! each finished case (1 in time, 0 late: a linear probability model), by REML ([`hailong_stats::mixed`]).
//!
//! | subject | lies within | adjusted away beside way and group |
//! |---|---|---|
//! | official | the office | the field of the case |
//! | office | | the field |
//! | procedure | its field | the office |
//! | field | | the office |
//!
//! v is what answers that came through the office have in common beside those past it, with the variance τ_d² that no number of them makes
//! smaller: one v for each official or office that is rated, and one for answers that do not say their way, with the variance (p τ_d)² where the
//! roll says that a part p of the office's answers came through it. So many answers through the office are never more than a few past it, and whoever
//! forges some gains little ([`way`]); what is usual of the difference between the ways is the fixed effect of the way.
//!
//! What is shown is μ̂ + û_subject + û_within: what people of the district's usual mix would say. Lateness and whatever the subject can influence
//! are not adjusted away.
//!
//! Each answer goes to what could do something about it ([`Subject::measures`]): what an official cannot influence is never on the
//! official's card. Trips, papers and costs are facts beside the procedure, money beyond the fee is for the head and the inspectors.

mod call_back;
mod cell;
mod counted;
mod model;
mod report;
mod way;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::{
    call_back::{CallBacks, CallStanding},
    cell::{Cell, Measure, Subject},
    counted::{Asked, Counted, Facts, Finished, Opinions, Slip},
    report::{OfSubject, Report},
    way::{OfWay, Through},
};
use self::{
    cell::Rows,
    model::{Model, plain_card, told},
    way::Distrust,
};
use super::figure::{self, MINIMUM_ANSWERS};
use crate::serve::applicant::Group;

/// The version of this method, told with every figure.
pub const METHOD: &str = "scorecard/3";
/// Least reliability of a figure that is shown: half of what subjects are seen to differ by is theirs and not chance.
pub const LEAST_RELIABILITY: f64 = 0.5;
/// Standard deviations to each side of a 90 % interval, and the threshold of a clear difference (P > .95, one-sided).
const Z90: f64 = 1.644_853_626_951_472_2;

/// Where a subject stands against the district.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Above with a probability of more than .95.
    Above,
    /// Not to be told from the others.
    Alike,
    /// Below with a probability of more than .95.
    Below,
}

/// What is said of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Score {
    /// Enough to say.
    Shown {
        /// Adjusted and shrunk mean, 1 to 5 (0 to 1 of cases in time).
        mean: f64,
        /// Lower end of the 90 % interval.
        low: f64,
        /// Upper end of the 90 % interval.
        high: f64,
        /// Against the district.
        standing: Standing,
    },
    /// Fewer answers than [`MINIMUM_ANSWERS`].
    TooFew,
    /// So many answers, and still more chance than difference: see [`LEAST_RELIABILITY`].
    Unreliable,
    /// The model cannot be fitted: subjects do not differ in what was answered, or there is only one.
    NoModel,
}

/// One subject, one measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Key of the official, office, procedure or field.
    pub subject: String,
    /// Of an official the office, of a procedure the field with most of the answers.
    pub within: Option<String>,
    /// What is said.
    pub score: Score,
    /// Answers, or cases.
    pub answers: u64,
    /// The plain mean, before anything was adjusted; nothing below [`MINIMUM_ANSWERS`].
    pub plain: Option<f64>,
    /// What answers through the office and past it say, each by themselves; empty where all count alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<OfWay>,
    /// What changes as answers through the office count less: it is added to the plain mean.
    #[serde(default)]
    pub weighed: f64,
    /// What the usual way, group and mix of the district would have made of that: it is added.
    pub adjusted: f64,
    /// How much of the rest was drawn to the mean because answers are few.
    pub drawn: f64,
    /// 1 − the variance of prediction as a share of what subjects vary by; 0 to 1.
    pub reliability: f64,
    /// The same of persons and organisations by themselves, where both are enough.
    pub groups: Vec<OfGroup>,
}

/// What is said of a subject by one group of applicants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfGroup {
    /// Person or organisation.
    pub group: Group,
    /// What is said, adjusted and shrunk by a model of this group alone.
    pub score: Score,
    /// Answers, or cases.
    pub answers: u64,
}

/// Everybody's cards for one measure and period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scorecards {
    /// Of whom or what.
    pub kind: Subject,
    /// What is measured.
    pub measure: Measure,
    /// The method.
    pub method: String,
    /// Answers of all, or cases.
    pub answers: u64,
    /// The district's mean in its usual mix.
    pub mean: f64,
    /// By how much answers through the office are better than those past it, other things alike; nothing where there are not both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excess: Option<f64>,
    /// Variances of the random effects, and what is left.
    pub variances: BTreeMap<String, f64>,
    /// By key of the subject.
    pub cards: Vec<Card>,
}

impl Scorecards {
    /// The card of a subject; nothing where no slip and no case names it.
    pub fn of(&self, subject: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.subject == subject)
    }
}

/// The cards of all subjects of a kind for one measure. The same cells give the same figures to the last bit, in whatever order they come.
pub fn scorecards(kind: Subject, measure: Measure, mut cells: Vec<Cell>, through: &Through) -> Scorecards {
    cells.sort_by(|a, b| (a.key(), a.counts).cmp(&(b.key(), b.counts)));
    let all = told(kind, &cells);
    let split = [Group::Person, Group::Organisation].map(|group| {
        let of_group = all.iter().filter(|cell| cell.group == group).copied().collect();
        (group, cards(kind, measure, of_group, through))
    });
    let mut cards = cards(kind, measure, all, through);
    for card in &mut cards.cards {
        let of_groups = split.iter().filter_map(|(group, cards)| Some((*group, cards.of(&card.subject)?)));
        let groups: Vec<OfGroup> = of_groups
            .filter(|(_, card)| card.answers >= MINIMUM_ANSWERS)
            .map(|(group, card)| OfGroup { group, score: card.score, answers: card.answers })
            .collect();
        if groups.len() == split.len() {
            card.groups = groups;
        }
    }
    cards
}

fn cards(kind: Subject, measure: Measure, cells: Vec<&Cell>, through: &Through) -> Scorecards {
    let rows = Rows::new(measure, cells);
    let (subjects, names) = rows.factor(|cell| kind.of(cell).unwrap_or_default());
    let distrust = Distrust::of(kind, measure, &rows, &subjects, through);
    let fitted = Model::fit(kind, &rows, &subjects, distrust);
    let mean = fitted.as_ref().map_or_else(|| plain_mean(&rows.response), |model| model.mean);
    let variances = fitted.as_ref().map(Model::variances).unwrap_or_default();
    let excess = fitted.as_ref().and_then(|model| model.excess);
    let mut own = vec![Vec::new(); names.len()];
    for (row, level) in subjects.codes.iter().enumerate() {
        own[*level as usize].push(row);
    }
    let card = |(level, name): (usize, &&str)| {
        let (mut card, plain) = plain_card(measure, kind, &rows, &own[level], name);
        if let Some(model) = fitted.as_ref().filter(|_| card.plain.is_some()) {
            model.say(&mut card, measure, (level, &own[level]), &rows, plain);
        }
        card
    };
    let cards = names.iter().enumerate().map(card).collect();
    let answers = rows.response.len() as u64;
    Scorecards { kind, measure, method: METHOD.to_owned(), answers, mean, excess, variances, cards }
}

fn plain_mean(answers: &[f64]) -> f64 {
    if answers.is_empty() { 0.0 } else { answers.iter().sum::<f64>() / answers.len() as f64 }
}

/// What the mean of all who were asked must lie between, 1 to 5; see [`figure::bounds`]. Nothing where nobody was asked.
pub fn bounds(plain: f64, answers: u64, asked: u64) -> Option<(f64, f64)> {
    let asked = asked.max(answers);
    (asked > 0).then(|| figure::bounds(plain, answers as f64 / asked as f64, (1.0, 5.0)))
}
