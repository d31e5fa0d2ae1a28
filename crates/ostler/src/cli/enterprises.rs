//! `ostler enterprises …`

use clap::Subcommand;
use ostler_worlds::access::{self, Enterprise, Status};

use super::directory::{Directory, gone, pick};
use super::{Failure, say};
use crate::config::Place;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lists the enterprises: identifier, status, name
    List,
    /// Refuses every token of an enterprise from the next request on
    Disable {
        /// Identifier or name of the enterprise
        enterprise: String,
    },
    /// Accepts the tokens of an enterprise again
    Enable {
        /// Identifier or name of the enterprise
        enterprise: String,
    },
}

impl Command {
    pub(super) fn run(self, place: &Place) -> Result<(), Failure> {
        let directory = Directory::open(place)?;
        match self {
            Self::List => directory.enterprises.iter().try_for_each(|it| {
                let status = Status::of(it.is_enabled);
                say(&format!("{}\t{status}\t{}", it.id, it.name))
            }),
            Self::Disable { enterprise } => set(&directory, &enterprise, Status::Disabled),
            Self::Enable { enterprise } => set(&directory, &enterprise, Status::Enabled),
        }
    }
}

fn set(directory: &Directory, wanted: &str, status: Status) -> Result<(), Failure> {
    let id = pick(&directory.enterprises, wanted)?.id;
    let changed = directory.change(move |tx| access::set_enterprise(tx, id, status))?;
    let changed = changed.ok_or_else(|| gone::<Enterprise>(id))?;
    say(&format!("The enterprise {} is {status}.", changed.name))
}
