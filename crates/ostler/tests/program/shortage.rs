//! A full disk, a folder that may not be written, too few file handles.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;

use crate::storage::{add, guests, names};
use crate::support::{furnished, ostler, printed, serve, started, under};

/// The system ends a process that writes beyond its limit, unless it wants to be told instead, as
/// by a disk that is full.
const TELL: &str = "trap '' XFSZ";

/// What a command complained that has to fail, under these circumstances.
#[track_caller]
fn complaint(folder: &Path, circumstances: &str, arguments: &[&str]) -> String {
    let output = under(folder, circumstances, arguments).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(!told.contains("panicked"), "{told}");
    told
}

#[test]
fn a_full_disk_loses_nothing_and_needs_no_restart() {
    let folder = furnished();
    let folder = folder.path();
    let arguments = ["serve", "--listen", "127.0.0.1:0"];
    let server = started(under(folder, TELL, &arguments), &[]);
    assert_eq!(add(&server, "Ames"), 200);

    server.limit("--fsize=4096:");
    // Several wait for the same commit; none is told that it is done.
    thread::scope(|scope| {
        let adding: Vec<_> = (0..12).map(|_| scope.spawn(|| add(&server, "Blake"))).collect();
        for status in adding {
            assert_eq!(status.join().unwrap(), 500);
        }
    });
    assert_eq!(guests(&server), ["Ames"], "reads go on");

    server.limit("--fsize=unlimited:");
    assert_eq!(add(&server, "Cole"), 200);
    assert_eq!(guests(&server), ["Cole", "Ames"]);
    printed(folder, &["verify"]);
    assert_eq!(server.terminate(), Some(0));
    let server = serve(folder, &[]);
    assert_eq!(guests(&server), ["Cole", "Ames"]);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_backup_that_does_not_fit_leaves_nothing() {
    let folder = furnished();
    let folder = folder.path();
    let full = format!("{TELL}; ulimit -f 100");
    let told = complaint(folder, &full, &["backup", "monday"]);
    assert!(told.contains("The copy monday.part cannot be written"), "{told}");
    printed(folder, &["backup", "monday"]);
    let whole = fs::read(folder.join("monday")).unwrap();
    complaint(folder, &full, &["backup", "monday", "--force"]);
    complaint(folder, &full, &["restore", "monday"]);
    assert_eq!(fs::read(folder.join("monday")).unwrap(), whole, "the one before is kept");
    assert_eq!(names(folder), ["monday", "ostler-data"]);
    assert_eq!(names(&folder.join("ostler-data")), ["server.lock", "world.sqlite"]);
}

#[test]
fn a_folder_that_may_not_be_written_is_told() {
    let folder = furnished();
    let folder = folder.path();
    let set = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    // Whoever may do everything has to be somebody else for a while.
    let id = std::process::Command::new("id").arg("-u").output().unwrap().stdout;
    let somebody = "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$0\" \"$@\"";
    let circumstances = if id == b"0\n" { somebody } else { "true" };
    let data = folder.join("ostler-data");
    set(folder, 0o755);
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    for (folder_mode, file_mode) in [(0o555, 0o444), (0o777, 0o444)] {
        set(&data, folder_mode);
        set(&data.join("world.sqlite"), file_mode);
        set(&data.join("server.lock"), 0o666);
        let told = complaint(folder, circumstances, &serve);
        assert!(told.contains("no right to write the database ./ostler-data/world"), "{told}");
    }
    set(&data.join("server.lock"), 0o444);
    let told = complaint(folder, circumstances, &serve);
    assert!(told.contains("ostler-data/server.lock cannot be written"), "{told}");
    let nowhere = complaint(folder, circumstances, &["serve", "--data", "/proc/nowhere"]);
    assert!(nowhere.contains("The data folder /proc/nowhere cannot be made"), "{nowhere}");
}

#[test]
fn too_few_file_handles_are_told_and_survived() {
    let folder = furnished();
    let folder = folder.path();
    for handles in [6, 9, 12, 15, 18, 30] {
        let limit = format!("ulimit -n {handles}");
        let told = complaint(folder, &limit, &["serve", "--listen", "127.0.0.1:0"]);
        let named = told.contains("file handles") || told.contains("Too many open files");
        assert!(named, "{handles}: {told}");
    }
    let mut command = ostler(folder, &["serve", "--listen", "127.0.0.1:0"]);
    command.env("OSTLER_LOG", "error");
    let server = started(command, &[]);
    let body = server.shown();
    let open = TcpStream::connect(&server.address).unwrap();
    assert_eq!(server.post("services/getAll", &body).0, 200);
    let limit = format!("--nofile={}:", server.open_files() + 2);
    server.limit(&limit);
    let idle: Vec<TcpStream> =
        (0..20).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    assert_eq!(server.post_on(open, "services/getAll", &body).0, 200, "what is open is served");
    drop(idle);
    assert_eq!(server.post("services/getAll", &body).0, 200, "and others, once there is room");
    assert_eq!(add(&server, "Ames"), 200);
    assert_eq!(server.terminate(), Some(0));
}
