//! The limit of requests: of this server alone, or shared with others through Redis.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ostler_contract::error::Error;
use ostler_contract::http::{RateLimit, RateLimiter, whole_seconds};
use ostler_worlds::token::TokenHash;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ConnectionInfo, Script};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

/// How long a request waits for Redis at most, before this server decides by itself.
pub const ANSWER_TIME: Duration = Duration::from_millis(100);
/// How long a connection to Redis may take; no request waits for it.
const CONNECT_TIME: Duration = Duration::from_secs(1);
/// How often it is tried whether Redis answers.
const PROBE_INTERVAL: Duration = Duration::from_millis(500);

/// Limits the requests of each token.
pub(crate) struct Limiter {
    local: RateLimiter<TokenHash>,
    shared: Option<SharedLimits>,
}

impl Limiter {
    pub(crate) fn new(limit: RateLimit, shared: Option<SharedLimits>) -> Self {
        Self { local: RateLimiter::new(limit), shared }
    }

    /// Accepts one request of a token that is known, or refuses it with 429.
    pub(crate) async fn accept(&self, token: TokenHash) -> Result<(), Error> {
        if let Some(shared) = &self.shared
            && let Some(verdict) = shared.accept(token).await
        {
            return verdict;
        }
        self.local.accept(token, Instant::now())
    }

    /// Whether requests are counted together with other servers; none where they need not be.
    pub(crate) fn is_shared(&self) -> Option<bool> {
        Some(self.shared.as_ref()?.is_up())
    }
}

/// Counts the requests of each token in a Redis, for all servers of a world. While that is away,
/// nobody waits for it: one task alone tries whether it is back. Cheap to clone.
#[derive(Clone)]
pub struct SharedLimits(Arc<Shared>);

struct Shared {
    counter: Arc<Counter>,
    keeper: AbortHandle,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// The way to the Redis, and what is asked of it.
struct Counter {
    client: Client,
    script: Script,
    limit: RateLimit,
    /// What the keys begin with: they are those of a world and of a limit.
    prefix: String,
    link: Mutex<Link>,
}

/// What is known of the Redis.
enum Link {
    /// Nothing yet.
    New,
    /// It answers, by the connection with this number.
    Up(MultiplexedConnection, u64),
    /// It does not; so many connections there were.
    Away(u64),
}

impl SharedLimits {
    /// Tries to reach a Redis, and keeps trying until the last clone is dropped. `world` is the same
    /// for the servers that share the limit, and for no others.
    ///
    /// # Errors
    /// Says why no client can be made for the address, without showing it.
    pub async fn connect(
        redis: ConnectionInfo,
        limit: RateLimit,
        world: &str,
    ) -> Result<Self, String> {
        let client = Client::open(redis)
            .map_err(|error| format!("The limits cannot be shared through Redis: {error}."))?;
        let (requests, seconds) = (limit.requests, limit.window.as_secs());
        let counter = Arc::new(Counter {
            client,
            script: Script::new(include_str!("limits/script.lua")),
            limit,
            prefix: format!("ostler:{world}:{requests}/{seconds}s:"),
            link: Mutex::new(Link::New),
        });
        counter.probe().await;
        let keeper = tokio::spawn(Arc::clone(&counter).keep()).abort_handle();
        Ok(Self(Arc::new(Shared { counter, keeper })))
    }

    /// What the Redis says of one more request of a token; nothing where it is away.
    async fn accept(&self, token: TokenHash) -> Option<Result<(), Error>> {
        let counter = &self.0.counter;
        let (connection, number) = counter.connection()?;
        match counter.ask(connection, &token.to_string(), counter.limit).await {
            Ok(0) => Some(Ok(())),
            Ok(micros) => {
                let wait = whole_seconds(Duration::from_micros(micros));
                Some(Err(Error::rate_limited(wait)))
            }
            Err(reason) => {
                counter.went_away(number, &reason);
                None
            }
        }
    }

    /// Whether the Redis answers.
    fn is_up(&self) -> bool {
        self.0.counter.connection().is_some()
    }
}

impl Counter {
    fn connection(&self) -> Option<(MultiplexedConnection, u64)> {
        match &*self.link.lock().unwrap_or_else(PoisonError::into_inner) {
            Link::Up(connection, number) => Some((connection.clone(), *number)),
            Link::New | Link::Away(_) => None,
        }
    }

    /// Runs the script for a key, within the time that a request waits.
    async fn ask(
        &self,
        mut connection: MultiplexedConnection,
        key: &str,
        limit: RateLimit,
    ) -> Result<u64, String> {
        let mut asked = self.script.key(format!("{}{key}", self.prefix));
        asked.arg(limit.requests).arg(limit.window.as_micros().to_string());
        let answer = asked.invoke_async(&mut connection);
        match timeout(ANSWER_TIME, answer).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_elapsed) => Err(format!("no answer within {} ms", ANSWER_TIME.as_millis())),
        }
    }

    /// Tries again and again whether the Redis answers.
    async fn keep(self: Arc<Self>) {
        loop {
            // Also after a loss: a Redis that comes and goes would cost requests time each time.
            sleep(PROBE_INTERVAL).await;
            self.probe().await;
        }
    }

    /// Tries once whether the Redis answers.
    async fn probe(&self) {
        if let Some((connection, number)) = self.connection() {
            if let Err(reason) = self.try_out(connection).await {
                self.went_away(number, &reason);
            }
            return;
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIME))
            .set_response_timeout(Some(CONNECT_TIME));
        let connected = self.client.get_multiplexed_async_connection_with_config(&config);
        let reached = match timeout(CONNECT_TIME, connected).await {
            Ok(Ok(connection)) => self.try_out(connection.clone()).await.map(|()| connection),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_elapsed) => Err(format!("no connection within {} ms", CONNECT_TIME.as_millis())),
        };
        match reached {
            Ok(connection) => self.is_back(connection),
            Err(reason) => self.stays_away(&reason),
        }
    }

    /// Has the script write something, under a key of its own: a Redis may well answer and yet not
    /// count, as a replica does.
    async fn try_out(&self, connection: MultiplexedConnection) -> Result<(), String> {
        const NO_LIMIT: RateLimit = RateLimit { requests: 1, window: Duration::from_micros(1) };
        self.ask(connection, "probe", NO_LIMIT).await.map(drop)
    }

    fn is_back(&self, connection: MultiplexedConnection) {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        let number = match *link {
            Link::New => 1,
            Link::Up(_, number) | Link::Away(number) => number + 1,
        };
        *link = Link::Up(connection, number);
        tracing::info!("Redis answers: the limit of requests is shared");
    }

    /// Notes that the connection with this number is of no use any more, once.
    fn went_away(&self, lost: u64, reason: &str) {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(&*link, Link::Up(_, number) if *number == lost) {
            *link = Link::Away(lost);
            tracing::warn!(reason, "Redis is away: this server limits requests by itself");
        }
    }

    /// Notes that the Redis cannot be reached, once.
    fn stays_away(&self, reason: &str) {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*link, Link::New) {
            *link = Link::Away(0);
            tracing::warn!(reason, "Redis is away: this server limits requests by itself");
        }
    }
}
