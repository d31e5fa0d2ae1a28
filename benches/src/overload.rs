//! Ten times what the server can do.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::hotel::{Hotel, with_tokens};
use crate::load::{self, Client, Load, Refusals, Round};
use crate::report::{Target, held, milliseconds};
use crate::scenarios::{copied, history};
use crate::server::Server;
use crate::{Failure, Plan, machine};

/// Items of an order: a command that costs the database more than HTTP costs the server, so that
/// ten times as many can be sent from the same machine.
const ITEMS: usize = 10;
/// Clients that keep the server just busy: so many are never refused.
const BUSY_CLIENTS: usize = 8;
/// Clients that overload it.
const CLIENTS: usize = 400;
/// How many times what the server can do.
const TIMES: f64 = 10.0;

/// What a server did before, under and after overload.
pub(crate) struct Overload {
    unloaded: Round,
    before: Round,
    flood: Round,
    after: Round,
    mebibytes_before: f64,
    mebibytes_most: f64,
}

/// Measures overload alone and prints its section.
pub(crate) fn run(plan: &Plan) -> Result<(), Failure> {
    std::fs::create_dir_all(&plan.data)?;
    let smallest = plan.sizes.first().copied().ok_or("no sizes")?;
    let mut text = String::new();
    section(&mut text, plan, &measure(plan, &history(plan, smallest)?)?)?;
    println!("{text}");
    Ok(())
}

/// Orders: by one client, by as many as keep the server busy, ten times as fast, and as before.
pub(crate) fn measure(plan: &Plan, folder: &Path) -> Result<Overload, Failure> {
    let copy = copied(folder)?;
    let server = Server::ostler(&plan.server, copy.path())?;
    let mut client = Client::connect(server.address)?;
    let hotel = Hotel::load(&mut client)?;
    let guest = json!({ "LastName": "Holmes", "OverwriteExisting": false });
    let guest = client.call("customers/add", &with_tokens(guest))?["Id"].take();
    let request = load::request("orders/add", &with_tokens(hotel.order(&guest, ITEMS)));
    let requests = |_: usize, _: usize| request.clone();
    let busy =
        Load { clients: BUSY_CLIENTS, time: plan.round, every: None, refusals: Refusals::Count };
    load::put(server.address, busy, &requests)?;
    let unloaded = load::run(server.address, 1, plan.round, &requests)?;
    let before = load::put(server.address, busy, &requests)?;
    let mebibytes_before = machine::own_memory(server.id())?;
    let every = Duration::from_secs_f64(CLIENTS as f64 / (TIMES * before.rate));
    let flood = Load {
        clients: CLIENTS,
        time: plan.overload_time,
        every: Some(every),
        refusals: Refusals::Count,
    };
    let (flood, mebibytes_most) = watched(&server, || load::put(server.address, flood, &requests))?;
    let after = load::put(server.address, busy, &requests)?;
    Ok(Overload { unloaded, before, flood, after, mebibytes_before, mebibytes_most })
}

/// Runs something, and looks meanwhile how much memory the server has in use at most, in MiB.
fn watched(
    server: &Server,
    run: impl FnOnce() -> Result<Round, Failure>,
) -> Result<(Round, f64), Failure> {
    let (process, done) = (server.id(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut most: f64 = 0.0;
            while !done.load(Ordering::Relaxed) {
                most = most.max(machine::own_memory(process).map_err(|it| it.to_string())?);
                machine::pause(Duration::from_millis(100));
            }
            Ok::<_, String>(most)
        });
        let round = run();
        done.store(true, Ordering::Relaxed);
        let most = watch.join().map_err(|_panic| "the watch panicked")??;
        Ok((round?, most))
    })
}

pub(crate) fn section(text: &mut String, plan: &Plan, overload: &Overload) -> Result<(), Failure> {
    let Overload { unloaded, before, flood, after, mebibytes_before, mebibytes_most } = overload;
    let slower = flood.percentile(99).as_secs_f64() / unloaded.percentile(99).as_secs_f64();
    let refused = flood.refusals.len() as f64 / (flood.refusals.len() + flood.times.len()) as f64;
    writeln!(
        text,
        "\n## Overload\n`orders/add` with {ITEMS} items, which costs the database more than HTTP. \
         {CLIENTS} clients send {TIMES} times what {BUSY_CLIENTS} get done, for {:.0} s; whoever is \
         refused comes again in its next turn. The memory is the server's own, without mapped pages \
         of its file. What was served in the first {:.0} s afterwards is held against before.\n\n\
         | What | Value |\n|---|---|\n\
         | unloaded, 1 client: p50, p99 | {}, {} |\n\
         | busy, {BUSY_CLIENTS} clients | {:.0}/s |\n\
         | overload: sent | {:.0}/s, {:.1} times as many |\n\
         | overload: served | {:.0}/s, {:.2} of before |\n\
         | overload: refused with 503 | {:.1} %, p50 {}, p99 {} |\n\
         | overload: served ones' p50, p99 | {}, {} |\n\
         | overload: p99 beside the unloaded one | {} |\n\
         | own memory before, and at most under overload, MiB | {mebibytes_before:.0}, {mebibytes_most:.0} |\n\
         | afterwards | {:.0}/s |\n\
         | afterwards beside before | {} |\n\
         | generator under overload | {:.2} cores |",
        plan.overload_time.as_secs_f64(),
        plan.round.as_secs_f64(),
        milliseconds(unloaded.percentile(50)),
        milliseconds(unloaded.percentile(99)),
        before.rate,
        flood.offered,
        flood.offered / before.rate,
        flood.rate,
        flood.rate / before.rate,
        refused * 100.0,
        milliseconds(load::percentile(&flood.refusals, 50)),
        milliseconds(load::percentile(&flood.refusals, 99)),
        milliseconds(flood.percentile(50)),
        milliseconds(flood.percentile(99)),
        held(slower, &Target::AtMost(5.0)),
        after.rate,
        held(after.rate / before.rate, &Target::AtLeast(0.9)),
        flood.generator_cores,
    )?;
    Ok(())
}
