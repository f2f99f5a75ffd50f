//! What somebody can learn who has the whole database, its files and its journal, but not the keys.

use std::{collections::BTreeSet, path::Path};

use hailong_core::{
    context::Actor,
    listen::{
        opinion::{Finding, Opinion, Said, Shown},
        rating::Ballot,
    },
    serve::{
        applicant::Group,
        appointment::{Book, Booker},
        case::{Mark, Step},
    },
    time::{Instant, Minute},
};
use hailong_store::{Store, Url, keys::Vault, verify::verify};
use rusqlite::{Connection, types::Value};
use uuid::Uuid;

use super::world::{AUTHORITY, Desk, PROCEDURE, applicant, at, ballot, publish, sorted};

const BOXES: u32 = 5;
const SIZE: u32 = 8;

/// A record whose keys lie in a folder, with several sealed boxes and one that waits.
struct Secret {
    folder: tempfile::TempDir,
    store: Store,
    /// Every identifier that could lead to a person, gathered before the boxes were sealed.
    ids: BTreeSet<Vec<u8>>,
    /// Words in the order in which they were handed in, by box.
    handed_in: Vec<Vec<String>>,
}

impl Secret {
    async fn open(folder: &Path) -> Store {
        let vault = Vault::in_folder(&folder.join("keys")).unwrap();
        Store::open(&Url::Sqlite(folder.join("record.db")), AUTHORITY, vault).await.unwrap()
    }

    async fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Self::open(folder.path()).await;
        publish(&store).await;
        let mut secret = Self { folder, store, ids: BTreeSet::new(), handed_in: Vec::new() };
        let desk = Desk::new(&secret.store, 9);
        for number in 0..BOXES {
            let mut words = Vec::new();
            for place in 0..SIZE {
                let number = number * SIZE + place;
                // Persons only (see `applicant`), so that each round fills one box.
                let invitation = desk.whole_case("tran-phan", number * 3, at("2017-05-03T08:01")).await;
                let ballot = distinct(number);
                words.push(ballot.words.clone());
                desk.cast(invitation, ballot, at("2017-05-05T10:17")).await;
            }
            secret.handed_in.push(words);
            secret.ids.extend(ids(secret.folder.path()));
            // Fresh bytes from the operating system, as in a real installation.
            let directory = secret.store.directory();
            let fresh = hailong_store::keys::fresh_bytes().unwrap();
            let ctx = secret.store.context(Actor::System, at("2017-05-06T00:05"), &directory, fresh);
            assert_eq!(secret.store.seal_boxes(&ctx).await.unwrap(), 1);
        }
        for number in 0..4 {
            let invitation = desk.whole_case("tran-phan", 900 + number * 3, at("2017-05-08T08:01")).await;
            desk.cast(invitation, ballot(900 + number), at("2017-05-09T14:41")).await;
        }
        other_words(&desk).await;
        secret
    }

    fn connection(&self) -> Connection {
        Connection::open(self.folder.path().join("record.db")).unwrap()
    }
}

/// A ballot that can be told from the others by every answer together, and by its words.
fn distinct(number: u32) -> Ballot {
    let place = number % SIZE;
    let face = Some((1 + place % 5) as u8);
    Ballot {
        overall: (1 + place % 5) as u8,
        welcome: face,
        guidance: Some((1 + place / 5) as u8),
        speed: face,
        words: format!("Chuyện kín {number}"),
        ..ballot(number)
    }
}

/// A supplement, a refusal, an opinion and an appointment with words that nobody may read.
async fn other_words(desk: &Desk<'_>) {
    let morning = at("2017-05-10T08:01");
    let command = desk.command(PROCEDURE, 950, morning);
    let id = command.case_id;
    let check = desk.check(PROCEDURE, Mark::Missing, "Giấy bí mật còn thiếu");
    desk.store.receive_case(command, check, &desk.ctx(desk.official("tran-phan-1"), morning)).await.unwrap();
    desk.step("tran-phan-1", id, Step::Refuse { reason: "Lý do bí mật".into() }, morning.plus_seconds(60))
        .await;
    let opinion = Opinion {
        words: "Phản ánh bí mật".into(),
        name: "Trần Giấu Tên".into(),
        contact: "0977000111".into(),
        case_code: "000.21.70.H12-170509-0007".into(),
        ..Opinion::default()
    };
    let said = Said { consent: true, ..Said::new("tran-phan", opinion) };
    let author = desk.ctx(Actor::Citizen, morning);
    let code = desk.store.receive_opinion(said, &author).await.unwrap();
    let id = desk.store.opinion_by_code(&code).await.unwrap().unwrap().current.opinion_id;
    let ctx = desk.ctx(desk.official("tran-phan-head"), morning.plus_seconds(600));
    desk.store.triage_opinion(id, sorted("tran-phan"), None, &ctx).await.unwrap();
    desk.store.ask_author(id, "Câu hỏi bí mật", &ctx).await.unwrap();
    desk.store.reply_opinion(id, "Lời đáp bí mật", &author).await.unwrap();
    desk.store.answer_opinion(id, "Trả lời bí mật", Some(Finding::Upheld), &ctx).await.unwrap();
    let shown = Shown { words: "Bí mật đã che".into(), answer: "Trả lời bí mật".into() };
    desk.store.publish_opinion(id, shown, &ctx).await.unwrap();
    let booker = Booker { name: "Lê Hẹn Riêng".into(), phone: "0977000222".into() };
    let command = Book { group: "A".into(), slot_at: at("2017-05-12T09:00"), booker };
    desk.store.book_appointment("tran-phan", command, &desk.ctx(Actor::Citizen, morning)).await.unwrap();
}

/// Identifiers of cases, persons, invitations and ballots.
fn ids(folder: &Path) -> BTreeSet<Vec<u8>> {
    let connection = Connection::open(folder.join("record.db")).unwrap();
    let sql = "SELECT case_id FROM case_file UNION SELECT person_id FROM case_file UNION SELECT track_hash FROM case_file \
               UNION SELECT invitation_id FROM invitation UNION SELECT ballot_id FROM ballot";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn rows(connection: &Connection, sql: &str) -> Vec<Vec<Value>> {
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let read =
        |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>();
    statement.query_map([], read).unwrap().map(Result::unwrap).collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn an_insider_cannot_join_roll_and_box() {
    let secret = Secret::make().await;
    let connection = secret.connection();
    // The keys of sealed boxes are gone, and those of what was held back before; the keys of what waits are there.
    let keys: Vec<_> = std::fs::read_dir(secret.folder.path().join("keys/boxes"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let keys: BTreeSet<String> = keys.into_iter().collect();
    let held = format!("held.tran-phan.person.{BOXES}.key");
    assert_eq!(keys, BTreeSet::from([format!("box.tran-phan.person.{}.key", BOXES + 1), held]));
    // So are the ballots, but for those that wait, and these look all alike.
    let waiting = rows(&connection, "SELECT serial, length(sealed) FROM ballot");
    assert_eq!(waiting.len(), 4);
    assert!(waiting.iter().all(|row| *row == [Value::Integer(i64::from(BOXES + 1)), waiting[0][1].clone()]));
    // No slip holds an identifier of anything else, in any column or as part of one.
    let slips = rows(&connection, "SELECT * FROM slip");
    assert_eq!(slips.len() as u32, BOXES * SIZE * 5);
    for value in slips.iter().flatten() {
        let bytes = match value {
            Value::Blob(bytes) => bytes.clone(),
            Value::Text(text) => text.clone().into_bytes(),
            _ => continue,
        };
        for id in &secret.ids {
            assert!(!contains(&bytes, id) && !contains(id, &bytes), "{value:?} leads to {id:?}");
        }
    }
    // Nor does the event that made them.
    for row in rows(&connection, "SELECT payload FROM journal WHERE kind = 'box_sealed'") {
        let Value::Text(payload) = &row[0] else { panic!("not text") };
        for id in secret.ids.iter().filter_map(|id| Uuid::from_slice(id).ok()) {
            assert!(!payload.contains(&id.to_string()));
        }
    }
}

#[tokio::test]
async fn roll_and_box_know_no_time_finer_than_the_day() {
    let secret = Secret::make().await;
    let connection = secret.connection();
    let lines = rows(
        &connection,
        "SELECT at FROM journal WHERE kind IN ('invitation_used', 'box_sealed', 'log_signed')",
    );
    assert_eq!(lines.len() as u32, BOXES * SIZE + 4 + 2 * BOXES);
    for row in lines {
        let Value::Integer(at) = row[0] else { panic!("not a number") };
        assert_eq!(Instant(at).minute(), Minute(0));
        assert_eq!(Instant::at(Instant(at).day(), Minute(0)), Instant(at));
    }
    // A slip has no number above a box's serial or a face: nothing that could be a time.
    for value in rows(&connection, "SELECT * FROM slip").iter().flat_map(|row| &row[1..]) {
        assert!(!matches!(value, Value::Integer(number) if *number > 100), "{value:?}");
    }
    let sealed = rows(&connection, "SELECT day FROM sealed_box");
    assert!(sealed.iter().all(|row| matches!(row[0], Value::Integer(day) if day < 100_000)));
}

#[tokio::test]
async fn the_order_of_slips_tells_nothing() {
    let secret = Secret::make().await;
    let mut opened = secret.store.words_of("tran-phan", Group::Person, 500).await.unwrap();
    assert_eq!(opened.len() as u32, BOXES * SIZE);
    // Newest box first.
    let mut same = 0;
    for words in secret.handed_in.iter().rev() {
        let rest = opened.split_off(SIZE as usize);
        let sorted = |words: &[String]| words.iter().cloned().collect::<BTreeSet<_>>();
        assert_eq!(sorted(words), sorted(&opened), "the words of one box stay in it");
        same += u32::from(*words == opened);
        opened = rest;
    }
    // One in 8! for each box: never for all of them, hardly for one.
    assert!(same < 2, "{same} boxes were opened in the order in which their ballots were handed in");
    // The piles are shuffled apart: the same answer stands at different places.
    let connection = secret.connection();
    let pile = |pile: &str, column: &str| {
        rows(&connection, &format!("SELECT {column} FROM slip WHERE pile = '{pile}' ORDER BY serial, place"))
    };
    let piles = [pile("overall", "overall"), pile("attitude", "welcome"), pile("speed", "speed")];
    assert!(piles.iter().all(|pile| pile.len() as u32 == BOXES * SIZE));
    assert!(piles[0] != piles[1] && piles[1] != piles[2] && piles[0] != piles[2]);
}

#[tokio::test]
async fn personal_data_is_nowhere_in_the_files() {
    let secret = Secret::make().await;
    let mut needles: Vec<String> = [
        "Giấy bí mật",
        "Lý do bí mật",
        "Phản ánh bí mật",
        "Giấu Tên",
        "0977000111",
        "Trả lời bí mật",
        "Chuyện kín",
        "Hẹn Riêng",
        "0977000222",
    ]
    .map(String::from)
    .to_vec();
    for number in [0, 3, 39, 117, 903, 950] {
        let applicant = applicant(number);
        needles.extend([applicant.name, applicant.identity_number, applicant.phone, applicant.email]);
        needles.push(applicant.address);
    }
    needles.extend(["Bí Mật", "Kín Đáo", "bimat"].map(String::from));
    let search = |folder: &Path| {
        let mut searched = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let bytes = std::fs::read(&path).unwrap();
                searched += bytes.len();
                for needle in &needles {
                    assert!(!contains(&bytes, needle.as_bytes()), "{needle:?} is in {}", path.display());
                }
            }
        }
        searched
    };
    let folder = secret.folder.path();
    assert!(folder.join("record.db-wal").metadata().unwrap().len() > 0);
    assert!(search(folder) > 1_000_000, "while it is open, with its log");
    let Secret { folder, store, .. } = secret;
    drop(store);
    assert!(search(folder.path()) > 100_000, "when it is closed");
}

#[tokio::test]
async fn erasing_a_key_erases_the_person_and_nothing_else() {
    let secret = Secret::make().await;
    let desk = Desk::new(&secret.store, 11);
    let id = desk.receive("tran-phan-1", PROCEDURE, 3_000, at("2017-05-11T08:01")).await;
    let file = secret.store.case(id).await.unwrap().unwrap();
    assert_eq!(secret.store.applicant(&file).await.unwrap().unwrap(), applicant(3_000));
    let person = file.case.person_id.as_bytes().to_vec();
    let before = verify(&secret.store).await.unwrap();
    assert_eq!(
        secret.connection().execute("DELETE FROM data_key WHERE subject_id = ?1", [person]).unwrap(),
        1
    );
    assert_eq!(secret.store.applicant(&file).await.unwrap(), None);
    assert_eq!(
        secret.store.find_person("phone", &applicant(3_000).phone).await.unwrap().map(|found| found.0),
        None
    );
    assert_eq!(verify(&secret.store).await.unwrap(), before);
    assert_eq!(before.trouble, None);
}

#[tokio::test]
async fn a_key_that_outlived_its_box_is_destroyed() {
    let secret = Secret::make().await;
    let boxes = secret.folder.path().join("keys/boxes");
    // As if the program had been stopped between sealing and destroying.
    let left = boxes.join("box.tran-phan.person.2.key");
    std::fs::write(&left, [1; 32]).unwrap();
    let Secret { folder, store, .. } = secret;
    drop(store);
    let _store = Secret::open(folder.path()).await;
    assert!(!left.exists());
    assert!(boxes.join(format!("box.tran-phan.person.{}.key", BOXES + 1)).exists());
}

/// Three of one official and two of another come each day: they wait for each other, and nothing of them can be told from a day.
#[tokio::test]
async fn slips_that_wait_tell_no_day_and_are_lost_only_with_their_key() {
    let folder = tempfile::tempdir().unwrap();
    let store = Secret::open(folder.path()).await;
    publish(&store).await;
    let desk = Desk::new(&store, 9);
    let held = || async { store.held().await.unwrap().swap_remove(0) };
    let mut ciphertexts = BTreeSet::new();
    let mut cast = 0;
    for day in 5..8_u32 {
        let received = at(&format!("2017-06-0{day}T08:01"));
        for number in 0..5 {
            // Persons only, so that all fall into one box.
            let number = (day * 100 + number) * 3;
            let mut officials = ["tran-phan-1", "tran-phan-2"];
            if number % 2 == 0 {
                officials.reverse();
            }
            let invitation = desk.whole_case_by(officials, number, received).await;
            desk.cast(invitation, distinct(number), received.plus_seconds(7_200)).await;
            cast += 1;
        }
        let ctx = desk.ctx(Actor::System, at(&format!("2017-06-0{day}T00:05")).plus_seconds(86_400));
        store.seal_boxes(&ctx).await.unwrap();
        assert_eq!(verify(&store).await.unwrap().trouble, None);
        let connection = Connection::open(folder.path().join("record.db")).unwrap();
        ciphertexts.insert(format!("{:?}", rows(&connection, "SELECT sealed FROM held_slips")));
        let named = rows(
            &connection,
            "SELECT official, COUNT(*) FROM slip WHERE pile = 'attitude' GROUP BY serial, official",
        );
        for row in named {
            assert!(matches!((&row[0], &row[1]), (Value::Text(_), Value::Integer(5..))), "{row:?}");
        }
    }
    assert_eq!(ciphertexts.len(), 3, "all that waits is encrypted anew with each box");
    let connection = Connection::open(folder.path().join("record.db")).unwrap();
    let count = |sql| rows(&connection, sql)[0][0].clone();
    let shown = count("SELECT COUNT(*) FROM slip WHERE pile = 'attitude'");
    let Value::Integer(shown) = shown else { panic!("{shown:?}") };
    let waiting = held().await.waiting;
    assert_eq!((shown + i64::from(waiting.attitude), waiting.attitude), (cast, 3));
    // A backup without its keys: what waited is told to be lost, and the next box is sealed all the same.
    std::fs::remove_file(folder.path().join("keys/boxes/held.tran-phan.person.3.key")).unwrap();
    let store = Secret::open(folder.path()).await;
    let desk = Desk::new(&store, 10);
    let received = at("2017-06-12T08:01");
    for number in 0..3 {
        let invitation = desk.whole_case("tran-phan", (900 + number) * 3, received).await;
        desk.cast(invitation, distinct(number), received.plus_seconds(7_200)).await;
    }
    store.seal_boxes(&desk.ctx(Actor::System, at("2017-06-13T00:05"))).await.unwrap();
    let after = store.held().await.unwrap().swap_remove(0);
    assert_eq!((after.waiting.attitude, after.lost > 3), (3, true));
    assert_eq!(verify(&store).await.unwrap().trouble, None);
    // Nobody can take slips out of what waits unseen.
    Connection::open(folder.path().join("record.db")).unwrap().execute("DELETE FROM held_slips", []).unwrap();
    assert!(verify(&store).await.unwrap().trouble.is_some());
}
