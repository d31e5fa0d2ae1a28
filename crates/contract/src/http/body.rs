//! The bytes of a request, bounded in size, time and memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt;
use hyper::body::Body;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;

use crate::error::{Code, Error};

/// Reads bodies up to a size. Few large ones at a time, so that memory stays bounded however many
/// connections send.
#[derive(Debug, Clone)]
pub struct BodyReader {
    bytes_max: usize,
    large: Arc<Semaphore>,
}

/// A body that was read. Holds its share of the memory until it is dropped.
#[derive(Debug)]
pub struct Received {
    /// The bytes.
    pub bytes: Bytes,
    _share: Option<OwnedSemaphorePermit>,
}

impl BodyReader {
    /// The size from which a body counts as large.
    pub const LARGE_BYTES: usize = 1 << 20;
    /// The most large bodies in memory at once.
    pub const LARGE_MAX: usize = 16;
    /// How long a large body waits for its share of the memory.
    pub const LARGE_WAIT: Duration = Duration::from_secs(5);

    /// A reader of bodies of at most so many bytes.
    #[must_use]
    pub fn new(bytes_max: usize) -> Self {
        Self { bytes_max, large: Arc::new(Semaphore::new(Self::LARGE_MAX)) }
    }

    /// Reads the whole body. After an error the rest of it is unread, so the connection must close.
    ///
    /// # Errors
    /// 413 at once where the announced length is too large, else as soon as it grows too large;
    /// 408 where it has not come by the deadline; 503 where too many large bodies are in memory;
    /// 400 where the transfer is malformed.
    pub async fn read<B>(&self, body: B, deadline: Instant) -> Result<Received, Error>
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: std::fmt::Display,
    {
        if usize::try_from(body.size_hint().lower()).map_or(true, |bytes| bytes > self.bytes_max) {
            return Err(Error::new(Code::TooLarge));
        }
        let reading = self.read_frames(body);
        timeout_at(deadline.into(), reading).await.unwrap_or_else(|_elapsed| {
            Err(Error::new(Code::DeadlinePassed).expected("the whole body before the deadline"))
        })
    }

    async fn read_frames<B>(&self, mut body: B) -> Result<Received, Error>
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: std::fmt::Display,
    {
        // Most bodies are one piece, which need not be copied.
        let (mut first, mut bytes) = (Bytes::new(), BytesMut::new());
        let mut share = None;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(Error::invalid_json)?;
            let Ok(data) = frame.into_data() else { continue };
            let length = first.len() + bytes.len() + data.len();
            if length > self.bytes_max {
                return Err(Error::new(Code::TooLarge));
            }
            if share.is_none() && length > Self::LARGE_BYTES {
                share = Some(self.share().await?);
            }
            if length == data.len() {
                first = data;
                continue;
            }
            bytes.extend_from_slice(&std::mem::take(&mut first));
            bytes.extend_from_slice(&data);
        }
        let bytes = if bytes.is_empty() { first } else { bytes.freeze() };
        Ok(Received { bytes, _share: share })
    }

    async fn share(&self) -> Result<OwnedSemaphorePermit, Error> {
        let waiting = Arc::clone(&self.large).acquire_owned();
        match tokio::time::timeout(Self::LARGE_WAIT, waiting).await {
            Ok(Ok(share)) => Ok(share),
            Ok(Err(closed)) => Err(Error::internal(closed)),
            Err(_elapsed) => Err(Error::new(Code::Overloaded)),
        }
    }
}

/// The most bytes of an unwanted body that are read so that the connection can be used again.
const DISCARD_BYTES_MAX: u64 = 64 * 1024;
/// How long an unwanted body may take.
const DISCARD_TIME: Duration = Duration::from_secs(1);

/// Reads a body that nobody wants, if it is small. True when all of it was read; else the
/// connection must close.
pub async fn discard<B>(mut body: B) -> bool
where
    B: Body<Data = Bytes> + Unpin,
{
    if body.is_end_stream() {
        return true;
    }
    if body.size_hint().lower() > DISCARD_BYTES_MAX {
        return false;
    }
    let reading = async {
        let mut left = DISCARD_BYTES_MAX;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length as u64) {
                Some(rest) => left = rest,
                None => return false,
            }
        }
        true
    };
    tokio::time::timeout(DISCARD_TIME, reading).await.unwrap_or(false)
}

/// Refuses whatever does not call itself JSON.
///
/// # Errors
/// 400 `Invalid Content-Type` unless it is `application/json`, with or without parameters.
pub fn require_json(headers: &HeaderMap) -> Result<(), Error> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let essence = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().and_then(|text| text.split(';').next()),
        _ => None,
    };
    match essence {
        Some(essence) if essence.trim().eq_ignore_ascii_case("application/json") => Ok(()),
        _ => Err(Error::new(Code::InvalidParameter)
            .message("Invalid Content-Type")
            .expected("the header Content-Type: application/json")),
    }
}
