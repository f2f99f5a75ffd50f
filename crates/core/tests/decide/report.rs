//! What the counts of reports say, beside what the histories of all cases say.

use std::collections::BTreeMap;

use hailong_core::{
    event::Event,
    serve::{
        case::{Case, Reception, State},
        report::{self, Counts, Line, Period, Span, Sums, Window},
    },
    time::{Day, Instant},
};
use uuid::Uuid;

/// How a case stood after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// Not received, or ended.
    Out,
    Runs(Day),
    Waits,
}

/// Everything that happened, kept twice: as counts, and as histories.
#[derive(Default)]
pub(crate) struct Ledger {
    counts: BTreeMap<(String, String), BTreeMap<Day, Counts>>,
    histories: BTreeMap<Uuid, History>,
}

struct History {
    of: (String, String),
    reception: Reception,
    events: Vec<(Instant, Event)>,
    stood: Vec<(Day, Stands)>,
    accepted: Option<Day>,
    ended: Option<(Day, &'static str)>,
}

fn stands(case: &Case) -> Stands {
    let ended = case.state.is_closed() || case.state == State::Finished;
    match case.due {
        _ if ended || case.clock.is_none() => Stands::Out,
        Some(due) => Stands::Runs(due.day()),
        None => Stands::Waits,
    }
}

impl Ledger {
    /// Keeps an event; `before` and `after` are the case around it.
    pub(crate) fn keep(&mut self, at: Instant, event: &Event, before: &Case, after: &Case) {
        let day = at.day();
        let history = self.histories.entry(after.id).or_insert_with(|| History {
            of: (after.office_id.clone(), after.procedure.clone()),
            reception: after.reception,
            events: Vec::new(),
            stood: Vec::new(),
            accepted: None,
            ended: None,
        });
        let counted = stands(before) != Stands::Out;
        history.stood.push((day, stands(after)));
        history.events.push((at, event.clone()));
        match event {
            Event::CaseAccepted(_) => history.accepted = Some(day),
            Event::CaseFinished { .. } => {
                let due = before.due.expect("a running case has a due date");
                let how = if at > due {
                    "late"
                } else if day < due.day() {
                    "early"
                } else {
                    "on_time"
                };
                history.ended = Some((day, how));
            }
            Event::CaseRefused { .. } if counted => history.ended = Some((day, "refused")),
            Event::CaseWithdrawn(_) if counted => history.ended = Some((day, "withdrawn")),
            Event::CaseStopped(_) => history.ended = Some((day, "stopped")),
            _ => {}
        }
        let Some(entered) = report::entered(at, event) else { return };
        assert!(entered.days.iter().all(|(entered, _)| *entered >= day), "the past was changed by {event:?}");
        let days = self.counts.entry((entered.office_id, entered.procedure)).or_default();
        for (day, counts) in entered.days {
            days.entry(day).or_default().add(&counts);
        }
    }

    /// Compares both for every kind of period, as it stood on a day in it and after its end.
    pub(crate) fn check(&self) -> usize {
        let days = self.histories.values().flat_map(|history| history.stood.iter().map(|(day, _)| *day));
        let (Some(from), Some(to)) = (days.clone().min(), days.max()) else { return 0 };
        let mut seen = 0;
        for window in Window::ALL {
            for span in Span::ALL {
                let mut period = Period::containing(window, span, from);
                while period.first_day() <= to {
                    let middle = Day(i32::midpoint(period.first_day().0, period.last_day().0));
                    for today in [period.first_day(), middle, period.last_day(), period.last_day().plus(1)] {
                        let closing = report::closing(period, today).expect("it has begun");
                        seen += self.check_one(period, closing);
                    }
                    period = period.next();
                }
            }
        }
        seen
    }

    fn check_one(&self, period: Period, (closing, closed): (Day, bool)) -> usize {
        let (first, mut seen) = (period.first_day(), 0);
        let mut listed: BTreeMap<&(String, String), Line> = BTreeMap::new();
        let mut expected: BTreeMap<&(String, String), BTreeMap<String, u64>> = BTreeMap::new();
        for history in self.histories.values() {
            let own = history.events.iter().map(|(at, event)| (*at, event));
            let own = report::line_of_case(own, period, (closing, closed)).unwrap();
            listed.entry(&history.of).or_default().add(&own);
            let line = expected.entry(&history.of).or_default();
            let mut count = |what: &str| *line.entry(what.to_owned()).or_default() += 1;
            let at_end_of = |day: Day| {
                let last = history.stood.iter().rev().find(|(at, _)| *at <= day);
                last.map_or(Stands::Out, |(_, stands)| *stands)
            };
            if at_end_of(first.plus(-1)) != Stands::Out {
                count("carried");
            }
            if history.accepted.is_some_and(|day| first <= day && day <= closing) {
                count(history.reception.key());
            }
            if let Some((_, how)) = history.ended.filter(|(day, _)| first <= *day && *day <= closing) {
                count(how);
            }
            match at_end_of(closing) {
                Stands::Out => {}
                Stands::Waits => count("waiting"),
                Stands::Runs(due) if due < closing || (closed && due == closing) => count("overdue"),
                Stands::Runs(_) => count("within"),
            }
        }
        for (of, expected) in expected {
            let none = BTreeMap::new();
            let days = self.counts.get(of).unwrap_or(&none);
            let sums = Sums::of(days.iter().map(|(day, counts)| (*day, *counts)), first, closing);
            let line = sums.line(closed).unwrap_or_else(|error| panic!("{error}: {sums:?}"));
            let found: BTreeMap<String, u64> = words(&line).into_iter().filter(|(_, n)| *n > 0).collect();
            assert_eq!(found, expected, "{of:?} from {first} to {closing} (over: {closed})");
            assert_eq!(line.to_resolve(), line.ended() + line.in_progress());
            assert_eq!(listed[of], line, "the cases behind the figures are as many as the figures say");
            seen += usize::from(!found.is_empty());
        }
        seen
    }
}

fn words(line: &Line) -> Vec<(String, u64)> {
    let received = Reception::ALL.map(|way| (way.key(), line.received_by(way)));
    let rest = [
        ("carried", line.carried()),
        ("early", line.early()),
        ("on_time", line.on_time()),
        ("late", line.late()),
        ("refused", line.refused()),
        ("withdrawn", line.withdrawn()),
        ("stopped", line.stopped()),
        ("within", line.within()),
        ("overdue", line.overdue()),
        ("waiting", line.waiting()),
    ];
    received.into_iter().chain(rest).map(|(name, n)| (name.to_owned(), n)).collect()
}
