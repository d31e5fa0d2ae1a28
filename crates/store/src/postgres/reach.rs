//! Makes connections whose rows can be taken in beneath the driver.
//!
//! The driver gives its stream away only to what encrypts it. So it is told to hand the stream over
//! at once, and whether to encrypt is agreed with the server here, in the same words.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio_postgres::config::{Host, SslMode, SslNegotiation};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{Client, Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::ConnectError;
use super::intake::{Intake, Stream};
use super::target::fit;

/// Asks the server whether it encrypts: a length and a number that is no version.
const QUESTION: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// Its answer where it does.
const YES: u8 = b'S';
/// Where a server listens if nothing else is said.
#[cfg(unix)]
const PORT: u16 = 5432;

type Tls = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// A connection, whose other half runs on the runtime that this is called on, and what can take its
/// rows in.
pub(super) async fn connect(
    config: &Config,
    tls: Option<&MakeRustlsConnect>,
) -> Result<(Client, Option<Intake>), ConnectError> {
    let (hosts, intake) = (config.get_hosts(), Intake::default());
    let is_network = |host: &Host| matches!(host, Host::Tcp(_));
    if !hosts.is_empty() && hosts.iter().all(is_network) {
        let mut handing = config.clone();
        handing.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
        let agreeing = Agreeing {
            tls: tls.cloned(),
            is_required: config.get_ssl_mode() == SslMode::Require,
            is_direct: config.get_ssl_negotiation() == SslNegotiation::Direct,
            intake: intake.clone(),
        };
        return Ok((fit(handing.connect(agreeing).await)?, Some(intake)));
    }
    #[cfg(unix)]
    if let [Host::Unix(folder)] = hosts {
        let port = config.get_ports().first().copied().unwrap_or(PORT);
        let socket = folder.join(format!(".s.PGSQL.{port}"));
        let socket = tokio::net::UnixStream::connect(&socket).await;
        let socket = socket.map_err(|error| ConnectError::Failed(error.to_string()))?;
        let mut config = config.clone();
        config.ssl_mode(SslMode::Disable);
        let connected = config.connect_raw(Stream::new(socket, intake.clone()), NoTls).await;
        return Ok((fit(connected)?, Some(intake)));
    }
    let client = match tls {
        Some(tls) => fit(config.connect(tls.clone()).await),
        None => fit(config.connect(NoTls).await),
    };
    Ok((client?, None))
}

/// Agrees with a server whether to encrypt, and puts the intake over what comes of it.
#[derive(Clone)]
struct Agreeing {
    tls: Option<MakeRustlsConnect>,
    is_required: bool,
    /// Whether encryption begins without a question.
    is_direct: bool,
    intake: Intake,
}

impl MakeTlsConnect<Socket> for Agreeing {
    type Stream = Stream<Line>;
    type TlsConnect = Agreed;
    type Error = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Error;

    fn make_tls_connect(&mut self, domain: &str) -> Result<Agreed, Self::Error> {
        let tls = self.tls.as_mut();
        let tls =
            tls.map(|tls| MakeTlsConnect::<Socket>::make_tls_connect(tls, domain)).transpose()?;
        Ok(Agreed {
            tls,
            is_required: self.is_required,
            is_direct: self.is_direct,
            intake: self.intake.clone(),
        })
    }
}

/// The same for one host.
struct Agreed {
    tls: Option<<MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect>,
    is_required: bool,
    is_direct: bool,
    intake: Intake,
}

impl Agreed {
    async fn line(self, mut socket: Socket) -> io::Result<Stream<Line>> {
        let Self { tls, is_required, is_direct, intake } = self;
        let line = match tls {
            None => Line::Plain(socket),
            Some(tls) if is_direct || encrypts(&mut socket).await? => {
                Line::Encrypted(Box::new(tls.connect(socket).await?))
            }
            Some(_) if is_required => {
                return Err(io::Error::other("server does not support TLS"));
            }
            Some(_) => Line::Plain(socket),
        };
        Ok(Stream::new(line, intake))
    }
}

/// Whether the server encrypts.
async fn encrypts(socket: &mut Socket) -> io::Result<bool> {
    socket.write_all(&QUESTION).await?;
    Ok(socket.read_u8().await? == YES)
}

impl TlsConnect<Socket> for Agreed {
    type Stream = Stream<Line>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream<Line>>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(self.line(socket))
    }
}

/// A connection, encrypted or not.
pub(super) enum Line {
    Plain(Socket),
    Encrypted(Box<Tls>),
}

/// What can be read and written.
trait Duplex: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Duplex for S {}

impl Line {
    fn duplex(self: Pin<&mut Self>) -> Pin<&mut dyn Duplex> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket),
            Self::Encrypted(tls) => Pin::new(&mut **tls),
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.duplex().poll_read(context, out)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.duplex().poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.duplex().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.duplex().poll_shutdown(context)
    }
}

impl TlsStream for Line {
    fn channel_binding(&self) -> ChannelBinding {
        match self {
            Self::Plain(_) => ChannelBinding::none(),
            Self::Encrypted(tls) => tls.channel_binding(),
        }
    }
}
