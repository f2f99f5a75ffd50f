//! `hailong measure fit`: a linear mixed model on any table.

use std::{fs::File, io::Write, path::PathBuf, time::Instant};

use anyhow::{Context as _, anyhow, ensure};
use hailong_core::listen::survey::file::cell;
use hailong_stats::mixed::{self, Data, Factor, Fault, Fit, Fixed, Method};
use serde::Serialize;

use super::table::{Column, Table};

/// Most coefficients: each is a column as long as the table.
const MOST_COEFFICIENTS: usize = 500;
/// Most cells of fixed effects, rows times coefficients.
const MOST_CELLS: usize = 500_000_000;

/// Fits a linear mixed model: crossed or nested random intercepts, fixed effects that are numbers or names.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A table of comma-separated values with a head line.
    file: PathBuf,
    /// The column that is explained.
    #[arg(long)]
    response: String,
    /// Columns of fixed effects beside the intercept. One of numbers gets a slope, any other the difference of each value from the first.
    #[arg(long, value_delimiter = ',')]
    fixed: Vec<String>,
    /// Those of the fixed effects whose numbers are names.
    #[arg(long, value_delimiter = ',')]
    categorical: Vec<String>,
    /// Columns of groups with random intercepts; `batch:cask` for the casks of each batch.
    #[arg(long, value_delimiter = ',', required = true)]
    random: Vec<String>,
    /// Maximum likelihood.
    #[arg(long, conflicts_with = "reml")]
    ml: bool,
    /// Restricted maximum likelihood (as if neither was said).
    #[arg(long)]
    reml: bool,
    /// Leaves out rows that have nothing, or NA, in a column of the model, and says how many.
    #[arg(long)]
    omit_missing: bool,
    /// Writes what is known of each group: group, level, estimate (conditional mode), sd (conditional standard deviation).
    #[arg(long)]
    effects: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What is told. Its fields stay as they are.
#[derive(Serialize)]
struct Told {
    /// −2 log-likelihood, or the REML criterion.
    deviance: f64,
    components: Vec<Component>,
    residual: Residual,
    fixed: Vec<Term>,
    converged: bool,
    singular: bool,
    evaluations: u32,
    /// Of the fit, without reading and writing.
    seconds: f64,
}

#[derive(Serialize)]
struct Component {
    group: String,
    levels: usize,
    variance: f64,
    sd: f64,
}

#[derive(Serialize)]
struct Residual {
    variance: f64,
    sd: f64,
}

#[derive(Serialize)]
struct Term {
    term: String,
    estimate: f64,
    se: f64,
}

/// A model with the names of its parts.
struct Model {
    data: Data,
    terms: Vec<String>,
    groups: Vec<Column>,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let (model, table) = read(options)?;
    let Model { data, terms, groups } = model;
    let method = if options.ml { Method::Ml } else { Method::Reml };
    let started = Instant::now();
    let fit = mixed::fit(data, method).map_err(|fault| say(fault, &terms, options, &table))?;
    let seconds = started.elapsed().as_secs_f64();
    if let Some(path) = &options.effects {
        write_effects(path, &groups, &fit)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let told = told(&fit, terms, &groups, seconds);
    let mut out = std::io::stdout().lock();
    if options.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&told)?)?;
    } else {
        print(&mut out, &told, method, table.rows())?;
    }
    Ok(())
}

fn read(options: &Options) -> anyhow::Result<(Model, Table)> {
    let Options { response, fixed, categorical, random, .. } = options;
    let mut names = vec![response.as_str()];
    names.extend(fixed.iter().chain(random).map(String::as_str));
    // A column may be a fixed and a random effect, but not one of them twice, nor explain itself.
    for (at, name) in fixed.iter().enumerate() {
        ensure!(!fixed[..at].contains(name), "named-twice: \"{name}\" is twice among the fixed effects");
    }
    for (at, name) in random.iter().enumerate() {
        ensure!(!random[..at].contains(name), "named-twice: \"{name}\" is twice among the random effects");
    }
    ensure!(!names[1..].contains(&response.as_str()), "named-twice: \"{response}\" cannot explain itself");
    for name in categorical {
        ensure!(fixed.contains(name), "no-such-column: \"{name}\" is not among the fixed effects");
    }
    let mut table = Table::read(&options.file, &names)?;
    if options.omit_missing {
        let complete = table.complete(&names);
        let omitted = complete.iter().filter(|complete| !**complete).count();
        ensure!(omitted < complete.len(), "empty-file: every row lacks something");
        table.keep(&complete);
        if omitted > 0 {
            eprintln!("{omitted} rows were left out");
        }
    }
    let mut data = Data { response: table.numbers(&table.column(response)?)?, ..Data::default() };
    let mut terms = vec!["(Intercept)".to_owned()];
    for name in fixed {
        let column = table.column(name)?;
        if column.is_numeric() && !categorical.contains(name) {
            data.fixed.push(Fixed::Numeric(table.numbers(&column)?));
            terms.push(name.clone());
        } else {
            let column = column.sorted();
            terms.extend(column.values.iter().skip(1).map(|value| format!("{name}{value}")));
            let most = MOST_COEFFICIENTS.min(MOST_CELLS / table.rows());
            ensure!(
                terms.len() <= most,
                "too-many-levels: \"{name}\" has {} values, and {most} coefficients are allowed; make it a random effect",
                column.values.len()
            );
            ensure!(column.values.len() > 1, "too-few-levels: \"{name}\" has the same value everywhere");
            data.fixed.push(Fixed::Categorical(factor(&column)));
        }
    }
    let groups: Vec<Column> =
        random.iter().map(|name| Ok(table.column(name)?.sorted())).collect::<anyhow::Result<_>>()?;
    data.random = groups.iter().map(factor).collect();
    Ok((Model { data, terms, groups }, table))
}

fn factor(column: &Column) -> Factor {
    Factor { codes: column.codes.clone(), levels: column.values.len() }
}

/// A fault with the names and lines of the file.
fn say(fault: Fault, terms: &[String], options: &Options, table: &Table) -> anyhow::Error {
    let group = |at: usize| options.random.get(at).map_or("", String::as_str);
    let response = &options.response;
    match fault {
        Fault::TooFewLevels { factor } => {
            anyhow!("too-few-levels: \"{}\" has one value, and two at least are needed", group(factor))
        }
        Fault::TooManyLevels { factor } => anyhow!(
            "too-many-levels: \"{}\" has a value of its own in each row; its effects cannot be told from the residuals",
            group(factor)
        ),
        Fault::Collinear { column } => {
            let term = terms.get(column).map_or("", String::as_str);
            anyhow!("collinear: \"{term}\" follows from the fixed effects before it; leave it out")
        }
        Fault::Constant => anyhow!("constant-response: \"{response}\" is the same everywhere"),
        Fault::NoResidual => anyhow!("no-residual: nothing of \"{response}\" is left unexplained"),
        Fault::TooFew { rows, columns } => {
            anyhow!("too-few-rows: {rows} rows are too few for {columns} coefficients")
        }
        Fault::NotFinite { row } => anyhow!("too-large: line {} has a number out of scale", table.line(row)),
        Fault::TooLarge { columns } => anyhow!(
            "too-many-levels: {columns} values of groups beside the largest, and {} are allowed",
            mixed::MOST_COLUMNS
        ),
        Fault::NoFactor | Fault::Shape => anyhow!(fault),
    }
}

fn told(fit: &Fit, terms: Vec<String>, groups: &[Column], seconds: f64) -> Told {
    let component = |(group, variance): (&Column, &f64)| Component {
        group: group.name.clone(),
        levels: group.values.len(),
        variance: *variance,
        sd: variance.sqrt(),
    };
    let term =
        |(term, found): (String, &mixed::Coefficient)| Term { term, estimate: found.estimate, se: found.se };
    Told {
        deviance: fit.criterion,
        components: groups.iter().zip(&fit.variances).map(component).collect(),
        residual: Residual { variance: fit.residual, sd: fit.residual.sqrt() },
        fixed: terms.into_iter().zip(&fit.fixed).map(term).collect(),
        converged: fit.converged,
        singular: fit.singular,
        evaluations: fit.evaluations,
        seconds,
    }
}

fn write_effects(path: &PathBuf, groups: &[Column], fit: &Fit) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(File::create(path)?);
    writeln!(out, "group,level,estimate,sd")?;
    for (group, modes) in groups.iter().zip(&fit.modes) {
        for (level, mode) in group.values.iter().zip(modes) {
            writeln!(out, "{},{},{},{}", cell(&group.name), cell(level), mode.estimate, mode.sd)?;
        }
    }
    out.flush()
}

fn print(out: &mut impl Write, told: &Told, method: Method, rows: usize) -> std::io::Result<()> {
    let criterion = match method {
        Method::Ml => "-2 log-likelihood",
        Method::Reml => "REML criterion",
    };
    writeln!(out, "{rows} rows; {criterion} {:.4}\n", told.deviance)?;
    writeln!(out, "{:<24} {:>9} {:>14} {:>14}", "random", "levels", "variance", "sd")?;
    for Component { group, levels, variance, sd } in &told.components {
        writeln!(out, "{group:<24} {levels:>9} {variance:>14.6} {sd:>14.6}")?;
    }
    let Residual { variance, sd } = told.residual;
    writeln!(out, "{:<24} {:>9} {variance:>14.6} {sd:>14.6}\n", "residual", "")?;
    writeln!(out, "{:<34} {:>14} {:>14}", "fixed", "estimate", "se")?;
    for Term { term, estimate, se } in &told.fixed {
        writeln!(out, "{term:<34} {estimate:>14.6} {se:>14.6}")?;
    }
    let how = if told.converged { "Converged" } else { "NOT converged" };
    let singular = if told.singular { "; a variance is 0" } else { "" };
    writeln!(out, "\n{how} after {} evaluations in {:.3} s{singular}.", told.evaluations, told.seconds)
}
