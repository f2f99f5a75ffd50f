//! The Merkle tree in tiles of 256 hashes. The arithmetic is the library's; here it meets the tiles that are kept.

use std::collections::HashMap;

use tlog_tiles::{
    Error, HashReader, Tile, node_hash, record_hash, stored_hash_index, stored_hashes_for_record_hash,
    tree_hash,
};

use super::{Hash, LogFault};

/// Levels of a tile: 2⁸ hashes.
pub(super) const HEIGHT: u8 = 8;
/// Most hashes, or entries, of a tile.
pub const MOST_WIDE: u32 = 1 << HEIGHT;
/// The level under which bundles of entries are kept.
pub const ENTRIES: i64 = -1;
/// Levels of the largest tree that is asked for: 2⁶⁴ leaves.
const MOST_LEVELS: u8 = 8;
/// Longest place of a tile in its level: `x999/x999/x999/999`.
const LONGEST_INDEX: usize = 18;
/// Longest entry: the length before it has two bytes.
const MOST_BYTES: usize = u16::MAX as usize;

/// A tile as it is kept: hashes of 32 bytes, or entries with their lengths before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileBlob {
    /// Level in tiles, or [`ENTRIES`].
    pub level: i64,
    /// Place in its level.
    pub index: u64,
    /// How many hashes or entries it has.
    pub width: u32,
    /// The bytes.
    pub data: Vec<u8>,
}

/// The right edge of a tree: of every level the tile that is not yet full. Enough to go on from.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    /// Leaves.
    pub size: u64,
    /// The tiles.
    pub tiles: Vec<TileBlob>,
}

/// A tree that has grown.
#[derive(Clone, Debug)]
pub struct Extended {
    /// Leaves.
    pub size: u64,
    /// The root.
    pub root: Hash,
    /// Tiles that are new, or wider than before.
    pub tiles: Vec<TileBlob>,
}

/// A tile that somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Level, or [`ENTRIES`].
    pub level: i64,
    /// Place.
    pub index: u64,
    /// Width.
    pub width: u32,
}

/// Hashes that are known: those of the edge, and new ones by their place in the library's order.
pub(super) struct Known<'a> {
    edge: HashMap<(u8, u64), &'a TileBlob>,
    fresh: HashMap<u64, tlog_tiles::Hash>,
}

impl<'a> Known<'a> {
    /// What tiles say, with room for so many new hashes.
    pub(super) fn of(tiles: &'a [TileBlob], more: usize) -> Self {
        let of_level = |tile: &TileBlob| u8::try_from(tile.level).ok();
        let edge = tiles.iter().filter_map(|tile| Some(((of_level(tile)?, tile.index), tile))).collect();
        Self { edge, fresh: HashMap::with_capacity(more) }
    }
}

impl HashReader for Known<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, Error> {
        let read = |index: &u64| match self.fresh.get(index) {
            Some(hash) => Ok(*hash),
            None => {
                let tile = Tile::from_index(HEIGHT, *index);
                let kept = self.edge.get(&(tile.level(), tile.level_index())).ok_or(Error::InvalidTile)?;
                let whole = Tile::new(HEIGHT, tile.level(), tile.level_index(), kept.width, false);
                whole.hash_at_index(&kept.data, *index)
            }
        };
        indexes.iter().map(read).collect()
    }
}

/// The hash of a leaf.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    record_hash(entry).0
}

/// Adds entries to a tree of which the right edge is known.
///
/// # Errors
/// [`LogFault::Tile`] when the edge is not that of a tree of its size, or an entry is too long.
pub fn extend(edge: &Edge, entries: &[Vec<u8>]) -> Result<Extended, LogFault> {
    let broken = |_| LogFault::Tile("the edge of the tree".into());
    let mut known = Known::of(&edge.tiles, entries.len() * 2);
    let mut size = edge.size;
    for entry in entries {
        if entry.len() > MOST_BYTES {
            return Err(LogFault::Tile(format!("entry {size}")));
        }
        let hashes = stored_hashes_for_record_hash(size, record_hash(entry), &known).map_err(broken)?;
        let first = stored_hash_index(0, size);
        known.fresh.extend((first..).zip(hashes));
        size += 1;
    }
    let root = tree_hash(size, &known).map_err(broken)?.0;
    let mut tiles = bundles(edge, entries)?;
    for tile in Tile::new_tiles(HEIGHT, edge.size, size) {
        let data = tile.read_data(&known).map_err(broken)?;
        tiles.push(TileBlob {
            level: tile.level().into(),
            index: tile.level_index(),
            width: tile.width(),
            data,
        });
    }
    Ok(Extended { size, root, tiles })
}

/// The bundles that the new entries fall into.
fn bundles(edge: &Edge, entries: &[Vec<u8>]) -> Result<Vec<TileBlob>, LogFault> {
    let (index, begun) = (edge.size / u64::from(MOST_WIDE), (edge.size % u64::from(MOST_WIDE)) as u32);
    let last = edge.tiles.iter().find(|tile| tile.level == ENTRIES && tile.index == index);
    let mut bundle = match last {
        Some(last) if last.width == begun => last.clone(),
        None if begun == 0 => TileBlob { level: ENTRIES, index, width: 0, data: Vec::new() },
        _ => return Err(LogFault::Tile(format!("bundle {index}"))),
    };
    let mut bundles = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
        bundle.data.extend_from_slice(&length.to_be_bytes());
        bundle.data.extend_from_slice(entry);
        bundle.width += 1;
        if bundle.width == MOST_WIDE {
            let next = TileBlob { level: ENTRIES, index: bundle.index + 1, width: 0, data: Vec::new() };
            bundles.push(std::mem::replace(&mut bundle, next));
        }
    }
    if bundle.width > 0 && !entries.is_empty() {
        bundles.push(bundle);
    }
    Ok(bundles)
}

/// The entries of a bundle; nothing when its lengths do not add up.
pub fn entries_of(bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    let mut rest = bundle;
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        rest = after;
    }
    (entries.len() <= MOST_WIDE as usize).then_some(entries)
}

/// The root of a tree from the hashes of all its leaves.
pub fn root_of(leaves: &[Hash]) -> Hash {
    let Some(first) = leaves.first() else { return tlog_tiles::EMPTY_HASH.0 };
    if leaves.len() == 1 {
        return *first;
    }
    let left = leaves.len().next_power_of_two() / 2;
    let hash = |leaves| tlog_tiles::Hash(root_of(leaves));
    node_hash(hash(&leaves[..left]), hash(&leaves[left..])).0
}

impl Edge {
    /// The edge of the tree after it has grown to a size by these tiles.
    #[must_use]
    pub fn moved(mut self, size: u64, tiles: impl IntoIterator<Item = TileBlob>) -> Self {
        let places = Self::places(size);
        for tile in tiles {
            self.tiles.retain(|old| (old.level, old.index) != (tile.level, tile.index));
            self.tiles.push(tile);
        }
        self.tiles.retain(|tile| places.contains(&(tile.level, tile.index)));
        self.size = size;
        self
    }

    /// The tiles of the right edge of a tree of this size: their level and place. Full ones are left out.
    pub fn places(size: u64) -> Vec<(i64, u64)> {
        let wide = u64::from(MOST_WIDE);
        let mut places = vec![(ENTRIES, size / wide)];
        let (mut level, mut count) = (0, size);
        while count > 0 {
            places.push((level, count / wide));
            (level, count) = (level + 1, count / wide);
        }
        places
    }
}

impl TileBlob {
    /// The name of its file under `tile/`.
    pub fn path(&self) -> String {
        Wanted { level: self.level, index: self.index, width: self.width }.path()
    }

    /// What it held when it was only so wide; nothing when it never was.
    pub fn narrowed(&self, width: u32) -> Option<Vec<u8>> {
        if width == 0 || width > self.width {
            return None;
        }
        if self.level != ENTRIES {
            return self.data.get(..width as usize * size_of::<Hash>()).map(<[u8]>::to_vec);
        }
        let entries = entries_of(&self.data)?;
        let length: usize = entries.iter().take(width as usize).map(|entry| entry.len() + 2).sum();
        self.data.get(..length).map(<[u8]>::to_vec)
    }
}

impl Wanted {
    /// Reads the name of a tile: `0/x001/234`, `entries/000.p/17`.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, place) = path.split_once('/')?;
        let (library, entries) = if level == "entries" { ("data", true) } else { (level, false) };
        let high = entries || level.parse::<u8>().is_ok_and(|level| level < MOST_LEVELS);
        let (index, width) = place.split_once(".p/").unwrap_or((place, "1"));
        let wide = width.parse::<u32>().is_ok_and(|width| (1..MOST_WIDE).contains(&width));
        // The library takes it for a fault of its caller when a tile cannot be.
        if !high || !wide || index.len() > LONGEST_INDEX {
            return None;
        }
        let tile = Tile::from_path(&format!("tile/{HEIGHT}/{library}/{place}")).ok()?;
        let level = if entries { ENTRIES } else { tile.level().into() };
        Some(Self { level, index: tile.level_index(), width: tile.width() })
    }

    /// The name.
    pub fn path(&self) -> String {
        let level = u8::try_from(self.level).unwrap_or_default();
        let path = Tile::new(HEIGHT, level, self.index, self.width, self.level == ENTRIES).path();
        let path = path.strip_prefix("tile/8/").unwrap_or(&path);
        path.strip_prefix("data/").map_or_else(|| path.to_owned(), |place| format!("entries/{place}"))
    }

    /// The names of the bundles of a tree of this size, in their order.
    pub fn bundles(size: u64) -> impl Iterator<Item = Self> {
        let wide = u64::from(MOST_WIDE);
        (0..size.div_ceil(wide)).map(move |index| {
            let width = (size - index * wide).min(wide) as u32;
            Self { level: ENTRIES, index, width }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entries(from: u64, to: u64) -> Vec<Vec<u8>> {
        (from..to).map(|n| format!("entry {n}").into_bytes()).collect()
    }

    /// Grows a tree in steps, keeping only what a table of tiles keeps.
    fn grow(steps: &[u64]) -> (Extended, HashMap<(i64, u64), TileBlob>) {
        let mut kept: HashMap<(i64, u64), TileBlob> = HashMap::new();
        let mut last = Extended { size: 0, root: tlog_tiles::EMPTY_HASH.0, tiles: Vec::new() };
        for step in steps {
            let edge = Edge::default().moved(last.size, kept.values().cloned());
            last = extend(&edge, &entries(last.size, last.size + step)).unwrap();
            for tile in last.tiles.clone() {
                kept.insert((tile.level, tile.index), tile);
            }
        }
        (last, kept)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn however_it_grows_it_is_the_same_tree(steps in prop::collection::vec(0_u64..400, 1..6)) {
            let size = steps.iter().sum();
            let (grown, kept) = grow(&steps);
            let (at_once, _) = grow(&[size]);
            let leaves: Vec<Hash> = entries(0, size).iter().map(|entry| leaf_hash(entry)).collect();
            prop_assert_eq!(grown.size, size);
            prop_assert_eq!(grown.root, root_of(&leaves));
            prop_assert_eq!(grown.root, at_once.root);
            let read: Vec<Vec<u8>> = Wanted::bundles(size)
                .flat_map(|wanted| {
                    let data = kept[&(wanted.level, wanted.index)].narrowed(wanted.width).unwrap();
                    entries_of(&data).unwrap().into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>()
                })
                .collect();
            prop_assert_eq!(read, entries(0, size));
        }

        #[test]
        fn names_of_tiles_are_read_back(level in 0_i64..8, index in 0_u64..3_000_000, width in 1_u32..=256, data: bool) {
            let wanted = Wanted { level: if data { ENTRIES } else { level }, index, width };
            prop_assert_eq!(Wanted::parse(&wanted.path()), Some(wanted));
        }

        #[test]
        fn any_other_name_is_refused(path in "\\PC{0,60}", bundle: Vec<u8>) {
            if let Some(wanted) = Wanted::parse(&path) {
                prop_assert_eq!(wanted.path(), path);
            }
            let _ = entries_of(&bundle);
        }
    }

    #[test]
    fn names_are_those_of_the_specification() {
        let name = |level, index, width| Wanted { level, index, width }.path();
        assert_eq!(name(0, 0, 256), "0/000");
        assert_eq!(name(1, 1_234_067, 17), "1/x001/x234/067.p/17");
        assert_eq!(name(ENTRIES, 5, 256), "entries/005");
        for bad in
            ["", "0", "data/000", "0/0", "0/000.p/0", "0/000.p/256", "../key", "64/000", "0/000/", "-1/000"]
        {
            assert_eq!(Wanted::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_edge_of_another_tree_is_refused() {
        let (grown, kept) = grow(&[300]);
        let mut edge = Edge { size: grown.size, tiles: kept.into_values().collect() };
        edge.tiles.retain(|tile| tile.level != ENTRIES);
        assert!(extend(&edge, &entries(300, 301)).is_err());
    }
}
