//! What was changed since somebody looked last, on a server.
//!
//! Numbers of the change log are given out before their transactions take effect, so they do not
//! tell what a snapshot shows more than an earlier one. Each line of the log has its transaction
//! beside it, and PostgreSQL tells which transactions a snapshot shows: what is new is shown by this
//! one and not by that one. It is found by the index of the log, from the oldest transaction on that
//! was under way then.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, TryLockError};

use ostler_contract::error::Error;
use uuid::Uuid;

use super::Postgres;
use super::sharing::Sharing;
use super::watch::STATE;
use crate::checksum::damaged;
use crate::link::Link;
use crate::queue::locked;
use crate::segments::{CHANGES_MAX, Changed, Stamp};
use crate::value::Value;

/// This snapshot, and the changes of a scope that it shows and another one does not. Lines that came
/// with a copy of the database may name transactions that are yet to come here.
const QUESTION: &str = "SELECT now.\"snapshot\"::text, c.\"entity\", c.\"id\" \
     FROM (SELECT pg_current_snapshot() AS \"snapshot\") AS now \
     LEFT JOIN LATERAL (SELECT \"entity\", \"id\" FROM \"change\" \
         WHERE \"scope\" = $1 AND \"xact\" >= pg_snapshot_xmin($2::text::pg_snapshot) \
         AND \"xact\" < pg_snapshot_xmax(now.\"snapshot\") \
         AND NOT pg_visible_in_snapshot(\"xact\", $2::text::pg_snapshot) LIMIT $3) AS c ON true";

/// Which transactions a snapshot shows.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    /// As PostgreSQL writes it.
    text: String,
    /// All from this one on are later.
    high: u64,
    /// Those below it that are under way.
    under_way: HashSet<u64>,
}

impl Shown {
    /// Reads `low:high:one,another`.
    fn read(text: String) -> Result<Self, Error> {
        let read = || {
            let mut parts = text.split(':').skip(1);
            let high = parts.next()?.parse().ok()?;
            let under_way = parts.next()?.split(',').filter(|it| !it.is_empty());
            Some((high, under_way.map(|it| it.parse().ok()).collect::<Option<_>>()?))
        };
        match read() {
            Some((high, under_way)) => Ok(Self { text, high, under_way }),
            None => Err(damaged(format!("a snapshot is {text:?}"))),
        }
    }

    /// Whether it shows all that the other one shows.
    fn includes(&self, other: &Self) -> bool {
        let is_hidden_there = |it: &u64| *it >= other.high || other.under_way.contains(it);
        self.high >= other.high && self.under_way.iter().all(is_hidden_there)
    }
}

/// How far the changes of a scope were taken in.
#[derive(Debug, Default)]
struct Followed {
    /// Which connection of the watching thread named states of the database then.
    connection: u64,
    /// What the documents in memory are as.
    shown: Option<Shown>,
    /// Rises whenever another snapshot is taken in.
    turn: i64,
}

/// How far the changes of each scope were taken in.
#[derive(Debug, Default)]
pub(super) struct Following(Mutex<HashMap<Uuid, Arc<Mutex<Followed>>>>);

impl Following {
    fn of(&self, scope: Uuid) -> Arc<Mutex<Followed>> {
        Arc::clone(locked(&self.0).entry(scope).or_default())
    }
}

impl Postgres {
    /// Makes the documents in memory of a scope be as the snapshot shows them. None where they are
    /// later already, and where somebody else is about to do so.
    pub(super) fn follow(&self, sharing: &Sharing, scope: Uuid) -> Result<Option<Stamp>, Error> {
        let (Some(segments), Some(begun)) = (sharing.segments(), sharing.begun()) else {
            return Ok(None);
        };
        let followed = sharing.following.of(scope);
        let mut followed = match followed.try_lock() {
            Ok(followed) => followed,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(None),
        };
        if followed.connection != begun.connection() {
            // A database that was set back to a backup may give out the same names again.
            followed.connection = begun.connection();
            followed.shown = None;
        }
        let (shown, changed) = self.changed_since(scope, followed.shown.as_ref())?;
        if followed.shown.as_ref().is_some_and(|last| !shown.includes(last)) {
            return Ok(None);
        }
        let from = segments.change(Some(scope));
        if followed.shown.as_ref() != Some(&shown) {
            followed.turn += 1;
        }
        let mark = begun.other(shown.text.as_bytes()).mark;
        followed.shown = Some(shown);
        let stamp = Stamp { scope: Some(scope), change: followed.turn };
        let is_taken_in = segments.take_in((from, stamp), changed.as_deref(), Some(mark));
        Ok(is_taken_in.then_some(stamp))
    }

    /// What this snapshot shows, and what is new in it; none where all may be.
    fn changed_since(
        &self,
        scope: Uuid,
        since: Option<&Shown>,
    ) -> Result<(Shown, Option<Vec<Changed>>), Error> {
        let (mut snapshot, mut changed) = (Vec::new(), Vec::new());
        let Some(since) = since else {
            self.rows(STATE, &[], &mut |row| {
                snapshot = row.text(0)?.to_vec();
                Ok(())
            })?;
            return Ok((shown(snapshot)?, None));
        };
        let most = Value::Integer(i64::from(CHANGES_MAX) + 1);
        let values = [Value::Id(scope), Value::Text(since.text.clone()), most];
        self.rows(QUESTION, &values, &mut |row| {
            snapshot = row.text(0)?.to_vec();
            if let Value::Text(table) = row.value(1)? {
                changed.push(Changed { table, scope, id: row.id(2)? });
            }
            Ok(())
        })?;
        let changed = (changed.len() <= usize::from(CHANGES_MAX)).then_some(changed);
        Ok((shown(snapshot)?, changed))
    }
}

fn shown(text: Vec<u8>) -> Result<Shown, Error> {
    Shown::read(String::from_utf8(text).map_err(Error::internal)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Shown {
        Shown::read(text.to_owned()).unwrap()
    }

    #[test]
    fn snapshots_are_read() {
        let read = shown("12:20:12,15");
        assert_eq!((read.high, read.under_way), (20, HashSet::from([12, 15])));
        assert_eq!(shown("7:7:").under_way.len(), 0);
        for text in ["", "7", "7:8", "7:a:", "7:8:x"] {
            assert!(Shown::read(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_later_snapshot_shows_all_that_an_earlier_one_does() {
        let order = ["10:10:", "10:12:10", "12:12:", "12:14:12", "14:14:"];
        for (at, one) in order.iter().enumerate() {
            for (later, other) in order.iter().enumerate() {
                assert_eq!(shown(other).includes(&shown(one)), later >= at, "{other} after {one}");
            }
        }
        assert!(!shown("10:12:11").includes(&shown("10:12:10")), "of another history");
    }
}
