//! Data of the parties as a closed bill keeps them.

use std::collections::BTreeMap;

use ostler_api::accounts::{Account, AccountType};
use ostler_api::addresses::AccountAddress;
use ostler_api::bills::requests::BillAddressParameters;
use ostler_api::bills::{
    BillAddress, BillCompanyData, BillCustomerData, BillEnterpriseData, BillOwnerData,
};
use ostler_api::companies::Company;
use ostler_api::customers::Customer;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UpdateValue};
use ostler_store::Snapshot;

use crate::accounts::AccountProfile;
use crate::addresses::Addresses;
use crate::property::Property;

/// What a bill shows in place of an account's own data.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Tax identifier.
    pub tax_identifier: UpdateValue<String>,
    /// Address.
    pub address: Option<BillAddressParameters>,
}

/// The data of an account now, as a bill shows them.
pub(crate) fn account(
    snapshot: &Snapshot<'_>,
    property: &Property,
    profile: &AccountProfile,
    shown: &Shown,
) -> Result<BillOwnerData, Error> {
    let stored = match (&profile.customer, &profile.company) {
        (Some(customer), _) => customer.address_id,
        (None, Some(company)) => company.address_id,
        (None, None) => None,
    };
    let address = match (&shown.address, stored) {
        (Some(sent), _) => Some(stated(sent, property, profile)),
        (None, Some(id)) => own(snapshot, property, id)?,
        (None, None) => None,
    };
    match (&profile.customer, &profile.company) {
        (Some(it), _) => Ok(BillOwnerData::BillCustomerData(customer(it, address, shown))),
        (None, Some(it)) => Ok(BillOwnerData::BillCompanyData(company(it, address, shown))),
        (None, None) => Err(Error::internal("an account that is neither customer nor company")),
    }
}

/// The data of the enterprise now.
pub(crate) fn enterprise(property: &Property) -> BillEnterpriseData {
    let accounting = property.enterprise.hidden.accounting.as_ref();
    BillEnterpriseData {
        additional_tax_identifier: accounting.and_then(|it| it.additional_tax_identifier.clone()),
        company_name: accounting.and_then(|it| it.company_name.clone()),
        bank_account: accounting.and_then(|it| it.bank_account_number.clone()),
        bank_name: accounting.and_then(|it| it.bank_name.clone()),
        iban: accounting.and_then(|it| it.iban.clone()),
        bic: accounting.and_then(|it| it.bic.clone()),
    }
}

fn customer(it: &Customer, address: Option<BillAddress>, shown: &Shown) -> BillCustomerData {
    let mut tax_identifier = it.tax_identification_number.clone();
    shown.tax_identifier.apply(&mut tax_identifier);
    let identifiers = [
        ("TaxIdentifier", &tax_identifier),
        ("ItalianDestinationCode", &it.italian_destination_code),
        ("ItalianFiscalCode", &it.italian_fiscal_code),
        ("ItalianLotteryCode", &it.italian_lottery_code),
    ];
    BillCustomerData {
        id: it.id,
        address,
        legal_identifiers: Some(present(&identifiers)),
        billing_code: it.billing_code.clone(),
        last_name: it.last_name.clone(),
        first_name: it.first_name.clone(),
        second_last_name: it.second_last_name.clone(),
        title_prefix: it.title,
        tax_identifier,
    }
}

fn company(it: &Company, address: Option<BillAddress>, shown: &Shown) -> BillCompanyData {
    let mut tax_identifier = it.tax_identifier.clone();
    shown.tax_identifier.apply(&mut tax_identifier);
    let identifiers = [
        ("TaxIdentifier", &tax_identifier),
        ("AdditionalTaxIdentifier", &it.additional_tax_identifier),
        ("FiscalIdentifier", &it.identifier),
    ];
    BillCompanyData {
        id: Some(it.id),
        address,
        legal_identifiers: Some(present(&identifiers)),
        billing_code: it.billing_code.clone(),
        name: it.name.clone(),
        fiscal_identifier: it.identifier.clone(),
        additional_tax_identifier: it.additional_tax_identifier.clone(),
        duns: it.duns_number.clone(),
        telephone: it.telephone.clone(),
        tax_identifier,
        invoicing_email: it.invoicing_email.clone(),
        department: it.department.clone(),
    }
}

fn present(identifiers: &[(&str, &Option<String>)]) -> BTreeMap<String, String> {
    let known = identifiers.iter();
    known.filter_map(|(name, value)| Some(((*name).to_owned(), value.as_ref()?.clone()))).collect()
}

fn own(
    snapshot: &Snapshot<'_>,
    property: &Property,
    id: Id<AccountAddress>,
) -> Result<Option<BillAddress>, Error> {
    let address = snapshot.get::<Addresses>(property.chain(), id)?;
    Ok(address.map(|stored| {
        let it = stored.document;
        BillAddress {
            id: Some(it.id.cast()),
            account_id: it.account_id,
            chain_id: it.chain_id,
            account_type: it.account_type,
            line1: it.line1,
            line2: it.line2,
            city: it.city,
            postal_code: it.postal_code,
            country_code: it.country_code,
            country_subdivision_code: it.country_subdivision_code,
            latitude: it.latitude,
            longitude: it.longitude,
            updated_utc: it.updated_utc,
            is_active: it.is_active,
        }
    }))
}

fn stated(
    sent: &BillAddressParameters,
    property: &Property,
    profile: &AccountProfile,
) -> BillAddress {
    let (account, kind): (Id<Account>, AccountType) = (profile.id, profile.kind);
    BillAddress {
        id: None,
        account_id: account,
        chain_id: Some(property.enterprise.chain_id),
        account_type: kind,
        line1: sent.line1.clone(),
        line2: sent.line2.clone(),
        city: sent.city.clone(),
        postal_code: sent.postal_code.clone(),
        country_code: sent.country_code.clone(),
        country_subdivision_code: sent.country_subdivision_code.clone(),
        latitude: None,
        longitude: None,
        updated_utc: None,
        is_active: true,
    }
}
