//! `ostler alerts`

use clap::Subcommand;

use super::{Failure, say};
use crate::config::{Options, Place, Settings};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Sends a test alert to every receiver and says what each answered; takes what `serve` takes
    Test(Box<Options>),
}

impl Command {
    pub(super) fn run(self, place: &Place) -> Result<(), Failure> {
        let Self::Test(options) = self;
        let settings = Settings::resolve(place, *options).map_err(Failure::usage)?;
        let alerts = settings.of_alerts().map_err(Failure::usage)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::fault(format!("Nothing can be sent: {error}.")))?;
        let outcomes = runtime.block_on(alerts.test()).map_err(Failure::fault)?;
        if outcomes.is_empty() {
            let nobody = "Nobody is told of faults: neither alert-webhook nor alert-sentry is set.";
            return Err(Failure::usage(nobody));
        }
        let mut have_all_arrived = true;
        for (receiver, outcome) in outcomes {
            match outcome {
                Ok(status) => say(&format!("{receiver}: arrived, it answered {status}"))?,
                Err(reason) => {
                    have_all_arrived = false;
                    say(&format!("{receiver}: not arrived, {reason}"))?;
                }
            }
        }
        if have_all_arrived { Ok(()) } else { Err(Failure::fault("A test alert did not arrive.")) }
    }
}
