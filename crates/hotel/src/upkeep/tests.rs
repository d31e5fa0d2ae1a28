use serde_json::json;
use uuid::Uuid;

use super::{BATCH, Done, is_due, run};
use crate::resource_blocks::ResourceBlocks;
use crate::resources::Resources;
use crate::testing::{ENTERPRISE, Hotel};

fn room(hotel: &Hotel, state: &str) -> Uuid {
    hotel.add::<Resources>(json!({
        "IsActive": true, "Name": "101", "State": state, "Descriptions": {},
        "Data": { "Discriminator": "Space", "Value": { "FloorNumber": "1" } },
        "ExternalNames": {}, "Directions": {},
    }))
}

fn block(hotel: &Hotel, room: Uuid, kind: &str, end: &str) {
    hotel.add::<ResourceBlocks>(json!({
        "AssignedResourceId": room, "IsActive": true, "Type": kind, "Name": "Repair",
        "StartUtc": "2026-01-01T00:00:00Z", "EndUtc": end,
    }));
}

fn state(hotel: &Hotel, room: Uuid) -> String {
    let body = json!({
        "ResourceIds": [room], "Extent": { "Resources": true }, "Limitation": { "Count": 1 },
    });
    hotel.call("resources/getAll", body).unwrap()["Resources"][0]["State"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// What upkeep does now; nothing where nothing is due.
fn keep(hotel: &Hotel) -> Option<Done> {
    hotel.write(|tx| {
        if !is_due(tx, ENTERPRISE, tx.now())? {
            return Ok(None);
        }
        run(tx, ENTERPRISE).map(Some)
    })
}

fn dirtied(count: usize) -> Option<Done> {
    Some(Done { cancelled: 0, dirtied: count })
}

#[test]
fn a_room_is_dirty_once_it_is_no_longer_out_of_order() {
    let mut hotel = Hotel::new();
    let (repaired, used) = (room(&hotel, "Inspected"), room(&hotel, "Inspected"));
    block(&hotel, repaired, "OutOfOrder", "2026-01-01T10:00:00Z");
    block(&hotel, used, "InternalUse", "2026-01-01T10:00:00Z");
    hotel.wait(10 * 3600 - 1);
    assert_eq!((keep(&hotel), state(&hotel, repaired).as_str()), (None, "OutOfOrder"));
    hotel.wait(1);
    assert_eq!(keep(&hotel), dirtied(1));
    assert_eq!(
        (state(&hotel, repaired).as_str(), state(&hotel, used).as_str()),
        ("Dirty", "Inspected")
    );

    // Once it is clean again, it stays so.
    let clean = json!({ "ResourceId": repaired, "State": { "Value": "Clean" } });
    hotel.call("resources/update", json!({ "ResourceUpdates": [clean] })).unwrap();
    hotel.wait(86_400);
    assert_eq!((keep(&hotel), state(&hotel, repaired).as_str()), (None, "Clean"));
    block(&hotel, repaired, "OutOfOrder", "2026-01-02T11:00:00Z");
    hotel.wait(86_400);
    assert_eq!((keep(&hotel), state(&hotel, repaired).as_str()), (dirtied(1), "Dirty"));
    assert_eq!(keep(&hotel), None);
}

#[test]
fn many_ends_are_taken_care_of_in_portions() {
    let mut hotel = Hotel::new();
    let rooms: Vec<Uuid> = (0..=BATCH).map(|_| room(&hotel, "Clean")).collect();
    for (minute, room) in rooms.iter().enumerate() {
        let end = format!("2026-01-01T{:02}:{:02}:00Z", minute / 60 + 1, minute % 60);
        block(&hotel, *room, "OutOfOrder", &end);
    }
    hotel.wait(86_400);
    assert_eq!(keep(&hotel), dirtied(BATCH));
    assert_eq!(state(&hotel, rooms[BATCH]), "Clean");
    assert_eq!(keep(&hotel), dirtied(1));
    assert_eq!(keep(&hotel), None);
    assert!(rooms.iter().all(|room| state(&hotel, *room) == "Dirty"));
}
