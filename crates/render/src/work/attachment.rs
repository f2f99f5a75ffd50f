//! The files of a case: scans and photos, what was removed and why, and the form that adds some.

use askama::Template;
use hailong_core::serve::attachment::{Kind, MOST_BYTES_TOGETHER, MOST_FILES, Scan};
use hailong_core::time::Instant;

use crate::component::{Choice, Errors, Tone};
use crate::format::{decimal, number};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// One file.
#[derive(Clone, Debug)]
pub struct FileRow {
    /// Key, for addresses.
    pub id: String,
    /// Name with its end; empty once erased.
    pub name: String,
    /// What it is.
    pub media: Kind,
    /// Bytes.
    pub size: u64,
    /// The document that it shows; empty when none was named.
    pub document: String,
    /// When it was added.
    pub at: Instant,
    /// By whom.
    pub who: String,
    /// What the scanner said.
    pub scan: Scan,
}

/// A file that was taken away.
#[derive(Clone, Debug)]
pub struct GoneRow {
    /// Name; empty once erased.
    pub name: String,
    /// When it was removed.
    pub at: Instant,
    /// By whom.
    pub who: String,
    /// Why; empty once erased.
    pub reason: String,
}

/// What can be done on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Add and remove.
    All,
    /// Add only: the case is closed.
    Add,
    /// Nothing: the person's key was destroyed.
    Erased,
    /// Nothing: the installation has no place for files.
    NoPlace,
}

/// `GET /cases/{id}/attachments`.
#[derive(Template)]
#[template(path = "work/attachments.html")]
pub struct Attachments {
    /// Frame.
    pub shell: Shell,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// What is wrong with what was sent.
    pub errors: Errors,
    /// The case.
    pub id: String,
    /// Its code; empty before it has one.
    pub code: String,
    /// Name of its procedure.
    pub procedure: String,
    /// What can be done.
    pub may: May,
    /// The files, the oldest first.
    pub files: Vec<FileRow>,
    /// Those that were taken away.
    pub gone: Vec<GoneRow>,
    /// The documents of the procedure to choose from.
    pub documents: Vec<Choice>,
    /// The document chosen before.
    pub document: String,
    /// The file whose removal was refused, and the reason typed.
    pub removing: Option<(String, String)>,
}

/// So many bytes as people say it: "840 KB", "1,4 MB".
pub fn size(lang: Lang, bytes: u64) -> String {
    const KILOBYTE: u64 = 1_024;
    let kilobytes = bytes.div_ceil(KILOBYTE);
    if kilobytes < 1_000 {
        return lang.t_args("attachment-kilobytes", &[("n", number(lang, kilobytes as i64).into())]);
    }
    let megabytes = bytes as f64 / (KILOBYTE * KILOBYTE) as f64;
    lang.t_args("attachment-megabytes", &[("n", decimal(lang, megabytes, 1).into())])
}

impl FileRow {
    fn size(&self, lang: &Lang) -> String {
        size(*lang, self.size)
    }

    fn scan_key(&self) -> &'static str {
        match self.scan {
            Scan::Clean => "attachment-scan-clean",
            Scan::Off => "attachment-scan-off",
        }
    }

    fn tone(&self) -> Tone {
        if self.scan == Scan::Clean { Tone::Good } else { Tone::Plain }
    }
}

impl Attachments {
    fn used(&self) -> String {
        let together: u64 = self.files.iter().map(|file| file.size).sum();
        let lang = self.shell.lang;
        let args = [
            ("n", self.files.len().into()),
            ("most", MOST_FILES.into()),
            ("size", size(lang, together).into()),
            ("together", size(lang, MOST_BYTES_TOGETHER).into()),
        ];
        lang.t_args("attachment-used", &args)
    }

    fn may_add(&self) -> bool {
        matches!(self.may, May::All | May::Add)
    }

    /// The reason typed for a file whose removal was refused.
    fn typed(&self, id: &str) -> Option<&str> {
        self.removing.as_ref().filter(|(found, _)| found == id).map(|(_, reason)| reason.as_str())
    }
}

impl Page for Attachments {
    fn sample(lang: Lang) -> Self {
        let at = Instant(1_498_788_000_000_000);
        let file = |id: &str, name: &str, media, scan| FileRow {
            id: id.to_owned(),
            name: name.to_owned(),
            media,
            size: 1_468_006,
            document: "Tờ khai đăng ký khai sinh".to_owned(),
            at,
            who: "Nguyễn Thị Lụa".to_owned(),
            scan,
        };
        let erased =
            FileRow { name: String::new(), document: String::new(), ..file("c", "", Kind::Pdf, Scan::Off) };
        Self {
            shell: Shell::sample_signed_in(lang, "attachment-title", Section::Work),
            done: lang.t_args("attachment-added", &[("n", 2.into())]),
            errors: Errors::one("file", crate::component::refusal(lang, "file-kind")),
            id: "0198".to_owned(),
            code: "000.00.12.H12-170630-0001".to_owned(),
            procedure: "Đăng ký khai sinh".to_owned(),
            may: May::All,
            files: vec![
                file("a", "Tờ khai.pdf", Kind::Pdf, Scan::Clean),
                file("b", "Giấy chứng sinh.jpg", Kind::Jpeg, Scan::Off),
                erased,
            ],
            gone: vec![GoneRow {
                name: "Ảnh mờ.jpg".to_owned(),
                at,
                who: "Nguyễn Thị Lụa".to_owned(),
                reason: "Ảnh mờ, đã chụp lại".to_owned(),
            }],
            documents: vec![Choice::new("0", "Tờ khai đăng ký khai sinh")],
            document: String::new(),
            removing: Some(("a".to_owned(), String::new())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        for (bytes, vi, en) in [
            (0, "0 KB", "0 KB"),
            (1, "1 KB", "1 KB"),
            (860_000, "840 KB", "840 KB"),
            (1_468_006, "1,4 MB", "1.4 MB"),
            (62_914_560, "60,0 MB", "60.0 MB"),
        ] {
            assert_eq!((size(Lang::Vi, bytes).as_str(), size(Lang::En, bytes).as_str()), (vi, en));
        }
    }

    #[test]
    fn a_page_offers_only_what_can_be_done() {
        for (may, adds, removes) in [
            (May::All, true, true),
            (May::Add, true, false),
            (May::Erased, false, false),
            (May::NoPlace, false, false),
        ] {
            let page = Attachments { may, ..Attachments::sample(Lang::Vi) }.render().unwrap();
            assert_eq!(page.contains("multipart/form-data"), adds, "{may:?}");
            assert_eq!(page.contains("/remove\""), removes, "{may:?}");
        }
    }
}
