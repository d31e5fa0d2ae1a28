//! What a transaction has asked before: the answer is the same until it sends a write of that table,
//! because it sees one state of the database and its own writes. The jobs of a group ask much of
//! the same, such as how their hotel is set up.

use std::collections::HashMap;
use std::sync::Arc;

use super::sending::Answer;
use crate::held::Batch;
use crate::value::Value;

/// Answers that are kept at the most.
const ANSWERS_MAX: usize = 1000;
/// Rows of an answer that is kept at the most.
const ROWS_MAX: usize = 32;
/// Values of a question whose answer is kept at the most.
const VALUES_MAX: usize = 32;

/// Answers by text and values of their questions.
type Answers = HashMap<String, HashMap<Vec<Value>, Arc<Answer>>>;

/// The answers of a transaction that still hold.
#[derive(Default)]
pub(super) struct Asked {
    tables: HashMap<&'static str, Answers>,
    count: usize,
}

impl Asked {
    /// The answer to this question about this table, if it was given before.
    pub(super) fn get(&self, table: &str, sql: &str, values: &[Value]) -> Option<Arc<Answer>> {
        self.tables.get(table)?.get(sql)?.get(values).map(Arc::clone)
    }

    /// Keeps an answer, unless it takes much room.
    pub(super) fn keep(
        &mut self,
        table: &'static str,
        (sql, values): (&str, &[Value]),
        answer: &Arc<Answer>,
    ) {
        if answer.rows.len() > ROWS_MAX || values.len() > VALUES_MAX {
            return;
        }
        if self.count >= ANSWERS_MAX {
            *self = Self::default();
        }
        let answers = self.tables.entry(table).or_default();
        let of_text = match answers.get_mut(sql) {
            Some(of_text) => of_text,
            None => answers.entry(sql.to_owned()).or_default(),
        };
        of_text.insert(values.to_vec(), Arc::clone(answer));
        self.count += 1;
    }

    /// Forgets what these writes may change.
    pub(super) fn forget(&mut self, writes: &Batch) {
        for sending in &writes.tables {
            self.tables.remove(sending.table.name);
        }
    }
}
