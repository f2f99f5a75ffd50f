//! The queue under many hands: numbers without a gap, one winner for each call, no slot beyond its places.

use std::collections::BTreeSet;

use hailong_core::{
    context::Actor,
    refusal::Refusal,
    serve::{
        appointment::{Book, Booker},
        queue::Arrangement,
        ticket::{State, Step, TakeTicket},
    },
};
use hailong_store::{StoreError, verify::verify};

use super::world::{Desk, World, at, worlds};

const OFFICE: &str = "tran-phan";

fn take() -> TakeTicket {
    TakeTicket { office_id: OFFICE.into(), group: "A".into(), priority: false, appointment: None }
}

/// Tickets taken one after the other.
async fn issue(world: &World, count: i64) {
    let desk = Desk::new(&world.store, 50);
    for second in 0..count {
        let now = at("2017-06-30T08:00").plus_seconds(second);
        world.store.issue_ticket(take(), &desk.ctx(Actor::Citizen, now)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_a_day_have_no_gap_and_begin_anew_the_next_day() {
    for world in worlds("queue_numbers").await {
        let mut tasks = Vec::new();
        for lane in 0..8 {
            let store = world.store.clone();
            tasks.push(tokio::spawn(async move {
                let desk = Desk::new(&store, 60 + lane);
                for _ in 0..10 {
                    store
                        .issue_ticket(take(), &desk.ctx(Actor::Citizen, at("2017-06-30T08:00")))
                        .await
                        .unwrap();
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        let now = world.store.queue_now(OFFICE, at("2017-06-30T09:00")).await.unwrap().now;
        let numbers: Vec<u32> = now.waiting.iter().map(|ticket| ticket.number).collect();
        assert_eq!(numbers, (1..=80).collect::<Vec<_>>());
        let desk = Desk::new(&world.store, 90);
        let next = world
            .store
            .issue_ticket(take(), &desk.ctx(Actor::Citizen, at("2017-07-03T08:00")))
            .await
            .unwrap();
        assert_eq!(world.store.ticket(next).await.unwrap().unwrap().ticket.number, 1);
        assert_eq!(verify(&world.store).await.unwrap().trouble, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn officials_who_call_at_once_get_somebody_each() {
    for world in worlds("queue_calls").await {
        issue(&world, 3).await;
        let mut calls = Vec::new();
        for official in 1..=4 {
            let store = world.store.clone();
            calls.push(tokio::spawn(async move {
                let desk = Desk::new(&store, 70 + official);
                let who = desk.official(&format!("{OFFICE}-{official}"));
                let ctx = desk.ctx(who, at("2017-06-30T08:30"));
                store.call_next(OFFICE, &format!("Quầy {official}"), &ctx).await
            }));
        }
        let (mut called, mut nobody) = (BTreeSet::new(), 0);
        for call in calls {
            match call.await.unwrap() {
                Ok(id) => assert!(called.insert(id), "two officials called the same person"),
                Err(StoreError::Refused(Refusal::NobodyWaiting)) => nobody += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!((called.len(), nobody), (3, 1));
    }
}

#[tokio::test]
async fn a_second_click_calls_nobody_else() {
    for world in worlds("queue_click").await {
        issue(&world, 2).await;
        let desk = Desk::new(&world.store, 51);
        let who = || desk.official("tran-phan-1");
        let call = async |when| world.store.call_next(OFFICE, "Quầy 1", &desk.ctx(who(), at(when))).await;
        let first = call("2017-06-30T08:30").await.unwrap();
        let again = call("2017-06-30T08:30").await;
        assert!(matches!(again, Err(StoreError::Refused(Refusal::TicketHeld))), "{again:?}");
        let ctx = desk.ctx(who(), at("2017-06-30T08:31"));
        world.store.step_ticket(first, Step::Attend, &ctx).await.unwrap();
        // Who is served when the next is called has been served.
        call("2017-06-30T08:40").await.unwrap();
        let file = world.store.ticket(first).await.unwrap().unwrap();
        assert_eq!((file.ticket.state, file.ended_at), (State::Done, Some(at("2017-06-30T08:40"))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_is_never_booked_beyond_its_places() {
    for world in worlds("queue_slot").await {
        let places = Arrangement::usual(OFFICE).booking.capacity;
        let slot = at("2017-07-03T08:30");
        let mut bookings = Vec::new();
        for lane in 0..12 {
            let store = world.store.clone();
            bookings.push(tokio::spawn(async move {
                let desk = Desk::new(&store, 80 + lane);
                let booker = Booker { name: "Lê Kín".into(), phone: "0918123456".into() };
                let command = Book { group: "A".into(), slot_at: slot, booker };
                store
                    .book_appointment(OFFICE, command, &desk.ctx(Actor::Citizen, at("2017-06-30T08:30")))
                    .await
            }));
        }
        let mut codes = Vec::new();
        for booking in bookings {
            match booking.await.unwrap() {
                Ok(code) => codes.push(code),
                Err(StoreError::Refused(Refusal::SlotFull)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(codes.len(), usize::from(places));
        // A place given up can be booked by somebody else.
        let desk = Desk::new(&world.store, 99);
        let ctx = || desk.ctx(Actor::Citizen, at("2017-06-30T08:31"));
        let given_up = world.store.appointment_by_code(&codes[0]).await.unwrap().unwrap();
        world.store.cancel_appointment(given_up.appointment.id, &ctx()).await.unwrap();
        let booker = Booker { name: "Trần Kín".into(), phone: "0918123457".into() };
        let command = Book { group: "B".into(), slot_at: slot, booker: booker.clone() };
        let code = world.store.book_appointment(OFFICE, command, &ctx()).await.unwrap();
        let booked = world.store.appointment_by_code(&code).await.unwrap().unwrap();
        assert_eq!((booked.appointment.place, booked.booker), (given_up.appointment.place, Some(booker)));
        assert_eq!(verify(&world.store).await.unwrap().trouble, None);
    }
}
