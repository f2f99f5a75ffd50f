//! `hailong report`: the report of a period, in words, as JSON, as a spreadsheet or on paper.

use std::{io::Write as _, path::PathBuf};

use anyhow::{Context as _, ensure};
use clap::ValueEnum;
use hailong_core::{
    serve::{
        report::{self, Figure, Line, OfficeLine, Period, Scope, Span, Window},
        succession::Units,
    },
    time::Day,
};
use hailong_render::{
    Lang,
    work::report::{PeriodReport, period_name},
};
use serde_json::{Map, Value, json};

use crate::{import::now, setting::Database};

/// Tells what was carried over, received, resolved and left over in a period.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The period: legal- (15th to 14th) or calendar-, then week-, month-, quarter-, half-, nine- (months) or year-, the
    /// year, and its number in it: legal-quarter-2017-2, legal-nine-2017. The legal quarter that runs without it.
    #[arg(value_parser = period)]
    period: Option<Period>,
    #[command(flatten)]
    database: Database,
    /// Key of one office; all of them without.
    #[arg(long)]
    office: Option<String>,
    /// In the offices of then, or in those of today with what went over to them whole.
    #[arg(long, value_enum, default_value_t = In::Then)]
    units: In,
    /// As it stood on this day (YYYY-MM-DD), which is not over; else today, or the end of the period when it is over.
    #[arg(long, value_parser = day)]
    on: Option<Day>,
    /// One JSON object instead of words.
    #[arg(long)]
    json: bool,
    /// Writes a spreadsheet too.
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
    /// Writes the paper too, in Vietnamese as it is sent.
    #[arg(long, value_name = "FILE")]
    pdf: Option<PathBuf>,
    /// Language of the words.
    #[arg(long, default_value = "vi", value_parser = ["vi", "en"])]
    lang: String,
}

/// See [`Units`].
#[derive(Clone, Copy, ValueEnum)]
enum In {
    Then,
    Now,
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse(text).ok_or_else(|| {
        format!("\"{text}\" is no period: write it as legal-quarter-2017-2 or calendar-month-2017-6")
    })
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| format!("\"{text}\" is not a day: write YYYY-MM-DD"))
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let store = options.database.open().await?;
    let made_at = now(&store).await?;
    let today = options.on.unwrap_or(made_at.day());
    ensure!(today <= made_at.day(), "it is {} in this record: {today} is still to come", made_at.day());
    let period = options.period.unwrap_or_else(|| Period::containing(Window::Legal, Span::Quarter, today));
    let closing = report::closing(period, today)
        .with_context(|| format!("{} begins on {}, after {today}", period.key(), period.first_day()))?;
    let units = match options.units {
        In::Then => Units::Then,
        In::Now => Units::Of(made_at.day()),
    };
    let scope = Scope { office: options.office, units };
    let directory = store.directory();
    let offices = scope
        .offices(&directory)
        .map_err(|_| anyhow::anyhow!("there is no office {}", scope.office.as_deref().unwrap_or_default()))?;
    let figures = store.report(period, closing, offices.as_deref()).await?;
    let about = PeriodReport::new(figures, scope, &directory, made_at);
    let lang = Lang::from_tag(&options.lang).unwrap_or_default();
    let write = |file: &PathBuf, bytes: Vec<u8>| {
        std::fs::write(file, bytes).with_context(|| format!("{} cannot be written", file.display()))
    };
    if let Some(file) = &options.xlsx {
        write(file, about.xlsx(lang)?)?;
    }
    if let Some(file) = &options.pdf {
        write(file, about.pdf()?)?;
    }
    let mut out = std::io::stdout().lock();
    if options.json {
        writeln!(out, "{:#}", in_json(&about, lang))?;
    } else {
        write!(out, "{}", in_words(&about, lang))?;
    }
    Ok(())
}

/// The total, what is said of it, and a line for each procedure and office.
fn in_words(about: &PeriodReport, lang: Lang) -> String {
    let mut lines = vec![
        format!("{}: {}", lang.t("report-title"), about.whose),
        format!("{}. {}", period_name(lang, about.report.period), about.as_of(lang)),
        about.sentence(lang),
        String::new(),
    ];
    let names = PeriodReport::figures(&about.report.total, lang);
    lines.extend(names.into_iter().map(|(name, n)| format!("{n:>10}  {name}")));
    let short = |name: &str, line: &Line| {
        format!("{:>10}  {:>10}  {:>10}  {name}", line.to_resolve(), line.resolved(), line.in_progress())
    };
    let mut table = |title: &str, rows: Vec<String>| {
        if !rows.is_empty() {
            let heads = ["report-to-resolve", "report-resolved", "report-open"].map(|key| lang.t(key));
            lines.extend([String::new(), format!("{} ({})", lang.t(title), heads.join(", "))]);
            lines.extend(rows);
        }
    };
    let procedures = about.report.fields.iter().flat_map(|field| &field.procedures);
    table(
        "report-by-procedure",
        procedures.map(|(code, name, line)| short(&format!("{code} {name}"), line)).collect(),
    );
    table(
        "report-by-office",
        about.offices.iter().map(|one| short(&PeriodReport::office_name(one, lang), &one.line)).collect(),
    );
    lines.push(String::new());
    lines.extend(about.notes(lang));
    lines.join("\n") + "\n"
}

fn figures(line: &Line) -> Value {
    let figure = |figure: &Figure| (figure.key().replace('-', "_"), figure.of(line).into());
    Value::Object(Figure::ALL.iter().map(figure).collect::<Map<_, _>>())
}

fn in_json(about: &PeriodReport, lang: Lang) -> Value {
    let report = &about.report;
    let period = report.period;
    let fields = report.fields.iter().map(|field| {
        let procedures = field
            .procedures
            .iter()
            .map(|(code, name, line)| json!({ "code": code, "name": name, "figures": figures(line) }));
        json!({
            "field": field.field_vi,
            "total": figures(&field.total),
            "procedures": procedures.collect::<Vec<_>>(),
        })
    });
    let office = |one: &OfficeLine| json!({ "office": one.id, "name": one.name, "of": one.of, "figures": figures(&one.line) });
    let apart = about.apart.iter().map(|one| {
        let into: Vec<&String> = one.into.iter().map(|(key, _)| key).collect();
        json!({ "office": one.office, "name": one.name, "into": into })
    });
    json!({
        "period": {
            "key": period.key(),
            "name": period_name(lang, period),
            "from": period.first_day().to_string(),
            "to": period.last_day().to_string(),
        },
        "as_of": report.as_of.to_string(),
        "closed": report.closed,
        "office": about.scope.office,
        "name": about.whose,
        "units": if about.scope.units == Units::Then { "then" } else { "now" },
        "total": figures(&report.total),
        "fields": fields.collect::<Vec<_>>(),
        "offices": about.offices.iter().map(office).collect::<Vec<_>>(),
        "apart": apart.collect::<Vec<_>>(),
        "notes": about.notes(lang),
        "demo": about.demo,
    })
}
