//! `ostler serve`

use std::io::IsTerminal;
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::Arc;

use ostler_hotel::registry::OPERATIONS;
use ostler_hotel::texts;
use ostler_worlds::access::Registry;
use ostler_worlds::demo;
use ostler_worlds::upkeep::{self as world_upkeep, Rest};
use ostler_worlds::world::{self, World, WorldOptions};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use super::{Failure, say};
use crate::alerts::{Alerts, Faults};
use crate::app::{App, Observers, serve};
use crate::config::{Environment, LogFormat, Options, Place, Settings};
use crate::limits::SharedLimits;
use crate::traces::Traces;
use crate::upkeep;

/// Reader connections at the most; beyond the cores of a machine they only wait for each other.
const READERS_MAX: usize = 16;

/// The file handles that must be left once the world is open: for the server itself and for a few
/// connections.
const HANDLES_MIN: usize = 32;

/// Whether the world has been served before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// It has nothing in it yet.
    First,
    /// It has.
    Later,
}

pub(super) fn run(place: &Place, options: Options) -> Result<(), Failure> {
    let settings = Settings::resolve(place, options).map_err(Failure::usage)?;
    let alerts = settings.of_alerts().map_err(Failure::usage)?;
    let (alerts, courier) = Alerts::new(&alerts).map_err(Failure::fault)?;
    let redis = settings.of_limits().map_err(Failure::usage)?;
    start_log(&settings, &alerts)?;
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let has_demo = settings.environment == Environment::Development && settings.has_demo;
    let readers = cores.clamp(2, READERS_MAX);
    let options = WorldOptions {
        place: settings.place.clone(),
        seed: settings.seed,
        readers,
        readers_here: readers,
        documents_bytes_max: settings.document_cache_bytes,
        ..WorldOptions::default()
    };
    if has_demo && let world::Place::Database(database) = &settings.place {
        demo::prepare_in(database, settings.seed, options.clock)?;
    }
    let world = World::open_made(&options, |folder| {
        if !has_demo {
            return Ok(());
        }
        tracing::info!("making the demo hotels, unless the data folder has a world already");
        demo::prepare(folder, settings.seed, options.clock)
    })?;
    let is_empty = world
        .store
        .read_now(world.call(), |snapshot| Ok(Registry::load(snapshot, 0)?.is_empty()))?;
    let start = if is_empty { Start::First } else { Start::Later };
    // What became due while no server ran is done before anyone can ask for it.
    while world_upkeep::round(&world).map_err(|error| Failure::fault(error.to_string()))?
        == Rest::More
    {}
    enough_handles()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // One drives connections however many of the others read at the moment. More of them would
        // wake each other for nothing.
        .worker_threads(cores.max(readers) + 1)
        .build()
        .map_err(|error| Failure::fault(format!("The server cannot start: {error}.")))?;
    if let Some(courier) = courier {
        runtime.spawn(courier.run());
    }
    let traces = match settings.collector().map_err(Failure::usage)? {
        None => Traces::default(),
        Some(endpoint) => {
            let environment = settings.environment.name();
            let traces = Traces::to(&endpoint, environment, runtime.handle().clone());
            traces.map_err(Failure::fault)?
        }
    };
    let limits = match (redis, settings.rate_limit) {
        (Some(redis), Some(limit)) => {
            // The servers of one database share its limit; folders are told apart by their seeds.
            let world = match &settings.place {
                world::Place::Database(database) => database.to_string(),
                _ => format!("seed-{}", settings.seed),
            };
            let shared = runtime.block_on(SharedLimits::connect(redis, limit, &world));
            Some(shared.map_err(Failure::fault)?)
        }
        _ => None,
    };
    let observers = Observers { alerts, traces, limits };
    runtime.block_on(async {
        let served = listen(&settings, world, start, observers.clone()).await;
        observers.finish().await;
        served
    })
}

/// Fails where the system lets the process open too few files: parts of the server would panic
/// instead of saying so, and what remains would serve nobody.
fn enough_handles() -> Result<(), Failure> {
    let opened: std::io::Result<Vec<UdpSocket>> =
        (0..HANDLES_MIN).map(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))).collect();
    opened.map(drop).map_err(|error| {
        Failure::fault(format!(
            "The server needs {HANDLES_MIN} more file handles (ulimit -n): {error}."
        ))
    })
}

async fn listen(
    settings: &Settings,
    world: World,
    start: Start,
    observers: Observers,
) -> Result<(), Failure> {
    let cannot = |what: &str, error: std::io::Error| Failure::fault(format!("{what}: {error}."));
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(|error| cannot(&format!("{} cannot be listened on", settings.listen), error))?;
    let address = listener
        .local_addr()
        .map_err(|error| cannot("The address of the server is unknown", error))?;
    let asked_to_stop =
        asked_to_stop().map_err(|error| cannot("Signals cannot be received", error))?;
    let world = Arc::new(world);
    let app = App::observed(
        Arc::clone(&world),
        settings.of_app(),
        texts::catalog(),
        OPERATIONS,
        observers,
    );
    // A server whose standard output nobody reads serves all the same.
    if let Err(failure) = say(&greeting(settings, &address.to_string(), start)) {
        tracing::warn!(%failure, "the first screen is not shown");
    }
    tracing::info!(%address, environment = ?settings.environment, "serving");
    let (last_request_done, stopped) = oneshot::channel::<()>();
    let served = async {
        serve(listener, app, async {
            asked_to_stop.await;
            tracing::info!("finishing running requests");
        })
        .await;
        drop(last_request_done);
    };
    // Told by the dropped sender.
    let stopped = async { drop(stopped.await) };
    tokio::join!(served, upkeep::keep(world, stopped));
    tracing::info!("stopped");
    Ok(())
}

/// Done once the process is asked to stop, by SIGTERM or SIGINT.
#[cfg(unix)]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Done once the process is asked to stop, by Ctrl-C.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on other systems it can fail")]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()> + Send> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "Ctrl-C cannot be received");
            std::future::pending::<()>().await;
        }
    })
}

fn start_log(settings: &Settings, alerts: &Alerts) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&settings.log)
        .map_err(|error| Failure::usage(format!("log = {:?}: {error}.", settings.log)))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let lines = match settings.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // What is not logged is told all the same.
    let faults = Faults(alerts.clone()).with_filter(LevelFilter::ERROR);
    let log = tracing_subscriber::registry().with(lines.with_filter(filter)).with(faults);
    log.try_init().map_err(|error| Failure::fault(format!("The log cannot start: {error}.")))
}

/// The first screen.
fn greeting(settings: &Settings, address: &str, start: Start) -> String {
    let data = &settings.place;
    let flag = match data {
        world::Place::Folder(folder) => format!("--data {}", folder.display()),
        // The address may hold a password.
        _ => "--store …".to_owned(),
    };
    let version = env!("CARGO_PKG_VERSION");
    let head = format!(
        "Ostler {version}, an open hotel server. Independent of Mews Systems.\n\
         Address: http://{address}\nData:    {data}\n"
    );
    match settings.environment {
        Environment::Development if settings.has_demo => {
            format!("{head}\nTry it:\n{}", curl(address))
        }
        Environment::Production if start == Start::First => format!(
            "{head}\nThere is no enterprise in this world yet. While the server runs, make one and who may call it:\n  \
             ostler {flag} enterprises create 'My hotel' --time-zone Europe/London --currency GBP \\\n    \
             --pricing gross --tax-environment UK --country GB --language en-GB\n  \
             ostler {flag} clients create 'My client'\n  \
             ostler {flag} integrations create --client 'My client' --enterprise 'My hotel'\n"
        ),
        _ => head,
    }
}

/// A request to the demo hotel in the United Kingdom that works as pasted.
fn curl(address: &str) -> String {
    let [demo, ..] = demo::CLIENTS;
    let body = serde_json::json!({
        "ClientToken": demo.client_token,
        "AccessToken": demo.gross,
        "Client": "curl 1.0.0",
        "Limitation": { "Count": 10 },
    });
    format!(
        "curl -sS -X POST http://{address}/api/connector/v1/services/getAll \
         -H 'Content-Type: application/json' -d '{body}'\n"
    )
}
