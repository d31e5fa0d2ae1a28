use std::net::TcpStream;
use std::process::Command;

use crate::postgres::Postgres;
use crate::redis::Redis;
use crate::supervisor::Supervisor;
use crate::{Ending, below_target, new_folder};

/// What a query of `psql` prints.
fn answer(cluster: &Postgres, query: &str) -> String {
    let mut psql = Command::new(cluster.bin().join("psql"));
    psql.args(["-X", "-A", "-t", "-c", query, &cluster.url("postgres")]);
    let output = psql.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[test]
fn a_cluster_keeps_its_data_over_a_crash_and_leaves_nothing_behind() {
    let mut cluster = Postgres::start(&[("work_mem", "5MB")]).unwrap();
    assert_eq!(answer(&cluster, "SHOW work_mem"), "5MB");
    assert_eq!(answer(&cluster, "SHOW server_encoding"), "UTF8");
    answer(&cluster, "CREATE TABLE kept AS SELECT 42 AS number");
    for ending in [Ending::Orderly, Ending::Crash] {
        cluster.end(ending).unwrap();
        assert!(!listens(cluster.port()));
        cluster.start_again().unwrap();
        assert_eq!(answer(&cluster, "SELECT number FROM kept"), "42");
    }
    let (port, data) = (cluster.port(), cluster.data().to_owned());
    drop(cluster);
    assert!(!listens(port));
    assert!(!data.parent().unwrap().exists());
}

#[test]
fn a_durable_cluster_writes_what_it_commits_to_the_disk() {
    let cluster = Postgres::durable(&[("work_mem", "5MB")]).unwrap();
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        assert_eq!(answer(&cluster, &format!("SHOW {setting}")), "on", "{setting}");
    }
    assert_eq!(answer(&cluster, "SHOW work_mem"), "5MB");
}

#[test]
fn a_redis_is_started_ended_and_started_again() {
    let mut redis = Redis::start().unwrap();
    let port: u16 = redis.url().rsplit(':').next().unwrap().parse().unwrap();
    redis.end(Ending::Crash).unwrap();
    assert!(!listens(port));
    redis.start_again().unwrap();
    assert!(listens(port));
    drop(redis);
    assert!(!listens(port));
}

#[test]
fn a_service_that_does_not_start_tells_why() {
    let folder = new_folder(&below_target(), "failing").unwrap();
    let mut service = Command::new("sh");
    service.args(["-c", "echo no luck; exit 1"]);
    let mut supervisor = Supervisor::new(&folder, "KILL", &service).unwrap();
    let problem = supervisor.start(|_| false).unwrap_err();
    assert_eq!(problem, "no luck");
    drop(supervisor);
    assert!(!folder.exists());
    let problem = Postgres::start(&[("no_such_setting", "1")]).unwrap_err();
    assert!(problem.contains("no_such_setting"), "{problem}");
}
