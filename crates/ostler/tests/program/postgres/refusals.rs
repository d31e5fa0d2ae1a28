//! Databases that a server must not start on: each is told, soon, and left as it is.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use ostler_services::Ending;
use serde_json::json;

use super::support::{Cluster, guest};
use crate::support::refused;

/// How soon whoever starts a server is told.
const SOON: Duration = Duration::from_secs(5);

/// What is told where a server is started on a database that is not for it.
#[track_caller]
fn refusal(cluster: &Cluster, url: &str) -> String {
    let begun = Instant::now();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--store", url];
    let told = refused(cluster.folder.path(), &serve, 1);
    let duration = begun.elapsed();
    assert!(duration < SOON, "{told} after {duration:?}");
    assert!(!told.contains("panicked"), "{told}");
    told
}

/// Everything that a database has besides what PostgreSQL brings.
fn contents(cluster: &Cluster, database: &str) -> String {
    let query = "SELECT nspname, relname, pg_relation_size(c.oid) FROM pg_namespace n \
         LEFT JOIN pg_class c ON c.relnamespace = n.oid \
         WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%' ORDER BY 1, 2";
    cluster.sql_in(database, query)
}

#[test]
fn a_database_that_is_not_for_a_server_is_told_and_left_as_it_is() {
    let cluster = Cluster::furnished();
    for name in ["empty", "frozen", "alien"] {
        cluster.sql(&format!("CREATE DATABASE {name}"));
    }
    cluster.sql("ALTER DATABASE frozen SET default_transaction_read_only = on");
    cluster.sql_in("alien", "CREATE SCHEMA ostler CREATE TABLE diary (entry text)");
    // A newer Ostler knows what its number means; whoever reads it knows that it is whole.
    cluster.sql("UPDATE meta SET \"value\" = 77, \"check\" = -1 - 77 WHERE \"key\" = 'layout'");
    for (database, wanted) in [
        ("frozen", "is read-only"),
        ("alien", "its schema has other tables, such as diary"),
        ("postgres", "was written by a newer Ostler (layout 77"),
    ] {
        let (before, url) = (contents(&cluster, database), cluster.postgres.url(database));
        let told = refusal(&cluster, &url);
        assert!(told.contains(wanted) && told.contains(database), "{told}");
        let list = ["clients", "list", "--store", &url];
        let told = refused(cluster.folder.path(), &list, 1);
        assert!(told.contains(&url.replace("ostler@", "")), "{told}");
        assert_eq!(contents(&cluster, database), before, "{database}");
    }
    let (before, url) = (contents(&cluster, "empty"), cluster.postgres.url("empty"));
    for list in ["clients", "integrations", "enterprises"] {
        let list = [list, "list", "--store", &url];
        let told = refused(cluster.folder.path(), &list, 1);
        assert!(told.contains("start a server on it first"), "{told}");
    }
    assert_eq!(contents(&cluster, "empty"), before);
    let told = refusal(&cluster, &cluster.postgres.url("missing"));
    assert!(told.contains("cannot be used: database \"missing\" does not exist"), "{told}");
}

#[test]
fn tables_of_a_newer_version_are_left_alone_and_no_longer_served() {
    let cluster = Cluster::furnished();
    let server = cluster.serve();
    server.ok("customers/add", &guest("Ames"));
    // What a newer server leaves when it has brought the tables up to date.
    for (key, value) in [("declarations", 7), ("generation", 99)] {
        let check = -1 - value;
        cluster.sql(&format!(
            "UPDATE meta SET value = {value}, \"check\" = {check} WHERE key = '{key}'"
        ));
    }
    assert_eq!(server.status("customers/add", &guest("Blake")), 503);
    assert_eq!(server.status("services/getAll", &json!({ "Limitation": { "Count": 1 } })), 503);
    assert_eq!(server.terminate(), Some(0));
    let before = contents(&cluster, "postgres");
    let told = refusal(&cluster, &cluster.url());
    assert!(told.contains("has the tables of a newer Ostler (declarations 99, this one"), "{told}");
    let list = ["clients", "list", "--store", &cluster.url()];
    assert!(refused(cluster.folder.path(), &list, 1).contains("Start that version instead"));
    assert_eq!(contents(&cluster, "postgres"), before);
    assert_eq!(cluster.sql("SELECT value FROM meta WHERE key = 'declarations'"), "7");
}

#[test]
fn who_is_not_let_in_is_told() {
    let mut cluster = Cluster::new();
    cluster.sql("CREATE ROLE tenant LOGIN PASSWORD 'quimby'");
    cluster.sql("CREATE DATABASE hotels OWNER tenant");
    let rules = cluster.postgres.data().join("pg_hba.conf");
    let others = fs::read_to_string(&rules).unwrap();
    let tenant = "host all tenant 127.0.0.1/32 scram-sha-256\n";
    fs::write(&rules, tenant.to_owned() + &others).unwrap();
    cluster.postgres.end(Ending::Orderly).unwrap();
    cluster.postgres.start_again().unwrap();
    let url = |user: &str| cluster.postgres.url("hotels").replace("ostler@", user);
    for (user, wanted) in [
        ("tenant:marlowe@", "refuses the user or the password"),
        ("tenant@", "password"),
        ("stranger@", "refuses the user or the password"),
    ] {
        let told = refusal(&cluster, &url(user));
        assert!(told.contains(wanted) && !told.contains("marlowe"), "{user} {told}");
    }
    let server = cluster.serve_on(&url("tenant:quimby@"), &["--environment", "production"]);
    assert!(!server.greeting.contains("quimby"), "{}", server.greeting);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn what_is_no_database_is_told() {
    let cluster = Cluster::new();
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = |listener: &TcpListener| {
        format!("postgres://ostler@{}/postgres", listener.local_addr().unwrap())
    };
    let told = refusal(&cluster, &url(&silent));
    assert!(told.contains("cannot be reached: no answer within"), "{told}");
    let nobody = url(&silent);
    drop(silent);
    let told = refusal(&cluster, &nobody);
    assert!(told.contains("cannot be reached") && told.contains("refused"), "{told}");
    let old = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = url(&old);
    thread::spawn(move || old.incoming().flatten().try_for_each(|it| welcome(it, "9.6.24")));
    let told = refusal(&cluster, &address);
    assert!(told.contains("it is PostgreSQL 9, which is too old; Ostler needs 13"), "{told}");
    for address in ["quimby", "mysql://quimby@localhost/hotels", "postgres://quimby@host:port/x"] {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--store", address];
        let told = refused(cluster.folder.path(), &serve, 2);
        assert!(told.contains("store: ") && !told.contains("quimby"), "{told}");
    }
}

/// Lets a client in as a server of some version does, and hears nothing more of what it says.
fn welcome(mut client: TcpStream, version: &str) -> std::io::Result<()> {
    let mut head = [0; 8];
    client.read_exact(&mut head)?;
    // The client asks for TLS first, by a number in place of its version of the protocol.
    if head[4..] == 80_877_103_u32.to_be_bytes() {
        client.write_all(b"N")?;
        client.read_exact(&mut head)?;
    }
    let mut rest = vec![0; u32::from_be_bytes(head[..4].try_into().unwrap()) as usize - 8];
    client.read_exact(&mut rest)?;
    let setting = format!("server_version\0{version}\0");
    let length = u32::try_from(setting.len() + 4).unwrap().to_be_bytes();
    client.write_all(b"R\0\0\0\x08\0\0\0\0S")?;
    client.write_all(&length)?;
    client.write_all(setting.as_bytes())?;
    client.write_all(b"Z\0\0\0\x05I")?;
    client.read_to_end(&mut rest).map(drop)
}
