//! Fees and charges (phí, lệ phí): amounts and formulas in whole đồng.

use serde::{Deserialize, Serialize};

use super::Channel;

/// What is paid, in one case or for all of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fee {
    /// How much.
    #[serde(flatten)]
    pub amount: Amount,
    /// The cases it is for; none means every other case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The ways of handing in that it is for; none means every other way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
}

/// How much is paid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Amount {
    /// Nothing.
    Free,
    /// The same for every case.
    Fixed {
        /// In đồng.
        vnd: u32,
    },
    /// So much for each piece.
    PerUnit {
        /// In đồng.
        vnd: u32,
        /// The piece, e.g. "bản".
        unit_vi: String,
    },
    /// So much for each of the first units, another price for each after them, with a cap for each piece.
    Stepped {
        /// How many units have the first price.
        first: u16,
        /// The first price, in đồng.
        vnd: u32,
        /// The price of each unit after, in đồng.
        then_vnd: u32,
        /// The most for one piece, in đồng.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most_vnd: Option<u32>,
        /// The unit counted, e.g. "trang".
        unit_vi: String,
        /// The piece that the cap is for, e.g. "bản".
        piece_vi: String,
    },
    /// The council of the province sets it (HĐND tỉnh): unknown nationally.
    SetByProvince,
    /// Only words are known; see the procedure's `fee_text`.
    Words,
}

impl Fee {
    /// A fee for every case.
    pub const fn new(amount: Amount) -> Self {
        Self { amount, case: None, channels: Vec::new() }
    }
}

impl Amount {
    /// What a quantity of units costs, in đồng: of pages for one copy, of copies, of cases. None when the amount is not
    /// known.
    pub fn amount(&self, quantity: u32) -> Option<u64> {
        let times = |price: u32, units: u32| u64::from(price) * u64::from(units);
        match self {
            Self::Free => Some(0),
            Self::Fixed { vnd } => Some(if quantity == 0 { 0 } else { u64::from(*vnd) }),
            Self::PerUnit { vnd, .. } => Some(times(*vnd, quantity)),
            Self::Stepped { first, vnd, then_vnd, most_vnd, .. } => {
                let cheap = quantity.saturating_sub(u32::from(*first));
                let sum = times(*vnd, quantity - cheap) + times(*then_vnd, cheap);
                Some(most_vnd.map_or(sum, |most| sum.min(u64::from(most))))
            }
            Self::SetByProvince | Self::Words => None,
        }
    }

    /// What several pieces of so many units each cost, in đồng.
    pub fn total(&self, quantity: u32, pieces: u32) -> Option<u64> {
        match self {
            Self::Stepped { .. } => Some(self.amount(quantity)? * u64::from(pieces)),
            _ => self.amount(quantity),
        }
    }

    /// Whether it depends on a quantity, so that a calculator helps.
    pub const fn is_formula(&self) -> bool {
        matches!(self, Self::PerUnit { .. } | Self::Stepped { .. })
    }

    /// Whether the sum is known.
    pub const fn is_known(&self) -> bool {
        !matches!(self, Self::SetByProvince | Self::Words)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn copies() -> Amount {
        let (unit_vi, piece_vi) = ("trang".to_owned(), "bản".to_owned());
        Amount::Stepped { first: 2, vnd: 2_000, then_vnd: 1_000, most_vnd: Some(200_000), unit_vi, piece_vi }
    }

    #[test]
    fn certified_copies_cost_what_the_circular_says() {
        for (pages, due) in [
            (0, 0),
            (1, 2_000),
            (2, 4_000),
            (3, 5_000),
            (10, 12_000),
            (197, 199_000),
            (198, 200_000),
            (199, 200_000),
            (u32::MAX, 200_000),
        ] {
            assert_eq!(copies().amount(pages), Some(due), "{pages} pages");
        }
        assert_eq!(copies().total(3, 4), Some(20_000));
        assert_eq!(copies().total(500, 2), Some(400_000));
    }

    #[test]
    fn amounts_of_every_kind() {
        let per_copy = Amount::PerUnit { vnd: 8_000, unit_vi: "bản".into() };
        assert_eq!((per_copy.amount(1), per_copy.amount(3)), (Some(8_000), Some(24_000)));
        assert_eq!(per_copy.amount(u32::MAX), Some(8_000 * u64::from(u32::MAX)));
        assert_eq!(Amount::Fixed { vnd: 50_000 }.amount(7), Some(50_000));
        assert_eq!(Amount::Free.amount(7), Some(0));
        assert_eq!((Amount::SetByProvince.amount(1), Amount::Words.amount(1)), (None, None));
    }

    #[test]
    fn a_fee_reads_like_its_kind() {
        let fee = Fee { channels: vec![Channel::Online], ..Fee::new(Amount::Fixed { vnd: 10_000 }) };
        let json = r#"{"kind":"fixed","vnd":10000,"channels":["online"]}"#;
        assert_eq!(serde_json::to_string(&fee).unwrap(), json);
        assert_eq!(serde_json::from_str::<Fee>(json).unwrap(), fee);
        let stepped = serde_json::to_string(&Fee::new(copies())).unwrap();
        assert_eq!(serde_json::from_str::<Fee>(&stepped).unwrap(), Fee::new(copies()));
    }

    proptest! {
        #[test]
        fn more_pages_never_cost_less_and_the_cap_holds(pages in 0u32..100_000) {
            let (now, more) = (copies().amount(pages).unwrap(), copies().amount(pages + 1).unwrap());
            prop_assert!(now <= more && more <= 200_000);
        }
    }
}
