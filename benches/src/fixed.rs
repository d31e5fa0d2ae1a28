//! The yardstick of pages: Ostler's own HTTP stack, which answers fixed bytes.

use std::future::{Future, pending};
use std::io::Write;
use std::time::{Duration, Instant};

use http::Request;
use hyper::body::{Bytes, Incoming};
use ostler_contract::http::{
    Answers, BodyReader, Connections, Disclosure, Envelope, Reply, RequestId, Unreadable,
    serve as serve_connections,
};
use ostler_contract::texts::Catalog;
use tokio::net::TcpListener;

use crate::Failure;

/// The largest body of a request that is read.
const BODY_BYTES_MAX: usize = 1 << 20;

#[derive(Clone)]
struct Fixed {
    bytes: Bytes,
    bodies: BodyReader,
    catalog: &'static Catalog,
}

impl Fixed {
    fn envelope(&self) -> Envelope<'_> {
        Envelope {
            request_id: RequestId::random(),
            disclosure: Disclosure::Nothing,
            catalog: self.catalog,
        }
    }
}

impl Answers for Fixed {
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Reply> + Send + 'static {
        let fixed = self.clone();
        async move {
            let deadline = Instant::now() + Duration::from_secs(30);
            match fixed.bodies.read(request.into_body(), deadline).await {
                Ok(_read) => fixed.envelope().success(fixed.bytes.clone()),
                Err(error) => fixed.envelope().failure(&error, &[]),
            }
        }
    }

    fn refuse(&self, _cause: Unreadable) -> Reply {
        self.envelope().minimal()
    }
}

/// Says its address on standard output and serves until the process is ended.
pub(crate) fn serve(bytes: usize) -> Result<(), Failure> {
    let catalog: &'static Catalog = Box::leak(Box::new(ostler_hotel::texts::catalog()));
    let fixed =
        Fixed { bytes: vec![b' '; bytes].into(), bodies: BodyReader::new(BODY_BYTES_MAX), catalog };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("Address: http://{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        serve_connections(listener, Connections::default(), fixed, pending::<()>()).await;
        Ok(())
    })
}
