//! The leader's board: one question a block, answered in words first; and the cases behind each figure.

mod block;

use std::borrow::Borrow;

use askama::Template;
use hailong_core::measure::lead::Red;
use hailong_core::serve::applicant;
use hailong_core::serve::case::State;
use hailong_core::serve::promise::Question;
use hailong_core::time::Instant;

use crate::chart::{self, DotRow, Tile};
use crate::component::{Badge, Figure, Pager, Period, figure_line};
use crate::format;
use crate::lang::Lang;
use crate::measure::figures::{OnTime, sample_figure, sample_period};
use crate::page::Page;
use crate::shell::{Section, Shell, Who};

use self::block::{BURDENS, label};
pub use self::block::{Burden, Changed, GroupBurden, RedOffice};
use super::state_badge;

/// The five figures of one office: overall, then the four parts of the promise ([`Question::ALL`]).
#[derive(Clone, Debug)]
pub struct OfficeFigures {
    /// Id of the office.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The figures.
    pub figures: [Figure; 5],
}

/// What one group of applicants says.
#[derive(Clone, Debug)]
pub struct Group {
    /// The whole district.
    pub district: [Figure; 5],
    /// Every office, in the order of the page.
    pub offices: Vec<OfficeFigures>,
}

impl Group {
    /// Offices whose whole interval lies below the share of the district: there the difference is not chance.
    fn below(&self) -> Vec<&str> {
        let Figure::Shown { share: level, .. } = self.district[0] else { return Vec::new() };
        let below = |figure: &Figure| matches!(*figure, Figure::Shown { high, .. } if high < level);
        self.offices.iter().filter(|row| below(&row.figures[0])).map(|row| row.name.as_str()).collect()
    }

    fn enough(&self) -> usize {
        self.offices.iter().filter(|row| matches!(row.figures[0], Figure::Shown { .. })).count()
    }
}

/// The work of one office.
#[derive(Clone, Debug)]
pub struct OfficeWork {
    /// Id of the office.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Column and row on the schematic map; none for the district office.
    pub tile: Option<(u8, u8)>,
    /// Cases finished in the period, and how many of them on time.
    pub on_time: OnTime,
    /// Cases open now.
    pub open: u32,
    /// Open cases whose promise has passed.
    pub late: u32,
    /// Ballots that wait to be sealed.
    pub waiting: u32,
    /// Cases accepted in the period, and the supplements asked for in it.
    pub accepted: u32,
    /// Requests for supplements.
    pub supplements: u32,
}

/// `GET /lead`.
#[derive(Template)]
#[template(path = "lead/board.html")]
pub struct Board {
    /// Frame.
    pub shell: Shell,
    /// The period and moment of all figures.
    pub period: Period,
    /// The period in addresses, such as `2017-Q2`.
    pub period_key: String,
    /// Persons.
    pub persons: Group,
    /// Household businesses, enterprises and other organisations.
    pub organisations: Group,
    /// The work of every office, in the order of the page.
    pub work: Vec<OfficeWork>,
    /// What is red, by office, the most first.
    pub red: Vec<RedOffice>,
    /// What it costs people, by group.
    pub burden: [GroupBurden; 2],
    /// What changed since the quarter before beyond chance, the largest first.
    pub changed: Vec<Changed>,
    /// How many more changes there are than are shown.
    pub more_changed: usize,
    /// How many shares could be compared.
    pub compared: usize,
    /// Whether this is the quarter of now: it is then told of every change.
    pub live: bool,
}

/// One block about satisfaction: anchor, title, who in addresses, figures.
struct Block<'a> {
    anchor: &'static str,
    title: &'static str,
    who: &'static str,
    group: &'a Group,
}

impl Board {
    /// Persons and organisations apart, and never together: where one of them has too few answers to be shown, the
    /// whole less the other would tell it.
    fn blocks(&self) -> [Block<'_>; 2] {
        [
            Block { anchor: "persons", title: "lead-persons", who: "person", group: &self.persons },
            Block {
                anchor: "organisations",
                title: "lead-organisations",
                who: "organisation",
                group: &self.organisations,
            },
        ]
    }

    fn question_keys(&self) -> [(Question, &'static str); 5] {
        Question::ALL.map(|question| (question, label(question.into())))
    }

    /// The page that shows what a figure counts.
    fn href(&self, office: &str, question: &Question, who: &str) -> String {
        format!("/figures/{office}?question={}&period={}&who={who}", question.key(), self.period_key)
    }

    /// The public page of the district's figures, which leads on to every office.
    fn district_href(&self, block: &Block<'_>) -> String {
        format!("/figures#{}", block.anchor)
    }

    /// The list of cases that a figure counts; `office` empty for the district.
    fn cases(&self, office: &str, which: Which) -> String {
        let office = if office.is_empty() { String::new() } else { format!("office={office}&") };
        format!("/lead/cases?{office}which={}&period={}", which.key(), self.period_key)
    }

    /// The answer of a block about satisfaction, in words.
    fn answer(&self, group: &Group) -> String {
        let lang = self.shell.lang;
        let Figure::Shown { share, low, high, n, .. } = group.district[0] else {
            return lang.t_args("lead-answer-few", &[("n", group.district[0].n().into())]);
        };
        lang.t_args(
            "lead-answer",
            &[
                ("share", format::percent(lang, share).into()),
                ("low", format::percent(lang, low).into()),
                ("high", format::percent(lang, high).into()),
                ("n", n.into()),
                ("enough", group.enough().into()),
                ("offices", group.offices.len().into()),
            ],
        )
    }

    /// Which offices lie below the district beyond chance, in words.
    fn below(&self, group: &Group) -> String {
        let lang = self.shell.lang;
        let below = group.below();
        if below.is_empty() {
            return lang.t("lead-below-none");
        }
        lang.t_args("lead-below", &[("offices", below.join(", ").into())])
    }

    fn dots(&self, block: &Block<'_>) -> String {
        let lang = self.shell.lang;
        let rows: Vec<_> = block
            .group
            .offices
            .iter()
            .map(|row| DotRow {
                name: row.name.clone(),
                figure: row.figures[0],
                href: self.href(&row.id, &Question::Overall, block.who),
            })
            .collect();
        chart::dots(lang, &format!("dots-{}", block.anchor), &lang.t(block.title), &rows)
    }

    fn tiles(&self) -> String {
        let lang = self.shell.lang;
        let figure =
            |id: &str| self.persons.offices.iter().find(|row| row.id == id).map(|row| row.figures[0]);
        let tiles: Vec<_> = self
            .work
            .iter()
            .filter_map(|row| {
                let (column, line) = row.tile?;
                Some(Tile { name: row.name.clone(), figure: figure(&row.id)?, column, row: line })
            })
            .collect();
        chart::tiles(lang, "lead-tiles", &lang.t("lead-tiles-title"), &tiles)
    }

    fn response(&self, figure: &Figure) -> String {
        match *figure {
            Figure::Shown { of_invited: Some(rate), .. } => format::percent(self.shell.lang, rate),
            _ => self.shell.lang.t("lead-unknown"),
        }
    }

    fn line(&self, figure: &Figure) -> String {
        figure_line(self.shell.lang, figure)
    }

    /// The whole district's work.
    fn total(&self) -> OfficeWork {
        let sum = |part: fn(&OfficeWork) -> u32| self.work.iter().map(part).sum();
        OfficeWork {
            id: String::new(),
            name: self.shell.lang.t("lead-district"),
            tile: None,
            on_time: OnTime { on_time: sum(|row| row.on_time.on_time), of: sum(|row| row.on_time.of) },
            open: sum(|row| row.open),
            late: sum(|row| row.late),
            waiting: sum(|row| row.waiting),
            accepted: sum(|row| row.accepted),
            supplements: sum(|row| row.supplements),
        }
    }

    /// The on-time rate with its interval, or how many cases there are so far.
    fn rate(&self, on_time: &OnTime) -> String {
        let lang = self.shell.lang;
        match on_time_figure(on_time) {
            Figure::TooFew { n } => lang.t_args("lead-few-cases", &[("n", n.into())]),
            figure @ Figure::Shown { .. } => figure_line(lang, &figure),
        }
    }

    fn on_time_dots(&self) -> String {
        let lang = self.shell.lang;
        let rows: Vec<_> = self
            .work
            .iter()
            .map(|row| DotRow {
                name: row.name.clone(),
                figure: on_time_figure(&row.on_time),
                href: self.cases(&row.id, Which::OnTime),
            })
            .collect();
        chart::dots(lang, "dots-on-time", &lang.t("lead-on-time"), &rows)
    }

    /// Opinions past their day, and those of them that no head has explained.
    fn opinions(&self) -> (u64, u64) {
        let all = |which| self.red.iter().flat_map(|one| &one.red).filter(move |(red, _)| *red == which);
        let sum = |which| all(which).map(|(_, n)| n).sum();
        (sum(Red::OpinionsLate), sum(Red::OpinionsUnexplained))
    }

    fn burdens(&self) -> [&'static str; 3] {
        BURDENS
    }

    /// Requests for supplements in a hundred cases.
    fn supplements(&self, work: &OfficeWork) -> String {
        let lang = self.shell.lang;
        if work.accepted == 0 {
            return lang.t("lead-unknown");
        }
        format::decimal(lang, f64::from(work.supplements) * 100.0 / f64::from(work.accepted), 1)
    }

    fn most_late(&self) -> Option<&OfficeWork> {
        self.work.iter().filter(|row| row.late > 0).max_by_key(|row| row.late)
    }
}

fn on_time_figure(on_time: &OnTime) -> Figure {
    Figure::share(on_time.on_time.into(), on_time.of.into(), None)
}

/// Which cases a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Open now.
    Open,
    /// Open, the promise has passed.
    Late,
    /// Finished in the period, on time.
    OnTime,
    /// Finished in the period, too late.
    OverdueFinished,
}

impl Which {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Late, Self::OnTime, Self::OverdueFinished];

    /// The name used in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Late => "late",
            Self::OnTime => "on-time",
            Self::OverdueFinished => "overdue-finished",
        }
    }

    /// The choice of a name used in addresses.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|which| which.key() == key)
    }

    fn title(self) -> &'static str {
        match self {
            Self::Open => "lead-which-open",
            Self::Late => "lead-which-late",
            Self::OnTime => "lead-which-on-time",
            Self::OverdueFinished => "lead-which-overdue",
        }
    }
}

/// One case behind a figure: no personal data.
#[derive(Clone, Debug)]
pub struct CaseLine {
    /// Case code.
    pub code: String,
    /// Name of the procedure.
    pub procedure: String,
    /// Name of the office.
    pub office: String,
    /// When it was received.
    pub received: Instant,
    /// The promise.
    pub due: Option<Instant>,
    /// When it was finished.
    pub finished: Option<Instant>,
    /// Where it stands.
    pub state: State,
    /// Whether it is or was late.
    pub late: bool,
}

impl CaseLine {
    pub(super) fn badge(&self, lang: impl Borrow<Lang>) -> Badge {
        let lang = *lang.borrow();
        state_badge(lang, self.state, self.late)
    }
}

/// `GET /lead/cases?office=…&which=…&period=…`.
#[derive(Template)]
#[template(path = "lead/cases.html")]
pub struct Cases {
    /// Frame.
    pub shell: Shell,
    /// Id of the office; `None`: all.
    pub office_id: Option<String>,
    /// Name of the office, or of the district.
    pub office: String,
    /// Which cases.
    pub which: Which,
    /// The period and moment.
    pub period: Period,
    /// The period in addresses.
    pub period_key: String,
    /// How many there are, about.
    pub about: u64,
    /// The cases.
    pub rows: Vec<CaseLine>,
    /// Where the list goes on.
    pub pager: Pager,
}

impl Cases {
    fn filters(&self) -> [(Which, &'static str, String); 4] {
        let office = self.office_id.as_ref().map_or(String::new(), |id| format!("office={id}&"));
        Which::ALL.map(|which| {
            let href = format!("/lead/cases?{office}which={}&period={}", which.key(), self.period_key);
            (which, which.title(), href)
        })
    }
}

fn sample_shell(lang: Lang) -> Shell {
    let mut shell = Shell::sample_signed_in(lang, "lead-title", Section::Lead);
    shell.who = Some(Who {
        name: "Lê Hoàng Khôi".to_owned(),
        office_name: "Huyện Đầm Dơi".to_owned(),
        role_key: "role-leader",
        serves: false,
        listens: false,
        reports: true,
        leads: true,
    });
    shell
}

fn sample_group(shift: usize) -> Group {
    let office = |index: usize, id: &str, name: &str| OfficeFigures {
        id: id.to_owned(),
        name: name.to_owned(),
        figures: std::array::from_fn(|question| sample_figure(index + question + shift)),
    };
    Group {
        district: std::array::from_fn(|question| sample_figure(question + shift)),
        offices: vec![
            office(0, "dam-doi", "Huyện Đầm Dơi"),
            office(1, "tran-phan", "Xã Trần Phán"),
            office(2, "tan-duc", "Xã Tân Đức"),
            office(3, "ta-an-khuong-dong", "Xã Tạ An Khương Đông"),
        ],
    }
}

impl Page for Board {
    fn sample(lang: Lang) -> Self {
        let work = |id: &str, name: &str, tile, of, late| OfficeWork {
            id: id.to_owned(),
            name: name.to_owned(),
            tile,
            on_time: OnTime { on_time: of - of / 20, of },
            open: 41,
            late,
            waiting: 3,
            accepted: of,
            supplements: of / 10,
        };
        let burden = |title, shift: usize| GroupBurden {
            title,
            district: std::array::from_fn(|share| sample_figure(share + shift)),
            offices: vec![Burden {
                id: "tran-phan".to_owned(),
                name: "Xã Trần Phán".to_owned(),
                shares: std::array::from_fn(|share| sample_figure(share + shift)),
            }],
        };
        Self {
            shell: sample_shell(lang),
            period: sample_period(lang),
            period_key: "2017-Q2".to_owned(),
            persons: sample_group(2),
            organisations: sample_group(3),
            work: vec![
                work("dam-doi", "Huyện Đầm Dơi", None, 2_140, 12),
                work("tran-phan", "Xã Trần Phán", Some((1, 2)), 958, 2),
                work("tan-duc", "Xã Tân Đức", Some((3, 1)), 12, 0),
                work("ta-an-khuong-dong", "Xã Tạ An Khương Đông", Some((3, 0)), 577, 0),
            ],
            red: vec![
                RedOffice {
                    id: "tran-phan".to_owned(),
                    office: "Xã Trần Phán".to_owned(),
                    head: "Nguyễn Văn Út".to_owned(),
                    red: Red::ALL.map(|red| (red, 2)).to_vec(),
                },
                RedOffice {
                    id: "tan-duc".to_owned(),
                    office: "Xã Tân Đức".to_owned(),
                    head: String::new(),
                    red: vec![(Red::CasesLate, 1)],
                },
            ],
            burden: [burden("figures-persons", 0), burden("figures-organisations", 3)],
            changed: vec![
                Changed {
                    office: "Xã Trần Phán".to_owned(),
                    what: Some((applicant::Group::Person, Question::Overall.into())),
                    before: 0.81,
                    now: 0.64,
                    interval: (-0.24, -0.1),
                },
                Changed {
                    office: "Xã Tân Đức".to_owned(),
                    what: None,
                    before: 0.83,
                    now: 0.97,
                    interval: (0.08, 0.2),
                },
            ],
            more_changed: 1,
            compared: 212,
            live: true,
        }
    }
}

impl Page for Cases {
    fn sample(lang: Lang) -> Self {
        let at = Instant::parse_local;
        let line = |number: u8, state, late, finished| CaseLine {
            code: format!("000.00.32161.H12-170620-{number:04}"),
            procedure: "Đăng ký khai sinh".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            received: at("2017-06-20T08:10").unwrap_or(Instant(0)),
            due: at("2017-06-27T16:30"),
            finished,
            state,
            late,
        };
        Self {
            shell: sample_shell(lang),
            office_id: Some("tran-phan".to_owned()),
            office: "Xã Trần Phán".to_owned(),
            which: Which::Late,
            period: sample_period(lang),
            period_key: "2017-Q2".to_owned(),
            about: 1_240,
            rows: vec![
                line(1, State::InProgress, true, None),
                line(2, State::Returned, false, at("2017-06-26T10:00")),
            ],
            pager: Pager { first: Some("/lead/cases".to_owned()), next: Some("/lead/cases".to_owned()) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_offices_below_beyond_chance_are_named() {
        let group = sample_group(0);
        // The district stands at 92,4 %; of the offices only the one at 71,3 % (64,0–77,6) lies wholly below.
        assert_eq!(group.below(), ["Xã Trần Phán"]);
        assert_eq!(group.enough(), 3);
        // Too few answers in the district: nobody is named.
        assert!(sample_group(3).below().is_empty());
    }

    #[test]
    fn every_figure_leads_to_what_it_counts() {
        let page = Board::sample(Lang::Vi).render().unwrap();
        assert!(
            page.contains("/figures/tran-phan?question=speed&#38;period=2017-Q2&#38;who=person"),
            "{page}"
        );
        assert!(page.contains("/lead/cases?office=tran-phan&#38;which=late&#38;period=2017-Q2"));
        // Twelve finished cases are not enough for a rate.
        assert!(page.contains("12/20"));
    }
}
