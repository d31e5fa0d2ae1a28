//! A guest's booking, from the first question to the cancellation.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use futures_util::TryStreamExt;
use ostler_client::api::customers::AddCustomer;
use ostler_client::api::rates::GetRates;
use ostler_client::api::reservations::add::{AddReservations, ReservationParameters};
use ostler_client::api::reservations::entity::AgeCategoryParameters;
use ostler_client::api::reservations::get_all::GetReservations;
use ostler_client::api::reservations::stay::CancelReservations;
use ostler_client::api::services::{GetServices, ServiceType};
use ostler_client::api::{
    age_categories::GetAgeCategories, resource_categories::GetResourceCategories,
};
use ostler_client::primitives::Limitation;
use ostler_client::{Client, Credentials, Error};

pub(crate) async fn stay(address: &str) -> Result<(), Box<dyn std::error::Error>> {
    // The public demo tokens of the reference, and what we call ourselves.
    let credentials = Credentials::new(
        "E0D439EE522F44368DC78E1BFB03710C-D24FB11DBE31D4621C4817E028D9E1D",
        "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D",
        "Night Porter 1.0.0",
    );
    let client = Client::new(address, credentials)?;

    // What is left out of a request is not asked for.
    let bookable = GetServices { service_type: Some(ServiceType::Bookable), ..Default::default() };
    let service = client.call(&bookable).await?.services.remove(0).id;
    let category =
        client.call(&GetResourceCategories::new([service])).await?.resource_categories.remove(0).id;
    let rates = client.call(&GetRates::new([service])).await?.rates;
    let rate = rates.iter().find(|rate| rate.is_public).ok_or("no public rate")?.id;
    let of = GetAgeCategories { service_ids: Some([service].into()), ..Default::default() };
    let adult = client.call(&of).await?.age_categories.remove(0).id;

    let guest = AddCustomer { last_name: "Holmes".to_owned(), ..Default::default() };
    let guest = client.call(&guest).await?.id;
    let mut wanted = ReservationParameters::new(
        "2030-05-01T14:00:00Z".parse()?,
        "2030-05-03T10:00:00Z".parse()?,
        category,
        rate,
    );
    wanted.customer_id = Some(guest);
    wanted.person_counts =
        Some([AgeCategoryParameters { age_category_id: adult, count: 1 }].into());
    let booked = client.call(&AddReservations::new(service, [wanted])).await?;
    let reservation = booked.reservations.first().ok_or("nothing booked")?.reservation.id;

    // The newest reservations first, page by page until the last one.
    let request = GetReservations { limitation: Limitation::first(100), ..Default::default() };
    let mut pages = client.pages(request);
    let mut count = 0;
    while let Some(page) = pages.try_next().await? {
        count += page.reservations.len();
    }
    println!("{count} reservations, one of them ours");

    let cancel = CancelReservations {
        reservation_ids: Some([reservation].into()),
        notes: Some("The moor calls".to_owned()),
        ..Default::default()
    };
    client.minimal().call(&cancel).await?;
    // A second time, a rule forbids it: its sentence is for the end user.
    match client.call(&cancel).await {
        Err(Error::Forbidden(refusal)) => println!("Refused: {}", refusal.message),
        other => println!("Unexpected: {other:?}"),
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    stay("http://127.0.0.1:7070").await
}
