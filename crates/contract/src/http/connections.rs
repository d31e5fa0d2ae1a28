//! Connections: a bounded number of them, none of which can keep the others from being served.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::envelope::{Reply, closing};
use super::patient::{Patience, Patient, Turn};

/// Bounds of the connections.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    /// The most connections at once; further ones wait in the system's queue.
    pub connections_max: usize,
    /// How long a client may be idle before a request.
    pub idle_time: Duration,
    /// How long a client may take for the head of a request, once it has begun.
    pub head_time: Duration,
    /// How long a client may take no byte of an answer.
    pub write_time: Duration,
    /// How long running requests may take once the server shuts down.
    pub grace: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            connections_max: 10_000,
            idle_time: Duration::from_secs(75),
            head_time: Duration::from_secs(10),
            write_time: Duration::from_secs(30),
            grace: Duration::from_secs(30),
        }
    }
}

/// What answers the requests of all connections. Cheap to clone.
pub trait Answers: Clone + Send + Sync + Unpin + 'static {
    /// Answers one request, which has the client's address as the extension [`Peer`].
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Reply> + Send + 'static;

    /// Answers what is not a request by HTTP, or one whose head is too large. The connection closes
    /// after it.
    fn refuse(&self, cause: Unreadable) -> Reply;

    /// Is told what happens to connections, for whoever counts them.
    fn connection(&self, _event: ConnectionEvent) {}
}

/// What happens to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// It was accepted.
    Opened,
    /// It was accepted before, and is over.
    Closed,
    /// The system did not let it be accepted, as when no file descriptor is left.
    Refused,
}

/// An accepted connection, until it is dropped.
struct Open<A: Answers>(A);

impl<A: Answers> Open<A> {
    fn new(answers: A) -> Self {
        answers.connection(ConnectionEvent::Opened);
        Self(answers)
    }
}

impl<A: Answers> Drop for Open<A> {
    fn drop(&mut self) {
        self.0.connection(ConnectionEvent::Closed);
    }
}

/// Why bytes could not be read as a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// They are not HTTP/1.1.
    Malformed,
    /// The address is longer than any that is served.
    AddressTooLong,
    /// The head is too large.
    HeadTooLarge,
}

/// The address of the client, an extension of every request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// How long a closing connection reads on, so that the client sees the answer before it sees the
/// close: closing with unread bytes would reset the connection.
const LINGER: Duration = Duration::from_secs(5);
/// How long accepting pauses after an error, such as no file descriptor being left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What ends a connection's future; boxed, so that it can be polled in place.
type Answering = Pin<Box<dyn Future<Output = Result<Reply, Infallible>> + Send>>;

/// Serves connections until `shutdown` is done, then lets running requests finish.
pub async fn serve(
    listener: TcpListener,
    bounds: Connections,
    answers: impl Answers,
    shutdown: impl Future<Output = ()> + Send,
) {
    let slots = Arc::new(Semaphore::new(bounds.connections_max));
    let (stop, stopping) = watch::channel(());
    let mut running = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            Some(ended) = running.join_next() => {
                if ended.is_err() {
                    tracing::error!("a connection panicked");
                }
                continue;
            }
            accepted = accept(&listener, &slots) => accepted,
        };
        let Ok((slot, stream, peer)) = accepted else {
            answers.connection(ConnectionEvent::Refused);
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let connection = Connection { bounds, peer, stopping: stopping.clone() };
        let open = Open::new(answers.clone());
        running.spawn(async move {
            connection.run(stream, open.0.clone()).await;
            drop((open, slot));
        });
    }
    drop(listener);
    drop(stop);
    let all_ended = async { while running.join_next().await.is_some() {} };
    if timeout(bounds.grace, all_ended).await.is_err() {
        tracing::warn!("requests were still running when the time to finish them was over");
    }
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Result<(tokio::sync::OwnedSemaphorePermit, TcpStream, SocketAddr), Refused> {
    let slot = Arc::clone(slots).acquire_owned().await.map_err(|_closed| Refused)?;
    let (stream, peer) = listener.accept().await.map_err(|error| {
        tracing::warn!(%error, "a connection could not be accepted");
        Refused
    })?;
    Ok((slot, stream, peer))
}

/// A connection that was not accepted.
struct Refused;

struct Connection {
    bounds: Connections,
    peer: SocketAddr,
    /// Its sender is dropped when the server shuts down.
    stopping: watch::Receiver<()>,
}

impl Connection {
    async fn run(mut self, stream: TcpStream, answers: impl Answers) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection without TCP_NODELAY");
        }
        let turn = Turn::default();
        let patience = Patience { head: self.bounds.head_time, write: self.bounds.write_time };
        let io = TokioIo::new(Patient::new(stream, patience, turn.clone()));
        let (peer, answering) = (Peer(self.peer.ip()), answers.clone());
        let service = service_fn(move |mut request: Request<Incoming>| -> Answering {
            request.extensions_mut().insert(peer);
            turn.pass();
            let (answer, turn) = (answering.answer(request), turn.clone());
            Box::pin(async move {
                let reply = answer.await;
                turn.pass();
                Ok(reply)
            })
        });
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.bounds.idle_time)
            .half_close(true)
            .serve_connection(io, service);
        let ended = tokio::select! {
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => ended,
            _ = self.stopping.changed() => {
                Pin::new(&mut connection).graceful_shutdown();
                poll_fn(|cx| connection.poll_without_shutdown(cx)).await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
        let (mut stream, refused) = connection.into_parts().io.into_inner().into_parts();
        if let Some(status) = refused {
            let cause = Unreadable::from(status);
            write(&mut stream, answers.refuse(cause), self.bounds.write_time).await;
        }
        tokio::select! {
            () = linger(stream) => {}
            _ = self.stopping.changed() => {}
        }
    }
}

impl From<StatusCode> for Unreadable {
    fn from(status: StatusCode) -> Self {
        match status {
            StatusCode::URI_TOO_LONG => Self::AddressTooLong,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Self::HeadTooLarge,
            _ => Self::Malformed,
        }
    }
}

/// Writes an answer without the HTTP library, which has given up on the connection.
async fn write(stream: &mut TcpStream, reply: Reply, patience: Duration) {
    let (head, body) = closing(reply).into_parts();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(never) => match never {},
    };
    let mut message = format!("HTTP/1.1 {}\r\n", head.status).into_bytes();
    for (name, value) in &head.headers {
        message.extend_from_slice(name.as_str().as_bytes());
        message.extend_from_slice(b": ");
        message.extend_from_slice(value.as_bytes());
        message.extend_from_slice(b"\r\n");
    }
    message.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    message.extend_from_slice(&body);
    match timeout(patience, stream.write_all(&message)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a refusal could not be sent"),
        Err(_elapsed) => tracing::debug!("a client took no byte of its refusal"),
    }
}

/// Ends the sending side and reads what still comes, until the client closes too.
async fn linger(mut stream: TcpStream) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut unread = vec![0; 16 * 1024];
    let reading = async { while stream.read(&mut unread).await.is_ok_and(|count| count > 0) {} };
    if timeout(LINGER, reading).await.is_err() {
        tracing::debug!("a client kept sending after its connection was closed");
    }
}
