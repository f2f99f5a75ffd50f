//! A table with a title on A4: reports, lists, the pages of a book.

use super::{Align, Cell, LetterHead, Margins, Paragraph, Pdf, PdfError, Signature, Size, Table, signatures};

/// What such a document says. All of it is plain text, ready to print.
#[derive(Clone, Debug, Default)]
pub struct TableReport {
    /// The head of the paper; a list for internal use has none.
    pub head: Option<LetterHead>,
    /// Title.
    pub title: String,
    /// Lines under the title: period, office, as of when.
    pub subtitle: Vec<String>,
    /// Whether pages are wider than high.
    pub landscape: bool,
    /// Shares of the width, and whether the column's figures stand at the right.
    pub columns: Vec<(f32, bool)>,
    /// Rows of the head.
    pub heads: Vec<Vec<Cell>>,
    /// Rows of the body.
    pub rows: Vec<Vec<Cell>>,
    /// Notes below the table: sources, rules, what a column counts.
    pub notes: Vec<String>,
    /// Who signs.
    pub signatures: Vec<Signature>,
}

/// The document as PDF.
///
/// # Errors
/// [`PdfError`].
pub fn table_report(report: &TableReport) -> Result<Vec<u8>, PdfError> {
    let size = if report.landscape { Size::A4.turned() } else { Size::A4 };
    let mut pdf = Pdf::new(report.title.as_str(), size, Margins::all(15.0));
    if let Some(head) = &report.head {
        pdf.letter_head(head, 11.0);
        pdf.gap(8.0);
    }
    pdf.add(Paragraph::new(report.title.to_uppercase()).title().bold().size(14.0).center().space(4.0, 2.0));
    for line in &report.subtitle {
        pdf.add(Paragraph::new(line.as_str()).center().size(11.0).space(0.0, 1.0));
    }
    pdf.gap(8.0);
    let align = |right: bool| if right { Align::Right } else { Align::Left };
    let columns = report.columns.iter();
    let columns = columns.map(|(share, right)| super::Column { share: *share, align: align(*right) });
    let mut table = Table::new(columns.collect(), 10.0);
    report.heads.iter().for_each(|row| table.head(row.iter().cloned()));
    report.rows.iter().for_each(|row| table.row(row.iter().cloned()));
    pdf.table(&table);
    pdf.gap(6.0);
    for note in &report.notes {
        pdf.add(Paragraph::new(note.as_str()).align(Align::Justify).space(0.0, 2.0));
    }
    if !report.signatures.is_empty() {
        pdf.gap(8.0);
        pdf.add(signatures(&report.signatures, 11.0, 48.0));
    }
    pdf.finish()
}
