//! The page of the open data: what there is, what its words mean, and how anyone checks it.

use askama::Template;

use crate::component::Period;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

use super::figures::sample_period;

/// The measures: stable name, key of the words.
const MEASURES: [(&str, &str); 22] = [
    ("overall", "release-measure-overall"),
    ("welcome", "release-measure-welcome"),
    ("guidance", "release-measure-guidance"),
    ("speed", "release-measure-speed"),
    ("lawful", "release-measure-lawful"),
    ("more_trips", "release-measure-more-trips"),
    ("more_contacts", "release-measure-more-contacts"),
    ("extra_papers", "release-measure-extra-papers"),
    ("on_time", "release-measure-on-time"),
    ("opened", "release-measure-opened"),
    ("accepted", "release-measure-accepted"),
    ("supplements", "release-measure-supplements"),
    ("finished", "release-measure-finished"),
    ("finished_late", "release-measure-finished-late"),
    ("returned", "release-measure-returned"),
    ("refused", "release-measure-refused"),
    ("invited", "release-measure-invited"),
    ("sealed", "release-measure-sealed"),
    ("denied", "release-measure-denied"),
    ("open_now", "release-measure-open-now"),
    ("late_now", "release-measure-late-now"),
    ("waiting_now", "release-measure-waiting-now"),
];

/// The columns that need words: stable name, key of the words.
const COLUMNS: [(&str, &str); 9] = [
    ("scope, office", "release-column-office"),
    ("group", "release-column-group"),
    ("value", "release-column-value"),
    ("low, high", "release-column-interval"),
    ("answers", "release-column-answers"),
    ("response_rate", "release-column-rate"),
    ("lowest, highest", "release-column-bounds"),
    ("state", "release-column-state"),
    ("snapshot, method, as_of", "release-column-about"),
];

/// `GET /open-data`.
#[derive(Template)]
#[template(path = "measure/release.html")]
pub struct OpenData {
    /// Frame.
    pub shell: Shell,
    /// The quarter, the moment, and its snapshot.
    pub period: Period,
    /// Lines of the table.
    pub lines: usize,
    /// The quarters that can be chosen, the newest first: key and name.
    pub quarters: Vec<(String, String)>,
    /// The address of this server, for the commands.
    pub url: String,
}

impl OpenData {
    fn quarter(&self) -> &str {
        self.period.snapshot.as_ref().map_or("", |snapshot| &snapshot.quarter)
    }

    fn snapshot(&self) -> &str {
        self.period.snapshot.as_ref().map_or("", |snapshot| &snapshot.id)
    }

    fn file(&self, kind: &str) -> String {
        format!("/open-data/figures.{kind}?period={}", self.quarter())
    }

    fn measures(&self) -> [(&'static str, &'static str); 22] {
        MEASURES
    }

    fn columns(&self) -> [(&'static str, &'static str); 9] {
        COLUMNS
    }
}

impl Page for OpenData {
    fn sample(lang: Lang) -> Self {
        let mut period = sample_period(lang);
        period.snapshot =
            Some(crate::component::Snapshot { id: "3f2a91c0b7d4".repeat(5), quarter: "2017-Q2".to_owned() });
        Self {
            shell: Shell::sample(lang, "release-title", Section::Figures),
            period,
            lines: 540,
            quarters: vec![("2017-Q2".to_owned(), lang.t("period-sample"))],
            url: "https://hailong.example".to_owned(),
        }
    }
}
