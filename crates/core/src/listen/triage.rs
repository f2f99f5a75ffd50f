//! Suggestions for the triage of opinions: what a text is about, learned from how people sorted the texts before it.
//!
//! A text is read twice, as it is typed and without diacritics, because many people type without them: a model that knows
//! only full spelling is lost on the other. Words alone, pairs of neighbouring words, and pieces of two to four letters within a word are
//! the features; the pieces bridge slips of the keyboard. Nothing is kept but numbers, and no text leaves the program.

use hailong_stats::classifier::{Classifier, FEATURES};
use unicode_normalization::UnicodeNormalization;

use crate::text::fold;

/// Longest text that is looked at, in characters; the rest says little more.
pub const TEXT_LIMIT: usize = 4_000;
/// Longest word whose pieces are looked at, in characters.
const WORD_LIMIT: usize = 40;

/// What people write for short in messages, and the word it stands for.
const SHORT: [(&str, &str); 34] = [
    ("k", "không"),
    ("ko", "không"),
    ("kg", "không"),
    ("kh", "không"),
    ("hok", "không"),
    ("hong", "không"),
    ("khong", "không"),
    ("kbh", "không bao giờ"),
    ("dc", "được"),
    ("đc", "được"),
    ("đk", "được"),
    ("duoc", "được"),
    ("vs", "với"),
    ("j", "gì"),
    ("ji", "gì"),
    ("z", "vậy"),
    ("v", "vậy"),
    ("r", "rồi"),
    ("ntn", "như thế nào"),
    ("bik", "biết"),
    ("bít", "biết"),
    ("bt", "bình thường"),
    ("mk", "mình"),
    ("mn", "mọi người"),
    ("ng", "người"),
    ("nv", "nhân viên"),
    ("cb", "cán bộ"),
    ("cc", "công chức"),
    ("hs", "hồ sơ"),
    ("gt", "giấy tờ"),
    ("tt", "thủ tục"),
    ("ubnd", "ủy ban nhân dân"),
    ("cccd", "căn cước công dân"),
    ("cmnd", "chứng minh nhân dân"),
];

/// The features of a text, each once.
pub fn features(text: &str) -> Vec<u32> {
    let text: String = text.chars().take(TEXT_LIMIT).flat_map(char::to_lowercase).nfc().collect();
    let mut found = Vec::with_capacity(text.len() * 8);
    let typed = words(&text);
    read(&typed, 0x811c_9dc5, &mut found);
    let plain: Vec<String> = typed.iter().map(|word| fold(word)).collect();
    read(&plain, 0x050c_5d1f, &mut found);
    found.sort_unstable();
    found.dedup();
    found
}

/// Words of a text, with what is written for short written out.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words = Vec::new();
    for part in parts {
        match SHORT.iter().find(|(short, _)| *short == part) {
            Some((_, long)) => words.extend(long.split(' ').map(str::to_owned)),
            None => words.push(part.to_owned()),
        }
    }
    words
}

fn read(words: &[String], seed: u32, found: &mut Vec<u32>) {
    let mut before: Option<u32> = None;
    for word in words {
        let whole = hash(seed, word.as_bytes());
        found.push(whole % FEATURES);
        if let Some(before) = before {
            found.push(hash(before ^ 0x9e37_79b9, word.as_bytes()) % FEATURES);
        }
        before = Some(whole);
        pieces(word, seed ^ 0x5bd1_e995, found);
    }
}

/// Pieces of two to four letters, the ends of the word marked.
fn pieces(word: &str, seed: u32, found: &mut Vec<u32>) {
    let mut edges = [0; WORD_LIMIT + 3];
    let mut marked = String::with_capacity(word.len() + 2);
    marked.push('<');
    marked.extend(word.chars().take(WORD_LIMIT));
    marked.push('>');
    let mut letters = 0;
    for (at, _) in marked.char_indices() {
        edges[letters] = at;
        letters += 1;
    }
    edges[letters] = marked.len();
    for length in 2..=4 {
        for from in 0..(letters + 1).saturating_sub(length) {
            let piece = &marked.as_bytes()[edges[from]..edges[from + length]];
            found.push(hash(seed ^ length as u32, piece) % FEATURES);
        }
    }
}

/// FNV-1a with a seed, its bits mixed at the end.
fn hash(seed: u32, bytes: &[u8]) -> u32 {
    let mut hash = seed;
    for byte in bytes {
        hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    }
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^ (hash >> 13)
}

/// Teaches one sorted text: as it is typed, and as somebody without diacritics would have typed it.
pub fn teach(classifier: &mut Classifier, text: &str, class: usize) {
    classifier.learn(&features(text), class);
    let plain = fold(text);
    if plain != text {
        classifier.learn(&features(&plain), class);
    }
}

/// The likeliest class with its probability.
pub fn suggest(classifier: &Classifier, text: &str) -> (usize, f32) {
    let chances = classifier.predict(&features(text)).into_iter().enumerate();
    chances.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).unwrap_or((0, 0.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_spelling_and_missing_diacritics_meet() {
        let shared = |a: &str, b: &str| {
            let (a, b) = (features(a), features(b));
            a.iter().filter(|one| b.contains(one)).count() as f64 / a.len().max(b.len()) as f64
        };
        assert!(shared("ko dc", "không được") > 0.99);
        assert!(shared("cán bộ hướng dẫn tận tình", "can bo huong dan tan tinh") > 0.4);
        assert!(shared("chờ lâu quá", "cảm ơn anh chị") < 0.2);
        assert!(features("").is_empty() && features("!?…").is_empty());
    }

    #[test]
    fn a_few_sorted_texts_teach_the_rest_with_and_without_diacritics() {
        let attitude = [
            "cán bộ rất nhiệt tình, vui vẻ",
            "thái độ niềm nở, dễ chịu",
            "nhân viên lịch sự và nhiệt tình hướng dẫn",
            "anh công chức vui vẻ, hướng dẫn tận tình",
        ];
        let waiting = [
            "chờ lâu quá, trễ hẹn hai lần",
            "phải đợi cả buổi sáng mới tới lượt",
            "hồ sơ trễ hẹn một tuần",
            "đi lại nhiều lần, chờ rất lâu",
        ];
        let mut classifier = Classifier::new(2);
        for _ in 0..5 {
            for (kind, other) in attitude.iter().zip(waiting) {
                teach(&mut classifier, kind, 0);
                teach(&mut classifier, other, 1);
            }
        }
        for (text, class) in [
            ("nhan vien vui ve nhiet tinh", 0),
            ("huớng dẫn tận tìnhh", 0),
            ("cho lau qua tre hen", 1),
            ("đợi lâu, đi lại nhiều", 1),
        ] {
            assert_eq!(suggest(&classifier, text).0, class, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_features(text in ".{0,300}") {
            let found = features(&text);
            prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(found.iter().all(|feature| *feature < FEATURES));
        }
    }
}
