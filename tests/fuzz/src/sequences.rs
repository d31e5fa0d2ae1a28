//! What guests and staff do in a sequence, and what holds afterwards.

use std::sync::Arc;

use arbitrary::{Result, Unstructured};

use crate::desk::Desk;
use crate::house::Origin;
use crate::{laws, plays};

/// Things that happen in a sequence at the most.
const STEPS_MAX: usize = 60;

/// What the bytes let happen is no fault, and every law of the hotel holds afterwards.
///
/// # Panics
/// Where that does not hold.
pub fn hold(origin: &Arc<Origin>, bytes: &[u8]) {
    // Without the first bytes there is no hotel.
    let Ok((mut desk, again)) = play(origin, bytes) else { return };
    laws::hold(&mut desk);
    if again {
        desk.do_again();
    }
}

/// Lets happen what the bytes say; the desk, and whether all of it is to be done again.
///
/// # Errors
/// Where there are not enough bytes for anything.
pub(crate) fn play(origin: &Arc<Origin>, bytes: &[u8]) -> Result<(Desk, bool)> {
    let mut chance = Unstructured::new(bytes);
    let (hotel, again) = (chance.int_in_range(0..=1)?, chance.ratio(1_u8, 8)?);
    let mut desk = Desk::new(Arc::clone(origin), hotel);
    for _ in 0..STEPS_MAX {
        if chance.is_empty() {
            break;
        }
        // What nothing is known for cannot happen.
        let _unused = plays::step(&mut desk, &mut chance);
    }
    Ok((desk, again))
}
