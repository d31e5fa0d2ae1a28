use ostler_contract::primitives::{Id, Number, TimeInterval, UtcInstant};
use ostler_store::Stored;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{PersonCount, Stay, nights};
use crate::age_categories::AgeCategories;
use crate::products::Products;
use crate::rates::Rates;
use crate::rates::prices::{self, Priced};
use crate::rates::testing::{category, group, rate, service, stored_service};
use crate::testing::{ENTERPRISE, Hotel};

const PRICING: &str = "rates/getPricing";

fn day(days: i64) -> UtcInstant {
    let first: UtcInstant = "2026-01-09T23:00:00Z".parse().unwrap();
    UtcInstant::from_seconds(first.seconds() + days * 86_400).unwrap()
}

/// A hotel with the worked example: categories that derive from one another and two rates.
struct Example {
    hotel: Hotel,
    service: Uuid,
    superior: Uuid,
    suite: Uuid,
    root: Uuid,
    dependent: Uuid,
    adult: Uuid,
    child: Uuid,
}

fn example() -> Example {
    let hotel = Hotel::new();
    let service = service(&hotel);
    let [superior, suite] = [0, 1].map(|ordering| category(&hotel, service, ordering));
    let [adult, child] = ["Adult", "Child"].map(|classification| {
        hotel.add::<AgeCategories>(json!({
            "ServiceId": service, "Names": {}, "IsActive": true, "Classification": classification,
        }))
    });
    let group = group(&hotel, service);
    let by_age = |age, kind: &str, value| json!({ "AgeCategoryId": age, "AbsoluteValue": value, "Type": kind });
    let hidden = json!({
        "amount": 100, "tax_codes": ["UK-2022-20%"],
        "empty_unit_adjustment": -15, "extra_unit_adjustment": 30,
        "category_adjustments": [
            { "CategoryId": superior, "AbsoluteValue": 0, "RelativeValue": 0.2 },
            { "CategoryId": suite, "ParentCategoryId": superior, "AbsoluteValue": 50, "RelativeValue": 0 },
        ],
        "age_category_adjustments": [
            by_age(child, "StandardOccupancyAdjustment", -10),
            by_age(child, "ExtraOccupancyAdjustment", -20),
        ],
    });
    let root = rate(&hotel, (service, group), &json!({}), hidden);
    let derived = json!({ "BaseRateId": root, "IsBaseRate": false });
    let hidden = json!({ "relative_adjustment": -0.1, "absolute_adjustment": -5 });
    let dependent = rate(&hotel, (service, group), &derived, hidden);
    Example { hotel, service, superior, suite, root, dependent, adult, child }
}

impl Example {
    /// The gross prices of the suite's nights for so many adults and children.
    fn nights(&self, rate: Uuid, adults: u32, children: u32, days: i64) -> Vec<String> {
        let units: Vec<UtcInstant> = (0..days).map(day).collect();
        let (service, suite) = (self.service, self.suite);
        let persons = [(self.adult, adults), (self.child, children)]
            .map(|(id, count)| PersonCount { age_category_id: Id::new(id), count });
        self.hotel.write(move |tx| {
            let (property, service) = stored_service(tx, service)?;
            let rate: Stored<Rates> = tx.get(ENTERPRISE, rate)?.unwrap();
            let stay = Stay {
                service: &service,
                rate: &rate,
                category: Id::new(suite),
                units: &units,
                persons: &persons,
            };
            let nights = nights(tx, &property, &stay)?;
            Ok(nights.iter().map(|it| it.gross_value.to_string()).collect())
        })
    }

    /// Sets a price of the root rate from one day to before another.
    fn set(&self, of: Priced, days: (i64, i64), value: Option<i64>) {
        let root = Id::new(self.root);
        self.hotel.write(move |tx| {
            let range = TimeInterval { start_utc: day(days.0), end_utc: day(days.1) };
            let value = value.map(|it| Number(Decimal::from(it)));
            prices::set(tx, ENTERPRISE, (root, of), range, value)
        });
    }

    fn pricing(&self, rate: Uuid, product: Option<Uuid>) -> Value {
        let body = json!({
            "RateId": rate, "ProductId": product,
            "FirstTimeUnitStartUtc": day(0), "LastTimeUnitStartUtc": day(2),
        });
        self.hotel.call(PRICING, body).unwrap()
    }
}

const BASE: Priced = Priced { category: None, product: None };

#[test]
fn a_night_costs_what_rate_category_and_persons_make_it() {
    let example = example();
    let price = |rate, adults, children| example.nights(rate, adults, children, 1).remove(0);
    // 100 + 20 % = 120 for the category below, + 50 = 170; the dependent rate: − 10 % − 5 = 148.
    assert_eq!(price(example.root, 2, 0), "170.0");
    assert_eq!(price(example.dependent, 2, 0), "148.0");
    assert_eq!(price(example.dependent, 1, 0), "133.0");
    assert_eq!(price(example.dependent, 3, 0), "178.0");
    // Children take the places that adults leave; more persons than fit cost nothing.
    assert_eq!(price(example.dependent, 1, 1), "138.0");
    assert_eq!(price(example.dependent, 2, 1), "158.0");
    assert_eq!(price(example.dependent, 1, 2), "148.0");
    assert_eq!(price(example.dependent, 3, 9), "178.0");
    assert_eq!(price(example.dependent, 0, 0), "118.0");
}

#[test]
fn prices_of_days_replace_those_of_the_rate() {
    let example = example();
    let suite = Priced { category: Some(Id::new(example.suite)), product: None };
    let superior = Priced { category: Some(Id::new(example.superior)), product: None };
    example.set(BASE, (0, 4), Some(200));
    example.set(BASE, (1, 2), Some(300));
    assert_eq!(
        example.nights(example.root, 2, 0, 5),
        ["290.0", "410.0", "290.0", "290.0", "170.0"]
    );
    example.set(superior, (2, 3), Some(1000));
    example.set(suite, (3, 4), Some(7));
    assert_eq!(example.nights(example.root, 2, 0, 4), ["290.0", "410.0", "1050.0", "7.0"]);
    assert_eq!(example.nights(example.dependent, 2, 0, 4), ["256.0", "364.0", "940.0", "1.3"]);
    // Dropping the base prices leaves those of the categories.
    example.set(BASE, (0, 3), None);
    assert_eq!(example.nights(example.root, 2, 0, 4), ["170.0", "170.0", "1050.0", "7.0"]);
    // Never below nothing.
    example.set(suite, (0, 1), Some(1));
    assert_eq!(example.nights(example.root, 1, 0, 1), ["0.0"]);
}

#[test]
fn pricing_lists_base_and_categories_with_their_adjustments() {
    let example = example();
    example.set(BASE, (1, 2), Some(127));
    let pricing = example.pricing(example.dependent, None);
    let gross = |amounts: &Value| -> Vec<Value> {
        amounts.as_array().unwrap().iter().map(|it| it["GrossValue"].clone()).collect()
    };
    assert_eq!(pricing["Currency"], "EUR");
    assert_eq!(pricing["TimeUnitStartsUtc"], json!([day(0), day(1), day(2)]));
    assert_eq!(pricing["DatesUtc"], pricing["TimeUnitStartsUtc"]);
    let numbers = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    assert_eq!(json!(gross(&pricing["BaseAmountPrices"])), numbers("[85.0, 109.3, 85.0]"));
    assert_eq!(pricing["BasePrices"], numbers("[85.0, 109.3, 85.0]"));
    let suite = &pricing["CategoryPrices"][1];
    assert_eq!(suite["CategoryId"], json!(example.suite));
    assert_eq!(suite["Prices"], numbers("[148.0, 177.16, 148.0]"));
    let amount = numbers(
        r#"{"Currency":"EUR","NetValue":70.83,"GrossValue":85.0,
            "TaxValues":[{"Code":"UK-2022-20%","Value":14.17}],
            "Breakdown":{"Items":[{"TaxRateCode":"UK-2022-20%","NetValue":70.83,"TaxValue":14.17}]}}"#,
    );
    assert_eq!(pricing["BaseAmountPrices"][0], amount);
    assert_eq!(pricing["CategoryAdjustments"][1]["ParentCategoryId"], json!(example.superior));
    assert_eq!(pricing["AgeCategoryAdjustments"][0]["AgeCategoryId"], json!(example.child));
    let rest =
        ["RelativeAdjustment", "AbsoluteAdjustment", "EmptyUnitAdjustment", "ExtraUnitAdjustment"];
    assert_eq!(json!(rest.map(|name| &pricing[name])), numbers("[-0.1, -5.0, -15.0, 30.0]"));
}

#[test]
fn pricing_of_a_product_follows_its_own_prices() {
    let example = example();
    let price = json!({
        "Currency": "EUR", "NetValue": 15.75, "GrossValue": 20,
        "TaxValues": [{ "Code": "UK-2022-20%", "Value": 4.25 }],
        "Breakdown": { "Items": [{ "TaxRateCode": "UK-2022-20%", "NetValue": 15.75, "TaxValue": 4.25 }] },
    });
    let no = json!(false);
    let breakfast = |service: Uuid| {
        example.hotel.add::<Products>(json!({
            "ServiceId": service, "IsActive": true, "Names": {}, "ExternalNames": {},
            "ShortNames": {}, "ChargingMode": "Once", "PostingMode": "Once",
            "Options": { "BillAsPackage": false, "ExcludePriceFromOffer": false },
            "Promotions": { "BeforeCheckIn": no, "AfterCheckIn": no, "DuringStay": no,
                "BeforeCheckOut": no, "AfterCheckOut": no, "DuringCheckOut": no },
            "Classifications": { "Food": no, "Beverage": no, "Wellness": no, "CityTax": no, "Fee": no },
            "Price": price, "Ordering": 0, "ConsumptionMoment": "PostingTimeUnit", "IsDefault": no,
            "Charging": "Once", "Posting": "Once",
            "Pricing": { "Discriminator": "Absolute", "Value": price },
        }))
    };
    let own = breakfast(example.service);
    let product = Some(Id::new(own));
    example.set(Priced { category: None, product }, (1, 2), Some(25));
    example.set(Priced { category: Some(Id::new(example.suite)), product }, (2, 3), Some(30));
    let pricing = example.pricing(example.dependent, Some(own));
    let numbers = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    assert_eq!(pricing["BasePrices"], numbers("[20.0, 25.0, 20.0]"));
    assert_eq!(pricing["CategoryPrices"][0]["Prices"], numbers("[20.0, 25.0, 20.0]"));
    assert_eq!(pricing["CategoryPrices"][1]["Prices"], numbers("[20.0, 25.0, 30.0]"));
    assert_eq!(pricing["CategoryAdjustments"], json!([]));
    // The night's prices stay what they were.
    assert_eq!(example.pricing(example.root, None)["BasePrices"], numbers("[100.0, 100.0, 100.0]"));
    let foreign = breakfast(Uuid::nil());
    let body = json!({
        "RateId": example.root, "ProductId": foreign,
        "FirstTimeUnitStartUtc": day(0), "LastTimeUnitStartUtc": day(0),
    });
    assert!(example.hotel.refusal(PRICING, body).starts_with("Invalid ProductId"));
}

#[test]
fn pricing_refuses_what_it_cannot_price() {
    let example = example();
    let refusal = |rate, first, last| {
        let body = json!({
            "RateId": rate, "FirstTimeUnitStartUtc": first, "LastTimeUnitStartUtc": last,
        });
        example.hotel.refusal(PRICING, body)
    };
    assert!(refusal(Uuid::nil(), day(0), day(0)).starts_with("Invalid RateId"));
    assert!(refusal(example.root, day(1), day(0)).starts_with("Invalid LastTimeUnitStartUtc"));
    assert!(refusal(example.root, day(0), day(367)).contains("must not exceed 367D"));
}

mod splice {
    use proptest::prelude::*;

    use super::{BASE, example};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Whatever is set in whatever order, each day has the price that was last set for it.
        #[test]
        fn the_last_price_set_holds(
            writes in prop::collection::vec((0..10i64, 1..6i64, prop::option::of(200..900i64)), 0..12),
        ) {
            let example = example();
            let mut days = [None; 16];
            for (first, length, value) in writes {
                example.set(BASE, (first, first + length), value);
                for (day, price) in (0i64..).zip(&mut days) {
                    if (first..first + length).contains(&day) {
                        *price = value;
                    }
                }
            }
            let expected = days.map(|price| {
                let hundredths = price.unwrap_or(100) * 120 + 5000;
                ostler_contract::primitives::Number(rust_decimal::Decimal::new(hundredths, 2)).to_string()
            });
            prop_assert_eq!(example.nights(example.root, 2, 0, 16), expected.to_vec());
        }
    }
}
