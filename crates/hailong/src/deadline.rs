//! `hailong deadline`: when something is due, day by day, without any record.

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::ValueEnum;
use hailong_core::{
    serve::{
        calendar::Calendar,
        clock::Clock,
        deadline::{Ledger, Why},
        notation,
        regime::Regime,
    },
    time::Instant,
};
use hailong_render::{Lang, format, work::ledger_lines};
use serde_json::{Value, json};

/// The district's table of holidays and swapped days, 2015 to 2028.
const CALENDAR: &str = include_str!("../../../data/dam-doi/holidays.csv");

/// Derives a due date from reception, limit and what happened since, with one line a day.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Complete reception, in Vietnam's time: 2017-01-25T09:00.
    #[arg(long, allow_hyphen_values = true)]
    from: String,
    /// The limit: "3 working days", "15 days", "2 months", "8 hours", "same-day".
    #[arg(long, allow_hyphen_values = true)]
    limit: String,
    /// What happened since, in order, any number of times: pause:MOMENT:REASON (supplement, financial-duty, posting,
    /// expert-opinion, violation), resume:MOMENT[:restart], extend:MOMENT:LIMIT, reappoint:MOMENT:MOMENT.
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<String>,
    /// Another table of holidays and swapped days: CSV with the columns date,weekday,kind,name_vi,source.
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
    /// The rules to apply; else those in force on the day of reception.
    #[arg(long)]
    regime: Option<Rules>,
    /// The moment to which a stop that has not ended is counted; else when the last event happened.
    #[arg(long)]
    now: Option<String>,
    /// One JSON object instead of words.
    #[arg(long)]
    json: bool,
    /// Language of the words.
    #[arg(long, default_value = "vi", value_parser = ["vi", "en"])]
    lang: String,
}

/// See [`Regime`].
#[derive(Clone, Copy, ValueEnum)]
enum Rules {
    R2015,
    R2018,
    R2025,
}

impl From<Rules> for Regime {
    fn from(rules: Rules) -> Self {
        match rules {
            Rules::R2015 => Self::R2015,
            Rules::R2018 => Self::R2018,
            Rules::R2025 => Self::R2025,
        }
    }
}

pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let calendar = calendar(options)?;
    let from = notation::moment(&options.from)?;
    let regime = options.regime.map_or(Regime::on(from.day()), Regime::from);
    let mut clock = Clock::start(from, notation::limit(&options.limit)?, regime, &calendar)?;
    let mut last = from;
    for text in &options.events {
        let event = notation::event(text)?;
        last = event.at();
        clock.push(event).with_context(|| format!("the event \"{text}\" does not fit"))?;
    }
    let now = options.now.as_deref().map(notation::moment).transpose()?.unwrap_or(last);
    let ledger = clock.ledger(now, &calendar)?;
    let lang = Lang::from_tag(&options.lang).unwrap_or_default();
    let mut out = std::io::stdout().lock();
    if options.json {
        writeln!(out, "{:#}", in_json(&clock, &ledger, now, &calendar, lang)?)?;
    } else {
        writeln!(out, "{}", format::date_time(lang, ledger.due))?;
        for line in ledger_lines(lang, &ledger) {
            let rule = if line.rule.is_empty() { String::new() } else { format!(" ({})", line.rule) };
            writeln!(out, "  {}: {}{rule}", line.when, line.text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn calendar(options: &Options) -> anyhow::Result<Calendar> {
    let Some(file) = &options.calendar else { return Ok(Calendar::parse_csv(CALENDAR)?) };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the calendar {} cannot be read as UTF-8 text", file.display()))?;
    Calendar::parse_csv(&text).with_context(|| format!("the calendar {} is faulty", file.display()))
}

fn in_json(
    clock: &Clock,
    ledger: &Ledger,
    now: Instant,
    calendar: &Calendar,
    lang: Lang,
) -> anyhow::Result<Value> {
    let dates = clock.dates(now, calendar)?;
    let words = ledger_lines(lang, ledger);
    let lines: Vec<_> = ledger
        .lines
        .iter()
        .zip(words)
        .map(|(line, words)| {
            json!({
                "date": line.day.to_string(),
                "why": key(&line.why),
                "counted": line.counted,
                "words": words.text,
            })
        })
        .collect();
    Ok(json!({
        "due": ledger.due.to_string(),
        "regime": clock.regime.key(),
        "paused": clock.paused().map(|reason| reason.key()),
        "dates": {
            "statutory": dates.statutory.to_string(),
            "promised": dates.promised.to_string(),
            "adjusted": dates.adjusted.to_string(),
            "index": dates.index.to_string(),
        },
        "index_counts_as_late": clock.supplement_pauses() > 1,
        "lines": lines,
    }))
}

/// Stable name of what a day is in the count.
fn key(why: &Why) -> &'static str {
    match why {
        Why::Received => "received",
        Why::Arrived => "arrived",
        Why::Counted(_) => "counted",
        Why::SwappedWorkingSaturday(_) => "swapped-working-saturday",
        Why::Weekend => "weekend",
        Why::Holiday(_) => "holiday",
        Why::LastDayMoved => "last-day-moved",
        Why::SameDay => "same-day",
        Why::After15NextDay => "after-15-next-day",
        Why::DayOffNextDay => "day-off-next-day",
        Why::Annulled(_) => "annulled",
        Why::Paused(_) => "paused",
        Why::WentOn => "went-on",
        Why::BegunAnew => "begun-anew",
        Why::Extended(_) => "extended",
        Why::Kept => "kept",
        Why::MinutesCounted(_) => "minutes-counted",
    }
}
