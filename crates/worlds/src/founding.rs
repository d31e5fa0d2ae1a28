//! New enterprises, as the command line makes them for production.

use jiff::tz::TimeZone;
use ostler_api::enterprises::{
    AcceptedCurrency, AccountingConfiguration, Address, Enterprise, EnterpriseSubscription,
    Pricing, SurchargingFeesConfiguration,
};
use ostler_api::payments::ExternalPaymentType;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, IsoDuration};
use ostler_hotel::enterprises::{EnterpriseHidden, Enterprises};
use ostler_hotel::reference::{self, languages, tax};
use ostler_store::Tx;
use uuid::Uuid;

use crate::access::{self, NewEnterprise};

/// How far back staff and integrations may edit, unless it is changed later.
const HISTORY: &str = "P0M7DT0H0M0S";

/// What a new enterprise is.
#[derive(Debug, Clone)]
pub struct Founding {
    /// Its name.
    pub name: String,
    /// IANA identifier of its time zone.
    pub time_zone: String,
    /// ISO 4217 code of the currency of its accounting.
    pub currency: String,
    /// Whether its prices are stated with or without taxes.
    pub pricing: Pricing,
    /// Code of its tax environment, such as `UK`.
    pub tax_environment: String,
    /// ISO 3166-1 alpha-2 code of its country.
    pub country: String,
    /// Code of its language, such as `en-GB`.
    pub language: String,
}

impl Founding {
    /// Whether everything that it names exists.
    ///
    /// # Errors
    /// Says what does not exist.
    pub fn check(&self) -> Result<(), String> {
        let unknown = |what: &str, value: &str| Err(format!("There is no {what} {value:?}."));
        if self.name.trim().is_empty() {
            return Err("An enterprise needs a name.".to_owned());
        }
        if TimeZone::get(&self.time_zone).is_err() {
            return unknown("time zone", &self.time_zone);
        }
        if reference::currencies::precision(&self.currency).is_none() {
            return unknown("currency", &self.currency);
        }
        if tax::environment(&self.tax_environment).is_none() {
            return unknown("tax environment", &self.tax_environment);
        }
        if !reference::is_country(&self.country) {
            return unknown("country", &self.country);
        }
        if languages::language(&self.language).is_none() {
            return unknown("language", &self.language);
        }
        Ok(())
    }
}

/// Makes an enterprise, in a chain of its own; answers with its identifier.
///
/// # Errors
/// 500 where the database fails.
pub fn found(tx: &mut Tx<'_>, founding: &Founding) -> Result<Uuid, Error> {
    let id = tx.new_id::<Enterprise>();
    let chain = tx.new_id();
    let address = tx.new_id();
    let document = enterprise(founding, (id, address), tx)?;
    let document = Enterprise { chain_id: chain, ..document };
    tx.insert::<Enterprises>(id.uuid(), document, hidden(founding))?;
    let reachable = NewEnterprise {
        id: id.uuid(),
        chain: chain.uuid(),
        name: founding.name.clone(),
        language: Some(founding.language.clone()),
    };
    access::add_enterprise(tx, reachable)?;
    Ok(id.uuid())
}

fn enterprise(
    founding: &Founding,
    (id, address): (Id<Enterprise>, Id<Address>),
    tx: &Tx<'_>,
) -> Result<Enterprise, Error> {
    let history = || HISTORY.parse::<IsoDuration>().map_err(Error::internal);
    let environment = founding.tax_environment.clone();
    Ok(Enterprise {
        id,
        external_identifier: None,
        holding_key: None,
        chain_id: Id::new(Uuid::nil()),
        chain_name: founding.name.clone(),
        created_utc: tx.now(),
        updated_utc: tx.now(),
        name: founding.name.clone(),
        short_name: None,
        time_zone_identifier: founding.time_zone.clone(),
        legal_environment_code: environment.clone(),
        accommodation_environment_code: environment.clone(),
        accounting_environment_code: environment.clone(),
        tax_environment_code: environment,
        default_language_code: founding.language.clone(),
        accounting_editable_history_interval: history()?,
        operational_editable_history_interval: history()?,
        business_day_closing_offset: None,
        website_url: None,
        email: None,
        phone: None,
        logo_image_id: None,
        cover_image_id: None,
        pricing: founding.pricing,
        tax_precision: None,
        address_id: address,
        address: Address {
            id: address,
            line1: None,
            line2: None,
            city: None,
            postal_code: None,
            country_code: Some(founding.country.clone()),
            country_subdivision_code: None,
            latitude: None,
            longitude: None,
        },
        group_names: Vec::new(),
        subscription: EnterpriseSubscription::default(),
        linked_utc: tx.now(),
        editable_history_interval: history()?,
    })
}

fn hidden(founding: &Founding) -> EnterpriseHidden {
    let currency = founding.currency.clone();
    EnterpriseHidden {
        currencies: vec![AcceptedCurrency { currency, is_default: true, is_enabled: true }],
        accounting: Some(AccountingConfiguration {
            additional_tax_identifier: None,
            company_name: Some(founding.name.clone()),
            bank_account_number: None,
            bank_name: None,
            iban: None,
            bic: None,
            surcharge_configuration: SurchargingFeesConfiguration::default(),
            enabled_external_payment_types: vec![
                ExternalPaymentType::Unspecified,
                ExternalPaymentType::Cash,
                ExternalPaymentType::WireTransfer,
            ],
            options: Vec::new(),
        }),
        ..EnterpriseHidden::default()
    }
}
