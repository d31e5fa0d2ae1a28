//! Pages of documents, in the language that was asked for.

use ostler_contract::error::Error;
use ostler_contract::primitives::{Limitation, LocalizedText};
use ostler_store::{Entity, Find, Page, Snapshot};
use uuid::Uuid;

use crate::context::Context;
use crate::reply::{Reply, Splice};

/// A document with texts in the caller's language, such as the deprecated `Name` beside `Names`.
pub trait Localize {
    /// Writes the texts in the first of `languages` that has them into its single-language fields.
    fn localize(&mut self, languages: &[&str]);
}

/// The text in the first of `languages` that has one. A text may be kept by the whole code or by
/// that of the language alone, such as `EN`.
#[must_use]
pub fn text_in<'a>(texts: &'a LocalizedText, languages: &[&str]) -> Option<&'a String> {
    let in_language = |language: &&str| {
        let primary = language.split('-').next().unwrap_or(language);
        [*language, primary].into_iter().find_map(|wanted| {
            let found = texts.iter().find(|(code, _)| code.eq_ignore_ascii_case(wanted));
            found.map(|(_, text)| text)
        })
    };
    languages.iter().find_map(in_language)
}

/// One page as the response `{"<name>":[…],"Cursor":…}`: stored bytes, copied.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn plain<E: Entity, R>(
    name: &'static str,
    snapshot: &Snapshot<'_>,
    find: &Find<E>,
    limitation: Limitation,
) -> Result<Reply<R>, Error> {
    let position = (limitation.after(), limitation.count);
    let page = snapshot.kept_page(name, find, position, || {
        let mut splice = Splice::new();
        let end = splice.array(name, |bytes| snapshot.page_into(find, position, bytes))?;
        Ok((splice.cursor(end.cursor)?.close(), end.count))
    })?;
    Ok(Reply::kept(page))
}

/// One page as the response, its texts in the caller's language.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn localized<E: Entity, R>(
    name: &'static str,
    snapshot: &Snapshot<'_>,
    context: &Context,
    find: &Find<E>,
    limitation: Limitation,
) -> Result<Reply<R>, Error>
where
    E::Document: Localize,
{
    Reply::page(
        name,
        &localized_page(snapshot, context, find, limitation.after(), limitation.count)?,
    )
}

/// One page, its texts in the caller's language. Decodes only where a language was asked for.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn localized_page<E: Entity>(
    snapshot: &Snapshot<'_>,
    context: &Context,
    find: &Find<E>,
    after: Option<Uuid>,
    count: u32,
) -> Result<Page, Error>
where
    E::Document: Localize,
{
    let languages = context.languages.wanted();
    if languages.is_empty() {
        return snapshot.page(find, after, count);
    }
    let mut page = Page::default();
    for mut stored in snapshot.page_decoded(find, after, count)? {
        stored.document.localize(&languages);
        page.push(E::id(&stored.document), &stored.document)?;
    }
    Ok(page)
}
