//! Companies that a chain deals with.

mod add;
mod get_all;

use ostler_api::companies::Company;
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Snapshot, Stored, entity};
use uuid::Uuid;

use crate::filters::unknown;

entity! {
    /// The companies of all chains. The scope is the chain.
    Companies of Company, with (), in "company";
    stamp(document, created, updated) {
        document.created_utc = Some(created);
        document.updated_utc = Some(updated);
        document.tax_identification_number.clone_from(&document.tax_identifier);
    }
    index NUMBER "number": i64 = |it, hidden| it.number;
    index NAME "name": String = |it, hidden| it.name.clone();
    index EXTERNAL "external": Option<String> = |it, hidden| it.external_identifier.clone();
    index MOTHER "mother": Option<Id<Company>> = |it, hidden| it.mother_company_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["name"]);
    lookup Columns(&["external"]);
    lookup Columns(&["mother"]);
    lookup Columns(&["created"]);
    lookup Columns(&["updated"]);
    lookup Columns(&["active"]);
}

/// The active company of the chain with this identifier.
///
/// # Errors
/// 400 `Invalid {parameter}` where the chain has no such company or it is deleted.
pub fn active(
    snapshot: &Snapshot<'_>,
    chain: Uuid,
    id: Id<Company>,
    parameter: &str,
) -> Result<Stored<Companies>, Error> {
    let company: Option<Stored<Companies>> = snapshot.get(chain, id)?;
    company.filter(|it| it.is_active).ok_or_else(|| unknown(parameter))
}

#[cfg(test)]
mod tests;
