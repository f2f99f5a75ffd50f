//! How cases went: for heads what their offices received, for the leader all. The list of procedures, the map of one, and its log to download.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use hailong_core::{
    directory::Directory,
    measure::{
        process::{Case, Ended, Hand, MOST_CASES, SAMPLE, View, Working, even_sample, heaviest, lines, view},
        scorecard::Subject,
    },
    time::Month,
};
use hailong_render::{
    Section,
    component::{Choice, Pager, Period},
    measure::process::{
        ProcedureLine, Process, Processes, Scope,
        log::{Format, Log},
    },
};
use hailong_store::measure::process::AT_ONCE;
use serde::Deserialize;
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

use super::scorecard::may_see;
use crate::{
    App,
    cursor::address,
    error::{Failure, html},
    quarter::name_of,
    serve::report::{office_choices, office_of},
    visitor::Visitor,
};

/// Procedures on one page of the list: of each a sample of ways is read.
const PAGE: usize = 20;
/// So many look at cases at the same time; others are asked to come again, and counters do not wait for them.
static LOOKING: Semaphore = Semaphore::const_new(2);
/// So many logs are written at the same time. Whoever has a slow line takes long, and keeps nobody from looking.
static WRITING: Semaphore = Semaphore::const_new(4);

/// `?quarter=2017-Q2&office=tran-phan&field=…&after=…`. Without a quarter it is the one that runs, without an office what the visitor may see.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    quarter: String,
    office: String,
    field: String,
    after: String,
}

/// What a visitor may look at.
struct Wanted {
    first: Month,
    office: Option<String>,
    field: String,
    _permit: SemaphorePermit<'static>,
}

impl Asked {
    /// What may be looked at, and a place among those who do.
    fn wanted(
        self,
        visitor: &Visitor,
        directory: &Directory,
        places: &'static Semaphore,
    ) -> Result<Wanted, Failure> {
        let running = visitor.now.day().month();
        let [first, ..] = Month::of_quarter_key(&self.quarter).unwrap_or(running).quarter();
        let office = office_of(&self.office, visitor, directory)?;
        let known = directory.procedures.iter().any(|one| one.field_vi == self.field);
        if !self.field.is_empty() && !known {
            return Err(Failure::not_found());
        }
        let _permit = places.try_acquire().map_err(|_| Failure::busy())?;
        Ok(Wanted { first, office, field: self.field, _permit })
    }
}

impl Wanted {
    /// The cases that ended; of one procedure, where one is named.
    async fn ended(&self, app: &App, procedure: Option<&str>) -> Result<Vec<Ended>, Failure> {
        let directory = app.store.directory();
        let in_field =
            |code: &str| self.field.is_empty() || directory.field_of(code) == Some(self.field.as_str());
        let wanted = |code: &str| procedure.is_none_or(|one| one == code) && in_field(code);
        let offices = self.office.as_ref().map(std::slice::from_ref);
        Ok(app.store.ended_between(self.first.days_of_quarter(), offices, wanted).await?)
    }

    fn scope(&self) -> Scope {
        Scope {
            quarter: self.first.quarter_key(),
            before: Month(self.first.0 - 3).quarter_key(),
            office: self.office.clone().unwrap_or_default(),
            field: self.field.clone(),
        }
    }

    fn period(&self, visitor: &Visitor) -> Period {
        Period { name: name_of(visitor.lang, self.first), as_of: visitor.now, snapshot: None }
    }
}

/// `GET /work/processes`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let after = asked.after.clone();
    let wanted = asked.wanted(&visitor, &directory, &LOOKING)?;
    let ended = wanted.ended(&app, None).await?;
    let (mut all, few) = lines(&ended, &directory.calendar);
    let from = all.iter().position(|line| line.procedure == after).map_or(0, |at| at + 1);
    let rest = all.split_off(from.min(all.len()));
    let more = rest.len() > PAGE;
    let mut shown = Vec::new();
    let working = Working::new(&directory.calendar);
    for line in rest.into_iter().take(PAGE) {
        let cases = sample(&app, &ended, &line.procedure).await?;
        let procedure = directory.procedure_near(&line.procedure, visitor.now.day()).ok();
        shown.push(ProcedureLine {
            name: directory.short_name(&line.procedure, visitor.now.day()),
            field: procedure.map(|one| one.field_vi.clone()).unwrap_or_default(),
            heaviest: heaviest(&cases, &working),
            line,
        });
    }
    let scope = wanted.scope();
    let at = |after: &str| {
        let pairs = [
            ("quarter", scope.quarter.as_str()),
            ("office", &scope.office),
            ("field", &scope.field),
            ("after", after),
        ];
        address("/work/processes", &pairs)
    };
    let pager = Pager {
        first: (from > 0).then(|| at("")),
        next: shown.last().filter(|_| more).map(|last| at(&last.line.procedure)),
    };
    html(&Processes {
        shell: visitor.shell("processes-title", Section::Reports),
        period: wanted.period(&visitor),
        offices: office_choices(&visitor, &directory)?,
        fields: fields(&visitor, &directory),
        lines: shown,
        hours_a_day: working.hours(),
        few,
        pager,
        scope,
    })
}

/// An even sample of a procedure's cases with their ways.
async fn sample(app: &App, ended: &[Ended], procedure: &str) -> Result<Vec<Case>, Failure> {
    let own: Vec<&Ended> = ended.iter().filter(|case| case.procedure == procedure).collect();
    let some = even_sample(own.len(), SAMPLE).map(|at| own[at].clone()).collect();
    Ok(app.store.with_stages(some).await?)
}

/// All fields to choose from, and none of them.
fn fields(visitor: &Visitor, directory: &Directory) -> Vec<Choice> {
    let mut names: Vec<&str> = directory.procedures.iter().map(|one| one.field_vi.as_str()).collect();
    names.sort_by_cached_key(|name| hailong_core::text::fold(name));
    names.dedup();
    let all = Choice::new("", visitor.lang.t("processes-all-fields"));
    std::iter::once(all).chain(names.into_iter().map(|name| Choice::new(name, name))).collect()
}

/// The code in an address, none for `all`; and the name of what is looked at.
fn named(
    procedure: &str,
    field: &str,
    visitor: &Visitor,
    directory: &Directory,
) -> Result<(Option<String>, String), Failure> {
    if procedure == "all" {
        let all = || visitor.lang.t("processes-all");
        return Ok((None, if field.is_empty() { all() } else { field.to_owned() }));
    }
    let known = directory.procedure_near(procedure, visitor.now.day())?;
    Ok((Some(known.code.clone()), known.short_name_vi.clone()))
}

/// `GET /work/processes/{procedure}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(procedure): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let (code, name) = named(&procedure, &asked.field, &visitor, &directory)?;
    let wanted = asked.wanted(&visitor, &directory, &LOOKING)?;
    let ended = wanted.ended(&app, code.as_deref()).await?;
    let view = looked_at(&app, &visitor, ended).await?;
    let names = names(&view, &directory);
    html(&Process {
        shell: visitor.shell_titled(&name, Section::Reports),
        period: wanted.period(&visitor),
        scope: wanted.scope(),
        offices: office_choices(&visitor, &directory)?,
        procedure,
        name,
        names,
        view,
    })
}

async fn looked_at(app: &App, visitor: &Visitor, ended: Vec<Ended>) -> Result<View, Failure> {
    let all = ended.len();
    let some = even_sample(all, MOST_CASES).map(|at| ended[at].clone()).collect();
    let cases = app.store.with_stages(some).await?;
    let (viewer, directory) = (visitor.signed_in()?.clone(), app.store.directory());
    let looked = tokio::task::spawn_blocking(move || {
        view(all as u64, &cases, &directory, |id| may_see(&viewer, Subject::Official, id, &directory))
    });
    looked.await.map_err(|_| Failure::internal())
}

/// The names of offices and officials that hand-overs name.
fn names(view: &View, directory: &Directory) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for hand in view.handovers.iter().flat_map(|one| [&one.from, &one.to]) {
        let Hand::Official { office, official, .. } = hand else { continue };
        names.entry(office.clone()).or_insert_with(|| directory.unit_name(office));
        if let Some(official) = official.as_ref().and_then(|id| directory.official(id).ok()) {
            names.insert(official.id.clone(), official.name.clone());
        }
    }
    names
}

/// `GET /work/processes/{procedure}/{log}`: written while it is sent, some cases at a time.
pub(crate) async fn log(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((procedure, file)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let format = Format::from_file(&file).ok_or(Failure::not_found())?;
    let (code, _) = named(&procedure, &asked.field, &visitor, &directory)?;
    let wanted = asked.wanted(&visitor, &directory, &WRITING)?;
    let ended = wanted.ended(&app, code.as_deref()).await?;
    let (_, end) = file.split_once('.').unwrap_or_default();
    let shown = format!(
        "attachment; filename=\"hailong-{}-{}.{end}\"",
        code.as_deref().unwrap_or("all"),
        wanted.first.quarter_key()
    );
    let shown = HeaderValue::from_str(&shown).map_err(|_| Failure::internal())?;
    let buffer = Buffer::default();
    let log = Log::new(format, visitor.lang, buffer.clone()).map_err(|_| Failure::internal())?;
    let cases = ended.into_iter().map(|case| case.case_id).collect();
    let writing = Writing { app, _wanted: wanted, cases, at: 0, log: Some(log), buffer };
    let parts = stream::try_unfold(writing, Writing::next);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.content_type())),
        (header::CONTENT_DISPOSITION, shown),
    ];
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// What was written and not sent yet.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A log on its way out.
struct Writing {
    app: Arc<App>,
    /// Holds its place.
    _wanted: Wanted,
    cases: Vec<Uuid>,
    at: usize,
    log: Option<Log<Buffer>>,
    buffer: Buffer,
}

impl Writing {
    /// Bytes that are sent at once, about.
    const PART: usize = 1 << 16;

    /// The next part, if there is one.
    async fn next(mut self) -> Result<Option<(Vec<u8>, Self)>, std::io::Error> {
        let mut part = self.buffer.take();
        while part.len() < Self::PART
            && let Some(log) = &mut self.log
        {
            let some = &self.cases[self.at..self.cases.len().min(self.at + AT_ONCE)];
            for line in self.app.store.journal_of(some).await.map_err(std::io::Error::other)? {
                if log.wants(&line.subject, &line.kind) {
                    let event = line.event().map_err(std::io::Error::other)?;
                    log.line(line.at, &line.actor, &event)?;
                }
            }
            self.at += some.len();
            if self.at == self.cases.len()
                && let Some(log) = self.log.take()
            {
                log.finish()?;
            }
            part.append(&mut self.buffer.take());
        }
        Ok((!part.is_empty()).then_some((part, self)))
    }
}
