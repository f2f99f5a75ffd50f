//! The report of a period: on screen, and what of it goes into a spreadsheet and on paper.

mod cases;
mod page;
mod sheet;

use std::borrow::Borrow;

use hailong_core::directory::Directory;
use hailong_core::serve::report::{Field, Figure, Line, OfficeLine, Period, Report, Scope, Span, Window};
use hailong_core::serve::succession::{Apart, Units};
use hailong_core::time::{Day, Instant};

use crate::format;
use crate::lang::Lang;
use crate::measure::figures::apart_note;
use crate::paper::unit_and_place;

pub use self::cases::{ReportCase, ReportCases};
pub use self::page::ReportPage;

/// A column: what it counts, and the keys of its group's name, of its own, and of its own where its group stands above.
struct Column {
    figure: Figure,
    group: &'static str,
    key: &'static str,
    short: &'static str,
}

const fn column(figure: Figure, group: &'static str, key: &'static str, short: &'static str) -> Column {
    Column { figure, group, key, short }
}

/// The figures of a line in the order of the report.
const COLUMNS: [Column; 18] = [
    column(Figure::Carried, "report-in", "report-carried", "report-carried"),
    column(Figure::Counter, "report-in", "report-counter", "report-counter-short"),
    column(Figure::Post, "report-in", "report-post", "report-post-short"),
    column(Figure::Online, "report-in", "report-online", "report-online-short"),
    column(Figure::Outside, "report-in", "report-outside", "report-outside-short"),
    column(Figure::Received, "report-in", "report-received", "report-received-short"),
    column(Figure::ToResolve, "report-in", "report-to-resolve", "report-sum"),
    column(Figure::Early, "report-resolved", "report-early", "report-early"),
    column(Figure::OnTime, "report-resolved", "report-on-time", "report-on-time"),
    column(Figure::Late, "report-resolved", "report-late", "report-late"),
    column(Figure::Resolved, "report-resolved", "report-resolved-sum", "report-sum"),
    column(Figure::Refused, "report-ended", "report-refused", "report-refused"),
    column(Figure::Withdrawn, "report-ended", "report-withdrawn", "report-withdrawn-short"),
    column(Figure::Stopped, "report-ended", "report-stopped", "report-stopped"),
    column(Figure::Within, "report-open", "report-within", "report-within"),
    column(Figure::Overdue, "report-open", "report-overdue", "report-overdue"),
    column(Figure::Waiting, "report-open", "report-waiting", "report-waiting-short"),
    column(Figure::InProgress, "report-open", "report-in-progress", "report-sum"),
];

impl Column {
    /// Whether it sums up its group.
    fn sums(&self) -> bool {
        self.short == "report-sum"
    }

    /// What it counts, in words that stand for themselves.
    fn name(&self, lang: Lang) -> String {
        let own = lang.t(self.key);
        if self.sums() { own } else { format!("{}: {}", lang.t(self.group), own.to_lowercase()) }
    }
}

/// Who sends a report, at the head of the paper.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The agency above: "Ủy ban nhân dân xã Trần Phán"; empty when it sends itself.
    pub authority: String,
    /// Who sends: "Bộ phận tiếp nhận và trả kết quả".
    pub office: String,
    /// The place of the date: "Trần Phán".
    pub place: String,
}

/// What a report says, for screen, spreadsheet, paper and data.
#[derive(Clone, Debug)]
pub struct PeriodReport {
    /// The figures.
    pub report: Report,
    /// Whose they are.
    pub scope: Scope,
    /// Name of the office, or of the authority for all of them.
    pub whose: String,
    /// The lines by office, where there is more than one to tell apart.
    pub offices: Vec<OfficeLine>,
    /// Offices of then that have no exact place in what is shown.
    pub apart: Vec<Apart>,
    /// Whether the offices of then are other ones than those of today.
    pub moved: bool,
    /// Who sends it.
    pub sender: Sender,
    /// When it was made.
    pub made_at: Instant,
    /// Whether everything in it is invented: it says so.
    pub demo: bool,
}

/// Name of a period, such as "Quý II năm 2017 (15/3–14/6/2017)".
pub fn period_name(lang: Lang, period: Period) -> String {
    let key = match period.span() {
        Span::Week => "report-period-week",
        Span::Month => "report-period-month",
        Span::Quarter => "report-period-quarter",
        Span::Half => "report-period-half",
        Span::Nine => "report-period-nine",
        Span::Year => "report-period-year",
    };
    let number = match (period.span(), period.number()) {
        (Span::Quarter, number) => {
            ["I", "II", "III", "IV"][usize::try_from(number - 1).unwrap_or_default().min(3)].to_owned()
        }
        (Span::Half, 1) => lang.t("report-first-half"),
        (Span::Half, _) => lang.t("report-second-half"),
        (_, number) => number.to_string(),
    };
    let args = [
        ("number", number.into()),
        ("year", period.year().to_string().into()),
        ("from", format::date(lang, period.first_day()).into()),
        ("to", format::date(lang, period.last_day()).into()),
    ];
    lang.t_args(key, &args)
}

/// Up to when a report counts that was made at a moment, in a sentence.
fn as_of(lang: Lang, (day, closed): (Day, bool), made_at: Instant) -> String {
    if closed {
        return lang.t_args("report-as-of-closed", &[("day", format::date(lang, day).into())]);
    }
    // As it stood on a day that was not over: the moment of making it lies later, or on that day.
    let at = if made_at.day() == day { format::date_time(lang, made_at) } else { format::date(lang, day) };
    lang.t_args("report-as-of-running", &[("at", at.into())])
}

impl PeriodReport {
    /// The report of a scope, read of its offices; `made_at` is the moment of making it.
    pub fn new(report: Report, scope: Scope, directory: &Directory, made_at: Instant) -> Self {
        let day = match scope.units {
            Units::Then => report.as_of,
            Units::Of(day) => day,
        };
        let office = scope.office.as_ref().and_then(|id| directory.office(id).ok());
        let office = office.map(|office| office.on(office.closed_on.map_or(day, |last| last.min(day))));
        let authority = &directory.authority.name_vi;
        let whose = office.as_ref().map_or(authority, |office| &office.unit_name).clone();
        let (unit, place) = unit_and_place(&whose);
        let (unit, sender) = (format!("Ủy ban nhân dân {unit}"), office.map(|office| office.name_vi));
        let sender = match sender {
            Some(office) => Sender { authority: unit, office, place },
            None => Sender { authority: String::new(), office: unit, place },
        };
        Self {
            offices: scope.lines(&report, directory),
            apart: scope.apart(&report, directory),
            moved: scope.differs(&report, directory, made_at.day()),
            report,
            scope,
            whose,
            sender,
            made_at,
            demo: directory.authority.demo,
        }
    }

    /// The figures of a line by their names, with those of their groups.
    pub fn figures(line: &Line, lang: Lang) -> Vec<(String, u64)> {
        let named = |column: &Column| (column.name(lang), column.figure.of(line));
        COLUMNS.iter().map(named).collect()
    }

    /// Up to when it counts, in a sentence.
    pub fn as_of(&self, lang: impl Borrow<Lang>) -> String {
        as_of(*lang.borrow(), (self.report.as_of, self.report.closed), self.made_at)
    }

    /// What the words mean, a sentence each, beginning with what is particular to this report.
    pub fn notes(&self, lang: impl Borrow<Lang>) -> Vec<String> {
        let lang = *lang.borrow();
        let mut notes = self.of_units(lang);
        let mut keys = vec![
            "report-note-balance",
            "report-note-received",
            "report-note-early",
            "report-note-due",
            "report-note-ended",
            "report-note-open",
            "report-note-office",
        ];
        if self.report.period.window() == Window::Legal {
            keys.push("report-note-legal");
        }
        notes.extend(keys.into_iter().map(|key| lang.t(key)));
        notes
    }

    /// In whose offices it is told, when these have changed, and which of them have no exact figures.
    fn of_units(&self, lang: impl Borrow<Lang>) -> Vec<String> {
        let lang = *lang.borrow();
        if !self.moved {
            return Vec::new();
        }
        let key = if self.is_of_today() { "figures-units-now" } else { "figures-units-then" };
        let mut notes = vec![lang.t(key)];
        notes.extend(self.apart.iter().map(|one| apart_note(lang, one)));
        notes
    }

    fn is_of_today(&self) -> bool {
        self.scope.units != Units::Then
    }

    /// The answer first: how many were to be resolved, how many were, and how.
    pub fn sentence(&self, lang: impl Borrow<Lang>) -> String {
        let lang = *lang.borrow();
        let total = &self.report.total;
        if total.is_empty() {
            return lang.t("report-empty");
        }
        let number = |n: u64| format::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
        let in_time = total.early() + total.on_time();
        let share = |n: u64, of: u64| format::percent(lang, n as f64 / of as f64);
        let mut args = vec![
            ("all", number(total.to_resolve()).into()),
            ("resolved", number(total.resolved()).into()),
            ("open", number(total.in_progress()).into()),
            ("overdue", number(total.overdue()).into()),
        ];
        if total.resolved() == 0 {
            return lang.t_args("report-sentence-none", &args);
        }
        args.push(("in_time", number(in_time).into()));
        args.push(("share", share(in_time, total.resolved()).into()));
        lang.t_args("report-sentence", &args)
    }

    /// The name of an office.
    pub fn office_name(office: &OfficeLine, lang: Lang) -> String {
        let Some(last) = office.until else { return office.name.clone() };
        let args = [("office", office.name.as_str().into()), ("day", format::date(lang, last).into())];
        lang.t_args("report-office-until", &args)
    }

    /// The name of a field.
    pub fn field_name(field: &Field, lang: Lang) -> String {
        if field.field_vi.is_empty() { lang.t("report-field-unknown") } else { field.field_vi.clone() }
    }

    /// Something to show.
    fn sample() -> Self {
        use hailong_core::serve::report::Sums;

        let day = |date| Day::new(2017, 6, date).unwrap_or_default();
        let counts = |n: i64| hailong_core::serve::report::Counts {
            received: [n + 40, 2, 5, 1, 1],
            early: n + 20,
            on_time: 12,
            late: 2,
            refused: 1,
            withdrawn: 1,
            waiting: 2,
            missed: 4,
            caught: 1,
            ..Default::default()
        };
        let sums = |n| Sums { before: 7, counts: counts(n), missed_last: 0 };
        let line = |n| sums(n).line(true).unwrap_or_default();
        let mut total = line(9);
        total.add(&line(4));
        let field = |field: &str, code: &str, name: &str, n| Field {
            field_vi: field.to_owned(),
            procedures: vec![(code.to_owned(), name.to_owned(), line(n))],
            total: line(n),
        };
        let office = |id: &str, name: &str, n| OfficeLine {
            id: id.to_owned(),
            name: name.to_owned(),
            until: (id == "tan-duc").then(|| day(14)),
            of: vec![id.to_owned()],
            line: line(n),
        };
        let period = Period::containing(Window::Legal, Span::Quarter, day(1));
        Self {
            report: Report {
                period,
                as_of: day(14),
                closed: true,
                fields: vec![
                    field("Chứng thực", "2.000815", "Chứng thực bản sao", 9),
                    field("", "9.999999", "9.999999", 4),
                ],
                offices: Vec::new(),
                total,
            },
            scope: Scope { office: None, units: Units::Of(day(30)) },
            whose: "Huyện Đầm Dơi".to_owned(),
            offices: vec![office("tran-phan", "Xã Trần Phán", 9), office("tan-duc", "Xã Tân Đức", 4)],
            apart: vec![Apart {
                office: "tan-dan".to_owned(),
                name: "Xã Tân Dân".to_owned(),
                into: vec![("tan-duc".to_owned(), "Xã Tân Đức".to_owned())],
            }],
            moved: true,
            sender: Sender {
                authority: String::new(),
                office: "Ủy ban nhân dân huyện Đầm Dơi".to_owned(),
                place: "Đầm Dơi".to_owned(),
            },
            made_at: Instant::parse_local("2017-06-30T09:00").unwrap_or(Instant(0)),
            demo: true,
        }
    }
}

/// Groups of columns, with how many each has.
fn groups<'a>(of: impl IntoIterator<Item = &'a str>) -> Vec<(&'a str, usize)> {
    let mut groups: Vec<(&str, usize)> = Vec::new();
    for group in of {
        match groups.last_mut() {
            Some((last, n)) if *last == group => *n += 1,
            _ => groups.push((group, 1)),
        }
    }
    groups
}
