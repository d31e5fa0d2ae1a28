//! The response contract of a JSON-over-POST API, without hotels.
//!
//! Strict JSON, one table of errors, the error envelope, `Request-Id`, minimal responses, size,
//! deadline and rate limits, and the primitives of the wire: instants, durations, identifiers,
//! decimals, update values, pages. Useful to any API of this kind.

pub mod decode;
pub mod error;
#[cfg(feature = "server")]
pub mod http;
pub mod panics;
pub mod primitives;
#[cfg(feature = "server")]
pub mod texts;
