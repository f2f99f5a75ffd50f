//! Whose figures a report tells: all offices or one, as they were or as they are today, and who may read it.

use std::collections::BTreeSet;

use super::{Line, Report};
use crate::{
    context::{Actor, Role},
    directory::Directory,
    refusal::Refusal,
    serve::{
        office::Validity,
        succession::{self, Apart, Units, in_offices_of},
    },
    time::Day,
};

/// Whose figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// One office; all of the authority without.
    pub office: Option<String>,
    /// In the offices of then, or in those of a later day, with what went over to them whole.
    pub units: Units,
}

/// A line of the report by office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeLine {
    /// Key of the office.
    pub id: String,
    /// Its name, as it was last in the period.
    pub name: String,
    /// Its last day, where another line has the same name: units were reorganised and kept their names.
    pub until: Option<Day>,
    /// The offices whose figures are summed up in it.
    pub of: Vec<String>,
    /// The figures.
    pub line: Line,
}

impl Scope {
    /// The offices of the record whose figures are summed up; none for every office.
    ///
    /// # Errors
    /// [`Refusal::UnknownOffice`].
    pub fn offices(&self, directory: &Directory) -> Result<Option<Vec<String>>, Refusal> {
        let Some(id) = &self.office else { return Ok(None) };
        let office = directory.office(id)?.id.clone();
        let sums = match self.units {
            Units::Then => None,
            Units::Of(day) => in_offices_of(directory, day).sums.remove(id),
        };
        Ok(Some(sums.unwrap_or_else(|| vec![office])))
    }

    /// The lines by office, where there is more than one to tell apart. They add up to the total.
    pub fn lines(&self, report: &Report, directory: &Directory) -> Vec<OfficeLine> {
        let of = |office: &str| report.offices.iter().find(|(id, _)| id == office).map(|(_, line)| *line);
        let counted = |office: &str| of(office).is_some();
        let then = period_of(report);
        let together = match (&self.office, self.units) {
            (None, Units::Of(day)) => succession::of_day(directory, then, day, counted),
            (None, Units::Then) => succession::of_then(directory, then, counted),
            (Some(_), _) => {
                let parts: BTreeSet<String> =
                    self.offices(directory).ok().flatten().into_iter().flatten().collect();
                if parts.len() < 2 {
                    return Vec::new();
                }
                let mut all = succession::of_then(directory, then, counted);
                all.retain(|one| parts.contains(&one.office.id));
                all
            }
        };
        let line = |one: succession::Together| {
            let mut sum = Line::default();
            one.of.iter().filter_map(|office| of(office)).for_each(|line| sum.add(&line));
            let (id, name, until) = (one.office.id, one.office.unit_name, one.office.closed_on);
            OfficeLine { id, name, until, of: one.of, line: sum }
        };
        let mut lines: Vec<OfficeLine> = together.into_iter().map(line).collect();
        let names: Vec<String> = lines.iter().map(|line| line.name.clone()).collect();
        for line in &mut lines {
            let twins = names.iter().filter(|name| **name == line.name).count();
            line.until = line.until.filter(|_| twins > 1);
        }
        lines
    }

    /// The offices of then that have no exact place in what is shown: they were divided, or nothing followed them whole.
    pub fn apart(&self, report: &Report, directory: &Directory) -> Vec<Apart> {
        let Units::Of(day) = self.units else { return Vec::new() };
        let counted = |office: &str| report.offices.iter().any(|(id, _)| id == office);
        let mut apart = succession::apart(directory, period_of(report), day, counted);
        if let Some(office) = &self.office {
            apart.retain(|one| one.into.iter().any(|(heir, _)| heir == office));
        }
        apart
    }

    /// Whether the offices of the period are other ones than those of a day, so that both can be shown.
    pub fn differs(&self, report: &Report, directory: &Directory, day: Day) -> bool {
        let now = Self { office: self.office.clone(), units: Units::Of(day) };
        match &self.office {
            Some(_) => now.offices(directory).ok().flatten().is_some_and(|offices| offices.len() > 1),
            None => {
                let counted = |office: &str| report.offices.iter().any(|(id, _)| id == office);
                let then = succession::of_then(directory, period_of(report), counted);
                then.iter().any(|one| !one.office.is_open(day))
            }
        }
    }
}

/// The days that a report tells of.
fn period_of(report: &Report) -> Validity {
    Validity::new(Some(report.period.first_day()), Some(report.as_of))
}

/// Whether somebody may read the report of an office, or of all of them: the leader any, others that of an office where
/// they serve, or that went over to theirs.
///
/// # Errors
/// Refuses everybody else, and offices that are not known.
pub fn may_read(
    actor: &Actor,
    office: Option<&str>,
    directory: &Directory,
    today: Day,
) -> Result<(), Refusal> {
    let office = office.map(|id| directory.office(id)).transpose()?;
    if let Actor::Official(official) = actor
        && official.has_role(&[Role::Leader])
    {
        return Ok(());
    }
    let office = office.ok_or(Refusal::NotYourRole)?;
    let Err(why) = actor.handles(&office.id) else { return Ok(()) };
    let heirs = succession::heirs(directory, &office.id, today);
    if heirs.iter().any(|heir| actor.handles(heir).is_ok()) { Ok(()) } else { Err(why) }
}
