//! Which administrative unit followed which, whole or in part, from which day on: many to many, and dated.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    case::Case,
    office::{Office, Validity},
    unit::{LineError, Table},
};
use crate::{
    batch::Batch, context::Context, directory::Directory, event::Event, refusal::Refusal, text::fold,
    time::Day,
};

/// Named as successor: the commune where the applicant lives.
pub const RESIDENCE: &str = "residence";
/// Most steps that a chain of successions is followed.
const LONGEST_CHAIN: usize = 32;

/// How much of the predecessor went over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All of it.
    Whole,
    /// A part: the predecessor was divided, and counts of it have no exact place among the successors.
    Part,
    /// Nothing of its land or people, only its open cases (a level of government that was abolished).
    Cases,
}

/// One unit followed another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succession {
    /// Key of the unit before.
    pub predecessor: String,
    /// Key of the unit after; [`RESIDENCE`] for cases that follow the applicant.
    pub successor: String,
    /// First day of the successor.
    pub on: Day,
    /// How much went over.
    pub part: Part,
    /// Hamlets that went to this successor, when the predecessor was divided and it is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hamlets: Vec<String>,
    /// Procedures whose cases go to this successor; all when empty. For [`Part::Cases`] only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub procedures: Vec<String>,
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Whole, Self::Part, Self::Cases];

    /// The stable key, as stored and as tables have it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Part => "part",
            Self::Cases => "cases",
        }
    }

    /// The part with that stable key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.key() == key)
    }
}

/// Reads successions from a table with a head line: `predecessor_key`, `successor_key`, `effective_on`, `part`, and
/// perhaps `note`, `hamlets` (divided by `;`), `procedures` (codes divided by spaces).
///
/// # Errors
/// Names the first line that cannot be read, or contradicts another.
pub fn parse_csv(text: &str) -> Result<Vec<Succession>, LineError> {
    let mut all: Vec<Succession> = Vec::new();
    for row in &Table::read(text)?.rows {
        let wrong = |why: &str| LineError { line: row.line, why: why.to_owned() };
        let list = |column: &str, at: char| {
            let parts = row.get(column).split(at).map(str::trim).filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect::<Vec<_>>()
        };
        let one = Succession {
            predecessor: row.get("predecessor_key").to_owned(),
            successor: row.get("successor_key").to_owned(),
            on: Day::parse(row.get("effective_on")).ok_or_else(|| wrong("effective_on is not YYYY-MM-DD"))?,
            part: Part::from_key(row.get("part")).ok_or_else(|| wrong("part is not whole, part or cases"))?,
            hamlets: list("hamlets", ';'),
            procedures: list("procedures", ' '),
            note: row.get("note").to_owned(),
        };
        if one.predecessor.is_empty() || one.successor.is_empty() {
            return Err(wrong("a key is empty"));
        }
        if one.predecessor == one.successor {
            return Err(wrong("a unit does not follow itself"));
        }
        if one.successor == RESIDENCE && one.part != Part::Cases {
            return Err(wrong("only open cases follow the applicant's residence"));
        }
        let same = all.iter().filter(|other| other.predecessor == one.predecessor && other.on == one.on);
        let contradicts = |other: &&Succession| {
            other.successor == one.successor && other.procedures == one.procedures
                || other.part != one.part
                || one.part == Part::Whole
        };
        if same.into_iter().any(|other| contradicts(&other)) {
            return Err(wrong("it contradicts a line above: a whole unit has one successor"));
        }
        all.push(one);
    }
    Ok(all)
}

/// What became of a unit by a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It, or the one unit that took all of it, is this.
    Whole(String),
    /// It was divided at some time; these have parts of it.
    Divided(Vec<String>),
}

/// Follows a unit through the successions up to a day.
pub fn fate(successions: &[Succession], unit: &str, day: Day) -> Fate {
    let mut now: BTreeSet<(String, Option<Day>)> = BTreeSet::from([(unit.to_owned(), None)]);
    let mut divided = false;
    for _ in 0..LONGEST_CHAIN {
        let mut next = BTreeSet::new();
        let mut moved = false;
        for (unit, since) in &now {
            // A key may be handed on on the very day it was taken, but never before it.
            let mut after: Vec<_> = successions
                .iter()
                .filter(|one| one.predecessor == *unit && one.part != Part::Cases && one.on <= day)
                .filter(|one| since.is_none_or(|since| one.on > since))
                .collect();
            let first = after.iter().map(|one| one.on).min();
            after.retain(|one| Some(one.on) == first);
            divided |= after.iter().any(|one| one.part == Part::Part);
            moved |= !after.is_empty();
            if after.is_empty() {
                next.insert((unit.clone(), *since));
            }
            next.extend(after.into_iter().map(|one| (one.successor.clone(), Some(one.on))));
        }
        now = next;
        if !moved {
            break;
        }
    }
    let mut units: Vec<String> = now.into_iter().map(|(unit, _)| unit).collect();
    units.dedup();
    match (divided, units.len()) {
        (false, 1) => Fate::Whole(units.remove(0)),
        _ => Fate::Divided(units),
    }
}

/// The offices of then among the offices of a later day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InOffices {
    /// For each office of the day: the offices whose whole figures are its own.
    pub sums: BTreeMap<String, Vec<String>>,
    /// Offices of then whose unit was divided: there is no exact answer, and nothing is apportioned. With the offices
    /// of the day that have parts of them.
    pub divided: BTreeMap<String, Vec<String>>,
    /// Offices of then that nothing followed.
    pub ended: Vec<String>,
}

/// Where the figures of every office belong among the offices of a day. Every office of the record stands in exactly
/// one place.
pub fn in_offices_of(directory: &Directory, day: Day) -> InOffices {
    let mut found = InOffices::default();
    let then = directory.on(day);
    for office in then.offices().filter(|office| office.receives()) {
        found.sums.insert(office.id.clone(), Vec::new());
    }
    for office in &directory.offices {
        if office.is_open(day) {
            found.sums.entry(office.id.clone()).or_default().push(office.id.clone());
            continue;
        }
        let of = |unit: &String| then.office_of_unit(unit).map(|office| office.id.clone());
        match fate(&directory.successions, &office.unit_key, day) {
            Fate::Whole(unit) => match of(&unit) {
                Some(today) => found.sums.entry(today).or_default().push(office.id.clone()),
                None => found.ended.push(office.id.clone()),
            },
            Fate::Divided(units) => {
                found.divided.insert(office.id.clone(), units.iter().filter_map(of).collect());
            }
        }
    }
    found
}

/// In whose offices figures stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    /// In those of their time.
    Then,
    /// In those of this later day.
    Of(Day),
}

/// An office, and the offices whose figures it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together {
    /// The office.
    pub office: Office,
    /// Keys of the offices of then; its own when it was there.
    pub of: Vec<String>,
}

/// An office of then whose figures have no exact place among the offices of a later day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    /// Its key.
    pub office: String,
    /// Its name.
    pub name: String,
    /// Keys and names of the offices that have parts of it; none when nothing followed it.
    pub into: Vec<(String, String)>,
}

/// The offices of a period, each with its own figures: those that received on some day of it, with their last names in
/// it, and others that have figures in it.
pub fn of_then(directory: &Directory, period: Validity, has_figures: impl Fn(&str) -> bool) -> Vec<Together> {
    let there = |office: &&Office| {
        office.receives() && office.validity().overlaps(&period) || has_figures(&office.id)
    };
    let named = |office: &Office| match office.closed_on.into_iter().chain(period.to).min() {
        Some(last) => office.on(last),
        None => office.clone(),
    };
    let line = |office: &Office| Together { of: vec![office.id.clone()], office: named(office) };
    let mut all: Vec<_> = directory.offices.iter().filter(there).map(line).collect();
    all.sort_by_cached_key(|one| (one.office.level, fold(&one.office.unit_name)));
    all
}

/// The offices of a day with the figures of those that went over to them whole; below, each by itself, those of then that
/// were divided or that nothing followed.
pub fn of_day(
    directory: &Directory,
    period: Validity,
    day: Day,
    has_figures: impl Fn(&str) -> bool,
) -> Vec<Together> {
    let now = in_offices_of(directory, day);
    let summed = |office: std::borrow::Cow<'_, Office>| Together {
        of: now.sums.get(&office.id).cloned().unwrap_or_default(),
        office: office.into_owned(),
    };
    let mut all: Vec<_> =
        directory.on(day).offices().filter(|office| office.receives()).map(summed).collect();
    all.sort_by_cached_key(|one| (one.office.level, fold(&one.office.unit_name)));
    let apart = |id: &String| now.divided.contains_key(id) || now.ended.contains(id);
    all.extend(of_then(directory, period, has_figures).into_iter().filter(|one| apart(&one.office.id)));
    all
}

/// Where the offices of a day have no exact figures of a period.
pub fn apart(
    directory: &Directory,
    period: Validity,
    day: Day,
    has_figures: impl Fn(&str) -> bool,
) -> Vec<Apart> {
    let mut now = in_offices_of(directory, day);
    let named = |id: String| {
        let name = directory.office(&id).map(|office| office.on(day).unit_name).unwrap_or_default();
        (id, name)
    };
    let found = of_then(directory, period, has_figures).into_iter().filter_map(|one| {
        let id = one.office.id;
        let into = match now.divided.remove(&id) {
            Some(into) => into.into_iter().map(named).collect(),
            None if now.ended.contains(&id) => Vec::new(),
            None => return None,
        };
        Some(Apart { office: id, name: one.office.unit_name, into })
    });
    found.collect()
}

/// The offices that answer on a day for what was left with an office: itself while it works, otherwise those of the
/// units that followed its own, or that took its cases.
pub fn heirs(directory: &Directory, office_id: &str, day: Day) -> Vec<String> {
    let Ok(office) = directory.office(office_id) else { return Vec::new() };
    if office.is_open(day) {
        return vec![office.id.clone()];
    }
    let then = directory.on(day);
    let of = |unit: &str| then.office_of_unit(unit).map(|office| office.id.clone());
    let units = match fate(&directory.successions, &office.unit_key, day) {
        Fate::Whole(unit) => vec![unit],
        Fate::Divided(units) => units,
    };
    let heirs: Vec<_> = units.iter().filter_map(|unit| of(unit)).collect();
    if !heirs.is_empty() {
        return heirs;
    }
    let took = directory.successions.iter().filter(|one| one.predecessor == office.unit_key && one.on <= day);
    let heirs: BTreeSet<_> = took.filter_map(|one| of(&one.successor)).collect();
    heirs.into_iter().collect()
}

/// The one hamlet of a list that an address names, in whatever spelling.
pub fn hamlet_in<'a>(address: &str, hamlets: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let words = |text: &str| {
        let folded = fold(text);
        let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        format!(" {} ", words.collect::<Vec<_>>().join(" "))
    };
    let address = words(address);
    let mut named = hamlets.into_iter().filter(|hamlet| address.contains(&words(hamlet)));
    match (named.next(), named.next()) {
        (Some(hamlet), None) => Some(hamlet),
        _ => None,
    }
}

/// Decides that another office handles a case now and returns its result. Its clock runs on; its code and receipt stay.
///
/// # Errors
/// Refuses everybody but an administrator, cases that are closed, offices that receive nobody, and a holder who has
/// no post there.
pub fn move_case(
    case: &Case,
    from_office: &str,
    to_office: &str,
    holder: &str,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    let day = ctx.at.day();
    if case.state.is_closed() {
        return Err(Refusal::AlreadyDone);
    }
    let office = ctx.directory.on(day).office(to_office)?;
    let serves = |post: &super::official::Post| post.office_id == to_office && post.role.serves();
    let works_there = ctx.directory.official(holder)?.posts_on(day).iter().any(serves);
    if !office.receives() || from_office == to_office {
        return Err(Refusal::UnknownOffice);
    }
    if !works_there {
        return Err(Refusal::UnknownOfficial);
    }
    let event = Event::CaseMoved {
        of: case.reference(),
        from_office: from_office.to_owned(),
        to_office: to_office.to_owned(),
        holder: holder.to_owned(),
    };
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, case.id.as_bytes(), case.version + 1, event))
}

/// Decides that successions enter the record.
///
/// # Errors
/// Refuses everybody but an administrator.
pub fn succeed(successions: Vec<Succession>, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    let on = successions.first().ok_or(Refusal::Empty("successions"))?.on;
    let subject = format!("succession/{on}");
    let known = ctx.directory.successions.iter().any(|one| one.on == on);
    if known {
        return Err(Refusal::AlreadyDone);
    }
    let event = Event::UnitsSucceeded { successions };
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), 1, event))
}
