//! The same scenarios on PostgreSQL, from one server and from two, beside SQLite, `psql` and
//! `pgbench`.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use ostler_services::postgres::Postgres;
use ostler_store::Database;
use ostler_worlds::clock::Clock;
use ostler_worlds::demo;
use ostler_worlds::world::{Place, World, WorldOptions};

use crate::fill::{self, Spread};
use crate::hotel::with_tokens;
use crate::load::{self, Load, Refusals, Round};
use crate::scenarios::{self, Asked, PAGE_CLIENTS, WRITERS, median};
use crate::server::{Memory, Server};
use crate::{Failure, Plan};

pub(crate) mod requests;
mod section;
mod tools;

use requests::{FILTERS, Positions, in_turn, whole};
use tools::{Table, Tools};

pub(crate) use section::{replaced, write};

/// Reservations of the hotel, on either engine.
const RESERVATIONS: u32 = 20_000;
/// The schema of the world.
const SCHEMA: &str = "ostler";
/// Statements of `psql` in one round.
const COPIES: usize = 200;

/// Everything that was measured.
pub(crate) struct Measured {
    /// What the database says it is.
    version: String,
    pages: Vec<Page>,
    copied: Copied,
    writes: Vec<Writes>,
    bookings: Bookings,
    tables: Vec<Table>,
}

/// A page of reservations under load.
struct Page {
    items: u32,
    filter: &'static str,
    asked: Asked,
    sqlite: Round,
    one: Round,
    two: Round,
    /// The median, over the rounds, of the rate of one server divided by that of SQLite.
    beside_sqlite: f64,
    /// The same of two servers beside one.
    beside_one: f64,
}

/// Rows a second that one client reads in pages of 1000, and that `psql` copies of the same rows.
struct Copied {
    pages: f64,
    copy: f64,
    ratio: f64,
}

/// `customers/add` by so many clients.
struct Writes {
    clients: usize,
    sqlite: Round,
    one: Round,
    /// Two servers on one hotel; none for a single client, who has one server.
    two: Option<Round>,
    /// Two servers with half of the clients each, each half in a hotel of its own.
    apart: Option<Round>,
    /// Transactions a second of `pgbench`.
    pgbench: f64,
    /// The median, over the rounds, of the rate of one server divided by that of `pgbench`.
    ratio: f64,
}

/// The median time of `reservations/add`, one client.
struct Bookings {
    sqlite: Duration,
    postgres: Duration,
}

/// The servers, all of which run from the beginning to the end.
struct Servers {
    sqlite: Server,
    one: Server,
    other: Server,
}

impl Servers {
    fn start(plan: &Plan, folder: &Path, url: &str, memory: Memory) -> Result<Self, Failure> {
        let on_postgres = || Server::on_postgres(&plan.server, url, memory);
        let sqlite = Server::settled(&plan.server, folder, memory)?;
        Ok(Self { sqlite, one: on_postgres()?, other: on_postgres()? })
    }

    fn two(&self) -> [SocketAddr; 2] {
        [self.one.address, self.other.address]
    }
}

/// Starts a durable cluster, fills a hotel in it, and measures.
pub(crate) fn measure(plan: &Plan) -> Result<Measured, Failure> {
    let cluster = Postgres::durable(&[])?;
    let url = cluster.url("postgres");
    println!("filling a hotel in PostgreSQL …");
    fill(&url)?;
    let tools = Tools::new(&cluster, plan)?;
    tools.query("VACUUM (ANALYZE)")?;
    let (version, tables) = (tools.query("SHOW server_version")?, tools.tables()?);
    let history = scenarios::history(plan, RESERVATIONS)?;
    let folders = (scenarios::copied(&history)?, scenarios::copied(&history)?);
    let servers = Servers::start(plan, folders.0.path(), &url, Memory::Usual)?;
    let cold = Servers::start(plan, folders.1.path(), &url, Memory::Off)?;
    println!("pages on PostgreSQL …");
    let mut all = pages(plan, &servers, Asked::Others)?;
    all.append(&mut pages(plan, &cold, Asked::Cold)?);
    let (pages, copied) = (all, copied(plan, &cold, &tools)?);
    drop(cold);
    println!("writes on PostgreSQL …");
    let writes = WRITERS.iter().map(|&clients| writes(plan, &servers, &tools, clients));
    let writes = writes.collect::<Result<_, Failure>>()?;
    println!("bookings on PostgreSQL …");
    let bookings = bookings(plan, &servers)?;
    Ok(Measured { version, pages, copied, writes, bookings, tables })
}

/// The demo hotels with a history, written by the store itself.
fn fill(url: &str) -> Result<(), Failure> {
    let database = Database::new(url, SCHEMA)?;
    demo::prepare_in(&database, 1, Clock::Real)?;
    let place = Place::Database(database);
    let world = World::open(&WorldOptions { place, ..WorldOptions::default() })?;
    fill::reservations(&world, RESERVATIONS, Spread::History { a_day: scenarios::HISTORY_A_DAY })
}

fn pages(plan: &Plan, servers: &Servers, asked: Asked) -> Result<Vec<Page>, Failure> {
    let of_sqlite = Positions::of(servers.sqlite.address)?;
    let of_postgres = Positions::of(servers.one.address)?;
    let mut pages = Vec::new();
    for items in [1000, 10] {
        for filter in FILTERS {
            let sqlite = of_sqlite.requests(items, filter)?;
            let postgres = of_postgres.requests(items, filter)?;
            whole(servers.sqlite.address, &sqlite, items)?;
            whole(servers.one.address, &postgres, items)?;
            pages.push(page(plan, servers, (items, filter, asked), (&sqlite, &postgres))?);
        }
    }
    Ok(pages)
}

fn page(
    plan: &Plan,
    servers: &Servers,
    (items, filter, asked): (u32, &'static str, Asked),
    (sqlite, postgres): (&[Vec<u8>], &[Vec<u8>]),
) -> Result<Page, Failure> {
    let two = servers.two();
    let run = |addresses: &[SocketAddr], all: &[Vec<u8>], time| {
        on(addresses, PAGE_CLIENTS, time, &in_turn(all, PAGE_CLIENTS))
    };
    let (mut of_sqlite, mut of_one, mut of_two) = (Vec::new(), Vec::new(), Vec::new());
    let (mut beside_sqlite, mut beside_one) = (Vec::new(), Vec::new());
    run(&[servers.sqlite.address], sqlite, plan.round / 3)?;
    run(&two, postgres, plan.round / 3)?;
    for _ in 0..plan.rounds.max(1) {
        let round = run(&[servers.sqlite.address], sqlite, plan.round)?;
        let one = run(&[servers.one.address], postgres, plan.round)?;
        let both = run(&two, postgres, plan.round)?;
        beside_sqlite.push(one.rate / round.rate);
        beside_one.push(both.rate / one.rate);
        of_sqlite.push(round);
        of_one.push(one);
        of_two.push(both);
    }
    Ok(Page {
        items,
        filter,
        asked,
        sqlite: scenarios::middle(of_sqlite)?,
        one: scenarios::middle(of_one)?,
        two: scenarios::middle(of_two)?,
        beside_sqlite: middle(beside_sqlite),
        beside_one: middle(beside_one),
    })
}

/// The same rows, page by page and by `COPY`, one client each.
fn copied(plan: &Plan, servers: &Servers, tools: &Tools<'_>) -> Result<Copied, Failure> {
    let positions = Positions::of(servers.one.address)?;
    let all = positions.requests(1000, FILTERS[0])?;
    let (mut pages, mut copies, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..plan.rounds.max(1) {
        let ours = load::run(servers.one.address, 1, plan.round, &|_, number| {
            all.get(number % all.len().max(1)).cloned().unwrap_or_default()
        })?;
        let cursors: Vec<_> =
            (0..COPIES).map(|number| positions.cursor(round * COPIES + number)).collect();
        let (ours, copy) = (ours.rate * 1000.0, tools.copied(&cursors, 1000)?);
        pages.push(ours);
        copies.push(copy);
        ratios.push(ours / copy);
    }
    Ok(Copied { pages: middle(pages), copy: middle(copies), ratio: middle(ratios) })
}

fn writes(
    plan: &Plan,
    servers: &Servers,
    tools: &Tools<'_>,
    clients: usize,
) -> Result<Writes, Failure> {
    let [demo, ..] = demo::CLIENTS;
    let (one_hotel, other_hotel) = (customers(None)?, customers(Some(demo.net))?);
    let two_hotels = |client: usize, number: usize| match client * 2 / clients {
        0 => one_hotel(client, number),
        _ => other_hotel(client, number),
    };
    let (mut sqlite, mut one, mut two, mut apart) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut pgbench, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds.max(1) {
        sqlite.push(on(&[servers.sqlite.address], clients, plan.round, &one_hotel)?);
        let ours = on(&[servers.one.address], clients, plan.round, &one_hotel)?;
        let theirs = tools.pgbench(clients, plan.round)?;
        ratios.push(ours.rate / theirs);
        one.push(ours);
        pgbench.push(theirs);
        if clients > 1 {
            two.push(on(&servers.two(), clients, plan.round, &one_hotel)?);
            apart.push(on(&servers.two(), clients, plan.round, &two_hotels)?);
        }
    }
    let some = |rounds: Vec<Round>| {
        if rounds.is_empty() { Ok(None) } else { scenarios::middle(rounds).map(Some) }
    };
    Ok(Writes {
        clients,
        sqlite: scenarios::middle(sqlite)?,
        one: scenarios::middle(one)?,
        two: some(two)?,
        apart: some(apart)?,
        pgbench: middle(pgbench),
        ratio: middle(ratios),
    })
}

/// Requests for new customers of the first demo hotel, or of the one that a token is for.
fn customers(token: Option<&str>) -> Result<impl Fn(usize, usize) -> Vec<u8> + Sync, Failure> {
    let mut body = with_tokens(scenarios::customer());
    if let Some(token) = token {
        body["AccessToken"] = token.into();
    }
    load::numbered("customers/add", &body)
}

fn bookings(plan: &Plan, servers: &Servers) -> Result<Bookings, Failure> {
    let (mut sqlite, mut postgres) = (Vec::new(), Vec::new());
    for round in 0..plan.rounds.max(1) {
        sqlite.push(scenarios::book(servers.sqlite.address, round)?);
        postgres.push(scenarios::book(servers.one.address, round)?);
    }
    Ok(Bookings { sqlite: median(sqlite), postgres: median(postgres) })
}

/// Clients spread evenly over servers. What is refused is counted.
fn on(
    addresses: &[SocketAddr],
    clients: usize,
    time: Duration,
    requests: &load::Requests<'_>,
) -> Result<Round, Failure> {
    let share = clients / addresses.len().max(1);
    let load = Load { clients: share, time, every: None, refusals: Refusals::Count };
    let rounds: Result<Vec<Round>, String> = std::thread::scope(|scope| {
        let threads: Vec<_> = addresses
            .iter()
            .enumerate()
            .map(|(index, &address)| {
                scope.spawn(move || {
                    let requests = |client, number| requests(index * share + client, number);
                    load::put(address, load, &requests).map_err(|failure| failure.to_string())
                })
            })
            .collect();
        let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.map(|it| it.unwrap_or_else(|_| Err("a client panicked".to_owned()))).collect()
    });
    let mut rounds = rounds?.into_iter();
    let mut sum = rounds.next().ok_or("no servers")?;
    for round in rounds {
        sum.rate += round.rate;
        sum.offered += round.offered;
        // Of the whole process, so each has measured all of it.
        sum.generator_cores = sum.generator_cores.max(round.generator_cores);
        sum.times.extend(round.times);
        sum.refusals.extend(round.refusals);
    }
    sum.times.sort_unstable();
    sum.refusals.sort_unstable();
    Ok(sum)
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
