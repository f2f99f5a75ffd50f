//! The deadline calculator: anybody works out a due date, with the same clock that cases have. It reads nothing of any
//! case, keeps nothing, and its address says all that was typed.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use hailong_core::{
    directory::Directory,
    refusal::Refusal,
    serve::{
        calendar::Calendar,
        clock::{Clock, ClockEvent, PauseReason},
        notation,
        procedure::{Limit, Procedure},
        regime::Regime,
    },
    time::{Day, Instant},
};
use hailong_render::{
    Lang, Section,
    component::{Choice, Errors, refusal},
    format,
    serve::{
        deadline::{DeadlinePage, EXTENDED, EventRow, GOES_ON, NEW_DATE, Reckoned, Typed, kinds},
        procedure::{Link, words},
    },
    work::{date, ledger_lines, limit_text},
};

use crate::{
    App,
    error::{Failure, html, html_refused},
    visitor::Visitor,
};

/// Lines for what happened, at most.
const MOST_ROWS: usize = 12;
/// Empty lines that are always left to fill in.
const SPARE_ROWS: usize = 2;
/// Procedures shown for what was looked for.
const MOST_FOUND: usize = 10;
/// Longest value read, in characters.
const LONGEST: usize = 100;

/// `GET /deadline`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let asked = query.contains_key("day");
    let mut typed = typed(&query);
    if !asked {
        let (now, minute) = (visitor.now.day(), visitor.now.minute().0);
        typed.day = now.to_string();
        typed.time = format!("{:02}:{:02}", minute / 60, minute % 60);
    }
    let desk = Desk { lang: visitor.lang, now: visitor.now, calendar: &directory.calendar };
    let day = notation::day(&typed.day).unwrap_or(visitor.now.day());
    let procedure = directory.procedure_near(&typed.procedure, day).ok();
    let mut errors = Errors::none();
    if procedure.is_none() && !typed.procedure.is_empty() {
        errors.push("q", visitor.lang.t("deadline-unknown-procedure"));
    }
    let mut result = None;
    if asked && errors.is_empty() {
        match desk.reckon(&typed, procedure) {
            Ok(reckoned) => result = Some(reckoned),
            Err(wrong) => errors = wrong,
        }
    }
    let faulty = !errors.is_empty();
    let page = page(&visitor, &directory, procedure, typed, errors, result);
    if faulty { html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY) } else { html(&page) }
}

fn typed(query: &BTreeMap<String, String>) -> Typed {
    let text = |name: &str| -> String {
        query.get(name).map(|text| text.trim().chars().take(LONGEST).collect()).unwrap_or_default()
    };
    let row = |number: usize| EventRow {
        number,
        what: text(&format!("what{number}")),
        day: text(&format!("day{number}")),
        time: text(&format!("time{number}")),
        by: text(&format!("by{number}")),
        to: text(&format!("to{number}")),
    };
    let mut rows: Vec<EventRow> = (1..=MOST_ROWS).map(row).collect();
    let used = rows.iter().rposition(|row| !row.is_empty()).map_or(0, |last| last + 1);
    rows.truncate(used + SPARE_ROWS);
    Typed {
        q: text("q"),
        procedure: text("procedure"),
        which: text("which"),
        limit: text("limit"),
        day: text("day"),
        time: text("time"),
        regime: text("regime"),
        rows,
    }
}

fn page(
    visitor: &Visitor,
    directory: &Directory,
    procedure: Option<&Procedure>,
    typed: Typed,
    errors: Errors,
    result: Option<Reckoned>,
) -> DeadlinePage {
    let lang = visitor.lang;
    let found =
        if typed.q.is_empty() { Vec::new() } else { directory.on(visitor.now.day()).search(&typed.q) };
    let link = |found: &Procedure| Link {
        href: format!("/deadline?procedure={}", found.code),
        text: format!("{} ({})", found.short_name_vi, found.code),
    };
    let limits = procedure.map(|found| found.limits.as_slice()).unwrap_or_default().iter().enumerate();
    DeadlinePage {
        shell: visitor.shell("deadline-title", Section::Procedures),
        procedure: procedure.map(|found| found.short_name_vi.clone()).unwrap_or_default(),
        limits: limits
            .map(|(at, limit)| Choice::new(at.to_string(), words::limit_line(lang, limit)))
            .collect(),
        found: found.into_iter().take(MOST_FOUND).map(link).collect(),
        regimes: Regime::ALL.iter().map(|regime| Choice::new(regime.key(), regime.text_vi())).collect(),
        kinds: kinds(lang),
        typed,
        errors,
        result,
    }
}

/// What a calculation is made with.
struct Desk<'a> {
    lang: Lang,
    now: Instant,
    calendar: &'a Calendar,
}

impl Desk<'_> {
    fn reckon(&self, typed: &Typed, procedure: Option<&Procedure>) -> Result<Reckoned, Errors> {
        let mut errors = Errors::none();
        let limit = self.limit(typed, procedure, &mut errors);
        let received = self.moment("", &typed.day, &typed.time, &mut errors);
        let regime = match (typed.regime.as_str(), received) {
            ("", received) => received.map(|at| Regime::on(at.day())),
            (key, _) => {
                let known = Regime::from_key(key);
                if known.is_none() {
                    errors.push("regime", self.lang.t("deadline-bad-rules"));
                }
                known
            }
        };
        let (Some(limit), Some(received), Some(regime), true) = (limit, received, regime, errors.is_empty())
        else {
            return Err(errors);
        };
        let mut clock = Clock::start(received, limit, regime, self.calendar).map_err(|_| self.beyond())?;
        let mut last = received;
        for row in typed.rows.iter().filter(|row| !row.is_empty()) {
            let event = self.event(row, &clock)?;
            last = event.at();
            clock.push(event).map_err(|why| self.misfit(row, &why))?;
        }
        self.result(&clock, self.now.max(last))
    }

    fn result(&self, clock: &Clock, now: Instant) -> Result<Reckoned, Errors> {
        let lang = self.lang;
        let dates = clock.dates(now, self.calendar).map_err(|_| self.beyond())?;
        let ledger = clock.ledger(now, self.calendar).map_err(|_| self.beyond())?;
        Ok(Reckoned {
            due: dates.adjusted,
            named: Some(dates.promised).filter(|promised| *promised > clock.printed),
            received: clock.received,
            limit: limit_text(lang, &clock.limit),
            rules: clock.regime.text_vi().to_owned(),
            stands: clock.paused().map(|reason| (reason, now)),
            index_late: clock.supplement_pauses() > 1,
            dates: date::four(lang, &dates),
            ledger: ledger_lines(lang, &ledger),
        })
    }

    /// The limit that was typed, else the one chosen, else the only one there is.
    fn limit(&self, typed: &Typed, procedure: Option<&Procedure>, errors: &mut Errors) -> Option<Limit> {
        if !typed.limit.is_empty() {
            return self.limit_in_words("limit", &typed.limit, errors);
        }
        let limits = procedure.map(|found| found.limits.as_slice()).unwrap_or_default();
        let chosen = match (typed.which.as_str(), limits) {
            ("", [only]) => Some(only),
            (which, limits) => which.parse::<usize>().ok().and_then(|at| limits.get(at)),
        };
        if chosen.is_none() {
            let field = if limits.is_empty() { "limit" } else { "which" };
            errors.push(field, self.lang.t("deadline-no-limit"));
        }
        chosen.cloned()
    }

    fn limit_in_words(&self, field: &str, text: &str, errors: &mut Errors) -> Option<Limit> {
        let limit = notation::limit(text).ok();
        if limit.is_none() {
            errors.push(field, self.lang.t("deadline-bad-limit"));
        }
        limit
    }

    /// A day within the calendar. Beyond it nothing is ever counted, however far away it is.
    fn day(&self, field: &str, text: &str, errors: &mut Errors) -> Option<Day> {
        let (first, last) = self.calendar.span();
        let day = notation::day(text).ok();
        match day {
            None => errors.push(field, self.lang.t("deadline-bad-day")),
            Some(day) if day < first || day > last => errors.push(field, self.span("deadline-outside")),
            Some(_) => return day,
        }
        None
    }

    /// The moment of two fields whose names end alike.
    fn moment(&self, ending: &str, day: &str, time: &str, errors: &mut Errors) -> Option<Instant> {
        let day = self.day(&format!("day{ending}"), day, errors);
        let time = notation::time(time).ok();
        if time.is_none() {
            errors.push(&format!("time{ending}"), self.lang.t("deadline-bad-time"));
        }
        Some(Instant::at(day?, time?))
    }

    fn event(&self, row: &EventRow, clock: &Clock) -> Result<ClockEvent, Errors> {
        let mut errors = Errors::none();
        let field = |name: &str| format!("{name}{}", row.number);
        let at = self.moment(&row.number.to_string(), &row.day, &row.time, &mut errors);
        let event = match row.what.as_str() {
            GOES_ON => at.map(|at| clock.going_on(at)),
            EXTENDED => {
                let by = self.limit_in_words(&field("by"), &row.by, &mut errors);
                at.zip(by).map(|(at, by)| ClockEvent::Extended { at, by })
            }
            NEW_DATE => {
                let to = self.day(&field("to"), &row.to, &mut errors);
                if to.is_some_and(|to| !self.calendar.is_working(to)) {
                    errors.push(&field("to"), refusal(self.lang, Refusal::AppointmentOnDayOff.code()));
                }
                at.zip(to).map(|(at, to)| ClockEvent::Reappointed { at, to: self.calendar.closing(to) })
            }
            what => {
                let reason = PauseReason::from_key(what);
                if reason.is_none() {
                    errors.push(&field("what"), self.lang.t("deadline-bad-what"));
                }
                at.zip(reason).map(|(at, reason)| ClockEvent::Paused { at, reason })
            }
        };
        event.filter(|_| errors.is_empty()).ok_or(errors)
    }

    /// What happened does not fit what happened before.
    fn misfit(&self, row: &EventRow, why: &Refusal) -> Errors {
        match why {
            Refusal::ClockOrder => Errors::one(&format!("what{}", row.number), self.lang.t("deadline-order")),
            Refusal::AppointmentTooEarly => {
                Errors::one(&format!("to{}", row.number), refusal(self.lang, why.code()))
            }
            why => Errors::one(&format!("what{}", row.number), refusal(self.lang, why.code())),
        }
    }

    fn beyond(&self) -> Errors {
        Errors::one("day", self.span("deadline-beyond"))
    }

    /// A sentence that names the first and last day of the calendar.
    fn span(&self, key: &str) -> String {
        let (from, to) = self.calendar.span();
        let date = |day| format::date(self.lang, day);
        self.lang.t_args(key, &[("from", date(from).into()), ("to", date(to).into())])
    }
}
