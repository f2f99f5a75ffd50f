//! Notice boards: what hangs there, what is missing or out of date.

use std::collections::BTreeSet;

use askama::Template;
use hailong_core::serve::posting::{Standing, Tally};
use hailong_core::time::Instant;

use crate::component::{Badge, Errors, Pager, Tone};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// How a procedure stands, as a word with its shape.
fn badge(lang: Lang, standing: Standing) -> Badge {
    let (tone, key) = match standing {
        Standing::Posted => (Tone::Good, "posting-state-posted"),
        Standing::Outdated => (Tone::Attention, "posting-state-outdated"),
        Standing::Missing => (Tone::Wrong, "posting-state-missing"),
    };
    Badge { tone, text: lang.t(key) }
}

/// A procedure on the board.
#[derive(Clone, Debug)]
pub struct PostingRow {
    /// Code.
    pub code: String,
    /// Short name.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
    /// When it was last confirmed.
    pub confirmed: Option<Instant>,
    /// Whether a photo stands behind that.
    pub with_photo: bool,
}

/// A photo of the board.
#[derive(Clone, Debug)]
pub struct PhotoRow {
    /// Where it is.
    pub path: String,
    /// When it was kept.
    pub at: Instant,
    /// By whom.
    pub who: String,
    /// Short names of the procedures that stand by it.
    pub procedures: Vec<String>,
}

/// `GET /work/posting`, and `GET /lead/posting/{office}` to be read.
#[derive(Debug, Template)]
#[template(path = "work/posting.html")]
pub struct PostingPage {
    /// The frame.
    pub shell: Shell,
    /// The office.
    pub office: String,
    /// How its procedures stand.
    pub tally: Tally,
    /// This page of them, those that need something first.
    pub rows: Vec<PostingRow>,
    /// Where the list goes on.
    pub pager: Pager,
    /// What is wrong with what was sent.
    pub errors: Errors,
    /// The photos of the board, the newest first.
    pub photos: Vec<PhotoRow>,
    /// Codes of the procedures ticked before.
    pub chosen: BTreeSet<String>,
    /// Whether something was just confirmed.
    pub done: bool,
    /// Whether nothing can be confirmed here: the board of another office.
    pub reading: bool,
    /// Whether the installation has a place for photos.
    pub takes_photos: bool,
}

impl PostingPage {
    fn badge(&self, row: &PostingRow) -> Badge {
        badge(self.shell.lang, row.standing)
    }

    /// How the board stands, in a sentence.
    fn sentence(&self) -> String {
        let Tally { posted, outdated, missing } = self.tally;
        let all = i64::from(self.tally.all());
        if outdated + missing == 0 {
            return self.shell.lang.t_args("posting-all-good", &[("all", all.into())]);
        }
        let args = [
            ("posted", i64::from(posted).into()),
            ("all", all.into()),
            ("outdated", i64::from(outdated).into()),
            ("missing", i64::from(missing).into()),
        ];
        self.shell.lang.t_args("posting-lead", &args)
    }
}

impl Page for PostingPage {
    fn sample(lang: Lang) -> Self {
        let row = |code: &str, name: &str, standing, confirmed| PostingRow {
            code: code.to_owned(),
            name: name.to_owned(),
            standing,
            confirmed,
            with_photo: confirmed.is_some(),
        };
        let at = Instant::parse_local("2017-06-12T09:05");
        Self {
            shell: Shell::sample_signed_in(lang, "posting-title", Section::Work),
            office: "Xã Trần Phán".to_owned(),
            tally: Tally { posted: 24, outdated: 1, missing: 2 },
            rows: vec![
                row("1.000656", "Đăng ký khai tử", Standing::Missing, None),
                row("1.011607", "Công nhận hộ nghèo thường xuyên", Standing::Outdated, at),
                row("1.001193", "Đăng ký khai sinh", Standing::Posted, at),
            ],
            pager: Pager { first: None, next: Some("/work/posting?after=1.001193".to_owned()) },
            errors: Errors::one("procedures", lang.t("posting-none-chosen")),
            photos: vec![PhotoRow {
                path: "/posting/tran-phan/photos/07".to_owned(),
                at: at.unwrap_or(Instant(0)),
                who: "Nguyễn Thị Lụa".to_owned(),
                procedures: vec!["Đăng ký khai sinh".to_owned()],
            }],
            chosen: BTreeSet::new(),
            done: true,
            reading: false,
            takes_photos: true,
        }
    }
}

/// An office and its board.
#[derive(Clone, Debug)]
pub struct BoardRow {
    /// Its key, for the address.
    pub id: String,
    /// The office.
    pub office: String,
    /// How its procedures stand.
    pub tally: Tally,
    /// How many of them have a photo behind them.
    pub with_photo: u32,
    /// The last confirmation of all.
    pub last: Option<Instant>,
}

/// `GET /lead/posting`.
#[derive(Debug, Template)]
#[template(path = "lead/posting.html")]
pub struct PostingBoards {
    /// The frame.
    pub shell: Shell,
    /// The offices, those that need something first.
    pub rows: Vec<BoardRow>,
}

impl Page for PostingBoards {
    fn sample(lang: Lang) -> Self {
        let row = |office: &str, posted, outdated, missing| BoardRow {
            id: "tran-phan".to_owned(),
            office: office.to_owned(),
            tally: Tally { posted, outdated, missing },
            with_photo: posted / 2,
            last: Instant::parse_local("2017-06-12T09:05").filter(|_| posted > 0),
        };
        Self {
            shell: Shell::sample_signed_in(lang, "posting-offices", Section::Lead),
            rows: vec![row("Xã Tân Đức", 0, 0, 27), row("Xã Trần Phán", 26, 1, 0)],
        }
    }
}
