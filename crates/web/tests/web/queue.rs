//! The queue as people meet it: the machine, the slip, the panel, the board that tells by itself, appointments.

use std::{sync::Arc, time::Duration};

use crate::support::{Browser, OTHER, OWN, TestApp, Things};
use axum::http::{StatusCode, header};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};

/// Takes a number; the address of its slip and its code.
async fn take(kiosk: &mut Browser, fields: &[(&str, &str)]) -> (String, String) {
    let answer = kiosk.post(&format!("/kiosk/{OWN}"), fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let slip = answer.location().to_owned();
    let page = kiosk.get(&slip).await;
    assert_eq!(page.status, StatusCode::OK);
    (slip, number_on(&page.text))
}

fn number_on(page: &str) -> String {
    let (_, rest) = page.split_once("class=\"slip-number\">").expect("a number is shown");
    rest.split('<').next().unwrap().to_owned()
}

fn step(things: &Things) -> String {
    format!("/work/queue/tickets/{}", things.ticket)
}

#[tokio::test]
async fn a_number_is_taken_followed_called_and_served() {
    let (app, template) = TestApp::new().await;
    let things = &template.things[OWN];
    let mut kiosk = app.browser();
    let page = kiosk.get(&format!("/kiosk/{OWN}?print=1")).await.text;
    assert_eq!(page.matches("<button name=\"group\"").count(), 3, "{page}");
    assert!(page.contains("http-equiv=\"refresh\" content=\"60; url=/kiosk/tran-phan?print=1\""));
    let (slip, code) = take(&mut kiosk, &[("group", "B"), ("print", "1")]).await;
    assert_eq!(code, "B003");
    let page = kiosk.get(&slip).await.text;
    assert!(page.contains("data-print") && page.contains("1 người chờ trước"), "{page}");
    let (_, rest) = page.split_once("http://hailong.test").unwrap();
    let follow = rest.split('"').next().unwrap().to_owned();
    let mut phone = app.browser();
    assert!(phone.get(&follow).await.text.contains("1 người chờ trước"));
    // The slip of one office is not shown at another.
    let elsewhere = slip.replace(OWN, OTHER);
    assert_eq!(kiosk.get(&elsewhere).await.status, StatusCode::NOT_FOUND);

    let mut official = app.signed_in("tran-phan-1");
    let panel = official.get("/work/queue").await.text;
    assert!(panel.contains("A001") && panel.contains("Quầy 1"), "{panel}");
    let held = official.post("/work/queue/next", &[("counter", "Quầy 1")]).await;
    assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(held.text.contains("chưa có người đến"), "{}", held.text);
    let early = official.post(&step(things), &[("step", "missed")]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody is given up after one call");
    let received = official.post(&step(things), &[("step", "receive")]).await;
    assert_eq!(received.location(), format!("/work/receive?ticket={}", things.ticket));
    for served in ["A002", "B003"] {
        let called = official.post("/work/queue/next", &[("counter", "Quầy 1")]).await;
        assert_eq!(called.location(), "/work/queue", "{}", called.text);
        let panel = official.get("/work/queue").await.text;
        assert_eq!(number_on(&panel), served);
        let (_, rest) = panel.split_once("action=\"/work/queue/tickets/").unwrap();
        let mine = format!("/work/queue/tickets/{}", rest.split('"').next().unwrap());
        if served == "B003" {
            assert!(phone.get(&follow).await.text.contains("Mời ông/bà đến Quầy 1 ngay"));
        }
        assert_eq!(official.post(&mine, &[("step", "recall")]).await.location(), "/work/queue");
        assert_eq!(official.post(&mine, &[("step", "attend")]).await.location(), "/work/queue");
    }
    let empty = official.post("/work/queue/next", &[("counter", "Quầy 1")]).await;
    assert!(empty.text.contains("không có ai chờ"), "{}", empty.text);
    let first = app.app.store.ticket_first_contact(things.ticket, OWN).await.unwrap();
    assert_eq!(first.unwrap().to_string(), "2017-06-30T08:30:00", "the receipt can name the first contact");
}

#[tokio::test]
async fn who_was_missed_comes_back_and_keeps_the_place() {
    let (app, template) = TestApp::new().await;
    let path = step(&template.things[OWN]);
    let mut official = app.signed_in("tran-phan-1");
    for what in ["recall", "missed"] {
        assert_eq!(official.post(&path, &[("step", what)]).await.location(), "/work/queue");
    }
    // A colleague at the counter may take the person back; an official elsewhere may not.
    let mut stranger = app.signed_in("huyen-dam-doi-leader");
    assert_eq!(stranger.post(&path, &[("step", "back")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(official.post(&path, &[("step", "back")]).await.location(), "/work/queue");
    official.post("/work/queue/next", &[("counter", "Quầy 2")]).await;
    assert_eq!(number_on(&official.get("/work/queue").await.text), "A001", "before A002, as it came");
    let moved = official.post(&path, &[("step", "move"), ("group", "B")]).await;
    assert_eq!(moved.location(), "/work/queue");
    let ticket = app.app.store.ticket(template.things[OWN].ticket).await.unwrap().unwrap().ticket;
    assert_eq!((ticket.group.as_str(), ticket.number), ("B", 1));
    assert_eq!(official.post(&path, &[("step", "dance")]).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn those_entitled_go_first_and_every_second_call_is_for_the_others() {
    let (app, _template) = TestApp::new().await;
    let mut kiosk = app.browser();
    for _ in 0..2 {
        take(&mut kiosk, &[("group", "A"), ("priority", "1")]).await;
    }
    let mut called = Vec::new();
    for official in ["tran-phan-2", "tran-phan-3", "tran-phan-4"] {
        let directory = app.app.store.directory();
        let who = hailong_core::context::Actor::Official(directory.official(official).unwrap().clone());
        let at = hailong_core::time::Instant::parse_local("2017-06-30T09:05").unwrap();
        let seed = hailong_store::keys::fresh_bytes().unwrap();
        let ctx = app.app.store.context(who, at, &directory, seed);
        let id = app.app.store.call_next(OWN, "Quầy 2", &ctx).await.unwrap();
        called.push(app.app.store.ticket(id).await.unwrap().unwrap().ticket.code());
    }
    // A001 was called as an ordinary one; so the first entitled is next, then the other line, then the second.
    assert_eq!(called, ["A003", "A002", "A004"]);
}

#[tokio::test]
async fn a_machine_gone_wild_is_stopped() {
    let (app, _template) = TestApp::new().await;
    let mut kiosk = app.browser();
    let mut refused = 0;
    for _ in 0..25 {
        let answer = kiosk.post(&format!("/kiosk/{OWN}"), &[("group", "A")]).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused += 1;
            assert!(answer.text.contains("quá nhiều số") && answer.headers.contains_key(header::RETRY_AFTER));
        }
    }
    assert_eq!(refused, 5);
    let other = app.browser().at_address(9).post(&format!("/kiosk/{OWN}"), &[("group", "Z")]).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "a service that is not offered");
}

#[tokio::test]
async fn the_head_arranges_and_nobody_overwrites_unseen() {
    let (app, _template) = TestApp::new().await;
    let mut head = app.signed_in("tran-phan-head");
    let form = head.get("/work/queue/settings").await.text;
    assert!(form.contains("name=\"version\" value=\"0\"") && form.contains("value=\"Quầy 4\""));
    let fields = |version| {
        [
            ("version", version),
            ("vi-A", "Hộ tịch, chứng thực"),
            ("vi-D", "Đất đai"),
            ("en-D", "Land"),
            ("counter-0", "Quầy Một"),
            ("serves-0", "A"),
            ("counter-1", "Quầy Đất"),
            ("serves-1", "D"),
            ("slot_minutes", "20"),
            ("capacity", "3"),
            ("days_ahead", "7"),
        ]
    };
    let kept = head.post("/work/queue/settings", &fields("0")).await;
    assert_eq!(kept.location(), "/work/queue/settings?done=1", "{}", kept.text);
    let kiosk = app.browser().get(&format!("/kiosk/{OWN}")).await.text;
    assert!(kiosk.contains("Đất đai") && !kiosk.contains("Nhận kết quả"));
    let stale = head.post("/work/queue/settings", &fields("0")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text.contains("value=\"Quầy Đất\""), "what was typed is still there");
    let mut wrong = fields("1");
    wrong[8].1 = "7";
    let wrong = head.post("/work/queue/settings", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.signed_in("tran-phan-1").get("/work/queue/settings").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_appointment_is_booked_moved_kept_and_cancelled_by_its_code() {
    let (app, template) = TestApp::new().await;
    let mut citizen = app.browser();
    let page = citizen.get(&format!("/appointments/{OWN}?day=2017-07-03")).await.text;
    let (_, rest) = page.split_once("name=\"slot\" value=\"").unwrap();
    let slot = rest.split('"').next().unwrap().to_owned();
    let path = format!("/appointments/{OWN}");
    let book = |slot: &str, phone: &str| {
        [
            ("slot", slot.to_owned()),
            ("phone", phone.to_owned()),
            ("group", "A".into()),
            ("name", "Võ Văn Hẹn".into()),
        ]
    };
    let typed = book(&slot, "12");
    let fields: Vec<_> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = citizen.post(&path, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("value=\"Võ Văn Hẹn\""), "{}", refused.text);
    assert!(refused.text.contains("id=\"phone-error\""));
    let mut codes = Vec::new();
    for number in 0..3 {
        let typed = book(&slot, &format!("091234500{number}"));
        let fields: Vec<_> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = citizen.post(&path, &fields).await;
        if number < 2 {
            codes.push(answer.location().split(['/', '?']).nth(3).unwrap().to_owned());
        } else {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "two places a slot");
            assert!(answer.text.contains("vừa hết chỗ"), "{}", answer.text);
        }
    }
    let page = citizen.get(&format!("/appointments/codes/{}?done=booked", codes[0])).await.text;
    assert!(page.contains("Đã đặt hẹn") && page.contains("3/7/2017") && !page.contains("Võ Văn Hẹn"));
    let found = citizen.get(&format!("/appointments?code={}", codes[0].to_lowercase())).await;
    assert_eq!(found.location(), format!("/appointments/codes/{}", codes[0]));
    assert_eq!(citizen.get("/appointments?code=0000").await.status, StatusCode::NOT_FOUND);
    let cancelled = citizen.post(&format!("/appointments/codes/{}/cancel", codes[1]), &[]).await;
    assert!(cancelled.location().ends_with("done=cancelled"));
    let form = citizen.get(&format!("/appointments/codes/{}/move?day=2017-07-04", codes[0])).await.text;
    let (_, rest) = form.split_once("name=\"slot\" value=\"").unwrap();
    let later = rest.split('"').next().unwrap().to_owned();
    let moved = citizen.post(&format!("/appointments/codes/{}/move", codes[0]), &[("slot", &later)]).await;
    assert!(moved.location().ends_with("done=moved"), "{}", moved.text);

    let (code, id) = &template.things[OWN].booking;
    let mut official = app.signed_in("tran-phan-1");
    assert!(official.get("/work/appointments").await.text.contains("Lê Thị Hẹn, 0912345679"));
    assert!(!app.signed_in("tran-phan-1").get(&format!("/kiosk/{OWN}")).await.text.contains("Lê Thị Hẹn"));
    let come = citizen.post(&format!("/kiosk/{OWN}/check-in"), &[("code", code)]).await;
    assert!(come.location().starts_with(&format!("/kiosk/{OWN}/slips/")), "{}", come.text);
    assert!(citizen.get(come.location()).await.text.contains("B003"));
    let again = official.post(&format!("/work/appointments/{id}/check-in"), &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(official.get("/work/appointments").await.text.contains("Đã đến, số B003"));
    assert!(citizen.get(&format!("/appointments/codes/{code}")).await.text.contains("/tickets/"));
}

#[tokio::test]
async fn one_phone_number_does_not_hold_a_whole_day() {
    let (app, _template) = TestApp::new().await;
    let mut citizen = app.browser();
    let page = citizen.get(&format!("/appointments/{OWN}?day=2017-07-03")).await.text;
    let slots: Vec<_> = page
        .split("name=\"slot\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    for (number, slot) in slots.iter().take(5).enumerate() {
        let fields =
            [("slot", slot.as_str()), ("phone", "0912 345 001"), ("group", "A"), ("name", "Võ Văn Hẹn")];
        let status = citizen.post(&format!("/appointments/{OWN}"), &fields).await.status;
        let expected = if number < 4 { StatusCode::SEE_OTHER } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(status, expected, "{number}");
    }
}

#[tokio::test]
async fn the_public_sees_who_waits_now() {
    let (app, _template) = TestApp::new().await;
    let page = app.browser().get(&format!("/offices/{OWN}")).await.text;
    assert!(page.contains("Lúc 9:00 có 1 người đang chờ"), "{page}");
    assert!(page.contains("Chưa đủ lượt phục vụ để ước thời gian chờ"), "no figure without its base");
}

/// Reads lines of a stream until one holds the text.
async fn hears(lines: &mut BufReader<TcpStream>, text: &str) -> String {
    let reading = async {
        loop {
            let mut line = String::new();
            assert_ne!(lines.read_line(&mut line).await.unwrap(), 0, "the stream ended before {text}");
            if line.contains(text) {
                return line;
            }
        }
    };
    timeout(Duration::from_secs(5), reading).await.unwrap_or_else(|_| panic!("the board never said {text}"))
}

#[tokio::test]
async fn a_board_hears_of_calls_by_itself_and_lets_the_server_stop() {
    let (app, _template) = TestApp::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (ask, asked) = oneshot::channel::<()>();
    let stop = async move {
        let _ = asked.await;
    };
    let serving = tokio::spawn(hailong_web::serve(Arc::clone(&app.app), listener, stop));
    let mut line = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /board/{OWN}/events HTTP/1.1\r\nhost: a\r\n\r\n");
    line.write_all(request.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(line);
    assert!(hears(&mut lines, "HTTP/1.1").await.contains("200"));
    hears(&mut lines, "content-type: text/event-stream").await;
    hears(&mut lines, "A001").await;
    // A call through the pages is told at once.
    let mut official = app.signed_in("tran-phan-2");
    assert!(
        official.get("/work/queue").await.location().starts_with("/sign-in"),
        "has no session in these tests"
    );
    let mut head = app.signed_in("tran-phan-head");
    head.post("/work/queue/next", &[("counter", "Quầy 3")]).await;
    assert!(hears(&mut lines, "A002").await.contains("Mời số A 0 0 2 đến Quầy 3"));
    // What another process writes is noticed too.
    let directory = app.app.store.directory();
    let seed = hailong_store::keys::fresh_bytes().unwrap();
    let at = hailong_core::time::Instant::parse_local("2017-06-30T09:01").unwrap();
    let ctx = app.app.store.context(hailong_core::context::Actor::Citizen, at, &directory, seed);
    let take = hailong_core::serve::ticket::TakeTicket {
        office_id: OWN.into(),
        group: "A".into(),
        priority: false,
        appointment: None,
    };
    app.app.store.issue_ticket(take, &ctx).await.unwrap();
    hears(&mut lines, "1 người đang chờ").await;
    ask.send(()).unwrap();
    timeout(Duration::from_secs(5), serving).await.expect("an open board does not hold the stop up").unwrap();
}
