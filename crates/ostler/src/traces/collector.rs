//! The collector of traces, reached with the HTTP client of everything else.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use opentelemetry_http::{HttpClient, HttpError};
use reqwest::{Client, Url};
use tokio::runtime::Handle;

use crate::outbound;

/// Where traces go.
pub(super) struct Collector {
    client: Client,
    runtime: Handle,
    /// Whether the last batch did not arrive.
    is_down: AtomicBool,
}

impl Collector {
    pub(super) fn new(endpoint: &Url, runtime: Handle) -> Result<Self, String> {
        let client = outbound::client(&[endpoint])?;
        Ok(Self { client, runtime, is_down: AtomicBool::new(false) })
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        let client = self.client.clone();
        // The exporter waits on a thread of its own, which has no runtime for connections.
        let sent = self.runtime.spawn(async move {
            let request = request.try_into().map_err(outbound::reason)?;
            let answer = client.execute(request).await.map_err(outbound::reason)?;
            let status = answer.status();
            let bytes = answer.bytes().await.map_err(outbound::reason)?;
            let mut response = Response::new(bytes);
            *response.status_mut() = status;
            Ok(response)
        });
        sent.await.map_err(|lost| lost.to_string())?
    }

    /// Logs once when the collector goes down, and once when it is back.
    fn note(&self, outcome: &Result<Response<Bytes>, String>) {
        let reason = match outcome {
            Ok(response) if response.status().is_success() => None,
            Ok(response) => Some(format!("it answered {}", response.status())),
            Err(reason) => Some(reason.clone()),
        };
        let was_down = self.is_down.swap(reason.is_some(), Ordering::Relaxed);
        match reason {
            Some(reason) if !was_down => tracing::warn!(reason, "traces do not arrive"),
            None if was_down => tracing::info!("traces arrive again"),
            Some(_) | None => {}
        }
    }
}

impl HttpClient for Collector {
    // As `async_trait` writes it, without a further dependency.
    fn send_bytes<'life0, 'async_trait>(
        &'life0 self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {
            let outcome = self.send(request).await;
            self.note(&outcome);
            outcome.map_err(HttpError::from)
        })
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Collector")
    }
}
