//! The files of a case: the list, adding, one file, taking one away.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use hailong_core::{
    directory::Directory,
    refusal::Refusal,
    secret::SecretKey,
    serve::attachment::{Attachment, Fault, Folder, Upload as File},
};
use hailong_render::{
    Section,
    component::{Choice, Errors, refusal},
    work::attachment::{Attachments, FileRow, GoneRow, May},
};
use hailong_store::{StoreError, serve::attachment::Files, serve::case::CaseFile};
use serde::Deserialize;
use uuid::Uuid;

use super::case::{name_of, own_case};
use crate::{
    App,
    error::{Failure, html, html_refused},
    form::{Fields, Form},
    upload::Upload,
    visitor::Visitor,
};

/// Most forms with files that are read at once.
pub(crate) const AT_ONCE: usize = 6;
/// A file is shown by itself, runs nothing, loads nothing and is framed by nobody.
const SANDBOX: &str = "default-src 'none'; img-src 'self'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `?added=`, `?removed=`: what was just done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    added: u32,
    removed: String,
}

/// `?view=`: to look at, not to save.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct How {
    view: String,
}

/// What the page says beside what there is.
#[derive(Default)]
struct Said {
    done: String,
    errors: Errors,
    document: String,
    removing: Option<(String, String)>,
}

/// `GET /cases/{id}/attachments`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    let lang = visitor.lang;
    let done = match asked {
        Asked { added: 1.., .. } => lang.t_args("attachment-added", &[("n", asked.added.into())]),
        Asked { removed, .. } if !removed.is_empty() => lang.t("attachment-removed-done"),
        _ => String::new(),
    };
    html(&page(&app, &visitor, &file, Said { done, ..Said::default() }).await?)
}

/// `POST /cases/{id}/attachments`: every file by itself, so that one that is refused keeps no other out.
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    mut upload: Upload,
) -> Result<Response, Failure> {
    let file = own_case(&app, &visitor, &id).await?;
    let visitor = visitor.at(format!("/cases/{}/attachments", file.case.id));
    let files = app.files.clone().ok_or(Refusal::File(Fault::NoPlace))?;
    // Each holds up to two files of the largest size in memory: so many at a time and no more.
    let _place = app.uploads.try_acquire().map_err(|_| Failure::busy())?;
    let mut said = Said::default();
    let (mut added, mut status) = (0_u32, StatusCode::UNPROCESSABLE_ENTITY);
    while let Some(part) = upload.next().await? {
        if part.name == "document" {
            said.document = part.text().unwrap_or_default();
            continue;
        }
        if part.name != "file" || part.is_unused() {
            continue;
        }
        let bytes = part.bytes.as_deref().ok_or(Fault::TooLarge);
        let kept = match bytes {
            Ok(bytes) => keep(&app, &visitor, &file, &files, (&part.file_name, &said.document, bytes)).await,
            Err(fault) => Err(StoreError::Refused(fault.into())),
        };
        match kept {
            Ok(_) => added += 1,
            Err(why) => {
                let failure = Failure::from(why);
                if failure.status == StatusCode::FORBIDDEN {
                    return Err(failure);
                }
                let field = if failure.code == "bad-choice" { "document" } else { "file" };
                let name: String = part.file_name.chars().take(60).collect();
                said.errors.push(field, format!("{name}: {}", refusal(visitor.lang, failure.code)));
                status = failure.status;
                // What is refused for one file need not be for the next; what is broken is.
                if failure.status.is_server_error() {
                    break;
                }
            }
        }
    }
    if added == 0 && said.errors.is_empty() {
        said.errors.push("file", refusal(visitor.lang, Fault::Empty.code()));
    }
    if said.errors.is_empty() {
        let to = format!("/cases/{}/attachments?added={added}", file.case.id);
        return Ok(Redirect::to(&to).into_response());
    }
    if added > 0 {
        said.done = visitor.lang.t_args("attachment-added", &[("n", added.into())]);
    }
    html_refused(&page(&app, &visitor, &file, said).await?, status)
}

async fn keep(
    app: &App,
    visitor: &Visitor,
    case: &CaseFile,
    files: &Files,
    (name, document, bytes): (&str, &str, &[u8]),
) -> Result<Uuid, StoreError> {
    let document = match document {
        "" => None,
        document => Some(document.parse().map_err(|_| Refusal::BadChoice("document"))?),
    };
    let (folder, _) = app.store.case_folder(case).await?;
    let directory = app.store.directory();
    let ctx =
        app.store.context(visitor.actor(), visitor.now, &directory, hailong_store::keys::fresh_bytes()?);
    let file = File { name, document, bytes };
    app.store.attach(folder, &file, files, app.clock.machine(), &ctx).await
}

/// `GET /cases/{id}/attachments/{attachment}`: pictures may be looked at in a sandbox, everything else is saved.
pub(crate) async fn download(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((id, attachment)): Path<(String, String)>,
    Query(how): Query<How>,
) -> Result<Response, Failure> {
    let case = own_case(&app, &visitor, &id).await?;
    let files = app.files.clone().ok_or(Refusal::File(Fault::NoPlace))?;
    let (folder, key) = app.store.case_folder(&case).await?;
    folder.admits(&visitor.actor())?;
    let file = folder.file(read_id(&attachment)?)?;
    let key = key.ok_or(Refusal::File(Fault::Erased))?;
    let content = app.store.read_attachment(file, &files).await?;
    answer(file, &file.name(&key).unwrap_or_default(), !how.view.is_empty(), content)
}

/// A file as it leaves us: to be looked at when it is a picture and that was asked for, otherwise to be saved.
pub(crate) fn answer(
    file: &Attachment,
    name: &str,
    to_look_at: bool,
    content: Vec<u8>,
) -> Result<Response, Failure> {
    let media = file.added.media;
    let way = if to_look_at && media.is_picture() { "inline" } else { "attachment" };
    let headers = [
        (header::CONTENT_TYPE, media.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition(way, name, media.extension())),
        (header::CONTENT_SECURITY_POLICY, SANDBOX.to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
    ];
    let mut response = Body::from(content).into_response();
    for (name, value) in headers {
        let value = HeaderValue::try_from(value).map_err(|_| Failure::internal())?;
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// `POST /cases/{id}/attachments/{attachment}/remove`.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path((id, attachment)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let case = own_case(&app, &visitor, &id).await?;
    let attachment = read_id(&attachment)?;
    let visitor = visitor.at(format!("/cases/{}/attachments", case.case.id));
    let (folder, _) = app.store.case_folder(&case).await?;
    let directory = app.store.directory();
    let ctx = visitor.context(&app, &directory)?;
    match app.store.detach(&folder, attachment, fields.get("reason"), &ctx).await {
        Ok(()) => Ok(Redirect::to(&format!("/cases/{}/attachments?removed=1", case.case.id)).into_response()),
        Err(StoreError::Refused(why @ (Refusal::ReasonNeeded | Refusal::TooLong(_)))) => {
            let errors = Errors::one(&format!("reason-{attachment}"), refusal(visitor.lang, why.code()));
            let removing = Some((attachment.to_string(), fields.get("reason").to_owned()));
            let page = page(&app, &visitor, &case, Said { errors, removing, ..Said::default() }).await?;
            html_refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(why) => Err(why.into()),
    }
}

fn read_id(text: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(text).map_err(|_| Failure::not_found())
}

async fn page(app: &App, visitor: &Visitor, case: &CaseFile, said: Said) -> Result<Attachments, Failure> {
    let (folder, key) = app.store.case_folder(case).await?;
    let directory = app.store.directory();
    let procedure = directory.procedure_on(&case.case.procedure, case.case.opened_at.day())?;
    let documents: Vec<Choice> = procedure
        .documents
        .iter()
        .enumerate()
        .map(|(at, document)| Choice::new(at.to_string(), &document.name))
        .collect();
    let may = match (&key, &app.files) {
        (None, _) => May::Erased,
        (_, None) => May::NoPlace,
        _ if folder.closed => May::Add,
        _ => May::All,
    };
    Ok(Attachments {
        shell: visitor.shell("attachment-title", Section::Work),
        done: said.done,
        errors: said.errors,
        id: case.case.id.to_string(),
        code: case.code.clone().unwrap_or_default(),
        procedure: procedure.short_name_vi.clone(),
        may,
        files: folder.live().map(|file| row(file, key.as_ref(), &documents, &directory)).collect(),
        gone: gone(&folder, key.as_ref(), &directory),
        documents,
        document: said.document,
        removing: said.removing,
    })
}

fn row(file: &Attachment, key: Option<&SecretKey>, documents: &[Choice], directory: &Directory) -> FileRow {
    let document = file.added.document.and_then(|at| documents.get(usize::from(at)));
    FileRow {
        id: file.id().to_string(),
        name: key.and_then(|key| file.name(key)).unwrap_or_default(),
        media: file.added.media,
        size: file.added.size,
        document: document.map(|document| document.text.clone()).unwrap_or_default(),
        at: file.at,
        who: name_of(directory, &file.by),
        scan: file.added.scan,
    }
}

/// What was taken away, the last first.
fn gone(folder: &Folder, key: Option<&SecretKey>, directory: &Directory) -> Vec<GoneRow> {
    let mut gone: Vec<_> = folder
        .files
        .iter()
        .filter_map(|file| {
            let (at, by, _) = file.removed.as_ref()?;
            Some(GoneRow {
                name: key.and_then(|key| file.name(key)).unwrap_or_default(),
                at: *at,
                who: name_of(directory, by),
                reason: key.and_then(|key| file.reason(key)).unwrap_or_default(),
            })
        })
        .collect();
    gone.sort_by_key(|row| std::cmp::Reverse(row.at));
    gone
}

/// How to keep it, and under which name: in letters that every program reads, and in full (RFC 6266, RFC 8187).
fn disposition(way: &str, name: &str, extension: &str) -> String {
    let mut full = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            full.push(char::from(byte));
        } else {
            full.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("{way}; filename=\"tep.{extension}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_travel_in_headers_without_breaking_them() {
        let header = disposition("attachment", "Giấy \"khai\"\r\nX: 1;.pdf", "pdf");
        assert_eq!(
            header,
            "attachment; filename=\"tep.pdf\"; filename*=UTF-8''Gi%E1%BA%A5y%20%22khai%22%0D%0AX%3A%201%3B.pdf"
        );
        assert!(HeaderValue::try_from(header).is_ok());
    }
}
