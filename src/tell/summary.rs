//! The text of a check run: what happened, what is wrong, what that means and how to mend it.

use super::codes::explained;
use super::markdown::{code, count, grouped};
use super::{Change, Desk, How, News, Subject};
use crate::model::{Annotation, Kind, Severity};
use std::collections::BTreeMap;
use std::fmt::Write;

const CHANGES_LISTED: usize = 50;
const UNREAD_LISTED: usize = 10;

pub(super) fn summary(news: &News, annotations: &[Annotation], desk: &Desk, workspace: &str) -> String {
    let mut text = opening(news);
    changes(&mut text, &news.changes);
    unread(&mut text, news);
    findings(&mut text, news, desk);
    left_out(&mut text, news, annotations.len());
    if let Some(url) = desk.status(workspace) {
        let _ = write!(text, "\n[How all of it stands in the registry]({url})\n");
    }
    text
}

fn opening(news: &News) -> String {
    let number = news.changes.len();
    match &news.subject {
        Subject::Head { commit, branch } => {
            let of = branch.as_ref().map_or_else(String::new, |branch| format!(" of {}", code(branch)));
            let news = if number == 0 { " Nothing has changed since the last check." } else { "" };
            format!("The registry is at {}{of}.{news}\n", code(commit))
        }
        Subject::Pull { base, into_followed: true } if number == 0 => {
            format!("Merged into {}, this changes no definition.\n", code(base))
        }
        Subject::Pull { base, into_followed: true } => {
            format!("Merged into {}, this would change the registry as follows. Nothing is stored yet.\n", code(base))
        }
        Subject::Pull { base, into_followed: false } => {
            format!("{} is not the branch that the registry follows: merged, this changes nothing there.\n", code(base))
        }
    }
}

/// How many of each kind, then which.
fn changes(text: &mut String, changes: &[Change]) {
    if changes.is_empty() {
        return;
    }
    text.push_str("\n| | agents | commands | rules | skills |\n|---|---|---|---|---|\n");
    for word in How::WORDS {
        let number = |kind: Kind| changes.iter().filter(|one| one.how.word() == word && one.kind == kind).count();
        if Kind::ALL.into_iter().any(|kind| number(kind) > 0) {
            let cells: Vec<String> = Kind::ALL.into_iter().map(|kind| cell(number(kind))).collect();
            let _ = writeln!(text, "| {word} | {} |", cells.join(" | "));
        }
    }
    text.push('\n');
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort();
    for change in sorted.iter().take(CHANGES_LISTED) {
        let _ = writeln!(text, "- {}", line(change));
    }
    if let Some(more) = changes.len().checked_sub(CHANGES_LISTED).filter(|more| *more > 0) {
        let _ = writeln!(text, "- and {} more", grouped(more));
    }
}

fn cell(number: usize) -> String {
    if number == 0 { String::new() } else { grouped(number) }
}

fn line(change: &Change) -> String {
    let (how, kind, name, path) = (change.how.word(), change.kind, code(&change.name), code(&change.path));
    match &change.how {
        How::Moved { from } => format!("{how} {kind} {name}: {} → {path}", code(from)),
        _ => format!("{how} {kind} {name}: {path}"),
    }
}

fn unread(text: &mut String, news: &News) {
    if news.unread.is_empty() {
        return;
    }
    let then = match news.subject {
        Subject::Head { .. } => {
            "could not be read from GitHub.** That is no fault of the files; it is tried again by itself."
        }
        Subject::Pull { .. } => "not read.** What is wrong with them is not told here; once merged, all are read.",
    };
    let _ = writeln!(text, "\n**{} {then}\n", count(news.unread.len(), "file"));
    for one in news.unread.iter().take(UNREAD_LISTED) {
        let _ = writeln!(text, "- {}: {}", code(&one.path), code(&one.reason));
    }
}

/// What each severity means, then each code with what it means and how to mend it.
fn findings(text: &mut String, news: &News, desk: &Desk) {
    if news.findings.is_empty() {
        return;
    }
    let (errors, warnings) = (news.count(Severity::Error), news.count(Severity::Warning));
    if errors > 0 {
        let stays = match news.subject {
            Subject::Head { .. } => {
                "The last good version of such a file, if it has one, stays in force until the file is mended."
            }
            Subject::Pull { .. } => {
                "Such a file would not take effect: its last good version, if it has one, would stay in force."
            }
        };
        let _ = write!(text, "\n**{}.** {stays}\n", count(errors, "error"));
    }
    if warnings > 0 {
        let meaning = "The file is read, but Cursor probably does something else than is meant.";
        let _ = write!(text, "\n**{}.** {meaning}\n", count(warnings, "warning"));
    }
    text.push_str("\n| code | times | what it means | how to mend it |\n|---|---|---|---|\n");
    for ((_, name), times) in by_code(news) {
        let shown = desk.code(name).map_or_else(|| code(name), |url| format!("[{}]({url})", code(name)));
        let (meaning, mend) = explained(name).map_or(("", ""), |told| (told.meaning, told.mend));
        let _ = writeln!(text, "| {shown} | {} | {meaning} | {mend} |", grouped(times));
    }
}

/// The gravest first.
fn by_code(news: &News) -> BTreeMap<(std::cmp::Reverse<Severity>, &str), usize> {
    let mut codes = BTreeMap::new();
    for finding in &news.findings {
        let found = &finding.diagnostic;
        *codes.entry((std::cmp::Reverse(found.severity), found.code.as_str())).or_default() += 1;
    }
    codes
}

fn left_out(text: &mut String, news: &News, shown: usize) {
    if shown == news.findings.len() {
        return;
    }
    let _ = write!(
        text,
        "\nOf {} the {} gravest are annotated. `dotcursor check`, in a clone, lists all of them.\n",
        count(news.findings.len(), "finding"),
        grouped(shown)
    );
}
