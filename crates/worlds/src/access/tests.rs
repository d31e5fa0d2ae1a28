use std::collections::BTreeSet;

use ostler_contract::error::Code;
use ostler_contract::primitives::UtcInstant;
use ostler_hotel::operation::Operation;
use schemars::json_schema;
use uuid::Uuid;

use super::*;
use crate::token::TokenHash;

const CLIENT: Uuid = Uuid::from_u128(1);
const OTHER_CLIENT: Uuid = Uuid::from_u128(2);
const LONDON: Uuid = Uuid::from_u128(10);
const WASHINGTON: Uuid = Uuid::from_u128(11);

const fn operation(address: &'static str) -> Operation {
    Operation {
        address,
        portfolio: true,
        restricted: false,
        writes: false,
        prepare: |_| unreachable!("it is never called"),
        request: |_| json_schema!(true),
        response: |_| json_schema!(true),
    }
}

fn now() -> UtcInstant {
    UtcInstant::from_seconds(1_000_000).unwrap()
}

fn client(id: Uuid, token: &str) -> Client {
    let (name, token) = ("Tester".to_owned(), TokenHash::of(token));
    Client { id, name, token, is_enabled: true, grants: Grants::all_unrestricted() }
}

fn integration(token: &str, enterprise_ids: &[Uuid]) -> Integration {
    Integration {
        id: Uuid::from_u128(20),
        name: "Test".to_owned(),
        client_id: CLIENT,
        token: TokenHash::of(token),
        enterprise_ids: enterprise_ids.to_vec(),
        portfolio_id: None,
        service_id: None,
        is_enabled: true,
        expires_utc: None,
    }
}

fn enterprise(id: Uuid) -> Enterprise {
    let (name, chain_id) = ("Hotel".to_owned(), Uuid::from_u128(30));
    Enterprise { id, name, chain_id, language: None, is_enabled: true }
}

fn registry(
    client_one: Client,
    integration: Integration,
    enterprises: [Enterprise; 2],
) -> Registry {
    let clients = [client_one, client(OTHER_CLIENT, "OTHER")];
    Registry::new(1, clients, [integration], enterprises)
}

fn refusal(registry: &Registry, client: &str, access: &str) -> Code {
    registry.authenticate(client, access, now()).unwrap_err().code()
}

#[test]
fn known_tokens_that_belong_together_are_let_in() {
    let registry = registry(
        client(CLIENT, "C"),
        integration("A", &[LONDON]),
        [enterprise(LONDON), enterprise(WASHINGTON)],
    );
    let caller = registry.authenticate("C", "A", now()).unwrap().into_caller();
    let reached: Vec<Uuid> = caller.enterprises.iter().map(|it| it.enterprise).collect();
    assert_eq!(reached, [LONDON]);
    for (client, access) in
        [("c", "A"), ("C", "a"), ("OTHER", "A"), ("", ""), ("C", "C"), ("C ", "A")]
    {
        assert_eq!(refusal(&registry, client, access), Code::InvalidTokens, "{client} {access}");
    }
}

#[test]
fn an_expired_token_is_unknown() {
    let mut expiring = integration("A", &[LONDON]);
    let enterprises = || [enterprise(LONDON), enterprise(WASHINGTON)];
    expiring.expires_utc = Some(now());
    let expired = registry(client(CLIENT, "C"), expiring.clone(), enterprises());
    assert_eq!(refusal(&expired, "C", "A"), Code::InvalidTokens);
    expiring.expires_utc = Some(UtcInstant::from_seconds(now().seconds() + 1).unwrap());
    let valid = registry(client(CLIENT, "C"), expiring, enterprises());
    assert!(valid.authenticate("C", "A", now()).is_ok());
}

#[test]
fn what_is_disabled_is_told_apart() {
    let enterprises = || [enterprise(LONDON), enterprise(WASHINGTON)];
    let disabled_client = Client { is_enabled: false, ..client(CLIENT, "C") };
    let everywhere = registry(disabled_client, integration("A", &[LONDON]), enterprises());
    assert_eq!(refusal(&everywhere, "C", "A"), Code::IntegrationDisabled);
    let disabled = Integration { is_enabled: false, ..integration("A", &[LONDON]) };
    let here = registry(client(CLIENT, "C"), disabled, enterprises());
    assert_eq!(refusal(&here, "C", "A"), Code::IntegrationDisabled);
    let closed = [Enterprise { is_enabled: false, ..enterprise(LONDON) }, enterprise(WASHINGTON)];
    let closed_here = registry(client(CLIENT, "C"), integration("A", &[LONDON]), closed.clone());
    assert_eq!(refusal(&closed_here, "C", "A"), Code::EnterpriseDisabled);
    let both = registry(client(CLIENT, "C"), integration("A", &[LONDON, WASHINGTON]), closed);
    assert_eq!(both.authenticate("C", "A", now()).unwrap().into_caller().enterprises.len(), 1);
}

#[test]
fn restricted_operations_are_granted_by_name_only() {
    let (open, restricted) =
        (operation("a/get"), Operation { restricted: true, ..operation("b/get") });
    let mut grants = Grants::all_unrestricted();
    assert!(grants.permits(&open) && !grants.permits(&restricted));
    grants.grant("b/get");
    assert!(grants.permits(&open) && grants.permits(&restricted));
    grants.revoke("a/get");
    grants.revoke("b/get");
    assert!(!grants.permits(&open) && !grants.permits(&restricted));
    grants.grant("a/get");
    assert!(grants.permits(&open));

    let mut few = Grants::only(["a/get".to_owned()]);
    assert!(few.permits(&open) && !few.permits(&restricted) && !few.permits(&operation("c/get")));
    few.revoke("a/get");
    assert_eq!((few.permits(&open), few.revoked), (false, BTreeSet::new()));
}

#[test]
fn portfolio_tokens_call_only_what_supports_them() {
    let mut portfolio = integration("A", &[LONDON, WASHINGTON]);
    portfolio.portfolio_id = Some(Uuid::from_u128(40));
    let registry =
        registry(client(CLIENT, "C"), portfolio, [enterprise(LONDON), enterprise(WASHINGTON)]);
    let caller = registry.authenticate("C", "A", now()).unwrap();
    assert!(caller.permits(&operation("a/get")).is_ok());
    let single = Operation { portfolio: false, ..operation("a/get") };
    let error = caller.permits(&single).unwrap_err();
    assert_eq!(error.code(), Code::NoPermission);
    assert!(error.to_string().contains("portfolio"));
}
