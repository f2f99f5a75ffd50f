//! A rating kiosk through a day without network: answers wait sealed on the tablet, survive a killed browser, and count
//! once each when the line is back.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use hailong_store::keys::Vault;
use rusqlite::Connection;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::{
    counter,
    support::{
        browser::{Browser, Screen, Script, driver},
        server::Demo,
    },
};

const TABLET: (Screen, Script) = (Screen::Tablet, Script::On);
/// Answers of the day.
const DAY: usize = 200;
/// Answers before the browser is killed.
const BEFORE: usize = 120;

/// How the line to the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Whole,
    /// Nothing goes through.
    Cut,
    /// What is sent arrives, and its answer is lost.
    Deaf,
}

/// The line between the tablet and the server.
struct Line {
    address: String,
    state: Arc<watch::Sender<State>>,
}

impl Line {
    async fn to(server: &str) -> Self {
        let server = server.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("it has an address"));
        let state = Arc::new(watch::channel(State::Whole).0);
        let own = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((tablet, _)) = listener.accept().await {
                tokio::spawn(pass(tablet, server.clone(), own.subscribe()));
            }
        });
        Self { address, state }
    }

    fn set(&self, state: State) {
        self.state.send_replace(state);
    }
}

/// Lets one connection through until the line changes.
async fn pass(mut tablet: TcpStream, server: String, mut state: watch::Receiver<State>) {
    let now = *state.borrow_and_update();
    if now == State::Cut {
        return;
    }
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    let talk = async {
        if now == State::Whole {
            let _ = copy_bidirectional(&mut tablet, &mut server).await;
            return;
        }
        let (mut said, mut answer) = (vec![0; 65_536], [0; 1_024]);
        loop {
            tokio::select! {
                read = tablet.read(&mut said) => match read {
                    Ok(n) if n > 0 && server.write_all(&said[..n]).await.is_ok() => {}
                    _ => return,
                },
                // The server has done it, and nobody hears of it.
                _ = server.read(&mut answer) => return,
            }
        }
    };
    tokio::select! {
        () = talk => {}
        _ = state.changed() => {}
    }
}

/// Codes of invitations that can still be used, read as the program makes them.
fn codes(demo: &Demo, many: usize) -> Vec<String> {
    let vault = Vault::of_demo(1);
    let record = Connection::open(demo.database()).expect("the record opens");
    let sql = "SELECT journal.seq FROM invitation JOIN journal ON journal.authority_id = invitation.authority_id \
               AND journal.subject = invitation.invitation_id AND journal.version = 1 WHERE used_day IS NULL \
               AND issued_day > (SELECT MAX(issued_day) FROM invitation) - 60 ORDER BY journal.seq LIMIT ?1";
    let mut found = record.prepare(sql).expect("it can be asked");
    let lines = found.query_map([many as i64], |row| row.get::<_, i64>(0)).expect("it answers");
    let code = |line: i64| vault.secrets().invitation_code(line as u64).expect("every line has a code");
    let codes: Vec<_> = lines.map(|line| code(line.expect("a number"))).collect();
    assert_eq!(codes.len(), many, "the demo has enough invitations");
    codes
}

fn count(demo: &Demo, sql: &str) -> i64 {
    let record = Connection::open(demo.database()).expect("the record opens");
    record.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_without_network_loses_nothing_and_counts_nothing_twice() {
    let Some(driver) = driver() else { return };
    let demo = Demo::of(3_000);
    let codes = codes(&demo, DAY + 1);
    let line = Line::to(&demo.address).await;
    let profile = tempfile::tempdir().expect("a temporary folder");
    let used = "SELECT COUNT(*) FROM invitation WHERE used_day IS NOT NULL";
    let at_kiosks = "SELECT COUNT(*) FROM invitation WHERE way = 'kiosk'";
    let (before, before_at_kiosks) = (count(&demo, used), count(&demo, at_kiosks));

    let tablet = Browser::on(&driver, &line.address, TABLET, profile.path()).await;
    enrols(&tablet, &demo).await;
    answers_every_question(&tablet, &codes[0]).await;

    line.set(State::Cut);
    leaves_an_opinion(&tablet).await;
    says_when_it_is_full(&tablet).await;
    forgets_who_went_away(&tablet).await;
    for (at, code) in codes[1..=BEFORE].iter().enumerate() {
        rates(&tablet, code, at + 2).await;
    }
    tablet.screenshot("rater-waiting").await;
    tablet.kill().await;
    holds_nothing_in_the_open(profile.path(), &codes[BEFORE - 1..=BEFORE]);

    let tablet = Browser::on(&driver, &line.address, TABLET, profile.path()).await;
    tablet.go("/kiosk/rate").await;
    waits(&tablet, BEFORE + 1).await;
    for (at, code) in codes[BEFORE + 1..].iter().enumerate() {
        rates(&tablet, code, BEFORE + at + 2).await;
    }
    assert_eq!(count(&demo, used), before + 1, "nothing has come yet");

    // The first that arrive are taken, but the tablet does not hear of it.
    line.set(State::Deaf);
    // Opened anew it tries at once; from here on it tries by itself, later and later.
    tablet.go("/kiosk/rate").await;
    until("some have come", || count(&demo, used) > before + 1).await;
    line.set(State::Cut);
    line.set(State::Whole);
    waits(&tablet, 0).await;
    tablet.sees("Mọi câu trả lời đã được gửi").await;
    tablet.screenshot("rater-sent").await;
    tablet.close().await;

    assert_eq!(
        count(&demo, at_kiosks),
        before_at_kiosks + DAY as i64 + 1,
        "every one is on the roll, as of the kiosk"
    );
    assert_eq!(count(&demo, used), before + DAY as i64 + 1, "and nothing else is");
    let arrived = |column: &str| count(&demo, &format!("SELECT {column} FROM kiosk_arrival"));
    assert_eq!((arrived("refused"), arrived("missing"), arrived("restarts")), (0, 0, 0));
    assert!(arrived("already") > 0, "what was sent twice was known");
    // One rating, one opinion, a day of ratings.
    assert_eq!(arrived("highest"), DAY as i64 + 2);
    assert_eq!(count(&demo, "SELECT COUNT(*) FROM opinion WHERE source = 'kiosk' AND state = 'received'"), 1);
}

async fn enrols(tablet: &Browser, demo: &Demo) {
    counter::sign_in(tablet, demo, "head").await;
    tablet.go("/work/kiosks").await;
    tablet.fits().await;
    tablet.write("[name=name]", "Cạnh quầy 1").await;
    tablet.screenshot("rater-kiosks").await;
    tablet.submit("form[action='/work/kiosks'] .actions button").await;
    assert_eq!(tablet.path().await, "/kiosk/rate");
    tablet.find("body[data-offline=ready]").await;
    tablet.sees("Trần Phán").await;
    pictures(tablet, "rater-start").await;
}

/// Upright and lying.
async fn pictures(tablet: &Browser, name: &str) {
    tablet.fits().await;
    tablet.screenshot(name).await;
    tablet.resize(800, 1280).await;
    tablet.fits().await;
    tablet.screenshot(&format!("{name}-upright")).await;
    tablet.resize(1024, 768).await;
}

async fn answers_every_question(tablet: &Browser, code: &str) {
    tablet.click("#rate").await;
    let mut wrong = code.as_bytes().to_vec();
    wrong[3] = if wrong[3] == b'9' { b'0' } else { wrong[3] + 1 };
    for digit in wrong {
        tablet.click(&format!("[data-digit='{}']", char::from(digit))).await;
    }
    tablet.click("#code-next").await;
    tablet.sees("Có số nào đó chưa đúng").await;
    pictures(tablet, "rater-code").await;
    tablet.write("#digits", code).await;
    tablet.click("#code-next").await;
    tablet.sees("Nhìn chung").await;
    let (_, _, width, height) =
        tablet.find("#ask-overall .big-face svg").await.rectangle().await.expect("a face has a size");
    assert!(width >= 88.0 && height >= 88.0, "a face is {width} × {height}");
    pictures(tablet, "rater-face").await;
    for name in ["overall", "welcome", "guidance", "speed", "lawful"] {
        tablet.click(&format!("#ask-{name} [data-answer='4']")).await;
    }
    pictures(tablet, "rater-trips").await;
    tablet.click("#ask-trips [data-answer='2']").await;
    tablet.click("#ask-contacts [data-answer='1']").await;
    pictures(tablet, "rater-days").await;
    tablet.click("#ask-days [data-answer='3']").await;
    tablet.click("#ask-extra_money [data-answer='']").await;
    tablet.click("#ask-extra_papers [data-answer='no']").await;
    tablet.write("#words", "Cô chú chỉ dẫn tận tình.").await;
    pictures(tablet, "rater-words").await;
    tablet.click("#ask-words [data-send]").await;
    tablet.sees("Phiếu của ông/bà đã vào hòm").await;
    assert!(tablet.has("#receipt-qr svg").await, "the receipt can be photographed");
    pictures(tablet, "rater-thanks").await;
    tablet.click("#thanks [data-leave]").await;
    assert_eq!(tablet.text_of("#start h1").await, "Mời ông/bà cho ý kiến");
    tablet.click("#rate").await;
    tablet.write("#digits", code).await;
    tablet.click("#code-next").await;
    tablet.sees("đã được dùng").await;
    tablet.click("#code [data-leave]").await;
}

async fn leaves_an_opinion(tablet: &Browser) {
    tablet.click("#opine").await;
    tablet.click("#opinion-send").await;
    tablet.find("#opinion-fault:not([hidden])").await;
    pictures(tablet, "rater-opinion").await;
    tablet.write("#opinion-words", "Ghế chờ còn thiếu, bà con phải đứng.").await;
    tablet.click("#opinion-send").await;
    waits(tablet, 1).await;
    tablet.find("#follow:not([hidden])").await;
    tablet.sees("sẽ tự gửi khi có mạng").await;
    pictures(tablet, "rater-opinion-thanks").await;
    tablet.click("#thanks [data-leave]").await;
}

/// Before anybody answers for nothing.
async fn says_when_it_is_full(tablet: &Browser) {
    tablet.run("document.body.dataset.full = 1").await;
    tablet.click("#rate").await;
    tablet.find("#full:not([hidden])").await;
    pictures(tablet, "rater-full").await;
    tablet.click("#full [data-leave]").await;
    tablet.run("document.body.dataset.full = 500").await;
}

/// What somebody had begun to say is not there for the next.
async fn forgets_who_went_away(tablet: &Browser) {
    tablet.click("#opine").await;
    tablet.find("#opinion:not([hidden])").await;
    tablet.write("#opinion-words", "Chưa nói hết").await;
    tablet.run("Object.assign(document.body.dataset, { idle: 1, warning: 4 })").await;
    tablet.sees("Ông/bà còn ở đó không?").await;
    tablet.screenshot("rater-idle").await;
    tablet.find("#start:not([hidden])").await;
    tablet.run("Object.assign(document.body.dataset, { idle: 45, warning: 15 })").await;
    tablet.click("#opine").await;
    tablet.find("#opinion:not([hidden])").await;
    let words = tablet.find("#opinion-words").await.prop("value").await.expect("it can be read");
    assert_eq!(words.as_deref(), Some(""));
    tablet.click("#opinion [data-leave]").await;
}

/// No file of the browser has words or codes of those who answered, in no coding that browsers use.
fn holds_nothing_in_the_open(profile: &Path, codes: &[String]) {
    let mut secrets = vec!["Ghế chờ còn thiếu".to_owned(), "bà con phải đứng".to_owned()];
    secrets.extend_from_slice(codes);
    let wide = |text: &String| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let coded: Vec<_> = secrets.iter().flat_map(|text| [text.clone().into_bytes(), wide(text)]).collect();
    let mut folders = vec![profile.to_owned()];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                read += bytes.len();
                for secret in &coded {
                    let found = bytes.windows(secret.len()).any(|part| part == secret);
                    assert!(!found, "{} holds {secret:?}", path.display());
                }
            }
        }
    }
    assert!(read > 120 * 8_000, "the sealed answers are there");
}

/// The shortest way: the code, one face, send. Then so many wait.
async fn rates(tablet: &Browser, code: &str, waiting: usize) {
    tablet.click("#rate").await;
    tablet.find("#code:not([hidden])").await;
    tablet.find("#digits").await.send_keys(code).await.expect("digits can be typed");
    tablet.click("#code-next").await;
    tablet.find("#ask-overall:not([hidden])").await;
    tablet.click("#ask-overall [data-answer='5']").await;
    tablet.click("#ask-welcome [data-send]").await;
    waits(tablet, waiting).await;
    tablet.click("#thanks [data-leave]").await;
}

/// So many wait, and the screen says so.
async fn waits(tablet: &Browser, many: usize) {
    let begun = Instant::now();
    while !tablet.has(&format!("body[data-waiting='{many}']")).await {
        assert!(begun.elapsed() < Duration::from_secs(120), "never {many}: {}", tablet.text().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    if many > 0 {
        tablet.sees(&format!("{many} câu trả lời đang chờ gửi")).await;
    }
}

async fn until(what: &str, is: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < Duration::from_secs(120), "not: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
