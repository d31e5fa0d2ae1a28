//! The identifier of one request.

use std::fmt;

use http::{HeaderName, HeaderValue};
use uuid::Uuid;

/// Names one request: in the header `Request-Id` of every answer, in error bodies, in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(Uuid);

impl RequestId {
    /// The header that carries it.
    pub const HEADER: HeaderName = HeaderName::from_static("request-id");

    /// A fresh one, by chance: it is no secret.
    #[must_use]
    pub fn random() -> Self {
        let bytes = fastrand::u128(..).to_ne_bytes();
        Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }

    /// The value.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// The value of the header.
    #[must_use]
    pub fn header(self) -> HeaderValue {
        HeaderValue::try_from(self.to_string()).expect("a UUID is visible ASCII")
    }
}

impl From<Uuid> for RequestId {
    fn from(value: Uuid) -> Self {
        Self(value)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
