//! Lists, page by page.

use std::pin::Pin;

use futures_util::stream::{Stream, try_unfold};
use ostler_api::{Operation, Paged};

use crate::client::Client;
use crate::error::Error;

/// The pages of a list, the newest items first, until its end or the first error.
pub type Pages<R> =
    Pin<Box<dyn Stream<Item = Result<<R as Operation>::Response, Error>> + Send + 'static>>;

impl Client {
    /// The pages of a list from the one that the request names, until the cursor is null.
    ///
    /// Each page is a call of its own: what is added meanwhile is newer than what is still to come,
    /// and what is removed is missing.
    pub fn pages<R: Paged>(&self, request: R) -> Pages<R> {
        let client = self.clone();
        Box::pin(try_unfold(Some(request), move |next| {
            let client = client.clone();
            async move {
                let Some(mut request) = next else { return Ok(None) };
                let before = request.limitation_mut().cursor;
                let page = client.call(&request).await?;
                let after = R::cursor(&page);
                if after.is_some() && after == before {
                    let reason = "its cursor is that of the page before".to_owned();
                    return Err(Error::Undecodable { request_id: None, reason });
                }
                request.limitation_mut().cursor = after;
                Ok(Some((page, after.map(|_| request))))
            }
        }))
    }
}
