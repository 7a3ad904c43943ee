use super::*;
use crate::model::{Conclusion, Diagnostic, Kind, Severity};
use crate::settings::Strictness;

fn finding(path: &str, severity: Severity, line: u32) -> Finding {
    let code = if severity == Severity::Error { "frontmatter-unclosed" } else { "quoted-glob" };
    let (message, help) = ("Something is wrong.".to_owned(), Some("Mend it.".to_owned()));
    let diagnostic = Diagnostic { code: code.to_owned(), severity, message, help, line, column: 1 };
    Finding { path: path.to_owned(), fresh: true, diagnostic }
}

fn news(findings: Vec<Finding>) -> News {
    let change = |how, path: &str, name: &str| Change { how, kind: Kind::Rule, path: path.into(), name: name.into() };
    News {
        subject: Subject::Head { commit: "a".repeat(40), branch: Some("main".into()) },
        changes: vec![change(How::Added, ".cursor/rules/a.mdc", "a")],
        findings,
        unread: vec![],
        counts: Counts { all: 1, synced: 1 },
        strictness: Strictness::default(),
    }
}

#[test]
fn errors_fail_warnings_do_not() {
    let conclusion = |findings| report(&news(findings), &Desk::default(), "w").conclusion;
    assert_eq!(conclusion(vec![]), Conclusion::Success);
    assert_eq!(conclusion(vec![finding("a", Severity::Notice, 1)]), Conclusion::Success);
    assert_eq!(conclusion(vec![finding("a", Severity::Warning, 1)]), Conclusion::Neutral);
    let both = vec![finding("a", Severity::Warning, 1), finding("b", Severity::Error, 1)];
    assert_eq!(conclusion(both), Conclusion::Failure);
    let unread = News { unread: vec![Unread { path: "a".into(), reason: "gone".into() }], ..news(vec![]) };
    assert_eq!(report(&unread, &Desk::default(), "w").conclusion, Conclusion::Neutral);
}

#[test]
fn the_owner_says_what_fails() {
    let conclusion = |strictness, severity| {
        let news = News { strictness, ..news(vec![finding("a", severity, 1)]) };
        report(&news, &Desk::default(), "w").conclusion
    };
    assert_eq!(conclusion(Strictness::Strict, Severity::Warning), Conclusion::Failure);
    assert_eq!(conclusion(Strictness::Strict, Severity::Notice), Conclusion::Success);
    assert_eq!(conclusion(Strictness::Lenient, Severity::Error), Conclusion::Neutral);
    assert_eq!(conclusion(Strictness::Lenient, Severity::Warning), Conclusion::Success);
}

#[test]
fn the_gravest_are_annotated_and_the_rest_is_counted() {
    let mut findings: Vec<Finding> = (1..=500).map(|line| finding("a", Severity::Warning, line)).collect();
    findings.push(finding("z", Severity::Error, 7));
    let told = report(&news(findings), &Desk::default(), "w");
    assert_eq!(told.annotations.len(), MOST_ANNOTATIONS);
    assert_eq!((told.annotations[0].path.as_str(), told.annotations[0].start_line), ("z", 7));
    assert!(told.summary.contains("Of 501 findings the 200 gravest are annotated"), "{}", told.summary);
}

#[test]
fn links_lead_to_where_people_reach_the_server() {
    let desk = Desk { public_url: Some("https://dotcursor.example.com".into()) };
    let told = report(&news(vec![finding("a", Severity::Error, 1)]), &desk, "w");
    assert!(
        told.annotations[0].message.ends_with("https://dotcursor.example.com/docs/diagnostics#frontmatter-unclosed")
    );
    assert!(told.summary.contains("](https://dotcursor.example.com/api/workspaces/w/sync/status)"), "{}", told.summary);
}

#[test]
fn however_much_there_is_to_tell_the_summary_stays_within_githubs_bound() {
    let long = "x".repeat(900);
    let change =
        |number| Change { how: How::Added, kind: Kind::Rule, path: format!("{number}{long}"), name: long.clone() };
    let many = News { changes: (0..10_000).map(change).collect(), ..news(vec![]) };
    let told = report(&many, &Desk::default(), "w");
    assert!(told.summary.len() < 65_535 && told.summary.contains("and 9,950 more"), "{}", told.summary.len());
}
