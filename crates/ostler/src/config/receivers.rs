//! Values that lead to others, or may hold a secret: never shown.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use redis::{ConnectionInfo, IntoConnectionInfo};
use reqwest::Url;
use sentry::types::Dsn;
use serde::Deserialize;

/// An address, a key, or `off`. What it is shows nowhere, neither in the log nor in complaints.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Hidden(Option<String>);

impl Hidden {
    /// What was said, unless it was `off`.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The address that it is.
    ///
    /// # Errors
    /// Says that it is none, without showing it.
    pub fn address(&self, key: &str) -> Result<Option<Url>, String> {
        let read = |text: &str| Url::parse(text).ok();
        let is_http = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
        let address = |text| read(text).filter(is_http);
        let wrong = || format!("{key} is no address such as https://example.com/alerts, or off.");
        self.text().map(|text| address(text).ok_or_else(wrong)).transpose()
    }

    /// The Redis that it leads to.
    ///
    /// # Errors
    /// Says that it leads to none, without showing it.
    pub fn redis(&self, key: &str) -> Result<Option<ConnectionInfo>, String> {
        let wrong = || format!("{key} is no address such as redis://localhost:6379/0, or off.");
        self.text().map(|text| text.into_connection_info().map_err(|_hidden| wrong())).transpose()
    }

    /// The Sentry DSN that it is.
    ///
    /// # Errors
    /// Says that it is none, without showing it.
    pub fn dsn(&self, key: &str) -> Result<Option<Dsn>, String> {
        let wrong = || format!("{key} is no DSN such as https://key@sentry.example.com/1, or off.");
        self.text().map(|text| text.parse().ok().ok_or_else(wrong)).transpose()
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        let text = text.trim();
        Self((!text.is_empty() && text != "off").then(|| text.to_owned()))
    }
}

impl FromStr for Hidden {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text.to_owned()))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "set" } else { "off" })
    }
}
