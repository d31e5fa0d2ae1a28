//! Guests of reservations.

use ostler_api::Empty;
use ostler_api::reservations::stay::{AddCompanion, AddedCompanion, DeleteCompanion};
use ostler_contract::error::Error;
use ostler_store::Tx;

use crate::context::Context;
use crate::customers;
use crate::filters::unknown;
use crate::operation::Command;
use crate::property::Property;
use crate::reply::Reply;
use crate::reservations::stay;

impl Command for AddCompanion {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<AddedCompanion>, Error> {
        let property = Property::load(tx, context.enterprise(self.enterprise_id)?.enterprise)?;
        let mut reservation = stay::find(tx, &property, self.reservation_id)?;
        let customer = customers::active(tx, property.chain(), self.customer_id, "CustomerId")?;
        let mut companions = stay::companionships(tx, &property, reservation.id)?;
        let known = companions.iter().find(|it| it.customer_id == customer.id);
        if let Some(known) = known {
            return Reply::of(&AddedCompanion { companionship_id: known.id });
        }
        stay::current(&reservation)?;
        stay::editable(&property, tx.now(), &reservation)?;
        let persons = stay::persons(&reservation);
        if u32::try_from(companions.len()).map_or(true, |named| named >= persons) {
            return Err(Error::rule("companions-full")
                .with("number", &reservation.number)
                .with("persons", persons));
        }
        let added = stay::accompany(tx, &property, &reservation, customer.id)?;
        let companionship_id = added.id;
        companions.push(added);
        stay::flag_checked_in(&mut reservation, &companions);
        stay::write(tx, context, &mut reservation)?;
        Reply::of(&AddedCompanion { companionship_id })
    }
}

impl Command for DeleteCompanion {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<Empty>, Error> {
        let property = Property::load(tx, context.enterprise(self.enterprise_id)?.enterprise)?;
        let mut reservation = stay::find(tx, &property, self.reservation_id)?;
        let mut companions = stay::companionships(tx, &property, reservation.id)?;
        let place = companions.iter().position(|it| it.customer_id == self.customer_id);
        let place = place.ok_or_else(|| unknown("CustomerId"))?;
        stay::current(&reservation)?;
        stay::editable(&property, tx.now(), &reservation)?;
        tx.delete(companions.remove(place))?;
        reservation.hidden.checked_in.retain(|it| *it != self.customer_id);
        stay::flag_checked_in(&mut reservation, &companions);
        stay::write(tx, context, &mut reservation)?;
        Reply::of(&Empty {})
    }
}
