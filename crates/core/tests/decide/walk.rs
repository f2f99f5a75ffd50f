//! A long walk at random: officials of two levels and a citizen try every step on many cases, in every order and at
//! every hour, in each of the three regimes. Whatever they do, no invariant breaks and nothing panics.

use std::collections::BTreeMap;

use hailong_core::{
    context::{Actor, Context, Entropy},
    event::Event,
    refusal::Refusal,
    secret::SecretKey,
    serve::{
        case::{
            self, Ask, Case, CheckDocuments, Fault, LimitChoice, Mark, OpenCase, Outcome, Reception,
            ReturnWay, State, Step,
        },
        clock::{ClockEvent, PauseReason},
        procedure::{Limit, Unit},
        regime::Regime,
    },
    time::Instant,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::{World, report::Ledger};

const STEPS: usize = 10_000;
const PEOPLE: [&str; 6] =
    ["tran-phan-1", "tran-phan-2", "tran-phan-head", "huyen-dam-doi-1", "huyen-dam-doi-head", "tan-duyet-1"];
const PROCEDURES: [&str; 4] = ["1.004873", "1.001193", "1.000894", "1.001022"];

/// Dice thrown from a seed (SplitMix64), so that a failure can be played again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}

struct Walk {
    world: World,
    dice: Dice,
    now: Instant,
    counters: BTreeMap<String, u32>,
    closed: BTreeMap<State, usize>,
    refused: BTreeMap<&'static str, usize>,
    done: usize,
    reports: Ledger,
    reported: usize,
}

/// A case with what was promised so far.
struct Walked {
    case: Case,
    key: SecretKey,
    promised: Option<Instant>,
    adjusted: Option<Instant>,
    invitations: usize,
}

impl Walk {
    fn ctx(&mut self) -> (Actor, [u8; 32]) {
        let who = if self.dice.below(40) == 0 {
            Actor::Citizen
        } else {
            Actor::Official(self.world.official(self.dice.one::<&str>(&PEOPLE)))
        };
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.dice.below(u64::MAX).to_le_bytes());
        (who, seed)
    }

    fn open(&mut self) -> Walked {
        let procedure = *self.dice.one(&PROCEDURES);
        let mut case_id = [0; 16];
        case_id[..8].copy_from_slice(&self.dice.below(u64::MAX).to_le_bytes());
        let level = self.world.directory.versions(procedure)[0].levels[0];
        let district = level == hailong_core::serve::office::Level::District;
        let office_id = if district { "huyen-dam-doi" } else { "tran-phan" };
        let online = self.dice.below(5) == 0;
        let command = OpenCase {
            case_id: Uuid::from_bytes(case_id),
            office_id: Some(office_id.into()),
            reception: if online {
                Reception::Online
            } else {
                *self.dice.one(&[Reception::Counter, Reception::Post])
            },
            ..self.world.first_contact(procedure)
        };
        let actor = if online {
            Actor::Citizen
        } else {
            Actor::Official(self.world.official(&format!("{office_id}-1")))
        };
        let ctx = Context { actor, ..self.world.context(Actor::Citizen, "2017-01-01T00:00") };
        let ctx = Context { at: self.now, ..ctx };
        let (batch, case) = case::open(command, &ctx).unwrap();
        let wrapped = super::wrapped_key(&batch);
        let key = self.world.secrets.unwrap_data_key(case.person_id, &wrapped).unwrap();
        Walked { case, key, promised: None, adjusted: None, invitations: 0 }
    }

    fn marks(&mut self, case: &Case) -> Vec<Mark> {
        let documents = &self.world.directory.versions(&case.procedure)[0].documents;
        let wanted = documents.iter().map(|document| document.condition.is_some()).collect::<Vec<_>>();
        let missing = self.dice.below(3) == 0;
        let usual = |conditional: bool| if conditional { Mark::NotNeeded } else { Mark::Present };
        let mut marks: Vec<_> = wanted.into_iter().map(usual).collect();
        if missing {
            let at = self.dice.below(marks.len() as u64) as usize;
            marks[at] = Mark::Missing;
        }
        marks
    }

    fn step(&mut self, case: &Case) -> Step {
        let words =
            || if case.version % 11 == 0 { "  ".to_owned() } else { "Lý do của bước này".to_owned() };
        let outcome = *self.dice.one(&[Outcome::Granted, Outcome::Denied]);
        match self.dice.below(24) {
            0..=4 => Step::Check(CheckDocuments {
                documents: self.marks(case),
                limit: LimitChoice::Published(self.dice.below(2) as usize),
                reason: words(),
            }),
            5 => Step::RequestSupplement { documents: self.marks(case), reason: words() },
            6 => Step::ReceiveSupplement { documents: self.marks(case) },
            7 => Step::HandOver { to: (*self.dice.one(&PEOPLE)).into(), reason: String::new() },
            8 => Step::Send {
                to_office: (*self.dice.one(&["tran-phan", "huyen-dam-doi", "tan-duyet"])).into(),
            },
            9 => {
                let reasons = [
                    PauseReason::Supplement,
                    PauseReason::FinancialDuty,
                    PauseReason::Posting,
                    PauseReason::ExpertOpinion,
                    PauseReason::Violation,
                ];
                Step::Pause { reason: *self.dice.one(&reasons), words: words() }
            }
            10 => Step::Resume,
            11 => Step::Extend {
                by: Limit::new(self.dice.below(12) as u16, *self.dice.one(&[Unit::WorkingDays, Unit::Days])),
                reason: words(),
            },
            12 => {
                Step::Apologise { to: self.now.day().plus(self.dice.below(30) as i32 - 3), reason: words() }
            }
            13 => Step::Consult(Ask {
                id: Uuid::from_u128(u128::from(self.dice.below(u64::MAX))),
                body: "Phòng Tài nguyên và Môi trường".into(),
                question: words(),
                answer_by: self.now.plus_seconds(self.dice.below(400_000) as i64 - 1_000),
                silence_consents: self.dice.below(2) == 0,
            }),
            14 => Step::AnswerConsultation { id: self.consultation(case), agreed: true, answer: words() },
            15 => Step::NoteSilence { id: self.consultation(case) },
            16 => Step::RecordVisit {
                visited_at: self.now.plus_seconds(3_600 - self.dice.below(90_000) as i64),
                attended: true,
                words: words(),
            },
            17 => Step::Submit { outcome, note: words() },
            18 => Step::SendBack { reason: words() },
            19 | 20 => Step::Finish { outcome },
            21 => Step::Return { way: *self.dice.one(&ReturnWay::ALL) },
            22 => match self.dice.below(6) {
                0 => Step::Refuse { reason: words() },
                1 => Step::Withdraw { reason: words() },
                2 => Step::Stop { reason: words() },
                _ => Step::Lose { words: words() },
            },
            _ => Step::Correct { fault: Fault::Office, reason: words() },
        }
    }

    fn consultation(&mut self, case: &Case) -> Uuid {
        case.consultations.first().map_or(Uuid::from_u128(1), |open| open.id)
    }

    fn number(&mut self, event: &mut Event) {
        let counters = &mut self.counters;
        event.number(|scope| {
            let counter = counters.entry(scope.to_owned()).or_default();
            *counter += 1;
            *counter
        });
        for (scope, value) in event.counters() {
            assert_eq!(
                self.counters.get(scope),
                Some(&value),
                "the event says which number it took of {scope}"
            );
        }
    }

    fn go(&mut self, walked: &mut Walked) {
        self.now = self.now.plus_seconds(self.dice.below(60_000) as i64);
        let step = self.step(&walked.case);
        let (actor, seed) = self.ctx();
        let (before, by) = (walked.case.clone(), actor.clone());
        let corrects = matches!(step, Step::Correct { .. });
        let now = self.now;
        let ctx = Context {
            actor,
            at: now,
            entropy: Entropy::new(seed),
            ..self.world.context(Actor::Citizen, "2017-01-01T00:00")
        };
        let batch = match case::step(&walked.case, step, Some(&walked.key), &ctx) {
            Ok(batch) => batch,
            Err(refusal) => {
                drop(ctx);
                *self.refused.entry(refusal.code()).or_default() += 1;
                return;
            }
        };
        drop(ctx);
        self.done += 1;
        assert!(!before.state.is_closed() || corrects, "a closed case moved");
        let Actor::Official(official) = &by else { panic!("a citizen decided") };
        assert!(
            [&before.office_id, &before.at_office].contains(&&official.office_id),
            "another office acted"
        );
        for entry in batch.entries {
            let mut event = entry.event;
            self.number(&mut event);
            let line = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&line).unwrap(), event, "{line}");
            if matches!(event, Event::InvitationIssued(_)) {
                walked.invitations += 1;
                continue;
            }
            assert_eq!(entry.version, walked.case.version + 1);
            let before = walked.case.clone();
            case::evolve(&mut walked.case, now, &event);
            assert_eq!(entry.version, walked.case.version, "evolve knows {}", event.kind());
            self.reports.keep(now, &event, &before, &walked.case);
        }
        self.check(walked);
    }

    fn check(&mut self, walked: &mut Walked) {
        let case = &walked.case;
        let running = case.state.is_running() || case.state == State::Submitted;
        assert_eq!(case.due.is_some(), running, "{:?} and due {:?}", case.state, case.due);
        // One after every request for documents and one at the end.
        assert_eq!(walked.invitations, usize::from(case.supplements) + usize::from(case.state.is_closed()));
        assert!((1..=10).contains(&case.exchange_code()));
        assert!(case.state != State::Finished || case.consultations.is_empty());
        let Some(clock) = &case.clock else { return };
        assert_eq!(clock.regime, Regime::on(clock.received.day()), "the regime is the one of reception");
        assert!(case.supplements <= 2);
        let mut stands = false;
        for event in &clock.events {
            match event {
                ClockEvent::Paused { .. } => assert!(!std::mem::replace(&mut stands, true), "pauses overlap"),
                ClockEvent::Resumed { .. } => assert!(std::mem::replace(&mut stands, false)),
                _ => {}
            }
        }
        let apologies =
            clock.events.iter().filter(|event| matches!(event, ClockEvent::Reappointed { .. })).count();
        assert!(clock.regime == Regime::R2015 || apologies <= 1, "re-appointed {apologies} times");
        if case.state.is_closed() {
            return;
        }
        let dates = clock.dates(self.now, &self.world.directory.calendar).unwrap();
        assert!(dates.adjusted >= clock.printed, "earlier than printed");
        assert!(dates.statutory >= clock.received && dates.promised >= clock.printed);
        assert!(walked.promised.is_none_or(|before| before <= dates.promised), "a promise moved earlier");
        if let Some(due) = case.due {
            assert_eq!(due, dates.adjusted);
            assert!(walked.adjusted.is_none_or(|before| before <= due), "the due date moved earlier");
            walked.adjusted = Some(due);
        }
        walked.promised = Some(dates.promised);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::with_cases(10) })]

    #[test]
    fn a_hundred_thousand_steps_break_nothing(seed in any::<u64>(), year in prop::sample::select(vec![2017, 2018, 2021, 2025])) {
        let now = Instant::parse_local(&format!("{year}-01-16T07:30")).unwrap();
        let mut world = World::new();
        // As if no procedure had ever been replaced: the walk is about steps, in all three regimes.
        for procedure in &mut world.directory.procedures {
            procedure.valid_to = None;
        }
        let mut walk = Walk {
            world,
            dice: Dice(seed),
            now,
            counters: BTreeMap::new(),
            closed: BTreeMap::new(),
            refused: BTreeMap::new(),
            done: 0,
            reports: Ledger::default(),
            reported: 0,
        };
        let mut cases = Vec::new();
        for _ in 0..STEPS {
            if cases.is_empty() || (cases.len() < 6 && walk.dice.below(20) == 0) {
                cases.push(walk.open());
            }
            let at = walk.dice.below(cases.len() as u64) as usize;
            let mut walked = cases.swap_remove(at);
            walk.go(&mut walked);
            let state = walked.case.state;
            if state.is_closed() && walk.dice.below(4) == 0 {
                *walk.closed.entry(state).or_default() += 1;
            } else {
                cases.push(walked);
            }
            // Back to the start of the year before the calendar ends.
            if walk.now.day().year() > year + 1 {
                cases.clear();
                walk.counters.clear();
                walk.reported += std::mem::take(&mut walk.reports).check();
                walk.now = now;
            }
        }
        walk.reported += walk.reports.check();
        prop_assert!(walk.reported > 100, "only {} lines of reports were compared", walk.reported);
        prop_assert!(walk.done > STEPS / 50, "only {} steps were possible: {:?}", walk.done, walk.refused);
        prop_assert!(walk.closed.len() >= 3, "ends reached: {:?}", walk.closed);
        prop_assert!(!walk.refused.contains_key(Refusal::CalendarBeyond.code()));
    }
}
