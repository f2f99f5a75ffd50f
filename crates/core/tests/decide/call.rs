//! Calls: by others than the rated office, drawn and not chosen, and never a third time.

use hailong_core::{
    context::{Actor, Role},
    event::Event,
    listen::call::{self, CallLine, CallList},
    refusal::Refusal,
    serve::official::{Post, StandIn},
    time::Day,
};
use uuid::Uuid;

use super::{COPY_DESK, World};

const NOW: &str = "2017-06-30T09:15";

fn list(by_office: &str) -> CallList {
    CallList {
        list_id: Uuid::from_bytes([7; 16]),
        office_id: COPY_DESK.into(),
        by_office: by_office.into(),
        day: Day::parse("2017-06-28").unwrap(),
        seed: vec![1; 8],
        audit: false,
        version: 1,
    }
}

fn line(tries: u32, declined: bool, answered: bool) -> CallLine {
    CallLine { place: 1, invitation_id: Uuid::from_bytes([2; 16]), tries, declined, answered }
}

#[test]
fn nobody_calls_about_their_own_office_nor_for_somebody_there() {
    let world = World::new();
    let calls = |id: &str| {
        let ctx = world.context(Actor::Official(world.official(id)), NOW);
        call::calls_for(COPY_DESK, &ctx).map(str::to_owned)
    };
    assert_eq!(calls("tan-duyet-1").as_deref(), Ok("tan-duyet"));
    assert!(calls("huyen-dam-doi-leader").is_ok());
    assert_eq!(calls("tran-phan-1"), Err(Refusal::OwnOffice));
    assert_eq!(calls("tran-phan-head"), Err(Refusal::OwnOffice));
    let mut ctx = world.context(Actor::Official(world.official("tan-duyet-1")), NOW);
    let Actor::Official(official) = &mut ctx.actor else { panic!() };
    let posts: Vec<Post> = vec![Post { role: Role::Head, ..world.official("tran-phan-head").first_post() }];
    official.stands_for = vec![StandIn { official: "tran-phan-head".into(), posts }];
    assert_eq!(call::calls_for(COPY_DESK, &ctx), Err(Refusal::OwnOffice), "a deputy there");
    let citizen = world.context(Actor::Citizen, NOW);
    assert_eq!(call::calls_for(COPY_DESK, &citizen), Err(Refusal::NotYourRole));
}

#[test]
fn a_call_is_over_when_it_was_answered_declined_or_tried_twice() {
    let world = World::new();
    let ctx = world.context(Actor::Official(world.official("tan-duyet-1")), NOW);
    let table = [
        (line(0, false, false), None),
        (line(1, false, false), None),
        (line(2, false, false), Some(Refusal::CallOver)),
        (line(1, true, false), Some(Refusal::CallOver)),
        (line(0, false, true), Some(Refusal::CallOver)),
    ];
    for (line, expected) in table {
        assert_eq!(call::may_call(&list("tan-duyet"), &line, &ctx).err(), expected, "{line:?}");
    }
    let open = line(0, false, false);
    assert_eq!(call::may_call(&list("tan-tien"), &open, &ctx).err(), Some(Refusal::NotYourOffice));
    let late = world.context(Actor::Official(world.official("tan-duyet-1")), "2017-07-06T08:00");
    assert_eq!(call::may_call(&list("tan-duyet"), &open, &late).err(), Some(Refusal::CallOver));
    let missed = call::miss(&list("tan-duyet"), &open, false, &ctx).unwrap();
    assert_eq!(missed.entries[0].at.to_string(), "2017-06-30T00:00:00");
}

#[test]
fn the_draw_is_the_programs_and_can_be_drawn_again_from_its_seed() {
    let ids: Vec<_> = (1..=40_u8).map(|n| Uuid::from_bytes([n; 16])).collect();
    let drawn = |seed: &[u8], mut ids: Vec<Uuid>| {
        call::order(seed, &mut ids);
        ids
    };
    let backwards = ids.iter().rev().copied().collect();
    assert_eq!(drawn(b"12345678", ids.clone()), drawn(b"12345678", backwards));
    assert_ne!(drawn(b"12345678", ids.clone()), drawn(b"12345679", ids.clone()));
    let world = World::new();
    let ctx = world.context(Actor::Official(world.official("tan-duyet-1")), NOW);
    let draw = |n: usize, open| call::draw(COPY_DESK, &[1; 8], ids[..n].to_vec(), (open, false), &ctx).err();
    assert_eq!((draw(20, false), draw(1, false)), (None, None));
    assert_eq!(draw(20, true), Some(Refusal::CallsOpen));
    assert_eq!((draw(0, false), draw(21, false)), (Some(Refusal::NobodyToCall), Some(Refusal::NobodyToCall)));
}

#[test]
fn an_audit_asks_one_question_and_takes_no_ballot() {
    let world = World::new();
    let ctx = world.context(Actor::Official(world.official("tan-duyet-1")), NOW);
    let audit = CallList { audit: true, ..list("tan-duyet") };
    let said = call::say(&audit, &line(0, false, false), false, &ctx).unwrap();
    let Event::CallSaid(one) = &said.entries[0].event else { panic!() };
    assert_eq!((one.rated, said.entries[0].version), (false, 2));
    assert_eq!(said.entries[0].at.to_string(), "2017-06-30T00:00:00", "the day only");
    let over = call::say(&audit, &line(0, false, true), true, &ctx);
    assert_eq!(over.unwrap_err(), Refusal::CallOver, "asked once");
    let other = call::say(&list("tan-duyet"), &line(0, false, false), true, &ctx);
    assert_eq!(other.unwrap_err(), Refusal::WrongStep);
}
