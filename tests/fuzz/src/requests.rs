//! The parser, and the types of every operation.

use ostler_contract::decode;
use ostler_hotel::registry::OPERATIONS;

/// The bytes make neither the parser nor the operation of this number panic, and parsing keeps what
/// it read.
///
/// # Panics
/// Where that does not hold.
pub fn hold(choice: u16, bytes: &[u8]) {
    let Ok(value) = decode::parse(bytes) else { return };
    let written = serde_json::to_vec(&value).expect("what was parsed can be written");
    assert_eq!(decode::parse(&written).expect("what was written can be parsed"), value);
    let operation = &OPERATIONS[usize::from(choice) % OPERATIONS.len()];
    // An error is as good as a request; a panic is not.
    drop((operation.prepare)(value));
}
