//! Who may call a route: one rule per row of the table in [`crate::routes`], enforced in one place.

use axum::{
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{context::Role, refusal::Refusal};

use crate::{error::Failure, routes::Route, visitor::Visitor};

/// Who may call a route. What an office may see of another's things is decided in `core`, and in the handlers
/// for reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Public,
    /// Whoever holds the secret in the path, or the token of a kiosk; the handler checks it.
    Code,
    /// Signed-in officials in one of these roles.
    Staff(&'static [Role]),
}

/// Lets a request pass, or answers it here.
pub(crate) async fn enforce(
    route: &'static Route,
    visitor: Visitor,
    request: Request,
    next: Next,
) -> Response {
    let Access::Staff(roles) = route.access else { return next.run(request).await };
    match &visitor.official {
        Some(official) if official.has_role(roles) => next.run(request).await,
        Some(_) => Failure::from(Refusal::NotYourRole).into_response(),
        None if request.method() == Method::GET => {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let next = serde_urlencoded::to_string([("next", path)]).unwrap_or_default();
            Redirect::to(&format!("/sign-in?{next}")).into_response()
        }
        None => Redirect::to("/sign-in").into_response(),
    }
}
