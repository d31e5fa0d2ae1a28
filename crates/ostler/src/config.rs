//! The configuration: flags before environment before file before defaults.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use ostler_contract::http::{Connections, Disclosure, RateLimit};
use ostler_store::Database;
use ostler_worlds::world;
use redis::ConnectionInfo;
use reqwest::Url;
use serde::Deserialize;

use crate::{alerts, app};

mod receivers;
mod units;

pub use receivers::Hidden;
pub use units::{Cache, Limit, Size, Span};

/// Every key with its default, commented; what `ostler config` prints.
pub const TEMPLATE: &str = include_str!("config/template.toml");

/// The schema where nothing else is said.
pub(crate) const SCHEMA: &str = "ostler";

/// How long equal faults are only counted where nothing else is said.
const ALERT_INTERVAL: Duration = Duration::from_secs(300);

/// Where a server has its data and its configuration.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// Folder of the data; made where there is none [default: ./ostler-data]
    #[arg(long, env = "OSTLER_DATA", value_name = "FOLDER", global = true)]
    pub data: Option<PathBuf>,
    /// PostgreSQL database that holds the world instead of the folder, such as
    /// `postgres://user:password@host/name`
    #[arg(long, env = "OSTLER_STORE", value_name = "URL", hide_env_values = true, global = true)]
    pub store: Option<Hidden>,
    /// Schema of that database that is the world [default: ostler]
    #[arg(long, env = "OSTLER_SCHEMA", value_name = "NAME", global = true)]
    pub schema: Option<String>,
    /// TOML file with further settings; `ostler config` prints one
    #[arg(long, env = "OSTLER_CONFIG", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
}

/// What the server is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Demo hotels, and errors that tell where a request went wrong.
    Development,
    /// Neither.
    Production,
}

impl Environment {
    /// The name, as the configuration has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
    }
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// The settings that flags, environment and file share; none where nothing is said.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// Address and port to listen on [default: 127.0.0.1:7070]
    #[arg(long, env = "OSTLER_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// What the server is for [default: development]
    #[arg(long, env = "OSTLER_ENVIRONMENT", value_enum)]
    pub environment: Option<Environment>,
    /// Requests per access token and window, such as 200/30s, or off [default: 200/30s]
    #[arg(long, env = "OSTLER_RATE_LIMIT", value_name = "LIMIT")]
    #[serde(alias = "rate_limit")]
    pub rate_limit: Option<Limit>,
    /// Redis through which servers of one world share the limit of requests, or off: each server
    /// limits by itself [default: off]
    #[arg(long, env = "OSTLER_LIMITS", value_name = "URL", hide_env_values = true)]
    pub limits: Option<Hidden>,
    /// How long a request may take [default: 30s]
    #[arg(long, env = "OSTLER_DEADLINE", value_name = "TIME")]
    pub deadline: Option<Span>,
    /// The largest body of a request [default: 20MiB]
    #[arg(long, env = "OSTLER_BODY_LIMIT", value_name = "SIZE")]
    #[serde(alias = "body_limit")]
    pub body_limit: Option<Size>,
    /// Documents that are kept in memory after they were read, at the most, or off: nothing is kept
    /// [default: 64MiB]
    #[arg(long, env = "OSTLER_DOCUMENT_CACHE", value_name = "SIZE")]
    #[serde(alias = "document_cache")]
    pub document_cache: Option<Cache>,
    /// Do not make the demo hotels on the first start [default: false]
    #[arg(long, env = "OSTLER_NO_DEMO", num_args = 0..=1, default_missing_value = "true")]
    #[serde(alias = "no_demo")]
    pub no_demo: Option<bool>,
    /// Seed of a new world's identifiers and demo hotels [default: 1]
    #[arg(long, env = "OSTLER_SEED", value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// What is logged: error, warn, info, debug, trace, or a filter per module [default: info]
    #[arg(long, env = "OSTLER_LOG", value_name = "LEVEL")]
    pub log: Option<String>,
    /// The form of log lines [default: text]
    #[arg(long, env = "OSTLER_LOG_FORMAT", value_enum)]
    #[serde(alias = "log_format")]
    pub log_format: Option<LogFormat>,
    /// Address that gets each fault as JSON, or off [default: off]
    #[arg(long, env = "OSTLER_ALERT_WEBHOOK", value_name = "URL", hide_env_values = true)]
    #[serde(alias = "alert_webhook")]
    pub alert_webhook: Option<Hidden>,
    /// Key that signs what the webhook gets, or off [default: off]
    #[arg(long, env = "OSTLER_ALERT_SECRET", value_name = "SECRET", hide_env_values = true)]
    #[serde(alias = "alert_secret")]
    pub alert_secret: Option<Hidden>,
    /// DSN of a project at Sentry that gets each fault, or off [default: off]
    #[arg(long, env = "OSTLER_ALERT_SENTRY", value_name = "DSN", hide_env_values = true)]
    #[serde(alias = "alert_sentry")]
    pub alert_sentry: Option<Hidden>,
    /// How long equal faults are only counted after one was told [default: 5m]
    #[arg(long, env = "OSTLER_ALERT_INTERVAL", value_name = "TIME")]
    #[serde(alias = "alert_interval")]
    pub alert_interval: Option<Span>,
    /// Collector that gets a trace of each request by OTLP, or off
    /// [default: `OTEL_EXPORTER_OTLP_ENDPOINT`, or off]
    #[arg(long, env = "OSTLER_OTLP_ENDPOINT", value_name = "URL", hide_env_values = true)]
    #[serde(alias = "otlp_endpoint")]
    pub otlp_endpoint: Option<Hidden>,
}

/// What a file can say: the shared settings and where the world is.
#[derive(Debug, Default)]
pub struct ConfigFile {
    /// Folder of the data.
    pub data: Option<PathBuf>,
    /// The database that holds the world instead.
    pub store: Option<Hidden>,
    /// Its schema.
    pub schema: Option<String>,
    /// The shared settings.
    pub options: Options,
}

/// The settings of a server, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where the world is kept.
    pub place: world::Place,
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// What the server is for.
    pub environment: Environment,
    /// The limit of requests per access token.
    pub rate_limit: Option<RateLimit>,
    /// The Redis through which servers share that limit.
    pub limits: Hidden,
    /// How long a request may take.
    pub deadline: Duration,
    /// The largest body of a request.
    pub body_bytes_max: usize,
    /// The most bytes of documents that are kept in memory after they were read.
    pub document_cache_bytes: usize,
    /// Whether the first start makes the demo hotels.
    pub has_demo: bool,
    /// Seed of a new world's identifiers and demo hotels.
    pub seed: u64,
    /// What is logged.
    pub log: String,
    /// The form of log lines.
    pub log_format: LogFormat,
    /// The address that gets faults as JSON.
    pub alert_webhook: Hidden,
    /// The key that signs what it gets.
    pub alert_secret: Hidden,
    /// The DSN of a project at Sentry.
    pub alert_sentry: Hidden,
    /// How long equal faults are only counted after one was told.
    pub alert_interval: Duration,
    /// The collector of traces.
    pub otlp_endpoint: Hidden,
}

impl Place {
    /// What the configuration file says; nothing where none is named.
    ///
    /// # Errors
    /// Says what is wrong with the file.
    pub fn file(&self) -> Result<ConfigFile, String> {
        let Some(path) = &self.config else { return Ok(ConfigFile::default()) };
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("The configuration {shown} cannot be read: {error}."))?;
        ConfigFile::read(&text)
            .map_err(|problem| format!("In the configuration {shown}: {problem}"))
    }

    /// The folder of the data.
    #[must_use]
    pub fn folder(&self, file: &ConfigFile) -> PathBuf {
        let stated = self.data.clone().or_else(|| file.data.clone());
        stated.unwrap_or_else(|| Path::new("./ostler-data").to_path_buf())
    }

    /// The folder of the data, for what can be done with a folder only.
    ///
    /// # Errors
    /// Refuses a world in a database, with what to do `instead`.
    pub fn folder_alone(&self, file: &ConfigFile, instead: &str) -> Result<PathBuf, String> {
        match self.world(file)? {
            world::Place::Folder(folder) => Ok(folder),
            _ => Err(format!("The world is in a PostgreSQL database. {instead}")),
        }
    }

    /// Where the world is kept.
    ///
    /// # Errors
    /// Says what is wrong with the address of the database.
    pub fn world(&self, file: &ConfigFile) -> Result<world::Place, String> {
        let store = self.store.as_ref().or(file.store.as_ref()).and_then(Hidden::text);
        let Some(address) = store else { return Ok(world::Place::Folder(self.folder(file))) };
        let schema = self.schema.as_deref().or(file.schema.as_deref()).unwrap_or(SCHEMA);
        let database = Database::new(address, schema).map_err(|what| format!("store: {what}."))?;
        Ok(world::Place::Database(database))
    }
}

impl ConfigFile {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// Says which key is unknown or what its value should be.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut text = |key: &str, what: &str| match table.remove(key) {
            None => Ok(None),
            Some(toml::Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("{key} is not {what}")),
        };
        let data = text("data", "the name of a folder")?.map(PathBuf::from);
        let store = text("store", "the address of a database")?.map(Hidden::from);
        let schema = text("schema", "the name of a schema")?;
        let options = table.try_into().map_err(|error: toml::de::Error| error.to_string())?;
        Ok(Self { data, store, schema, options })
    }
}

impl Options {
    /// These settings, and those of the file where nothing is said.
    #[must_use]
    pub fn or(self, file: Self) -> Self {
        Self {
            listen: self.listen.or(file.listen),
            environment: self.environment.or(file.environment),
            rate_limit: self.rate_limit.or(file.rate_limit),
            limits: self.limits.or(file.limits),
            deadline: self.deadline.or(file.deadline),
            body_limit: self.body_limit.or(file.body_limit),
            document_cache: self.document_cache.or(file.document_cache),
            no_demo: self.no_demo.or(file.no_demo),
            seed: self.seed.or(file.seed),
            log: self.log.or(file.log),
            log_format: self.log_format.or(file.log_format),
            alert_webhook: self.alert_webhook.or(file.alert_webhook),
            alert_secret: self.alert_secret.or(file.alert_secret),
            alert_sentry: self.alert_sentry.or(file.alert_sentry),
            alert_interval: self.alert_interval.or(file.alert_interval),
            otlp_endpoint: self.otlp_endpoint.or(file.otlp_endpoint),
        }
    }
}

impl Settings {
    /// The settings of a server.
    ///
    /// # Errors
    /// Says what is wrong with the configuration file.
    pub fn resolve(place: &Place, stated: Options) -> Result<Self, String> {
        let file = place.file()?;
        let world = place.world(&file)?;
        let options = stated.or(file.options);
        let defaults = app::Settings::default();
        Ok(Self {
            place: world,
            listen: options.listen.unwrap_or((Ipv4Addr::LOCALHOST, 7070).into()),
            environment: options.environment.unwrap_or(Environment::Development),
            rate_limit: options.rate_limit.map_or(defaults.rate_limit, |limit| limit.0),
            limits: options.limits.unwrap_or_default(),
            deadline: options.deadline.map_or(defaults.deadline, |span| span.0),
            body_bytes_max: options.body_limit.map_or(defaults.body_bytes_max, |size| size.0),
            document_cache_bytes: options
                .document_cache
                .map_or(ostler_store::DOCUMENTS_BYTES_MAX, |cache| cache.0),
            has_demo: !options.no_demo.unwrap_or(false),
            seed: options.seed.unwrap_or(1),
            log: options.log.unwrap_or_else(|| "info".to_owned()),
            log_format: options.log_format.unwrap_or(LogFormat::Text),
            alert_webhook: options.alert_webhook.unwrap_or_default(),
            alert_secret: options.alert_secret.unwrap_or_default(),
            alert_sentry: options.alert_sentry.unwrap_or_default(),
            alert_interval: options.alert_interval.map_or(ALERT_INTERVAL, |span| span.0),
            otlp_endpoint: options.otlp_endpoint.unwrap_or_else(usual_collector),
        })
    }

    /// Who is told of faults.
    ///
    /// # Errors
    /// Says which key has no address.
    pub fn of_alerts(&self) -> Result<alerts::Settings, String> {
        Ok(alerts::Settings {
            webhook: self.alert_webhook.address("alert-webhook")?,
            webhook_secret: self.alert_secret.text().map(str::to_owned),
            sentry: self.alert_sentry.dsn("alert-sentry")?,
            interval: self.alert_interval,
            environment: self.environment.name(),
        })
    }

    /// The Redis through which servers share the limit of requests.
    ///
    /// # Errors
    /// Says that the key has no address.
    pub fn of_limits(&self) -> Result<Option<ConnectionInfo>, String> {
        self.limits.redis("limits")
    }

    /// The collector of traces.
    ///
    /// # Errors
    /// Says that the key has no address.
    pub fn collector(&self) -> Result<Option<Url>, String> {
        self.otlp_endpoint.address("otlp-endpoint")
    }

    /// The part of the settings that the way of a request depends on.
    #[must_use]
    pub fn of_app(&self) -> app::Settings {
        app::Settings {
            disclosure: match self.environment {
                Environment::Development => Disclosure::Details,
                Environment::Production => Disclosure::Nothing,
            },
            body_bytes_max: self.body_bytes_max,
            deadline: self.deadline,
            rate_limit: self.rate_limit,
            connections: Connections::default(),
        }
    }
}

/// The collector that OpenTelemetry programs share, by the variable that its specification names.
#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
fn usual_collector() -> Hidden {
    std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT").map_or_else(|_| Hidden::default(), Hidden::from)
}

#[cfg(test)]
mod tests;
