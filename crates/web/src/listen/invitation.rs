//! "It was not me": whoever is told that a rating was recorded may say that it was not theirs. The ballot stays, since
//! nobody can find it; the denial is counted.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use hailong_core::{context::Actor, listen::invitation::Invitation, refusal::Refusal};
use hailong_render::{Section, listen::rating::DenyPage};
use hailong_store::{StoreError, keys::fresh_bytes};

use crate::{
    App,
    error::{Failure, html},
    form::{Fields, Form},
    visitor::Visitor,
};

/// `GET /not-me/{denial}`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(denial): Path<String>,
) -> Result<Response, Failure> {
    let invitation = recorded(&app, &denial).await?;
    html(&page(&app, &visitor, denial, &invitation, invitation.denied))
}

/// `POST /not-me/{denial}`.
pub(crate) async fn deny(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(denial): Path<String>,
    Form(_): Form<Fields>,
) -> Result<Response, Failure> {
    let invitation = recorded(&app, &denial).await?;
    let directory = app.store.directory();
    let ctx = app.store.context(Actor::Citizen, visitor.now, &directory, fresh_bytes()?);
    match app.store.deny_rating(invitation.invited.invitation_id, &ctx).await {
        // A second click finds what the first one wrote.
        Ok(()) | Err(StoreError::Refused(Refusal::AlreadyDone) | StoreError::Stale) => {}
        Err(error) => return Err(error.into()),
    }
    let visitor = visitor.at(format!("/not-me/{denial}"));
    html(&page(&app, &visitor, denial, &invitation, true))
}

/// The invitation of a denial's token, once it was used.
async fn recorded(app: &App, denial: &str) -> Result<Invitation, StoreError> {
    let id = app.store.vault().secrets().read_denial_token(denial).ok_or(Refusal::InvitationUnknown)?;
    let invitation = app.store.invitation(id).await?.ok_or(Refusal::InvitationUnknown)?;
    if invitation.used { Ok(invitation) } else { Err(Refusal::InvitationUnused.into()) }
}

fn page(app: &App, visitor: &Visitor, denial: String, invitation: &Invitation, done: bool) -> DenyPage {
    DenyPage {
        shell: visitor.shell("deny-title", Section::None),
        denial,
        office: app.store.directory().unit_name(&invitation.invited.office_id),
        done,
    }
}
