//! A log in memory: 24 bytes an event, every name once.

use std::{collections::HashMap, sync::Arc};

use super::{Limits, Why};

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Microseconds since 1970 in UTC.
    pub time: i64,
    /// The number of its case.
    pub case: u32,
    /// The number of its activity.
    pub activity: u32,
    /// The number of who did it.
    pub resource: Option<u32>,
}

/// Different names, numbered in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Names {
    numbers: HashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
    bytes: usize,
}

impl Names {
    /// These names, numbered in their order; each comes once. For names that are known and few.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<Arc<str>> = names.into_iter().map(Arc::from).collect();
        let numbers = names.iter().zip(0..).map(|(name, number)| (Arc::clone(name), number)).collect();
        let bytes = names.iter().map(|name| name.len()).sum();
        Self { numbers, names, bytes }
    }

    /// The number of a name.
    ///
    /// # Errors
    /// If the name is longer, or the names are more, than the limits allow.
    pub fn number(&mut self, name: &str, limits: &Limits) -> Result<u32, Why> {
        if let Some(&number) = self.numbers.get(name) {
            return Ok(number);
        }
        if name.len() > limits.name {
            return Err(Why::TooLong { bytes: name.len(), most: limits.name });
        }
        self.bytes += name.len();
        if self.bytes > limits.names {
            return Err(Why::TooMany { what: "bytes of names", are: "are", most: limits.names as u64 });
        }
        let number = u32::try_from(self.names.len())
            .ok()
            .filter(|&number| (number as usize) < limits.events)
            .ok_or(Why::TooMany { what: "names", are: "are", most: limits.events as u64 })?;
        let name: Arc<str> = name.into();
        self.names.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        Ok(number)
    }

    /// The number of a name that came before.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The name with this number; empty if there is none.
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", |name| name)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// All, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }
}

/// Events and their names.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Cases.
    pub cases: Names,
    /// Activities.
    pub activities: Names,
    /// Who did something.
    pub resources: Names,
    /// Events, in any order.
    pub events: Vec<Event>,
    /// Events that were left aside because they lack case, activity or time.
    pub incomplete: u64,
}

impl Log {
    /// Takes one event more.
    ///
    /// # Errors
    /// See [`Names::number`]; if there are more events than the limits allow.
    pub fn push(
        &mut self,
        case: &str,
        activity: &str,
        time: i64,
        resource: Option<&str>,
        limits: &Limits,
    ) -> Result<(), Why> {
        let case = match self.events.last() {
            // Events of one case often follow each other.
            Some(last) if self.cases.name(last.case) == case => last.case,
            _ => self.cases.number(case, limits)?,
        };
        let activity = self.activities.number(activity, limits)?;
        let resource = resource.map(|name| self.resources.number(name, limits)).transpose()?;
        self.add(Event { time, case, activity, resource }, limits)
    }

    /// Takes an event whose names have their numbers.
    pub(super) fn add(&mut self, event: Event, limits: &Limits) -> Result<(), Why> {
        if self.events.len() >= limits.events {
            return Err(Why::TooMany { what: "events", are: "are", most: limits.events as u64 });
        }
        self.events.push(event);
        Ok(())
    }

    /// Puts the events in order: case by case, each by time, at equal time as they came.
    pub fn arrange(&mut self) {
        self.events.sort_by_key(|event| (event.case, event.time));
    }

    /// The events of each case, once they are [in order](Self::arrange).
    pub fn by_case(&self) -> impl Iterator<Item = &[Event]> {
        self.events.chunk_by(|a, b| a.case == b.case)
    }
}
