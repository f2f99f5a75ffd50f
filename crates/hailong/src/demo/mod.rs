//! `hailong demo`: a district that feels alive, from a seed.

mod after;
mod certificate;
mod chance;
mod dialogue;
mod people;
mod play;
pub(crate) mod script;
mod staff;
mod survey;
mod words;

use std::{
    io::IsTerminal,
    path::PathBuf,
    time::{Duration, Instant as Stopwatch},
};

use anyhow::{Context as _, bail, ensure};
use hailong_core::context::Actor;
use hailong_store::{Store, Url, account::Account, hex, keys::Vault};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    district,
    setting::{AUTHORITY, Database, Kept},
};

/// The password of the demo's sign-ins.
pub(crate) const PASSWORD: &str = "hai-long-2017";

#[derive(clap::Args, Clone)]
pub(crate) struct Options {
    /// Where the demo is kept: `sqlite:FILE` or `postgres://USER@HOST/NAME`.
    #[arg(long, env = "HAILONG_DATABASE", default_value = "sqlite:hailong-demo.db")]
    database: Url,
    /// Address to serve on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Quarters to play; the last one is the second quarter of 2017.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=8))]
    quarters: u32,
    /// Cases a quarter. 14,437 is a quarter of the 57,748 the district reported for a year. An eighth of them come in the month before the
    /// first quarter too, in which four offices began.
    #[arg(long, default_value_t = 14_437, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    cases: u32,
    /// The same seed gives the same district, to the last hash.
    #[arg(long, default_value_t = 2017)]
    seed: u64,
    /// Play only; do not serve.
    #[arg(long)]
    no_serve: bool,
    /// Serve over HTTPS, with a certificate made for this machine alone. Browsers warn of it.
    #[arg(long)]
    https: bool,
    /// Begin anew: forget the demo that is there.
    #[arg(long)]
    fresh: bool,
}

#[expect(clippy::print_stdout, reason = "it talks with the person at the keyboard")]
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let database = Database {
        database: options.database.clone(),
        authority: AUTHORITY,
        keys: PathBuf::from("hailong.keys"),
    };
    if options.fresh {
        forget(&database).await?;
    }
    let store = database.open_with(Vault::of_demo(options.seed)).await?;
    prepare(&store, &options).await?;
    let finished = tokio::select! {
        played = fill(&store, &options) => { played?; true }
        _ = crate::serve::stop_asked() => false,
    };
    if !finished {
        println!("Stopped. Start again to go on where it stopped.");
        return Ok(());
    }
    if options.no_serve {
        return Ok(());
    }
    for (role, login) in SIGN_INS {
        println!("  {role:<10} {login:<22} {PASSWORD}");
    }
    let kept = Kept::of_demo(&options.database);
    let certificate =
        options.https.then(|| certificate::of_demo(&options.database, &options.listen)).transpose()?;
    crate::serve::serve(store, &options.listen, crate::serve::Outside::of_demo(kept, certificate)).await
}

/// Role, sign-in name.
pub(crate) const SIGN_INS: [(&str, &str); 4] = [
    ("official", "tran-phan-1"),
    ("head", "tran-phan-head"),
    ("leader", "huyen-dam-doi-leader"),
    ("admin", "huyen-dam-doi-admin"),
];

/// Publishes the district and makes the sign-ins, unless a demo is there already.
async fn prepare(store: &Store, options: &Options) -> anyhow::Result<()> {
    let wanted = format!("{} {} {}", options.seed, options.quarters, options.cases);
    if let Some(found) = store.setting("demo-script").await? {
        ensure!(
            found == wanted,
            "this database holds a demo made with other numbers (seed, quarters, cases: {found}): start it with those, \
             or begin anew with --fresh"
        );
        return Ok(());
    }
    if let Some(seed) = store.setting("demo-seed").await? {
        ensure!(
            seed == options.seed.to_string(),
            "this database was begun with seed {seed}: begin anew with --fresh"
        );
    }
    if store.head().await?.0 == 0 {
        let directory = store.directory();
        let entropy = chance::seed_of(options.seed, "publish", 0);
        let ctx = store.context(Actor::System, script::beginning(options.quarters), &directory, entropy);
        store.publish(district::events()?, &ctx).await?;
        staff::arrange(store, options.seed).await?;
    } else if !store.directory().authority.demo {
        bail!("this database holds a real record: a demo is never played into it");
    }
    let password_hash = hailong_web::session::hash_password(PASSWORD)?;
    for (_, login) in SIGN_INS {
        let account =
            Account { login: login.into(), official_id: login.into(), password_hash: password_hash.clone() };
        store.keep_account(&account).await?;
    }
    store.keep_setting("demo-seed", &options.seed.to_string()).await?;
    Ok(store.keep_setting("demo-script", &wanted).await?)
}

/// Plays what has not been played.
#[expect(clippy::print_stdout, reason = "it talks with the person at the keyboard")]
async fn fill(store: &Store, options: &Options) -> anyhow::Result<()> {
    let played: usize = match store.setting("demo-step").await? {
        Some(step) => step.parse().context("the demo's place in its script is not a number")?,
        None => 0,
    };
    let directory = store.directory();
    let script = script::write(&directory, options.seed, options.quarters, options.cases);
    if played >= last_written(&script) && store.setting(after::DONE).await?.is_some() {
        return Ok(());
    }
    let watch = Stopwatch::now();
    let mut progress = Progress::new(script.plots.len(), script.steps.len(), played);
    let mut player = play::Player::new(store, &directory, &script, options.seed);
    for (number, step) in script.steps.iter().enumerate().skip(played) {
        player.play(number, *step).await?;
        progress.tell(number);
    }
    player.flush().await?;
    progress.end();
    after::finish(store, &script, options).await?;
    let (entries, hash) = store.head().await?;
    let hash = hex(&hash);
    println!(
        "Played {} cases in {:.1} s: {entries} journal entries, head {hash}",
        script.plots.len(),
        watch.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Sealing and what else the program does by itself leave no mark of their own, so the last step that does decides whether a script is over.
fn last_written(script: &script::Script) -> usize {
    let last = script.steps.iter().rposition(|step| !step.act.is_of_program());
    last.map_or(0, |last| last + 1)
}

/// Forgets a demo; never anything else.
async fn forget(database: &Database) -> anyhow::Result<()> {
    if let Url::Sqlite(path) = &database.database
        && !path.exists()
    {
        return Ok(());
    }
    let store = database.open_with(Vault::of_demo(0)).await?;
    let real = store.head().await?.0 > 0 && !store.directory().authority.demo;
    ensure!(!real, "{} holds a real record: it is not forgotten", database.name());
    match &database.database {
        Url::Sqlite(path) => {
            drop(store);
            for suffix in ["", "-wal", "-shm"] {
                let mut file = path.clone().into_os_string();
                file.push(suffix);
                match std::fs::remove_file(&file) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(error)
                            .with_context(|| format!("{} cannot be removed", PathBuf::from(file).display()));
                    }
                    _ => {}
                }
            }
        }
        Url::Postgres(_) => store.forget_all().await?,
    }
    Ok(())
}

/// A bar on a terminal, a line a tenth elsewhere.
struct Progress {
    bar: Option<ProgressBar>,
    steps: usize,
    cases: usize,
    tenth: usize,
    from: usize,
    watch: Stopwatch,
}

impl Progress {
    fn new(cases: usize, steps: usize, from: usize) -> Self {
        let bar = std::io::stdout().is_terminal().then(|| {
            let bar = ProgressBar::new(cases as u64);
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} cases  {per_sec}  {eta} left");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self { bar, steps, cases, tenth: from * 10 / steps.max(1), from, watch: Stopwatch::now() }
    }

    #[expect(clippy::print_stdout, reason = "it talks with the person at the keyboard")]
    fn tell(&mut self, step: usize) {
        let done = step as u64 * self.cases as u64 / self.steps.max(1) as u64;
        if let Some(bar) = &self.bar {
            if step.is_multiple_of(64) {
                bar.set_position(done);
            }
            return;
        }
        let tenth = (step + 1) * 10 / self.steps.max(1);
        if tenth > self.tenth {
            self.tenth = tenth;
            let pace = (step - self.from) as f64 / self.watch.elapsed().as_secs_f64().max(0.001);
            let left = (self.steps - step) as f64 / pace.max(1.0);
            let cases_pace = pace * self.cases as f64 / self.steps.max(1) as f64;
            println!("{}0 %: {done} cases, {cases_pace:.0} cases/s, about {left:.0} s left", self.tenth);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
