//! Every route, as data: the router is built from this table, so that none can be outside it. A new route is a new
//! row here and new lines in `tests/golden/access.txt`.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
    routing::{MethodRouter, get, post},
};
use hailong_core::context::Role;

use crate::{
    App,
    access::{Access, enforce},
    admin, assets, directory, home,
    listen::{
        call as calls,
        dialogue::{
            self, desk, form as dialogue_form, minutes, paper as dialogue_paper, promise as promised,
        },
        inbox, invitation, kiosk as rater, log, message, opinion, paper as ballots,
        questionnaire as questions, rating,
        survey::{self, desk as survey_desk, entry as survey_entry, plan, questionnaire},
        triage,
    },
    measure::{evaluation, figure, guard, lead, process, release, scale, scorecard},
    serve::{
        apply, appointment, attachment, book, calendar,
        case::{known, list, page, paper, print, receive, step},
        deadline, decision, guidance, notice, office, posting,
        procedure::{self, poster},
        promise,
        queue::{board, kiosk, panel, settings},
        report, rule, track,
    },
    session,
    visitor::Visitor,
};

/// One row of the table.
pub(crate) struct Route {
    /// `GET` or `POST`.
    pub(crate) method: &'static str,
    /// The path, with its parameters in braces.
    pub(crate) path: &'static str,
    /// Who may call it.
    pub(crate) access: Access,
    /// What answers it.
    pub(crate) handler: fn() -> MethodRouter<Arc<App>>,
}

use Access::{Code, Public};

/// Those who handle cases.
const COUNTER: Access = Access::Staff(&[Role::Official, Role::Head]);
/// Those who answer for an office.
const HEAD: Access = Access::Staff(&[Role::Head]);
/// Those who answer opinions: the head for one office, the leader for all.
const ANSWERING: Access = Access::Staff(&[Role::Head, Role::Leader]);
/// Those who send a report, or read it; and who type in what was said on the telephone or by letter.
const REPORTING: Access = Access::Staff(&[Role::Official, Role::Head, Role::Leader]);
/// The district's leader.
const LEADER: Access = Access::Staff(&[Role::Leader]);
/// Who sees what every office has to do, without seeing cases.
const OVERSEEING: Access = Access::Staff(&[Role::Leader, Role::Admin]);
/// Those who post on boards, and those who see to it.
const BOARDS: Access = Access::Staff(&Role::ALL);
/// Who keeps the system running.
const ADMIN: Access = Access::Staff(&[Role::Admin]);

const fn row(
    method: &'static str,
    path: &'static str,
    access: Access,
    handler: fn() -> MethodRouter<Arc<App>>,
) -> Route {
    Route { method, path, access, handler }
}

/// The table.
pub(crate) static ROUTES: &[Route] = &[
    row("GET", "/", Public, || get(home::show)),
    row("GET", "/design", Public, || get(home::design)),
    row("GET", "/health", Public, || get(home::health)),
    row("POST", "/language", Public, || post(home::language)),
    row("GET", "/static/{file}", Public, || get(assets::show)),
    row("GET", "/sign-in", Public, || get(session::show)),
    row("POST", "/sign-in", Public, || post(session::sign_in)),
    row("POST", "/sign-out", Public, || post(session::sign_out)),
    row("GET", "/procedures", Public, || get(procedure::list)),
    row("GET", "/procedures/{code}", Public, || get(procedure::show)),
    row("GET", "/procedures/{code}/bring", Public, || get(procedure::bring)),
    row("GET", "/procedures/{code}/poster.pdf", Public, || get(poster::show)),
    row("GET", "/deadline", Public, || get(deadline::show)),
    row("GET", "/days-off", Public, || get(calendar::show)),
    row("GET", "/offices", Public, || get(office::list)),
    row("GET", "/offices/{office}", Public, || get(office::show)),
    row("GET", "/kiosk/rate", Public, || get(rater::show)),
    row("GET", "/kiosk/worker.js", Public, || get(rater::worker)),
    row("GET", "/kiosk/manifest.json", Public, || get(rater::manifest)),
    row("GET", "/kiosk/rate/state", Code, || get(rater::state)),
    row("POST", "/kiosk/rate/check", Code, || post(rater::check)),
    row("POST", "/kiosk/rate/answers", Code, || post(rater::answers)),
    row("GET", "/kiosk/{office}", Public, || get(kiosk::show)),
    row("POST", "/kiosk/{office}", Public, || post(kiosk::take)),
    row("POST", "/kiosk/{office}/check-in", Public, || post(kiosk::check_in)),
    row("GET", "/kiosk/{office}/slips/{slip}", Code, || get(kiosk::slip)),
    row("GET", "/kiosk/{office}/slips/{slip}/slip.pdf", Code, || get(kiosk::slip_pdf)),
    row("GET", "/tickets/{slip}", Code, || get(board::ticket)),
    row("GET", "/board/{office}", Public, || get(board::show)),
    row("GET", "/board/{office}/events", Public, || get(board::events)),
    row("GET", "/appointments", Public, || get(appointment::find)),
    row("GET", "/appointments/{office}", Public, || get(appointment::form)),
    row("POST", "/appointments/{office}", Public, || post(appointment::book)),
    row("GET", "/appointments/codes/{booking}", Code, || get(appointment::show)),
    row("GET", "/appointments/codes/{booking}/move", Code, || get(appointment::move_form)),
    row("POST", "/appointments/codes/{booking}/move", Code, || post(appointment::move_it)),
    row("POST", "/appointments/codes/{booking}/cancel", Code, || post(appointment::cancel)),
    row("GET", "/promise", Public, || get(promise::show)),
    row("GET", "/figures", Public, || get(figure::list)),
    row("GET", "/figures/{office}", Public, || get(figure::show)),
    row("GET", "/open-data", Public, || get(release::page)),
    row("GET", "/open-data/figures.csv", Public, || get(release::csv)),
    row("GET", "/open-data/figures.json", Public, || get(release::json)),
    row("GET", "/open-data/offices.csv", Public, || get(release::offices_csv)),
    row("GET", "/open-data/offices.json", Public, || get(release::offices_json)),
    row("GET", "/open-data/procedures.json", Public, || get(release::procedures)),
    row("GET", "/open-data/openapi.json", Public, || get(release::openapi)),
    row("GET", "/track", Public, || get(track::form)),
    row("POST", "/track", Public, || post(track::find)),
    row("GET", "/track/{secret}", Code, || get(track::show)),
    row("GET", "/log", Public, || get(log::show)),
    row("GET", "/log/checkpoint", Public, || get(log::checkpoint)),
    row("GET", "/log/key", Public, || get(log::key)),
    row("GET", "/log/figures", Public, || get(log::figures)),
    row("GET", "/log/tile/{*path}", Public, || get(log::tile)),
    row("GET", "/receipt", Public, || get(log::ask)),
    row("POST", "/receipt", Public, || post(log::find)),
    row("GET", "/receipt/{receipt}", Public, || get(log::receipt)),
    row("POST", "/receipt/{receipt}", Public, || post(log::open)),
    row("GET", "/receipt/{receipt}/proof", Public, || get(log::proof)),
    row("GET", "/rate/{token}", Code, || get(rating::form)),
    row("POST", "/rate/{token}", Code, || post(rating::cast)),
    row("POST", "/messages", Public, || post(message::take)),
    row("GET", "/not-me/{denial}", Code, || get(invitation::form)),
    row("POST", "/not-me/{denial}", Code, || post(invitation::deny)),
    row("GET", "/opinions", Public, || get(opinion::find)),
    row("GET", "/opinions/new", Public, || get(opinion::form)),
    row("POST", "/opinions/new", Public, || post(opinion::send)),
    row("GET", "/opinions/published", Public, || get(opinion::published)),
    row("GET", "/opinions/{code}", Code, || get(opinion::show)),
    row("POST", "/opinions/{code}/photos", Code, || post(opinion::photo::add)),
    row("GET", "/opinions/{code}/photos/{photo}", Code, || get(opinion::photo::show)),
    row("POST", "/opinions/{code}/reply", Code, || post(opinion::reply)),
    row("POST", "/opinions/{code}/consent", Code, || post(opinion::consent)),
    row("POST", "/opinions/{code}/helped", Code, || post(opinion::helped)),
    row("GET", "/dialogues", Public, || get(dialogue::list)),
    row("GET", "/dialogues/{dialogue}", Public, || get(dialogue::show)),
    row("GET", "/dialogues/{dialogue}/join", Public, || get(dialogue::join_form)),
    row("POST", "/dialogues/{dialogue}/join", Public, || post(dialogue::join)),
    row("GET", "/dialogues/{dialogue}/form", Public, || get(dialogue::survey_form)),
    row("POST", "/dialogues/{dialogue}/form", Public, || post(dialogue::survey)),
    row("GET", "/surveys", Public, || get(survey::list)),
    row("GET", "/surveys/{wave}", Public, || get(survey::show)),
    row("GET", "/surveys/{wave}/results.csv", Public, || get(survey::csv)),
    row("GET", "/survey/{token}", Code, || get(survey::form)),
    row("POST", "/survey/{token}", Code, || post(survey::send)),
    row("GET", "/work", COUNTER, || get(list::show)),
    row("GET", "/apply/{code}", Public, || get(apply::form)),
    row("POST", "/apply/{code}", Public, || post(apply::send)),
    row("GET", "/work/guidance", COUNTER, || get(guidance::show)),
    row("POST", "/work/guidance", COUNTER, || post(guidance::keep)),
    row("POST", "/work/filters", COUNTER, || post(list::save)),
    row("POST", "/work/find", COUNTER, || post(known::cases)),
    row("GET", "/work/receive", COUNTER, || get(receive::choose)),
    row("GET", "/work/receive/{code}", COUNTER, || get(receive::form)),
    row("POST", "/work/receive/{code}/find", COUNTER, || post(known::applicant)),
    row("POST", "/work/receive/{code}/review", COUNTER, || post(receive::review)),
    row("POST", "/work/receive/{code}", COUNTER, || post(receive::save)),
    row("GET", "/cases/{id}", COUNTER, || get(page::show)),
    row("POST", "/cases/{id}/{step}", COUNTER, || post(step::act)),
    row("GET", "/cases/{id}/attachments", COUNTER, || get(attachment::show)),
    row("POST", "/cases/{id}/attachments", COUNTER, || post(attachment::add)),
    row("GET", "/cases/{id}/attachments/{attachment}", COUNTER, || get(attachment::download)),
    row("POST", "/cases/{id}/attachments/{attachment}/remove", COUNTER, || post(attachment::remove)),
    row("GET", "/cases/{id}/receipt", COUNTER, || get(paper::receipt)),
    row("GET", "/cases/{id}/supplement-request", COUNTER, || get(paper::supplement_request)),
    row("GET", "/cases/{id}/refusal", COUNTER, || get(paper::refusal)),
    row("GET", "/cases/{id}/invitation", COUNTER, || get(paper::invitation)),
    row("GET", "/cases/{id}/ballot", COUNTER, || get(paper::ballot)),
    row("GET", "/work/posting", COUNTER, || get(posting::show)),
    row("POST", "/work/posting", COUNTER, || post(posting::confirm)),
    row("GET", "/cases/{id}/receipt.pdf", COUNTER, || get(print::one)),
    row("GET", "/cases/{id}/supplement-request.pdf", COUNTER, || get(print::one)),
    row("GET", "/cases/{id}/refusal.pdf", COUNTER, || get(print::one)),
    row("GET", "/cases/{id}/apology.pdf", COUNTER, || get(print::one)),
    row("GET", "/cases/{id}/stop-notice.pdf", COUNTER, || get(print::one)),
    row("GET", "/cases/{id}/control-slip.pdf", COUNTER, || get(print::one)),
    row("GET", "/cases/{id}/invitation.pdf", COUNTER, || get(print::one)),
    row("GET", "/cases/{id}/ballot.pdf", COUNTER, || get(print::one)),
    row("GET", "/work/papers.pdf", COUNTER, || get(print::many)),
    row("GET", "/work/scorecards", REPORTING, || get(scorecard::list)),
    row("GET", "/work/scorecards/{kind}/{key}", REPORTING, || get(scorecard::show)),
    row("GET", "/work/processes", ANSWERING, || get(process::list)),
    row("GET", "/work/processes/{procedure}", ANSWERING, || get(process::show)),
    row("GET", "/work/processes/{procedure}/{log}", ANSWERING, || get(process::log)),
    row("GET", "/work/evaluations", REPORTING, || get(evaluation::list)),
    row("POST", "/work/evaluations", LEADER, || post(evaluation::correct)),
    row("GET", "/work/evaluations/report.json", LEADER, || get(evaluation::content)),
    row("GET", "/work/evaluations/report.note", LEADER, || get(evaluation::note)),
    row("GET", "/work/evaluations/{evaluation}", REPORTING, || get(evaluation::show)),
    row("POST", "/work/evaluations/{evaluation}", REPORTING, || post(evaluation::step)),
    row("GET", "/work/scales", REPORTING, || get(scale::list)),
    row("GET", "/work/scales/district", LEADER, || get(scale::of_district)),
    row("GET", "/work/scales/district/{item}", LEADER, || get(scale::enter::of_district)),
    row("POST", "/work/scales/district/{item}", LEADER, || post(scale::enter::save_of_district)),
    row("GET", "/work/scales/office/{office}", REPORTING, || get(scale::of_office)),
    row("GET", "/work/scales/office/{office}/{item}", ANSWERING, || get(scale::enter::of_office)),
    row("POST", "/work/scales/office/{office}/{item}", ANSWERING, || post(scale::enter::save_of_office)),
    row("GET", "/work/scales/official/{official}", REPORTING, || get(scale::of_official)),
    row("GET", "/work/scales/official/{official}/{item}", ANSWERING, || get(scale::enter::of_official)),
    row("POST", "/work/scales/official/{official}/{item}", ANSWERING, || {
        post(scale::enter::save_of_official)
    }),
    row("GET", "/work/guard", REPORTING, || get(guard::list)),
    row("GET", "/work/guard/{alarm}", REPORTING, || get(guard::show)),
    row("POST", "/work/guard/{alarm}/answer", REPORTING, || post(guard::answer)),
    row("POST", "/work/guard/{alarm}/verdict", LEADER, || post(guard::judge)),
    row("GET", "/work/book", COUNTER, || get(book::show)),
    row("GET", "/work/book.pdf", COUNTER, || get(book::pdf)),
    row("GET", "/work/book.xlsx", COUNTER, || get(book::xlsx)),
    row("POST", "/work/book/close", HEAD, || post(book::close)),
    row("GET", "/work/queue", COUNTER, || get(panel::show)),
    row("POST", "/work/queue/next", COUNTER, || post(panel::next)),
    row("POST", "/work/queue/tickets/{ticket}", COUNTER, || post(panel::step)),
    row("GET", "/work/queue/settings", HEAD, || get(settings::show)),
    row("POST", "/work/queue/settings", HEAD, || post(settings::keep)),
    row("GET", "/work/kiosks", HEAD, || get(rater::list)),
    row("POST", "/work/kiosks", HEAD, || post(rater::enrol)),
    row("POST", "/work/kiosks/{kiosk}/withdraw", HEAD, || post(rater::withdraw)),
    row("GET", "/work/ballots", COUNTER, || get(ballots::list)),
    row("POST", "/work/ballots", COUNTER, || post(ballots::open)),
    row("GET", "/work/ballots/{batch}", COUNTER, || get(ballots::show)),
    row("POST", "/work/ballots/{batch}", COUNTER, || post(ballots::step)),
    row("POST", "/work/ballots/{batch}/stubs", COUNTER, || post(ballots::stub)),
    row("GET", "/work/ballots/{batch}/sheets/{number}", COUNTER, || get(ballots::sheet)),
    row("POST", "/work/ballots/{batch}/sheets/{number}", COUNTER, || post(ballots::keep_sheet)),
    row("GET", "/work/calls", REPORTING, || get(calls::list)),
    row("POST", "/work/calls", REPORTING, || post(calls::draw)),
    row("GET", "/work/calls/{list}/{place}", REPORTING, || get(calls::show)),
    row("POST", "/work/calls/{list}/{place}", REPORTING, || post(calls::answer)),
    row("GET", "/work/appointments", COUNTER, || get(appointment::office::list)),
    row("POST", "/work/appointments/{appointment}/check-in", COUNTER, || post(appointment::office::check_in)),
    row("POST", "/work/appointments/{appointment}/cancel", COUNTER, || post(appointment::office::cancel)),
    row("GET", "/cases/{id}/notices", COUNTER, || get(notice::of_case)),
    row("GET", "/work/notices", HEAD, || get(notice::failed)),
    row("POST", "/work/notices/{id}/called", HEAD, || post(notice::called)),
    row("POST", "/work/notices/{id}/again", HEAD, || post(notice::again)),
    row("GET", "/work/opinions", ANSWERING, || get(inbox::list)),
    row("GET", "/work/opinions/new", REPORTING, || get(opinion::entry::form)),
    row("POST", "/work/opinions/new", REPORTING, || post(opinion::entry::save)),
    row("GET", "/work/opinions/{id}", ANSWERING, || get(inbox::show)),
    row("GET", "/work/opinions/{id}/photos/{photo}", ANSWERING, || get(opinion::photo::show_own)),
    row("POST", "/work/opinions/{id}/triage", ANSWERING, || post(triage::triage)),
    row("POST", "/work/opinions/{id}/ask", ANSWERING, || post(triage::ask)),
    row("POST", "/work/opinions/{id}/answer", ANSWERING, || post(triage::answer)),
    row("POST", "/work/opinions/{id}/refuse", ANSWERING, || post(triage::refuse)),
    row("POST", "/work/opinions/{id}/publish", ANSWERING, || post(triage::publish)),
    row("POST", "/work/opinions/{id}/explain", ANSWERING, || post(triage::explain)),
    row("GET", "/work/dialogues", REPORTING, || get(desk::list)),
    row("POST", "/work/dialogues", LEADER, || post(desk::open)),
    row("GET", "/work/dialogues/{dialogue}", REPORTING, || get(desk::show)),
    row("GET", "/work/dialogues/{dialogue}/forms", REPORTING, || get(desk::form)),
    row("POST", "/work/dialogues/{dialogue}/forms", REPORTING, || post(desk::enter)),
    row("GET", "/work/dialogues/{dialogue}/forms/entered", REPORTING, || get(dialogue_form::list)),
    row("GET", "/work/dialogues/{dialogue}/forms/entered/{number}", REPORTING, || get(dialogue_form::show)),
    row("POST", "/work/dialogues/{dialogue}/forms/entered/{number}", REPORTING, || {
        post(dialogue_form::correct)
    }),
    row("GET", "/work/dialogues/{dialogue}/forms.pdf", REPORTING, || get(dialogue_paper::forms)),
    row("POST", "/work/dialogues/{dialogue}/host", LEADER, || post(desk::decide)),
    row("GET", "/work/dialogues/{dialogue}/decision.pdf", REPORTING, || get(dialogue_paper::decision)),
    row("POST", "/work/dialogues/{dialogue}/notice", REPORTING, || post(desk::announce)),
    row("GET", "/work/dialogues/{dialogue}/agenda", REPORTING, || get(desk::agenda)),
    row("GET", "/work/dialogues/{dialogue}/minutes", REPORTING, || get(minutes::show)),
    row("POST", "/work/dialogues/{dialogue}/minutes", REPORTING, || post(minutes::write)),
    row("GET", "/work/surveys", REPORTING, || get(questionnaire::list)),
    row("GET", "/work/surveys/questionnaires/{questionnaire}", REPORTING, || get(questionnaire::show)),
    row("POST", "/work/surveys/questionnaires", REPORTING, || post(questionnaire::save)),
    row("GET", "/work/surveys/new", LEADER, || get(plan::of_cases)),
    row("POST", "/work/surveys/new", LEADER, || post(plan::plan_cases)),
    row("GET", "/work/surveys/register", LEADER, || get(plan::of_register)),
    row("POST", "/work/surveys/register", LEADER, || post(plan::plan_register)),
    row("GET", "/work/surveys/{wave}", REPORTING, || get(survey_desk::show)),
    row("POST", "/work/surveys/{wave}/close", REPORTING, || post(survey_desk::close)),
    row("GET", "/work/surveys/{wave}/people", REPORTING, || get(survey_desk::people)),
    row("GET", "/work/surveys/{wave}/forms.pdf", REPORTING, || get(survey_desk::forms)),
    row("GET", "/work/surveys/{wave}/forms", REPORTING, || get(survey_entry::form)),
    row("POST", "/work/surveys/{wave}/forms", REPORTING, || post(survey_entry::enter)),
    row("GET", "/work/surveys/{wave}/words", REPORTING, || get(survey_desk::words)),
    row("GET", "/work/surveys/{wave}/results.xlsx", REPORTING, || get(survey_desk::xlsx)),
    row("GET", "/work/promises", ANSWERING, || get(promised::list)),
    row("GET", "/work/promises/{promise}", ANSWERING, || get(promised::show)),
    row("POST", "/work/promises/{promise}", ANSWERING, || post(promised::report)),
    row("GET", "/reports", REPORTING, || get(report::show)),
    row("GET", "/reports.xlsx", REPORTING, || get(report::xlsx)),
    row("GET", "/reports.pdf", REPORTING, || get(report::pdf)),
    row("GET", "/reports/cases", REPORTING, || get(report::cases)),
    row("GET", "/lead/posting", OVERSEEING, || get(posting::boards)),
    row("GET", "/lead/posting/{office}", OVERSEEING, || get(posting::board)),
    row("GET", "/posting/{office}/photos/{photo}", BOARDS, || get(posting::photo)),
    row("GET", "/lead", LEADER, || get(lead::board)),
    row("GET", "/lead/cases", LEADER, || get(lead::cases)),
    row("GET", "/lead/events", LEADER, || get(lead::events)),
    row("GET", "/admin", ADMIN, || get(admin::show)),
    row("GET", "/admin/calendar", ADMIN, || get(decision::show)),
    row("POST", "/admin/calendar", ADMIN, || post(decision::save)),
    row("GET", "/admin/questions", ADMIN, || get(questions::show)),
    row("POST", "/admin/questions", ADMIN, || post(questions::save)),
    row("GET", "/admin/rules", ADMIN, || get(rule::show)),
    row("GET", "/admin/notices", ADMIN, || get(notice::admin)),
    row("POST", "/admin/notices/test", ADMIN, || post(notice::test)),
    row("GET", "/admin/offices", ADMIN, || get(directory::offices)),
    row("GET", "/admin/officials", ADMIN, || get(directory::officials)),
    row("GET", "/admin/directory/{what}", ADMIN, || get(directory::change::form)),
    row("POST", "/admin/directory/{what}", ADMIN, || post(directory::change::save)),
];

/// The routes of the table, each behind its rule.
pub(crate) fn build() -> Router<Arc<App>> {
    ROUTES.iter().fold(Router::new(), |router, route| {
        let rule =
            move |visitor: Visitor, request: Request, next: Next| enforce(route, visitor, request, next);
        router.route(route.path, (route.handler)().route_layer(middleware::from_fn(rule)))
    })
}

/// Method, path and access of every route, for the access table.
pub fn table() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    ROUTES.iter().map(|route| (route.method, route.path, format!("{:?}", route.access)))
}
