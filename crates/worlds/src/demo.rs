//! The demo hotels: one in the United Kingdom with gross prices, one in Washington DC with net
//! prices, reached by the demo tokens that the reference prints.

use ostler_contract::error::Error;
use ostler_store::Tx;
use uuid::Uuid;

use crate::access::{self, Grants, NewClient, NewEnterprise, NewIntegration};
use crate::token::TokenHash;
use crate::world::World;

/// A client token with one access token for each demo enterprise.
#[derive(Debug, Clone, Copy)]
pub struct DemoClient {
    /// Name of the client.
    pub name: &'static str,
    /// Its client token.
    pub client_token: &'static str,
    /// Its access token for the enterprise with gross prices.
    pub gross: &'static str,
    /// Its access token for the enterprise with net prices.
    pub net: &'static str,
}

/// The tokens of the public demo environment. Public by purpose, never secret.
/// Source: `guidelines/environments`.
pub const CLIENTS: [DemoClient; 4] = [
    DemoClient {
        name: "Are you ready to integrate with Mews?",
        client_token: "E0D439EE522F44368DC78E1BFB03710C-D24FB11DBE31D4621C4817E028D9E1D",
        gross: "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D",
        net: "4D6C7ABE0E6A4681B0AFB16900AE5D86-DF50CBC89E1D4FF5859DDF021649ED5",
    },
    DemoClient {
        name: "Connector API Test Client 2",
        client_token: "E916C341431C4D28A866AD200152DBD3-A046EB5583FFBE94DE1172237763712",
        gross: "CC150C355D6A4048A220AD20015483AB-B6D09C0C84B09538077CB8FFBB907B4",
        net: "1AEFA58C55E74D65BDC7AD2001564C12-66633E0B736F523379B9E5966165A55",
    },
    DemoClient {
        name: "Connector API Test Client 3",
        client_token: "2CC71B0660F345019882AD200155B4FE-4A1FC9080A4DD2A404734003674F77E",
        gross: "5F56B9903A834F199E28AD20015E58CA-5C6A1A00550634911534AD6A098E8B7",
        net: "682C235379B64D909941AD2001577525-BFC60A026081F1350FAA99CAB9F7510",
    },
    DemoClient {
        name: "Connector API Test Client 4",
        client_token: "07AB1F14B55C49B8BDD6AD200158423B-273A4497AFF5E20566D7199DB3DC2BA",
        gross: "39E301DD5A1C4A569087AD20015F60DD-50DC28896E9090CCA0995C9BBD90351",
        net: "BFD4298010F54B069F3DAD20015D53EA-D5561FADFBA4EFC8EA4C179C6BC461F",
    },
];

/// The chain of both demo enterprises.
pub const CHAIN: Uuid = Uuid::from_u128(0x018b_0000_0000_7000_8000_0000_0000_0001);
/// The demo enterprise in the United Kingdom.
pub const GROSS: Uuid = Uuid::from_u128(0x018b_0000_0000_7000_8000_0000_0000_0002);
/// The demo enterprise in Washington DC.
pub const NET: Uuid = Uuid::from_u128(0x018b_0000_0000_7000_8000_0000_0000_0003);

/// Makes the demo hotels in an empty world.
///
/// # Errors
/// 500 where the database fails.
pub fn build(world: &World, seed: u64) -> Result<(), Error> {
    let _ = seed;
    world.store.write_now(world.call(), register)
}

/// Writes the demo enterprises, clients and integrations into the access registry.
fn register(tx: &mut Tx<'_>) -> Result<(), Error> {
    for (id, name, language) in
        [(GROSS, "Ostler Demo London", "en-GB"), (NET, "Ostler Demo Washington", "en-US")]
    {
        let (name, language) = (name.to_owned(), Some(language.to_owned()));
        access::add_enterprise(tx, NewEnterprise { id, chain: CHAIN, name, language })?;
    }
    for demo in CLIENTS {
        let client = access::add_client(
            tx,
            NewClient {
                name: demo.name.to_owned(),
                token: TokenHash::of(demo.client_token),
                grants: Grants::all_unrestricted(),
            },
        )?;
        for (enterprise, token) in [(GROSS, demo.gross), (NET, demo.net)] {
            let new = NewIntegration {
                name: demo.name.to_owned(),
                client,
                token: TokenHash::of(token),
                enterprises: vec![enterprise],
                portfolio: None,
                service: None,
                expires: None,
            };
            access::add_integration(tx, new)?;
        }
    }
    Ok(())
}
