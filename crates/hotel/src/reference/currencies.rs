//! ISO 4217 currencies in circulation, with their minor units. Without funds, metals and codes that
//! were withdrawn.

use std::sync::LazyLock;

use iso_currency::{Currency as Iso, IntoEnumIterator};
use ostler_api::currencies::{Currencies, Currency, GetCurrencies};
use ostler_contract::error::Error;
use ostler_store::Snapshot;

use crate::context::Context;
use crate::operation::Query;
use crate::reference::written;
use crate::reply::Reply;

impl Query for GetCurrencies {
    fn run(&self, _: &Snapshot<'_>, _: &Context) -> Result<Reply<Currencies>, Error> {
        static BODY: LazyLock<Vec<u8>> =
            LazyLock::new(|| written(&Currencies { currencies: in_circulation() }));
        Ok(Reply::written(&BODY))
    }
}

/// How many decimals the currency with this ISO 4217 code has; none where there is no such currency
/// in circulation.
#[must_use]
pub fn precision(code: &str) -> Option<u32> {
    let currency = Iso::from_code(code)?;
    is_in_circulation(currency).then(|| currency.exponent().map(u32::from)).flatten()
}

/// By code.
fn in_circulation() -> Vec<Currency> {
    let all = Iso::iter().filter_map(|it| {
        let code = it.code();
        precision(code).map(|precision| Currency { code: code.to_owned(), precision })
    });
    let mut currencies: Vec<Currency> = all.collect();
    currencies.sort_unstable_by(|a, b| a.code.cmp(&b.code));
    currencies
}

fn is_in_circulation(currency: Iso) -> bool {
    // The crate takes the bolívar for withdrawn, which ISO 4217 lists beside the digital one.
    let is_withdrawn = currency.is_superseded().is_some() && currency != Iso::VES;
    !is_withdrawn && !currency.is_fund() && !currency.is_special()
}
