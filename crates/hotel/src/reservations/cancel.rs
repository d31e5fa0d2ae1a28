//! Cancelling reservations.

use ostler_api::reservations::entity::{CancellationReason, Reservation, ReservationState};
use ostler_api::reservations::stay::{CancelReservations, ChangedReservations};
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Stored, Tx};

use crate::context::Context;
use crate::filters::given;
use crate::operation::Command;
use crate::posting::{self, CanceledWith};
use crate::property::Property;
use crate::reply::Reply;
use crate::reservations::fees::{self, GivenUp};
use crate::reservations::{Reservations, stay};

impl Command for CancelReservations {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<ChangedReservations>, Error> {
        let property = Property::load(tx, context.enterprise(self.enterprise_id)?.enterprise)?;
        let notes = self.notes.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let Some(notes) = notes else {
            return Err(Error::invalid("Notes").expected("why the reservations are cancelled"));
        };
        let ids = wanted(self)?;
        let mut reservation_ids = Vec::with_capacity(ids.len());
        for mut reservation in stay::find_all(tx, &property, &ids)? {
            stay::editable(&property, tx.now(), &reservation)?;
            cancelable(&reservation)?;
            if self.post_cancellation_fee == Some(true) {
                fees::charge(tx, context, &property, &reservation, GivenUp::Everything)?;
            }
            cancel(tx, context, &property, &mut reservation, CancellationReason::Other)?;
            reservation.hidden.cancellation_notes = Some(notes.to_owned());
            stay::write(tx, context, &mut reservation)?;
            reservation_ids.push(reservation.id);
        }
        Reply::of(&ChangedReservations { reservation_ids })
    }
}

/// The reservations that the request names; the older single one counts where there is no list.
fn wanted(request: &CancelReservations) -> Result<Vec<Id<Reservation>>, Error> {
    match (given(request.reservation_ids.as_ref()), request.reservation_id) {
        (Some(ids), _) => Ok(ids.to_vec()),
        (None, Some(id)) => Ok(vec![id]),
        (None, None) => Err(Error::invalid("ReservationIds").expected("at least one reservation")),
    }
}

/// 403 unless the reservation has not begun and is not cancelled.
fn cancelable(reservation: &Reservation) -> Result<(), Error> {
    match reservation.state {
        ReservationState::Inquired
        | ReservationState::Requested
        | ReservationState::Optional
        | ReservationState::Confirmed => Ok(()),
        ReservationState::Started | ReservationState::Processed | ReservationState::Canceled => {
            Err(Error::rule("reservation-not-cancelable").with("number", &reservation.number))
        }
    }
}

/// Marks the reservation as cancelled and cancels what it charges, fees aside. The caller writes it.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn cancel(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    reservation: &mut Stored<Reservations>,
    reason: CancellationReason,
) -> Result<(), Error> {
    reservation.state = ReservationState::Canceled;
    reservation.cancelled_utc = Some(tx.now());
    reservation.cancellation_reason = Some(reason);
    for mut item in posting::items_of(tx, property, reservation.id.uuid())? {
        if !fees::is_fee(&item) {
            posting::cancel(tx, context, &mut item, CanceledWith::Reservation)?;
        }
    }
    Ok(())
}
