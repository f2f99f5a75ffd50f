//! Rating kiosks through the doors of the store.

use hailong_core::{
    context::Actor,
    listen::{
        invitation::Way,
        kiosk::{Outcome as Arrival, item::Answer},
    },
};
use hailong_store::listen::kiosk::Taken;

use super::{
    script::OFFICE,
    world::{Desk, at, ballot},
};

/// Kiosks: enrolled, heard of, withdrawn and enrolled again; what they bring counts once.
pub async fn play(desk: &Desk<'_>) {
    let store = desk.store;
    let head = |when: &str| desk.ctx(desk.official("tran-phan-head"), at(when));
    let citizen = || desk.ctx(Actor::Citizen, at("2017-07-04T09:00"));
    let kiosk = store.enrol_kiosk(None, OFFICE, " Cạnh  quầy 1 ", &head("2017-07-03T08:00")).await.unwrap();
    let other = store.enrol_kiosk(None, OFFICE, "Sảnh", &head("2017-07-03T08:01")).await.unwrap();
    store.withdraw_kiosk(other, &head("2017-07-03T08:02")).await.unwrap();
    store.withdraw_kiosk(kiosk, &head("2017-07-03T08:03")).await.unwrap();
    let again = store.enrol_kiosk(Some(kiosk), OFFICE, "Cửa chính", &head("2017-07-03T08:04")).await.unwrap();
    assert_eq!(again, kiosk, "the same tablet stays the same kiosk");
    let known = store.kiosk(kiosk).await.unwrap().unwrap();
    assert_eq!((known.enrolled.name.as_str(), known.active, known.version), ("Cửa chính", true, 3));

    let invitation = desk.whole_case(OFFICE, 96, at("2017-07-03T08:30")).await;
    let code = store.invitation_code(invitation).await.unwrap().unwrap();
    assert_eq!(store.invitation_by_code(&code).await.unwrap(), Some(invitation));
    let token = store.vault().secrets().invitation_token(invitation, Way::Slip);
    assert_eq!(store.invitation_by_code(&token).await.unwrap(), Some(invitation));
    let elsewhere = store.vault().secrets().invitation_code(1).unwrap();
    assert_eq!(store.invitation_by_code(&elsewhere).await.unwrap(), None, "a line that is no invitation");
    let rating = Answer::Rating { code, ballot: ballot(3) };
    let first = store.take_from_kiosk(rating.clone(), &citizen()).await.unwrap();
    assert!(matches!(first, Taken::Rating(_)), "{first:?}");
    assert_eq!(store.take_from_kiosk(rating, &citizen()).await.unwrap(), Taken::Already);
    let opinion = |words: &str| Answer::Opinion {
        follow: "ABCDEFGHJKMN".into(),
        office: OFFICE.into(),
        class: None,
        words: words.into(),
        name: String::new(),
        contact: String::new(),
        confidential: false,
        consent: false,
    };
    let received = store.take_from_kiosk(opinion("Góp ý kín ở máy"), &citizen()).await.unwrap();
    assert_eq!(received, Taken::Opinion);
    let twice = store.take_from_kiosk(opinion("Góp ý kín ở máy"), &citizen()).await.unwrap();
    assert_eq!(twice, Taken::Already);
    let file = store.opinion_by_code("ABCDEFGHJKMN").await.unwrap().unwrap();
    assert_eq!(file.opinion.unwrap().words, "Góp ý kín ở máy");

    let mut arrivals = store.arrivals(kiosk).await.unwrap();
    for (sequence, outcome) in [(1, Arrival::Taken), (1, Arrival::Already), (4, Arrival::Taken)] {
        arrivals.note(sequence, outcome);
        store.keep_arrivals(kiosk, arrivals, at("2017-07-04T09:00").day()).await.unwrap();
    }
    assert_eq!(store.arrivals(kiosk).await.unwrap(), arrivals);
    let listed = store.kiosks(OFFICE).await.unwrap();
    let listed = listed.iter().map(|file| (file.kiosk.active, file.arrivals.missing)).collect::<Vec<_>>();
    assert_eq!(listed, [(false, 0), (true, 2)]);
    assert!(store.kiosks("tan-duyet").await.unwrap().is_empty());
}
