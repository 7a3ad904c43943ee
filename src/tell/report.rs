//! News become a check run.

use super::annotations::annotations;
use super::markdown::{code, count, cut};
use super::summary::summary;
use super::{How, News, Subject};
use crate::model::{Conclusion, Report, Severity};

/// GitHub takes 65,535 characters.
const LONGEST_SUMMARY: usize = 60_000;

/// Where people find more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    /// `DOTCURSOR_PUBLIC_URL`, without a slash at its end.
    pub public_url: Option<String>,
}

impl Desk {
    pub(super) fn code(&self, code: &str) -> Option<String> {
        self.public_url.as_ref().map(|url| format!("{url}/docs/diagnostics#{code}"))
    }

    /// Where the registry says how all of a workspace stands.
    pub fn status(&self, workspace: &str) -> Option<String> {
        self.public_url.as_ref().map(|url| format!("{url}/api/workspaces/{workspace}/sync/status"))
    }
}

pub fn report(news: &News, desk: &Desk, workspace: &str) -> Report {
    let annotations = annotations(news, desk);
    Report {
        conclusion: conclusion(news),
        title: title(news),
        summary: cut(summary(news, &annotations, desk, workspace), LONGEST_SUMMARY),
        annotations,
    }
}

/// Unless the owner wants it otherwise, errors fail, as what the author wrote is not in force; a warning is for the author to
/// judge, and so is a name that another one has. What could not be read is no fault of the author's.
fn conclusion(news: &News) -> Conclusion {
    let gravest = news.findings.iter().map(|finding| finding.diagnostic.severity).max();
    match news.strictness.conclusion(gravest) {
        Conclusion::Success if !news.unread.is_empty() => Conclusion::Neutral,
        conclusion => conclusion,
    }
}

fn title(news: &News) -> String {
    let mut parts = vec![what_happened(news)];
    let findings = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Notice, "notice")];
    for (severity, word) in findings {
        let number = news.count(severity);
        if number > 0 {
            parts.push(count(number, word));
        }
    }
    if !news.unread.is_empty() {
        parts.push(format!("{} not read", count(news.unread.len(), "file")));
    }
    parts.join(", ")
}

/// `3 definitions synced (2 added, 1 removed)`
fn what_happened(news: &News) -> String {
    if news.changes.is_empty() {
        return match news.subject {
            Subject::Head { .. } => format!("{} of {} in sync", news.counts.synced, news.counts.all),
            Subject::Pull { .. } => "No definition would change".to_owned(),
        };
    }
    let number = |word: &str| news.changes.iter().filter(|change| change.how.word() == word).count();
    let counted = How::WORDS.into_iter().map(|word| (number(word), word)).filter(|(number, _)| *number > 0);
    let counted: Vec<String> =
        counted.map(|(number, word)| format!("{} {word}", super::markdown::grouped(number))).collect();
    let verb = match news.subject {
        Subject::Head { .. } => "synced",
        Subject::Pull { .. } => "would change",
    };
    format!("{} {verb} ({})", count(news.changes.len(), "definition"), counted.join(", "))
}

/// What a check says of a pull request that is too much to be read.
pub fn not_looked_at(reason: &str) -> Report {
    let summary = format!("What this would change is not told: {}. Once merged, it is read as a whole.", code(reason));
    Report { conclusion: Conclusion::Neutral, title: "Not looked at".to_owned(), summary, annotations: Vec::new() }
}

/// What a check says that was still being written when a newer commit took its place.
pub fn superseded(newer: &str) -> Report {
    let summary = format!("A newer commit took its place before all was told: see the check of {}.", code(newer));
    let short: String = newer.chars().take(7).collect();
    Report {
        conclusion: Conclusion::Skipped,
        title: format!("Superseded by {short}"),
        summary,
        annotations: Vec::new(),
    }
}
