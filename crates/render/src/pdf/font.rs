//! The typeface of papers: three faces, and how wide each letter is.
//!
//! Letters are set one by one: composed Vietnamese needs no shaping, and clerks' text has no ligatures.

use std::sync::LazyLock;

use krilla::text::Font;
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};

/// One of the three faces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// Upright.
    #[default]
    Regular,
    /// Bold.
    Bold,
    /// Italic: place and date, hints under signatures.
    Italic,
}

/// How far letters rise above the line, as a share of their size.
pub(super) const ASCENT: f32 = 0.891;
/// How far they reach below it.
pub(super) const DESCENT: f32 = 0.216;

/// A letter in a face.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Glyph {
    /// Number in the font; 0 is the empty box.
    pub(super) id: u32,
    /// Width as a share of the size.
    pub(super) advance: f32,
}

struct Loaded {
    font: Option<Font>,
    /// Sorted by letter.
    glyphs: Vec<(char, Glyph)>,
    missing: Glyph,
}

static FACES: LazyLock<[Loaded; 3]> = LazyLock::new(|| {
    [
        load(include_bytes!("../../fonts/HaiLongSerif-Regular.ttf")),
        load(include_bytes!("../../fonts/HaiLongSerif-Bold.ttf")),
        load(include_bytes!("../../fonts/HaiLongSerif-Italic.ttf")),
    ]
});

fn load(data: &'static [u8]) -> Loaded {
    let font = Font::new(data.into(), 0);
    let Ok(read) = FontRef::new(data) else {
        return Loaded { font: None, glyphs: Vec::new(), missing: Glyph::default() };
    };
    let metrics = read.glyph_metrics(Size::unscaled(), LocationRef::default());
    let units = f32::from(read.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
    let glyph = |id: skrifa::GlyphId| Glyph {
        id: id.to_u32(),
        advance: metrics.advance_width(id).unwrap_or_default() / units,
    };
    let charmap = read.charmap();
    let mapped = charmap.mappings();
    let mut glyphs: Vec<_> =
        mapped.filter_map(|(code, id)| Some((char::from_u32(code)?, glyph(id)))).collect();
    glyphs.sort_by_key(|(letter, _)| *letter);
    Loaded { font, glyphs, missing: glyph(skrifa::GlyphId::new(0)) }
}

impl Face {
    fn loaded(self) -> &'static Loaded {
        &FACES[self as usize]
    }

    /// The font to embed.
    pub(super) fn font(self) -> Option<Font> {
        self.loaded().font.clone()
    }

    /// How a letter is drawn; one that the typeface lacks is drawn as its nearest sign, else as an empty box.
    pub(super) fn glyph(self, letter: char) -> Glyph {
        let nearest = match letter {
            '\u{2011}' => '-',
            '\u{2009}' | '\u{202f}' => '\u{a0}',
            _ => letter,
        };
        let face = self.loaded();
        face.glyphs
            .binary_search_by_key(&nearest, |(known, _)| *known)
            .map_or(face.missing, |at| face.glyphs[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every letter of Vietnamese, with each tone, in both cases.
    const LETTERS: &str =
        "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz";

    #[test]
    fn every_vietnamese_letter_is_there() {
        let signs = "0123456789.,:;/()–-…“”‘’%×−≤≥₫□■→№";
        for face in [Face::Regular, Face::Bold, Face::Italic] {
            assert!(face.font().is_some());
            let upper = LETTERS.to_uppercase();
            for letter in LETTERS.chars().chain(upper.chars()).chain(signs.chars()).filter(|c| *c != '№') {
                let glyph = face.glyph(letter);
                assert!(glyph.id != 0 && glyph.advance > 0.1, "{face:?} lacks {letter}");
            }
            assert_eq!(face.glyph('中').id, 0);
        }
    }
}
