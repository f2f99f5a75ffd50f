//! Slips that wait: each names an official, a step or a procedure, and is shown only among enough that name the same. A day's box
//! rarely has five of one official; so its slips are held back, under a key of their own, until five came together or the
//! quarter is over. Then what is still too little names less: the official without the field, the office without the official;
//! and what an office has too few of altogether counts in the district's rest.
//!
//! At every sealing all that is held is shuffled and encrypted anew, and the key before is destroyed: neither place nor time
//! tells which slips came with which box.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    rating::OpenedBallot,
    receipt::{Mark, Opening, Pile},
    sealing::{REST, SHARED_BY, nameable},
    slip::{AttitudeSlip, Naming, ProcedureSlip, SpeedSlip},
};
use crate::{
    batch::Side, context::Entropy, id::Bytes, secret::SecretKey, serve::applicant::Group, time::Day,
};

/// What is held is padded to a multiple of so many bytes before encryption, so that its length tells little.
const PADDING: usize = 4_096;

/// A slip and the tag by which its rater finds it.
pub type Tagged<S> = (Mark, S);

/// The slips that wait at an office, of one group of applicants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// How people were met.
    pub attitude: Vec<Tagged<AttitudeSlip>>,
    /// How quickly.
    pub speed: Vec<Tagged<SpeedSlip>>,
    /// The procedure.
    pub procedure: Vec<Tagged<ProcedureSlip>>,
}

/// How many slips of each pile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piles {
    /// How people were met.
    pub attitude: u32,
    /// How quickly.
    pub speed: u32,
    /// The procedure.
    pub procedure: u32,
}

/// What the journal says of the slips that wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    /// Counts how often they were encrypted anew, from 1.
    pub version: i64,
    /// How many wait now.
    pub waiting: Piles,
    /// How many could not be opened with their key, and are lost to the figures.
    #[serde(default, skip_serializing_if = "Piles::is_empty")]
    pub lost: Piles,
    /// SHA-256 of the ciphertext: it cannot be exchanged unseen.
    pub hash: Bytes,
}

/// What waited when a box was opened, and what it needs to wait on.
pub struct Holding {
    /// The slips.
    pub held: Held,
    /// Their version; 0 where nothing ever waited.
    pub version: i64,
    /// How many could not be opened.
    pub lost: Piles,
    /// The key of the next version.
    pub key: SecretKey,
}

/// Whether what waits, the last since a day, is to be shown today with fewer names: its quarter is over. The rest of the district
/// came from quarters that are over; it waits only until there is enough of it.
pub fn is_due(office_id: &str, waiting: Piles, last: Day, today: Day) -> bool {
    if office_id == REST {
        waiting.any_enough()
    } else {
        !waiting.is_empty() && last.month().quarter() != today.month().quarter()
    }
}

/// The name under which the key of a version of what is held is kept.
pub fn key_name(office_id: &str, group: Group, version: i64) -> String {
    format!("held/{office_id}/{}/{version}", group.key())
}

impl Piles {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether any pile has so many that they may be shown.
    pub fn any_enough(&self) -> bool {
        [self.attitude, self.speed, self.procedure].iter().any(|n| *n as usize >= SHARED_BY)
    }
}

impl Held {
    /// How many wait.
    pub fn count(&self) -> Piles {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Piles {
            attitude: count(self.attitude.len()),
            speed: count(self.speed.len()),
            procedure: count(self.procedure.len()),
        }
    }

    /// Adds the slips of ballots, with all that they could name.
    pub(super) fn take_in(&mut self, ballots: &[OpenedBallot], entropy: &Entropy) {
        for opened in ballots {
            // Nobody has a receipt of a ballot of the first versions: its slips get tags that nobody asks for.
            let opening = opened.opening.unwrap_or_else(|| Opening::new(entropy));
            self.attitude.push((opening.tag(Pile::Attitude), AttitudeSlip::of(opened)));
            self.speed.push((opening.tag(Pile::Speed), SpeedSlip::of(opened)));
            self.procedure.push((opening.tag(Pile::Procedure), ProcedureSlip::of(opened)));
        }
    }

    /// Adds what others hold.
    pub(super) fn join(&mut self, other: Self) {
        self.attitude.extend(other.attitude);
        self.speed.extend(other.speed);
        self.procedure.extend(other.procedure);
    }

    /// Takes every name away.
    pub(super) fn name_nothing(&mut self) {
        self.attitude.iter_mut().for_each(|(_, slip)| slip.name_nothing());
        self.speed.iter_mut().for_each(|(_, slip)| slip.name_nothing());
        self.procedure.iter_mut().for_each(|(_, slip)| slip.name_nothing());
    }

    /// Takes out the slips of which enough name the same, shuffled.
    pub(super) fn release(&mut self, entropy: &Entropy) -> Self {
        Self {
            attitude: shuffled(enough(&mut self.attitude), entropy),
            speed: shuffled(enough(&mut self.speed), entropy),
            procedure: shuffled(enough(&mut self.procedure), entropy),
        }
    }

    /// Takes out all that may be shown, with fewer names where too few share them; what is left is too little even unnamed.
    pub(super) fn close(&mut self, entropy: &Entropy) -> Self {
        Self {
            attitude: shuffled(less_and_less(&mut self.attitude), entropy),
            speed: shuffled(less_and_less(&mut self.speed), entropy),
            procedure: shuffled(less_and_less(&mut self.procedure), entropy),
        }
    }

    fn padded(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        // Spaces after the value are part of no value.
        bytes.resize(bytes.len().next_multiple_of(PADDING), b' ');
        bytes
    }

    /// Opens what was kept of a version.
    pub fn open(office_id: &str, group: Group, version: i64, key: &SecretKey, sealed: &[u8]) -> Option<Self> {
        let bytes = key.open(key_name(office_id, group, version).as_bytes(), sealed)?;
        serde_json::from_slice(&bytes).ok()
    }
}

impl Holding {
    /// What is written of what waits on: what the journal says of it, and the row beside the chain.
    pub(super) fn keep(self, office_id: &str, group: Group, entropy: &Entropy) -> (HeldBack, Side) {
        let Self { mut held, version, lost, key } = self;
        let version = version + 1;
        entropy.shuffle(&mut held.attitude);
        entropy.shuffle(&mut held.speed);
        entropy.shuffle(&mut held.procedure);
        let sealed = key.seal(entropy, key_name(office_id, group, version).as_bytes(), &held.padded());
        let hash = Bytes(Sha256::digest(&sealed).to_vec());
        let said = HeldBack { version, waiting: held.count(), lost, hash };
        (said, Side::Held { office_id: office_id.to_owned(), group, sealed })
    }
}

fn shuffled<T>(mut items: Vec<T>, entropy: &Entropy) -> Vec<T> {
    entropy.shuffle(&mut items);
    items
}

/// The slips whose names enough share, taken out of those held.
fn enough<S: Naming>(held: &mut Vec<Tagged<S>>) -> Vec<Tagged<S>> {
    let mut sharing: BTreeMap<S::Names, Vec<Tagged<S>>> = BTreeMap::new();
    for (tag, slip) in held.drain(..) {
        sharing.entry(slip.names()).or_default().push((tag, slip));
    }
    let mut taken = Vec::new();
    for (_, group) in sharing {
        if group.len() >= SHARED_BY { taken.extend(shown(group)) } else { held.extend(group) }
    }
    taken
}

/// A group as it is shown: how its slips came in is said where enough of them came in so.
fn shown<S: Naming>(mut group: Vec<Tagged<S>>) -> impl Iterator<Item = Tagged<S>> {
    let sources = nameable(group.iter_mut().filter_map(|(_, slip)| slip.source().copied()));
    for source in group.iter_mut().filter_map(|(_, slip)| slip.source()) {
        if !sources.contains(source) {
            *source = None;
        }
    }
    group.into_iter().map(|(tag, slip)| (tag, slip.opened()))
}

fn less_and_less<S: Naming>(held: &mut Vec<Tagged<S>>) -> Vec<Tagged<S>> {
    let mut taken = enough(held);
    held.iter_mut().for_each(|(_, slip)| slip.name_less());
    taken.extend(enough(held));
    held.iter_mut().for_each(|(_, slip)| slip.name_nothing());
    taken.extend(enough(held));
    taken
}
