//! The clocks of an opinion, in working days. They are those of the national portal, by which an administration is
//! measured (QĐ 766/QĐ-TTg of 2022, group 5): the decree of 2008 gives none but that of passing it on.
//!
//! While its author is asked the time of the answer stands still, no longer than [`REPLY_WORKING_DAYS`]: that much is ours,
//! so that a question cannot be used to win time.

use crate::{
    context::Context,
    directory::Directory,
    listen::opinion::{Current, Owed},
    refusal::Refusal,
    serve::{
        calendar::CalendarError,
        deadline,
        procedure::{Limit, Unit},
    },
    time::{Day, Instant},
};

/// Working days in which an opinion is sorted, or refused.
pub const TRIAGE_WORKING_DAYS: u16 = 2;
/// Working days in which its author may be asked for more.
pub const ASK_WORKING_DAYS: u16 = 5;
/// Working days in which it is answered.
pub const ANSWER_WORKING_DAYS: u16 = 15;
/// Working days in which an answer is published, from the answer or from a later consent.
pub const PUBLISH_WORKING_DAYS: u16 = 2;
/// Working days for which the time stands still at most while the author is asked.
pub const REPLY_WORKING_DAYS: u16 = 10;

impl Owed {
    /// Working days that the step has.
    pub const fn working_days(self) -> u16 {
        match self {
            Self::Sorting => TRIAGE_WORKING_DAYS,
            Self::Answer => ANSWER_WORKING_DAYS,
            Self::Publishing => PUBLISH_WORKING_DAYS,
        }
    }
}

/// The last day that may be promised for a step that is late: no law gives more time for it, so a promise takes no longer than
/// the step has as a whole, and sorting does not take the time of the answer.
///
/// # Errors
/// [`Refusal::CalendarBeyond`].
pub fn latest_promise(current: &Current, owed: Owed, ctx: &Context<'_>) -> Result<Day, Refusal> {
    let latest = last_day(owed.working_days(), ctx)?;
    let answer = Some(current.due).filter(|due| owed == Owed::Sorting && *due >= ctx.at.day());
    Ok(answer.map_or(latest, |due| latest.min(due)))
}

/// The last day of so many working days from now.
pub(crate) fn last_day(days: u16, ctx: &Context<'_>) -> Result<Day, Refusal> {
    last_day_from(ctx.at, days, ctx.directory)
}

/// The last day of so many working days from an instant.
fn last_day_from(at: Instant, days: u16, directory: &Directory) -> Result<Day, Refusal> {
    let limit = Limit::new(days, Unit::WorkingDays);
    deadline::due(at, &limit, &directory.calendar).map(Instant::day).map_err(beyond)
}

/// Working days left until a day; none when it has passed.
pub(super) fn left(due: Day, ctx: &Context<'_>) -> Result<u32, Refusal> {
    let days = ctx.directory.calendar.working_days_between(ctx.at.day(), due).map_err(beyond)?;
    Ok(u32::try_from(days).unwrap_or(0))
}

/// The day on which so many working days after another end; the day itself when there is none left.
pub(super) fn after(day: Day, left: u32, directory: &Directory) -> Result<Day, Refusal> {
    if left == 0 { Ok(day) } else { directory.calendar.nth_working_after(day, left).map_err(beyond) }
}

/// The days of an opinion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// By which it is to be sorted.
    pub triage_by: Option<Day>,
    /// The last one on which its author may be asked.
    pub ask_by: Option<Day>,
    /// By which it is to be answered.
    pub due: Day,
    /// Until which the time of the answer stands still.
    pub reply_by: Option<Day>,
    /// By which its answer is to be published.
    pub publish_by: Option<Day>,
}

/// The days of an opinion over the calendar in force: what was told, or later where a decision on days off came since. Days that are
/// no longer owed stay.
///
/// # Errors
/// [`Refusal::CalendarBeyond`].
pub(super) fn days_now(current: &Current, directory: &Directory) -> Result<Days, Refusal> {
    let Current { moments, .. } = current;
    let from = |at: Instant, days| last_day_from(at, days, directory);
    let later = |told: Option<Day>, at: Option<Instant>, days: u16| -> Result<Option<Day>, Refusal> {
        match (told, at) {
            (Some(told), Some(at)) => Ok(Some(told.max(from(at, days)?))),
            _ => Ok(told),
        }
    };
    let told = current.days();
    if !current.state.is_open() {
        let publish_by = later(told.publish_by, moments.publish, PUBLISH_WORKING_DAYS)?;
        return Ok(Days { publish_by, ..told });
    }
    let received = Some(moments.received);
    let reply_by = later(told.reply_by, moments.asked, REPLY_WORKING_DAYS)?;
    let due = match (current.question, reply_by, moments.replied) {
        (Some(question), Some(_), Some(replied)) if replied.day() <= question.reply_by => {
            after(replied.day(), question.left, directory)?
        }
        (Some(question), Some(reply_by), _) => after(reply_by, question.left, directory)?,
        _ => from(moments.received, ANSWER_WORKING_DAYS)?,
    };
    Ok(Days {
        triage_by: later(told.triage_by, received, TRIAGE_WORKING_DAYS)?,
        ask_by: later(told.ask_by, received, ASK_WORKING_DAYS)?,
        due: told.due.max(due),
        reply_by,
        publish_by: told.publish_by,
    })
}

fn beyond(_: CalendarError) -> Refusal {
    Refusal::CalendarBeyond
}
