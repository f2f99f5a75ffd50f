//! `hailong bench paper`: how long each paper takes to make, from its sample; with `--keep` the papers are kept to look at.

use std::{hint::black_box, time::Instant as Stopwatch};

use anyhow::Context as _;
use hailong_render::{
    Lang, Page,
    paper::{
        Form, apology, control_slip, invitation, receipt, refusal, stop_notice, supplement_request,
        tracking_book,
    },
    pdf::{self, PosterContext, PosterSize},
    serve::queue::Slip,
    sheet,
};

use super::Paper;

type Make = Box<dyn Fn() -> anyhow::Result<Vec<u8>>>;

fn form(form: impl Form + 'static) -> Make {
    Box::new(move || Ok(form.pdf()?))
}

/// Rows of the spreadsheet: a busy office's year.
const ROWS: u32 = 10_000;

fn spreadsheet() -> anyhow::Result<Vec<u8>> {
    let mut book = sheet::Book::new();
    let columns =
        tracking_book::BOOK_COLUMNS.iter().map(|(name, width)| ((*name).to_owned(), *width)).collect();
    book.sheet(&sheet::Head {
        name: "Sổ".into(),
        title: "Sổ theo dõi hồ sơ".into(),
        columns,
        ..Default::default()
    })?;
    let line = &tracking_book::TrackingBook::sample().lines[0];
    for number in 1..=ROWS {
        let words =
            [&line.code, &line.procedure, &line.name, &line.reach, &line.deciding, &line.way, &line.note];
        let moments = [line.received, line.due, line.sent, line.back, line.returned];
        let cells = words.into_iter().map(|text| sheet::Value::from(text.as_str()));
        book.row(std::iter::once(number.into()).chain(cells).chain(moments.map(Into::into)))?;
    }
    Ok(book.finish()?)
}

/// Every paper by its name and the ending of its file.
fn papers() -> Vec<(&'static str, &'static str, Make)> {
    let poster = |size| -> Make { Box::new(move || Ok(pdf::poster(&PosterContext::sample(), size)?)) };
    vec![
        ("receipt", "pdf", form(receipt::Receipt::sample(Lang::Vi))),
        ("supplement request", "pdf", form(supplement_request::SupplementRequest::sample(Lang::Vi))),
        ("refusal", "pdf", form(refusal::Refusal::sample(Lang::Vi))),
        ("apology", "pdf", form(apology::Apology::sample())),
        ("stop notice", "pdf", form(stop_notice::StopNotice::sample())),
        ("control slip", "pdf", form(control_slip::ControlSlip::sample())),
        ("tracking book, 40 lines", "pdf", form(tracking_book::TrackingBook::sample())),
        ("invitation", "pdf", form(invitation::Invitation::sample(Lang::Vi))),
        ("queue slip", "pdf", form(Slip::sample(Lang::Vi))),
        ("poster A3", "pdf", poster(PosterSize::A3)),
        ("poster A4", "pdf", poster(PosterSize::A4)),
        ("spreadsheet, 10000 rows", "xlsx", Box::new(spreadsheet)),
    ]
}

pub(super) fn run(options: &Paper) -> anyhow::Result<()> {
    let mut figures = Vec::new();
    for (name, ending, make) in papers() {
        let first = make().with_context(|| format!("the {name} cannot be made"))?;
        if let Some(folder) = &options.keep {
            let path = folder.join(format!("{}.{ending}", name.replace([' ', ','], "-")));
            std::fs::write(&path, &first).with_context(|| format!("{} cannot be written", path.display()))?;
        }
        let runs = if ending == "xlsx" { options.runs.div_ceil(20) } else { options.runs };
        let mut times = Vec::with_capacity(runs);
        for _ in 0..runs {
            let watch = Stopwatch::now();
            black_box(make()?);
            times.push(watch.elapsed().as_secs_f64() * 1_000.0);
        }
        times.sort_by(f64::total_cmp);
        let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
        figures.push((format!("{name}: median ms"), at(50)));
        figures.push((format!("{name}: p95 ms"), at(95)));
        figures.push((format!("{name}: kB"), first.len() as f64 / 1_000.0));
    }
    let figures: Vec<_> = figures.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    super::print(&figures, options.json)
}
