//! The data on the disk: verified, damaged, kept, restored.

use serde_json::{Value, json};

use crate::support::{furnished, printed, refused, serve};

/// The first screen's request for something else, with these parameters.
fn body(shown: &str, parameters: &Value) -> String {
    let mut body: Value = serde_json::from_str(shown).unwrap();
    for (name, value) in parameters.as_object().unwrap() {
        body[name] = value.clone();
    }
    body.to_string()
}

#[test]
fn a_world_is_verified_beside_its_server() {
    let folder = furnished();
    let folder = folder.path();
    let server = serve(folder, &[]);
    let before = printed(folder, &["verify"]);
    let guest = body(&server.shown(), &json!({ "LastName": "Ames", "OverwriteExisting": false }));
    assert_eq!(server.post("customers/add", &guest).0, 200);
    let after = printed(folder, &["verify"]);
    assert!(after.ends_with("changes.\n") && after != before, "{before}{after}");
    assert_eq!(server.terminate(), Some(0));
    assert_eq!(printed(folder, &["verify"]), after);
    let elsewhere = refused(folder, &["verify", "--data", "elsewhere"], 1);
    assert!(elsewhere.contains("There is no world in elsewhere"), "{elsewhere}");
}
