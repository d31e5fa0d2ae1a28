//! `ostler enterprises …`

use clap::{Args, Subcommand, ValueEnum};
use ostler_api::enterprises::Pricing;
use ostler_worlds::access::{self, Enterprise, Status};
use ostler_worlds::founding::{Founding, found};

use super::directory::{Directory, gone, pick};
use super::{Failure, say};
use crate::config::Place;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lists the enterprises: identifier, status, name
    List,
    /// Makes an enterprise, in a chain of its own, and prints its identifier
    Create(New),
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

#[derive(Debug, Args)]
pub(super) struct New {
    /// Name of the enterprise
    name: String,
    /// IANA identifier of its time zone, such as Europe/London
    #[arg(long)]
    time_zone: String,
    /// ISO 4217 code of the currency of its accounting, such as GBP
    #[arg(long)]
    currency: String,
    /// Whether its prices are stated with or without taxes
    #[arg(long, value_enum)]
    pricing: Prices,
    /// Code of its tax environment, such as UK; taxEnvironments/getAll lists them
    #[arg(long, value_name = "CODE")]
    tax_environment: String,
    /// ISO 3166-1 alpha-2 code of its country, such as GB
    #[arg(long, value_name = "CODE")]
    country: String,
    /// Code of its language, such as en-GB
    #[arg(long, value_name = "CODE")]
    language: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Prices {
    /// With taxes
    Gross,
    /// Without taxes
    Net,
}

impl Command {
    pub(super) fn run(self, place: &Place) -> Result<(), Failure> {
        let directory = Directory::open(place)?;
        match self {
            Self::List => directory.enterprises.iter().try_for_each(|it| {
                let status = Status::of(it.is_enabled);
                say(&format!("{}\t{status}\t{}", it.id, it.name))
            }),
            Self::Create(new) => create(&directory, new),
            Self::Disable { enterprise } => set(&directory, &enterprise, Status::Disabled),
            Self::Enable { enterprise } => set(&directory, &enterprise, Status::Enabled),
        }
    }
}

fn create(directory: &Directory, new: New) -> Result<(), Failure> {
    let founding = Founding {
        name: new.name,
        time_zone: new.time_zone,
        currency: new.currency,
        pricing: match new.pricing {
            Prices::Gross => Pricing::Gross,
            Prices::Net => Pricing::Net,
        },
        tax_environment: new.tax_environment,
        country: new.country,
        language: new.language,
    };
    founding.check().map_err(Failure::usage)?;
    let id = directory.change(move |tx| found(tx, &founding))?;
    say(&format!("Id: {id}"))
}

fn set(directory: &Directory, wanted: &str, status: Status) -> Result<(), Failure> {
    let id = pick(&directory.enterprises, wanted)?.id;
    let changed = directory.change(move |tx| access::set_enterprise(tx, id, status))?;
    let changed = changed.ok_or_else(|| gone::<Enterprise>(id))?;
    say(&format!("The enterprise {} is {status}.", changed.name))
}
