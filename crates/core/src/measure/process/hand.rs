//! Who hands cases to whom: by office and role, and by name where whoever reads may see it.

use std::collections::BTreeMap;

use hailong_stats::process::{log::Names, tables};
use serde::Serialize;

use crate::{
    context::{Actor, Role},
    directory::Directory,
};

/// Pairs that were seen less often are not told: they would tell of single cases.
const LEAST_SEEN: u64 = 5;

/// One side of a hand-over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Hand {
    /// An official.
    Official {
        /// Key of the office.
        office: String,
        /// The role there.
        role: Role,
        /// Key of the official, where the reader may see it.
        official: Option<String>,
    },
    /// The applicant.
    Citizen,
    /// The program.
    System,
    /// Somebody whom the record does not know any more.
    Unknown,
}

/// Work handed from one to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Handover {
    /// From whom.
    pub from: Hand,
    /// To whom. It is never the same person; it may be the same office and role.
    pub to: Hand,
    /// How often.
    pub count: u64,
}

fn hand(actor: &str, directory: &Directory, sees: impl Fn(&str) -> bool) -> Hand {
    if actor == Actor::Citizen.journal_name() {
        return Hand::Citizen;
    }
    if actor == Actor::System.journal_name() {
        return Hand::System;
    }
    let Ok(official) = directory.official(actor) else { return Hand::Unknown };
    Hand::Official {
        office: official.office_id.clone(),
        role: official.role,
        official: sees(actor).then(|| actor.to_owned()),
    }
}

/// What was handed from one to another, most frequent first; and how many hand-overs are not told because they are rare.
pub(super) fn handovers(
    pairs: &[tables::Handover],
    actors: &Names,
    directory: &Directory,
    sees: impl Fn(&str) -> bool,
) -> (Vec<Handover>, u64) {
    let mut all: BTreeMap<(Hand, Hand), u64> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.from != pair.to) {
        let side = |number| hand(actors.name(number), directory, &sees);
        *all.entry((side(pair.from), side(pair.to))).or_default() += pair.count;
    }
    let (told, rare): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, count)| *count >= LEAST_SEEN);
    let mut told: Vec<Handover> =
        told.into_iter().map(|((from, to), count)| Handover { from, to, count }).collect();
    told.sort_by_key(|one| std::cmp::Reverse(one.count));
    (told, rare.iter().map(|(_, count)| count).sum())
}
