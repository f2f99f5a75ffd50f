//! Parts of a procedure in words: limits, fees, rules of its sector, the time of a version.

use hailong_core::serve::{
    office::Validity,
    procedure::{Amount, Channel, Fee, Limit, Procedure, Question, Span},
};

use crate::format;
use crate::lang::Lang;
use crate::work::limit_text;

/// Key of the words for a way to hand in.
pub fn way_key(channel: Channel) -> &'static str {
    match channel {
        Channel::Direct => "way-direct",
        Channel::Online => "way-online",
        Channel::Post => "way-post",
    }
}

/// The ways that a limit or fee is for, in brackets; empty when it is for all.
fn ways(lang: Lang, channels: &[Channel]) -> String {
    if channels.is_empty() {
        return String::new();
    }
    let ways: Vec<String> = channels.iter().map(|channel| lower(&lang.t(way_key(*channel)))).collect();
    format!(" ({})", ways.join("; "))
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A limit with the cases and ways it is for, and its remark.
pub fn limit_line(lang: Lang, limit: &Limit) -> String {
    let line = limit_text(lang, limit) + &ways(lang, &limit.channels);
    limit.note.as_ref().map_or(line.clone(), |note| format!("{line}; {note}"))
}

/// The time limits of a procedure, one a line; also when it is done at fixed times of the year.
pub fn limit_lines(lang: Lang, procedure: &Procedure) -> Vec<String> {
    let periodic = procedure.periodic_vi.iter();
    let periodic = periodic.map(|when| lang.t_args("limit-periodic", &[("when", when.as_str().into())]));
    periodic.chain(procedure.limits.iter().map(|limit| limit_line(lang, limit))).collect()
}

/// A fee with the cases and ways it is for; empty when only the words of the procedure say it.
pub fn fee_line(lang: Lang, fee: &Fee) -> String {
    let money = |vnd: u32| format::money(lang, i64::from(vnd));
    let line = match &fee.amount {
        Amount::Free => lang.t("fee-free"),
        Amount::Fixed { vnd } => money(*vnd),
        Amount::PerUnit { vnd, unit_vi } => format!("{}/{unit_vi}", money(*vnd)),
        Amount::Stepped { first, vnd, then_vnd, most_vnd, unit_vi, piece_vi } => {
            let args = [
                ("first", i64::from(*first).into()),
                ("price", money(*vnd).into()),
                ("then", money(*then_vnd).into()),
                ("unit", unit_vi.as_str().into()),
            ];
            let line = lang.t_args("fee-stepped", &args);
            match most_vnd {
                Some(most) => {
                    let args = [("most", money(*most).into()), ("piece", piece_vi.as_str().into())];
                    format!("{line}; {}", lang.t_args("fee-most", &args))
                }
                None => line,
            }
        }
        Amount::SetByProvince => lang.t("fee-by-province"),
        Amount::Words => return String::new(),
    };
    let line = line + &ways(lang, &fee.channels);
    fee.case.as_ref().map_or(line.clone(), |case| format!("{line} – {case}"))
}

/// What is paid, as published; where the province sets it, that its office knows the sum. Without published words, as
/// it is calculated.
pub fn fee_lines(lang: Lang, procedure: &Procedure) -> Vec<String> {
    let published = (!procedure.fee_text.is_empty()).then(|| procedure.fee_text.clone());
    let worth = |fee: &&Fee| published.is_none() || fee.amount == Amount::SetByProvince;
    let lines = procedure.fees.iter().filter(worth).map(|fee| fee_line(lang, fee));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    published.into_iter().chain(lines).collect()
}

/// How many originals and copies; empty when there are none.
pub fn pieces(lang: Lang, originals: u32, copies: u32) -> String {
    let counted = [("bring-originals", originals), ("bring-copies", copies)];
    let counted = counted.into_iter().filter(|(_, n)| *n > 0);
    let words = counted.map(|(key, n)| lang.t_args(key, &[("n", i64::from(n).into())]));
    words.collect::<Vec<_>>().join(", ")
}

fn span(lang: Lang, span: Span) -> String {
    limit_text(lang, &span.limit())
}

/// Where the sector's law departs from the general rules, one rule a line.
pub fn sector_lines(lang: Lang, procedure: &Procedure) -> Vec<String> {
    let sector = &procedure.sector;
    let mut lines = Vec::new();
    if !sector.supplement_rounds.is_empty() {
        let spans: Vec<String> = sector.supplement_rounds.iter().map(|round| span(lang, *round)).collect();
        let args = [("n", (spans.len() as i64).into()), ("spans", spans.join(", ").into())];
        lines.push(lang.t_args("sector-rounds", &args));
    }
    if let Some(within) = sector.refusal_within {
        lines.push(lang.t_args("sector-refusal", &[("span", span(lang, within).into())]));
    }
    for silence in &sector.silence {
        let args = [
            ("body", silence.body_vi.as_str().into()),
            ("span", span(lang, silence.within).into()),
            ("source", silence.source.as_str().into()),
        ];
        lines.push(lang.t_args("sector-silence", &args));
    }
    if let Some(extension) = &sector.extension {
        let args = [
            ("span", span(lang, extension.most).into()),
            ("case", extension.case_vi.as_str().into()),
            ("source", extension.source.as_str().into()),
        ];
        lines.push(lang.t_args("sector-extension", &args));
    }
    if procedure.immediate {
        lines.push(lang.t("sector-immediate"));
    }
    lines
}

/// From when to when a version holds.
pub fn validity(lang: Lang, validity: Validity) -> String {
    let date = |day| format::date(lang, day);
    match (validity.from, validity.to) {
        (None, None) => lang.t("version-always"),
        (Some(from), None) => lang.t_args("version-from", &[("from", date(from).into())]),
        (None, Some(to)) => lang.t_args("version-to", &[("to", date(to).into())]),
        (Some(from), Some(to)) => {
            lang.t_args("version-between", &[("from", date(from).into()), ("to", date(to).into())])
        }
    }
}

/// A question in the language of the page, or in Vietnamese where it was not translated.
pub fn question(lang: Lang, question: &Question) -> String {
    match (lang, &question.text_en) {
        (Lang::En, Some(text)) => text.clone(),
        _ => question.text_vi.clone(),
    }
}
