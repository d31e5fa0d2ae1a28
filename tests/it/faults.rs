//! Operations that misbehave, served beside a well-behaved one.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex};

use ostler_api::Operation as _;
use ostler_contract::error::Error;
use ostler_hotel::context::Context;
use ostler_hotel::operation::{Command, Operation, Query, command, query};
use ostler_hotel::registry;
use ostler_hotel::reply::Reply;
use ostler_store::{Find, Snapshot, Tx};
use ostler_worlds::access::{self, AccessEnterprises, NewEnterprise, WORLD};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// The operations: misbehaving ones, and one of the hotel's.
pub(crate) static OPERATIONS: [Operation; 9] = [
    query::<PanicInQuery>(),
    command::<PanicInCommand>(),
    query::<PanicInDecoding>(),
    query::<Wait>(),
    command::<WaitInCommand>(),
    command::<WriteForEver>(),
    query::<Single>(),
    query::<Restricted>(),
    command::<Nothing>(),
];

const _: () = assert!(!registry::OPERATIONS.is_empty());

macro_rules! operation {
    ($(#[$doc:meta])* $name:ident at $address:literal $(, $constant:ident = $value:literal)*) => {
        impl ostler_api::Operation for $name {
            const ADDRESS: &'static str = $address;
            $(const $constant: bool = $value;)*
            type Response = ostler_api::Empty;
        }
    };
}

/// Panics while it reads.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct PanicInQuery {}
operation!(PanicInQuery at "faults/panicInQuery", READS_ONLY = true);

impl Query for PanicInQuery {
    fn run(&self, _: &Snapshot<'_>, _: &Context) -> Result<Reply<Self::Response>, Error> {
        panic!("the rule is wrong");
    }
}

/// Panics after it wrote.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct PanicInCommand {}
operation!(PanicInCommand at "faults/panicInCommand");

impl Command for PanicInCommand {
    fn run(&self, tx: &mut Tx<'_>, _: &Context) -> Result<Reply<Self::Response>, Error> {
        write_something(tx)?;
        panic!("the rule is wrong");
    }
}

/// Panics while it is decoded.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PanicInDecoding {}
operation!(PanicInDecoding at "faults/panicInDecoding", READS_ONLY = true);

impl<'de> Deserialize<'de> for PanicInDecoding {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("the type is wrong");
    }
}

impl Query for PanicInDecoding {
    fn run(&self, _: &Snapshot<'_>, _: &Context) -> Result<Reply<Self::Response>, Error> {
        Reply::of(&ostler_api::Empty {})
    }
}

/// Waits until its gate opens.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Wait {
    /// The gate.
    gate: String,
}
operation!(Wait at "faults/wait", READS_ONLY = true);

/// The gates that are open, and those that someone waits at.
static GATES: Mutex<Option<Gates>> = Mutex::new(None);
static CHANGED: Condvar = Condvar::new();

#[derive(Default)]
struct Gates {
    open: HashSet<String>,
    waiting: HashSet<String>,
}

/// Lets everyone through who waits at the gate, or comes to it.
pub(crate) fn open(gate: &str) {
    GATES.lock().unwrap().get_or_insert_default().open.insert(gate.to_owned());
    CHANGED.notify_all();
}

/// Returns once someone waits at the gate.
pub(crate) fn await_waiting(gate: &str) {
    let gates = GATES.lock().unwrap();
    let nobody = |gates: &mut Option<Gates>| !gates.get_or_insert_default().waiting.contains(gate);
    drop(CHANGED.wait_while(gates, nobody).unwrap());
}

fn wait_at(gate: &str) {
    let mut gates = GATES.lock().unwrap();
    gates.get_or_insert_default().waiting.insert(gate.to_owned());
    CHANGED.notify_all();
    let closed = |gates: &mut Option<Gates>| !gates.get_or_insert_default().open.contains(gate);
    drop(CHANGED.wait_while(gates, closed).unwrap());
}

impl Query for Wait {
    fn run(&self, _: &Snapshot<'_>, _: &Context) -> Result<Reply<Self::Response>, Error> {
        wait_at(&self.gate);
        Reply::of(&ostler_api::Empty {})
    }
}

/// Holds the writer until its gate opens.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct WaitInCommand {
    /// The gate.
    gate: String,
}
operation!(WaitInCommand at "faults/waitInCommand");

impl Command for WaitInCommand {
    fn run(&self, _: &mut Tx<'_>, _: &Context) -> Result<Reply<Self::Response>, Error> {
        wait_at(&self.gate);
        Reply::of(&ostler_api::Empty {})
    }
}

/// Writes until it is told that its time is over.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct WriteForEver {}
operation!(WriteForEver at "faults/writeForEver");

impl Command for WriteForEver {
    fn run(&self, tx: &mut Tx<'_>, _: &Context) -> Result<Reply<Self::Response>, Error> {
        loop {
            write_something(tx)?;
        }
    }
}

/// Does not support portfolio tokens.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Single {}
operation!(Single at "faults/single", READS_ONLY = true, PORTFOLIO = false);

impl Query for Single {
    fn run(&self, _: &Snapshot<'_>, _: &Context) -> Result<Reply<Self::Response>, Error> {
        Reply::of(&ostler_api::Empty {})
    }
}

/// Must be granted by name.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Restricted {
    /// Is needed.
    needed: String,
}
operation!(Restricted at "faults/restricted", READS_ONLY = true, RESTRICTED = true);

impl Query for Restricted {
    fn run(&self, _: &Snapshot<'_>, _: &Context) -> Result<Reply<Self::Response>, Error> {
        Reply::of(&ostler_api::Empty {})
    }
}

/// Does nothing, or refuses to with a sentence.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Nothing {
    /// The key of the sentence.
    refusal: Option<String>,
}
operation!(Nothing at "faults/nothing");

impl Command for Nothing {
    fn run(&self, _: &mut Tx<'_>, _: &Context) -> Result<Reply<Self::Response>, Error> {
        match &self.refusal {
            Some(_) => Err(Error::rule("no-such-sentence")),
            None => Reply::of(&ostler_api::Empty {}),
        }
    }
}

/// The name of whatever a misbehaving command writes.
const WRITTEN: &str = "written by a misbehaving command";

fn write_something(tx: &mut Tx<'_>) -> Result<(), Error> {
    let id = tx.new_id::<()>().uuid();
    let name = WRITTEN.to_owned();
    access::add_enterprise(tx, NewEnterprise { id, chain: Uuid::nil(), name, language: None })
}

/// How much misbehaving commands have written.
pub(crate) fn count_written(snapshot: &Snapshot<'_>) -> Result<usize, Error> {
    let found = snapshot.find(&Find::<AccessEnterprises>::within(&[WORLD]))?;
    Ok(found.iter().filter(|it| it.name == WRITTEN).count())
}

/// The address of an operation that can answer with `{}`.
pub(crate) const NOTHING: &str = Nothing::ADDRESS;
