//! The administrator's page: what the installation stands on. It shows no case and no person served.

use askama::Template;
use hailong_core::time::Day;

use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell, Who};

/// A procedure with parts that are not confirmed.
#[derive(Clone, Debug)]
pub struct ToCheck {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// The parts in words, in the language of the page.
    pub parts: String,
}

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name typed to sign in.
    pub login: String,
    /// Full name.
    pub name: String,
    /// Key of the role's name: `role-official`, `role-head`, `role-leader` or `role-admin`.
    pub role_key: &'static str,
    /// Name of the office.
    pub office: String,
}

/// The ballots of an office that wait to be sealed.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Name of the office.
    pub office: String,
    /// How many.
    pub ballots: u32,
}

/// `GET /admin`.
#[derive(Template)]
#[template(path = "work/admin.html")]
pub struct Admin {
    /// Frame.
    pub shell: Shell,
    /// Name of the authority.
    pub authority: String,
    /// Engine and version of the database.
    pub engine: String,
    /// Number of journal entries.
    pub journal_length: u64,
    /// Hash of the newest entry, in hexadecimal.
    pub journal_head: String,
    /// First day of the calendar.
    pub calendar_from: Day,
    /// Last day of the calendar.
    pub calendar_to: Day,
    /// Procedures with parts that are not confirmed.
    pub to_check: Vec<ToCheck>,
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Ballots that wait, per office.
    pub waiting: Vec<Waiting>,
}

impl Page for Admin {
    fn sample(lang: Lang) -> Self {
        let mut shell = Shell::sample_signed_in(lang, "work-admin-title", Section::None);
        shell.who = Some(Who {
            name: "Trần Văn Đước".to_owned(),
            office_name: "Huyện Đầm Dơi".to_owned(),
            role_key: "role-admin",
            serves: false,
            listens: false,
            reports: false,
            leads: false,
        });
        Self {
            shell,
            authority: "Huyện Đầm Dơi".to_owned(),
            engine: "SQLite 3.50".to_owned(),
            journal_length: 86_514,
            journal_head: "b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184".to_owned(),
            calendar_from: Day(16_436),
            calendar_to: Day(21_184),
            to_check: vec![ToCheck {
                code: "1.001193".to_owned(),
                name: "Đăng ký khai sinh".to_owned(),
                parts: "lệ phí".to_owned(),
            }],
            accounts: vec![Account {
                login: "tran-phan-1".to_owned(),
                name: "Nguyễn Thị Lụa".to_owned(),
                role_key: "role-official",
                office: "Xã Trần Phán".to_owned(),
            }],
            waiting: vec![Waiting { office: "Xã Trần Phán".to_owned(), ballots: 3 }],
        }
    }
}
