//! Guests of a demo hotel: a calendar of stays, played through the hotel's own operations.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use ostler_hotel::property::Property;

use super::chance::Chance;
use super::plans::Plan;

/// How many days of past stays.
pub(crate) const PAST_DAYS: i32 = 62;
/// How many days of coming stays.
const COMING_DAYS: i32 = 122;
/// The most days between booking and arrival.
const LEAD_DAYS_MAX: u32 = 60;

/// What becomes of a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The guests come and leave.
    Stays,
    /// Cancelled before arrival.
    Cancelled,
    /// Held, not confirmed.
    Optional,
    /// Asked for only.
    Enquired,
}

/// One stay of the calendar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stay {
    /// Category and room, by position in the house.
    pub(crate) category: usize,
    pub(crate) room: usize,
    /// When the guests come and leave, by the hotel's clock.
    pub(crate) arrival: UtcInstant,
    pub(crate) departure: UtcInstant,
    pub(crate) booked: UtcInstant,
    pub(crate) fate: Fate,
}

/// Something that happens to a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    Depart,
    Arrive,
    Cancel,
    Consume,
    Book,
}

/// What happens when: instant, kind, position of the stay. In this order.
pub(crate) type Timeline = Vec<(UtcInstant, Event, usize)>;

/// The stays of a hotel around `today` (a UTC midnight) and all that happens before it.
pub(crate) fn calendar(
    plan: &Plan,
    property: &Property,
    today: UtcInstant,
    chance: &mut Chance,
) -> Result<(Vec<Stay>, Timeline), Error> {
    let date = today.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut stays = Vec::new();
    for (category, rooms) in plan.categories.iter().enumerate() {
        // The last room of each category is kept for whoever tries the hotel.
        let count = (rooms.rooms * rooms.dorms.max(1)).saturating_sub(1);
        for room in 0..usize::try_from(count).unwrap_or_default() {
            let mut day = -PAST_DAYS - i32_of(chance.below(4));
            while day < COMING_DAYS {
                let nights = 2 + i32_of(chance.below(7));
                if chance.percent(sold_percent(plan, day)) {
                    let calendar = Calendar { property, date, today };
                    stays.push(calendar.stay((category, room), (day, nights), chance)?);
                }
                day += nights;
            }
        }
    }
    let mut timeline = Timeline::new();
    for (index, stay) in stays.iter().enumerate() {
        let mut add = |at: UtcInstant, event| {
            if at < today {
                timeline.push((at, event, index));
            }
        };
        add(stay.booked, Event::Book);
        match stay.fate {
            Fate::Stays => {
                add(stay.arrival, Event::Arrive);
                if chance.percent(40) {
                    add(later(stay.arrival, 4)?, Event::Consume);
                }
                add(stay.departure, Event::Depart);
            }
            Fate::Cancelled => {
                let days = (stay.arrival.seconds() - stay.booked.seconds()) / 86_400;
                let hours = 1 + 24 * (days / 2);
                add(later(stay.booked, hours)?.min(later(today, -1)?), Event::Cancel);
            }
            Fate::Optional | Fate::Enquired => {}
        }
    }
    timeline.sort_unstable();
    Ok((stays, timeline))
}

/// Of a hundred nights, how many are sold so many days ahead: fewer, the farther away.
fn sold_percent(plan: &Plan, day: i32) -> u32 {
    let ahead = u32::try_from(day.max(0)).unwrap_or_default();
    plan.occupancy_percent * 100 / (100 + 6 * ahead)
}

fn i32_of(number: u32) -> i32 {
    i32::try_from(number).unwrap_or_default()
}

/// So many hours later.
pub(crate) fn later(instant: UtcInstant, hours: i64) -> Result<UtcInstant, Error> {
    UtcInstant::from_seconds(instant.seconds() + hours * 3600).map_err(Error::internal)
}

struct Calendar<'a> {
    property: &'a Property,
    date: Date,
    today: UtcInstant,
}

impl Calendar<'_> {
    fn stay(
        &self,
        (category, room): (usize, usize),
        (day, nights): (i32, i32),
        chance: &mut Chance,
    ) -> Result<Stay, Error> {
        let arrival = self.local(day, 15.hours().minutes(i64::from(chance.below(240))))?;
        let departure =
            self.local(day + nights, 8.hours().minutes(i64::from(chance.below(220))))?;
        let is_coming = arrival >= self.today;
        let fate = match chance.below(100) {
            0..8 => Fate::Cancelled,
            8..13 if is_coming => Fate::Optional,
            13..15 if is_coming => Fate::Enquired,
            _ => Fate::Stays,
        };
        let lead = i64::from(chance.below(24 * LEAD_DAYS_MAX)) + 2;
        let mut booked = later(arrival, -lead)?;
        if booked >= later(self.today, -2)? {
            booked = later(self.today, -2 - i64::from(chance.below(24 * 14)))?;
        }
        Ok(Stay { category, room, arrival, departure, booked, fate })
    }

    /// A moment of a day of the calendar, by the hotel's clock.
    fn local(&self, day: i32, time: Span) -> Result<UtcInstant, Error> {
        let date = self.date.checked_add(day.days()).map_err(Error::internal)?;
        let midnight = date.to_zoned(self.property.zone.clone()).map_err(Error::internal)?;
        let local = midnight.checked_add(time).map_err(Error::internal)?;
        Ok(UtcInstant::from_timestamp(local.timestamp()))
    }
}
