//! Checksums of rows: what was written and what is read must be the same bytes.
//!
//! A row carries two CRC-32 in one number. The upper half covers identifier and body, all that a
//! page of documents reads; the lower half covers every other column. Changing what they cover, or
//! how, is a new layout of the file.

use crc32fast::Hasher;
use ostler_contract::error::{Error, Origin};
use uuid::Uuid;

use crate::value::Value;

/// The file is not what was written to it. The text says where.
#[derive(Debug)]
pub(crate) struct Damage(pub(crate) String);

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the database is damaged: {}", self.0)
    }
}

impl std::error::Error for Damage {}

/// 500 for a damaged file.
pub(crate) fn damaged(what: impl Into<String>) -> Error {
    let origin = Origin { kind: "database: damaged".into(), place: None };
    Error::internal(Damage(what.into())).originating(origin)
}

/// What is damaged, where an error says so.
pub(crate) fn damage(error: &Error) -> Option<&str> {
    let cause = std::error::Error::source(error)?;
    cause.downcast_ref::<Damage>().map(|damage| damage.0.as_str())
}

/// A checksum in the making: values with their types, so that none can pass for another.
pub(crate) struct Sum(Hasher);

impl Sum {
    pub(crate) fn new() -> Self {
        Self(Hasher::new())
    }

    pub(crate) fn null(&mut self) {
        self.0.update(&[0]);
    }

    pub(crate) fn integer(&mut self, number: i64) {
        self.0.update(&[1]);
        self.0.update(&number.to_le_bytes());
    }

    pub(crate) fn id(&mut self, id: &[u8]) {
        self.0.update(&[2]);
        self.0.update(id);
    }

    pub(crate) fn text(&mut self, text: &[u8]) {
        self.0.update(&[3]);
        self.0.update(&text.len().to_le_bytes());
        self.0.update(text);
    }

    pub(crate) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.null(),
            Value::Integer(number) => self.integer(*number),
            Value::Id(id) => self.id(id.as_bytes()),
            Value::Text(text) => self.text(text.as_bytes()),
        }
    }

    pub(crate) fn finish(self) -> u32 {
        self.0.finalize()
    }
}

/// The checksum of what a page reads of a row. The identifier is what it begins with, which costs a
/// third less than the sum of both.
pub(crate) fn of_document(id: Uuid, body: &[u8]) -> u32 {
    let (high, low) = id.as_u64_pair();
    let folded = high ^ low;
    let folded = (folded >> 32) ^ (folded & u64::from(u32::MAX));
    let mut hasher = Hasher::new_with_initial(u32::try_from(folded).unwrap_or_default());
    hasher.update(body);
    hasher.finalize()
}

/// Both checksums as they stand in the row.
pub(crate) fn joined(document: u32, rest: u32) -> i64 {
    (u64::from(document) << 32 | u64::from(rest)).cast_signed()
}

/// A number that tells texts apart (FNV-1a).
pub(crate) fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |print, byte| {
        (print ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Whether the row's number fits what was read of its document.
pub(crate) fn fits_document(check: i64, document: u32) -> bool {
    check.cast_unsigned() >> 32 == u64::from(document)
}
