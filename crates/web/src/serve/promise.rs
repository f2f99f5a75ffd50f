//! The promise in its four parts, and how far it is kept.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use hailong_core::serve::{applicant::Group, promise::Dimension};
use hailong_render::{Section, serve::home::Promise};

use crate::{
    App,
    error::{Failure, html},
    quarter::Quarter,
    visitor::Visitor,
};

/// `GET /promise`.
pub(crate) async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let quarter = Quarter::read(&app.store, visitor.now).await?;
    html(&Promise {
        shell: visitor.shell("promise-title", Section::None),
        figures: Dimension::ALL.map(|dimension| quarter.district_share(Group::Person, dimension.question())),
        period: quarter.period(visitor.lang),
    })
}
