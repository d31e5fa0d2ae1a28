//! A property as rules see it: its enterprise, its time zone, its services.

use jiff::tz::TimeZone;
use ostler_api::enterprises::{AcceptedCurrency, Enterprise, Pricing};
use ostler_api::services::{Service, ServiceType};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, LocalizedText, UtcInstant};
use ostler_store::{Snapshot, Stored};
use uuid::Uuid;

use crate::arithmetic::tax::Taxes;
use crate::enterprises::Enterprises;
use crate::filters::unknown;
use crate::listing::text_in;
use crate::reference::languages::fallbacks;
use crate::services::Services;

/// The property that a rule acts in.
pub struct Property {
    /// Its enterprise with the settings that the wire does not show.
    pub enterprise: Stored<Enterprises>,
    /// Its time zone.
    pub zone: TimeZone,
}

impl Property {
    /// The property with this enterprise.
    ///
    /// # Errors
    /// 400 `Invalid EnterpriseId` where there is none, 500 where the store fails or the stored
    /// time zone is unknown.
    pub fn load(snapshot: &Snapshot<'_>, enterprise: Uuid) -> Result<Self, Error> {
        let enterprise: Stored<Enterprises> =
            snapshot.get(enterprise, enterprise)?.ok_or_else(|| unknown("EnterpriseId"))?;
        let zone = TimeZone::get(&enterprise.time_zone_identifier).map_err(Error::internal)?;
        Ok(Self { enterprise, zone })
    }

    /// The scope of its documents.
    #[must_use]
    pub fn scope(&self) -> Uuid {
        self.enterprise.id.uuid()
    }

    /// The scope of its guests' and companies' documents.
    #[must_use]
    pub fn chain(&self) -> Uuid {
        self.enterprise.chain_id.uuid()
    }

    /// Identifier of the enterprise.
    #[must_use]
    pub fn id(&self) -> Id<Enterprise> {
        self.enterprise.id
    }

    /// The text in its own language or what stands in for that, else in any; none without texts.
    #[must_use]
    pub fn text(&self, texts: &LocalizedText) -> Option<String> {
        let own = fallbacks(&self.enterprise.default_language_code);
        text_in(texts, &own).or_else(|| texts.values().next()).cloned()
    }

    /// Whether its prices are stated with or without taxes.
    #[must_use]
    pub fn pricing(&self) -> Pricing {
        self.enterprise.pricing
    }

    /// The taxes that its prices bear.
    ///
    /// # Errors
    /// 400 `Invalid TaxEnvironmentCode` where its tax environment does not exist.
    pub fn taxes(&self) -> Result<Taxes, Error> {
        let enterprise = &self.enterprise;
        Taxes::new(&enterprise.tax_environment_code, enterprise.pricing, enterprise.tax_precision)
    }

    /// Code of the currency of its accounting.
    #[must_use]
    pub fn currency(&self) -> &str {
        let currencies = &self.enterprise.hidden.currencies;
        currencies.iter().find(|it| it.is_default).map_or("EUR", |it| it.currency.as_str())
    }

    /// The currency with this code, if it can be used here.
    #[must_use]
    pub fn accepted_currency(&self, code: &str) -> Option<&AcceptedCurrency> {
        self.enterprise.hidden.currencies.iter().find(|it| it.currency == code && it.is_enabled)
    }

    /// The first moment that operational data (reservations, availability, prices) may still change at.
    ///
    /// # Errors
    /// 500 for a history interval that leaves the calendar.
    pub fn operational_history_start(&self, now: UtcInstant) -> Result<UtcInstant, Error> {
        self.before(now, self.enterprise.operational_editable_history_interval.span())
    }

    /// The first moment that accounting data (bills, items, payments) may still change at.
    ///
    /// # Errors
    /// 500 for a history interval that leaves the calendar.
    pub fn accounting_history_start(&self, now: UtcInstant) -> Result<UtcInstant, Error> {
        self.before(now, self.enterprise.accounting_editable_history_interval.span())
    }

    fn before(&self, now: UtcInstant, span: jiff::Span) -> Result<UtcInstant, Error> {
        let local = now.timestamp().to_zoned(self.zone.clone());
        let start = local.checked_sub(span).map_err(Error::internal)?;
        Ok(UtcInstant::from_timestamp(start.timestamp()))
    }

    /// An active service of the property.
    ///
    /// # Errors
    /// 400 `Invalid ServiceId` where it does not exist here, is not active or of another kind.
    pub fn service(
        &self,
        snapshot: &Snapshot<'_>,
        id: Id<Service>,
        kind: ServiceType,
    ) -> Result<Stored<Services>, Error> {
        let service: Option<Stored<Services>> = snapshot.get(self.scope(), id)?;
        service
            .filter(|it| it.is_active && it.data.kind() == kind)
            .ok_or_else(|| unknown("ServiceId"))
    }
}
