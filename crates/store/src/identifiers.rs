//! Identifiers of a world: UUIDv7 from its clock, a counter and its seed, strictly rising.

use ostler_contract::primitives::UtcInstant;
use uuid::Uuid;

/// Bits of the counter below the milliseconds.
const COUNTER_BITS: u32 = 12;
/// Bits of the milliseconds.
const MILLISECOND_BITS: u32 = 48;
const VERSION_7: u128 = 7 << 76;
const VARIANT: u128 = 2 << 62;

/// Makes identifiers. Copied before a command and put back where it fails, so that the same
/// requests give the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identifiers {
    pub(crate) seed: u64,
    /// The number of the last identifier: 48 bits of milliseconds, 12 bits of counter.
    pub(crate) last: u64,
    /// The last number that may be given out. Where several servers give out identifiers of one
    /// world, each has some numbers to itself.
    pub(crate) limit: u64,
}

impl Identifiers {
    /// The next identifier; none where the numbers are used up.
    pub(crate) fn next(&mut self, now: UtcInstant) -> Option<Uuid> {
        let number = first_number(now).max(self.last.saturating_add(1));
        if number > self.limit {
            return None;
        }
        self.last = number;
        Some(self.numbered(number))
    }

    /// Whether this identifier could still be made: it is of this world's making, but above the
    /// last one.
    pub(crate) fn is_ahead(&self, id: Uuid) -> bool {
        self.number_of(id).is_some_and(|number| number > self.last)
    }

    /// Whether this identifier is among those that may be given out.
    pub(crate) fn may_make(&self, id: Uuid) -> bool {
        self.number_of(id).is_some_and(|number| number > self.last && number <= self.limit)
    }

    /// The number of an identifier of this world's making.
    fn number_of(&self, id: Uuid) -> Option<u64> {
        let bits = id.as_u128();
        let milliseconds = (bits >> 80) & u128::from(u64::MAX >> (64 - MILLISECOND_BITS));
        let counter = (bits >> 64) & ((1 << COUNTER_BITS) - 1);
        let number = u64::try_from(milliseconds << COUNTER_BITS | counter).ok()?;
        (self.numbered(number) == id).then_some(number)
    }

    fn numbered(&self, number: u64) -> Uuid {
        let (milliseconds, counter) = (number >> COUNTER_BITS, number & ((1 << COUNTER_BITS) - 1));
        let chance = u128::from(mixed(self.seed ^ mixed(number)) >> 2);
        Uuid::from_u128(
            u128::from(milliseconds) << 80
                | VERSION_7
                | u128::from(counter) << 64
                | VARIANT
                | chance,
        )
    }
}

/// The lowest number of an instant.
pub(crate) fn first_number(now: UtcInstant) -> u64 {
    u64::try_from(now.seconds()).unwrap_or(0).saturating_mul(1000) << COUNTER_BITS
}

/// The finish of splitmix64: every bit of the answer depends on every bit of the question.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
