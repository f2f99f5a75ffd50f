//! A wave is closed: the box is opened, shuffled, and its forms are written down by cells.
//!
//! A cell is a stratum, or several that had too few answers each: at least [`CELL_MINIMUM`] answers share everything that is
//! known of one of them. The cells are also the classes in which answers are weighted for those who did not answer (weighting
//! class adjustment; Lohr 2010, §8.5): each answer stands for frame / answers of its cell, so the weights sum to the frame.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Place, Stratum, Survey, leads, organiser,
    roll::{Slip, survey_box},
    subject,
};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context},
    event::Event,
    id::{Bytes, new_blind_id},
    listen::{
        dialogue::wave::Way,
        opinion::{Opinion, mask::mask},
        rating::{BallotBox, day_only},
        sealing::SHARED_BY,
    },
    refusal::Refusal,
};

/// Answers that share what is known of one of them.
pub const CELL_MINIMUM: u32 = SHARED_BY as u32;
/// Days after the last one on which a wave is closed by itself: time for forms on paper to be typed in.
pub const CLOSES_AFTER: i32 = 7;

/// Strata that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// What they have in common.
    #[serde(flatten)]
    pub place: Place,
    /// How many people they have.
    pub frame: u32,
    /// How many of them answered.
    pub answered: u32,
}

/// The answers of one form, without words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Number of the cell.
    pub cell: u32,
    /// How it came in, when enough of its cell came in each of the ways that were used there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
    /// One value for each question.
    pub values: Vec<Option<i64>>,
}

/// An answer in words, by itself: sealed under its own key, numbers of persons masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Random key.
    pub words_id: Uuid,
    /// Place of the question.
    pub question: u32,
    /// The words, sealed.
    pub words: Bytes,
}

/// See [`Event::SurveyClosed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// The wave.
    pub wave: u32,
    /// How many forms the box held.
    pub answered: u32,
    /// The cells; none when fewer than [`CELL_MINIMUM`] answered in all: then nothing was opened.
    pub cells: Vec<Cell>,
    /// The forms, shuffled within their cells.
    pub rows: Vec<Row>,
    /// The words, shuffled by themselves.
    pub words: Vec<Words>,
}

/// What a cell is made of on its way.
#[derive(Clone, Debug)]
struct Part {
    cell: Cell,
    strata: Vec<usize>,
}

fn join(a: Part, b: Part) -> Part {
    let common = |a: String, b: String| if a == b { a } else { String::new() };
    let place = Place {
        office: common(a.cell.place.office, b.cell.place.office),
        commune: common(a.cell.place.commune, b.cell.place.commune),
        field: common(a.cell.place.field, b.cell.place.field),
    };
    let cell =
        Cell { place, frame: a.cell.frame + b.cell.frame, answered: a.cell.answered + b.cell.answered };
    Part { cell, strata: [a.strata, b.strata].concat() }
}

/// Joins parts with too few answers until what is left has enough; takes the smallest of the others along where it must, because
/// one left over beside named ones would be named by its absence. All in one when even that is too few.
fn settle(parts: Vec<Part>) -> Result<Vec<Part>, Part> {
    let (mut enough, short): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|part| part.cell.answered >= CELL_MINIMUM);
    let Some(mut rest) = short.into_iter().reduce(join) else { return Ok(enough) };
    while rest.cell.answered < CELL_MINIMUM {
        let order = |part: &&Part| (part.cell.answered, part.strata.first().copied());
        let Some(smallest) = enough.iter().min_by_key(order).map(|part| part.strata.clone()) else {
            return Err(rest);
        };
        let at = enough.iter().position(|part| part.strata == smallest).unwrap_or_default();
        rest = join(rest, enough.swap_remove(at));
    }
    enough.push(rest);
    Ok(enough)
}

/// Puts strata together by the fields of a commune at an office, then by the communes of an office, then all. None when fewer than
/// [`CELL_MINIMUM`] answered. Gives the cells, and the cell of each stratum.
pub fn cells(strata: &[Stratum], answered: &[u32]) -> Option<(Vec<Cell>, Vec<usize>)> {
    let part = |(at, (stratum, answered)): (usize, (&Stratum, &u32))| Part {
        cell: Cell { place: stratum.place.clone(), frame: stratum.frame, answered: *answered },
        strata: vec![at],
    };
    let mut parts: Vec<Part> = strata.iter().zip(answered).enumerate().map(part).collect();
    for by in [
        (|part: &Part| (part.cell.place.office.clone(), part.cell.place.commune.clone())) as fn(&Part) -> _,
        |part| (part.cell.place.office.clone(), String::new()),
    ] {
        let mut groups = BTreeMap::<(String, String), Vec<Part>>::new();
        for part in parts {
            groups.entry(by(&part)).or_default().push(part);
        }
        // What has too few even so goes on to the next stage as one.
        let settled = groups.into_values().map(|group| settle(group).unwrap_or_else(|rest| vec![rest]));
        parts = settled.flatten().collect();
    }
    let mut parts = settle(parts).ok()?;
    parts.sort_by_key(|part| part.strata.iter().min().copied());
    let mut of = vec![0; strata.len()];
    for (at, part) in parts.iter().enumerate() {
        part.strata.iter().for_each(|stratum| of[*stratum] = at);
    }
    Some((parts.into_iter().map(|part| part.cell).collect(), of))
}

/// Decides that a wave is closed. `slips` is everything that waits in its box, as it was kept; `hashes` are those of the roll.
///
/// # Errors
/// Refuses waves that were closed, everybody who does not prepare surveys, and before the last day has passed everybody but the
/// leader. The program closes a wave [`CLOSES_AFTER`] days after its last one. [`Refusal::Stale`] when box and roll differ: a form
/// came in at this moment.
pub fn close(
    survey: &Survey,
    slips: &[(Vec<u8>, Slip)],
    hashes: &[Vec<u8>],
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let (today, last) = (ctx.at.day(), survey.days.1);
    match &ctx.actor {
        Actor::System if today <= last.plus(CLOSES_AFTER) => return Err(Refusal::SurveyRunning),
        Actor::System => {}
        _ if today <= last => leads(ctx, false)?,
        _ => organiser(ctx)?,
    }
    if survey.closed_on.is_some() {
        return Err(Refusal::SurveyOver);
    }
    let mut waiting: Vec<Vec<u8>> = slips.iter().map(|(sealed, _)| Sha256::digest(sealed).to_vec()).collect();
    waiting.sort_unstable();
    let mut known = hashes.to_vec();
    known.sort_unstable();
    if waiting != known {
        return Err(Refusal::Stale);
    }
    let mut answered = vec![0_u32; survey.strata.len()];
    for (_, slip) in slips {
        *answered.get_mut(slip.stratum as usize).ok_or(Refusal::Stale)? += 1;
    }
    let of = survey_box(survey.wave);
    let mut side = vec![Side::EmptyBox { box_id: BallotBox::id(&of.office_id, of.group), serial: of.serial }];
    let (wave, n) = (survey.wave, slips.len() as u32);
    let closed = match cells(&survey.strata, &answered) {
        Some((cells, of)) => {
            let rows = rows(slips, &of, cells.len(), ctx);
            Closed { wave, answered: n, cells, rows, words: words(slips, ctx, &mut side) }
        }
        None => Closed { wave, answered: n, cells: vec![], rows: vec![], words: vec![] },
    };
    let event = Event::SurveyClosed(Box::new(closed));
    let name = ctx.actor.journal_name();
    let mut batch = Batch::one(name, day_only(ctx.at), &subject(survey.wave), survey.version + 1, event);
    batch.side = side;
    Ok(batch)
}

fn rows(slips: &[(Vec<u8>, Slip)], of: &[usize], cells: usize, ctx: &Context<'_>) -> Vec<Row> {
    let mut by_cell = vec![Vec::new(); cells];
    for (_, slip) in slips {
        by_cell[of[slip.stratum as usize]].push(slip);
    }
    let mut rows = Vec::with_capacity(slips.len());
    for (cell, mut slips) in (0..).zip(by_cell) {
        ctx.entropy.shuffle(&mut slips);
        let count = |way: Way| slips.iter().filter(|slip| slip.way == way).count() as u32;
        let named = Way::ALL.into_iter().all(|way| count(way) == 0 || count(way) >= CELL_MINIMUM);
        rows.extend(slips.iter().map(|slip| Row {
            cell,
            way: named.then_some(slip.way),
            values: slip.answers.values.clone(),
        }));
    }
    rows
}

fn words(slips: &[(Vec<u8>, Slip)], ctx: &Context<'_>, side: &mut Vec<Side>) -> Vec<Words> {
    let mut said: Vec<(u32, &String)> = slips
        .iter()
        .flat_map(|(_, slip)| slip.answers.words.iter().map(|(at, words)| (*at, words)))
        .collect();
    ctx.entropy.shuffle(&mut said);
    let sealed = said.into_iter().map(|(question, words)| {
        let words_id = new_blind_id(&ctx.entropy);
        let (key, wrapped) = ctx.secrets.new_data_key(words_id, &ctx.entropy);
        side.push(Side::DataKey { subject: words_id, wrapped });
        let words = mask(words, &Opinion::default());
        Words {
            words_id,
            question,
            words: Bytes(key.seal(&ctx.entropy, words_id.as_bytes(), words.as_bytes())),
        }
    });
    sealed.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stratum(office: &str, commune: &str, field: &str, frame: u32) -> Stratum {
        let place = Place { office: office.into(), commune: commune.into(), field: field.into() };
        Stratum { place, frame, drawn: frame.min(10) }
    }

    #[test]
    fn small_strata_are_put_together_with_what_is_nearest() {
        let strata = [
            stratum("a", "a", "hộ tịch", 100),
            stratum("a", "a", "chứng thực", 80),
            stratum("a", "a", "đất đai", 3),
            stratum("b", "b", "hộ tịch", 50),
            stratum("b", "c", "hộ tịch", 7),
        ];
        let (found, of) = cells(&strata, &[9, 6, 1, 8, 2]).unwrap();
        // One answer about land goes with the smaller of the two other fields; b has one cell, or c would be told.
        assert_eq!(of, [0, 1, 1, 2, 2]);
        let places: Vec<_> =
            found.iter().map(|cell| (cell.place.commune.as_str(), cell.place.field.as_str())).collect();
        assert_eq!(places, [("a", "hộ tịch"), ("a", ""), ("", "hộ tịch")]);
        assert_eq!((found[1].frame, found[1].answered, found[2].place.office.as_str()), (83, 7, "b"));
        assert_eq!(cells(&strata, &[1, 1, 1, 1, 0]), None);
        assert_eq!(cells(&strata, &[5, 0, 0, 0, 0]).unwrap().0.len(), 1);
    }

    proptest! {
        #[test]
        fn every_cell_has_enough_and_none_is_lost(
            parts in prop::collection::vec((0_u8..4, 0_u8..4, 0_u8..3, 1_u32..500, 0_u32..12), 1..60),
        ) {
            let mut strata = BTreeMap::new();
            for (office, commune, field, frame, answered) in parts {
                let stratum = stratum(&format!("o{office}"), &format!("c{commune}"), &format!("f{field}"), frame);
                strata.insert(stratum.place.clone(), (stratum, answered.min(frame)));
            }
            let (strata, answered): (Vec<_>, Vec<_>) = strata.into_values().unzip();
            let sum = |of: &[u32]| of.iter().sum::<u32>();
            match cells(&strata, &answered) {
                None => prop_assert!(sum(&answered) < CELL_MINIMUM),
                Some((cells, of)) => {
                    prop_assert!(cells.iter().all(|cell| cell.answered >= CELL_MINIMUM));
                    let frame: u32 = strata.iter().map(|stratum| stratum.frame).sum();
                    prop_assert_eq!(cells.iter().map(|cell| cell.frame).sum::<u32>(), frame);
                    prop_assert_eq!(cells.iter().map(|cell| cell.answered).sum::<u32>(), sum(&answered));
                    for (stratum, cell) in strata.iter().zip(&of) {
                        let place = &cells[*cell].place;
                        prop_assert!(place.office.is_empty() || place.office == stratum.place.office);
                        prop_assert!(place.commune.is_empty() || place.commune == stratum.place.commune);
                        prop_assert!(place.field.is_empty() || place.field == stratum.place.field);
                    }
                }
            }
        }
    }
}
