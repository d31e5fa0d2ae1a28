use ostler_store::Page;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{changed, heads, kept};

#[derive(Deserialize)]
struct Head {
    id: u32,
}

fn page() -> Page {
    let documents = br#"{"id":3,"text":"},{"},{"id":2,"text":"\"id\":9"},{"id":1,"text":"b"}"#;
    Page { documents: documents.to_vec().into(), count: 3, cursor: Some(Uuid::from_u128(1)) }
}

#[test]
fn heads_come_in_order() {
    let heads: Vec<Head> = heads(&page()).unwrap();
    assert_eq!(heads.iter().map(|head| head.id).collect::<Vec<_>>(), [3, 2, 1]);
    assert!(super::heads::<Head>(&Page::default()).unwrap().is_empty());
}

#[test]
fn only_what_is_picked_changes() {
    let page = page();
    let after = changed::<Head, Value>(
        &page,
        |head| head.id == 2,
        |document| document["text"] = json!("new"),
    )
    .unwrap();
    let expected = r#"{"id":3,"text":"},{"},{"id":2,"text":"new"},{"id":1,"text":"b"}"#;
    assert_eq!(String::from_utf8(after.documents.joined()).unwrap(), expected);
    assert_eq!((after.count, after.cursor), (3, page.cursor));
}

#[test]
fn what_is_not_kept_leaves_no_comma() {
    let after = kept::<Head>(&page(), |head| head.id == 1).unwrap();
    assert_eq!(String::from_utf8(after.documents.joined()).unwrap(), r#"{"id":1,"text":"b"}"#);
    assert_eq!(after.count, 1);
}
