//! Counting what meets time units: ranges of units in, a number per unit out.

use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;

use crate::arithmetic::time_units::TimeUnits;

/// Which units something meets: from the first, included, to the last, excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) from: usize,
    pub(super) to: usize,
}

/// The intervals in which resources are occupied for each unit, in seconds.
#[derive(Debug)]
pub(super) struct Occupancies {
    starts: Vec<i64>,
    ends: Vec<i64>,
}

impl Occupancies {
    pub(super) fn new(time_units: &TimeUnits, units: &[UtcInstant]) -> Result<Self, Error> {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        for unit in units {
            let (start, end) = time_units.occupancy(*unit)?;
            starts.push(start.seconds());
            ends.push(end.seconds());
        }
        Ok(Self { starts, ends })
    }

    /// From the first start to the last end; none without units.
    pub(super) fn bounds(&self) -> Option<(i64, i64)> {
        Some((*self.starts.first()?, *self.ends.last()?))
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The units whose interval overlaps `[start, end)`; none where there is no such unit.
    pub(super) fn met(&self, start: i64, end: i64) -> Option<Span> {
        // Starts and ends both rise from unit to unit, so the units met are neighbours.
        let from = self.ends.partition_point(|it| *it <= start);
        let to = self.starts.partition_point(|it| *it < end);
        (start < end && from < to).then_some(Span { from, to })
    }
}

/// A number per unit, summed up from ranges: each range costs the same however long it is.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    steps: Vec<i64>,
}

impl Tally {
    pub(super) fn new(units: usize) -> Self {
        Self { steps: vec![0; units + 1] }
    }

    pub(super) fn add(&mut self, span: Span, count: i64) {
        if let Some(step) = self.steps.get_mut(span.from) {
            *step += count;
        }
        if let Some(step) = self.steps.get_mut(span.to) {
            *step -= count;
        }
    }

    /// Adds one for every unit that any of the spans covers. Sorts the spans.
    pub(super) fn add_union(&mut self, spans: &mut [Span]) {
        spans.sort_unstable();
        let mut covered = 0;
        for span in spans {
            let from = span.from.max(covered);
            if from < span.to {
                self.add(Span { from, to: span.to }, 1);
                covered = span.to;
            }
        }
    }

    /// The number of each unit.
    pub(super) fn counts(&self) -> Vec<i64> {
        let units = self.steps.len().saturating_sub(1);
        let sums = self.steps.iter().take(units).scan(0, |sum, step| {
            *sum += step;
            Some(*sum)
        });
        sums.collect()
    }
}
