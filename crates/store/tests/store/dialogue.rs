//! Two dialogues through every door of the store: the second opens what the first promised.

use std::collections::BTreeMap;

use hailong_core::{
    context::Actor,
    listen::dialogue::{
        Topic,
        correct::{Correct, Reread},
        hold::{Announce, Close, Join, Said},
        host::Decide,
        promise::{self, Make, Report},
        wave::{Enter, Open, Way, write_number},
    },
    refusal::Refusal,
    serve::notice::Kind,
    time::{Day, Instant},
};
use hailong_store::{StoreError, listen::dialogue::wave::WaveCount};

use uuid::Uuid;

use super::world::{Desk, PROCEDURE, at};

pub const FIRST: &str = "2017-2";
pub const SECOND: &str = "2017-3";
const LEADER: &str = "huyen-dam-doi-leader";
const CLERK: &str = "huyen-dam-doi-1";

fn form(number: u32, commune: &str, pressing: bool) -> Enter {
    Enter {
        number: write_number(number),
        commune: commune.into(),
        way: Some(if number.is_multiple_of(2) { Way::Paper } else { Way::Phone }),
        pressing: Some(pressing),
        topic: pressing.then_some(Topic::Land),
        words: if pressing { "Phiếu kín, chờ sổ lâu".into() } else { String::new() },
    }
}

fn refused(outcome: Result<(), StoreError>) -> Refusal {
    match outcome {
        Err(StoreError::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// Plays both.
pub async fn play(desk: &Desk<'_>) {
    let store = desk.store;
    open(desk, FIRST, "2017-06-15T08:00").await;
    hold(desk, FIRST, "2017-06-29T08:00", false).await;
    let promises = store.promises_of(FIRST).await.unwrap();
    let report = |done| Report {
        said: promise::Said { answer: "Đã làm, kín".into(), evidence: "Công văn 45".into() },
        done,
    };
    for (done, when) in [(false, "2017-07-01T09:00"), (true, "2017-07-02T09:00")] {
        let ctx = desk.ctx(desk.official("tran-phan-head"), at(when));
        store.report_promise(promises[0].promise.id, &report(done), &ctx).await.unwrap();
    }
    desk.receive("tran-phan-1", PROCEDURE, 95, at("2017-06-20T08:00")).await;
    open(desk, SECOND, "2017-09-15T08:00").await;
    hold(desk, SECOND, "2017-09-29T08:00", true).await;
}

/// A wave of a hundred forms, of which some come back; what must not count is refused and changes nothing.
async fn open(desk: &Desk<'_>, id: &str, when: &str) {
    let (store, when) = (desk.store, at(when));
    let command = Open { dialogue: id.into(), forms: 400, seed: Some(2_017) };
    let leader = |at: Instant| desk.ctx(desk.official(LEADER), at);
    store.open_dialogue(&command, &leader(when)).await.unwrap();
    assert_eq!(refused(store.open_dialogue(&command, &leader(when)).await), Refusal::AlreadyExists);
    let clerk = |n: usize| desk.ctx(desk.official(CLERK), when.plus_seconds(3_600 + 60 * n as i64));
    let mut first = 0;
    for (commune, pressing, forms) in [("tran-phan", 4, 12), ("tan-duc", 1, 6)] {
        let numbers = store.form_numbers(id, commune).await.unwrap();
        first = numbers[0];
        for (n, number) in numbers.into_iter().take(forms).enumerate() {
            store.enter_form(id, &form(number, commune, n < pressing), &clerk(n)).await.unwrap();
        }
    }
    let before = store.wave_counts(id).await.unwrap();
    assert_eq!(
        refused(store.enter_form(id, &form(first, "tan-duc", true), &clerk(0)).await),
        Refusal::FormEntered
    );
    assert_eq!(
        refused(store.enter_form(id, &form(first, "tran-phan", true), &clerk(0)).await),
        Refusal::FormUnknown
    );
    let forged = Enter { number: "1234 5675".into(), ..form(first, "tan-duc", true) };
    assert_eq!(refused(store.enter_form(id, &forged, &clerk(0)).await), Refusal::FormUnknown);
    assert_eq!(store.wave_counts(id).await.unwrap(), before, "what is refused changes nothing");
    correct(desk, id, when, &before).await;
    assert_eq!((before["tran-phan"].entered, before["tran-phan"].pressing), (12, 4));
    assert_eq!(before.values().map(|count| count.given).sum::<u32>(), 400);
}

/// Forms that were typed wrongly: corrected twice, struck and typed anew; in the end everything counts as before.
async fn correct(desk: &Desk<'_>, id: &str, when: Instant, before: &BTreeMap<String, WaveCount>) {
    let store = desk.store;
    let clerk = |minutes: i64| desk.ctx(desk.official(CLERK), when.plus_seconds(7_200 + 60 * minutes));
    let number = store.form_numbers(id, "tran-phan").await.unwrap()[0];
    let to = |pressing| Correct {
        to: Some(Reread {
            way: Some(Way::Paper),
            pressing: Some(pressing),
            topic: Some(Topic::Land),
            words: "Sửa kín".into(),
        }),
        reason: "Đánh nhầm ô, lý do kín".into(),
    };
    let strike = Correct { to: None, reason: "Nhầm số phiếu, lý do kín".into() };
    store.correct_form(id, number, &to(false), &clerk(0)).await.unwrap();
    let counts = store.wave_counts(id).await.unwrap();
    let one = &counts["tran-phan"];
    assert_eq!((one.entered, one.pressing, one.corrected), (12, 3, 1));
    let file = store.form(id, number).await.unwrap().unwrap();
    assert_eq!((file.words.as_str(), file.corrections, file.pressing), ("Sửa kín", 1, Some(false)));
    assert!(file.reason.contains("nhầm ô") && file.corrected.is_some_and(|(_, who)| who == CLERK));
    store.correct_form(id, number, &to(true), &clerk(1)).await.unwrap();
    store.correct_form(id, number, &strike, &clerk(2)).await.unwrap();
    let counts = store.wave_counts(id).await.unwrap();
    assert_eq!((counts["tran-phan"].entered, counts["tran-phan"].pressing), (11, 3));
    assert_eq!(refused(store.correct_form(id, number, &strike, &clerk(3)).await), Refusal::FormMissing);
    let listed = store.forms_entered(id, true, None, 0, 9).await.unwrap();
    assert!(listed.len() == 1 && listed[0].is_struck() && listed[0].corrections == 3);
    store.enter_form(id, &form(number, "tran-phan", true), &clerk(4)).await.unwrap();
    let mut counts = store.wave_counts(id).await.unwrap();
    counts.get_mut("tran-phan").unwrap().corrected = 0;
    assert_eq!(&counts, before);
    let mine = store.forms_entered(id, false, Some(CLERK), 0, 50).await.unwrap();
    assert_eq!(mine.len(), 18);
    assert!(store.forms_entered(id, false, Some(LEADER), 0, 50).await.unwrap().is_empty());
    let history = store.history(format!("dialogue/{id}/form/{number}").as_bytes()).await.unwrap();
    assert_eq!(history.len(), 5, "the journal keeps every entry");
}

/// The choice, the notice, two people who register, and the minutes.
async fn hold(desk: &Desk<'_>, id: &str, when: &str, earlier: bool) {
    let (store, day) = (desk.store, at(when));
    let leader = |days: i64| desk.ctx(desk.official(LEADER), day.plus_seconds(-86_400 * days));
    let decide = |host: &str, reason: &str| Decide { host: host.into(), reason: reason.into() };
    store.choose_host(id, &decide("tran-phan", ""), &leader(9)).await.unwrap();
    store.choose_host(id, &decide("tan-duc", "Hội trường đang sửa, kín"), &leader(9)).await.unwrap();
    let late = store.form_numbers(id, "tan-dan").await.unwrap()[0];
    let ctx = desk.ctx(desk.official(CLERK), day.plus_seconds(-86_400 * 8));
    assert_eq!(refused(store.enter_form(id, &form(late, "tan-dan", true), &ctx).await), Refusal::WaveClosed);
    let decided = store.form_numbers(id, "tan-duc").await.unwrap()[0];
    let strike = Correct { to: None, reason: "Quá muộn".into() };
    assert_eq!(refused(store.correct_form(id, decided, &strike, &ctx).await), Refusal::WaveClosed);
    let announce = Announce { at: day, place: "Hội trường xã Tân Đức".into() };
    store.announce_dialogue(id, &announce, &leader(8)).await.unwrap();
    for (name, topic, words) in [("Trần Thị Kín", None, ""), ("", Some(Topic::Papers), "Câu hỏi kín")]
    {
        let contact = "0977000222".into();
        let said = Said { name: name.into(), words: words.into(), contact, ..Said::default() };
        let join = Join { attends: topic.is_none(), topic, said };
        let ctx = desk.ctx(Actor::Citizen, day.plus_seconds(-86_400 * 8 + 60));
        store.join_dialogue(id, join, &ctx).await.unwrap();
    }
    let moved = Announce { place: "Nhà văn hóa xã Tân Đức".into(), ..announce };
    store.announce_dialogue(id, &moved, &leader(8)).await.unwrap();
    let voice = store.voices(id, Some(Topic::Papers), None, 9).await.unwrap().remove(0).voice_id;
    let told: Vec<_> = store.notices_of(voice).await.unwrap().iter().map(|notice| notice.kind).collect();
    assert!(told.contains(&Kind::DialogueJoined) && told.contains(&Kind::DialogueMoved), "{told:?}");
    let clerk = |minutes: i64| desk.ctx(desk.official(CLERK), day.plus_seconds(60 * minutes));
    let make = Make {
        topic: Some(Topic::Land),
        question: "Bao giờ trả sổ, câu hỏi kín?".into(),
        owner: "tran-phan".into(),
        deadline: Some(Day(day.day().0 + 20)),
        answer: String::new(),
        done: false,
        voice_id: None,
    };
    if earlier {
        assert_eq!(refused(store.make_promise(id, &make, &clerk(1)).await), Refusal::PromisesFirst);
        store.review_promises(id, &clerk(2)).await.unwrap();
    }
    store.make_promise(id, &make, &clerk(10)).await.unwrap();
    let settled = Make { answer: "Trả lời ngay, kín".into(), done: true, voice_id: Some(voice), ..make };
    let nobody = Make { voice_id: Some(Uuid::nil()), ..settled.clone() };
    assert_eq!(refused(store.make_promise(id, &nobody, &clerk(20)).await), Refusal::BadChoice("voice"));
    store.make_promise(id, &settled, &clerk(20)).await.unwrap();
    let close = Close { attended: Some(85), minutes: "Biên bản kín".into() };
    store.close_dialogue(id, &close, &clerk(120)).await.unwrap();
    let told = store.notices_of(voice).await.unwrap();
    assert!(told.iter().any(|notice| notice.kind == Kind::DialogueAnswered), "{told:?}");
}
