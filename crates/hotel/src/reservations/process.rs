//! Check-out.

use ostler_api::Empty;
use ostler_api::accounts::Account;
use ostler_api::bills::BillType;
use ostler_api::customers::Customer;
use ostler_api::order_items::AccountingState;
use ostler_api::payments::PaymentState;
use ostler_api::reservations::entity::{Reservation, ReservationState};
use ostler_api::reservations::stay::ProcessReservation;
use ostler_api::resources::ResourceState;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Find, Stored, Tx, Value};
use rust_decimal::Decimal;

use crate::bills::closing::{CloseOptions, close};
use crate::bills::{Bills, default_bill, open_bills_of};
use crate::context::Context;
use crate::customers::Customers;
use crate::operation::Command;
use crate::order_items::OrderItems;
use crate::payments::Payments;
use crate::posting::from_micros;
use crate::property::Property;
use crate::reply::Reply;
use crate::reservations::stay;
use crate::resources::Resources;

/// What happens to the guests' bills.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settlement {
    /// Bills that are paid are closed.
    Close,
    /// Bills are closed by whoever checks the guests out.
    Leave,
}

impl Command for ProcessReservation {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<Empty>, Error> {
        let property = Property::load(tx, context.enterprise(self.enterprise_id)?.enterprise)?;
        let may_owe = self.allow_open_balance.unwrap_or(false);
        let notes = self.notes.as_deref().map(str::trim).filter(|it| !it.is_empty());
        if may_owe && notes.is_none() {
            return Err(Error::invalid("Notes").expected("why the guests may owe something"));
        }
        let mut reservation = stay::find(tx, &property, self.reservation_id)?;
        stay::editable(&property, tx.now(), &reservation)?;
        processable(&property, &reservation, tx.now())?;
        let members = members(tx, &property, &reservation)?;
        complete(tx, &property, &members)?;
        let settlement = match self.close_bills {
            Some(true) => Settlement::Close,
            Some(false) | None => Settlement::Leave,
        };
        for member in &members {
            let is_settled =
                settle(tx, context, &property, (&reservation, member.cast()), settlement)?;
            if !is_settled && !may_owe {
                return Err(Error::rule("bills-open"));
            }
        }
        reservation.state = ReservationState::Processed;
        reservation.actual_end_utc = Some(tx.now());
        reservation.hidden.processing_notes = notes.map(str::to_owned);
        stay::write(tx, context, &mut reservation)?;
        soil(tx, &property, &reservation)?;
        Reply::of(&Empty {})
    }
}

/// 403 unless the guests are checked in and the last day of their stay has come.
fn processable(
    property: &Property,
    reservation: &Reservation,
    now: UtcInstant,
) -> Result<(), Error> {
    if reservation.state != ReservationState::Started {
        return Err(Error::rule("reservation-not-started").with("number", &reservation.number));
    }
    let date = |it: UtcInstant| it.timestamp().to_zoned(property.zone.clone()).date();
    if date(now) < date(reservation.scheduled_end_utc) {
        return Err(Error::rule("reservation-ends-later"));
    }
    Ok(())
}

/// The main guest and all others, each once.
fn members(
    tx: &Tx<'_>,
    property: &Property,
    reservation: &Reservation,
) -> Result<Vec<Id<Customer>>, Error> {
    let mut members = vec![reservation.account_id.cast()];
    for companion in stay::companionships(tx, property, reservation.id)? {
        if !members.contains(&companion.customer_id) {
            members.push(companion.customer_id);
        }
    }
    Ok(members)
}

/// 403 naming what is missing in the guests' profiles.
fn complete(tx: &Tx<'_>, property: &Property, members: &[Id<Customer>]) -> Result<(), Error> {
    let mut gaps = Vec::new();
    for member in members {
        // The account may be a company, which has no such profile.
        let customer: Option<Stored<Customers>> = tx.get(property.chain(), *member)?;
        let Some(customer) = customer else { continue };
        let name = [customer.first_name.as_deref(), Some(customer.last_name.as_str())];
        let name: Vec<&str> = name.into_iter().flatten().collect();
        let checks = [
            ("LastName", customer.last_name.trim().is_empty()),
            ("NationalityCode", customer.nationality_code.is_none()),
        ];
        for (field, _) in checks.iter().filter(|(_, is_missing)| *is_missing) {
            gaps.push(format!("{} ({field})", name.join(" ")));
        }
    }
    if gaps.is_empty() {
        return Ok(());
    }
    Err(Error::rule("profiles-incomplete").with("gaps", gaps.join(", ")))
}

/// Whether a guest owes nothing for what is consumed; closes the bills that are paid if it may.
fn settle(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    (reservation, account): (&Reservation, Id<Account>),
    settlement: Settlement,
) -> Result<bool, Error> {
    let mut is_settled = true;
    for bill in open_bills_of(tx, property, account)? {
        let contents = Contents::of(tx, property, reservation, &bill)?;
        if contents.is_empty {
            continue;
        }
        let is_paid = contents.balance.is_zero();
        let is_prepaid = contents.balance.is_sign_negative() && !contents.later.is_empty();
        match settlement {
            Settlement::Close if is_paid => {
                let bill = without_later(tx, property, bill, contents.later)?;
                close(tx, context, property, bill, &CloseOptions::of(BillType::Receipt))?;
            }
            Settlement::Close | Settlement::Leave if is_prepaid => {}
            Settlement::Close | Settlement::Leave => is_settled = false,
        }
    }
    Ok(is_settled)
}

/// What a bill has to do with a stay that ends now.
struct Contents {
    /// Whether nothing is consumed and nothing is paid.
    is_empty: bool,
    /// What is to be paid of what is consumed.
    balance: Decimal,
    /// What is consumed later, as in another stay.
    later: Vec<Stored<OrderItems>>,
}

impl Contents {
    fn of(
        tx: &Tx<'_>,
        property: &Property,
        reservation: &Reservation,
        bill: &Stored<Bills>,
    ) -> Result<Self, Error> {
        let (scopes, now) = ([property.scope()], tx.now());
        let items = Find::within(&scopes)
            .and(OrderItems::BILL.is(Some(bill.id)))
            .and(OrderItems::STATE.is(AccountingState::Open.name()));
        let is_due = |it: &Stored<OrderItems>| {
            it.consumed_utc <= now || it.service_order_id.uuid() == reservation.id.uuid()
        };
        let (due, later): (Vec<_>, Vec<_>) = tx.find(&items)?.into_iter().partition(is_due);
        let mut balance: Decimal = due.iter().map(|it| it.amount.gross_value.0).sum();
        let mut is_empty = due.is_empty();
        let payments = Find::within(&scopes)
            .and(Payments::BILL.is(Some(bill.id)))
            .and(Payments::STATE.is(PaymentState::Charged.name()));
        tx.scan(&payments, &[Payments::GROSS.name()], &mut |row| {
            if let [Value::Integer(gross)] = row {
                is_empty = false;
                balance += from_micros(*gross).0;
            }
            Ok(())
        })?;
        Ok(Self { is_empty, balance, later })
    }
}

/// The bill without what is consumed later, which a new default bill collects.
fn without_later(
    tx: &mut Tx<'_>,
    property: &Property,
    mut bill: Stored<Bills>,
    later: Vec<Stored<OrderItems>>,
) -> Result<Stored<Bills>, Error> {
    if later.is_empty() {
        return Ok(bill);
    }
    bill.hidden.is_default = false;
    tx.update(&mut bill)?;
    let next = default_bill(tx, property, (bill.account_id, bill.account_type))?;
    for mut item in later {
        item.bill_id = None;
        item.hidden.collected_by = Some(next.id);
        tx.update(&mut item)?;
    }
    Ok(bill)
}

/// Makes the resource dirty where the property wants that.
fn soil(tx: &mut Tx<'_>, property: &Property, reservation: &Reservation) -> Result<(), Error> {
    let Some(id) = reservation.assigned_resource_id else { return Ok(()) };
    if !property.enterprise.hidden.is_dirty_at_check_out {
        return Ok(());
    }
    let resource: Option<Stored<Resources>> = tx.get(property.scope(), id)?;
    if let Some(mut resource) = resource {
        resource.state = ResourceState::Dirty;
        tx.update(&mut resource)?;
    }
    Ok(())
}
