//! A stream whose other end may neither stop reading, nor take for ever to say what it wants.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How long the other end may take.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// For the head of a request, from its first byte.
    pub(super) head: Duration,
    /// Without taking a byte of an answer.
    pub(super) write: Duration,
}

/// Whose turn it is on a connection; shared by the stream and by whoever answers.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<AtomicU32>);

impl Turn {
    /// The turn passes from the client to the server, or back.
    pub(super) fn pass(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn number(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Turns alternate, and the client has the first.
    const fn is_the_clients(number: u32) -> bool {
        number.is_multiple_of(2)
    }
}

/// Bounds what the other end may take, and withholds the bare answer that the HTTP library gives by
/// itself to what it cannot read, so that every answer can be one of ours.
///
/// - A write fails once the other end took no byte for a while.
/// - A read fails when the head of a request, once begun, is not complete after a while. Between
///   two requests the stream waits as long as the library does.
pub(super) struct Patient<S> {
    stream: S,
    patience: Patience,
    turn: Turn,
    writing: Option<Pin<Box<Sleep>>>,
    /// The turn in which a head began, and until when it may last.
    head: Option<(u32, Pin<Box<Sleep>>)>,
    refused: Option<StatusCode>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, patience: Patience, turn: Turn) -> Self {
        Self { stream, patience, turn, writing: None, head: None, refused: None }
    }

    /// The stream, and the status of the answer that was withheld, if one was.
    pub(super) fn into_parts(self) -> (S, Option<StatusCode>) {
        (self.stream, self.refused)
    }

    /// What the stream says, or an error once it has been saying nothing for too long.
    fn bounded<T>(
        &mut self,
        cx: &mut Context<'_>,
        said: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if said.is_ready() {
            self.writing = None;
            return said;
        }
        let patience = self.patience.write;
        let writing = self.writing.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(writing.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Nothing, or an error once a head that has begun took too long.
    fn head_in_time(&mut self, cx: &mut Context<'_>, began: Began) -> Poll<io::Result<()>> {
        let turn = self.turn.number();
        self.head.take_if(|(began, _)| *began != turn);
        if began == Began::Now && Turn::is_the_clients(turn) && self.head.is_none() {
            self.head = Some((turn, Box::pin(sleep(self.patience.head))));
        }
        let Some((_, head)) = &mut self.head else { return Poll::Pending };
        ready!(head.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// How many of `bytes` go out: fewer than all where an answer of the library's own follows.
    fn passed_on(&mut self, bytes: &[u8]) -> usize {
        match bare_refusal(bytes) {
            Some((start, status)) => {
                self.refused = Some(status);
                start
            }
            None => bytes.len(),
        }
    }
}

/// Whether bytes of a head came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Began {
    Now,
    NotNow,
}

/// Where in `bytes` an answer begins that the HTTP library gives by itself, and its status: a head
/// with an error's status, without a body, and without the `Request-Id` that all of ours have.
fn bare_refusal(bytes: &[u8]) -> Option<(usize, StatusCode)> {
    const HEAD_BYTES_MAX: usize = 256;
    const VERSION: &[u8] = b"HTTP/1.";
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let tail_start = bytes.len().saturating_sub(HEAD_BYTES_MAX);
    let tail = bytes.get(tail_start..)?;
    let start = tail.windows(VERSION.len()).rposition(|window| window == VERSION)?;
    let head = std::str::from_utf8(tail.get(start..)?).ok()?.to_ascii_lowercase();
    let status: StatusCode = head.get("http/1.1 ".len()..)?.get(..3)?.parse().ok()?;
    let is_ours = head.contains("\r\nrequest-id:");
    (status.is_client_error() && !is_ours).then_some((tail_start + start, status))
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Pending => self.head_in_time(cx, Began::NotNow),
            Poll::Ready(Ok(())) if buffer.filled().len() > before => {
                match self.head_in_time(cx, Began::Now) {
                    Poll::Ready(Err(late)) => Poll::Ready(Err(late)),
                    _ => Poll::Ready(Ok(())),
                }
            }
            ended => ended,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let count = self.passed_on(bytes);
        if count == 0 {
            return Poll::Ready(Ok(bytes.len()));
        }
        let bytes = bytes.get(..count).unwrap_or(bytes);
        let said = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.bounded(cx, said)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // A slice with an answer of the library's own goes the plain way, once what stands before
        // it is out.
        let slices = match slices {
            [last] => return self.poll_write(cx, last),
            [before @ .., last] if bare_refusal(last).is_some() => before,
            all => all,
        };
        let said = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.bounded(cx, said)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let said = Pin::new(&mut self.stream).poll_flush(cx);
        self.bounded(cx, said)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let said = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.bounded(cx, said)
    }
}
