//! Refusal: why a case is not taken, and what the applicant can do.

use askama::Template;

use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

use super::{Head, Holder, place_and_day, sample_head, sample_holder};

/// `GET /cases/{id}/refusal`.
#[derive(Template)]
#[template(path = "paper/refusal.html")]
pub struct Refusal {
    /// Frame (only its language and title are used).
    pub shell: Shell,
    /// Top of the paper.
    pub head: Head,
    /// Case code; empty when none was given.
    pub code: String,
    /// Whose case.
    pub holder: Holder,
    /// Name of the procedure.
    pub procedure: String,
    /// Why.
    pub reason: String,
    /// The official who refuses.
    pub official: String,
}

impl Refusal {
    fn place_and_day(&self) -> String {
        place_and_day(&self.shell, &self.head)
    }
}

impl Page for Refusal {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "paper-refusal", Section::Work),
            head: sample_head(),
            code: "000.00.32161.H12-170628-0001".to_owned(),
            holder: sample_holder(),
            procedure: "Đăng ký khai sinh".to_owned(),
            reason: "Trẻ đã được đăng ký khai sinh tại nơi khác.".to_owned(),
            official: "Nguyễn Thị Lụa".to_owned(),
        }
    }
}
