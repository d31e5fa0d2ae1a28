//! Addresses of customers and companies.

use ostler_api::accounts::{Account, AccountType};
use ostler_api::addresses::{AccountAddress, AddressParameters};
use ostler_api::enterprises::Address;
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Tx, entity};
use uuid::Uuid;

use crate::accounts::checks;

entity! {
    /// The addresses of all accounts. The scope is the chain.
    ///
    /// The default address of an account also stands in its document, as the deprecated `Address`;
    /// whoever changes one changes the other.
    Addresses of AccountAddress, with (), in "address";
    stamp(document, created, updated) {
        document.updated_utc = Some(updated);
    }
    index ACCOUNT "account": Id<Account> = |it, hidden| it.account_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["account"]);
    lookup Columns(&["updated"]);
}

/// Whose address it is.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    /// The customer or company.
    pub id: Id<Account>,
    /// Which of both.
    pub kind: AccountType,
    /// Its chain.
    pub chain: Uuid,
}

/// Writes what a request states into the account's default address, which `address_id` names and
/// `shown` repeats; the first address of an account becomes its default.
///
/// # Errors
/// 400 `Invalid CountryCode` or `Invalid CountrySubdivisionCode` where there is no such country or
/// the subdivision is not one of it; 500 where the store fails.
pub fn write_default(
    tx: &mut Tx<'_>,
    owner: Owner,
    stated: Option<&AddressParameters>,
    address_id: &mut Option<Id<AccountAddress>>,
    shown: &mut Option<Address>,
) -> Result<(), Error> {
    let Some(stated) = stated.filter(|it| !is_blank(it)) else { return Ok(()) };
    let before = match *address_id {
        Some(id) => tx.get::<Addresses>(owner.chain, id)?,
        None => None,
    };
    let stored = if let Some(mut stored) = before {
        apply(stated, &mut stored)?;
        tx.update(&mut stored)?;
        stored
    } else {
        let mut address = empty(tx.new_id(), owner);
        apply(stated, &mut address)?;
        tx.insert::<Addresses>(owner.chain, address, ())?
    };
    *address_id = Some(stored.id);
    *shown = Some(as_shown(&stored));
    Ok(())
}

fn is_blank(it: &AddressParameters) -> bool {
    let texts = [&it.line1, &it.line2, &it.city, &it.postal_code].map(Option::as_deref);
    let codes = [&it.country_code, &it.country_subdivision_code].map(Option::as_deref);
    texts.into_iter().chain(codes).all(|text| checks::stated(text).is_none())
}

fn apply(from: &AddressParameters, to: &mut AccountAddress) -> Result<(), Error> {
    checks::set(&mut to.line1, from.line1.as_deref());
    checks::set(&mut to.line2, from.line2.as_deref());
    checks::set(&mut to.city, from.city.as_deref());
    checks::set(&mut to.postal_code, from.postal_code.as_deref());
    let country = from.country_code.as_deref();
    let subdivision = from.country_subdivision_code.as_deref();
    checks::country(country, "CountryCode").map_err(|it| it.at("/Address/CountryCode"))?;
    checks::set(&mut to.country_code, country);
    checks::subdivision(subdivision, to.country_code.as_deref(), "CountrySubdivisionCode")
        .map_err(|it| it.at("/Address/CountrySubdivisionCode"))?;
    checks::set(&mut to.country_subdivision_code, subdivision);
    // A country that was changed alone leaves the subdivision of the one before behind.
    let (of, country) = (to.country_subdivision_code.as_deref(), to.country_code.as_deref());
    if checks::subdivision(of, country, "CountrySubdivisionCode").is_err() {
        to.country_subdivision_code = None;
    }
    Ok(())
}

fn empty(id: Id<AccountAddress>, owner: Owner) -> AccountAddress {
    AccountAddress {
        id,
        account_id: owner.id,
        chain_id: Some(Id::new(owner.chain)),
        account_type: owner.kind,
        line1: None,
        line2: None,
        city: None,
        postal_code: None,
        country_code: None,
        country_subdivision_code: None,
        latitude: None,
        longitude: None,
        updated_utc: None,
        is_active: true,
    }
}

/// The address as accounts and enterprises show it.
#[must_use]
pub fn as_shown(it: &AccountAddress) -> Address {
    Address {
        id: it.id.cast(),
        line1: it.line1.clone(),
        line2: it.line2.clone(),
        city: it.city.clone(),
        postal_code: it.postal_code.clone(),
        country_code: it.country_code.clone(),
        country_subdivision_code: it.country_subdivision_code.clone(),
        latitude: it.latitude,
        longitude: it.longitude,
    }
}
