//! The cases of an official or of the office, by due date.

use std::borrow::Borrow;

use askama::Template;
use hailong_core::serve::case::State;
use hailong_core::time::Instant;

use crate::component::{Badge, Choice, Pager};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

use super::{ApplicantKind, kind_key, state_badge};

/// Whose cases are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The cases that lie with the official.
    Mine,
    /// All cases that the office has.
    Office,
    /// Cases that the office received and another has now.
    Away,
}

impl Whose {
    /// The name used in addresses (`?whose=office`).
    pub fn tag(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Office => "office",
            Self::Away => "away",
        }
    }

    /// The choice of a name used in addresses.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Mine, Self::Office, Self::Away].into_iter().find(|whose| whose.tag() == tag)
    }
}

/// Which cases of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// All that are not closed.
    #[default]
    All,
    /// Past due.
    Late,
    /// Due today.
    Today,
    /// Due within the next working days.
    Soon,
    /// Waiting for the applicant.
    Citizen,
    /// Waiting for others.
    Others,
    /// Waiting to be fetched.
    Ready,
}

impl Tab {
    /// Every tab, in the order shown.
    pub const ALL: [Self; 7] =
        [Self::All, Self::Late, Self::Today, Self::Soon, Self::Citizen, Self::Others, Self::Ready];

    /// The name used in addresses (`?tab=late`).
    pub fn tag(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Late => "late",
            Self::Today => "today",
            Self::Soon => "soon",
            Self::Citizen => "citizen",
            Self::Others => "others",
            Self::Ready => "ready",
        }
    }

    /// The tab of a name used in addresses.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.tag() == tag)
    }

    fn key(self) -> &'static str {
        match self {
            Self::All => "work-tab-all",
            Self::Late => "work-tab-late",
            Self::Today => "work-tab-today",
            Self::Soon => "work-tab-soon",
            Self::Citizen => "work-tab-citizen",
            Self::Others => "work-tab-others",
            Self::Ready => "work-tab-ready",
        }
    }
}

/// One case of the list.
#[derive(Clone, Debug)]
pub struct CaseRow {
    /// Identity, for the address.
    pub id: String,
    /// Case code; empty before it is accepted.
    pub code: String,
    /// Name of the procedure.
    pub procedure: String,
    /// Kind of the applicant.
    pub kind: ApplicantKind,
    /// The promise; none before the case is accepted.
    pub due: Option<Instant>,
    /// Working days left until the promise; negative when it has passed. None when nothing runs.
    pub days_left: Option<i32>,
    /// Where it stands.
    pub state: State,
    /// Who has it.
    pub official: String,
}

impl CaseRow {
    /// Whether the promise has passed while the case is open.
    pub fn late(&self) -> bool {
        self.days_left.is_some_and(|days| days < 0)
    }

    fn badge(&self, lang: impl Borrow<Lang>) -> Badge {
        let lang = *lang.borrow();
        state_badge(lang, self.state, self.late())
    }

    fn kind_key(&self) -> &'static str {
        kind_key(self.kind)
    }

    /// Whether it is due today.
    pub fn today(&self) -> bool {
        self.days_left == Some(0)
    }
}

/// `GET /work`: my cases, the late ones first.
#[derive(Template)]
#[template(path = "work/cases.html")]
pub struct CaseList {
    /// Frame.
    pub shell: Shell,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// Whose cases.
    pub whose: Whose,
    /// Which of them.
    pub tab: Tab,
    /// Of which procedure; empty: of all.
    pub procedure: String,
    /// With which official; empty: with all.
    pub holder: String,
    /// Procedures to choose from.
    pub procedures: Vec<Choice>,
    /// Officials to choose from.
    pub holders: Vec<Choice>,
    /// The filters this official has saved: where they lead, and their names.
    pub saved: Vec<(String, String)>,
    /// How many cases fit the filter, about.
    pub about: u64,
    /// How many of them are late.
    pub late: u64,
    /// How many of them are due today.
    pub today: u64,
    /// Late opinions that the visitor, as head, has to explain.
    pub unexplained: u64,
    /// The cases.
    pub rows: Vec<CaseRow>,
    /// Where the list goes on.
    pub pager: Pager,
}

impl CaseList {
    fn whose_choices(&self) -> [(Whose, &'static str); 3] {
        [
            (Whose::Mine, "work-whose-mine"),
            (Whose::Office, "work-whose-office"),
            (Whose::Away, "work-whose-away"),
        ]
    }

    fn shows(&self, tab: &Tab) -> bool {
        self.tab == *tab
    }

    fn tabs(&self) -> [Tab; 7] {
        Tab::ALL
    }
}

/// `POST /work/find`: cases of this office, open or closed, that were found by a number.
#[derive(Template)]
#[template(path = "work/found.html")]
pub struct FoundCases {
    /// Frame.
    pub shell: Shell,
    /// What was typed.
    pub what: String,
    /// What is wrong with the case code that was typed, in words; empty when it was none, or nothing is.
    pub wrong: String,
    /// Whether too much was looked for within an hour.
    pub too_often: bool,
    /// The cases.
    pub rows: Vec<CaseRow>,
}

impl Page for FoundCases {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "work-found-title", Section::Work),
            what: "0912345678".to_owned(),
            wrong: String::new(),
            too_often: false,
            rows: CaseList::sample(lang).rows,
        }
    }
}

impl Page for CaseList {
    fn sample(lang: Lang) -> Self {
        let row = |id: &str, days: Option<i32>, due: &str, state| CaseRow {
            id: id.to_owned(),
            code: format!("000.00.32161.H12-170628-{id}"),
            procedure: "Đăng ký khai sinh".to_owned(),
            kind: ApplicantKind::Person,
            due: Instant::parse_local(due),
            days_left: days,
            state,
            official: "Nguyễn Thị Lụa".to_owned(),
        };
        Self {
            shell: Shell::sample_signed_in(lang, "work-title", Section::Work),
            done: String::new(),
            whose: Whose::Mine,
            tab: Tab::All,
            procedure: String::new(),
            holder: String::new(),
            procedures: vec![Choice::new("1.001193", "Đăng ký khai sinh")],
            holders: vec![Choice::new("tran-phan-1", "Nguyễn Thị Lụa")],
            saved: vec![("/work?tab=late".to_owned(), "Khai sinh quá hạn".to_owned())],
            about: 37,
            late: 1,
            today: 1,
            unexplained: 2,
            rows: vec![
                row("0001", Some(-2), "2017-06-28T16:30", State::Accepted),
                row("0002", Some(0), "2017-06-30T16:30", State::Accepted),
                row("0003", Some(3), "2017-07-05T16:30", State::Accepted),
                row("0004", None, "2017-06-30T16:30", State::Finished),
                CaseRow { code: String::new(), ..row("0005", None, "", State::SupplementRequested) },
            ],
            pager: Pager { first: None, next: Some("/work?after=abc".to_owned()) },
        }
    }
}
