//! No bytes make the parser or the types of any operation panic, and parsing keeps what it read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ostler_fuzz::requests;

fuzz_target!(|input: (u16, &[u8])| requests::hold(input.0, input.1));
