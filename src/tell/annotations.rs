//! Findings on their lines: the gravest first, and no more than a reader goes through.

use super::{Desk, Finding, News};
use crate::model::Annotation;

/// Four requests of fifty. GitHub shows fewer at once, and whoever has more to mend looks at all of it elsewhere.
pub const MOST_ANNOTATIONS: usize = 200;
/// GitHub takes 64 KB.
const LONGEST_MESSAGE: usize = 4_000;

pub(super) fn annotations(news: &News, desk: &Desk) -> Vec<Annotation> {
    let mut findings: Vec<&Finding> = news.findings.iter().collect();
    findings.sort_by(|one, other| order(one).cmp(&order(other)));
    findings.into_iter().take(MOST_ANNOTATIONS).map(|finding| annotation(finding, desk)).collect()
}

fn order(finding: &Finding) -> impl Ord + '_ {
    let found = &finding.diagnostic;
    (std::cmp::Reverse(found.severity), !finding.fresh, &finding.path, found.line, found.column, &found.code)
}

fn annotation(finding: &Finding, desk: &Desk) -> Annotation {
    let found = &finding.diagnostic;
    let mut message = found.message.clone();
    if let Some(help) = &found.help {
        message.push('\n');
        message.push_str(help);
    }
    let mut message: String = message.chars().take(LONGEST_MESSAGE).collect();
    if let Some(link) = desk.code(&found.code) {
        message.push('\n');
        message.push_str(&link);
    }
    Annotation {
        path: finding.path.clone(),
        start_line: found.line.max(1),
        end_line: found.line.max(1),
        annotation_level: found.severity.into(),
        title: found.code.clone(),
        message,
    }
}
