//! What the demo hotels are: plain data.

use ostler_api::enterprises::Pricing;
use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use ostler_hotel::arithmetic::tax::Taxes;
use rust_decimal::Decimal;
use uuid::Uuid;

/// One demo hotel.
pub(crate) struct Plan {
    pub(crate) enterprise: Uuid,
    pub(crate) name: &'static str,
    pub(crate) short_name: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) country: &'static str,
    pub(crate) subdivision: Option<&'static str>,
    pub(crate) city: &'static str,
    pub(crate) street: &'static str,
    pub(crate) postal_code: &'static str,
    pub(crate) language: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) pricing: Pricing,
    pub(crate) legal_environment: &'static str,
    pub(crate) tax_environment: &'static str,
    /// Tax codes of nights, of food and drink, of everything else; the first valid one is used.
    pub(crate) night_taxes: &'static [&'static str],
    pub(crate) food_taxes: &'static [&'static str],
    pub(crate) other_taxes: &'static [&'static str],
    /// Value of one unit of the other currencies in the own one.
    pub(crate) exchange: &'static [(&'static str, &'static str)],
    pub(crate) categories: &'static [CategoryPlan],
    /// Of a hundred nights, how many are sold.
    pub(crate) occupancy_percent: u32,
}

/// One category of rooms.
pub(crate) struct CategoryPlan {
    pub(crate) name: &'static str,
    pub(crate) german: &'static str,
    pub(crate) short: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) classification: &'static str,
    pub(crate) capacity: u32,
    pub(crate) extra_capacity: u32,
    /// Rooms, or beds in each dorm.
    pub(crate) rooms: u32,
    /// Dorms whose beds these are.
    pub(crate) dorms: u32,
    /// Difference to the base price.
    pub(crate) price_difference: i64,
}

const CATEGORIES: &[CategoryPlan] = &[
    CategoryPlan {
        name: "Single Room",
        german: "Einzelzimmer",
        short: "SGL",
        kind: "Room",
        classification: "StandardSingle",
        capacity: 1,
        extra_capacity: 0,
        rooms: 12,
        dorms: 0,
        price_difference: -25,
    },
    CategoryPlan {
        name: "Double Room",
        german: "Doppelzimmer",
        short: "DBL",
        kind: "Room",
        classification: "StandardDouble",
        capacity: 2,
        extra_capacity: 1,
        rooms: 26,
        dorms: 0,
        price_difference: 0,
    },
    CategoryPlan {
        name: "Superior Room",
        german: "Superiorzimmer",
        short: "SUP",
        kind: "Room",
        classification: "SuperiorDouble",
        capacity: 2,
        extra_capacity: 2,
        rooms: 10,
        dorms: 0,
        price_difference: 40,
    },
    CategoryPlan {
        name: "Junior Suite",
        german: "Juniorsuite",
        short: "JST",
        kind: "Suite",
        classification: "JuniorSuite",
        capacity: 2,
        extra_capacity: 2,
        rooms: 6,
        dorms: 0,
        price_difference: 110,
    },
    CategoryPlan {
        name: "Dorm Bed",
        german: "Bett im Schlafsaal",
        short: "BED",
        kind: "Bed",
        classification: "SharedOrDorm",
        capacity: 1,
        extra_capacity: 0,
        rooms: 4,
        dorms: 2,
        price_difference: -85,
    },
];

/// Both hotels.
pub(crate) const PLANS: &[Plan] = &[
    Plan {
        enterprise: super::GROSS,
        name: "Ostler Demo London",
        short_name: "OSTLER LON",
        zone: "Europe/London",
        country: "GB",
        subdivision: Some("GB-LND"),
        city: "London",
        street: "1 Coaching Yard",
        postal_code: "SE1 1AA",
        language: "en-GB",
        currency: "GBP",
        pricing: Pricing::Gross,
        legal_environment: "UK",
        tax_environment: "UK-2022",
        night_taxes: &["UK-2022-20%"],
        food_taxes: &["UK-2022-20%"],
        other_taxes: &["UK-2022-20%"],
        exchange: &[("EUR", "0.86"), ("USD", "0.78")],
        categories: CATEGORIES,
        occupancy_percent: 31,
    },
    Plan {
        enterprise: super::NET,
        name: "Ostler Demo Washington",
        short_name: "OSTLER DC",
        zone: "America/New_York",
        country: "US",
        subdivision: Some("US-DC"),
        city: "Washington",
        street: "1600 Livery Street NW",
        postal_code: "20001",
        language: "en-US",
        currency: "USD",
        pricing: Pricing::Net,
        legal_environment: "US",
        tax_environment: "US-DC",
        night_taxes: &["US-DC-2023-15.95%", "US-DC-2023-14.95%", "US-DC-2023-10%"],
        food_taxes: &["US-DC-2023-10%"],
        other_taxes: &["US-DC-2023-6%", "US-DC-2023-10%"],
        exchange: &[("EUR", "1.10"), ("GBP", "1.28")],
        categories: CATEGORIES,
        occupancy_percent: 12,
    },
];

/// How long the demo's guests book ahead at the most, in seconds, with some room.
const AHEAD_SECONDS: i64 = 400 * 86_400;

impl Plan {
    /// The first of the codes that is valid from `at` for as long as the demo's guests stay.
    pub(crate) fn code(
        &self,
        codes: &[&'static str],
        at: UtcInstant,
    ) -> Result<&'static str, Error> {
        let taxes = self.taxes()?;
        let end =
            UtcInstant::from_seconds(at.seconds() + AHEAD_SECONDS).map_err(Error::internal)?;
        let is_valid = |code: &str| {
            [at, end].iter().all(|at| taxes.of(Decimal::ONE, self.currency, &[code], *at).is_ok())
        };
        let found = codes.iter().find(|code| is_valid(code));
        found.copied().ok_or_else(|| Error::internal("no tax rate of the demo hotel is valid"))
    }

    /// The taxes of the hotel's environment.
    pub(crate) fn taxes(&self) -> Result<Taxes, Error> {
        Taxes::new(self.tax_environment, self.pricing, None)
    }
}

/// A rate: name, short name, type, group (index), base rate (index) with relative difference in
/// percent and absolute difference.
pub(crate) struct RatePlan {
    pub(crate) name: &'static str,
    pub(crate) german: &'static str,
    pub(crate) short: &'static str,
    pub(crate) is_private: bool,
    pub(crate) group: usize,
    pub(crate) base: Option<usize>,
    pub(crate) relative_percent: i64,
    pub(crate) absolute: i64,
}

const fn rate(
    (name, german, short): (&'static str, &'static str, &'static str),
    group: usize,
    base: Option<usize>,
    (relative_percent, absolute): (i64, i64),
) -> RatePlan {
    RatePlan {
        name,
        german,
        short,
        is_private: group == 2,
        group,
        base,
        relative_percent,
        absolute,
    }
}

/// Names of the rate groups.
pub(crate) const RATE_GROUPS: [(&str, &str); 3] = [
    ("Flexible", "Flexibel"),
    ("Non-refundable", "Nicht erstattbar"),
    ("Negotiated", "Verhandelt"),
];

/// The rates; the first one is the default and the root of the others.
pub(crate) const RATES: &[RatePlan] = &[
    rate(("Flexible", "Flexibel", "FLEX"), 0, None, (0, 0)),
    rate(("Bed and Breakfast", "Übernachtung mit Frühstück", "BB"), 0, Some(0), (0, 18)),
    rate(("Long Stay", "Langzeit", "LONG"), 0, Some(0), (-20, 0)),
    rate(("Non-refundable", "Nicht erstattbar", "NRF"), 1, Some(0), (-12, 0)),
    rate(("Advance Purchase", "Frühbucher", "ADV"), 1, Some(3), (-8, -5)),
    rate(("Corporate", "Firmen", "CORP"), 2, Some(0), (-15, 0)),
    rate(("Agency", "Agentur", "AGY"), 2, Some(0), (-10, 0)),
    rate(("Staff", "Mitarbeiter", "STAFF"), 2, None, (0, -60)),
];

/// Price of a night in the base category at the root rates.
pub(crate) const BASE_PRICE: i64 = 140;

/// Products of the stay: name, German name, price, charging, consumption, kind of product.
pub(crate) const STAY_PRODUCTS: &[ProductPlan] = &[
    ProductPlan {
        name: "Breakfast",
        german: "Frühstück",
        price: 18,
        charging: "PerPersonPerTimeUnit",
        moment: "NextTimeUnit",
        food: true,
    },
    ProductPlan {
        name: "Parking",
        german: "Parkplatz",
        price: 25,
        charging: "PerTimeUnit",
        moment: "PostingTimeUnit",
        food: false,
    },
    ProductPlan {
        name: "Late check-out",
        german: "Späte Abreise",
        price: 30,
        charging: "Once",
        moment: "ServiceOrderEnd",
        food: false,
    },
    ProductPlan {
        name: "Welcome drink",
        german: "Begrüßungsgetränk",
        price: 9,
        charging: "PerPerson",
        moment: "ServiceOrderStart",
        food: true,
    },
];

/// A product.
pub(crate) struct ProductPlan {
    pub(crate) name: &'static str,
    pub(crate) german: &'static str,
    pub(crate) price: i64,
    pub(crate) charging: &'static str,
    pub(crate) moment: &'static str,
    pub(crate) food: bool,
}

/// A service that is ordered: its name in English and German, its products with their prices.
type ServicePlan = (&'static str, &'static str, &'static [(&'static str, &'static str, i64)]);

/// The services that are ordered.
pub(crate) const ADDITIONAL_SERVICES: &[ServicePlan] = &[
    (
        "Restaurant",
        "Restaurant",
        &[("Dinner menu", "Abendmenü", 42), ("House wine", "Hauswein", 8)],
    ),
    ("Minibar", "Minibar", &[("Mineral water", "Mineralwasser", 4), ("Peanuts", "Erdnüsse", 5)]),
    ("Spa", "Wellness", &[("Massage", "Massage", 75), ("Day pass", "Tageskarte", 28)]),
];

/// First names of guests.
pub(crate) const FIRST_NAMES: &[&str] = &[
    "Ada", "Aiko", "Amara", "Anna", "Arthur", "Béla", "Carlos", "Chiara", "David", "Elena", "Emil",
    "Fatima", "Felix", "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jan", "Julie", "Karel", "Lea",
    "Liam", "Lucía", "Marek", "Mia", "Mohamed", "Nina", "Noah", "Olga", "Oscar", "Petra", "Priya",
    "Rosa", "Sam", "Sofia", "Tomáš", "Uma", "Victor", "Wei", "Yusuf", "Zoë",
];

/// Last names of guests, each with a nationality.
pub(crate) const LAST_NAMES: &[(&str, &str)] = &[
    ("Archer", "GB"),
    ("Baker", "GB"),
    ("Becker", "DE"),
    ("Bianchi", "IT"),
    ("Carter", "US"),
    ("Chen", "CN"),
    ("Cohen", "US"),
    ("Costa", "PT"),
    ("Dubois", "FR"),
    ("Evans", "GB"),
    ("Fischer", "DE"),
    ("García", "ES"),
    ("Hansen", "DK"),
    ("Haddad", "AE"),
    ("Horák", "CZ"),
    ("Hughes", "GB"),
    ("Ibrahim", "EG"),
    ("Jansen", "NL"),
    ("Johnson", "US"),
    ("Kowalska", "PL"),
    ("Krüger", "DE"),
    ("Lambert", "FR"),
    ("Lindqvist", "SE"),
    ("López", "ES"),
    ("Martin", "FR"),
    ("Meyer", "CH"),
    ("Moreau", "BE"),
    ("Murphy", "IE"),
    ("Nguyen", "VN"),
    ("Novák", "CZ"),
    ("Okafor", "NG"),
    ("Patel", "IN"),
    ("Petrov", "BG"),
    ("Rossi", "IT"),
    ("Sato", "JP"),
    ("Schneider", "AT"),
    ("Silva", "BR"),
    ("Smith", "GB"),
    ("Tanaka", "JP"),
    ("Taylor", "US"),
    ("Tremblay", "CA"),
    ("Virtanen", "FI"),
    ("Walker", "US"),
    ("Weber", "DE"),
    ("Young", "US"),
];

/// Companies, and whether they are travel agencies.
pub(crate) const COMPANIES: &[(&str, bool)] = &[
    ("Fernhill Consulting Ltd", false),
    ("Harbour & Pine LLP", false),
    ("Larkspur Systems Inc", false),
    ("Nordlicht Maschinenbau GmbH", false),
    ("Blue Route Travel", true),
    ("Compass Lane Tours", true),
];
