//! The configuration of a property: resources, products and what they refer to.

use ostler_hotel::accounting_categories::AccountingCategories;
use ostler_hotel::age_categories::AgeCategories;
use ostler_hotel::business_segments::BusinessSegments;
use ostler_hotel::cashiers::Cashiers;
use ostler_hotel::counters::Counters;
use ostler_hotel::product_categories::ProductCategories;
use ostler_hotel::products::Products;
use ostler_hotel::resource_blocks::ResourceBlocks;
use ostler_hotel::resource_categories::{
    ResourceCategories, ResourceCategoryAssignments, ResourceCategoryImageAssignments,
};
use ostler_hotel::resource_features::{ResourceFeatureAssignments, ResourceFeatures};
use ostler_hotel::resources::Resources;
use ostler_hotel::sources::Sources;
use ostler_store::Entity;
use ostler_worlds::demo;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{NOW, Server};

/// A service that only these tests have.
const SERVICE: Uuid = Uuid::from_u128(0x5e);

/// Stores a document of the enterprise with gross prices, given as the wire shows it without `Id`,
/// `EnterpriseId`, `CreatedUtc` and `UpdatedUtc`.
fn add<E: Entity>(server: &Server, document: Value) -> Uuid {
    server.change(move |tx| {
        let mut document = document.clone();
        let id: Uuid = tx.new_id::<()>().uuid();
        document["Id"] = json!(id);
        document["EnterpriseId"] = json!(demo::GROSS);
        document["CreatedUtc"] = json!(NOW);
        document["UpdatedUtc"] = json!(NOW);
        let document = serde_json::from_str(&document.to_string()).unwrap();
        tx.insert::<E>(demo::GROSS, document, E::Hidden::default())?;
        Ok(id)
    })
}

fn room(server: &Server, name: &str) -> Uuid {
    let room = json!({
        "IsActive": true,
        "Name": name,
        "State": "Dirty",
        "Descriptions": {},
        "Data": { "Discriminator": "Space", "Value": { "FloorNumber": "1" } },
        "ExternalNames": {},
        "Directions": {},
    });
    add::<Resources>(server, room)
}

fn read(server: &Server, id: Uuid) -> Value {
    let body = json!({
        "ResourceIds": [id], "Extent": { "Resources": true }, "Limitation": { "Count": 1 },
    });
    server.post("resources/getAll", body).ok()["Resources"][0].clone()
}

#[test]
fn a_resource_is_read_with_all_that_hangs_on_it() {
    let server = Server::new();
    let resource = room(&server, "T-101");
    let category = add::<ResourceCategories>(
        &server,
        json!({
            "ServiceId": SERVICE,
            "IsActive": true,
            "Type": "Room",
            "Classification": "Other",
            "Names": { "en-US": "Standard" },
            "ShortNames": {},
            "Descriptions": {},
            "Ordering": 0,
            "Capacity": 2,
            "ExtraCapacity": 0,
        }),
    );
    let assignment = add::<ResourceCategoryAssignments>(
        &server,
        json!({ "IsActive": true, "ResourceId": resource, "CategoryId": category }),
    );
    let image = json!({
        "IsActive": true, "CategoryId": category, "ImageId": SERVICE, "Ordering": 0,
    });
    let image = add::<ResourceCategoryImageAssignments>(&server, image);
    let feature = add::<ResourceFeatures>(
        &server,
        json!({
            "ServiceId": SERVICE,
            "IsActive": true,
            "Classification": "SeaView",
            "Names": {},
            "ShortNames": {},
            "Descriptions": {},
        }),
    );
    let has_feature = add::<ResourceFeatureAssignments>(
        &server,
        json!({ "IsActive": true, "ResourceId": resource, "FeatureId": feature }),
    );
    let parts = [
        ("Resources", resource),
        ("ResourceCategories", category),
        ("ResourceCategoryAssignments", assignment),
        ("ResourceCategoryImageAssignments", image),
        ("ResourceFeatures", feature),
        ("ResourceFeatureAssignments", has_feature),
    ];
    let mut body =
        json!({ "ResourceIds": [resource], "Extent": {}, "Limitation": { "Count": 10 } });
    let bare = server.post("resources/getAll", body.clone()).ok();
    for (name, _) in parts {
        assert_eq!(bare[name], Value::Null, "{name}");
        body["Extent"][name] = json!(true);
    }
    let full = server.post("resources/getAll", body).ok();
    for (name, id) in parts {
        let items = full[name].as_array().unwrap();
        assert_eq!(items.len(), 1, "{name}");
        assert_eq!(items[0]["Id"], json!(id), "{name}");
    }

    let body = json!({ "ServiceIds": [SERVICE], "Limitation": { "Count": 10 } });
    let categories = server.post("resourceCategories/getAll", body).ok();
    assert_eq!(categories["ResourceCategories"], full["ResourceCategories"]);
    let body = json!({ "ResourceCategoryIds": [category], "Limitation": { "Count": 10 } });
    let assignments = server.post("resourceCategoryAssignments/getAll", body).ok();
    assert_eq!(assignments["ResourceCategoryAssignments"], full["ResourceCategoryAssignments"]);
}

#[test]
fn housekeeping_sets_the_state_of_a_room_unless_it_is_out_of_order() {
    let server = Server::new();
    let id = room(&server, "T-101");
    let set = |state: &str| {
        let update = json!({ "ResourceId": id, "State": { "Value": state } });
        server.post("resources/update", json!({ "ResourceUpdates": [update] }))
    };
    assert_eq!(set("Inspected").ok(), json!({}));
    assert_eq!(read(&server, id)["State"], "Inspected");
    assert_eq!(set("OutOfOrder").refused(400), "Invalid State");
    assert_eq!(read(&server, id)["State"], "Inspected");

    add::<ResourceBlocks>(
        &server,
        json!({
            "AssignedResourceId": id,
            "IsActive": true,
            "Type": "OutOfOrder",
            "StartUtc": NOW,
            "EndUtc": "2026-03-03T10:00:00Z",
            "Name": "Repair",
        }),
    );
    assert_eq!(read(&server, id)["State"], "OutOfOrder");
}

/// Reads the only product in every language.
fn names_follow_the_language(server: &Server, product: &Value) {
    // What stands in for Swiss German is German; Luxembourgish has no text, nor what stands in.
    for (language, name) in [
        ("de-DE", "Frühstück"),
        ("de-ch", "Frühstück"),
        ("de", "Frühstück"),
        ("en-GB", "Breakfast"),
        ("lb-LU", "Breakfast"),
        ("xx", "Breakfast"),
    ] {
        let mut body = json!({
            "ServiceIds": [SERVICE],
            "LanguageCode": language,
            "CultureCode": "de-DE",
            "Limitation": { "Count": 10 },
        });
        let products = server.post("products/getAll", body.clone()).ok();
        assert_eq!(products["Products"][0]["Id"], *product);
        assert_eq!(products["Products"][0]["Name"], name, "{language}");
        assert_eq!(products["Products"], products["CustomerProducts"]);
        body["CultureCode"] = Value::Null;
        let alone = server.post("products/getAll", body).ok();
        assert_eq!(alone["Products"][0]["Name"], "Breakfast", "{language} without a culture");
    }
}

#[test]
fn a_product_is_read_with_its_category() {
    let server = Server::new();
    let category = add::<ProductCategories>(
        &server,
        json!({
            "ServiceId": SERVICE,
            "Names": { "en-US": "Food" },
            "ShortNames": {},
            "Descriptions": {},
            "Ordering": 0,
        }),
    );
    let price = json!({
        "Currency": "GBP",
        "NetValue": 10,
        "GrossValue": 12,
        "TaxValues": [{ "Code": "UK-2022-20%", "Value": 2 }],
        "Breakdown": {
            "Items": [{ "TaxRateCode": "UK-2022-20%", "NetValue": 10, "TaxValue": 2 }],
        },
    });
    let promotions = json!({
        "BeforeCheckIn": true,
        "AfterCheckIn": false,
        "DuringStay": false,
        "BeforeCheckOut": false,
        "AfterCheckOut": false,
        "DuringCheckOut": false,
    });
    let product = add::<Products>(
        &server,
        json!({
            "ServiceId": SERVICE,
            "CategoryId": category,
            "IsActive": true,
            "Names": { "en-GB": "Breakfast", "de-DE": "Frühstück" },
            "ExternalNames": {},
            "ShortNames": {},
            "ChargingMode": "PerPerson",
            "PostingMode": "Once",
            "Options": { "BillAsPackage": false, "ExcludePriceFromOffer": false },
            "Promotions": promotions,
            "Classifications": {
                "Food": true, "Beverage": false, "Wellness": false, "CityTax": false, "Fee": false,
            },
            "Price": price,
            "Ordering": 0,
            "ConsumptionMoment": "NextTimeUnit",
            "IsDefault": false,
            "Name": "Breakfast",
            "Charging": "PerPerson",
            "Posting": "Once",
            "Pricing": { "Discriminator": "Absolute", "Value": price },
        }),
    );
    names_follow_the_language(&server, &json!(product));
    let body = json!({ "ServiceIds": [SERVICE], "Limitation": { "Count": 10 } });
    let categories = server.post("productCategories/getAll", body).ok();
    assert_eq!(categories["ProductCategories"][0]["Id"], json!(category));
}

/// Each list shows what was stored, by its identifier.
#[test]
fn small_lists_show_what_the_property_has() {
    let server = Server::new();
    let age = json!({
        "ServiceId": SERVICE, "Names": {}, "Classification": "Child", "IsActive": true,
    });
    let segment = json!({ "ServiceId": SERVICE, "IsActive": true, "Name": "Leisure" });
    let counter = json!({
        "Name": "Bills", "IsDefault": false, "Value": 66, "Format": "B{0}", "Type": "BillCounter",
    });
    let named = json!({ "IsActive": true, "Name": "Test" });
    let source = json!({ "Name": "Web", "Type": "OnlineBookingEngine", "Code": 1 });
    let lists = [
        (
            "ageCategories/getAll",
            "AgeCategoryIds",
            "AgeCategories",
            add::<AgeCategories>(&server, age),
        ),
        (
            "businessSegments/getAll",
            "Ids",
            "BusinessSegments",
            add::<BusinessSegments>(&server, segment),
        ),
        ("counters/getAll", "CounterIds", "Counters", add::<Counters>(&server, counter)),
        ("cashiers/getAll", "Ids", "Cashiers", add::<Cashiers>(&server, named.clone())),
        (
            "accountingCategories/getAll",
            "AccountingCategoryIds",
            "AccountingCategories",
            add::<AccountingCategories>(&server, named),
        ),
        ("sources/getAll", "SourceIds", "Sources", add::<Sources>(&server, source)),
    ];
    for (address, filter, name, id) in lists {
        let body = json!({ filter: [id], "Limitation": { "Count": 10 } });
        let answer = server.post(address, body).ok();
        assert_eq!(answer[name][0]["Id"], json!(id), "{address}");
        assert_eq!(answer["Cursor"], json!(id), "{address}");
        let none = json!({ filter: [SERVICE], "Limitation": { "Count": 10 } });
        let answer = server.post(address, none).ok();
        assert_eq!((&answer[name], &answer["Cursor"]), (&json!([]), &Value::Null), "{address}");
    }
}
