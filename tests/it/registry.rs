//! What holds for every operation of the registry.

use ostler_hotel::registry::OPERATIONS;
use ostler_worlds::access::{self, AccessClients, all};
use serde_json::json;

use crate::support::{GROSS, Server, Tokens, with_tokens};

/// Takes every grant away from every client.
fn revoke_everything(server: &Server) {
    server.change(|tx| {
        for client in all::<AccessClients>(tx)? {
            access::change_client(tx, client.id, |it| it.grants = access::Grants::default())?;
        }
        Ok(())
    });
}

/// Grants every operation to every client, restricted ones included.
fn grant_everything(server: &Server) {
    server.change(|tx| {
        for client in all::<AccessClients>(tx)? {
            access::change_client(tx, client.id, |it| {
                OPERATIONS.iter().for_each(|operation| it.grants.grant(operation.address));
            })?;
        }
        Ok(())
    });
}

#[test]
fn addresses_are_well_formed_and_unique() {
    let mut addresses: Vec<&str> = OPERATIONS.iter().map(|it| it.address).collect();
    for address in &addresses {
        let parts: Vec<&str> = address.split('/').collect();
        assert!((2..=3).contains(&parts.len()), "{address}");
        let valid = |it: char| it.is_ascii_alphanumeric() || it == '-';
        assert!(parts.iter().all(|it| !it.is_empty() && it.chars().all(valid)), "{address}");
    }
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), OPERATIONS.len());
}

#[test]
fn every_operation_is_guarded() {
    let server = Server::new();
    let unknown = Tokens { access: "unknown", ..GROSS };
    for (count, operation) in OPERATIONS.iter().enumerate() {
        let address = operation.address;
        let response = server.send(address, b"{".to_vec(), &[]);
        assert_eq!(response.refused(400), "Invalid JSON", "{address}");
        // Guessing becomes slow beyond 200 failures.
        if count < 190 {
            let response = server.post_as(unknown, address, json!({}));
            assert_eq!(response.refused(401), "Invalid ClientToken or AccessToken.", "{address}");
        }
    }
    revoke_everything(&server);
    for operation in OPERATIONS {
        let response = server.post(operation.address, json!({}));
        assert_eq!(response.refused(401), "No permission to use this operation.");
    }
}

#[test]
fn every_operation_needs_a_client_and_survives_anything() {
    let server = Server::new();
    grant_everything(&server);
    for operation in OPERATIONS {
        let address = operation.address;
        let mut body = with_tokens(GROSS, json!({}));
        body.as_object_mut().unwrap().remove("Client");
        let response = server.send(address, body.to_string().into_bytes(), &[]);
        assert_eq!(response.refused(400), "Invalid Client", "{address}");
        let response = server.post(address, json!({}));
        assert!(response.status < 500, "{address}: {}", response.text);
        let page = json!({ "Limitation": { "Count": 10 }, "Extent": {} });
        let response = server.post(address, page);
        assert!(response.status < 500, "{address}: {}", response.text);
    }
}
