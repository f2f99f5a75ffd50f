//! A ballot on paper, as in postal voting: a stub with the code of the invitation, and, to be cut off it, a sheet with the
//! questions of the day that has no code and names nobody but the office.

use askama::Template;
use hailong_core::{
    listen::questionnaire::{Ask, Questionnaire},
    time::Day,
};

use super::{
    Form,
    form::{draw_demo, draw_title, words},
};
use crate::{
    lang::Lang,
    listen::rating::{self, Question},
    page::Page,
    pdf::{Margins, Paragraph, Pdf, Size, Table, Text},
    shell::{Section, Shell},
};

/// `GET /cases/{id}/ballot`.
#[derive(Debug, Template)]
#[template(path = "paper/ballot.html")]
pub struct PaperBallot {
    /// Frame (only its language and title are used).
    pub shell: Shell,
    /// Name of the office.
    pub office: String,
    /// The sixteen digits of the invitation, in four groups.
    pub code: String,
    /// The last day on which the stub can be used.
    pub expires: Day,
    /// The questions of the day.
    pub questionnaire: Questionnaire,
    /// Where the screen leads back to; not printed.
    pub back: String,
}

/// A question and the boxes under it; none for words.
struct Boxes {
    text: String,
    answers: Vec<String>,
}

impl PaperBallot {
    fn boxes(&self, lang: Lang) -> Vec<(Ask, Boxes)> {
        let shell = Shell { lang, ..self.shell.clone() };
        let boxes = |(number, question): (usize, Question)| {
            let answers = match question.form(&shell) {
                rating::Form::Faces => (1..=5).map(|score| lang.t(&format!("score-{score}"))).collect(),
                rating::Form::Choices(choices) => choices.into_iter().map(|choice| choice.text).collect(),
                rating::Form::Words => Vec::new(),
            };
            (question.ask, Boxes { text: format!("{number}. {}", question.text), answers })
        };
        (1..).zip(Question::all(&self.questionnaire, lang, |_| String::new())).map(boxes).collect()
    }

    fn asked(&self) -> Vec<Boxes> {
        self.boxes(self.shell.lang).into_iter().map(|(_, boxes)| boxes).collect()
    }
}

impl Page for PaperBallot {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "paper-ballot", Section::Work),
            office: "Xã Trần Phán".to_owned(),
            code: "1234 5678 9012 3456".to_owned(),
            expires: Day(17_437),
            questionnaire: Questionnaire::first(),
            back: "/cases/0198".to_owned(),
        }
    }
}

impl Form for PaperBallot {
    fn name(&self) -> String {
        Lang::Vi.t("paper-ballot")
    }

    fn file_name(&self) -> String {
        "phieu-danh-gia".to_owned()
    }

    fn page(&self) -> (Size, Margins) {
        (Size::A4, Margins::all(15.0))
    }

    fn draw(&self, pdf: &mut Pdf) {
        let lang = Lang::Vi;
        let center = |text: &str, size| Paragraph::new(text).size(size).center().space(0.0, 2.0);
        let t1 = |key, name, value: &str| lang.t_args(key, &[(name, value.to_owned().into())]);
        draw_demo(pdf, self.shell.demo_now.is_some());
        pdf.add(center(&t1("paper-ballot-stub", "office", &self.office), 10.0).bold());
        pdf.add(center(&self.code, 14.0).bold());
        pdf.add(center(&t1("paper-expires", "day", &crate::format::day(lang, self.expires)), 9.0));
        pdf.add(center(&lang.t("paper-ballot-how"), 9.0));
        pdf.add(center(&format!("{0} {1} {0}", "- ".repeat(32), lang.t("paper-ballot-cut")), 9.0));
        draw_title(pdf, &self.name());
        pdf.add(center(&self.office, 11.0).bold());
        pdf.add(center(&lang.t("paper-ballot-secret"), 9.0));
        let faces: Vec<String> = (1..=5).map(|score| lang.t(&format!("score-{score}"))).collect();
        let mut table: Option<Table> = None;
        for (ask, Boxes { text, answers }) in self.boxes(lang) {
            if answers == faces {
                let table = table.get_or_insert_with(|| {
                    let mut table = Table::shares(&[5.0, 1.3, 1.3, 1.3, 1.3, 1.3], 9.0);
                    let heads = faces.iter().zip(1..).map(|(face, n): (_, u8)| format!("{n} {face}"));
                    table.head(std::iter::once(String::new()).chain(heads));
                    table
                });
                table.row(std::iter::once(text).chain(faces.iter().map(|_| "[   ]".to_owned())));
                continue;
            }
            if let Some(table) = table.take() {
                pdf.table(&table);
            }
            pdf.gap(2.0);
            pdf.add(words(Text::new().bold(text)));
            if ask == Ask::Words {
                (0..3).for_each(|_| pdf.add(words(".".repeat(150))));
            } else {
                let each = (1..).zip(answers);
                let each = each
                    .map(|(n, text): (u8, _)| format!("[   ]\u{a0}{n}\u{a0}{}", text.replace(' ', "\u{a0}")));
                pdf.add(words(each.collect::<Vec<_>>().join("    ")).indent(10.0));
            }
        }
        if let Some(table) = table {
            pdf.table(&table);
        }
    }
}
