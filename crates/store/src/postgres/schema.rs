//! Holds the declarations against the database when it is opened.

use std::collections::BTreeMap;

use ostler_contract::error::{Code, Error};

use super::{DIALECT, Postgres};
use crate::checksum::fingerprint;
use crate::declarations::{
    DIGEST_KEY, GENERATION_KEY, check, declared_columns, digest, filled, lookup_indexes,
};
use crate::entity::Table;
use crate::link::{Fate, Link, Session};
use crate::rows::{self, EPOCH, IDENTIFIER, SEED, STORED, index_columns};
use crate::search::{page_index, quoted};
use crate::store::{Absent, OpenError, Options};
use crate::value::Value;

/// The layout of the tables beneath the declarations. In the first one, lines of the change log did
/// not have their transactions beside them.
const LAYOUT: i64 = 2;
const LAYOUT_KEY: &str = "layout";
/// Writers of all servers together; each has its lane, and a lane has one transaction at a time.
pub(crate) const LANES: usize = 4;
/// The longest name that the server keeps whole, in bytes.
const NAME_BYTES_MAX: usize = 63;
/// How often tables are brought in line with the declarations where servers are in the way.
const ATTEMPTS_MAX: u32 = 5;
/// Rows that are filled at once where a column was added.
const BATCH: i64 = 1000;
/// Keeps two servers from preparing one schema at once, together with the schema's name.
const PREPARING: i32 = 0x4f53_544c;
/// Keeps servers from a schema into which a world is copied, together with its name.
pub(crate) const COPYING: i32 = PREPARING + 1;
/// How long a server waits for the end of a copy before it says that there is one.
const COPYING_MS: u32 = 4000;
/// The table that stands in a schema until a copy into it is complete.
pub(crate) const REMAINS: &str = "copying";

pub(crate) const OWN_COLUMNS: [&str; 8] =
    ["scope", "id", "version", "created", "updated", "check", "body", "hidden"];

/// Documents of up to 8 kB stand in their row as they are: neither moved aside nor compressed.
const STORAGE: &str = "WITH (toast_tuple_target = 8160)";

const BASE: &str = "CREATE TABLE \"meta\" (\"key\" TEXT PRIMARY KEY, \"value\" BIGINT NOT NULL, \
     \"check\" BIGINT NOT NULL) WITH (fillfactor = 50); \
     CREATE TABLE \"change\" (\"sequence\" BIGINT GENERATED ALWAYS AS IDENTITY, \
     \"entity\" TEXT COLLATE \"C\" NOT NULL, \"scope\" UUID NOT NULL, \"id\" UUID NOT NULL, \
     \"version\" BIGINT NOT NULL, \"request\" UUID NOT NULL, \"time\" BIGINT NOT NULL, \
     \"body\" TEXT, \"hidden\" TEXT, \"check\" BIGINT NOT NULL, \
     \"xact\" XID8 NOT NULL DEFAULT pg_current_xact_id(), \
     PRIMARY KEY (\"scope\", \"xact\", \"sequence\")) WITH (toast_tuple_target = 8160); \
     ALTER TABLE \"change\" ALTER \"body\" SET STORAGE EXTERNAL, \
     ALTER \"hidden\" SET STORAGE EXTERNAL";

/// Makes the second layout of the first. Programs that know only the first go on writing to it.
const SECOND_LAYOUT: &str = "ALTER TABLE \"change\" \
     ADD \"xact\" XID8 NOT NULL DEFAULT pg_current_xact_id(), \
     DROP CONSTRAINT \"change_pkey\", ADD PRIMARY KEY (\"scope\", \"xact\", \"sequence\")";

/// The table whose lock a lane is. Its name says by which declarations the tables were made: where a
/// program changes them, it gives the lanes new names, and one with the old declarations cannot begin
/// to write any more.
pub(crate) fn lane(number: usize, digest: i64) -> String {
    format!("lane_{number}_{digest:016x}")
}

/// Whether a table is this lane, whatever the declarations.
fn is_lane(name: &str, number: usize) -> bool {
    let rest = name.strip_prefix("lane_").and_then(|rest| rest.strip_prefix(&number.to_string()));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// Refuses a server or a schema that is not for us, makes the schema where there is none, and adds
/// what the declarations have and the database lacks. Answers the seed of the identifiers.
pub(crate) fn prepare(link: &Postgres, options: &Options) -> Result<u64, OpenError> {
    check(options.tables)?;
    let attempt = || {
        fit(link)?;
        link.reset();
        match locked(link).and_then(|()| within(link, options)) {
            Ok(seed) => {
                link.control("COMMIT")?;
                Ok(seed)
            }
            Err(refusal) => {
                // The refusal is what there is to say.
                drop(link.control("ROLLBACK"));
                Err(refusal)
            }
        }
    };
    let mut outcome = attempt();
    for _ in 1..ATTEMPTS_MAX {
        // A reader of another server may wait for a table that it changes, and the other way round.
        if link.fate() != Fate::Conflict {
            break;
        }
        outcome = attempt();
    }
    outcome.map_err(|refusal: Refusal| refusal.told(link))
}

/// Begins a transaction in which nobody else prepares the schema, nor copies a world into it.
fn locked(link: &Postgres) -> Result<(), Refusal> {
    let name = [Value::Text(link.database.schema().to_owned())];
    link.control(&format!("BEGIN; SET LOCAL lock_timeout = {COPYING_MS}"))?;
    let sql = format!("SELECT pg_advisory_xact_lock_shared({COPYING}, hashtext($1))::text");
    match link.execute(&sql, &name) {
        Err(error) if error.code() == Code::Overloaded && link.fate() == Fate::Stands => {
            return Err(Refusal::Of(
                "gets a world at the moment, by `ostler copy` or another server. Try again when \
                 that has ended"
                    .to_owned(),
            ));
        }
        outcome => outcome?,
    };
    link.control("SET LOCAL lock_timeout = 0")?;
    let sql = format!("SELECT pg_advisory_xact_lock({PREPARING}, hashtext($1))::text");
    link.execute(&sql, &name)?;
    Ok(())
}

/// Why a database is not taken.
enum Refusal {
    /// What it is, as the end of a sentence.
    Of(String),
    Failed(Error),
}

impl Refusal {
    fn told(self, link: &Postgres) -> OpenError {
        match self {
            Self::Of(what) => OpenError(format!("The database {} {what}.", link.database)),
            Self::Failed(error) => cannot_be_used(link, &error),
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Why a database that is reached cannot be used.
pub(crate) fn cannot_be_used(link: &Postgres, error: &Error) -> OpenError {
    OpenError(format!("The database {} cannot be used: {}.", link.database, said(error)))
}

/// What is behind an error, in the words of the server where it is one of its own.
pub(crate) fn said(error: &Error) -> String {
    let driver = std::error::Error::source(error).and_then(|it| it.downcast_ref());
    let said =
        driver.and_then(tokio_postgres::Error::as_db_error).map(|it| it.message().to_owned());
    let cause = said.or_else(|| error.cause().map(ToString::to_string));
    cause.unwrap_or_else(|| error.to_string())
}

fn text(link: &Postgres, sql: &str, values: &[Value]) -> Result<Option<String>, Error> {
    let mut found = None;
    link.rows(sql, values, &mut |row| {
        found = Some(String::from_utf8_lossy(row.text(0)?).into_owned());
        Ok(())
    })?;
    Ok(found)
}

/// Whether the server can hold a world at all.
fn fit(link: &Postgres) -> Result<(), Refusal> {
    let setting = |name: &str| -> Result<String, Error> {
        let sql = format!("SELECT current_setting('{name}')");
        Ok(text(link, &sql, &[])?.unwrap_or_default())
    };
    let encoding = setting("server_encoding")?;
    if encoding != "UTF8" {
        return Err(Refusal::Of(format!("has the encoding {encoding}; Ostler needs UTF8")));
    }
    let standby = text(link, "SELECT pg_is_in_recovery()::text", &[])?;
    if standby.as_deref() != Some("false") || setting("transaction_read_only")? != "off" {
        return Err(Refusal::Of("is read-only: a standby, or set to be so".to_owned()));
    }
    Ok(())
}

/// Whether the schema is there.
pub(crate) fn exists(link: &Postgres) -> Result<bool, Error> {
    let schema = [Value::Text(link.database.schema().to_owned())];
    let sql = "SELECT nspname::text FROM pg_namespace WHERE nspname::text = $1";
    Ok(text(link, sql, &schema)?.is_some())
}

/// The names of what is in the schema.
fn relations(link: &Postgres) -> Result<Vec<String>, Error> {
    let schema = [Value::Text(link.database.schema().to_owned())];
    let sql = "SELECT relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname::text = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')";
    let mut relations = Vec::new();
    link.rows(sql, &schema, &mut |row| {
        relations.push(String::from_utf8_lossy(row.text(0)?).into_owned());
        Ok(())
    })?;
    Ok(relations)
}

/// Whether the server can hold a world, and has one or anything else in this schema. The remains of
/// an interrupted copy do not count.
pub(crate) fn is_taken(link: &Postgres) -> Result<bool, OpenError> {
    let taken = || {
        fit(link)?;
        Ok(relations(link)?.iter().any(|name| name != REMAINS))
    };
    taken().map_err(|refusal: Refusal| refusal.told(link))
}

/// Refuses a schema whose world is not as this version declares it, and changes nothing.
pub(crate) fn expect(link: &Postgres, tables: &[Table]) -> Result<(), OpenError> {
    let expected = || {
        let relations = relations(link)?;
        if relations.is_empty() {
            return Err(no_world());
        }
        let layout = recognise(link, &relations)?;
        if layout == LAYOUT && rows::meta(link, DIGEST_KEY)? == digest(tables) {
            return Ok(());
        }
        Err(Refusal::Of(
            "was left by another version of Ostler. Start a server of this version on it first, \
             which brings it up to date"
                .to_owned(),
        ))
    };
    expected().map_err(|refusal| refusal.told(link))
}

fn no_world() -> Refusal {
    Refusal::Of("has no world in that schema; start a server on it first".to_owned())
}

/// Refuses what is in a schema that is not empty, unless it is a world of a layout that is known.
fn recognise(link: &Postgres, relations: &[String]) -> Result<i64, Refusal> {
    let has = |name: &str| relations.iter().any(|it| it == name);
    if has(REMAINS) {
        return Err(Refusal::Of(
            "has the beginning of a world in that schema: a copy into it was interrupted. Run \
             `ostler copy` again, or remove the schema"
                .to_owned(),
        ));
    }
    if !(has("meta") && has("change") && relations.iter().any(|name| is_lane(name, 0))) {
        let first = relations.first().map_or("", String::as_str);
        return Err(Refusal::Of(format!(
            "is not one of Ostler: its schema has other tables, such as {first}. Name another \
             schema with --schema"
        )));
    }
    match rows::meta(link, LAYOUT_KEY)? {
        known @ 1..=LAYOUT => Ok(known),
        newer if newer > LAYOUT => Err(Refusal::Of(format!(
            "was written by a newer Ostler (layout {newer}, this one knows {LAYOUT}). Start that \
             version instead"
        ))),
        older => Err(Refusal::Of(format!(
            "was written before the first release of Ostler (layout {older}) and cannot be read \
             any more"
        ))),
    }
}

/// All of it in one transaction.
fn within(link: &Postgres, options: &Options) -> Result<u64, Refusal> {
    let Options { tables, generation, seed, absent, .. } = *options;
    let relations = relations(link)?;
    if relations.is_empty() {
        if absent == Absent::Refuse {
            return Err(no_world());
        }
        if !exists(link)? {
            link.control(&format!("CREATE SCHEMA {}", quoted(link.database.schema())))?;
        }
        make(link, seed, 0)?;
    } else if recognise(link, &relations)? == 1 {
        link.control(SECOND_LAYOUT)?;
        rows::set_meta(link, LAYOUT_KEY, LAYOUT)?;
    }
    let digest = digest(tables);
    let present = rows::find_meta(link, GENERATION_KEY)?.unwrap_or_default();
    if rows::meta(link, DIGEST_KEY)? != digest {
        if present > generation {
            return Err(Refusal::Of(format!(
                "has the tables of a newer Ostler (declarations {present}, this one has \
                 {generation}). Start that version instead"
            )));
        }
        // First, which waits for all that is being written, and lets nobody write who does not
        // know these declarations.
        rename_lanes(link, digest)?;
        let mut made = String::new();
        for table in tables {
            if relations.iter().any(|name| name == table.name) {
                reconcile(link, table)?;
            } else {
                made.push_str(&bare_sql(table));
                made.push_str(&lookups_sql(table));
            }
        }
        link.control(&made)?;
        rows::set_meta(link, DIGEST_KEY, digest)?;
    }
    if present < generation {
        rows::set_meta(link, GENERATION_KEY, generation)?;
    }
    Ok(rows::meta(link, SEED)?.cast_unsigned())
}

/// Gives the lanes the names that they have with these declarations.
fn rename_lanes(link: &Postgres, digest: i64) -> Result<(), Error> {
    let present = relations(link)?;
    let mut sql = String::new();
    for number in 0..LANES {
        let wanted = lane(number, digest);
        sql.push_str(&match present.iter().find(|name| is_lane(name, number)) {
            Some(name) if *name == wanted => continue,
            Some(name) => format!("ALTER TABLE \"{name}\" RENAME TO \"{wanted}\"; "),
            None => format!("CREATE TABLE \"{wanted}\" (); "),
        });
    }
    link.control(&sql)
}

/// Writes the first tables of a new world, whose others are made by declarations of this digest.
pub(crate) fn make(link: &Postgres, seed: u64, digest: i64) -> Result<(), Error> {
    let lanes: Vec<String> =
        (0..LANES).map(|number| format!("CREATE TABLE \"{}\" ()", lane(number, digest))).collect();
    link.control(&format!("{BASE}; {}", lanes.join("; ")))?;
    for (key, value) in [
        (LAYOUT_KEY, LAYOUT),
        (DIGEST_KEY, 0),
        (SEED, seed.cast_signed()),
        (IDENTIFIER, 0),
        (EPOCH, 0),
    ] {
        rows::set_meta(link, key, value)?;
    }
    Ok(())
}

fn column_sql((name, of): &(String, &str)) -> String {
    let collation = if *of == "text" { " COLLATE \"C\"" } else { "" };
    format!("\"{name}\" {of}{collation}")
}

/// A name that the server keeps whole, and that no other name becomes.
pub(crate) fn short(name: String) -> String {
    if name.len() <= NAME_BYTES_MAX {
        return name;
    }
    let digest = fingerprint(&name);
    let kept: String = name.chars().take(NAME_BYTES_MAX - 17).collect();
    format!("{kept}~{digest:016x}")
}

/// Makes the indexes of a table beyond that of its key.
pub(crate) fn lookups_sql(table: &Table) -> String {
    lookup_indexes(DIALECT, table).into_values().map(|sql| format!("{sql}; ")).collect()
}

/// Makes a table with its key alone.
pub(crate) fn bare_sql(table: &Table) -> String {
    let columns: String = declared_columns(DIALECT, table)
        .iter()
        .map(|column| format!(", {}", column_sql(column)))
        .collect();
    let (name, key) = (table.name, short(page_index(table.name)));
    format!(
        "CREATE TABLE \"{name}\" (\"scope\" UUID NOT NULL, \"id\" UUID NOT NULL, \
         \"version\" BIGINT NOT NULL, \"created\" BIGINT NOT NULL, \"updated\" BIGINT NOT NULL, \
         \"check\" BIGINT NOT NULL{columns}, \"body\" TEXT NOT NULL, \"hidden\" TEXT NOT NULL, \
         CONSTRAINT \"{key}\" PRIMARY KEY (\"scope\", \"id\")) {STORAGE}; \
         ALTER TABLE \"{name}\" ALTER \"body\" SET STORAGE EXTERNAL, \
         ALTER \"hidden\" SET STORAGE EXTERNAL; "
    )
}

/// Pairs of texts that a query gives.
fn pairs(link: &Postgres, sql: &str, values: &[Value]) -> Result<BTreeMap<String, String>, Error> {
    let mut found = BTreeMap::new();
    link.rows(sql, values, &mut |row| {
        let text = |column| row.text(column).map(|it| String::from_utf8_lossy(it).into_owned());
        found.insert(text(0)?, text(1)?);
        Ok(())
    })?;
    Ok(found)
}

/// Brings one table in line with its declaration.
fn reconcile(link: &Postgres, table: &Table) -> Result<(), Error> {
    let name = table.name;
    let of_table = [Value::Text(link.database.schema().to_owned()), Value::Text(name.to_owned())];
    let present = pairs(
        link,
        "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a \
         JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname::text = $1 AND c.relname::text = $2 AND a.attnum > 0 \
         AND NOT a.attisdropped",
        &of_table,
    )?;
    let of_indexes = pairs(
        link,
        "SELECT indexname::text, indexdef FROM pg_indexes \
         WHERE schemaname::text = $1 AND tablename::text = $2",
        &of_table,
    )?;
    let (columns, indexes) = (declared_columns(DIALECT, table), lookup_indexes(DIALECT, table));
    let key = short(page_index(name));
    let is_stale = |(column, of): &(&String, &String)| {
        !OWN_COLUMNS.contains(&column.as_str())
            && !columns.iter().any(|(wanted, of_wanted)| wanted == *column && of_wanted == of)
    };
    let stale: Vec<&String> = present.iter().filter(is_stale).map(|(column, _)| column).collect();
    let missing: Vec<&(String, &str)> = columns
        .iter()
        .filter(|(column, of)| present.get(column).is_none_or(|present| present != of))
        .collect();
    let altered = !stale.is_empty() || !missing.is_empty();
    let mut sql = String::new();
    let is_kept = |index: &String| *index == key || (!altered && indexes.contains_key(index));
    for index in of_indexes.keys().filter(|index| !is_kept(index)) {
        sql.push_str(&format!("DROP INDEX \"{index}\"; "));
    }
    for column in stale {
        sql.push_str(&format!("ALTER TABLE \"{name}\" DROP COLUMN \"{column}\"; "));
    }
    for column in missing {
        sql.push_str(&format!("ALTER TABLE \"{name}\" ADD COLUMN {}; ", column_sql(column)));
    }
    link.control(&sql)?;
    if altered {
        fill(link, table)?;
    }
    let wanted = indexes.iter().filter(|(index, _)| altered || !of_indexes.contains_key(*index));
    let sql: String = wanted.map(|(_, sql)| format!("{sql}; ")).collect();
    link.control(&sql)
}

/// Computes the index columns of all rows anew, from the stored texts, and the checksums.
fn fill(link: &Postgres, table: &Table) -> Result<(), Error> {
    let name = table.name;
    let mut columns = index_columns(table);
    columns.push("check".to_owned());
    let sets: Vec<String> = columns
        .iter()
        .zip(1..)
        .map(|(column, number)| format!("\"{column}\" = ${number}"))
        .collect();
    let (scope, id) = (columns.len() + 1, columns.len() + 2);
    let update = format!(
        "UPDATE \"{name}\" SET {} WHERE \"scope\" = ${scope} AND \"id\" = ${id}",
        sets.join(", ")
    );
    let stored: Vec<String> = STORED.iter().map(|column| quoted(column)).collect();
    let select = format!(
        "SELECT {} FROM \"{name}\" WHERE (\"scope\", \"id\") > ($1, $2) \
         ORDER BY \"scope\", \"id\" LIMIT {BATCH}",
        stored.join(", ")
    );
    let mut last = [Value::Id(uuid::Uuid::nil()), Value::Id(uuid::Uuid::nil())];
    loop {
        let mut batch = Vec::new();
        link.rows(&select, &last, &mut |row| {
            let mut values = filled(table, row)?;
            values.extend([Value::Id(row.id(0)?), Value::Id(row.id(6)?)]);
            batch.push(values);
            Ok(())
        })?;
        let Some(values) = batch.last() else { return Ok(()) };
        if let Some([scope, id]) = values.last_chunk() {
            last = [scope.clone(), id.clone()];
        }
        batch.iter().try_for_each(|values| link.execute(&update, values).map(drop))?;
    }
}
