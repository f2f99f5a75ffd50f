//! Invitation to rate: a slip with a code and the promise of a secret ballot. It names no person and no case.

use askama::Template;
use hailong_core::time::Day;

use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// `GET /cases/{id}/invitation`.
#[derive(Template)]
#[template(path = "paper/invitation.html")]
pub struct Invitation {
    /// Frame (only its language and title are used).
    pub shell: Shell,
    /// Name of the office.
    pub office: String,
    /// Address of the ballot, with its token.
    pub url: String,
    /// Last day on which it can be used.
    pub expires: Day,
    /// Where the screen leads back to; not printed.
    pub back: String,
}

impl Invitation {
    fn qr(&self) -> String {
        crate::qr::svg(&self.url).unwrap_or_default()
    }
}

impl Page for Invitation {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "paper-invitation", Section::Work),
            office: "Xã Trần Phán".to_owned(),
            url: "http://127.0.0.1:8080/rate/abcdefghijklmnopqrstuvwxyz".to_owned(),
            expires: Day(17_437),
            back: "/cases/0198".to_owned(),
        }
    }
}
