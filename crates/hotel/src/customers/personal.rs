//! Personal data that a request states of a customer.

use ostler_api::accounts::AccountType;
use ostler_api::addresses::AddressParameters;
use ostler_api::companies::Company;
use ostler_api::customers::{Customer, Sex, Title};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, LocalDate, UtcInstant};
use ostler_store::{Snapshot, Tx};
use uuid::Uuid;

use crate::accounts::checks;
use crate::addresses::{self, Owner};
use crate::companies;

/// What adding and updating both state.
pub(super) struct Personal<'a> {
    pub(super) title: Option<Title>,
    pub(super) first_name: Option<&'a str>,
    pub(super) last_name: Option<&'a str>,
    pub(super) second_last_name: Option<&'a str>,
    pub(super) nationality_code: Option<&'a str>,
    pub(super) preferred_language_code: Option<&'a str>,
    pub(super) sex: Option<Sex>,
    pub(super) birth_date: Option<LocalDate>,
    pub(super) birth_country_code: Option<&'a str>,
    pub(super) birth_country_subdivision_code: Option<&'a str>,
    pub(super) birth_place: Option<&'a str>,
    pub(super) occupation: Option<&'a str>,
    pub(super) email: Option<&'a str>,
    pub(super) phone: Option<&'a str>,
    pub(super) loyalty_code: Option<&'a str>,
    pub(super) notes: Option<&'a str>,
    pub(super) car_registration_number: Option<&'a str>,
    pub(super) dietary_requirements: Option<&'a str>,
    pub(super) tax_identification_number: Option<&'a str>,
    pub(super) company_id: Option<Id<Company>>,
    pub(super) address: Option<&'a AddressParameters>,
}

/// The personal data of a request, whose last name is optional in one and required in the other.
macro_rules! personal {
    ($request:expr, $last_name:expr) => {
        $crate::customers::personal::Personal {
            title: $request.title,
            first_name: $request.first_name.as_deref(),
            last_name: $last_name,
            second_last_name: $request.second_last_name.as_deref(),
            nationality_code: $request.nationality_code.as_deref(),
            preferred_language_code: $request.preferred_language_code.as_deref(),
            sex: $request.sex,
            birth_date: $request.birth_date,
            birth_country_code: $request.birth_country_code.as_deref(),
            birth_country_subdivision_code: $request.birth_country_subdivision_code.as_deref(),
            birth_place: $request.birth_place.as_deref(),
            occupation: $request.occupation.as_deref(),
            email: $request.email.as_deref(),
            phone: $request.phone.as_deref(),
            loyalty_code: $request.loyalty_code.as_deref(),
            notes: $request.notes.as_deref(),
            car_registration_number: $request.car_registration_number.as_deref(),
            dietary_requirements: $request.dietary_requirements.as_deref(),
            tax_identification_number: $request.tax_identification_number.as_deref(),
            company_id: $request.company_id,
            address: $request.address.as_ref(),
        }
    };
}

/// The deprecated identity documents of a request.
macro_rules! documents {
    ($request:expr) => {{
        use ostler_api::identity_documents::DocumentType;
        [
            (DocumentType::IdentityCard, $request.identity_card.as_ref()),
            (DocumentType::Passport, $request.passport.as_ref()),
            (DocumentType::Visa, $request.visa.as_ref()),
            (DocumentType::DriversLicense, $request.drivers_license.as_ref()),
        ]
    }};
}

pub(super) use {documents, personal};

impl Personal<'_> {
    /// Checks what can be checked without the customer.
    ///
    /// # Errors
    /// 400 naming the parameter that cannot be true.
    pub(super) fn check(
        &self,
        snapshot: &Snapshot<'_>,
        chain: Uuid,
        now: UtcInstant,
    ) -> Result<(), Error> {
        checks::email(self.email, "Email")?;
        checks::country(self.nationality_code, "NationalityCode")?;
        checks::country(self.birth_country_code, "BirthCountryCode")?;
        checks::language(self.preferred_language_code, "PreferredLanguageCode")?;
        checks::birth_date(self.birth_date, now)?;
        if let Some(company) = self.company_id {
            companies::active(snapshot, chain, company, "CompanyId")?;
        }
        Ok(())
    }

    /// Writes what is stated into the customer and its default address; what is absent or blank
    /// stays.
    ///
    /// # Errors
    /// 400 for a subdivision that is not one of the country, and for such an address.
    pub(super) fn apply(&self, tx: &mut Tx<'_>, customer: &mut Customer) -> Result<(), Error> {
        self.apply_texts(customer);
        let language = checks::language(self.preferred_language_code, "PreferredLanguageCode")?;
        checks::set(&mut customer.preferred_language_code, language);
        checks::set(&mut customer.email, checks::email(self.email, "Email")?);
        const SUBDIVISION: &str = "BirthCountrySubdivisionCode";
        let country = customer.birth_country_code.as_deref();
        let own = &mut customer.birth_country_subdivision_code;
        checks::subdivision(self.birth_country_subdivision_code, country, SUBDIVISION)?;
        checks::set(own, self.birth_country_subdivision_code);
        if checks::subdivision(own.as_deref(), country, SUBDIVISION).is_err() {
            *own = None;
        }
        customer.title = self.title.or(customer.title);
        customer.sex = self.sex.or(customer.sex);
        customer.birth_date = self.birth_date.or(customer.birth_date);
        customer.company_id = self.company_id.or(customer.company_id);
        let chain = customer.chain_id.uuid();
        let owner = Owner { id: customer.id.cast(), kind: AccountType::Customer, chain };
        let (address_id, shown) = (&mut customer.address_id, &mut customer.address);
        addresses::write_default(tx, owner, self.address, address_id, shown)
    }

    fn apply_texts(&self, customer: &mut Customer) {
        if let Some(last_name) = checks::stated(self.last_name) {
            last_name.clone_into(&mut customer.last_name);
        }
        let texts = [
            (&mut customer.first_name, self.first_name),
            (&mut customer.second_last_name, self.second_last_name),
            (&mut customer.nationality_code, self.nationality_code),
            (&mut customer.birth_country_code, self.birth_country_code),
            (&mut customer.birth_place, self.birth_place),
            (&mut customer.occupation, self.occupation),
            (&mut customer.phone, self.phone),
            (&mut customer.loyalty_code, self.loyalty_code),
            (&mut customer.notes, self.notes),
            (&mut customer.car_registration_number, self.car_registration_number),
            (&mut customer.dietary_requirements, self.dietary_requirements),
            (&mut customer.tax_identification_number, self.tax_identification_number),
        ];
        for (property, text) in texts {
            checks::set(property, text);
        }
    }
}
