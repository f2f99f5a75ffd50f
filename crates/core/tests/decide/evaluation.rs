//! A quarter is frozen when it is over; the official sees it first, the head decides, the leader can look at it again.

use hailong_core::{
    batch::Batch,
    context::{Actor, Context},
    event::Event,
    listen::log::{LogKey, LogVerifier},
    measure::{
        evaluation::{
            Evaluation, Frozen, FrozenReport, Outcome, Stand, Status, answer, ask_review, decide, freeze,
            review, text_to_sign,
        },
        scorecard::{Counted, Finished, Report, Subject},
    },
    refusal::Refusal,
    secret::SecretKey,
    serve::applicant::Group,
    time::Month,
};

use super::World;

const OFFICIAL: &str = "tran-phan-1";
const HEAD: &str = "tran-phan-head";
const LEADER: &str = "huyen-dam-doi-leader";

fn quarter() -> Month {
    Month::of_quarter_key("2017-Q2").unwrap()
}

fn counted(on_time: u64) -> Counted {
    let of = |official: &str| Finished {
        office: "tran-phan".into(),
        official: official.into(),
        procedure: "1.004873".into(),
        field: Some("Hộ tịch".into()),
        group: Group::Person,
        cases: 30,
        on_time,
        supplements: 0,
        beyond: 0,
    };
    Counted { finished: [OFFICIAL, HEAD, "gone-long-ago"].map(of).to_vec(), ..Counted::default() }
}

fn log_key() -> LogKey {
    LogKey::new("hailong/1", &SecretKey::new([7; 32])).unwrap()
}

fn by<'a>(world: &'a World, who: &str, at: &str) -> Context<'a> {
    world.context(Actor::Official(world.official(who)), at)
}

fn frozen(batch: &Batch) -> FrozenReport {
    let Event::ReportFrozen(frozen) = &batch.entries[0].event else { panic!("{batch:?}") };
    *frozen.clone()
}

fn first(world: &World) -> Batch {
    let ctx = world.context(Actor::System, "2017-07-03T18:00");
    freeze(quarter(), &Report::new(&counted(30)), None, "", &log_key(), &ctx).unwrap()
}

#[test]
fn a_quarter_is_frozen_and_signed_when_it_is_over_and_corrected_with_a_reason_only() {
    let world = World::new();
    let report = Report::new(&counted(30));
    let early = world.context(Actor::System, "2017-07-02T18:00");
    let refused = freeze(quarter(), &report, None, "", &log_key(), &early);
    assert_eq!(refused.err(), Some(Refusal::QuarterNotOver), "its last boxes are being sealed");
    let batch = first(&world);
    let one = frozen(&batch);
    let verifier = LogVerifier::parse(log_key().verifier()).unwrap();
    let text = verifier.text(one.note.as_bytes()).unwrap();
    assert_eq!(text, text_to_sign("hailong/1", "2017-Q2", 1, &one.hash.0));
    let read: Report = serde_json::from_str(&one.content).unwrap();
    assert_eq!(read.subjects(Subject::Official).count(), 3);
    let opened: Vec<_> = batch.entries[1..]
        .iter()
        .map(|entry| match &entry.event {
            Event::EvaluationOpened(opened) => (opened.official.as_str(), opened.answer_by.to_string()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(opened, [(OFFICIAL, "2017-07-10".to_owned()), (HEAD, "2017-07-10".to_owned())]);
    assert_eq!(batch.side.len(), 2, "each has a key of its own; who left has no evaluation");

    let before = Frozen { version: 1, hash: one.hash.0 };
    let again = |who: &str, on_time, reason: &str| {
        let ctx = by(&world, who, "2017-07-20T09:00");
        freeze(quarter(), &Report::new(&counted(on_time)), Some(&before), reason, &log_key(), &ctx)
    };
    assert_eq!(again(HEAD, 29, "Sai").err(), Some(Refusal::NotYourRole));
    assert_eq!(again(LEADER, 29, " ").err(), Some(Refusal::Empty("reason")));
    assert_eq!(again(LEADER, 29, &"x".repeat(1_001)).err(), Some(Refusal::TooLong("reason")));
    assert_eq!(again(LEADER, 30, "Sai").err(), Some(Refusal::ReportUnchanged));
    let corrected = again(LEADER, 29, "Một hồ sơ tính nhầm").unwrap();
    assert_eq!((frozen(&corrected).version, corrected.entries.len()), (2, 1), "nobody is asked anew");
}

struct Play {
    world: World,
    current: Evaluation,
    key: SecretKey,
}

impl Play {
    fn of(official: &str) -> Self {
        let world = World::new();
        let batch = first(&world);
        let opened = batch.entries.iter().find_map(|entry| match &entry.event {
            Event::EvaluationOpened(opened) if opened.official == official => Some(opened.clone()),
            _ => None,
        });
        let opened = opened.unwrap();
        let current = Evaluation {
            evaluation_id: opened.evaluation_id,
            quarter: opened.quarter,
            official: opened.official,
            office_id: opened.office_id,
            status: Status::Opened,
            version: 1,
            answer_by: opened.answer_by,
            stand: None,
            decide_by: None,
            outcome: None,
            by_leader: false,
            ask_by: None,
            review_by: None,
        };
        Self { world, current, key: SecretKey::new([1; 32]) }
    }

    fn seen(&self, who: &str, at: &str) -> bool {
        let ctx = by(&self.world, who, at);
        let Actor::Official(viewer) = &ctx.actor else { panic!() };
        self.current.is_seen_by(viewer, ctx.directory, ctx.at.day())
    }

    /// `answer:explains`, `decide:noted`, `ask`, `review:set_aside`.
    fn step(&mut self, who: &str, at: &str, what: &str, words: &str) -> Option<Refusal> {
        let ctx = by(&self.world, who, at);
        let (step, choice) = what.split_once(':').unwrap_or((what, ""));
        let outcome = || Outcome::from_key(choice).unwrap();
        let batch = match step {
            "answer" => answer(&self.current, Stand::from_key(choice).unwrap(), words, &self.key, &ctx),
            "decide" => decide(&self.current, outcome(), words, &self.key, &ctx),
            "ask" => ask_review(&self.current, words, &self.key, &ctx),
            _ => review(&self.current, outcome(), words, &self.key, &ctx),
        };
        let batch = match batch {
            Ok(batch) => batch,
            Err(why) => return Some(why),
        };
        let now = &mut self.current;
        now.version = batch.entries[0].version;
        match &batch.entries[0].event {
            Event::EvaluationAnswered(one) => {
                (now.status, now.stand, now.decide_by) =
                    (Status::Answered, Some(one.stand), Some(one.decide_by));
            }
            Event::EvaluationDecided(one) => {
                (now.status, now.outcome, now.ask_by) =
                    (Status::Decided, Some(one.outcome), Some(one.ask_by));
                now.by_leader = one.by_leader;
            }
            Event::EvaluationReviewAsked(one) => {
                (now.status, now.review_by) = (Status::ReviewAsked, Some(one.review_by));
            }
            Event::EvaluationReviewed(one) => {
                (now.status, now.outcome) = (Status::Reviewed, Some(one.outcome));
            }
            other => panic!("{other:?}"),
        }
        None
    }
}

#[test]
fn the_official_sees_it_first_and_the_head_decides_with_a_reason() {
    let mut play = Play::of(OFFICIAL);
    for who in [HEAD, LEADER, "tran-phan-2"] {
        assert!(
            !play.seen(who, "2017-07-10T16:00"),
            "{who} waits until the official has answered or the day is over"
        );
    }
    assert!(play.seen(OFFICIAL, "2017-07-04T08:00"));
    assert!(play.seen(HEAD, "2017-07-11T08:00") && play.seen(LEADER, "2017-07-11T08:00"));
    assert!(!play.seen("tran-phan-2", "2017-07-11T08:00") && !play.seen("tan-duc-head", "2017-07-11T08:00"));
    let early = play.step(HEAD, "2017-07-05T08:00", "decide:stands", "Đúng");
    assert_eq!(early, Some(Refusal::NotYourOffice), "not before the official");
    assert_eq!(play.step(OFFICIAL, "2017-07-05T08:00", "answer:objects", " "), Some(Refusal::Empty("words")));
    assert_eq!(play.step(OFFICIAL, "2017-07-05T08:00", "answer:objects", "Tôi nghỉ hai tuần"), None);
    let twice = play.step(OFFICIAL, "2017-07-05T08:01", "answer:accepts", "");
    assert_eq!(twice, Some(Refusal::AlreadyDone));
    assert_eq!(play.current.due().unwrap().to_string(), "2017-07-12");
    assert_eq!(play.step(OFFICIAL, "2017-07-06T08:00", "decide:set_aside", "x"), Some(Refusal::NotYourRole));
    assert_eq!(play.step(LEADER, "2017-07-06T08:00", "decide:set_aside", "x"), Some(Refusal::NotYourRole));
    assert_eq!(play.step(HEAD, "2017-07-06T08:00", "decide:stands", ""), Some(Refusal::Empty("words")));
    assert_eq!(play.step(HEAD, "2017-07-06T08:00", "decide:stands", "Số liệu đúng"), None);
    assert_eq!(play.step(HEAD, "2017-07-06T08:01", "decide:noted", "x"), Some(Refusal::AlreadyDone));

    // The official may ask the level above, within five working days.
    let late = play.step(OFFICIAL, "2017-07-14T08:00", "ask", "Chưa xét ngày nghỉ");
    assert_eq!(late, Some(Refusal::ReviewTooLate));
    assert_eq!(play.step(OFFICIAL, "2017-07-13T08:00", "ask", "Chưa xét ngày nghỉ"), None);
    assert_eq!(play.step(HEAD, "2017-07-14T08:00", "review:stands", "x"), Some(Refusal::NotYourRole));
    assert_eq!(play.step(LEADER, "2017-07-14T08:00", "review:set_aside", "Có đơn nghỉ"), None);
    assert_eq!(play.current.outcome, Some(Outcome::SetAside));
    let again = play.step(LEADER, "2017-07-14T08:01", "review:stands", "x");
    assert_eq!(again, Some(Refusal::AlreadyDone));
}

#[test]
fn whoever_says_nothing_is_decided_about_and_nobody_decides_about_themselves() {
    let mut silent = Play::of(OFFICIAL);
    let plain = silent.step(HEAD, "2017-07-11T08:00", "decide:stands", "");
    assert_eq!(plain, Some(Refusal::Empty("words")), "silence is not agreement");
    assert_eq!(silent.step(HEAD, "2017-07-11T08:00", "decide:stands", "Không có ý kiến"), None);
    let late = silent.step(OFFICIAL, "2017-07-11T09:00", "answer:accepts", "");
    assert_eq!(late, Some(Refusal::AlreadyDone));

    let mut head = Play::of(HEAD);
    assert_eq!(head.step(HEAD, "2017-07-05T08:00", "answer:accepts", ""), None);
    assert_eq!(head.step(HEAD, "2017-07-05T09:00", "decide:stands", ""), Some(Refusal::NotYourRole));
    assert_eq!(
        head.step(LEADER, "2017-07-05T10:00", "decide:stands", ""),
        None,
        "accepted figures that stand need no words"
    );
    assert!(head.current.by_leader);
    let nobody = head.step(HEAD, "2017-07-06T10:00", "ask", "x");
    assert_eq!(nobody, Some(Refusal::NotYourRole), "nobody is above the leader here");
    let own = head.step(LEADER, "2017-07-06T10:00", "review:noted", "x");
    assert_eq!(own, Some(Refusal::NotYourRole), "the leader does not review the own decision");
}
