//! The tracking book: on screen, on paper, as a spreadsheet, and closing its year.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    directory::Directory,
    event::Event,
    refusal::Refusal,
    serve::{
        case::{ReturnWay, State as CaseState},
        regime::Regime,
    },
    time::Day,
};
use hailong_render::{
    Lang, Section,
    component::{Errors, Pager, refusal},
    paper::{
        Form as _, Head,
        tracking_book::{BOOK_COLUMNS, BookLine, Closing, TrackingBook},
        unit_and_place,
    },
    sheet::{self, Value},
    work::book::BookPage,
};
use hailong_store::serve::case::CaseFile;
use serde::Deserialize;
use uuid::Uuid;

use super::case::{
    history, name_of,
    paper::deciding,
    print::{answer, attached},
};
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// Lines on one page.
const PAGE: usize = 50;
/// Most lines of one printed stretch.
const MOST_PRINTED: u32 = 1_000;
/// Lines read at once for a spreadsheet.
const STRETCH: i64 = 200;
/// Most lines of a spreadsheet: far above the busiest office's year.
const MOST_ROWS: usize = 100_000;
const SHEETS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `?office=&year=&after=&from=&to=`: which book, and which of its numbers.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    office: String,
    year: Option<i16>,
    after: u32,
    from: u32,
    to: u32,
}

/// A book that the visitor may see.
struct Book {
    office_id: String,
    year: i16,
}

impl Asked {
    fn book(&self, visitor: &Visitor) -> Result<Book, Failure> {
        let own = &visitor.signed_in()?.office_id;
        let office_id = if self.office.is_empty() { own } else { &self.office };
        visitor.actor().handles(office_id)?;
        Ok(Book { office_id: office_id.clone(), year: self.year.unwrap_or_else(|| visitor.now.day().year()) })
    }
}

/// `GET /work/book`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let book = asked.book(&visitor)?;
    html(&page(&app, &visitor, &book, asked.after, Errors::none()).await?)
}

/// `POST /work/book/close`.
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let visitor = visitor.at("/work/book");
    let year = fields.get("year").parse().map_err(|_| Failure::unreadable())?;
    let asked = Asked { office: fields.get("office").to_owned(), year: Some(year), ..Asked::default() };
    let book = asked.book(&visitor)?;
    let unsure = |words| Errors::one("sure", words);
    if fields.get("sure") != "yes" {
        let errors = unsure(visitor.lang.t("book-close-unsure"));
        let page = page(&app, &visitor, &book, 0, errors).await?;
        return html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let directory = app.store.directory();
    let closed = app.store.close_book(&book.office_id, year, &visitor.context(&app, &directory)?).await;
    match closed {
        Ok(()) => {
            Ok(Redirect::to(&format!("/work/book?office={}&year={year}", book.office_id)).into_response())
        }
        Err(hailong_store::StoreError::Refused(
            why @ (Refusal::YearRunning | Refusal::BookGap | Refusal::BookClosed),
        )) => {
            let errors = unsure(refusal(visitor.lang, why.code()));
            let page = page(&app, &visitor, &book, 0, errors).await?;
            html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(why) => Err(why.into()),
    }
}

/// `GET /work/book.pdf?from=&to=`: a stretch of the numbers of a year, on A4.
pub(crate) async fn pdf(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let book = asked.book(&visitor)?;
    let from = asked.from.max(1);
    if asked.to < from || asked.to - from >= MOST_PRINTED {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "book-span"));
    }
    let directory = app.store.directory();
    let mut lines = Vec::new();
    while let Some(more) = some_lines(&app, &directory, &book, lines.last().map_or(from - 1, number)).await? {
        lines.extend(more.into_iter().filter(|line| line.number <= asked.to));
        if lines.last().is_none_or(|line| line.number >= asked.to) {
            break;
        }
        if lines.len() > MOST_PRINTED as usize {
            return Err(Failure::internal());
        }
    }
    let paper = TrackingBook {
        head: head(&directory, &book, visitor.now.day())?,
        year: book.year.into(),
        lines,
        last: app.store.book_standing(&book.office_id, book.year).await?.last,
        closing: closing(&app, &directory, &book).await?,
    };
    let made = tokio::task::spawn_blocking(move || (paper.pdf(), paper.file_name())).await;
    let (bytes, name) = made.map_err(|_| Failure::internal())?;
    answer(bytes, &name)
}

fn number(line: &BookLine) -> u32 {
    line.number
}

/// `GET /work/book.xlsx`: the whole year.
pub(crate) async fn xlsx(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let book = asked.book(&visitor)?;
    let directory = app.store.directory();
    let head = head(&directory, &book, visitor.now.day())?;
    let broken = |error: sheet::SheetError| {
        tracing::error!(%error, "a spreadsheet cannot be made");
        Failure::internal()
    };
    let mut file = sheet::Book::new();
    let top = sheet::Head {
        name: format!("Sổ theo dõi {}", book.year),
        title: format!("Sổ theo dõi hồ sơ năm {}", book.year),
        subtitle: if head.demo { vec![head.office, demo()] } else { vec![head.office] },
        columns: BOOK_COLUMNS.iter().map(|(name, width)| ((*name).to_owned(), *width)).collect(),
        landscape: true,
    };
    file.sheet(&top).map_err(broken)?;
    let (mut after, mut rows) = (0, 0);
    while let Some(lines) = some_lines(&app, &directory, &book, after).await? {
        rows += lines.len();
        for line in lines {
            after = line.number;
            file.row(cells(line)).map_err(broken)?;
        }
        if rows > MOST_ROWS {
            return Err(Failure::internal());
        }
    }
    let made = tokio::task::spawn_blocking(move || file.finish()).await;
    let bytes = made.map_err(|_| Failure::internal())?.map_err(broken)?;
    let shown = format!("attachment; filename=\"so-theo-doi-{}-{}.xlsx\"", book.office_id, book.year);
    attached(bytes, SHEETS, &shown)
}

/// What a spreadsheet of a demo says of itself.
fn demo() -> String {
    format!("{} {}", Lang::Vi.t("demo-name"), Lang::Vi.t("demo-people"))
}

fn cells(line: BookLine) -> [Value; 14] {
    [
        line.number.into(),
        line.code.into(),
        line.procedure.into(),
        u32::from(line.sets).into(),
        line.name.into(),
        line.reach.into(),
        line.deciding.into(),
        line.received.into(),
        line.due.into(),
        line.sent.into(),
        line.back.into(),
        line.returned.into(),
        line.way.into(),
        line.note.into(),
    ]
}

async fn page(
    app: &App,
    visitor: &Visitor,
    book: &Book,
    after: u32,
    errors: Errors,
) -> Result<BookPage, Failure> {
    let directory = app.store.directory();
    let ids = app.store.book_lines(&book.office_id, book.year, after, PAGE as i64 + 1).await?;
    let more = ids.len() > PAGE;
    let mut lines = Vec::with_capacity(PAGE);
    for (number, id) in ids.into_iter().take(PAGE) {
        lines.push(line(app, &directory, number, id).await?);
    }
    let at = |after: u32| format!("/work/book?office={}&year={}&after={after}", book.office_id, book.year);
    let closing = closing(app, &directory, book).await?;
    let heads = visitor.signed_in()?.role_at(&book.office_id) == Some(hailong_core::context::Role::Head);
    let mut years = app.store.book_years(&book.office_id).await?;
    if !years.contains(&book.year) {
        years.insert(0, book.year);
    }
    Ok(BookPage {
        shell: visitor.shell("book-title", Section::Work),
        office_id: book.office_id.clone(),
        office: directory.office(&book.office_id)?.unit_name.clone(),
        year: book.year,
        years,
        standing: app.store.book_standing(&book.office_id, book.year).await?,
        may_close: heads && closing.is_none() && visitor.now.day().year() > book.year,
        closing,
        pager: Pager {
            first: (after > 0).then(|| at(0)),
            next: lines.last().filter(|_| more).map(|line| at(line.number)),
        },
        lines,
        errors,
    })
}

/// The lines after a number; nothing when there are none.
async fn some_lines(
    app: &App,
    directory: &Directory,
    book: &Book,
    after: u32,
) -> Result<Option<Vec<BookLine>>, Failure> {
    let ids = app.store.book_lines(&book.office_id, book.year, after, STRETCH).await?;
    let mut lines = Vec::with_capacity(ids.len());
    for (number, id) in ids {
        lines.push(line(app, directory, number, id).await?);
    }
    Ok((!lines.is_empty()).then_some(lines))
}

async fn line(app: &App, directory: &Directory, number: u32, id: Uuid) -> Result<BookLine, Failure> {
    let file = app.store.case(id).await?.ok_or(Failure::internal())?;
    let events = history(&app.store, &file).await?;
    let procedure = directory.procedure_near(&file.case.procedure, file.opened_at.day())?;
    let (name, reach) = match app.store.applicant(&file).await? {
        Some(applicant) => {
            let reach = [applicant.address, applicant.phone];
            (applicant.name, reach.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; "))
        }
        None => ("(đã xóa theo yêu cầu)".to_owned(), String::new()),
    };
    let sent = events.iter().find(|(_, event)| {
        matches!(event, Event::CaseHandedOver { .. } | Event::CaseSent(_) | Event::CaseMoved { .. })
    });
    let printed = events.iter().find_map(|(_, event)| match event {
        Event::CaseAccepted(accepted) => Some(accepted.due),
        _ => None,
    });
    Ok(BookLine {
        number,
        code: file.code.clone().unwrap_or_default(),
        procedure: procedure.name_vi.clone(),
        sets: procedure.dossier_sets,
        name,
        reach,
        deciding: deciding(directory, &file, &procedure.agency),
        received: file.accepted_at,
        due: printed.or(file.due_at),
        sent: sent.map(|(line, _)| line.at),
        back: file.finished_at,
        returned: file.closed_at.filter(|_| file.case.state == CaseState::Returned),
        way: way(&file).to_owned(),
        note: note(&file, &events),
    })
}

fn way(file: &CaseFile) -> &'static str {
    match file.return_way {
        _ if file.case.state != CaseState::Returned => "",
        Some(ReturnWay::Post) => "Bưu chính",
        Some(ReturnWay::Online) => "Trực tuyến",
        Some(ReturnWay::Counter) | None => "Trực tiếp",
    }
}

fn note(file: &CaseFile, events: &[(hailong_store::Line, Event)]) -> String {
    let mut notes = Vec::new();
    let apologies = events.iter().filter(|(_, event)| matches!(event, Event::ApologySent(_))).count();
    if apologies > 0 {
        notes.push("Có văn bản xin lỗi, hẹn lại");
    }
    match file.case.state {
        CaseState::Withdrawn => notes.push("Người nộp rút hồ sơ"),
        CaseState::Stopped => notes.push("Dừng giải quyết"),
        CaseState::Refused => notes.push("Từ chối giải quyết"),
        _ => {}
    }
    if file.on_time == Some(false) {
        notes.push("Quá hạn");
    }
    notes.join("; ")
}

async fn closing(app: &App, directory: &Directory, book: &Book) -> Result<Option<Closing>, Failure> {
    let closing = app.store.book_closing(&book.office_id, book.year).await?;
    Ok(closing.map(|closing| Closing {
        last: closing.last,
        day: closing.at.day(),
        by: name_of(directory, &closing.by),
    }))
}

/// The top of the book: names of the office at the year's end, or today in a year that still runs.
fn head(directory: &Directory, book: &Book, today: Day) -> Result<Head, Failure> {
    let day = Day::new(book.year, 12, 31).map_or(today, |end| end.min(today));
    let office = directory.office(&book.office_id)?.on(day);
    let (unit, place) = unit_and_place(&office.unit_name);
    Ok(Head {
        authority: format!("Ủy ban nhân dân {unit}"),
        office: office.name_vi.clone(),
        place,
        day: today,
        regime: Regime::on(day),
        number: None,
        demo: directory.authority.demo,
        hotline: String::new(),
        back: "/work/book".to_owned(),
    })
}
