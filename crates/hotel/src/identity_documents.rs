//! Identity documents of customers.

use std::collections::BTreeMap;

use ostler_api::customers::Customer;
use ostler_api::identity_documents::{
    CustomerDocument, CustomerDocumentParameters, DocumentType, IdentityDocument,
};
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Snapshot, Stored, Tx, entity};
use uuid::Uuid;

use crate::accounts::checks;
use crate::context::Context;
use crate::enterprises::Enterprises;
use crate::reference::countries;

entity! {
    /// The identity documents of all customers. The scope is the chain.
    IdentityDocuments of IdentityDocument, with (), in "identity_document";
    stamp(document, created, updated) {}
    index CUSTOMER "customer": Id<Customer> = |it, hidden| it.customer_id;
    index KIND "kind": &'static str = |it, hidden| kind_name(it.type_);
    lookup Columns(&["customer"]);
}

const fn kind_name(kind: DocumentType) -> &'static str {
    match kind {
        DocumentType::IdentityCard => "IdentityCard",
        DocumentType::Passport => "Passport",
        DocumentType::Visa => "Visa",
        DocumentType::DriversLicense => "DriversLicense",
    }
}

/// What a request about a customer says of each kind of document.
pub type StatedDocuments<'a> = [(DocumentType, Option<&'a CustomerDocumentParameters>); 4];

/// Writes what a request states of a customer's documents: into the newest document of the kind,
/// or into a new one. What is absent or blank stays as it is.
///
/// # Errors
/// 400 for a country or subdivision that does not exist, 403 for a document without a number where
/// a property of the chain must have it, or without an expiration date where it must have one; 500
/// where the store fails.
pub fn write(
    tx: &mut Tx<'_>,
    context: &Context,
    chain: Uuid,
    customer: Id<Customer>,
    stated: &StatedDocuments<'_>,
) -> Result<(), Error> {
    if stated.iter().all(|(_, it)| it.is_none_or(is_blank)) {
        return Ok(());
    }
    let known = of_customers(tx, &[chain], &[customer])?;
    let is_number_required = is_number_required(tx, context, chain)?;
    for (kind, parameters) in stated {
        let Some(parameters) = parameters.filter(|it| !is_blank(it)) else { continue };
        let before = known.iter().find(|it| it.type_ == *kind);
        let mut document =
            before.map_or_else(|| empty(tx.new_id(), customer, *kind), |it| it.document.clone());
        apply(parameters, &mut document)
            .map_err(|(name, it)| it.at(format!("/{}/{name}", kind_name(*kind))))?;
        if is_number_required && document.number.is_empty() {
            return Err(Error::rule("identity-document-number-missing"));
        }
        if document.expiration_date.is_none() && !may_be_unlimited(&document) {
            let pointer = format!("/{}/Expiration", kind_name(*kind));
            return Err(Error::rule("identity-document-expiration-missing").at(pointer));
        }
        match tx.get::<IdentityDocuments>(chain, document.id)? {
            Some(mut stored) => {
                stored.document = document;
                tx.update(&mut stored)?;
            }
            None => {
                tx.insert::<IdentityDocuments>(chain, document, ())?;
            }
        }
    }
    Ok(())
}

/// Whether a document may lack an expiration date: by its kind and the country that issued it.
fn may_be_unlimited(document: &IdentityDocument) -> bool {
    let country = document.issuing_country_code.as_deref();
    match document.type_ {
        DocumentType::IdentityCard => country.is_some_and(countries::has_unlimited_identity_cards),
        DocumentType::DriversLicense => {
            country.is_some_and(countries::has_unlimited_driver_licences)
        }
        DocumentType::Passport | DocumentType::Visa => false,
    }
}

fn is_blank(it: &CustomerDocumentParameters) -> bool {
    let texts = [
        &it.number,
        &it.issuing_country_code,
        &it.issuing_country_subdivision_code,
        &it.issuing_city,
    ];
    it.expiration.is_none()
        && it.issuance.is_none()
        && texts.into_iter().all(|text| checks::stated(text.as_deref()).is_none())
}

fn apply(
    from: &CustomerDocumentParameters,
    to: &mut IdentityDocument,
) -> Result<(), (&'static str, Error)> {
    const COUNTRY: &str = "IssuingCountryCode";
    const SUBDIVISION: &str = "IssuingCountrySubdivisionCode";
    if let Some(number) = checks::stated(from.number.as_deref()) {
        number.clone_into(&mut to.number);
    }
    to.expiration_date = from.expiration.or(to.expiration_date);
    to.issuance_date = from.issuance.or(to.issuance_date);
    let country = from.issuing_country_code.as_deref();
    let subdivision = from.issuing_country_subdivision_code.as_deref();
    checks::country(country, COUNTRY).map_err(|it| (COUNTRY, it))?;
    checks::set(&mut to.issuing_country_code, country);
    checks::subdivision(subdivision, to.issuing_country_code.as_deref(), SUBDIVISION)
        .map_err(|it| (SUBDIVISION, it))?;
    checks::set(&mut to.issuing_country_subdivision_code, subdivision);
    checks::set(&mut to.issuing_city, from.issuing_city.as_deref());
    Ok(())
}

fn empty(
    id: Id<IdentityDocument>,
    customer_id: Id<Customer>,
    type_: DocumentType,
) -> IdentityDocument {
    IdentityDocument {
        id,
        customer_id,
        type_,
        number: String::new(),
        expiration_date: None,
        issuance_date: None,
        issuing_country_code: None,
        issuing_country_subdivision_code: None,
        issuing_city: None,
        identity_document_support_number: None,
        is_verified: false,
    }
}

/// Whether a property in reach must record numbers of documents.
fn is_number_required(
    snapshot: &Snapshot<'_>,
    context: &Context,
    chain: Uuid,
) -> Result<bool, Error> {
    for member in context.caller.enterprises.iter().filter(|it| it.chain == chain) {
        let property = snapshot.get::<Enterprises>(member.enterprise, member.enterprise)?;
        if property.is_some_and(|it| it.hidden.is_identity_document_number_required) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The documents of these customers, newest first.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn of_customers(
    snapshot: &Snapshot<'_>,
    chains: &[Uuid],
    customers: &[Id<Customer>],
) -> Result<Vec<Stored<IdentityDocuments>>, Error> {
    let find =
        Find::within(chains).and(IdentityDocuments::CUSTOMER.one_of(customers.iter().copied()));
    snapshot.find(&find)
}

/// Shows each customer the newest document of each kind, and returns all documents.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn show(
    snapshot: &Snapshot<'_>,
    chains: &[Uuid],
    customers: Vec<&mut Customer>,
) -> Result<Vec<CustomerDocument>, Error> {
    let mut by_id: BTreeMap<Id<Customer>, &mut Customer> =
        customers.into_iter().map(|customer| (customer.id, customer)).collect();
    let ids: Vec<_> = by_id.keys().copied().collect();
    let mut shown = Vec::new();
    for stored in of_customers(snapshot, chains, &ids)? {
        let document = as_shown(&stored);
        if let Some(customer) = by_id.get_mut(&document.customer_id) {
            let place = match document.type_ {
                DocumentType::IdentityCard => &mut customer.identity_card,
                DocumentType::Passport => &mut customer.passport,
                DocumentType::Visa => &mut customer.visa,
                DocumentType::DriversLicense => &mut customer.drivers_license,
            };
            place.get_or_insert_with(|| document.clone());
        }
        shown.push(document);
    }
    Ok(shown)
}

/// The document as customers show it.
fn as_shown(it: &IdentityDocument) -> CustomerDocument {
    CustomerDocument {
        id: it.id,
        customer_id: it.customer_id,
        type_: it.type_,
        number: Some(it.number.clone()),
        expiration: it.expiration_date,
        issuance: it.issuance_date,
        issuing_country_code: it.issuing_country_code.clone(),
        issuing_country_subdivision_code: it.issuing_country_subdivision_code.clone(),
        issuing_city: it.issuing_city.clone(),
        identity_document_support_number: it.identity_document_support_number.clone(),
    }
}
