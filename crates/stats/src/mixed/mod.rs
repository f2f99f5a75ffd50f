//! Linear mixed models with any number of crossed or nested random intercepts.
//!
//! y = Xβ + Σ_k Z_k u_k + ε, where each level of factor k has an effect u ~ N(0, σ_k²) of its own and ε ~ N(0, σ²), beside which observations may
//! share errors of known variance ([`Shared`]). The variances are those
//! under which the data are likeliest (ML), or what the fixed effects leave of the data is (REML; Patterson and Thompson 1971, "Recovery of
//! inter-block information when block sizes are unequal", Biometrika 58:545–554). Criterion and estimates are those of lme4 (Bates, Mächler,
//! Bolker and Walker 2015, "Fitting linear mixed-effects models using lme4", J. Statistical Software 67(1)); the way there is another one:
//! the largest factor is eliminated in closed form, the rest is a dense Cholesky factor with the response as its last row, and the search
//! has exact slopes.
//!
//! The effects of random factors are conditional modes: what is known of a level, drawn to the mean the more, the less it was observed.
//! Each has two standard deviations. The conditional one takes variances and fixed effects as known, as lme4 does; the one of prediction
//! counts that the fixed effects are estimated (Henderson 1975, "Best linear unbiased estimation and prediction under a selection model",
//! Biometrics 31:423–447).

mod dense;
mod search;
mod system;

use search::Found;
use system::{Factored, Solved, System};

/// Most columns besides those of the largest factor: their square is kept.
pub const MOST_COLUMNS: usize = 4_096;
/// A column is a combination of others when they explain all of it but this.
const COLLINEAR: f64 = 1e-10;

/// A division of the observations into groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Factor {
    /// The level of each observation, from 0.
    pub codes: Vec<u32>,
    /// How many levels there are; one may be without observation.
    pub levels: usize,
}

/// A fixed effect.
#[derive(Clone, Debug, PartialEq)]
pub enum Fixed {
    /// A number for each observation: one coefficient.
    Numeric(Vec<f64>),
    /// A level for each observation: a coefficient for each but the first, as its difference from the first (treatment contrasts).
    Categorical(Factor),
}

/// Errors that observations have in common, with variances that are known and not estimated. However many observations share one, together they
/// say no more than one observation with its variance.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// The error that an observation shares with others of its level of the first random factor, from 0; nothing where it shares none.
    pub of: Vec<Option<u32>>,
    /// The variance of each as a multiple of the residual variance.
    pub ratios: Vec<f64>,
}

/// What a model is fitted to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Data {
    /// The response y.
    pub response: Vec<f64>,
    /// Fixed effects besides the intercept, which is always there.
    pub fixed: Vec<Fixed>,
    /// Factors with random intercepts; one that is nested in another has levels of its own for each of the other's.
    pub random: Vec<Factor>,
    /// What observations share besides.
    pub shared: Option<Shared>,
}

/// How the variances are estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Maximum likelihood: to compare models with other fixed effects. Variances come out a little low.
    Ml,
    /// Restricted maximum likelihood: what fixed effects cost is taken off.
    Reml,
}

/// A fixed effect's coefficient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficient {
    /// The estimate, in units of the response (per unit of the column).
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
}

/// What is known of one level of a random factor, or of a sum of some.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mode {
    /// The conditional mode: the best linear unbiased prediction.
    pub estimate: f64,
    /// Conditional standard deviation, given variances and fixed effects.
    pub sd: f64,
    /// Standard deviation of prediction: that the fixed effects are estimated is counted.
    pub prediction_sd: f64,
}

/// Why a model cannot be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No factor.
    #[error("a mixed model needs a random factor")]
    NoFactor,
    /// A column is longer or shorter than the response, a code names no level, or what is shared is not within a level of the first factor.
    #[error("a column does not fit the response")]
    Shape,
    /// A number is not finite.
    #[error("observation {row} has a number that is not finite")]
    NotFinite {
        /// The observation, from 0.
        row: usize,
    },
    /// Fewer observations than the fixed effects need.
    #[error("{rows} observations are too few for {columns} fixed effects")]
    TooFew {
        /// Observations.
        rows: usize,
        /// Fixed effects.
        columns: usize,
    },
    /// All responses are the same.
    #[error("the response is the same everywhere")]
    Constant,
    /// Fixed effects explain everything, or all numbers are out of scale: no variance is left to be divided.
    #[error("nothing is left for the residual")]
    NoResidual,
    /// A random factor of fewer than two levels.
    #[error("random factor {factor} has fewer than two levels")]
    TooFewLevels {
        /// The factor, from 0.
        factor: usize,
    },
    /// A random factor with a level for each observation: its effects cannot be told from the residuals.
    #[error("random factor {factor} has as many levels as there are observations")]
    TooManyLevels {
        /// The factor, from 0.
        factor: usize,
    },
    /// A column of the fixed effects that follows from those before it.
    #[error("fixed effect {column} follows from those before it")]
    Collinear {
        /// The column; 0 is the intercept.
        column: usize,
    },
    /// More columns than are kept.
    #[error("{columns} columns besides the largest factor are more than {MOST_COLUMNS}")]
    TooLarge {
        /// How many.
        columns: usize,
    },
}

/// A model fitted to data.
pub struct Fit {
    /// −2 log-likelihood (ML), or the REML criterion.
    pub criterion: f64,
    /// σ_k² of each random factor.
    pub variances: Vec<f64>,
    /// σ², the residual variance.
    pub residual: f64,
    /// The intercept, then the coefficients of the fixed effects in their order.
    pub fixed: Vec<Coefficient>,
    /// What is known of each level of each random factor.
    pub modes: Vec<Vec<Mode>>,
    /// Whether the search ended where the criterion can fall no further.
    pub converged: bool,
    /// Whether a variance is 0, or below a hundred-millionth of the residual variance.
    pub singular: bool,
    /// How often the equations were factorised.
    pub evaluations: u32,
    system: System,
    factored: Factored,
    solved: Solved,
    /// Standard deviation of the response as it was given.
    scale: f64,
}

/// Fits a model.
///
/// # Errors
/// Says what is wrong with the data.
pub fn fit(data: Data, method: Method) -> Result<Fit, Fault> {
    check(&data)?;
    let Data { mut response, fixed, random, shared } = data;
    let place = standardise(&mut response);
    if place.sd == 0.0 {
        return Err(Fault::Constant);
    }
    let (columns, places) = columns(response.len(), fixed)?;
    if response.len() <= columns.len() {
        return Err(Fault::TooFew { rows: response.len(), columns: columns.len() });
    }
    let large = random[system::eliminated(&random, shared.as_ref())].levels;
    let kept = random.iter().map(|factor| factor.levels).sum::<usize>() - large + columns.len();
    if kept > MOST_COLUMNS {
        return Err(Fault::TooLarge { columns: kept });
    }
    let ratios = first_guess(&response, &random);
    let system = System::new(response, columns, random, shared, method);
    if let Some(column) = system.collinear(COLLINEAR) {
        return Err(Fault::Collinear { column });
    }
    let found = search::search(&system, ratios).ok_or(Fault::NoResidual)?;
    if found.factored.residual < 1e-20 {
        return Err(Fault::NoResidual);
    }
    let modes = modes(&system, &found, place.sd);
    let fixed = coefficients(&system, &found, place, &places);
    let Found { ratios, factored, solved, converged, evaluations, .. } = found;
    let residual = factored.residual * place.sd * place.sd;
    let by_fixed: f64 = places.iter().map(|place| 2.0 * place.sd.ln()).sum();
    let by_fixed = if method == Method::Reml { by_fixed } else { 0.0 };
    Ok(Fit {
        criterion: factored.criterion + 2.0 * system.degrees() * place.sd.ln() + by_fixed,
        variances: ratios.iter().map(|ratio| ratio * residual).collect(),
        residual,
        fixed,
        modes,
        converged,
        singular: ratios.iter().any(|ratio| *ratio < 1e-8),
        evaluations,
        system,
        factored,
        solved,
        scale: place.sd,
    })
}

impl Fit {
    /// What is known of the sum of the effects of some levels, each given as factor and level. Nothing when one is none.
    pub fn sum(&self, levels: &[(usize, usize)]) -> Option<Mode> {
        let system = &self.system;
        let mut large = vec![0.0; system.random[system.large].levels];
        let mut kept = vec![0.0; system.columns()];
        let mut estimate = 0.0;
        for (factor, level) in levels {
            estimate += self.modes.get(*factor)?.get(*level)?.estimate;
            match system.kept.iter().find(|kept| kept.factor == *factor) {
                Some(at) => kept[at.first + level] += 1.0,
                None => large[*level] += 1.0,
            }
        }
        let (eliminated, rest) = system.whiten(&self.factored, &self.solved, &large, &kept);
        let squares = |part: &[f64]| part.iter().map(|x| x * x).sum::<f64>();
        let (random, fixed) = rest.split_at(system.random_columns);
        let given = squares(&eliminated) + squares(random);
        let sd = |part: f64| self.scale * (self.factored.residual * part).sqrt();
        Some(Mode { estimate, sd: sd(given), prediction_sd: sd(given + squares(fixed)) })
    }
}

impl Shared {
    /// Whether each error is shared within one level of the first factor only.
    fn fits(&self, first: &Factor) -> bool {
        let mut levels = vec![None; self.ratios.len()];
        let within = |(of, code): (&Option<u32>, &u32)| match of {
            None => true,
            Some(of) => {
                levels.get_mut(*of as usize).is_some_and(|level| *level.get_or_insert(*code) == *code)
            }
        };
        self.of.len() == first.codes.len()
            && self.ratios.iter().all(|ratio| ratio.is_finite() && *ratio >= 0.0)
            && self.of.iter().zip(&first.codes).all(within)
    }
}

fn check(data: &Data) -> Result<(), Fault> {
    let rows = data.response.len();
    if data.random.is_empty() {
        return Err(Fault::NoFactor);
    }
    let fits = |factor: &Factor| {
        factor.codes.len() == rows && factor.codes.iter().all(|code| (*code as usize) < factor.levels)
    };
    let numbers = |fixed: &Fixed| match fixed {
        Fixed::Numeric(values) => values.len() == rows,
        Fixed::Categorical(factor) => fits(factor),
    };
    if !data.fixed.iter().all(numbers) || !data.random.iter().all(fits) {
        return Err(Fault::Shape);
    }
    if data.shared.as_ref().is_some_and(|shared| !shared.fits(&data.random[0])) {
        return Err(Fault::Shape);
    }
    let numeric = data.fixed.iter().filter_map(|fixed| match fixed {
        Fixed::Numeric(values) => Some(values),
        Fixed::Categorical(_) => None,
    });
    for values in numeric.chain([&data.response]) {
        // Squares of sums must stay finite too.
        if let Some(row) = values.iter().position(|value| !value.is_finite() || value.abs() > 1e100) {
            return Err(Fault::NotFinite { row });
        }
    }
    for (at, factor) in data.random.iter().enumerate() {
        let mut seen = vec![false; factor.levels];
        factor.codes.iter().for_each(|code| seen[*code as usize] = true);
        match seen.iter().filter(|seen| **seen).count() {
            0 | 1 => return Err(Fault::TooFewLevels { factor: at }),
            levels if levels >= rows => return Err(Fault::TooManyLevels { factor: at }),
            _ => {}
        }
    }
    Ok(())
}

/// Mean and standard deviation of a column as it was given.
#[derive(Clone, Copy)]
struct Place {
    mean: f64,
    sd: f64,
}

/// Gives numbers the mean 0 and the variance 1, which spares the equations what rounding would cost them.
fn standardise(values: &mut [f64]) -> Place {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sd = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    // What rounding leaves of a constant is no spread.
    if sd <= 1e-13 * mean.abs() {
        return Place { mean, sd: 0.0 };
    }
    values.iter_mut().for_each(|x| *x = (*x - mean) / sd);
    Place { mean, sd }
}

/// The columns of the fixed effects, the intercept first, and what was done to them.
fn columns(rows: usize, fixed: Vec<Fixed>) -> Result<(Vec<Vec<f64>>, Vec<Place>), Fault> {
    let as_given = Place { mean: 0.0, sd: 1.0 };
    let (mut columns, mut places) = (vec![vec![1.0; rows]], vec![as_given]);
    for fixed in fixed {
        match fixed {
            Fixed::Numeric(mut values) => {
                let place = standardise(&mut values);
                if place.sd == 0.0 {
                    return Err(Fault::Collinear { column: columns.len() });
                }
                columns.push(values);
                places.push(place);
            }
            Fixed::Categorical(factor) => {
                if columns.len() + factor.levels > MOST_COLUMNS {
                    return Err(Fault::TooLarge { columns: columns.len() + factor.levels });
                }
                for level in 1..factor.levels {
                    let is = |code: &u32| f64::from(*code as usize == level);
                    columns.push(factor.codes.iter().map(is).collect());
                    places.push(as_given);
                }
            }
        }
    }
    Ok((columns, places))
}

/// Ratios of the right size: each factor's variance from the spread of its levels' means, as if it were alone.
fn first_guess(response: &[f64], random: &[Factor]) -> Vec<f64> {
    let n = response.len() as f64;
    let of = |factor: &Factor| {
        let mut levels = vec![(0.0, 0.0); factor.levels];
        for (code, y) in factor.codes.iter().zip(response) {
            let level = &mut levels[*code as usize];
            *level = (level.0 + 1.0, level.1 + y);
        }
        let used = || levels.iter().filter(|level| level.0 > 0.0);
        let between: f64 = used().map(|(n, sum)| sum * sum / n).sum();
        let unequal = n - used().map(|(n, _)| n * n).sum::<f64>() / n;
        ((between - (used().count() as f64 - 1.0)) / unequal).max(1e-3)
    };
    let variances: Vec<f64> = random.iter().map(of).collect();
    let residual = (1.0 - variances.iter().sum::<f64>()).max(0.1);
    variances.iter().map(|variance| variance / residual).collect()
}

fn modes(system: &System, found: &Found, scale: f64) -> Vec<Vec<Mode>> {
    let of = |(factor, effects): (usize, &Vec<f64>)| {
        let diagonal = match system.kept.iter().find(|kept| kept.factor == factor) {
            Some(kept) => (kept.first..kept.first + kept.levels)
                .map(|at| found.ratios[factor] * found.gram.row(at)[at])
                .collect(),
            None => system.eliminated_diagonal(&found.factored, &found.gram),
        };
        let added = system.added_by_fixed(&found.factored, &found.solved, factor);
        let mode = |((effect, variance), added): ((&f64, f64), f64)| {
            let (given, all) = match system.method {
                Method::Reml => (variance - added, variance),
                Method::Ml => (variance, variance + added),
            };
            let sd = |part: f64| scale * (found.factored.residual * part.max(0.0)).sqrt();
            Mode { estimate: effect * scale, sd: sd(given), prediction_sd: sd(all) }
        };
        effects.iter().zip(diagonal).zip(added).map(mode).collect()
    };
    found.solved.effects.iter().enumerate().map(of).collect()
}

/// The coefficients in the units of the columns as they were given.
fn coefficients(system: &System, found: &Found, response: Place, places: &[Place]) -> Vec<Coefficient> {
    let (first, columns) = (system.random_columns, system.columns());
    // Each coefficient as a sum of those of the standardised columns.
    let of = |column: usize| {
        let mut weights = vec![0.0; places.len()];
        weights[column] = response.sd / places[column].sd;
        if column == 0 {
            let others = weights.iter_mut().zip(places).skip(1);
            others.for_each(|(weight, place)| *weight = -response.sd * place.mean / place.sd);
        }
        let sum: f64 = weights.iter().zip(&found.solved.fixed).map(|(weight, value)| weight * value).sum();
        let part = |row: usize| {
            let cells = (0..=row - first).map(|at| weights[at] * found.solved.inverse.at(row, first + at));
            cells.sum::<f64>().powi(2)
        };
        let variance = found.factored.residual * (first..columns).map(part).sum::<f64>();
        let mean = if column == 0 { response.mean } else { 0.0 };
        Coefficient { estimate: mean + sum, se: variance.sqrt() }
    };
    (0..places.len()).map(of).collect()
}
