//! Pages of documents with amounts in the currency that was asked for.

use std::collections::BTreeMap;

use ostler_contract::error::Error;
use ostler_contract::primitives::Limitation;
use ostler_store::{Entity, Find, Page, Snapshot};
use uuid::Uuid;

use crate::listing;
use crate::posting::Conversion;
use crate::property::Property;
use crate::reply::Reply;

/// A document with amounts in the currency of the property's accounting.
pub(crate) trait Convert {
    /// Converts those amounts.
    fn convert(&mut self, conversion: &Conversion) -> Result<(), Error>;
}

/// One page as the response `{"<name>":[…],"Cursor":…}`. Decodes only where a currency is asked for.
///
/// # Errors
/// 400 `Invalid Currency` where an enterprise does not accept it, 403 where it has no exchange rate:
/// each only for an enterprise that has something on the page, or where none of them can convert.
/// A page with amounts in two currencies would be misread. 500 where the store fails, 408 past the
/// deadline.
pub(crate) fn page<E: Entity, R>(
    name: &'static str,
    snapshot: &Snapshot<'_>,
    (enterprises, currency): (&[Uuid], Option<&str>),
    find: &Find<E>,
    limitation: Limitation,
) -> Result<Reply<R>, Error>
where
    E::Document: Convert,
{
    let Some(currency) = currency else {
        return listing::plain(name, snapshot, find, limitation);
    };
    let mut conversions = BTreeMap::new();
    let mut refusals = BTreeMap::new();
    for enterprise in enterprises {
        let property = Property::load(snapshot, *enterprise)?;
        match Conversion::to(&property, currency) {
            Ok(conversion) => drop(conversions.insert(*enterprise, conversion)),
            Err(refusal) => drop(refusals.insert(*enterprise, refusal)),
        }
    }
    if conversions.is_empty()
        && let Some((_, refusal)) = refusals.pop_first()
    {
        return Err(refusal);
    }
    let mut page = Page::default();
    for mut stored in snapshot.page_decoded(find, limitation.after(), limitation.count)? {
        if let Some(refusal) = refusals.remove(&stored.scope) {
            return Err(refusal);
        }
        if let Some(conversion) = conversions.get(&stored.scope) {
            stored.document.convert(conversion)?;
        }
        page.push(E::id(&stored.document), &stored.document)?;
    }
    Reply::page(name, &page)
}
