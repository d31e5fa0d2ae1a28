//! What is sent in one go: texts, held writes, a question, each with its own answer.

use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use futures_util::TryStreamExt;
use ostler_contract::error::Error;
use tokio_postgres::{Client, Statement};

use super::wire::Parameter;
use super::{DIALECT, Postgres};
use crate::entity::Table;
use crate::held::{Batch, Change, HeldRow, Part, Place, Sending};
use crate::rows::{index_columns, inserted_columns, update_sql};
use crate::search::quoted;
use crate::value::{ColumnType, Value};

/// Appends lines to the change log, in the order in which they are given.
const CHANGE_SQL: &str = "INSERT INTO \"change\" (\"entity\", \"scope\", \"id\", \"version\", \
     \"request\", \"time\", \"body\", \"hidden\", \"check\") \
     SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[], \
     $6::bigint[], $7::text[], $8::text[], $9::bigint[])";

/// What the server said to one query.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) rows: Vec<tokio_postgres::Row>,
    /// How many rows it changed or gave.
    pub(super) count: u64,
}

/// One thing that is sent.
pub(super) enum Step<'a> {
    /// A text of any statements.
    Text(String),
    /// A statement with its values.
    Values(Statement, &'a [Value]),
    /// A statement of held writes.
    Write(Statement, Vec<Parameter<'a>>),
}

impl Step<'_> {
    async fn send(&self, client: &Client) -> Result<Answer, tokio_postgres::Error> {
        match self {
            Self::Text(text) => {
                client.batch_execute(text).await?;
                Ok(Answer::default())
            }
            Self::Values(statement, values) => {
                answered(client.query_raw(statement, *values).await?).await
            }
            Self::Write(statement, values) => {
                answered(client.query_raw(statement, values).await?).await
            }
        }
    }
}

async fn answered(rows: tokio_postgres::RowStream) -> Result<Answer, tokio_postgres::Error> {
    let (mut rows, mut answer) = (pin!(rows), Answer::default());
    while let Some(row) = rows.try_next().await? {
        answer.rows.push(row);
    }
    answer.count = rows.rows_affected().unwrap_or_default();
    Ok(answer)
}

/// What became of each step.
pub(super) type Answers = Vec<Result<Answer, tokio_postgres::Error>>;

/// Sends steps in one go and waits for all their answers.
pub(super) async fn exchange(
    client: &Client,
    steps: &[Step<'_>],
) -> Result<Answers, tokio_postgres::Error> {
    type Sent<'a> = Pin<Box<dyn Future<Output = Result<Answer, tokio_postgres::Error>> + 'a>>;
    let mut sent: Vec<Sent<'_>> = steps.iter().map(|it| Box::pin(it.send(client)) as _).collect();
    let mut answers: Vec<_> = steps.iter().map(|_| None).collect();
    // A step is sent when it is first asked for its answer: so they are asked in their order.
    std::future::poll_fn(|context| {
        let mut is_complete = true;
        for (step, answer) in sent.iter_mut().zip(&mut answers) {
            if answer.is_none() {
                match step.as_mut().poll(context) {
                    Poll::Ready(ready) => *answer = Some(ready),
                    Poll::Pending => is_complete = false,
                }
            }
        }
        if is_complete { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    Ok(answers.into_iter().flatten().collect())
}

/// The texts that write a table.
pub(super) struct Texts {
    /// Adds any number of rows.
    insert: String,
    /// Changes a row of a version. Fails where there is none.
    update: String,
    /// Removes a row of a version. Fails where there is none.
    delete: String,
    /// The columns of the first two.
    places: Vec<Place>,
}

/// The texts of each table.
pub(super) type AllTexts = HashMap<&'static str, Arc<Texts>>;

impl Texts {
    fn of(table: &Table) -> Self {
        let (columns, index) = (inserted_columns(table), index_columns(table));
        let places = Place::all(&columns, &index);
        let types: Vec<String> = places
            .iter()
            .zip(1..)
            .map(|(place, number)| {
                format!("${number}::{}[]", (DIALECT.column_type)(type_of(table, *place)))
            })
            .collect();
        let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
        let (name, names, types) = (table.name, names.join(", "), types.join(", "));
        Self {
            insert: format!("INSERT INTO \"{name}\" ({names}) SELECT * FROM unnest({types})"),
            update: one_of(&update_sql(table)),
            delete: one_of(&format!(
                "DELETE FROM \"{name}\" WHERE \"scope\" = $1 AND \"id\" = $2 AND \"version\" = $3"
            )),
            places,
        }
    }
}

/// The statement, which fails unless it changes a row: what is sent after it must not be done then.
fn one_of(sql: &str) -> String {
    format!("WITH \"changed\" AS ({sql} RETURNING 1) SELECT 1 / count(*) FROM \"changed\"")
}

fn type_of(table: &Table, place: Place) -> ColumnType {
    match place {
        Place::Scope | Place::Id => ColumnType::Id,
        Place::Body | Place::Hidden => ColumnType::Text,
        Place::Index(position) => {
            // The computed ones, which follow, are numbers.
            table.columns.get(position).map_or(ColumnType::Integer, |column| column.of)
        }
        _ => ColumnType::Integer,
    }
}

impl Postgres {
    /// The texts of a table, made once.
    fn texts(&self, table: &Table) -> Arc<Texts> {
        let mut texts = self.texts.borrow_mut();
        Arc::clone(texts.entry(table.name).or_insert_with(|| Arc::new(Texts::of(table))))
    }

    /// Appends the statements that send held writes.
    pub(super) fn steps_of<'a>(
        &self,
        batch: &'a Batch,
        steps: &mut Vec<Step<'a>>,
    ) -> Result<(), Error> {
        for Sending { table, inserts, updates, deletes } in &batch.tables {
            let texts = self.texts(table);
            if !inserts.is_empty() {
                let values = texts.places.iter().map(|place| column(inserts, *place)).collect();
                steps.push(Step::Write(self.prepared(&texts.insert)?, values));
            }
            for (row, version) in updates {
                let values = texts.places.iter().map(|place| row.part(*place));
                let values = values.chain([Part::Integer(*version)]).map(Parameter::One).collect();
                steps.push(Step::Write(self.prepared(&texts.update)?, values));
            }
            for (scope, id, version) in deletes {
                let values = [Part::Id(*scope), Part::Id(*id), Part::Integer(*version)];
                let values = values.map(Parameter::One).into();
                steps.push(Step::Write(self.prepared(&texts.delete)?, values));
            }
        }
        if !batch.is_empty() {
            let lines = columns(&batch.changes);
            steps.push(Step::Write(self.prepared(CHANGE_SQL)?, lines));
        }
        Ok(())
    }
}

/// One column of rows.
fn column(rows: &[Arc<HeldRow>], place: Place) -> Parameter<'_> {
    Parameter::Many(rows.iter().map(|row| row.part(place)).collect())
}

/// The columns of lines of the change log.
fn columns(lines: &[Change]) -> Vec<Parameter<'_>> {
    let lines: Vec<_> = lines.iter().map(Change::parts).collect();
    let column = |number: usize| {
        Parameter::Many(lines.iter().filter_map(|line| line.get(number).copied()).collect())
    };
    (0..Change::PARTS).map(column).collect()
}
