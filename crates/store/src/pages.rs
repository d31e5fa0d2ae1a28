//! Pages that are asked for again while no document changes.
//!
//! A page follows from its search, its position and the state of all documents. An engine that can
//! name that state at once, with a name that every commit changes, whichever process it is from,
//! lets the page be kept under it: asked for in the same state, it is the page, byte for byte.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::Mutex;

use bytes::Bytes;

use crate::queue::locked;
use crate::value::Value;

/// Bytes of the kept pages at the most.
const BYTES_MAX: usize = 32 << 20;
/// Pages that are remembered as asked for once.
const SEEN_MAX: usize = 4096;
/// Values of a search whose page is kept at the most.
pub(crate) const VALUES_MAX: usize = 64;

/// Names the state of all documents: while two are equal, nothing was committed between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Mark([u64; 6]);

impl Mark {
    /// The first 48 bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut mark = Self::default();
        for (number, bytes) in mark.0.iter_mut().zip(bytes.as_chunks().0) {
            *number = u64::from_ne_bytes(*bytes);
        }
        mark
    }

    /// These four of its bytes.
    pub(crate) fn number(self, word: usize, half: usize) -> u32 {
        let bytes = self.0.get(word).map(|it| it.to_ne_bytes());
        let half = bytes.and_then(|it| it.as_chunks().0.get(half).copied());
        u32::from_ne_bytes(half.unwrap_or_default())
    }
}

/// All that a page depends on besides the documents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PageKey {
    /// How it is written.
    pub(crate) name: &'static str,
    /// The shape of its search, and what the search asks for.
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<Value>,
}

impl PageKey {
    fn number(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// A page as it is served.
#[derive(Debug, Clone)]
pub struct KeptPage {
    /// All bytes of the answer, in pieces.
    pub body: Vec<Bytes>,
    /// How many documents are on it.
    pub count: usize,
}

impl KeptPage {
    fn len(&self) -> usize {
        self.body.iter().map(Bytes::len).sum()
    }
}

/// What becomes of a page that is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fresh {
    /// It was asked for before: it is worth its memory.
    Keep,
    /// It is not, so far.
    Drop,
}

/// The kept pages of a store.
#[derive(Debug, Default)]
pub(crate) struct Pages(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The state that all of these were read in.
    mark: Mark,
    /// Those asked for once. A page that nobody asks for again takes no memory.
    seen: HashSet<u64>,
    /// By a number made of their keys.
    kept: HashMap<u64, (PageKey, KeptPage)>,
    /// The oldest first.
    order: VecDeque<u64>,
    bytes: usize,
    /// Whether one was asked for since the last look.
    is_used: bool,
}

impl State {
    fn clear(&mut self, mark: Mark) {
        *self = Self { mark, ..Self::default() };
    }
}

impl Pages {
    /// The page as it was read in this state, or what to do with it once it is read.
    pub(crate) fn find(&self, mark: Mark, key: &PageKey) -> Result<KeptPage, Fresh> {
        let mut state = locked(&self.0);
        if mark != state.mark {
            state.clear(mark);
        }
        state.is_used = true;
        let number = key.number();
        match state.kept.get(&number) {
            Some((kept, page)) if kept == key => return Ok(page.clone()),
            // Another page has this number.
            Some(_) => return Err(Fresh::Drop),
            None => {}
        }
        if state.seen.len() >= SEEN_MAX {
            state.seen.clear();
        }
        Err(if state.seen.insert(number) { Fresh::Drop } else { Fresh::Keep })
    }

    /// Keeps a page that was read in this state. The oldest make room.
    pub(crate) fn keep(&self, mark: Mark, key: PageKey, page: &KeptPage) {
        let mut state = locked(&self.0);
        if mark != state.mark || page.len() > BYTES_MAX {
            return;
        }
        let number = key.number();
        let Entry::Vacant(vacant) = state.kept.entry(number) else { return };
        vacant.insert((key, page.clone()));
        state.order.push_back(number);
        state.bytes += page.len();
        while state.bytes > BYTES_MAX
            && let Some(oldest) = state.order.pop_front()
        {
            let gone = state.kept.remove(&oldest);
            state.bytes -= gone.map_or(0, |(_, gone)| gone.len());
        }
    }

    /// Forgets everything where no page was asked for since the last call.
    pub(crate) fn rest(&self) {
        let mut state = locked(&self.0);
        if !std::mem::take(&mut state.is_used) {
            let mark = state.mark;
            state.clear(mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &'static str) -> PageKey {
        PageKey { name, shape: vec![1], values: vec![Value::Integer(1)] }
    }

    fn page(length: usize) -> KeptPage {
        KeptPage { body: vec![vec![b' '; length].into()], count: 1 }
    }

    fn mark(number: u64) -> Mark {
        Mark([number; 6])
    }

    fn is_kept(pages: &Pages, at: u64, name: &'static str) -> bool {
        pages.find(mark(at), &key(name)).is_ok()
    }

    #[test]
    fn a_page_is_kept_once_it_is_asked_for_again() {
        let pages = Pages::default();
        assert_eq!(pages.find(mark(5), &key("a")).unwrap_err(), Fresh::Drop);
        assert_eq!(pages.find(mark(5), &key("a")).unwrap_err(), Fresh::Keep);
        pages.keep(mark(5), key("a"), &page(3));
        assert!(is_kept(&pages, 5, "a"));
        assert!(!is_kept(&pages, 5, "b"));
    }

    #[test]
    fn a_change_forgets_all_pages() {
        let pages = Pages::default();
        assert!(!is_kept(&pages, 5, "a"));
        pages.keep(mark(5), key("a"), &page(3));
        assert_eq!(pages.find(mark(6), &key("a")).unwrap_err(), Fresh::Drop);
        pages.keep(mark(5), key("a"), &page(3));
        assert!(!is_kept(&pages, 6, "a"), "read before the change");
    }

    #[test]
    fn the_oldest_make_room() {
        let pages = Pages::default();
        assert!(!is_kept(&pages, 1, "a"));
        pages.keep(mark(1), key("a"), &page(BYTES_MAX - 1));
        pages.keep(mark(1), key("b"), &page(1));
        assert!(is_kept(&pages, 1, "a") && is_kept(&pages, 1, "b"));
        pages.keep(mark(1), key("c"), &page(1));
        assert!(!is_kept(&pages, 1, "a") && is_kept(&pages, 1, "b") && is_kept(&pages, 1, "c"));
        pages.keep(mark(1), key("d"), &page(BYTES_MAX + 1));
        assert!(!is_kept(&pages, 1, "d"), "larger than all room");
    }

    #[test]
    fn nothing_is_kept_at_rest() {
        let pages = Pages::default();
        assert!(!is_kept(&pages, 1, "a"));
        pages.keep(mark(1), key("a"), &page(1));
        pages.rest();
        assert!(is_kept(&pages, 1, "a"), "it was in use");
        pages.rest();
        pages.rest();
        assert!(!is_kept(&pages, 1, "a"));
    }
}
