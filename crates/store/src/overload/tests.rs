//! Bursts, closed loops, standing queues, stalls, the end of an overload.

use std::time::{Duration, Instant};

use super::{
    ALWAYS_WAITING, BURST, CALM_AFTER, CLIENTS, INTERVAL, Overload, TRIAL, TRIAL_AFTER,
    TRIALS_APART_MAX,
};

const JOB: Duration = Duration::from_millis(1);
/// What the commit of a group takes.
const COMMIT: Duration = Duration::from_millis(10);

/// A queue in front of a worker, at a time of its own.
struct Simulation {
    overload: Overload,
    now: Instant,
    waiting: std::collections::VecDeque<Instant>,
    refused: usize,
    longest: Duration,
    /// Jobs that were done, and those of them that waited longer than a commit takes.
    done: (usize, usize),
}

impl Simulation {
    fn new() -> Self {
        Self {
            overload: Overload::default(),
            now: Instant::now(),
            waiting: [].into(),
            refused: 0,
            longest: Duration::ZERO,
            done: (0, 0),
        }
    }

    fn put(&mut self, count: usize) {
        for _ in 0..count {
            if self.overload.admits(self.now, self.waiting.len()) {
                self.waiting.push_back(self.now);
            } else {
                self.refused += 1;
            }
        }
    }

    /// The next job is taken and done; none where nothing waits.
    fn work(&mut self) {
        if let Some(put) = self.waiting.pop_front() {
            let waited = self.now - put;
            self.longest = self.longest.max(waited);
            self.done.0 += 1;
            self.done.1 += usize::from(waited > COMMIT + 2 * JOB);
            self.overload.taken(self.now, put, self.waiting.len());
            self.overload.unloaded(COMMIT);
        }
        self.now += JOB;
    }

    /// So many jobs come in each time of one job.
    fn run(&mut self, time: Duration, arrivals: usize) {
        let end = self.now + time;
        while self.now < end {
            self.put(arrivals);
            self.work();
        }
    }

    /// So many clients send again as soon as they are answered or refused.
    fn loop_closed(&mut self, time: Duration, clients: usize) {
        let end = self.now + time;
        while self.now < end {
            self.put(clients - self.waiting.len());
            self.work();
        }
    }

    /// Forgets what was counted.
    fn count_anew(&mut self) {
        (self.refused, self.longest, self.done) = (0, Duration::ZERO, (0, 0));
    }
}

#[test]
fn what_the_worker_can_do_is_never_refused() {
    let mut queue = Simulation::new();
    queue.run(60 * INTERVAL, 1);
    assert_eq!((queue.refused, queue.longest), (0, Duration::ZERO));
}

#[test]
fn a_burst_is_served() {
    let mut queue = Simulation::new();
    queue.run(INTERVAL, 1);
    queue.put(100);
    queue.run(BURST, 0);
    assert_eq!((queue.refused, queue.waiting.len()), (0, 0));
    assert!(queue.longest > COMMIT, "{:?}", queue.longest);
}

#[test]
fn bursts_again_and_again_are_no_overload_where_the_queue_empties_between() {
    let mut queue = Simulation::new();
    for _ in 0..50 {
        queue.put(80);
        queue.run(2 * INTERVAL, 0);
    }
    assert_eq!(queue.refused, 0);
}

#[test]
fn as_many_clients_as_are_usual_are_never_refused() {
    let mut queue = Simulation::new();
    queue.loop_closed(100 * INTERVAL, CLIENTS);
    assert_eq!(queue.refused, 0);
}

#[test]
fn clients_that_come_back_at_once_are_served_again_after_an_overload() {
    let mut queue = Simulation::new();
    queue.run(20 * INTERVAL, 10);
    queue.loop_closed(TRIAL_AFTER + TRIAL, CLIENTS);
    queue.count_anew();
    queue.loop_closed(100 * INTERVAL, CLIENTS);
    assert_eq!(queue.refused, 0);
}

#[test]
fn that_takes_a_little_longer_after_a_long_overload() {
    let mut queue = Simulation::new();
    queue.run(20 * TRIAL_AFTER, 10);
    queue.loop_closed(TRIALS_APART_MAX * TRIAL_AFTER + TRIAL, CLIENTS);
    queue.count_anew();
    queue.loop_closed(100 * INTERVAL, CLIENTS);
    assert_eq!(queue.refused, 0);
    // And is forgotten with the overload.
    queue.run(20 * INTERVAL, 10);
    queue.loop_closed(TRIAL_AFTER + TRIAL, CLIENTS);
    queue.count_anew();
    queue.loop_closed(100 * INTERVAL, CLIENTS);
    assert_eq!(queue.refused, 0);
}

#[test]
fn ten_times_too_much_waits_briefly() {
    let mut queue = Simulation::new();
    queue.run(INTERVAL, 1);
    queue.run(5 * BURST, 10);
    assert!(queue.longest <= BURST + 10 * JOB, "{:?}", queue.longest);
    assert!(queue.overload.is_overloaded(queue.now));
    queue.count_anew();
    queue.run(20 * TRIAL_AFTER, 10);
    // Only what a trial lets in waits longer.
    assert!(queue.longest <= JOB * u32::try_from(CLIENTS + 1).unwrap(), "{:?}", queue.longest);
    let (done, late) = queue.done;
    assert!(late * 200 < done, "{late} of {done}");
    // The worker is never without a job: what is served is as much as without refusals.
    assert_eq!(done, 80_000);
}

#[test]
fn slightly_too_much_waits_no_longer_than_usual_clients_do() {
    let mut queue = Simulation::new();
    let mut round = |count: usize| {
        for number in 0..count {
            queue.put(1 + usize::from(number % 10 == 0));
            queue.work();
        }
        let longest = queue.longest;
        queue.count_anew();
        longest
    };
    round(5000);
    assert!(round(20_000) <= JOB * u32::try_from(CLIENTS + 12).unwrap());
}

#[test]
fn an_overload_ends_when_the_load_does() {
    let mut queue = Simulation::new();
    queue.run(40 * INTERVAL, 10);
    queue.run(2 * CALM_AFTER, 0);
    assert!(!queue.overload.is_overloaded(queue.now));
    queue.count_anew();
    queue.put(100);
    queue.run(BURST, 0);
    queue.run(10 * INTERVAL, 1);
    assert_eq!(queue.refused, 0);
}

#[test]
fn clients_that_all_pause_after_a_refusal_are_still_an_overload() {
    let mut queue = Simulation::new();
    queue.run(20 * INTERVAL, 10);
    queue.count_anew();
    for _ in 0..10 {
        queue.put(400);
        queue.run(CALM_AFTER / 2, 0);
    }
    assert!(queue.longest <= JOB * u32::try_from(CLIENTS + 1).unwrap(), "{:?}", queue.longest);
}

#[test]
fn a_worker_that_does_not_return_is_waited_for_by_few() {
    let mut queue = Simulation::new();
    queue.put(1);
    queue.work();
    queue.put(CLIENTS);
    queue.now += 2 * BURST;
    queue.put(1000);
    assert_eq!((queue.waiting.len(), queue.refused), (CLIENTS, 1000));
    // Once it does, everything is as before.
    queue.run(2 * CALM_AFTER, 0);
    queue.count_anew();
    queue.run(10 * INTERVAL, 1);
    assert_eq!(queue.refused, 0);
}

#[test]
fn a_few_jobs_may_wait_in_an_overload_whatever_they_cost() {
    let mut overload = Overload::default();
    let mut now = Instant::now();
    overload.refused(now);
    for _ in 0..100 {
        let put = now;
        assert!(overload.admits(now, ALWAYS_WAITING - 1));
        overload.refused(now);
        now += 50 * JOB;
        overload.taken(now, put, ALWAYS_WAITING - 1);
    }
    overload.refused(now);
    assert!(overload.is_overloaded(now));
    assert!(!overload.admits(now, CLIENTS));
}
