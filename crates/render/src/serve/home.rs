//! The first page, and the promise in its four parts.

use askama::Template;
use hailong_core::time::Instant;

use crate::component::{Figure, Period};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// A dialogue that was announced.
#[derive(Clone, Debug)]
pub struct Announced {
    /// Its quarter, for its address.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it begins.
    pub at: Instant,
    /// Where.
    pub place: String,
}

/// `GET /`: three doors.
#[derive(Debug, Template)]
#[template(path = "serve/home.html")]
pub struct Home {
    /// The frame.
    pub shell: Shell,
    /// Number of offices that receive cases.
    pub offices: u32,
    /// Number of published procedures.
    pub procedures: u32,
    /// The dialogue that people can register for, when one is announced.
    pub dialogue: Option<Announced>,
    /// Overall satisfaction of persons in the district.
    pub overall: Figure,
    /// The period of that figure.
    pub period: Period,
}

impl Page for Home {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "home-title", Section::None),
            offices: 17,
            procedures: 38,
            dialogue: Instant::parse_local("2017-07-07T08:00").map(|at| Announced {
                id: "2017-2".to_owned(),
                name: crate::listen::dialogue::name(lang, "2017-2"),
                at,
                place: "Hội trường UBND xã Tân Thuận".to_owned(),
            }),
            overall: crate::measure::figures::sample_figure(1),
            period: crate::measure::figures::sample_period(lang),
        }
    }
}

/// `GET /promise`: the four parts of the promise.
#[derive(Debug, Template)]
#[template(path = "serve/promise.html")]
pub struct Promise {
    /// The frame.
    pub shell: Shell,
    /// Persons' satisfaction in the district with each part, in the order of [`PARTS`].
    pub figures: [Figure; 4],
    /// The period of the figures.
    pub period: Period,
}

/// One part of the promise.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Name of the form field and id.
    pub name: &'static str,
    /// Key of its title.
    pub title: &'static str,
    /// Key of what it means.
    pub text: &'static str,
    /// Key of the question asked on the ballot.
    pub question: &'static str,
}

/// The promise "đón tiếp niềm nở, hướng dẫn tận tình, giải quyết nhanh chóng, đúng quy định".
pub const PARTS: [Part; 4] = [
    Part {
        name: "welcome",
        title: "promise-welcome",
        text: "promise-welcome-text",
        question: "rate-welcome",
    },
    Part {
        name: "guidance",
        title: "promise-guidance",
        text: "promise-guidance-text",
        question: "rate-guidance",
    },
    Part { name: "speed", title: "promise-speed", text: "promise-speed-text", question: "rate-speed" },
    Part { name: "lawful", title: "promise-lawful", text: "promise-lawful-text", question: "rate-lawful" },
];

impl Promise {
    fn parts(&self) -> impl Iterator<Item = (Part, Figure)> {
        PARTS.into_iter().zip(self.figures)
    }
}

impl Page for Promise {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "promise-title", Section::None),
            figures: std::array::from_fn(crate::measure::figures::sample_figure),
            period: crate::measure::figures::sample_period(lang),
        }
    }
}
