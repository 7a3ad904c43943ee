//! Rows as the API shows them.

use crate::model::Kind;
use crate::model::time::rfc3339;
use crate::resolve;
use crate::store::catalog::Shown;
use crate::store::rows::audit::AuditRow;
use crate::store::rows::listing::{InboxRow, Listed, Text, Version, Workspace};
use crate::store::rows::run::RunRow;
use crate::store::workspaces::Member;
use chrono::NaiveDateTime;
use serde_json::{Value, json};

fn when(time: Option<NaiveDateTime>) -> Option<String> {
    time.map(rfc3339)
}

pub(super) fn workspace(row: &Workspace) -> Value {
    json!({
        "id": row.id,
        "name": row.name,
        "revision": row.revision,
        "createdAt": rfc3339(row.created_at),
        "updatedAt": rfc3339(row.updated_at),
    })
}

pub(super) fn workspace_with(row: &Workspace, members: &[Member]) -> Value {
    let repositories: Vec<Value> = members
        .iter()
        .map(|member| json!({"id": member.id, "fullName": member.full_name, "state": member.state}))
        .collect();
    let mut shown = workspace(row);
    shown["repositories"] = Value::Array(repositories);
    shown
}

pub(super) fn deed(row: &AuditRow) -> Value {
    json!({
        "id": row.id,
        "at": rfc3339(row.at),
        "actor": row.actor,
        "workspaceId": row.workspace_id,
        "action": row.action,
        "target": row.target,
        "details": row.details,
    })
}

/// The kind's own attributes stand behind the registry's fields, and never hide one.
pub(super) fn listed(definition: &Shown) -> Value {
    let row = &definition.row;
    let mut shown = own(row, definition.repository.as_deref());
    shown["diagnostics"] = Value::Array(diagnostics(definition));
    if let (Some(fields), Some(attributes)) = (shown.as_object_mut(), row.attributes.as_object()) {
        let free = |name: &str| !fields.contains_key(name) && !matches!(name, "content" | "frontmatter");
        let new: Vec<_> = attributes.iter().filter(|(name, _)| free(name)).collect();
        fields.extend(new.into_iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    shown
}

fn own(row: &Listed, repository: Option<&str>) -> Value {
    json!({
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "title": row.title,
        "description": row.description,
        "scope": row.scope,
        "source": row.source,
        "sourceRepo": repository,
        "sourcePath": row.path,
        "sourceCommit": row.commit_sha,
        "sourceBranch": row.branch,
        "blob": row.blob,
        "version": row.version,
        "syncStatus": row.status,
        "syncError": row.error,
        "conflict": row.conflict,
        "fileSize": row.file_size,
        "lineCount": row.line_count,
        "lastSynced": when(row.synced_at),
        "createdAt": rfc3339(row.created_at),
        "updatedAt": rfc3339(row.updated_at),
    })
}

/// What the reader found, and what only the other definitions can tell.
pub(super) fn diagnostics(definition: &Shown) -> Vec<Value> {
    let row = &definition.row;
    let mut all = row.diagnostics.as_array().cloned().unwrap_or_default();
    let conflict = row.conflict.as_ref().filter(|conflict| conflict["type"] == "name");
    if let (Some(conflict), Some(kind)) = (conflict, Kind::from_text(&row.kind)) {
        let winner = conflict["path"].as_str().unwrap_or_default();
        all.push(json!(resolve::name_conflict(kind, &row.name, winner)));
    }
    // Behind a broken text stand the references of an older one, whose lines nobody sees.
    if row.error.is_none() {
        all.extend(definition.missing.iter().map(|reference| json!(resolve::missing(reference))));
    }
    all
}

pub(super) fn definition(row: &Shown, text: &Text) -> Value {
    let mut shown = listed(row);
    shown["content"] = json!(text.content);
    shown["frontmatter"] = text.frontmatter.clone();
    shown
}

pub(super) fn version(row: &Version) -> Value {
    json!({
        "version": row.version,
        "path": row.path,
        "commit": row.commit_sha,
        "blob": row.blob,
        "changedAt": rfc3339(row.changed_at),
        "changedBy": row.changed_by,
    })
}

pub(super) fn version_with(row: &Version, content: &str, frontmatter: &Value) -> Value {
    let mut shown = version(row);
    shown["content"] = json!(content);
    shown["frontmatter"] = frontmatter.clone();
    shown
}

pub(super) fn run(row: &RunRow) -> Value {
    json!({
        "id": row.id,
        "workspaceId": row.workspace_id,
        "repositoryId": row.repository_id,
        "jobType": row.job_type,
        "kind": row.kind,
        "definitionId": row.definition_id,
        "reason": row.reason,
        "number": row.number,
        "commit": row.commit_sha,
        "branch": row.branch,
        "delivery": row.delivery_id,
        "status": row.status,
        "totalFiles": row.total_files,
        "parsedFiles": row.parsed_files,
        "failedFiles": row.failed_files,
        "currentFile": row.current_file,
        "errors": row.errors,
        "supersededBy": row.superseded_by,
        "createdAt": rfc3339(row.created_at),
        "startedAt": when(row.started_at),
        "finishedAt": when(row.finished_at),
    })
}

pub(super) fn delivery(row: &InboxRow) -> Value {
    json!({
        "id": row.id,
        "event": row.event,
        "action": row.action,
        "installationId": row.installation_id,
        "repositoryId": row.repository_id,
        "ref": row.git_ref,
        "before": row.before,
        "after": row.after,
        "outcome": row.outcome,
        "receivedAt": rfc3339(row.received_at),
        "times": row.times,
        "lastReceivedAt": rfc3339(row.last_received_at),
    })
}
