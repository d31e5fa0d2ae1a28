//! Traces by OTLP: one span for each request, with a child for each of its stages.
//!
//! A request notes when its stages end; spans are made of the notes once it is answered, and a
//! thread of the exporter sends what a bounded queue holds. Where nobody collects, nothing is noted.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use http::HeaderMap;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Span as _, SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use ostler_contract::http::RequestId;
use reqwest::Url;
use tokio::runtime::Handle;

use self::collector::Collector;
use crate::app::OPERATIONS_PATH;

mod collector;

/// How long the end of the server waits for spans that are not sent yet.
const FLUSH_TIME: Duration = Duration::from_secs(5);

/// Makes traces. Cheap to clone; where nobody collects them it does nothing.
#[derive(Clone, Default)]
pub struct Traces(Option<Arc<Exporting>>);

struct Exporting {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    propagator: TraceContextPropagator,
}

/// The notes on one request, where they are wanted.
pub(crate) struct Trace(Option<Box<Notes>>);

struct Notes {
    exporting: Arc<Exporting>,
    parent: Context,
    operation: &'static str,
    request_id: RequestId,
    started: Instant,
    /// The stages with their ends, each beginning where the one before ended.
    stages: Vec<(&'static str, Instant)>,
    rule: RuleClock,
}

/// Notes on a worker thread when a rule ran.
#[derive(Clone, Default)]
pub(crate) struct RuleClock(Option<Arc<Mutex<Times>>>);

/// The begin and the end of a rule, once it ran.
type Times = Option<(Instant, Instant)>;

impl Traces {
    /// Sends traces to the collector at `endpoint`, on connections of `runtime`.
    ///
    /// # Errors
    /// Says why nothing can be sent.
    pub fn to(endpoint: &Url, environment: &'static str, runtime: Handle) -> Result<Self, String> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new(endpoint, runtime)?)
            .with_endpoint(format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/')))
            .build()
            .map_err(|error| format!("Traces cannot be sent: {error}"))?;
        let resource = Resource::builder()
            .with_service_name("ostler")
            .with_attributes([
                KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
                KeyValue::new("deployment.environment.name", environment),
            ])
            .build();
        let provider = SdkTracerProvider::builder()
            .with_resource(resource)
            .with_batch_exporter(exporter)
            .build();
        let tracer = provider.tracer("ostler");
        let propagator = TraceContextPropagator::new();
        Ok(Self(Some(Arc::new(Exporting { provider, tracer, propagator }))))
    }

    /// Begins the notes on a request.
    pub(crate) fn begin(
        &self,
        headers: &HeaderMap,
        operation: &'static str,
        request_id: RequestId,
        started: Instant,
    ) -> Trace {
        let notes = self.0.as_ref().map(|exporting| {
            let headers = HeaderExtractor(headers);
            let parent = exporting.propagator.extract_with_context(&Context::new(), &headers);
            let exporting = Arc::clone(exporting);
            let rule = RuleClock(Some(Arc::default()));
            let stages = Vec::with_capacity(8);
            Box::new(Notes { exporting, parent, operation, request_id, started, stages, rule })
        });
        Trace(notes)
    }

    /// Sends what is not sent yet, for a bounded time.
    pub async fn finish(&self) {
        let Some(exporting) = self.0.clone() else { return };
        let shutdown = move || exporting.provider.shutdown_with_timeout(FLUSH_TIME);
        match tokio::task::spawn_blocking(shutdown).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last traces were not sent"),
            Err(error) => tracing::warn!(%error, "the last traces were not sent"),
        }
    }
}

impl Trace {
    /// Notes that a stage has ended.
    pub(crate) fn ended(&mut self, stage: &'static str) {
        if let Some(notes) = &mut self.0 {
            notes.stages.push((stage, Instant::now()));
        }
    }

    /// What notes when the rule runs.
    pub(crate) fn rule(&self) -> RuleClock {
        self.0.as_ref().map_or_else(RuleClock::default, |notes| notes.rule.clone())
    }

    /// Notes that the outcome of the rule arrived; `last` is the stage after the rule.
    pub(crate) fn ran(&mut self, last: &'static str) {
        if let Some(notes) = &mut self.0 {
            if let Some((began, ended)) = notes.rule.times() {
                notes.stages.push(("queue", began));
                notes.stages.push(("rule", ended));
                notes.stages.push((last, Instant::now()));
            } else {
                notes.stages.push(("queue", Instant::now()));
            }
        }
    }

    /// Makes the spans of the answered request.
    pub(crate) fn answered(self, status: u16, code: Option<&'static str>) {
        if let Some(notes) = self.0 {
            notes.export(status, code);
        }
    }
}

impl RuleClock {
    /// Runs the rule and notes when. Where it runs again, the last run counts.
    pub(crate) fn around<T>(&self, rule: impl FnOnce() -> T) -> T {
        let Some(times) = &self.0 else { return rule() };
        let began = Instant::now();
        let given = rule();
        let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
        *times = Some((began, Instant::now()));
        given
    }

    fn times(&self) -> Times {
        *self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notes {
    fn export(self, status: u16, code: Option<&'static str>) {
        let Self { exporting, parent, operation, request_id, started, stages, .. } = self;
        let (now, wall) = (Instant::now(), wall_clock());
        let at = |instant: Instant| wall - now.saturating_duration_since(instant);
        let route = format!("{OPERATIONS_PATH}{operation}");
        let mut attributes = vec![
            KeyValue::new("http.request.method", "POST"),
            KeyValue::new("http.response.status_code", i64::from(status)),
            KeyValue::new("ostler.request_id", request_id.to_string()),
        ];
        attributes.extend(code.map(|code| KeyValue::new("error.type", code)));
        let name = format!("POST {route}");
        attributes.push(KeyValue::new("http.route", route));
        let tracer = &exporting.tracer;
        let mut span = tracer
            .span_builder(name)
            .with_kind(SpanKind::Server)
            .with_start_time(at(started))
            .with_attributes(attributes)
            .start_with_context(tracer, &parent);
        if status >= 500 {
            span.set_status(Status::error(code.unwrap_or_default()));
        }
        let whole = parent.with_span(span);
        let mut begin = started;
        for (stage, end) in stages {
            let child = tracer.span_builder(stage).with_start_time(at(begin));
            child.start_with_context(tracer, &whole).end_with_timestamp(at(end));
            begin = end;
        }
        whole.span().end_with_timestamp(at(now));
    }
}

/// The time of the system, which collectors compare with that of other services.
#[expect(
    clippy::disallowed_methods,
    reason = "a world's clock may be shifted, and has no fractions"
)]
fn wall_clock() -> SystemTime {
    SystemTime::now()
}
