//! Charts as SVG, drawn on the server: classes for colours, `<title>` and `<desc>` for those who do not see them.
//! The table behind a chart stands in the page.

use std::fmt::Write;

use crate::component::{Figure, MINIMUM_ANSWERS, figure_line};
use crate::format::{decimal, percent};
use crate::lang::Lang;

/// One row of an interval chart.
#[derive(Clone, Debug)]
pub struct DotRow {
    /// Name shown at the left.
    pub name: String,
    /// The figure.
    pub figure: Figure,
    /// Where the name leads; empty for nowhere.
    pub href: String,
}

/// One cell of the schematic map.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Name of the place.
    pub name: String,
    /// The figure.
    pub figure: Figure,
    /// Column from the left.
    pub column: u8,
    /// Row from the top.
    pub row: u8,
}

const WIDTH: u32 = 760;
const LEFT: u32 = 220;
const RIGHT: u32 = 640;
const ROW: u32 = 30;
const TOP: u32 = 34;

/// Text for the inside of an SVG.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The left end of the scale: the lowest interval, rounded down to a tenth.
fn floor_of(rows: &[DotRow]) -> f64 {
    let lows = rows.iter().filter_map(|row| match row.figure {
        Figure::Shown { low, .. } => Some(low),
        Figure::TooFew { .. } => None,
    });
    ((lows.fold(0.9_f64, f64::min) * 10.0).floor() / 10.0).clamp(0.0, 0.9)
}

pub(crate) fn opening(svg: &mut String, class: &str, id: &str, size: (u32, u32), title: &str, about: &str) {
    let (width, height) = size;
    let _ = write!(
        svg,
        "<svg class=\"chart {class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\"><title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>",
        escape(title),
        escape(about)
    );
}

/// Dots with their intervals, one row each; rows with too few answers say so instead.
pub fn dots(lang: Lang, id: &str, title: &str, rows: &[DotRow]) -> String {
    let floor = floor_of(rows);
    let span = f64::from(RIGHT - LEFT);
    let at = |share: f64| f64::from(LEFT) + (share.clamp(floor, 1.0) - floor) / (1.0 - floor) * span;
    let height = TOP + ROW * u32::try_from(rows.len()).unwrap_or(0) + 8;
    let mut svg = String::with_capacity(600 + rows.len() * 500);
    opening(&mut svg, "dots", id, (WIDTH, height), title, &lang.t("chart-dots-desc"));
    let steps = ((1.0 - floor) * 10.0).round() as u32;
    for step in 0..=steps {
        let share = floor + f64::from(step) / 10.0;
        let x = at(share);
        let _ = write!(
            svg,
            "<path class=\"grid\" d=\"M{x:.1} {}V{}\"/><text class=\"axis\" x=\"{x:.1}\" y=\"20\" text-anchor=\"middle\">{}</text>",
            TOP - 6,
            height - 8,
            decimal(lang, share * 100.0, 0)
        );
    }
    for (index, row) in rows.iter().enumerate() {
        let y = TOP + ROW * u32::try_from(index).unwrap_or(0) + ROW / 2;
        dot_row(&mut svg, lang, row, y, &at);
    }
    svg.push_str("</svg>");
    svg
}

fn dot_row(svg: &mut String, lang: Lang, row: &DotRow, y: u32, at: &impl Fn(f64) -> f64) {
    let name = escape(&row.name);
    let label =
        format!("<text class=\"name\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{name}</text>", LEFT - 12, y + 5);
    if row.href.is_empty() {
        svg.push_str(&label);
    } else {
        let _ = write!(svg, "<a href=\"{}\">{label}</a>", escape(&row.href));
    }
    match row.figure {
        Figure::Shown { share, low, high, .. } => {
            let _ = write!(
                svg,
                "<path class=\"interval\" d=\"M{:.1} {y}H{:.1}\"/><circle class=\"dot\" cx=\"{:.1}\" cy=\"{y}\" r=\"6\"/>\
                 <text class=\"value\" x=\"{}\" y=\"{}\">{}</text>",
                at(low),
                at(high),
                at(share),
                RIGHT + 14,
                y + 5,
                percent(lang, share)
            );
        }
        Figure::TooFew { .. } => {
            let _ = write!(
                svg,
                "<text class=\"few\" x=\"{}\" y=\"{}\">{}</text>",
                LEFT + 8,
                y + 5,
                escape(&figure_line(lang, &row.figure))
            );
        }
    }
}

/// The step of the scale (1 pale to 5 deep) for a share.
pub fn depth(share: f64) -> u8 {
    match share {
        s if s < 0.6 => 1,
        s if s < 0.7 => 2,
        s if s < 0.8 => 3,
        s if s < 0.9 => 4,
        _ => 5,
    }
}

const CELL_WIDTH: u32 = 148;
const CELL_HEIGHT: u32 = 84;

/// The offices on a schematic map, one hue from pale to deep; hatched where there are too few answers.
pub fn tiles(lang: Lang, id: &str, title: &str, cells: &[Tile]) -> String {
    let columns = cells.iter().map(|cell| u32::from(cell.column) + 1).max().unwrap_or(1);
    let rows = cells.iter().map(|cell| u32::from(cell.row) + 1).max().unwrap_or(1);
    let mut svg = String::with_capacity(800 + cells.len() * 400);
    let size = (columns * CELL_WIDTH, rows * CELL_HEIGHT);
    opening(&mut svg, "tiles", id, size, title, &lang.t("chart-tiles-desc"));
    let _ = write!(
        svg,
        "<defs><pattern id=\"{id}-hatch\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V8\"/></pattern></defs>"
    );
    for cell in cells {
        tile(&mut svg, lang, id, cell);
    }
    svg.push_str("</svg>");
    svg
}

fn tile(svg: &mut String, lang: Lang, id: &str, cell: &Tile) {
    let (x, y) = (u32::from(cell.column) * CELL_WIDTH + 3, u32::from(cell.row) * CELL_HEIGHT + 3);
    let (width, height) = (CELL_WIDTH - 6, CELL_HEIGHT - 6);
    let (class, value) = match cell.figure {
        Figure::Shown { share, .. } => (format!("tile-{}", depth(share)), percent(lang, share)),
        Figure::TooFew { n } => ("tile-few".to_owned(), format!("{n}/{}", MINIMUM_ANSWERS)),
    };
    let _ = write!(
        svg,
        "<g class=\"tile {class}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
    );
    if matches!(cell.figure, Figure::TooFew { .. }) {
        let _ = write!(
            svg,
            "<rect class=\"hatched\" fill=\"url(#{id}-hatch)\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
        );
    }
    let (first, second) = two_lines(&cell.name);
    let middle = x + width / 2;
    let _ = write!(
        svg,
        "<text class=\"name\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        y + 22,
        escape(first)
    );
    if !second.is_empty() {
        let _ = write!(
            svg,
            "<text class=\"name\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            y + 39,
            escape(second)
        );
    }
    let _ = write!(
        svg,
        "<text class=\"value\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{value}</text></g>",
        y + 66
    );
}

/// A long name in two lines, broken at a space near its middle.
pub(crate) fn two_lines(name: &str) -> (&str, &str) {
    if name.chars().count() <= 15 {
        return (name, "");
    }
    let half = name.len() / 2;
    let cut = name.match_indices(' ').map(|(at, _)| at).min_by_key(|at| at.abs_diff(half));
    cut.map_or((name, ""), |at| (&name[..at], &name[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_enough_answers_has_no_dot() {
        let shown = Figure::Shown { share: 0.9, low: 0.8, high: 0.95, n: 50, of_invited: Some(0.5) };
        let row = |figure| DotRow { name: "A & B".to_owned(), figure, href: String::new() };
        let svg = dots(Lang::Vi, "x", "T", &[row(shown), row(Figure::TooFew { n: 3 })]);
        assert_eq!(svg.matches("class=\"dot\"").count(), 1);
        assert!(svg.contains("A &amp; B") && svg.contains("(3/20)"));
        assert!(svg.contains("<title id=\"x-title\">T</title>") && svg.contains("<desc"));
        // The scale runs from 80 to 100: the middle of the interval's ends lies inside.
        assert!(svg.contains("M220.0 49H535.0"), "{svg}");
    }

    #[test]
    fn tiles_get_deeper_with_satisfaction() {
        assert_eq!([0.5, 0.65, 0.75, 0.85, 0.95].map(depth), [1, 2, 3, 4, 5]);
        let cell = Tile {
            name: "Xã Tạ An Khương Đông".to_owned(),
            figure: Figure::TooFew { n: 3 },
            column: 1,
            row: 0,
        };
        let svg = tiles(Lang::Vi, "x", "T", &[cell]);
        assert!(svg.contains("tile-few") && svg.contains("url(#x-hatch)") && svg.contains("3/20"));
        assert_eq!(two_lines("Xã Tạ An Khương Đông"), ("Xã Tạ An", "Khương Đông"));
    }
}
