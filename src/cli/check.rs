//! `dotcursor check`

mod github;
mod json;
mod sarif;
mod text;

use super::output;
use crate::check::{self, Report};
use anyhow::Result;
use clap::ValueEnum;
use std::path::PathBuf;
use std::process::ExitCode;

/// Say what the registry would say of the definitions in a working copy, before they are pushed.
///
/// Reads `.cursor/` folders as the server does, by the settings in `.cursor/dotcursor.yaml`: what git ignores is left out, no
/// link is followed, nothing is written. Exit status 1 if there are errors (with --strict, or `check: strict` in the settings,
/// warnings count too), 2 if the command was not understood.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files or folders; references are looked up in the whole repository around them
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Warnings count as errors
    #[arg(long)]
    strict: bool,

    /// Instead: which rules Cursor attaches when this file is worked on (a path from the repository's root)
    #[arg(long, value_name = "FILE", value_parser = from_root, conflicts_with_all = ["format", "strict"])]
    applies_to: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: the line that is meant, and how to mend it
    Text,
    /// For scripts
    Json,
    /// For code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let report = check::check(&args.paths)?;
    if let Some(path) = &args.applies_to {
        output::say(&rules_for(&report, path))?;
        return Ok(ExitCode::SUCCESS);
    }
    let told = match args.format {
        Format::Text => text::render(&report)?,
        Format::Json => json::render(&report),
        Format::Sarif => sarif::render(&report),
        Format::Github => github::render(&report),
    };
    output::say(told.trim_end())?;
    let summary = report.summary();
    let failed = summary.errors > 0 || (args.strict || report.is_strict()) && summary.warnings > 0;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Globs are matched against the path as it stands, so that another form of it would be answered wrongly.
fn from_root(path: &str) -> Result<String, String> {
    let path = path.trim_start_matches("./");
    if path.starts_with('/') || path.split('/').any(|part| part == "..") {
        return Err("expected is a path counted from the repository's root, such as src/a.ts".to_owned());
    }
    Ok(path.to_owned())
}

fn rules_for(report: &Report, path: &str) -> String {
    let rules = report.rules_for(path);
    if rules.is_empty() {
        return format!("No rule is attached to {path} (counted from the repository's root) by itself.");
    }
    let kind = |file: &check::CheckedFile| file.parsed.attributes["ruleType"].as_str().unwrap_or_default().to_owned();
    let rows: Vec<[String; 3]> =
        rules.iter().map(|file| [file.parsed.name.clone(), kind(file), text::harmless(&file.shown)]).collect();
    output::table(&rows)
}
