//! Masking: what singles a person out does not stand in what is published.

use super::Opinion;
use crate::{serve::code, text::fold};

/// What stands for something masked.
pub const MASK: &str = "[…]";
/// Digits in a row from which on a number is one of a person: phones have 10, identity numbers 9 or 12, tax codes 10.
const DIGITS: usize = 9;

/// A place in a text, in bytes.
type Place = std::ops::Range<usize>;

/// A text with numbers, addresses, case codes and the author's name masked. People look over it before it is published.
pub fn mask(text: &str, author: &Opinion) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for place in places(text, author) {
        if place.start >= from {
            masked.push_str(&text[from..place.start]);
            masked.push_str(MASK);
        }
        from = from.max(place.end);
    }
    masked.push_str(&text[from..]);
    masked
}

/// Whether a text still shows something that [`mask`] would mask.
pub fn shows(text: &str, author: &Opinion) -> bool {
    !places(text, author).is_empty()
}

fn places(text: &str, author: &Opinion) -> Vec<Place> {
    let mut found = numbers(text);
    let tokens = pieces(text, char::is_whitespace);
    for place in tokens {
        let token = text[place.clone()].trim_matches(|c: char| c.is_ascii_punctuation());
        let address =
            token.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
        if address || token.contains('-') && code::parse(token).is_ok() {
            found.push(place);
        }
    }
    for name in [&author.name, &author.contact] {
        found.extend(names(text, name));
    }
    found.sort_by_key(|place| (place.start, place.end));
    found
}

/// Runs of digits, with single spaces, dots and dashes between them; amounts of money are left as they are.
fn numbers(text: &str) -> Vec<Place> {
    let mut found = Vec::new();
    let mut run: Option<(usize, usize, usize)> = None;
    let mut gap = false;
    let mut end_run = |run: &mut Option<(usize, usize, usize)>| {
        if let Some((from, to, digits)) = run.take()
            && digits >= DIGITS
            && !is_money(&text[to..])
        {
            found.push(from..to);
        }
    };
    for (at, letter) in text.char_indices() {
        if letter.is_ascii_digit() {
            let (from, _, digits) = run.unwrap_or((at, at, 0));
            run = Some((from, at + 1, digits + 1));
            gap = false;
        } else if run.is_some() && !gap && matches!(letter, ' ' | '.' | '-') {
            gap = true;
        } else {
            end_run(&mut run);
            gap = false;
        }
    }
    end_run(&mut run);
    found
}

fn is_money(after: &str) -> bool {
    let unit = after.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    matches!(fold(unit).as_str(), "d" | "dong" | "vnd")
}

/// Where a name of two words or more stands, with or without diacritics and in any case.
fn names(text: &str, name: &str) -> Vec<Place> {
    let name: Vec<String> = fold(name).split(' ').map(str::to_owned).collect();
    if name.len() < 2 {
        return Vec::new();
    }
    let words = pieces(text, |letter: char| !letter.is_alphanumeric());
    let same = |at: &[Place]| at.iter().zip(&name).all(|(place, word)| fold(&text[place.clone()]) == *word);
    words.windows(name.len()).filter(|at| same(at)).map(|at| at[0].start..at[at.len() - 1].end).collect()
}

/// The pieces between what separates.
fn pieces(text: &str, separates: impl Fn(char) -> bool) -> Vec<Place> {
    let mut found = Vec::new();
    let mut from = None;
    for (at, letter) in text.char_indices() {
        match (separates(letter), from) {
            (true, Some(start)) => {
                found.push(start..at);
                from = None;
            }
            (false, None) => from = Some(at),
            _ => {}
        }
    }
    found.extend(from.map(|start| start..text.len()));
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn author() -> Opinion {
        Opinion { name: "Trần Văn Bảy".into(), contact: "bay@example.vn".into(), ..Opinion::default() }
    }

    #[test]
    fn what_singles_a_person_out_is_masked_and_nothing_else() {
        for (text, masked) in [
            ("Gọi 0912 345.678 giúp tôi", "Gọi […] giúp tôi"),
            ("căn cước 096123456789.", "căn cước […]."),
            ("viết cho bay@example.vn nhé", "viết cho […] nhé"),
            ("Tôi là TRAN VAN BAY, ấp Một", "Tôi là […], ấp Một"),
            ("hồ sơ 000.21.70.H12-170623-0007 trễ", "hồ sơ […] trễ"),
            ("nộp 1.500.000.000 đồng", "nộp 1.500.000.000 đồng"),
            ("ngày 24/11/2017, 16:30, 12 người", "ngày 24/11/2017, 16:30, 12 người"),
            ("Bảy giờ sáng, văn phòng đóng cửa", "Bảy giờ sáng, văn phòng đóng cửa"),
        ] {
            assert_eq!(mask(text, &author()), masked);
            assert_eq!(shows(text, &author()), text != masked, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_masked_shows_nothing(text in "[a-zđ0-9 .@-]{0,80}|.{0,60}") {
            let masked = mask(&text, &author());
            prop_assert!(!shows(&masked, &author()), "{masked}");
        }
    }
}
