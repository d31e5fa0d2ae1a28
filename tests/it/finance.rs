//! What a till does: it charges guests, records what they pay and closes their bills.

use serde_json::{Value, json};

use crate::support::{GROSS, NET, Server, Tokens};

/// A till in one of the demo hotels.
struct Till {
    server: Server,
    tokens: Tokens,
    /// `GrossValue` or `NetValue`, which the hotel reads.
    value: &'static str,
    customer: Value,
    service: Value,
}

impl Till {
    fn new(tokens: Tokens, value: &'static str) -> Self {
        let server = Server::new();
        let guest = json!({
            "LastName": "Lovelace", "FirstName": "Ada", "OverwriteExisting": false,
        });
        let customer = server.post_as(tokens, "customers/add", guest).ok()["Id"].clone();
        let filter = json!({ "ServiceType": "Additional", "Limitation": { "Count": 1 } });
        let services = server.post_as(tokens, "services/getAll", filter).ok();
        let service = services["Services"][0]["Id"].clone();
        Self { server, tokens, value, customer, service }
    }

    #[track_caller]
    fn post(&self, address: &str, body: Value) -> Value {
        self.server.post_as(self.tokens, address, body).ok()
    }

    #[track_caller]
    fn refused(&self, status: u16, address: &str, body: Value) -> String {
        self.server.post_as(self.tokens, address, body).refused(status).to_owned()
    }

    fn amount(&self, value: &str, currency: &str, codes: &[&str]) -> Value {
        let value: Value = serde_json::from_str(value).unwrap();
        json!({ self.value: value, "Currency": currency, "TaxCodes": codes })
    }

    fn charge(&self, amount: &Value) -> Value {
        let item = json!({ "Name": "Dinner", "UnitCount": 1, "UnitAmount": amount });
        let body = json!({
            "ServiceId": self.service, "AccountId": self.customer, "Items": [item],
        });
        let order = self.post("orders/add", body)["OrderId"].clone();
        let filter = json!({ "ServiceOrderIds": [order], "Limitation": { "Count": 10 } });
        self.post("orderItems/getAll", filter)["OrderItems"][0].clone()
    }

    fn pay(&self, amount: &Value) -> Value {
        let body = json!({ "AccountId": self.customer, "Amount": amount, "Type": "Cash" });
        self.post("payments/addExternal", body)["ExternalPaymentId"].clone()
    }
}

#[test]
fn a_guest_pays_what_was_charged_and_gets_a_receipt() {
    for (tokens, value, currency, code, gross) in [
        (GROSS, "GrossValue", "GBP", "UK-2022-20%", "50.0"),
        (NET, "NetValue", "USD", "US-DC-2023-10%", "55.0"),
    ] {
        let till = Till::new(tokens, value);
        let item = till.charge(&till.amount("50", currency, &[code]));
        assert_eq!(item["Amount"]["GrossValue"].to_string(), gross);
        let bill = item["BillId"].clone();
        let receipt = json!({ "BillId": bill, "Type": "Receipt" });
        let message = till.refused(403, "bills/close", receipt.clone());
        assert!(message.contains(gross.trim_end_matches(".0")), "{message}");
        let payment = till.pay(&till.amount(gross, currency, &[]));
        let closed = till.post("bills/close", receipt.clone())["Bills"][0].clone();
        assert_eq!((&closed["State"], &closed["Type"]), (&json!("Closed"), &json!("Receipt")));
        assert_eq!(closed["OwnerData"]["Value"]["LastName"], "Lovelace");
        assert_eq!(till.refused(400, "bills/close", receipt), "Invalid BillId");
        let filter = json!({ "PaymentIds": [payment], "Limitation": { "Count": 1 } });
        let payment = till.post("payments/getAll", filter)["Payments"][0].clone();
        assert_eq!(payment["Amount"]["GrossValue"].to_string(), format!("-{gross}"));
        assert_eq!(payment["AccountingState"], "Closed");
        let filter = json!({ "OrderItemIds": [item["Id"]], "Limitation": { "Count": 1 } });
        let item = till.post("orderItems/getAll", filter)["OrderItems"][0].clone();
        assert_eq!((&item["AccountingState"], &item["BillId"]), (&json!("Closed"), &bill));
    }
}

#[test]
fn a_closed_bill_takes_neither_charges_nor_payments() {
    let till = Till::new(GROSS, "GrossValue");
    let bill = till.charge(&till.amount("5", "GBP", &[]))["BillId"].clone();
    till.pay(&till.amount("5", "GBP", &[]));
    till.post("bills/close", json!({ "BillId": bill, "Type": "Receipt" }));
    let amount = till.amount("1", "GBP", &[]);
    let item = json!({ "Name": "Dinner", "UnitCount": 1, "UnitAmount": amount });
    let order = json!({
        "ServiceId": till.service, "AccountId": till.customer, "BillId": bill, "Items": [item],
    });
    assert_eq!(till.refused(400, "orders/add", order), "Invalid BillId");
    let payment = json!({
        "AccountId": till.customer, "BillId": bill, "Amount": amount, "Type": "Cash",
    });
    assert_eq!(till.refused(400, "payments/addExternal", payment), "Invalid BillId");
}

#[test]
fn a_bill_is_split_between_two() {
    let till = Till::new(GROSS, "GrossValue");
    let bills = json!({ "Bills": [
        { "AccountId": till.customer, "Name": "Extras" }, { "AccountId": till.customer },
    ] });
    let bills = till.post("bills/add", bills)["Bills"].clone();
    assert_eq!(bills[0]["Name"], "Extras");
    let amount = till.amount("5", "GBP", &[]);
    let item = json!({ "Name": "Dinner", "UnitCount": 2, "UnitAmount": amount });
    let order = json!({
        "ServiceId": till.service, "AccountId": till.customer, "BillId": bills[0]["Id"],
        "Items": [item],
    });
    till.post("orders/add", order);
    let used = json!({ "BillIds": [bills[0]["Id"]] });
    assert!(till.refused(403, "bills/delete", used).contains("not empty"));
    let empty = json!({ "BillIds": [bills[1]["Id"]] });
    assert_eq!(till.post("bills/delete", empty), json!({}));
    let extent = json!({
        "CustomerIds": [till.customer], "Extent": { "Items": true }, "Limitation": { "Count": 9 },
    });
    let found = till.post("bills/getAll", extent)["Bills"].clone();
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(found[0]["OrderItems"][0]["Amount"]["GrossValue"].to_string(), "10.0");
}

#[test]
fn what_the_guest_owes_is_told_in_the_guests_language() {
    let till = Till::new(GROSS, "GrossValue");
    let bill = till.charge(&till.amount("5", "GBP", &[]))["BillId"].clone();
    // Catalan falls back to Spanish, Luxembourgish to French, Slovak and no language to English.
    for (language, beginning) in [
        ("de-DE", "Die Rechnung ist nicht ausgeglichen"),
        ("de-AT", "Die Rechnung ist nicht ausgeglichen"),
        ("ca-ES", "La cuenta"),
        ("lb-LU", "La note"),
        ("cs", "Účet"),
        ("sk-SK", "The bill"),
        ("xx", "The bill"),
    ] {
        let body = json!({
            "BillId": bill, "Type": "Receipt", "LanguageCode": language, "CultureCode": "de-DE",
        });
        let sentence = till.refused(403, "bills/close", body);
        assert!(sentence.starts_with(beginning), "{language}: {sentence}");
    }
}

#[test]
fn a_currency_that_the_hotel_does_not_take_is_pointed_at() {
    let till = Till::new(GROSS, "GrossValue");
    let payment = json!({
        "AccountId": till.customer, "Amount": till.amount("5", "CHF", &[]), "Type": "Cash",
    });
    let response = till.server.post_as(GROSS, "payments/addExternal", payment);
    let details = response.body["Details"].as_str().unwrap_or_default();
    assert!(details.starts_with("At /Amount/Currency: "), "{}", response.text);
    assert_eq!(response.refused(400), "Invalid Currency");
}
