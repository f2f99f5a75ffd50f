//! Guidance given at the counter, kept and read again.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Entropy,
    id::new_id,
    refusal::Refusal,
    serve::case::{Guide, Reception},
};
use hailong_render::{
    Section,
    component::{Choice, Errors, Pager, refusal},
    work::guidance::{Guidance, GuidanceRow},
};
use hailong_store::{StoreError, keys::fresh_bytes};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    App,
    cursor::{self, PAGE, address},
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// `?after=`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    after: String,
}

/// `GET /work/guidance`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    html(&page(&app, &visitor, &asked.after, &Fields::default(), Errors::none()).await?)
}

/// `POST /work/guidance`.
pub(crate) async fn keep(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let visitor = visitor.at("/work/guidance");
    let directory = app.store.directory();
    let guide = || {
        Ok(Guide {
            guidance_id: Uuid::parse_str(fields.get("id")).map_err(|_| Refusal::BadChoice("words"))?,
            procedure: fields.get("procedure").to_owned(),
            reception: Reception::from_key(fields.get("reception")).ok_or(Refusal::BadChoice("reception"))?,
            words: fields.get("words").to_owned(),
        })
    };
    let ctx = visitor.context(&app, &directory)?;
    let done = match guide() {
        Ok(guide) => app.store.guide(guide, &ctx).await,
        Err(why) => Err(StoreError::Refused(why)),
    };
    match done {
        Ok(()) | Err(StoreError::Stale) => Ok(Redirect::to("/work/guidance").into_response()),
        Err(StoreError::Refused(why)) => {
            let field =
                if why == Refusal::UnknownProcedure { "procedure" } else { why.field().unwrap_or("") };
            let errors = Errors::one(field, refusal(visitor.lang, why.code()));
            let status = Failure::from(why).status;
            html_refused(
                &page(&app, &visitor, "", &fields, errors).await?,
                status.max(StatusCode::BAD_REQUEST),
            )
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(
    app: &App,
    visitor: &Visitor,
    after: &str,
    fields: &Fields,
    errors: Errors,
) -> Result<Guidance, Failure> {
    let (store, lang) = (&app.store, visitor.lang);
    let official = visitor.signed_in()?;
    let directory = store.directory();
    let before = cursor::read(after);
    let mut files = store.guidance_at(&official.office_id, before, PAGE as i64 + 1).await?;
    let more = files.len() > PAGE;
    files.truncate(PAGE);
    let mut rows = Vec::new();
    for file in &files {
        let words = store.guidance_words(file).await?;
        let procedure = directory.procedure_on(&file.procedure, file.given_at.day());
        rows.push(GuidanceRow {
            at: file.given_at,
            who: directory.actor_names(&file.official).0,
            procedure: procedure.map_or_else(|_| file.procedure.clone(), |one| one.short_name_vi.clone()),
            words: words.unwrap_or_else(|| lang.t("guidance-erased")),
        });
    }
    let last = files.last().filter(|_| more).map(|file| cursor::write((file.given_at, file.id)));
    let level = directory.office(&official.office_id)?.level;
    let received = directory.on(visitor.now.day()).procedures().filter(|one| one.received_at(level));
    let ways = [
        ("counter", "work-reception-counter"),
        ("online", "work-reception-online"),
        ("post", "work-reception-post"),
        ("mobile", "work-reception-mobile"),
    ];
    let text = |name: &str| fields.get(name).chars().take(2_000).collect::<String>();
    let sent = Uuid::parse_str(fields.get("id")).ok();
    let id = match sent {
        Some(id) => id,
        None => new_id(visitor.now, &Entropy::new(fresh_bytes()?)),
    };
    Ok(Guidance {
        shell: visitor.shell("guidance-title", Section::Work),
        id: id.to_string(),
        procedures: received.map(|one| Choice::new(&one.code, &one.short_name_vi)).collect(),
        procedure: text("procedure"),
        receptions: ways.map(|(value, key)| Choice::new(value, lang.t(key))).to_vec(),
        reception: if fields.get("reception").is_empty() { "counter".to_owned() } else { text("reception") },
        words: text("words"),
        errors,
        rows,
        pager: Pager {
            first: before.map(|_| "/work/guidance".to_owned()),
            next: last.map(|last| address("/work/guidance", &[("after", last.as_str())])),
        },
    })
}
