//! Pages of documents: the bytes of the bodies as they stand in the rows, a comma between two.

use std::cell::Cell;
use std::cmp::Reverse;

use bytes::Bytes;
use ostler_contract::error::Error;
use uuid::Uuid;

use crate::checksum::{damaged, fits_document, of_document};
use crate::link::Link;
use crate::pages::{PageKey, VALUES_MAX};
use crate::pieces::Pieces;
use crate::rows::each;
use crate::search::{Search, Wanted};
use crate::segments::{Chunk, Cover, Found, Gap, Part, Position, Run, Segments, Space, Stamp};
use crate::transaction::PageEnd;
use crate::value::Value;

/// Rows of a page for which there is room at once.
const FOUND: usize = 1024;

/// How far the numbers of two rows may lie apart to be read in one go: reading a few others on the
/// way costs less than a search.
const NEIGHBOUR: i64 = 3;

/// How many documents are read at first where a segment follows, and how many times as many then.
const STEP: usize = 128;
const STEPS: usize = 4;

/// The smallest page of a server whose rows are found before their documents are read.
const MIXED_MIN: usize = 100;

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
    let wanted = Wanted::Newest { columns: link.dialect().found, after, limit };
    let bound = link.plans().search(link.dialect(), search, wanted)?;
    let bound = bound.filter(|(_, values)| values.len() <= VALUES_MAX);
    Ok(bound.map(|(_, values)| PageKey { name, shape: search.shape(wanted), values }))
}

/// Which state a page may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// That of the snapshot, as all else that is read from it.
    OfSnapshot,
    /// Also that of when the snapshot was asked for, where nothing else is read.
    AsAsked,
}

/// Appends one page.
pub(crate) fn page(
    link: &dyn Link,
    search: Search<'_>,
    (position, state): ((Option<Uuid>, usize), State),
    pieces: &mut Pieces,
) -> Result<PageEnd, Error> {
    let mut page = Page { link, search, state, pieces, is_empty: true, read: Cell::new(0) };
    let memory = match (link.segments(), search.scopes) {
        (Some(segments), [scope]) => Some((segments, (search.table.name, *scope))),
        _ => None,
    };
    let end = match memory {
        Some(memory) if search.is_whole_scope() => page.whole(memory, position),
        Some((segments, space)) if page.may_mix(position.1) && segments.has(space) => {
            match link.stamp(space.1)? {
                Some(stamp) => page.mixed((segments, space), stamp, position),
                None => page.read(position),
            }
        }
        _ => page.read(position),
    }?;
    if let Some(segments) = link.segments() {
        segments.count(end.count.saturating_sub(page.read.get()), page.read.get());
    }
    Ok(end)
}

/// A page in the making.
struct Page<'a> {
    link: &'a dyn Link,
    search: Search<'a>,
    state: State,
    pieces: &'a mut Pieces,
    is_empty: bool,
    /// How many of its documents were read from the database.
    read: Cell<usize>,
}

impl Page<'_> {
    /// A page of all documents of a space: from memory, as far as it is there. What is read is kept.
    fn whole(
        &mut self,
        memory: (&Segments, Space),
        position: (Option<Uuid>, usize),
    ) -> Result<PageEnd, Error> {
        let Some(begin) = Position::of(position) else { return Ok(PageEnd::default()) };
        let ((segments, space), mut cover) = (memory, None);
        // Nothing is asked of the database where nothing changed since the last look.
        if self.state == State::AsAsked
            && let Some(stamp) = self.link.known_stamp(space.1)
        {
            cover = segments.cover(stamp, space, begin).filter(|cover| cover.gap.is_none());
        }
        if let Some(cover) = cover {
            return Ok(self.take(cover).0);
        }
        let Some(stamp) = self.link.stamp(space.1)? else { return self.read(position) };
        let (mut end, mut at, mut step) = (PageEnd::default(), begin, STEP);
        loop {
            let Some(cover) = segments.cover(stamp, space, at) else {
                // Others know of later changes; what this snapshot shows is read from here on.
                let after = end.cursor.or(position.0);
                return Ok(end.with(self.read((after, at.count))?));
            };
            let (taken, gap) = self.take(cover);
            end = end.with(taken);
            at.count -= taken.count;
            let Some(gap) = gap else { return Ok(end) };
            // Above what is covered there is mostly little; below it, nobody knows.
            let limit = if gap.low.is_some() { at.count.min(step) } else { at.count };
            let (read, low) = self.fill(memory, stamp, (gap, limit))?;
            end = end.with(read);
            at = Position { high: low, count: at.count - read.count };
            if at.count == 0 || low == 0 {
                return Ok(end);
            }
            step = step.saturating_mul(STEPS);
        }
    }

    /// Reads the documents of a gap, so many at the most, and keeps them. Answers also the highest
    /// identifier of what follows.
    fn fill(
        &mut self,
        (segments, space): (&Segments, Space),
        stamp: Stamp,
        (gap, limit): (Gap, usize),
    ) -> Result<(PageEnd, u128), Error> {
        let after = gap.high.checked_add(1).map(Uuid::from_u128);
        let Read { found, runs, end } = self.documents((after, limit), gap.low)?;
        let low = match (end.cursor, gap.low) {
            (Some(last), _) if found == limit && end.count == limit => {
                last.as_u128().saturating_sub(1)
            }
            // All that there is was found, or the next segment.
            (_, low) => low.unwrap_or(0),
        };
        runs.iter().for_each(|run| self.append(run.bytes.clone()));
        segments.put(stamp, space, runs, (low, gap.high));
        Ok((end, low))
    }

    /// A page of which some may be in memory, found by a search.
    fn mixed(
        &mut self,
        (segments, space): (&Segments, Space),
        stamp: Stamp,
        position: (Option<Uuid>, usize),
    ) -> Result<PageEnd, Error> {
        let found = self.find(position)?;
        let missing = || vec![Part::Missing(0..found.len())];
        for part in segments.pick(stamp, space, &found).unwrap_or_else(missing) {
            match part {
                Part::Here(slice) => self.append(slice),
                Part::Missing(rows) => {
                    let runs = self.runs(found.get(rows).unwrap_or_default())?;
                    runs.into_iter().for_each(|run| self.append(run.bytes));
                }
            }
        }
        Ok(PageEnd { count: found.len(), cursor: found.last().map(|it| it.id) })
    }

    /// A page that is read as a whole, and not kept.
    fn read(&mut self, position: (Option<Uuid>, usize)) -> Result<PageEnd, Error> {
        let Read { runs, end, .. } = self.documents(position, None)?;
        runs.into_iter().for_each(|run| self.append(run.bytes));
        Ok(end)
    }

    /// The documents from a position on whose identifiers are above one, where one is named.
    fn documents(&self, position: (Option<Uuid>, usize), low: Option<u128>) -> Result<Read, Error> {
        let is_above = |id: Uuid| low.is_none_or(|low| id.as_u128() > low);
        if self.has_numbers() {
            let found = self.find(position)?;
            let above = found.partition_point(|it| is_above(it.id));
            let wanted = found.get(..above).unwrap_or_default();
            let end = PageEnd { count: above, cursor: wanted.last().map(|it| it.id) };
            return Ok(Read { found: found.len(), runs: self.runs(wanted)?, end });
        }
        let mut runs = Runs::new(self.search.table.name, position.1);
        let (mut found, mut end) = (0, PageEnd::default());
        let wanted = wanted(position, &["id", "check", "body"]);
        each(self.link, self.search, wanted, &mut |row| {
            let id = row.id(0)?;
            found += 1;
            if !is_above(id) {
                return Ok(());
            }
            end = PageEnd { count: end.count + 1, cursor: Some(id) };
            runs.push(id, row.integer(1)?, row.text(2)?)
        })?;
        self.read.set(self.read.get() + end.count);
        Ok(Read { found, runs: runs.close(), end })
    }

    /// Whether rows are found before their documents are read. A server is asked once more for what is
    /// not in memory.
    fn may_mix(&self, count: usize) -> bool {
        self.has_numbers() || count >= MIXED_MIN
    }

    /// Whether rows are found by numbers. What is held has none yet.
    fn has_numbers(&self) -> bool {
        self.link.dialect().has_row_numbers && self.link.held().is_none()
    }

    /// The rows of a page, with their numbers where they have some.
    fn find(&self, position: (Option<Uuid>, usize)) -> Result<Vec<Found>, Error> {
        let mut found = Vec::with_capacity(position.1.min(FOUND));
        let has_numbers = self.has_numbers();
        let columns = self.link.dialect().found;
        let (mut wanted, limit) = (wanted(position, columns), position.1);
        let sorts = has_numbers
            && self.search.ids.is_none()
            && !self.search.finds_nothing()
            && self.link.plans().template(self.link.dialect(), self.search, wanted)?.sorts;
        if sorts {
            // The engine's own sorting takes several times as long.
            wanted = Wanted::All { columns, after: position.0 };
        }
        let most = limit.saturating_mul(2).saturating_add(FOUND);
        each(self.link, self.search, wanted, &mut |row| {
            let number = if has_numbers { row.integer(0)? } else { 0 };
            found.push(Found { row: number, id: row.id(1)? });
            if sorts && found.len() >= most {
                keep_newest(&mut found, limit);
            }
            Ok(())
        })?;
        if sorts {
            keep_newest(&mut found, limit);
            found.sort_unstable_by_key(|it| Reverse(it.id));
        }
        Ok(found)
    }

    /// The documents of rows.
    fn runs(&self, found: &[Found]) -> Result<Vec<Run>, Error> {
        let mut runs = Runs::new(self.search.table.name, found.len());
        self.read.set(self.read.get() + found.len());
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
        let mut count = 0;
        let wanted = wanted((None, ids.len()), &["id", "check", "body"]);
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
            Some(Found { row, id }) => {
                let table = self.search.table.name;
                Err(damaged(format!("{table} {id}: an index leads to row {row}, which is missing")))
            }
            None => Ok(()),
        }
    }

    /// Appends documents with a comma before each.
    fn append(&mut self, documents: Bytes) {
        let is_first = std::mem::take(&mut self.is_empty);
        self.pieces.append(if is_first { documents.slice(1..) } else { documents });
    }

    fn take(&mut self, cover: Cover) -> (PageEnd, Option<Gap>) {
        cover.slices.into_iter().for_each(|slice| self.append(slice));
        (cover.end, cover.gap)
    }
}

/// Keeps so many of the newest rows, in no order.
fn keep_newest(found: &mut Vec<Found>, limit: usize) {
    if found.len() > limit {
        found.select_nth_unstable_by_key(limit, |it| Reverse(it.id));
        found.truncate(limit);
    }
}

/// What was read.
struct Read {
    /// How many rows were found.
    found: usize,
    /// The documents of those that were wanted.
    runs: Vec<Run>,
    /// How many these are, and the last of them.
    end: PageEnd,
}

fn wanted(
    (after, limit): (Option<Uuid>, usize),
    columns: &'static [&'static str],
) -> Wanted<'static> {
    Wanted::Newest { columns, after, limit }
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
        self.open.push(id, body);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_rows_are_kept() {
        let mut chance = fastrand::Rng::with_seed(1);
        let mut ids: Vec<u128> = (1..=5000).collect();
        chance.shuffle(&mut ids);
        for limit in [1, 10, 4999, 5000, 6000] {
            let mut found: Vec<Found> =
                ids.iter().map(|it| Found { row: 0, id: Uuid::from_u128(*it) }).collect();
            keep_newest(&mut found, limit);
            let mut kept: Vec<u128> = found.iter().map(|it| it.id.as_u128()).collect();
            kept.sort_unstable();
            let first = u128::try_from(5000 - limit.min(5000) + 1).unwrap();
            assert!(kept.into_iter().eq(first..=5000), "{limit}");
        }
    }
}
