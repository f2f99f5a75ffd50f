//! The real district, as every installation of it begins, and keys that anybody knows.

use hailong_core::{
    directory::{Authority, Directory},
    secret::{SecretKey, Secrets},
    serve::{calendar::Calendar, office, procedure},
};

/// Offices, officials, procedures and calendar of Đầm Dơi.
pub(crate) fn district() -> Directory {
    let offices = office::parse(include_str!("../../../../data/dam-doi/offices.json")).unwrap();
    let officials = serde_json::from_str(include_str!("../../../../data/dam-doi/officials.json")).unwrap();
    let procedures = procedure::parse(include_str!("../../../../data/dam-doi/procedures.json")).unwrap();
    let calendar = Calendar::parse_csv(include_str!("../../../../data/dam-doi/holidays.csv")).unwrap();
    let authority = Authority { id: 970, name_vi: "Huyện Đầm Dơi".into(), demo: true };
    Directory::new(authority, offices, officials, procedures, calendar)
}

/// The keys of tests.
pub(crate) fn secrets() -> Secrets {
    Secrets::from_master(&SecretKey::new([1; 32]))
}
