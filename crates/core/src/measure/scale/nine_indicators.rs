//! The nine indicators of TT 01/2018/TT-VPCP đ.13–15: two, one or no point each. Of the indicators of cases the mean over the
//! cases resolved in the period is taken and rounded half up to one decimal before it is summed (đ.15.4); an indicator without data is
//! left out of the sum (đ.15.4.b), and the borders of the classes stay.
//!
//! | | indicator | 2 | 1 | 0 |
//! |---|---|---|---|---|
//! | 1 | time of the whole case against the law's | shorter | equal | longer |
//! | 2 | time of each agency, those consulted too | shorter | equal | longer |
//! | 3 | contacts with the one-stop shop to complete the file | none | one | more |
//! | 4 | agencies to be contacted | none | the one-stop shop, or the body that looks on the spot by law | more |
//! | 5 | organisation of the one-stop shop | see [`Unit`] | everything received and returned there | less |
//! | 6 | public posting, exact, full, in time | on the board and electronic | one of them | neither |
//! | 7 | attitude | early, no complaint | on time, no complaint | complaint, or late |
//! | 8 | opinions handled | none, or all on time and none prolonged | 90 % on time, none prolonged | less |
//! | 9 | services over the network | 20 % of the procedures, 30 % of the cases, none late | 15 % of the cases, none late | less |
//!
//! Officials have 1, 2, 3, 4 and 7, offices all nine. Read in the codified text of the circular.

use serde::Serialize;

use super::{Borders, Class, Found, Lack, Law, Line, Origin, Ratio, Scale, Share, Statement};
use crate::{measure::figure::Figure, serve::office::Level};

/// The most points of an indicator.
const MOST: Ratio = Ratio::whole(2);

const OFFICIAL: Borders = &[
    (Ratio::whole(5), Class::Hundred),
    (Ratio::tenths(35), Class::FromSeventy),
    (Ratio::ZERO, Class::BelowSeventy),
];

const OFFICE: Borders = &[
    (Ratio::whole(15), Class::Excellent),
    (Ratio::whole(12), Class::Good),
    (Ratio::whole(9), Class::Fair),
    (Ratio::whole(6), Class::Average),
    (Ratio::ZERO, Class::Weak),
];

/// Time that was taken against time that was given, by whole days as reports count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// Done on an earlier day.
    Shorter,
    /// Done on the day, in time.
    Equal,
    /// Later.
    Longer,
}

impl Pace {
    /// Two, one or no point.
    const fn points(self) -> u64 {
        match self {
            Self::Shorter => 2,
            Self::Equal => 1,
            Self::Longer => 0,
        }
    }
}

/// What the indicators look at of a resolved case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// The whole.
    pub whole: Pace,
    /// The slowest of the bodies that were consulted; none where none was.
    pub consulted: Option<Pace>,
    /// How often its applicant was asked to complete the file. Whose fault it was is not known: none is excepted.
    pub contacts: u64,
    /// Whether its applicant took part in a look on the spot.
    pub on_the_spot: bool,
    /// Whether somebody complained of how it was handled, and it was not found untrue.
    pub complained: bool,
}

impl Case {
    /// The points of the indicators 1, 2, 3, 4 and 7.
    pub const fn points(&self) -> [u64; 5] {
        let whole = self.whole.points();
        // The agency that decides has the whole time; a case has what the slowest of its agencies has.
        let agencies = match self.consulted {
            Some(pace) if pace.points() < whole => pace.points(),
            _ => whole,
        };
        let contacts = 2_u64.saturating_sub(self.contacts);
        // The one-stop shop, and the body that must look on the spot: both are what one point allows. Others are not in the record.
        let bodies = if self.contacts > 0 || self.on_the_spot { 1 } else { 2 };
        let attitude = if self.complained { 0 } else { whole };
        [whole, agencies, contacts, bodies, attitude]
    }
}

/// Resolved cases, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many.
    pub cases: u64,
    /// Points of the indicators 1, 2, 3, 4 and 7.
    pub points: [u64; 5],
    /// Late ones.
    pub late: u64,
    /// Ones complained about.
    pub complained: u64,
}

impl Tally {
    /// Adds a case.
    pub fn add(&mut self, case: &Case) {
        self.cases += 1;
        self.points.iter_mut().zip(case.points()).for_each(|(sum, points)| *sum += points);
        self.late += u64::from(case.whole == Pace::Longer);
        self.complained += u64::from(case.complained);
    }

    fn line(&self, key: &'static str, at: usize) -> Line {
        let raw = Ratio::new(self.points[at].into(), self.cases.into());
        let found = Found {
            part: self.points[at],
            of: self.cases,
            raw,
            points: raw.rounded(1),
            origin: Origin::Record,
        };
        Line { key, most: MOST, found: if self.cases == 0 { Err(Lack::NoCases) } else { Ok(found) } }
    }
}

/// What the indicators look at of an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Where it stands.
    pub level: Level,
    /// Of the procedures listed for it, those received and returned at the one-stop shop, as entered.
    pub received_there: Option<Share>,
    /// Of the procedures listed for it, those handled there from beginning to end, as entered. A province needs 20 % of them, a district
    /// 50 %, a commune all.
    pub handled_there: Option<Share>,
    /// Of the procedures to be posted, those that hang on the board in the version in force; none when that is not known any more.
    pub board: Option<Share>,
    /// Whether they are published electronically, in the version in force.
    pub electronic: bool,
    /// Opinions that were due.
    pub opinions: Handled,
    /// Of the procedures listed for it, those offered over the network in full or in part, as entered.
    pub online_procedures: Option<Share>,
    /// Of the cases received, those that came over the network.
    pub online_cases: Share,
    /// Cases over the network that were late or are overdue.
    pub online_late: u64,
}

/// Opinions that were due in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Handled {
    /// All.
    pub due: u64,
    /// Answered or refused by their day.
    pub on_time: u64,
    /// Not answered when the period ended, past their day.
    pub prolonged: u64,
    /// Of those on time, those whose author said that the answer did not help.
    pub not_helped: u64,
}

impl Unit {
    fn organisation(&self) -> Result<Found, Lack> {
        let (Some(received), Some(handled)) = (self.received_there, self.handled_there) else {
            return Err(Lack::NotEntered);
        };
        let (Some(all), Some(whole)) = (received.ratio(), handled.ratio()) else {
            return Err(Lack::NotEntered);
        };
        let needed = match self.level {
            Level::Province => Ratio::new(1, 5),
            Level::District => Ratio::new(1, 2),
            Level::Commune => Ratio::whole(1),
        };
        let points = match (whole >= needed, all >= Ratio::whole(1)) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        };
        Ok(of_unit(points, handled, Origin::Entered))
    }

    fn posting(&self) -> Result<Found, Lack> {
        let board = self.board.ok_or(Lack::NotKnownThen)?;
        if board.of == 0 {
            return Err(Lack::NothingDue);
        }
        let points = u64::from(board.part == board.of) + u64::from(self.electronic);
        Ok(of_unit(points, board, Origin::Record))
    }

    fn handling(&self) -> Found {
        let Handled { due, on_time, prolonged, .. } = self.opinions;
        let share = Share { part: on_time, of: due };
        let points = match share.ratio() {
            None => 2,
            Some(_) if prolonged > 0 => 0,
            Some(share) if share >= Ratio::whole(1) => 2,
            Some(share) if share >= Ratio::new(9, 10) => 1,
            Some(_) => 0,
        };
        of_unit(points, share, Origin::Record)
    }

    fn online(&self) -> Result<Found, Lack> {
        let cases = self.online_cases.ratio().ok_or(Lack::NoCases)?;
        let found = |points, origin| Ok(of_unit(points, self.online_cases, origin));
        if self.online_late > 0 || cases < Ratio::new(15, 100) {
            return found(0, Origin::Record);
        }
        if cases < Ratio::new(30, 100) {
            return found(1, Origin::Record);
        }
        // Only here does it matter how many procedures are offered, which the record does not have.
        let offered = self.online_procedures.and_then(Share::ratio).ok_or(Lack::NotEntered)?;
        found(if offered >= Ratio::new(20, 100) { 2 } else { 1 }, Origin::Entered)
    }
}

const fn of_unit(points: u64, share: Share, origin: Origin) -> Found {
    let points = Ratio::whole(points);
    Found { part: share.part, of: share.of, raw: points, points, origin }
}

/// The scale of an official. `answered` is what those who answered said of the official's office.
pub fn official(tally: &Tally, answered: Figure) -> Scale {
    let lines =
        [("1", 0), ("2", 1), ("3", 2), ("4", 3), ("7", 4)].map(|(key, at)| tally.line(key, at)).to_vec();
    let scale = Scale::new(Law::NineIndicators, "official", lines, OFFICIAL, tally.cases > 0);
    beside(scale, tally, Class::BelowSeventy, answered)
}

/// The scale of an office, or of the district.
pub fn office(tally: &Tally, unit: &Unit, answered: Figure) -> Scale {
    let line = |key, found| Line { key, most: MOST, found };
    let lines = vec![
        tally.line("1", 0),
        tally.line("2", 1),
        tally.line("3", 2),
        tally.line("4", 3),
        line("5", unit.organisation()),
        line("6", unit.posting()),
        tally.line("7", 4),
        line("8", Ok(unit.handling())),
        line("9", unit.online()),
    ];
    let scale = Scale::new(Law::NineIndicators, "office", lines, OFFICE, tally.cases > 0);
    beside(scale, tally, Class::Weak, answered)
}

fn beside(mut scale: Scale, tally: &Tally, lowest: Class, answered: Figure) -> Scale {
    let (late, of) = (tally.late, tally.cases);
    let mut honest = vec![Statement::NobodyAsked { answered }];
    if let Some(class) = scale.class.filter(|class| *class != lowest) {
        if late > 0 {
            honest.push(Statement::LatenessForgiven { late, of, class });
        }
        if tally.complained > 0 {
            honest.push(Statement::ComplaintsForgiven { complained: tally.complained, of });
        }
    }
    honest.append(&mut scale.statements);
    Scale { statements: honest, ..scale }
}
