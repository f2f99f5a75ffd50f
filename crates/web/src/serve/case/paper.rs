//! The papers of a case, to print: receipt, request for documents, refusal, invitation to rate.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use hailong_core::{
    directory::Directory,
    event::Event,
    id::Bytes,
    listen::{
        invitation::{VALID_DAYS, Way},
        kiosk::code::grouped,
    },
    refusal::Refusal,
    serve::{
        case::{Mark, State as CaseState, chosen_limit},
        office::Level,
        regime::Regime,
    },
    time::Day,
};
use hailong_render::{
    Lang, Section,
    paper::{
        self, Head, Holder, ballot::PaperBallot, invitation::Invitation, receipt::Receipt,
        supplement_request::SupplementRequest, unit_and_place,
    },
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
    html(&receipt_of(&app, &visitor, &file, visitor.lang).await?)
}

/// `GET /cases/{id}/supplement-request`: the last one, also when its documents have come.
pub(crate) async fn supplement_request(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    html(&supplement_of(&app, &visitor, &file).await?)
}

/// `GET /cases/{id}/refusal`.
pub(crate) async fn refusal(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    html(&refusal_of(&app, &visitor, &file).await?)
}

/// `GET /cases/{id}/invitation`.
pub(crate) async fn invitation(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    html(&invitation_of(&app, &visitor, &file).await?)
}

/// `GET /cases/{id}/ballot`.
pub(crate) async fn ballot(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    html(&ballot_of(&app, &visitor, &file).await?)
}

pub(super) async fn receipt_of(
    app: &App,
    visitor: &Visitor,
    file: &CaseFile,
    lang: Lang,
) -> Result<Receipt, Failure> {
    let none = Failure::not_found();
    let (Some(at), Some(limit)) = (file.accepted_at, file.limit) else {
        return Err(none);
    };
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day())?;
    let lines = history(&app.store, file).await?;
    let mut accepted = lines.iter().filter_map(|(line, event)| match event {
        Event::CaseAccepted(accepted) => Some((line, accepted)),
        _ => None,
    });
    let (line, accepted) = accepted.next().ok_or(none)?;
    let brought = procedure.documents.iter().zip(&accepted.documents);
    let brought = brought.filter(|(_, mark)| **mark == Mark::Present);
    let number = file.book_number.and_then(|number| u32::try_from(number).ok());
    Ok(Receipt {
        shell: visitor.shell("paper-receipt", Section::Work),
        head: head(&directory, file, at.day(), number)?,
        code: file.code.clone().unwrap_or_default(),
        track_url: track_url(app, file),
        holder: holder(&app.store, file).await?,
        procedure: procedure.name_vi.clone(),
        documents: brought.map(|(document, mark)| Document::new(document, *mark)).collect(),
        sets: procedure.dossier_sets,
        limit: limit_text(lang, &chosen_limit(procedure, limit)?),
        received: at,
        // What was printed stays: later dates have papers of their own.
        due: accepted.due,
        fee: procedure.fee_text.clone(),
        book: number.map(|number| (i32::from(at.day().year()), number)),
        official: name_of(&directory, &line.actor),
    })
}

pub(super) async fn supplement_of(
    app: &App,
    visitor: &Visitor,
    file: &CaseFile,
) -> Result<SupplementRequest, Failure> {
    let lines = history(&app.store, file).await?;
    let last = lines.iter().rev().find_map(|(line, event)| match event {
        Event::SupplementRequested(request) => Some((line, request)),
        _ => None,
    });
    let (line, request) = last.ok_or(Failure::not_found())?;
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day())?;
    let missing =
        procedure.documents.iter().zip(&request.documents).filter(|(_, mark)| **mark == Mark::Missing);
    Ok(SupplementRequest {
        shell: visitor.shell("paper-supplement", Section::Work),
        head: head(&directory, file, line.at.day(), numbered(request.number))?,
        code: file.code.clone().unwrap_or_default(),
        holder: holder(&app.store, file).await?,
        procedure: procedure.name_vi.clone(),
        track_url: track_url(app, file),
        missing: missing.map(|(document, _)| document.name.clone()).collect(),
        reason: opened(app, file, Some(&request.reason)).await?,
        official: name_of(&directory, &line.actor),
    })
}

pub(super) async fn refusal_of(
    app: &App,
    visitor: &Visitor,
    file: &CaseFile,
) -> Result<paper::refusal::Refusal, Failure> {
    let closed = file.closed_at.filter(|_| file.case.state == CaseState::Refused);
    let closed = closed.ok_or(Failure::not_found())?;
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day())?;
    let lines = history(&app.store, file).await?;
    let refused = lines.iter().rev().find_map(|(line, event)| match event {
        Event::CaseRefused { number, .. } => Some((line, *number)),
        _ => None,
    });
    Ok(paper::refusal::Refusal {
        shell: visitor.shell("paper-refusal", Section::Work),
        head: head(&directory, file, closed.day(), refused.and_then(|(_, number)| numbered(number)))?,
        code: file.code.clone().unwrap_or_default(),
        holder: holder(&app.store, file).await?,
        procedure: procedure.name_vi.clone(),
        reason: app.store.reason(file).await?.unwrap_or_default(),
        official: refused.map(|(line, _)| name_of(&directory, &line.actor)).unwrap_or_default(),
    })
}

pub(super) async fn invitation_of(
    app: &App,
    visitor: &Visitor,
    file: &CaseFile,
) -> Result<Invitation, Failure> {
    let found = app.store.invitation_of_case(file.case.id).await?.ok_or(Failure::not_found())?;
    let expires = found.invited.day.plus(VALID_DAYS);
    if visitor.now.day() > expires {
        return Err(Refusal::InvitationExpired.into());
    }
    let token = app.store.vault().secrets().invitation_token(found.invited.invitation_id, Way::Slip);
    Ok(Invitation {
        shell: visitor.shell("paper-invitation", Section::Work),
        office: app.store.directory().office(&file.case.office_id)?.unit_name.clone(),
        url: format!("{}/rate/{token}", app.base_url),
        code: app.store.invitation_code(found.invited.invitation_id).await?.map(|code| grouped(&code)),
        expires,
        back: back(file),
    })
}

/// The ballot on paper for the newest invitation.
pub(super) async fn ballot_of(app: &App, visitor: &Visitor, file: &CaseFile) -> Result<PaperBallot, Failure> {
    let found = app.store.invitation_of_case(file.case.id).await?.ok_or(Failure::not_found())?;
    let (invited, today) = (&found.invited, visitor.now.day());
    let expires = invited.last_day(Way::Paper);
    if today > expires {
        return Err(Refusal::InvitationExpired.into());
    }
    let directory = app.store.directory();
    let code = app.store.invitation_code(invited.invitation_id).await?.ok_or(Failure::not_found())?;
    Ok(PaperBallot {
        shell: visitor.shell("paper-ballot", Section::Work),
        office: directory.office(&invited.office_id)?.unit_name.clone(),
        code: grouped(&code),
        expires,
        questionnaire: directory.questionnaire_on(today).clone(),
        back: back(file),
    })
}

/// The number of a paper; cases of the first version of the program have none.
pub(super) fn numbered(number: u32) -> Option<u32> {
    (number > 0).then_some(number)
}

/// Words sealed under the person's key; nothing once it was erased.
pub(super) async fn opened(app: &App, file: &CaseFile, sealed: Option<&Bytes>) -> Result<String, Failure> {
    let Some(sealed) = sealed else { return Ok(String::new()) };
    let key = app.store.data_key(file.case.person_id).await?;
    let words = key.and_then(|key| key.open(file.case.id.as_bytes(), &sealed.0));
    Ok(words.and_then(|words| String::from_utf8(words).ok()).unwrap_or_default())
}

fn track_url(app: &App, file: &CaseFile) -> String {
    format!("{}/track/{}", app.base_url, app.store.vault().secrets().track_secret(file.case.id))
}

/// The person of the paper; a paper of an erased person cannot be printed any more.
pub(super) async fn holder(store: &Store, file: &CaseFile) -> Result<Holder, Failure> {
    let applicant = store.applicant(file).await?.ok_or(Failure::not_found())?;
    Ok(Holder {
        name: applicant.name,
        identity_number: applicant.identity_number,
        address: applicant.address,
        phone: applicant.phone,
        email: applicant.email,
    })
}

/// The top of a paper of that day, with the office's names of that day.
pub(super) fn head(
    directory: &Directory,
    file: &CaseFile,
    day: Day,
    number: Option<u32>,
) -> Result<Head, Failure> {
    let office = directory.office(&file.case.office_id)?.on(day);
    let (unit, place) = unit_and_place(&office.unit_name);
    Ok(Head {
        authority: format!("Ủy ban nhân dân {unit}"),
        office: office.name_vi.clone(),
        place,
        day,
        regime: regime(file),
        number,
        demo: directory.authority.demo,
        hotline: String::new(),
        back: back(file),
    })
}

/// The rules that bind a case for its whole life: those of its reception.
pub(super) fn regime(file: &CaseFile) -> Regime {
    let clock = file.case.clock.as_ref();
    clock.map_or_else(|| Regime::on(file.accepted_at.unwrap_or(file.opened_at).day()), |clock| clock.regime)
}

/// The agency that decides: the one named for the case, or the procedure's; where that is only a level ("UBND cấp xã"),
/// the authority of the office that received.
pub(crate) fn deciding(directory: &Directory, file: &CaseFile, agency: &str) -> String {
    let day = file.opened_at.day();
    if let Some(key) = &file.deciding {
        return directory.office(key).map_or_else(|_| key.clone(), |office| office.on(day).name_vi);
    }
    let Ok(office) = directory.office(&file.case.office_id) else { return agency.to_owned() };
    let level = match office.level {
        Level::Province => "cấp tỉnh",
        Level::District => "cấp huyện",
        Level::Commune => "cấp xã",
    };
    if agency.ends_with(level) {
        format!("Ủy ban nhân dân {}", unit_and_place(&office.on(day).unit_name).0)
    } else {
        agency.to_owned()
    }
}

fn back(file: &CaseFile) -> String {
    format!("/cases/{}", file.case.id)
}
