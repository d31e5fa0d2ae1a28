//! What is measured.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ostler_contract::primitives::UtcInstant;
use serde_json::{Value, json};

use crate::fill::{self, DAY, Spread};
use crate::hotel::{Hotel, with_tokens};
use crate::load::{self, Client, Round};
use crate::postgres::requests::{FILTERS, Positions, in_turn};
use crate::server::{Memory, Server};
use crate::{Failure, Plan, machine};

/// The operation that gives pages of reservations.
pub(crate) const RESERVATIONS: &str = "reservations/getAll/2023-06-06";
/// Reservations that a hotel with a long history gets each day.
pub(crate) const HISTORY_A_DAY: u32 = 2000;
/// Clients that read pages at the same time.
pub(crate) const PAGE_CLIENTS: usize = 8;
/// Clients that write at the same time, in the order of the report.
pub(crate) const WRITERS: [usize; 3] = [1, 8, 64];
/// Reservations in the hotel into which more are booked.
pub(crate) const BOOKED: u32 = 50_000;
/// Reservations that are booked one after another in a round.
const BOOKINGS: usize = 400;

/// A page of reservations under load, beside fixed bytes of the same size.
pub(crate) struct Page {
    pub(crate) items: u32,
    pub(crate) filter: &'static str,
    pub(crate) asked: Asked,
    pub(crate) bytes: usize,
    pub(crate) ours: Round,
    pub(crate) fixed: Round,
    /// The median, over the rounds, of our rate divided by that of fixed bytes.
    pub(crate) ratio: f64,
}

/// Whether pages are asked for that the server may have kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Each time for another page, whose documents are in memory after the first round.
    Others,
    /// The same of a server that has no documents in memory: each page is read from the database.
    Cold,
    /// Always for the same page, while nothing is written: the server keeps it.
    Same,
}

impl Asked {
    /// What the report calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Others => "in memory",
            Self::Cold => "read",
            Self::Same => "kept",
        }
    }

    /// What the server has for it.
    pub(crate) const fn memory(self) -> Memory {
        match self {
            Self::Others | Self::Same => Memory::Usual,
            Self::Cold => Memory::Off,
        }
    }
}

/// Requests for pages, ready before the clock runs: all the same one, or each for another page.
fn requests(
    positions: &Positions,
    (items, filter): (u32, &str),
    asked: Asked,
) -> Result<Vec<Vec<u8>>, Failure> {
    match asked {
        Asked::Others | Asked::Cold => positions.requests(items, filter),
        Asked::Same => {
            let body = with_tokens(json!({ "Limitation": { "Count": items } }));
            Ok(vec![load::request(RESERVATIONS, &body)])
        }
    }
}

pub(crate) fn now() -> Result<i64, Failure> {
    Ok(ostler_worlds::clock::Clock::Real.now().seconds())
}

fn instant(seconds: i64) -> Result<String, Failure> {
    Ok(UtcInstant::from_seconds(seconds)?.to_string())
}

/// The folder with a history of so many reservations.
pub(crate) fn history(plan: &Plan, count: u32) -> Result<PathBuf, Failure> {
    fill::folder(&plan.data, "history", count, Spread::History { a_day: HISTORY_A_DAY })
}

/// Pages of 1000 and of 10 reservations, with every filter.
pub(crate) fn pages(plan: &Plan, folder: &Path) -> Result<Vec<Page>, Failure> {
    // A folder has one server at a time.
    let copy = copied(folder)?;
    let usual = Server::settled(&plan.server, folder, Memory::Usual)?;
    let cold = Server::settled(&plan.server, copy.path(), Memory::Off)?;
    let positions = Positions::of(usual.address)?;
    let mut pages = Vec::new();
    for items in [1000, 10] {
        let others = FILTERS.map(|filter| (filter, Asked::Others));
        let read = FILTERS.map(|filter| (filter, Asked::Cold));
        for (filter, asked) in others.into_iter().chain([(FILTERS[0], Asked::Same)]).chain(read) {
            let server = if asked.memory() == Memory::Off { &cold } else { &usual };
            let all = requests(&positions, (items, filter), asked)?;
            let mut bytes = 0;
            for request in all.first().into_iter().chain(all.last()) {
                bytes = whole_page(server.address, request, items)?;
            }
            let fixed = Server::fixed(bytes)?;
            let addresses = (server.address, fixed.address);
            let (ours, fixed, ratio) = beside(plan, addresses, &in_turn(&all, PAGE_CLIENTS))?;
            pages.push(Page { items, filter, asked, bytes, ours, fixed, ratio });
        }
    }
    Ok(pages)
}

/// The size of a page, which must be full.
pub(crate) fn whole_page(
    address: SocketAddr,
    request: &[u8],
    items: u32,
) -> Result<usize, Failure> {
    let mut client = Client::connect(address)?;
    let answer = client.send(request)?;
    let page: Value = serde_json::from_slice(answer.body)?;
    let count = page["Reservations"].as_array().map_or(0, Vec::len);
    if count == usize::try_from(items)? {
        Ok(answer.body.len())
    } else {
        Err(format!("a page has {count} reservations, not {items}").into())
    }
}

/// Rounds on both servers in turn; the round with the median rate of each, and the median ratio.
fn beside(
    plan: &Plan,
    (ours, fixed): (SocketAddr, SocketAddr),
    requests: &load::Requests<'_>,
) -> Result<(Round, Round, f64), Failure> {
    let (mut of_ours, mut of_fixed, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for address in [fixed, ours] {
        load::run(address, PAGE_CLIENTS, plan.round / 3, requests)?;
    }
    for _ in 0..plan.rounds.max(1) {
        let fixed = load::run(fixed, PAGE_CLIENTS, plan.round, requests)?;
        let ours = load::run(ours, PAGE_CLIENTS, plan.round, requests)?;
        ratios.push(ours.rate / fixed.rate);
        of_ours.push(ours);
        of_fixed.push(fixed);
    }
    ratios.sort_unstable_by(f64::total_cmp);
    let ratio = ratios.get(ratios.len() / 2).copied().unwrap_or_default();
    Ok((middle(of_ours)?, middle(of_fixed)?, ratio))
}

/// The round with the median rate.
pub(crate) fn middle(mut rounds: Vec<Round>) -> Result<Round, Failure> {
    rounds.sort_unstable_by(|a, b| a.rate.total_cmp(&b.rate));
    let middle = rounds.len() / 2;
    rounds.into_iter().nth(middle).ok_or_else(|| "no rounds".into())
}

/// The median times of pages in hotels of different sizes.
pub(crate) struct Sized {
    pub(crate) items: u32,
    pub(crate) filter: &'static str,
    /// The median time in each hotel, in the order of the sizes.
    pub(crate) medians: Vec<Duration>,
}

/// The same pages in hotels of every size, one client, read from the database. The rounds go through
/// the hotels in turn.
pub(crate) fn sizes(plan: &Plan) -> Result<Vec<Sized>, Failure> {
    let mut servers = Vec::new();
    for &count in &plan.sizes {
        let folder = history(plan, count)?;
        servers.push(Server::settled(&plan.server, &folder, Memory::Off)?);
    }
    let mut sized = Vec::new();
    for items in [1000, 10] {
        for filter in FILTERS {
            let mut hotels = Vec::new();
            for server in &servers {
                let all = Positions::of(server.address)?.requests(items, filter)?;
                for request in all.first().into_iter().chain(all.last()) {
                    whole_page(server.address, request, items)?;
                }
                hotels.push((server.address, all));
            }
            let mut times: Vec<Vec<Duration>> = hotels.iter().map(|_| Vec::new()).collect();
            for round in 0..=plan.rounds.max(1) {
                for ((address, all), times) in hotels.iter().zip(&mut times) {
                    let done = load::run(*address, 1, plan.round / 3, &in_turn(all, 1))?;
                    // The first round only warms up.
                    if round > 0 {
                        times.push(done.percentile(50));
                    }
                }
            }
            let medians = times.into_iter().map(median).collect();
            sized.push(Sized { items, filter, medians });
        }
    }
    Ok(sized)
}

pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Durable writes by so many clients at once.
pub(crate) struct Writes {
    pub(crate) clients: usize,
    pub(crate) round: Round,
}

/// `customers/add` by 1, 8 and 64 clients.
pub(crate) fn writes(plan: &Plan, folder: &Path) -> Result<Vec<Writes>, Failure> {
    let server = Server::settled(&plan.server, folder, Memory::Usual)?;
    let customer = load::numbered("customers/add", &with_tokens(customer()))?;
    let mut rounds: Vec<Vec<Round>> = WRITERS.iter().map(|_| Vec::new()).collect();
    for _ in 0..plan.rounds.max(1) {
        for (&clients, rounds) in WRITERS.iter().zip(&mut rounds) {
            rounds.push(load::run(server.address, clients, plan.round, &customer)?);
        }
    }
    let writes = WRITERS.iter().zip(rounds);
    writes.map(|(&clients, rounds)| Ok(Writes { clients, round: middle(rounds)? })).collect()
}

/// A new customer, whose name has the request's number.
pub(crate) fn customer() -> Value {
    json!({
        "FirstName": "Ada", "LastName": format!("Holmes {}", load::NUMBER),
        "NationalityCode": "GB", "OverwriteExisting": false,
    })
}

/// The time of `reservations/add`, one after another, in an empty and in a busy hotel.
pub(crate) struct Bookings {
    pub(crate) empty: Duration,
    pub(crate) busy: Duration,
}

/// Books into the demo hotel, and into the same hotel with a busy calendar.
pub(crate) fn bookings(plan: &Plan) -> Result<Bookings, Failure> {
    let busy = Spread::Calendar { a_day: 12 };
    let (empty, busy) = (
        fill::folder(&plan.data, "calendar", 0, busy)?,
        fill::folder(&plan.data, "calendar", BOOKED, busy)?,
    );
    let (mut of_empty, mut of_busy) = (Vec::new(), Vec::new());
    let (empty, busy) = (copied(&empty)?, copied(&busy)?);
    let (empty, busy) = (
        (Server::settled(&plan.server, empty.path(), Memory::Usual)?, empty),
        (Server::settled(&plan.server, busy.path(), Memory::Usual)?, busy),
    );
    for round in 0..plan.rounds.max(1) {
        of_empty.push(book(empty.0.address, round)?);
        of_busy.push(book(busy.0.address, round)?);
    }
    Ok(Bookings { empty: median(of_empty), busy: median(of_busy) })
}

/// A copy of a data folder that a scenario may change; beside the original, on the same disk.
pub(crate) fn copied(folder: &Path) -> Result<tempfile::TempDir, Failure> {
    let copy = tempfile::tempdir_in(folder.parent().ok_or("a folder without a parent")?)?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        std::fs::copy(entry.path(), copy.path().join(entry.file_name()))?;
    }
    Ok(copy)
}

/// The median time of bookings spread over the coming two years.
pub(crate) fn book(address: SocketAddr, round: usize) -> Result<Duration, Failure> {
    let mut client = Client::connect(address)?;
    let hotel = Hotel::load(&mut client)?;
    let guest = client.call(
        "customers/add",
        &with_tokens(json!({
            "LastName": format!("Guest of round {round}"), "OverwriteExisting": false,
        })),
    )?;
    let today = now()?.div_euclid(DAY) * DAY;
    let mut times = Vec::new();
    for number in 0..BOOKINGS {
        let (category, _) = hotel
            .categories
            .get(number % hotel.categories.len().max(1))
            .ok_or("a hotel without categories")?;
        let day = i64::try_from(150 + (number * 7 + round) % 500)?;
        let (start, end) = (today + day * DAY, today + (day + 2) * DAY);
        let mut stay =
            hotel.stay(category, &instant(start + 15 * 3600)?, &instant(end + 11 * 3600)?);
        stay["CustomerId"] = guest["Id"].clone();
        let body = json!({ "ServiceId": hotel.service, "Reservations": [stay] });
        let request = load::request("reservations/add", &with_tokens(body));
        let began = Instant::now();
        let answer = client.send(&request)?;
        let (taken, status) = (began.elapsed(), answer.status);
        match status {
            200 => times.push(taken),
            // A category may be full on a day.
            403 => {}
            _ => return Err(format!("{status} {}", String::from_utf8_lossy(answer.body)).into()),
        }
    }
    if times.len() * 2 < BOOKINGS {
        return Err(format!("only {} of {BOOKINGS} bookings were accepted", times.len()).into());
    }
    Ok(median(times))
}

/// Times of single requests and of the whole stay, one client.
pub(crate) struct Singles {
    pub(crate) availability: Duration,
    pub(crate) stay: Duration,
    pub(crate) stays: usize,
}

/// Availability of a year, and guests who book, arrive, consume, pay and are billed.
pub(crate) fn singles(plan: &Plan, folder: &Path) -> Result<Singles, Failure> {
    let copy = copied(folder)?;
    let server = Server::settled(&plan.server, copy.path(), Memory::Usual)?;
    let mut client = Client::connect(server.address)?;
    let hotel = Hotel::load(&mut client)?;
    let today = now()?.div_euclid(DAY) * DAY;
    let body = with_tokens(json!({
        "ServiceId": hotel.service,
        "FirstTimeUnitStartUtc": instant(today)?,
        "LastTimeUnitStartUtc": instant(today + 364 * DAY)?,
    }));
    client.call("services/getAvailability", &body)?;
    let request = load::request("services/getAvailability", &body);
    let year = load::run(server.address, 1, plan.round, &|_, _| request.clone())?;
    let mut stays = Vec::new();
    for (category, rooms) in &hotel.categories {
        for room in rooms {
            let began = Instant::now();
            if stay(&mut client, &hotel, (category, room), today)? {
                stays.push(began.elapsed());
            }
        }
    }
    let count = stays.len();
    Ok(Singles { availability: year.percentile(50), stay: median(stays), stays: count })
}

/// A whole stay in a room, from the price question to the closed bill; false where the room is
/// taken today.
fn stay(
    client: &mut Client,
    hotel: &Hotel,
    (category, room): (&Value, &Value),
    today: i64,
) -> Result<bool, Failure> {
    let mut call = |operation: &str, body: Value| client.call(operation, &with_tokens(body));
    let mut stay =
        hotel.stay(category, &instant(today + 15 * 3600)?, &instant(today + 2 * DAY + 11 * 3600)?);
    let of = |stay: &Value| json!({ "ServiceId": hotel.service, "Reservations": [stay] });
    let mut priced = of(&stay);
    priced["Reservations"][0]["Identifier"] = json!("1");
    call("reservations/price", priced)?;
    let guest =
        json!({ "LastName": "Holmes", "NationalityCode": "GB", "OverwriteExisting": false });
    let guest = call("customers/add", guest)?["Id"].take();
    stay["CustomerId"] = guest.clone();
    stay["AssignedResourceId"] = room.clone();
    let Ok(booked) = call("reservations/add", of(&stay)) else { return Ok(false) };
    let reservation = booked["Reservations"][0]["Reservation"]["Id"].clone();
    let ready = json!({ "ResourceId": room, "State": { "Value": "Inspected" } });
    call("resources/update", json!({ "ResourceUpdates": [ready] }))?;
    // The guests of last night may still be in the room.
    if call("reservations/start", json!({ "ReservationId": reservation })).is_err() {
        return Ok(false);
    }
    let mut order = hotel.order(&guest, 1);
    order["LinkedReservationId"] = reservation;
    call("orders/add", order)?;
    let bills = json!({ "CustomerIds": [guest], "Limitation": { "Count": 10 } });
    let bill = call("bills/getAll", bills)?["Bills"][0]["Id"].take();
    let paid = json!({
        "AccountId": guest, "BillId": bill, "Type": "Cash",
        "Amount": { "Currency": "GBP", "GrossValue": 75, "TaxCodes": [] },
    });
    call("payments/addExternal", paid)?;
    let options = json!({ "CustomerId": guest, "Options": ["Invoiceable"] });
    call("customers/update", options)?;
    call("bills/close", json!({ "BillId": bill, "Type": "Invoice" }))?;
    Ok(true)
}

/// Times of starts and sizes at rest.
pub(crate) struct Rest {
    pub(crate) first_start: Duration,
    pub(crate) later_start: Duration,
    pub(crate) idle_mebibytes: f64,
    pub(crate) binary_bytes: u64,
}

/// Starts the server on a new folder and again on the same.
pub(crate) fn rest(plan: &Plan) -> Result<Rest, Failure> {
    let (mut firsts, mut laters, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds.max(1) {
        let folder = tempfile::tempdir_in(&plan.data)?;
        firsts.push(Server::ostler(&plan.server, folder.path())?.ready);
        let later = Server::ostler(&plan.server, folder.path())?;
        laters.push(later.ready);
        machine::pause(Duration::from_millis(200));
        memory.push(machine::memory(later.id())?);
    }
    memory.sort_unstable_by(f64::total_cmp);
    Ok(Rest {
        first_start: median(firsts),
        later_start: median(laters),
        idle_mebibytes: memory.get(memory.len() / 2).copied().unwrap_or_default(),
        binary_bytes: std::fs::metadata(&plan.server)?.len(),
    })
}
