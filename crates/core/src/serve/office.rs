//! Offices: the one-stop reception and return counters (bộ phận tiếp nhận và trả kết quả).

use serde::{Deserialize, Serialize};

/// The level of government an office serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The district (huyện).
    District,
    /// The commune or town (xã, thị trấn).
    Commune,
}

impl Level {
    /// Every level, the higher first.
    pub const ALL: [Self; 2] = [Self::District, Self::Commune];

    /// The stable key, as stored.
    pub const fn key(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Commune => "commune",
        }
    }
}

/// One reception and return office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// Stable key, e.g. `tran-phan`.
    pub id: String,
    /// Key of the administrative unit it belongs to, as it was at that time.
    pub unit_key: String,
    /// Code of the unit in the national list of administrative units. It may be reused by another unit later.
    pub gso_code: String,
    /// Full name of the office.
    pub name_vi: String,
    /// Name of the unit.
    pub unit_name: String,
    /// Level of government.
    pub level: Level,
    /// People living in the unit, when known.
    pub population: Option<u32>,
    /// Whether the office was to be built, renovated or upgraded in 2017.
    pub upgrade_2017: bool,
    /// The unit part of a case code.
    pub case_prefix: String,
    /// Column and row on the schematic map, when it has a tile.
    pub tile: Option<(u8, u8)>,
}

/// Reads the offices from their JSON list.
pub fn parse(json: &str) -> serde_json::Result<Vec<Office>> {
    serde_json::from_str(json)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_seventeen_offices_of_the_district() {
        let offices = parse(include_str!("../../../../data/dam-doi/offices.json")).unwrap();
        assert_eq!(offices.len(), 17);
        assert_eq!(offices.iter().filter(|office| office.level == Level::District).count(), 1);
        assert_eq!(offices.iter().filter(|office| office.upgrade_2017).count(), 7);
        let communes = offices.iter().filter(|office| office.level == Level::Commune);
        assert_eq!(communes.filter_map(|office| office.population).sum::<u32>(), 175_629);
        let ids: BTreeSet<_> = offices.iter().map(|office| &office.id).collect();
        let prefixes: BTreeSet<_> = offices.iter().map(|office| &office.case_prefix).collect();
        let tiles: BTreeSet<_> = offices.iter().filter_map(|office| office.tile).collect();
        assert_eq!((ids.len(), prefixes.len(), tiles.len()), (17, 17, 16));
    }
}
