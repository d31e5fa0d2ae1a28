//! Chance from a seed: the same numbers for the same seed on every machine.

/// A `SplitMix64` generator. Small, fixed for ever, and good enough to fill a hotel.
pub(crate) struct Chance(u64);

impl Chance {
    /// The generator of this seed.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `below`, excluded; 0 where `below` is 0.
    pub(crate) fn below(&mut self, below: u32) -> u32 {
        let scaled = ((self.next() >> 32) * u64::from(below)) >> 32;
        u32::try_from(scaled).unwrap_or_default()
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of the items; the first where nothing else can be said.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let index = self.below(u32::try_from(items.len()).unwrap_or(u32::MAX));
        items.get(usize::try_from(index).unwrap_or_default())
    }
}
