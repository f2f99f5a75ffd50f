//! Typing in forms from paper, and those asked by phone.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    listen::{
        dialogue::wave::Way,
        survey::roll::{self, Miss},
    },
    refusal::Refusal,
};
use hailong_render::{
    Section,
    component::Errors,
    listen::survey::ways,
    work::survey::{SurveyEntry, reasons},
};
use hailong_store::{StoreError, listen::survey::SurveyFile};
use serde::Deserialize;

use super::{asked, asks, faulty, find, read};
use crate::{
    App,
    cursor::address,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// `?done=`, and the way of the form before: the next one of a pile came the same way.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entered {
    done: String,
    way: String,
}

/// `GET /work/surveys/{wave}/forms`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(wave): Path<String>,
    Query(entered): Query<Entered>,
) -> Result<Response, Failure> {
    let file = open(&app, &visitor, &wave).await?;
    let known = ["survey-done-form", "survey-done-missed"].into_iter().find(|key| *key == entered.done);
    let said = known.map(|key| visitor.lang.t(key)).unwrap_or_default();
    let page = page(&app, &visitor, &file, &Fields::default(), Errors::none()).await?;
    html(&SurveyEntry { done: said, way: entered.way, ..page })
}

/// A wave that takes forms.
async fn open(app: &App, visitor: &Visitor, wave: &str) -> Result<SurveyFile, Failure> {
    let file = find(app, wave).await?;
    if file.survey.closed_on.is_some() || visitor.now.day() < file.survey.days.0 {
        return Err(Refusal::SurveyOver.into());
    }
    Ok(file)
}

/// `POST /work/surveys/{wave}/forms`.
pub(crate) async fn enter(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(wave): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let file = open(&app, &visitor, &wave).await?;
    let path = format!("/work/surveys/{}/forms", file.survey.wave);
    match keep(&app, &visitor, &file, &fields).await? {
        Ok(key) => {
            let next = address(&path, &[("done", key), ("way", fields.get("way"))]);
            Ok(Redirect::to(&next).into_response())
        }
        Err(errors) => {
            let page = page(&app, &visitor.at(path), &file, &fields, errors).await?;
            html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

type Kept = Result<&'static str, Errors>;

/// Keeps a form, or that it does not come back; otherwise says what is wrong.
async fn keep(app: &App, visitor: &Visitor, file: &SurveyFile, fields: &Fields) -> Result<Kept, Failure> {
    let directory = app.store.directory();
    let (lang, ctx) = (visitor.lang, visitor.context(app, &directory)?);
    // Codes may be typed without the number of the wave, which this page knows.
    let typed = fields.trimmed("code");
    let secrets = app.store.vault().secrets();
    let found = roll::read_code(secrets, typed)
        .or_else(|| roll::read_code(secrets, &format!("{}-{typed}", file.survey.wave)));
    let serial = found.filter(|(wave, _)| *wave == file.survey.wave).map(|(_, serial)| serial);
    let way = Way::from_key(fields.get("way")).filter(|way| *way != Way::Online);
    let outcome = match Miss::from_key(fields.get("missed")) {
        Some(why) => app.store.miss_survey_form(file, serial, why, &ctx).await.map(|()| "survey-done-missed"),
        None => match read(&asks(app, file).await?, fields, true, lang) {
            Ok(answers) => {
                let sent = app.store.answer_survey(file, serial, (way, answers), &ctx).await;
                sent.map(|()| "survey-done-form")
            }
            Err(errors) => return Ok(Err(errors)),
        },
    };
    match outcome {
        Ok(key) => Ok(Ok(key)),
        Err(StoreError::Refused(why @ (Refusal::FormEntered | Refusal::FormOwnCommune))) => {
            Ok(Err(Errors::one("code", hailong_render::component::refusal(lang, why.code()))))
        }
        Err(StoreError::Refused(why)) => Ok(Err(faulty(lang, &why))),
        Err(error) => Err(error.into()),
    }
}

async fn page(
    app: &App,
    visitor: &Visitor,
    file: &SurveyFile,
    fields: &Fields,
    errors: Errors,
) -> Result<SurveyEntry, Failure> {
    let (lang, questionnaire) = (visitor.lang, asks(app, file).await?);
    let allowed: Vec<Way> = file.survey.ways.iter().copied().filter(|way| *way != Way::Online).collect();
    Ok(SurveyEntry {
        shell: visitor.shell("survey-enter", Section::Surveys),
        wave: file.survey.wave,
        done: String::new(),
        code: fields.get("code").to_owned(),
        way: fields.get("way").to_owned(),
        ways: ways(lang, &allowed),
        asked: asked(lang, &questionnaire, fields, true),
        missed: fields.get("missed").to_owned(),
        reasons: reasons(lang),
        errors,
    })
}
