//! Statements that wait for somebody else when the time of a request is over.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::{Cluster, found, guest, named, until};

/// Far beyond the deadline of the servers here.
const GENEROUS: Duration = Duration::from_secs(10);

#[test]
fn a_statement_that_waits_ends_at_the_deadline() {
    let cluster = Cluster::furnished();
    let server = cluster.serve_on(&cluster.url(), &["--deadline", "1s"]);
    let ames = server.ok("customers/add", &guest("Ames"))["Id"].clone();
    let change = json!({ "CustomerId": ames, "LastName": "Blake" });
    let all = named(&["Ames", "Blake", "Cole"]);
    let mut session = cluster.session();
    let late = |operation: &str, parameters: &Value| {
        let begun = Instant::now();
        assert_eq!(server.status(operation, parameters), 408, "{operation}");
        assert!(begun.elapsed() < GENEROUS, "{operation}: {:?}", begun.elapsed());
    };
    // A row that somebody has: whoever reads it need not wait.
    session.run("BEGIN; SELECT 1 FROM customer FOR UPDATE");
    late("customers/update", &change);
    assert_eq!(found(&server, &["Ames"]), ["Ames"]);
    server.ok("customers/add", &guest("Cole"));
    session.run("ROLLBACK");
    assert_eq!(found(&server, &["Ames", "Blake", "Cole"]), ["Cole", "Ames"]);
    // A whole table.
    session.run("BEGIN; LOCK TABLE customer");
    late("customers/update", &change);
    late("customers/add", &guest("Cole"));
    late("customers/getAll", &all);
    session.run("ROLLBACK");
    assert_eq!(found(&server, &["Ames", "Blake", "Cole"]), ["Cole", "Ames"]);
    server.ok("customers/update", &change);
    assert_eq!(found(&server, &["Ames", "Blake", "Cole"]), ["Cole", "Blake"]);
}

#[test]
fn a_lane_that_others_keep_is_waited_for_and_comes_back() {
    let cluster = Cluster::furnished();
    let server = cluster.serve_on(&cluster.url(), &["--deadline", "1s"]);
    server.ok("customers/add", &guest("Ames"));
    let mut session = cluster.session();
    let lanes = cluster.sql(
        "SELECT string_agg(relname, ', ') FROM pg_class WHERE relname LIKE 'lane\\_%' AND relkind = 'r'",
    );
    session.run(&format!("BEGIN; LOCK TABLE {lanes}"));
    assert_eq!(server.status("customers/add", &guest("Blake")), 408);
    assert_eq!(found(&server, &["Ames", "Blake"]), ["Ames"]);
    // It gives up by itself, and has not lost its connection's senses by that.
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
    until("nobody waits for a lane", || cluster.sql(waiting) == "0");
    session.run("ROLLBACK");
    server.ok("customers/add", &guest("Cole"));
    assert_eq!(found(&server, &["Ames", "Blake", "Cole"]), ["Cole", "Ames"]);
}
