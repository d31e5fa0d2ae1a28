//! The one HTTP client for everything that the server sends to others.

use std::iter;
use std::sync::Arc;
use std::time::Duration;

use ostler_contract::error::causes;
use reqwest::{Client, Url, redirect};
use rustls::client::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;

/// How long another server may take for everything.
const TOTAL_TIME: Duration = Duration::from_secs(10);
/// How long it may take until the connection stands.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// A client for these addresses. It follows no redirect: what it sends is for nobody else.
///
/// # Errors
/// Says why TLS cannot be set up, where an address needs it.
pub(crate) fn client(addresses: &[&Url]) -> Result<Client, String> {
    let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?;
    let tls = if addresses.iter().any(|address| address.scheme() == "https") {
        versions
            .with_platform_verifier()
            .map_err(|error| format!("The certificates of the system cannot be read: {error}"))?
            .with_no_client_auth()
    } else {
        // A system without certificates is no obstacle where none is looked at.
        versions.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
    };
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .timeout(TOTAL_TIME)
        .connect_timeout(CONNECT_TIME)
        .user_agent(concat!("ostler/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| format!("The HTTP client cannot be set up: {error}"))
}

/// Why a request failed, without its address, which may hold a secret.
pub(crate) fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let texts = causes(&error).map(ToString::to_string);
    iter::once(error.to_string()).chain(texts).collect::<Vec<_>>().join(": ")
}
