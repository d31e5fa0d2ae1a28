//! From a search to SQL: one access path, chosen by rules alone.
//!
//! The text depends on the shape of the search only, so the engines' caches of prepared statements
//! stay small. The planner never chooses: a search costs the same today and after ten years.

use std::borrow::Cow;

use ostler_contract::error::Error;
use uuid::Uuid;

use crate::entity::{Lookup, Table};
use crate::find::Operator;
use crate::link::Dialect;
use crate::rows::stored_columns;
use crate::value::Value;

/// The most parts that a search is split into so that each part is one range of keys.
const BRANCHES_MAX: usize = 64;
/// The longest list of values that is padded; above it, texts may differ.
const PADDED_MAX: usize = 8192;
/// The most values of one statement; SQLite takes 32 766.
const VALUES_MAX: usize = 32_000;

/// The seconds of an interval at most, by its length class; the last class has no bound.
pub(crate) const SPANS: [i64; 6] =
    [86_400, 4 * 86_400, 16 * 86_400, 64 * 86_400, 256 * 86_400, 1024 * 86_400];
/// The class of intervals without bound.
const SPAN_UNBOUNDED: usize = SPANS.len();

/// The length class of an interval: a search for what overlaps need not look back further than the
/// bound of the class.
pub(crate) fn span(start: &Value, end: &Value) -> i64 {
    let (Value::Integer(start), Value::Integer(end)) = (start, end) else {
        return SPAN_UNBOUNDED.try_into().unwrap_or(i64::MAX);
    };
    let length = end.saturating_sub(*start);
    let class = if length < 0 {
        SPAN_UNBOUNDED
    } else {
        SPANS.iter().position(|bound| length <= *bound).unwrap_or(SPAN_UNBOUNDED)
    };
    class.try_into().unwrap_or(i64::MAX)
}

/// The name of the stored column with the length class.
pub(crate) fn span_column(start: &str) -> String {
    format!("{start}_span")
}

/// The name of the index that serves pages.
pub(crate) fn page_index(table: &str) -> String {
    format!("{table}/id")
}

/// The name of the index of a lookup, which says its columns, and whether it leaves out rows without
/// a value for the first of them.
pub(crate) fn lookup_index(table: &Table, lookup: &Lookup) -> String {
    let mut name = table.name.to_owned();
    for column in lookup_columns(lookup) {
        name.push('/');
        name.push_str(&column);
    }
    if table.sparse(lookup).is_some() {
        name.push_str("/sparse");
    }
    name
}

/// The columns of a lookup's index between `scope` and `id`.
pub(crate) fn lookup_columns(lookup: &Lookup) -> Vec<Cow<'static, str>> {
    match lookup {
        Lookup::Columns(columns) => columns.iter().map(|name| Cow::Borrowed(*name)).collect(),
        Lookup::Interval { by, start, end, beside } => {
            let mut columns: Vec<_> = by.iter().map(|name| Cow::Borrowed(*name)).collect();
            columns.extend([span_column(start).into(), (*start).into(), (*end).into()]);
            columns.extend(beside.iter().map(|name| Cow::Borrowed(*name)));
            columns
        }
    }
}

/// A name as SQL takes it whatever it is.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// A search without the type of its documents.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) table: &'a Table,
    /// Sorted, each once.
    pub(crate) scopes: &'a [Uuid],
    /// The values of a list are sorted, each once.
    pub(crate) conditions: &'a [(&'static str, Operator)],
    /// Sorted, each once.
    pub(crate) ids: Option<&'a [Uuid]>,
}

/// What is wanted of the rows found.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// These columns of the newest rows, newest first; those of a whole document where none are
    /// named.
    Newest { columns: &'a [&'static str], after: Option<Uuid>, limit: usize },
    /// These columns of all rows whose identifiers are below a position, in no order.
    All { columns: &'a [&'static str], after: Option<Uuid> },
    /// How many rows.
    Count,
}

/// Where a search has a value of its statement: searches of one shape have one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// One of the scopes.
    Scope(usize),
    /// One of the identifiers.
    Id(usize),
    /// One of the values of a condition.
    Value(usize, usize),
    /// The value that a condition compares with.
    Bound(usize),
    /// The first second of an overlap.
    From(usize),
    /// The end of an overlap.
    To(usize),
    /// Before this, nothing of a length class can overlap.
    Earliest(usize, usize),
    /// The position of the page.
    After,
    /// The most rows.
    Limit,
}

/// SQL text, with the places of its values in the search.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) sql: String,
    places: Vec<Source>,
    /// Whether the engine sorts all that it finds by identifier.
    pub(crate) sorts: bool,
    /// What stands before the number of a place.
    mark: char,
}

impl Template {
    fn new(dialect: Dialect) -> Self {
        Self { sql: String::new(), places: Vec::new(), sorts: false, mark: dialect.place_mark }
    }

    /// How many values the text has.
    pub(crate) fn places(&self) -> usize {
        self.places.len()
    }

    fn push(&mut self, text: &str) -> &mut Self {
        self.sql.push_str(text);
        self
    }

    fn name(&mut self, name: &str) -> &mut Self {
        self.sql.push('"');
        self.sql.push_str(name);
        self.sql.push('"');
        self
    }

    fn names(&mut self, names: &[&str]) -> &mut Self {
        for (position, name) in names.iter().enumerate() {
            self.push(if position == 0 { "" } else { ", " }).name(name);
        }
        self
    }

    fn bind(&mut self, source: Source) -> &mut Self {
        self.places.push(source);
        let number = self.places.len().to_string();
        self.sql.push(self.mark);
        self.push(&number)
    }
}

/// The columns that the path binds by equality, in the order of the index.
struct Key<'a> {
    column: &'a str,
    /// Where its values are; none stands for NULL.
    values: Vec<Option<Source>>,
}

/// How the rows are reached.
struct Path<'a> {
    index: String,
    keys: Vec<Key<'a>>,
    /// The position of an overlap among the conditions that the index serves by length classes.
    overlap: Option<usize>,
    /// Whether the rows of one combination of keys come in the order of their identifiers.
    ordered: bool,
    /// Positions of the conditions that the keys hold.
    held: Vec<usize>,
}

impl Search<'_> {
    /// Whether nothing can be found.
    pub(crate) fn finds_nothing(&self) -> bool {
        self.scopes.is_empty()
            || self.ids.is_some_and(<[Uuid]>::is_empty)
            || self
                .conditions
                .iter()
                .any(|(_, operator)| matches!(operator, Operator::In(values) if values.is_empty()))
    }

    /// Whether it is for all documents of one scope.
    pub(crate) fn is_whole_scope(&self) -> bool {
        self.conditions.is_empty() && self.ids.is_none() && self.scopes.len() == 1
    }

    /// All that the text depends on, in numbers. Names are told apart by where they stand: they
    /// are the program's own and stand there as long as it runs.
    pub(crate) fn shape(&self, wanted: Wanted<'_>) -> Vec<usize> {
        let name = |name: &'static str| [name.as_ptr().addr(), name.len()];
        let (kind, columns, is_after) = match wanted {
            Wanted::Newest { columns, after, .. } => (0, columns, after.is_some()),
            Wanted::All { columns, after } => (1, columns, after.is_some()),
            Wanted::Count => (2, [].as_slice(), false),
        };
        let ids = self.ids.map_or(0, |ids| ids.len() + 1);
        let [table, length] = name(self.table.name);
        let mut shape = Vec::with_capacity(64);
        shape.extend([table, length, kind, usize::from(is_after), self.scopes.len(), ids]);
        shape.push(columns.len());
        columns.iter().for_each(|column| shape.extend(name(column)));
        for (column, operator) in self.conditions {
            shape.extend(name(column));
            match operator {
                Operator::In(values) => {
                    shape.extend([0, values.len(), usize::from(values.contains(&Value::Null))]);
                }
                Operator::AtLeast(_) => shape.push(1),
                Operator::Below(_) => shape.push(2),
                Operator::IsNull => shape.push(3),
                Operator::Overlaps { end, .. } => {
                    shape.push(4);
                    shape.extend(name(end));
                }
            }
        }
        shape
    }

    /// The values of a text that was made for a search of this shape.
    ///
    /// # Errors
    /// 500 where it was made for another shape.
    pub(crate) fn values(
        &self,
        wanted: Wanted<'_>,
        template: &Template,
    ) -> Result<Vec<Value>, Error> {
        let value = |source: &Source| self.value(wanted, *source);
        let values: Option<Vec<Value>> = template.places.iter().map(value).collect();
        values.ok_or_else(|| Error::internal("a search does not fit its statement"))
    }

    fn value(&self, wanted: Wanted<'_>, source: Source) -> Option<Value> {
        let condition = |position: usize| self.conditions.get(position).map(|(_, it)| it);
        Some(match source {
            Source::Scope(number) => Value::Id(*self.scopes.get(number)?),
            Source::Id(number) => Value::Id(*self.ids?.get(number)?),
            Source::Value(position, number) => match condition(position)? {
                Operator::In(values) => values.get(number)?.clone(),
                _ => return None,
            },
            Source::Bound(position) => match condition(position)? {
                Operator::AtLeast(value) | Operator::Below(value) => value.clone(),
                _ => return None,
            },
            Source::From(position) => match condition(position)? {
                Operator::Overlaps { from, .. } => Value::Integer(*from),
                _ => return None,
            },
            Source::To(position) => match condition(position)? {
                Operator::Overlaps { to, .. } => Value::Integer(*to),
                _ => return None,
            },
            Source::Earliest(position, class) => match condition(position)? {
                Operator::Overlaps { from, .. } => {
                    Value::Integer(from.saturating_sub(*SPANS.get(class)?))
                }
                _ => return None,
            },
            Source::After => match wanted {
                Wanted::Newest { after, .. } | Wanted::All { after, .. } => Value::Id(after?),
                _ => return None,
            },
            Source::Limit => match wanted {
                Wanted::Newest { limit, .. } => {
                    Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX))
                }
                _ => return None,
            },
        })
    }

    /// The text for searches of this shape.
    ///
    /// # Errors
    /// 500 where it would have too many values.
    pub(crate) fn template(&self, dialect: Dialect, wanted: Wanted<'_>) -> Result<Template, Error> {
        let path = self.path();
        let branches = Branches::of(&path);
        let builder = Builder { search: *self, dialect, path: &path, branches: &branches };
        let template = match wanted {
            Wanted::Newest { columns: [], after, .. } => {
                let columns = stored_columns(self.table);
                let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                builder.newest(&columns, after.map(|_| Source::After))
            }
            Wanted::Newest { columns, after, .. } => {
                builder.newest(columns, after.map(|_| Source::After))
            }
            Wanted::All { columns, after } => builder.all(columns, after.map(|_| Source::After)),
            Wanted::Count => builder.count(),
        };
        if template.places.len() > VALUES_MAX {
            let (table, values) = (self.table.name, template.places.len());
            return Err(Error::internal(format!("a search in {table} names {values} values")));
        }
        Ok(template)
    }

    fn scope_key(&self) -> Key<'static> {
        let values = (0..self.scopes.len()).map(|number| Some(Source::Scope(number))).collect();
        Key { column: "scope", values }
    }

    fn path(&self) -> Path<'_> {
        let pages = Path {
            index: page_index(self.table.name),
            keys: vec![self.scope_key()],
            overlap: None,
            ordered: true,
            held: Vec::new(),
        };
        if let Some(ids) = self.ids {
            let values = (0..ids.len()).map(|number| Some(Source::Id(number))).collect();
            let mut path = pages;
            path.keys.push(Key { column: "id", values });
            path.ordered = false;
            return path;
        }
        let mut best = (0, pages);
        for lookup in self.table.lookups {
            if let Some((score, path)) = self.lookup_path(lookup)
                && score > best.0
            {
                best = (score, path);
            }
        }
        best.1
    }

    /// The position of a condition of equality, and where its values are.
    fn equality(&self, column: &str) -> Option<(usize, Vec<Option<Source>>)> {
        self.conditions.iter().enumerate().find_map(|(position, (name, operator))| {
            if *name != column {
                return None;
            }
            match operator {
                Operator::In(values) => Some((position, listed(position, values))),
                Operator::IsNull => Some((position, vec![None])),
                _ => None,
            }
        })
    }

    /// The path over one lookup and how good it is: the columns used, then whether it needs no
    /// sorting and no filter.
    fn lookup_path(&self, lookup: &Lookup) -> Option<(usize, Path<'_>)> {
        let (equal, interval): (&[&'static str], _) = match lookup {
            Lookup::Columns(columns) => (columns, None),
            Lookup::Interval { by, start, end, .. } => (by, Some((*start, *end))),
        };
        let sparse = self.table.sparse(lookup);
        let mut keys = vec![self.scope_key()];
        let mut held = Vec::new();
        for column in equal {
            let Some((position, values)) = self.equality(column) else { break };
            if sparse == Some(*column) && values.contains(&None) {
                return None;
            }
            keys.push(Key { column, values });
            held.push(position);
        }
        let used = held.len();
        let mut path = Path {
            index: lookup_index(self.table, lookup),
            keys,
            overlap: None,
            ordered: false,
            held,
        };
        if let Some((start, of_end)) = interval {
            let overlap = self.conditions.iter().position(|(column, operator)| {
                *column == start
                    && matches!(operator, Operator::Overlaps { end, .. } if *end == of_end)
            });
            path.overlap = Some(overlap.filter(|_| used == equal.len())?);
            return Some((score(used + 1, &Fit::Range), path));
        }
        let Some(next) = equal.get(used) else {
            path.ordered = true;
            return Some((score(used, &Fit::Exact), path));
        };
        let range = self.conditions.iter().any(|(column, operator)| {
            column == next && matches!(operator, Operator::AtLeast(_) | Operator::Below(_))
        });
        match (range, used) {
            (true, _) => Some((score(used + 1, &Fit::Range), path)),
            (false, 0) => None,
            (false, _) => Some((score(used, &Fit::Partial), path)),
        }
    }
}

/// How well a lookup fits, among those that use equally many columns.
enum Fit {
    /// Columns of the index are left over: what is found must be sorted.
    Partial,
    /// All columns are bound: identifiers come in order.
    Exact,
    /// Its last column is bound by a range, which reads nothing but what is found.
    Range,
}

fn score(columns: usize, fit: &Fit) -> usize {
    columns * 3
        + match fit {
            Fit::Partial => 1,
            Fit::Exact => 2,
            Fit::Range => 3,
        }
}

/// The combinations of key values, each of which is read as one range of the index.
struct Branches {
    /// How many leading values of each key are told apart: all, or none for a list.
    split: Vec<bool>,
    count: usize,
}

impl Branches {
    fn of(path: &Path<'_>) -> Self {
        let mut count = if path.overlap.is_some() { SPAN_UNBOUNDED + 1 } else { 1 };
        let mut split = Vec::with_capacity(path.keys.len());
        for key in &path.keys {
            // Identifiers end the key, so a list of them is as good as a branch for each.
            let product = count.saturating_mul(key.values.len());
            let splits = key.values.len() == 1 || (product <= BRANCHES_MAX && key.column != "id");
            if splits {
                count = product;
            }
            split.push(splits);
        }
        Self { split, count }
    }
}

struct Builder<'a> {
    search: Search<'a>,
    dialect: Dialect,
    path: &'a Path<'a>,
    branches: &'a Branches,
}

impl Builder<'_> {
    fn newest(&self, columns: &[&str], after: Option<Source>) -> Template {
        let mut sql = Template::new(self.dialect);
        if self.branches.count == 1 && self.is_ordered() && self.branches.split.iter().all(|it| *it)
        {
            self.branch(&mut sql, columns, 0, after);
            sql.push(" ORDER BY \"id\" DESC LIMIT ").bind(Source::Limit);
            return sql;
        }
        sql.sorts = true;
        if columns == self.dialect.found {
            self.found(&mut sql, after);
            return sql;
        }
        // Bodies are fetched for the final rows only; sorting must not carry them along.
        sql.push("SELECT ");
        for (position, name) in columns.iter().enumerate() {
            // The identifier of the index: a row that the index should not lead to is found out
            // by its checksum.
            let source = if *name == "id" { "f." } else { "d." };
            sql.push(if position == 0 { "" } else { ", " }).push(source).name(name);
        }
        sql.push(" FROM (");
        self.found(&mut sql, after);
        sql.push(") AS f CROSS JOIN ").name(self.search.table.name);
        sql.push(" AS d");
        for (position, column) in self.dialect.key.iter().enumerate() {
            sql.push(if position == 0 { " WHERE d." } else { " AND d." }).name(column);
            sql.push(" = f.").name(column);
        }
        sql.push(self.dialect.order_again);
        sql
    }

    /// Whether the planner knows that the rows of a branch come in the order of their identifiers.
    fn is_ordered(&self) -> bool {
        // One that must be fenced in takes no value for no reason to believe so.
        let is_valued = || self.path.keys.iter().all(|key| !key.values.contains(&None));
        self.path.ordered && (self.dialect.fence.is_none() || is_valued())
    }

    /// Keys and identifiers of the newest rows, newest first.
    fn found(&self, sql: &mut Template, after: Option<Source>) {
        let found = self.dialect.found;
        let fence = self.dialect.fence.filter(|_| !self.is_ordered());
        for number in 0..self.branches.count {
            if self.branches.count > 1 {
                sql.push(if number == 0 { "" } else { " UNION ALL " });
                sql.push("SELECT ").names(found).push(" FROM (");
            }
            if fence.is_some() {
                sql.push("SELECT ").names(found).push(" FROM (");
            }
            self.branch(sql, found, number, after);
            if let Some(fence) = fence {
                sql.push(fence).push(") AS u");
            }
            sql.push(" ORDER BY \"id\" DESC LIMIT ").bind(Source::Limit);
            if self.branches.count > 1 {
                sql.push(") AS b");
            }
        }
        if self.branches.count > 1 {
            sql.push(" ORDER BY \"id\" DESC LIMIT ").bind(Source::Limit);
        }
    }

    fn all(&self, columns: &[&str], after: Option<Source>) -> Template {
        let mut sql = Template::new(self.dialect);
        for number in 0..self.branches.count {
            sql.push(if number == 0 { "" } else { " UNION ALL " });
            self.branch(&mut sql, columns, number, after);
        }
        sql
    }

    fn count(&self) -> Template {
        let mut sql = Template::new(self.dialect);
        sql.push("SELECT CAST(sum(n) AS BIGINT) FROM (");
        for number in 0..self.branches.count {
            sql.push(if number == 0 { "" } else { " UNION ALL " });
            sql.push("SELECT count(*) AS n");
            self.source(&mut sql, number, None);
        }
        sql.push(") AS f");
        sql
    }

    fn branch(&self, sql: &mut Template, columns: &[&str], number: usize, after: Option<Source>) {
        sql.push("SELECT ").names(columns);
        self.source(sql, number, after);
    }

    /// `FROM` and `WHERE` of one branch.
    fn source(&self, sql: &mut Template, number: usize, after: Option<Source>) {
        sql.push(" FROM ").name(self.search.table.name);
        sql.push(&(self.dialect.index_hint)(&self.path.index)).push(" WHERE ");
        let mut number = number;
        for (position, (key, split)) in self.path.keys.iter().zip(&self.branches.split).enumerate()
        {
            sql.push(if position == 0 { "" } else { " AND " });
            let count = key.values.len().max(1);
            match key.values.get(number % count) {
                Some(value) if *split => {
                    number /= count;
                    among(sql, key.column, std::slice::from_ref(value));
                }
                _ => among(sql, key.column, &key.values),
            }
        }
        for (position, (column, operator)) in self.search.conditions.iter().enumerate() {
            if self.path.held.contains(&position) {
                continue;
            }
            if self.path.overlap == Some(position) {
                span_bound(sql, column, position, number);
            }
            condition(sql, column, position, operator);
        }
        if let Some(after) = after {
            sql.push(" AND \"id\" < ").bind(after);
        }
    }
}

/// Where the values of a list are.
fn listed(position: usize, values: &[Value]) -> Vec<Option<Source>> {
    let source = |(number, value): (usize, &Value)| {
        (*value != Value::Null).then_some(Source::Value(position, number))
    };
    values.iter().enumerate().map(source).collect()
}

/// Bounds the start by the length class: without it an overlap reads all that began before.
fn span_bound(sql: &mut Template, column: &str, position: usize, class: usize) {
    sql.push(" AND ").name(&span_column(column)).push(" = ").push(&class.to_string());
    if class < SPAN_UNBOUNDED {
        sql.push(" AND ").name(column).push(" > ").bind(Source::Earliest(position, class));
    }
}

fn condition(sql: &mut Template, column: &str, position: usize, operator: &Operator) {
    sql.push(" AND ");
    match operator {
        Operator::In(values) => among(sql, column, &listed(position, values)),
        Operator::AtLeast(_) => {
            sql.name(column).push(" >= ").bind(Source::Bound(position));
        }
        Operator::Below(_) => {
            sql.name(column).push(" < ").bind(Source::Bound(position));
        }
        Operator::IsNull => {
            sql.name(column).push(" IS NULL");
        }
        Operator::Overlaps { end, .. } => {
            sql.name(column).push(" < ").bind(Source::To(position));
            sql.push(" AND ").name(end).push(" > ").bind(Source::From(position));
        }
    }
}

/// Equality with one of the values. Lists are padded to a power of two with their last value.
fn among(sql: &mut Template, column: &str, values: &[Option<Source>]) {
    let is_nullable = values.contains(&None);
    let present: Vec<Source> = values.iter().copied().flatten().collect();
    match (present.as_slice(), is_nullable) {
        ([], _) => {
            sql.name(column).push(" IS NULL");
        }
        ([value], false) => {
            sql.name(column).push(" = ").bind(*value);
        }
        (present, _) => {
            sql.push(if is_nullable { "(" } else { "" }).name(column).push(" IN (");
            let count = present.len();
            let padded = if count <= PADDED_MAX { count.next_power_of_two() } else { count };
            let last = present.last().copied();
            for (position, value) in
                present.iter().copied().chain(last.into_iter().cycle()).take(padded).enumerate()
            {
                sql.push(if position == 0 { "" } else { ", " }).bind(value);
            }
            sql.push(")");
            if is_nullable {
                sql.push(" OR ").name(column).push(" IS NULL)");
            }
        }
    }
}
