//! Procedures: the list with its search, and one with all its parts.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hailong_core::serve::{
    office::{Level, Office},
    procedure::{Channel, Procedure},
};
use hailong_render::{
    Lang, Section,
    component::{Choice, Pager},
    serve::procedure::{Document, Limit, Link, Part, ProcedureList, ProcedurePage, ProcedureRow},
};
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html},
    visitor::Visitor,
};

/// Rows on one page of the list.
const PAGE: usize = 50;
/// Longest query, in characters.
const LONGEST_QUERY: usize = 100;

/// `?q=&field=&after=`; `after` is the code of the last row of the page before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    q: String,
    field: String,
    after: String,
}

/// `GET /procedures`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let query: String = filter.q.chars().take(LONGEST_QUERY).collect();
    let today = visitor.now.day();
    let mut found = directory.on(today).search(&query);
    found.retain(|procedure| filter.field.is_empty() || procedure.field_vi == filter.field);
    let start = match found.iter().position(|procedure| procedure.code == filter.after) {
        Some(last) => last + 1,
        None => 0,
    };
    let page = &found[start..found.len().min(start + PAGE)];
    let address = |after: Option<&str>| {
        let mut pairs = vec![("q", query.as_str()), ("field", filter.field.as_str())];
        pairs.extend(after.map(|after| ("after", after)));
        pairs.retain(|(_, value)| !value.is_empty());
        format!("/procedures?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
    };
    let more = start + page.len() < found.len();
    let pager = Pager {
        first: (start > 0).then(|| address(None)),
        next: page.last().filter(|_| more).map(|last| address(Some(&last.code))),
    };
    let fields: BTreeSet<&str> =
        directory.on(today).procedures().map(|procedure| procedure.field_vi.as_str()).collect();
    html(&ProcedureList {
        shell: visitor.shell("procedures-title", Section::Procedures),
        fields: fields.into_iter().map(|field| Choice::new(field, field)).collect(),
        count: found.len() as u32,
        rows: page.iter().map(|procedure| in_list(procedure)).collect(),
        pager,
        field: filter.field.clone(),
        query,
    })
}

/// `GET /procedures/{code}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&code, visitor.now.day())?;
    let today = directory.on(visitor.now.day());
    let receives = |office: &Office| office.receives() && procedure.received_at(office.level);
    let receiving = today.offices().filter(|office| receives(office));
    let offices = receiving
        .map(|office| Link { href: format!("/offices/{}", office.id), text: office.unit_name.clone() })
        .collect();
    let part = |name: &str, lines: Vec<String>| Part { lines, sure: !procedure.is_unsure_of(name) };
    let lang = visitor.lang;
    html(&ProcedurePage {
        shell: visitor.shell_titled(&procedure.short_name_vi, Section::Procedures),
        code: procedure.code.clone(),
        name: procedure.name_vi.clone(),
        field: procedure.field_vi.clone(),
        limit: limit_of(procedure),
        steps: part("steps", procedure.steps_vi.clone()),
        ways: part("channels", procedure.channels.iter().map(|channel| lang.t(way_key(*channel))).collect()),
        documents: procedure.documents.iter().map(document).collect(),
        documents_sure: !procedure.is_unsure_of("documents"),
        sets: u32::from(procedure.dossier_sets),
        limits: part("limits", procedure.limits.iter().map(|limit| limit_line(lang, limit)).collect()),
        applicants: part("applicants", procedure.applicants_vi.iter().cloned().collect()),
        agency: part("agency", vec![procedure.agency.clone()]),
        forms: part("forms", procedure.forms_vi.clone()),
        result: part("result", vec![procedure.result_vi.clone()]),
        conditions: part("conditions", procedure.conditions_vi.iter().cloned().collect()),
        fees: part("fee", vec![procedure.fee_text.clone()]),
        legal_basis: part("legal_basis", procedure.legal_basis.clone()),
        offices,
    })
}

fn in_list(procedure: &Procedure) -> ProcedureRow {
    ProcedureRow {
        code: procedure.code.clone(),
        name: procedure.short_name_vi.clone(),
        field: procedure.field_vi.clone(),
        limit: limit_of(procedure),
        fee: procedure.fee_text.clone(),
        commune: procedure.received_at(Level::Commune),
    }
}

fn limit_of(procedure: &Procedure) -> Limit {
    procedure.limits.first().map_or(Limit::Unknown, Limit::from)
}

/// A limit with the cases it is for and its remark.
fn limit_line(lang: Lang, limit: &hailong_core::serve::procedure::Limit) -> String {
    let line = hailong_render::work::limit_text(lang, limit);
    limit.note.as_ref().map_or(line.clone(), |note| format!("{line}; {note}"))
}

fn document(document: &hailong_core::serve::procedure::Document) -> Document {
    Document {
        name: document.name.clone(),
        originals: u32::from(document.originals),
        copies: u32::from(document.copies),
        condition: document.condition.clone().unwrap_or_default(),
        only_shown: !document.submit,
    }
}

fn way_key(channel: Channel) -> &'static str {
    match channel {
        Channel::Direct => "way-direct",
        Channel::Online => "way-online",
        Channel::Post => "way-post",
    }
}
