//! No bytes make the parser or the types of any operation panic, and parsing keeps what it read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ostler_contract::decode;
use ostler_hotel::registry::OPERATIONS;

fuzz_target!(|input: (u16, &[u8])| {
    let (choice, bytes) = input;
    let Ok(value) = decode::parse(bytes) else { return };
    let written = serde_json::to_vec(&value).expect("what was parsed can be written");
    assert_eq!(decode::parse(&written).expect("what was written can be parsed"), value);
    let operation = &OPERATIONS[usize::from(choice) % OPERATIONS.len()];
    // An error is as good as a request; a panic is not.
    drop((operation.prepare)(value));
});
