//! Booking an appointment, and the page that its code leads to.

use std::borrow::Borrow;

use askama::Template;
use hailong_core::serve::appointment::State;
use hailong_core::time::{Day, Instant};

use crate::component::{Choice, Errors};
use crate::format;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// A day on which something can be booked.
#[derive(Clone, Copy, Debug)]
pub struct DayChoice {
    /// The day.
    pub day: Day,
    /// Free places.
    pub free: u32,
}

impl DayChoice {
    fn text(&self, lang: impl Borrow<Lang>) -> String {
        format::sentence_case(&format::day(*lang.borrow(), self.day))
    }
}

/// A slot of the chosen day.
#[derive(Clone, Debug)]
pub struct SlotChoice {
    /// The value sent: microseconds since 1970.
    pub value: i64,
    /// When it begins.
    pub at: Instant,
    /// Free places.
    pub free: u32,
}

impl SlotChoice {
    fn clock(&self) -> String {
        format::clock(self.at)
    }
}

/// `GET /appointments/{office}?day=`: choosing a slot; also to move an appointment.
#[derive(Debug, Template)]
#[template(path = "serve/appointment-form.html")]
pub struct AppointmentForm {
    /// The frame.
    pub shell: Shell,
    /// Id of the office.
    pub office_id: String,
    /// Its name.
    pub office: String,
    /// The code of the appointment that is moved; empty when a new one is booked.
    pub moves: String,
    /// Days that can be booked.
    pub days: Vec<DayChoice>,
    /// The chosen day.
    pub day: Option<Day>,
    /// Its slots.
    pub slots: Vec<SlotChoice>,
    /// The slot that was sent before; 0 when none.
    pub slot: i64,
    /// Services.
    pub groups: Vec<Choice>,
    /// The letter that was sent before.
    pub group: String,
    /// Name as typed.
    pub name: String,
    /// Phone as typed.
    pub phone: String,
    /// What was refused.
    pub errors: Errors,
}

impl AppointmentForm {
    fn action(&self) -> String {
        if self.moves.is_empty() {
            format!("/appointments/{}", self.office_id)
        } else {
            format!("/appointments/codes/{}/move", self.moves)
        }
    }

    fn day_href(&self, day: &Day) -> String {
        let page = if self.moves.is_empty() {
            format!("/appointments/{}", self.office_id)
        } else {
            format!("/appointments/codes/{}/move", self.moves)
        };
        format!("{page}?day={day}")
    }

    fn is_chosen(&self, day: &Day) -> bool {
        self.day == Some(*day)
    }
}

impl Page for AppointmentForm {
    fn sample(lang: Lang) -> Self {
        let slot = |at: i64, free| SlotChoice { value: at, at: Instant(at), free };
        Self {
            shell: Shell::sample(lang, "appointment-title", Section::None),
            office_id: "tran-phan".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            moves: String::new(),
            days: vec![DayChoice { day: Day(17_350), free: 12 }, DayChoice { day: Day(17_351), free: 1 }],
            day: Some(Day(17_350)),
            slots: vec![slot(1_499_040_000_000_000, 2), slot(1_499_041_800_000_000, 0)],
            slot: 0,
            groups: vec![Choice::new("A", "Nộp hồ sơ"), Choice::new("B", "Nhận kết quả")],
            group: "A".to_owned(),
            name: "Nguyễn Văn An".to_owned(),
            phone: "0918".to_owned(),
            errors: Errors::one("phone", crate::component::refusal(lang, "bad-phone")),
        }
    }
}

/// `GET /appointments/codes/{booking}`: the appointment behind a code.
#[derive(Debug, Template)]
#[template(path = "serve/appointment.html")]
pub struct AppointmentPage {
    /// The frame.
    pub shell: Shell,
    /// The code as it stands in addresses.
    pub code: String,
    /// The code in groups of four.
    pub shown_code: String,
    /// Id of the office.
    pub office_id: String,
    /// Its name.
    pub office: String,
    /// The place where it is.
    pub place: String,
    /// The service.
    pub service: String,
    /// The beginning of the slot.
    pub at: Instant,
    /// Where it stands.
    pub state: State,
    /// Whether the slot's day is still to come or is today.
    pub ahead: bool,
    /// Address that follows the number that was given.
    pub ticket: String,
    /// Booked or moved just now.
    pub done: String,
}

impl Page for AppointmentPage {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "appointment-page-title", Section::None),
            code: "7K3MPQ2V9XAB".to_owned(),
            shown_code: "7K3M-PQ2V-9XAB".to_owned(),
            office_id: "tran-phan".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            place: "Trụ sở Ủy ban nhân dân xã Trần Phán".to_owned(),
            service: "Nộp hồ sơ".to_owned(),
            at: Instant(1_499_040_000_000_000),
            state: State::Booked,
            ahead: true,
            ticket: String::new(),
            done: lang.t("appointment-done-booked"),
        }
    }
}

/// `GET /appointments`: asks for the code.
#[derive(Debug, Template)]
#[template(path = "serve/appointment-lookup.html")]
pub struct AppointmentLookup {
    /// The frame.
    pub shell: Shell,
    /// The code as typed.
    pub code: String,
    /// What was refused.
    pub errors: Errors,
}

impl Page for AppointmentLookup {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "appointment-lookup-title", Section::None),
            code: String::new(),
            errors: Errors::none(),
        }
    }
}
