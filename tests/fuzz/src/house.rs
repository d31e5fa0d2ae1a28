//! What a demo hotel has before anybody books.

use std::sync::Arc;

use ostler::app::{App, Settings};
use ostler_hotel::context::{Caller, Context, Languages, Member};
use ostler_hotel::operation::Prepared;
use ostler_hotel::registry::{self, OPERATIONS};
use ostler_hotel::texts;
use ostler_store::Call;
use ostler_worlds::clock::Clock;
use ostler_worlds::demo;
use ostler_worlds::world::{Place, World, WorldOptions};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::maker::Maker;

/// When every sequence begins: a Monday in the week of a change to summer time.
pub(crate) const OPENING: &str = "2026-03-02T10:00:00Z";

/// Who sends all requests.
const INTEGRATION: Uuid = Uuid::from_u128(0x018b_0000_0000_7000_8000_0000_0000_0077);

/// A service that is ordered from.
#[derive(Debug, Clone)]
pub(crate) struct Shop {
    /// The service.
    pub(crate) id: String,
    /// Its products.
    pub(crate) products: Vec<String>,
}

/// A category of rooms.
#[derive(Debug, Clone)]
pub(crate) struct Category {
    /// The category.
    pub(crate) id: String,
    /// Its rooms.
    pub(crate) rooms: Vec<String>,
    /// How many persons a room takes.
    pub(crate) capacity: u64,
}

/// What requests are made of.
#[derive(Debug, Clone)]
pub(crate) struct House {
    /// The enterprise.
    pub(crate) enterprise: Uuid,
    /// Who sends all requests.
    pub(crate) integration: Uuid,
    /// The bookable service.
    pub(crate) stay: String,
    /// Products of the bookable service.
    pub(crate) extras: Vec<String>,
    /// Categories of rooms.
    pub(crate) categories: Vec<Category>,
    /// Rates of the bookable service.
    pub(crate) rates: Vec<String>,
    /// The age category of adults, then that of children.
    pub(crate) ages: Vec<String>,
    /// Services that are ordered from.
    pub(crate) shops: Vec<Shop>,
    /// How amounts are stated: `GrossValue` or `NetValue`.
    pub(crate) value: &'static str,
    /// Currencies, the own one first.
    pub(crate) currencies: &'static [&'static str],
    /// Codes of taxes.
    pub(crate) taxes: &'static [&'static str],
}

/// The database that every sequence begins with, and what its hotels are.
pub struct Origin {
    /// Where the database is; gone with the last desk.
    folder: TempDir,
    /// The hotels, with what their lists teach.
    pub(crate) houses: Vec<(House, Maker)>,
}

impl Origin {
    /// The furnished demo hotels.
    ///
    /// # Panics
    /// Where there is no place for a world.
    #[must_use]
    pub fn furnished() -> Self {
        let world = Arc::new(World::open(&options()).expect("a world"));
        demo::furnish(&world, 1).expect("hotels");
        let folder = tempfile::tempdir().expect("a folder");
        world.store.copy_to(&folder.path().join(World::DATABASE)).expect("a copy");
        let settings = Settings { rate_limit: None, ..Settings::default() };
        let app = App::new(Arc::clone(&world), settings, texts::catalog(), OPERATIONS);
        let document = serde_json::from_slice(&app.document()).expect("a document");
        let maker = Maker::new(document);
        let houses = [
            (demo::GROSS, "GrossValue", &["GBP", "EUR", "USD"], &["UK-2022-20%"]),
            (demo::NET, "NetValue", &["USD", "EUR", "GBP"], &["US-DC-2023-10%"]),
        ];
        let houses = houses.map(|(enterprise, value, currencies, taxes)| {
            let mut lists = Lists { world: &world, enterprise, maker: maker.clone() };
            let house = lists.house(value, currencies, taxes);
            (house, lists.maker)
        });
        Self { folder, houses: houses.into() }
    }

    /// A world of its own with these hotels, in memory.
    pub(crate) fn world(&self) -> World {
        let file = self.folder.path().join(World::DATABASE);
        World::open(&WorldOptions { place: Place::CopyOf(file), ..options() }).expect("a world")
    }
}

/// How worlds are opened.
fn options() -> WorldOptions {
    let clock = Clock::Frozen(OPENING.parse().expect("an instant"));
    WorldOptions { clock, readers: 1, ..WorldOptions::default() }
}

/// Reads the lists of a hotel.
struct Lists<'w> {
    world: &'w World,
    enterprise: Uuid,
    maker: Maker,
}

impl Lists<'_> {
    fn house(
        &mut self,
        value: &'static str,
        currencies: &'static [&'static str],
        taxes: &'static [&'static str],
    ) -> House {
        let services = self.list("services/getAll", "Services", json!({}));
        let kind = |it: &Value, kind: &str| it["Data"]["Discriminator"] == kind;
        let stay = services.iter().find(|it| kind(it, "Bookable")).map(id).expect("a service");
        let of = |service: &str| json!({ "ServiceIds": [service] });
        let extras = self.ids("products/getAll", "Products", of(&stay));
        let rates = self.ids("rates/getAll", "Rates", of(&stay));
        let mut ages = self.list("ageCategories/getAll", "AgeCategories", of(&stay));
        ages.sort_by_key(|it| it["Classification"] != "Adult");
        let found = self.list("resourceCategories/getAll", "ResourceCategories", of(&stay));
        let categories = found.iter().map(|category| {
            let of = json!({ "ResourceCategoryIds": [category["Id"]] });
            let address = "resourceCategoryAssignments/getAll";
            let found = self.list(address, "ResourceCategoryAssignments", of);
            let rooms = found.iter().filter_map(|it| it["ResourceId"].as_str());
            let rooms = rooms.map(str::to_owned).collect();
            Category {
                id: id(category),
                rooms,
                capacity: category["Capacity"].as_u64().unwrap_or(1),
            }
        });
        let categories = categories.collect();
        let shops = services.iter().filter(|it| kind(it, "Additional")).map(|it| {
            let products = self.ids("products/getAll", "Products", of(&id(it)));
            Shop { id: id(it), products }
        });
        let shops = shops.collect();
        let (enterprise, integration) = (self.enterprise, INTEGRATION);
        self.ids("counters/getAll", "Counters", json!({}));
        self.ids("resources/getAll", "Resources", json!({ "Extent": { "Resources": true } }));
        self.ids("accountingCategories/getAll", "AccountingCategories", json!({}));
        self.ids("businessSegments/getAll", "BusinessSegments", of(&stay));
        House {
            enterprise,
            integration,
            stay,
            extras,
            categories,
            rates,
            ages: ages.iter().map(id).collect(),
            shops,
            value,
            currencies,
            taxes,
        }
    }

    fn ids(&mut self, address: &str, name: &str, body: Value) -> Vec<String> {
        self.list(address, name, body).iter().map(id).collect()
    }

    fn list(&mut self, address: &str, name: &str, mut body: Value) -> Vec<Value> {
        body["Limitation"] = json!({ "Count": 1000 });
        let call = Call::at(self.world.now());
        let context = Context {
            now: call.now,
            request: Uuid::nil(),
            caller: Caller {
                integration: INTEGRATION,
                client: "fuzz".to_owned(),
                enterprises: vec![Member { enterprise: self.enterprise, chain: demo::CHAIN }],
                portfolio: None,
                service: None,
            },
            languages: Languages::default(),
        };
        let operation = registry::operation(address).expect("an operation");
        let Prepared::Query(query) = (operation.prepare)(body).expect("a request") else {
            panic!("{address} is no list");
        };
        let answer = self.world.store.read_now(call, move |it| query.answer(it, &context));
        let answer: Value =
            serde_json::from_slice(&answer.expect("a list").body.concat()).expect("JSON");
        self.maker.learn(&answer);
        answer[name].as_array().expect("a list").clone()
    }
}

fn id(document: &Value) -> String {
    document["Id"].as_str().expect("an identifier").to_owned()
}
