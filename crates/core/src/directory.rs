//! The published rules in force: authority, offices, officials, procedures, calendar.

use serde::{Deserialize, Serialize};

use crate::{
    batch::Batch,
    context::Context,
    event::Event,
    refusal::Refusal,
    serve::{calendar::Calendar, office::Office, official::Official, procedure::Procedure},
};

/// The authority whose offices these are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// Number that leads every key (the statistics office's code: 970 for Đầm Dơi).
    pub id: i64,
    /// Name, e.g. "Huyện Đầm Dơi".
    pub name_vi: String,
    /// Whether everything here is invented for show.
    pub demo: bool,
}

/// A snapshot of the published rules.
#[derive(Clone, Debug)]
pub struct Directory {
    /// The authority.
    pub authority: Authority,
    /// Offices by key.
    pub offices: Vec<Office>,
    /// Officials by key.
    pub officials: Vec<Official>,
    /// Procedures by code.
    pub procedures: Vec<Procedure>,
    /// Working days.
    pub calendar: Calendar,
}

impl Directory {
    /// A snapshot; the lists are sorted by key here.
    pub fn new(
        authority: Authority,
        mut offices: Vec<Office>,
        mut officials: Vec<Official>,
        mut procedures: Vec<Procedure>,
        calendar: Calendar,
    ) -> Self {
        offices.sort_by(|a, b| a.id.cmp(&b.id));
        officials.sort_by(|a, b| a.id.cmp(&b.id));
        procedures.sort_by(|a, b| a.code.cmp(&b.code));
        Self { authority, offices, officials, procedures, calendar }
    }

    /// The office with this key.
    ///
    /// # Errors
    /// [`Refusal::UnknownOffice`].
    pub fn office(&self, id: &str) -> Result<&Office, Refusal> {
        let found = self.offices.binary_search_by(|office| office.id.as_str().cmp(id));
        found.map(|at| &self.offices[at]).map_err(|_| Refusal::UnknownOffice)
    }

    /// The official with this key.
    ///
    /// # Errors
    /// [`Refusal::UnknownOfficial`].
    pub fn official(&self, id: &str) -> Result<&Official, Refusal> {
        let found = self.officials.binary_search_by(|official| official.id.as_str().cmp(id));
        found.map(|at| &self.officials[at]).map_err(|_| Refusal::UnknownOfficial)
    }

    /// The procedure with this code.
    ///
    /// # Errors
    /// [`Refusal::UnknownProcedure`].
    pub fn procedure(&self, code: &str) -> Result<&Procedure, Refusal> {
        let found = self.procedures.binary_search_by(|procedure| procedure.code.as_str().cmp(code));
        found.map(|at| &self.procedures[at]).map_err(|_| Refusal::UnknownProcedure)
    }

    /// The officials of one office.
    pub fn officials_of<'a>(&'a self, office_id: &'a str) -> impl Iterator<Item = &'a Official> {
        self.officials.iter().filter(move |official| official.office_id == office_id)
    }
}

/// Publishes a part of the directory for the first time.
///
/// # Errors
/// Refuses everybody but an administrator and the program itself.
pub fn publish(event: Event, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    let subject = match &event {
        Event::AuthorityFounded(authority) => format!("authority/{}", authority.id),
        Event::CalendarPublished { .. } => "calendar".to_owned(),
        Event::OfficeOpened(office) => format!("office/{}", office.id),
        Event::OfficialAppointed(official) => format!("official/{}", official.id),
        Event::ProcedurePublished(procedure) => format!("procedure/{}", procedure.code),
        _ => return Err(Refusal::WrongStep),
    };
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), 1, event))
}
