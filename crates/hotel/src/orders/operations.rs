//! The operation that orders.

use ostler_api::accounting_categories::AccountingCategory;
use ostler_api::accounts::AccountType;
use ostler_api::enterprises::AccountingConfigurationOption;
use ostler_api::objects::{Amount, AmountParameters, TaxExemptionReason};
use ostler_api::order_items::{OrderItemData, OrderItemType, RevenueType};
use ostler_api::orders::{AddOrder, AddedOrder, ItemParameters, ProductOrderParameters};
use ostler_api::reservations::entity::{Reservation, ReservationState};
use ostler_api::services::ServiceType;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, Tx};

use crate::accounting_categories::AccountingCategories;
use crate::accounts::{self, AccountProfile};
use crate::arithmetic::tax::Taxes;
use crate::bills::{default_bill, open_bill};
use crate::business_segments::BusinessSegments;
use crate::context::Context;
use crate::filters::unknown;
use crate::operation::Command;
use crate::orders::{NewOrder, place};
use crate::posting::{NewItem, Posting, post};
use crate::pricing::product_price;
use crate::products::Products;
use crate::property::Property;
use crate::reply::Reply;
use crate::reservations::Reservations;

impl Command for AddOrder {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<AddedOrder>, Error> {
        let enterprise = context.enterprise(self.enterprise_id)?.enterprise;
        let property = Property::load(tx, enterprise)?;
        property.service(tx, self.service_id, ServiceType::Additional)?;
        let account = payer(self, tx, &property)?;
        let consumed = self.consumption_utc.unwrap_or(context.now);
        if consumed < property.accounting_history_start(context.now)? {
            return Err(Error::rule("accounting-history-closed"));
        }
        let lines =
            Lines { request: self, property: &property, taxes: property.taxes()?, consumed };
        let lines = lines.read(tx)?;
        let bill = match self.bill_id {
            Some(id) => open_bill(tx, &property, id, account.id)?.id,
            None => default_bill(tx, &property, (account.id, account.kind))?.id,
        };
        if let Some(segment) = self.business_segment_id {
            let found = tx.get::<BusinessSegments>(property.scope(), segment)?;
            found.filter(|it| it.is_active).ok_or_else(|| unknown("BusinessSegmentId"))?;
        }
        let order = NewOrder {
            service: self.service_id,
            account: (account.id, account.kind),
            business_segment: self.business_segment_id,
            linked_reservation: linked(self, tx, &property, &account)?,
        };
        let order = place(tx, context, &property, &order)?;
        for line in lines {
            let item = NewItem {
                service: self.service_id,
                order: order.id.uuid(),
                account: (account.id, account.kind),
                kind: line.kind,
                revenue: line.revenue,
                data: line.data,
                name: Some(line.name),
                unit_count: line.count,
                unit_amount: line.unit_amount,
                start: None,
                consumed,
                accounting_category: line.accounting_category,
                bill: Some(bill),
                posting: Posting::Open,
                external_identifier: line.external_identifier,
                notes: self.notes.clone(),
                tax_exemption: line.tax_exemption,
            };
            post(tx, context, &property, item)?;
        }
        Reply::of(&AddedOrder { order_id: order.id })
    }
}

fn payer(request: &AddOrder, tx: &Tx<'_>, property: &Property) -> Result<AccountProfile, Error> {
    let (id, parameter) = match (request.account_id, request.customer_id) {
        (Some(account), _) => (account, "AccountId"),
        (None, Some(customer)) => (customer.cast(), "CustomerId"),
        (None, None) => {
            return Err(Error::invalid("AccountId").expected("a customer or a company"));
        }
    };
    let account = accounts::find(tx, property.chain(), id, parameter)?;
    if account.kind == AccountType::Company && !property.enterprise.hidden.accepts_company_billing {
        return Err(Error::rule("company-billing-disabled").with("name", &account.name));
    }
    Ok(account)
}

/// The reservation that is named, else the only one of the account that is checked in.
fn linked(
    request: &AddOrder,
    tx: &Tx<'_>,
    property: &Property,
    account: &AccountProfile,
) -> Result<Option<Id<Reservation>>, Error> {
    if let Some(id) = request.linked_reservation_id {
        let found = tx.get::<Reservations>(property.scope(), id)?;
        return found.map(|it| Some(it.id)).ok_or_else(|| unknown("LinkedReservationId"));
    }
    let find = Find::within(&[property.scope()])
        .and(Reservations::ACCOUNT.is(account.id))
        .and(Reservations::STATE.is(ReservationState::Started.name()));
    match tx.page_decoded(&find, None, 2)?.as_slice() {
        [only] => Ok(Some(only.id)),
        _ => Ok(None),
    }
}

/// One line of an order.
#[derive(Debug, Clone)]
struct Line {
    kind: OrderItemType,
    revenue: RevenueType,
    data: Option<OrderItemData>,
    name: String,
    count: i32,
    unit_amount: Amount,
    accounting_category: Option<Id<AccountingCategory>>,
    external_identifier: Option<String>,
    tax_exemption: (Option<TaxExemptionReason>, Option<String>),
}

impl Line {
    /// Whether two lines differ in nothing but their counts.
    fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.data == other.data
            && self.name == other.name
            && self.unit_amount == other.unit_amount
            && self.accounting_category == other.accounting_category
            && self.external_identifier == other.external_identifier
    }
}

/// Reads the lines of an order.
struct Lines<'a> {
    request: &'a AddOrder,
    property: &'a Property,
    taxes: Taxes,
    consumed: UtcInstant,
}

impl Lines<'_> {
    fn read(&self, snapshot: &Snapshot<'_>) -> Result<Vec<Line>, Error> {
        let products = self.request.product_orders.as_deref().unwrap_or_default();
        let items = self.request.items.as_deref().unwrap_or_default();
        if products.is_empty() && items.is_empty() {
            return Err(Error::invalid("Items").expected("at least one product or item"));
        }
        let mut lines = Vec::with_capacity(products.len() + items.len());
        for (index, sent) in products.iter().enumerate() {
            let place = format!("/ProductOrders/{index}");
            lines.push(self.product(snapshot, sent, &place)?);
        }
        for (index, sent) in items.iter().enumerate() {
            lines.push(self.item(snapshot, sent, &format!("/Items/{index}"))?);
        }
        let options = self.request.options.as_ref();
        if options.and_then(|it| it.disable_item_grouping) == Some(true) {
            return Ok(lines);
        }
        grouped(lines)
    }

    fn product(
        &self,
        snapshot: &Snapshot<'_>,
        sent: &ProductOrderParameters,
        place: &str,
    ) -> Result<Line, Error> {
        let product: Option<Stored<Products>> =
            snapshot.get(self.property.scope(), sent.product_id)?;
        let product = product
            .filter(|it| it.is_active && it.service_id == self.request.service_id)
            .ok_or_else(|| {
                unknown("ProductId")
                    .at(format!("{place}/ProductId"))
                    .expected("a product of the service")
            })?;
        let unit_amount = match &sent.unit_amount {
            Some(amount) => self.amount(amount, place)?,
            None => product_price(snapshot, self.property, &product, self.consumed)?,
        };
        let (kind, revenue) = if product.classifications.city_tax {
            (OrderItemType::CityTax, RevenueType::Additional)
        } else {
            (OrderItemType::ProductOrder, RevenueType::Product)
        };
        Ok(Line {
            kind,
            revenue,
            data: Some(OrderItemData::product(product.id, None)),
            name: self.property.text(&product.names).unwrap_or_default(),
            count: count(sent.count.unwrap_or(1), "Count", place)?,
            unit_amount,
            accounting_category: product.accounting_category_id,
            external_identifier: sent.external_identifier.as_ref().map(|it| it.to_string()),
            tax_exemption: (
                product.tax_exemption_reason,
                product.tax_exemption_legal_reference.clone(),
            ),
        })
    }

    fn item(
        &self,
        snapshot: &Snapshot<'_>,
        sent: &ItemParameters,
        place: &str,
    ) -> Result<Line, Error> {
        let hidden = &self.property.enterprise.hidden;
        let setup = AccountingConfigurationOption::RequireAccountingCategorySetup;
        let is_required = hidden.accounting.as_ref().is_some_and(|it| it.options.contains(&setup));
        match sent.accounting_category_id {
            Some(id) => {
                let found = snapshot.get::<AccountingCategories>(self.property.scope(), id)?;
                found.filter(|it| it.is_active).ok_or_else(|| {
                    unknown("AccountingCategoryId").at(format!("{place}/AccountingCategoryId"))
                })?;
            }
            None if is_required => {
                return Err(Error::rule("accounting-category-required").with("name", &sent.name));
            }
            None => {}
        }
        Ok(Line {
            kind: OrderItemType::CustomItem,
            revenue: RevenueType::Additional,
            data: None,
            name: sent.name.clone(),
            count: count(sent.unit_count, "UnitCount", place)?,
            unit_amount: self.amount(&sent.unit_amount, place)?,
            accounting_category: sent.accounting_category_id,
            external_identifier: sent.external_identifier.as_ref().map(|it| it.to_string()),
            tax_exemption: (None, None),
        })
    }

    /// A stated amount; a negative one only where the property accepts such.
    fn amount(&self, sent: &AmountParameters, place: &str) -> Result<Amount, Error> {
        let place = |error: Error| {
            let inner = error.details().map(|it| it.pointer.clone()).unwrap_or_default();
            error.at(format!("{place}/UnitAmount{inner}"))
        };
        if self.property.accepted_currency(&sent.currency).is_none() {
            let error = Error::invalid("Currency").expected("a currency that the property accepts");
            return Err(place(error.got(&sent.currency)));
        }
        let amount = self.taxes.amount(sent, self.consumed).map_err(place)?;
        let is_rebate = amount.gross_value.0.is_sign_negative() && !amount.gross_value.0.is_zero();
        if is_rebate && !self.property.enterprise.hidden.accepts_rebates {
            return Err(Error::rule("rebates-disabled"));
        }
        Ok(amount)
    }
}

fn count(sent: i32, name: &str, place: &str) -> Result<i32, Error> {
    if sent < 1 {
        let error = Error::invalid(name).at(format!("{place}/{name}"));
        return Err(error.expected("at least 1").got(sent));
    }
    Ok(sent)
}

/// Equal lines become one, in the place of the first.
fn grouped(lines: Vec<Line>) -> Result<Vec<Line>, Error> {
    let mut groups: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        match groups.iter_mut().find(|group| group.is_like(&line)) {
            None => groups.push(line),
            Some(group) => {
                group.count = group
                    .count
                    .checked_add(line.count)
                    .ok_or_else(|| Error::invalid("UnitCount").expected("a sum below 2^31"))?;
            }
        }
    }
    Ok(groups)
}
