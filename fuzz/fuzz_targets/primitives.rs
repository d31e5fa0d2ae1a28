//! Instants, durations, decimals, pages and cursors: what is read is written back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ostler_fuzz::primitives;

fuzz_target!(|text: &str| primitives::hold(text));
