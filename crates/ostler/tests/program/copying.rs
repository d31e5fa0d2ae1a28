//! Worlds that move between folders and databases.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ostler_services::postgres::Postgres;
use ostler_services::{POSTGRES, packages, variable};
use serde_json::Value;

use crate::storage::{add, guests, names};
use crate::support::{Server, furnished, ostler, printed, refused, serve, started};

/// The longest that a test waits for something.
const PATIENCE: Duration = Duration::from_secs(60);

/// A schema of a database: of the run's cluster, or of one that ends with the test.
struct Schema {
    url: String,
    name: String,
    _cluster: Option<Postgres>,
}

impl Schema {
    fn new(name: &str) -> Self {
        let (url, cluster) = match variable(POSTGRES) {
            Some(url) => (url, None),
            None => {
                let cluster = Postgres::start(&[]).unwrap();
                (cluster.url("postgres"), Some(cluster))
            }
        };
        let name = format!("{name}_{}", std::process::id());
        Self { url, name, _cluster: cluster }
    }

    fn psql(&self) -> Command {
        let mut psql = Command::new(packages::postgres_bin().unwrap().join("psql"));
        psql.args(["-XqAt", "-v", "ON_ERROR_STOP=1", &self.url]);
        psql
    }

    /// What the database says to a statement.
    #[track_caller]
    fn says(&self, sql: &str) -> String {
        let output = self.psql().args(["-c", sql]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Waits until the database says this.
    fn await_saying(&self, sql: &str, expected: &str) {
        let begun = Instant::now();
        while self.says(sql) != expected {
            assert!(begun.elapsed() < PATIENCE, "{sql}");
        }
    }

    /// How many relations the schema has.
    fn size(&self) -> String {
        let name = &self.name;
        self.says(&format!("SELECT count(*) FROM pg_tables WHERE schemaname = '{name}'"))
    }

    /// The arguments of a copy from a folder.
    fn taking<'a>(&'a self, from: &'a str) -> [&'a str; 7] {
        ["copy", "--from", from, "--to", &self.url, "--to-schema", &self.name]
    }

    /// The arguments of a copy to a folder.
    fn giving<'a>(&'a self, to: &'a str) -> [&'a str; 7] {
        ["copy", "--from", &self.url, "--from-schema", &self.name, "--to", to]
    }

    /// The arguments that serve it.
    fn served(&self) -> [&str; 7] {
        ["serve", "--listen", "127.0.0.1:0", "--store", &self.url, "--schema", &self.name]
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let sql = format!("DROP SCHEMA IF EXISTS \"{}\" CASCADE", self.name);
        drop(self.psql().args(["-c", &sql]).stderr(Stdio::null()).status());
    }
}

/// A server of this place, whose first screen shows a request.
fn serving(folder: &Path, place: &[&str]) -> Server {
    let arguments = [&["serve", "--listen", "127.0.0.1:0"], place].concat();
    started(ostler(folder, &arguments), &[])
}

/// The digest that a copy printed.
fn digest(told: &str) -> &str {
    let digest = told.trim_end().lines().last().unwrap();
    assert_eq!(digest.len(), 64, "{told}");
    digest
}

/// What some operations answer.
fn answers(server: &Server) -> Vec<(u16, Value)> {
    let addresses = ["services/getAll", "cashiers/getAll", "companies/getAll"];
    let answers = addresses.map(|address| server.post(address, &server.shown()));
    assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
    answers.to_vec()
}

#[test]
fn a_world_moves_to_a_database_and_back() {
    let (folder, schema) = (furnished(), Schema::new("moved"));
    let folder = folder.path();
    let server = serve(folder, &[]);
    assert_eq!(add(&server, "Ames"), 200);
    assert_eq!(add(&server, "Blake"), 200);
    // The source is served meanwhile.
    let there = printed(folder, &schema.taking("ostler-data"));
    // Older programs know that it is not theirs before any server has been on it.
    let generation = format!("FROM \"{}\".meta WHERE key = 'generation'", schema.name);
    assert_eq!(schema.says(&format!("SELECT count(*) {generation} AND value > 0")), "1");
    let before = answers(&server);
    assert_eq!(server.terminate(), Some(0));
    let again = refused(folder, &schema.taking("ostler-data"), 1);
    assert!(again.contains("There is a world in") && again.contains("already"), "{again}");

    let of_schema = ["--store", &schema.url, "--schema", &schema.name];
    let verified = printed(folder, &[&["verify"][..], &of_schema].concat());
    assert_eq!(verified, printed(folder, &["verify"]));

    let back = printed(folder, &schema.giving("back"));
    assert_eq!(digest(&there), digest(&back));
    assert_eq!(names(&folder.join("back")), ["server.lock", "world.sqlite"]);
    let verified = printed(folder, &["verify", "--data", "back"]);
    assert_eq!(verified, printed(folder, &["verify"]));
    let beside = ["copy", "--from", "back", "--to", "beside"];
    assert_eq!(digest(&printed(folder, &beside)), digest(&there));
    let again = refused(folder, &beside, 1);
    assert!(again.contains("There is a world in beside already"), "{again}");

    for place in [&schema.served()[3..], &["--data", "back"]] {
        let server = serving(folder, place);
        assert_eq!(answers(&server), before, "{place:?}");
        assert_eq!(guests(&server), ["Blake", "Ames"]);
        assert_eq!(add(&server, "Cole"), 200);
        assert_eq!(guests(&server), ["Cole", "Blake", "Ames"]);
        assert_eq!(server.terminate(), Some(0));
    }
}

/// Holds the mark of an interrupted copy, so that the next one cannot end.
fn holding(schema: &Schema) -> Child {
    let mark = format!("\"{}\".copying", schema.name);
    schema.says(&format!("CREATE SCHEMA \"{}\"; CREATE TABLE {mark} ()", schema.name));
    let mut holder = schema.psql().stdin(Stdio::piped()).spawn().unwrap();
    let sql = format!("BEGIN; LOCK TABLE {mark} IN ACCESS SHARE MODE;\n");
    holder.stdin.as_mut().unwrap().write_all(sql.as_bytes()).unwrap();
    let locks = format!("SELECT count(*) FROM pg_locks WHERE relation = '{mark}'::regclass");
    schema.await_saying(&format!("{locks} AND granted"), "1");
    holder
}

#[test]
fn an_interrupted_copy_is_never_served_and_run_again() {
    let (folder, schema) = (furnished(), Schema::new("interrupted"));
    let folder = folder.path();
    let mut holder = holding(&schema);
    let mut copying = ostler(folder, &schema.taking("ostler-data"));
    let mut copying = copying.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let waits = format!(
        "SELECT count(*) FROM pg_locks WHERE relation = '\"{}\".copying'::regclass AND NOT granted",
        schema.name
    );
    schema.await_saying(&waits, "1");
    let mut empty = schema.served().to_vec();
    empty.push("--no-demo");
    let meanwhile = refused(folder, &empty, 1);
    assert!(meanwhile.contains("gets a world at the moment"), "{meanwhile}");
    let second = refused(folder, &schema.taking("ostler-data"), 1);
    assert!(second.contains("A world is being copied into the database"), "{second}");

    copying.kill().unwrap();
    copying.wait().unwrap();
    holder.kill().unwrap();
    holder.wait().unwrap();
    let left = |complaint: &str| complaint.contains("a copy into it was interrupted");
    let begun = Instant::now();
    // The database notices after a while that both are gone.
    while !left(&refused(folder, &empty, 1)) {
        assert!(begun.elapsed() < PATIENCE);
    }
    let administered = ["clients", "list", "--store", &schema.url, "--schema", &schema.name];
    assert!(left(&refused(folder, &administered, 1)));
    assert!(left(&refused(folder, &schema.giving("back"), 1)));
    assert!(!folder.join("back").exists());

    printed(folder, &schema.taking("ostler-data"));
    let server = serving(folder, &schema.served()[3..]);
    assert_eq!(answers(&server)[0].0, 200);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn the_remains_of_a_copy_into_a_folder_are_no_world() {
    let folder = furnished();
    let folder = folder.path();
    fs::create_dir(folder.join("half")).unwrap();
    fs::write(folder.join("half/world.sqlite.copying"), "half a world").unwrap();
    let half = ["serve", "--listen", "127.0.0.1:0", "--data", "half"];
    let complaint = refused(folder, &half, 1);
    assert!(complaint.contains("A copy of a world into half was interrupted"), "{complaint}");
    printed(folder, &["copy", "--from", "ostler-data", "--to", "half"]);
    assert_eq!(names(&folder.join("half")), ["server.lock", "world.sqlite"]);
    printed(folder, &["verify", "--data", "half"]);
    let server = serve(folder, &[]);
    let served = refused(folder, &["copy", "--from", "half", "--to", "ostler-data"], 1);
    assert!(served.contains("There is a world in ostler-data already"), "{served}");
    assert_eq!(server.terminate(), Some(0));
    let nothing = refused(folder, &["copy", "--from", "nowhere", "--to", "there"], 1);
    assert!(nothing.contains("There is no world in nowhere"), "{nothing}");
    assert!(!folder.join("there").exists());
}

#[test]
fn what_is_damaged_is_not_copied() {
    let (folder, schema) = (furnished(), Schema::new("damaged"));
    let folder = folder.path();
    printed(folder, &schema.taking("ostler-data"));
    let name = &schema.name;
    let verify = ["verify", "--store", &schema.url, "--schema", name];
    let whole = ["body = body || ' '", "hidden = hidden || ' '", "version = version + 1"];
    let undone = ["body = trim(body)", "hidden = trim(hidden)", "version = version - 1"];
    for (damage, repair) in whole.iter().zip(undone) {
        schema.says(&format!("UPDATE \"{name}\".service SET {damage}"));
        let complaint = refused(folder, &schema.giving("back"), 1);
        assert!(complaint.contains("does not fit its checksum"), "{damage}: {complaint}");
        assert!(complaint.contains("cannot be copied: "), "{complaint}");
        let found = refused(folder, &verify, 1);
        assert!(found.contains("does not fit its checksum"), "{damage}: {found}");
        assert!(!folder.join("back").exists());
        schema.says(&format!("UPDATE \"{name}\".service SET {repair}"));
    }
    // What fits its checksum may still disagree with everything else.
    schema.says(&format!("DELETE FROM \"{name}\".service WHERE body LIKE '%Minibar%'"));
    let found = refused(folder, &verify, 1);
    assert!(found.contains("the change log has its version 1, no row has it"), "{found}");
    schema.says(&format!("UPDATE \"{name}\".change SET time = time + 1"));
    let complaint = refused(folder, &schema.giving("back"), 1);
    assert!(complaint.contains("does not fit its checksum"), "{complaint}");

    // The other way, nothing stays behind in the database either.
    let damaged = Schema::new("spared");
    let file = folder.join("ostler-data/world.sqlite");
    let mut bytes = fs::read(&file).unwrap();
    let place = bytes.windows(8).rposition(|it| it == b"\"IsActiv").unwrap();
    bytes[place + 2] ^= 1;
    fs::write(&file, bytes).unwrap();
    let complaint = refused(folder, &damaged.taking("ostler-data"), 1);
    assert!(complaint.contains("does not fit its checksum"), "{complaint}");
    assert_eq!(damaged.size(), "0");
}

#[test]
fn two_servers_that_start_at_once_have_one_demo() {
    let (folder, schema) = (tempfile::tempdir().unwrap(), Schema::new("demo"));
    let folder = folder.path();
    let servers: Vec<Server> = std::thread::scope(|scope| {
        let start = || scope.spawn(|| started(ostler(folder, &schema.served()), &[]));
        let both = [start(), start()];
        both.into_iter().map(|server| server.join().unwrap()).collect()
    });
    let [one, other] = &servers[..] else { panic!("two servers") };
    assert_eq!(answers(one), answers(other));
    let listed = ["enterprises", "list", "--store", &schema.url, "--schema", &schema.name];
    assert_eq!(printed(folder, &listed).lines().count(), 2);
    for server in servers {
        assert_eq!(server.terminate(), Some(0));
    }
    assert!(!Path::new(&folder.join("ostler-data")).exists());
}

#[test]
fn what_only_a_folder_can_do_says_so() {
    let folder = furnished();
    let folder = folder.path();
    let store = ["--store", "postgres://nobody:quimby@localhost:1/nowhere"];
    for (command, instead) in
        [(&["backup", "file"][..], "pg_dump"), (&["restore", "file"], "pg_restore")]
    {
        let complaint = refused(folder, &[command, &store].concat(), 2);
        assert!(complaint.contains(instead) && !complaint.contains("quimby"), "{complaint}");
    }
    let unreached = ["copy", "--from", "ostler-data", "--to", store[1]];
    let complaint = refused(folder, &unreached, 1);
    assert!(
        complaint.contains("cannot be reached") && !complaint.contains("quimby"),
        "{complaint}"
    );
    let unknown = ["copy", "--from", "mysql://root@localhost/x", "--to", "there"];
    assert!(refused(folder, &unknown, 2).contains("--from: "));
}
