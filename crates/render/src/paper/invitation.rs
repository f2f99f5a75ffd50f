//! Invitation to rate: a slip with a code and the promise of a secret ballot. It names no person and no case.

use askama::Template;
use hailong_core::time::Day;

use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

use super::Form;
use crate::pdf::{Block, Margins, Paragraph, Pdf, Size, mm};

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
    /// Its sixteen digits, in four groups, for kiosks; nothing when it has none.
    pub code: Option<String>,
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
            code: Some("1234 5678 9012 3456".to_owned()),
            expires: Day(17_437),
            back: "/cases/0198".to_owned(),
        }
    }
}

impl Form for Invitation {
    fn name(&self) -> String {
        "Mời ông/bà đánh giá".to_owned()
    }

    fn file_name(&self) -> String {
        "moi-danh-gia".to_owned()
    }

    fn page(&self) -> (Size, Margins) {
        (Size::A7, Margins::all(5.0))
    }

    fn draw(&self, pdf: &mut Pdf) {
        let small = |text: &str| Paragraph::new(text).size(7.5).center().space(0.0, 1.2);
        let t = |key| crate::Lang::Vi.t(key);
        let t1 = |key, name, value: &str| crate::Lang::Vi.t_args(key, &[(name, value.to_owned().into())]);
        super::form::draw_demo(pdf, self.shell.demo_now.is_some());
        pdf.add(Paragraph::new(self.name()).title().bold().size(12.0).center());
        pdf.add(small(&t1("paper-invitation-lead", "office", &self.office)));
        pdf.add(Block::Qr { text: self.url.clone(), side: mm(27.0) });
        pdf.add(small(&t("paper-invitation-how")));
        pdf.add(small(&self.url));
        if let Some(code) = &self.code {
            pdf.add(small(&t("paper-invitation-code")));
            pdf.add(small(code).bold().size(10.0));
        }
        pdf.add(small(&t("paper-secret")).bold());
        pdf.add(small(&t("paper-secret-how")));
        pdf.add(small(&t1("paper-expires", "day", &crate::format::day(crate::Lang::Vi, self.expires))));
    }
}
