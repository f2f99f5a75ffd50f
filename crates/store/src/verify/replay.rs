//! Checks the chain line by line and plays it into empty tables.

use std::collections::{BTreeMap, HashSet};

use hailong_core::{
    batch::{Entry, Side},
    event::Event,
    id::Bytes,
    listen::{
        log::{self, Edge, Leaf, LogSigned},
        rating::BallotBox,
        sealing::REST,
        survey::roll::survey_box,
    },
};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::{PAGE, Trouble};
use crate::{
    StoreError,
    engine::{Snapshot, sqlite},
    journal::{self, Head, Line},
    migrate::MIGRATIONS,
    projection,
    query::Statement,
    value::Value,
};

/// Hashes of the ballots that wait, by box and serial number, and of the slips that wait, under [`HELD`].
pub(super) type Waiting = BTreeMap<(String, i64), HashSet<Vec<u8>>>;

/// Stands for a box's serial number where slips are held back.
const HELD: i64 = -1;

/// How many versions of each subject were seen.
const SEEN: &str = "INSERT INTO seen (subject, version) VALUES (?1, 1) \
                    ON CONFLICT (subject) DO UPDATE SET version = version + 1 RETURNING version";

/// Tables made from the journal alone, in a private file that is gone when this is dropped.
pub(super) struct Replay {
    authority: i64,
    pub(super) scratch: Connection,
    pub(super) entries: i64,
    pub(super) hash: [u8; 32],
    pub(super) waiting: Waiting,
    /// Lines of sealed groups, by their place in the journal, that no root covers yet.
    unlogged: Vec<(i64, Vec<Leaf>)>,
    /// The right edge of the public log.
    edge: Edge,
}

impl Replay {
    pub(super) fn begin(authority: i64) -> Result<Self, StoreError> {
        // The empty name is SQLite's private temporary database: in memory while it is small, on disk beyond.
        let scratch = Connection::open("")?;
        scratch.set_prepared_statement_cache_capacity(256);
        scratch.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;",
        )?;
        for step in MIGRATIONS {
            scratch.execute_batch(step.sqlite)?;
        }
        // TEMP, so that it does not count among the tables to compare.
        scratch.execute_batch(
            "CREATE TEMP TABLE seen (subject BLOB PRIMARY KEY, version INTEGER) WITHOUT ROWID",
        )?;
        scratch.execute_batch("BEGIN")?;
        sqlite::execute(&scratch, &journal::new_chain(authority))?;
        Ok(Self {
            authority,
            scratch,
            entries: 0,
            hash: [0; 32],
            waiting: Waiting::new(),
            unlogged: Vec::new(),
            edge: Edge::default(),
        })
    }

    /// Checks one line and plays it.
    pub(super) fn line(&mut self, line: &Line) -> Result<(), Box<Trouble>> {
        let wrong = |what: String| Box::new(Trouble::Journal { seq: line.seq, what });
        if line.seq != self.entries + 1 {
            let seq = self.entries + 1;
            let what = format!("it is missing; entry {} follows", line.seq);
            return Err(Box::new(Trouble::Journal { seq, what }));
        }
        let hash = line.expected_hash(self.authority, &self.hash);
        if hash.as_slice() != line.hash {
            return Err(wrong("its hash does not cover what it says and what came before it".into()));
        }
        let event = line.event().map_err(|error| wrong(error.to_string()))?;
        if event.kind() != line.kind {
            return Err(wrong(format!("it is filed as {:?} but tells of {:?}", line.kind, event.kind())));
        }
        let version = self.versions_of(&line.subject).map_err(|error| wrong(error.to_string()))?;
        if version != line.version {
            return Err(wrong(format!(
                "it is version {} of its subject where {version} was due",
                line.version
            )));
        }
        self.play(line, event)
            .map_err(|error| wrong(format!("it cannot follow what came before it ({error})")))?;
        self.entries = line.seq;
        self.hash = hash;
        Ok(())
    }

    fn versions_of(&self, subject: &[u8]) -> Result<i64, StoreError> {
        Ok(self.scratch.prepare_cached(SEEN)?.query_row([subject], |row| row.get(0))?)
    }

    fn play(&mut self, line: &Line, event: Event) -> Result<(), StoreError> {
        match &event {
            Event::InvitationUsed(used) => {
                let place = (BallotBox::id(&used.office_id, used.group), used.serial);
                self.waiting.entry(place).or_default().insert(used.ballot_hash.0.clone());
            }
            Event::BoxSealed(sealed) => {
                self.waiting.remove(&(BallotBox::id(&sealed.office_id, sealed.group), sealed.serial));
                for joined in &sealed.joined {
                    let box_id = BallotBox::id(&joined.office_id, sealed.group);
                    // Its number is used up, as if it had been sealed by itself: the next box of the office has the next.
                    let due = self.versions_of(box_id.as_bytes())?;
                    if due != joined.serial {
                        let what = format!("box {} of {box_id} joined where {due} was due", joined.serial);
                        return Err(StoreError::Corrupt(what));
                    }
                    self.waiting.remove(&(box_id, joined.serial));
                }
                let rest = sealed.held_rest.iter().map(|held| (REST, held));
                for (office, held) in
                    rest.chain(sealed.held.iter().map(|held| (sealed.office_id.as_str(), held)))
                {
                    let place = (BallotBox::id(office, sealed.group), HELD);
                    self.waiting.insert(place, HashSet::from([held.hash.0.clone()]));
                }
                self.unlogged.push((line.seq, log::leaves(sealed).collect()));
            }
            Event::SurveyAnswered(answered) => {
                self.waiting.entry(place_of(answered.wave)).or_default().insert(answered.slip_hash.0.clone());
            }
            Event::SurveyClosed(closed) => {
                self.waiting.remove(&place_of(closed.wave));
            }
            _ => {}
        }
        let entry = Entry { at: line.at, subject: Bytes(line.subject.clone()), version: line.version, event };
        let mut statements = Vec::with_capacity(8);
        projection::of_event(self.authority, &entry, &entry.event, &line.actor, &mut statements);
        if let Event::LogSigned(signed) = &entry.event {
            self.grow_log(signed, &mut statements)?;
        }
        statements.iter().try_for_each(|statement| sqlite::execute(&self.scratch, statement))
    }

    /// The public log must have grown by the lines of the sealed groups that the signed root covers, and by no others.
    fn grow_log(&mut self, signed: &LogSigned, out: &mut Vec<Statement>) -> Result<(), StoreError> {
        let later = self.unlogged.iter().position(|(seq, _)| *seq > signed.sealed_until);
        let covered = self.unlogged.drain(..later.unwrap_or(self.unlogged.len()));
        let leaves: Vec<Leaf> = covered.flat_map(|(_, leaves)| leaves).collect();
        let corrupt = |what: String| StoreError::Corrupt(format!("the public log: {what}"));
        let (tree, side) = log::grow(&self.edge, &leaves).map_err(|fault| corrupt(fault.to_string()))?;
        if (tree.size, tree.root.as_slice()) != (signed.size, signed.root.0.as_slice()) {
            return Err(corrupt("the sealed ballots have another root than the one that was signed".into()));
        }
        side.iter().for_each(|side| projection::of_side(self.authority, side, out));
        let tiles = side
            .into_iter()
            .filter_map(|side| if let Side::LogTile(tile) = side { Some(tile) } else { None });
        self.edge = self.edge.clone().moved(tree.size, tiles);
        Ok(())
    }

    /// Keeps the head, as the last write of every group does.
    pub(super) fn end(&mut self) -> Result<(), StoreError> {
        let head = Head {
            authority: self.authority,
            seq: self.entries,
            hash: self.hash,
            counters: Default::default(),
        };
        sqlite::execute(&self.scratch, &head.moved())
    }
}

/// Where the forms of a survey's wave wait.
fn place_of(wave: u32) -> (String, i64) {
    let of = survey_box(wave);
    (BallotBox::id(&of.office_id, of.group), of.serial)
}

const FIRST_BALLOTS: &str = "SELECT box_id, serial, ballot_id, sealed FROM ballot WHERE authority_id = ?1 \
                             ORDER BY box_id, serial, ballot_id LIMIT ?2";
const NEXT_BALLOTS: &str = "SELECT box_id, serial, ballot_id, sealed FROM ballot WHERE authority_id = ?1 \
                            AND (box_id, serial, ballot_id) > (?3, ?4, ?5) \
                            ORDER BY box_id, serial, ballot_id LIMIT ?2";

const HELD_SLIPS: &str =
    "SELECT box_id, sealed FROM held_slips WHERE authority_id = ?1 ORDER BY box_id LIMIT 5000";

/// Each ballot that waits must be one whose hash the roll has for its box, and none may be missing.
pub(super) async fn waiting_ballots(
    snapshot: &mut Snapshot,
    authority: i64,
    waiting: &mut Waiting,
) -> Result<Option<Trouble>, StoreError> {
    let mut params: Vec<Value> = vec![authority.into(), PAGE.into()];
    loop {
        let sql = if params.len() == 2 { FIRST_BALLOTS } else { NEXT_BALLOTS };
        let page = snapshot
            .rows(sql, &params, |row| Ok((row.text(0)?, row.int(1)?, row.bytes(2)?, row.bytes(3)?)))
            .await?;
        for (box_id, serial, _, sealed) in &page {
            let hash = Sha256::digest(sealed).to_vec();
            let known =
                waiting.get_mut(&(box_id.clone(), *serial)).is_some_and(|hashes| hashes.remove(&hash));
            if !known {
                let what = "one of them was never handed in, was changed, or should have been opened".into();
                return Ok(Some(Trouble::Ballots { box_id: box_id.clone(), serial: *serial, what }));
            }
        }
        match page.into_iter().last() {
            Some((box_id, serial, id, _)) => {
                params.truncate(2);
                params.extend([box_id.into(), serial.into(), id.into()]);
            }
            None => break,
        }
    }
    let held =
        snapshot.rows(HELD_SLIPS, &[authority.into()], |row| Ok((row.text(0)?, row.bytes(1)?))).await?;
    for (box_id, sealed) in held {
        let hash = Sha256::digest(&sealed).to_vec();
        if !waiting.get_mut(&(box_id.clone(), HELD)).is_some_and(|hashes| hashes.remove(&hash)) {
            let what = "the slips that are held back are not those that the journal knows".into();
            return Ok(Some(Trouble::Ballots { box_id, serial: HELD, what }));
        }
    }
    let missing = waiting.iter().find(|(_, hashes)| !hashes.is_empty());
    Ok(missing.map(|((box_id, serial), hashes)| Trouble::Ballots {
        box_id: box_id.clone(),
        serial: *serial,
        what: format!("{} of those handed in are missing", hashes.len()),
    }))
}

#[cfg(test)]
mod tests {
    use hailong_core::time::Instant;

    use super::*;

    /// A line that follows another, hashed as it should be.
    fn line(seq: i64, version: i64, kind: &str, previous: &[u8; 32]) -> Line {
        let payload = r#"{"kind":"calendar_published","table":""}"#.to_owned();
        let (at, subject) = (Instant(0), b"calendar".to_vec());
        let mut line = Line {
            seq,
            at,
            actor: "system".into(),
            subject,
            version,
            kind: kind.into(),
            payload,
            hash: Vec::new(),
        };
        line.hash = line.expected_hash(970, previous).to_vec();
        line
    }

    #[test]
    fn lines_with_good_hashes_must_still_make_sense() {
        let said = |line: Line| {
            let mut replay = Replay::begin(970).unwrap();
            replay.line(&line).map_err(|trouble| trouble.to_string())
        };
        let start = [0; 32];
        assert_eq!(said(line(1, 1, "calendar_published", &start)), Ok(()));
        assert!(
            said(line(2, 1, "calendar_published", &start)).unwrap_err().contains("entry 1: it is missing")
        );
        assert!(said(line(1, 1, "case_opened", &start)).unwrap_err().contains("filed as \"case_opened\""));
        assert!(said(line(1, 2, "calendar_published", &start)).unwrap_err().contains("version 2"));
        assert!(said(line(1, 1, "calendar_published", &[1; 32])).unwrap_err().contains("hash"));
        // The same calendar twice: the chain is whole, but the second cannot have been written by us.
        let mut replay = Replay::begin(970).unwrap();
        assert!(replay.line(&line(1, 1, "calendar_published", &start)).is_ok());
        let again = line(2, 2, "calendar_published", &replay.hash);
        assert!(replay.line(&again).unwrap_err().to_string().contains("cannot follow"));
    }
}
