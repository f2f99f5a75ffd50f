//! Fractions and sums of fractions without any rounding that the law does not ask for: a class is decided at a border, and a
//! border must not depend on how a computer writes a third.
//!
//! A sum of many fractions has a common denominator that no machine number holds. It is never made: both are written out digit by
//! digit until they differ, or until they are known to be equal, since different sums differ by at least one part of the product of the
//! denominators.

use std::cmp::Ordering;

use serde::{Serialize, Serializer};

/// Largest denominator: remainders times [`STEP`] stay far below what an integer of 128 bits holds.
const LARGEST: u128 = 1_000_000_000_000_000_000_000_000;
/// Digits are written out in groups of nine.
const STEP: u128 = 1_000_000_000;

/// A fraction, not negative, in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    part: u128,
    of: u128,
}

/// A sum of fractions, kept as its terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum(Vec<Ratio>);

const fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Self = Self::whole(0);

    /// A whole number.
    pub const fn whole(n: u64) -> Self {
        Self { part: n as u128, of: 1 }
    }

    /// A decimal with one place: `tenths(35)` is 3.5.
    pub const fn tenths(n: u64) -> Self {
        Self::new(n as u128, 10)
    }

    /// A fraction. Of nothing it is nothing: callers ask first whether there is a whole.
    ///
    /// # Panics
    /// When the denominator is beyond 10²⁴: counts are bounded where they come in.
    pub const fn new(part: u128, of: u128) -> Self {
        if of == 0 {
            return Self::ZERO;
        }
        assert!(of <= LARGEST, "counts are bounded where they come in");
        let common = gcd(part, of);
        Self { part: part / common, of: of / common }
    }

    /// The product.
    #[must_use]
    pub const fn times(self, other: Self) -> Self {
        // Crosswise in lowest terms first, so that the product stays small.
        let (a, b) = (Self::new(self.part, other.of), Self::new(other.part, self.of));
        Self::new(a.part * b.part, a.of * b.of)
    }

    /// Rounded half up to so many decimal places.
    #[must_use]
    pub fn rounded(self, places: u32) -> Self {
        let scale = 10_u128.pow(places);
        Self::new((2 * self.part * scale + self.of) / (2 * self.of), scale)
    }

    /// The smaller of two.
    #[must_use]
    pub fn least(self, other: Self) -> Self {
        if other.cmp(&self).is_lt() { other } else { self }
    }

    /// As a number of the machine, to be drawn and not to be decided by.
    pub fn approx(self) -> f64 {
        self.part as f64 / self.of as f64
    }

    /// With so many decimal places, half up, a full stop between.
    pub fn decimal(self, places: u32) -> String {
        let scale = 10_u128.pow(places);
        let units = (2 * self.part * scale + self.of) / (2 * self.of);
        let width = places as usize;
        if places == 0 { units.to_string() } else { format!("{}.{:0width$}", units / scale, units % scale) }
    }

    /// Numerator and denominator.
    pub const fn terms(self) -> (u128, u128) {
        (self.part, self.of)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&[*self], &[*other])
    }
}

impl Serialize for Ratio {
    /// As text, `7/2`, so that nothing is lost on the way.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.of == 1 {
            to.collect_str(&self.part)
        } else {
            to.collect_str(&format_args!("{}/{}", self.part, self.of))
        }
    }
}

impl FromIterator<Ratio> for Sum {
    fn from_iter<T: IntoIterator<Item = Ratio>>(terms: T) -> Self {
        Self(terms.into_iter().collect())
    }
}

impl Sum {
    /// Against another number.
    pub fn against(&self, other: Ratio) -> Ordering {
        compare(&self.0, &[other])
    }

    /// Whether it is as much as a number, or more.
    pub fn reaches(&self, other: Ratio) -> bool {
        self.against(other).is_ge()
    }

    /// Rounded half up to so many decimal places.
    pub fn rounded(&self, places: u32) -> Ratio {
        let scale = 10_u64.pow(places);
        // The sum in units of half a last place, found by halving: it is bounded by its terms.
        let most: u128 =
            self.0.iter().map(|term| term.part / term.of + 1).sum::<u128>() * 2 * u128::from(scale);
        let (mut low, mut high) = (0_u128, most + 1);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.reaches(Ratio::new(middle, 2 * u128::from(scale))) { low = middle } else { high = middle }
        }
        Ratio::new(low.div_ceil(2), scale.into())
    }
}

/// Compares two sums by writing both out until they differ or cannot any more.
fn compare(a: &[Ratio], b: &[Ratio]) -> Ordering {
    // Both sums are multiples of one part of this many digits: when that many agree, and a few more for the carries, all do.
    let digits =
        |terms: &[Ratio]| terms.iter().map(|term| 40 - term.of.leading_zeros() * 3 / 10).sum::<u32>();
    let groups = (digits(a) + digits(b)) / 9 + 3;
    let (mut rest_a, whole_a) = split(a);
    let (mut rest_b, whole_b) = split(b);
    // How much more `a` is, in units of the last group written.
    let mut more = whole_a - whole_b;
    let terms = (a.len() + b.len()) as i128;
    for _ in 0..groups {
        // What is not written yet is less than one unit for each term.
        if more.abs() > terms {
            return more.cmp(&0);
        }
        more = more * STEP as i128 + next(&mut rest_a) - next(&mut rest_b);
    }
    if more.abs() > terms { more.cmp(&0) } else { Ordering::Equal }
}

fn split(terms: &[Ratio]) -> (Vec<Ratio>, i128) {
    let whole = terms.iter().map(|term| (term.part / term.of) as i128).sum();
    (terms.iter().map(|term| Ratio { part: term.part % term.of, of: term.of }).collect(), whole)
}

/// The next group of digits of all terms together.
fn next(rest: &mut [Ratio]) -> i128 {
    let mut sum = 0;
    for term in rest {
        let more = term.part * STEP;
        sum += (more / term.of) as i128;
        term.part = more % term.of;
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_go_up_and_borders_are_met_exactly() {
        for (part, of, places, text) in [
            (1, 20, 1, "0.1"),
            (149, 100, 1, "1.5"),
            (145, 100, 1, "1.5"),
            (144_999, 100_000, 1, "1.4"),
            (1, 3, 4, "0.3333"),
            (2, 3, 0, "1"),
            (7, 2, 1, "3.5"),
        ] {
            assert_eq!(Ratio::new(part, of).decimal(places), text);
            assert_eq!(Ratio::new(part, of).rounded(places).decimal(places), text);
        }
        let thirds: Sum = [Ratio::new(1, 3); 3].into_iter().collect();
        assert_eq!(thirds.against(Ratio::whole(1)), Ordering::Equal, "three thirds are one");
        let sevenths: Sum = [Ratio::new(1, 7), Ratio::new(1, 11), Ratio::new(59, 77)].into_iter().collect();
        assert_eq!(sevenths.against(Ratio::whole(1)), Ordering::Equal);
        let below: Sum = [Ratio::new(999_999_937, 999_999_938), Ratio::ZERO].into_iter().collect();
        assert!(!below.reaches(Ratio::whole(1)));
        assert_eq!(below.rounded(2), Ratio::whole(1));
        assert_eq!(Sum::default().rounded(1), Ratio::ZERO);
        assert!(Sum::default().reaches(Ratio::ZERO));
    }

    #[test]
    fn twenty_large_denominators_meet_a_border() {
        // 1/n + (n−1)/n for twenty large n: twenty exactly, whose common denominator has some 200 digits.
        let large = (0..20).map(|at| 999_999_000_000 + at * 7 + 1);
        let whole: Sum = large.clone().flat_map(|n| [Ratio::new(1, n), Ratio::new(n - 1, n)]).collect();
        assert_eq!(whole.against(Ratio::whole(20)), Ordering::Equal);
        let less: Sum = large.flat_map(|n| [Ratio::new(1, n + 1), Ratio::new(n - 1, n)]).collect();
        assert_eq!(less.against(Ratio::whole(20)), Ordering::Less);
    }

    proptest! {
        #[test]
        fn sums_are_those_of_common_denominators(
            terms in prop::collection::vec((0_u64..400, 1_u64..60), 0..5),
            (part, of) in (0_u64..4000, 1_u64..60),
        ) {
            let common: i128 = terms.iter().map(|(_, of)| i128::from(*of)).product();
            let sum: i128 = terms.iter().map(|(part, of)| i128::from(*part) * (common / i128::from(*of))).sum();
            let ours: Sum = terms.iter().map(|(part, of)| Ratio::new((*part).into(), (*of).into())).collect();
            let expected = (sum * i128::from(of)).cmp(&(i128::from(part) * common));
            prop_assert_eq!(ours.against(Ratio::new(part.into(), of.into())), expected);
            let hundredths = (200 * sum + common) / (2 * common);
            prop_assert_eq!(ours.rounded(2), Ratio::new(hundredths as u128, 100));
        }

        #[test]
        fn products_are_products(a in 0_u64..9000, b in 1_u64..9000, c in 0_u64..9000, d in 1_u64..9000) {
            let product = Ratio::new(a.into(), b.into()).times(Ratio::new(c.into(), d.into()));
            prop_assert_eq!(product, Ratio::new(u128::from(a * c), u128::from(b * d)));
        }
    }
}
