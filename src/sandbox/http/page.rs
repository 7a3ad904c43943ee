//! Lists in pages, with the `Link` header that names the next one.

use super::Refusal;
use actix_web::HttpRequest;
use actix_web::web::Query;
use serde::Deserialize;

const DEFAULT_SIZE: usize = 30;
const LARGEST_SIZE: usize = 100;

#[derive(Debug, Deserialize)]
pub struct Page {
    per_page: Option<usize>,
    page: Option<usize>,
}

impl Page {
    pub fn of(request: &HttpRequest) -> Result<Self, Refusal> {
        let page = Query::<Self>::from_query(request.query_string());
        page.map(Query::into_inner).map_err(|error| Refusal::new(422, format!("Invalid page: {error}")))
    }

    pub fn size(&self) -> usize {
        self.per_page.unwrap_or(DEFAULT_SIZE).clamp(1, LARGEST_SIZE)
    }

    /// This page of `all`, and the `Link` header if more follows.
    pub fn cut<T>(&self, all: Vec<T>, request: &HttpRequest) -> (Vec<T>, Option<(&'static str, String)>) {
        let number = self.page.unwrap_or(1).max(1);
        let total = all.len();
        let first = (number - 1).saturating_mul(self.size());
        let items: Vec<T> = all.into_iter().skip(first).take(self.size()).collect();
        let next = format!("per_page={}&page={}", self.size(), number + 1);
        let more = first.saturating_add(items.len()) < total && !items.is_empty();
        (items, more.then(|| next_link(request, &next)))
    }
}

/// `Link: <…>; rel="next"` with another query on the same path.
pub fn next_link(request: &HttpRequest, query: &str) -> (&'static str, String) {
    let connection = request.connection_info();
    let url = format!("{}://{}{}?{query}", connection.scheme(), connection.host(), request.path());
    ("link", format!("<{url}>; rel=\"next\""))
}
