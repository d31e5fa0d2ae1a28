//! Addresses of customers and companies.

use ostler_api::accounts::Account;
use ostler_api::addresses::AccountAddress;
use ostler_contract::primitives::Id;
use ostler_store::entity;

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
