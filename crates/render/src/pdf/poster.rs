//! The poster of a procedure for the notice board: what to bring, how long, what it costs, where, and a code that leads
//! to its page (NĐ 61/2018 đ.6: procedures are posted where people hand in).

use super::{Align, Block, Columns, Margins, Paragraph, Pdf, PdfError, Size, Text, mm};

/// What a poster says. All of it is plain text, ready to print.
#[derive(Clone, Debug, Default)]
pub struct PosterContext {
    /// The authority: "Ủy ban nhân dân xã Trần Phán".
    pub authority: String,
    /// Name of the procedure.
    pub title: String,
    /// Its code: "1.001193".
    pub code: String,
    /// Its field: "Hộ tịch".
    pub field: String,
    /// What to bring, one line a document.
    pub bring: Vec<String>,
    /// How long it takes.
    pub time: String,
    /// What it costs.
    pub fee: String,
    /// Where to hand in and to fetch, and when it is open.
    pub place: Vec<String>,
    /// Who may hand in and other words of importance; empty lines are left out.
    pub notes: Vec<String>,
    /// The law it rests on.
    pub law: String,
    /// As of when: "Cập nhật ngày 1/7/2026".
    pub as_of: String,
    /// Address of its page, with the code beside it.
    pub url: String,
}

/// The size of a poster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PosterSize {
    /// 297 × 420 mm.
    A3,
    /// 210 × 297 mm.
    A4,
}

/// The poster as PDF: one page, in the largest letters that fit; only a list that is too long even in small ones goes on a second.
///
/// # Errors
/// [`PdfError`].
pub fn poster(context: &PosterContext, size: PosterSize) -> Result<Vec<u8>, PdfError> {
    const SMALLEST: f32 = 0.6;
    let mut scale = 1.4;
    loop {
        let pdf = draw(context, size, scale);
        if pdf.pages.len() == 1 || scale <= SMALLEST {
            return pdf.finish();
        }
        scale -= 0.08;
    }
}

fn draw(context: &PosterContext, size: PosterSize, scale: f32) -> Pdf {
    let (page, paper) = match size {
        PosterSize::A3 => (Size::A3, std::f32::consts::SQRT_2),
        PosterSize::A4 => (Size::A4, 1.0),
    };
    // Letters in points on A4: read from a metre away.
    let unit = paper * scale;
    let body = 15.0 * unit;
    let mut pdf = Pdf::new(context.title.as_str(), page, Margins::all(16.0 * paper));
    pdf.add(Paragraph::new(context.authority.as_str()).bold().size(13.0 * unit).center().space(0.0, 2.0));
    pdf.add(Paragraph::new(context.title.as_str()).title().bold().size(25.0 * unit).center().space(4.0, 2.0));
    let about = [context.field.as_str(), context.code.as_str()];
    let about: Vec<_> = about.into_iter().filter(|text| !text.is_empty()).collect();
    pdf.add(Paragraph::new(about.join(" · ")).size(12.0 * unit).center().ruled(1.0).space(0.0, 10.0 * unit));
    let section = |pdf: &mut Pdf, title: &str| {
        pdf.reserve(4.0 * body);
        pdf.add(Paragraph::new(title).bold().size(body * 1.15).space(8.0 * unit, 3.0 * unit));
    };
    section(&mut pdf, "Mang theo gì?");
    for (index, document) in context.bring.iter().enumerate() {
        let text = Text::new().bold(format!("{}. ", index + 1)).plain(document.as_str());
        pdf.add(Paragraph::new(text).size(body).indent(mm(4.0)).space(0.0, 3.0 * unit).whole());
    }
    for (title, line) in [("Bao lâu có kết quả?", &context.time), ("Lệ phí bao nhiêu?", &context.fee)]
    {
        if !line.is_empty() {
            section(&mut pdf, title);
            pdf.add(Paragraph::new(line.as_str()).size(body).indent(mm(4.0)));
        }
    }
    section(&mut pdf, "Nộp và nhận ở đâu?");
    for line in &context.place {
        pdf.add(Paragraph::new(line.as_str()).size(body).indent(mm(4.0)));
    }
    for line in context.notes.iter().filter(|line| !line.is_empty()) {
        pdf.add(Paragraph::new(line.as_str()).size(body).align(Align::Left).space(6.0 * unit, 2.0));
    }
    pdf.gap(8.0 * unit);
    pdf.add(foot(context, unit, paper));
    pdf
}

fn foot(context: &PosterContext, unit: f32, paper: f32) -> Columns {
    let small = 11.0 * unit;
    let mut words: Vec<Block> = Vec::new();
    if !context.url.is_empty() {
        words.push(Paragraph::new("Quét mã để xem đầy đủ trên điện thoại:").bold().size(small).into());
        words.push(Paragraph::new(context.url.as_str()).size(small).into());
    }
    for line in [&context.law, &context.as_of] {
        if !line.is_empty() {
            words.push(Paragraph::new(line.as_str()).size(small).into());
        }
    }
    let code = Block::Qr { text: context.url.clone(), side: mm(36.0) * paper };
    let codes = if context.url.is_empty() { Vec::new() } else { vec![code] };
    Columns::new(mm(4.0)).column(0.28, codes).column(0.72, words)
}

impl PosterContext {
    /// A sample.
    pub fn sample() -> Self {
        let lines = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            authority: "Ủy ban nhân dân xã Trần Phán".to_owned(),
            title: "Đăng ký khai sinh".to_owned(),
            code: "1.001193".to_owned(),
            field: "Hộ tịch".to_owned(),
            bring: lines(&[
                "Tờ khai đăng ký khai sinh",
                "Giấy chứng sinh",
                "Giấy tờ tùy thân của người đi đăng ký",
            ]),
            time: "Ngay trong ngày; nhận sau 15 giờ thì sáng hôm sau.".to_owned(),
            fee: "Không thu; đăng ký quá hạn 8.000 đ.".to_owned(),
            place: lines(&[
                "Bộ phận tiếp nhận và trả kết quả xã Trần Phán",
                "Sáng 7:00–11:00, chiều 13:00–17:00",
            ]),
            notes: lines(&["Cha, mẹ, ông, bà hoặc người thân thích khác đều đi đăng ký được."]),
            law: "Luật Hộ tịch 2014, điều 16".to_owned(),
            as_of: "Cập nhật ngày 1/6/2017".to_owned(),
            url: "http://127.0.0.1:8080/procedures/1.001193".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::Read;
    use super::*;

    #[test]
    fn a_poster_is_one_page_even_with_many_documents() {
        let mut context = PosterContext::sample();
        for (size, page) in [(PosterSize::A3, (297, 420)), (PosterSize::A4, (210, 297))] {
            let read = Read::new(&poster(&context, size).unwrap());
            assert_eq!(read.pages, [page]);
            for words in ["Đăng ký khai sinh", "Giấy chứng sinh", "8.000 đ", "điều 16", "1.001193"]
            {
                assert!(read.text.contains(words), "{words}");
            }
            assert!(read.plain.contains("Figure"));
        }
        context.bring = (0..22)
            .map(|n| format!("Giấy tờ số {n}, bản sao có chứng thực kèm bản chính để đối chiếu"))
            .collect();
        assert_eq!(Read::new(&poster(&context, PosterSize::A4).unwrap()).pages.len(), 1);
        context.bring = context.bring.iter().cycle().take(120).cloned().collect();
        assert!(Read::new(&poster(&context, PosterSize::A4).unwrap()).pages.len() > 1);
    }
}
