//! Answers by short message: one digit, or one word.

use crate::text::fold;

/// What somebody wants to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Overall satisfaction, 1 to 5.
    Score(u8),
    /// The recorded rating was not theirs.
    NotMe,
    /// Anything else: it is answered with how to do it.
    SomethingElse,
}

/// What a message says. Only a digit or the word alone counts: "5 sao" may mean anything.
pub fn said(text: &str) -> Said {
    let folded = fold(text);
    match folded.trim().trim_end_matches(['.', '!']) {
        "khong" => Said::NotMe,
        word => match word.parse() {
            Ok(score @ 1..=5) if word.len() == 1 => Said::Score(score),
            _ => Said::SomethingElse,
        },
    }
}

/// A telephone number as applicants give it: `0918123456` for `+84 918 123 456`.
pub fn phone(from: &str) -> String {
    let digits: String = from.chars().filter(char::is_ascii_digit).take(15).collect();
    match digits.strip_prefix("84") {
        Some(rest) if rest.len() == 9 => format!("0{rest}"),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_one_digit_or_one_word_is_an_answer() {
        let table = [
            ("5", Said::Score(5)),
            (" 1. ", Said::Score(1)),
            ("0", Said::SomethingElse),
            ("6", Said::SomethingElse),
            ("55", Said::SomethingElse),
            ("-3", Said::SomethingElse),
            ("+3", Said::SomethingElse),
            ("5 sao", Said::SomethingElse),
            ("KHÔNG", Said::NotMe),
            ("Khong!", Said::NotMe),
            ("không phải tôi", Said::SomethingElse),
            ("", Said::SomethingElse),
        ];
        for (text, expected) in table {
            assert_eq!(said(text), expected, "{text}");
        }
        for from in ["0918123456", "84918123456", "+84 918 123 456", "0918.123.456"] {
            assert_eq!(phone(from), "0918123456", "{from}");
        }
    }

    proptest! {
        /// Whatever comes in is read without harm, and a score is one that is offered.
        #[test]
        fn odd_messages_are_read(text in ".{0,200}", from in ".{0,60}") {
            if let Said::Score(score) = said(&text) {
                prop_assert!((1..=5).contains(&score));
            }
            prop_assert!(phone(&from).len() <= 15);
        }
    }
}
