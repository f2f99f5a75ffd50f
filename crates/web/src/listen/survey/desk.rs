//! A wave as those see it who hold it: how it stands, who was drawn, its forms on paper, what it says.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hailong_core::{
    context::{Entropy, Role},
    listen::{
        dialogue::organises,
        survey::{index::Counts, question::Kind, roll, wave::Source},
    },
    refusal::Refusal,
};
use hailong_render::{
    Lang, Section,
    component::{Choice, Errors, Pager, refusal},
    format,
    listen::{
        dialogue::paper::Sender,
        survey::{
            paper::{PaperForm, SurveyPapers},
            text,
        },
    },
    paper::unit_and_place,
    work::survey::{OfficeForms, PersonRow, SurveyDesk, SurveyPeople, SurveyWords},
};
use hailong_store::{StoreError, hex, keys::fresh_bytes, listen::survey::SurveyFile};
use serde::Deserialize;

use super::{asks, done, find, plan::strata_rows, results};
use crate::{
    App,
    cursor::{PAGE, address},
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    serve::case::print::{answer, attached},
    visitor::Visitor,
};

const SHEETS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `?done=`: what was just done, by its key.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Seen {
    done: String,
}

/// `GET /work/surveys/{wave}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(wave): Path<String>,
    Query(seen): Query<Seen>,
) -> Result<Response, Failure> {
    let file = find(&app, &wave).await?;
    let known = ["survey-done-open", "survey-done-close"].into_iter().find(|key| *key == seen.done);
    let said = known.map(|key| visitor.lang.t(key)).unwrap_or_default();
    html(&desk(&app, &visitor, &file, said, Errors::none()).await?)
}

/// `POST /work/surveys/{wave}/close`.
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(wave): Path<String>,
    Form(_): Form<Fields>,
) -> Result<Response, Failure> {
    let file = find(&app, &wave).await?;
    let directory = app.store.directory();
    let path = format!("/work/surveys/{}", file.survey.wave);
    match app.store.close_survey(&file, &visitor.context(&app, &directory)?).await {
        Ok(()) => Ok(done(&path, "survey-done-close")),
        Err(StoreError::Refused(why @ Refusal::SurveyOver)) => {
            let failure = Failure::from(why.clone());
            let errors = Errors::one("", refusal(visitor.lang, why.code()));
            html_refused(&desk(&app, &visitor.at(path), &file, String::new(), errors).await?, failure.status)
        }
        Err(error) => Err(error.into()),
    }
}

async fn desk(
    app: &App,
    visitor: &Visitor,
    file: &SurveyFile,
    said: String,
    errors: Errors,
) -> Result<SurveyDesk, Failure> {
    let (directory, lang, today) = (app.store.directory(), visitor.lang, visitor.now.day());
    let (official, survey) = (visitor.signed_in()?, &file.survey);
    let questionnaire = asks(app, file).await?;
    let organises = organises(official, &directory);
    let roll = app.store.survey_counts(survey).await?;
    let mut offices = BTreeMap::<&str, Counts>::new();
    for (stratum, counts) in survey.strata.iter().zip(&roll) {
        let office = offices.entry(&stratum.place.office).or_default();
        *office = office.and(*counts);
    }
    let (from, to) = survey.days;
    let open = survey.closed_on.is_none();
    let words =
        questionnaire.questions.iter().enumerate().filter(|(_, question)| question.kind == Kind::Words);
    let words = words.map(|(at, question)| (at, text(lang, &question.text).to_owned()));
    Ok(SurveyDesk {
        shell: visitor.shell_titled(file.name.as_str(), Section::Surveys),
        wave: survey.wave,
        done: said,
        source: source(lang, &file.source),
        days: survey.days,
        questionnaire: (
            survey.questionnaire.0.clone(),
            survey.questionnaire.1,
            text(lang, &questionnaire.title).to_owned(),
        ),
        closed_on: survey.closed_on,
        open: open && today >= from,
        organises,
        closable: open && (official.has_role(&[Role::Leader]) || organises && today > to),
        counts: roll.iter().fold(Counts::default(), |sum, one| sum.and(*one)),
        offices: offices
            .into_iter()
            .map(|(id, counts)| OfficeForms { id: id.to_owned(), name: directory.unit_name(id), counts })
            .collect(),
        strata: strata_rows(&survey.strata, &directory, lang),
        draw: (file.seed, hex(&file.frame_digest), hex(&file.draw_digest)),
        results: results(app, file, &questionnaire, lang, organises).await?,
        words: if organises { words.collect() } else { Vec::new() },
        errors,
    })
}

fn source(lang: Lang, source: &Source) -> String {
    match source {
        Source::Register => lang.t("survey-source-register"),
        Source::Cases { first_day, last_day } => {
            let [from, to] = [first_day, last_day].map(|day| format::date(lang, *day));
            lang.t_args("survey-source-cases", &[("from", from.into()), ("to", to.into())])
        }
    }
}

/// A wave for those who prepare surveys: they alone see who was drawn, codes, and words.
async fn own(app: &App, visitor: &Visitor, wave: &str) -> Result<SurveyFile, Failure> {
    let file = find(app, wave).await?;
    if !organises(visitor.signed_in()?, &app.store.directory()) {
        return Err(Refusal::NotYourRole.into());
    }
    Ok(file)
}

/// `?office=` and the place after which the list goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    office: String,
    after: u32,
}

/// `GET /work/surveys/{wave}/people`.
pub(crate) async fn people(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(wave): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = own(&app, &visitor, &wave).await?;
    let (directory, lang, survey) = (app.store.directory(), visitor.lang, &file.survey);
    let mut offices: Vec<&str> = survey.strata.iter().map(|stratum| stratum.place.office.as_str()).collect();
    offices.dedup();
    let office = offices
        .iter()
        .find(|office| **office == asked.office)
        .or(offices.first())
        .copied()
        .unwrap_or_default();
    // The strata of an office stand together, and people in the order of strata.
    let of = |at: &usize| survey.strata[*at].place.office == office;
    let strata: Vec<usize> = (0..survey.strata.len()).filter(of).collect();
    let first = strata.first().map_or(0, |at| survey.serials_of(*at).start - 1);
    let last = strata.last().map_or(0, |at| survey.serials_of(*at).end - 1);
    let after = asked.after.clamp(first, last);
    let limit = (last - after).min(PAGE as u32 + 1);
    let mut found = app.store.survey_people(survey, after, i64::from(limit)).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let list = |after: String| {
        address(&format!("/work/surveys/{}/people", survey.wave), &[("office", office), ("after", &after)])
    };
    let next = found.last().filter(|_| more).map(|last| list(last.place.to_string()));
    let strata = strata_rows(&survey.strata, &directory, lang);
    let row = |person: hailong_store::listen::survey::roll::Person| {
        let contact = person.contact.unwrap_or_else(|| hailong_core::listen::survey::wave::Contact {
            name: lang.t("survey-erased"),
            ..Default::default()
        });
        let place = strata.get(person.stratum as usize).map(|row| row.names[1..].join(", "));
        PersonRow {
            name: contact.name,
            contact: contact.contact,
            address: contact.address,
            place: place.unwrap_or_default(),
        }
    };
    html(&SurveyPeople {
        shell: visitor.shell("survey-people", Section::Surveys),
        wave: survey.wave,
        offices: offices.iter().map(|office| Choice::new(*office, directory.unit_name(office))).collect(),
        office: office.to_owned(),
        rows: found.into_iter().map(row).collect(),
        pager: Pager { first: (after > first).then(|| list(String::new())), next },
    })
}

/// `GET /work/surveys/{wave}/forms.pdf`: the forms of an office that did not come back, in an order that tells nothing.
pub(crate) async fn forms(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(wave): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = own(&app, &visitor, &wave).await?;
    let (directory, survey) = (app.store.directory(), &file.survey);
    let strata = (0..survey.strata.len()).filter(|at| survey.strata[*at].place.office == asked.office);
    let mut serials: Vec<u32> = strata.flat_map(|at| survey.serials_of(at)).collect();
    if serials.is_empty() || survey.closed_on.is_some() {
        return Err(Failure::not_found());
    }
    Entropy::new(fresh_bytes()?).shuffle(&mut serials);
    let secrets = app.store.vault().secrets();
    let form = |serial: u32| PaperForm {
        code: roll::write_code(secrets, survey.wave, serial),
        address: format!("{}/survey/{}", app.base_url, roll::code(secrets, survey.wave, serial)),
    };
    let (authority, place) = unit_and_place(&directory.authority.name_vi);
    let papers = SurveyPapers {
        sender: Sender {
            authority: format!("Ủy ban nhân dân {authority}"),
            place,
            day: visitor.now.day(),
            demo: app.demo,
        },
        name: file.name.clone(),
        office: directory.unit_name(&asked.office),
        until: survey.days.1,
        questionnaire: asks(&app, &file).await?,
        forms: serials.into_iter().map(form).collect(),
    };
    let name = format!("phieu-khao-sat-{}-{}", survey.wave, asked.office);
    let made = tokio::task::spawn_blocking(move || papers.pdf()).await;
    answer(made.map_err(|_| Failure::internal())?, &name)
}

/// `?question=` and the place after which the list goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    question: usize,
    after: u32,
}

/// `GET /work/surveys/{wave}/words`.
pub(crate) async fn words(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(wave): Path<String>,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let file = own(&app, &visitor, &wave).await?;
    let questionnaire = asks(&app, &file).await?;
    let question = questionnaire.questions.get(said.question).filter(|question| question.kind == Kind::Words);
    let question = text(visitor.lang, &question.ok_or(Failure::not_found())?.text).to_owned();
    let mut found = app.store.survey_words(&file.survey, said.question, said.after, PAGE as i64 + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let list = |after: u32| {
        format!("/work/surveys/{}/words?question={}&after={after}", file.survey.wave, said.question)
    };
    html(&SurveyWords {
        shell: visitor.shell_titled(question.as_str(), Section::Surveys),
        wave: file.survey.wave,
        question,
        pager: Pager {
            first: (said.after > 0).then(|| list(0)),
            next: found.last().filter(|_| more).map(|(place, _)| list(*place)),
        },
        rows: found.into_iter().map(|(_, words)| words).collect(),
    })
}

/// `GET /work/surveys/{wave}/results.xlsx`.
pub(crate) async fn xlsx(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(wave): Path<String>,
) -> Result<Response, Failure> {
    let file = own(&app, &visitor, &wave).await?;
    let (lang, questionnaire) = (visitor.lang, asks(&app, &file).await?);
    let view = results(&app, &file, &questionnaire, lang, true).await?.ok_or(Failure::not_found())?;
    let mut subtitle = vec![source(lang, &file.source), lang.t("survey-how")];
    if app.demo {
        subtitle.push(format!("{} {}", lang.t("demo-name"), lang.t("demo-people")));
    }
    let title = file.name.clone();
    let made = tokio::task::spawn_blocking(move || view.xlsx(lang, &title, &subtitle)).await;
    let bytes = made.map_err(|_| Failure::internal())?.map_err(|error| {
        tracing::error!(%error, "a spreadsheet cannot be made");
        Failure::internal()
    })?;
    attached(bytes, SHEETS, &format!("attachment; filename=\"khao-sat-{}.xlsx\"", file.survey.wave))
}
