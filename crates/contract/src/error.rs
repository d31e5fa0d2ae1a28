//! The one table of errors: a row per cause, with its status and its meaning.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::time::Duration;

macro_rules! errors {
    ($($name:ident $status:literal $message:literal $meaning:literal;)*) => {
        /// Why a request was not fulfilled; one row of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $meaning] $name,)* }

        impl Code {
            /// Every row, in the order of the statuses.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The HTTP status that the caller sees.
            #[must_use]
            pub const fn status(self) -> u16 { match self { $(Self::$name => $status,)* } }

            /// The sentence for the caller where the error carries none of its own.
            #[must_use]
            pub const fn message(self) -> &'static str { match self { $(Self::$name => $message,)* } }

            /// What the row means, for documentation.
            #[must_use]
            pub const fn meaning(self) -> &'static str { match self { $(Self::$name => $meaning,)* } }

            /// The name of the row, for logs and metrics.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => stringify!($name),)* } }
        }
    };
}

errors! {
    InvalidJson 400 "Invalid JSON" "The body is not strict JSON (RFC 8259).";
    MalformedRequest 400 "The request is not valid HTTP." "The bytes on the connection are not a request of HTTP/1.1.";
    InvalidParameter 400 "Invalid parameter" "A parameter is missing, malformed, out of bounds, unknown, foreign or does not fit.";
    InvalidTokens 401 "Invalid ClientToken or AccessToken." "The tokens are unknown, expired or do not belong together.";
    EnterpriseDisabled 401 "The enterprise is disabled." "The enterprise of the access token is disabled.";
    IntegrationDisabled 401 "The integration is disabled." "The integration is disabled for the enterprise or everywhere.";
    NoPermission 401 "No permission to use this operation." "The operation is not granted to the client.";
    Rule 403 "The operation is not allowed." "A rule of the property forbids it; the sentence is for the end user.";
    NoSuchAddress 404 "Requested resource does not exist." "No operation has exactly this address and method.";
    DeadlinePassed 408 "The transaction timed out." "The deadline passed; nothing of the request was done.";
    DataChanged 409 "Conflicting operation is being performed at this time" "The data changed meanwhile; read again and resubmit.";
    TooLarge 413 "The request body is too large." "The body is larger than the server accepts.";
    RateLimited 429 "Too many requests." "The limit of requests is used up; wait as long as Retry-After says.";
    Internal 500 "Something went wrong. The development team has been notified." "A fault in the server; the Request-Id names the log entry.";
    Overloaded 503 "The server is busy. Please try again later." "A bounded queue is full; nothing of the request was done.";
}

/// A request that was not fulfilled: a row of the table, a message for the caller, a cause for the log.
///
/// Small on the stack, so that `Result<T, Error>` stays cheap.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    message: Message,
    details: Option<Details>,
    retry_after: Option<Duration>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    origin: Option<Origin>,
}

/// Where a fault comes from, in words of the program only: never a value that a request or a
/// document holds. So it may leave the house, as the cause may not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// What kind of fault it is, such as `panic` or `database: DiskFull`.
    pub kind: Cow<'static, str>,
    /// The line of the program, such as `crates/hotel/src/bills.rs:170`, where it is known.
    pub place: Option<String>,
}

impl Origin {
    /// The line of the program as it is told; none for the standard library, which is where a
    /// function that is passed as a value is called from.
    #[must_use]
    pub fn place(location: &Location<'_>) -> Option<String> {
        let file = location.file();
        if file.starts_with("/rustc/") {
            return None;
        }
        // Libraries stand in a folder of whoever built the program.
        let library = file.split("/registry/src/").nth(1).and_then(|it| it.split_once('/'));
        let file = library.map_or(file, |(_, file)| file);
        Some(format!("{file}:{}", location.line()))
    }
}

/// What the caller is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// The sentence of the table.
    Standard,
    /// A fixed text, such as `Invalid ServiceId`.
    Text(String),
    /// A sentence of the text catalogue, localised when the answer is written.
    Localized(LocalizedMessage),
}

/// A key of the text catalogue with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalizedMessage {
    /// The key of the sentence, such as `reservation-not-optional`.
    pub key: &'static str,
    /// The arguments of the sentence, by name.
    pub arguments: Vec<(&'static str, String)>,
}

/// Where the request went wrong; shown in the development environment only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// JSON pointer (RFC 6901) to the offending value.
    pub pointer: String,
    /// What was expected there.
    pub expected: String,
    /// What came. Never a token, never personal data.
    pub got: Option<String>,
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "At {place}")?;
        // A broken rule tells what it expects in its sentence.
        if !self.expected.is_empty() {
            write!(f, ": expected {}", self.expected)?;
        }
        match &self.got {
            Some(got) => write!(f, ", got {got}."),
            None => write!(f, "."),
        }
    }
}

impl Error {
    /// An error with the standard sentence of its row.
    #[must_use]
    pub fn new(code: Code) -> Self {
        let message = Message::Standard;
        Self(Box::new(Inner {
            code,
            message,
            details: None,
            retry_after: None,
            cause: None,
            origin: None,
        }))
    }

    /// 400 `Invalid JSON`; `reason` says where the text stops being JSON.
    #[must_use]
    pub fn invalid_json(reason: impl fmt::Display) -> Self {
        Self::new(Code::InvalidJson).expected("strict JSON (RFC 8259)").got(reason)
    }

    /// 400 `Invalid {parameter}`.
    #[must_use]
    pub fn invalid(parameter: &str) -> Self {
        Self::new(Code::InvalidParameter)
            .message(format!("Invalid {parameter}"))
            .at(format!("/{parameter}"))
    }

    /// 403 with a sentence of the text catalogue, which is for the end user.
    #[must_use]
    pub fn rule(key: &'static str) -> Self {
        let mut error = Self::new(Code::Rule);
        error.0.message = Message::Localized(LocalizedMessage { key, arguments: Vec::new() });
        error
    }

    /// 500; `cause` goes to the log only. Its type and the calling line are the [`Origin`].
    #[must_use]
    #[track_caller]
    pub fn internal<E: Into<Box<dyn std::error::Error + Send + Sync>>>(cause: E) -> Self {
        let kind = match std::any::type_name::<E>() {
            "&str" | "alloc::string::String" => "fault",
            other => other,
        };
        let mut error = Self::new(Code::Internal);
        error.0.cause = Some(cause.into());
        let place = Origin::place(Location::caller());
        error.0.origin = Some(Origin { kind: kind.into(), place });
        error
    }

    /// 429; waiting as long as `retry_after` succeeds.
    #[must_use]
    pub fn rate_limited(retry_after: Duration) -> Self {
        let mut error = Self::new(Code::RateLimited);
        error.0.retry_after = Some(retry_after);
        error
    }

    /// The same error with another origin. Its words must be the program's own.
    #[must_use]
    pub fn originating(mut self, origin: Origin) -> Self {
        self.0.origin = Some(origin);
        self
    }

    /// The same error with a fixed text for the caller.
    #[must_use]
    pub fn message(mut self, text: impl Into<String>) -> Self {
        self.0.message = Message::Text(text.into());
        self
    }

    /// The same error with one more argument of its localised sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        if let Message::Localized(message) = &mut self.0.message {
            message.arguments.push((name, value.to_string()));
        }
        self
    }

    /// The same error with a JSON pointer to the offending value.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.details_mut().pointer = pointer.into();
        self
    }

    /// The same error, saying what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl fmt::Display) -> Self {
        self.details_mut().expected = expected.to_string();
        self
    }

    /// The same error, saying what came. Never a token, never personal data.
    #[must_use]
    pub fn got(mut self, got: impl fmt::Display) -> Self {
        self.details_mut().got = Some(got.to_string());
        self
    }

    fn details_mut(&mut self) -> &mut Details {
        self.0.details.get_or_insert_default()
    }

    /// The row of the table.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What the caller is told.
    #[must_use]
    pub fn caller_message(&self) -> &Message {
        &self.0.message
    }

    /// Where the request went wrong, if it says so.
    #[must_use]
    pub fn details(&self) -> Option<&Details> {
        self.0.details.as_ref()
    }

    /// How long to wait, for 429.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Where the fault comes from, for alerts.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        self.0.origin.as_ref()
    }

    /// The internal cause, for the log.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync)> {
        self.0.cause.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.message {
            Message::Standard => f.write_str(self.0.code.message())?,
            Message::Text(text) => f.write_str(text)?,
            Message::Localized(message) => {
                f.write_str(message.key)?;
                for (name, value) in &message.arguments {
                    write!(f, " {name}={value}")?;
                }
            }
        }
        match &self.0.details {
            Some(details) => write!(f, " ({details})"),
            None => Ok(()),
        }
    }
}

/// What stands behind an error: its cause, the cause of that, and so on.
pub fn causes<'e>(
    error: &'e (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'e (dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |cause| cause.source())
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.cause {
            Some(cause) => Some(cause.as_ref()),
            None => None,
        }
    }
}
