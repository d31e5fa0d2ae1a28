//! What a world does by itself as its time passes.

use ostler_contract::error::Error;
use ostler_hotel::upkeep;
use ostler_store::{Call, Find};
use uuid::Uuid;

use crate::access::{AccessEnterprises, WORLD};
use crate::world::World;

/// What a round of upkeep left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// Nothing that is due by now.
    Nothing,
    /// More that is due; another round is wanted at once.
    More,
}

/// Does what is due in every enterprise by the world's clock: one transaction of bounded size for
/// each of them where anything is, none where nothing is. Waits for the outcome, so it is not for
/// threads that drive connections.
///
/// An enterprise that fails is logged and does not keep the others.
///
/// # Errors
/// 500 where the enterprises cannot be read.
pub fn round(world: &World) -> Result<Rest, Error> {
    round_of(world, world.call())
}

/// The same at another time than the clock's.
///
/// # Errors
/// 500 where the enterprises cannot be read.
pub fn round_of(world: &World, call: Call) -> Result<Rest, Error> {
    let mut rest = Rest::Nothing;
    for enterprise in enterprises(world, call)? {
        match enterprise_round(world, call, enterprise) {
            Ok(Rest::Nothing) => {}
            Ok(Rest::More) => rest = Rest::More,
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(%enterprise, %error, cause, "upkeep failed");
            }
        }
    }
    Ok(rest)
}

fn enterprises(world: &World, call: Call) -> Result<Vec<Uuid>, Error> {
    let find = Find::<AccessEnterprises>::within(&[WORLD]);
    let read = move |snapshot: &ostler_store::Snapshot<'_>| snapshot.find(&find);
    Ok(world.store.read_now(call, read)?.iter().map(|it| it.id).collect())
}

fn enterprise_round(world: &World, call: Call, enterprise: Uuid) -> Result<Rest, Error> {
    let call = Call { scope: Some(enterprise), ..call };
    let is_due = move || {
        world.store.read_now(call, move |snapshot| upkeep::is_due(snapshot, enterprise, call.now))
    };
    if !is_due()? {
        return Ok(Rest::Nothing);
    }
    let done = world.store.write_now(call, move |tx| upkeep::run(tx, enterprise))?;
    let (cancelled, dirtied) = (done.cancelled, done.dirtied);
    tracing::info!(%enterprise, cancelled, dirtied, "upkeep");
    Ok(if is_due()? { Rest::More } else { Rest::Nothing })
}
