//! Tables with borders, whose head is repeated on every page.

use super::{
    Align, Mark, Paragraph, Pdf, Tag, Text,
    block::{Laid, Part},
};

/// A column: its share of the width and where its words stand.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Share of the width.
    pub share: f32,
    /// Where words stand in the body.
    pub align: Align,
}

/// A cell.
#[derive(Clone, Debug)]
pub struct Cell {
    text: Text,
    columns: usize,
    rows: usize,
    align: Option<Align>,
}

impl<T: Into<Text>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), columns: 1, rows: 1, align: None }
    }
}

impl Cell {
    /// A cell of a head over several columns and rows.
    pub fn over(text: impl Into<Text>, columns: usize, rows: usize) -> Self {
        Self { text: text.into(), columns: columns.max(1), rows: rows.max(1), align: None }
    }

    /// Where its words stand, other than its column's.
    #[must_use]
    pub fn align(mut self, align: Align) -> Self {
        self.align = Some(align);
        self
    }
}

/// A table. Cells of the head may go over columns and rows, cells of the body over columns.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    head: Vec<Vec<Cell>>,
    rows: Vec<Vec<Cell>>,
    size: f32,
}

const BORDER: f32 = 0.5;
const PAD_X: f32 = 2.5;
const PAD_Y: f32 = 1.5;
/// Grey behind the head: light enough for black letters.
const HEAD_SHADE: u8 = 238;

/// A cell laid out: its first column and row, its spans, its place in x, its content.
struct Placed {
    row: usize,
    rows: usize,
    x: f32,
    width: f32,
    laid: Laid,
}

impl Table {
    /// A table with these columns and a size of letters in points.
    pub fn new(columns: Vec<Column>, size: f32) -> Self {
        Self { columns, head: Vec::new(), rows: Vec::new(), size }
    }

    /// Columns by shares, all at the left.
    pub fn shares(shares: &[f32], size: f32) -> Self {
        Self::new(shares.iter().map(|share| Column { share: *share, align: Align::Left }).collect(), size)
    }

    /// Adds a row to the head.
    pub fn head<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.head.push(cells.into_iter().map(Into::into).collect());
    }

    /// Adds a row to the body.
    pub fn row<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Left edges of the columns, and the right edge of the last.
    fn edges(&self, width: f32) -> Vec<f32> {
        let shares: f32 = self.columns.iter().map(|column| column.share).sum();
        let mut x = 0.0;
        let mut edges = vec![0.0];
        for column in &self.columns {
            x += width * column.share / shares.max(f32::EPSILON);
            edges.push(x);
        }
        edges
    }

    /// The rows of the head as one part.
    fn lay_head(&self, edges: &[f32], tags: &mut Vec<Tag>, table: usize) -> Part {
        let mut taken = vec![vec![false; self.columns.len()]; self.head.len()];
        let mut placed = Vec::new();
        for (row, cells) in self.head.iter().enumerate() {
            let mut column = 0;
            for cell in cells {
                while taken[row].get(column).copied().unwrap_or(false) {
                    column += 1;
                }
                let end = (column + cell.columns).min(self.columns.len());
                let rows = cell.rows.min(self.head.len() - row);
                for line in taken.iter_mut().skip(row).take(rows) {
                    line.iter_mut().take(end).skip(column).for_each(|taken| *taken = true);
                }
                let Some((left, right)) = edges.get(column).zip(edges.get(end)) else { break };
                let align = cell.align.unwrap_or(Align::Center);
                tags.push(Tag::Cell { table, row, head: true });
                let paragraph = self.paragraph(cell.text.clone(), align).bold();
                let laid = paragraph.lay_tagged(right - left - 2.0 * PAD_X, tags.len() - 1);
                placed.push(Placed { row, rows, x: *left, width: right - left, laid });
                column = end;
            }
        }
        draw_head(&placed, self.head.len())
    }

    fn paragraph(&self, text: Text, align: Align) -> Paragraph {
        Paragraph::new(text).size(self.size).align(align).space(0.0, 0.0)
    }

    fn lay_row(
        &self,
        row: usize,
        cells: &[Cell],
        edges: &[f32],
        tags: &mut Vec<Tag>,
        table: usize,
    ) -> Vec<Placed> {
        let mut column = 0;
        let mut placed = Vec::with_capacity(cells.len());
        for cell in cells {
            let end = (column + cell.columns).min(self.columns.len());
            let Some((left, right)) = edges.get(column).zip(edges.get(end)) else { break };
            let align =
                cell.align.unwrap_or(self.columns.get(column).map_or(Align::Left, |column| column.align));
            tags.push(Tag::Cell { table, row: self.head.len() + row, head: false });
            let paragraph = self.paragraph(cell.text.clone(), align);
            let laid = paragraph.lay_tagged(right - left - 2.0 * PAD_X, tags.len() - 1);
            placed.push(Placed { row: 0, rows: 1, x: *left, width: right - left, laid });
            column = end;
        }
        placed
    }
}

/// Heights of the head's rows, then its cells in the middle of their frames.
fn draw_head(placed: &[Placed], rows: usize) -> Part {
    let mut heights = vec![0.0_f32; rows];
    let mut by_span: Vec<_> = placed.iter().collect();
    by_span.sort_by_key(|cell| cell.rows);
    for cell in by_span {
        let own = &mut heights[cell.row..cell.row + cell.rows];
        let lacking = cell.laid.height() + 2.0 * PAD_Y - own.iter().sum::<f32>();
        if lacking > 0.0 {
            own.iter_mut().for_each(|height| *height += lacking / cell.rows as f32);
        }
    }
    let top = |row: usize| heights[..row].iter().sum::<f32>();
    let (mut marks, mut ends) = (Vec::new(), Vec::new());
    for cell in placed {
        let (y, height) = (top(cell.row), top(cell.row + cell.rows) - top(cell.row));
        marks.push(Mark::Fill { rects: vec![[cell.x, y, cell.width, height]], shade: HEAD_SHADE, tag: 0 });
        frame(&mut ends, cell.x, y, cell.width, height);
        let free = (height - cell.laid.height()) / 2.0;
        content(&mut marks, cell.laid.parts.clone(), cell.x + PAD_X, y + free);
    }
    marks.push(Mark::Lines { ends, width: BORDER });
    Part { height: top(rows), marks }
}

fn content(marks: &mut Vec<Mark>, parts: Vec<Part>, x: f32, mut y: f32) {
    for part in parts {
        marks.extend(part.marks.into_iter().map(|mark| mark.moved(x, y)));
        y += part.height;
    }
}

/// The four borders of a cell.
fn frame(ends: &mut Vec<[f32; 4]>, x: f32, y: f32, width: f32, height: f32) {
    let (right, bottom) = (x + width, y + height);
    ends.extend([[x, y, right, y], [right, y, right, bottom], [right, bottom, x, bottom], [x, bottom, x, y]]);
}

/// As many lines of each cell as fit into a height, framed; what is left stays in the cells.
fn take(cells: &mut [Placed], room: f32) -> Part {
    let mut height = 0.0_f32;
    let mut taken = Vec::with_capacity(cells.len());
    for cell in cells.iter_mut() {
        let mut used = 2.0 * PAD_Y;
        let mut count = 0;
        for part in &cell.laid.parts {
            // One line at least, so that every page goes on.
            if used + part.height > room && count > 0 {
                break;
            }
            used += part.height;
            count += 1;
        }
        taken.push(cell.laid.parts.drain(..count).collect::<Vec<_>>());
        height = height.max(used);
    }
    let (mut marks, mut ends) = (Vec::new(), Vec::new());
    for (cell, parts) in cells.iter().zip(taken) {
        frame(&mut ends, cell.x, 0.0, cell.width, height);
        content(&mut marks, parts, cell.x + PAD_X, PAD_Y);
    }
    marks.push(Mark::Lines { ends, width: BORDER });
    Part { height, marks }
}

impl Pdf {
    /// Adds a table. A row goes to the next page as a whole; one that is higher than a page is broken between its lines.
    pub fn table(&mut self, table: &Table) {
        let edges = table.edges(self.width());
        let left = self.margins.left;
        let index = self.tables;
        self.tables += 1;
        let head = table.lay_head(&edges, &mut self.tags, index);
        let full = self.size.height - self.margins.top - self.margins.bottom - head.height;
        let mut rows = table.rows.iter().enumerate().peekable();
        let first = rows.peek().map_or(0.0, |(row, cells)| {
            // Only measured: the tags of this look are not kept.
            let mut aside = Vec::new();
            row_height(&table.lay_row(*row, cells, &edges, &mut aside, index))
        });
        self.reserve(head.height + first.min(full));
        self.put(head.clone(), left);
        for (row, cells) in rows {
            let mut placed = table.lay_row(row, cells, &edges, &mut self.tags, index);
            let height = row_height(&placed);
            if height > self.room() && (height <= full || self.room() < 4.0 * table.size) {
                self.next_page_of_table(&head);
            }
            loop {
                let part = take(&mut placed, self.room().max(table.size * 2.0));
                self.put(part, left);
                if placed.iter().all(|cell| cell.laid.parts.is_empty()) {
                    break;
                }
                self.next_page_of_table(&head);
            }
        }
    }

    /// A new page that begins with the table's head, which readers for the blind have heard already.
    fn next_page_of_table(&mut self, head: &Part) {
        self.new_page();
        let mut again = head.clone();
        for mark in &mut again.marks {
            if let Mark::Text { tag, .. } = mark {
                *tag = 0;
            }
        }
        self.put(again, self.margins.left);
    }
}

fn row_height(cells: &[Placed]) -> f32 {
    cells.iter().map(|cell| cell.laid.height()).fold(0.0, f32::max) + 2.0 * PAD_Y
}
