//! The rating kiosks of an office, for its head.

use askama::Template;
use hailong_core::time::Day;

use crate::{
    component::{Errors, refusal},
    lang::Lang,
    page::Page,
    shell::{Section, Shell},
};

/// One kiosk.
#[derive(Clone, Debug)]
pub struct KioskRow {
    /// Key, for addresses.
    pub id: String,
    /// Where it stands.
    pub name: String,
    /// The day it was enrolled.
    pub since: Day,
    /// Whether it takes answers.
    pub active: bool,
    /// Whether it is the device that this page is shown on.
    pub this: bool,
    /// The day on which the last answer came.
    pub last: Option<Day>,
    /// Answers that count.
    pub taken: u64,
    /// Answers that were here before.
    pub already: u64,
    /// Answers that cannot count.
    pub refused: u64,
    /// Answers that were taken away on the device.
    pub missing: u64,
    /// How often the device was emptied.
    pub restarts: u64,
}

/// `GET /work/kiosks`. Field: `name`.
#[derive(Debug, Template)]
#[template(path = "work/kiosks.html")]
pub struct Kiosks {
    /// The frame.
    pub shell: Shell,
    /// The office.
    pub office: String,
    /// Its kiosks, the newest first.
    pub kiosks: Vec<KioskRow>,
    /// The name as typed.
    pub name: String,
    /// Whether one was just withdrawn.
    pub withdrawn: bool,
    /// What is wrong.
    pub errors: Errors,
}

impl Kiosks {
    fn loses(&self) -> bool {
        self.kiosks.iter().any(KioskRow::loses)
    }
}

impl KioskRow {
    fn loses(&self) -> bool {
        self.missing > 0 || self.restarts > 0
    }
}

impl Page for Kiosks {
    fn sample(lang: Lang) -> Self {
        let row = |name: &str, active, missing| KioskRow {
            id: format!("id-{name}"),
            name: name.to_owned(),
            since: Day(17_347),
            active,
            this: active,
            last: active.then_some(Day(17_347)),
            taken: 214,
            already: 2,
            refused: 1,
            missing,
            restarts: 0,
        };
        Self {
            shell: Shell::sample_signed_in(lang, "kiosks-title", Section::Queue),
            office: "Xã Trần Phán".to_owned(),
            kiosks: vec![row("Cạnh quầy 1", true, 0), row("Sảnh chờ", false, 3)],
            name: String::new(),
            withdrawn: true,
            errors: Errors::one("name", refusal(lang, "empty")),
        }
    }
}
