//! The program on a real socket.

use std::{sync::Arc, time::Duration};

use crate::support::TestApp;
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
    timeout(Duration::from_secs(5), serving).await.expect("it stops in time").unwrap();
}

#[tokio::test]
async fn slow_lines_of_one_client_keep_nobody_out() {
    let (app, _template) = TestApp::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(hailong_web::serve(Arc::clone(&app.app), listener, std::future::pending()));
    let mut lines = Vec::new();
    for _ in 0..600 {
        let mut line = TcpStream::connect(address).await.unwrap();
        // A form whose body never comes: it has a place until its time is over.
        let head = "POST /opinions/new HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\
                    content-type: application/x-www-form-urlencoded\r\n\r\nw";
        line.write_all(head.as_bytes()).await.unwrap();
        lines.push(line);
    }
    let ask = |from: &'static str| async move {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
        let mut line = socket.connect(address).await.unwrap();
        line.write_all(b"GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        timeout(Duration::from_secs(5), line.read_to_string(&mut answer)).await.expect("in time").unwrap();
        answer
    };
    let mut own = ask("127.0.0.1").await;
    for _ in 0..50 {
        if own.starts_with("HTTP/1.1 503") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        own = ask("127.0.0.1").await;
    }
    assert!(own.starts_with("HTTP/1.1 503"), "who holds all his places gets no more: {own}");
    let other = ask("127.0.0.2").await;
    assert!(other.starts_with("HTTP/1.1 200"), "somebody else is served: {other}");
}
