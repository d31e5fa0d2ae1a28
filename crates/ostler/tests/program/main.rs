//! The program as whoever starts it sees it.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it should be"
)]

mod alerts;
mod copying;
mod crash;
mod examples;
mod limits;
mod postgres;
mod shortage;
mod storage;
mod support;
mod tour;

use ostler_api::resources::ResourceState;
use ostler_hotel::resource_blocks::ResourceBlocks;
use ostler_hotel::resources::Resources;
use ostler_store::Find;
use ostler_worlds::demo;
use ostler_worlds::world::{Place, World, WorldOptions};
use serde_json::{Value, json};

use support::{furnished, printed, refused, serve, value};

#[test]
fn the_first_screen_shows_a_request_that_works() {
    let folder = furnished();
    let server = serve(folder.path(), &[]);
    assert!(server.greeting.contains("Independent of Mews Systems"), "{}", server.greeting);
    let (status, body) = server.post("services/getAll", &server.shown());
    assert_eq!(status, 200, "{body}");
    assert!(folder.path().join("ostler-data/world.sqlite").exists());

    let second = refused(folder.path(), &["serve", "--listen", "127.0.0.1:0"], 1);
    assert!(second.contains("Another server is running on the data folder"), "{second}");
    let shown = server.shown();
    assert_eq!(server.terminate(), Some(0));

    let again = serve(folder.path(), &[]);
    assert_eq!(again.post("services/getAll", &shown).0, 200, "the world is kept");
    assert_eq!(again.terminate(), Some(0));
}

#[test]
fn what_became_due_while_no_server_ran_is_done_when_one_starts() {
    let folder = furnished();
    let place = Place::Folder(folder.path().join("ostler-data"));
    let world = World::open(&WorldOptions { place, ..WorldOptions::default() }).unwrap();
    let room = world.store.write_now(world.call(), |tx| {
        let rooms = Find::<Resources>::within(&[demo::GROSS]);
        let mut room = tx.first(&rooms)?.unwrap();
        room.state = ResourceState::Inspected;
        tx.update(&mut room)?;
        let block: Value = json!({
            "Id": tx.new_id::<()>(), "EnterpriseId": demo::GROSS, "AssignedResourceId": room.id,
            "IsActive": true, "Type": "OutOfOrder", "Name": "Repair",
            "StartUtc": "2020-01-01T00:00:00Z", "EndUtc": "2020-01-02T00:00:00Z",
            "CreatedUtc": tx.now(), "UpdatedUtc": tx.now(),
        });
        let block = serde_json::from_str(&block.to_string()).unwrap();
        tx.insert::<ResourceBlocks>(demo::GROSS, block, ())?;
        Ok(room.id)
    });
    drop(world);
    let server = serve(folder.path(), &[]);
    let mut body: Value = serde_json::from_str(&server.shown()).unwrap();
    body["ResourceIds"] = json!([room.unwrap()]);
    body["Extent"] = json!({ "Resources": true });
    let (status, answer) = server.post("resources/getAll", &body.to_string());
    assert_eq!((status, &answer["Resources"][0]["State"]), (200, &json!("Dirty")), "{answer}");
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn access_is_administered_beside_the_server() {
    let folder = furnished();
    let server = serve(folder.path(), &[]);
    let folder = folder.path();
    let listed = printed(folder, &["enterprises", "list"]);
    let enterprise = listed.split('\t').next().unwrap().to_owned();
    assert_eq!(server.post("services/getAll", &server.shown()).0, 200);
    printed(folder, &["enterprises", "disable", &enterprise]);
    let (status, body) = server.post("services/getAll", &server.shown());
    assert_eq!((status, &body["Message"]), (401, &json!("The enterprise is disabled.")));
    printed(folder, &["enterprises", "enable", &enterprise]);

    let client = printed(folder, &["clients", "create", "Tester"]);
    let new = printed(
        folder,
        &["integrations", "create", "--client", "Tester", "--enterprise", &enterprise],
    );
    let call = |access: &str| {
        let body = json!({
            "ClientToken": value(&client, "ClientToken"),
            "AccessToken": access,
            "Client": "Tests",
            "Limitation": { "Count": 1 },
        });
        server.post("services/getAll", &body.to_string()).0
    };
    let access = value(&new, "AccessToken");
    assert_eq!(call(access), 200);
    printed(folder, &["clients", "revoke", "Tester", "services/getAll"]);
    assert_eq!(call(access), 401);
    assert!(!printed(folder, &["clients", "grants", "Tester"]).contains("services/getAll\n"));
    printed(folder, &["clients", "grant", "Tester", "services/getAll"]);
    assert_eq!(call(access), 200);
    printed(folder, &["clients", "disable", value(&client, "Id")]);
    assert_eq!(call(access), 401);
    printed(folder, &["clients", "enable", "Tester"]);
    let rotated = printed(folder, &["integrations", "rotate", value(&new, "Id")]);
    assert_eq!(call(access), 401);
    let access = value(&rotated, "AccessToken");
    assert_eq!(call(access), 200);
    printed(folder, &["integrations", "expire", "Tester", "--at", "2099-01-01T00:00:00Z"]);
    assert_eq!(call(access), 200);
    printed(folder, &["integrations", "expire", "Tester"]);
    assert_eq!(call(access), 401);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn what_does_not_exist_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(refused(folder, &["clients", "list"], 1).contains("There is no world in"));
    assert!(!folder.join("ostler-data").exists());
    let folder = furnished();
    let folder = folder.path();
    let told = [
        (&["enterprises", "disable", "x"][..], "There is no enterprise \"x\"."),
        (&["clients", "grants", "x"], "There is no client \"x\"."),
        (&["integrations", "rotate", "x"], "There is no integration \"x\"."),
        (&["clients", "grant", "Connector API Test Client 2", "a/b"], "no operation \"a/b\""),
        (&["integrations", "disable", "Connector API Test Client 2"], "use the identifier"),
        (&["integrations", "expire", "x", "--at", "tomorrow"], "tomorrow"),
        (&["serve", "--rate-limit", "x"], "is no rate limit such as 200/30s, or off"),
        (&["serve", "--deadline", "x"], "is no time such as 30s"),
        (&["serve", "--log", "[x"], "log = \"[x\""),
    ];
    for (arguments, message) in told {
        let complaint = refused(folder, arguments, 2);
        assert!(complaint.contains(message), "{complaint}");
    }
}

#[test]
fn the_printed_configuration_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let template = printed(folder, &["config"]);
    assert!(template.contains("# rate-limit = \"200/30s\""), "{template}");
    let settings = "\ndata = \"elsewhere\"\nno-demo = true\n";
    std::fs::write(folder.join("good.toml"), template + settings).unwrap();
    let server = serve(folder, &["--config", "good.toml"]);
    assert_eq!(server.terminate(), Some(0));
    assert!(folder.join("elsewhere/world.sqlite").exists());
    std::fs::write(folder.join("bad.toml"), "listn = 1\n").unwrap();
    let complaint = refused(folder, &["serve", "--config", "bad.toml"], 2);
    assert!(complaint.contains("bad.toml") && complaint.contains("listn"), "{complaint}");
}

#[test]
fn production_makes_nothing_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), &["--environment", "production"]);
    assert_eq!(printed(folder.path(), &["enterprises", "list"]), "");
    assert_eq!(printed(folder.path(), &["clients", "list"]), "");
    let (status, body) = server.post("services/getAll", "{}");
    assert_eq!((status, &body["Details"]), (401, &Value::Null));

    let folder = folder.path();
    let mut arguments =
        "enterprises create Hotel --time-zone Europe/London --currency GBP --pricing gross \
         --tax-environment UK --country GB --language en-GB"
            .split(' ')
            .collect::<Vec<_>>();
    printed(folder, &arguments);
    let client = printed(folder, &["clients", "create", "Client"]);
    let new = ["integrations", "create", "--client", "Client", "--enterprise", "Hotel"];
    let integration = printed(folder, &new);
    let body = json!({
        "ClientToken": value(&client, "ClientToken"),
        "AccessToken": value(&integration, "AccessToken"),
        "Client": "Tests",
    });
    let (status, body) = server.post("configuration/get", &body.to_string());
    assert_eq!((status, &body["Enterprise"]["Name"]), (200, &json!("Hotel")), "{body}");
    arguments[4] = "Europe/Nowhere";
    assert!(refused(folder, &arguments, 2).contains("no time zone \"Europe/Nowhere\""));
    assert_eq!(server.terminate(), Some(0));
}
