//! `ostler restore`

use std::path::PathBuf;

use clap::Args;
use ostler_worlds::backup::{Inspection, Restored, restore};

use super::verify::{Report, sound};
use super::{Failure, say};
use crate::config::Place;

#[derive(Debug, Args)]
pub(super) struct Command {
    /// The backup
    file: PathBuf,
    /// First hold every document of the backup against its index columns and the change log; its
    /// checksums are looked at in any case
    #[arg(long)]
    verify: bool,
}

impl Command {
    pub(super) fn run(self, place: &Place) -> Result<(), Failure> {
        let Self { file, verify } = self;
        let configuration = place.file().map_err(Failure::usage)?;
        let instead = "Restore what pg_dump wrote with pg_restore; a backup of a folder is restored \
             into a folder and moved with `ostler copy`.";
        let folder = place.folder_alone(&configuration, instead).map_err(Failure::usage)?;
        let inspection = if verify { Inspection::Meaning } else { Inspection::Bytes };
        let mut report = Report::new();
        let restored = restore(&folder, &file, inspection, &mut |it| report.tell(it))?;
        let text = format!("The world in {} is the one of {}", folder.display(), file.display());
        match restored {
            Restored::Refused(verification) => sound(&verification, &file.display()),
            Restored::Replaced(None) => say(&format!("{text}.")),
            Restored::Replaced(Some(aside)) => {
                say(&format!("{text}. The one before it is {}.", aside.display()))
            }
        }
    }
}
