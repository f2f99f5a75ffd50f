//! All cards and facts of a period.

use std::{collections::BTreeMap, panic::resume_unwind, thread};

use serde::{Deserialize, Serialize};

use super::{
    Card, METHOD, Scorecards,
    cell::{Measure, Subject},
    counted::{Counted, Facts},
    scorecards,
};

/// Everything that is said of a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The method.
    pub method: String,
    /// For each kind of subject and each measure, the cards.
    pub cards: Vec<Scorecards>,
    /// What else is known, by kind and key of the subject.
    pub facts: BTreeMap<Subject, BTreeMap<String, Facts>>,
}

/// What is said of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct OfSubject<'a> {
    /// By measure, the card, where any slip or case names the subject, and all cards.
    pub cards: Vec<(Measure, Option<&'a Card>, &'a Scorecards)>,
    /// What else is known.
    pub facts: Facts,
}

impl Report {
    /// Computes everything anew. The same counts give the same figures to the last bit.
    pub fn new(counted: &Counted) -> Self {
        Self::of_kinds(counted, &Subject::ALL)
    }

    /// Computes what is said of some kinds of subjects, and nothing of the others. Each measure is fitted by itself, beside the others.
    pub fn of_kinds(counted: &Counted, kinds: &[Subject]) -> Self {
        let through = &counted.through();
        let measures = |kind: &Subject| {
            let kind = *kind;
            kind.measures().iter().map(move |measure| (kind, *measure))
        };
        let cards = thread::scope(|threads| {
            let fit = |(kind, measure)| {
                threads.spawn(move || scorecards(kind, measure, counted.cells(measure), through))
            };
            let fits: Vec<_> = kinds.iter().flat_map(measures).map(fit).collect();
            fits.into_iter().map(|fit| fit.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
        });
        let facts = |kind| {
            let of = |key: &str| (key.to_owned(), counted.facts(kind, key));
            (kind, counted.subjects(kind).into_iter().map(of).collect())
        };
        Self { method: METHOD.to_owned(), cards, facts: kinds.iter().copied().map(facts).collect() }
    }

    /// What is said of a subject; nothing where nothing is known of it.
    pub fn of(&self, kind: Subject, key: &str) -> Option<OfSubject<'_>> {
        let facts = self.facts.get(&kind)?.get(key)?.clone();
        let cards = self.cards.iter().filter(|cards| cards.kind == kind);
        Some(OfSubject { cards: cards.map(|cards| (cards.measure, cards.of(key), cards)).collect(), facts })
    }

    /// The keys of all subjects of a kind of which anything is known.
    pub fn subjects(&self, kind: Subject) -> impl Iterator<Item = &str> {
        self.facts.get(&kind).into_iter().flat_map(|of| of.keys().map(String::as_str))
    }
}
