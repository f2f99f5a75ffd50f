//! Pages about notices: of one case, those that did not arrive, and the administrator's.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    context::Role,
    directory::Directory,
    serve::notice::{Channel, Outcome, Problem, State as NoticeState},
};
use hailong_render::{
    Lang, Section,
    component::{Errors, Pager},
    listen::dialogue::name,
    serve::notice::{Message, Telling},
    work::notice::{
        AdminNotices, CaseNotices, FailedNotices, FailedRow, MailboxRow, NoticeRow, WayRow, Ways, problem_key,
    },
};
use hailong_store::{
    StoreError,
    keys::fresh_bytes,
    serve::notice::{COUNTED, Count, NoticeFile},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{Shown, words::Ready};
use crate::{
    App,
    cursor::{self, PAGE, address},
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    serve::case::own_case,
    visitor::Visitor,
};

/// `?after=&done=`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    after: String,
    done: String,
}

fn ways(app: &App) -> Ways {
    Ways {
        email: app.post.has(Channel::Email),
        phone: app.post.has(Channel::Phone),
        demo: app.post.mailbox().is_some(),
    }
}

fn row(file: &NoticeFile, directory: &Directory) -> NoticeRow {
    let by = file.ended_by.as_deref().map(|by| directory.actor_names(by).0);
    NoticeRow {
        id: file.id.to_string(),
        kind: file.kind,
        channel: file.channel,
        target: file.target.clone(),
        state: file.state,
        made_at: file.made_at,
        send_at: file.send_at,
        ended_at: file.ended_at,
        tries: file.tries,
        via: file.via.clone().unwrap_or_default(),
        by: by.unwrap_or_default(),
        trouble: file.trouble.map(|trouble| (trouble.problem, trouble.code)),
    }
}

/// `GET /cases/{id}/notices`.
pub(crate) async fn of_case(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    let directory = app.store.directory();
    let procedure = directory.procedure_near(&file.case.procedure, file.opened_at.day())?;
    let notices = app.store.notices_of(file.case.id).await?;
    html(&CaseNotices {
        shell: visitor.shell("notice-case-title", Section::Work),
        id: file.case.id.to_string(),
        code: file.code.clone().unwrap_or_default(),
        procedure: procedure.short_name_vi.clone(),
        ways: ways(&app),
        rows: notices.iter().map(|notice| row(notice, &directory)).collect(),
    })
}

/// The office that the visitor heads.
fn headed(visitor: &Visitor) -> Result<String, Failure> {
    let official = visitor.signed_in()?;
    let heads = official.role_at(&official.office_id) == Some(Role::Head);
    heads
        .then(|| official.office_id.clone())
        .ok_or(Failure::from(hailong_core::refusal::Refusal::NotYourRole))
}

/// `GET /work/notices`.
pub(crate) async fn failed(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let office_id = headed(&visitor)?;
    let (after, lang) = (cursor::read(&asked.after), visitor.lang);
    let mut files = app.store.failed_notices(&office_id, after, PAGE as i64 + 1).await?;
    let more = files.len() > PAGE;
    files.truncate(PAGE);
    let last = files.last().filter(|_| more).map(|file| cursor::write((file.made_at, file.id)));
    let directory = app.store.directory();
    let mut rows = Vec::with_capacity(files.len());
    for file in &files {
        let (href, case) = about(&app, file, lang).await?;
        rows.push(FailedRow { notice: row(file, &directory), href, case });
    }
    let place = |after: &str| address("/work/notices", &[("after", after)]);
    html(&FailedNotices {
        shell: visitor.shell("notice-failed-title", Section::Work),
        done: match asked.done.as_str() {
            "called" => lang.t("notice-done-called"),
            "again" => lang.t("notice-done-again"),
            "moved-on" => lang.t("notice-done-moved-on"),
            _ => String::new(),
        },
        ways: ways(&app),
        rows,
        pager: Pager { first: after.map(|_| place("")), next: last.map(|last| place(&last)) },
    })
}

/// What a notice is about: its address, where it has one, and its name.
async fn about(app: &App, file: &NoticeFile, lang: Lang) -> Result<(String, String), Failure> {
    if file.kind.is_of_appointment() {
        return Ok((String::new(), lang.t("notice-appointment")));
    }
    if file.kind.is_of_opinion() {
        return Ok((format!("/work/opinions/{}", file.subject), lang.t("notice-thing-opinion")));
    }
    if file.kind.is_of_dialogue() {
        let letter = app.store.letter(file).await?;
        let dialogue = letter.map(|letter| letter.dialogue).unwrap_or_default();
        return Ok((format!("/work/dialogues/{dialogue}/agenda"), name(lang, &dialogue)));
    }
    Ok(match app.store.case(file.subject).await? {
        Some(case) => {
            let code = case.code.unwrap_or_else(|| lang.t("work-no-code"));
            (format!("/cases/{}", case.case.id), code)
        }
        None => (String::new(), lang.t("notice-appointment")),
    })
}

/// A notice that the visitor's office looks after.
async fn own_notice(app: &App, visitor: &Visitor, id: &str) -> Result<Uuid, Failure> {
    let office_id = headed(visitor)?;
    let id = Uuid::parse_str(id).map_err(|_| Failure::not_found())?;
    let file = app.store.notice(id).await?.ok_or(Failure::not_found())?;
    if file.office_id == office_id {
        return Ok(id);
    }
    Err(Failure::from(hailong_core::refusal::Refusal::NotYourOffice))
}

fn back(result: Result<(), StoreError>, done: &str) -> Result<Response, Failure> {
    let done = match result {
        Ok(()) => done,
        Err(StoreError::Stale) => "moved-on",
        Err(error) => return Err(error.into()),
    };
    Ok(Redirect::to(&address("/work/notices", &[("done", done)])).into_response())
}

/// `POST /work/notices/{id}/called`.
pub(crate) async fn called(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(_): Form<Fields>,
) -> Result<Response, Failure> {
    let id = own_notice(&app, &visitor, &id).await?;
    let official = &visitor.signed_in()?.id;
    back(app.store.note_call(id, official, visitor.now).await, "called")
}

/// `POST /work/notices/{id}/again`.
pub(crate) async fn again(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(_): Form<Fields>,
) -> Result<Response, Failure> {
    let id = own_notice(&app, &visitor, &id).await?;
    back(app.store.send_again(id, visitor.now).await, "again")
}

/// `GET /admin/notices`.
pub(crate) async fn admin(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    html(&admin_page(&app, &visitor, String::new(), Errors::none(), "").await?)
}

async fn admin_page(
    app: &App,
    visitor: &Visitor,
    done: String,
    errors: Errors,
    to: &str,
) -> Result<AdminNotices, Failure> {
    let counts = app.store.count_notices().await?;
    let mut rows = Vec::new();
    for channel in Channel::ALL {
        let count = |state| counted(visitor, &counts, state, channel);
        rows.push(WayRow {
            channel,
            set_up: app.post.has(channel),
            names: app.post.names(channel).join(", "),
            waiting: count(NoticeState::Waiting),
            failed: count(NoticeState::Failed),
            unsent: count(NoticeState::Unsent),
            last: app.store.last_notice_sent(channel).await?,
        });
    }
    let shown = |letter: Shown| MailboxRow {
        channel: letter.channel,
        to: letter.to,
        subject: letter.subject,
        text: letter.text,
    };
    Ok(AdminNotices {
        shell: visitor.shell("notice-admin-title", Section::None),
        done,
        errors,
        ways: ways(app),
        rows,
        quiet: app.post.quiet().bounds(),
        to: to.to_owned(),
        mailbox: app.post.mailbox().map(|mailbox| mailbox.letters().into_iter().map(shown).collect()),
    })
}

/// All counts together stop at [`COUNTED`]: then a number may be too small, and says so.
fn counted(visitor: &Visitor, counts: &[Count], state: NoticeState, channel: Channel) -> String {
    let all: u64 = counts.iter().map(|count| count.count).sum();
    let found = counts.iter().find(|count| count.state == state && count.channel == channel);
    let count = i64::try_from(found.map_or(0, |found| found.count)).unwrap_or(i64::MAX);
    let number = hailong_render::format::number(visitor.lang, count);
    if all < COUNTED.unsigned_abs() {
        return number;
    }
    visitor.lang.t_args("notice-admin-most", &[("n", number.into())])
}

/// `POST /admin/notices/test`: sends a test at once.
pub(crate) async fn test(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let visitor = visitor.at("/admin/notices");
    let lang = visitor.lang;
    let to = fields.trimmed("to").to_owned();
    let Some((channel, to)) = way_to(&to) else {
        let errors = Errors::one("to", lang.t("notice-admin-test-wrong"));
        let page = admin_page(&app, &visitor, String::new(), errors, &to).await?;
        return html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let seed = fresh_bytes()?;
    let number = Uuid::from_bytes(std::array::from_fn(|i| seed[i])).simple().to_string();
    let authority = app.store.directory().authority.name_vi.clone();
    let mut telling = Telling::sample(lang, hailong_core::serve::notice::Kind::Received);
    telling.name = authority.clone();
    let ready = Ready {
        number,
        channel,
        target: String::new(),
        to: to.clone(),
        name: String::new(),
        message: Message::test(lang, &authority),
        payload: serde_json::Value::Null,
        kind: "test",
        telling,
    };
    let said = match app.post.send(ready, app.clock.machine()).await {
        Outcome::Sent { .. } => lang.t("notice-admin-test-sent"),
        Outcome::Later(trouble) | Outcome::Never(trouble) => {
            let code = trouble.code.map(|code| format!(" ({code})")).unwrap_or_default();
            let why = format!("{}{code}", lang.t(problem_key(trouble.problem)));
            lang.t_args("notice-admin-test-failed", &[("why", why.into())])
        }
        Outcome::NoChannel | Outcome::Erased | Outcome::Outdated => {
            let why = lang.t(problem_key(Problem::NoChannel));
            lang.t_args("notice-admin-test-failed", &[("why", why.into())])
        }
    };
    html(&admin_page(&app, &visitor, said, Errors::none(), &to).await?)
}

/// An e-mail address or a phone number, as it was typed.
fn way_to(typed: &str) -> Option<(Channel, String)> {
    if typed.contains('@') {
        let fits = typed.len() <= 254 && typed.parse::<lettre::Address>().is_ok();
        return fits.then(|| (Channel::Email, typed.to_owned()));
    }
    let phone: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.')).collect();
    let fits = phone.bytes().all(|byte| byte.is_ascii_digit()) && (10..=11).contains(&phone.len());
    (fits && phone.starts_with('0')).then_some((Channel::Phone, phone))
}
