//! What went wrong, as a page: status, a sentence in the visitor's language, what to do, a stable code.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hailong_core::{refusal::Refusal, serve::attachment::Fault};
use hailong_render::{Page, Section, serve::sign_in::ErrorPage};
use hailong_store::StoreError;

use crate::visitor::Visitor;

/// A request that could not be answered. It becomes a page in [`crate::frame`], which knows the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// Stable code, whose sentence is in the language files under `refusal-<code>`.
    pub(crate) code: &'static str,
    /// Seconds to wait before another try.
    pub(crate) retry_after: Option<u32>,
}

impl Failure {
    /// A failure with its status and code.
    pub(crate) const fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, retry_after: None }
    }

    /// There is no such page or thing.
    pub(crate) const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found")
    }

    /// A form without its token, or with the token of another visit.
    pub(crate) const fn form_expired() -> Self {
        Self::new(StatusCode::FORBIDDEN, "form-expired")
    }

    /// What was sent cannot be read.
    pub(crate) const fn unreadable() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unreadable")
    }

    /// Too many tries; wait so many seconds.
    pub(crate) const fn too_many_tries(seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tries") }
    }

    /// Nothing was done; try again soon.
    pub(crate) const fn busy() -> Self {
        Self { retry_after: Some(2), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy") }
    }

    /// Something of ours broke.
    pub(crate) const fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal")
    }

    /// The failure behind a status that a library answered with.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "not-found",
            StatusCode::PAYLOAD_TOO_LARGE => "too-large",
            status if status.is_server_error() => "internal",
            _ => "unreadable",
        };
        Self::new(status, code)
    }

    /// The page for this visitor.
    pub(crate) fn page(&self, visitor: &Visitor) -> Response {
        let shell = visitor.shell("error-title", Section::None);
        let page = ErrorPage::new(shell, self.status.as_u16(), self.code);
        let mut response = html(&page).unwrap_or_else(|_| self.code.into_response());
        *response.status_mut() = self.status;
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let status = match &refusal {
            Refusal::NotYourOffice
            | Refusal::NotYourRole
            | Refusal::PostEnded
            | Refusal::UnknownKiosk
            | Refusal::BatchTaken
            | Refusal::OwnOffice
            | Refusal::OwnAlarm => StatusCode::FORBIDDEN,
            Refusal::UnknownCase
            | Refusal::UnknownOffice
            | Refusal::UnknownProcedure
            | Refusal::UnknownOfficial
            | Refusal::UnknownTicket
            | Refusal::UnknownAppointment
            | Refusal::UnknownDialogue
            | Refusal::UnknownAlarm
            | Refusal::UnknownSurvey
            | Refusal::SurveyCodeUnknown
            | Refusal::UnknownOpinion
            | Refusal::InvitationUnknown => StatusCode::NOT_FOUND,
            Refusal::Stale
            | Refusal::AlreadyDone
            | Refusal::AlreadyExists
            | Refusal::WrongStep
            | Refusal::WaveClosed
            | Refusal::FormMissing
            | Refusal::FormOnline
            | Refusal::SurveyOver
            | Refusal::SurveyRunning
            | Refusal::DialogueOver
            | Refusal::SortFirst
            | Refusal::NotLate
            | Refusal::AnsweredWithAnother
            | Refusal::QuarterNotOver
            | Refusal::ReportUnchanged
            | Refusal::ReviewTooLate
            | Refusal::BatchOver
            | Refusal::TypedOnce
            | Refusal::EntriesDiffer
            | Refusal::CallsOpen
            | Refusal::CallOver
            | Refusal::NoConsent => StatusCode::CONFLICT,
            Refusal::InvitationUsed | Refusal::InvitationUnused | Refusal::InvitationExpired => {
                StatusCode::GONE
            }
            Refusal::File(Fault::Unknown) => StatusCode::NOT_FOUND,
            Refusal::File(Fault::Erased) => StatusCode::GONE,
            Refusal::File(Fault::NoVerdict | Fault::NoPlace) => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::BoxClosed => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, refusal.code())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::Busy => Self::busy(),
            StoreError::Stale => Refusal::Stale.into(),
            StoreError::Unavailable(why) => {
                tracing::error!(%why, "the database does not answer");
                Self { retry_after: Some(10), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "internal") }
            }
            StoreError::Files(why) => {
                tracing::error!(%why, "the files cannot be used");
                Self { retry_after: Some(10), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "file-trouble") }
            }
            StoreError::Corrupt(why) | StoreError::Schema(why) | StoreError::Keys(why) => {
                tracing::error!(%why, "the record cannot be used");
                Self::internal()
            }
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A page as a response.
pub(crate) fn html<P: Page>(page: &P) -> Result<Response, Failure> {
    let text = page.render().map_err(|error| {
        tracing::error!(%error, "a page cannot be rendered");
        Failure::internal()
    })?;
    Ok(axum::response::Html(text).into_response())
}

/// A page that was refused: the form again, with what was typed and what is wrong.
pub(crate) fn html_refused<P: Page>(page: &P, status: StatusCode) -> Result<Response, Failure> {
    let mut response = html(page)?;
    *response.status_mut() = status;
    Ok(response)
}

/// Why a step was refused; nothing when it was done. That somebody else was faster is a reason too: what was typed is not lost.
pub(crate) fn refused(outcome: Result<(), StoreError>) -> Result<Option<Refusal>, Failure> {
    match outcome {
        Ok(()) => Ok(None),
        Err(StoreError::Refused(why)) => Ok(Some(why)),
        Err(StoreError::Stale) => Ok(Some(Refusal::Stale)),
        Err(error) => Err(error.into()),
    }
}
