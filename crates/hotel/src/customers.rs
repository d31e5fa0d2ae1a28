//! Customers: the guests of a chain.

mod add;
mod derived;
mod get_all;
mod personal;
mod search;
mod update;

use ostler_api::companies::Company;
use ostler_api::customers::Customer;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, entity};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::accounts::fold;
use crate::filters::unknown;
use crate::identity_documents;
use crate::reply::Reply;

/// What the wire does not show of a customer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerHidden {
    /// When the customer was deleted or merged.
    pub deleted: Option<UtcInstant>,
}

entity! {
    /// The customers of all chains. The scope is the chain.
    ///
    /// The stored document has the default address and no identity documents: what most callers ask
    /// for is a copy of the stored bytes. What follows from other properties (`HasOtaEmail`,
    /// `LanguageCode`, `Blacklist` beside `Blocklist`, `ActivityState`) is set at every write.
    Customers of Customer, with CustomerHidden, in "customer";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
        derived::derive(document);
    }
    index NUMBER "number": String = |it, hidden| it.number.clone();
    index EMAIL "email": Option<String> = |it, hidden| it.email.as_deref().map(email_key);
    index COMPANY "company": Option<Id<Company>> = |it, hidden| it.company_id;
    index FIRST_NAME "first_name": Option<String> = |it, hidden| it.first_name.as_deref().map(fold);
    index LAST_NAME "last_name": String = |it, hidden| fold(&it.last_name);
    index LOYALTY_CODE "loyalty_code": Option<String> =
        |it, hidden| it.loyalty_code.as_deref().map(code_key);
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    index DELETED "deleted": Option<UtcInstant> = |it, hidden| hidden.deleted;
    index PAYMASTER "paymaster": bool = |it, hidden| it.is_paymaster();
    lookup Columns(&["email"]);
    lookup Columns(&["company"]);
    lookup Columns(&["first_name"]);
    lookup Columns(&["last_name"]);
    lookup Columns(&["loyalty_code"]);
    lookup Columns(&["created"]);
    lookup Columns(&["updated"]);
    lookup Columns(&["deleted"]);
    lookup Columns(&["paymaster"]);
}

/// An e-mail address as it is compared.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A loyalty code as it is compared.
#[must_use]
pub fn code_key(code: &str) -> String {
    code.trim().to_lowercase()
}

/// The active customer of the chain with this identifier.
///
/// # Errors
/// 400 `Invalid {parameter}` where the chain has no such customer or it is deleted or merged.
pub fn active(
    snapshot: &Snapshot<'_>,
    chain: Uuid,
    id: Id<Customer>,
    parameter: &str,
) -> Result<Stored<Customers>, Error> {
    let customer: Option<Stored<Customers>> = snapshot.get(chain, id)?;
    customer.filter(|it| it.is_active).ok_or_else(|| unknown(parameter))
}

/// The customer as other resources show it: without the deprecated address and identity documents.
///
/// # Errors
/// None today; fallible because the stored form may change.
pub fn wire(_snapshot: &Snapshot<'_>, stored: &Stored<Customers>) -> Result<Customer, Error> {
    Ok(Customer { address: None, ..stored.document.clone() })
}

/// The active customer of the chain with this e-mail address.
fn with_email(
    snapshot: &Snapshot<'_>,
    chain: Uuid,
    email: Option<&str>,
) -> Result<Option<Stored<Customers>>, Error> {
    let Some(email) = email else { return Ok(None) };
    let find = Find::within(&[chain])
        .and(Customers::EMAIL.is(Some(email_key(email))))
        .and(Customers::ACTIVE.is(true));
    snapshot.first(&find)
}

/// The success with a customer who was written, identity documents shown.
fn written(
    snapshot: &Snapshot<'_>,
    chain: Uuid,
    mut customer: Customer,
) -> Result<Reply<Customer>, Error> {
    identity_documents::show(snapshot, &[chain], vec![&mut customer])?;
    Reply::of(&customer)
}

#[cfg(test)]
mod tests;
