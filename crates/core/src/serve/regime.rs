//! The dated rules of the one-stop mechanism. A case is bound, for its whole life, to the rules in force on the day it
//! was received.

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// Which rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Regime {
    /// Quyết định 09/2015/QĐ-TTg: until 20/6/2018.
    #[default]
    R2015,
    /// Nghị định 61/2018/NĐ-CP with Thông tư 01/2018/TT-VPCP: 21/6/2018 to 30/6/2025.
    R2018,
    /// Nghị định 118/2025/NĐ-CP with Thông tư 03/2025/TT-VPCP: since 1/7/2025.
    R2025,
}

/// The papers of the one-stop mechanism, by what they are: their numbers change from regime to regime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// Giấy tiếp nhận hồ sơ và hẹn trả kết quả.
    Receipt,
    /// Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ.
    SupplementRequest,
    /// Phiếu từ chối tiếp nhận giải quyết hồ sơ.
    Refusal,
    /// Phiếu xin lỗi và hẹn lại ngày trả kết quả; since 2025 "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết".
    Apology,
    /// Thông báo dừng giải quyết hồ sơ.
    StopNotice,
    /// Phiếu kiểm soát quá trình giải quyết hồ sơ.
    ControlSlip,
    /// Sổ theo dõi hồ sơ.
    TrackingBook,
}

impl Regime {
    /// Every regime, in the order of time.
    pub const ALL: [Self; 3] = [Self::R2015, Self::R2018, Self::R2025];

    /// The rules in force on a day.
    pub fn on(day: Day) -> Self {
        let since = |year, month, date| Day::new(year, month, date).is_some_and(|first| day >= first);
        match () {
            () if since(2025, 7, 1) => Self::R2025,
            () if since(2018, 6, 21) => Self::R2018,
            () => Self::R2015,
        }
    }

    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::R2015 => "r2015",
            Self::R2018 => "r2018",
            Self::R2025 => "r2025",
        }
    }

    /// The regime with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|regime| regime.key() == key)
    }

    /// The text that these rules are.
    pub const fn text_vi(self) -> &'static str {
        match self {
            Self::R2015 => "Quyết định 09/2015/QĐ-TTg",
            Self::R2018 => "Nghị định 61/2018/NĐ-CP",
            Self::R2025 => "Nghị định 118/2025/NĐ-CP",
        }
    }

    /// How often a supplement may be asked for: twice until 2018 (NĐ 63/2010 đ.20.4), once and completely since
    /// (NĐ 61/2018 đ.11.2.c, đ.15.3), unless the procedure's own law allows another round.
    pub const fn supplement_rounds(self) -> u8 {
        if matches!(self, Self::R2015) { 2 } else { 1 }
    }

    /// Working days from reception within which a dossier may go back for a supplement after appraisal (NĐ 61/2018
    /// đ.19.4); none before.
    pub const fn supplement_within(self) -> Option<u16> {
        if matches!(self, Self::R2015) { None } else { Some(3) }
    }

    /// How often a new date may be named with an apology: once since 2018 (NĐ 61/2018 đ.19.9); before, no number is known.
    pub const fn new_dates(self) -> Option<usize> {
        if matches!(self, Self::R2015) { None } else { Some(1) }
    }

    /// Whether the time limit begins anew once a dossier asked for at appraisal is complete (NĐ 61/2018 đ.19.4); before,
    /// it went on where it had stopped.
    pub const fn restarts_after_supplement(self) -> bool {
        !matches!(self, Self::R2015)
    }
}

impl Paper {
    /// Every paper.
    pub const ALL: [Self; 7] = [
        Self::Receipt,
        Self::SupplementRequest,
        Self::Refusal,
        Self::Apology,
        Self::StopNotice,
        Self::ControlSlip,
        Self::TrackingBook,
    ];

    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::SupplementRequest => "supplement_request",
            Self::Refusal => "refusal",
            Self::Apology => "apology",
            Self::StopNotice => "stop_notice",
            Self::ControlSlip => "control_slip",
            Self::TrackingBook => "tracking_book",
        }
    }

    /// The letters behind the number of one such paper, as in "Số 12/HDHS".
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Receipt => "TNHS",
            Self::SupplementRequest => "HDHS",
            Self::Refusal => "PTC",
            Self::Apology => "PXL",
            Self::StopNotice => "TBD",
            Self::ControlSlip => "PKS",
            Self::TrackingBook => "STD",
        }
    }

    /// The number of the form ("Mẫu số 04"), where the regime has one: TT 01/2018/TT-VPCP, TT 03/2025/TT-VPCP. In 2015 to
    /// 2018 every province used its own forms.
    pub const fn number(self, regime: Regime) -> Option<u8> {
        match (regime, self) {
            (Regime::R2015, _) | (Regime::R2018, Self::StopNotice) => None,
            (_, Self::Receipt) => Some(1),
            (_, Self::SupplementRequest) => Some(2),
            (_, Self::Refusal) => Some(3),
            (_, Self::Apology) => Some(4),
            (Regime::R2018, Self::ControlSlip) => Some(5),
            (Regime::R2018, Self::TrackingBook) => Some(6),
            (Regime::R2025, Self::StopNotice) => Some(5),
            (Regime::R2025, Self::ControlSlip) => Some(6),
            (Regime::R2025, Self::TrackingBook) => Some(7),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_has_its_rules() {
        for (day, regime) in [
            ("2017-06-30", Regime::R2015),
            ("2018-06-20", Regime::R2015),
            ("2018-06-21", Regime::R2018),
            ("2025-06-30", Regime::R2018),
            ("2025-07-01", Regime::R2025),
        ] {
            assert_eq!(Regime::on(Day::parse(day).unwrap()), regime, "{day}");
        }
    }

    #[test]
    fn numbers_of_forms_shift_between_regimes() {
        assert_eq!(Paper::ControlSlip.number(Regime::R2018), Some(5));
        assert_eq!(Paper::ControlSlip.number(Regime::R2025), Some(6));
        assert_eq!(Paper::StopNotice.number(Regime::R2018), None);
        assert!(Paper::ALL.into_iter().all(|paper| paper.number(Regime::R2015).is_none()));
    }
}
