//! The rules that the clock and the forms stand on, for the administrator: what, where it is written, how surely known.

use askama::Template;
use hailong_core::serve::calendar::HOURS;
use hailong_core::serve::case::{Action, State};
use hailong_core::serve::deadline::SAME_DAY_UNTIL;
use hailong_core::serve::regime::{Paper, Regime};
use hailong_core::serve::rule::{Certainty, Rule};
use hailong_core::time::Minute;

use super::pause_key;
use crate::component::Tone;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// One rule in words.
#[derive(Clone, Debug)]
pub struct RuleRow {
    /// What it says.
    pub text: String,
    /// The document and, where it is known, the article.
    pub source: String,
    /// How surely it is known.
    pub certainty: Certainty,
}

impl RuleRow {
    /// The rule in words, with the numbers that the program really uses.
    pub fn new(lang: Lang, rule: Rule) -> Self {
        let source = rule.source();
        let text = match source.article {
            "" => source.document.to_owned(),
            article => format!("{}, {article}", source.document),
        };
        Self { text: words(lang, rule), source: text, certainty: source.certainty }
    }

    fn tone(&self) -> Tone {
        if self.certainty == Certainty::Read { Tone::Good } else { Tone::Attention }
    }

    fn certainty_key(&self) -> &'static str {
        match self.certainty {
            Certainty::Read => "rule-read",
            Certainty::Secondary => "rule-secondary",
            Certainty::ToCheck => "rule-to-check",
        }
    }
}

fn words(lang: Lang, rule: Rule) -> String {
    match rule {
        Rule::Form(regime, paper) => match paper.number(regime) {
            Some(n) => {
                let args = [("paper", lang.t(paper_key(paper)).into()), ("n", i64::from(n).into())];
                lang.t_args("rule-form", &args)
            }
            None => lang.t_args("rule-form-none", &[("paper", lang.t(paper_key(paper)).into())]),
        },
        Rule::Letters(paper) => lang.t_args(
            "rule-letters",
            &[("paper", lang.t(paper_key(paper)).into()), ("letters", paper.letters().into())],
        ),
        Rule::Pause(reason) => lang.t_args("rule-pause", &[("why", lang.t(pause_key(reason)).into())]),
        Rule::SupplementRounds(regime) => {
            lang.t_args("rule-supplement-rounds", &[("n", i64::from(regime.supplement_rounds()).into())])
        }
        Rule::SupplementWithin(regime) => match regime.supplement_within() {
            Some(days) => lang.t_args("rule-supplement-within", &[("n", i64::from(days).into())]),
            None => lang.t("rule-supplement-whenever"),
        },
        Rule::AfterSupplement(regime) if regime.restarts_after_supplement() => lang.t("rule-anew"),
        Rule::AfterSupplement(_) => lang.t("rule-goes-on"),
        Rule::NewDates(regime) => match regime.new_dates() {
            Some(most) => lang.t_args("rule-new-dates", &[("n", (most as i64).into())]),
            None => lang.t("rule-new-dates-open"),
        },
        Rule::Step(_, action) => lang.t(step_key(action)),
        Rule::InForce(regime) => in_force(lang, regime),
        Rule::SameDay => lang.t_args("rule-same-day", &[("until", time(SAME_DAY_UNTIL).into())]),
        Rule::Transfer(_) => lang.t_args("rule-transfer", &[("until", time(SAME_DAY_UNTIL).into())]),
        Rule::Opening => {
            let [from, noon] = [HOURS.morning.0, HOURS.morning.1].map(time);
            let [after, to] = [HOURS.afternoon.0, HOURS.afternoon.1].map(time);
            let args =
                [("from", from.into()), ("noon", noon.into()), ("after", after.into()), ("to", to.into())];
            lang.t_args("rule-opening", &args)
        }
        Rule::Apology(_) => lang.t("rule-apology"),
        Rule::FirstDay => lang.t("rule-first-day"),
        Rule::LastDay => lang.t("rule-last-day"),
        Rule::Month => lang.t("rule-month"),
        Rule::Hours => lang.t("rule-hours"),
        Rule::Extension => lang.t("rule-extension"),
        Rule::Route => lang.t("rule-route"),
        Rule::Index => lang.t("rule-index"),
        Rule::Holidays => lang.t("rule-holidays"),
        Rule::Swaps => lang.t("rule-swaps"),
        Rule::CaseCode => lang.t("rule-case-code"),
        Rule::NewCaseCode => lang.t("rule-new-case-code"),
        Rule::Book => lang.t("rule-book"),
        Rule::Periods => lang.t("rule-periods"),
    }
}

/// When a step may be taken, in a sentence.
const fn step_key(action: Action) -> &'static str {
    match action {
        Action::Accept => "rule-step-accept",
        Action::Ask => "rule-step-ask",
        Action::ReceiveSupplement => "rule-step-receive-supplement",
        Action::Finish => "rule-step-finish",
        Action::Submit => "rule-step-submit",
        Action::SendBack => "rule-step-send-back",
        Action::Return => "rule-step-return",
        Action::HandOver => "rule-step-hand-over",
        Action::Send => "rule-step-send",
        Action::RequestSupplement => "rule-step-request-supplement",
        Action::Consult => "rule-step-consult",
        Action::Answer => "rule-step-answer",
        Action::Silence => "rule-step-silence",
        Action::Visit => "rule-step-visit",
        Action::Pause => "rule-step-pause",
        Action::Resume => "rule-step-resume",
        Action::Extend => "rule-step-extend",
        Action::Apologise => "rule-step-apologise",
        Action::Refuse => "rule-step-refuse",
        Action::Withdraw => "rule-step-withdraw",
        Action::Stop => "rule-step-stop",
        Action::Lose => "rule-step-lose",
        Action::Correct => "rule-step-correct",
    }
}

/// Why a step cannot be taken now: where the case stands, when the step may be taken, and where that is written.
pub fn wrong_step(lang: Lang, state: State, regime: Regime, action: Action) -> String {
    let row = RuleRow::new(lang, Rule::Step(regime, action));
    let source = match row.certainty {
        Certainty::Read => row.source.clone(),
        _ => format!("{}; {}", row.source, lang.t(row.certainty_key())),
    };
    let args = [
        ("state", lang.t(super::state_key(state)).into()),
        ("rule", row.text.into()),
        ("source", source.into()),
    ];
    lang.t_args("rule-wrong-step", &args)
}

fn in_force(lang: Lang, regime: Regime) -> String {
    lang.t(match regime {
        Regime::R2015 => "rule-in-force-2015",
        Regime::R2018 => "rule-in-force-2018",
        Regime::R2025 => "rule-in-force-2025",
    })
}

fn paper_key(paper: Paper) -> &'static str {
    match paper {
        Paper::Receipt => "work-paper-receipt",
        Paper::SupplementRequest => "work-paper-supplement",
        Paper::Refusal => "work-paper-refusal",
        Paper::Apology => "rule-paper-apology",
        Paper::StopNotice => "rule-paper-stop-notice",
        Paper::ControlSlip => "rule-paper-control-slip",
        Paper::TrackingBook => "rule-paper-tracking-book",
    }
}

fn time(minute: Minute) -> String {
    format!("{}:{:02}", minute.0 / 60, minute.0 % 60)
}

/// The rules that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    /// Their heading.
    pub title: String,
    /// The rules.
    pub rows: Vec<RuleRow>,
}

/// `GET /admin/rules`.
#[derive(Template)]
#[template(path = "work/admin-rules.html")]
pub struct Rules {
    /// Frame.
    pub shell: Shell,
    /// The rules of each regime, the newest first, then those of every time.
    pub groups: Vec<Group>,
}

impl Rules {
    /// Every rule of the program.
    pub fn new(shell: Shell) -> Self {
        let lang = shell.lang;
        let rows = |rules: Vec<Rule>| rules.into_iter().map(|rule| RuleRow::new(lang, rule)).collect();
        let of = |regime: Regime| Group { title: regime.text_vi().to_owned(), rows: rows(Rule::of(regime)) };
        let mut groups: Vec<Group> = Regime::ALL.into_iter().rev().map(of).collect();
        groups.push(Group { title: lang.t("rule-always"), rows: rows(Rule::always()) });
        Self { shell, groups }
    }

    fn count(&self, certain: bool) -> usize {
        let rows = self.groups.iter().flat_map(|group| &group.rows);
        rows.filter(|row| (row.certainty == Certainty::Read) == certain).count()
    }

    fn read(&self) -> usize {
        self.count(true)
    }

    fn unread(&self) -> usize {
        self.count(false)
    }
}

impl Page for Rules {
    fn sample(lang: Lang) -> Self {
        Self::new(Shell::sample_signed_in(lang, "rule-title", Section::None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_read_says_so_and_numbers_are_those_of_the_program() {
        let html = Rules::sample(Lang::Vi).render().unwrap();
        let page = Rules::sample(Lang::Vi);
        assert_eq!(html.matches("cần kiểm tra</span>").count(), page.unread(), "one badge for each");
        assert_eq!(html.matches("<tr><th scope=\"row\">").count(), page.read() + page.unread());
        assert!(page.read() > 5 && page.unread() > page.read());
        for words in ["nhiều nhất 2 lần", "nhiều nhất 1 lần", "15:00", "3 ngày làm việc", "từ 7:00 đến 11:00"]
        {
            assert!(html.contains(words), "{words}");
        }
        assert!(html.contains("Nghị định 61/2018/NĐ-CP, điều 19 khoản 9"));
    }
}
