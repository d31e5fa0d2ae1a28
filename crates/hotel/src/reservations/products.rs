//! Products ordered with a stay.

use ostler_api::reservations::add::StayProductParameters;
use ostler_api::reservations::stay::{AddReservationProduct, AddedReservationProduct};
use ostler_contract::error::Error;
use ostler_store::Tx;

use crate::context::Context;
use crate::operation::Command;
use crate::property::Property;
use crate::reply::Reply;
use crate::reservations::draft::Desk;
use crate::reservations::{charges, quote, stay};

impl Command for AddReservationProduct {
    fn run(
        &self,
        tx: &mut Tx<'_>,
        context: &Context,
    ) -> Result<Reply<AddedReservationProduct>, Error> {
        let enterprise = context.enterprise::<()>(None)?.enterprise;
        let property = Property::load(tx, enterprise)?;
        let mut reservation = stay::find(tx, &property, self.reservation_id)?;
        let desk = Desk::open(tx, property, reservation.service_id)?;
        let scheduled = (reservation.scheduled_start_utc, reservation.scheduled_end_utc);
        let units = desk.time_units.of_stay(scheduled.0, scheduled.1)?;
        let order = StayProductParameters {
            product_id: self.product_id,
            count: Some(self.count),
            unit_amount: self.unit_amount.clone(),
            start_utc: self.start_utc,
            end_utc: self.end_utc,
            external_identifier: None,
        };
        let price =
            quote::product(tx, &desk.stay(&units, scheduled, &reservation.person_counts), &order)?;
        stay::current(&reservation)?;
        stay::editable(&desk.property, tx.now(), &reservation)?;
        let ordered = charges::product(tx, context, &desk.property, &reservation, &price)?;
        let item_ids = Some(ordered.items.clone());
        reservation.hidden.products.push(ordered);
        stay::write(tx, context, &mut reservation)?;
        Reply::of(&AddedReservationProduct { item_ids })
    }
}
