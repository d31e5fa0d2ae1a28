//! The client against a whole server, over a loopback port.

use std::time::Duration;

use futures_util::TryStreamExt;
use ostler::app::Settings;
use ostler_api::Operation;
use ostler_api::age_categories::{AgeCategory, AgeCategoryClassification, GetAgeCategories};
use ostler_api::bills::requests::{CloseBill, GetBills};
use ostler_api::bills::{BillState, BillType};
use ostler_api::customers::{
    AddCustomer, Customer, CustomerOptionParameter, GetCustomers, UpdateCustomer,
};
use ostler_api::enterprises::GetConfiguration;
use ostler_api::objects::AmountParameters;
use ostler_api::order_items::GetOrderItems;
use ostler_api::orders::{AddOrder, ItemParameters};
use ostler_api::payments::{AddExternalPayment, ExternalPaymentType, GetPayments};
use ostler_api::products::GetProducts;
use ostler_api::rates::{GetPricing, GetRates};
use ostler_api::reservations::add::{AddReservations, ReservationParameters};
use ostler_api::reservations::entity::{AgeCategoryParameters, Reservation, ReservationState};
use ostler_api::reservations::get_all::GetReservations;
use ostler_api::reservations::price::PriceReservations;
use ostler_api::reservations::stay::{
    AddCompanion, AddReservationProduct, CancelReservations, ProcessReservation, StartReservation,
    UpdateReservationInterval,
};
use ostler_api::reservations::update::UpdateReservations;
use ostler_api::resource_categories::{
    GetResourceCategories, GetResourceCategoryAssignments, ResourceCategory,
};
use ostler_api::resources::{
    GetResources, Resource, ResourceExtent, ResourceState, ResourceUpdate, UpdateResources,
};
use ostler_api::services::{GetServices, Service, ServiceType};
use ostler_client::{Client, Credentials, Error, Retries};
use ostler_contract::http::RateLimit;
use ostler_contract::primitives::{Id, Limitation, UpdateValue};
use ostler_worlds::world::WorldOptions;

use crate::faults;
use crate::support::Server;

#[path = "../../crates/client/examples/stay.rs"]
#[expect(dead_code, reason = "its `main` is for those who run it")]
mod example;

#[test]
fn the_example_of_the_client_works() {
    let source = include_str!("../../crates/client/examples/stay.rs");
    let readme = include_str!("../../crates/client/README.md");
    // Lints are ours, not the reader's.
    let shown = source.lines().filter(|line| !line.starts_with("#![expect"));
    let shown: String = shown.flat_map(|line| [line, "\n"]).collect();
    assert!(readme.contains(&shown), "the README does not show examples/stay.rs as it is");
    let server = Server::new();
    let listening = server.listen();
    let address = format!("http://{}", listening.address);
    listening.block_on(example::stay(&address)).unwrap();
    listening.stop()();
}

#[test]
fn a_whole_stay_goes_through_the_client() {
    let server = Server::new();
    let listening = server.listen();
    listening.block_on(stay(&listening.client())).unwrap();
    listening.stop()();
}

fn pounds(value: &str) -> AmountParameters {
    AmountParameters::gross(value.parse().unwrap(), "GBP")
}

async fn kind(client: &Client, kind: ServiceType) -> Result<Id<Service>, Error> {
    let of = GetServices { service_type: Some(kind), ..GetServices::default() };
    Ok(client.call(&of).await?.services[0].id)
}

/// Books two nights for Ada and one for later, through questions and changes.
async fn book(
    client: &Client,
    service: Id<Service>,
    room: Id<Resource>,
    category: Id<ResourceCategory>,
) -> Result<(Id<Customer>, Id<Reservation>, Id<Reservation>), Error> {
    let rates = client.call(&GetRates::new([service])).await?.rates;
    let rate = rates.iter().find(|it| it.short_name.as_deref() == Some("FLEX")).unwrap().id;
    let from = "2026-03-02T00:00:00Z".parse().unwrap();
    let priced = GetPricing {
        rate_id: rate,
        first_time_unit_start_utc: from,
        last_time_unit_start_utc: from,
        product_id: None,
    };
    assert!(!client.call(&priced).await?.category_prices.is_empty());
    let of = GetAgeCategories { service_ids: Some([service].into()), ..Default::default() };
    let ages = client.call(&of).await?.age_categories;
    let is_adult = |it: &&AgeCategory| it.classification == AgeCategoryClassification::Adult;
    let adult = ages.iter().find(is_adult).unwrap().id;

    let guest = |name: &str| AddCustomer {
        last_name: name.to_owned(),
        nationality_code: Some("GB".to_owned()),
        ..AddCustomer::default()
    };
    let ada = client.call(&guest("Ember")).await?.id;
    let wanted = |from: &str, to: &str| {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        let mut wanted = ReservationParameters::new(from, to, category, rate);
        wanted.customer_id = Some(ada);
        wanted.person_counts =
            Some([AgeCategoryParameters { age_category_id: adult, count: 2 }].into());
        wanted.time_unit_amount = Some(pounds("100").taxed(["UK-2022-20%"]));
        wanted
    };
    let mut first = wanted("2026-03-02T15:00:00Z", "2026-03-05T12:00:00Z");
    first.assigned_resource_id = Some(room);
    let later = wanted("2026-04-02T15:00:00Z", "2026-04-03T12:00:00Z");
    let question = PriceReservations {
        enterprise_id: None,
        service_id: service,
        reservations: [wanted("2026-03-02T15:00:00Z", "2026-03-05T12:00:00Z")].into(),
    };
    assert_eq!(client.call(&question).await?.reservation_prices.len(), 1);
    let booked = client.call(&AddReservations::new(service, [first, later])).await?.reservations;
    let [first, later] = [0, 1].map(|index| booked[index].reservation.id);

    let bob = client.call(&guest("Bob")).await?.id;
    let companion = AddCompanion { enterprise_id: None, reservation_id: first, customer_id: bob };
    client.call(&companion).await?;
    let products = client.call(&GetProducts::new([service])).await?.products;
    let breakfast = products.iter().find(|it| it.name.as_deref() == Some("Breakfast")).unwrap().id;
    let added = client.call(&AddReservationProduct::new(first, breakfast, 1)).await?;
    assert!(!added.item_ids.unwrap().is_empty());
    let shorter = UpdateReservationInterval {
        end_utc: Some("2026-03-04T12:00:00Z".parse().unwrap()),
        ..UpdateReservationInterval::new(first)
    };
    client.call(&shorter).await?;
    let change = UpdateReservations {
        reservation_id: Some(first),
        channel_number: UpdateValue::Set("OTA-1".to_owned()),
        ..UpdateReservations::default()
    };
    let changed = client.call(&change).await?.reservations.unwrap();
    assert_eq!(changed[0].channel_number.as_deref(), Some("OTA-1"));
    Ok((ada, first, later))
}

async fn stay(client: &Client) -> Result<(), Error> {
    let now = client.call(&GetConfiguration::default()).await?.now_utc;
    assert_eq!(now.to_string(), crate::support::NOW);
    let service = kind(client, ServiceType::Bookable).await?;
    let categories = client.call(&GetResourceCategories::new([service])).await?;
    let suite = |it: &&ResourceCategory| it.short_names.values().any(|name| name == "JST");
    let category = categories.resource_categories.iter().find(suite).unwrap().id;
    let rooms = client.call(&GetResourceCategoryAssignments::new([category])).await?;
    let room = rooms.resource_category_assignments[0].resource_id;
    let (ada, stay, later) = book(client, service, room, category).await?;

    let update =
        ResourceUpdate { state: ResourceState::Inspected.into(), ..ResourceUpdate::new(room) };
    client.call(&UpdateResources { resource_updates: [update].into() }).await?;
    let check_in = StartReservation { enterprise_id: None, reservation_id: stay };
    assert!(client.minimal().call(&check_in).await?.is_none());
    let read = GetReservations { reservation_ids: Some([stay].into()), ..Default::default() };
    assert_eq!(client.call(&read).await?.reservations[0].state, ReservationState::Started);

    pay(client, ada, stay).await?;
    let leave = ProcessReservation { close_bills: Some(true), ..ProcessReservation::new(stay) };
    let early = client.call(&leave).await.unwrap_err();
    assert!(matches!(&early, Error::Forbidden(it) if it.message.contains("ends")), "{early}");

    let cancel = CancelReservations {
        reservation_ids: Some([later].into()),
        notes: Some("Ill".to_owned()),
        ..CancelReservations::default()
    };
    let cancelled = client.minimal().call(&cancel).await?;
    assert_eq!(cancelled.unwrap().reservation_ids, [later]);
    Ok(())
}

/// Orders a massage, pays and closes the bill.
async fn pay(client: &Client, ada: Id<Customer>, stay: Id<Reservation>) -> Result<(), Error> {
    let spa = kind(client, ServiceType::Additional).await?;
    let massage = ItemParameters::new("Massage", 1, pounds("75.50").taxed(["UK-2022-20%"]));
    let order = AddOrder {
        account_id: Some(ada.cast()),
        linked_reservation_id: Some(stay),
        items: Some([massage].into()),
        ..AddOrder::new(spa)
    };
    let order = client.call(&order).await?.order_id;
    let of = GetOrderItems {
        service_order_ids: Some([order.cast()].into()),
        ..GetOrderItems::default()
    };
    let items = client.call(&of).await?.order_items;
    assert_eq!(items[0].amount.gross_value.to_string(), "75.5");
    let payment = AddExternalPayment {
        account_id: Some(ada.cast()),
        type_: Some(ExternalPaymentType::Cash),
        ..AddExternalPayment::new(pounds("75.50").taxed::<String>([]))
    };
    let payment = client.call(&payment).await?.external_payment_id;
    let of = GetPayments { payment_ids: Some([payment].into()), ..GetPayments::default() };
    assert_eq!(client.call(&of).await?.payments[0].amount.gross_value.to_string(), "-75.5");
    let of = GetBills { customer_ids: Some([ada].into()), ..GetBills::default() };
    let bill = client.call(&of).await?.bills[0].id;
    let refused = client.call(&CloseBill::new(bill, BillType::Invoice)).await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden(_)), "{refused}");
    let invoiceable = UpdateCustomer {
        options: Some(vec![CustomerOptionParameter::Invoiceable]),
        ..UpdateCustomer::new(ada)
    };
    client.call(&invoiceable).await?;
    let closed = client.call(&CloseBill::new(bill, BillType::Invoice)).await?.bills;
    assert_eq!(closed[0].state, BillState::Closed);
    Ok(())
}

#[test]
fn a_list_is_walked_to_its_end() {
    let server = Server::new();
    let listening = server.listen();
    let client = listening.client();
    listening.block_on(async {
        let all = client.call(&rooms(1000)).await.unwrap().resources.unwrap();
        let small = rooms(7);
        let pages: Vec<_> = client.pages(small).try_collect().await.unwrap();
        let sizes: Vec<usize> =
            pages.iter().map(|it| it.resources.as_ref().unwrap().len()).collect();
        assert!(
            sizes.len() > 3 && sizes[..sizes.len() - 2].iter().all(|size| *size == 7),
            "{sizes:?}"
        );
        let walked = pages.into_iter().flat_map(|page| page.resources.unwrap());
        assert!(walked.map(|it| it.id).eq(all.into_iter().map(|it| it.id)));
    });
    listening.stop()();
}

fn rooms(count: u32) -> GetResources {
    let extent = ResourceExtent { resources: Some(true), ..ResourceExtent::default() };
    GetResources { extent, limitation: Limitation::first(count), ..GetResources::default() }
}

/// What an operation that fails this way becomes, with its status.
fn failure<R: Operation>(
    settings: Settings,
    request: &R,
    credentials: Option<Credentials>,
) -> Error {
    let server = Server::bare(WorldOptions::default(), settings, &faults::OPERATIONS);
    let listening = server.listen();
    let mut client = listening.client();
    if let Some(credentials) = credentials {
        client = client.with_credentials(credentials);
    }
    let error = listening.block_on(client.call(request)).err().unwrap();
    listening.stop()();
    error
}

#[test]
fn every_failure_of_the_contract_is_a_value() {
    let panics = || faults::PanicInQuery {};
    let strict = || Settings { rate_limit: None, ..Settings::default() };

    let error = failure(strict(), &panics(), None);
    assert!(matches!(error, Error::Server(_)), "{error}");
    assert!(error.request_id().is_some_and(|id| error.to_string().contains(id)), "{error}");

    let unknown = Credentials::new("x", "y", "z");
    let error = failure(strict(), &panics(), Some(unknown));
    assert!(matches!(error, Error::Unauthorized(_)), "{error}");
    let error = failure(strict(), &GetCustomers::default(), None);
    assert!(matches!(error, Error::NotFound(_)), "{error}");
    let hasty = Settings { deadline: Duration::from_millis(200), ..strict() };
    let error = failure(hasty, &faults::WriteForEver {}, None);
    assert!(matches!(error, Error::DeadlinePassed(_)), "{error}");
    let tight = Settings { body_bytes_max: 10, ..strict() };
    let error = failure(tight, &panics(), None);
    assert!(matches!(error, Error::TooLarge(_)), "{error}");
    let once = Some(RateLimit { requests: 1, window: Duration::from_secs(30) });
    let settings = Settings { rate_limit: once, ..strict() };
    let server = Server::bare(WorldOptions::default(), settings, &faults::OPERATIONS);
    let listening = server.listen();
    let client = listening.client();
    let nothing: faults::Nothing = serde_json::from_str("{}").unwrap();
    listening.block_on(client.call(&nothing)).unwrap();
    let error = listening.block_on(client.call(&nothing)).unwrap_err();
    assert!(matches!(error, Error::RateLimited(_)), "{error}");
    assert!(error.refusal().unwrap().retry_after.is_some(), "{error}");
    listening.stop()();
}

#[test]
fn a_parameter_that_does_not_fit_is_named() {
    let server = Server::new();
    let listening = server.listen();
    let of = GetServices { limitation: Limitation::first(0), ..GetServices::default() };
    let error = listening.block_on(listening.client().call(&of)).unwrap_err();
    let Error::Invalid(refusal) = error else { panic!("{error}") };
    assert_eq!(refusal.parameter(), Some("Count"));
    assert!(refusal.details.is_some_and(|it| it.contains("1 to 1000")));
    listening.stop()();
    let client = listening_nowhere();
    let error =
        tokio::runtime::Runtime::new().unwrap().block_on(client.call(&GetServices::default()));
    let error = error.unwrap_err();
    assert!(matches!(&error, Error::Unanswered(it) if !it.was_sent), "{error:?}");
    assert!(error.is_certainly_undone());
}

/// A client of a port that nobody listens on.
fn listening_nowhere() -> Client {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = Client::new(&format!("http://{free}"), Credentials::new("a", "b", "c")).unwrap();
    client.with_retries(Retries::NONE)
}
