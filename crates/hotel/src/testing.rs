//! A property in memory, for tests of its rules.

use ostler_api::enterprises::Enterprise;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Call, Entity, Options, Place, Store, Tx};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) mod desk;

use crate::context::{Caller, Context, Languages, Member};
use crate::enterprises::Enterprises;
use crate::operation::Prepared;
use crate::registry::{TABLES, operation};

/// Identifier of the enterprise.
pub(crate) const ENTERPRISE: Uuid = Uuid::from_u128(0xe);

/// A hotel with one enterprise and a caller who may do everything.
pub(crate) struct Hotel {
    store: Store,
    /// The circumstances of the next request.
    pub(crate) context: Context,
}

/// Where the documents of the tests are: the one switch between the engines.
#[expect(clippy::disallowed_methods, reason = "this is where the switch is read")]
fn place() -> Place {
    Place::passing(std::env::var("OSTLER_TEST_POSTGRES").ok().as_deref()).unwrap()
}

impl Hotel {
    /// A hotel in which nothing exists but its enterprise, on 2026-01-01 at midnight UTC.
    pub(crate) fn new() -> Self {
        let chain = Uuid::from_u128(0xc);
        let context = Context {
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
            request: Uuid::nil(),
            caller: Caller {
                integration: Uuid::from_u128(0x1),
                client: "Tests 1.0".to_owned(),
                enterprises: vec![Member { enterprise: ENTERPRISE, chain }],
                portfolio: None,
                service: None,
            },
            languages: Languages::default(),
        };
        let options = Options { place: place(), ..Options::new(TABLES) };
        let hotel = Self { store: Store::open(&options).unwrap(), context };
        hotel.write(move |tx| {
            tx.insert::<Enterprises>(ENTERPRISE, enterprise(chain), Default::default()).map(drop)
        });
        hotel
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, seconds: i64) {
        self.context.now = UtcInstant::from_seconds(self.context.now.seconds() + seconds).unwrap();
    }

    /// Runs `job` in a transaction.
    pub(crate) fn try_write<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.store.write_now(self.circumstances(), job)
    }

    /// Runs `job` in a transaction that must succeed.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.try_write(job).unwrap()
    }

    /// Stores a document of the enterprise, given as the wire shows it without `Id`, `EnterpriseId`,
    /// `CreatedUtc` and `UpdatedUtc`.
    pub(crate) fn add<E: Entity>(&self, document: Value) -> Uuid {
        self.add_hidden::<E>(document, json!(null))
    }

    /// The same with what the wire does not show.
    pub(crate) fn add_hidden<E: Entity>(&self, document: Value, hidden: Value) -> Uuid {
        self.write(move |tx| {
            let mut document = document.clone();
            let id: Id<()> = tx.new_id();
            document["Id"] = json!(id);
            document["EnterpriseId"] = json!(ENTERPRISE);
            document["CreatedUtc"] = json!(tx.now());
            document["UpdatedUtc"] = json!(tx.now());
            let hidden = if hidden.is_null() { E::Hidden::default() } else { read(&hidden) };
            tx.insert::<E>(ENTERPRISE, read(&document), hidden)?;
            Ok(id.uuid())
        })
    }

    /// Calls an operation.
    pub(crate) fn call(&self, address: &str, body: Value) -> Result<Value, Error> {
        Ok(serde_json::from_str(&self.text(address, body)?).unwrap())
    }

    /// Calls an operation; its answer to the letter.
    pub(crate) fn text(&self, address: &str, body: Value) -> Result<String, Error> {
        let operation = operation(address).unwrap();
        let context = self.context.clone();
        let answer = match (operation.prepare)(body)? {
            Prepared::Query(query) => self
                .store
                .read_now(self.circumstances(), move |snapshot| query.answer(snapshot, &context))?,
            Prepared::Command(command) => self.try_write(move |tx| command.answer(tx, &context))?,
        };
        Ok(String::from_utf8(answer.body.concat()).unwrap())
    }

    /// The identifiers in a list that an operation returns, with `Limitation` added to the body.
    pub(crate) fn list(&self, address: &str, name: &str, mut body: Value) -> Vec<Uuid> {
        body["Limitation"] = json!({ "Count": 1000 });
        ids(&self.call(address, body).unwrap(), name)
    }

    /// What an operation that must fail tells the caller.
    pub(crate) fn refusal(&self, address: &str, body: Value) -> String {
        self.call(address, body).unwrap_err().to_string()
    }

    fn circumstances(&self) -> Call {
        Call { request: self.context.request, ..Call::at(self.context.now) }
    }
}

/// The identifiers in a list of an answer.
pub(crate) fn ids(answer: &Value, name: &str) -> Vec<Uuid> {
    let items = answer[name].as_array().unwrap();
    items.iter().map(|item| read(&item["Id"])).collect()
}

fn read<T: DeserializeOwned>(value: &Value) -> T {
    // Through text: exact numbers do not survive every other way.
    serde_json::from_str(&value.to_string()).unwrap()
}

fn enterprise(chain: Uuid) -> Enterprise {
    let address = json!({ "Id": Uuid::from_u128(0xad) });
    read(&json!({
        "Id": ENTERPRISE,
        "ChainId": chain,
        "ChainName": "Chain",
        "CreatedUtc": "2026-01-01T00:00:00Z",
        "UpdatedUtc": "2026-01-01T00:00:00Z",
        "Name": "Hotel",
        "TimeZoneIdentifier": "Europe/Budapest",
        "LegalEnvironmentCode": "HU",
        "AccommodationEnvironmentCode": "HU",
        "AccountingEnvironmentCode": "HU",
        "TaxEnvironmentCode": "UK-2022",
        "DefaultLanguageCode": "en-GB",
        "AccountingEditableHistoryInterval": "P0M7DT0H0M0S",
        "OperationalEditableHistoryInterval": "P0M7DT0H0M0S",
        "Pricing": "Gross",
        "AddressId": address["Id"],
        "Address": address,
        "GroupNames": [],
        "Subscription": {},
        "LinkedUtc": "2026-01-01T00:00:00Z",
        "EditableHistoryInterval": "P0M7DT0H0M0S",
    }))
}
