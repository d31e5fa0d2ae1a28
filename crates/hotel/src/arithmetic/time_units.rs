//! Time units: local hours, days and months, expressed as instants in UTC.
//!
//! Units follow the wall clock of the property, so a day may have 23 or 25 hours, and a day whose
//! midnight the clock leaps over starts at its first instant. Every instant lies in exactly one
//! unit. Source: `concepts/time-units` and `operations/services`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use ostler_contract::error::Error;
use ostler_contract::primitives::{IsoDuration, LocalDate, UtcInstant};

/// The length of a time unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// From one full local hour to the next.
    Hour,
    /// From local midnight to local midnight.
    Day,
    /// From local midnight of the 1st to local midnight of the next 1st.
    Month,
}

/// How the nominal and the occupied time of a unit differ from the unit.
///
/// Starts count from the unit's start, ends from the unit's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offsets {
    /// From the unit's start to the nominal start of the service.
    pub start: IsoDuration,
    /// From the unit's end to the nominal end of the service.
    pub end: IsoDuration,
    /// From the unit's start to the start of the occupancy.
    pub occupancy_start: IsoDuration,
    /// From the unit's end to the end of the occupancy.
    pub occupancy_end: IsoDuration,
}

/// How many units one request may span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Units of an hourly service.
    pub hours: usize,
    /// Units of a daily service.
    pub days: usize,
    /// Units of a monthly service.
    pub months: usize,
}

impl Caps {
    /// Reading and changing availability.
    pub const AVAILABILITY: Self = Self { hours: 367, days: 367, months: 60 };
    /// Reading prices of rates.
    pub const PRICING: Self = Self { hours: 367, days: 367, months: 60 };
    /// Changing prices of rates and products.
    pub const PRICE_UPDATE: Self = Self { hours: 367, days: 367, months: 24 };
    /// Reading prices of products.
    pub const PRODUCT_PRICING: Self = Self { hours: 100, days: 100, months: 24 };
    /// One stay; our own bound, three years of days.
    pub const STAY: Self = Self { hours: 9000, days: 1100, months: 120 };

    const fn of(self, period: Period) -> usize {
        match period {
            Period::Hour => self.hours,
            Period::Day => self.days,
            Period::Month => self.months,
        }
    }
}

/// The time units of one service.
#[derive(Debug, Clone)]
pub struct TimeUnits {
    zone: TimeZone,
    period: Period,
    offsets: Offsets,
}

impl TimeUnits {
    /// The units of a service with this period and these offsets at a property in `zone`.
    #[must_use]
    pub fn new(zone: TimeZone, period: Period, offsets: Offsets) -> Self {
        Self { zone, period, offsets }
    }

    /// The length of a unit.
    #[must_use]
    pub fn period(&self) -> Period {
        self.period
    }

    /// The start of the unit in which the instant lies.
    ///
    /// # Errors
    /// 400 for an instant at the end of time.
    pub fn containing(&self, instant: UtcInstant) -> Result<UtcInstant, Error> {
        let label = match self.period {
            Period::Hour => return self.hour(instant),
            Period::Day => self.zone.to_datetime(instant.timestamp()).date(),
            Period::Month => self.zone.to_datetime(instant.timestamp()).date().first_of_month(),
        };
        // Where clocks go back across midnight, the next date has begun before the last one ended.
        let following = self.midnight(LocalDate(self.following(label)?))?;
        if following <= instant { Ok(following) } else { self.midnight(LocalDate(label)) }
    }

    /// Whether a unit starts exactly then.
    #[must_use]
    pub fn is_start(&self, instant: UtcInstant) -> bool {
        self.containing(instant).is_ok_and(|start| start == instant)
    }

    /// The start of the unit after the one that starts at `start`.
    ///
    /// # Errors
    /// 400 at the end of time.
    pub fn next(&self, start: UtcInstant) -> Result<UtcInstant, Error> {
        if self.period == Period::Hour {
            return self.hour(plus_seconds(start, 3600)?);
        }
        let mut label = self.label(start);
        loop {
            label = self.following(label)?;
            let next = self.midnight(LocalDate(label))?;
            // A date that the zone left out starts when the date after it starts.
            if start < next {
                return Ok(next);
            }
        }
    }

    /// The start of the unit before the one that starts at `start`.
    ///
    /// # Errors
    /// 400 at the beginning of time.
    pub fn previous(&self, start: UtcInstant) -> Result<UtcInstant, Error> {
        self.containing(plus_seconds(start, -1)?)
    }

    /// The units from `first` to `last`, both included, both named for the error messages.
    ///
    /// # Errors
    /// 400 where either is not the start of a unit, where `last` is before `first`, where there are
    /// more units than `caps` allows.
    pub fn range(
        &self,
        first: (&str, UtcInstant),
        last: (&str, UtcInstant),
        caps: Caps,
    ) -> Result<Vec<UtcInstant>, Error> {
        for (name, instant) in [first, last] {
            if !self.is_start(instant) {
                return Err(Error::invalid(name)
                    .message(format!("{name} is not start of TimeUnit."))
                    .expected("the start of a time unit of the service")
                    .got(instant));
            }
        }
        if last.1 < first.1 {
            return Err(Error::invalid(last.0).expected("no unit before the first").got(last.1));
        }
        self.units(first.1, last.1, caps).map_err(|error| error.at(format!("/{}", last.0)))
    }

    /// The units that the instants from `first` to `last`, both included, touch: a lenient `range`
    /// for writes.
    ///
    /// # Errors
    /// 400 where `last` is before `first`, where there are more units than `caps` allows.
    pub fn range_touched(
        &self,
        first: (&str, UtcInstant),
        last: (&str, UtcInstant),
        caps: Caps,
    ) -> Result<Vec<UtcInstant>, Error> {
        let (start, end) = (self.containing(first.1)?, self.containing(last.1)?);
        self.range((first.0, start), (last.0, end), caps)
    }

    /// The units of a stay from `start` to `end`; never none.
    ///
    /// The first is the one in which the stay starts. Where the service ends after its unit, the
    /// stay leaves in the unit after its last one; else it ends in its last one.
    ///
    /// # Errors
    /// 400 where `end` is not after `start`, where the stay is longer than [`Caps::STAY`].
    pub fn of_stay(&self, start: UtcInstant, end: UtcInstant) -> Result<Vec<UtcInstant>, Error> {
        if end <= start {
            return Err(Error::invalid("EndUtc").expected("an end after the start").got(end));
        }
        let first = self.containing(start)?;
        let last = if self.offsets.end.is_positive() {
            self.previous(self.containing(end)?)?
        } else {
            self.containing(plus_seconds(end, -1)?)?
        };
        self.units(first, last.max(first), Caps::STAY).map_err(|error| error.at("/EndUtc"))
    }

    /// From when until when a resource is occupied for the unit that starts at `unit`.
    ///
    /// # Errors
    /// 400 at the end of time.
    pub fn occupancy(&self, unit: UtcInstant) -> Result<(UtcInstant, UtcInstant), Error> {
        let start = self.shifted(unit, self.offsets.occupancy_start)?;
        let end = self.shifted(self.next(unit)?, self.offsets.occupancy_end)?;
        Ok((start, end))
    }

    /// The date at the property.
    #[must_use]
    pub fn local_date(&self, instant: UtcInstant) -> LocalDate {
        LocalDate(self.zone.to_datetime(instant.timestamp()).date())
    }

    /// The first instant of a date at the property.
    ///
    /// # Errors
    /// 400 at the end of time.
    pub fn midnight(&self, date: LocalDate) -> Result<UtcInstant, Error> {
        self.instant(date.0.to_datetime(Time::midnight()))
    }

    fn units(
        &self,
        first: UtcInstant,
        last: UtcInstant,
        caps: Caps,
    ) -> Result<Vec<UtcInstant>, Error> {
        let cap = caps.of(self.period);
        let mut units = vec![first];
        let mut unit = first;
        while unit < last {
            if units.len() >= cap {
                return Err(self.too_long(cap));
            }
            unit = self.next(unit)?;
            units.push(unit);
        }
        Ok(units)
    }

    fn too_long(&self, cap: usize) -> Error {
        let letter = match self.period {
            Period::Hour => 'H',
            Period::Day => 'D',
            Period::Month => 'M',
        };
        Error::invalid("LastTimeUnitStartUtc")
            .message(format!("The interval must not exceed {cap}{letter}"))
            .expected(format!("at most {cap} time units"))
    }

    /// The start of the local hour in which the instant lies.
    fn hour(&self, instant: UtcInstant) -> Result<UtcInstant, Error> {
        let (seconds, offset) = (instant.seconds(), self.offset(instant.timestamp()));
        let start = plus_seconds(instant, -(seconds + offset).rem_euclid(3600))?;
        if (offset - self.offset(start.timestamp())) % 3600 == 0 {
            return Ok(start);
        }
        // Within this hour the clock moved by a fraction of an hour, which cuts the hour short.
        let after = plus_seconds(instant, 1)?.timestamp();
        let transition = self.zone.preceding(after).next();
        Ok(transition.map_or(start, |it| UtcInstant::from_timestamp(it.timestamp())))
    }

    fn offset(&self, timestamp: Timestamp) -> i64 {
        i64::from(self.zone.to_offset(timestamp).seconds())
    }

    /// The date that names the unit starting at `start`.
    fn label(&self, start: UtcInstant) -> Date {
        let date = self.local_date(start).0;
        match self.period {
            Period::Month => date.first_of_month(),
            Period::Hour | Period::Day => date,
        }
    }

    fn following(&self, label: Date) -> Result<Date, Error> {
        let step = match self.period {
            Period::Month => 1.month(),
            Period::Hour | Period::Day => 1.day(),
        };
        label.checked_add(step).map_err(absurd)
    }

    /// The instant so far from a unit's boundary by the wall clock; for hours, by elapsed time.
    fn shifted(&self, boundary: UtcInstant, offset: IsoDuration) -> Result<UtcInstant, Error> {
        if offset == IsoDuration::default() {
            return Ok(boundary);
        }
        let calendar = Span::new()
            .try_months(offset.months)
            .and_then(|span| span.try_days(offset.days))
            .map_err(absurd)?;
        let elapsed = Span::new().try_seconds(offset.seconds).map_err(absurd)?;
        if self.period == Period::Hour {
            let zoned = boundary.timestamp().to_zoned(self.zone.clone());
            let moved = zoned.checked_add(calendar).map_err(absurd)?;
            let moved = moved.checked_add(elapsed).map_err(absurd)?;
            return Ok(UtcInstant::from_timestamp(moved.timestamp()));
        }
        let local = self.label(boundary).to_datetime(Time::midnight());
        let moved = local.checked_add(calendar).map_err(absurd)?;
        self.instant(moved.checked_add(elapsed).map_err(absurd)?)
    }

    /// The instant at which local clocks first show this; one that they leap over comes an hour on.
    fn instant(&self, local: DateTime) -> Result<UtcInstant, Error> {
        let found = self.zone.to_ambiguous_timestamp(local).compatible().map_err(absurd)?;
        Ok(UtcInstant::from_timestamp(found))
    }
}

fn plus_seconds(instant: UtcInstant, seconds: i64) -> Result<UtcInstant, Error> {
    UtcInstant::from_seconds(instant.seconds().saturating_add(seconds)).map_err(absurd)
}

/// The calendar ends in the year 9999.
fn absurd(cause: jiff::Error) -> Error {
    Error::new(ostler_contract::error::Code::InvalidParameter)
        .message("The time is out of range.")
        .got(cause)
}

#[cfg(test)]
mod tests;
