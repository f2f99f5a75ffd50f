//! One form for one change of the directory; it is shown in words before it counts.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use data_encoding::BASE32_NOPAD;
use hailong_core::{
    directory::Directory,
    event::Event,
    import::{self, Outcome, Report},
    refusal::Refusal,
    serve::unit::LineError,
};
use hailong_render::{
    Lang, Section,
    component::{Errors, refusal},
    work::directory::{Change, Control, Done, Entered, ReportLine, Review},
};
use hailong_store::{StoreError, account::Account, keys::fresh_bytes};

use super::entry::{PASTED, What, decide, fields, in_words};
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    session::hash_password,
    visitor::Visitor,
};

/// `GET /admin/directory/{what}`: the form, with what the address says filled in.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(what): Path<String>,
    Query(typed): Query<Fields>,
) -> Result<Response, Failure> {
    let what = What::from_key(&what).ok_or(Failure::not_found())?;
    html(&page(what, &typed, &app.store.directory(), &visitor, Errors::none()))
}

/// `POST /admin/directory/{what}`: first the review, then the change.
pub(crate) async fn save(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(what): Path<String>,
    Form(typed): Form<Fields>,
) -> Result<Response, Failure> {
    let what = What::from_key(&what).ok_or(Failure::not_found())?;
    let visitor = visitor.at(format!("/admin/directory/{}", what.key()));
    let directory = app.store.directory();
    if typed.get("confirm") == "edit" {
        return html(&page(what, &typed, &directory, &visitor, Errors::none()));
    }
    let confirmed = typed.get("confirm") == "yes";
    let done = match what {
        What::Account => account(&app, &visitor, &typed, &directory, confirmed).await,
        What::Import => import(&app, &visitor, &typed, &directory, confirmed).await,
        _ => change(&app, &visitor, what, &typed, &directory, confirmed).await,
    };
    match done {
        Ok(response) => Ok(response),
        Err(Refused::Failed(failure)) => Err(failure),
        Err(Refused::Field(field, words)) => {
            let field = if what_has(what, &field, &directory, &visitor) { field } else { String::new() };
            let page = page(what, &typed, &directory, &visitor, Errors::one(&field, words));
            html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// Why a form comes back.
enum Refused {
    /// With a sentence at a field.
    Field(String, String),
    /// Not as a form.
    Failed(Failure),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

fn at_field(lang: Lang, why: &Refusal) -> Refused {
    if Failure::from(why.clone()).status == StatusCode::FORBIDDEN {
        return Refused::Failed(why.clone().into());
    }
    let field = match why {
        Refusal::UnknownOfficial => "official",
        Refusal::PostEnded | Refusal::OfficeHasCases => "office",
        Refusal::AlreadyExists => "id",
        other => other.field().unwrap_or_default(),
    };
    Refused::Field(field.to_owned(), refusal(lang, why.code()))
}

fn what_has(what: What, field: &str, directory: &Directory, visitor: &Visitor) -> bool {
    let all = fields(what, &Fields::default(), directory, visitor.now.day(), visitor.lang);
    all.iter().any(|known| known.name == field)
}

fn page(what: What, typed: &Fields, directory: &Directory, visitor: &Visitor, errors: Errors) -> Change {
    Change {
        shell: visitor.shell(what.title(), Section::None),
        what: what.key(),
        about: visitor.lang.t(what.about()),
        back: what.back(),
        fields: fields(what, typed, directory, visitor.now.day(), visitor.lang),
        errors,
    }
}

fn review(
    what: What,
    typed: &Fields,
    directory: &Directory,
    visitor: &Visitor,
    notes: Vec<String>,
    report: Vec<ReportLine>,
) -> Result<Response, Refused> {
    let fields = fields(what, typed, directory, visitor.now.day(), visitor.lang);
    let shown = fields.iter().filter(|field| !matches!(field.control, Control::Area(_)));
    let entered = shown
        .map(|field| Entered { label: field.label.clone(), value: in_words(field, visitor.lang) })
        .collect();
    let carried = fields.iter().map(|field| (field.name, field.value.clone())).collect();
    let shell = visitor.shell("directory-review-title", Section::None);
    Ok(html(&Review { shell, what: what.key(), entered, carried, notes, report })?)
}

async fn change(
    app: &App,
    visitor: &Visitor,
    what: What,
    typed: &Fields,
    directory: &Directory,
    confirmed: bool,
) -> Result<Response, Refused> {
    let open_cases =
        if what == What::CloseOffice { app.store.open_cases_for(typed.trimmed("office")).await? } else { 0 };
    let ctx = visitor.context(app, directory)?;
    let batch = decide(what, typed, open_cases, &ctx).map_err(|why| at_field(visitor.lang, &why))?;
    if !confirmed {
        let closing = what == What::CloseOffice;
        let notes = closing.then(|| visitor.lang.t("directory-close-note")).into_iter().collect();
        return review(what, typed, directory, visitor, notes, Vec::new());
    }
    match app.store.commit(batch).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=yes", what.back())).into_response()),
        Err(StoreError::Stale) => Err(at_field(visitor.lang, &Refusal::Stale)),
        Err(error) => Err(error.into()),
    }
}

/// A new password, made here and shown once.
async fn account(
    app: &App,
    visitor: &Visitor,
    typed: &Fields,
    directory: &Directory,
    confirmed: bool,
) -> Result<Response, Refused> {
    let lang = visitor.lang;
    let official = directory.official(typed.trimmed("official")).map_err(|why| at_field(lang, &why))?;
    let login = typed.trimmed("login");
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    if !(3..=40).contains(&login.len()) || !login.chars().all(fits) {
        return Err(at_field(lang, &Refusal::BadChoice("login")));
    }
    let taken = app.store.account(login).await?.is_some_and(|account| account.official_id != official.id);
    if taken {
        return Err(Refused::Field("login".to_owned(), refusal(lang, Refusal::AlreadyExists.code())));
    }
    if !confirmed {
        let notes = vec![lang.t("directory-account-note")];
        return review(What::Account, typed, directory, visitor, notes, Vec::new());
    }
    let password = fresh_password()?;
    let words = password.clone();
    let hash = tokio::task::spawn_blocking(move || hash_password(&words)).await;
    let password_hash = hash.map_err(|_| Failure::internal())??;
    let account = Account { login: login.to_owned(), official_id: official.id.clone(), password_hash };
    app.store.keep_account(&account).await?;
    Ok(html(&Done {
        shell: visitor.shell("directory-done-title", Section::None),
        words: format!("{}: {login}", official.name),
        password: Some(password),
        report: Vec::new(),
        back: What::Account.back(),
    })?)
}

/// Sixteen letters without look-alikes, in groups of four: 80 bits.
fn fresh_password() -> Result<String, StoreError> {
    let letters = BASE32_NOPAD.encode(&fresh_bytes()?[..10]).to_lowercase();
    let groups: Vec<_> = letters.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    Ok(groups.join("-"))
}

async fn import(
    app: &App,
    visitor: &Visitor,
    typed: &Fields,
    directory: &Directory,
    confirmed: bool,
) -> Result<Response, Refused> {
    let lang = visitor.lang;
    let text = typed.get("text");
    if text.trim().is_empty() {
        return Err(at_field(lang, &Refusal::Empty("text")));
    }
    if text.chars().count() > PASTED {
        return Err(at_field(lang, &Refusal::TooLong("text")));
    }
    let mut known = directory.clone();
    let read = read(typed.trimmed("kind"), text, &mut known)
        .ok_or_else(|| at_field(lang, &Refusal::BadChoice("kind")))?;
    let (report, events) = read.map_err(|error| Refused::Field("text".to_owned(), error.to_string()))?;
    let counts = [
        ("accepted", report.accepted.into()),
        ("repaired", report.repaired.into()),
        ("refused", report.refused.into()),
    ];
    let words = lang.t_args("directory-import-note", &counts);
    let lines = report.records.into_iter().map(|record| ReportLine {
        code: record.code,
        outcome: match record.outcome {
            Outcome::Accepted => lang.t("directory-outcome-accepted"),
            Outcome::Repaired => lang.t("directory-outcome-repaired"),
            Outcome::Refused => lang.t("directory-outcome-refused"),
        },
        why: record.why,
    });
    let lines: Vec<_> = lines.collect();
    if !confirmed {
        return review(What::Import, typed, directory, visitor, vec![words], lines);
    }
    if !events.is_empty() {
        let ctx = visitor.context(app, directory)?;
        app.store.publish(events, &ctx).await?;
    }
    Ok(html(&Done {
        shell: visitor.shell("directory-done-title", Section::None),
        words,
        password: None,
        report: lines,
        back: What::Import.back(),
    })?)
}

type Read = Result<(Report, Vec<Event>), LineError>;

fn read(kind: &str, text: &str, known: &mut Directory) -> Option<Read> {
    match kind {
        "units" => Some(import::unit::read(text, known)),
        "offices" => Some(import::office::read(text, known)),
        "officials" => Some(import::official::read(text, known)),
        _ => None,
    }
}
