//! `hailong bench fit`: how long mixed models take, and how fair the scores are that they make.

mod district;

use std::{io::Write as _, path::Path, time::Instant as Stopwatch};

use anyhow::{Context as _, anyhow};
use hailong_stats::{
    mixed::{self, Data, Factor, Fixed, Method},
    random::Random,
};

use super::Fit;

/// Ratings, and the levels of the three crossed factors: as in the ratings of lectures that lme4 comes with.
const RATINGS: usize = 73_421;
const STUDENTS: usize = 2_972;
const LECTURERS: usize = 1_128;
const DEPARTMENTS: usize = 14;

pub(super) fn run(options: &Fit) -> anyhow::Result<()> {
    let data = ratings(options.seed);
    if let Some(path) = &options.write {
        return write(path, &data).with_context(|| format!("{} cannot be written", path.display()));
    }
    let mut figures = Vec::new();
    let (mut times, mut last) = (Vec::new(), None);
    for _ in 0..options.runs {
        let data = data.clone();
        let watch = Stopwatch::now();
        let fit = mixed::fit(data, Method::Reml).map_err(|fault| anyhow!(fault))?;
        times.push(watch.elapsed().as_secs_f64());
        last = Some(fit);
    }
    if let Some(fit) = last {
        figures.push(("ratings", RATINGS as f64));
        figures.push(("ratings: seconds", median(&mut times)));
        figures.push(("ratings: evaluations", f64::from(fit.evaluations)));
        figures.push(("ratings: REML criterion", fit.criterion));
    }
    figures.extend(district::figures(options.seed, options.districts)?);
    if options.json {
        return super::print(&figures, true);
    }
    let mut out = std::io::stdout().lock();
    for (name, value) in figures {
        writeln!(out, "{name:<44} {value:>14.4}")?;
    }
    Ok(())
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Ratings of lecturers by students: everybody rates some, a few lecturers are rated by many, most within one department. Scores are whole
/// numbers from 1 to 5.
fn ratings(seed: u64) -> Data {
    let mut random = Random::new(seed);
    let effects = |random: &mut Random, many: usize, sd: f64| -> Vec<f64> {
        (0..many).map(|_| sd * random.normal()).collect()
    };
    let students = effects(&mut random, STUDENTS, 0.32);
    let lecturers = effects(&mut random, LECTURERS, 0.5);
    let departments = effects(&mut random, DEPARTMENTS, 0.1);
    let homes: Vec<usize> = (0..LECTURERS).map(|_| random.below(DEPARTMENTS)).collect();
    let mut levels = vec![Vec::new(); 3];
    let (mut response, mut service) = (Vec::new(), Vec::new());
    for rating in 0..RATINGS {
        // Everybody once, then a few more often than others.
        let often = |random: &mut Random, many: usize| (random.unit().powf(1.5) * many as f64) as usize;
        let student = if rating < STUDENTS { rating } else { often(&mut random, STUDENTS) };
        let lecturer = if rating < LECTURERS { rating } else { often(&mut random, LECTURERS) };
        let at_home = random.unit() < 0.85;
        let department = if at_home { homes[lecturer] } else { random.below(DEPARTMENTS) };
        let is_service = random.unit() < 0.43;
        let mean = 3.28 + students[student] + lecturers[lecturer] + departments[department]
            - 0.09 * f64::from(is_service);
        response.push((mean + 1.18 * random.normal()).round().clamp(1.0, 5.0));
        service.push(u32::from(is_service));
        for (codes, code) in levels.iter_mut().zip([student, lecturer, department]) {
            codes.push(code as u32);
        }
    }
    let factor = |(codes, levels)| Factor { codes, levels };
    Data {
        response,
        fixed: vec![Fixed::Categorical(factor((service, 2)))],
        random: levels.into_iter().zip([STUDENTS, LECTURERS, DEPARTMENTS]).map(factor).collect(),
        shared: None,
    }
}

/// The table as other programs read it.
fn write(path: &Path, data: &Data) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "y,service,s,d,dept")?;
    for (row, y) in data.response.iter().enumerate() {
        write!(out, "{y}")?;
        for fixed in &data.fixed {
            match fixed {
                Fixed::Categorical(factor) => write!(out, ",{}", factor.codes[row])?,
                Fixed::Numeric(values) => write!(out, ",{}", values[row])?,
            }
        }
        for factor in &data.random {
            write!(out, ",{}", factor.codes[row])?;
        }
        writeln!(out)?;
    }
    out.flush()
}
