//! Several servers on one database.

use std::path::Path;
use std::sync::{Barrier, atomic};
use std::thread;

use ostler_crash::{End, Place, Plan};
use serde_json::{Value, json};

use super::ledger::Load;
use super::support::{Cluster, GROSS, NET, Tokens, found, guest, named, try_post, try_post_as};
use crate::support::{Server, refused, value};

#[test]
fn two_servers_tell_the_same_at_once() {
    let cluster = Cluster::furnished();
    let (one, other) = (cluster.serve(), cluster.serve());
    for round in 0..10 {
        let names = [format!("Ames-{round}"), format!("Blake-{round}")];
        let [ames, blake] = names.each_ref().map(String::as_str);
        one.ok("customers/add", &guest(ames));
        assert_eq!(found(&other, &[ames]), [ames]);
        other.ok("customers/add", &guest(blake));
        assert_eq!(found(&one, &[blake]), [blake]);
        let all = named(&[ames, blake]);
        assert_eq!(one.ok("customers/getAll", &all), other.ok("customers/getAll", &all));
    }
    for operation in ["services/getAll", "rates/getAll", "resources/getAll", "configuration/get"] {
        let mut parameters = json!({ "Limitation": { "Count": 100 } });
        match operation {
            "configuration/get" => parameters = json!({}),
            "resources/getAll" => parameters["Extent"] = json!({ "Resources": true }),
            "rates/getAll" => {
                let services = one.ok("services/getAll", &parameters);
                parameters["ServiceIds"] = json!([services["Services"][0]["Id"]]);
            }
            _ => {}
        }
        let [mut here, mut there] = [&one, &other].map(|it| it.ok(operation, &parameters));
        for answer in [&mut here, &mut there] {
            answer.as_object_mut().unwrap().remove("NowUtc");
        }
        assert_eq!(here, there, "{operation}");
    }
}

#[test]
fn a_world_of_the_first_layout_is_brought_up_to_date() {
    let cluster = Cluster::furnished();
    cluster.sql(
        "ALTER TABLE change DROP COLUMN xact, ADD PRIMARY KEY (scope, sequence); \
         UPDATE meta SET \"value\" = 1, \"check\" = -2 WHERE \"key\" = 'layout'",
    );
    let page = json!({ "Limitation": { "Count": 1000 } });
    let count = |server: &Server| {
        server.ok("companies/getAll", &page)["Companies"].as_array().unwrap().len()
    };
    // Whoever only looks leaves that to a server.
    let verify = ["verify", "--store", &cluster.url()];
    let told = refused(cluster.folder.path(), &verify, 1);
    assert!(told.contains("Start a server of this version on it first"), "{told}");
    let server = cluster.serve();
    let before = count(&server);
    for round in 1..4 {
        let company = json!({ "Name": format!("Ames {round}"), "Options": {} });
        server.ok("companies/add", &company);
        assert_eq!([count(&server), count(&server)], [before + round; 2]);
    }
    let layout = "SELECT \"value\" FROM meta WHERE \"key\" = 'layout'";
    assert_eq!(cluster.sql(layout), "2");
    let stale = "SELECT count(*) FROM change WHERE xact > pg_current_xact_id()";
    assert_eq!(cluster.sql(stale), "0");
}

#[test]
fn a_page_that_one_server_keeps_shows_what_another_one_acknowledged() {
    let cluster = Cluster::furnished();
    let servers = [cluster.serve(), cluster.serve()];
    let page = json!({ "Limitation": { "Count": 1000 } });
    let names = |server: &Server| -> Vec<String> {
        let answer = server.ok("companies/getAll", &page);
        let companies = answer["Companies"].as_array().unwrap().iter();
        companies.map(|it| it["Name"].as_str().unwrap().to_owned()).collect()
    };
    let mut wanted = names(&servers[0]);
    for round in 0..10 {
        let (reader, writer) = (&servers[round % 2], &servers[1 - round % 2]);
        // Asked for again, it is kept.
        assert_eq!([names(reader), names(reader), names(reader)], [(); 3].map(|()| wanted.clone()));
        let name = format!("Cole & {round}");
        writer.ok("companies/add", &json!({ "Name": name, "Options": {} }));
        wanted.insert(0, name);
        assert_eq!(names(reader), wanted);
    }
}

#[test]
fn identifiers_of_two_servers_rise_in_one_order() {
    let cluster = Cluster::furnished();
    let (one, other) = (cluster.serve(), cluster.serve());
    let add = |server: &Server, tokens: Tokens<'_>, name: &str| {
        let added = try_post_as(tokens, &server.address, "customers/add", &guest(name)).unwrap();
        assert_eq!(added.0, 200, "{}", added.1);
        added.1["Id"].as_str().unwrap().to_owned()
    };
    // Two hotels, whose writes do not wait for each other.
    let mut ids = Vec::new();
    for round in 0..8 {
        for (server, tokens) in [(&one, GROSS), (&other, NET), (&one, NET), (&other, GROSS)] {
            ids.push(add(server, tokens, &format!("Ames-{round}")));
        }
    }
    assert!(ids.is_sorted(), "{ids:?}");
    let at_once = thread::scope(|scope| {
        let servers = [(&one, GROSS), (&other, NET), (&one, NET), (&other, GROSS)];
        let adding: Vec<_> = servers
            .into_iter()
            .map(|(server, tokens)| {
                let add = &add;
                let add = move |round| add(server, tokens, &format!("Blake-{round}"));
                scope.spawn(move || (0..16).map(add).collect::<Vec<String>>())
            })
            .collect();
        adding.into_iter().map(|it| it.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(at_once.iter().all(|of_one| of_one.is_sorted()), "{at_once:?}");
    ids.extend(at_once.into_iter().flatten());
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "an identifier was given twice");
}

#[test]
fn access_is_administered_for_all_servers_at_once() {
    let cluster = Cluster::furnished();
    let servers = [cluster.serve(), cluster.serve()];
    let listed = cluster.printed(&["enterprises", "list"]);
    let enterprise = listed.split('\t').next().unwrap();
    let client = cluster.printed(&["clients", "create", "Tester"]);
    let new = ["integrations", "create", "--client", "Tester", "--enterprise", enterprise];
    let new = cluster.printed(&new);
    let told = |access: &str| {
        let tokens = Tokens { client: value(&client, "ClientToken"), access };
        servers.each_ref().map(|server| {
            let parameters = json!({ "Limitation": { "Count": 1 } });
            try_post_as(tokens, &server.address, "services/getAll", &parameters).unwrap().0
        })
    };
    let access = value(&new, "AccessToken");
    assert_eq!(told(access), [200; 2]);
    let (id, integration) = (value(&client, "Id"), value(&new, "Id"));
    for (stop, start) in [
        (&["clients", "revoke", "Tester", "services/getAll"][..], &["clients", "grant"][..]),
        (&["clients", "disable", id], &["clients", "enable"]),
        (&["enterprises", "disable", enterprise], &["enterprises", "enable"]),
        (&["integrations", "disable", integration], &["integrations", "enable"]),
    ] {
        cluster.printed(stop);
        assert_eq!(told(access), [401; 2], "{stop:?}");
        cluster.printed(&[start, &stop[2..]].concat());
        assert_eq!(told(access), [200; 2], "{start:?}");
    }
    let rotated = cluster.printed(&["integrations", "rotate", integration]);
    assert_eq!(told(access), [401; 2]);
    assert_eq!(told(value(&rotated, "AccessToken")), [200; 2]);
}

/// What it takes to book a room of a category for one night.
struct Night {
    service: Value,
    category: Value,
    /// The first instant of the night.
    unit: String,
    reservation: Value,
}

impl Night {
    /// A night in some weeks.
    fn look_up(server: &Server) -> Self {
        let now = server.ok("configuration/get", &json!({}))["NowUtc"].to_string();
        let now: jiff::Timestamp = now.trim_matches('"').parse().unwrap();
        let day = now.in_tz("Europe/London").unwrap().date() + jiff::Span::new().days(30);
        let unit = day.in_tz("Europe/London").unwrap().timestamp().to_string();
        let count = json!({ "Count": 100 });
        let of = json!({ "ServiceType": "Bookable", "Limitation": count });
        let service = server.ok("services/getAll", &of)["Services"][0]["Id"].clone();
        let of = json!({ "ServiceIds": [service], "Limitation": count });
        let pick = |operation: &str, list: &str, wanted: &dyn Fn(&Value) -> bool| {
            let answer = server.ok(operation, &of);
            let found = answer[list].as_array().unwrap().iter().find(|it| wanted(it));
            found.unwrap()["Id"].clone()
        };
        let rate = pick("rates/getAll", "Rates", &|it| it["IsPublic"] == true);
        let adult =
            pick("ageCategories/getAll", "AgeCategories", &|it| it["Classification"] == "Adult");
        let customer = server.ok("customers/add", &guest("Cole"))["Id"].clone();
        let mut night = Self { service, category: Value::Null, unit, reservation: Value::Null };
        let least = night.left(server).into_iter().filter(|(_, left)| *left > 0);
        night.category = least.min_by_key(|(_, left)| *left).unwrap().0;
        night.reservation = json!({
            "StartUtc": format!("{day}T15:00:00Z"),
            "EndUtc": format!("{}T09:00:00Z", day.tomorrow().unwrap()),
            "CustomerId": customer, "RateId": rate, "RequestedCategoryId": night.category,
            "PersonCounts": [{ "AgeCategoryId": adult, "Count": 1 }],
            "TimeUnitAmount": { "Currency": "GBP", "GrossValue": 100, "TaxCodes": [] },
        });
        night
    }

    /// How many rooms of each category are left.
    fn left(&self, server: &Server) -> Vec<(Value, i64)> {
        let of = json!({
            "ServiceId": self.service,
            "FirstTimeUnitStartUtc": self.unit, "LastTimeUnitStartUtc": self.unit,
        });
        let answer = server.ok("services/getAvailability", &of);
        let categories = answer["CategoryAvailabilities"].as_array().unwrap().iter();
        let left = |it: &Value| it["Availabilities"][0].as_i64().unwrap();
        categories.map(|it| (it["CategoryId"].clone(), left(it))).collect()
    }

    fn left_of_category(&self, server: &Server) -> i64 {
        self.left(server).into_iter().find(|(category, _)| *category == self.category).unwrap().1
    }

    /// The parameters that book a room under this number.
    fn booking(&self, number: &str) -> Value {
        let mut reservation = self.reservation.clone();
        reservation["ChannelNumber"] = json!(number);
        json!({ "ServiceId": self.service, "Reservations": [reservation] })
    }
}

#[test]
fn one_of_64_clients_of_two_servers_gets_the_last_room() {
    const CLIENTS: usize = 64;
    let cluster = Cluster::furnished();
    let servers = [cluster.serve(), cluster.serve()];
    let night = Night::look_up(&servers[0]);
    let before = night.left_of_category(&servers[1]);
    for number in 1..before {
        servers[0].ok("reservations/add", &night.booking(&format!("early-{number}")));
    }
    assert_eq!(night.left_of_category(&servers[1]), 1);
    let together = Barrier::new(CLIENTS);
    let won = atomic::AtomicUsize::new(0);
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (server, night, together, won) =
                (&servers[number % servers.len()], &night, &together, &won);
            scope.spawn(move || {
                let booking = night.booking(&format!("late-{number}"));
                together.wait();
                // A server with too much to do has done nothing, and asks to come again.
                let (status, answer) = loop {
                    let told = try_post(&server.address, "reservations/add", &booking).unwrap();
                    if told.0 != 503 {
                        break told;
                    }
                };
                match status {
                    200 => drop(won.fetch_add(1, atomic::Ordering::Relaxed)),
                    _ => assert!(matches!(status, 403 | 409), "{status}: {answer}"),
                }
            });
        }
    });
    assert_eq!(won.into_inner(), 1);
    let late: Vec<String> = (0..CLIENTS).map(|number| format!("late-{number}")).collect();
    let of = json!({ "ChannelNumbers": late, "Limitation": { "Count": 100 } });
    for server in &servers {
        assert_eq!(night.left_of_category(server), 0);
        let booked = server.ok("reservations/getAll/2023-06-06", &of);
        assert_eq!(booked["Reservations"].as_array().unwrap().len(), 1, "{booked}");
    }
}

#[test]
fn a_killed_server_loses_nothing_and_hinders_no_other() {
    let cluster = Cluster::furnished();
    let staying = cluster.serve();
    for _ in 0..5 {
        let mut leaving = cluster.serve();
        let load = Load::start(&[&staying, &leaving]);
        load.goes_on(1, 20);
        leaving.process.kill().unwrap();
        leaving.process.wait().unwrap();
        load.goes_on(0, 20);
        let ledger = load.finish();
        ledger.check(&staying);
        ledger.check(&cluster.serve());
    }
    assert_eq!(staying.terminate(), Some(0));
}

#[test]
fn kills_in_the_middle_of_commands_leave_nothing_half_done() {
    let cluster = Cluster::furnished();
    let place = Place::Database { url: cluster.url(), log: cluster.folder.path().join("log") };
    let program = Path::new(env!("CARGO_BIN_EXE_ostler")).to_owned();
    let plan = Plan { program, place, ends: 10, end: End::Kill, verified_every: None, seed: 7 };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let report = runtime.block_on(ostler_crash::run(&plan, &mut |_| {})).unwrap();
    for operation in ["customers/add", "reservations/add", "reservations/start", "bills/close"] {
        assert!(report.acknowledged.contains_key(operation), "{report}");
    }
}
