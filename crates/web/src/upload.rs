//! Forms with files (`multipart/form-data`): never read without their token, which comes first, and part by part, so that
//! one file is in memory at a time.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header},
};
use hailong_core::serve::{
    attachment::{MOST_BYTES, MOST_BYTES_TOGETHER},
    posting,
};
use multer::{Constraints, Multipart, SizeLimit};

use crate::{App, error::Failure, form::same_origin, visitor::Visitor};

/// Most bytes of a form with files: all files of a case, and what stands around them.
pub(crate) const MOST_BYTES_OF_FORM: u64 = MOST_BYTES_TOGETHER + 1024 * 1024;
/// Most parts of a form with files: those of a notice board name every procedure that hangs there.
const MOST_PARTS: usize = 40 + posting::MOST_AT_ONCE;
/// Most bytes of a part that is no file.
const MOST_BYTES_OF_TEXT: usize = 1_024;

/// A form with files. To hold one is to know that it came from a page of ours, shown to this very visitor.
pub(crate) struct Upload {
    parts: Multipart<'static>,
    read: usize,
}

/// One part of it.
pub(crate) struct Part {
    /// Name of the field.
    pub(crate) name: String,
    /// Name of the file, as the browser says it; empty when it is no file.
    pub(crate) file_name: String,
    /// The content; `None` when it is larger than a file may be.
    pub(crate) bytes: Option<Vec<u8>>,
}

impl Part {
    /// The content as text; `None` when it is none.
    pub(crate) fn text(&self) -> Option<String> {
        String::from_utf8(self.bytes.clone()?).ok().filter(|text| !text.contains('\0'))
    }

    /// A field for a file into which nothing was put.
    pub(crate) fn is_unused(&self) -> bool {
        self.file_name.is_empty() && self.bytes.as_ref().is_some_and(Vec::is_empty)
    }
}

impl FromRequest<Arc<App>> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        same_origin(&parts.headers, &app.base_url)?;
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        if length.is_some_and(|length| length > MOST_BYTES_OF_FORM) {
            return Err(Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large"));
        }
        let boundary = text(header::CONTENT_TYPE).and_then(|kind| multer::parse_boundary(kind).ok());
        let boundary = boundary.ok_or(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unreadable"))?;
        let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(MOST_BYTES_OF_FORM));
        let parts = Multipart::with_constraints(body.into_data_stream(), boundary, limits);
        let mut upload = Self { parts, read: 0 };
        let first = upload.next().await?.filter(|part| part.name == "token" && part.file_name.is_empty());
        let token = first.and_then(|part| part.text()).unwrap_or_default();
        let fits = app.store.vault().secrets().form_token_fits(&visitor.holder, &token);
        if visitor.holder.is_empty() || !fits { Err(Failure::form_expired()) } else { Ok(upload) }
    }
}

impl Upload {
    /// The next part, read to its end or to the limit of its kind.
    ///
    /// # Errors
    /// When the form is malformed, or larger or of more parts than allowed.
    pub(crate) async fn next(&mut self) -> Result<Option<Part>, Failure> {
        self.read += 1;
        if self.read > MOST_PARTS {
            return Err(Failure::unreadable());
        }
        let Some(mut field) = self.parts.next_field().await.map_err(|error| unreadable(&error))? else {
            return Ok(None);
        };
        let (name, file_name) =
            (field.name().unwrap_or_default().to_owned(), field.file_name().unwrap_or_default());
        let file_name = file_name.to_owned();
        let is_file = name == "file";
        let most = if is_file { MOST_BYTES } else { MOST_BYTES_OF_TEXT };
        let mut bytes = Some(Vec::new());
        while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
            // What is too large is read on without being kept, so that the page can say so by name.
            bytes = bytes.filter(|bytes| bytes.len() + chunk.len() <= most);
            if let Some(bytes) = &mut bytes {
                bytes.extend_from_slice(&chunk);
            }
        }
        if bytes.is_none() && !is_file {
            return Err(Failure::unreadable());
        }
        Ok(Some(Part { name, file_name, bytes }))
    }
}

fn unreadable(error: &multer::Error) -> Failure {
    match error {
        multer::Error::StreamSizeExceeded { .. } => Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        _ => Failure::unreadable(),
    }
}
