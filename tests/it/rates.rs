//! Rates and their prices.

use serde_json::{Value, json};

use crate::support::{GROSS, NET, Server, Tokens};

/// The bookable service of the hotel behind the tokens.
pub(crate) fn stay(server: &Server, tokens: Tokens) -> Value {
    let body = json!({ "ServiceType": "Bookable", "Limitation": { "Count": 10 } });
    server.post_as(tokens, "services/getAll", body).ok()["Services"][0]["Id"].clone()
}

/// The rate with this short name.
pub(crate) fn rate(server: &Server, tokens: Tokens, name: &str) -> Value {
    let body = json!({
        "ServiceIds": [stay(server, tokens)], "ExternalIdentifiers": [name],
        "Limitation": { "Count": 10 },
    });
    server.post_as(tokens, "rates/getAll", body).ok()["Rates"][0].clone()
}

fn pricing(server: &Server, tokens: Tokens, name: &str, days: (&str, &str)) -> Value {
    let body = json!({
        "RateId": rate(server, tokens, name)["Id"],
        "FirstTimeUnitStartUtc": days.0, "LastTimeUnitStartUtc": days.1,
    });
    server.post_as(tokens, "rates/getPricing", body).ok()
}

fn numbers(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_week_costs_what_the_rate_its_base_and_the_weekend_make_it() {
    let server = Server::new();
    // Monday to Sunday.
    let week = ("2026-03-09T00:00:00Z", "2026-03-15T00:00:00Z");
    let flexible = pricing(&server, GROSS, "FLEX", week);
    assert_eq!(flexible["Currency"], "GBP");
    let weekend = numbers("[140.0, 140.0, 140.0, 140.0, 170.0, 170.0, 140.0]");
    assert_eq!(flexible["BasePrices"], weekend);
    // 12 % off, then 8 % and 5 off.
    let advance = pricing(&server, GROSS, "ADV", week);
    let monday = &advance["BaseAmountPrices"][0];
    assert_eq!(monday["GrossValue"], numbers("108.34"));
    assert_eq!(monday["NetValue"], numbers("90.28"));
    assert_eq!(monday["TaxValues"][0]["Code"], "UK-2022-20%");
    assert_eq!(advance["RelativeAdjustment"], numbers("-0.08"));
    assert_eq!(advance["CategoryPrices"].as_array().unwrap().len(), 5);
}

#[test]
fn days_begin_at_the_hotels_midnight_in_summer_too() {
    let server = Server::new();
    let pricing = pricing(&server, GROSS, "FLEX", ("2026-03-28T00:00:00Z", "2026-03-29T23:00:00Z"));
    let days = ["2026-03-28T00:00:00Z", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"];
    assert_eq!(pricing["TimeUnitStartsUtc"], json!(days));
    let body = json!({
        "RateId": rate(&server, GROSS, "FLEX")["Id"],
        "FirstTimeUnitStartUtc": "2026-03-30T00:00:00Z",
        "LastTimeUnitStartUtc": "2026-03-30T00:00:00Z",
    });
    let refused = server.post("rates/getPricing", body);
    assert!(refused.refused(400).starts_with("FirstTimeUnitStartUtc is not start of TimeUnit"));
}

#[test]
fn a_hotel_with_net_prices_adds_its_taxes() {
    let server = Server::new();
    let monday = "2026-03-09T04:00:00Z";
    let pricing = pricing(&server, NET, "FLEX", (monday, monday));
    let price = &pricing["BaseAmountPrices"][0];
    assert_eq!(price["NetValue"], numbers("140.0"));
    assert_eq!(pricing["BasePrices"], numbers("[140.0]"));
    let value = |value: &Value| value.to_string().parse::<rust_decimal::Decimal>().unwrap();
    let taxes = price["TaxValues"].as_array().unwrap().iter().map(|tax| value(&tax["Value"]));
    let taxes: rust_decimal::Decimal = taxes.sum();
    assert!(taxes > rust_decimal::Decimal::ZERO);
    assert_eq!(value(&price["GrossValue"]), value(&price["NetValue"]) + taxes);
}

#[test]
fn rates_of_a_service_come_page_by_page_with_their_groups() {
    let server = Server::new();
    let service = stay(&server, GROSS);
    let mut names = Vec::new();
    let mut cursor = json!(null);
    loop {
        let body = json!({
            "ServiceIds": [service], "Limitation": { "Count": 3, "Cursor": cursor },
        });
        let page = server.post("rates/getAll", body).ok();
        for rate in page["Rates"].as_array().unwrap() {
            names.push(rate["ShortName"].as_str().unwrap().to_owned());
        }
        assert_eq!(page["RateGroups"].as_array().unwrap().len(), 3);
        cursor = page["Cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(names, ["STAFF", "AGY", "CORP", "ADV", "NRF", "LONG", "BB", "FLEX"]);
    let body = json!({ "ServiceIds": [service], "Limitation": { "Count": 10 } });
    let groups = server.post("rateGroups/getAll", body).ok();
    assert_eq!(groups["RateGroups"][2]["Names"]["en-GB"], "Flexible");
    // The other hotel's rates are out of reach.
    let body = json!({ "ServiceIds": [stay(&server, NET)], "Limitation": { "Count": 10 } });
    let none = server.post("rates/getAll", body).ok();
    assert_eq!((&none["Rates"], &none["RateGroups"]), (&json!([]), &json!([])));
}
