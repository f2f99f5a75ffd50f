//! Proofs that a leaf is in a signed tree, as a file of their own (C2SP `tlog-proof`).

use std::cell::RefCell;

use data_encoding::BASE64;
use tlog_tiles::{Error, HashReader, Tile, check_record, prove_record};

use super::{
    Hash, Leaf, LogFault, LogVerifier, TileBlob, leaf_hash,
    tree::{HEIGHT, Known},
};

/// The first line of a file with a proof.
const HEAD: &str = "c2sp.org/tlog-proof@v1";
/// Longest file that is read, in bytes.
pub const MOST_PROOF: usize = 64 * 1024;

/// That a leaf is at a place of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The place, from 0.
    pub place: u64,
    /// The leaf as it was hashed.
    pub entry: Vec<u8>,
    /// Hashes from the leaf to the root.
    pub hashes: Vec<Hash>,
    /// The checkpoint of the tree.
    pub checkpoint: String,
}

/// Notes what it is asked for, and answers nothing.
struct Asked(RefCell<Vec<u64>>);

impl HashReader for Asked {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, Error> {
        self.0.borrow_mut().extend_from_slice(indexes);
        Err(Error::InvalidTile)
    }
}

/// The tiles, by level and place, that prove a leaf of a tree of this size.
pub fn tiles_to_prove(size: u64, place: u64) -> Vec<(i64, u64)> {
    let asked = Asked(RefCell::default());
    if place < size {
        let _ = prove_record(size, place, &asked);
    }
    let mut tiles: Vec<_> =
        asked.0.into_inner().into_iter().map(|index| Tile::from_index(HEIGHT, index)).collect();
    tiles.sort_by_key(|tile| (tile.level(), tile.level_index()));
    tiles.dedup_by_key(|tile| (tile.level(), tile.level_index()));
    tiles.iter().map(|tile| (tile.level().into(), tile.level_index())).collect()
}

/// The hashes that prove a leaf.
///
/// # Errors
/// [`LogFault::Tile`] when a tile is missing.
pub fn prove(size: u64, place: u64, tiles: &[TileBlob]) -> Result<Vec<Hash>, LogFault> {
    let broken = || LogFault::Tile(format!("the proof of leaf {place}"));
    if place >= size {
        return Err(broken());
    }
    let proof = prove_record(size, place, &Known::of(tiles, 0)).map_err(|_| broken())?;
    Ok(proof.into_iter().map(|hash| hash.0).collect())
}

impl Proof {
    /// The file.
    pub fn to_text(&self) -> String {
        let hashes = self.hashes.iter().map(|hash| BASE64.encode(hash) + "\n").collect::<String>();
        let (entry, place) = (BASE64.encode(&self.entry), self.place);
        format!("{HEAD}\nextra {entry}\nindex {place}\n{hashes}\n{}", self.checkpoint)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`LogFault::Note`] when it is none.
    pub fn parse(text: &str) -> Result<Self, LogFault> {
        if text.len() > MOST_PROOF {
            return Err(LogFault::Note);
        }
        let read = || {
            let (head, checkpoint) = text.split_once("\n\n")?;
            let mut lines = head.lines();
            (lines.next()? == HEAD).then_some(())?;
            let entry = BASE64.decode(lines.next()?.strip_prefix("extra ")?.as_bytes()).ok()?;
            let place = lines.next()?.strip_prefix("index ")?.parse().ok()?;
            let hash = |line: &str| BASE64.decode(line.as_bytes()).ok()?.try_into().ok();
            let hashes = lines.map(hash).collect::<Option<_>>()?;
            Some(Self { place, entry, hashes, checkpoint: checkpoint.to_owned() })
        };
        read().ok_or(LogFault::Note)
    }

    /// The leaf, when it is in the tree that the key has signed.
    ///
    /// # Errors
    /// What is wrong with signature, proof or leaf.
    pub fn check(&self, key: &LogVerifier) -> Result<Leaf, LogFault> {
        let signed = key.checkpoint(self.checkpoint.as_bytes())?;
        let wrong = LogFault::Root { size: signed.size };
        if self.place >= signed.size {
            return Err(wrong);
        }
        let hashes = self.hashes.iter().map(|hash| tlog_tiles::Hash(*hash)).collect();
        let root = tlog_tiles::Hash(signed.root);
        let leaf = tlog_tiles::Hash(leaf_hash(&self.entry));
        check_record(&hashes, signed.size, root, self.place, leaf).map_err(|_| wrong)?;
        Leaf::read(self.place, &self.entry)
    }
}
