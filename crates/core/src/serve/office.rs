//! Offices in time: the one-stop reception and return counters (bộ phận tiếp nhận và trả kết quả), and the agencies
//! that decide. An office has one key for its whole life; its code and its names are dated and may be another's later.

use serde::{Deserialize, Serialize};

use crate::{
    batch::Batch,
    context::Context,
    event::Event,
    refusal::Refusal,
    serve::calendar::{Calendar, Hours},
    time::Day,
};

/// Longest name or reason, in characters.
pub const TEXT_LIMIT: usize = 240;
/// Longest key of an office or official, in characters.
pub const KEY_LIMIT: usize = 60;

/// The level of government an office serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The province (tỉnh).
    Province,
    /// The district (huyện); abolished on 1/7/2025.
    District,
    /// The commune, ward or town (xã, phường, thị trấn).
    Commune,
}

impl Level {
    /// Every level, the higher first.
    pub const ALL: [Self; 3] = [Self::Province, Self::District, Self::Commune];

    /// The stable key, as stored.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::District => "district",
            Self::Commune => "commune",
        }
    }

    /// The level with that stable key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.key() == key)
    }
}

/// What an office is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A one-stop office (bộ phận tiếp nhận và trả kết quả).
    #[default]
    OneStop,
    /// A centre of public administrative services (Trung tâm Phục vụ hành chính công), since 1/7/2025.
    Centre,
    /// An agency that decides or is consulted, and receives nobody (cơ quan chuyên môn).
    Agency,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::OneStop, Self::Centre, Self::Agency];

    /// The stable key, as stored.
    pub const fn key(self) -> &'static str {
        match self {
            Self::OneStop => "one_stop",
            Self::Centre => "centre",
            Self::Agency => "agency",
        }
    }

    /// The kind with that stable key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    fn is_one_stop(&self) -> bool {
        *self == Self::OneStop
    }
}

/// From which day to which: both days belong to it; nothing means "since always" or "until further notice".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Validity {
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
}

impl Validity {
    /// Between two days, both included.
    pub const fn new(from: Option<Day>, to: Option<Day>) -> Self {
        Self { from, to }
    }

    /// Whether a day belongs to it.
    pub fn holds(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether no day belongs to it.
    pub fn is_empty(&self) -> bool {
        self.from.zip(self.to).is_some_and(|(from, to)| to < from)
    }

    /// Whether a day belongs to both.
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |a: &Self, b: &Self| a.to.zip(b.from).is_some_and(|(to, from)| to < from);
        !self.is_empty() && !other.is_empty() && !before(self, other) && !before(other, self)
    }

    /// The same, ended on a last day at the latest.
    #[must_use]
    pub fn until(self, last: Day) -> Self {
        Self { from: self.from, to: Some(self.to.map_or(last, |to| to.min(last))) }
    }
}

/// One office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// Stable key, e.g. `tran-phan`: the identity, whatever the office is called and coded.
    pub id: String,
    /// Key of the administrative unit it belongs to, as it was at that time.
    pub unit_key: String,
    /// Code of the unit in the national list of administrative units. It may be reused by another unit later.
    pub gso_code: String,
    /// Full name of the office.
    pub name_vi: String,
    /// Name of the unit.
    pub unit_name: String,
    /// Level of government.
    pub level: Level,
    /// People living in the unit, when known.
    pub population: Option<u32>,
    /// Whether the office was to be built, renovated or upgraded in 2017.
    pub upgrade_2017: bool,
    /// The unit part of a case code.
    pub case_prefix: String,
    /// Column and row on the schematic map, when it has a tile.
    pub tile: Option<(u8, u8)>,
    /// What it is.
    #[serde(default, rename = "office_kind", skip_serializing_if = "Kind::is_one_stop")]
    pub kind: Kind,
    /// Key of the office above it, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Its own opening hours; the authority's without them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// First day of work; nothing means before the record begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_on: Option<Day>,
    /// Last day of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<Day>,
    /// What changed since it opened, in the order of the record.
    #[serde(skip)]
    pub changes: Vec<Change>,
    /// Number of events about it so far.
    #[serde(skip)]
    pub version: i64,
}

/// What changed about an office from a day on; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The office.
    pub office_id: String,
    /// First day of the change.
    pub from: Day,
    /// New full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_vi: Option<String>,
    /// New name of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_name: Option<String>,
    /// New code in the national list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gso_code: Option<String>,
    /// New unit part of case codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_prefix: Option<String>,
    /// New opening hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
}

/// See [`Event::OfficeClosed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// The office.
    pub office_id: String,
    /// Last day of work.
    pub last_day: Day,
    /// Why, in the words of the decision. No personal data.
    pub why: String,
}

impl Office {
    /// From which day to which it works.
    pub fn validity(&self) -> Validity {
        Validity::new(self.opened_on, self.closed_on)
    }

    /// Whether it works on a day.
    pub fn is_open(&self, day: Day) -> bool {
        self.validity().holds(day)
    }

    /// When people are received: its own hours, or those of the calendar.
    pub fn hours(&self, calendar: &Calendar) -> Hours {
        self.hours.unwrap_or_else(|| calendar.hours())
    }

    /// Whether people hand cases in here.
    pub fn receives(&self) -> bool {
        self.kind != Kind::Agency
    }

    /// The office with the names and codes of a day.
    #[must_use]
    pub fn on(&self, day: Day) -> Self {
        let mut then = self.clone();
        let mut changes: Vec<_> = self.changes.iter().filter(|change| change.from <= day).collect();
        changes.sort_by_key(|change| change.from);
        for change in changes {
            let set = |field: &mut String, new: &Option<String>| {
                if let Some(new) = new {
                    field.clone_from(new);
                }
            };
            set(&mut then.name_vi, &change.name_vi);
            set(&mut then.unit_name, &change.unit_name);
            set(&mut then.gso_code, &change.gso_code);
            set(&mut then.case_prefix, &change.case_prefix);
            if change.hours.is_some() {
                then.hours = change.hours;
            }
        }
        then
    }
}

/// Reads the offices from their JSON list.
pub fn parse(json: &str) -> serde_json::Result<Vec<Office>> {
    serde_json::from_str(json)
}

/// Whether a text can be a stable key: small letters, digits and dashes.
pub fn is_key(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (2..=KEY_LIMIT).contains(&text.len()) && text.bytes().all(fits)
}

/// A stable key made from a name: "Xã Tân Tiến" becomes `xa-tan-tien`.
pub fn key_of(name: &str) -> String {
    let folded = crate::text::fold(name);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut key = words.collect::<Vec<_>>().join("-");
    key.truncate(KEY_LIMIT);
    key.trim_end_matches('-').to_owned()
}

/// Checks the facts of an office against the others.
///
/// # Errors
/// Names the first field that cannot be right.
pub fn check(office: &Office, directory: &crate::directory::Directory) -> Result<(), Refusal> {
    if !is_key(&office.id) {
        return Err(Refusal::BadKey);
    }
    if directory.office(&office.id).is_ok() {
        return Err(Refusal::AlreadyExists);
    }
    text("name_vi", &office.name_vi)?;
    text("unit_name", &office.unit_name)?;
    text("unit_key", &office.unit_key)?;
    text("case_prefix", &office.case_prefix)?;
    if office.validity().is_empty() {
        return Err(Refusal::BadPeriod);
    }
    if office.parent.as_ref().is_some_and(|parent| parent != &office.id && directory.office(parent).is_err())
    {
        return Err(Refusal::UnknownOffice);
    }
    // Two offices that work at the same time may not write the same case codes.
    let twin = |other: &&Office| {
        other.receives() && office.receives() && other.validity().overlaps(&office.validity()) && {
            let day = office.opened_on.or(other.opened_on).unwrap_or(Day(0));
            other.on(day).case_prefix == office.case_prefix
        }
    };
    if directory.offices.iter().any(|other| twin(&other)) {
        return Err(Refusal::BadChoice("case_prefix"));
    }
    Ok(())
}

/// Decides that an office opens.
///
/// # Errors
/// Refuses everybody but an administrator, keys that are taken, and case codes that another office writes.
pub fn open(office: Office, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    check(&office, ctx.directory)?;
    let subject = format!("office/{}", office.id);
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), 1, Event::OfficeOpened(office)))
}

/// Decides that an office closes; its posts end on the same day. `open_cases` is how many it still has.
///
/// # Errors
/// Refuses everybody but an administrator, a day before its first, and an office with open cases: these are moved
/// by a reorganisation.
pub fn close(closed: Closed, open_cases: u64, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    let office = ctx.directory.office(&closed.office_id)?;
    if office.closed_on.is_some() {
        return Err(Refusal::AlreadyDone);
    }
    if open_cases > 0 {
        return Err(Refusal::OfficeHasCases);
    }
    text("why", &closed.why)?;
    if Validity::new(office.opened_on, Some(closed.last_day)).is_empty() {
        return Err(Refusal::BadPeriod);
    }
    let mut batch = Batch { actor: ctx.actor.journal_name().to_owned(), ..Batch::default() };
    super::official::end_posts_of(&closed.office_id, closed.last_day, &closed.why, ctx, &mut batch);
    let subject = format!("office/{}", closed.office_id);
    batch.push(ctx.at, subject.as_bytes(), office.version + 1, Event::OfficeClosed(closed));
    Ok(batch)
}

/// Decides that an office is called, coded or open otherwise from a day on.
///
/// # Errors
/// Refuses everybody but an administrator, changes that say nothing, and case codes that another office writes.
pub fn change(change: Change, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    let office = ctx.directory.office(&change.office_id)?;
    if !office.is_open(change.from) {
        return Err(Refusal::OfficeNotOpen);
    }
    for (field, new) in [
        ("name_vi", &change.name_vi),
        ("unit_name", &change.unit_name),
        ("gso_code", &change.gso_code),
        ("case_prefix", &change.case_prefix),
    ] {
        if let Some(new) = new {
            text(field, new)?;
        }
    }
    if change == (Change { office_id: change.office_id.clone(), from: change.from, ..Change::default() }) {
        return Err(Refusal::Empty("name_vi"));
    }
    let writes_same = |other: &&Office| {
        other.id != office.id
            && other.receives()
            && other.is_open(change.from)
            && Some(&other.on(change.from).case_prefix) == change.case_prefix.as_ref()
    };
    if ctx.directory.offices.iter().any(|other| writes_same(&other)) {
        return Err(Refusal::BadChoice("case_prefix"));
    }
    let subject = format!("office/{}", office.id);
    let version = office.version + 1;
    let event = Event::OfficeChanged(change);
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), version, event))
}

/// A text that must be there and may not be longer than allowed.
pub(crate) fn text(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Empty(field));
    }
    if text.chars().count() > TEXT_LIMIT || text.chars().any(char::is_control) {
        return Err(Refusal::TooLong(field));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_seventeen_offices_of_the_district() {
        let offices = parse(include_str!("../../../../data/dam-doi/offices.json")).unwrap();
        assert_eq!(offices.len(), 17);
        assert_eq!(offices.iter().filter(|office| office.level == Level::District).count(), 1);
        assert_eq!(offices.iter().filter(|office| office.upgrade_2017).count(), 7);
        let communes = offices.iter().filter(|office| office.level == Level::Commune);
        assert_eq!(communes.filter_map(|office| office.population).sum::<u32>(), 175_629);
        let ids: BTreeSet<_> = offices.iter().map(|office| &office.id).collect();
        let prefixes: BTreeSet<_> = offices.iter().map(|office| &office.case_prefix).collect();
        let tiles: BTreeSet<_> = offices.iter().filter_map(|office| office.tile).collect();
        assert_eq!((ids.len(), prefixes.len(), tiles.len()), (17, 17, 16));
    }
}
