//! `dotcursor doctor`

use super::output;
use crate::config::Config;
use crate::doctor::{Finding, State, examine};
use anyhow::Result;
use serde_json::json;
use std::process::ExitCode;

/// Tell what is wrong with this installation, and how to mend it.
///
/// Looks at the clock, the App's key, permissions, events and webhook, its installations and their quota, the last deliveries,
/// and at database, queue and cache; changes nothing. Exit status 1 if there is something to mend.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The findings as JSON, for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args) -> Result<ExitCode> {
    let findings = examine(&Config::from_env()?).await;
    output::say(&if args.json { as_json(&findings)? } else { as_text(&findings) })?;
    let trouble = findings.iter().any(Finding::is_trouble);
    Ok(if trouble { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn as_json(findings: &[Finding]) -> Result<String> {
    let number = |state| findings.iter().filter(|finding| finding.state == state).count();
    let counts = json!({
        "ok": number(State::Ok), "warn": number(State::Warn), "fail": number(State::Fail), "skip": number(State::Skip),
    });
    Ok(serde_json::to_string_pretty(&json!({"findings": findings, "counts": counts}))?)
}

/// One line each, whatever GitHub said.
fn as_text(findings: &[Finding]) -> String {
    let told = |finding: &Finding| {
        let mend = finding.mend.as_ref().map_or_else(String::new, |mend| format!(". {mend}"));
        let line = format!("{}{mend}", finding.what);
        [finding.state.as_str().to_owned(), finding.check.as_str().to_owned(), line.replace(char::is_control, " ")]
    };
    output::table(&findings.iter().map(told).collect::<Vec<_>>())
}
