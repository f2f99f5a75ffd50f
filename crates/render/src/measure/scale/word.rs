//! The words of the scales: names of laws and indicators, why something is left out, and the honest sentences.

use hailong_core::measure::figure::Figure;
use hailong_core::measure::scale::{Class, Item, Lack, Law, Line, Origin, Ratio, Scale, Statement};

use crate::component::Tone;
use crate::format::{number, percent};
use crate::lang::Lang;

/// A number as people write it, without noughts at the end of what has no more.
pub(super) fn plain(lang: Lang, ratio: Ratio, places: u32) -> String {
    let text = ratio.decimal(places);
    let text = if ratio.terms().1 == 1 { text.split('.').next().unwrap_or_default() } else { &text };
    match lang {
        Lang::Vi => text.replace('.', ","),
        Lang::En => text.to_owned(),
    }
}

pub(super) fn count(lang: Lang, n: u64) -> String {
    number(lang, i64::try_from(n).unwrap_or(i64::MAX))
}

/// The name of a law, its source with how surely it is known.
pub(super) const fn law(law: Law) -> (&'static str, &'static str) {
    match law {
        Law::NineIndicators => ("scale-nine", "scale-nine-source"),
        Law::ServiceIndex => ("scale-index", "scale-index-source"),
        Law::Sipas => ("scale-sipas", "scale-sipas-source"),
        Law::HundredPoints => ("scale-hundred", "scale-hundred-source"),
    }
}

/// The name of an indicator.
pub(super) fn line(scale: &Scale, line: &Line) -> &'static str {
    match (scale.law, line.key) {
        (Law::NineIndicators, "1") => "scale-nine-1",
        (Law::NineIndicators, "2") => "scale-nine-2",
        (Law::NineIndicators, "3") => "scale-nine-3",
        (Law::NineIndicators, "4") => "scale-nine-4",
        (Law::NineIndicators, "5") => "scale-nine-5",
        (Law::NineIndicators, "6") => "scale-nine-6",
        (Law::NineIndicators, "7") => "scale-nine-7",
        (Law::NineIndicators, "8") => "scale-nine-8",
        (Law::NineIndicators, _) => "scale-nine-9",
        (Law::HundredPoints, "common") => "scale-common",
        (Law::HundredPoints, _) => "scale-results",
        (_, "2.1") => "scale-index-on-time",
        (_, "3.1") => "scale-index-services",
        (_, "5.1") => "scale-index-opinions",
        (_, "5.2") if scale.reading == "three" => "scale-index-content",
        (_, "5.3") if scale.reading == "four" => "scale-index-content",
        (_, "5.3" | "5.4") => "scale-index-satisfied",
        _ => items(scale, line).first().map_or("scale-index-feedback", |first| item(*first)),
    }
}

/// What can be entered for an indicator.
pub(super) fn items(scale: &Scale, line: &Line) -> &'static [Item] {
    match (scale.law, line.key) {
        (Law::NineIndicators, "5") => &[Item::ReceivedThere, Item::HandledThere],
        (Law::NineIndicators, "9") | (Law::ServiceIndex, "3.1") => &[Item::OnlineProcedures],
        (Law::HundredPoints, "common") => &[Item::Common],
        (Law::HundredPoints, _) => &[Item::Products],
        (Law::ServiceIndex, "1.1") => &[Item::Announced],
        (Law::ServiceIndex, "1.2") => &[Item::Updated],
        (Law::ServiceIndex, "1.3") => &[Item::Complete],
        (Law::ServiceIndex, "1.4") => &[Item::Synchronised],
        (Law::ServiceIndex, "3.2") => &[Item::Payment1],
        (Law::ServiceIndex, "3.3") => &[Item::Payment2],
        (Law::ServiceIndex, "3.4") => &[Item::Payment3],
        (Law::ServiceIndex, "4.1") => &[Item::Digital1],
        (Law::ServiceIndex, "4.2") => &[Item::Digital2],
        (Law::ServiceIndex, "4.3") => &[Item::Digital3],
        (Law::ServiceIndex, "4.4") => &[Item::Digital4],
        (Law::ServiceIndex, "4.5") => &[Item::Digital5],
        (Law::ServiceIndex, "4.6") => &[Item::Digital6],
        (Law::ServiceIndex, "4.7") => &[Item::Digital7],
        (Law::ServiceIndex, "5.2") if scale.reading == "four" => &[Item::Feedback],
        _ => &[],
    }
}

/// The name of what is entered.
pub(super) const fn item(item: Item) -> &'static str {
    match item {
        Item::ReceivedThere => "scale-item-received-there",
        Item::HandledThere => "scale-item-handled-there",
        Item::OnlineProcedures => "scale-item-online-procedures",
        Item::Announced => "scale-index-announced",
        Item::Updated => "scale-index-updated",
        Item::Complete => "scale-index-complete",
        Item::Synchronised => "scale-index-synchronised",
        Item::Payment1 => "scale-index-payment-1",
        Item::Payment2 => "scale-index-payment-2",
        Item::Payment3 => "scale-index-payment-3",
        Item::Digital1 => "scale-index-digital-1",
        Item::Digital2 => "scale-index-digital-2",
        Item::Digital3 => "scale-index-digital-3",
        Item::Digital4 => "scale-index-digital-4",
        Item::Digital5 => "scale-index-digital-5",
        Item::Digital6 => "scale-index-digital-6",
        Item::Digital7 => "scale-index-digital-7",
        Item::Feedback => "scale-index-feedback",
        Item::Common => "scale-common",
        Item::Products => "scale-products",
    }
}

pub(super) const fn class(class: Class) -> &'static str {
    match class {
        Class::BelowSeventy => "scale-class-below-seventy",
        Class::FromSeventy => "scale-class-from-seventy",
        Class::Hundred => "scale-class-hundred",
        Class::Weak => "scale-class-weak",
        Class::Average => "scale-class-average",
        Class::Fair => "scale-class-fair",
        Class::NotDone => "scale-class-not-done",
        Class::Done => "scale-class-done",
        Class::Good => "scale-class-good",
        Class::Excellent => "scale-class-excellent",
    }
}

pub(super) const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Record => "scale-origin-record",
        Origin::Entered => "scale-origin-entered",
        Origin::AtLeast => "scale-origin-at-least",
    }
}

pub(super) fn lack(lang: Lang, lack: Lack) -> String {
    match lack {
        Lack::NoCases => lang.t("scale-lack-no-cases"),
        Lack::NothingDue => lang.t("scale-lack-nothing-due"),
        Lack::NotEntered => lang.t("scale-lack-not-entered"),
        Lack::TooFewAnswers { n } => lang.t_args("scale-lack-too-few", &[("n", count(lang, n).into())]),
        Lack::NotKnownThen => lang.t("scale-lack-not-known"),
    }
}

/// A share with its interval and how many answered, or that they are too few.
fn answered(lang: Lang, figure: Figure) -> String {
    match figure {
        Figure::Shown { share, low, high, n, .. } => lang.t_args(
            "scale-answered",
            &[
                ("share", percent(lang, share).into()),
                ("low", percent(lang, low).into()),
                ("high", percent(lang, high).into()),
                ("n", count(lang, n).into()),
            ],
        ),
        Figure::TooFew { n } => lang.t_args("scale-answered-few", &[("n", count(lang, n).into())]),
    }
}

/// The sentence of a statement, and whether it asks for attention.
pub(super) fn statement(lang: Lang, statement: &Statement) -> (Tone, String) {
    let n = |n: u64| count(lang, n).into();
    let text = match *statement {
        Statement::NobodyAsked { answered: figure } => {
            lang.t_args("scale-say-nobody-asked", &[("answered", answered(lang, figure).into())])
        }
        Statement::Silence { silent, of, counted, answered: figure } => lang.t_args(
            "scale-say-silence",
            &[
                ("silent", n(silent)),
                ("of", n(of)),
                ("counted", percent(lang, counted.approx()).into()),
                ("answered", answered(lang, figure).into()),
            ],
        ),
        Statement::LatenessForgiven { late, of, class: found } => lang.t_args(
            "scale-say-late",
            &[("late", n(late)), ("of", n(of)), ("class", lang.t(class(found)).into())],
        ),
        Statement::ComplaintsForgiven { complained, of } => {
            lang.t_args("scale-say-complained", &[("n", n(complained)), ("of", n(of))])
        }
        Statement::RequestEndsTime { waiting } => lang.t_args("scale-say-request", &[("n", n(waiting))]),
        Statement::ComplaintsWithoutCase { n: all } => lang.t_args("scale-say-no-case", &[("n", n(all))]),
        Statement::LeftOut { n: out, attainable, most } => lang.t_args(
            "scale-say-left-out",
            &[
                ("n", n(out)),
                ("attainable", plain(lang, attainable, 1).into()),
                ("most", plain(lang, most, 1).into()),
            ],
        ),
        Statement::AsEntered { n: all } => lang.t_args("scale-say-entered", &[("n", n(all))]),
        Statement::RecordSays { cases, late } => {
            lang.t_args("scale-say-record", &[("cases", n(cases)), ("late", n(late))])
        }
    };
    let tone = match statement {
        Statement::LeftOut { .. } | Statement::AsEntered { .. } | Statement::ComplaintsWithoutCase { .. } => {
            Tone::Info
        }
        _ => Tone::Attention,
    };
    (tone, text)
}
