//! Requests for pages, each for another one, so that no server can give what it has kept.

use std::net::SocketAddr;

use ostler_contract::primitives::UtcInstant;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Failure;
use crate::fill::DAY;
use crate::hotel::with_tokens;
use crate::load::{self, Client};
use crate::scenarios::{RESERVATIONS, now, whole_page};

/// The filters of a page, in the order of the report.
pub(crate) const FILTERS: [&str; 3] = ["none", "UpdatedUtc", "CollidingUtc and States"];
/// Pages that are asked for in turn.
const OTHERS: usize = 20_000;
/// Reservations of the largest page.
const PAGE: usize = 1000;

/// Where the pages of a hotel begin.
pub(crate) struct Positions {
    day: i64,
    /// Every reservation that has a full page behind it, the newest first.
    cursors: Vec<Uuid>,
}

impl Positions {
    /// Those of the hotel that is served there: its whole history, page by page.
    pub(crate) fn of(address: SocketAddr) -> Result<Self, Failure> {
        let (mut client, mut cursors) = (Client::connect(address)?, Vec::<Uuid>::new());
        let mut limitation = json!({ "Count": PAGE });
        loop {
            let body = with_tokens(json!({ "Limitation": limitation }));
            let mut page = client.call(RESERVATIONS, &body)?;
            for reservation in page["Reservations"].as_array_mut().into_iter().flatten() {
                cursors.push(serde_json::from_value(reservation["Id"].take())?);
            }
            if page["Cursor"].is_null() {
                break;
            }
            limitation["Cursor"] = page["Cursor"].take();
        }
        cursors.truncate(cursors.len().saturating_sub(PAGE));
        Ok(Self { day: now()?.div_euclid(DAY) * DAY, cursors })
    }

    /// The position of this number.
    pub(super) fn cursor(&self, number: usize) -> Uuid {
        let place = step(number) % self.cursors.len().max(1);
        self.cursors.get(place).copied().unwrap_or_default()
    }

    /// Requests for pages that begin at another position each, or ask for an interval that begins
    /// some seconds later.
    pub(crate) fn requests(&self, items: u32, filter: &str) -> Result<Vec<Vec<u8>>, Failure> {
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
fn step(number: usize) -> usize {
    number * 7919 % OTHERS
}

/// What so many clients send: all requests in turn, each client from another one on.
pub(crate) fn in_turn(
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
