//! Receipts of ballots, and the public log that they are found in.

use askama::Template;
use data_encoding::BASE64;
use hailong_core::time::Day;

use crate::component::{Errors, refusal};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// What the rater takes along.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Four groups of four letters and digits.
    pub code: String,
    /// The page of this receipt.
    pub url: String,
    /// The signed promise, as a file.
    pub note: String,
    /// What the rater alone knows: 32 hexadecimal digits, shown this once.
    pub opening: String,
    /// The newest root of the log, in base 64, and how many ballots it covers; nothing while nothing was sealed.
    pub root: Option<(String, u64)>,
}

/// The answer to `POST /rate/{token}`: nobody can call it up again.
#[derive(Debug, Template)]
#[template(path = "listen/rate-thanks.html")]
pub struct RateThanks {
    /// The frame.
    pub shell: Shell,
    /// The receipt.
    pub receipt: Receipt,
}

impl RateThanks {
    fn file(&self) -> String {
        format!("data:text/plain;base64,{}", BASE64.encode(self.receipt.note.as_bytes()))
    }

    fn qr(&self) -> String {
        crate::qr::svg(&self.receipt.url).unwrap_or_default()
    }
}

impl Page for RateThanks {
    fn sample(lang: Lang) -> Self {
        let receipt = Receipt {
            code: "ABCD-EFGH-IJKL-MNOP".to_owned(),
            url: "http://127.0.0.1:8080/receipt/ABCDEFGHIJKLMNOP".to_owned(),
            note: "hailong/970 receipt\n".to_owned(),
            opening: "0123456789abcdef0123456789abcdef".to_owned(),
            root: Some(("3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned(), 1_234)),
        };
        Self { shell: Shell::sample(lang, "rate-thanks-title", Section::None), receipt }
    }
}

/// `GET /receipt`, and `POST` when no receipt is written so. Field: `code`.
#[derive(Debug, Template)]
#[template(path = "listen/receipt-form.html")]
pub struct ReceiptForm {
    /// The frame.
    pub shell: Shell,
    /// As typed.
    pub code: String,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for ReceiptForm {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "receipt-title", Section::Figures),
            code: "ABCD".to_owned(),
            errors: Errors::one("code", refusal(lang, "bad-receipt")),
        }
    }
}

/// Where a ballot is counted.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The office.
    pub office: String,
    /// The key of the name of the group of people.
    pub group: &'static str,
    /// Ballots of the sealed group.
    pub of: u32,
    /// Place in the log, from 1.
    pub place: u64,
    /// Month of sealing: `2017-06`.
    pub month: String,
}

/// A slip that the opening has found.
#[derive(Clone, Debug)]
pub struct Slip {
    /// Keys of questions with the answers in words.
    pub answers: Vec<(&'static str, String)>,
}

/// `GET /receipt/{code}`, and `POST` with the field `opening`.
#[derive(Debug, Template)]
#[template(path = "listen/receipt.html")]
pub struct ReceiptPage {
    /// The frame.
    pub shell: Shell,
    /// Four groups of four.
    pub code: String,
    /// Nothing while it waits, or when there is no such receipt: nobody can tell the two apart.
    pub counted: Option<Counted>,
    /// What the opening has found; nothing without one.
    pub slips: Option<Vec<Slip>>,
    /// What is wrong with the opening.
    pub errors: Errors,
}

impl Page for ReceiptPage {
    fn sample(lang: Lang) -> Self {
        let counted = Counted {
            office: "Xã Trần Phán".to_owned(),
            group: "figures-persons",
            of: 7,
            place: 1_234,
            month: "2017-06".to_owned(),
        };
        Self {
            shell: Shell::sample(lang, "receipt-title", Section::Figures),
            code: "ABCD-EFGH-IJKL-MNOP".to_owned(),
            counted: Some(counted),
            slips: Some(vec![Slip { answers: vec![("figures-overall", "5".to_owned())] }]),
            errors: Errors::one("opening", refusal(lang, "bad-opening")),
        }
    }
}

/// The newest signed root.
#[derive(Clone, Debug)]
pub struct Root {
    /// Leaves.
    pub size: u64,
    /// In base 64.
    pub hash: String,
    /// The day it was signed.
    pub day: Day,
}

/// How roll and box of an office agree.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// The office.
    pub office: String,
    /// Invitations that were used.
    pub used: i64,
    /// Ballots that were sealed.
    pub sealed: i64,
    /// Ballots of small boxes, sealed together with other offices'.
    pub joined: i64,
    /// Ballots that wait.
    pub waiting: i64,
}

/// Slips of the whole district that wait until enough of them name the same.
#[derive(Clone, Debug)]
pub struct HeldSlips {
    /// How people were met.
    pub attitude: u64,
    /// How quickly.
    pub speed: u64,
    /// The procedure.
    pub procedure: u64,
    /// Slips of all kinds that were lost with their key.
    pub lost: i64,
}

/// `GET /log`.
#[derive(Debug, Template)]
#[template(path = "listen/log.html")]
pub struct LogPage {
    /// The frame.
    pub shell: Shell,
    /// The newest root; nothing while nothing was ever sealed.
    pub root: Option<Root>,
    /// The public key.
    pub key: String,
    /// Where programs read: the address before `/checkpoint`.
    pub url: String,
    /// Office by office.
    pub offices: Vec<Agreement>,
    /// What waits for others.
    pub held: HeldSlips,
    /// The day of these numbers.
    pub today: Day,
}

impl Agreement {
    fn agrees(&self) -> bool {
        self.used == self.sealed + self.joined + self.waiting
    }
}

impl Page for LogPage {
    fn sample(lang: Lang) -> Self {
        let root = Root {
            size: 1_234,
            hash: "3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned(),
            day: Day(17_347),
        };
        let office = |name: &str, sealed| Agreement {
            office: name.to_owned(),
            used: 42,
            sealed,
            joined: 1,
            waiting: 2,
        };
        Self {
            shell: Shell::sample(lang, "log-title", Section::Figures),
            root: Some(root),
            key: "hailong/970+0f30ea75+AYWq".to_owned(),
            url: "http://127.0.0.1:8080/log".to_owned(),
            offices: vec![office("Xã Trần Phán", 39), office("Xã Tân Duyệt", 38)],
            held: HeldSlips { attitude: 3, speed: 4, procedure: 0, lost: 1 },
            today: Day(17_347),
        }
    }
}
