//! Rating kiosks: enrolling a tablet, its page, and the answers that it sends, sealed, when it has a network.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use data_encoding::{BASE64, HEXLOWER};
use hailong_core::{
    context::Actor,
    listen::{
        invitation::Way,
        kiosk::{
            Kiosk, Outcome,
            item::{self, Answer, Item, KioskKey, MOST_AT_ONCE},
        },
        receipt::Mark,
    },
    refusal::Refusal,
};
use hailong_render::{
    Lang, Page, Section,
    assets::KIOSK_WORKER,
    component::Errors,
    listen::kiosk::RateKiosk,
    qr,
    work::kiosk::{KioskRow, Kiosks},
};
use hailong_store::{
    StoreError,
    keys::fresh_bytes,
    listen::kiosk::{KioskFile, Taken},
};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::rating;
use crate::{
    App, assets, cookie,
    error::{Failure, html, html_refused},
    form::{self, Fields, Form},
    limit::Limiter,
    serve::office::in_order,
    visitor::{Visitor, session_hash},
};

/// How long a tablet stays a kiosk without being heard of, in seconds: 400 days, the most that browsers keep a cookie.
const KEPT_SECONDS: i64 = 400 * 86_400;
/// Wrong codes an hour from one kiosk. At 100,000 invitations that can be used, one in 10¹⁰ guesses is right: at this
/// rate it takes one kiosk 38,000 years.
const WRONG_CODES: usize = 30;
/// Opinions an hour from one kiosk: each stays in the journal for ever. More wait on the tablet.
const OPINIONS: usize = 120;
/// Longest question whether an invitation is good, in bytes.
const QUESTION_BYTES: usize = 1_024;

/// The kiosk's page: scripts, a manifest and the camera are allowed, still nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; worker-src 'self'; manifest-src 'self'; \
                      img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const CAMERA: &str = "camera=(self), geolocation=(), microphone=()";

/// How much one kiosk may do.
pub(crate) struct Guard {
    wrong: Limiter,
    opinions: Limiter,
}

impl Default for Guard {
    fn default() -> Self {
        let hourly = |most| Limiter::new(most, 3_600 * 1_000_000);
        Self { wrong: hourly(WRONG_CODES), opinions: hourly(OPINIONS) }
    }
}

/// `?lang=`: a page that is kept on the tablet is chosen by its address, not by a cookie.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    lang: String,
}

/// `GET /kiosk/rate?lang=`: the same for every kiosk.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    mut visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    visitor.lang = Lang::from_tag(&asked.lang).unwrap_or(Lang::Vi);
    let directory = app.store.directory();
    let mut page = html(&RateKiosk {
        shell: visitor.shell("kiosk-title", Section::None),
        questionnaire: directory.questionnaire_on(visitor.now.day()).clone(),
    })?;
    let headers = page.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert("permissions-policy", HeaderValue::from_static(CAMERA));
    Ok(page)
}

/// `GET /kiosk/worker.js`: the service worker. Its version changes with whatever it keeps.
pub(crate) async fn worker(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let questionnaire = directory.questionnaire_on(visitor.now.day());
    let page = |lang| text_of(&RateKiosk { questionnaire: questionnaire.clone(), ..RateKiosk::sample(lang) });
    let pages = Lang::ALL.map(page);
    let version = Sha256::new().chain_update(assets::version()).chain_update(pages.concat());
    let version = HEXLOWER.encode(&version.chain_update(KIOSK_WORKER).finalize()[..8]);
    Ok(plain("text/javascript; charset=utf-8", format!("const VERSION = \"{version}\";\n{KIOSK_WORKER}")))
}

/// A page as text; it says nothing of who asks.
fn text_of(page: &impl Page) -> String {
    page.render().unwrap_or_default()
}

/// `GET /kiosk/manifest.json`: by which the page can be installed.
pub(crate) async fn manifest() -> Result<Response, Failure> {
    let manifest = json!({
        "name": Lang::Vi.t("kiosk-title"),
        "short_name": "Hài Lòng",
        "lang": "vi",
        "start_url": "/kiosk/rate?lang=vi",
        "scope": "/kiosk/rate",
        "display": "fullscreen",
        "background_color": "#fdfcf8",
        "theme_color": "#0b6156",
        "icons": [{ "src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any" }],
    });
    Ok(plain("application/manifest+json", manifest.to_string()))
}

/// `GET /kiosk/rate/state`: what the tablet has to know of its office and of the server's key.
pub(crate) async fn state(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let kiosk = known(&app, &headers).await?;
    let (directory, today) = (app.store.directory(), visitor.now.day());
    let named = |id: &str, name: &str| json!({ "id": id, "name": name });
    let office = directory.on(today).office(&kiosk.enrolled.office_id)?;
    let offices = in_order(&directory, today).into_iter().map(|office| named(&office.id, &office.unit_name));
    let secrets = app.store.vault().secrets();
    let state = json!({
        "kiosk": kiosk.enrolled.kiosk_id,
        "office": named(&office.id, &office.unit_name),
        "offices": offices.collect::<Vec<_>>(),
        "demo": app.demo,
        "generation": item::GENERATION,
        "key": BASE64.encode(&KioskKey::new(secrets.kiosk(), item::GENERATION).public()),
    });
    let mut answer = plain("application/json", state.to_string());
    let token = secrets.kiosk_token(kiosk.enrolled.kiosk_id);
    let held = cookie::set(cookie::KIOSK, &token, Some(KEPT_SECONDS), visitor.https);
    answer.headers_mut().append(header::SET_COOKIE, held);
    Ok(answer)
}

/// What `POST /kiosk/rate/check` asks.
#[derive(Deserialize)]
struct Question {
    code: String,
}

/// `POST /kiosk/rate/check`: whether an invitation can be used, before somebody answers for nothing.
pub(crate) async fn check(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    form::same_origin(&headers, &app.base_url)?;
    let kiosk = known(&app, &headers).await?;
    let body = form::read_body(&headers, body, QUESTION_BYTES).await?;
    let question: Question = serde_json::from_slice(&body).map_err(|_| Failure::unreadable())?;
    let Some(found) = looked_up(&app, &kiosk, &question.code).await? else {
        return Err(Failure::too_many_tries(3_600));
    };
    let said = match rating::usable(&app, &visitor, found, Way::Kiosk).await {
        Ok(invitation) => {
            let (office, procedure) = rating::about(&app, &invitation.invited);
            json!({ "state": "open", "office": office, "procedure": procedure })
        }
        Err(StoreError::Refused(why)) => json!({ "state": why.code() }),
        Err(error) => return Err(error.into()),
    };
    Ok(plain("application/json", said.to_string()))
}

/// The invitation of a code; nothing at all when this kiosk has tried too many wrong ones.
async fn looked_up(app: &App, kiosk: &Kiosk, code: &str) -> Result<Option<Option<Uuid>>, StoreError> {
    let (key, now) = (kiosk.enrolled.kiosk_id.to_string(), app.clock.machine());
    if !app.raters.wrong.allow(&key, now) {
        return Ok(None);
    }
    let found = app.store.invitation_by_code(code).await?;
    if found.is_some() {
        app.raters.wrong.forgive(&key);
    }
    Ok(Some(found))
}

/// `POST /kiosk/rate/answers`: sealed items one after the other. The answer says of each, in their order, what became of it;
/// of those that it does not speak of nothing was done, and they are sent again.
pub(crate) async fn answers(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    form::same_origin(&headers, &app.base_url)?;
    let kiosk = known(&app, &headers).await?;
    let body = form::read_body(&headers, body, MOST_AT_ONCE * item::ITEM_BYTES).await?;
    if body.len() % item::ITEM_BYTES != 0 {
        return Err(Failure::unreadable());
    }
    let kiosk_id = kiosk.enrolled.kiosk_id;
    let mut arrivals = app.store.arrivals(kiosk_id).await?;
    let mut results = Vec::new();
    for bytes in body.chunks_exact(item::ITEM_BYTES) {
        let Some(item) = Item::parse(bytes).filter(|item| item.kiosk_id == kiosk_id) else {
            arrivals.refused += 1;
            results.push(refused(&Refusal::UnreadableItem));
            continue;
        };
        let taken = match item.open(app.store.vault().secrets().kiosk()) {
            Some(answer) => take(&app, &visitor, &kiosk, answer).await,
            None => Err(Refusal::UnreadableItem.into()),
        };
        let (outcome, result) = match taken {
            Ok(Some(Taken::Rating(receipt))) => (Outcome::Taken, taken_with(&app, receipt)),
            Ok(Some(Taken::Opinion)) => (Outcome::Taken, json!({ "outcome": "taken" })),
            Ok(Some(Taken::Already)) => (Outcome::Already, json!({ "outcome": "already" })),
            // For another time: a box that was sealed at this moment, a busy record, or too many wrong codes.
            Ok(None) | Err(StoreError::Refused(Refusal::BoxClosed)) => break,
            Err(StoreError::Refused(why)) => (Outcome::Refused, refused(&why)),
            Err(error) => {
                tracing::warn!(%error, "answers of a kiosk are left for later");
                break;
            }
        };
        arrivals.note(item.sequence, outcome);
        results.push(result);
    }
    if !results.is_empty() {
        app.store.keep_arrivals(kiosk_id, arrivals, visitor.now.day()).await?;
    }
    Ok(plain("application/json", json!({ "results": results }).to_string()))
}

/// Takes one answer; nothing when it has to wait.
async fn take(
    app: &App,
    visitor: &Visitor,
    kiosk: &Kiosk,
    answer: Answer,
) -> Result<Option<Taken>, StoreError> {
    match &answer {
        Answer::Rating { code, .. } => {
            if looked_up(app, kiosk, code).await?.is_none() {
                return Ok(None);
            }
        }
        Answer::Opinion { .. } => {
            let key = kiosk.enrolled.kiosk_id.to_string();
            if !app.raters.opinions.allow(&key, app.clock.machine()) {
                return Ok(None);
            }
        }
    }
    let directory = app.store.directory();
    // An answer is nobody's: neither the kiosk nor whoever is signed in on it enters the record.
    let ctx = app.store.context(Actor::Citizen, visitor.now, &directory, fresh_bytes()?);
    app.store.take_from_kiosk(answer, &ctx).await.map(Some)
}

fn refused(why: &Refusal) -> Value {
    json!({ "outcome": "refused", "reason": why.code() })
}

/// What the rater may take along. The opening is not shown on a screen that others see.
fn taken_with(app: &App, receipt: Mark) -> Value {
    let code = receipt.grouped();
    let qr = qr::svg(&format!("{}/receipt/{code}", app.base_url)).unwrap_or_default();
    json!({ "outcome": "taken", "receipt": { "code": code, "qr": qr } })
}

/// The kiosk that this device is.
async fn known(app: &App, headers: &HeaderMap) -> Result<Kiosk, Failure> {
    let kiosk = match held(app, headers) {
        Some(id) => app.store.kiosk(id).await?,
        None => None,
    };
    kiosk.filter(|kiosk| kiosk.active).ok_or(Refusal::UnknownKiosk.into())
}

/// The kiosk whose token this device holds.
fn held(app: &App, headers: &HeaderMap) -> Option<Uuid> {
    app.store.vault().secrets().read_kiosk_token(cookie::read(headers, cookie::KIOSK)?)
}

fn plain(kind: &'static str, text: String) -> Response {
    let about = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")];
    (about, text).into_response()
}

/// `?withdrawn=1`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    withdrawn: String,
}

/// `GET /work/kiosks`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(done): Query<Done>,
) -> Result<Response, Failure> {
    let mut page = page(&app, &visitor, held(&app, &headers), "", Errors::none()).await?;
    page.withdrawn = !done.withdrawn.is_empty();
    html(&page)
}

/// `POST /work/kiosks`: this very device becomes a kiosk, and whoever was signed in on it no longer is.
pub(crate) async fn enrol(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let (office, name) = (visitor.signed_in()?.office_id.clone(), fields.get("name").to_owned());
    let before = held(&app, &headers);
    match app.store.enrol_kiosk(before, &office, &name, &ctx).await {
        Ok(id) => {
            if let Some(session) = visitor.holder.strip_prefix("session/") {
                app.store.end_session(&session_hash(session)).await?;
            }
            let token = app.store.vault().secrets().kiosk_token(id);
            let mut answer = Redirect::to("/kiosk/rate").into_response();
            let headers = answer.headers_mut();
            let kept = cookie::set(cookie::KIOSK, &token, Some(KEPT_SECONDS), visitor.https);
            headers.append(header::SET_COOKIE, kept);
            headers.append(header::SET_COOKIE, cookie::set(cookie::SESSION, "gone", Some(0), visitor.https));
            Ok(answer)
        }
        Err(StoreError::Refused(why)) => {
            let errors = Errors::refused(visitor.lang, &why);
            let page = page(&app, &visitor.at("/work/kiosks"), before, &name, errors).await?;
            html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /work/kiosks/{kiosk}/withdraw`.
pub(crate) async fn withdraw(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(kiosk): Path<String>,
    Form(_): Form<Fields>,
) -> Result<Response, Failure> {
    let id = Uuid::parse_str(&kiosk).map_err(|_| Failure::not_found())?;
    let directory = app.store.directory();
    match app.store.withdraw_kiosk(id, &visitor.context(&app, &directory)?).await {
        Ok(()) | Err(StoreError::Refused(Refusal::AlreadyDone)) => {
            Ok(Redirect::to("/work/kiosks?withdrawn=1").into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(
    app: &App,
    visitor: &Visitor,
    this: Option<Uuid>,
    name: &str,
    errors: Errors,
) -> Result<Kiosks, Failure> {
    let directory = app.store.directory();
    let office = directory.office(&visitor.signed_in()?.office_id)?;
    let row = |KioskFile { kiosk, arrivals, last_day }: KioskFile| KioskRow {
        id: kiosk.enrolled.kiosk_id.to_string(),
        this: this == Some(kiosk.enrolled.kiosk_id),
        name: kiosk.enrolled.name,
        since: kiosk.enrolled.day,
        active: kiosk.active,
        last: last_day,
        taken: arrivals.taken,
        already: arrivals.already,
        refused: arrivals.refused,
        missing: arrivals.missing,
        restarts: arrivals.restarts,
    };
    Ok(Kiosks {
        shell: visitor.shell("kiosks-title", Section::Queue),
        office: office.unit_name.clone(),
        kiosks: app.store.kiosks(&office.id).await?.into_iter().map(row).collect(),
        name: name.to_owned(),
        withdrawn: false,
        errors,
    })
}
