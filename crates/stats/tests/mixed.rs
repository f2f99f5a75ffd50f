//! Mixed models against lme4 on its own example data and on crossed factors with fixed effects of both kinds. Data and reference values
//! were made by `mixed/reference.R`.

use std::collections::{BTreeMap, BTreeSet};

use hailong_stats::mixed::{Data, Factor, Fit, Fixed, Method, Mode, Shared, fit};

/// A table of plain cells: the head and the lines.
fn table(text: &'static str) -> (Vec<&'static str>, Vec<Vec<&'static str>>) {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("a head");
    (head, lines.collect())
}

fn is_number(cells: &[&str]) -> bool {
    cells.iter().all(|cell| cell.parse::<f64>().is_ok())
}

/// A column as a factor, levels in order, and their names.
fn factor(cells: &[&'static str]) -> (Factor, Vec<&'static str>) {
    let mut names: Vec<&str> = cells.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    if is_number(&names) {
        names.sort_by(|a, b| a.parse::<f64>().unwrap().total_cmp(&b.parse().unwrap()));
    }
    let codes = cells.iter().map(|cell| names.iter().position(|name| name == cell).unwrap() as u32).collect();
    (Factor { codes, levels: names.len() }, names)
}

/// A model of the reference.
struct Model {
    name: &'static str,
    text: &'static str,
    response: &'static str,
    fixed: &'static [&'static str],
    random: &'static [&'static str],
}

macro_rules! model {
    ($name:literal, $response:literal ~ [$($fixed:literal),*] | [$($random:literal),*]) => {
        Model {
            name: $name,
            text: include_str!(concat!("mixed/", $name, ".csv")),
            response: $response,
            fixed: &[$($fixed),*],
            random: &[$($random),*],
        }
    };
}

const MODELS: [Model; 6] = [
    model!("dyestuff", "Yield" ~ [] | ["Batch"]),
    model!("dyestuff2", "Yield" ~ [] | ["Batch"]),
    model!("penicillin", "diameter" ~ [] | ["plate", "sample"]),
    model!("pastes", "strength" ~ [] | ["sample", "batch"]),
    model!("sleepstudy", "Reaction" ~ ["Days"] | ["Subject"]),
    model!("crossed", "y" ~ ["way", "wait"] | ["s", "d", "dept"]),
];

impl Model {
    /// The data, the names of the fixed effects, and those of the levels of each factor.
    fn data(&self) -> (Data, Vec<String>, Vec<Vec<&'static str>>) {
        let (head, lines) = table(self.text);
        let column = |name: &str| {
            let at = head.iter().position(|found| *found == name).unwrap();
            lines.iter().map(|line| line[at]).collect::<Vec<_>>()
        };
        let numbers = |cells: &[&str]| cells.iter().map(|cell| cell.parse().unwrap()).collect::<Vec<f64>>();
        let mut data = Data { response: numbers(&column(self.response)), ..Data::default() };
        let mut terms = vec!["(Intercept)".to_owned()];
        for name in self.fixed {
            let cells = column(name);
            if is_number(&cells) {
                data.fixed.push(Fixed::Numeric(numbers(&cells)));
                terms.push((*name).to_owned());
            } else {
                let (factor, levels) = factor(&cells);
                data.fixed.push(Fixed::Categorical(factor));
                terms.extend(levels[1..].iter().map(|level| format!("{name}{level}")));
            }
        }
        let mut names = Vec::new();
        for name in self.random {
            let (factor, levels) = factor(&column(name));
            data.random.push(factor);
            names.push(levels);
        }
        (data, terms, names)
    }

    fn fit(&self, method: Method) -> Fit {
        fit(self.data().0, method).unwrap_or_else(|fault| panic!("{}: {fault}", self.name))
    }
}

/// Asserts that a number is the reference's, within a part of it and a little.
fn close(what: &str, ours: f64, theirs: f64, part: f64) {
    assert!((ours - theirs).abs() <= part * theirs.abs().max(1e-3), "{what}: {ours}, lme4 has {theirs}");
}

#[test]
fn the_estimates_are_those_of_lme4() {
    let (_, lines) = table(include_str!("mixed/reference.csv"));
    let mut compared = 0;
    for model in &MODELS {
        let (_, terms, levels) = model.data();
        for (method, word) in [(Method::Ml, "ml"), (Method::Reml, "reml")] {
            let fit = model.fit(method);
            assert!(fit.converged, "{} {word}", model.name);
            for line in lines.iter().filter(|line| line[0] == model.name && line[1] == word) {
                let (what, name) = (line[2], line[3]);
                let told = line[..4].join(" ");
                let value: f64 = line[4].parse().unwrap();
                let mode = |mode: &Mode, spread: f64| {
                    assert!((mode.estimate - value).abs() <= 2e-5 * spread, "{told}: {}", mode.estimate);
                    close(&told, mode.sd, line[5].parse().unwrap(), 1e-4);
                };
                if what == "criterion" {
                    close(&told, fit.criterion, value, 1e-8);
                    assert!(fit.criterion < value + 1e-6, "{told}: never worse than lme4");
                } else if what == "variance" && name == "residual" {
                    close(&told, fit.residual, value, 5e-5);
                } else if what == "variance" {
                    let at = model.random.iter().position(|group| *group == name).unwrap();
                    close(&told, fit.variances[at], value, 5e-5);
                } else if what == "fixed" {
                    let fixed = fit.fixed[terms.iter().position(|term| term == name).unwrap()];
                    close(&told, fixed.estimate, value, 1e-5);
                    close(&told, fixed.se, line[5].parse().unwrap(), 5e-5);
                } else if let Some(group) = what.strip_prefix("mode:") {
                    let at = model.random.iter().position(|found| *found == group).unwrap();
                    let level = levels[at].iter().position(|level| *level == name).unwrap();
                    let spread = fit.residual.sqrt();
                    mode(&fit.modes[at][level], spread);
                } else {
                    panic!("{told} is unknown");
                }
                compared += 1;
            }
        }
    }
    assert_eq!(compared, lines.len(), "every reference value was looked at");
}

#[test]
fn a_variance_of_nothing_is_told() {
    for method in [Method::Ml, Method::Reml] {
        for model in &MODELS {
            let fit = model.fit(method);
            assert_eq!(fit.singular, model.name == "dyestuff2", "{}", model.name);
            assert!(fit.evaluations < 40, "{}: {} evaluations", model.name, fit.evaluations);
        }
        let fit = MODELS[1].fit(method);
        assert_eq!(fit.variances, [0.0]);
        assert!(fit.modes[0].iter().all(|mode| mode.estimate == 0.0 && mode.sd == 0.0));
    }
}

/// Fitted by lme4 1.1-31 itself these are known from its own documentation: the values are printed there.
#[test]
fn what_is_printed_of_dyestuff() {
    let (ml, reml) = (MODELS[0].fit(Method::Ml), MODELS[0].fit(Method::Reml));
    assert!((ml.criterion - 327.327_059_88).abs() < 1e-6, "{}", ml.criterion);
    assert!((reml.criterion - 319.654_276_84).abs() < 1e-6, "{}", reml.criterion);
    // Balanced data of one factor: REML is the analysis of variance, (MSB − MSW) / 5 and MSW.
    assert!((reml.variances[0] - 1_764.05).abs() < 0.01 && (reml.residual - 2_451.25).abs() < 0.01);
    assert!((reml.fixed[0].estimate - 1_527.5).abs() < 1e-9);
}

#[test]
fn order_of_factors_and_units_of_measure_change_nothing() {
    let model = &MODELS[5];
    let (data, ..) = model.data();
    let first = fit(data.clone(), Method::Reml).unwrap();
    let mut other = data.clone();
    other.random.reverse();
    other.response.iter_mut().for_each(|y| *y = 1e6 + 1e-3 * *y);
    if let Fixed::Numeric(wait) = &mut other.fixed[1] {
        wait.iter_mut().for_each(|wait| *wait *= 60.0);
    }
    let second = fit(other, Method::Reml).unwrap();
    for (a, b) in first.variances.iter().zip(second.variances.iter().rev()) {
        close("variance", b * 1e6, *a, 1e-4);
    }
    close("slope", second.fixed[3].estimate * 60_000.0, first.fixed[3].estimate, 1e-5);
    for (a, b) in first.modes[0].iter().zip(&second.modes[2]) {
        assert!((a.estimate - b.estimate * 1e3).abs() < 1e-4 && (a.sd - b.sd * 1e3).abs() < 1e-4);
    }
}

#[test]
fn the_sum_of_effects_has_the_deviation_of_its_parts_and_their_covariance() {
    let model = &MODELS[5];
    let fit = model.fit(Method::Reml);
    for (factor, modes) in fit.modes.iter().enumerate() {
        for (level, mode) in modes.iter().enumerate() {
            let alone = fit.sum(&[(factor, level)]).unwrap();
            close("estimate", alone.estimate, mode.estimate, 1e-9);
            close("sd", alone.sd, mode.sd, 1e-7);
            close("prediction sd", alone.prediction_sd, mode.prediction_sd, 1e-7);
            assert!(mode.sd <= mode.prediction_sd);
            assert!(
                mode.prediction_sd.powi(2) <= fit.variances[factor] + 1e-9,
                "no more than was unknown before"
            );
        }
    }
    let both = fit.sum(&[(1, 3), (2, 4)]).unwrap();
    let (a, b) = (fit.modes[1][3], fit.modes[2][4]);
    close("estimate", both.estimate, a.estimate + b.estimate, 1e-9);
    assert!((both.prediction_sd - (a.prediction_sd.powi(2) + b.prediction_sd.powi(2)).sqrt()).abs() > 1e-6);
    assert_eq!(fit.sum(&[(1, 999)]), None);
    assert_eq!(fit.sum(&[(7, 0)]), None);
}

#[test]
fn what_cannot_be_fitted_is_said() {
    use hailong_stats::mixed::Fault;
    let (good, ..) = MODELS[4].data();
    let told = |change: &dyn Fn(&mut Data)| {
        let mut data = good.clone();
        change(&mut data);
        fit(data, Method::Reml).err()
    };
    assert_eq!(told(&|_| {}), None);
    assert_eq!(told(&|data| data.random.clear()), Some(Fault::NoFactor));
    assert_eq!(told(&|data| data.response.truncate(3)), Some(Fault::Shape));
    assert_eq!(told(&|data| data.random[0].codes[0] = 18), Some(Fault::Shape));
    assert_eq!(told(&|data| data.response[7] = f64::NAN), Some(Fault::NotFinite { row: 7 }));
    assert_eq!(told(&|data| data.response.fill(2.5)), Some(Fault::Constant));
    assert_eq!(told(&|data| data.random[0].codes.fill(3)), Some(Fault::TooFewLevels { factor: 0 }));
    let each = Factor { codes: (0..180).collect(), levels: 180 };
    assert_eq!(told(&|data| data.random.push(each.clone())), Some(Fault::TooManyLevels { factor: 1 }));
    assert_eq!(told(&|data| data.fixed.push(data.fixed[0].clone())), Some(Fault::Collinear { column: 2 }));
    let constant = Fixed::Numeric(vec![4.0; 180]);
    assert_eq!(told(&|data| data.fixed.insert(0, constant.clone())), Some(Fault::Collinear { column: 1 }));
    let same = Fixed::Numeric(good.response.clone());
    assert_eq!(told(&|data| data.fixed[0] = same.clone()), Some(Fault::NoResidual));
    let wide = Factor { codes: (0..180).map(|code| code / 2).collect(), levels: 5_000 };
    assert_eq!(
        told(&|data| data.random = vec![wide.clone(), wide.clone()]),
        Some(Fault::TooLarge { columns: 5_002 })
    );
    let names: BTreeMap<_, _> =
        [(Fault::Constant, "the response is the same everywhere")].map(|(a, b)| (b, a)).into();
    names.iter().for_each(|(words, fault)| assert_eq!(fault.to_string(), *words));
}

/// A factor that is there twice: only the sum of its variances can be known, and the search must still end.
#[test]
fn a_factor_given_twice_still_ends() {
    let (mut data, ..) = MODELS[0].data();
    let alone = fit(data.clone(), Method::Reml).unwrap();
    data.random.push(data.random[0].clone());
    let twice = fit(data, Method::Reml).unwrap();
    close("criterion", twice.criterion, alone.criterion, 1e-8);
    close("sum", twice.variances.iter().sum(), alone.variances[0], 1e-3);
}

/// The REML criterion of a model with an intercept alone and the effects of its levels, from the whole matrix of variances, without any of the
/// ways in which the fit spares it.
fn in_full(data: &Data, ratios: &[f64]) -> (f64, Vec<Vec<f64>>) {
    let n = data.response.len();
    let same = |factor: &Factor, i: usize, j: usize| f64::from(factor.codes[i] == factor.codes[j]);
    let shared = data.shared.as_ref().expect("something shared");
    let variance = |i: usize, j: usize| {
        let random: f64 = data.random.iter().zip(ratios).map(|(of, ratio)| ratio * same(of, i, j)).sum();
        let ratio =
            shared.of[i].filter(|of| shared.of[j] == Some(*of)).map_or(0.0, |of| shared.ratios[of as usize]);
        f64::from(i == j) + random + ratio
    };
    // Gauss and Jordan: the inverse, and the determinant from the pivots.
    let mut left: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| variance(i, j)).collect()).collect();
    let mut right: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(i == j)).collect()).collect();
    let mut determinant = 0.0;
    for at in 0..n {
        let pivot = left[at][at];
        determinant += pivot.ln();
        left[at].iter_mut().chain(&mut right[at]).for_each(|cell| *cell /= pivot);
        let (above, own) = (left[at].clone(), right[at].clone());
        for i in (0..n).filter(|i| *i != at) {
            let times = left[i][at];
            left[i].iter_mut().zip(&above).for_each(|(cell, by)| *cell -= times * by);
            right[i].iter_mut().zip(&own).for_each(|(cell, by)| *cell -= times * by);
        }
    }
    let times = |v: &[f64]| -> Vec<f64> {
        right.iter().map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum()).collect()
    };
    let ones: f64 = times(&vec![1.0; n]).iter().sum();
    let mean = times(&data.response).iter().sum::<f64>() / ones;
    let rest: Vec<f64> = data.response.iter().map(|y| y - mean).collect();
    let solved = times(&rest);
    let degrees = n as f64 - 1.0;
    let residual = rest.iter().zip(&solved).map(|(a, b)| a * b).sum::<f64>() / degrees;
    let criterion = degrees * (1.0 + (std::f64::consts::TAU * residual).ln()) + determinant + ones.ln();
    let effects = |(of, ratio): (&Factor, &f64)| {
        let mut effects = vec![0.0; of.levels];
        of.codes.iter().zip(&solved).for_each(|(code, value)| effects[*code as usize] += ratio * value);
        effects
    };
    (criterion, data.random.iter().zip(ratios).map(effects).collect())
}

#[test]
fn an_error_that_observations_share_counts_as_in_the_whole_matrix() {
    let (mut data, ..) = MODELS[2].data();
    // Two errors a level, of two variances; a fifth of the observations shares none.
    let of = |(at, code): (usize, &u32)| [Some(2 * code), Some(2 * code + 1), None][(at % 5) / 2];
    let of = data.random[0].codes.iter().enumerate().map(of).collect();
    data.shared = Some(Shared { of, ratios: [0.4, 0.1].repeat(data.random[0].levels) });
    let found = fit(data.clone(), Method::Reml).expect("a fit");
    assert!(found.converged);
    let ratios: Vec<f64> = found.variances.iter().map(|variance| variance / found.residual).collect();
    let (criterion, effects) = in_full(&data, &ratios);
    close("criterion", found.criterion, criterion, 1e-9);
    for (modes, effects) in found.modes.iter().zip(&effects) {
        for (mode, effect) in modes.iter().zip(effects) {
            assert!((mode.estimate - effect).abs() < 1e-8, "{} {effect}", mode.estimate);
        }
    }
    for factor in 0..ratios.len() {
        for times in [0.97, 1.03] {
            let mut beside = ratios.clone();
            beside[factor] *= times;
            assert!(in_full(&data, &beside).0 > criterion, "factor {factor} times {times} is no better");
        }
    }
}

#[test]
fn what_cannot_be_shared_is_refused() {
    let (mut data, ..) = MODELS[0].data();
    let codes = data.random[0].codes.clone();
    let levels = data.random[0].levels;
    let own: Vec<Option<u32>> = codes.iter().copied().map(Some).collect();
    let wrong = [
        (own.clone(), vec![-1.0; levels]),
        (own.clone(), vec![f64::NAN; levels]),
        (own.clone(), vec![0.4]),
        (own[1..].to_vec(), vec![0.4; levels]),
        (vec![Some(0); codes.len()], vec![0.4; levels]),
    ];
    for (of, ratios) in wrong {
        data.shared = Some(Shared { of, ratios });
        assert!(fit(data.clone(), Method::Reml).is_err());
    }
    data.shared = Some(Shared { of: own, ratios: vec![0.4; levels] });
    assert!(fit(data, Method::Reml).is_ok());
}
