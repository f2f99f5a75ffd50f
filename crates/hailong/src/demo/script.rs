//! The script of a demo: who comes when with what, and what happens then. A pure function of the seed.

mod case;
mod cast;
mod day;
mod detour;
mod evaluation;
mod office;
mod rate;
mod scene;
mod story;

use hailong_core::{
    directory::Directory,
    serve::{
        applicant::ApplicantKind,
        calendar::Calendar,
        case::{Reception, ReturnWay},
        official::Official,
    },
    time::{Day, Instant, Minute, Month},
};

use self::{
    day::{arrival, later},
    scene::{Turn, is_numbered},
    story::Story,
};
pub(super) use self::{
    detour::pause_of,
    evaluation::{Evaluated, Fate},
    office::{Manner, manner, staff_of},
    scene::{Scene, not_posted},
    story::{TYPED_DAYS, answer_by},
};
use super::chance::Chance;

/// The office to which communes send what is decided above them.
pub(super) const ABOVE: &str = "huyen-dam-doi";

/// The moment at which the demo's clock starts: Friday 30 June 2017, 09:00.
pub(crate) fn opening() -> Instant {
    Instant::at(Day(17_347), Minute(9 * 60))
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) at: Instant,
    /// Which case, opinion or scene.
    pub(super) of: u32,
    pub(super) act: Act,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Act {
    /// Documents complete: receipt.
    Receive,
    /// A document is missing: supplement request.
    Ask,
    /// Everything in one visit, without a receipt.
    Resolve,
    /// A dossier comes over the network, unchecked.
    Arrive,
    /// It is checked, or what was brought is, and still something is missing.
    AskFor,
    /// What is there is complete now: receipt.
    Bring,
    HandOver,
    /// After appraisal a document is missing; the clock stands still.
    RequestMore,
    /// And is brought.
    BringMore,
    /// To the district.
    SendUp,
    /// And home to the office that received it.
    SendHome,
    Pause,
    Resume,
    /// Another body is asked.
    Consult,
    /// A second one at the same time.
    ConsultOther,
    Hear,
    HearOther,
    /// The first did not answer in time.
    Silence,
    SilenceOther,
    Visit,
    Extend,
    Apologise,
    /// A draft is laid before the head.
    Submit,
    SendBack,
    Finish,
    Return,
    Refuse,
    Withdraw,
    Stop,
    Lose,
    Correct,
    Rate,
    /// An opinion is left.
    Say,
    /// And answered.
    Answer,
    /// Advice is given.
    Guide,
    /// A notice board is confirmed.
    Post,
    /// The number machine is set up.
    Arrange,
    Book,
    Rebook,
    Cancel,
    CheckIn,
    /// A ticket is drawn.
    Draw,
    Call,
    Recall,
    Attend,
    Serve,
    Miss,
    /// The boxes of the day before are sealed.
    Seal,
    /// What is said of the quarter that ended is frozen.
    Freeze,
    /// And the guard looks at it.
    Look,
    /// An official answers to the figures.
    AnswerFigures,
    /// The head decides.
    DecideFigures,
    /// The official asks the level above.
    AskReview,
    /// Which decides.
    Review,
}

impl Act {
    /// Whether the program does it by itself.
    pub(super) const fn is_of_program(self) -> bool {
        matches!(self, Self::Seal | Self::Freeze | Self::Look)
    }
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
    /// Whether the person answers the questions.
    pub(super) rated: bool,
    /// Whether it was received with a ticket of the number machine.
    pub(super) ticketed: bool,
    /// How it came in, and how the result goes out.
    pub(super) reception: Reception,
    pub(super) way: ReturnWay,
}

/// The whole script.
pub(super) struct Script {
    pub(super) plots: Vec<Plot>,
    /// Office of each opinion.
    pub(super) opinions: Vec<u16>,
    pub(super) scenes: Vec<Scene>,
    pub(super) evaluations: Vec<Evaluated>,
    pub(super) steps: Vec<Step>,
    /// The first of the cases that are open today whatever chance brings.
    pub(super) cast: u32,
}

/// When the script plays.
#[derive(Clone, Copy)]
struct Scope<'a> {
    calendar: &'a Calendar,
    /// Its working days.
    days: &'a [Day],
    /// Those of the month in which four offices tried it out.
    trial: &'a [Day],
    /// Those of the quarters.
    full: &'a [Day],
    end: Instant,
}

struct Writer<'a> {
    directory: &'a Directory,
    scope: Scope<'a>,
    seed: u64,
    manners: Vec<Manner>,
    staff: Vec<Vec<&'a Official>>,
    /// How often each version of a procedure is asked for; 0 when it is not in force.
    demand: Vec<f64>,
    turns: Vec<Turn>,
    script: Script,
}

/// The moment at which the record begins, a month before `quarters` quarters.
pub(super) fn beginning(quarters: u32) -> Instant {
    Instant::at(Month(day::first_month(quarters, opening()).0 - 1).first_day(), Minute(0))
}

/// Writes the script of `quarters` quarters that end at [`opening`], with `cases` first contacts each. Four offices began a month before, so
/// that a quarter has ended and was looked at. A month of four offices has as many answers an official as a quarter of all, and a newcomer
/// waits an eighth longer for it, not twice as long.
pub(super) fn write(directory: &Directory, seed: u64, quarters: u32, cases: u32) -> Script {
    let end = opening();
    let days = day::working_days(&directory.calendar, beginning(quarters).day().month(), end);
    let first = day::first_month(quarters, end).first_day();
    let (trial, full) = days.split_at(days.partition_point(|day| *day < first));
    let offices = &directory.offices;
    let mut writer = Writer {
        directory,
        scope: Scope { calendar: &directory.calendar, days: &days, trial, full, end },
        seed,
        manners: offices.iter().map(|office| manner(seed, office)).collect(),
        staff: offices.iter().map(|office| staff_of(directory, office)).collect(),
        demand: office::demand(directory, end.day()),
        turns: Vec::new(),
        script: Script {
            plots: Vec::new(),
            opinions: Vec::new(),
            scenes: Vec::new(),
            evaluations: Vec::new(),
            steps: Vec::new(),
            cast: 0,
        },
    };
    let total = cases.saturating_mul(quarters);
    let cast = writer.cast_size();
    let cast = if total >= cast * rate::FEWEST_FOR_TODAY { cast } else { 0 };
    let (usual, tried) = (total - cast, cases / rate::CASES_PER_TRIED);
    for number in 0..usual + tried {
        writer.case(number, number >= usual);
    }
    writer.script.cast = usual + tried;
    if cast > 0 {
        writer.cast(usual + tried);
    }
    for number in 0..(total / rate::CASES_PER_OPINION).max(6) {
        writer.opinion(number);
    }
    for number in 0..(total / rate::CASES_PER_GUIDANCE).max(6) {
        writer.guidance(number);
    }
    writer.boards();
    writer.machines();
    writer.morning();
    writer.evaluations(beginning(quarters).day().month());
    let begun = days.first().map_or(end.day(), |day| *day);
    for day in (begun.0 + 1..=end.day().0).map(Day) {
        let at = Instant::at(day, Minute(5));
        writer.script.steps.push(Step { at, of: 0, act: Act::Seal });
    }
    writer.script.steps.sort_unstable();
    writer.script
}

impl Writer<'_> {
    /// A case that was told to its end.
    fn keep(&mut self, story: Story<'_>, plot: Plot) {
        let office = &self.directory.offices[usize::from(plot.office)];
        let first =
            story.steps.first().filter(|first| matches!(first.act, Act::Receive | Act::Ask | Act::Resolve));
        if let Some(first) = first
            && first.at.day() == self.scope.end.day()
            && plot.reception == Reception::Counter
            && first.at.minute().0 >= 7 * 60 + 30
            && is_numbered(office)
        {
            let office = usize::from(plot.office);
            self.turns.push(Turn { office, clerk: plot.clerk, at: first.at, case: Some(story.of) });
        }
        self.script.steps.extend(story.steps);
        self.script.plots.push(plot);
    }

    fn opinion(&mut self, number: u32) {
        let chance = Chance::new(self.seed, "opinion", u64::from(number));
        let worse = |manner: &Manner| (0.6 - manner.warmth).max(0.1);
        let weights: Vec<f64> = self.manners.iter().map(worse).collect();
        let office = chance.weighted(&weights);
        let Scope { days, full, end, .. } = self.scope;
        let said = arrival(full, end, &chance);
        self.script.steps.push(Step { at: said, of: number, act: Act::Say });
        if chance.happens(0.85)
            && let Some(answered) = later(said, 1 + chance.below(12), days, &chance)
            && answered < end
        {
            self.script.steps.push(Step { at: answered, of: number, act: Act::Answer });
        }
        self.script.opinions.push(office as u16);
    }
}
