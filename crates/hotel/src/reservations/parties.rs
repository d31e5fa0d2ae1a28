//! Who and what a reservation refers to besides its price.

use ostler_api::business_segments::BusinessSegment;
use ostler_api::companies::Company;
use ostler_api::customers::Customer;
use ostler_api::payments::CreditCard;
use ostler_api::reservations::add::ReservationParameters;
use ostler_api::resources::Resource;
use ostler_api::services::Service;
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Snapshot, Stored};

use crate::business_segments::BusinessSegments;
use crate::filters::unknown;
use crate::property::Property;
use crate::resource_categories::ResourceCategoryAssignments;
use crate::resources::Resources;
use crate::{companies, customers};

/// Who and what a new reservation refers to, found.
pub struct Parties {
    /// The main guest.
    pub owner: Id<Customer>,
    /// Who booked on the guest's behalf.
    pub booker: Option<Id<Customer>>,
    /// The company on whose behalf the guest travels.
    pub company: Option<Id<Company>>,
    /// The travel agency.
    pub travel_agency: Option<Id<Company>>,
    /// The business segment.
    pub segment: Option<Id<BusinessSegment>>,
    /// The resource to set aside.
    pub resource: Option<Stored<Resources>>,
}

impl Parties {
    /// Finds whom and what the request names.
    ///
    /// # Errors
    /// 400 naming what does not exist in the property; 500 where the store fails, 408 past the
    /// deadline.
    pub fn find(
        snapshot: &Snapshot<'_>,
        property: &Property,
        service: Id<Service>,
        request: &ReservationParameters,
    ) -> Result<Self, Error> {
        let chain = property.chain();
        let Some(owner) = request.customer_id else {
            return Err(Error::invalid("CustomerId").expected("the main guest").got("none"));
        };
        let owner = customers::active(snapshot, chain, owner, "CustomerId")?.id;
        let booker = request.booker_id.filter(|booker| *booker != owner);
        if let Some(booker) = booker {
            customers::active(snapshot, chain, booker, "BookerId")?;
        }
        if let Some(company) = request.company_id {
            companies::active(snapshot, chain, company, "CompanyId")?;
        }
        if let Some(agency) = request.travel_agency_id {
            companies::active(snapshot, chain, agency, "TravelAgencyId")?;
        }
        let segment = request.business_segment_id;
        if let Some(segment) = segment {
            check_segment(snapshot, property, service, segment)?;
        }
        if let Some(card) = request.credit_card_id {
            check_card(card)?;
        }
        let resource = match request.assigned_resource_id {
            Some(id) => Some(resource(snapshot, property, id)?),
            None => None,
        };
        if request.assigned_resource_locked == Some(true) && resource.is_none() {
            return Err(
                Error::invalid("AssignedResourceLocked").expected("false: no resource is assigned")
            );
        }
        let (company, travel_agency) = (request.company_id, request.travel_agency_id);
        Ok(Self { owner, booker, company, travel_agency, segment, resource })
    }
}

/// 400 unless the segment is one of the service.
///
/// # Errors
/// As said.
pub fn check_segment(
    snapshot: &Snapshot<'_>,
    property: &Property,
    service: Id<Service>,
    id: Id<BusinessSegment>,
) -> Result<(), Error> {
    let segment: Option<Stored<BusinessSegments>> = snapshot.get(property.scope(), id)?;
    let fits = segment.is_some_and(|it| it.is_active && it.service_id == service);
    if fits { Ok(()) } else { Err(unknown("BusinessSegmentId")) }
}

/// 400: no payment card is stored here, so none belongs to the guest or the booker.
///
/// # Errors
/// As said.
pub fn check_card(card: Id<CreditCard>) -> Result<(), Error> {
    Err(unknown("CreditCardId").got(card))
}

/// The active resource of the property.
///
/// # Errors
/// 400 `Invalid AssignedResourceId` where there is none.
pub fn resource(
    snapshot: &Snapshot<'_>,
    property: &Property,
    id: Id<Resource>,
) -> Result<Stored<Resources>, Error> {
    let resource: Option<Stored<Resources>> = snapshot.get(property.scope(), id)?;
    resource.filter(|it| it.is_active).ok_or_else(|| unknown("AssignedResourceId"))
}

/// 403 unless the resource is offered for the service, in whatever category.
///
/// # Errors
/// As said.
pub fn check_offered(
    snapshot: &Snapshot<'_>,
    property: &Property,
    service: Id<Service>,
    resource: &Stored<Resources>,
) -> Result<(), Error> {
    let find = Find::<ResourceCategoryAssignments>::within(&[property.scope()])
        .and(ResourceCategoryAssignments::RESOURCE.is(resource.id))
        .and(ResourceCategoryAssignments::SERVICE.is(Some(service)))
        .and(ResourceCategoryAssignments::ACTIVE.is(true));
    if snapshot.count(&find)? == 0 {
        return Err(Error::rule("resource-of-another-service").with("resource", &resource.name));
    }
    Ok(())
}
