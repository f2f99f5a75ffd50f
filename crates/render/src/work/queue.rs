//! The official's panel of the queue, its settings, and the appointments of a day.

use std::borrow::Borrow;

use askama::Template;
use hailong_core::serve::appointment::State as Booking;
use hailong_core::serve::queue::Arrangement;
use hailong_core::serve::ticket::State;
use hailong_core::time::{Day, Instant};

use crate::component::{Badge, Choice, Errors, Tone};
use crate::format;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// The letters that a machine can offer.
pub const LETTERS: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

/// The ticket that the official has called or serves.
#[derive(Clone, Debug)]
pub struct Mine {
    /// Key, for addresses.
    pub id: String,
    /// Letter and number.
    pub code: String,
    /// The service.
    pub service: String,
    /// The counter it was called to.
    pub counter: String,
    /// Called or serving.
    pub state: State,
    /// How often it was called again.
    pub recalls: u8,
    /// Whether it may be called again.
    pub may_recall: bool,
    /// When it was given: the first contact.
    pub issued_at: Instant,
    /// Called for, or served, since.
    pub since: Instant,
}

impl Mine {
    fn is_called(&self) -> bool {
        self.state == State::Called
    }

    fn issued(&self) -> String {
        format::clock(self.issued_at)
    }

    fn since(&self) -> String {
        format::clock(self.since)
    }
}

/// A number in a list.
#[derive(Clone, Debug)]
pub struct TicketRow {
    /// Key, for addresses.
    pub id: String,
    /// Letter and number.
    pub code: String,
    /// The service.
    pub service: String,
    /// Whether its holder goes first.
    pub first: bool,
    /// The slot that was booked.
    pub slot: Option<Instant>,
    /// Minutes since it was given.
    pub minutes: i64,
}

impl TicketRow {
    fn slot_clock(&self) -> String {
        self.slot.map(format::clock).unwrap_or_default()
    }
}

/// `GET /work/queue`.
#[derive(Debug, Template)]
#[template(path = "work/queue.html")]
pub struct QueuePanel {
    /// The frame.
    pub shell: Shell,
    /// Id of the office.
    pub office_id: String,
    /// What was refused.
    pub errors: Errors,
    /// The ticket that the official has called or serves.
    pub mine: Option<Mine>,
    /// Counters.
    pub counters: Vec<Choice>,
    /// The official's counter.
    pub counter: String,
    /// Services, for moving somebody.
    pub groups: Vec<Choice>,
    /// Those who wait, in the order in which they will be called; the first ones only.
    pub rows: Vec<TicketRow>,
    /// How many wait in all.
    pub waiting: usize,
    /// Those who were called in vain today.
    pub missed: Vec<TicketRow>,
    /// Whether the settings may be opened.
    pub heads: bool,
}

impl QueuePanel {
    /// While somebody is called and has not come, nobody else is.
    fn may_call(&self) -> bool {
        !self.mine.as_ref().is_some_and(Mine::is_called)
    }

    fn live(&self) -> String {
        format!("/board/{}/events", self.office_id)
    }
}

impl Page for QueuePanel {
    fn sample(lang: Lang) -> Self {
        let row = |code: &str, first, slot, minutes| TicketRow {
            id: format!("ticket-{code}"),
            code: code.to_owned(),
            service: "Nộp hồ sơ".to_owned(),
            first,
            slot,
            minutes,
        };
        let at = Instant(1_498_788_000_000_000);
        let mine = Mine {
            id: "ticket-A012".to_owned(),
            code: "A012".to_owned(),
            service: "Nộp hồ sơ".to_owned(),
            counter: "Quầy 2".to_owned(),
            state: State::Called,
            recalls: 1,
            may_recall: true,
            issued_at: at,
            since: at.plus_seconds(900),
        };
        Self {
            shell: Shell::sample_signed_in(lang, "queue-work-title", Section::Queue),
            office_id: "tran-phan".to_owned(),
            errors: Errors::one("", crate::component::refusal(lang, "ticket-held")),
            mine: Some(mine),
            counters: vec![Choice::new("Quầy 1", "Quầy 1"), Choice::new("Quầy 2", "Quầy 2")],
            counter: "Quầy 2".to_owned(),
            groups: vec![Choice::new("A", "A – Nộp hồ sơ"), Choice::new("B", "B – Nhận kết quả")],
            rows: vec![row("A013", true, Some(at), 3), row("A010", false, None, 21)],
            waiting: 9,
            missed: vec![row("B008", false, None, 40)],
            heads: true,
        }
    }
}

/// A counter as the settings form shows it.
#[derive(Clone, Debug, Default)]
pub struct CounterRow {
    /// Its name as typed; empty rows are not kept.
    pub name: String,
    /// The letters ticked.
    pub groups: Vec<String>,
}

impl CounterRow {
    fn serves(&self, letter: &str) -> bool {
        self.groups.iter().any(|group| group == letter)
    }
}

/// A service as the settings form shows it.
#[derive(Clone, Debug, Default)]
pub struct GroupRow {
    /// The letter.
    pub prefix: String,
    /// Its name as typed; empty rows are not kept.
    pub vi: String,
    /// In English.
    pub en: String,
}

/// `GET /work/queue/settings`.
#[derive(Debug, Template)]
#[template(path = "work/queue-settings.html")]
pub struct QueueSettings {
    /// The frame.
    pub shell: Shell,
    /// Id of the office.
    pub office_id: String,
    /// How often the queue was arranged when this form was made.
    pub version: i64,
    /// One row a letter.
    pub groups: Vec<GroupRow>,
    /// Counters and some empty rows.
    pub counters: Vec<CounterRow>,
    /// Lengths of a slot that can be chosen.
    pub lengths: Vec<Choice>,
    /// Length of a slot in minutes, as typed.
    pub slot_minutes: String,
    /// Places in a slot, as typed.
    pub capacity: String,
    /// Days ahead, as typed.
    pub days_ahead: String,
    /// Kept just now.
    pub done: bool,
    /// What was refused.
    pub errors: Errors,
}

impl QueueSettings {
    /// The rows of an arrangement, with empty ones to fill in.
    pub fn rows(arrangement: &Arrangement) -> (Vec<GroupRow>, Vec<CounterRow>) {
        let group = |letter: &&str| {
            let known = arrangement.groups.iter().find(|group| group.prefix == **letter);
            let (vi, en) =
                known.map(|group| (group.name_vi.clone(), group.name_en.clone())).unwrap_or_default();
            GroupRow { prefix: (*letter).to_owned(), vi, en }
        };
        let counters = arrangement.counters.iter();
        let mut counters: Vec<_> = counters
            .map(|counter| CounterRow { name: counter.name.clone(), groups: counter.groups.clone() })
            .collect();
        let most = hailong_core::serve::queue::MOST_COUNTERS;
        counters.resize((counters.len() + 2).min(most), CounterRow::default());
        (LETTERS.iter().map(group).collect(), counters)
    }

    /// The lengths of a slot that can be chosen.
    pub fn lengths(lang: Lang) -> Vec<Choice> {
        [10_i64, 15, 20, 30, 60]
            .map(|n| Choice::new(n.to_string(), lang.t_args("queue-minutes", &[("n", n.into())])))
            .to_vec()
    }
}

impl Page for QueueSettings {
    fn sample(lang: Lang) -> Self {
        let (groups, counters) = Self::rows(&Arrangement::usual("tran-phan"));
        Self {
            shell: Shell::sample_signed_in(lang, "queue-settings-title", Section::Queue),
            office_id: "tran-phan".to_owned(),
            version: 1,
            groups,
            counters,
            lengths: Self::lengths(lang),
            slot_minutes: "30".to_owned(),
            capacity: "2".to_owned(),
            days_ahead: "14".to_owned(),
            done: true,
            errors: Errors::one("counters", crate::component::refusal(lang, "bad-choice")),
        }
    }
}

/// An appointment in the list of a day.
#[derive(Clone, Debug)]
pub struct AppointmentRow {
    /// Key, for addresses.
    pub id: String,
    /// The beginning of the slot.
    pub at: Instant,
    /// Who; empty when erased.
    pub name: String,
    /// Phone.
    pub phone: String,
    /// The service.
    pub service: String,
    /// Where it stands.
    pub state: Booking,
    /// The number that was given.
    pub code: String,
    /// Whether the person can be noted as come.
    pub may_come: bool,
    /// Whether the slot has passed and nobody came.
    pub passed: bool,
}

impl AppointmentRow {
    fn clock(&self) -> String {
        format::clock(self.at)
    }

    fn badge(&self, lang: impl Borrow<Lang>) -> Badge {
        let lang = *lang.borrow();
        match self.state {
            Booking::Kept => Badge {
                tone: Tone::Good,
                text: lang.t_args("appointment-state-kept", &[("code", self.code.as_str().into())]),
            },
            Booking::Cancelled => Badge { tone: Tone::Plain, text: lang.t("appointment-state-cancelled") },
            Booking::Booked if self.passed => {
                Badge { tone: Tone::Plain, text: lang.t("appointment-state-passed") }
            }
            Booking::Booked => Badge { tone: Tone::Info, text: lang.t("appointment-state-booked") },
        }
    }

    fn may_cancel(&self) -> bool {
        self.state == Booking::Booked && !self.passed
    }
}

/// `GET /work/appointments?day=`.
#[derive(Debug, Template)]
#[template(path = "work/appointments.html")]
pub struct Appointments {
    /// The frame.
    pub shell: Shell,
    /// Id of the office.
    pub office_id: String,
    /// The day.
    pub day: Day,
    /// The day before and the day after that can be shown.
    pub around: (Day, Day),
    /// By slot.
    pub rows: Vec<AppointmentRow>,
    /// What was just done; empty otherwise.
    pub done: String,
    /// What was refused; empty otherwise.
    pub trouble: String,
}

impl Appointments {
    fn day_text(&self, day: &Day) -> String {
        format::sentence_case(&format::day(self.shell.lang, *day))
    }
}

impl Page for Appointments {
    fn sample(lang: Lang) -> Self {
        let row = |id: &str, state, passed, may_come| AppointmentRow {
            id: id.to_owned(),
            at: Instant(1_498_788_000_000_000),
            name: "Nguyễn Văn An".to_owned(),
            phone: "0912345678".to_owned(),
            service: "Nộp hồ sơ".to_owned(),
            state,
            code: "A012".to_owned(),
            may_come,
            passed,
        };
        Self {
            shell: Shell::sample_signed_in(lang, "appointment-work-title", Section::Queue),
            office_id: "tran-phan".to_owned(),
            day: Day(17_347),
            around: (Day(17_346), Day(17_350)),
            rows: vec![
                row("1", Booking::Kept, true, false),
                row("2", Booking::Booked, true, true),
                row("3", Booking::Booked, false, true),
            ],
            done: String::new(),
            trouble: String::new(),
        }
    }
}
