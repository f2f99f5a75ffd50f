//! What the legal forms have in common: they are drawn into a document, one after the other when many are printed.

use hailong_core::{
    serve::regime::Paper,
    time::{Day, Instant},
};

use super::{Head, Holder};
use crate::{
    Lang,
    format::weekday,
    pdf::{Block, Columns, LetterHead, Margins, Paragraph, Pdf, PdfError, Signature, Size, Text, signatures},
};

/// Size of letters on A5, in points.
pub(crate) const BODY: f32 = 10.0;

/// A paper that can be printed.
pub trait Form: Send {
    /// Its name, as a reader's window shows it.
    fn name(&self) -> String;

    /// Name of the file, without its ending: small letters, digits and dashes.
    fn file_name(&self) -> String;

    /// Page and margins; the forms of a case are A5 (TT 01/2018/TT-VPCP đ.9).
    fn page(&self) -> (Size, Margins) {
        (Size::A5, Margins { top: crate::pdf::mm(8.0), ..Margins::all(12.0) })
    }

    /// Draws it where a page begins.
    fn draw(&self, pdf: &mut Pdf);

    /// The paper alone.
    ///
    /// # Errors
    /// [`PdfError`].
    fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        let (size, margins) = self.page();
        let mut pdf = Pdf::new(self.name(), size, margins);
        self.draw(&mut pdf);
        pdf.finish()
    }
}

/// Many papers as one document, each on pages of its own.
///
/// # Errors
/// [`PdfError`]; no papers make one empty page.
pub fn bundle(name: &str, forms: &[Box<dyn Form>]) -> Result<Vec<u8>, PdfError> {
    let mut parts = forms.iter();
    let Some(first) = parts.next() else { return Pdf::new(name, Size::A5, Margins::all(12.0)).finish() };
    let (size, margins) = first.page();
    let mut pdf = Pdf::new(name, size, margins);
    first.draw(&mut pdf);
    for form in parts {
        let (size, margins) = form.page();
        pdf.new_part(size, margins);
        form.draw(&mut pdf);
    }
    pdf.finish()
}

/// "16 giờ 30 phút, ngày 30 tháng 6 năm 2017 (thứ Sáu)".
pub(crate) fn moment(at: Instant) -> String {
    let minute = at.minute().0;
    format!(
        "{} giờ {:02} phút, {} ({})",
        minute / 60,
        minute % 60,
        date(at.day()),
        weekday(Lang::Vi, at.day())
    )
}

/// "ngày 30 tháng 6 năm 2017"; days and the first months of a year with two digits (NĐ 30/2020/NĐ-CP, annex I).
pub(crate) fn date(day: Day) -> String {
    let civil = day.civil();
    let month = if civil.month() < 3 { format!("{:02}", civil.month()) } else { civil.month().to_string() };
    format!("ngày {:02} tháng {month} năm {}", civil.day(), civil.year())
}

/// What stands at the top of every paper of a demo.
pub(crate) fn draw_demo(pdf: &mut Pdf, demo: bool) {
    if demo {
        let words = format!("{} {}", Lang::Vi.t("demo-name"), Lang::Vi.t("demo-people"));
        pdf.add(Paragraph::new(words).size(7.5).center().space(0.0, 1.0));
    }
}

/// The head of a form, with its number and the form's number in the rules that bind the case.
pub(crate) fn draw_head(pdf: &mut Pdf, head: &Head, paper: Paper, code: &str) {
    draw_demo(pdf, head.demo);
    let form = paper.number(head.regime).map(|number| format!("Mẫu số {number:02}")).unwrap_or_default();
    let number = head.number.map(|number| format!("{number:02}/{}", paper.letters())).unwrap_or_default();
    // "… – UBND xã Trần Phán": the line above says that already.
    let office = head.office.split_once(" – ").map_or(head.office.as_str(), |(office, _)| office);
    pdf.letter_head(
        &LetterHead {
            authority: head.authority.clone(),
            office: office.to_owned(),
            number,
            place_and_day: format!("{}, {}", head.place, date(head.day)),
            code: code.to_owned(),
            form,
        },
        9.0,
    );
}

/// The title of a form.
pub(crate) fn draw_title(pdf: &mut Pdf, title: &str) {
    pdf.add(Paragraph::new(title.to_uppercase()).title().bold().size(12.0).center().space(8.0, 4.0));
}

/// A line of a form: its name and what is filled in.
pub(crate) fn line(name: &str, value: impl Into<Text>) -> Paragraph {
    Paragraph::field(name, value).size(BODY)
}

/// A line of words.
pub(crate) fn words(text: impl Into<Text>) -> Paragraph {
    Paragraph::new(text).size(BODY).align(crate::pdf::Align::Justify)
}

/// Address, phone and e-mail, as far as they are known, in letters of this size.
pub(crate) fn contact(holder: &Holder, size: f32) -> Vec<Block> {
    let mut lines = vec![line("Địa chỉ", &holder.address).size(size).into()];
    let reach = [("Số điện thoại", &holder.phone), ("Thư điện tử", &holder.email)];
    let reach: Vec<_> = reach.iter().filter(|(_, value)| !value.is_empty()).collect();
    if !reach.is_empty() {
        let columns = reach.into_iter().fold(Columns::new(6.0), |columns, (name, value)| {
            columns.column(1.0, vec![line(name, *value).size(size).into()])
        });
        lines.push(columns.into());
    }
    lines
}

/// The same, across the page.
pub(crate) fn draw_contact(pdf: &mut Pdf, holder: &Holder) {
    contact(holder, BODY).into_iter().for_each(|block| pdf.add(block));
}

/// The places for two signatures; an empty title leaves its place free.
pub(crate) fn draw_signatures(pdf: &mut Pdf, left: (&str, &str), right: (&str, &str)) {
    pdf.gap(6.0);
    let pair = [Signature::of(left.0, left.1), Signature::of(right.0, right.1)];
    pdf.add(signatures(&pair, BODY - 0.5, 34.0));
}

/// The code of a case as a part of a file's name: letters, digits and dashes.
pub(crate) fn slug(thing: &str, code: &str) -> String {
    let code: String =
        code.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    if code.is_empty() { thing.to_owned() } else { format!("{thing}-{code}") }
}
