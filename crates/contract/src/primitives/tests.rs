use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{from_str, json, to_string};

use super::*;

#[test]
fn instants_are_whole_seconds_in_utc() {
    for (text, written) in [
        ("2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z"),
        ("2026-03-29T01:30:00.999Z", "2026-03-29T01:30:00Z"),
        ("2026-03-29T01:30:00+02:00", "2026-03-28T23:30:00Z"),
    ] {
        assert_eq!(text.parse::<UtcInstant>().unwrap().to_string(), written);
    }
    for text in
        ["2026-03-29", "2026-03-29T01:30:00", "2026-03-29 01:30:00Z", "2026-02-30T00:00:00Z"]
    {
        assert!(text.parse::<UtcInstant>().is_err(), "{text}");
    }
}

#[test]
fn dates_may_come_as_midnights() {
    for text in ["\"2026-03-29\"", "\"2026-03-29T00:00:00Z\"", "\"2026-03-29T00:00:00.000Z\""] {
        assert_eq!(from_str::<LocalDate>(text).unwrap().to_string(), "2026-03-29");
    }
    assert!(from_str::<LocalDate>("\"2026-03-29T10:00:00Z\"").is_err());
}

#[test]
fn durations_take_any_form_and_give_the_recorded_one() {
    for (text, written) in [
        ("P0Y0M1DT0H0M0S", "P0M1DT0H0M0S"),
        ("P1Y2M", "P14M0DT0H0M0S"),
        ("PT15H", "P0M0DT15H0M0S"),
        ("P1W", "P0M7DT0H0M0S"),
        ("-PT7H", "-P0M0DT7H0M0S"),
    ] {
        let duration: IsoDuration = text.parse().unwrap();
        assert_eq!(duration.to_string(), written);
        assert_eq!(duration.to_string().parse::<IsoDuration>().unwrap(), duration);
    }
    for text in ["", "1h", "P", "0M0D0:0:0.0", "15 hours"] {
        assert!(text.parse::<IsoDuration>().is_err(), "{text}");
    }
}

#[test]
fn numbers_keep_a_point_and_every_digit() {
    for (text, written) in [
        ("10000", "10000.0"),
        ("0", "0.0"),
        ("-0.070", "-0.07"),
        ("1e2", "100.0"),
        ("0.1234567890123456789012", "0.1234567890123456789012"),
    ] {
        assert_eq!(to_string(&from_str::<Number>(text).unwrap()).unwrap(), written);
        let value = from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(to_string(&serde_json::from_value::<Number>(value).unwrap()).unwrap(), written);
    }
    assert!(from_str::<Number>("1e400").is_err());
    assert!(from_str::<Number>("\"1\"").is_err());
}

#[test]
fn identifiers_are_read_in_any_case() {
    let id: Id<u8> = from_str("\"C66EF7B2-39D2-4632-943D-115EDE9CB810\"").unwrap();
    assert_eq!(to_string(&id).unwrap(), "\"c66ef7b2-39d2-4632-943d-115ede9cb810\"");
    assert!(from_str::<Id<u8>>("\"c66ef7b239d24632943d115ede9cb810\"").is_err());
}

#[test]
fn update_values_keep_set_and_clear() {
    #[derive(serde::Deserialize)]
    struct Update {
        #[serde(default)]
        name: UpdateValue<String>,
    }
    let read = |body| serde_json::from_value::<Update>(body).unwrap().name;
    assert_eq!(read(json!({})), UpdateValue::Keep);
    assert_eq!(read(json!({ "name": null })), UpdateValue::Keep);
    assert_eq!(read(json!({ "name": {} })), UpdateValue::Clear);
    assert_eq!(read(json!({ "name": { "Value": null } })), UpdateValue::Clear);
    assert_eq!(read(json!({ "name": { "Value": "x" } })), UpdateValue::Set("x".to_owned()));
}

#[test]
fn intervals_tolerate_one_day_above_the_limit() {
    let interval = |start: &str, end: &str| TimeInterval {
        start_utc: start.parse().unwrap(),
        end_utc: end.parse().unwrap(),
    };
    let tolerated = interval("2026-01-31T00:00:00Z", "2026-05-01T00:00:00Z");
    assert!(tolerated.checked("UpdatedUtc", 3).is_ok());
    let long = interval("2026-01-31T00:00:00Z", "2026-05-01T00:00:01Z");
    let error = long.checked("UpdatedUtc", 3).unwrap_err();
    assert!(error.to_string().starts_with("The interval must not exceed 3M1D"));
    let reversed = interval("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z");
    assert!(reversed.checked("UpdatedUtc", 3).is_err());
}

proptest! {
    #[test]
    fn numbers_round_trip(mantissa in any::<i64>(), scale in 0u32..=28) {
        let number = Number(Decimal::from_i128_with_scale(i128::from(mantissa), scale));
        let text = to_string(&number).unwrap();
        prop_assert!(text.contains('.'));
        prop_assert_eq!(from_str::<Number>(&text).unwrap(), number);
    }

    #[test]
    fn instants_round_trip(seconds in -62_135_596_800_i64..253_402_300_799) {
        let instant = UtcInstant::from_seconds(seconds).unwrap();
        prop_assert_eq!(instant.to_string().parse::<UtcInstant>().unwrap(), instant);
    }

    #[test]
    fn durations_round_trip(months in 0i32..1000, days in 0i32..1000, seconds in 0i64..1_000_000, negative: bool) {
        let sign = if negative { -1 } else { 1 };
        let duration = IsoDuration { months: months * sign, days: days * sign, seconds: seconds * i64::from(sign) };
        prop_assert_eq!(duration.to_string().parse::<IsoDuration>().unwrap(), duration);
    }
}

/// What a client writes, the server reads as what it was.
#[test]
fn requests_survive_the_wire() {
    let bounded: Bounded<u8, 1, 3> = [1, 2].into();
    let wire = to_string(&bounded).unwrap();
    assert_eq!(wire, "[1,2]");
    assert_eq!(from_str::<Bounded<u8, 1, 3>>(&wire).unwrap(), bounded);
    let refused = Bounded::<u8, 1, 3>::try_from(vec![0; 4]).unwrap_err();
    assert_eq!(refused.to_string(), "4 items, expected 1 to 3 items");
    let refused = Text::<2>::try_from("\u{e4}\u{f6}\u{fc}").unwrap_err();
    assert_eq!(refused.to_string(), "3 characters, expected at most 2 characters");
    assert_eq!(&*Text::<3>::try_from("\u{e4}\u{f6}\u{fc}").unwrap(), "\u{e4}\u{f6}\u{fc}");

    for (update, wire) in [
        (UpdateValue::Keep, "null"),
        (UpdateValue::Clear, r#"{"Value":null}"#),
        (UpdateValue::Set(7), r#"{"Value":7}"#),
    ] {
        assert_eq!(to_string(&update).unwrap(), wire);
        assert_eq!(from_str::<UpdateValue<i32>>(wire).unwrap(), update);
    }
    let page = Limitation { cursor: Some(Id::new(uuid::Uuid::nil())), ..Limitation::first(7) };
    let wire = to_string(&page).unwrap();
    assert_eq!(wire, r#"{"Count":7,"Cursor":"00000000-0000-0000-0000-000000000000"}"#);
}

#[test]
fn the_largest_numbers_are_read_as_they_are_written() {
    for text in [
        "66616666666666666666666666666",
        "79228162514264337593543950335",
        "-9999999999999999999999999999",
    ] {
        let number: Number = from_str(text).unwrap();
        let written = to_string(&number).unwrap();
        assert_eq!(written, format!("{text}.0"));
        assert_eq!(from_str::<Number>(&written).unwrap(), number);
        assert_eq!(written.parse::<Number>().unwrap(), number);
    }
    assert_eq!(from_str::<Number>("0.10").unwrap(), "0.1".parse().unwrap());
    assert_eq!(from_str::<Number>("0.000").unwrap(), Number::from(0));
    for text in ["79228162514264337593543950336", "1e40"] {
        assert!(from_str::<Number>(text).is_err(), "{text}");
    }
}
