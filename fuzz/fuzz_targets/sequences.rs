//! Whatever a client does, nothing is a fault, and the world agrees with itself afterwards.
#![no_main]

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use arbitrary::Unstructured;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use libfuzzer_sys::fuzz_target;
use ostler::app::{App, OPERATIONS_PATH, Settings};
use ostler_fuzz::Maker;
use ostler_hotel::registry::OPERATIONS;
use ostler_hotel::texts;
use ostler_worlds::clock::Clock;
use ostler_worlds::demo;
use ostler_worlds::world::{Place, World, WorldOptions};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

/// Requests of a sequence at the most.
const STEPS_MAX: usize = 40;

struct Server {
    app: App,
    runtime: Runtime,
}

impl Server {
    fn post(&self, path: &str, mut body: Value) -> Value {
        body["ClientToken"] = json!(demo::CLIENTS[0].client_token);
        body["AccessToken"] = json!(demo::CLIENTS[0].gross);
        body["Client"] = json!("fuzz");
        let sent = body.to_string();
        let request = Request::post(path).header("content-type", "application/json");
        let request = request.body(Full::new(Bytes::from(sent.clone()))).expect("a request");
        self.runtime.block_on(async {
            let (head, body) = self.app.handle(request).await.into_parts();
            let bytes = body.collect().await.expect("a body").to_bytes();
            assert!(head.status.as_u16() < 500, "{path} {sent}: {bytes:?}");
            serde_json::from_slice(&bytes).unwrap_or_default()
        })
    }
}

fn options() -> WorldOptions {
    let now = "2026-03-02T10:00:00Z".parse().expect("an instant");
    WorldOptions { clock: Clock::Frozen(now), readers: 1, ..WorldOptions::default() }
}

/// A database with the furnished demo hotels.
fn origin() -> &'static PathBuf {
    static ORIGIN: OnceLock<PathBuf> = OnceLock::new();
    ORIGIN.get_or_init(|| {
        let world = World::open(&options()).expect("a world");
        demo::furnish(&world, 1).expect("hotels");
        let file = tempfile::tempdir().expect("a folder").keep().join("origin.sqlite");
        world.store.copy_to(&file).expect("a copy");
        file
    })
}

fuzz_target!(|bytes: &[u8]| {
    let options = WorldOptions { place: Place::CopyOf(origin().clone()), ..options() };
    let world = Arc::new(World::open(&options).expect("a world"));
    let settings = Settings { rate_limit: None, ..Settings::default() };
    let app = App::new(Arc::clone(&world), settings, texts::catalog(), OPERATIONS);
    let mut maker = Maker::new(serde_json::from_slice(&app.document()).expect("a document"));
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = Server { app, runtime };
    for operation in OPERATIONS.iter().filter(|it| it.address.ends_with("/getAll")) {
        let path = format!("{OPERATIONS_PATH}{}", operation.address);
        maker.learn(&server.post(&path, json!({ "Limitation": { "Count": 100 } })));
    }
    let mut chance = Unstructured::new(bytes);
    for _ in 0..STEPS_MAX {
        let Ok(operation) = chance.choose(OPERATIONS) else { break };
        let path = format!("{OPERATIONS_PATH}{}", operation.address);
        let Ok(body) = maker.request(&path, &mut chance) else { break };
        if body.is_object() {
            maker.learn(&server.post(&path, body));
        }
        if chance.is_empty() {
            break;
        }
    }
    agrees(&world);
});

/// Every document agrees with its index columns and with the log of changes.
fn agrees(world: &World) {
    let folder = tempfile::tempdir().expect("a folder");
    world.store.copy_to(&folder.path().join(World::DATABASE)).expect("a copy");
    let found = World::verify(folder.path(), &mut |_| {}).expect("a verification");
    assert!(found.problems.is_empty(), "{:?}", found.problems);
}
