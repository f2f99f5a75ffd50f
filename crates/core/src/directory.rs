//! The published rules: authority, offices, officials, procedures, calendar, units. Everything that was ever
//! published is here, with its dates; [`Directory::on`] says what of it is in force on a day.

use std::{borrow::Cow, sync::OnceLock};

use serde::{Deserialize, Serialize};

use crate::{
    batch::Batch,
    context::{Context, Role},
    event::Event,
    listen::questionnaire::Questionnaire,
    refusal::Refusal,
    serve::{
        book::BookClosed,
        calendar::Calendar,
        decision::Changed,
        office::{Office, Validity},
        official::{Official, Post, StandIn},
        procedure::{self, Procedure, Withdrawn},
        succession::Succession,
        unit::Unit,
    },
    time::Day,
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
    /// Offices by key, those that closed or will open included.
    pub offices: Vec<Office>,
    /// Officials by key, those who left included.
    pub officials: Vec<Official>,
    /// Every version of every procedure, by code and first day; see [`OnDay::procedures`].
    pub procedures: Vec<Procedure>,
    /// Procedures that were abolished, in the order of the record for each of them.
    pub withdrawn: Vec<Withdrawn>,
    /// Working days, with every decision that changed them.
    pub calendar: Calendar,
    /// The decisions that changed the calendar since it was first published, in their order.
    pub decisions: Vec<Changed>,
    /// Administrative units by key, whether they have an office here or not.
    pub units: Vec<Unit>,
    /// Which unit followed which, in the order of the record.
    pub successions: Vec<Succession>,
    /// The years of tracking books that were closed.
    pub books: Vec<BookClosed>,
    /// Every version of the questions of a rating; the first is always there.
    pub questionnaires: Vec<Questionnaire>,
    /// What searching compares with; made when first needed.
    index: OnceLock<std::sync::Arc<procedure::Index>>,
}

/// What is in force on a day.
#[derive(Clone, Copy, Debug)]
pub struct OnDay<'a> {
    directory: &'a Directory,
    day: Day,
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
        procedures.sort_by(|a, b| (&a.code, a.valid_from).cmp(&(&b.code, b.valid_from)));
        for office in &mut offices {
            office.version = office.version.max(1);
        }
        for official in &mut officials {
            official.version = official.version.max(1);
            if official.posts.is_empty() {
                official.posts.push(official.first_post());
            }
        }
        Self {
            authority,
            offices,
            officials,
            procedures,
            withdrawn: Vec::new(),
            calendar,
            decisions: Vec::new(),
            units: Vec::new(),
            successions: Vec::new(),
            books: Vec::new(),
            questionnaires: vec![Questionnaire::first()],
            index: OnceLock::new(),
        }
    }

    /// Takes in what happened to offices, officials, units and procedures since they were first published, in the order of the
    /// record for each of them.
    #[must_use]
    pub fn with(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        for event in events {
            self.apply(event);
        }
        self.units.sort_by(|a, b| a.key.cmp(&b.key));
        self
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::OfficeClosed(closed) => self.change_office(&closed.office_id.clone(), |office| {
                office.closed_on = Some(closed.last_day);
            }),
            Event::OfficeChanged(change) => {
                self.change_office(&change.office_id.clone(), |office| office.changes.push(change));
            }
            Event::PostTaken(taken) => self.change_official(&taken.official.clone(), |official| {
                official.posts.push(taken.post);
            }),
            Event::PostLeft(left) => self.change_official(&left.official.clone(), |official| {
                let same = |post: &&mut Post| {
                    post.office_id == left.office_id
                        && post.role == left.role
                        && post.validity.to.is_none_or(|to| to > left.last_day)
                };
                if let Some(post) = official.posts.iter_mut().find(same) {
                    post.validity = post.validity.until(left.last_day);
                }
            }),
            Event::AbsenceNoted(absence) => self.change_official(&absence.official.clone(), |official| {
                official.absences.retain(|known| known.from != absence.from);
                official.absences.push(absence);
            }),
            Event::UnitPublished(unit) => {
                let known = self.units.iter().position(|known| known.key == unit.key);
                match known {
                    Some(at) => self.units[at] = Unit { version: self.units[at].version + 1, ..unit },
                    None => self.units.push(Unit { version: 1, ..unit }),
                }
            }
            Event::UnitsSucceeded { successions } => self.successions.extend(successions),
            Event::CalendarChanged(changed) => {
                // A decision that does not fit was never written; the calendar then stays as it was.
                if let Ok(calendar) = changed.applied_to(&self.calendar) {
                    self.calendar = calendar;
                }
                self.decisions.push(changed);
            }
            Event::BookClosed(closed) => self.books.push(closed),
            Event::QuestionnairePublished(version) => self.questionnaires.push(version),
            Event::ProcedureWithdrawn(withdrawn) => self.withdrawn.push(withdrawn),
            _ => {}
        }
    }

    fn change_office(&mut self, id: &str, change: impl FnOnce(&mut Office)) {
        if let Ok(at) = self.offices.binary_search_by(|office| office.id.as_str().cmp(id)) {
            change(&mut self.offices[at]);
            self.offices[at].version += 1;
        }
    }

    fn change_official(&mut self, id: &str, change: impl FnOnce(&mut Official)) {
        if let Ok(at) = self.officials.binary_search_by(|official| official.id.as_str().cmp(id)) {
            change(&mut self.officials[at]);
            self.officials[at].version += 1;
        }
    }

    /// Adds an office that was not there.
    pub(crate) fn insert_office(&mut self, mut office: Office) {
        office.version = 1;
        let place = self.offices.binary_search_by(|known| known.id.cmp(&office.id));
        self.offices.insert(place.unwrap_or_else(|at| at), office);
    }

    /// Adds an official who was not there.
    pub(crate) fn insert_official(&mut self, mut official: Official) {
        official.version = 1;
        official.posts = vec![official.first_post()];
        let place = self.officials.binary_search_by(|known| known.id.cmp(&official.id));
        self.officials.insert(place.unwrap_or_else(|at| at), official);
    }

    /// What is in force on a day.
    pub const fn on(&self, day: Day) -> OnDay<'_> {
        OnDay { directory: self, day }
    }

    /// The administrative unit with this key, whether it exists today or not.
    pub fn unit(&self, key: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.key == key)
    }

    /// An official with the posts of a day, and those whom they may stand for.
    ///
    /// # Errors
    /// [`Refusal::UnknownOfficial`], and [`Refusal::PostEnded`] when no post is held and nobody stood in for.
    pub fn acting(&self, id: &str, day: Day) -> Result<Official, Refusal> {
        let mut official = self.official(id)?.clone();
        official.posts = official.posts_on(day);
        let away = self.officials.iter().filter_map(|other| {
            let absence = other.absence_on(day).filter(|absence| absence.deputy == id)?;
            let posts = other.posts_on(day);
            (!posts.is_empty()).then(|| StandIn { official: absence.official.clone(), posts })
        });
        official.stands_for = away.collect();
        let first = official.posts.first().cloned().ok_or(Refusal::PostEnded)?;
        official.office_id = first.office_id;
        official.role = first.role;
        official.title_vi = first.title_vi;
        official.reserve = first.reserve;
        Ok(official)
    }

    /// Who answers for an office on a day: the one in office then.
    pub fn head_on(&self, office_id: &str, day: Day) -> Option<&Official> {
        let heads = |official: &&Official| {
            official.posts_on(day).iter().any(|post| post.role == Role::Head && post.office_id == office_id)
        };
        self.officials.iter().find(heads)
    }

    /// The name of an actor in the journal, as (who, for whom): names of officials, or the plain word.
    pub fn actor_names(&self, journal_name: &str) -> (String, Option<String>) {
        let name =
            |id: &str| self.official(id).map_or_else(|_| id.to_owned(), |official| official.name.clone());
        let (who, absent) = crate::serve::official::actors(journal_name);
        (name(who), absent.map(name))
    }

    /// The office with this key.
    ///
    /// # Errors
    /// [`Refusal::UnknownOffice`].
    pub fn office(&self, id: &str) -> Result<&Office, Refusal> {
        let found = self.offices.binary_search_by(|office| office.id.as_str().cmp(id));
        found.map(|at| &self.offices[at]).map_err(|_| Refusal::UnknownOffice)
    }

    /// The name of the unit of an office; the key, where no office has it.
    pub fn unit_name(&self, office_id: &str) -> String {
        self.office(office_id).map_or_else(|_| office_id.to_owned(), |office| office.unit_name.clone())
    }

    /// The short name of a procedure as it was on a day or, where it was not in force then, nearest to it; the code, where
    /// no procedure has it.
    pub fn short_name(&self, code: &str, day: Day) -> String {
        self.procedure_near(code, day).map_or_else(|_| code.to_owned(), |one| one.short_name_vi.clone())
    }

    /// The working calendar with the opening hours of an office on a day.
    pub fn calendar_of(&self, office_id: &str, day: Day) -> Calendar {
        self.calendar.with_hours(self.office(office_id).ok().and_then(|office| office.on(day).hours))
    }

    /// The official with this key.
    ///
    /// # Errors
    /// [`Refusal::UnknownOfficial`].
    pub fn official(&self, id: &str) -> Result<&Official, Refusal> {
        let found = self.officials.binary_search_by(|official| official.id.as_str().cmp(id));
        found.map(|at| &self.officials[at]).map_err(|_| Refusal::UnknownOfficial)
    }

    /// Every version of a procedure, by first day; empty when there is none.
    pub fn versions(&self, code: &str) -> &[Procedure] {
        let from = self.procedures.partition_point(|procedure| procedure.code.as_str() < code);
        let many = self.procedures[from..].partition_point(|procedure| procedure.code == code);
        &self.procedures[from..from + many]
    }

    /// The field of a procedure, as its last version names it.
    pub fn field_of(&self, code: &str) -> Option<&str> {
        self.versions(code).last().map(|one| one.field_vi.as_str())
    }

    /// Every version of a procedure with the time that later versions and its end leave of it.
    pub fn versions_in_time(&self, code: &str) -> impl Iterator<Item = (&Procedure, Validity)> {
        procedure::cut(self.versions(code)).map(move |(version, validity)| {
            let ends = |withdrawn: &&Withdrawn| {
                let begun = version.valid_from.is_none_or(|from| from < withdrawn.from);
                withdrawn.code == version.code && begun && validity.holds(withdrawn.from)
            };
            let end = self.withdrawn.iter().find(ends);
            (version, end.map_or(validity, |end| validity.until(end.from.plus(-1))))
        })
    }

    /// The version of a procedure in force on a day. A case keeps the one of the day it was received on.
    ///
    /// # Errors
    /// [`Refusal::UnknownProcedure`].
    pub fn procedure_on(&self, code: &str, day: Day) -> Result<&Procedure, Refusal> {
        let mut versions = self.versions_in_time(code);
        let found = versions.find(|(_, validity)| validity.holds(day));
        found.map(|(version, _)| version).ok_or(Refusal::UnknownProcedure)
    }

    /// The version to show on a day, for its name: the one in force, otherwise the last before, otherwise the next.
    ///
    /// # Errors
    /// [`Refusal::UnknownProcedure`].
    pub fn procedure_near(&self, code: &str, day: Day) -> Result<&Procedure, Refusal> {
        let versions = self.versions(code);
        let begun = |version: &&Procedure| version.valid_from.is_none_or(|from| from <= day);
        let last = versions.iter().rev().find(begun).or(versions.first());
        self.procedure_on(code, day).or(last.ok_or(Refusal::UnknownProcedure))
    }

    /// How often anything happened to a procedure: its versions and its ends.
    pub(crate) fn changes_of_procedure(&self, code: &str) -> i64 {
        let ends = self.withdrawn.iter().filter(|withdrawn| withdrawn.code == code);
        (self.versions(code).len() + ends.count()) as i64
    }

    /// The officials who were appointed to one office first, whatever became of them; see [`OnDay::officials_of`].
    pub fn officials_of<'a>(&'a self, office_id: &'a str) -> impl Iterator<Item = &'a Official> {
        self.officials.iter().filter(move |official| official.office_id == office_id)
    }
}

impl<'a> OnDay<'a> {
    /// The offices that work on the day, agencies included, with their names and codes of the day.
    pub fn offices(self) -> impl Iterator<Item = Cow<'a, Office>> {
        let open = self.directory.offices.iter().filter(move |office| office.is_open(self.day));
        open.map(move |office| named(office, self.day))
    }

    /// The office with this key, when it works on the day, with its names and codes of the day.
    ///
    /// # Errors
    /// [`Refusal::UnknownOffice`], [`Refusal::OfficeNotOpen`].
    pub fn office(self, id: &str) -> Result<Cow<'a, Office>, Refusal> {
        let office = self.directory.office(id)?;
        if office.is_open(self.day) { Ok(named(office, self.day)) } else { Err(Refusal::OfficeNotOpen) }
    }

    /// Everybody with a post at an office on the day, with that post.
    pub fn posts_at(self, office_id: &str) -> impl Iterator<Item = (&'a Official, Post)> + use<'a, '_> {
        let held = move |official: &'a Official| {
            official.posts_on(self.day).into_iter().map(move |post| (official, post))
        };
        self.directory.officials.iter().flat_map(held).filter(move |(_, post)| post.office_id == office_id)
    }

    /// The officials of one office on the day, each with the office, role and title of the post there.
    pub fn officials_of(self, office_id: &str) -> impl Iterator<Item = Official> + use<'a, '_> {
        self.posts_at(office_id).map(|(official, post)| Official {
            office_id: post.office_id,
            role: post.role,
            title_vi: post.title_vi,
            reserve: post.reserve,
            ..official.clone()
        })
    }

    /// The procedures in force on the day, by code.
    pub fn procedures(self) -> impl Iterator<Item = &'a Procedure> {
        self.directory.procedures.iter().filter(move |version| self.has(version))
    }

    /// The procedures in force on the day that match what somebody typed, best first; all of them, by code, when
    /// nothing was typed.
    pub fn search(self, query: &str) -> Vec<&'a Procedure> {
        let all = &self.directory.procedures;
        let index = self.directory.index.get_or_init(|| std::sync::Arc::new(procedure::Index::new(all)));
        let found = index.search(query).into_iter().map(|at| &all[at]);
        found.filter(|version| self.has(version)).collect()
    }

    fn has(self, version: &Procedure) -> bool {
        // Most versions say themselves that they do not hold, without a look at the others.
        version.validity().holds(self.day)
            && self
                .directory
                .procedure_on(&version.code, self.day)
                .is_ok_and(|held| std::ptr::eq(held, version))
    }

    /// The communes, wards and towns that exist on the day: where an applicant may live.
    pub fn communes(self) -> impl Iterator<Item = &'a Unit> {
        let exists = move |unit: &&Unit| unit.kind.is_commune() && unit.validity.holds(self.day);
        self.directory.units.iter().filter(exists)
    }

    /// The office that receives for an administrative unit on the day.
    pub fn office_of_unit(self, unit_key: &str) -> Option<&'a Office> {
        let serves =
            |office: &&Office| office.unit_key == unit_key && office.receives() && office.is_open(self.day);
        self.directory.offices.iter().find(serves)
    }
}

fn named(office: &Office, day: Day) -> Cow<'_, Office> {
    if office.changes.is_empty() { Cow::Borrowed(office) } else { Cow::Owned(office.on(day)) }
}

/// Publishes a part of the directory for the first time; units also anew, and procedures in versions.
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
        Event::UnitPublished(unit) => {
            let known = ctx.directory.unit(&unit.key).map_or(0, |known| known.version);
            let subject = format!("unit/{}", unit.key);
            let batch = Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), known + 1, event);
            return Ok(batch);
        }
        Event::ProcedurePublished(_) => {
            let Event::ProcedurePublished(procedure) = event else { return Err(Refusal::WrongStep) };
            return procedure::publish(procedure, ctx);
        }
        Event::ProcedureWithdrawn(withdrawn) => return procedure::withdraw(withdrawn.clone(), ctx),
        _ => return Err(Refusal::WrongStep),
    };
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), 1, event))
}
