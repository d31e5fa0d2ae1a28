//! Connections: a bounded number of them, none of which can keep the others from being served.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::envelope::Reply;
use super::patient::Patient;

/// Bounds of the connections.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    /// The most connections at once; further ones wait in the system's queue.
    pub connections_max: usize,
    /// How long a client may take for the head of a request, and be idle between two.
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
            head_time: Duration::from_secs(10),
            write_time: Duration::from_secs(30),
            grace: Duration::from_secs(30),
        }
    }
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
///
/// Every request is handed to `answer`, with the client's address as the extension [`Peer`].
pub async fn serve<F, A>(
    listener: TcpListener,
    bounds: Connections,
    answer: F,
    shutdown: impl Future<Output = ()> + Send,
) where
    F: Fn(Request<Incoming>) -> A + Clone + Send + Sync + Unpin + 'static,
    A: Future<Output = Reply> + Send + 'static,
{
    let slots = Arc::new(Semaphore::new(bounds.connections_max));
    let (stop, stopping) = watch::channel(());
    let mut running = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            Some(_ended) = running.join_next() => continue,
            accepted = accept(&listener, &slots) => accepted,
        };
        let Ok((slot, stream, peer)) = accepted else {
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let connection = Connection { bounds, peer, stopping: stopping.clone() };
        let answer = answer.clone();
        running.spawn(async move {
            connection.run(stream, answer).await;
            drop(slot);
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
    async fn run<F, A>(mut self, stream: TcpStream, answer: F)
    where
        F: Fn(Request<Incoming>) -> A + Send + Sync + Unpin + 'static,
        A: Future<Output = Reply> + Send + 'static,
    {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection without TCP_NODELAY");
        }
        let peer = Peer(self.peer.ip());
        let service = service_fn(move |mut request: Request<Incoming>| -> Answering {
            request.extensions_mut().insert(peer);
            let answering = answer(request);
            Box::pin(async move { Ok(answering.await) })
        });
        let io = TokioIo::new(Patient::new(stream, self.bounds.write_time));
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.bounds.head_time)
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
        let stream = connection.into_parts().io.into_inner().into_inner();
        tokio::select! {
            () = linger(stream) => {}
            _ = self.stopping.changed() => {}
        }
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
