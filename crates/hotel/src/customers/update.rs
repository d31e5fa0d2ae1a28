//! `customers/update`.

use ostler_api::customers::{Customer, UpdateCustomer};
use ostler_contract::error::Error;
use ostler_contract::primitives::UpdateValue;
use ostler_store::Tx;

use super::personal::{documents, personal};
use super::{active, email_key, with_email, written};
use crate::accounts::checks;
use crate::context::Context;
use crate::identity_documents;
use crate::operation::Command;
use crate::reply::Reply;

impl Command for UpdateCustomer {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<Customer>, Error> {
        let chain = context.chain(self.chain_id)?;
        let mut stored = active(tx, chain, self.customer_id, "CustomerId")?;
        let personal = personal!(self, self.last_name.as_deref());
        personal.check(tx, chain, context.now)?;
        let email = checks::email(self.email.as_deref(), "Email")?;
        // Sent back as it was, it is no change, whoever else has it.
        let is_new = email.map(email_key) != stored.email.as_deref().map(email_key);
        if let Some(email) = email
            && is_new
            && with_email(tx, chain, Some(email))?.is_some()
        {
            return Err(Error::rule("customer-email-taken").with("email", email).at("/Email"));
        }
        personal.apply(tx, &mut stored.document)?;
        if let Some(classifications) = &self.classifications {
            stored.classifications.clone_from(classifications);
        }
        if let Some(options) = &self.options {
            stored.options = options.iter().map(|it| (*it).into()).collect();
        }
        self.italian_destination_code.apply(&mut stored.italian_destination_code);
        self.italian_fiscal_code.apply(&mut stored.italian_fiscal_code);
        match &self.italian_lottery_code {
            UpdateValue::Keep => {}
            UpdateValue::Clear => stored.italian_lottery_code = None,
            UpdateValue::Set(code) => {
                stored.italian_lottery_code = Some(code.clone().into_inner());
            }
        }
        stored.updater_profile_id = context.profile();
        tx.update(&mut stored)?;
        identity_documents::write(tx, context, chain, stored.id, &documents!(self))?;
        written(tx, chain, stored.document)
    }
}
