//! `companies/add`.

use ostler_api::accounts::AccountType;
use ostler_api::companies::{AddCompany, Companies as Response, Company, CompanyOptions};
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::Tx;
use uuid::Uuid;

use super::Companies;
use crate::accounts::{self, checks};
use crate::addresses::{self, Owner};
use crate::context::Context;
use crate::operation::Command;
use crate::reply::Reply;

impl Command for AddCompany {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<Response>, Error> {
        let chain = context.chain(self.chain_id)?;
        if checks::stated(Some(&self.name)).is_none() {
            return Err(Error::invalid("Name").expected("a name that is not blank"));
        }
        if let Some(mother) = self.mother_company_id {
            super::active(tx, chain, mother, "MotherCompanyId")?;
        }
        let id = tx.new_id();
        let number = accounts::next_number(tx, chain)?;
        let mut company = company(self, id, chain, number)?;
        let owner = Owner { id: id.cast(), kind: AccountType::Company, chain };
        let (address_id, shown) = (&mut company.address_id, &mut company.address);
        addresses::write_default(tx, owner, self.address.as_ref(), address_id, shown)?;
        let stored = tx.insert::<Companies>(chain, company, ())?;
        Reply::of(&Response { cursor: Some(stored.id), companies: vec![stored.document] })
    }
}

fn company(from: &AddCompany, id: Id<Company>, chain: Uuid, number: i64) -> Result<Company, Error> {
    let text = |text: &Option<String>| checks::stated(text.as_deref()).map(str::to_owned);
    let invoicing_email = checks::email(from.invoicing_email.as_deref(), "InvoicingEmail")?;
    Ok(Company {
        id,
        chain_id: Id::new(chain),
        name: from.name.clone(),
        mother_company_id: from.mother_company_id,
        invoicing_email: invoicing_email.map(str::to_owned),
        website_url: text(&from.website_url),
        invoice_due_interval: from.invoice_due_interval,
        options: CompanyOptions {
            invoiceable: from.options.invoiceable,
            add_fees_to_invoices: from.options.add_fees_to_invoices,
            add_tax_deducted_payment_to_invoices: from.options.add_tax_deducted_payment_to_invoices,
        },
        credit_rating: from.credit_rating.unwrap_or_default(),
        department: text(&from.department),
        duns_number: text(&from.duns_number),
        reference_identifier: text(&from.reference_identifier),
        accounting_code: text(&from.accounting_code),
        additional_tax_identifier: text(&from.additional_tax_identifier),
        billing_code: text(&from.billing_code),
        contact: text(&from.contact),
        contact_person: text(&from.contact_person),
        identifier: text(&from.identifier),
        iata: text(&from.iata),
        is_active: true,
        notes: text(&from.notes),
        number,
        tax_identifier: text(&from.tax_identifier),
        telephone: text(&from.telephone),
        created_utc: None,
        updated_utc: None,
        address_id: None,
        merge_target_id: None,
        external_identifier: checks::stated(from.external_identifier.as_deref()).map(str::to_owned),
        electronic_invoice_identifier: None,
        address: None,
        tax_identification_number: None,
    })
}
