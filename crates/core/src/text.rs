//! Words as people type them: with and without diacritics, in any case.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::refusal::Refusal;

/// Folds a text for comparison: lower case, diacritics dropped, `đ` as `d`, runs of white space as one space.
///
/// "Đăng ký  KHAI SINH" and "dang ky khai sinh" fold to the same text.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for letter in text.chars().flat_map(char::to_lowercase).nfd() {
        if is_combining_mark(letter) {
            continue;
        }
        if letter.is_whitespace() {
            gap = !folded.is_empty();
            continue;
        }
        if gap {
            folded.push(' ');
            gap = false;
        }
        folded.push(if letter == 'đ' { 'd' } else { letter });
    }
    folded
}

/// The same words in the letters of every telephone: diacritics dropped, `đ` as `d`, and what is not a printable
/// character of ASCII as a plain sign that stands for it.
pub fn plain(text: &str) -> String {
    let letters = text.nfd().filter(|letter| !is_combining_mark(*letter));
    letters
        .map(|letter| match letter {
            'đ' => 'd',
            'Đ' => 'D',
            '–' | '—' | '−' | '‑' => '-',
            '“' | '”' => '"',
            '‘' | '’' => '\'',
            letter if letter.is_whitespace() => ' ',
            letter if letter.is_ascii() && !letter.is_ascii_control() => letter,
            _ => '?',
        })
        .collect()
}

/// Words as they are kept: without white around them, of at most so many characters; empty ones only where they may be.
pub(crate) fn words(field: &'static str, text: &str, limit: usize, needed: bool) -> Result<String, Refusal> {
    let text = text.trim();
    if needed && text.is_empty() {
        return Err(Refusal::Empty(field));
    }
    if text.chars().count() > limit {
        return Err(Refusal::TooLong(field));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn vietnamese_with_and_without_diacritics_meet() {
        for typed in ["khai sinh", "khái sinh", "KHAI SINH", "  Khai \u{a0} sinh\n"] {
            assert_eq!(fold(typed), "khai sinh");
        }
        assert_eq!(fold("Đăng ký kết hôn"), "dang ky ket hon");
        assert_eq!(fold("ƯỚC MƯỢN Ỹ ẵ ộ"), "uoc muon y a o");
        assert_eq!(fold(""), "");
        assert_eq!(fold(" \t "), "");
    }

    #[test]
    fn plain_letters_keep_their_case() {
        assert_eq!(plain("Đầm Dơi – hẹn trả 16:30\u{a0}thứ Sáu…"), "Dam Doi - hen tra 16:30 thu Sau?");
    }

    #[test]
    fn composed_and_decomposed_letters_meet() {
        assert_eq!(fold("hộ tịch"), fold("ho\u{323}\u{302} ti\u{323}ch"));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
