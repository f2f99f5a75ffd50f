//! The living page of components, `/design`.

use askama::Template;

use crate::chart::{self, DotRow, Tile};
use crate::component::{Choice, Errors, FACES, Figure, LedgerLine, Pager, Period, Tone};
use crate::lang::Lang;
use crate::page::{Page, Sample};
use crate::shell::{Section, Shell};

/// Every component, live.
#[derive(Debug, Template)]
#[template(path = "design.html")]
pub struct Design {
    /// The frame.
    pub shell: Shell,
    errors: Errors,
    choices: Vec<Choice>,
    enough: Figure,
    few: Figure,
    period: Period,
    lines: Vec<LedgerLine>,
    pager: Pager,
    dots: String,
    tiles: String,
    qr: String,
}

impl Design {
    /// The page in the language of the shell.
    pub fn new(shell: Shell) -> Self {
        let lang = shell.lang;
        let line = |when: &str, key: &str, last| LedgerLine {
            when: when.to_owned(),
            text: lang.t(key),
            rule: String::new(),
            last,
        };
        let enough = Figure::Shown { share: 0.924, low: 0.891, high: 0.948, n: 341, of_invited: Some(0.42) };
        let lower = Figure::Shown { share: 0.743, low: 0.672, high: 0.802, n: 171, of_invited: Some(0.25) };
        let few = Figure::TooFew { n: 12 };
        let places = [("Xã Tân Thuận", enough), ("Xã Trần Phán", lower), ("Xã Tân Dân", few)];
        let dot =
            |(name, figure): (&str, Figure)| DotRow { name: name.to_owned(), figure, href: String::new() };
        let tile = |(at, (name, figure)): (usize, (&str, Figure))| Tile {
            name: name.to_owned(),
            figure,
            column: at as u8,
            row: 0,
        };
        let title = lang.t("design-chart");
        Self {
            dots: chart::dots(lang, "design-dots", &title, &places.map(dot)),
            tiles: chart::tiles(
                lang,
                "design-tiles",
                &title,
                &places.into_iter().enumerate().map(tile).collect::<Vec<_>>(),
            ),
            errors: Errors::one("design_phone", lang.t("design-error")),
            choices: vec![
                Choice::new("once", lang.t("design-choice-one")),
                Choice::new("twice", lang.t("design-choice-two")),
            ],
            enough,
            few,
            period: Period {
                name: lang.t("design-period"),
                as_of: shell.demo_now.unwrap_or(hailong_core::time::Instant(1_498_788_000_000_000)),
                snapshot: None,
            },
            lines: vec![
                line("25/1/2017", "design-ledger-received", false),
                line("26/1 – 1/2/2017", "design-ledger-off", false),
                line("6/2/2017", "design-ledger-last", true),
            ],
            pager: Pager { first: Some("/design".to_owned()), next: Some("/design".to_owned()) },
            qr: crate::qr::svg("https://example.org/track/abc").unwrap_or_default(),
            shell,
        }
    }

    fn tones(&self) -> [(Tone, &'static str); 5] {
        [
            (Tone::Plain, "design-tone-plain"),
            (Tone::Info, "design-tone-info"),
            (Tone::Good, "design-tone-good"),
            (Tone::Attention, "design-tone-attention"),
            (Tone::Wrong, "design-tone-wrong"),
        ]
    }

    fn swatches(&self) -> [&'static str; 12] {
        [
            "ink", "paper", "line", "mangrove", "turmeric", "brick", "river", "scale-1", "scale-2",
            "scale-3", "scale-4", "scale-5",
        ]
    }
}

impl Page for Design {
    fn sample(lang: Lang) -> Self {
        debug_assert_eq!(FACES.len(), 5);
        Self::new(Shell::sample(lang, "design-title", Section::None))
    }
}

/// The sample of this page.
pub fn samples(lang: Lang) -> Vec<Sample> {
    crate::samples!(lang; Design)
}
