//! The hundred points of NĐ 335/2025/NĐ-CP, in force since 1/1/2026, as read in reports on the decree: thirty for common criteria
//! (among them the attitude to people and businesses) and seventy for results. Results are products, converted to a standard
//! product; each fault of quality and each lateness takes 25 % of that product's points. What an official's products are, the record
//! does not know: both parts are entered by the head.

use serde::{Deserialize, Serialize};

use super::{Borders, Class, Found, Lack, Law, Line, Origin, Ratio, Scale, Statement};

/// Most points of the common criteria.
pub const COMMON: u64 = 30;
/// Most points of results.
const RESULTS: Ratio = Ratio::whole(70);
/// Quarters of a product's points that are left when nothing was wrong.
const QUARTERS: u64 = 4;

const BORDERS: Borders = &[
    (Ratio::whole(90), Class::Excellent),
    (Ratio::whole(70), Class::Good),
    (Ratio::whole(50), Class::Done),
    (Ratio::ZERO, Class::NotDone),
];

/// Products of one kind that went alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Products {
    /// How many.
    pub n: u64,
    /// What one of them is worth, in hundredths of the standard product.
    pub hundredths: u64,
    /// Faults of quality in each.
    pub faults: u64,
    /// How often each was late.
    pub late: u64,
    /// Whether they were delivered.
    pub delivered: bool,
}

impl Products {
    const fn worth(&self) -> u64 {
        self.n * self.hundredths * QUARTERS
    }

    /// What is left of it: a quarter is taken for each fault and each lateness, and nothing is left of what was not delivered.
    const fn earned(&self) -> u64 {
        let left = if self.delivered { QUARTERS.saturating_sub(self.faults + self.late) } else { 0 };
        self.n * self.hundredths * left
    }
}

/// The scale of an official. `common` are hundredths of points. `cases` are those that the record has, and the late ones of them.
pub fn official(common: Option<u64>, products: Option<&[Products]>, cases: (u64, u64)) -> Scale {
    let criteria = common.map(|hundredths| {
        let points = Ratio::new(hundredths.into(), 100);
        Found { part: hundredths, of: COMMON * 100, raw: points, points, origin: Origin::Entered }
    });
    let results = products.and_then(|products| {
        let sum = |of: fn(&Products) -> u64| products.iter().map(of).sum::<u64>();
        let (part, of) = (sum(Products::earned), sum(Products::worth));
        let points = Ratio::new(part.into(), of.into()).times(RESULTS);
        (of > 0).then_some(Found { part, of, raw: points, points, origin: Origin::Entered })
    });
    let lines = vec![
        Line { key: "common", most: Ratio::whole(COMMON), found: criteria.ok_or(Lack::NotEntered) },
        Line { key: "results", most: RESULTS, found: results.ok_or(Lack::NotEntered) },
    ];
    // Half of the scale is no evaluation: the decree knows no part that is left out.
    let whole = lines.iter().all(|line| line.found.is_ok());
    let mut scale = Scale::new(Law::HundredPoints, "official", lines, BORDERS, whole);
    if whole && cases.0 > 0 {
        scale.statements.push(Statement::RecordSays { cases: cases.0, late: cases.1 });
    }
    scale
}

/// How many may be called excellent in a unit: at most 20 % of those who did well. How a part of a person is rounded was not found; a
/// person more would be more than 20 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Quota {
    /// With 90 points and more.
    pub excellent: u64,
    /// With 70 points and more, less than 90.
    pub good: u64,
    /// How many may be called excellent.
    pub allowed: u64,
    /// How many are too many.
    pub beyond: u64,
    /// Officials of the unit who have no class yet.
    pub open: u64,
}

/// The quota over the officials of a unit.
pub fn quota(classes: impl IntoIterator<Item = Option<Class>>) -> Quota {
    let mut quota = Quota { excellent: 0, good: 0, allowed: 0, beyond: 0, open: 0 };
    for class in classes {
        match class {
            Some(Class::Excellent) => quota.excellent += 1,
            Some(Class::Good) => quota.good += 1,
            None => quota.open += 1,
            Some(_) => {}
        }
    }
    quota.allowed = quota.good / 5;
    quota.beyond = quota.excellent.saturating_sub(quota.allowed);
    quota
}
