//! Beginning a wave: what to draw from, a look at the sample, the draw.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use hailong_core::{
    directory::Directory,
    listen::{
        dialogue::wave::Way,
        survey::{
            Stratum, file,
            wave::{Frame, Open, Source, Unit},
        },
    },
    refusal::Refusal,
    time::Day,
};
use hailong_render::{
    Lang, Section,
    component::{Choice, Errors},
    listen::survey::ways,
    work::survey::{StratumRow, SurveyNew, TypedWave},
};
use hailong_store::StoreError;

use super::{done, faulty, questionnaire::known};
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    upload::Upload,
    visitor::Visitor,
};

/// People drawn unless somebody says otherwise.
const SIZE: &str = "600";
/// Days for answers unless somebody says otherwise.
const DAYS: i32 = 20;

/// `GET /work/surveys/new`.
pub(crate) async fn of_cases(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    html(&page(&app, &visitor, false, usual(&visitor), None, Errors::none()).await?)
}

/// `GET /work/surveys/register`.
pub(crate) async fn of_register(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    html(&page(&app, &visitor, true, usual(&visitor), None, Errors::none()).await?)
}

fn usual(visitor: &Visitor) -> TypedWave {
    let today = visitor.now.day();
    TypedWave {
        cases: (today.plus(-91).to_string(), today.plus(-1).to_string()),
        days: (today.to_string(), today.plus(DAYS).to_string()),
        size: SIZE.to_owned(),
        ways: Way::ALL.map(|way| way.key().to_owned()).to_vec(),
        ..TypedWave::default()
    }
}

/// `POST /work/surveys/new`.
pub(crate) async fn plan_cases(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let typed = typed(|name| fields.all(name).map(str::to_owned).collect());
    plan(&app, visitor, typed, fields.get("what") == "open", None).await
}

/// `POST /work/surveys/register`: the same with a file.
pub(crate) async fn plan_register(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    mut upload: Upload,
) -> Result<Response, Failure> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut register = String::new();
    while let Some(part) = upload.next().await? {
        match (part.name.as_str(), part.text()) {
            ("file", text) => register = text.unwrap_or_default(),
            (_, text) => pairs.push((part.name.clone(), text.unwrap_or_default())),
        }
    }
    let all = |name: &str| -> Vec<String> {
        pairs.iter().filter(|(found, _)| found == name).map(|(_, value)| value.clone()).collect()
    };
    let opens = all("what").first().is_some_and(|what| what == "open");
    plan(&app, visitor, typed(all), opens, Some(register)).await
}

fn typed(all: impl Fn(&str) -> Vec<String>) -> TypedWave {
    let one = |name: &str| all(name).into_iter().next().unwrap_or_default();
    TypedWave {
        name: one("name"),
        questionnaire: one("questionnaire"),
        cases: (one("first_day"), one("last_day")),
        days: (one("from"), one("to")),
        size: one("size"),
        seed: one("seed"),
        ways: all("ways"),
    }
}

/// What was typed as a command.
fn command(typed: &TypedWave, register: bool) -> Result<Open, Refusal> {
    let day = |text: &str, field| Day::parse(text.trim()).ok_or(Refusal::BadChoice(field));
    let source = if register {
        Source::Register
    } else {
        Source::Cases {
            first_day: day(&typed.cases.0, "first_day")?,
            last_day: day(&typed.cases.1, "last_day")?,
        }
    };
    let seed = match typed.seed.trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| Refusal::BadChoice("seed"))?),
    };
    Ok(Open {
        name: typed.name.clone(),
        questionnaire: typed.questionnaire.clone(),
        source,
        days: (day(&typed.days.0, "from")?, day(&typed.days.1, "to")?),
        ways: typed.ways.iter().filter_map(|way| Way::from_key(way)).collect(),
        size: typed.size.trim().parse().map_err(|_| Refusal::BadChoice("size"))?,
        seed,
    })
}

/// Shows the sample, or draws it.
async fn plan(
    app: &App,
    visitor: Visitor,
    typed: TypedWave,
    opens: bool,
    register: Option<String>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let today = visitor.now.day();
    let is_register = register.is_some();
    let path = if is_register { "/work/surveys/register" } else { "/work/surveys/new" };
    let outcome = async {
        let command = command(&typed, is_register)?;
        command.check(today)?;
        let people = people(register.as_deref(), &directory, today)?;
        if opens {
            let ctx = visitor.context(app, &directory).map_err(|_| StoreError::Busy)?;
            return Ok((app.store.open_survey(&command, people, &ctx).await?, None));
        }
        let frame = match command.source {
            Source::Register => Frame::new(people),
            Source::Cases { first_day, last_day } => {
                app.store.survey_frame((first_day, last_day), &directory, today).await?
            }
        };
        if frame.is_empty() {
            return Err(StoreError::from(Refusal::FrameEmpty));
        }
        Ok((0, Some(frame.plan(command.size))))
    };
    match outcome.await {
        Ok((wave, None)) => Ok(done(&format!("/work/surveys/{wave}"), "survey-done-open")),
        Ok((_, Some(strata))) => {
            let preview = strata_rows(&strata, &directory, visitor.lang);
            html(&page(app, &visitor.at(path), is_register, typed, Some(preview), Errors::none()).await?)
        }
        Err(StoreError::Refused(why)) => {
            let failure = Failure::from(why.clone());
            if failure.status == StatusCode::FORBIDDEN {
                return Err(failure);
            }
            let errors = faulty(visitor.lang, &why);
            let page = page(app, &visitor.at(path), is_register, typed, None, errors).await?;
            html_refused(&page, failure.status)
        }
        Err(error) => Err(error.into()),
    }
}

/// The people of a register; none when there is no register.
fn people(register: Option<&str>, directory: &Directory, today: Day) -> Result<Vec<Unit>, Refusal> {
    let Some(text) = register else { return Ok(Vec::new()) };
    file::register(text, Some((directory, today))).map_err(|(line, fault)| Refusal::SurveyRow(line, fault))
}

/// Strata in words.
pub(super) fn strata_rows(strata: &[Stratum], directory: &Directory, lang: Lang) -> Vec<StratumRow> {
    let row = |stratum: &Stratum| {
        let place = &stratum.place;
        let commune = match place.commune.as_str() {
            "" => lang.t("survey-elsewhere"),
            commune => directory.unit_name(commune),
        };
        StratumRow {
            names: [directory.unit_name(&place.office), commune, place.field.clone()],
            counts: (stratum.frame, stratum.drawn),
        }
    };
    strata.iter().map(row).collect()
}

async fn page(
    app: &App,
    visitor: &Visitor,
    register: bool,
    typed: TypedWave,
    preview: Option<Vec<StratumRow>>,
    errors: Errors,
) -> Result<SurveyNew, Failure> {
    let title = if register { "survey-new-register" } else { "survey-new" };
    let lang = visitor.lang;
    // The dialogue's forms have a wave of their own.
    let own = known(app, lang).await?.into_iter().filter(|row| row.own_place.is_empty());
    Ok(SurveyNew {
        shell: visitor.shell(title, Section::Surveys),
        register,
        questionnaires: own.map(|row| Choice::new(row.key, row.title)).collect(),
        ways: ways(lang, &Way::ALL),
        typed,
        preview,
        errors,
    })
}
