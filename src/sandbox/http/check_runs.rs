//! Check runs: written by the App, kept as they were sent, bounded as GitHub bounds them.

use super::access::Target;
use super::{Refusal, blocking, commits};
use crate::sandbox::answer;
use crate::sandbox::state::{CheckRun, HostedRepository, Hub};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

const MOST_ANNOTATIONS: usize = 50;
const LONGEST_TEXT: usize = 65_535;
const CONCLUSIONS: [&str; 7] =
    ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"];

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
    Ok(HttpResponse::Ok().json(find(&hub, &target.0, &request)?.annotations))
}

pub async fn of_commit(target: Target, hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let Target(repository) = target;
    let reference = request.match_info().query("reference").to_owned();
    let (id, name) = (repository.id, repository.full_name.clone());
    let commit = blocking(move || commits::find(&repository, &reference)).await?;
    let state = hub.state();
    let runs = state.check_runs.values().filter(|run| run.repository == id && run.head_sha == commit.oid);
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

fn required(fields: &Map<String, Value>, name: &str) -> Result<String, Refusal> {
    let value = fields.get(name).and_then(Value::as_str).filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or_else(|| Refusal::invalid("CheckRun", name, "missing_field"))
}

fn validate(fields: &Map<String, Value>) -> Result<(), Refusal> {
    let invalid = |field| Err(Refusal::invalid("CheckRun", field, "invalid"));
    let conclusion = fields.get("conclusion").and_then(Value::as_str);
    if conclusion.is_some_and(|conclusion| !CONCLUSIONS.contains(&conclusion)) {
        return invalid("conclusion");
    }
    let status = fields.get("status").and_then(Value::as_str);
    if status == Some("completed") && conclusion.is_none() {
        return invalid("conclusion");
    }
    let Some(output) = fields.get("output") else { return Ok(()) };
    for field in ["title", "summary"] {
        if output.get(field).and_then(Value::as_str).is_none() {
            return Err(Refusal::invalid("CheckRun", field, "missing_field"));
        }
    }
    let too_long = |field| output.get(field).and_then(Value::as_str).is_some_and(|text| text.len() > LONGEST_TEXT);
    if too_long("summary") || too_long("text") {
        return invalid("output");
    }
    let annotations = output.get("annotations").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if annotations.len() > MOST_ANNOTATIONS || !annotations.iter().all(is_annotation) {
        return invalid("annotations");
    }
    Ok(())
}

fn is_annotation(annotation: &Value) -> bool {
    let has_text = |field| annotation.get(field).is_some_and(Value::is_string);
    let has_number = |field| annotation.get(field).is_some_and(Value::is_u64);
    let level = annotation.get("annotation_level").and_then(Value::as_str);
    let one_line = annotation.get("start_line") == annotation.get("end_line");
    let columns = annotation.get("start_column").is_some() || annotation.get("end_column").is_some();
    has_text("path")
        && has_text("message")
        && has_number("start_line")
        && has_number("end_line")
        && matches!(level, Some("notice" | "warning" | "failure"))
        && (one_line || !columns)
}

/// Later fields over earlier ones; annotations are added to those that are there.
fn merge(run: &mut CheckRun, mut fields: Map<String, Value>) {
    if let Some(output) = fields.get_mut("output").and_then(Value::as_object_mut)
        && let Some(Value::Array(annotations)) = output.shift_remove("annotations")
    {
        run.annotations.extend(annotations);
    }
    run.fields.extend(fields);
}
