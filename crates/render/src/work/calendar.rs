//! The administrator's page of days off: the days of a year, the form for a decision that changes them, and what it
//! moves before it counts. It names cases by their code and shows no person.

use askama::Template;
use hailong_core::{
    serve::decision::Why,
    time::{Day, Instant},
};

use crate::{
    component::{Choice, Errors},
    format,
    lang::Lang,
    page::Page,
    serve::calendar::{DayLine, YearLink},
    shell::{Section, Shell},
};

/// A decision that was taken in.
#[derive(Clone, Debug)]
pub struct DecisionLine {
    /// Its name with number.
    pub name: String,
    /// Its date.
    pub decided_on: Day,
    /// How many days it changed.
    pub days: u64,
}

/// What was typed into the form.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The decision's name with number.
    pub decision: String,
    /// Its date.
    pub decided_on: String,
    /// One day.
    pub day: String,
    /// What that day is.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// Pasted rows.
    pub rows: String,
}

/// How far the cases have followed the last decision.
#[derive(Clone, Copy, Debug, Default)]
pub struct Followed {
    /// Cases whose date moved.
    pub moved: u64,
    /// Cases that keep the date told before.
    pub kept: u64,
    /// Cases whose date the calendar does not reach.
    pub beyond: u64,
    /// Whether every case was looked at.
    pub done: bool,
}

/// `GET /admin/calendar`.
#[derive(Debug, Template)]
#[template(path = "work/calendar.html")]
pub struct CalendarPage {
    /// Frame.
    pub shell: Shell,
    /// Whether a decision was just taken in.
    pub done: bool,
    /// The year shown.
    pub year: i64,
    /// The years there are.
    pub years: Vec<YearLink>,
    /// Its days.
    pub days: Vec<DayLine>,
    /// Decisions, the newest first.
    pub decisions: Vec<DecisionLine>,
    /// How far cases have followed the newest; none before any.
    pub followed: Option<Followed>,
    /// What a day can be.
    pub kinds: Vec<Choice>,
    /// What was typed.
    pub typed: Typed,
    /// Most characters of pasted rows.
    pub pasted: usize,
    /// What is wrong with it.
    pub errors: Errors,
}

/// How one day changes.
#[derive(Clone, Debug)]
pub struct DifferenceLine {
    /// The day, in words.
    pub day: String,
    /// What it was.
    pub before: String,
    /// What it will be.
    pub after: String,
}

/// What moves at one office.
#[derive(Clone, Debug, Default)]
pub struct OfficeMoves {
    /// Name of the office.
    pub office: String,
    /// Cases whose date is later.
    pub later: u64,
    /// Cases that keep the date told before.
    pub kept: u64,
    /// Cases whose time stands still.
    pub waiting: u64,
    /// Cases whose date the calendar does not reach.
    pub beyond: u64,
}

/// A case that a decision touches.
#[derive(Clone, Debug)]
pub struct MovedCase {
    /// Its code.
    pub code: String,
    /// Name of the office that faces the applicant.
    pub office: String,
    /// The date told.
    pub before: Instant,
    /// The date from then on.
    pub after: Instant,
    /// How it comes, in words.
    pub why: String,
}

/// `POST /admin/calendar`: what a decision changes, before it counts.
#[derive(Debug, Template)]
#[template(path = "work/calendar-review.html")]
pub struct CalendarReview {
    /// Frame.
    pub shell: Shell,
    /// The decision's name.
    pub decision: String,
    /// Its date.
    pub decided_on: Day,
    /// Day by day.
    pub differences: Vec<DifferenceLine>,
    /// Office by office.
    pub offices: Vec<OfficeMoves>,
    /// Cases in all.
    pub total: u64,
    /// A page of the cases.
    pub cases: Vec<MovedCase>,
    /// The key after which the next page begins.
    pub next: Option<String>,
    /// Whether this is a later page.
    pub later_page: bool,
    /// The rows, carried along.
    pub rows: String,
}

/// Key of how a date comes out.
pub const fn why_key(why: Why) -> &'static str {
    match why {
        Why::Later => "calendar-why-later",
        Why::Kept => "calendar-why-kept",
        Why::Waiting => "calendar-why-waiting",
        Why::Beyond => "calendar-why-beyond",
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap_or_default()
}

impl Page for CalendarPage {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "calendar-title", Section::None),
            done: true,
            year: 2026,
            years: YearLink::all("/admin/calendar", 2025, 2026, 2026),
            days: DayLine::samples(lang),
            decisions: vec![DecisionLine {
                name: "Công văn 12/VPCP-KGVX".to_owned(),
                decided_on: day("2025-12-25"),
                days: 2,
            }],
            followed: Some(Followed { moved: 41, kept: 1, beyond: 1, done: false }),
            kinds: vec![Choice::new("nghi_le", lang.t("calendar-kind-nghi-le"))],
            typed: Typed { day: "2026-01-02".to_owned(), ..Typed::default() },
            pasted: 20_000,
            errors: Errors::one("rows", crate::component::refusal(lang, "calendar-passed")),
        }
    }
}

impl Page for CalendarReview {
    fn sample(lang: Lang) -> Self {
        let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
        let case = |why: Why| MovedCase {
            code: "000.34.70.H12-251230-0007".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            before: at("2026-01-02T17:00"),
            after: at("2026-01-05T17:00"),
            why: lang.t(why_key(why)),
        };
        Self {
            shell: Shell::sample_signed_in(lang, "calendar-review-title", Section::None),
            decision: "Công văn 12/VPCP-KGVX".to_owned(),
            decided_on: day("2025-12-25"),
            differences: vec![DifferenceLine {
                day: format::day(lang, day("2026-01-02")),
                before: lang.t("calendar-ordinary"),
                after: lang.t("calendar-kind-nghi-hoan-doi"),
            }],
            offices: vec![OfficeMoves {
                office: "Xã Trần Phán".to_owned(),
                later: 1,
                kept: 1,
                waiting: 1,
                beyond: 1,
            }],
            total: 4,
            cases: Why::ALL.into_iter().map(case).collect(),
            next: Some("0192".to_owned()),
            later_page: true,
            rows: "2026-01-02,Fri,nghi_hoan_doi,Ngày nghỉ,".to_owned(),
        }
    }
}
