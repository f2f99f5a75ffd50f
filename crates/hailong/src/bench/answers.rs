//! `hailong bench answers`: many people answer at once, each on a page of their own over HTTP, and each sends twice. None may
//! be lost, and each must count once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant as Stopwatch,
};

use anyhow::ensure;
use hailong_core::{
    batch::Batch,
    context::Actor,
    listen::{invitation::Way, rating::BallotBox},
    serve::applicant::Group,
};
use hailong_store::{
    Store,
    keys::{Vault, fresh_bytes},
};
use hailong_web::{App, clock::Clock};
use tokio::{net::TcpListener, sync::oneshot};

use super::{Answers, ballots::invite, browser::Browser, lifecycle::prepare};
use crate::{demo::script, setting::Database};

/// Invitations that are written together.
const TOGETHER: usize = 500;

pub(super) async fn run(options: Answers) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let database = hailong_store::Url::Sqlite(folder.path().join("record.db"));
    let vault = Vault::in_folder(&folder.path().join("keys"))?;
    let store = Arc::new(Database::of_bench(&database).open_with(vault).await?);
    prepare(&store).await?;
    let tokens = Arc::new(invitations(&store, options.answers).await?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let host: Arc<str> = listener.local_addr()?.to_string().into();
    let clock = Clock::demo(script::opening());
    let app = Arc::new(App::new(Arc::clone(&store), clock, true, format!("http://{host}")));
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(hailong_web::serve(app, listener, async {
        let _ = stopped.await;
    }));
    let next = Arc::new(AtomicUsize::new(0));
    let watch = Stopwatch::now();
    let clients: Vec<_> = (0..options.clients)
        .map(|_| tokio::spawn(answer(Arc::clone(&host), Arc::clone(&tokens), Arc::clone(&next))))
        .collect();
    let mut taken = 0;
    for client in clients {
        taken += client.await??;
    }
    let seconds = watch.elapsed().as_secs_f64();
    let _ = stop.send(());
    serving.await?;
    let waiting: i64 = store.waiting_ballots().await?.iter().map(|(_, _, n)| n).sum();
    let directory = store.directory();
    let tomorrow = script::opening().plus_seconds(86_400);
    store.seal_boxes(&store.context(Actor::System, tomorrow, &directory, fresh_bytes()?)).await?;
    let counted = store.newest_checkpoint().await?.map_or(0, |newest| newest.signed.size);
    let wanted = options.answers;
    ensure!(
        (taken, waiting as usize, counted as usize) == (wanted, wanted, wanted),
        "{wanted} answered, {taken} were thanked, {waiting} lay in boxes, {counted} were counted"
    );
    let figures = [
        ("answers", wanted as f64),
        ("sent", 2.0 * wanted as f64),
        ("counted", counted as f64),
        ("seconds", seconds),
        ("answers_per_s", wanted as f64 / seconds),
    ];
    super::print(&figures, options.json)
}

/// Tokens of new invitations at every office.
async fn invitations(store: &Store, count: usize) -> anyhow::Result<Vec<String>> {
    let directory = store.directory();
    let offices: Vec<_> = directory.offices.iter().map(|office| office.id.clone()).collect();
    let mut tokens = Vec::with_capacity(count);
    while tokens.len() < count {
        let ctx = store.context(Actor::System, script::opening(), &directory, fresh_bytes()?);
        let mut all = Batch { actor: "system".to_owned(), silent: true, ..Batch::default() };
        for _ in 0..TOGETHER.min(count - tokens.len()) {
            let office_id = offices[tokens.len() % offices.len()].clone();
            let invited = invite(&BallotBox { office_id, group: Group::Person, serial: 1 }, &ctx, &mut all);
            tokens.push(store.vault().secrets().invitation_token(invited.invitation_id, Way::Link));
        }
        store.commit(all).await?;
    }
    Ok(tokens)
}

/// One client that answers until there are no invitations left: opens the page, sends, and sends again. How many were thanked.
async fn answer(host: Arc<str>, tokens: Arc<Vec<String>>, next: Arc<AtomicUsize>) -> anyhow::Result<usize> {
    let mut browser = Browser::open(&host).await?;
    let mut thanked = 0;
    while let Some(token) = tokens.get(next.fetch_add(1, Ordering::Relaxed)) {
        let path = format!("/rate/{token}");
        let page = browser.get(&path, "").await?;
        let (cookie, form) = (page.cookies(), page.token()?);
        let fields =
            [("token", form.as_str()), ("overall", "4"), ("welcome", "5"), ("trips", "1"), ("words", "")];
        for _ in 0..2 {
            let sent = browser.post(&path, &cookie, &fields).await?;
            thanked += usize::from(sent.status == 200);
            ensure!(matches!(sent.status, 200 | 410), "{path} answers {}", sent.status);
        }
    }
    Ok(thanked)
}
