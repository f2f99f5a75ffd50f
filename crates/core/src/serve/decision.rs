//! A late decision on days off: what it changes in the calendar, and what becomes of cases whose date was told already.
//!
//! The calendar changes first, the cases follow one by one. A date that was told never comes earlier: when a day off is
//! taken back or a Saturday is worked after all, the case keeps its date, and its clock remembers it
//! ([`ClockEvent::Recalculated`]). A step on a case that was not reached yet catches up first, so that the order in
//! which cases are reached makes no difference.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    calendar::{Calendar, CalendarError, Kind, Special, WEEKDAYS, parse_line, weekday_number},
    case::{Case, ClockMoved, State},
    clock::{Clock, ClockEvent},
};
use crate::{
    batch::Batch,
    context::Context,
    event::Event,
    refusal::Refusal,
    time::{Day, Instant},
};

/// Rows of one decision, at most.
pub const MOST_ROWS: usize = 400;
/// Longest name of a decision or a day, and longest source of a row, in characters.
pub const NAME_LIMIT: usize = 160;
/// So many years from today on can be entered.
const YEARS_AHEAD: i16 = 10;
/// The word that a table has for a row that is taken back.
pub const TAKEN_BACK: &str = "bai_bo";

/// What a decision says of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// The day is this from now on.
    Put(Special),
    /// The day is an ordinary day again.
    TakenBack(Day),
}

impl Row {
    /// The day.
    pub const fn day(&self) -> Day {
        match self {
            Self::Put(special) => special.day,
            Self::TakenBack(day) => *day,
        }
    }
}

/// A decision that is to be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its name with number, such as "Quyết định 12/QĐ-TTg".
    pub decision: String,
    /// Its date.
    pub decided_on: Day,
    /// What it says.
    pub rows: Vec<Row>,
}

/// A decision changed days of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Its name with number.
    pub decision: String,
    /// Its date.
    pub decided_on: Day,
    /// Rows that are new or other than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub put: Vec<Special>,
    /// Days that are ordinary days again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_back: Vec<Day>,
}

/// What is wrong with one day of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RowFault {
    /// The day is over, and cases were worked on as it was.
    #[error("the day is over: only its name can still be put right")]
    Passed,
    /// Only weekends are worked in exchange.
    #[error("only a Saturday or a Sunday can be worked for a weekday off")]
    NotWeekend,
    /// A weekend is off anyway.
    #[error("only a weekday can be off in exchange or in lieu")]
    NotWeekday,
    /// A day off needs a name, which applicants read.
    #[error("the day has no name")]
    NoName,
    /// Two rows for one day.
    #[error("the day stands twice")]
    Twice,
    /// A name or source nobody reads to the end.
    #[error("the name or the source is too long")]
    TooLong,
    /// A slip of the keyboard.
    #[error("the year is too far ahead")]
    TooFar,
}

impl RowFault {
    /// Every fault.
    pub const ALL: [Self; 7] = [
        Self::Passed,
        Self::NotWeekend,
        Self::NotWeekday,
        Self::NoName,
        Self::Twice,
        Self::TooLong,
        Self::TooFar,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Passed => "calendar-passed",
            Self::NotWeekend => "calendar-not-weekend",
            Self::NotWeekday => "calendar-not-weekday",
            Self::NoName => "calendar-no-name",
            Self::Twice => "calendar-twice",
            Self::TooLong => "calendar-too-long",
            Self::TooFar => "calendar-too-far",
        }
    }
}

/// How one day changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The day.
    pub day: Day,
    /// Its row before; none when it was an ordinary day.
    pub before: Option<Special>,
    /// Its row from now on; none when it is an ordinary day.
    pub after: Option<Special>,
}

/// What a decision comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What is written.
    pub changed: Changed,
    /// Day by day, in order.
    pub differences: Vec<Difference>,
    /// The calendar from then on.
    pub calendar: Calendar,
}

/// Reads rows `date,weekday,kind,name_vi,source`, with or without the heading line. The kind `bai_bo` takes a row back.
///
/// # Errors
/// [`CalendarError::Line`].
pub fn read(text: &str) -> Result<Vec<Row>, CalendarError> {
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().enumerate().filter(|(at, line)| {
        let heading = *at == 0 && line.trim_start().starts_with("date");
        !heading && !line.trim().is_empty()
    });
    lines.map(|(at, line)| read_row(line).map_err(|why| CalendarError::Line { line: at + 1, why })).collect()
}

fn read_row(line: &str) -> Result<Row, &'static str> {
    let mut columns = line.split(',').map(|column| column.trim().trim_matches('"'));
    let (date, weekday, kind) = (columns.next(), columns.next(), columns.next());
    if kind != Some(TAKEN_BACK) {
        return parse_line(line).map(Row::Put);
    }
    let day = date.and_then(Day::parse).ok_or("the date is not YYYY-MM-DD")?;
    let weekday = weekday.and_then(weekday_number).ok_or("the weekday is not Mon … Sun")?;
    if weekday == day.weekday() {
        Ok(Row::TakenBack(day))
    } else {
        Err("the weekday does not belong to the date")
    }
}

/// The rows of a plan as [`read`] reads them.
pub fn write(plan: &Plan) -> String {
    let mut text = String::new();
    for one in &plan.differences {
        let weekday = WEEKDAYS[usize::from(one.day.weekday()) - 1];
        let (kind, name, source) = match &one.after {
            Some(row) => (row.kind.key(), row.name.as_str(), row.source.as_str()),
            None => (TAKEN_BACK, "", ""),
        };
        text += &format!("{},{weekday},{kind},{name},{source}\n", one.day);
    }
    text
}

/// Works out what a decision changes. Rows that the calendar has already are left aside; there may be none besides.
///
/// # Errors
/// Refuses everybody but an administrator and the program itself, a decision without a name or from the future, days
/// that cannot be what the rows say ([`RowFault`]), and a calendar in which a year would be left without holidays.
pub fn plan(asked: Asked, ctx: &Context<'_>) -> Result<Plan, Refusal> {
    ctx.actor.administers()?;
    let decision = asked.decision.split_whitespace().collect::<Vec<_>>().join(" ");
    if decision.is_empty() {
        return Err(Refusal::Empty("decision"));
    }
    if decision.chars().count() > NAME_LIMIT {
        return Err(Refusal::TooLong("decision"));
    }
    if asked.decided_on > ctx.at.day() {
        return Err(Refusal::BadChoice("decided_on"));
    }
    if asked.rows.len() > MOST_ROWS {
        return Err(Refusal::TooLong("rows"));
    }
    let known: BTreeMap<Day, &Special> =
        ctx.directory.calendar.specials().map(|row| (row.day, row)).collect();
    let mut rows: BTreeMap<Day, Option<Special>> = BTreeMap::new();
    for row in asked.rows {
        let day = row.day();
        let after = match row {
            Row::Put(special) => Some(tidied(special, &decision, ctx.at.day())?),
            Row::TakenBack(_) => None,
        };
        if rows.insert(day, after).is_some() {
            return Err(Refusal::CalendarRow(day, RowFault::Twice));
        }
    }
    let differs = |(day, after): (Day, Option<Special>)| {
        let before = known.get(&day).map(|row| (*row).clone());
        (before != after).then_some(Difference { day, before, after })
    };
    let differences: Vec<_> = rows.into_iter().filter_map(differs).collect();
    let changed = Changed {
        decision,
        decided_on: asked.decided_on,
        put: differences.iter().filter_map(|one| one.after.clone()).collect(),
        taken_back: differences.iter().filter(|one| one.after.is_none()).map(|one| one.day).collect(),
    };
    let calendar = new_calendar(&changed, &differences, ctx)?;
    Ok(Plan { changed, differences, calendar })
}

/// A row as it is kept: tidy, possible, and with a source.
fn tidied(special: Special, decision: &str, today: Day) -> Result<Special, Refusal> {
    let day = special.day;
    let wrong = |fault| Err(Refusal::CalendarRow(day, fault));
    let name = special.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let source = special.source.split_whitespace().collect::<Vec<_>>().join(" ");
    let source = if source.is_empty() { decision.to_owned() } else { source };
    if name.is_empty() {
        return wrong(RowFault::NoName);
    }
    if name.chars().count() > NAME_LIMIT || source.chars().count() > NAME_LIMIT {
        return wrong(RowFault::TooLong);
    }
    if day.year() > today.year() + YEARS_AHEAD {
        return wrong(RowFault::TooFar);
    }
    let weekend = day.weekday() > 5;
    match special.kind {
        Kind::Worked if !weekend => wrong(RowFault::NotWeekend),
        Kind::InLieu | Kind::Exchanged if weekend => wrong(RowFault::NotWeekday),
        kind => Ok(Special { day, kind, name, source }),
    }
}

/// The calendar after a decision: nothing of the past is other than it was, and no year is lost.
fn new_calendar(
    changed: &Changed,
    differences: &[Difference],
    ctx: &Context<'_>,
) -> Result<Calendar, Refusal> {
    let calendar = &ctx.directory.calendar;
    let after = changed.applied_to(calendar).map_err(|_| Refusal::YearWithoutHoliday)?;
    let ((first, last), (from, to)) = (calendar.span(), after.span());
    if from > first || to < last {
        return Err(Refusal::YearWithoutHoliday);
    }
    let passed = |one: &&Difference| {
        one.day < ctx.at.day() && calendar.is_working(one.day) != after.is_working(one.day)
    };
    match differences.iter().find(passed) {
        Some(one) => Err(Refusal::CalendarRow(one.day, RowFault::Passed)),
        None => Ok(after),
    }
}

impl Changed {
    /// The calendar after this decision.
    ///
    /// # Errors
    /// When a year would be left without holidays.
    pub fn applied_to(&self, calendar: &Calendar) -> Result<Calendar, CalendarError> {
        let mut rows: BTreeMap<Day, Special> =
            calendar.specials().map(|row| (row.day, row.clone())).collect();
        for day in &self.taken_back {
            rows.remove(day);
        }
        rows.extend(self.put.iter().map(|row| (row.day, row.clone())));
        calendar.with_rows(rows.into_values().collect())
    }
}

impl Plan {
    /// Publishes the decision. The cases follow: [`move_due`].
    ///
    /// # Errors
    /// Refuses everybody but an administrator and the program itself; [`Refusal::NothingChanges`].
    pub fn publish(&self, ctx: &Context<'_>) -> Result<Batch, Refusal> {
        ctx.actor.administers()?;
        if self.differences.is_empty() {
            return Err(Refusal::NothingChanges);
        }
        // The first version is the table's publication.
        let version = 2 + ctx.directory.decisions.len() as i64;
        let event = Event::CalendarChanged(self.changed.clone());
        Ok(Batch::one(ctx.actor.journal_name(), ctx.at, b"calendar", version, event))
    }
}

/// What a calendar makes of a date that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The date told; while the time stands still, what it would be if it went on now.
    pub before: Instant,
    /// The date from then on.
    pub after: Instant,
    /// How it comes.
    pub why: Why,
}

/// How a date comes out under another calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// It is later, and the applicant is told.
    Later,
    /// It would be earlier: what was told holds.
    Kept,
    /// The time stands still: the date will be later when it goes on.
    Waiting,
    /// The calendar does not reach the date any more; it stays until it does.
    Beyond,
}

impl Why {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Later, Self::Kept, Self::Waiting, Self::Beyond];

    /// The stable key, as lists have it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Later => "later",
            Self::Kept => "kept",
            Self::Waiting => "waiting",
            Self::Beyond => "beyond",
        }
    }
}

/// What `then` would make of a case whose date was reckoned over `now_in_force`; nothing when it stays as it is. Closed
/// cases, and those whose result is ready, stay.
pub fn outlook(case: &Case, now: Instant, now_in_force: &Calendar, then: &Calendar) -> Option<Move> {
    let (clock, held) = running(case)?;
    let Ok(kept) = kept(clock, held, now, then) else {
        return Some(Move { before: held, after: held, why: Why::Beyond });
    };
    if clock.paused().is_some() {
        let reckoned = |calendar| clock.dates(now, calendar).map(|dates| dates.adjusted.max(held));
        if let (Ok(before), Ok(after)) = (reckoned(now_in_force), reckoned(then))
            && before < after
        {
            return Some(Move { before, after, why: Why::Waiting });
        }
    }
    let after = kept?;
    let why = if after > held { Why::Later } else { Why::Kept };
    Some(Move { before: held, after, why })
}

/// The clock of a case that has one and no result yet, and the date that it held last.
fn running(case: &Case) -> Option<(&Clock, Instant)> {
    let open = !case.state.is_closed() && case.state != State::Finished;
    case.clock.as_ref().zip(case.held).filter(|_| open)
}

/// The date that the clock must remember under a calendar; none when it comes to that by itself.
fn kept(
    clock: &Clock,
    held: Instant,
    now: Instant,
    calendar: &Calendar,
) -> Result<Option<Instant>, CalendarError> {
    if clock.paused().is_none() {
        let reckoned = clock.dates(now, calendar)?.adjusted;
        return Ok((reckoned != held).then_some(reckoned.max(held)));
    }
    // While the time stands still only what held before it stopped was told.
    let mut before = clock.clone();
    if let Some(stop) = before.events.iter().rposition(|event| matches!(event, ClockEvent::Paused { .. })) {
        before.events.remove(stop);
    }
    let reckoned = before.dates(now, calendar)?.adjusted;
    Ok((reckoned < held).then_some(held))
}

/// The clock with what the last decision asks it to remember; none when it stands as it should.
fn caught_up(case: &Case, ctx: &Context<'_>) -> Result<Option<Clock>, CalendarError> {
    let (Some(last), Some((clock, held))) = (ctx.directory.decisions.last(), running(case)) else {
        return Ok(None);
    };
    let Some(due) = kept(clock, held, ctx.at, &ctx.directory.calendar)? else { return Ok(None) };
    let mut clock = clock.clone();
    let at = clock.events.last().map_or(ctx.at, |event| event.at().max(ctx.at));
    clock.events.push(ClockEvent::Recalculated { at, due, decision: last.decision.clone() });
    Ok(Some(clock))
}

/// The clock of a case over the calendar in force, whether the case was reached already or not.
pub(super) fn clock_now(case: &Case, ctx: &Context<'_>) -> Option<Clock> {
    caught_up(case, ctx).ok().flatten().or_else(|| case.clock.clone())
}

/// The date that holds over the calendar in force, whether the case was reached already or not.
pub(super) fn due_now(case: &Case, ctx: &Context<'_>) -> Option<Instant> {
    let due = case.due?;
    let caught = caught_up(case, ctx).ok().flatten();
    let to = caught.as_ref().and_then(Clock::recalculated).map(|(to, _)| to);
    Some(to.map_or(due, |to| to.max(due)))
}

/// Moves the date of one case to where the calendar in force has it. Nothing when it stands there: the same may be asked
/// again and again.
///
/// # Errors
/// Refuses everybody but an administrator and the program itself; [`Refusal::CalendarBeyond`].
pub fn move_due(case: &Case, ctx: &Context<'_>) -> Result<Option<Batch>, Refusal> {
    ctx.actor.administers()?;
    let Some(clock) = caught_up(case, ctx).map_err(|_| Refusal::CalendarBeyond)? else { return Ok(None) };
    let due = match clock.paused() {
        Some(_) => None,
        None => clock.recalculated().map(|(due, _)| due),
    };
    let event = Event::CaseDueMoved(ClockMoved { of: case.reference(), clock, due, reason: None });
    let name = ctx.actor.journal_name();
    Ok(Some(Batch::one(name, ctx.at, case.id.as_bytes(), case.version + 1, event)))
}

impl Clock {
    /// The date that the last decision on days off left, and the decision's name.
    fn recalculated(&self) -> Option<(Instant, &str)> {
        self.events.iter().rev().find_map(|event| match event {
            ClockEvent::Recalculated { due, decision, .. } => Some((*due, decision.as_str())),
            _ => None,
        })
    }

    /// The last decision on days off that the clock was reckoned anew for.
    pub fn decision(&self) -> Option<&str> {
        self.recalculated().map(|(_, decision)| decision)
    }
}
