//! Procedures (thủ tục hành chính): their twelve published parts, and how people find them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::office::Level;
use crate::text::fold;

/// A way to hand a case in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// In person at the counter.
    Direct,
    /// Over the network.
    Online,
    /// By the public post.
    Post,
}

/// The unit of a time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Working days (ngày làm việc).
    WorkingDays,
    /// Calendar days (ngày).
    Days,
    /// Working hours (giờ làm việc).
    Hours,
    /// The same day (trong ngày).
    SameDay,
}

/// A time limit, perhaps only for some cases of the procedure.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limit {
    /// How many units; 0 for the same day.
    pub value: u16,
    /// The unit.
    pub unit: Unit,
    /// The cases it is for; none means every other case.
    #[serde(default)]
    pub case: Option<String>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// A document of the dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its name.
    pub name: String,
    /// Handed in (nộp) when true, only shown (xuất trình) when false.
    pub submit: bool,
    /// Number of originals.
    pub originals: u8,
    /// Number of copies.
    pub copies: u8,
    /// When it is needed; none means always.
    #[serde(default)]
    pub condition: Option<String>,
}

/// How sure we are of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess or an old memory.
    Low,
    /// Likely, not checked.
    Medium,
    /// Checked against a source, or common knowledge of the field.
    High,
}

/// One administrative procedure as it was in force, with the parts that must be public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// National code, e.g. `1.001193`.
    pub code: String,
    /// Full name.
    pub name_vi: String,
    /// Short name for lists.
    pub short_name_vi: String,
    /// Field, e.g. "Hộ tịch".
    pub field_vi: String,
    /// The levels whose offices receive it.
    pub levels: Vec<Level>,
    /// The agency that decides.
    pub agency: String,
    /// Who may apply; none when our data does not say.
    pub applicants_vi: Option<String>,
    /// Ways to hand in.
    pub channels: Vec<Channel>,
    /// Time limits; empty when our data has none, then the official promises a number of working days.
    pub limits: Vec<Limit>,
    /// Fees and charges, in words.
    pub fee_text: String,
    /// Documents of the dossier.
    pub documents: Vec<Document>,
    /// The order of steps; empty when our data does not say.
    pub steps_vi: Vec<String>,
    /// Number of dossiers to hand in.
    pub dossier_sets: u8,
    /// Forms to fill in; empty when there is none.
    pub forms_vi: Vec<String>,
    /// Requirements and conditions; none when our data does not say.
    pub conditions_vi: Option<String>,
    /// What the applicant receives.
    pub result_vi: String,
    /// Legal basis.
    pub legal_basis: Vec<String>,
    /// A remark.
    pub note: Option<String>,
    /// How sure we are, by name of the part.
    pub confidence: BTreeMap<String, Confidence>,
    /// What searching compares with; computed once, when first needed.
    #[serde(skip)]
    folded: Cache,
}

/// A cache says nothing about its procedure that the other fields do not say: all caches are equal.
#[derive(Clone, Debug, Default)]
struct Cache(OnceLock<Folded>);

impl PartialEq for Cache {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Cache {}

/// The searchable texts of a procedure, folded, each with a space at both ends so that words can be matched whole.
#[derive(Clone, Debug)]
struct Folded {
    short_name: String,
    name: String,
    field: String,
    /// Lower case with diacritics, for exact matches.
    exact: String,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Direct, Self::Online, Self::Post];

    /// The stable key, as stored.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Online => "online",
            Self::Post => "post",
        }
    }
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 4] = [Self::WorkingDays, Self::Days, Self::Hours, Self::SameDay];

    /// The stable key, as stored.
    pub const fn key(self) -> &'static str {
        match self {
            Self::WorkingDays => "working_days",
            Self::Days => "days",
            Self::Hours => "hours",
            Self::SameDay => "same_day",
        }
    }
}

impl Limit {
    /// A limit for every case, without a remark.
    pub const fn new(value: u16, unit: Unit) -> Self {
        Self { value, unit, case: None, note: None }
    }
}

impl Procedure {
    /// Whether offices of this level receive it.
    pub fn received_at(&self, level: Level) -> bool {
        self.levels.contains(&level)
    }

    /// Whether offices of this level handle it: they receive it, or one of them decides.
    pub fn handled_at(&self, level: Level) -> bool {
        self.received_at(level) || level == Level::District
    }

    /// The names of the parts we are not sure of; a page shows these as "to be checked".
    pub fn to_be_checked(&self) -> Vec<&str> {
        let unsure = self.confidence.iter().filter(|(_, confidence)| **confidence < Confidence::High);
        unsure.map(|(part, _)| part.as_str()).collect()
    }

    /// Whether this part is to be shown as "to be checked".
    pub fn is_unsure_of(&self, part: &str) -> bool {
        self.confidence.get(part).is_some_and(|confidence| *confidence < Confidence::High)
    }

    fn folded(&self) -> &Folded {
        self.folded.0.get_or_init(|| Folded {
            short_name: padded(&fold(&self.short_name_vi)),
            name: padded(&fold(&self.name_vi)),
            field: padded(&fold(&self.field_vi)),
            exact: padded(
                &format!("{} {} {}", self.short_name_vi, self.name_vi, self.field_vi).to_lowercase(),
            ),
        })
    }
}

/// Reads the procedures from their JSON list.
pub fn parse(json: &str) -> serde_json::Result<Vec<Procedure>> {
    serde_json::from_str(json)
}

/// The procedures that match a query, best first; all of them, in their order, when the query is empty.
///
/// Every word of the query must begin a word of the name or field, or the query be part of the code. Diacritics and
/// case do not matter for being found, only for the order.
pub fn search<'a>(procedures: &'a [Procedure], query: &str) -> Vec<&'a Procedure> {
    let query = Query::new(query);
    if query.words.is_empty() {
        return procedures.iter().collect();
    }
    let mut found: Vec<_> =
        procedures.iter().filter_map(|procedure| Some((query.score(procedure)?, procedure))).collect();
    // Among equals the shorter name says more of what was asked; the sort is stable for the rest.
    found.sort_by_key(|(score, procedure)| {
        (std::cmp::Reverse(*score), procedure.short_name_vi.chars().count())
    });
    found.into_iter().map(|(_, procedure)| procedure).collect()
}

/// A query, folded once for all procedures.
struct Query {
    /// Lower case, with diacritics, padded.
    exact: String,
    /// Folded, padded on the left only: the last word may be half typed.
    phrase: String,
    /// Folded words, each with a space before it.
    words: Vec<String>,
    /// The query without spaces and dots: perhaps a code, or a part of one.
    code: String,
}

impl Query {
    fn new(query: &str) -> Self {
        let phrase = padded(&fold(query));
        let words = phrase.split_whitespace().map(|word| format!(" {word}")).collect();
        let code = phrase.replace(' ', "");
        Self { exact: padded(&query.to_lowercase()), phrase: phrase.trim_end().to_owned(), words, code }
    }

    /// How well a procedure matches; `None` when it does not.
    fn score(&self, procedure: &Procedure) -> Option<u32> {
        let digits = procedure.code.replace('.', "");
        if digits == self.code {
            return Some(1_000);
        }
        let folded = procedure.folded();
        let texts = [(&folded.short_name, 100), (&folded.name, 50), (&folded.field, 30)];
        let mut score = 0;
        for (text, weight) in texts {
            if text.contains(&self.phrase) {
                score = score.max(weight + 20);
            } else if self.words.iter().all(|word| text.contains(word)) {
                score = score.max(weight);
            }
        }
        let anywhere = self.words.iter().all(|word| texts.iter().any(|(text, _)| text.contains(word)));
        if anywhere {
            score = score.max(10);
        }
        if score == 0 && self.code.len() >= 3 && digits.contains(&self.code) {
            score = 5;
        }
        if score > 0 && folded.exact.contains(&self.exact) {
            score += 10;
        }
        (score > 0).then_some(score)
    }
}

/// A text whose words are parted by single spaces, punctuation taken as space, with a space at both ends.
fn padded(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 2);
    spaced.push(' ');
    for word in text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        spaced.push_str(word);
        spaced.push(' ');
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    fn procedures() -> Vec<Procedure> {
        parse(include_str!("../../../../data/dam-doi/procedures.json")).unwrap()
    }

    fn first(query: &str) -> Option<String> {
        search(&procedures(), query).first().map(|procedure| procedure.code.clone())
    }

    #[test]
    fn birth_registration_is_found_however_it_is_typed() {
        for query in [
            "khai sinh",
            "khái sinh",
            "KHAI SINH",
            "dang ky khai sinh",
            "  Đăng ký   khai sinh ",
            "khai sin",
            "khai-sinh",
            "1.001193",
            "1001193",
            "001193",
        ] {
            assert_eq!(first(query).as_deref(), Some("1.001193"), "{query}");
        }
    }

    #[test]
    fn by_field_by_words_apart_and_by_nothing() {
        let procedures = procedures();
        let land = search(&procedures, "đất đai");
        assert!(land.iter().any(|procedure| procedure.field_vi == "Đất đai"));
        assert_eq!(first("hon ket").as_deref(), Some("1.000894"));
        assert!(search(&procedures, "phóng tàu vũ trụ").is_empty());
        assert_eq!(search(&procedures, "  ").len(), procedures.len());
        assert_eq!(search(&procedures, "…").len(), procedures.len());
    }

    #[test]
    fn a_match_with_diacritics_comes_before_one_without() {
        assert_eq!(first("khai tử").as_deref(), Some("1.000656"));
        let query = Query::new("khai sinh");
        let other = Query::new("khái sinh");
        let procedures = procedures();
        assert!(query.score(&procedures[0]) > other.score(&procedures[0]));
    }

    #[test]
    fn the_data_of_the_district_is_whole() {
        let procedures = procedures();
        assert_eq!(procedures.len(), 35);
        for procedure in &procedures {
            let code = &procedure.code;
            assert!(!procedure.levels.is_empty() && !procedure.channels.is_empty(), "{code}");
            assert!(!procedure.documents.is_empty() && !procedure.legal_basis.is_empty(), "{code}");
            assert!(!procedure.steps_vi.is_empty() && procedure.dossier_sets > 0, "{code}");
            assert!(
                procedure.limits.iter().all(|limit| (limit.unit == Unit::SameDay) == (limit.value == 0)),
                "{code}"
            );
        }
        let without: Vec<_> = procedures.iter().filter(|procedure| procedure.limits.is_empty()).collect();
        assert_eq!(without.len(), 3);
        let birth = &procedures[0];
        assert!(birth.received_at(Level::Commune) && !birth.received_at(Level::District));
        assert!(birth.is_unsure_of("documents") && !birth.is_unsure_of("limits"));
        assert!(birth.to_be_checked().contains(&"channels"));
    }

    #[test]
    fn a_record_comes_back_from_json() {
        let procedures = procedures();
        let json = serde_json::to_string(&procedures).unwrap();
        assert_eq!(parse(&json).unwrap(), procedures);
    }
}
