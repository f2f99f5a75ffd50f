//! Stores to test with: the real district, one store per engine, and everything in them a function of the test.

use std::{cell::Cell, sync::Arc};

use hailong_core::{
    batch::Batch,
    context::{Actor, Context, Entropy},
    directory::{Authority, Directory},
    event::Event,
    id::new_id,
    listen::{
        invitation::Way,
        opinion::{Class, Sort, Topic, Urgency},
        rating::{Asked, Ballot},
    },
    serve::{
        applicant::{Applicant, ApplicantKind},
        case::{self, CheckDocuments, LimitChoice, Mark, OpenCase, Outcome, ReturnWay, Step},
        office,
        official::Official,
        procedure,
    },
    time::Instant,
};
use hailong_store::{Store, Url, keys::Vault};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub const AUTHORITY: i64 = 970;
/// A procedure with one published limit and one document.
pub const PROCEDURE: &str = "1.011607";

/// A store of one engine, gone when the test ends.
pub struct World {
    pub store: Arc<Store>,
    pub folder: tempfile::TempDir,
}

/// A founded store on SQLite and, when there is a server to test with, one on PostgreSQL.
pub async fn worlds(name: &str) -> Vec<World> {
    let mut worlds = vec![World::found(None).await];
    if let Some(url) = postgres(name).await {
        worlds.push(World::found(Some(url)).await);
    }
    worlds
}

/// A schema of its own for this test on the PostgreSQL that the environment names.
async fn postgres(name: &str) -> Option<Url> {
    let Ok(server) = std::env::var("HAILONG_TEST_POSTGRES") else {
        assert!(std::env::var("HAILONG_TEST_REQUIRE").is_err(), "HAILONG_TEST_POSTGRES is needed here");
        eprintln!("skipped: PostgreSQL (HAILONG_TEST_POSTGRES is not set)");
        return None;
    };
    let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let make = format!("DROP SCHEMA IF EXISTS test_{name} CASCADE; CREATE SCHEMA test_{name}");
    client.batch_execute(&make).await.unwrap();
    let joint = if server.contains('?') { '&' } else { '?' };
    Some(Url::Postgres(format!("{server}{joint}options=-c%20search_path%3Dtest_{name}")))
}

impl World {
    /// On SQLite when no other is named.
    pub async fn found(url: Option<Url>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = url.unwrap_or_else(|| Url::Sqlite(folder.path().join("record.db")));
        let store = Store::open(&url, AUTHORITY, Vault::of_demo(7)).await.unwrap();
        publish(&store).await;
        Self { store: Arc::new(store), folder }
    }
}

/// Publishes the district as it was.
pub async fn publish(store: &Store) {
    let officials: Vec<Official> =
        serde_json::from_str(include_str!("../../../../data/dam-doi/officials.json")).unwrap();
    let offices = office::parse(include_str!("../../../../data/dam-doi/offices.json")).unwrap();
    let procedures = procedure::parse(include_str!("../../../../data/dam-doi/procedures.json")).unwrap();
    let calendar = include_str!("../../../../data/dam-doi/holidays.csv").to_owned();
    let authority = Authority { id: AUTHORITY, name_vi: "Huyện Đầm Dơi".into(), demo: true };
    let mut events = vec![Event::AuthorityFounded(authority), Event::CalendarPublished { table: calendar }];
    events.extend(offices.into_iter().map(Event::OfficeOpened));
    events.extend(officials.into_iter().map(Event::OfficialAppointed));
    events.extend(procedures.into_iter().map(|procedure| Event::ProcedurePublished(Box::new(procedure))));
    let directory = store.directory();
    let ctx = store.context(Actor::System, at("2017-04-01T08:00"), &directory, seed(0));
    store.publish(events, &ctx).await.unwrap();
}

/// Bytes that differ for every number and are always the same.
pub fn seed(number: u64) -> [u8; 32] {
    Sha256::digest(number.to_le_bytes()).into()
}

pub fn at(local: &str) -> Instant {
    Instant::parse_local(local).unwrap()
}

/// Somebody who acts on a store, with fresh seeded bytes for every decision.
pub struct Desk<'a> {
    pub store: &'a Store,
    directory: Arc<Directory>,
    next: Cell<u64>,
}

impl<'a> Desk<'a> {
    /// `lane` keeps the bytes of desks apart.
    pub fn new(store: &'a Store, lane: u64) -> Self {
        Self { store, directory: store.directory(), next: Cell::new(lane << 32) }
    }

    pub fn seed(&self) -> [u8; 32] {
        self.next.set(self.next.get() + 1);
        seed(self.next.get())
    }

    pub fn official(&self, id: &str) -> Actor {
        Actor::Official(self.directory.official(id).unwrap().clone())
    }

    pub fn ctx(&self, actor: Actor, at: Instant) -> Context<'_> {
        self.store.context(actor, at, &self.directory, self.seed())
    }

    pub fn command(&self, procedure: &str, number: u32, at: Instant) -> OpenCase {
        OpenCase::at_counter(new_id(at, &Entropy::new(self.seed())), procedure, applicant(number))
    }

    /// Every document marked the same.
    pub fn check(&self, procedure: &str, mark: Mark, reason: &str) -> CheckDocuments {
        let documents = vec![mark; self.directory.versions(procedure)[0].documents.len()];
        CheckDocuments { documents, limit: LimitChoice::Published(0), reason: reason.into() }
    }

    /// Receives a case with all documents.
    pub async fn receive(&self, official: &str, procedure: &str, number: u32, at: Instant) -> Uuid {
        let command = self.command(procedure, number, at);
        let id = command.case_id;
        let check = self.check(procedure, Mark::Present, "");
        self.store.receive_case(command, check, &self.ctx(self.official(official), at)).await.unwrap();
        id
    }

    pub async fn step(&self, official: &str, id: Uuid, step: Step, at: Instant) {
        self.store.step_case(id, None, step, &self.ctx(self.official(official), at)).await.unwrap();
    }

    /// Receives, hands over, finishes and returns a case at an office; the invitation that follows.
    pub async fn whole_case(&self, office: &str, number: u32, at: Instant) -> Uuid {
        self.whole_case_by([&format!("{office}-1"), &format!("{office}-2")], number, at).await
    }

    /// The same by two officials: who receives and returns, and who finishes.
    pub async fn whole_case_by(&self, [first, second]: [&str; 2], number: u32, at: Instant) -> Uuid {
        let id = self.receive(first, PROCEDURE, number, at).await;
        let hand_over = Step::HandOver { to: second.to_owned(), reason: String::new() };
        self.step(first, id, hand_over, at.plus_seconds(600)).await;
        self.step(second, id, Step::Finish { outcome: Outcome::Granted }, at.plus_seconds(7_200)).await;
        self.step(first, id, Step::Return { way: ReturnWay::Counter }, at.plus_seconds(10_000)).await;
        self.store.invitation_of_case(id).await.unwrap().unwrap().invited.invitation_id
    }

    pub async fn cast(&self, invitation: Uuid, ballot: Ballot, at: Instant) {
        self.store.cast(invitation, ballot, Way::Link, &self.ctx(Actor::Citizen, at)).await.unwrap();
    }

    /// The batches of a whole case, decided without reading the store.
    pub fn batches(&self, office: &str, number: u32, at: Instant) -> Vec<Batch> {
        let (first, second) = (format!("{office}-1"), format!("{office}-2"));
        let command = self.command(PROCEDURE, number, at);
        let (opened, mut case) = case::open(command, &self.ctx(self.official(&first), at)).unwrap();
        let mut batches = vec![opened];
        let steps = [
            (&first, Step::Check(self.check(PROCEDURE, Mark::Present, ""))),
            (&first, Step::HandOver { to: second.clone(), reason: String::new() }),
            (&second, Step::Finish { outcome: Outcome::Granted }),
            (&first, Step::Return { way: ReturnWay::Counter }),
        ];
        for (minute, (who, step)) in (1..).zip(steps) {
            let ctx = self.ctx(self.official(who), at.plus_seconds(minute * 60));
            let batch = case::step(&case, step, None, &ctx).unwrap();
            case::evolve(&mut case, batch.entries[0].at, &batch.entries[0].event);
            if let Event::CaseHandedOver { to, .. } = &batch.entries[0].event {
                case.holder.clone_from(to);
            }
            batches.push(batch);
        }
        batches
    }
}

/// Invented, and different for every number. Every third one is an enterprise.
pub fn applicant(number: u32) -> Applicant {
    let enterprise = number % 3 == 2;
    Applicant {
        kind: if enterprise { ApplicantKind::Enterprise } else { ApplicantKind::Person },
        name: format!("Nguyễn Thị Bí Mật {number}"),
        identity_number: if enterprise { format!("20{number:08}") } else { format!("381{number:06}") },
        phone: format!("0918{number:06}"),
        email: format!("bimat{number}@thu.example.vn"),
        address: format!("Số {number}, ấp Kín Đáo"),
        residence: Some("tran-phan".into()),
        wishes: Default::default(),
    }
}

/// How opinions are sorted here.
pub fn sorted(office_id: &str) -> Sort {
    Sort {
        class: Class::Conduct,
        topic: Topic::Place,
        urgency: Urgency::Pressing,
        office_id: office_id.to_owned(),
    }
}

pub fn ballot(number: u32) -> Ballot {
    let face = |shift: u32| Some((1 + (number + shift) % 5) as u8);
    Ballot {
        overall: (1 + number % 5) as u8,
        welcome: face(0),
        guidance: face(1),
        speed: if number.is_multiple_of(4) { None } else { face(2) },
        lawful: face(3),
        trips: Some((1 + number % 4) as u8),
        extra_money: [Some(Asked::No), Some(Asked::NotSaid), Some(Asked::Yes), None][number as usize % 4],
        contacts: Some((1 + number % 3) as u8),
        days: face(4),
        extra_papers: [Some(Asked::No), None, Some(Asked::Yes)][number as usize % 3],
        words: if number % 7 == 3 { String::new() } else { format!("Lời nói kín số {number}") },
    }
}
