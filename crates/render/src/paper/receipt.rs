//! Receipt and appointment: what was handed in, and when the result will be ready.

use askama::Template;
use hailong_core::time::Instant;

use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};
use crate::work::{Document, sample_documents};

use super::{Head, Holder, place_and_day, sample_head, sample_holder};

/// `GET /cases/{id}/receipt`: two copies on two sheets.
#[derive(Template)]
#[template(path = "paper/receipt.html")]
pub struct Receipt {
    /// Frame (only its language and title are used).
    pub shell: Shell,
    /// Top of the paper.
    pub head: Head,
    /// Case code.
    pub code: String,
    /// Address of the citizen's tracking page, with its secret.
    pub track_url: String,
    /// Who handed it in.
    pub holder: Holder,
    /// Name of the procedure.
    pub procedure: String,
    /// Only the documents that were handed in or shown.
    pub documents: Vec<Document>,
    /// Sets of the dossier.
    pub sets: u8,
    /// The published limit in words.
    pub limit: String,
    /// When it was received.
    pub received: Instant,
    /// The promise.
    pub due: Instant,
    /// Fee in words; empty when none is published.
    pub fee: String,
    /// Year and number in the tracking book.
    pub book: Option<(i32, u32)>,
    /// The official who received it.
    pub official: String,
}

impl Receipt {
    fn qr(&self) -> String {
        crate::qr::svg(&self.track_url).unwrap_or_default()
    }

    fn place_and_day(&self) -> String {
        place_and_day(&self.shell, &self.head)
    }

    fn copies(&self) -> [&'static str; 2] {
        ["paper-copy-applicant", "paper-copy-office"]
    }
}

impl Page for Receipt {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "paper-receipt", Section::Work),
            head: sample_head(),
            code: "000.00.32161.H12-170628-0001".to_owned(),
            track_url: "http://127.0.0.1:8080/track/abcdefghijklmnop".to_owned(),
            holder: sample_holder(),
            procedure: "Đăng ký khai sinh".to_owned(),
            documents: sample_documents(),
            sets: 1,
            limit: lang.t("limit-same-day"),
            received: Instant::parse_local("2017-06-28T09:00").unwrap_or(Instant(0)),
            due: Instant::parse_local("2017-06-28T16:30").unwrap_or(Instant(0)),
            fee: "8.000 đ".to_owned(),
            book: Some((2017, 214)),
            official: "Nguyễn Thị Lụa".to_owned(),
        }
    }
}
