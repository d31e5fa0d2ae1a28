//! Counters: where numbers of documents come from.

use ostler_api as api;
use ostler_api::counters::{Counter, CounterType, GetCounters};
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Snapshot, Stored, Tx, entity};
use serde::Deserialize;

use crate::context::Context;
use crate::filters::{given, interval, unknown};
use crate::operation::Query;
use crate::pages;
use crate::property::Property;
use crate::reply::{Reply, Splice};

mod pattern;

entity! {
    /// The counters of all properties.
    Counters of Counter, with (), in "counter";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index KIND "kind": &'static str = |it, hidden| it.kind.name();
    index DEFAULT "default_": bool = |it, hidden| it.is_default;
    lookup Columns(&["kind", "default_"]);
    lookup Columns(&["updated"]);
}

/// The next number of the property's default counter of this type, with the counter. Without gaps:
/// where the transaction fails, the number is not used up.
///
/// # Errors
/// 500 where the property has no default counter of the type or its format cannot be read.
pub fn next(
    tx: &mut Tx<'_>,
    property: &Property,
    kind: CounterType,
) -> Result<(Id<Counter>, String), Error> {
    let find = Find::within(&[property.scope()])
        .and(Counters::KIND.is(kind.name()))
        .and(Counters::DEFAULT.is(true));
    let counter: Option<Stored<Counters>> = tx.first(&find)?;
    let mut counter = counter.ok_or_else(|| {
        let (enterprise, kind) = (property.id(), kind.name());
        Error::internal(format!("enterprise {enterprise} has no default counter of type {kind}"))
    })?;
    Ok((counter.id, issue(tx, &mut counter)?))
}

/// The counter of the property that a request names.
///
/// # Errors
/// 400 naming `parameter` where the property has no such counter or it numbers something else.
pub fn named(
    snapshot: &Snapshot<'_>,
    property: &Property,
    id: Id<Counter>,
    kind: CounterType,
    parameter: &str,
) -> Result<Stored<Counters>, Error> {
    let counter: Option<Stored<Counters>> = snapshot.get(property.scope(), id)?;
    counter.filter(|it| it.kind == kind).ok_or_else(|| unknown(parameter))
}

/// The next number of this counter.
///
/// # Errors
/// 500 where the counter's format cannot be read, 409 where the counter changed meanwhile.
pub fn issue(tx: &mut Tx<'_>, counter: &mut Stored<Counters>) -> Result<String, Error> {
    counter.value = counter.value.checked_add(1).ok_or_else(|| {
        Error::internal(format!("counter {} has given out its last number", counter.id))
    })?;
    let number = pattern::render(&counter.format, counter.value).map_err(|reason| {
        Error::internal(format!("format {:?} of counter {}: {reason}", counter.format, counter.id))
    })?;
    tx.update(counter)?;
    Ok(number)
}

/// What decides which deprecated list a counter is in.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Kind {
    r#type: CounterType,
}

/// The deprecated lists of counters.
const LISTS: [(&str, CounterType); 5] = [
    ("BillCounters", CounterType::BillCounter),
    ("ProformaCounters", CounterType::ProformaCounter),
    ("BillPreviewCounters", CounterType::BillPreviewCounter),
    ("ServiceOrderCounters", CounterType::ServiceOrderCounter),
    ("RegistrationCardCounters", CounterType::RegistrationCardCounter),
];

impl Query for GetCounters {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::counters::Counters>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let kind = self.kind.filter(|kind| *kind != CounterType::Counter);
        let find = Find::within(&scopes)
            .and_maybe(kind.map(|kind| Counters::KIND.is(kind.name())))
            .during(Counters::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(given(self.counter_ids.as_ref()));
        let page = snapshot.page(&find, self.limitation.after(), self.limitation.count)?;
        let mut reply = Splice::new().documents("Counters", &page).cursor(page.cursor)?;
        for (name, kind) in LISTS {
            reply = reply.documents(name, &pages::kept(&page, |it: &Kind| it.r#type == kind)?);
        }
        reply.finish(page.count)
    }
}

#[cfg(test)]
mod tests;
