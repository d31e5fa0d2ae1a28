//! `ostler integrations …`

use clap::{Args, Subcommand};
use ostler_contract::primitives::UtcInstant;
use ostler_worlds::access::{self, Integration, NewIntegration, Status};
use ostler_worlds::token::Token;
use uuid::Uuid;

use super::directory::{Directory, gone, pick};
use super::{Failure, say};
use crate::config::Place;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lists the integrations: identifier, status, expiry, client, enterprises, name
    List,
    /// Makes an integration and prints its access token, which is shown this once
    Create(New),
    /// Refuses the access token of an integration from the next request on
    Disable {
        /// Identifier or name of the integration
        integration: String,
    },
    /// Accepts the access token of an integration again
    Enable {
        /// Identifier or name of the integration
        integration: String,
    },
    /// Sets when the access token of an integration stops working
    Expire {
        /// Identifier or name of the integration
        integration: String,
        /// The instant, such as 2026-01-31T15:00:00Z; now without it
        #[arg(long, value_name = "INSTANT")]
        at: Option<UtcInstant>,
    },
    /// Makes a new access token and prints it; the old one stops working
    Rotate {
        /// Identifier or name of the integration
        integration: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct New {
    /// Identifier or name of the client
    #[arg(long)]
    client: String,
    /// Identifier or name of an enterprise; several make a portfolio
    #[arg(long = "enterprise", required = true, value_name = "ENTERPRISE")]
    enterprises: Vec<String>,
    /// Name of the integration; that of the client without it
    #[arg(long)]
    name: Option<String>,
    /// Identifier of the enterprise that stands for the portfolio, which makes a portfolio token
    #[arg(long, value_name = "ID")]
    portfolio: Option<Uuid>,
    /// Identifier of the bookable service that it is limited to
    #[arg(long, value_name = "ID")]
    service: Option<Uuid>,
    /// When the access token stops working, such as 2026-01-31T15:00:00Z
    #[arg(long, value_name = "INSTANT")]
    expires: Option<UtcInstant>,
}

impl Command {
    pub(super) fn run(self, place: &Place) -> Result<(), Failure> {
        let directory = Directory::open(place)?;
        match self {
            Self::List => directory.integrations.iter().try_for_each(|it| say(&line(it))),
            Self::Create(new) => create(&directory, new),
            Self::Disable { integration } => set(&directory, &integration, Status::Disabled),
            Self::Enable { integration } => set(&directory, &integration, Status::Enabled),
            Self::Expire { integration, at } => expire(&directory, &integration, at),
            Self::Rotate { integration } => rotate(&directory, &integration),
        }
    }
}

fn line(integration: &Integration) -> String {
    let Integration { id, name, client_id, .. } = integration;
    let status = Status::of(integration.is_enabled);
    let expires = integration.expires_utc.map_or("never".to_owned(), |it| it.to_string());
    let enterprises: Vec<String> =
        integration.enterprise_ids.iter().map(ToString::to_string).collect();
    format!("{id}\t{status}\t{expires}\t{client_id}\t{}\t{name}", enterprises.join(","))
}

fn create(directory: &Directory, new: New) -> Result<(), Failure> {
    let client = pick(&directory.clients, &new.client)?;
    let mut enterprises = Vec::new();
    for wanted in &new.enterprises {
        let id = pick(&directory.enterprises, wanted)?.id;
        if !enterprises.contains(&id) {
            enterprises.push(id);
        }
    }
    if enterprises.len() > 1 && new.portfolio.is_none() {
        return Err(Failure::usage(
            "Several enterprises make a portfolio; name the enterprise that stands for it with --portfolio.",
        ));
    }
    let token = Token::generate()?;
    let new = NewIntegration {
        name: new.name.unwrap_or_else(|| client.name.clone()),
        client: client.id,
        token: token.hash(),
        enterprises,
        portfolio: new.portfolio,
        service: new.service,
        expires: new.expires,
    };
    let id = directory.change(move |tx| access::add_integration(tx, new.clone()))?;
    say(&format!("Id: {id}\nAccessToken: {}", token.text()))
}

fn set(directory: &Directory, wanted: &str, status: Status) -> Result<(), Failure> {
    let is_enabled = status == Status::Enabled;
    let changed = change(directory, wanted, move |it| it.is_enabled = is_enabled)?;
    say(&format!("The integration {} is {status}.", changed.name))
}

fn expire(directory: &Directory, wanted: &str, at: Option<UtcInstant>) -> Result<(), Failure> {
    let at = at.unwrap_or_else(|| directory.world.now());
    let changed = change(directory, wanted, move |it| it.expires_utc = Some(at))?;
    say(&format!("The access token of the integration {} expires at {at}.", changed.name))
}

fn rotate(directory: &Directory, wanted: &str) -> Result<(), Failure> {
    let token = Token::generate()?;
    let hash = token.hash();
    let changed = change(directory, wanted, move |it| it.token = hash)?;
    say(&format!("Id: {}\nAccessToken: {}", changed.id, token.text()))
}

fn change(
    directory: &Directory,
    wanted: &str,
    change_it: impl Fn(&mut Integration) + Send + 'static,
) -> Result<Integration, Failure> {
    let id = pick(&directory.integrations, wanted)?.id;
    let changed = directory.change(move |tx| access::change_integration(tx, id, &change_it))?;
    changed.ok_or_else(|| gone::<Integration>(id))
}
