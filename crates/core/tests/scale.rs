//! The law's own scales, by hand: every border of every class just below, at it and just above, and roundings that change a class.

use std::collections::BTreeMap;

use hailong_core::{
    measure::{
        figure::Figure,
        scale::{
            Class, Found, Item, Lack, Origin, Ratio, Scale, Share, Statement,
            hundred_points::{self, Products, Quota},
            nine_indicators::{self, Case, Handled, Pace, Tally, Unit},
            service_index::{self, Clock, Inputs, Reading},
            sipas::Aim,
        },
    },
    serve::office::Level,
    time::Instant,
};
use proptest::prelude::*;

const ENOUGH: fn() -> Figure = || Figure::share(24, 30, None);

fn tally(cases: u64, points: [u64; 5]) -> Tally {
    Tally { cases, points, late: 0, complained: 0 }
}

fn share(part: u64, of: u64) -> Share {
    Share { part, of }
}

/// Total with two places, and class.
fn said(scale: &Scale) -> (String, Option<Class>) {
    (scale.total.decimal(2), scale.class)
}

fn points(scale: &Scale, key: &str) -> String {
    scale.line(key).unwrap().found.unwrap().points.decimal(4)
}

#[test]
fn officials_at_every_border_of_tt_01() {
    use Class::{BelowSeventy, FromSeventy, Hundred};
    // By hand: each sum of points over 100 cases, rounded half up to one place, then added.
    for (points, total, class, why) in [
        ([200, 200, 200, 200, 200], "10.00", Hundred, "everything early, nobody had to come twice"),
        ([100, 100, 200, 200, 100], "7.00", Hundred, "everything exactly on time"),
        ([50, 50, 200, 200, 10], "5.10", Hundred, "just above"),
        ([50, 50, 200, 200, 0], "5.00", Hundred, "at the border"),
        ([50, 40, 200, 200, 0], "4.90", FromSeventy, "just below"),
        ([0, 0, 200, 200, 0], "4.00", FromSeventy, "all late and all complained about"),
        ([0, 0, 160, 200, 0], "3.60", FromSeventy, "just above"),
        ([0, 0, 150, 200, 0], "3.50", FromSeventy, "at the border"),
        ([0, 0, 140, 200, 0], "3.40", BelowSeventy, "just below"),
        ([0, 0, 0, 0, 0], "0.00", BelowSeventy, "nothing"),
        // 0.45 + 0.45 + 2 + 2 + 0.05 = 4.95, but 0.5 + 0.5 + 2 + 2 + 0.1 = 5.1.
        ([45, 45, 200, 200, 5], "5.10", Hundred, "halves go up before they are added"),
        // 0.44 + 0.44 + 2 + 2 + 0.11 = 4.99, and 0.4 + 0.4 + 2 + 2 + 0.1 = 4.9.
        ([44, 44, 200, 200, 11], "4.90", FromSeventy, "what is less than a half goes down"),
        // 0.54 + 0.54 + 1.94 + 1.94 + 0.04 = 5.00, but 0.5 + 0.5 + 1.9 + 1.9 + 0 = 4.8.
        ([54, 54, 194, 194, 4], "4.80", FromSeventy, "unrounded it would have reached the border"),
        // 0.05 + 0.05 + 1.65 + 1.65 + 0.05 = 3.45, but 0.1 + 0.1 + 1.7 + 1.7 + 0.1 = 3.7.
        ([5, 5, 165, 165, 5], "3.70", FromSeventy, "unrounded it would have stayed below"),
        // 0.04 × 3 + 1.69 + 1.69 = 3.50, but 0 × 3 + 1.7 + 1.7 = 3.4.
        ([4, 4, 169, 169, 4], "3.40", BelowSeventy, "unrounded it would have reached the border"),
    ] {
        let scale = nine_indicators::official(&tally(100, points), ENOUGH());
        assert_eq!(said(&scale), (total.to_owned(), Some(class)), "{why}");
        assert_eq!((scale.attainable, scale.most), (Ratio::whole(10), Ratio::whole(10)));
    }
    let raw = nine_indicators::official(&tally(3, [1, 2, 6, 6, 0]), ENOUGH());
    let Found { part, of, raw, points, .. } = raw.line("1").unwrap().found.unwrap();
    assert_eq!(
        (part, of, raw, points),
        (1, 3, Ratio::new(1, 3), Ratio::tenths(3)),
        "the raw value stays beside it"
    );
}

fn unit() -> Unit {
    Unit {
        level: Level::Commune,
        received_there: Some(share(40, 40)),
        handled_there: Some(share(40, 40)),
        board: Some(share(40, 40)),
        electronic: true,
        opinions: Handled::default(),
        online_procedures: Some(share(8, 40)),
        online_cases: share(30, 100),
        online_late: 0,
    }
}

#[test]
fn offices_at_every_border_of_tt_01() {
    use Class::{Average, Excellent, Fair, Good, Weak};
    let all = unit();
    // Two points of the four indicators of an office: 8. One of posting: 7. None of services over the network: 6, and so on.
    let seven = Unit { board: Some(share(39, 40)), ..all };
    let six = Unit { online_late: 1, ..all };
    let five = Unit { online_late: 1, ..seven };
    for (unit, points, total, class) in [
        (all, [20; 5], "18.00", Excellent),
        (all, [15, 14, 14, 14, 14], "15.10", Excellent),
        (all, [14; 5], "15.00", Excellent),
        (all, [13, 14, 14, 14, 14], "14.90", Good),
        (all, [9, 8, 8, 8, 8], "12.10", Good),
        (all, [8; 5], "12.00", Good),
        (all, [7, 8, 8, 8, 8], "11.90", Fair),
        (all, [3, 2, 2, 2, 2], "9.10", Fair),
        (all, [2; 5], "9.00", Fair),
        (all, [1, 2, 2, 2, 2], "8.90", Average),
        (six, [1, 0, 0, 0, 0], "6.10", Average),
        (six, [0; 5], "6.00", Average),
        (five, [9, 0, 0, 0, 0], "5.90", Weak),
        (five, [0; 5], "5.00", Weak),
    ] {
        let scale = nine_indicators::office(&tally(10, points), &unit, ENOUGH());
        assert_eq!(said(&scale), (total.to_owned(), Some(class)));
    }
    // 1.44 × 4 + 1.24 + 8 = 15.00, but 1.4 × 4 + 1.2 + 8 = 14.8.
    let scale = nine_indicators::office(&tally(100, [144, 144, 144, 144, 124]), &all, ENOUGH());
    assert_eq!(said(&scale), ("14.80".to_owned(), Some(Good)));
    // 1.35 × 5 + 8 = 14.75, but 1.4 × 5 + 8 = 15.
    let scale = nine_indicators::office(&tally(100, [135; 5]), &all, ENOUGH());
    assert_eq!(said(&scale), ("15.00".to_owned(), Some(Excellent)));
}

#[test]
fn the_indicators_of_an_office_at_their_borders() {
    let of = |unit: Unit, key: &str| {
        let found = nine_indicators::office(&tally(1, [2; 5]), &unit, ENOUGH()).line(key).unwrap().found;
        found.map(|found| found.points.decimal(0))
    };
    let points = |n: &str| Ok(n.to_owned());
    for (level, handled, expected) in [
        (Level::Commune, 40, "2"),
        (Level::Commune, 39, "1"),
        (Level::District, 20, "2"),
        (Level::District, 19, "1"),
        (Level::Province, 8, "2"),
        (Level::Province, 7, "1"),
    ] {
        assert_eq!(
            of(Unit { level, handled_there: Some(share(handled, 40)), ..unit() }, "5"),
            points(expected)
        );
    }
    let away = Unit { received_there: Some(share(39, 40)), handled_there: Some(share(20, 40)), ..unit() };
    assert_eq!(of(away, "5"), points("0"));
    assert_eq!(of(Unit { handled_there: None, ..unit() }, "5"), Err(Lack::NotEntered));
    for (board, electronic, expected) in
        [(40, true, "2"), (39, true, "1"), (40, false, "1"), (39, false, "0")]
    {
        assert_eq!(of(Unit { board: Some(share(board, 40)), electronic, ..unit() }, "6"), points(expected));
    }
    assert_eq!(of(Unit { board: None, ..unit() }, "6"), Err(Lack::NotKnownThen));
    for (due, on_time, prolonged, expected) in [
        (0, 0, 0, "2"),
        (100, 100, 0, "2"),
        (100, 99, 0, "1"),
        (100, 90, 0, "1"),
        (100, 89, 0, "0"),
        (100, 99, 1, "0"),
        (1_000_000, 899_999, 0, "0"),
    ] {
        let opinions = Handled { due, on_time, prolonged, not_helped: 0 };
        assert_eq!(of(Unit { opinions, ..unit() }, "8"), points(expected), "{opinions:?}");
    }
    for (procedures, cases, late, expected) in [
        (Some(20), 30, 0, points("2")),
        (Some(19), 30, 0, points("1")),
        (Some(20), 29, 0, points("1")),
        (Some(0), 15, 0, points("1")),
        (None, 15, 0, points("1")),
        (None, 14, 0, points("0")),
        (Some(100), 100, 1, points("0")),
        (None, 30, 0, Err(Lack::NotEntered)),
    ] {
        let online_procedures = procedures.map(|part| share(part, 100));
        let unit = Unit { online_procedures, online_cases: share(cases, 100), online_late: late, ..unit() };
        assert_eq!(of(unit, "9"), expected, "{procedures:?} {cases} {late}");
    }
    assert_eq!(of(Unit { online_cases: share(0, 0), ..unit() }, "9"), Err(Lack::NoCases));
}

#[test]
fn the_points_of_a_case() {
    let early =
        Case { whole: Pace::Shorter, consulted: None, contacts: 0, on_the_spot: false, complained: false };
    assert_eq!(early.points(), [2, 2, 2, 2, 2]);
    assert_eq!(
        Case { consulted: Some(Pace::Longer), ..early }.points(),
        [2, 0, 2, 2, 2],
        "the slowest agency"
    );
    assert_eq!(
        Case { whole: Pace::Equal, consulted: Some(Pace::Shorter), ..early }.points(),
        [1, 1, 2, 2, 1]
    );
    assert_eq!(Case { contacts: 1, ..early }.points(), [2, 2, 1, 1, 2]);
    assert_eq!(Case { contacts: 2, ..early }.points(), [2, 2, 0, 1, 2]);
    assert_eq!(Case { contacts: 9, ..early }.points(), [2, 2, 0, 1, 2]);
    assert_eq!(Case { on_the_spot: true, ..early }.points(), [2, 2, 2, 1, 2]);
    assert_eq!(Case { complained: true, ..early }.points(), [2, 2, 2, 2, 0]);
    assert_eq!(Case { whole: Pace::Longer, ..early }.points(), [0, 0, 2, 2, 0]);
}

#[test]
fn late_and_complained_about_is_still_most_of_the_duties() {
    let bad =
        Case { whole: Pace::Longer, consulted: None, contacts: 0, on_the_spot: false, complained: true };
    let mut all = Tally::default();
    (0..25).for_each(|_| all.add(&bad));
    let scale = nine_indicators::official(&all, ENOUGH());
    assert_eq!(said(&scale), ("4.00".to_owned(), Some(Class::FromSeventy)));
    assert_eq!(
        scale.statements,
        [
            Statement::NobodyAsked { answered: ENOUGH() },
            Statement::LatenessForgiven { late: 25, of: 25, class: Class::FromSeventy },
            Statement::ComplaintsForgiven { complained: 25, of: 25 },
        ]
    );
}

#[test]
fn what_is_left_out_lowers_what_can_be_reached_and_no_border() {
    let little = Unit { received_there: None, board: None, online_cases: share(0, 0), ..unit() };
    let scale = nine_indicators::office(&tally(10, [20; 5]), &little, ENOUGH());
    // Every point that there is: 10 of the cases, 2 for opinions; 12 of 18, and so no better than good.
    assert_eq!(said(&scale), ("12.00".to_owned(), Some(Class::Good)));
    assert_eq!((scale.attainable, scale.most), (Ratio::whole(12), Ratio::whole(18)));
    let (attainable, most) = (Ratio::whole(12), Ratio::whole(18));
    assert!(scale.statements.contains(&Statement::LeftOut { n: 3, attainable, most }));
    let none = nine_indicators::official(&Tally::default(), Figure::TooFew { n: 0 });
    assert_eq!((none.class, none.attainable), (None, Ratio::ZERO), "without a case there is no class");
    assert_eq!(none.line("7").unwrap().found, Err(Lack::NoCases));
}

/// Everything at its best but the cases of 2.1 and what is entered otherwise.
fn scale_of(cases: Share, entered: &[(Item, Share)], reading: Reading) -> Scale {
    let mut all: BTreeMap<_, _> = Item::ALL.iter().map(|item| (*item, share(100, 100))).collect();
    all.extend(entered.iter().copied());
    let inputs = Inputs {
        cases,
        waiting: 0,
        opinions: Handled { due: 10, on_time: 10, prolonged: 0, not_helped: 0 },
        dissatisfied: 0,
        answered: ENOUGH(),
        online_cases: share(50, 100),
        entered: &all,
    };
    service_index::index(&inputs, reading)
}

#[test]
fn the_index_of_766_at_every_border() {
    use Class::{Average, Excellent, Fair, Good, Weak};
    let million = |part| share(part, 1_000_000);
    let none = share(0, 100);
    // All at their best: 100. What is entered takes points off: 1.1, 1.4, 3.4 and 4.1 have six each, 1.2, 4.2 and 4.5 four, the others two.
    let all_on_time = share(100, 100);
    let off = |items: &[Item]| items.iter().map(|item| (*item, none)).collect::<Vec<_>>();
    let ten = off(&[Item::Announced, Item::Updated]);
    let twenty = [ten.clone(), off(&[Item::Synchronised, Item::Digital2])].concat();
    let thirty = [twenty.clone(), off(&[Item::Payment3, Item::Digital5])].concat();
    let fifty = [thirty.clone(), off(&[Item::Digital1, Item::OnlineProcedures, Item::Complete])].concat();
    for (entered, total, at, below) in [
        (ten, "90.00", Excellent, Good),
        (twenty, "80.00", Good, Fair),
        (thirty, "70.00", Fair, Average),
        (fifty, "50.00", Average, Weak),
    ] {
        let scale = scale_of(all_on_time, &entered, Reading::Three);
        assert_eq!(said(&scale), (total.to_owned(), Some(at)), "at the border");
        // One in a million of two points less: it shows in no decimal place, and decides.
        let less = [entered.clone(), vec![(Item::Digital3, million(999_999))]].concat();
        assert_eq!(
            said(&scale_of(all_on_time, &less, Reading::Three)),
            (total.to_owned(), Some(below)),
            "just below"
        );
        // One in a million of what was taken off more.
        let mut more = entered;
        more[0].1 = million(1);
        assert_eq!(
            said(&scale_of(all_on_time, &more, Reading::Three)),
            (total.to_owned(), Some(at)),
            "just above"
        );
    }
    assert_eq!(said(&scale_of(all_on_time, &[], Reading::Three)), ("100.00".to_owned(), Some(Excellent)));
    assert_eq!(said(&scale_of(all_on_time, &[], Reading::Four)), ("100.00".to_owned(), Some(Excellent)));
    // Thirds that add up to a border: 1.1 and 1.4 two thirds each, 3.4 one third less: 6/3 + 6/3 + 6 = 10 off, exactly 90.
    let thirds =
        [(Item::Announced, share(2, 3)), (Item::Synchronised, share(4, 6)), (Item::Payment3, share(0, 7))];
    assert_eq!(said(&scale_of(all_on_time, &thirds, Reading::Three)), ("90.00".to_owned(), Some(Excellent)));
    assert_eq!(scale_of(share(0, 0), &[], Reading::Three).class, None, "without a case there is no class");
}

#[test]
fn readings_of_group_five_and_formulas_of_766() {
    let opinions = Handled { due: 20, on_time: 18, prolonged: 1, not_helped: 3 };
    let nothing = BTreeMap::new();
    let mut inputs = Inputs {
        cases: share(90, 100),
        waiting: 7,
        opinions,
        dissatisfied: 5,
        answered: ENOUGH(),
        online_cases: share(20, 100),
        entered: &nothing,
    };
    let three = service_index::index(&inputs, Reading::Three);
    // 18/20 × 6; (18 − 3)/20 × 6; 100 % − 10 % late − 5 % = 85 %, of the 90 % that give all: 0.85/0.9 × 6 = 5.6667.
    let found = ["2.1", "5.1", "5.2", "5.3"].map(|key| points(&three, key));
    assert_eq!(found, ["18.0000", "5.4000", "4.5000", "5.6667"]);
    assert_eq!((three.attainable, three.most), (Ratio::whole(38), Ratio::whole(100)));
    let four = service_index::index(&inputs, Reading::Four);
    let found = ["5.1", "5.3", "5.4"].map(|key| points(&four, key));
    assert_eq!(found, ["4.5000", "1.5000", "5.6667"]);
    assert_eq!(four.line("5.2").unwrap().found, Err(Lack::NotEntered), "what it measures was not found");
    assert_eq!(four.most, Ratio::whole(100));
    let counted = Ratio::new(85, 100);
    assert!(three.statements.contains(&Statement::Silence {
        silent: 70,
        of: 100,
        counted,
        answered: ENOUGH()
    }));
    assert!(three.statements.contains(&Statement::RequestEndsTime { waiting: 7 }));
    // Too few answers: their share is not shown, and nothing is made of it.
    inputs.answered = Figure::share(9, 19, None);
    let few = service_index::index(&inputs, Reading::Three);
    assert_eq!(few.line("5.3").unwrap().found, Err(Lack::TooFewAnswers { n: 19 }));
    assert!(!few.statements.iter().any(|one| matches!(one, Statement::Silence { .. })));
    // Of group 3, whichever way the twelve points are divided: offered 40 % of 80 %, came 20 % of 50 %: at least 0.4 × 12.
    let offered = BTreeMap::from([(Item::OnlineProcedures, share(40, 100))]);
    inputs.entered = &offered;
    let services = service_index::index(&inputs, Reading::Three).line("3.1").unwrap().found.unwrap();
    assert_eq!((services.points.decimal(4), services.origin), ("4.8000".to_owned(), Origin::AtLeast));
    assert_eq!((services.part, services.of), (20, 100));
    let most = Ratio::whole(12);
    for (part, threshold, expected) in [
        (45, 50, "10.8000"),
        (50, 50, "12.0000"),
        (49, 50, "11.7600"),
        (51, 50, "12.0000"),
        (80, 100, "9.6000"),
    ] {
        let points = service_index::points(Ratio::new(part, 100), most, Ratio::new(threshold, 100));
        assert_eq!(points.decimal(4), expected);
    }
}

#[test]
fn the_clock_of_the_index() {
    let at = |text: &str| Instant::parse_local(text).unwrap();
    let due = at("2017-06-14T17:00");
    let clock = Clock::running(due, 0);
    let on_time = |clock: Clock| clock.on_time();
    assert_eq!(on_time(clock), None, "its time runs");
    let (early, late) = (Some(at("2017-06-14T17:00")), Some(at("2017-06-14T17:01")));
    assert_eq!(on_time(Clock { finished: early, ..clock }), Some(true), "to the minute");
    assert_eq!(on_time(Clock { finished: late, ..clock }), Some(false));
    assert_eq!(
        on_time(Clock { finished: early, returned: late, ..clock }),
        Some(true),
        "finished before returned"
    );
    assert_eq!(on_time(Clock { finished: late, stopped: early, ..clock }), Some(false));
    assert_eq!(
        on_time(Clock { returned: late, stopped: early, ..clock }),
        Some(false),
        "returned before stopped"
    );
    assert_eq!(on_time(Clock { stopped: early, asked: late, ..clock }), Some(true));
    assert_eq!(
        on_time(Clock { asked: early, requests: 1, ..clock }),
        Some(true),
        "it ends when documents are asked for"
    );
    assert_eq!(on_time(Clock { finished: early, requests: 1, ..clock }), Some(true));
    assert_eq!(
        on_time(Clock { finished: early, requests: 2, ..clock }),
        Some(false),
        "a second request is late"
    );
}

fn products(n: u64, faults: u64, late: u64) -> Products {
    Products { n, hundredths: 100, faults, late, delivered: true }
}

#[test]
fn officials_at_every_border_of_335() {
    use Class::{Done, Excellent, Good, NotDone};
    let clean = [products(10, 0, 0)];
    let half = [products(1, 1, 1)];
    for (common, results, total, class) in [
        (3000, &clean[..], "100.00", Excellent),
        (2001, &clean, "90.01", Excellent),
        (2000, &clean, "90.00", Excellent),
        (1999, &clean, "89.99", Good),
        (1, &clean, "70.01", Good),
        (0, &clean, "70.00", Good),
        // 70 × ½ = 35.
        (3000, &half, "65.00", Done),
        (1501, &half, "50.01", Done),
        (1500, &half, "50.00", Done),
        (1499, &half, "49.99", NotDone),
        (0, &half, "35.00", NotDone),
    ] {
        let scale = hundred_points::official(Some(common), Some(results), (0, 0));
        assert_eq!(said(&scale), (total.to_owned(), Some(class)));
    }
    // Seven products, one late once: 70 × 27/28 = 67.5; with 22.50 it is 90 exactly.
    let seven = [products(6, 0, 0), products(1, 0, 1)];
    assert_eq!(said(&hundred_points::official(Some(2250), Some(&seven), (0, 0))).1, Some(Excellent));
    assert_eq!(said(&hundred_points::official(Some(2249), Some(&seven), (0, 0))).1, Some(Good));
    // Three products, one faulty: 70 × 11/12 = 64.1666…: 5.83 is just not enough for 70, 5.84 is; 69.9967 is shown as 70.00.
    let three = [products(2, 0, 0), products(1, 1, 0)];
    assert_eq!(
        said(&hundred_points::official(Some(583), Some(&three), (0, 0))),
        ("70.00".to_owned(), Some(Done))
    );
    assert_eq!(
        said(&hundred_points::official(Some(584), Some(&three), (0, 0))),
        ("70.01".to_owned(), Some(Good))
    );
}

#[test]
fn products_lose_a_quarter_for_each_fault_and_each_lateness() {
    let of = |products: &[Products]| {
        let scale = hundred_points::official(Some(0), Some(products), (40, 3));
        points(&scale, "results")
    };
    assert_eq!(of(&[products(1, 1, 0)]), "52.5000");
    assert_eq!(of(&[products(1, 1, 2)]), "17.5000");
    assert_eq!(of(&[products(1, 2, 2)]), "0.0000");
    assert_eq!(of(&[products(1, 9, 9)]), "0.0000", "no product has less than nothing");
    assert_eq!(of(&[Products { delivered: false, ..products(1, 0, 0) }, products(1, 0, 0)]), "35.0000");
    // A product worth three and one worth half: (3 × ¾ + ½)/3.5 × 70 = 55.
    let weighed =
        [Products { hundredths: 300, ..products(1, 0, 1) }, Products { hundredths: 50, ..products(1, 0, 0) }];
    assert_eq!(of(&weighed), "55.0000");
    let half = hundred_points::official(None, Some(&[products(1, 0, 0)]), (40, 3));
    assert_eq!((half.class, half.attainable), (None, Ratio::whole(70)), "half of the scale is no evaluation");
    let whole = hundred_points::official(Some(2500), Some(&[products(1, 0, 0)]), (40, 3));
    assert!(whole.statements.contains(&Statement::RecordSays { cases: 40, late: 3 }));
    assert!(whole.statements.contains(&Statement::AsEntered { n: 2 }));
}

#[test]
fn the_quota_of_the_excellent() {
    let classes = |excellent: usize, good: usize, done: usize, open: usize| {
        let of = |class, n| std::iter::repeat_n(class, n);
        of(Some(Class::Excellent), excellent)
            .chain(of(Some(Class::Good), good))
            .chain(of(Some(Class::Done), done))
            .chain(of(None, open))
    };
    for (excellent, good, allowed, beyond) in
        [(1, 4, 0, 1), (1, 5, 1, 0), (1, 9, 1, 0), (2, 9, 1, 1), (2, 10, 2, 0), (3, 10, 2, 1), (0, 0, 0, 0)]
    {
        let quota = hundred_points::quota(classes(excellent, good, 3, 1));
        let (excellent, good) = (excellent as u64, good as u64);
        assert_eq!(quota, Quota { excellent, good, allowed, beyond, open: 1 });
    }
}

#[test]
fn the_aims_of_the_state_for_satisfaction() {
    let reached = |year, share| Aim::of(year).reached(share);
    assert!(!reached(2020, 0.80) && reached(2020, 0.800_001) && !reached(2017, 0.799_999), "more than 80 %");
    assert!(reached(2021, 0.90) && reached(2025, 0.900_001) && !reached(2025, 0.899_999), "at least 90 %");
    assert!(reached(2026, 0.95) && reached(2030, 0.950_001) && !reached(2031, 0.949_999), "at least 95 %");
    // What machine numbers add in their last places is no difference.
    assert!(
        reached(2025, 0.1 + 0.2 + 0.6)
            && reached(2025, 0.899_999_999_999)
            && !reached(2020, 0.800_000_000_000_1)
    );
}

proptest! {
    #[test]
    fn no_scale_exceeds_what_it_can_have(
        (cases, each) in (0_u64..40, prop::array::uniform5(0_u64..=2)),
        parts in prop::collection::vec((0_u64..50, 0_u64..50, any::<bool>()), 24),
        opinions in (0_u64..20, 0_u64..20, 0_u64..20),
        level in 0_usize..3,
        answers in 0_u64..60,
        late in 0_u64..3,
    ) {
        let shares: Vec<Option<Share>> = parts.iter().map(|(a, b, is)| is.then(|| share(*a.min(b), *b))).collect();
        let opinions = Handled {
            due: opinions.0,
            on_time: opinions.1.min(opinions.0),
            prolonged: opinions.2.min(opinions.0),
            not_helped: opinions.2,
        };
        let whole = |at: usize| shares[at].unwrap_or_default();
        let unit = Unit {
            level: Level::ALL[level],
            received_there: shares[0],
            handled_there: shares[1],
            board: shares[2],
            electronic: parts[3].2,
            opinions,
            online_procedures: shares[4],
            online_cases: whole(5),
            online_late: late,
        };
        let answered = Figure::share(answers / 2, answers, None);
        let tally = tally(cases, each.map(|points| points * cases));
        let entered = Item::ALL.iter().zip(shares[6..].iter().cycle());
        let entered = entered.filter_map(|(item, share)| Some((*item, (*share)?))).collect();
        let inputs = Inputs {
            cases: whole(6),
            waiting: late,
            opinions,
            dissatisfied: answers,
            answered,
            online_cases: whole(5),
            entered: &entered,
        };
        let product = Products { n: cases, hundredths: 100, faults: late, late, delivered: parts[0].2 };
        for scale in [
            nine_indicators::official(&tally, answered),
            nine_indicators::office(&tally, &unit, answered),
            service_index::index(&inputs, Reading::Three),
            service_index::index(&inputs, Reading::Four),
            hundred_points::official(Some(answers * 50), Some(&[product]), (cases, late)),
        ] {
            for line in &scale.lines {
                prop_assert!(line.found.is_err() || line.found.unwrap().points <= line.most, "{line:?}");
                prop_assert!(line.found.is_err() || line.found.unwrap().raw <= line.most, "{line:?}");
            }
            prop_assert!(scale.total <= scale.attainable && scale.attainable <= scale.most, "{scale:?}");
            let left_out = scale.statements.iter().any(|one| matches!(one, Statement::LeftOut { .. }));
            prop_assert_eq!(left_out, scale.attainable < scale.most);
        }
    }
}
