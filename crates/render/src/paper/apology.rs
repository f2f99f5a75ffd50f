//! Apology with a new date (NĐ 61/2018/NĐ-CP đ.19.9; since 2025 it asks for more time as well).

use hailong_core::{
    serve::regime::{Paper, Regime},
    time::Instant,
};

use super::{
    Form, Head, Holder,
    form::{date, draw_head, draw_title, line, moment, slug, words},
    sample_head, sample_holder,
};
use crate::pdf::{Pdf, Signature, signatures};

/// What the letter says.
#[derive(Clone, Debug)]
pub struct Apology {
    /// Top of the paper.
    pub head: Head,
    /// Who signs: the head of the agency.
    pub signer: String,
    /// To whom.
    pub holder: Holder,
    /// Case code.
    pub code: String,
    /// Name of the procedure.
    pub procedure: String,
    /// Its field.
    pub field: String,
    /// When the case was received.
    pub received: Instant,
    /// The date on the receipt, or of the last letter.
    pub promised: Instant,
    /// Why it is late; empty when the words were erased or never given.
    pub reason: String,
    /// The new date.
    pub again: Instant,
}

impl Apology {
    /// The title by the rules that bind the case.
    pub const fn title(regime: Regime) -> &'static str {
        match regime {
            Regime::R2025 => "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
            _ => "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
        }
    }

    /// A sample.
    pub fn sample() -> Self {
        let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
        Self {
            head: Head { number: Some(3), regime: Regime::R2018, ..sample_head() },
            signer: "Trần Văn Trưởng".to_owned(),
            holder: sample_holder(),
            code: "000.21.70.H12-191023-0007".to_owned(),
            procedure: "Xác nhận tình trạng hôn nhân".to_owned(),
            field: "Hộ tịch".to_owned(),
            received: at("2019-10-23T08:40"),
            promised: at("2019-10-28T16:30"),
            reason: "Cơ quan phối hợp chưa trả lời kết quả xác minh.".to_owned(),
            again: at("2019-10-31T16:30"),
        }
    }
}

impl Form for Apology {
    fn name(&self) -> String {
        Self::title(self.head.regime).to_owned()
    }

    fn file_name(&self) -> String {
        slug("xin-loi-hen-lai", &self.code)
    }

    fn draw(&self, pdf: &mut Pdf) {
        let unit = &self.head.office;
        draw_head(pdf, &self.head, Paper::Apology, "");
        draw_title(pdf, Self::title(self.head.regime));
        pdf.add(line("Kính gửi", crate::pdf::Text::new().bold(&self.holder.name)));
        super::form::draw_contact(pdf, &self.holder);
        pdf.add(words(format!(
            "{}, {unit} tiếp nhận hồ sơ của ông/bà về việc: {}{}.",
            super::sentence(&date(self.received.day())),
            self.procedure,
            if self.field.is_empty() { String::new() } else { format!(" (lĩnh vực: {})", self.field) },
        )));
        pdf.add(line("Mã số hồ sơ", &self.code));
        pdf.add(line("Thời gian hẹn trả kết quả", moment(self.promised)));
        pdf.add(words(format!(
            "Tuy nhiên đến nay, {unit} chưa trả kết quả giải quyết hồ sơ của ông/bà đúng thời hạn ghi trên Giấy tiếp nhận hồ \
             sơ và hẹn trả kết quả."
        )));
        pdf.add(line("Lý do", &self.reason));
        pdf.add(words(format!(
            "Sự chậm trễ này đã gây phiền hà, tốn kém chi phí, công sức của ông/bà. {unit} xin lỗi ông/bà và sẽ trả kết quả \
             giải quyết hồ sơ vào:"
        )));
        pdf.add(words(crate::pdf::Text::new().bold(moment(self.again))).indent(12.0));
        if self.head.regime == Regime::R2025 {
            pdf.add(words(
                "Thời hạn giải quyết được đề nghị gia hạn đến thời điểm trên; việc gia hạn chỉ thực hiện một lần.",
            ));
        }
        pdf.add(words("Rất mong nhận được sự thông cảm của ông/bà./."));
        pdf.gap(6.0);
        let head = Signature {
            title: "Thủ trưởng cơ quan, đơn vị".to_owned(),
            hint: "(Ký tên, đóng dấu)".to_owned(),
            name: self.signer.clone(),
        };
        pdf.add(signatures(&[Signature::default(), head], 9.5, 40.0));
    }
}
