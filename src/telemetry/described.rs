//! What each metric says, for `# HELP` and docs/METRICS.md.

use metrics::{describe_counter, describe_gauge, describe_histogram};

type Texts<const N: usize> = [(&'static str, &'static str); N];

const COUNTERS: Texts<12> = [
    ("dotcursor_deliveries_total", "Webhooks that came in, by event and outcome"),
    ("dotcursor_deliveries_missed_total", "Webhooks that GitHub lists as failed, by what was done about them"),
    ("dotcursor_files_stored_total", "Files whose definition was stored"),
    ("dotcursor_heads_compared_total", "Heads that the schedule compared, by whether there was news"),
    ("dotcursor_github_calls_total", "Calls to GitHub, by endpoint and status"),
    ("dotcursor_github_calls_unsent_total", "Calls that were kept back to spare the quota"),
    ("dotcursor_cache_requests_total", "Questions to the cache, by kind and outcome"),
    ("dotcursor_checks_shown_total", "Check runs shown on GitHub, by conclusion"),
    ("dotcursor_checks_given_up_total", "Check runs that GitHub did not take"),
    (
        "dotcursor_notices_total",
        "Notices between processes, by outcome: one that is lost makes things slower, not wrong",
    ),
    ("dotcursor_queue_dead_letters_total", "Messages that could not be read"),
    ("dotcursor_loops_restarted_total", "Loops of the process that panicked and were begun again"),
];

const GAUGES: Texts<5> = [
    ("dotcursor_oldest_task_seconds", "Age of the oldest file that waits to be read"),
    ("dotcursor_tasks_open", "Files that wait to be read"),
    ("dotcursor_queue_depth", "Messages in the queue, by lane"),
    ("dotcursor_github_quota_remaining", "Calls that are left until the hour of the installation ends"),
    ("dotcursor_streams_open", "Readers of event streams"),
];

const HISTOGRAMS: Texts<5> = [
    ("dotcursor_intake_batch_size", "Webhooks that shared a transaction"),
    ("dotcursor_plan_seconds", "Time to find out what a push changed, with GitHub's answers"),
    ("dotcursor_parse_seconds", "Time to read a batch of files, with GitHub's answers where bytes were missing"),
    ("dotcursor_batch_seconds", "Time to store a batch of files"),
    ("dotcursor_run_seconds", "Time from the plan of a run to its last file, by how it ended"),
];

/// To be called once the recorder is in place.
pub(super) fn describe() {
    for (name, text) in COUNTERS {
        describe_counter!(name, text);
    }
    for (name, text) in GAUGES {
        describe_gauge!(name, text);
    }
    for (name, text) in HISTOGRAMS {
        describe_histogram!(name, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_says_the_same() {
        let document = include_str!("../../docs/METRICS.md");
        for (name, text) in COUNTERS.iter().chain(&GAUGES).chain(&HISTOGRAMS) {
            assert!(document.contains(&format!("| `{name}` | {text} |")), "{name}");
        }
    }
}
