//! The public pages of surveys: answering with a code, and what waves that were counted say.

pub(crate) mod desk;
pub(crate) mod entry;
pub(crate) mod plan;
pub(crate) mod questionnaire;

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Actor,
    listen::{
        dialogue::wave::Way,
        survey::{
            answer::{self, AnswerFault, Answers},
            index::Counts,
            question::Questionnaire,
            roll,
        },
    },
    refusal::Refusal,
    time::{Instant, Minute},
};
use hailong_render::{
    Lang, Section,
    component::{Errors, Period, refusal},
    format,
    listen::survey::{
        Asked, fault, field,
        page::{Standing, SurveyForm, SurveyList, SurveyResults, SurveyRow},
        results::ResultsView,
    },
};
use hailong_store::{StoreError, hex, listen::survey::SurveyFile};

use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    limit::Gate,
    serve::case::print::attached,
    visitor::Visitor,
};

/// Most waves of the public list: ten years of them.
const MOST: i64 = 40;

/// Codes tried an hour from one client, and from everybody.
pub(crate) fn gate() -> Gate {
    Gate::hourly(30, 5_000)
}

/// A wave by the number in the address.
async fn find(app: &App, wave: &str) -> Result<SurveyFile, Failure> {
    let wave = wave.parse().map_err(|_| Failure::from(Refusal::UnknownSurvey))?;
    app.store.survey(wave).await?.ok_or(Refusal::UnknownSurvey.into())
}

/// What a wave asks.
async fn asks(app: &App, file: &SurveyFile) -> Result<Questionnaire, Failure> {
    let (key, version) = &file.survey.questionnaire;
    let kept = app.store.questionnaire(key, Some(*version)).await?;
    kept.map(|kept| kept.saved.questionnaire).ok_or(Refusal::UnknownQuestionnaire.into())
}

/// Waves as rows of a list below an address.
async fn rows(app: &App, files: &[SurveyFile], below: &str) -> Result<Vec<SurveyRow>, Failure> {
    let mut rows = Vec::new();
    for file in files {
        let counts = app.store.survey_counts(&file.survey).await?;
        let counts = counts.into_iter().fold(Counts::default(), Counts::and);
        rows.push(SurveyRow {
            href: format!("{below}/{}", file.survey.wave),
            name: file.name.clone(),
            days: file.survey.days,
            closed_on: file.survey.closed_on,
            counts: (counts.drawn, counts.answered),
        });
    }
    Ok(rows)
}

/// What a wave that was counted says; none before, and when too few answered.
async fn results(
    app: &App,
    file: &SurveyFile,
    questionnaire: &Questionnaire,
    lang: Lang,
    with_communes: bool,
) -> Result<Option<ResultsView>, Failure> {
    let directory = app.store.directory();
    let unit = |office: &str| directory.unit_name(office);
    let results = app.store.survey_results(file, questionnaire).await?;
    Ok(results.map(|results| ResultsView::new(lang, questionnaire, &results, unit, with_communes)))
}

/// When a wave was filled in, and the moment up to which it was counted.
fn period(file: &SurveyFile, visitor: &Visitor) -> Period {
    let (lang, (from, to)) = (visitor.lang, file.survey.days);
    let counted = file.survey.closed_on.map(|day| Instant::at(day, Minute(0)));
    Period {
        name: format!("{}–{}", format::date(lang, from), format::date(lang, to)),
        as_of: counted.unwrap_or(visitor.now),
        snapshot: None,
    }
}

/// `GET /surveys`.
pub(crate) async fn list(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let mut files = app.store.surveys(None, MOST).await?;
    files.retain(|file| file.survey.closed_on.is_some());
    let rows = rows(&app, &files, "/surveys").await?;
    html(&SurveyList { shell: visitor.shell("surveys-title", Section::Figures), rows })
}

/// A wave that everybody may read: one that was counted.
async fn find_counted(app: &App, wave: &str) -> Result<SurveyFile, Failure> {
    let file = find(app, wave).await?;
    if file.survey.closed_on.is_none() {
        return Err(Refusal::UnknownSurvey.into());
    }
    Ok(file)
}

/// `GET /surveys/{wave}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(wave): Path<String>,
) -> Result<Response, Failure> {
    let file = find_counted(&app, &wave).await?;
    let questionnaire = asks(&app, &file).await?;
    html(&SurveyResults {
        shell: visitor.shell_titled(file.name.as_str(), Section::Figures),
        wave: file.survey.wave,
        period: period(&file, &visitor),
        digests: (hex(&file.frame_digest), hex(&file.draw_digest)),
        seed: file.seed,
        frame: file.survey.strata.iter().map(|stratum| stratum.frame).sum(),
        results: results(&app, &file, &questionnaire, visitor.lang, false).await?,
    })
}

/// `GET /surveys/{wave}/results.csv`.
pub(crate) async fn csv(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(wave): Path<String>,
) -> Result<Response, Failure> {
    let file = find_counted(&app, &wave).await?;
    let questionnaire = asks(&app, &file).await?;
    let view = results(&app, &file, &questionnaire, visitor.lang, false).await?.ok_or(Failure::not_found())?;
    let shown = format!("attachment; filename=\"khao-sat-{}.csv\"", file.survey.wave);
    attached(view.csv(visitor.lang).into_bytes(), "text/csv; charset=utf-8", &shown)
}

/// The wave and form of a code.
async fn find_form(app: &App, token: &str) -> Result<(SurveyFile, u32), Failure> {
    let found = roll::read_code(app.store.vault().secrets(), token);
    let (wave, serial) = found.ok_or(Failure::from(Refusal::SurveyCodeUnknown))?;
    let file = app.store.survey(wave).await?.ok_or(Failure::from(Refusal::SurveyCodeUnknown))?;
    Ok((file, serial))
}

/// `GET /survey/{token}`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    app.surveys.enter(&visitor.client, app.clock.machine())?;
    let (file, serial) = find_form(&app, &token).await?;
    html(&form_page(&app, &visitor, (&file, serial, token), &Fields::default(), Errors::none()).await?)
}

/// `POST /survey/{token}`.
pub(crate) async fn send(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(token): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    app.surveys.enter(&visitor.client, app.clock.machine())?;
    let (file, serial) = find_form(&app, &token).await?;
    let path = format!("/survey/{token}");
    let questionnaire = asks(&app, &file).await?;
    let errors = match read(&questionnaire, &fields, false, visitor.lang) {
        Ok(answers) => {
            let directory = app.store.directory();
            // Whoever is signed in answers as anybody else.
            let mut ctx = visitor.context(&app, &directory)?;
            ctx.actor = Actor::Citizen;
            let sent = app.store.answer_survey(&file, Some(serial), (Some(Way::Online), answers), &ctx).await;
            match sent {
                // Its page says the same from now on: it was used.
                Ok(()) | Err(StoreError::Refused(Refusal::FormEntered)) => {
                    return Ok(Redirect::to(&path).into_response());
                }
                Err(StoreError::Refused(why @ Refusal::Empty(_))) => faulty(visitor.lang, &why),
                Err(error) => return Err(error.into()),
            }
        }
        Err(errors) => errors,
    };
    let visitor = visitor.at(path);
    let page = form_page(&app, &visitor, (&file, serial, token), &fields, errors).await?;
    html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
}

async fn form_page(
    app: &App,
    visitor: &Visitor,
    (file, serial, token): (&SurveyFile, u32, String),
    fields: &Fields,
    errors: Errors,
) -> Result<SurveyForm, Failure> {
    let survey = &file.survey;
    let form = app
        .store
        .survey_form(survey, Some(serial))
        .await?
        .ok_or(Failure::from(Refusal::SurveyCodeUnknown))?;
    let (from, to) = survey.days;
    let today = visitor.now.day();
    let online = survey.ways.contains(&Way::Online);
    let standing = match (form.answered, survey.closed_on) {
        (true, _) => Standing::Answered,
        (false, None) if (from..=to).contains(&today) && online => Standing::Open(to),
        _ => Standing::Over,
    };
    let asked = match standing {
        Standing::Open(_) => asked(visitor.lang, &asks(app, file).await?, fields, false),
        _ => Vec::new(),
    };
    Ok(SurveyForm {
        shell: visitor.shell("survey-form-title", Section::Opinions),
        token,
        standing,
        asked,
        errors,
    })
}

/// The questions as fields, with what was sent; `typed` for those who type them in.
fn asked(lang: Lang, questionnaire: &Questionnaire, fields: &Fields, typed: bool) -> Vec<Asked> {
    let sent = |key: &str| fields.all(&field(key)).map(str::to_owned).collect();
    Asked::all(lang, questionnaire, sent, typed)
}

/// Reads the answers of a form. Whoever types them in writes several choices into one field, with spaces between.
fn read(questionnaire: &Questionnaire, fields: &Fields, typed: bool, lang: Lang) -> Result<Answers, Errors> {
    let sent = |key: &str| {
        let name = field(key);
        let values = fields.all(&name);
        let many = questionnaire
            .questions
            .iter()
            .any(|question| question.key == key && question.kind.key() == "many");
        if typed && many {
            return values.flat_map(|value| value.split([' ', ','])).map(str::to_owned).collect();
        }
        values.map(str::to_owned).collect::<Vec<String>>()
    };
    let wrong = |faults: Vec<(String, AnswerFault)>| {
        let mut errors = Errors::none();
        for (key, why) in faults {
            errors.push(&field(&key), fault(lang, why));
        }
        errors
    };
    answer::read(questionnaire, sent).map_err(wrong)
}

/// A refusal at its field.
fn faulty(lang: Lang, why: &Refusal) -> Errors {
    let words = refusal(lang, why.code());
    let words = match why {
        Refusal::SurveyRow(line, _) if *line > 0 => {
            lang.t_args("survey-line", &[("line", (*line).into()), ("why", words.into())])
        }
        _ => words,
    };
    Errors::one(why.field().unwrap_or_default(), words)
}

/// Goes on to a page that says what was done.
fn done(path: &str, key: &str) -> Response {
    Redirect::to(&format!("{path}?done={key}")).into_response()
}
