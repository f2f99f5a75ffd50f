//! Handing in a case over the network: it comes in unchecked, and no time runs before an office has accepted it.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Actor,
    directory::Directory,
    refusal::Refusal,
    secret::track_hash,
    serve::{
        applicant::{Applicant, ApplicantKind, Wishes},
        case::{OpenCase, Reception},
        office::Office,
        procedure::{Channel, Procedure},
    },
};
use hailong_render::{
    Section,
    component::{Choice, Errors},
    serve::apply::{Apply, Typed},
    work::kind_key,
};
use hailong_store::{StoreError, keys::fresh_bytes};
use uuid::Uuid;

use super::office::in_order;
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    limit::Gate,
    visitor::Visitor,
};

/// Cases an hour from one client, and from everybody: each stays in the journal for ever.
pub(crate) fn gate() -> Gate {
    Gate::hourly(5, 300)
}

/// `GET /apply/{code}`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let procedure = online(&directory, &code, &visitor)?;
    let bytes: [u8; 32] = fresh_bytes()?;
    let nonce = Uuid::from_slice(&bytes[..16]).map_err(|_| Failure::busy())?.to_string();
    html(&page(&visitor, &directory, procedure, Typed { nonce, ..Typed::default() }, Errors::none()))
}

/// `POST /apply/{code}`.
pub(crate) async fn send(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let visitor = visitor.at(format!("/apply/{code}"));
    let directory = app.store.directory();
    let procedure = online(&directory, &code, &visitor)?;
    let typed = typed(&fields);
    let secrets = app.store.vault().secrets();
    // Of this browser and this form: sent twice it is the same case, and nobody else can name it.
    let case_id = track_hash(&format!("{}/{}", secrets.form_token(&visitor.holder), typed.nonce));
    let case_id = Uuid::from_bytes(case_id);
    let track = || Redirect::to(&format!("/track/{}", secrets.track_secret(case_id))).into_response();
    if app.store.case(case_id).await?.is_some() {
        return Ok(track());
    }
    app.online.enter(&visitor.client, app.clock.machine())?;
    let command = match command(&visitor, &directory, procedure, &typed, case_id) {
        Ok(command) => command,
        Err(why) => return refused(&visitor, &directory, procedure, typed, &why),
    };
    // Whoever is signed in on this device does not enter.
    let ctx = app.store.context(Actor::Citizen, visitor.now, &directory, fresh_bytes()?);
    match app.store.open_case(command, &ctx).await {
        Ok(_) | Err(StoreError::Stale) => Ok(track()),
        Err(StoreError::Refused(why)) => refused(&visitor, &directory, procedure, typed, &why),
        Err(error) => Err(error.into()),
    }
}

/// The procedure, when it can be handed in over the network now.
fn online<'a>(directory: &'a Directory, code: &str, visitor: &Visitor) -> Result<&'a Procedure, Failure> {
    let procedure = directory.procedure_on(code, visitor.now.day())?;
    if procedure.channels.contains(&Channel::Online) { Ok(procedure) } else { Err(Failure::not_found()) }
}

fn receiving(directory: &Directory, procedure: &Procedure, visitor: &Visitor) -> Vec<Office> {
    let day = visitor.now.day();
    let offices = in_order(directory, day).into_iter();
    offices
        .filter(|office| procedure.received_at(office.level) && directory.head_on(&office.id, day).is_some())
        .collect()
}

fn command(
    visitor: &Visitor,
    directory: &Directory,
    procedure: &Procedure,
    typed: &Typed,
    case_id: Uuid,
) -> Result<OpenCase, Refusal> {
    let offices = receiving(directory, procedure, visitor);
    let office = offices.iter().find(|office| office.id == typed.office).ok_or(Refusal::UnknownOffice)?;
    let kind = ApplicantKind::from_key(&typed.kind).ok_or(Refusal::BadChoice("kind"))?;
    let applicant = Applicant {
        kind,
        name: typed.name.clone(),
        identity_number: typed.identity_number.clone(),
        phone: typed.phone.clone(),
        email: typed.email.clone(),
        address: typed.address.clone(),
        residence: None,
        wishes: Wishes::default(),
    };
    if applicant.phone.trim().is_empty() {
        return Err(Refusal::BadPhone);
    }
    let mut command = OpenCase::at_counter(case_id, &procedure.code, applicant);
    command.office_id = Some(office.id.clone());
    command.reception = Reception::Online;
    Ok(command)
}

fn typed(fields: &Fields) -> Typed {
    let text = |name: &str| fields.get(name).chars().take(500).collect::<String>();
    Typed {
        nonce: text("nonce"),
        office: text("office"),
        kind: text("kind"),
        name: text("name"),
        identity_number: text("identity_number"),
        phone: text("phone"),
        email: text("email"),
        address: text("address"),
    }
}

fn refused(
    visitor: &Visitor,
    directory: &Directory,
    procedure: &Procedure,
    typed: Typed,
    why: &Refusal,
) -> Result<Response, Failure> {
    let errors = Errors::refused(visitor.lang, why);
    html_refused(&page(visitor, directory, procedure, typed, errors), StatusCode::UNPROCESSABLE_ENTITY)
}

fn page(
    visitor: &Visitor,
    directory: &Directory,
    procedure: &Procedure,
    typed: Typed,
    errors: Errors,
) -> Apply {
    let kinds = ApplicantKind::ALL.map(|kind| Choice::new(kind.key(), visitor.lang.t(kind_key(kind))));
    let offices = receiving(directory, procedure, visitor);
    Apply {
        shell: visitor.shell("apply-title", Section::Procedures),
        code: procedure.code.clone(),
        procedure: procedure.short_name_vi.clone(),
        offices: offices.iter().map(|office| Choice::new(&office.id, &office.unit_name)).collect(),
        kinds: kinds.to_vec(),
        documents: procedure.documents.iter().map(|document| document.name.clone()).collect(),
        typed,
        errors,
    }
}
