//! The open cases of an official or of the office, by due date.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    directory::Directory,
    listen::opinion::answers_for,
    serve::{case::Waits, official::Official},
    time::{Day, Instant, Minute},
};
use hailong_render::{
    Section,
    component::{Choice, Pager},
    work::case::{CaseList, CaseRow, Tab, Whose},
};
use hailong_store::{
    Store,
    serve::case::{CaseFile, Filter as Wanted, OpenPage, Whose as OpenOf},
};
use serde::Deserialize;

use super::{days_left, name_of};
use crate::{
    App,
    cursor::{self, PAGE, address},
    error::{Failure, html},
    form::{Fields, Form},
    visitor::Visitor,
};

/// How many working days ahead a due date is near.
const SOON: u32 = 2;

/// Saved filters of one official.
const MOST_SAVED: usize = 8;

/// `?whose=mine|office|away&tab=&procedure=&holder=&after=`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    whose: String,
    tab: String,
    procedure: String,
    holder: String,
    after: String,
}

/// `GET /work`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    let official = visitor.signed_in()?;
    let whose = Whose::from_tag(&filter.whose).unwrap_or(Whose::Mine);
    let tab = Tab::from_tag(&filter.tab).unwrap_or_default();
    let after = cursor::read(&filter.after);
    let store = &app.store;
    let directory = store.directory();
    let of = match whose {
        Whose::Mine => OpenOf::Holder(&official.id),
        Whose::Office => OpenOf::Office(&official.office_id),
        Whose::Away => OpenOf::SentAway(&official.office_id),
    };
    let some = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
    let (procedure, holder) = (some(&filter.procedure), some(&filter.holder));
    let soon = near(&directory, visitor.now);
    let wanted = Wanted {
        procedure: procedure.as_deref(),
        holder: holder.as_deref(),
        ..wanted(tab, visitor.now, soon)
    };
    let OpenPage { files, next } = store.open_cases(of, wanted, after, PAGE).await?;
    let count = store.count_open(of, visitor.now, soon).await?;
    let place = |after: &str| {
        let place = [
            ("whose", whose.tag()),
            ("tab", tab.tag()),
            ("procedure", filter.procedure.as_str()),
            ("holder", filter.holder.as_str()),
            ("after", after),
        ];
        address("/work", &place)
    };
    let today = visitor.now.day();
    let level = directory.office(&official.office_id)?.level;
    let received = directory.on(today).procedures().filter(|procedure| procedure.handled_at(level));
    html(&CaseList {
        unexplained: unexplained(store, official, &directory, today).await?,
        shell: visitor.shell("work-title", Section::Work),
        done: String::new(),
        whose,
        tab,
        procedures: received.map(|one| Choice::new(&one.code, &one.short_name_vi)).collect(),
        holders: directory
            .on(today)
            .officials_of(&official.office_id)
            .filter(|other| other.role.serves())
            .map(|other| Choice::new(&other.id, &other.name))
            .collect(),
        saved: saved(store, &official.id).await?,
        procedure: filter.procedure.clone(),
        holder: filter.holder.clone(),
        about: count.all,
        late: count.late,
        today: count.today,
        rows: files.iter().map(|file| row(file, &directory, visitor.now)).collect(),
        pager: Pager { first: after.map(|_| place("")), next: next.map(|next| place(&cursor::write(next))) },
    })
}

/// Late opinions that an official has to explain as a head.
async fn unexplained(
    store: &Store,
    official: &Official,
    directory: &Directory,
    today: Day,
) -> Result<u64, Failure> {
    let offices = answers_for(official, directory, today).unwrap_or_default();
    if offices.is_empty() {
        return Ok(0);
    }
    Ok(store.count_open_opinions(Some(&offices), today).await?.unexplained)
}

/// `POST /work/filters`: keeps what is seen under a name; without a name, forgets it.
pub(crate) async fn save(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let official = visitor.signed_in()?;
    let part = |name: &'static str| (name, fields.trimmed(name));
    let path = address("/work", &[part("whose"), part("tab"), part("procedure"), part("holder")]);
    let title: String = fields.trimmed("title").chars().filter(|c| !c.is_control()).take(40).collect();
    let mut saved = saved(&app.store, &official.id).await?;
    saved.retain(|(known, name)| *known != path && *name != title);
    if !title.is_empty() {
        saved.truncate(MOST_SAVED - 1);
        saved.insert(0, (path.chars().take(400).collect(), title));
    }
    let text: String = saved.iter().map(|(path, title)| format!("{path}\t{title}\n")).collect();
    app.store.keep_setting(&format!("filters/{}", official.id), &text).await?;
    Ok(Redirect::to(&path).into_response())
}

async fn saved(store: &Store, official: &str) -> Result<Vec<(String, String)>, Failure> {
    let text = store.setting(&format!("filters/{official}")).await?.unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(lines.map(|(path, title)| (path.to_owned(), title.to_owned())).collect())
}

/// Until when a due date is near.
fn near(directory: &Directory, now: Instant) -> Instant {
    let last = directory.calendar.nth_working_after(now.day(), SOON).unwrap_or(now.day().plus(3));
    Instant::at(last.plus(1), Minute(0))
}

/// What a tab asks of the record.
fn wanted(tab: Tab, now: Instant, soon: Instant) -> Wanted<'static> {
    let midnight = Instant::at(now.day().plus(1), Minute(0));
    let due = |from, until| Wanted { due_from: from, due_until: Some(until), ..Wanted::default() };
    let waits = |waits| Wanted { waits: Some(waits), ..Wanted::default() };
    match tab {
        Tab::All => Wanted::default(),
        Tab::Late => due(None, now),
        Tab::Today => due(Some(now), midnight),
        Tab::Soon => due(Some(midnight), soon),
        Tab::Citizen => waits(Waits::Citizen),
        Tab::Others => waits(Waits::Others),
        Tab::Ready => waits(Waits::Ready),
    }
}

pub(super) fn row(file: &CaseFile, directory: &Directory, now: Instant) -> CaseRow {
    let case = &file.case;
    let procedure = directory.procedure_near(&case.procedure, file.opened_at.day());
    CaseRow {
        id: case.id.to_string(),
        code: file.code.clone().unwrap_or_default(),
        procedure: procedure
            .map_or_else(|_| case.procedure.clone(), |procedure| procedure.short_name_vi.clone()),
        kind: case.applicant_kind,
        due: case.due,
        days_left: days_left(file, directory, now),
        state: case.state,
        official: name_of(directory, &case.holder),
    }
}
