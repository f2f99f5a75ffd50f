//! The number machine, its slip, the board of called numbers, and where a number is.

use std::borrow::Borrow;

use askama::Template;
use hailong_core::serve::calendar::{HOURS, Hours};
use hailong_core::serve::queue::Ahead;
use hailong_core::serve::ticket::State;
use hailong_core::time::Instant;

use crate::component::{Errors, Tone};
use crate::format;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// How many wait, and about how long, in words.
pub fn ahead_text(lang: Lang, ahead: Ahead) -> String {
    let people = ahead.people as i64;
    match ahead.minutes {
        _ if people == 0 => lang.t("queue-nobody-ahead"),
        Some(minutes) => lang.t_args(
            "queue-ahead-estimate",
            &[("n", people.into()), ("minutes", i64::from(minutes.max(1)).into())],
        ),
        None => lang.t_args("queue-ahead", &[("n", people.into())]),
    }
}

/// A button of the machine.
#[derive(Clone, Debug)]
pub struct KioskChoice {
    /// The letter sent.
    pub prefix: String,
    /// What the button says.
    pub name: String,
    /// How many wait for it.
    pub ahead: Ahead,
}

impl KioskChoice {
    fn ahead_text(&self, lang: impl Borrow<Lang>) -> String {
        let lang = *lang.borrow();
        if self.ahead.people == 0 { lang.t("queue-nobody-waits") } else { ahead_text(lang, self.ahead) }
    }
}

/// `GET /kiosk/{office}`: the machine's first screen.
#[derive(Debug, Template)]
#[template(path = "serve/kiosk.html")]
pub struct Kiosk {
    /// The frame (navigation is not shown).
    pub shell: Shell,
    /// Id of the office.
    pub office_id: String,
    /// Its name.
    pub office: String,
    /// The buttons.
    pub choices: Vec<KioskChoice>,
    /// Whether numbers are given at this moment.
    pub open: bool,
    /// When people are received.
    pub hours: Hours,
    /// Whether slips are printed by themselves on this device.
    pub print: bool,
    /// Whether appointments can be booked here.
    pub books: bool,
    /// The code typed, when it was refused.
    pub code: String,
    /// What was refused.
    pub errors: Errors,
}

impl Page for Kiosk {
    fn sample(lang: Lang) -> Self {
        let choice = |prefix: &str, name: &str, people, minutes| KioskChoice {
            prefix: prefix.to_owned(),
            name: name.to_owned(),
            ahead: Ahead { people, minutes },
        };
        Self {
            shell: Shell::sample(lang, "queue-kiosk-title", Section::None),
            office_id: "tran-phan".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            choices: vec![
                choice("A", "Nộp hồ sơ", 7, Some(25)),
                choice("B", "Nhận kết quả", 0, Some(0)),
                choice("C", "Hỏi, nhờ hướng dẫn", 2, None),
            ],
            open: true,
            hours: HOURS,
            print: true,
            books: true,
            code: String::new(),
            errors: Errors::none(),
        }
    }
}

/// `GET /kiosk/{office}/slips/{slip}`: the number, to print or to photograph.
#[derive(Debug, Template)]
#[template(path = "serve/slip.html")]
pub struct Slip {
    /// The frame (navigation is not shown).
    pub shell: Shell,
    /// Id of the office.
    pub office_id: String,
    /// Its name.
    pub office: String,
    /// Letter and number.
    pub code: String,
    /// The service.
    pub service: String,
    /// When it was given.
    pub at: Instant,
    /// Whether its holder goes first.
    pub first: bool,
    /// How many are before; none when it was called already.
    pub ahead: Option<Ahead>,
    /// Address that follows it on a phone.
    pub url: String,
    /// Whether it is printed by itself.
    pub print: bool,
}

impl Slip {
    fn qr(&self) -> String {
        crate::qr::svg(&self.url).unwrap_or_default()
    }

    fn ahead_text(&self) -> String {
        self.ahead.map(|ahead| ahead_text(self.shell.lang, ahead)).unwrap_or_default()
    }

    fn back(&self) -> String {
        format!("/kiosk/{}{}", self.office_id, if self.print { "?print=1" } else { "" })
    }

    /// Address of the slip as PDF: the address to follow it ends with its key.
    fn pdf(&self) -> String {
        let slip = self.url.rsplit('/').next().unwrap_or_default();
        format!("/kiosk/{}/slips/{slip}/slip.pdf", self.office_id)
    }
}

impl Page for Slip {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "queue-slip-title", Section::None),
            office_id: "tran-phan".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            code: "A012".to_owned(),
            service: "Nộp hồ sơ".to_owned(),
            at: Instant(1_498_788_000_000_000),
            first: true,
            ahead: Some(Ahead { people: 7, minutes: Some(25) }),
            url: "http://127.0.0.1:8080/tickets/abcdefghijklmnopqrstuv".to_owned(),
            print: true,
        }
    }
}

/// `GET /tickets/{slip}`: where a number is, on a phone.
#[derive(Debug, Template)]
#[template(path = "serve/ticket.html")]
pub struct TicketPage {
    /// The frame.
    pub shell: Shell,
    /// Id of the office.
    pub office_id: String,
    /// Its name.
    pub office: String,
    /// Letter and number.
    pub code: String,
    /// The service.
    pub service: String,
    /// Where it stands.
    pub state: State,
    /// Whether it is of today: others are only history.
    pub today: bool,
    /// The counter it was called to.
    pub counter: String,
    /// How many are before, while it waits.
    pub ahead: Option<Ahead>,
    /// When it was given.
    pub at: Instant,
    /// When this page was made.
    pub now: Instant,
}

impl TicketPage {
    fn live(&self) -> bool {
        self.today && !matches!(self.state, State::Done | State::Missed)
    }

    fn tone(&self) -> Tone {
        if self.state == State::Called { Tone::Attention } else { Tone::Info }
    }

    fn sentence(&self) -> String {
        let lang = self.shell.lang;
        let counter = [("counter", self.counter.as_str().into())];
        match self.state {
            State::Waiting if !self.today => lang.t("queue-ticket-old"),
            State::Waiting => self.ahead.map(|ahead| ahead_text(lang, ahead)).unwrap_or_default(),
            State::Called => lang.t_args("queue-ticket-called", &counter),
            State::Serving => lang.t_args("queue-ticket-serving", &counter),
            State::Done => lang.t("queue-ticket-done"),
            State::Missed => lang.t("queue-ticket-missed"),
        }
    }

    fn clock(&self) -> String {
        format::clock(self.now)
    }
}

impl Page for TicketPage {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "queue-ticket-title", Section::None),
            office_id: "tran-phan".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            code: "A012".to_owned(),
            service: "Nộp hồ sơ".to_owned(),
            state: State::Called,
            today: true,
            counter: "Quầy 2".to_owned(),
            ahead: None,
            at: Instant(1_498_788_000_000_000),
            now: Instant(1_498_789_000_000_000),
        }
    }
}

/// A call on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardCall {
    /// Letter and number.
    pub code: String,
    /// To which counter.
    pub counter: String,
    /// Whether the person is there already.
    pub serving: bool,
    /// Differs for every call and every call again.
    pub key: String,
}

/// What the board shows at a moment, in no language yet. Screens are told only when it differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardState {
    /// Calls, the last first.
    pub calls: Vec<BoardCall>,
    /// How many wait.
    pub waiting: usize,
    /// About how long somebody who comes now waits, in minutes.
    pub minutes: Option<u32>,
}

/// The part of the board that changes by itself.
#[derive(Clone, Debug, Template)]
#[template(path = "serve/board-now.html")]
pub struct BoardNow {
    /// Language.
    pub lang: Lang,
    /// What is shown.
    pub state: BoardState,
}

impl BoardNow {
    /// What a voice says of a call: digits apart, so that "A012" is not read as twelve.
    fn say(&self, call: &BoardCall) -> String {
        let spaced: Vec<String> = call.code.chars().map(String::from).collect();
        let args = [("code", spaced.join(" ").into()), ("counter", call.counter.as_str().into())];
        self.lang.t_args("queue-board-say", &args)
    }

    fn wait(&self) -> String {
        let n = [("n", (self.state.waiting as i64).into())];
        self.lang.t_args("queue-board-waiting", &n)
    }

    fn estimate(&self) -> String {
        self.state.minutes.map_or_else(String::new, |minutes| {
            self.lang.t_args("queue-board-estimate", &[("minutes", i64::from(minutes).into())])
        })
    }
}

/// `GET /board/{office}`: the big screen of the waiting room.
#[derive(Debug, Template)]
#[template(path = "serve/board.html")]
pub struct Board {
    /// The frame (navigation is not shown).
    pub shell: Shell,
    /// Id of the office.
    pub office_id: String,
    /// Its name.
    pub office: String,
    /// What is shown now.
    pub now: BoardNow,
}

impl Page for Board {
    fn sample(lang: Lang) -> Self {
        let call = |code: &str, counter: &str, serving| BoardCall {
            code: code.to_owned(),
            counter: counter.to_owned(),
            serving,
            key: format!("{code}-0"),
        };
        let calls =
            vec![call("A012", "Quầy 2", false), call("B011", "Quầy 1", true), call("A009", "Quầy 3", true)];
        Self {
            shell: Shell::sample(lang, "queue-board-title", Section::None),
            office_id: "tran-phan".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            now: BoardNow { lang, state: BoardState { calls, waiting: 7, minutes: Some(25) } },
        }
    }
}

/// The queue as an office's public page tells of it.
#[derive(Clone, Debug)]
pub struct OfficeQueue {
    /// How many wait.
    pub waiting: usize,
    /// About how long somebody who comes now waits, in minutes.
    pub minutes: Option<u32>,
    /// The middle of today's waits in minutes, and how many were called today; none while they are few.
    pub today: Option<(i64, usize)>,
    /// Whether numbers are given at this moment.
    pub open: bool,
    /// Whether appointments can be booked.
    pub books: bool,
    /// When this was read.
    pub at: Instant,
}

impl OfficeQueue {
    /// A sample.
    pub fn sample() -> Self {
        Self {
            waiting: 7,
            minutes: Some(25),
            today: Some((12, 41)),
            open: true,
            books: true,
            at: Instant(1_498_788_000_000_000),
        }
    }

    /// The sentences of the office's page.
    pub fn sentences(&self, lang: impl Borrow<Lang>) -> Vec<String> {
        let lang = *lang.borrow();
        let at = format::clock(self.at);
        let mut sentences = Vec::new();
        if self.open || self.waiting > 0 {
            let args = [("n", (self.waiting as i64).into()), ("at", at.as_str().into())];
            sentences.push(lang.t_args("queue-office-waiting", &args));
            sentences.push(match self.minutes {
                Some(minutes) => {
                    lang.t_args("queue-office-estimate", &[("minutes", i64::from(minutes).into())])
                }
                None => lang.t("queue-office-no-estimate"),
            });
        } else {
            sentences.push(lang.t("queue-office-closed"));
        }
        if let Some((minutes, n)) = self.today {
            let args = [("minutes", minutes.into()), ("n", (n as i64).into())];
            sentences.push(lang.t_args("queue-office-today", &args));
        }
        sentences
    }
}
