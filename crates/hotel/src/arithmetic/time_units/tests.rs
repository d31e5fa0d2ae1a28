use jiff::tz::TimeZone;
use ostler_contract::error::Error;
use ostler_contract::primitives::{IsoDuration, UtcInstant};
use proptest::prelude::*;

use super::{Caps, Offsets, Period, TimeUnits};

const ZONES: &[&str] = &[
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kwajalein",
    "Antarctica/Troll",
    "UTC",
];

fn at(text: &str) -> UtcInstant {
    text.parse().unwrap()
}

fn seconds(seconds: i64) -> UtcInstant {
    UtcInstant::from_seconds(seconds).unwrap()
}

fn units(zone: &str, period: Period, offsets: Offsets) -> TimeUnits {
    TimeUnits::new(TimeZone::get(zone).unwrap(), period, offsets)
}

fn days(zone: &str) -> TimeUnits {
    units(zone, Period::Day, Offsets::default())
}

fn nights(zone: &str) -> TimeUnits {
    let offsets = Offsets {
        start: IsoDuration::hours(15),
        end: IsoDuration::hours(12),
        occupancy_start: IsoDuration::hours(19),
        occupancy_end: IsoDuration::hours(8),
    };
    units(zone, Period::Day, offsets)
}

fn range(units: &TimeUnits, first: &str, last: &str) -> Result<Vec<String>, String> {
    let (first, last) = (at(first), at(last));
    units
        .range(("FirstTimeUnitStartUtc", first), ("LastTimeUnitStartUtc", last), Caps::AVAILABILITY)
        .map(|units| units.iter().map(ToString::to_string).collect())
        .map_err(|error| error.to_string())
}

fn stay(units: &TimeUnits, start: &str, end: &str) -> Vec<String> {
    units.of_stay(at(start), at(end)).unwrap().iter().map(ToString::to_string).collect()
}

fn starts(units: &TimeUnits, from: &str, count: usize) -> Vec<String> {
    let mut start = at(from);
    let mut starts = Vec::new();
    for _ in 0..count {
        starts.push(start.to_string());
        start = units.next(start).unwrap();
    }
    starts
}

impl TimeUnits {
    /// When the service nominally starts in the unit that starts at `unit`.
    fn nominal_start(&self, unit: UtcInstant) -> Result<UtcInstant, Error> {
        self.shifted(unit, self.offsets.start)
    }

    /// When the service nominally ends for the unit that starts at `unit`.
    fn nominal_end(&self, unit: UtcInstant) -> Result<UtcInstant, Error> {
        self.shifted(self.next(unit)?, self.offsets.end)
    }
}

#[test]
fn stays_map_to_units() {
    let utc = nights("UTC");
    let expected = ["2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z", "2026-03-12T00:00:00Z"];
    assert_eq!(stay(&utc, "2026-03-10T14:00:00Z", "2026-03-13T10:00:00Z"), expected);
    assert_eq!(stay(&utc, "2026-03-10T14:00:00Z", "2026-03-13T20:00:00Z"), expected);
    let short = stay(&utc, "2026-03-10T14:00:00Z", "2026-03-10T20:00:00Z");
    assert_eq!(short, ["2026-03-10T00:00:00Z"]);

    let hours = units("UTC", Period::Hour, Offsets::default());
    let hourly = stay(&hours, "2026-03-10T09:00:00Z", "2026-03-10T11:00:00Z");
    assert_eq!(hourly, ["2026-03-10T09:00:00Z", "2026-03-10T10:00:00Z"]);

    let day_use =
        Offsets { start: IsoDuration::hours(8), end: IsoDuration::hours(-7), ..Offsets::default() };
    let day_use = units("UTC", Period::Day, day_use);
    let one = stay(&day_use, "2026-03-10T08:00:00Z", "2026-03-10T17:00:00Z");
    assert_eq!(one, ["2026-03-10T00:00:00Z"]);
    let midnight = stay(&day_use, "2026-03-10T08:00:00Z", "2026-03-11T00:00:00Z");
    assert_eq!(midnight, ["2026-03-10T00:00:00Z"]);
}

#[test]
fn empty_and_endless_stays_are_refused() {
    let utc = nights("UTC");
    let same = at("2026-03-10T14:00:00Z");
    assert!(utc.of_stay(same, same).is_err());
    assert!(utc.of_stay(same, at("2036-03-10T14:00:00Z")).is_err());
    assert!(utc.of_stay(same, at("9999-12-30T00:00:00Z")).is_err());
}

#[test]
fn ranges_are_strict() {
    let budapest = days("Europe/Budapest");
    let one = range(&budapest, "2026-01-01T23:00:00Z", "2026-01-01T23:00:00Z");
    assert_eq!(one.unwrap(), ["2026-01-01T23:00:00Z"]);
    let off = range(&budapest, "2026-01-02T00:00:00Z", "2026-01-02T23:00:00Z").unwrap_err();
    assert!(off.starts_with("FirstTimeUnitStartUtc is not start of TimeUnit."), "{off}");
    let off = range(&budapest, "2026-01-01T23:00:00Z", "2026-01-02T22:00:00Z").unwrap_err();
    assert!(off.starts_with("LastTimeUnitStartUtc is not start of TimeUnit."), "{off}");
    let turned = range(&budapest, "2026-01-02T23:00:00Z", "2026-01-01T23:00:00Z").unwrap_err();
    assert!(turned.starts_with("Invalid LastTimeUnitStartUtc"), "{turned}");
    let most = range(&budapest, "2025-12-31T23:00:00Z", "2027-01-01T23:00:00Z").unwrap();
    assert_eq!(most.len(), 367);
    let long = range(&budapest, "2025-12-31T23:00:00Z", "2027-01-02T23:00:00Z").unwrap_err();
    assert!(long.starts_with("The interval must not exceed 367D"), "{long}");
}

#[test]
fn touched_ranges_are_lenient() {
    let (first, last) = (at("2026-01-02T05:00:00Z"), at("2026-01-03T22:59:59Z"));
    let touched = days("Europe/Budapest")
        .range_touched(("StartUtc", first), ("EndUtc", last), Caps::PRICE_UPDATE)
        .unwrap();
    assert_eq!(touched, [at("2026-01-01T23:00:00Z"), at("2026-01-02T23:00:00Z")]);
}

#[test]
fn days_follow_the_clock_change() {
    let london = starts(&days("Europe/London"), "2026-03-28T00:00:00Z", 3);
    assert_eq!(london, ["2026-03-28T00:00:00Z", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"]);
    let new_york = starts(&days("America/New_York"), "2026-11-01T04:00:00Z", 2);
    assert_eq!(new_york, ["2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"]);
}

#[test]
fn a_day_without_midnight_starts_at_its_first_instant() {
    let sao_paulo = days("America/Sao_Paulo");
    // On 2018-11-04 clocks leapt from 00:00 to 01:00.
    assert_eq!(
        starts(&sao_paulo, "2018-11-03T03:00:00Z", 3),
        ["2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"]
    );
    assert_eq!(
        nights("America/Sao_Paulo").nominal_start(at("2018-11-04T03:00:00Z")).unwrap(),
        at("2018-11-04T17:00:00Z")
    );
    let cairo = days("Africa/Cairo");
    // On 2024-04-26 clocks leapt from 00:00 to 01:00.
    assert!(cairo.is_start(at("2024-04-25T22:00:00Z")));
    assert_eq!(cairo.next(at("2024-04-25T22:00:00Z")).unwrap(), at("2024-04-26T21:00:00Z"));
}

#[test]
fn a_date_that_was_left_out_has_no_unit() {
    // Samoa went from 29 to 31 December 2011 across the date line.
    assert_eq!(
        starts(&days("Pacific/Apia"), "2011-12-29T10:00:00Z", 3),
        ["2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"]
    );
    assert_eq!(
        days("Pacific/Apia").local_date(at("2011-12-30T10:00:00Z")).to_string(),
        "2011-12-31"
    );
}

#[test]
fn hours_follow_half_hour_zones() {
    let kathmandu = units("Asia/Kathmandu", Period::Hour, Offsets::default());
    assert_eq!(
        kathmandu.containing(at("2026-05-01T10:00:00Z")).unwrap(),
        at("2026-05-01T09:15:00Z")
    );
    let lord_howe = units("Australia/Lord_Howe", Period::Hour, Offsets::default());
    // Clocks go from 02:00 to 02:30 on 2026-10-04, and back from 02:00 to 01:30 on 2026-04-05.
    assert_eq!(
        starts(&lord_howe, "2026-10-03T14:30:00Z", 4),
        [
            "2026-10-03T14:30:00Z",
            "2026-10-03T15:30:00Z",
            "2026-10-03T16:00:00Z",
            "2026-10-03T17:00:00Z"
        ]
    );
    assert_eq!(
        starts(&lord_howe, "2026-04-04T14:00:00Z", 4),
        [
            "2026-04-04T14:00:00Z",
            "2026-04-04T15:00:00Z",
            "2026-04-04T15:30:00Z",
            "2026-04-04T16:30:00Z"
        ]
    );
}

#[test]
fn offsets_are_wall_clock() {
    let london = nights("Europe/London");
    let (short, long) = (at("2026-03-29T00:00:00Z"), at("2026-10-24T23:00:00Z"));
    assert_eq!(london.nominal_start(short).unwrap(), at("2026-03-29T14:00:00Z"));
    assert_eq!(london.nominal_end(short).unwrap(), at("2026-03-30T11:00:00Z"));
    assert_eq!(london.nominal_start(long).unwrap(), at("2026-10-25T15:00:00Z"));
    let (from, until) = london.occupancy(long).unwrap();
    assert_eq!((from, until), (at("2026-10-25T19:00:00Z"), at("2026-10-26T08:00:00Z")));
}

#[test]
fn months_run_from_first_to_first() {
    let london = units("Europe/London", Period::Month, Offsets::default());
    assert_eq!(
        starts(&london, "2026-03-01T00:00:00Z", 3),
        ["2026-03-01T00:00:00Z", "2026-03-31T23:00:00Z", "2026-04-30T23:00:00Z"]
    );
    let caps = range(&london, "2026-01-01T00:00:00Z", "2031-01-01T00:00:00Z").unwrap_err();
    assert!(caps.starts_with("The interval must not exceed 60M"), "{caps}");
    let stay = stay(&london, "2026-02-10T12:00:00Z", "2026-03-01T00:00:00Z");
    assert_eq!(stay, ["2026-02-01T00:00:00Z"]);
}

#[test]
fn the_ends_of_time_are_errors() {
    for period in [Period::Hour, Period::Day, Period::Month] {
        for zone in ZONES {
            let offset = IsoDuration { months: i32::MAX, days: i32::MIN, seconds: i64::MAX };
            let offsets = Offsets {
                start: offset,
                end: offset,
                occupancy_start: offset,
                occupancy_end: offset,
            };
            let units = units(zone, period, offsets);
            for instant in [seconds(-377_705_023_201), seconds(253_402_207_200)] {
                let _ = (units.containing(instant).is_ok(), units.is_start(instant));
                let _ = (units.next(instant).is_ok(), units.previous(instant).is_ok());
                assert!(units.nominal_start(instant).is_err());
                assert!(units.nominal_end(instant).is_err());
                assert!(units.occupancy(instant).is_err());
                assert!(units.local_date(instant).0.year().abs() == 9999);
            }
        }
    }
}

fn any_zone() -> impl Strategy<Value = &'static str> {
    prop::sample::select(ZONES)
}

fn any_period() -> impl Strategy<Value = Period> {
    prop::sample::select(&[Period::Hour, Period::Day, Period::Month][..])
}

proptest! {
    /// Every instant lies in exactly one unit: from its start until the start of the next.
    #[test]
    fn units_are_a_partition(
        zone in any_zone(),
        period in any_period(),
        second in -1_000_000_000_i64..4_000_000_000,
    ) {
        let units = units(zone, period, Offsets::default());
        let instant = seconds(second);
        let start = units.containing(instant).unwrap();
        let next = units.next(start).unwrap();
        prop_assert!(start <= instant && instant < next, "{start} {instant} {next}");
        prop_assert!(units.is_start(start));
        prop_assert!(units.is_start(next));
        prop_assert_eq!(units.previous(next).unwrap(), start);
        prop_assert_eq!(units.containing(seconds(next.seconds() - 1)).unwrap(), start);
    }

    /// A range of days has as many units as the calendar has dates that exist.
    #[test]
    fn ranges_count_dates(
        zone in any_zone(),
        second in 1_000_000_000_i64..2_000_000_000,
        length in 0_i64..360,
    ) {
        let units = days(zone);
        let first = units.containing(seconds(second)).unwrap();
        let last = units.containing(seconds(second + length * 86_400)).unwrap();
        let count = units
            .range(("FirstTimeUnitStartUtc", first), ("LastTimeUnitStartUtc", last), Caps::PRICING)
            .unwrap()
            .len();
        let dates = (units.local_date(last).0 - units.local_date(first).0).get_days() + 1;
        let missing = units.local_date(first).0 < jiff::civil::date(2011, 12, 30)
            && jiff::civil::date(2011, 12, 30) < units.local_date(last).0
            && zone == "Pacific/Apia";
        prop_assert_eq!(i64::try_from(count).unwrap(), i64::from(dates) - i64::from(missing));
    }

    /// The hours of a day are as many as it is long, where clocks change by full hours.
    #[test]
    fn days_are_full_of_hours(second in 1_000_000_000_i64..2_000_000_000) {
        for zone in ["Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu"] {
            let day = days(zone).containing(seconds(second)).unwrap();
            let next = days(zone).next(day).unwrap();
            let hours = units(zone, Period::Hour, Offsets::default()).of_stay(day, next).unwrap();
            let length = (next.seconds() - day.seconds()) / 3600;
            prop_assert_eq!(i64::try_from(hours.len()).unwrap(), length);
            prop_assert!(hours.contains(&day));
        }
    }

    /// The nominal interval of some units maps back to them.
    #[test]
    fn nominal_stays_map_back(zone in any_zone(), second in 1_000_000_000_i64..2_000_000_000, count in 1_usize..40) {
        let units = nights(zone);
        let mut stay = vec![units.containing(seconds(second)).unwrap()];
        while stay.len() < count {
            stay.push(units.next(*stay.last().unwrap()).unwrap());
        }
        let start = units.nominal_start(stay[0]).unwrap();
        let end = units.nominal_end(*stay.last().unwrap()).unwrap();
        prop_assert_eq!(units.of_stay(start, end).unwrap(), stay);
    }
}
