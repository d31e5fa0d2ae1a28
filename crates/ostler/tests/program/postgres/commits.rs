//! A connection cut in the middle of a job, of its commit, and of the answer to that.

use super::relay::{Cut, Relay};
use super::support::{Cluster, found, guest, named, until};

#[test]
fn a_commit_of_unknown_outcome_is_never_a_success_and_never_doubled() {
    let cluster = Cluster::furnished();
    let relay = Relay::to(cluster.postgres.port());
    let (server, witness) = (cluster.serve_on(&relay.url(&cluster.url()), &[]), cluster.serve());
    server.ok("customers/getAll", &named(&["Ames"]));
    for round in 0..5 {
        // Nothing was to become durable yet, as the guest was looked for: it is done again, and well.
        // A commit that never arrived, or whose answer did not: nobody knows.
        for (cut, status, count) in
            [(Cut::Work, 200, 1), (Cut::Commit, 500, 0), (Cut::Answer, 500, 1)]
        {
            let name = format!("{cut:?}-{round}").to_lowercase();
            relay.cut(cut, &name);
            let mut guest = guest(&name);
            guest["Email"] = format!("{name}@example.org").into();
            guest["OverwriteExisting"] = (cut == Cut::Work).into();
            assert_eq!(server.status("customers/add", &guest), status, "{name}");
            assert!(relay.is_done(), "{name}");
            for server in [&server, &witness] {
                assert_eq!(found(server, &[&name]).len(), count, "{name}");
            }
        }
        server.ok("customers/add", &guest(&format!("Ames-{round}")));
    }
    assert_eq!(server.health(), 200);
}

#[test]
fn a_connection_that_falls_silent_costs_no_more_than_the_deadline() {
    let cluster = Cluster::furnished();
    let relay = Relay::to(cluster.postgres.port());
    let url = relay.url(&cluster.url());
    let (server, witness) = (cluster.serve_on(&url, &["--deadline", "1s"]), cluster.serve());
    server.ok("customers/add", &guest("Ames"));
    relay.cut(Cut::Silence, "Blake");
    assert_eq!(server.status("customers/add", &guest("Blake")), 408);
    assert!(relay.is_done());
    // The database lets go of what the lost connection has, so that nobody waits for it forever.
    for server in [&server, &witness] {
        until("a lane is free again", || server.status("customers/add", &guest("Cole")) == 200);
    }
    assert_eq!(found(&witness, &["Ames", "Blake"]), ["Ames"]);
    // The thread that asks for changes of access, for all requests.
    relay.cut(Cut::Silence, "epoch");
    assert_eq!(server.status("customers/add", &guest("Blake")), 408);
    assert!(relay.is_done());
    until("access is known again", || server.status("customers/add", &guest("Dale")) == 200);
    assert_eq!(found(&witness, &["Ames", "Blake"]), ["Ames"]);
    assert!(found(&witness, &["Dale"]).contains(&"Dale".to_owned()));
}
