//! Administrative units from a file. A unit that is in the record already is entered anew when its facts differ.

use super::Report;
use crate::{
    directory::Directory,
    event::Event,
    serve::unit::{LineError, Unit, parse_csv},
};

/// Reads a file of units against what is known: the report, and the events to write.
///
/// # Errors
/// When the file is no table of units; nothing of it is taken then.
pub fn read(text: &str, directory: &Directory) -> Result<(Report, Vec<Event>), LineError> {
    let (mut report, mut events) = (Report::default(), Vec::new());
    for unit in parse_csv(text)? {
        let same = |known: &Unit| Unit { version: 0, ..known.clone() } == unit;
        match directory.unit(&unit.key) {
            Some(known) if same(known) => report.known(&unit.key),
            _ if unit.validity.is_empty() => report.refused(&unit.key, "it ends before it begins"),
            _ => {
                report.taken(&unit.key, &[]);
                events.push(Event::UnitPublished(unit));
            }
        }
    }
    Ok((report, events))
}
