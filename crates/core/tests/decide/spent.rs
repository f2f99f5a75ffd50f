//! The step that took the time, by the journal.

use hailong_core::{
    event::Event,
    serve::case::{
        self, Case, Outcome, State, Step,
        spent::{Longest, Phase, longest},
    },
    time::Instant,
};

use super::World;

/// A case played from its first contact: every step by an official at a moment.
struct Played<'a> {
    world: &'a World,
    case: Case,
    key: hailong_core::secret::SecretKey,
    lines: Vec<(Instant, String, Event)>,
}

impl<'a> Played<'a> {
    fn new(world: &'a World) -> Self {
        let ctx = world.as_official("tran-phan-1");
        let (batch, case) = case::open(world.first_contact("1.004873"), &ctx).unwrap();
        let key = world.secrets.unwrap_data_key(case.person_id, &super::wrapped_key(&batch)).unwrap();
        let mut played = Self { world, case, key, lines: Vec::new() };
        played.keep(&batch);
        played
    }

    fn keep(&mut self, batch: &hailong_core::batch::Batch) {
        let entry = &batch.entries[0];
        self.lines.push((entry.at, batch.actor.clone(), entry.event.clone()));
    }

    fn step(&mut self, by: &str, at: &str, step: Step) {
        let actor = hailong_core::context::Actor::Official(self.world.official(by));
        let batch = case::step(&self.case, step, Some(&self.key), &self.world.context(actor, at)).unwrap();
        self.keep(&batch);
        case::evolve(&mut self.case, batch.entries[0].at, &batch.entries[0].event);
    }

    fn longest(&self) -> Option<Longest> {
        let lines = self.lines.iter().map(|(at, actor, event)| (*at, actor.as_str(), event));
        longest(lines, &self.world.directory.calendar)
    }
}

fn of(phase: Phase, official: Option<&str>) -> Option<Longest> {
    Some(Longest { phase, official: official.map(str::to_owned) })
}

#[test]
fn delay_is_told_of_the_step_that_took_the_time_and_not_of_who_has_the_case() {
    let world = World::new();
    let mut played = Played::new(&world);
    assert_eq!(played.longest(), None, "no minute has passed");
    played.step("tran-phan-1", "2017-04-05T08:10", Step::Check(world.check(&[])));
    assert_eq!(played.longest(), of(Phase::Reception, Some("tran-phan-1")));
    let hand_over = Step::HandOver { to: "tran-phan-2".into(), reason: "Chuyển thẩm định".into() };
    played.step("tran-phan-1", "2017-04-05T09:00", hand_over);
    assert_eq!(played.longest(), of(Phase::Appraisal, Some("tran-phan-1")));
    let submit = Step::Submit { outcome: Outcome::Granted, note: "Đủ điều kiện".into() };
    played.step("tran-phan-2", "2017-04-06T10:00", submit);
    assert_eq!(played.longest(), of(Phase::Appraisal, Some("tran-phan-2")));
    // Two days at the signature, one of them no working day at all.
    played.step("tran-phan-head", "2017-04-10T16:00", Step::Finish { outcome: Outcome::Granted });
    assert_eq!(played.longest(), of(Phase::Signature, Some("tran-phan-head")));
    // A week until it was fetched is nobody's delay.
    let back = Step::Return { way: case::ReturnWay::Counter };
    played.step("tran-phan-1", "2017-04-20T16:00", back);
    assert_eq!(played.longest(), of(Phase::Signature, Some("tran-phan-head")));
    assert_eq!(played.case.state, State::Returned);
}

#[test]
fn waiting_for_the_applicant_is_nobodys_delay() {
    let world = World::new();
    let mut played = Played::new(&world);
    played.step("tran-phan-1", "2017-04-05T08:05", Step::Check(world.check(&[(0, case::Mark::Missing)])));
    played.step("tran-phan-1", "2017-04-19T08:00", Step::Check(world.check(&[])));
    assert_eq!(played.longest(), of(Phase::Reception, Some("tran-phan-1")));
    let minutes: Vec<_> = played.lines.iter().map(|(at, ..)| *at).collect();
    assert_eq!(minutes.len(), 3);
    let hand_over = Step::HandOver { to: "tran-phan-2".into(), reason: "Chuyển".into() };
    played.step("tran-phan-1", "2017-04-19T08:06", hand_over);
    // Six minutes of the counter after the receipt are more than the five before the supplement, not than two weeks.
    assert_eq!(played.longest(), of(Phase::Appraisal, Some("tran-phan-1")));
}
