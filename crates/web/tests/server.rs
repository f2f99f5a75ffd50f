//! The program on a real socket.

mod support;

use std::{sync::Arc, time::Duration};

use support::TestApp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};

#[tokio::test]
async fn it_serves_and_stops_when_asked() {
    let (app, _template) = TestApp::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (ask, asked) = oneshot::channel::<()>();
    let stop = async move {
        let _ = asked.await;
    };
    let serving = tokio::spawn(hailong_web::serve(Arc::clone(&app.app), listener, stop));

    let mut line = TcpStream::connect(address).await.unwrap();
    line.write_all(b"GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("ok\n"), "{answer}");

    ask.send(()).unwrap();
    timeout(Duration::from_secs(5), serving).await.expect("it stops in time").unwrap().unwrap();
}
