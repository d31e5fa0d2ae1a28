//! Pages that are asked for again while no document changes.
//!
//! A page follows from its search, its position and the state of all documents. That state is named
//! by the last entry of the change log, which every write appends to, whichever process it is from.
//! So a page that was read in a snapshot with the same last entry is the page, byte for byte.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use bytes::Bytes;

use crate::queue::locked;
use crate::value::Value;

/// Bytes of the kept pages at the most.
const BYTES_MAX: usize = 32 << 20;
/// Pages that are remembered as asked for once.
const SEEN_MAX: usize = 4096;
/// Values of a search whose page is kept at the most.
pub(crate) const VALUES_MAX: usize = 64;

/// All that a page depends on besides the documents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PageKey {
    /// How it is written.
    pub(crate) name: &'static str,
    /// The shape of its search, and what the search asks for.
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<Value>,
}

/// A page as it is served.
#[derive(Debug, Clone)]
pub struct KeptPage {
    /// All bytes of the answer.
    pub body: Bytes,
    /// How many documents are on it.
    pub count: usize,
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
    /// The last entry of the change log that all of these were read at.
    sequence: i64,
    /// Those asked for once. A page that nobody asks for again takes no memory.
    seen: HashSet<u64>,
    kept: HashMap<Arc<PageKey>, KeptPage>,
    /// The oldest first.
    order: VecDeque<Arc<PageKey>>,
    bytes: usize,
    /// Whether one was asked for since the last look.
    is_used: bool,
}

impl State {
    fn clear(&mut self, sequence: i64) {
        *self = Self { sequence, ..Self::default() };
    }
}

impl Pages {
    /// The page as it was read at this entry of the change log, or what to do with it once it is
    /// read.
    pub(crate) fn find(&self, sequence: i64, key: &PageKey) -> Result<KeptPage, Fresh> {
        let mut state = locked(&self.0);
        // A snapshot from before the last change neither finds nor leaves anything.
        if sequence < state.sequence {
            return Err(Fresh::Drop);
        }
        if sequence > state.sequence {
            state.clear(sequence);
        }
        state.is_used = true;
        if let Some(page) = state.kept.get(key) {
            return Ok(page.clone());
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        if state.seen.len() >= SEEN_MAX {
            state.seen.clear();
        }
        Err(if state.seen.insert(hasher.finish()) { Fresh::Drop } else { Fresh::Keep })
    }

    /// Keeps a page that was read at this entry of the change log. The oldest make room.
    pub(crate) fn keep(&self, sequence: i64, key: PageKey, page: &KeptPage) {
        let mut state = locked(&self.0);
        if sequence != state.sequence || page.body.len() > BYTES_MAX {
            return;
        }
        let key = Arc::new(key);
        if state.kept.insert(Arc::clone(&key), page.clone()).is_some() {
            return;
        }
        state.order.push_back(key);
        state.bytes += page.body.len();
        while state.bytes > BYTES_MAX
            && let Some(oldest) = state.order.pop_front()
        {
            let gone = state.kept.remove(&oldest);
            state.bytes -= gone.map_or(0, |gone| gone.body.len());
        }
    }

    /// Forgets everything where no page was asked for since the last call.
    pub(crate) fn rest(&self) {
        let mut state = locked(&self.0);
        if !std::mem::take(&mut state.is_used) {
            let sequence = state.sequence;
            state.clear(sequence);
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
        KeptPage { body: vec![b' '; length].into(), count: 1 }
    }

    fn is_kept(pages: &Pages, sequence: i64, name: &'static str) -> bool {
        pages.find(sequence, &key(name)).is_ok()
    }

    #[test]
    fn a_page_is_kept_once_it_is_asked_for_again() {
        let pages = Pages::default();
        assert_eq!(pages.find(5, &key("a")).unwrap_err(), Fresh::Drop);
        assert_eq!(pages.find(5, &key("a")).unwrap_err(), Fresh::Keep);
        pages.keep(5, key("a"), &page(3));
        assert!(is_kept(&pages, 5, "a"));
        assert!(!is_kept(&pages, 5, "b"));
    }

    #[test]
    fn a_change_forgets_all_pages() {
        let pages = Pages::default();
        assert!(!is_kept(&pages, 5, "a"));
        pages.keep(5, key("a"), &page(3));
        assert_eq!(pages.find(6, &key("a")).unwrap_err(), Fresh::Drop);
        pages.keep(5, key("a"), &page(3));
        assert!(!is_kept(&pages, 6, "a"), "read before the change");
        assert_eq!(pages.find(5, &key("a")).unwrap_err(), Fresh::Drop, "an old snapshot");
    }

    #[test]
    fn the_oldest_make_room() {
        let pages = Pages::default();
        assert!(!is_kept(&pages, 1, "a"));
        pages.keep(1, key("a"), &page(BYTES_MAX - 1));
        pages.keep(1, key("b"), &page(1));
        assert!(is_kept(&pages, 1, "a") && is_kept(&pages, 1, "b"));
        pages.keep(1, key("c"), &page(1));
        assert!(!is_kept(&pages, 1, "a") && is_kept(&pages, 1, "b") && is_kept(&pages, 1, "c"));
        pages.keep(1, key("d"), &page(BYTES_MAX + 1));
        assert!(!is_kept(&pages, 1, "d"), "larger than all room");
    }

    #[test]
    fn nothing_is_kept_at_rest() {
        let pages = Pages::default();
        assert!(!is_kept(&pages, 1, "a"));
        pages.keep(1, key("a"), &page(1));
        pages.rest();
        assert!(is_kept(&pages, 1, "a"), "it was in use");
        pages.rest();
        pages.rest();
        assert!(!is_kept(&pages, 1, "a"));
    }
}
