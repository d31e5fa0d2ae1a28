use serde_json::json;

use super::Sources;
use crate::testing::Hotel;

const LIST: &str = "sources/getAll";

#[test]
fn they_are_listed_newest_first_and_by_identifier() {
    let hotel = Hotel::new();
    let [kiosk, agent] = ["Kiosk", "Agent"]
        .map(|kind| hotel.add::<Sources>(json!({ "Name": kind, "Type": kind, "Code": 7 })));
    assert_eq!(hotel.list(LIST, "Sources", json!({})), [agent, kiosk]);
    assert_eq!(hotel.list(LIST, "Sources", json!({ "SourceIds": [kiosk] })), [kiosk]);
    let body = json!({ "Limitation": { "Count": 1, "Cursor": agent } });
    let answer = hotel.call(LIST, body).unwrap();
    let expected = json!({
        "Id": kiosk,
        "Name": "Kiosk",
        "Type": "Kiosk",
        "UpdatedUtc": "2026-01-01T00:00:00Z",
        "Code": 7,
    });
    assert_eq!(answer, json!({ "Sources": [expected], "Cursor": kiosk }));
}
