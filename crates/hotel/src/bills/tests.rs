use std::slice;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::testing::desk::{Desk, uuid};

mod sequences;

fn close(desk: &Desk, bill: &Value, change: &Value) -> Value {
    desk.call("bills/close", closing(bill, change))["Bills"][0].clone()
}

fn closing(bill: &Value, change: &Value) -> Value {
    let mut body = json!({ "BillId": bill["Id"], "Type": "Receipt" });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn refusal(desk: &Desk, bill: &Value, change: &Value) -> String {
    desk.hotel.refusal("bills/close", closing(bill, change))
}

fn read(desk: &Desk, id: &Value) -> Value {
    desk.list("bills/getAll", "Bills", json!({ "BillIds": [id] }))[0].clone()
}

/// A bill to the letter, a property to a line.
fn shown(desk: &Desk, id: &Value) -> String {
    let body = json!({ "BillIds": [id], "Limitation": { "Count": 1 } });
    let mut text = desk.hotel.text("bills/getAll", body).unwrap();
    for (id, name) in [
        (uuid(id), "BILL"),
        (desk.regular, "REGULAR"),
        (desk.company, "COMPANY"),
        (desk.counter, "COUNTER"),
    ] {
        text = text.replace(&id.to_string(), name);
    }
    text.replace(",\"", ",\n\"")
}

#[test]
#[expect(clippy::too_many_lines, reason = "a body to the letter")]
fn a_paid_bill_closes_as_a_receipt() {
    let mut desk = Desk::new();
    let order = desk.charge(desk.regular, "12.50");
    desk.pay(desk.regular, "12.50");
    let open = desk.bill(desk.regular, "Open");
    desk.hotel.wait(3600);
    let bill = close(&desk, &open, &json!({ "Notes": { "Value": "Thanks" } }));
    insta::assert_snapshot!(shown(&desk, &open["Id"]), @r#"
    {"Bills":[{"Id":"BILL",
    "Name":null,
    "EnterpriseId":"00000000-0000-0000-0000-00000000000e",
    "AccountId":"REGULAR",
    "AccountType":"Customer",
    "AssociatedAccountIds":null,
    "CounterId":"COUNTER",
    "State":"Closed",
    "Type":"Receipt",
    "Number":"B0001",
    "VariableSymbol":null,
    "CreatedUtc":"2026-01-01T00:00:00Z",
    "IssuedUtc":"2026-01-01T01:00:00Z",
    "TaxedUtc":"2026-01-01T01:00:00Z",
    "PaidUtc":"2026-01-01T01:00:00Z",
    "DueUtc":null,
    "LastReminderDateUtc":null,
    "UpdatedUtc":"2026-01-01T01:00:00Z",
    "PurchaseOrderNumber":null,
    "Notes":"Thanks",
    "Options":{"DisplayCustomer":true,
    "DisplayTaxation":true,
    "TrackReceivable":false,
    "DisplayCid":false,
    "Rebated":false},
    "OwnerData":{"Discriminator":"BillCustomerData",
    "Value":{"Id":"REGULAR",
    "Address":null,
    "LegalIdentifiers":{"TaxIdentifier":"T1"},
    "BillingCode":null,
    "LastName":"Regular",
    "FirstName":"Ada",
    "SecondLastName":null,
    "TitlePrefix":null,
    "TaxIdentifier":"T1"}},
    "AssociatedAccountData":[],
    "EnterpriseData":{"AdditionalTaxIdentifier":null,
    "CompanyName":"Hotel Ltd",
    "BankAccount":null,
    "BankName":null,
    "Iban":"GB00",
    "Bic":null},
    "CorrectionState":"Bill",
    "CorrectionType":null,
    "CorrectedBillId":null,
    "CustomerId":"REGULAR",
    "CompanyId":null,
    "Revenue":null,
    "Payments":null,
    "OrderItems":null,
    "PaymentItems":null,
    "AssigneeData":{"Discriminator":"BillCustomerData",
    "Value":{"Id":"REGULAR",
    "Address":null,
    "LegalIdentifiers":{"TaxIdentifier":"T1"},
    "BillingCode":null,
    "LastName":"Regular",
    "FirstName":"Ada",
    "SecondLastName":null,
    "TitlePrefix":null,
    "TaxIdentifier":"T1"}},
    "CompanyDetails":null}],
    "Cursor":"BILL"}
    "#);
    assert_eq!(read(&desk, &open["Id"]), bill);
    let item = &desk.items(order)[0];
    assert_eq!(
        (&item["AccountingState"], &item["ClosedUtc"]),
        (&json!("Closed"), &bill["IssuedUtc"])
    );
    let paid = desk.list("payments/getAll", "Payments", json!({ "BillIds": [open["Id"]] }));
    assert_eq!(paid[0]["AccountingState"], "Closed");
    assert_eq!(paid[0]["ClosedUtc"], bill["IssuedUtc"]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a body to the letter")]
fn an_unpaid_bill_closes_as_an_invoice_that_sums_to_zero() {
    let desk = Desk::new();
    desk.set(|it| it.accepts_company_billing = true);
    desk.charge(desk.company, "100");
    desk.pay(desk.company, "30");
    let open = desk.bill(desk.company, "Open");
    close(
        &desk,
        &open,
        &json!({
            "Type": "Invoice", "VariableSymbol": { "Value": "V1" },
            "AccountTaxIdentifier": { "Value": "T9" }, "AccountAddress": { "City": "Brno" },
        }),
    );
    insta::assert_snapshot!(shown(&desk, &open["Id"]), @r#"
    {"Bills":[{"Id":"BILL",
    "Name":null,
    "EnterpriseId":"00000000-0000-0000-0000-00000000000e",
    "AccountId":"COMPANY",
    "AccountType":"Company",
    "AssociatedAccountIds":null,
    "CounterId":"COUNTER",
    "State":"Closed",
    "Type":"Invoice",
    "Number":"B0001",
    "VariableSymbol":"V1",
    "CreatedUtc":"2026-01-01T00:00:00Z",
    "IssuedUtc":"2026-01-01T00:00:00Z",
    "TaxedUtc":"2026-01-01T00:00:00Z",
    "PaidUtc":null,
    "DueUtc":"2026-01-14T23:00:00Z",
    "LastReminderDateUtc":null,
    "UpdatedUtc":"2026-01-01T00:00:00Z",
    "PurchaseOrderNumber":null,
    "Notes":null,
    "Options":{"DisplayCustomer":true,
    "DisplayTaxation":true,
    "TrackReceivable":true,
    "DisplayCid":false,
    "Rebated":false},
    "OwnerData":{"Discriminator":"BillCompanyData",
    "Value":{"Id":"COMPANY",
    "Address":{"Id":null,
    "AccountId":"COMPANY",
    "ChainId":"00000000-0000-0000-0000-00000000000c",
    "AccountType":"Company",
    "Line1":null,
    "Line2":null,
    "City":"Brno",
    "PostalCode":null,
    "CountryCode":null,
    "CountrySubdivisionCode":null,
    "Latitude":null,
    "Longitude":null,
    "UpdatedUtc":null,
    "IsActive":true},
    "LegalIdentifiers":{"TaxIdentifier":"T9"},
    "BillingCode":null,
    "Name":"Acme",
    "FiscalIdentifier":null,
    "AdditionalTaxIdentifier":null,
    "DUNS":null,
    "Telephone":null,
    "TaxIdentifier":"T9",
    "InvoicingEmail":null,
    "Department":null}},
    "AssociatedAccountData":[],
    "EnterpriseData":{"AdditionalTaxIdentifier":null,
    "CompanyName":"Hotel Ltd",
    "BankAccount":null,
    "BankName":null,
    "Iban":"GB00",
    "Bic":null},
    "CorrectionState":"Bill",
    "CorrectionType":null,
    "CorrectedBillId":null,
    "CustomerId":null,
    "CompanyId":"COMPANY",
    "Revenue":null,
    "Payments":null,
    "OrderItems":null,
    "PaymentItems":null,
    "AssigneeData":{"Discriminator":"BillCompanyData",
    "Value":{"Id":"COMPANY",
    "Address":{"Id":null,
    "AccountId":"COMPANY",
    "ChainId":"00000000-0000-0000-0000-00000000000c",
    "AccountType":"Company",
    "Line1":null,
    "Line2":null,
    "City":"Brno",
    "PostalCode":null,
    "CountryCode":null,
    "CountrySubdivisionCode":null,
    "Latitude":null,
    "Longitude":null,
    "UpdatedUtc":null,
    "IsActive":true},
    "LegalIdentifiers":{"TaxIdentifier":"T9"},
    "BillingCode":null,
    "Name":"Acme",
    "FiscalIdentifier":null,
    "AdditionalTaxIdentifier":null,
    "DUNS":null,
    "Telephone":null,
    "TaxIdentifier":"T9",
    "InvoicingEmail":null,
    "Department":null}},
    "CompanyDetails":null}],
    "Cursor":"BILL"}
    "#);
    let payments = desk.list("payments/getAll", "Payments", json!({ "BillIds": [open["Id"]] }));
    let receivable = &payments[0];
    assert_eq!(receivable["Type"], "InvoicePayment");
    assert_eq!(receivable["Amount"]["GrossValue"].to_string(), "-70.0");
    assert_eq!(
        receivable["Data"]["Invoice"],
        json!({ "InvoiceId": open["Id"], "Type": "Receivable" })
    );
    assert_eq!(receivable["AccountingState"], "Closed");
}

#[test]
fn an_invoice_costs_a_fee_where_both_agreed() {
    let desk = Desk::new();
    desk.set(|it| it.accepts_company_billing = true);
    let bar = desk.bar;
    desk.hotel.write(move |tx| {
        let scope = crate::testing::ENTERPRISE;
        let mut enterprise = tx.get::<crate::enterprises::Enterprises>(scope, scope)?.unwrap();
        enterprise.hidden.invoice_fee = Some(crate::enterprises::InvoiceFee {
            service: ostler_contract::primitives::Id::new(bar),
            name: "Invoice".to_owned(),
            value: "2.5".parse::<rust_decimal::Decimal>().unwrap().into(),
            tax_codes: vec!["UK-2022-20%".to_owned()],
            accounting_category: None,
        });
        tx.update(&mut enterprise)
    });
    desk.charge(desk.company, "100");
    let open = desk.bill(desk.company, "Open");
    close(&desk, &open, &json!({ "Type": "Invoice" }));
    let items = desk.list("orderItems/getAll", "OrderItems", json!({ "BillIds": [open["Id"]] }));
    assert_eq!(
        (&items[0]["Type"], &items[0]["AccountingState"]),
        (&json!("InvoiceFee"), &json!("Closed"))
    );
    let payments = desk.list("payments/getAll", "Payments", json!({ "BillIds": [open["Id"]] }));
    assert_eq!(payments[0]["Amount"]["GrossValue"].to_string(), "-102.5");
}

#[test]
fn a_closing_is_refused() {
    let desk = Desk::new();
    desk.charge(desk.guest, "1");
    let bill = desk.bill(desk.guest, "Open");
    let date = json!({ "Value": "2026-02-01" });
    for (change, expected) in [
        (json!({}), "bill-not-balanced balance=1.0 currency=GBP"),
        (json!({ "Type": "Invoice" }), "account-not-invoiceable name=Ada Guest"),
        (json!({ "BillId": Uuid::nil() }), "Invalid BillId"),
        (json!({ "BillCounterId": Uuid::nil() }), "Invalid BillCounterId"),
        (
            json!({ "AssociatedAccountData": [{ "Id": desk.company }] }),
            "Invalid AssociatedAccountData",
        ),
        (json!({ "TaxedDate": date }), "Invalid TaxedDate"),
        (json!({ "DueDate": date }), "Invalid DueDate"),
        (json!({ "VariableSymbol": { "Value": "1" } }), "Invalid VariableSymbol"),
        (json!({ "FiscalMachineId": Uuid::nil() }), "Invalid FiscalMachineId"),
    ] {
        let message = refusal(&desk, &bill, &change);
        assert!(message.starts_with(expected), "{change}: {message}");
    }
    desk.pay(desk.guest, "1");
    // A refused closing uses up no number.
    assert_eq!(close(&desk, &bill, &json!({}))["Number"], "B0001");
    assert!(refusal(&desk, &bill, &json!({})).starts_with("Invalid BillId"));
    let empty = desk.call("bills/add", json!({ "Bills": [{ "AccountId": desk.guest }] }));
    assert!(refusal(&desk, &empty["Bills"][0], &json!({})).starts_with("bill-empty"));
}

#[test]
fn a_payment_under_way_keeps_a_bill_open() {
    let desk = Desk::new();
    let payment = desk.pay(desk.guest, "1");
    desk.charge(desk.guest, "1");
    desk.hotel.write(move |tx| {
        let scope = crate::testing::ENTERPRISE;
        let mut payment = tx.get::<crate::payments::Payments>(scope, payment)?.unwrap();
        payment.state = ostler_api::payments::PaymentState::Pending;
        tx.update(&mut payment)
    });
    let bill = desk.bill(desk.guest, "Open");
    assert!(refusal(&desk, &bill, &json!({})).starts_with("bill-payment-pending"));
}

#[test]
fn the_next_order_opens_a_new_default_bill() {
    let desk = Desk::new();
    desk.charge(desk.guest, "5");
    desk.pay(desk.guest, "5");
    let first = desk.bill(desk.guest, "Open");
    close(&desk, &first, &json!({}));
    desk.charge(desk.guest, "7");
    let second = desk.bill(desk.guest, "Open");
    assert_ne!(first["Id"], second["Id"]);
    let body = json!({ "ServiceId": desk.bar, "AccountId": desk.guest, "BillId": first["Id"],
        "Items": [crate::testing::desk::item("X", 1, &crate::testing::desk::amount("1", "GBP", &json!([])))] });
    assert!(desk.hotel.refusal("orders/add", body).starts_with("Invalid BillId"));
}

#[test]
fn bills_are_added_named_and_associated() {
    let desk = Desk::new();
    let body = json!({ "Bills": [
        { "AccountId": desk.regular, "Name": "Extras", "AssociatedAccountId": desk.company },
    ] });
    let bill = desk.call("bills/add", body)["Bills"][0].clone();
    assert_eq!(bill["AssociatedAccountIds"], json!([desk.company]));
    assert_eq!(bill["CompanyId"], json!(desk.company));
    assert_eq!(
        (&bill["Name"], &bill["State"], &bill["Type"]),
        (&json!("Extras"), &json!("Open"), &json!("Receipt"))
    );
    let item =
        crate::testing::desk::item("X", 1, &crate::testing::desk::amount("1", "GBP", &json!([])));
    desk.call(
        "orders/add",
        json!({
            "ServiceId": desk.bar, "AccountId": desk.regular, "BillId": bill["Id"], "Items": [item],
        }),
    );
    let closed = close(
        &desk,
        &bill,
        &json!({
            "Type": "Invoice", "DueDate": { "Value": "2026-02-01" }, "TaxedDate": { "Value": "2026-01-31" },
            "AssociatedAccountData": [{ "Id": desk.company, "TaxIdentifier": { "Value": "C1" } }],
            "Options": { "DisplayTaxation": { "Value": false } },
        }),
    );
    let company = &closed["AssociatedAccountData"][0]["BillCompanyData"];
    assert_eq!((&company["Name"], &company["TaxIdentifier"]), (&json!("Acme"), &json!("C1")));
    assert_eq!(&closed["CompanyDetails"], company);
    // Midnight in Budapest.
    assert_eq!(closed["DueUtc"], "2026-01-31T23:00:00Z");
    assert_eq!(closed["TaxedUtc"], "2026-01-30T23:00:00Z");
    assert_eq!(closed["Options"]["DisplayTaxation"], false);
    for (bill, expected) in [
        (json!({ "AccountId": Uuid::nil() }), "Invalid AccountId (At /Bills/0/AccountId"),
        (
            json!({ "AccountId": desk.guest, "AssociatedAccountId": Uuid::nil() }),
            "Invalid AssociatedAccountId (At /Bills/0/AssociatedAccountId",
        ),
    ] {
        let message = desk.hotel.refusal("bills/add", json!({ "Bills": [bill] }));
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn only_empty_open_bills_are_deleted() {
    let desk = Desk::new();
    let add = || {
        desk.call("bills/add", json!({ "Bills": [{ "AccountId": desk.guest }] }))["Bills"][0]["Id"]
            .clone()
    };
    let (one, two) = (add(), add());
    desk.charge(desk.regular, "1");
    let used = desk.bill(desk.regular, "Open")["Id"].clone();
    let message = desk.hotel.refusal("bills/delete", json!({ "BillIds": [one, used] }));
    assert!(message.starts_with("bill-not-empty"), "{message}");
    assert_eq!(desk.call("bills/delete", json!({ "BillIds": [one, two, one] })), json!({}));
    let message = desk.hotel.refusal("bills/delete", json!({ "BillIds": [one] }));
    assert!(message.starts_with("Invalid BillId (At /BillIds/0"), "{message}");
    desk.pay(desk.regular, "1");
    close(&desk, &json!({ "Id": used }), &json!({}));
    let message = desk.hotel.refusal("bills/delete", json!({ "BillIds": [used] }));
    assert!(message.starts_with("bill-closed number=B0001"), "{message}");
}

#[test]
fn bills_are_found_by_every_filter() {
    let mut desk = Desk::new();
    desk.charge(desk.guest, "1");
    desk.hotel.wait(60);
    desk.charge(desk.regular, "1");
    desk.pay(desk.regular, "1");
    let open = desk.bill(desk.regular, "Open");
    let bill = close(&desk, &open, &json!({}));
    let minute = json!({ "StartUtc": "2026-01-01T00:01:00Z", "EndUtc": "2026-01-01T00:02:00Z" });
    for filter in [
        json!({ "BillIds": [bill["Id"]] }),
        json!({ "CustomerIds": [desk.regular] }),
        json!({ "State": "Closed" }),
        json!({ "IssuedUtc": minute }),
        json!({ "ClosedUtc": minute }),
        json!({ "PaidUtc": minute }),
        json!({ "CreatedUtc": minute }),
        json!({ "UpdatedUtc": minute }),
    ] {
        let found = desk.list("bills/getAll", "Bills", filter.clone());
        assert_eq!(found, slice::from_ref(&bill), "{filter}");
    }
    for filter in [
        json!({ "DueUtc": minute }),
        json!({ "CorrectionState": ["CorrectiveBill"] }),
        json!({ "Type": "Invoice" }),
    ] {
        let found = desk.list("bills/getAll", "Bills", filter.clone());
        assert_eq!(found, Vec::<Value>::new(), "{filter}");
    }
    for filter in [json!({ "Type": "Receipt" }), json!({ "CorrectionState": ["Bill"] })] {
        assert_eq!(desk.list("bills/getAll", "Bills", filter).len(), 2);
    }
    let message = desk.hotel.refusal("bills/getAll", json!({ "Limitation": { "Count": 1 } }));
    assert!(message.starts_with("At least one of the following filters"), "{message}");
}

#[test]
fn the_extent_shows_what_is_on_a_bill() {
    let desk = Desk::new();
    let order = desk.charge(desk.guest, "1");
    let payment = desk.pay(desk.guest, "1");
    let filter = json!({ "CustomerIds": [desk.guest], "Extent": { "Items": true } });
    let bill = &desk.list("bills/getAll", "Bills", filter)[0];
    assert_eq!(uuid(&bill["OrderItems"][0]["OrderId"]), order);
    assert_eq!(
        bill["OrderItems"][0]["Data"],
        json!({ "Discriminator": "CustomItem", "Value": null })
    );
    assert_eq!(uuid(&bill["PaymentItems"][0]["Id"]), payment);
    assert_eq!(bill["PaymentItems"][0]["Data"], json!({ "Discriminator": "Cash", "Value": null }));
    assert_eq!(bill["Revenue"], json!(null));
    assert_eq!(desk.bill(desk.guest, "Open")["OrderItems"], json!(null));
}
