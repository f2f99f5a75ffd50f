//! The deadline calculator: a limit and a moment become a date, with the ledger that explains it.

use std::borrow::Borrow;

use askama::Template;
use hailong_core::serve::clock::PauseReason;
use hailong_core::serve::notation;
use hailong_core::time::{Day, Instant};

use super::procedure::Link;
use crate::component::{Choice, Errors, LedgerLine};
use crate::format;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};
use crate::work::{date::DateRow, pause_key, thing::sample_dates};

/// What was typed; empty fields were not.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// What a procedure is looked for by.
    pub q: String,
    /// Code of the procedure.
    pub procedure: String,
    /// Which of its limits, by position.
    pub which: String,
    /// A limit in plain words.
    pub limit: String,
    /// Day of reception.
    pub day: String,
    /// Time of reception.
    pub time: String,
    /// Stable name of the rules; empty: by the day.
    pub regime: String,
    /// What happened since.
    pub rows: Vec<EventRow>,
}

/// One thing that happened since reception.
#[derive(Clone, Debug, Default)]
pub struct EventRow {
    /// Position, from 1: behind the names of its fields.
    pub number: usize,
    /// What.
    pub what: String,
    /// On which day.
    pub day: String,
    /// At what time.
    pub time: String,
    /// By how much it was extended.
    pub by: String,
    /// The new date.
    pub to: String,
}

impl EventRow {
    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        [&self.what, &self.day, &self.time, &self.by, &self.to].iter().all(|text| text.is_empty())
    }

    fn field(&self, name: &str) -> String {
        format!("{name}{}", self.number)
    }
}

/// The value of a form for what the time goes on after.
pub const GOES_ON: &str = "goes-on";
/// The value of a form for an extension by law.
pub const EXTENDED: &str = "extended";
/// The value of a form for an apology with a new date.
pub const NEW_DATE: &str = "new-date";

/// What may have happened, as a citizen would say it.
pub fn kinds(lang: Lang) -> Vec<Choice> {
    let pause = |reason: PauseReason| Choice::new(reason.key(), lang.t(pause_kind_key(reason)));
    let mut kinds: Vec<Choice> = PauseReason::ALL.map(pause).into();
    kinds.insert(1, Choice::new(GOES_ON, lang.t("deadline-goes-on")));
    kinds.push(Choice::new(EXTENDED, lang.t("deadline-extended")));
    kinds.push(Choice::new(NEW_DATE, lang.t("deadline-new-date")));
    kinds
}

fn pause_kind_key(reason: PauseReason) -> &'static str {
    match reason {
        PauseReason::Supplement => "deadline-asked",
        PauseReason::FinancialDuty => "deadline-duty",
        PauseReason::Posting => "deadline-posting",
        PauseReason::ExpertOpinion => "deadline-expert",
        PauseReason::Violation => "deadline-violation",
    }
}

/// The kind of an input for a day or a time. Browsers throw away what does not fit a date or time input, so that
/// something else comes back in a plain one.
fn kind_of(kind: &'static str, fits: bool, value: &str) -> &'static str {
    if value.is_empty() || fits { kind } else { "text" }
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Reckoned {
    /// The date that holds.
    pub due: Instant,
    /// The date named with an apology; none when none was.
    pub named: Option<Instant>,
    /// Reception.
    pub received: Instant,
    /// The limit in words.
    pub limit: String,
    /// The text whose rules were applied.
    pub rules: String,
    /// Why the time stands still; then the date is what it would be if it went on at this moment.
    pub stands: Option<(PauseReason, Instant)>,
    /// Whether the national index counts it as late for a second request.
    pub index_late: bool,
    /// The four dates.
    pub dates: Vec<DateRow>,
    /// The derivation.
    pub ledger: Vec<LedgerLine>,
}

impl Reckoned {
    fn stands_text(&self, lang: impl Borrow<Lang>) -> Option<String> {
        let lang = *lang.borrow();
        let (reason, now) = self.stands?;
        let args = [("why", lang.t(pause_key(reason)).into()), ("now", format::date_time(lang, now).into())];
        Some(lang.t_args("deadline-stands", &args))
    }
}

/// `GET /deadline`.
#[derive(Template)]
#[template(path = "serve/deadline.html")]
pub struct DeadlinePage {
    /// The frame.
    pub shell: Shell,
    /// What was typed.
    pub typed: Typed,
    /// Name of the chosen procedure; empty when none is.
    pub procedure: String,
    /// Its limits.
    pub limits: Vec<Choice>,
    /// Procedures that were found.
    pub found: Vec<Link>,
    /// Regimes to choose from.
    pub regimes: Vec<Choice>,
    /// What may have happened.
    pub kinds: Vec<Choice>,
    /// What is wrong.
    pub errors: Errors,
    /// What came out; none before it was asked for, or while something is wrong.
    pub result: Option<Reckoned>,
}

impl DeadlinePage {
    fn date_kind(&self, value: &str) -> &'static str {
        kind_of("date", Day::parse(value).is_some(), value)
    }

    fn time_kind(&self, value: &str) -> &'static str {
        kind_of("time", value.len() == 5 && notation::time(value).is_ok(), value)
    }

    /// What is wrong with a field of a line; empty when nothing is.
    fn fault(&self, row: &EventRow, name: &str) -> String {
        self.errors.of(&row.field(name)).to_owned()
    }

    fn is_eventful(&self) -> bool {
        self.typed.rows.iter().any(|row| !row.is_empty())
    }
}

impl Page for DeadlinePage {
    fn sample(lang: Lang) -> Self {
        let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
        let row = |number: usize, what: &str, day: &str| EventRow {
            number,
            what: what.to_owned(),
            day: day.to_owned(),
            time: "10:00".to_owned(),
            ..EventRow::default()
        };
        let (due, received) = (at("2017-02-06T17:00"), at("2017-01-25T09:00"));
        Self {
            shell: Shell::sample(lang, "deadline-title", Section::Procedures),
            typed: Typed {
                q: "khai sinh".to_owned(),
                procedure: "1.001193".to_owned(),
                which: "0".to_owned(),
                day: "mai".to_owned(),
                time: "09:00".to_owned(),
                rows: vec![row(1, "supplement", "2017-02-02"), EventRow { number: 2, ..EventRow::default() }],
                ..Typed::default()
            },
            procedure: "Đăng ký khai sinh".to_owned(),
            limits: vec![Choice::new("0", lang.t("limit-same-day"))],
            found: vec![Link {
                href: "/deadline?procedure=1.001193".to_owned(),
                text: "Đăng ký khai sinh".to_owned(),
            }],
            regimes: vec![Choice::new("r2015", "Quyết định 09/2015/QĐ-TTg")],
            kinds: kinds(lang),
            errors: Errors::one("day", lang.t("deadline-bad-day")),
            result: Some(Reckoned {
                due,
                named: Some(due),
                received,
                limit: lang.t("limit-same-day"),
                rules: "Quyết định 09/2015/QĐ-TTg".to_owned(),
                stands: Some((PauseReason::Supplement, due)),
                index_late: true,
                dates: sample_dates(lang),
                ledger: vec![LedgerLine {
                    when: format::day(lang, due.day()),
                    text: lang.t("design-ledger-last"),
                    rule: String::new(),
                    last: true,
                }],
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_date_comes_back_in_a_plain_field() {
        let html = DeadlinePage::sample(Lang::Vi).render().unwrap();
        assert!(html.contains("name=\"day\" type=\"text\" value=\"mai\""), "{html}");
        assert!(html.contains("name=\"day1\" type=\"date\" value=\"2017-02-02\""));
        assert!(html.contains("name=\"time\" type=\"time\" value=\"09:00\""));
    }

    #[test]
    fn every_reason_to_stop_can_be_chosen() {
        let kinds = kinds(Lang::Vi);
        assert!(PauseReason::ALL.iter().all(|reason| kinds.iter().any(|kind| kind.value == reason.key())));
        assert_eq!(kinds.len(), PauseReason::ALL.len() + 3);
    }
}
