//! The section of the report.

use std::fmt::Write as _;
use std::time::Duration;

use super::{Bookings, Copied, Measured, Page, RESERVATIONS, Table, Writes};
use crate::load::Round;
use crate::report::{Target, held, milliseconds};
use crate::scenarios::{Asked, PAGE_CLIENTS};
use crate::{Failure, Plan};

/// Where the section begins.
const TITLE: &str = "\n## On PostgreSQL\n";
/// The section that people wrote, which stands at the end.
const EXPLAINED: &str = "\n## What falls short\n";

/// Writes the section.
pub(crate) fn write(text: &mut String, plan: &Plan, of: &Measured) -> Result<(), Failure> {
    writeln!(
        text,
        "{TITLE}\
         PostgreSQL {} on the same machine, with the defaults of its configuration, so with full \
         durability; {RESERVATIONS} reservations on either engine, written by the store itself, then \
         `VACUUM (ANALYZE)`. {} rounds of {:.1} s, all systems in turn; medians. Two servers share \
         the clients and the database. Every page is another one, so that none was kept; *in memory* \
         and *read* are meant as above.",
        of.version,
        plan.rounds,
        plan.round.as_secs_f64(),
    )?;
    pages(text, &of.pages)?;
    copied(text, &of.copied)?;
    writes(text, &of.writes)?;
    bookings(text, &of.bookings)?;
    tables(text, &of.tables)
}

fn pages(text: &mut String, pages: &[Page]) -> Result<(), Failure> {
    writeln!(
        text,
        "\n### A page of reservations\n{PAGE_CLIENTS} clients.\n\n\
         | Page | Filter | | SQLite | PostgreSQL | p50 | p99 | beside SQLite | two servers | beside one |\n\
         |---|---|---|---|---|---|---|---|---|---|"
    )?;
    for page in pages {
        let ratio = match (page.items, page.filter, page.asked) {
            (1000, "none", Asked::Others) => held(page.beside_sqlite, &Target::AtLeast(0.5)),
            _ => format!("{:.2}", page.beside_sqlite),
        };
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {ratio} | {} | {:.2} |",
            page.items,
            page.filter,
            page.asked.name(),
            rate(&page.sqlite),
            rate(&page.one),
            milliseconds(page.one.percentile(50)),
            milliseconds(page.one.percentile(99)),
            rate(&page.two),
            page.beside_one,
        )?;
    }
    Ok(())
}

fn copied(text: &mut String, copied: &Copied) -> Result<(), Failure> {
    writeln!(
        text,
        "\nOne client reads {:.0} rows a second from the database in pages of 1000, as JSON over HTTP. `psql` copies the \
         bodies of the same rows with `COPY (SELECT body …) TO STDOUT` at {:.0} rows a second: {:.2} of \
         it.",
        copied.pages, copied.copy, copied.ratio,
    )?;
    Ok(())
}

fn writes(text: &mut String, writes: &[Writes]) -> Result<(), Failure> {
    writeln!(
        text,
        "\n### Durable writes\n`customers/add`. `pgbench` inserts one row of 1000 bytes in each \
         transaction, with prepared statements and as many clients, on the same cluster.\n\n\
         | Clients | SQLite | PostgreSQL | p50 | p99 | `pgbench` | beside `pgbench` | two servers, one \
         hotel | two servers, a hotel each |\n|---|---|---|---|---|---|---|---|---|"
    )?;
    for of in writes {
        let ratio = match of.clients {
            64 => held(of.ratio, &Target::AtLeast(0.5)),
            _ => format!("{:.2}", of.ratio),
        };
        let some = |round: &Option<Round>| round.as_ref().map_or_else(String::new, rate);
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {:.0}/s | {ratio} | {} | {} |",
            of.clients,
            rate(&of.sqlite),
            rate(&of.one),
            milliseconds(of.one.percentile(50)),
            milliseconds(of.one.percentile(99)),
            of.pgbench,
            some(&of.two),
            some(&of.apart),
        )?;
    }
    Ok(())
}

fn bookings(text: &mut String, of: &Bookings) -> Result<(), Failure> {
    let beside = of.postgres.as_secs_f64() / of.sqlite.max(Duration::from_nanos(1)).as_secs_f64();
    writeln!(
        text,
        "\n`reservations/add`, one client, median time: {} on PostgreSQL, {} on SQLite ({beside:.2} \
         times as long).",
        milliseconds(of.postgres),
        milliseconds(of.sqlite),
    )?;
    Ok(())
}

fn tables(text: &mut String, tables: &[Table]) -> Result<(), Failure> {
    writeln!(
        text,
        "\n### On the disk\n\n| Table | Rows | Bytes of a row, with its indexes | of them in indexes |\n\
         |---|---|---|---|"
    )?;
    for table in tables {
        let (all, indexes) = (table.bytes / table.rows, table.index_bytes / table.rows);
        let share = 100.0 * indexes / all;
        writeln!(
            text,
            "| `{}` | {:.0} | {all:.0} | {indexes:.0} ({share:.0} %) |",
            table.name, table.rows
        )?;
    }
    Ok(())
}

/// The rate of a round, with the share of what was refused where anything was.
fn rate(round: &Round) -> String {
    let refused = 100.0 * (1.0 - round.rate / round.offered.max(f64::MIN_POSITIVE));
    if round.refusals.is_empty() {
        format!("{:.0}/s", round.rate)
    } else {
        format!("{:.0}/s ({refused:.0} % of the requests refused)", round.rate)
    }
}

/// A report with this section in place of the one that it had; else before what people wrote.
pub(crate) fn replaced(report: &str, section: &str) -> String {
    let begin = report.find(TITLE).or_else(|| report.find(EXPLAINED)).unwrap_or(report.len());
    let (before, rest) = report.split_at_checked(begin).unwrap_or((report, ""));
    let after = match rest.strip_prefix(TITLE) {
        Some(body) => body.find("\n## ").and_then(|end| body.get(end..)).unwrap_or_default(),
        None => rest,
    };
    format!("{before}{section}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_takes_the_place_of_the_one_before() {
        let section = format!("{TITLE}new\n");
        let explained = format!("{EXPLAINED}why\n");
        let first = replaced(&format!("# Report\nfigures\n{explained}"), &section);
        assert_eq!(first, format!("# Report\nfigures\n{section}{explained}"));
        let again = format!("{TITLE}newer\n");
        assert_eq!(replaced(&first, &again), format!("# Report\nfigures\n{again}{explained}"));
        assert_eq!(replaced("# Report\n", &section), format!("# Report\n{section}"));
    }
}
