//! The script of a demo: who comes when with what, and what happens then. A pure function of the seed.

use hailong_core::{
    directory::Directory,
    serve::{
        applicant::ApplicantKind,
        calendar::Calendar,
        deadline,
        office::{Level, Office},
        official::{Official, Role},
        procedure::{Procedure, Unit},
    },
    time::{Day, Instant, Minute},
};

use super::chance::Chance;

/// The moment at which the demo's clock starts: Friday 30 June 2017, 09:00.
pub(crate) fn opening() -> Instant {
    Instant::at(Day(17_347), Minute(9 * 60))
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) at: Instant,
    /// Which case or opinion.
    pub(super) of: u32,
    pub(super) act: Act,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    /// Documents complete: receipt.
    Receive,
    /// A document is missing: supplement request.
    Ask,
    /// The missing document is brought.
    Bring,
    HandOver,
    Finish,
    Return,
    Refuse,
    Rate,
    /// An opinion is left.
    Say,
    /// And answered.
    Answer,
    /// The boxes are sealed at the end of the day.
    Seal,
}

/// A case of the script.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    /// Position of the office in the directory.
    pub(super) office: u16,
    /// Position of the procedure in the directory.
    pub(super) procedure: u16,
    /// Which of its limits applies.
    pub(super) limit: u8,
    pub(super) kind: ApplicantKind,
    /// Who receives it, and who handles it: positions among the office's officials.
    pub(super) clerk: u8,
    pub(super) handler: u8,
    /// Whether it ended late, and how many supplements it took.
    pub(super) late: bool,
    pub(super) supplements: u8,
}

/// The whole script.
pub(super) struct Script {
    pub(super) plots: Vec<Plot>,
    /// Office of each opinion.
    pub(super) opinions: Vec<u16>,
    pub(super) steps: Vec<Step>,
}

/// How an office is run: 0 is ordinary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Kindness, in points of the five faces.
    pub(super) warmth: f64,
    late: f64,
    missing: f64,
    response: f64,
}

/// Shares of the procedures among cases: copies and certificates swamp the rest, as everywhere.
const MIX: [(&str, f64); 16] = [
    ("2.000815", 30.0),
    ("2.000884", 7.0),
    ("2.000635", 7.0),
    ("1.001193", 9.0),
    ("1.004873", 6.0),
    ("1.000894", 3.0),
    ("1.000656", 3.0),
    ("2.001035", 4.0),
    ("1.004194", 3.0),
    ("1.004222", 2.0),
    ("2.000986", 2.0),
    ("1.013831", 6.0),
    ("1.012783", 3.0),
    ("1.013978", 2.0),
    ("1.001612", 2.5),
    ("1.013225", 1.5),
];

/// The manner of an office; two are clearly good and two clearly bad, whatever the seed.
pub(super) fn manner(seed: u64, office: &Office) -> Manner {
    let chance = Chance::new(seed, &office.id, 0);
    let drawn = chance.bell().clamp(-1.5, 1.5);
    let quality = match office.id.as_str() {
        "tan-thuan" | "thi-tran-dam-doi" => 2.0,
        "tran-phan" | "nguyen-huan" => -2.0,
        "huyen-dam-doi" => -0.8,
        _ => drawn,
    };
    Manner {
        warmth: 0.35 * quality,
        late: (0.035 - 0.028 * quality).clamp(0.004, 0.2),
        missing: (0.07 - 0.025 * quality).clamp(0.01, 0.2),
        response: 0.18 + 0.2 * chance.unit(),
    }
}

struct Writer<'a> {
    directory: &'a Directory,
    seed: u64,
    manners: Vec<Manner>,
    staff: Vec<Vec<&'a Official>>,
    /// How often each version of a procedure is asked for; 0 when it is not in force.
    demand: Vec<f64>,
    end: Instant,
    script: Script,
}

/// Writes the script of `quarters` quarters that end at [`opening`], with `cases` first contacts each.
pub(super) fn write(directory: &Directory, seed: u64, quarters: u32, cases: u32) -> Script {
    let end = opening();
    let days = working_days(&directory.calendar, quarters, end);
    let staff = directory.offices.iter().map(|office| staff_of(directory, office)).collect();
    let manners = directory.offices.iter().map(|office| manner(seed, office)).collect();
    let script = Script { plots: Vec::new(), opinions: Vec::new(), steps: Vec::new() };
    let demand = demand(directory, end.day());
    let mut writer = Writer { directory, seed, manners, staff, demand, end, script };
    let total = cases.saturating_mul(quarters);
    for number in 0..total {
        writer.case(number, &days);
    }
    for number in 0..(total / 180).max(6) {
        writer.opinion(number, &days);
    }
    for &day in &days {
        writer.push(Instant::at(day, Minute(17 * 60 + 30)), 0, Act::Seal);
    }
    writer.script.steps.sort_unstable();
    writer.script
}

/// The officials of an office who receive and handle cases.
pub(super) fn staff_of<'a>(directory: &'a Directory, office: &'a Office) -> Vec<&'a Official> {
    directory.officials_of(&office.id).filter(|official| official.role == Role::Official).collect()
}

/// How often each version of a procedure is asked for.
fn demand(directory: &Directory, day: Day) -> Vec<f64> {
    let procedures = &directory.procedures;
    let held: Vec<&Procedure> = directory.on(day).procedures().collect();
    let rest: f64 = 100.0 - MIX.iter().map(|(_, share)| share).sum::<f64>();
    let weight = |procedure: &Procedure| {
        if !held.iter().any(|version| std::ptr::eq(*version, procedure)) {
            return 0.0;
        }
        let named = MIX.iter().find(|(code, _)| *code == procedure.code);
        named.map_or(rest / held.len().saturating_sub(MIX.len()).max(1) as f64, |(_, share)| *share)
    };
    procedures.iter().map(weight).collect()
}

fn working_days(calendar: &Calendar, quarters: u32, end: Instant) -> Vec<Day> {
    let months_back = 3 * i32::try_from(quarters).unwrap_or(1) - 3;
    let first = hailong_core::time::Month(end.day().month().quarter()[0].0 - months_back);
    let start = Day::new(first.year() as i16, first.number() as i8, 1).unwrap_or(end.day());
    (start.0..=end.day().0).map(Day).filter(|&day| calendar.is_working(day)).collect()
}

impl<'a> Writer<'a> {
    fn push(&mut self, at: Instant, of: u32, act: Act) {
        if at < self.end {
            self.script.steps.push(Step { at, of, act });
        }
    }

    fn case(&mut self, number: u32, days: &[Day]) {
        let chance = Chance::new(self.seed, "case", u64::from(number));
        let (procedure_at, procedure) = self.procedure(&chance);
        let (office_at, office) = self.office(procedure, &chance);
        let manner = self.manners[office_at];
        let staff = self.staff[office_at].len();
        let clerk = chance.below(staff);
        let handler = (clerk + 1 + chance.below(staff.max(2) - 1)) % staff.max(1);
        let came = arrival(days, self.end, &chance);
        let limit = match procedure.limits.len() {
            0 => 0,
            several => chance.weighted(&[0.8, 0.15, 0.05][..several.min(3)]),
        };
        let supplements = u8::from(chance.happens(manner.missing));
        let mut plot = Plot {
            office: office_at as u16,
            procedure: procedure_at as u16,
            limit: limit as u8,
            kind: kind(procedure, office, &chance),
            clerk: clerk as u8,
            handler: handler as u8,
            late: false,
            supplements,
        };
        let accepted = if supplements > 0 {
            self.push(came, number, Act::Ask);
            later(came, 1 + chance.below(6) as i32, days, &chance)
        } else {
            Some(came)
        };
        // Whoever was asked late in the period has not come back when the script ends.
        if let Some(accepted) = accepted {
            let act = if supplements > 0 { Act::Bring } else { Act::Receive };
            self.push(accepted, number, act);
            plot.late = self.handle(number, &plot, accepted, procedure, manner, days, &chance);
        }
        self.script.plots.push(plot);
    }

    /// From the receipt to the rating. Returns whether the promise is broken.
    #[expect(clippy::too_many_arguments, reason = "one case's whole story, told once")]
    fn handle(
        &mut self,
        number: u32,
        plot: &Plot,
        accepted: Instant,
        procedure: &Procedure,
        manner: Manner,
        days: &[Day],
        chance: &Chance,
    ) -> bool {
        let calendar = &self.directory.calendar;
        let limit = procedure.limits.get(usize::from(plot.limit));
        let at_once = limit.is_some_and(|limit| limit.unit == Unit::SameDay);
        let typed = hailong_core::serve::procedure::Limit::new(10, Unit::WorkingDays);
        let Ok(due) = deadline::due(accepted, limit.unwrap_or(&typed), calendar) else { return false };
        if !at_once || chance.happens(0.25) {
            self.push(accepted.plus_seconds(300 + chance.below(3_600) as i64), number, Act::HandOver);
        }
        if chance.happens(0.012) {
            let at = later(accepted, 1, days, chance).unwrap_or(self.end);
            self.push(at, number, Act::Refuse);
            self.rate(number, at, manner, chance);
            return false;
        }
        let burden = if at_once { 0.3 } else { 1.6 };
        let late = chance.happens((manner.late * burden).min(0.6));
        let finished = if late {
            later(due, 1 + chance.below(6) as i32, days, chance).unwrap_or(self.end)
        } else if at_once {
            let soon = accepted.plus_seconds(3_900 + chance.below(1_800) as i64);
            soon.min(due.plus_seconds(-60))
        } else {
            // Work is spread over the time that was promised, most of it near the end.
            let span = (due.0 - accepted.0) as f64;
            let share = 1.0 - 0.75 * chance.unit() * chance.unit();
            let wanted = Instant(accepted.0 + (span * share) as i64);
            in_hours(wanted, calendar, chance)
                .filter(|&at| at > accepted.plus_seconds(4_000))
                .unwrap_or(due)
                .min(due)
        };
        self.push(finished, number, Act::Finish);
        let fetched = if at_once {
            finished.plus_seconds(60 + chance.below(600) as i64)
        } else {
            later(finished, chance.below(4) as i32, days, chance).unwrap_or(self.end)
        };
        let fetched = fetched.max(finished.plus_seconds(60));
        self.push(fetched, number, Act::Return);
        self.rate(number, fetched, manner, chance);
        late
    }

    fn rate(&mut self, number: u32, ended: Instant, manner: Manner, chance: &Chance) {
        if chance.happens(manner.response) {
            let wait = if chance.happens(0.5) { 120 + chance.below(5_400) } else { chance.below(5 * 86_400) };
            let at = ended.plus_seconds(wait as i64);
            // People answer while they are awake.
            let at = if at.minute().0 < 6 * 60 { at.plus_seconds(6 * 3_600) } else { at };
            self.push(at, number, Act::Rate);
        }
    }

    fn opinion(&mut self, number: u32, days: &[Day]) {
        let chance = Chance::new(self.seed, "opinion", u64::from(number));
        let worse = |manner: &Manner| (0.6 - manner.warmth).max(0.1);
        let weights: Vec<f64> = self.manners.iter().map(worse).collect();
        let office = chance.weighted(&weights);
        let said = arrival(days, self.end, &chance);
        self.push(said, number, Act::Say);
        if chance.happens(0.85)
            && let Some(answered) = later(said, 1 + chance.below(12) as i32, days, &chance)
        {
            self.push(answered, number, Act::Answer);
        }
        self.script.opinions.push(office as u16);
    }

    fn procedure(&self, chance: &Chance) -> (usize, &'a Procedure) {
        let at = chance.weighted(&self.demand);
        (at, &self.directory.procedures[at])
    }

    /// Communes share by population; what both levels receive goes to the district office one time in eight.
    fn office(&self, procedure: &Procedure, chance: &Chance) -> (usize, &'a Office) {
        let offices = &self.directory.offices;
        let both = procedure.received_at(Level::District) && procedure.received_at(Level::Commune);
        let people: f64 = offices.iter().filter_map(|office| office.population).map(f64::from).sum();
        let weight = |office: &Office| match office.level {
            level if !procedure.received_at(level) => 0.0,
            Level::District if both => people / 7.0,
            Level::District | Level::Province => 1.0,
            Level::Commune => f64::from(office.population.unwrap_or(0)),
        };
        let weights: Vec<f64> = offices.iter().map(weight).collect();
        let at = chance.weighted(&weights);
        (at, &offices[at])
    }
}

fn kind(procedure: &Procedure, office: &Office, chance: &Chance) -> ApplicantKind {
    if procedure.field_vi.contains("hộ kinh doanh") {
        return ApplicantKind::Household;
    }
    let organisations = match procedure.field_vi.as_str() {
        "Hoạt động xây dựng" => 0.25,
        "Chứng thực" | "Đất đai" if office.level == Level::District => 0.2,
        "Chứng thực" => 0.06,
        _ => 0.0,
    };
    if chance.happens(organisations) {
        *chance.pick(&[ApplicantKind::Enterprise, ApplicantKind::Enterprise, ApplicantKind::Organisation])
    } else {
        ApplicantKind::Person
    }
}

/// A moment in opening hours, mornings and the days after a rest fuller than others.
fn arrival(days: &[Day], end: Instant, chance: &Chance) -> Instant {
    loop {
        let day = days[chance.below(days.len())];
        if day.weekday() != 1 && chance.happens(0.15) {
            continue;
        }
        let at = hour(day, chance);
        if at < end {
            return at;
        }
    }
}

fn hour(day: Day, chance: &Chance) -> Instant {
    let (from, minutes) = if chance.happens(0.62) { (7 * 60, 225) } else { (13 * 60, 225) };
    let minute = from + chance.below(minutes).min(chance.below(minutes) + 40).min(minutes - 1);
    Instant::at(day, Minute(minute as u16)).plus_seconds(chance.below(60) as i64)
}

/// Some working days later, in opening hours; nothing when the script ends before.
fn later(at: Instant, working_days: i32, days: &[Day], chance: &Chance) -> Option<Instant> {
    let today = days.partition_point(|&day| day <= at.day());
    if working_days == 0 {
        let soon = at.plus_seconds(600 + chance.below(3_600) as i64);
        return (soon.minute().0 < 17 * 60).then_some(soon).or_else(|| Some(hour(*days.get(today)?, chance)));
    }
    Some(hour(*days.get(today + working_days as usize - 1)?, chance))
}

/// The moment itself when the office is open, else a moment of the working day before.
fn in_hours(at: Instant, calendar: &Calendar, chance: &Chance) -> Option<Instant> {
    if calendar.is_open(at) {
        return Some(at);
    }
    let before = (1..12).map(|back| at.day().plus(-back)).find(|&day| calendar.is_working(day))?;
    Some(hour(before, chance))
}
