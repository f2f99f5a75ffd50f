//! The published rules in tables, and their snapshot in memory.

use hailong_core::{
    batch::Entry,
    directory::{Authority, Directory},
    event::Event,
    serve::calendar::Calendar,
};
use serde::de::DeserializeOwned;

use crate::{Store, StoreError, query::Statement};

crate::query::queries! {
    PUBLISH = "INSERT INTO directory (authority_id, kind, key, document) VALUES (?1, ?2, ?3, ?4)";
    READ_KIND = "SELECT key, document FROM directory WHERE authority_id = ?1 AND kind = ?2 AND key > ?3 \
                 ORDER BY key LIMIT 5000";
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, out: &mut Vec<Statement>) {
    let (kind, key, document) = match event {
        Event::AuthorityFounded(authority) => ("authority", authority.id.to_string(), json(authority)),
        Event::CalendarPublished { table } => ("calendar", "1".to_owned(), table.clone()),
        Event::OfficeOpened(office) => ("office", office.id.clone(), json(office)),
        Event::OfficialAppointed(official) => ("official", official.id.clone(), json(official)),
        Event::ProcedurePublished(procedure) => {
            let version = procedure.valid_from.map(|day| format!("@{day}")).unwrap_or_default();
            ("procedure", format!("{}{version}", procedure.code), json(procedure))
        }
        Event::CalendarChanged(_)
        | Event::OfficeClosed(_)
        | Event::OfficeChanged(_)
        | Event::PostTaken(_)
        | Event::PostLeft(_)
        | Event::AbsenceNoted(_)
        | Event::UnitPublished(_)
        | Event::UnitsSucceeded { .. }
        | Event::BookClosed(_)
        | Event::ProcedureWithdrawn(_)
        | Event::QuestionnairePublished(_) => {
            // The subject and its version: read by key, what happened to a thing comes in its order.
            let subject = String::from_utf8_lossy(&entry.subject.0);
            ("change", format!("{subject}/{:08}", entry.version), json(event))
        }
        _ => return,
    };
    out.push(Statement::new(&PUBLISH, vec![authority.into(), kind.into(), key.into(), document.into()]));
}

fn json<T: serde::Serialize>(value: &T) -> String {
    // Our own structs of text and numbers always serialise.
    serde_json::to_string(value).unwrap_or_default()
}

impl Store {
    /// Reads the published rules anew from the tables.
    pub(crate) async fn read_directory(&self) -> Result<Directory, StoreError> {
        let authority = self.documents::<Authority>("authority").await?.into_iter().next();
        let authority =
            authority.unwrap_or(Authority { id: self.authority(), name_vi: String::new(), demo: false });
        let tables = self.texts("calendar").await?;
        let calendar = match tables.last() {
            Some(table) => Calendar::parse_csv(table)
                .map_err(|error| StoreError::Corrupt(format!("the calendar cannot be read: {error}")))?,
            None => Calendar::empty(),
        };
        let offices = self.documents("office").await?;
        let officials = self.documents("official").await?;
        let procedures = self.documents("procedure").await?;
        let changes: Vec<Event> = self.documents("change").await?;
        Ok(Directory::new(authority, offices, officials, procedures, calendar).with(changes))
    }

    /// Every document of a kind, in the order of its key, read page by page.
    async fn texts(&self, kind: &str) -> Result<Vec<String>, StoreError> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let params = [self.authority().into(), kind.into(), after.as_str().into()];
            let page = self.rows(&READ_KIND, &params, |row| Ok((row.text(0)?, row.text(1)?))).await?;
            let Some((last, _)) = page.last() else { return Ok(all) };
            after.clone_from(last);
            all.extend(page.into_iter().map(|(_, document)| document));
        }
    }

    async fn documents<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<T>, StoreError> {
        let texts = self.texts(kind).await?;
        let read = |text: &String| {
            serde_json::from_str(text)
                .map_err(|error| StoreError::Corrupt(format!("a {kind} cannot be read: {error}")))
        };
        texts.iter().map(read).collect()
    }
}
