//! The cases that are open today whatever chance brings: in every office somebody waits for each kind of reason.

use hailong_core::{
    serve::{
        applicant::ApplicantKind,
        case::{Reception, ReturnWay},
        clock::PauseReason,
        deadline,
        office::Level,
        procedure::Procedure,
    },
    time::{Day, Instant, Minute},
};

use super::{Act, Plot, Writer, day::hour, detour::pause_of, rate, story::Story, story::limit_of};
use crate::demo::chance::Chance;

/// How an open case stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The promise is broken.
    Late,
    /// Due later today.
    Today,
    /// Due on one of the next two working days.
    Soon,
    /// Waits for the applicant's documents or money.
    Citizen,
    /// Waits for others.
    Others,
    /// Waits to be fetched.
    Ready,
    /// Came over the network and was not looked at.
    Unchecked,
}

/// Matters of a commune whose time is long enough to be late, by code; the first has the shortest time.
const IN_COMMUNES: [&str; 6] = ["1.004873", "1.004194", "1.001731", "2.000986", "1.001022", "1.004222"];
/// And of the district.
const IN_THE_DISTRICT: [&str; 4] = ["1.001612", "1.013831", "1.012783", "1.013225"];
/// Matters of a commune that take so long that others are asked.
const LONG_IN_COMMUNES: [&str; 3] = ["1.004222", "1.001776", "2.000986"];
/// And of the district.
const LONG_IN_THE_DISTRICT: [&str; 3] = ["1.013225", "1.013978", "1.013831"];
/// How many working days back a reception is looked for.
const FURTHEST_BACK: usize = 35;

impl<'a> Writer<'a> {
    /// How many cases the table of today makes.
    pub(super) fn cast_size(&self) -> u32 {
        let of = |column: usize| rate::TODAY.iter().map(|(_, counts)| counts[column]).sum::<u32>();
        self.manners.iter().map(|manner| of(manner.column)).sum()
    }

    /// Writes them, from this number on.
    pub(super) fn cast(&mut self, mut number: u32) {
        for office in 0..self.directory.offices.len() {
            for (standing, counts) in rate::TODAY {
                for nth in 0..counts[self.manners[office].column] {
                    self.stand(number, office, standing, nth as usize);
                    number += 1;
                }
            }
        }
    }

    fn stand(&mut self, number: u32, office: usize, standing: Standing, nth: usize) {
        let chance = Chance::new(self.seed, "cast", u64::from(number));
        let district = self.directory.offices[office].level == Level::District;
        let (usual, long): (&[&str], &[&str]) = match district {
            true => (&IN_THE_DISTRICT, &LONG_IN_THE_DISTRICT),
            false => (&IN_COMMUNES, &LONG_IN_COMMUNES),
        };
        let others = standing == Standing::Others;
        let codes = if others { long } else { usual };
        let start = chance.below(codes.len());
        let in_turn = (0..codes.len()).map(|turn| codes[(start + turn) % codes.len()]);
        let found = in_turn.chain([usual[0]]).find_map(|code| {
            let at = self.position(code)?;
            let limit = limit_of(&self.directory.procedures[at], 0);
            let came = self.reception_for(standing, nth, &limit, &chance)?;
            Some((at, came))
        });
        // With a calendar this short no day fits: the number stays free of a story, and chance tells another.
        let Some((procedure, came)) = found else { return self.case(number, false) };
        // The first of every kind is with the first official, so that whoever signs in as that one finds each list filled.
        let clerk = self.there(office, nth % self.staff[office].len(), came);
        let plot = Plot {
            office: office as u16,
            procedure: procedure as u16,
            limit: 0,
            kind: ApplicantKind::Person,
            clerk,
            handler: ((usize::from(clerk) + 1) % self.staff[office].len()) as u8,
            late: standing == Standing::Late,
            rated: false,
            ticketed: false,
            supplements: 0,
            reception: if standing == Standing::Unchecked { Reception::Online } else { Reception::Counter },
            way: ReturnWay::Counter,
        };
        let mut story = Story::new(self.scope, number, chance, came);
        unfold(&mut story, standing, nth, &self.directory.procedures[procedure]);
        self.keep(story, plot);
    }

    fn position(&self, code: &str) -> Option<usize> {
        (0..self.demand.len()).find(|&at| self.demand[at] > 0.0 && self.directory.procedures[at].code == code)
    }

    /// When such a case was received, so that it stands as it should today.
    fn reception_for(
        &self,
        standing: Standing,
        nth: usize,
        limit: &hailong_core::serve::procedure::Limit,
        chance: &Chance,
    ) -> Option<Instant> {
        let (days, today) = (self.scope.days, self.scope.end.day());
        let calendar = self.scope.calendar;
        let back = |n: usize| days.len().checked_sub(n + 1).and_then(|at| days.get(at)).copied();
        let ahead = |n: u32| calendar.nth_working_after(today, n).ok();
        let wanted: Option<Day> = match standing {
            Standing::Late => Some(back(1 + nth)?),
            Standing::Today => Some(today),
            Standing::Soon => Some(ahead(1 + nth as u32 % 2)?),
            Standing::Citizen => return Some(hour(back(3 + nth)?, chance)),
            Standing::Others => return Some(hour(back(2)?, chance)),
            Standing::Ready => return Some(hour(back(4 + nth)?, chance)),
            Standing::Unchecked => return Some(Instant::at(back(1)?, Minute(19 * 60 + 10 * nth as u16))),
        };
        let fits = |day: Day| {
            let came = hour(day, chance);
            let due = deadline::due(came, limit, calendar).ok()?;
            (Some(due.day()) == wanted && came < self.scope.end.plus_seconds(-7_200)).then_some(came)
        };
        (1..FURTHEST_BACK).filter_map(back).find_map(fits)
    }
}

/// Its steps up to today.
fn unfold(story: &mut Story<'_>, standing: Standing, nth: usize, procedure: &Procedure) {
    let came = story.last.plus_seconds(20);
    if standing == Standing::Unchecked {
        story.tell(came, Act::Arrive);
        return;
    }
    if standing == Standing::Citizen && nth % 3 == 1 {
        story.tell(came, Act::Ask);
        return;
    }
    story.tell(came, Act::Receive);
    story.accept(limit_of(procedure, 0));
    let pays = pause_of(procedure) == PauseReason::FinancialDuty;
    match standing {
        Standing::Citizen if pays => {
            story.tell_later(1, Act::Pause);
        }
        Standing::Citizen => {
            story.tell_later(1, Act::RequestMore);
        }
        Standing::Others => {
            story.tell_later(1, Act::Consult);
            if !procedure.sector.silence.is_empty() {
                story.tell(story.last.plus_seconds(600), Act::ConsultOther);
            }
        }
        Standing::Ready => {
            // Signed on the day it was due at the latest, and some days ago.
            let signed = story.later(2).min(story.due());
            story.tell(signed, Act::Finish);
        }
        Standing::Late | Standing::Today | Standing::Soon => {
            // One in three of the late ones was told in time; one in four waits for a signature.
            if standing == Standing::Late
                && nth.is_multiple_of(3)
                && let Some(at) = story.day_before_due()
            {
                story.tell(at, Act::Apologise);
            }
            if nth % 4 == 2 {
                story.tell_later(1, Act::Submit);
            }
        }
        Standing::Unchecked => {}
    }
}
