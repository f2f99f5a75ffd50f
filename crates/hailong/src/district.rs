//! Đầm Dơi district: the real offices, procedures and holidays that the repository carries.

use anyhow::Context as _;
use hailong_core::{
    directory::Authority,
    event::Event,
    serve::{office, official::Official, procedure, unit},
};

use crate::setting::AUTHORITY;

/// Everything to publish before the first case, in order.
pub(crate) fn events() -> anyhow::Result<Vec<Event>> {
    let offices =
        office::parse(include_str!("../../../data/dam-doi/offices.json")).context("offices.json")?;
    let officials: Vec<Official> = serde_json::from_str(include_str!("../../../data/dam-doi/officials.json"))
        .context("officials.json")?;
    let mut procedures =
        procedure::parse(include_str!("../../../data/dam-doi/procedures.json")).context("procedures.json")?;
    let later = include_str!("../../../data/dam-doi/procedures-2026.json");
    procedures.extend(procedure::parse(later).context("procedures-2026.json")?);
    let table = include_str!("../../../data/dam-doi/holidays.csv").to_owned();
    let authority = Authority { id: AUTHORITY, name_vi: "Huyện Đầm Dơi".into(), demo: true };
    let mut events = vec![Event::AuthorityFounded(authority), Event::CalendarPublished { table }];
    let units = unit::parse_csv(include_str!("../../../data/dam-doi/units.csv")).context("units.csv")?;
    events.extend(units.into_iter().map(Event::UnitPublished));
    events.extend(offices.into_iter().map(Event::OfficeOpened));
    events.extend(officials.into_iter().map(Event::OfficialAppointed));
    events.extend(procedures.into_iter().map(|procedure| Event::ProcedurePublished(Box::new(procedure))));
    Ok(events)
}
