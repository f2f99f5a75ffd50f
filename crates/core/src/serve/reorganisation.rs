//! A reorganisation: units follow others on a day, their offices close and open, posts move or end, and every open case
//! finds the one office that handles it from then on. The plan is a function of the record and of what was asked, so
//! that a preview is exact and a second run finds what is left.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    batch::Batch,
    context::{Context, Role},
    directory::Directory,
    event::Event,
    refusal::Refusal,
    serve::{
        office::{Closed, Kind, Level, Office, Validity, key_of},
        official::{Left, Official, Post, Taken},
        regime::Regime,
        succession::{Fate, Part, RESIDENCE, Succession, fate, hamlet_in},
    },
    time::Day,
};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// First day of the new units.
    pub on: Day,
    /// Which unit follows which; those of other days are left aside.
    pub successions: Vec<Succession>,
    /// For a divided or abolished unit: the successor that takes what no rule places, by keys of units.
    pub choices: BTreeMap<String, String>,
    /// Who heads a new office, by its unit; otherwise the head of the first of its predecessors.
    pub heads: BTreeMap<String, String>,
    /// Facts of new offices, where those made from the units are not the right ones.
    pub offices: Vec<Office>,
}

/// Where cases of a closing office go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// All to one office.
    Whole(String),
    /// To one of several, by the hamlet where the applicant lives; to `otherwise` when that is not known.
    Divided {
        /// The offices, each with its hamlets.
        parts: Vec<(String, Vec<String>)>,
        /// The office that takes the rest; these are listed for a person to decide.
        otherwise: String,
    },
    /// By procedure, and then to one office or to that of the applicant's residence.
    Cases(Vec<Rule>),
}

/// One rule for the cases of an abolished office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Procedures it is for; all when empty.
    pub procedures: Vec<String>,
    /// The office; nothing means that of the applicant's residence.
    pub office: Option<String>,
}

/// Why a case goes where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The whole unit went there.
    Whole,
    /// The applicant's hamlet went there.
    Hamlet,
    /// The applicant lives there.
    Residence,
    /// The file says so for the cases of an abolished office.
    Told,
    /// A person decided for this case.
    Decided,
    /// No rule places it exactly: a person should look at it.
    ToDecide,
}

impl Why {
    /// The stable key, as lists have it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Hamlet => "hamlet",
            Self::Residence => "residence",
            Self::Told => "told",
            Self::Decided => "decided",
            Self::ToDecide => "to-decide",
        }
    }
}

/// What is to happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// First day of the new units.
    pub on: Day,
    /// Successions that are not in the record yet.
    pub successions: Vec<Succession>,
    /// Offices to open.
    pub opens: Vec<Office>,
    /// Offices to close, with the version they have.
    pub closes: Vec<String>,
    /// Posts to take.
    pub taken: Vec<Taken>,
    /// Posts to leave.
    pub left: Vec<Left>,
    /// Where cases go, by closing office, those that are closed already included.
    pub ways: BTreeMap<String, Way>,
    /// Who serves at each successor from then on: heads first.
    pub staff: BTreeMap<String, Vec<String>>,
    /// What a person should know, in plain words.
    pub notes: Vec<String>,
    /// Where people live who live in a unit of then: the office of their unit from then on, by unit and by office of
    /// then; several when the unit was divided.
    residence: BTreeMap<String, Vec<String>>,
}

/// An open case, as far as its way is concerned.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenCase<'a> {
    /// Its procedure.
    pub procedure: &'a str,
    /// The applicant's commune: key of its unit, or of its office.
    pub residence: Option<&'a str>,
    /// The applicant's address, when it can be read.
    pub address: Option<&'a str>,
    /// The office that a person decided for.
    pub decided: Option<&'a str>,
}

impl Plan {
    /// Whether nothing of the structure is left to write.
    pub fn is_written(&self) -> bool {
        self.opens.is_empty() && self.closes.is_empty() && self.successions.is_empty()
    }

    /// Where a case of an office goes; nothing when the office does not close.
    pub fn route(&self, office_id: &str, case: OpenCase<'_>) -> Option<(&str, Why)> {
        let way = self.ways.get(office_id)?;
        if let Some((office, _)) = case.decided.and_then(|decided| self.staff.get_key_value(decided)) {
            return Some((office, Why::Decided));
        }
        Some(match way {
            Way::Whole(office) => (office, Why::Whole),
            Way::Divided { parts, otherwise } => {
                let all = parts.iter().flat_map(|(_, hamlets)| hamlets).map(String::as_str);
                let named = case.address.and_then(|address| hamlet_in(address, all));
                let of = |hamlet: &str| parts.iter().find(|(_, has)| has.iter().any(|one| one == hamlet));
                match named.and_then(of) {
                    Some((office, _)) => (office, Why::Hamlet),
                    None => (otherwise, Why::ToDecide),
                }
            }
            Way::Cases(rules) => self.abolished(rules, case)?,
        })
    }

    fn abolished<'a>(&'a self, rules: &'a [Rule], case: OpenCase<'_>) -> Option<(&'a str, Why)> {
        let fits =
            |rule: &&Rule| rule.procedures.is_empty() || rule.procedures.iter().any(|p| p == case.procedure);
        let rule = rules.iter().find(fits)?;
        if let Some(office) = &rule.office {
            return Some((office, Why::Told));
        }
        let offices = case.residence.and_then(|residence| self.residence.get(residence));
        match offices.map(Vec::as_slice) {
            Some([office]) => Some((office, Why::Residence)),
            Some([first, ..]) => Some((first, Why::ToDecide)),
            // Whoever lives elsewhere: the first office that is named at all, for a person to look at.
            _ => {
                let named = rules.iter().find_map(|rule| rule.office.as_deref());
                let first = self.residence.values().flatten().next().map(String::as_str);
                named.or(first).map(|office| (office, Why::ToDecide))
            }
        }
    }

    /// Who has a moved case: whoever had it when they serve there, otherwise the head, otherwise whoever serves there.
    pub fn holder<'a>(&'a self, office_id: &str, had: &'a str) -> Option<&'a str> {
        let staff = self.staff.get(office_id)?;
        if staff.iter().any(|official| official == had) {
            Some(had)
        } else {
            staff.first().map(String::as_str)
        }
    }

    /// The events of the structure, in one batch: everything of it happens, or nothing.
    ///
    /// # Errors
    /// Refuses everybody but an administrator and the program itself.
    pub fn structure(&self, ctx: &Context<'_>) -> Result<Batch, Refusal> {
        ctx.actor.administers()?;
        let mut batch = Batch { actor: ctx.actor.journal_name().to_owned(), ..Batch::default() };
        for office in &self.opens {
            let subject = format!("office/{}", office.id);
            batch.push(ctx.at, subject.as_bytes(), 1, Event::OfficeOpened(office.clone()));
        }
        if !self.successions.is_empty() {
            let subject = format!("succession/{}", self.on);
            let event = Event::UnitsSucceeded { successions: self.successions.clone() };
            batch.push(ctx.at, subject.as_bytes(), 1, event);
        }
        let mut versions: BTreeMap<&str, i64> = BTreeMap::new();
        let leaving = self.left.iter().map(|left| (&left.official, Event::PostLeft(left.clone())));
        let taking = self.taken.iter().map(|taken| (&taken.official, Event::PostTaken(taken.clone())));
        for (official, event) in leaving.chain(taking) {
            let known = ctx.directory.official(official)?.version;
            let version = versions.entry(official).or_insert(known);
            *version += 1;
            batch.push(ctx.at, format!("official/{official}").as_bytes(), *version, event);
        }
        for office_id in &self.closes {
            let version = ctx.directory.office(office_id)?.version + 1;
            let why = "Sắp xếp đơn vị hành chính".to_owned();
            let closed = Closed { office_id: office_id.clone(), last_day: self.on.plus(-1), why };
            batch.push(
                ctx.at,
                format!("office/{office_id}").as_bytes(),
                version,
                Event::OfficeClosed(closed),
            );
        }
        Ok(batch)
    }
}

/// Makes the plan.
///
/// # Errors
/// Everything that must be told or put right before anything can happen, in plain words.
pub fn plan(directory: &Directory, asked: &Asked) -> Result<Plan, Vec<String>> {
    Planner::new(directory, asked).plan()
}

struct Planner<'a> {
    directory: &'a Directory,
    asked: &'a Asked,
    /// The successions of the day, and those that a choice stands for.
    rows: Vec<Succession>,
    plan: Plan,
    wrong: Vec<String>,
}

impl<'a> Planner<'a> {
    fn new(directory: &'a Directory, asked: &'a Asked) -> Self {
        let mut rows: Vec<_> = asked.successions.iter().filter(|row| row.on == asked.on).cloned().collect();
        for (unit, successor) in &asked.choices {
            if !rows.iter().any(|row| row.predecessor == *unit) {
                rows.push(Succession {
                    predecessor: unit.clone(),
                    successor: successor.clone(),
                    on: asked.on,
                    part: Part::Cases,
                    hamlets: Vec::new(),
                    procedures: Vec::new(),
                    note: String::new(),
                });
            }
        }
        Self { directory, asked, rows, plan: Plan { on: asked.on, ..Plan::default() }, wrong: Vec::new() }
    }

    fn plan(mut self) -> Result<Plan, Vec<String>> {
        if self.rows.is_empty() {
            return Err(vec![format!("the file has no succession on {}", self.asked.on)]);
        }
        self.successions();
        let closing = self.closing();
        let offices = self.offices(&closing);
        for office in &closing {
            if office.receives() {
                self.way(office, &offices);
            }
        }
        self.residences(&closing, &offices);
        self.staff(&closing, &offices);
        self.warn();
        if self.wrong.is_empty() { Ok(self.plan) } else { Err(self.wrong) }
    }

    /// What of the rows is not in the record yet. A record that says otherwise of the same day is not overruled.
    fn successions(&mut self) {
        let known: Vec<_> = self.directory.successions.iter().filter(|one| one.on == self.asked.on).collect();
        if known.is_empty() {
            self.plan.successions.clone_from(&self.rows);
        } else if known.len() != self.rows.len() || self.rows.iter().any(|row| !known.contains(&row)) {
            self.wrong.push(format!(
                "the record has other successions on {}: run with the same file and the same choices",
                self.asked.on
            ));
        }
    }

    /// The offices of the predecessors that work on the day before, agencies included.
    fn closing(&mut self) -> Vec<Office> {
        let before = self.asked.on.plus(-1);
        let units: BTreeSet<_> = self.rows.iter().map(|row| row.predecessor.as_str()).collect();
        let is_closing =
            |office: &&Office| units.contains(office.unit_key.as_str()) && office.is_open(before);
        let closing: Vec<_> = self.directory.offices.iter().filter(is_closing).cloned().collect();
        for office in &closing {
            match office.closed_on {
                Some(last) if last == before => {}
                _ => self.plan.closes.push(office.id.clone()),
            }
        }
        for unit in &self.directory.units {
            let ends = unit.validity.to == Some(before) && !units.contains(unit.key.as_str());
            let office =
                self.directory.offices.iter().find(|one| one.unit_key == unit.key && one.is_open(before));
            if let Some(office) = office.filter(|_| ends) {
                self.wrong.push(format!(
                    "{} ends on {before}, and the file does not say where the cases of its office {} go: add a line \
                     \"{},UNIT,{},cases,\", or give --choose {}=UNIT (a unit, or {RESIDENCE})",
                    unit.name_vi, office.id, unit.key, self.asked.on, unit.key
                ));
            }
        }
        closing
    }

    /// The office of every successor unit: the one that is there, or one to open.
    fn offices(&mut self, closing: &[Office]) -> BTreeMap<String, String> {
        let of: BTreeSet<_> = closing.iter().map(|office| office.unit_key.as_str()).collect();
        let rows = self.rows.clone();
        let needed =
            rows.iter().filter(|row| of.contains(row.predecessor.as_str()) && row.successor != RESIDENCE);
        let mut offices = BTreeMap::new();
        for unit in needed.map(|row| row.successor.as_str()) {
            if offices.contains_key(unit) {
                continue;
            }
            if let Some(there) = self.directory.on(self.asked.on).office_of_unit(unit) {
                offices.insert(unit.to_owned(), there.id.clone());
            } else if let Some(office) = self.new_office(unit) {
                offices.insert(unit.to_owned(), office.id.clone());
                self.plan.opens.push(office);
            }
        }
        offices
    }

    fn new_office(&mut self, unit_key: &str) -> Option<Office> {
        if let Some(office) = self.asked.offices.iter().find(|office| office.unit_key == unit_key) {
            let office = Office { opened_on: Some(self.asked.on), ..office.clone() };
            if let Err(why) = super::office::check(&office, self.directory) {
                self.wrong.push(format!("the office {}: {why}", office.id));
            }
            return Some(office);
        }
        let Some(unit) = self.directory.unit(unit_key) else {
            self.wrong.push(format!("the unit {unit_key} is not in the record: hailong import units FILE"));
            return None;
        };
        if !unit.validity.holds(self.asked.on) {
            self.wrong.push(format!("the unit {unit_key} does not exist on {}", self.asked.on));
        }
        let level = match unit.kind {
            super::unit::Kind::Province => Level::Province,
            super::unit::Kind::District => Level::District,
            _ => Level::Commune,
        };
        let taken = |id: &str| {
            self.directory.office(id).is_ok() || self.plan.opens.iter().any(|office| office.id == id)
        };
        let mut id = key_of(&unit.name_vi);
        if taken(&id) {
            id = format!("{id}-{}", self.asked.on.year());
        }
        let (kind, place) = match Regime::on(self.asked.on) {
            Regime::R2025 => (Kind::Centre, "Trung tâm Phục vụ hành chính công"),
            _ => (Kind::OneStop, "Bộ phận tiếp nhận và trả kết quả"),
        };
        let of = match unit.name_vi.split_once(' ') {
            Some((kind, name)) => format!("{} {name}", kind.to_lowercase()),
            None => unit.name_vi.clone(),
        };
        self.plan.notes.push(format!(
            "the case codes of {id} begin with {}, the code of its unit: give --offices FILE for another",
            unit.code
        ));
        Some(Office {
            id,
            unit_key: unit.key.clone(),
            gso_code: unit.code.clone(),
            name_vi: format!("{place} {of}"),
            unit_name: unit.name_vi.clone(),
            level,
            population: unit.population,
            upgrade_2017: false,
            case_prefix: unit.code.clone(),
            tile: None,
            kind,
            parent: None,
            hours: None,
            opened_on: Some(self.asked.on),
            closed_on: None,
            changes: Vec::new(),
            version: 0,
        })
    }

    fn way(&mut self, office: &Office, offices: &BTreeMap<String, String>) {
        let rows: Vec<_> =
            self.rows.iter().filter(|row| row.predecessor == office.unit_key).cloned().collect();
        let at = |unit: &str| offices.get(unit).cloned();
        let way = match rows.first().map(|row| row.part) {
            Some(Part::Whole) => rows.first().and_then(|row| at(&row.successor)).map(Way::Whole),
            Some(Part::Part) => {
                let parts: Vec<_> =
                    rows.iter().filter_map(|row| Some((at(&row.successor)?, row.hamlets.clone()))).collect();
                let chosen = self.chosen(office, &rows).and_then(|unit| at(&unit));
                chosen.map(|otherwise| Way::Divided { parts, otherwise })
            }
            _ => {
                let mut rules: Vec<_> = rows
                    .iter()
                    .map(|row| Rule { procedures: row.procedures.clone(), office: at(&row.successor) })
                    .collect();
                // A rule for everything comes after those for some.
                rules.sort_by_key(|rule| rule.procedures.is_empty());
                Some(Way::Cases(rules))
            }
        };
        if let Some(way) = way {
            self.plan.ways.insert(office.id.clone(), way);
        }
    }

    /// The successor that takes what no hamlet places: as chosen; or the one that bears the code; or the first.
    fn chosen(&mut self, office: &Office, rows: &[Succession]) -> Option<String> {
        if let Some(chosen) = self.asked.choices.get(&office.unit_key) {
            if !rows.iter().any(|row| row.successor == *chosen) {
                self.wrong.push(format!("{chosen} is not among the successors of {}", office.unit_key));
            }
            return Some(chosen.clone());
        }
        let code = |unit: &str| self.directory.unit(unit).map(|unit| unit.code.as_str());
        let same = rows.iter().find(|row| code(&row.successor) == Some(office.gso_code.as_str()));
        let chosen = same.or(rows.first()).map(|row| row.successor.clone())?;
        self.plan.notes.push(format!(
            "{} is divided: what no hamlet places goes to {chosen}, and is listed to be decided; another with --choose \
             {}=UNIT",
            office.unit_key, office.unit_key
        ));
        Some(chosen)
    }

    fn residences(&mut self, closing: &[Office], offices: &BTreeMap<String, String>) {
        let stays = |office: &&Office| !closing.iter().any(|closing| closing.id == office.id);
        let mut successions = self.directory.successions.clone();
        successions.extend(self.plan.successions.iter().cloned());
        let units: BTreeSet<&str> = self.directory.units.iter().map(|unit| unit.key.as_str()).collect();
        let of_offices =
            self.directory.offices.iter().map(|office| (office.id.as_str(), office.unit_key.as_str()));
        for (key, unit) in units.into_iter().map(|unit| (unit, unit)).chain(of_offices) {
            let after = match fate(&successions, unit, self.asked.on) {
                Fate::Whole(unit) => vec![unit],
                Fate::Divided(units) => units,
            };
            let at = after.iter().filter_map(|unit| {
                let there = || {
                    self.directory
                        .on(self.asked.on)
                        .office_of_unit(unit)
                        .filter(stays)
                        .map(|office| office.id.clone())
                };
                offices.get(unit).cloned().or_else(there)
            });
            let at: Vec<_> = at.collect();
            if !at.is_empty() {
                self.plan.residence.insert(key.to_owned(), at);
            }
        }
    }

    /// Posts of closing offices go to the successor; each successor has one head.
    fn staff(&mut self, closing: &[Office], offices: &BTreeMap<String, String>) {
        let mut heads: BTreeMap<String, String> = BTreeMap::new();
        for (unit, official) in &self.asked.heads {
            match (offices.get(unit), self.directory.official(official)) {
                (Some(office), Ok(_)) => drop(heads.insert(office.clone(), official.clone())),
                _ => self
                    .wrong
                    .push(format!("--head {unit}={official}: no such new office, or no such official")),
            }
        }
        for office in self.order(closing) {
            let to = self.target(&office);
            let directory = self.directory;
            for official in &directory.officials {
                for post in official.all_posts() {
                    if post.office_id == office.id
                        && post.validity.overlaps(&Validity::new(Some(self.asked.on), None))
                    {
                        self.move_post(official, &post, to.as_deref(), &mut heads);
                    }
                }
            }
        }
        self.gather_staff();
    }

    /// The closing offices in the order of the file, so that "the first predecessor" means something.
    fn order(&self, closing: &[Office]) -> Vec<Office> {
        let place = |office: &Office| self.rows.iter().position(|row| row.predecessor == office.unit_key);
        let mut closing = closing.to_vec();
        closing.sort_by_key(|office| (place(office), office.id.clone()));
        closing
    }

    fn target(&self, office: &Office) -> Option<String> {
        match self.plan.ways.get(&office.id)? {
            Way::Whole(to) | Way::Divided { otherwise: to, .. } => Some(to.clone()),
            Way::Cases(rules) => rules.iter().rev().find_map(|rule| rule.office.clone()),
        }
    }

    fn move_post(
        &mut self,
        official: &Official,
        post: &Post,
        to: Option<&str>,
        heads: &mut BTreeMap<String, String>,
    ) {
        self.plan.left.push(Left {
            official: official.id.clone(),
            office_id: post.office_id.clone(),
            role: post.role,
            last_day: self.asked.on.plus(-1),
            why: "Sắp xếp đơn vị hành chính".to_owned(),
        });
        let Some(to) = to.filter(|_| post.role != Role::Leader) else {
            self.plan.notes.push(format!("the post of {} ({}) ends", official.id, post.role.key()));
            return;
        };
        let role = match post.role {
            Role::Admin => Role::Admin,
            _ if heads.get(to).is_some_and(|head| *head == official.id) => Role::Head,
            Role::Head if !heads.contains_key(to) && self.is_whole(&post.office_id) => {
                heads.insert(to.to_owned(), official.id.clone());
                Role::Head
            }
            _ => Role::Official,
        };
        let title_vi = match (post.role, role) {
            (Role::Head, Role::Official) => {
                self.plan.notes.push(format!("{} heads {to} no more and stays as an official", official.id));
                "Công chức".to_owned()
            }
            _ => post.title_vi.clone(),
        };
        self.plan.taken.push(Taken {
            official: official.id.clone(),
            post: Post {
                office_id: to.to_owned(),
                role,
                title_vi,
                validity: Validity::new(Some(self.asked.on), post.validity.to),
                reserve: post.reserve,
            },
        });
    }

    fn is_whole(&self, office_id: &str) -> bool {
        !matches!(self.plan.ways.get(office_id), Some(Way::Cases(_)) | None)
    }

    fn gather_staff(&mut self) {
        let day = self.asked.on;
        let targets: BTreeSet<String> = self
            .plan
            .ways
            .values()
            .flat_map(|way| match way {
                Way::Whole(to) => vec![to.clone()],
                Way::Divided { parts, .. } => parts.iter().map(|(to, _)| to.clone()).collect(),
                Way::Cases(rules) => rules.iter().filter_map(|rule| rule.office.clone()).collect(),
            })
            .chain(self.plan.residence.values().flatten().cloned())
            .collect();
        for office in targets {
            let taken = self.plan.taken.iter().map(|taken| (&taken.official, &taken.post));
            let mut staff: Vec<_> = taken
                .filter(|(_, post)| post.office_id == office && post.role.serves())
                .map(|(official, post)| (post.role, official.clone()))
                .collect();
            let there = self.directory.on(day).posts_at(&office).filter(|(_, post)| post.role.serves());
            staff.extend(there.map(|(official, post)| (post.role, official.id.clone())));
            staff.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            staff.dedup();
            self.plan.staff.insert(office, staff.into_iter().map(|(_, official)| official).collect());
        }
    }

    fn warn(&mut self) {
        let empty = self.plan.staff.iter().filter(|(_, staff)| staff.is_empty());
        let used = |office: &String| {
            self.plan.ways.values().any(|way| match way {
                Way::Whole(to) => to == office,
                Way::Divided { parts, .. } => parts.iter().any(|(to, _)| to == office),
                Way::Cases(rules) => rules.iter().any(|rule| rule.office.as_ref() == Some(office)),
            })
        };
        let nobody: Vec<_> = empty.map(|(office, _)| office.clone()).filter(|office| used(office)).collect();
        for office in nobody {
            self.wrong.push(format!("nobody would serve at {office}: appoint somebody there first"));
        }
        let admins = |post: &Post| post.role == Role::Admin && post.validity.holds(self.asked.on);
        let moved = self.plan.taken.iter().any(|taken| admins(&taken.post));
        let closing = |post: &Post| self.plan.closes.contains(&post.office_id);
        let stay = self.directory.officials.iter().flat_map(Official::all_posts);
        if !moved && !stay.into_iter().any(|post| admins(&post) && !closing(&post)) {
            self.wrong.push(
                "nobody would be administrator any more: name an office for the cases of theirs".to_owned(),
            );
        }
    }
}
