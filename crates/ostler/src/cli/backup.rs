//! `ostler backup`

use std::path::PathBuf;

use clap::Args;
use ostler_worlds::backup::backup;

use super::verify::Report;
use super::{Failure, say};
use crate::config::Place;

#[derive(Debug, Args)]
pub(super) struct Command {
    /// The file to write
    file: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

impl Command {
    pub(super) fn run(self, place: &Place) -> Result<(), Failure> {
        let Self { file, force } = self;
        let shown = file.display();
        if file.exists() && !force {
            return Err(Failure::fault(format!("{shown} exists. Say --force to replace it.")));
        }
        let configuration = place.file().map_err(Failure::usage)?;
        let mut report = Report::new();
        let instead = "Back it up with pg_dump, or copy it to a folder with `ostler copy`.";
        let folder = place.folder_alone(&configuration, instead).map_err(Failure::usage)?;
        backup(&folder, &file, &mut |progress| report.tell(progress))?;
        say(&format!("The world is in {shown}."))
    }
}
