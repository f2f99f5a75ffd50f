//! The tracking book of an office and year: its lines, whether a number is missing, and closing it.

use askama::Template;
use hailong_core::serve::book::Standing;

use crate::component::{Badge, Errors, Pager, Tone};
use crate::lang::Lang;
use crate::page::Page;
use crate::paper::tracking_book::{BookLine, Closing, TrackingBook};
use crate::shell::{Section, Shell};

/// `GET /work/book`.
#[derive(Debug, Template)]
#[template(path = "work/book.html")]
pub struct BookPage {
    /// The frame.
    pub shell: Shell,
    /// Key of the office, for addresses.
    pub office_id: String,
    /// The office.
    pub office: String,
    /// The year.
    pub year: i16,
    /// Years that have a book.
    pub years: Vec<i16>,
    /// This page of its lines.
    pub lines: Vec<BookLine>,
    /// How its numbers stand.
    pub standing: Standing,
    /// How it was closed.
    pub closing: Option<Closing>,
    /// Whether the visitor may close it now.
    pub may_close: bool,
    /// Where the lines go on.
    pub pager: Pager,
    /// What is wrong with what was sent.
    pub errors: Errors,
}

impl BookPage {
    fn badge(&self) -> Badge {
        let (tone, key) =
            if self.standing.is_whole() { (Tone::Good, "book-whole") } else { (Tone::Wrong, "book-gap") };
        Badge { tone, text: self.shell.lang.t(key) }
    }

    /// What was counted, in a sentence.
    fn proof(&self) -> String {
        let Standing { counter, last, taken, own } = self.standing;
        let args = [
            ("own", i64::from(own).into()),
            ("first", i64::from(taken + 1).into()),
            ("last", i64::from(last).into()),
            ("counter", i64::from(counter).into()),
        ];
        self.shell.lang.t_args(if last == 0 { "book-empty" } else { "book-proof" }, &args)
    }

    fn taken(&self) -> i64 {
        self.standing.taken.into()
    }

    fn query(&self) -> String {
        format!("office={}&amp;year={}", self.office_id, self.year)
    }

    /// The numbers that the form for printing offers: those of this page.
    fn span(&self) -> (u32, u32) {
        let number = |line: Option<&BookLine>| line.map_or(1, |line| line.number);
        (number(self.lines.first()), number(self.lines.last()))
    }
}

impl Page for BookPage {
    fn sample(lang: Lang) -> Self {
        let book = TrackingBook::sample();
        Self {
            shell: Shell::sample_signed_in(lang, "book-title", Section::Work),
            office_id: "tran-phan".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            year: 2017,
            years: vec![2018, 2017],
            lines: book.lines.into_iter().take(3).collect(),
            standing: Standing { counter: 43, last: 43, taken: 3, own: 40 },
            closing: None,
            may_close: true,
            pager: Pager { first: None, next: Some("/work/book?year=2017&after=3".to_owned()) },
            errors: Errors::none(),
        }
    }
}
