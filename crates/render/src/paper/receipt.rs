//! Receipt and appointment: what was handed in, and when the result will be ready.

use askama::Template;
use hailong_core::{serve::regime::Paper, time::Instant};

use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};
use crate::work::{Document, sample_documents};

use super::{
    Form, Head, Holder,
    form::{BODY, contact, draw_head, draw_signatures, draw_title, line, moment, slug, words},
    place_and_day, sample_head, sample_holder,
};
use crate::pdf::{Align, Block, Cell, Column, Columns, Paragraph, Pdf, Table, Text, mm};

/// `GET /cases/{id}/receipt`: two copies on two sheets.
#[derive(Template)]
#[template(path = "paper/receipt.html")]
pub struct Receipt {
    /// Frame (only its language and title are used).
    pub shell: Shell,
    /// Top of the paper.
    pub head: Head,
    /// Case code.
    pub code: String,
    /// Address of the citizen's tracking page, with its secret.
    pub track_url: String,
    /// Who handed it in.
    pub holder: Holder,
    /// Name of the procedure.
    pub procedure: String,
    /// Only the documents that were handed in or shown.
    pub documents: Vec<Document>,
    /// Sets of the dossier.
    pub sets: u8,
    /// The published limit in words.
    pub limit: String,
    /// When it was received.
    pub received: Instant,
    /// The promise.
    pub due: Instant,
    /// Fee in words; empty when none is published.
    pub fee: String,
    /// Year and number in the tracking book.
    pub book: Option<(i32, u32)>,
    /// The official who received it.
    pub official: String,
}

impl Receipt {
    fn qr(&self) -> String {
        crate::qr::svg(&self.track_url).unwrap_or_default()
    }

    fn place_and_day(&self) -> String {
        place_and_day(&self.shell, &self.head)
    }

    fn copies(&self) -> [&'static str; 2] {
        ["paper-copy-applicant", "paper-copy-office"]
    }
}

impl Page for Receipt {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "paper-receipt", Section::Work),
            head: sample_head(),
            code: "000.00.32161.H12-170628-0001".to_owned(),
            track_url: "http://127.0.0.1:8080/track/abcdefghijklmnop".to_owned(),
            holder: sample_holder(),
            procedure: "Đăng ký khai sinh".to_owned(),
            documents: sample_documents(),
            sets: 1,
            limit: lang.t("limit-same-day"),
            received: Instant::parse_local("2017-06-28T09:00").unwrap_or(Instant(0)),
            due: Instant::parse_local("2017-06-28T16:30").unwrap_or(Instant(0)),
            fee: "8.000 đ".to_owned(),
            book: Some((2017, 214)),
            official: "Nguyễn Thị Lụa".to_owned(),
        }
    }
}

impl Form for Receipt {
    fn name(&self) -> String {
        "Giấy tiếp nhận hồ sơ và hẹn trả kết quả".to_owned()
    }

    fn file_name(&self) -> String {
        slug("giay-tiep-nhan", &self.code)
    }

    /// Two copies: one for the applicant, one that stays (form 01, note). Letters are a little smaller when a copy would
    /// not fit on its page.
    fn draw(&self, pdf: &mut Pdf) {
        let (size, margins) = self.page();
        let fits = |letters: &f32| {
            let mut trial = Pdf::new("", size, margins);
            self.draw_copy(&mut trial, "Liên 1", *letters);
            trial.pages() == 1
        };
        let letters = [BODY, 9.0, 8.2].into_iter().find(fits).unwrap_or(9.0);
        self.draw_copy(pdf, "Liên 1: giao người nộp hồ sơ", letters);
        pdf.new_part(size, margins);
        self.draw_copy(pdf, "Liên 2: lưu tại bộ phận tiếp nhận, kèm theo hồ sơ", letters);
    }
}

/// The office behind the printed "Bộ phận tiếp nhận và trả kết quả:".
fn short_office(office: &str) -> String {
    let rest = office.strip_prefix("Bộ phận tiếp nhận và trả kết quả").unwrap_or(office);
    let rest = rest.trim_start_matches([' ', '–']);
    let rest = if rest.is_empty() { office } else { rest };
    super::sentence(rest)
}

impl Receipt {
    fn draw_copy(&self, pdf: &mut Pdf, copy: &str, letters: f32) {
        let line = |name: &str, value: Text| line(name, value).size(letters);
        let words = |text: String| words(text).size(letters);
        draw_head(pdf, &self.head, Paper::Receipt, &self.code);
        draw_title(pdf, &self.name());
        let mut who = vec![
            Paragraph::new(copy).italic().size(9.0).into(),
            line("Bộ phận tiếp nhận và trả kết quả", short_office(&self.head.office).into()).into(),
            line("Tiếp nhận hồ sơ của", Text::new().bold(&self.holder.name)).into(),
            line("Số căn cước/mã số thuế", self.holder.identity_number.as_str().into()).into(),
        ];
        who.extend(contact(&self.holder, letters));
        let code = vec![
            Block::Qr { text: self.track_url.clone(), side: mm(25.0) },
            Paragraph::new("Quét mã để theo dõi hồ sơ").size(7.5).center().into(),
        ];
        pdf.add(Columns::new(mm(2.0)).column(0.76, who).column(0.24, code));
        pdf.add(line("Nội dung yêu cầu giải quyết", Text::new().bold(&self.procedure)));
        pdf.add(words("1. Thành phần hồ sơ, nội dung yêu cầu và số lượng mỗi loại giấy tờ gồm:".to_owned()));
        pdf.table(&self.table(letters - 1.0));
        pdf.gap(3.0);
        pdf.add(line("2. Số lượng hồ sơ", format!("{} bộ", self.sets).into()));
        pdf.add(line("3. Thời gian giải quyết hồ sơ theo quy định là", self.limit.as_str().into()));
        pdf.add(line("4. Thời gian nhận hồ sơ", moment(self.received).into()));
        pdf.add(line("5. Thời gian trả kết quả giải quyết hồ sơ", Text::new().bold(moment(self.due))));
        pdf.add(line("6. Đăng ký nhận kết quả tại", self.head.office.as_str().into()));
        let fee = if self.fee.is_empty() { "chưa có mức được công bố" } else { &self.fee };
        pdf.add(line("7. Phí, lệ phí", fee.into()));
        if let Some((year, number)) = self.book {
            pdf.add(words(format!("Vào Sổ theo dõi hồ sơ, Quyển số: {year}; Số thứ tự: {number:02}.")));
        }
        draw_signatures(
            pdf,
            ("Người nộp hồ sơ", &self.holder.name),
            ("Người tiếp nhận hồ sơ", &self.official),
        );
        pdf.gap(4.0);
        let hotline = if self.head.hotline.is_empty() {
            String::new()
        } else {
            format!(" Cần hỏi, xin gọi {}.", self.head.hotline)
        };
        let note = format!(
            "Ghi chú: Giấy này được lập thành 2 liên; 1 liên giao người nộp hồ sơ, 1 liên lưu tại nơi tiếp nhận. Ông/bà giữ \
             giấy này và mang theo khi đến nhận kết quả.{hotline}"
        );
        pdf.add(Paragraph::new(note).size(8.5).align(Align::Justify).whole());
    }

    fn table(&self, letters: f32) -> Table {
        let column = |share, align| Column { share, align };
        let columns = vec![
            column(0.8, Align::Center),
            column(6.0, Align::Left),
            column(2.0, Align::Left),
            column(1.2, Align::Center),
        ];
        let mut table = Table::new(columns, letters);
        table.head(["STT", "Tên giấy tờ", "Loại", "Số lượng"]);
        for (index, document) in self.documents.iter().enumerate() {
            let kind = match (document.shown, document.originals, document.copies) {
                (true, ..) => "Xuất trình",
                (_, 0, 0) => "Nộp",
                (_, _, 0) => "Bản chính",
                (_, 0, _) => "Bản sao",
                _ => "Bản chính và bản sao",
            };
            let count = (u16::from(document.originals) + u16::from(document.copies)).max(1);
            let name = document.name.as_str();
            table.row([
                Cell::from((index + 1).to_string()),
                name.into(),
                kind.into(),
                count.to_string().into(),
            ]);
        }
        table
    }
}
