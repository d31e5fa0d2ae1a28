//! Every way in which a call can fail, as a value.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use ostler_contract::error::{Code, causes};
use serde::Deserialize;

/// Why a call brought no response. Source: `guidelines/responses`.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The client is set up wrongly, or the request cannot be written; nothing was sent.
    Configuration(String),
    /// 400: the body or one parameter is not as it has to be; [`Refusal::parameter`] names it.
    Invalid(Box<Refusal>),
    /// 401: the tokens are wrong, or what they stand for is disabled or lacks the permission.
    Unauthorized(Box<Refusal>),
    /// 403: a rule of the property forbids it; the message is a sentence for the end user.
    Forbidden(Box<Refusal>),
    /// 404: no operation has this address.
    NotFound(Box<Refusal>),
    /// 408: the server's deadline passed; it did nothing.
    DeadlinePassed(Box<Refusal>),
    /// 409: the data changed meanwhile; read again and decide anew.
    Conflict(Box<Refusal>),
    /// 413: the request is larger than the server accepts.
    TooLarge(Box<Refusal>),
    /// 429: too many requests; [`Refusal::retry_after`] says how long to wait.
    RateLimited(Box<Refusal>),
    /// 503, saying that a queue is full and nothing was done.
    Overloaded(Box<Refusal>),
    /// Any other 5xx: a fault in the server or before it. Whether a command was done is unknown.
    Server(Box<Refusal>),
    /// Any other status, which the contract does not have.
    Unexpected(Box<Refusal>),
    /// There was no whole answer.
    Unanswered(Unanswered),
    /// A success whose body is not the operation's response.
    Undecodable {
        /// The server's name for the exchange.
        request_id: Option<String>,
        /// Where and how the body differs.
        reason: String,
    },
}

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// What the server says; the meaning of the status where it says nothing.
    pub message: String,
    /// The server's name for the exchange; what its operator asks for.
    pub request_id: Option<String>,
    /// Where the request is wrong; development environments tell it.
    pub details: Option<String>,
    /// How long to wait before the next attempt, as the server asks.
    pub retry_after: Option<Duration>,
}

/// No whole answer came.
#[derive(Debug)]
pub struct Unanswered {
    /// Whether the server may have got the request; false where no connection was made.
    pub was_sent: bool,
    /// What went wrong, without address and tokens.
    pub cause: Box<dyn std::error::Error + Send + Sync>,
}

/// The body of an answer that is no success.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Envelope {
    message: Option<String>,
    request_id: Option<String>,
    details: Option<String>,
}

/// The head of an answer, as far as an error needs it.
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

impl Error {
    /// The error that an answer with this head and body is.
    pub(crate) fn of(head: Head, body: &Bytes) -> Self {
        // Whatever stands before the server may answer with something else than the envelope.
        let envelope: Envelope = serde_json::from_slice(body).unwrap_or_default();
        let status = head.status;
        let is_full_queue = status == Code::Overloaded.status()
            && envelope.message.as_deref() == Some(Code::Overloaded.message());
        let refusal = Box::new(Refusal {
            status,
            message: envelope.message.unwrap_or_else(|| format!("HTTP status {status}")),
            request_id: head.request_id.or(envelope.request_id),
            details: envelope.details,
            retry_after: head.retry_after,
        });
        match status {
            _ if is_full_queue => Self::Overloaded(refusal),
            400 => Self::Invalid(refusal),
            401 => Self::Unauthorized(refusal),
            403 => Self::Forbidden(refusal),
            404 => Self::NotFound(refusal),
            408 => Self::DeadlinePassed(refusal),
            409 => Self::Conflict(refusal),
            413 => Self::TooLarge(refusal),
            429 => Self::RateLimited(refusal),
            500.. => Self::Server(refusal),
            _ => Self::Unexpected(refusal),
        }
    }

    /// The answer, where there is one that is no success.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Invalid(refusal)
            | Self::Unauthorized(refusal)
            | Self::Forbidden(refusal)
            | Self::NotFound(refusal)
            | Self::DeadlinePassed(refusal)
            | Self::Conflict(refusal)
            | Self::TooLarge(refusal)
            | Self::RateLimited(refusal)
            | Self::Overloaded(refusal)
            | Self::Server(refusal)
            | Self::Unexpected(refusal) => Some(refusal),
            Self::Configuration(_) | Self::Unanswered(_) | Self::Undecodable { .. } => None,
        }
    }

    /// The HTTP status, where there is an answer that is no success.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.refusal().map(|refusal| refusal.status)
    }

    /// The server's name for the exchange, where it told it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Undecodable { request_id, .. } => request_id.as_deref(),
            _ => self.refusal()?.request_id.as_deref(),
        }
    }

    /// Whether the operation certainly did nothing, so that anything may be sent again.
    #[must_use]
    pub fn is_certainly_undone(&self) -> bool {
        match self {
            Self::Unanswered(unanswered) => !unanswered.was_sent,
            Self::Server(_) | Self::Unexpected(_) | Self::Undecodable { .. } => false,
            _ => true,
        }
    }
}

impl Refusal {
    /// The parameter that a 400 names, such as `ServiceId`.
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        let named = self.message.strip_prefix("Invalid ")?;
        (self.status == 400 && named != "JSON").then_some(named)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration(reason) => f.write_str(reason),
            Self::Unanswered(unanswered) => fmt::Display::fmt(unanswered, f),
            Self::Undecodable { reason, .. } => {
                write!(f, "the answer is not the operation's response: {reason}")
            }
            _ => match self.refusal() {
                Some(refusal) => fmt::Display::fmt(refusal, f),
                None => Ok(()),
            },
        }?;
        match self.request_id() {
            Some(request_id) => write!(f, " (Request-Id {request_id})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.message)?;
        match &self.details {
            Some(details) => write!(f, " {details}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.was_sent { "no whole answer came" } else { "there is no connection" };
        write!(f, "{what}: {}", self.cause)?;
        // The library's own sentence says little; the reason stands behind it.
        causes(&*self.cause).try_for_each(|deeper| write!(f, ": {deeper}"))
    }
}

impl std::error::Error for Error {}
