//! The cases behind a figure of a report: no personal data.

use askama::Template;
use hailong_core::serve::case::State;
use hailong_core::serve::report::{Figure, Period, Scope, Span, Window};
use hailong_core::serve::succession::Units;
use hailong_core::time::{Day, Instant};

use super::page::address;
use super::{COLUMNS, as_of, period_name};
use crate::component::Pager;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};
use crate::work::lead::CaseLine;

/// One of the cases.
#[derive(Clone, Debug)]
pub struct ReportCase {
    /// Its page; empty for who does not see cases.
    pub href: String,
    /// What is told of it.
    pub line: CaseLine,
}

/// `GET /reports/cases`.
#[derive(Template)]
#[template(path = "work/report-cases.html")]
pub struct ReportCases {
    /// The frame.
    pub shell: Shell,
    /// Name of the office, or of the authority for all.
    pub whose: String,
    /// Whose.
    pub scope: Scope,
    /// The period.
    pub period: Period,
    /// The figure.
    pub figure: Figure,
    /// How far the report tells, and whether that day is over.
    pub closing: (Day, bool),
    /// The procedure or the field by name; empty for all.
    pub procedure: String,
    /// What the figure says.
    pub n: u64,
    /// When the list was made.
    pub made_at: Instant,
    /// A page of them.
    pub rows: Vec<ReportCase>,
    /// Where the list goes on.
    pub pager: Pager,
}

impl ReportCases {
    fn title(&self) -> String {
        let column = COLUMNS.iter().find(|column| column.figure == self.figure);
        column.map(|column| column.name(self.shell.lang)).unwrap_or_default()
    }

    fn as_of(&self) -> String {
        as_of(self.shell.lang, self.closing, self.made_at)
    }

    fn period(&self) -> String {
        period_name(self.shell.lang, self.period)
    }

    fn back(&self) -> String {
        address("/reports", self.period, self.scope.office.as_deref().unwrap_or_default(), self.scope.units)
    }
}

impl Page for ReportCases {
    fn sample(lang: Lang) -> Self {
        let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
        let case = |number: u32, href: &str, state| ReportCase {
            href: href.to_owned(),
            line: CaseLine {
                code: format!("000.34.70.H12-170612-{number:04}"),
                procedure: "Chứng thực bản sao".to_owned(),
                office: "Xã Trần Phán".to_owned(),
                received: at("2017-06-12T08:30"),
                due: Some(at("2017-06-13T17:00")),
                finished: Some(at("2017-06-14T09:10")),
                state,
                late: true,
            },
        };
        let day = Day::new(2017, 6, 1).unwrap_or_default();
        Self {
            shell: Shell::sample_signed_in(lang, "report-title", Section::Reports),
            whose: "Xã Trần Phán".to_owned(),
            scope: Scope { office: Some("tran-phan".to_owned()), units: Units::Then },
            period: Period::containing(Window::Legal, Span::Quarter, day),
            figure: Figure::Late,
            closing: (Day::new(2017, 6, 14).unwrap_or_default(), true),
            n: 2,
            made_at: at("2017-06-30T09:00"),
            procedure: "Chứng thực bản sao".to_owned(),
            rows: vec![case(3, "/cases/3", State::Returned), case(7, "", State::Finished)],
            pager: Pager { first: None, next: Some("/reports/cases?after=x".to_owned()) },
        }
    }
}
