//! The queue of an office and its appointments, on the district's real data.

#[path = "support/district.rs"]
mod district;

use std::collections::BTreeMap;

use district::{district, secrets};
use hailong_core::{
    batch::Batch,
    context::{Actor, Context, Entropy},
    directory::Directory,
    event::Event,
    refusal::Refusal,
    secret::Secrets,
    serve::{
        appointment::{self, Appointment, Book, Booker},
        office,
        queue::{self, Arrangement, Booking, Counter, estimate, order},
        ticket::{self, Queue, State, Step, TakeTicket, Ticket},
    },
    time::{Day, Instant},
};
use proptest::prelude::*;
use uuid::Uuid;

const OFFICE: &str = "tran-phan";

struct World {
    directory: Directory,
    secrets: Secrets,
}

impl World {
    fn new() -> Self {
        Self { directory: district(), secrets: secrets() }
    }

    fn ctx(&self, actor: Actor, at: Instant, seed: u32) -> Context<'_> {
        let mut bytes = [3; 32];
        bytes[..4].copy_from_slice(&seed.to_le_bytes());
        let entropy = Entropy::new(bytes);
        Context { actor, at, directory: &self.directory, entropy, secrets: &self.secrets }
    }

    fn official(&self, id: &str) -> Actor {
        Actor::Official(self.directory.official(id).unwrap().clone())
    }
}

fn at(local: &str) -> Instant {
    Instant::parse_local(local).unwrap()
}

fn ticket(number: u32, priority: bool) -> Ticket {
    Ticket {
        id: Uuid::from_u128(u128::from(number)),
        office_id: OFFICE.into(),
        group: "A".into(),
        number,
        priority,
        slot_at: None,
        state: State::Waiting,
        official: None,
        counter: None,
        recalls: 0,
        issued_at: at("2017-06-30T08:00").plus_seconds(i64::from(number)),
        version: 1,
    }
}

/// What happens in the walk.
#[derive(Clone, Debug)]
enum Act {
    Issue { group: usize, priority: bool },
    Call { official: usize, counter: usize },
    Step { official: usize, step: usize, group: usize },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let issue = (0..4_usize, any::<bool>()).prop_map(|(group, priority)| Act::Issue { group, priority });
    let call = (0..4_usize, 0..4_usize).prop_map(|(official, counter)| Act::Call { official, counter });
    let step = (0..4_usize, 0..5_usize, 0..3_usize).prop_map(|(official, step, group)| Act::Step {
        official,
        step,
        group,
    });
    prop::collection::vec(prop_oneof![2 => issue, 2 => call, 3 => step], 0..300)
}

/// Everything that was issued, as the record would have it.
#[derive(Default)]
struct Model {
    tickets: BTreeMap<Uuid, Ticket>,
    last_first: bool,
    given: u32,
}

impl Model {
    fn keep(&mut self, batch: Batch, now: Instant) {
        for entry in batch.entries {
            if let Event::TicketIssued(issued) = &entry.event {
                self.given += 1;
                let mut new = ticket(self.given, issued.priority);
                new.id = issued.ticket_id;
                new.group.clone_from(&issued.group);
                new.slot_at = issued.slot_at;
                new.issued_at = now;
                assert!(self.tickets.insert(new.id, new).is_none(), "two tickets of one key");
                continue;
            }
            let id = Uuid::from_slice(&entry.subject.0).unwrap();
            let ticket = self.tickets.get_mut(&id).unwrap();
            assert_eq!(entry.version, ticket.version + 1, "the version is the next one");
            ticket::evolve(ticket, &entry.event, &batch.actor);
            if let Event::TicketCalled(called) = &entry.event {
                self.last_first = called.first;
            }
        }
    }

    fn waiting(&self) -> Vec<Ticket> {
        self.tickets.values().filter(|ticket| ticket.state == State::Waiting).cloned().collect()
    }

    fn held_by(&self, official: &str) -> Option<Ticket> {
        let mut held = self.tickets.values().filter(|ticket| ticket.state.is_held());
        held.find(|ticket| ticket.official.as_deref() == Some(official)).cloned()
    }
}

fn arrangement() -> Arrangement {
    let mut arrangement = Arrangement::usual(OFFICE);
    arrangement.counters[0].groups = vec!["A".into()];
    arrangement.counters[1].groups = vec!["A".into(), "B".into()];
    arrangement
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Any order of commands by four officials leaves every ticket in a state that makes sense.
    #[test]
    fn a_random_walk_never_breaks_the_queue(acts in acts()) {
        let world = World::new();
        let arrangement = arrangement();
        let mut model = Model::default();
        for (second, act) in (0_u32..).zip(acts) {
            let now = at("2017-06-30T07:00").plus_seconds(i64::from(second));
            play(&world, &arrangement, &mut model, &act, now, second)?;
            for official in 1..=4 {
                let name = format!("{OFFICE}-{official}");
                let held = model.tickets.values().filter(|ticket| {
                    ticket.state.is_held() && ticket.official.as_deref() == Some(&name)
                });
                prop_assert!(held.count() <= 1, "one official serves one person at a time");
            }
            prop_assert!(model.tickets.values().all(|ticket| ticket.recalls <= ticket::MOST_RECALLS));
        }
    }

    /// Nobody is overtaken by more people of the other line than have come before them in their own, and one.
    #[test]
    fn the_two_lines_are_served_in_turn(lines in prop::collection::vec(any::<bool>(), 0..80), last in any::<bool>()) {
        let waiting: Vec<_> = (1..).zip(&lines).map(|(number, first)| ticket(number, *first)).collect();
        let now = at("2017-06-30T09:00");
        let called = order(&waiting, last, now);
        prop_assert_eq!(called.len(), waiting.len());
        for (place, ticket) in called.iter().enumerate() {
            let own = waiting.iter().filter(|other| other.priority == ticket.priority && other.number < ticket.number);
            let own = own.count();
            prop_assert!(place <= 2 * own + 1, "{place} were called before one who stood at {own}");
            let before = called[..place].iter().filter(|other| other.priority == ticket.priority);
            prop_assert_eq!(before.count(), own, "a line keeps its order");
        }
    }
}

fn play(
    world: &World,
    arrangement: &Arrangement,
    model: &mut Model,
    act: &Act,
    now: Instant,
    seed: u32,
) -> Result<(), TestCaseError> {
    match act {
        Act::Issue { group, priority } => {
            let group = ["A", "B", "C", "Z"][*group].to_owned();
            let offered = group != "Z";
            let take = TakeTicket { office_id: OFFICE.into(), group, priority: *priority, appointment: None };
            let ctx = world.ctx(Actor::Citizen, now, seed);
            let issued = ticket::issue(take, arrangement, model.waiting().len(), model.given, &ctx);
            prop_assert_eq!(issued.is_ok(), offered);
            if let Ok((batch, _)) = issued {
                model.keep(batch, now);
            }
        }
        Act::Call { official, counter } => {
            let name = format!("{OFFICE}-{}", official + 1);
            let (waiting, mine) = (model.waiting(), model.held_by(&name));
            let first_was_last = model.last_first;
            let queue = Queue { arrangement, waiting: &waiting, mine: mine.as_ref(), first_was_last };
            let counter = &arrangement.counters[*counter];
            let here = |first: bool| {
                waiting.iter().any(|t| arrangement.serves(counter, &t.group) && t.priority == first)
            };
            let ctx = world.ctx(world.official(&name), now, seed);
            match ticket::call_next(&counter.name, queue, &ctx) {
                Ok((batch, id)) => {
                    let first = model.tickets[&id].priority;
                    prop_assert!(first != first_was_last || !here(!first), "the other line had its turn");
                    prop_assert!(arrangement.serves(counter, &model.tickets[&id].group));
                    model.keep(batch, now);
                }
                Err(Refusal::TicketHeld) => {
                    prop_assert_eq!(mine.map(|ticket| ticket.state), Some(State::Called));
                }
                Err(refusal) => {
                    prop_assert_eq!(refusal, Refusal::NobodyWaiting);
                    prop_assert!(!here(true) && !here(false));
                }
            }
        }
        Act::Step { official, step, group } => {
            let name = format!("{OFFICE}-{}", official + 1);
            let Some(mine) = model.held_by(&name) else { return Ok(()) };
            let group = ["A", "B", "C"][*group].to_owned();
            let step =
                [Step::Recall, Step::Attend, Step::Done, Step::Missed, Step::Move { group }][*step].clone();
            let ctx = world.ctx(world.official(&name), now, seed);
            match ticket::step(&mine, step, arrangement, &ctx) {
                Ok(batch) => model.keep(batch, now),
                Err(refusal) => prop_assert!(
                    matches!(refusal, Refusal::WrongStep | Refusal::RecallLimit | Refusal::RecallFirst),
                    "{refusal:?}"
                ),
            }
        }
    }
    Ok(())
}

#[test]
fn only_the_caller_and_the_head_go_on_with_a_ticket() {
    let world = World::new();
    let arrangement = arrangement();
    let now = at("2017-06-30T09:00");
    let mut called = ticket(1, false);
    called.state = State::Called;
    called.official = Some("tran-phan-1".into());
    let try_step = |who: &str, ticket: &Ticket, step: Step, now| {
        ticket::step(ticket, step, &arrangement, &world.ctx(world.official(who), now, 1)).map(|_| ())
    };
    assert_eq!(try_step("tran-phan-1", &called, Step::Attend, now), Ok(()));
    assert_eq!(try_step("tran-phan-head", &called, Step::Attend, now), Ok(()));
    assert_eq!(try_step("tran-phan-2", &called, Step::Attend, now), Err(Refusal::NotYourRole));
    assert_eq!(try_step("tan-duc-1", &called, Step::Attend, now), Err(Refusal::NotYourOffice));
    assert_eq!(try_step("tran-phan-1", &called, Step::Missed, now), Err(Refusal::RecallFirst));
    called.recalls = 1;
    assert_eq!(try_step("tran-phan-1", &called, Step::Missed, now), Ok(()));
    called.recalls = 3;
    assert_eq!(try_step("tran-phan-1", &called, Step::Recall, now), Err(Refusal::RecallLimit));
    // Who was given up and then turns up is taken back by anybody at the counter; not the day after.
    called.state = State::Missed;
    let back = || Step::Move { group: "A".into() };
    assert_eq!(try_step("tran-phan-2", &called, back(), now), Ok(()));
    let tomorrow = now.plus_seconds(86_400);
    assert_eq!(try_step("tran-phan-2", &called, back(), tomorrow), Err(Refusal::TicketOld));
    // What was left standing yesterday can be put away.
    called.state = State::Called;
    called.recalls = 0;
    assert_eq!(try_step("tran-phan-1", &called, Step::Missed, tomorrow), Ok(()));
}

#[test]
fn numbers_are_given_while_the_office_is_open() {
    let world = World::new();
    let arrangement = Arrangement::usual(OFFICE);
    let take = |when: &str, waiting, today| {
        let take =
            TakeTicket { office_id: OFFICE.into(), group: "A".into(), priority: false, appointment: None };
        ticket::issue(take, &arrangement, waiting, today, &world.ctx(Actor::Citizen, at(when), 1)).map(|_| ())
    };
    for (when, refusal) in [
        ("2017-06-30T06:29", Some(Refusal::OfficeClosed)),
        ("2017-06-30T06:30", None),
        ("2017-06-30T12:00", None),
        ("2017-06-30T16:59", None),
        ("2017-06-30T17:00", Some(Refusal::OfficeClosed)),
        ("2017-07-01T09:00", Some(Refusal::OfficeClosed)),
    ] {
        assert_eq!(take(when, 0, 0).err(), refusal, "{when}");
    }
    assert_eq!(take("2017-06-30T09:00", ticket::MOST_WAITING, 600), Err(Refusal::QueueFull));
    assert_eq!(take("2017-06-30T09:00", 0, ticket::MOST_A_DAY), Err(Refusal::QueueFull));
}

#[test]
fn the_estimate_is_the_median_shared_by_the_counters() {
    let ten = [600; 5];
    assert_eq!(estimate(3, &ten, 1), Some(30));
    assert_eq!(estimate(3, &ten, 2), Some(15));
    assert_eq!(estimate(0, &ten, 2), Some(0));
    assert_eq!(estimate(1, &[60, 60, 60, 7_000, 7_000], 0), Some(1), "one that lasted long does not count");
    assert_eq!(estimate(1, &[600; 4], 1), None, "too few to say");
}

#[test]
fn only_the_head_arranges_and_only_what_a_machine_can_show() {
    let world = World::new();
    let now = at("2017-06-30T09:00");
    let arrange = |who: &str, arrangement| {
        queue::arrange(arrangement, 0, &world.ctx(world.official(who), now, 1)).map(|_| ())
    };
    let usual = || Arrangement::usual(OFFICE);
    assert_eq!(arrange("tran-phan-head", usual()), Ok(()));
    assert_eq!(arrange("tran-phan-1", usual()), Err(Refusal::NotYourRole));
    assert_eq!(arrange("tan-duc-head", usual()), Err(Refusal::NotYourOffice));
    type Spoil = fn(&mut Arrangement);
    let cases: [(&str, Spoil, Refusal); 9] = [
        ("no service", |a| a.groups.clear(), Refusal::Empty("groups")),
        ("no counter", |a| a.counters.clear(), Refusal::Empty("counters")),
        ("a letter twice", |a| a.groups[1].prefix = "A".into(), Refusal::BadChoice("groups")),
        ("a long letter", |a| a.groups[1].prefix = "AB".into(), Refusal::BadChoice("groups")),
        ("a long name", |a| a.groups[0].name_vi = "ắ".repeat(61), Refusal::TooLong("groups")),
        ("a counter twice", |a| a.counters[1].name = "Quầy 1".into(), Refusal::BadChoice("counters")),
        ("an unknown letter", |a| a.counters[1].groups = vec!["F".into()], Refusal::BadChoice("counters")),
        ("a slot of no time", |a| a.booking.slot_minutes = 0, Refusal::BadChoice("slot_minutes")),
        ("no day", |a| a.booking.days_ahead = 0, Refusal::BadChoice("days_ahead")),
    ];
    for (what, spoil, refusal) in cases {
        let mut arrangement = usual();
        spoil(&mut arrangement);
        assert_eq!(arrange("tran-phan-head", arrangement), Err(refusal), "{what}");
    }
}

#[test]
fn a_letter_that_no_counter_serves_is_served_at_all() {
    let mut arrangement = arrangement();
    arrangement.counters.truncate(2);
    let counters: Vec<Counter> = arrangement.counters.clone();
    assert!(arrangement.serves(&counters[0], "A") && !arrangement.serves(&counters[0], "B"));
    assert!(arrangement.serves(&counters[0], "C") && arrangement.serves(&counters[1], "C"));
}

#[test]
fn slots_lie_within_the_hours_of_working_days() {
    let world = World::new();
    let calendar = &world.directory.calendar;
    let office = world.directory.office(OFFICE).unwrap();
    let booking = Booking { slot_minutes: 60, capacity: 2, days_ahead: 4 };
    let friday = Day::parse("2017-06-30").unwrap();
    let slots: Vec<String> = appointment::slots(friday, booking, office, calendar)
        .iter()
        .map(|slot| slot.to_string()[11..16].to_owned())
        .collect();
    assert_eq!(slots, ["07:00", "08:00", "09:00", "10:00", "13:00", "14:00", "15:00", "16:00"]);
    assert!(appointment::slots(friday.plus(1), booking, office, calendar).is_empty(), "Saturday");
    assert!(appointment::slots(friday, Booking { capacity: 0, ..booking }, office, calendar).is_empty());
    let days = |now| {
        appointment::days(at(now), booking, office, calendar)
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(days("2017-06-30T15:59"), ["2017-06-30", "2017-07-03", "2017-07-04"]);
    assert_eq!(days("2017-06-30T16:00"), ["2017-07-03", "2017-07-04"], "the last slot has begun");
}

#[test]
fn an_office_that_has_closed_or_never_receives_gives_nothing() {
    let world = World::new();
    let calendar = &world.directory.calendar;
    let mut office = world.directory.office(OFFICE).unwrap().clone();
    let friday = Day::parse("2017-06-30").unwrap();
    let booking = Arrangement::usual(OFFICE).booking;
    assert_eq!(appointment::slots(friday, booking, &office, calendar).len(), 16);
    office.closed_on = Some(friday.plus(-1));
    assert!(appointment::slots(friday, booking, &office, calendar).is_empty());
    office.closed_on = None;
    office.kind = office::Kind::Agency;
    assert!(appointment::slots(friday, booking, &office, calendar).is_empty());
}

fn book(
    world: &World,
    slot: &str,
    taken: &[u16],
    name: &str,
    phone: &str,
) -> Result<(Batch, String), Refusal> {
    let booker = Booker { name: name.into(), phone: phone.into() };
    let command = Book { group: "A".into(), slot_at: at(slot), booker };
    let now = at("2017-06-30T09:00");
    appointment::book(command, &Arrangement::usual(OFFICE), taken, &world.ctx(Actor::Citizen, now, 1))
}

#[test]
fn a_slot_has_so_many_places_and_nobody_is_named_in_the_open() {
    let world = World::new();
    let slot = "2017-07-03T08:30";
    let try_book = |taken: &[u16]| book(&world, slot, taken, "Lê Thị Kín", "0918 123 456");
    let (batch, code) = try_book(&[1]).unwrap();
    assert_eq!(code.len(), 12);
    let Event::AppointmentBooked(booked) = &batch.entries[0].event else { panic!("it is a booking") };
    assert_eq!((booked.place, booked.slot_at), (2, at(slot)));
    let line = serde_json::to_string(&batch.entries[0].event).unwrap();
    assert!(!line.contains("Kín") && !line.contains("0918") && !line.contains(&code), "{line}");
    assert_eq!(try_book(&[1, 2]).err(), Some(Refusal::SlotFull));
    for (slot, name, phone, refusal) in [
        ("2017-06-30T08:30", "Lê Kín", "0918123456", Refusal::SlotNotOffered),
        ("2017-07-01T08:30", "Lê Kín", "0918123456", Refusal::SlotNotOffered),
        ("2017-07-03T08:31", "Lê Kín", "0918123456", Refusal::SlotNotOffered),
        ("2017-09-29T08:30", "Lê Kín", "0918123456", Refusal::SlotNotOffered),
        (slot, " ", "0918123456", Refusal::Empty("name")),
        (slot, "Lê Kín", "123", Refusal::BadPhone),
    ] {
        assert_eq!(book(&world, slot, &[], name, phone).err(), Some(refusal), "{slot} {name} {phone}");
    }
}

#[test]
fn who_comes_in_time_goes_first_from_the_slot_on() {
    let world = World::new();
    let arrangement = Arrangement::usual(OFFICE);
    let booked = Appointment {
        id: Uuid::from_u128(9),
        office_id: OFFICE.into(),
        group: "B".into(),
        slot_at: at("2017-06-30T09:30"),
        place: 1,
        state: appointment::State::Booked,
        version: 1,
    };
    let come = |when: &str| {
        let ctx = world.ctx(Actor::Citizen, at(when), 1);
        appointment::check_in(&booked, &arrangement, 0, 0, &ctx).map(|(batch, _)| {
            match &batch.entries[0].event {
                Event::TicketIssued(issued) => (issued.group.clone(), issued.slot_at),
                other => panic!("{other:?}"),
            }
        })
    };
    assert_eq!(come("2017-06-30T09:00"), Ok(("B".into(), Some(booked.slot_at))));
    assert_eq!(come("2017-06-30T09:45"), Ok(("B".into(), Some(booked.slot_at))));
    assert_eq!(come("2017-06-30T09:46"), Ok(("B".into(), None)), "too late to go first, not to be served");
    assert_eq!(come("2017-07-03T09:30"), Err(Refusal::NotToday));
    let mut early = ticket(50, false);
    early.slot_at = Some(booked.slot_at);
    let waiting = [ticket(1, false), ticket(2, false), early];
    let numbers =
        |now: &str| order(&waiting, false, at(now)).iter().map(|ticket| ticket.number).collect::<Vec<_>>();
    assert_eq!(numbers("2017-06-30T09:29"), [1, 2, 50]);
    assert_eq!(numbers("2017-06-30T09:30"), [50, 1, 2]);
    // Cancelled or kept: nothing more can be done with it.
    let gone = Appointment { state: appointment::State::Cancelled, ..booked.clone() };
    let ctx = world.ctx(Actor::Citizen, at("2017-06-30T09:00"), 1);
    assert_eq!(appointment::cancel(&gone, &ctx).err(), Some(Refusal::AlreadyDone));
    assert!(appointment::cancel(&booked, &ctx).is_ok());
    let moved = appointment::rebook(&booked, at("2017-07-03T13:00"), &arrangement, &[1], &ctx).unwrap();
    assert!(matches!(moved.entries[0].event, Event::AppointmentMoved { place: 2, .. }));
    let same = appointment::rebook(&booked, booked.slot_at, &arrangement, &[], &ctx);
    assert_eq!(same.err(), Some(Refusal::SameSlot));
    let stranger = world.ctx(world.official("tan-duc-1"), at("2017-06-30T09:00"), 1);
    assert_eq!(appointment::cancel(&booked, &stranger).err(), Some(Refusal::NotYourOffice));
}
