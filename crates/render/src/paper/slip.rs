//! The slip of the number machine, as a small paper for a printer without a browser.

use super::{
    Form,
    form::{draw_demo, moment, slug},
};
use crate::{
    Lang,
    pdf::{Block, Margins, Paragraph, Pdf, Size, mm},
    serve::queue::{Slip, ahead_text},
};

impl Form for Slip {
    fn name(&self) -> String {
        format!("Số {}", self.code)
    }

    fn file_name(&self) -> String {
        slug("so", &self.code)
    }

    /// 80 mm wide, as the rolls of counters are.
    fn page(&self) -> (Size, Margins) {
        (Size::of(80.0, 105.0), Margins::all(5.0))
    }

    fn draw(&self, pdf: &mut Pdf) {
        let line = |text: &str, size| Paragraph::new(text).size(size).center().space(0.0, 2.0);
        draw_demo(pdf, self.shell.demo_now.is_some());
        pdf.add(line(&self.office, 10.0).bold());
        pdf.add(line(&self.service, 10.0));
        pdf.add(line(&self.code, 44.0).bold().title());
        if self.first {
            pdf.add(line("Được ưu tiên gọi trước", 9.0).bold());
        }
        if let Some(ahead) = self.ahead {
            pdf.add(line(&ahead_text(Lang::Vi, ahead), 9.0));
        }
        pdf.add(line(&moment(self.at), 8.5));
        pdf.add(Block::Qr { text: self.url.clone(), side: mm(30.0) });
        pdf.add(line("Quét mã để biết khi nào tới lượt", 8.0));
    }
}
