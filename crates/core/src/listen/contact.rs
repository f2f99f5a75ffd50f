//! A phone number or an e-mail as people type it into one field, as far as somebody can be written to there.

use crate::serve::applicant::looks_like_email;

/// Where somebody can be written to. Empty text means "not given".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// E-mail.
    pub email: String,
    /// Phone number, digits only.
    pub phone: String,
}

impl Contact {
    /// What can be read in a field: the first e-mail and the first phone number.
    pub fn read(typed: &str) -> Self {
        let apart = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';');
        let (emails, rest): (Vec<&str>, Vec<&str>) = typed.split(apart).partition(|word| word.contains('@'));
        let trimmed = emails.iter().map(|word| word.trim_matches(|c: char| ".<>()".contains(c)));
        let email = trimmed.into_iter().find(|word| looks_like_email(word)).unwrap_or_default();
        // Two numbers stand in two words; one number may stand in several.
        let phone = rest.iter().find_map(|word| phone(word)).or_else(|| {
            let rest = rest.join(" ");
            rest.split(|c: char| !c.is_ascii_digit() && !" .-+()".contains(c)).find_map(phone)
        });
        Self { email: email.to_owned(), phone: phone.unwrap_or_default() }
    }

    /// Whether nobody can be written to there.
    pub fn is_empty(&self) -> bool {
        self.email.is_empty() && self.phone.is_empty()
    }
}

/// A phone number of this country in its own digits.
fn phone(text: &str) -> Option<String> {
    if !text.chars().all(|c| c.is_ascii_digit() || " .-+()".contains(c)) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = match digits.strip_prefix("84") {
        Some(rest) if text.trim_start().starts_with('+') || digits.len() == 11 => format!("0{rest}"),
        _ => digits,
    };
    (digits.starts_with('0') && (10..=11).contains(&digits.len())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_as_people_type_it() {
        for (typed, email, phone) in [
            ("0912345678", "", "0912345678"),
            (" 0912 345.678 ", "", "0912345678"),
            ("+84 912 345 678", "", "0912345678"),
            ("84912345678", "", "0912345678"),
            ("0912345678 0987654321", "", "0912345678"),
            ("bay@example.vn", "bay@example.vn", ""),
            ("gọi 0912-345-678 hoặc viết <bay@example.vn>", "bay@example.vn", "0912345678"),
            ("0912345678@example.vn", "0912345678@example.vn", ""),
            ("Zalo: 0290 3850 123; an@example.vn", "an@example.vn", "02903850123"),
            ("ấp 4, Trần Phán", "", ""),
            ("381234567", "", ""),
            ("12345", "", ""),
            ("", "", ""),
        ] {
            let expected = Contact { email: email.into(), phone: phone.into() };
            assert_eq!(Contact::read(typed), expected, "{typed}");
            assert_eq!(expected.is_empty(), email.is_empty() && phone.is_empty());
        }
    }
}
