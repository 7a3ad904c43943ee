//! Answers: `{"data": …}`, with `meta` for pages. One noun a file; each derives how it is written and how the document of the
//! API describes it, and has a sample of itself for the document's examples.

mod asked;
mod bulk;
mod clash;
mod deed;
mod definition;
mod delivery;
mod difference;
mod graph;
mod health;
mod letter;
mod listed;
mod missed;
mod repository;
mod run;
mod sample;
mod standing;
mod task;
mod time;
mod token;
mod validation;
mod version;
mod workspace;

pub(super) use asked::{NewDefinition, NewText, TakenSide};
pub(super) use bulk::{Bulk, BulkItem};
pub(super) use clash::{Placed, RepositoryPlace};
pub(super) use deed::Deed;
pub(super) use definition::{Definition, DefinitionWithText, FIELDS, GitSide, diagnostics, fields_of};
pub(super) use delivery::Delivery;
pub(super) use difference::{Change, Difference, FieldChange};
pub(super) use graph::{Dependencies, Dependents, GraphEdge, GraphNode, MissingReference, ReachedNode, WholeGraph};
pub(super) use health::{Health, Part, Parts, Readiness};
pub(super) use letter::Letter;
pub(super) use listed::ListedDefinition;
pub(super) use missed::MissedDelivery;
pub(super) use repository::Member;
pub(super) use run::Run;
pub(super) use sample::{SAMPLE_BLOB, SAMPLE_COMMIT, SAMPLE_ID, SAMPLE_TEXT, Sample};
pub(super) use standing::{ChecksWait, Counts, Problem, RepositoryStatus, SyncState};
pub(super) use task::Task;
pub(super) use time::Time;
pub(super) use token::{MadeToken, Token, WantedToken};
pub(super) use validation::Validation;
pub(super) use version::{Version, VersionWithText};
pub(super) use workspace::{ChangedWorkspace, NamedWorkspace, Workspace, WorkspaceWithMembers};

pub(super) use super::query::{PageQuery, Problems, refuse_unknown};

use crate::store::catalog::Page;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::web::Bytes;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

#[derive(Serialize)]
struct One<'a, T: ?Sized> {
    data: &'a T,
}

#[derive(Serialize)]
struct Many<'a, T> {
    data: &'a [T],
    meta: Meta,
}

/// Where in a long list a page is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta {
    /// How many there are in all.
    #[schema(minimum = 0)]
    pub total: i64,
    #[schema(minimum = 1)]
    pub page: i64,
    #[schema(minimum = 1, maximum = 100)]
    pub page_size: i64,
}

/// A rendered body.
pub(super) fn send(body: Bytes) -> HttpResponse {
    send_as(StatusCode::OK, body)
}

pub(super) fn send_as(status: StatusCode, body: Bytes) -> HttpResponse {
    HttpResponse::build(status).content_type(ContentType::json()).body(body)
}

pub(super) fn one<T: Serialize + ?Sized>(data: &T) -> Bytes {
    Bytes::from(json!(One { data }).to_string())
}

pub(super) fn page<T: Serialize>(rows: &[T], total: i64, page: Page) -> Bytes {
    let meta = Meta { total, page: page.number, page_size: page.size };
    Bytes::from(json!(Many { data: rows, meta }).to_string())
}
