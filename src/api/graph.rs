//! `…/dependencies`, `…/dependents`, `…/graph`: who refers to whom.

use super::answer::{self, Problems, refuse_unknown};
use super::auth::Bearer;
use super::definitions::{id_of, kind_of};
use super::draw;
use super::error::ApiError;
use super::state::ApiState;
use super::workspaces::revision;
use crate::cache::CacheKey;
use crate::model::{DefinitionId, JobType, Kind, Reference, WorkspaceId};
use crate::resolve::{Direction, Graph, Order, Reached};
use crate::store::graph::Material;
use crate::store::jobs::{Progress, Subject};
use crate::store::tokens::Role;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ReachQuery {
    depth: Option<String>,
    kind: Option<String>,
}

/// How far to go, and which kind to tell of.
#[derive(Clone, Copy, Debug)]
struct Reach {
    direction: Direction,
    depth: u32,
    kind: Option<Kind>,
}

impl ReachQuery {
    fn read(&self, direction: Direction, request: &HttpRequest) -> Result<Reach, ApiError> {
        let mut problems = Problems::default();
        refuse_unknown(request.query_string(), &["depth", "kind"], &mut problems);
        let depth = self.depth.as_deref().map(str::parse::<u32>);
        if depth.as_ref().is_some_and(|depth| !matches!(depth, Ok(1..))) {
            problems.add("depth", "a number from 1 on is expected; without it, everything is told");
        }
        let kind = self.kind.as_deref().map(Kind::from_plural);
        if kind == Some(None) {
            problems.add("kind", "one of agents, commands, rules, skills is expected");
        }
        problems.settle()?;
        Ok(Reach { direction, depth: depth.and_then(Result::ok).unwrap_or(u32::MAX), kind: kind.flatten() })
    }
}

type NamedPath = web::Path<(String, String, String)>;

/// `GET …/{nameOrId}/dependencies`: what it needs, near and far.
pub(super) async fn dependencies(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: NamedPath,
    query: web::Query<ReachQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let reach = query.read(Direction::Dependencies, &request)?;
    reached(&state, &bearer, &path, reach).await
}

/// `GET …/{nameOrId}/dependents`: what a change of it affects.
pub(super) async fn dependents(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: NamedPath,
    query: web::Query<ReachQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let reach = query.read(Direction::Dependents, &request)?;
    reached(&state, &bearer, &path, reach).await
}

/// `POST …/{nameOrId}/resolve-deps`: settles all links of the workspace anew, and tells what the definition needs.
pub(super) async fn resolve(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: NamedPath,
) -> Result<HttpResponse, ApiError> {
    let workspace = WorkspaceId::from_text(path.0.clone());
    bearer.may(Role::Write, &workspace)?;
    let id = id_of(&state, &bearer, (&path.0, &path.1, &path.2)).await?;
    let revision = state.store.settle_links(&workspace).await?.ok_or(ApiError::NotFound("workspace"))?;
    state.revisions.learn(&workspace, revision);
    let subject = Subject { workspace: workspace.clone(), kind: Some(kind_of(&path.1)?), definition: Some(id.clone()) };
    state.store.record_job(JobType::Resolve, &subject, &Progress::default()).await?;
    let reach = Reach { direction: Direction::Dependencies, depth: u32::MAX, kind: None };
    Ok(answer::send(render_reached(&state, &workspace, &id, reach).await?))
}

async fn reached(
    state: &ApiState,
    bearer: &Bearer,
    (workspace, kind, name): &(String, String, String),
    reach: Reach,
) -> Result<HttpResponse, ApiError> {
    let id = id_of(state, bearer, (workspace, kind, name)).await?;
    let workspace = WorkspaceId::from_text(workspace.clone());
    let agents_of_command = kind_of(kind)? == Kind::Command
        && reach.kind == Some(Kind::Agent)
        && (reach.direction, reach.depth) == (Direction::Dependencies, u32::MAX);
    let body = if agents_of_command {
        let revision = revision(state, &workspace).await?;
        let command = id.as_str().to_owned();
        let key = CacheKey::CommandAgents { workspace: workspace.clone(), revision, command };
        state.cache.get_or_load(&key, Box::pin(render_reached(state, &workspace, &id, reach))).await?
    } else {
        Box::pin(render_reached(state, &workspace, &id, reach)).await?
    };
    Ok(answer::send(body))
}

async fn render_reached(
    state: &ApiState,
    workspace: &WorkspaceId,
    id: &DefinitionId,
    reach: Reach,
) -> Result<Bytes, ApiError> {
    let material = material(state, workspace).await?;
    let missing: Vec<Value> =
        material.missing.iter().filter(|one| one.from == *id).map(|one| show_missing(&one.reference)).collect();
    let graph = Graph::new(material.nodes, material.links);
    let place = graph.place_of(id).ok_or(ApiError::NotFound("definition"))?;
    let reached = graph.reach(place, reach.direction, reach.depth);
    let wanted = |one: &&Reached| reach.kind.is_none_or(|kind| graph.nodes()[one.node].kind == kind);
    let list: Vec<Value> = reached.iter().filter(wanted).map(|one| show_reached(&graph, one)).collect();
    let order = Order::of(&graph);
    let cycle = order.cycles().find(|cycle| cycle.contains(&place));
    let mut shown = json!({
        "definition": draw::node(&graph, place),
        "cycle": cycle.map(|cycle| cycle.iter().map(|node| draw::node(&graph, *node)).collect::<Vec<_>>()),
    });
    match reach.direction {
        Direction::Dependencies => {
            shown["dependencies"] = Value::Array(list);
            shown["missing"] = Value::Array(missing);
        }
        Direction::Dependents => shown["dependents"] = Value::Array(list),
    }
    Ok(answer::one(&shown))
}

fn show_reached(graph: &Graph, one: &Reached) -> Value {
    let mut shown = draw::node(graph, one.node);
    shown["depth"] = json!(one.depth);
    shown["referenceKinds"] = json!(one.kinds);
    shown["line"] = json!(one.line);
    shown
}

pub(super) fn show_missing(reference: &Reference) -> Value {
    json!({
        "target": reference.target,
        "targetKind": reference.target_kind,
        "referenceKind": reference.kind,
        "line": reference.line,
    })
}

/// What the graph is made of, cached as it stands at this revision.
async fn material(state: &ApiState, workspace: &WorkspaceId) -> Result<Material, ApiError> {
    let revision = revision(state, workspace).await?;
    let key = CacheKey::Graph { workspace: workspace.clone(), revision };
    let load = async { Ok::<_, ApiError>(Bytes::from(json!(state.store.graph(workspace).await?).to_string())) };
    // On the heap: what loads it would make every future around it as large.
    let bytes = Box::pin(state.cache.get_or_load(&key, load)).await?;
    match serde_json::from_slice(&bytes) {
        Ok(material) => Ok(material),
        // Written by another version of the program.
        Err(_) => Ok(Box::pin(state.store.graph(workspace)).await?),
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct GraphQuery {
    format: Option<String>,
}

/// `GET /api/workspaces/{id}/graph?format=json|mermaid|dot|svg`
pub(super) async fn graph(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
    query: web::Query<GraphQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let workspace = WorkspaceId::from_text(path.into_inner());
    bearer.may(Role::Read, &workspace)?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["format"], &mut problems);
    let format = query.format.as_deref().unwrap_or("json");
    if !["json", "mermaid", "dot", "svg"].contains(&format) {
        problems.add("format", "one of json, mermaid, dot, svg is expected");
    }
    problems.settle()?;
    let material = material(&state, &workspace).await?;
    let missing = material.missing.clone();
    let graph = Graph::new(material.nodes, material.links);
    Ok(match format {
        "mermaid" => text("text/vnd.mermaid; charset=utf-8", draw::mermaid(&graph)),
        "dot" => text("text/vnd.graphviz; charset=utf-8", draw::dot(&graph)),
        "svg" => text("image/svg+xml", draw::svg(&graph)),
        _ => answer::send(answer::one(&draw::json(&graph, &missing))),
    })
}

fn text(content_type: &str, body: String) -> HttpResponse {
    HttpResponse::Ok().content_type(content_type).body(body)
}
