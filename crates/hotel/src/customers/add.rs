//! `customers/add`.

use ostler_api::customers::{AddCustomer, Customer};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Stored, Tx};
use uuid::Uuid;

use super::personal::{documents, personal};
use super::{CustomerHidden, Customers, with_email, written};
use crate::accounts::{self, checks};
use crate::context::Context;
use crate::identity_documents;
use crate::operation::Command;
use crate::reply::Reply;

impl Command for AddCustomer {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<Customer>, Error> {
        let chain = context.chain(self.chain_id)?;
        if checks::stated(Some(&self.last_name)).is_none() {
            return Err(Error::invalid("LastName").expected("a name that is not blank"));
        }
        personal!(self, Some(self.last_name.as_str())).check(tx, chain, context.now)?;
        let email = checks::email(self.email.as_deref(), "Email")?;
        let stored = match with_email(tx, chain, email)? {
            Some(_) if !self.overwrite_existing => {
                let message = "A customer with this e-mail already exists.";
                let error = Error::invalid("Email").message(message);
                return Err(error.expected("an e-mail address that no other customer has"));
            }
            Some(existing) => overwrite(tx, context, self, existing)?,
            None => create(tx, context, self, chain)?,
        };
        identity_documents::write(tx, context, chain, stored.id, &documents!(self))?;
        written(tx, chain, stored.document)
    }
}

/// Applies the personal data; classifications and options are not part of it.
fn overwrite(
    tx: &mut Tx<'_>,
    context: &Context,
    from: &AddCustomer,
    mut stored: Stored<Customers>,
) -> Result<Stored<Customers>, Error> {
    apply(tx, from, &mut stored.document)?;
    stored.updater_profile_id = context.profile();
    tx.update(&mut stored)?;
    Ok(stored)
}

fn create(
    tx: &mut Tx<'_>,
    context: &Context,
    from: &AddCustomer,
    chain: Uuid,
) -> Result<Stored<Customers>, Error> {
    let id = tx.new_id();
    let mut customer = empty(id, chain, context.now);
    customer.number = accounts::next_number(tx, chain)?.to_string();
    customer.creator_profile_id = context.profile();
    customer.updater_profile_id = context.profile();
    customer.classifications = from.classifications.clone().unwrap_or_default();
    customer.options = from.options.iter().flatten().map(|it| (*it).into()).collect();
    apply(tx, from, &mut customer)?;
    tx.insert::<Customers>(chain, customer, CustomerHidden::default())
}

fn apply(tx: &mut Tx<'_>, from: &AddCustomer, customer: &mut Customer) -> Result<(), Error> {
    personal!(from, Some(from.last_name.as_str())).apply(tx, customer)?;
    checks::set(&mut customer.italian_destination_code, from.italian_destination_code.as_deref());
    checks::set(&mut customer.italian_fiscal_code, from.italian_fiscal_code.as_deref());
    checks::set(&mut customer.italian_lottery_code, from.italian_lottery_code.as_deref());
    Ok(())
}

fn empty(id: Id<Customer>, chain: Uuid, now: UtcInstant) -> Customer {
    Customer {
        id,
        chain_id: Id::new(chain),
        number: String::new(),
        title: None,
        sex: None,
        first_name: None,
        last_name: String::new(),
        second_last_name: None,
        nationality_code: None,
        preferred_language_code: None,
        language_code: None,
        birth_date: None,
        birth_country_code: None,
        birth_country_subdivision_code: None,
        birth_place: None,
        occupation: None,
        email: None,
        has_ota_email: false,
        phone: None,
        tax_identification_number: None,
        loyalty_code: None,
        accounting_code: None,
        billing_code: None,
        notes: None,
        car_registration_number: None,
        dietary_requirements: None,
        created_utc: now,
        updated_utc: now,
        address_id: None,
        classifications: Vec::new(),
        options: Vec::new(),
        italian_destination_code: None,
        italian_fiscal_code: None,
        italian_lottery_code: None,
        company_id: None,
        merge_target_id: None,
        is_active: true,
        preferred_space_features: Vec::new(),
        creator_profile_id: Id::new(Uuid::nil()),
        updater_profile_id: Id::new(Uuid::nil()),
        passport: None,
        identity_card: None,
        visa: None,
        drivers_license: None,
        address: None,
        activity_state: None,
    }
}
