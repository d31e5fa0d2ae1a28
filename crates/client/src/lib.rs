//! A typed client of Ostler, and of the public Connector API that it answers as.
//!
//! A request is a value of `api`, the answer is its response or an [`Error`]:
//! `client.call(&request).await`. The README has a complete example.
//!
//! Nothing here depends on the server. Its tokens are shown nowhere, neither by `Debug` nor in an
//! error.

mod client;
mod credentials;
mod error;
mod pages;
mod retries;
mod transport;

pub use client::{Client, Minimal};
pub use credentials::Credentials;
pub use error::{Error, Refusal, Unanswered};
pub use ostler_api as api;
pub use ostler_contract::primitives;
pub use pages::Pages;
pub use retries::Retries;

#[cfg(test)]
mod tests;
