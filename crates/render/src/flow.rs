//! The map of a process as SVG: steps one under the other in the order in which they usually come, one in each layer, and what follows what as
//! arrows. From one layer to the next an arrow runs straight down; one that skips layers runs in a lane at the right, one that goes
//! back in a lane at the left. No two lanes that share a height are one, so no arrow runs over a step or along another, on a phone as
//! on a wall.

use std::fmt::Write;

use crate::chart::{escape, opening, two_lines};

/// A step.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Its name.
    pub(crate) name: String,
    /// What is said when it comes again at once; empty when it does not.
    pub(crate) again: String,
}

/// One step after another.
#[derive(Clone, Debug)]
pub(crate) struct Arrow {
    /// The place of the first among the nodes.
    pub(crate) from: usize,
    /// The place of the second; never the same.
    pub(crate) to: usize,
    /// How often.
    pub(crate) count: u64,
    /// What stands at it.
    pub(crate) label: String,
    /// Whether it is marked: by a dashed line, a sign and heavier letters.
    pub(crate) heavy: bool,
}

const BOX: (i32, i32) = (150, 52);
/// From one layer to the next.
const PITCH: i32 = 124;
const LANE: i32 = 19;
/// Between boxes and the first lane, and around everything.
const MARGIN: i32 = 12;
/// Where an arrow straight down leaves its box: at the left, so that its label fits beside it.
const DOWN: i32 = 26;

/// An arrow in its place.
struct Placed<'a> {
    arrow: &'a Arrow,
    /// Heights at which it leaves and arrives.
    y: (i32, i32),
    /// Its lane, from the boxes outwards; nothing when it goes straight down.
    lane: Option<i32>,
}

impl Placed<'_> {
    fn is_back(&self) -> bool {
        self.arrow.to < self.arrow.from
    }

    fn height(&self) -> (i32, i32) {
        (self.y.0.min(self.y.1), self.y.0.max(self.y.1))
    }
}

/// Draws the map. Nodes come in the order of their layers.
pub(crate) fn flow(id: &str, title: &str, about: &str, nodes: &[Node], arrows: &[Arrow]) -> String {
    let placed = place(nodes.len(), arrows);
    let lanes = |back: bool| {
        let own = placed.iter().filter(|one| one.is_back() == back);
        own.filter_map(|one| one.lane).max().map_or(0, |last| (last + 1) * LANE)
    };
    let left = MARGIN + lanes(true) + MARGIN;
    let size = (
        left + BOX.0 + MARGIN + lanes(false) + MARGIN,
        MARGIN + PITCH * nodes.len() as i32 - (PITCH - BOX.1) + MARGIN,
    );
    let mut svg = String::with_capacity(1_000 + nodes.len() * 400 + arrows.len() * 500);
    opening(&mut svg, "flow", id, (size.0 as u32, size.1 as u32), title, about);
    let most = arrows.iter().map(|arrow| arrow.count).max().unwrap_or(1).max(1);
    // Labels come after all lines, so that none is crossed out.
    placed.iter().for_each(|one| line(&mut svg, one, left, most));
    nodes.iter().enumerate().for_each(|(at, one)| node(&mut svg, one, left, top(at)));
    placed.iter().for_each(|one| label(&mut svg, one, left));
    svg.push_str("</svg>");
    svg
}

fn top(node: usize) -> i32 {
    MARGIN + PITCH * node as i32
}

fn is_straight(arrow: &Arrow) -> bool {
    arrow.to == arrow.from + 1
}

/// Gives every arrow its heights and its lane: short ones next to the boxes.
fn place(nodes: usize, arrows: &[Arrow]) -> Vec<Placed<'_>> {
    let mut placed: Vec<Placed<'_>> = arrows
        .iter()
        .map(|arrow| Placed { arrow, y: (top(arrow.from) + BOX.1, top(arrow.to)), lane: None })
        .collect();
    for node in 0..nodes {
        // What goes forward leaves below what arrives, what goes back above it: so lanes of neighbours need not cross.
        for back in [false, true] {
            let own = |one: &&mut Placed<'_>| !is_straight(one.arrow) && one.is_back() == back;
            let half = BOX.1 / 2;
            let (out, into) =
                if back { (top(node), top(node) + half) } else { (top(node) + half, top(node)) };
            let leaving = placed.iter_mut().filter(own).filter(|one| one.arrow.from == node);
            spread(leaving.map(|one| &mut one.y.0).collect(), out, half);
            let arriving = placed.iter_mut().filter(own).filter(|one| one.arrow.to == node);
            spread(arriving.map(|one| &mut one.y.1).collect(), into, half);
        }
    }
    let mut order: Vec<usize> = (0..placed.len()).filter(|at| !is_straight(placed[*at].arrow)).collect();
    order.sort_by_key(|at| placed[*at].height().1 - placed[*at].height().0);
    for at in order {
        let (low, high) = placed[at].height();
        let taken = |lane: i32| {
            placed.iter().any(|other| {
                let (other_low, other_high) = other.height();
                other.lane == Some(lane)
                    && other.is_back() == placed[at].is_back()
                    && low <= other_high + 4
                    && other_low <= high + 4
            })
        };
        placed[at].lane = (0..).find(|lane| !taken(*lane));
    }
    placed
}

/// Heights spread over a half of a box.
fn spread(heights: Vec<&mut i32>, from: i32, half: i32) {
    let many = heights.len() as i32;
    for (height, at) in heights.into_iter().zip(0..) {
        *height = from + half * (2 * at + 1) / (2 * many);
    }
}

/// Where the vertical part of an arrow runs.
fn lane_at(one: &Placed<'_>, left: i32) -> i32 {
    match one.lane {
        None => left + DOWN,
        Some(lane) if one.is_back() => left - MARGIN - lane * LANE,
        Some(lane) => left + BOX.0 + MARGIN + lane * LANE,
    }
}

fn line(svg: &mut String, one: &Placed<'_>, left: i32, most: u64) {
    let (class, width) =
        (if one.arrow.heavy { "arrow heavy" } else { "arrow" }, width(one.arrow.count, most));
    let (x, (from, to)) = (lane_at(one, left), one.y);
    let _ = match one.lane {
        None => write!(
            svg,
            "<path class=\"{class}\" stroke-width=\"{width:.1}\" d=\"M{x} {from}V{}\"/>\
             <path class=\"tip\" d=\"M{x} {to}l-5 -9h10z\"/>",
            to - 8
        ),
        Some(_) => {
            let (edge, tip) = if one.is_back() { (left, -8) } else { (left + BOX.0, 8) };
            write!(
                svg,
                "<path class=\"{class}\" stroke-width=\"{width:.1}\" d=\"M{edge} {from}H{x}V{to}H{}\"/>\
                 <path class=\"tip\" d=\"M{edge} {to}l{} -5v10z\"/>",
                edge + tip,
                tip + tip.signum()
            )
        }
    };
}

/// How wide the line of an arrow is: by the root, so that what is rare is still seen.
fn width(count: u64, most: u64) -> f64 {
    1.0 + 3.5 * (count as f64 / most as f64).sqrt()
}

fn label(svg: &mut String, one: &Placed<'_>, left: i32) {
    let (x, middle) = (lane_at(one, left), i32::midpoint(one.y.0, one.y.1));
    let class = if one.arrow.heavy { "label heavy" } else { "label" };
    let (sign, text) = (if one.arrow.heavy { "▲ " } else { "" }, escape(&one.arrow.label));
    let _ = match one.lane {
        None => {
            write!(svg, "<text class=\"{class}\" x=\"{}\" y=\"{}\">{sign}{text}</text>", x + 8, middle + 4)
        }
        // Beside its line, on the side away from the boxes; turned, letters reach to the right of where they stand.
        Some(_) => write!(
            svg,
            "<text class=\"{class}\" text-anchor=\"middle\" transform=\"translate({} {middle}) rotate(90)\">{sign}{text}</text>",
            if one.is_back() { x - 14 } else { x + 5 }
        ),
    };
}

fn node(svg: &mut String, one: &Node, left: i32, top: i32) {
    let (width, height) = BOX;
    let _ = write!(
        svg,
        "<g class=\"step\"><rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
    );
    let (first, second) =
        if one.name.chars().count() > 21 { two_lines(&one.name) } else { (one.name.as_str(), "") };
    let lines = [(first, "name"), (second, "name"), (one.again.as_str(), "again")];
    let lines: Vec<_> = lines.into_iter().filter(|(text, _)| !text.is_empty()).collect();
    let mut y = top + height / 2 + 5 - 8 * (lines.len() as i32 - 1);
    for (text, class) in lines {
        let _ = write!(
            svg,
            "<text class=\"{class}\" x=\"{}\" y=\"{y}\" text-anchor=\"middle\">{}</text>",
            left + width / 2,
            escape(text)
        );
        y += 16;
    }
    svg.push_str("</g>");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn arrow(from: usize, to: usize) -> Arrow {
        Arrow { from, to, count: 10, label: "10 · 2,5".into(), heavy: false }
    }

    #[test]
    fn what_follows_goes_down_what_skips_right_and_what_returns_left() {
        let nodes = ["Nộp hồ sơ", "Yêu cầu bổ sung", "Tiếp nhận & hẹn"]
            .map(|name| Node { name: name.into(), again: String::new() });
        let heavy = Arrow { heavy: true, ..arrow(1, 0) };
        let svg = flow("x", "T", "D", &nodes, &[arrow(0, 1), arrow(0, 2), heavy]);
        assert!(svg.contains("viewBox=\"0 0 236 324\""), "{svg}");
        assert_eq!(svg.matches("class=\"arrow\"").count(), 2);
        assert!(svg.contains("class=\"arrow heavy\"") && svg.contains("▲ 10 · 2,5"), "not by colour alone");
        assert!(svg.contains("Tiếp nhận &amp; hẹn") && svg.contains("<title id=\"x-title\">T</title>"));
        assert!(svg.contains("rotate(90)"), "labels of lanes run along them");
        assert!(flow("x", "T", "D", &[], &[]).ends_with("</svg>"));
    }

    proptest! {
        /// Arrows of one side that share a height are in different lanes, each end is at its box, and a label fits its lane.
        #[test]
        fn nothing_lies_on_another(pairs in prop::collection::btree_set((0_usize..12, 0_usize..12), 1..40)) {
            let arrows: Vec<Arrow> =
                pairs.into_iter().filter(|(from, to)| from != to).map(|(from, to)| arrow(from, to)).collect();
            let placed = place(12, &arrows);
            for (at, one) in placed.iter().enumerate() {
                for (y, node) in [(one.y.0, one.arrow.from), (one.y.1, one.arrow.to)] {
                    prop_assert!((top(node)..=top(node) + BOX.1).contains(&y));
                }
                prop_assert_eq!(one.lane.is_none(), is_straight(one.arrow));
                let (low, high) = one.height();
                prop_assert!(one.lane.is_none() || high - low >= PITCH - BOX.1);
                for other in &placed[..at] {
                    let same = one.lane.is_some() && one.lane == other.lane && one.is_back() == other.is_back();
                    let (other_low, other_high) = other.height();
                    prop_assert!(!same || high < other_low || other_high < low);
                }
            }
        }
    }
}
