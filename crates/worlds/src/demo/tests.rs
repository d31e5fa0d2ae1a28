use std::collections::BTreeMap;

use ostler_hotel::bills::{self, Bills};
use ostler_hotel::reservations::Reservations;
use ostler_store::{Find, Snapshot, Value};

use super::*;

fn world(now: &str) -> World {
    let clock = Clock::Frozen(now.parse().unwrap());
    let world = World::open(&WorldOptions { clock, ..WorldOptions::default() }).unwrap();
    build(&world, 1).unwrap();
    world
}

/// Every reservation as it is served.
fn reservations(world: &World) -> Vec<u8> {
    let read = |snapshot: &Snapshot<'_>| {
        let find = Find::<Reservations>::within(&[GROSS, NET]);
        snapshot.page(&find, None, 1000).map(|page| page.documents.joined())
    };
    world.store.read_now(world.call(), read).unwrap()
}

#[test]
fn guests_are_in_every_state_and_closed_bills_balance() {
    let world = world("2026-11-22T09:30:00Z");
    let read = |snapshot: &Snapshot<'_>| {
        let mut states = BTreeMap::new();
        for enterprise in [GROSS, NET] {
            let find = Find::<Reservations>::within(&[enterprise]);
            snapshot.scan(&find, &["state"], &mut |row| {
                if let [Value::Text(state)] = row {
                    *states.entry(state.clone()).or_insert(0_u32) += 1;
                }
                Ok(())
            })?;
            let property = Property::load(snapshot, enterprise)?;
            let closed = Find::within(&[enterprise]).and(Bills::STATE.is("Closed"));
            let closed = snapshot.find(&closed)?;
            assert!(closed.len() > 20, "{} closed bills", closed.len());
            for bill in closed {
                let balance = bills::balance(snapshot, &property, bill.id)?;
                assert_eq!(balance.0, rust_decimal::Decimal::ZERO, "{:?}", bill.number);
            }
        }
        Ok(states)
    };
    let states = world.store.read_now(world.call(), read).unwrap();
    for state in ["Inquired", "Optional", "Confirmed", "Started", "Processed", "Canceled"] {
        assert!(states.get(state).is_some_and(|count| *count > 0), "{state}: {states:?}");
    }
}

#[test]
fn the_same_date_gives_the_same_bytes() {
    let morning = reservations(&world("2026-03-30T00:00:10Z"));
    assert_eq!(morning, reservations(&world("2026-03-30T23:10:00Z")));
}

#[test]
fn a_folder_gets_its_hotels_once() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::Frozen("2026-11-22T09:30:00Z".parse().unwrap());
    prepare(folder.path(), 1, clock).unwrap();
    let database = folder.path().join(World::DATABASE);
    let made = std::fs::read(&database).unwrap();
    prepare(folder.path(), 2, clock).unwrap();
    assert_eq!(made, std::fs::read(&database).unwrap());
    assert!(!folder.path().join(DRAFT).exists());
}
