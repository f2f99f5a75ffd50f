//! Lists of open cases when there are very many of them.

use hailong_core::serve::case;
use hailong_store::serve::case::{Filter, Whose};

use super::world::{Desk, PROCEDURE, at, worlds};

const OFFICE: &str = "tran-phan";
const SELDOM: &str = "1.001022";

/// Of very many cases few fit the filter: a page looks at no more than a thousand, says where to go on, and what fits is
/// found on the way, once.
#[tokio::test]
async fn a_filtered_page_is_bounded_and_goes_on() {
    for world in worlds("bounded").await {
        let store = &world.store;
        let desk = Desk::new(store, 5);
        let open = |procedure: &str, number: u32| {
            let now = at("2017-05-03T08:00").plus_seconds(number.into());
            let ctx = desk.ctx(desk.official("tran-phan-1"), now);
            let (batch, case) = case::open(desk.command(procedure, number, now), &ctx).unwrap();
            (store.submit(batch).unwrap(), case.id)
        };
        let mut waiting: Vec<_> = (0..1_020).map(|number| open(PROCEDURE, number).0).collect();
        let (last, seldom) = open(SELDOM, 1_020);
        waiting.push(last);
        for one in waiting {
            one.done().await.unwrap();
        }
        let filter = Filter { procedure: Some(SELDOM), ..Filter::default() };
        let first = store.open_cases(Whose::Office(OFFICE), filter, None, 50).await.unwrap();
        assert!(first.files.is_empty() && first.next.is_some(), "{first:?}");
        let second = store.open_cases(Whose::Office(OFFICE), filter, first.next, 50).await.unwrap();
        assert_eq!(second.files.iter().map(|file| file.case.id).collect::<Vec<_>>(), [seldom]);
        assert_eq!(second.next, None);
        // Without a filter every page is full, and the last one ends the list.
        let (mut after, mut pages, mut all) = (None, 0, 0);
        loop {
            let page = store.open_cases(Whose::Office(OFFICE), Filter::default(), after, 500).await.unwrap();
            (after, pages, all) = (page.next, pages + 1, all + page.files.len());
            if after.is_none() {
                break;
            }
        }
        assert_eq!((pages, all), (3, 1_021));
    }
}
