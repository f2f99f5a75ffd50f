//! The counter: choose the procedure, fill in the case, see the promise, and only then let it count.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Entropy,
    directory::Directory,
    id::new_id,
    refusal::Refusal,
    serve::{
        applicant::{Applicant, ApplicantKind, Wishes},
        calendar::Calendar,
        case::{
            CheckDocuments, LimitChoice, Mark, OpenCase, Outcome, Reception, State as CaseState, chosen_limit,
        },
        deadline::{self, Ledger},
        office::{Level, Office},
        procedure::Procedure,
    },
    time::Instant,
};
use hailong_render::{
    Section,
    component::{Choice, Errors, refusal},
    work::{
        Document, ledger_lines, limit_text, mark_from,
        receive::{
            Choose, Draft, Entered, Looked, ProcedureFacts, ProcedureRow, Receive, Review, ReviewSupplement,
        },
    },
};
use hailong_store::{
    StoreError,
    keys::fresh_bytes,
    serve::case::{CaseFile, Filter, Whose},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{field, limits, sentence, step::limit_of};
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    serve::office::in_order,
    visitor::Visitor,
};

/// The value of a residence outside the district.
pub(super) const OUTSIDE: &str = "outside";
/// Open cases that are looked at for the order of the procedures.
const RECENT: usize = 200;

/// `?q=`, and `?ticket=` with the queue number of whoever came.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    ticket: String,
}

/// The key of a ticket as it was sent; empty when it is none.
fn ticket(sent: &str) -> String {
    Uuid::parse_str(sent).map(|id| id.to_string()).unwrap_or_default()
}

/// `GET /work/receive?q=`.
pub(crate) async fn choose(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let office = directory.office(&visitor.signed_in()?.office_id)?;
    let query: String = asked.q.trim().chars().take(100).collect();
    let mut found = directory.on(visitor.now.day()).search(&query);
    found.retain(|procedure| procedure.received_at(office.level));
    if query.is_empty() {
        let mut used: HashMap<String, usize> = HashMap::new();
        for file in
            app.store.open_cases(Whose::Office(&office.id), Filter::default(), None, RECENT).await?.files
        {
            *used.entry(file.case.procedure).or_default() += 1;
        }
        found.sort_by_key(|procedure| Reverse(used.get(&procedure.code).copied().unwrap_or(0)));
    }
    let row = |procedure: &Procedure| ProcedureRow {
        code: procedure.code.clone(),
        name: procedure.short_name_vi.clone(),
        field: procedure.field_vi.clone(),
        limit: procedure.limits.first().map(|limit| limit_text(visitor.lang, limit)).unwrap_or_default(),
    };
    html(&Choose {
        shell: visitor.shell("work-choose-title", Section::Work),
        rows: found.into_iter().map(row).collect(),
        query,
        ticket: ticket(&asked.ticket),
    })
}

/// `GET /work/receive/{code}`.
pub(crate) async fn form(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let counter = Counter::new(&visitor, &directory, &code)?;
    let mut draft = counter.fresh(&Fields::default())?;
    draft.ticket = ticket(&asked.ticket);
    html(&counter.form_page(draft, Errors::none()))
}

/// `POST /work/receive/{code}/review`.
pub(crate) async fn review(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let visitor = visitor.at(format!("/work/receive/{code}"));
    let directory = app.store.directory();
    let counter = Counter::new(&visitor, &directory, &code)?;
    let draft = counter.draft(&fields)?;
    match counter.check(&draft) {
        Ok(checked) => counter.review_page(draft, &checked, Errors::none(), "", StatusCode::OK),
        Err(errors) => html_refused(&counter.form_page(draft, errors), StatusCode::UNPROCESSABLE_ENTITY),
    }
}

/// `POST /work/receive/{code}`: now it counts.
pub(crate) async fn save(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let visitor = visitor.at(format!("/work/receive/{code}"));
    let directory = app.store.directory();
    let counter = Counter::new(&visitor, &directory, &code)?;
    let draft = counter.draft(&fields)?;
    let case_id = Uuid::parse_str(&draft.case_id).map_err(|_| Failure::unreadable())?;
    if let Some(there) = app.store.case(case_id).await? {
        return to_case(&visitor, &there);
    }
    if fields.get("edit") == "yes" {
        return html(&counter.form_page(draft, Errors::none()));
    }
    let checked = match counter.check(&draft) {
        Ok(checked) => checked,
        Err(errors) => {
            return html_refused(&counter.form_page(draft, errors), StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let reason = fields.get("reason");
    let at_once = checked.is_whole() && counter.procedure.immediate && fields.get("outcome") == "resolve";
    let wanted = match checked.is_whole() {
        true if at_once => "resolve",
        true => "receive",
        false => "supplement",
    };
    let moved = checked.is_whole() && fields.get("promised") != checked.ledger.due.day().to_string();
    if fields.get("outcome") != wanted || moved {
        let errors =
            if moved { Errors::one("", visitor.lang.t("work-promise-moved")) } else { Errors::none() };
        return counter.review_page(draft, &checked, errors, reason, StatusCode::CONFLICT);
    }
    let known = app.store.find_person("identity", &checked.applicant.identity_number).await?;
    let mut command = OpenCase::at_counter(case_id, &counter.procedure.code, checked.applicant.clone());
    command.known = known.map(|(person_id, _, key)| (person_id, key));
    command.ticket = first_contact(&app, &visitor, &draft.ticket).await?;
    command.reception = Reception::from_key(&draft.reception).unwrap_or_default();
    command.help_office = Some(draft.help_office.clone()).filter(|office| !office.is_empty());
    let documents =
        CheckDocuments { documents: checked.marks.clone(), limit: checked.limit, reason: reason.to_owned() };
    let ctx = visitor.context(&app, &directory)?;
    let done = if at_once {
        app.store.resolve_case(command, documents, Outcome::Granted, &ctx).await
    } else {
        app.store.receive_case(command, documents, &ctx).await
    };
    match done {
        Err(StoreError::Refused(why)) => counter.refused(draft, &checked, &why, reason),
        Ok(()) | Err(StoreError::Stale) => {
            // Somebody faster can only be the same form's other click.
            let there = app.store.case(case_id).await?.ok_or(Failure::busy())?;
            to_case(&visitor, &there)
        }
        Err(error) => Err(error.into()),
    }
}

/// When the holder of a ticket of this office came; the receipt cannot hide that time.
async fn first_contact(
    app: &App,
    visitor: &Visitor,
    ticket: &str,
) -> Result<Option<(Uuid, Instant)>, Failure> {
    let Ok(id) = Uuid::parse_str(ticket) else { return Ok(None) };
    let office = &visitor.signed_in()?.office_id;
    Ok(app.store.ticket_first_contact(id, office).await?.map(|at| (id, at)))
}

/// The page of a case that this form has made.
fn to_case(visitor: &Visitor, there: &CaseFile) -> Result<Response, Failure> {
    visitor.actor().handles(&there.case.office_id)?;
    let done = match there.case.state {
        CaseState::SupplementRequested => "supplement",
        CaseState::Returned => "return",
        _ => "received",
    };
    Ok(Redirect::to(&format!("/cases/{}?done={done}", there.case.id)).into_response())
}

/// One procedure at one counter.
pub(super) struct Counter<'a> {
    visitor: &'a Visitor,
    directory: &'a Directory,
    procedure: &'a Procedure,
}

/// A draft in which nothing is impossible.
struct Checked {
    applicant: Applicant,
    limit: LimitChoice,
    limit_text: String,
    marks: Vec<Mark>,
    ledger: Ledger,
}

impl Checked {
    /// Whether no document is missing.
    fn is_whole(&self) -> bool {
        !self.marks.contains(&Mark::Missing)
    }
}

impl<'a> Counter<'a> {
    pub(super) fn new(visitor: &'a Visitor, directory: &'a Directory, code: &str) -> Result<Self, Failure> {
        let office = directory.office(&visitor.signed_in()?.office_id)?;
        let procedure = directory.procedure_on(code, visitor.now.day())?;
        if !procedure.received_at(office.level) {
            return Err(Refusal::UnknownProcedure.into());
        }
        Ok(Self { visitor, directory, procedure })
    }

    /// The working days, with the opening hours of the office that receives.
    fn calendar(&self) -> Calendar {
        let office = self.visitor.official.as_ref().map_or("", |official| official.office_id.as_str());
        self.directory.calendar_of(office, self.visitor.now.day())
    }

    /// What was typed; a fresh key for the case where none was sent.
    pub(super) fn draft(&self, fields: &Fields) -> Result<Draft, Failure> {
        let text = |name: &str| fields.get(name).chars().take(500).collect::<String>();
        let documents = self.procedure.documents.iter().enumerate();
        let mark = |(at, document): (usize, &hailong_core::serve::procedure::Document)| match (
            fields.get(&format!("document-{at}")),
            document.condition.is_some(),
        ) {
            ("" | "not_needed", true) => Mark::NotNeeded,
            ("not_needed", false) => Mark::Missing,
            (value, _) => mark_from(value),
        };
        let everything = fields.get("all_documents") == "yes";
        let all = |mark| if everything && mark == Mark::Missing { Mark::Present } else { mark };
        let sent = Uuid::parse_str(fields.get("case_id")).ok().filter(|id| id.get_version_num() == 7);
        let case_id = match sent {
            Some(sent) => sent,
            None => new_id(self.visitor.now, &Entropy::new(fresh_bytes()?)),
        };
        Ok(Draft {
            case_id: case_id.to_string(),
            ticket: ticket(fields.get("ticket")),
            limit: text("limit"),
            days: text("days"),
            kind: text("kind"),
            name: text("name"),
            identity_number: text("identity_number"),
            phone: text("phone"),
            email: text("email"),
            address: text("address"),
            residence: text("residence"),
            notices: text("notices"),
            reception: text("reception"),
            help_office: text("help_office"),
            documents: documents.map(mark).map(all).collect(),
        })
    }

    /// An empty form. What comes in at a commune is nearly always a person's who lives there: that is proposed, and shown
    /// again before it counts. Nothing is learnt from who came before.
    pub(super) fn fresh(&self, fields: &Fields) -> Result<Draft, Failure> {
        let mut draft = self.draft(fields)?;
        let own = self.directory.office(&self.visitor.signed_in()?.office_id)?;
        if own.level == Level::Commune {
            draft.kind = ApplicantKind::Person.key().to_owned();
            draft.residence.clone_from(&own.id);
        }
        Ok(draft)
    }

    /// Checks everything at once, so that one look shows all that is to be corrected.
    fn check(&self, draft: &Draft) -> Result<Checked, Errors> {
        let (mut errors, lang) = (Errors::none(), self.visitor.lang);
        let mut fault = |why: Refusal| errors.push(field(&why), sentence(lang, &why, self.procedure));
        let limit = limit_of(draft.limit.trim(), draft.days.trim(), self.procedure);
        let derived = limit.and_then(|choice| {
            let limit = chosen_limit(self.procedure, choice)?;
            let ledger = deadline::derive(self.visitor.now, &limit, &self.calendar());
            Ok((choice, limit, ledger.map_err(|_| Refusal::CalendarBeyond)?))
        });
        let derived = derived.map_err(&mut fault).ok();
        let kind = ApplicantKind::from_key(&draft.kind);
        if kind.is_none() {
            fault(Refusal::BadChoice("kind"));
        }
        let applicant = Applicant {
            kind: kind.unwrap_or(ApplicantKind::Organisation),
            name: draft.name.clone(),
            identity_number: draft.identity_number.clone(),
            phone: draft.phone.clone(),
            email: draft.email.clone(),
            address: draft.address.clone(),
            residence: (draft.residence != OUTSIDE).then(|| draft.residence.clone()),
            wishes: Wishes::from_key(&draft.notices).unwrap_or_default(),
        };
        let applicant = applicant.checked().map_err(&mut fault).ok();
        let lives_here = self.communes().any(|office| office.id == draft.residence);
        if !lives_here && draft.residence != OUTSIDE {
            fault(Refusal::BadChoice("residence"));
        }
        let (Some((limit, chosen, ledger)), Some(applicant), true) = (derived, applicant, errors.is_empty())
        else {
            return Err(errors);
        };
        let limit_text = limit_text(lang, &chosen);
        Ok(Checked { applicant, limit, limit_text, marks: draft.documents.clone(), ledger })
    }

    fn communes(&self) -> impl Iterator<Item = Office> {
        in_order(self.directory, self.visitor.now.day())
            .into_iter()
            .filter(|office| office.level == Level::Commune)
    }

    fn helpers(&self) -> Vec<Choice> {
        let own = self.visitor.official.as_ref().map(|official| official.office_id.as_str());
        let others = in_order(self.directory, self.visitor.now.day());
        let others = others.iter().filter(|office| Some(office.id.as_str()) != own);
        others.map(|office| Choice::new(&office.id, &office.unit_name)).collect()
    }

    fn facts(&self) -> ProcedureFacts {
        ProcedureFacts {
            code: self.procedure.code.clone(),
            name: self.procedure.short_name_vi.clone(),
            field: self.procedure.field_vi.clone(),
            limits: limits(self.visitor.lang, self.procedure),
            fee: self.procedure.fee_text.clone(),
            to_check: !self.procedure.to_be_checked().is_empty(),
        }
    }

    fn documents(&self, marks: &[Mark]) -> Vec<Document> {
        let all = self.procedure.documents.iter().zip(marks);
        all.map(|(document, mark)| Document::new(document, *mark)).collect()
    }

    pub(super) fn form_page(&self, draft: Draft, errors: Errors) -> Receive {
        let communes = self.communes().map(|office| Choice::new(&office.id, &office.unit_name));
        let outside = Choice::new(OUTSIDE, self.visitor.lang.t("work-residence-outside"));
        Receive {
            shell: self.visitor.shell("work-receive-title", Section::Work),
            errors,
            procedure: self.facts(),
            documents: self.documents(&draft.documents),
            residences: communes.chain([outside]).collect(),
            helpers: self.helpers(),
            looked: Looked::NotYet,
            draft,
        }
    }

    /// The promise, or the request for what is missing, before it counts.
    fn review_page(
        &self,
        draft: Draft,
        checked: &Checked,
        errors: Errors,
        reason: &str,
        status: StatusCode,
    ) -> Result<Response, Failure> {
        let residence = checked.applicant.residence.as_deref().and_then(|id| self.directory.office(id).ok());
        let lang = self.visitor.lang;
        let entered = Entered {
            kind: checked.applicant.kind,
            limit: checked.limit_text.clone(),
            residence: residence
                .map_or_else(|| lang.t("work-residence-outside"), |office| office.unit_name.clone()),
            wishes: checked.applicant.wishes,
            documents: self.documents(&checked.marks),
        };
        if checked.is_whole() {
            let page = Review {
                shell: self.visitor.shell("work-review-title", Section::Work),
                errors,
                procedure: self.facts(),
                entered,
                draft,
                immediate: self.procedure.immediate,
                due: checked.ledger.due,
                ledger: ledger_lines(lang, &checked.ledger),
            };
            return html_refused(&page, status);
        }
        let page = ReviewSupplement {
            shell: self.visitor.shell("work-review-supplement-title", Section::Work),
            errors,
            procedure: self.facts(),
            entered,
            draft,
            reason: reason.to_owned(),
        };
        html_refused(&page, status)
    }

    /// Refused when it was to count: at the reason, which stands on the review, or at a field of the form.
    fn refused(
        &self,
        draft: Draft,
        checked: &Checked,
        why: &Refusal,
        reason: &str,
    ) -> Result<Response, Failure> {
        let status = Failure::from(why.clone()).status;
        let errors = |field: &str| Errors::one(field, refusal(self.visitor.lang, why.code()));
        match field(why) {
            "reason" => self.review_page(draft, checked, errors("reason"), reason, status),
            field => html_refused(&self.form_page(draft, errors(field)), status),
        }
    }
}
