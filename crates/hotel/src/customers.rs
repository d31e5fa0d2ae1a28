//! Customers: the guests of a chain.

use ostler_api::companies::Company;
use ostler_api::customers::{Customer, CustomerClassification};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Snapshot, Stored, entity};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::accounts::fold;
use crate::filters::unknown;

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
        derive(document);
    }
    index NUMBER "number": String = |it, hidden| it.number.clone();
    index EMAIL "email": Option<String> = |it, hidden| it.email.as_deref().map(email_key);
    index COMPANY "company": Option<Id<Company>> = |it, hidden| it.company_id;
    index FIRST_NAME "first_name": Option<String> = |it, hidden| it.first_name.as_deref().map(fold);
    index LAST_NAME "last_name": String = |it, hidden| fold(&it.last_name);
    index LOYALTY_CODE "loyalty_code": Option<String> =
        |it, hidden| it.loyalty_code.as_deref().map(fold);
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

/// The customer as other resources show it: with the default address, without identity documents.
///
/// # Errors
/// None today; fallible because the stored form may change.
#[expect(clippy::unnecessary_wraps, reason = "the stored form may change")]
pub fn wire(_snapshot: &Snapshot<'_>, stored: &Stored<Customers>) -> Result<Customer, Error> {
    Ok(stored.document.clone())
}

fn derive(customer: &mut Customer) {
    use CustomerClassification::{Blacklist, Blocklist};
    let labels = &mut customer.classifications;
    if labels.iter().any(|it| matches!(it, Blacklist | Blocklist)) {
        labels.extend([Blacklist, Blocklist]);
    }
    labels.sort_unstable();
    labels.dedup();
    customer.options.sort_unstable();
    customer.options.dedup();
    let state = if customer.is_active { "Active" } else { "Deleted" };
    customer.activity_state = Some(state.to_owned());
}
