//! TLS to the database.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use ostler_services::Ending;

use super::support::{Cluster, guest};
use crate::support::refused;

/// Runs `openssl`, which Debian's package of PostgreSQL brings with it.
#[track_caller]
fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output();
    let output = output.unwrap_or_else(|error| panic!("openssl: {error}"));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "openssl {arguments}: {told}");
}

/// Makes an authority `NAME.pem`, and `NAME.key`.
fn authority(folder: &Path, name: &str) {
    openssl(
        folder,
        &format!(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
             -subj /CN={name} -keyout {name}.key -out {name}.pem"
        ),
    );
}

/// Makes `server.crt` and `server.key` of a server at 127.0.0.1, by an authority.
fn certificate(folder: &Path, authority: &str) {
    openssl(
        folder,
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=database \
         -keyout server.key -out server.csr",
    );
    let extensions = "basicConstraints=CA:FALSE\nsubjectAltName=IP:127.0.0.1\n";
    fs::write(folder.join("extensions"), extensions).unwrap();
    openssl(
        folder,
        &format!(
            "x509 -req -in server.csr -CA {authority}.pem -CAkey {authority}.key -set_serial 1 \
             -days 2 -extfile extensions -out server.crt"
        ),
    );
}

/// Lets the cluster speak TLS with a certificate of the authority `ours`.
fn encrypt(cluster: &mut Cluster) {
    let folder = cluster.folder.path();
    authority(folder, "ours");
    authority(folder, "theirs");
    certificate(folder, "ours");
    let data = cluster.postgres.data().to_owned();
    let owner = fs::metadata(&data).unwrap();
    for name in ["server.crt", "server.key"] {
        let file = data.join(name);
        fs::copy(folder.join(name), &file).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    cluster.postgres.set(&[("ssl", "on")]).unwrap();
    cluster.postgres.end(Ending::Orderly).unwrap();
    cluster.postgres.start_again().unwrap();
}

#[test]
fn the_database_is_reached_by_tls_and_proves_who_it_is_where_asked_to() {
    let mut cluster = Cluster::furnished();
    let plain = cluster.url();
    let told = |parameters: &str| {
        let url = format!("{plain}?{parameters}");
        let serve = ["serve", "--listen", "127.0.0.1:0", "--store", &url];
        refused(cluster.folder.path(), &serve, 1)
    };
    let without = told("sslmode=require");
    assert!(without.contains("cannot be reached") && without.contains("TLS"), "{without}");

    encrypt(&mut cluster);
    let roots = |name: &str| {
        let file = cluster.folder.path().join(name);
        format!("sslrootcert={}", file.display().to_string().replace('/', "%2F"))
    };
    let (ours, theirs) = (roots("ours.pem"), roots("theirs.pem"));
    let told = |url: &str| {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--store", url];
        refused(cluster.folder.path(), &serve, 1)
    };
    for parameters in
        ["sslmode=require", "sslmode=prefer", &format!("sslmode=verify-full&{ours}"), &ours]
    {
        let server = cluster.serve_on(&format!("{plain}?{parameters}"), &[]);
        server.ok("customers/add", &guest("Ames"));
        let encrypted = "SELECT count(*) > 0 AND bool_and(ssl) FROM pg_stat_ssl \
             JOIN pg_stat_activity USING (pid) WHERE application_name = 'ostler'";
        assert_eq!(cluster.sql(encrypted), "t", "{parameters}");
        assert_eq!(server.terminate(), Some(0));
    }
    for parameters in [
        "sslmode=verify-full",
        &format!("sslmode=verify-full&{theirs}"),
        &format!("sslmode=verify-ca&{theirs}"),
        &format!("sslmode=require&{theirs}"),
    ] {
        let told = told(&format!("{plain}?{parameters}"));
        assert!(told.contains("invalid peer certificate"), "{parameters}: {told}");
    }
    // Another name than the certificate's.
    let elsewhere = plain.replace("127.0.0.1", "localhost");
    let told = told(&format!("{elsewhere}?sslmode=verify-full&{ours}"));
    assert!(told.contains("not valid for name"), "{told}");
}
