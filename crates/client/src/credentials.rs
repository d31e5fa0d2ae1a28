//! Who calls.

use std::fmt;

use serde::Serialize;

/// The tokens and the name that every request carries.
///
/// `Debug` shows the name only. Source: `guidelines/authentication`.
#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Credentials {
    client_token: String,
    access_token: String,
    client: String,
}

impl Credentials {
    /// The `ClientToken` of the software, the `AccessToken` of one property or portfolio, and the
    /// name and version of the software, such as `Night Porter 1.0.0`.
    #[must_use]
    pub fn new(
        client_token: impl Into<String>,
        access_token: impl Into<String>,
        client: impl Into<String>,
    ) -> Self {
        Self {
            client_token: client_token.into(),
            access_token: access_token.into(),
            client: client.into(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("client", &self.client).finish_non_exhaustive()
    }
}
