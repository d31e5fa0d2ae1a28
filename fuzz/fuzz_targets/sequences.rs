//! Whatever guests and staff do, nothing is a fault, and every law of the hotel holds afterwards.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use ostler_fuzz::desk::Desk;
use ostler_fuzz::{laws, plays};

/// Things that happen in a sequence at the most.
const STEPS_MAX: usize = 60;

fuzz_target!(|bytes: &[u8]| {
    let mut chance = Unstructured::new(bytes);
    let (Ok(hotel), Ok(again)) = (chance.int_in_range(0..=1), chance.ratio(1_u8, 8)) else {
        return;
    };
    let mut desk = Desk::new(hotel);
    for _ in 0..STEPS_MAX {
        if chance.is_empty() {
            break;
        }
        // What nothing is known for cannot happen.
        let _unused = plays::step(&mut desk, &mut chance);
    }
    laws::hold(&mut desk);
    if again {
        desk.do_again();
    }
});
