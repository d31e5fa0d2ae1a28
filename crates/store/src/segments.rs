//! Documents that were read before, in memory as they are served.
//!
//! A segment has documents of one scope that follow each other. It covers an interval of
//! identifiers: in there, these are all documents of the scope that there are. So a page whose
//! interval is covered is made of slices, without a question to the database and without a copy.
//!
//! A segment with a document that was changed is forgotten. What changed stands in the change log,
//! whichever process wrote it; who reads a snapshot takes in first what the log has since the last
//! look. A file tells that for all scopes together, a server for each by itself.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::{Bound, Range};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use uuid::Uuid;

use crate::pages::Mark;
use crate::queue::locked;
use crate::transaction::PageEnd;

/// The bytes of documents after which a segment ends: what one change costs to read again.
pub(crate) const SEGMENT_BYTES: usize = 64 << 10;
/// The documents after which it does.
const SEGMENT_DOCUMENTS: usize = 256;
/// What a segment takes besides its documents, and a document besides its bytes.
const OVERHEAD_BYTES: (usize, usize) = (256, 24);

/// Changes that are taken in one by one at the most; where there are more, all that they may be about
/// is forgotten.
pub(crate) const CHANGES_MAX: u16 = 4096;

/// What the documents in memory take, and how often they are of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheUsage {
    /// Bytes that they take right now.
    pub bytes: usize,
    /// Documents on pages that came from memory, since the store was opened.
    pub given: u64,
    /// Documents on pages that were read from the database because they were not in memory.
    pub read: u64,
}

/// A table and a scope.
pub(crate) type Space = (&'static str, Uuid);

/// After which change the segments have their documents: of one scope, or of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) scope: Option<Uuid>,
    pub(crate) change: i64,
}

/// A row that a search found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// Its number, where rows have one.
    pub(crate) row: i64,
    pub(crate) id: Uuid,
}

/// What a change was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) table: String,
    pub(crate) scope: Uuid,
    pub(crate) id: Uuid,
}

/// A part of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Documents that are in memory, a comma before each.
    Here(Bytes),
    /// Those of these rows must be read.
    Missing(Range<usize>),
}

/// Where a page is that is made piece by piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// The highest identifier that may follow.
    pub(crate) high: u128,
    /// How many documents are wanted at the most.
    pub(crate) count: usize,
}

impl Position {
    /// The beginning of a page; none where nothing can follow.
    pub(crate) fn of((after, count): (Option<Uuid>, usize)) -> Option<Self> {
        let high = after.map_or(Some(u128::MAX), |after| after.as_u128().checked_sub(1))?;
        Some(Self { high, count })
    }
}

/// What of a page is here.
#[derive(Debug, Default)]
pub(crate) struct Cover {
    /// Documents, a comma before each.
    pub(crate) slices: Vec<Bytes>,
    /// How many, and the last of them.
    pub(crate) end: PageEnd,
    /// What follows them, where that is not the end of the page.
    pub(crate) gap: Option<Gap>,
}

/// Identifiers that no segment covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The highest of them.
    pub(crate) high: u128,
    /// The highest one below them that is covered, where there is any.
    pub(crate) low: Option<u128>,
}

/// Documents that follow each other, newest first, with a comma before each.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    ids: Vec<u128>,
    /// Where each ends.
    ends: Vec<usize>,
    pub(crate) bytes: Vec<u8>,
}

impl Chunk {
    /// An empty one, with room for so many documents.
    pub(crate) fn with_room(documents: usize) -> Self {
        let documents = documents.min(SEGMENT_DOCUMENTS);
        let bytes = SEGMENT_BYTES.min(documents << 11);
        Self { bytes: Vec::with_capacity(bytes + bytes / 8), ..Self::default() }
    }

    pub(crate) fn push(&mut self, id: Uuid, body: &[u8]) {
        self.bytes.push(b',');
        self.bytes.extend_from_slice(body);
        self.ids.push(id.as_u128());
        self.ends.push(self.bytes.len());
    }

    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() >= SEGMENT_BYTES || self.ids.len() >= SEGMENT_DOCUMENTS
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub(crate) fn close(self) -> Run {
        let Self { ids, ends, mut bytes } = self;
        // The guess was for large documents.
        if bytes.capacity() > bytes.len() * 5 / 4 {
            bytes.shrink_to_fit();
        }
        Run { ids, ends, bytes: bytes.into() }
    }
}

/// The same, ready to be shared.
#[derive(Debug)]
pub(crate) struct Run {
    ids: Vec<u128>,
    ends: Vec<usize>,
    pub(crate) bytes: Bytes,
}

impl Run {
    fn len(&self) -> usize {
        self.ids.len()
    }

    fn room(&self) -> usize {
        OVERHEAD_BYTES.0 + self.bytes.len() + self.ids.len() * OVERHEAD_BYTES.1
    }

    /// The position of the first document whose identifier is not above `id`.
    fn from(&self, id: u128) -> usize {
        self.ids.partition_point(|it| *it > id)
    }

    /// The documents of both.
    fn joined(&self, older: &Self) -> Self {
        let length = self.bytes.len();
        Self {
            ids: [self.ids.as_slice(), &older.ids].concat(),
            ends: self
                .ends
                .iter()
                .copied()
                .chain(older.ends.iter().map(|it| length + it))
                .collect(),
            bytes: [self.bytes.clone(), older.bytes.clone()].concat().into(),
        }
    }

    /// The documents of these rows, those that follow each other together; none where one is not here.
    fn slices(&self, found: &[Found]) -> Option<Vec<Bytes>> {
        let (mut slices, mut open) = (Vec::new(), 0..0);
        for it in found {
            let id = it.id.as_u128();
            let mut at = open.end;
            if self.ids.get(at) != Some(&id) {
                at = self.from(id);
                if self.ids.get(at) != Some(&id) {
                    return None;
                }
                if !open.is_empty() {
                    slices.push(self.slice(open));
                }
                open = at..at;
            }
            open.end = at + 1;
        }
        if !open.is_empty() {
            slices.push(self.slice(open));
        }
        Some(slices)
    }

    fn slice(&self, documents: Range<usize>) -> Bytes {
        let end = |count: usize| match count.checked_sub(1) {
            Some(last) => self.ends.get(last).copied().unwrap_or_default(),
            None => 0,
        };
        self.bytes.slice(end(documents.start)..end(documents.end))
    }
}

#[derive(Debug)]
struct Segment {
    run: Run,
    /// It covers the identifiers above this one, up to its key.
    low: u128,
    /// Tells it from others that had its key.
    number: u64,
    /// Whether it was asked for since its turn to make room.
    is_used: bool,
}

/// The segments of a space by the highest identifier that they cover. No two cover the same.
type Segmented = BTreeMap<u128, Segment>;

/// The documents in memory of a store.
#[derive(Debug)]
pub(crate) struct Segments {
    bytes_max: usize,
    state: Mutex<State>,
    /// Documents on pages that were here, and that were read.
    given: AtomicU64,
    read: AtomicU64,
}

/// Up to where changes were taken in.
#[derive(Debug, Default)]
struct Seen {
    /// The last one.
    change: Option<i64>,
    /// The state of all documents after it, where it is known.
    mark: Option<Mark>,
}

#[derive(Debug, Default)]
struct State {
    /// Of all scopes together.
    all: Seen,
    /// Of each by itself.
    of_scope: HashMap<Uuid, Seen>,
    spaces: HashMap<&'static str, HashMap<Uuid, Segmented>>,
    /// Whose turn it is to make room.
    turns: VecDeque<(Space, u128, u64)>,
    number: u64,
    count: usize,
    bytes: usize,
    /// Whether any was asked for since the last look.
    is_used: bool,
}

impl Segments {
    /// None yet, and never more than so many bytes.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            bytes_max,
            state: Mutex::default(),
            given: AtomicU64::new(0),
            read: AtomicU64::new(0),
        }
    }

    /// Counts the documents of a page: those that were here, and those that were read.
    pub(crate) fn count(&self, given: usize, read: usize) {
        self.given.fetch_add(given as u64, Ordering::Relaxed);
        self.read.fetch_add(read as u64, Ordering::Relaxed);
    }

    /// How much is here, and how often it was of use.
    pub(crate) fn usage(&self) -> CacheUsage {
        let bytes = locked(&self.state).bytes;
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        CacheUsage { bytes, given: of(&self.given), read: of(&self.read) }
    }

    /// Whether documents of a space can be here at all.
    pub(crate) fn has(&self, (table, scope): Space) -> bool {
        let state = locked(&self.state);
        state.spaces.get(table).is_some_and(|scopes| scopes.contains_key(&scope))
    }

    /// The last change of a scope, or of all, that was taken in.
    pub(crate) fn change(&self, scope: Option<Uuid>) -> Option<i64> {
        locked(&self.state).seen(scope)?.change
    }

    /// The same, where it is the last one in this state of all documents.
    pub(crate) fn change_at(&self, mark: Mark, scope: Option<Uuid>) -> Option<Stamp> {
        let state = locked(&self.state);
        let seen = state.seen(scope).filter(|seen| seen.mark == Some(mark))?;
        seen.change.map(|change| Stamp { scope, change })
    }

    /// Takes in what was changed after `from`, up to the change of the stamp: all, where nobody says
    /// what. False where others have taken in other changes meanwhile.
    pub(crate) fn take_in(
        &self,
        (from, to): (Option<i64>, Stamp),
        changed: Option<&[Changed]>,
        mark: Option<Mark>,
    ) -> bool {
        let mut state = locked(&self.state);
        let known = state.seen(to.scope).and_then(|seen| seen.change);
        if known == from {
            match (changed, to.scope) {
                (Some(changed), _) => changed.iter().for_each(|it| state.forget(it)),
                (None, Some(scope)) => state.forget_scope(scope),
                (None, None) => state.clear(),
            }
            *state.seen_mut(to.scope) = Seen { change: Some(to.change), mark: None };
        }
        let seen = state.seen_mut(to.scope);
        let is_same = seen.change == Some(to.change);
        if is_same && mark.is_some() {
            seen.mark = mark;
        }
        is_same
    }

    /// The documents of a space from a position on, up to where it is not covered: slices with a comma
    /// before each document. None where others have taken in other changes meanwhile.
    pub(crate) fn cover(
        &self,
        stamp: Stamp,
        space: Space,
        Position { mut high, count }: Position,
    ) -> Option<Cover> {
        let mut state = locked(&self.state);
        state.is_used = true;
        if !state.is_of(stamp) {
            return None;
        }
        let mut none = Segmented::new();
        let segments = state.segments(space).unwrap_or(&mut none);
        let mut cover = Cover::default();
        while cover.end.count < count && high > 0 {
            let next = segments.range_mut(high..).next().map(|(_, segment)| segment);
            let Some(segment) = next.filter(|segment| segment.low < high) else {
                let low = segments.range(..high).next_back().map(|(key, _)| *key);
                cover.gap = Some(Gap { high, low });
                break;
            };
            segment.is_used = true;
            let first = segment.run.from(high);
            let last = segment.run.len().min(first + (count - cover.end.count));
            if let Some(id) = segment.run.ids.get(first..last).and_then(<[u128]>::last) {
                cover.slices.push(segment.run.slice(first..last));
                cover.end.count += last - first;
                cover.end.cursor = Some(Uuid::from_u128(*id));
            }
            high = segment.low;
        }
        Some(cover)
    }

    /// What of these rows is here, newest first. None where others have taken in other changes
    /// meanwhile.
    pub(crate) fn pick(&self, stamp: Stamp, space: Space, found: &[Found]) -> Option<Vec<Part>> {
        let mut state = locked(&self.state);
        state.is_used = true;
        if !state.is_of(stamp) {
            return None;
        }
        let (mut parts, mut none, mut row) = (Vec::new(), Segmented::new(), 0);
        let segments = state.segments(space).unwrap_or(&mut none);
        while let Some(rest @ [first, ..]) = found.get(row..) {
            let id = first.id.as_u128();
            let above = |low: u128| row + rest.partition_point(|it| it.id.as_u128() > low);
            let next = segments.range_mut(id..).next().map(|(_, segment)| segment);
            let end = if let Some(segment) = next.filter(|segment| segment.low < id) {
                segment.is_used = true;
                let end = above(segment.low);
                let slices = segment.run.slices(rest.get(..end - row).unwrap_or_default())?;
                parts.extend(slices.into_iter().map(Part::Here));
                end
            } else {
                let end = above(segments.range(..id).next_back().map_or(0, |(key, _)| *key));
                parts.push(Part::Missing(row..end));
                end
            };
            row = end;
        }
        Some(parts)
    }

    /// Keeps all documents that were read above `low`, up to `high`. Others make room.
    pub(crate) fn put(
        &self,
        stamp: Stamp,
        space: Space,
        runs: Vec<Run>,
        (low, high): (u128, u128),
    ) {
        let mut state = locked(&self.state);
        if !state.is_of(stamp) {
            return;
        }
        if runs.is_empty() {
            return state.widen(space, low, high);
        }
        let (mut is_first, mut high) = (true, high);
        let mut runs = runs.into_iter().peekable();
        while let Some(run) = runs.next() {
            let Some(last) = run.ids.last() else { continue };
            let below = last.saturating_sub(1);
            let low = if runs.peek().is_some() { below } else { low };
            state.insert(space, high, low, run);
            if is_first || runs.peek().is_none() {
                state.unite(space, high);
                state.unite(space, low);
            }
            (is_first, high) = (false, low);
        }
        state.make_room(self.bytes_max);
    }

    /// Forgets everything where nothing was asked for since the last call.
    pub(crate) fn rest(&self) {
        let mut state = locked(&self.state);
        if !std::mem::take(&mut state.is_used) {
            state.clear();
        }
    }
}

impl State {
    fn is_of(&self, stamp: Stamp) -> bool {
        self.seen(stamp.scope).is_some_and(|seen| seen.change == Some(stamp.change))
    }

    fn seen(&self, scope: Option<Uuid>) -> Option<&Seen> {
        scope.map_or(Some(&self.all), |scope| self.of_scope.get(&scope))
    }

    fn seen_mut(&mut self, scope: Option<Uuid>) -> &mut Seen {
        match scope {
            None => &mut self.all,
            Some(scope) => self.of_scope.entry(scope).or_default(),
        }
    }

    fn forget_scope(&mut self, scope: Uuid) {
        for scopes in self.spaces.values_mut() {
            for gone in scopes.remove(&scope).into_iter().flatten() {
                self.bytes -= gone.1.run.room();
                self.count -= 1;
            }
        }
    }

    fn clear(&mut self) {
        self.spaces.clear();
        self.turns.clear();
        (self.count, self.bytes) = (0, 0);
    }

    fn segments(&mut self, (table, scope): Space) -> Option<&mut Segmented> {
        self.spaces.get_mut(table)?.get_mut(&scope)
    }

    /// Forgets the segment that covers what was changed.
    fn forget(&mut self, changed: &Changed) {
        let Some((table, _)) = self.spaces.get_key_value(changed.table.as_str()) else { return };
        let (space, id) = ((*table, changed.scope), changed.id.as_u128());
        let covering = self.segments(space).and_then(|segments| {
            segments.range(id..).next().filter(|(_, it)| it.low < id).map(|(key, _)| *key)
        });
        if let Some(key) = covering {
            self.remove(space, key);
        }
    }

    fn remove(&mut self, space: Space, key: u128) -> Option<Segment> {
        let gone = self.segments(space)?.remove(&key)?;
        self.bytes -= gone.run.room();
        self.count -= 1;
        Some(gone)
    }

    fn insert(&mut self, space: Space, key: u128, low: u128, run: Run) {
        let segments = self.spaces.entry(space.0).or_default().entry(space.1).or_default();
        // Whatever covers some of it has read an older state, or the same.
        let covered: Vec<u128> = segments
            .range(low + 1..)
            .take_while(|(_, segment)| segment.low < key)
            .map(|(key, _)| *key)
            .collect();
        for covered in covered {
            self.remove(space, covered);
        }
        self.bytes += run.room();
        self.count += 1;
        self.number += 1;
        let number = self.number;
        self.turns.push_back((space, key, number));
        let segment = Segment { run, low, number, is_used: false };
        if let Some(segments) = self.segments(space) {
            segments.insert(key, segment);
        }
    }

    /// Makes one of the segments that meet here, where both are small: who reads in small steps shall
    /// not leave small pieces.
    fn unite(&mut self, space: Space, at: u128) {
        let Some(segments) = self.segments(space) else { return };
        let Some(lower) = segments.get(&at) else { return };
        let above = (Bound::Excluded(at), Bound::Unbounded);
        let Some((key, upper)) = segments.range(above).next() else { return };
        let is_small = upper.run.bytes.len() + lower.run.bytes.len() <= SEGMENT_BYTES
            && upper.run.len() + lower.run.len() <= SEGMENT_DOCUMENTS;
        if upper.low == at && is_small {
            let (key, low, run) = (*key, lower.low, upper.run.joined(&lower.run));
            self.insert(space, key, low, run);
        }
    }

    /// Makes the segment at the end of an interval in which there is nothing cover that as well.
    fn widen(&mut self, space: Space, key: u128, high: u128) {
        let Some(segments) = self.segments(space) else { return };
        if key == 0 {
            let above = segments.range_mut((Bound::Excluded(high), Bound::Unbounded)).next();
            if let Some((_, segment)) = above.filter(|(_, segment)| segment.low == high) {
                segment.low = 0;
            }
        } else if let Some(Segment { run, low, .. }) = self.remove(space, key) {
            self.insert(space, high, low, run);
        }
    }

    /// Those make room that nobody asked for since their last turn.
    fn make_room(&mut self, bytes_max: usize) {
        while self.bytes > bytes_max
            && let Some((space, key, number)) = self.turns.pop_front()
        {
            let segment = self.segments(space).and_then(|segments| segments.get_mut(&key));
            let Some(segment) = segment.filter(|segment| segment.number == number) else {
                continue;
            };
            if std::mem::take(&mut segment.is_used) {
                self.turns.push_back((space, key, number));
            } else {
                self.remove(space, key);
            }
        }
        // The turns of what was changed.
        if self.turns.len() > 2 * self.count + 1024 {
            let Self { turns, spaces, .. } = self;
            turns.retain(|((table, scope), key, number)| {
                let segments = spaces.get(table).and_then(|scopes| scopes.get(scope));
                segments
                    .and_then(|segments| segments.get(key))
                    .is_some_and(|it| it.number == *number)
            });
        }
    }
}

#[cfg(test)]
mod tests;
