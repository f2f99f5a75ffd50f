//! Papers to print: A5, one colour, no navigation, and no more personal data than the form needs.
//!
//! The forms have names here, not numbers: the number printed depends on the regime in force at reception, and in
//! 2017 each province used its own. The fields and their order are those that the later national forms fixed.

pub mod apology;
pub mod ballot;
pub mod control_slip;
pub mod form;
pub mod invitation;
pub mod receipt;
pub mod refusal;
pub mod slip;
pub mod stop_notice;
pub mod supplement_request;
pub mod tracking_book;

use hailong_core::{serve::regime::Regime, time::Day};

use crate::lang::Lang;
use crate::page::Sample;
use crate::shell::Shell;

pub use form::{Form, bundle};

/// What stands at the top of every paper.
#[derive(Clone, Debug)]
pub struct Head {
    /// The authority: "Ủy ban nhân dân xã Trần Phán".
    pub authority: String,
    /// The office that receives.
    pub office: String,
    /// Place before the date: "Trần Phán".
    pub place: String,
    /// Date of the paper.
    pub day: Day,
    /// The rules that bind the case: they give the form its number and its title.
    pub regime: Regime,
    /// The number of the paper in the office's year, where it has one.
    pub number: Option<u32>,
    /// Whether everything here is invented for show, which is printed on the paper.
    pub demo: bool,
    /// Phone to ask at; empty when the office has none.
    pub hotline: String,
    /// Where the screen leads back to; not printed.
    pub back: String,
}

/// The person to whom a paper is given, as far as the form asks. Empty: not given, left out.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Full name.
    pub name: String,
    /// Identity number or tax code; only the receipt prints it.
    pub identity_number: String,
    /// Address.
    pub address: String,
    /// Phone.
    pub phone: String,
    /// E-mail.
    pub email: String,
}

/// "Trần Phán, ngày 28 tháng 6 năm 2017".
pub(crate) fn place_and_day(shell: &Shell, head: &Head) -> String {
    let civil = head.day.civil();
    let date = match shell.lang {
        Lang::Vi => format!("ngày {} tháng {} năm {}", civil.day(), civil.month(), civil.year()),
        Lang::En => crate::format::date(Lang::En, head.day),
    };
    format!("{}, {date}", head.place)
}

/// "xã Trần Phán" and "Trần Phán", from "Xã Trần Phán".
pub fn unit_and_place(unit_name: &str) -> (String, String) {
    const KINDS: [&str; 9] =
        ["Xã", "Phường", "Đặc khu", "Thị trấn", "Thị xã", "Huyện", "Quận", "Thành phố", "Tỉnh"];
    for kind in KINDS {
        if let Some(place) = unit_name.strip_prefix(kind).and_then(|rest| rest.strip_prefix(' ')) {
            return (format!("{} {place}", kind.to_lowercase()), place.to_owned());
        }
    }
    (unit_name.to_owned(), unit_name.to_owned())
}

/// The same words with a capital at the beginning.
fn sentence(text: &str) -> String {
    crate::format::sentence_case(text)
}

pub(crate) fn sample_head() -> Head {
    Head {
        authority: "Ủy ban nhân dân xã Trần Phán".to_owned(),
        office: "Bộ phận tiếp nhận và trả kết quả xã Trần Phán".to_owned(),
        place: "Trần Phán".to_owned(),
        day: Day(17_345),
        regime: Regime::R2015,
        number: Some(214),
        demo: true,
        hotline: String::new(),
        back: "/cases/0198".to_owned(),
    }
}

pub(crate) fn sample_holder() -> Holder {
    Holder {
        name: "Phạm Văn Mẫu".to_owned(),
        identity_number: "012345678".to_owned(),
        address: "Ấp Bào Dừa".to_owned(),
        phone: "0912345678".to_owned(),
        email: String::new(),
    }
}

/// The samples of these pages.
pub fn samples(lang: Lang) -> Vec<Sample> {
    crate::samples!(
        lang;
        receipt::Receipt,
        supplement_request::SupplementRequest,
        refusal::Refusal,
        invitation::Invitation,
    )
}

#[cfg(test)]
mod tests;
