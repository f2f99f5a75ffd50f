//! The transparency log of ballots: everything that was sealed, in an order that nobody can change unseen.
//!
//! Every line of every sealed group is a leaf of one Merkle tree (RFC 6962, §2.1). The newest root is signed and published as a
//! checkpoint (C2SP `tlog-checkpoint`), the leaves and the tree as files of fixed names (C2SP `tlog-tiles`): a web server or a
//! folder is enough to serve them, and programs of others can read them.

mod leaf;
mod note;
mod proof;
mod recount;
mod tree;

use serde::{Deserialize, Serialize};

use crate::{
    batch::{Batch, Side},
    context::Context,
    event::Event,
    id::Bytes,
    listen::{rating::day_only, sealing::Sealed},
};

pub use leaf::{Leaf, OpenedLine, ProcedureAnswers, commitment, leaves, openings};
pub use note::{Checkpoint, LogKey, LogVerifier};
pub use proof::{MOST_PROOF, Proof, prove, tiles_to_prove};
pub use recount::{Difference, Figure, Recount, Scores, differences};
pub use tree::{
    ENTRIES, Edge, Extended, MOST_WIDE, TileBlob, Wanted, entries_of, extend, leaf_hash, root_of,
};

/// A hash of the tree: SHA-256.
pub type Hash = [u8; 32];

/// Why something of a log is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// A key is not written as keys of notes are.
    #[error("this is not the public key of a log: name+number+key is needed")]
    Key,
    /// A note is not one.
    #[error("this is not a signed note")]
    Note,
    /// The signature is missing, or another key's.
    #[error("the signature is not that of the key {0}")]
    Signature(String),
    /// A note is signed, and says something else than it should.
    #[error("the note is signed, but {0}")]
    Says(String),
    /// A tile is missing, too short or too long.
    #[error("{0} is not as long as it should be")]
    Tile(String),
    /// A leaf cannot be read.
    #[error("leaf {place} cannot be read: {why}")]
    Leaf {
        /// Its place.
        place: u64,
        /// Why.
        why: String,
    },
    /// The tree is not the one of the checkpoint.
    #[error("the tree of {size} leaves has another root than the checkpoint says")]
    Root {
        /// Leaves.
        size: u64,
    },
}

/// A new root was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogSigned {
    /// Leaves in the tree.
    pub size: u64,
    /// The root.
    pub root: Bytes,
    /// The place in the journal of the last sealed group whose lines are leaves.
    pub sealed_until: i64,
    /// The signed note, as it is published.
    pub note: String,
}

/// The subject of checkpoints in the journal.
pub const SUBJECT: &[u8] = b"log";

/// Decides that the lines of sealed groups become leaves, and that the new root is published. `version` counts the
/// checkpoints, from 1.
///
/// # Errors
/// [`LogFault::Tile`] when the edge is not that of a tree.
pub fn publish(
    key: &LogKey,
    edge: &Edge,
    groups: &[(i64, Sealed)],
    version: i64,
    ctx: &Context<'_>,
) -> Result<Batch, LogFault> {
    let leaves: Vec<Leaf> = groups.iter().flat_map(|(_, sealed)| leaves(sealed)).collect();
    let sealed_until = groups.last().map_or(0, |(seq, _)| *seq);
    let (tree, side) = grow(edge, &leaves)?;
    let note = key.checkpoint(tree.size, &tree.root);
    let signed = LogSigned { size: tree.size, root: Bytes(tree.root.to_vec()), sealed_until, note };
    // Boxes are sealed soon after their last ballot: the hour of a root would be its hour.
    let at = day_only(ctx.at);
    let mut batch = Batch::one("system", at, SUBJECT, version, Event::LogSigned(signed));
    batch.side = side;
    Ok(batch)
}

/// The tree with more leaves, and the rows that are written with it.
///
/// # Errors
/// [`LogFault::Tile`] when the edge is not that of a tree.
pub fn grow(edge: &Edge, leaves: &[Leaf]) -> Result<(Extended, Vec<Side>), LogFault> {
    let entries: Vec<_> = leaves.iter().map(Leaf::to_entry).collect();
    let mut tree = extend(edge, &entries)?;
    let receipts = leaves.iter().zip(edge.size..);
    let receipts = receipts
        .flat_map(|(leaf, place)| leaf.marks().map(move |receipt| Side::LogReceipt { receipt, place }));
    let tiles = std::mem::take(&mut tree.tiles).into_iter().map(Side::LogTile);
    let side = tiles.chain(receipts).collect();
    Ok((tree, side))
}
