//! The stages of a request over HTTP, each a small type: `Request-Id`, preferences, body, limits,
//! envelope, connections.

mod body;
mod connections;
mod envelope;
mod failed_authentications;
mod patient;
mod preferences;
mod rate_limiter;
mod request_id;
mod whole_body;

pub use body::{BodyReader, Received, discard, require_json};
pub use connections::{Answers, ConnectionEvent, Connections, Peer, Unreadable, serve};
pub use envelope::{Disclosure, Envelope, Reply, closing};
pub use failed_authentications::{Delay, FailedAuthentications, Treatment};
pub use preferences::Preferences;
pub use rate_limiter::{RateLimit, RateLimiter, whole_seconds};
pub use request_id::RequestId;
pub use whole_body::{WholeBody, WholeBytes};

#[cfg(test)]
mod tests;
