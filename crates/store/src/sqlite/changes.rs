//! What the change log has since somebody looked last.

use ostler_contract::error::Error;

use super::Sqlite;
use crate::checksum::{Sum, damaged};
use crate::link::{Link, Row};
use crate::rows::CHANGE;
use crate::segments::{CHANGES_MAX, Changed, Segments, Stamp};
use crate::value::Value;

/// How often one looks again where others have taken in changes meanwhile.
const ATTEMPTS_MAX: u32 = 3;

impl Sqlite {
    /// Makes the documents in memory be as the snapshot shows them; none where they are later already.
    pub(super) fn take_in_changes(&self, segments: &Segments) -> Result<Option<Stamp>, Error> {
        for _ in 0..ATTEMPTS_MAX {
            let from = segments.change(None);
            let (changed, to) = match from {
                None => (None, self.last_change()?),
                Some(from) => match self.changes_after(from)? {
                    None => return Ok(None),
                    Some((changed, to)) if changed.len() <= usize::from(CHANGES_MAX) => {
                        (Some(changed), to)
                    }
                    Some(_) => (None, self.last_change()?),
                },
            };
            // Nothing was committed since before the snapshot was taken: it shows what there is.
            let mark = self.mark()?;
            let stamp = Stamp { scope: None, change: to };
            if segments.take_in((from, stamp), changed.as_deref(), mark) {
                return Ok(Some(stamp));
            }
        }
        Ok(None)
    }

    /// The number of the last change.
    fn last_change(&self) -> Result<i64, Error> {
        let mut last = 0;
        let sql = "SELECT \"sequence\" FROM \"change\" ORDER BY \"sequence\" DESC LIMIT 1";
        self.rows(sql, &[], &mut |row| {
            last = row.integer(0)?;
            Ok(())
        })?;
        Ok(last)
    }

    /// What was changed after a change, at the most one more than [`CHANGES_MAX`], and the number of
    /// the last one. None where the snapshot is from before it.
    ///
    /// # Errors
    /// 500 where a line is missing or does not fit its checksum: what it was about might go on being
    /// served as it was before.
    fn changes_after(&self, from: i64) -> Result<Option<(Vec<Changed>, i64)>, Error> {
        // The first change has the number 1.
        let (mut changed, mut to) = (Vec::new(), (from == 0).then_some(0));
        let sql = format!(
            "SELECT \"sequence\", \"check\", {CHANGE} FROM \"change\" \
             WHERE \"sequence\" >= ?1 ORDER BY \"sequence\" LIMIT ?2"
        );
        // The one that is known is among them, and one more shows that there are more.
        let most = i64::from(CHANGES_MAX) + 2;
        self.rows(&sql, &[Value::Integer(from), Value::Integer(most)], &mut |row| {
            let sequence = line(row)?;
            let Some(last) = to.replace(sequence) else {
                // Numbers rise by one, so without the known one there is none after it.
                return if sequence == from { Ok(()) } else { Err(missing(from)) };
            };
            if sequence != last + 1 {
                return Err(missing(last + 1));
            }
            let table = String::from_utf8(row.text(2)?.to_vec());
            let table = table.map_err(|error| damaged(format!("change {sequence}: {error}")))?;
            changed.push(Changed { table, scope: row.id(3)?, id: row.id(4)? });
            Ok(())
        })?;
        Ok(to.map(|to| (changed, to)))
    }
}

/// The number of a line of the change log: of a row of `sequence`, `check` and [`CHANGE`].
///
/// # Errors
/// 500 where the line does not fit its checksum.
pub(super) fn line(row: &dyn Row) -> Result<i64, Error> {
    let (sequence, mut sum) = (row.integer(0)?, Sum::new());
    (2..10).try_for_each(|column| row.sum(column, &mut sum))?;
    if row.integer(1)? == i64::from(sum.finish()) {
        return Ok(sequence);
    }
    Err(damaged(format!("change {sequence}: the entry does not fit its checksum")))
}

fn missing(sequence: i64) -> Error {
    damaged(format!("change {sequence}: the entry is missing"))
}
