//! The legal rules that the clock and the forms stand on: what each says, where it is written, and how surely we know.
//!
//! What a rule says is never repeated here: whoever shows it takes the number from the code that applies it
//! ([`Regime::supplement_rounds`], [`super::deadline::SAME_DAY_UNTIL`], …), so that table and program cannot differ.
//! Rules of single procedures (silence as consent, longer extensions) are data of the procedure, with sources of their own.

use super::{
    case::Action,
    clock::PauseReason,
    regime::{Paper, Regime},
};

/// How surely a rule is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Read in the text of the law, as codified (Bộ Pháp điển).
    Read,
    /// Read where somebody else tells it: records of the national portal, specifications, the press.
    Secondary,
    /// Known, but read nowhere: to be compared with the text.
    ToCheck,
}

/// A rule, by what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// From when to when the regime holds.
    InForce(Regime),
    /// How often a supplement may be asked for.
    SupplementRounds(Regime),
    /// Until when after reception a dossier may go back for a supplement.
    SupplementWithin(Regime),
    /// Whether time goes on or begins anew after a supplement.
    AfterSupplement(Regime),
    /// How often a new date may be named.
    NewDates(Regime),
    /// Until when an apology has to be sent.
    Apology(Regime),
    /// Until when a case received has to be transferred.
    Transfer(Regime),
    /// When a step may be taken.
    Step(Regime, Action),
    /// The number of a form.
    Form(Regime, Paper),
    /// The letters behind the number of a paper.
    Letters(Paper),
    /// The day of reception is not counted.
    FirstDay,
    /// A term that ends on a day off ends with the next working day.
    LastDay,
    /// A month whose days are not consecutive.
    Month,
    /// The same day, until 15:00.
    SameDay,
    /// Hours are hours of opening.
    Hours,
    /// When offices are open.
    Opening,
    /// What the time stands still for.
    Pause(PauseReason),
    /// More time by a sector's law.
    Extension,
    /// Another route does not begin the time anew.
    Route,
    /// The date of the national index.
    Index,
    /// Public holidays.
    Holidays,
    /// Saturdays worked for weekdays off.
    Swaps,
    /// The case code of 2018.
    CaseCode,
    /// The case code since 2020.
    NewCaseCode,
    /// The tracking book has no gap.
    Book,
    /// Figures of reports are closed on the 14th.
    Periods,
}

/// Where a rule is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The document, in Vietnamese; what is told of it in brackets behind.
    pub document: &'static str,
    /// The article as Vietnamese law cites it; empty where none is known.
    pub article: &'static str,
    /// How surely it is known.
    pub certainty: Certainty,
}

const CIVIL_CODE: &str = "Bộ luật Dân sự 2015";
const D63: &str = "Nghị định 63/2010/NĐ-CP";
const D61: &str = "Nghị định 61/2018/NĐ-CP";
const D118: &str = "Nghị định 118/2025/NĐ-CP";
const Q09: &str = "Quyết định 09/2015/QĐ-TTg";
const C01: &str = "Thông tư 01/2018/TT-VPCP";
const C03: &str = "Thông tư 03/2025/TT-VPCP";
const LAND: &str = "Nghị định 43/2014/NĐ-CP; Nghị định 101/2024/NĐ-CP";

const fn read(document: &'static str, article: &'static str) -> Source {
    Source { document, article, certainty: Certainty::Read }
}

const fn secondary(document: &'static str, article: &'static str) -> Source {
    Source { document, article, certainty: Certainty::Secondary }
}

const fn to_check(document: &'static str, article: &'static str) -> Source {
    Source { document, article, certainty: Certainty::ToCheck }
}

impl Rule {
    /// The rules of one regime, in the order in which a case meets them.
    pub fn of(regime: Regime) -> Vec<Self> {
        let mut rules = vec![
            Self::InForce(regime),
            Self::Transfer(regime),
            Self::SupplementRounds(regime),
            Self::SupplementWithin(regime),
            Self::AfterSupplement(regime),
            Self::NewDates(regime),
            Self::Apology(regime),
        ];
        rules.extend(Action::ALL.map(|action| Self::Step(regime, action)));
        rules.extend(Paper::ALL.map(|paper| Self::Form(regime, paper)));
        rules
    }

    /// The rules that hold under every regime.
    pub fn always() -> Vec<Self> {
        let mut rules =
            vec![Self::FirstDay, Self::LastDay, Self::Month, Self::SameDay, Self::Hours, Self::Opening];
        rules.extend(PauseReason::ALL.map(Self::Pause));
        rules.extend([
            Self::Extension,
            Self::Route,
            Self::Index,
            Self::Holidays,
            Self::Swaps,
            Self::CaseCode,
            Self::NewCaseCode,
            Self::Book,
            Self::Periods,
        ]);
        rules.extend(Paper::ALL.map(Self::Letters));
        rules
    }

    /// Where it is written and how surely that is known.
    pub const fn source(self) -> Source {
        match self {
            Self::InForce(regime) => match regime {
                Regime::R2015 => to_check(Q09, ""),
                Regime::R2018 => to_check(D61, ""),
                Regime::R2025 => secondary(D118, ""),
            },
            Self::SupplementRounds(regime) => match regime {
                Regime::R2015 => read(D63, "điều 20 khoản 4"),
                Regime::R2018 => read(D61, "điều 11 khoản 2 điểm c, điều 15 khoản 3"),
                Regime::R2025 => to_check(D118, ""),
            },
            Self::SupplementWithin(regime) | Self::AfterSupplement(regime) => {
                by_regime(regime, "điều 19 khoản 4")
            }
            Self::NewDates(regime) | Self::Apology(regime) => by_regime(regime, "điều 19 khoản 9"),
            Self::Transfer(regime) => by_regime(regime, "điều 18"),
            Self::Step(regime, action) => step(regime, action),
            Self::Form(regime, paper) => form(regime, paper),
            Self::Letters(Paper::SupplementRequest | Paper::Apology) => secondary(C01, "các mẫu kèm theo"),
            Self::Letters(_) => to_check(C01, "các mẫu kèm theo"),
            Self::Pause(reason) => pause(reason),
            _ => general(self),
        }
    }
}

/// Rules that Decree 61/2018 was read for, and whose like before and after was not.
const fn by_regime(regime: Regime, article: &'static str) -> Source {
    match regime {
        Regime::R2015 => to_check(Q09, ""),
        Regime::R2018 => read(D61, article),
        Regime::R2025 => to_check(D118, ""),
    }
}

const fn step(regime: Regime, action: Action) -> Source {
    match action {
        Action::Accept => by_regime(regime, "điều 17"),
        Action::Ask | Action::RequestSupplement => Rule::SupplementRounds(regime).source(),
        Action::ReceiveSupplement => by_regime(regime, "điều 19 khoản 4"),
        Action::HandOver | Action::Submit | Action::SendBack | Action::Finish | Action::Visit => {
            by_regime(regime, "điều 19")
        }
        Action::Send => by_regime(regime, "điều 18, điều 19 khoản 7"),
        Action::Consult | Action::Answer | Action::Silence => by_regime(regime, "điều 19 khoản 5"),
        Action::Pause | Action::Resume => to_check(LAND, ""),
        Action::Extend => Rule::Extension.source(),
        Action::Apologise => by_regime(regime, "điều 19 khoản 9"),
        Action::Return => by_regime(regime, "điều 20"),
        Action::Refuse => by_regime(regime, "điều 17, điều 19 khoản 8"),
        Action::Withdraw => secondary("Bảng trạng thái hồ sơ của Cổng Dịch vụ công quốc gia", "trạng thái 7"),
        Action::Stop => secondary(C03, "phụ lục I, mẫu số 05"),
        Action::Lose | Action::Correct => by_regime(regime, "điều 21"),
    }
}

const fn form(regime: Regime, paper: Paper) -> Source {
    match (regime, paper) {
        (Regime::R2015, _) => to_check(Q09, ""),
        (Regime::R2018, Paper::Refusal | Paper::TrackingBook | Paper::StopNotice) => to_check(C01, "điều 9"),
        (Regime::R2018, _) => secondary(C01, "điều 9"),
        (Regime::R2025, _) => secondary(C03, "phụ lục I"),
    }
}

const fn pause(reason: PauseReason) -> Source {
    match reason {
        PauseReason::Supplement => read(D61, "điều 19 khoản 4"),
        PauseReason::FinancialDuty => to_check(LAND, "điều 61 của Nghị định 43/2014"),
        PauseReason::Posting | PauseReason::ExpertOpinion | PauseReason::Violation => to_check(LAND, ""),
    }
}

const fn general(rule: Rule) -> Source {
    match rule {
        Rule::FirstDay => to_check(CIVIL_CODE, "điều 147 khoản 2"),
        Rule::LastDay => to_check(CIVIL_CODE, "điều 148 khoản 5, 6"),
        Rule::Month => to_check(CIVIL_CODE, "điều 146 khoản 1"),
        Rule::SameDay => secondary(
            "Luật Hộ tịch 2014; Nghị định 23/2015/NĐ-CP (theo Cổng Dịch vụ công quốc gia)",
            "điều 7",
        ),
        Rule::Hours => secondary("Quy trình nội bộ trên Cổng Dịch vụ công quốc gia", ""),
        Rule::Opening => to_check("Giờ làm việc của cơ quan nhà nước tại Cà Mau", ""),
        Rule::Extension => to_check("Luật chuyên ngành của từng thủ tục", ""),
        Rule::Route => secondary("Tài liệu kỹ thuật công bố năm 2026, dẫn Thông tư 03/2025/TT-VPCP", ""),
        Rule::Index => secondary("Quyết định 766/QĐ-TTg năm 2022 (theo tài liệu thuyết minh)", ""),
        Rule::Holidays => to_check("Bộ luật Lao động 2019; nguồn từng ngày ở bảng lịch", "điều 112"),
        Rule::Swaps => secondary("Quyết định hoán đổi ngày nghỉ hằng năm; nguồn từng ngày ở bảng lịch", ""),
        Rule::CaseCode => read("Nghị định 61/2018/NĐ-CP; Thông tư 01/2018/TT-VPCP", "điều 26; điều 19"),
        Rule::NewCaseCode => secondary("Quyết định 20/2020/QĐ-TTg (theo mã hồ sơ đã thấy)", ""),
        Rule::Book => read(C01, "điều 10 khoản 2"),
        Rule::Periods => to_check("Nghị định 09/2019/NĐ-CP", "điều 12"),
        // Named one by one above; whatever comes here was forgotten, and says so.
        _ => to_check("", ""),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn every() -> Vec<Rule> {
        let mut rules = Rule::always();
        rules.extend(Regime::ALL.into_iter().flat_map(Rule::of));
        rules
    }

    #[test]
    fn every_rule_stands_in_the_table_once_and_names_its_document() {
        let rules = every();
        let distinct: HashSet<_> = rules.iter().collect();
        assert_eq!(distinct.len(), rules.len());
        for rule in rules {
            let source = rule.source();
            assert!(!source.document.is_empty(), "{rule:?} has no source");
            assert!(
                source.certainty != Certainty::Read || !source.article.is_empty(),
                "{rule:?} was read, but in which article?"
            );
        }
    }

    /// Each function of [`Regime`] and [`Paper`] that gives a number or a choice of the law, and its rule.
    #[test]
    fn every_constant_of_a_regime_has_its_rule() {
        let rules = every();
        let text = include_str!("regime.rs");
        let code = text.split("#[cfg(test)]").next().unwrap();
        let mut found = 0;
        for name in code.lines().filter_map(|line| line.trim().strip_prefix("pub const fn ")) {
            let name = name.split('(').next().unwrap();
            let has = |rule: fn(Regime) -> Rule| Regime::ALL.into_iter().all(|of| rules.contains(&rule(of)));
            let papers =
                |rule: &dyn Fn(Paper) -> Rule| Paper::ALL.into_iter().all(|of| rules.contains(&rule(of)));
            let covered = match name {
                // Names, not rules.
                "key" => continue,
                "text_vi" => has(Rule::InForce),
                "supplement_rounds" => has(Rule::SupplementRounds),
                "supplement_within" => has(Rule::SupplementWithin),
                "restarts_after_supplement" => has(Rule::AfterSupplement),
                "new_dates" => has(Rule::NewDates),
                "number" => Regime::ALL.into_iter().all(|of| papers(&|paper| Rule::Form(of, paper))),
                "letters" => papers(&Rule::Letters),
                other => panic!("regime.rs has a new constant {other}: give it a rule and name it here"),
            };
            assert!(covered, "{name} has no rule under some regime");
            found += 1;
        }
        assert_eq!(found, 7, "a constant of a regime was removed, or is not found any more");
    }

    #[test]
    fn what_was_not_read_is_never_passed_off_as_read() {
        // The full text of Decree 118/2025 and of Decision 09/2015 was not found.
        for rule in Rule::of(Regime::R2025).into_iter().chain(Rule::of(Regime::R2015)) {
            // Decree 63/2010 was read: how often a supplement may be asked for, wherever that is told.
            let of_2010 = matches!(
                rule,
                Rule::SupplementRounds(Regime::R2015)
                    | Rule::Step(Regime::R2015, Action::Ask | Action::RequestSupplement)
            );
            assert_eq!(rule.source().certainty == Certainty::Read, of_2010, "{rule:?}");
        }
        assert_eq!(Rule::NewDates(Regime::R2018).source().certainty, Certainty::Read);
        assert_eq!(Rule::FirstDay.source().certainty, Certainty::ToCheck);
    }
}
