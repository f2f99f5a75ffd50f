//! Questionnaires: the list with the waves, one of them, keeping a version.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Role,
    listen::{
        dialogue::organises,
        survey::{
            file,
            question::{Questionnaire, Text},
            template::Template,
            title,
        },
    },
    refusal::Refusal,
};
use hailong_render::{
    Lang, Section,
    component::{Errors, Pager},
    listen::survey::text,
    work::survey::{QuestionnairePage, QuestionnaireRow, Surveys},
};
use hailong_store::{StoreError, listen::survey::QuestionnaireFile};
use serde::Deserialize;

use super::{asked, faulty, rows};
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// Waves on one page.
const PAGE: usize = 20;

/// `?after=`: the wave after which the list goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Listed {
    after: Option<u32>,
}

/// `GET /work/surveys`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(listed): Query<Listed>,
) -> Result<Response, Failure> {
    let official = visitor.signed_in()?;
    let mut files = app.store.surveys(listed.after, PAGE as i64 + 1).await?;
    let more = files.len() > PAGE;
    files.truncate(PAGE);
    let next = files.last().filter(|_| more).map(|last| format!("/work/surveys?after={}", last.survey.wave));
    html(&Surveys {
        shell: visitor.shell("surveys-title", Section::Surveys),
        leads: official.has_role(&[Role::Leader]),
        organises: organises(official, &app.store.directory()),
        rows: rows(&app, &files, "/work/surveys").await?,
        pager: Pager { first: listed.after.map(|_| "/work/surveys".to_owned()), next },
        questionnaires: known(&app, visitor.lang).await?,
    })
}

/// Questionnaires that were kept, and templates that were not yet.
pub(super) async fn known(app: &App, lang: Lang) -> Result<Vec<QuestionnaireRow>, Failure> {
    let row = |key: &str, of: &Questionnaire, version| QuestionnaireRow {
        key: key.to_owned(),
        title: text(lang, &of.title).to_owned(),
        version,
        counts: (of.questions.len(), of.criteria().count()),
        own_place: if key == Template::Dialogue.key() { "/work/dialogues" } else { "" },
    };
    let kept = app.store.questionnaires().await?;
    let is_new = |template: &Template| kept.iter().all(|file| file.saved.key != template.key());
    let ready = Template::ALL.into_iter().filter(is_new);
    let ready = ready.map(|template| row(template.key(), &template.questionnaire(), None));
    let kept =
        kept.iter().map(|file| row(&file.saved.key, &file.saved.questionnaire, Some(file.saved.version)));
    Ok(kept.chain(ready).collect())
}

/// `?version=`, and `?done=` after it was kept.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    version: Option<u32>,
    done: String,
}

/// `GET /work/surveys/questionnaires/{questionnaire}`; `new` is an empty one.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(key): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response, Failure> {
    let (lang, organises) = (visitor.lang, organises(visitor.signed_in()?, &app.store.directory()));
    let (questionnaire, kept) = match app.store.questionnaire(&key, which.version).await? {
        Some(QuestionnaireFile { saved, saved_at, .. }) => {
            (saved.questionnaire, Some((saved.version, saved_at)))
        }
        None if key == "new" => {
            let empty = Questionnaire { title: Text::default(), factors: vec![], questions: vec![] };
            (empty, None)
        }
        None => {
            let template = Template::from_key(&key).filter(|_| which.version.is_none());
            (template.ok_or(Failure::not_found())?.questionnaire(), None)
        }
    };
    let name = text(lang, &questionnaire.title).to_owned();
    let name = if name.is_empty() { lang.t("questionnaire-new") } else { name };
    let done = kept.filter(|_| which.done == "saved").map(|(version, _)| version);
    html(&QuestionnairePage {
        shell: visitor.shell_titled(name, Section::Surveys),
        done: done
            .map(|version| lang.t_args("survey-saved", &[("version", version.into())]))
            .unwrap_or_default(),
        kept,
        asked: asked(lang, &questionnaire, &Fields::default(), true),
        organises,
        key: if key == "new" { String::new() } else { key },
        titles: (questionnaire.title.vi.clone(), questionnaire.title.en.clone()),
        file: file::write(&questionnaire),
        errors: Errors::none(),
    })
}

/// `POST /work/surveys/questionnaires`: keeps a version.
pub(crate) async fn save(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    if !organises(visitor.signed_in()?, &directory) {
        return Err(Refusal::NotYourRole.into());
    }
    let key = fields.trimmed("key");
    let title = title(fields.get("title_vi"), fields.get("title_en"));
    let read = file::questionnaire(title, fields.get("file"));
    let saved = match read.map_err(|(line, fault)| Refusal::SurveyRow(line, fault)) {
        Ok(questionnaire) => {
            app.store.save_questionnaire(key, questionnaire, &visitor.context(&app, &directory)?).await
        }
        Err(why) => Err(why.into()),
    };
    match saved {
        Ok(_) => Ok(Redirect::to(&format!("/work/surveys/questionnaires/{key}?done=saved")).into_response()),
        Err(StoreError::Refused(why)) => {
            let (lang, failure) = (visitor.lang, Failure::from(why.clone()));
            let visitor = visitor.at("/work/surveys/questionnaires/new");
            let text = |name: &str| fields.get(name).to_owned();
            let page = QuestionnairePage {
                shell: visitor.shell("questionnaire-new", Section::Surveys),
                done: String::new(),
                kept: None,
                asked: Vec::new(),
                organises: true,
                key: text("key"),
                titles: (text("title_vi"), text("title_en")),
                file: text("file"),
                errors: faulty(lang, &why),
            };
            html_refused(&page, failure.status)
        }
        Err(error) => Err(error.into()),
    }
}
