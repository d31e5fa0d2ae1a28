//! The write-ahead log after a crash: whether it ends where it was cut off, or was damaged before.
//!
//! The engine takes the log up to the first frame whose checksum does not fit, and forgets the rest
//! without a word. That is right for a commit that the crash cut off, which nobody was told of. It
//! is wrong where acknowledged commits follow. A commit is written only after the one before it is
//! on the disk; so two commits beyond the end can only mean damage.
//! Source: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use crate::sqlite::opening::beside;
use crate::store::OpenError;

const HEADER_BYTES: usize = 32;
const FRAME_BYTES: usize = 24;
/// Begins a log whose checksums read numbers with the lowest byte first; the next number one whose
/// checksums read them with the highest first.
const MAGIC: u32 = 0x377f_0682;
/// The bytes of a log without a header that are looked at.
const EMPTY_BYTES: u64 = 1 << 20;
const PAGE_BYTES_MAX: u32 = 65_536;
/// The commits that may stand beyond the end: the one that was cut off.
const CUT_OFF_MAX: u32 = 1;

/// Refuses a database whose log is damaged before its end. Nobody else may have it open.
///
/// # Errors
/// Says that the log is damaged or cannot be read.
pub fn check_log(file: &Path) -> Result<(), OpenError> {
    let log = beside(file, "-wal");
    let lost = match File::open(&log).map(BufReader::new).map(|mut log| lost(&mut log)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Ok(Ok(lost)) => lost,
        Ok(Err(error)) | Err(error) => {
            let log = Path::new(&log).display();
            return Err(OpenError(format!("The log {log} cannot be read: {error}.")));
        }
    };
    if lost > CUT_OFF_MAX {
        let what = "its log (-wal) is broken before its end, and acknowledged writes follow";
        return Err(OpenError::damaged(file, what));
    }
    Ok(())
}

/// How many commits of this log stand beyond what the engine takes.
fn lost(log: &mut dyn Read) -> io::Result<u32> {
    let mut header = [0; HEADER_BYTES];
    if !filled(log, &mut header)? {
        return Ok(0);
    }
    if header == [0; HEADER_BYTES] {
        // Made, but never written.
        let mut rest = Vec::new();
        log.take(EMPTY_BYTES).read_to_end(&mut rest)?;
        return Ok(if rest.iter().all(|byte| *byte == 0) { 0 } else { u32::MAX });
    }
    let page = number(&header, 8);
    let is_whole = number(&header, 0) & !1 == MAGIC && page.is_power_of_two();
    if !is_whole || !(512..=PAGE_BYTES_MAX).contains(&page) {
        // Without a header nothing is taken, whatever follows.
        return Ok(u32::MAX);
    }
    let mut sum = Sum { order: number(&header, 0) & 1, sums: (0, 0) };
    sum.add(header.get(..24).unwrap_or_default());
    if sum.sums != (number(&header, 24), number(&header, 28)) {
        return Ok(u32::MAX);
    }
    let mut frame = vec![0; FRAME_BYTES + usize::try_from(page).unwrap_or_default()];
    let (mut is_broken, mut commits) = (false, 0);
    while filled(log, &mut frame)? {
        let is_ours = frame.get(8..16) == header.get(16..24);
        if !is_broken {
            sum.add(frame.get(..8).unwrap_or_default());
            sum.add(frame.get(FRAME_BYTES..).unwrap_or_default());
            is_broken = !is_ours || sum.sums != (number(&frame, 16), number(&frame, 20));
        }
        if is_broken && is_ours && number(&frame, 4) > 0 {
            commits += 1;
        }
    }
    Ok(commits)
}

/// Whether there was enough to fill the buffer.
fn filled(log: &mut dyn Read, buffer: &mut [u8]) -> io::Result<bool> {
    match log.read_exact(buffer) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        outcome => outcome.map(|()| true),
    }
}

/// The number at this place, highest byte first.
fn number(bytes: &[u8], place: usize) -> u32 {
    let four = bytes.get(place..).and_then(|bytes| bytes.first_chunk::<4>());
    four.map_or(0, |four| u32::from_be_bytes(*four))
}

/// The running checksum of the log.
struct Sum {
    /// 1 where numbers have their highest byte first.
    order: u32,
    sums: (u32, u32),
}

impl Sum {
    fn add(&mut self, bytes: &[u8]) {
        let read = |four: [u8; 4]| {
            if self.order == 1 { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
        };
        let (mut first, mut second) = self.sums;
        for eight in bytes.as_chunks::<8>().0 {
            let [a, b, c, d, e, f, g, h] = *eight;
            first = first.wrapping_add(read([a, b, c, d])).wrapping_add(second);
            second = second.wrapping_add(read([e, f, g, h])).wrapping_add(first);
        }
        self.sums = (first, second);
    }
}
