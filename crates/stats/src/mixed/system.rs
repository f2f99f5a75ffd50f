//! The equations of a mixed model: cross-products once, then for any variances their Schur complement and its factor.
//!
//! The columns that are kept are those of all factors but the largest, then the fixed effects, then the response. A random effect is
//! u = √γ b with b ~ N(0, σ²), so that a variance of 0 is an ordinary value. The largest factor has a diagonal block n_s + 1/γ_s and is
//! eliminated in closed form; what is left of the kept columns is dense.

use pulp::Arch;

use super::{
    Factor, Method, Shared,
    dense::{Gram, Inverse, Lower},
};

/// Systems this small are summed in one order on every processor: their results are the same to the last bit.
const PLAIN: usize = 128;

/// A factor that is kept, and where its columns begin.
pub(super) struct Kept {
    /// Its number among the factors.
    pub(super) factor: usize,
    /// Its first column.
    pub(super) first: usize,
    /// How many levels.
    pub(super) levels: usize,
}

/// The cross-products of a model.
pub(super) struct System {
    pub(super) random: Vec<Factor>,
    /// The columns of the fixed effects, the intercept first.
    fixed: Vec<Vec<f64>>,
    response: Vec<f64>,
    pub(super) method: Method,
    /// The factor that is eliminated.
    pub(super) large: usize,
    pub(super) kept: Vec<Kept>,
    /// Columns of random effects that are kept.
    pub(super) random_columns: usize,
    /// How many observations each level of the eliminated factor has.
    counts: Vec<f64>,
    /// Its cross-products with the kept columns: where those of a level begin, and each column with its sum, in order.
    starts: Vec<usize>,
    sums: Vec<(u32, f64)>,
    /// The cross-products of the kept columns.
    cross: Lower,
    shared: Option<Shared>,
    /// What each shared error does.
    parts: Vec<Part>,
    arch: Arch,
}

/// The observations that share an error.
struct Part {
    /// Which one.
    of: u32,
    /// Their level of the eliminated factor.
    level: usize,
    /// How many.
    n: f64,
    /// Cross-products are lessened by the products of their sums times this: κ = γ/(1 + γn), for (I + γ11′)⁻¹ = I − κ11′.
    taken: f64,
    /// The sums of their kept columns.
    sums: Vec<(usize, f64)>,
}

/// The equations at some variances, factorised.
pub(super) struct Factored {
    lower: Lower,
    /// √γ of each kept column; 1 for those that are no random effects.
    scale: Vec<f64>,
    /// The eliminated block's inverse, by level.
    weights: Vec<f64>,
    /// −2 log-likelihood, or the REML criterion.
    pub(super) criterion: f64,
    /// σ².
    pub(super) residual: f64,
}

/// The effects at some variances.
pub(super) struct Solved {
    pub(super) inverse: Inverse,
    /// Random effects by factor and level.
    pub(super) effects: Vec<Vec<f64>>,
    /// Fixed effects.
    pub(super) fixed: Vec<f64>,
}

/// The factor that is eliminated: the largest, or the one whose levels' observations share something.
pub(super) fn eliminated(random: &[Factor], shared: Option<&Shared>) -> usize {
    let largest = || (0..random.len()).rev().max_by_key(|at| random[*at].levels);
    if shared.is_some() { 0 } else { largest().unwrap_or_default() }
}

impl System {
    pub(super) fn new(
        response: Vec<f64>,
        fixed: Vec<Vec<f64>>,
        random: Vec<Factor>,
        shared: Option<Shared>,
        method: Method,
    ) -> Self {
        let large = eliminated(&random, shared.as_ref());
        let (mut kept, mut first) = (Vec::new(), 0);
        for (factor, of) in random.iter().enumerate().filter(|(factor, _)| *factor != large) {
            kept.push(Kept { factor, first, levels: of.levels });
            first += of.levels;
        }
        let (counts, cross) = (vec![0.0; random[large].levels], Lower::new(first + fixed.len() + 1));
        let (starts, sums) = (vec![0], Vec::new());
        let arch = if first + fixed.len() < PLAIN { Arch::Scalar } else { Arch::new() };
        let random_columns = first;
        let mut system = Self {
            random,
            fixed,
            response,
            method,
            large,
            kept,
            random_columns,
            counts,
            starts,
            sums,
            cross,
            shared,
            parts: Vec::new(),
            arch,
        };
        system.sum();
        system
    }

    /// The first column of the fixed effects that those before it explain, but for this part of its squares.
    pub(super) fn collinear(&self, part: f64) -> Option<usize> {
        let (first, n) = (self.random_columns, self.fixed.len());
        let mut lower = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..=i {
                let sum: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
                let whole = self.cross.at(first + i, first + j);
                let left = whole - sum;
                if j < i {
                    lower[i][j] = left / lower[j][j];
                } else if left > part * whole {
                    lower[i][i] = left.sqrt();
                } else {
                    return Some(i);
                }
            }
        }
        None
    }

    /// Kept columns without the response.
    pub(super) fn columns(&self) -> usize {
        self.random_columns + self.fixed.len()
    }

    /// What the residual sum of squares is divided by.
    pub(super) fn degrees(&self) -> f64 {
        let lost = if self.method == Method::Reml { self.fixed.len() } else { 0 };
        (self.response.len() - lost) as f64
    }

    /// How many leading columns the determinant is of.
    pub(super) fn determinant_columns(&self) -> usize {
        if self.method == Method::Reml { self.columns() } else { self.random_columns }
    }

    /// The kept columns of an observation that are not 0, in order.
    fn row(&self, at: usize) -> impl Iterator<Item = (usize, f64)> {
        let random = self.kept.iter().map(move |kept| (kept.first + self.code(kept.factor, at), 1.0));
        let fixed = self.fixed.iter().map(move |column| column[at]).chain([self.response[at]]);
        let fixed = fixed.enumerate().map(|(column, value)| (self.random_columns + column, value));
        random.chain(fixed.filter(|(_, value)| *value != 0.0))
    }

    fn code(&self, factor: usize, at: usize) -> usize {
        self.random[factor].codes[at] as usize
    }

    /// Goes through the observations, level by level of the largest factor.
    fn sum(&mut self) {
        let mut cross = std::mem::replace(&mut self.cross, Lower::new(0));
        let (levels, columns) = (self.counts.len(), self.columns() + 1);
        let mut ends = vec![0; levels + 1];
        self.random[self.large].codes.iter().for_each(|code| ends[*code as usize + 1] += 1);
        (0..levels).for_each(|level| ends[level + 1] += ends[level]);
        let (mut order, mut next) = (vec![0; self.response.len()], ends.clone());
        for (at, code) in self.random[self.large].codes.iter().enumerate() {
            order[next[*code as usize]] = at;
            next[*code as usize] += 1;
        }
        let (mut sums, mut seen, mut touched) = (vec![0.0; columns], vec![false; columns], Vec::new());
        let (mut row, mut together) = (Vec::new(), vec![0.0; columns]);
        for level in 0..levels {
            let own = &mut order[ends[level]..ends[level + 1]];
            own.sort_by_key(|at| self.shared_of(*at));
            let (mut parts, mut n) = (Vec::new(), 0.0);
            for (i, &at) in own.iter().enumerate() {
                row.clear();
                row.extend(self.row(at));
                for (i, (column, value)) in row.iter().enumerate() {
                    let start = cross.row(*column);
                    for (other, times) in &row[..=i] {
                        cross.cells[start + other * 4] += value * times;
                    }
                    sums[*column] += value;
                    if !std::mem::replace(&mut seen[*column], true) {
                        touched.push(*column);
                    }
                }
                let Some(of) = self.shared_of(at) else { continue };
                n += 1.0;
                row.iter().for_each(|(column, value)| together[*column] += value);
                if own.get(i + 1).is_none_or(|next| self.shared_of(*next) != Some(of)) {
                    touched.sort_unstable();
                    parts.push(self.part(of, level, std::mem::take(&mut n), &touched, &mut together));
                }
            }
            self.counts[level] = own.len() as f64;
            for part in &parts {
                for (i, (column, value)) in part.sums.iter().enumerate() {
                    let (start, times) = (cross.row(*column), part.taken * value);
                    for (other, sum) in &part.sums[..=i] {
                        cross.cells[start + other * 4] -= times * sum;
                    }
                    sums[*column] -= times * part.n;
                }
                self.counts[level] -= part.taken * part.n * part.n;
            }
            self.parts.extend(parts);
            touched.sort_unstable();
            for column in touched.drain(..) {
                self.sums.push((column as u32, std::mem::take(&mut sums[column])));
                seen[column] = false;
            }
            self.starts.push(self.sums.len());
        }
        self.cross = cross;
    }

    /// The error that an observation shares with others.
    fn shared_of(&self, at: usize) -> Option<u32> {
        self.shared.as_ref()?.of[at]
    }

    /// The part of an error whose observations were summed.
    fn part(&self, of: u32, level: usize, n: f64, touched: &[usize], together: &mut [f64]) -> Part {
        let ratio = self.shared.as_ref().map_or(0.0, |shared| shared.ratios[of as usize]);
        let sums = touched.iter().map(|column| (*column, std::mem::take(&mut together[*column])));
        let sums = sums.filter(|(_, sum)| *sum != 0.0).collect();
        Part { of, level, n, taken: ratio / (1.0 + ratio * n), sums }
    }

    /// The cross-products of a level of the eliminated factor with the kept columns.
    fn of_level(&self, level: usize) -> &[(u32, f64)] {
        &self.sums[self.starts[level]..self.starts[level + 1]]
    }

    /// The equations at the ratios γ = variance / residual variance, one for each factor. Nothing when rounding leaves no positive
    /// definite matrix.
    pub(super) fn factor(&self, ratios: &[f64]) -> Option<Factored> {
        let mut scale = vec![1.0; self.columns() + 1];
        for kept in &self.kept {
            scale[kept.first..][..kept.levels].fill(ratios[kept.factor].sqrt());
        }
        let ratio = ratios[self.large];
        let weights: Vec<f64> = self.counts.iter().map(|n| ratio / (ratio * n + 1.0)).collect();
        let mut lower = self.complement(&scale, &weights);
        if !lower.factorise(self.arch) {
            return None;
        }
        let columns = self.columns();
        let squares = lower.at(columns, columns).powi(2);
        let degrees = self.degrees();
        let residual = squares / degrees;
        // 1 + γn = 1/(1 − κn).
        let shared: f64 = self.parts.iter().map(|part| -(-part.taken * part.n).ln_1p()).sum();
        let eliminated: f64 = self.counts.iter().map(|n| (ratio * n).ln_1p()).sum::<f64>() + shared;
        let kept: f64 = (0..self.determinant_columns()).map(|at| lower.at(at, at).ln()).sum();
        let likelihood = degrees * (1.0 + (std::f64::consts::TAU * residual).ln());
        let criterion = eliminated + 2.0 * kept + likelihood;
        criterion.is_finite().then_some(Factored { lower, scale, weights, criterion, residual })
    }

    /// What is left of the kept columns when the largest factor is eliminated, scaled, with the identity of the random effects.
    fn complement(&self, scale: &[f64], weights: &[f64]) -> Lower {
        let mut lower = self.cross.clone();
        for (row, by) in scale.iter().enumerate() {
            let cells = lower.row(row)..=lower.row(row) + row * 4;
            let cells = lower.cells[cells].iter_mut().step_by(4);
            cells.zip(scale).for_each(|(cell, times)| *cell *= by * times);
        }
        (0..self.random_columns).for_each(|at| *lower.at_mut(at, at) += 1.0);
        let mut scaled: Vec<(usize, f64)> = Vec::new();
        for (level, weight) in weights.iter().enumerate() {
            scaled.clear();
            let of_level = self.of_level(level).iter();
            scaled.extend(of_level.map(|(column, sum)| (*column as usize, sum * scale[*column as usize])));
            for (i, (column, sum)) in scaled.iter().enumerate() {
                let (start, times) = (lower.row(*column), weight * sum);
                for (other, sum) in &scaled[..=i] {
                    lower.cells[start + other * 4] -= times * sum;
                }
            }
        }
        lower
    }

    /// The effects at the variances of a factor.
    pub(super) fn solve(&self, at: &Factored) -> Solved {
        let columns = self.columns();
        let inverse = at.lower.inverse(self.arch, columns);
        let response: Vec<f64> = (0..columns).map(|column| at.lower.at(columns, column)).collect();
        let mut solution = inverse.transposed_times(&response);
        solution.iter_mut().zip(&at.scale).for_each(|(value, scale)| *value *= scale);
        let mut effects = vec![Vec::new(); self.random.len()];
        effects[self.large] = (0..self.counts.len())
            .map(|level| {
                let left = self.of_level(level).iter().map(|(column, sum)| {
                    sum * if *column as usize == columns { 1.0 } else { -solution[*column as usize] }
                });
                at.weights[level] * left.sum::<f64>()
            })
            .collect();
        let fixed = solution.split_off(self.random_columns);
        for kept in &self.kept {
            effects[kept.factor] = solution[kept.first..][..kept.levels].to_vec();
        }
        Solved { inverse, effects, fixed }
    }

    /// The inverse of the part that the determinant is of.
    pub(super) fn gram(&self, solved: &Solved) -> Gram {
        solved.inverse.gram(self.arch, self.determinant_columns())
    }

    /// The scaled cross-products of a level of the eliminated factor with the first kept columns.
    fn scaled(&self, at: &Factored, level: usize, columns: usize, into: &mut Vec<(usize, f64)>) {
        into.clear();
        let of_level = self.of_level(level).iter().map(|(column, sum)| (*column as usize, *sum));
        let first = of_level.take_while(|(column, _)| *column < columns);
        into.extend(first.map(|(column, sum)| (column, sum * at.scale[column])));
    }

    /// The diagonal of the inverse of the part that the determinant is of, for the eliminated factor.
    pub(super) fn eliminated_diagonal(&self, at: &Factored, gram: &Gram) -> Vec<f64> {
        let mut sums = Vec::new();
        let of = |(level, weight): (usize, &f64)| {
            self.scaled(at, level, self.determinant_columns(), &mut sums);
            let form = |(i, (column, sum)): (usize, &(usize, f64))| {
                let row = gram.row(*column);
                let before: f64 = sums[..i].iter().map(|(other, times)| times * row[*other]).sum();
                sum * (2.0 * before + sum * row[*column])
            };
            weight + weight * weight * sums.iter().enumerate().map(form).sum::<f64>()
        };
        at.weights.iter().enumerate().map(of).collect()
    }

    /// What not knowing the fixed effects adds to the inverse's diagonal, for each level of a factor.
    pub(super) fn added_by_fixed(&self, at: &Factored, solved: &Solved, factor: usize) -> Vec<f64> {
        let rows = self.random_columns..self.columns();
        if let Some(kept) = self.kept.iter().find(|kept| kept.factor == factor) {
            let of = |column: usize| {
                let squares: f64 = rows.clone().map(|row| solved.inverse.at(row, column).powi(2)).sum();
                at.scale[column].powi(2) * squares
            };
            return (kept.first..kept.first + kept.levels).map(of).collect();
        }
        let mut sums = Vec::new();
        let of = |(level, weight): (usize, &f64)| {
            self.scaled(at, level, self.columns(), &mut sums);
            let times =
                |row| sums.iter().map(|(column, sum)| solved.inverse.at(row, *column) * sum).sum::<f64>();
            rows.clone().map(|row| (weight * times(row)).powi(2)).sum()
        };
        at.weights.iter().enumerate().map(of).collect()
    }

    /// v′C⁻¹v in two parts, for a vector over the levels of the eliminated factor and the kept columns: the squares of the first give
    /// the part of the eliminated factor once weighted, those of the second the rest.
    pub(super) fn whiten(
        &self,
        at: &Factored,
        solved: &Solved,
        large: &[f64],
        kept: &[f64],
    ) -> (Vec<f64>, Vec<f64>) {
        let mut left = kept.to_vec();
        let mut first = Vec::with_capacity(large.len());
        for (level, (value, weight)) in large.iter().zip(&at.weights).enumerate() {
            first.push(value * weight.sqrt());
            if *value != 0.0 {
                for (column, sum) in self.of_level(level) {
                    if let Some(left) = left.get_mut(*column as usize) {
                        *left -= weight * value * sum;
                    }
                }
            }
        }
        left.iter_mut().zip(&at.scale).for_each(|(value, scale)| *value *= scale);
        (first, solved.inverse.times(&left))
    }

    /// f′Pf′ between the vectors f_k = Z_k u_k / γ_k of some factors, row by row: P takes out everything that the model explains.
    pub(super) fn curvature(
        &self,
        at: &Factored,
        solved: &Solved,
        ratios: &[f64],
        active: &[usize],
    ) -> Vec<Vec<f64>> {
        let values: Vec<Vec<f64>> =
            active.iter().map(|k| solved.effects[*k].iter().map(|u| u / ratios[*k]).collect()).collect();
        let mut whole = vec![vec![0.0; active.len()]; active.len()];
        let mut large = vec![vec![0.0; self.counts.len()]; active.len()];
        let mut kept = vec![vec![0.0; self.columns()]; active.len()];
        let errors = self.shared.as_ref().map_or(0, |shared| shared.ratios.len());
        let mut together = vec![vec![0.0; errors]; active.len()];
        let (mut f, mut cells) = (vec![0.0; active.len()], Vec::new());
        for row in 0..self.response.len() {
            cells.clear();
            cells.extend(self.row(row).take_while(|(column, _)| *column < self.columns()));
            for (f, (k, values)) in f.iter_mut().zip(active.iter().zip(&values)) {
                *f = values[self.code(*k, row)];
            }
            for (i, value) in f.iter().enumerate() {
                f[..=i].iter().zip(&mut whole[i]).for_each(|(other, sum)| *sum += value * other);
                large[i][self.code(self.large, row)] += value;
                if let Some(of) = self.shared_of(row) {
                    together[i][of as usize] += value;
                }
                cells.iter().for_each(|(column, times)| kept[i][*column] += value * times);
            }
        }
        for part in &self.parts {
            let of = part.of as usize;
            for i in 0..active.len() {
                let taken = part.taken * together[i][of];
                together[..=i].iter().zip(&mut whole[i]).for_each(|(other, sum)| *sum -= taken * other[of]);
                large[i][part.level] -= taken * part.n;
                let columns = part.sums.iter().take_while(|(column, _)| *column < self.columns());
                columns.for_each(|(column, sum)| kept[i][*column] -= taken * sum);
            }
        }
        let white: Vec<_> =
            large.iter().zip(&kept).map(|(large, kept)| self.whiten(at, solved, large, kept)).collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        for i in 0..active.len() {
            for j in 0..=i {
                let taken = dot(&white[i].0, &white[j].0) + dot(&white[i].1, &white[j].1);
                whole[i][j] -= taken;
                whole[j][i] = whole[i][j];
            }
        }
        whole
    }
}
