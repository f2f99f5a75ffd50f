//! Open data: the public figures, the offices and the catalogue of procedures as files, and the page about them.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use data_encoding::HEXLOWER;
use hailong_core::{
    measure::release::Release,
    serve::unit::csv_field,
    time::{Day, Month},
};
use hailong_render::{Section, measure::release::OpenData};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    App,
    error::{Failure, html},
    quarter::{Quarter, name_of},
    visitor::Visitor,
};

/// The description for programs; a test holds it against what is answered.
const OPENAPI: &str = include_str!("openapi.json");
const CSV: &str = "text/csv; charset=utf-8";
const JSON: &str = "application/json";
/// Quarters that the page offers.
const QUARTERS: i32 = 8;

/// `?period=2017-Q2`; the quarter of today without it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    period: String,
}

/// `GET /open-data`.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let quarter = Quarter::named(&app.store, &asked.period, visitor.now).await?;
    let release = quarter.release();
    let [newest, ..] = visitor.now.day().month().quarter();
    let chosen = quarter.months.0;
    let offered: BTreeSet<Month> =
        (0..QUARTERS).map(|ago| Month(newest.0 - 3 * ago)).chain([chosen]).collect();
    html(&OpenData {
        shell: visitor.shell("release-title", Section::Figures),
        period: quarter.period_of(&release, visitor.lang),
        lines: release.figures.len(),
        quarters: offered
            .into_iter()
            .rev()
            .map(|first| (first.quarter_key(), name_of(visitor.lang, first)))
            .collect(),
        url: app.base_url.clone(),
    })
}

/// `GET /open-data/figures.csv`.
pub(crate) async fn csv(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let release = release(&app, &visitor, &asked).await?;
    Ok(data(&headers, &release.snapshot, CSV, release.csv()))
}

/// `GET /open-data/figures.json`.
pub(crate) async fn json(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let release = release(&app, &visitor, &asked).await?;
    let text = serde_json::to_string(&release).map_err(|_| Failure::internal())?;
    Ok(data(&headers, &release.snapshot, JSON, text))
}

/// An address that names no quarter has no data: a program is not given another quarter than it asked for.
async fn release(app: &App, visitor: &Visitor, asked: &Asked) -> Result<Release, Failure> {
    if !asked.period.is_empty() && Month::of_quarter_key(&asked.period).is_none() {
        return Err(Failure::not_found());
    }
    Ok(Quarter::named(&app.store, &asked.period, visitor.now).await?.release())
}

/// An office as others may know it.
#[derive(Serialize)]
struct Office<'a> {
    id: &'a str,
    name_vi: &'a str,
    unit_name: &'a str,
    gso_code: &'a str,
    level: String,
    opened_on: Option<String>,
    closed_on: Option<String>,
}

/// `GET /open-data/offices.json`.
pub(crate) async fn offices_json(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let offices: Vec<Office<'_>> = directory.offices.iter().map(office).collect();
    let text = serde_json::to_string(&offices).map_err(|_| Failure::internal())?;
    Ok(data(&headers, &digest(&text), JSON, text))
}

/// `GET /open-data/offices.csv`.
pub(crate) async fn offices_csv(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let mut text = "id,name_vi,unit_name,gso_code,level,opened_on,closed_on\n".to_owned();
    for one in directory.offices.iter().map(office) {
        let day = |day: Option<String>| day.unwrap_or_default();
        let parts = [one.id, one.name_vi, one.unit_name, one.gso_code, &one.level];
        let parts: Vec<String> = parts.into_iter().map(csv_field).collect();
        let _ = writeln!(text, "{},{},{}", parts.join(","), day(one.opened_on), day(one.closed_on));
    }
    Ok(data(&headers, &digest(&text), CSV, text))
}

fn office(office: &hailong_core::serve::office::Office) -> Office<'_> {
    let day = |day: Option<Day>| day.map(|day| day.civil().to_string());
    Office {
        id: &office.id,
        name_vi: &office.name_vi,
        unit_name: &office.unit_name,
        gso_code: &office.gso_code,
        level: office.level.key().to_owned(),
        opened_on: day(office.opened_on),
        closed_on: day(office.closed_on),
    }
}

/// `GET /open-data/procedures.json`: as `hailong import procedures` reads them.
pub(crate) async fn procedures(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let text = serde_json::to_string(&directory.procedures).map_err(|_| Failure::internal())?;
    Ok(data(&headers, &digest(&text), JSON, text))
}

/// `GET /open-data/openapi.json`.
pub(crate) async fn openapi(headers: HeaderMap) -> Response {
    data(&headers, &digest(OPENAPI), JSON, OPENAPI.to_owned())
}

fn digest(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text))
}

/// Data for anybody, from any page; not sent again to those who have it.
fn data(asked: &HeaderMap, tag: &str, kind: &'static str, text: String) -> Response {
    let tag = format!("\"{tag}\"");
    let known = asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { text.into_response() };
    let headers = response.headers_mut();
    if !known {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
