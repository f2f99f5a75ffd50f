//! Request for further documents: everything that is missing, once and exactly, with the reason.

use askama::Template;

use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

use super::{Head, Holder, place_and_day, sample_head, sample_holder};

/// `GET /cases/{id}/supplement-request`.
#[derive(Template)]
#[template(path = "paper/supplement-request.html")]
pub struct SupplementRequest {
    /// Frame (only its language and title are used).
    pub shell: Shell,
    /// Top of the paper.
    pub head: Head,
    /// Whose case.
    pub holder: Holder,
    /// Name of the procedure.
    pub procedure: String,
    /// Address of the citizen's tracking page, with its secret; empty when there is none.
    pub track_url: String,
    /// The documents to bring.
    pub missing: Vec<String>,
    /// Why.
    pub reason: String,
    /// The official to ask.
    pub official: String,
}

impl SupplementRequest {
    fn qr(&self) -> String {
        if self.track_url.is_empty() {
            String::new()
        } else {
            crate::qr::svg(&self.track_url).unwrap_or_default()
        }
    }

    fn place_and_day(&self) -> String {
        place_and_day(&self.shell, &self.head)
    }
}

impl Page for SupplementRequest {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "paper-supplement", Section::Work),
            head: sample_head(),
            holder: sample_holder(),
            procedure: "Đăng ký khai sinh".to_owned(),
            track_url: "http://127.0.0.1:8080/track/abcdefghijklmnop".to_owned(),
            missing: vec!["Giấy chứng sinh".to_owned(), "Giấy tờ tùy thân".to_owned()],
            reason: "Cần giấy chứng sinh để ghi đúng ngày, giờ và nơi sinh.".to_owned(),
            official: "Nguyễn Thị Lụa".to_owned(),
        }
    }
}
