//! One case: what it is, what can be done with it now, and what happened.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use hailong_core::{
    directory::Directory,
    event::Event,
    id::Bytes,
    listen::invitation::VALID_DAYS,
    secret::SecretKey,
    serve::{
        applicant,
        case::{Action, Case, Mark, Reception, State as CaseState},
        clock::{self, Dates},
        procedure::Procedure,
    },
    time::{Day, Instant},
};
use hailong_render::{
    Lang, Section, format,
    work::{
        Document,
        date::{self, DateRow},
        thing::{Applicant, CaseThing, ConsultationRow, Happened, HistoryRow, Papers},
    },
};
use hailong_store::{
    Line, Store, StoreError,
    serve::case::{CaseFile, ConsultationFile},
};
use serde::Deserialize;

use super::{
    days_left,
    doing::{CameBack, Desk},
    happened::{happened, reply_key},
    history, ledger, name_of, own_case,
};
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
    /// The step that was just taken.
    pub(crate) done: Option<Action>,
    /// The form.
    pub(super) back: CameBack,
}

/// `GET /cases/{id}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    let done = match asked.done.as_str() {
        "received" => Some(Action::Accept),
        "supplement" => Some(Action::Ask),
        path => Action::from_path(path),
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
    let procedure = directory.procedure_on(&case.procedure, file.opened_at.day())?;
    let key = store.data_key(case.person_id).await?;
    let lines = history(store, file).await?;
    let asked = lines.iter().any(|(_, event)| matches!(event, Event::SupplementRequested(_)));
    let invited = is_invited(store, file, visitor).await?;
    let applicant = store.applicant(file).await?;
    let consultations = store.consultations(case.id).await?;
    let ctx = visitor.context(app, &directory)?;
    let desk = Desk { lang, file, procedure, directory: &directory, consultations: &consultations };
    let doings = desk.doings(&ctx, &said.back);
    let words = Words { case, key: key.as_ref(), lang };
    let offered = |action: &Action| doings.iter().any(|doing| doing.action == *action);
    let unsent = match said.back.action.filter(|action| !offered(action)) {
        Some(_) => said.back.fields.get("reason").chars().take(2_000).collect(),
        None => String::new(),
    };
    Ok(CaseThing {
        shell: visitor.shell("work-case-title", Section::Work),
        done: said.done,
        errors: said.back.errors,
        unsent,
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
        doings,
        consultations: consultations.iter().map(|one| words.consultation(one)).collect(),
        dates: dates(file, &directory, lang, visitor.now),
        next_date: next_date(file, &directory, lang, visitor.now),
        places: places(file, &directory, lang),
        applicant: applicant.map(|applicant| shown(applicant, file, &directory, lang)),
        documents: documents(procedure, file),
        ledger: ledger(lang, file, &directory, visitor.now),
        history: history_rows(&lines, &words, &directory),
        papers: Papers {
            receipt: file.accepted_at.is_some(),
            supplement_request: asked,
            refusal: case.state == CaseState::Refused,
            invitation: invited,
            apology: lines.iter().any(|(_, event)| matches!(event, Event::ApologySent(_))),
            stop_notice: lines.iter().any(|(_, event)| matches!(event, Event::CaseStopped(_))),
            control_slip: file.accepted_at.is_some(),
        },
    })
}

/// Whether there is an invitation that can still be given out. Whether it was used is nobody's business here.
async fn is_invited(store: &Store, file: &CaseFile, visitor: &Visitor) -> Result<bool, StoreError> {
    let invitation = store.invitation_of_case(file.case.id).await?;
    Ok(invitation.is_some_and(|found| visitor.now.day() <= found.invited.day.plus(VALID_DAYS)))
}

/// The dates of its time, once it is accepted and while they can be derived: the four, and what is still ahead.
fn dates(file: &CaseFile, directory: &Directory, lang: Lang, now: Instant) -> Vec<DateRow> {
    let Ok(Some(four)) = file.dates(now, &directory.calendar) else { return Vec::new() };
    let mut rows = date::four(lang, &four);
    rows.extend(transfer(file, directory).map(|until| date::transfer(lang, until)));
    rows.extend(apology(file, &four).map(|until| date::apology(lang, until)));
    rows
}

/// Until when it must be handed over; none once it was, or when its result comes at once.
fn transfer(file: &CaseFile, directory: &Directory) -> Option<Instant> {
    let procedure = directory.procedure_on(&file.case.procedure, file.opened_at.day()).ok()?;
    let waits = file.case.state == CaseState::Accepted && !procedure.immediate;
    let received = file.accepted_at.filter(|_| waits)?;
    clock::transfer_due(received, &file.case.calendar(&directory.calendar)).ok()
}

/// Until when an apology would be in time; none when nothing runs or a new date was named.
fn apology(file: &CaseFile, dates: &Dates) -> Option<Day> {
    let runs = file.case.state.is_running() || file.case.state == CaseState::Submitted;
    (runs && dates.promised <= dates.adjusted).then(|| clock::apology_due(dates.adjusted))
}

/// The date to keep next, in a sentence: the transfer, or the apology once it is due within a working day.
fn next_date(file: &CaseFile, directory: &Directory, lang: Lang, now: Instant) -> String {
    if let Some(until) = transfer(file, directory) {
        return lang.t_args("work-next-transfer", &[("until", format::date_time(lang, until).into())]);
    }
    let near = days_left(file, directory, now).is_some_and(|days| (0..=1).contains(&days));
    let Ok(Some(four)) = file.dates(now, &directory.calendar) else { return String::new() };
    match apology(file, &four).filter(|until| near && now.day() <= *until) {
        Some(until) => lang.t_args("work-next-apology", &[("until", format::day(lang, until).into())]),
        None => String::new(),
    }
}

/// How it came in, where it was helped, who decides, where it is now.
fn places(file: &CaseFile, directory: &Directory, lang: Lang) -> Vec<(&'static str, String)> {
    let office = |key: &str| directory.unit_name(key);
    let reception = lang.t(match file.reception {
        Reception::Counter => "work-reception-counter",
        Reception::Post => "work-reception-post",
        Reception::Online => "work-reception-online",
        Reception::Mobile => "work-reception-mobile",
        Reception::OnSite => "work-reception-on-site",
    });
    let away = (file.case.at_office != file.case.office_id).then(|| office(&file.case.at_office));
    let places = [
        ("work-fact-reception", Some(reception)),
        ("work-fact-first-contact", file.first_contact_at.map(|at| format::date_time(lang, at))),
        ("work-fact-help", file.help_office.as_deref().map(office)),
        ("work-fact-deciding", file.deciding.clone()),
        ("work-fact-at", away),
    ];
    places.into_iter().filter_map(|(key, words)| Some((key, words?))).collect()
}

/// Sealed words about a case, opened for its officials.
struct Words<'a> {
    case: &'a Case,
    key: Option<&'a SecretKey>,
    lang: Lang,
}

impl Words<'_> {
    fn open(&self, sealed: &[u8]) -> String {
        let words = self.key.and_then(|key| key.open(self.case.id.as_bytes(), sealed));
        words
            .and_then(|words| String::from_utf8(words).ok())
            .unwrap_or_else(|| self.lang.t("work-applicant-hidden"))
    }

    fn consultation(&self, one: &ConsultationFile) -> ConsultationRow {
        ConsultationRow {
            body: one.body.clone(),
            question: self.open(&one.question),
            answer_by: one.answer_by,
            reply: one.reply.map(reply_key),
            answer: one.answer.as_deref().map(|answer| self.open(answer)).unwrap_or_default(),
        }
    }

    /// The words that came with an event; empty when none.
    fn of_event(&self, event: &Event) -> String {
        let sealed: Option<&Bytes> = match event {
            Event::SupplementRequested(request) => Some(&request.reason),
            Event::CaseRefused { reason, .. } | Event::ResultSentBack { reason } => Some(reason),
            Event::CaseHandedOver { reason, .. } => reason.as_ref(),
            Event::CasePaused(moved) | Event::CaseExtended(moved) => moved.reason.as_ref(),
            Event::ApologySent(apology) => apology.moved.reason.as_ref(),
            Event::VisitRecorded(visit) => Some(&visit.words),
            Event::ResultSubmitted(submitted) => Some(&submitted.note),
            Event::CaseWithdrawn(ended) | Event::CaseStopped(ended) => Some(&ended.reason),
            Event::DossierLost { words } => Some(words),
            Event::ResultCorrected(corrected) => Some(&corrected.reason),
            _ => None,
        };
        sealed.map(|sealed| self.open(&sealed.0)).unwrap_or_default()
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
fn history_rows(lines: &[(Line, Event)], words: &Words<'_>, directory: &Directory) -> Vec<HistoryRow> {
    let mut rows = Vec::new();
    for (line, event) in lines {
        let Some(what) = happened(event, directory, words.lang) else { continue };
        let note = words.of_event(event);
        rows.push(HistoryRow { at: line.at, who: name_of(directory, &line.actor), what, note });
        let ends = matches!(
            event,
            Event::CaseReturned { .. }
                | Event::CaseRefused { .. }
                | Event::CaseWithdrawn(_)
                | Event::CaseStopped(_)
        );
        // The same decision that ends a case issues the invitation, on a line of its own on the roll.
        if ends {
            let what = Happened::plain("work-happened-invited");
            rows.push(HistoryRow { at: line.at, who: String::new(), what, note: String::new() });
        }
    }
    rows.reverse();
    rows
}
