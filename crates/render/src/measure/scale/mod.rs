//! The law's own scales: the list of whose may be seen, one page for each, and the form for what the record cannot know.

mod entry;
mod word;

use askama::Template;
use hailong_core::measure::figure::Figure;
use hailong_core::measure::scale::{
    Class, Found, Lack, Law, Line, METHOD, Origin, Ratio, Scale, Scales, Statement,
    hundred_points::Quota,
    nine_indicators::{self, Tally},
    sipas::{Aim, Sipas},
};
use hailong_core::serve::report::Period;
use hailong_core::time::{Day, Instant};

pub use self::entry::{Amount, Entry, ProductRow, Shown};
use crate::component::{Tone, figure_line};
use crate::format::{date, percent};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};
use crate::work::report::period_name;

/// Whose scales may be seen.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where they are.
    pub href: String,
    /// The name.
    pub name: String,
    /// The office of an official; empty for offices.
    pub office: String,
}

/// A link to another period.
#[derive(Clone, Debug)]
pub struct Other {
    /// Where it is.
    pub href: String,
    /// Its name.
    pub name: String,
}

/// `GET /work/scales`.
#[derive(Debug, Template)]
#[template(path = "measure/scales.html")]
pub struct ScaleList {
    /// The frame.
    pub shell: Shell,
    /// The period.
    pub period: Period,
    /// Other periods.
    pub others: Vec<Other>,
    /// The district and the offices.
    pub offices: Vec<Place>,
    /// The officials, by office and name.
    pub officials: Vec<Place>,
}

/// `GET /work/scales/…`: all scales of one subject.
#[derive(Debug, Template)]
#[template(path = "measure/scale.html")]
pub struct ScalePage {
    /// The frame.
    pub shell: Shell,
    /// Whose.
    pub name: String,
    /// The period.
    pub period: Period,
    /// Moment up to which it is counted.
    pub as_of: Instant,
    /// Other periods.
    pub others: Vec<Other>,
    /// The scales.
    pub scales: Scales,
    /// Where figures are entered, without the item; nothing for who may not.
    pub enters_at: Option<String>,
    /// What was entered.
    pub entered: Vec<Shown>,
    /// Whether a figure was just entered.
    pub done: bool,
    /// The command that computes the same.
    pub command: String,
    /// Links to the scorecard of an official and to the scale of the office.
    pub beside: Vec<(String, &'static str)>,
}

/// For the template, which passes what it names by reference.
const SIPAS: &Law = &Law::Sipas;

/// A line of a table.
struct Row {
    key: &'static str,
    name: String,
    points: String,
    counted: String,
    raw: String,
    origin: String,
    enter: Vec<(String, String)>,
}

impl ScaleList {
    fn period_name(&self) -> String {
        period_name(self.shell.lang, self.period)
    }
}

impl ScalePage {
    fn period_name(&self) -> String {
        period_name(self.shell.lang, self.period)
    }

    fn title(&self, law: &Law) -> String {
        self.shell.t(word::law(*law).0)
    }

    fn source(&self, law: &Law) -> String {
        self.shell.t(word::law(*law).1)
    }

    /// That a law did not hold yet in the period.
    fn before(&self, law: &Law) -> Option<String> {
        let since = law.since();
        (self.scales.to < since).then(|| self.shell.t1("scale-before", "day", date(self.shell.lang, since)))
    }

    fn index(&self) -> Option<&Scale> {
        self.scales.service_index.first()
    }

    /// The other reading of group 5.
    fn other_reading(&self) -> Option<&Scale> {
        self.scales.service_index.get(1)
    }

    /// The sum, what could be reached, and the class, in one sentence.
    fn sentence(&self, scale: &Scale) -> String {
        let lang = self.shell.lang;
        if scale.attainable == Ratio::ZERO {
            return lang.t("scale-nothing");
        }
        let places = if scale.law == Law::NineIndicators { 1 } else { 2 };
        let at_least =
            scale.lines.iter().any(|line| line.found.is_ok_and(|found| found.origin == Origin::AtLeast));
        let key = if at_least { "scale-sum-at-least" } else { "scale-sum" };
        let args = [
            ("total", word::plain(lang, scale.total, places).into()),
            ("attainable", word::plain(lang, scale.attainable, 1).into()),
            ("most", word::plain(lang, scale.most, 1).into()),
        ];
        let sum = lang.t_args(key, &args);
        let class = scale.class.map_or("scale-class-none", word::class);
        format!("{sum} {}", lang.t_args("scale-class", &[("class", lang.t(class).into())]))
    }

    fn statements(&self, scale: &Scale) -> Vec<(Tone, String)> {
        scale.statements.iter().map(|one| word::statement(self.shell.lang, one)).collect()
    }

    fn rows(&self, scale: &Scale) -> Vec<Row> {
        scale.lines.iter().map(|line| self.row(scale, line)).collect()
    }

    fn row(&self, scale: &Scale, line: &Line) -> Row {
        let lang = self.shell.lang;
        let most = word::plain(lang, line.most, 1);
        let items = word::items(scale, line).iter();
        let enter = self.enters_at.iter().flat_map(|at| {
            let href = move |item: &hailong_core::measure::scale::Item| {
                (format!("{at}/{}?period={}", item.key(), self.scales.period), lang.t(word::item(*item)))
            };
            items.clone().map(href)
        });
        let (points, counted, raw, origin) = match line.found {
            Ok(found) => {
                let places = if scale.law == Law::NineIndicators { 1 } else { 2 };
                (
                    format!("{} / {most}", word::plain(lang, found.points, places)),
                    format!("{} / {}", word::count(lang, found.part), word::count(lang, found.of)),
                    word::plain(lang, found.raw, 4),
                    lang.t(word::origin(found.origin)),
                )
            }
            Err(lack) => (format!("– / {most}"), "–".to_owned(), "–".to_owned(), word::lack(lang, lack)),
        };
        let name = lang.t(word::line(scale, line));
        Row { key: line.key, name, points, counted, raw, origin, enter: enter.collect() }
    }

    /// Lines of the satisfaction index: whole, factors, criteria.
    fn satisfaction(&self, sipas: &Sipas) -> Vec<(String, String)> {
        let lang = self.shell.lang;
        let line = |figure: Option<Figure>| {
            figure.map_or_else(|| lang.t("scale-hidden"), |one| figure_line(lang, &one))
        };
        let whole = (lang.t("scale-sipas-whole"), line(sipas.whole));
        let factors = sipas.factors.iter().map(|(name, figure)| (name.clone(), line(*figure)));
        let criteria = sipas.criteria.iter().map(|(name, figure)| (name.clone(), line(Some(*figure))));
        [whole].into_iter().chain(factors).chain(criteria).collect()
    }

    fn aim(&self, sipas: &Sipas) -> String {
        let lang = self.shell.lang;
        let key = match (sipas.reached, sipas.aim.more) {
            (None, true) => "scale-aim-more",
            (None, false) => "scale-aim",
            (Some(true), true) => "scale-aim-more-reached",
            (Some(true), false) => "scale-aim-reached",
            (Some(false), true) => "scale-aim-more-missed",
            (Some(false), false) => "scale-aim-missed",
        };
        let share = percent(lang, sipas.aim.share.approx());
        lang.t_args(key, &[("share", share.into()), ("year", sipas.aim.year.to_string().into())])
    }

    fn wave(&self, sipas: &Sipas) -> String {
        let lang = self.shell.lang;
        let (drawn, answered) = sipas.forms;
        let args = [
            ("name", sipas.name.clone().into()),
            ("day", date(lang, sipas.closed_on).into()),
            ("answered", word::count(lang, answered.into()).into()),
            ("drawn", word::count(lang, drawn.into()).into()),
        ];
        lang.t_args("scale-sipas-wave", &args)
    }

    fn quota(&self, quota: &Quota) -> String {
        let lang = self.shell.lang;
        let n = |n: u64| word::count(lang, n).into();
        let key = if quota.beyond > 0 { "scale-quota-beyond" } else { "scale-quota" };
        let args = [
            ("excellent", n(quota.excellent)),
            ("good", n(quota.good)),
            ("allowed", n(quota.allowed)),
            ("beyond", n(quota.beyond)),
            ("open", n(quota.open)),
        ];
        lang.t_args(key, &args)
    }

    fn method(&self) -> &'static str {
        METHOD
    }
}

fn sample_period() -> Period {
    let day = Day::new(2017, 5, 1).unwrap_or(Day(0));
    Period::containing(
        hailong_core::serve::report::Window::Legal,
        hailong_core::serve::report::Span::Quarter,
        day,
    )
}

fn sample_others() -> Vec<Other> {
    vec![Other { href: "/work/scales?period=2017".to_owned(), name: "2017".to_owned() }]
}

fn sample_scales() -> Scales {
    let answered = Figure::share(171, 190, Some(760));
    let tally = Tally { cases: 40, points: [52, 50, 71, 75, 48], late: 3, complained: 1 };
    let nine = nine_indicators::official(&tally, answered);
    let found = Found {
        part: 34,
        of: 40,
        raw: Ratio::new(34, 40),
        points: Ratio::new(34, 2),
        origin: Origin::Record,
    };
    let index = |reading| Scale {
        law: Law::ServiceIndex,
        reading,
        lines: vec![
            Line { key: "1.1", most: Ratio::whole(6), found: Err(Lack::NotEntered) },
            Line { key: "2.1", most: Ratio::whole(20), found: Ok(found) },
            Line {
                key: "3.1",
                most: Ratio::whole(12),
                found: Ok(Found { origin: Origin::AtLeast, ..found }),
            },
            Line { key: "5.2", most: Ratio::whole(6), found: Err(Lack::NothingDue) },
            Line { key: "5.3", most: Ratio::whole(6), found: Err(Lack::TooFewAnswers { n: 12 }) },
        ],
        total: Ratio::whole(34),
        attainable: Ratio::whole(32),
        most: Ratio::whole(100),
        class: Some(Class::Weak),
        statements: vec![
            Statement::Silence { silent: 20, of: 40, counted: Ratio::new(9, 10), answered },
            Statement::RequestEndsTime { waiting: 2 },
            Statement::ComplaintsWithoutCase { n: 2 },
            Statement::LeftOut { n: 3, attainable: Ratio::whole(32), most: Ratio::whole(100) },
            Statement::AsEntered { n: 1 },
            Statement::RecordSays { cases: 40, late: 3 },
        ],
    };
    Scales {
        subject: "office/tran-phan".to_owned(),
        period: sample_period().key(),
        from: sample_period().first_day(),
        to: sample_period().last_day(),
        closed: true,
        method: METHOD,
        nine_indicators: nine,
        service_index: vec![index("three"), index("four")],
        sipas: Some(Sipas {
            wave: 1,
            name: "Khảo sát quý II năm 2017".to_owned(),
            closed_on: sample_period().last_day(),
            forms: (400, 190),
            whole: Some(answered),
            factors: vec![("Tiếp cận dịch vụ".to_owned(), None)],
            criteria: vec![("Chỗ ngồi chờ".to_owned(), Figure::TooFew { n: 12 })],
            aim: Aim::of(2017),
            reached: Some(true),
        }),
        hundred_points: Some(hailong_core::measure::scale::hundred_points::official(
            Some(2_850),
            None,
            (40, 3),
        )),
        quota: Some(Quota { excellent: 2, good: 5, allowed: 1, beyond: 1, open: 0 }),
    }
}

impl Page for ScaleList {
    fn sample(lang: Lang) -> Self {
        let place = |href: &str, name: &str, office: &str| Place {
            href: href.to_owned(),
            name: name.to_owned(),
            office: office.to_owned(),
        };
        Self {
            shell: Shell::sample_signed_in(lang, "scale-title", Section::Reports),
            period: sample_period(),
            others: sample_others(),
            offices: vec![place("/work/scales/office/tran-phan?period=2017-Q2", "Xã Trần Phán", "")],
            officials: vec![place(
                "/work/scales/official/tran-phan-1?period=2017-Q2",
                "Nguyễn Thị Hoa",
                "Xã Trần Phán",
            )],
        }
    }
}

impl Page for ScalePage {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "scale-title", Section::Reports),
            name: "Xã Trần Phán".to_owned(),
            period: sample_period(),
            as_of: Instant::at(sample_period().last_day(), hailong_core::time::Minute(0)),
            others: sample_others(),
            scales: sample_scales(),
            enters_at: Some("/work/scales/office/tran-phan".to_owned()),
            entered: vec![Shown::sample(lang)],
            done: true,
            command: "hailong measure scale office tran-phan --period legal-quarter-2017-2 --json".to_owned(),
            beside: vec![("/work/scorecards/official/tran-phan-1?period=2017-Q2".to_owned(), "scores-title")],
        }
    }
}
