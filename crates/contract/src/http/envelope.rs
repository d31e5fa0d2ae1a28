//! Answers: bodies, headers, and the envelope of errors.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;

use super::request_id::RequestId;
use super::whole_body::WholeBody;
use crate::error::{Error, Message};
use crate::texts::Catalog;

/// An answer with its whole body.
pub type Reply = Response<WholeBody>;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Whether `Details` tell where a request went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disclosure {
    /// They do: for development.
    Details,
    /// They are null: for production.
    Nothing,
}

/// Writes the answers to one request.
#[derive(Clone, Copy)]
pub struct Envelope<'a> {
    /// The request.
    pub request_id: RequestId,
    /// Whether `Details` are told.
    pub disclosure: Disclosure,
    /// The sentences for end users.
    pub catalog: &'a Catalog,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    message: &'a str,
    request_id: String,
    details: Option<String>,
}

impl Envelope<'_> {
    /// 200 with a JSON body.
    #[must_use]
    pub fn success(&self, body: impl Into<WholeBody>) -> Reply {
        self.reply(StatusCode::OK, Some(body.into()))
    }

    /// 204, for a caller who prefers a minimal response: no body, no `Content-Type`.
    #[must_use]
    pub fn minimal(&self) -> Reply {
        let mut reply = self.reply(StatusCode::NO_CONTENT, None);
        let applied = HeaderName::from_static("preference-applied");
        reply.headers_mut().insert(applied, HeaderValue::from_static("return=minimal"));
        reply
    }

    /// The status of the error with its message, in the first of `languages` that has it.
    #[must_use]
    pub fn failure(&self, error: &Error, languages: &[&str]) -> Reply {
        let message = match error.caller_message() {
            Message::Standard => error.code().message().to_owned(),
            Message::Text(text) => text.clone(),
            Message::Localized(message) => self.catalog.sentence(languages, message),
        };
        let details = match self.disclosure {
            Disclosure::Details => error.details().map(ToString::to_string),
            Disclosure::Nothing => None,
        };
        let body = Body { message: &message, request_id: self.request_id.to_string(), details };
        let body = serde_json::to_vec(&body).expect("three strings can be written as JSON");
        let status = StatusCode::from_u16(error.code().status()).expect("the table has statuses");
        let mut reply = self.reply(status, Some(Bytes::from(body).into()));
        if let Some(wait) = error.retry_after() {
            reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs()));
        }
        reply
    }

    fn reply(&self, status: StatusCode, body: Option<WholeBody>) -> Reply {
        let has_body = body.is_some();
        let mut reply = Response::new(body.unwrap_or_default());
        *reply.status_mut() = status;
        let headers = reply.headers_mut();
        headers.insert(RequestId::HEADER, self.request_id.header());
        if has_body {
            headers.insert(CONTENT_TYPE, JSON);
        }
        reply
    }
}

/// The same answer, after which the connection closes because the request's body is not read.
#[must_use]
pub fn closing(mut reply: Reply) -> Reply {
    reply.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    reply
}
