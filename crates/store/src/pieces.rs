//! Bytes that follow each other without lying side by side: large ones are shared, not copied.

use std::io;

use bytes::Bytes;

/// From this size on bytes are shared. Copying fewer costs less than sending one piece more.
const SHARED_BYTES: usize = 4 << 10;
/// Room for what mostly follows copied bytes: growing would copy them again.
const TAIL_ROOM: usize = 128;

/// Bytes in pieces.
#[derive(Debug, Clone, Default)]
pub struct Pieces {
    done: Vec<Bytes>,
    /// The end, which grows.
    tail: Vec<u8>,
}

impl Pieces {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there are no bytes at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.done.is_empty() && self.tail.is_empty()
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.done.iter().map(Bytes::len).sum::<usize>() + self.tail.len()
    }

    /// Appends one byte.
    pub fn push(&mut self, byte: u8) {
        self.tail.push(byte);
    }

    /// Appends a copy.
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
    }

    /// Appends bytes, which are shared where that costs less than a copy.
    pub fn append(&mut self, bytes: Bytes) {
        if bytes.len() < SHARED_BYTES {
            self.tail.reserve(bytes.len() + TAIL_ROOM);
            self.tail.extend_from_slice(&bytes);
            return;
        }
        self.close();
        self.done.push(bytes);
    }

    /// Appends what others are.
    pub fn extend(&mut self, others: &Self) {
        others.done.iter().for_each(|bytes| self.append(bytes.clone()));
        self.extend_from_slice(&others.tail);
    }

    /// The pieces, in their order; none of them is empty.
    #[must_use]
    pub fn into_bytes(mut self) -> Vec<Bytes> {
        self.close();
        self.done
    }

    /// All bytes side by side.
    #[must_use]
    pub fn joined(self) -> Vec<u8> {
        if self.done.is_empty() { self.tail } else { self.into_bytes().concat() }
    }

    fn close(&mut self) {
        if !self.tail.is_empty() {
            self.done.push(std::mem::take(&mut self.tail).into());
        }
    }
}

impl From<Vec<u8>> for Pieces {
    fn from(tail: Vec<u8>) -> Self {
        Self { done: Vec::new(), tail }
    }
}

impl io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_bytes_are_shared_and_small_ones_joined() {
        let large = Bytes::from(vec![b'l'; SHARED_BYTES]);
        let mut pieces = Pieces::new();
        assert!(pieces.is_empty());
        pieces.push(b'[');
        pieces.append(Bytes::from_static(b"a"));
        pieces.append(large.clone());
        pieces.append(large.slice(1..));
        pieces.extend_from_slice(b"]");
        let mut twice = pieces.clone();
        twice.extend(&pieces);
        assert_eq!((pieces.len(), twice.len()), (2 * SHARED_BYTES + 2, 4 * SHARED_BYTES + 4));
        let all = pieces.clone().joined();
        assert_eq!((all.first(), all.last(), all.len()), (Some(&b'['), Some(&b']'), pieces.len()));
        let pieces = pieces.into_bytes();
        assert_eq!(
            pieces.iter().map(Bytes::len).collect::<Vec<_>>(),
            [2, SHARED_BYTES, SHARED_BYTES]
        );
        assert!(std::ptr::eq(pieces[1].as_ptr(), large.as_ptr()));
        assert_eq!(twice.joined(), [all.clone(), all].concat());
    }
}
