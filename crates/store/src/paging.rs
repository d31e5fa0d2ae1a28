//! Pages of documents: the bytes of the bodies as they stand in the rows, a comma between two.

use bytes::Bytes;
use ostler_contract::error::Error;
use uuid::Uuid;

use crate::checksum::{damaged, fits_document, of_document};
use crate::link::Link;
use crate::pages::{PageKey, VALUES_MAX};
use crate::pieces::Pieces;
use crate::rows::each;
use crate::search::{Search, Wanted};
use crate::segments::{Chunk, Found, Part, Run, Segments, Space, Stamp, highest};
use crate::transaction::PageEnd;
use crate::value::Value;

/// Rows of a page for which there is room at once.
const FOUND: usize = 1024;

/// How far the numbers of two rows may lie apart to be read in one go: reading a few others on the
/// way costs less than a search.
const NEIGHBOUR: i64 = 3;

/// What a page depends on besides the documents; none where that is much, or nothing is found.
pub(crate) fn page_key(
    link: &dyn Link,
    name: &'static str,
    search: Search<'_>,
    (after, limit): (Option<Uuid>, usize),
) -> Result<Option<PageKey>, Error> {
    if search.ids.is_some_and(|ids| ids.len() > VALUES_MAX) {
        return Ok(None);
    }
    let wanted = Wanted::Newest { columns: &["row", "id"], after, limit };
    let bound = link.plans().search(link.dialect(), search, wanted)?;
    let bound = bound.filter(|(_, values)| values.len() <= VALUES_MAX);
    Ok(bound.map(|(_, values)| PageKey { name, shape: search.shape(wanted), values }))
}

/// Appends one page.
pub(crate) fn page(
    link: &dyn Link,
    search: Search<'_>,
    position: (Option<Uuid>, usize),
    pieces: &mut Pieces,
) -> Result<PageEnd, Error> {
    let mut page = Page { link, search, position, pieces, end: PageEnd::default() };
    let memory = match (link.segments(), search.scopes) {
        (Some(segments), [scope]) => Some((segments, (search.table.name, *scope))),
        _ => None,
    };
    let is_whole = search.conditions.is_empty() && search.ids.is_none();
    match memory {
        Some(memory) if is_whole => page.whole(memory)?,
        // A server would be asked once more for what is not here.
        Some((segments, space)) if page.has_numbers() && segments.has(space) => {
            match link.stamp()? {
                Some(stamp) => page.mixed((segments, space), stamp, None)?,
                None => page.read()?,
            }
        }
        _ => page.read()?,
    }
    Ok(page.end)
}

/// A page in the making.
struct Page<'a> {
    link: &'a dyn Link,
    search: Search<'a>,
    position: (Option<Uuid>, usize),
    pieces: &'a mut Pieces,
    end: PageEnd,
}

impl Page<'_> {
    /// A page of all documents of a space: from memory, if it can be. What is read is kept there.
    fn whole(&mut self, (segments, space): (&Segments, Space)) -> Result<(), Error> {
        // Nothing is asked of the database where nothing changed since the last look.
        let known = self.link.known_stamp();
        if known.is_some_and(|stamp| self.take_whole((segments, space), stamp)) {
            return Ok(());
        }
        let Some(stamp) = self.link.stamp()? else { return self.read() };
        if stamp == Stamp::Checked {
            if segments.whole(stamp, space, self.position).is_none() {
                return self.read_and_keep((segments, space));
            }
        } else if known != Some(stamp) && self.take_whole((segments, space), stamp) {
            return Ok(());
        }
        self.mixed((segments, space), stamp, Some(self.position))
    }

    fn take_whole(&mut self, (segments, space): (&Segments, Space), stamp: Stamp) -> bool {
        let Some((slices, end)) = segments.whole(stamp, space, self.position) else { return false };
        slices.into_iter().for_each(|slice| self.append(slice));
        self.end = end;
        true
    }

    /// A page of which some may be in memory; all documents of a space after a position, or others.
    fn mixed(
        &mut self,
        (segments, space): (&Segments, Space),
        stamp: Stamp,
        whole: Option<(Option<Uuid>, usize)>,
    ) -> Result<(), Error> {
        let found = self.find(stamp)?;
        let Some(parts) = segments.pick(stamp, space, &found, whole) else {
            return self.read_found(&found);
        };
        for part in parts {
            match part {
                Part::Here(slice) => self.append(slice),
                Part::Missing { rows, low, high } => {
                    let runs = self.runs(found.get(rows).unwrap_or_default())?;
                    runs.iter().for_each(|run| self.append(run.bytes.clone()));
                    if whole.is_some() {
                        segments.put(stamp, space, runs, (low, high));
                    }
                }
            }
        }
        self.end_with(&found);
        Ok(())
    }

    /// A page that is read as a whole, and not kept.
    fn read(&mut self) -> Result<(), Error> {
        if self.has_numbers() {
            let found = self.find(Stamp::Change(0))?;
            return self.read_found(&found);
        }
        self.read_at_once().map(drop)
    }

    /// A page of all documents of a space that is read as a whole, and kept.
    fn read_and_keep(&mut self, (segments, space): (&Segments, Space)) -> Result<(), Error> {
        let runs = self.read_at_once()?;
        let (after, count) = self.position;
        let last = self.end.cursor.map_or(0, |it| it.as_u128().saturating_sub(1));
        let low = if self.end.count < count { 0 } else { last };
        if let Some(high) = highest(after) {
            segments.put(Stamp::Checked, space, runs, (low, high));
        }
        Ok(())
    }

    /// Whether rows are found by numbers. What is held has none yet.
    fn has_numbers(&self) -> bool {
        self.link.dialect().has_row_numbers && self.link.held().is_none()
    }

    /// All documents of the page, by one question.
    fn read_at_once(&mut self) -> Result<Vec<Run>, Error> {
        let mut runs = Runs::new(self.search.table.name, self.position.1);
        let (mut count, mut cursor) = (0, None);
        each(self.link, self.search, self.wanted(&["id", "check", "body"]), &mut |row| {
            let id = row.id(0)?;
            (count, cursor) = (count + 1, Some(id));
            runs.push(id, row.integer(1)?, row.text(2)?)
        })?;
        let runs = runs.close();
        runs.iter().for_each(|run| self.append(run.bytes.clone()));
        self.end = PageEnd { count, cursor };
        Ok(runs)
    }

    fn read_found(&mut self, found: &[Found]) -> Result<(), Error> {
        self.runs(found)?.into_iter().for_each(|run| self.append(run.bytes));
        self.end_with(found);
        Ok(())
    }

    fn wanted(&self, columns: &'static [&'static str]) -> Wanted<'static> {
        let (after, limit) = self.position;
        Wanted::Newest { columns, after, limit }
    }

    /// The rows of the page: with their numbers, or with their checksums.
    fn find(&self, stamp: Stamp) -> Result<Vec<Found>, Error> {
        let mut found = Vec::with_capacity(self.position.1.min(FOUND));
        let is_checked = stamp == Stamp::Checked;
        let columns: &[&str] = if is_checked { &["id", "check"] } else { &["row", "id"] };
        each(self.link, self.search, self.wanted(columns), &mut |row| {
            found.push(if is_checked {
                Found { row: 0, id: row.id(0)?, check: Some(row.integer(1)?) }
            } else {
                Found { row: row.integer(0)?, id: row.id(1)?, check: None }
            });
            Ok(())
        })?;
        Ok(found)
    }

    /// The documents of rows.
    fn runs(&self, found: &[Found]) -> Result<Vec<Run>, Error> {
        let mut runs = Runs::new(self.search.table.name, found.len());
        if !self.has_numbers() {
            self.by_ids(found, &mut runs)?;
            return Ok(runs.close());
        }
        let is_near =
            |one: &Found, next: &Found| next.row < one.row && one.row - next.row <= NEIGHBOUR;
        for near in found.chunk_by(is_near) {
            self.neighbours(near, &mut runs)?;
        }
        Ok(runs.close())
    }

    /// Reads the documents of rows by their identifiers.
    fn by_ids(&self, found: &[Found], runs: &mut Runs) -> Result<(), Error> {
        let ids: Vec<Uuid> = found.iter().rev().map(|it| it.id).collect();
        let search = Search { conditions: &[], ids: Some(&ids), ..self.search };
        let wanted =
            Wanted::Newest { columns: &["id", "check", "body"], after: None, limit: ids.len() };
        let mut count = 0;
        each(self.link, search, wanted, &mut |row| {
            count += 1;
            runs.push(row.id(0)?, row.integer(1)?, row.text(2)?)
        })?;
        if count == found.len() {
            return Ok(());
        }
        let table = self.search.table.name;
        Err(damaged(format!("{table}: of {} rows that were found, {count} are there", found.len())))
    }

    /// Reads the documents of rows whose numbers fall by little. Each is one step from the one before:
    /// finding them one by one takes half as long again.
    fn neighbours(&self, found: &[Found], runs: &mut Runs) -> Result<(), Error> {
        let (Some(first), Some(last)) = (found.first(), found.last()) else { return Ok(()) };
        let mut wanted = found.iter();
        let mut next = wanted.next();
        let values = [Value::Integer(first.row), Value::Integer(last.row)];
        let plan = self.link.plans().table(self.search.table);
        self.link.rows(&plan.neighbours, &values, &mut |row| {
            let number = row.integer(0)?;
            if let Some(it) = next.filter(|wanted| wanted.row == number) {
                runs.push(it.id, row.integer(1)?, row.text(2)?)?;
                next = wanted.next();
            }
            Ok(())
        })?;
        match next {
            Some(Found { row, id, .. }) => {
                let table = self.search.table.name;
                Err(damaged(format!("{table} {id}: an index leads to row {row}, which is missing")))
            }
            None => Ok(()),
        }
    }

    /// Appends documents with a comma before each.
    fn append(&mut self, documents: Bytes) {
        let is_first = self.end.cursor.is_none();
        // Which one it is does not matter yet.
        self.end.cursor = Some(Uuid::nil());
        self.pieces.append(if is_first { documents.slice(1..) } else { documents });
    }

    fn end_with(&mut self, found: &[Found]) {
        self.end = PageEnd { count: found.len(), cursor: found.last().map(|it| it.id) };
    }
}

/// Documents that are read one after another.
struct Runs {
    table: &'static str,
    /// How many there will be at the most.
    left: usize,
    closed: Vec<Run>,
    open: Chunk,
}

impl Runs {
    fn new(table: &'static str, count: usize) -> Self {
        Self { table, left: count, closed: Vec::new(), open: Chunk::default() }
    }

    /// Takes in a document that fits its checksum.
    fn push(&mut self, id: Uuid, check: i64, body: &[u8]) -> Result<(), Error> {
        if !fits_document(check, of_document(id, body)) {
            let table = self.table;
            return Err(damaged(format!("{table} {id}: the document does not fit its checksum")));
        }
        if self.open.is_full() {
            let full = std::mem::take(&mut self.open);
            self.closed.push(full.close());
        }
        if self.open.is_empty() {
            self.open = Chunk::with_room(self.left);
        }
        self.open.push(id, check, body);
        self.left = self.left.saturating_sub(1);
        Ok(())
    }

    fn close(mut self) -> Vec<Run> {
        if !self.open.is_empty() {
            self.closed.push(self.open.close());
        }
        self.closed
    }
}
