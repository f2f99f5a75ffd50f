//! Open data: what is answered is what the description says, pages and files agree, and nothing that a page hides is in a file.

use axum::http::StatusCode;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{OTHER, OWN, TestApp};

const OPENAPI: &str = "/open-data/openapi.json";

async fn json(app: &TestApp, path: &str) -> Value {
    let answer = app.browser().get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    serde_json::from_slice(&answer.bytes).unwrap()
}

async fn rate(app: &TestApp, office: &str, many: u8) {
    for _ in 0..many {
        app.cast(office, 4..5).await;
    }
}

/// As much of JSON Schema as the description uses; says where something else is.
fn check(schema: &Value, value: &Value, whole: &Value, at: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let named = whole.pointer(name.trim_start_matches('#')).ok_or(format!("{at}: no {name}"))?;
        return check(named, value, whole, at);
    }
    if let Some(ways) = schema["oneOf"].as_array() {
        let fitting = ways.iter().filter(|way| check(way, value, whole, at).is_ok()).count();
        return if fitting == 1 { Ok(()) } else { Err(format!("{at}: {fitting} of the ways fit {value}")) };
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() || number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = kinds.contains(&kind) || (kind == "integer" && kinds.contains(&"number"));
    let named = schema["enum"].as_array().is_none_or(|known| known.contains(value));
    let least = schema["minimum"].as_f64().is_none_or(|least| value.as_f64() >= Some(least));
    let most = schema["maximum"].as_f64().is_none_or(|most| value.as_f64() <= Some(most));
    if !(fits && named && least && most) {
        return Err(format!("{at}: {value} is not {schema}"));
    }
    for (at_item, item) in value.as_array().into_iter().flatten().enumerate() {
        check(&schema["items"], item, whole, &format!("{at}[{at_item}]"))?;
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        object.get(required).ok_or(format!("{at}: {required} is missing"))?;
    }
    for (name, value) in object {
        match schema["properties"].get(name) {
            Some(schema) => check(schema, value, whole, &format!("{at}.{name}"))?,
            None if schema["additionalProperties"] == false => {
                return Err(format!("{at}: {name} is not described"));
            }
            None => {}
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_answered_is_what_the_description_says() {
    let (app, _) = TestApp::new().await;
    rate(&app, OWN, 30).await;
    rate(&app, OTHER, 4).await;
    app.seal(2).await;
    let whole = json(&app, OPENAPI).await;
    let routes: Vec<_> = hailong_web::table().collect();
    let described: Vec<&String> = whole["paths"].as_object().unwrap().keys().collect();
    for (method, path, access) in &routes {
        let data = path.contains('.') || (path.starts_with("/log/") && *method == "GET");
        if (path.starts_with("/open-data") || path.starts_with("/log")) && data {
            let path = path.replace("{*path}", "{path}");
            assert!(described.contains(&&path), "{path} is not described");
            assert_eq!(access, "Public", "{path}");
        }
    }
    for path in described {
        assert!(routes.iter().any(|(_, known, _)| known.replace("{*path}", "{path}") == *path), "{path}");
        let content = &whole["paths"][path]["get"]["responses"]["200"]["content"];
        let schema = &content["application/json"]["schema"];
        if schema.is_object() {
            let answer = json(&app, path).await;
            check(schema, &answer, &whole, path).unwrap();
            assert!(answer.as_array().is_none_or(|all| !all.is_empty()), "{path} says nothing");
        }
    }
}

#[test]
fn what_is_not_described_is_found() {
    let whole: Value = serde_json::from_str(include_str!("../../src/measure/openapi.json")).unwrap();
    let line = &whole["components"]["schemas"]["Line"];
    let good = serde_json::json!({"period": "2017-Q2", "office": null, "group": "person", "measure": "overall", "kind": "too_few", "answers": 3});
    assert_eq!(check(line, &good, &whole, ""), Ok(()));
    for (name, value) in [("answers", Value::from(-1)), ("group", "everybody".into()), ("share", 0.5.into())]
    {
        let mut bad = good.clone();
        bad[name] = value;
        assert!(check(line, &bad, &whole, "").is_err(), "{name}");
    }
}

#[tokio::test]
async fn pages_and_files_agree_on_one_snapshot_that_anyone_can_compute() {
    let (app, _) = TestApp::new().await;
    rate(&app, OWN, 30).await;
    app.seal(1).await;
    let mut browser = app.browser();
    let csv = browser.get("/open-data/figures.csv").await;
    let columns: String =
        csv.text.lines().map(|line| line.split(',').take(14).collect::<Vec<_>>().join(",") + "\n").collect();
    let snapshot: String = Sha256::digest(&columns).iter().map(|byte| format!("{byte:02x}")).collect();
    let release = json(&app, "/open-data/figures.json").await;
    assert_eq!(release["snapshot"], snapshot.as_str());
    assert_eq!(csv.text.lines().count(), release["figures"].as_array().unwrap().len() + 1);
    let about = browser.get("/open-data").await.text;
    for line in release["figures"].as_array().unwrap() {
        let name = format!("<code>{}</code>", line["measure"].as_str().unwrap());
        assert!(about.contains(&name), "the page says nothing of {name}");
    }
    for page in ["/figures", "/figures/tran-phan", "/open-data"] {
        assert!(browser.get(page).await.text.contains(&snapshot[..12]), "{page}");
    }
    let board = app.signed_in("huyen-dam-doi-leader").get("/lead").await.text;
    assert!(board.contains(&snapshot[..12]));
    // One more ballot in the box: it is counted as waiting, and the snapshot is another one.
    rate(&app, OWN, 1).await;
    let later = json(&app, "/open-data/figures.json").await;
    assert_ne!(later["snapshot"], snapshot.as_str());
    let waiting = |release: &Value| {
        let lines = release["figures"].as_array().unwrap();
        lines.iter().find(|line| line["office"].is_null() && line["measure"] == "waiting_now").unwrap()["value"].clone()
    };
    assert_eq!(waiting(&later).as_u64(), waiting(&release).as_u64().map(|n| n + 1));
}

#[tokio::test]
async fn files_hide_what_pages_hide_and_a_quarter_that_ended_stands_still() {
    let (app, _) = TestApp::new().await;
    rate(&app, OWN, 30).await;
    rate(&app, OTHER, 6).await;
    app.seal(2).await;
    let release = json(&app, "/open-data/figures.json").await;
    let of = |office: Value| {
        let lines = release["figures"].as_array().unwrap().iter();
        lines.clone().find(|line| line["office"] == office && line["measure"] == "overall").unwrap()["kind"]
            .clone()
    };
    assert_eq!((of(OWN.into()), of(OTHER.into())), ("share".into(), "too_few".into()));
    assert_eq!(of(Value::Null), "too_few", "the district less one office would tell the other");
    let past = "/open-data/figures.json?period=2016-Q4";
    let before = json(&app, past).await;
    rate(&app, OWN, 1).await;
    assert_eq!(before["snapshot"], json(&app, past).await["snapshot"]);
    assert_eq!(app.browser().get("/open-data/figures.json?period=soon").await.status, StatusCode::NOT_FOUND);
}
