//! The report of a period: on screen, as a spreadsheet, on paper, and the cases behind each of its figures.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use hailong_core::{
    context::Role,
    directory::Directory,
    serve::{
        report::{self, Figure, Period, Scope, Span, Window, may_read, procedures_of_field},
        succession::Units,
    },
    time::Day,
};
use hailong_render::{
    Section,
    component::{Choice, Pager},
    work::{
        lead::CaseLine,
        report::{PeriodReport, ReportCase, ReportCases, ReportPage},
    },
};
use hailong_store::serve::{
    case::CaseFile,
    report::{Behind, Place},
};
use serde::Deserialize;

use super::case::print::{answer, attached};
use crate::{
    App,
    cursor::{self, PAGE, address},
    error::{Failure, html},
    measure::lead::case_line,
    visitor::Visitor,
};

const SHEETS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `?period=legal-quarter-2017-2&office=tran-phan&units=now`, and for the cases behind a figure
/// `&what=late&procedure=&at=&after=&seen=`, or instead of a procedure `field=` with one of the field's. Without a period it is the quarter of the law that runs; without an office the
/// leader sees all of them, and others their own.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    period: String,
    office: String,
    units: String,
    what: String,
    procedure: String,
    field: String,
    at: String,
    after: String,
    seen: u64,
}

/// A report that the visitor may see.
struct Wanted {
    period: Period,
    closing: (Day, bool),
    scope: Scope,
}

impl Asked {
    fn wanted(&self, visitor: &Visitor, directory: &Directory) -> Result<Wanted, Failure> {
        let today = visitor.now.day();
        let period = match self.period.as_str() {
            "" => Period::containing(Window::Legal, Span::Quarter, today),
            key => Period::parse(key).ok_or(Failure::new(StatusCode::BAD_REQUEST, "report-period"))?,
        };
        let closing = report::closing(period, today)
            .ok_or(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "report-later"))?;
        let office = office_of(&self.office, visitor, directory)?;
        let units = if self.units == "now" { Units::Of(today) } else { Units::Then };
        Ok(Wanted { period, closing, scope: Scope { office, units } })
    }
}

impl Wanted {
    async fn read(
        self,
        app: &App,
        visitor: &Visitor,
        directory: &Directory,
    ) -> Result<PeriodReport, Failure> {
        let offices = self.scope.offices(directory)?;
        let report = app.store.report(self.period, self.closing, offices.as_deref()).await?;
        Ok(PeriodReport::new(report, self.scope, directory, visitor.now))
    }
}

/// `GET /reports`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let about = asked.wanted(&visitor, &directory)?.read(&app, &visitor, &directory).await?;
    let choices = office_choices(&visitor, &directory)?;
    let processes = visitor.signed_in()?.has_role(&[Role::Head, Role::Leader]);
    html(&ReportPage { shell: visitor.shell("report-title", Section::Reports), about, choices, processes })
}

/// The office that an address names, or without one what the visitor may read: all of them, or their own.
pub(crate) fn office_of(
    named: &str,
    visitor: &Visitor,
    directory: &Directory,
) -> Result<Option<String>, Failure> {
    let official = visitor.signed_in()?;
    let office = match named {
        "" if official.has_role(&[Role::Leader]) => None,
        "" => Some(official.office_id.clone()),
        id => Some(id.to_owned()),
    };
    may_read(&visitor.actor(), office.as_deref(), directory, visitor.now.day())?;
    Ok(office)
}

/// The offices that the visitor may choose from, today's first; none when there is but one.
pub(crate) fn office_choices(visitor: &Visitor, directory: &Directory) -> Result<Vec<Choice>, Failure> {
    let today = visitor.now.day();
    let actor = visitor.actor();
    let mut offices: Vec<_> = directory.offices.iter().filter(|office| office.receives()).collect();
    offices.retain(|office| may_read(&actor, Some(&office.id), directory, today).is_ok());
    offices.sort_by_cached_key(|office| {
        (!office.is_open(today), office.level, hailong_core::text::fold(&office.unit_name))
    });
    let leads = visitor.signed_in()?.has_role(&[Role::Leader]);
    let all = leads.then(|| Choice::new("", visitor.lang.t("report-all-offices")));
    let choice = |office: &&hailong_core::serve::office::Office| {
        let name = office.on(office.closed_on.map_or(today, |last| last.min(today))).unit_name;
        let until = office.closed_on.filter(|last| *last < today);
        let text = until.map_or_else(
            || name.clone(),
            |last| {
                let day = hailong_render::format::date(visitor.lang, last);
                visitor
                    .lang
                    .t_args("report-office-until", &[("office", name.as_str().into()), ("day", day.into())])
            },
        );
        Choice::new(&office.id, text)
    };
    let choices: Vec<_> = all.into_iter().chain(offices.iter().map(choice)).collect();
    Ok(if choices.len() > 1 { choices } else { Vec::new() })
}

/// `GET /reports.xlsx`.
pub(crate) async fn xlsx(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let about = asked.wanted(&visitor, &directory)?.read(&app, &visitor, &directory).await?;
    let (lang, name) = (visitor.lang, about.file_name());
    let made = tokio::task::spawn_blocking(move || about.xlsx(lang)).await;
    let bytes = made.map_err(|_| Failure::internal())?.map_err(|error| {
        tracing::error!(%error, "a spreadsheet cannot be made");
        Failure::internal()
    })?;
    attached(bytes, SHEETS, &format!("attachment; filename=\"{name}.xlsx\""))
}

/// `GET /reports.pdf`.
pub(crate) async fn pdf(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let about = asked.wanted(&visitor, &directory)?.read(&app, &visitor, &directory).await?;
    let name = about.file_name();
    let made = tokio::task::spawn_blocking(move || about.pdf()).await;
    answer(made.map_err(|_| Failure::internal())?, &name)
}

/// `GET /reports/cases`.
pub(crate) async fn cases(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let Wanted { period, closing, scope } = asked.wanted(&visitor, &directory)?;
    let figure =
        Figure::from_key(&asked.what).ok_or(Failure::new(StatusCode::BAD_REQUEST, "report-figure"))?;
    let (procedures, procedure) = asked.procedures(&directory, closing.0);
    let chosen = scope.offices(&directory)?;
    let offices =
        chosen.unwrap_or_else(|| directory.offices.iter().map(|office| office.id.clone()).collect());
    let behind = Behind { figure, period, closing, offices: &offices, procedures: &procedures };
    let after = cursor::read(&asked.after).map(|after| Place {
        office_id: asked.at.clone(),
        after,
        seen: asked.seen,
    });
    let first = after.is_some().then(|| asked.list(period, &scope, None));
    let found = app.store.cases_of_report(&behind, after, PAGE).await?;
    html(&ReportCases {
        shell: visitor.shell("report-title", Section::Reports),
        whose: whose(&scope, &directory, closing.0),
        period,
        figure,
        closing,
        procedure,
        n: found.all,
        made_at: visitor.now,
        rows: found.files.iter().map(|file| row(file, &visitor, &directory)).collect(),
        pager: Pager { first, next: found.next.map(|next| asked.list(period, &scope, Some(&next))) },
        scope,
    })
}

impl Asked {
    /// Codes of the procedures asked for, none for all of them, and the name of the procedure or field.
    fn procedures(&self, directory: &Directory, as_of: Day) -> (Vec<String>, String) {
        let named = |code: &str| directory.procedure_near(code, as_of).ok();
        match (self.procedure.as_str(), self.field.as_str()) {
            ("", "") => (Vec::new(), String::new()),
            ("", code) => {
                let name = named(code).map(|one| one.field_vi.clone()).unwrap_or_default();
                (procedures_of_field(directory, code, as_of), name)
            }
            (code, _) => {
                let name = named(code).map_or_else(|| code.to_owned(), |one| one.short_name_vi.clone());
                (vec![code.to_owned()], name)
            }
        }
    }

    /// Address of the same list, from its beginning or after a place.
    fn list(&self, period: Period, scope: &Scope, after: Option<&Place>) -> String {
        let cursor = after.map(|place| cursor::write(place.after)).unwrap_or_default();
        let seen = after.map(|place| place.seen.to_string()).unwrap_or_default();
        let pairs = [
            ("period", &*period.key()),
            ("office", scope.office.as_deref().unwrap_or_default()),
            ("units", if scope.units == Units::Then { "" } else { "now" }),
            ("what", &self.what),
            ("procedure", &self.procedure),
            ("field", &self.field),
            ("at", after.map_or("", |place| &place.office_id)),
            ("after", &cursor),
            ("seen", &seen),
        ];
        address("/reports/cases", &pairs)
    }
}

/// Name of the office of a scope, or of the authority.
fn whose(scope: &Scope, directory: &Directory, as_of: Day) -> String {
    let office = scope.office.as_ref().and_then(|id| directory.office(id).ok());
    office.map_or_else(|| directory.authority.name_vi.clone(), |office| office.on(as_of).unit_name)
}

/// A case without personal data; its page is for those who handle it.
fn row(file: &CaseFile, visitor: &Visitor, directory: &Directory) -> ReportCase {
    let actor = visitor.actor();
    let opens = [&file.case.desk_office, &file.case.at_office].iter().any(|id| actor.handles(id).is_ok());
    let line = case_line(file, directory, visitor.now);
    ReportCase {
        href: if opens { format!("/cases/{}", file.case.id) } else { String::new() },
        line: CaseLine { due: file.due_at, finished: file.finished_at.or(file.closed_at), ..line },
    }
}
