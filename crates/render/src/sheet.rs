//! Spreadsheets (XLSX): a title, a head, rows of typed cells. Rows are written as they come and are not kept in memory.
//! The same content is the same bytes.

use hailong_core::time::{Day, Instant};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

/// A spreadsheet that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the spreadsheet cannot be written: {0}")]
pub struct SheetError(#[from] XlsxError);

/// Longest text of a cell, in characters: the format's own limit.
const LONGEST: usize = 32_767;
/// Most rows of a sheet, its head included: the format's own limit.
pub const MOST_ROWS: u32 = 1_048_576;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// Words; never read as a formula.
    Text(String),
    /// A whole number, thousands apart.
    Whole(i64),
    /// A number with two decimals.
    Decimal(f64),
    /// A share between 0 and 1, shown as a percentage with one decimal.
    Share(f64),
    /// An amount in đồng.
    Dong(i64),
    /// A day, as 28/06/2017.
    Day(Day),
    /// A moment, as 28/06/2017 16:30.
    At(Instant),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl From<Day> for Value {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}

impl From<Instant> for Value {
    fn from(at: Instant) -> Self {
        Self::At(at)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Whole(number.into())
    }
}

/// The top of a sheet.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// Name of the sheet, at most 31 characters; signs that the format forbids are dropped.
    pub name: String,
    /// Title, in the first row.
    pub title: String,
    /// Lines below it: office, period, as of when.
    pub subtitle: Vec<String>,
    /// Names of the columns and their widths in characters.
    pub columns: Vec<(String, f64)>,
    /// Whether it prints wider than high.
    pub landscape: bool,
}

struct Formats {
    title: Format,
    head: Format,
    text: Format,
    whole: Format,
    decimal: Format,
    share: Format,
    dong: Format,
    day: Format,
    at: Format,
}

impl Formats {
    fn new() -> Self {
        let base = || Format::new().set_font_name("Times New Roman").set_font_size(12);
        let cell = || base().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
        Self {
            title: base().set_bold().set_font_size(14),
            head: cell()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_background_color(0x00EE_EEEE),
            text: cell().set_text_wrap(),
            whole: cell().set_num_format("#,##0"),
            decimal: cell().set_num_format("#,##0.00"),
            share: cell().set_num_format("0.0%"),
            dong: cell().set_num_format("#,##0\" đ\""),
            day: cell().set_num_format("dd/mm/yyyy"),
            at: cell().set_num_format("dd/mm/yyyy hh:mm"),
        }
    }
}

/// A spreadsheet in the making.
pub struct Book {
    workbook: Workbook,
    formats: Formats,
    /// Number of sheets and the next row of the last one.
    sheets: usize,
    row: u32,
}

impl Default for Book {
    fn default() -> Self {
        Self::new()
    }
}

impl Book {
    /// A spreadsheet without sheets.
    pub fn new() -> Self {
        let mut workbook = Workbook::new();
        let mut properties = DocProperties::new().set_author("Hài Lòng");
        // A day of no meaning: without it the writer would ask the clock.
        if let Ok(day) = ExcelDateTime::from_ymd(2017, 1, 1) {
            properties = properties.set_creation_datetime(&day);
        }
        workbook.set_properties(&properties);
        Self { workbook, formats: Formats::new(), sheets: 0, row: 0 }
    }

    /// Begins a sheet.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn sheet(&mut self, head: &Head) -> Result<(), SheetError> {
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name(&head.name, self.sheets))?;
        sheet.set_paper_size(9);
        if head.landscape {
            sheet.set_landscape();
        }
        sheet.set_print_fit_to_pages(1, 0);
        for (column, (_, width)) in (0_u16..).zip(&head.columns) {
            sheet.set_column_width(column, *width)?;
        }
        let lines = std::iter::once(&head.title).chain(&head.subtitle);
        let mut row = 0;
        for (line, format) in
            lines.zip(std::iter::once(Some(&self.formats.title)).chain(std::iter::repeat(None)))
        {
            match format {
                Some(format) => sheet.write_string_with_format(row, 0, line, format)?,
                None => sheet.write_string(row, 0, line)?,
            };
            row += 1;
        }
        row += 1;
        for (column, (name, _)) in (0_u16..).zip(&head.columns) {
            sheet.write_string_with_format(row, column, name, &self.formats.head)?;
        }
        sheet.set_repeat_rows(row, row)?;
        sheet.set_freeze_panes(row + 1, 0)?;
        self.sheets += 1;
        self.row = row + 1;
        Ok(())
    }

    /// Adds a row to the sheet.
    ///
    /// # Errors
    /// [`SheetError`], also when the sheet is full or there is none.
    pub fn row(&mut self, values: impl IntoIterator<Item = Value>) -> Result<(), SheetError> {
        let sheet = self.workbook.worksheet_from_index(self.sheets.saturating_sub(1))?;
        let row = self.row;
        let formats = &self.formats;
        for (column, value) in (0_u16..).zip(values) {
            match value {
                Value::Empty => sheet.write_blank(row, column, &formats.text)?,
                Value::Text(text) => {
                    let cut: String = text.chars().take(LONGEST).collect();
                    sheet.write_string_with_format(row, column, cut, &formats.text)?
                }
                Value::Whole(n) => sheet.write_number_with_format(row, column, n as f64, &formats.whole)?,
                Value::Decimal(n) => sheet.write_number_with_format(row, column, n, &formats.decimal)?,
                Value::Share(n) => sheet.write_number_with_format(row, column, n, &formats.share)?,
                Value::Dong(n) => sheet.write_number_with_format(row, column, n as f64, &formats.dong)?,
                Value::Day(day) => {
                    sheet.write_number_with_format(row, column, serial(day, 0), &formats.day)?
                }
                Value::At(at) => {
                    let serial = serial(at.day(), at.minute().0);
                    sheet.write_number_with_format(row, column, serial, &formats.at)?
                }
            };
        }
        self.row += 1;
        Ok(())
    }

    /// Adds lines of words below the rows.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn notes(&mut self, notes: &[String]) -> Result<(), SheetError> {
        let sheet = self.workbook.worksheet_from_index(self.sheets.saturating_sub(1))?;
        for note in notes {
            self.row += 1;
            sheet.write_string(self.row, 0, note)?;
        }
        Ok(())
    }

    /// The bytes of the spreadsheet.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn finish(mut self) -> Result<Vec<u8>, SheetError> {
        Ok(self.workbook.save_to_buffer()?)
    }
}

/// The format counts days from 30/12/1899, and hours as parts of a day.
fn serial(day: Day, minute: u16) -> f64 {
    const EPOCH: i32 = 25_569;
    f64::from(day.0 + EPOCH) + f64::from(minute) / 1_440.0
}

fn sheet_name(name: &str, index: usize) -> String {
    let allowed = |c: &char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
    let name: String = name.chars().filter(allowed).take(31).collect();
    if name.trim().is_empty() { format!("{}", index + 1) } else { name }
}

#[cfg(test)]
pub(crate) mod read;
#[cfg(test)]
mod tests {
    use super::*;
    use read::part;

    fn book() -> Vec<u8> {
        let mut book = Book::new();
        let columns = vec![("Mã hồ sơ".to_owned(), 30.0), ("Nhận".to_owned(), 18.0), ("Số".to_owned(), 8.0)];
        let head =
            Head {
                name: "Sổ 2017/1".into(), title: "Sổ theo dõi hồ sơ".into(), columns, ..Head::default()
            };
        book.sheet(&head).unwrap();
        let at = Instant::parse_local("2017-06-28T16:30").unwrap();
        book.row([Value::from("=1+1 Đầm Dơi"), at.into(), 12_i64.into()]).unwrap();
        book.row([Value::Empty, at.day().into(), Value::Share(0.924)]).unwrap();
        book.notes(&["Ghi chú".to_owned()]).unwrap();
        book.finish().unwrap()
    }

    #[test]
    fn cells_are_typed_and_words_are_never_formulas() {
        let bytes = book();
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("=1+1 Đầm Dơi") && !sheet.contains("<f>"), "{sheet}");
        // 28/6/2017 is day 42914 of the format; 16:30 is 0.6875 of it.
        assert!(sheet.contains("<v>42914.6875</v>") && sheet.contains("<v>42914</v>"), "{sheet}");
        assert!(sheet.contains("Sổ theo dõi hồ sơ") && sheet.contains("Ghi chú"));
        let rows = read::rows(&bytes, 1);
        assert_eq!(rows[2], ["=1+1 Đầm Dơi", "42914.6875", "12"], "{rows:?}");
        let workbook = part(&bytes, "xl/workbook.xml");
        assert!(workbook.contains("name=\"Sổ 20171\""), "{workbook}");
        assert!(part(&bytes, "xl/styles.xml").contains("dd/mm/yyyy hh:mm"));
    }

    #[test]
    fn the_same_content_is_the_same_bytes() {
        assert_eq!(book(), book());
    }
}
