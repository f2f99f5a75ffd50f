//! The papers of a case, to print: receipt, request for documents, refusal, invitation to rate.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use hailong_core::{
    event::Event,
    listen::invitation::VALID_DAYS,
    refusal::Refusal,
    serve::{
        case::{Mark, State as CaseState, chosen_limit},
        office::Office,
    },
    time::Day,
};
use hailong_render::{
    Section,
    paper::{self, Head, Holder},
    work::{Document, limit_text},
};
use hailong_store::{Store, serve::case::CaseFile};

use super::{history, name_of, own_case};
use crate::{
    App,
    error::{Failure, html},
    visitor::Visitor,
};

/// `GET /cases/{id}/receipt`.
pub(crate) async fn receipt(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    let none = Failure::not_found();
    let (Some(at), Some(due), Some(limit)) = (file.accepted_at, file.due_at, file.limit) else {
        return Err(none);
    };
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day())?;
    let lines = history(&app.store, &file).await?;
    let accepted = lines.iter().find(|(_, event)| matches!(event, Event::CaseAccepted(_))).ok_or(none)?;
    let brought = procedure.documents.iter().zip(&file.documents).filter(|(_, mark)| **mark == Mark::Present);
    html(&paper::receipt::Receipt {
        shell: visitor.shell("paper-receipt", Section::Work),
        head: head(directory.office(&file.case.office_id)?, at.day(), &file),
        code: file.code.clone().unwrap_or_default(),
        track_url: track_url(&app, &file),
        holder: holder(&app.store, &file).await?,
        procedure: procedure.name_vi.clone(),
        documents: brought.map(|(document, mark)| Document::new(document, *mark)).collect(),
        sets: procedure.dossier_sets,
        limit: limit_text(visitor.lang, &chosen_limit(procedure, limit)?),
        received: at,
        due,
        fee: procedure.fee_text.clone(),
        book: file.book_number.and_then(|n| Some((i32::from(at.day().year()), u32::try_from(n).ok()?))),
        official: name_of(&directory, &accepted.0.actor),
    })
}

/// `GET /cases/{id}/supplement-request`: the last one, also when its documents have come.
pub(crate) async fn supplement_request(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    let lines = history(&app.store, &file).await?;
    let last = lines.iter().rev().find_map(|(line, event)| match event {
        Event::SupplementRequested(request) => Some((line, request)),
        _ => None,
    });
    let (line, request) = last.ok_or(Failure::not_found())?;
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day())?;
    let key = app.store.data_key(file.case.person_id).await?;
    let reason = key.and_then(|key| key.open(file.case.id.as_bytes(), &request.reason.0));
    let missing =
        procedure.documents.iter().zip(&request.documents).filter(|(_, mark)| **mark == Mark::Missing);
    html(&paper::supplement_request::SupplementRequest {
        shell: visitor.shell("paper-supplement", Section::Work),
        head: head(directory.office(&file.case.office_id)?, line.at.day(), &file),
        holder: holder(&app.store, &file).await?,
        procedure: procedure.name_vi.clone(),
        track_url: track_url(&app, &file),
        missing: missing.map(|(document, _)| document.name.clone()).collect(),
        reason: reason.and_then(|words| String::from_utf8(words).ok()).unwrap_or_default(),
        official: name_of(&directory, &line.actor),
    })
}

/// `GET /cases/{id}/refusal`.
pub(crate) async fn refusal(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    let closed = file.closed_at.filter(|_| file.case.state == CaseState::Refused);
    let closed = closed.ok_or(Failure::not_found())?;
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day())?;
    let lines = history(&app.store, &file).await?;
    let refused = lines.iter().rev().find(|(_, event)| matches!(event, Event::CaseRefused { .. }));
    html(&paper::refusal::Refusal {
        shell: visitor.shell("paper-refusal", Section::Work),
        head: head(directory.office(&file.case.office_id)?, closed.day(), &file),
        code: file.code.clone().unwrap_or_default(),
        holder: holder(&app.store, &file).await?,
        procedure: procedure.name_vi.clone(),
        reason: app.store.reason(&file).await?.unwrap_or_default(),
        official: refused.map(|(line, _)| name_of(&directory, &line.actor)).unwrap_or_default(),
    })
}

/// `GET /cases/{id}/invitation`.
pub(crate) async fn invitation(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    let found = app.store.invitation_of_case(file.case.id).await?.ok_or(Failure::not_found())?;
    let expires = found.invited.day.plus(VALID_DAYS);
    if visitor.now.day() > expires {
        return Err(Refusal::InvitationExpired.into());
    }
    let token = app.store.vault().secrets().invitation_token(found.invited.invitation_id);
    html(&paper::invitation::Invitation {
        shell: visitor.shell("paper-invitation", Section::Work),
        office: app.store.directory().office(&file.case.office_id)?.unit_name.clone(),
        url: format!("{}/rate/{token}", app.base_url),
        expires,
        back: back(&file),
    })
}

fn track_url(app: &App, file: &CaseFile) -> String {
    format!("{}/track/{}", app.base_url, app.store.vault().secrets().track_secret(file.case.id))
}

/// The person of the paper; a paper of an erased person cannot be printed any more.
async fn holder(store: &Store, file: &CaseFile) -> Result<Holder, Failure> {
    let applicant = store.applicant(file).await?.ok_or(Failure::not_found())?;
    Ok(Holder {
        name: applicant.name,
        identity_number: applicant.identity_number,
        address: applicant.address,
        phone: applicant.phone,
        email: applicant.email,
    })
}

fn head(office: &Office, day: Day, file: &CaseFile) -> Head {
    let (unit, place) = unit_and_place(&office.unit_name);
    Head {
        authority: format!("Ủy ban nhân dân {unit}"),
        office: office.name_vi.clone(),
        place,
        day,
        back: back(file),
    }
}

fn back(file: &CaseFile) -> String {
    format!("/cases/{}", file.case.id)
}

/// "xã Trần Phán" and "Trần Phán", from "Xã Trần Phán".
fn unit_and_place(unit_name: &str) -> (String, String) {
    for kind in ["Xã", "Thị trấn", "Huyện"] {
        if let Some(place) = unit_name.strip_prefix(kind).and_then(|rest| rest.strip_prefix(' ')) {
            return (format!("{} {place}", kind.to_lowercase()), place.to_owned());
        }
    }
    (unit_name.to_owned(), unit_name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_name_the_authority_and_the_place() {
        let check = |name, unit: &str, place: &str| {
            assert_eq!(unit_and_place(name), (unit.to_owned(), place.to_owned()));
        };
        check("Xã Trần Phán", "xã Trần Phán", "Trần Phán");
        check("Thị trấn Đầm Dơi", "thị trấn Đầm Dơi", "Đầm Dơi");
        check("Huyện Đầm Dơi", "huyện Đầm Dơi", "Đầm Dơi");
        check("Đầm Dơi", "Đầm Dơi", "Đầm Dơi");
    }
}
