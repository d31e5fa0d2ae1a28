//! Requests for pages, each for another one, so that no server can give what it has kept.

use std::net::SocketAddr;

use ostler_contract::primitives::UtcInstant;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Failure;
use crate::fill::DAY;
use crate::hotel::with_tokens;
use crate::load::{self, Client};
use crate::scenarios::{HISTORY_A_DAY, RESERVATIONS, now, whole_page};

/// The filters of a page, in the order of the report.
pub(super) const FILTERS: [&str; 3] = ["none", "UpdatedUtc", "CollidingUtc and States"];
/// Pages that are asked for in turn.
const OTHERS: usize = 20_000;
/// Reservations behind the last position, so that its page is full.
const REST: u32 = 3000;

/// Where the pages of a hotel begin.
pub(super) struct Positions {
    day: i64,
    /// The newest reservation.
    newest: Uuid,
    /// The milliseconds over which positions are spread.
    spread: u64,
}

impl Positions {
    /// Those of a history of so many reservations.
    pub(super) fn of(address: SocketAddr, count: u32) -> Result<Self, Failure> {
        let body = with_tokens(json!({ "Limitation": { "Count": 1 } }));
        let page = Client::connect(address)?.call(RESERVATIONS, &body)?;
        let newest: Uuid = serde_json::from_value(page["Cursor"].clone())?;
        let days = u64::from(count.saturating_sub(REST).max(1)) / u64::from(HISTORY_A_DAY);
        Ok(Self { day: now()?.div_euclid(DAY) * DAY, newest, spread: days * 86_400_000 })
    }

    /// The position of this number: the first 48 bits of an identifier are its milliseconds.
    pub(super) fn cursor(&self, number: usize) -> Uuid {
        let back = self.spread * step(number) / (OTHERS as u64);
        Uuid::from_u128(self.newest.as_u128() - (u128::from(back) << 80))
    }

    /// Requests for pages that begin at another position each, or ask for an interval that begins
    /// some seconds later.
    pub(super) fn requests(&self, items: u32, filter: &str) -> Result<Vec<Vec<u8>>, Failure> {
        (0..OTHERS).map(|number| self.request((items, filter), number)).collect()
    }

    fn request(&self, (items, filter): (u32, &str), number: usize) -> Result<Vec<u8>, Failure> {
        let second = i64::try_from(step(number))?;
        let interval = |from: i64, to: i64| -> Result<Value, Failure> {
            let instant = |seconds| UtcInstant::from_seconds(seconds).map(|it| it.to_string());
            let (start, end) = (self.day + from * DAY + second, self.day + to * DAY);
            Ok(json!({ "StartUtc": instant(start)?, "EndUtc": instant(end)? }))
        };
        let mut parameters = match filter {
            "none" => json!({}),
            "UpdatedUtc" => json!({ "UpdatedUtc": interval(-6, -5)? }),
            _ => json!({
                "CollidingUtc": interval(-5, -4)?, "States": ["Confirmed", "Processed"],
            }),
        };
        parameters["Limitation"] = json!({ "Count": items });
        if filter == "none" {
            parameters["Limitation"]["Cursor"] = json!(self.cursor(number));
        }
        Ok(load::request(RESERVATIONS, &with_tokens(parameters)))
    }
}

/// Numbers in an order without order: a step that has no factor with their number visits all.
fn step(number: usize) -> u64 {
    (number as u64 * 7919) % (OTHERS as u64) + 1
}

/// What so many clients send: all requests in turn, each client from another one on.
pub(super) fn in_turn(
    all: &[Vec<u8>],
    clients: usize,
) -> impl Fn(usize, usize) -> Vec<u8> + Sync + '_ {
    move |client, number| {
        let begin = client * all.len() / clients.max(1);
        all.get((begin + number) % all.len().max(1)).cloned().unwrap_or_default()
    }
}

/// Fails where a page is not full.
pub(super) fn whole(address: SocketAddr, all: &[Vec<u8>], items: u32) -> Result<(), Failure> {
    for request in all.first().into_iter().chain(all.last()) {
        whole_page(address, request, items)?;
    }
    Ok(())
}
