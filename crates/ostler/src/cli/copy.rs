//! `ostler copy`

use std::path::PathBuf;

use clap::Args;
use ostler_store::{Database, Transferred};
use ostler_worlds::moving::copy;
use ostler_worlds::world;

use super::verify::Report;
use super::{Failure, say};
use crate::config::{Hidden, SCHEMA};

#[derive(Debug, Args)]
pub(super) struct Command {
    /// Data folder or postgres:// address of the world
    #[arg(long, env = "OSTLER_COPY_FROM", value_name = "PLACE", hide_env_values = true)]
    from: Hidden,
    /// Schema that is the world, where that is a database
    #[arg(long, value_name = "NAME", default_value = SCHEMA)]
    from_schema: String,
    /// Data folder or postgres:// address that gets the world
    #[arg(long, env = "OSTLER_COPY_TO", value_name = "PLACE", hide_env_values = true)]
    to: Hidden,
    /// Schema that becomes the world, where that is a database
    #[arg(long, value_name = "NAME", default_value = SCHEMA)]
    to_schema: String,
}

impl Command {
    pub(super) fn run(self) -> Result<(), Failure> {
        let Self { from, from_schema, to, to_schema } = self;
        let (from, to) = (place("--from", &from, &from_schema)?, place("--to", &to, &to_schema)?);
        let mut report = Report::new();
        let copied = copy(&from, &to, &mut |progress| report.tell(progress))?;
        let Transferred { documents, changes, digest } = copied;
        say(&format!(
            "{documents} documents and {changes} changes are in {to}. Both sides have the digest:\n\
             {digest}"
        ))
    }
}

/// What a flag names.
fn place(flag: &str, named: &Hidden, schema: &str) -> Result<world::Place, Failure> {
    let Some(text) = named.text() else {
        return Err(Failure::usage(format!("{flag} names no place.")));
    };
    if !text.contains("://") {
        return Ok(world::Place::Folder(PathBuf::from(text)));
    }
    let database = Database::new(text, schema);
    let database = database.map_err(|what| Failure::usage(format!("{flag}: {what}.")))?;
    Ok(world::Place::Database(database))
}
