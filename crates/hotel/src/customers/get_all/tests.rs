use proptest::prelude::*;
use serde_json::{Value, json};

use super::without_addresses;
use crate::testing::Hotel;

proptest! {
    // Each case makes a hotel of its own.
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever stands in the texts, only the default addresses are left out.
    #[test]
    fn nothing_but_the_addresses_is_left_out(text in r#"[a-z\\"{}:,\n]{0,12}"#, has_address: bool) {
        let tricky = [
            format!("x{text}"),
            "x\"Address\":{\"Id\":".to_owned(),
            "x\",\"ActivityState\":\"".to_owned(),
        ];
        let hotel = Hotel::new();
        for notes in &tricky {
            let mut body = json!({
                "LastName": notes, "Notes": notes, "OverwriteExisting": false,
            });
            if has_address {
                body["Address"] = json!({ "Line1": notes, "City": "\"Address\":" });
            }
            hotel.call("customers/add", body).unwrap();
        }
        let day = json!({ "StartUtc": "2026-01-01T00:00:00Z", "EndUtc": "2026-01-02T00:00:00Z" });
        let get = |extent: Value| {
            let limitation = json!({ "Count": 10 });
            let body = json!({ "CreatedUtc": day, "Extent": extent, "Limitation": limitation });
            hotel.call("customers/getAll", body).unwrap()
        };
        let mut expected = get(json!({ "Customers": true, "Addresses": true }));
        for customer in expected["Customers"].as_array_mut().unwrap() {
            assert_eq!(customer["Address"].is_object(), has_address);
            customer["Address"] = Value::Null;
        }
        prop_assert_eq!(get(json!({ "Customers": true })), expected);
    }
}

#[test]
fn documents_without_addresses_stay_as_they_are() {
    assert_eq!(without_addresses(b"").unwrap(), b"");
    let bare = br#"{"Address":null,"ActivityState":"Active"}"#;
    assert_eq!(without_addresses(bare).unwrap(), bare);
}

#[test]
fn a_page_without_addresses_is_the_decoded_page() {
    let hotel = Hotel::new();
    for number in 0..50 {
        let address = json!({ "Line1": format!("Street {number}"), "City": "Brno" });
        let body = json!({ "LastName": "Many", "OverwriteExisting": false, "Address": address,
            "Email": format!("guest{number}@example.com"), "Notes": "A note of some length" });
        hotel.call("customers/add", body).unwrap();
    }
    let page = |extent: Value| {
        let body =
            json!({ "LastNames": ["Many"], "Extent": extent, "Limitation": { "Count": 1000 } });
        hotel.text("customers/getAll", body).unwrap()
    };
    let spliced = page(json!({ "Customers": true }));
    let decoded = page(json!({ "Customers": true, "Documents": true }));
    assert_eq!(spliced.replace("\"Documents\":null", "\"Documents\":[]"), decoded);
}
