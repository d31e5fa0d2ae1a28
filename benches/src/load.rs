//! A load generator that costs little: a connection for each client. Few clients have a thread each,
//! so that none waits for what another one reads. Many share a thread for each core: what wakes a
//! thread for every answer costs those who send it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};
use serde_json::Value;

use crate::Failure;
use crate::machine::{self, CpuTime};

/// The longest that an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Clients that have a thread each.
const APART_MAX: usize = 8;
/// How long nobody looks at most whether a round is over.
const LOOK: Duration = Duration::from_millis(5);
/// Bytes of answers that a thread reads at once.
const ROOM: usize = 256 << 10;

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

/// Where a request has the number of its client and its own.
pub(crate) const NUMBER: &str = "####-###########";

/// A request to an operation as each client sends it, with numbers in the place of [`NUMBER`].
pub(crate) fn numbered(
    operation: &str,
    body: &Value,
) -> Result<impl Fn(usize, usize) -> Vec<u8> + Sync + use<>, Failure> {
    let ready = request(operation, body);
    let place = ready.windows(NUMBER.len()).position(|bytes| bytes == NUMBER.as_bytes());
    let place = place.ok_or("a request without a place for its number")?;
    Ok(move |client, number| {
        let mut request = ready.clone();
        let numbers = format!("{client:04}-{number:011}");
        let place = request.get_mut(place..).into_iter().flatten();
        place.zip(numbers.bytes()).for_each(|(byte, number)| *byte = number);
        request
    })
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
        let (mut filled, mut head): (usize, Option<Head>) = (0, None);
        loop {
            if let Some(Head { status, body: (start, end) }) = head
                && filled >= end
            {
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
            if head.is_none() {
                head = Head::read(self.buffer.get(..filled).unwrap_or_default())?;
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

/// What the head of an answer says.
#[derive(Clone, Copy)]
struct Head {
    status: u16,
    /// Where the body begins, and where it ends.
    body: (usize, usize),
}

impl Head {
    /// None as long as it is not there as a whole.
    fn read(bytes: &[u8]) -> Result<Option<Self>, Failure> {
        const END: &[u8] = b"\r\n\r\n";
        let Some(head) = bytes.windows(END.len()).position(|window| window == END) else {
            return Ok(None);
        };
        let text = std::str::from_utf8(bytes.get(..head).unwrap_or_default())?;
        let status = text.get(9..12).ok_or("an answer without a status")?.parse()?;
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then_some(value)
        });
        let length: usize = length.map_or(Ok(0), str::parse)?;
        let start = head + END.len();
        Ok(Some(Self { status, body: (start, start + length) }))
    }
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
    let threads = match load.clients {
        few @ ..=APART_MAX => few.max(1),
        _ => std::thread::available_parallelism()?.get(),
    };
    let (cpu, started, stop) =
        (CpuTime::of_this_process()?, Instant::now(), AtomicBool::new(false));
    let answers: Result<Vec<Answers>, String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|thread| {
                let stop = &stop;
                let clients = (thread..load.clients).step_by(threads).collect();
                scope.spawn(move || {
                    drive(address, (clients, load), stop, requests).map_err(|failure| {
                        stop.store(true, Ordering::Relaxed);
                        failure.to_string()
                    })
                })
            })
            .collect();
        while started.elapsed() < load.time && !stop.load(Ordering::Relaxed) {
            machine::pause(LOOK);
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

/// The times of what the clients of a thread got.
#[derive(Default)]
struct Answers {
    times: Vec<Duration>,
    refusals: Vec<Duration>,
}

/// A connection that one of the threads drives.
struct Driven {
    number: usize,
    stream: mio::net::TcpStream,
    /// How many requests it has sent.
    sent: usize,
    /// When it sent the one that is not answered yet, and what came for it so far.
    under_way: Option<(Instant, Coming)>,
    /// When it sends next.
    due: Instant,
}

/// An answer that is not there as a whole.
#[derive(Default)]
struct Coming {
    head: Option<Head>,
    bytes: usize,
    /// All that came, as long as that may be needed.
    begin: Vec<u8>,
}

impl Coming {
    /// Reads the head, and keeps what is not a success.
    fn note(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let is_first = self.begin.is_empty();
        if self.head.is_none() && is_first {
            self.head = Head::read(bytes)?;
        }
        if self.head.is_some_and(|head| head.status == 200) {
            return Ok(());
        }
        self.begin.extend_from_slice(bytes);
        if self.head.is_none() && !is_first {
            self.head = Head::read(&self.begin)?;
        }
        Ok(())
    }

    /// Takes what is there; true where that is the end of the answer.
    fn take(&mut self, stream: &mut impl Read, room: &mut [u8]) -> Result<bool, Failure> {
        loop {
            let count = match stream.read(room) {
                Ok(0) => return Err("the server closed the connection".into()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error.into()),
            };
            self.bytes += count;
            self.note(room.get(..count).unwrap_or_default())?;
            if self.head.is_some_and(|head| self.bytes >= head.body.1) {
                return Ok(true);
            }
            // What comes later is told anew.
            if count < room.len() {
                return Ok(false);
            }
        }
    }
}

impl Driven {
    fn connect(address: SocketAddr, number: usize, due: Instant) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let stream = mio::net::TcpStream::from_std(stream);
        Ok(Self { number, stream, sent: 0, under_way: None, due })
    }

    fn send(&mut self, requests: &Requests<'_>) -> Result<(), Failure> {
        let request = requests(self.number, self.sent);
        self.sent += 1;
        self.under_way = Some((Instant::now(), Coming::default()));
        // A request is small, and the one before it was answered.
        match self.stream.write(&request)? {
            all if all == request.len() => Ok(()),
            _ => Err("the system took a part of a request".into()),
        }
    }
}

/// What a thread drives.
struct Drive<'a> {
    load: Load,
    requests: &'a Requests<'a>,
    clients: Vec<Driven>,
    answers: Answers,
    room: Vec<u8>,
    /// Since when nothing more is to be sent.
    stopped: Option<Instant>,
}

impl Drive<'_> {
    /// Sends what is due. Answers when there is something to do next.
    fn send_due(&mut self) -> Result<Instant, Failure> {
        let now = Instant::now();
        let mut next = now + LOOK;
        for client in self.clients.iter_mut().filter(|client| client.under_way.is_none()) {
            if client.due <= now {
                client.send(self.requests)?;
            } else {
                next = next.min(client.due);
            }
        }
        Ok(next)
    }

    /// Takes what is there for a client. A client that need not wait sends again.
    fn take(&mut self, client: usize) -> Result<(), Failure> {
        let Self { load, answers, .. } = self;
        let Some(client) = self.clients.get_mut(client) else { return Ok(()) };
        let Some((began, coming)) = &mut client.under_way else { return Ok(()) };
        if !coming.take(&mut client.stream, &mut self.room)? {
            return Ok(());
        }
        let took = began.elapsed();
        match coming.head.map_or(0, |head| head.status) {
            200 => answers.times.push(took),
            503 | 409 if load.refusals == Refusals::Count => answers.refusals.push(took),
            _ => return Err(String::from_utf8_lossy(&coming.begin).into()),
        }
        client.under_way = None;
        match load.every {
            // What could not be sent in time is not made up for.
            Some(every) => client.due = (client.due + every).max(Instant::now()),
            None if self.stopped.is_none() => client.send(self.requests)?,
            None => {}
        }
        Ok(())
    }

    fn waits(&self) -> bool {
        self.clients.iter().any(|client| client.under_way.is_some())
    }
}

/// Drives connections until `stop`, and then until all have their answers.
fn drive(
    address: SocketAddr,
    (numbers, load): (Vec<usize>, Load),
    stop: &AtomicBool,
    requests: &Requests<'_>,
) -> Result<Answers, Failure> {
    let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(256));
    let mut clients = Vec::new();
    let (began, every) = (Instant::now(), load.every.unwrap_or_default());
    for number in numbers {
        // Clients take turns, instead of sending all at once.
        let turn = every.mul_f64(number as f64 / load.clients.max(1) as f64);
        let mut client = Driven::connect(address, number, began + turn)?;
        let token = Token(clients.len());
        poll.registry().register(&mut client.stream, token, Interest::READABLE)?;
        clients.push(client);
    }
    let (answers, room) = (Answers::default(), vec![0; ROOM]);
    let mut drive = Drive { load, requests, clients, answers, room, stopped: None };
    loop {
        let next = if stop.load(Ordering::Relaxed) {
            let stopped = *drive.stopped.get_or_insert_with(Instant::now);
            if !drive.waits() {
                return Ok(drive.answers);
            }
            if stopped.elapsed() > PATIENCE {
                return Err("a client got no answer".into());
            }
            Instant::now() + LOOK
        } else {
            drive.send_due()?
        };
        poll.poll(&mut events, Some(next.saturating_duration_since(Instant::now())))?;
        for event in &events {
            drive.take(event.token().0)?;
        }
    }
}
