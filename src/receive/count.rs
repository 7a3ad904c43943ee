//! Counts what came in: `dotcursor_deliveries_total{event, outcome}`.

/// Names that may stand in a label; anybody can send others, without end.
const KNOWN: [&str; 8] = [
    "push",
    "ping",
    "installation",
    "installation_repositories",
    "repository",
    "pull_request",
    "check_run",
    "check_suite",
];

/// `outcome` is the outcome of a delivery that was taken, or the code of a refusal.
pub(super) fn count(event: Option<&str>, outcome: &'static str) {
    let event = KNOWN.into_iter().find(|known| event == Some(*known)).unwrap_or("other");
    metrics::counter!("dotcursor_deliveries_total", "event" => event, "outcome" => outcome).increment(1);
}
