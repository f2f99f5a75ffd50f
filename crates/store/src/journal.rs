//! The journal: append-only, gap-free, each hash covering its predecessor.

use std::collections::HashMap;

use hailong_core::{
    batch::{Batch, Entry},
    event::Event,
    time::Instant,
};
use sha2::{Digest, Sha256};

use crate::{StoreError, projection, query::Statement, value::Row};

crate::query::queries! {
    /// Locks the chain's head for this transaction and reads it.
    LOCK_HEAD = "UPDATE chain SET seq = seq WHERE authority_id = ?1 RETURNING seq, hash";
    /// Makes the chain of a new authority.
    NEW_CHAIN = "INSERT INTO chain (authority_id, seq, hash) VALUES (?1, 0, ?2) ON CONFLICT DO NOTHING";
    MOVE_HEAD = "UPDATE chain SET seq = ?2, hash = ?3 WHERE authority_id = ?1";
    READ_HEAD = "SELECT seq, hash FROM chain WHERE authority_id = ?1";
    APPEND = "INSERT INTO journal (authority_id, seq, at, actor, subject, version, kind, payload, hash) \
              VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    PAGE = "SELECT seq, at, actor, subject, version, kind, payload, hash FROM journal \
            WHERE authority_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
    OF_SUBJECT = "SELECT seq, at, actor, subject, version, kind, payload, hash FROM journal \
                  WHERE authority_id = ?1 AND subject = ?2 ORDER BY version DESC LIMIT 200";
    BY_SUBJECT = "SELECT seq, at, actor, subject, version, kind, payload, hash FROM journal \
                  WHERE authority_id = ?1 AND (subject, version) > (?2, ?3) ORDER BY subject, version LIMIT ?4";
    LAST_INSTANT = "SELECT at FROM journal WHERE authority_id = ?1 ORDER BY seq DESC LIMIT 200";
    COUNTER = "SELECT value FROM counter WHERE authority_id = ?1 AND scope = ?2";
    SET_COUNTER = "INSERT INTO counter (authority_id, scope, value) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (authority_id, scope) DO UPDATE SET \
                   value = CASE WHEN excluded.value > counter.value THEN excluded.value ELSE counter.value END";
}

/// The end of the chain and the counters, as one group of writes moves them.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) authority: i64,
    pub(crate) seq: i64,
    pub(crate) hash: [u8; 32],
    /// Counters read or moved in this group.
    pub(crate) counters: HashMap<String, u32>,
}

/// One line of the journal.
#[derive(Clone, Debug)]
pub struct Line {
    /// Place in the chain, from 1.
    pub seq: i64,
    /// Business time.
    pub at: Instant,
    /// Who.
    pub actor: String,
    /// About what.
    pub subject: Vec<u8>,
    /// The subject's version after it.
    pub version: i64,
    /// Kind of event.
    pub kind: String,
    /// The event as JSON.
    pub payload: String,
    /// Hash over the predecessor's hash and all of the above.
    pub hash: Vec<u8>,
}

impl Line {
    pub(crate) fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.int(0)?,
            at: Instant(row.int(1)?),
            actor: row.text(2)?,
            subject: row.bytes(3)?,
            version: row.int(4)?,
            kind: row.text(5)?,
            payload: row.text(6)?,
            hash: row.bytes(7)?,
        })
    }

    /// The event.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the payload is not one.
    pub fn event(&self) -> Result<Event, StoreError> {
        serde_json::from_str(&self.payload).map_err(|error| {
            StoreError::Corrupt(format!("journal entry {} cannot be read: {error}", self.seq))
        })
    }

    /// What the hash must be after this predecessor.
    pub fn expected_hash(&self, authority: i64, previous: &[u8; 32]) -> [u8; 32] {
        let head = Head { authority, seq: self.seq - 1, hash: *previous, counters: HashMap::new() };
        head.hash_of(self.at, &self.actor, &self.subject, self.version, &self.kind, &self.payload)
    }
}

/// The statement that makes the chain of an authority when there is none.
pub(crate) fn new_chain(authority: i64) -> Statement {
    Statement::new(&NEW_CHAIN, vec![authority.into(), vec![0_u8; 32].into()])
}

impl Head {
    /// The head as read under its lock.
    pub(crate) fn locked(authority: i64, read: Option<(i64, Vec<u8>)>) -> Result<Self, StoreError> {
        let (seq, hash) = read.ok_or_else(|| StoreError::Corrupt("the chain has no head".into()))?;
        let hash =
            hash.try_into().map_err(|_| StoreError::Corrupt("the head's hash is not 32 bytes".into()))?;
        Ok(Self { authority, seq, hash, counters: HashMap::new() })
    }

    /// The head of an empty chain.
    pub(crate) fn begin_anew(&mut self) {
        self.seq = 0;
        self.hash = [0; 32];
        self.counters.clear();
    }

    /// The statement that keeps the head.
    pub(crate) fn moved(&self) -> Statement {
        Statement::one(&MOVE_HEAD, vec![self.authority.into(), self.seq.into(), self.hash.as_slice().into()])
    }

    /// Numbers, hashes and projects a batch: the statements that write it, and the head moved.
    pub(crate) fn extend(&mut self, batch: &Batch) -> Result<Vec<Statement>, StoreError> {
        let mut statements = Vec::with_capacity(batch.entries.len() * 5 + batch.side.len());
        for entry in &batch.entries {
            let mut event = entry.event.clone();
            event.number(|scope| {
                let value = self.counters.entry(scope.to_owned()).or_insert(0);
                *value += 1;
                *value
            });
            // A number that came from elsewhere moves its counter up to it; none is ever given twice.
            for (scope, value) in event.counters() {
                let counter = self.counters.entry(scope.to_owned()).or_insert(0);
                *counter = value.max(*counter);
            }
            let payload = serde_json::to_string(&event)
                .map_err(|error| StoreError::Corrupt(format!("an event cannot be written: {error}")))?;
            statements.push(self.append(&batch.actor, entry, event.kind(), payload));
            projection::of_event(self.authority, entry, &event, &batch.actor, &mut statements);
        }
        for side in &batch.side {
            projection::of_side(self.authority, side, &mut statements);
        }
        Ok(statements)
    }

    fn append(&mut self, actor: &str, entry: &Entry, kind: &str, payload: String) -> Statement {
        let hash = self.hash_of(entry.at, actor, &entry.subject.0, entry.version, kind, &payload);
        self.seq += 1;
        self.hash = hash;
        let params = vec![
            self.authority.into(),
            self.seq.into(),
            entry.at.0.into(),
            actor.into(),
            entry.subject.0.as_slice().into(),
            entry.version.into(),
            kind.into(),
            payload.into(),
            hash.as_slice().into(),
        ];
        Statement::new(&APPEND, params)
    }

    /// SHA-256 over the predecessor's hash and every field, each led by its length.
    fn hash_of(
        &self,
        at: Instant,
        actor: &str,
        subject: &[u8],
        version: i64,
        kind: &str,
        payload: &str,
    ) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.hash);
        for number in [self.authority, self.seq + 1, at.0, version] {
            hash.update(number.to_be_bytes());
        }
        for field in [actor.as_bytes(), subject, kind.as_bytes(), payload.as_bytes()] {
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field);
        }
        hash.finalize().into()
    }
}
