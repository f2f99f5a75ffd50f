//! The head of official papers (NĐ 30/2020/NĐ-CP, annex I) and the places for signatures.

use super::{Align, Block, Columns, Paragraph, Pdf, Size, mm};

/// The head: who writes on the left, the country's name and motto on the right, place and day below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetterHead {
    /// The agency above: "Ủy ban nhân dân xã Trần Phán".
    pub authority: String,
    /// The one who writes: "Bộ phận tiếp nhận và trả kết quả".
    pub office: String,
    /// Number of the paper: "12/HDHS"; empty when it has none.
    pub number: String,
    /// Place and day: "Trần Phán, ngày 28 tháng 6 năm 2017".
    pub place_and_day: String,
    /// Case code in words and as Code 128; empty when the form has none at its head.
    pub code: String,
    /// The form: "Mẫu số 01"; empty when the rules name none.
    pub form: String,
}

impl Pdf {
    /// Adds the head of a paper, in letters of this size.
    pub fn letter_head(&mut self, head: &LetterHead, size: f32) {
        if !head.form.is_empty() {
            let form = Paragraph::new(head.form.as_str()).bold().size(size - 1.0);
            self.add(form.align(Align::Right).space(0.0, 2.0));
        }
        let line = |text: &str| Paragraph::new(text).size(size).center().space(0.0, 0.0);
        let mut left = vec![line(&head.authority.to_uppercase()).one_line().into()];
        left.push(line(&head.office.to_uppercase()).bold().ruled(0.4).space(0.0, 2.0).into());
        if !head.number.is_empty() {
            left.push(line(&format!("Số: {}", head.number)).into());
        }
        if !head.code.is_empty() {
            left.push(Block::Gap(1.0));
            let size = Size { width: mm(58.0), height: mm(7.0) };
            left.push(Block::Bars { text: head.code.clone(), size });
            left.push(line(&format!("Mã hồ sơ: {}", head.code)).size(8.5).into());
        }
        let right: Vec<Block> = vec![
            line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").bold().one_line().into(),
            line("Độc lập - Tự do - Hạnh phúc").bold().size(size + 0.8).ruled(1.0).space(0.0, 2.0).into(),
            line(&head.place_and_day).italic().size(size + 0.5).into(),
        ];
        self.add(Columns::new(mm(2.0)).column(0.44, left).column(0.56, right));
    }
}

/// The place of a signature: a title, a hint, white to sign in, a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// "Người nộp hồ sơ"; an empty one leaves its place free.
    pub title: String,
    /// "(Ký và ghi rõ họ tên)".
    pub hint: String,
    /// The name below; empty when it is written by hand.
    pub name: String,
}

impl Signature {
    /// A signature by hand with the name below.
    pub fn of(title: &str, name: &str) -> Self {
        Self {
            title: title.to_owned(), hint: "(Ký và ghi rõ họ tên)".to_owned(), name: name.to_owned()
        }
    }
}

/// Places for signatures side by side, in letters of this size with so much white to sign in, in points.
pub fn signatures(list: &[Signature], size: f32, white: f32) -> Columns {
    list.iter().fold(Columns::new(mm(4.0)), |columns, signature| {
        if signature.title.is_empty() {
            return columns.column(1.0, Vec::new());
        }
        let line = |text: &str| Paragraph::new(text).size(size).center().space(0.0, 0.0);
        let blocks = vec![
            line(&signature.title.to_uppercase()).bold().into(),
            line(&signature.hint).italic().size(size - 1.0).into(),
            Block::Gap(white),
            line(&signature.name).bold().into(),
        ];
        columns.column(1.0, blocks)
    })
}
