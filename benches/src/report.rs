//! Runs every scenario and writes `benchmarks.md` with its plots.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use crate::plot::{self, Bar};
use crate::scenarios::{self, Asked, BOOKED, Bookings, Page, Rest, Singles, Sized, Writes};
use crate::server::Server;
use crate::{Failure, Plan, load, machine, overload, postgres};

pub(crate) fn run(plan: &Plan) -> Result<(), Failure> {
    fs::create_dir_all(&plan.data)?;
    let smallest = plan.sizes.first().copied().ok_or("no sizes")?;
    let history = scenarios::history(plan, smallest)?;
    println!("starts …");
    let rest = scenarios::rest(plan)?;
    println!("pages …");
    let pages = scenarios::pages(plan, &history)?;
    println!("sizes …");
    let sizes = scenarios::sizes(plan)?;
    println!("writes …");
    let writes = scenarios::writes(plan, &history)?;
    println!("bookings …");
    let bookings = scenarios::bookings(plan)?;
    println!("stays …");
    let singles = scenarios::singles(plan, &history)?;
    println!("overload …");
    let overloaded = overload::measure(plan, &history)?;
    let on_postgres = postgres::measure(plan)?;
    let generator = generator(plan)?;
    let mut text = head(plan, &generator)?;
    pages_section(&mut text, plan, &pages)?;
    sizes_section(&mut text, plan, &sizes)?;
    writes_section(&mut text, plan, &writes)?;
    singles_section(&mut text, &bookings, &singles)?;
    overload::section(&mut text, plan, &overloaded)?;
    rest_section(&mut text, plan, &rest)?;
    postgres::write(&mut text, plan, &on_postgres)?;
    let file = plan.report.join("benchmarks.md");
    text.push_str(&explained(&fs::read_to_string(&file).unwrap_or_default()));
    fs::write(&file, text)?;
    println!("wrote {}", file.display());
    Ok(())
}

/// Measures PostgreSQL beside SQLite and replaces that section.
pub(crate) fn postgres(plan: &Plan) -> Result<(), Failure> {
    fs::create_dir_all(&plan.data)?;
    let mut section = String::new();
    postgres::write(&mut section, plan, &postgres::measure(plan)?)?;
    let file = plan.report.join("benchmarks.md");
    let report = fs::read_to_string(&file)?;
    fs::write(&file, postgres::replaced(&report, &section))?;
    println!("{section}\nwrote {}", file.display());
    Ok(())
}

/// What people wrote of an earlier run, which stands at the end and is kept: why something falls
/// short is not measured.
fn explained(before: &str) -> String {
    const TITLE: &str = "\n## What falls short\n";
    before.find(TITLE).and_then(|begin| before.get(begin..)).unwrap_or_default().to_owned()
}

/// What the load generator does against an answer of two bytes: its rate, and the cores it takes.
fn generator(plan: &Plan) -> Result<load::Round, Failure> {
    let fixed = Server::fixed(2)?;
    load::run(fixed.address, 8, plan.round, &|_, _| load::request("x", &serde_json::json!({})))
}

pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// What a figure is held against.
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// A figure with its target, and whether it is met.
pub(crate) fn held(value: f64, target: &Target) -> String {
    let (words, bound, is_met) = match target {
        Target::AtLeast(bound) => ("at least", bound, value >= *bound),
        Target::AtMost(bound) => ("at most", bound, value <= *bound),
    };
    let mark = if is_met { "met" } else { "**missed**" };
    format!("{value:.2} ({words} {bound}: {mark})")
}

fn head(plan: &Plan, generator: &load::Round) -> Result<String, Failure> {
    let mut text = String::new();
    writeln!(
        text,
        "# Benchmarks\n\
         Written by `cargo xtask bench`. Every figure stands beside its yardstick from the same run.\n\n\
         **Machine:** {}. Server and load generator share it.\n\n\
         **Method:** the release binary as a process of its own, on a data folder on disk, with full \
         durability and the limit of requests off. The load generator has a connection \
         for each client, driven by a thread of its own where there are at most 8, else by a thread \
         for each core; requests are ready before the clock runs. {} rounds of {:.1} s, ours and the \
         yardstick's in turn; medians of the rounds. The yardstick of a page is the same HTTP stack \
         (connections, body, `Request-Id`, envelope) in a process of its own, which answers fixed \
         bytes of the same size.\n\n\
         **The generator is not the bottleneck:** against an answer of 2 bytes it sends {:.0} requests \
         a second with 8 clients and takes {:.2} of the cores for it; what it took in each scenario \
         stands in the tables. In the pages it reads the same bytes from both servers.",
        machine::description(),
        plan.rounds,
        plan.round.as_secs_f64(),
        generator.rate,
        generator.generator_cores,
    )?;
    Ok(text)
}

fn pages_section(text: &mut String, plan: &Plan, pages: &[Page]) -> Result<(), Failure> {
    writeln!(
        text,
        "\n## A page of reservations\n8 clients, {} reservations.\n\n\
         ![Pages a second](benchmarks/pages.svg)\n\n\
         Each request asks for a page at another position of the whole history, or for an interval that \
         begins some seconds later. *In memory*: the server has the documents from earlier requests, \
         as it does by itself up to 64 MiB; a write takes out those around it. *Read*: it keeps nothing \
         (`--document-cache off`), so each page comes from the database. *Kept*: the same page is asked \
         for again and again while nothing is written; the server gives the bytes that it has.\n\n\
         | Page | Filter | | Bytes | Ostler | p50 | p99 | fixed bytes | ratio | generator |\n\
         |---|---|---|---|---|---|---|---|---|---|",
        plan.sizes.first().copied().unwrap_or_default(),
    )?;
    for page in pages {
        let target = if page.items == 1000 { 0.75 } else { 0.6 };
        let ratio = match (page.filter, page.asked) {
            ("none", Asked::Others | Asked::Same) => held(page.ratio, &Target::AtLeast(target)),
            _ => format!("{:.2}", page.ratio),
        };
        writeln!(
            text,
            "| {} | {} | {} | {} | {:.0}/s | {} | {} | {:.0}/s | {ratio} | {:.2} cores |",
            page.items,
            page.filter,
            page.asked.name(),
            page.bytes,
            page.ours.rate,
            milliseconds(page.ours.percentile(50)),
            milliseconds(page.ours.percentile(99)),
            page.fixed.rate,
            page.ours.generator_cores,
        )?;
    }
    let bars: Vec<Bar> = pages
        .iter()
        .map(|page| Bar {
            label: format!("{}, {}, {}", page.items, page.filter, page.asked.name()),
            // Pages of 10 would dwarf those of 1000: megabytes compare.
            value: page.ours.rate * page.bytes as f64 / 1e6,
            yardstick: Some(page.fixed.rate * page.bytes as f64 / 1e6),
        })
        .collect();
    let title = ("Pages of reservations: Ostler (green) beside fixed bytes (grey)", "MB/s");
    plot::bars(&plots(plan)?.join("pages.svg"), title, &bars)
}

fn plots(plan: &Plan) -> Result<std::path::PathBuf, Failure> {
    let folder = plan.report.join("benchmarks");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn sizes_section(text: &mut String, plan: &Plan, sizes: &[Sized]) -> Result<(), Failure> {
    let heads: Vec<String> = plan.sizes.iter().map(ToString::to_string).collect();
    writeln!(
        text,
        "\n## The same page in a growing hotel\n1 client; median time by the number of reservations. All pages are read from the database, without documents in memory.\n\n\
         ![Median time by size](benchmarks/sizes.svg)\n\n\
         | Page | Filter | {} | largest / smallest |\n|---|---|{}---|",
        heads.join(" | "),
        "---|".repeat(heads.len()),
    )?;
    let mut bars = Vec::new();
    for sized in sizes {
        let seconds: Vec<f64> = sized.medians.iter().map(Duration::as_secs_f64).collect();
        let (least, most) = (
            seconds.iter().copied().fold(f64::MAX, f64::min),
            seconds.iter().copied().fold(0.0, f64::max),
        );
        let medians: Vec<String> = sized.medians.iter().copied().map(milliseconds).collect();
        let spread = most / least;
        let spread = held(spread, &Target::AtMost(1.3));
        writeln!(
            text,
            "| {} | {} | {} | {spread} |",
            sized.items,
            sized.filter,
            medians.join(" | ")
        )?;
        if sized.items == 1000 {
            for (count, time) in heads.iter().zip(&seconds) {
                let label = format!("{count}, {}", sized.filter);
                bars.push(Bar { label, value: time * 1000.0, yardstick: None });
            }
        }
    }
    let title = ("A page of 1000 by reservations in the hotel", "ms");
    plot::bars(&plots(plan)?.join("sizes.svg"), title, &bars)
}

fn writes_section(text: &mut String, plan: &Plan, writes: &[Writes]) -> Result<(), Failure> {
    writeln!(
        text,
        "\n## Durable writes\n`customers/add`; every answer after its commit is on the disk. Writes that \
         wait share a commit.\n\n![Writes a second](benchmarks/writes.svg)\n\n\
         | Clients | a second | p50 | p99 | beside 1 client | generator |\n|---|---|---|---|---|---|"
    )?;
    let one = writes.first().map_or(1.0, |it| it.round.rate);
    let mut bars = Vec::new();
    for Writes { clients, round } in writes {
        let times = round.rate / one;
        let times = match clients {
            64 => held(times, &Target::AtLeast(8.0)),
            _ => format!("{times:.2}"),
        };
        writeln!(
            text,
            "| {clients} | {:.0} | {} | {} | {times} | {:.2} cores |",
            round.rate,
            milliseconds(round.percentile(50)),
            milliseconds(round.percentile(99)),
            round.generator_cores,
        )?;
        let label = format!("{clients} clients");
        bars.push(Bar { label, value: round.rate, yardstick: None });
    }
    plot::bars(&plots(plan)?.join("writes.svg"), ("Durable writes", "a second"), &bars)
}

fn singles_section(
    text: &mut String,
    bookings: &Bookings,
    singles: &Singles,
) -> Result<(), Failure> {
    let ratio = bookings.busy.as_secs_f64() / bookings.empty.as_secs_f64();
    writeln!(
        text,
        "\n## Single requests\n1 client, median times.\n\n| What | Time | beside |\n|---|---|---|\n\
         | `reservations/add` into the demo hotel | {} | |\n\
         | `reservations/add` into the same with {BOOKED} reservations | {} | {} |\n\
         | `services/getAvailability` for 365 days | {} | |\n\
         | a whole stay: price, guest, booking, room, check-in, order, bill, payment, closed bill ({} stays) | {} | |",
        milliseconds(bookings.empty),
        milliseconds(bookings.busy),
        held(ratio, &Target::AtMost(1.5)),
        milliseconds(singles.availability),
        singles.stays,
        milliseconds(singles.stay),
    )?;
    Ok(())
}

fn rest_section(text: &mut String, plan: &Plan, rest: &Rest) -> Result<(), Failure> {
    let (first, later) = (rest.first_start.as_secs_f64(), rest.later_start.as_secs_f64() * 1000.0);
    writeln!(
        text,
        "\n## At rest\n| What | Value |\n|---|---|\n\
         | ready on an existing data folder, ms | {} |\n\
         | first start with the demo hotels, s | {} |\n\
         | idle memory, MiB | {} |\n\
         | binary, MB | {:.1} |",
        held(later, &Target::AtMost(100.0)),
        held(first, &Target::AtMost(2.0)),
        held(rest.idle_mebibytes, &Target::AtMost(60.0)),
        rest.binary_bytes as f64 / 1e6,
    )?;
    for fact in &plan.fact {
        let (name, value) = fact.split_once('=').ok_or("a fact is NAME=VALUE")?;
        writeln!(text, "| {name} | {value} |")?;
    }
    Ok(())
}
