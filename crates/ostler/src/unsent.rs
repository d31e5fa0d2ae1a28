//! Answers that are being sent: large ones in memory at once are bounded, however many clients read
//! slowly.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use ostler_contract::error::{Code, Error};

/// The bytes of large answers from which on no further reads are begun. Those that run then may add
/// theirs: one for each reader. A hundred clients that read the largest pages at once are no overload.
const BYTES_MAX: usize = 256 << 20;
/// From this size on an answer is large. Smaller ones are bounded by the number of connections.
const LARGE_BYTES: usize = 16 << 10;

/// The large answers that are not sent yet.
#[derive(Debug, Default)]
pub(crate) struct Unsent(Arc<AtomicUsize>);

impl Unsent {
    /// Whether there is memory for one more answer.
    ///
    /// # Errors
    /// 503 where clients have yet to take too much of what was answered.
    pub(crate) fn admits(&self) -> Result<(), Error> {
        if self.0.load(Ordering::Relaxed) < BYTES_MAX {
            return Ok(());
        }
        Err(Error::new(Code::Overloaded))
    }

    /// The bytes of an answer, which count until they are dropped.
    pub(crate) fn hold(&self, body: Vec<Bytes>) -> Vec<Bytes> {
        let length: usize = body.iter().map(Bytes::len).sum();
        if length < LARGE_BYTES {
            return body;
        }
        self.0.fetch_add(length, Ordering::Relaxed);
        let held = |body| Bytes::from_owner(Held { body, count: Arc::clone(&self.0) });
        body.into_iter().map(held).collect()
    }
}

/// A piece of a large answer.
struct Held {
    body: Bytes,
    count: Arc<AtomicUsize>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.count.fetch_sub(self.body.len(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_slow_clients_have_not_taken_keeps_others_from_asking_for_more() {
        let unsent = Unsent::default();
        let piece = || Bytes::from(vec![b' '; 1 << 19]);
        let answer = || unsent.hold(vec![piece(), piece()]);
        let held: Vec<Bytes> = (0..BYTES_MAX >> 20).flat_map(|_| answer()).collect();
        assert_eq!(unsent.admits().map_err(|error| error.code()), Err(Code::Overloaded));
        // A part of a piece is the whole of it, as long as it is not sent.
        let part = held[0].slice(1..2);
        drop(held);
        assert!(unsent.admits().is_ok());
        assert_eq!(unsent.0.load(Ordering::Relaxed), 1 << 19);
        drop(part);
        assert_eq!(unsent.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn small_answers_do_not_count() {
        let unsent = Unsent::default();
        let held = unsent.hold(vec![vec![b' '; LARGE_BYTES - 1].into()]);
        assert_eq!(unsent.0.load(Ordering::Relaxed), 0);
        assert_eq!(held[0].len(), LARGE_BYTES - 1);
    }
}
