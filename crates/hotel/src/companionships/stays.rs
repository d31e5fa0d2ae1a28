//! Stays with their guests, as earlier versions show them.

use std::collections::BTreeMap;

use ostler_api::age_categories::{AgeCategory, AgeCategoryClassification};
use ostler_api::customers::Customer;
use ostler_api::reservations::entity::{Reservation, ReservationVer2017};
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Snapshot, Stored};
use uuid::Uuid;

use super::Companionships;
use crate::age_categories::AgeCategories;
use crate::reservations::{Reservations, ver_2017};

/// The most reservations whose guests one search looks for.
const RESERVATIONS_MAX: usize = 1000;

/// Guests by reservation, in the order in which they were added.
pub(crate) type Guests = BTreeMap<Id<Reservation>, Vec<Id<Customer>>>;

/// The guests of these reservations.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub(crate) fn guests(
    snapshot: &Snapshot<'_>,
    scopes: &[Uuid],
    reservations: &[Stored<Reservations>],
) -> Result<Guests, Error> {
    let mut guests = Guests::new();
    for part in reservations.chunks(RESERVATIONS_MAX) {
        let wanted = part.iter().map(|it| Some(it.id));
        let find = Find::within(scopes).and(Companionships::RESERVATION.one_of(wanted));
        for companionship in snapshot.find(&find)?.into_iter().rev() {
            if let Some(reservation) = companionship.reservation_id {
                guests.entry(reservation).or_default().push(companionship.customer_id);
            }
        }
    }
    Ok(guests)
}

/// The reservation in the shape of 2017, with its guests.
pub(crate) fn in_2017(
    reservation: &Stored<Reservations>,
    guests: &Guests,
    children: &[Id<AgeCategory>],
) -> ReservationVer2017 {
    ver_2017(reservation, guests.get(&reservation.id).map_or(&[], Vec::as_slice), children)
}

/// The age categories whose persons do not count as adults.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub(crate) fn children(
    snapshot: &Snapshot<'_>,
    scopes: &[Uuid],
) -> Result<Vec<Id<AgeCategory>>, Error> {
    let categories = snapshot.find(&Find::<AgeCategories>::within(scopes))?;
    let is_child =
        |it: &&Stored<AgeCategories>| it.classification == AgeCategoryClassification::Child;
    Ok(categories.iter().filter(is_child).map(|it| it.id).collect())
}
