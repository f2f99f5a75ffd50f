//! The forms of a wave on paper: each with its own code, and the same in squares. Like every paper of the office they are
//! Vietnamese. They name a place and no person.

use hailong_core::{
    listen::survey::question::{Kind, Questionnaire},
    time::Day,
};

use super::text;
use crate::{
    Lang, format,
    listen::dialogue::paper::Sender,
    paper::form::{draw_demo, draw_title, line, words},
    pdf::{Block, Columns, Margins, Paragraph, Pdf, PdfError, Size, Table, Text, mm},
};

/// One form.
#[derive(Clone, Debug)]
pub struct PaperForm {
    /// The code as it is printed.
    pub code: String,
    /// Where it can be filled in online.
    pub address: String,
}

/// The forms of one office, in no order.
#[derive(Clone, Debug)]
pub struct SurveyPapers {
    /// Who sends them.
    pub sender: Sender,
    /// Name of the wave.
    pub name: String,
    /// Whose people are asked: the office that did the work.
    pub office: String,
    /// The last day.
    pub until: Day,
    /// What is asked.
    pub questionnaire: Questionnaire,
    /// The forms.
    pub forms: Vec<PaperForm>,
}

impl SurveyPapers {
    /// The forms as PDF, A4.
    ///
    /// # Errors
    /// [`PdfError`].
    pub fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        let mut pdf = Pdf::new(self.name.clone(), Size::A4, Margins::all(16.0));
        for (at, form) in self.forms.iter().enumerate() {
            if at > 0 {
                pdf.new_part(Size::A4, Margins::all(16.0));
            }
            self.draw(&mut pdf, form);
        }
        pdf.finish()
    }

    fn draw(&self, pdf: &mut Pdf, form: &PaperForm) {
        let lang = Lang::Vi;
        draw_demo(pdf, self.sender.demo);
        let until = lang.t_args("survey-paper-until", &[("day", format::day(lang, self.until).into())]);
        let left: Vec<Block> = vec![
            Paragraph::new(self.sender.authority.as_str()).size(9.0).into(),
            line(&lang.t("survey-office"), Text::new().bold(&self.office)).into(),
            line(&lang.t("survey-code"), Text::new().bold(&form.code)).into(),
            words(until).into(),
            words(lang.t("survey-paper-online")).into(),
            words(form.address.as_str()).into(),
        ];
        let right = vec![Block::Qr { text: form.address.clone(), side: mm(30.0) }];
        pdf.add(Columns::new(mm(3.0)).column(0.78, left).column(0.22, right));
        draw_title(pdf, &self.name);
        pdf.add(Paragraph::new(lang.t("survey-paper-secret")).size(10.0).center());
        self.questions(pdf);
    }

    fn questions(&self, pdf: &mut Pdf) {
        let lang = Lang::Vi;
        let mut table: Option<Table> = None;
        let mut factor = None;
        for (number, question) in (1..).zip(&self.questionnaire.questions) {
            let asked = format!("{number}. {}", text(lang, &question.text));
            if question.kind != Kind::Score {
                flush(pdf, &mut table);
                pdf.gap(3.0);
                pdf.add(words(Text::new().bold(asked)));
                answers(pdf, &question.kind);
                continue;
            }
            if question.factor != factor {
                flush(pdf, &mut table);
                factor = question.factor;
            }
            let scores = table.get_or_insert_with(|| {
                let heading = factor.and_then(|of| self.questionnaire.factors.get(of as usize));
                let heading =
                    heading.map_or_else(|| lang.t("survey-criterion"), |heading| heading.vi.clone());
                let mut table = Table::shares(&[5.0, 1.0, 1.0, 1.0, 1.0, 1.0], 9.0);
                let words = (1..=5).map(|score| format!("{score} {}", lang.t(&format!("score-{score}"))));
                table.head(std::iter::once(heading).chain(words));
                table
            });
            scores.row(std::iter::once(asked).chain((1..=5).map(|_| "[   ]".to_owned())));
        }
        flush(pdf, &mut table);
    }
}

fn flush(pdf: &mut Pdf, table: &mut Option<Table>) {
    if let Some(table) = table.take() {
        pdf.gap(3.0);
        pdf.table(&table);
    }
}

fn answers(pdf: &mut Pdf, kind: &Kind) {
    let lang = Lang::Vi;
    let boxes = |texts: Vec<String>| {
        let each = texts.into_iter().map(|text| format!("[   ]\u{a0}{}", text.replace(' ', "\u{a0}")));
        words(each.collect::<Vec<_>>().join("    ")).indent(10.0)
    };
    match kind {
        Kind::Score => {}
        Kind::YesNo => pdf.add(boxes(vec![lang.t("survey-yes"), lang.t("survey-no")])),
        Kind::One { options } => pdf.add(boxes(options.iter().map(|option| option.vi.clone()).collect())),
        Kind::Many { options, .. } => {
            for option in options {
                pdf.add(words(format!("[   ]  {}", option.vi)).indent(10.0));
            }
        }
        Kind::Number { .. } => pdf.add(words(".".repeat(20)).indent(10.0)),
        Kind::Words => (0..3).for_each(|_| pdf.add(words(".".repeat(140)))),
    }
}

#[cfg(test)]
mod tests {
    use hailong_core::listen::survey::template::Template;

    use super::*;

    #[test]
    fn every_form_has_its_own_code_and_all_questions() {
        let sender = Sender {
            authority: "Ủy ban nhân dân huyện Đầm Dơi".to_owned(),
            place: "Đầm Dơi".to_owned(),
            day: Day(17_337),
            demo: true,
        };
        let form = |code: &str| PaperForm {
            code: code.to_owned(),
            address: format!("http://hailong.test/survey/{code}"),
        };
        let papers = SurveyPapers {
            sender,
            name: "Khảo sát quý II".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            until: Day(17_350),
            questionnaire: Template::Sipas.questionnaire(),
            forms: vec![form("1-0001-1234-5678"), form("1-0002-8765-4321")],
        };
        let read = crate::pdf::read::Read::new(&papers.pdf().unwrap());
        let said: String = read.text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in
            ["1-0001-1234-5678", "1-0002-8765-4321", "Xã Trần Phán", "Công chức lắng nghe", "Giảm phí"]
        {
            assert!(said.contains(part), "{part} is not in: {said}");
        }
    }
}
