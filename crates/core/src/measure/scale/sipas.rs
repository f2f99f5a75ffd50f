//! The satisfaction index of the Ministry of Home Affairs (SIPAS): the share of "satisfied" and "very satisfied" by criterion, factor
//! and as a whole, of a sample of those whose cases were closed. [`survey::index`] computes it; here it is set beside the state's aims.

use serde::Serialize;

use super::Ratio;
use crate::{
    listen::survey::{self, index::Results},
    measure::figure::Figure,
    time::Day,
};

/// An aim of the state for the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Aim {
    /// The last year for which it is told.
    pub year: i32,
    /// The share.
    pub share: Ratio,
    /// Whether the share itself is not enough.
    pub more: bool,
}

/// More than 80 % by 2020 (NQ 30c/NQ-CP); at least 90 % by 2025 and 95 % by 2030 (NQ 76/NQ-CP).
pub const AIMS: [Aim; 3] = [
    Aim { year: 2020, share: Ratio::new(80, 100), more: true },
    Aim { year: 2025, share: Ratio::new(90, 100), more: false },
    Aim { year: 2030, share: Ratio::new(95, 100), more: false },
];

impl Aim {
    /// The aim of a year; after the last one, the last.
    pub fn of(year: i32) -> Self {
        AIMS.into_iter().find(|aim| year <= aim.year).unwrap_or(AIMS[2])
    }

    /// Whether an estimated share reaches it. Estimates are weighted sums of machine numbers: what they add in the last places is not
    /// taken for a difference.
    pub fn reached(self, share: f64) -> bool {
        const PARTS: f64 = 1e9;
        let share = Ratio::new((share.clamp(0.0, 1.0) * PARTS).round() as u128, PARTS as u128);
        if self.more { share > self.share } else { share >= self.share }
    }
}

/// The index of a wave for the district or for one office.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sipas {
    /// Number of the wave.
    pub wave: u32,
    /// Its name.
    pub name: String,
    /// When it was counted.
    pub closed_on: Day,
    /// Forms given out and come back.
    pub forms: (u32, u32),
    /// The whole; none where it is hidden, or the wave asks for no satisfaction.
    pub whole: Option<Figure>,
    /// The factors by their names.
    pub factors: Vec<(String, Option<Figure>)>,
    /// The criteria by their words; of the district only.
    pub criteria: Vec<(String, Figure)>,
    /// The aim of the year.
    pub aim: Aim,
    /// Whether the whole reaches it; none below the minimum of answers.
    pub reached: Option<bool>,
}

/// What a counted wave says of everybody, or of one office.
pub fn of_wave(
    (wave, name, closed_on): (u32, String, Day),
    questionnaire: &survey::question::Questionnaire,
    results: &Results,
    office: Option<&str>,
) -> Option<Sipas> {
    let names = questionnaire.factors.iter().map(|factor| factor.vi.clone());
    let (counts, whole, factors) = match office {
        None => {
            let factors = results.factors.iter().map(|index| Some(index.figure)).collect();
            (results.counts, results.whole.map(|index| index.figure), factors)
        }
        Some(office) => {
            let domain = results.offices.iter().find(|domain| domain.key == office)?;
            let mut figures = domain.figures.iter().copied();
            (domain.counts, figures.next().flatten(), figures.collect::<Vec<_>>())
        }
    };
    let words = |at: usize| {
        questionnaire.questions.get(at).map_or(String::new(), |question| question.text.vi.clone())
    };
    let criteria = results.criteria.iter().map(|(at, index)| (words(*at), index.figure));
    let aim = Aim::of(closed_on.month().year());
    let reached = whole.and_then(|whole| match whole {
        Figure::Shown { share, .. } => Some(aim.reached(share)),
        Figure::TooFew { .. } => None,
    });
    Some(Sipas {
        wave,
        name,
        closed_on,
        forms: (counts.drawn, counts.answered),
        whole,
        factors: names.zip(factors).collect(),
        criteria: if office.is_none() { criteria.collect() } else { Vec::new() },
        aim,
        reached,
    })
}
