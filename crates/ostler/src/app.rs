//! The application: a world behind the one way of a request.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Method, Request, request};
use hyper::body::{Body, Incoming};
use ostler_contract::error::{Code, Error};
use ostler_contract::http::{
    Answers, BodyReader, ConnectionEvent, Connections, Disclosure, Envelope, FailedAuthentications,
    RateLimit, Reply, RequestId, Unreadable, closing, discard, serve as serve_connections,
};
use ostler_contract::texts::Catalog;
use ostler_hotel::operation::Operation;
use ostler_store::Find;
use ostler_worlds::access::{AccessEnterprises, WORLD};
use ostler_worlds::world::World;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::alerts::Alerts;
use crate::dispatcher::Exchange;
use crate::limits::{Limiter, SharedLimits};
use crate::metrics::{self, Metrics};
use crate::openapi;
use crate::refusals::Refusals;
use crate::traces::Traces;
use crate::unsent::Unsent;

/// Where every operation has its address.
pub const OPERATIONS_PATH: &str = "/api/connector/v1/";
/// Tells whether the server can serve.
pub const HEALTH_PATH: &str = "/_ostler/health";
/// The OpenAPI document of whatever is served.
pub const OPENAPI_PATH: &str = "/_ostler/openapi.json";
/// What the server counts, in the text form of OpenMetrics.
pub const METRICS_PATH: &str = "/_ostler/metrics";
/// How long the check of the server's health may take.
const HEALTH_TIME: Duration = Duration::from_secs(5);

/// What the way of a request depends on.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Whether `Details` tell where a request went wrong.
    pub disclosure: Disclosure,
    /// The largest body of a request.
    pub body_bytes_max: usize,
    /// How long a request may take, from its head to its outcome.
    pub deadline: Duration,
    /// The limit of requests per access token, if there is one.
    pub rate_limit: Option<RateLimit>,
    /// What connections may take.
    pub connections: Connections,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            disclosure: Disclosure::Details,
            body_bytes_max: 20 << 20,
            deadline: Duration::from_secs(30),
            rate_limit: Some(RateLimit::REFERENCE),
            connections: Connections::default(),
        }
    }
}

/// Who is told what happens, or asked; by default nobody.
#[derive(Clone, Default)]
pub struct Observers {
    /// Is told of faults.
    pub alerts: Alerts,
    /// Is told how requests went.
    pub traces: Traces,
    /// Counts requests for several servers, where there is a limit of requests.
    pub limits: Option<SharedLimits>,
}

impl Observers {
    /// Tells what was not told yet, for a bounded time.
    pub async fn finish(&self) {
        tokio::join!(self.alerts.flush(), self.traces.finish());
    }
}

/// Answers requests. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an application is made of.
pub(crate) struct Parts {
    pub(crate) world: Arc<World>,
    pub(crate) settings: Settings,
    pub(crate) catalog: Catalog,
    pub(crate) bodies: BodyReader,
    pub(crate) limiter: Option<Limiter>,
    pub(crate) failures: FailedAuthentications,
    pub(crate) metrics: Metrics,
    pub(crate) alerts: Alerts,
    pub(crate) traces: Traces,
    pub(crate) unsent: Unsent,
    pub(crate) refusals: Refusals,
    operations: HashMap<&'static str, &'static Operation>,
    table: &'static [Operation],
    document: OnceLock<Bytes>,
}

/// Where a request leads.
enum Route {
    Operation(&'static Operation),
    Health,
    Document,
    Metrics,
    Nowhere,
}

impl Route {
    /// What metrics call it: never more names than there are addresses.
    const fn name(&self) -> &'static str {
        match self {
            Self::Operation(operation) => operation.address,
            Self::Health => HEALTH_PATH,
            Self::Document => OPENAPI_PATH,
            Self::Metrics => METRICS_PATH,
            Self::Nowhere => "unknown",
        }
    }
}

impl App {
    /// The application that serves `operations` on a world.
    #[must_use]
    pub fn new(
        world: Arc<World>,
        settings: Settings,
        catalog: Catalog,
        operations: &'static [Operation],
    ) -> Self {
        Self::observed(world, settings, catalog, operations, Observers::default())
    }

    /// The same, with others who are told what happens.
    #[must_use]
    pub fn observed(
        world: Arc<World>,
        settings: Settings,
        catalog: Catalog,
        operations: &'static [Operation],
        observers: Observers,
    ) -> Self {
        let Observers { alerts, traces, limits } = observers;
        let limiter = settings.rate_limit.map(|limit| Limiter::new(limit, limits));
        let mut metrics = Metrics::new(&alerts);
        if limiter.as_ref().is_some_and(|limiter| limiter.is_shared().is_some()) {
            metrics.tell_of_shared_limits();
        }
        metrics.observe_commits(&world.store);
        Self(Arc::new(Parts {
            world,
            settings,
            catalog,
            bodies: BodyReader::new(settings.body_bytes_max),
            limiter,
            failures: FailedAuthentications::default(),
            metrics,
            alerts,
            traces,
            unsent: Unsent::default(),
            refusals: Refusals::default(),
            operations: operations.iter().map(|it| (it.address, it)).collect(),
            table: operations,
            document: OnceLock::new(),
        }))
    }

    /// Answers one request, whatever happens.
    pub async fn handle<B>(&self, request: Request<B>) -> Reply
    where
        B: Body<Data = Bytes> + Unpin + Send,
        B::Error: std::fmt::Display,
    {
        let started = Instant::now();
        let request_id = RequestId::random();
        let _in_flight = self.0.metrics.in_flight();
        let (head, body) = request.into_parts();
        match self.0.route(&head) {
            Route::Operation(operation) => {
                let exchange = Exchange::new(&self.0, operation, request_id, started, &head);
                exchange.run(&head.headers, body).await
            }
            elsewhere => {
                let all_read = discard(body).await;
                let reply = self.0.elsewhere(&elsewhere, request_id).await;
                let status = reply.status().as_u16();
                self.0.metrics.answered(elsewhere.name(), status, started.elapsed());
                match elsewhere {
                    Route::Nowhere => tracing::info!(%request_id, status, "request"),
                    _ => tracing::debug!(%request_id, status, "request"),
                }
                if all_read { reply } else { closing(reply) }
            }
        }
    }

    /// The OpenAPI document of the operations, as served.
    #[must_use]
    pub fn document(&self) -> Bytes {
        self.0.document()
    }
}

impl Answers for App {
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Reply> + Send + 'static {
        let app = self.clone();
        async move { app.handle(request).await }
    }

    fn refuse(&self, cause: Unreadable) -> Reply {
        let started = Instant::now();
        let request_id = RequestId::random();
        let error = match cause {
            Unreadable::Malformed => Error::new(Code::MalformedRequest),
            Unreadable::AddressTooLong => Error::new(Code::NoSuchAddress),
            Unreadable::HeadTooLarge => {
                Error::new(Code::TooLarge).message("The head of the request is too large.")
            }
        };
        let reply = self.0.envelope(request_id).failure(&error, &[]);
        let status = reply.status().as_u16();
        self.0.metrics.answered(Route::Nowhere.name(), status, started.elapsed());
        tracing::info!(%request_id, status, ?cause, "request");
        reply
    }

    fn connection(&self, event: ConnectionEvent) {
        self.0.metrics.connection(event);
    }
}

impl Parts {
    fn route(&self, head: &request::Parts) -> Route {
        let path = head.uri.path();
        if head.uri.query().is_some() {
            return Route::Nowhere;
        }
        let operation = || self.operations.get(path.strip_prefix(OPERATIONS_PATH)?).copied();
        match (&head.method, path) {
            (&Method::GET, HEALTH_PATH) => Route::Health,
            (&Method::GET, OPENAPI_PATH) => Route::Document,
            (&Method::GET, METRICS_PATH) => Route::Metrics,
            (&Method::POST, _) => operation().map_or(Route::Nowhere, Route::Operation),
            _ => Route::Nowhere,
        }
    }

    async fn elsewhere(&self, route: &Route, request_id: RequestId) -> Reply {
        let envelope = self.envelope(request_id);
        match route {
            Route::Health => match self.health(request_id).await {
                Ok(()) => envelope.success(self.readiness()),
                Err(error) => {
                    if error.code() == Code::Internal {
                        self.alerts.fault(HEALTH_PATH, request_id, &error);
                    }
                    tracing::warn!(%request_id, %error, "not ready");
                    envelope.failure(&Error::new(Code::Overloaded), &[])
                }
            },
            Route::Document => envelope.success(self.document()),
            Route::Metrics => {
                let text = self.metrics.text(&self.world.store, self.are_limits_shared());
                let mut reply = envelope.success(text);
                reply.headers_mut().insert(CONTENT_TYPE, metrics::CONTENT_TYPE);
                reply
            }
            Route::Operation(_) | Route::Nowhere => {
                envelope.failure(&Error::new(Code::NoSuchAddress), &[])
            }
        }
    }

    /// Whether requests are counted together with other servers; none where they need not be.
    fn are_limits_shared(&self) -> Option<bool> {
        self.limiter.as_ref()?.is_shared()
    }

    /// What health says of a server that can serve.
    fn readiness(&self) -> &'static str {
        match self.are_limits_shared() {
            None => r#"{"Status":"Ready"}"#,
            Some(true) => r#"{"Status":"Ready","Limits":"Shared"}"#,
            Some(false) => r#"{"Status":"Ready","Limits":"Local"}"#,
        }
    }

    /// Reads something from the world.
    async fn health(&self, request_id: RequestId) -> Result<(), Error> {
        let call = self.world.call_for(request_id.uuid(), Instant::now() + HEALTH_TIME);
        let (send, receive) = oneshot::channel();
        let find = Find::<AccessEnterprises>::within(&[WORLD]);
        let job = move |snapshot: &ostler_store::Snapshot<'_>| snapshot.first(&find).map(|_| ());
        self.world.store.read(call, job, move |outcome| hand_over(send, outcome));
        receive.await.unwrap_or_else(|lost| Err(Error::internal(lost)))
    }

    fn document(&self) -> Bytes {
        self.document.get_or_init(|| openapi::document(self.table).to_string().into()).clone()
    }

    pub(crate) fn envelope(&self, request_id: RequestId) -> Envelope<'_> {
        Envelope { request_id, disclosure: self.settings.disclosure, catalog: &self.catalog }
    }
}

/// Hands an outcome from a worker thread to whoever waits for it.
pub(crate) fn hand_over<T>(send: oneshot::Sender<T>, outcome: T) {
    if send.send(outcome).is_err() {
        tracing::debug!("nobody waits for the outcome any more");
    }
}

/// Serves an application until `shutdown` is done; running requests finish.
pub async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()> + Send) {
    let bounds = app.0.settings.connections;
    let grace = app.0.settings.deadline + bounds.write_time;
    let bounds = Connections { grace, ..bounds };
    serve_connections(listener, bounds, app, shutdown).await;
}
