//! Documents that were read before, in memory as they are served.
//!
//! A segment has documents of one scope that follow each other. It covers an interval of
//! identifiers: in there, these are all documents of the scope that there are. So a page whose
//! interval is covered is made of slices, without a question to the database and without a copy.
//!
//! A segment with a document that was changed is forgotten. What changed stands in the change log,
//! whichever process wrote it; who reads a snapshot takes in first what the log has since the last
//! look. Where the log does not say in which order changes took effect, nobody can tell what is as it
//! was: whoever takes a document out holds it against its row, by its identifier and checksum.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::{Bound, Range};
use std::sync::Mutex;

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
const OVERHEAD_BYTES: (usize, usize) = (256, 28);

/// A table and a scope.
pub(crate) type Space = (&'static str, Uuid);

/// Which documents the segments have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// Those after the change of this number.
    Change(i64),
    /// Those of any time: each must be held against its row.
    Checked,
}

/// A row that a search found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// Its number, where rows have one.
    pub(crate) row: i64,
    pub(crate) id: Uuid,
    /// Its checksum, where it was asked for.
    pub(crate) check: Option<i64>,
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
    /// Those of these rows must be read. All documents above `low`, up to `high`, are among them.
    Missing { rows: Range<usize>, low: u128, high: u128 },
}

/// Documents that follow each other, newest first, with a comma before each.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    ids: Vec<u128>,
    /// Where each ends.
    ends: Vec<usize>,
    checks: Vec<i64>,
    pub(crate) bytes: Vec<u8>,
}

impl Chunk {
    /// An empty one, with room for so many documents.
    pub(crate) fn with_room(documents: usize) -> Self {
        let documents = documents.min(SEGMENT_DOCUMENTS);
        let bytes = SEGMENT_BYTES.min(documents << 11);
        Self { bytes: Vec::with_capacity(bytes + bytes / 8), ..Self::default() }
    }

    pub(crate) fn push(&mut self, id: Uuid, check: i64, body: &[u8]) {
        self.bytes.push(b',');
        self.bytes.extend_from_slice(body);
        self.ids.push(id.as_u128());
        self.ends.push(self.bytes.len());
        self.checks.push(check);
    }

    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() >= SEGMENT_BYTES || self.ids.len() >= SEGMENT_DOCUMENTS
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub(crate) fn close(self) -> Run {
        let Self { ids, ends, checks, bytes } = self;
        Run { ids, ends, checks, bytes: bytes.into() }
    }
}

/// The same, ready to be shared.
#[derive(Debug)]
pub(crate) struct Run {
    ids: Vec<u128>,
    ends: Vec<usize>,
    checks: Vec<i64>,
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
            checks: [self.checks.as_slice(), &older.checks].concat(),
            bytes: [self.bytes.clone(), older.bytes.clone()].concat().into(),
        }
    }

    /// The documents of these rows, those that follow each other together; none where one is not here
    /// as its row has it.
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
            if it.check.is_some_and(|check| self.checks.get(at) != Some(&check)) {
                return None;
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

/// What was found, in the making.
struct Parts {
    parts: Vec<Part>,
    /// What is above this has been dealt with.
    low: u128,
    gaps: Vec<Gap>,
}

/// Where nothing was found, and no segment covers it: between a segment and the one below it, or the
/// end of all.
#[derive(Debug, Clone, Copy)]
struct Gap {
    low: u128,
    high: u128,
}

impl Parts {
    fn miss(&mut self, rows: Range<usize>) {
        match self.parts.last_mut() {
            Some(Part::Missing { rows: before, .. }) => before.end = rows.end,
            _ => self.parts.push(Part::Missing { rows, low: 0, high: self.low }),
        }
    }

    fn take(&mut self, slices: Vec<Bytes>, key: u128, low: u128) {
        self.end(key);
        self.parts.extend(slices.into_iter().map(Part::Here));
        self.low = low;
    }

    /// What is above this has been found.
    fn end(&mut self, end: u128) {
        match self.parts.last_mut() {
            Some(Part::Missing { low, .. }) => *low = end,
            _ if end < self.low => self.gaps.push(Gap { low: end, high: self.low }),
            _ => {}
        }
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
}

#[derive(Debug, Default)]
struct State {
    /// The last change that was taken in.
    change: Option<i64>,
    /// The state of all documents after it, where it is known.
    mark: Option<Mark>,
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
        Self { bytes_max, state: Mutex::default() }
    }

    /// Whether anything can be kept.
    pub(crate) fn have_room(&self) -> bool {
        self.bytes_max > 0
    }

    /// Whether documents of a space can be here at all.
    pub(crate) fn has(&self, (table, scope): Space) -> bool {
        let state = locked(&self.state);
        state.spaces.get(table).is_some_and(|scopes| scopes.contains_key(&scope))
    }

    /// The last change that was taken in.
    pub(crate) fn change(&self) -> Option<i64> {
        locked(&self.state).change
    }

    /// The same, where it is the last one in this state of all documents.
    pub(crate) fn change_at(&self, mark: Mark) -> Option<Stamp> {
        let state = locked(&self.state);
        state.change.filter(|_| state.mark == Some(mark)).map(Stamp::Change)
    }

    /// Takes in what was changed after `from`, up to the change `to`: all, where nobody says what.
    /// False where others have taken in other changes meanwhile.
    pub(crate) fn take_in(
        &self,
        (from, to): (Option<i64>, i64),
        changed: Option<&[Changed]>,
        mark: Option<Mark>,
    ) -> bool {
        let mut state = locked(&self.state);
        if state.change == from {
            match changed {
                None => state.clear(),
                Some(changed) => changed.iter().for_each(|it| state.forget(it)),
            }
            state.change = Some(to);
            state.mark = None;
        }
        let is_same = state.change == Some(to);
        if is_same && mark.is_some() {
            state.mark = mark;
        }
        is_same
    }

    /// One page of all documents of a space, where all of it is here: slices with a comma before each
    /// document. With a stamp that must be checked, it may have changed. None as well where others have
    /// taken in other changes meanwhile.
    pub(crate) fn whole(
        &self,
        stamp: Stamp,
        (table, scope): Space,
        (after, count): (Option<Uuid>, usize),
    ) -> Option<(Vec<Bytes>, PageEnd)> {
        let mut state = locked(&self.state);
        state.is_used = true;
        if !state.is_of(stamp) {
            return None;
        }
        let segments = state.spaces.get_mut(table)?.get_mut(&scope)?;
        let (mut slices, mut end) = (Vec::new(), PageEnd::default());
        let mut high = highest(after)?;
        while end.count < count {
            let segment = segments.range_mut(high..).next().map(|(_, segment)| segment)?;
            if segment.low >= high {
                return None;
            }
            segment.is_used = true;
            let first = segment.run.from(high);
            let last = segment.run.len().min(first + (count - end.count));
            if let Some(id) = segment.run.ids.get(first..last).and_then(<[u128]>::last) {
                slices.push(segment.run.slice(first..last));
                end.count += last - first;
                end.cursor = Some(Uuid::from_u128(*id));
            }
            high = segment.low;
            if high == 0 {
                break;
            }
        }
        Some((slices, end))
    }

    /// What of these rows is here, newest first. They are the page of all documents of the space that
    /// begins after a position, or, without one, any. None where others have taken in other changes
    /// meanwhile.
    pub(crate) fn pick(
        &self,
        stamp: Stamp,
        space: Space,
        found: &[Found],
        page: Option<(Option<Uuid>, usize)>,
    ) -> Option<Vec<Part>> {
        let mut state = locked(&self.state);
        state.is_used = true;
        if !state.is_of(stamp) {
            return None;
        }
        let (after, count) = page.unwrap_or_default();
        let mut parts = Parts { parts: Vec::new(), low: highest(after)?, gaps: Vec::new() };
        let (mut stale, mut none, mut row) = (Vec::new(), Segmented::new(), 0);
        let segments = state.segments(space).unwrap_or(&mut none);
        while let Some(rest @ [first, ..]) = found.get(row..) {
            let id = first.id.as_u128();
            let above = |low: u128| row + rest.partition_point(|it| it.id.as_u128() > low);
            let Some((key, segment)) = segments.range_mut(id..).next().filter(|it| it.1.low < id)
            else {
                let below = segments.range(..id).next_back().map_or(0, |(key, _)| *key);
                let end = above(below);
                parts.miss(row..end);
                row = end;
                continue;
            };
            let end = above(segment.low);
            segment.is_used = true;
            match segment.run.slices(rest.get(..end - row).unwrap_or_default()) {
                Some(slices) => parts.take(slices, *key, segment.low),
                None => {
                    stale.push(*key);
                    parts.miss(row..end);
                }
            }
            row = end;
        }
        let is_last = found.len() < count;
        let last = found.last().map_or(0, |it| it.id.as_u128().saturating_sub(1));
        parts.end(if is_last { 0 } else { last });
        stale.into_iter().for_each(|key| state.remove(space, key));
        if page.is_some() && matches!(stamp, Stamp::Change(_)) {
            parts.gaps.iter().for_each(|gap| state.mend(space, *gap));
        }
        Some(parts.parts)
    }

    /// Keeps what was read, which covers the identifiers above `low`, up to `high`. Others make room.
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

/// The highest identifier that a page after this position can have; none where there is none.
pub(crate) fn highest(after: Option<Uuid>) -> Option<u128> {
    after.map_or(Some(u128::MAX), |after| after.as_u128().checked_sub(1))
}

impl State {
    fn is_of(&self, stamp: Stamp) -> bool {
        match stamp {
            Stamp::Change(change) => self.change == Some(change),
            Stamp::Checked => true,
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

    fn remove(&mut self, space: Space, key: u128) {
        let Some(segments) = self.segments(space) else { return };
        if let Some(gone) = segments.remove(&key) {
            self.bytes -= gone.run.room();
            self.count -= 1;
        }
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

    /// Makes the segment at the end of a gap, in which there is nothing, cover it as well.
    fn mend(&mut self, space: Space, gap: Gap) {
        let Some(segments) = self.segments(space) else { return };
        if gap.low == 0 {
            if let Some((_, segment)) = segments.range_mut(gap.high..).next()
                && segment.low == gap.high
            {
                segment.low = 0;
            }
        } else if let Some(Segment { run, low, .. }) = segments.remove(&gap.low) {
            self.bytes -= run.room();
            self.count -= 1;
            self.insert(space, gap.high, low, run);
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
