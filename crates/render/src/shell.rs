//! The frame of every page: language, navigation, who is signed in, the banner of the demo.

use fluent_bundle::FluentValue;
use hailong_core::time::{Day, Instant};

use crate::component::Figure;
use crate::format;
use crate::lang::Lang;

/// The place in the navigation to which a page belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Section {
    /// None of the places.
    #[default]
    None,
    /// Published procedures.
    Procedures,
    /// Tracking a case.
    Track,
    /// Opinions.
    Opinions,
    /// Public figures.
    Figures,
    /// The counter and the cases of an official.
    Work,
    /// The queue at the counter.
    Queue,
    /// The opinions that an office has to answer.
    WorkOpinions,
    /// The dialogues.
    Dialogues,
    /// The surveys.
    Surveys,
    /// The reports of periods.
    Reports,
    /// The leader's page.
    Lead,
}

/// The keys of the roles' names.
pub const ROLE_KEYS: [&str; 4] = ["role-official", "role-head", "role-leader", "role-admin"];

/// The person who is signed in.
#[derive(Clone, Debug)]
pub struct Who {
    /// Full name.
    pub name: String,
    /// The office in whose name the person works.
    pub office_name: String,
    /// Key of the role's name, one of [`ROLE_KEYS`].
    pub role_key: &'static str,
    /// May open `/work`.
    pub serves: bool,
    /// May open `/work/opinions`.
    pub listens: bool,
    /// May open `/reports`.
    pub reports: bool,
    /// May open `/lead`; others see the public figures.
    pub leads: bool,
}

/// What every page needs besides its own content.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Language of the page.
    pub lang: Lang,
    /// Title of the page, already in its language.
    pub title: String,
    /// Who is signed in.
    pub who: Option<Who>,
    /// The token that every form sends back.
    pub token: String,
    /// Path and query of this page, to which the language switch returns.
    pub path: String,
    /// Business time, when this is a demo with invented people.
    pub demo_now: Option<Instant>,
    /// Whether the small script is linked.
    pub script: bool,
    /// Place in the navigation.
    pub section: Section,
}

impl Shell {
    /// A frame for samples and tests.
    pub fn sample(lang: Lang, title_key: &str, section: Section) -> Self {
        Self {
            lang,
            title: lang.t(title_key),
            who: None,
            token: "sample-token".to_owned(),
            path: "/".to_owned(),
            demo_now: Instant::parse_local("2017-06-30T09:00"),
            script: true,
            section,
        }
    }

    /// A frame for samples of pages that need a signed-in official.
    pub fn sample_signed_in(lang: Lang, title_key: &str, section: Section) -> Self {
        let who = Who {
            name: "Nguyễn Thị Lụa".to_owned(),
            office_name: "Xã Trần Phán".to_owned(),
            role_key: "role-official",
            serves: true,
            listens: true,
            reports: true,
            leads: false,
        };
        Self { who: Some(who), ..Self::sample(lang, title_key, section) }
    }

    /// The text of a key.
    pub fn t(&self, key: impl AsRef<str>) -> String {
        self.lang.t(key.as_ref())
    }

    /// The text of a key with one value.
    pub fn t1(&self, key: &str, name: &str, value: impl Value) -> String {
        self.lang.t_args(key, &[(name, value.value())])
    }

    /// The text of a key with two values.
    pub fn t2(&self, key: &str, a: &str, va: impl Value, b: &str, vb: impl Value) -> String {
        self.lang.t_args(key, &[(a, va.value()), (b, vb.value())])
    }

    /// The text of a key with three values.
    #[expect(clippy::too_many_arguments, reason = "templates cannot build a list of pairs of mixed types")]
    pub fn t3(
        &self,
        key: &str,
        a: &str,
        va: impl Value,
        b: &str,
        vb: impl Value,
        c: &str,
        vc: impl Value,
    ) -> String {
        self.lang.t_args(key, &[(a, va.value()), (b, vb.value()), (c, vc.value())])
    }

    /// A whole number.
    pub fn number(&self, value: impl Plain<i64>) -> String {
        format::number(self.lang, value.plain())
    }

    /// A share between 0 and 1 as a percentage.
    pub fn percent(&self, share: impl Plain<f64>) -> String {
        format::percent(self.lang, share.plain())
    }

    /// A figure in one line, with its interval.
    pub fn figure_line(&self, figure: &Figure) -> String {
        crate::component::figure_line(self.lang, figure)
    }

    /// An amount in đồng.
    pub fn money(&self, dong: impl Plain<i64>) -> String {
        format::money(self.lang, dong.plain())
    }

    /// A day with its weekday.
    pub fn day(&self, day: impl Plain<Day>) -> String {
        format::day(self.lang, day.plain())
    }

    /// A day without its weekday, for narrow columns that name the weekday elsewhere.
    pub fn date(&self, day: impl Plain<Day>) -> String {
        format::date(self.lang, day.plain())
    }

    /// A moment with its weekday.
    pub fn date_time(&self, at: impl Plain<Instant>) -> String {
        format::date_time(self.lang, at.plain())
    }

    /// Working days left until a due date (negative: late), in words.
    pub fn working_days_left(&self, days: impl Plain<i64>) -> String {
        format::working_days_left(self.lang, i32::try_from(days.plain()).unwrap_or(i32::MAX))
    }

    /// The value of `aria-current` for a place in the navigation; empty elsewhere.
    pub fn current(&self, section: Section) -> &'static str {
        if self.section == section { "page" } else { "false" }
    }

    /// Whether the page is shown in Vietnamese.
    pub fn is_vi(&self) -> bool {
        self.lang == Lang::Vi
    }
}

/// A plain value that templates hand over by value or by reference.
pub trait Plain<T> {
    /// The value itself.
    fn plain(self) -> T;
}

/// A value put into a text.
pub trait Value {
    /// The value in the form that Fluent takes.
    fn value(&self) -> FluentValue<'_>;
}

macro_rules! whole {
    ($($t:ty),*) => {$(
        impl Plain<i64> for $t {
            fn plain(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        }
        impl Value for $t {
            fn value(&self) -> FluentValue<'_> {
                FluentValue::from(*self)
            }
        }
    )*};
}
whole!(u8, u16, u32, u64, usize, i32, i64);

macro_rules! itself {
    ($($t:ty),*) => {$(
        impl Plain<$t> for $t {
            fn plain(self) -> $t {
                self
            }
        }
    )*};
}
itself!(f64, Day, Instant);

impl<T, U: Plain<T> + Copy> Plain<T> for &U {
    fn plain(self) -> T {
        (*self).plain()
    }
}

impl Value for str {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Value for String {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl<T: Value + ?Sized> Value for &T {
    fn value(&self) -> FluentValue<'_> {
        (**self).value()
    }
}
