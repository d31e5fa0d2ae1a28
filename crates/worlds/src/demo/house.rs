//! What a demo hotel has: services, rooms, rates, products, books.

use ostler_api::objects::Amount;
use ostler_contract::error::Error;
use ostler_hotel::accounting_categories::AccountingCategories;
use ostler_hotel::age_categories::AgeCategories;
use ostler_hotel::business_segments::BusinessSegments;
use ostler_hotel::cashiers::Cashiers;
use ostler_hotel::counters::Counters;
use ostler_hotel::enterprises::Enterprises;
use ostler_hotel::outlets::Outlets;
use ostler_hotel::product_categories::ProductCategories;
use ostler_hotel::products::Products;
use ostler_hotel::resource_categories::{ResourceCategories, ResourceCategoryAssignments};
use ostler_hotel::resources::Resources;
use ostler_hotel::services::Services;
use ostler_hotel::sources::Sources;
use ostler_store::{Entity, Tx};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::plans::{ADDITIONAL_SERVICES, CategoryPlan, Plan, ProductPlan, STAY_PRODUCTS};
use super::rates;
use super::stays::Stay;

/// What the simulation needs to know of a hotel.
#[derive(Debug, Clone, Default)]
pub(crate) struct House {
    pub(crate) stay: Uuid,
    pub(crate) adult: Uuid,
    pub(crate) child: Uuid,
    /// Rooms by category, in the order of the plan.
    pub(crate) categories: Vec<(Uuid, u32, Vec<Uuid>)>,
    pub(crate) rates: Vec<Uuid>,
    pub(crate) stay_products: Vec<Uuid>,
    /// Additional services with their products.
    pub(crate) services: Vec<(Uuid, Vec<Uuid>)>,
    pub(crate) segments: Vec<Uuid>,
    pub(crate) food_category: Uuid,
}

impl House {
    /// The room of a stay.
    pub(crate) fn room(&self, stay: &Stay) -> Option<Uuid> {
        let (_, _, rooms) = self.categories.get(stay.category)?;
        rooms.get(stay.room).copied()
    }
}

/// Writes documents of one hotel.
pub(crate) struct Builder<'a, 'tx> {
    pub(crate) tx: &'a mut Tx<'tx>,
    pub(crate) plan: &'a Plan,
}

impl Builder<'_, '_> {
    /// Writes a document; identifier, enterprise and times are added to what is given.
    pub(crate) fn put<E: Entity>(
        &mut self,
        mut document: Value,
        hidden: E::Hidden,
    ) -> Result<Uuid, Error> {
        let id = self.tx.new_id::<()>().uuid();
        let now = self.tx.now();
        if let Some(object) = document.as_object_mut() {
            object.entry("Id").or_insert(json!(id));
            object.entry("EnterpriseId").or_insert(json!(self.plan.enterprise));
            object.entry("IsActive").or_insert(json!(true));
            object.entry("ActivityState").or_insert(json!("Active"));
            object.entry("CreatedUtc").or_insert(json!(now));
            object.entry("UpdatedUtc").or_insert(json!(now));
        }
        let document: E::Document = serde_json::from_value(document).map_err(Error::internal)?;
        let stored = self.tx.insert::<E>(self.plan.enterprise, document, hidden)?;
        Ok(E::id(&stored.document))
    }

    /// Names in English and German.
    pub(crate) fn names(&self, english: &str, german: &str) -> Value {
        json!({ self.plan.language: english, "de-DE": german })
    }

    /// A price in the hotel's currency and pricing.
    pub(crate) fn price(&self, value: i64, codes: &[&'static str]) -> Result<Amount, Error> {
        let (taxes, now) = (self.plan.taxes()?, self.tx.now());
        let code = self.plan.code(codes, now)?;
        taxes.of(Decimal::from(value), self.plan.currency, &[code], now)
    }
}

/// Writes everything that a hotel has before its first guest.
pub(crate) fn build(tx: &mut Tx<'_>, plan: &Plan) -> Result<House, Error> {
    let mut builder = Builder { tx, plan };
    enterprise(&mut builder)?;
    let mut house = House::default();
    let accounting = accounting(&mut builder, &mut house)?;
    house.stay = stay_service(&mut builder)?;
    ages_and_segments(&mut builder, &mut house)?;
    rooms(&mut builder, &mut house, accounting.0)?;
    rates::build(&mut builder, &mut house, accounting.0)?;
    products(&mut builder, &mut house, accounting)?;
    books(&mut builder)?;
    Ok(house)
}

fn enterprise(builder: &mut Builder<'_, '_>) -> Result<(), Error> {
    let plan = builder.plan;
    let address = builder.tx.new_id::<()>().uuid();
    let now = builder.tx.now();
    let document = json!({
        "Id": plan.enterprise,
        "ChainId": super::CHAIN,
        "ChainName": "Ostler Demo Hotels",
        "Name": plan.name,
        "ShortName": plan.short_name,
        "TimeZoneIdentifier": plan.zone,
        "LegalEnvironmentCode": plan.legal_environment,
        "AccommodationEnvironmentCode": plan.legal_environment,
        "AccountingEnvironmentCode": plan.legal_environment,
        "TaxEnvironmentCode": plan.tax_environment,
        "DefaultLanguageCode": plan.language,
        "AccountingEditableHistoryInterval": "P0M7DT0H0M0S",
        "OperationalEditableHistoryInterval": "P0M7DT0H0M0S",
        "EditableHistoryInterval": "P0M7DT0H0M0S",
        "BusinessDayClosingOffset": "P0M0DT0H0M0S",
        "WebsiteUrl": "https://ostler.example",
        "Email": "reception@ostler.example",
        "Phone": "+44 20 7946 0000",
        "Pricing": plan.pricing,
        "AddressId": address,
        "Address": {
            "Id": address, "Line1": plan.street, "City": plan.city,
            "PostalCode": plan.postal_code, "CountryCode": plan.country,
            "CountrySubdivisionCode": plan.subdivision,
        },
        "GroupNames": ["Ostler Demo"],
        "Subscription": { "TaxIdentifier": null },
        "LinkedUtc": now,
    });
    let currencies = ["GBP", "EUR", "USD"].map(
        |code| json!({ "Currency": code, "IsDefault": code == plan.currency, "IsEnabled": true }),
    );
    let exchange_rates = plan.exchange.iter().map(|(code, value)| {
        let value: serde_json::Number = value.parse().map_err(Error::internal)?;
        Ok(((*code).to_owned(), Value::Number(value)))
    });
    let exchange_rates: serde_json::Map<_, _> = exchange_rates.collect::<Result<_, Error>>()?;
    let hidden = json!({
        "currencies": currencies,
        "accounting": {
            "CompanyName": plan.name,
            "SurchargeConfiguration": { "SurchargeFees": {} },
            "EnabledExternalPaymentTypes": [
                "Unspecified", "Cash", "WireTransfer", "Prepayment", "Cheque", "GiftCard", "Voucher",
                "CrossSettlement", "Complimentary", "BadDebts", "Bacs", "Invoice", "Reseller",
                "Barter", "Commission", "BankCharges", "LoyaltyPoints", "DirectDebit",
            ],
            "Options": ["ReceivableTrackingEnabled", "AllowModifyingClosedBills"],
        },
        "is_identity_document_number_required": true,
        "is_inspection_required": true,
        "is_dirty_at_check_in": false,
        "is_dirty_at_check_out": true,
        "accepts_rebates": true,
        "accepts_company_billing": true,
        "exchange_rates": exchange_rates,
    });
    let hidden = serde_json::from_value(hidden).map_err(Error::internal)?;
    builder.put::<Enterprises>(document, hidden).map(drop)
}

/// The accounting categories of accommodation and of food.
fn accounting(builder: &mut Builder<'_, '_>, house: &mut House) -> Result<(Uuid, Uuid), Error> {
    let mut category = |name: &str, code: &str, classification: &str| {
        let document = json!({ "Name": name, "Code": code, "Classification": classification });
        builder.put::<AccountingCategories>(document, ())
    };
    let accommodation = category("Accommodation", "1000", "Accommodation")?;
    let food = category("Food and beverage", "2000", "FoodAndBeverage")?;
    category("Wellness", "3000", "Wellness")?;
    category("Payments", "9000", "Payments")?;
    house.food_category = food;
    Ok((accommodation, food))
}

fn stay_service(builder: &mut Builder<'_, '_>) -> Result<Uuid, Error> {
    let document = json!({
        "Name": "Accommodation",
        "Names": builder.names("Accommodation", "Übernachtung"),
        "StartTime": "P0M0DT15H0M0S",
        "EndTime": "P0M0DT12H0M0S",
        "Options": { "BillAsPackage": false },
        "Type": "Reservable",
        "Ordering": 0,
        "Data": { "Discriminator": "Bookable", "Value": {
            "StartOffset": "P0M0DT15H0M0S", "EndOffset": "P0M0DT12H0M0S",
            "OccupancyStartOffset": "P0M0DT19H0M0S", "OccupancyEndOffset": "P0M0DT8H0M0S",
            "TimeUnitPeriod": "Day", "TimeUnit": "Day",
        } },
    });
    builder.put::<Services>(document, ())
}

fn ages_and_segments(builder: &mut Builder<'_, '_>, house: &mut House) -> Result<(), Error> {
    let mut age = |english, german, short, (minimal, maximal), classification| {
        let document = json!({
            "ServiceId": house.stay, "MinimalAge": minimal, "MaximalAge": maximal,
            "Names": builder.names(english, german), "ShortNames": builder.names(short, short),
            "Classification": classification,
        });
        builder.put::<AgeCategories>(document, ())
    };
    house.adult = age("Adult", "Erwachsener", "ADT", (Some(18), None), "Adult")?;
    house.child = age("Child", "Kind", "CHD", (Some(2), Some(17)), "Child")?;
    for name in ["Leisure", "Business", "Group", "Long stay"] {
        let document = json!({ "ServiceId": house.stay, "Name": name });
        house.segments.push(builder.put::<BusinessSegments>(document, ())?);
    }
    Ok(())
}

fn rooms(builder: &mut Builder<'_, '_>, house: &mut House, accounting: Uuid) -> Result<(), Error> {
    for (ordering, category) in (1_u32..).zip(builder.plan.categories) {
        let document = json!({
            "ServiceId": house.stay, "Type": category.kind,
            "Classification": category.classification,
            "Names": builder.names(category.name, category.german),
            "ShortNames": builder.names(category.short, category.short),
            "Descriptions": {}, "Ordering": ordering, "Capacity": category.capacity,
            "ExtraCapacity": category.extra_capacity, "AccountingCategoryId": accounting,
        });
        let id = builder.put::<ResourceCategories>(document, ())?;
        let spaces = spaces(builder, house.stay, id, (ordering, category))?;
        house.categories.push((id, category.capacity, spaces));
    }
    Ok(())
}

fn spaces(
    builder: &mut Builder<'_, '_>,
    service: Uuid,
    category: Uuid,
    (floor, plan): (u32, &CategoryPlan),
) -> Result<Vec<Uuid>, Error> {
    let mut spaces = Vec::new();
    let parents: Vec<Option<Uuid>> = match plan.dorms {
        0 => vec![None],
        dorms => (1..=dorms)
            .map(|dorm| space(builder, &format!("Dorm {dorm}"), floor, None).map(Some))
            .collect::<Result<_, Error>>()?,
    };
    for (dorm, parent) in (1..).zip(parents) {
        for number in 1..=plan.rooms {
            let name = match parent {
                None => format!("{floor}{number:02}"),
                Some(_) => format!("Dorm {dorm} bed {number}"),
            };
            let resource = space(builder, &name, floor, parent)?;
            let document = json!({ "ResourceId": resource, "CategoryId": category });
            let hidden =
                serde_json::from_value(json!({ "service_id": service, "service": service }));
            let hidden = hidden.map_err(Error::internal)?;
            builder.put::<ResourceCategoryAssignments>(document, hidden)?;
            spaces.push(resource);
        }
    }
    Ok(spaces)
}

fn space(
    builder: &mut Builder<'_, '_>,
    name: &str,
    floor: u32,
    parent: Option<Uuid>,
) -> Result<Uuid, Error> {
    let document = json!({
        "ParentResourceId": parent, "Name": name, "State": "Inspected", "Descriptions": {},
        "Data": { "Discriminator": "Space", "Value": {
            "FloorNumber": floor.to_string(), "LocationNotes": "",
        } },
        "ExternalNames": {}, "Directions": {},
    });
    builder.put::<Resources>(document, Default::default())
}

fn products(
    builder: &mut Builder<'_, '_>,
    house: &mut House,
    (accommodation, food): (Uuid, Uuid),
) -> Result<(), Error> {
    let stay = category(builder, house.stay, ("Extras", "Extras"))?;
    for product in STAY_PRODUCTS {
        let accounting = if product.food { food } else { accommodation };
        house.stay_products.push(put_product(builder, (house.stay, stay, accounting), product)?);
    }
    for (ordering, (english, german, products)) in (1..).zip(ADDITIONAL_SERVICES) {
        let promotions = json!({
            "BeforeCheckIn": true, "AfterCheckIn": true, "DuringStay": true,
            "BeforeCheckOut": true, "AfterCheckOut": false, "DuringCheckOut": false,
        });
        let document = json!({
            "Name": english, "Names": builder.names(english, german),
            "Options": { "BillAsPackage": false }, "Promotions": promotions, "Type": "Orderable",
            "Ordering": ordering,
            "Data": { "Discriminator": "Additional", "Value": { "Promotions": promotions } },
        });
        let service = builder.put::<Services>(document, ())?;
        let group = category(builder, service, (english, german))?;
        let mut ids = Vec::new();
        for (name, german, price) in *products {
            let product = ProductPlan {
                name,
                german,
                price: *price,
                charging: "Once",
                moment: "ServiceOrderStart",
                food: *english != "Spa",
            };
            ids.push(put_product(builder, (service, group, food), &product)?);
        }
        house.services.push((service, ids));
    }
    Ok(())
}

fn category(
    builder: &mut Builder<'_, '_>,
    service: Uuid,
    (english, german): (&str, &str),
) -> Result<Uuid, Error> {
    let document = json!({
        "ServiceId": service, "Names": builder.names(english, german),
        "ShortNames": {}, "Descriptions": {}, "Ordering": 1,
    });
    builder.put::<ProductCategories>(document, ())
}

fn put_product(
    builder: &mut Builder<'_, '_>,
    (service, category, accounting): (Uuid, Uuid, Uuid),
    product: &ProductPlan,
) -> Result<Uuid, Error> {
    let plan = builder.plan;
    let codes = if product.food { plan.food_taxes } else { plan.other_taxes };
    let price = builder.price(product.price, codes)?;
    let (posting, daily) = if product.charging.ends_with("TimeUnit") {
        ("PerTimeUnit", "Daily")
    } else {
        ("Once", "Once")
    };
    let document = json!({
        "ServiceId": service, "CategoryId": category, "AccountingCategoryId": accounting,
        "Names": builder.names(product.name, product.german),
        "ExternalNames": {}, "ShortNames": {}, "Descriptions": {},
        "ChargingMode": product.charging, "PostingMode": posting,
        "Options": { "BillAsPackage": false, "ExcludePriceFromOffer": false },
        "Promotions": {
            "BeforeCheckIn": true, "AfterCheckIn": true, "DuringStay": true,
            "BeforeCheckOut": false, "AfterCheckOut": false, "DuringCheckOut": false,
        },
        "Classifications": {
            "Food": product.food, "Beverage": false, "Wellness": !product.food, "CityTax": false,
            "Fee": false,
        },
        "Price": price, "ImageIds": [], "Ordering": 1, "ConsumptionMoment": product.moment,
        "IsDefault": false, "Name": product.name, "Charging": product.charging, "Posting": daily,
        "Pricing": { "Discriminator": "Absolute", "Value": price },
    });
    builder.put::<Products>(document, ())
}

/// Cashiers, counters, sources and outlets.
fn books(builder: &mut Builder<'_, '_>) -> Result<(), Error> {
    for name in ["Front desk", "Bar"] {
        builder.put::<Cashiers>(json!({ "Name": name }), ())?;
        builder.put::<Outlets>(json!({ "Name": format!("{name} till") }), ())?;
    }
    for (kind, name, format) in [
        ("ServiceOrderCounter", "Confirmation numbers", "{0}"),
        ("BillCounter", "Bills", "B{0:000000}"),
        ("AvailabilityBlockCounter", "Blocks", "{0}"),
        ("AccountingCounter", "Accounting documents", "{0}"),
        ("ProformaCounter", "Proformas", "P{0:0000}"),
        ("BillPreviewCounter", "Bill previews", "V{0:0000}"),
        ("RegistrationCardCounter", "Registration cards", "R{0:0000}"),
        ("CorrectionBillCounter", "Corrections", "C{0:0000}"),
        ("PaymentConfirmationBillCounter", "Payment confirmations", "PC{0:0000}"),
    ] {
        let document = json!({
            "Name": name, "IsDefault": true, "Value": 0, "Format": format, "Type": kind,
        });
        builder.put::<Counters>(document, ())?;
    }
    for (code, kind, name) in [
        (1, "OnlineTravelAgency", "Bookings Online"),
        (2, "OnlineBookingEngine", "Website"),
        (3, "GlobalDistributionSystem", "Global distribution"),
        (4, "Agent", "Travel agents"),
    ] {
        builder.put::<Sources>(json!({ "Name": name, "Type": kind, "Code": code }), ())?;
    }
    Ok(())
}
