//! Bytes there and back.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::redirect::Policy;
use reqwest::{Response, Url, header};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::error::{Error, Head, Unanswered};

/// The largest answer that is read. A page of 1000 of the largest entities is far below it.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// How long a connection is kept unused: shorter than servers keep it, which otherwise close it just
/// when a request is sent.
const IDLE_MAX: Duration = Duration::from_secs(5);

/// One request to one operation.
pub(crate) struct Outgoing {
    /// The operation's address.
    pub(crate) address: &'static str,
    pub(crate) body: Bytes,
    pub(crate) answer: Wanted,
    /// How long the exchange may take.
    pub(crate) timeout: Duration,
}

/// What a success has to carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The response.
    Response,
    /// Nothing where there is nothing to say: `Prefer: return=minimal`.
    Minimal,
}

/// An answer of any status.
pub(crate) struct Incoming {
    pub(crate) head: Head,
    pub(crate) body: Bytes,
}

/// An exchange that is under way.
pub(crate) type Exchange<'a> = Pin<Box<dyn Future<Output = Result<Incoming, Error>> + Send + 'a>>;

/// Sends one request and brings its answer.
pub(crate) trait Transport: fmt::Debug + Send + Sync {
    fn exchange<'a>(&'a self, outgoing: &'a Outgoing) -> Exchange<'a>;
}

/// HTTP.
pub(crate) struct Http {
    base: Url,
    http: reqwest::Client,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses can contain passwords.
        f.debug_tuple("Http").field(&self.base.host_str().unwrap_or_default()).finish()
    }
}

impl Http {
    /// To the server at this address.
    pub(crate) fn new(address: &str) -> Result<Self, Error> {
        let wrong = |reason: &str| Error::Configuration(format!("the server's address {reason}"));
        let mut base: Url = address.parse().map_err(|_reason| wrong("is no URL"))?;
        base.set_path(&format!("{}/api/connector/v1/", base.path().trim_end_matches('/')));
        let tls = match base.scheme() {
            "https" => trusting_the_system()?,
            "http" => trusting_nobody()?,
            _ => return Err(wrong("begins neither with https:// nor with http://")),
        };
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            // A request must not be sent elsewhere, with its tokens.
            .redirect(Policy::none())
            .pool_idle_timeout(IDLE_MAX)
            .build()
            .map_err(|error| Error::Configuration(error.without_url().to_string()))?;
        Ok(Self { base, http })
    }

    async fn send(&self, outgoing: &Outgoing) -> Result<Incoming, Error> {
        let url = self.base.join(outgoing.address);
        let url = url.map_err(|error| Error::Configuration(error.to_string()))?;
        let mut request = self
            .http
            .post(url)
            .timeout(outgoing.timeout)
            .header(header::CONTENT_TYPE, "application/json")
            .body(outgoing.body.clone());
        if outgoing.answer == Wanted::Minimal {
            request = request.header("prefer", "return=minimal");
        }
        let mut response = request.send().await.map_err(unanswered)?;
        let head = head(&response);
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(unanswered)? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                let reason = format!("it is longer than {ANSWER_BYTES_MAX} bytes");
                return Err(Error::Undecodable { request_id: head.request_id, reason });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Incoming { head, body: body.freeze() })
    }
}

impl Transport for Http {
    fn exchange<'a>(&'a self, outgoing: &'a Outgoing) -> Exchange<'a> {
        Box::pin(self.send(outgoing))
    }
}

fn head(response: &Response) -> Head {
    let text = |name: &str| response.headers().get(name)?.to_str().ok();
    Head {
        status: response.status().as_u16(),
        request_id: text("request-id").map(str::to_owned),
        // Seconds, as the reference has it.
        retry_after: text("retry-after").and_then(|it| it.parse().ok()).map(Duration::from_secs),
    }
}

fn unanswered(error: reqwest::Error) -> Error {
    let was_sent = !error.is_connect();
    Error::Unanswered(Unanswered { was_sent, cause: error.without_url().into() })
}

fn trusting_the_system() -> Result<ClientConfig, Error> {
    let config = versions()?.with_platform_verifier();
    Ok(config.map_err(of_tls)?.with_no_client_auth())
}

/// For plain HTTP, so that a machine without certificates can use that.
fn trusting_nobody() -> Result<ClientConfig, Error> {
    Ok(versions()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn versions() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(of_tls)
}

fn of_tls(error: impl fmt::Display) -> Error {
    Error::Configuration(format!("TLS cannot be used: {error}"))
}
