//! What an event about a case changes in the tables.

use hailong_core::{
    batch::Entry,
    event::{CaseOpened, Event},
    serve::{
        case::{ClockMoved, ConsultationAsked, Outcome, State, TakenOver, Waits},
        clock::{ClockEvent, PauseReason},
    },
    time::Instant,
};

use crate::{
    measure::figure::{Tally, add_due, add_tally},
    query::Statement,
    value::Value,
};

/// The columns and the condition that every step has in common: the case, and the version after the step.
macro_rules! step_case {
    ($sets:literal) => {
        concat!(
            "UPDATE case_file SET version = ?3, ",
            $sets,
            " WHERE authority_id = ?1 AND case_id = ?2 AND version + 1 = ?3"
        )
    };
}

crate::query::queries! {
    OPEN = "INSERT INTO case_file (authority_id, case_id, office_id, procedure, applicant_kind, person_id, applicant, \
            residence, track_hash, state, is_open, holder, supplements, version, opened_at, sort_at, at_office, desk_office, \
            reception, help_office, deciding, ticket, first_contact_at) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'opened', 1, ?10, 0, 1, ?11, ?11, ?3, ?3, ?12, ?13, ?14, ?15, ?16)";
    TAKE_OVER = "UPDATE case_file SET state = ?3, waits = ?4, supplements = ?5, code = ?6, book_number = ?7, accepted_at = ?8, \
                 due_at = ?9, sort_at = ?10, clock = ?11, finished_at = ?12, outcome = ?13, on_time = ?14 \
                 WHERE authority_id = ?1 AND case_id = ?2 AND version = 1";
    ASK_SUPPLEMENT = step_case!("state = 'supplement_requested', waits = 'citizen', supplements = ?4, documents = ?5, \
                      reason = ?6, clock = COALESCE(CAST(?7 AS TEXT), clock), sort_at = ?8");
    RECEIVE_SUPPLEMENT = step_case!("state = 'in_progress', waits = CASE WHEN consulting > 0 THEN 'others' ELSE 'us' END, \
                          clock = ?4, due_at = ?5, sort_at = ?5, documents = ?6");
    ACCEPT = step_case!("state = 'accepted', waits = 'us', code = ?4, book_number = ?5, accepted_at = ?6, due_at = ?7, \
              sort_at = ?7, limit_choice = ?8, documents = ?9, clock = ?10");
    HAND_OVER = step_case!("state = CASE WHEN state = 'accepted' THEN 'in_progress' ELSE state END, holder = ?4");
    SEND = step_case!("state = 'in_progress', at_office = ?4, holder = ?5");
    MOVE = step_case!("desk_office = CASE WHEN desk_office = ?4 THEN ?5 ELSE desk_office END, \
            holder = CASE WHEN at_office = ?4 THEN ?6 ELSE holder END, \
            at_office = CASE WHEN at_office = ?4 THEN ?5 ELSE at_office END");
    PAUSE = step_case!("state = 'paused', waits = ?4, clock = ?5, sort_at = ?6");
    RESUME = step_case!("state = 'in_progress', waits = CASE WHEN consulting > 0 THEN 'others' ELSE 'us' END, clock = ?4, \
              due_at = ?5, sort_at = ?5");
    MOVE_CLOCK = step_case!("clock = ?4, due_at = COALESCE(CAST(?5 AS BIGINT), due_at), \
                  sort_at = COALESCE(CAST(?5 AS BIGINT), sort_at)");
    CONSULT = step_case!("consulting = consulting + 1, waits = 'others'");
    CLOSE_CONSULTATION = step_case!("consulting = consulting - 1, waits = CASE WHEN consulting = 1 AND waits = 'others' \
                          AND state <> 'paused' THEN 'us' ELSE waits END");
    NOTE = step_case!("is_open = is_open");
    ATTEND = step_case!("attended = 1");
    SUBMIT = step_case!("state = 'submitted', submitted = ?4");
    SEND_BACK = step_case!("state = 'in_progress', submitted = NULL");
    FINISH = step_case!("state = 'finished', waits = 'ready', finished_at = ?4, outcome = ?5, on_time = ?6, at_office = desk_office");
    RETURN = step_case!("state = 'returned', waits = 'nobody', is_open = 0, closed_at = ?4, return_way = ?5");
    REFUSE = step_case!("state = 'refused', waits = 'nobody', is_open = 0, consulting = 0, closed_at = ?4, reason = ?5, \
              on_time = ?6, finished_at = ?7");
    END = step_case!("state = ?4, waits = 'nobody', is_open = 0, consulting = 0, closed_at = ?5, reason = ?6");
    KEEP_CONSULTATION = "INSERT INTO consultation (authority_id, consultation_id, case_id, body, question, asked_at, \
                         answer_by, silence_consents) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    END_CONSULTATION = "UPDATE consultation SET reply = ?3, answer = ?4, closed_at = ?5 \
                        WHERE authority_id = ?1 AND consultation_id = ?2 AND reply IS NULL";
    KEEP_GUIDANCE = "INSERT INTO guidance (authority_id, guidance_id, office_id, procedure, reception, official, given_at, \
                     words) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
}

/// The step's statement: authority, case and version lead its parameters.
struct Row<'a> {
    authority: i64,
    entry: &'a Entry,
    out: &'a mut Vec<Statement>,
}

impl Row<'_> {
    fn set(&mut self, query: &'static crate::query::Query, rest: Vec<Value>) {
        let mut params: Vec<Value> =
            vec![self.authority.into(), self.entry.subject.0.as_slice().into(), self.entry.version.into()];
        params.extend(rest);
        self.out.push(Statement::one(query, params));
    }

    fn at(&self) -> Value {
        self.entry.at.0.into()
    }
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, actor: &str, out: &mut Vec<Statement>) {
    let mut row = Row { authority, entry, out };
    match event {
        Event::CaseOpened(opened) => open(&mut row, opened, entry.at, actor),
        Event::CaseTakenOver(taken) => {
            open(&mut row, &taken.opened, taken.opened_at, actor);
            take_over(&mut row, taken);
        }
        Event::SupplementRequested(request) => {
            let clock = request.moved.as_ref().map(|moved| json(&moved.clock));
            let rest = vec![
                request.round.into(),
                json(&request.documents),
                request.reason.0.as_slice().into(),
                clock.unwrap_or(Value::Null),
                row.at(),
            ];
            row.set(&ASK_SUPPLEMENT, rest);
        }
        Event::SupplementReceived(received) => {
            let moved = &received.moved;
            row.set(&RECEIVE_SUPPLEMENT, vec![json(&moved.clock), due(moved), json(&received.documents)]);
        }
        Event::CaseAccepted(accepted) => {
            let rest = vec![
                accepted.code.as_str().into(),
                accepted.book_number.into(),
                row.at(),
                accepted.due.0.into(),
                json(&accepted.limit),
                json(&accepted.documents),
                accepted.clock(entry.at).map_or(Value::Null, |clock| json(&clock)),
            ];
            row.set(&ACCEPT, rest);
        }
        _ => work(&mut row, event),
    }
    tally(authority, entry, event, out);
    crate::serve::report::project(authority, entry, event, out);
}

/// What happens between acceptance and the result, and after it.
fn work(row: &mut Row<'_>, event: &Event) {
    match event {
        Event::CaseHandedOver { to, .. } => row.set(&HAND_OVER, vec![to.as_str().into()]),
        Event::CaseSent(sent) => {
            row.set(&SEND, vec![sent.to_office.as_str().into(), sent.to.as_str().into()]);
        }
        Event::CaseMoved { from_office, to_office, holder, .. } => {
            let rest = vec![from_office.as_str().into(), to_office.as_str().into(), holder.as_str().into()];
            row.set(&MOVE, rest);
        }
        Event::CasePaused(moved) => {
            let citizens = moved.clock.paused() == Some(PauseReason::FinancialDuty);
            let waits = if citizens { Waits::Citizen } else { Waits::Others };
            row.set(&PAUSE, vec![waits.key().into(), json(&moved.clock), row.at()]);
        }
        Event::CaseResumed(moved) => row.set(&RESUME, vec![json(&moved.clock), due(moved)]),
        Event::CaseExtended(moved) | Event::CaseDueMoved(moved) => {
            row.set(&MOVE_CLOCK, vec![json(&moved.clock), due(moved)]);
        }
        Event::ApologySent(apology) => {
            row.set(&MOVE_CLOCK, vec![json(&apology.moved.clock), due(&apology.moved)]);
        }
        Event::ConsultationAsked(asked) => consult(row, asked),
        Event::ConsultationClosed(closed) => {
            row.set(&CLOSE_CONSULTATION, Vec::new());
            let answer = closed.answer.as_ref().map(|answer| answer.0.as_slice());
            let params = vec![
                row.authority.into(),
                closed.consultation_id.into(),
                closed.reply.key().into(),
                answer.into(),
                row.at(),
            ];
            row.out.push(Statement::one(&END_CONSULTATION, params));
        }
        Event::VisitRecorded(visit) if visit.attended => row.set(&ATTEND, Vec::new()),
        Event::VisitRecorded(_) | Event::DossierLost { .. } | Event::ResultCorrected(_) => {
            row.set(&NOTE, Vec::new());
        }
        Event::ResultSubmitted(submitted) => row.set(&SUBMIT, vec![outcome(submitted.outcome)]),
        Event::ResultSentBack { .. } => row.set(&SEND_BACK, Vec::new()),
        Event::CaseFinished { outcome: result, on_time, .. } => {
            row.set(&FINISH, vec![row.at(), outcome(*result), (*on_time).into()]);
        }
        Event::CaseReturned { way, .. } => row.set(&RETURN, vec![row.at(), way.key().into()]),
        Event::CaseRefused { reason, on_time, .. } => {
            let ended = on_time.map(|_| row.entry.at.0);
            let rest = vec![row.at(), reason.0.as_slice().into(), (*on_time).into(), ended.into()];
            row.set(&REFUSE, rest);
        }
        Event::CaseWithdrawn(ended) => {
            row.set(&END, vec!["withdrawn".into(), row.at(), ended.reason.0.as_slice().into()]);
        }
        Event::CaseStopped(ended) => {
            row.set(&END, vec!["stopped".into(), row.at(), ended.reason.0.as_slice().into()]);
        }
        _ => {}
    }
}

/// A case that was taken over stands at once where it stood in the other system.
fn take_over(row: &mut Row<'_>, taken: &TakenOver) {
    let receipt = taken.accepted.as_ref();
    let stopped = receipt.and_then(|receipt| match receipt.clock.events.last() {
        Some(ClockEvent::Paused { at, .. }) => Some(*at),
        _ => None,
    });
    let sort_at = stopped.or(receipt.map(|receipt| receipt.due)).unwrap_or(taken.opened_at);
    let paused = receipt.and_then(|receipt| receipt.clock.paused());
    let waits = match taken.state {
        State::SupplementRequested => Waits::Citizen,
        State::Paused if paused == Some(PauseReason::FinancialDuty) => Waits::Citizen,
        State::Paused => Waits::Others,
        State::Finished => Waits::Ready,
        _ => Waits::Us,
    };
    let params = vec![
        row.authority.into(),
        row.entry.subject.0.as_slice().into(),
        taken.state.key().into(),
        waits.key().into(),
        taken.supplements.into(),
        receipt.map(|receipt| receipt.code.as_str()).into(),
        receipt.map(|receipt| i64::from(receipt.book_number)).into(),
        receipt.map(|receipt| receipt.clock.received.0).into(),
        receipt.map(|receipt| receipt.due.0).into(),
        sort_at.0.into(),
        receipt.map_or(Value::Null, |receipt| json(&receipt.clock)),
        taken.finished_at.map(|at| at.0).into(),
        taken.outcome.map_or(Value::Null, outcome),
        taken.on_time.into(),
    ];
    row.out.push(Statement::one(&TAKE_OVER, params));
}

/// A case that was taken over counts in the months in which it was opened, accepted and finished, as if it had been here.
fn tally_taken_over(authority: i64, taken: &TakenOver, out: &mut Vec<Statement>) {
    let (office, group) = (&taken.opened.office_id, taken.opened.applicant_kind.group());
    let mut add = |at: Instant, tally| add_tally(authority, office, group, at.day().month(), tally, out);
    let supplements = taken.supplements.into();
    add(taken.opened_at, Tally { opened: 1, supplements, ..Tally::default() });
    if let Some(receipt) = &taken.accepted {
        add(receipt.clock.received, Tally { accepted: 1, ..Tally::default() });
    }
    if let Some((at, on_time)) = taken.finished_at.zip(taken.on_time) {
        add(at, Tally { on_time: on_time.into(), late: (!on_time).into(), ..Tally::default() });
    }
    let running = taken.state.is_running() || taken.state == State::Submitted;
    if let Some(receipt) = taken.accepted.as_ref().filter(|_| running) {
        add_due(authority, office, group, receipt.due, 1, out);
    }
}

fn open(row: &mut Row<'_>, opened: &CaseOpened, at: Instant, actor: &str) {
    let params = vec![
        row.authority.into(),
        opened.case_id.into(),
        opened.office_id.as_str().into(),
        opened.procedure.as_str().into(),
        opened.applicant_kind.key().into(),
        opened.person_id.into(),
        opened.applicant.0.as_slice().into(),
        opened.residence.as_deref().into(),
        opened.track_hash.0.as_slice().into(),
        opened.holder.as_deref().unwrap_or(actor).into(),
        at.0.into(),
        opened.reception.key().into(),
        opened.help_office.as_deref().into(),
        opened.deciding.as_deref().into(),
        opened.ticket.map_or(Value::Null, Value::from),
        opened.first_contact_at.map(|at| at.0).into(),
    ];
    row.out.push(Statement::new(&OPEN, params));
}

fn consult(row: &mut Row<'_>, asked: &ConsultationAsked) {
    row.set(&CONSULT, Vec::new());
    let params = vec![
        row.authority.into(),
        asked.consultation_id.into(),
        row.entry.subject.0.as_slice().into(),
        asked.body.as_str().into(),
        asked.question.0.as_slice().into(),
        row.at(),
        asked.answer_by.0.into(),
        asked.silence_consents.into(),
    ];
    row.out.push(Statement::new(&KEEP_CONSULTATION, params));
}

/// Guidance is not part of any case.
pub(crate) fn project_guidance(
    authority: i64,
    entry: &Entry,
    given: &hailong_core::serve::case::GuidanceGiven,
    actor: &str,
    out: &mut Vec<Statement>,
) {
    let params = vec![
        authority.into(),
        given.guidance_id.into(),
        given.office_id.as_str().into(),
        given.procedure.as_str().into(),
        given.reception.key().into(),
        actor.into(),
        entry.at.0.into(),
        given.words.0.as_slice().into(),
    ];
    out.push(Statement::new(&KEEP_GUIDANCE, params));
}

fn due(moved: &ClockMoved) -> Value {
    moved.due.map(|due| due.0).into()
}

fn outcome(outcome: Outcome) -> Value {
    if outcome == Outcome::Granted { "granted".into() } else { "denied".into() }
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    // Our own lists and choices always serialise.
    serde_json::to_string(value).unwrap_or_default().into()
}

/// What the event adds to the figures of its office and month, and to the promises that are running.
fn tally(authority: i64, entry: &Entry, event: &Event, out: &mut Vec<Statement>) {
    if let Event::CaseTakenOver(taken) = event {
        return tally_taken_over(authority, taken, out);
    }
    let month = entry.at.day().month();
    let ended =
        |on_time: bool| Tally { on_time: on_time.into(), late: (!on_time).into(), ..Tally::default() };
    let (of, tally, due) = match event {
        Event::CaseOpened(opened) => {
            let tally = Tally { opened: 1, ..Tally::default() };
            return add_tally(authority, &opened.office_id, opened.applicant_kind.group(), month, tally, out);
        }
        Event::SupplementRequested(request) => (
            &request.of,
            Tally { supplements: 1, ..Tally::default() },
            request.of.due.filter(|_| request.moved.is_none()),
        ),
        Event::SupplementReceived(received) => (&received.moved.of, Tally::default(), received.moved.due),
        Event::CaseAccepted(accepted) => {
            (&accepted.of, Tally { accepted: 1, ..Tally::default() }, Some(accepted.due))
        }
        Event::CasePaused(moved)
        | Event::CaseResumed(moved)
        | Event::CaseExtended(moved)
        | Event::CaseDueMoved(moved) => (&moved.of, Tally::default(), moved.due),
        Event::ApologySent(apology) => (&apology.moved.of, Tally::default(), apology.moved.due),
        Event::CaseFinished { of, on_time, .. } => (of, ended(*on_time), None),
        // A finished case has no running promise any more; the first version of the program still wrote it here.
        Event::CaseReturned { of, .. } => (of, Tally { returned: 1, ..Tally::default() }, of.due),
        Event::CaseRefused { of, on_time, .. } => {
            (of, Tally { refused: 1, ..on_time.map(ended).unwrap_or_default() }, None)
        }
        Event::CaseWithdrawn(ended) | Event::CaseStopped(ended) => (&ended.of, Tally::default(), None),
        _ => return,
    };
    if of.due != due {
        let changes = [of.due.map(|due| (due, -1)), due.map(|due| (due, 1))];
        for (due, n) in changes.into_iter().flatten() {
            add_due(authority, &of.office_id, of.group, due, n, out);
        }
    }
    if tally != Tally::default() {
        add_tally(authority, &of.office_id, of.group, month, tally, out);
    }
}
