//! What happens beside cases: advice, notice boards, appointments, and this morning at the number machines.

use hailong_core::{
    serve::office::Level,
    time::{Day, Instant, Minute},
};

use super::{Act, Step, Writer, day::arrival, office::receiving, rate};
use crate::demo::chance::Chance;

/// Something that happens beside cases.
#[derive(Clone, Copy, Debug)]
pub(in crate::demo) struct Scene {
    /// Position of the office in the directory.
    pub(in crate::demo) office: u16,
    /// Position of the procedure asked about.
    pub(in crate::demo) procedure: u16,
    /// Who serves: position among the office's officials.
    pub(in crate::demo) clerk: u8,
    /// Which of its kind in the office.
    pub(in crate::demo) nth: u8,
    /// The slot of an appointment, and where it is moved.
    pub(in crate::demo) slot: Instant,
    pub(in crate::demo) moved: Instant,
}

/// Offices in which everything is tried first: they began a month before the others, and have a number machine since Monday.
pub(in crate::demo) const TRIED_FIRST: [&str; 4] =
    ["huyen-dam-doi", "tan-thuan", "thi-tran-dam-doi", "tran-phan"];

/// Appointments of an office with a number machine: working days from today, the slot, and what becomes of it.
const BOOKED: [(u32, u16, Fate); 10] = [
    (0, 8 * 60, Fate::Kept),
    (0, 8 * 60 + 30, Fate::Kept),
    (0, 9 * 60 + 30, Fate::Stands),
    (0, 10 * 60, Fate::Stands),
    (0, 14 * 60, Fate::Stands),
    (1, 8 * 60, Fate::Stands),
    (1, 9 * 60 + 30, Fate::Moved),
    (2, 9 * 60, Fate::Stands),
    (2, 14 * 60 + 30, Fate::GivenUp),
    (3, 13 * 60 + 30, Fate::Stands),
];

/// What becomes of an appointment before nine o'clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    Stands,
    Moved,
    GivenUp,
}

/// Procedures that do not hang on the board, by office: everywhere else all of them do.
pub(in crate::demo) fn not_posted(office_id: &str) -> usize {
    match office_id {
        "nguyen-huan" => 9,
        "tran-phan" => 6,
        "thanh-tung" => 2,
        "tan-trung" => 1,
        _ => 0,
    }
}

impl Writer<'_> {
    fn scene(&mut self, office: usize, chance: &Chance, at: Instant) -> (Scene, u32) {
        let clerk = self.there(office, chance.below(self.staff[office].len()), at);
        let scene = Scene { office: office as u16, procedure: 0, clerk, nth: 0, slot: at, moved: at };
        (scene, self.script.scenes.len() as u32)
    }

    fn happens(&mut self, at: Instant, of: u32, act: Act) {
        if at < self.scope.end {
            self.script.steps.push(Step { at, of, act });
        }
    }

    /// Somebody asks before anything is handed in.
    pub(super) fn guidance(&mut self, number: u32) {
        let chance = Chance::new(self.seed, "guidance", u64::from(number));
        let procedure = chance.weighted(&self.demand);
        let office = receiving(self.directory, &self.directory.procedures[procedure], |_| true, &chance);
        let at = arrival(self.scope.full, self.scope.end, &chance);
        let (scene, of) = self.scene(office, &chance, at);
        self.script.scenes.push(Scene { procedure: procedure as u16, ..scene });
        self.happens(at, of, Act::Guide);
    }

    /// Every office confirms what hangs on its board, in the last weeks.
    pub(super) fn boards(&mut self) {
        for office in 0..self.directory.offices.len() {
            if !self.directory.offices[office].receives() {
                continue;
            }
            let chance = Chance::new(self.seed, "board", office as u64);
            let day = self.back(3 + chance.below(12));
            let at = Instant::at(day, Minute(7 * 60 + 5 + chance.below(20) as u16));
            let (scene, of) = self.scene(office, &chance, at);
            self.script.scenes.push(scene);
            self.happens(at, of, Act::Post);
        }
    }

    /// The number machines are set up, and people book from home.
    pub(super) fn machines(&mut self) {
        for office in self.numbered() {
            let chance = Chance::new(self.seed, "machine", office as u64);
            let at = Instant::at(self.back(4), Minute(7 * 60));
            let (scene, of) = self.scene(office, &chance, at);
            self.script.scenes.push(scene);
            self.happens(at, of, Act::Arrange);
            for (nth, (ahead, minute, fate)) in (0..).zip(BOOKED) {
                self.booking(office, nth, (ahead, minute, fate), &chance);
            }
        }
    }

    fn booking(&mut self, office: usize, nth: u8, (ahead, minute, fate): (u32, u16, Fate), chance: &Chance) {
        let today = self.scope.end.day();
        let day = |n: u32| self.scope.calendar.nth_working_after(today, n).unwrap_or(today);
        let slot = Instant::at(if ahead == 0 { today } else { day(ahead) }, Minute(minute));
        let moved = Instant::at(day(4), Minute(10 * 60));
        let at = Instant::at(self.back(1 + chance.below(2)), Minute(12 * 60 + chance.below(500) as u16));
        let (scene, of) = self.scene(office, chance, slot.min(self.scope.end));
        self.script.scenes.push(Scene { nth, slot, moved, ..scene });
        self.happens(at, of, Act::Book);
        match fate {
            Fate::Kept => {
                self.happens(slot.plus_seconds(-600), of, Act::CheckIn);
                self.turns.push(Turn { office, clerk: scene.clerk, at: slot.plus_seconds(120), case: None });
            }
            Fate::Moved => self.happens(at.plus_seconds(3_000), of, Act::Rebook),
            Fate::GivenUp => self.happens(at.plus_seconds(4_000), of, Act::Cancel),
            Fate::Stands => {}
        }
    }

    /// This morning: everybody whose case was received at a number machine drew a ticket, and others too.
    pub(super) fn morning(&mut self) {
        for office in self.numbered() {
            let chance = Chance::new(self.seed, "morning", office as u64);
            let (others, waiting) = rate::IN_THE_QUEUE[self.manners[office].column];
            for _ in 0..others {
                let at = self.this_morning(20, 110, &chance);
                let clerk = self.there(office, chance.below(self.staff[office].len()), at);
                self.turns.push(Turn { office, clerk, at, case: None });
            }
            // At nine one person is being served and one is on the way to the counter.
            let (last, seconds) = (self.staff[office].len() - 1, [60, 80]);
            for (position, seconds) in [last, last.min(2)].into_iter().zip(seconds) {
                let at = self.scope.end.plus_seconds(seconds);
                self.turns.push(Turn { office, clerk: self.there(office, position, at), at, case: None });
            }
            self.serve(office, &chance);
            for nth in 0..waiting {
                let at = self.this_morning(88, 119, &chance);
                self.draw(office, at, if nth == 1 { 1 } else { 0 }, &chance);
            }
        }
    }

    /// Calls people one after the other, each official for themselves.
    fn serve(&mut self, office: usize, chance: &Chance) {
        let mut turns: Vec<Turn> = self.turns.iter().filter(|turn| turn.office == office).copied().collect();
        turns.sort_by_key(|turn| (turn.clerk, turn.at, turn.case));
        // Two who would come to one official at the same moment: the second goes without a number.
        turns.dedup_by(|next, before| next.clerk == before.clerk && next.at.0 - before.at.0 < 240_000_000);
        turns.truncate(rate::MOST_TICKETS);
        for (at, turn) in turns.iter().enumerate() {
            let called = turn.at.plus_seconds(-90);
            self.draw(office, called.plus_seconds(-300 - chance.below(1_200) as i64), 0, chance);
            let (scene, of) = self.scene(office, chance, called);
            self.script.scenes.push(Scene { clerk: turn.clerk, ..scene });
            self.happens(called, of, Act::Call);
            if at == 1 && turn.case.is_none() {
                self.happens(called.plus_seconds(40), of, Act::Recall);
                self.happens(called.plus_seconds(80), of, Act::Miss);
                continue;
            }
            self.happens(called.plus_seconds(15), of, Act::Attend);
            let served = called.plus_seconds(160 + chance.below(300) as i64);
            let next = turns.get(at + 1).filter(|next| next.clerk == turn.clerk);
            let until = next.map_or(served, |next| served.min(next.at.plus_seconds(-95)));
            self.happens(until, of, Act::Serve);
            if let Some(case) = turn.case {
                self.script.plots[case as usize].ticketed = true;
            }
        }
    }

    fn draw(&mut self, office: usize, at: Instant, nth: u8, chance: &Chance) {
        let (scene, of) = self.scene(office, chance, at);
        self.script.scenes.push(Scene { nth, ..scene });
        self.happens(at.max(self.this_minute(0)), of, Act::Draw);
    }

    fn this_minute(&self, minutes: usize) -> Instant {
        Instant::at(self.scope.end.day(), Minute(6 * 60 + 40 + minutes as u16))
    }

    /// A moment this morning, in minutes after seven.
    fn this_morning(&self, from: usize, until: usize, chance: &Chance) -> Instant {
        self.this_minute(20 + from + chance.below(until - from)).plus_seconds(chance.below(60) as i64)
    }

    fn numbered(&self) -> Vec<usize> {
        let offices = &self.directory.offices;
        (0..offices.len()).filter(|&at| is_tried_first(&offices[at])).collect()
    }

    /// The working day so many before today.
    pub(super) fn back(&self, n: usize) -> Day {
        self.scope.days[self.scope.days.len().saturating_sub(n + 1)]
    }
}

/// Somebody who is called at a number machine this morning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub(super) office: usize,
    pub(super) clerk: u8,
    /// When they are served.
    pub(super) at: Instant,
    /// The case that is received then.
    pub(super) case: Option<u32>,
}

/// Whether everything is tried in this office first.
pub(super) fn is_tried_first(office: &hailong_core::serve::office::Office) -> bool {
    TRIED_FIRST.contains(&office.id.as_str())
}

/// Whether an office of this name and level has a number machine.
pub(super) fn is_numbered(office: &hailong_core::serve::office::Office) -> bool {
    is_tried_first(office) && matches!(office.level, Level::District | Level::Commune)
}
