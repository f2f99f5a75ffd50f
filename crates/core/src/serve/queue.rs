//! The queue of an office: what its number machine offers, who is called next, and how long that takes.

use serde::{Deserialize, Serialize};

use super::{applicant::tidy, ticket::Ticket};
use crate::{
    batch::Batch,
    context::{Context, Role},
    event::Event,
    refusal::Refusal,
    time::Instant,
};

/// Most kinds of service that a machine offers: more buttons are no longer read.
pub const MOST_GROUPS: usize = 6;
/// Most counters of an office.
pub const MOST_COUNTERS: usize = 20;
/// Longest name of a service or a counter, in characters.
pub const NAME_LIMIT: usize = 60;
/// How many services the estimate looks back on.
pub const LAST_SERVICES: usize = 20;
/// Below so many services there is no estimate.
pub const FEWEST_SERVICES: usize = 5;
/// A service longer than this was not ended when it ended, in seconds: it does not enter the estimate.
pub const LONGEST_SERVICE: i64 = 2 * 3_600;

/// A kind of service that people take a number for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceGroup {
    /// The letter before the number: `A` to `F`.
    pub prefix: String,
    /// What the button says.
    pub name_vi: String,
    /// The same in English.
    pub name_en: String,
}

/// A counter at which people are served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// What the board shows, e.g. "Quầy 1".
    pub name: String,
    /// The letters it serves; none means all.
    pub groups: Vec<String>,
}

/// What can be booked beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Length of a slot in minutes.
    pub slot_minutes: u16,
    /// Places in each slot; none means that nothing can be booked.
    pub capacity: u16,
    /// How many days ahead a slot can be booked.
    pub days_ahead: u16,
}

/// See [`Event::QueueArranged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrangement {
    /// The office.
    pub office_id: String,
    /// Kinds of service, in the order of the buttons.
    pub groups: Vec<ServiceGroup>,
    /// Counters.
    pub counters: Vec<Counter>,
    /// What can be booked beforehand.
    pub booking: Booking,
}

impl Arrangement {
    /// How an office is arranged until its head says otherwise.
    pub fn usual(office_id: &str) -> Self {
        let group = |prefix: &str, vi: &str, en: &str| ServiceGroup {
            prefix: prefix.into(),
            name_vi: vi.into(),
            name_en: en.into(),
        };
        let counter = |n: u8| Counter { name: format!("Quầy {n}"), groups: Vec::new() };
        Self {
            office_id: office_id.to_owned(),
            groups: vec![
                group("A", "Nộp hồ sơ", "Hand in papers"),
                group("B", "Nhận kết quả", "Collect a result"),
                group("C", "Hỏi, nhờ hướng dẫn", "Ask for guidance"),
            ],
            counters: (1..=4).map(counter).collect(),
            booking: Booking { slot_minutes: 30, capacity: 2, days_ahead: 14 },
        }
    }

    /// The service with this letter.
    ///
    /// # Errors
    /// [`Refusal::BadChoice`] when the machine does not offer it.
    pub fn group(&self, prefix: &str) -> Result<&ServiceGroup, Refusal> {
        self.groups.iter().find(|group| group.prefix == prefix).ok_or(Refusal::BadChoice("group"))
    }

    /// The counter of this name.
    ///
    /// # Errors
    /// [`Refusal::BadChoice`] when there is none.
    pub fn counter(&self, name: &str) -> Result<&Counter, Refusal> {
        self.counters.iter().find(|counter| counter.name == name).ok_or(Refusal::BadChoice("counter"))
    }

    /// Whether people with this letter are called to that counter. A letter that no counter serves (its service was
    /// taken off, or nobody was named for it) is served at all of them, so that nobody waits in vain.
    pub fn serves(&self, counter: &Counter, prefix: &str) -> bool {
        let named = |counter: &Counter| counter.groups.iter().any(|served| served == prefix);
        let covered = self.counters.iter().any(|any| any.groups.is_empty() || named(any));
        counter.groups.is_empty() || named(counter) || !covered
    }

    /// Whether somebody with one letter can be called before somebody with the other: a counter serves both.
    pub fn meet(&self, one: &str, other: &str) -> bool {
        self.counters.iter().any(|counter| self.serves(counter, one) && self.serves(counter, other))
    }

    fn checked(mut self) -> Result<Self, Refusal> {
        if self.groups.is_empty() || self.counters.is_empty() {
            return Err(Refusal::Empty(if self.groups.is_empty() { "groups" } else { "counters" }));
        }
        if self.groups.len() > MOST_GROUPS || self.counters.len() > MOST_COUNTERS {
            let groups = self.groups.len() > MOST_GROUPS;
            return Err(Refusal::TooLong(if groups { "groups" } else { "counters" }));
        }
        for group in &mut self.groups {
            group.name_vi = name("groups", &group.name_vi)?;
            group.name_en = name("groups", &group.name_en).unwrap_or_else(|_| group.name_vi.clone());
            if !matches!(group.prefix.as_bytes(), [b'A'..=b'F']) {
                return Err(Refusal::BadChoice("groups"));
            }
        }
        for counter in &mut self.counters {
            counter.name = name("counters", &counter.name)?;
        }
        let letters = self.groups.iter().map(|group| &group.prefix);
        let names = self.counters.iter().map(|counter| &counter.name);
        if has_twice(letters) {
            return Err(Refusal::BadChoice("groups"));
        }
        if has_twice(names) {
            return Err(Refusal::BadChoice("counters"));
        }
        let known = |prefix: &String| self.groups.iter().any(|group| group.prefix == *prefix);
        if !self.counters.iter().flat_map(|counter| &counter.groups).all(known) {
            return Err(Refusal::BadChoice("counters"));
        }
        let Booking { slot_minutes, capacity, days_ahead } = self.booking;
        if !matches!(slot_minutes, 10 | 15 | 20 | 30 | 60) {
            return Err(Refusal::BadChoice("slot_minutes"));
        }
        if capacity > 50 {
            return Err(Refusal::BadChoice("capacity"));
        }
        if !(1..=60).contains(&days_ahead) {
            return Err(Refusal::BadChoice("days_ahead"));
        }
        Ok(self)
    }
}

fn has_twice<'a>(names: impl Iterator<Item = &'a String>) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    names.into_iter().any(|name| !seen.insert(name))
}

fn name(field: &'static str, typed: &str) -> Result<String, Refusal> {
    let typed = tidy(typed);
    if typed.is_empty() {
        return Err(Refusal::Empty(field));
    }
    if typed.chars().count() > NAME_LIMIT {
        return Err(Refusal::TooLong(field));
    }
    Ok(typed)
}

/// Decides how the queue of an office is arranged. `version` is how often it was arranged before.
///
/// # Errors
/// Refuses everybody but the head of that office, and what cannot be shown on a machine.
pub fn arrange(arrangement: Arrangement, version: i64, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let office = ctx.directory.office(&arrangement.office_id)?;
    let official = ctx.actor.handles(&office.id)?;
    if official.role_at(&office.id) != Some(Role::Head) {
        return Err(Refusal::NotYourRole);
    }
    let subject = format!("queue/{}", office.id);
    let event = Event::QueueArranged(arrangement.checked()?);
    Ok(Batch::one(&official.id, ctx.at, subject.as_bytes(), version + 1, event))
}

/// Those who wait, in the order in which they will be called.
///
/// Two lines are served in turn: those who go first (entitled to support by NĐ 63/2010 đ.18.8, or booked for a slot that
/// has begun) and everybody else. So those who go first wait for at most one other each, and nobody else waits longer
/// than for as many of them again: the rule is bounded both ways. `first_was_last` tells whose turn it was before.
pub fn order<'a>(
    waiting: impl IntoIterator<Item = &'a Ticket>,
    first_was_last: bool,
    now: Instant,
) -> Vec<&'a Ticket> {
    let (mut first, mut others): (Vec<_>, Vec<_>) =
        waiting.into_iter().partition(|ticket| ticket.goes_first(now));
    first.sort_by_key(|ticket| (ticket.slot_at.unwrap_or(ticket.issued_at), ticket.number));
    others.sort_by_key(|ticket| ticket.number);
    let (mut first, mut others) = (first.into_iter().peekable(), others.into_iter().peekable());
    let mut turn_of_first = !first_was_last;
    let mut order = Vec::with_capacity(first.len() + others.len());
    loop {
        let take_first = if turn_of_first { first.peek().is_some() } else { others.peek().is_none() };
        match if take_first { first.next() } else { others.next() } {
            Some(ticket) => order.push(ticket),
            None => return order,
        }
        turn_of_first = !take_first;
    }
}

/// The queue of an office at a moment, as far as the wait depends on it.
#[derive(Clone, Debug)]
pub struct Now {
    /// How it is arranged.
    pub arrangement: Arrangement,
    /// Everybody who waits today.
    pub waiting: Vec<Ticket>,
    /// Whether the last one called today was one of those who go first.
    pub first_was_last: bool,
    /// Names of the counters that called somebody lately.
    pub active: Vec<String>,
    /// How long the last services took, in seconds.
    pub services: Vec<i64>,
    /// When this is.
    pub at: Instant,
}

/// What somebody who waits wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// People who will be called before.
    pub people: usize,
    /// About how many minutes that takes; an estimate, and none while too little is known.
    pub minutes: Option<u32>,
}

impl Now {
    /// How many are before a ticket that waits; `None` when it does not.
    pub fn ahead_of(&self, ticket: &Ticket) -> Option<Ahead> {
        let same_counters = self.waiting.iter().filter(|other| self.meets(other, &ticket.group));
        let order = order(same_counters, self.first_was_last, self.at);
        let people = order.iter().position(|other| other.id == ticket.id)?;
        Some(self.wait(&ticket.group, people))
    }

    /// How many are before somebody who takes a number for this service now and does not go first.
    pub fn ahead_of_newcomer(&self, group: &str) -> Ahead {
        self.wait(group, self.waiting.iter().filter(|other| self.meets(other, group)).count())
    }

    fn meets(&self, other: &Ticket, group: &str) -> bool {
        self.arrangement.meet(&other.group, group)
    }

    fn wait(&self, group: &str, people: usize) -> Ahead {
        let counters = self.arrangement.counters.iter();
        let serving = counters
            .filter(|counter| self.active.contains(&counter.name) && self.arrangement.serves(counter, group))
            .count();
        Ahead { people, minutes: estimate(people, &self.services, serving) }
    }
}

/// How long somebody will wait, in minutes, when so many are called before: an estimate, from the median of the last
/// services (in seconds) and the counters that serve now. None below [`FEWEST_SERVICES`].
pub fn estimate(ahead: usize, services: &[i64], counters: usize) -> Option<u32> {
    let median = median(services)?;
    let seconds = median * ahead as i64 / counters.max(1) as i64;
    u32::try_from((seconds + 59) / 60).ok()
}

/// The middle of at least [`FEWEST_SERVICES`] values (of two middle ones the larger).
pub fn median(values: &[i64]) -> Option<i64> {
    if values.len() < FEWEST_SERVICES {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}
