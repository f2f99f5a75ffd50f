//! Dense blocks: Cholesky factor, inverse of the factor, and the inverse of the matrix, all of them products of small tiles.
//!
//! Everything that costs n³ goes through [`product`], a tile of 4 × 24 sums kept in registers with the widest vectors that the processor has
//! (Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication", ACM TOMS 34:12). The layouts below are those that a
//! tile reads from front to back, so that nothing is packed twice.

use pulp::{Arch, Simd, WithSimd};

/// Rows of a tile.
const ROWS: usize = 4;
/// Columns of a tile: three vectors of the widest kind.
const COLUMNS: usize = 24;
/// Columns that are factorised at once.
const BLOCK: usize = 2 * COLUMNS;
/// Vectors of a row that are summed at once.
const VECTORS: usize = 3;

/// A tile: `out[r][c] = Σ_k a[k][r] b[k][c]`, with rows of 4 in `a`, of 24 in `b` and in `out`.
struct Tile<'a> {
    a: &'a [f64],
    b: &'a [f64],
    out: &'a mut [f64],
}

impl WithSimd for Tile<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (a, _) = self.a.as_chunks::<ROWS>();
        let (b, _) = self.b.as_chunks::<COLUMNS>();
        for group in 0..COLUMNS / (VECTORS * S::F64_LANES) {
            let mut sums = [[simd.splat_f64s(0.0); VECTORS]; ROWS];
            for (a, b) in a.iter().zip(b) {
                let (b, _) = S::as_simd_f64s(b);
                let (b, _) = b.as_chunks::<VECTORS>();
                for (sums, a) in sums.iter_mut().zip(a) {
                    let a = simd.splat_f64s(*a);
                    for (sum, b) in sums.iter_mut().zip(&b[group]) {
                        *sum = simd.mul_add_e_f64s(a, *b, *sum);
                    }
                }
            }
            for (out, sums) in self.out.chunks_exact_mut(COLUMNS).zip(&sums) {
                let (out, _) = S::as_mut_simd_f64s(out);
                out[group * VECTORS..][..VECTORS].copy_from_slice(sums);
            }
        }
    }
}

fn product(arch: Arch, a: &[f64], b: &[f64], out: &mut [f64]) {
    arch.dispatch(Tile { a, b, out });
}

/// A symmetric matrix by its lower half, or a lower triangular one, four rows side by side: all columns of rows 0 to 3, then of rows 4
/// to 7. The side is made up to whole tiles with rows of the identity.
#[derive(Clone)]
pub(super) struct Lower {
    side: usize,
    pub(super) cells: Vec<f64>,
}

impl Lower {
    /// Zeros, and the identity in the rows that were added.
    pub(super) fn new(side: usize) -> Self {
        let whole = side.next_multiple_of(COLUMNS);
        let mut lower = Self { side: whole, cells: vec![0.0; whole * whole] };
        (side..whole).for_each(|at| *lower.at_mut(at, at) = 1.0);
        lower
    }

    /// Where a row begins; its columns follow four apart.
    pub(super) fn row(&self, row: usize) -> usize {
        row / ROWS * ROWS * self.side + row % ROWS
    }

    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[self.row(row) + column * ROWS]
    }

    pub(super) fn at_mut(&mut self, row: usize, column: usize) -> &mut f64 {
        let at = self.row(row) + column * ROWS;
        &mut self.cells[at]
    }

    /// The four rows of a panel, from one column up to another.
    fn panel(&self, panel: usize, from: usize, to: usize) -> &[f64] {
        &self.cells[panel * ROWS * self.side..][from * ROWS..to * ROWS]
    }

    /// Makes the matrix its Cholesky factor, a block of columns at a time; false when it is not positive definite.
    pub(super) fn factorise(&mut self, arch: Arch) -> bool {
        let side = self.side;
        let mut packed = vec![0.0; side * COLUMNS];
        let mut out = [0.0; ROWS * COLUMNS];
        for first in (0..side).step_by(BLOCK) {
            let end = (first + BLOCK).min(side);
            for from in (first..end).step_by(COLUMNS) {
                for row in from..from + COLUMNS {
                    let at = self.row(row);
                    for (k, packed) in packed.chunks_exact_mut(COLUMNS).take(first).enumerate() {
                        packed[row - from] = self.cells[at + k * ROWS];
                    }
                }
                for panel in from / ROWS..side / ROWS {
                    product(arch, self.panel(panel, 0, first), &packed[..first * COLUMNS], &mut out);
                    self.each(panel, from, |r, c, cell| *cell -= out[r * COLUMNS + c]);
                }
            }
            if !self.factorise_block(first, end) {
                return false;
            }
            self.solve_below(arch, first, end);
        }
        true
    }

    /// The cells of a tile, with their place in it.
    fn each(&mut self, panel: usize, from: usize, mut act: impl FnMut(usize, usize, &mut f64)) {
        let cells = &mut self.cells[panel * ROWS * self.side + from * ROWS..][..ROWS * COLUMNS];
        for (c, cells) in cells.chunks_exact_mut(ROWS).enumerate() {
            cells.iter_mut().enumerate().for_each(|(r, cell)| act(r, c, cell));
        }
    }

    /// The factor of a block on the diagonal.
    fn factorise_block(&mut self, first: usize, end: usize) -> bool {
        for row in first..end {
            for column in first..=row {
                let sum: f64 = (first..column).map(|k| self.at(row, k) * self.at(column, k)).sum();
                let left = self.at(row, column) - sum;
                if column < row {
                    *self.at_mut(row, column) = left / self.at(column, column);
                } else if left > 0.0 && left.is_finite() {
                    *self.at_mut(row, row) = left.sqrt();
                } else {
                    return false;
                }
            }
        }
        true
    }

    /// The rows below a factorised block: A becomes A L⁻ᵀ.
    fn solve_below(&mut self, arch: Arch, first: usize, end: usize) {
        let size = end - first;
        let inverse = self.block_inverse(first, end);
        let mut transposed = vec![0.0; size * size];
        for from in (0..size).step_by(COLUMNS) {
            for k in 0..size {
                for c in 0..COLUMNS {
                    transposed[from * size + k * COLUMNS + c] = inverse[(from + c) * size + k];
                }
            }
        }
        let mut out = [0.0; ROWS * COLUMNS];
        for panel in end / ROWS..self.side / ROWS {
            let before = self.panel(panel, first, end).to_vec();
            for from in (0..size).step_by(COLUMNS) {
                product(arch, &before, &transposed[from * size..][..size * COLUMNS], &mut out);
                self.each(panel, first + from, |r, c, cell| *cell = out[r * COLUMNS + c]);
            }
        }
    }

    /// The inverse of a factor's block on the diagonal, row by row.
    fn block_inverse(&self, first: usize, end: usize) -> Vec<f64> {
        let size = end - first;
        let mut inverse = vec![0.0; size * size];
        for row in 0..size {
            let pivot = self.at(first + row, first + row);
            for column in 0..row {
                let sum: f64 =
                    (column..row).map(|k| self.at(first + row, first + k) * inverse[k * size + column]).sum();
                inverse[row * size + column] = -sum / pivot;
            }
            inverse[row * size + row] = 1.0 / pivot;
        }
        inverse
    }

    /// The inverse of the factor, its first rows at least.
    pub(super) fn inverse(&self, arch: Arch, rows: usize) -> Inverse {
        let side = self.side;
        let mut inverse = Inverse { side, cells: vec![0.0; side * side] };
        for first in (0..rows).step_by(BLOCK) {
            let end = (first + BLOCK).min(side);
            let size = end - first;
            let block = self.block_inverse(first, end);
            let mut negative = vec![0.0; size * size];
            for (at, cell) in negative.iter_mut().enumerate() {
                let (panel, within) = (at / (ROWS * size), at % (ROWS * size));
                *cell = -block[(panel * ROWS + within % ROWS) * size + within / ROWS];
            }
            let mut between = vec![0.0; size * COLUMNS];
            for from in (0..first).step_by(COLUMNS) {
                let (above, below) =
                    inverse.cells[from * side..][..side * COLUMNS].split_at_mut(first * COLUMNS);
                for (panel, out) in between.chunks_exact_mut(ROWS * COLUMNS).enumerate() {
                    let left = self.panel(first / ROWS + panel, from, first);
                    product(arch, left, &above[from * COLUMNS..], out);
                }
                let rows = negative.chunks_exact(ROWS * size).zip(below.chunks_exact_mut(ROWS * COLUMNS));
                rows.for_each(|(left, out)| product(arch, left, &between, out));
            }
            for row in 0..size {
                for column in 0..=row {
                    *inverse.at_mut(first + row, first + column) = block[row * size + column];
                }
            }
        }
        inverse
    }
}

/// The inverse of a Cholesky factor: 24 columns side by side, all rows of columns 0 to 23 first.
pub(super) struct Inverse {
    side: usize,
    cells: Vec<f64>,
}

impl Inverse {
    fn index(&self, row: usize, column: usize) -> usize {
        column / COLUMNS * COLUMNS * self.side + row * COLUMNS + column % COLUMNS
    }

    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[self.index(row, column)]
    }

    fn at_mut(&mut self, row: usize, column: usize) -> &mut f64 {
        let at = self.index(row, column);
        &mut self.cells[at]
    }

    /// The first rows times a vector.
    pub(super) fn times(&self, vector: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; vector.len()];
        for (panel, part) in self.cells.chunks_exact(self.side * COLUMNS).zip(vector.chunks(COLUMNS)) {
            for (product, row) in product.iter_mut().zip(panel.chunks_exact(COLUMNS)) {
                *product += row.iter().zip(part).map(|(a, b)| a * b).sum::<f64>();
            }
        }
        product
    }

    /// The first rows, transposed, times a vector.
    pub(super) fn transposed_times(&self, vector: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; vector.len()];
        for (panel, part) in self.cells.chunks_exact(self.side * COLUMNS).zip(product.chunks_mut(COLUMNS)) {
            for (x, row) in vector.iter().zip(panel.chunks_exact(COLUMNS)) {
                part.iter_mut().zip(row).for_each(|(sum, cell)| *sum += x * cell);
            }
        }
        product
    }

    /// XᵀX over the first rows X: the inverse of the matrix's leading part.
    pub(super) fn gram(&self, arch: Arch, rows: usize) -> Gram {
        let side = rows.next_multiple_of(COLUMNS).min(self.side);
        let mut gram = Gram { side, cells: vec![0.0; side * side] };
        let (mut left, mut out) = (Vec::new(), [0.0; ROWS * COLUMNS]);
        for first in (0..rows).step_by(ROWS) {
            left.clear();
            let start = self.index(0, first);
            (first..rows).for_each(|k| left.extend_from_slice(&self.cells[start + k * COLUMNS..][..ROWS]));
            for from in (0..=first).step_by(COLUMNS) {
                let right = &self.cells[from * self.side..][first * COLUMNS..rows * COLUMNS];
                product(arch, &left, right, &mut out);
                for (r, out) in out.chunks_exact(COLUMNS).enumerate() {
                    gram.cells[(first + r) * side + from..][..COLUMNS].copy_from_slice(out);
                }
            }
        }
        gram
    }
}

/// A symmetric matrix, row by row; only columns up to the diagonal are filled.
pub(super) struct Gram {
    side: usize,
    cells: Vec<f64>,
}

impl Gram {
    /// A row up to its diagonal.
    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.side..][..=row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// A random positive definite matrix.
    fn matrix(side: usize) -> Lower {
        let mut random = Random::new(side as u64);
        let mut lower = Lower::new(side);
        let parts: Vec<Vec<f64>> =
            (0..side).map(|_| (0..side + 3).map(|_| random.unit() - 0.5).collect()).collect();
        for row in 0..side {
            for column in 0..=row {
                *lower.at_mut(row, column) = parts[row].iter().zip(&parts[column]).map(|(a, b)| a * b).sum();
            }
        }
        lower
    }

    #[test]
    fn factor_and_inverse_give_the_matrix_and_the_identity_at_every_side() {
        for side in [1, 2, 23, 24, 25, 47, 48, 49, 97, 150] {
            let whole = matrix(side);
            let mut factor = whole.clone();
            assert!(factor.factorise(Arch::new()), "side {side}");
            let inverse = factor.inverse(Arch::new(), side);
            let gram = inverse.gram(Arch::new(), side);
            let at = |row: usize, column: usize| whole.at(row.max(column), row.min(column));
            for row in 0..side {
                for column in 0..=row {
                    let back: f64 = (0..=column).map(|k| factor.at(row, k) * factor.at(column, k)).sum();
                    assert!((back - at(row, column)).abs() < 1e-12, "side {side}, {row} {column}");
                    let unit: f64 = (0..side).map(|k| gram.row(row.max(k))[row.min(k)] * at(k, column)).sum();
                    assert!(
                        (unit - f64::from(row == column)).abs() < 1e-7,
                        "side {side}, {row} {column}: {unit}"
                    );
                }
            }
            let vector: Vec<f64> = (0..side).map(|k| k as f64 - 3.0).collect();
            let solved = inverse.transposed_times(&inverse.times(&vector));
            for (row, value) in vector.iter().enumerate() {
                let back: f64 = (0..side).map(|k| at(row, k) * solved[k]).sum();
                assert!((back - value).abs() < 1e-6 * side as f64, "side {side}, {row}");
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_is_told() {
        let mut lower = matrix(60);
        *lower.at_mut(55, 55) = -1.0;
        assert!(!lower.factorise(Arch::new()));
    }

    #[test]
    fn the_plainest_processor_computes_the_same() {
        let (mut fast, mut plain) = (matrix(100), matrix(100));
        assert!(fast.factorise(Arch::new()) && plain.factorise(Arch::Scalar));
        let differs = fast.cells.iter().zip(&plain.cells).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(differs < 1e-9, "{differs}");
    }
}
