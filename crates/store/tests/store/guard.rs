//! Quarters that are looked at, an alarm from its raising to its verdict, and calls that ask whether a rating was theirs.

use hailong_core::{
    context::Actor,
    listen::call::CallLine,
    measure::{
        guard::{self, Finding, Kind, Verdict, Verdicts},
        scorecard::{CallBacks, CallStanding},
    },
    refusal::Refusal,
    time::{Day, Month},
};
use hailong_store::{StoreError, measure::guard::About};
use uuid::Uuid;

use super::{
    script::OFFICE,
    world::{Desk, World, at},
};

const DAY: &str = "2017-07-20T09:00";

fn refused<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> Refusal {
    match outcome {
        Err(StoreError::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn finding(kind: Kind, official: Option<&str>, cases: Vec<Uuid>) -> Finding {
    Finding {
        kind,
        office_id: OFFICE.into(),
        official: official.map(str::to_owned),
        p: 500,
        family: 4,
        family_p: 2_000,
        q: 9_000,
        parts: Vec::new(),
        seen: 30,
        of: 60,
        usual: 200_000,
        cases,
        more: 0,
    }
}

/// The alarms of a quarter that never was, and a look at one that was.
pub async fn play(desk: &Desk<'_>, cases: &[Uuid]) {
    let store = desk.store;
    let quarter = Month::of_quarter_key("2017-Q1").unwrap();
    let found = [
        finding(Kind::ForgedRatings, Some("tran-phan-1"), cases[..2].to_vec()),
        finding(Kind::SlowReceipt, None, cases[2..3].to_vec()),
    ];
    let system = |when| desk.ctx(Actor::System, at(when));
    let batch = guard::raise(quarter, &found, true, &system("2017-04-20T03:00")).unwrap();
    store.commit(batch).await.unwrap();
    let again = guard::raise(quarter, &found, true, &system("2017-04-21T03:00")).unwrap();
    assert!(matches!(store.commit(again).await, Err(StoreError::Stale)), "a quarter is looked at once");
    let by = |id: &str| desk.ctx(desk.official(id), at(DAY));
    let named = store.alarms(About::Official("tran-phan-1"), None, 10).await.unwrap();
    assert_eq!(named.len(), 1);
    let id = named[0].state.alarm.alarm_id;
    store.answer_alarm(id, "Tuần ấy có đoàn đến giúp.", &by("tran-phan-1")).await.unwrap();
    store.answer_alarm(id, "Đúng vậy.", &by("tran-phan-head")).await.unwrap();
    let other = store.answer_alarm(id, "x", &by("tran-phan-2")).await;
    assert_eq!(refused(other), Refusal::NotYourOffice);
    let leader = || by("huyen-dam-doi-leader");
    let verdict = Some(Verdict::Innocent);
    store.judge_alarm(id, verdict, "Đã hỏi mười người.", &leader()).await.unwrap();
    assert_eq!(refused(store.judge_alarm(id, verdict, "x", &leader()).await), Refusal::AlreadyDone);
    assert_eq!(refused(store.judge_alarm(Uuid::nil(), verdict, "x", &leader()).await), Refusal::UnknownAlarm);
    let file = store.alarm(id).await.unwrap().unwrap();
    assert_eq!(file.judged.map(|(_, by, why)| (by, why)).unwrap().1, "Đã hỏi mười người.");
    let said: Vec<_> = store.alarm_answers(id).await.unwrap().into_iter().map(|one| one.words).collect();
    assert_eq!(said, ["Tuần ấy có đoàn đến giúp.", "Đúng vậy."]);
    let verdicts = store.alarm_verdicts().await.unwrap();
    assert_eq!(verdicts.get(&Kind::ForgedRatings).unwrap(), &Verdicts { innocent: 1, ..Verdicts::default() });

    assert_eq!(store.guard_due(at("2017-07-14T23:00").day()).await.unwrap(), None);
    let looked = store.guard(&system("2017-07-15T03:00")).await.unwrap();
    assert_eq!(looked.map(|(quarter, _)| quarter.quarter_key()).as_deref(), Some("2017-Q2"));
    assert_eq!(store.guard(&system("2017-07-16T03:00")).await.unwrap(), None);
    audit(desk).await;
}

async fn audit(desk: &Desk<'_>) {
    let store = desk.store;
    let caller = || desk.ctx(desk.official("tan-duyet-1"), at(DAY));
    let id = store.draw_calls(OFFICE, true, &caller()).await.unwrap();
    assert_eq!(refused(store.draw_calls(OFFICE, true, &caller()).await), Refusal::CallsOpen);
    let (list, lines) = store.call_list(id).await.unwrap().unwrap();
    assert!(list.audit && lines.len() > 3 && lines.iter().all(CallLine::open), "{lines:?}");
    for line in &lines {
        assert!(store.invitation(line.invitation_id).await.unwrap().unwrap().used);
    }
    let (_, callee) = store.callee(id, 1, &caller()).await.unwrap();
    assert!(callee.phone.starts_with("0918"));
    store.say_call(id, 1, true, &caller()).await.unwrap();
    store.say_call(id, 2, false, &caller()).await.unwrap();
    store.miss_call(id, 3, true, &caller()).await.unwrap();
    assert_eq!(refused(store.say_call(id, 1, true, &caller()).await), Refusal::CallOver, "asked once");
    let own = desk.ctx(desk.official("tran-phan-1"), at(DAY));
    assert_eq!(refused(store.say_call(id, 4, true, &own).await), Refusal::OwnOffice);
    let calls = store.audit_calls(at(DAY).day()).await.unwrap();
    assert_eq!(calls.get(OFFICE).unwrap(), &(vec![false, true], 0), "the second said no");
    let later = store.audit_calls(at("2017-10-15T09:00").day()).await.unwrap();
    assert_eq!(later.get(OFFICE).unwrap().1, 2, "of a quarter that was looked at");
    let day = at(DAY).day();
    let counted = store.counted_between(Day(day.0 - 20), day.plus(1)).await.unwrap().call_backs;
    let found = CallBacks { asked: 2, agreed: 1, standing: CallStanding::NotEnough };
    assert_eq!(counted.get(OFFICE), Some(&found));
    assert!(store.counted_between(Day(day.0 - 20), day).await.unwrap().call_backs.is_empty());
    assert!(store.audit_calls(at(DAY).day().plus(-1)).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_guard_sees_what_the_record_holds_and_no_ballot() {
    let world = World::found(None).await;
    let store = &*world.store;
    let desk = Desk::new(store, 9);
    for number in 0..6 {
        let day = at("2017-05-02T08:00").plus_seconds(i64::from(number) * 86_400);
        let invitation = desk.whole_case(OFFICE, number, day).await;
        if number < 4 {
            desk.cast(invitation, super::world::ballot(number), day.plus_seconds(90_000)).await;
        }
        if number == 1 {
            store
                .deny_rating(invitation, &desk.ctx(Actor::Citizen, day.plus_seconds(180_000)))
                .await
                .unwrap();
        }
    }
    let quarter = Month::of_quarter_key("2017-Q2").unwrap();
    let seen = store.guard_seen(quarter).await.unwrap();
    let office = seen.offices.iter().find(|office| office.office_id == OFFICE).unwrap();
    assert_eq!((office.cases.len(), office.roll.len()), (6, 6));
    assert!(office.cases.iter().all(|case| case.on_time == Some(true) && case.moved.len() == 1));
    let used = office.roll.iter().filter(|line| line.used.is_some()).count();
    let denied = office.roll.iter().filter(|line| line.denied).count();
    assert_eq!((used, denied), (4, 1));
    assert!(office.roll.iter().all(|line| line.official.is_some() && line.on_time == Some(true)));
    assert_eq!(seen.today.to_string(), "2017-07-15");
    let before = store.guard_seen(Month::of_quarter_key("2017-Q3").unwrap()).await.unwrap();
    let office = before.offices.iter().find(|office| office.office_id == OFFICE).unwrap();
    assert_eq!((office.before, office.roll.len()), ((6, 4), 0));
}
