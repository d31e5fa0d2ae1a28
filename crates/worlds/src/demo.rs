//! The demo hotels: one in the United Kingdom with gross prices, one in Washington DC with net
//! prices, reached by the demo tokens that the reference prints.

use std::path::Path;
use std::time::Duration;

use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use ostler_hotel::property::Property;
use ostler_store::{Call, Database, OpenError, Place, Tx, has_world, rename};
use uuid::Uuid;

use self::chance::Chance;
use self::guests::Guests;
use self::plans::PLANS;
use self::stays::{Stay, Timeline, later};
use crate::access::{self, Grants, NewClient, NewEnterprise, NewIntegration};
use crate::clock::Clock;
use crate::token::TokenHash;
use crate::world::{World, WorldOptions, declared};

mod chance;
mod guests;
mod house;
mod plans;
mod rates;
mod stays;

/// A client token with one access token for each demo enterprise.
#[derive(Debug, Clone, Copy)]
pub struct DemoClient {
    /// Name of the client.
    pub name: &'static str,
    /// Its client token.
    pub client_token: &'static str,
    /// Its access token for the enterprise with gross prices.
    pub gross: &'static str,
    /// Its access token for the enterprise with net prices.
    pub net: &'static str,
}

/// The tokens of the public demo environment. Public by purpose, never secret.
/// Source: `guidelines/environments`.
pub const CLIENTS: [DemoClient; 4] = [
    DemoClient {
        name: "Are you ready to integrate with Mews?",
        client_token: "E0D439EE522F44368DC78E1BFB03710C-D24FB11DBE31D4621C4817E028D9E1D",
        gross: "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D",
        net: "4D6C7ABE0E6A4681B0AFB16900AE5D86-DF50CBC89E1D4FF5859DDF021649ED5",
    },
    DemoClient {
        name: "Connector API Test Client 2",
        client_token: "E916C341431C4D28A866AD200152DBD3-A046EB5583FFBE94DE1172237763712",
        gross: "CC150C355D6A4048A220AD20015483AB-B6D09C0C84B09538077CB8FFBB907B4",
        net: "1AEFA58C55E74D65BDC7AD2001564C12-66633E0B736F523379B9E5966165A55",
    },
    DemoClient {
        name: "Connector API Test Client 3",
        client_token: "2CC71B0660F345019882AD200155B4FE-4A1FC9080A4DD2A404734003674F77E",
        gross: "5F56B9903A834F199E28AD20015E58CA-5C6A1A00550634911534AD6A098E8B7",
        net: "682C235379B64D909941AD2001577525-BFC60A026081F1350FAA99CAB9F7510",
    },
    DemoClient {
        name: "Connector API Test Client 4",
        client_token: "07AB1F14B55C49B8BDD6AD200158423B-273A4497AFF5E20566D7199DB3DC2BA",
        gross: "39E301DD5A1C4A569087AD20015F60DD-50DC28896E9090CCA0995C9BBD90351",
        net: "BFD4298010F54B069F3DAD20015D53EA-D5561FADFBA4EFC8EA4C179C6BC461F",
    },
];

/// The chain of both demo enterprises.
pub const CHAIN: Uuid = Uuid::from_u128(0x018b_0000_0000_7000_8000_0000_0000_0001);
/// The demo enterprise in the United Kingdom.
pub const GROSS: Uuid = Uuid::from_u128(0x018b_0000_0000_7000_8000_0000_0000_0002);
/// The demo enterprise in Washington DC.
pub const NET: Uuid = Uuid::from_u128(0x018b_0000_0000_7000_8000_0000_0000_0003);

/// The folder's database while it is being made; a crash leaves nothing else behind.
const DRAFT: &str = "world.sqlite.draft";

/// How long another server may take to put the demo hotels where this one wants to.
const PATIENCE: Duration = Duration::from_secs(60);

/// Makes a data folder with the demo hotels, whole or not at all. Does nothing where the folder has
/// a world already.
///
/// The same bytes for the same seed and the same date: the past is played up to the last midnight
/// in UTC.
///
/// # Errors
/// Says what is wrong with the folder, or which operation refused a guest of the demo.
pub fn prepare(folder: &Path, seed: u64, clock: Clock) -> Result<(), OpenError> {
    let database = folder.join(World::DATABASE);
    if database.exists() {
        return Ok(());
    }
    let wrong = |error: &dyn std::fmt::Display| {
        OpenError(format!("The demo hotel cannot be made in {}: {error}.", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(|error| wrong(&error))?;
    let draft = folder.join(DRAFT);
    if draft.exists() {
        std::fs::remove_file(&draft).map_err(|error| wrong(&error))?;
    }
    let world = in_memory(seed, clock, &|what| wrong(&what))?;
    world.store.copy_to(&draft).map_err(|error| wrong(&error))?;
    rename(&draft, &database).map_err(|error| wrong(&error))
}

/// Makes the demo hotels in a schema of a database, whole or not at all. Does nothing where there is
/// a world already. Where several servers start at once, each makes them in its memory and one puts
/// them there.
///
/// The same bytes as [`prepare`] makes.
///
/// # Errors
/// Says what is wrong with the database, or which operation refused a guest of the demo.
pub fn prepare_in(database: &Database, seed: u64, clock: Clock) -> Result<(), OpenError> {
    if has_world(database)? {
        return Ok(());
    }
    tracing::info!("making the demo hotels, which takes some seconds");
    let world = in_memory(seed, clock, &|what| {
        OpenError(format!("The demo hotel cannot be made: {what}."))
    })?;
    let place = Place::Database(database.clone());
    // Whoever came first made the same.
    world.store.transfer_to(&place, declared(), PATIENCE).map(drop)
}

/// The demo hotels in memory.
fn in_memory(
    seed: u64,
    clock: Clock,
    wrong: &dyn Fn(&str) -> OpenError,
) -> Result<World, OpenError> {
    let world = World::open(&WorldOptions { seed, clock, ..WorldOptions::default() })?;
    build(&world, seed).map_err(|error| match error.cause() {
        Some(cause) => wrong(&format!("{error} {cause}")),
        None => wrong(&error.to_string()),
    })?;
    Ok(world)
}

/// Furnishes the demo hotels in an empty world and plays their guests, in one transaction.
///
/// # Errors
/// 500 where the database fails or an operation refused a guest of the demo.
pub fn build(world: &World, seed: u64) -> Result<(), Error> {
    let today = midnight(world.now())?;
    world.store.write_now(call(today)?, move |tx| play(tx, today, seed))
}

/// Furnishes the demo hotels in an empty world, without any guest.
///
/// # Errors
/// 500 where the database fails.
pub fn furnish(world: &World, seed: u64) -> Result<(), Error> {
    let today = midnight(world.now())?;
    world.store.write_now(call(today)?, move |tx| hotels(tx, today, seed).map(drop))
}

fn play(tx: &mut Tx<'_>, today: UtcInstant, seed: u64) -> Result<(), Error> {
    let mut hotels = hotels(tx, today, seed)?;
    for (guests, _, _) in &mut hotels {
        guests.found_companies(tx, opening(today)?)?;
    }
    let mut events: Vec<_> = hotels
        .iter()
        .enumerate()
        .flat_map(|(hotel, (_, _, timeline))| timeline.iter().map(move |event| (*event, hotel)))
        .collect();
    events.sort_unstable();
    for ((at, event, index), hotel) in events {
        if let Some((guests, stays, _)) = hotels.get_mut(hotel)
            && let Some(stay) = stays.get(index)
        {
            guests.play(tx, at, event, (index, stay))?;
        }
    }
    for (guests, stays, _) in &mut hotels {
        let tomorrow = later(today, 24)?;
        let arriving = stays.iter().filter(|stay| stay.arrival >= today && stay.arrival < tomorrow);
        let rooms: Vec<Uuid> = arriving.filter_map(|stay| guests.house.room(stay)).collect();
        guests.inspect(tx, later(today, -1)?, &rooms)?;
    }
    Ok(())
}

/// The furnished hotels with the calendars of their guests.
fn hotels(tx: &mut Tx<'_>, today: UtcInstant, seed: u64) -> Result<Vec<Hotel>, Error> {
    let integration = register(tx)?;
    let mut hotels = Vec::new();
    for (plan, number) in PLANS.iter().zip(1_u64..) {
        let mut chance = Chance::new(seed ^ (number << 32));
        let house = house::build(tx, plan)?;
        let property = Property::load(tx, plan.enterprise)?;
        let (stays, timeline) = stays::calendar(plan, &property, today, &mut chance)?;
        let guests = Guests::new(plan, (house, integration), chance, stays.len());
        hotels.push((guests, stays, timeline));
    }
    Ok(hotels)
}

/// The transaction that makes the hotels begins when they open.
fn call(today: UtcInstant) -> Result<Call, Error> {
    Ok(Call::at(opening(today)?))
}

/// When the hotels open: before the first guest books.
fn opening(today: UtcInstant) -> Result<UtcInstant, Error> {
    later(today, -24 * i64::from(stays::PAST_DAYS + LEAD_DAYS))
}

/// How long before the first arrival the hotels open, in days.
const LEAD_DAYS: i32 = 70;

/// A hotel with its guests, its calendar and what happens in it.
type Hotel = (Guests, Vec<Stay>, Timeline);

/// The midnight in UTC at or before an instant.
fn midnight(instant: UtcInstant) -> Result<UtcInstant, Error> {
    UtcInstant::from_seconds(instant.seconds().div_euclid(86_400) * 86_400).map_err(Error::internal)
}

/// Writes the demo enterprises, clients and integrations into the access registry. Gives the
/// integration that plays the guests.
///
/// # Errors
/// 500 where the database fails.
pub fn register(tx: &mut Tx<'_>) -> Result<Uuid, Error> {
    for plan in PLANS {
        access::add_enterprise(
            tx,
            NewEnterprise {
                id: plan.enterprise,
                chain: CHAIN,
                name: plan.name.to_owned(),
                language: Some(plan.language.to_owned()),
            },
        )?;
    }
    let mut first = None;
    for demo in CLIENTS {
        let client = access::add_client(
            tx,
            NewClient {
                name: demo.name.to_owned(),
                token: TokenHash::of(demo.client_token),
                grants: Grants::all_unrestricted(),
            },
        )?;
        for (enterprise, token) in [(GROSS, demo.gross), (NET, demo.net)] {
            let new = NewIntegration {
                name: demo.name.to_owned(),
                client,
                token: TokenHash::of(token),
                enterprises: vec![enterprise],
                portfolio: None,
                service: None,
                expires: None,
            };
            let integration = access::add_integration(tx, new)?;
            first.get_or_insert(integration);
        }
    }
    Ok(first.map_or_else(Uuid::nil, Uuid::from))
}

#[cfg(test)]
mod tests;
