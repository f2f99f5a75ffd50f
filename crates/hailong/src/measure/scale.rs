//! `hailong measure scale`: the law's own scales of an official, an office or the district, as the pages tell them.

use std::io::Write as _;

use anyhow::{Context as _, ensure};
use hailong_core::{
    measure::{
        figure::Figure,
        scale::{Lack, Origin, Scale, Scales, Subject, period_of, sipas::Sipas},
    },
    serve::report::{Period, Span, Window},
};

use crate::{import::now, setting::Database};

/// Whose scales.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Kind {
    /// The whole district.
    District,
    /// An office.
    Office,
    /// An official.
    Official,
}

/// Computes the law's own scales: TT 01/2018, QĐ 766, SIPAS, NĐ 335/2025.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Whose.
    #[arg(value_enum)]
    kind: Kind,
    /// Key of the office or the official, such as tran-phan or tran-phan-1.
    #[arg(required_if_eq_any([("kind", "office"), ("kind", "official")]), default_value = "")]
    id: String,
    /// The quarter or year, such as 2017-Q2 or 2017 (as the law's reports are cut), or calendar-quarter-2017-2; the law's quarter that
    /// runs without it.
    #[arg(long, value_parser = period)]
    period: Option<Period>,
    #[command(flatten)]
    database: Database,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

fn period(text: &str) -> Result<Period, String> {
    let wrong =
        || format!("\"{text}\" is no quarter or year: write it as 2017-Q2, 2017 or calendar-quarter-2017-2");
    period_of(text).ok_or_else(wrong)
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let store = options.database.open().await?;
    let kind = match options.kind {
        Kind::District => "district",
        Kind::Office => "office",
        Kind::Official => "official",
    };
    let subject = Subject::find(kind, &options.id, &store.directory());
    ensure!(subject.is_ok(), "there is no {kind} {}", options.id);
    let now = now(&store).await?;
    let period =
        options.period.unwrap_or_else(|| Period::containing(Window::Legal, Span::Quarter, now.day()));
    let scales = store.scales(&subject?, period, now).await?;
    let mut out = std::io::stdout().lock();
    if options.json {
        let line = serde_json::to_string(&scales).context("the figures cannot be written as JSON")?;
        writeln!(out, "{line}")
    } else {
        write!(out, "{}", words(&scales))
    }
    .context("the output cannot be written")
}

fn words(scales: &Scales) -> String {
    let mut text = format!("{}, {} ({} to {})\n", scales.subject, scales.period, scales.from, scales.to);
    text += &of_points("TT 01/2018/TT-VPCP", &scales.nine_indicators, 1);
    for scale in &scales.service_index {
        text += &of_points(&format!("QĐ 766/QĐ-TTg, group 5 of {}", scale.reading), scale, 2);
    }
    text += &scales.sipas.as_ref().map_or(String::new(), satisfaction);
    text += &scales
        .hundred_points
        .as_ref()
        .map_or(String::new(), |scale| of_points("NĐ 335/2025/NĐ-CP", scale, 2));
    if let Some(quota) = scales.quota {
        text += &format!(
            "excellent {} of at most {} (good {}, not judged {})\n",
            quota.excellent, quota.allowed, quota.good, quota.open
        );
    }
    text
}

fn of_points(law: &str, scale: &Scale, places: u32) -> String {
    let class = scale.class.map_or("no class", |class| class.key());
    let mut text = format!(
        "{law}: {} points of {} that can be reached ({} in all), {class}\n",
        scale.total.decimal(places),
        scale.attainable.decimal(0),
        scale.most.decimal(0)
    );
    for line in &scale.lines {
        text += &match line.found {
            Ok(found) => format!(
                "  {:<8} {:>8} of {:<4} {:>10}/{:<10} unrounded {}  {}\n",
                line.key,
                found.points.decimal(places),
                line.most.decimal(0),
                found.part,
                found.of,
                found.raw.decimal(4),
                match found.origin {
                    Origin::Record => "from the record",
                    Origin::Entered => "entered",
                    Origin::AtLeast => "at least",
                }
            ),
            Err(lack) => format!("  {:<8} left out: {}\n", line.key, why(lack)),
        };
    }
    for statement in &scale.statements {
        text += &format!("  beside it: {}\n", serde_json::to_string(statement).unwrap_or_default());
    }
    text
}

fn why(lack: Lack) -> String {
    match lack {
        Lack::NoCases => "no case in the period".to_owned(),
        Lack::NothingDue => "nothing of the kind in the period".to_owned(),
        Lack::NotEntered => "not entered".to_owned(),
        Lack::TooFewAnswers { n } => format!("{n} answers are too few"),
        Lack::NotKnownThen => "how it stood then is not known any more".to_owned(),
    }
}

fn satisfaction(sipas: &Sipas) -> String {
    let whole = match sipas.whole {
        Some(Figure::Shown { share, low, high, n, .. }) => {
            format!("{:.1} % ({:.1} to {:.1}; {n} answers)", share * 100.0, low * 100.0, high * 100.0)
        }
        Some(Figure::TooFew { n }) => format!("{n} answers are too few"),
        None => "hidden".to_owned(),
    };
    format!("SIPAS, wave {} of {}: {whole}\n", sipas.wave, sipas.closed_on)
}
