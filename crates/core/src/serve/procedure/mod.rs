//! Procedures (thủ tục hành chính): their twelve published parts, in versions that follow each other in time, and how
//! people find them.

mod document;
mod fee;
mod limit;
mod question;
mod search;
mod version;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::{
    document::{Document, Need},
    fee::{Amount, Fee},
    limit::{Extension, Limit, SectorRules, Silence, Span, Unit},
    question::{Bring, Choice, Question, Verdict},
    search::Index,
    version::{Withdrawn, admit, cut, is_code, publish, withdraw},
};
use super::{
    office::{Level, Validity},
    regime::Regime,
};
use crate::time::{Day, iso};

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

/// One administrative procedure as it is in force for a time, with the parts that must be public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// National code, e.g. `1.001193`.
    pub code: String,
    /// First day of this version; none means since before our record.
    #[serde(default, with = "iso", skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Day>,
    /// Last day of this version, when it is known; a later version ends it too.
    #[serde(default, with = "iso", skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Day>,
    /// Full name.
    pub name_vi: String,
    /// Short name for lists.
    pub short_name_vi: String,
    /// Field, e.g. "Hộ tịch".
    pub field_vi: String,
    /// The levels whose offices receive it.
    pub levels: Vec<Level>,
    /// The levels where it is decided, when these are not the ones that receive it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided_at: Vec<Level>,
    /// The agency that decides.
    pub agency: String,
    /// Who may apply; none when our data does not say.
    pub applicants_vi: Option<String>,
    /// Ways to hand in.
    pub channels: Vec<Channel>,
    /// Time limits; empty when our data has none, then the official promises a number of working days.
    pub limits: Vec<Limit>,
    /// When it is done at fixed times of the year (theo kỳ) instead of within a time: those times, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub periodic_vi: Option<String>,
    /// Whether the result is given while the applicant waits: no receipt is needed unless asked for, but the case is
    /// recorded (NĐ 61/2018 đ.17.4).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub immediate: bool,
    /// Fees and charges, in words.
    pub fee_text: String,
    /// Fees and charges that can be calculated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<Fee>,
    /// Documents of the dossier.
    pub documents: Vec<Document>,
    /// Questions that narrow the documents, beside those that follow from common conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
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
    /// Where the sector's law departs from the general rules.
    #[serde(default, skip_serializing_if = "SectorRules::is_empty")]
    pub sector: SectorRules,
    /// The decision that published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// Codes that this procedure had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
    /// Codes that this procedure has now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced_by: Vec<String>,
    /// Where our data of it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// How sure we are, by name of the part.
    pub confidence: BTreeMap<String, Confidence>,
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

    /// The channel with that stable key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.key() == key)
    }
}

impl Procedure {
    /// From which day to which this version was published for; see [`cut`] for what later versions leave of it.
    pub const fn validity(&self) -> Validity {
        Validity::new(self.valid_from, self.valid_to)
    }

    /// Whether offices of this level receive it.
    pub fn received_at(&self, level: Level) -> bool {
        self.levels.contains(&level)
    }

    /// Whether offices of this level handle it: they receive it, or it is decided there. Where our data does not say,
    /// the level above may decide.
    pub fn handled_at(&self, level: Level) -> bool {
        let unsaid = self.decided_at.is_empty() && level == Level::District;
        self.received_at(level) || self.decided_at.contains(&level) || unsaid
    }

    /// The limits for cases handed in this way, with their places in the list of all limits.
    pub fn limits_for(&self, channel: Channel) -> impl Iterator<Item = (usize, &Limit)> {
        self.limits.iter().enumerate().filter(move |(_, limit)| limit.is_for(channel))
    }

    /// Whether a time limit is published; otherwise the official promises a number of working days.
    pub fn has_limit(&self) -> bool {
        !self.limits.is_empty()
    }

    /// How often a supplement may be asked for: what the sector's law says, otherwise the general rules.
    pub fn supplement_rounds(&self, regime: Regime) -> u8 {
        let own = u8::try_from(self.sector.supplement_rounds.len()).unwrap_or(u8::MAX);
        own.max(regime.supplement_rounds())
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
}

/// Reads procedures from their JSON list, trusting it: see `import` for files of others.
pub fn parse(json: &str) -> serde_json::Result<Vec<Procedure>> {
    serde_json::from_str(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn of_2017() -> Vec<Procedure> {
        parse(include_str!("../../../../../data/dam-doi/procedures.json")).unwrap()
    }

    pub(super) fn of_2026() -> Vec<Procedure> {
        parse(include_str!("../../../../../data/dam-doi/procedures-2026.json")).unwrap()
    }

    #[test]
    fn the_data_of_the_district_is_whole() {
        let procedures = of_2017();
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
        let without: Vec<_> = procedures.iter().filter(|procedure| !procedure.has_limit()).collect();
        assert_eq!(without.len(), 3);
        let birth = &procedures[0];
        assert!(birth.received_at(Level::Commune) && !birth.received_at(Level::District));
        assert!(birth.is_unsure_of("documents") && !birth.is_unsure_of("limits"));
        assert!(birth.to_be_checked().contains(&"channels"));
    }

    #[test]
    fn the_versions_of_2026_follow_those_of_2017() {
        let (before, after) = (of_2017(), of_2026());
        assert_eq!(after.len(), 38);
        for version in &after {
            let code = &version.code;
            let from = version.valid_from.unwrap();
            let older = before.iter().find(|older| older.code == *code);
            assert!(older.is_none_or(|older| older.valid_to.unwrap() < from), "{code}");
            assert!(version.received_at(Level::Commune) && !version.received_at(Level::District), "{code}");
            assert!(version.has_limit() || version.periodic_vi.is_some(), "{code}");
            assert!(!version.fees.is_empty() && !version.documents.is_empty(), "{code}");
        }
        for version in before.iter().chain(&after) {
            let unknown = version.fees.iter().all(|fee| !fee.amount.is_known());
            assert!(
                !unknown || version.fee_text.contains("HĐND") || version.is_unsure_of("fee"),
                "{}",
                version.code
            );
        }
    }

    #[test]
    fn the_sectors_depart_where_their_laws_say() {
        let all = of_2017().into_iter().chain(of_2026()).collect::<Vec<_>>();
        let of = |code: &str| all.iter().filter(|version| version.code == code).collect::<Vec<_>>();
        for building in of("1.013225") {
            let days: Vec<_> = building.sector.supplement_rounds.iter().map(|span| span.value).collect();
            assert_eq!((days, building.sector.refusal_within.unwrap().value), (vec![7, 5], 3));
            assert_eq!(building.sector.silence[0].within, Span::new(12, Unit::Days));
            assert_eq!(building.sector.extension.as_ref().unwrap().most, Span::new(10, Unit::Days));
        }
        let tax = &of("1.001266")[1].sector.silence[0];
        assert_eq!((tax.body_vi.as_str(), tax.within), ("Cơ quan thuế", Span::new(2, Unit::WorkingDays)));
        for (code, days) in [("1.000894", 5), ("2.000815", 2)] {
            for version in of(code) {
                let extension = version.sector.extension.as_ref().unwrap();
                assert_eq!(extension.most, Span::new(days, Unit::WorkingDays), "{code}");
            }
        }
        assert!(of("2.000815").iter().all(|version| version.immediate));
    }

    #[test]
    fn a_record_comes_back_from_json() {
        let procedures = [of_2017(), of_2026()].concat();
        let json = serde_json::to_string(&procedures).unwrap();
        assert_eq!(parse(&json).unwrap(), procedures);
    }

    #[test]
    fn a_record_of_old_has_no_dates_and_is_written_as_it_was() {
        let old = r#"{"code":"1.001193","name_vi":"Thủ tục đăng ký khai sinh","short_name_vi":"Đăng ký khai sinh","field_vi":"Hộ tịch","levels":["commune"],"agency":"UBND cấp xã","applicants_vi":null,"channels":["direct"],"limits":[{"value":0,"unit":"same_day","case":null,"note":null}],"fee_text":"Miễn lệ phí","documents":[{"name":"Tờ khai","submit":true,"originals":1,"copies":0,"condition":null}],"steps_vi":[],"dossier_sets":1,"forms_vi":[],"conditions_vi":null,"result_vi":"Giấy khai sinh","legal_basis":[],"note":null,"confidence":{}}"#;
        let procedure: Procedure = serde_json::from_str(old).unwrap();
        assert_eq!((procedure.valid_from, procedure.valid_to), (None, None));
        assert_eq!(serde_json::to_string(&procedure).unwrap(), old);
    }

    #[test]
    fn the_sector_may_allow_another_round() {
        let mut procedure = of_2017().remove(0);
        assert_eq!(procedure.supplement_rounds(Regime::R2015), 2);
        assert_eq!(procedure.supplement_rounds(Regime::R2025), 1);
        let days = |value| Span::new(value, Unit::WorkingDays);
        procedure.sector.supplement_rounds = vec![days(7), days(5)];
        assert_eq!(procedure.supplement_rounds(Regime::R2025), 2);
    }
}
