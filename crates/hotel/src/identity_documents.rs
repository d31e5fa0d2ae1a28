//! Identity documents of customers.

use ostler_api::customers::Customer;
use ostler_api::identity_documents::{DocumentType, IdentityDocument};
use ostler_contract::primitives::Id;
use ostler_store::entity;

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
