//! Whatever guests and staff do, nothing is a fault, and every law of the hotel holds afterwards.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use ostler_fuzz::{Origin, sequences};

static ORIGIN: LazyLock<Arc<Origin>> = LazyLock::new(|| Arc::new(Origin::furnished()));

fuzz_target!(|bytes: &[u8]| sequences::hold(&ORIGIN, bytes));
