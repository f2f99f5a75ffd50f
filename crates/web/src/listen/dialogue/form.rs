//! The forms of a wave that came in, and correcting one that was typed wrongly.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use hailong_core::{
    directory::Directory,
    listen::dialogue::{
        correct::{Correct, Reread, may_correct},
        organises,
        wave::{Way, write_number},
    },
    refusal::Refusal,
    time::Instant,
};
use hailong_render::{
    Lang, Section,
    component::{Errors, Pager},
    listen::dialogue::{page::pressing, topic, topics},
    work::{
        dialogue::ways,
        form::{EnteredForms, FormCorrection, FormRow},
    },
};
use hailong_store::listen::dialogue::{DialogueFile, form::FormFile};
use serde::Deserialize;

use super::{done, entry, faulty, find};
use crate::{
    App,
    cursor::{PAGE, address},
    error::{Failure, html, html_refused, refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// `?list=corrected&after=&done=`; `after` is the number of the last form of the page before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    list: String,
    after: String,
    done: String,
}

/// `GET /work/dialogues/{dialogue}/forms/entered`: whoever prepares the dialogue sees all of them, others those they typed.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = find(&app, &id).await?;
    let (directory, lang) = (app.store.directory(), visitor.lang);
    let official = visitor.signed_in()?;
    let by = (!organises(official, &directory)).then_some(official.id.as_str());
    let (corrected, after) = (asked.list == "corrected", asked.after.parse().unwrap_or_default());
    let mut found = app.store.forms_entered(&id, corrected, by, after, PAGE as i64 + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let place = |after: &str| {
        let pairs = [("list", asked.list.as_str()), ("after", after)];
        address(&format!("/work/dialogues/{id}/forms/entered"), &pairs)
    };
    let next = found.last().filter(|_| more).map(|last| place(&last.form.number.to_string()));
    let row = |form: &FormFile| {
        let mut row = row(form, &directory, lang);
        if is_open(&file, form) {
            row.href = format!("/work/dialogues/{id}/forms/entered/{}", form.form.number);
        }
        row
    };
    html(&EnteredForms {
        shell: visitor.shell("dialogue-entered-forms", Section::Dialogues),
        done: if asked.done.is_empty() { String::new() } else { lang.t("dialogue-done-correct") },
        corrected,
        rows: found.iter().map(row).collect(),
        pager: Pager { first: (after > 0).then(|| place("")), next },
        id,
    })
}

/// Whether the entry of a form can be corrected: typed by an official, while the commune is not decided.
fn is_open(file: &DialogueFile, form: &FormFile) -> bool {
    file.dialogue.choice.is_none() && form.form.entered && form.form.way != Some(Way::Online)
}

fn row(form: &FormFile, directory: &Directory, lang: Lang) -> FormRow {
    let who = |id: &str| directory.actor_names(id).0;
    let entered = |at: Instant| {
        let (key, by) = match form.form.way {
            Some(Way::Phone) => ("dialogue-way-phone", form.form.entered_by.as_deref()),
            Some(Way::Online) => ("dialogue-way-online", None),
            _ => ("dialogue-way-paper", form.form.entered_by.as_deref()),
        };
        (at, key, by.map(who).unwrap_or_default())
    };
    FormRow {
        number: write_number(form.form.number),
        href: String::new(),
        commune: directory.unit_name(&form.form.commune),
        entered: form.entered_at.map(entered),
        says: match form.pressing {
            _ if form.is_struck() => lang.t("dialogue-says-struck"),
            Some(true) => {
                let about = form.topic.map(|one| topic(lang, one)).unwrap_or_default();
                lang.t_args("dialogue-says-pressing", &[("topic", about.into())])
            }
            _ => lang.t("dialogue-says-nothing"),
        },
        corrected: form
            .corrected
            .as_ref()
            .map(|(at, by)| (form.corrections, *at, who(by), form.reason.clone())),
    }
}

/// A form that this visitor may correct.
async fn own(
    app: &App,
    visitor: &Visitor,
    id: &str,
    number: &str,
) -> Result<(DialogueFile, FormFile), Failure> {
    let file = find(app, id).await?;
    let number = number.parse().map_err(|_| Failure::not_found())?;
    let form = app.store.form(id, number).await?.ok_or(Failure::not_found())?;
    let directory = app.store.directory();
    may_correct(&form.form, &visitor.context(app, &directory)?).map_err(|why| match why {
        Refusal::FormOwnCommune => Failure::from(Refusal::NotYourOffice),
        why => Failure::from(why),
    })?;
    Ok((file, form))
}

/// `GET /work/dialogues/{dialogue}/forms/entered/{number}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (file, form) = own(&app, &visitor, &id, &number).await?;
    html(&page(&app, &visitor, &file, &form, None, Errors::none()))
}

/// `POST /work/dialogues/{dialogue}/forms/entered/{number}`.
pub(crate) async fn correct(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let (_, form) = own(&app, &visitor, &id, &number).await?;
    let directory = app.store.directory();
    let typed = entry(&fields, None);
    let to = Reread { way: typed.way, pressing: typed.pressing, topic: typed.topic, words: typed.words };
    let command = Correct {
        to: (fields.get("what") != "strike").then_some(to),
        reason: fields.get("reason").to_owned(),
    };
    let ctx = visitor.context(&app, &directory)?;
    // Somebody else corrected it, or the commune was decided: what holds now is shown, and what was typed stays.
    let Some(why) = refused(app.store.correct_form(&id, form.form.number, &command, &ctx).await)? else {
        return Ok(done(&format!("/work/dialogues/{id}/forms/entered"), "1"));
    };
    let failure = Failure::from(why.clone());
    if failure.status == StatusCode::FORBIDDEN {
        return Err(failure);
    }
    let (file, form) = own(&app, &visitor, &id, &number).await?;
    let visitor = visitor.at(format!("/work/dialogues/{id}/forms/entered/{number}"));
    let page = page(&app, &visitor, &file, &form, Some(&fields), faulty(visitor.lang, &why));
    html_refused(&page, failure.status)
}

fn page(
    app: &App,
    visitor: &Visitor,
    file: &DialogueFile,
    form: &FormFile,
    typed: Option<&Fields>,
    errors: Errors,
) -> FormCorrection {
    let lang = visitor.lang;
    let strikes = typed.is_some_and(|fields| fields.get("what") == "strike");
    let text = |name: &str, first: &str| match typed {
        Some(fields) if !strikes => fields.get(name).to_owned(),
        _ => first.to_owned(),
    };
    FormCorrection {
        shell: visitor.shell("dialogue-correct-title", Section::Dialogues),
        id: file.dialogue.id.clone(),
        row: row(form, &app.store.directory(), lang),
        number: form.form.number,
        open: is_open(file, form),
        way: text("way", form.form.way.map_or("", Way::key)),
        ways: ways(lang),
        pressing: text("pressing", form.pressing.map_or("", |pressing| if pressing { "yes" } else { "no" })),
        answers: pressing(lang),
        topic: text("topic", form.topic.map_or("", |topic| topic.key())),
        topics: topics(lang),
        words: text("words", &form.words),
        reason: typed.map(|fields| fields.get("reason").to_owned()).unwrap_or_default(),
        strikes,
        errors,
    }
}
