//! A reception desk in memory, for tests about money.

use ostler_api::enterprises::{AcceptedCurrency, AccountingConfigurationOption};
use ostler_contract::primitives::Number;
use ostler_store::Entity;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ENTERPRISE, Hotel, read};
use crate::companies::Companies;
use crate::counters::Counters;
use crate::customers::Customers;
use crate::enterprises::{EnterpriseHidden, Enterprises};
use crate::products::Products;
use crate::property::Property;
use crate::reservations::Reservations;
use crate::services::Services;

/// Scope of customers and companies.
const CHAIN: Uuid = Uuid::from_u128(0xc);

/// A British hotel that accounts in pounds, takes euros at 0.8, yen at 0.005, and dollars without
/// a rate.
pub(crate) struct Desk {
    /// The hotel.
    pub(crate) hotel: Hotel,
    /// A service that is ordered from.
    pub(crate) bar: Uuid,
    /// A service that is reserved.
    pub(crate) stay: Uuid,
    /// A customer who is not invoiced.
    pub(crate) guest: Uuid,
    /// A customer who may be invoiced.
    pub(crate) regular: Uuid,
    /// A company that may be invoiced and pays within 14 days.
    pub(crate) company: Uuid,
    /// The default counter of bills; gives `B0001` first.
    pub(crate) counter: Uuid,
}

impl Desk {
    /// Gross prices.
    pub(crate) fn new() -> Self {
        Self::with("Gross")
    }

    /// Prices of this kind.
    pub(crate) fn with(pricing: &'static str) -> Self {
        let hotel = Hotel::new();
        hotel.write(move |tx| {
            let mut enterprise = tx.get::<Enterprises>(ENTERPRISE, ENTERPRISE)?.unwrap();
            enterprise.pricing = read(&json!(pricing));
            enterprise.tax_environment_code = "UK-2022".to_owned();
            enterprise.hidden = hidden();
            tx.update(&mut enterprise)
        });
        let service = |kind: &str, data: Value| {
            hotel.add::<Services>(json!({
                "IsActive": true, "Name": kind, "Names": {}, "Options": { "BillAsPackage": false },
                "Ordering": 1, "Data": { "Discriminator": kind, "Value": data },
            }))
        };
        let promotions = json!({ "Promotions": {
            "BeforeCheckIn": false, "AfterCheckIn": false, "DuringStay": false,
            "BeforeCheckOut": false, "AfterCheckOut": false, "DuringCheckOut": false,
        } });
        let night = json!({
            "StartOffset": "P0M0DT15H0M0S", "EndOffset": "P0M0DT12H0M0S",
            "OccupancyStartOffset": "P0M0DT15H0M0S", "OccupancyEndOffset": "P0M0DT12H0M0S",
            "TimeUnitPeriod": "Day", "TimeUnit": "Day",
        });
        let (bar, stay) = (service("Additional", promotions), service("Bookable", night));
        let counter = |kind: &str, format: &str| {
            hotel.add::<Counters>(json!({
                "Name": kind, "IsDefault": true, "Value": 0, "Format": format, "Type": kind,
            }))
        };
        counter("ServiceOrderCounter", "");
        let counter = counter("BillCounter", "B{0:0000}");
        let guest = customer(&hotel, "Guest", &json!([]));
        let regular = customer(&hotel, "Regular", &json!(["Invoiceable"]));
        let company = company(&hotel);
        Self { hotel, bar, stay, guest, regular, company, counter }
    }

    /// Changes the settings of the property.
    pub(crate) fn set(&self, change: fn(&mut EnterpriseHidden)) {
        self.hotel.write(move |tx| {
            let mut enterprise = tx.get::<Enterprises>(ENTERPRISE, ENTERPRISE)?.unwrap();
            change(&mut enterprise.hidden);
            tx.update(&mut enterprise)
        });
    }

    /// Changes the property itself.
    pub(crate) fn set_property(&self, change: fn(&mut ostler_api::enterprises::Enterprise)) {
        self.hotel.write(move |tx| {
            let mut enterprise = tx.get::<Enterprises>(ENTERPRISE, ENTERPRISE)?.unwrap();
            change(&mut enterprise.document);
            tx.update(&mut enterprise)
        });
    }

    /// The property as it is.
    pub(crate) fn property(&self) -> Property {
        self.hotel.write(|tx| Property::load(tx, ENTERPRISE))
    }

    /// A product of the bar with this classification, for 12 pounds with 20 % VAT.
    pub(crate) fn product(&self, classification: &str) -> Uuid {
        let price = json!({
            "Currency": "GBP", "NetValue": 10.0, "GrossValue": 12.0,
            "TaxValues": [{ "Code": "UK-2022-20%", "Value": 2.0 }],
            "Breakdown": { "Items": [
                { "TaxRateCode": "UK-2022-20%", "NetValue": 10.0, "TaxValue": 2.0 },
            ] },
        });
        let flags = |names: &[&str]| -> Value { names.iter().map(|it| (*it, false)).collect() };
        let mut classifications = flags(&["Food", "Beverage", "Wellness", "CityTax", "Fee"]);
        classifications[classification] = json!(true);
        self.hotel.add::<Products>(json!({
            "ServiceId": self.bar, "IsActive": true, "Names": { "en-GB": "Beer" },
            "ExternalNames": {}, "ShortNames": {}, "ChargingMode": "Once", "PostingMode": "Once",
            "Options": { "BillAsPackage": false, "ExcludePriceFromOffer": false },
            "Promotions": flags(&[
                "BeforeCheckIn", "AfterCheckIn", "DuringStay", "BeforeCheckOut", "AfterCheckOut",
                "DuringCheckOut",
            ]),
            "Classifications": classifications, "Price": price, "Ordering": 1,
            "ConsumptionMoment": "ServiceOrderStart", "IsDefault": false, "Charging": "Once",
            "Posting": "Once", "Pricing": { "Discriminator": "Absolute", "Value": price },
        }))
    }

    /// A reservation of the customer in this state.
    pub(crate) fn reservation(&self, customer: Uuid, state: &str) -> Uuid {
        let options = json!({
            "OwnerCheckedIn": false, "AllCompanionsCheckedIn": false,
            "AnyCompanionCheckedIn": false, "ConnectorCheckIn": false,
        });
        self.hotel.add::<Reservations>(json!({
            "ServiceId": self.stay, "AccountId": customer, "AccountType": "Customer",
            "CreatorProfileId": Uuid::nil(), "UpdaterProfileId": Uuid::nil(), "Number": "1",
            "State": state, "Origin": "Connector", "Options": options, "RateId": Uuid::nil(),
            "GroupId": Uuid::nil(), "RequestedResourceCategoryId": Uuid::nil(),
            "AssignedResourceLocked": false, "PersonCounts": [],
            "ScheduledStartUtc": "2026-01-01T14:00:00Z", "ScheduledEndUtc": "2026-01-02T11:00:00Z",
            "StartUtc": "2026-01-01T14:00:00Z", "EndUtc": "2026-01-02T11:00:00Z",
        }))
    }

    /// Charges an ad hoc item of this gross value in pounds, without taxes; gives the order.
    pub(crate) fn charge(&self, account: Uuid, gross: &str) -> Uuid {
        let item = item("Item", 1, &amount(gross, "GBP", &json!(null)));
        let body = json!({ "ServiceId": self.bar, "AccountId": account, "Items": [item] });
        uuid(&self.call("orders/add", body)["OrderId"])
    }

    /// Records a payment of this value in pounds; gives the payment.
    pub(crate) fn pay(&self, account: Uuid, gross: &str) -> Uuid {
        let amount = amount(gross, "GBP", &json!(null));
        let body = json!({ "AccountId": account, "Amount": amount, "Type": "Cash" });
        uuid(&self.call("payments/addExternal", body)["ExternalPaymentId"])
    }

    /// The only bill of the account in this state.
    pub(crate) fn bill(&self, account: Uuid, state: &str) -> Value {
        let bills =
            self.list("bills/getAll", "Bills", json!({ "CustomerIds": [account], "State": state }));
        assert_eq!(bills.len(), 1, "{bills:?}");
        bills[0].clone()
    }

    /// The items of an order, newest first.
    pub(crate) fn items(&self, order: Uuid) -> Vec<Value> {
        self.list("orderItems/getAll", "OrderItems", json!({ "ServiceOrderIds": [order] }))
    }

    /// Calls an operation that must succeed.
    pub(crate) fn call(&self, address: &str, body: Value) -> Value {
        self.hotel.call(address, body).unwrap()
    }

    /// The documents of a list.
    pub(crate) fn list(&self, address: &str, name: &str, mut body: Value) -> Vec<Value> {
        body["Limitation"] = json!({ "Count": 1000 });
        self.call(address, body)[name].as_array().unwrap().clone()
    }
}

/// An amount as a request states it.
pub(crate) fn amount(gross: &str, currency: &str, codes: &Value) -> Value {
    let gross: Value = serde_json::from_str(gross).unwrap();
    json!({ "GrossValue": gross, "Currency": currency, "TaxCodes": codes })
}

/// An ad hoc item as a request states it.
pub(crate) fn item(name: &str, count: i32, amount: &Value) -> Value {
    json!({ "Name": name, "UnitCount": count, "UnitAmount": amount })
}

/// The identifier that a body shows.
pub(crate) fn uuid(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}

fn hidden() -> EnterpriseHidden {
    let currency = |code: &str| AcceptedCurrency {
        currency: code.to_owned(),
        is_default: code == "GBP",
        is_enabled: true,
    };
    let rate =
        |code: &str, mantissa, scale| (code.to_owned(), Number(Decimal::new(mantissa, scale)));
    EnterpriseHidden {
        currencies: ["GBP", "EUR", "JPY", "USD"].map(currency).into(),
        accounting: Some(read(&json!({
            "CompanyName": "Hotel Ltd", "Iban": "GB00",
            "SurchargeConfiguration": { "SurchargeFees": {} },
            "EnabledExternalPaymentTypes": ["Cash", "Unspecified", "Visa"],
            "Options": [AccountingConfigurationOption::ReceivableTrackingEnabled],
        }))),
        accepts_rebates: true,
        exchange_rates: [rate("EUR", 8, 1), rate("JPY", 5, 3)].into(),
        ..EnterpriseHidden::default()
    }
}

fn insert<E: Entity>(hotel: &Hotel, document: &Value) -> Uuid {
    let document = document.clone();
    hotel.write(move |tx| {
        let id = tx.new_id::<()>();
        let mut document = document.clone();
        document["Id"] = json!(id);
        tx.insert::<E>(CHAIN, read(&document), E::Hidden::default())?;
        Ok(id.uuid())
    })
}

fn customer(hotel: &Hotel, name: &str, options: &Value) -> Uuid {
    insert::<Customers>(
        hotel,
        &json!({
            "ChainId": CHAIN, "Number": "1", "LastName": name, "FirstName": "Ada",
            "HasOtaEmail": false, "TaxIdentificationNumber": "T1",
            "CreatedUtc": "2026-01-01T00:00:00Z", "UpdatedUtc": "2026-01-01T00:00:00Z",
            "Classifications": [], "Options": options, "IsActive": true, "PreferredSpaceFeatures": [],
            "CreatorProfileId": Uuid::nil(), "UpdaterProfileId": Uuid::nil(),
        }),
    )
}

fn company(hotel: &Hotel) -> Uuid {
    insert::<Companies>(
        hotel,
        &json!({
            "ChainId": CHAIN, "Name": "Acme", "InvoiceDueInterval": "P0M14DT0H0M0S",
            "Options": {
                "Invoiceable": true, "AddFeesToInvoices": true,
                "AddTaxDeductedPaymentToInvoices": false,
            },
            "CreditRating": {}, "IsActive": true, "Number": 1,
        }),
    )
}
