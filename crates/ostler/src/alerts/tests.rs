use tracing_subscriber::layer::SubscriberExt;

use super::*;

fn told() -> (Alerts, Courier) {
    let settings = Settings {
        webhook: Some("http://127.0.0.1:9/".parse().unwrap()),
        webhook_secret: None,
        sentry: None,
        interval: Duration::from_secs(3600),
        environment: "production",
    };
    let (alerts, courier) = Alerts::new(&settings).unwrap();
    (alerts, courier.unwrap())
}

fn next(courier: &mut Courier) -> Option<Alert> {
    match courier.waiting.try_recv() {
        Ok(Message::Alert(alert)) => Some(alert),
        Ok(Message::Flush(_)) | Err(_) => None,
    }
}

#[test]
fn errors_outside_of_requests_are_faults() {
    let (alerts, mut courier) = told();
    let log = tracing_subscriber::registry().with(Faults(alerts));
    tracing::subscriber::with_default(log, || {
        tracing::warn!(target: "ostler::job", "not yet an error");
        tracing::error!(target: "hyper::proto", "of somebody else");
        tracing::error!(target: "ostler::dispatcher", request_id = "1", "raised elsewhere");
        for name in ["Quimby", "Smith"] {
            tracing::error!(target: "ostler_store::queue", name, "a job failed");
        }
    });
    let alert = next(&mut courier).unwrap();
    assert_eq!((alert.cause.operation, alert.request), (None, None));
    let place = alert.cause.origin.place.unwrap();
    assert!(place.starts_with("crates/ostler/src/alerts/tests.rs:"), "{place}");
    assert!(next(&mut courier).is_none(), "the second one is equal");
}

#[test]
fn alerts_that_find_no_room_are_told_later() {
    let (alerts, mut courier) = told();
    let cause = |number: usize| {
        let origin = Origin { kind: number.to_string().into(), place: None };
        Cause { operation: None, origin }
    };
    for number in 0..=QUEUE_MAX {
        alerts.raise(cause(number), None);
    }
    assert_eq!(alerts.counts().unwrap().dropped.get(), 1);
    let told = std::iter::from_fn(|| next(&mut courier)).count();
    assert_eq!(told, QUEUE_MAX);
    let later = Instant::now() + Duration::from_secs(7200);
    let repeats = courier.desk.ledger(|ledger| ledger.enter(&cause(QUEUE_MAX), later));
    assert_eq!(repeats, Some(1));
}

#[test]
fn nobody_is_told_where_nobody_is_named() {
    let nobody = Settings {
        webhook: None,
        webhook_secret: Some("key".to_owned()),
        sentry: None,
        interval: Duration::from_secs(1),
        environment: "production",
    };
    let (alerts, courier) = Alerts::new(&nobody).unwrap();
    assert!(courier.is_none() && alerts.counts().is_none());
}
