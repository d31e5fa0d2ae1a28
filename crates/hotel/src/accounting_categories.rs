//! Accounting categories: what revenue and payments are booked under.

use ostler_api as api;
use ostler_api::accounting_categories::{AccountingCategory, GetAccountingCategories};
use ostler_api::objects::ActivityState;
use ostler_contract::error::Error;
use ostler_store::{Find, Snapshot, entity};

use crate::context::Context;
use crate::filters::{given, interval};
use crate::listing;
use crate::operation::Query;
use crate::reply::Reply;

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

impl Query for GetAccountingCategories {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::accounting_categories::AccountingCategories>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let active =
            ActivityState::flags(self.activity_states.as_deref(), &[ActivityState::Active]);
        let find = Find::within(&scopes)
            .and(AccountingCategories::ACTIVE.one_of(active))
            .during(AccountingCategories::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(given(self.accounting_category_ids.as_ref()));
        listing::plain("AccountingCategories", snapshot, &find, self.limitation)
    }
}

#[cfg(test)]
mod tests;
