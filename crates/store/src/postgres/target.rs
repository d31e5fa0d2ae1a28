//! Which database, and how it is reached.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, Connection};
use tokio_postgres_rustls::MakeRustlsConnect;
use uuid::Uuid;

use super::intake::Intake;
use super::{ConnectError, reach};

/// How long it may take to reach the database.
pub(super) const CONNECT_TIME: Duration = Duration::from_secs(3);
/// The oldest server that is taken.
pub(super) const OLDEST: u32 = 13;
/// The longest name that the server keeps whole, in bytes.
const NAME_BYTES_MAX: usize = 63;

/// A PostgreSQL database, and the schema in it that holds the world.
#[derive(Clone)]
pub struct Database {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    schema: String,
    shown: String,
}

/// Never shows the password.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Where it is, without the password.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl PartialEq for Database {
    fn eq(&self, other: &Self) -> bool {
        self.config == other.config && self.schema == other.schema
    }
}

impl Eq for Database {}

/// Whether the server must prove who it is, as libpq has it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// `prefer`, `require`: encrypted, by whomever.
    Nobody,
    /// `verify-ca`, `verify-full`, or with `sslrootcert`: its certificate must be good and name it.
    Certificate,
}

impl Database {
    /// The database of a `postgres://user:password@host:port/name` address, and a schema in it.
    ///
    /// The parameters are those of libpq that `tokio-postgres` knows, and `sslmode` with all its
    /// values but `allow`, and `sslrootcert`: a file with the certificates that are trusted instead
    /// of the system's.
    ///
    /// # Errors
    /// Says what is wrong with the address or the name of the schema.
    pub fn new(address: &str, schema: &str) -> Result<Self, String> {
        if schema.is_empty() || schema.len() > NAME_BYTES_MAX || schema.contains(['"', '\0']) {
            return Err(format!("{schema:?} cannot be the name of a schema"));
        }
        if !["postgres://", "postgresql://"].iter().any(|scheme| address.starts_with(scheme)) {
            return Err("the address of a database begins with postgres://".to_owned());
        }
        let (address, proof, roots) = split(address)?;
        let mut config: Config = address.parse().map_err(|error: tokio_postgres::Error| {
            // Its own words may repeat the address, password and all.
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            format!("the address of the database: {}", cause.unwrap_or_default())
        })?;
        if config.get_application_name().is_none() {
            config.application_name("ostler");
        }
        config.connect_timeout(CONNECT_TIME);
        config.keepalives_idle(Duration::from_secs(20));
        config.tcp_user_timeout(Duration::from_secs(30));
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            _ => Some(MakeRustlsConnect::new(of_tls(proof, roots)?)),
        };
        let shown = shown(&config, schema);
        Ok(Self { config, tls, schema: schema.to_owned(), shown })
    }

    /// The same database with a schema that no other store has.
    pub(crate) fn apart(&self) -> Self {
        let schema = format!("{}_{}", self.schema, Uuid::from_u128(fastrand::u128(..)).simple());
        Self { shown: shown(&self.config, &schema), schema, ..self.clone() }
    }

    /// The schema that holds the world.
    #[must_use]
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// A connection, whose other half runs on the runtime that this is called on, and what can take
    /// its rows in.
    pub(super) async fn connect(&self) -> Result<(Client, Option<Intake>), ConnectError> {
        reach::connect(&self.config, self.tls.as_ref()).await
    }
}

/// Lets a connection run, unless its server is too old: that knows not even the settings which a
/// connection begins with.
pub(super) fn fit<S, T>(
    connected: Result<(Client, Connection<S, T>), tokio_postgres::Error>,
) -> Result<Client, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (client, connection) = connected.map_err(ConnectError::Refused)?;
    match connection.parameter("server_version").and_then(major) {
        Some(version) if version < OLDEST => Err(ConnectError::TooOld(version)),
        _ => {
            tokio::spawn(driven(connection));
            Ok(client)
        }
    }
}

/// The number before the first dot of a version such as `17.6 (Debian 17.6-0+deb13u1)`, `18beta2`.
fn major(version: &str) -> Option<u32> {
    version.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
}

/// Drives a connection. What ends it is told to whoever asks something of it.
async fn driven(connection: impl Future<Output = Result<(), tokio_postgres::Error>>) {
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection to the database ended");
    }
}

/// Takes out of an address what the driver does not know.
fn split(address: &str) -> Result<(String, Proof, Option<PathBuf>), String> {
    let Some((before, parameters)) = address.split_once('?') else {
        return Ok((address.to_owned(), Proof::Nobody, None));
    };
    let (mut kept, mut proof, mut roots) = (Vec::new(), Proof::Nobody, None);
    for parameter in parameters.split('&').filter(|it| !it.is_empty()) {
        match parameter.split_once('=') {
            Some(("sslmode", "verify-ca" | "verify-full")) => {
                proof = Proof::Certificate;
                kept.push("sslmode=require");
            }
            Some(("sslrootcert", file)) => {
                let file = percent_encoding::percent_decode_str(file).decode_utf8();
                let file = file.map_err(|error| format!("sslrootcert: {error}"))?;
                roots = Some(PathBuf::from(file.as_ref()));
            }
            _ => kept.push(parameter),
        }
    }
    if roots.is_some() {
        proof = Proof::Certificate;
    }
    let address =
        if kept.is_empty() { before.to_owned() } else { format!("{before}?{}", kept.join("&")) };
    Ok((address, proof, roots))
}

fn of_tls(proof: Proof, roots: Option<PathBuf>) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS: {error}"))?;
    let builder = match (proof, roots) {
        (Proof::Nobody, _) => {
            let any = Arc::new(Anybody(algorithms));
            builder.dangerous().with_custom_certificate_verifier(any)
        }
        (Proof::Certificate, None) => {
            builder.with_platform_verifier().map_err(|error| format!("TLS: {error}"))?
        }
        (Proof::Certificate, Some(file)) => {
            let shown = file.display();
            let wrong = |error: &dyn fmt::Display| format!("sslrootcert {shown}: {error}");
            let mut store = RootCertStore::empty();
            for root in CertificateDer::pem_file_iter(&file).map_err(|error| wrong(&error))? {
                let root = root.map_err(|error| wrong(&error))?;
                store.add(root).map_err(|error| wrong(&error))?;
            }
            if store.is_empty() {
                return Err(wrong(&"it has no certificate"));
            }
            builder.with_root_certificates(store)
        }
    };
    Ok(builder.with_no_client_auth())
}

/// Takes any certificate, as libpq does unless it is told to verify. The connection is encrypted,
/// but nobody knows with whom.
#[derive(Debug)]
struct Anybody(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

fn shown(config: &Config, schema: &str) -> String {
    use tokio_postgres::config::Host;
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .enumerate()
        .map(|(number, host)| {
            let port = config.get_ports().get(number).or(config.get_ports().first());
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            match host {
                Host::Tcp(name) => format!("{name}{port}"),
                #[cfg(unix)]
                Host::Unix(path) => path.display().to_string(),
            }
        })
        .collect();
    let (hosts, name) = (hosts.join(","), config.get_dbname().or(config.get_user()));
    format!("postgres://{hosts}/{} (schema {schema})", name.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let database = Database::new("postgres://me:secret@host:5433/hotels", "ostler").unwrap();
        assert_eq!(database.to_string(), "postgres://host:5433/hotels (schema ostler)");
        assert!(!format!("{database:?}").contains("secret"));
        let wrong = Database::new("postgres://me:secret@host:port/hotels", "ostler").unwrap_err();
        assert!(!wrong.contains("secret"), "{wrong}");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (address, schema) in [
            ("mysql://host/hotels", "ostler"),
            ("postgres://host/hotels", ""),
            ("postgres://host/hotels", "a\"b"),
            ("postgres://host/hotels?sslmode=perhaps", "ostler"),
            ("postgres://host/hotels?sslrootcert=/nowhere.pem", "ostler"),
        ] {
            assert!(Database::new(address, schema).is_err(), "{address} {schema}");
        }
    }

    #[test]
    fn a_version_is_read() {
        for (text, version) in [
            ("17.6 (Debian 17.6-0+deb13u1)", Some(17)),
            ("18beta2", Some(18)),
            ("13", Some(13)),
            ("9.6.24", Some(9)),
            ("", None),
        ] {
            assert_eq!(major(text), version, "{text}");
        }
    }

    #[test]
    fn the_modes_of_libpq_are_known() {
        for mode in ["disable", "prefer", "require", "verify-ca", "verify-full"] {
            let address = format!("postgres://host/hotels?sslmode={mode}&connect_timeout=1");
            Database::new(&address, "ostler").unwrap();
        }
    }
}
