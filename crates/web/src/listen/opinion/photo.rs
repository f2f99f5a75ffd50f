//! Photos of an opinion: added by its author with the code, looked at by its author and by whoever answers for it.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    listen::opinion::{Current, read_follow_code},
    refusal::Refusal,
    serve::attachment::{Fault, Folder, Upload as File},
};
use hailong_render::component::{Errors, refusal};
use hailong_store::{StoreError, listen::opinion::OpinionFile, serve::attachment::Files};
use uuid::Uuid;

use crate::{
    App,
    error::{Failure, html_refused},
    listen::{
        inbox::own_opinion,
        opinion::{author, page},
    },
    serve::attachment::answer,
    upload::{Part, Upload},
    visitor::Visitor,
};

/// `POST /opinions/{code}/photos`.
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(code): Path<String>,
    mut upload: Upload,
) -> Result<Response, Failure> {
    let file = app.store.opinion_by_code(&code).await?.ok_or(Failure::not_found())?;
    app.opinions.enter(&visitor.client, app.clock.machine())?;
    let files = app.files.clone().ok_or(Refusal::File(Fault::NoPlace))?;
    // A photo and its sealed form are in memory: so many at a time and no more.
    let _place = app.uploads.try_acquire().map_err(|_| Failure::busy())?;
    let mut kept = Err(StoreError::Refused(Fault::Empty.into()));
    while let Some(part) = upload.next().await? {
        if part.name == "file" && !part.is_unused() {
            kept = keep(&app, &visitor, &file.current, &files, &part).await;
            if kept.is_err() {
                break;
            }
        }
    }
    let path = format!("/opinions/{}", read_follow_code(&code));
    match kept {
        // The same photo clicked twice is one.
        Ok(()) | Err(StoreError::Refused(Refusal::File(Fault::Same))) => {
            Ok(Redirect::to(&format!("{path}?done=photo")).into_response())
        }
        Err(StoreError::Refused(why)) => {
            let file = app.store.opinion_by_code(&code).await?.ok_or(Failure::not_found())?;
            let mut page = page(&app, &visitor.at(path), &code, file).await?;
            page.errors = Errors::one("file", refusal(page.shell.lang, why.code()));
            html_refused(&page, Failure::from(why).status)
        }
        Err(error) => Err(error.into()),
    }
}

async fn keep(
    app: &App,
    visitor: &Visitor,
    current: &Current,
    files: &Files,
    part: &Part,
) -> Result<(), StoreError> {
    let bytes = part.bytes.as_deref().ok_or(Refusal::File(Fault::TooLarge))?;
    let directory = app.store.directory();
    let ctx = author(app, visitor, &directory).map_err(|_| StoreError::Busy)?;
    let folder = app.store.opinion_folder(current).await?;
    let file = File { name: &part.file_name, document: None, bytes };
    app.store.attach(folder, &file, files, app.clock.machine(), &ctx).await.map(|_| ())
}

/// The photos of a folder, as addresses below a path.
pub(crate) fn addresses(path: &str, folder: &Folder) -> Vec<String> {
    folder.live().map(|file| format!("{path}/photos/{}", file.id())).collect()
}

/// `GET /opinions/{code}/photos/{photo}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path((code, photo)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let file = app.store.opinion_by_code(&code).await?.ok_or(Failure::not_found())?;
    look(&app, &file, &photo).await
}

/// `GET /work/opinions/{id}/photos/{photo}`.
pub(crate) async fn show_own(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((id, photo)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let file = own_opinion(&app, &visitor, &id).await?;
    look(&app, &file, &photo).await
}

async fn look(app: &App, file: &OpinionFile, photo: &str) -> Result<Response, Failure> {
    let id = Uuid::parse_str(photo).map_err(|_| Failure::not_found())?;
    let folder = app.store.opinion_folder(&file.current).await?;
    let photo = folder.file(id)?;
    let files = app.files.clone().ok_or(Refusal::File(Fault::NoPlace))?;
    let content = app.store.read_attachment(photo, &files).await?;
    answer(photo, &format!("anh.{}", photo.added.media.extension()), true, content)
}
