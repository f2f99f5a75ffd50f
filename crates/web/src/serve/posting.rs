//! Notice boards: an office confirms its own, leader and administrator see all.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use data_encoding::HEXLOWER;
use hailong_core::{
    directory::Directory,
    refusal::Refusal,
    serve::{
        attachment::{Fault, Upload as File},
        office::Office,
        posting::{self, Confirm, Posting},
        procedure::Procedure,
    },
    time::Day,
};
use hailong_render::{
    Section,
    component::{Errors, Pager, refusal},
    work::posting::{BoardRow, PhotoRow, PostingBoards, PostingPage, PostingRow},
};
use hailong_store::StoreError;
use serde::Deserialize;

use super::{attachment, case::name_of};
use crate::{
    App,
    error::{Failure, html, html_refused},
    upload::{Part, Upload},
    visitor::Visitor,
};

/// Rows on one page.
const PAGE: usize = 100;

/// `?after=`: the code of the last row of the page before. `?done=`: something was just confirmed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Place {
    after: String,
    done: String,
}

/// `GET /work/posting`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(place): Query<Place>,
) -> Result<Response, Failure> {
    let said = Said { done: !place.done.is_empty(), ..Said::default() };
    html(&page(&app, &visitor, &place.after, said).await?)
}

/// `POST /work/posting`: what hangs there, and a photo of it when one was taken.
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    mut upload: Upload,
) -> Result<Response, Failure> {
    let visitor = visitor.at("/work/posting");
    let office_id = visitor.signed_in()?.office_id.clone();
    // A photo and its sealed form are in memory: so many forms at a time and no more.
    let _place = app.uploads.try_acquire().map_err(|_| Failure::busy())?;
    let (mut procedures, mut photo) = (BTreeSet::new(), None);
    while let Some(part) = upload.next().await? {
        match part.name.as_str() {
            "procedure" => procedures.extend(part.text()),
            "file" if !part.is_unused() => photo = Some(part),
            _ => {}
        }
    }
    let command = Confirm { office_id, procedures: procedures.clone(), photo: None };
    match keep(&app, &visitor, command, photo).await {
        Ok(()) => Ok(Redirect::to("/work/posting?done=1").into_response()),
        Err(StoreError::Refused(Refusal::Empty(_))) => {
            let errors = Errors::one("procedures", visitor.lang.t("posting-none-chosen"));
            let said = Said { errors, chosen: procedures, ..Said::default() };
            html_refused(&page(&app, &visitor, "", said).await?, StatusCode::UNPROCESSABLE_ENTITY)
        }
        // A photo that is not taken leaves everything else as it was filled in.
        Err(StoreError::Refused(why @ Refusal::File(_))) => {
            let failure = Failure::from(StoreError::Refused(why));
            let errors = Errors::one("file", refusal(visitor.lang, failure.code));
            let said = Said { errors, chosen: procedures, ..Said::default() };
            html_refused(&page(&app, &visitor, "", said).await?, failure.status)
        }
        Err(why) => Err(why.into()),
    }
}

async fn keep(app: &App, visitor: &Visitor, command: Confirm, photo: Option<Part>) -> Result<(), StoreError> {
    let directory = app.store.directory();
    let fresh = hailong_store::keys::fresh_bytes()?;
    let ctx = app.store.context(visitor.actor(), visitor.now, &directory, fresh);
    let Some(photo) = photo else { return app.store.confirm_posting(command, &ctx).await };
    let files = app.files.clone().ok_or(Refusal::File(Fault::NoPlace))?;
    let bytes = photo.bytes.as_deref().ok_or(Refusal::File(Fault::TooLarge))?;
    let file = File { name: &photo.file_name, document: None, bytes };
    app.store.confirm_posting_with_photo(command, &file, &files, app.clock.machine(), &ctx).await
}

/// `GET /posting/{office}/photos/{photo}`: the photo of a board, by its hash, in a sandbox.
pub(crate) async fn photo(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((office_id, hash)): Path<(String, String)>,
) -> Result<Response, Failure> {
    posting::may_see(&visitor.actor(), &office_id)?;
    let hash = HEXLOWER.decode(hash.as_bytes()).map_err(|_| Failure::not_found())?;
    let files = app.files.clone().ok_or(Refusal::File(Fault::NoPlace))?;
    let file = app.store.board_photo(&office_id, &hash).await?.ok_or(Refusal::File(Fault::Unknown))?;
    let content = app.store.read_attachment(&file, &files).await?;
    attachment::answer(&file, &format!("{office_id}.{}", file.added.media.extension()), true, content)
}

/// `GET /lead/posting/{office}`: one board, to be read.
pub(crate) async fn board(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(office_id): Path<String>,
    Query(place): Query<Place>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let office = directory.on(visitor.now.day()).office(&office_id)?;
    let path = format!("/lead/posting/{}", office.id);
    let said = Said { reading: true, ..Said::default() };
    html(&board_page(&app, &visitor, &office, (&path, &place.after), said).await?)
}

/// What the page says beside what there is.
#[derive(Default)]
struct Said {
    errors: Errors,
    /// The procedures ticked before.
    chosen: BTreeSet<String>,
    done: bool,
    /// Nothing can be confirmed here.
    reading: bool,
}

async fn page(app: &App, visitor: &Visitor, after: &str, said: Said) -> Result<PostingPage, Failure> {
    let directory = app.store.directory();
    let office = directory.on(visitor.now.day()).office(&visitor.signed_in()?.office_id)?;
    board_page(app, visitor, &office, ("/work/posting", after), said).await
}

async fn board_page(
    app: &App,
    visitor: &Visitor,
    office: &Office,
    (path, after): (&str, &str),
    said: Said,
) -> Result<PostingPage, Failure> {
    let directory = app.store.directory();
    let today = visitor.now.day();
    let last = app.store.postings(&office.id).await?;
    let rows = rows(&directory, office, today, &last);
    let start = rows.iter().position(|row| row.code == after).map_or(0, |at| at + 1);
    let end = rows.len().min(start + PAGE);
    let next = rows[start..end].last().filter(|_| end < rows.len());
    let pager = Pager {
        first: (start > 0).then(|| path.to_owned()),
        next: next.map(|row| format!("{path}?after={}", row.code)),
    };
    let section = if said.reading { Section::Lead } else { Section::Work };
    Ok(PostingPage {
        shell: visitor.shell("posting-title", section),
        office: office.unit_name.clone(),
        tally: posting::tally(&directory, office, today, &last),
        photos: photos(app, &rows, office, &last).await?,
        rows: rows[start..end].to_vec(),
        pager,
        errors: said.errors,
        chosen: said.chosen,
        done: said.done,
        reading: said.reading,
        takes_photos: app.files.is_some(),
    })
}

/// The photos by which procedures of the board stand, the newest first.
async fn photos(
    app: &App,
    rows: &[PostingRow],
    office: &Office,
    last: &BTreeMap<String, Posting>,
) -> Result<Vec<PhotoRow>, Failure> {
    let mut photos: Vec<PhotoRow> = Vec::new();
    for row in rows {
        let Some(posting) = last.get(&row.code) else { continue };
        let Some(hash) = &posting.confirmed.photo else { continue };
        let path = format!("/posting/{}/photos/{}", office.id, HEXLOWER.encode(&hash.0));
        if let Some(known) = photos.iter_mut().find(|known| known.path == path) {
            known.procedures.push(row.name.clone());
        } else if let Some(file) = app.store.board_photo(&office.id, &hash.0).await? {
            let who = name_of(&app.store.directory(), &file.by);
            photos.push(PhotoRow { path, at: file.at, who, procedures: vec![row.name.clone()] });
        }
    }
    photos.sort_by_key(|photo| Reverse(photo.at));
    Ok(photos)
}

/// Every procedure of an office, those that need something first.
fn rows(
    directory: &Directory,
    office: &Office,
    today: Day,
    last: &BTreeMap<String, Posting>,
) -> Vec<PostingRow> {
    let row = |version: &Procedure| {
        let known = last.get(&version.code);
        PostingRow {
            code: version.code.clone(),
            name: version.short_name_vi.clone(),
            standing: posting::standing(version, known),
            confirmed: known.map(|known| known.at),
            with_photo: known.is_some_and(|known| known.confirmed.photo.is_some()),
        }
    };
    let mut rows: Vec<PostingRow> = posting::to_post(directory, office, today).map(row).collect();
    rows.sort_by_key(|row| row.standing);
    rows
}

/// `GET /lead/posting`.
pub(crate) async fn boards(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let today = visitor.now.day();
    let mut rows = Vec::new();
    for office in directory.on(today).offices().filter(|office| office.receives()) {
        let last = app.store.postings(&office.id).await?;
        rows.push(BoardRow {
            id: office.id.clone(),
            office: office.unit_name.clone(),
            tally: posting::tally(&directory, &office, today, &last),
            with_photo: posting::to_post(&directory, &office, today)
                .filter_map(|version| last.get(&version.code))
                .filter(|posting| posting.confirmed.photo.is_some())
                .count() as u32,
            last: last.values().map(|posting| posting.at).max(),
        });
    }
    rows.sort_by_key(|row| Reverse(row.tally.missing + row.tally.outdated));
    html(&PostingBoards { shell: visitor.shell("posting-offices", Section::Lead), rows })
}
