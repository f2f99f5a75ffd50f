//! The offices that receive cases.

use askama::Template;
use hailong_core::serve::calendar::{HOURS, Hours};

use crate::component::{Figure, Period};
use crate::lang::Lang;
use crate::measure::figures::{OnTime, sample_figure, sample_period};
use crate::page::Page;
use crate::serve::procedure::Link;
use crate::serve::queue::OfficeQueue;
use crate::shell::{Section, Shell};

/// `GET /offices`.
#[derive(Debug, Template)]
#[template(path = "serve/offices.html")]
pub struct OfficeList {
    /// The frame.
    pub shell: Shell,
    /// The offices, the district's first.
    pub rows: Vec<OfficeRow>,
}

/// An office in a list.
#[derive(Clone, Debug)]
pub struct OfficeRow {
    /// Id used in addresses.
    pub id: String,
    /// Name.
    pub name: String,
    /// The place where it is.
    pub place: String,
    /// Number of procedures it receives.
    pub procedures: u32,
    /// Inhabitants served, where known.
    pub population: Option<u32>,
}

impl Page for OfficeList {
    fn sample(lang: Lang) -> Self {
        let row = |id: &str, name: &str, population| OfficeRow {
            id: id.to_owned(),
            name: name.to_owned(),
            place: format!("Trụ sở Ủy ban nhân dân {name}"),
            procedures: 21,
            population,
        };
        Self {
            shell: Shell::sample(lang, "offices-title", Section::None),
            rows: vec![row("d970", "Huyện Đầm Dơi", None), row("c32161-old", "Xã Trần Phán", Some(13_473))],
        }
    }
}

/// `GET /offices/{id}`.
#[derive(Debug, Template)]
#[template(path = "serve/office.html")]
pub struct OfficePage {
    /// The frame.
    pub shell: Shell,
    /// Id used in addresses.
    pub id: String,
    /// Name.
    pub name: String,
    /// The place where it is.
    pub place: String,
    /// When people are received.
    pub hours: Hours,
    /// Inhabitants served, where known.
    pub population: Option<u32>,
    /// Area in hectares, where known.
    pub hectares: Option<u32>,
    /// Whether the plan of 2017 renews its premises.
    pub upgrade: bool,
    /// Names of the officials.
    pub officials: Vec<String>,
    /// The procedures it receives.
    pub procedures: Vec<Link>,
    /// Who waits at the counter now.
    pub queue: OfficeQueue,
    /// Overall satisfaction of persons.
    pub satisfaction: Figure,
    /// Cases returned on time.
    pub on_time: OnTime,
    /// The period of the figures.
    pub period: Period,
}

impl OfficePage {
    fn figures_path(&self) -> String {
        format!("/figures/{}", self.id)
    }
}

impl Page for OfficePage {
    fn sample(lang: Lang) -> Self {
        let mut shell = Shell::sample(lang, "offices-title", Section::None);
        shell.title = "Xã Trần Phán".to_owned();
        Self {
            shell,
            id: "c32161-old".to_owned(),
            name: "Xã Trần Phán".to_owned(),
            place: "Trụ sở Ủy ban nhân dân xã Trần Phán".to_owned(),
            hours: HOURS,
            population: Some(13_473),
            hectares: Some(4_810),
            upgrade: true,
            officials: vec!["Nguyễn Thị Lụa".to_owned(), "Trần Văn Đước".to_owned()],
            procedures: vec![Link {
                href: "/procedures/1.001193".to_owned(),
                text: "Đăng ký khai sinh".to_owned(),
            }],
            queue: OfficeQueue::sample(),
            satisfaction: sample_figure(1),
            on_time: OnTime { on_time: 912, of: 958 },
            period: sample_period(lang),
        }
    }
}
