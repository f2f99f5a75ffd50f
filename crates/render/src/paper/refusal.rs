//! Refusal: why a case is not taken, and what the applicant can do.

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
use crate::pdf::{Pdf, Text};

/// `GET /cases/{id}/refusal`.
#[derive(Template)]
#[template(path = "paper/refusal.html")]
pub struct Refusal {
    /// Frame (only its language and title are used).
    pub shell: Shell,
    /// Top of the paper.
    pub head: Head,
    /// Case code; empty when none was given.
    pub code: String,
    /// Whose case.
    pub holder: Holder,
    /// Name of the procedure.
    pub procedure: String,
    /// Why.
    pub reason: String,
    /// The official who refuses.
    pub official: String,
}

impl Refusal {
    fn place_and_day(&self) -> String {
        place_and_day(&self.shell, &self.head)
    }
}

impl Page for Refusal {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "paper-refusal", Section::Work),
            head: sample_head(),
            code: "000.00.32161.H12-170628-0001".to_owned(),
            holder: sample_holder(),
            procedure: "Đăng ký khai sinh".to_owned(),
            reason: "Trẻ đã được đăng ký khai sinh tại nơi khác.".to_owned(),
            official: "Nguyễn Thị Lụa".to_owned(),
        }
    }
}

impl Form for Refusal {
    fn name(&self) -> String {
        "Phiếu từ chối tiếp nhận giải quyết hồ sơ".to_owned()
    }

    fn file_name(&self) -> String {
        slug("tu-choi", &self.code)
    }

    fn draw(&self, pdf: &mut Pdf) {
        draw_head(pdf, &self.head, Paper::Refusal, "");
        draw_title(pdf, &self.name());
        pdf.add(line("Bộ phận tiếp nhận và trả kết quả", &self.head.office));
        pdf.add(line("Tiếp nhận hồ sơ của", Text::new().bold(&self.holder.name)));
        draw_contact(pdf, &self.holder);
        if !self.code.is_empty() {
            pdf.add(line("Mã số hồ sơ", &self.code));
        }
        pdf.add(line("Nội dung yêu cầu giải quyết", Text::new().bold(&self.procedure)));
        pdf.add(words(format!(
            "Qua xem xét, {} thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:",
            self.head.office
        )));
        pdf.add(words(self.reason.as_str()).indent(10.0));
        pdf.add(words(
            "Xin thông báo cho ông/bà được biết và thực hiện. Nếu thấy lý do chưa đúng, ông/bà có quyền hỏi lại người phụ \
             trách bộ phận, gửi ý kiến, hoặc khiếu nại theo quy định của pháp luật./.",
        ));
        draw_signatures(
            pdf,
            ("Người nộp hồ sơ", &self.holder.name),
            ("Người tiếp nhận hồ sơ", &self.official),
        );
    }
}
