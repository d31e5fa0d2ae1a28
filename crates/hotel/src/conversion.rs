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
/// 400 `Invalid Currency` where one of the enterprises does not accept it, 403 where one has no
/// exchange rate; 500 where the store fails, 408 past the deadline.
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
    for enterprise in enterprises {
        let property = Property::load(snapshot, *enterprise)?;
        conversions.insert(*enterprise, Conversion::to(&property, currency)?);
    }
    let mut page = Page::default();
    for mut stored in snapshot.page_decoded(find, limitation.after(), limitation.count)? {
        if let Some(conversion) = conversions.get(&stored.scope) {
            stored.document.convert(conversion)?;
        }
        page.push(E::id(&stored.document), &stored.document)?;
    }
    Reply::page(name, &page)
}
