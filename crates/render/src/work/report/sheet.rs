//! The report of a period as a spreadsheet, and on paper as it is signed and sent.

use hailong_core::serve::report::{Figure, Line};

use super::{COLUMNS, PeriodReport, groups, period_name};
use crate::{
    format,
    lang::Lang,
    pdf::{Cell, LetterHead, PdfError, Signature, TableReport, Text, table_report},
    sheet::{Book, Head, SheetError, Value},
};

/// What a line on paper counts: the columns of the legal form, with all other ends in one.
const PAPER: [(&[Figure], &str, &str); 14] = [
    (&[Figure::Carried], "report-in", "report-carried"),
    (&[Figure::Counter, Figure::Outside], "report-in", "report-counter-short"),
    (&[Figure::Post], "report-in", "report-post-short"),
    (&[Figure::Online], "report-in", "report-online-short"),
    (&[Figure::ToResolve], "report-in", "report-sum"),
    (&[Figure::Early], "report-resolved", "report-early"),
    (&[Figure::OnTime], "report-resolved", "report-on-time"),
    (&[Figure::Late], "report-resolved", "report-late"),
    (&[Figure::Resolved], "report-resolved", "report-sum"),
    (&[Figure::Refused, Figure::Withdrawn, Figure::Stopped], "", "report-ended-short"),
    (&[Figure::Within], "report-open", "report-within"),
    (&[Figure::Overdue], "report-open", "report-overdue"),
    (&[Figure::Waiting], "report-open", "report-waiting-short"),
    (&[Figure::InProgress], "report-open", "report-sum"),
];

fn whole(n: u64) -> Value {
    Value::Whole(i64::try_from(n).unwrap_or(i64::MAX))
}

impl PeriodReport {
    /// The lines under the title.
    fn subtitle(&self, lang: Lang) -> Vec<String> {
        let mut lines = vec![self.whose.clone(), period_name(lang, self.report.period), self.as_of(lang)];
        if self.demo {
            lines.push(format!("{} {}", lang.t("demo-name"), lang.t("demo-people")));
        }
        lines
    }

    /// Who sends, where and when.
    fn letter_head(&self) -> LetterHead {
        LetterHead {
            authority: self.sender.authority.clone(),
            office: self.sender.office.clone(),
            place_and_day: format!("{}, {}", self.sender.place, crate::paper::form::date(self.made_at.day())),
            ..LetterHead::default()
        }
    }

    /// Name of its file, without the ending.
    pub fn file_name(&self) -> String {
        let office = self.scope.office.as_deref().unwrap_or("all");
        let units = if self.is_of_today() { "-now" } else { "" };
        format!("bao-cao-{office}-{}{units}", self.report.period.key())
    }

    /// The report as a spreadsheet: by field and procedure, and by office when it is of all.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn xlsx(&self, lang: Lang) -> Result<Vec<u8>, SheetError> {
        let mut book = Book::new();
        let figures = |line: &Line| COLUMNS.map(|column| whole(column.figure.of(line)));
        let head = |name: &str, first: &[(&str, f64)]| Head {
            name: lang.t(name),
            title: lang.t("report-title"),
            subtitle: self.subtitle(lang),
            columns: first
                .iter()
                .map(|(key, width)| (lang.t(key), *width))
                .chain(COLUMNS.iter().map(|column| (column.name(lang), 13.0)))
                .collect(),
            landscape: true,
        };
        let first = [("report-code", 14.0), ("report-what", 44.0)];
        book.sheet(&head("report-sheet-procedures", &first))?;
        let total = Value::Text(lang.t("report-total"));
        book.row([Value::Empty, total.clone()].into_iter().chain(figures(&self.report.total)))?;
        for field in &self.report.fields {
            let name = Value::Text(Self::field_name(field, lang));
            book.row([Value::Empty, name].into_iter().chain(figures(&field.total)))?;
            for (code, name, line) in &field.procedures {
                let names = [Value::Text(code.clone()), Value::Text(name.clone())];
                book.row(names.into_iter().chain(figures(line)))?;
            }
        }
        book.notes(&self.notes(lang))?;
        if !self.offices.is_empty() {
            book.sheet(&head("report-sheet-offices", &[("report-office", 44.0)]))?;
            for one in &self.offices {
                let name = Value::Text(Self::office_name(one, lang));
                book.row([name].into_iter().chain(figures(&one.line)))?;
            }
            book.row([total].into_iter().chain(figures(&self.report.total)))?;
        }
        book.finish()
    }

    /// The report on paper, in the columns of the legal form; like every paper of the office it is Vietnamese.
    ///
    /// # Errors
    /// [`PdfError`].
    pub fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        let lang = Lang::Vi;
        let number = |n: u64| format::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
        let row = |name: String, line: &Line, sum: bool| {
            let figures =
                PAPER.iter().map(|(figures, ..)| number(figures.iter().map(|figure| figure.of(line)).sum()));
            let cell = |text: String| if sum { Cell::from(Text::new().bold(text)) } else { Cell::from(text) };
            std::iter::once(name).chain(figures).map(cell).collect::<Vec<Cell>>()
        };
        let mut rows = vec![row(lang.t("report-total"), &self.report.total, true)];
        for field in &self.report.fields {
            rows.push(row(Self::field_name(field, lang), &field.total, true));
            let procedures = field.procedures.iter();
            rows.extend(procedures.map(|(code, name, line)| row(format!("{name} ({code})"), line, false)));
        }
        if self.offices.len() > 1 {
            rows.push(row(lang.t("report-by-office"), &self.report.total, true));
            rows.extend(
                self.offices.iter().map(|office| row(Self::office_name(office, lang), &office.line, false)),
            );
        }
        let shares = std::iter::once((4.2, false)).chain(PAPER.iter().map(|_| (1.0, true)));
        table_report(&TableReport {
            head: Some(self.letter_head()),
            title: lang.t("report-title"),
            subtitle: self.subtitle(lang),
            landscape: true,
            columns: shares.collect(),
            heads: heads(lang),
            rows,
            notes: self.notes(lang),
            signatures: vec![
                Signature::of(&lang.t("report-made-by"), ""),
                Signature::of(&lang.t("report-head-of-office"), ""),
            ],
        })
    }
}

/// Two rows of heads: groups above their columns, and what stands alone over both.
fn heads(lang: Lang) -> Vec<Vec<Cell>> {
    let mut first = vec![Cell::over(lang.t("report-what"), 1, 2)];
    let mut at = 0;
    for (group, n) in groups(PAPER.iter().map(|(_, group, _)| *group)) {
        if group.is_empty() {
            first.extend(PAPER[at..at + n].iter().map(|(_, _, key)| Cell::over(lang.t(key), 1, 2)));
        } else {
            first.push(Cell::over(lang.t(group), n, 1));
        }
        at += n;
    }
    let second = PAPER.iter().filter(|(_, group, _)| !group.is_empty());
    vec![first, second.map(|(_, _, key)| Cell::from(lang.t(key))).collect()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_documents_are_made_in_both_languages_and_the_same_each_time() {
        for lang in Lang::ALL {
            let report = PeriodReport::sample();
            let (pdf, xlsx) = (report.pdf().unwrap(), report.xlsx(lang).unwrap());
            assert!(pdf.starts_with(b"%PDF-") && xlsx.starts_with(b"PK"));
            assert_eq!(pdf, report.pdf().unwrap());
            assert_eq!(xlsx, report.xlsx(lang).unwrap());
        }
    }
}
