//! The papers of a dialogue: the note of the decision, and the forms of the survey with their numbers. Like every paper of the
//! office they are Vietnamese.

use hailong_core::{listen::dialogue::wave::write_number, time::Day};

use super::{ChoiceTable, name, parts::topics};
use crate::{
    Lang, format,
    paper::form::{date, draw_demo, draw_title, line, words},
    pdf::{
        Cell, LetterHead, Margins, Paragraph, Pdf, PdfError, Signature, Size, TableReport, Text, table_report,
    },
};

/// What the papers of a dialogue have in common.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The authority: "Ủy ban nhân dân huyện Đầm Dơi".
    pub authority: String,
    /// Place before the date: "Đầm Dơi".
    pub place: String,
    /// The day of the paper.
    pub day: Day,
    /// Whether everything is invented for show.
    pub demo: bool,
}

/// The note of the decision where a dialogue is held.
#[derive(Clone, Debug)]
pub struct DecisionNote {
    /// Who sends it.
    pub sender: Sender,
    /// The dialogue's quarter.
    pub dialogue: String,
    /// The choice, decided.
    pub choice: ChoiceTable,
}

impl DecisionNote {
    /// The note as PDF: the decision with its reasons above the table that it was made from.
    ///
    /// # Errors
    /// [`PdfError`].
    pub fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        let lang = Lang::Vi;
        let choice = &self.choice;
        let mut subtitle = vec![name(lang, &self.dialogue)];
        if self.sender.demo {
            subtitle.push(format!("{} {}", lang.t("demo-name"), lang.t("demo-people")));
        }
        let decided = lang.t_args("dialogue-note-decided", &[("host", choice.host.as_str().into())]);
        let counted = lang.t_args(
            "dialogue-counted",
            &[("forms", choice.totals.0.into()), ("pressing", choice.totals.1.into())],
        );
        let mut notes = vec![decided, choice.sentence.clone()];
        if !choice.reason.is_empty() {
            notes.push(lang.t_args("dialogue-leader-reason", &[("reason", choice.reason.as_str().into())]));
        }
        notes.extend([counted, lang.t("dialogue-method"), lang.t("dialogue-opinions-method")]);
        let number = |n: u32| format::number(lang, n.into());
        let row = |row: &super::ChoiceRow| {
            let texts = [row.name.clone()].into_iter().chain(row.counted.map(number)).chain([
                row.estimate.clone(),
                row.interval.clone(),
                row.excess.clone(),
                row.probability.clone(),
                number(row.opinions),
                row.visited.clone(),
            ]);
            let cell = |text: String| match row.host {
                true => Cell::from(Text::new().bold(text)),
                false => Cell::from(text),
            };
            texts.map(cell).collect()
        };
        let who = choice.decided.as_ref().map(|(_, who)| who.as_str()).unwrap_or_default();
        table_report(&TableReport {
            head: Some(LetterHead {
                authority: self.sender.authority.clone(),
                place_and_day: format!("{}, {}", self.sender.place, date(self.sender.day)),
                ..LetterHead::default()
            }),
            title: lang.t("dialogue-note-title"),
            subtitle,
            landscape: true,
            columns: COLUMNS.iter().map(|(_, share, right)| (*share, *right)).collect(),
            heads: vec![COLUMNS.iter().map(|(key, ..)| Cell::from(lang.t(key))).collect()],
            rows: choice.rows.iter().map(row).collect(),
            notes,
            signatures: vec![Signature::default(), Signature::of(&lang.t("dialogue-note-signer"), who)],
        })
    }
}

/// The columns of the table, their shares of the width, and whether figures stand at the right.
const COLUMNS: [(&str, f32, bool); 10] = [
    ("dialogue-commune", 2.2, false),
    ("dialogue-cases", 0.9, true),
    ("dialogue-forms", 0.9, true),
    ("dialogue-raw", 1.0, true),
    ("dialogue-people", 1.0, true),
    ("dialogue-interval", 1.3, true),
    ("dialogue-excess", 1.0, true),
    ("dialogue-probability", 1.1, true),
    ("dialogue-opinions-beside", 1.1, true),
    ("dialogue-visited", 1.5, false),
];

/// The forms of one commune, one a page.
#[derive(Clone, Debug)]
pub struct SurveyForms {
    /// Who sends them.
    pub sender: Sender,
    /// The dialogue's quarter.
    pub dialogue: String,
    /// Name of the commune.
    pub commune: String,
    /// Their numbers.
    pub numbers: Vec<u32>,
    /// Where they can be filled in online.
    pub address: String,
}

impl SurveyForms {
    /// The forms as PDF, A5.
    ///
    /// # Errors
    /// [`PdfError`].
    pub fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        let lang = Lang::Vi;
        let mut pdf = Pdf::new(lang.t("dialogue-paper-title"), Size::A5, Margins::all(12.0));
        for (at, number) in self.numbers.iter().enumerate() {
            if at > 0 {
                pdf.new_part(Size::A5, Margins::all(12.0));
            }
            self.draw(&mut pdf, *number);
        }
        pdf.finish()
    }

    fn draw(&self, pdf: &mut Pdf, number: u32) {
        let lang = Lang::Vi;
        draw_demo(pdf, self.sender.demo);
        pdf.add(Paragraph::new(self.sender.authority.as_str()).size(9.0).center());
        draw_title(pdf, &lang.t("dialogue-paper-title"));
        pdf.add(Paragraph::new(name(lang, &self.dialogue)).size(10.0).center());
        pdf.add(line(&lang.t("dialogue-commune"), Text::new().bold(&self.commune)));
        pdf.add(line(&lang.t("dialogue-number"), Text::new().bold(write_number(number))));
        pdf.add(words(lang.t("dialogue-paper-about")));
        pdf.gap(4.0);
        pdf.add(words(Text::new().bold(format!("1. {}", lang.t("dialogue-pressing")))));
        for answer in ["dialogue-pressing-yes", "dialogue-pressing-no"] {
            pdf.add(words(format!("[   ]  {}", lang.t(answer))).indent(10.0));
        }
        pdf.add(words(Text::new().bold(format!("2. {}", lang.t("dialogue-topic")))));
        for topic in topics(lang) {
            pdf.add(words(format!("[   ]  {}", topic.text)).indent(10.0));
        }
        pdf.add(words(Text::new().bold(format!("3. {}", lang.t("dialogue-words")))));
        for _ in 0..5 {
            pdf.add(words(".".repeat(110)));
        }
        pdf.gap(4.0);
        let online = lang.t_args("dialogue-paper-online", &[("address", self.address.as_str().into())]);
        pdf.add(words(online));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender() -> Sender {
        Sender {
            authority: "Ủy ban nhân dân huyện Đầm Dơi".to_owned(),
            place: "Đầm Dơi".to_owned(),
            day: Day(17_337),
            demo: true,
        }
    }

    #[test]
    fn the_note_says_what_was_decided_and_why() {
        let choice = ChoiceTable {
            reason: "Đường vào xã bị ngập.".to_owned(),
            ..ChoiceTable::sample(Lang::Vi)
        };
        let note = DecisionNote { sender: sender(), dialogue: "2017-2".to_owned(), choice };
        let read = crate::pdf::read::Read::new(&note.pdf().unwrap());
        let said: String = read.text.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in
            ["Đối thoại quý II/2017", "Xã Tân Thuận", "Đường vào xã bị ngập.", "Thái Mỹ Yến", "1.200"]
        {
            assert!(said.contains(words), "{words} is not in: {said}");
        }
    }

    #[test]
    fn every_form_has_its_own_number() {
        let forms = SurveyForms {
            sender: sender(),
            dialogue: "2017-2".to_owned(),
            commune: "Xã Trần Phán".to_owned(),
            numbers: vec![12_345_675, 23_456_787],
            address: "http://hailong.test/dialogues/2017-2/form".to_owned(),
        };
        let text = crate::pdf::read::Read::new(&forms.pdf().unwrap()).text;
        assert!(text.contains("1234 5675") && text.contains("2345 6787"), "{text}");
    }
}
