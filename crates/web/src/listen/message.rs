//! Answers by short message: a gateway hands on what came in, signed in the form of Standard Webhooks. `1` to `5` rates the newest
//! invitation of that telephone, `KHONG` says that a recorded rating was somebody else's. The number is looked up and forgotten.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use hailong_core::{
    context::Actor,
    listen::{
        invitation::{VALID_DAYS, Way},
        message::{Said, phone, said},
        rating::Ballot,
    },
    refusal::Refusal,
    text::plain,
};
use hailong_render::Lang;
use hailong_store::{StoreError, keys::fresh_bytes};
use serde::Deserialize;
use serde_json::json;

use crate::{App, error::Failure, visitor::Visitor};

/// Longest message with its frame, in bytes.
const LIMIT: usize = 4_096;

/// What a gateway hands on.
#[derive(Deserialize)]
struct Message {
    /// Who sent it: `0918123456` or `84918123456`, with or without `+` and spaces.
    from: String,
    /// What it says.
    text: String,
}

/// `POST /messages`. The answer's `reply` is for the sender.
pub(crate) async fn take(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    if body.len() > LIMIT {
        return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response());
    }
    if !app.post.is_signed(&headers, &body, app.clock.machine()) {
        return Ok(StatusCode::UNAUTHORIZED.into_response());
    }
    let Ok(message) = serde_json::from_slice::<Message>(&body) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let key = match answer(&app, &visitor, &phone(&message.from), said(&message.text)).await {
        Ok(key) => key,
        Err(StoreError::Refused(_) | StoreError::Stale) => "message-nothing",
        Err(error) => return Err(error.into()),
    };
    let reply = json!({ "reply": plain(&Lang::Vi.t(key)) });
    Ok(([(header::CONTENT_TYPE, "application/json")], reply.to_string()).into_response())
}

/// Does what was said, and which words answer it.
async fn answer(app: &App, visitor: &Visitor, phone: &str, said: Said) -> Result<&'static str, StoreError> {
    let since = visitor.now.day().plus(-VALID_DAYS);
    let find = |used| app.store.invitation_of_phone(phone, used, since);
    let directory = app.store.directory();
    let ctx = app.store.context(Actor::Citizen, visitor.now, &directory, fresh_bytes()?);
    match said {
        Said::Score(overall) => {
            let id = find(false).await?.ok_or(Refusal::InvitationUnknown)?;
            let ballot = Ballot { overall, ..Ballot::default() };
            app.store.cast(id, ballot, Way::Sms, &ctx).await?;
            Ok("message-rated")
        }
        Said::NotMe => {
            let id = find(true).await?.ok_or(Refusal::InvitationUnused)?;
            app.store.deny_rating(id, &ctx).await?;
            Ok("message-denied")
        }
        Said::SomethingElse => Ok("message-help"),
    }
}
