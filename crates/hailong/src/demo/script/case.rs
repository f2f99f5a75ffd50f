//! The story of a case that chance brings: how it comes in, what is done on the way, how it ends.

use hailong_core::{
    serve::{
        case::{Reception, ReturnWay},
        office::{Level, Office},
        procedure::{Channel, Procedure, Unit},
    },
    time::Instant,
};

use super::{
    Act, Plot, Writer,
    day::{arrival, later},
    office::{Manner, kind, receiving},
    rate,
    scene::is_tried_first,
    story,
    story::Story,
};
use crate::demo::chance::Chance;

impl<'a> Writer<'a> {
    /// A case of the quarters, or of the month before them in which four offices tried it out.
    pub(super) fn case(&mut self, number: u32, tried: bool) {
        let chance = Chance::new(self.seed, "case", u64::from(number));
        let at = chance.weighted(&self.demand);
        let procedure = &self.directory.procedures[at];
        let office_at =
            receiving(self.directory, procedure, |office| !tried || is_tried_first(office), &chance);
        let office = &self.directory.offices[office_at];
        let manner = self.manners[office_at];
        let days = if tried { self.scope.trial } else { self.scope.full };
        let came = arrival(days, self.scope.end, &chance);
        let reception = way_in(procedure, office, &chance);
        let came = if reception == Reception::Online { at_home(came, &chance) } else { came };
        let (clerk, handler) = self.two_of(office_at, came, &chance);
        let limit = match procedure.limits.len() {
            0 => 0,
            several => chance.weighted(&[0.8, 0.15, 0.05][..several.min(3)]),
        };
        let plot = Plot {
            office: office_at as u16,
            procedure: at as u16,
            limit: limit as u8,
            kind: kind(procedure, office, &chance),
            clerk,
            handler,
            late: false,
            rated: false,
            ticketed: false,
            supplements: u8::from(chance.happens(manner.missing)),
            reception,
            way: ReturnWay::Counter,
        };
        let story = Story::new(self.scope, number, chance, came);
        let mut telling = Telling { story, plot, procedure, office, manner };
        telling.from(came);
        self.keep(telling.story, telling.plot);
    }

    /// Who receives and who handles: two of the office who are there on the day.
    pub(super) fn two_of(&self, office: usize, came: Instant, chance: &Chance) -> (u8, u8) {
        let staff = &self.staff[office];
        let clerk = chance.below(staff.len());
        let handler = (clerk + 1 + chance.below(staff.len().max(2) - 1)) % staff.len().max(1);
        (self.there(office, clerk, came), handler as u8)
    }

    /// The position of an official, or of the deputy when the official is away that day.
    pub(super) fn there(&self, office: usize, position: usize, at: Instant) -> u8 {
        let staff = &self.staff[office];
        let deputy = staff[position].absence_on(at.day()).map(|absence| &absence.deputy);
        let deputy = deputy.and_then(|deputy| staff.iter().position(|other| other.id == *deputy));
        deputy.unwrap_or(position) as u8
    }
}

/// Who types a dossier does it in the evening, at home.
fn at_home(came: Instant, chance: &Chance) -> Instant {
    came.plus_seconds(if came.minute().0 > 12 * 60 { chance.below(4 * 3_600) as i64 } else { 0 })
}

fn way_in(procedure: &Procedure, office: &Office, chance: &Chance) -> Reception {
    let offered = |channel| procedure.channels.contains(&channel);
    let commune = office.level == Level::Commune;
    let weights = [
        if offered(Channel::Online) { rate::ONLINE } else { 0.0 },
        if offered(Channel::Post) { rate::BY_POST } else { 0.0 },
        if commune { rate::MOBILE } else { 0.0 },
        if commune { rate::ON_SITE } else { 0.0 },
    ];
    let rest = 1.0 - weights.iter().sum::<f64>();
    let [online, post, mobile, on_site] = weights;
    match chance.weighted(&[rest, online, post, mobile, on_site]) {
        1 => Reception::Online,
        2 => Reception::Post,
        3 => Reception::Mobile,
        4 => Reception::OnSite,
        _ => Reception::Counter,
    }
}

/// A case while it is told.
pub(super) struct Telling<'s> {
    pub(super) story: Story<'s>,
    pub(super) plot: Plot,
    pub(super) procedure: &'s Procedure,
    pub(super) office: &'s Office,
    pub(super) manner: Manner,
}

impl Telling<'_> {
    fn happens(&self, probability: f64) -> bool {
        self.story.chance.happens(probability)
    }

    fn from(&mut self, came: Instant) {
        let limit = story::limit_of(self.procedure, self.plot.limit);
        let at_once = limit.unit == Unit::SameDay;
        let here = !matches!(self.plot.reception, Reception::Online | Reception::Post);
        if at_once && here && self.plot.supplements == 0 && self.happens(rate::RESOLVED_AT_ONCE) {
            self.story.tell(came, Act::Resolve);
            return self.rate(came);
        }
        if !self.reception(came) {
            return;
        }
        self.story.accept(limit);
        if at_once { self.same_day() } else { self.handle() }
    }

    /// Until the receipt. False when there is none.
    fn reception(&mut self, came: Instant) -> bool {
        let missing = self.plot.supplements > 0;
        if self.plot.reception == Reception::Online {
            self.story.tell(came, Act::Arrive);
            let checked = later(came, self.story.some(0, 1), self.story.scope.days, &self.story.chance);
            let act = if missing { Act::AskFor } else { Act::Bring };
            self.story.tell(checked.unwrap_or(self.story.scope.end), act);
        } else {
            self.story.tell(came, if missing { Act::Ask } else { Act::Receive });
        }
        if !missing {
            return true;
        }
        // Whoever was asked late in the period has not come back when the script ends.
        let comes = self.story.some(1, 6);
        if self.happens(rate::GIVES_UP) {
            let gone = self.story.tell_later(comes, Act::Withdraw);
            self.rate(gone);
            return false;
        }
        if self.happens(rate::ASKED_TWICE) {
            self.plot.supplements += 1;
            self.story.tell_later(comes, Act::AskFor);
        }
        let comes = self.story.some(1, 6);
        self.story.tell_later(comes, Act::Bring);
        true
    }

    fn same_day(&mut self) {
        let accepted = self.story.last;
        let online = self.plot.reception == Reception::Online;
        if online || self.happens(rate::SAME_DAY_HANDED_OVER) {
            self.story
                .tell(accepted.plus_seconds(300 + self.story.chance.below(3_300) as i64), Act::HandOver);
        }
        let mut finished = accepted.plus_seconds(3_900 + self.story.chance.below(1_800) as i64);
        if let Some(extension) = &self.procedure.sector.extension
            && self.happens(rate::EXTENDED_SAME_DAY)
        {
            self.story.tell(accepted.plus_seconds(3_700), Act::Extend);
            self.story.extend(extension.most.limit());
            finished = self.story.in_time();
        }
        let due = self.story.due();
        if self.happens((self.manner.late * rate::LATE_BURDEN_SAME_DAY).min(rate::LATE_MOST)) {
            let days = self.story.some(1, 6);
            finished =
                later(due, days, self.story.scope.days, &self.story.chance).unwrap_or(self.story.scope.end);
        } else {
            finished = finished.min(due.plus_seconds(-60));
        }
        let finished = self.story.tell(finished, Act::Finish);
        self.plot.late = finished > due;
        let fetched = finished.plus_seconds(60 + self.story.chance.below(600) as i64);
        self.give(fetched);
    }

    /// A case with time to work: assigned within the hour, then whatever its matter needs.
    fn handle(&mut self) {
        let assigned = self.story.last.plus_seconds(300 + self.story.chance.below(3_600) as i64);
        self.story.tell(assigned, Act::HandOver);
        let ends = [rate::REFUSED, rate::WITHDRAWN, rate::STOPPED];
        let rest = 1.0 - ends.iter().sum::<f64>();
        let end = match self.story.chance.weighted(&[rest, ends[0], ends[1], ends[2]]) {
            1 => Some(Act::Refuse),
            2 => Some(Act::Withdraw),
            3 => Some(Act::Stop),
            _ => None,
        };
        if let Some(end) = end {
            let days = self.story.some(1, 2);
            let ended = self.story.tell_later(days, end);
            return self.rate(ended);
        }
        self.detours();
        let late = self.happens((self.manner.late * rate::LATE_BURDEN).min(rate::LATE_MOST));
        if late && self.happens(self.manner.honest) {
            self.apologise();
        }
        let due = self.story.due();
        let finished = if late {
            let days = self.story.some(1, 6);
            later(due, days, self.story.scope.days, &self.story.chance).unwrap_or(self.story.scope.end)
        } else {
            self.story.in_time()
        };
        let finished = self.sign(finished);
        self.plot.late = finished > due;
        let days = self.story.some(0, 3);
        let fetched = self.story.later(days);
        self.give(fetched);
    }

    /// The result is handed out, if it is.
    fn give(&mut self, fetched: Instant) {
        if self.happens(rate::NOT_FETCHED) {
            return;
        }
        let online = self.plot.reception == Reception::Online;
        self.plot.way = match () {
            () if online && self.happens(rate::RETURNED_ONLINE) => ReturnWay::Online,
            () if self.plot.reception == Reception::Post || self.happens(rate::RETURNED_BY_POST) => {
                ReturnWay::Post
            }
            () => ReturnWay::Counter,
        };
        let returned = self.story.tell(fetched.max(self.story.last.plus_seconds(60)), Act::Return);
        self.rate(returned);
        if self.happens(rate::CORRECTED) {
            let days = self.story.some(1, 8);
            self.story.tell_later(days, Act::Correct);
        }
    }

    /// Somebody answers the questions: right away, or within some days.
    pub(super) fn rate(&mut self, ended: Instant) {
        if !self.happens(self.manner.response) {
            return;
        }
        let chance = &self.story.chance;
        let wait = if chance.happens(0.5) { 120 + chance.below(5_400) } else { chance.below(5 * 86_400) };
        let at = ended.plus_seconds(wait as i64 + 20);
        // People answer while they are awake.
        let at = if at.minute().0 < 6 * 60 { at.plus_seconds(6 * 3_600) } else { at };
        self.plot.rated = at < self.story.scope.end && ended < self.story.scope.end;
        if self.plot.rated {
            self.story.steps.push(super::Step { at, of: self.story.of, act: Act::Rate });
        }
    }
}
