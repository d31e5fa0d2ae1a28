//! Reading and writing rows, whatever their documents are. Nothing here is generic.

use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use uuid::Uuid;

use crate::checksum::{Sum, damaged, joined, of_document};
use crate::entity::{Lookup, Table};
use crate::held::{self, HeldRow, Known, Sight};
use crate::link::{Link, Row};
use crate::plans::TablePlan;
use crate::search::{Search, Wanted, quoted, span, span_column};
use crate::store::Call;
use crate::value::Value;

/// The columns from which a document is decoded, and its identifier and checksums. The index
/// columns follow them, by name: what is not held against its checksum is not believed.
pub(crate) const STORED: [&str; 8] =
    ["scope", "version", "created", "updated", "body", "hidden", "id", "check"];

/// The most identifiers of one statement; a search for more runs several.
const IDS_MAX: usize = 8192;

/// Rows of a search that are remembered for what follows in the transaction.
const REMEMBERED_MAX: usize = 16;

/// The key of the number that [`crate::Store::epoch`] reads.
pub(crate) const EPOCH: &str = "epoch";
/// The key of the number of the last identifier.
pub(crate) const IDENTIFIER: &str = "identifier";
/// The key of the seed of the identifiers.
pub(crate) const SEED: &str = "seed";

/// What happens to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Insert,
    Update,
    Delete,
}

/// A row as it is written.
pub(crate) struct Written {
    pub(crate) scope: Uuid,
    pub(crate) id: Uuid,
    /// The version that it has from now on.
    pub(crate) version: i64,
    pub(crate) created: UtcInstant,
    pub(crate) updated: UtcInstant,
    pub(crate) index: Vec<Value>,
    pub(crate) body: String,
    pub(crate) hidden: String,
}

/// The stored columns with length classes, with the positions of start and end.
pub(crate) fn spans(table: &Table) -> Vec<(String, usize, usize)> {
    let position = |name: &str| table.columns.iter().position(|column| column.name == name);
    let mut spans: Vec<(String, usize, usize)> = Vec::new();
    for lookup in table.lookups {
        if let Lookup::Interval { start, end, .. } = lookup
            && let (Some(first), Some(last)) = (position(start), position(end))
        {
            let name = span_column(start);
            if spans.iter().all(|(known, ..)| *known != name) {
                spans.push((name, first, last));
            }
        }
    }
    spans
}

/// The names of all index columns, computed ones included.
pub(crate) fn index_columns(table: &Table) -> Vec<String> {
    let declared = table.columns.iter().map(|column| column.name.to_owned());
    declared.chain(spans(table).into_iter().map(|(name, ..)| name)).collect()
}

/// The values of all index columns, computed ones included.
pub(crate) fn index_values(table: &Table, mut values: Vec<Value>) -> Vec<Value> {
    for (_, first, last) in spans(table) {
        let class = match (values.get(first), values.get(last)) {
            (Some(start), Some(end)) => span(start, end),
            _ => span(&Value::Null, &Value::Null),
        };
        values.push(Value::Integer(class));
    }
    values
}

/// The columns that are read where a whole document is wanted.
pub(crate) fn stored_columns(table: &Table) -> Vec<String> {
    let mut index = index_columns(table);
    index.sort_unstable();
    STORED.iter().map(|column| (*column).to_owned()).chain(index).collect()
}

/// Holds a row of [`stored_columns`] against its checksums.
pub(crate) fn hold(row: &dyn Row, table: &str, columns: usize) -> Result<(), Error> {
    let id = row.id(6)?;
    let document = of_document(id, row.text(4)?);
    let mut rest = Sum::new();
    for column in [0, 1, 2, 3, 5].into_iter().chain(STORED.len()..columns) {
        row.sum(column, &mut rest)?;
    }
    if row.integer(7)? == joined(document, rest.finish()) {
        Ok(())
    } else {
        Err(damaged(format!("{table} {id}: the row does not fit its checksum")))
    }
}

/// The checksums of a row as it is written.
pub(crate) fn check_of(plan: &TablePlan, written: &Written, index: &[Value]) -> i64 {
    let mut rest = Sum::new();
    rest.id(written.scope.as_bytes());
    rest.integer(written.version);
    rest.integer(written.created.seconds());
    rest.integer(written.updated.seconds());
    rest.text(written.hidden.as_bytes());
    let by_name = plan.by_name.iter().filter_map(|position| index.get(*position));
    by_name.for_each(|value| rest.value(value));
    joined(of_document(written.id, written.body.as_bytes()), rest.finish())
}

/// An instant in a column.
pub(crate) fn instant(row: &dyn Row, column: usize) -> Result<UtcInstant, Error> {
    UtcInstant::from_seconds(row.integer(column)?).map_err(Error::internal)
}

/// The row of this scope with this identifier, which has [`stored_columns`].
pub(crate) fn get<T>(
    link: &dyn Link,
    table: &Table,
    (scope, id): (Uuid, Uuid),
    decode: &mut dyn FnMut(&dyn Row) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let (held, plan) = (link.held(), link.plans().table(table));
    match held.map_or(Known::Unknown, |held| held.get(table, (scope, id))) {
        Known::Row(row) => return decode(&row.parts(&plan.stored)).map(Some),
        Known::Absent => return Ok(None),
        Known::Unknown => {}
    }
    let (mut found, mut read) = (None, None);
    let key = [Value::Id(scope), Value::Id(id)];
    link.rows_beside(table.name, (&plan.get, &key), &mut |row| {
        hold(row, table.name, plan.columns)?;
        found = Some(decode(row)?);
        if held.is_some() {
            read = Some(held_row(&plan, row)?);
        }
        Ok(())
    })?;
    if let Some(held) = held {
        held.remember(table, (scope, id), read);
    }
    Ok(found)
}

/// A row of [`stored_columns`] as it is held.
fn held_row(plan: &TablePlan, row: &dyn Row) -> Result<HeldRow, Error> {
    let mut index = vec![Value::Null; plan.by_name.len()];
    for (position, column) in plan.by_name.iter().zip(STORED.len()..) {
        if let Some(value) = index.get_mut(*position) {
            *value = row.value(column)?;
        }
    }
    let text = |column| match row.value(column)? {
        Value::Text(text) => Ok(text),
        _ => Err(damaged(format!("column {column} is no text"))),
    };
    Ok(HeldRow {
        scope: row.id(0)?,
        version: row.integer(1)?,
        created: row.integer(2)?,
        updated: row.integer(3)?,
        body: text(4)?,
        hidden: text(5)?,
        id: row.id(6)?,
        check: row.integer(7)?,
        index,
    })
}

/// Visits the newest rows, which have [`stored_columns`].
pub(crate) fn newest(
    link: &dyn Link,
    search: Search<'_>,
    (after, limit): (Option<Uuid>, usize),
    visit: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
) -> Result<(), Error> {
    let (plan, table) = (link.plans().table(search.table), search.table.name);
    let wanted = Wanted::Newest { columns: &[], after, limit };
    let mut remembered = 0;
    each(link, search, wanted, &mut |row| {
        hold(row, table, plan.columns)?;
        // What a rule finds by a search it mostly changes next.
        if let Some(held) = link.held()
            && remembered < REMEMBERED_MAX
        {
            remembered += 1;
            let key = (row.id(0)?, row.id(6)?);
            if !held.knows(search.table, key) {
                held.remember(search.table, key, Some(held_row(&plan, row)?));
            }
        }
        visit(row)
    })
}

/// Visits what is found.
pub(crate) fn each(
    link: &dyn Link,
    search: Search<'_>,
    wanted: Wanted<'_>,
    visit: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
) -> Result<(), Error> {
    // Identifiers are sorted, so pieces from the back keep the newest first.
    let pieces: Vec<Option<&[Uuid]>> = match search.ids {
        Some(ids) => ids.rchunks(IDS_MAX).map(Some).collect(),
        None => vec![None],
    };
    let mut visited = 0;
    for ids in pieces {
        let piece = Search { ids, ..search };
        let rest = match wanted {
            Wanted::Newest { limit, .. } if visited >= limit => break,
            Wanted::Newest { columns, after, limit } => {
                Wanted::Newest { columns, after, limit: limit - visited }
            }
            other => other,
        };
        let mut visit = |row: &dyn Row| {
            visited += 1;
            visit(row)
        };
        let sight = link.held().map_or(Sight::Beside, |held| held.sight(&piece, rest));
        if let Sight::Here(rows) = &sight {
            let plan = link.plans().table(search.table);
            held::visit((search.table, &plan.stored), rows, rest, &mut visit)?;
        } else if let Some((statement, values)) =
            link.plans().search(link.dialect(), piece, rest)?
        {
            match sight {
                Sight::Behind => link.rows(&statement.sql, &values, &mut visit)?,
                _ => {
                    let name = search.table.name;
                    link.rows_beside(name, (&statement.sql, &values), &mut visit)?;
                }
            }
        }
    }
    Ok(())
}

/// How many rows are found.
pub(crate) fn count(link: &dyn Link, search: Search<'_>) -> Result<u64, Error> {
    let mut count = 0;
    each(link, search, Wanted::Count, &mut |row| {
        count += u64::try_from(row.integer(0)?).map_err(Error::internal)?;
        Ok(())
    })?;
    Ok(count)
}

/// Writes a row and its line in the change log.
pub(crate) fn write(
    link: &dyn Link,
    table: &Table,
    action: Action,
    written: Written,
    call: Call,
) -> Result<(), Error> {
    let held = link.held().ok_or_else(|| Error::internal("nothing can be written here"))?;
    let key = (written.scope, written.id, written.version);
    let row = (action != Action::Delete).then(|| row_of(link, table, written));
    held.put((table, action), key, row, call)?;
    if held.is_full() { link.send_held() } else { Ok(()) }
}

/// The row that is written.
fn row_of(link: &dyn Link, table: &Table, mut written: Written) -> HeldRow {
    let index = index_values(table, std::mem::take(&mut written.index));
    let check = check_of(&link.plans().table(table), &written, &index);
    let Written { scope, id, version, created, updated, body, hidden, .. } = written;
    let (created, updated) = (created.seconds(), updated.seconds());
    HeldRow { scope, id, version, created, updated, check, index, body, hidden }
}

/// The columns of the change log that its checksum covers, in this order.
pub(crate) const CHANGE: &str = "\"entity\", \"scope\", \"id\", \"version\", \"request\", \
     \"time\", \"body\", \"hidden\"";

/// The columns that every write sets.
fn written_columns(table: &Table) -> Vec<String> {
    let mut columns: Vec<String> =
        ["version", "created", "updated", "check"].into_iter().map(str::to_owned).collect();
    columns.append(&mut index_columns(table));
    columns.extend(["body".to_owned(), "hidden".to_owned()]);
    columns
}

/// The columns that an insert sets.
pub(crate) fn inserted_columns(table: &Table) -> Vec<String> {
    let mut columns = written_columns(table);
    columns.extend(["scope".to_owned(), "id".to_owned()]);
    columns
}

pub(crate) fn insert_sql(table: &Table) -> String {
    let columns = inserted_columns(table);
    let places: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
    let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
    let (table, names, places) = (table.name, names.join(", "), places.join(", "));
    format!("INSERT INTO \"{table}\" ({names}) VALUES ({places})")
}

pub(crate) fn update_sql(table: &Table) -> String {
    let columns = written_columns(table);
    let sets: Vec<String> =
        columns.iter().zip(1..).map(|(name, number)| format!("\"{name}\" = ${number}")).collect();
    let (table, sets, next) = (table.name, sets.join(", "), columns.len() + 1);
    let (id, version) = (next + 1, next + 2);
    format!(
        "UPDATE \"{table}\" SET {sets} \
         WHERE \"scope\" = ${next} AND \"id\" = ${id} AND \"version\" = ${version}"
    )
}

/// A number of the store itself. Its complement stands beside it, as its checksum.
pub(crate) fn meta(link: &dyn Link, key: &str) -> Result<i64, Error> {
    let found = find_meta(link, key)?;
    found.ok_or_else(|| damaged(format!("meta {key}: the number is missing")))
}

/// The same, none where it was never set.
pub(crate) fn find_meta(link: &dyn Link, key: &str) -> Result<Option<i64>, Error> {
    let mut found = None;
    let sql = "SELECT \"value\", \"check\" FROM \"meta\" WHERE \"key\" = $1";
    link.rows(sql, &[Value::Text(key.to_owned())], &mut |row| {
        found = Some(numbered(row, key)?);
        Ok(())
    })?;
    Ok(found)
}

/// A number of the store itself from a row that begins with it and its checksum.
pub(crate) fn numbered(row: &dyn Row, key: &str) -> Result<i64, Error> {
    let value = row.integer(0)?;
    if row.integer(1)? == !value {
        return Ok(value);
    }
    Err(damaged(format!("meta {key}: the number does not fit its checksum")))
}

/// Sets a number of the store itself.
pub(crate) fn set_meta(link: &dyn Link, key: &str, value: i64) -> Result<(), Error> {
    let sql = "INSERT INTO \"meta\" (\"key\", \"value\", \"check\") VALUES ($1, $2, $3) \
         ON CONFLICT (\"key\") DO UPDATE SET \"value\" = excluded.\"value\", \
         \"check\" = excluded.\"check\"";
    let values = [Value::Text(key.to_owned()), Value::Integer(value), Value::Integer(!value)];
    link.execute(sql, &values)?;
    Ok(())
}

/// Makes the epoch rise with the commit.
pub(crate) fn bump_epoch(link: &dyn Link) -> Result<(), Error> {
    let sql = "UPDATE \"meta\" SET \"value\" = \"value\" + 1, \"check\" = \"check\" - 1 \
         WHERE \"key\" = $1";
    link.epoch_rises();
    link.execute(sql, &[Value::Text(EPOCH.to_owned())])?;
    Ok(())
}
