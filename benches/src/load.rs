//! A load generator that costs little: one thread and one connection for each client, requests that
//! are ready before the clock runs, answers read into one buffer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Failure;
use crate::machine::{self, CpuTime};

/// The longest that an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to a server.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer: its status, and where its body is in the buffer.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

/// The bytes of a request to an operation.
pub(crate) fn request(operation: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST /api/connector/v1/{operation} HTTP/1.1\r\nHost: localhost\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: vec![0; 64 * 1024] })
    }

    /// Sends a request and reads its answer.
    pub(crate) fn send(&mut self, request: &[u8]) -> Result<Answer<'_>, Failure> {
        self.stream.write_all(request)?;
        let (mut filled, mut whole) = (0, None);
        loop {
            if let Some((start, end)) = whole
                && filled >= end
            {
                let status = self.buffer.get(9..12).map(String::from_utf8_lossy);
                let status = status.ok_or("an answer without a status")?.parse()?;
                let body = self.buffer.get(start..end).ok_or("an answer without its body")?;
                return Ok(Answer { status, body });
            }
            if filled == self.buffer.len() {
                self.buffer.resize(filled * 2, 0);
            }
            let room = self.buffer.get_mut(filled..).ok_or("no room in the buffer")?;
            let count = self.stream.read(room)?;
            if count == 0 {
                return Err("the server closed the connection".into());
            }
            filled += count;
            if whole.is_none() {
                whole = extent(self.buffer.get(..filled).unwrap_or_default())?;
            }
        }
    }

    /// Sends a request to an operation and reads the answer, which must be 200.
    pub(crate) fn call(&mut self, operation: &str, body: &Value) -> Result<Value, Failure> {
        let answer = self.send(&request(operation, body))?;
        let value: Value = serde_json::from_slice(answer.body)?;
        if answer.status == 200 { Ok(value) } else { Err(format!("{operation}: {value}").into()) }
    }
}

/// Where the body begins and ends, once the head is there.
fn extent(bytes: &[u8]) -> Result<Option<(usize, usize)>, Failure> {
    const END: &[u8] = b"\r\n\r\n";
    let Some(head) = bytes.windows(END.len()).position(|window| window == END) else {
        return Ok(None);
    };
    let text = std::str::from_utf8(bytes.get(..head).unwrap_or_default())?.to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(Ok(0), str::parse)?;
    let start = head + END.len();
    Ok(Some((start, start + length)))
}

/// What one round of a scenario showed.
#[derive(Clone)]
pub(crate) struct Round {
    /// Answers a second.
    pub(crate) rate: f64,
    /// The time of every answer, the shortest first.
    pub(crate) times: Vec<Duration>,
    /// The time of every refusal with 503 or 409, the shortest first.
    pub(crate) refusals: Vec<Duration>,
    /// Requests sent a second, refused ones included.
    pub(crate) offered: f64,
    /// Processor time of the load generator, in cores.
    pub(crate) generator_cores: f64,
}

impl Round {
    /// The time that so many hundredths of the answers took at most.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        percentile(&self.times, percent)
    }
}

/// The time that so many hundredths of these took at most; the shortest come first.
pub(crate) fn percentile(times: &[Duration], percent: usize) -> Duration {
    let last = times.len().saturating_sub(1);
    times.get(last * percent / 100).copied().unwrap_or_default()
}

/// How clients load a server.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    /// How many there are.
    pub(crate) clients: usize,
    /// For how long.
    pub(crate) time: Duration,
    /// How often each sends; without it, or where an answer takes longer, as soon as it has its
    /// answer.
    pub(crate) every: Option<Duration>,
    /// What becomes of a refusal.
    pub(crate) refusals: Refusals,
}

/// What becomes of a refusal: 503, or 409 where a command lost against others again and again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusals {
    /// It ends the run.
    Fail,
    /// It is counted.
    Count,
}

/// What a client sends: its number and the number of its request lead to the bytes.
pub(crate) type Requests<'a> = dyn Fn(usize, usize) -> Vec<u8> + Sync + 'a;

/// Runs clients against a server for a while. Every answer must be 200.
pub(crate) fn run(
    address: SocketAddr,
    clients: usize,
    time: Duration,
    requests: &Requests<'_>,
) -> Result<Round, Failure> {
    put(address, Load { clients, time, every: None, refusals: Refusals::Fail }, requests)
}

/// Puts a load on a server. Every answer must be 200, or a refusal where those are counted.
pub(crate) fn put(
    address: SocketAddr,
    load: Load,
    requests: &Requests<'_>,
) -> Result<Round, Failure> {
    let (cpu, started, stop) =
        (CpuTime::of_this_process()?, Instant::now(), AtomicBool::new(false));
    let answers: Result<Vec<Answers>, String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..load.clients)
            .map(|client| {
                let stop = &stop;
                scope.spawn(move || {
                    drive(address, (client, load), stop, requests).map_err(|failure| {
                        stop.store(true, Ordering::Relaxed);
                        failure.to_string()
                    })
                })
            })
            .collect();
        while started.elapsed() < load.time && !stop.load(Ordering::Relaxed) {
            machine::pause(Duration::from_millis(5));
        }
        stop.store(true, Ordering::Relaxed);
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a client panicked".to_owned())))
            .collect()
    });
    let seconds = started.elapsed().as_secs_f64();
    let (mut times, mut refusals) = (Vec::new(), Vec::new());
    for answers in answers? {
        times.extend(answers.times);
        refusals.extend(answers.refusals);
    }
    times.sort_unstable();
    refusals.sort_unstable();
    let used = CpuTime::of_this_process()?.since(cpu).as_secs_f64();
    Ok(Round {
        rate: times.len() as f64 / seconds,
        offered: (times.len() + refusals.len()) as f64 / seconds,
        times,
        refusals,
        generator_cores: used / seconds,
    })
}

/// The times of what one client got.
#[derive(Default)]
struct Answers {
    times: Vec<Duration>,
    refusals: Vec<Duration>,
}

fn drive(
    address: SocketAddr,
    (number, load): (usize, Load),
    stop: &AtomicBool,
    requests: &Requests<'_>,
) -> Result<Answers, Failure> {
    let (mut client, mut answers) = (Client::connect(address)?, Answers::default());
    let every = load.every.unwrap_or_default();
    // Clients take turns, instead of sending all at once.
    let turn = every.mul_f64(number as f64 / load.clients.max(1) as f64);
    let mut due = Instant::now() + turn;
    while !stop.load(Ordering::Relaxed) {
        let request = requests(number, answers.times.len());
        if load.every.is_some() {
            machine::pause(due.saturating_duration_since(Instant::now()));
        }
        let began = Instant::now();
        let answer = client.send(&request)?;
        match answer.status {
            200 => answers.times.push(began.elapsed()),
            503 | 409 if load.refusals == Refusals::Count => answers.refusals.push(began.elapsed()),
            status => {
                let body = String::from_utf8_lossy(answer.body);
                return Err(format!("{status} {body}").into());
            }
        }
        // What could not be sent in time is not made up for.
        due = (due + every).max(Instant::now());
    }
    Ok(answers)
}
