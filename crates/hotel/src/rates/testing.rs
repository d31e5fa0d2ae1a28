//! A house with rooms, a dorm with beds and rates, for tests of what can be booked at which price.

use ostler_contract::error::Error;
use ostler_store::{Snapshot, Stored};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Rates;
use crate::property::Property;
use crate::rate_groups::RateGroups;
use crate::reservations::Reservations;
use crate::resource_categories::{ResourceCategories, ResourceCategoryAssignments};
use crate::resources::Resources;
use crate::services::Services;
use crate::testing::{ENTERPRISE, Hotel};

/// `document` with the properties of `changes` instead of its own.
pub(crate) fn with(mut document: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

/// A service reserved in days from 15:00 to 12:00, occupied from 18:00 to 10:00.
pub(crate) fn service(hotel: &Hotel) -> Uuid {
    bookable(hotel, "Day", ["PT15H", "PT12H", "PT18H", "PT10H"])
}

/// A service with time units of the period and the offsets of start and end, nominal and occupied.
pub(crate) fn bookable(hotel: &Hotel, period: &str, offsets: [&str; 4]) -> Uuid {
    let [start, end, occupancy_start, occupancy_end] = offsets;
    hotel.add::<Services>(json!({
        "IsActive": true, "Name": "Stay", "Names": { "en-GB": "Stay" },
        "Options": { "BillAsPackage": false }, "Ordering": 0,
        "Data": { "Discriminator": "Bookable", "Value": {
            "StartOffset": start, "EndOffset": end,
            "OccupancyStartOffset": occupancy_start, "OccupancyEndOffset": occupancy_end,
            "TimeUnitPeriod": period, "TimeUnit": period,
        } },
    }))
}

/// An active category for two persons and one more.
pub(crate) fn category(hotel: &Hotel, service: Uuid, ordering: i64) -> Uuid {
    hotel.add::<ResourceCategories>(json!({
        "ServiceId": service, "IsActive": true, "Type": "Room", "Classification": "Other",
        "Names": {}, "ShortNames": {}, "Descriptions": {}, "Ordering": ordering,
        "Capacity": 2, "ExtraCapacity": 1,
    }))
}

/// A resource that may be part of another one.
pub(crate) fn resource(hotel: &Hotel, name: &str, parent: Option<Uuid>) -> Uuid {
    hotel.add::<Resources>(json!({
        "IsActive": true, "Name": name, "State": "Clean", "ParentResourceId": parent,
        "Descriptions": {}, "ExternalNames": {}, "Directions": {},
        "Data": { "Discriminator": "Space", "Value": { "FloorNumber": "1" } },
    }))
}

/// Puts the resource into the category of the service.
pub(crate) fn assign(hotel: &Hotel, resource: Uuid, category: Uuid, service: Uuid) {
    hotel.add_hidden::<ResourceCategoryAssignments>(
        json!({ "IsActive": true, "ResourceId": resource, "CategoryId": category }),
        json!({ "service_id": service }),
    );
}

/// A confirmed reservation of the category.
pub(crate) fn reservation(hotel: &Hotel, service: Uuid, category: Uuid, changes: &Value) -> Uuid {
    let id = Uuid::from_u128(0x1);
    let document = json!({
        "ServiceId": service, "AccountId": id, "AccountType": "Customer", "CreatorProfileId": id,
        "UpdaterProfileId": id, "Number": "1", "State": "Confirmed", "Origin": "Connector",
        "Options": { "OwnerCheckedIn": false, "AllCompanionsCheckedIn": false,
            "AnyCompanionCheckedIn": false, "ConnectorCheckIn": false },
        "RateId": id, "GroupId": id, "RequestedResourceCategoryId": category,
        "AssignedResourceLocked": false, "PersonCounts": [],
    });
    let mut document = with(document, changes);
    document["StartUtc"] = document["ScheduledStartUtc"].clone();
    document["EndUtc"] = document["ScheduledEndUtc"].clone();
    hotel.add::<Reservations>(document)
}

/// A rate group of the service.
pub(crate) fn group(hotel: &Hotel, service: Uuid) -> Uuid {
    hotel.add::<RateGroups>(json!({
        "ServiceId": service, "IsActive": true, "Ordering": 0, "Names": { "en-GB": "Flexible" },
    }))
}

/// A public rate that can be booked.
pub(crate) fn rate(
    hotel: &Hotel,
    (service, group): (Uuid, Uuid),
    changes: &Value,
    hidden: Value,
) -> Uuid {
    let document = json!({
        "GroupId": group, "ServiceId": service, "IsBaseRate": true, "IsActive": true,
        "IsEnabled": true, "IsPublic": true, "IsDefault": false, "Type": "Public",
        "Names": { "en-GB": "Best", "de-DE": "Beste" }, "Name": "Best",
    });
    hotel.add_hidden::<Rates>(with(document, changes), hidden)
}

/// The property with one of its services.
pub(crate) fn stored_service(
    snapshot: &Snapshot<'_>,
    service: Uuid,
) -> Result<(Property, Stored<Services>), Error> {
    let property = Property::load(snapshot, ENTERPRISE)?;
    Ok((property, snapshot.get(ENTERPRISE, service)?.unwrap()))
}
