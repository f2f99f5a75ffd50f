//! Guidance: what people were advised before any dossier.

use askama::Template;
use hailong_core::time::Instant;

use crate::component::{Choice, Errors, Pager};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// One piece of guidance.
#[derive(Clone, Debug)]
pub struct GuidanceRow {
    /// When.
    pub at: Instant,
    /// Who advised.
    pub who: String,
    /// The procedure.
    pub procedure: String,
    /// What was said.
    pub words: String,
}

/// `GET` and `POST /work/guidance`.
#[derive(Template)]
#[template(path = "work/guidance.html")]
pub struct Guidance {
    /// Frame.
    pub shell: Shell,
    /// Made by the server, so that a double click keeps one.
    pub id: String,
    /// Procedures to choose from.
    pub procedures: Vec<Choice>,
    /// The procedure chosen.
    pub procedure: String,
    /// Ways of asking.
    pub receptions: Vec<Choice>,
    /// The way chosen.
    pub reception: String,
    /// What was typed.
    pub words: String,
    /// Faults.
    pub errors: Errors,
    /// What was kept, the newest first.
    pub rows: Vec<GuidanceRow>,
    /// Where the list goes on.
    pub pager: Pager,
}

impl Page for Guidance {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "guidance-title", Section::Work),
            id: "0198".to_owned(),
            procedures: vec![Choice::new("1.001193", "Đăng ký khai sinh")],
            procedure: String::new(),
            receptions: vec![Choice::new("counter", lang.t("work-reception-counter"))],
            reception: "counter".to_owned(),
            words: String::new(),
            errors: Errors::none(),
            rows: vec![GuidanceRow {
                at: Instant::parse_local("2017-06-29T09:00").unwrap_or(Instant(0)),
                who: "Nguyễn Thị Lụa".to_owned(),
                procedure: "Đăng ký khai sinh".to_owned(),
                words: "Cần tờ khai và giấy chứng sinh; trả trong ngày, không mất lệ phí.".to_owned(),
            }],
            pager: Pager { first: None, next: None },
        }
    }
}
