//! Control slip: who had the case, from when to when (TT 01/2018/TT-VPCP form 05, TT 03/2025/TT-VPCP form 06). One row for
//! each time the dossier changed hands; it is read off the journal.

use hailong_core::{
    serve::regime::{Paper, Regime},
    time::Instant,
};

use super::{
    Form, Head,
    form::{draw_head, draw_title, line, moment, slug, words},
    sample_head,
};
use crate::pdf::{Cell, Pdf, Table};

/// How the work until a hand-over stood to the date that held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Before the last day.
    Early,
    /// On the last day.
    OnTime,
    /// After it.
    Late,
    /// No date was running yet, or none any more.
    Open,
}

impl Kept {
    /// How a moment stands to a date.
    pub fn of(at: Instant, due: Option<Instant>) -> Self {
        match due {
            None => Self::Open,
            Some(due) if at > due => Self::Late,
            Some(due) if at.day() < due.day() => Self::Early,
            Some(_) => Self::OnTime,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Early => "Trước hạn",
            Self::OnTime => "Đúng hạn",
            Self::Late => "Quá hạn",
            Self::Open => "",
        }
    }
}

/// One time the dossier changed hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// The office and the one who gives; nobody when the applicant did.
    pub from: (String, String),
    /// The office and the one who receives; nobody when the applicant did.
    pub to: (String, String),
    /// When.
    pub at: Instant,
    /// How that stood to the date that held.
    pub kept: Kept,
    /// What happened besides.
    pub note: String,
}

/// What the slip says. It names no applicant: it travels with the dossier.
#[derive(Clone, Debug)]
pub struct ControlSlip {
    /// Top of the paper.
    pub head: Head,
    /// Case code.
    pub code: String,
    /// Name of the procedure.
    pub procedure: String,
    /// The agency that decides.
    pub deciding: String,
    /// The bodies that were consulted.
    pub consulted: Vec<String>,
    /// The promise.
    pub due: Option<Instant>,
    /// Every hand-over, the first one first.
    pub rows: Vec<HandOver>,
}

impl ControlSlip {
    /// A sample.
    pub fn sample() -> Self {
        let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
        let side = |office: &str, name: &str| (office.to_owned(), name.to_owned());
        let desk = "Bộ phận tiếp nhận và trả kết quả xã Trần Phán";
        let row = |from, to, time, kept, note: &str| HandOver {
            from,
            to,
            at: at(time),
            kept,
            note: note.to_owned(),
        };
        Self {
            head: Head { regime: Regime::R2018, number: None, ..sample_head() },
            code: "000.21.70.H12-191023-0007".to_owned(),
            procedure: "Xác nhận tình trạng hôn nhân".to_owned(),
            deciding: "Ủy ban nhân dân xã Trần Phán".to_owned(),
            consulted: vec!["Ủy ban nhân dân xã Tân Trung".to_owned()],
            due: Some(at("2019-10-28T16:30")),
            rows: vec![
                row(side("", ""), side(desk, "Nguyễn Thị Lụa"), "2019-10-23T08:40", Kept::Open, "Tiếp nhận"),
                row(
                    side(desk, "Nguyễn Thị Lụa"),
                    side("Công chức Tư pháp – Hộ tịch", "Lê Văn Hộ"),
                    "2019-10-23T13:15",
                    Kept::Early,
                    "",
                ),
                row(
                    side("Công chức Tư pháp – Hộ tịch", "Lê Văn Hộ"),
                    side(desk, "Nguyễn Thị Lụa"),
                    "2019-10-28T10:05",
                    Kept::OnTime,
                    "Có kết quả",
                ),
            ],
        }
    }
}

fn side(title: &str, (office, name): &(String, String)) -> String {
    match (office.is_empty(), name.is_empty()) {
        (true, true) => format!("{title}: người nộp hồ sơ"),
        (_, true) => format!("{title}: {office}"),
        (true, false) => format!("{title}: {name}"),
        (false, false) => format!("{title}: {office}\n{name}"),
    }
}

impl Form for ControlSlip {
    fn name(&self) -> String {
        "Phiếu kiểm soát quá trình giải quyết hồ sơ".to_owned()
    }

    fn file_name(&self) -> String {
        slug("kiem-soat", &self.code)
    }

    fn draw(&self, pdf: &mut Pdf) {
        draw_head(pdf, &self.head, Paper::ControlSlip, &self.code);
        draw_title(pdf, &self.name());
        pdf.add(line("Mã số hồ sơ", &self.code));
        pdf.add(line("Nội dung yêu cầu giải quyết", &self.procedure));
        pdf.add(line("Cơ quan giải quyết hồ sơ", &self.deciding));
        let consulted =
            if self.consulted.is_empty() { "không có".to_owned() } else { self.consulted.join("; ") };
        pdf.add(line("Cơ quan phối hợp giải quyết hồ sơ", consulted));
        if let Some(due) = self.due {
            pdf.add(line("Thời gian hẹn trả kết quả", moment(due)));
        }
        pdf.gap(3.0);
        let mut table = Table::shares(&[3.4, 3.6, 1.7, 1.9], 9.0);
        table.head(["Tên cơ quan", "Thời gian giao, nhận hồ sơ", "Kết quả giải quyết hồ sơ", "Ghi chú"]);
        for row in &self.rows {
            let hands = format!("{}\n{}", side("Giao", &row.from), side("Nhận", &row.to));
            let signed = format!("{}\n\nNgười giao        Người nhận\n\n", moment(row.at));
            table.row([Cell::from(hands), signed.into(), row.kept.words().into(), row.note.as_str().into()]);
        }
        pdf.table(&table);
        pdf.gap(4.0);
        pdf.add(
            words("Phiếu này được in từ nhật ký của hệ thống; mỗi dòng là một lần giao, nhận hồ sơ.")
                .italic()
                .size(9.0),
        );
    }
}
