//! Who calls, when, and for what the caller may ask.

use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use uuid::Uuid;

use crate::reference::languages::fallbacks;

/// The circumstances of one request.
#[derive(Debug, Clone)]
pub struct Context {
    /// When the request came, by the world's clock.
    pub now: UtcInstant,
    /// The `Request-Id` of the answer.
    pub request: Uuid,
    /// Who calls.
    pub caller: Caller,
    /// What texts are looked for in.
    pub languages: Languages,
}

/// The codes of the languages that texts are looked for in. What stands in for them is found when
/// a text is wanted, which most requests do not.
#[derive(Debug, Clone, Default)]
pub struct Languages {
    wanted: Option<String>,
    own: Option<String>,
}

impl Languages {
    /// Those of a request with this `LanguageCode`, if it counts, to a property with this default.
    ///
    /// A code that is not served stands for its language's usual variant; one of no language is
    /// as good as none, because the reference gives no error for it.
    #[must_use]
    pub fn new(wanted: Option<&str>, own: Option<&str>) -> Self {
        Self { wanted: wanted.map(str::to_owned), own: own.map(str::to_owned) }
    }

    /// The wanted language with its fallbacks, best first; empty where none was asked for, so that
    /// texts stay in the property's own.
    #[must_use]
    pub fn wanted(&self) -> Vec<&'static str> {
        chain(self.wanted.as_deref())
    }

    /// The wanted language with its fallbacks, then the property's own with its own: best first.
    #[must_use]
    pub fn all(&self) -> Vec<&'static str> {
        [self.wanted(), chain(self.own.as_deref())].concat()
    }
}

/// A language with what stands in for it.
fn chain(code: Option<&str>) -> Vec<&'static str> {
    code.map(fallbacks).unwrap_or_default()
}

/// The integration behind the access token and what it reaches.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Identifier of the integration; the profile that creates and updates what it writes.
    pub integration: Uuid,
    /// Name of the client application.
    pub client: String,
    /// The enterprises in reach, with the chain of each. Never empty.
    pub enterprises: Vec<Member>,
    /// The placeholder enterprise of a portfolio token; none for a token of one enterprise.
    pub portfolio: Option<Uuid>,
    /// The bookable service that the integration is limited to, if it is.
    pub service: Option<Uuid>,
}

/// An enterprise in reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Identifier of the enterprise.
    pub enterprise: Uuid,
    /// Identifier of its chain.
    pub chain: Uuid,
}

impl Context {
    /// The circumstances of what a property does by itself, which no integration asked for.
    #[must_use]
    pub fn unattended(property: Member, now: UtcInstant) -> Self {
        Self {
            now,
            request: Uuid::nil(),
            caller: Caller {
                integration: Uuid::nil(),
                client: String::new(),
                enterprises: vec![property],
                portfolio: None,
                service: None,
            },
            languages: Languages::default(),
        }
    }

    /// The enterprises that a read covers: those that the caller names, else all in reach.
    ///
    /// # Errors
    /// 400 `Invalid EnterpriseIds` for an enterprise that is not in reach.
    pub fn enterprises<T>(&self, wanted: Option<&[Id<T>]>) -> Result<Vec<Uuid>, Error> {
        self.restrict(wanted, "EnterpriseIds", |member| member.enterprise)
    }

    /// The chains that a read of profiles covers: those that the caller names, else all in reach.
    ///
    /// # Errors
    /// 400 `Invalid ChainIds` for a chain that is not in reach.
    pub fn chains<T>(&self, wanted: Option<&[Id<T>]>) -> Result<Vec<Uuid>, Error> {
        self.restrict(wanted, "ChainIds", |member| member.chain)
    }

    /// The enterprise that a write is for. A token of one enterprise needs none and ignores what
    /// is sent.
    ///
    /// # Errors
    /// 400 `Invalid EnterpriseId` for a portfolio token that sends none or one out of reach.
    pub fn enterprise<T>(&self, sent: Option<Id<T>>) -> Result<Member, Error> {
        self.single(sent, "EnterpriseId", |member| member.enterprise)
    }

    /// The chain that a write of profiles is for, by the same rules.
    ///
    /// # Errors
    /// 400 `Invalid ChainId` for a portfolio token that sends none or one out of reach.
    pub fn chain<T>(&self, sent: Option<Id<T>>) -> Result<Uuid, Error> {
        self.single(sent, "ChainId", |member| member.chain).map(|member| member.chain)
    }

    /// The profile that created or updated what this request writes.
    #[must_use]
    pub fn profile<T: ?Sized>(&self) -> Id<T> {
        Id::new(self.caller.integration)
    }

    fn restrict<T>(
        &self,
        wanted: Option<&[Id<T>]>,
        parameter: &str,
        of: impl Fn(&Member) -> Uuid,
    ) -> Result<Vec<Uuid>, Error> {
        let mut reach: Vec<Uuid> = self.caller.enterprises.iter().map(of).collect();
        reach.sort_unstable();
        reach.dedup();
        match wanted {
            Some(wanted) if !wanted.is_empty() => {
                let foreign = wanted.iter().position(|id| reach.binary_search(&id.uuid()).is_err());
                if let Some(index) = foreign {
                    return Err(Error::invalid(parameter)
                        .at(format!("/{parameter}/{index}"))
                        .expected("an identifier within the reach of the access token"));
                }
                Ok(wanted.iter().map(|id| id.uuid()).collect())
            }
            _ => Ok(reach),
        }
    }

    fn single<T>(
        &self,
        sent: Option<Id<T>>,
        parameter: &str,
        of: impl Fn(&Member) -> Uuid,
    ) -> Result<Member, Error> {
        let mut members = self.caller.enterprises.iter();
        let found = match (self.caller.portfolio, sent) {
            (None, _) => members.next(),
            (Some(_), sent) => {
                sent.and_then(|sent| members.find(|member| of(member) == sent.uuid()))
            }
        };
        found.copied().ok_or_else(|| {
            Error::invalid(parameter).expected("an identifier within the reach of the access token")
        })
    }
}
