//! What a group of jobs has written and read so far. Writes are sent late: when something is asked
//! that they could change the answer of, or with the commit.
//!
//! Whatever is held is exact: a transaction sees one state of the database and its own writes, and
//! both are here as far as they are known.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use ostler_contract::error::{Code, Error};
use uuid::Uuid;

use crate::checksum::Sum;
use crate::entity::Table;
use crate::find::Operator;
use crate::identifiers::Identifiers;
use crate::link::Row;
use crate::rows::Action;
use crate::search::{Search, Wanted};
use crate::store::Call;
use crate::value::Value;

mod parts;
#[cfg(test)]
mod tests;

pub(crate) use parts::{Part, Parts, Place};

/// Rows that are held at the most.
const ROWS_MAX: usize = 1000;
/// Bytes of texts that are held at the most, roughly.
const BYTES_MAX: usize = 4 << 20;

/// A row as it stands in its table, or will.
#[derive(Debug)]
pub(crate) struct HeldRow {
    pub(crate) scope: Uuid,
    pub(crate) id: Uuid,
    pub(crate) version: i64,
    /// In seconds.
    pub(crate) created: i64,
    /// In seconds.
    pub(crate) updated: i64,
    pub(crate) check: i64,
    /// The values of all index columns, computed ones included.
    pub(crate) index: Vec<Value>,
    pub(crate) body: String,
    pub(crate) hidden: String,
}

impl HeldRow {
    fn key(&self) -> (Uuid, Uuid) {
        (self.scope, self.id)
    }
}

/// A line of the change log.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) entity: &'static str,
    pub(crate) scope: Uuid,
    pub(crate) id: Uuid,
    pub(crate) version: i64,
    pub(crate) request: Uuid,
    /// In seconds.
    pub(crate) time: i64,
    /// What was written; nothing where the document was removed.
    pub(crate) row: Option<Arc<HeldRow>>,
}

impl Change {
    /// The columns of a line.
    pub(crate) const PARTS: usize = 9;

    /// Its columns: `entity`, `scope`, `id`, `version`, `request`, `time`, `body`, `hidden`, `check`.
    pub(crate) fn parts(&self) -> [Part<'_>; Self::PARTS] {
        let text = |of: fn(&HeldRow) -> &str| {
            self.row.as_ref().map_or(Part::Null, |row| Part::Text(of(row)))
        };
        [
            Part::Text(self.entity),
            Part::Id(self.scope),
            Part::Id(self.id),
            Part::Integer(self.version),
            Part::Id(self.request),
            Part::Integer(self.time),
            text(|row| &row.body),
            text(|row| &row.hidden),
            Part::Integer(self.check()),
        ]
    }

    /// The checksum of the line.
    pub(crate) fn check(&self) -> i64 {
        let mut sum = Sum::new();
        sum.text(self.entity.as_bytes());
        sum.id(self.scope.as_bytes());
        sum.id(self.id.as_bytes());
        sum.integer(self.version);
        sum.id(self.request.as_bytes());
        sum.integer(self.time);
        match &self.row {
            Some(row) => {
                sum.text(row.body.as_bytes());
                sum.text(row.hidden.as_bytes());
            }
            None => {
                sum.null();
                sum.null();
            }
        }
        sum.finish().into()
    }
}

/// What is to be sent of one table.
pub(crate) struct Sending {
    pub(crate) table: Table,
    pub(crate) inserts: Vec<Arc<HeldRow>>,
    /// Rows with the version that each must have until then.
    pub(crate) updates: Vec<(Arc<HeldRow>, i64)>,
    /// Scope, identifier, and the version that the row must have until then.
    pub(crate) deletes: Vec<(Uuid, Uuid, i64)>,
}

impl Sending {
    fn is_empty(&self) -> bool {
        self.inserts.is_empty() && self.updates.is_empty() && self.deletes.is_empty()
    }
}

/// What is to be sent.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) tables: Vec<Sending>,
    /// In the order of the writes.
    pub(crate) changes: Vec<Change>,
}

impl Batch {
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// What is known of one row without asking.
pub(crate) enum Known {
    /// This is it.
    Row(Arc<HeldRow>),
    /// There is none.
    Absent,
    /// Nothing.
    Unknown,
}

/// What a search has to do with what is held.
pub(crate) enum Sight {
    /// Nothing of it is found: the database answers without it.
    Beside,
    /// Only held rows are found, and these are all, newest first.
    Here(Vec<Arc<HeldRow>>),
    /// The database has to know of it before it answers.
    Behind,
}

/// A row as it was before it was written.
#[derive(Clone)]
struct Before {
    version: i64,
    /// The row itself, where it is known.
    row: Option<Arc<HeldRow>>,
}

/// What is known of one row.
struct Entry {
    /// The row in the database, or in the layer beneath where that is not sent; none where there is
    /// none.
    from: Option<Before>,
    /// The row as it is now; none where there is none.
    row: Option<Arc<HeldRow>>,
    /// Whether the database does not know it yet.
    is_unsent: bool,
}

impl Entry {
    /// What is so in the database already.
    fn sent(row: Option<Arc<HeldRow>>) -> Self {
        let before = |row: &Arc<HeldRow>| Before { version: row.version, row: Some(row.clone()) };
        Self { from: row.as_ref().map(before), row, is_unsent: false }
    }

    /// The row in the database, where the layer beneath has `below`.
    fn beneath<'a>(&'a self, below: Option<&'a Self>) -> Option<&'a Before> {
        match below {
            Some(below) if self.is_unsent && below.is_unsent => below.from.as_ref(),
            _ => self.from.as_ref(),
        }
    }
}

type Entries = BTreeMap<(Uuid, Uuid), Entry>;

/// Writes that stay or go together, upon the rows beneath them.
#[derive(Default)]
struct Layer {
    tables: BTreeMap<&'static str, (Table, Entries)>,
    changes: Vec<Change>,
}

impl Layer {
    fn of(&self, table: &str) -> Option<&Entries> {
        self.tables.get(table).map(|(_, entries)| entries)
    }

    fn entry(&self, table: &str, key: (Uuid, Uuid)) -> Option<&Entry> {
        self.of(table)?.get(&key)
    }

    fn set(&mut self, table: &Table, key: (Uuid, Uuid), entry: Entry) {
        self.entries(table).insert(key, entry);
    }

    fn entries(&mut self, table: &Table) -> &mut Entries {
        &mut self.tables.entry(table.name).or_insert_with(|| (*table, Entries::new())).1
    }

    /// Takes out what the database does not know yet, as if it knew.
    fn take(&mut self) -> Batch {
        let mut batch = Batch { changes: std::mem::take(&mut self.changes), ..Batch::default() };
        if batch.is_empty() {
            return batch;
        }
        for (table, entries) in self.tables.values_mut() {
            let (inserts, updates, deletes) = (Vec::new(), Vec::new(), Vec::new());
            let mut sending = Sending { table: *table, inserts, updates, deletes };
            for (key, entry) in entries.iter_mut().filter(|(_, entry)| entry.is_unsent) {
                match (&entry.row, &entry.from) {
                    (Some(row), None) => sending.inserts.push(Arc::clone(row)),
                    (Some(row), Some(it)) => sending.updates.push((Arc::clone(row), it.version)),
                    (None, Some(it)) => sending.deletes.push((key.0, key.1, it.version)),
                    (None, None) => {}
                }
                *entry = Entry::sent(entry.row.take());
            }
            if !sending.is_empty() {
                batch.tables.push(sending);
            }
        }
        batch
    }

    /// Forgets what the database knows.
    fn forget_sent(&mut self) {
        for (_, entries) in self.tables.values_mut() {
            entries.retain(|_, entry| entry.is_unsent);
        }
    }
}

#[derive(Default)]
struct State {
    /// What the jobs before this one wrote, and rows that were read.
    kept: Layer,
    /// What this job has written.
    own: Layer,
    /// Whether the job's own writes were sent, so that the database answers with them.
    is_own_sent: bool,
    /// Whether rows that were written are forgotten.
    has_forgotten: bool,
    /// The identifiers that were reserved for this transaction.
    reserved: Vec<Identifiers>,
    rows: usize,
    bytes: usize,
}

impl State {
    fn entry(&self, table: &str, key: (Uuid, Uuid)) -> Option<&Entry> {
        self.own.entry(table, key).or_else(|| self.kept.entry(table, key))
    }

    /// All that is known of a table, each with the row in the database.
    fn entries(&self, table: &str) -> impl Iterator<Item = (Option<&Before>, &Entry)> {
        let (kept, own) = (self.kept.of(table), self.own.of(table));
        let below = move |key| kept.and_then(|kept| kept.get(key));
        let is_below = move |key| own.is_none_or(|own| !own.contains_key(key));
        let upper = own.into_iter().flatten().map(move |(key, it)| (it.beneath(below(key)), it));
        let lower = kept.into_iter().flatten().filter(move |(key, _)| is_below(*key));
        upper.chain(lower.map(|(_, it)| (it.from.as_ref(), it)))
    }

    fn note(&mut self, row: Option<&Arc<HeldRow>>) {
        self.rows += 1;
        self.bytes += row.map_or(0, |row| row.body.len() + row.hidden.len());
    }

    fn is_full(&self) -> bool {
        self.rows >= ROWS_MAX || self.bytes >= BYTES_MAX
    }

    fn forget_sent(&mut self) {
        self.kept.forget_sent();
        self.own.forget_sent();
        self.has_forgotten = true;
        (self.rows, self.bytes) = (0, 0);
    }

    /// Whether nobody but this transaction can know of this identifier.
    fn is_new(&self, id: Uuid) -> bool {
        self.reserved.iter().any(|reserved| reserved.may_make(id))
    }

    /// Whether all that is found names an identifier of this transaction's own.
    fn is_of_new(&self, search: &Search<'_>) -> bool {
        let is_new = |value: &Value| matches!(value, Value::Id(id) if self.is_new(*id));
        search.ids.is_some_and(|ids| ids.iter().all(|id| self.is_new(*id)))
            || search.conditions.iter().any(|(_, operator)| match operator {
                Operator::In(values) => values.iter().all(is_new),
                _ => false,
            })
    }
}

/// What is held of one transaction.
#[derive(Default)]
pub(crate) struct Held(RefCell<State>);

impl Held {
    /// Begins anew, for a transaction that may give out these identifiers.
    pub(crate) fn begin(&self, reserved: Identifiers) {
        self.0.replace(State { reserved: vec![reserved], ..State::default() });
    }

    /// The transaction may give out these identifiers, too.
    pub(crate) fn widen(&self, reserved: Identifiers) {
        self.0.borrow_mut().reserved.push(reserved);
    }

    /// The transaction is over.
    pub(crate) fn end(&self) {
        self.0.take();
    }

    /// What the job wrote stays.
    pub(crate) fn keep(&self) {
        let mut state = self.0.borrow_mut();
        let State { kept, own, is_own_sent, .. } = &mut *state;
        for (table, entries) in std::mem::take(&mut own.tables).into_values() {
            let below = kept.entries(&table);
            for (key, mut entry) in entries {
                entry.from = entry.beneath(below.get(&key)).cloned();
                below.insert(key, entry);
            }
        }
        kept.changes.append(&mut own.changes);
        *is_own_sent = false;
    }

    /// What the job wrote goes.
    pub(crate) fn undo(&self) {
        let mut state = self.0.borrow_mut();
        state.own = Layer::default();
        state.is_own_sent = false;
    }

    /// Whether more is held than should be. Then it is sent, and what was sent can be forgotten.
    pub(crate) fn is_full(&self) -> bool {
        self.0.borrow().is_full()
    }

    /// Forgets what the database knows.
    pub(crate) fn forget_sent(&self) {
        self.0.borrow_mut().forget_sent();
    }

    /// The job wrote something that is not held, whatever it was.
    pub(crate) fn written_apart(&self) {
        let mut state = self.0.borrow_mut();
        state.forget_sent();
        state.is_own_sent = true;
    }

    /// What the jobs before this one wrote and the database does not know, as if it knew from now
    /// on.
    pub(crate) fn take_kept(&self) -> Batch {
        self.0.borrow_mut().kept.take()
    }

    /// The same of this job's own writes.
    pub(crate) fn take_own(&self) -> Batch {
        let mut state = self.0.borrow_mut();
        let batch = state.own.take();
        state.is_own_sent |= !batch.is_empty();
        batch
    }

    /// Writes a row of this key, which gets this version; none where it is removed.
    ///
    /// # Errors
    /// 409 where the row is known to have another version, 500 where it is known to be there
    /// already.
    pub(crate) fn put(
        &self,
        (table, action): (&Table, Action),
        (scope, id, version): (Uuid, Uuid, i64),
        row: Option<HeldRow>,
        call: Call,
    ) -> Result<(), Error> {
        let mut state = self.0.borrow_mut();
        let (key, row) = ((scope, id), row.map(Arc::new));
        let own = state.own.entry(table.name, key);
        let known = own.or_else(|| state.kept.entry(table.name, key)).map(|known| &known.row);
        let from = match (action, known) {
            (Action::Insert, Some(Some(_))) => {
                return Err(Error::internal(format!("{} {id} is there already", table.name)));
            }
            (Action::Insert, _) => own.and_then(|own| own.from.clone()),
            (_, Some(row)) if row.as_ref().map(|row| row.version) != Some(version - 1) => {
                return Err(Error::new(Code::DataChanged));
            }
            (Action::Update | Action::Delete, known) => match own {
                Some(own) => own.from.clone(),
                None => Some(Before { version: version - 1, row: known.cloned().flatten() }),
            },
        };
        let (request, time) = (call.request, call.now.seconds());
        let entity = table.name;
        let written = row.clone();
        let change = Change { entity, scope, id, version, request, time, row: written };
        state.note(row.as_ref());
        state.own.changes.push(change);
        state.own.set(table, key, Entry { from, row, is_unsent: true });
        Ok(())
    }

    /// What is known of a row.
    pub(crate) fn get(&self, table: &Table, key: (Uuid, Uuid)) -> Known {
        let state = self.0.borrow();
        match state.entry(table.name, key) {
            Some(Entry { row: Some(row), .. }) => Known::Row(Arc::clone(row)),
            Some(_) => Known::Absent,
            None if !state.has_forgotten && state.is_new(key.1) => Known::Absent,
            None => Known::Unknown,
        }
    }

    /// Whether anything is known of a row.
    pub(crate) fn knows(&self, table: &Table, key: (Uuid, Uuid)) -> bool {
        self.0.borrow().entry(table.name, key).is_some()
    }

    /// Keeps what the database said of a row of which nothing is known.
    pub(crate) fn remember(&self, table: &Table, key: (Uuid, Uuid), row: Option<HeldRow>) {
        let mut state = self.0.borrow_mut();
        if state.is_full() {
            state.forget_sent();
        }
        let row = row.map(Arc::new);
        state.note(row.as_ref());
        let entry = Entry::sent(row);
        // What the job wrote may be in it.
        let layer = if state.is_own_sent { &mut state.own } else { &mut state.kept };
        layer.set(table, key, entry);
    }

    /// What a search has to do with what is held.
    pub(crate) fn sight(&self, search: &Search<'_>, wanted: Wanted<'_>) -> Sight {
        let state = self.0.borrow();
        let name = search.table.name;
        let is_held = |layer: &Layer| layer.of(name).is_some_and(|it| !it.is_empty());
        let is_here = !state.has_forgotten && state.is_of_new(search);
        let any_held = is_held(&state.kept) || is_held(&state.own);
        if !any_held {
            return if is_here { Sight::Here(Vec::new()) } else { Sight::Beside };
        }
        let Some(sieve) = Sieve::of(search) else { return Sight::Behind };
        let mut found = Vec::new();
        for (from, entry) in state.entries(name) {
            if !is_here && !entry.is_unsent {
                continue;
            }
            // What it was before is found, or not known here.
            let was_found = |from: &Before| from.row.as_ref().is_none_or(|it| sieve.passes(it));
            if !is_here && from.is_some_and(was_found) {
                return Sight::Behind;
            }
            if let Some(row) = entry.row.as_ref().filter(|row| sieve.passes(row)) {
                found.push(Arc::clone(row));
            }
        }
        match (is_here, found.is_empty()) {
            (true, _) => Sight::Here(newest(found, wanted)),
            (false, true) => Sight::Beside,
            (false, false) => Sight::Behind,
        }
    }
}

/// Those that are wanted, newest first.
fn newest(mut rows: Vec<Arc<HeldRow>>, wanted: Wanted<'_>) -> Vec<Arc<HeldRow>> {
    rows.sort_unstable_by_key(|row| Reverse(row.id));
    if let Wanted::Newest { after, limit, .. } = wanted {
        rows.retain(|row| after.is_none_or(|after| row.id < after));
        rows.truncate(limit);
    }
    rows
}

/// A search as it is held against rows in memory.
struct Sieve<'a> {
    scopes: &'a [Uuid],
    ids: Option<&'a [Uuid]>,
    /// Each with the column that it compares, and that of the end of an interval.
    conditions: Vec<(Place, &'a Operator, Place)>,
}

impl<'a> Sieve<'a> {
    /// None where a column is unknown.
    fn of(search: &Search<'a>) -> Option<Self> {
        let place = |name: &str| Place::declared(name, search.table);
        let conditions = search.conditions.iter().map(|(column, operator)| {
            let column = place(column)?;
            let end = match operator {
                Operator::Overlaps { end, .. } => place(end)?,
                _ => column,
            };
            Some((column, operator, end))
        });
        let conditions = conditions.collect::<Option<_>>()?;
        Some(Self { scopes: search.scopes, ids: search.ids, conditions })
    }

    fn passes(&self, row: &HeldRow) -> bool {
        let (scope, id) = row.key();
        self.scopes.binary_search(&scope).is_ok()
            && self.ids.is_none_or(|ids| ids.binary_search(&id).is_ok())
            && self.conditions.iter().all(|(column, operator, end)| {
                let (value, end) = (row.part(*column), row.part(*end));
                let is_present = value != Part::Null;
                match operator {
                    Operator::In(values) => values.iter().any(|it| Part::of(it) == value),
                    Operator::AtLeast(bound) => is_present && value >= Part::of(bound),
                    Operator::Below(bound) => is_present && value < Part::of(bound),
                    Operator::IsNull => !is_present,
                    Operator::Overlaps { from, to, .. } => {
                        is_present
                            && end != Part::Null
                            && value < Part::Integer(*to)
                            && end > Part::Integer(*from)
                    }
                }
            })
    }
}

/// Visits rows that are held as the database would give them, whole documents with the columns
/// `stored`.
///
/// # Errors
/// 500 where a column is unknown, and what `visit` answers.
pub(crate) fn visit(
    (table, stored): (&Table, &[Place]),
    rows: &[Arc<HeldRow>],
    wanted: Wanted<'_>,
    visit: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
) -> Result<(), Error> {
    let columns = match wanted {
        Wanted::Count => {
            let count = i64::try_from(rows.len()).map_err(Error::internal)?;
            return visit(&Parts(vec![Part::Integer(count)]));
        }
        Wanted::Newest { columns: [], .. } => stored.to_vec(),
        Wanted::Newest { columns, .. } | Wanted::All { columns, .. } => {
            let places = columns.iter().map(|column| Place::declared(column, table));
            let unknown = || Error::internal(format!("{}: an unknown column", table.name));
            places.collect::<Option<Vec<_>>>().ok_or_else(unknown)?
        }
    };
    rows.iter().try_for_each(|row| visit(&row.parts(&columns)))
}
