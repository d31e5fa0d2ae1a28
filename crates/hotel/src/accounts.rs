//! Accounts: whoever can be billed.

pub mod checks;

use ostler_api::accounts::{Account, AccountType};
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Snapshot, Stored, Tx, entity};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use uuid::Uuid;

use crate::companies::Companies;
use crate::customers::Customers;
use crate::filters::unknown;

/// The number that a chain gave last to a customer or a company.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountNumber {
    /// The chain.
    pub id: Uuid,
    /// The number.
    pub last: i64,
}

entity! {
    /// The sequence of account numbers of each chain, one document per chain.
    AccountNumbers of AccountNumber, with (), in "account_number";
    stamp(document, created, updated) {}
}

/// The next account number of the chain, never given before.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn next_number(tx: &mut Tx<'_>, chain: Uuid) -> Result<i64, Error> {
    let Some(mut stored) = tx.get::<AccountNumbers>(chain, chain)? else {
        tx.insert::<AccountNumbers>(chain, AccountNumber { id: chain, last: 1 }, ())?;
        return Ok(1);
    };
    stored.last += 1;
    tx.update(&mut stored)?;
    Ok(stored.last)
}

/// An account as rules about bills see it: a customer or a company.
#[derive(Debug)]
pub struct AccountProfile {
    /// Identifier of the account.
    pub id: Id<Account>,
    /// Whether it is a customer or a company.
    pub kind: AccountType,
    /// Whether it is in use.
    pub is_active: bool,
    /// Whether it can be billed by invoice.
    pub invoiceable: bool,
    /// The full name of a customer, the name of a company.
    pub name: String,
    /// The customer, if it is one.
    pub customer: Option<Stored<Customers>>,
    /// The company, if it is one.
    pub company: Option<Stored<Companies>>,
}

/// The active account of the chain with this identifier.
///
/// # Errors
/// 400 `Invalid {parameter}` where the chain has no such account or it is deleted or merged.
pub fn find(
    snapshot: &Snapshot<'_>,
    chain: Uuid,
    id: Id<Account>,
    parameter: &str,
) -> Result<AccountProfile, Error> {
    let profile = match snapshot.get::<Customers>(chain, id)? {
        Some(customer) => Some(AccountProfile::of_customer(customer)),
        None => snapshot.get::<Companies>(chain, id)?.map(AccountProfile::of_company),
    };
    profile.filter(|it| it.is_active).ok_or_else(|| unknown(parameter))
}

impl AccountProfile {
    /// The account that this customer is.
    #[must_use]
    pub fn of_customer(customer: Stored<Customers>) -> Self {
        Self {
            id: customer.id.cast(),
            kind: AccountType::Customer,
            is_active: customer.is_active,
            invoiceable: customer.is_invoiceable(),
            name: customer.full_name(),
            customer: Some(customer),
            company: None,
        }
    }

    /// The account that this company is.
    #[must_use]
    pub fn of_company(company: Stored<Companies>) -> Self {
        Self {
            id: company.id.cast(),
            kind: AccountType::Company,
            is_active: company.is_active,
            invoiceable: company.options.invoiceable,
            name: company.name.clone(),
            customer: None,
            company: Some(company),
        }
    }
}

/// A text without case, accents and outer blanks, so that two spellings of a name compare equal.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.trim().nfkd().filter(|it| !is_combining_mark(*it)) {
        for letter in letter.to_lowercase() {
            // Letters whose stroke or ligature Unicode does not decompose.
            match letter {
                '\u{df}' => folded.push_str("ss"),
                '\u{e6}' => folded.push_str("ae"),
                '\u{153}' => folded.push_str("oe"),
                '\u{fe}' => folded.push_str("th"),
                '\u{f0}' | '\u{111}' => folded.push('d'),
                '\u{f8}' => folded.push('o'),
                '\u{142}' => folded.push('l'),
                '\u{131}' => folded.push('i'),
                '\u{307}' => {}
                other => folded.push(other),
            }
        }
    }
    folded
}
