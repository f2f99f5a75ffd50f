//! What a decision may look at besides the state: who acts, when, the published rules, and fresh randomness.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    directory::Directory, refusal::Refusal, secret::Secrets, serve::official::Official, time::Instant,
};

/// Everything a decision is given besides the state and the command. Made by [`Context::new`], rights follow from the
/// posts of the day.
pub struct Context<'a> {
    /// Who acts.
    pub actor: Actor,
    /// Business time.
    pub at: Instant,
    /// Offices, officials, procedures and calendar in force.
    pub directory: &'a Directory,
    /// Fresh random bytes.
    pub entropy: Entropy,
    /// Keys kept apart from the database.
    pub secrets: &'a Secrets,
}

impl<'a> Context<'a> {
    /// A context in which an official has the rights of the posts held on that day, own and stood in for.
    pub fn new(
        actor: Actor,
        at: Instant,
        directory: &'a Directory,
        entropy: Entropy,
        secrets: &'a Secrets,
    ) -> Self {
        let actor = match actor {
            Actor::Official(official) => match directory.acting(&official.id, at.day()) {
                Ok(acting) => Actor::Official(acting),
                Err(_) => Actor::Former(official.id),
            },
            other => other,
        };
        Self { actor, at, directory, entropy, secrets }
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in official.
    Official(Official),
    /// An official whose posts have ended (or not begun): may do nothing.
    Former(String),
    /// A citizen or a business, known by what they hold (an invitation, a code), not by name.
    Citizen,
    /// The program itself, on a schedule or at the first set-up.
    System,
}

/// What somebody is allowed to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Receives and handles cases at one office.
    Official,
    /// Answers for one office.
    Head,
    /// Leads the district; reads all offices' figures.
    Leader,
    /// Keeps the system running; sees no case.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::Official, Self::Head, Self::Leader, Self::Admin];

    /// Stable name in data and language files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Head => "head",
            Self::Leader => "leader",
            Self::Admin => "admin",
        }
    }

    /// The role with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }
}

impl Actor {
    /// The name that the journal keeps.
    pub fn journal_name(&self) -> &str {
        match self {
            Self::Official(official) => &official.id,
            Self::Former(id) => id,
            Self::Citizen => "citizen",
            Self::System => "system",
        }
    }

    /// The official who may handle cases of this office.
    ///
    /// # Errors
    /// Refuses other roles, officials of other offices, and those whose posts have ended. A deputy may act.
    pub fn handles(&self, office_id: &str) -> Result<&Official, Refusal> {
        let official = match self {
            Self::Official(official) => official,
            Self::Former(_) => return Err(Refusal::PostEnded),
            _ => return Err(Refusal::NotYourRole),
        };
        if official.role_at(office_id).is_some() {
            return Ok(official);
        }
        let serves = official.has_role(&[Role::Official, Role::Head]);
        Err(if serves { Refusal::NotYourOffice } else { Refusal::NotYourRole })
    }

    /// Refuses everybody but the program itself and an administrator.
    ///
    /// # Errors
    /// Refuses other actors.
    pub fn administers(&self) -> Result<(), Refusal> {
        match self {
            Self::System => Ok(()),
            Self::Official(official) if official.has_role(&[Role::Admin]) => Ok(()),
            Self::Former(_) => Err(Refusal::PostEnded),
            _ => Err(Refusal::NotYourRole),
        }
    }
}

/// Random bytes as an argument: a seed, expanded by SHA-256 in counter mode.
pub struct Entropy {
    seed: [u8; 32],
    used: AtomicU64,
}

impl Entropy {
    /// Expands a seed, which must be fresh for every decision.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, used: AtomicU64::new(0) }
    }

    /// The next random bytes (at most 32 a call).
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        const { assert!(N <= 32) };
        let block = Sha256::new().chain_update(self.seed).chain_update(self.next().to_le_bytes()).finalize();
        std::array::from_fn(|i| block[i])
    }

    /// A number below `bound`, without bias that matters (2⁶⁴ ≫ bound).
    pub fn below(&self, bound: usize) -> usize {
        let word = u64::from_le_bytes(self.bytes());
        ((u128::from(word) * bound as u128) >> 64) as usize
    }

    /// Puts a list in random order (Fisher and Yates).
    pub fn shuffle<T>(&self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    fn next(&self) -> u64 {
        // An atomic only so that a decision's context may be held across an await.
        self.used.fetch_add(1, Ordering::Relaxed)
    }
}
