//! Panics as errors: what one request does wrong ends that request, not the process.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use crate::error::{Error, Origin};

thread_local! {
    /// Where this thread panicked last.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `work`, and gives 500 where it panics. The error knows where that was.
///
/// What `work` shares with others must stand a panic half way.
///
/// # Errors
/// 500 where it panicked.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    static HOOK: Once = Once::new();
    HOOK.call_once(remember_places);
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let place = PLACE.with_borrow_mut(Option::take);
        let origin = Origin { kind: "panic".into(), place };
        Error::internal(format!("panicked: {}", text(&*payload))).originating(origin)
    })
}

/// A caught panic does not tell its place; only the hook is told.
fn remember_places() {
    let before = take_hook();
    set_hook(Box::new(move |panic| {
        let place = panic.location().and_then(Origin::place);
        // Where the thread ends, nobody asks any more.
        drop(PLACE.try_with(|last| last.replace(place)));
        before(panic);
    }));
}

fn text(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn a_panic_is_an_error_that_knows_its_place() {
        assert_eq!(caught(|| 1).unwrap(), 1);
        let error = caught(|| panic!("of {}", "some kind")).unwrap_err();
        assert_eq!(error.code(), Code::Internal);
        assert_eq!(error.cause().unwrap().to_string(), "panicked: of some kind");
        let origin = error.origin().unwrap();
        assert_eq!(origin.kind, "panic");
        let place = origin.place.as_deref().unwrap();
        assert!(place.starts_with("crates/contract/src/panics.rs:"), "{place}");
    }
}
