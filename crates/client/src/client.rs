//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ostler_api::Operation;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};

use crate::credentials::Credentials;
use crate::error::Error;
use crate::retries::{Attempt, Effect, Retries};
use crate::transport::{Http, Outgoing, Transport, Wanted};

/// How long one attempt may take, unless the caller says otherwise: longer than the server takes
/// before it answers 408.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Calls the operations of one server as one integration. Clones share their connections.
///
/// It needs a tokio runtime with time and IO.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    credentials: Credentials,
    language: Option<String>,
    timeout: Duration,
    retries: Retries,
}

impl Client {
    /// A client of the server at this address, such as `http://127.0.0.1:7070`.
    ///
    /// # Errors
    /// [`Error::Configuration`] where the address is no URL with `http` or `https`, or TLS cannot be
    /// used.
    pub fn new(address: &str, credentials: Credentials) -> Result<Self, Error> {
        Ok(Self::over(Arc::new(Http::new(address)?), credentials))
    }

    pub(crate) fn over(transport: Arc<dyn Transport>, credentials: Credentials) -> Self {
        let retries = Retries::default();
        Self { transport, credentials, language: None, timeout: TIMEOUT, retries }
    }

    /// The same client with other credentials, for another property.
    #[must_use]
    pub fn with_credentials(self, credentials: Credentials) -> Self {
        Self { credentials, ..self }
    }

    /// The same client that wants sentences for end users in this language, such as `de-DE`.
    #[must_use]
    pub fn with_language(self, code: impl Into<String>) -> Self {
        Self { language: Some(code.into()), ..self }
    }

    /// The same client, each attempt within this time; a minute without it.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The same client that tries as often and as long.
    #[must_use]
    pub fn with_retries(self, retries: Retries) -> Self {
        Self { retries, ..self }
    }

    /// Calls an operation.
    ///
    /// # Errors
    /// See [`Error`]; those that pass by are met by trying again, see [`Retries`].
    pub fn call<R: Operation>(
        &self,
        request: &R,
    ) -> impl Future<Output = Result<R::Response, Error>> + Send + use<R> {
        let sent = self.send(request, Wanted::Response);
        async move {
            let (body, request_id) = sent.await?;
            decode(&body, request_id)
        }
    }

    /// The same client for callers who do not need answers without content.
    #[must_use]
    pub fn minimal(&self) -> Minimal<'_> {
        Minimal(self)
    }

    /// Writes the request now, so that the exchange does not borrow it.
    fn send<R: Operation>(
        &self,
        request: &R,
        answer: Wanted,
    ) -> impl Future<Output = Result<(Bytes, Option<String>), Error>> + Send + use<R> {
        let client = self.clone();
        let effect = if R::READS_ONLY { Effect::Reads } else { Effect::Writes };
        let outgoing = self.body(request).map(|body| Outgoing {
            address: R::ADDRESS,
            body,
            answer,
            timeout: self.timeout,
        });
        async move { client.exchange(&outgoing?, effect).await }
    }

    /// The parameters with the credentials before them.
    fn body(&self, request: &impl Serialize) -> Result<Bytes, Error> {
        let unwritable = |error: serde_json::Error| {
            Error::Configuration(format!("the request cannot be written: {error}"))
        };
        let mut body = serde_json::to_vec(&self.credentials).map_err(unwritable)?;
        let mut append = |object: &[u8]| {
            // Two objects become one: `{a}` and `{b}` to `{a,b}`.
            if let Some(properties) = object.strip_prefix(b"{").filter(|it| *it != b"}") {
                body.pop();
                body.push(b',');
                body.extend_from_slice(properties);
            }
        };
        if let Some(language) = &self.language {
            let language = Language { language_code: language };
            append(&serde_json::to_vec(&language).map_err(unwritable)?);
        }
        append(&serde_json::to_vec(request).map_err(unwritable)?);
        Ok(body.into())
    }

    /// Sends until there is a success or an error that stays.
    async fn exchange(
        &self,
        outgoing: &Outgoing,
        effect: Effect,
    ) -> Result<(Bytes, Option<String>), Error> {
        let started = Instant::now();
        let mut number = 1;
        loop {
            let error = match self.transport.exchange(outgoing).await {
                Ok(answer) if matches!(answer.head.status, 200 | 204) => {
                    return Ok((answer.body, answer.head.request_id));
                }
                Ok(answer) => Error::of(answer.head, &answer.body),
                Err(error) => error,
            };
            let elapsed = started.elapsed();
            let attempt = Attempt { number, elapsed, effect, chance: fastrand::u8(..) };
            let Some(pause) = self.retries.pause(&attempt, &error) else { return Err(error) };
            sleep(pause).await;
            number += 1;
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("transport", &self.transport)
            .field("credentials", &self.credentials)
            .field("language", &self.language)
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
            .finish()
    }
}

/// A client whose calls ask for `return=minimal`.
#[derive(Debug, Clone, Copy)]
pub struct Minimal<'c>(&'c Client);

impl Minimal<'_> {
    /// Calls an operation; none where the answer has no content, such as that of a check-in or of an
    /// empty page.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub fn call<R: Operation>(
        &self,
        request: &R,
    ) -> impl Future<Output = Result<Option<R::Response>, Error>> + Send + use<R> {
        let sent = self.0.send(request, Wanted::Minimal);
        async move {
            let (body, request_id) = sent.await?;
            if body.is_empty() { Ok(None) } else { decode(&body, request_id).map(Some) }
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Language<'a> {
    language_code: &'a str,
}

fn decode<T: DeserializeOwned>(body: &[u8], request_id: Option<String>) -> Result<T, Error> {
    serde_json::from_slice(body)
        .map_err(|error| Error::Undecodable { request_id, reason: error.to_string() })
}
