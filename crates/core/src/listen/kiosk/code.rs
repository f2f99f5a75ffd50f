//! The sixteen digits beside the QR of an invitation, for kiosks without a camera and for the telephone.
//!
//! Fifteen digits are the number of the invitation's line in the journal, encrypted in place under a key for nothing else
//! (a Feistel network over decimal numbers of ten rounds with HMAC-SHA-256, as FFX has it); the last is a check digit by
//! which a tablet without network sees that something was mistyped. There is no table of codes, and whoever steals the
//! database cannot make one. Of the 10¹⁵ numbers only those are good that lead to an invitation that can still be used.

use crate::secret::SecretKey;

/// Digits of a code.
pub const DIGITS: usize = 16;
/// The halves of a number: eight digits and seven.
const HALVES: [u64; 2] = [100_000_000, 10_000_000];
const ROUNDS: u8 = 10;
/// Lines of a journal that codes can name. Whatever is beyond was never given out and needs no look-up.
const MOST_LINES: u64 = 1_000_000_000;

/// The table of Damm's check digit: it finds every single wrong digit and every two neighbours that changed places.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The check digit of some digits; of digits that end with theirs it is 0.
fn check(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |state, digit| DAMM[usize::from(state)][usize::from(*digit % 10)])
}

fn round(key: &SecretKey, round: u8, half: u64, modulus: u64) -> u64 {
    let tag = key.mac(&[b"invitation code", &[round], &half.to_be_bytes()]);
    (u128::from_be_bytes(tag) % u128::from(modulus)) as u64
}

/// The code of a line of the journal; none beyond what codes can name.
pub(crate) fn write(key: &SecretKey, line: u64) -> Option<String> {
    if line >= MOST_LINES {
        return None;
    }
    let (mut left, mut right) = (line / HALVES[1], line % HALVES[1]);
    for at in 0..ROUNDS {
        if at % 2 == 0 {
            left = (left + round(key, at, right, HALVES[0])) % HALVES[0];
        } else {
            right = (right + round(key, at, left, HALVES[1])) % HALVES[1];
        }
    }
    let text = format!("{left:08}{right:07}");
    let digits: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
    Some(format!("{text}{}", check(&digits)))
}

/// The line that a code names, when its check digit fits and it can be one.
pub(crate) fn read(key: &SecretKey, typed: &str) -> Option<u64> {
    let digits = plain(typed)?;
    let number = |digits: &[u8]| digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit));
    let (mut left, mut right) = (number(&digits[..8]), number(&digits[8..15]));
    for at in (0..ROUNDS).rev() {
        if at % 2 == 0 {
            left = (left + HALVES[0] - round(key, at, right, HALVES[0])) % HALVES[0];
        } else {
            right = (right + HALVES[1] - round(key, at, left, HALVES[1])) % HALVES[1];
        }
    }
    Some(left * HALVES[1] + right).filter(|line| *line < MOST_LINES)
}

/// The digits of a code as typed, with spaces, dots or dashes between them, when the check digit fits.
fn plain(typed: &str) -> Option<[u8; DIGITS]> {
    if typed.len() > 4 * DIGITS {
        return None;
    }
    let mut digits = Vec::with_capacity(DIGITS);
    for c in typed.chars() {
        match c {
            '0'..='9' => digits.push(c as u8 - b'0'),
            ' ' | '-' | '.' => {}
            _ => return None,
        }
    }
    let digits: [u8; DIGITS] = digits.try_into().ok()?;
    (check(&digits) == 0).then_some(digits)
}

/// For people: four groups of four.
pub fn grouped(code: &str) -> String {
    let groups: Vec<_> = (0..4).filter_map(|at| code.get(at * 4..at * 4 + 4)).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> SecretKey {
        SecretKey::new([9; 32])
    }

    #[test]
    fn neighbours_in_the_journal_have_nothing_in_common() {
        let (one, two) = (write(&key(), 41).unwrap(), write(&key(), 42).unwrap());
        assert_eq!((one.len(), two.len()), (DIGITS, DIGITS));
        let same = one.bytes().zip(two.bytes()).filter(|(a, b)| a == b).count();
        assert!(same <= 6, "{one} {two}");
        assert_eq!(write(&key(), MOST_LINES), None);
        assert_eq!(grouped("1234567890123456"), "1234 5678 9012 3456");
    }

    #[test]
    fn one_wrong_digit_or_two_exchanged_are_seen_without_a_server() {
        let code = write(&key(), 1_234_567).unwrap();
        for at in 0..DIGITS {
            for digit in b'0'..=b'9' {
                let mut wrong = code.clone().into_bytes();
                wrong[at] = digit;
                let wrong = String::from_utf8(wrong).unwrap();
                assert_eq!(plain(&wrong).is_some(), wrong == code, "{wrong}");
            }
            if at > 0 {
                let mut wrong = code.clone().into_bytes();
                wrong.swap(at, at - 1);
                let wrong = String::from_utf8(wrong).unwrap();
                assert_eq!(plain(&wrong).is_some(), wrong == code, "{wrong}");
            }
        }
    }

    #[test]
    fn guesses_lead_nowhere() {
        // Of 10,000 codes with a right check digit not one names a line that a journal of a million lines has.
        let good = (0..10_000_u64).filter(|guess| {
            let text = format!("{:015}", guess * 99_999_999_989 % 1_000_000_000_000_000);
            let digits: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
            read(&key(), &format!("{text}{}", check(&digits))).is_some_and(|line| line < 1_000_000)
        });
        assert_eq!(good.count(), 0);
    }

    proptest! {
        #[test]
        fn a_code_is_read_as_people_type_it(line in 0..MOST_LINES) {
            let code = write(&key(), line).unwrap();
            prop_assert_eq!(read(&key(), &code), Some(line));
            prop_assert_eq!(read(&key(), &format!(" {} ", grouped(&code))), Some(line));
            prop_assert_ne!(read(&SecretKey::new([8; 32]), &code), Some(line));
        }

        #[test]
        fn anything_may_be_typed(text in "\\PC{0,80}") {
            if let Some(line) = read(&key(), &text) {
                prop_assert_eq!(write(&key(), line).map(|code| plain(&code)), Some(plain(&text)));
            }
        }
    }
}
