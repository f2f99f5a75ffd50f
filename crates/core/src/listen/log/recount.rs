//! Counting anew, from the log alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Leaf, OpenedLine};
use crate::{listen::rating::Asked, serve::applicant::Group};

/// Answers are counted by score: the scores 1 to 5 in their places, `no`, `yes`, `not_said` in 0, 1, 2, trips in 1 to 4.
pub type Scores = [u64; 6];

/// A published figure: how often each answer was given to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The office.
    pub office: String,
    /// Person or organisation.
    pub group: Group,
    /// The month in which the answers were sealed: `2017-06`.
    pub month: String,
    /// The name of an [`Ask`](crate::listen::questionnaire::Ask) other than words.
    pub question: String,
    /// How often each score was given.
    pub counts: Scores,
}

/// A figure that is not what the log says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The office.
    pub office: String,
    /// Person or organisation.
    pub group: Group,
    /// The month.
    pub month: String,
    /// The question.
    pub question: String,
    /// What was published; nothing when the figure is missing.
    pub published: Option<Scores>,
    /// What the log says; nothing when it has no such answers.
    pub counted: Option<Scores>,
}

type Key = (String, Group, String, String);

/// What was counted.
#[derive(Clone, Debug, Default)]
pub struct Recount {
    /// By office, group and month, then by question.
    offices: BTreeMap<(String, Group, String), [Scores; QUESTIONS.len()]>,
    /// By official: answers on welcome and guidance.
    officials: BTreeMap<String, [Scores; 2]>,
    /// Ballots.
    pub ballots: u64,
    /// Lines: more than ballots where slips had waited for others.
    pub lines: u64,
    /// Lines that an opening opened.
    pub opened: u64,
}

/// The questions in the order of a leaf.
const QUESTIONS: [&str; 10] = [
    "overall",
    "welcome",
    "guidance",
    "speed",
    "lawful",
    "trips",
    "extra_money",
    "contacts",
    "days",
    "extra_papers",
];

impl Recount {
    /// Counts a leaf.
    pub fn add(&mut self, leaf: &Leaf) {
        self.lines += 1;
        self.ballots += u64::from(leaf.receipt.is_some());
        let key = (leaf.office.clone(), leaf.group, leaf.month.clone());
        let counts = self.offices.entry(key).or_default();
        let (welcome, guidance) = leaf.met();
        let (lawful, trips, extra_money) =
            leaf.procedure.map_or((None, None, None), |(lawful, trips, money, _)| (lawful, trips, money));
        let answers = [
            leaf.overall.map(|(score, _)| score),
            welcome,
            guidance,
            leaf.speed.and_then(|(score, _)| score),
            lawful,
            trips,
            extra_money.map(Asked::score),
            leaf.contacts,
            leaf.days,
            leaf.extra_papers.map(Asked::score),
        ];
        counts.iter_mut().zip(answers).for_each(|(scores, answer)| count(scores, answer));
    }

    /// Counts what an opening says of its leaf; whether it is the right one.
    pub fn open(&mut self, leaf: &Leaf, opening: &OpenedLine) -> bool {
        if !leaf.is_opened_by(opening) {
            return false;
        }
        self.opened += 1;
        if let Some(official) = &opening.official {
            let counts = self.officials.entry(official.clone()).or_default();
            let (welcome, guidance) = leaf.met();
            let answers = [welcome, guidance];
            counts.iter_mut().zip(answers).for_each(|(scores, answer)| count(scores, answer));
        }
        true
    }

    /// The figures of offices, in their order. Questions that nobody answered have none.
    pub fn figures(&self) -> impl Iterator<Item = Figure> {
        self.offices.iter().flat_map(|((office, group, month), counts)| {
            let answered =
                QUESTIONS.into_iter().zip(counts).filter(|(_, counts)| counts.iter().any(|n| *n > 0));
            answered.map(|(question, counts)| Figure {
                office: office.clone(),
                group: *group,
                month: month.clone(),
                question: question.to_owned(),
                counts: *counts,
            })
        })
    }

    /// By official, how often each score was given for the welcome and for the guidance.
    pub fn officials(&self) -> &BTreeMap<String, [Scores; 2]> {
        &self.officials
    }
}

fn count(scores: &mut Scores, answer: Option<u8>) {
    if let Some(n) = answer.and_then(|answer| scores.get_mut(usize::from(answer))) {
        *n += 1;
    }
}

/// The published figures that differ from what was counted, and those that one of the two has not.
pub fn differences(published: &[Figure], recount: &Recount) -> Vec<Difference> {
    let key = |figure: &Figure| -> Key {
        (figure.office.clone(), figure.group, figure.month.clone(), figure.question.clone())
    };
    let mut both: BTreeMap<Key, (Option<Scores>, Option<Scores>)> = BTreeMap::new();
    for figure in published {
        both.entry(key(figure)).or_default().0 = Some(figure.counts);
    }
    for figure in recount.figures() {
        both.entry(key(&figure)).or_default().1 = Some(figure.counts);
    }
    both.retain(|_, (published, counted)| published != counted);
    let difference = |((office, group, month, question), (published, counted))| Difference {
        office,
        group,
        month,
        question,
        published,
        counted,
    };
    both.into_iter().map(difference).collect()
}
