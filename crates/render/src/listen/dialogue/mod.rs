//! The quarterly dialogue: why it is held where it is, in a sentence; its pages; its papers.

pub mod page;
pub mod paper;
mod parts;

use hailong_core::listen::dialogue::{
    Topic,
    choose::{By, Choice, Standing},
    quarter,
};

pub use self::parts::{ChoiceRow, ChoiceTable, PromiseLine, TopicCount, topics};
use crate::{format, lang::Lang};

const ROMAN: [&str; 4] = ["I", "II", "III", "IV"];

/// "Đối thoại quý II/2017" of `2017-2`.
pub fn name(lang: Lang, dialogue: &str) -> String {
    let Some(period) = quarter(dialogue) else { return dialogue.to_owned() };
    let number = usize::try_from(period.number() - 1).ok().and_then(|at| ROMAN.get(at)).copied();
    let year = period.year().to_string();
    lang.t_args("dialogue-name", &[("quarter", number.unwrap_or_default().into()), ("year", year.into())])
}

/// What a grievance or question is about, in words.
pub fn topic(lang: Lang, topic: Topic) -> String {
    lang.t(topic_key(topic))
}

const fn topic_key(topic: Topic) -> &'static str {
    match topic {
        Topic::Guidance => "dialogue-topic-guidance",
        Topic::Attitude => "dialogue-topic-attitude",
        Topic::Deadline => "dialogue-topic-deadline",
        Topic::Papers => "dialogue-topic-papers",
        Topic::Money => "dialogue-topic-money",
        Topic::Land => "dialogue-topic-land",
        Topic::Policy => "dialogue-topic-policy",
        Topic::Earlier => "dialogue-topic-earlier",
        Topic::Other => "dialogue-topic-other",
    }
}

/// Why this commune: the estimate, what decided, and why it equals or differs from the commune with most opinions.
pub fn reason(lang: Lang, choice: &Choice) -> String {
    let (chosen, raw) = (choice.winner(), choice.raw_leader());
    if choice.by == By::Nothing {
        return lang.t_args("dialogue-nothing", &[("commune", chosen.of.commune.as_str().into())]);
    }
    let estimate = lang.t_args(
        "dialogue-estimate",
        &[
            ("commune", chosen.of.commune.as_str().into()),
            ("people", people(lang, chosen.estimate).into()),
            ("low", people(lang, chosen.low).into()),
            ("high", people(lang, chosen.high).into()),
        ],
    );
    let other = choice.rows.get(1 - choice.chosen.min(1)).unwrap_or(chosen);
    let tie = |key| {
        let chances = [chosen.probability, other.probability].map(|share| format::percent(lang, share));
        let [mine, others] = chances;
        lang.t_args(
            key,
            &[("other", other.of.commune.as_str().into()), ("mine", mine.into()), ("others", others.into())],
        )
    };
    let decided = match choice.by {
        By::Excess => tie("dialogue-by-excess"),
        By::Rest => tie("dialogue-by-rest"),
        By::Opinions => tie("dialogue-by-opinions"),
        By::Count => tie("dialogue-by-count"),
        By::Estimate | By::Nothing => lang.t("dialogue-by-estimate"),
    };
    format!("{estimate}{decided} {}", against_raw(lang, chosen, raw))
}

fn against_raw(lang: Lang, chosen: &Standing, raw: &Standing) -> String {
    if chosen.of.commune == raw.of.commune {
        return lang.t_args("dialogue-same", &[("n", i64::from(raw.of.pressing).into())]);
    }
    let name = |of: &Standing| of.of.commune.clone();
    lang.t_args(
        "dialogue-differs",
        &[
            ("raw", name(raw).into()),
            ("n", i64::from(raw.of.pressing).into()),
            ("forms", format::number(lang, i64::from(raw.of.forms)).into()),
            ("cases", format::number(lang, i64::from(raw.of.cases)).into()),
            ("people", people(lang, raw.estimate).into()),
            ("chosen", name(chosen).into()),
            ("chosen_forms", format::number(lang, i64::from(chosen.of.forms)).into()),
            ("chosen_cases", format::number(lang, i64::from(chosen.of.cases)).into()),
        ],
    )
}

fn people(lang: Lang, estimate: f64) -> String {
    format::number(lang, estimate.round() as i64)
}

#[cfg(test)]
mod tests {
    use hailong_core::listen::dialogue::choose::{Commune, DRAWS, SEED, choose};

    use super::*;

    fn commune(name: &str, cases: u32, forms: u32, pressing: u32, visited: Option<u32>) -> Commune {
        Commune { commune: name.to_owned(), cases, forms, pressing, opinions: 0, visited }
    }

    fn said(table: &[Commune]) -> String {
        reason(Lang::Vi, &choose(table, SEED, DRAWS).unwrap())
    }

    #[test]
    fn the_sentence_says_what_decided_and_how_it_stands_to_the_plain_count() {
        let differs = said(&[
            commune("Tân Thuận", 1_200, 60, 15, None),
            commune("Trần Phán", 500, 250, 22, None),
            commune("Tân Đức", 300, 90, 3, None),
        ]);
        assert!(differs.starts_with("Chọn Tân Thuận: ước tính khoảng "), "{differs}");
        assert!(differs.contains("Trần Phán có nhiều phiếu bức xúc hơn (22)"), "{differs}");
        let rest = said(&[
            commune("Tân Dân", 400, 100, 12, Some(2)),
            commune("Tân Đức", 400, 100, 12, None),
            commune("Tân Tiến", 400, 100, 2, None),
        ]);
        assert!(rest.starts_with("Chọn Tân Đức") && rest.contains("bốn quý"), "{rest}");
        let nothing = said(&[commune("Tân Dân", 40, 10, 0, None)]);
        assert!(nothing.contains("không có phiếu nào"), "{nothing}");
    }
}
