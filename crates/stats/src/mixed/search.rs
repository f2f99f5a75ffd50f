//! The variances under which the data are likeliest: Newton's method on their logarithms.
//!
//! The gradient is exact. Of the curvature, what concerns the kept factors is exact too; for the eliminated one, whose trace would cost more
//! than the whole fit, the mean of observed and expected information stands in, which needs no trace (Gilmour, Thompson and Cullis 1995,
//! "Average information REML", Biometrics 51:1440–1450).

use super::{
    dense::Gram,
    system::{Factored, Kept, Solved, System},
};

/// Most steps of Newton's method.
const MOST_STEPS: u32 = 100;
/// The search ends when the criterion could fall no further than this.
const CLOSE: f64 = 1e-9;
/// What rounding leaves unsure of a criterion, as a part of it.
const UNSURE: f64 = 1e-14;
/// Longest step in the logarithm of a variance.
const LONGEST: f64 = 1.5;
/// A factor whose variance times its observations per level is below this, and still falls, is tried without.
const SMALL: f64 = 0.05;
/// Where a factor without variance is tried again at the end, in the same measure.
const AGAIN: [f64; 3] = [5e-2, 5e-4, 5e-6];

/// Where the search ended.
pub(super) struct Found {
    /// γ = variance / residual variance, for each factor.
    pub(super) ratios: Vec<f64>,
    pub(super) factored: Factored,
    pub(super) solved: Solved,
    pub(super) gram: Gram,
    pub(super) converged: bool,
    /// How often the equations were factorised.
    pub(super) evaluations: u32,
}

/// Slope and curvature of the criterion in ln γ, for the factors that are not at 0.
struct Slope {
    gradient: Vec<f64>,
    curvature: Vec<Vec<f64>>,
    /// The same with average information only: never negative.
    average: Vec<Vec<f64>>,
}

struct Search<'a> {
    system: &'a System,
    ratios: Vec<f64>,
    factored: Factored,
    evaluations: u32,
    /// How often each factor came back from 0.
    revived: Vec<u32>,
}

/// Searches from these ratios on. Nothing when the equations cannot be solved even there.
pub(super) fn search(system: &System, start: Vec<f64>) -> Option<Found> {
    let factored = system.factor(&start)?;
    let revived = vec![0; start.len()];
    let mut search = Search { system, ratios: start, factored, evaluations: 1, revived };
    for _ in 0..MOST_STEPS {
        let solved = system.solve(&search.factored);
        let gram = system.gram(&solved);
        let active: Vec<usize> = (0..search.ratios.len()).filter(|k| search.ratios[*k] > 0.0).collect();
        let slope = search.slope(&solved, &gram, &active);
        let Some((step, gain)) = slope.step() else { break };
        let close = CLOSE.max(10.0 * UNSURE * search.factored.criterion.abs());
        let closer = if gain < close {
            search.revive()
        } else {
            search.drop_one(&active, &slope.gradient) || search.go(&active, &step)
        };
        if closer {
            continue;
        }
        // Beyond that, rounding hides what is left to gain.
        let converged = gain < 1e-6;
        let Search { ratios, factored, evaluations, .. } = search;
        return Some(Found { ratios, factored, solved, gram, converged, evaluations });
    }
    let solved = system.solve(&search.factored);
    let gram = system.gram(&solved);
    let Search { ratios, factored, evaluations, .. } = search;
    Some(Found { ratios, factored, solved, gram, converged: false, evaluations })
}

impl Search<'_> {
    /// Goes to these ratios if the criterion is no higher there.
    fn go_if_no_worse(&mut self, ratios: Vec<f64>) -> bool {
        self.evaluations += 1;
        let most = self.factored.criterion + UNSURE * self.factored.criterion.abs();
        match self.system.factor(&ratios) {
            Some(factored) if factored.criterion <= most => {
                (self.ratios, self.factored) = (ratios, factored);
                true
            }
            _ => false,
        }
    }

    /// Takes a step, halved while the criterion rises.
    fn go(&mut self, active: &[usize], step: &[f64]) -> bool {
        let longest = step.iter().fold(0.0, |longest: f64, part| longest.max(part.abs()));
        let mut part = (LONGEST / longest).min(1.0);
        for _ in 0..20 {
            let mut ratios = self.ratios.clone();
            active.iter().zip(step).for_each(|(k, step)| ratios[*k] *= (part * step).exp());
            if self.go_if_no_worse(ratios) {
                return true;
            }
            part /= 2.0;
        }
        false
    }

    /// Observations per level.
    fn per_level(&self, factor: usize) -> f64 {
        let factor = &self.system.random[factor];
        factor.codes.len() as f64 / factor.levels as f64
    }

    /// Sets the smallest variance that still falls to 0, if that is no worse.
    fn drop_one(&mut self, active: &[usize], gradient: &[f64]) -> bool {
        let falling = active.iter().zip(gradient).filter(|(_, slope)| **slope > 0.0).map(|(k, _)| *k);
        let small = falling.filter(|k| self.ratios[*k] * self.per_level(*k) < SMALL);
        let Some(k) = small.min_by(|a, b| self.ratios[*a].total_cmp(&self.ratios[*b])) else { return false };
        let mut ratios = self.ratios.clone();
        ratios[k] = 0.0;
        self.go_if_no_worse(ratios)
    }

    /// Brings a factor back from 0 when the criterion falls as its variance rises.
    fn revive(&mut self) -> bool {
        for k in 0..self.ratios.len() {
            if self.ratios[k] > 0.0 || self.revived[k] > 1 {
                continue;
            }
            self.revived[k] += 1;
            let mut ratios = self.ratios.clone();
            for part in AGAIN {
                ratios[k] = part / self.per_level(k);
                if self.go_if_no_worse(ratios.clone()) {
                    return true;
                }
            }
        }
        false
    }

    fn slope(&self, solved: &Solved, gram: &Gram, active: &[usize]) -> Slope {
        let (system, residual) = (self.system, self.factored.residual);
        let ratios = |i: usize| self.ratios[active[i]];
        let squares: Vec<f64> =
            active.iter().map(|k| solved.effects[*k].iter().map(|u| u * u).sum::<f64>()).collect();
        let kept = |i: usize| system.kept.iter().find(|kept| kept.factor == active[i]);
        let trace = |i: usize| match kept(i) {
            Some(kept) => (kept.first..kept.first + kept.levels).map(|at| gram.row(at)[at]).sum(),
            None => system.eliminated_diagonal(&self.factored, gram).iter().sum::<f64>() / ratios(i),
        };
        let gradient: Vec<f64> = (0..active.len())
            .map(|i| system.random[active[i]].levels as f64 - trace(i) - squares[i] / (ratios(i) * residual))
            .collect();
        let mut average = system.curvature(&self.factored, solved, &self.ratios, active);
        let mut curvature = average.clone();
        for i in 0..active.len() {
            for j in 0..active.len() {
                let information = average[i][j] * ratios(i) * ratios(j) / residual;
                let by_residual = squares[i] * squares[j]
                    / (ratios(i) * ratios(j) * system.degrees() * residual * residual);
                average[i][j] = information - by_residual;
                curvature[i][j] = match (kept(i), kept(j)) {
                    (Some(a), Some(b)) => 2.0 * information - by_residual - trace_of_squares(gram, a, b),
                    _ => average[i][j],
                };
            }
            if kept(i).is_some() {
                curvature[i][i] += gradient[i];
            }
        }
        Slope { gradient, curvature, average }
    }
}

/// The sum of the squares of a block of I − W.
fn trace_of_squares(gram: &Gram, a: &Kept, b: &Kept) -> f64 {
    let (low, high) = if a.first < b.first { (a, b) } else { (b, a) };
    let of = |row: usize| {
        let cells = gram.row(row);
        if a.first != b.first {
            return cells[low.first..][..low.levels].iter().map(|cell| cell * cell).sum::<f64>();
        }
        let beside: f64 = cells[a.first..row].iter().map(|cell| cell * cell).sum();
        (1.0 - cells[row]).powi(2) + 2.0 * beside
    };
    (high.first..high.first + high.levels).map(of).sum()
}

impl Slope {
    /// The step to where the slope would be 0, and what it should gain.
    fn step(&self) -> Option<(Vec<f64>, f64)> {
        let step = solve(&self.curvature, &self.gradient).or_else(|| solve(&self.average, &self.gradient))?;
        let gain = step.iter().zip(&self.gradient).map(|(step, slope)| -step * slope / 2.0).sum();
        Some((step, gain))
    }
}

/// −H⁻¹g for a small positive definite H with a ridge that only matters where H says nothing.
fn solve(matrix: &[Vec<f64>], gradient: &[f64]) -> Option<Vec<f64>> {
    let n = gradient.len();
    let most = (0..n).map(|i| matrix[i][i].abs()).fold(0.0, f64::max);
    let mut lower = matrix.to_vec();
    for i in 0..n {
        lower[i][i] += 1e-10 * most;
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let left = lower[i][j] - sum;
            if j < i {
                lower[i][j] = left / lower[j][j];
            } else if left > 0.0 && left.is_finite() {
                lower[i][i] = left.sqrt();
            } else {
                return None;
            }
        }
    }
    let mut step: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    for i in 0..n {
        let sum: f64 = (0..i).map(|k| lower[i][k] * step[k]).sum();
        step[i] = (step[i] - sum) / lower[i][i];
    }
    for i in (0..n).rev() {
        let sum: f64 = (i + 1..n).map(|k| lower[k][i] * step[k]).sum();
        step[i] = (step[i] - sum) / lower[i][i];
    }
    Some(step)
}
