//! Alerts: each fault of the server is told to the configured receivers, once per cause and interval.
//!
//! Raising one costs whoever does it a look into a small table: one task sends what a bounded queue
//! holds. What is told names lines of the program and the request, never a value of a request.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use ostler_contract::error::{Error, Origin};
use ostler_contract::http::RequestId;
use ostler_worlds::clock::Clock;
use prometheus_client::metrics::counter::Counter;
use reqwest::Url;
use sentry::types::Dsn;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use self::ledger::{Cause, Ledger};
use self::receivers::{Alert, Kind, Receiver, Target};
use crate::outbound;

mod ledger;
mod receivers;

/// The most alerts that wait for their receivers.
const QUEUE_MAX: usize = 64;
/// How long the end of the server waits for alerts that are not sent yet.
const FLUSH_TIME: Duration = Duration::from_secs(5);

/// Who is told, and how often.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address that takes alerts as JSON.
    pub webhook: Option<Url>,
    /// The key that signs what the webhook gets.
    pub webhook_secret: Option<String>,
    /// The project at Sentry that takes alerts.
    pub sentry: Option<Dsn>,
    /// How long equal faults are only counted after one was told.
    pub interval: Duration,
    /// The name of the environment, as alerts tell it.
    pub environment: &'static str,
}

/// Takes faults. Cheap to clone; where nobody is to be told it does nothing.
#[derive(Clone, Default)]
pub struct Alerts(Option<Arc<Desk>>);

/// How many alerts had which end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    /// Taken by a receiver.
    pub(crate) sent: Counter,
    /// Not taken by a receiver.
    pub(crate) failed: Counter,
    /// Equal to one that was told in the same interval.
    pub(crate) suppressed: Counter,
    /// Too many were waiting.
    pub(crate) dropped: Counter,
}

struct Desk {
    ledger: Mutex<Ledger>,
    queue: mpsc::Sender<Message>,
    counts: Counts,
    /// Whether the queue was full last time.
    is_full: AtomicBool,
}

enum Message {
    Alert(Alert),
    /// Everything before it was sent, or failed.
    Flush(oneshot::Sender<()>),
}

/// Sends alerts; to be run as a task.
pub struct Courier {
    desk: Arc<Desk>,
    waiting: mpsc::Receiver<Message>,
    receivers: Vec<Receiver>,
}

impl Settings {
    fn receivers(&self) -> Result<Vec<Receiver>, String> {
        let sentry = self.sentry.as_ref().map(Dsn::envelope_api_url);
        let addresses: Vec<&Url> = self.webhook.iter().chain(&sentry).collect();
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let client = outbound::client(&addresses)?;
        let key = self.webhook_secret.as_ref().map(|secret| secret.as_bytes().to_vec());
        let webhook = self.webhook.clone().map(|address| Target::Webhook { address, key });
        let targets = webhook.into_iter().chain(self.sentry.clone().map(Target::Sentry));
        let environment = self.environment;
        let receiver = |target| Receiver { target, client: client.clone(), environment };
        Ok(targets.map(receiver).collect())
    }

    /// Sends a test alert to each receiver; its name, and the status of its answer or why there is
    /// none.
    ///
    /// # Errors
    /// Says why nothing can be sent.
    pub async fn test(&self) -> Result<Vec<(&'static str, Result<u16, String>)>, String> {
        let origin = Origin { kind: "test".into(), place: None };
        let alert = Alert {
            cause: Cause { operation: None, origin },
            request: None,
            time: Clock::Real.now(),
            repeats: 0,
            kind: Kind::Test,
        };
        let mut outcomes = Vec::new();
        for receiver in self.receivers()? {
            outcomes.push((receiver.name(), receiver.send(&alert).await));
        }
        Ok(outcomes)
    }
}

impl Alerts {
    /// What takes faults, and what sends them, if anyone is to be told.
    ///
    /// # Errors
    /// Says why nothing can be sent.
    pub fn new(settings: &Settings) -> Result<(Self, Option<Courier>), String> {
        let receivers = settings.receivers()?;
        if receivers.is_empty() {
            return Ok((Self::default(), None));
        }
        let (queue, waiting) = mpsc::channel(QUEUE_MAX);
        let desk = Arc::new(Desk {
            ledger: Mutex::new(Ledger::new(settings.interval)),
            queue,
            counts: Counts::default(),
            is_full: AtomicBool::new(false),
        });
        let courier = Courier { desk: Arc::clone(&desk), waiting, receivers };
        Ok((Self(Some(desk)), Some(courier)))
    }

    /// Tells of a fault in a request.
    pub(crate) fn fault(&self, operation: &'static str, request: RequestId, error: &Error) {
        let unknown = || Origin { kind: error.code().name().into(), place: None };
        let origin = error.origin().cloned().unwrap_or_else(unknown);
        self.raise(Cause { operation: Some(operation), origin }, Some(request));
    }

    fn raise(&self, cause: Cause, request: Option<RequestId>) {
        let Some(desk) = &self.0 else { return };
        let Some(repeats) = desk.ledger(|ledger| ledger.enter(&cause, Instant::now())) else {
            desk.counts.suppressed.inc();
            return;
        };
        let (request, time) = (request.map(RequestId::uuid), Clock::Real.now());
        let alert = Alert { cause, request, time, repeats, kind: Kind::Fault };
        let Err(unsent) = desk.queue.try_send(Message::Alert(alert)) else {
            desk.is_full.store(false, Ordering::Relaxed);
            return;
        };
        desk.counts.dropped.inc();
        if let Message::Alert(alert) = unsent.into_inner() {
            desk.ledger(|ledger| ledger.put_back(&alert.cause, alert.repeats));
        }
        if !desk.is_full.swap(true, Ordering::Relaxed) {
            tracing::warn!("too many alerts wait for their receivers; further ones are dropped");
        }
    }

    /// Waits until everything raised so far is sent, or failed, for a bounded time.
    pub async fn flush(&self) {
        let Some(desk) = &self.0 else { return };
        let (done, sent) = oneshot::channel();
        let flushed =
            async { desk.queue.send(Message::Flush(done)).await.is_ok() && sent.await.is_ok() };
        if timeout(FLUSH_TIME, flushed).await != Ok(true) {
            tracing::warn!("the last alerts were not sent before the end");
        }
    }

    /// The counts, where anyone is told.
    pub(crate) fn counts(&self) -> Option<&Counts> {
        self.0.as_ref().map(|desk| &desk.counts)
    }
}

impl Desk {
    fn ledger<T>(&self, work: impl FnOnce(&mut Ledger) -> T) -> T {
        work(&mut self.ledger.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Courier {
    /// Sends alerts as long as anyone can raise one.
    pub async fn run(mut self) {
        let mut states: Vec<State> = self.receivers.iter().map(|_| State::Up).collect();
        while let Some(message) = self.waiting.recv().await {
            match message {
                Message::Alert(alert) => self.deliver(&alert, &mut states).await,
                // Whoever waited may have given up.
                Message::Flush(done) => drop(done.send(())),
            }
        }
    }

    /// Sends to all receivers at once, so that one does not wait for another.
    async fn deliver(&self, alert: &Alert, states: &mut [State]) {
        let outcomes = join_all(self.receivers.iter().map(|it| it.send(alert))).await;
        let mut has_arrived = false;
        for ((outcome, receiver), state) in outcomes.into_iter().zip(&self.receivers).zip(states) {
            has_arrived |= outcome.is_ok();
            let count =
                if outcome.is_ok() { &self.desk.counts.sent } else { &self.desk.counts.failed };
            count.inc();
            state.change(receiver.name(), outcome);
        }
        if !has_arrived {
            self.desk.ledger(|ledger| ledger.put_back(&alert.cause, alert.repeats));
        }
    }
}

/// What is known of a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Up,
    Down,
}

impl State {
    /// Logs once when a receiver goes down, and once when it is back.
    fn change(&mut self, receiver: &str, outcome: Result<u16, String>) {
        match (outcome, *self) {
            (Err(reason), Self::Up) => {
                tracing::warn!(receiver, reason, "alerts do not arrive");
                *self = Self::Down;
            }
            (Ok(_), Self::Down) => {
                tracing::info!(receiver, "alerts arrive again");
                *self = Self::Up;
            }
            (Ok(_), Self::Up) | (Err(_), Self::Down) => {}
        }
    }
}

/// Raises an alert for each error in the log of Ostler that is outside of a request.
pub(crate) struct Faults(pub(crate) Alerts);

impl<S: Subscriber> Layer<S> for Faults {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        // The fault of a request is raised where it is logged, with more knowledge.
        let is_ours = metadata.target().starts_with("ostler")
            && *metadata.level() == Level::ERROR
            && metadata.fields().field("request_id").is_none();
        if is_ours {
            let line = metadata.line().unwrap_or_default();
            let place = metadata.file().map(|file| format!("{file}:{line}"));
            let origin = Origin { kind: "background fault".into(), place };
            self.0.raise(Cause { operation: None, origin }, None);
        }
    }
}

#[cfg(test)]
mod tests;
