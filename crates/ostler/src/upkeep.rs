//! The background work of a server: the upkeep of its world, again and again.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use ostler_worlds::upkeep::{self, Rest};
use ostler_worlds::world::World;

/// How long the world is left alone where nothing is left to do.
const PERIOD: Duration = Duration::from_secs(10);

/// What follows a round.
enum Next {
    /// Another one.
    Round,
    /// The end of the server.
    Stop,
}

/// Keeps a world up until `stop` is done; a round that has begun is finished.
pub(crate) async fn keep(world: Arc<World>, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let round = async || {
        let world = Arc::clone(&world);
        world.store.rest();
        let outcome = tokio::task::spawn_blocking(move || upkeep::round(&world)).await;
        match outcome {
            Ok(Ok(rest)) => rest,
            Ok(Err(error)) => {
                tracing::error!(%error, "upkeep failed");
                Rest::Nothing
            }
            Err(lost) => {
                tracing::error!(error = %lost, "upkeep failed");
                Rest::Nothing
            }
        }
    };
    let wait = async |rest| {
        let pause = if rest == Rest::More { Duration::ZERO } else { PERIOD };
        tokio::select! {
            () = &mut stop => Next::Stop,
            () = tokio::time::sleep(pause) => Next::Round,
        }
    };
    alternate(round, wait).await;
}

/// Waits and does rounds in turn, until the wait says that it is over.
async fn alternate(mut round: impl AsyncFnMut() -> Rest, mut wait: impl AsyncFnMut(Rest) -> Next) {
    let mut rest = Rest::Nothing;
    while let Next::Round = wait(rest).await {
        rest = round().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rounds_follow_each_other_until_the_server_ends() {
        let mut left = vec![Rest::Nothing, Rest::More, Rest::More];
        let mut seen = Vec::new();
        let wait = async |rest| {
            seen.push(rest);
            if seen.len() == 4 { Next::Stop } else { Next::Round }
        };
        alternate(async || left.pop().unwrap(), wait).await;
        assert_eq!(seen, [Rest::Nothing, Rest::More, Rest::More, Rest::Nothing]);
        assert!(left.is_empty());
    }
}
