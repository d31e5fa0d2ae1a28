//! Confirming reservations.

use ostler_api::reservations::entity::{Reservation, ReservationState};
use ostler_api::reservations::stay::{ChangedReservations, ConfirmReservations};
use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use ostler_store::Tx;

use crate::context::Context;
use crate::operation::Command;
use crate::posting;
use crate::property::Property;
use crate::reply::Reply;
use crate::reservations::stay;

impl Command for ConfirmReservations {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<ChangedReservations>, Error> {
        let property = Property::load(tx, context.enterprise(self.enterprise_id)?.enterprise)?;
        let mut reservation_ids = Vec::with_capacity(self.reservation_ids.len());
        for mut reservation in stay::find_all(tx, &property, &self.reservation_ids)? {
            stay::editable(&property, tx.now(), &reservation)?;
            confirmable(&reservation, tx.now())?;
            reservation.state = ReservationState::Confirmed;
            reservation.released_utc = None;
            stay::write(tx, context, &mut reservation)?;
            for mut item in posting::items_of(tx, &property, reservation.id.uuid())? {
                posting::activate(tx, context, &property, &mut item)?;
            }
            reservation_ids.push(reservation.id);
        }
        Reply::of(&ChangedReservations { reservation_ids })
    }
}

/// 403 unless the reservation is optional and still held.
fn confirmable(reservation: &Reservation, now: UtcInstant) -> Result<(), Error> {
    if reservation.state != ReservationState::Optional {
        return Err(Error::rule("reservation-not-optional").with("number", &reservation.number));
    }
    if reservation.released_utc.is_some_and(|released| released <= now) {
        return Err(Error::rule("reservation-released").with("number", &reservation.number));
    }
    Ok(())
}
