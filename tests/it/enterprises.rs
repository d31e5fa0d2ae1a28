//! The enterprise behind a token and its configuration.

use ostler_worlds::{access, demo};
use serde_json::json;

use crate::support::{GROSS, NET, Server};

#[test]
fn a_token_reaches_its_own_enterprise_only() {
    let server = Server::new();
    let page = json!({ "Limitation": { "Count": 10 } });
    let gross = server.post_as(GROSS, "enterprises/getAll", page.clone()).ok();
    let net = server.post_as(NET, "enterprises/getAll", page).ok();
    assert_eq!(gross["Enterprises"].as_array().unwrap().len(), 1);
    assert_eq!(gross["Enterprises"][0]["Pricing"], "Gross");
    assert_eq!(gross["Enterprises"][0]["TimeZoneIdentifier"], "Europe/London");
    assert_eq!(gross["Cursor"], gross["Enterprises"][0]["Id"]);
    assert_eq!(net["Enterprises"][0]["Pricing"], "Net");
    let foreign = json!({
        "EnterpriseIds": [net["Enterprises"][0]["Id"]], "Limitation": { "Count": 10 },
    });
    let refused = server.post_as(GROSS, "enterprises/getAll", foreign);
    assert_eq!(refused.refused(400), "Invalid EnterpriseIds");
}

#[test]
fn the_configuration_tells_time_currencies_and_payment_types() {
    let server = Server::new();
    for (tokens, currency) in [(GROSS, "GBP"), (NET, "USD")] {
        let body = server.post_as(tokens, "configuration/get", json!({})).ok();
        let enterprise = &body["Enterprise"];
        let currencies = enterprise["Currencies"].as_array().unwrap();
        assert_eq!(currencies.len(), 3);
        let default: Vec<_> = currencies.iter().filter(|it| it["IsDefault"] == true).collect();
        assert_eq!(default[0]["Currency"], currency);
        assert_eq!(enterprise["IsPortfolio"], false);
        let types = &enterprise["AccountingConfiguration"]["EnabledExternalPaymentTypes"];
        assert!(types.as_array().unwrap().contains(&json!("Cash")));
        assert_eq!(body["Service"], json!(null));
        assert!(body["NowUtc"].as_str().unwrap().ends_with('Z'));
    }
}

#[test]
fn a_portfolio_token_has_a_placeholder_and_names_the_enterprise_of_its_writes() {
    let server = Server::new();
    let integration = crate::contract::the_integration(&server, GROSS);
    server.change(move |tx| {
        access::change_integration(tx, integration, |it| {
            it.enterprise_ids = vec![demo::GROSS, demo::NET];
            it.portfolio_id = Some(demo::CHAIN);
        })
    });
    let placeholder = server.post("configuration/get", json!({})).ok();
    assert_eq!(placeholder["Enterprise"]["Id"], json!(demo::CHAIN));
    assert_eq!(placeholder["Enterprise"]["IsPortfolio"], true);
    let one = server.post("configuration/get", json!({ "EnterpriseId": demo::NET })).ok();
    assert_eq!(one["Enterprise"]["Pricing"], "Net");
    assert_eq!(one["Enterprise"]["IsPortfolio"], false);
    let page = json!({ "Limitation": { "Count": 10 } });
    let both = server.post("enterprises/getAll", page).ok();
    assert_eq!(both["Enterprises"].as_array().unwrap().len(), 2);
    let guest = json!({ "LastName": "Holmes", "OverwriteExisting": false });
    assert_eq!(server.post("customers/add", guest.clone()).refused(400), "Invalid ChainId");
    let mut named = guest;
    named["ChainId"] = json!(demo::CHAIN);
    server.post("customers/add", named).ok();
}
