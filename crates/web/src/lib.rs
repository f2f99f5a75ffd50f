//! HTTP: routes, sessions, forms, access. Handlers stand in the folder of their verb and carry the name of their
//! thing; what is around every request is in `frame.rs`, and every route in `routes.rs`.

mod access;
mod admin;
mod assets;
mod background;
pub mod clock;
mod cookie;
pub mod cursor;
mod directory;
mod door;
mod error;
mod form;
mod frame;
mod home;
mod limit;
mod listen;
mod live;
mod measure;
mod quarter;
mod routes;
mod serve;
pub mod session;
pub mod tls;
mod upload;
mod visitor;

use std::{future::Future, sync::Arc, time::Duration};

use axum::{Router, middleware};
use hailong_store::{Store, serve::attachment::Files};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};

/// How notices go out: the ways, their settings, and one look at the outbox.
pub mod notice {
    pub use crate::serve::notice::{
        GatewaySettings, InboundSettings, Post, Security, Settings, SmtpSettings, WebhookSettings, send_due,
    };
}

pub use crate::routes::table;
use crate::{clock::Clock, error::Failure};

/// How long requests may still run after the stop was asked for.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// What every handler may use.
pub struct App {
    /// The record.
    pub store: Arc<Store>,
    /// The two clocks.
    pub clock: Clock,
    /// Whether everything shown is invented: every page says so.
    pub demo: bool,
    /// How this site is reached from outside, e.g. `https://hailong.example`.
    pub base_url: String,
    /// Whether a proxy of ours stands in front and names the client in `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// The certificate of encrypted lines; without one a proxy encrypts, or nobody.
    pub certificate: Option<tls::Certificate>,
    /// Where attachments are kept; without it none can be added or read.
    pub files: Option<Arc<Files>>,
    uploads: Semaphore,
    /// The ways that notices go out.
    pub post: notice::Post,
    guard: session::Guard,
    tracking: serve::track::Guard,
    lookups: serve::case::known::Guard,
    online: limit::Gate,
    opinions: limit::Gate,
    dialogues: limit::Gate,
    surveys: limit::Gate,
    suggestions: listen::suggestion::Desk,
    kiosks: serve::queue::kiosk::Guard,
    raters: listen::kiosk::Guard,
    bookings: serve::appointment::Guard,
    boards: live::Boards,
    places: Semaphore,
    clients: door::Clients,
}

impl App {
    /// An application without a proxy in front.
    pub fn new(store: Arc<Store>, clock: Clock, demo: bool, base_url: impl Into<String>) -> Self {
        Self {
            store,
            clock,
            demo,
            base_url: base_url.into().trim_end_matches('/').to_owned(),
            behind_proxy: false,
            certificate: None,
            files: None,
            uploads: Semaphore::new(serve::attachment::AT_ONCE),
            post: if demo { notice::Post::demo() } else { notice::Post::none() },
            guard: session::Guard::default(),
            tracking: serve::track::Guard::default(),
            lookups: serve::case::known::Guard::default(),
            online: serve::apply::gate(),
            opinions: listen::opinion::gate(),
            dialogues: listen::dialogue::gate(),
            surveys: listen::survey::gate(),
            suggestions: listen::suggestion::Desk::default(),
            kiosks: serve::queue::kiosk::Guard::default(),
            raters: listen::kiosk::Guard::default(),
            bookings: serve::appointment::Guard::default(),
            boards: live::Boards::default(),
            places: Semaphore::new(frame::AT_ONCE),
            clients: door::Clients::default(),
        }
    }

    /// Whether cookies are for encrypted lines only.
    pub(crate) fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

/// All routes with everything around them.
pub fn router(app: Arc<App>) -> Router {
    routes::build()
        .fallback(|| async { Failure::not_found() })
        .layer(middleware::from_fn_with_state(Arc::clone(&app), frame::around))
        .with_state(app)
}

/// Serves, sends notices and seals full ballot boxes, until `stop` resolves; requests that run then get some seconds to end.
pub async fn serve(app: Arc<App>, listener: TcpListener, stop: impl Future<Output = ()>) {
    let tls = app.certificate.as_ref().map(|certificate| certificate.acceptor.clone());
    let following = app.certificate.clone().map(tls::Certificate::watch);
    app.store.set_notice_routes(app.post.routes());
    let (stopping, stopped) = watch::channel(false);
    let sending = serve::notice::spawn_sending(Arc::clone(&app), stopped);
    let sealing = background::spawn_sealing(Arc::clone(&app));
    let clearing = background::spawn_clearing(Arc::clone(&app));
    let moving = background::spawn_moving(Arc::clone(&app));
    let closing = background::spawn_closing(Arc::clone(&app));
    let watching = live::spawn_watching(Arc::clone(&app));
    let learning = background::spawn_learning(Arc::clone(&app));
    let ending = Arc::clone(&app);
    let stop = async move {
        stop.await;
        ending.boards.close();
    };
    door::serve(router(app), listener, tls, stop, LAST_WORDS).await;
    if let Some(following) = following {
        following.abort();
    }
    // What is being sent is ended first: cut off, it would be sent a second time.
    let _ = stopping.send(true);
    let ended = sending.abort_handle();
    if tokio::time::timeout(LAST_WORDS, sending).await.is_err() {
        ended.abort();
    }
    watching.abort();
    let _ = watching.await;
    learning.abort();
    let _ = learning.await;
    closing.abort();
    let _ = closing.await;
    moving.abort();
    let _ = moving.await;
    clearing.abort();
    let _ = clearing.await;
    sealing.abort();
    // An aborted task lets go of the record only when it has ended.
    let _ = sealing.await;
}
