//! The rules that the clock and the forms stand on, with their sources.

use axum::response::Response;
use hailong_render::{Section, work::rule::Rules};

use crate::{
    error::{Failure, html},
    visitor::Visitor,
};

/// `GET /admin/rules`.
pub(crate) async fn show(visitor: Visitor) -> Result<Response, Failure> {
    html(&Rules::new(visitor.shell("rule-title", Section::None)))
}
