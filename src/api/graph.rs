//! `…/dependencies`, `…/dependents`, `…/graph`: who refers to whom.

use super::answer::{
    self, Dependencies, Dependents, GraphNode, MissingReference, Problems, ReachedNode, WholeGraph, refuse_unknown,
};
use super::auth::Bearer;
use super::definitions::{id_of, kind_of, live};
use super::draw;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use super::workspaces::revision;
use crate::cache::CacheKey;
use crate::model::{DefinitionId, Kind, WorkspaceId};
use crate::resolve::{Direction, Graph, Order, Reached};
use crate::store::graph::Material;
use crate::store::jobs::Subject;
use crate::store::tokens::Role;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ReachQuery {
    /// How many steps to go; without it, all.
    #[param(value_type = Option<u32>, minimum = 1, example = 1)]
    depth: Option<String>,
    /// Tell of one kind only.
    #[param(pattern = "^(agents|commands|rules|skills)$", example = "rules")]
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

pub(super) fn dependencies_operation() -> Operation {
    Operation::read("getDependencies", "What a definition needs, near and far.")
        .query::<ReachQuery>()
        .answers::<Dependencies<'_>>()
}

/// `GET …/{nameOrId}/dependencies`: what it needs, near and far.
pub(super) async fn dependencies(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: NamedPath,
    query: web::Query<ReachQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    reached(&state, &bearer, &path, query.read(Direction::Dependencies, &request)).await
}

pub(super) fn dependents_operation() -> Operation {
    Operation::read("getDependents", "What a change of a definition affects, near and far.")
        .query::<ReachQuery>()
        .answers::<Dependents<'_>>()
        .example("?depth=1")
}

/// `GET …/{nameOrId}/dependents`: what a change of it affects.
pub(super) async fn dependents(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: NamedPath,
    query: web::Query<ReachQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    reached(&state, &bearer, &path, query.read(Direction::Dependents, &request)).await
}

pub(super) fn resolve_operation() -> Operation {
    Operation::write("resolveDependencies", "Settles all references of the workspace anew.")
        .about("Answers what the definition needs.")
        .answers::<Dependencies<'_>>()
}

/// `POST …/{nameOrId}/resolve-deps`: settles all links of the workspace anew, and tells what the definition needs.
pub(super) async fn resolve(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: NamedPath,
) -> Result<HttpResponse, ApiError> {
    let workspace = WorkspaceId::from_text(path.0.clone());
    bearer.may(Role::Write, &workspace)?;
    let kind = kind_of(&path.1)?;
    let id = live(&state, &workspace, kind, &path.2).await?;
    let subject = Subject { workspace: workspace.clone(), kind: Some(kind), definition: Some(id.clone()) };
    let changed = state.store.settle_links(&subject, bearer.actor()).await?;
    state.announce_change(changed.ok_or(ApiError::NotFound("workspace"))?);
    let reach = Reach { direction: Direction::Dependencies, depth: u32::MAX, kind: None };
    Ok(answer::send(render_reached(&state, &workspace, &id, reach).await?))
}

async fn reached(
    state: &ApiState,
    bearer: &Bearer,
    (workspace, kind, name): &(String, String, String),
    reach: Result<Reach, ApiError>,
) -> Result<HttpResponse, ApiError> {
    let id = id_of(state, bearer, (workspace, kind, name)).await?;
    let reach = reach?;
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
    let Material { nodes, links, missing } = material(state, workspace).await?;
    let graph = Graph::new(nodes, links);
    let place = graph.place_of(id).ok_or(ApiError::NotFound("definition"))?;
    let reached = graph.reach(place, reach.direction, reach.depth);
    let wanted = |one: &&Reached| reach.kind.is_none_or(|kind| graph.nodes()[one.node].kind == kind);
    let list = reached.iter().filter(wanted).map(|one| ReachedNode::of(&graph, one)).collect();
    let order = Order::of(&graph);
    let cycle = order.cycles().find(|cycle| cycle.contains(&place));
    let node = |at: usize| GraphNode::of(&graph.nodes()[at]);
    let cycle = cycle.map(|cycle| cycle.iter().map(|at| node(*at)).collect());
    let missing = missing.iter().filter(|one| one.from == *id).map(|one| MissingReference::of(&one.reference));
    let definition = node(place);
    Ok(match reach.direction {
        Direction::Dependencies => {
            answer::one(&Dependencies { definition, cycle, dependencies: list, missing: missing.collect() })
        }
        Direction::Dependents => answer::one(&Dependents { definition, cycle, dependents: list }),
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

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct GraphQuery {
    /// `json`, `mermaid`, `dot` or `svg`.
    #[param(pattern = "^(json|mermaid|dot|svg)$", default = "json", example = "mermaid")]
    format: Option<String>,
}

pub(super) fn graph_operation() -> Operation {
    Operation::read("getGraph", "All definitions of a workspace, and what they say of each other.")
        .query::<GraphQuery>()
        .answers::<WholeGraph<'_>>()
        .answers_text("text/vnd.mermaid; charset=utf-8", "flowchart LR\n  n0[\"agent reviewer\"]\n")
        .answers_text("text/vnd.graphviz; charset=utf-8", "digraph definitions {\n}\n")
        .answers_text("image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>")
        .example("?format=mermaid")
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
        _ => answer::send(answer::one(&draw::whole(&graph, &missing))),
    })
}

fn text(content_type: &str, body: String) -> HttpResponse {
    HttpResponse::Ok().content_type(content_type).body(body)
}
