//! The report of a period on screen: every figure leads to its cases.

use askama::Template;
use hailong_core::serve::report::{Line, Period, Span, Window};
use hailong_core::serve::succession::Units;

use super::{COLUMNS, Column, PeriodReport, groups, period_name};
use crate::component::Choice;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// `GET /reports`.
#[derive(Template)]
#[template(path = "work/report.html")]
pub struct ReportPage {
    /// The frame.
    pub shell: Shell,
    /// What it says.
    pub about: PeriodReport,
    /// The offices to choose from, with an empty value for all of them; empty for who sees but one.
    pub choices: Vec<Choice>,
    /// Whether the visitor may look at how cases went.
    pub processes: bool,
}

/// A row of the table on screen.
struct Row<'a> {
    /// Code of the procedure; empty for sums.
    code: &'a str,
    name: String,
    line: &'a Line,
    /// Whether it sums up others.
    sum: bool,
    /// What the addresses of its lists say; none when it has no lists.
    lists: Option<String>,
}

/// A cell on screen.
struct Cell {
    /// What it counts, in words.
    name: String,
    n: u64,
    /// Whether it sums up its group.
    sum: bool,
    /// The list of the cases; empty when there are none.
    href: String,
}

/// A kind of period to change to.
struct Kind {
    /// The one that holds the last day of what is shown.
    href: String,
    key: &'static str,
    shown: bool,
}

impl ReportPage {
    fn office(&self) -> &str {
        self.about.scope.office.as_deref().unwrap_or_default()
    }

    /// The sum of everything, then each field and its procedures.
    fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = vec![self.total()];
        let own = |more: String| Some(format!("{}{more}", self.lists(self.office(), self.about.scope.units)));
        for field in &self.about.report.fields {
            let name = PeriodReport::field_name(field, self.shell.lang);
            // The field is named by one of its procedures; of what has no known field nobody can say what belongs to it.
            let known = field.procedures.first().filter(|_| !field.field_vi.is_empty());
            let lists = known.and_then(|(code, ..)| own(format!("&field={code}")));
            rows.push(Row { code: "", name, line: &field.total, sum: true, lists });
            rows.extend(field.procedures.iter().map(|(code, name, line)| Row {
                code,
                name: name.clone(),
                line,
                sum: false,
                lists: own(format!("&procedure={code}")),
            }));
        }
        rows
    }

    fn total(&self) -> Row<'_> {
        let lists = Some(self.lists(self.office(), self.about.scope.units));
        Row { code: "", name: self.shell.t("report-total"), line: &self.about.report.total, sum: true, lists }
    }

    fn office_rows(&self) -> Vec<Row<'_>> {
        // The parts of an office of today are offices of then, and lead to their own cases.
        let parts = self.about.scope.office.is_some();
        let units = if parts { Units::Then } else { self.about.scope.units };
        let mut rows = vec![self.total()];
        rows.extend(self.about.offices.iter().map(|one| Row {
            code: "",
            name: PeriodReport::office_name(one, self.shell.lang),
            line: &one.line,
            sum: false,
            lists: Some(self.lists(&one.id, units)),
        }));
        rows
    }

    fn lists(&self, office: &str, units: Units) -> String {
        address("/reports/cases", self.about.report.period, office, units)
    }

    fn cells(&self, row: &Row<'_>) -> Vec<Cell> {
        let cell = |column: &Column| {
            let n = column.figure.of(row.line);
            let lists = row.lists.as_ref().filter(|_| n > 0);
            let href = lists.map(|lists| format!("{lists}&what={}", column.figure.key()));
            Cell { name: column.name(self.shell.lang), n, sum: column.sums(), href: href.unwrap_or_default() }
        };
        COLUMNS.iter().map(cell).collect()
    }

    /// Groups of columns, with how many each has.
    fn groups(&self) -> Vec<(&'static str, usize)> {
        groups(COLUMNS.iter().map(|column| column.group))
    }

    fn columns(&self) -> Vec<&'static str> {
        COLUMNS.iter().map(|column| column.short).collect()
    }

    fn address(&self, path: &str, period: Period) -> String {
        address(path, period, self.office(), self.about.scope.units)
    }

    fn here(&self, path: &str) -> String {
        self.address(path, self.about.report.period)
    }

    /// The same figures in the offices of today, or of then.
    fn switch(&self) -> (String, &'static str) {
        let (units, key) = match self.about.scope.units {
            Units::Then => (Units::Of(self.about.made_at.day()), "figures-units-to-now"),
            Units::Of(_) => (Units::Then, "figures-units-to-then"),
        };
        (address("/reports", self.about.report.period, self.office(), units), key)
    }

    /// How periods are cut, each with its kinds of periods.
    fn kinds(&self) -> [(&'static str, Vec<Kind>); 2] {
        let shown = self.about.report.period;
        let kind = |(window, span): (Window, Span)| {
            let period = Period::containing(window, span, self.about.report.as_of);
            let is_shown = (window, span) == (shown.window(), shown.span());
            Kind { href: self.address("/reports", period), key: span_key(span), shown: is_shown }
        };
        let of = |window| Period::kinds().filter(move |kind| kind.0 == window).map(kind).collect();
        [("report-kind-legal", of(Window::Legal)), ("report-kind-calendar", of(Window::Calendar))]
    }

    fn period(&self) -> String {
        period_name(self.shell.lang, self.about.report.period)
    }

    /// The period before, as far back as years can be named.
    fn before(&self) -> Option<(String, String)> {
        let period = Period::parse(&self.about.report.period.previous().key())?;
        Some((self.address("/reports", period), period_name(self.shell.lang, period)))
    }

    /// The period after, once it has begun.
    fn after(&self) -> Option<(String, String)> {
        let period = self.about.report.period.next();
        let begun = period.first_day() <= self.about.made_at.day();
        begun.then(|| (self.address("/reports", period), period_name(self.shell.lang, period)))
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = self.about.notes(self.shell.lang);
        // What is said of the offices stands above the figures.
        notes.drain(..self.about.of_units(self.shell.lang).len());
        notes
    }
}

fn span_key(span: Span) -> &'static str {
    match span {
        Span::Week => "report-span-week",
        Span::Month => "report-span-month",
        Span::Quarter => "report-span-quarter",
        Span::Half => "report-span-half",
        Span::Nine => "report-span-nine",
        Span::Year => "report-span-year",
    }
}

/// Address of a report, or of a form of it.
pub(super) fn address(path: &str, period: Period, office: &str, units: Units) -> String {
    let office = if office.is_empty() { String::new() } else { format!("&office={office}") };
    let units = if units == Units::Then { "" } else { "&units=now" };
    format!("{path}?period={}{office}{units}", period.key())
}

impl Page for ReportPage {
    fn sample(lang: Lang) -> Self {
        let shell = Shell::sample_signed_in(lang, "report-title", Section::Reports);
        let choices = vec![
            Choice::new("", shell.t("report-all-offices")),
            Choice::new("tran-phan", "Xã Trần Phán"),
            Choice::new("tan-duc", "Xã Tân Đức"),
        ];
        Self { shell, about: PeriodReport::sample(), choices, processes: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_that_counts_something_leads_to_its_cases() {
        let page = ReportPage::sample(Lang::Vi);
        let mut rows = page.rows();
        rows.extend(page.office_rows());
        let unknown = rows.iter().position(|row| row.lists.is_none()).unwrap();
        assert_eq!(rows.remove(unknown).name, "Lĩnh vực chưa rõ");
        let html = page.render().unwrap();
        let mut linked = 0;
        for cell in rows.iter().flat_map(|row| page.cells(row)) {
            assert_eq!(cell.href.is_empty(), cell.n == 0, "{}", cell.name);
            let href = cell.href.replace('&', "&#38;");
            assert!(cell.n == 0 || html.contains(&format!("<a href=\"{href}\">{}</a>", cell.n)), "{href}");
            linked += usize::from(cell.n > 0);
        }
        assert!(linked > 50);
    }

    #[test]
    fn the_next_period_is_offered_once_it_has_begun() {
        let mut page = ReportPage::sample(Lang::Vi);
        assert!(page.after().unwrap().0.contains("legal-quarter-2017-3"));
        page.about.report.period = page.about.report.period.next();
        assert_eq!(page.after(), None);
        assert!(page.before().unwrap().0.contains("legal-quarter-2017-2"));
    }
}
