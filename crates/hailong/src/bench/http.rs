//! `hailong bench lifecycle --http`: the same life through the forms of a running demo server.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant as Stopwatch},
};

use anyhow::{Context as _, bail, ensure};
use uuid::Uuid;

use super::{
    Lifecycle,
    browser::{Browser, Visitor, sign_in},
    lifecycle::Laps,
};
use crate::demo::{PASSWORD, SIGN_INS};

const PROCEDURE: &str = "/work/receive/1.001022";

pub(super) async fn run(options: Lifecycle) -> anyhow::Result<()> {
    let address = options.http.as_deref().unwrap_or_default();
    let host = address.strip_prefix("http://").context("write the address as http://HOST:PORT")?;
    let host: Arc<str> = host.trim_end_matches('/').into();
    let stop = Arc::new(AtomicBool::new(false));
    let next = Arc::new(AtomicU64::new(1));
    // All clients share one sign-in per role, as browsers of one person would share a cookie.
    let mut staff = Vec::new();
    for (_, login) in SIGN_INS.iter().take(3) {
        staff.push(sign_in(&host, login, PASSWORD).await?);
    }
    let staff = Arc::new(staff);
    let mut clients = Vec::new();
    let watch = Stopwatch::now();
    for _ in 0..options.clients {
        let (host, stop) = (Arc::clone(&host), Arc::clone(&stop));
        let (next, staff) = (Arc::clone(&next), Arc::clone(&staff));
        clients.push(tokio::spawn(async move {
            let mut laps = Laps { laps: Vec::new(), lives: 0, errors: 0, first_error: None };
            let mut browser = Browser::open(&host).await?;
            while !stop.load(Ordering::Relaxed) {
                let life = next.fetch_add(1, Ordering::Relaxed);
                let mut last = Stopwatch::now();
                let lap = || {
                    laps.laps.push(last.elapsed().as_micros() as u64);
                    last = Stopwatch::now();
                };
                match play(&mut browser, &staff, life, lap).await {
                    Ok(()) => laps.lives += 1,
                    Err(error) => {
                        laps.fail(&error);
                        browser = Browser::open(&host).await?;
                    }
                }
            }
            anyhow::Ok(laps)
        }));
    }
    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Laps { laps: Vec::new(), lives: 0, errors: 0, first_error: None };
    for client in clients {
        all.add(client.await??);
    }
    all.print(watch.elapsed().as_secs_f64(), options.json)
}

async fn play(
    browser: &mut Browser,
    staff: &[Visitor],
    life: u64,
    mut lap: impl FnMut(),
) -> anyhow::Result<()> {
    let [official, head, leader] = staff else { bail!("three people are signed in") };
    let page = browser.get(PROCEDURE, &official.cookie).await?;
    let case_id: Uuid = page.field("case_id")?.parse()?;
    lap();
    let number = format!("38{:07}", life % 10_000_000);
    let mut fields = vec![
        ("token", official.token.as_str()),
        ("limit", "0"),
        ("kind", "person"),
        ("name", "Nguyễn Thị Kim Phượng"),
        ("identity_number", &number),
        ("phone", "0900000000"),
        ("address", "Ấp Tân Điền"),
        ("residence", "tran-phan"),
    ];
    let id = case_id.to_string();
    fields.push(("case_id", &id));
    fields.extend(
        ["document-0", "document-1", "document-2", "document-3"].map(|document| (document, "present")),
    );
    let review = browser.post(&format!("{PROCEDURE}/review"), &official.cookie, &fields).await?;
    let promised = review.field("promised")?;
    lap();
    fields.extend([("outcome", "receive"), ("promised", promised.as_str())]);
    browser.send(PROCEDURE, &official.cookie, &fields).await?;
    lap();
    let steps = [
        ("hand-over", official, "2", vec![("to", "tran-phan-2")]),
        ("finish", head, "3", vec![("outcome", "granted")]),
        ("return", official, "4", vec![]),
    ];
    for (step, who, version, more) in steps {
        let mut fields = vec![("token", who.token.as_str()), ("version", version)];
        fields.extend(more);
        browser.send(&format!("/cases/{case_id}/{step}"), &who.cookie, &fields).await?;
        lap();
    }
    let slip = browser.get(&format!("/cases/{case_id}/invitation"), &official.cookie).await?;
    let rate = slip.between("/rate/", &['"', '<', '\n', ' ']).context("the slip shows no invitation")?;
    let rate = format!("/rate/{rate}");
    lap();
    let page = browser.get(&rate, "").await?;
    let (cookie, token) = (page.cookies(), page.token()?);
    let fields = [
        ("token", token.as_str()),
        ("overall", "5"),
        ("welcome", "5"),
        ("guidance", "4"),
        ("speed", "4"),
        ("lawful", "5"),
        ("trips", "1"),
        ("extra_money", "no"),
        ("words", ""),
    ];
    browser.send(&rate, &cookie, &fields).await?;
    lap();
    let board = browser.get("/lead", &leader.cookie).await?;
    ensure!(board.status == 200, "the leader's page answers {}", board.status);
    lap();
    Ok(())
}
