//! The applicant: who comes with the matter. Everything here but the kind and the commune is personal data.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Longest name, in characters.
pub const NAME_LIMIT: usize = 120;
/// Longest address or e-mail, in characters.
pub const ADDRESS_LIMIT: usize = 240;

/// Who applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicantKind {
    /// A citizen.
    Person,
    /// A household business.
    Household,
    /// An enterprise.
    Enterprise,
    /// Any other organisation.
    Organisation,
}

/// Figures are kept apart for persons and for organisations of every kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Citizens.
    Person,
    /// Household businesses, enterprises and other organisations.
    Organisation,
}

impl ApplicantKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Person, Self::Household, Self::Enterprise, Self::Organisation];

    /// Stable name in tables and language files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Household => "household",
            Self::Enterprise => "enterprise",
            Self::Organisation => "organisation",
        }
    }

    /// The kind with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The group whose figures it enters.
    pub fn group(self) -> Group {
        if self == Self::Person { Group::Person } else { Group::Organisation }
    }
}

impl Group {
    /// Both groups.
    pub const ALL: [Self; 2] = [Self::Person, Self::Organisation];

    /// Stable name in tables and language files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
        }
    }

    /// The group with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.key() == key)
    }
}

/// The applicant of a case. Empty text means "not given".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    /// Person or organisation.
    pub kind: ApplicantKind,
    /// Full name.
    pub name: String,
    /// Identity number (9 or 12 digits) or tax code (10 or 13 digits).
    pub identity_number: String,
    /// Phone number, digits only.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Address.
    pub address: String,
    /// Key of the office of the commune of residence, when it is in the district.
    pub residence: Option<String>,
    /// What is wanted of notices.
    #[serde(default, skip_serializing_if = "Wishes::are_usual")]
    pub wishes: Wishes,
}

/// What an applicant wants of notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// In which language.
    #[serde(default)]
    pub language: Language,
    /// No notice is wanted, although an e-mail or a phone number is known.
    #[serde(default)]
    pub silence: bool,
}

impl Wishes {
    /// What can be wished: Vietnamese, English, nothing at all.
    pub const ALL: [Self; 3] = [
        Self { language: Language::Vi, silence: false },
        Self { language: Language::En, silence: false },
        Self { language: Language::Vi, silence: true },
    ];

    /// Stable name in forms and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self { silence: true, .. } => "none",
            Self { language: Language::Vi, .. } => "vi",
            Self { language: Language::En, .. } => "en",
        }
    }

    /// The wish with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wishes| wishes.key() == key)
    }

    fn are_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// A language that people are written to in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl Applicant {
    /// The applicant with spaces tidied, when nothing in it is impossible.
    ///
    /// # Errors
    /// Names the first field that cannot be right.
    pub fn checked(mut self) -> Result<Self, Refusal> {
        self.name = tidy(&self.name);
        self.address = tidy(&self.address);
        self.email = self.email.trim().to_owned();
        self.identity_number.retain(|c| !c.is_whitespace() && c != '-' && c != '.');
        self.phone.retain(|c| !c.is_whitespace() && c != '-' && c != '.');
        if self.name.is_empty() {
            return Err(Refusal::Empty("name"));
        }
        if self.name.chars().count() > NAME_LIMIT {
            return Err(Refusal::TooLong("name"));
        }
        if self.name.chars().count() < 2 || self.name.chars().any(|c| c.is_control() || c == '\u{fffd}') {
            return Err(Refusal::BadName);
        }
        let digits: &[usize] = if self.kind == ApplicantKind::Person { &[9, 12] } else { &[9, 10, 12, 13] };
        if !all_digits(&self.identity_number) || !digits.contains(&self.identity_number.len()) {
            return Err(Refusal::BadIdentityNumber);
        }
        let phone_fits =
            all_digits(&self.phone) && self.phone.starts_with('0') && (10..=11).contains(&self.phone.len());
        if !self.phone.is_empty() && !phone_fits {
            return Err(Refusal::BadPhone);
        }
        if self.email.chars().count() > ADDRESS_LIMIT {
            return Err(Refusal::TooLong("email"));
        }
        if !self.email.is_empty() && !looks_like_email(&self.email) {
            return Err(Refusal::BadEmail);
        }
        if self.address.chars().count() > ADDRESS_LIMIT {
            return Err(Refusal::TooLong("address"));
        }
        Ok(self)
    }

    /// The numbers an official may later find this person by, with their purpose.
    pub fn findable(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let numbers = [("identity", self.identity_number.as_str()), ("phone", self.phone.as_str())];
        numbers.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// Whether these are the last three digits of the phone or the identity number.
    pub fn ends_with(&self, digits: &str) -> bool {
        digits.len() == 3
            && all_digits(digits)
            && [&self.phone, &self.identity_number].into_iter().any(|number| number.ends_with(digits))
    }

    /// As it is sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        // A struct of strings always serialises.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// From what was sealed.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// One line, single spaces, no space at the ends.
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text has the shape of an e-mail address.
pub(crate) fn looks_like_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    !user.is_empty() && host.contains('.') && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn an() -> Applicant {
        Applicant {
            kind: ApplicantKind::Person,
            name: "  Nguyễn   Văn An ".into(),
            identity_number: "381 234 567".into(),
            phone: "0918.123.456".into(),
            email: String::new(),
            address: "Ấp 4".into(),
            residence: None,
            wishes: Wishes::default(),
        }
    }

    #[test]
    fn tidies_what_was_typed() {
        let an = an().checked().unwrap();
        assert_eq!((an.name.as_str(), an.phone.as_str()), ("Nguyễn Văn An", "0918123456"));
        assert!(an.ends_with("567") && an.ends_with("456"));
        assert!(!an.ends_with("67") && !an.ends_with("999") && !an.ends_with(""));
    }

    #[test]
    fn refuses_what_cannot_be_right() {
        type Spoil = fn(&mut Applicant);
        let cases: [(&str, Spoil, Refusal); 8] = [
            ("no name", |a| a.name = "  ".into(), Refusal::Empty("name")),
            ("10 MB name", |a| a.name = "ắ".repeat(5_000_000), Refusal::TooLong("name")),
            ("broken encoding", |a| a.name = "Nguy\u{fffd}n".into(), Refusal::BadName),
            ("control characters", |a| a.name = "An\u{0}".into(), Refusal::BadName),
            ("short number", |a| a.identity_number = "12345".into(), Refusal::BadIdentityNumber),
            ("letters", |a| a.identity_number = "38123456x".into(), Refusal::BadIdentityNumber),
            ("foreign phone", |a| a.phone = "+8491812345".into(), Refusal::BadPhone),
            ("no host", |a| a.email = "an@".into(), Refusal::BadEmail),
        ];
        for (what, spoil, refusal) in cases {
            let mut applicant = an();
            spoil(&mut applicant);
            assert_eq!(applicant.checked(), Err(refusal), "{what}");
        }
    }
}
