//! Connections that end, a database that goes away and comes back, and no connection left.

use ostler_services::Ending;
use serde_json::{Value, json};

use super::ledger::Load;
use super::support::{Cluster, found, guest, until};
use crate::support::refused;

/// The parameters that ask for services.
fn services() -> Value {
    json!({ "Limitation": { "Count": 1 } })
}

/// Connections of servers of which this holds, or what is asked of each.
fn connections(cluster: &Cluster, what: &str, which: &str) -> usize {
    let query = format!(
        "SELECT count({what}) FROM pg_stat_activity WHERE application_name = 'ostler' AND {which}"
    );
    cluster.sql(&query).parse().unwrap()
}

/// Ends them, and tells how many.
fn terminate(cluster: &Cluster, which: &str) -> usize {
    connections(cluster, "pg_terminate_backend(pid)", which)
}

/// Ends all of them and waits until they are gone.
fn terminate_all(cluster: &Cluster) {
    assert!(terminate(cluster, "true") > 0);
    until("all connections are gone", || connections(cluster, "*", "true") == 0);
}

#[test]
fn connections_that_end_idle_are_not_noticed() {
    let cluster = Cluster::furnished();
    let server = cluster.serve();
    for round in 0..5 {
        let name = format!("Ames-{round}");
        server.ok("customers/add", &guest(&name));
        terminate_all(&cluster);
        assert_eq!(found(&server, &[&name]), [name.as_str()]);
        terminate_all(&cluster);
    }
    assert_eq!(server.health(), 200);
}

#[test]
fn connections_that_end_busy_double_nothing() {
    let cluster = Cluster::furnished();
    let server = cluster.serve();
    let load = Load::start(&[&server]);
    let mut ended = 0;
    // Looked for as long as it takes: most of the time they wait for the server's next words.
    until("busy connections were ended", || {
        ended += terminate(&cluster, "state <> 'idle'");
        load.goes_on(0, 3);
        ended >= 30
    });
    let ledger = load.finish();
    ledger.check(&server);
    assert_eq!(ledger.count(503), 0, "what is run again needs no client's help");
    server.ok("customers/add", &guest("Ames"));
}

#[test]
fn a_restart_of_the_database_is_survived() {
    let mut cluster = Cluster::furnished();
    let servers = [cluster.serve(), cluster.serve()];
    for ending in [Ending::Orderly, Ending::Crash, Ending::Orderly, Ending::Crash] {
        let load = Load::start(&[&servers[0], &servers[1]]);
        load.goes_on(0, 10);
        load.goes_on(1, 10);
        cluster.postgres.end(ending).unwrap();
        for server in &servers {
            assert_eq!(server.status("customers/add", &guest("Ames")), 503);
            assert_eq!(server.status("services/getAll", &services()), 503);
            assert_eq!(server.health(), 503);
        }
        cluster.postgres.start_again().unwrap();
        load.goes_on(0, 10);
        load.goes_on(1, 10);
        let ledger = load.finish();
        assert!(ledger.count(503) > 0);
        ledger.check(&servers[0]);
        ledger.check(&servers[1]);
        for server in &servers {
            until("it is healthy again", || server.health() == 200);
            assert_eq!(found(server, &["Ames"]), [""; 0]);
        }
    }
}

#[test]
fn no_connection_left_is_503_until_there_is_one() {
    let cluster = Cluster::new();
    cluster.sql("CREATE ROLE tenant LOGIN");
    cluster.sql("CREATE DATABASE hotels OWNER tenant");
    let url = cluster.postgres.url("hotels").replace("ostler@", "tenant@");
    cluster.furnish(&url);
    let limit = |connections: i32| {
        cluster.sql(&format!("ALTER ROLE tenant CONNECTION LIMIT {connections}"));
    };
    limit(0);
    let told = refused(cluster.folder.path(), &["serve", "--store", &url], 1);
    assert!(told.contains("has no connection left"), "{told}");
    limit(4);
    let told = refused(cluster.folder.path(), &["serve", "--store", &url], 1);
    assert!(told.contains("has no connection left") && told.contains("A server needs"), "{told}");
    limit(-1);
    let server = cluster.serve_on(&url, &[]);
    server.ok("customers/add", &guest("Ames"));
    limit(0);
    // Those that it has go on; without them there are none.
    server.ok("services/getAll", &services());
    terminate_all(&cluster);
    for _ in 0..3 {
        assert_eq!(server.status("customers/add", &guest("Blake")), 503);
        assert_eq!(server.status("services/getAll", &services()), 503);
        assert_eq!(server.health(), 503);
    }
    // With some but not all, whatever is answered is right.
    limit(4);
    let load = Load::start(&[&server]);
    let mut names = Vec::new();
    for number in 0..20 {
        let name = format!("Cole-{number}");
        match server.status("customers/add", &guest(&name)) {
            200 => names.push(name),
            status => assert_eq!(status, 503),
        }
    }
    let ledger = load.finish();
    limit(-1);
    until("it serves again", || server.status("customers/add", &guest("Dale")) == 200);
    until("it is healthy again", || server.health() == 200);
    ledger.check(&server);
    assert_eq!(ledger.count(500), 0);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if !names.is_empty() {
        assert_eq!(found(&server, &names).len(), names.len());
    }
    assert_eq!(found(&server, &["Ames", "Blake", "Dale"]), ["Dale", "Ames"]);
    assert_eq!(server.terminate(), Some(0));
}
