//! What a request's query may hold, and what is wrong with it.

use super::error::ApiError;
use crate::store::catalog::Page;
use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use chrono::{DateTime, Datelike, NaiveDateTime};
use serde::Deserialize;
use utoipa::IntoParams;

pub(super) const LARGEST_PAGE: i64 = 100;
const USUAL_PAGE: i64 = 50;

/// `page` and `pageSize` as they came; read by [`PageQuery::page`], so that a bad value is named.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// Counts from 1.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1_000_000_000, default = 1, example = 1)]
    page: Option<String>,
    #[serde(rename = "pageSize")]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 50, example = 50)]
    page_size: Option<String>,
}

impl PageQuery {
    /// Adds what is wrong to `problems`.
    pub(super) fn page(&self, problems: &mut Problems) -> Page {
        let number = problems.number("page", self.page.as_deref(), 1, 1..=1_000_000_000);
        let size = problems.number("pageSize", self.page_size.as_deref(), USUAL_PAGE, 1..=LARGEST_PAGE);
        Page { number, size }
    }
}

/// What is wrong with a request, all of it at once.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<(String, String)>);

impl Problems {
    pub(super) fn add(&mut self, field: &str, problem: impl Into<String>) {
        self.0.push((field.to_owned(), problem.into()));
    }

    fn number(&mut self, field: &str, text: Option<&str>, usual: i64, range: std::ops::RangeInclusive<i64>) -> i64 {
        let Some(text) = text else {
            return usual;
        };
        text.parse().ok().filter(|number| range.contains(number)).unwrap_or_else(|| {
            self.add(field, format!("a number from {} to {} is expected", range.start(), range.end()));
            usual
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn time(&mut self, field: &str, text: &str) -> Option<NaiveDateTime> {
        let read = time_of(text);
        if read.is_none() {
            self.add(field, "a time such as 2026-11-26T15:04:05Z is expected (in a URL, %2B stands for a `+`)");
        }
        read
    }

    pub(super) fn flag(&mut self, field: &str, text: &str) -> bool {
        text.parse().unwrap_or_else(|_| {
            self.add(field, "true or false is expected");
            false
        })
    }

    pub(super) fn settle(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(ApiError::Invalid(self.0)) }
    }
}

/// A time as RFC 3339 writes it, in UTC. Beyond the years that it has digits for, databases and readers begin to differ.
pub(super) fn time_of(text: &str) -> Option<NaiveDateTime> {
    let time = DateTime::parse_from_rfc3339(text).ok()?.naive_utc();
    (1..=9999).contains(&time.year()).then_some(time)
}

/// Around routes that take no parameters.
pub(super) async fn refuse_any(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &[], &mut problems);
    match problems.settle() {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(error) => Ok(request.error_response(error)),
    }
}

/// Names the parameters that a route does not know.
pub(super) fn refuse_unknown(query: &str, known: &[&str], problems: &mut Problems) {
    for (name, _) in url::form_urlencoded::parse(query.as_bytes()) {
        if known.is_empty() {
            problems.add(&name, "there is no such parameter; this route takes none");
        } else if !known.contains(&name.as_ref()) {
            problems.add(&name, format!("there is no such parameter; known are {}", known.join(", ")));
        }
    }
}
