//! What was counted in a period, and which part of it belongs to whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    call_back::CallBacks,
    cell::{Cell, Measure, Subject},
    way::Through,
};
use crate::{
    listen::{invitation::Source, rating::Asked as Fact},
    measure::figure::Figure,
    serve::{applicant::Group, promise::Question},
};

/// Everything of a period that cards are made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Slips of sealed ballots.
    pub slips: Vec<Slip>,
    /// Invitations to rate.
    pub asked: Vec<Asked>,
    /// Finished cases.
    pub finished: Vec<Finished>,
    /// Opinions.
    pub opinions: Vec<Opinions>,
    /// Call-backs by office.
    pub call_backs: BTreeMap<String, CallBacks>,
}

/// Slips that say and name the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// What they name; nothing counted yet.
    pub cell: Cell,
    /// Scores by question, 1 to 5.
    pub scores: [Option<u8>; Question::ALL.len()],
    /// Trips to the office, 1 to 4.
    pub trips: Option<u8>,
    /// Offices contacted, 1 to 4.
    pub contacts: Option<u8>,
    /// Money beyond the fee.
    pub extra_money: Option<Fact>,
    /// Papers asked for that an office already has.
    pub extra_papers: Option<Fact>,
    /// How many slips.
    pub n: u64,
}

/// Who was asked to rate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The office.
    pub office: String,
    /// The official who acted, where the roll says it.
    pub official: Option<String>,
    /// The procedure.
    pub procedure: String,
    /// Its field.
    pub field: String,
    /// Invitations.
    pub invited: u64,
    /// Those of them that were used until now.
    pub used: u64,
    /// Those of these that were used through the office: its slips, tablet or paper.
    pub through: u64,
}

/// Cases that were finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The office.
    pub office: String,
    /// Who had them when they were finished.
    pub official: String,
    /// The procedure.
    pub procedure: String,
    /// Its field, where the catalogue knows it.
    pub field: Option<String>,
    /// Person or organisation.
    pub group: Group,
    /// Cases.
    pub cases: u64,
    /// Those of them that were in time.
    pub on_time: u64,
    /// Supplements that were asked for in them.
    pub supplements: u64,
    /// Microseconds that the late ones were finished after their due date, weekends included.
    pub beyond: u64,
}

/// Opinions about an office.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opinions {
    /// The office.
    pub office: String,
    /// Received.
    pub received: u64,
    /// About conduct.
    pub conduct: u64,
    /// Of these, found to be true, wholly or in part.
    pub upheld: u64,
    /// With a step that came late.
    pub late: u64,
}

/// What is known of a subject besides its cards.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Invitations to rate.
    pub invited: u64,
    /// Those of them that were used.
    pub used: u64,
    /// Finished cases.
    pub cases: u64,
    /// Those of them that were in time.
    pub on_time: u64,
    /// Supplements that were asked for in them.
    pub supplements: u64,
    /// Mean days, weekends included, that late cases were finished after their due date; nothing where none was late.
    pub days_beyond: Option<f64>,
    /// Share of people who came more than once, of procedures and offices.
    pub more_trips: Option<Figure>,
    /// Share of people who had to contact more than one office.
    pub more_contacts: Option<Figure>,
    /// Share of people who were asked for papers that an office already has.
    pub extra_papers: Option<Figure>,
    /// Share of people who say that money beyond the fee was asked for: of offices only, for the head and the inspectors.
    pub extra_money: Option<Figure>,
    /// Opinions received, of offices only.
    pub opinions: u64,
    /// Opinions about conduct.
    pub conduct: u64,
    /// Of these, found to be true, wholly or in part.
    pub upheld: u64,
    /// Opinions with a step that came late.
    pub opinions_late: u64,
    /// What people say who were asked whether the rating was theirs: of offices only, for the head and the leader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_backs: Option<CallBacks>,
}

/// Microseconds of a day.
const DAY: f64 = 86_400e6;

impl Counted {
    /// The cells of a measure for the cards of a kind of subjects.
    pub fn cells(&self, measure: Measure) -> Vec<Cell> {
        match measure {
            Measure::OnTime => self.finished.iter().map(Finished::cell).collect(),
            Measure::Answer(question) => {
                let at = Question::ALL.iter().position(|one| *one == question).unwrap_or_default();
                let answered = self.slips.iter().filter(|slip| slip.scores[at].is_some());
                answered.map(|slip| slip.cell.clone().with(slip.scores[at].map(i64::from), slip.n)).collect()
            }
        }
    }

    /// Which part of the used invitations of each office was used through it.
    pub fn through(&self) -> Through {
        let mut sums: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for asked in &self.asked {
            let of = sums.entry(&asked.office).or_default();
            *of = (of.0 + asked.through, of.1 + asked.used);
        }
        let used = sums.into_iter().filter(|(_, (_, used))| *used > 0);
        used.map(|(office, (through, used))| (office.to_owned(), through as f64 / used as f64)).collect()
    }

    /// The keys of all subjects of a kind of which anything is known, in order.
    pub fn subjects(&self, kind: Subject) -> std::collections::BTreeSet<&str> {
        let slips = self.slips.iter().filter_map(|slip| kind.of(&slip.cell));
        let asked = self.asked.iter().filter_map(|asked| asked.of(kind));
        let finished = self.finished.iter().filter_map(|finished| finished.of(kind));
        slips.chain(asked).chain(finished).collect()
    }

    /// What is known of a subject.
    pub fn facts(&self, kind: Subject, subject: &str) -> Facts {
        let mut facts = Facts::default();
        for asked in self.asked.iter().filter(|asked| asked.of(kind) == Some(subject)) {
            facts.invited += asked.invited;
            facts.used += asked.used;
        }
        let mut beyond = 0;
        for finished in self.finished.iter().filter(|finished| finished.of(kind) == Some(subject)) {
            facts.cases += finished.cases;
            facts.on_time += finished.on_time;
            facts.supplements += finished.supplements;
            beyond += finished.beyond;
        }
        let late = facts.cases.saturating_sub(facts.on_time);
        facts.days_beyond = (late > 0).then(|| beyond as f64 / DAY / late as f64);
        if kind == Subject::Official {
            // Trips, offices and papers are the procedure's doing, and money is never a personal figure without verification.
            return facts;
        }
        let slips = || self.slips.iter().filter(|slip| kind.of(&slip.cell) == Some(subject));
        let invited = facts.invited;
        let share = |told: &dyn Fn(&Slip) -> Option<bool>| {
            let (mut of, mut n) = (0, 0);
            for (slip, yes) in slips().filter_map(|slip| Some((slip, told(slip)?))) {
                n += slip.n;
                of += u64::from(yes) * slip.n;
            }
            (n > 0).then(|| Figure::share(of, n, Some(invited.max(n))))
        };
        let said = |fact: Option<Fact>| match fact {
            Some(Fact::Yes) => Some(true),
            Some(Fact::No) => Some(false),
            Some(Fact::NotSaid) | None => None,
        };
        facts.more_trips = share(&|slip| slip.trips.map(|n| n > 1));
        facts.more_contacts = share(&|slip| slip.contacts.map(|n| n > 1));
        facts.extra_papers = share(&|slip| said(slip.extra_papers));
        if kind == Subject::Office {
            facts.extra_money = share(&|slip| said(slip.extra_money));
            facts.call_backs = self.call_backs.get(subject).copied();
            for opinions in self.opinions.iter().filter(|opinions| opinions.office == subject) {
                facts.opinions += opinions.received;
                facts.conduct += opinions.conduct;
                facts.upheld += opinions.upheld;
                facts.opinions_late += opinions.late;
            }
        }
        facts
    }
}

impl Asked {
    fn of(&self, kind: Subject) -> Option<&str> {
        match kind {
            Subject::Official => self.official.as_deref(),
            Subject::Office => Some(&self.office),
            Subject::Procedure => Some(&self.procedure),
            Subject::Field => Some(&self.field),
        }
    }
}

impl Finished {
    fn of(&self, kind: Subject) -> Option<&str> {
        match kind {
            Subject::Official => Some(&self.official),
            Subject::Office => Some(&self.office),
            Subject::Procedure => Some(&self.procedure),
            Subject::Field => self.field.as_deref(),
        }
    }

    fn cell(&self) -> Cell {
        let (cases, on_time) = (self.cases, self.on_time.min(self.cases));
        Cell {
            office: self.office.clone(),
            group: self.group,
            official: Some(self.official.clone()),
            procedure: Some(self.procedure.clone()),
            field: self.field.clone(),
            source: None::<Source>,
            counts: [cases - on_time, on_time, 0, 0, 0],
        }
    }
}
