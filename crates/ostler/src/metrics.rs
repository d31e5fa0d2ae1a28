//! What the server counts, in the text form of OpenMetrics that Prometheus reads.

use std::sync::atomic::Ordering;
use std::time::Duration;

use http::HeaderValue;
use ostler_contract::error::Code;
use ostler_contract::http::ConnectionEvent;
use ostler_store::{Commit, Store};
use ostler_worlds::clock::Clock;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::alerts::{Alerts, Counts};

/// The `Content-Type` of [`Metrics::text`].
pub(crate) const CONTENT_TYPE: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Upper bounds of the durations of requests, in seconds.
const REQUEST_SECONDS: [f64; 15] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Upper bounds of the durations of commits, in seconds.
const COMMIT_SECONDS: [f64; 12] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5];
/// Upper bounds of the number of writes that commit together.
const GROUP_JOBS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    operation: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Limit {
    limit: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Event {
    event: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Origin {
    from: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Queue {
    queue: &'static str,
}

/// Counters, gauges and histograms of one application. Every label has a bounded number of values.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answer, Counter>,
    durations: Family<Operation, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    limits: Family<Limit, Counter>,
    queues: Family<Queue, Gauge>,
    overloaded: Family<Queue, Gauge>,
    limits_shared: Gauge,
    commits: Histogram,
    groups: Histogram,
    cache: Gauge,
    documents: Family<Origin, Counter>,
    memory: Gauge,
    connections: Gauge,
    connection_events: Family<Event, Counter>,
}

/// A request that is being answered, until it is dropped.
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    pub(crate) fn new(alerts: &Alerts) -> Self {
        let metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(REQUEST_SECONDS)),
            in_flight: Gauge::default(),
            limits: Family::default(),
            queues: Family::default(),
            overloaded: Family::default(),
            limits_shared: Gauge::default(),
            commits: Histogram::new(COMMIT_SECONDS),
            groups: Histogram::new(GROUP_JOBS),
            cache: Gauge::default(),
            documents: Family::default(),
            memory: Gauge::default(),
            connections: Gauge::default(),
            connection_events: Family::default(),
        };
        let mut metrics = metrics.registered();
        if let Some(counts) = alerts.counts() {
            metrics.count_alerts(counts);
        }
        metrics
    }

    fn registered(mut self) -> Self {
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        let started: Gauge = Gauge::default();
        started.set(Clock::Real.now().seconds());
        let all = &mut self.registry;
        all.register("ostler_build", "The running program", build);
        all.register("ostler_requests", "Answered requests", self.requests.clone());
        all.register_with_unit(
            "ostler_request_duration",
            "From the head of a request to its answer",
            Unit::Seconds,
            self.durations.clone(),
        );
        all.register(
            "ostler_requests_in_flight",
            "Requests that are being answered",
            self.in_flight.clone(),
        );
        all.register("ostler_limits", "Requests that met a limit", self.limits.clone());
        all.register(
            "ostler_queue_length",
            "Requests that wait for the database",
            self.queues.clone(),
        );
        all.register(
            "ostler_queue_overloaded",
            "1 where requests come faster than the database does them, so that some are refused",
            self.overloaded.clone(),
        );
        all.register(
            "ostler_commit_group_size",
            "Writes that became durable together",
            self.groups.clone(),
        );
        all.register_with_unit(
            "ostler_commit_duration",
            "How long the database took to make a group durable",
            Unit::Seconds,
            self.commits.clone(),
        );
        all.register_with_unit(
            "ostler_document_cache",
            "What documents that were read take in memory",
            Unit::Bytes,
            self.cache.clone(),
        );
        all.register(
            "ostler_documents",
            "Documents on pages, by where they came from",
            self.documents.clone(),
        );
        all.register("ostler_connections_open", "Open connections", self.connections.clone());
        all.register(
            "ostler_connections",
            "Connections that were opened, and that the system refused",
            self.connection_events.clone(),
        );
        let start = "When the server started, in seconds since 1970";
        all.register("process_start_time_seconds", start, started);
        if resident_bytes().is_some() {
            all.register_with_unit(
                "process_resident_memory",
                "Memory that the process has in use",
                Unit::Bytes,
                self.memory.clone(),
            );
        }
        self
    }

    fn count_alerts(&mut self, counts: &Counts) {
        let all = [
            ("ostler_alerts_sent", "Alerts that a receiver took", &counts.sent),
            ("ostler_alerts_failed", "Alerts that a receiver did not take", &counts.failed),
            ("ostler_alerts_suppressed", "Faults equal to one just told", &counts.suppressed),
            ("ostler_alerts_dropped", "Alerts with no room to wait", &counts.dropped),
        ];
        for (name, help, counter) in all {
            self.registry.register(name, help, counter.clone());
        }
    }

    /// Counts what the store commits from now on.
    pub(crate) fn observe_commits(&self, store: &Store) {
        let (commits, groups) = (self.commits.clone(), self.groups.clone());
        store.observe_commits(move |Commit { jobs, duration }| {
            commits.observe(duration.as_secs_f64());
            groups.observe(f64::from(u32::try_from(jobs).unwrap_or(u32::MAX)));
        });
    }

    /// Counts a request as being answered, until what is returned is dropped.
    pub(crate) fn in_flight(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Counts an answer. `operation` is an address of the registry, or one of few other names.
    pub(crate) fn answered(&self, operation: &'static str, status: u16, duration: Duration) {
        self.requests.get_or_create(&Answer { operation, status }).inc();
        self.durations.get_or_create(&Operation { operation }).observe(duration.as_secs_f64());
    }

    /// Counts the limit that a request met, if it was one.
    pub(crate) fn refused(&self, code: Code) {
        let limit = match code {
            Code::TooLarge => "size",
            Code::RateLimited => "rate",
            Code::DeadlinePassed => "deadline",
            Code::Overloaded => "queue",
            _ => return,
        };
        self.limits.get_or_create(&Limit { limit }).inc();
    }

    /// Counts a failed authentication that is answered later, for there were too many.
    pub(crate) fn authentication_slowed(&self) {
        self.limits.get_or_create(&Limit { limit: "authentication" }).inc();
    }

    /// Counts what happens to connections.
    pub(crate) fn connection(&self, event: ConnectionEvent) {
        let event = match event {
            ConnectionEvent::Opened => {
                self.connections.inc();
                "opened"
            }
            ConnectionEvent::Closed => {
                self.connections.dec();
                return;
            }
            ConnectionEvent::Refused => "refused",
        };
        self.connection_events.get_or_create(&Event { event }).inc();
    }

    /// Tells from now on whether requests are counted together with other servers.
    pub(crate) fn tell_of_shared_limits(&mut self) {
        let help = "1 where requests are counted together with other servers, 0 where each server \
                    counts by itself because Redis is away";
        self.registry.register("ostler_limits_shared", help, self.limits_shared.clone());
    }

    /// Everything, as Prometheus reads it.
    pub(crate) fn text(&self, store: &Store, are_limits_shared: Option<bool>) -> String {
        self.limits_shared.set(are_limits_shared.unwrap_or(false).into());
        let cache = store.cache_usage();
        self.cache.set(i64::try_from(cache.bytes).unwrap_or(i64::MAX));
        for (from, count) in [("memory", cache.given), ("database", cache.read)] {
            let counter = self.documents.get_or_create(&Origin { from });
            counter.inner().store(count, Ordering::Relaxed);
        }
        let queues = store.queues();
        for (queue, state) in [("reads", queues.reads), ("writes", queues.writes)] {
            let length = i64::try_from(state.length).unwrap_or(i64::MAX);
            self.queues.get_or_create(&Queue { queue }).set(length);
            self.overloaded.get_or_create(&Queue { queue }).set(state.is_overloaded.into());
        }
        if let Some(bytes) = resident_bytes() {
            self.memory.set(bytes);
        }
        let mut written = String::new();
        text::encode(&mut written, &self.registry).expect("a string takes every text");
        written
    }
}

/// The memory of this process, where the system tells it in the way of Linux.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}
