//! Figures that anyone may look at and check.

use std::borrow::Borrow;

use askama::Template;
use hailong_core::{serve::succession::Apart, time::Instant};

use crate::chart::{self, DotRow, Tile};
use crate::component::{Figure, Period};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// Cases returned on time among those returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnTime {
    /// Returned on time or early.
    pub on_time: u32,
    /// Returned in all.
    pub of: u32,
}

impl OnTime {
    /// The share, when there is anything to share.
    pub fn share(&self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.on_time) / f64::from(self.of))
    }

    /// "95,2 % của 958 hồ sơ".
    pub fn text(&self, lang: impl Borrow<Lang>) -> String {
        let lang = *lang.borrow();
        match self.share() {
            Some(share) => lang.t_args(
                "figures-on-time-of",
                &[("share", crate::format::percent(lang, share).into()), ("n", self.of.into())],
            ),
            None => lang.t("figures-no-cases"),
        }
    }
}

/// The figures of one office and one kind of applicant.
#[derive(Clone, Debug)]
pub struct OfficeRow {
    /// Id of the office.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Overall satisfaction.
    pub overall: Figure,
    /// The four parts of the promise, in their order.
    pub parts: [Figure; 4],
    /// Cases returned on time.
    pub on_time: OnTime,
    /// Ballots that wait in the box.
    pub waiting: u32,
    /// Column and row on the schematic map; none for the district office.
    pub tile: Option<(u8, u8)>,
}

/// `GET /figures`.
#[derive(Debug, Template)]
#[template(path = "measure/figures.html")]
pub struct Figures {
    /// The frame.
    pub shell: Shell,
    /// The period and moment of all figures.
    pub period: Period,
    /// What persons say, by office.
    pub persons: Vec<OfficeRow>,
    /// What organisations and businesses say, by office.
    pub organisations: Vec<OfficeRow>,
    /// Satisfaction of persons in the whole district.
    pub district: Figure,
    /// Satisfaction of organisations in the whole district.
    pub district_organisations: Figure,
    /// Cases returned on time in the whole district.
    pub on_time: OnTime,
    /// Ballots that wait in the boxes.
    pub waiting: u32,
    /// In which offices the figures are told; none when those of the period are those of today.
    pub units: Option<Units>,
}

/// The offices of then, or those of today.
#[derive(Clone, Debug)]
pub struct Units {
    /// Whether these are the offices of today.
    pub now: bool,
    /// The same figures in the others.
    pub switch: String,
    /// Where there is no exact answer.
    pub notes: Vec<String>,
}

/// Why an office of then stands by itself among the offices of today, in words.
pub fn apart_note(lang: Lang, apart: &Apart) -> String {
    let office = apart.name.clone().into();
    if apart.into.is_empty() {
        return lang.t_args("figures-ended", &[("office", office)]);
    }
    let into = apart.into.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ");
    lang.t_args("figures-divided", &[("office", office), ("into", into.into())])
}

impl Figures {
    fn groups(&self) -> [(&'static str, &'static str, &Vec<OfficeRow>); 2] {
        [
            ("persons", "figures-persons", &self.persons),
            ("organisations", "figures-organisations", &self.organisations),
        ]
    }

    fn dots(&self, rows: &[OfficeRow], key: &str) -> String {
        let lang = self.shell.lang;
        let dots: Vec<_> = rows
            .iter()
            .map(|row| DotRow {
                name: row.name.clone(),
                figure: row.overall,
                href: format!("/figures/{}", row.id),
            })
            .collect();
        chart::dots(lang, &format!("dots-{key}"), &lang.t("figures-dots-title"), &dots)
    }

    fn tiles(&self) -> String {
        let lang = self.shell.lang;
        let tiles: Vec<_> = self
            .persons
            .iter()
            .filter_map(|row| {
                let (column, line) = row.tile?;
                Some(Tile { name: row.name.clone(), figure: row.overall, column, row: line })
            })
            .collect();
        chart::tiles(lang, "tiles", &lang.t("figures-tiles-title"), &tiles)
    }

    /// How many offices have enough ballots of persons, in words.
    fn enough(&self) -> usize {
        self.persons.iter().filter(|row| matches!(row.overall, Figure::Shown { .. })).count()
    }
}

impl Page for Figures {
    fn sample(lang: Lang) -> Self {
        let row = |index: usize, name: &str, tile| OfficeRow {
            id: format!("c{index}"),
            name: name.to_owned(),
            overall: sample_figure(index),
            parts: std::array::from_fn(|part| sample_figure(index + part)),
            on_time: OnTime { on_time: 912, of: 958 },
            waiting: 3,
            tile,
        };
        Self {
            shell: Shell::sample(lang, "figures-title", Section::Figures),
            period: sample_period(lang),
            persons: vec![
                row(0, "Huyện Đầm Dơi", None),
                row(1, "Xã Trần Phán", Some((1, 2))),
                row(2, "Xã Tân Đức", Some((3, 1))),
                row(3, "Xã Tạ An Khương Đông", Some((2, 0))),
            ],
            organisations: vec![row(3, "Xã Tân Đức", None)],
            district: sample_figure(0),
            district_organisations: sample_figure(3),
            on_time: OnTime { on_time: 12_004, of: 12_530 },
            waiting: 41,
            units: Some(Units {
                now: true,
                switch: "/figures?period=2017-Q2&units=then".to_owned(),
                notes: vec!["Xã Tạ An Khương → Xã Tạ An Khương, Xã Đầm Dơi".to_owned()],
            }),
        }
    }
}

/// How often each score was given to one question.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Key of the question: `figures-overall` or the title of a part of the promise.
    pub key: &'static str,
    /// Number of answers 1, 2, 3, 4 and 5.
    pub counts: [u32; 5],
    /// The share of 4 and 5.
    pub figure: Figure,
}

/// `GET /figures/{office}`: what the figures of one office count.
#[derive(Debug, Template)]
#[template(path = "measure/office-figures.html")]
pub struct OfficeFigures {
    /// The frame.
    pub shell: Shell,
    /// Id of the office.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The period and moment of all figures.
    pub period: Period,
    /// What persons answered; empty below the minimum.
    pub persons: Vec<Distribution>,
    /// What organisations answered; empty below the minimum.
    pub organisations: Vec<Distribution>,
    /// Sealed groups of ballots counted here.
    pub groups: u32,
    /// Ballots of small boxes: sealed together with other offices', they count in the district only.
    pub joined: u32,
    /// Ratings that those who were invited say were not theirs.
    pub denied: u32,
    /// Ballots counted here.
    pub ballots: u32,
    /// Ballots that wait in the box.
    pub waiting: u32,
    /// Invitations given in the period.
    pub invited: u32,
    /// Cases returned on time.
    pub on_time: OnTime,
}

impl OfficeFigures {
    fn groups_of_people(&self) -> [(&'static str, &Vec<Distribution>); 2] {
        [("figures-persons", &self.persons), ("figures-organisations", &self.organisations)]
    }
}

impl Page for OfficeFigures {
    fn sample(lang: Lang) -> Self {
        let mut shell = Shell::sample(lang, "figures-title", Section::Figures);
        shell.title = "Xã Trần Phán".to_owned();
        Self {
            shell,
            id: "c32161-old".to_owned(),
            name: "Xã Trần Phán".to_owned(),
            period: sample_period(lang),
            persons: vec![
                Distribution {
                    key: "figures-overall",
                    counts: [4, 9, 13, 102, 213],
                    figure: sample_figure(0),
                },
                Distribution { key: "promise-speed", counts: [0, 1, 2, 4, 5], figure: sample_figure(3) },
            ],
            organisations: Vec::new(),
            groups: 61,
            joined: 2,
            denied: 1,
            ballots: 341,
            waiting: 3,
            invited: 812,
            on_time: OnTime { on_time: 912, of: 958 },
        }
    }
}

/// A figure for samples: every fourth has too few answers.
pub(crate) fn sample_figure(index: usize) -> Figure {
    match index % 4 {
        0 => Figure::Shown { share: 0.924, low: 0.891, high: 0.948, n: 341, of_invited: Some(0.42) },
        1 => Figure::Shown { share: 0.713, low: 0.640, high: 0.776, n: 167, of_invited: Some(0.31) },
        2 => Figure::Shown { share: 0.985, low: 0.921, high: 0.997, n: 66, of_invited: Some(0.22) },
        _ => Figure::TooFew { n: 12 },
    }
}

/// A period for samples.
pub(crate) fn sample_period(lang: Lang) -> Period {
    Period {
        name: lang.t("period-sample"),
        as_of: Instant::parse_local("2017-06-30T09:00").unwrap_or(Instant(0)),
        snapshot: None,
    }
}
