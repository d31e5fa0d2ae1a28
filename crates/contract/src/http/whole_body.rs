//! Bodies of answers.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use hyper::body::{Body, Frame, SizeHint};

/// A body that is there as a whole, in pieces that need not lie side by side. It is one frame: frames
/// would be sent by a system call for every few of them.
#[derive(Debug, Default)]
pub struct WholeBody(WholeBytes);

/// What is left of a whole body.
#[derive(Debug, Default)]
pub struct WholeBytes {
    /// None is empty.
    pieces: VecDeque<Bytes>,
    left: usize,
}

impl From<Vec<Bytes>> for WholeBody {
    fn from(mut pieces: Vec<Bytes>) -> Self {
        pieces.retain(|piece| !piece.is_empty());
        let left = pieces.iter().map(Bytes::len).sum();
        Self(WholeBytes { pieces: pieces.into(), left })
    }
}

impl From<Bytes> for WholeBody {
    fn from(bytes: Bytes) -> Self {
        vec![bytes].into()
    }
}

impl From<String> for WholeBody {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for WholeBody {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl Body for WholeBody {
    type Data = WholeBytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<WholeBytes>, Infallible>>> {
        let all = std::mem::take(&mut self.0);
        Poll::Ready((all.left > 0).then(|| Ok(Frame::data(all))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.left as u64)
    }
}

impl Buf for WholeBytes {
    fn remaining(&self) -> usize {
        self.left
    }

    fn chunk(&self) -> &[u8] {
        self.pieces.front().map_or(&[], |piece| piece)
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let each = self.pieces.iter().zip(slices);
        each.map(|(piece, slice)| *slice = IoSlice::new(piece)).count()
    }

    fn advance(&mut self, count: usize) {
        assert!(count <= self.left, "there are {} bytes left, not {count}", self.left);
        self.left -= count;
        let mut count = count;
        while let Some(first) = self.pieces.front_mut() {
            if count < first.len() {
                return first.advance(count);
            }
            count -= first.len();
            self.pieces.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_read_as_if_they_lay_side_by_side() {
        let pieces = ["ab", "", "cde", "f"].map(Bytes::from);
        let mut body = WholeBody::from(pieces.to_vec()).0;
        let mut slices = [IoSlice::new(&[]); 2];
        assert_eq!(body.chunks_vectored(&mut slices), 2);
        assert_eq!(slices.map(|it| it.to_vec()), [b"ab".to_vec(), b"cde".to_vec()]);
        body.advance(3);
        assert_eq!((body.remaining(), body.chunk()), (3, b"de".as_slice()));
        body.advance(2);
        assert_eq!(body.chunk(), b"f");
        body.advance(1);
        assert_eq!((body.remaining(), body.chunk()), (0, b"".as_slice()));
        assert_eq!(body.chunks_vectored(&mut [IoSlice::new(&[]); 2]), 0);
    }
}
