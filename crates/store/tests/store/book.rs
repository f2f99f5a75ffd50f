//! Tracking books: gap-free, closed once after their year, and no number after that.

use hailong_core::{context::Actor, refusal::Refusal, serve::book::Standing, serve::case::Mark};
use hailong_store::{StoreError, verify::verify};

use super::{
    script::{FIRST, OFFICE},
    world::{Desk, PROCEDURE, World, at},
};

const HEAD: &str = "tran-phan-head";

fn refused(result: Result<(), StoreError>) -> Refusal {
    match result {
        Err(StoreError::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_book_has_no_gap_is_closed_once_and_takes_no_more_numbers() {
    let world = World::found(None).await;
    let store = &world.store;
    let desk = Desk::new(store, 7);
    for number in 0..4 {
        let day = at("2017-11-06T08:00").plus_seconds(i64::from(number) * 3_600);
        desk.receive(FIRST, PROCEDURE, number, day).await;
    }
    let standing = store.book_standing(OFFICE, 2017).await.unwrap();
    assert_eq!(standing, Standing { counter: 4, last: 4, taken: 0, own: 4 });
    let numbers: Vec<_> =
        store.book_lines(OFFICE, 2017, 0, 10).await.unwrap().into_iter().map(|(n, _)| n).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(store.book_lines(OFFICE, 2017, 2, 1).await.unwrap()[0].0, 3);

    let (during, after) = (at("2017-12-31T10:00"), at("2018-01-02T09:00"));
    let early = store.close_book(OFFICE, 2017, &desk.ctx(desk.official(HEAD), during)).await;
    assert_eq!(refused(early), Refusal::YearRunning);
    for (actor, why) in [
        (desk.official(FIRST), Refusal::NotYourRole),
        (desk.official("quach-pham-head"), Refusal::NotYourOffice),
        (Actor::System, Refusal::NotYourRole),
    ] {
        assert_eq!(refused(store.close_book(OFFICE, 2017, &desk.ctx(actor, after)).await), why);
    }
    // What a process still believes that has not heard of the closing.
    let before = store.directory();
    store.close_book(OFFICE, 2017, &desk.ctx(desk.official(HEAD), after)).await.unwrap();
    let closing = store.book_closing(OFFICE, 2017).await.unwrap().unwrap();
    assert_eq!((closing.last, closing.at, closing.by.as_str()), (4, after, HEAD));
    let again = Desk::new(store, 8);
    assert_eq!(
        refused(store.close_book(OFFICE, 2017, &again.ctx(again.official(HEAD), after)).await),
        Refusal::BookClosed
    );

    let late = at("2017-12-29T08:00");
    let receive = |ctx| {
        let command = again.command(PROCEDURE, 9, late);
        store.receive_case(command, again.check(PROCEDURE, Mark::Present, ""), ctx)
    };
    let ctx = again.ctx(again.official(FIRST), late);
    let told = receive(&ctx).await.map(|_| ());
    assert_eq!(refused(told), Refusal::BookClosed);
    let blind = store.context(again.official(FIRST), late, &before, [5; 32]);
    assert!(matches!(receive(&blind).await, Err(StoreError::Stale)), "the line under the year refuses it");
    assert_eq!(store.book_standing(OFFICE, 2017).await.unwrap(), standing);
    // The next year has a book of its own.
    again.receive(FIRST, PROCEDURE, 10, after).await;
    assert_eq!(store.book_years(OFFICE).await.unwrap(), [2018, 2017]);
    let report = verify(store).await.unwrap();
    assert!(report.trouble.is_none(), "{report}");
}
