//! Ballots on paper: batches, their stubs, and the sheets that two officials type apart from each other.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    directory::Directory,
    listen::{
        paper::{self, KEPT_DAYS, Typist},
        questionnaire::{Ask, Questionnaire},
        rating::{Asked, Ballot},
    },
    refusal::Refusal,
    serve::applicant::Group,
};
use hailong_render::{
    Section,
    component::{Errors, refusal},
    work::ballot::{
        BallotBatch, BallotSheet, Ballots, BatchRow, DifferenceRow, HandRow, TypedQuestion, digit, group_key,
    },
};
use hailong_store::{
    StoreError,
    listen::paper::{BatchLine, PaperFile},
};
use serde::Deserialize;
use uuid::Uuid;

use super::rating;
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    visitor::Visitor,
};

/// What can have been done before a page is shown.
const DONE: [&str; 7] = [
    "ballots-done-stub",
    "ballots-done-out",
    "ballots-done-drop",
    "ballots-done-typed",
    "ballots-done-sheet",
    "ballots-done-send",
    "ballots-done-give-up",
];

/// `?done=`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Seen {
    done: String,
}

impl Seen {
    fn said(&self, visitor: &Visitor) -> String {
        let known = DONE.into_iter().find(|key| *key == self.done);
        known.map(|key| visitor.lang.t(key)).unwrap_or_default()
    }
}

fn done(path: &str, key: &str) -> Response {
    Redirect::to(&format!("{path}?done={key}")).into_response()
}

fn faulty(visitor: &Visitor, why: &Refusal) -> Errors {
    Errors::refused(visitor.lang, why)
}

/// `GET /work/ballots`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(seen): Query<Seen>,
) -> Result<Response, Failure> {
    let said = seen.said(&visitor);
    html(&overview(&app, &visitor, said, Errors::none()).await?)
}

/// `POST /work/ballots`: a batch for the own office.
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let office = &visitor.signed_in()?.office_id;
    let opened = match Group::from_key(fields.get("group")) {
        Some(group) => app.store.open_paper(office, group, &visitor.context(&app, &directory)?).await,
        None => Err(Refusal::BadChoice("group").into()),
    };
    match opened {
        Ok(id) => Ok(Redirect::to(&address(id)).into_response()),
        Err(StoreError::Refused(why)) => {
            let (status, errors) = (Failure::from(why.clone()).status, faulty(&visitor, &why));
            html_refused(&overview(&app, &visitor.at("/work/ballots"), String::new(), errors).await?, status)
        }
        Err(error) => Err(error.into()),
    }
}

async fn overview(app: &App, visitor: &Visitor, done: String, errors: Errors) -> Result<Ballots, Failure> {
    let directory = app.store.directory();
    let office = directory.office(&visitor.signed_in()?.office_id)?;
    let row = |line: BatchLine| BatchRow {
        id: line.batch_id.to_string(),
        group: group_key(line.group),
        opened: line.opened,
        ended: line.ended,
        sent: line.sent,
        hands: line.hands.into_iter().flatten().map(|id| name_of(&directory, &id)).collect(),
        sheets: line.sheets,
        stubs: line.stubs,
    };
    Ok(Ballots {
        shell: visitor.shell("ballots-title", Section::Queue),
        office: office.unit_name.clone(),
        open: app.store.paper_batches(&office.id, true).await?.into_iter().map(row).collect(),
        ended: app.store.paper_batches(&office.id, false).await?.into_iter().map(row).collect(),
        done,
        errors,
    })
}

fn name_of(directory: &Directory, id: &str) -> String {
    directory.official(id).map_or_else(|_| id.to_owned(), |official| official.name.clone())
}

fn address(id: Uuid) -> String {
    format!("/work/ballots/{id}")
}

/// An open batch at which the visitor may work.
async fn own(app: &App, visitor: &Visitor, batch: &str) -> Result<PaperFile, Failure> {
    let id = Uuid::parse_str(batch).map_err(|_| Failure::not_found())?;
    let directory = app.store.directory();
    let batch = app.store.paper_batch(id).await?.ok_or(Failure::not_found())?;
    batch.worked_by(&visitor.context(app, &directory)?)?;
    Ok(app.store.paper_file(id).await?)
}

/// `GET /work/ballots/{batch}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(batch): Path<String>,
    Query(seen): Query<Seen>,
) -> Result<Response, Failure> {
    let file = own(&app, &visitor, &batch).await?;
    let said = seen.said(&visitor);
    html(&BallotBatch { done: said, ..desk(&app, &visitor, &file)? })
}

fn desk(app: &App, visitor: &Visitor, file: &PaperFile) -> Result<BallotBatch, Failure> {
    let (directory, opened) = (app.store.directory(), &file.batch.opened);
    let shell = visitor.shell("ballots-title", Section::Queue);
    let official = &visitor.signed_in()?.id;
    let hand = file.batch.hand_of(official).ok();
    let row = |at: usize| {
        let typist: Option<&Typist> = file.batch.hands[at].as_ref();
        HandRow {
            name: typist.map(|typist| name_of(&directory, &typist.official)).unwrap_or_default(),
            own: typist.is_some_and(|typist| typist.official == *official),
            sheets: file.entries[at].len(),
            done: typist.is_some_and(|typist| typist.done),
        }
    };
    let compared = file.batch.both_done();
    let [first, second] = &file.entries;
    // Nobody sees what the other typed before both are done.
    let differences = if compared { paper::differences(first, second) } else { Vec::new() };
    let questionnaire = directory.questionnaire_on(visitor.now.day());
    Ok(BallotBatch {
        id: opened.batch_id.to_string(),
        office: directory.office(&opened.office_id)?.unit_name.clone(),
        group: group_key(opened.group),
        opened: opened.day,
        until: opened.day.plus(KEPT_DAYS),
        stubs: file.stubs,
        hands: [row(0), row(1)],
        own: hand.map(|hand| file.entries[hand].len()),
        own_done: hand.is_some_and(|hand| row(hand).done),
        differences: differences.iter().map(|one| DifferenceRow::new(one, questionnaire, &shell)).collect(),
        compared,
        done: String::new(),
        code: String::new(),
        errors: Errors::none(),
        shell,
    })
}

/// What came of a step, as a page: where it leads, or what is wrong.
async fn after(
    app: &App,
    visitor: Visitor,
    batch: &str,
    code: &str,
    outcome: Result<(String, &'static str), StoreError>,
) -> Result<Response, Failure> {
    match outcome {
        Ok((path, key)) => Ok(done(&path, key)),
        Err(StoreError::Refused(why)) => {
            let (status, errors) = (Failure::from(why.clone()).status, faulty(&visitor, &why));
            let file = own(app, &visitor, batch).await?;
            let visitor = visitor.at(address(file.batch.opened.batch_id));
            let page = BallotBatch { errors, code: code.to_owned(), ..desk(app, &visitor, &file)? };
            html_refused(&page, status)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /work/ballots/{batch}/stubs`: a stub is added, or taken out again.
pub(crate) async fn stub(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(batch): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let id = own(&app, &visitor, &batch).await?.batch.opened.batch_id;
    let (directory, code) = (app.store.directory(), fields.trimmed("code"));
    let ctx = visitor.context(&app, &directory)?;
    let (kept, key) = match fields.get("what") {
        "take-out" => (app.store.take_out_stub(id, code, &ctx).await, "ballots-done-out"),
        _ => (app.store.add_stub(id, code, &ctx).await, "ballots-done-stub"),
    };
    // Unknown, used and expired ones concern the code that was typed here.
    let kept = kept.map(|()| (address(id), key));
    drop(ctx);
    match kept {
        Err(StoreError::Refused(
            why @ (Refusal::InvitationUnknown | Refusal::InvitationUsed | Refusal::InvitationExpired),
        )) => {
            let file = own(&app, &visitor, &batch).await?;
            let (status, errors) =
                (Failure::from(why.clone()).status, Errors::one("code", refusal(visitor.lang, why.code())));
            let visitor = visitor.at(address(id));
            let page = BallotBatch { errors, code: code.to_owned(), ..desk(&app, &visitor, &file)? };
            html_refused(&page, status)
        }
        kept => after(&app, visitor, &batch, code, kept).await,
    }
}

/// `POST /work/ballots/{batch}`: all sheets are typed, or not yet; the last one is taken away; the batch is sent or given up.
pub(crate) async fn step(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(batch): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let id = own(&app, &visitor, &batch).await?.batch.opened.batch_id;
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    let (store, here, away) = (&app.store, address(id), "/work/ballots".to_owned());
    let outcome = match fields.get("what") {
        "done" => store.sheets_done(id, true, &ctx).await.map(|()| (here, "ballots-done-typed")),
        "go-on" => store.sheets_done(id, false, &ctx).await.map(|()| (here, "")),
        "drop" => store.drop_sheet(id, &ctx).await.map(|()| (here, "ballots-done-drop")),
        "send" => store.send_paper(id, &ctx).await.map(|()| (away, "ballots-done-send")),
        "give-up" => store.give_up_paper(id, &ctx).await.map(|()| (away, "ballots-done-give-up")),
        _ => Err(Refusal::BadChoice("what").into()),
    };
    drop(ctx);
    after(&app, visitor, &batch, "", outcome).await
}

/// `GET /work/ballots/{batch}/sheets/{number}`: one's own entry, and nobody else's.
pub(crate) async fn sheet(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((batch, number)): Path<(String, usize)>,
) -> Result<Response, Failure> {
    let file = own(&app, &visitor, &batch).await?;
    html(&sheet_page(&app, &visitor, &file, number, None, Errors::none())?)
}

fn sheet_page(
    app: &App,
    visitor: &Visitor,
    file: &PaperFile,
    number: usize,
    typed: Option<&Fields>,
    errors: Errors,
) -> Result<BallotSheet, Failure> {
    let own = &file.entries[file.batch.hand_of(&visitor.signed_in()?.id)?];
    if number == 0 || number > own.len() + 1 {
        return Err(Failure::not_found());
    }
    let before = own.get(number - 1);
    let directory = app.store.directory();
    let shell = visitor.shell("ballots-title", Section::Queue);
    let value = |ask: Ask| match (typed, before) {
        (Some(typed), _) => typed.get(ask.key()).to_owned(),
        (None, Some(before)) => digit(before, ask),
        (None, None) => String::new(),
    };
    Ok(BallotSheet {
        id: file.batch.opened.batch_id.to_string(),
        number,
        again: before.is_some(),
        questions: TypedQuestion::all(directory.questionnaire_on(visitor.now.day()), &shell, value),
        errors,
        shell,
    })
}

/// `POST /work/ballots/{batch}/sheets/{number}`: then comes the next, or, after a correction, the batch.
pub(crate) async fn keep_sheet(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((batch, number)): Path<(String, usize)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let file = own(&app, &visitor, &batch).await?;
    let (directory, id) = (app.store.directory(), file.batch.opened.batch_id);
    let hand = file.batch.hand_of(&visitor.signed_in()?.id)?;
    let kept = match typed(directory.questionnaire_on(visitor.now.day()), &fields) {
        Ok(ballot) => app.store.type_sheet(id, number, ballot, &visitor.context(&app, &directory)?).await,
        Err(why) => Err(why.into()),
    };
    match kept {
        Ok(()) if number <= file.entries[hand].len() => Ok(done(&address(id), "ballots-done-sheet")),
        Ok(()) if number == paper::MOST_SHEETS => Ok(Redirect::to(&address(id)).into_response()),
        Ok(()) => Ok(Redirect::to(&format!("{}/sheets/{}", address(id), number + 1)).into_response()),
        Err(StoreError::Refused(why)) => {
            let (status, errors) = (Failure::from(why.clone()).status, faulty(&visitor, &why));
            let visitor = visitor.at(format!("{}/sheets/{number}", address(id)));
            html_refused(&sheet_page(&app, &visitor, &file, number, Some(&fields), errors)?, status)
        }
        Err(error) => Err(error.into()),
    }
}

/// The ballot that digits and words mean.
fn typed(questionnaire: &Questionnaire, fields: &Fields) -> Result<Ballot, Refusal> {
    let asked = |ask: Ask, value: &str| match value.parse::<usize>() {
        Ok(digit) if matches!(ask, Ask::ExtraMoney | Ask::ExtraPapers) => {
            let asked = digit.checked_sub(1).and_then(|at| Asked::ALL.get(at));
            asked.map(|asked| asked.key()).ok_or(Refusal::BadChoice(ask.key()))
        }
        _ => Ok(""),
    };
    let mut answers = Vec::new();
    for ask in Ask::ALL {
        let value = fields.trimmed(ask.key());
        let named = asked(ask, value)?;
        answers.push((ask.key(), if named.is_empty() { value } else { named }));
    }
    rating::ballot(questionnaire, &answers.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_mean_what_stands_beside_them() {
        let read = |pairs: &[(&str, &str)]| typed(&Questionnaire::first(), &pairs.iter().copied().collect());
        let ballot = read(&[("overall", " 4 "), ("extra_money", "1"), ("extra_papers", "3"), ("trips", "")]);
        let ballot = ballot.unwrap();
        assert_eq!((ballot.overall, ballot.trips), (4, None));
        assert_eq!((ballot.extra_money, ballot.extra_papers), (Some(Asked::No), Some(Asked::NotSaid)));
        assert_eq!(
            (digit(&ballot, Ask::ExtraPapers), digit(&ballot, Ask::Trips)),
            ("3".into(), String::new())
        );
        for (name, wrong) in
            [("overall", ""), ("overall", "6"), ("extra_money", "4"), ("extra_money", "0"), ("days", "6")]
        {
            let refused = read(&[("overall", if name == "overall" { wrong } else { "5" }), (name, wrong)]);
            assert_eq!(refused.err().and_then(|why| why.field()), Some(name), "{wrong}");
        }
    }
}
