//! Tracking: the citizen's page of a case, by the secret on the receipt, or by case code and last three digits.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use hailong_core::{
    event::Event,
    listen::invitation::{VALID_DAYS, Way},
    serve::{
        case::{Mark, State as CaseState},
        code,
    },
};
use hailong_render::{
    Lang, Section,
    component::{Errors, refusal},
    serve::track::{HistoryLine, TrackCase, TrackForm},
};
use hailong_store::{Store, serve::case::CaseFile};

use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    limit::Limiter,
    serve::case::{days_until, ledger},
    visitor::Visitor,
};

/// Wrong tries per case code and per client.
const TRIES: usize = 5;
/// The window of those tries, in seconds.
const WINDOW_SECONDS: u32 = 3_600;

/// How often the last three digits may be guessed.
pub(crate) struct Guard {
    by_code: Limiter,
    by_client: Limiter,
}

impl Default for Guard {
    fn default() -> Self {
        let limiter = || Limiter::new(TRIES, i64::from(WINDOW_SECONDS) * 1_000_000);
        Self { by_code: limiter(), by_client: limiter() }
    }
}

/// `GET /track`.
pub(crate) async fn form(visitor: Visitor) -> Result<Response, Failure> {
    html(&form_page(&visitor, String::new(), Errors::none()))
}

/// `POST /track`: case code and last three digits, never the code alone.
pub(crate) async fn find(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(typed): Form<Fields>,
) -> Result<Response, Failure> {
    let code = code::tidy(&typed.get("code").chars().take(60).collect::<String>());
    let now = app.clock.machine();
    let (by_code, by_client) = (&app.tracking.by_code, &app.tracking.by_client);
    if !by_client.allow(&visitor.client, now) || !by_code.allow(&code, now) {
        return Err(Failure::too_many_tries(WINDOW_SECONDS));
    }
    if let Some(file) = matching(&app.store, &code, typed.trimmed("last_three")).await? {
        by_client.forgive(&visitor.client);
        by_code.forgive(&code);
        // Three digits can be guessed: whoever knows no more learns nothing that is for the applicant alone.
        return html(&case_page(&app, &visitor.at("/track"), &file, Private::default()).await?);
    }
    let errors = match code::parse(&code) {
        Err(fault) => Errors::one("code", refusal(visitor.lang, fault.code())),
        // The same answer whether the code is unknown or the digits are wrong.
        Ok(_) => Errors::one("last_three", refusal(visitor.lang, "track-no-match")),
    };
    html_refused(&form_page(&visitor.at("/track"), code, errors), StatusCode::UNPROCESSABLE_ENTITY)
}

/// `GET /track/{secret}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(secret): Path<String>,
) -> Result<Response, Failure> {
    let file = app.store.case_by_secret(&secret).await?.ok_or(Failure::not_found())?;
    let rate_path = rate_path(&app.store, &visitor, &file).await?;
    let explained = matches!(file.case.state, CaseState::SupplementRequested | CaseState::Refused);
    let reason = if explained { app.store.reason(&file).await? } else { None };
    html(&case_page(&app, &visitor, &file, Private { rate_path, reason }).await?)
}

/// What only the holder of the receipt's secret sees.
#[derive(Default)]
struct Private {
    rate_path: Option<String>,
    reason: Option<String>,
}

async fn case_page(
    app: &App,
    visitor: &Visitor,
    file: &CaseFile,
    private: Private,
) -> Result<TrackCase, Failure> {
    let directory = app.store.directory();
    let procedure = directory.procedure_near(&file.case.procedure, file.opened_at.day())?;
    let office = directory.office(&file.case.desk_office)?;
    let promised = file.due_at.filter(|_| file.case.paused().is_none());
    let days_left = promised.and_then(|due| days_until(due, &directory, visitor.now));
    let waits = file.case.state == CaseState::SupplementRequested;
    let missing = procedure.documents.iter().zip(&file.documents).filter(|(_, mark)| **mark == Mark::Missing);
    let asked = missing.filter(|_| waits).map(|(document, _)| document.name.clone()).collect();
    Ok(TrackCase {
        shell: visitor.shell("track-case-title", Section::Track),
        code: file.code.clone().unwrap_or_default(),
        procedure: procedure.short_name_vi.clone(),
        procedure_code: procedure.code.clone(),
        office: office.unit_name.clone(),
        office_id: office.id.clone(),
        state: file.case.state.into(),
        received: file.accepted_at.unwrap_or(file.opened_at),
        promised,
        days_left: days_left.unwrap_or(0),
        asked,
        reason: private.reason.unwrap_or_default(),
        ledger: ledger(visitor.lang, file, &directory, visitor.now),
        history: history(&app.store, visitor.lang, file).await?,
        rate_path: private.rate_path,
    })
}

/// The case with this code, when the digits are the applicant's.
async fn matching(store: &Store, code: &str, digits: &str) -> Result<Option<CaseFile>, Failure> {
    let Some(file) = store.case_by_code(code).await? else { return Ok(None) };
    let applicant = store.applicant(&file).await?;
    Ok(applicant.filter(|applicant| applicant.ends_with(digits)).map(|_| file))
}

/// What happened, latest first: steps and days, neither names nor notes.
async fn history(store: &Store, lang: Lang, file: &CaseFile) -> Result<Vec<HistoryLine>, Failure> {
    let mut lines = Vec::new();
    for line in store.history(file.case.id.as_bytes()).await? {
        let key = match line.event()? {
            Event::CaseOpened(_) => "track-opened",
            Event::CaseTakenOver(_) => "directory-track-taken-over",
            Event::CaseMoved { .. } => "directory-track-moved",
            Event::SupplementRequested(_) => "case-supplement",
            Event::CaseAccepted(_) => "case-received",
            Event::CaseHandedOver { .. } => "case-working",
            Event::CaseFinished { .. } => "case-finished",
            Event::CaseReturned { .. } => "case-returned",
            Event::CaseRefused { .. } => "case-refused",
            _ => continue,
        };
        lines.push(HistoryLine { at: line.at, text: lang.t(key) });
    }
    lines.reverse();
    Ok(lines)
}

/// The ballot's address, once the case has ended and while the invitation can be used.
async fn rate_path(store: &Store, visitor: &Visitor, file: &CaseFile) -> Result<Option<String>, Failure> {
    if file.closed_at.is_none() {
        return Ok(None);
    }
    let invitation = store.invitation_of_case(file.case.id).await?.filter(|invitation| {
        !invitation.used && visitor.now.day() <= invitation.invited.day.plus(VALID_DAYS)
    });
    let secrets = store.vault().secrets();
    let token =
        invitation.map(|invitation| secrets.invitation_token(invitation.invited.invitation_id, Way::Slip));
    Ok(token.map(|token| format!("/rate/{token}")))
}

fn form_page(visitor: &Visitor, code: String, errors: Errors) -> TrackForm {
    TrackForm { shell: visitor.shell("track-title", Section::Track), code, errors }
}
