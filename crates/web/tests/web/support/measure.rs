//! A frozen quarter with evaluations, and alarms: what the pages of measuring need.

use hailong_core::{
    context::Actor,
    measure::{
        evaluation, guard,
        scorecard::{Counted, Finished, Report},
    },
    serve::applicant::Group,
    time::Month,
};
use hailong_store::Store;
use uuid::Uuid;

use super::{OTHER, OWN, PROCEDURE, ctx};

/// Freezes a quarter of which the record knows nothing: what it says of the officials is invented.
pub(super) async fn freeze(store: &Store) {
    let directory = store.directory();
    let of = |office: &str| Finished {
        office: office.to_owned(),
        official: format!("{office}-1"),
        procedure: PROCEDURE.to_owned(),
        field: Some("Hộ tịch".to_owned()),
        group: Group::Person,
        cases: 40,
        on_time: 38,
        supplements: 2,
        beyond: 0,
    };
    let counted = Counted { finished: [OWN, OTHER].map(of).to_vec(), ..Counted::default() };
    let ctx = ctx(store, &directory, Actor::System, "2017-06-29T18:00");
    let first = Month::of_quarter_key("2017-Q1").unwrap();
    let frozen =
        evaluation::freeze(first, &Report::new(&counted), None, "", &store.log_key().unwrap(), &ctx).unwrap();
    store.commit(frozen).await.unwrap();
}

pub(super) async fn evaluation(store: &Store, office: &str) -> Uuid {
    let all = store.evaluations("2017-Q1").await.unwrap();
    all.iter().find(|one| one.official == format!("{office}-1")).unwrap().evaluation_id
}

/// An alarm about the clock of each office, in a quarter of before.
pub(super) async fn alarms(store: &Store) -> [(&'static str, Uuid); 2] {
    let finding = |office: &str| guard::Finding {
        kind: guard::Kind::SlowReceipt,
        office_id: office.into(),
        official: None,
        p: 500,
        family: 1,
        family_p: 500,
        q: 9_000,
        parts: Vec::new(),
        seen: 30,
        of: 60,
        usual: 20_000,
        cases: Vec::new(),
        more: 0,
    };
    let directory = store.directory();
    let ctx = ctx(store, &directory, Actor::System, "2017-01-16T03:00");
    let quarter = Month::of_quarter_key("2016-Q4").unwrap();
    let batch = guard::raise(quarter, &[OWN, OTHER].map(finding), true, &ctx).unwrap();
    let id = |at: usize| Uuid::from_slice(&batch.entries[at].subject.0).unwrap();
    let ids = [(OWN, id(1)), (OTHER, id(2))];
    store.commit(batch).await.unwrap();
    ids
}
