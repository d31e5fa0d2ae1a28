//! Texts of statements that a connection has built before. Building one costs more than a short
//! statement takes to run.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use ostler_contract::error::Error;

use crate::entity::Table;
use crate::held::Place;
use crate::link::Dialect;
use crate::rows;
use crate::search::{Search, Template, Wanted, quoted};
use crate::value::Value;

/// Texts of searches that are kept; all are forgotten where there are more.
const SEARCHES_MAX: usize = 512;
/// Values of a text that is kept at the most: long lists have many lengths.
const PLACES_MAX: usize = 256;

/// A text with the values of one search.
pub(crate) type Bound = (Arc<Template>, Vec<Value>);

/// The texts of one connection.
#[derive(Default)]
pub(crate) struct Plans {
    tables: RefCell<HashMap<&'static str, Arc<TablePlan>>>,
    searches: RefCell<HashMap<Vec<usize>, Arc<Template>>>,
}

/// The texts that a table needs, whatever is searched.
pub(crate) struct TablePlan {
    /// How many columns a whole document is read from.
    pub(crate) columns: usize,
    /// Those columns of a row in memory.
    pub(crate) stored: Vec<Place>,
    /// Finds the row with a scope and an identifier.
    pub(crate) get: String,
    /// Writes a new row, of the columns [`Self::written`].
    pub(crate) insert: String,
    /// Changes a row of a version, which follows the same columns.
    pub(crate) update: String,
    /// The columns that a write sets, and those by which it finds the row.
    pub(crate) written: Vec<Place>,
    /// Removes a row of a version.
    pub(crate) delete: String,
    /// Reads the documents of neighbours by their numbers, the last one first.
    pub(crate) neighbours: String,
    /// Positions of the index columns in the order of their names.
    pub(crate) by_name: Vec<usize>,
}

impl TablePlan {
    pub(crate) fn of(table: &Table) -> Self {
        let columns = rows::stored_columns(table);
        let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
        let (name, names) = (table.name, names.join(", "));
        let index = rows::index_columns(table);
        let mut by_name: Vec<usize> = (0..index.len()).collect();
        by_name.sort_unstable_by_key(|position| index.get(*position));
        Self {
            columns: columns.len(),
            stored: Place::all(&columns, &index),
            get: format!("SELECT {names} FROM \"{name}\" WHERE \"scope\" = $1 AND \"id\" = $2"),
            insert: rows::insert_sql(table),
            update: rows::update_sql(table),
            written: Place::all(&rows::inserted_columns(table), &index),
            delete: format!(
                "DELETE FROM \"{name}\" WHERE \"scope\" = $1 AND \"id\" = $2 AND \"version\" = $3"
            ),
            neighbours: format!(
                "SELECT \"row\", \"check\", \"body\" FROM \"{name}\" \
                 WHERE \"row\" <= $1 AND \"row\" >= $2 ORDER BY \"row\" DESC"
            ),
            by_name,
        }
    }
}

impl Plans {
    /// The texts of a table.
    pub(crate) fn table(&self, table: &Table) -> Arc<TablePlan> {
        let mut tables = self.tables.borrow_mut();
        Arc::clone(tables.entry(table.name).or_insert_with(|| Arc::new(TablePlan::of(table))))
    }

    /// The statement of a search with its values, or none where nothing can be found.
    pub(crate) fn search(
        &self,
        dialect: Dialect,
        search: Search<'_>,
        wanted: Wanted<'_>,
    ) -> Result<Option<Bound>, Error> {
        if search.finds_nothing() {
            return Ok(None);
        }
        let template = self.template(dialect, search, wanted)?;
        let values = search.values(wanted, &template)?;
        Ok(Some((template, values)))
    }

    /// The statement of a search without its values.
    pub(crate) fn template(
        &self,
        dialect: Dialect,
        search: Search<'_>,
        wanted: Wanted<'_>,
    ) -> Result<Arc<Template>, Error> {
        let shape = search.shape(wanted);
        if let Some(known) = self.searches.borrow().get(&shape) {
            return Ok(Arc::clone(known));
        }
        let template = Arc::new(search.template(dialect, wanted)?);
        if template.places() <= PLACES_MAX {
            let mut searches = self.searches.borrow_mut();
            if searches.len() >= SEARCHES_MAX {
                searches.clear();
            }
            searches.insert(shape, Arc::clone(&template));
        }
        Ok(template)
    }
}
