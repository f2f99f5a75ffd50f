//! The socket: connections are accepted up to a number, heads of requests must come in time, one client has so many
//! places, and a stop lets running requests end. (`axum::serve` bounds none of it, so that one client with slow lines
//! could keep everybody out.)

use std::{
    collections::HashMap,
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// Most open connections.
const CONNECTIONS: usize = 2_048;
/// Longest time for the head of a request; idle connections are closed after it too.
const HEAD: Duration = Duration::from_secs(15);
/// Longest time until a line is encrypted.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Rest after the system refused a connection, e.g. because too many files are open.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop` resolves, over encrypted lines when there is an acceptor; requests that run then get `last_words` to end.
pub(crate) async fn serve(
    router: Router,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    stop: impl Future<Output = ()>,
    last_words: Duration,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        match (place, accepted) {
            (Ok(place), Ok((stream, address))) => {
                let visit = Visit { router: router.clone(), address, watcher: graceful.watcher() };
                tokio::spawn(visit.attend(stream, tls.clone(), place));
            }
            (Err(_), _) => break,
            (_, Err(error)) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(last_words, graceful.shutdown()).await;
}

/// One connection.
struct Visit {
    router: Router,
    address: SocketAddr,
    watcher: Watcher,
}

impl Visit {
    async fn attend(self, stream: TcpStream, tls: Option<TlsAcceptor>, _place: OwnedSemaphorePermit) {
        let _ = stream.set_nodelay(true);
        let Some(tls) = tls else { return self.answer(stream).await };
        // Whoever speaks something else here, or too slowly, is its own affair.
        if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
            self.answer(stream).await;
        }
    }

    async fn answer(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Self { router, address, watcher } = self;
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(address));
            router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .serve_connection(TokioIo::new(stream), service);
        // A client that goes away is its own affair too.
        let _ = watcher.watch(connection).await;
    }
}

/// How many requests of each client are being served.
#[derive(Default)]
pub(crate) struct Clients(Mutex<HashMap<String, usize>>);

/// One request of a client; gives its place back when dropped.
pub(crate) struct Place<'a> {
    clients: &'a Clients,
    client: String,
}

impl Clients {
    /// A place for one more request, unless this client has `most` already.
    pub(crate) fn enter(&self, client: &str, most: usize) -> Option<Place<'_>> {
        let mut serving = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = serving.entry(client.to_owned()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { clients: self, client: client.to_owned() })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut serving = self.clients.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = serving.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                serving.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_so_many_places_and_gets_them_back() {
        let clients = Clients::default();
        let first = clients.enter("a", 2).unwrap();
        let second = clients.enter("a", 2).unwrap();
        assert!(clients.enter("a", 2).is_none());
        assert!(clients.enter("b", 2).is_some());
        drop(first);
        assert!(clients.enter("a", 2).is_some());
        drop(second);
        assert!(clients.0.lock().unwrap().is_empty());
    }
}
