//! Reading and writing rows, whatever their documents are. Nothing here is generic.

use ostler_contract::error::{Code, Error};
use ostler_contract::primitives::UtcInstant;
use uuid::Uuid;

use crate::entity::{Lookup, Table};
use crate::link::{Link, Row};
use crate::search::{Search, Wanted, quoted, span, span_column};
use crate::store::Call;
use crate::transaction::Page;
use crate::value::Value;

/// The columns from which a document is decoded.
pub(crate) const STORED: &[&str] = &["scope", "version", "created", "updated", "body", "hidden"];

/// The most identifiers of one statement; a search for more runs several.
const IDS_MAX: usize = 8192;

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

/// An instant in a column.
pub(crate) fn instant(row: &dyn Row, column: usize) -> Result<UtcInstant, Error> {
    UtcInstant::from_seconds(row.integer(column)?).map_err(Error::internal)
}

/// The row of this scope with this identifier.
pub(crate) fn get<T>(
    link: &dyn Link,
    table: &Table,
    (scope, id): (Uuid, Uuid),
    decode: &mut dyn FnMut(&dyn Row) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let mut found = None;
    let columns: Vec<String> = STORED.iter().copied().map(quoted).collect();
    let (columns, table) = (columns.join(", "), table.name);
    let sql = format!("SELECT {columns} FROM \"{table}\" WHERE \"scope\" = $1 AND \"id\" = $2");
    link.rows(&sql, &[Value::Id(scope), Value::Id(id)], &mut |row| {
        found = Some(decode(row)?);
        Ok(())
    })?;
    Ok(found)
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
        if let Some(statement) = piece.statement(link.dialect(), rest)? {
            link.rows(&statement.sql, &statement.values, &mut |row| {
                visited += 1;
                visit(row)
            })?;
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

/// One page: the bytes of the bodies as they stand in the rows.
pub(crate) fn page(
    link: &dyn Link,
    search: Search<'_>,
    after: Option<Uuid>,
    count: usize,
) -> Result<Page, Error> {
    let mut page = Page::default();
    let wanted = Wanted::Newest { columns: &["id", "body"], after, limit: count };
    each(link, search, wanted, &mut |row| {
        if page.count > 0 {
            page.documents.push(b',');
        }
        page.documents.extend_from_slice(row.text(1)?);
        page.count += 1;
        page.cursor = Some(row.id(0)?);
        Ok(())
    })?;
    Ok(page)
}

/// Writes a row and its line in the change log.
pub(crate) fn write(
    link: &dyn Link,
    table: &Table,
    action: Action,
    written: Written,
    call: Call,
) -> Result<(), Error> {
    let Written { scope, id, version, .. } = written;
    let (changed, body, hidden) = match action {
        Action::Insert | Action::Update => set(link, table, action, written)?,
        Action::Delete => {
            let sql = format!(
                "DELETE FROM \"{}\" WHERE \"scope\" = $1 AND \"id\" = $2 AND \"version\" = $3",
                table.name
            );
            let key = [Value::Id(scope), Value::Id(id), Value::Integer(version - 1)];
            (link.execute(&sql, &key)?, Value::Null, Value::Null)
        }
    };
    if changed == 0 {
        return Err(Error::new(Code::DataChanged));
    }
    let change = [
        Value::Text(table.name.to_owned()),
        Value::Id(scope),
        Value::Id(id),
        Value::Integer(version),
        Value::Id(call.request),
        Value::Integer(call.now.seconds()),
        body,
        hidden,
    ];
    link.execute(CHANGE_SQL, &change)?;
    Ok(())
}

/// Inserts or updates a row. Answers how many rows changed, and gives its texts back for the log.
fn set(
    link: &dyn Link,
    table: &Table,
    action: Action,
    written: Written,
) -> Result<(usize, Value, Value), Error> {
    let mut values = vec![
        Value::Integer(written.version),
        Value::Integer(written.created.seconds()),
        Value::Integer(written.updated.seconds()),
    ];
    values.append(&mut index_values(table, written.index));
    let texts = values.len();
    values.extend([
        Value::Text(written.body),
        Value::Text(written.hidden),
        Value::Id(written.scope),
        Value::Id(written.id),
    ]);
    let sql = if action == Action::Insert {
        insert_sql(table)
    } else {
        values.push(Value::Integer(written.version - 1));
        update_sql(table)
    };
    let changed = link.execute(&sql, &values)?;
    let mut texts = values.drain(texts..);
    let (body, hidden) = (texts.next(), texts.next());
    Ok((changed, body.unwrap_or(Value::Null), hidden.unwrap_or(Value::Null)))
}

const CHANGE_SQL: &str = "INSERT INTO \"change\" (\"entity\", \"scope\", \"id\", \"version\", \
     \"request\", \"time\", \"body\", \"hidden\") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// The columns that every write sets.
fn written_columns(table: &Table) -> Vec<String> {
    let mut columns = vec!["version".to_owned(), "created".to_owned(), "updated".to_owned()];
    columns.append(&mut index_columns(table));
    columns.extend(["body".to_owned(), "hidden".to_owned()]);
    columns
}

fn insert_sql(table: &Table) -> String {
    let mut columns = written_columns(table);
    columns.extend(["scope".to_owned(), "id".to_owned()]);
    let places: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
    let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
    let (table, names, places) = (table.name, names.join(", "), places.join(", "));
    format!("INSERT INTO \"{table}\" ({names}) VALUES ({places})")
}

fn update_sql(table: &Table) -> String {
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

/// A number of the store itself.
pub(crate) fn meta(link: &dyn Link, key: &str) -> Result<i64, Error> {
    let mut found = None;
    let sql = "SELECT \"value\" FROM \"meta\" WHERE \"key\" = $1";
    link.rows(sql, &[Value::Text(key.to_owned())], &mut |row| {
        found = Some(row.integer(0)?);
        Ok(())
    })?;
    found.ok_or_else(|| Error::internal(format!("the store lacks its {key}")))
}

/// Sets a number of the store itself.
pub(crate) fn set_meta(link: &dyn Link, key: &str, value: i64) -> Result<(), Error> {
    let sql = "INSERT INTO \"meta\" (\"key\", \"value\") VALUES ($1, $2) \
         ON CONFLICT (\"key\") DO UPDATE SET \"value\" = excluded.\"value\"";
    link.execute(sql, &[Value::Text(key.to_owned()), Value::Integer(value)])?;
    Ok(())
}

/// Makes the epoch rise with the commit.
pub(crate) fn bump_epoch(link: &dyn Link) -> Result<(), Error> {
    let sql = "UPDATE \"meta\" SET \"value\" = \"value\" + 1 WHERE \"key\" = $1";
    link.execute(sql, &[Value::Text(EPOCH.to_owned())])?;
    Ok(())
}
