//! The yardsticks: PostgreSQL's own programs, on the same cluster.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ostler_services::postgres::Postgres;
use ostler_worlds::demo;
use uuid::Uuid;

use super::SCHEMA;
use crate::{Failure, Plan};

/// Bytes of a row that `pgbench` inserts: as many as a stored guest has.
const ROW_BYTES: usize = 1000;
/// Threads of `pgbench`.
const THREADS_MAX: usize = 2;

/// A table with what it takes on the disk, in bytes.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) rows: f64,
    /// With its indexes.
    pub(super) bytes: f64,
    pub(super) index_bytes: f64,
}

/// The programs and where they go.
pub(super) struct Tools<'a> {
    cluster: &'a Postgres,
    folder: tempfile::TempDir,
}

impl<'a> Tools<'a> {
    /// Makes the table of `pgbench`, beside the world.
    pub(super) fn new(cluster: &'a Postgres, plan: &Plan) -> Result<Self, Failure> {
        let tools = Self { cluster, folder: tempfile::tempdir_in(&plan.data)? };
        tools.query(
            "CREATE TABLE public.yardstick (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
             body text NOT NULL)",
        )?;
        Ok(tools)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.cluster.bin().join(name));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// What `psql` prints for a statement.
    pub(super) fn query(&self, sql: &str) -> Result<String, Failure> {
        let mut psql = self.program("psql");
        psql.args(["-X", "-q", "-A", "-t", "-c", sql, &self.cluster.url("postgres")]);
        printed(&mut psql)
    }

    /// The sizes of reservations and of the change log.
    pub(super) fn tables(&self) -> Result<Vec<Table>, Failure> {
        let mut tables = Vec::new();
        for name in ["reservation", "change"] {
            let line = self.query(&format!(
                "SELECT count(*), pg_total_relation_size('{SCHEMA}.{name}'), \
                 pg_indexes_size('{SCHEMA}.{name}') FROM {SCHEMA}.{name}"
            ))?;
            let numbers: Result<Vec<f64>, _> = line.split('|').map(str::parse).collect();
            let [rows, bytes, index_bytes] = numbers?[..] else {
                return Err(format!("the size of {name}: {line}").into());
            };
            tables.push(Table { name: name.to_owned(), rows, bytes, index_bytes });
        }
        Ok(tables)
    }

    /// Rows a second that `psql` copies, page by page from these positions on.
    pub(super) fn copied(&self, cursors: &[Uuid], items: usize) -> Result<f64, Failure> {
        let scope = demo::GROSS;
        let mut script = String::new();
        for cursor in cursors {
            writeln!(
                script,
                "COPY (SELECT body FROM {SCHEMA}.reservation WHERE scope = '{scope}' \
                 AND id < '{cursor}' ORDER BY id DESC LIMIT {items}) TO STDOUT;"
            )?;
        }
        let start = self.timed("")?;
        let taken = self.timed(&script)?.saturating_sub(start);
        Ok((cursors.len() * items) as f64 / taken.as_secs_f64())
    }

    /// How long `psql` takes for a script, its start included.
    fn timed(&self, script: &str) -> Result<Duration, Failure> {
        let file = self.folder.path().join("copy.sql");
        fs::write(&file, script)?;
        let mut psql = self.program("psql");
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&file);
        psql.arg(self.cluster.url("postgres")).stdout(Stdio::null());
        let began = Instant::now();
        let status = psql.status()?;
        let taken = began.elapsed();
        if status.success() { Ok(taken) } else { Err(format!("psql: {status}").into()) }
    }

    /// Transactions a second of one inserted row each, by so many clients.
    pub(super) fn pgbench(&self, clients: usize, time: Duration) -> Result<f64, Failure> {
        let file = self.folder.path().join("insert.sql");
        let row = "x".repeat(ROW_BYTES);
        fs::write(&file, format!("INSERT INTO public.yardstick (body) VALUES ('{row}');\n"))?;
        let threads = clients.min(THREADS_MAX).to_string();
        let seconds = time.as_secs().max(1).to_string();
        let mut pgbench = self.program("pgbench");
        pgbench.args(["-n", "-M", "prepared", "-c", &clients.to_string(), "-j", &threads]);
        pgbench.args(["-T", &seconds, "-f"]).arg(&file).arg(self.cluster.url("postgres"));
        let said = printed(&mut pgbench)?;
        let rate = said.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|line| line.split(' ').next()).ok_or("pgbench tells no tps")?;
        Ok(rate.parse()?)
    }
}

fn printed(command: &mut Command) -> Result<String, Failure> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?.trim().to_owned());
    }
    let program = command.get_program().display().to_string();
    Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()).into())
}
