//! A small layout over krilla: paragraphs, columns, tables that break over pages, codes. What is drawn is a function of
//! what is given: no clock, no randomness, no files.
//!
//! Lengths are points (1/72 inch); [`mm`] makes them from millimetres. The text of a document can be searched and
//! copied, its language is Vietnamese, and readers for the blind find its title, paragraphs and table cells by tags.

mod block;
mod code;
mod draw;
mod font;
mod head;
mod poster;
mod report;
mod table;
mod text;

pub use block::{Align, Block, Columns, Paragraph};
pub use font::Face;
pub use head::{LetterHead, Signature, signatures};
pub use poster::{PosterContext, PosterSize, poster};
pub use report::{TableReport, table_report};
pub use table::{Cell, Column, Table};
pub use text::Text;

use block::Part;

/// Millimetres as points.
pub const fn mm(length: f32) -> f32 {
    length * 72.0 / 25.4
}

/// A document that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The typeface inside the program cannot be read.
    #[error("the typeface cannot be read")]
    Font,
    /// The writer of PDF refused.
    #[error("the PDF cannot be written: {0}")]
    Write(String),
}

/// The size of a page, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Size {
    /// 297 × 420 mm.
    pub const A3: Self = Self::of(297.0, 420.0);
    /// 210 × 297 mm.
    pub const A4: Self = Self::of(210.0, 297.0);
    /// 148 × 210 mm: the size of the forms (TT 01/2018/TT-VPCP đ.9).
    pub const A5: Self = Self::of(148.0, 210.0);
    /// 74 × 105 mm: slips.
    pub const A7: Self = Self::of(74.0, 105.0);

    /// A size in millimetres.
    pub const fn of(width: f32, height: f32) -> Self {
        Self { width: mm(width), height: mm(height) }
    }

    /// Turned by a quarter.
    #[must_use]
    pub const fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }
}

/// The white around a page, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margins {
    /// Above.
    pub top: f32,
    /// On the right.
    pub right: f32,
    /// Below.
    pub bottom: f32,
    /// On the left.
    pub left: f32,
}

impl Margins {
    /// The same on all sides, in millimetres.
    pub const fn all(length: f32) -> Self {
        Self { top: mm(length), right: mm(length), bottom: mm(length), left: mm(length) }
    }
}

/// One thing to draw, at its place on the page.
#[derive(Clone, Debug)]
enum Mark {
    Text {
        x: f32,
        baseline: f32,
        size: f32,
        face: Face,
        text: String,
        stretch: f32,
        tag: usize,
    },
    /// Straight lines, each from x, y to x, y.
    Lines {
        ends: Vec<[f32; 4]>,
        width: f32,
    },
    /// Filled rectangles as x, y, width, height; 0 is black, 255 white.
    Fill {
        rects: Vec<[f32; 4]>,
        shade: u8,
        tag: usize,
    },
}

impl Mark {
    fn moved(mut self, dx: f32, dy: f32) -> Self {
        match &mut self {
            Self::Text { x, baseline, .. } => {
                *x += dx;
                *baseline += dy;
            }
            Self::Lines { ends, .. } => ends.iter_mut().for_each(|[x1, y1, x2, y2]| {
                *x1 += dx;
                *y1 += dy;
                *x2 += dx;
                *y2 += dy;
            }),
            Self::Fill { rects, .. } => rects.iter_mut().for_each(|rect| {
                rect[0] += dx;
                rect[1] += dy;
            }),
        }
        self
    }
}

/// What a part of the document is, for readers that cannot see it.
#[derive(Clone, Debug, PartialEq)]
enum Tag {
    /// Decoration: page numbers, repeated heads of tables.
    Artifact,
    Paragraph,
    Title,
    /// A picture, and what it says.
    Figure(String),
    /// A cell of a table.
    Cell {
        table: usize,
        row: usize,
        head: bool,
    },
}

#[derive(Debug)]
struct Page {
    size: Size,
    marks: Vec<Mark>,
}

/// A document in the making: things are added from top to bottom, pages begin by themselves.
#[derive(Debug)]
pub struct Pdf {
    title: String,
    size: Size,
    margins: Margins,
    pages: Vec<Page>,
    /// Where the next thing begins.
    y: f32,
    /// The first page of the part that is numbered together.
    part: usize,
    tags: Vec<Tag>,
    tables: usize,
}

impl Pdf {
    /// A document of one page size.
    pub fn new(title: impl Into<String>, size: Size, margins: Margins) -> Self {
        let mut pdf = Self {
            title: title.into(),
            size,
            margins,
            pages: Vec::new(),
            y: 0.0,
            part: 0,
            tags: vec![Tag::Artifact],
            tables: 0,
        };
        pdf.new_page();
        pdf
    }

    /// Begins another part on a page of its own, perhaps of another size; pages are numbered anew.
    pub fn new_part(&mut self, size: Size, margins: Margins) {
        self.number_pages();
        self.size = size;
        self.margins = margins;
        self.part = self.pages.len();
        self.new_page();
    }

    /// Begins a new page.
    pub fn new_page(&mut self) {
        self.pages.push(Page { size: self.size, marks: Vec::new() });
        self.y = self.margins.top;
    }

    /// The width between the margins, in points.
    pub fn width(&self) -> f32 {
        self.size.width - self.margins.left - self.margins.right
    }

    /// The height that is left on this page, in points.
    pub fn room(&self) -> f32 {
        self.size.height - self.margins.bottom - self.y
    }

    /// How many pages there are so far.
    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// Leaves some white, in points.
    pub fn gap(&mut self, height: f32) {
        self.y += height;
    }

    /// Begins a new page unless so much height is left, in points.
    pub fn reserve(&mut self, height: f32) {
        if self.room() < height && self.y > self.margins.top {
            self.new_page();
        }
    }

    /// Adds a paragraph, a picture or columns.
    pub fn add(&mut self, block: impl Into<Block>) {
        let width = self.width();
        let laid = block.into().lay(width, &mut self.tags);
        if laid.whole {
            self.reserve(laid.height());
        }
        for part in laid.parts {
            self.reserve(part.height);
            self.put(part, self.margins.left);
        }
    }

    /// Draws a part at the place reached and goes on below it.
    fn put(&mut self, part: Part, x: f32) {
        let y = self.y;
        let marks = part.marks.into_iter().map(|mark| mark.moved(x, y));
        if let Some(page) = self.pages.last_mut() {
            page.marks.extend(marks);
        }
        self.y += part.height;
    }

    /// Numbers the pages of a part that has more than one: at the top, in the middle, from the second on
    /// (NĐ 30/2020/NĐ-CP, annex I).
    fn number_pages(&mut self) {
        const NUMBER_SIZE: f32 = 9.0;
        let pages = &mut self.pages[self.part..];
        if pages.len() < 2 {
            return;
        }
        for (index, page) in pages.iter_mut().enumerate().skip(1) {
            let text = (index + 1).to_string();
            let x = (page.size.width - Text::from(text.as_str()).width(NUMBER_SIZE)) / 2.0;
            page.marks.push(Mark::Text {
                x,
                baseline: self.margins.top - mm(2.0),
                size: NUMBER_SIZE,
                face: Face::Regular,
                text,
                stretch: 0.0,
                tag: 0,
            });
        }
    }

    /// The bytes of the document.
    ///
    /// # Errors
    /// [`PdfError`], when the typeface is spoiled or krilla refuses.
    pub fn finish(mut self) -> Result<Vec<u8>, PdfError> {
        self.number_pages();
        draw::write(&self)
    }
}

#[cfg(test)]
pub(crate) mod read;
#[cfg(test)]
mod tests;
