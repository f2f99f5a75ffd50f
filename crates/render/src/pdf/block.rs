//! Paragraphs, codes and columns, and how they are laid out in a width.

use super::{
    Mark, Size, Tag, Text, code,
    font::{ASCENT, DESCENT, Face},
    text::Line,
};

/// Where lines stand between the margins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right.
    Right,
    /// From margin to margin, but for the last line.
    Justify,
}

/// A paragraph.
#[derive(Clone, Debug)]
pub struct Paragraph {
    text: Text,
    size: f32,
    align: Align,
    before: f32,
    after: f32,
    indent: f32,
    first: f32,
    leading: f32,
    /// A line under the text, as a share of its width.
    rule: f32,
    title: bool,
    whole: bool,
    one_line: bool,
}

/// The usual size of letters on A5.
const SIZE: f32 = 10.0;
/// Height of a line, as a share of the size of its letters: Vietnamese capitals carry two marks.
const LEADING: f32 = 1.22;

impl Paragraph {
    /// A paragraph at the left, 10 points.
    pub fn new(text: impl Into<Text>) -> Self {
        Self {
            text: text.into(),
            size: SIZE,
            align: Align::Left,
            before: 0.0,
            after: 2.0,
            indent: 0.0,
            first: 0.0,
            leading: LEADING,
            rule: 0.0,
            title: false,
            whole: false,
            one_line: false,
        }
    }

    /// A name and what is filled in: "Địa chỉ: ấp Bào Dừa".
    pub fn field(name: &str, value: impl Into<Text>) -> Self {
        let value: Text = value.into();
        let mut text = Text::new().plain(format!("{name}: "));
        text.append(value);
        Self::new(text)
    }

    /// All of it bold.
    #[must_use]
    pub fn bold(mut self) -> Self {
        self.text = self.text.in_face(Face::Bold);
        self
    }

    /// All of it italic.
    #[must_use]
    pub fn italic(mut self) -> Self {
        self.text = self.text.in_face(Face::Italic);
        self
    }

    /// Size of the letters, in points.
    #[must_use]
    pub fn size(mut self, size: f32) -> Self {
        self.size = size;
        self
    }

    /// Where its lines stand.
    #[must_use]
    pub fn align(mut self, align: Align) -> Self {
        self.align = align;
        self
    }

    /// In the middle.
    #[must_use]
    pub fn center(self) -> Self {
        self.align(Align::Center)
    }

    /// White above and below, in points.
    #[must_use]
    pub fn space(mut self, before: f32, after: f32) -> Self {
        self.before = before;
        self.after = after;
        self
    }

    /// White on the left of all lines, in points.
    #[must_use]
    pub fn indent(mut self, indent: f32) -> Self {
        self.indent = indent;
        self
    }

    /// More white on the left of the first line, in points.
    #[must_use]
    pub fn first(mut self, first: f32) -> Self {
        self.first = first;
        self
    }

    /// A line under it, as a share of the width of its last line.
    #[must_use]
    pub fn ruled(mut self, share: f32) -> Self {
        self.rule = share;
        self
    }

    /// The title of the document.
    #[must_use]
    pub fn title(mut self) -> Self {
        self.title = true;
        self.whole = true;
        self
    }

    /// Never broken over pages.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// On one line: letters are made smaller until it fits.
    #[must_use]
    pub fn one_line(mut self) -> Self {
        self.one_line = true;
        self
    }

    fn fitted(&self, room: f32) -> Self {
        let wide = self.text.width(self.size);
        let size = if wide > room { self.size * room / wide } else { self.size };
        Self { size, one_line: false, ..self.clone() }
    }

    pub(super) fn lay_tagged(&self, width: f32, tag: usize) -> Laid {
        let room = (width - self.indent).max(1.0);
        if self.one_line {
            return self.fitted(room).lay_tagged(width, tag);
        }
        let lines = self.text.lines(self.size, room, self.first);
        let height = self.size * self.leading;
        let drop = (height - (ASCENT + DESCENT) * self.size) / 2.0 + ASCENT * self.size;
        let count = lines.len();
        let mut parts = Vec::with_capacity(count);
        for (index, line) in lines.iter().enumerate() {
            let top = if index == 0 { self.before } else { 0.0 };
            let first = if index == 0 { self.first } else { 0.0 };
            let mut part =
                Part { height: top + height, marks: self.marks(line, room, first, top + drop, tag) };
            if index + 1 == count {
                if self.rule > 0.0 {
                    part.marks.push(self.ruler(line, room, top + height + 1.0));
                    part.height += 3.0;
                }
                part.height += self.after;
            }
            parts.push(part);
        }
        Laid { parts, whole: self.whole }
    }

    fn start(&self, line: &Line, room: f32) -> f32 {
        self.indent
            + match self.align {
                Align::Left | Align::Justify => 0.0,
                Align::Center => (room - line.width) / 2.0,
                Align::Right => room - line.width,
            }
    }

    fn marks(&self, line: &Line, room: f32, first: f32, baseline: f32, tag: usize) -> Vec<Mark> {
        let justified = self.align == Align::Justify && !line.last && line.spaces > 0;
        let stretch = if justified { (room - first - line.width) / line.spaces as f32 } else { 0.0 };
        let start = self.start(line, room) + first;
        let mut widened = 0;
        let mut marks = Vec::with_capacity(line.pieces.len());
        for piece in &line.pieces {
            marks.push(Mark::Text {
                x: start + piece.x + widened as f32 * stretch,
                baseline,
                size: self.size,
                face: piece.face,
                text: piece.text.clone(),
                stretch,
                tag,
            });
            widened += piece.text.matches(' ').count();
        }
        marks
    }

    fn ruler(&self, line: &Line, room: f32, y: f32) -> Mark {
        let middle = self.start(line, room) + line.width / 2.0;
        let half = line.width * self.rule / 2.0;
        Mark::Lines { ends: vec![[middle - half, y, middle + half, y]], width: 0.6 }
    }
}

/// Blocks side by side: a letter head, signatures.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    columns: Vec<(f32, Vec<Block>)>,
    gap: f32,
}

impl Columns {
    /// No columns yet; `gap` points between them.
    pub fn new(gap: f32) -> Self {
        Self { columns: Vec::new(), gap }
    }

    /// Adds a column with its share of the width.
    #[must_use]
    pub fn column(mut self, share: f32, blocks: Vec<Block>) -> Self {
        self.columns.push((share, blocks));
        self
    }

    fn lay(&self, width: f32, tags: &mut Vec<Tag>) -> Laid {
        let shares: f32 = self.columns.iter().map(|(share, _)| share).sum();
        let free = width - self.gap * self.columns.len().saturating_sub(1) as f32;
        let (mut x, mut height, mut marks) = (0.0, 0.0_f32, Vec::new());
        for (share, blocks) in &self.columns {
            let own = free * share / shares.max(f32::EPSILON);
            let mut y = 0.0;
            for block in blocks {
                for part in block.lay(own, tags).parts {
                    marks.extend(part.marks.into_iter().map(|mark| mark.moved(x, y)));
                    y += part.height;
                }
            }
            height = height.max(y);
            x += own + self.gap;
        }
        Laid { parts: vec![Part { height, marks }], whole: true }
    }
}

/// One thing in a column or on a page.
#[derive(Clone, Debug)]
pub enum Block {
    /// Words.
    Paragraph(Paragraph),
    /// A QR code of a text, so many points wide, in the middle; nothing when the text is too long for a code.
    Qr {
        /// What the code says.
        text: String,
        /// Side, in points, with the white around it.
        side: f32,
    },
    /// A Code 128 of a text of printable ASCII, in the middle; nothing when it cannot be written.
    Bars {
        /// What the code says.
        text: String,
        /// Width at most and height, in points.
        size: Size,
    },
    /// Blocks side by side.
    Columns(Columns),
    /// White, in points.
    Gap(f32),
}

impl From<Paragraph> for Block {
    fn from(paragraph: Paragraph) -> Self {
        Self::Paragraph(paragraph)
    }
}

impl From<Columns> for Block {
    fn from(columns: Columns) -> Self {
        Self::Columns(columns)
    }
}

impl Block {
    pub(super) fn lay(&self, width: f32, tags: &mut Vec<Tag>) -> Laid {
        match self {
            Self::Paragraph(paragraph) => {
                tags.push(if paragraph.title { Tag::Title } else { Tag::Paragraph });
                paragraph.lay_tagged(width, tags.len() - 1)
            }
            Self::Qr { text, side } => {
                tags.push(Tag::Figure(format!("Mã QR: {text}")));
                let rects = code::qr(text, *side);
                picture(rects, (width - side) / 2.0, *side, tags.len() - 1)
            }
            Self::Bars { text, size } => {
                tags.push(Tag::Figure(format!("Mã vạch: {text}")));
                let (rects, drawn) = code::bars(text, size.width, size.height);
                picture(rects, (width - drawn) / 2.0, size.height, tags.len() - 1)
            }
            Self::Columns(columns) => columns.lay(width, tags),
            Self::Gap(height) => {
                Laid { parts: vec![Part { height: *height, marks: Vec::new() }], whole: false }
            }
        }
    }
}

fn picture(rects: Vec<[f32; 4]>, x: f32, height: f32, tag: usize) -> Laid {
    if rects.is_empty() {
        return Laid { parts: Vec::new(), whole: true };
    }
    let mark = Mark::Fill { rects, shade: 0, tag }.moved(x, 0.0);
    Laid { parts: vec![Part { height, marks: vec![mark] }], whole: true }
}

/// A stretch that no page break goes through, with marks from its upper left corner.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) height: f32,
    pub(super) marks: Vec<Mark>,
}

/// A block laid out in a width.
#[derive(Clone, Debug)]
pub(super) struct Laid {
    pub(super) parts: Vec<Part>,
    /// Whether it is moved to the next page as a whole.
    pub(super) whole: bool,
}

impl Laid {
    pub(super) fn height(&self) -> f32 {
        self.parts.iter().map(|part| part.height).sum()
    }
}
