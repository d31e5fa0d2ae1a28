//! A whole server for tests: on a world in memory whose clock stands still.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use ostler::app::{App, OPERATIONS_PATH, Observers, Settings, serve};
use ostler::config::Hidden;
use ostler::limits::SharedLimits;
use ostler_client::{Client, Credentials, Retries};
use ostler_contract::http::RateLimit;
use ostler_contract::primitives::UtcInstant;
use ostler_hotel::operation::Operation;
use ostler_hotel::registry::OPERATIONS;
use ostler_hotel::texts;
use ostler_store::{Database, Tx};
use ostler_worlds::clock::Clock;
use ostler_worlds::demo;
use ostler_worlds::world::{Place, World, WorldOptions};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{faults, schema, types};

/// What time it is in the worlds of the tests.
pub(crate) const NOW: &str = "2026-03-02T10:00:00Z";
/// The name and version that the tests call themselves.
pub(crate) const CLIENT: &str = "Ostler tests 1.0.0";

/// A server with the demo hotels.
pub(crate) struct Server {
    pub(crate) app: App,
    pub(crate) world: Arc<World>,
    document: Value,
    observers: Observers,
    runtime: Runtime,
}

/// The two tokens of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tokens {
    pub(crate) client: &'static str,
    pub(crate) access: &'static str,
}

/// The first demo client in the enterprise with gross prices.
pub(crate) const GROSS: Tokens =
    Tokens { client: demo::CLIENTS[0].client_token, access: demo::CLIENTS[0].gross };
/// The first demo client in the enterprise with net prices.
pub(crate) const NET: Tokens =
    Tokens { client: demo::CLIENTS[0].client_token, access: demo::CLIENTS[0].net };

impl Tokens {
    pub(crate) fn credentials(self) -> Credentials {
        Credentials::new(self.client, self.access, CLIENT)
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The body; null where it is not JSON.
    pub(crate) body: Value,
}

/// A server that listens on a loopback port.
pub(crate) struct Listening<'s> {
    server: &'s Server,
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Server {
    /// A server with the furnished demo hotels, every operation, and no limit of requests. The
    /// hotels have no guest yet.
    pub(crate) fn new() -> Self {
        let settings = Settings { rate_limit: None, ..Settings::default() };
        let server = Self::on(WorldOptions::default(), settings, OPERATIONS);
        demo::furnish(&server.world, 1).unwrap();
        server
    }

    /// A server without hotels that tells others how requests go.
    pub(crate) fn observed(
        operations: &'static [Operation],
        observers: impl FnOnce(&Runtime) -> Observers,
    ) -> Self {
        let settings = Settings { rate_limit: None, ..Settings::default() };
        let server = Self::telling(WorldOptions::default(), settings, operations, observers);
        server.change(demo::register);
        server
    }

    /// A server with the demo's tokens but without its hotels, for operations that need none.
    pub(crate) fn bare(
        options: WorldOptions,
        settings: Settings,
        operations: &'static [Operation],
    ) -> Self {
        let server = Self::on(options, settings, operations);
        server.change(demo::register);
        server
    }

    /// A server without hotels that shares this limit of requests with the others of a world.
    pub(crate) fn sharing(rate_limit: RateLimit, redis: &str, world: &str) -> Self {
        let settings = Settings { rate_limit: Some(rate_limit), ..Settings::default() };
        let redis = Hidden::from(redis.to_owned()).redis("limits").unwrap().unwrap();
        let limits = SharedLimits::connect(redis, rate_limit, world);
        let asked = |runtime: &Runtime| Observers {
            limits: Some(runtime.block_on(limits).unwrap()),
            ..Observers::default()
        };
        let server = Self::telling(WorldOptions::default(), settings, &faults::OPERATIONS, asked);
        server.change(demo::register);
        server
    }

    fn on(options: WorldOptions, settings: Settings, operations: &'static [Operation]) -> Self {
        Self::telling(options, settings, operations, |_| Observers::default())
    }

    fn telling(
        options: WorldOptions,
        settings: Settings,
        operations: &'static [Operation],
        observers: impl FnOnce(&Runtime) -> Observers,
    ) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.unwrap();
        let observers = observers(&runtime);
        let options = WorldOptions { place: place(options.place), clock: clock(), ..options };
        let world = Arc::new(World::open(&options).unwrap());
        let told = observers.clone();
        let app = App::observed(Arc::clone(&world), settings, texts::catalog(), operations, told);
        let document = serde_json::from_slice(&app.document()).unwrap();
        Self { app, world, document, observers, runtime }
    }

    /// Calls an operation as the first demo client in the enterprise with gross prices.
    #[track_caller]
    pub(crate) fn post(&self, address: &str, parameters: Value) -> Response {
        self.post_as(GROSS, address, parameters)
    }

    /// Calls an operation with these tokens.
    #[track_caller]
    pub(crate) fn post_as(&self, tokens: Tokens, address: &str, parameters: Value) -> Response {
        let stated = parameters.clone();
        let body = with_tokens(tokens, parameters).to_string();
        let response = self.send(address, body.into_bytes(), &[]);
        if response.status == 200
            && let Err(problem) = types::check(address, &stated, &response.text)
        {
            panic!("{address}: {problem}");
        }
        response
    }

    /// Sends bytes to an operation and holds the answer against the served document.
    #[track_caller]
    pub(crate) fn send(
        &self,
        address: &str,
        body: Vec<u8>,
        headers: &[(&'static str, &str)],
    ) -> Response {
        let mut request = Request::post(format!("{OPERATIONS_PATH}{address}"));
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.handle(request.body(Full::new(Bytes::from(body))).unwrap());
        if let Err(problem) = self.check(address, &response) {
            panic!("{address}: {problem}\n{}", response.text);
        }
        response
    }

    /// Sends a request without a body.
    pub(crate) fn request(&self, method: Method, path: &str) -> Response {
        let request = Request::builder().method(method).uri(path);
        self.handle(request.body(Full::new(Bytes::new())).unwrap())
    }

    fn handle(&self, request: Request<Full<Bytes>>) -> Response {
        self.runtime.block_on(async {
            let (head, body) = self.app.handle(request).await.into_parts();
            let bytes = body.collect().await.unwrap().to_bytes();
            Response::new(head.status, head.headers, &bytes)
        })
    }

    /// Whether the answer is as the served document says.
    pub(crate) fn check(&self, address: &str, response: &Response) -> Result<(), String> {
        let request_id = response.headers.get("request-id").ok_or("there is no Request-Id")?;
        if response.status == 204 {
            let is_bare =
                response.text.is_empty() && !response.headers.contains_key("content-type");
            return if is_bare { Ok(()) } else { Err("204 with content".to_owned()) };
        }
        if response.headers.get("content-type").is_none_or(|it| it != "application/json") {
            return Err("the answer does not call itself JSON".to_owned());
        }
        if response.status != 200 {
            let of = &self.document["components"]["schemas"]["Error"];
            schema::check(&self.document, of, &response.body, "")?;
            let same = response.body["RequestId"].as_str() == request_id.to_str().ok();
            return if same { Ok(()) } else { Err("two different RequestIds".to_owned()) };
        }
        let path = format!("{OPERATIONS_PATH}{address}");
        let of = &self.document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]
            ["schema"];
        schema::check(&self.document, of, &response.body, "")
    }

    /// Changes the world beside the operations, as the command line does.
    pub(crate) fn change<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx<'_>) -> Result<T, ostler_contract::error::Error> + Send + 'static,
    ) -> T {
        self.world.store.write_now(self.world.call(), job).unwrap()
    }

    /// Waits until everything is told to the observers, or failed.
    pub(crate) fn finish_telling(&self) {
        self.runtime.block_on(self.observers.finish());
    }

    /// The OpenAPI document that it serves.
    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    /// Listens on a loopback port.
    pub(crate) fn listen(&self) -> Listening<'_> {
        let listener = self.runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move { drop(stopped.await) };
        let served = self.runtime.spawn(serve(listener, self.app.clone(), shutdown));
        Listening { server: self, address, stop, served }
    }
}

/// A world in memory is on the engine that the tests run on: the one switch between them.
#[expect(clippy::disallowed_methods, reason = "this is where the switch is read")]
fn place(stated: Place) -> Place {
    match (stated, std::env::var("OSTLER_TEST_POSTGRES")) {
        (Place::Memory, Ok(address)) => Place::Passing(Database::new(&address, "passing").unwrap()),
        (stated, _) => stated,
    }
}

fn clock() -> Clock {
    Clock::Frozen(NOW.parse::<UtcInstant>().unwrap())
}

impl Listening<'_> {
    /// A client of the first demo client in the enterprise with gross prices, which tries once.
    pub(crate) fn client(&self) -> Client {
        let address = format!("http://{}", self.address);
        let client = Client::new(&address, GROSS.credentials()).unwrap();
        client.with_retries(Retries::NONE)
    }

    /// Runs what waits for the server.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.server.runtime.block_on(future)
    }

    /// Tells the server to stop.
    pub(crate) fn stop(self) -> impl FnOnce() {
        let Self { server, stop, served, .. } = self;
        stop.send(()).unwrap();
        move || server.runtime.block_on(served).unwrap()
    }
}

impl Response {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let is_json = headers.get("content-type").is_some_and(|it| it == "application/json");
        let body = if is_json { serde_json::from_str(&text).unwrap() } else { Value::Null };
        Self { status: status.as_u16(), headers, text, body }
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.body
    }

    /// The message of a failure with this status.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.text);
        self.body["Message"].as_str().unwrap()
    }

    /// The value of a header, empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The parameters with the tokens and `Client`, as far as they have none.
pub(crate) fn with_tokens(tokens: Tokens, parameters: Value) -> Value {
    let mut body = json!({
        "ClientToken": tokens.client,
        "AccessToken": tokens.access,
        "Client": CLIENT,
    });
    let Value::Object(parameters) = parameters else { panic!("parameters are an object") };
    body.as_object_mut().unwrap().extend(parameters);
    body
}
