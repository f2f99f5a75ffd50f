//! Typing in what was said on the telephone or by letter: by any official, for somebody who has no way to write here.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use hailong_core::{listen::opinion::Source, refusal::Refusal};
use hailong_render::{Section, component::Errors, listen::opinion::Typed, work::opinion::OpinionEntry};
use hailong_store::StoreError;

use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    listen::opinion::{communes, offices, once, said, spaced, typed},
    visitor::Visitor,
};

/// `GET /work/opinions/new`.
pub(crate) async fn form(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let office = visitor.signed_in()?.office_id.clone();
    html(&page(&app, &visitor, Typed { office, once: once()?, ..Typed::default() }, Errors::none(), ""))
}

/// `POST /work/opinions/new`: answers with the code, which is shown once; sent again, the same form finds the same code.
pub(crate) async fn save(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let visitor = visitor.at("/work/opinions/new");
    let typed = typed(&fields);
    let source = Source::from_key(&typed.source).filter(|source| source.by_official());
    let directory = app.store.directory();
    let entered = match source {
        Some(source) => {
            let ctx = visitor.context(&app, &directory)?;
            app.store.receive_opinion(said(&typed, source, visitor.lang), &ctx).await
        }
        None => Err(Refusal::BadChoice("source").into()),
    };
    match entered {
        Ok(code) => {
            let fresh = Typed { office: typed.office, once: once()?, ..Typed::default() };
            html(&page(&app, &visitor, fresh, Errors::none(), &spaced(&code)))
        }
        Err(StoreError::Refused(why)) => {
            let failure = Failure::from(why.clone());
            if failure.status == StatusCode::FORBIDDEN {
                return Err(failure);
            }
            let errors = Errors::refused(visitor.lang, &why);
            html_refused(&page(&app, &visitor, typed, errors, ""), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

fn page(app: &App, visitor: &Visitor, typed: Typed, errors: Errors, code: &str) -> OpinionEntry {
    OpinionEntry {
        shell: visitor.shell("work-opinion-entry-title", Section::WorkOpinions),
        errors,
        typed,
        offices: offices(&app.store.directory(), visitor.now.day()),
        communes: communes(&app.store.directory(), visitor.now.day()),
        code: code.to_owned(),
    }
}
