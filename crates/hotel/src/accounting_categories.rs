//! Accounting categories: what revenue and payments are booked under.

use ostler_api::accounting_categories::AccountingCategory;
use ostler_store::entity;

entity! {
    /// The accounting categories of all properties.
    AccountingCategories of AccountingCategory, with (), in "accounting_category";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["updated"]);
}
