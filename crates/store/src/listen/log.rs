//! The transparency log in tables: tiles, receipts and signed roots. All of it follows from the journal.

use hailong_core::{
    context::Context,
    event::Event,
    listen::{
        log::{self, ENTRIES, Edge, Figure, LogFault, LogKey, LogSigned, MOST_WIDE, Proof, TileBlob, Wanted},
        receipt::Mark,
        sealing::{REST, Sealed},
    },
    time::{Instant, Month},
};

use crate::{
    Store, StoreError,
    journal::Line,
    measure::figure::{SCORES, group_of},
    query::Statement,
    value::{Row, Value},
};

crate::query::queries! {
    KEEP_CHECKPOINT = "INSERT INTO checkpoint (authority_id, version, size, root, sealed_until, note, signed_at) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    KEEP_TILE = "INSERT INTO log_tile (authority_id, level, place, width, data) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (authority_id, level, place) DO UPDATE SET width = excluded.width, data = excluded.data";
    KEEP_RECEIPT = "INSERT INTO log_receipt (authority_id, receipt, place) VALUES (?1, ?2, ?3)";
    NEWEST = "SELECT version, size, root, sealed_until, note, signed_at FROM checkpoint WHERE authority_id = ?1 \
              ORDER BY version DESC LIMIT 1";
    READ_TILE = "SELECT level, place, width, data FROM log_tile WHERE authority_id = ?1 AND level = ?2 AND place = ?3";
    FIND_RECEIPT = "SELECT place FROM log_receipt WHERE authority_id = ?1 AND receipt = ?2";
    READ_SEALED = "SELECT seq, at, actor, subject, version, kind, payload, hash FROM journal \
                   WHERE authority_id = ?1 AND kind = 'box_sealed' AND seq > ?2 ORDER BY seq LIMIT ?3";
    READ_FIGURES = "SELECT office_id, grp, month, question, n0, n1, n2, n3, n4, n5 FROM answer_tally \
                    WHERE authority_id = ?1 AND office_id = ?2 ORDER BY grp, month, question LIMIT 20000";
}

/// Sealed groups whose lines become leaves at once.
const GROUPS: i64 = 50;

/// The newest signed root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// Counts the checkpoints, from 1.
    pub version: i64,
    /// What was signed.
    pub signed: LogSigned,
    /// When.
    pub at: Instant,
}

pub(crate) fn project(
    authority: i64,
    version: i64,
    at: Instant,
    signed: &LogSigned,
    out: &mut Vec<Statement>,
) {
    let params = vec![
        authority.into(),
        version.into(),
        Value::Int(signed.size as i64),
        signed.root.0.as_slice().into(),
        signed.sealed_until.into(),
        signed.note.as_str().into(),
        at.0.into(),
    ];
    out.push(Statement::new(&KEEP_CHECKPOINT, params));
}

pub(crate) fn keep_tile(authority: i64, tile: &TileBlob) -> Statement {
    let params = vec![
        authority.into(),
        tile.level.into(),
        Value::Int(tile.index as i64),
        tile.width.into(),
        tile.data.as_slice().into(),
    ];
    Statement::new(&KEEP_TILE, params)
}

pub(crate) fn keep_receipt(authority: i64, receipt: &Mark, place: u64) -> Statement {
    let params = vec![authority.into(), receipt.as_bytes().into(), Value::Int(place as i64)];
    Statement::new(&KEEP_RECEIPT, params)
}

fn read_tile(row: &Row<'_>) -> Result<TileBlob, StoreError> {
    Ok(TileBlob {
        level: row.int(0)?,
        index: row.int(1)? as u64,
        width: u32::try_from(row.int(2)?).unwrap_or_default(),
        data: row.bytes(3)?,
    })
}

fn read_newest(row: &Row<'_>) -> Result<Newest, StoreError> {
    let signed = LogSigned {
        size: row.int(1)? as u64,
        root: hailong_core::id::Bytes(row.bytes(2)?),
        sealed_until: row.int(3)?,
        note: row.text(4)?,
    };
    Ok(Newest { version: row.int(0)?, signed, at: Instant(row.int(5)?) })
}

fn read_figure(row: &Row<'_>) -> Result<Figure, StoreError> {
    let mut counts = [0; SCORES];
    for (at, count) in counts.iter_mut().enumerate() {
        *count = row.int(4 + at)? as u64;
    }
    Ok(Figure {
        office: row.text(0)?,
        group: group_of(&row.text(1)?)?,
        month: Month(row.int(2)? as i32).to_string(),
        question: row.text(3)?,
        counts,
    })
}

fn leaves_since(size: u64, event: &Event) -> u64 {
    if let Event::LogSigned(signed) = event { signed.size.saturating_sub(size) } else { 0 }
}

fn broken(fault: LogFault) -> StoreError {
    StoreError::Corrupt(format!("the public log: {fault}"))
}

impl Store {
    /// The key that signs the log of this authority.
    ///
    /// # Errors
    /// Never for names of our own.
    pub fn log_key(&self) -> Result<LogKey, StoreError> {
        LogKey::new(&format!("hailong/{}", self.authority()), self.vault().secrets().log()).map_err(broken)
    }

    /// Adds to the log what was sealed since, and signs the new root. How many leaves were added.
    ///
    /// # Errors
    /// When the database cannot answer. Another process that does the same at this moment is left to it.
    pub async fn publish_log(&self, ctx: &Context<'_>) -> Result<u64, StoreError> {
        let (key, mut added) = (self.log_key()?, 0);
        loop {
            let newest = self.newest_checkpoint().await?;
            let (version, size, until) = newest
                .map_or((0, 0, 0), |newest| (newest.version, newest.signed.size, newest.signed.sealed_until));
            let groups = self.sealed_after(until).await?;
            if groups.is_empty() {
                return Ok(added);
            }
            let edge = self.edge(size).await?;
            let batch = log::publish(&key, &edge, &groups, version + 1, ctx).map_err(broken)?;
            added += batch.entries.iter().map(|entry| leaves_since(size, &entry.event)).sum::<u64>();
            match self.commit(batch).await {
                Err(StoreError::Stale) => return Ok(0),
                done => done?,
            };
        }
    }

    /// Sealed groups after a place in the journal, with their own places, fifty at most.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn sealed_after(&self, seq: i64) -> Result<Vec<(i64, Sealed)>, StoreError> {
        let params = [self.authority().into(), seq.into(), GROUPS.into()];
        let lines = self.rows(&READ_SEALED, &params, Line::read).await?;
        let sealed = |line: Line| match line.event()? {
            Event::BoxSealed(sealed) => Ok((line.seq, sealed)),
            _ => Err(StoreError::Corrupt(format!("journal entry {} is filed as a sealed box", line.seq))),
        };
        lines.into_iter().map(sealed).collect()
    }

    async fn edge(&self, size: u64) -> Result<Edge, StoreError> {
        let mut tiles = Vec::new();
        for (level, place) in Edge::places(size) {
            tiles.extend(self.log_tile(level, place).await?);
        }
        Ok(Edge { size, tiles })
    }

    async fn log_tile(&self, level: i64, place: u64) -> Result<Option<TileBlob>, StoreError> {
        let params = [self.authority().into(), level.into(), Value::Int(place as i64)];
        self.row(&READ_TILE, &params, read_tile).await
    }

    /// The newest signed root; none while nothing was ever sealed.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn newest_checkpoint(&self) -> Result<Option<Newest>, StoreError> {
        self.row(&NEWEST, &[self.authority().into()], read_newest).await
    }

    /// The bytes of a tile as it is published; also one that was narrower then.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn published_tile(&self, wanted: Wanted) -> Result<Option<Vec<u8>>, StoreError> {
        let tile = self.log_tile(wanted.level, wanted.index).await?;
        Ok(tile.and_then(|tile| tile.narrowed(wanted.width)))
    }

    /// The leaves from a place on, so many of them, as they were hashed.
    ///
    /// # Errors
    /// When the database cannot answer, or a leaf is missing.
    pub async fn log_entries(&self, from: u64, count: u64) -> Result<Vec<Vec<u8>>, StoreError> {
        let wide = u64::from(MOST_WIDE);
        let mut entries = Vec::new();
        for index in from / wide..(from + count).div_ceil(wide) {
            let bundle = self.log_tile(ENTRIES, index).await?.map(|tile| tile.data).unwrap_or_default();
            let of_bundle = (index * wide..).zip(log::entries_of(&bundle).unwrap_or_default());
            let asked = of_bundle.filter(|(place, _)| (from..from + count).contains(place));
            entries.extend(asked.map(|(_, entry)| entry.to_vec()));
        }
        if entries.len() as u64 == count {
            Ok(entries)
        } else {
            Err(StoreError::Corrupt(format!("the public log: a leaf from {from} on is missing")))
        }
    }

    /// What proves to anybody that a receipt is in the signed log; nothing when it is not.
    ///
    /// # Errors
    /// When the database cannot answer, or the tiles are not those of a tree.
    pub async fn proof_of_receipt(&self, receipt: &Mark) -> Result<Option<Proof>, StoreError> {
        let Some(newest) = self.newest_checkpoint().await? else { return Ok(None) };
        let size = newest.signed.size;
        let Some(place) = self.place_of_receipt(receipt).await?.filter(|place| *place < size) else {
            return Ok(None);
        };
        let mut tiles = Vec::new();
        for (level, place) in log::tiles_to_prove(size, place) {
            tiles.extend(self.log_tile(level, place).await?);
        }
        let hashes = log::prove(size, place, &tiles).map_err(broken)?;
        let entry = self.log_entries(place, 1).await?.swap_remove(0);
        Ok(Some(Proof { place, entry, hashes, checkpoint: newest.signed.note }))
    }

    /// The place of a receipt in the log.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn place_of_receipt(&self, receipt: &Mark) -> Result<Option<u64>, StoreError> {
        let params = [self.authority().into(), receipt.as_bytes().into()];
        self.row(&FIND_RECEIPT, &params, |row| Ok(row.int(0)? as u64)).await
    }

    /// The published figures of every office, and of the district's rest ([`REST`]): the counts that every page of figures is
    /// made from.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn published_figures(&self) -> Result<Vec<Figure>, StoreError> {
        let mut figures = Vec::new();
        let directory = self.directory();
        let offices = directory.offices.iter().map(|office| office.id.as_str());
        for office in offices.chain([REST]) {
            let params = [self.authority().into(), office.into()];
            figures.extend(self.rows(&READ_FIGURES, &params, read_figure).await?);
        }
        Ok(figures)
    }
}
