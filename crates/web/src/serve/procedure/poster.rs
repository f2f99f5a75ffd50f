//! The notice-board poster of a procedure.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use hailong_core::{
    directory::Directory,
    refusal::Refusal,
    serve::{
        office::Office,
        procedure::{Document, Procedure},
    },
    time::Day,
};
use hailong_render::{
    Lang, format,
    pdf::{PosterContext, PosterSize, poster},
    serve::procedure::words,
};
use serde::Deserialize;

use crate::{App, error::Failure, visitor::Visitor};

/// A poster is for Vietnamese boards, whatever the language of the page it was asked from.
const LANG: Lang = Lang::Vi;

/// `?size=a3|a4&office=`: the office whose board it is for; the signed-in official's own when none is named.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    size: String,
    office: String,
}

/// `GET /procedures/{code}/poster.pdf`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let size = match asked.size.as_str() {
        "" | "a4" => PosterSize::A4,
        "a3" => PosterSize::A3,
        _ => return Err(Refusal::BadChoice("size").into()),
    };
    let directory = app.store.directory();
    let today = visitor.now.day();
    let procedure = directory.procedure_on(&code, today)?;
    let own = visitor.official.as_ref().map(|official| official.office_id.as_str());
    let office = match asked.office.as_str() {
        "" => own.and_then(|own| directory.on(today).office(own).ok()),
        id => Some(directory.on(today).office(id)?),
    };
    let board = office.as_deref().filter(|office| office.receives() && procedure.received_at(office.level));
    let context = context(&directory, procedure, board, today, &app.base_url);
    // Letters are laid out and squeezed until they fit: not on a thread that answers others.
    let drawn = tokio::task::spawn_blocking(move || poster(&context, size)).await;
    let Ok(Ok(pdf)) = drawn else { return Err(Failure::internal()) };
    let name = format!("inline; filename=\"{code}.pdf\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(|_| Failure::internal())?),
    ];
    Ok((headers, pdf).into_response())
}

fn context(
    directory: &Directory,
    procedure: &Procedure,
    board: Option<&Office>,
    today: Day,
    base_url: &str,
) -> PosterContext {
    let hours = board.map_or_else(|| directory.calendar.hours(), |office| office.hours(&directory.calendar));
    let place = match board {
        Some(office) => vec![office.name_vi.clone(), format::hours(LANG, hours)],
        None => vec![procedure.agency.clone(), format::hours(LANG, hours)],
    };
    let unsure = !procedure.to_be_checked().is_empty();
    PosterContext {
        authority: directory.authority.name_vi.clone(),
        title: procedure.short_name_vi.clone(),
        code: procedure.code.clone(),
        field: procedure.field_vi.clone(),
        bring: procedure.documents.iter().map(bring).collect(),
        time: limits(procedure),
        fee: words::fee_lines(LANG, procedure).join("; "),
        place,
        notes: vec![
            procedure.applicants_vi.clone().unwrap_or_default(),
            procedure.conditions_vi.clone().unwrap_or_default(),
            LANG.t("procedure-right"),
            if unsure { LANG.t("poster-unsure") } else { String::new() },
        ],
        law: procedure.legal_basis.join("; "),
        as_of: LANG.t_args("poster-as-of", &[("day", format::date(LANG, today).into())]),
        url: format!("{base_url}/procedures/{}", procedure.code),
    }
}

fn limits(procedure: &Procedure) -> String {
    let lines = words::limit_lines(LANG, procedure);
    if lines.is_empty() { LANG.t("poster-no-limit") } else { format::sentence_case(&lines.join("; ")) }
}

/// A document on one line, with how many and when.
fn bring(document: &Document) -> String {
    let many = if document.submit {
        words::pieces(LANG, u32::from(document.originals), u32::from(document.copies))
    } else {
        LANG.t("document-shown")
    };
    let many = if many.is_empty() { many } else { format!(" ({many})") };
    let when = document.condition.as_ref().map(|words| format!(" – {words}")).unwrap_or_default();
    format!("{}{many}{when}", document.name)
}
