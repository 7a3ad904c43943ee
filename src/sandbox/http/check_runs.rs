//! Check runs: written by the App, kept as they were sent.

use super::access::Target;
use super::check_rules::{required, validate};
use super::{Refusal, blocking, commits};
use crate::sandbox::answer;
use crate::sandbox::state::{CheckRun, HostedRepository, Hub};
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// Of one name only the newest is listed, unless all are asked for.
#[derive(Deserialize)]
struct Listed {
    check_name: Option<String>,
    filter: Option<String>,
}

pub async fn create(target: Target, hub: Data<Hub>, body: Bytes) -> Result<HttpResponse, Refusal> {
    let Target(repository) = target;
    let fields = read(&body)?;
    let head_sha = required(&fields, "head_sha")?;
    required(&fields, "name")?;
    validate(&fields)?;
    let name = repository.full_name.clone();
    let id = repository.id;
    let asked = head_sha.clone();
    blocking(move || commits::find(&repository, &asked)).await?;
    let mut state = hub.state();
    let mut run =
        CheckRun { id: state.id(None), repository: id, head_sha, fields: Map::new(), annotations: Vec::new() };
    run.fields.insert("started_at".to_owned(), now().into());
    merge(&mut run, fields);
    let answer = answer::check_run(&hub.url, &state.app, &name, &run);
    state.check_runs.insert(run.id, run);
    Ok(HttpResponse::Created().json(answer))
}

pub async fn update(
    target: Target,
    hub: Data<Hub>,
    request: HttpRequest,
    body: Bytes,
) -> Result<HttpResponse, Refusal> {
    let fields = read(&body)?;
    validate(&fields)?;
    let mut run = find(&hub, &target.0, &request)?;
    merge(&mut run, fields);
    let mut state = hub.state();
    let answer = answer::check_run(&hub.url, &state.app, &target.0.full_name, &run);
    state.check_runs.insert(run.id, run);
    Ok(HttpResponse::Ok().json(answer))
}

pub async fn one(target: Target, hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let run = find(&hub, &target.0, &request)?;
    Ok(HttpResponse::Ok().json(answer::check_run(&hub.url, &hub.state().app, &target.0.full_name, &run)))
}

pub async fn annotations(target: Target, hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let run = find(&hub, &target.0, &request)?;
    let href = format!("{}/{}/blob/{}", hub.url, target.0.full_name, run.head_sha);
    let all: Vec<Value> = run.annotations.iter().map(|sent| answer::annotation(&href, sent)).collect();
    Ok(HttpResponse::Ok().json(all))
}

pub async fn of_commit(target: Target, hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let Target(repository) = target;
    let reference = request.match_info().query("reference").to_owned();
    let (id, name) = (repository.id, repository.full_name.clone());
    let commit = blocking(move || commits::find(&repository, &reference)).await?;
    let asked = Query::<Listed>::from_query(request.query_string()).map_err(|_| Refusal::new(422, "Invalid query"))?;
    let state = hub.state();
    let runs = state.check_runs.values().rev().filter(|run| run.repository == id && run.head_sha == commit.oid);
    let mut seen = HashSet::new();
    let runs = runs
        .filter(|run| asked.check_name.is_none() || run.text("name") == asked.check_name.as_deref())
        .filter(|run| seen.insert(run.text("name")) || asked.filter.as_deref() == Some("all"));
    let runs: Vec<Value> = runs.map(|run| answer::check_run(&hub.url, &state.app, &name, run)).collect();
    Ok(HttpResponse::Ok().json(json!({"total_count": runs.len(), "check_runs": runs})))
}

fn find(hub: &Hub, repository: &HostedRepository, request: &HttpRequest) -> Result<CheckRun, Refusal> {
    let id: Option<i64> = request.match_info().query("run").parse().ok();
    let state = hub.state();
    let run = id.and_then(|id| state.check_runs.get(&id)).filter(|run| run.repository == repository.id);
    run.cloned().ok_or_else(Refusal::not_found)
}

fn read(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::new(400, "Problems parsing JSON"))
}

fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Later fields over earlier ones; annotations are added to those that are there.
fn merge(run: &mut CheckRun, mut fields: Map<String, Value>) {
    if let Some(output) = fields.get_mut("output").and_then(Value::as_object_mut)
        && let Some(Value::Array(annotations)) = output.shift_remove("annotations")
    {
        run.annotations.extend(annotations);
    }
    if fields.get("conclusion").is_some_and(Value::is_string) {
        run.fields.insert("completed_at".to_owned(), now().into());
    }
    run.fields.extend(fields);
}
