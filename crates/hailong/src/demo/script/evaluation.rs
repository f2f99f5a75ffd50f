//! Quarters that ended: they are frozen and looked at on the days of the program's own rules, and every official is heard about the figures.

use hailong_core::{
    measure::{
        evaluation::{FREEZE_AFTER_DAYS, Outcome, Stand},
        guard::LOOK_DAYS,
    },
    serve::official::Role,
    time::{Day, Instant, Minute, Month},
};

use super::{Act, Step, Writer, day::hour, scene::is_tried_first};
use crate::demo::chance::Chance;

/// The evaluation of an official.
#[derive(Clone, Debug)]
pub(in crate::demo) struct Evaluated {
    /// The first month of the quarter.
    pub(in crate::demo) quarter: Month,
    pub(in crate::demo) official: String,
    pub(in crate::demo) fate: Fate,
}

/// How it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo) enum Fate {
    /// The figures are accepted, and stand.
    Accepted,
    /// They are explained, and the circumstances noted.
    Explained,
    /// Nothing was said in time.
    Silent,
    /// An objection that the head does not follow.
    Objected,
    /// One that the level above follows in the end.
    Reviewed,
    /// Decided this week: the level above may still be asked.
    MayAsk,
    /// The head has it.
    WithHead,
    /// The level above has it.
    WithLeader,
}

/// Whose evaluation of the last quarter that ended is told; everybody else's is accepted.
const TOLD: [(&str, Fate); 7] = [
    ("tan-thuan-1", Fate::Explained),
    ("thi-tran-dam-doi-3", Fate::Silent),
    ("tran-phan-5", Fate::Objected),
    ("thi-tran-dam-doi-2", Fate::Reviewed),
    ("tran-phan-1", Fate::MayAsk),
    ("tran-phan-2", Fate::WithHead),
    ("huyen-dam-doi-3", Fate::WithLeader),
];

/// A working day so many after the quarter was frozen, or before today.
#[derive(Clone, Copy)]
enum When {
    After(u32),
    Before(usize),
}

impl Fate {
    /// What the official says.
    pub(in crate::demo) const fn stand(self) -> Stand {
        match self {
            Self::Accepted | Self::Silent => Stand::Accepts,
            Self::Explained | Self::MayAsk => Stand::Explains,
            Self::Objected | Self::Reviewed | Self::WithHead | Self::WithLeader => Stand::Objects,
        }
    }

    /// What is decided by the head, or by the level above.
    pub(in crate::demo) const fn outcome(self, act: Act) -> Outcome {
        match (self, act) {
            (Self::Reviewed, Act::Review) => Outcome::SetAside,
            (Self::Explained, _) => Outcome::Noted,
            _ => Outcome::Stands,
        }
    }

    /// What happens when: the official has five working days, then the head.
    fn steps(self, nth: u32) -> Vec<(Act, When)> {
        use Act::{AnswerFigures, AskReview, DecideFigures, Review};
        use When::{After, Before};
        match self {
            Self::Accepted => vec![(AnswerFigures, After(1 + nth % 4)), (DecideFigures, After(6 + nth % 3))],
            Self::Explained => vec![(AnswerFigures, After(3)), (DecideFigures, After(7))],
            Self::Silent => vec![(DecideFigures, After(8))],
            Self::Objected => vec![(AnswerFigures, After(4)), (DecideFigures, After(8))],
            Self::Reviewed => vec![
                (AnswerFigures, After(2)),
                (DecideFigures, After(6)),
                (AskReview, After(9)),
                (Review, After(15)),
            ],
            Self::MayAsk => vec![(AnswerFigures, After(5)), (DecideFigures, Before(3))],
            Self::WithHead => vec![(AnswerFigures, Before(2))],
            Self::WithLeader => {
                vec![(AnswerFigures, After(4)), (DecideFigures, Before(4)), (AskReview, Before(2))]
            }
        }
    }
}

impl Writer<'_> {
    /// Every quarter that has ended since the record began with a month.
    pub(super) fn evaluations(&mut self, begun: Month) {
        let running = self.scope.end.day().month().quarter()[0];
        let mut quarter = begun.quarter()[0];
        while quarter < running {
            let (_, ended) = quarter.days_of_quarter();
            let frozen = ended.plus(FREEZE_AFTER_DAYS);
            self.program(frozen, Act::Freeze);
            self.program(ended.plus(LOOK_DAYS), Act::Look);
            let last = quarter.0 + 3 == running.0;
            self.heard(quarter, frozen, last, quarter < begun);
            quarter = Month(quarter.0 + 3);
        }
    }

    /// After midnight, when the boxes of the day before are sealed.
    fn program(&mut self, day: Day, act: Act) {
        self.script.steps.push(Step { at: Instant::at(day, Minute(20)), of: 0, act });
    }

    fn heard(&mut self, quarter: Month, frozen: Day, last: bool, tried: bool) {
        let directory = self.directory;
        let offices = directory.offices.iter().filter(|office| !tried || is_tried_first(office));
        let roles = [Role::Official, Role::Head];
        let heard = offices
            .flat_map(|office| directory.officials_of(&office.id).filter(|one| roles.contains(&one.role)));
        for official in heard {
            let of = self.script.evaluations.len() as u32;
            let told = TOLD.iter().find(|(id, _)| last && *id == official.id);
            let fate = told.map_or(Fate::Accepted, |(_, fate)| *fate);
            self.script.evaluations.push(Evaluated { quarter, official: official.id.clone(), fate });
            let chance = Chance::new(self.seed, "evaluation", u64::from(of));
            for (act, when) in fate.steps(of) {
                let day = match when {
                    When::After(n) => self.scope.calendar.nth_working_after(frozen, n).ok(),
                    When::Before(n) => Some(self.back(n)),
                };
                let at = day.map(|day| hour(day, &chance)).filter(|at| *at < self.scope.end);
                self.script.steps.extend(at.map(|at| Step { at, of, act }));
            }
        }
    }
}
