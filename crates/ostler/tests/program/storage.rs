//! The data on the disk: verified, damaged, kept, restored.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Server, furnished, printed, refused, serve};

/// Adds a guest of this name; the status.
pub(crate) fn add(server: &Server, name: &str) -> u16 {
    let guest = json!({ "LastName": name, "OverwriteExisting": false });
    server.post("customers/add", &body(&server.shown(), &guest)).0
}

/// Which of the tests' guests there are, newest first.
pub(crate) fn guests(server: &Server) -> Vec<String> {
    let all = json!({
        "LastNames": ["Ames", "Blake", "Cole"],
        "Extent": { "Customers": true },
        "Limitation": { "Count": 10 },
    });
    let (status, answer) = server.post("customers/getAll", &body(&server.shown(), &all));
    assert_eq!(status, 200, "{answer}");
    let names = answer.pointer("/Customers").and_then(Value::as_array).unwrap().iter();
    names.map(|guest| guest.pointer("/LastName").unwrap().as_str().unwrap().to_owned()).collect()
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The first screen's request for something else, with these parameters.
fn body(shown: &str, parameters: &Value) -> String {
    let mut body: Value = serde_json::from_str(shown).unwrap();
    let parameters = parameters.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(parameters);
    body.to_string()
}

#[test]
fn a_world_is_verified_beside_its_server() {
    let folder = furnished();
    let folder = folder.path();
    let server = serve(folder, &[]);
    let before = printed(folder, &["verify"]);
    assert_eq!(add(&server, "Ames"), 200);
    let after = printed(folder, &["verify"]);
    assert!(after.ends_with("changes.\n") && after != before, "{before}{after}");
    assert_eq!(server.terminate(), Some(0));
    assert_eq!(printed(folder, &["verify"]), after);
    let elsewhere = refused(folder, &["verify", "--data", "elsewhere"], 1);
    assert!(elsewhere.contains("There is no world in elsewhere"), "{elsewhere}");
}

#[test]
fn a_backup_of_the_served_world_is_restored() {
    let folder = furnished();
    let folder = folder.path();
    let server = serve(folder, &[]);
    assert_eq!(add(&server, "Ames"), 200);
    assert!(printed(folder, &["backup", "monday"]).contains("monday"));
    assert_eq!(add(&server, "Blake"), 200);
    let exists = refused(folder, &["backup", "monday"], 1);
    assert!(exists.contains("monday exists. Say --force"), "{exists}");
    let itself = ["backup", "ostler-data/world.sqlite", "--force"];
    assert!(refused(folder, &itself, 1).contains("is the world itself"));
    let served = refused(folder, &["restore", "monday"], 1);
    assert!(served.contains("Another server is running"), "{served}");
    assert_eq!(server.terminate(), Some(0));

    let told = printed(folder, &["restore", "monday", "--verify"]);
    let server = serve(folder, &[]);
    assert_eq!(guests(&server), ["Ames"]);
    assert_eq!(add(&server, "Cole"), 200);
    printed(folder, &["backup", "monday", "--force"]);
    assert_eq!(server.terminate(), Some(0));

    // What was replaced is kept, and can be returned to like any backup.
    let aside = told.split("before it is ").nth(1).unwrap().trim_end().trim_end_matches('.');
    printed(folder, &["restore", aside]);
    let server = serve(folder, &[]);
    assert_eq!(guests(&server), ["Blake", "Ames"]);
    assert_eq!(server.terminate(), Some(0));

    printed(folder, &["restore", "monday", "--verify", "--data", "elsewhere"]);
    assert_eq!(names(&folder.join("elsewhere")), ["server.lock", "world.sqlite"]);
    printed(folder, &["verify", "--data", "elsewhere"]);
    assert_eq!(names(folder), ["elsewhere", "monday", "ostler-data"]);
}

#[test]
fn what_is_no_sound_backup_replaces_nothing() {
    let folder = furnished();
    let folder = folder.path();
    printed(folder, &["backup", "good"]);
    let good = fs::read(folder.join("good")).unwrap();
    let world = fs::read(folder.join("ostler-data/world.sqlite")).unwrap();
    // The layout is a number in the header of the file.
    let mut newer = good.clone();
    newer[60..64].copy_from_slice(&77_u32.to_be_bytes());
    let mut damaged = good.clone();
    let place = good.windows(4).rposition(|bytes| bytes == b"\"Id\"").unwrap_or(good.len() / 2);
    damaged[place + 10] ^= 1;
    let cases = [
        ("newer", newer, "was written by a newer Ostler (layout 77"),
        ("other", b"a letter, not a database".repeat(100), "is not a database of Ostler"),
        ("empty", Vec::new(), "it is empty"),
        ("short", good[..good.len() / 2].to_vec(), "is damaged"),
        ("damaged", damaged, "does not fit its checksum"),
    ];
    for (name, bytes, wanted) in cases {
        fs::write(folder.join(name), bytes).unwrap();
        let refusal = refused(folder, &["restore", name, "--verify"], 1);
        assert!(refusal.contains(wanted) && refusal.contains(name), "{name}: {refusal}");
    }
    assert!(refused(folder, &["restore", "missing"], 1).contains("There is no file missing."));
    assert_eq!(names(&folder.join("ostler-data")), ["server.lock", "world.sqlite"]);
    assert_eq!(fs::read(folder.join("ostler-data/world.sqlite")).unwrap(), world);
    printed(folder, &["restore", "good", "--verify"]);
}

#[test]
fn a_damaged_world_is_refused_until_a_backup_replaces_it() {
    let folder = furnished();
    let folder = folder.path();
    printed(folder, &["backup", "good"]);
    let file = folder.join("ostler-data/world.sqlite");
    let whole = fs::read(&file).unwrap();
    for length in [0, whole.len() / 3, whole.len() - 1] {
        fs::write(&file, &whole[..length]).unwrap();
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["clients", "list"]] {
            let refusal = refused(folder, command, 1);
            let named = refusal.contains("world.sqlite is damaged");
            assert!(named && refusal.contains("`ostler restore FILE`"), "{length}: {refusal}");
        }
        assert!(refused(folder, &["verify"], 1).contains("damaged"));
        assert!(refused(folder, &["backup", "bad"], 1).contains("damaged"));
    }
    assert_eq!(names(folder), ["good", "ostler-data"]);
    printed(folder, &["restore", "good"]);
    let server = serve(folder, &[]);
    assert_eq!(add(&server, "Ames"), 200);
    assert_eq!(server.terminate(), Some(0));
}
