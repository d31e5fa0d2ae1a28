//! Availability against a naive count: every unit, every category, every document, one by one.

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use ostler_contract::primitives::UtcInstant;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CLASSIC, METRICS, adjust, block};
use crate::rates::testing::{assign, category, reservation, resource, service, with};
use crate::resource_blocks::ResourceBlocks;
use crate::testing::Hotel;

/// Days that are looked at, with the night in which clocks go forward in their midst.
const DAYS: i64 = 8;
const STATES: [&str; 6] = ["Inquired", "Optional", "Confirmed", "Started", "Processed", "Canceled"];
const CLOSINGS: [&str; 2] = ["OutOfOrder", "InternalUse"];
const BLOCK_STATES: [&str; 4] = ["Confirmed", "Optional", "Inquired", "Canceled"];

/// The places of a house: two rooms, a dorm, its three beds.
const PLACES: usize = 6;
const DORM: usize = 2;
/// Categories: rooms, the dorm, beds, and day rooms of another service.
const CATEGORIES: [&[usize]; 4] = [&[0, 1], &[DORM], &[3, 4, 5], &[0, 3]];
const DAY_ROOMS: usize = 3;

#[derive(Debug, Clone)]
struct Booked {
    category: usize,
    place: Option<usize>,
    state: usize,
    start: i64,
    end: i64,
    left: i64,
    block: Option<usize>,
}

#[derive(Debug, Clone)]
struct Adjusted {
    category: usize,
    block: Option<usize>,
    count: i64,
    first: i64,
    last: i64,
}

#[derive(Debug, Clone)]
struct Closed {
    place: usize,
    kind: &'static str,
    start: i64,
    end: i64,
}

#[derive(Debug, Clone)]
struct World {
    booked: Vec<Booked>,
    adjusted: Vec<Adjusted>,
    closed: Vec<Closed>,
    /// State of each block, and after how many hours it is released, if ever.
    blocks: Vec<(usize, Option<i64>)>,
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/Budapest").unwrap()
}

fn midnight(days: i64) -> Zoned {
    let day = date(2026, 3, 26).checked_add(days.days()).unwrap();
    day.to_zoned(zone()).unwrap()
}

/// The moment so many hours by the clock after the first midnight.
fn hour(hours: i64) -> Timestamp {
    let local = date(2026, 3, 26).at(0, 0, 0, 0).checked_add(hours.hours()).unwrap();
    local.to_zoned(zone()).unwrap().timestamp()
}

fn utc(timestamp: Timestamp) -> UtcInstant {
    UtcInstant::from_timestamp(timestamp)
}

fn booked() -> impl Strategy<Value = Booked> {
    let fields = (0..4usize, any::<prop::sample::Index>(), any::<bool>(), 0..6usize);
    let hours = (-24..24 * DAYS, 1..96i64, 0..96i64);
    (fields, hours, prop::option::of(0..2usize)).prop_map(
        |((category, place, is_assigned, state), (start, length, stayed), block)| {
            let places = CATEGORIES[category];
            Booked {
                category,
                place: is_assigned.then(|| places[place.index(places.len())]),
                state,
                start,
                end: start + length,
                left: start + stayed,
                block: block.filter(|_| category != DAY_ROOMS),
            }
        },
    )
}

fn world() -> impl Strategy<Value = World> {
    let adjusted = (0..3usize, prop::option::of(0..2usize), -3..4i64, -1..DAYS, 0..5i64).prop_map(
        |(category, block, count, first, length)| Adjusted {
            category,
            block,
            count,
            first,
            last: first + length,
        },
    );
    let closed =
        (0..PLACES, prop::sample::select(&CLOSINGS[..]), -24..24 * DAYS, 1..48i64).prop_map(
            |(place, kind, start, length)| Closed { place, kind, start, end: start + length },
        );
    let block = (0..4usize, prop::option::of(-48..48i64));
    let world = (
        prop::collection::vec(booked(), 0..16),
        prop::collection::vec(adjusted, 0..6),
        prop::collection::vec(closed, 0..5),
        prop::collection::vec(block, 2),
    );
    world.prop_map(|(booked, adjusted, closed, blocks)| World { booked, adjusted, closed, blocks })
}

/// What a figure is by its definition.
struct Naive<'a> {
    world: &'a World,
    unit: i64,
    category: usize,
}

impl Naive<'_> {
    /// Whether `[start, end)` meets the time in which the unit is occupied: 18:00 to 10:00.
    fn meets(&self, start: i64, end: i64) -> bool {
        let from = midnight(self.unit).date().at(18, 0, 0, 0).to_zoned(zone()).unwrap();
        let to = midnight(self.unit + 1).date().at(10, 0, 0, 0).to_zoned(zone()).unwrap();
        let (start, end) = (hour(start), hour(end));
        start < to.timestamp() && end > from.timestamp() && start < end
    }

    fn occupies(&self, it: &Booked) -> bool {
        match STATES[it.state] {
            "Optional" | "Confirmed" | "Started" => self.meets(it.start, it.end),
            "Processed" => self.meets(it.start, it.end.min(it.left)),
            _ => false,
        }
    }

    fn count(&self, is_counted: impl Fn(&Booked) -> bool) -> i64 {
        let all = self.world.booked.iter().filter(|it| it.category == self.category);
        i64::try_from(all.filter(|it| self.occupies(it) && is_counted(it)).count()).unwrap()
    }

    fn places(&self, is_counted: impl Fn(usize) -> bool) -> i64 {
        let places = CATEGORIES[self.category].iter();
        i64::try_from(places.filter(|place| is_counted(**place)).count()).unwrap()
    }

    fn elsewhere(&self) -> i64 {
        self.places(|place| {
            let is_part = |held| (held == DORM && place > DORM) || (place == DORM && held > DORM);
            let busy = |it: &Booked| {
                let is_shared = |held| it.category == DAY_ROOMS && held == place;
                it.place.is_some_and(|held| is_part(held) || is_shared(held))
            };
            self.world.booked.iter().any(|it| busy(it) && self.occupies(it))
        })
    }

    fn closed(&self, kind: &str) -> i64 {
        self.places(|place| {
            let mut all = self.world.closed.iter().filter(|it| it.place == place);
            all.any(|it| it.kind == kind && self.meets(it.start, it.end))
        })
    }

    /// What is adjusted publicly or by a block in the unit.
    fn adjusted(&self, block: Option<usize>) -> impl Iterator<Item = i64> {
        let all = self.world.adjusted.iter().filter(move |it| {
            it.category == self.category
                && it.block == block
                && (it.first..=it.last).contains(&self.unit)
        });
        all.map(|it| it.count)
    }

    fn held(&self, block: usize, states: &[&str]) -> i64 {
        let (state, release) = self.world.blocks[block];
        // Now is the first of these days.
        let is_released = release.is_some_and(|hours| hour(hours) <= hour(0));
        if is_released || !states.contains(&BLOCK_STATES[state]) {
            return 0;
        }
        self.adjusted(Some(block)).map(i64::abs).sum()
    }

    fn figures(&self) -> Value {
        let deducting = &BLOCK_STATES[..2];
        let confirmed = self.count(|it| STATES[it.state] != "Optional");
        let optional = self.count(|it| STATES[it.state] == "Optional");
        let unpicked = |block| {
            let picked = self.count(|it| it.block == Some(block));
            (self.held(block, deducting) - picked).max(0)
        };
        let active = self.places(|_| true);
        json!({
            "ActiveResources": active,
            "UsableResources": active - self.closed(CLOSINGS[0]),
            "OutOfOrderBlocks": self.closed(CLOSINGS[0]),
            "HouseUse": self.closed(CLOSINGS[1]),
            "PublicAvailabilityAdjustment": self.adjusted(None).sum::<i64>(),
            "OtherServiceReservationCount": self.elsewhere(),
            "ConfirmedReservations": confirmed,
            "OptionalReservations": optional,
            "BlockAvailability": (0..2).map(|it| self.held(it, &BLOCK_STATES[..3])).sum::<i64>(),
            "AllocatedBlockAvailability": (0..2).map(|it| self.held(it, deducting)).sum::<i64>(),
            "Occupied": confirmed + optional + unpicked(0) + unpicked(1),
        })
    }

    fn left(&self) -> i64 {
        let figures = self.figures();
        let figure = |name: &str| figures[name].as_i64().unwrap();
        figure("ActiveResources") - figure("OtherServiceReservationCount") - figure("Occupied")
            + figure("PublicAvailabilityAdjustment")
    }
}

/// The house with everything in it, and its service.
fn build(world: &World) -> (Hotel, Uuid) {
    let mut hotel = Hotel::new();
    hotel.context.now = utc(hour(0));
    let services = [service(&hotel), service(&hotel)];
    let service_of = |category: usize| services[usize::from(category == DAY_ROOMS)];
    let dorm = resource(&hotel, "Dorm", None);
    let place = |place: usize| match place {
        DORM => dorm,
        _ => resource(&hotel, "Place", (place > DORM).then_some(dorm)),
    };
    let places: Vec<Uuid> = (0..PLACES).map(place).collect();
    let categories = [0, 1, 2, 3].map(|it| category(&hotel, service_of(it), 0));
    for (index, members) in CATEGORIES.iter().enumerate() {
        for place in *members {
            assign(&hotel, places[*place], categories[index], service_of(index));
        }
    }
    let block = |(state, release): &(usize, Option<i64>)| {
        let released = release.map(|hours| utc(hour(hours)));
        let changes = json!({ "State": BLOCK_STATES[*state], "ReleasedUtc": released });
        block(&hotel, services[0], &changes)
    };
    let blocks: Vec<Uuid> = world.blocks.iter().map(block).collect();
    for it in &world.adjusted {
        let changes = json!({
            "UnitCount": it.count,
            "AvailabilityBlockId": it.block.map(|block| blocks[block]),
            "FirstTimeUnitStartUtc": utc(midnight(it.first).timestamp()),
            "LastTimeUnitStartUtc": utc(midnight(it.last).timestamp()),
        });
        adjust(&hotel, services[0], categories[it.category], &changes);
    }
    for it in &world.closed {
        hotel.add::<ResourceBlocks>(json!({
            "AssignedResourceId": places[it.place], "IsActive": true, "Name": "Closed",
            "Type": it.kind,
            "StartUtc": utc(hour(it.start)), "EndUtc": utc(hour(it.end)),
        }));
    }
    for it in &world.booked {
        let changes = json!({
            "State": STATES[it.state],
            "ScheduledStartUtc": utc(hour(it.start)),
            "ScheduledEndUtc": utc(hour(it.end)),
            "ActualEndUtc": (STATES[it.state] == "Processed").then(|| utc(hour(it.left))),
            "AssignedResourceId": it.place.map(|place| places[place]),
            "AvailabilityBlockId": it.block.map(|block| blocks[block]),
        });
        reservation(&hotel, service_of(it.category), categories[it.category], &changes);
    }
    (hotel, services[0])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn availability_is_what_counting_one_by_one_gives(world in world()) {
        let (hotel, service) = build(&world);
        let range = json!({
            "ServiceId": service,
            "FirstTimeUnitStartUtc": utc(midnight(0).timestamp()),
            "LastTimeUnitStartUtc": utc(midnight(DAYS - 1).timestamp()),
        });
        let classic = hotel.call(CLASSIC, range.clone()).unwrap();
        let figures = Naive { world: &world, unit: 0, category: 0 }.figures();
        let names: Vec<&String> = figures.as_object().unwrap().keys().collect();
        let metrics = hotel.call(METRICS, with(range, &json!({ "Metrics": names }))).unwrap();
        for category in 0..DAY_ROOMS {
            let left = &classic["CategoryAvailabilities"][category]["Availabilities"];
            let told = &metrics["ResourceCategoryAvailabilities"][category]["Metrics"];
            for (index, unit) in (0..DAYS).enumerate() {
                let naive = Naive { world: &world, unit, category };
                prop_assert_eq!(&left[index], &json!(naive.left()), "{} in {}", category, unit);
                for (name, figure) in naive.figures().as_object().unwrap() {
                    let told = &told[name][index];
                    prop_assert_eq!(told, figure, "{} of {} in {}", name, category, unit);
                }
            }
        }
    }
}
