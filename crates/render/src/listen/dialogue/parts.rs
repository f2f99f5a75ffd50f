//! What several pages of a dialogue show: the table of the choice, the promises, the topics.

use std::borrow::Borrow;

use hailong_core::{
    listen::dialogue::{Topic, choose, host::Chosen, promise::Standing},
    time::{Day, Instant},
};

use super::{reason, topic};
use crate::{
    component::{Badge, Choice, Tone},
    format,
    lang::Lang,
};

/// A commune of the published table, in words.
#[derive(Clone, Debug)]
pub struct ChoiceRow {
    /// Its name.
    pub name: String,
    /// Cases, forms and forms with a grievance: the raw count.
    pub counted: [u32; 3],
    /// Estimated people with a pressing grievance.
    pub estimate: String,
    /// The 90 % interval.
    pub interval: String,
    /// What is beyond the district's rate.
    pub excess: String,
    /// Probability of being the largest.
    pub probability: String,
    /// People who wrote a pressing opinion by themselves: beside the estimate.
    pub opinions: u32,
    /// The last dialogue there.
    pub visited: String,
    /// Whether the dialogue is held there.
    pub host: bool,
}

/// The choice of the commune with everything behind it.
#[derive(Clone, Debug)]
pub struct ChoiceTable {
    /// Every commune, the largest estimate first.
    pub rows: Vec<ChoiceRow>,
    /// Why the rule chose whom it chose, and how that stands to the raw count.
    pub sentence: String,
    /// Forms that came back, and those with a grievance.
    pub totals: (u32, u32),
    /// The commune decided on.
    pub host: String,
    /// Whether the leader departed from the rule.
    pub departs: bool,
    /// The leader's reason; empty when none was needed.
    pub reason: String,
    /// Who decided when; none before the decision.
    pub decided: Option<(Instant, String)>,
}

impl ChoiceTable {
    /// The table of a choice, with communes called by `name`.
    pub fn new(lang: Lang, chosen: &Chosen, name: impl Fn(&str) -> String) -> Self {
        let rule = chosen.rule(&name);
        let rows = rule.rows.iter().zip(&chosen.lines);
        Self {
            rows: rows.map(|(row, line)| ChoiceRow::new(lang, row, line.commune == chosen.host)).collect(),
            sentence: reason(lang, &rule),
            totals: chosen.totals(),
            host: name(&chosen.host),
            departs: chosen.departs(),
            reason: String::new(),
            decided: None,
        }
    }

    pub(crate) fn sample(lang: Lang) -> Self {
        let commune = |name: &str, cases, forms, pressing, visited| choose::Commune {
            commune: name.to_owned(),
            cases,
            forms,
            pressing,
            opinions: 3,
            visited,
        };
        let table = [
            commune("Xã Tân Thuận", 1_200, 60, 15, None),
            commune("Xã Trần Phán", 500, 250, 22, Some(2)),
            commune("Xã Tân Đức", 300, 90, 3, None),
        ];
        let chosen = Chosen::by_rule(&table).unwrap_or_else(|_| Chosen {
            host: String::new(),
            by_rule: String::new(),
            by: choose::By::Nothing,
            lines: Vec::new(),
            seed: choose::SEED,
            draws: choose::DRAWS,
        });
        let decided = Instant::parse_local("2017-06-20T15:00").map(|at| (at, "Thái Mỹ Yến".to_owned()));
        Self { decided, ..Self::new(lang, &chosen, str::to_owned) }
    }
}

impl ChoiceRow {
    fn new(lang: Lang, row: &choose::Standing, host: bool) -> Self {
        let people = |n: f64| format::decimal(lang, n, 1);
        let of = &row.of;
        Self {
            name: of.commune.clone(),
            counted: [of.cases, of.forms, of.pressing],
            estimate: people(row.estimate),
            interval: format!("{}–{}", people(row.low), people(row.high)),
            excess: people(row.excess),
            probability: format::percent(lang, row.probability),
            opinions: of.opinions,
            visited: match of.visited {
                Some(quarters) => lang.t_args("dialogue-visited-ago", &[("n", i64::from(quarters).into())]),
                None => lang.t("dialogue-visited-never"),
            },
            host,
        }
    }
}

/// A promise with what became of it.
#[derive(Clone, Debug)]
pub struct PromiseLine {
    /// Its place in the minutes.
    pub number: u32,
    /// The dialogue at which it was made; empty where that is clear.
    pub dialogue: String,
    /// What it is about.
    pub topic: String,
    /// The question; empty when erased.
    pub question: String,
    /// The office that owns it.
    pub owner: String,
    /// Who answers for that office today; empty when nobody does.
    pub head: String,
    /// The last day to keep it.
    pub deadline: Day,
    /// How it stands.
    pub standing: Standing,
    /// What was answered; empty when nothing was.
    pub answer: String,
    /// By what anybody can see it.
    pub evidence: String,
    /// When that was said.
    pub said_at: Option<Instant>,
    /// Where its owner reports; empty for others.
    pub href: String,
}

impl PromiseLine {
    /// Word and shape of how it stands.
    pub fn badge(&self, lang: impl Borrow<Lang>) -> Badge {
        let tone = match self.standing {
            Standing::Overdue => Tone::Wrong,
            Standing::Open => Tone::Info,
            Standing::KeptLate => Tone::Attention,
            Standing::Kept => Tone::Good,
        };
        Badge { tone, text: lang.borrow().t(standing_key(self.standing)) }
    }

    pub(crate) fn samples(lang: Lang) -> Vec<Self> {
        let line = |number, standing, answer: &str| Self {
            number,
            dialogue: String::new(),
            topic: topic(lang, Topic::Land),
            question: "Hồ sơ chuyển quyền sử dụng đất nộp ba tháng chưa có kết quả.".to_owned(),
            owner: "Xã Tân Thuận".to_owned(),
            head: "Lâm Hoàng Nhu".to_owned(),
            deadline: Day(17_378),
            standing,
            answer: answer.to_owned(),
            evidence: if answer.is_empty() { String::new() } else { "Công văn 45/UBND".to_owned() },
            said_at: None,
            href: String::new(),
        };
        vec![line(1, Standing::Kept, "Đã trả kết quả cho 12 hộ."), line(2, Standing::Overdue, "")]
    }
}

pub(crate) const fn standing_key(standing: Standing) -> &'static str {
    match standing {
        Standing::Overdue => "pledge-overdue",
        Standing::Open => "pledge-open",
        Standing::KeptLate => "pledge-kept-late",
        Standing::Kept => "pledge-kept",
    }
}

/// How many promises stand how, the worst first: "quá hạn 1, đã giữ 3"; empty without promises.
pub(crate) fn standings(lang: Lang, lines: &[PromiseLine]) -> String {
    let parts = Standing::ALL.into_iter().filter_map(|standing| {
        let n = lines.iter().filter(|line| line.standing == standing).count();
        (n > 0).then(|| format!("{}: {}", lang.t(standing_key(standing)), format::number(lang, n as i64)))
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// A topic of the agenda.
#[derive(Clone, Debug)]
pub struct TopicCount {
    /// Its words.
    pub name: String,
    /// Its stable name, for addresses.
    pub key: &'static str,
    /// Grievances of the wave in the commune that hosts.
    pub grievances: u64,
    /// Questions asked beforehand.
    pub questions: u64,
}

impl TopicCount {
    /// The agenda: what most people spoke of first; topics of which nobody spoke are left out.
    pub fn agenda(lang: Lang, grievances: &[u32], questions: &[u64]) -> Vec<Self> {
        let each = Topic::ALL.into_iter().enumerate().map(|(at, one)| Self {
            name: topic(lang, one),
            key: one.key(),
            grievances: grievances.get(at).copied().unwrap_or_default().into(),
            questions: questions.get(at).copied().unwrap_or_default(),
        });
        let mut agenda: Vec<_> = each.filter(|one| one.grievances + one.questions > 0).collect();
        agenda.sort_by_key(|one| std::cmp::Reverse(one.grievances + one.questions));
        agenda
    }
}

/// The topics to choose from.
pub fn topics(lang: Lang) -> Vec<Choice> {
    Topic::ALL.into_iter().map(|one| Choice::new(one.key(), topic(lang, one))).collect()
}
