//! `hailong bench lists`: how long each list of the product takes. What the user waits for is the page: the bench serves
//! the record on a free port of this machine, signs in as those who work there, and asks for the pages as a browser does.

use std::{collections::BTreeMap, sync::Arc, time::Instant as Stopwatch};

use anyhow::{Context as _, ensure};
use hailong_store::{Store, account::Account, keys::fresh_bytes};
use hailong_web::{App, session};
use tokio::{net::TcpListener, sync::oneshot};

use super::{
    Lists,
    browser::{Answer, Browser, Visitor, sign_in},
    pages::{Library, Page, Round},
};
use crate::setting::Database;

/// The sign-in that the bench uses for everybody, one after the other. Nobody knows its password.
const LOGIN: &str = "bench-lists";

/// What was measured of one list.
#[derive(Default)]
struct Measured {
    /// Pages asked for.
    pages: usize,
    /// Every time of every page but the first, in milliseconds.
    times: Vec<f64>,
    /// The slowest first time of a page.
    first: f64,
    /// The p95 of the slowest page, and that page.
    p95: f64,
    slowest: String,
    /// Most rows of a page.
    rows: usize,
}

pub(super) async fn run(options: Lists) -> anyhow::Result<()> {
    let store = Arc::new(Database::of_bench(&options.database).open().await?);
    let directory = store.directory();
    ensure!(directory.authority.demo, "this database holds a real record: nothing is measured in it");
    let clock = crate::serve::clock(&store).await?;
    let library = Library { store: &store, directory: &directory, now: clock.business() };
    let rounds = library.rounds().await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let host = listener.local_addr()?.to_string();
    let app = Arc::new(App::new(Arc::clone(&store), clock, true, format!("http://{host}")));
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(hailong_web::serve(app, listener, async {
        let _ = stopped.await;
    }));
    let measured = measure(&store, &host, &rounds, &options).await;
    let _ = stop.send(());
    serving.await?;
    print(&measured?, options.json)
}

async fn measure(
    store: &Store,
    host: &str,
    rounds: &[Round],
    options: &Lists,
) -> anyhow::Result<BTreeMap<String, Measured>> {
    let password = hailong_store::hex(&fresh_bytes()?);
    let password_hash = session::hash_password(&password)?;
    let mut lists: BTreeMap<String, Measured> = BTreeMap::new();
    for round in rounds {
        let wanted: Vec<_> = round.pages.iter().filter(|page| page.list.contains(&options.only)).collect();
        if wanted.is_empty() {
            continue;
        }
        let (login, official_id) = (LOGIN.to_owned(), round.official.clone());
        let account = Account { login, official_id, password_hash: password_hash.clone() };
        store.keep_account(&account).await?;
        let visitor = sign_in(host, LOGIN, &password).await?;
        let mut browser = Browser::open(host).await?;
        for page in wanted {
            let list = lists.entry(page.list.clone()).or_default();
            list.add(page, &mut browser, &visitor, options.runs).await?;
        }
    }
    Ok(lists)
}

impl Measured {
    async fn add(
        &mut self,
        page: &Page,
        browser: &mut Browser,
        visitor: &Visitor,
        runs: usize,
    ) -> anyhow::Result<()> {
        let mut times = Vec::with_capacity(runs);
        for run in 0..=runs {
            let watch = Stopwatch::now();
            let answer = ask(page, browser, visitor).await.with_context(|| page.path.clone())?;
            let spent = watch.elapsed().as_secs_f64() * 1e3;
            if run == 0 {
                self.first = self.first.max(spent);
                self.rows = self.rows.max(rows(&answer.body));
            } else {
                times.push(spent);
            }
        }
        let p95 = at(&mut times, 0.95);
        if p95 > self.p95 {
            (self.p95, self.slowest) = (p95, page.path.clone());
        }
        self.pages += 1;
        self.times.append(&mut times);
        Ok(())
    }
}

async fn ask(page: &Page, browser: &mut Browser, visitor: &Visitor) -> anyhow::Result<Answer> {
    let answer = if page.fields.is_empty() {
        browser.get(&page.path, &visitor.cookie).await?
    } else {
        let mut fields = vec![("token", visitor.token.as_str())];
        fields.extend(page.fields.iter().map(|(name, value)| (*name, value.as_str())));
        browser.post(&page.path, &visitor.cookie, &fields).await?
    };
    ensure!(matches!(answer.status, 200 | 303), "it answers {}", answer.status);
    Ok(answer)
}

/// Rows of the tables of a page, without their heads.
fn rows(body: &str) -> usize {
    body.matches("<tr").count() - body.matches("<thead><tr").count()
}

/// What so large a share of the times does not exceed; nothing of none.
fn at(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let place = (times.len() as f64 * share).ceil() as usize;
    times.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "the figures are what the command is for")]
fn print(lists: &BTreeMap<String, Measured>, json: bool) -> anyhow::Result<()> {
    let mut all = Vec::new();
    for (name, list) in lists {
        let mut times = list.times.clone();
        let (median, max) = (at(&mut times, 0.5), at(&mut times, 1.0));
        all.push(serde_json::json!({
            "list": name, "pages": list.pages, "runs": times.len(), "rows": list.rows, "median_ms": median,
            "p95_ms": list.p95, "max_ms": max, "first_ms": list.first, "slowest": list.slowest,
        }));
    }
    let worst = lists.iter().max_by(|a, b| a.1.p95.total_cmp(&b.1.p95)).context("no list has this name")?;
    let first = lists.values().map(|list| list.first).fold(0.0, f64::max);
    if json {
        let all = serde_json::json!({ "lists": all, "worst_p95_ms": worst.1.p95, "worst_first_ms": first });
        println!("{}", serde_json::to_string(&all)?);
        return Ok(());
    }
    let head = ["pages", "runs", "rows", "median", "p95", "max", "first"];
    println!("{:<44}{}", "list (times in ms)", head.map(|name| format!("{name:>9}")).concat());
    for list in &all {
        let name = list["list"].as_str().unwrap_or_default();
        let counts = ["pages", "runs", "rows"].map(|name| format!("{:>9}", list[name].to_string()));
        let times = ["median_ms", "p95_ms", "max_ms", "first_ms"];
        let times = times.map(|name| format!("{:>9.2}", list[name].as_f64().unwrap_or_default()));
        println!("{name:<44}{}{}", counts.concat(), times.concat());
    }
    println!("the worst p95: {:.2} ms, {} ({})", worst.1.p95, worst.0, worst.1.slowest);
    println!("the worst first time: {first:.2} ms");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_p95_is_what_one_in_twenty_exceeds() {
        let mut times: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!((at(&mut times, 0.95), at(&mut times, 0.5), at(&mut times, 1.0)), (19.0, 10.0, 20.0));
        assert_eq!(at(&mut [], 0.95), 0.0);
    }

    #[test]
    fn rows_are_counted_without_their_heads() {
        assert_eq!(rows("<thead><tr><th></tr></thead><tbody><tr><td></tr><tr class=\"late\"></tr>"), 2);
    }
}
