//! Scorecards: fair to whoever has the hard cases, silent where answers do not tell.

use hailong_core::{
    listen::{invitation::Source, rating::Asked},
    measure::{
        figure::Figure,
        scorecard::{
            self, CallBacks, CallStanding, Card, Cell, Counted, Finished, LEAST_RELIABILITY, Measure, Report,
            Score, Scorecards, Slip, Standing, Subject, Through, bounds,
        },
    },
    serve::{applicant::Group, promise::Question},
    time::Day,
};
use hailong_stats::{
    guard::simulate::{Plan, Unit, unit},
    random::Random,
};
use rand_distr::Normal;

/// The cards of answers of which the roll says nothing.
fn scorecards(kind: Subject, measure: Measure, cells: Vec<Cell>) -> Scorecards {
    scorecard::scorecards(kind, measure, cells, &Through::new())
}

/// One official of an invented district: what people of the usual mix say on average, and which field the cases are of.
struct Truth {
    official: String,
    good: f64,
    easy: bool,
}

/// 17 offices with five officials each. Cases of land are harder than those of civil status, and some officials have mostly one of
/// them; the way through the office flatters, here more and there less.
fn district(seed: u64, answers: usize) -> (Vec<Truth>, Vec<Cell>) {
    let mut random = Random::new(seed);
    let normal = |random: &mut Random, sd: f64| random.draw(&Normal::new(0.0, sd).unwrap());
    let noise: Vec<f64> = (0..400).map(|_| normal(&mut random, 0.7)).collect();
    let said = |good: f64, mix: f64, noise: f64| (4.1 + good + mix + noise).round().clamp(1.0, 5.0);
    // What people of the usual mix would say on average, on the faces that they are offered.
    let usual = |good: f64| {
        let mixes = [0.25, 0.55, -0.55, -0.25];
        let sum: f64 = mixes.iter().flat_map(|mix| noise.iter().map(|one| said(good, *mix, *one))).sum();
        sum / (mixes.len() * noise.len()) as f64
    };
    let (mut truths, mut cells) = (Vec::new(), Vec::new());
    for office in 0..17 {
        let of_office = normal(&mut random, 0.1);
        for official in 0..5 {
            let good = of_office + normal(&mut random, 0.3);
            let easy = random.unit() < 0.5;
            let flattered = 0.15 + normal(&mut random, 0.15);
            let official = format!("office-{office:02}-{official}");
            for _ in 0..answers {
                let civil = random.unit() < if easy { 0.9 } else { 0.1 };
                let apart = random.unit() < 0.5;
                let mix = if civil { 0.4 } else { -0.4 } + if apart { -0.15 } else { flattered };
                let score = said(good, mix, normal(&mut random, 0.7));
                let mut counts = [0; 5];
                counts[score as usize - 1] = 1;
                cells.push(Cell {
                    office: format!("office-{office:02}"),
                    group: Group::Person,
                    official: Some(official.clone()),
                    procedure: None,
                    field: Some(if civil { "Hộ tịch" } else { "Đất đai" }.into()),
                    source: Some(if apart { Source::Apart } else { Source::Office }),
                    counts,
                });
            }
            truths.push(Truth { official, good: usual(good), easy });
        }
    }
    (truths, cells)
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let sum = |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|pair| of(pair.0 - x, pair.1 - y)).sum::<f64>();
    sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt()
}

/// Over twenty invented districts: what is left of the advantage of easy cases, how near the order of officials is to the truth, how
/// often the 90 % interval holds it, and how often somebody above the median is said to be clearly below.
#[test]
fn officials_are_not_judged_by_their_cases() {
    let (mut plain, mut fair, mut held, mut shown) = (Vec::new(), Vec::new(), 0, 0);
    let (mut blamed, mut innocent) = (0, 0);
    for seed in 0..20 {
        let (truths, cells) = district(seed, 40);
        let cards = scorecards(Subject::Official, Measure::Answer(Question::Welcome), cells);
        let centre = truths.iter().map(|truth| truth.good).sum::<f64>() / truths.len() as f64;
        for truth in &truths {
            let card = cards.of(&truth.official).unwrap();
            let easy = f64::from(u8::from(truth.easy));
            plain.push((card.plain.unwrap() - cards.mean - (truth.good - centre), easy));
            let Score::Shown { mean, low, high, standing } = card.score else { continue };
            fair.push((mean - cards.mean - (truth.good - centre), easy));
            shown += 1;
            held += u32::from((low - cards.mean..=high - cards.mean).contains(&(truth.good - centre)));
            blamed += u32::from(standing == Standing::Below);
            innocent += u32::from(standing == Standing::Below && truth.good >= centre);
        }
    }
    let (plain, fair) = (correlation(&plain), correlation(&fair));
    let coverage = f64::from(held) / f64::from(shown);
    let figures = format!(
        "advantage of easy cases: plain mean {plain:.2}, scorecard {fair:.2}; 90 % intervals hold the truth: {coverage:.3}; \
         {shown} of 1700 shown; clearly below: {blamed}, of them above the median in truth: {innocent}"
    );
    assert!(plain > 0.5 && fair.abs() <= 0.15, "{figures}");
    assert!((0.88..=0.93).contains(&coverage), "{figures}");
    assert!(shown > 1_500 && blamed > 100 && f64::from(innocent) / f64::from(blamed) < 0.02, "{figures}");
}

#[test]
fn the_same_answers_give_the_same_bits_in_any_order() {
    let (_, cells) = district(7, 25);
    let mut turned = cells.clone();
    Random::new(3).shuffle(&mut turned);
    let text = |cells| {
        serde_json::to_string(&scorecards(Subject::Official, Measure::Answer(Question::Guidance), cells))
            .unwrap()
    };
    assert!(text(turned) == text(cells), "the order in which answers come must not matter");
}

fn cell(official: &str, office: &str, counts: [u64; 5]) -> Cell {
    let (office, official) = (office.to_owned(), Some(official.to_owned()));
    Cell { office, group: Group::Person, official, procedure: None, field: None, source: None, counts }
}

#[test]
fn what_answers_do_not_tell_is_not_told() {
    // Nineteen answers, all of them bad; and forty like everybody's.
    let cells = vec![
        cell("thu", "a", [19, 0, 0, 0, 0]),
        cell("minh", "a", [0, 2, 6, 16, 16]),
        cell("lan", "b", [0, 2, 6, 16, 16]),
        cell("binh", "b", [0, 3, 5, 16, 16]),
    ];
    let cards = scorecards(Subject::Official, Measure::Answer(Question::Welcome), cells);
    let of = |name: &str| -> Card { cards.of(name).unwrap().clone() };
    assert_eq!((of("thu").score, of("thu").answers, of("thu").plain), (Score::TooFew, 19, None));
    for name in ["minh", "lan", "binh"] {
        let card = of(name);
        assert!(card.plain.is_some());
        let told = matches!(card.score, Score::Shown { .. });
        assert!(!told || card.reliability >= LEAST_RELIABILITY, "{card:?}");
    }
    // Officials who do not differ are not told apart, nor is one alone.
    let equal = ["thu", "minh", "lan"].map(|name| cell(name, "a", [0, 2, 6, 16, 16])).to_vec();
    assert!(
        scorecards(Subject::Official, Measure::Answer(Question::Welcome), equal)
            .cards
            .iter()
            .all(|card| !matches!(card.score, Score::Shown { .. }))
    );
    let alone = scorecards(
        Subject::Official,
        Measure::Answer(Question::Welcome),
        vec![cell("thu", "a", [0, 0, 3, 20, 40])],
    );
    assert_eq!(alone.of("thu").unwrap().score, Score::NoModel);
    let content = scorecards(
        Subject::Official,
        Measure::Answer(Question::Welcome),
        vec![cell("thu", "a", [0, 0, 0, 0, 40]), cell("minh", "b", [0, 0, 0, 0, 40])],
    );
    assert!(
        content.cards.iter().all(|card| card.score == Score::NoModel),
        "all the same: nothing to compare"
    );
    assert_eq!(scorecards(Subject::Official, Measure::Answer(Question::Welcome), Vec::new()).cards, []);
}

#[test]
fn the_steps_from_the_plain_mean_to_the_figure_add_up() {
    let (_, cells) = district(11, 40);
    let cards = scorecards(Subject::Official, Measure::Answer(Question::Welcome), cells);
    for card in &cards.cards {
        let Score::Shown { mean, low, high, standing } = card.score else { continue };
        let sum = card.plain.unwrap() + card.weighed + card.adjusted + card.drawn;
        assert!((sum - mean).abs() < 1e-9 && low < mean && mean < high, "{card:?}");
        assert_eq!(standing == Standing::Below, high < cards.mean, "{card:?}");
        assert_eq!(standing == Standing::Above, low > cards.mean, "{card:?}");
    }
}

#[test]
fn who_is_silent_may_think_anything() {
    assert_eq!(bounds(4.0, 50, 100), Some((2.5, 4.5)));
    assert_eq!(bounds(4.0, 50, 50), Some((4.0, 4.0)));
    assert_eq!(bounds(4.0, 50, 0), Some((4.0, 4.0)), "never fewer were asked than answered");
    assert_eq!(bounds(4.0, 0, 0), None);
}

#[test]
fn call_backs_say_no_more_than_the_test_allows() {
    let (from, earlier) = (Day::parse("2017-04-01").unwrap(), Day::parse("2017-02-01").unwrap());
    let later = from.plus(40);
    let of = |before: &[bool], now: &[bool]| {
        let said = before.iter().map(|no| (earlier, *no)).chain(now.iter().map(|no| (later, *no)));
        let found = CallBacks::of(&said.collect::<Vec<_>>(), from);
        (found.asked, found.agreed, found.standing)
    };
    use CallStanding::{Clear, Doubtful, NotEnough};
    assert_eq!(of(&[], &[false; 17]), (17, 17, NotEnough));
    assert_eq!(of(&[], &[false; 18]), (18, 18, Clear));
    assert_eq!(of(&[false; 10], &[false; 8]), (8, 8, Clear), "it goes on over quarters");
    assert_eq!(of(&[false; 10], &[false; 12]), (12, 12, Clear), "the next test has begun");
    assert_eq!(of(&[false; 18], &[]), (0, 0, NotEnough), "of this quarter nothing is known");
    assert_eq!(of(&[false; 18], &[false; 3]), (3, 3, NotEnough));
    assert_eq!(of(&[], &[true; 3]), (3, 0, Doubtful));
    assert_eq!(
        of(&[true; 3], &[false; 4]),
        (4, 4, NotEnough),
        "what was decided is not held against it for ever"
    );
    assert_eq!(of(&[], &[true, false, true]), (3, 1, NotEnough));
}

/// One quarter of an invented district: two offices with two officials each, two procedures of two fields.
fn quarter(lawful: u8, late: u64) -> Counted {
    let mut counted = Counted::default();
    let officials = [("a-1", "a"), ("a-2", "a"), ("b-1", "b"), ("b-2", "b")];
    for (at, (official, office)) in officials.iter().enumerate() {
        let (procedure, field) = [("1.1", "Hộ tịch"), ("2.2", "Đất đai")][at % 2];
        let named = Cell { field: Some(field.to_owned()), ..cell(official, office, [0; 5]) };
        let none = Slip {
            cell: named.clone(),
            scores: [None; 5],
            trips: None,
            contacts: None,
            extra_money: None,
            extra_papers: None,
            n: 1,
        };
        for (score, n) in [(3_u8, 4 + at as u64 * 3), (4, 12), (5, 30 - at as u64 * 3)] {
            counted.slips.push(Slip { scores: [None, Some(score), None, None, None], n, ..none.clone() });
        }
        let of_procedure = Cell { official: None, procedure: Some(procedure.to_owned()), ..named };
        counted.slips.push(Slip {
            cell: of_procedure,
            scores: [None, None, None, None, Some(lawful)],
            trips: Some(1 + at as u8 % 2),
            extra_money: Some(Asked::Yes),
            n: 25,
            ..none
        });
        counted.finished.push(Finished {
            office: (*office).to_owned(),
            official: (*official).to_owned(),
            procedure: procedure.to_owned(),
            field: Some(field.to_owned()),
            group: if at < 2 { Group::Person } else { Group::Organisation },
            cases: 40,
            on_time: 40 - late * at as u64,
            supplements: 1,
            beyond: 86_400_000_000 * 2 * late * at as u64,
        });
    }
    counted
}

#[test]
fn what_officials_cannot_influence_is_not_on_their_cards() {
    let (good, bad) = (Report::new(&quarter(5, 0)), Report::new(&quarter(1, 0)));
    let cards = |report: &Report| {
        serde_json::to_string(
            &report.of(Subject::Official, "a-1").unwrap().cards.iter().map(|card| card.1).collect::<Vec<_>>(),
        )
        .unwrap()
    };
    assert_eq!(cards(&good), cards(&bad), "rules, trips and money are not the official's");
    let facts = |kind, key| good.of(kind, key).unwrap().facts;
    let of_official = facts(Subject::Official, "a-1");
    assert_eq!((of_official.more_trips, of_official.extra_money, of_official.cases), (None, None, 40));
    let of_procedure = facts(Subject::Procedure, "2.2");
    assert!(matches!(of_procedure.more_trips, Some(Figure::Shown { share, n: 50, .. }) if share > 0.99));
    assert_eq!(of_procedure.extra_money, None, "money is for the head of the office");
    let called = CallBacks { asked: 4, agreed: 4, standing: CallStanding::NotEnough };
    let with_calls = Counted { call_backs: [("a".to_owned(), called)].into(), ..quarter(5, 0) };
    assert_eq!(with_calls.facts(Subject::Office, "a").call_backs, Some(called));
    for (kind, key) in [(Subject::Official, "a-1"), (Subject::Procedure, "1.1"), (Subject::Office, "b")] {
        assert_eq!(with_calls.facts(kind, key).call_backs, None, "of the office that was asked about only");
    }
    assert!(matches!(facts(Subject::Office, "b").extra_money, Some(Figure::Shown { n: 50, .. })));
    let lawful = |report: &Report| report.of(Subject::Procedure, "1.1").unwrap().cards[0].1.unwrap().plain;
    assert_eq!((lawful(&good), lawful(&bad)), (Some(5.0), Some(1.0)), "they are the procedure's");
}

#[test]
fn cases_in_time_are_counted_for_whoever_had_them_and_split_where_both_groups_are_enough() {
    let report = Report::new(&quarter(5, 3));
    let in_time = |kind, key: &str| {
        let of = report.of(kind, key).unwrap();
        of.cards.iter().find(|(measure, ..)| *measure == Measure::OnTime).unwrap().1.unwrap().clone()
    };
    assert_eq!(in_time(Subject::Official, "b-2").plain, Some(31.0 / 40.0));
    assert_eq!(report.of(Subject::Official, "b-2").unwrap().facts.days_beyond, Some(2.0));
    let of_procedure = in_time(Subject::Procedure, "2.2");
    let groups: Vec<_> = of_procedure.groups.iter().map(|of| (of.group, of.answers)).collect();
    assert_eq!(groups, [(Group::Person, 40), (Group::Organisation, 40)]);
    assert!(in_time(Subject::Office, "a").groups.is_empty(), "persons only");
    // Nobody is late: that is a share like any other, with its interval.
    let clean = Report::new(&quarter(5, 0));
    let card = clean.of(Subject::Office, "a").unwrap().cards.last().unwrap().1.unwrap().clone();
    assert!(matches!(card.score, Score::Shown { mean: 1.0, low, .. } if low > 0.95 && low < 1.0), "{card:?}");
}

/// The answers of officials, five an office, 220 matters each, as `hailong bench guard` draws them: a quarter answered through the office, 14 % past it.
fn of_units(units: &[Unit]) -> Vec<Cell> {
    let of = |(at, unit): (usize, &Unit)| {
        let official = cell(&format!("{at:02}"), &format!("office-{:02}", at / 5), [0; 5]);
        let way = |source, scores: &[f64]| {
            let named = Cell { source: Some(source), ..official.clone() };
            scores.iter().fold(named, |cell, score| cell.with(Some(*score as i64), 1))
        };
        [way(Source::Office, &unit.scores()), way(Source::Apart, unit.past())]
    };
    units.iter().enumerate().flat_map(of).collect()
}

/// What each official's card says before it is asked whether that is sure enough to be shown, by the scorecard and by the plain mean.
fn said(units: &[Unit]) -> Vec<[f64; 2]> {
    let cards = scorecards(Subject::Official, Measure::Answer(Question::Welcome), of_units(units));
    let of = |at: usize| {
        let card = cards.of(&format!("{at:02}")).unwrap();
        let plain = card.plain.unwrap();
        [plain + card.weighed + card.adjusted + card.drawn, plain]
    };
    (0..units.len()).map(of).collect()
}

/// Over twelve districts of 80 officials, eight of whom add careful forgeries until they are a fifth of what came in through the office: how many
/// percentile points that gains them, and how near the figures of the same officials are to the truth when all are honest.
#[test]
fn forging_a_fifth_gains_little_and_honesty_costs_little() {
    let (mut gained, mut known) = ([0.0; 2], [Vec::new(), Vec::new()]);
    let (districts, forgers) = (12, 8);
    for seed in 0..districts {
        let mut random = Random::new(seed);
        let (honest, forger) = (Plan::clean(220), Plan { forged: 0.2, ..Plan::clean(220) });
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for at in 0..80 {
            let worth = 0.5 * random.normal();
            let mut same = random.clone();
            before.push(unit(&honest, worth, &mut random));
            after.push(if at % 10 == 0 { unit(&forger, worth, &mut same) } else { before[at].clone() });
        }
        let (was, is) = (said(&before), said(&after));
        for (way, gained) in gained.iter_mut().enumerate() {
            let below = |all: &[[f64; 2]], at: usize| {
                (0..80).filter(|other| other % 10 != 0 && all[at][way] > all[*other][way]).count() as f64
            };
            let sum: f64 = (0..80).step_by(10).map(|at| below(&is, at) - below(&was, at)).sum();
            *gained += sum / 72.0 * 100.0 / (districts * forgers) as f64;
            known[way].extend(before.iter().zip(&was).map(|(unit, said)| (unit.worth, said[way])));
        }
    }
    let [fair, plain] = gained;
    let [fair_known, plain_known] = known.map(|pairs| correlation(&pairs));
    let figures = format!(
        "forging a fifth gains {fair:.1} percentile points, by the plain mean {plain:.1}; correlation with the truth \
         when all are honest: {fair_known:.3}, of the plain mean {plain_known:.3}"
    );
    assert!(fair <= 3.5 && fair < 0.6 * plain, "{figures}");
    assert!((fair_known - plain_known).abs() <= 0.02, "{figures}");
}

/// The share of the weight is that of the formula: so many answers through the office are worth n / (1 + n τ²/s²) of those past it.
#[test]
fn answers_through_the_office_count_the_less_the_more_there_are() {
    let way = |official: &str, source, n: u64| Cell {
        source: Some(source),
        ..cell(official, "a", [0, 0, n, 2 * n, n])
    };
    let mut cells = Vec::new();
    for official in ["thu", "minh", "lan", "binh"] {
        cells.push(way(official, Source::Apart, 10));
        cells.push(way(official, Source::Office, if official == "thu" { 1_000 } else { 10 }));
    }
    let cards = scorecards(Subject::Official, Measure::Answer(Question::Welcome), cells.clone());
    let weight = |name: &str| cards.of(name).unwrap().ways.iter().map(|way| way.weight).collect::<Vec<_>>();
    // The variance of such answers is .5, so that no number of them is worth more than .5/.04 = 12.5.
    let of = |n: f64| {
        let worth = n / (1.0 + n * 0.04 / 0.5);
        worth / (worth + 40.0)
    };
    assert!((weight("thu")[1] - of(4_000.0)).abs() < 0.001, "{:?}", weight("thu"));
    assert!((weight("minh")[1] - of(40.0)).abs() < 0.001, "{:?}", weight("minh"));
    // Where the way is not said the roll says how much of the error there can be: half of the answers make a quarter of the variance.
    let mut unsaid = cells.clone();
    unsaid[2].source = None;
    let half = Through::from([("a".to_owned(), 0.5)]);
    let measure = Measure::Answer(Question::Welcome);
    let cards = scorecard::scorecards(Subject::Official, measure, unsaid, &half);
    let ways = &cards.of("minh").unwrap().ways;
    let (through, unsaid) = (40.0 / (1.0 + 40.0 * 0.08), 40.0 / (1.0 + 40.0 * 0.02));
    assert_eq!((ways[0].source, ways[1].source), (Some(Source::Office), None));
    assert!((ways[1].weight - unsaid / (through + unsaid)).abs() < 0.001, "{ways:?}");
    // Neither the clock nor what no office has a hand in is distrusted.
    let procedures = cells.into_iter().map(|cell| Cell { procedure: cell.official.clone(), ..cell });
    let procedures = scorecards(Subject::Procedure, Measure::Answer(Question::Lawful), procedures.collect());
    assert!(procedures.cards.iter().all(|card| card.ways.is_empty() && card.weighed == 0.0));
}
