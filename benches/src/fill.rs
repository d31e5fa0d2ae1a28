//! Data folders: the demo hotels with many more reservations.

use std::fs;
use std::path::{Path, PathBuf};

use ostler_api::reservations::entity::{Reservation, ReservationState};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_hotel::reservations::{ReservationHidden, Reservations};
use ostler_store::{Find, Tx};
use ostler_worlds::clock::Clock;
use ostler_worlds::demo;
use ostler_worlds::world::{Place, World, WorldOptions};
use uuid::Uuid;

use crate::Failure;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;
/// Reservations of one transaction.
const BATCH: u32 = 2000;
/// The file that stands in a folder once it is complete.
const COMPLETE: &str = "complete";

/// How reservations spread over time.
#[derive(Clone, Copy)]
pub(crate) enum Spread {
    /// So many created each day up to yesterday, staying soon after: a long history.
    History {
        /// Reservations a day.
        a_day: u32,
    },
    /// So many arriving each day, half of them in the past and half to come: a busy calendar.
    Calendar {
        /// Arrivals a day.
        a_day: u32,
    },
}

/// A folder of that name with the demo hotels and so many reservations more; kept from run to run.
pub(crate) fn folder(
    data: &Path,
    name: &str,
    count: u32,
    spread: Spread,
) -> Result<PathBuf, Failure> {
    let folder = data.join(format!("{name}-{count}"));
    if folder.join(COMPLETE).exists() {
        return Ok(folder);
    }
    println!("filling {} …", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    demo::prepare(&folder, 1, Clock::Real)?;
    let options = WorldOptions { place: Place::Folder(folder.clone()), ..WorldOptions::default() };
    let world = World::open(&options)?;
    reservations(&world, count, spread)?;
    drop(world);
    fs::write(folder.join(COMPLETE), "")?;
    Ok(folder)
}

/// Adds so many reservations to a world with the demo hotels.
pub(crate) fn reservations(world: &World, count: u32, spread: Spread) -> Result<(), Failure> {
    let find = Find::<Reservations>::within(&[demo::GROSS])
        .and(Reservations::STATE.is(ReservationState::Confirmed.name()));
    let template = world.store.read_now(world.call(), move |snapshot| snapshot.first(&find))?;
    let template = template.ok_or("the demo hotel has no confirmed reservation")?;
    let template = (template.document, template.hidden);
    let today = world.now().seconds().div_euclid(DAY) * DAY;
    for first in (0..count).step_by(usize::try_from(BATCH)?) {
        let numbers = first..(first + BATCH).min(count);
        let template = template.clone();
        let call = world.call();
        world.store.write_now(call, move |tx| {
            for number in numbers.clone() {
                let times = Times::of(spread, (number, count), today)?;
                insert(tx, &template, (number, &times))?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// When a reservation was made, and when it stays.
struct Times {
    created: UtcInstant,
    start: UtcInstant,
    end: UtcInstant,
}

impl Times {
    fn of(spread: Spread, (number, count): (u32, u32), today: i64) -> Result<Self, Error> {
        let (number, count) = (i64::from(number), i64::from(count));
        let nights = 1 + number % 2;
        let (created, start) = match spread {
            Spread::History { a_day } => {
                let a_day = i64::from(a_day);
                let created = today - (count - number).div_euclid(a_day) * DAY - DAY
                    + number.rem_euclid(a_day) * DAY / a_day;
                (created, created.div_euclid(DAY) * DAY + (1 + number % 3) * DAY)
            }
            Spread::Calendar { a_day } => {
                let day = number.div_euclid(i64::from(a_day));
                let half = count.div_euclid(i64::from(a_day)) / 2;
                (today, today + (day - half) * DAY)
            }
        };
        let instant = |seconds| UtcInstant::from_seconds(seconds).map_err(Error::internal);
        Ok(Self {
            created: instant(created)?,
            start: instant(start + 15 * 3600)?,
            end: instant(start + nights * DAY + 11 * 3600)?,
        })
    }
}

fn insert(
    tx: &mut Tx<'_>,
    (template, hidden): &(Reservation, ReservationHidden),
    (number, times): (u32, &Times),
) -> Result<(), Error> {
    tx.go_on(times.created, Uuid::nil());
    let is_canceled = number % 10 == 0;
    let is_past = times.end <= times.created || number % 3 == 0;
    let reservation = Reservation {
        id: tx.new_id(),
        group_id: tx.new_id(),
        account_id: Id::new(Uuid::from_u128(u128::from(number / 4) << 64 | 1)),
        number: format!("B{number}"),
        state: match (is_canceled, is_past) {
            (true, _) => ReservationState::Canceled,
            (false, true) => ReservationState::Processed,
            (false, false) => ReservationState::Confirmed,
        },
        cancelled_utc: is_canceled.then_some(times.created),
        assigned_resource_id: None,
        scheduled_start_utc: times.start,
        scheduled_end_utc: times.end,
        start_utc: times.start,
        end_utc: times.end,
        actual_start_utc: None,
        actual_end_utc: None,
        ..template.clone()
    };
    tx.insert::<Reservations>(demo::GROSS, reservation, hidden.clone()).map(drop)
}
