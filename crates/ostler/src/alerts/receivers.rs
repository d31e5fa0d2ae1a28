//! The receivers of alerts: a webhook and Sentry.

use hmac::{Hmac, Mac};
use ostler_contract::primitives::UtcInstant;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, Url};
use sentry::protocol::{Envelope, Event};
use sentry::types::Dsn;
use serde::Serialize;
use sha2::Sha256;
use uuid::Uuid;

use super::ledger::Cause;
use crate::outbound;

/// The program as alerts name it.
const RELEASE: &str = concat!("ostler@", env!("CARGO_PKG_VERSION"));
/// The header with the HMAC-SHA-256 of the body, in hexadecimal digits behind `sha256=`.
const SIGNATURE: &str = "Ostler-Signature";

/// One alert.
#[derive(Debug)]
pub(crate) struct Alert {
    pub(crate) cause: Cause,
    /// The request in which it happened, and by whose identifier the log knows more.
    pub(crate) request: Option<Uuid>,
    pub(crate) time: UtcInstant,
    /// Equal faults before this one that were not told.
    pub(crate) repeats: u64,
    pub(crate) kind: Kind,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Kind {
    /// A fault of the server.
    Fault,
    /// Nothing: someone tries whether alerts arrive.
    Test,
}

/// The body for a webhook, documented in `docs/configuration.md`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    alert: Kind,
    operation: Option<&'static str>,
    kind: &'a str,
    place: Option<&'a str>,
    request_id: Option<Uuid>,
    time_utc: UtcInstant,
    version: &'static str,
    environment: &'static str,
    repeats: u64,
}

/// Where alerts go.
pub(crate) enum Target {
    /// An address that takes a JSON body, with the key of its signature.
    Webhook { address: Url, key: Option<Vec<u8>> },
    /// A project at Sentry.
    Sentry(Dsn),
}

/// One place where alerts go.
pub(crate) struct Receiver {
    pub(crate) target: Target,
    pub(crate) client: Client,
    /// The environment of the server.
    pub(crate) environment: &'static str,
}

impl Receiver {
    /// The name for logs and people.
    pub(crate) const fn name(&self) -> &'static str {
        match self.target {
            Target::Webhook { .. } => "webhook",
            Target::Sentry(_) => "Sentry",
        }
    }

    /// Sends an alert and answers with the status of the answer.
    ///
    /// # Errors
    /// Says why it did not arrive; never where it was to arrive, which may be a secret.
    pub(crate) async fn send(&self, alert: &Alert) -> Result<u16, String> {
        let request = match &self.target {
            Target::Webhook { address, key } => {
                self.to_webhook(address.clone(), key.as_deref(), alert)?
            }
            Target::Sentry(dsn) => self.to_sentry(dsn, alert)?,
        };
        let answer = request.send().await.map_err(outbound::reason)?;
        let status = answer.status().as_u16();
        if answer.status().is_success() { Ok(status) } else { Err(format!("it answered {status}")) }
    }

    fn to_webhook(
        &self,
        address: Url,
        key: Option<&[u8]>,
        alert: &Alert,
    ) -> Result<RequestBuilder, String> {
        let body = Body {
            alert: alert.kind,
            operation: alert.cause.operation,
            kind: &alert.cause.origin.kind,
            place: alert.cause.origin.place.as_deref(),
            request_id: alert.request,
            time_utc: alert.time,
            version: env!("CARGO_PKG_VERSION"),
            environment: self.environment,
            repeats: alert.repeats,
        };
        let body = serde_json::to_vec(&body).map_err(|error| error.to_string())?;
        let mut request = self.client.post(address).header(CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header(SIGNATURE, signature(key, &body)?);
        }
        Ok(request.body(body))
    }

    fn to_sentry(&self, dsn: &Dsn, alert: &Alert) -> Result<RequestBuilder, String> {
        let Cause { operation, origin } = &alert.cause;
        let place = origin.place.as_deref().unwrap_or_default();
        let mut tags = vec![("repeats", alert.repeats.to_string())];
        tags.extend(alert.request.map(|request| ("request_id", request.to_string())));
        let event = Event {
            level: match alert.kind {
                Kind::Fault => sentry::Level::Error,
                Kind::Test => sentry::Level::Info,
            },
            message: Some(format!("{} {place}", origin.kind).trim_end().to_owned()),
            culprit: origin.place.clone(),
            transaction: operation.map(str::to_owned),
            fingerprint: vec![
                operation.unwrap_or_default().into(),
                origin.kind.clone(),
                place.to_owned().into(),
            ]
            .into(),
            timestamp: alert.time.timestamp().into(),
            release: Some(RELEASE.into()),
            environment: Some(self.environment.into()),
            tags: tags.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            ..Event::new()
        };
        let mut body = Vec::new();
        Envelope::from(event).to_writer(&mut body).map_err(|error| error.to_string())?;
        let request = self
            .client
            .post(dsn.envelope_api_url())
            .header(CONTENT_TYPE, "application/x-sentry-envelope")
            .header("X-Sentry-Auth", dsn.to_auth(Some(RELEASE)).to_string());
        Ok(request.body(body))
    }
}

fn signature(key: &[u8], body: &[u8]) -> Result<String, String> {
    let mut code = Hmac::<Sha256>::new_from_slice(key).map_err(|error| error.to_string())?;
    code.update(body);
    let digits = code.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(["sha256=".to_owned(), digits].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_rfc_4231() {
        let expected = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature(b"Jefe", b"what do ya want for nothing?").unwrap(), expected);
    }
}
