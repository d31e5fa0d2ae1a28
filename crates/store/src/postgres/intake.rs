//! Takes in the rows of a query as they come, beneath the driver.
//!
//! The driver reads a connection in pieces of some 8 KB, makes an object of each row and hands it
//! from task to task: for a page of large documents that costs as much as finding and sending them.
//! So the stream beneath it can keep the rows: it reads them into one buffer, however many there
//! are at once, and the driver gets everything else, as of a query that found nothing. It still
//! decides what is sent, and what an error means.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use ostler_contract::error::Error;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Column;
use tokio_postgres::tls::{ChannelBinding, TlsStream};
use uuid::Uuid;

use super::wire::Cell;
use crate::checksum::{Sum, damaged};
use crate::link::Row;
use crate::queue::locked;
use crate::value::Value;

/// Room for what one look at the connection gives.
const ROOM: usize = 256 << 10;
/// Bytes of the buffer that a connection keeps for its next query at the most.
const KEPT_MAX: usize = 4 << 20;
/// The kind and the length before each message.
const HEAD: usize = 5;
/// What a message with a row begins with.
const ROW: u8 = b'D';

/// Where the rows of a connection's next query go.
#[derive(Debug, Clone, Default)]
pub(super) struct Intake(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Whether rows are kept from the driver.
    is_open: bool,
    bytes: Vec<u8>,
    /// How many of them have come.
    filled: usize,
    /// How many of them belong to messages that were looked at.
    scanned: usize,
}

impl Intake {
    /// From now on rows are kept from the driver.
    pub(super) fn open(&self) {
        let mut state = locked(&self.0);
        (state.is_open, state.filled, state.scanned) = (true, 0, 0);
    }

    /// From now on the driver gets all rows; the ones that were kept are given.
    pub(super) fn close(&self) -> Rows {
        let mut state = locked(&self.0);
        state.is_open = false;
        let bytes = std::mem::take(&mut state.bytes);
        Rows { bytes, filled: std::mem::take(&mut state.filled) }
    }

    /// Takes a buffer back for the next query.
    pub(super) fn reuse(&self, rows: Rows) {
        let mut state = locked(&self.0);
        if rows.bytes.len() <= KEPT_MAX && rows.bytes.len() > state.bytes.len() {
            state.bytes = rows.bytes;
        }
    }
}

impl State {
    /// Reads what there is, and gives the driver its part of it. Ready without an end of the stream
    /// only where the driver has something.
    fn poll(
        &mut self,
        mut stream: Pin<&mut impl AsyncRead>,
        of_driver: &mut Vec<u8>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if self.bytes.len() < self.filled + ROOM {
                self.bytes.resize((self.filled + ROOM).max(self.bytes.len() * 2), 0);
            }
            let mut room = ReadBuf::new(self.bytes.get_mut(self.filled..).unwrap_or_default());
            ready!(stream.as_mut().poll_read(context, &mut room))?;
            let come = room.filled().len();
            self.filled += come;
            self.scan(of_driver);
            if come == 0 || !of_driver.is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Looks at the messages that are complete. What is no row is the driver's.
    fn scan(&mut self, of_driver: &mut Vec<u8>) {
        while let Some(message) = self.bytes.get(self.scanned..self.filled).and_then(message) {
            if message.first() != Some(&ROW) {
                of_driver.extend_from_slice(message);
            }
            self.scanned += message.len();
        }
    }
}

/// The first message of these bytes, where all of it is there.
fn message(bytes: &[u8]) -> Option<&[u8]> {
    let length = u32::from_be_bytes(*bytes.get(1..)?.first_chunk()?);
    bytes.get(..usize::try_from(length).ok()? + 1)
}

/// A connection's stream whose rows can be kept from the driver.
pub(super) struct Stream<S> {
    stream: S,
    intake: Intake,
    /// What the driver has yet to read.
    of_driver: Vec<u8>,
    /// How much of that it has read.
    read: usize,
}

impl<S> Stream<S> {
    pub(super) fn new(stream: S, intake: Intake) -> Self {
        Self { stream, intake, of_driver: Vec::new(), read: 0 }
    }

    /// Gives the driver what is its own, as far as there is room.
    fn give(&mut self, out: &mut ReadBuf<'_>) {
        let rest = self.of_driver.get(self.read..).unwrap_or_default();
        let given = rest.get(..rest.len().min(out.remaining())).unwrap_or_default();
        out.put_slice(given);
        self.read += given.len();
        if self.read == self.of_driver.len() {
            self.of_driver.clear();
            self.read = 0;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.of_driver.is_empty() {
            let mut state = locked(&this.intake.0);
            if !state.is_open {
                drop(state);
                return Pin::new(&mut this.stream).poll_read(context, out);
            }
            ready!(state.poll(Pin::new(&mut this.stream), &mut this.of_driver, context))?;
        }
        this.give(out);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

/// The rows that were kept from the driver.
#[derive(Default)]
pub(super) struct Rows {
    bytes: Vec<u8>,
    filled: usize,
}

impl Rows {
    /// Visits the rows, which have these columns.
    pub(super) fn each(
        &self,
        columns: &[Column],
        visit: &mut dyn FnMut(usize, &dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut rest = self.bytes.get(..self.filled).unwrap_or_default();
        let (mut number, mut values) = (0, Vec::with_capacity(columns.len()));
        while let Some(message) = message(rest) {
            rest = rest.get(message.len()..).unwrap_or_default();
            if message.first() != Some(&ROW) {
                continue;
            }
            let row = message.get(HEAD..).unwrap_or_default();
            split(row, &mut values).ok_or_else(|| damaged("a row is cut short"))?;
            visit(number, &Taken { columns, values: &values })?;
            number += 1;
        }
        Ok(())
    }
}

/// Finds the values of a row: their number, then each behind its length, which is -1 where there is
/// no value.
fn split<'a>(row: &'a [u8], values: &mut Vec<Option<&'a [u8]>>) -> Option<()> {
    let (count, mut rest) = row.split_first_chunk()?;
    values.clear();
    for _ in 0..u16::from_be_bytes(*count) {
        let (length, behind) = rest.split_first_chunk()?;
        rest = behind;
        let value = match usize::try_from(i32::from_be_bytes(*length)) {
            Err(_negative) => None,
            Ok(length) => {
                let (value, behind) = rest.split_at_checked(length)?;
                rest = behind;
                Some(value)
            }
        };
        values.push(value);
    }
    Some(())
}

/// One of these rows.
struct Taken<'a> {
    columns: &'a [Column],
    values: &'a [Option<&'a [u8]>],
}

impl Taken<'_> {
    fn cell(&self, column: usize) -> Result<Cell<'_>, Error> {
        match (self.columns.get(column), self.values.get(column)) {
            (Some(of), Some(bytes)) => Ok(Cell { column, of: of.type_(), bytes: *bytes }),
            _ => Err(Error::internal(format!("there is no column {column}"))),
        }
    }
}

impl Row for Taken<'_> {
    fn text(&self, column: usize) -> Result<&[u8], Error> {
        self.cell(column)?.text()
    }

    fn value(&self, column: usize) -> Result<Value, Error> {
        self.cell(column)?.value()
    }

    fn sum(&self, column: usize, sum: &mut Sum) -> Result<(), Error> {
        self.cell(column)?.sum(sum)
    }

    fn integer(&self, column: usize) -> Result<i64, Error> {
        self.cell(column)?.integer()
    }

    fn id(&self, column: usize) -> Result<Uuid, Error> {
        self.cell(column)?.id()
    }
}

impl<S: TlsStream + Unpin> TlsStream for Stream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.stream.channel_binding()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio_postgres::types::Type;

    use super::*;

    /// Gives its bytes in pieces of so many.
    struct Pieces<'a>(&'a [u8], usize);

    impl AsyncRead for Pieces<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _context: &mut Context<'_>,
            out: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let (piece, rest) = self.0.split_at(self.1.min(self.0.len()).min(out.remaining()));
            out.put_slice(piece);
            self.0 = rest;
            Poll::Ready(Ok(()))
        }
    }

    fn message(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 4).unwrap();
        [&[kind], length.to_be_bytes().as_slice(), content].concat()
    }

    fn row(values: &[Option<&[u8]>]) -> Vec<u8> {
        let mut content = u16::try_from(values.len()).unwrap().to_be_bytes().to_vec();
        for value in values {
            let length = value.map_or(-1, |value| i32::try_from(value.len()).unwrap());
            content.extend(length.to_be_bytes());
            content.extend(value.unwrap_or_default());
        }
        message(ROW, &content)
    }

    /// What the driver reads of these bytes while rows are kept from it, and the rows.
    fn parted(bytes: &[u8], piece: usize) -> (Vec<u8>, Rows) {
        let intake = Intake::default();
        let mut stream = Stream::new(Pieces(bytes, piece), intake.clone());
        intake.open();
        let mut of_driver = Vec::new();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(stream.read_to_end(&mut of_driver)).unwrap();
        (of_driver, intake.close())
    }

    #[test]
    fn rows_are_taken_in_however_they_come() {
        let (begin, end) = (message(b'2', b""), message(b'C', b"SELECT 2\0"));
        let long = vec![b'x'; 2 * ROOM];
        let rows = [row(&[Some(&7i64.to_be_bytes()), Some(&long)]), row(&[None, Some(b"")])];
        let bytes = [begin.clone(), rows.concat(), end.clone()].concat();
        for piece in [1, 2, 3, 5, 7, 4096, bytes.len()] {
            let (of_driver, rows) = parted(&bytes, piece);
            assert_eq!(of_driver, [begin.clone(), end.clone()].concat(), "{piece}");
            let mut found = Vec::new();
            let of = [Type::INT8, Type::TEXT];
            let mut rest = &rows.bytes[..rows.filled];
            let mut values = Vec::new();
            while let Some(message) = super::message(rest) {
                rest = &rest[message.len()..];
                if message[0] == ROW {
                    split(&message[HEAD..], &mut values).unwrap();
                    let cells = of.iter().zip(&values);
                    let cells = cells.map(|(of, bytes)| Cell { column: 0, of, bytes: *bytes });
                    found.push(cells.map(|cell| cell.value().unwrap()).collect::<Vec<_>>());
                }
            }
            let text = String::from_utf8(long.clone()).unwrap();
            let wanted = [
                vec![Value::Integer(7), Value::Text(text)],
                vec![Value::Null, Value::Text(String::new())],
            ];
            assert!(found == wanted, "{piece}");
        }
    }

    #[test]
    fn a_row_that_is_cut_short_is_refused() {
        let whole = row(&[Some(b"abc"), None]);
        let content = &whole[HEAD..];
        assert_eq!(split(content, &mut Vec::new()), Some(()));
        for length in 0..content.len() {
            assert_eq!(split(&content[..length], &mut Vec::new()), None, "{length}");
        }
    }

    #[test]
    fn what_the_driver_has_no_room_for_waits() {
        let messages = [message(b'N', &[b'n'; 100]), message(b'Z', b"I")].concat();
        let intake = Intake::default();
        let mut stream = Stream::new(Pieces(&messages, messages.len()), intake.clone());
        intake.open();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut first = vec![0; 10];
        runtime.block_on(stream.read_exact(&mut first)).unwrap();
        intake.close();
        let mut rest = Vec::new();
        runtime.block_on(stream.read_to_end(&mut rest)).unwrap();
        assert_eq!([first, rest].concat(), messages);
    }
}
