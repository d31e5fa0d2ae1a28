//! Bursts, standing queues, stalls, the end of an overload.

use std::time::{Duration, Instant};

use super::{ALWAYS_WAITING, BURST, INTERVAL, Overload, TARGET};

const JOB: Duration = Duration::from_millis(1);

/// A queue in front of a worker, at a time of its own.
struct Simulation {
    overload: Overload,
    now: Instant,
    waiting: std::collections::VecDeque<Instant>,
    refused: usize,
    longest: Duration,
}

impl Simulation {
    fn new() -> Self {
        Self {
            overload: Overload::default(),
            now: Instant::now(),
            waiting: [].into(),
            refused: 0,
            longest: Duration::ZERO,
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
            self.longest = self.longest.max(self.now - put);
            self.overload.taken(self.now, put, self.waiting.len());
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

    /// Forgets what was counted.
    fn count_anew(&mut self) {
        (self.refused, self.longest) = (0, Duration::ZERO);
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
    queue.run(2 * INTERVAL, 0);
    assert_eq!((queue.refused, queue.waiting.len()), (0, 0));
    assert!(queue.longest > TARGET, "{:?}", queue.longest);
}

#[test]
fn bursts_again_and_again_are_no_overload_where_the_queue_empties_between() {
    let mut queue = Simulation::new();
    for _ in 0..50 {
        queue.put(80);
        queue.run(INTERVAL, 0);
    }
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
    queue.run(100 * INTERVAL, 10);
    assert!(queue.longest <= TARGET + 2 * JOB, "{:?}", queue.longest);
    // The worker is never without a job: what is served is as much as without refusals.
    let (jobs, served) = (100_000, 100_000 - queue.refused);
    assert!((jobs / 10 - 30..=jobs / 10 + 30).contains(&served), "{served}");
}

#[test]
fn slightly_too_much_waits_briefly() {
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
    // What was admitted as a burst is more than a standing queue may be, but little more.
    assert!(round(20_000) <= INTERVAL + TARGET);
}

#[test]
fn an_overload_ends_when_the_load_does() {
    let mut queue = Simulation::new();
    queue.run(20 * INTERVAL, 10);
    queue.run(2 * INTERVAL, 0);
    assert!(!queue.overload.is_overloaded(queue.now));
    queue.count_anew();
    queue.put(100);
    queue.run(INTERVAL, 0);
    queue.run(10 * INTERVAL, 1);
    assert_eq!(queue.refused, 0);
}

#[test]
fn a_worker_that_does_not_return_is_waited_for_by_few() {
    let mut queue = Simulation::new();
    queue.put(1);
    queue.work();
    queue.put(ALWAYS_WAITING);
    queue.now += 2 * BURST;
    queue.put(1000);
    assert_eq!((queue.waiting.len(), queue.refused), (ALWAYS_WAITING, 1000));
    // Once it does, everything is as before.
    queue.run(2 * INTERVAL, 0);
    queue.count_anew();
    queue.run(10 * INTERVAL, 1);
    assert_eq!(queue.refused, 0);
}

#[test]
fn a_few_jobs_may_wait_whatever_they_cost() {
    let mut overload = Overload::default();
    let mut now = Instant::now();
    for _ in 0..100 {
        let put = now;
        assert!(overload.admits(now, ALWAYS_WAITING - 1));
        now += 50 * JOB;
        overload.taken(now, put, ALWAYS_WAITING - 1);
    }
    assert!(overload.is_overloaded(now));
    assert!(!overload.admits(now, ALWAYS_WAITING));
}
