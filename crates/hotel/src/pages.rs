//! Pages of stored bytes that are looked into without decoding their documents whole.

use ostler_contract::error::Error;
use ostler_store::{Page, Pieces};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// What `H` names of every document of a page, in the page's order.
///
/// # Errors
/// 500 where a document lacks what `H` names.
pub fn heads<H: DeserializeOwned>(page: &Page) -> Result<Vec<H>, Error> {
    serde_json::from_slice(&array(page)).map_err(Error::internal)
}

/// The page with only those documents whose `H` the test keeps.
///
/// # Errors
/// 500 where a document lacks what `H` names.
pub fn kept<H: DeserializeOwned>(page: &Page, keeps: impl Fn(&H) -> bool) -> Result<Page, Error> {
    rewritten(page, |text, kept| {
        if keeps(&decoded(text)?) {
            append(kept, text.as_bytes());
        }
        Ok(())
    })
}

/// The page with those documents changed whose `H` the test picks; all others are copied.
///
/// # Errors
/// 500 where a document lacks what `H` names, or cannot be decoded or written.
pub fn changed<H: DeserializeOwned, D: DeserializeOwned + Serialize>(
    page: &Page,
    picks: impl Fn(&H) -> bool,
    change: impl Fn(&mut D),
) -> Result<Page, Error> {
    rewritten(page, |text, changed| {
        if !picks(&decoded(text)?) {
            append(changed, text.as_bytes());
            return Ok(());
        }
        let mut document: D = decoded(text)?;
        change(&mut document);
        append(changed, &serde_json::to_vec(&document).map_err(Error::internal)?);
        Ok(())
    })
}

fn rewritten(
    page: &Page,
    mut each: impl FnMut(&str, &mut Page) -> Result<(), Error>,
) -> Result<Page, Error> {
    let array = array(page);
    let documents: Vec<&RawValue> = serde_json::from_slice(&array).map_err(Error::internal)?;
    let mut rewritten = Page { cursor: page.cursor, ..Page::default() };
    for document in documents {
        each(document.get(), &mut rewritten)?;
    }
    Ok(rewritten)
}

fn append(page: &mut Page, document: &[u8]) {
    if page.count > 0 {
        page.documents.push(b',');
    }
    page.documents.extend_from_slice(document);
    page.count += 1;
}

fn decoded<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(Error::internal)
}

fn array(page: &Page) -> Vec<u8> {
    let mut array = Pieces::from(vec![b'[']);
    array.extend(&page.documents);
    array.push(b']');
    array.joined()
}

#[cfg(test)]
mod tests;
