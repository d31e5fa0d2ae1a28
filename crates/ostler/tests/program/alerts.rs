//! Alerts, tried from the command line.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use serde_json::Value;

use super::support::{ostler, refused};

/// Takes one request and answers it with this status; gives its body.
pub(crate) fn one_alert(listener: TcpListener, status: u16) -> JoinHandle<Value> {
    thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let (mut length, mut line) = (0, String::new());
        while stream.read_line(&mut line).unwrap() > 2 {
            let header = line.to_lowercase();
            if let Some(value) = header.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
        stream.get_mut().write_all(answer.as_bytes()).unwrap();
        serde_json::from_slice(&body).unwrap()
    })
}

#[test]
fn alerts_can_be_tried() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let complaint = refused(folder, &["alerts", "test"], 2);
    assert!(complaint.contains("Nobody is told of faults"), "{complaint}");
    for status in [204, 404] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/quimby", listener.local_addr().unwrap());
        let got = one_alert(listener, status);
        let output = ostler(folder, &["alerts", "test"])
            .env("OSTLER_ALERT_WEBHOOK", &address)
            .env("OSTLER_ALERT_SECRET", "quimby")
            .output()
            .unwrap();
        assert_eq!(got.join().unwrap()["Alert"], "Test");
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.contains("webhook") && told.contains(&status.to_string()), "{told}");
        assert_eq!(output.status.code(), Some(i32::from(status != 204)));
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(!told.contains("quimby") && !complaint.contains("quimby"), "{told}{complaint}");
    }
    let help = ostler(folder, &["serve", "--help"]).env("OSTLER_ALERT_SECRET", "quimby").output();
    assert!(!String::from_utf8(help.unwrap().stdout).unwrap().contains("quimby"));
}
