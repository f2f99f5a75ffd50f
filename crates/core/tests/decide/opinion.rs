//! What may be decided of an opinion: every step, by whom, until when, and what it moves.

use hailong_core::{
    batch::Batch,
    context::{Actor, Context},
    event::Event,
    listen::opinion::{
        self, Class, Current, Finding, Helped, Moments, Opinion, Owed, Question, Reason, Said, Same, Shown,
        Sort, Sorted, Source, State, Topic, Urgency, answerable, mask, next_day, sees_author,
    },
    refusal::Refusal,
    secret::SecretKey,
    serve::{
        calendar::{Kind, Special},
        decision::Changed,
    },
    time::Day,
};
use proptest::prelude::*;

use super::{COPY_DESK, World, only_event, wrapped_key};

const HEAD: &str = "tran-phan-head";

fn said(words: &str) -> Said {
    Said::new(COPY_DESK, Opinion { words: words.into(), ..Opinion::default() })
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn sort(office_id: &str) -> Sort {
    Sort {
        class: Class::Conduct,
        topic: Topic::Waiting,
        urgency: Urgency::Ordinary,
        office_id: office_id.into(),
    }
}

/// Plays the events of a batch on what decisions see, as the tables do.
fn apply(current: &mut Current, batch: &Batch) {
    let mine = batch.entries.iter().filter(|entry| entry.subject.0 == current.opinion_id.as_bytes());
    for entry in mine {
        assert_eq!(entry.version, current.version + 1);
        current.version = entry.version;
        let was = current.next_day();
        match &entry.event {
            Event::OpinionTriaged(one) => {
                if current.state == State::Received {
                    current.state = State::Triaged;
                }
                current.office_id.clone_from(&one.office_id);
                let (class, topic, urgency) = (one.class, one.topic, one.urgency);
                current.sorted = Some(Sorted { class, topic, urgency, duplicate_of: one.duplicate_of });
            }
            Event::OpinionAsked(one) => {
                current.state = State::Asked;
                current.moments.asked = Some(entry.at);
                current.question = Some(Question { reply_by: one.reply_by, left: one.left });
                current.due = one.due;
            }
            Event::OpinionReplied(one) => {
                current.moments.replied = Some(entry.at);
                (current.state, current.due) = (State::Triaged, one.due);
            }
            Event::OpinionAnswered(one) => {
                current.moments.publish = Some(entry.at);
                (current.state, current.publish_by) = (State::Answered, one.publish_by);
            }
            Event::OpinionRefused(_) => current.state = State::Refused,
            Event::OpinionConsentChanged(one) => {
                current.moments.publish = current.moments.publish.map(|_| entry.at);
                (current.consent, current.publish_by) = (one.consent, one.publish_by);
                current.published &= one.consent;
            }
            Event::OpinionPublished(_) => (current.published, current.publish_by) = (true, None),
            Event::OpinionJudged(one) => current.helped = Some(one.helped),
            Event::OpinionExplained(one) => current.explain_day = Some(one.promised),
            Event::OpinionDaysMoved(one) => {
                (current.triage_by, current.ask_by, current.due) = (one.triage_by, one.ask_by, one.due);
                current.publish_by = one.publish_by;
                if let (Some(question), Some(reply_by)) = (&mut current.question, one.reply_by) {
                    question.reply_by = reply_by;
                }
            }
            other => panic!("{other:?}"),
        }
        if current.next_day() != was {
            current.explain_day = current.next_day();
        }
    }
}

struct Play<'a> {
    world: &'a World,
    current: Current,
    key: SecretKey,
}

impl<'a> Play<'a> {
    fn begin(world: &'a World, said: Said, at: &str) -> Self {
        let ctx = world.context(Actor::Citizen, at);
        let (batch, _) = opinion::receive(said, &ctx).unwrap();
        let Event::OpinionReceived(received) = only_event(&batch) else { panic!("{batch:?}") };
        let key = world.secrets.unwrap_data_key(received.opinion_id, &wrapped_key(&batch)).unwrap();
        let current = Current {
            opinion_id: received.opinion_id,
            office_id: received.office_id.clone(),
            state: State::Received,
            version: 1,
            confidential: received.confidential,
            consent: received.consent,
            triage_by: received.triage_by,
            ask_by: received.ask_by,
            due: received.due,
            sorted: None,
            question: None,
            publish_by: None,
            published: false,
            helped: None,
            explain_day: received.triage_by,
            moments: Moments { received: ctx.at, asked: None, replied: None, publish: None },
        };
        Self { world, current, key }
    }

    fn by(&self, who: &str, at: &str) -> Context<'a> {
        self.world.context(Actor::Official(self.world.official(who)), at)
    }

    fn author(&self, at: &str) -> Context<'a> {
        self.world.context(Actor::Citizen, at)
    }

    fn done(&mut self, batch: Result<Batch, Refusal>) -> Event {
        let batch = batch.unwrap();
        apply(&mut self.current, &batch);
        batch.entries[0].event.clone()
    }

    fn sorted(mut self, at: &str) -> Self {
        let ctx = self.by(HEAD, at);
        self.done(opinion::triage(&self.current, sort(COPY_DESK), None, &ctx));
        self
    }

    fn answer(&self, who: &str, at: &str) -> Result<Batch, Refusal> {
        opinion::answer(&self.current, "Xin cảm ơn", Some(Finding::Partly), &self.key, &[], &self.by(who, at))
    }
}

#[test]
fn who_may_say_what_and_by_which_days_it_is_dealt_with() {
    let world = World::new();
    // A Friday morning.
    let play = Play::begin(&world, said(" Chờ lâu quá "), "2017-06-30T10:00");
    let Current { triage_by, ask_by, due, .. } = play.current;
    let days = [triage_by, ask_by, Some(due)].map(|day| day.map(|day| day.to_string()).unwrap_or_default());
    assert_eq!(days, ["2017-07-04", "2017-07-07", "2017-07-21"]);
    assert_eq!(play.current.next_day(), triage_by);
    let citizen = world.context(Actor::Citizen, "2017-06-30T10:00");
    let refused = |said| opinion::receive(said, &citizen).err();
    assert_eq!(refused(said(" \n ")), Some(Refusal::Empty("words")));
    assert_eq!(refused(said(&"x".repeat(4_001))), Some(Refusal::TooLong("words")));
    assert_eq!(refused(Said { office_id: "nowhere".into(), ..said("x") }), Some(Refusal::UnknownOffice));
    let odd = Opinion { words: "x".into(), case_code: "12".into(), ..Opinion::default() };
    assert_eq!(refused(Said::new(COPY_DESK, odd)).unwrap().field(), Some("case_code"));
    let letter = || Said { source: Source::Letter, ..said("x") };
    assert_eq!(refused(letter()), Some(Refusal::NotYourRole));
    for (who, allowed) in
        [("tran-phan-1", true), ("huyen-dam-doi-leader", true), ("huyen-dam-doi-admin", false)]
    {
        assert_eq!(opinion::receive(letter(), &world.as_official(who)).is_ok(), allowed, "{who}");
    }
    // One form is one code, whoever sends it again; other forms have others.
    let of_form =
        |once: &str| opinion::receive(Said { once: Some(once.into()), ..said("x") }, &citizen).unwrap().1;
    assert_eq!(of_form("a"), of_form("a"));
    assert_ne!(of_form("a"), of_form("b"));
    let code = of_form("a");
    assert_eq!(opinion::read_follow_code(&format!(" {} ", code.to_lowercase())), code);
}

#[test]
fn an_opinion_is_sorted_then_answered_once_by_the_head_of_its_office_or_the_leader() {
    let world = World::new();
    let play = Play::begin(&world, said("Chờ lâu quá"), "2017-06-30T10:00");
    let triage = |who: &str| {
        opinion::triage(&play.current, sort(COPY_DESK), None, &play.by(who, "2017-06-30T15:00")).err()
    };
    assert_eq!(triage("tan-duyet-head"), Some(Refusal::NotYourOffice));
    assert_eq!(triage("tran-phan-1"), Some(Refusal::NotYourRole));
    assert_eq!(triage("huyen-dam-doi-leader"), None);
    assert_eq!(play.answer(HEAD, "2017-06-30T15:00").err(), Some(Refusal::SortFirst));
    let mut play = play.sorted("2017-06-30T15:00");
    let again = opinion::triage(&play.current, sort(COPY_DESK), None, &play.by(HEAD, "2017-07-01T08:00"));
    assert_eq!(again.err(), Some(Refusal::AlreadyDone), "nothing changes");
    assert_eq!(play.answer("tan-duyet-head", "2017-07-03T08:00").err(), Some(Refusal::NotYourOffice));
    assert_eq!(play.answer("tran-phan-1", "2017-07-03T08:00").err(), Some(Refusal::NotYourRole));
    let judged = opinion::judge(&play.current, Helped::Yes, &play.author("2017-07-03T08:00"));
    assert_eq!(judged.err(), Some(Refusal::WrongStep), "there is nothing to judge yet");
    let event = play.done(play.answer(HEAD, "2017-07-21T16:00"));
    let Event::OpinionAnswered(answered) = event else { panic!("{event:?}") };
    assert!(!answered.late && answered.publish_by.is_none());
    assert_eq!(play.answer(HEAD, "2017-07-22T08:00").err(), Some(Refusal::AlreadyDone));
    play.done(opinion::judge(&play.current, Helped::No, &play.author("2017-07-23T08:00")));
    let second = opinion::judge(&play.current, Helped::Yes, &play.author("2017-07-23T08:00"));
    assert_eq!(second.err(), Some(Refusal::AlreadyDone));
    assert_eq!(play.current.next_day(), None);
}

#[test]
fn another_office_answers_for_what_was_sorted_to_it() {
    let world = World::new();
    let mut play = Play::begin(&world, said("Ở Tân Duyệt phải chờ"), "2017-06-30T10:00");
    let ctx = play.by(HEAD, "2017-07-05T08:00");
    let event = play.done(opinion::triage(&play.current, sort("tan-duyet"), None, &ctx));
    assert!(matches!(event, Event::OpinionTriaged(triaged) if triaged.late), "after the fourth of July");
    assert_eq!(play.answer(HEAD, "2017-07-06T08:00").err(), Some(Refusal::NotYourOffice));
    assert!(play.answer("tan-duyet-head", "2017-07-06T08:00").is_ok());
    let head = answerable(&world.directory, "tan-duyet", day("2017-07-06")).unwrap();
    assert_eq!(head.id, "tan-duyet-head");
}

#[test]
fn time_stands_still_while_the_author_is_asked_and_no_longer() {
    let world = World::new();
    let ask =
        |play: &Play<'_>, at: &str| opinion::ask(&play.current, "Ngày nào?", &play.key, &play.by(HEAD, at));
    let play = Play::begin(&world, said("Chờ lâu quá"), "2017-06-30T10:00");
    assert_eq!(ask(&play, "2017-06-30T15:00").err(), Some(Refusal::SortFirst));
    let play = play.sorted("2017-06-30T15:00");
    assert_eq!(ask(&play, "2017-07-10T08:00").err(), Some(Refusal::TimeOver), "its day was the seventh");
    // Asked on Wednesday the fifth, twelve working days before the answer is due.
    for (replied, due) in [
        ("2017-07-05T10:00", "2017-07-21"),
        ("2017-07-07T20:00", "2017-07-25"),
        ("2017-07-19T20:00", "2017-08-04"),
        ("2017-07-28T20:00", "2017-08-04"),
    ] {
        let mut play = Play { current: play.current.clone(), key: play.key.clone(), ..play };
        play.done(ask(&play, "2017-07-05T08:00"));
        assert_eq!(
            (play.current.question.unwrap().left, play.current.due.to_string()),
            (12, "2017-08-04".into())
        );
        let reply =
            |play: &Play<'_>| opinion::reply(&play.current, "Thứ Hai", &play.key, &play.author(replied));
        play.done(reply(&play));
        assert_eq!(
            (play.current.state, play.current.due.to_string()),
            (State::Triaged, due.into()),
            "{replied}"
        );
        assert_eq!(reply(&play).err(), Some(Refusal::AlreadyDone));
        assert_eq!(ask(&play, "2017-07-06T08:00").err(), Some(Refusal::AlreadyDone), "asked once");
    }
    let unasked = opinion::reply(&play.current, "…", &play.key, &play.author("2017-07-05T10:00"));
    assert_eq!(unasked.err(), Some(Refusal::AlreadyDone));
}

#[test]
fn a_refusal_names_its_reason_and_its_door() {
    let world = World::new();
    let play = Play::begin(&world, said("Tôi khiếu nại quyết định"), "2017-06-30T10:00");
    let refuse = |reason, words: &str, at: &str| {
        opinion::refuse(&play.current, reason, words, &play.key, &[], &play.by(HEAD, at))
    };
    for reason in Reason::ALL {
        let wordless = refuse(reason, " ", "2017-07-03T08:00").err();
        let needed = (!reason.has_door()).then_some(Refusal::Empty("refusal"));
        assert_eq!(wordless, needed, "{reason:?}");
    }
    for (at, late) in [("2017-07-04T16:00", false), ("2017-07-05T08:00", true)] {
        let batch = refuse(Reason::Elsewhere, "Gửi công an huyện", at).unwrap();
        let Event::OpinionRefused(refused) = only_event(&batch) else { panic!("{batch:?}") };
        assert_eq!(refused.late, late, "{at}");
    }
    let by_another = opinion::refuse(
        &play.current,
        Reason::Complaint,
        "",
        &play.key,
        &[],
        &play.by("tan-duyet-head", "2017-07-03T08:00"),
    );
    assert_eq!(by_another.err(), Some(Refusal::NotYourOffice));
}

#[test]
fn those_that_say_the_same_are_answered_together_and_never_in_a_chain() {
    let world = World::new();
    let mut first = Play::begin(&world, said("Thiếu ghế"), "2017-06-30T10:00").sorted("2017-06-30T15:00");
    let mut second = Play::begin(&world, said("thieu ghe"), "2017-06-30T11:00");
    let ctx = second.by(HEAD, "2017-07-03T08:00");
    fn same(other: &Current, with_other: usize, with_current: usize) -> Option<Same<'_>> {
        Some(Same { other, with_other, with_current })
    }
    let attempt = |current: &Current, same: Option<Same<'_>>| {
        opinion::triage(current, sort(COPY_DESK), same, &ctx).err()
    };
    let no = Some(Refusal::BadChoice("duplicate"));
    assert_eq!(attempt(&second.current, same(&second.current, 0, 0)), no, "itself");
    assert_eq!(attempt(&second.current, same(&first.current, opinion::MOST_DUPLICATES, 0)), no, "too many");
    assert_eq!(attempt(&second.current, same(&first.current, 0, 1)), no, "others hang on it");
    let elsewhere = Current { office_id: "tan-duyet".into(), ..first.current.clone() };
    assert_eq!(attempt(&second.current, same(&elsewhere, 0, 0)), no, "somebody else's");
    second.done(opinion::triage(&second.current, sort("tan-duyet"), same(&first.current, 0, 0), &ctx));
    assert_eq!(second.current.office_id, COPY_DESK, "the office of the other");
    assert_eq!(attempt(&first.current, same(&second.current, 0, 0)), no, "a chain");
    let alone = second.answer(HEAD, "2017-07-03T09:00").err();
    assert_eq!(alone, Some(Refusal::AnsweredWithAnother));
    let with = [(second.current.clone(), second.key.clone())];
    let ctx = first.by(HEAD, "2017-07-03T10:00");
    let batch =
        opinion::answer(&first.current, "Đã thêm ghế", Some(Finding::Upheld), &first.key, &with, &ctx)
            .unwrap();
    assert_eq!(batch.entries.len(), 2);
    for play in [&mut first, &mut second] {
        apply(&mut play.current, &batch);
        assert_eq!(play.current.state, State::Answered);
        let Event::OpinionAnswered(answered) = &batch
            .entries
            .iter()
            .find(|entry| entry.subject.0 == play.current.opinion_id.as_bytes())
            .unwrap()
            .event
        else {
            panic!()
        };
        let opened = play.key.open(play.current.opinion_id.as_bytes(), &answered.answer.0).unwrap();
        assert_eq!(opened, "Đã thêm ghế".as_bytes(), "each under its own key");
    }
}

#[test]
fn nothing_is_published_without_consent_and_masking() {
    let world = World::new();
    let author = Opinion {
        words: "Tôi là Trần Văn Bảy, gọi 0912345678".into(),
        name: "Trần Văn Bảy".into(),
        ..Opinion::default()
    };
    let mut play = Play::begin(&world, Said::new(COPY_DESK, author.clone()), "2017-06-30T10:00");
    play = play.sorted("2017-06-30T15:00");
    let publish = |play: &Play<'_>, words: &str, at: &str| {
        let shown = Shown { words: words.into(), answer: "Đã sửa.".into() };
        opinion::publish(&play.current, shown, &author, &play.key, &play.by(HEAD, at))
    };
    assert_eq!(publish(&play, "x", "2017-07-03T08:00").err(), Some(Refusal::WrongStep));
    play.done(play.answer(HEAD, "2017-07-03T08:00"));
    assert_eq!(publish(&play, "x", "2017-07-03T08:00").err(), Some(Refusal::NoConsent));
    let consent = |play: &Play<'_>, consent, at: &str| {
        opinion::change_consent(&play.current, consent, &play.author(at))
    };
    assert_eq!(consent(&play, false, "2017-07-05T08:00").err(), Some(Refusal::AlreadyDone));
    play.done(consent(&play, true, "2017-07-05T08:00"));
    assert_eq!(play.current.next_day(), Some(day("2017-07-07")), "two working days");
    let unmasked = publish(&play, &author.words, "2017-07-06T08:00").err();
    assert_eq!(unmasked, Some(Refusal::Unmasked("words")));
    let masked = mask::mask(&author.words, &author);
    assert_eq!(masked, "Tôi là […], gọi […]");
    for (at, late) in [("2017-07-07T16:00", false), ("2017-07-10T08:00", true)] {
        let batch = publish(&play, &masked, at).unwrap();
        let Event::OpinionPublished(published) = only_event(&batch) else { panic!("{batch:?}") };
        assert_eq!(published.late, late, "{at}");
    }
    play.done(publish(&play, &masked, "2017-07-07T16:00"));
    assert_eq!(play.current.next_day(), None);
    play.done(consent(&play, false, "2017-07-08T08:00"));
    assert!(!play.current.published, "what was published is taken back");
    assert_eq!(publish(&play, &masked, "2017-07-10T08:00").err(), Some(Refusal::NoConsent));
}

#[test]
fn what_is_said_in_confidence_shows_its_author_to_the_leader_only() {
    let world = World::new();
    for (who, sees) in [(HEAD, false), ("tran-phan-1", false), ("huyen-dam-doi-leader", true)] {
        assert_eq!(sees_author(&world.official(who), true), sees, "{who}");
        assert!(sees_author(&world.official(who), false));
    }
}

proptest! {
    /// Whatever steps are tried, in whatever order and on whatever days: an opinion ends once, its versions have no gap, and
    /// the day of its answer never comes before the one it was received with.
    #[test]
    fn an_opinion_ends_once(steps in proptest::collection::vec((0..8_u8, 0..4_i32), 1..14)) {
        let world = World::new();
        let mut play = Play::begin(&world, said("Chờ lâu quá"), "2017-06-30T10:00");
        let (first_due, mut at) = (play.current.due, day("2017-06-30"));
        let mut ends = 0;
        for (step, days) in steps {
            at = at.plus(days);
            let at = format!("{at}T15:00");
            let (head, author) = (play.by(HEAD, &at), play.author(&at));
            let current = &play.current;
            let shown = Shown { words: "x".into(), answer: "y".into() };
            let batch = match step {
                0 => opinion::triage(current, sort(COPY_DESK), None, &head),
                1 => opinion::ask(current, "?", &play.key, &head),
                2 => opinion::reply(current, "!", &play.key, &author),
                3 => opinion::answer(current, "Vâng", Some(Finding::Unfounded), &play.key, &[], &head),
                4 => opinion::refuse(current, Reason::Complaint, "", &play.key, &[], &head),
                5 => opinion::change_consent(current, !current.consent, &author),
                6 => opinion::publish(current, shown, &Opinion::default(), &play.key, &head),
                _ => opinion::judge(current, Helped::Partly, &author),
            };
            let Ok(batch) = batch else { continue };
            let before = play.current.state;
            apply(&mut play.current, &batch);
            ends += u8::from(before.is_open() && !play.current.state.is_open());
            let Current { state, triage_by, due, publish_by, .. } = play.current;
            prop_assert!(due >= first_due && (before.is_open() || !state.is_open()));
            prop_assert_eq!(play.current.next_day(), next_day(state, triage_by, due, publish_by));
            prop_assert!(!play.current.published || play.current.consent);
        }
        prop_assert!(ends <= 1);
    }
}

#[test]
fn the_head_explains_what_is_late_and_promises_no_more_than_one_term() {
    let world = World::new();
    let mut play = Play::begin(&world, said("Chờ mãi"), "2017-06-26T09:00").sorted("2017-06-27T08:00");
    let due = play.current.due;
    assert_eq!(due, day("2017-07-17"));
    let explain = |play: &Play<'_>, who: &str, promised: &str, at: &str| {
        let words = "Cán bộ nghỉ ốm, nay đã có người thay";
        opinion::explain(&play.current, words, Day::parse(promised), &play.key, &[], &play.by(who, at))
    };
    assert_eq!(explain(&play, HEAD, "2017-07-20", "2017-07-17T16:00").err(), Some(Refusal::NotLate));
    let late = "2017-07-18T08:00";
    assert!(play.current.is_unexplained(day("2017-07-18")));
    for who in ["huyen-dam-doi-leader", "tran-phan-1"] {
        assert_eq!(explain(&play, who, "2017-07-20", late).err(), Some(Refusal::NotYourRole), "{who}");
    }
    assert_eq!(explain(&play, "tan-duc-head", "2017-07-20", late).err(), Some(Refusal::NotYourOffice));
    // Fifteen working days from today are the longest promise; yesterday is none.
    for promised in ["2017-08-09", "2017-07-17", "không rõ"] {
        let refused = explain(&play, HEAD, promised, late).err();
        assert_eq!(refused, Some(Refusal::PromiseBeyond("promised")), "{promised}");
    }
    explain(&play, HEAD, "2017-08-08", late).unwrap();
    let Event::OpinionExplained(said) = play.done(explain(&play, HEAD, "2017-07-20", late)) else { panic!() };
    assert_eq!((said.head.as_str(), said.owed, said.due), (HEAD, Owed::Answer, due));
    assert_eq!(play.current.due, due, "the law's day stays");
    assert!(
        !play.current.is_unexplained(day("2017-07-20")) && play.current.is_unexplained(day("2017-07-21"))
    );
    assert_eq!(explain(&play, HEAD, "2017-07-21", "2017-07-19T08:00").err(), Some(Refusal::AlreadyDone));
    // Its promise has passed too: another one is owed, until the answer.
    play.done(explain(&play, HEAD, "2017-07-24", "2017-07-21T08:00"));
    let Event::OpinionAnswered(answered) = play.done(play.answer(HEAD, "2017-07-24T08:00")) else { panic!() };
    assert!(answered.late && play.current.overdue(day("2017-08-30")).is_none());
}

#[test]
fn sorting_late_takes_no_time_from_the_answer_and_those_that_say_the_same_hear_it_too() {
    let world = World::new();
    let mut play = Play::begin(&world, said("Chưa ai xem"), "2017-06-26T09:00");
    let other = Play::begin(&world, said("Cũng chưa ai xem"), "2017-06-26T10:00");
    let ctx = play.by(HEAD, "2017-07-14T08:00");
    // The answer is due on Monday, before two working days are over.
    assert_eq!(opinion::clock::latest_promise(&play.current, Owed::Sorting, &ctx), Ok(day("2017-07-17")));
    let same = [(other.current.clone(), other.key.clone())];
    let batch =
        opinion::explain(&play.current, "Sót trong sổ", Day::parse("2017-07-17"), &play.key, &same, &ctx);
    let batch = batch.unwrap();
    assert_eq!(batch.entries.len(), 2);
    for (entry, (id, key)) in batch
        .entries
        .iter()
        .zip([(play.current.opinion_id, &play.key), (other.current.opinion_id, &other.key)])
    {
        let Event::OpinionExplained(one) = &entry.event else { panic!("{entry:?}") };
        assert_eq!(key.open(id.as_bytes(), &one.words.0).unwrap(), "Sót trong sổ".as_bytes());
    }
    play.done(Ok(batch));
    assert_eq!(play.current.explain_day, Day::parse("2017-07-17"));
}

/// The district where Thursday and Friday, 6 and 7 July, were taken off by a late decision.
fn with_days_off() -> World {
    let mut world = World::new();
    let off = |date: &str| Special {
        day: day(date),
        kind: Kind::Exchanged,
        name: "Nghỉ bão".into(),
        source: "Công điện 1/CĐ-TTg".into(),
    };
    let changed = Changed {
        decision: "Công điện 1/CĐ-TTg".into(),
        decided_on: day("2017-07-03"),
        put: vec![off("2017-07-06"), off("2017-07-07")],
        taken_back: Vec::new(),
    };
    world.directory = world.directory.clone().with([Event::CalendarChanged(changed)]);
    world
}

fn program(world: &World) -> Context<'_> {
    world.context(Actor::System, "2017-07-03T12:00")
}

#[test]
fn a_late_day_off_moves_days_later_and_never_earlier() {
    let (world, off) = (World::new(), with_days_off());
    let mut play = Play::begin(&world, said("Chờ lâu"), "2017-06-30T10:00");
    let mut asked = Play::begin(&world, said("Chờ lâu"), "2017-06-30T10:00").sorted("2017-07-03T08:00");
    let head = asked.by(HEAD, "2017-07-03T09:00");
    asked.done(opinion::ask(&asked.current, "Ngày nào?", &asked.key, &head));
    assert_eq!(
        (asked.current.question.unwrap().reply_by, asked.current.due),
        (day("2017-07-17"), day("2017-08-04"))
    );
    let still =
        |current: &Current, world: &World| opinion::move_days(current, &program(world)).unwrap().is_none();
    assert!(still(&play.current, &world), "no decision, no move");
    assert!(opinion::move_days(&play.current, &off.context(Actor::Citizen, "2017-07-03T12:00")).is_err());

    // A step does not wait for its turn.
    let caught_up = play.current.clone().caught_up(&off.directory);
    let batch = opinion::move_days(&play.current, &program(&off)).unwrap().unwrap();
    let Event::OpinionDaysMoved(moved) = play.done(Ok(batch)) else { panic!() };
    assert_eq!((moved.before, moved.decision.as_str()), (Some(day("2017-07-21")), "Công điện 1/CĐ-TTg"));
    let Current { triage_by, ask_by, due, .. } = play.current;
    assert_eq!(
        [triage_by, ask_by, Some(due)],
        ["2017-07-04", "2017-07-11", "2017-07-25"].map(|one| Some(day(one)))
    );
    assert_eq!(Current { version: play.current.version, ..caught_up }, play.current);
    assert!(still(&play.current, &off), "asked again, nothing is left");

    let batch = opinion::move_days(&asked.current, &program(&off)).unwrap().unwrap();
    asked.done(Ok(batch));
    let (reply_by, due) = (asked.current.question.unwrap().reply_by, asked.current.due);
    assert_eq!((reply_by, due), (day("2017-07-19"), day("2017-08-08")));
    // Taken back, the days stay where they were told.
    let back = Changed {
        decision: "Công điện 2/CĐ-TTg".into(),
        decided_on: day("2017-07-04"),
        put: Vec::new(),
        taken_back: vec![day("2017-07-06"), day("2017-07-07")],
    };
    let mut again = with_days_off();
    again.directory = again.directory.clone().with([Event::CalendarChanged(back)]);
    for current in [&play.current, &asked.current] {
        assert!(still(current, &again));
    }
}
