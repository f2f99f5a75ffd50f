//! Notice that a case is stopped (TT 03/2025/TT-VPCP annex I, form 05). Its fields are those of the other forms: the
//! annex's own layout has not been read in the source.

use hailong_core::{
    serve::regime::{Paper, Regime},
    time::Instant,
};

use super::{
    Form, Head, Holder,
    form::{date, draw_contact, draw_head, draw_title, line, moment, slug, words},
    sample_head, sample_holder,
};
use crate::pdf::{Pdf, Signature, signatures};

/// What the notice says.
#[derive(Clone, Debug)]
pub struct StopNotice {
    /// Top of the paper.
    pub head: Head,
    /// Who signs.
    pub signer: String,
    /// To whom.
    pub holder: Holder,
    /// Case code; empty when none was given.
    pub code: String,
    /// Name of the procedure.
    pub procedure: String,
    /// When the case was received.
    pub received: Instant,
    /// When it was stopped.
    pub stopped: Instant,
    /// Why.
    pub reason: String,
}

impl StopNotice {
    /// A sample.
    pub fn sample() -> Self {
        let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
        Self {
            head: Head { number: Some(1), regime: Regime::R2025, ..sample_head() },
            signer: "Trần Văn Trưởng".to_owned(),
            holder: sample_holder(),
            code: "H15.50.05.13-261008-0975".to_owned(),
            procedure: "Cấp bản sao trích lục hộ tịch".to_owned(),
            received: at("2026-10-08T09:10"),
            stopped: at("2026-10-12T10:00"),
            reason: "Quá thời hạn bổ sung, hoàn thiện hồ sơ mà ông/bà chưa nộp giấy tờ còn thiếu.".to_owned(),
        }
    }
}

impl Form for StopNotice {
    fn name(&self) -> String {
        "Thông báo dừng giải quyết hồ sơ".to_owned()
    }

    fn file_name(&self) -> String {
        slug("dung-giai-quyet", &self.code)
    }

    fn draw(&self, pdf: &mut Pdf) {
        draw_head(pdf, &self.head, Paper::StopNotice, "");
        draw_title(pdf, &self.name());
        pdf.add(line("Kính gửi", crate::pdf::Text::new().bold(&self.holder.name)));
        draw_contact(pdf, &self.holder);
        if !self.code.is_empty() {
            pdf.add(line("Mã số hồ sơ", &self.code));
        }
        pdf.add(line("Nội dung yêu cầu giải quyết", &self.procedure));
        pdf.add(line("Thời gian nhận hồ sơ", moment(self.received)));
        pdf.add(words(format!(
            "{} thông báo dừng giải quyết hồ sơ này kể từ {} với lý do cụ thể như sau:",
            self.head.office,
            date(self.stopped.day())
        )));
        pdf.add(words(self.reason.as_str()).indent(12.0));
        pdf.add(words(
            "Giấy tờ đã nộp được trả lại tại nơi tiếp nhận. Ông/bà có thể nộp lại hồ sơ khi đủ điều kiện, hoặc khiếu nại theo \
             quy định của pháp luật./.",
        ));
        pdf.gap(6.0);
        let head = Signature {
            title: "Thủ trưởng cơ quan, đơn vị".to_owned(),
            hint: "(Ký tên, đóng dấu)".to_owned(),
            name: self.signer.clone(),
        };
        pdf.add(signatures(&[Signature::default(), head], 9.5, 40.0));
    }
}
