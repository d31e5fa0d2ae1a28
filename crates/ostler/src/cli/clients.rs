//! `ostler clients …`

use std::collections::BTreeSet;

use clap::Subcommand;
use ostler_hotel::registry::{OPERATIONS, operation};
use ostler_worlds::access::{self, Client, Grants, NewClient, Status};
use ostler_worlds::token::Token;

use super::directory::{Directory, gone, pick};
use super::{Failure, say};
use crate::config::Place;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lists the clients: identifier, status, name
    List,
    /// Makes a client and prints its token, which is shown this once
    Create {
        /// Name of the application
        name: String,
        /// Operations that it may call; without any, all that are not restricted
        #[arg(long = "operation", value_name = "OPERATION")]
        operations: Vec<String>,
    },
    /// Refuses every token of a client from the next request on
    Disable {
        /// Identifier or name of the client
        client: String,
    },
    /// Accepts the tokens of a client again
    Enable {
        /// Identifier or name of the client
        client: String,
    },
    /// Grants operations to a client; restricted ones can be granted in no other way
    Grant {
        /// Identifier or name of the client
        client: String,
        /// Addresses such as reservations/cancel
        #[arg(required = true, value_name = "OPERATION")]
        operations: Vec<String>,
    },
    /// Takes operations away from a client
    Revoke {
        /// Identifier or name of the client
        client: String,
        /// Addresses such as reservations/cancel
        #[arg(required = true, value_name = "OPERATION")]
        operations: Vec<String>,
    },
    /// Lists what a client may call
    Grants {
        /// Identifier or name of the client
        client: String,
    },
}

impl Command {
    pub(super) fn run(self, place: &Place) -> Result<(), Failure> {
        let directory = Directory::open(place)?;
        match self {
            Self::List => directory.clients.iter().try_for_each(|it| {
                let status = Status::of(it.is_enabled);
                say(&format!("{}\t{status}\t{}", it.id, it.name))
            }),
            Self::Create { name, operations } => create(&directory, name, operations),
            Self::Disable { client } => set(&directory, &client, Status::Disabled),
            Self::Enable { client } => set(&directory, &client, Status::Enabled),
            Self::Grant { client, operations } => {
                change_grants(&directory, &client, operations, Grants::grant)
            }
            Self::Revoke { client, operations } => {
                change_grants(&directory, &client, operations, Grants::revoke)
            }
            Self::Grants { client } => grants(&directory, &client),
        }
    }
}

fn create(directory: &Directory, name: String, operations: Vec<String>) -> Result<(), Failure> {
    if name.trim().is_empty() {
        return Err(Failure::usage("A client needs a name."));
    }
    let grants = if operations.is_empty() {
        Grants::all_unrestricted()
    } else {
        Grants::only(known(operations)?)
    };
    let token = Token::generate()?;
    let new = NewClient { name, token: token.hash(), grants };
    let id = directory.change(move |tx| access::add_client(tx, new.clone()))?;
    say(&format!("Id: {id}\nClientToken: {}", token.text()))
}

fn set(directory: &Directory, wanted: &str, status: Status) -> Result<(), Failure> {
    let id = pick(&directory.clients, wanted)?.id;
    let changed = directory.change(move |tx| {
        access::change_client(tx, id, |client| client.is_enabled = status == Status::Enabled)
    })?;
    let changed = changed.ok_or_else(|| gone::<Client>(id))?;
    say(&format!("The client {} is {status}.", changed.name))
}

fn change_grants(
    directory: &Directory,
    wanted: &str,
    operations: Vec<String>,
    change: fn(&mut Grants, &str),
) -> Result<(), Failure> {
    let id = pick(&directory.clients, wanted)?.id;
    let addresses = known(operations)?;
    let changed = directory.change(move |tx| {
        access::change_client(tx, id, |client| {
            addresses.iter().for_each(|address| change(&mut client.grants, address));
        })
    })?;
    let changed = changed.ok_or_else(|| gone::<Client>(id))?;
    let count = granted(&changed).len();
    say(&format!("The client {} may call {count} operations.", changed.name))
}

fn grants(directory: &Directory, wanted: &str) -> Result<(), Failure> {
    let client = pick(&directory.clients, wanted)?;
    granted(client).into_iter().try_for_each(say)
}

/// The addresses that a client may call, those included that this version does not serve.
fn granted(client: &Client) -> BTreeSet<&str> {
    let served = OPERATIONS.iter().filter(|it| client.grants.permits(it)).map(|it| it.address);
    served.chain(client.grants.granted.iter().map(String::as_str)).collect()
}

/// The addresses, if an operation stands at each of them.
fn known(addresses: Vec<String>) -> Result<Vec<String>, Failure> {
    match addresses.iter().find(|address| operation(address).is_none()) {
        None => Ok(addresses),
        Some(unknown) => Err(Failure::usage(format!("There is no operation {unknown:?}."))),
    }
}
