//! One case: what it is, what can be done with it now, and what happened.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hailong_core::{
    context::Role,
    directory::Directory,
    event::Event,
    id::Bytes,
    listen::invitation::VALID_DAYS,
    secret::SecretKey,
    serve::{
        applicant,
        case::{Case, Mark, Outcome, State as CaseState},
        official::Official,
        procedure::Procedure,
    },
    time::Day,
};
use hailong_render::{
    Lang, Section,
    component::{Choice, Errors},
    work::{
        Document,
        thing::{
            Action, Actions, Applicant, CaseThing, Happened, HistoryRow, Papers, Typed, supplement_done,
        },
    },
};
use hailong_store::{Line, Store, StoreError, serve::case::CaseFile};
use serde::Deserialize;

use super::{days_left, history, ledger, limits, name_of, own_case};
use crate::{
    App,
    error::{Failure, html},
    visitor::Visitor,
};

/// `?done=`: what was just done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    done: String,
}

/// What is shown besides the case: what was done, or what is wrong with a form that came back.
#[derive(Default)]
pub(crate) struct Said {
    /// In words; empty when nothing was done.
    pub(crate) done: String,
    /// Faults of the form.
    pub(crate) errors: Errors,
    /// The form.
    pub(crate) opened: Option<Action>,
    /// What was typed into it.
    pub(crate) typed: Typed,
}

/// `GET /cases/{id}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    let lang = visitor.lang;
    let done = match asked.done.as_str() {
        "received" => Action::Accept.done(lang),
        "supplement" => supplement_done(lang),
        "handed-over" => Action::HandOver.done(lang),
        "finished" => Action::Finish.done(lang),
        "returned" => Action::Return.done(lang),
        "refused" => Action::Refuse.done(lang),
        _ => String::new(),
    };
    html(&case_page(&app, &visitor, &file, Said { done, ..Said::default() }).await?)
}

/// The page of a case of the visitor's own office.
pub(crate) async fn case_page(
    app: &App,
    visitor: &Visitor,
    file: &CaseFile,
    said: Said,
) -> Result<CaseThing, Failure> {
    let (store, case, lang) = (&app.store, &file.case, visitor.lang);
    let directory = store.directory();
    let procedure = directory.procedure(&case.procedure)?;
    let key = store.data_key(case.person_id).await?;
    let lines = history(store, file).await?;
    let asked = lines.iter().any(|(_, event)| matches!(event, Event::SupplementRequested(_)));
    let invited = is_invited(store, file, visitor).await?;
    let applicant = store.applicant(file).await?;
    Ok(CaseThing {
        shell: visitor.shell("work-case-title", Section::Work),
        done: said.done,
        errors: said.errors,
        opened: said.opened,
        typed: said.typed,
        id: case.id.to_string(),
        version: case.version,
        code: file.code.clone().unwrap_or_default(),
        procedure_code: procedure.code.clone(),
        procedure: procedure.short_name_vi.clone(),
        state: case.state,
        official: name_of(&directory, &case.holder),
        office: directory.office(&case.office_id)?.unit_name.clone(),
        received: file.opened_at,
        due: case.due.or(file.due_at.filter(|_| case.paused().is_none())),
        days_left: days_left(file, &directory, visitor.now),
        actions: actions(case, visitor.signed_in()?, &directory, visitor.now.day()),
        limits: limits(lang, procedure),
        applicant: applicant.map(|applicant| shown(applicant, file, &directory, lang)),
        documents: documents(procedure, file),
        ledger: ledger(lang, file, &directory),
        history: history_rows(&lines, case, key.as_ref(), &directory, lang),
        papers: Papers {
            receipt: file.accepted_at.is_some(),
            supplement_request: asked,
            refusal: case.state == CaseState::Refused,
            invitation: invited,
        },
    })
}

/// Whether there is an invitation that can still be given out. Whether it was used is nobody's business here.
async fn is_invited(store: &Store, file: &CaseFile, visitor: &Visitor) -> Result<bool, StoreError> {
    if file.closed_at.is_none() {
        return Ok(false);
    }
    let invitation = store.invitation_of_case(file.case.id).await?;
    Ok(invitation.is_some_and(|found| visitor.now.day() <= found.invited.day.plus(VALID_DAYS)))
}

/// What this official may do with the case now; `core` decides again when it is done.
fn actions(case: &Case, official: &Official, directory: &Directory, today: Day) -> Actions {
    let holds = official.acts_for(&case.holder) || official.role_at(&case.at_office) == Some(Role::Head);
    let works = case.state.is_running() && holds && official.role_at(&case.at_office).is_some();
    let waits =
        matches!(case.state, CaseState::Opened | CaseState::SupplementRequested) && case.clock.is_none();
    let may_hold =
        |other: &Official| matches!(other.role, Role::Official | Role::Head) && other.id != case.holder;
    let colleagues = directory.on(today).officials_of(&case.at_office).filter(may_hold).filter(|_| works);
    Actions {
        hand_over: colleagues.map(|other| Choice::new(&other.id, &other.name)).collect(),
        finish: works,
        return_result: case.state == CaseState::Finished,
        refuse: works || waits,
        accept: waits,
    }
}

/// What was found of each document; before the first check nothing was.
pub(crate) fn marks(procedure: &Procedure, file: &CaseFile) -> Vec<Mark> {
    let known = file.documents.iter().copied();
    let unknown = procedure
        .documents
        .iter()
        .skip(file.documents.len())
        .map(|document| if document.condition.is_some() { Mark::NotNeeded } else { Mark::Missing });
    known.chain(unknown).collect()
}

fn documents(procedure: &Procedure, file: &CaseFile) -> Vec<Document> {
    let all = procedure.documents.iter().zip(marks(procedure, file));
    all.map(|(document, mark)| Document::new(document, mark)).collect()
}

fn shown(applicant: applicant::Applicant, file: &CaseFile, directory: &Directory, lang: Lang) -> Applicant {
    let office = file.residence.as_deref().and_then(|id| directory.office(id).ok());
    Applicant {
        kind: applicant.kind,
        name: applicant.name,
        identity_number: applicant.identity_number,
        phone: applicant.phone,
        email: applicant.email,
        address: applicant.address,
        residence: office.map_or_else(|| lang.t("work-residence-outside"), |office| office.unit_name.clone()),
    }
}

/// What happened, the newest first.
fn history_rows(
    lines: &[(Line, Event)],
    case: &Case,
    key: Option<&SecretKey>,
    directory: &Directory,
    lang: Lang,
) -> Vec<HistoryRow> {
    let open = |sealed: &Bytes| {
        let words = key.and_then(|key| key.open(case.id.as_bytes(), &sealed.0));
        words
            .and_then(|words| String::from_utf8(words).ok())
            .unwrap_or_else(|| lang.t("work-applicant-hidden"))
    };
    let mut rows = Vec::new();
    for (line, event) in lines {
        let Some(what) = happened(event, directory) else { continue };
        let note = match event {
            Event::SupplementRequested(request) => open(&request.reason),
            Event::CaseRefused { reason, .. } => open(reason),
            _ => String::new(),
        };
        let ends = matches!(what, Happened::Returned | Happened::Refused);
        rows.push(HistoryRow { at: line.at, who: name_of(directory, &line.actor), what, note });
        // The same decision that ends a case issues the invitation, on a line of its own on the roll.
        if ends {
            let what = Happened::Invited;
            rows.push(HistoryRow { at: line.at, who: String::new(), what, note: String::new() });
        }
    }
    rows.reverse();
    rows
}

/// An event of a case as pages tell it.
pub(crate) fn happened(event: &Event, directory: &Directory) -> Option<Happened> {
    Some(match event {
        Event::CaseOpened(_) => Happened::Opened,
        Event::SupplementRequested(_) => Happened::SupplementRequested,
        Event::CaseAccepted(_) => Happened::Accepted,
        Event::CaseHandedOver { to, .. } => Happened::HandedOver { to: name_of(directory, to) },
        Event::CaseFinished { outcome, .. } => Happened::Finished { granted: *outcome == Outcome::Granted },
        Event::CaseReturned { .. } => Happened::Returned,
        Event::CaseRefused { .. } => Happened::Refused,
        _ => return None,
    })
}
