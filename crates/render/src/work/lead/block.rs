//! Blocks of the leader's board: what is red and on whom it lands, what it costs people, and what changed beyond chance.

use std::borrow::Borrow;

use hailong_core::measure::lead::Red;
use hailong_core::measure::release::Share;
use hailong_core::serve::applicant;
use hailong_core::serve::promise::Question;

use crate::component::{Badge, Figure, Tone};
use crate::format;
use crate::lang::Lang;

/// What is red at an office.
#[derive(Clone, Debug)]
pub struct RedOffice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub office: String,
    /// Who answers for it; empty when nobody does.
    pub head: String,
    /// What is red, and how many.
    pub red: Vec<(Red, u64)>,
}

impl RedOffice {
    /// What is red, in words, each with the page that shows it.
    pub(super) fn items(&self, lang: impl Borrow<Lang>) -> Vec<(String, String)> {
        let lang = *lang.borrow();
        let told = |red: Red| match red {
            Red::CasesLate => ("lead-red-cases", format!("/lead/cases?office={}&which=late", self.id)),
            Red::OpinionsLate => ("lead-red-opinions", "/work/opinions?view=overdue".to_owned()),
            Red::OpinionsUnexplained => ("lead-red-unexplained", "/work/opinions?view=overdue".to_owned()),
            Red::PromisesLate => ("lead-red-promises", "/work/promises".to_owned()),
            Red::AlarmsOpen => ("lead-red-alarms", "/work/guard".to_owned()),
            Red::EvaluationsLate => ("lead-red-evaluations", "/work/evaluations".to_owned()),
        };
        let item = |(red, n): &(Red, u64)| {
            let (key, href) = told(*red);
            (lang.t_args(key, &[("n", (*n).into())]), href)
        };
        self.red.iter().map(item).collect()
    }
}

/// What one office costs the people of a group: shares who came more than once, had to contact more than one office, and were asked for
/// papers that an office already has.
#[derive(Clone, Debug)]
pub struct Burden {
    /// Id of the office.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The shares.
    pub shares: [Figure; 3],
}

/// What all of a group say of their burden.
#[derive(Clone, Debug)]
pub struct GroupBurden {
    /// Key of the title.
    pub title: &'static str,
    /// The whole district.
    pub district: [Figure; 3],
    /// The offices, in the order of the page.
    pub offices: Vec<Burden>,
}

/// The names of the shares of a [`Burden`].
pub(super) const BURDENS: [&str; 3] = ["lead-trips", "lead-contacts", "lead-papers"];

/// The short name of a share.
pub(super) const fn label(share: Share) -> &'static str {
    match share {
        Share::Satisfied(Question::Overall) => "lead-overall",
        Share::Satisfied(Question::Welcome) => "lead-welcome",
        Share::Satisfied(Question::Guidance) => "lead-guidance",
        Share::Satisfied(Question::Speed) => "lead-speed",
        Share::Satisfied(Question::Lawful) => "lead-lawful",
        Share::MoreTrips => BURDENS[0],
        Share::MoreContacts => BURDENS[1],
        Share::ExtraPapers => BURDENS[2],
    }
}

/// A change beyond chance since the quarter before.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The office.
    pub office: String,
    /// Whose answers of which kind; nothing: cases in time.
    pub what: Option<(applicant::Group, Share)>,
    /// The share before.
    pub before: f64,
    /// The share now.
    pub now: f64,
    /// The 95 % interval of the difference.
    pub interval: (f64, f64),
}

impl Changed {
    pub(super) fn badge(&self, lang: impl Borrow<Lang>) -> Badge {
        let more_is_better = self.what.is_none_or(|(_, share)| share.is_good());
        let better = (self.now > self.before) == more_is_better;
        let (tone, key) = if better { (Tone::Good, "lead-better") } else { (Tone::Attention, "lead-worse") };
        Badge { tone, text: lang.borrow().t(key) }
    }

    /// The change as a sentence.
    pub(super) fn text(&self, lang: impl Borrow<Lang>) -> String {
        let lang = *lang.borrow();
        let (group, measure) = match self.what {
            None => ("lead-change-cases", "lead-on-time-column"),
            Some((applicant::Group::Person, share)) => ("figures-persons", label(share)),
            Some((applicant::Group::Organisation, share)) => ("figures-organisations", label(share)),
        };
        let percent = |share| format::percent(lang, share);
        let points = |difference: f64| {
            let text = format::decimal(lang, difference.abs() * 100.0, 1);
            let sign = if difference < 0.0 { "−" } else { "+" };
            format!("{sign}{text}")
        };
        lang.t_args(
            "lead-change",
            &[
                ("office", self.office.clone().into()),
                ("group", lang.t(group).into()),
                ("measure", lang.t(measure).into()),
                ("before", percent(self.before).into()),
                ("now", percent(self.now).into()),
                ("low", points(self.interval.0).into()),
                ("high", points(self.interval.1).into()),
            ],
        )
    }
}
