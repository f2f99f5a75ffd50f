//! Shares and means estimated from a stratified sample, with their design-based intervals.
//!
//! In stratum h of N_h units, n_h answered; each answer stands for w = N_h / n_h of them. A mean is the ratio R = Σwy / Σwx, where
//! x is 1 for those who answered this item (and belong to the part that is asked about), so parts and skipped items need no
//! other formula. Its variance is that of the linearised value u = x (y − R) / Σwx (Taylor series; Woodruff 1971, JASA 66:411–414;
//! Lohr 2010, *Sampling: Design and Analysis*, §9.1), with the finite population correction of each stratum:
//! V = Σ_h (1 − n_h/N_h) n_h/(n_h − 1) Σ_i (w u_i − mean_h)². A sum of several items adds their linearised values.
//!
//! The interval of a share is Wilson's with the effective number of answers R(1 − R)/V and Student's t of (answers − strata)
//! degrees of freedom (Korn and Graubard 1998, Survey Methodology 24:193–201, for the adjustment; Franco, Little, Louis and Slud
//! 2019, J. Survey Statistics and Methodology 7:334–364, for Wilson's among the candidates).

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::interval::wilson_of;

/// One who answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Number of the stratum.
    pub stratum: usize,
    /// The value of each item; none where there is no answer.
    pub values: Vec<Option<f64>>,
}

/// An estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The sum of the items' means, each times its part.
    pub value: f64,
    /// Its variance.
    pub variance: f64,
    /// Answers behind it: those of the item that has fewest.
    pub n: u64,
    /// Degrees of freedom, at least 1.
    pub df: f64,
    /// Variance as a multiple of that of a simple random sample (with replacement) of as many answers (Kish's design effect).
    pub design_effect: f64,
    /// How many answers of a simple random sample the weights leave: what remains to be said when all answers are equal.
    weighted_n: f64,
}

/// The weights of the strata: what each answer stands for. A stratum without answers has none.
pub fn weights(populations: &[u32], answers: impl IntoIterator<Item = usize>) -> Vec<f64> {
    let mut counts = vec![0_u32; populations.len()];
    answers.into_iter().for_each(|stratum| counts[stratum] += 1);
    let weight = |(n, all): (&u32, &u32)| if *n == 0 { 0.0 } else { f64::from(*all) / f64::from(*n) };
    counts.iter().zip(populations).map(weight).collect()
}

/// The sum of the items' means, each times its part (parts of 1 in all give a mean of means), over the strata of these populations.
/// Nothing when an item has no answer at all, or there is no item. Strata of one answer enter the variance with its distance from
/// the estimate.
pub fn estimate(populations: &[u32], parts: &[f64], answers: &[Answer]) -> Option<Estimate> {
    let weights = weights(populations, answers.iter().map(|answer| answer.stratum));
    if parts.is_empty() {
        return None;
    }
    let given = |item: usize| {
        answers.iter().filter_map(move |answer| Some((answer.stratum, (*answer.values.get(item)?)?)))
    };
    let mut means = Vec::with_capacity(parts.len());
    let mut n = u64::MAX;
    for (item, part) in parts.iter().enumerate() {
        let sums = given(item).fold((0.0, 0.0, 0), |(y, x, n), (stratum, value)| {
            (y + weights[stratum] * value, x + weights[stratum], n + 1)
        });
        n = n.min(sums.2);
        if sums.1 <= 0.0 {
            return None;
        }
        means.push((sums.0 / sums.1, part / sums.1));
    }
    let linearised = |answer: &Answer| {
        let item = |(value, (mean, part)): (&Option<f64>, &(f64, f64))| Some(((*value)? - mean) * part);
        answer.values.iter().zip(&means).filter_map(item).sum::<f64>()
    };
    let value = means.iter().zip(parts).map(|((mean, _), part)| mean * part).sum::<f64>();
    let spread = Spread::of(populations, &weights, answers, linearised);
    Some(spread.estimate(value, n))
}

/// Sums over the strata that a variance is made from.
struct Spread {
    variance: f64,
    df: f64,
    /// Σw, Σw², Σw u² over those who answered something.
    sums: (f64, f64, f64),
    n: f64,
}

impl Spread {
    fn of(
        populations: &[u32],
        weights: &[f64],
        answers: &[Answer],
        linearised: impl Fn(&Answer) -> f64,
    ) -> Self {
        let mut strata = vec![(0.0, 0.0, 0.0, false); populations.len()];
        let mut spread = Self { variance: 0.0, df: 0.0, sums: (0.0, 0.0, 0.0), n: 0.0 };
        for answer in answers {
            let (weight, u) = (weights[answer.stratum], linearised(answer));
            let stratum = &mut strata[answer.stratum];
            stratum.0 += 1.0;
            stratum.1 += weight * u;
            stratum.2 += (weight * u).powi(2);
            if answer.values.iter().any(Option::is_some) {
                stratum.3 = true;
                spread.sums.0 += weight;
                spread.sums.1 += weight * weight;
                spread.sums.2 += weight * u * u;
                spread.n += 1.0;
            }
        }
        for ((n, sum, squares, has_some), all) in strata.into_iter().zip(populations) {
            if n == 0.0 {
                continue;
            }
            let rest = (1.0 - n / f64::from(*all)).max(0.0);
            let within = if n > 1.0 { (squares - sum * sum / n).max(0.0) * n / (n - 1.0) } else { squares };
            spread.variance += rest * within;
            spread.df += if has_some { n - 1.0 } else { 0.0 };
        }
        spread
    }

    fn estimate(self, value: f64, n: u64) -> Estimate {
        let (all, squares, spread) = self.sums;
        // The linearised values sum to means; times Σw they are deviations, whose mean square over n is the plain variance.
        let plain = spread * all / self.n;
        let kish = all * all / squares;
        let rest = (1.0 - self.n / all).max(0.0);
        // Sums of equal numbers leave a crumb of rounding, which is no variance.
        let variance = if self.variance < 1e-18 { 0.0 } else { self.variance };
        Estimate {
            value,
            variance,
            n,
            df: self.df.max(1.0),
            design_effect: if plain > 1e-18 { variance / plain } else { 1.0 },
            weighted_n: if rest > 0.0 { kish / rest } else { f64::INFINITY },
        }
    }
}

impl Estimate {
    /// Its standard error.
    pub fn error(&self) -> f64 {
        self.variance.sqrt()
    }

    /// Student's t for a two-sided interval of this confidence (0 to 1).
    pub fn t(&self, confidence: f64) -> f64 {
        StudentsT::new(0.0, 1.0, self.df).map_or(f64::INFINITY, |t| t.inverse_cdf(0.5 + confidence / 2.0))
    }

    /// The interval of a share: Wilson's, with the effective number of answers.
    pub fn share_interval(&self, confidence: f64) -> (f64, f64) {
        let share = self.value.clamp(0.0, 1.0);
        let n = if self.variance > 0.0 { share * (1.0 - share) / self.variance } else { self.weighted_n };
        // Whoever asked everybody knows.
        if n.is_infinite() { (share, share) } else { wilson_of(share, n, self.t(confidence)) }
    }

    /// The interval of a mean.
    pub fn mean_interval(&self, confidence: f64) -> (f64, f64) {
        let half = self.t(confidence) * self.error();
        (self.value - half, self.value + half)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        interval::{Z95, wilson},
        random::Random,
        sample,
    };

    fn answers(stratum: usize, values: &[f64]) -> Vec<Answer> {
        values.iter().map(|value| Answer { stratum, values: vec![Some(*value)] }).collect()
    }

    /// Values with exactly this mean and sample variance.
    fn with(n: usize, mean: f64, variance: f64) -> Vec<f64> {
        let pairs = n / 2 * 2;
        let away = (variance * (n - 1) as f64 / pairs as f64).sqrt();
        (0..n)
            .map(|at| match at {
                at if at == pairs => mean,
                at if at % 2 == 0 => mean + away,
                _ => mean - away,
            })
            .collect()
    }

    /// Acres of farms in the regions of the United States: Lohr 2010, example 3.2.
    #[test]
    fn a_printed_example_of_a_mean() {
        let regions = [
            (1_054, 103, 300_504.16, 29_618_183_543.0),
            (220, 21, 97_629.81, 7_647_472_708.0),
            (1_382, 135, 211_315.04, 53_587_487_856.0),
            (422, 41, 662_295.51, 396_185_950_266.0),
        ];
        let rows: Vec<Answer> = regions
            .iter()
            .enumerate()
            .flat_map(|(at, (_, n, mean, variance))| answers(at, &with(*n, *mean, *variance)))
            .collect();
        let got = estimate(&regions.map(|region| region.0), &[1.0], &rows).unwrap();
        assert!((got.value - 295_560.76).abs() < 1.0, "{}", got.value);
        assert!((got.error() - 16_379.87).abs() < 1.0, "{}", got.error());
        assert_eq!((got.n, got.df), (300, 296.0));
        // The book's total, 909,736,034 with standard error 50,417,248.
        assert!((got.error() * 3_078.0 - 50_417_248.0).abs() < 3_000.0);
    }

    #[test]
    fn a_share_worked_by_hand() {
        let yes = |n: usize, of: usize| (0..of).map(|at| f64::from(u8::from(at < n))).collect::<Vec<_>>();
        let mut rows = answers(0, &yes(6, 10));
        rows.extend(answers(1, &yes(5, 20)));
        let got = estimate(&[100, 300], &[1.0], &rows).unwrap();
        // (100·0.6 + 300·0.25)/400; (1/4)²·0.9·0.24/9 + (3/4)²·(14/15)·0.1875/19.
        assert!((got.value - 0.3375).abs() < 1e-12);
        assert!(
            (got.variance - (0.0625 * 0.9 * 0.24 / 9.0 + 0.5625 * 14.0 / 15.0 * 0.1875 / 19.0)).abs() < 1e-12
        );
        assert_eq!(got.df, 28.0);
        // Student's t of 28 degrees: 2.048407.
        assert!((got.t(0.95) - 2.048_407).abs() < 1e-5, "{}", got.t(0.95));
        let (low, high) = got.share_interval(0.95);
        assert!(
            low < 0.3375 && 0.3375 < high && (0.19..0.21).contains(&low) && (0.50..0.53).contains(&high),
            "{low} {high}"
        );
    }

    #[test]
    fn who_is_asked_of_everybody_has_no_interval() {
        let all = estimate(&[4], &[1.0], &answers(0, &[1.0, 0.0, 1.0, 1.0])).unwrap();
        assert_eq!((all.variance, all.share_interval(0.95)), (0.0, (0.75, 0.75)));
        // A few who all say the same leave the question open.
        let few = estimate(&[4_000], &[1.0], &answers(0, &[1.0; 10])).unwrap();
        let (low, high) = few.share_interval(0.95);
        assert!(high == 1.0 && low < wilson(10, 10, Z95).0, "{low}");
        assert_eq!(estimate(&[4], &[1.0], &[]), None);
        assert_eq!(estimate(&[4], &[1.0], &[Answer { stratum: 0, values: vec![None] }]), None);
    }

    #[test]
    fn skipped_items_and_several_items() {
        let rows: Vec<Answer> =
            [[Some(1.0), Some(0.0)], [Some(1.0), None], [Some(0.0), Some(0.0)], [None, Some(1.0)]]
                .into_iter()
                .map(|values| Answer { stratum: 0, values: values.to_vec() })
                .collect();
        let got = estimate(&[40], &[0.5, 0.5], &rows).unwrap();
        assert!((got.value - (2.0 / 3.0 + 1.0 / 3.0) / 2.0).abs() < 1e-12);
        assert_eq!(got.n, 3);
        // Twice the same item says nothing more than once.
        let once = estimate(&[40], &[1.0], &answers(0, &[1.0, 0.0, 1.0, 1.0])).unwrap();
        let twice: Vec<Answer> = answers(0, &[1.0, 0.0, 1.0, 1.0])
            .into_iter()
            .map(|row| Answer { values: [row.values.clone(), row.values].concat(), ..row })
            .collect();
        let twice = estimate(&[40], &[0.5, 0.5], &twice).unwrap();
        assert!(
            (once.variance - twice.variance).abs() < 1e-15
                && (once.design_effect - twice.design_effect).abs() < 1e-9
        );
    }

    /// Over many seeds the estimate has the true mean, its variance the one that is claimed, and the interval covers as often as
    /// it says.
    #[test]
    fn unbiased_with_honest_intervals() {
        let sizes = [400_u32, 120, 60, 20];
        let rates = [0.92, 0.7, 0.5, 0.2];
        let mut world = Random::new(11);
        let people: Vec<Vec<f64>> = sizes
            .iter()
            .zip(rates)
            .map(|(size, rate)| (0..*size).map(|_| f64::from(u8::from(world.unit() < rate))).collect())
            .collect();
        let truth = people.iter().flatten().sum::<f64>() / f64::from(sizes.iter().sum::<u32>());
        let drawn = sample::allocate(90, 4, &sizes);
        let runs = 4_000;
        let (mut sum, mut squares, mut variances, mut covered) = (0.0, 0.0, 0.0, 0);
        for seed in 0..runs {
            let mut random = Random::new(seed);
            let rows: Vec<Answer> = (0..sizes.len())
                .flat_map(|at| {
                    let chosen = sample::draw(&mut random, drawn[at], sizes[at]);
                    chosen.into_iter().map(move |one| (at, one as usize)).collect::<Vec<_>>()
                })
                .map(|(at, one)| Answer { stratum: at, values: vec![Some(people[at][one])] })
                .collect();
            let got = estimate(&sizes, &[1.0], &rows).unwrap();
            sum += got.value;
            squares += (got.value - truth).powi(2);
            variances += got.variance;
            let (low, high) = got.share_interval(0.95);
            covered += u64::from(low <= truth && truth <= high);
        }
        let runs = runs as f64;
        let spread = (squares / runs).sqrt();
        assert!((sum / runs - truth).abs() < 4.0 * spread / runs.sqrt(), "{} {truth}", sum / runs);
        assert!((variances / squares - 1.0).abs() < 0.1, "{}", variances / squares);
        let coverage = covered as f64 / runs;
        assert!((0.935..0.985).contains(&coverage), "{coverage}");
    }

    proptest! {
        #[test]
        fn weights_sum_to_the_population(sizes in prop::collection::vec(1_u32..1_000, 1..20), part in 1_u32..5) {
            let of = |at: usize| std::iter::repeat_n(at, (sizes[at] / part).max(1) as usize);
            let who: Vec<usize> = (0..sizes.len()).flat_map(of).collect();
            let weights = weights(&sizes, who.iter().copied());
            let sum: f64 = who.iter().map(|at| weights[*at]).sum();
            prop_assert!((sum - f64::from(sizes.iter().sum::<u32>())).abs() < 1e-6);
        }

        #[test]
        fn the_interval_holds_the_share(
            sizes in prop::collection::vec(2_u32..500, 1..8),
            seed in any::<u64>(),
            rate in 0.0_f64..=1.0,
        ) {
            let mut random = Random::new(seed);
            let rows: Vec<Answer> = (0..sizes.len())
                .flat_map(|at| (0..sizes[at].div_ceil(3)).map(move |_| at))
                .map(|stratum| {
                    let yes = random.unit() < rate;
                    let value = (random.unit() < 0.9).then_some(f64::from(u8::from(yes)));
                    Answer { stratum, values: vec![value] }
                })
                .collect();
            if let Some(got) = estimate(&sizes, &[1.0], &rows) {
                let (low, high) = got.share_interval(0.95);
                prop_assert!(0.0 <= low && low <= got.value + 1e-9 && got.value <= high + 1e-9 && high <= 1.0);
                prop_assert!(got.design_effect.is_finite() && got.variance.is_finite());
            }
        }
    }
}
