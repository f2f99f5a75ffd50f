//! Procedures: the list with its search, and one with all its parts.

pub(crate) mod poster;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hailong_core::{
    directory::Directory,
    serve::{
        office::{Level, Office, Validity},
        procedure::{Amount, Procedure, Question},
    },
    time::Day,
};
use hailong_render::{
    Lang, Section,
    component::{Choice, Pager},
    format,
    serve::procedure::{
        Calculator, Document, Limit, Link, Part, ProcedureList, ProcedurePage, ProcedureRow, Version,
        bring::{Asked, BringPage},
        words,
    },
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
/// The most pages or copies that a fee is calculated for.
const MOST_PIECES: u32 = 100_000;

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

/// `?from=&quantity=&pieces=`: which version is shown, and what its fee is calculated for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    from: String,
    quantity: String,
    pieces: String,
}

/// `GET /procedures/{code}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let today = visitor.now.day();
    let procedure = version(&directory, &code, &shown.from, today)?;
    let on_day = directory.on(today);
    let receives = |office: &Office| office.receives() && procedure.received_at(office.level);
    let offices = on_day.offices().filter(|office| receives(office));
    let offices = offices.map(|office| link(format!("/offices/{}", office.id), &office.unit_name)).collect();
    let part = |name: &str, lines: Vec<String>| Part { lines, sure: !procedure.is_unsure_of(name) };
    let lang = visitor.lang;
    let replaced = procedure.replaced_by.iter().map(|code| link(format!("/procedures/{code}"), code));
    html(&ProcedurePage {
        shell: visitor.shell_titled(&procedure.short_name_vi, Section::Procedures),
        code: procedure.code.clone(),
        name: procedure.name_vi.clone(),
        field: procedure.field_vi.clone(),
        limit: limit_of(procedure),
        online: procedure.channels.contains(&hailong_core::serve::procedure::Channel::Online),
        steps: part("steps", procedure.steps_vi.clone()),
        ways: part("channels", procedure.channels.iter().map(|way| lang.t(words::way_key(*way))).collect()),
        documents: procedure.documents.iter().map(document).collect(),
        documents_sure: !procedure.is_unsure_of("documents"),
        sets: u32::from(procedure.dossier_sets),
        limits: part("limits", words::limit_lines(lang, procedure)),
        applicants: part("applicants", procedure.applicants_vi.iter().cloned().collect()),
        agency: part("agency", vec![procedure.agency.clone()]),
        forms: part("forms", procedure.forms_vi.clone()),
        result: part("result", vec![procedure.result_vi.clone()]),
        conditions: part("conditions", procedure.conditions_vi.iter().cloned().collect()),
        fees: part("fee", words::fee_lines(lang, procedure)),
        legal_basis: part("legal_basis", procedure.legal_basis.clone()),
        offices,
        versions: versions(lang, &directory, procedure, today),
        calculator: calculator(lang, procedure, shown),
        sector: part("sector", words::sector_lines(lang, procedure)),
        note: procedure.note.clone().unwrap_or_default(),
        decision: procedure.decision.clone().unwrap_or_default(),
        replaced_by: replaced.collect(),
        replaces: procedure.replaces.join(", "),
    })
}

/// The version that begins on a day (`first` for the one without a first day), otherwise the one to show today.
fn version<'a>(
    directory: &'a Directory,
    code: &str,
    from: &str,
    today: Day,
) -> Result<&'a Procedure, Failure> {
    let asked = directory.versions(code).iter().find(|version| from_key(version) == from);
    Ok(match asked {
        Some(version) => version,
        None => directory.procedure_near(code, today)?,
    })
}

/// How addresses name a version.
fn from_key(version: &Procedure) -> String {
    version.valid_from.map_or_else(|| "first".to_owned(), |day| day.to_string())
}

fn link(href: String, text: &str) -> Link {
    Link { href, text: text.to_owned() }
}

/// Every version, the newest first.
fn versions(lang: Lang, directory: &Directory, shown: &Procedure, today: Day) -> Vec<Version> {
    let all = directory.versions_in_time(&shown.code).filter(|(_, validity)| !validity.is_empty());
    let line = |(version, validity): (&Procedure, Validity)| Version {
        href: format!("/procedures/{}?from={}", version.code, from_key(version)),
        text: words::validity(lang, validity),
        now: validity.holds(today),
        shown: std::ptr::eq(version, shown),
    };
    let mut versions: Vec<Version> = all.map(line).collect();
    versions.reverse();
    versions
}

/// The calculator of the first fee that depends on a quantity.
fn calculator(lang: Lang, procedure: &Procedure, typed: Shown) -> Option<Calculator> {
    let fee = procedure.fees.iter().find(|fee| fee.amount.is_formula())?;
    let label = |key: &str, unit: &str, piece: &str| {
        lang.t_args(key, &[("unit", unit.into()), ("piece", piece.into())])
    };
    let (quantity_label, pieces_label) = match &fee.amount {
        Amount::Stepped { unit_vi, piece_vi, .. } => {
            (label("fee-quantity-each", unit_vi, piece_vi), label("fee-pieces", unit_vi, piece_vi))
        }
        Amount::PerUnit { unit_vi, .. } => (label("fee-quantity", unit_vi, ""), String::new()),
        _ => return None,
    };
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number <= MOST_PIECES);
    let pieces = if typed.pieces.trim().is_empty() { Some(1) } else { number(&typed.pieces) };
    let total = number(&typed.quantity).zip(pieces).and_then(|(each, pieces)| fee.amount.total(each, pieces));
    let total = total.and_then(|total| i64::try_from(total).ok());
    Some(Calculator {
        quantity_label,
        quantity: typed.quantity,
        pieces_label,
        pieces: typed.pieces,
        from: typed.from,
        total: total.map(|total| format::money(lang, total)).unwrap_or_default(),
    })
}

/// `GET /procedures/{code}/bring`: the answers are the query, by the key of their question.
pub(crate) async fn bring(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(answers): Query<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let procedure = directory.procedure_near(&code, visitor.now.day())?;
    let lang = visitor.lang;
    let asked = |question: Question| {
        let chosen = answers.get(&question.key).filter(|given| question.answers().any(|key| key == *given));
        Asked {
            text: words::question(lang, &question),
            chosen: chosen.cloned().unwrap_or_default(),
            choices: choices(lang, &question),
            key: question.key,
        }
    };
    html(&BringPage {
        shell: visitor.shell_titled(&procedure.short_name_vi, Section::Procedures),
        code: procedure.code.clone(),
        name: procedure.short_name_vi.clone(),
        questions: procedure.questions().into_iter().map(asked).collect(),
        documents: procedure
            .to_bring(&answers)
            .into_iter()
            .map(|bring| (bring.verdict, document(bring.document)))
            .collect(),
        sets: u32::from(procedure.dossier_sets),
        forms: procedure.forms_vi.clone(),
        fees: words::fee_lines(lang, procedure),
        sure: !procedure.is_unsure_of("documents"),
    })
}

fn choices(lang: Lang, question: &Question) -> Vec<Choice> {
    if question.choices.is_empty() {
        return vec![Choice::new("yes", lang.t("answer-yes")), Choice::new("no", lang.t("answer-no"))];
    }
    let text = |choice: &hailong_core::serve::procedure::Choice| match (lang, &choice.text_en) {
        (Lang::En, Some(text)) => text.clone(),
        _ => choice.text_vi.clone(),
    };
    question.choices.iter().map(|choice| Choice::new(&choice.key, text(choice))).collect()
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

fn document(document: &hailong_core::serve::procedure::Document) -> Document {
    Document {
        name: document.name.clone(),
        originals: u32::from(document.originals),
        copies: u32::from(document.copies),
        condition: document.condition.clone().unwrap_or_default(),
        only_shown: !document.submit,
    }
}
