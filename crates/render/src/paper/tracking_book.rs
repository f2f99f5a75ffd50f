//! Tracking book of an office and year (TT 01/2018/TT-VPCP form 06, TT 03/2025/TT-VPCP form 07): on A4, numbers without a
//! gap, closed and signed after the year's end (đ.10.2).

use hailong_core::{
    serve::regime::{Paper, Regime},
    time::{Day, Instant},
};

use super::{
    Form, Head,
    form::{date, draw_head},
    sample_head,
};
use crate::{
    Lang, format,
    pdf::{Align, Cell, Column, Margins, Paragraph, Pdf, Signature, Size, Table, signatures},
};

/// One number of the book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookLine {
    /// The number.
    pub number: u32,
    /// Case code.
    pub code: String,
    /// Name of the procedure.
    pub procedure: String,
    /// Sets of the dossier.
    pub sets: u8,
    /// Who handed in; "đã xóa" when the person's data were erased.
    pub name: String,
    /// Address and phone.
    pub reach: String,
    /// The agency that decides.
    pub deciding: String,
    /// When it was received.
    pub received: Option<Instant>,
    /// The promise.
    pub due: Option<Instant>,
    /// When it went to the one who decides.
    pub sent: Option<Instant>,
    /// When the result came back.
    pub back: Option<Instant>,
    /// When the result was given.
    pub returned: Option<Instant>,
    /// How it was given: "trực tiếp", "bưu chính".
    pub way: String,
    /// What else happened: withdrawn, stopped, an apology.
    pub note: String,
}

/// A closed year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The last number.
    pub last: u32,
    /// The day.
    pub day: Day,
    /// Who closed it.
    pub by: String,
}

/// The book, or a stretch of it.
#[derive(Clone, Debug)]
pub struct TrackingBook {
    /// Top of the paper.
    pub head: Head,
    /// The year.
    pub year: i32,
    /// Lines in the order of their numbers.
    pub lines: Vec<BookLine>,
    /// The last number given so far.
    pub last: u32,
    /// Whether the year is closed.
    pub closing: Option<Closing>,
}

/// The names of the columns, as a spreadsheet has them in one row, with widths in characters.
pub const BOOK_COLUMNS: [(&str, f64); 14] = [
    ("STT", 6.0),
    ("Mã hồ sơ", 28.0),
    ("Tên thủ tục hành chính", 40.0),
    ("Số lượng hồ sơ (bộ)", 10.0),
    ("Tên cá nhân, tổ chức", 28.0),
    ("Địa chỉ, số điện thoại", 34.0),
    ("Cơ quan chủ trì giải quyết", 28.0),
    ("Nhận hồ sơ", 17.0),
    ("Hẹn trả kết quả", 17.0),
    ("Chuyển hồ sơ đến cơ quan giải quyết", 17.0),
    ("Nhận kết quả từ cơ quan giải quyết", 17.0),
    ("Ngày trả kết quả", 17.0),
    ("Phương thức nhận kết quả", 16.0),
    ("Ghi chú", 24.0),
];

const SHARES: [f32; 15] = [1.0, 3.0, 3.4, 1.1, 2.6, 2.9, 2.4, 1.75, 1.75, 1.9, 1.9, 1.75, 1.6, 1.4, 1.9];

fn day(at: Option<Instant>) -> Cell {
    at.map(|at| format::date(Lang::Vi, at.day())).unwrap_or_default().into()
}

impl TrackingBook {
    /// A sample.
    pub fn sample() -> Self {
        let at = |text| Instant::parse_local(text);
        let line = |number: u32| BookLine {
            number,
            code: format!("000.21.70.H12-191023-{number:04}"),
            procedure: "Xác nhận tình trạng hôn nhân".to_owned(),
            sets: 1,
            name: "Phạm Văn Mẫu".to_owned(),
            reach: "Ấp Bào Dừa; 0912345678".to_owned(),
            deciding: "Ủy ban nhân dân xã Trần Phán".to_owned(),
            received: at("2019-10-23T08:40"),
            due: at("2019-10-28T16:30"),
            sent: at("2019-10-23T13:15"),
            back: at("2019-10-28T10:05"),
            returned: at("2019-10-28T14:20"),
            way: "Trực tiếp".to_owned(),
            note: String::new(),
        };
        Self {
            head: Head { regime: Regime::R2018, number: None, ..sample_head() },
            year: 2019,
            lines: (1..=40).map(line).collect(),
            last: 40,
            closing: Day::new(2020, 1, 2).map(|day| Closing {
                last: 40,
                day,
                by: "Trần Văn Trưởng".to_owned(),
            }),
        }
    }

    fn table(&self) -> Table {
        let figures = [0, 3, 7, 8, 9, 10, 11];
        let align = |at| if figures.contains(&at) { Align::Center } else { Align::Left };
        let columns = SHARES.iter().enumerate().map(|(at, share)| Column { share: *share, align: align(at) });
        let mut table = Table::new(columns.collect(), 8.0);
        let tall = |name: &str| Cell::over(name, 1, 2);
        table.head([
            tall("STT"),
            tall("Mã hồ sơ"),
            tall("Tên thủ tục hành chính"),
            tall("Số lượng hồ sơ (bộ)"),
            tall("Tên cá nhân, tổ chức"),
            tall("Địa chỉ, số điện thoại"),
            tall("Cơ quan chủ trì giải quyết"),
            Cell::over("Ngày, tháng, năm", 4, 1),
            Cell::over("Trả kết quả", 3, 1),
            tall("Ghi chú"),
        ]);
        table.head([
            "Nhận hồ sơ",
            "Hẹn trả kết quả",
            "Chuyển hồ sơ đến cơ quan giải quyết",
            "Nhận kết quả từ cơ quan giải quyết",
            "Ngày, tháng, năm",
            "Phương thức nhận kết quả",
            "Ký nhận",
        ]);
        for line in &self.lines {
            table.row([
                Cell::from(line.number.to_string()),
                line.code.as_str().into(),
                line.procedure.as_str().into(),
                line.sets.to_string().into(),
                line.name.as_str().into(),
                line.reach.as_str().into(),
                line.deciding.as_str().into(),
                day(line.received),
                day(line.due),
                day(line.sent),
                day(line.back),
                day(line.returned),
                line.way.as_str().into(),
                "".into(),
                line.note.as_str().into(),
            ]);
        }
        table
    }

    /// The words and signatures under the last line of a year.
    fn draw_closing(&self, pdf: &mut Pdf) {
        let Some(closing) = &self.closing else { return };
        pdf.gap(6.0);
        pdf.add(
            Paragraph::new(format!(
                "Sổ theo dõi hồ sơ năm {} được khóa {}; số thứ tự liên tục từ 01 đến {:02}, không bỏ số.",
                self.year,
                date(closing.day),
                closing.last
            ))
            .size(11.0)
            .whole(),
        );
        pdf.gap(4.0);
        let sign = |title: &str, hint: &str, name: &str| Signature {
            title: title.to_owned(),
            hint: hint.to_owned(),
            name: name.to_owned(),
        };
        let list = [
            sign("Người lập sổ", "(Ký và ghi rõ họ tên)", ""),
            sign("Phụ trách bộ phận", "(Ký và ghi rõ họ tên)", &closing.by),
            sign("Thủ trưởng cơ quan, đơn vị", "(Ký tên, đóng dấu; đóng dấu giáp lai)", ""),
        ];
        pdf.add(signatures(&list, 10.5, 48.0));
    }
}

impl Form for TrackingBook {
    fn name(&self) -> String {
        format!("Sổ theo dõi hồ sơ năm {}", self.year)
    }

    fn file_name(&self) -> String {
        let (first, last) = (self.lines.first(), self.lines.last());
        let span = first.zip(last).map(|(first, last)| format!("-{}-{}", first.number, last.number));
        format!("so-theo-doi-{}{}", self.year, span.unwrap_or_default())
    }

    fn page(&self) -> (Size, Margins) {
        (Size::A4.turned(), Margins::all(12.0))
    }

    fn draw(&self, pdf: &mut Pdf) {
        draw_head(pdf, &self.head, Paper::TrackingBook, "");
        pdf.add(Paragraph::new("SỔ THEO DÕI HỒ SƠ").title().bold().size(14.0).center().space(4.0, 2.0));
        let span = match (self.lines.first(), self.lines.last()) {
            (Some(first), Some(last)) => format!(", số thứ tự từ {:02} đến {:02}", first.number, last.number),
            _ => String::new(),
        };
        pdf.add(Paragraph::new(format!("Năm {}{span}", self.year)).size(11.0).center().space(0.0, 6.0));
        pdf.table(&self.table());
        if self.lines.last().is_none_or(|line| line.number == self.last) {
            self.draw_closing(pdf);
        }
    }
}
