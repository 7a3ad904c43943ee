//! `{"settings": [{path, diagnostics}], "files": [{path, kind, name, diagnostics}], "ignored": […], "summary": {…}}`

use crate::check::Report;
use serde_json::{Value, json};

pub(super) fn render(report: &Report) -> String {
    let settings: Vec<Value> =
        report.settings.iter().map(|one| json!({"path": one.shown, "diagnostics": one.diagnostics})).collect();
    let files: Vec<Value> = report
        .files
        .iter()
        .map(|file| {
            json!({
                "path": file.shown,
                "kind": file.parsed.kind,
                "name": file.parsed.name,
                "diagnostics": file.parsed.diagnostics,
            })
        })
        .collect();
    let ignored: Vec<Value> =
        report.oddities.iter().map(|one| json!({"path": one.path, "because": one.because.as_str()})).collect();
    format!("{:#}", json!({"settings": settings, "files": files, "ignored": ignored, "summary": report.summary()}))
}
