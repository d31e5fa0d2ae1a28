//! The one way of a request to an operation, stage by stage; no stage looks back.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, request};
use hyper::body::Body;
use ostler_contract::decode;
use ostler_contract::error::{Code, Error, causes};
use ostler_contract::http::{
    FailedAuthentications, Peer, Preferences, Reply, RequestId, Treatment, closing, require_json,
};
use ostler_contract::panics::caught;
use ostler_hotel::context::{Context, Languages};
use ostler_hotel::operation::{Operation, Prepared};
use ostler_hotel::reply::Answer;
use ostler_store::Call;
use ostler_worlds::access::{Authenticated, Registry};
use serde_json::{Map, Value};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout_at};

use crate::app::{Parts, hand_over};
use crate::traces::Trace;

/// The largest body that is decoded beside the connections; larger ones go to another thread.
const INLINE_BYTES_MAX: usize = 64 * 1024;

/// One request to one operation.
pub(crate) struct Exchange<'a> {
    app: &'a Parts,
    operation: &'static Operation,
    request_id: RequestId,
    started: Instant,
    deadline: Instant,
    address: IpAddr,
    preferences: Preferences,
    /// What is known of the caller, for the log.
    client: Option<String>,
    /// The languages of the answer's sentences, the most wanted first.
    languages: Languages,
    trace: Trace,
    /// Whether some of the body is unread, so that the connection must close.
    is_cut_off: bool,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(
        app: &'a Parts,
        operation: &'static Operation,
        request_id: RequestId,
        started: Instant,
        head: &request::Parts,
    ) -> Self {
        let peer = head.extensions.get::<Peer>();
        Self {
            app,
            operation,
            request_id,
            started,
            deadline: started + app.settings.deadline,
            address: peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0),
            preferences: Preferences::read(&head.headers),
            client: None,
            languages: Languages::default(),
            trace: app.traces.begin(&head.headers, operation.address, request_id, started),
            is_cut_off: false,
        }
    }

    /// Answers the request and logs it.
    pub(crate) async fn run<B>(mut self, headers: &HeaderMap, body: B) -> Reply
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: fmt::Display,
    {
        let outcome = match self.outcome(headers, body).await {
            Err(error) if error.code() == Code::InvalidTokens => Err(self.slowed(error).await),
            Err(error) if error.code() == Code::Overloaded => {
                self.spaced().await;
                Err(error)
            }
            outcome => outcome,
        };
        let envelope = self.app.envelope(self.request_id);
        let (reply, error) = match outcome {
            Ok(answer) if answer.is_minimal && self.preferences.minimal => {
                (envelope.minimal(), None)
            }
            Ok(answer) => (envelope.success(self.app.unsent.hold(answer.body)), None),
            Err(error) => (envelope.failure(&error, &self.languages.all()), Some(error)),
        };
        self.record(reply.status().as_u16(), error.as_ref());
        let code = error.as_ref().map(|error| error.code().name());
        self.trace.answered(reply.status().as_u16(), code);
        if self.is_cut_off { closing(reply) } else { reply }
    }

    async fn outcome<B>(&mut self, headers: &HeaderMap, body: B) -> Result<Answer, Error>
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: fmt::Display,
    {
        let received = self.app.bodies.read(body, self.deadline).await.inspect_err(|_| {
            self.is_cut_off = true;
        })?;
        self.trace.ended("receive");
        // A refusal must cost less than what it refuses.
        if self.operation.writes {
            self.app.world.store.admits_write(None)?;
        } else {
            self.app.unsent.admits()?;
        }
        require_json(headers)?;
        let size = received.bytes.len();
        let bytes = received.bytes.clone();
        let mut body = decoding(size, move || parse_object(&bytes)).await?;
        self.trace.ended("parse");
        let caller = self.authenticate(&mut body).await?;
        self.client = Some(caller.client_name().to_owned());
        caller.permits(self.operation)?;
        if let Some(limiter) = &self.app.limiter {
            limiter.accept(caller.token).await?;
        }
        self.trace.ended("authenticate");
        self.common_parameters(&body, &caller)?;
        let prepare = self.operation.prepare;
        let prepared = decoding(size, move || prepare(Value::Object(body))).await?;
        self.trace.ended("validate");
        // The share of the memory that a large body takes is needed no longer.
        drop(received);
        let context = Context {
            now: self.app.world.now(),
            request: self.request_id.uuid(),
            caller: caller.into_caller(),
            languages: self.languages.clone(),
        };
        self.execute(prepared, context).await
    }

    /// Who has the two tokens of the body, which are taken out of it.
    async fn authenticate(&self, body: &mut Map<String, Value>) -> Result<Authenticated, Error> {
        let tokens = (body.shift_remove("ClientToken"), body.shift_remove("AccessToken"));
        let (Some(Value::String(client)), Some(Value::String(access))) = tokens else {
            return Err(Error::new(Code::InvalidTokens));
        };
        self.registry().await?.authenticate(&client, &access, self.app.world.now())
    }

    /// The access registry as it stands in the store.
    async fn registry(&self) -> Result<Arc<Registry>, Error> {
        let world = &self.app.world;
        if let Some(held) = world.access.held(&world.store)? {
            return Ok(held);
        }
        let (send, receive) = oneshot::channel();
        let call = world.call_for(self.request_id.uuid(), self.deadline);
        world.access.fetch(&world.store, call, move |outcome| hand_over(send, outcome));
        match timeout_at(self.deadline.into(), receive).await {
            Ok(outcome) => outcome.unwrap_or_else(|lost| Err(Error::internal(lost))),
            Err(_elapsed) => Err(Error::new(Code::DeadlinePassed)),
        }
    }

    /// The parameters that every operation has; keeps which languages they ask for.
    fn common_parameters(
        &mut self,
        body: &Map<String, Value>,
        caller: &Authenticated,
    ) -> Result<(), Error> {
        match body.get("Client") {
            Some(Value::String(name)) if !name.trim().is_empty() => {}
            _ => return Err(Error::invalid("Client").expected("name and version of the caller")),
        }
        let language = optional_text(body, "LanguageCode")?;
        let culture = optional_text(body, "CultureCode")?;
        // Only both together have an effect. Source: `guidelines/requests`.
        let wanted = language.filter(|_| culture.is_some());
        self.languages = Languages::new(wanted, caller.language());
        Ok(())
    }

    /// Runs the request on a snapshot or in a transaction.
    async fn execute(&mut self, prepared: Prepared, context: Context) -> Result<Answer, Error> {
        let store = &self.app.world.store;
        let scope = context.caller.enterprises.first().map(|member| member.enterprise);
        let call = self.app.world.call_for(self.request_id.uuid(), self.deadline);
        let call = Call { scope, since: Some(self.started), ..call };
        let (send, mut receive) = oneshot::channel();
        let done = move |outcome| hand_over(send, outcome);
        let clock = self.trace.rule();
        let (outcome, last) = match prepared {
            Prepared::Query(query) => {
                store.read_here(
                    call,
                    move |snapshot| clock.around(|| query.answer(snapshot, &context)),
                    done,
                );
                let outcome = match receive.try_recv() {
                    // Most have run on this thread.
                    Ok(outcome) => Ok(outcome),
                    // Nothing is lost with a query whose answer nobody waits for any more.
                    Err(_) => {
                        let waiting = timeout_at(self.deadline.into(), receive).await;
                        waiting.unwrap_or_else(|_elapsed| Ok(Err(Error::new(Code::DeadlinePassed))))
                    }
                };
                (outcome, "hand over")
            }
            Prepared::Command(command) => {
                store.write(call, move |tx| clock.around(|| command.answer(tx, &context)), done);
                (receive.await, "commit")
            }
        };
        self.trace.ran(last);
        outcome.unwrap_or_else(|lost| Err(Error::internal(lost)))
    }

    /// The error of unknown tokens, late or as 429 where too many came from one address.
    async fn slowed(&self, error: Error) -> Error {
        match self.app.failures.failed(self.address, Instant::now()) {
            Treatment::Answer => error,
            Treatment::Delay(delay) => {
                self.app.metrics.authentication_slowed();
                sleep(FailedAuthentications::DELAY).await;
                drop(delay);
                error
            }
            Treatment::Refuse { retry_after } => Error::rate_limited(retry_after),
        }
    }

    /// Waits a little where many requests are refused.
    async fn spaced(&self) {
        let delay = self.app.refusals.delay(Instant::now());
        if !delay.is_zero() {
            sleep(delay).await;
        }
    }

    /// Counts the request and logs one line for it. Never a token, never personal data.
    fn record(&self, status: u16, error: Option<&Error>) {
        let (request_id, operation) = (self.request_id, self.operation.address);
        let duration = self.started.elapsed();
        self.app.metrics.answered(operation, status, duration);
        if let Some(error) = error {
            self.app.metrics.refused(error.code());
        }
        let duration_ms = duration.as_millis();
        let client = self.client.as_deref().unwrap_or_default();
        let code = error.map_or("", |error| error.code().name());
        let is_fault = status >= 500 && error.is_none_or(|it| it.code() != Code::Overloaded);
        if !is_fault {
            tracing::info!(%request_id, operation, status, code, duration_ms, client, "request");
            return;
        }
        if let Some(error) = error.filter(|error| error.code() == Code::Internal) {
            self.app.alerts.fault(operation, request_id, error);
        }
        let chain = error.map(|error| causes(error).map(ToString::to_string).collect::<Vec<_>>());
        let cause = chain.unwrap_or_default().join(": ");
        tracing::error!(%request_id, operation, status, code, duration_ms, client, cause, "fault");
    }
}

/// Runs the decoding of a body of this size, on another thread where it takes long.
async fn decoding<T: Send + 'static>(
    size: usize,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let guarded = move || caught(work).flatten();
    if size <= INLINE_BYTES_MAX {
        return guarded();
    }
    tokio::task::spawn_blocking(guarded).await.unwrap_or_else(|lost| Err(Error::internal(lost)))
}

fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    match decode::parse(bytes)? {
        Value::Object(body) => Ok(body),
        _ => Err(Error::invalid_json("no object").expected("an object")),
    }
}

fn optional_text<'v>(
    body: &'v Map<String, Value>,
    parameter: &str,
) -> Result<Option<&'v str>, Error> {
    match body.get(parameter) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Error::invalid(parameter).expected("a text")),
    }
}
