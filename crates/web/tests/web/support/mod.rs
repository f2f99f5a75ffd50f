//! The whole program in one process, on a small district: every test gets its own copy of the same database.

#![allow(dead_code, reason = "every test file uses another part of this")]

mod measure;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
use futures_util::StreamExt;
use hailong_core::{
    context::{Actor, Context},
    directory::{Authority, Directory},
    event::Event,
    listen::{
        dialogue::{
            Topic,
            choose::Commune,
            hold::Announce,
            host::{self, Decide},
            promise::Make,
            wave::{self, Enter, Open, Way, write_number},
        },
        invitation,
        opinion::{Opinion, Said},
        rating::{Asked, Ballot},
        survey::{self, answer::Answers, roll, template::Template as Ready},
    },
    serve::{
        applicant::{Applicant, ApplicantKind, Group},
        appointment::{Book, Booker},
        attachment::Upload,
        calendar::Calendar,
        case::{CheckDocuments, LimitChoice, Mark, OpenCase, Outcome, ReturnWay, Step},
        office,
        official::Official,
        procedure,
        ticket::TakeTicket,
    },
    time::Instant,
};
use hailong_store::{
    Store, Url,
    account::Account,
    blob::{Blobs, Place},
    keys::{Vault, fresh_bytes},
    serve::attachment::Files,
};
use hailong_web::{App, clock::Clock, notice::Post};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

use self::measure::{alarms, evaluation, freeze};

/// The office of the official and the head who sign in.
pub(crate) const OWN: &str = "tran-phan";
/// Another office.
pub(crate) const OTHER: &str = "tan-duc";
/// A procedure of communes.
pub(crate) const PROCEDURE: &str = "1.001193";
/// Who signs in, by role.
pub(crate) const STAFF: [(&str, &str); 4] = [
    ("official", "tran-phan-1"),
    ("head", "tran-phan-head"),
    ("leader", "huyen-dam-doi-leader"),
    ("admin", "huyen-dam-doi-admin"),
];
/// A dialogue whose minutes are being written, with a promise of each of the two offices.
pub(crate) const DIALOGUE: &str = "2017-2";
/// A wave of a survey that was counted, and one that takes forms.
pub(crate) const WAVES: (u32, u32) = (1, 2);
/// The password of the account `tran-phan-1`.
pub(crate) const PASSWORD: &str = "một mật khẩu đủ dài";
/// The scan that every case of the template has.
pub(crate) const SCAN: &[u8] = b"%PDF-1.4\n% the scan of the template\ntrailer<<>>\n%%EOF\n";
const AUTHORITY: i64 = 970;
const SEED: u64 = 7;

/// What there is of one office.
#[derive(Clone, Debug)]
pub(crate) struct Things {
    /// A case that was received and is being worked on.
    pub(crate) case: Uuid,
    /// A notice about it.
    pub(crate) notice: Uuid,
    /// Its code.
    pub(crate) code: String,
    /// The secret of its receipt.
    pub(crate) secret: String,
    /// A case whose result was returned.
    pub(crate) returned: Uuid,
    /// The token of the invitation that followed it.
    pub(crate) denial: String,
    pub(crate) invitation: String,
    /// An opinion, and the code to follow it.
    pub(crate) opinion: Uuid,
    /// See `opinion`.
    pub(crate) opinion_code: String,
    /// A queue number that was called by the first official and not answered yet.
    pub(crate) ticket: Uuid,
    /// The code of an appointment of today, and its key.
    pub(crate) booking: (String, Uuid),
    /// A scan that belongs to the case.
    pub(crate) attachment: Uuid,
    /// A promise of the dialogue [`DIALOGUE`] that the office owns.
    pub(crate) promise: Uuid,
    /// A rating kiosk.
    pub(crate) kiosk: Uuid,
    /// A batch of ballots on paper of the office.
    pub(crate) batch: Uuid,
    /// A list of calls that the office has drawn about the other one.
    pub(crate) calls: Uuid,
    /// The evaluation of the office's first official for the first quarter of 2017.
    pub(crate) evaluation: Uuid,
    /// An alarm about the office.
    pub(crate) alarm: Uuid,
    /// The code of a form of the wave that takes forms, about the office.
    pub(crate) survey: String,
}

/// The database that tests copy.
pub(crate) struct Template {
    folder: TempDir,
    files: TempDir,
    /// What there is, by office.
    pub(crate) things: BTreeMap<&'static str, Things>,
}

/// The program on its own copy of the database.
pub(crate) struct TestApp {
    /// The program.
    pub(crate) app: Arc<App>,
    router: Router,
    pub(crate) folder: TempDir,
}

/// A browser: keeps cookies and its forms' token.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    client: SocketAddr,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Status.
    pub(crate) status: StatusCode,
    /// Headers.
    pub(crate) headers: axum::http::HeaderMap,
    /// Body, when it is text.
    pub(crate) text: String,
    /// Body, when it is not.
    pub(crate) bytes: Vec<u8>,
}

fn district(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/dam-doi").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse_local(text).unwrap()
}

async fn open(file: &Path) -> Store {
    Store::open(&Url::Sqlite(file.to_owned()), AUTHORITY, Vault::of_demo(SEED)).await.unwrap()
}

pub(crate) fn ctx<'a>(store: &'a Store, directory: &'a Directory, actor: Actor, when: &str) -> Context<'a> {
    store.context(actor, at(when), directory, fresh_bytes().unwrap())
}

impl Template {
    /// Makes the database: the real district, and a few things at two of its offices.
    pub(crate) async fn new() -> Self {
        let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let store = open(&folder.path().join("template.db")).await;
        publish(&store).await;
        for (_, official) in STAFF {
            let password_hash = match official {
                "tran-phan-1" => hailong_web::session::hash_password(PASSWORD).unwrap(),
                _ => "none".to_owned(),
            };
            let account = Account { login: official.into(), official_id: official.into(), password_hash };
            store.keep_account(&account).await.unwrap();
            let now = Clock::real().machine();
            let hash: [u8; 32] = Sha256::digest(official.as_bytes()).into();
            store.begin_session(&hash, official, now, now + 3_600_000_000).await.unwrap();
        }
        let mut things = BTreeMap::new();
        dialogue(&store).await;
        surveys(&store).await;
        freeze(&store).await;
        for office in [OWN, OTHER] {
            things.insert(office, fill(&store, office, &shelf(files.path())).await);
        }
        for (office, rated) in [(OWN, OTHER), (OTHER, OWN)] {
            let list = draw(&store, office, rated).await;
            things.entry(office).and_modify(|things| things.calls = list);
        }
        for (office, alarm) in alarms(&store).await {
            things.entry(office).and_modify(|things| things.alarm = alarm);
        }
        Self { folder, files, things }
    }

    /// A program on a copy of this database.
    pub(crate) async fn app(&self) -> TestApp {
        self.app_with(Post::demo()).await
    }

    /// The same with other ways for notices.
    pub(crate) async fn app_with(&self, post: Post) -> TestApp {
        // All copies keep their files in one place: names are random, and nothing in it is ever changed.
        let files = Arc::new(shelf(self.files.path()));
        copied(self.folder.path(), files, post).await
    }
}

/// A program on a copy of the record in a folder.
async fn copied(from: &Path, files: Arc<Files>, post: Post) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let file = entry.unwrap().path();
        std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    let store = open(&folder.path().join(PathBuf::from("template.db"))).await;
    let clock = Clock::demo(at("2017-06-30T09:00"));
    store.set_notice_routes(post.routes());
    let mut app = App::new(Arc::new(store), clock, true, "http://hailong.test");
    app.files = Some(files);
    app.post = post;
    let app = Arc::new(app);
    TestApp { router: hailong_web::router(Arc::clone(&app)), app, folder }
}

async fn publish(store: &Store) {
    let directory = store.directory();
    let mut events = vec![
        Event::AuthorityFounded(Authority {
            id: AUTHORITY, name_vi: "Huyện Đầm Dơi".into(), demo: true
        }),
        Event::CalendarPublished { table: district("holidays.csv") },
    ];
    let officials: Vec<Official> = serde_json::from_str(&district("officials.json")).unwrap();
    let procedures = procedure::parse(&district("procedures.json")).unwrap();
    events.extend(office::parse(&district("offices.json")).unwrap().into_iter().map(Event::OfficeOpened));
    events.extend(officials.into_iter().map(Event::OfficialAppointed));
    events.extend(procedures.into_iter().map(|procedure| Event::ProcedurePublished(Box::new(procedure))));
    assert!(Calendar::parse_csv(&district("holidays.csv")).is_ok());
    store.publish(events, &ctx(store, &directory, Actor::System, "2017-01-01T08:00")).await.unwrap();
}

async fn fill(store: &Store, office: &str, files: &Files) -> Things {
    let case = receive(store, office).await;
    let invitation = invite(store, office).await;
    let returned = store.invitation(invitation).await.unwrap().unwrap().invited.case_id;
    let directory = store.directory();
    let words = Opinion { words: "Ghế chờ còn ít.".into(), ..Opinion::default() };
    let ctx = ctx(store, &directory, Actor::Citizen, "2017-06-28T08:00");
    let opinion_code = store.receive_opinion(Said::new(office, words), &ctx).await.unwrap();
    let (ticket, booking) = queue(store, office).await;
    let attachment = attach(store, office, case, files).await;
    let secrets = store.vault().secrets();
    let notice = store.notices_of(case).await.unwrap()[0].id;
    let promises = store.promises_of(DIALOGUE).await.unwrap();
    let promise = promises.iter().find(|file| file.promise.owner == office).unwrap().promise.id;
    Things {
        case,
        notice,
        code: store.case(case).await.unwrap().unwrap().code.unwrap(),
        secret: secrets.track_secret(case),
        returned,
        denial: secrets.denial_token(invitation),
        invitation: secrets.invitation_token(invitation, invitation::Way::Slip),
        opinion: store.opinion_by_code(&opinion_code).await.unwrap().unwrap().current.opinion_id,
        opinion_code,
        ticket,
        booking,
        attachment,
        promise,
        kiosk: enrol(store, office).await,
        batch: paper(store, office).await,
        calls: Uuid::nil(),
        evaluation: evaluation(store, office).await,
        alarm: Uuid::nil(),
        survey: roll::code(secrets, WAVES.1, if office == OTHER { 1 } else { 4 }),
    }
}

/// A batch of ballots on paper of an office.
async fn paper(store: &Store, office: &str) -> Uuid {
    let directory = store.directory();
    let official = Actor::Official(directory.official(&format!("{office}-1")).unwrap().clone());
    let ctx = ctx(store, &directory, official, "2017-06-28T08:00");
    store.open_paper(office, Group::Person, &ctx).await.unwrap()
}

/// A list of calls about another office.
async fn draw(store: &Store, office: &str, rated: &str) -> Uuid {
    let directory = store.directory();
    let official = Actor::Official(directory.official(&format!("{office}-1")).unwrap().clone());
    store.draw_calls(rated, false, &ctx(store, &directory, official, "2017-06-28T08:00")).await.unwrap()
}

/// A rating kiosk of an office.
async fn enrol(store: &Store, office: &str) -> Uuid {
    let directory = store.directory();
    let head = Actor::Official(directory.official(&format!("{office}-head")).unwrap().clone());
    let ctx = ctx(store, &directory, head, "2017-06-01T08:00");
    store.enrol_kiosk(None, office, "Cạnh quầy 1", &ctx).await.unwrap()
}

/// Two waves among thirty people of the two offices: twelve and six are drawn, of each office as many.
async fn surveys(store: &Store) {
    let directory = store.directory();
    let leader = Actor::Official(directory.official("huyen-dam-doi-leader").unwrap().clone());
    let ctx = |when: &str| ctx(store, &directory, leader.clone(), when);
    let person = |number: u32| {
        let office = if number.is_multiple_of(2) { OWN } else { OTHER };
        let place = survey::Place { office: office.into(), commune: office.into(), field: String::new() };
        let contact = survey::wave::Contact {
            name: format!("Người Rút Thăm {number}"),
            contact: "0912000222".into(),
            address: "Ấp 1".into(),
        };
        survey::wave::Unit { place, who: survey::wave::Who::Contact(contact) }
    };
    for (days, size) in [(("2017-06-01", "2017-06-10"), 12), (("2017-06-12", "2017-07-20"), 6)] {
        let open = survey::wave::Open {
            name: "Khảo sát của bản mẫu".into(),
            questionnaire: Ready::Sipas.key().into(),
            source: survey::wave::Source::Register,
            days: (at(&format!("{}T00:00", days.0)).day(), at(&format!("{}T00:00", days.1)).day()),
            ways: Way::ALL.to_vec(),
            size,
            seed: Some(1),
        };
        let begun = format!("{}T08:00", days.0);
        let register = (0..30).map(person).collect();
        store.open_survey(&open, register, &ctx(&begun)).await.unwrap();
    }
    let file = store.survey(WAVES.0).await.unwrap().unwrap();
    let questions = Ready::Sipas.questionnaire().questions;
    let values: Vec<_> = questions.iter().map(|question| question.kind.takes(4).then_some(4)).collect();
    for serial in 1..=8 {
        let answers = Answers { values: values.clone(), ..Answers::default() };
        let sent = (Some(Way::Paper), answers);
        store.answer_survey(&file, Some(serial), sent, &ctx("2017-06-02T08:00")).await.unwrap();
    }
    store.close_survey(&file, &ctx("2017-06-11T08:00")).await.unwrap();
}

/// A dialogue from its wave to its minutes.
async fn dialogue(store: &Store) {
    let directory = store.directory();
    let leader = Actor::Official(directory.official("huyen-dam-doi-leader").unwrap().clone());
    let ctx = |when| ctx(store, &directory, leader.clone(), when);
    let cases = [(OWN.to_owned(), 100), (OTHER.to_owned(), 50)];
    let open = Open { dialogue: DIALOGUE.into(), forms: 60, seed: Some(1) };
    store.commit(wave::open(&open, false, &cases, &ctx("2017-06-01T08:00")).unwrap()).await.unwrap();
    let number = store.form_numbers(DIALOGUE, OWN).await.unwrap()[0];
    let form = Enter {
        number: write_number(number),
        commune: OWN.into(),
        way: Some(Way::Paper),
        pressing: Some(true),
        topic: Some(Topic::Deadline),
        words: String::new(),
    };
    store.enter_form(DIALOGUE, &form, &ctx("2017-06-02T08:00")).await.unwrap();
    let decide = Decide { host: OTHER.into(), reason: "Trần Phán vừa đối thoại.".into() };
    let commune = |id: &str, cases, forms| Commune {
        commune: id.into(),
        cases,
        forms,
        pressing: forms,
        opinions: 0,
        visited: None,
    };
    // The table is invented: the cases of this record came in later.
    let table = [commune(OWN, 100, 1), commune(OTHER, 50, 0)];
    let known = store.dialogue(DIALOGUE).await.unwrap().unwrap().dialogue;
    let key = store.data_key(known.key_id).await.unwrap().unwrap();
    let batch = host::decide(&known, &table, &decide, &key, &ctx("2017-06-05T08:00")).unwrap();
    store.commit(batch).await.unwrap();
    let announce = Announce { at: at("2017-06-20T08:00"), place: "Hội trường xã Tân Đức".into() };
    store.announce_dialogue(DIALOGUE, &announce, &ctx("2017-06-06T08:00")).await.unwrap();
    for owner in [OWN, OTHER] {
        let make = Make {
            topic: Some(Topic::Deadline),
            question: "Bao giờ bộ phận mở cửa đúng giờ?".into(),
            owner: owner.into(),
            deadline: Some(at("2017-07-01T00:00").day()),
            answer: String::new(),
            done: false,
            voice_id: None,
        };
        store.make_promise(DIALOGUE, &make, &ctx("2017-06-20T09:00")).await.unwrap();
    }
}

/// Files in a folder, without a scanner.
fn shelf(folder: &Path) -> Files {
    Files { blobs: Blobs::open(&Place::Folder(folder.to_owned()), None).unwrap(), scanner: None }
}

/// A scan that belongs to the case.
async fn attach(store: &Store, office: &str, case: Uuid, files: &Files) -> Uuid {
    let directory = store.directory();
    let official = Actor::Official(directory.official(&format!("{office}-1")).unwrap().clone());
    let file = store.case(case).await.unwrap().unwrap();
    let (folder, _) = store.case_folder(&file).await.unwrap();
    let upload = Upload { name: "Tờ khai.pdf", document: Some(0), bytes: SCAN };
    let ctx = ctx(store, &directory, official, "2017-06-26T08:30");
    store.attach(folder, &upload, files, 0, &ctx).await.unwrap()
}

/// Two queue numbers, of which the first was called, and an appointment.
async fn queue(store: &Store, office: &str) -> (Uuid, (String, Uuid)) {
    let directory = store.directory();
    let citizen = |when| ctx(store, &directory, Actor::Citizen, when);
    let take =
        || TakeTicket { office_id: office.into(), group: "A".into(), priority: false, appointment: None };
    let ticket = store.issue_ticket(take(), &citizen("2017-06-30T08:30")).await.unwrap();
    store.issue_ticket(take(), &citizen("2017-06-30T08:40")).await.unwrap();
    let official = Actor::Official(directory.official(&format!("{office}-1")).unwrap().clone());
    let called = ctx(store, &directory, official, "2017-06-30T08:50");
    assert_eq!(store.call_next(office, "Quầy 1", &called).await.unwrap(), ticket);
    let booker = Booker { name: "Lê Thị Hẹn".into(), phone: "0912345679".into() };
    let book = Book { group: "B".into(), slot_at: at("2017-06-30T10:00"), booker };
    let code = store.book_appointment(office, book, &citizen("2017-06-29T08:00")).await.unwrap();
    let id = store.appointment_by_code(&code).await.unwrap().unwrap().appointment.id;
    (ticket, (code, id))
}

async fn receive(store: &Store, office: &str) -> Uuid {
    let directory = store.directory();
    let official = Actor::Official(directory.official(&format!("{office}-1")).unwrap().clone());
    let ctx = ctx(store, &directory, official, "2017-06-26T08:00");
    let random = fresh_bytes().unwrap();
    let case_id = Uuid::from_bytes(std::array::from_fn(|at| random[at]));
    let applicant = Applicant {
        kind: ApplicantKind::Person,
        name: "Nguyễn Văn An".into(),
        identity_number: "381234567".into(),
        phone: "0912345678".into(),
        email: String::new(),
        address: "Ấp Một".into(),
        residence: Some(office.into()),
        wishes: Default::default(),
    };
    let procedure = &directory.versions(PROCEDURE)[0];
    let documents = vec![Mark::Present; procedure.documents.len()];
    let check = CheckDocuments { documents, limit: LimitChoice::Published(0), reason: String::new() };
    let open = OpenCase::at_counter(case_id, PROCEDURE, applicant);
    store.receive_case(open, check, &ctx).await.unwrap();
    case_id
}

/// A case of an office whose result was returned; its invitation.
async fn invite(store: &Store, office: &str) -> Uuid {
    let returned = receive(store, office).await;
    let directory = store.directory();
    let official = Actor::Official(directory.official(&format!("{office}-1")).unwrap().clone());
    for step in [Step::Finish { outcome: Outcome::Granted }, Step::Return { way: ReturnWay::Counter }] {
        let ctx = ctx(store, &directory, official.clone(), "2017-06-27T10:00");
        store.step_case(returned, None, step, &ctx).await.unwrap();
    }
    store.invitation_of_case(returned).await.unwrap().unwrap().invited.invitation_id
}

impl TestApp {
    /// Four more ballots of an office, and the count of its box.
    pub(crate) async fn fill_box(&self, office: &str) {
        self.cast(office, 1..5).await;
        self.seal(1).await;
    }

    /// Ballots of an office with these scores.
    pub(crate) async fn cast(&self, office: &str, scores: std::ops::Range<u8>) {
        let store = &self.app.store;
        for overall in scores {
            let invitation = invite(store, office).await;
            let directory = store.directory();
            let ctx = ctx(store, &directory, Actor::Citizen, "2017-06-29T10:00");
            let ballot =
                Ballot { overall, welcome: Some(4), extra_money: Some(Asked::No), ..Ballot::default() };
            store.cast(invitation, ballot, invitation::Way::Slip, &ctx).await.unwrap();
        }
    }

    /// The quarter is over: so many groups of ballots are opened.
    pub(crate) async fn seal(&self, groups: usize) {
        let store = &self.app.store;
        let directory = store.directory();
        let ctx = ctx(store, &directory, Actor::System, "2017-07-01T00:05");
        assert_eq!(store.seal_boxes(&ctx).await.unwrap(), groups);
    }

    /// The program as it would be if this one were killed now and another began.
    pub(crate) async fn twin(&self, post: Post) -> Self {
        copied(self.folder.path(), self.app.files.clone().unwrap(), post).await
    }

    /// The program on the same record at another time.
    pub(crate) fn on(&self, when: &str) -> Self {
        let store = Arc::clone(&self.app.store);
        let mut app = App::new(store, Clock::demo(at(when)), true, "http://hailong.test");
        app.files.clone_from(&self.app.files);
        let app = Arc::new(app);
        Self { router: hailong_web::router(Arc::clone(&app)), app, folder: tempfile::tempdir().unwrap() }
    }

    /// The invitation that follows one more case of an office.
    pub(crate) async fn invite(&self, office: &str) -> Uuid {
        invite(&self.app.store, office).await
    }

    /// One program on its own database.
    pub(crate) async fn new() -> (Self, Template) {
        let template = Template::new().await;
        (template.app().await, template)
    }

    /// A browser that was never here.
    pub(crate) fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            client: ([192, 0, 2, 1], 4_000).into(),
        }
    }

    /// A browser before the same record, reached from outside at another address or through a proxy of ours.
    pub(crate) fn browser_at(&self, base_url: &str, behind_proxy: bool) -> Browser {
        let mut app = App::new(Arc::clone(&self.app.store), self.app.clock, true, base_url);
        app.behind_proxy = behind_proxy;
        Browser { router: hailong_web::router(Arc::new(app)), ..self.browser() }
    }

    /// A browser in which an official is signed in.
    pub(crate) fn signed_in(&self, official: &str) -> Browser {
        let mut browser = self.browser();
        browser.cookies.insert("hl_session".into(), official.into());
        browser
    }
}

impl Browser {
    /// The same from another address.
    pub(crate) fn at_address(mut self, last: u8) -> Self {
        self.client = ([192, 0, 2, last], 4_000).into();
        self
    }

    /// The same with a cookie.
    pub(crate) fn holding(mut self, name: &str, value: &str) -> Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A cookie's value.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Asks for a page.
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form with its token, as a person would from a page of ours.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let mut all = vec![("token", token.as_str())];
        all.extend_from_slice(fields);
        let body = serde_urlencoded::to_string(all).unwrap();
        self.post_raw(path, body, &[("sec-fetch-site", "same-origin")]).await
    }

    /// Sends a form for files with its token and no file.
    pub(crate) async fn post_no_file(&mut self, path: &str) -> Answer {
        let token = self.token().await;
        let body =
            format!("--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n--x--\r\n");
        let headers =
            [("sec-fetch-site", "same-origin"), ("content-type", "multipart/form-data; boundary=x")];
        self.post_raw(path, body, &headers).await
    }

    /// Sends any body with any headers.
    pub(crate) async fn post_raw(
        &mut self,
        path: &str,
        body: impl Into<Body>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::post(path);
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    /// The token that this browser's forms hold.
    pub(crate) async fn token(&mut self) -> String {
        let page = self.get("/design").await.text;
        let (_, rest) = page.split_once("name=\"token\" value=\"").expect("every page has a form");
        rest.split('"').next().unwrap().to_owned()
    }

    async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(self.client));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let text = if kind.starts_with("text/event-stream") {
            // A stream has no end: what it says first is enough here.
            let first = body.into_data_stream().next().await;
            first.unwrap().unwrap().to_vec()
        } else {
            to_bytes(body, 20_000_000).await.unwrap().to_vec()
        };
        let is_text = kind.starts_with("text/") || kind.is_empty();
        let (text, bytes) =
            if is_text { (String::from_utf8(text).unwrap(), Vec::new()) } else { (String::new(), text) };
        Answer { status: parts.status, headers: parts.headers, text, bytes }
    }
}

impl Answer {
    /// Where it redirects to.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("")
    }
}
