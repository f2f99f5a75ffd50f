//! `hailong survey`: the draw of a sample and the indices of forms, from files, without any record.

use std::{io::Write as _, path::PathBuf};

use anyhow::{Context as _, anyhow, bail};
use hailong_core::{
    import::read_rows,
    listen::survey::{
        Place, Stratum, Survey,
        count::{Cell, Row},
        file,
        index::{Counted, Counts, Index},
        question::{Questionnaire, Text},
        template::Template,
        wave::Frame,
    },
    time::Day,
};
use hailong_render::{Lang, component::figure_line, listen::survey::text};
use serde_json::{Value, json};

/// Largest file that is read.
const MOST_BYTES: usize = 64 << 20;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Draws people from a register, stratified by office, commune and field; the same seed draws the same people.
    Draw(Draw),
    /// Tells the satisfaction by criterion and factor from a table of forms.
    Index(Indices),
}

#[derive(clap::Args)]
pub(crate) struct Draw {
    /// A register: the columns name, contact, address, commune, field, office.
    file: PathBuf,
    /// How many people to draw.
    #[arg(long)]
    size: u32,
    /// Seed of the draw.
    #[arg(long)]
    seed: u32,
    /// One JSON object instead of comma-separated values.
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Indices {
    /// Forms, one a line: `stratum`, `frame` (how many people the stratum has), and a column for each criterion, by its key, with
    /// 1 to 5 or nothing.
    file: PathBuf,
    /// What was asked: a template (`sipas-2017`) or the file of a questionnaire.
    #[arg(long, default_value = "sipas-2017")]
    questionnaire: String,
    /// One JSON object instead of words.
    #[arg(long)]
    json: bool,
    /// Language of the words.
    #[arg(long, default_value = "vi", value_parser = ["vi", "en"])]
    lang: String,
}

pub(crate) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Draw(options) => draw(options),
        Command::Index(options) => index(options),
    }
}

fn draw(options: &Draw) -> anyhow::Result<()> {
    let units = file::register(&crate::file::text(&options.file, MOST_BYTES)?, None);
    let units = units.map_err(|(line, fault)| anyhow!("{}: line {line}: {fault}", options.file.display()))?;
    let frame = Frame::new(units);
    let drawn = frame.draw(options.size, options.seed);
    let mut out = std::io::stdout().lock();
    let people = drawn.drawn.iter().filter_map(|(stratum, unit)| match &unit.who {
        hailong_core::listen::survey::wave::Who::Contact(contact) => Some((*stratum, &unit.place, contact)),
        hailong_core::listen::survey::wave::Who::Case(_) => None,
    });
    if options.json {
        let people: Vec<Value> = people
            .map(|(stratum, _, contact)| json!({ "stratum": stratum, "name": contact.name, "contact": contact.contact, "address": contact.address }))
            .collect();
        let (frame, digest) = (hailong_store::hex(&drawn.frame_digest), hailong_store::hex(&drawn.digest));
        let said = json!({
            "seed": options.seed, "frame": drawn.strata.iter().map(|one| one.frame).sum::<u32>(),
            "frame_digest": frame, "draw_digest": digest, "strata": drawn.strata, "drawn": people,
        });
        writeln!(out, "{said:#}")?;
        return Ok(());
    }
    writeln!(out, "name,contact,address,commune,field,office")?;
    for (_, place, contact) in people {
        let cells =
            [&contact.name, &contact.contact, &contact.address, &place.commune, &place.field, &place.office];
        writeln!(out, "{}", cells.map(|text| file::cell(text)).join(","))?;
    }
    Ok(())
}

/// Forms of a file as a wave that was counted: each stratum is a cell.
struct Forms {
    survey: Survey,
    cells: Vec<Cell>,
    rows: Vec<Row>,
    roll: Vec<Counts>,
}

fn forms(text: &str, questionnaire: &Questionnaire) -> anyhow::Result<Forms> {
    let table = read_rows(text).map_err(|error| anyhow!("{error}"))?;
    let mut strata: Vec<Stratum> = Vec::new();
    let mut rows = Vec::new();
    for row in &table.rows {
        let name = row.get("stratum");
        let frame: u32 =
            row.get("frame").parse().map_err(|_| anyhow!("line {}: frame is no whole number", row.line))?;
        let at = strata.iter().position(|stratum| stratum.place.office == name).unwrap_or_else(|| {
            let place = Place { office: name.to_owned(), ..Place::default() };
            strata.push(Stratum { place, frame, drawn: 0 });
            strata.len() - 1
        });
        if strata[at].frame != frame {
            bail!("line {}: the stratum \"{name}\" had {} people before", row.line, strata[at].frame);
        }
        strata[at].drawn += 1;
        let mut values = Vec::with_capacity(questionnaire.questions.len());
        for question in &questionnaire.questions {
            let value = match row.get(&question.key) {
                "" => None,
                text => {
                    Some(text.parse::<i64>().ok().filter(|value| question.kind.takes(*value)).with_context(
                        || format!("line {}: {} is \"{text}\", which is no answer", row.line, question.key),
                    )?)
                }
            };
            values.push(value);
        }
        rows.push(Row { cell: at as u32, way: None, values });
    }
    if let Some(wrong) = strata.iter().find(|stratum| stratum.drawn > stratum.frame) {
        bail!("the stratum \"{}\" has more forms than people", wrong.place.office);
    }
    let answered =
        |stratum: &Stratum| Counts { drawn: stratum.drawn, answered: stratum.drawn, ..Counts::default() };
    let cell = |stratum: &Stratum| Cell {
        place: stratum.place.clone(),
        frame: stratum.frame,
        answered: stratum.drawn,
    };
    Ok(Forms {
        cells: strata.iter().map(cell).collect(),
        roll: strata.iter().map(answered).collect(),
        survey: Survey {
            wave: 1,
            questionnaire: (String::new(), 1),
            days: (Day(0), Day(0)),
            ways: Vec::new(),
            strata,
            closed_on: Some(Day(0)),
            version: 2,
        },
        rows,
    })
}

fn index(options: &Indices) -> anyhow::Result<()> {
    let lang = Lang::from_tag(&options.lang).unwrap_or_default();
    let questionnaire = match Template::from_key(&options.questionnaire) {
        Some(template) => template.questionnaire(),
        None => {
            let path = PathBuf::from(&options.questionnaire);
            file::questionnaire(Text::new(&options.questionnaire, ""), &crate::file::text(&path, MOST_BYTES)?)
                .map_err(|(line, fault)| anyhow!("{}: line {line}: {fault}", path.display()))?
        }
    };
    let name = options.file.display();
    let forms = forms(&crate::file::text(&options.file, MOST_BYTES)?, &questionnaire)
        .with_context(|| format!("{name} cannot be counted"))?;
    let counted = Counted {
        survey: &forms.survey,
        questionnaire: &questionnaire,
        cells: &forms.cells,
        rows: &forms.rows,
        roll: &forms.roll,
        ways: &[],
    };
    let results = counted.results();
    let mut out = std::io::stdout().lock();
    let figure = |index: &Index| json!({ "figure": index.figure, "design_effect": index.design_effect });
    if options.json {
        let factors = questionnaire.factors.iter().zip(&results.factors);
        let factors: Vec<Value> =
            factors.map(|(name, index)| json!({ "factor": name.vi, "index": figure(index) })).collect();
        let criteria = results.criteria.iter();
        let criteria: Vec<Value> = criteria
            .map(|(at, index)| json!({ "key": questionnaire.questions[*at].key, "index": figure(index) }))
            .collect();
        let said = json!({ "forms": forms.rows.len(), "whole": results.whole.as_ref().map(figure), "factors": factors, "criteria": criteria });
        writeln!(out, "{said:#}")?;
        return Ok(());
    }
    let mut say =
        |name: &str, index: &Index| writeln!(out, "{:<70} {}", name, figure_line(lang, &index.figure));
    if let Some(whole) = &results.whole {
        say(&lang.t("survey-whole"), whole)?;
    }
    for (at, index) in results.factors.iter().enumerate() {
        say(text(lang, &questionnaire.factors[at]), index)?;
    }
    for (at, index) in &results.criteria {
        say(text(lang, &questionnaire.questions[*at].text), index)?;
    }
    Ok(())
}
