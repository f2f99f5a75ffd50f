//! Request for further documents: everything that is missing, once and exactly, with the reason.

use askama::Template;
use hailong_core::serve::regime::Paper;

use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

use super::{
    Form, Head, Holder,
    form::{draw_contact, draw_head, draw_signatures, draw_title, line, slug, words},
    place_and_day, sample_head, sample_holder,
};
use crate::pdf::{Block, Pdf, Text, mm};

/// `GET /cases/{id}/supplement-request`.
#[derive(Template)]
#[template(path = "paper/supplement-request.html")]
pub struct SupplementRequest {
    /// Frame (only its language and title are used).
    pub shell: Shell,
    /// Top of the paper.
    pub head: Head,
    /// Case code; empty before acceptance.
    pub code: String,
    /// Whose case.
    pub holder: Holder,
    /// Name of the procedure.
    pub procedure: String,
    /// Address of the citizen's tracking page, with its secret; empty when there is none.
    pub track_url: String,
    /// The documents to bring.
    pub missing: Vec<String>,
    /// Why.
    pub reason: String,
    /// The official to ask.
    pub official: String,
}

impl SupplementRequest {
    fn qr(&self) -> String {
        if self.track_url.is_empty() {
            String::new()
        } else {
            crate::qr::svg(&self.track_url).unwrap_or_default()
        }
    }

    fn place_and_day(&self) -> String {
        place_and_day(&self.shell, &self.head)
    }
}

impl Page for SupplementRequest {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "paper-supplement", Section::Work),
            head: sample_head(),
            code: String::new(),
            holder: sample_holder(),
            procedure: "Đăng ký khai sinh".to_owned(),
            track_url: "http://127.0.0.1:8080/track/abcdefghijklmnop".to_owned(),
            missing: vec!["Giấy chứng sinh".to_owned(), "Giấy tờ tùy thân".to_owned()],
            reason: "Cần giấy chứng sinh để ghi đúng ngày, giờ và nơi sinh.".to_owned(),
            official: "Nguyễn Thị Lụa".to_owned(),
        }
    }
}

impl Form for SupplementRequest {
    fn name(&self) -> String {
        "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ".to_owned()
    }

    fn file_name(&self) -> String {
        slug("bo-sung", &self.code)
    }

    fn draw(&self, pdf: &mut Pdf) {
        draw_head(pdf, &self.head, Paper::SupplementRequest, "");
        draw_title(pdf, &self.name());
        pdf.add(line("Hồ sơ của", Text::new().bold(&self.holder.name)));
        if !self.code.is_empty() {
            pdf.add(line("Mã số hồ sơ", &self.code));
        }
        pdf.add(line("Nội dung yêu cầu giải quyết", Text::new().bold(&self.procedure)));
        draw_contact(pdf, &self.holder);
        pdf.add(words("Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:"));
        for (index, document) in self.missing.iter().enumerate() {
            pdf.add(words(format!("{}. {document}", index + 1)).indent(10.0));
        }
        pdf.add(line("Lý do", &self.reason));
        let phone = if self.head.hotline.is_empty() {
            String::new()
        } else {
            format!(", số điện thoại {},", self.head.hotline)
        };
        pdf.add(words(format!(
            "Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc, ông/bà liên hệ với {}{phone} tại {} để được hướng dẫn. Danh \
             sách trên là đầy đủ: bổ sung đủ những giấy tờ này thì hồ sơ được tiếp nhận./.",
            self.official, self.head.office
        )));
        draw_signatures(pdf, ("", ""), ("Người hướng dẫn", &self.official));
        if !self.track_url.is_empty() {
            pdf.add(Block::Qr { text: self.track_url.clone(), side: mm(22.0) });
            pdf.add(words("Quét mã để theo dõi hồ sơ").size(8.0).center());
        }
    }
}
