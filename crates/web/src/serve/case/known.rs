//! Finding what is known already: a case by its code, an applicant or their cases by a number.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::serve::{applicant::Applicant, code};
use hailong_render::{
    Section,
    component::{Errors, refusal},
    work::{
        case::{CaseRow, FoundCases},
        receive::{Draft, Looked, Receive},
    },
};

use super::{
    list::row,
    receive::{Counter, OUTSIDE},
};
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    limit::Limiter,
    visitor::Visitor,
};

/// Look-ups by number an hour from one official: enough for every person who comes, too few to list a district.
const MOST: usize = 120;
/// The window of those, in seconds.
const WINDOW_SECONDS: u32 = 3_600;

/// How many look-ups may be made.
pub(crate) struct Guard(Limiter);

impl Default for Guard {
    fn default() -> Self {
        Self(Limiter::new(MOST, i64::from(WINDOW_SECONDS) * 1_000_000))
    }
}

impl Guard {
    fn allows(&self, app: &App, visitor: &Visitor) -> Result<bool, Failure> {
        Ok(self.0.allow(&visitor.signed_in()?.id, app.clock.machine()))
    }
}

/// `POST /work/receive/{code}/find`: fills in the form for somebody who had a case before.
pub(crate) async fn applicant(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let visitor = visitor.at(format!("/work/receive/{code}"));
    let directory = app.store.directory();
    let counter = Counter::new(&visitor, &directory, &code)?;
    let mut draft = counter.fresh(&fields)?;
    if !app.lookups.allows(&app, &visitor)? {
        let errors = Errors::one("find", visitor.lang.t("work-find-limit"));
        return html_refused(&counter.form_page(draft, errors), StatusCode::TOO_MANY_REQUESTS);
    }
    let number = digits(fields.get("find"));
    let known = app.store.known_applicant(&number).await?;
    let looked = if known.is_some() { Looked::Found } else { Looked::Unknown };
    match known {
        Some(applicant) => fill(&mut draft, applicant),
        None if number.len() == 10 && number.starts_with('0') => draft.phone = number,
        None => draft.identity_number = number,
    }
    html(&Receive { looked, ..counter.form_page(draft, Errors::none()) })
}

/// Puts a known applicant into the form.
fn fill(draft: &mut Draft, applicant: Applicant) {
    draft.kind = applicant.kind.key().to_owned();
    draft.name = applicant.name;
    draft.identity_number = applicant.identity_number;
    draft.phone = applicant.phone;
    draft.email = applicant.email;
    draft.address = applicant.address;
    draft.notices = applicant.wishes.key().to_owned();
    draft.residence = applicant.residence.unwrap_or_else(|| OUTSIDE.to_owned());
}

/// `POST /work/find`: a case by its code, open or closed, or the cases of a person at this office by a number.
pub(crate) async fn cases(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let visitor = visitor.at("/work");
    let what: String = fields.trimmed("what").chars().take(60).collect();
    if let Some(file) = app.store.case_by_code(&code::tidy(&what)).await? {
        return Ok(Redirect::to(&format!("/cases/{}", file.case.id)).into_response());
    }
    let number = digits(&what);
    let mut rows: Vec<CaseRow> = Vec::new();
    let allowed = number.len() < 9 || app.lookups.allows(&app, &visitor)?;
    if number.len() >= 9 && allowed {
        let directory = app.store.directory();
        for purpose in ["identity", "phone"] {
            let Some((person, _, _)) = app.store.find_person(purpose, &number).await? else { continue };
            for id in app.store.cases_of_person(person, purpose, &number).await? {
                let Some(file) = app.store.case(id).await? else { continue };
                let actor = visitor.actor();
                let ours =
                    actor.handles(&file.case.desk_office).or_else(|_| actor.handles(&file.case.at_office));
                if ours.is_ok() && !rows.iter().any(|known| known.id == id.to_string()) {
                    rows.push(row(&file, &directory, visitor.now));
                }
            }
        }
    }
    // A number has no dashes between letters and digits: what has was meant as a code.
    let fault = code::parse(&what).err().filter(|_| what.contains('-'));
    let page = FoundCases {
        wrong: fault.map(|fault| refusal(visitor.lang, fault.code())).unwrap_or_default(),
        shell: visitor.shell("work-found-title", Section::Work),
        what,
        too_often: !allowed,
        rows,
    };
    let status = if allowed { StatusCode::OK } else { StatusCode::TOO_MANY_REQUESTS };
    html_refused(&page, status)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).take(20).collect()
}
