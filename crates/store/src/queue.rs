//! Jobs that wait for a worker, and the clock that gives up on them.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError};
use ostler_contract::error::{Code, Error};
use ostler_contract::panics::caught;

use crate::overload::Overload;
use crate::store::{Call, QueueState};
use crate::transaction::{Snapshot, Tx};

/// A job's end, whatever it is.
pub(crate) trait Finish: Send {
    /// Hands the outcome to whoever waits for it; `Ok` stands for what the last run gave.
    fn finish(self: Box<Self>, outcome: Result<(), Error>);
}

/// A job without the type of its outcome.
pub(crate) trait ReadJob: Finish {
    /// Runs it and keeps what it gives.
    fn run(&mut self, snapshot: &Snapshot<'_>) -> Result<(), Error>;
}

/// A job without the type of its outcome, which may run again.
pub(crate) trait WriteJob: Finish {
    /// Runs it and keeps what it gives.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Error>;
}

/// Takes the lock. A panic while it was held cannot have left anything half done here.
pub(crate) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Finishes a job. A panic there ends neither the worker nor the jobs behind it.
pub(crate) fn finish<J: Finish + ?Sized>(job: Box<J>, outcome: Result<(), Error>) {
    if let Err(error) = caught(|| job.finish(outcome)) {
        tracing::error!(?error, "an outcome could not be handed over");
    }
}

/// A job in the queue. Whoever takes it out of the ticket first, a worker or the clock, ends it.
pub(crate) struct Ticket<J: ?Sized> {
    pub(crate) call: Call,
    number: u64,
    put: Instant,
    job: Mutex<Option<Box<J>>>,
}

trait Expire: Send + Sync {
    fn expire(&self);
}

impl<J: Finish + ?Sized> Expire for Ticket<J> {
    fn expire(&self) {
        let job = locked(&self.job).take();
        if let Some(job) = job {
            finish(job, Err(Error::new(Code::DeadlinePassed)));
        }
    }
}

/// The sending end of a bounded queue.
pub(crate) struct Queue<J: ?Sized> {
    sender: Sender<Arc<Ticket<J>>>,
    clock: Arc<Clock>,
    overload: Arc<Mutex<Overload>>,
}

/// The receiving end.
pub(crate) struct Waiting<J: ?Sized> {
    receiver: Receiver<Arc<Ticket<J>>>,
    clock: Arc<Clock>,
    overload: Arc<Mutex<Overload>>,
}

impl<J: ?Sized> Clone for Waiting<J> {
    fn clone(&self) -> Self {
        Self {
            receiver: self.receiver.clone(),
            clock: Arc::clone(&self.clock),
            overload: Arc::clone(&self.overload),
        }
    }
}

/// A queue for at most `size` jobs.
pub(crate) fn queue<J: ?Sized>(size: usize, clock: &Arc<Clock>) -> (Queue<J>, Waiting<J>) {
    let (sender, receiver) = crossbeam_channel::bounded(size.max(1));
    let overload = Arc::new(Mutex::new(Overload::default()));
    let queue = Queue { sender, clock: Arc::clone(clock), overload: Arc::clone(&overload) };
    (queue, Waiting { receiver, clock: Arc::clone(clock), overload })
}

impl<J: Finish + ?Sized + 'static> Queue<J> {
    /// How many jobs wait, and whether they come faster than they are done.
    pub(crate) fn state(&self) -> QueueState {
        let is_overloaded = locked(&self.overload).is_overloaded(Instant::now());
        QueueState { length: self.sender.len(), is_overloaded }
    }

    /// Whether one more job may wait now.
    pub(crate) fn admits(&self, now: Instant) -> bool {
        locked(&self.overload).admits(now, self.sender.len())
    }

    /// Puts the job in the queue, or ends it where there is no room or no time.
    pub(crate) fn put(&self, call: Call, job: Box<J>) {
        let (number, now) = (self.clock.number(), Instant::now());
        let ticket = Arc::new(Ticket { call, number, put: now, job: Mutex::new(Some(job)) });
        if call.deadline.is_some_and(|deadline| now >= deadline) {
            ticket.expire();
            return;
        }
        if !self.admits(now) {
            self.refuse(&ticket, Code::Overloaded);
            return;
        }
        if let Some(deadline) = call.deadline {
            self.clock.watch((deadline, number), Arc::<Ticket<J>>::clone(&ticket));
        }
        match self.sender.try_send(ticket) {
            Ok(()) => {}
            Err(TrySendError::Full(ticket)) => {
                locked(&self.overload).refused(now);
                self.refuse(&ticket, Code::Overloaded);
            }
            Err(TrySendError::Disconnected(ticket)) => self.refuse(&ticket, Code::Internal),
        }
    }

    fn refuse(&self, ticket: &Ticket<J>, code: Code) {
        if let Some(job) = self.clock.take(ticket) {
            finish(job, Err(Error::new(code)));
        }
    }
}

impl<J: ?Sized> Waiting<J> {
    /// The next ticket, none where the store closes.
    pub(crate) fn next(&self) -> Option<Arc<Ticket<J>>> {
        self.receiver.recv().ok()
    }

    /// The next ticket, where one waits.
    pub(crate) fn next_waiting(&self) -> Option<Arc<Ticket<J>>> {
        self.receiver.try_recv().ok()
    }

    /// The ticket's job, unless its deadline passed.
    pub(crate) fn take(&self, ticket: &Ticket<J>) -> Option<Box<J>> {
        let job = self.clock.take(ticket)?;
        locked(&self.overload).taken(Instant::now(), ticket.put, self.receiver.len());
        Some(job)
    }

    /// Whether jobs come faster than they are done.
    pub(crate) fn is_overloaded(&self) -> bool {
        locked(&self.overload).is_overloaded(Instant::now())
    }

    /// Says that a job took so long that did not wait for others, or would have.
    pub(crate) fn unloaded(&self, time: Duration) {
        locked(&self.overload).unloaded(time);
    }
}

/// Ends jobs whose deadline passes while they wait.
#[derive(Default)]
pub(crate) struct Clock {
    state: Mutex<ClockState>,
    changed: Condvar,
}

#[derive(Default)]
struct ClockState {
    waiting: BTreeMap<(Instant, u64), Arc<dyn Expire>>,
    numbers: u64,
    /// When the thread wakes by itself, if it does.
    wakes: Option<Instant>,
    closed: bool,
}

impl Clock {
    fn number(&self) -> u64 {
        let mut state = locked(&self.state);
        state.numbers += 1;
        state.numbers
    }

    fn watch(&self, key: (Instant, u64), ticket: Arc<dyn Expire>) {
        let mut state = locked(&self.state);
        state.waiting.insert(key, ticket);
        // A thread that wakes early looks again; so most calls need not wake it.
        if state.wakes.is_none_or(|wakes| key.0 < wakes) {
            self.changed.notify_one();
        }
    }

    fn take<J: ?Sized>(&self, ticket: &Ticket<J>) -> Option<Box<J>> {
        if let Some(deadline) = ticket.call.deadline {
            locked(&self.state).waiting.remove(&(deadline, ticket.number));
        }
        locked(&ticket.job).take()
    }

    /// Ends the thread that runs [`Self::run`].
    pub(crate) fn close(&self) {
        locked(&self.state).closed = true;
        self.changed.notify_one();
    }

    /// Ends jobs at their deadlines until the store closes.
    pub(crate) fn run(&self) {
        let mut state = locked(&self.state);
        while !state.closed {
            let now = Instant::now();
            if let Some(entry) = state.waiting.first_entry()
                && entry.key().0 <= now
            {
                let ticket = entry.remove();
                drop(state);
                ticket.expire();
                drop(ticket);
                state = locked(&self.state);
                continue;
            }
            state.wakes = state.waiting.first_key_value().map(|((deadline, _), _)| *deadline);
            state = match state.wakes {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(wakes) => {
                    let timeout = wakes.saturating_duration_since(now);
                    self.changed
                        .wait_timeout(state, timeout)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
        }
    }
}
