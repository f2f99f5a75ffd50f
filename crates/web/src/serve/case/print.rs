//! The papers of cases as PDF, one by one and many at once. Legal forms are in Vietnamese whatever the visitor reads.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Path, RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hailong_core::{directory::Directory, event::Event, time::Instant};
use hailong_render::{
    Lang,
    paper::{
        Form,
        apology::Apology,
        bundle,
        control_slip::{ControlSlip, HandOver, Kept},
        stop_notice::StopNotice,
    },
    pdf::PdfError,
};
use hailong_store::{Line, serve::case::CaseFile};

use super::{
    history, name_of, own_case,
    paper::{
        ballot_of, deciding, head, holder, invitation_of, numbered, opened, receipt_of, refusal_of,
        supplement_of,
    },
};
use crate::{App, error::Failure, visitor::Visitor};

/// Most cases whose papers are printed at once.
const MOST_CASES: usize = 100;

/// Which paper of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Receipt,
    SupplementRequest,
    Refusal,
    Apology,
    StopNotice,
    ControlSlip,
    Invitation,
    Ballot,
}

impl Kind {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "receipt" => Self::Receipt,
            "supplement-request" => Self::SupplementRequest,
            "refusal" => Self::Refusal,
            "apology" => Self::Apology,
            "stop-notice" => Self::StopNotice,
            "control-slip" => Self::ControlSlip,
            "invitation" => Self::Invitation,
            "ballot" => Self::Ballot,
            _ => return None,
        })
    }
}

/// `GET /cases/{id}/receipt.pdf` and its like: one paper, named by the end of the route.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    route: MatchedPath,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let name = route.as_str().rsplit('/').next().and_then(|name| name.strip_suffix(".pdf"));
    let kind = name.and_then(Kind::from_name).ok_or(Failure::not_found())?;
    let file = own_case(&app, &visitor, &id).await?;
    let form = form(&app, &visitor, &file, kind).await?;
    answer(form.pdf(), &form.file_name())
}

/// `GET /work/papers.pdf?paper=receipt&case=…&case=…`: the papers of up to 100 cases as one document. Cases that have no
/// such paper are left out.
pub(crate) async fn many(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fields: Vec<(String, String)> =
        serde_urlencoded::from_str(&query.unwrap_or_default()).map_err(|_| Failure::not_found())?;
    let named = fields.iter().find(|(name, _)| name == "paper").map_or("receipt", |(_, value)| value);
    let kind = Kind::from_name(named).ok_or(Failure::not_found())?;
    let cases: Vec<_> = fields.iter().filter(|(name, _)| name == "case").map(|(_, id)| id).collect();
    if cases.is_empty() || cases.len() > MOST_CASES {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "choose-cases"));
    }
    let mut forms = Vec::with_capacity(cases.len());
    for id in cases {
        let file = own_case(&app, &visitor, id).await?;
        match form(&app, &visitor, &file, kind).await {
            Ok(form) => forms.push(form),
            Err(failure) if failure == Failure::not_found() => {}
            Err(failure) => return Err(failure),
        }
    }
    let first = forms.first().ok_or(Failure::not_found())?;
    let (name, file_name) = (first.name(), format!("{named}-{}", forms.len()));
    let bytes = tokio::task::spawn_blocking(move || bundle(&name, &forms)).await;
    answer(bytes.map_err(|_| Failure::internal())?, &file_name)
}

/// A document as the answer to a request.
pub(crate) fn answer(bytes: Result<Vec<u8>, PdfError>, name: &str) -> Result<Response, Failure> {
    let bytes = bytes.map_err(|error| {
        tracing::error!(%error, "a paper cannot be made");
        Failure::internal()
    })?;
    attached(bytes, "application/pdf", &format!("inline; filename=\"{name}.pdf\""))
}

/// Bytes with their kind and how they are shown.
pub(crate) fn attached(bytes: Vec<u8>, kind: &'static str, shown: &str) -> Result<Response, Failure> {
    let shown = HeaderValue::from_str(shown).map_err(|_| Failure::internal())?;
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, shown)];
    Ok((headers, bytes).into_response())
}

async fn form(app: &App, visitor: &Visitor, file: &CaseFile, kind: Kind) -> Result<Box<dyn Form>, Failure> {
    Ok(match kind {
        Kind::Receipt => Box::new(receipt_of(app, visitor, file, Lang::Vi).await?),
        Kind::SupplementRequest => Box::new(supplement_of(app, visitor, file).await?),
        Kind::Refusal => Box::new(refusal_of(app, visitor, file).await?),
        Kind::Apology => Box::new(apology_of(app, file).await?),
        Kind::StopNotice => Box::new(stop_notice_of(app, file).await?),
        Kind::ControlSlip => Box::new(control_slip_of(app, file, visitor.now).await?),
        Kind::Invitation => Box::new(invitation_of(app, visitor, file).await?),
        Kind::Ballot => Box::new(ballot_of(app, visitor, file).await?),
    })
}

/// The name of the one who answers for the office that received the case, on a day.
fn signer(directory: &Directory, file: &CaseFile, at: Instant) -> String {
    let head = directory.head_on(&file.case.office_id, at.day());
    head.map(|official| official.name.clone()).unwrap_or_default()
}

/// The last letter of apology.
async fn apology_of(app: &App, file: &CaseFile) -> Result<Apology, Failure> {
    let lines = history(&app.store, file).await?;
    let last = lines.iter().rev().find_map(|(line, event)| match event {
        Event::ApologySent(apology) => Some((line, apology)),
        _ => None,
    });
    let (line, apology) = last.ok_or(Failure::not_found())?;
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day())?;
    let received = file.accepted_at.unwrap_or(file.opened_at);
    let dates = apology.moved.clock.dates(line.at, &directory.calendar);
    let again = dates.map_or(apology.moved.due.or(file.due_at), |dates| Some(dates.promised));
    Ok(Apology {
        head: head(&directory, file, line.at.day(), numbered(apology.number))?,
        signer: signer(&directory, file, line.at),
        holder: holder(&app.store, file).await?,
        code: file.code.clone().unwrap_or_default(),
        procedure: procedure.name_vi.clone(),
        field: procedure.field_vi.clone(),
        received,
        promised: apology.moved.of.due.unwrap_or(apology.moved.clock.printed),
        reason: opened(app, file, apology.moved.reason.as_ref()).await?,
        again: again.ok_or(Failure::not_found())?,
    })
}

async fn stop_notice_of(app: &App, file: &CaseFile) -> Result<StopNotice, Failure> {
    let lines = history(&app.store, file).await?;
    let stopped = lines.iter().rev().find_map(|(line, event)| match event {
        Event::CaseStopped(ended) => Some((line, ended)),
        _ => None,
    });
    let (line, ended) = stopped.ok_or(Failure::not_found())?;
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day())?;
    Ok(StopNotice {
        head: head(&directory, file, line.at.day(), numbered(ended.number))?,
        signer: signer(&directory, file, line.at),
        holder: holder(&app.store, file).await?,
        code: file.code.clone().unwrap_or_default(),
        procedure: procedure.name_vi.clone(),
        received: file.accepted_at.unwrap_or(file.opened_at),
        stopped: line.at,
        reason: opened(app, file, Some(&ended.reason)).await?,
    })
}

async fn control_slip_of(app: &App, file: &CaseFile, now: Instant) -> Result<ControlSlip, Failure> {
    file.accepted_at.ok_or(Failure::not_found())?;
    let lines = history(&app.store, file).await?;
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day())?;
    let consulted = lines.iter().filter_map(|(_, event)| match event {
        Event::ConsultationAsked(asked) => Some(asked.body.clone()),
        _ => None,
    });
    let due = lines.iter().find_map(|(_, event)| match event {
        Event::CaseAccepted(accepted) => Some(accepted.due),
        _ => None,
    });
    Ok(ControlSlip {
        head: head(&directory, file, now.day(), None)?,
        code: file.code.clone().unwrap_or_default(),
        procedure: procedure.name_vi.clone(),
        deciding: deciding(&directory, file, &procedure.agency),
        consulted: consulted.collect(),
        due,
        rows: hand_overs(&lines, &directory),
    })
}

fn office_name(directory: &Directory, key: &str, at: Instant) -> String {
    directory.office(key).map_or_else(|_| key.to_owned(), |office| office.on(at.day()).name_vi)
}

/// Every time the dossier changed hands, as the journal has it.
fn hand_overs(lines: &[(Line, Event)], directory: &Directory) -> Vec<HandOver> {
    let mut rows = Vec::new();
    let mut due = None;
    // The office and the official that have the dossier, and the office that received it.
    let (mut office, mut holder, mut desk) = (String::new(), String::new(), String::new());
    for (line, event) in lines {
        let at = line.at;
        let nobody = (String::new(), String::new());
        let side = |key: &str, name: &str| {
            let name = if name.is_empty() { String::new() } else { name_of(directory, name) };
            (if key.is_empty() { String::new() } else { office_name(directory, key, at) }, name)
        };
        let mut row = |from, to, due, note: &str| {
            rows.push(HandOver { from, to, at, kept: Kept::of(at, due), note: note.to_owned() });
        };
        match event {
            Event::CaseOpened(opened) => {
                desk.clone_from(&opened.office_id);
                office.clone_from(&opened.office_id);
                holder.clone_from(&line.actor);
            }
            Event::CaseAccepted(accepted) => {
                row(nobody, side(&office, &line.actor), None, "Tiếp nhận hồ sơ");
                due = Some(accepted.due);
            }
            Event::SupplementReceived(received) => {
                row(nobody, side(&office, &line.actor), due, "Nhận giấy tờ bổ sung");
                due = received.moved.due;
            }
            Event::CaseHandedOver { from, to, .. } => {
                row(side(&office, from), side(&office, to), due, "");
                holder.clone_from(to);
            }
            Event::CaseSent(sent) => {
                let note = if sent.back { "Chuyển trả nơi tiếp nhận" } else { "" };
                row(side(&sent.from_office, &sent.from), side(&sent.to_office, &sent.to), due, note);
                office.clone_from(&sent.to_office);
                holder.clone_from(&sent.to);
            }
            Event::CaseMoved { from_office, to_office, holder: to, .. } => {
                row(side(from_office, &holder), side(to_office, to), due, "Sắp xếp lại đơn vị");
                office.clone_from(to_office);
                desk.clone_from(to_office);
                holder.clone_from(to);
            }
            Event::CaseFinished { .. } => row(side(&office, &line.actor), side(&desk, ""), due, "Có kết quả"),
            Event::CaseReturned { .. } => row(side(&desk, &line.actor), nobody, None, "Trả kết quả"),
            Event::CaseWithdrawn(_) => row(side(&office, &line.actor), nobody, None, "Người nộp rút hồ sơ"),
            Event::CaseStopped(_) => row(side(&office, &line.actor), nobody, None, "Dừng giải quyết"),
            Event::CaseRefused { .. } => row(side(&office, &line.actor), nobody, due, "Trả lại hồ sơ"),
            Event::CasePaused(moved)
            | Event::CaseResumed(moved)
            | Event::CaseExtended(moved)
            | Event::CaseDueMoved(moved) => due = moved.due,
            Event::ApologySent(apology) => due = apology.moved.due,
            _ => {}
        }
    }
    rows
}
