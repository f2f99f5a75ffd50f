//! Words into lines: stretches of text in their faces, broken to a width.

use unicode_normalization::UnicodeNormalization;

use super::font::Face;

/// Text with bold and italic stretches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    runs: Vec<(String, Face)>,
}

/// A stretch of one line in one face.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) face: Face,
    /// Distance from the line's beginning, in points.
    pub(super) x: f32,
}

/// One line as broken.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) pieces: Vec<Piece>,
    /// Width in points.
    pub(super) width: f32,
    /// Number of spaces that justification may widen.
    pub(super) spaces: usize,
    /// Whether the paragraph, or a forced line, ends here.
    pub(super) last: bool,
}

#[derive(Clone, Copy)]
struct Letter {
    letter: char,
    face: Face,
    width: f32,
}

impl Text {
    /// No text yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds upright text.
    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.run(text, Face::Regular)
    }

    /// Adds bold text.
    #[must_use]
    pub fn bold(self, text: impl Into<String>) -> Self {
        self.run(text, Face::Bold)
    }

    /// Adds italic text.
    #[must_use]
    pub fn italic(self, text: impl Into<String>) -> Self {
        self.run(text, Face::Italic)
    }

    /// Adds text in a face.
    #[must_use]
    pub fn run(mut self, text: impl Into<String>, face: Face) -> Self {
        self.runs.push((text.into(), face));
        self
    }

    /// Adds another text behind it.
    pub fn append(&mut self, other: Self) {
        self.runs.extend(other.runs);
    }

    /// Whether there is nothing to see.
    pub fn is_empty(&self) -> bool {
        self.runs.iter().all(|(text, _)| text.is_empty())
    }

    /// The same text, all of it in one face.
    #[must_use]
    pub fn in_face(mut self, face: Face) -> Self {
        self.runs.iter_mut().for_each(|run| run.1 = face);
        self
    }

    /// Composed letters with their widths; control signs are dropped, but for the end of a line.
    fn letters(&self, size: f32) -> Vec<Letter> {
        let letters = |(text, face): &(String, Face)| {
            let face = *face;
            let composed: Vec<_> =
                text.nfc().filter(|letter| *letter == '\n' || !letter.is_control()).collect();
            composed.into_iter().map(move |letter| Letter {
                letter,
                face,
                width: if letter == '\n' { 0.0 } else { face.glyph(letter).advance * size },
            })
        };
        self.runs.iter().flat_map(letters).collect()
    }

    /// The lines at a size in a width, all in points; the first line begins `first` later. A word wider than the line is
    /// broken where the line ends.
    pub(super) fn lines(&self, size: f32, width: f32, first: f32) -> Vec<Line> {
        let letters = self.letters(size);
        let mut lines = Vec::new();
        let mut begin = 0;
        while begin < letters.len() {
            let room = if lines.is_empty() { width - first } else { width };
            let (end, next, last) = fit(&letters[begin..], room);
            lines.push(line(&letters[begin..begin + end], last || begin + next >= letters.len()));
            begin += next;
        }
        lines
    }

    /// The width of the text on one line, in points.
    pub fn width(&self, size: f32) -> f32 {
        self.letters(size).iter().map(|letter| letter.width).sum()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new().plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new().plain(text)
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::new().plain(text)
    }
}

/// How many letters the next line takes, where the one after begins, and whether the line was ended by force.
fn fit(letters: &[Letter], room: f32) -> (usize, usize, bool) {
    let mut width = 0.0;
    // Where the line may end, and where the next one then begins: at a space, or behind a dash as in codes of cases.
    let mut ends = None;
    for (at, letter) in letters.iter().enumerate() {
        if letter.letter == '\n' {
            return (trimmed(&letters[..at]), at + 1, true);
        }
        if letter.letter == ' ' {
            ends = Some((at, at + 1));
        }
        width += letter.width;
        // A hundredth of a point is rounding, not an overflow.
        if width > room + 0.01 && letter.letter != ' ' {
            let (end, next) = ends.unwrap_or((at.max(1), at.max(1)));
            return (trimmed(&letters[..end]), next, false);
        }
        if letter.letter == '-' {
            ends = Some((at + 1, at + 1));
        }
    }
    (trimmed(letters), letters.len(), true)
}

fn trimmed(letters: &[Letter]) -> usize {
    letters.iter().rposition(|letter| letter.letter != ' ').map_or(0, |at| at + 1)
}

fn line(letters: &[Letter], last: bool) -> Line {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut width = 0.0;
    for letter in letters {
        match pieces.last_mut() {
            Some(piece) if piece.face == letter.face => piece.text.push(letter.letter),
            _ => pieces.push(Piece { text: letter.letter.to_string(), face: letter.face, x: width }),
        }
        width += letter.width;
    }
    let spaces = letters.iter().filter(|letter| letter.letter == ' ').count();
    Line { pieces, width, spaces, last }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.pieces.iter().map(|piece| piece.text.as_str()).collect()).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_keep_faces() {
        let text = Text::new().plain("Tiếp nhận hồ sơ của: ").bold("Phạm Văn Mẫu");
        let all = text.lines(10.0, 1_000.0, 0.0);
        assert_eq!(words(&all), ["Tiếp nhận hồ sơ của: Phạm Văn Mẫu"]);
        assert_eq!(all[0].pieces.len(), 2);
        assert!((all[0].width - text.width(10.0)).abs() < 0.01);
        let narrow = text.lines(10.0, 60.0, 0.0);
        assert!(narrow.len() > 2 && narrow.iter().all(|line| line.width <= 60.01), "{narrow:?}");
        assert_eq!(words(&narrow).join(" "), "Tiếp nhận hồ sơ của: Phạm Văn Mẫu");
        let code = Text::from("000.21.70.H12-191023-0007").lines(10.0, 70.0, 0.0);
        assert_eq!(words(&code), ["000.21.70.H12-", "191023-0007"]);
        assert_eq!(words(&Text::from("một\n\nhai").lines(10.0, 100.0, 0.0)), ["một", "", "hai"]);
    }

    #[test]
    fn decomposed_letters_are_composed() {
        let lines = Text::from("ho\u{323}\u{302} ti\u{323}ch").lines(10.0, 100.0, 0.0);
        assert_eq!(words(&lines), ["hộ tịch"]);
    }

    proptest! {
        #[test]
        fn no_letter_is_lost_and_no_line_too_wide(text in "[a-zảđệ ]{0,200}", width in 20.0_f32..200.0) {
            let lines = Text::from(text.as_str()).lines(9.0, width, 0.0);
            let kept: String = words(&lines).concat().split(' ').collect();
            prop_assert_eq!(kept, text.split(' ').collect::<String>());
            prop_assert!(lines.iter().all(|line| line.width <= width + 0.02));
        }
    }
}
